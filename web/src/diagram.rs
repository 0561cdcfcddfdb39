//! The space-time diagram: a line a server, time to the right, messages as slanted arrows (after
//! Lamport). Path data made of a world and its records, drawn by the page, tested natively.

use core::ops::Range;

use raft_core::{ServerId, Time};
use raft_sim::machine::ClientId;
use raft_sim::network::Place;
use raft_sim::record::{Record, Trip, What};
use raft_sim::world::World;

use crate::apart;
use crate::chronicle::Reign;
use crate::lanes::{Cuts, End, Lanes, State, Stretch};
use crate::layout::{Point, draw};
use crate::scene::Shape;
use crate::words;

/// Where and of when it is drawn.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Frame {
    /// The window of time.
    pub window: Range<Time>,
    /// Where the window stands, from left to right.
    pub across: Range<f64>,
    /// The lines, from above: servers, then clients.
    pub lines: Vec<(Line, f64)>,
}

/// Whose line it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Line {
    /// A server's.
    Server(ServerId),
    /// A client's.
    Client(ClientId),
}

/// The window that shows a moment: its last quarter is left free for what comes next.
pub fn window(now: Time, span: Time, width: Time) -> Range<Time> {
    if span <= width {
        return Time::ZERO..span;
    }
    let from = Time(now.0.saturating_sub(width.0 * 3 / 4)).min(span.since(width));
    from..from + width
}

impl Frame {
    /// The lines of servers and clients in a box of this size: all servers, and as many clients as
    /// there is room for.
    pub fn new(window: Range<Time>, servers: &[ServerId], clients: &[ClientId], width: f64, height: f64) -> Frame {
        let lines: Vec<Line> = (servers.iter().map(|id| Line::Server(*id)))
            .chain(
                clients
                    .iter()
                    .take(room(height).saturating_sub(servers.len()).max(CLIENTS))
                    .map(|id| Line::Client(*id)),
            )
            .collect();
        let step = height / lines.len().max(1) as f64;
        let lines = lines.into_iter().enumerate().map(|(n, line)| (line, (n as f64 + 0.5) * step)).collect();
        Frame { window, across: LEFT..(width - RIGHT).max(LEFT + 1.0), lines }
    }

    /// Where a time stands.
    pub fn x(&self, at: Time) -> f64 {
        let span = self.window.end.since(self.window.start).0.max(1) as f64;
        let share = (at.0 as f64 - self.window.start.0 as f64) / span;
        self.across.start + share * (self.across.end - self.across.start)
    }

    /// What time stands there.
    pub fn time(&self, x: f64) -> Time {
        let share = (x - self.across.start) / (self.across.end - self.across.start).max(1.0);
        let span = self.window.end.since(self.window.start).0 as f64;
        self.window.start + Time((share.clamp(0.0, 1.0) * span) as u64)
    }

    fn y(&self, line: Line) -> Option<f64> {
        self.lines.iter().find(|(other, _)| *other == line).map(|(_, y)| *y)
    }

    /// The line of a server or client, if it has one.
    pub fn place(&self, place: Place) -> Option<f64> {
        self.y(match place {
            Place::Server(id) => Line::Server(id),
            Place::Client(id) => Line::Client(id),
        })
    }

    /// The messages to be drawn: when each ended, or now, and how far it has come by then. Of very many
    /// it is a part, spread evenly: more than that nobody could tell apart. And how many there are.
    pub fn legs(&self, world: &World, records: &[Record]) -> (Vec<Leg>, usize) {
        let (mut legs, mut counts) = (Vec::new(), Counts::default());
        self.each_leg(world, records, &mut |leg| {
            counts[Shape::of(leg.0.kind) as usize] += 1;
            if legs.len() < FEW {
                legs.push(leg);
            }
        });
        let all = counts.iter().sum();
        (if all > FEW { self.sample(world, records, counts) } else { legs }, all)
    }

    /// Some of each kind, so that a vote among a thousand entries is seen, and all that got lost. Which
    /// ones does not depend on the moment: an arrow that is there stays until there are twice as many.
    #[inline(never)] // A first visit has few.
    fn sample(&self, world: &World, records: &[Record], counts: Counts) -> Vec<Leg> {
        let one_in = counts.map(|count| count.div_ceil(OF_A_KIND).next_power_of_two() as u64);
        let mut legs = Vec::new();
        self.each_leg(world, records, &mut |leg| {
            let (Trip { id, kind, .. }, _, share) = leg;
            // Numbers follow each other in the order of the servers: take them as they are, and it is always the
            // same one's that are drawn (Fibonacci hashing).
            let spread = id.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
            if spread % one_in[Shape::of(kind) as usize] == 0 || share == Share::Lost {
                legs.push(leg);
            }
        });
        legs
    }

