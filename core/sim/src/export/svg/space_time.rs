//! The space-time diagram: a line a server and client, time to the right, messages as slanted arrows
//! (after Lamport).

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;

use raft_core::Time;

use super::super::Excerpt;
use super::canvas::{self, CANDIDATE, COMMIT, Canvas, DANGER, DOWN, INK, LEADER, LINE, SOFT};
use crate::lanes::{End, State, Stretch};
use crate::network::Place;
use crate::record::{Trip, What};

const LEFT: i64 = 56;
const WIDTH: i64 = 1_200;
const RIGHT: i64 = 24;
const TOP: i64 = 40;
const STEP: i64 = 64;

/// So many arrows are drawn; more than that nobody can tell apart.
const ARROWS: usize = 3_000;

struct Frame {
    from: Time,
    to: Time,
    lines: BTreeMap<Place, i64>,
}

/// A space-time diagram of a stretch of a run.
pub fn space_time(excerpt: &Excerpt) -> String {
    let lines: BTreeMap<Place, i64> =
        excerpt.places().zip(0..).map(|(place, n)| (place, TOP + STEP * n + STEP / 2)).collect();
    let bottom = TOP + STEP * lines.len() as i64;
    let frame = Frame { from: excerpt.from, to: excerpt.to.max(excerpt.from + Time(1)), lines };
    let mut canvas = Canvas::new(WIDTH, bottom + 64, "space-time diagram", excerpt);
    canvas.bold((LEFT, 22), excerpt.title());
    parted(&mut canvas, excerpt, &frame, bottom);
    for (place, y) in &frame.lines {
        canvas.text((12, y + 5), INK, "", &format!("{place}"));
        canvas.line((LEFT, *y), (WIDTH - RIGHT, *y), LINE, "");
    }
    states(&mut canvas, excerpt, &frame);
    messages(&mut canvas, excerpt, &frame);
    calls(&mut canvas, excerpt, &frame);
    axis(&mut canvas, &frame, bottom);
    legend(&mut canvas, bottom + 52);
    canvas.done()
}

impl Frame {
    fn x(&self, at: Time) -> i64 {
        let (span, wide) = (self.to.since(self.from).0.max(1), (WIDTH - RIGHT - LEFT) as u64);
        let at = at.max(self.from).min(self.to).since(self.from).0;
        LEFT + (u128::from(at) * u128::from(wide) / u128::from(span)) as i64
    }

    /// As much of a stretch of time as is shown.
    fn cut(&self, from: Time, to: Option<Time>) -> Option<(i64, i64)> {
        let (from, to) = (from.max(self.from), to.unwrap_or(self.to).min(self.to));
        (from < to).then(|| (self.x(from), self.x(to)))
    }
}

fn parted(canvas: &mut Canvas, excerpt: &Excerpt, frame: &Frame, bottom: i64) {
    for stretch in &excerpt.lanes.parted {
        let Some((left, right)) = frame.cut(stretch.from, stretch.to) else { continue };
        canvas.put(format_args!(
            "<rect x=\"{left}\" y=\"{TOP}\" width=\"{}\" height=\"{}\" fill=\"#fcebe9\"><title>links are cut</title></rect>\n",
            right - left,
            bottom - TOP
        ));
    }
}

fn states(canvas: &mut Canvas, excerpt: &Excerpt, frame: &Frame) {
    for Stretch { what: (id, state), from, to } in &excerpt.lanes.states {
        let Some(y) = frame.lines.get(&Place::Server(*id)) else { continue };
        let Some((left, right)) = frame.cut(*from, *to) else { continue };
        let (colour, more) = match state {
            State::Leads => (LEADER, " stroke-width=\"6\""),
            State::Stands => (CANDIDATE, " stroke-width=\"5\" stroke-dasharray=\"6 4\""),
            State::Down | State::Paused => (DOWN, " stroke-width=\"4\" stroke-dasharray=\"2 5\""),
        };
        canvas.line((left, *y), (right, *y), colour, more);
        if *state == State::Down && *from >= frame.from {
            canvas.cross((left, *y), DANGER);
        }
    }
}

fn messages(canvas: &mut Canvas, excerpt: &Excerpt, frame: &Frame) {
    let ended = excerpt.records.iter().filter_map(|record| match &record.what {
        What::Arrived(trip) => Some((*trip, record.at, false)),
        What::Lost(trip, _) => Some((*trip, record.at, true)),
        _ => None,
    });
    for (trip, at, lost) in ended.take(ARROWS) {
        arrow(canvas, frame, &trip, at, lost);
    }
}

