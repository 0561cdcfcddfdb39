//! Streaming: the AppendEntries of §5.3 in two; heartbeats tell who leads, entries flow on a long-lived stream apart from them.
//!
//! A follower that recognises a leader opens one stream and says where its log ends; the leader
//! streams from there, with no reply awaited, and acknowledgements flow back cumulatively. A
//! stream that breaks is opened anew by the follower, under a new epoch. A long replication so
//! never delays a heartbeat; the price is that a leader whose stream is stuck still heartbeats.
//!
//! What must hold, because a heartbeat proves nothing of logs:
//! 1. A heartbeat is acknowledged with what is verified on this leader's stream in this term.
//! 2. Its commit index is cut to that.
//! 3. A stream begins at a place that both logs hold, term included; a tail that conflicts goes.

use crate::ids::{Index, Position, ServerId, Time};
use crate::log::Entries;
use crate::message::Message;
use crate::node::{Node, Role};
use crate::note::Note;
use crate::progress::{State, Window};
use crate::rules::Rules;
use crate::step::{Effect, Sink, Timer};

/// A follower's side of its streams.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Inflow {
    pub(crate) stage: Stage,
    /// How often the follower's patience was doubled: a batch may take longer than any fixed
    /// time, and to ask for it again and again would only add to what is on the link.
    doubled: u32,
}

impl Inflow {
    pub(crate) const CLOSED: Inflow = Inflow { stage: Stage::Closed, doubled: 0 };
}

/// A follower waits at most so many doublings of a minimum election timeout: some seconds.
const MOST_DOUBLED: u32 = 5;

/// How far a stream is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Stage {
    /// None is open.
    Closed,
    /// It asked for one.
    Opening { epoch: u64 },
    /// Entries flow.
    Open {
        epoch: u64,
        /// The log agrees with the leader's up to here.
        verified: Index,
        /// There is more to come, and a timer runs until it does.
        awaits: bool,
    },
}

/// The leader's side.
impl Node {
    /// A heartbeat that carries no log and proves none.
    pub(crate) fn send_bare_heartbeat(&mut self, place: usize, round: u64, rules: &Rules, out: &mut impl Sink) {
        let (commit, last) = (self.commit, self.log().last_index());
        let Some(progress) = self.follower_mut(place) else { return };
        let (sent, verified) = match progress.state {
            State::Stream { .. } => (Some(progress.next.previous()), progress.matched),
            _ => (None, Index(0)),
        };
        let (server, commit) = (progress.server, (rules.heartbeat_commit)(commit, verified, last));
        self.send(server, Message::Heartbeat { commit, sent, round }, out);
    }

    pub(crate) fn receive_heartbeat_reply(
        &mut self,
        from: ServerId,
        verified: Index,
        round: u64,
        rules: &Rules,
        out: &mut impl Sink,
    ) {
        let Some(place) = self.place_of(from) else { return out.note(|| Note::IgnoresLate { from }) };
        self.stream_verified(place, verified, rules, out);
        if let Some(place) = self.place_of(from) {
            self.answered(place, round, rules, out);
        }
    }

    /// A follower asks for the stream of entries after a place of its log.
    pub(crate) fn receive_open(
        &mut self,
        from: ServerId,
        epoch: u64,
        last: Position,
        rules: &Rules,
        out: &mut impl Sink,
    ) {
        let Some(place) = self.place_of(from) else { return out.note(|| Note::IgnoresLate { from }) };
        let own_term = self.log().term(last.index);
        if !(rules.stream_begins)(last, own_term) {
            let at = self.log().last_not_newer(last.index, last.term);
            // Where both may agree is before all that the log still has (§7).
            if last.index < at.index || at.term > last.term {
                return self.resume_snapshot(place, out);
            }
            out.note(|| Note::ResetsStream { to: from, at });
            return self.send(from, Message::StreamReset { epoch, at }, out);
        }
        out.note(|| Note::OpensStream { with: from, after: last });
        if let Some(progress) = self.follower_mut(place) {
            progress.state = State::Stream { epoch, window: Window::default() };
            progress.next = last.index.next();
        }
        // First that the place is right: entries may take their time.
        let nothing = Entries::default();
        self.send(from, Message::StreamEntries { epoch, previous: last, entries: nothing, commit: self.commit }, out);
        self.stream_verified(place, last.index, rules, out);
    }