    fn each_leg(&self, world: &World, records: &[Record], call: &mut dyn FnMut(Leg)) {
        let Range { start, end } = self.window;
        for record in records.iter().rev().take_while(|record| record.at >= start) {
            let (trip, share) = match &record.what {
                What::Arrived(trip) | What::Waits(trip) => (trip, Share::All),
                What::Lost(trip, _) => (trip, Share::Lost),
                _ => continue,
            };
            if trip.sent <= end {
                call((*trip, record.at, share));
            }
        }
        let now = world.now();
        for flight in world.flights().into_iter().filter(|flight| !flight.waited) {
            let share = Share::Part(flight.progress(now) as f64 / 1_000.0);
            // One that is held stands still on its way.
            call((flight.trip(), flight.held.unwrap_or(now).min(now), share));
        }
    }

    /// Where the arrow of such a message begins and ends, if any of it is shown.
    pub fn arrow(&self, trip: &Trip, at: Time, share: Share) -> Option<(Point, Point)> {
        let (from, to) = (self.place(trip.from)?, self.place(trip.to)?);
        let share = match share {
            Share::All => 1.0,
            Share::Lost => 0.6,
            Share::Part(share) => share,
        };
        let (x, y) = (self.x(at), from + (to - from) * share);
        // What was sent before the window comes in at its edge.
        let (sent, edge) = (self.x(trip.sent), self.across.start);
        if x <= edge {
            return None;
        }
        let before = if sent < edge { (edge - sent) / (x - sent) } else { 0.0 };
        Some((Point { x: sent.max(edge), y: from + (y - from) * before }, Point { x, y }))
    }

    /// As much of a stretch of time as is shown.
    pub fn cut(&self, from: Time, to: Time) -> Option<(f64, f64)> {
        let (from, to) = (from.max(self.window.start), to.min(self.window.end));
        (from < to).then(|| (self.x(from), self.x(to)))
    }
}

/// Room left of the window, for the names of the lines; right of it as the scrub bar has it.
const LEFT: f64 = crate::layout::scrub::PAD;
const RIGHT: f64 = crate::layout::scrub::PAD;

/// So far apart lines can be told from each other, and their words be read.
const APART: f64 = 17.0;

/// So many clients have a line, even where there is hardly room.
pub const CLIENTS: usize = 2;

/// There is room for so many lines.
pub fn room(height: f64) -> usize {
    (height / APART) as usize
}

/// The first client that has a line, so that one which is asked for has one, too: no line moves
/// that need not.
pub fn first(first: usize, wanted: Option<usize>, all: usize, room: usize) -> usize {
    let (least, most) = wanted.map_or((0, all), |wanted| ((wanted + 1).saturating_sub(room), wanted));
    first.clamp(least, most).min(all.saturating_sub(room))
}

/// A message that is drawn, until when, and how far it came by then.
pub type Leg = (Trip, Time, Share);

/// How many messages of each shape there are.
type Counts = [usize; Shape::ALL.len()];

/// Up to so many arrows are drawn as they are …
const FEW: usize = 600;

/// … and of more at most so many of each shape.
const OF_A_KIND: usize = 250;

/// So many times without a leader and calls bear words.
pub const WORDS: usize = 4;

/// How far a message came.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Share {
    /// It arrived.
    All,
    /// It got lost on its way.
    Lost,
    /// It is on its way.
    Part(f64),
}

/// Words at a place.
#[derive(Clone, PartialEq, Debug)]
pub struct Caption {
    /// Where they begin, or what they are in the middle of.
    pub at: Point,
    /// What they say.
    pub words: String,
}

