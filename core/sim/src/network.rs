//! The network between servers and clients: messages on their way, cuts and holds.
//!
//! The messages drawn on the page are the deliveries of the world's own queue; there is no
//! second list.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;

use raft_core::{Envelope, Kind, Message, ServerId, Time, clone_by_field};

use crate::machine::{ClientId, Operation, Outcome};
use crate::scenario::MessageKind;

/// An end of a link.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Place {
    /// A server.
    Server(ServerId),
    /// A client.
    Client(ClientId),
}

/// What a message carries.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Parcel {
    /// A message of Raft.
    Raft(Envelope),
    /// A client's request.
    Request {
        /// The client's serial number.
        serial: u64,
        /// How often the client has asked for this, from 1.
        tries: u32,
        /// What is asked.
        operation: Operation,
    },
    /// A server's answer.
    Answer {
        /// The serial number of the request.
        serial: u64,
        /// Which try is answered.
        tries: u32,
        /// What is answered.
        reply: Reply,
    },
}

/// What is sent on one lane goes one after another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Lane {
    /// Requests and their replies.
    Messages,
    /// The entries of a stream, which is cut into small frames: the others need not wait for it.
    Stream,
}

impl Parcel {
    /// How many bytes it takes on the wire, about.
    pub fn size(&self) -> usize {
        match self {
            Parcel::Raft(envelope) => envelope.message.size(),
            Parcel::Request { .. } | Parcel::Answer { .. } => 64,
        }
    }

    /// On which lane of its link it travels.
    pub fn lane(&self) -> Lane {
        match self {
            Parcel::Raft(Envelope { message: Message::StreamEntries { .. }, .. }) => Lane::Stream,
            _ => Lane::Messages,
        }
    }
}

/// What a server answers to a client.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Reply {
    /// Applied, with this outcome.
    Outcome(Outcome),
    /// This server does not lead; maybe that one does.
    NotLeader(Option<ServerId>),
}

/// Why a message does not arrive.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Loss {
    /// The network lost it.
    Chance,
    /// The link is cut.
    Cut,
    /// The receiver is down.
    Down,
    /// Dropped by hand.
    Dropped,
}

/// A message on its way.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Flight {
    /// Counts all messages of the run; unique.
    pub id: u64,
    /// The sender.
    pub from: Place,
    /// The receiver.
    pub to: Place,
    /// When it was sent.
    pub sent: Time,
    /// When it arrives, unless it is lost or held.
    pub due: Time,
    /// Since when it is held, in its own time: where on its way it stands still.
    pub held: Option<Time>,
    /// Lost on the way, and why; it vanishes before it arrives.
    pub lost: Option<Loss>,
    /// It has come as far as its receiver, which was paused, and waits there.
    pub waited: bool,
    /// What it carries.
    pub parcel: Parcel,
}

impl Flight {
    /// Its kind.
    pub fn kind(&self) -> MessageKind {
        match &self.parcel {
            Parcel::Raft(envelope) => match envelope.message.kind() {
                Kind::PreVote => MessageKind::PreVote,
                Kind::PreVoteReply => MessageKind::PreVoteReply,
                Kind::TimeoutNow => MessageKind::TimeoutNow,
                Kind::Vote => MessageKind::Vote,
                Kind::VoteReply => MessageKind::VoteReply,
                Kind::Append => MessageKind::Append,
                Kind::Heartbeat => MessageKind::Heartbeat,
                Kind::AppendReply => MessageKind::AppendReply,
                Kind::Snapshot => MessageKind::Snapshot,
                Kind::SnapshotReply => MessageKind::SnapshotReply,
                Kind::ReadIndex => MessageKind::ReadIndex,
                Kind::ReadIndexReply => MessageKind::ReadIndexReply,
                Kind::HeartbeatReply => MessageKind::HeartbeatReply,
                Kind::StreamOpen => MessageKind::StreamOpen,
                Kind::Stream => MessageKind::Stream,
                Kind::StreamAck => MessageKind::StreamAck,
            },
            Parcel::Request { .. } => MessageKind::Request,
            Parcel::Answer { .. } => MessageKind::Answer,
        }
    }

