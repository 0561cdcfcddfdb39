//! Who votes and who listens (§6, thesis §4): configurations as data.
//!
//! A configuration is an entry of the log and counts from the moment at which it is appended
//! (thesis §4.1). While one set of voters replaces another, both must agree (joint consensus).

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::ids::{Index, Position, ServerId};
use crate::log::{Log, Payload};

/// A configuration: the servers of a cluster and what they are in it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Membership {
    /// The voters, in ascending order; in joint consensus those of the new configuration.
    pub voters: Vec<ServerId>,
    /// In joint consensus the voters of the old configuration; else nobody.
    pub outgoing: Vec<ServerId>,
    /// Servers that receive the log and do not vote (thesis §4.2.1). A voter of the old
    /// configuration that only listens in the new one stands here and in `outgoing`.
    pub learners: Vec<ServerId>,
    /// Whether a leader ends joint consensus of its own accord.
    pub auto_leave: bool,
}

impl Membership {
    /// These servers vote.
    pub fn of(voters: impl IntoIterator<Item = ServerId>) -> Membership {
        Membership { voters: ascending(voters), ..Membership::default() }
    }

    /// These servers vote, and those listen.
    pub fn with_learners(
        voters: impl IntoIterator<Item = ServerId>,
        learners: impl IntoIterator<Item = ServerId>,
    ) -> Membership {
        let mut membership = Membership::of(voters);
        membership.learners = ascending(learners.into_iter().filter(|id| !membership.voters.contains(id)));
        membership
    }

    /// Whether two sets of voters must agree (§6).
    pub fn is_joint(&self) -> bool {
        !self.outgoing.is_empty()
    }

    /// Whether a server votes, in either set.
    pub fn votes(&self, server: ServerId) -> bool {
        self.voters.contains(&server) || self.outgoing.contains(&server)
    }

    /// Whether a server only listens.
    pub fn listens(&self, server: ServerId) -> bool {
        self.learners.contains(&server) && !self.votes(server)
    }

    /// Whether a server belongs to the cluster at all.
    pub fn contains(&self, server: ServerId) -> bool {
        self.votes(server) || self.learners.contains(&server)
    }

    /// All servers of the cluster, in ascending order.
    pub fn all(&self) -> Vec<ServerId> {
        ascending(self.voters.iter().chain(&self.outgoing).chain(&self.learners).copied())
    }

    /// All servers that vote, in ascending order.
    pub fn all_voters(&self) -> Vec<ServerId> {
        ascending(self.voters.iter().chain(&self.outgoing).copied())
    }

    /// The configuration after joint consensus.
    pub fn left(&self) -> Membership {
        Membership { outgoing: Vec::new(), auto_leave: false, ..self.clone() }
    }

    /// How many voters are different from those of another configuration.
    pub fn changed_voters(&self, other: &Membership) -> usize {
        let gone = other.voters.iter().filter(|id| !self.voters.contains(id)).count();
        let new = self.voters.iter().filter(|id| !other.voters.contains(id)).count();
        gone + new
    }
}

fn ascending(servers: impl IntoIterator<Item = ServerId>) -> Vec<ServerId> {
    let mut servers: Vec<ServerId> = servers.into_iter().collect();
    servers.sort_unstable();
    servers.dedup();
    servers
}

/// The configurations that a server's log and snapshot hold, oldest first: a truncation brings
/// the one before back, by its place in the log and never by "the newest seen" (§6).
#[derive(PartialEq, Eq, Hash, Debug)]
pub(crate) struct Memberships {
    /// The first is the snapshot's; there is always one.
    known: Vec<(Index, Arc<Membership>)>,
}

crate::clone_by_field!(Memberships { known });

impl Memberships {
    pub(crate) fn new(base: Index, membership: Arc<Membership>) -> Memberships {
        Memberships { known: alloc::vec![(base, membership)] }
    }

    /// What a snapshot and a log say together.
    pub(crate) fn of(snapshot: Position, membership: Arc<Membership>, log: &Log) -> Memberships {
        let mut memberships = Memberships::new(snapshot.index, membership);
        for (entry, index) in log.iter().zip(log.base().index.0 + 1..) {
            if Index(index) > snapshot.index {
                memberships.appended(Index(index), &entry.payload);
            }
        }
        memberships
    }

