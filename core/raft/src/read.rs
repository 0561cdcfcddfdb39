//! Reads that do not go through the log and are still up to date (§8, thesis §6.4).
//!
//! A leader notes its commit index, makes sure that it still leads, and lets the host read when
//! that much is applied. It makes sure by a round of heartbeats that was begun after the read
//! came, or, where clocks can be trusted, by a lease.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::ids::{Index, ServerId, Time};
use crate::message::Message;
use crate::node::{Node, ReadMode, Role};
use crate::note::{Confirmed, Note};
use crate::rules::Rules;
use crate::step::{Effect, Outbox, ReadAnswer, ReadId, Timer};

/// A leader's reads, and what it knows of its own leadership.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Reads {
    /// How many rounds of heartbeats were begun.
    round: u64,
    /// How often the heartbeat timer has fired.
    ticks: u64,
    /// At which tick the rounds were begun that are not confirmed yet.
    begun: VecDeque<(u64, u64)>,
    /// Reads that wait for a round, in order.
    waiting: VecDeque<Waiting>,
    /// Reads that wait until an entry of this term is committed.
    early: Vec<Asker>,
    /// A majority has answered so lately that it votes for nobody else.
    lease: bool,
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

impl Reads {
    pub(crate) fn begin_round(&mut self) -> u64 {
        self.round += 1;
        self.begun.push_back((self.round, self.ticks));
        // Without answers the list would grow; what is that old is of no use to a lease either.
        if self.begun.len() > 64 {
            self.begun.pop_front();
        }
        self.round
    }

    pub(crate) fn round(&self) -> u64 {
        self.round
    }

    pub(crate) fn has_lease(&self) -> bool {
        self.lease
    }

    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len() + self.early.len()
    }
}

/// Asking.
impl Node {
    /// A client of this server wants to read.
    pub(crate) fn read(&mut self, id: ReadId, rules: &Rules, out: &mut Outbox) {
        match self.role {
            Role::Leader { .. } => self.admit_read(Asker::Here(id), rules, out),
            Role::Follower { leader: Some(leader), .. } => {
                out.note(|| Note::ForwardsRead { leader });
                self.forwarded.push(id);
                self.send(leader, Message::ReadIndex { id }, out);
            }
            _ => {
                out.note(|| Note::FailsRead { leader: None });
                out.push(Effect::Read(id, ReadAnswer::NotLeader(None)));
            }
        }
    }

    /// A follower asks on behalf of its client.
    pub(crate) fn receive_read_index(&mut self, from: ServerId, id: ReadId, rules: &Rules, out: &mut Outbox) {
        if self.leads() {
            return self.admit_read(Asker::There(from, id), rules, out);
        }
        self.answer_read(Asker::There(from, id), None, out);
    }

    /// The leader has answered.
    pub(crate) fn receive_read_index_reply(
        &mut self,
        from: ServerId,
        id: ReadId,
        index: Option<Index>,
        out: &mut Outbox,
    ) {
        let Some(place) = self.forwarded.iter().position(|waiting| *waiting == id) else {
            return out.note(|| Note::IgnoresLate { from });
        };
        self.forwarded.remove(place);
        let answer = index.map_or(ReadAnswer::NotLeader(None), ReadAnswer::At);
        out.push(Effect::Read(id, answer));
    }
}

/// A leader makes sure that it leads.
impl Node {
    fn admit_read(&mut self, asker: Asker, rules: &Rules, out: &mut Outbox) {
        let term = self.term();
        let knows = (rules.may_read)(self.committed_term(), term);
        let alone = self.tally(rules, |id| id == self.id).agreed;
        let (leases, index) = (self.config.reads == ReadMode::Lease, self.commit);
        let Role::Leader { reads, transfer, .. } = &mut self.role else { return };
        if !knows {
            reads.early.push(asker);
            return out.note(|| Note::ReadTooEarly { term });
        }
        let lease = leases && reads.lease && transfer.is_none();
        if alone || !(rules.read_needs_round)(lease) {
            let by = if alone { Confirmed::Alone } else { Confirmed::Lease };
            out.note(|| Note::AnswersRead { index, by });
            return self.answer_read(asker, Some(index), out);
        }
        // Reads that come while a round is on its way share the next one.
        let round = reads.round + 1;
        let on_its_way = reads.waiting.back().is_some_and(|waiting| waiting.round <= reads.round);
        reads.waiting.push_back(Waiting { asker, index, round });
        out.note(|| Note::HoldsRead { index, round });
        if !on_its_way {
            self.begin_round(out);
        }
    }

