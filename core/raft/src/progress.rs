//! What a leader knows of one follower (§5.3).

use crate::ids::{Index, ServerId};

/// A leader's view of a follower's log.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Progress {
    /// The follower.
    pub server: ServerId,
    /// The next entry to send.
    pub next: Index,
    /// The follower's log is known to agree with the leader's up to here.
    pub matched: Index,
    /// The last index of an append that is not answered yet.
    pub in_flight: Option<Index>,
    /// It has answered since the leader last looked (thesis §6.2).
    pub active: bool,
}

impl Progress {
    /// What a new leader assumes: nothing matches, and the next entry is the one after its last (§5.3).
    pub(crate) fn new(server: ServerId, last: Index) -> Progress {
        Progress { server, next: last.next(), matched: Index(0), in_flight: None, active: true }
    }

    /// Entries up to here are acknowledged. Returns whether that is news.
    pub(crate) fn acknowledge(&mut self, matched: Index) -> bool {
        if self.in_flight.is_some_and(|last| matched >= last) {
            self.in_flight = None;
        }
        let news = matched > self.matched;
        self.matched = self.matched.max(matched);
        self.next = self.next.max(self.matched.next());
        news
    }

    /// The follower refused entries after `previous`; its log ends at `last`. Returns whether
    /// that is news: an old refusal that comes late is not.
    pub(crate) fn back_off(&mut self, previous: Index, last: Index) -> bool {
        if previous <= self.matched || previous != self.next.previous() {
            return false;
        }
        self.in_flight = None;
        self.next = previous.min(last.next()).max(self.matched.next());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_refusal_never_takes_next_below_what_matches() {
        let mut progress = Progress::new(ServerId(2), Index(9));
        assert!(progress.back_off(Index(9), Index(4)));
        assert_eq!(progress.next, Index(5));
        assert!(progress.acknowledge(Index(6)));
        assert!(!progress.back_off(Index(9), Index(4)));
        assert!(!progress.back_off(Index(4), Index(2)));
        assert_eq!((progress.matched, progress.next), (Index(6), Index(7)));
    }

    #[test]
    fn reordered_acknowledgements_never_lower_what_matches() {
        let mut progress = Progress::new(ServerId(2), Index(9));
        assert!(progress.acknowledge(Index(7)));
        assert!(!progress.acknowledge(Index(3)));
        assert_eq!(progress.matched, Index(7));
    }
}