    /// The configuration in force: the latest, committed or not (thesis §4.1).
    pub(crate) fn latest(&self) -> &Arc<Membership> {
        &self.known.last().expect("the snapshot's configuration is always there").1
    }

    /// The index of the latest configuration.
    pub(crate) fn latest_index(&self) -> Index {
        self.known.last().map_or(Index(0), |(index, _)| *index)
    }

    /// The configuration at an index.
    pub(crate) fn at(&self, index: Index) -> &Arc<Membership> {
        let place = self.known.iter().rposition(|(at, _)| *at <= index).unwrap_or(0);
        &self.known[place].1
    }

    /// The configurations that may be the one in force: after a restart a server does not know how
    /// far its log is committed, so that is the one at its commit index or any later one.
    pub(crate) fn possible(&self, commit: Index) -> impl Iterator<Item = &Membership> {
        let first = self.known.iter().rposition(|(at, _)| *at <= commit).unwrap_or(0);
        self.known[first..].iter().map(|(_, membership)| &**membership)
    }

    pub(crate) fn appended(&mut self, index: Index, payload: &Payload) {
        if let Payload::Membership(membership) = payload {
            self.known.push((index, membership.clone()));
        }
    }

    pub(crate) fn replace_latest(&mut self, membership: Arc<Membership>) -> Arc<Membership> {
        let (_, latest) = self.known.last_mut().expect("the snapshot's configuration is always there");
        core::mem::replace(latest, membership)
    }

    pub(crate) fn truncated(&mut self, from: Index) {
        while self.known.len() > 1 && self.known.last().is_some_and(|(index, _)| *index >= from) {
            self.known.pop();
        }
    }

    /// The log before `base` is gone.
    pub(crate) fn compacted(&mut self, base: Index) {
        let keep = self.known.iter().rposition(|(at, _)| *at <= base).unwrap_or(0);
        self.known.drain(..keep);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Term;
    use crate::log::Entry;

    fn of(ids: &[u32]) -> Arc<Membership> {
        Arc::new(Membership::of(ids.iter().copied().map(ServerId)))
    }

    /// The configurations that are known, each by its index and how many vote.
    fn known(memberships: &Memberships) -> Vec<(u64, usize)> {
        memberships.known.iter().map(|(index, membership)| (index.0, membership.voters.len())).collect()
    }

    #[test]
    fn who_leaves_joint_consensus_leaves_nothing_of_it() {
        let joint = Membership { outgoing: [ServerId(4)].into(), auto_leave: true, ..Membership::clone(&of(&[1, 2])) };
        assert_eq!(joint.left(), *of(&[1, 2]));
    }

    /// The snapshot's configuration is not found again in the log that is kept behind it.
    #[test]
    fn each_configuration_is_known_once_and_the_first_is_never_lost() {
        let mut log = Log::default();
        for members in [of(&[1]), of(&[1, 2]), of(&[1, 2, 3]), of(&[1, 2, 3, 4])] {
            log.append(Entry { term: Term(1), payload: Payload::Membership(members) });
        }
        let snapshot = Position { term: Term(1), index: Index(2) };
        let mut memberships = Memberships::of(snapshot, of(&[1, 2]), &log);
        assert_eq!(known(&memberships), [(2, 2), (3, 3), (4, 4)]);
        assert_eq!([1, 2, 3, 9].map(|index| memberships.at(Index(index)).voters.len()), [2, 2, 3, 4]);
        let old = memberships.replace_latest(of(&[7]));
        assert_eq!((old, known(&memberships)), (of(&[1, 2, 3, 4]), [(2, 2), (3, 3), (4, 1)].into()));
        memberships.compacted(Index(3));
        assert_eq!(known(&memberships), [(3, 3), (4, 1)]);
        memberships.truncated(Index(4));
        memberships.truncated(Index(0));
        assert_eq!(known(&memberships), [(3, 3)]);
    }
}