    /// The heartbeat timer fired.
    pub(crate) fn tick_reads(&mut self) {
        if let Role::Leader { reads, .. } = &mut self.role {
            reads.ticks += 1;
        }
    }

    /// A round may be confirmed now: a majority has answered it or a later one.
    pub(crate) fn confirm_reads(&mut self, rules: &Rules, out: &mut Outbox) {
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
            self.answer_read(asker, Some(index), out);
        }
        if let Role::Leader { reads, .. } = &self.role
            && reads.waiting.front().is_some_and(|waiting| waiting.round > reads.round)
        {
            self.begin_round(out);
        }
    }

    fn is_confirmed(&self, round: u64, rules: &Rules) -> bool {
        let answered = |id| id == self.id || self.progress_of(id).is_some_and(|progress| progress.answered >= round);
        self.tally(rules, answered).agreed
    }

    /// An entry of this term is committed: reads that came before can be admitted now.
    pub(crate) fn answer_early_reads(&mut self, rules: &Rules, out: &mut Outbox) {
        let Role::Leader { reads, .. } = &mut self.role else { return };
        if reads.early.is_empty() || !(rules.may_read)(self.committed_term(), self.term()) {
            return;
        }
        let Role::Leader { reads, .. } = &mut self.role else { return };
        for asker in core::mem::take(&mut reads.early) {
            self.admit_read(asker, rules, out);
        }
    }

    fn answer_read(&mut self, asker: Asker, index: Option<Index>, out: &mut Outbox) {
        match asker {
            Asker::Here(id) => {
                let answer = index.map_or(ReadAnswer::NotLeader(None), ReadAnswer::At);
                out.push(Effect::Read(id, answer));
            }
            Asker::There(server, id) => self.send(server, Message::ReadIndexReply { id, index }, out),
        }
    }

    /// Leadership has changed hands: what waits for it is told so, here and at the followers.
    pub(crate) fn fail_reads(&mut self, leader: Option<ServerId>, out: &mut Outbox) {
        let (waiting, early) = match &mut self.role {
            Role::Leader { reads, .. } => (core::mem::take(&mut reads.waiting), core::mem::take(&mut reads.early)),
            _ => Default::default(),
        };
        for asker in waiting.into_iter().map(|waiting| waiting.asker).chain(early) {
            out.note(|| Note::FailsRead { leader });
            match asker {
                Asker::Here(id) => out.push(Effect::Read(id, ReadAnswer::NotLeader(leader))),
                Asker::There(..) => self.answer_read(asker, None, out),
            }
        }
        for id in core::mem::take(&mut self.forwarded) {
            out.note(|| Note::FailsRead { leader });
            out.push(Effect::Read(id, ReadAnswer::NotLeader(leader)));
        }
    }
}

/// The lease (thesis §6.4.1).
impl Node {
    /// A majority has answered a round. It votes for nobody else until a minimum election timeout
    /// after the round was begun, by its own clocks.
    fn extend_lease(&mut self, rules: &Rules, out: &mut Outbox) {
        let Role::Leader { reads, .. } = &self.role else { return };
        let newest = reads.begun.iter().rev().find(|(round, _)| self.is_confirmed(*round, rules));
        let Some((round, tick)) = newest.copied() else { return };
        let trusted = self.config.reads == ReadMode::Lease && self.config.check_quorum;
        let length =
            self.config.election_timeout.start.0 * 100u64.saturating_sub(self.config.clock_drift_percent) / 100;
        let heartbeat = self.config.heartbeat.0;
        let Role::Leader { reads, .. } = &mut self.role else { return };
        reads.begun.retain(|(begun, _)| *begun > round);
        // The round was begun at that tick or until the next one: it is at most so old.
        let age = (reads.ticks - tick + 1) * heartbeat;
        if trusted && length > age {
            reads.lease = true;
            let left = Time(length - age);
            out.push(Effect::Arm(Timer::ReadLease, left..left));
        }
    }

    pub(crate) fn lose_read_lease(&mut self) {
        if let Role::Leader { reads, .. } = &mut self.role {
            reads.lease = false;
        }
    }
}
