//! What the space-time diagram draws along its lines: who led and who was down, from when to when;
//! what clients asked; when the network was parted. Read from the records, like the story.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use raft_core::{Note, ServerId, Time};

use crate::client::Verdict;
use crate::machine::ClientId;
use crate::record::{Record, What};

/// A time during which something lasted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stretch<T> {
    /// What.
    pub what: T,
    /// From.
    pub from: Time,
    /// To; nothing while it lasts.
    pub to: Option<Time>,
}

/// What a server was, if not a follower that runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// It led.
    Leads,
    /// It stood for election, or asked whether to.
    Stands,
    /// It was crashed.
    Down,
    /// It stood still.
    Paused,
}

/// How a call of a client ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// It has not.
    Waits,
    /// It took place.
    Ok,
    /// It did not.
    Failed,
    /// Nobody told the client.
    Unknown,
}

/// A call of a client.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// Who asks.
    pub client: ClientId,
    /// What.
    pub words: String,
    /// How it ended.
    pub end: End,
}

/// Links that nothing passes, from one server to another.
pub type Cuts = Vec<(ServerId, ServerId)>;

/// All of it, oldest first.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Lanes {
    /// Servers.
    pub states: Vec<Stretch<(ServerId, State)>>,
    /// Calls of clients.
    pub calls: Vec<Stretch<Call>>,
    /// Times with links that were cut, each with what was cut.
    pub parted: Vec<Stretch<Cuts>>,
    cuts: BTreeSet<(ServerId, ServerId)>,
}

impl Lanes {
    /// Takes notice of a record.
    pub fn read(&mut self, record: &Record) {
        let at = record.at;
        match &record.what {
            What::Decided(id, Note::Leads { .. }) => self.becomes(*id, Some(State::Leads), at),
            What::Decided(id, Note::Campaigns { .. } | Note::AsksFirst { .. }) => {
                self.becomes(*id, Some(State::Stands), at);
            }
            What::Decided(id, Note::StepsDown { .. } | Note::Follows { .. } | Note::GrantsVote { .. })
            | What::Restarted(id) => self.becomes(*id, None, at),
            What::Crashed(id, _) => self.becomes(*id, Some(State::Down), at),
            What::Paused(id) => push(&mut self.states, (*id, State::Paused), at),
            What::Resumed(id) => self.end(*id, at, |state| state == State::Paused),
            What::Asks { client, operation, tries: 1, .. } => {
                let what = Call { client: *client, words: operation.to_string(), end: End::Waits };
                push(&mut self.calls, what, at);
            }
            What::Ended { client, verdict, .. } => self.ended(*client, verdict, at),
            What::Cut(links) => {
                self.cuts.extend(links);
                self.part(at);
            }
            What::Partitioned(groups) => {
                let side = |id: &ServerId| groups.iter().position(|group| group.contains(id));
                let all: Vec<ServerId> = groups.concat();
                let across = all.iter().flat_map(|a| all.iter().map(move |b| (*a, *b)));
                self.cuts = across.filter(|(a, b)| side(a) != side(b)).collect();
                self.part(at);
            }
            What::Healed(links) => {
                if links.is_empty() {
                    self.cuts.clear();
                }
                links.iter().for_each(|link| _ = self.cuts.remove(link));
                self.part(at);
            }
            _ => {}
        }
    }

