//! What a message tells its receiver of its sender, in a few bytes: the records keep it of every
//! message, so that what a server has heard of the others can be told long after.

use raft_core::{Index, Message, Position, Term};

use crate::network::Parcel;

/// What a message says of its sender's term and log. Terms and indexes beyond 32 bits read as the
/// highest of them: no run gets there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Gist {
    term: u32,
    last: (u32, u32),
    entries: u16,
}

impl Gist {
    /// What a message says.
    pub fn of(parcel: &Parcel) -> Gist {
        let Parcel::Raft(envelope) = parcel else { return Gist::default() };
        let (last, entries) = match &envelope.message {
            Message::RequestPreVote { last, .. }
            | Message::RequestVote { last, .. }
            | Message::InstallSnapshot { last, .. }
            | Message::StreamOpen { last, .. } => (*last, 0),
            Message::AppendEntries { previous, entries, .. } | Message::StreamEntries { previous, entries, .. } => {
                let index = Index(previous.index.0 + entries.len() as u64);
                let term = entries.last().map_or(previous.term, |entry| entry.term);
                (Position { term, index }, entries.len())
            }
            // It agrees with the receiver's own log up to there, which knows the term.
            Message::AppendAccepted { matched, .. } | Message::StreamAck { matched, .. } => (at(*matched), 0),
            Message::HeartbeatReply { verified, .. } => (at(*verified), 0),
            _ => (Position::default(), 0),
        };
        Gist {
            term: small(envelope.term.0),
            last: (small(last.term.0), small(last.index.0)),
            entries: entries.try_into().unwrap_or(u16::MAX),
        }
    }

    /// The sender's term; 0 if a client speaks, or to one.
    pub fn term(self) -> Term {
        Term(self.term.into())
    }

    /// Up to here it speaks of the sender's log: where that ends or is sent from, or agrees with
    /// the receiver's, which then knows the term better than this 0.
    pub fn last(self) -> Position {
        Position { term: Term(self.last.0.into()), index: Index(self.last.1.into()) }
    }

    /// The index of the first entry that it carries, if it carries any.
    pub fn first(self) -> Option<Index> {
        let before = u64::from(self.last.1).checked_sub(self.entries.into())?;
        (self.entries > 0).then_some(Index(before + 1))
    }

    /// Whether it carries the entry at an index.
    pub fn carries(self, index: Index) -> bool {
        self.first().is_some_and(|first| first <= index && index <= self.last().index)
    }
}

fn at(index: Index) -> Position {
    Position { term: Term(0), index }
}

fn small(number: u64) -> u32 {
    number.try_into().unwrap_or(u32::MAX)
}
