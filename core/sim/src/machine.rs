//! The replicated state machine: a small key-value store with client sessions (§8, thesis §6.3).

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use raft_core::{Command, Index};

/// A client; prints as `C1`, `C2`, ….
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub u32);

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "C{}", self.0)
    }
}

impl fmt::Debug for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a client asks of the store.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Operation {
    /// `write x=1`
    Set {
        /// The key.
        key: Arc<str>,
        /// Its new value.
        value: Arc<str>,
    },
    /// `read x`
    Get {
        /// The key.
        key: Arc<str>,
    },
    /// `cas x 1 2`: to 2 if it is 1.
    Cas {
        /// The key.
        key: Arc<str>,
        /// The value that it must have.
        expected: Arc<str>,
        /// Its new value.
        value: Arc<str>,
    },
    /// `append x abc`: at the end of what it has, if anything.
    Append {
        /// The key.
        key: Arc<str>,
        /// What is added.
        value: Arc<str>,
    },
    /// `delete x`
    Delete {
        /// The key.
        key: Arc<str>,
    },
}

impl Operation {
    /// The one key that it is about.
    pub fn key(&self) -> &Arc<str> {
        match self {
            Operation::Set { key, .. }
            | Operation::Get { key }
            | Operation::Cas { key, .. }
            | Operation::Append { key, .. }
            | Operation::Delete { key } => key,
        }
    }

    /// Whether it changes nothing, and so need not be in the log (thesis §6.4).
    pub fn is_read(&self) -> bool {
        matches!(self, Operation::Get { .. })
    }

    /// What becomes of a key's value, and what the client is told.
    pub fn on(&self, current: Option<&Arc<str>>) -> (Option<Arc<str>>, Outcome) {
        match self {
            Operation::Set { value, .. } => (Some(value.clone()), Outcome::Done),
            Operation::Get { .. } => (current.cloned(), Outcome::Value(current.cloned())),
            Operation::Cas { expected, value, .. } if current == Some(expected) => (Some(value.clone()), Outcome::Done),
            Operation::Cas { .. } => (current.cloned(), Outcome::Mismatch(current.cloned())),
            Operation::Append { value, .. } => {
                let so_far = current.map_or("", |current| current);
                (Some([so_far, value].concat().into()), Outcome::Done)
            }
            Operation::Delete { .. } => (None, Outcome::Done),
        }
    }
}

/// Whether a retried command is recognised (thesis §6.3). It stands in the command, so that all
/// servers decide alike wherever they are when a setting changes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Sessions {
    /// It is, and no session expires.
    #[default]
    All,
    /// It is, and only so many sessions are kept: those used last, by their place in the log.
    Latest(u16),
    /// It is not: what is asked again is done again.
    Off,
}

/// One command as it stands in the log: who asks, the serial number of the request, and what.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Request {
    /// The client; `None` for entries that a scenario's `start` put there.
    pub client: Option<ClientId>,
    /// Counts the client's operations; the same number again is a retry (thesis §6.3).
    pub serial: u64,
    /// What is asked.
    pub operation: Operation,
    /// Whether a retry of it is recognised.
    pub sessions: Sessions,
}

/// What the store answers.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Outcome {
    /// Done.
    Done,
    /// The value read, `None` if the key was never set.
    Value(Option<Arc<str>>),
    /// A compare-and-set found another value, which is given.
    Mismatch(Option<Arc<str>>),
    /// The session expired: it may have been done before, and the answer to it is forgotten.
    Expired,
}

/// The store of one server: a function of the applied prefix of the log, and of nothing else.
///
/// Clones share their memory until one of them changes.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Store {
    pub(crate) values: Arc<BTreeMap<Arc<str>, Arc<str>>>,
    pub(crate) sessions: Arc<BTreeMap<ClientId, Session>>,
}

/// What a store remembers of a client (thesis §6.3).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Session {
    /// The serial number that was done last.
    pub(crate) serial: u64,
    /// What the client was told of it. Of an expired session only the number is left: it tells
    /// a retry, which must not be done again, from a new command.
    pub(crate) answer: Option<Answered>,
}

/// The last answer of a session.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Answered {
    pub(crate) outcome: Outcome,
    /// The place in the log of the command that used the session last.
    pub(crate) used: Index,
}

/// What came of a command.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Applied {
    /// What the client is told.
    pub outcome: Outcome,
    /// Whether it was done now, rather than recognised as done before.
    pub done: bool,
}

impl Store {
    /// Applies the command at this place of the log; a repeated serial number gets its first answer
    /// again (thesis §6.3).
    pub fn apply(&mut self, index: Index, request: &Request) -> Applied {
        let client = request.client.filter(|_| request.sessions != Sessions::Off);
        if let Some(session) = client.and_then(|client| self.sessions.get(&client))
            && session.serial >= request.serial
        {
            let answer = session.answer.as_ref().map(|answer| answer.outcome.clone());
            let recognised = Applied { outcome: answer.unwrap_or(Outcome::Expired), done: false };
            self.keep(index, request, recognised.outcome.clone());
            return recognised;
        }
        let outcome = self.execute(&request.operation);
        self.keep(index, request, outcome.clone());
        Applied { outcome, done: true }
    }

    fn execute(&mut self, operation: &Operation) -> Outcome {
        let key = operation.key();
        let current = self.values.get(key);
        let (value, outcome) = operation.on(current);
        if current != value.as_ref() {
            let values = Arc::make_mut(&mut self.values);
            match value {
                Some(value) => values.insert(key.clone(), value),
                None => values.remove(key),
            };
        }
        outcome
    }

