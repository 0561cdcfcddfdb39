//! What must be on disk before it is spoken of (§5.1, Figure 2 "persistent state").
//!
//! Writes are strictly ordered. A message that claims something durable (a granted vote, an
//! acknowledgement) waits here until the writes before it are on disk; a leader and a
//! candidate count their own copy and their own vote only then (thesis §10.2.1).

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::ids::{Index, Position, ServerId, Term};
use crate::log::{Command, Entries, Entry, Log, Payload};
use crate::membership::{Membership, Memberships};
use crate::message::{Envelope, Message};
use crate::snapshot::Snapshot;
use crate::step::{Effect, Sink};

/// The number of a write; writes reach the disk in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Token(pub u64);

/// The current term and the vote given in it: one record, so that no crash can tear them apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct HardState {
    /// The latest term that this server has seen.
    pub term: Term,
    /// The candidate that got this server's vote in that term.
    pub voted_for: Option<ServerId>,
}

/// One write.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Write {
    /// Term and vote.
    State(HardState),
    /// Entries from `first` on; whatever stood there or beyond is gone.
    Log {
        /// Where the first of them goes.
        first: Index,
        /// The entries.
        entries: Entries,
    },
    /// A snapshot in the place of the one before, and with it, so that no crash can come between
    /// the two, the log cut to what follows `base`: nothing is left if it does not hold `base` (§7).
    Snapshot {
        /// The snapshot.
        snapshot: Snapshot,
        /// The last position that is gone from the log.
        base: Position,
    },
}

/// What survives a crash.
#[derive(PartialEq, Eq, Hash, Debug, Default)]
pub struct Durable {
    /// Term and vote.
    pub state: HardState,
    /// The state machine and the configuration at some point of the log; at first an empty one,
    /// with the servers that the cluster starts with (§7).
    pub snapshot: Snapshot,
    /// The log.
    pub log: Log,
}

crate::clone_by_field!(Durable { state, snapshot, log });

impl Durable {
    /// The empty disk of a server of a cluster that starts with these servers.
    pub fn new(membership: Membership) -> Durable {
        Durable { snapshot: Snapshot { membership: Arc::new(membership), ..Snapshot::default() }, ..Durable::default() }
    }

    /// Carries out a write.
    pub fn write(&mut self, write: &Write) {
        match write {
            Write::State(state) => self.state = *state,
            Write::Log { first, entries } => {
                self.log.truncate(*first);
                self.log.append_all(entries);
            }
            Write::Snapshot { snapshot, base } => {
                self.log.compact(*base);
                self.snapshot = snapshot.clone();
            }
        }
    }
}

/// A server's persistent state, the writes that are on their way, and what waits for them.
#[derive(PartialEq, Eq, Hash, Debug)]
pub(crate) struct Storage {
    state: HardState,
    /// The state changed in this step and is not on its way to disk yet.
    state_changed: bool,
    snapshot: Snapshot,
    log: Log,
    memberships: Memberships,
    issued: Token,
    persisted: Token,
    /// Up to here the log is on disk, exactly as it stands in memory.
    durable: Index,
    log_writes: VecDeque<LogWrite>,
    withheld: VecDeque<(Token, Claim)>,
}

crate::clone_by_field!(Storage {
    state,
    state_changed,
    snapshot,
    log,
    memberships,
    issued,
    persisted,
    durable,
    log_writes,
    withheld
});

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct LogWrite {
    token: Token,
    first: Index,
    last: Index,
}

/// A message that claims something durable. The one that nearly every write is answered with is
/// kept in a form that is cheap to put aside and to take up again.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Claim {
    /// [`Message::AppendAccepted`].
    Accepted { from: ServerId, to: ServerId, term: Term, matched: Index, round: u64 },
    /// Any other.
    Other(Box<Envelope>),
}

impl From<Envelope> for Claim {
    #[inline]
    fn from(envelope: Envelope) -> Claim {
        match envelope {
            Envelope { from, to, term, message: Message::AppendAccepted { matched, round } } => {
                Claim::Accepted { from, to, term, matched, round }
            }
            other => Claim::Other(Box::new(other)),
        }
    }
}

impl From<Claim> for Envelope {
    #[inline]
    fn from(claim: Claim) -> Envelope {
        match claim {
            Claim::Accepted { from, to, term, matched, round } => {
                Envelope { from, to, term, message: Message::AppendAccepted { matched, round } }
            }
            Claim::Other(envelope) => *envelope,
        }
    }
}

impl Storage {
    pub(crate) fn new(disk: Durable) -> Storage {
        let Durable { state, snapshot, log } = disk;
        Storage {
            durable: log.last_index(),
            memberships: Memberships::of(snapshot.last, snapshot.membership.clone(), &log),
            state,
            state_changed: false,
            snapshot,
            log,
            issued: Token(0),
            persisted: Token(0),
            log_writes: VecDeque::new(),
            withheld: VecDeque::new(),
        }
    }

    pub(crate) fn term(&self) -> Term {
        self.state.term
    }

    pub(crate) fn voted_for(&self) -> Option<ServerId> {
        self.state.voted_for
    }

    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    pub(crate) fn share_log(&mut self, first: Index, run: &Arc<[Entry]>) {
        self.log.share(first, run);
    }

    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    pub(crate) fn memberships(&self) -> &Memberships {
        &self.memberships
    }

