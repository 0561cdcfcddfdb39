//! Reads that do not go through the log and are still up to date (§8, thesis §6.4).
//!
//! A leader notes its commit index, makes sure that it still leads, and lets the host read when
//! that much is applied. It makes sure by a round of heartbeats that was begun after the read
//! came, or, where clocks can be trusted, by a lease.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::ids::{Index, ServerId, Term, Time};
use crate::message::Message;
use crate::node::{Config, Node, ReadMode, Role};
use crate::note::{Confirmed, Note};
use crate::rules::Rules;
use crate::step::{Effect, ReadAnswer, ReadId, Sink, Timer};

/// So many reads a follower asks for at a time. What a lost message leaves without an answer goes
/// when others come after it, so the list cannot grow for ever.
const MOST_FORWARDED: usize = 4_096;

/// The latest heartbeats that a leader remembers.
const KEPT_BEATS: usize = 64;

/// A leader's reads, and what it knows of its own leadership.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Reads {
    /// How many rounds of heartbeats were begun.
    round: u64,
    /// How many of them because it was time, not because of a read.
    beat: u64,
    /// The latest of those, by their rounds.
    beats: VecDeque<u64>,
    /// Reads that wait for a round, in order.
    waiting: VecDeque<Waiting>,
    /// Reads that wait until an entry of this term is committed.
    early: Vec<Asker>,
    /// The lease that holds, and the one that will take its place.
    leases: [Option<Lease>; 2],
    /// A server was told to stand for election now, and voters who hear of this leader vote for it
    /// all the same, whenever that message arrives: no lease can be trusted in this term any more.
    handed_over: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Waiting {
    asker: Asker,
    index: Index,
    round: u64,
}

/// Who wants to read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Asker {
    /// A client of this server.
    Here(ReadId),
    /// A client of a follower.
    There(ServerId, ReadId),
}

/// A round of heartbeats whose answers promise that nobody else is elected for a while (thesis
/// §6.4.1). Its timer runs from the moment at which the round is begun, so that no time is
/// forgotten, however late the answers are looked at.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Lease {
    round: u64,
    /// A majority has answered.
    confirmed: bool,
}

/// The timers of the two leases.
const LEASE_TIMERS: [Timer; 2] = [Timer::ReadLease, Timer::OtherReadLease];

impl Reads {
    /// Counts a round; one of those that come by the clock, or one for a read.
    pub(crate) fn begin_round(&mut self, beat: bool) -> u64 {
        self.round += 1;
        if beat {
            self.beat += 1;
            self.beats.push_back(self.round);
            if self.beats.len() > KEPT_BEATS {
                self.beats.pop_front();
            }
        }
        self.round
    }

    pub(crate) fn round(&self) -> u64 {
        self.round
    }

    /// How many heartbeats were sent: a measure of time, which rounds for reads are not.
    pub(crate) fn beat(&self) -> u64 {
        self.beat
    }

    /// How many heartbeats were sent up to that round; 0 if that is too long ago to tell.
    pub(crate) fn beat_at(&self, round: u64) -> u64 {
        match self.beats.iter().rev().position(|begun| *begun <= round) {
            Some(later) => self.beat - later as u64,
            None => 0,
        }
    }

    /// The timer of the lease that holds.
    pub(crate) fn lease(&self) -> Option<Timer> {
        let holds = |lease: &Option<Lease>| lease.is_some_and(|lease| lease.confirmed);
        self.leases.iter().position(holds).map(|place| LEASE_TIMERS[place])
    }

    /// Whether no read and no lease waits for a round to be answered.
    fn awaits_nothing(&self) -> bool {
        self.waiting.is_empty() && self.leases.iter().flatten().all(|lease| lease.confirmed)
    }

    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len() + self.early.len()
    }
}

/// Asking.
impl Node {
    /// A client of this server wants to read.
    pub(crate) fn read(&mut self, id: ReadId, rules: &Rules, out: &mut impl Sink) {
        match self.role {
            Role::Leader { .. } => self.admit_read(Asker::Here(id), rules, out),
            Role::Follower { leader: Some(leader), .. } => {
                out.note(|| Note::ForwardsRead { leader });
                if self.forwarded.len() == MOST_FORWARDED
                    && let Some(oldest) = self.forwarded.pop_front()
                {
                    self.fail_read(Asker::Here(oldest), Some(leader), out);
                }
                self.forwarded.push_back(id);
                self.send(leader, Message::ReadIndex { id }, out);
            }
            _ => self.fail_read(Asker::Here(id), None, out),
        }
    }

    /// A follower asks on behalf of its client.
    pub(crate) fn receive_read_index(&mut self, from: ServerId, id: ReadId, rules: &Rules, out: &mut impl Sink) {
        let asker = Asker::There(from, id);
        match &self.role {
            Role::Leader { .. } => self.admit_read(asker, rules, out),
            Role::Follower { leader, .. } => self.fail_read(asker, *leader, out),
            Role::PreCandidate { .. } | Role::Candidate { .. } => self.fail_read(asker, None, out),
        }
    }

