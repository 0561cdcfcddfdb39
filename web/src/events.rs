//! Events as marks on the lines of the space-time diagram: a shape for each kind, so that none needs its colour.

use raft_core::{Note, ServerId, Time};
use raft_sim::record::{Record, What};

use crate::chronicle::Told;
use crate::diagram::{Frame, Line};
use crate::layout::{circle, draw};

/// So many lines of the story at most are looked through for a window.
const MOST: usize = 2_000;

/// Nearer to each other two marks of a kind are one.
const NEAR: f64 = 5.0;

/// What is marked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// An election timer ran out: somebody stands for election, or asks whether to.
    Stands,
    /// Somebody leads.
    Leads,
    /// A leader leads no longer.
    StepsDown,
    /// Entries were committed.
    Commits,
    /// A server is back.
    Back,
    /// A server stands still.
    Pauses,
    /// A promise fell.
    Falls,
}

impl Kind {
    /// All, in the order in which they are drawn.
    pub const ALL: [Kind; 7] =
        [Kind::Commits, Kind::Stands, Kind::StepsDown, Kind::Leads, Kind::Back, Kind::Pauses, Kind::Falls];

    /// Its name in the style sheet.
    pub fn class(self) -> &'static str {
        match self {
            Kind::Stands => "event-stands",
            Kind::Leads => "event-leads",
            Kind::StepsDown => "event-steps-down",
            Kind::Commits => "event-commits",
            Kind::Back => "event-back",
            Kind::Pauses => "event-pauses",
            Kind::Falls => "event-falls",
        }
    }

    /// What it means, for who looks it up.
    pub fn words(self) -> &'static str {
        match self {
            Kind::Stands => "its election timer ran out",
            Kind::Leads => "it leads from here on",
            Kind::StepsDown => "it leads no longer",
            Kind::Commits => "the leader committed entries",
            Kind::Back => "it is back",
            Kind::Pauses => "it stands still",
            Kind::Falls => "a promise falls, or the scenario fails",
        }
    }

    /// Draws one.
    pub fn press(self, path: &mut String, x: f64, y: f64) {
        let (left, above, rest) = match self {
            Kind::Stands => (-5.0, 0.0, "l5 -5l5 5l-5 5z"),
            Kind::Leads => (0.0, -9.0, "l7.5 14h-15z"),
            Kind::StepsDown => (0.0, 9.0, "l7.5 -14h-15z"),
            Kind::Commits => (0.0, -5.5, "v11"),
            Kind::Back => return circle(path, crate::layout::Point { x, y }, 4.0),
            Kind::Pauses => (-2.5, -5.0, "v10m5 0v-10"),
            Kind::Falls => (0.0, -9.0, "v11m0 5v2"),
        };
        draw(path, &[("M", x + left), (" ", y + above)], rest);
    }

    fn of(what: &What) -> Option<(Kind, Option<ServerId>)> {
        Some(match what {
            What::Decided(id, Note::Campaigns { .. } | Note::AsksFirst { .. }) => (Kind::Stands, Some(*id)),
            What::Decided(id, Note::Leads { .. }) => (Kind::Leads, Some(*id)),
            What::Decided(id, Note::StepsDown { led: true, .. }) => (Kind::StepsDown, Some(*id)),
            What::Decided(id, Note::Commits { .. }) => (Kind::Commits, Some(*id)),
            What::Restarted(id) | What::Resumed(id) => (Kind::Back, Some(*id)),
            What::Paused(id) => (Kind::Pauses, Some(*id)),
            What::Violates(_) | What::Fails(_) => (Kind::Falls, None),
            _ => return None,
        })
    }
}

/// The marks of a window, as path data in the order of [`Kind::ALL`]; a promise is everybody's, and stands on top.
pub fn marks(frame: &Frame, told: &[Told], now: Time) -> [String; Kind::ALL.len()] {
    let mut paths: [String; Kind::ALL.len()] = Default::default();
    let mut drawn: Vec<(Kind, f64, f64)> = Vec::new();
    let end = told.partition_point(|told| told.record.at <= now.min(frame.window.end));
    let shown = told[..end].iter().rev().take_while(|told| told.record.at >= frame.window.start);
    for Told { record: Record { at, what, .. }, .. } in shown.take(MOST) {
        let Some((kind, id)) = Kind::of(what) else { continue };
        let x = frame.x(*at);
        let y = match id {
            Some(id) => frame.lines.iter().find(|(line, _)| *line == Line::Server(id)).map(|(_, y)| *y),
            None => Some(11.0),
        };
        let Some(y) = y else { continue };
        // The latest come first: only the one drawn last can be near.
        match drawn.iter_mut().find(|(other, _, line)| (*other, *line) == (kind, y)) {
            Some((_, last, _)) if *last - x < NEAR => continue,
            Some((_, last, _)) => *last = x,
            None => drawn.push((kind, x, y)),
        }
        if let Some(place) = Kind::ALL.iter().position(|other| *other == kind) {
            kind.press(&mut paths[place], x, y);
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playback::Playback;
    use raft_sim::scenario::parse;

    fn count(text: &str, from: u64, now: u64) -> Vec<(&'static str, usize)> {
        let mut playback = Playback::new(parse(text).expect("a scenario").scenario);
        while !playback.seek(Time::millis(now)) {}
        let servers: Vec<_> = playback.world().servers().iter().map(|server| server.id).collect();
        let frame = Frame::new(Time::millis(from)..Time::seconds(1), &servers, &[], 1_018.0, 120.0);
        let paths = marks(&frame, &playback.chronicle.told, playback.now());
        let counts = Kind::ALL.iter().zip(paths).map(|(kind, d)| (kind.class(), d.matches('M').count()));
        counts.filter(|(_, count)| *count > 0).collect()
    }

    const STORY: &str = "raft 1\nservers 3\nset latency 10ms\nat 0ms timeout S1\nat 100ms write x=1\n\
        at 150ms pause S3\nat 190ms resume S3\nat 200ms crash S2\nat 250ms restart S2\nat 300ms timeout S3\n";

    #[test]
    fn what_happens_on_a_line_is_marked_there_by_its_shape() {
        let all = [("event-commits", 3), ("event-stands", 2), ("event-steps-down", 1), ("event-leads", 2)];
        let all: Vec<_> = all.into_iter().chain([("event-back", 2), ("event-pauses", 1)]).collect();
        assert_eq!(count(STORY, 0, 400), all);
        assert_eq!(count(STORY, 0, 90), [("event-commits", 1), ("event-stands", 1), ("event-leads", 1)]);
        assert_eq!(count(STORY, 195, 260), [("event-back", 1)]);
    }

    #[test]
    fn where_much_is_committed_marks_do_not_run_into_one_another() {
        let writes: String = (100..300).map(|n| format!("at {}ms write x={n}\n", n * 2)).collect();
        let much = format!("raft 1\nservers 3\nset latency 1ms\nat 0ms timeout S1\n{writes}");
        let commits = count(&much, 0, 900)[0];
        assert!(commits.0 == "event-commits" && (40..=100).contains(&commits.1), "{commits:?}");
    }
}