/// What is drawn, as SVG path data.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Drawing {
    /// The lines themselves.
    pub lines: String,
    /// Leaders.
    pub leads: String,
    /// Candidates.
    pub stands: String,
    /// Where servers were down or paused: nothing happens there.
    pub silent: String,
    /// Crashes.
    pub crashes: String,
    /// Times with cut links.
    pub parted: String,
    /// Who was apart in them.
    pub apart: Vec<Caption>,
    /// Times without a leader.
    pub empty: String,
    /// How long those were.
    pub gaps: Vec<Caption>,
    /// The messages, in the order of [`Shape::ALL`]: arrows, and where they arrived.
    pub arrows: Vec<(String, String)>,
    /// Messages that got lost.
    pub lost: String,
    /// Calls of clients: waiting, done, failed, unknown.
    pub calls: [String; 4],
    /// What they asked.
    pub asked: Vec<Caption>,
}

impl Drawing {
    /// What a frame shows of a run up to the present; `records` are those up to there.
    pub fn of(frame: &Frame, world: &World, records: &[Record], lanes: &Lanes, reigns: &[Reign]) -> Drawing {
        let now = world.now();
        let mut drawing = Drawing::of_states(frame, lanes, reigns, now);
        drawing.calls(frame, lanes, now);
        drawing.messages(frame, world, records);
        drawing
    }

    /// The same without clients and messages: who led, stood and was down, and when nobody led.
    pub fn of_states(frame: &Frame, lanes: &Lanes, reigns: &[Reign], now: Time) -> Drawing {
        let mut drawing = Drawing { arrows: vec![Default::default(); Shape::ALL.len()], ..Drawing::default() };
        frame.lines.iter().for_each(|(_, y)| across(&mut drawing.lines, frame.across.start, frame.across.end, *y));
        drawing.states(frame, lanes, now);
        drawing.shades(frame, lanes, reigns, now);
        drawing
    }

    fn states(&mut self, frame: &Frame, lanes: &Lanes, now: Time) {
        for Stretch { what: (id, state), from, to } in shown(&lanes.states, frame, now) {
            let Some(y) = frame.y(Line::Server(*id)) else { continue };
            let Some((left, right)) = frame.cut(*from, to.unwrap_or(now).min(now)) else { continue };
            let path = match state {
                State::Leads => &mut self.leads,
                State::Stands => &mut self.stands,
                State::Down | State::Paused => &mut self.silent,
            };
            across(path, left, right, y);
            if *state == State::Down && *from >= frame.window.start {
                draw(&mut self.crashes, &[("M", left - 4.0), (" ", y - 4.0)], "l8 8m0 -8l-8 8");
            }
        }
    }

    /// Behind everything: times without a leader, and with cut links.
    fn shades(&mut self, frame: &Frame, lanes: &Lanes, reigns: &[Reign], now: Time) {
        // Between the first two lines: nobody sends much while nobody leads.
        let words_at = frame.lines.iter().take(2).map(|(_, y)| *y).sum::<f64>() / 2.0 + 4.0;
        let high = frame.lines.last().map_or(0.0, |(_, y)| *y + 10.0);
        let band = |path: &mut String, left: f64, right: f64| {
            draw(path, &[("M", left), (" ", 0.0), ("H", right), ("V", high), ("H", left)], "z");
        };
        for Stretch { what: cuts, from, to } in shown(&lanes.parted, frame, now) {
            if let Some((left, right)) = frame.cut(*from, to.unwrap_or(now).min(now)) {
                band(&mut self.parted, left, right);
                self.apart(frame, cuts, left, right);
            }
        }
        let ends = reigns.iter().filter_map(|reign| reign.to);
        let starts = reigns.iter().skip(1).map(|reign| reign.from).chain([now]);
        for (from, to) in ends.zip(starts).filter(|(from, to)| from < to && *from <= now) {
            let to = to.min(now);
            if let Some((left, right)) = frame.cut(from, to) {
                band(&mut self.empty, left, right);
                if right - left > 90.0 {
                    let words = format!("no leader, {}", words::length(to.since(from)));
                    self.gaps.push(Caption { at: Point { x: (left + right) / 2.0, y: words_at }, words });
                }
            }
        }
        keep_last(&mut self.gaps);
    }

    /// Who is apart, in the middle of the band and under the lines, if there is room for it.
    fn apart(&mut self, frame: &Frame, cuts: &Cuts, left: f64, right: f64) {
        let servers: Vec<ServerId> = (frame.lines.iter())
            .filter_map(|(line, _)| match line {
                Line::Server(id) => Some(*id),
                Line::Client(_) => None,
            })
            .collect();
        let words = apart::words(cuts, &servers);
        if right - left > 5.8 * words.chars().count() as f64 {
            let y = frame.lines.last().map_or(0.0, |(_, y)| *y + 12.0);
            self.apart.push(Caption { at: Point { x: (left + right) / 2.0, y }, words });
        }
        keep_last(&mut self.apart);
    }