    /// How far it has come at a time, in thousandths of its way.
    pub fn progress(&self, now: Time) -> u64 {
        let at = self.held.unwrap_or(now).since(self.sent).0;
        let way = self.due.since(self.sent).0;
        at.saturating_mul(1_000).checked_div(way).map_or(500, |part| part.min(1_000))
    }

    /// When something happens to it: it arrives, or it vanishes on the way.
    pub fn ends(&self) -> Time {
        match self.lost {
            Some(_) => self.sent + Time(self.due.since(self.sent).0 * 6 / 10),
            None => self.due,
        }
    }
}

/// A rule that holds messages from now on.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Hold {
    /// On this link, or on all.
    pub link: Option<(Place, Place)>,
    /// Of this kind, or of all.
    pub kind: Option<MessageKind>,
}

impl Hold {
    /// Whether the rule means a message.
    pub fn matches(&self, flight: &Flight) -> bool {
        self.link.is_none_or(|link| link == (flight.from, flight.to))
            && self.kind.is_none_or(|kind| kind == flight.kind())
    }
}

/// The state of the network, apart from what is on its way.
#[derive(PartialEq, Eq, Hash, Debug, Default)]
pub struct Network {
    /// Links that carry nothing, by direction.
    pub cuts: BTreeSet<(ServerId, ServerId)>,
    /// What is held from now on.
    pub holds: Vec<Hold>,
    /// Messages that stand still, in sending order.
    pub held: Vec<Arc<Flight>>,
    /// Until when a lane of a link is busy with what was sent before.
    busy: BTreeMap<(Place, Place, Lane), Time>,
    /// When the last message of the stream on a link arrives: a stream keeps its order.
    streams: BTreeMap<(Place, Place), Time>,
    /// How often who sent to whom at the last instant at which anything was sent: tells apart the rolls
    /// of several messages on one link at one instant.
    sent_at: Time,
    sent_now: Vec<((Place, Place), u64)>,
}

clone_by_field!(Network { cuts, holds, held, busy, streams, sent_at, sent_now });

impl Network {
    /// Whether a link is cut in this direction.
    pub fn is_cut(&self, from: Place, to: Place) -> bool {
        match (from, to) {
            (Place::Server(from), Place::Server(to)) => self.cuts.contains(&(from, to)),
            _ => false,
        }
    }

    /// Whether a message is held, or will be.
    pub(crate) fn is_held_up(&self) -> bool {
        !self.holds.is_empty() || !self.held.is_empty()
    }

    /// When a message has left that takes so long to send: after all before it on its lane.
    pub(crate) fn queue_up(&mut self, from: Place, to: Place, lane: Lane, now: Time, takes: Time) -> Time {
        let free = self.busy.entry((from, to, lane)).or_default();
        *free = now.max(*free) + takes;
        *free
    }

    /// How long the longest queue in front of a link still takes.
    pub(crate) fn longest_queue(&self, now: Time) -> Time {
        self.busy.values().map(|free| free.since(now)).max().unwrap_or(Time::ZERO)
    }

    /// When a message of a stream arrives that would be there by itself at `due`: not before the
    /// one before it. Other messages may overtake each other.
    pub(crate) fn in_order(&mut self, from: Place, to: Place, parcel: &Parcel, due: Time) -> Time {
        if parcel.lane() != Lane::Stream {
            return due;
        }
        let last = self.streams.entry((from, to)).or_default();
        *last = due.max(*last);
        *last
    }

    /// Counts the messages of one link at one instant, from 0.
    pub(crate) fn ordinal(&mut self, from: Place, to: Place, now: Time) -> u64 {
        if self.sent_at != now {
            self.sent_at = now;
            self.sent_now.clear();
        }
        match self.sent_now.iter_mut().find(|(link, _)| *link == (from, to)) {
            Some((_, count)) => {
                *count += 1;
                *count - 1
            }
            None => {
                self.sent_now.push(((from, to), 1));
                0
            }
        }
    }
}

impl Place {
    /// A number for the dice.
    pub(crate) fn number(self) -> u64 {
        match self {
            Place::Server(id) => u64::from(id.0),
            Place::Client(id) => 1_000 + u64::from(id.0),
        }
    }
}

impl core::fmt::Display for Place {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Place::Server(id) => id.fmt(f),
            Place::Client(id) => id.fmt(f),
        }
    }
}