    /// Remembers what a client was told last, and forgets the answers that were used longest ago.
    fn keep(&mut self, index: Index, request: &Request, outcome: Outcome) {
        let Some(client) = request.client.filter(|_| request.sessions != Sessions::Off) else { return };
        let sessions = Arc::make_mut(&mut self.sessions);
        let session = sessions.entry(client).or_insert(Session { serial: 0, answer: None });
        if session.serial < request.serial {
            *session = Session { serial: request.serial, answer: Some(Answered { outcome, used: index }) };
        } else if let Some(answer) = &mut session.answer {
            answer.used = index;
        }
        let Sessions::Latest(most) = request.sessions else { return };
        while sessions.values().filter(|session| session.answer.is_some()).count() > usize::from(most) {
            let oldest =
                sessions.values_mut().min_by_key(|session| session.answer.as_ref().map_or(Index(u64::MAX), |a| a.used));
            let Some(oldest) = oldest else { return };
            oldest.answer = None;
        }
    }

    /// The store without what it remembers of clients.
    pub(crate) fn without_sessions(&self) -> Store {
        Store { values: self.values.clone(), ..Store::default() }
    }

    /// The value of a key.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(|v| &**v)
    }

    /// The clients that it knows, each with the serial number that was done last and the answer, as
    /// long as that is remembered.
    pub fn sessions(&self) -> impl Iterator<Item = (ClientId, u64, Option<&Outcome>)> {
        self.sessions
            .iter()
            .map(|(client, session)| (*client, session.serial, session.answer.as_ref().map(|answer| &answer.outcome)))
    }

    /// All keys and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(k, v)| (&**k, &**v))
    }
}

/// `x=1`, `read x`, `cas x 1 2`, `append x abc`, `delete x`.
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operation::Set { key, value } => write!(f, "{key}={value}"),
            Operation::Get { key } => write!(f, "read {key}"),
            Operation::Cas { key, expected, value } => write!(f, "cas {key} {expected} {value}"),
            Operation::Append { key, value } => write!(f, "append {key} {value}"),
            Operation::Delete { key } => write!(f, "delete {key}"),
        }
    }
}

/// The bit of a command's first number that says [`Sessions::Off`].
const OFF: u32 = 1 << 31;

/// Above the client's number stands how many sessions are kept, 0 for all.
const KEPT_AT: u32 = 8;

impl Request {
    /// The bytes that go through the log: client and sessions, serial number, then the words of the
    /// operation. Those that came later begin with an empty word, which no key is.
    /// Where commands shall be longer, it counts as that many.
    pub fn encode(&self, size: u32) -> Command {
        let client = self.client.map_or(0, |client| client.0);
        let first = match self.sessions {
            Sessions::All => client,
            Sessions::Latest(most) => client | u32::from(most) << KEPT_AT,
            Sessions::Off => client | OFF,
        };
        let mut bytes = Vec::with_capacity(24);
        bytes.extend_from_slice(&first.to_le_bytes());
        bytes.extend_from_slice(&self.serial.to_le_bytes());
        let words: &[&str] = match &self.operation {
            Operation::Set { key, value } => &[key, value],
            Operation::Get { key } => &[key],
            Operation::Cas { key, expected, value } => &[key, expected, value],
            Operation::Append { key, value } => &["", key, value],
            Operation::Delete { key } => &["", key],
        };
        for (n, word) in words.iter().enumerate() {
            if n > 0 {
                bytes.push(0);
            }
            bytes.extend_from_slice(word.as_bytes());
        }
        Command::standing_for(&bytes, size)
    }

    /// Reads back what [`Request::encode`] wrote; `None` for anything else.
    pub fn decode(command: &Command) -> Option<Request> {
        let (first, rest) = command.bytes().split_first_chunk::<4>()?;
        let (serial, words) = rest.split_first_chunk::<8>()?;
        let words: Vec<Arc<str>> = words
            .split(|byte| *byte == 0)
            .map(|word| core::str::from_utf8(word).map(Arc::from))
            .collect::<Result<_, _>>()
            .ok()?;
        let operation = match words.as_slice() {
            [later, key] if later.is_empty() => Operation::Delete { key: key.clone() },
            [later, key, value] if later.is_empty() => Operation::Append { key: key.clone(), value: value.clone() },
            [key] => Operation::Get { key: key.clone() },
            [key, value] => Operation::Set { key: key.clone(), value: value.clone() },
            [key, expected, value] => {
                Operation::Cas { key: key.clone(), expected: expected.clone(), value: value.clone() }
            }
            _ => return None,
        };
        let first = u32::from_le_bytes(*first);
        let client = first & ((1 << KEPT_AT) - 1);
        let sessions = match first & !OFF {
            _ if first & OFF != 0 => Sessions::Off,
            few if few >> KEPT_AT == 0 => Sessions::All,
            few => Sessions::Latest(u16::try_from(few >> KEPT_AT).ok()?),
        };
        Some(Request {
            client: (client > 0).then_some(ClientId(client)),
            serial: u64::from_le_bytes(*serial),
            operation,
            sessions,
        })
    }
}

/// What an entry says, as a cell of the log shows it: `x=1`, `·` for a no-op.
pub fn caption(payload: &raft_core::Payload) -> String {
    match payload {
        raft_core::Payload::Noop => String::from("·"),
        raft_core::Payload::Membership(_) => String::from("⚙"),
        raft_core::Payload::Command(command) => match Request::decode(command) {
            Some(request) => alloc::format!("{}", request.operation),
            None => String::from("?"),
        },
    }
}

#[cfg(test)]
mod tests;
