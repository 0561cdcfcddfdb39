//! Questions as a person types them: a few forms of English.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use raft_core::{Index, ServerId};

use super::Question;
use crate::machine::ClientId;
use crate::world::World;

/// The forms of a question, each as an example.
pub const ASKED: [&str; 5] = [
    "why is S3 not leader?",
    "why is nobody leader?",
    "why is entry 4 not committed?",
    "why does S3 not know that entry 4 is committed?",
    "why does C1 #2 wait?",
];

/// Why a question has no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AskError {
    /// It is in none of the forms.
    NotUnderstood(String),
    /// There is no such server.
    NoServer(ServerId),
    /// There is no such client.
    NoClient(ClientId),
    /// Entries are counted from 1.
    NoEntry,
}

impl fmt::Display for AskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AskError::NotUnderstood(text) => {
                write!(f, "`{text}` is no question that has an answer here; ask such as")?;
                ASKED.iter().try_for_each(|form| write!(f, "\n  {form}"))
            }
            AskError::NoServer(id) => write!(f, "there is no {id}"),
            AskError::NoClient(id) => write!(f, "there is no {id}"),
            AskError::NoEntry => write!(f, "entries are counted from 1"),
        }
    }
}

/// Reads a question about a world.
pub fn ask(text: &str, world: &World) -> Result<Question, AskError> {
    let shown = || AskError::NotUnderstood(text.chars().take(80).collect());
    let lower = text.trim().trim_end_matches(['?', '.', ' ']).to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().filter(|word| !["the", "a", "that"].contains(word)).collect();
    let words = words.strip_prefix(&["why"]).unwrap_or(&words);
    let question = match words {
        ["is", "nobody" | "none", "leader" | "leading"]
        | ["is", "there", "no", "leader"]
        | ["does", "nobody", "lead"] => Question::NoLeader,
        ["is", id, "not", "leader" | "leading"] | ["does", id, "not", "lead"] => {
            Question::NotLeader(server(id).ok_or_else(shown)?)
        }
        ["is", "entry", index, "not", "committed"] => {
            Question::NotCommitted(number(index).map(Index).ok_or_else(shown)?)
        }
        ["is", "entry", index, "not", "committed", "on", id]
        | ["does", id, "not", "know", "entry", index, "is", "committed"] => {
            let id = server(id).ok_or_else(shown)?;
            Question::NotKnown(id, number(index).map(Index).ok_or_else(shown)?)
        }
        ["does" | "did", id, "wait"] | ["is", id, "waiting"] => Question::Waits(client(id).ok_or_else(shown)?, None),
        ["does" | "did", id, serial, "wait"] | ["is", id, serial, "waiting"] => {
            let serial = number(serial.trim_start_matches('#')).ok_or_else(shown)?;
            Question::Waits(client(id).ok_or_else(shown)?, Some(serial))
        }
        _ => return Err(shown()),
    };
    possible(question, world)
}

/// Whether there is what a question is about.
fn possible(question: Question, world: &World) -> Result<Question, AskError> {
    match question {
        Question::NotLeader(id) | Question::NotKnown(id, _) if world.server(id).is_none() => {
            Err(AskError::NoServer(id))
        }
        Question::NotCommitted(Index(0)) | Question::NotKnown(_, Index(0)) => Err(AskError::NoEntry),
        Question::Waits(id, _) if !world.clients().iter().any(|client| client.id == id) => Err(AskError::NoClient(id)),
        question => Ok(question),
    }
}

fn server(word: &str) -> Option<ServerId> {
    word.strip_prefix('s')?.parse().ok().map(ServerId)
}

fn client(word: &str) -> Option<ClientId> {
    word.strip_prefix('c')?.parse().ok().map(ClientId)
}

fn number(word: &str) -> Option<u64> {
    word.parse().ok()
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Question::NotLeader(id) => write!(f, "Why is {id} not leader?"),
            Question::NoLeader => write!(f, "Why is nobody leader?"),
            Question::NotCommitted(index) => write!(f, "Why is entry {index} not committed?"),
            Question::NotKnown(id, index) => write!(f, "Why does {id} not know that entry {index} is committed?"),
            Question::Waits(id, None) => write!(f, "Why does {id} wait?"),
            Question::Waits(id, Some(serial)) => write!(f, "Why does {id} #{serial} wait?"),
        }
    }
}

impl Question {
    /// As [`ask`] reads it.
    pub fn text(self) -> String {
        self.to_string()
    }
}
