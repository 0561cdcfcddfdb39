//! What a leader knows of one follower, and how much may be on its way to it (§5.3, thesis §10.2.1).

use alloc::collections::VecDeque;

use crate::ids::{Index, ServerId};
use crate::log::Entry;
use crate::node::Config;
use crate::snapshot::Snapshot;

/// A leader's view of a follower's log.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Progress {
    /// The follower.
    pub server: ServerId,
    /// The next entry to send.
    pub next: Index,
    /// The follower's log is known to agree with the leader's up to here.
    pub matched: Index,
    /// How entries are sent to it.
    pub state: State,
    /// It has answered since the leader last looked (thesis §6.2).
    pub active: bool,
    /// The last round of heartbeats that it has answered (thesis §6.4).
    pub answered: u64,
    /// What it was last told to be committed.
    pub told: Index,
}

/// How a leader sends to a follower.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum State {
    /// One message at a time, the next after its answer: to find where the logs agree, or always
    /// where replication is stop-and-wait (§5.3).
    Probe {
        /// The message with entries that is not answered yet.
        in_flight: Option<Sent>,
    },
    /// Many messages at a time, without awaiting answers (thesis §10.2.1).
    Replicate {
        /// What is on its way.
        window: Window,
    },
    /// Entries that it lacks are gone: it gets the snapshot, a piece at a time (§7).
    Snapshot {
        /// The snapshot: the one that the leader had when it began, to the end.
        snapshot: Snapshot,
        /// How much of it has arrived.
        offset: usize,
        /// How many heartbeats were sent before the last piece.
        sent_in: u64,
    },
    /// It has opened a stream: entries flow in order, none is waited for.
    Stream {
        /// Which stream, by the follower's count.
        epoch: u64,
        /// What is on its way.
        window: Window,
    },
}

/// The messages with entries that are on their way to a follower.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Window {
    sent: VecDeque<Sent>,
    bytes: usize,
}

/// A message with entries that is on its way.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Sent {
    /// Its last entry.
    pub last: Index,
    /// How many bytes of commands it has.
    bytes: usize,
    /// How many heartbeats were sent before it.
    beat: u64,
}

impl Sent {
    /// A short message goes again with every heartbeat that finds it unanswered; a long one, which
    /// may still be on its way, only when it is lost.
    pub(crate) fn is_long(&self) -> bool {
        self.bytes > 1_024
    }
}

impl Window {
    /// How many messages are on their way.
    pub fn messages(&self) -> usize {
        self.sent.len()
    }

    /// How many bytes of commands are on their way.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn send(&mut self, sent: Sent) {
        self.bytes += sent.bytes;
        self.sent.push_back(sent);
    }

    /// Everything up to here has arrived.
    pub(crate) fn arrived(&mut self, matched: Index) {
        while let Some(first) = self.sent.front()
            && first.last <= matched
        {
            self.bytes -= first.bytes;
            self.sent.pop_front();
        }
    }

    /// Whether the oldest message was sent before the last heartbeat but one: a heartbeat that was
    /// sent well after it has been answered, and it has not.
    fn is_lost(&self, answered: u64) -> bool {
        self.sent.front().is_some_and(|first| first.beat + 1 < answered)
    }
}

impl Progress {
    /// What a new leader assumes: nothing matches, and the next entry is the one after its last (§5.3).
    pub(crate) fn new(server: ServerId, last: Index) -> Progress {
        let state = State::Probe { in_flight: None };
        Progress { server, next: last.next(), matched: Index(0), state, active: true, answered: 0, told: Index(0) }
    }

    /// Entries up to here are acknowledged. Returns whether that is news.
    pub(crate) fn acknowledge(&mut self, matched: Index) -> bool {
        match &mut self.state {
            State::Probe { in_flight } => {
                if in_flight.is_some_and(|sent| matched >= sent.last) {
                    *in_flight = None;
                }
            }
            State::Replicate { window } | State::Stream { window, .. } => window.arrived(matched),
            // Whoever has all that the snapshot stands for wants entries again (§7).
            State::Snapshot { snapshot, .. } if matched >= snapshot.last.index => self.probe(),
            State::Snapshot { .. } => {}
        }
        let news = matched > self.matched;
        self.matched = self.matched.max(matched);
        self.next = self.next.max(self.matched.next());
        news
    }

