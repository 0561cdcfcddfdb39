//! The ring in motion: every message a dot on its way, in a picture that plays by itself, again and
//! again. For readers who want nothing to move, it stands still at its end.

use alloc::format;
use alloc::string::String;

use raft_core::Time;

use super::super::Excerpt;
use super::canvas::{self, CANDIDATE, Canvas, DOWN, INK, LEADER, SOFT};
use super::ring::{HEIGHT, WIDTH, place};
use crate::lanes::State;
use crate::network::Place;
use crate::record::What;

/// So many messages move; the rest of a longer stretch is left out.
const DOTS: usize = 400;

/// The cluster from the start to the end of a stretch, so many times as slow as it happens.
pub fn moving(excerpt: &Excerpt, slower: u64) -> String {
    let span = excerpt.to.since(excerpt.from).0.max(1);
    let lasts = (span.saturating_mul(slower) / 1_000).max(100);
    let mut canvas = Canvas::new(WIDTH, HEIGHT, "the cluster in motion", excerpt);
    let mut style =
        format!("@media (prefers-reduced-motion: no-preference) {{ .m {{ animation: {lasts}ms linear infinite }} ");
    canvas.bold((16, 24), excerpt.title());
    for server in excerpt.world().servers() {
        let (x, y) = place(excerpt, Place::Server(server.id));
        canvas.put(format_args!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"34\" fill=\"#fff\" stroke=\"{SOFT}\" stroke-width=\"2\"/>\n"
        ));
        canvas.text((x, y + 5), INK, " text-anchor=\"middle\" font-weight=\"bold\"", &format!("{}", server.id));
    }
    for client in excerpt.world().clients() {
        let (x, y) = place(excerpt, Place::Client(client.id));
        canvas.text((x, y + 5), INK, " text-anchor=\"middle\"", &format!("{}", client.id));
    }
    let share = |at: Time| at.max(excerpt.from).min(excerpt.to).since(excerpt.from).0 * 10_000 / span;
    let mut count = 0;
    for stretch in &excerpt.lanes.states {
        let (id, state) = stretch.what;
        let (from, to) = (share(stretch.from), stretch.to.map_or(10_000, share));
        if from >= to {
            continue;
        }
        let (colour, dashes) = match state {
            State::Leads => (LEADER, ""),
            State::Stands => (CANDIDATE, " stroke-dasharray=\"9 6\""),
            State::Down | State::Paused => (DOWN, " stroke-dasharray=\"4 4\""),
        };
        let (x, y) = place(excerpt, Place::Server(id));
        // Where nothing moves, the end is shown.
        let still = if stretch.to.is_none_or(|to| to >= excerpt.to) { "1" } else { "0" };
        canvas.put(format_args!(
            "<circle class=\"m\" style=\"animation-name:s{count}\" cx=\"{x}\" cy=\"{y}\" r=\"39\" fill=\"none\" \
             stroke=\"{colour}\" stroke-width=\"4\"{dashes} opacity=\"{still}\"/>\n"
        ));
        style.push_str(&format!("@keyframes s{count} {{ {} }} ", shown(from, to, "", "")));
        count += 1;
    }
    let mut dots = 0;
    for record in &excerpt.records {
        let (trip, lost) = match &record.what {
            What::Arrived(trip) => (trip, false),
            What::Lost(trip, _) => (trip, true),
            _ => continue,
        };
        let (from, to) = (share(trip.sent), share(record.at));
        if dots == DOTS || from >= to {
            continue;
        }
        let ((x1, y1), (x2, y2)) = (place(excerpt, trip.from), place(excerpt, trip.to));
        let part = if lost { 6 } else { 10 };
        let (dx, dy) = ((x2 - x1) * part / 10, (y2 - y1) * part / 10);
        let colour = canvas::colour(trip.kind);
        let fill = if canvas::is_answer(trip.kind) { "#fff" } else { colour };
        canvas.put(format_args!(
            "<circle class=\"m\" style=\"animation-name:m{dots}\" cx=\"{x1}\" cy=\"{y1}\" r=\"6\" fill=\"{fill}\" \
             stroke=\"{colour}\" stroke-width=\"2\" opacity=\"0\"/>\n"
        ));
        let (start, end) = ("; transform: translate(0,0)", format!("; transform: translate({dx}px,{dy}px)"));
        style.push_str(&format!("@keyframes m{dots} {{ {} }} ", shown(from, to, start, &end)));
        dots += 1;
    }
    canvas.put(format_args!("<style>{style}}}</style>\n"));
    canvas.done()
}

/// Keyframes of something that is there from one time to another, in ten-thousandths.
fn shown(from: u64, to: u64, start: &str, end: &str) -> String {
    let percent = |part: u64| format!("{}.{:02}%", part / 100, part % 100);
    let mut out = String::new();
    if from > 0 {
        out.push_str(&format!("0%, {} {{ opacity: 0{start} }} ", percent(from - 1)));
    }
    out.push_str(&format!("{} {{ opacity: 1{start} }} {} {{ opacity: 1{end} }}", percent(from), percent(to)));
    if to < 10_000 {
        out.push_str(&format!(" {}, 100% {{ opacity: 0{end} }}", percent(to + 1)));
    }
    out
}