    pub(crate) fn durable(&self) -> Index {
        self.durable
    }

    pub(crate) fn has_persisted(&self, token: Token) -> bool {
        self.persisted >= token
    }

    /// Changes term or vote; [`Storage::flush`] sends the change to disk, once a step.
    pub(crate) fn set_state(&mut self, state: HardState) {
        self.state_changed |= state != self.state;
        self.state = state;
    }

    /// Sends a changed term or vote on its way to disk, and returns the last write on its way.
    #[inline]
    pub(crate) fn flush(&mut self, out: &mut impl Sink) -> Token {
        if self.state_changed {
            self.state_changed = false;
            let state = self.state;
            self.persist(|| Write::State(state), out);
        }
        self.issued
    }

    /// Adds one entry of the current term at the end: what a leader does.
    pub(crate) fn append(&mut self, payload: Payload, out: &mut impl Sink) -> Position {
        let at = Position { term: self.state.term, index: self.log.last_index().next() };
        self.memberships.appended(at.index, &payload);
        let entries = Entries::from(Entry { term: at.term, payload });
        self.log.append_all(&entries);
        self.log_write(at.index, &entries, out);
        at
    }

    /// Adds commands of the current term at the end, and returns where the first of them is.
    pub(crate) fn append_all(&mut self, commands: Vec<Command>, out: &mut impl Sink) -> Position {
        let at = Position { term: self.state.term, index: self.log.last_index().next() };
        let entry = |command| Entry { term: at.term, payload: Payload::Command(command) };
        let entries: Entries = commands.into_iter().map(entry).collect();
        self.log.append_all(&entries);
        self.log_write(at.index, &entries, out);
        at
    }

    /// Replaces everything from `first` on: what a follower does.
    pub(crate) fn replace_from(&mut self, first: Index, entries: Entries, out: &mut impl Sink) {
        self.log.truncate(first);
        self.memberships.truncated(first);
        for (entry, index) in entries.iter().zip(first.0..) {
            self.memberships.appended(Index(index), &entry.payload);
        }
        self.log.append_all(&entries);
        self.durable = self.durable.min(first.previous());
        self.log_write(first, &entries, out);
    }

    /// Another configuration takes the place of the latest, which is returned. No disk knows of it.
    pub(crate) fn put_membership(&mut self, membership: Arc<Membership>) -> Arc<Membership> {
        self.memberships.replace_latest(membership)
    }

    /// Takes a snapshot for the start of the log, of which nothing up to `base` is kept (§7).
    pub(crate) fn compact(&mut self, snapshot: Snapshot, base: Position, out: &mut impl Sink) {
        if self.log.holds(base) {
            self.log.compact(base);
            self.memberships.compacted(base.index);
        } else {
            self.log.compact(base);
            self.memberships = Memberships::new(snapshot.last.index, snapshot.membership.clone());
            self.log_writes.clear();
            self.durable = Index(0);
        }
        self.snapshot = snapshot.clone();
        self.flush(out);
        let token = self.persist(|| Write::Snapshot { snapshot, base }, out);
        // With the snapshot all that it stands for is on disk.
        self.log_writes.push_back(LogWrite { token, first: base.index.next(), last: base.index });
    }

    #[inline]
    fn log_write(&mut self, first: Index, entries: &Entries, out: &mut impl Sink) {
        self.flush(out);
        let token = self.persist(|| Write::Log { first, entries: entries.clone() }, out);
        self.log_writes.push_back(LogWrite { token, first, last: self.log.last_index() });
    }

    #[inline]
    fn persist(&mut self, write: impl FnOnce() -> Write, out: &mut impl Sink) -> Token {
        self.issued = Token(self.issued.0 + 1);
        out.push_with(|| Effect::Persist(self.issued, write()));
        self.issued
    }

    /// Sends a message that claims something durable: now if all is on disk, else when it is.
    #[inline(always)]
    pub(crate) fn send_when_durable(&mut self, envelope: Envelope, out: &mut impl Sink) {
        let last_write = self.flush(out);
        if self.has_persisted(last_write) {
            out.push_with(|| Effect::Send(envelope));
        } else {
            self.withheld.push_back((last_write, envelope.into()));
        }
    }

    /// A write and all before it are on disk: lets the messages go that waited for them.
    pub(crate) fn persisted(&mut self, token: Token, out: &mut impl Sink) {
        self.persisted = self.persisted.max(token.min(self.issued));
        while let Some(write) = self.log_writes.front()
            && write.token <= self.persisted
        {
            // A later write may already have replaced the end of this one in memory.
            let last = write.last;
            self.log_writes.pop_front();
            let later = self.log_writes.iter().filter(|write| write.last >= write.first);
            self.durable = self.durable.max(later.fold(last, |end, write| end.min(write.first.previous())));
        }
        while let Some((token, _)) = self.withheld.front()
            && *token <= self.persisted
        {
            if let Some((_, claim)) = self.withheld.pop_front() {
                out.push_with(|| Effect::Send(claim.into()));
            }
        }
    }
}