    /// Whether it can be sent entries now: those from its next one to the leader's last.
    pub(crate) fn may_send(&self, last: Index, config: &Config) -> bool {
        if self.next > last {
            return false;
        }
        let flow = config.flow();
        match &self.state {
            State::Probe { in_flight } => !config.streams() && in_flight.is_none(),
            State::Replicate { window } | State::Stream { window, .. } => {
                let waiting = (last.0 + 1 - self.next.0) as usize;
                let room = window.messages() < flow.messages && window.bytes() < flow.bytes;
                room && (!flow.adaptive || waiting >= window.messages().min(config.batch.entries))
            }
            State::Snapshot { .. } => false,
        }
    }

    /// Entries from the next one on are on their way.
    pub(crate) fn sent(&mut self, entries: &[Entry], beat: u64) {
        let Some(last) = entries.len().checked_sub(1).map(|more| Index(self.next.0 + more as u64)) else { return };
        let sent = Sent { last, bytes: entries.iter().map(|entry| entry.payload.len()).sum(), beat };
        match &mut self.state {
            State::Probe { in_flight } => *in_flight = Some(sent),
            State::Replicate { window } | State::Stream { window, .. } => {
                window.send(sent);
                self.next = last.next();
            }
            State::Snapshot { .. } => {}
        }
    }

    /// Whether it is known where the logs agree, so that messages need not be awaited one by one.
    pub(crate) fn has_agreed(&self) -> bool {
        matches!(self.state, State::Probe { in_flight: None }) && self.matched.next() == self.next
    }

    /// Goes back to one message at a time.
    pub(crate) fn probe(&mut self) {
        if !matches!(self.state, State::Probe { .. }) {
            self.next = self.matched.next();
        }
        self.state = State::Probe { in_flight: None };
    }

    /// The follower refused entries after `previous`; its log may agree up to `agrees`. Returns
    /// whether that is news: an old refusal that comes late is not.
    pub(crate) fn back_off(&mut self, previous: Index, agrees: Index) -> bool {
        let news = match &self.state {
            State::Probe { .. } => previous > self.matched && previous == self.next.previous(),
            // Messages overtake each other: what was not answered before may be refused after.
            State::Replicate { .. } => previous > self.matched && previous < self.next,
            State::Snapshot { .. } | State::Stream { .. } => false,
        };
        if news {
            self.probe();
            self.next = previous.min(agrees.next()).max(self.matched.next());
        }
        news
    }

    /// Whether messages are sent to it without awaiting answers.
    pub(crate) fn is_pipelined(&self) -> bool {
        matches!(self.state, State::Replicate { .. })
    }

    /// Whether an answer of this round, which was begun after so many heartbeats, leaves messages
    /// unanswered that were sent before the last of these: they, or their answers, may be lost.
    pub(crate) fn is_overdue(&self, round: u64, beat: u64) -> bool {
        let State::Replicate { window } = &self.state else { return false };
        round > self.answered && window.sent.front().is_some_and(|first| first.beat < beat)
    }

