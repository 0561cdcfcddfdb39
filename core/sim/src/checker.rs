//! Raft's promises (Figure 3), watched from outside the servers.
//!
//! The checker keeps history variables that no server has: who led which term, which entry a
//! leader created at a place, what was ever committed. Each check costs the same however long
//! the logs are, and the checker is part of the world, so it rewinds with it.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

use raft_core::{
    Chunked, Entry, Envelope, Index, Log, Membership, Payload, Position, ServerId, Term, Time, clone_by_field,
};

use crate::footing::{Footing, Slip};
use crate::freshness::Freshness;
use crate::machine::{ClientId, Request};

/// A promise of Raft, by the name that scenarios use.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Promise {
    /// At most one leader in a term (§5.2).
    ElectionSafety,
    /// A leader never overwrites or deletes entries of its log (§5.3).
    LeaderAppendOnly,
    /// Entries with the same index and term stand in logs that agree up to there (§5.3).
    LogMatching,
    /// A committed entry is in the log of every later leader (§5.4).
    LeaderCompleteness,
    /// No two servers apply different commands at the same index (§5.4.3).
    StateMachineSafety,
    /// A request takes effect once, however often it is asked for (§8, thesis §6.3).
    ExactlyOnce,
    /// What clients are told fits one order of all that they asked for, each at one moment between
    /// question and answer (§8). Judged where a scenario asks, not watched.
    Linearizability,
    /// A read sees every write that was known to some client before it was asked for (§8).
    ReadFreshness,
}

impl Promise {
    /// Every promise, with its name in scenarios.
    pub const ALL: [(Promise, &str); 8] = [
        (Promise::ElectionSafety, "election-safety"),
        (Promise::LeaderAppendOnly, "leader-append-only"),
        (Promise::LogMatching, "log-matching"),
        (Promise::LeaderCompleteness, "leader-completeness"),
        (Promise::StateMachineSafety, "state-machine-safety"),
        (Promise::ExactlyOnce, "exactly-once"),
        (Promise::Linearizability, "linearizability"),
        (Promise::ReadFreshness, "read-freshness"),
    ];

    /// Its name in scenarios.
    pub fn name(self) -> &'static str {
        Promise::ALL.iter().find(|(promise, _)| *promise == self).map_or("", |(_, name)| name)
    }
}

/// A broken promise: the two facts that clash.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Violation {
    /// Seen at this time.
    pub at: Time,
    /// What clashes.
    pub clash: Clash,
}

/// Two facts that cannot both be.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Clash {
    /// Two leaders of one term.
    TwoLeaders {
        /// The term.
        term: Term,
        /// Who led it first.
        first: ServerId,
        /// Who leads it too.
        second: ServerId,
    },
    /// A leader changed its own log.
    LeaderRewrites {
        /// The leader.
        leader: ServerId,
        /// The first place that it changed.
        from: Index,
    },
    /// One index and term, but two entries, or two different predecessors.
    LogsDisagree {
        /// The place.
        at: Position,
        /// The server that stored the second one.
        server: ServerId,
    },
    /// A leader lacks an entry that was committed in an earlier term.
    LeaderLacks {
        /// The leader.
        leader: ServerId,
        /// Its term.
        term: Term,
        /// The entry that it lacks.
        entry: Position,
        /// The term in which that was committed.
        committed_in: Term,
    },
    /// A server's state machine at an index is not the one that another had there.
    StatesDiffer {
        /// The index.
        index: Index,
        /// The server.
        server: ServerId,
    },
    /// A request took effect at two places of the log.
    DoneTwice {
        /// The client.
        client: ClientId,
        /// The number of its request.
        serial: u64,
        /// The server that carried it out the second time.
        server: ServerId,
        /// Where it took effect first.
        first: Index,
        /// Where it did again.
        second: Index,
    },
    /// Two servers applied different entries at one index.
    AppliedDifferently {
        /// The index.
        index: Index,
        /// The server that applied the second one.
        server: ServerId,
        /// The term of the entry that was applied first.
        first: Term,
        /// The term of the other one.
        second: Term,
    },
    /// A server answered a read without a write of which a client was told before the question.
    StaleRead {
        /// The server.
        server: ServerId,
        /// Who read.
        client: ClientId,
        /// Up to here the server had applied entries.
        applied: Index,
        /// The write that it missed.
        missed: Index,
    },
}

