//! A server as its operating system sees it: a process that may be up, paused or down, with a
//! disk and timers.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;

use raft_core::{Durable, Index, Log, Node, ServerId, Term, Time, Timer, Token, View, Write, clone_by_field};

use crate::fault::Pace;
use crate::machine::{ClientId, Store};
use crate::reading::Reads;
use crate::world::Event;

/// A server of the world.
#[derive(PartialEq, Eq, Hash, Debug)]
pub struct Server {
    /// Its name.
    pub id: ServerId,
    pub(crate) host: Host,
    pub(crate) pace: Pace,
}

clone_by_field!(Server { id, host, pace });

/// The process.
#[derive(PartialEq, Eq, Hash, Debug)]
pub(crate) enum Host {
    /// Runs.
    Up(Box<Process>),
    /// Stands still; what happened to it meanwhile waits in order.
    Paused(Box<Process>, Vec<Event>),
    /// Crashed; only the disk is left.
    Down(Durable),
}

impl Clone for Host {
    fn clone(&self) -> Host {
        match self {
            Host::Up(process) => Host::Up(process.clone()),
            Host::Paused(process, inbox) => Host::Paused(process.clone(), inbox.clone()),
            Host::Down(disk) => Host::Down(disk.clone()),
        }
    }

    fn clone_from(&mut self, other: &Host) {
        match (self, other) {
            (Host::Up(process), Host::Up(other)) => process.clone_from(other),
            (Host::Down(disk), Host::Down(other)) => disk.clone_from(other),
            (here, other) => *here = other.clone(),
        }
    }
}

/// Whether a server runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Condition {
    /// It runs.
    Up,
    /// It stands still and knows nothing of it.
    Paused,
    /// It crashed; its disk is left.
    Down,
}

/// What runs while a server is up.
#[derive(PartialEq, Eq, Hash, Debug)]
pub(crate) struct Process {
    pub(crate) node: Node,
    pub(crate) disk: Disk,
    pub(crate) timers: Timers,
    pub(crate) store: Store,
    /// Clients that wait for an entry to be applied, by its index.
    pub(crate) waiting: BTreeMap<Index, Waiting>,
    /// Up to here entries are in the store; the node may learn of it a moment later.
    pub(crate) applied: Index,
    /// Reads that it has not answered yet.
    pub(crate) reads: Reads,
}

clone_by_field!(Process { node, disk, timers, store, waiting, applied, reads });

/// A client that waits for an entry.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Waiting {
    pub(crate) term: Term,
    pub(crate) client: ClientId,
    pub(crate) serial: u64,
    pub(crate) tries: u32,
}

/// The disk: what is on it, and what is on its way to it.
#[derive(PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Disk {
    pub(crate) durable: Durable,
    pub(crate) unsynced: VecDeque<Unsynced>,
}

clone_by_field!(Disk { durable, unsynced });

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Unsynced {
    pub(crate) token: Token,
    pub(crate) write: Write,
    pub(crate) due: Time,
    /// Its place among the events of the world.
    pub(crate) key: u64,
}

/// The timers that run.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Timers {
    armed: [Option<Armed>; Timer::ALL.len()],
}

/// A timer that runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Armed {
    pub(crate) since: Time,
    pub(crate) due: Time,
    pub(crate) key: u64,
}

impl Timers {
    pub(crate) fn of(&mut self, timer: Timer) -> &mut Option<Armed> {
        &mut self.armed[timer as usize]
    }

    fn get(&self, timer: Timer) -> Option<Armed> {
        self.armed[timer as usize]
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = Armed> {
        self.armed.into_iter().flatten()
    }
}

impl Disk {
    /// The oldest write is on disk, and with it all up to this token.
    pub(crate) fn sync(&mut self, token: Token) {
        while let Some(first) = self.unsynced.front()
            && first.token <= token
        {
            if let Some(first) = self.unsynced.pop_front() {
                self.durable.write(&first.write);
            }
        }
    }
}

impl Server {
    /// Whether it runs.
    pub fn condition(&self) -> Condition {
        match &self.host {
            Host::Up(_) => Condition::Up,
            Host::Paused(..) => Condition::Paused,
            Host::Down(_) => Condition::Down,
        }
    }

    /// Whether it is up (a paused server is, without knowing that it is paused).
    pub fn is_up(&self) -> bool {
        self.condition() != Condition::Down
    }

    /// How fast its clock runs, by which its timers go.
    pub fn pace(&self) -> Pace {
        self.pace
    }

    pub(crate) fn process(&self) -> Option<&Process> {
        match &self.host {
            Host::Up(process) | Host::Paused(process, _) => Some(process),
            Host::Down(_) => None,
        }
    }

    pub(crate) fn process_mut(&mut self) -> Option<&mut Process> {
        match &mut self.host {
            Host::Up(process) | Host::Paused(process, _) => Some(process),
            Host::Down(_) => None,
        }
    }

    /// Its protocol state; nothing while it is down.
    pub fn view(&self) -> Option<View<'_>> {
        self.process().map(|process| process.node.view())
    }

    /// What is on its disk.
    pub fn disk(&self) -> &Durable {
        match &self.host {
            Host::Up(process) | Host::Paused(process, _) => &process.disk.durable,
            Host::Down(disk) => disk,
        }
    }

    /// Its term: in memory while it is up, else on disk.
    pub fn term(&self) -> Term {
        self.process().map_or(self.disk().state.term, |process| process.node.brief().term)
    }

    /// Its vote in that term.
    pub fn voted_for(&self) -> Option<ServerId> {
        self.view().map_or(self.disk().state.voted_for, |view| view.voted_for)
    }

    /// Its log: in memory while it is up, else on disk.
    pub fn log(&self) -> &Log {
        self.process().map_or(&self.disk().log, |process| process.node.log())
    }

    /// Up to here it knows entries to be committed; 0 while it is down.
    pub fn commit(&self) -> Index {
        self.process().map_or(Index(0), |process| process.node.brief().commit)
    }

    /// Up to here it has applied them; 0 while it is down.
    pub fn applied(&self) -> Index {
        self.view().map_or(Index(0), |view| view.applied)
    }

    /// Its state machine; nothing while it is down.
    pub fn store(&self) -> Option<&Store> {
        self.process().map(|process| &process.store)
    }

    /// How many clients wait for it to read, without an entry of the log.
    pub fn pending_reads(&self) -> usize {
        self.process().map_or(0, |process| process.reads.len())
    }

    /// When its election timer was last started, and when it fires.
    pub fn election_timer(&self) -> Option<(Time, Time)> {
        self.process()?.timers.get(Timer::Election).map(|armed| (armed.since, armed.due))
    }

    /// When the lease ends on which it answers reads without asking (thesis §6.4.1), if it has one.
    pub fn read_lease(&self) -> Option<Time> {
        let timers = &self.process()?.timers;
        let timer = self.view()?.read_lease?;
        timers.get(timer).map(|armed| armed.due)
    }

    /// When its next heartbeats are due.
    pub fn heartbeat_timer(&self) -> Option<(Time, Time)> {
        self.process()?.timers.get(Timer::Heartbeat).map(|armed| (armed.since, armed.due))
    }

    /// The timers other than those two that run, and when they fire.
    pub fn other_timers(&self) -> impl Iterator<Item = (Timer, Time)> {
        let timers = self.process().map(|process| &process.timers);
        Timer::ALL[2..].iter().copied().filter_map(move |timer| timers?.get(timer).map(|armed| (timer, armed.due)))
    }
}