fn arrow(canvas: &mut Canvas, frame: &Frame, trip: &Trip, at: Time, lost: bool) {
    let (Some(from), Some(to)) = (frame.lines.get(&trip.from), frame.lines.get(&trip.to)) else { return };
    // What is lost comes a part of the way; what was sent before the picture begins comes in at its edge.
    let to = if lost { from + (to - from) * 6 / 10 } else { *to };
    let (whole, shown) = (at.since(trip.sent).0.max(1) as i64, at.since(trip.sent.max(frame.from)).0 as i64);
    let start = to - (to - from) * shown / whole;
    let colour = canvas::colour(trip.kind);
    let thin = if canvas::is_answer(trip.kind) {
        " stroke-width=\"1\" stroke-dasharray=\"5 3\""
    } else {
        " stroke-width=\"1.4\""
    };
    let (x, end) = (frame.x(trip.sent), frame.x(at));
    canvas.line((x, start), (end, to), colour, thin);
    if lost {
        canvas.cross((end, to), DANGER);
    } else {
        canvas.put(format_args!("<circle cx=\"{end}\" cy=\"{to}\" r=\"2.5\" fill=\"{colour}\"/>\n"));
    }
}

fn calls(canvas: &mut Canvas, excerpt: &Excerpt, frame: &Frame) {
    let mut free: BTreeMap<Place, i64> = BTreeMap::new();
    for Stretch { what: call, from, to } in &excerpt.lanes.calls {
        let place = Place::Client(call.client);
        let Some(y) = frame.lines.get(&place) else { continue };
        let Some((left, right)) = frame.cut(*from, *to) else { continue };
        let (colour, sign) = match call.end {
            End::Waits => (DOWN, "…"),
            End::Ok => (COMMIT, "✓"),
            End::Failed => (DANGER, "✕"),
            End::Unknown => (CANDIDATE, "?"),
        };
        canvas.line((left, *y), (right.max(left + 2), *y), colour, " stroke-width=\"5\"");
        let free = free.entry(place).or_insert(i64::MIN);
        if left > *free {
            let words = format!("{} {sign}", call.words);
            *free = left + 8 + 8 * words.chars().count() as i64;
            canvas.text((left, y - 8), INK, "", &words);
        }
    }
}

/// Times that are round, ten or so.
fn axis(canvas: &mut Canvas, frame: &Frame, bottom: i64) {
    let span = frame.to.since(frame.from).0;
    let mut step = 1;
    while span / step > 12 {
        step = if span / (step * 2) <= 12 {
            step * 2
        } else if span / (step * 5) <= 12 {
            step * 5
        } else {
            step * 10
        };
    }
    canvas.line((LEFT, bottom), (WIDTH - RIGHT, bottom), SOFT, "");
    let mut at = frame.from.0.div_ceil(step) * step;
    while at <= frame.to.0 {
        let x = frame.x(Time(at));
        canvas.line((x, bottom), (x, bottom + 5), SOFT, "");
        canvas.text((x, bottom + 20), SOFT, " text-anchor=\"middle\"", &format!("{}", Time(at)));
        at += step;
    }
}

fn legend(canvas: &mut Canvas, y: i64) {
    let lines = [
        (LEADER, " stroke-width=\"6\"", "leads"),
        (CANDIDATE, " stroke-width=\"5\" stroke-dasharray=\"6 4\"", "stands for election"),
        (DOWN, " stroke-width=\"4\" stroke-dasharray=\"2 5\"", "down or paused"),
        ("#a3568c", " stroke-width=\"1.4\"", "votes"),
        (COMMIT, " stroke-width=\"1.4\"", "entries"),
        ("#3a7fae", " stroke-width=\"1.4\"", "heartbeats"),
        ("#fcebe9", " stroke-width=\"14\"", "links cut"),
        (SOFT, " stroke-width=\"1\" stroke-dasharray=\"5 3\"", "answers"),
    ];
    let mut x = LEFT;
    for (colour, more, words) in lines {
        canvas.line((x, y - 4), (x + 26, y - 4), colour, more);
        canvas.text((x + 32, y), SOFT, "", words);
        x += 60 + 8 * words.len() as i64;
    }
}