    /// Entries that the follower lacks are gone; a snapshot that is on its way goes on (§7).
    fn resume_snapshot(&mut self, place: usize, out: &mut impl Sink) {
        let beat = self.beat();
        if let Some(progress) = self.follower_mut(place)
            && matches!(progress.state, State::Snapshot { .. })
            && !progress.piece_is_lost(beat)
        {
            return;
        }
        self.send_snapshot(place, out);
    }

    pub(crate) fn receive_stream_ack(
        &mut self,
        from: ServerId,
        _epoch: u64,
        matched: Index,
        rules: &Rules,
        out: &mut impl Sink,
    ) {
        // Also of an older stream of this term: what was verified on it is verified.
        match self.place_of(from) {
            Some(place) => self.stream_verified(place, matched, rules, out),
            None => out.note(|| Note::IgnoresLate { from }),
        }
    }

    /// A follower's log agrees with this leader's up to here, durably.
    fn stream_verified(&mut self, place: usize, verified: Index, rules: &Rules, out: &mut impl Sink) {
        let Some(from) = self.follower_mut(place).map(|progress| progress.server) else { return };
        self.acknowledged(place, verified.min(self.log().last_index()), rules, out);
        if let Some(place) = self.place_of(from) {
            self.replicate_after_answer(place, out);
        }
        self.continue_transfer(from, rules, out);
    }
}

/// The follower's side.
impl Node {
    pub(crate) fn receive_heartbeat(
        &mut self,
        from: ServerId,
        commit: Index,
        sent: Option<Index>,
        round: u64,
        rules: &Rules,
        out: &mut impl Sink,
    ) {
        if self.leads() {
            return out.note(|| Note::IgnoresLate { from });
        }
        self.recognise(from, rules, out);
        let verified = match self.stage() {
            Stage::Open { verified, .. } => verified,
            Stage::Opening { .. } | Stage::Closed => Index(0),
        };
        let commit = (rules.heartbeat_commit)(commit, verified, self.log().last_index());
        self.commit_to(commit, |_, index| Note::LearnsCommit { index }, out);
        match self.stage() {
            Stage::Closed => self.open_stream(1, self.log().last(), out),
            Stage::Opening { .. } => {}
            Stage::Open { verified: known, awaits, .. } => {
                // A leader that knows of no stream has broken it off; unless that is older news.
                if sent.is_none_or(|sent| sent > known) && !awaits {
                    self.await_stream(out);
                }
            }
        }
        let verified = (rules.heartbeat_proves)(verified, self.log().last_index());
        let reply = self.envelope(from, Message::HeartbeatReply { verified, round });
        self.storage.send_when_durable(reply, out);
    }

    fn stage(&self) -> Stage {
        match self.role {
            Role::Follower { inflow, .. } => inflow.stage,
            _ => Stage::Closed,
        }
    }

    fn inflow_mut(&mut self) -> Option<&mut Inflow> {
        match &mut self.role {
            Role::Follower { inflow, .. } => Some(inflow),
            _ => None,
        }
    }

    fn set_stage(&mut self, stage: Stage) {
        if let Some(inflow) = self.inflow_mut() {
            inflow.stage = stage;
        }
    }

    /// Asks the leader for the entries after a place of the own log.
    fn open_stream(&mut self, epoch: u64, last: Position, out: &mut impl Sink) {
        let Role::Follower { leader: Some(leader), .. } = self.role else { return };
        self.set_stage(Stage::Opening { epoch });
        self.arm_stream(out);
        out.note(|| Note::AsksForStream { of: leader, after: last, epoch });
        let request = self.envelope(leader, Message::StreamOpen { epoch, last });
        self.storage.send_when_durable(request, out);
    }