    /// Forgets what happened at a time and after it; these are the records from before.
    pub fn cut<'r>(&mut self, at: Time, records: impl Iterator<Item = &'r Record>) {
        forget(&mut self.states, at);
        forget(&mut self.calls, at);
        self.calls.iter_mut().filter(|call| call.to.is_none()).for_each(|call| call.what.end = End::Waits);
        forget(&mut self.parted, at);
        let mut cuts = Lanes::default();
        records.filter(|record| is_of_links(&record.what)).for_each(|record| cuts.read(record));
        self.cuts = cuts.cuts;
    }

    /// What it was ends, and it is something else, or a follower.
    fn becomes(&mut self, id: ServerId, state: Option<State>, at: Time) {
        let goes_on = |open: &&Stretch<(ServerId, State)>| open.to.is_none() && open.what.0 == id;
        if let Some(state) = state
            && self.states.iter().rev().find(goes_on).is_some_and(|open| open.what.1 == state)
        {
            return;
        }
        // A paused server decides nothing, but it can crash.
        self.end(id, at, |_| true);
        if let Some(state) = state {
            push(&mut self.states, (id, state), at);
        }
    }

    fn end(&mut self, id: ServerId, at: Time, which: impl Fn(State) -> bool) {
        let open = self.states.iter_mut().rev().take(OPEN).filter(|open| open.to.is_none() && open.what.0 == id);
        open.filter(|open| which(open.what.1)).for_each(|open| open.to = Some(at));
    }

    fn ended(&mut self, client: ClientId, verdict: &Verdict, at: Time) {
        let mut calls = self.calls.iter_mut().rev();
        let Some(call) = calls.find(|call| call.what.client == client && call.to.is_none()) else { return };
        call.to = Some(at);
        call.what.end = match verdict {
            Verdict::Ok(_) => End::Ok,
            Verdict::Failed => End::Failed,
            Verdict::Expired | Verdict::Unknown => End::Unknown,
        };
    }

    /// Another stretch begins with every change of what is cut.
    fn part(&mut self, at: Time) {
        let open = self.parted.last_mut().filter(|last| last.to.is_none());
        if open.as_ref().map_or(self.cuts.is_empty(), |open| open.what.iter().eq(&self.cuts)) {
            return;
        }
        if let Some(open) = open {
            open.to = Some(at);
        }
        if !self.cuts.is_empty() {
            push(&mut self.parted, self.cuts.iter().copied().collect(), at);
        }
    }
}

fn is_of_links(what: &What) -> bool {
    matches!(what, What::Cut(_) | What::Partitioned(_) | What::Healed(_))
}

/// Forgets what begins at a time or after it, and that something ended then.
fn forget<T>(all: &mut Vec<Stretch<T>>, at: Time) {
    all.truncate(all.partition_point(|one| one.from < at));
    all.iter_mut().for_each(|one| one.to = one.to.filter(|to| *to < at));
}

/// The oldest of too many go.
fn push<T>(all: &mut Vec<Stretch<T>>, what: T, from: Time) {
    if all.len() == MOST {
        all.drain(..MOST / 2);
    }
    all.push(Stretch { what, from, to: None });
}

/// More than this is kept of nothing.
const MOST: usize = 8_192;

/// What lasts is among so many of the latest stretches.
const OPEN: usize = 512;

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use raft_core::Term;

    fn read(what: impl IntoIterator<Item = (u64, What)>) -> Lanes {
        let mut lanes = Lanes::default();
        for (at, what) in what {
            lanes.read(&Record { at: Time::millis(at), event: at, what });
        }
        lanes
    }

    const S1: ServerId = ServerId(1);
    const S2: ServerId = ServerId(2);

    #[test]
    fn a_server_leads_until_it_crashes_and_is_down_until_it_restarts() {
        let leads = What::Decided(S1, Note::Leads { term: Term(1), votes: vec![] });
        let lanes = read([(10, leads), (50, What::Crashed(S1, 0)), (90, What::Restarted(S1))]);
        let stretch =
            |state, from, to| Stretch { what: (S1, state), from: Time::millis(from), to: Some(Time::millis(to)) };
        assert_eq!(lanes.states, [stretch(State::Leads, 10, 50), stretch(State::Down, 50, 90)]);
    }

    #[test]
    fn a_pause_does_not_end_what_a_server_was() {
        let leads = What::Decided(S1, Note::Leads { term: Term(1), votes: vec![] });
        let lanes = read([(10, leads), (50, What::Paused(S1)), (60, What::Resumed(S1))]);
        assert_eq!(lanes.states[0].to, None);
        assert_eq!(lanes.states[1].to, Some(Time::millis(60)));
    }

    #[test]
    fn the_network_is_parted_until_the_last_cut_is_mended_and_every_stretch_says_how() {
        let lanes = read([
            (10, What::Partitioned(vec![vec![S1], vec![S2]])),
            (20, What::Healed(vec![(S1, S2)])),
            (30, What::Healed(vec![])),
            (40, What::Cut(vec![(S1, S2)])),
        ]);
        let stretch = |what: &[_], from, to: Option<u64>| Stretch {
            what: what.to_vec(),
            from: Time::millis(from),
            to: to.map(Time::millis),
        };
        let both = stretch(&[(S1, S2), (S2, S1)], 10, Some(20));
        assert_eq!(lanes.parted, [both, stretch(&[(S2, S1)], 20, Some(30)), stretch(&[(S1, S2)], 40, None)]);
    }
}
