//! What the interaction tests of etcd's raft print: `> 1 handling Ready`, and what a server writes down
//! then. Only that is looked at: it is what the server may speak of afterwards.

use raft_core::{Index, Position, ServerId, Term};

use super::{Event, Reader, TraceError};

/// Where in the text one is.
#[derive(Default)]
pub(super) struct State {
    /// Whose Ready it is.
    server: Option<ServerId>,
    section: Section,
    /// What counts once the entries of the same Ready are stored.
    leads: bool,
    commit: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Section {
    #[default]
    Other,
    Entries,
}

impl State {
    /// Reads a line.
    pub(super) fn read(&mut self, line: &str, reader: &mut Reader) -> Result<(), TraceError> {
        let line = line.trim();
        if line.contains("log-level none") || line.contains("log-level=none") {
            reader.check.look_away();
        }
        let mut words = line.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some(">"), Some(server), what) => {
                self.end(reader)?;
                self.server = if what == Some("handling") { Some(reader.server(server)?) } else { None };
            }
            (Some("process-ready"), Some(server), None) => {
                self.end(reader)?;
                self.server = Some(reader.server(server)?);
            }
            (Some("INFO"), Some("newRaft"), Some(server)) => {
                self.end(reader)?;
                let id = reader.server(server)?;
                started(line, id, reader)?;
            }
            (Some("HardState"), ..) => self.hard_state(line, reader)?,
            (Some("Snapshot"), ..) if self.server.is_some() => {
                if let (Some(id), Some(index), Some(term)) = (self.server, field(line, "Index:"), field(line, "Term:"))
                {
                    let at = position(term, index, reader)?;
                    reader.did(id, &Event::Snapshot(at));
                }
            }
            (Some(first), ..) if first.starts_with("Lead:") => self.leads = line.contains("State:StateLeader"),
            (Some("Entries:"), None, _) => self.section = Section::Entries,
            (Some("Messages:" | "CommittedEntries:" | "Responses:" | "Processing:"), ..) | (None, ..) => {
                self.end(reader)?
            }
            (Some(entry), ..) if self.section == Section::Entries => self.entry(entry, line, reader)?,
            _ => reader.passed += 1,
        }
        Ok(())
    }

    /// The entries are through: now leading and committing count.
    pub(super) fn end(&mut self, reader: &mut Reader) -> Result<(), TraceError> {
        self.section = Section::Other;
        let (leads, commit) = (core::mem::take(&mut self.leads), self.commit.take());
        let Some(id) = self.server else { return Ok(()) };
        if leads {
            reader.did(id, &Event::Leads(None));
        }
        if let Some(commit) = commit {
            reader.did(id, &Event::Commit(Index(commit)));
        }
        Ok(())
    }

    fn hard_state(&mut self, line: &str, reader: &mut Reader) -> Result<(), TraceError> {
        let Some(id) = self.server else { return Ok(()) };
        if let Some(term) = field(line, "Term:") {
            let term = Term(reader.number("term", term)?);
            reader.did(id, &Event::Term(term));
            if let Some(vote) = field(line, "Vote:").filter(|vote| *vote > 0) {
                let to = reader.server(&alloc::format!("{vote}"))?;
                reader.did(id, &Event::Vote(term, to));
            }
        }
        self.commit = field(line, "Commit:").map(|commit| reader.number("index", commit)).transpose()?;
        Ok(())
    }

    /// `1/12 EntryNormal "x"`: term and index, and what it holds.
    fn entry(&mut self, entry: &str, line: &str, reader: &mut Reader) -> Result<(), TraceError> {
        let numbers = entry.split_once('/').and_then(|(term, index)| Some((term.parse().ok()?, index.parse().ok()?)));
        let (Some(id), Some((term, index))) = (self.server, numbers) else {
            reader.passed += 1;
            return Ok(());
        };
        let at = position(term, index, reader)?;
        reader.did(id, &Event::Append(at, line[entry.len()..].trim()));
        Ok(())
    }
}

/// `newRaft 1 [peers: [1,2,3], term: 0, commit: 2, applied: 2, lastindex: 2, lastterm: 1]`: a server starts, and
/// this is on its disk.
fn started(line: &str, id: ServerId, reader: &mut Reader) -> Result<(), TraceError> {
    reader.did(id, &Event::Restart);
    if let (Some(index), Some(term)) = (field(line, "lastindex:"), field(line, "lastterm:")) {
        let at = position(term, index, reader)?;
        if reader.check.is_new(id) && index > 0 {
            reader.did(id, &Event::Snapshot(at));
        }
    }
    if let Some(term) = field(line, " term:") {
        let term = Term(reader.number("term", term)?);
        reader.did(id, &Event::Term(term));
    }
    Ok(())
}

fn position(term: u64, index: u64, reader: &Reader) -> Result<Position, TraceError> {
    Ok(Position { term: Term(reader.number("term", term)?), index: Index(reader.number("index", index)?) })
}

/// The number behind a name.
fn field(line: &str, name: &str) -> Option<u64> {
    let rest = line.split_once(name)?.1.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}
