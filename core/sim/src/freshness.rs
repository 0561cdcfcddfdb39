//! Whether reads are fresh (§8): a read sees every write that was acknowledged, or read by another,
//! before it was asked for.
//!
//! This is the cheap half of linearizability, watched in every run: it compares places of the
//! log, not histories.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;

use raft_core::Index;

use crate::machine::{ClientId, Operation, Request};

/// History variables that no server has.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Freshness {
    /// By client: its latest write that was applied somewhere.
    written: BTreeMap<ClientId, (u64, Arc<str>, Index)>,
    /// By client: the latest answer to a read, and the write that it shows.
    read: BTreeMap<ClientId, (u64, Arc<str>, Index)>,
    /// By key: writes that were applied somewhere, but for those before the latest that clients know of.
    applied: BTreeMap<Arc<str>, BTreeSet<Index>>,
    /// By key: the latest write that a client knows of, as it was done or read.
    known: BTreeMap<Arc<str>, Index>,
    /// By client: the read that it waits for, and which write of that key was known before.
    asked: BTreeMap<ClientId, (u64, Index)>,
}

impl Freshness {
    /// A client's operation is applied at a place of the log, by whichever server.
    pub(crate) fn applied(&mut self, request: &Request, index: Index) {
        let Request { client: Some(client), serial, operation, .. } = request else { return };
        if operation.is_read() {
            return;
        }
        // The first time is what counts: a repeated command changes nothing (thesis §6.3).
        if self.written.get(client).is_none_or(|(latest, ..)| latest < serial) {
            self.written.insert(*client, (*serial, operation.key().clone(), index));
            self.applied.entry(operation.key().clone()).or_default().insert(index);
        }
    }

    /// A client is told what came of it.
    pub(crate) fn told(&mut self, client: ClientId, serial: u64) {
        for of in [&self.written, &self.read] {
            let Some((_, key, index)) = of.get(&client).filter(|(latest, ..)| *latest == serial) else { continue };
            let known = self.known.entry(key.clone()).or_default();
            *known = (*known).max(*index);
            if let Some(applied) = self.applied.get_mut(key) {
                *applied = applied.split_off(known);
            }
        }
    }

    /// A client asks for something, for the first time.
    pub(crate) fn asks(&mut self, client: ClientId, serial: u64, operation: &Operation) {
        if let Operation::Get { key } = operation {
            let before = self.known.get(key).copied().unwrap_or_default();
            self.asked.insert(client, (serial, before));
        }
    }

    /// A server that has applied so much answers a client's read. Returns the write that it misses.
    pub(crate) fn answers(&mut self, client: ClientId, serial: u64, key: &Arc<str>, applied: Index) -> Option<Index> {
        let shown = self.applied.get(key).and_then(|writes| writes.range(..=applied).next_back());
        if let Some(shown) = shown {
            self.read.insert(client, (serial, key.clone(), *shown));
        }
        let (_, before) = self.asked.get(&client).filter(|(latest, _)| *latest == serial)?;
        (applied < *before).then_some(*before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Sessions;

    #[test]
    fn a_command_that_is_applied_again_is_of_its_first_place() {
        let key: Arc<str> = "x".into();
        let write = Operation::Set { key: key.clone(), value: "1".into() };
        let (writer, reader) = (ClientId(1), ClientId(2));
        let request = Request { client: Some(writer), serial: 1, operation: write, sessions: Sessions::All };
        let mut fresh = Freshness::default();
        fresh.applied(&request, Index(2));
        fresh.applied(&request, Index(5));
        fresh.told(writer, 1);
        fresh.asks(reader, 1, &Operation::Get { key: key.clone() });
        assert_eq!(fresh.answers(reader, 1, &key, Index(1)), Some(Index(2)));
        assert_eq!(fresh.answers(reader, 1, &key, Index(2)), None);
    }
}