    /// A round is answered that was begun after so many heartbeats. Returns whether messages are
    /// lost that were sent long before it; then the follower gets them again.
    pub(crate) fn answered(&mut self, round: u64, beat: u64) -> bool {
        self.answered = self.answered.max(round);
        let lost = match &self.state {
            State::Probe { in_flight } => in_flight.is_some_and(|sent| sent.is_long() && sent.beat < beat),
            State::Replicate { window } => window.is_lost(beat),
            State::Snapshot { .. } | State::Stream { .. } => false,
        };
        if lost {
            self.probe();
        }
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Position;

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

    fn replicating() -> Progress {
        let mut window = Window::default();
        [(5, 1), (6, 1), (7, 2)]
            .into_iter()
            .for_each(|(last, beat)| window.send(Sent { last: Index(last), bytes: 10, beat }));
        let state = State::Replicate { window };
        Progress { next: Index(8), matched: Index(4), state, ..Progress::new(ServerId(2), Index(0)) }
    }

    #[test]
    fn one_acknowledgement_frees_the_window_of_all_before_it() {
        let mut progress = replicating();
        progress.acknowledge(Index(6));
        let State::Replicate { window } = &progress.state else { panic!("still replicates") };
        assert_eq!((window.messages(), window.bytes()), (1, 10));
    }

    #[test]
    fn what_a_much_later_heartbeat_overtook_is_lost() {
        let mut progress = replicating();
        assert!(!progress.answered(2, 2));
        assert!(!progress.answered(9, 2), "rounds for reads are no measure of time");
        assert!(progress.answered(10, 3));
        assert_eq!((progress.next, &progress.state), (Index(5), &State::Probe { in_flight: None }));
    }

    #[test]
    fn a_refusal_ends_replication_and_sends_from_what_matches() {
        let mut progress = replicating();
        assert!(progress.back_off(Index(6), Index(4)));
        assert_eq!((progress.next, &progress.state), (Index(5), &State::Probe { in_flight: None }));
        let mut progress = replicating();
        assert!(!progress.back_off(Index(4), Index(4)), "what matches is not refused, that is an old message");
    }

    #[test]
    fn a_snapshot_ends_when_all_that_it_stands_for_is_there() {
        let last = Position { index: Index(6), ..Position::default() };
        let state = State::Snapshot { snapshot: Snapshot { last, ..Snapshot::default() }, offset: 0, sent_in: 0 };
        let mut progress = Progress { state, ..Progress::new(ServerId(2), Index(9)) };
        progress.acknowledge(Index(3));
        assert!(matches!(progress.state, State::Snapshot { .. }));
        progress.acknowledge(Index(7));
        assert_eq!((progress.next, &progress.state), (Index(8), &State::Probe { in_flight: None }));
    }

    fn probing(bytes: usize, beat: u64) -> Progress {
        let state = State::Probe { in_flight: Some(Sent { last: Index(5), bytes, beat }) };
        Progress { next: Index(5), matched: Index(3), state, ..Progress::new(ServerId(2), Index(0)) }
    }

    /// A long message may still be on its way, so it is lost only if a later heartbeat was answered.
    #[test]
    fn a_long_message_is_lost_when_a_later_heartbeat_is_answered() {
        for (bytes, beat, lost) in [(1_025, 3, false), (1_025, 2, false), (1_025, 4, true), (1_024, 4, false)] {
            let mut progress = probing(bytes, 3);
            assert_eq!(progress.answered(1, beat), lost, "{bytes} bytes, {beat} heartbeats");
            assert_eq!(matches!(progress.state, State::Probe { in_flight: None }), lost);
        }
    }

    #[test]
    fn messages_are_overdue_when_a_new_round_overtook_them() {
        let progress = Progress { answered: 5, ..replicating() };
        let overdue = |round, beat| progress.is_overdue(round, beat);
        assert_eq!([overdue(5, 9), overdue(6, 1), overdue(6, 2)], [false, false, true]);
        assert!(!Progress::new(ServerId(2), Index(9)).is_overdue(1, 9));
    }

    #[test]
    fn logs_agree_when_a_probe_is_answered_and_nothing_lies_between() {
        let fresh = Progress::new(ServerId(2), Index(0));
        let apart = Progress { next: Index(4), matched: Index(1), ..fresh.clone() };
        let waits = Progress { next: Index(6), matched: Index(5), ..probing(10, 1) };
        let goes_on = Progress { next: Index(8), matched: Index(7), ..replicating() };
        assert_eq!([&fresh, &apart, &waits, &goes_on].map(Progress::has_agreed), [true, false, false, false]);
        assert_eq!([&fresh, &goes_on].map(Progress::is_pipelined), [false, true]);
    }

    #[test]
    fn what_was_never_sent_is_not_refused() {
        let mut progress = replicating();
        assert!(!progress.back_off(progress.next, Index(4)));
        assert!(progress.back_off(progress.next.previous(), Index(4)));
    }
}
