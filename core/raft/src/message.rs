//! What servers say to each other (Figure 2).

use crate::ids::{Index, Position, ServerId, Term};
use crate::log::Entries;
use crate::note::VoteRefusal;

/// A message on its way, with its sender's real term.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Envelope {
    /// Who sends it.
    pub from: ServerId,
    /// To whom.
    pub to: ServerId,
    /// The sender's current term, always (§5.1).
    pub term: Term,
    /// What it says.
    pub message: Message,
}

/// The RPCs of Figure 2, requests and replies.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Message {
    /// Asks whether it would get a vote in the next term; nothing changes by it (thesis §9.6).
    RequestPreVote {
        /// The term that it would stand in. The envelope carries the term that it is in.
        next: Term,
        /// Where its log ends.
        last: Position,
    },
    /// The answer to [`Message::RequestPreVote`]; `None` is "you would".
    PreVoteReply {
        /// The term that was asked about.
        next: Term,
        /// Why it would not get the vote.
        refused: Option<VoteRefusal>,
    },
    /// A candidate asks for a vote (§5.2) and says where its log ends (§5.4.1).
    RequestVote {
        /// Where the candidate's log ends.
        last: Position,
        /// The leader itself wants this election (thesis §3.10): a lease does not stand against it.
        transfer: bool,
    },
    /// The answer to [`Message::RequestVote`]; `None` is a granted vote.
    RequestVoteReply {
        /// Why the vote is refused.
        refused: Option<VoteRefusal>,
    },
    /// A leader sends entries, or none as a heartbeat (§5.3).
    AppendEntries {
        /// The place right before the new entries.
        previous: Position,
        /// The new entries; none in a heartbeat.
        entries: Entries,
        /// The leader's commit index.
        commit: Index,
    },
    /// The answer to an accepted [`Message::AppendEntries`].
    AppendAccepted {
        /// The log agrees with the leader's up to here, and is on disk up to here.
        matched: Index,
    },
    /// The answer to an [`Message::AppendEntries`] whose previous entry is not there (§5.3).
    AppendRefused {
        /// The index that did not match.
        previous: Index,
        /// Where the follower's log ends.
        last: Index,
    },
    /// A leader hands over: stand for election now (thesis §3.10).
    TimeoutNow,
}

/// The kinds of messages that a person tells apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// RequestPreVote.
    PreVote,
    /// Its reply.
    PreVoteReply,
    /// RequestVote.
    Vote,
    /// Its reply.
    VoteReply,
    /// AppendEntries with entries.
    Append,
    /// AppendEntries without.
    Heartbeat,
    /// The reply to either.
    AppendReply,
    /// TimeoutNow.
    TimeoutNow,
}

impl Message {
    /// The kind of this message.
    pub fn kind(&self) -> Kind {
        match self {
            Message::RequestPreVote { .. } => Kind::PreVote,
            Message::PreVoteReply { .. } => Kind::PreVoteReply,
            Message::RequestVote { .. } => Kind::Vote,
            Message::RequestVoteReply { .. } => Kind::VoteReply,
            Message::AppendEntries { entries, .. } if entries.is_empty() => Kind::Heartbeat,
            Message::AppendEntries { .. } => Kind::Append,
            Message::AppendAccepted { .. } | Message::AppendRefused { .. } => Kind::AppendReply,
            Message::TimeoutNow => Kind::TimeoutNow,
        }
    }
}
