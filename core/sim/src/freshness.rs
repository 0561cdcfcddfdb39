//! Whether reads are fresh (§8): a read sees every write that was acknowledged before it was asked for.
//!
//! This is the cheap half of linearizability, watched in every run: it compares places of the
//! log, not histories.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;

use raft_core::Index;

use crate::machine::{ClientId, Operation, Request};

/// History variables that no server has.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Freshness {
    /// By client: its latest write that was applied somewhere.
    written: BTreeMap<ClientId, (u64, Arc<str>, Index)>,
    /// By key: the latest write that its client knows to be done.
    acknowledged: BTreeMap<Arc<str>, Index>,
    /// By client: the read that it waits for, and what was acknowledged for that key before.
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
        }
    }

    /// A client learns that its write is done.
    pub(crate) fn done(&mut self, client: ClientId, serial: u64) {
        let Some((_, key, index)) = self.written.get(&client).filter(|(latest, ..)| *latest == serial) else { return };
        let newest = self.acknowledged.entry(key.clone()).or_default();
        *newest = (*newest).max(*index);
    }

    /// A client asks for something, for the first time.
    pub(crate) fn asks(&mut self, client: ClientId, serial: u64, operation: &Operation) {
        if let Operation::Get { key } = operation {
            let before = self.acknowledged.get(key).copied().unwrap_or_default();
            self.asked.insert(client, (serial, before));
        }
    }

    /// A server that has applied so much answers a client's read. Returns the write that it misses.
    pub(crate) fn missed(&self, client: ClientId, serial: u64, applied: Index) -> Option<Index> {
        let (_, before) = self.asked.get(&client).filter(|(latest, _)| *latest == serial)?;
        (applied < *before).then_some(*before)
    }
}
