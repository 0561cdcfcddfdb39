//! Runs of other implementations, held to the same promises: a log of what servers did, line by line.
//!
//! A trace says what a server stored, voted, led and committed; nothing of how it came to it. So it
//! is checked from outside, by the [`checker`](crate::checker) that watches our own runs, and by a few rules
//! of a single server besides. Lines are taken in their order; times in them are passed over. Traces
//! come from strangers: they are capped, and what cannot be read is refused with its line.

mod check;
mod dslogs;
mod etcd;
mod lines;
mod maelstrom;
mod replay;
mod server;
pub mod value;
mod write;

#[cfg(test)]
mod tests;

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use core::fmt;

use raft_core::{Index, Position, ServerId, Term};

pub use check::{Finding, Report, Rule};
pub use replay::{Replay, Step, value};
pub use server::{Change, Server};
pub use write::write;

use crate::scenario::lex::is_forbidden;
use check::Check;

/// Bytes of a trace.
pub const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Lines of a trace.
pub const MOST_LINES: u64 = 1_000_000;
/// Bytes of a line.
pub const MOST_LINE: usize = 64 * 1024;
/// Servers of a trace.
pub const MOST_SERVERS: usize = 64;
/// The largest index and term.
pub const MOST_NUMBER: u64 = 1_000_000_000_000;
/// The largest index at which a trace may begin.
const MOST_FIRST: u64 = u32::MAX as u64;
/// How far a snapshot may be ahead of all that was stored.
const MOST_AHEAD: u64 = 1_000_000;

/// What a line of a trace says that a server did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Event<'a> {
    /// It is in this term.
    Term(Term),
    /// It voted in a term.
    Vote(Term, ServerId),
    /// It leads a term; of none, the one that it is in.
    Leads(Option<Term>),
    /// It stored an entry; what stood there of another term is gone, and all after it.
    Append(Position, &'a str),
    /// The entries from here on are gone.
    Truncate(Index),
    /// It takes entries up to here for committed.
    Commit(Index),
    /// It applied an entry.
    Apply(Index, Option<Term>),
    /// A snapshot stands for its log up to here.
    Snapshot(Position),
    /// It stopped: what it says next is what was on its disk.
    Crash,
    /// It starts again, likewise.
    Restart,
}

/// How a trace is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// An object of JSON a line: `docs/traces.md`.
    Lines,
    /// `008256 VOTE S3 Granting Vote to S1 at T1`, as in the labs of MIT 6.5840.
    Dslogs,
    /// What the interaction tests of etcd's raft print.
    Etcd,
    /// Messages with `src`, `dest` and `body`, as JSON or EDN, as Maelstrom has them.
    Maelstrom,
}

impl Format {
    /// All of them, by name.
    pub const ALL: [(Format, &'static str); 4] = [
        (Format::Lines, "jsonl"),
        (Format::Dslogs, "dslogs"),
        (Format::Etcd, "etcd"),
        (Format::Maelstrom, "maelstrom"),
    ];

    /// By its name.
    pub fn find(name: &str) -> Option<Format> {
        Format::ALL.iter().find(|(_, known)| *known == name).map(|(format, _)| *format)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Format::ALL.iter().find(|(format, _)| *format == self).map_or("", |(_, name)| name)
    }

    /// What the first lines look like.
    pub fn of(text: &str) -> Option<Format> {
        text.lines().take(500).find_map(|line| {
            let line = line.trim();
            if line.starts_with('{') || line.contains(":src ") {
                let message = line.contains("\"src\"") || line.contains(":src ");
                return Some(if message { Format::Maelstrom } else { Format::Lines });
            }
            let etcd =
                line.starts_with("INFO newRaft") || line.contains("Ready MustSync") || line.contains(" handling Ready");
            if etcd {
                return Some(Format::Etcd);
            }
            dslogs::split(line).map(|_| Format::Dslogs)
        })
    }
}

/// Why a trace is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TraceError {
    /// On which line, from 1; 0 is none.
    pub line: u64,
    /// What is wrong, and what would be right.
    pub what: String,
}

impl TraceError {
    fn new(line: u64, what: impl Into<String>) -> TraceError {
        TraceError { line, what: what.into() }
    }
}

impl fmt::Display for TraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.what),
            line => write!(f, "{line}: {}", self.what),
        }
    }
}

impl core::error::Error for TraceError {}

/// Reads a trace and checks it.
pub fn check(text: &str, format: Option<Format>) -> Result<Report, TraceError> {
    let mut reading = Reading::new(text, format)?;
    while !reading.go_on(u64::MAX)? {}
    Ok(reading.end()?.0)
}

/// A trace that is read piece by piece, so that who waits for it can be shown how far it is.
pub struct Reading<T> {
    text: T,
    /// So many bytes of it are read.
    at: usize,
    format: Format,
    etcd: etcd::State,
    reader: Reader,
}