    fn calls(&mut self, frame: &Frame, lanes: &Lanes, now: Time) {
        let mut free = f64::MIN;
        for Stretch { what: call, from, to } in shown(&lanes.calls, frame, now) {
            let Some(y) = frame.y(Line::Client(call.client)) else { continue };
            let ended = to.filter(|to| *to <= now);
            let Some((left, right)) = frame.cut(*from, ended.unwrap_or(now)) else { continue };
            let end = if ended.is_some() { call.end } else { End::Waits };
            let sign = ["…", "✓", "✕", "?"][end as usize];
            across(&mut self.calls[end as usize], left, right.max(left + 2.0), y);
            if left > free {
                let words = format!("{} {sign}", call.words);
                free = left + 8.0 + 6.5 * words.chars().count() as f64;
                self.asked.push(Caption { at: Point { x: left, y: y - 5.0 }, words });
            }
        }
        keep_last(&mut self.asked);
    }

    fn messages(&mut self, frame: &Frame, world: &World, records: &[Record]) {
        let (legs, all) = frame.legs(world, records);
        if all > FEW {
            let middle = (frame.across.start + frame.across.end) / 2.0;
            let words = format!("{} messages: a part of them is drawn", words::number(all));
            self.gaps.insert(0, Caption { at: Point { x: middle, y: 9.0 }, words });
        }
        for (trip, at, share) in legs {
            self.arrow(frame, &trip, at, share);
        }
    }

    /// An arrow that has come so far at a time.
    fn arrow(&mut self, frame: &Frame, trip: &Trip, at: Time, share: Share) {
        let Some((from, to)) = frame.arrow(trip, at, share) else { return };
        let Some((arrows, ends)) = self.arrows.get_mut(Shape::of(trip.kind) as usize) else { return };
        draw(arrows, &[("M", from.x), (" ", from.y), ("L", to.x), (" ", to.y)], "");
        match share {
            Share::Lost => draw(&mut self.lost, &[("M", to.x - 3.0), (" ", to.y - 3.0)], "l6 6m0 -6l-6 6"),
            Share::All => draw(ends, &[("M", to.x), (" ", to.y)], "h0"),
            Share::Part(_) => {}
        }
    }
}

/// The latest stretches that a frame may show.
fn shown<'l, T>(all: &'l [Stretch<T>], frame: &Frame, now: Time) -> impl Iterator<Item = &'l Stretch<T>> {
    const MOST: usize = 1_000;
    let Range { start, end } = frame.window;
    let end = end.min(now);
    let begun = all.partition_point(|one| one.from <= end);
    all[begun.saturating_sub(MOST)..begun].iter().filter(move |one| one.to.is_none_or(|to| to >= start))
}

fn keep_last(captions: &mut Vec<Caption>) {
    captions.drain(..captions.len().saturating_sub(WORDS));
}

