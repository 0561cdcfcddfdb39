//! The facts of which answers are made.

use alloc::boxed::Box;
use alloc::vec::Vec;

use raft_core::{Index, Note, Position, ServerId, Term, Time, VoteRefusal};

use crate::client::Verdict;
use crate::machine::{ClientId, Operation};
use crate::network::Loss;
use crate::record::{Record, Trip};

/// A fact, and what made it so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reason {
    /// The fact.
    pub fact: Fact,
    /// The event that made it so, if the records tell.
    pub since: Option<Since>,
}

/// An event of the run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Since {
    /// Its number.
    pub event: u64,
    /// When.
    pub at: Time,
}

/// What is counted of the voters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Counted {
    /// Their votes.
    Votes,
    /// That they would vote (thesis §9.6).
    WouldVote,
    /// Whose logs would let them vote for this server (§5.4.1).
    LogsBehind(ServerId),
    /// Who stores an entry, as far as the leader knows.
    Copies(Index),
    /// Who is up.
    Up,
    /// Who is up and can talk to this server, both ways.
    InReach(ServerId),
}

/// Something that is the case.
#[derive(Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the fields are servers, terms, places of logs and times of the sentence")]
pub enum Fact {
    /// What happened, as the story tells it.
    Told(Box<Record>),
    /// It leads.
    Leads { server: ServerId, term: Term },
    /// Nobody leads.
    NobodyLeads,
    /// It crashed.
    Down(ServerId),
    /// It stands still.
    Paused(ServerId),
    /// It only listens, or does not belong to the cluster.
    NoVoter { server: ServerId, listens: bool },
    /// It follows a leader.
    Follows { server: ServerId, leader: ServerId, term: Term },
    /// So long its election timer still runs.
    TimerRuns { server: ServerId, left: Time },
    /// It stands for election.
    Stands { server: ServerId, term: Term },
    /// It asks who would vote for it.
    AsksFirst { server: ServerId, next: Term },
    /// A majority of a configuration, or less.
    Count { what: Counted, have: Vec<ServerId>, need: usize, voters: Vec<ServerId>, old: bool },
    /// A voter has voted for it.
    Granted { voter: ServerId, candidate: ServerId, theirs: Position, ours: Position },
    /// A voter has refused.
    Refused { voter: ServerId, candidate: ServerId, reason: VoteRefusal },
    /// A voter has ignored the request, as it hears of a leader.
    Ignored { voter: ServerId, candidate: ServerId },
    /// A voter's log is newer, so that it would refuse.
    WouldRefuse { voter: ServerId, candidate: ServerId, ours: Position, theirs: Position },
    /// A vote is given away.
    VotedFor { voter: ServerId, to: ServerId, term: Term },
    /// Something is not on disk yet.
    DiskPending { server: ServerId, left: Time },
    /// A message is on its way.
    UnderWay { trip: Trip, left: Time },
    /// A message is held.
    Held(Trip),
    /// A message was lost, or will be.
    Lost { trip: Trip, loss: Loss },
    /// A link is cut.
    Cut { from: ServerId, to: ServerId },
    /// What a server decided, in the words of the story.
    Decided { server: ServerId, note: Note },
    /// A leader hands over.
    HandsOver { from: ServerId, to: ServerId },
    /// No log holds an entry there.
    NoEntry { index: Index, last: Position },
    /// A log ends before an entry.
    LogEnds { server: ServerId, last: Position, index: Index },
    /// A log has another entry there.
    OtherEntry { server: ServerId, has: Position, theirs: Position },
    /// An entry of an older term is not counted.
    OldTerm { at: Position, leader: ServerId, current: Term },
    /// So far a follower is known to agree.
    Matches { leader: ServerId, follower: ServerId, matched: Index },
    /// It is committed, and this server knows.
    KnowsCommitted { server: ServerId, commit: Index },
    /// What a server knows to be committed.
    Commit { server: ServerId, commit: Index },
    /// A follower learns of it with the leader's next message.
    NextWord { leader: ServerId, server: ServerId, left: Time },
    /// A client waits for nothing.
    WaitsForNothing(ClientId),
    /// A client has not asked so often.
    NotAsked { client: ClientId, serial: u64 },
    /// An operation has ended.
    Ended { client: ClientId, serial: u64, operation: Operation, verdict: Verdict, took: Time },
    /// A client is at another operation first.
    Behind { client: ClientId, operation: Operation },
    /// A client asks a server.
    Asks { client: ClientId, server: ServerId, operation: Operation, tries: u32, left: Time },
    /// A client was sent away and asks again later.
    AsksLater { client: ClientId, server: ServerId, left: Time },
    /// It is answered when that entry is applied.
    WaitsForEntry { server: ServerId, index: Index, applied: Index },
    /// It is read when so much is applied.
    ReadAt { server: ServerId, index: Index, applied: Index },
    /// It is not known yet how far to apply before the read.
    ReadUnconfirmed(ServerId),
}