impl<T: AsRef<str>> Reading<T> {
    /// Begins to read a trace, in a format or in the one that it looks like.
    pub fn new(text: T, format: Option<Format>) -> Result<Reading<T>, TraceError> {
        if text.as_ref().len() > MOST_BYTES {
            return Err(TraceError::new(0, alloc::format!("a trace has at most {} MiB", MOST_BYTES / 1024 / 1024)));
        }
        let format = format.or_else(|| Format::of(text.as_ref())).ok_or_else(|| {
            TraceError::new(
                0,
                "no known trace: lines of JSON, dslogs, etcd's interaction tests, or Maelstrom's messages",
            )
        })?;
        Ok(Reading { text, at: 0, format, etcd: etcd::State::default(), reader: Reader::default() })
    }

    /// The same, to be walked through afterwards.
    pub fn to_replay(mut self) -> Reading<T> {
        self.reader.check.keep();
        self
    }

    /// How much of it is read, in thousandths.
    pub fn progress(&self) -> u64 {
        (self.at as u64 * 1_000).checked_div(self.text.as_ref().len() as u64).unwrap_or(1_000)
    }

    /// Reads so many lines. Returns whether that was all.
    pub fn go_on(&mut self, lines: u64) -> Result<bool, TraceError> {
        let text = self.text.as_ref();
        for line in text[self.at..].split_inclusive('\n').take(usize::try_from(lines).unwrap_or(usize::MAX)) {
            self.at += line.len();
            let line = line.strip_suffix('\n').unwrap_or(line);
            let line = line.strip_suffix('\r').unwrap_or(line);
            let reader = &mut self.reader;
            reader.line += 1;
            if reader.line > MOST_LINES {
                return Err(reader.error(alloc::format!("a trace has at most {MOST_LINES} lines")));
            }
            if line.len() > MOST_LINE {
                return Err(reader.error(alloc::format!("a line has at most {} KiB", MOST_LINE / 1024)));
            }
            match self.format {
                Format::Lines => lines::read(line, reader)?,
                Format::Dslogs => dslogs::read(line, reader)?,
                Format::Etcd => self.etcd.read(line, reader)?,
                Format::Maelstrom => maelstrom::read(line, reader)?,
            }
        }
        Ok(self.at == text.len())
    }

    /// What came of it, once all is read; and the way there, where that is kept.
    pub fn end(mut self) -> Result<(Report, Replay), TraceError> {
        self.etcd.end(&mut self.reader)?;
        let Reader { names, mut check, line, passed } = self.reader;
        let mut replay = check.take_replay().unwrap_or_default();
        let report = check.report(self.format, &names, line, passed);
        replay.name_by(names);
        Ok((report, replay))
    }
}

/// What adapters write to.
#[derive(Default)]
pub(crate) struct Reader {
    names: Names,
    check: Check,
    /// The line that is read.
    line: u64,
    /// Lines that say nothing to check.
    passed: u64,
}

impl Reader {
    fn error(&self, what: impl Into<String>) -> TraceError {
        TraceError::new(self.line, what)
    }

    /// The server of a name.
    fn server(&mut self, name: &str) -> Result<ServerId, TraceError> {
        let known = self.names.find(name);
        known.ok_or_else(|| self.error(alloc::format!("more than {MOST_SERVERS} servers")))
    }

    /// The server of a name.
    fn did(&mut self, server: ServerId, event: &Event<'_>) {
        self.check.take(self.line, server, event);
    }

    /// A term or an index.
    fn number(&self, what: &str, number: u64) -> Result<u64, TraceError> {
        if number <= MOST_NUMBER {
            return Ok(number);
        }
        Err(self.error(alloc::format!("the {what} {number} is more than {MOST_NUMBER}")))
    }
}

/// Servers by the names that a trace gives them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    by_name: BTreeMap<String, ServerId>,
    by_id: BTreeMap<ServerId, String>,
}

impl Names {
    /// `S2`, `n2` and `2` are S2, as long as that is free; other names get what is left.
    fn find(&mut self, name: &str) -> Option<ServerId> {
        if let Some(known) = self.by_name.get(name) {
            return Some(*known);
        }
        if self.by_name.len() == MOST_SERVERS {
            return None;
        }
        let digits = name.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let own = digits.parse().ok().filter(|_| digits.len() <= 3).map(ServerId);
        let free = |id: &ServerId| !self.by_id.contains_key(id);
        let id = own.filter(free).or_else(|| (1_000..).map(ServerId).find(free))?;
        let short: String = name.chars().filter(|c| !is_forbidden(*c)).take(40).collect();
        self.by_name.insert(name.to_string(), id);
        self.by_id.insert(id, short);
        Some(id)
    }

    /// What a trace calls a server.
    fn name(&self, id: ServerId) -> &str {
        self.by_id.get(&id).map_or("?", String::as_str)
    }

    fn count(&self) -> usize {
        self.by_id.len()
    }
}