    fn arm_stream(&self, out: &mut impl Sink) {
        let Role::Follower { inflow, .. } = self.role else { return };
        // A handshake is short; a batch may be long, and it comes with those before it.
        let timeout = self.config.election_timeout.start.0;
        let least = if matches!(inflow.stage, Stage::Open { .. }) { 4 * timeout } else { timeout };
        let patience = Time((least << inflow.doubled).min(timeout << MOST_DOUBLED));
        out.push(Effect::Arm(Timer::Stream, patience..patience));
    }

    fn await_stream(&mut self, out: &mut impl Sink) {
        if let Some(Inflow { stage: Stage::Open { awaits, .. }, .. }) = self.inflow_mut() {
            *awaits = true;
            self.arm_stream(out);
        }
    }

    /// Nothing came for long although there was something to come.
    pub(crate) fn stream_is_stuck(&mut self, out: &mut impl Sink) {
        let Some(inflow) = self.inflow_mut().filter(|inflow| inflow.stage != Stage::Closed) else { return };
        inflow.doubled = (inflow.doubled + 1).min(MOST_DOUBLED);
        out.note(|| Note::StreamIsStuck);
        self.reopen_stream(out);
    }

    fn reopen_stream(&mut self, out: &mut impl Sink) {
        match self.stage() {
            Stage::Opening { epoch } | Stage::Open { epoch, .. } => {
                self.open_stream(epoch + 1, self.log().last(), out);
            }
            Stage::Closed => {}
        }
    }

    /// The leader has another entry there, and proposes a place at which both may agree.
    pub(crate) fn receive_reset(&mut self, from: ServerId, epoch: u64, at: Position, out: &mut impl Sink) {
        if self.stage() != (Stage::Opening { epoch }) {
            return out.note(|| Note::IgnoresLate { from });
        }
        let own = self.log().last_not_newer(at.index, at.term);
        self.open_stream(epoch + 1, own, out);
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of one message")]
    pub(crate) fn receive_stream(
        &mut self,
        from: ServerId,
        epoch: u64,
        previous: Position,
        entries: Entries,
        commit: Index,
        rules: &Rules,
        out: &mut impl Sink,
    ) {
        if self.leads() {
            return out.note(|| Note::IgnoresLate { from });
        }
        self.recognise(from, rules, out);
        let (own, so_far) = match self.stage() {
            Stage::Opening { epoch: own } => (own, previous.index),
            Stage::Open { epoch: own, verified, .. } => (own, verified),
            Stage::Closed => return out.note(|| Note::IgnoresLate { from }),
        };
        // A batch of an older stream is as good as any, if it follows what is there; if not, it
        // says nothing of this stream.
        let follows = (rules.stream_follows)(previous, so_far, self.log().term(previous.index));
        if !follows && own != epoch {
            return out.note(|| Note::IgnoresLate { from });
        }
        if !follows {
            out.note(|| Note::StreamBreaks { missing: so_far.next().min(previous.index) });
            return self.reopen_stream(out);
        }
        let Ok(matched) = self.accept(previous, entries, commit, rules, out) else {
            out.note(|| Note::StreamBreaks { missing: previous.index });
            return self.reopen_stream(out);
        };
        let verified = so_far.max(matched);
        if let Some(inflow) = self.inflow_mut() {
            let doubled = inflow.doubled.saturating_sub(u32::from(verified > so_far));
            *inflow = Inflow { stage: Stage::Open { epoch: own, verified, awaits: false }, doubled };
        }
        out.push(Effect::Disarm(Timer::Stream));
        let reply = self.envelope(from, Message::StreamAck { epoch: own, matched: verified });
        self.storage.send_when_durable(reply, out);
    }

    /// A snapshot replaced the log: what is verified on a stream has to be found out anew (§7).
    pub(crate) fn close_stream(&mut self, out: &mut impl Sink) {
        if self.stage() != Stage::Closed {
            self.set_stage(Stage::Closed);
            out.push(Effect::Disarm(Timer::Stream));
        }
    }
}
