//! Clients: each does one operation after another, finds the leader, and tries again.

use alloc::collections::VecDeque;

use raft_core::{Chunked, ServerId, Time};

use crate::machine::{ClientId, Operation, Outcome};

/// After so many attempts a client gives up.
pub const MOST_ATTEMPTS: u32 = 20;

/// How often one operation can be asked for in all, by retries too.
pub const MOST_TRIES: u32 = 10_000;

/// How long a client waits where nobody knows a leader.
pub const PATIENCE: Time = Time::millis(50);

/// A client of the cluster.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Client {
    /// Its name.
    pub id: ClientId,
    /// Counts its operations.
    pub(crate) serial: u64,
    /// What it will ask next, in order.
    pub(crate) wishes: VecDeque<Wish>,
    /// What it waits for.
    pub(crate) current: Option<Attempt>,
    /// Whom it takes for the leader.
    pub(crate) leader: Option<ServerId>,
    pub(crate) history: Chunked<Call>,
}

/// An operation that a client will ask for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Wish {
    /// What.
    pub operation: Operation,
    /// Of this server only, or of whoever leads.
    pub server: Option<ServerId>,
}

/// An operation that a client waits for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Attempt {
    /// What.
    pub wish: Wish,
    /// The server that was asked last.
    pub asked: ServerId,
    /// How often it was asked for.
    pub tries: u32,
    /// Whether an earlier try may have taken effect, although no answer came.
    pub maybe: bool,
    /// Whether the last try is still without any answer.
    pub open: bool,
    /// How often it may be asked for before the client gives up.
    pub(crate) most: u32,
    /// When the client stops waiting for the answer, and the place of that among the events.
    pub(crate) timeout: (Time, u64),
}

/// One operation of a client's history.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Call {
    /// What was asked.
    pub operation: Operation,
    /// Its serial number; a retry by hand is a call of its own with the number of the first.
    pub serial: u64,
    /// How often it was asked for, earlier calls with this number included.
    pub tries: u32,
    /// When it was first asked for.
    pub invoked: Time,
    /// When the client knew more, and what.
    pub result: Option<(Time, Verdict)>,
}

/// What a client knows in the end.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Verdict {
    /// It took place.
    Ok(Outcome),
    /// It did not take place and never will.
    Failed,
    /// It was refused, as the session expired: whether it took place before, nobody knows any more.
    Expired,
    /// It may have taken place, or may still.
    Unknown,
}

impl Attempt {
    pub(crate) fn first(wish: Wish, asked: ServerId) -> Attempt {
        let timeout = (Time::ZERO, 0);
        Attempt { wish, asked, tries: 0, maybe: false, open: false, most: MOST_ATTEMPTS, timeout }
    }
}

impl Client {
    pub(crate) fn new(id: ClientId) -> Client {
        Client { id, serial: 0, wishes: VecDeque::new(), current: None, leader: None, history: Chunked::default() }
    }

    /// What it waits for.
    pub fn waits_for(&self) -> Option<&Attempt> {
        self.current.as_ref()
    }

    /// All that it asked for, oldest first.
    pub fn history(&self) -> impl Iterator<Item = &Call> {
        self.history.iter()
    }

    /// So many of the latest of them, oldest first.
    pub fn latest(&self, most: usize) -> impl Iterator<Item = &Call> {
        self.history.iter_from(self.history.len().saturating_sub(most))
    }

    /// The calls of one request: the first, and the retries by hand.
    pub fn calls(&self, serial: u64) -> impl Iterator<Item = &Call> {
        let first = self.place(|call| call.serial < serial);
        self.history.iter_from(first).take_while(move |call| call.serial == serial)
    }

    /// What it waited for at a time, if for anything.
    pub fn call_at(&self, at: Time) -> Option<&Call> {
        let call = self.history.at(self.place(|call| call.invoked <= at).checked_sub(1)?)?;
        call.result.as_ref().is_none_or(|(ended, _)| *ended >= at).then_some(call)
    }

    /// How many of its calls come before: they stand in order.
    fn place(&self, before: impl Fn(&Call) -> bool) -> usize {
        let (mut low, mut high) = (0, self.history.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.history.at(middle).is_some_and(&before) {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        low
    }

    /// Its latest operation.
    pub fn last_call(&self) -> Option<&Call> {
        self.history.last()
    }

    pub(crate) fn last_call_mut(&mut self) -> Option<&mut Call> {
        let last = self.history.len().checked_sub(1)?;
        self.history.at_mut(last)
    }
}