impl Violation {
    /// The promise that is broken.
    pub fn promise(&self) -> Promise {
        match self.clash {
            Clash::TwoLeaders { .. } => Promise::ElectionSafety,
            Clash::LeaderRewrites { .. } => Promise::LeaderAppendOnly,
            Clash::LogsDisagree { .. } => Promise::LogMatching,
            Clash::LeaderLacks { .. } => Promise::LeaderCompleteness,
            Clash::DoneTwice { .. } => Promise::ExactlyOnce,
            Clash::StaleRead { .. } => Promise::ReadFreshness,
            Clash::StatesDiffer { .. } | Clash::AppliedDifferently { .. } => Promise::StateMachineSafety,
        }
    }
}

/// The latest elections are kept with the log that the winner had.
const KEPT_ELECTIONS: usize = 16;

/// The latest images that snapshots are compared with.
const KEPT_IMAGES: usize = 64;

/// At most so many violations are kept; the first is what matters.
const KEPT_VIOLATIONS: usize = 32;

/// The history variables.
#[derive(PartialEq, Eq, Hash, Debug, Default)]
pub struct Checker {
    /// In the order of their terms. Lists rather than trees: there are few of each, and they are copied with each world.
    leaders: Vec<(Term, ServerId)>,
    elections: Vec<Arc<Election>>,
    /// By index: each entry ever created there, with the term of its predecessor.
    created: Chunked<Place>,
    /// By index: what was first applied there.
    committed: Chunked<Committed>,
    /// Snapshots, by their last index: a digest of the image that was first seen there.
    images: BTreeMap<Index, u64>,
    /// By client, in their order, and serial number: where in the log it took effect first, 0 if nowhere.
    done: Vec<(ClientId, Chunked<Index>)>,
    /// Changes seldom, so that worlds may share it.
    fresh: Arc<Freshness>,
    /// Changes with terms, votes and configurations only.
    footing: Arc<Footing>,
    violations: Vec<Violation>,
}

clone_by_field!(Checker { leaders, elections, created, committed, images, done, fresh, footing, violations });

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Election {
    term: Term,
    leader: ServerId,
    log: Log,
}

/// What was created at one index: mostly one entry, which needs no memory of its own when worlds are copied.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct Place {
    first: Option<Created>,
    more: Vec<Created>,
}

impl Place {
    fn iter(&self) -> impl Iterator<Item = &Created> {
        self.first.iter().chain(&self.more)
    }

