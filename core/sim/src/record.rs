//! What happened, as data: the transcript, the scrub bar and the golden scripts are made of it.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;

use raft_core::{Index, Input, Note, Outbox, ServerId, Term, Time};

use crate::checker::Violation;
use crate::client::Verdict;
use crate::explore::Marks;
use crate::fault::Pace;
pub use crate::gist::Gist;
use crate::machine::{ClientId, Operation};
use crate::network::{Loss, Place};
use crate::run::Failure;
use crate::scenario::{MessageKind, Quiz};

/// One line of the transcript.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// When.
    pub at: Time,
    /// By which event of the run, counted from 1.
    pub event: u64,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// A server decided something.
    Decided(ServerId, Note),
    /// A leader's heartbeat timer fired.
    Heartbeats(ServerId),
    /// A write reached a disk, after some time.
    Synced(ServerId),
    /// A server applied entries.
    Applied {
        /// Which server.
        server: ServerId,
        /// The first of them.
        first: Index,
        /// The last of them.
        last: Index,
    },
    /// A message arrived.
    Arrived(Trip),
    /// A message was lost.
    Lost(Trip, Loss),
    /// A message was stopped on its way.
    Held(Trip),
    /// A message that was held travels on.
    Released(Trip),
    /// A message was doubled.
    Duplicated(Trip),
    /// A message reached a paused server and waits there.
    Waits(Trip),
    /// A server crashed; so many of its writes were not on disk yet and are gone.
    Crashed(ServerId, usize),
    /// A server restarted.
    Restarted(ServerId),
    /// A server stands still.
    Paused(ServerId),
    /// It goes on.
    Resumed(ServerId),
    /// Everything on its disk is gone.
    Wiped(ServerId),
    /// The last entries on its disk are gone.
    LostEntries {
        /// Whose.
        server: ServerId,
        /// The first of them.
        first: Index,
        /// The last of them.
        last: Index,
    },
    /// The vote on its disk is gone.
    ForgotVote {
        /// Whose.
        server: ServerId,
        /// For whom it was.
        vote: ServerId,
        /// In which term.
        term: Term,
    },
    /// Its clock runs at another pace from now on.
    ClockRuns(ServerId, Pace),
    /// Links were cut.
    Cut(Vec<(ServerId, ServerId)>),
    /// The network was parted into these groups.
    Partitioned(Vec<Vec<ServerId>>),
    /// Links were mended; none means all.
    Healed(Vec<(ServerId, ServerId)>),
    /// A setting was changed; the words of the scenario.
    Changed(String),
    /// Messages are held, or no longer, from now on; the words of the scenario.
    HoldRule(String),
    /// Somebody wants a server to change the cluster; the words of the scenario.
    Wants(ServerId, String),
    /// A client asks a server.
    Asks {
        /// The client.
        client: ClientId,
        /// The server.
        server: ServerId,
        /// What it asks.
        operation: Operation,
        /// How often it has asked, this time included.
        tries: u32,
    },
    /// A client's operation ended.
    Ended {
        /// The client.
        client: ClientId,
        /// What it asked.
        operation: Operation,
        /// What it knows.
        verdict: Verdict,
    },
    /// The scenario says something; play goes on.
    Says(String),
    /// The scenario says something, and play waits for the reader.
    Stops(String),
    /// The scenario asks the reader, and play waits for the answer.
    Poses(Box<Quiz>),
    /// The scenario marks this place.
    Marks(String),
    /// An expectation holds.
    Holds(String),
    /// The scenario failed here.
    Fails(Box<Failure>),
    /// A promise of Raft is broken.
    Violates(Box<Violation>),
}

/// A message, as far as its line in the transcript needs it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Trip {
    /// The message.
    pub id: u64,
    /// From.
    pub from: Place,
    /// To.
    pub to: Place,
    /// Its kind.
    pub kind: MessageKind,
    /// When it was sent.
    pub sent: Time,
    /// What it says of its sender.
    pub gist: Gist,
}

/// Where a world writes down what happens, and the outbox that its servers share.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    pub(crate) outbox: Outbox,
    pub(crate) pages: Pages,
    /// What follows at once from what a server did: scratch space, empty between events.
    pub(crate) inputs: VecDeque<Input>,
    /// What servers decided, for who explores; nobody else wants to know.
    pub(crate) marks: Marks,
    /// Messages that were delivered by hand.
    pub(crate) delivered: u64,
}

/// The records themselves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pages {
    deaf: bool,
    records: Vec<Record>,
}

impl Trace {
    /// Writes everything down.
    pub fn new() -> Trace {
        Trace::default()
    }

    /// Writes nothing down, and so costs nothing.
    pub fn deaf() -> Trace {
        Trace { outbox: Outbox::without_notes(), pages: Pages { deaf: true, records: Vec::new() }, ..Trace::default() }
    }

    /// Writes nothing down, and keeps the marks of what servers decide.
    pub(crate) fn marking() -> Trace {
        let marks = Marks::listening();
        Trace { outbox: Outbox::default(), marks, ..Trace::deaf() }
    }

    /// Takes the records since the last time.
    pub fn drain(&mut self) -> impl Iterator<Item = Record> + '_ {
        self.pages.records.drain(..)
    }
}

impl Pages {
    pub(crate) fn write(&mut self, at: Time, event: u64, what: impl FnOnce() -> Option<What>) {
        if !self.deaf {
            self.records.extend(what().map(|what| Record { at, event, what }));
        }
    }
}
