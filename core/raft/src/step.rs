//! The contract between the core and its host: inputs, effects, and nothing else.

use alloc::vec::Vec;
use core::ops::{Range, RangeInclusive};

use crate::durable::{Token, Write};
use crate::ids::{Index, Position, ServerId, Time};
use crate::log::Command;
use crate::message::Envelope;
use crate::note::{NoChange, Note};
use crate::reconfiguration::Change;
use crate::snapshot::{Image, Snapshot};

/// A host's own number for a client's request; the core hands it back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ProposalId(pub u64);

/// A host's own number for a read; the core hands it back. No two reads of a server share one, also
/// not across a restart: an answer to the first may still be on its way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ReadId(pub u64);

/// The timers that a server asks its host for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Timer {
    /// No leader was heard of for an election timeout (§5.2).
    Election,
    /// Time for the next heartbeats (§5.2).
    Heartbeat,
    /// The leader was last heard of a minimum election timeout ago (thesis §4.2.3).
    Lease,
    /// Time for a leader to see whether a majority still answers (thesis §6.2).
    Quorum,
    /// A transfer of leadership has taken too long (thesis §3.10).
    Transfer,
    /// A leader may no longer answer reads without asking (thesis §6.4.1).
    ReadLease,
    /// A new server has not caught up fast enough in this round (thesis §4.2.1).
    CatchUp,
    /// Nothing has come on a follower's stream although there is something to come.
    Stream,
    /// The same as [`Timer::ReadLease`], for the lease that takes its place.
    OtherReadLease,
}

impl Timer {
    /// All timers.
    pub const ALL: [Timer; 9] = [
        Timer::Election,
        Timer::Heartbeat,
        Timer::Lease,
        Timer::Quorum,
        Timer::Transfer,
        Timer::ReadLease,
        Timer::CatchUp,
        Timer::Stream,
        Timer::OtherReadLease,
    ];

    /// Those that only a leader needs.
    pub(crate) const OF_A_LEADER: [Timer; 6] =
        [Timer::Heartbeat, Timer::Quorum, Timer::Transfer, Timer::ReadLease, Timer::CatchUp, Timer::OtherReadLease];
}

/// What happens to a server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Input {
    /// A message arrives.
    Message(Envelope),
    /// A timer runs out that was armed and not disarmed. A host that stood still gives a server
    /// the timers of its leases before anything else.
    TimerFired(Timer),
    /// A write, and with it all before it, is on disk.
    Persisted(Token),
    /// A client asks for a command to be replicated (§5.3).
    Propose(ProposalId, Command),
    /// Many commands at once, in this order: one entry each, one write, and one answer, which
    /// tells where the first of them is.
    ProposeBatch(ProposalId, Vec<Command>),
    /// A client asks to read the state machine as it is now, or later (thesis §6.4).
    Read(ReadId),
    /// Somebody wants other servers to make up the cluster (§6).
    Reconfigure(ProposalId, Change),
    /// Somebody wants this leader to hand over to another server (thesis §3.10).
    Transfer(ServerId),
    /// The host's state machine, as it was at this applied index, may stand for the log up to there (§7).
    Compact(Index, Image),
    /// The host has applied the log up to here.
    Applied(Index),
}

/// What a server wants done, in this order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Send a message. It may be lost, late, doubled or overtaken.
    Send(Envelope),
    /// Start a timer, or start it anew: some time in the range, which the host draws.
    Arm(Timer, Range<Time>),
    /// Stop a timer.
    Disarm(Timer),
    /// Write to disk, after all earlier writes; then give the token back as [`Input::Persisted`].
    Persist(Token, Write),
    /// These entries of [`crate::Node::log`] are committed: apply them, then say [`Input::Applied`].
    Apply(RangeInclusive<Index>),
    /// The state machine becomes this one (§7).
    Restore(Snapshot),
    /// Answer a client's proposal, or a wish for other servers.
    Answer(ProposalId, Answer),
    /// Answer a read.
    Read(ReadId, ReadAnswer),
    /// A decision, for people who watch.
    Note(Note),
}

/// The answer to a proposal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Answer {
    /// It is in the leader's log, not yet committed. It took place if, and only if, the entry
    /// that is once applied at this index has this term.
    Appended(Position),
    /// This server does not lead; maybe that one does.
    NotLeader(Option<ServerId>),
    /// This leader is handing over to that server and takes nothing new (thesis §3.10).
    HandingOver(ServerId),
    /// The cluster cannot be changed in this way, or not now (§6).
    Refused(NoChange),
}

/// The answer to a read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ReadAnswer {
    /// Read when the log is applied up to here.
    At(Index),
    /// This server does not lead; maybe that one does.
    NotLeader(Option<ServerId>),
}

/// Where a server's effects go, in their order: mostly an [`Outbox`], or a host that carries them
/// out as they come. While they come the server is in the middle of its step: what follows from
/// an effect, as [`Input::Persisted`] does, is the input of a later one.
pub trait Sink {
    /// Takes an effect.
    fn push(&mut self, effect: Effect);

    /// Whether nobody listens to notes, so that they are not even made.
    fn is_deaf(&self) -> bool;

    /// Takes an effect that a sink which keeps it makes where it will lie: on the hot path,
    /// copying it there is most of its cost.
    #[inline(always)]
    fn push_with(&mut self, effect: impl FnOnce() -> Effect) {
        self.push(effect());
    }

    /// Takes a note, if somebody listens.
    #[inline]
    fn note(&mut self, note: impl FnOnce() -> Note) {
        if !self.is_deaf() {
            self.push(Effect::Note(note()));
        }
    }
}

/// Where a server puts its effects for later. Keep one and reuse it: the hot path does not allocate.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    effects: Vec<Effect>,
    deaf: bool,
}

impl Outbox {
    /// An outbox in which notes are not even made, for when nobody listens.
    pub fn without_notes() -> Outbox {
        Outbox { effects: Vec::new(), deaf: true }
    }

    /// The effects since the last time, in order.
    pub fn drain(&mut self) -> impl Iterator<Item = Effect> + '_ {
        self.effects.drain(..)
    }

    /// The effects that were not drained yet, in order.
    pub fn effects(&self) -> &[Effect] {
        &self.effects
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.effects.is_empty()
    }
}

impl Sink for Outbox {
    fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    fn is_deaf(&self) -> bool {
        self.deaf
    }

    #[inline]
    fn push_with(&mut self, effect: impl FnOnce() -> Effect) {
        self.effects.extend(core::iter::once_with(effect));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sink that keeps the last effect only.
    struct Last(Option<Effect>);

    impl Sink for Last {
        fn push(&mut self, effect: Effect) {
            self.0 = Some(effect);
        }

        fn is_deaf(&self) -> bool {
            false
        }
    }

    #[test]
    fn a_sink_gets_each_effect_however_it_is_made() {
        let mut sink = Last(None);
        sink.push_with(|| Effect::Disarm(Timer::Election));
        assert_eq!(sink.0, Some(Effect::Disarm(Timer::Election)));
        let mut out = Outbox::default();
        assert!(out.is_empty());
        out.push_with(|| Effect::Disarm(Timer::Election));
        assert!(!out.is_empty());
        assert_eq!((out.drain().count(), out.is_empty()), (1, true));
    }
}