    /// The leader has answered.
    pub(crate) fn receive_read_index_reply(
        &mut self,
        from: ServerId,
        id: ReadId,
        index: Option<Index>,
        out: &mut impl Sink,
    ) {
        let Some(place) = self.forwarded.iter().position(|waiting| *waiting == id) else {
            return out.note(|| Note::IgnoresLate { from });
        };
        self.forwarded.remove(place);
        match index {
            Some(index) => self.answer_read(Asker::Here(id), index, out),
            None => self.fail_read(Asker::Here(id), None, out),
        }
    }
}

/// A leader makes sure that it leads.
impl Node {
    fn admit_read(&mut self, asker: Asker, rules: &Rules, out: &mut impl Sink) {
        let term = self.term();
        let knows = (rules.may_read)(self.committed_term(), term);
        let alone = self.tally(rules, |id| id == self.id).agreed;
        let (leases, index) = (self.config.reads == ReadMode::Lease, self.commit);
        let Role::Leader { reads, transfer, .. } = &mut self.role else { return };
        if !knows {
            reads.early.push(asker);
            return out.note(|| Note::ReadTooEarly { term });
        }
        let lease = leases && reads.lease().is_some() && transfer.is_none();
        if alone || !(rules.read_needs_round)(lease) {
            let by = if alone { Confirmed::Alone } else { Confirmed::Lease };
            out.note(|| Note::AnswersRead { index, by });
            return self.answer_read(asker, index, out);
        }
        // Reads that come while a round is on its way share the next one.
        let round = reads.round + 1;
        let on_its_way = reads.waiting.front().is_some_and(|waiting| waiting.round <= reads.round);
        reads.waiting.push_back(Waiting { asker, index, round });
        out.note(|| Note::HoldsRead { index, round });
        if !on_its_way {
            self.begin_round(false, rules, out);
        }
    }

    /// A round may be confirmed now: a majority has answered it or a later one.
    pub(crate) fn confirm_reads(&mut self, rules: &Rules, out: &mut impl Sink) {
        if let Role::Leader { reads, .. } = &self.role
            && reads.awaits_nothing()
        {
            return;
        }
        self.extend_lease(rules, out);
        while let Role::Leader { reads, .. } = &self.role
            && let Some(Waiting { asker, index, round }) = reads.waiting.front().copied()
            && round <= reads.round
            && self.is_confirmed(round, rules)
        {
            if let Role::Leader { reads, .. } = &mut self.role {
                reads.waiting.pop_front();
            }
            out.note(|| Note::AnswersRead { index, by: Confirmed::Round(round) });
            self.answer_read(asker, index, out);
        }
        if let Role::Leader { reads, .. } = &self.role
            && reads.waiting.front().is_some_and(|waiting| waiting.round > reads.round)
        {
            self.begin_round(false, rules, out);
        }
    }

    fn is_confirmed(&self, round: u64, rules: &Rules) -> bool {
        let answered = |id| id == self.id || self.progress_of(id).is_some_and(|progress| progress.answered >= round);
        self.tally(rules, answered).agreed
    }

    /// An entry of this term is committed: reads that came before can be admitted now.
    pub(crate) fn answer_early_reads(&mut self, rules: &Rules, out: &mut impl Sink) {
        let Role::Leader { reads, .. } = &mut self.role else { return };
        if reads.early.is_empty() || !(rules.may_read)(self.committed_term(), self.term()) {
            return;
        }
        let Role::Leader { reads, .. } = &mut self.role else { return };
        for asker in core::mem::take(&mut reads.early) {
            self.admit_read(asker, rules, out);
        }
    }

    fn answer_read(&mut self, asker: Asker, index: Index, out: &mut impl Sink) {
        match asker {
            Asker::Here(id) => out.push(Effect::Read(id, ReadAnswer::At(index))),
            Asker::There(server, id) => self.send(server, Message::ReadIndexReply { id, index: Some(index) }, out),
        }
    }

    fn fail_read(&self, asker: Asker, leader: Option<ServerId>, out: &mut impl Sink) {
        out.note(|| Note::FailsRead { leader });
        match asker {
            Asker::Here(id) => out.push(Effect::Read(id, ReadAnswer::NotLeader(leader))),
            Asker::There(server, id) => self.send(server, Message::ReadIndexReply { id, index: None }, out),
        }
    }

