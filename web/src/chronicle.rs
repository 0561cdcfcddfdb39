//! What was seen so far: the lines of the story and the paint of the scrub bar.
//!
//! It is read from the records of the run as time first passes them, and it stays when the
//! reader goes back, so that the future that was left can be seen and returned to. A deed in the
//! past cuts it off there.

use std::collections::BTreeMap;

use raft_core::{Note, ServerId, Term, Time};
use raft_sim::record::{Record, What};
use raft_sim::timeline::is_routine;
use raft_sim::words::{Weight, line};

use crate::lanes::Lanes;

/// A record worth telling, with its place among all records.
#[derive(Clone, PartialEq, Debug)]
pub struct Told {
    /// Its place among the records of the run, from 0.
    pub place: usize,
    /// How much it matters.
    pub weight: Weight,
    /// The record.
    pub record: Record,
}

/// A time with one leader, the one of the highest term.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reign {
    /// Who leads.
    pub leader: ServerId,
    /// In which term.
    pub term: Term,
    /// From.
    pub from: Time,
    /// To; nothing while it lasts.
    pub to: Option<Time>,
}

/// A place on the scrub bar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    /// When.
    pub at: Time,
    /// What.
    pub sign: Sign,
}

/// The signs on the scrub bar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Sign {
    /// Entries were committed.
    Commit,
    /// A server crashed.
    Crash,
    /// A server was paused.
    Pause,
    /// A server came back.
    Back,
    /// Somebody stood for election.
    Stands,
    /// Links were cut or mended.
    Links,
    /// The scenario stops or marks the place.
    Stop,
    /// A promise broke.
    Broken,
}

/// What was seen so far.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Chronicle {
    /// How many records were read.
    read: usize,
    /// What is worth telling.
    pub told: Vec<Told>,
    /// Who led when.
    pub reigns: Vec<Reign>,
    /// The signs, in order.
    pub marks: Vec<Mark>,
    /// What lasted, for the space-time diagram.
    pub lanes: Lanes,
    /// Changes whenever reigns or marks do.
    pub version: u64,
}

/// More lines than this nobody reads; the oldest go first, small steps before the story.
const MOST_TOLD: usize = 20_000;

/// More signs and reigns than this no scrub bar can show.
const MOST_MARKS: usize = 8_000;

/// Among so many, two signs of a kind stand at different places of a scrub bar.
const PLACES: u64 = 1_000;

impl Chronicle {
    /// Reads on where it stopped, in the records of a run from the one with this number on. Records
    /// only ever grow, as long as nobody acts in the past.
    pub fn read(&mut self, first: usize, records: &[Record]) {
        for (n, record) in (first..).zip(records).skip(self.read.saturating_sub(first)) {
            if is_routine(&record.what) {
                continue;
            }
            self.paint(record);
            self.told.push(Told { place: n, weight: line(record).weight, record: record.clone() });
        }
        self.read = self.read.max(first + records.len());
        if self.told.len() > MOST_TOLD || self.marks.len().max(self.reigns.len()) > MOST_MARKS {
            self.stay_small();
        }
    }

    /// However long a run is, what is kept of it is not.
    #[inline(never)]
    fn stay_small(&mut self) {
        if self.told.len() > MOST_TOLD {
            let late = self.told[MOST_TOLD / 2].place;
            self.told.retain(|told| told.place >= late || told.weight == Weight::Story);
            let spare = self.told.len().saturating_sub(MOST_TOLD * 3 / 4);
            self.told.drain(..spare);
        }
        let Some(span) = self.marks.last().map(|mark| mark.at.0 / PLACES + 1) else { return };
        if self.marks.len() > MOST_MARKS {
            let mut latest = BTreeMap::new();
            self.marks.retain(|mark| latest.insert(mark.sign, mark.at.0 / span) != Some(mark.at.0 / span));
        }
        if self.reigns.len() > MOST_MARKS {
            let wide = |reign: &Reign| reign.to.is_none_or(|to| to.since(reign.from).0 > span / 4);
            self.reigns.retain(wide);
        }
    }

