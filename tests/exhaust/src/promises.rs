//! What must hold (Figure 3), as `core/sim/src/checker.rs` says it, with the history that it takes.

use raft_core::{Entry, Index, ServerId, Term};
use raft_sim::checker::Promise;

use crate::server::{Outcome, Server, entries};

/// What no server needs to remember, and the promises speak of.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct History {
    /// Who led which term, and with which log it began, in the order of the terms.
    pub elections: Vec<(Term, ServerId, Vec<Entry>)>,
    /// By index: what was first applied there, on whichever server, and in which term that server was.
    pub committed: Vec<(Entry, Term)>,
    /// How often clients wrote.
    pub writes: u8,
    /// How often servers crashed.
    pub crashes: u8,
}

impl History {
    /// The history after an event at a server, or the promise that it breaks.
    pub fn after(&self, server: &Server, outcome: &Outcome) -> Result<History, Promise> {
        let mut history = self.clone();
        let term = server.term();
        if outcome.rewrote {
            return Err(Promise::LeaderAppendOnly);
        }
        if outcome.elected {
            history.elected(server)?;
        }
        for (index, entry) in &outcome.applied {
            history.applied(*index, entry, term)?;
        }
        Ok(history)
    }

    fn elected(&mut self, leader: &Server) -> Result<(), Promise> {
        let (term, id, log) = (leader.term(), leader.id(), entries(leader.node.log()));
        if self.elections.iter().any(|(other, who, _)| *other == term && *who != id) {
            return Err(Promise::ElectionSafety);
        }
        let lacks = |(place, (entry, committed_in)): (usize, &(Entry, Term))| {
            *committed_in < term && log.get(place) != Some(entry)
        };
        if self.committed.iter().enumerate().any(lacks) {
            return Err(Promise::LeaderCompleteness);
        }
        self.elections.push((term, id, log));
        self.elections.sort_by_key(|(term, ..)| *term);
        Ok(())
    }

    fn applied(&mut self, index: Index, entry: &Entry, term: Term) -> Result<(), Promise> {
        let place = index.0 as usize - 1;
        if let Some((known, _)) = self.committed.get(place) {
            return if known == entry { Ok(()) } else { Err(Promise::StateMachineSafety) };
        }
        self.committed.push((entry.clone(), term));
        // An old leader may commit when a newer one is elected already: that one must have it too.
        match self.elections.iter().any(|(later, _, log)| *later > term && log.get(place) != Some(entry)) {
            true => Err(Promise::LeaderCompleteness),
            false => Ok(()),
        }
    }
}

/// Log Matching: entries with the same index and term stand in logs that agree up to there (§5.3).
pub fn logs_match(one: &[Entry], other: &[Entry]) -> bool {
    let same = one.iter().zip(other).rposition(|(one, other)| one.term == other.term);
    same.is_none_or(|place| one[..=place] == other[..=place])
}