    /// Leadership has changed hands: what waits for it is told so, here and at the followers.
    pub(crate) fn fail_reads(&mut self, leader: Option<ServerId>, out: &mut impl Sink) {
        let (waiting, early) = match &mut self.role {
            Role::Leader { reads, .. } => (core::mem::take(&mut reads.waiting), core::mem::take(&mut reads.early)),
            _ => Default::default(),
        };
        let forwarded = core::mem::take(&mut self.forwarded).into_iter().map(Asker::Here);
        for asker in waiting.into_iter().map(|waiting| waiting.asker).chain(early).chain(forwarded) {
            self.fail_read(asker, leader, out);
        }
    }
}

impl Config {
    /// Whether leaders count on leases, and voters keep what these promise. Without CheckQuorum
    /// voters promise nothing.
    pub(crate) fn leases(&self) -> bool {
        self.reads == ReadMode::Lease && self.check_quorum
    }

    /// How long a lease lasts, by the leader's clock: no voter's election timeout is shorter, by
    /// the fastest clock.
    fn read_lease(&self) -> Time {
        Time(self.election_timeout.start.0 * 100u64.saturating_sub(self.clock_drift_percent) / 100)
    }
}

/// The leader's side of the lease (thesis §6.4.1).
impl Node {
    /// A round is begun: a lease counts from here, if one can be had.
    pub(crate) fn begin_lease(&mut self, round: u64, out: &mut impl Sink) {
        let (leases, length) = (self.config.leases(), self.config.read_lease());
        let Role::Leader { reads, .. } = &mut self.role else { return };
        if !leases || reads.handed_over || length == Time::ZERO {
            return;
        }
        if let Some(place) = reads.leases.iter().position(Option::is_none) {
            reads.leases[place] = Some(Lease { round, confirmed: false });
            out.push(Effect::Arm(LEASE_TIMERS[place], length..length));
        }
    }

    /// A majority has answered a round, and votes for nobody else until a minimum election timeout
    /// after that, by its own clocks. The newer lease takes the place of the older one.
    fn extend_lease(&mut self, rules: &Rules, out: &mut impl Sink) {
        for place in 0..LEASE_TIMERS.len() {
            let Role::Leader { reads, .. } = &self.role else { return };
            let Some(Lease { round, confirmed: false }) = reads.leases[place] else { continue };
            if !self.is_confirmed(round, rules) {
                continue;
            }
            let Role::Leader { reads, .. } = &mut self.role else { return };
            reads.leases[place] = Some(Lease { round, confirmed: true });
            let other = 1 - place;
            if reads.leases[other].take_if(|other| other.round < round).is_some() {
                out.push(Effect::Disarm(LEASE_TIMERS[other]));
            }
        }
    }

    /// The time of a lease is over.
    pub(crate) fn lose_read_lease(&mut self, timer: Timer, rules: &Rules) {
        if let Role::Leader { reads, .. } = &mut self.role
            && let Some(place) = LEASE_TIMERS.iter().position(|of| *of == timer)
        {
            reads.leases[place].take_if(|lease| (rules.lease_ends)(lease.confirmed));
        }
    }

    /// Other settings: what voters promised under the old ones does not count.
    pub(crate) fn end_read_leases(&mut self) {
        if let Role::Leader { reads, .. } = &mut self.role {
            reads.leases = [None; 2];
        }
    }

    /// Another server is told to stand for election now: from here on a majority may vote for it.
    pub(crate) fn give_up_read_leases(&mut self) {
        self.end_read_leases();
        if let Role::Leader { reads, .. } = &mut self.role {
            reads.handed_over = true;
        }
    }
}

/// The voters' side of the lease.
impl Node {
    /// A server that may have answered a leader a moment ago, and does not remember, because it
    /// has just started, keeps what it may have promised.
    pub(crate) fn promise_at_start(&mut self, out: &mut impl Sink) {
        if self.term() > Term(0) && self.config.leases() {
            let least = self.config.election_timeout.start;
            out.push(Effect::Arm(Timer::Lease, least..least));
            self.promise();
        }
    }

    /// Whoever answers a leader votes for nobody else for a minimum election timeout, whatever
    /// it hears of newer terms meanwhile: the leader may not have heard of them. The timer that
    /// ends this runs already.
    pub(crate) fn promise(&mut self) {
        self.promised |= self.config.leases();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_are_counted_and_of_the_late_ones_their_heartbeats() {
        let mut reads = Reads::default();
        for beat in [true, false, true, true, false] {
            reads.begin_round(beat);
        }
        assert_eq!((reads.round(), reads.beat()), (5, 3));
        assert_eq!([0, 1, 2, 3, 4, 5].map(|round| reads.beat_at(round)), [0, 1, 1, 2, 3, 3]);
        (0..2 * KEPT_BEATS).for_each(|_| _ = reads.begin_round(true));
        assert_eq!(reads.beats.len(), KEPT_BEATS);
        assert_eq!((reads.beat_at(5), reads.beat_at(reads.round() - 1)), (0, reads.beat() - 1));
    }
}