fn across(path: &mut String, left: f64, right: f64, y: f64) {
    draw(path, &[("M", left), (" ", y), ("H", right)], "");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playback::Playback;
    use raft_sim::scenario::parse;

    fn drawn(text: &str, at: Time) -> (Frame, Drawing) {
        let mut playback = Playback::new(parse(text).expect("a scenario").scenario);
        while !playback.seek(at) {}
        let servers: Vec<_> = playback.world().servers().iter().map(|server| server.id).collect();
        let clients: Vec<_> = playback.world().clients().iter().map(|client| client.id).collect();
        let frame = Frame::new(Time::ZERO..Time::seconds(1), &servers, &clients, 1_018.0, 120.0);
        let chronicle = &playback.chronicle;
        let drawing = Drawing::of(&frame, playback.world(), playback.records(), &chronicle.lanes, &chronicle.reigns);
        (frame, drawing)
    }

    const STORY: &str =
        "raft 1\nservers 3\nset latency 10ms\nat 0ms timeout S1\nat 100ms write x=1\nat 200ms crash S1\n";

    #[test]
    fn a_window_follows_the_present_and_shows_all_while_that_is_short() {
        let (second, long) = (Time::seconds(1), Time::seconds(9));
        assert_eq!(window(Time::millis(300), Time::millis(500), second), Time::ZERO..Time::millis(500));
        assert_eq!(window(Time::seconds(5), long, second), Time::millis(4_250)..Time::millis(5_250));
        assert_eq!(window(long, long, second), Time::seconds(8)..long);
    }

    #[test]
    fn clients_have_lines_where_there_is_room_and_who_is_asked_for_has_one() {
        assert_eq!((room(174.0), room(104.0), room(-16.0)), (10, 6, 0));
        assert_eq!(first(0, None, 20, 5), 0);
        assert_eq!(first(0, Some(4), 20, 5), 0);
        assert_eq!(first(0, Some(5), 20, 5), 1);
        assert_eq!(first(1, Some(3), 20, 5), 1);
        assert_eq!(first(10, Some(3), 20, 5), 3);
        assert_eq!(first(3, Some(19), 20, 5), 15);
        assert_eq!(first(15, None, 2, 5), 0);
    }

    #[test]
    fn a_time_and_its_place_are_one() {
        let frame = Frame::new(Time::seconds(2)..Time::seconds(3), &[ServerId(1)], &[], 1_018.0, 100.0);
        for ms in [2_000, 2_250, 2_999] {
            assert_eq!(frame.time(frame.x(Time::millis(ms))).0 / 100, Time::millis(ms).0 / 100);
        }
    }

    #[test]
    fn a_leader_is_a_line_until_it_crashes_and_then_nobody_leads() {
        let (frame, drawing) = drawn(STORY, Time::millis(320));
        let (y, x) = (frame.lines[0].1, |ms| frame.x(Time::millis(ms)));
        let mut leads = String::new();
        across(&mut leads, x(20), x(200), y);
        assert_eq!(drawing.leads, leads);
        assert!(!drawing.crashes.is_empty() && !drawing.silent.is_empty());
        assert_eq!(drawing.gaps[0].words, "no leader, 120 ms");
    }

    #[test]
    fn a_band_says_who_was_apart_in_it() {
        let text = "raft 1\nservers 4\nat 100ms partition S1 S2 | S3 S4\nat 300ms cut S1->S2\nat 500ms heal\n";
        let (_, drawing) = drawn(text, Time::millis(700));
        let words: Vec<_> = drawing.apart.iter().map(|caption| caption.words.as_str()).collect();
        assert_eq!(words, ["S1 S2 | S3 S4", "S1 S2 | S3 S4"]);
        let (_, drawing) = drawn(text, Time::millis(110));
        assert!(drawing.apart.is_empty() && !drawing.parted.is_empty(), "there is no room for words");
    }

    #[test]
    fn of_a_crowd_of_messages_some_of_each_kind_are_drawn_all_over_the_window() {
        let crowd = "raft 1\nservers 9\nset latency 10ms\nset heartbeat 5ms\nat 0ms timeout S1\nat 500ms cut S1->S2\n";
        let (frame, drawing) = drawn(crowd, Time::millis(640));
        let count = |shape: Shape| drawing.arrows[shape as usize].0.matches('M').count();
        assert!(count(Shape::Vote) >= 8, "the election is not lost among the heartbeats");
        assert!(drawing.gaps[0].words.ends_with("messages: a part of them is drawn"), "{:?}", drawing.gaps);
        let lost = drawing.lost.matches('M').count();
        assert!(lost > 20, "what got lost is not left out");
        assert!(count(Shape::Heartbeat) <= OF_A_KIND + lost, "{}", count(Shape::Heartbeat));
        let arrows = drawing.arrows[Shape::Heartbeat as usize].0.split('M').skip(1);
        let starts = arrows.filter_map(|arrow| arrow.split(' ').next()?.parse::<f64>().ok());
        let starts: Vec<f64> = starts.collect();
        for part in 1..6 {
            let (left, right) = (frame.x(Time::millis(part * 100)), frame.x(Time::millis(part * 100 + 100)));
            assert!(starts.iter().any(|x| (left..right).contains(x)), "none from {part}00 ms on");
        }
    }

    #[test]
    fn votes_go_out_and_come_back_and_a_call_ends() {
        let (frame, drawing) = drawn(STORY, Time::millis(190));
        let count = |shape: Shape| drawing.arrows[shape as usize].0.matches('M').count();
        assert_eq!((count(Shape::Vote), count(Shape::VoteReply)), (2, 2));
        assert_eq!(drawing.asked[0].words, "x=1 ✓");
        assert!(frame.lines.len() == 4 && !drawing.calls[End::Ok as usize].is_empty());
    }
}