    fn paint(&mut self, record: &Record) {
        self.lanes.read(record);
        let at = record.at;
        let sign = match &record.what {
            What::Decided(server, Note::Leads { term, .. }) => return self.crown(*server, *term, at),
            What::Decided(server, Note::StepsDown { led: true, .. }) => return self.end_reign(*server, at),
            What::Decided(_, Note::Campaigns { .. }) => Sign::Stands,
            What::Decided(_, Note::Commits { .. }) => Sign::Commit,
            What::Crashed(server, _) => {
                self.end_reign(*server, at);
                Sign::Crash
            }
            What::Paused(_) => Sign::Pause,
            What::Restarted(_) | What::Resumed(_) => Sign::Back,
            What::Cut(_) | What::Partitioned(_) | What::Healed(_) => Sign::Links,
            What::Stops(_) | What::Poses(_) | What::Marks(_) => Sign::Stop,
            What::Violates(_) | What::Fails(_) => Sign::Broken,
            _ => return,
        };
        self.marks.push(Mark { at, sign });
        self.version += 1;
    }

    fn crown(&mut self, leader: ServerId, term: Term, from: Time) {
        if let Some(last) = self.reigns.last_mut()
            && last.to.is_none()
        {
            if last.term > term {
                return;
            }
            last.to = Some(from);
        }
        self.reigns.push(Reign { leader, term, from, to: None });
        self.version += 1;
    }

    fn end_reign(&mut self, leader: ServerId, at: Time) {
        if let Some(last) = self.reigns.last_mut()
            && last.leader == leader
            && last.to.is_none()
        {
            last.to = Some(at);
            self.version += 1;
        }
    }

    /// Forgets what happened at a time and after it: the future is another one from here on. So many
    /// records came before.
    pub fn cut(&mut self, place: usize, at: Time) {
        self.read = self.read.min(place);
        self.told.truncate(self.told.partition_point(|told| told.place < place));
        self.marks.truncate(self.marks.partition_point(|mark| mark.at < at));
        self.reigns.retain(|reign| reign.from < at);
        if let Some(last) = self.reigns.last_mut() {
            last.to = last.to.filter(|to| *to < at);
        }
        self.lanes.cut(at, self.told.iter().map(|told| &told.record));
        self.version += 1;
    }

    /// How many of the lines belong to the first `place` records.
    pub fn current(&self, place: usize) -> usize {
        self.told.partition_point(|told| told.place < place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads(at: u64, server: u32, term: u64) -> Record {
        let note = Note::Leads { term: Term(term), votes: Vec::new() };
        Record { at: Time::millis(at), event: at, what: What::Decided(ServerId(server), note) }
    }

    fn crash(at: u64, server: u32) -> Record {
        Record { at: Time::millis(at), event: at, what: What::Crashed(ServerId(server), 0) }
    }

    #[test]
    fn a_reign_ends_with_a_crash_and_a_cut_gives_it_back() {
        let records = [leads(10, 1, 1), crash(50, 1), leads(90, 2, 2)];
        let mut chronicle = Chronicle::default();
        chronicle.read(0, &records[..1]);
        chronicle.read(0, &records);
        let first = Reign { leader: ServerId(1), term: Term(1), from: Time::millis(10), to: Some(Time::millis(50)) };
        assert_eq!(chronicle.reigns[0], first);
        assert_eq!(chronicle.reigns.len(), 2);
        chronicle.cut(1, Time::millis(20));
        assert_eq!(chronicle.reigns, [Reign { to: None, ..first }]);
        assert_eq!((chronicle.told.len(), chronicle.marks.len()), (1, 0));
    }

    #[test]
    fn a_chronicle_stays_small_and_keeps_the_story() {
        let small = |n: u64| {
            let (server, index) = (ServerId(1), raft_core::Index(n));
            let what = match n % 50 {
                0 => What::Decided(server, Note::Commits { index, copies: 3, of: 5 }),
                _ => What::Applied { server, first: index, last: index },
            };
            Record { at: Time::millis(n), event: n, what }
        };
        let mut chronicle = Chronicle::default();
        for n in 0..100 {
            let reign = [leads(n * 1_000, 1, n), crash(n * 1_000 + 900, 1)];
            let records: Vec<Record> = reign.into_iter().chain((0..998).map(|m| small(n * 1_000 + m))).collect();
            chronicle.read(n as usize * 1_000, &records);
        }
        assert!(chronicle.told.len() <= MOST_TOLD && chronicle.marks.len() <= MOST_MARKS);
        assert_eq!(chronicle.reigns.len(), 100);
        assert_eq!(chronicle.told.iter().filter(|told| told.weight == Weight::Story).count(), 200 + 2_000);
    }

    #[test]
    fn a_leader_of_an_older_term_does_not_paint_over_the_newer_one() {
        let mut chronicle = Chronicle::default();
        chronicle.read(0, &[leads(10, 1, 5), leads(20, 2, 4)]);
        assert_eq!(chronicle.reigns.len(), 1);
        assert_eq!(chronicle.reigns[0].leader, ServerId(1));
    }
}
