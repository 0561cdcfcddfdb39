//! The replicated state machine: a small key-value store with client sessions (§8, thesis §6.3).

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use raft_core::Command;

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
}

/// The store of one server: a function of the applied prefix of the log, and of nothing else.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Store {
    pub(crate) values: BTreeMap<Arc<str>, Arc<str>>,
    pub(crate) sessions: BTreeMap<ClientId, (u64, Outcome)>,
}

impl Store {
    /// Applies one command; a repeated serial number gets its first answer again (thesis §6.3).
    pub fn apply(&mut self, request: &Request) -> Outcome {
        if let Some(client) = request.client
            && let Some((serial, outcome)) = self.sessions.get(&client)
            && *serial >= request.serial
        {
            return outcome.clone();
        }
        let outcome = self.execute(&request.operation);
        if let Some(client) = request.client {
            self.sessions.insert(client, (request.serial, outcome.clone()));
        }
        outcome
    }

    fn execute(&mut self, operation: &Operation) -> Outcome {
        match operation {
            Operation::Set { key, value } => {
                self.values.insert(key.clone(), value.clone());
                Outcome::Done
            }
            Operation::Get { key } => Outcome::Value(self.values.get(key).cloned()),
            Operation::Cas { key, expected, value } => match self.values.get_mut(key) {
                Some(current) if current == expected => {
                    *current = value.clone();
                    Outcome::Done
                }
                current => Outcome::Mismatch(current.map(|v| v.clone())),
            },
        }
    }

    /// The value of a key.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(|v| &**v)
    }

    /// All keys and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(k, v)| (&**k, &**v))
    }
}

/// `x=1`, `read x`, `cas x 1 2`.
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operation::Set { key, value } => write!(f, "{key}={value}"),
            Operation::Get { key } => write!(f, "read {key}"),
            Operation::Cas { key, expected, value } => write!(f, "cas {key} {expected} {value}"),
        }
    }
}

impl Request {
    /// The bytes that go through the log: client, serial number, then the words of the operation.
    /// Where commands shall be longer, it counts as that many.
    pub fn encode(&self, size: u32) -> Command {
        let mut bytes = Vec::with_capacity(24);
        bytes.extend_from_slice(&self.client.map_or(0, |c| c.0).to_le_bytes());
        bytes.extend_from_slice(&self.serial.to_le_bytes());
        let words: &[&Arc<str>] = match &self.operation {
            Operation::Set { key, value } => &[key, value],
            Operation::Get { key } => &[key],
            Operation::Cas { key, expected, value } => &[key, expected, value],
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
        let (client, rest) = command.bytes().split_first_chunk::<4>()?;
        let (serial, words) = rest.split_first_chunk::<8>()?;
        let words: Vec<Arc<str>> = words
            .split(|byte| *byte == 0)
            .map(|word| core::str::from_utf8(word).map(Arc::from))
            .collect::<Result<_, _>>()
            .ok()?;
        let operation = match words.as_slice() {
            [key] => Operation::Get { key: key.clone() },
            [key, value] => Operation::Set { key: key.clone(), value: value.clone() },
            [key, expected, value] => {
                Operation::Cas { key: key.clone(), expected: expected.clone(), value: value.clone() }
            }
            _ => return None,
        };
        let client = u32::from_le_bytes(*client);
        Some(Request {
            client: (client > 0).then_some(ClientId(client)),
            serial: u64::from_le_bytes(*serial),
            operation,
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
