//! What servers say to each other (Figure 2).

use alloc::sync::Arc;

use crate::ids::{Index, Position, ServerId, Term};
use crate::log::Entries;
use crate::membership::Membership;
use crate::note::VoteRefusal;
use crate::snapshot::Image;
use crate::step::ReadId;

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
        /// The leader's count of its rounds of heartbeats (thesis §6.4).
        round: u64,
    },
    /// The answer to an accepted [`Message::AppendEntries`], or to a snapshot that is complete.
    AppendAccepted {
        /// The log agrees with the leader's up to here, and is on disk up to here.
        matched: Index,
        /// The round of the message that is answered; 0 if that says nothing of rounds.
        round: u64,
    },
    /// The answer to an [`Message::AppendEntries`] whose previous entry is not there (§5.3).
    AppendRefused {
        /// The index that did not match.
        previous: Index,
        /// Where the follower's log ends.
        last: Index,
        /// The last place at which the follower's log may agree: its entry there is not newer
        /// than the leader's previous one (§5.3, one step a term).
        hint: Position,
        /// The round of the message that is answered; 0 if that is of an older term.
        round: u64,
    },
    /// A leader sends a piece of its snapshot (§7, InstallSnapshot RPC).
    InstallSnapshot {
        /// The last entry that the snapshot includes.
        last: Position,
        /// The configuration at that entry.
        membership: Arc<Membership>,
        /// Where the piece goes.
        offset: usize,
        /// How long the whole is.
        of: usize,
        /// The piece.
        piece: Image,
    },
    /// The answer to a piece that is not the last.
    PieceAccepted {
        /// The last entry that the snapshot includes.
        last: Position,
        /// Where the piece goes that is answered.
        offset: usize,
        /// How much of it has arrived.
        received: usize,
    },
    /// A follower asks how far it must have applied to answer a read (thesis §6.4).
    ReadIndex {
        /// The follower's number for the read.
        id: ReadId,
    },
    /// The answer to [`Message::ReadIndex`].
    ReadIndexReply {
        /// The follower's number for the read.
        id: ReadId,
        /// Apply up to here first; nothing if this server does not lead.
        index: Option<Index>,
    },
    /// A leader tells that it leads, apart from the stream of entries, and proves nothing of logs.
    Heartbeat {
        /// The leader's commit index, as far as this follower's stream is verified.
        commit: Index,
        /// The last entry that the leader has put on this follower's stream; nothing if the leader
        /// has no stream to it.
        sent: Option<Index>,
        /// The leader's count of its rounds of heartbeats.
        round: u64,
    },
    /// The answer to [`Message::Heartbeat`].
    HeartbeatReply {
        /// The highest index verified on this leader's stream in this term; 0 before that.
        verified: Index,
        /// The round that is answered.
        round: u64,
    },
    /// A follower asks for the stream of entries from a place on.
    StreamOpen {
        /// The follower's count of its streams in this term.
        epoch: u64,
        /// A place of the follower's log, after which the stream is to begin.
        last: Position,
    },
    /// The leader's log has another entry there: the follower shall try at this one.
    StreamReset {
        /// The stream that was asked for.
        epoch: u64,
        /// The last place at which the leader's log may agree.
        at: Position,
    },
    /// Entries on an open stream, in order, none awaited.
    StreamEntries {
        /// Which stream.
        epoch: u64,
        /// The place right before the entries.
        previous: Position,
        /// The entries.
        entries: Entries,
        /// The leader's commit index.
        commit: Index,
    },
    /// The follower has all entries of its stream up to here, on disk.
    StreamAck {
        /// Which stream.
        epoch: u64,
        /// Up to here.
        matched: Index,
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
    /// A piece of a snapshot.
    Snapshot,
    /// The reply to a piece.
    SnapshotReply,
    /// A follower's question on behalf of a read.
    ReadIndex,
    /// Its reply.
    ReadIndexReply,
    /// The reply to a heartbeat that is apart from the log.
    HeartbeatReply,
    /// A follower opens a stream, or is told to try elsewhere.
    StreamOpen,
    /// Entries on a stream.
    Stream,
    /// The reply to them.
    StreamAck,
    /// TimeoutNow.
    TimeoutNow,
}

/// What a message has before its contents: kind, sender, receiver and term.
const HEADER: usize = 24;

/// What a number of a message takes.
const NUMBER: usize = 8;

impl Message {
    /// How many bytes it takes on the wire, about: a header, its numbers, and what it carries.
    pub fn size(&self) -> usize {
        let carried = match self {
            Message::AppendEntries { entries, .. } | Message::StreamEntries { entries, .. } => {
                entries.iter().map(|entry| 2 * NUMBER + entry.payload.len()).sum()
            }
            Message::InstallSnapshot { piece, .. } => piece.len(),
            _ => 0,
        };
        HEADER + 4 * NUMBER + carried
    }

    /// Whether its sender follows nobody just now.
    pub(crate) fn asks_for_votes(&self) -> bool {
        matches!(self, Message::RequestPreVote { .. } | Message::RequestVote { .. })
    }

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
            Message::InstallSnapshot { .. } => Kind::Snapshot,
            Message::PieceAccepted { .. } => Kind::SnapshotReply,
            Message::ReadIndex { .. } => Kind::ReadIndex,
            Message::ReadIndexReply { .. } => Kind::ReadIndexReply,
            Message::Heartbeat { .. } => Kind::Heartbeat,
            Message::HeartbeatReply { .. } => Kind::HeartbeatReply,
            Message::StreamOpen { .. } | Message::StreamReset { .. } => Kind::StreamOpen,
            Message::StreamEntries { .. } => Kind::Stream,
            Message::StreamAck { .. } => Kind::StreamAck,
            Message::TimeoutNow => Kind::TimeoutNow,
        }
    }
}
