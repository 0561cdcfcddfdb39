//! To the next event of a kind, to the one before, or to where a condition comes to hold: in slices, so
//! that whoever waits for it can show how far it is and give up.

use alloc::string::ToString;

use raft_core::{Note, Time};

use super::Timeline;
use crate::record::{Record, What};
use crate::scenario::Predicate;

/// Events that can be gone to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    /// A message arrives.
    Message,
    /// A message is lost.
    Lost,
    /// Somebody stands for election.
    Candidate,
    /// Somebody is elected.
    Election,
    /// A leader commits entries.
    Commit,
    /// A client learns what came of what it asked.
    Answer,
    /// A server crashes, pauses, comes back or goes on.
    Crash,
    /// Links are cut or mended.
    Link,
    /// The scenario says or marks something.
    Mark,
    /// The scenario marks the place: where a section of a lecture begins.
    Section,
    /// A promise falls, or the scenario fails.
    Violation,
}

impl Stop {
    /// All of them, each with its name.
    pub const ALL: [(Stop, &str); 11] = [
        (Stop::Message, "message"),
        (Stop::Lost, "lost"),
        (Stop::Candidate, "candidate"),
        (Stop::Election, "election"),
        (Stop::Commit, "commit"),
        (Stop::Answer, "answer"),
        (Stop::Crash, "crash"),
        (Stop::Link, "link"),
        (Stop::Mark, "mark"),
        (Stop::Section, "section"),
        (Stop::Violation, "violation"),
    ];

    /// The one with this name.
    pub fn find(name: &str) -> Option<Stop> {
        Stop::ALL.iter().find(|(_, other)| *other == name).map(|(stop, _)| *stop)
    }

    /// Whether a record is of such an event.
    pub fn is(self, record: &Record) -> bool {
        match (&record.what, self) {
            (What::Arrived(_) | What::Waits(_), Stop::Message)
            | (What::Lost(..), Stop::Lost)
            | (What::Ended { .. }, Stop::Answer)
            | (What::Crashed(..) | What::Restarted(_) | What::Paused(_) | What::Resumed(_), Stop::Crash)
            | (What::Cut(_) | What::Partitioned(_) | What::Healed(_), Stop::Link)
            | (What::Says(_) | What::Stops(_) | What::Poses(_) | What::Marks(_), Stop::Mark)
            | (What::Marks(_), Stop::Section)
            | (What::Violates(_) | What::Fails(_), Stop::Violation) => true,
            (What::Decided(_, note), stop) => matches!(
                (note, stop),
                (Note::Campaigns { .. }, Stop::Candidate)
                    | (Note::Leads { .. }, Stop::Election)
                    | (Note::Commits { .. }, Stop::Commit)
            ),
            _ => false,
        }
    }
}

/// What is looked for.
#[derive(Clone, PartialEq, Debug)]
pub enum Goal {
    /// The next event of a kind.
    Next(Stop),
    /// The latest event of a kind before the present one.
    Previous(Stop),
    /// Where a condition holds. If it holds already, the next time that it comes to hold.
    Holds(Predicate),
}

/// A search that is under way.
#[derive(Clone, PartialEq, Debug)]
pub struct Search {
    goal: Goal,
    limit: Time,
    /// Whether the condition held when it was looked at last.
    held: bool,
    /// For the search back: what is looked for came before this event.
    before: u64,
}

/// How far a search is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// There it is: the present.
    Found,
    /// Not yet; there is more to look at.
    Open,
    /// It did not happen up to the limit, or up to the start; the present is there.
    Nowhere,
}

impl Search {
    /// From the present on, for so long at most.
    pub fn new(timeline: &Timeline, goal: Goal, within: Time) -> Search {
        let held = match &goal {
            Goal::Holds(predicate) => timeline.run().world().holds(predicate),
            _ => false,
        };
        let limit = (timeline.now() + within).min(super::LONGEST);
        Search { goal, limit, held, before: timeline.events() }
    }

    /// Looks on, at about so many events at most.
    pub fn go_on(&mut self, timeline: &mut Timeline, budget: usize) -> Progress {
        if let Goal::Previous(stop) = self.goal {
            return self.look_back(stop, timeline);
        }
        for _ in 0..budget {
            if timeline.run().next_due().is_none_or(|due| due > self.limit) {
                timeline.approach(self.limit, budget);
                return Progress::Nowhere;
            }
            let place = timeline.place();
            timeline.step();
            let found = match &self.goal {
                Goal::Next(stop) => timeline.records_from(place).iter().any(|record| stop.is(record)),
                Goal::Holds(predicate) => {
                    let held = core::mem::replace(&mut self.held, timeline.run().world().holds(predicate));
                    self.held && !held
                }
                Goal::Previous(_) => false,
            };
            if found {
                return Progress::Found;
            }
        }
        Progress::Open
    }

    /// In the records that are kept, or else in those of the stretch before them.
    fn look_back(&mut self, stop: Stop, timeline: &mut Timeline) -> Progress {
        let records = timeline.records();
        let known = &records[..records.partition_point(|record| record.event < self.before)];
        if let Some(record) = known.iter().rev().find(|record| stop.is(record)) {
            timeline.seek_event(record.event);
            return Progress::Found;
        }
        let from = timeline.known_from();
        if from == 0 {
            timeline.seek(Time::ZERO);
            return Progress::Nowhere;
        }
        self.before = from + 1;
        timeline.seek_event(from - 1);
        // The event from which on records were kept is the last one to be looked at now.
        timeline.step();
        Progress::Open
    }

    /// Until when it looks.
    pub fn limit(&self) -> Time {
        self.limit
    }

    /// What is looked for, in words of the scenario language or the name of a kind.
    pub fn words(&self) -> alloc::string::String {
        match &self.goal {
            Goal::Next(stop) | Goal::Previous(stop) => {
                Stop::ALL.iter().find(|(other, _)| other == stop).map_or("", |(_, name)| name).to_string()
            }
            Goal::Holds(predicate) => crate::scenario::format_predicate(predicate),
        }
    }
}
