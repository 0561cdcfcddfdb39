//! Why a text is refused, where, and what would be right.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use raft_core::{ServerId, Time};

use super::{MAX_BYTES, lex};
use crate::machine::ClientId;

/// The first thing wrong with a scenario's text.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ParseError {
    /// Its line, from 1.
    pub line: u32,
    /// Its character in that line, from 1.
    pub column: u32,
    /// The offending word, cut to 60 characters, without invisible ones; empty at the end of a line.
    pub found: String,
    /// What is wrong.
    pub problem: Problem,
    /// The nearest word that would be right there.
    pub nearest: Option<String>,
}

impl ParseError {
    /// What is wanted at its place, if it is one thing that can be named.
    pub fn wanted(&self) -> Option<&'static str> {
        match self.problem {
            Problem::Expected(what) => Some(what),
            _ => None,
        }
    }
}

/// What is wrong with a text.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Problem {
    /// The first line is not `raft 1`.
    Opening,
    /// A later version of the language.
    Version,
    /// More than 64 KiB.
    TooBig,
    /// A control character, or one that reorders or hides text.
    Forbidden(char),
    /// No such word here.
    Unknown(&'static str),
    /// Something else is wanted here.
    Expected(&'static str),
    /// One of these words is wanted here.
    OneOf(Vec<&'static str>),
    /// The statement is over, but the line goes on.
    Leftover,
    /// A condition that is judged at one moment only stands where one is waited for.
    LooksBack,
    /// An action before the first trigger.
    BeforeSteps,
    /// A line of the header after the first trigger.
    AfterHeader,
    /// Given a second time.
    Twice(&'static str),
    /// No server of the scenario.
    NoServer(ServerId),
    /// No client of the scenario.
    NoClient(ClientId),
    /// A link from a server to itself, or between two clients.
    NoLink,
    /// This setting cannot be set for a link, or for a server.
    NoScope(&'static str),
    /// A number out of its bounds.
    Bounds(&'static str, u64, u64),
    /// A time out of its bounds.
    Times(Time, Time),
    /// A time finer than a microsecond.
    TooFine,
    /// A range that runs backwards.
    Backwards,
    /// `at` a time that is over already.
    Over(Time),
    /// Too many of something.
    TooMany(&'static str, usize),
    /// A text with too many characters.
    TooLong(usize),
    /// A key that a predicate would read as a word of its own.
    Reserved,
    /// A term of a log that is smaller than the one before it.
    TermOrder,
    /// A term of a log that is higher than the server's.
    TermAbove,
    /// A commit index beyond the log.
    CommitAbove(usize),
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.line, self.column)?;
        self.problem.describe(&Shown(&self.found), f)?;
        match &self.nearest {
            Some(word) => write!(f, "; did you mean \"{word}\"?"),
            None => Ok(()),
        }
    }
}

impl core::error::Error for ParseError {}

/// The offending word, quoted. Words of right-to-left scripts are isolated, so that they cannot
/// reorder the sentence around them.
struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.chars().any(lex::is_right_to_left) {
            write!(f, "\"\u{2068}{}\u{2069}\"", self.0)
        } else {
            write!(f, "\"{}\"", self.0)
        }
    }
}

impl Problem {
    fn describe(&self, found: &Shown<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Opening if found.0.is_empty() => f.write_str("a scenario starts with the line \"raft 1\""),
            Problem::Opening => write!(f, "a scenario starts with the line \"raft 1\", not with {found}"),
            Problem::Version => write!(f, "this version of the playground reads \"raft 1\", not {found}"),
            Problem::TooBig => write!(f, "a scenario has at most {} KiB", MAX_BYTES / 1024),
            Problem::Forbidden(c) => write!(f, "the character U+{:04X} is not allowed", u32::from(*c)),
            Problem::Unknown(what) => write!(f, "unknown {what} {found}"),
            Problem::Expected(what) if found.0.is_empty() => write!(f, "{what} is missing"),
            Problem::Expected(what) => write!(f, "expected {what}, found {found}"),
            Problem::OneOf(words) => {
                let rest = if found.0.is_empty() { " is missing" } else { "" };
                if rest.is_empty() {
                    f.write_str("expected ")?;
                }
                for (n, word) in words.iter().enumerate() {
                    let between = if n == 0 {
                        ""
                    } else if n + 1 == words.len() {
                        " or "
                    } else {
                        ", "
                    };
                    write!(f, "{between}\"{word}\"")?;
                }
                if rest.is_empty() { write!(f, ", found {found}") } else { f.write_str(rest) }
            }
            Problem::Leftover => write!(f, "unexpected {found}"),
            Problem::LooksBack => f.write_str("this is judged at one moment only: \"expect\" without \"within\""),
            Problem::BeforeSteps => {
                write!(f, "{found} needs a trigger before it, such as \"at 0ms\"")
            }
            Problem::AfterHeader => write!(f, "{found} belongs before the first step"),
            Problem::Twice(what) => write!(f, "{what} {found} is given twice"),
            Problem::NoServer(_) => write!(f, "there is no server {found} in this scenario"),
            Problem::NoClient(client) => {
                write!(f, "there is no client {found} in this scenario; \"clients {}\" adds it", client.0)
            }
            Problem::NoLink => write!(f, "{found} is not a link between two servers, or a server and a client"),
            Problem::NoScope(scopes) => write!(f, "this setting cannot be set on {found}, only {scopes}"),
            Problem::Bounds(what, least, most) => write!(f, "{what} is {least} to {most}, not {found}"),
            Problem::Times(least, most) => write!(f, "a time from {least} to {most} is wanted here, not {found}"),
            Problem::TooFine => write!(f, "{found} is finer than a microsecond"),
            Problem::Backwards => write!(f, "the range {found} does not go from low to high"),
            Problem::Over(earliest) => {
                write!(f, "{found} is over before this step, which comes at {earliest} or later")
            }
            Problem::TooMany(what, most) => write!(f, "too many {what}; at most {most} are allowed"),
            Problem::TooLong(most) => write!(f, "this text has more than {most} characters"),
            Problem::Reserved => write!(f, "{found} is a word of the language; another key is needed"),
            Problem::TermOrder => write!(f, "term {found} is smaller than that of the entry before it"),
            Problem::TermAbove => write!(f, "term {found} is higher than the server's own"),
            Problem::CommitAbove(length) => write!(f, "commit {found} is beyond the log, which ends at {length}"),
        }
    }
}