    fn add(&mut self, created: Created) {
        match &self.first {
            None => self.first = Some(created),
            Some(_) => self.more.push(created),
        }
    }
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Created {
    term: Term,
    previous: Term,
    payload: Payload,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Committed {
    entry: Entry,
    committed_in: Term,
}

impl Checker {
    /// What broke so far, in order.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// What the promises rest on and what gave way so far, in order: no violation by itself.
    pub fn slips(&self) -> &[Slip] {
        self.footing.slips()
    }

    /// Up to here entries are committed, on whichever server.
    pub fn committed(&self) -> Index {
        Index(self.committed.end() as u64)
    }

    /// A server leads a term from now on.
    pub(crate) fn elected(&mut self, now: Time, term: Term, leader: ServerId, log: &Log) {
        match self.leaders.binary_search_by_key(&term, |(term, _)| *term) {
            Ok(place) => {
                let (_, first) = self.leaders[place];
                if first != leader {
                    self.violate(now, Clash::TwoLeaders { term, first, second: leader });
                }
            }
            Err(place) => self.leaders.insert(place, (term, leader)),
        }
        self.check_newest_commit(now, term, leader, log);
        Arc::make_mut(&mut self.footing).votes(now, leader, term, leader);
        if self.elections.len() == KEPT_ELECTIONS {
            self.elections.remove(0);
        }
        self.elections.push(Arc::new(Election { term, leader, log: log.clone() }));
    }

    /// Log Matching carries the newest committed entry over to all before it.
    fn check_newest_commit(&mut self, now: Time, term: Term, leader: ServerId, log: &Log) {
        let mut index = self.committed();
        while let Some(committed) = self.committed_at(index)
            && committed.committed_in >= term
        {
            index = index.previous();
        }
        // What a leader's snapshot stands for it has: its state machine is checked instead.
        let Some(committed) = self.committed_at(index).filter(|_| index >= log.base().index) else { return };
        let (own, committed_in) = (committed.entry.term, committed.committed_in);
        if log.term(index) != Some(own) {
            let entry = Position { term: own, index };
            self.violate(now, Clash::LeaderLacks { leader, term, entry, committed_in });
        }
    }

    fn committed_at(&self, index: Index) -> Option<&Committed> {
        self.committed.at(usize::try_from(index.0).ok()?.checked_sub(1)?)
    }

    /// A leader changed what was in its log already.
    pub(crate) fn rewritten(&mut self, now: Time, leader: ServerId, from: Index) {
        self.violate(now, Clash::LeaderRewrites { leader, from });
    }

    /// A server stored an entry.
    pub(crate) fn stored(&mut self, now: Time, server: ServerId, at: Position, previous: Term, payload: &Payload) {
        let Some(place) = usize::try_from(at.index.0).ok().and_then(|n| n.checked_sub(1)) else { return };
        while self.created.end() <= place {
            self.created.push(Place::default());
        }
        let known = self.created.at(place).and_then(|all| all.iter().find(|created| created.term == at.term));
        match known {
            Some(created) if created.previous == previous && created.payload == *payload => {}
            Some(_) => self.violate(now, Clash::LogsDisagree { at, server }),
            None => {
                if let Some(all) = self.created.at_mut(place) {
                    all.add(Created { term: at.term, previous, payload: payload.clone() });
                }
            }
        }
    }

    /// A server of a term applied an entry; the first time, that is when it is committed.
    pub(crate) fn applied(&mut self, now: Time, server: ServerId, term: Term, index: Index, entry: &Entry) {
        match self.committed_at(index) {
            Some(known) if known.entry == *entry => {}
            Some(known) => {
                let first = known.entry.term;
                self.violate(now, Clash::AppliedDifferently { index, server, first, second: entry.term });
            }
            // Every server has a snapshot of it, and had the same one.
            None if index <= self.committed() => {}
            None => {
                self.committed.push(Committed { entry: entry.clone(), committed_in: term });
                self.check_later_leaders(now, term, Position { term: entry.term, index });
            }
        }
    }

    /// An old leader may commit when a newer one is elected already: that one must have it too.
    fn check_later_leaders(&mut self, now: Time, committed_in: Term, entry: Position) {
        let lacks = |election: &&Arc<Election>| {
            let beyond = entry.index >= election.log.base().index;
            election.term > committed_in && beyond && election.log.term(entry.index) != Some(entry.term)
        };
        if let Some(election) = self.elections.iter().find(lacks) {
            let clash = Clash::LeaderLacks { leader: election.leader, term: election.term, entry, committed_in };
            self.violate(now, clash);
        }
    }

    /// A server carried out a request rather than recognise it as done before.
    pub(crate) fn done(&mut self, now: Time, server: ServerId, index: Index, request: &Request) {
        let Some(client) = request.client else { return };
        let Some(place) = usize::try_from(request.serial).ok().and_then(|serial| serial.checked_sub(1)) else { return };
        let known = self.done.binary_search_by_key(&client, |(client, _)| *client);
        let of_client = known.unwrap_or_else(|place| {
            self.done.insert(place, (client, Chunked::default()));
            place
        });
        let (_, done) = &mut self.done[of_client];
        while done.len() <= place {
            done.push(Index(0));
        }
        let first = done.at(place).copied().filter(|first| *first != Index(0));
        if first.is_none()
            && let Some(first) = done.at_mut(place)
        {
            *first = index;
        }
        if let Some(first) = first.filter(|first| *first != index && !request.operation.is_read()) {
            let (serial, second) = (request.serial, index);
            // All servers do alike, and one request of a client stands for the others.
            let known = |clash: &Clash| matches!(clash, Clash::DoneTwice { client: other, .. } if *other == client);
            if !self.violations.iter().any(|violation| known(&violation.clash)) {
                self.violate(now, Clash::DoneTwice { client, serial, server, first, second });
            }
        }
    }

    /// What a scenario's disks held at the start, in the order of the log.
    pub(crate) fn given(&self) -> impl Iterator<Item = Request> {
        let all = self.created.iter().flat_map(Place::iter).filter_map(|created| match &created.payload {
            Payload::Command(command) => Request::decode(command),
            _ => None,
        });
        all.filter(|request| request.client.is_none())
    }

    /// A server has a snapshot with this image.
    pub(crate) fn imaged(&mut self, now: Time, server: ServerId, last: Position, image: u64) {
        let first = *self.images.entry(last.index).or_insert(image);
        let entry = self.committed_at(last.index).map(|committed| committed.entry.term);
        if first != image || entry != Some(last.term) {
            self.violate(now, Clash::StatesDiffer { index: last.index, server });
        }
        if self.images.len() > KEPT_IMAGES {
            self.images.pop_first();
        }
    }

    /// A server sends a message.
    pub(crate) fn tells(&mut self, now: Time, envelope: &Envelope) {
        if !self.footing.knows(envelope) {
            Arc::make_mut(&mut self.footing).tells(now, envelope);
        }
    }

    /// A running server knows less to be committed than before.
    pub(crate) fn takes_back(&mut self, now: Time, server: ServerId, from: Index, to: Index) {
        Arc::make_mut(&mut self.footing).takes_back(now, server, from, to);
    }

    /// A server is about to apply a configuration; before the first one, that of the start was in force.
    pub(crate) fn reconfigured(&mut self, now: Time, index: Index, start: &Membership, members: &Membership) {
        if index > self.committed() {
            Arc::make_mut(&mut self.footing).reconfigured(now, index, start, members);
        }
    }

    /// Whether reads are fresh.
    pub(crate) fn fresh(&mut self) -> &mut Freshness {
        Arc::make_mut(&mut self.fresh)
    }

    /// A server that has applied so much answers a client's read.
    pub(crate) fn read(&mut self, now: Time, server: ServerId, applied: Index, read: (ClientId, u64, &Arc<str>)) {
        let (client, serial, key) = read;
        if let Some(missed) = self.fresh().answers(client, serial, key, applied) {
            self.violate(now, Clash::StaleRead { server, client, applied, missed });
        }
    }

    /// Up to here entries were ever stored.
    pub(crate) fn stored_up_to(&self) -> Index {
        Index(self.created.end() as u64)
    }

    /// Whoever watches comes in the middle of a run: up to here all is committed, and not known.
    pub(crate) fn begin_after(&mut self, last: Index) {
        let place = usize::try_from(last.0).unwrap_or(usize::MAX);
        if self.committed.end() == 0 {
            self.committed = Chunked::starting_at(place);
        }
        if self.created.end() == 0 {
            self.created = Chunked::starting_at(place);
        }
    }

    /// Every disk holds a snapshot in place of what is before this index: no server can store or
    /// apply any of that again.
    pub(crate) fn forget(&mut self, before: Index) {
        let before = usize::try_from(before.0).unwrap_or(0).saturating_sub(1);
        self.created.forget(before);
        self.committed.forget(before);
    }

    fn violate(&mut self, at: Time, clash: Clash) {
        if self.violations.len() < KEPT_VIOLATIONS && !self.violations.iter().any(|v| v.clash == clash) {
            self.violations.push(Violation { at, clash });
        }
    }
}

#[cfg(test)]
mod tests;
