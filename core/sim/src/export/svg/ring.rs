//! The ring: servers with role and term, clients beside it, messages on their way between them.

use alloc::format;
use alloc::string::String;

use super::super::Excerpt;
use super::canvas::{self, Canvas, DANGER, INK, LEADER, SOFT};
use crate::host::{Condition, Server};
use crate::network::{Flight, Place};

pub(super) const WIDTH: i64 = 640;
pub(super) const HEIGHT: i64 = 520;
const MIDDLE: (i64, i64) = (280, 280);
const RADIUS: i64 = 180;
const SERVER: i64 = 34;

/// The cluster at the end of a stretch.
pub fn ring(excerpt: &Excerpt) -> String {
    let what = format!("the cluster at {}", canvas::clock(excerpt.to));
    let mut canvas = Canvas::new(WIDTH, HEIGHT, &what, excerpt);
    canvas.bold((16, 24), &format!("{}: {what}", excerpt.title()));
    cuts(&mut canvas, excerpt);
    for server in excerpt.world().servers() {
        self::server(&mut canvas, excerpt, server);
    }
    for client in excerpt.world().clients() {
        let (x, y) = place(excerpt, Place::Client(client.id));
        canvas.put(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"56\" height=\"36\" rx=\"8\" fill=\"#fff\" stroke=\"{SOFT}\"/>\n",
            x - 28,
            y - 18
        ));
        canvas.text((x, y + 5), INK, " text-anchor=\"middle\"", &format!("{}", client.id));
    }
    for flight in excerpt.world().flights() {
        message(&mut canvas, excerpt, flight);
    }
    canvas.done()
}

/// Where somebody stands.
pub(super) fn place(excerpt: &Excerpt, who: Place) -> (i64, i64) {
    let world = excerpt.world();
    match who {
        Place::Server(id) => {
            let count = world.servers().len().max(1) as i64;
            let nth = world.servers().iter().position(|server| server.id == id).unwrap_or(0) as i64;
            let degrees = nth * 360 / count;
            (MIDDLE.0 + RADIUS * sine(degrees) / 1_000, MIDDLE.1 - RADIUS * sine(degrees + 90) / 1_000)
        }
        Place::Client(id) => {
            let nth = world.clients().iter().position(|client| client.id == id).unwrap_or(0) as i64;
            (WIDTH - 60, 80 + 56 * nth)
        }
    }
}

/// The sine of an angle, in thousandths: Bhaskara's, which is off by two of them at most.
fn sine(degrees: i64) -> i64 {
    let angle = degrees.rem_euclid(360);
    let (half, sign) = if angle < 180 { (angle, 1) } else { (angle - 180, -1) };
    let part = half * (180 - half);
    sign * 4_000 * part / (40_500 - part)
}

fn cuts(canvas: &mut Canvas, excerpt: &Excerpt) {
    let servers = excerpt.world().servers();
    for (n, a) in servers.iter().enumerate() {
        for b in &servers[n + 1..] {
            if excerpt.world().is_cut(a.id, b.id) || excerpt.world().is_cut(b.id, a.id) {
                let ends = [a, b].map(|server| place(excerpt, Place::Server(server.id)));
                canvas.line(ends[0], ends[1], DANGER, " stroke-width=\"1.4\" stroke-dasharray=\"2 5\"");
            }
        }
    }
}

fn server(canvas: &mut Canvas, excerpt: &Excerpt, server: &Server) {
    let (x, y) = place(excerpt, Place::Server(server.id));
    let (colour, mut word) = canvas::role(server.view().map(|view| view.role));
    let dashes = match server.condition() {
        Condition::Up => "",
        Condition::Paused | Condition::Down => " stroke-dasharray=\"4 4\"",
    };
    if server.condition() == Condition::Paused {
        word = "paused";
    }
    canvas.put(format_args!(
        "<circle cx=\"{x}\" cy=\"{y}\" r=\"{SERVER}\" fill=\"#fff\" stroke=\"{colour}\" stroke-width=\"3\"{dashes}/>\n"
    ));
    if colour == LEADER {
        let r = SERVER + 6;
        canvas.put(format_args!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n"
        ));
    }
    canvas.text((x, y - 4), INK, " text-anchor=\"middle\" font-weight=\"bold\"", &format!("{}", server.id));
    canvas.text((x, y + 13), SOFT, " text-anchor=\"middle\" font-size=\"11\"", &format!("term {}", server.term()));
    canvas.text((x, y + SERVER + 20), colour, " text-anchor=\"middle\" font-size=\"11\"", word);
}

fn message(canvas: &mut Canvas, excerpt: &Excerpt, flight: &Flight) {
    let ((x1, y1), (x2, y2)) = (place(excerpt, flight.from), place(excerpt, flight.to));
    let share = flight.progress(excerpt.to) as i64;
    let (x, y) = (x1 + (x2 - x1) * share / 1_000, y1 + (y2 - y1) * share / 1_000);
    let (colour, kind) = (canvas::colour(flight.kind()), crate::words::kind(flight.kind()));
    let fill = if canvas::is_answer(flight.kind()) { "#fff" } else { colour };
    canvas.put(format_args!(
        "<circle cx=\"{x}\" cy=\"{y}\" r=\"6\" fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"2\"><title>{} to {}: {kind}</title></circle>\n",
        flight.from, flight.to
    ));
}
