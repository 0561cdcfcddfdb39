//! Every decision with its reason, for people who watch: narration, golden scripts, coverage.

use alloc::sync::Arc;

use crate::ids::{Index, Position, ServerId, Term};
use crate::membership::Membership;

/// One decision of one server.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Note {
    /// Stands for election (§5.2).
    Campaigns {
        /// The new term.
        term: Term,
        /// Why.
        cause: Cause,
    },
    /// Does not stand for election: no configuration that it knows gives it a vote (§6).
    DoesNotStand,
    /// Asks first whether it would be elected (thesis §9.6).
    AsksFirst {
        /// The term that it would stand in.
        next: Term,
    },
    /// Would vote for somebody (thesis §9.6).
    WouldVote {
        /// The server that asks.
        to: ServerId,
        /// The term that it would stand in.
        next: Term,
    },
    /// Would not vote for somebody, with the reason (thesis §9.6).
    WouldNotVote {
        /// The server that asks.
        to: ServerId,
        /// Why.
        reason: VoteRefusal,
    },
    /// Counts who would vote for it (thesis §9.6).
    CountsPreVote {
        /// Who would.
        from: ServerId,
        /// How many so far.
        have: usize,
        /// How many are needed.
        need: usize,
    },
    /// Does not even look at a request for a vote: it hears of a leader (thesis §4.2.3).
    IgnoresCandidate {
        /// The candidate.
        from: ServerId,
        /// The leader.
        leader: ServerId,
    },
    /// Does not even look at a request for a vote: a leader may count on it still, though it knows
    /// of none (thesis §6.4.1).
    KeepsPromise {
        /// The candidate.
        from: ServerId,
    },
    /// Begins to hand over leadership (thesis §3.10).
    HandsOver {
        /// To whom.
        to: ServerId,
    },
    /// Tells a server that has caught up to stand for election at once (thesis §3.10).
    TellsToStand {
        /// Whom.
        to: ServerId,
    },
    /// Gives up handing over: it took an election timeout (thesis §3.10).
    GivesUpTransfer {
        /// To whom it was.
        to: ServerId,
    },
    /// Takes no new command while it hands over (thesis §3.10).
    RefusesCommand {
        /// To whom it hands over.
        to: ServerId,
    },
    /// Grants its vote (§5.2).
    GrantsVote {
        /// The candidate.
        to: ServerId,
        /// Where the candidate's log ends.
        theirs: Position,
        /// Where the own log ends.
        ours: Position,
    },
    /// Refuses its vote, with the reason.
    RefusesVote {
        /// The candidate.
        to: ServerId,
        /// Why.
        reason: VoteRefusal,
    },
    /// Counts a vote of its own or of another server.
    CountsVote {
        /// Whose.
        from: ServerId,
        /// Votes so far.
        have: usize,
        /// Votes needed.
        need: usize,
    },
    /// Learns that a vote was refused.
    HearsRefusal {
        /// By whom.
        from: ServerId,
        /// Why.
        reason: VoteRefusal,
    },
    /// Has the votes of a majority and leads (§5.2).
    Leads {
        /// The term it leads.
        term: Term,
        /// Who voted for it.
        votes: alloc::vec::Vec<ServerId>,
    },
    /// Recognises the leader of its term (§5.2).
    Follows {
        /// The leader.
        leader: ServerId,
        /// Its term.
        term: Term,
    },
    /// Becomes a follower of a newer term, or gives up a candidacy (§5.1, §5.2).
    StepsDown {
        /// Why.
        reason: StepDown,
        /// Whether it led until now.
        led: bool,
    },
    /// Adopts a newer term while a follower (§5.1).
    AdoptsTerm {
        /// The new term.
        term: Term,
        /// Whose message carried it.
        from: ServerId,
    },
    /// Ignores a message of an older term (§5.1).
    IgnoresStale {
        /// The sender.
        from: ServerId,
        /// The message's term.
        term: Term,
    },
    /// Ignores a reply that came too late to matter.
    IgnoresLate {
        /// The sender.
        from: ServerId,
    },
    /// A leader appends a client's command to its log (§5.3).
    AppendsCommand {
        /// Where it stands.
        at: Position,
    },
    /// A new leader opens its term with an empty entry (§8).
    AppendsNoop {
        /// Where it stands.
        at: Position,
    },
    /// Is not the leader and sends the client on (§8).
    Redirects {
        /// The leader, if it knows one.
        leader: Option<ServerId>,
    },
    /// A follower stores new entries (§5.3).
    Stores {
        /// The first new index.
        first: Index,
        /// The last new index.
        last: Index,
    },
    /// A follower refuses entries: the consistency check failed (§5.3).
    RefusesAppend {
        /// The leader.
        from: ServerId,
        /// Why.
        reason: AppendRefusal,
    },
    /// A follower removes entries that conflict with the leader's (§5.3).
    Truncates {
        /// The first removed place: the entry that conflicts.
        from: Position,
        /// The last index that was removed.
        last: Index,
        /// The term that the leader's entry has there.
        theirs: Term,
    },
    /// A leader learns that a follower's log agrees with its own up to an index (§5.3).
    Matches {
        /// The follower.
        follower: ServerId,
        /// Up to here.
        matched: Index,
    },
    /// A leader goes back to find where a follower's log agrees with its own (§5.3).
    Backtracks {
        /// The follower.
        follower: ServerId,
        /// What is sent next.
        next: Index,
    },
    /// A leader commits: a majority stores the entry, and it is of the leader's term (§5.3, §5.4.2).
    Commits {
        /// The new commit index.
        index: Index,
        /// How many servers store it, the leader included.
        copies: usize,
        /// How many servers there are.
        of: usize,
    },
    /// Why an entry is not yet committed.
    NotCommitted {
        /// The entry.
        at: Position,
        /// Why.
        why: NotYet,
    },
    /// A follower learns from the leader what is committed (§5.3).
    LearnsCommit {
        /// The new commit index.
        index: Index,
    },
    /// A leader goes back to one message at a time: what it sent long ago is not answered (thesis §10.2.1).
    ProbesAgain {
        /// The follower.
        follower: ServerId,
        /// What is sent next.
        next: Index,
    },
    /// A server lets a snapshot of its own state machine stand for the start of its log (§7).
    TakesSnapshot {
        /// The last entry that it includes.
        last: Position,
        /// The last index that is gone from the log.
        base: Index,
    },
    /// A leader sends its snapshot: the follower lacks entries that are gone (§7).
    SendsSnapshot {
        /// The follower.
        to: ServerId,
        /// The last entry that the snapshot includes.
        last: Position,
    },
    /// A follower has the whole snapshot and takes it for its state machine (§7).
    InstallsSnapshot {
        /// The last entry that the snapshot includes.
        last: Position,
        /// Whether the log has that very entry, so that what follows it is kept.
        kept: bool,
    },
    /// A follower has all that a snapshot holds, and knows it to be committed (§7).
    IgnoresSnapshot {
        /// The last entry that the snapshot includes.
        last: Position,
        /// What the follower knows to be committed.
        commit: Index,
    },
    /// A leader appends a new configuration, which counts from now on (§6, thesis §4.1).
    ChangesMembers {
        /// Where it stands.
        at: Position,
        /// The configuration.
        membership: Arc<Membership>,
    },
    /// A leader does not change the configuration.
    RefusesChange {
        /// Why.
        why: NoChange,
    },
    /// A server finds another configuration in force: a new one, or an old one again (§6).
    HasMembers {
        /// Its index.
        index: Index,
        /// The configuration.
        membership: Arc<Membership>,
    },
    /// A leader begins a round in which a new server must catch up (thesis §4.2.1).
    CatchesUp {
        /// The new server.
        server: ServerId,
        /// Which round, from 1.
        round: u32,
        /// Up to here.
        to: Index,
    },
    /// A leader gives a new server up: it does not catch up, or does not answer (thesis §4.2.1).
    GivesUpCatchUp {
        /// The server.
        server: ServerId,
    },
    /// A follower asks its leader for the stream of entries after a place of its log.
    AsksForStream {
        /// The leader.
        of: ServerId,
        /// Where the stream shall begin.
        after: Position,
        /// The follower's count of its streams.
        epoch: u64,
    },
    /// A leader opens a stream: both logs hold that place.
    OpensStream {
        /// The follower.
        with: ServerId,
        /// Where it begins.
        after: Position,
    },
    /// A leader's log has another entry there: the follower shall look further back.
    ResetsStream {
        /// The follower.
        to: ServerId,
        /// The last place at which both may agree.
        at: Position,
    },
    /// A follower finds that something on its stream is missing, and opens it anew.
    StreamBreaks {
        /// The first index that is missing.
        missing: Index,
    },
    /// A follower waited in vain for what is to come on its stream, and opens it anew.
    StreamIsStuck,
    /// A leader will answer a read when its leadership is confirmed (thesis §6.4).
    HoldsRead {
        /// Read when the log is applied up to here.
        index: Index,
        /// Confirmed by this round of heartbeats.
        round: u64,
    },
    /// A new leader does not know yet what is committed: a read has to wait (thesis §6.4).
    ReadTooEarly {
        /// The leader's term, of which no entry is committed.
        term: Term,
    },
    /// A leader answers a read (thesis §6.4).
    AnswersRead {
        /// Read when the log is applied up to here.
        index: Index,
        /// What makes sure that nobody else leads.
        by: Confirmed,
    },
    /// A follower asks the leader on behalf of a read (thesis §6.4).
    ForwardsRead {
        /// The leader.
        leader: ServerId,
    },
    /// A server does not lead any more and can answer a read neither way (thesis §6.4).
    FailsRead {
        /// The leader, if it knows one.
        leader: Option<ServerId>,
    },
}

/// What makes sure that a leader still leads when it answers a read (thesis §6.4).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Confirmed {
    /// A majority has answered a round of heartbeats that was begun after the read came.
    Round(u64),
    /// A majority has answered so lately that it votes for nobody else yet (thesis §6.4.1).
    Lease,
    /// It is the only voter.
    Alone,
}

/// Why the configuration does not change.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum NoChange {
    /// The latest configuration is not committed yet (thesis §4.1).
    Pending {
        /// Where it stands.
        index: Index,
    },
    /// This leader has not committed an entry of its own term yet (the fix of 2015 to thesis §4.1).
    TooEarly {
        /// Its term.
        term: Term,
    },
    /// Joint consensus must end first (§6).
    Joint,
    /// There is no joint consensus to end (§6).
    NotJoint,
    /// It is so already.
    Same,
    /// Nobody would vote.
    NobodyVotes,
    /// Only a server that listens can be promoted (thesis §4.2.1).
    NotALearner {
        /// The server.
        server: ServerId,
    },
    /// Another new server catches up (thesis §4.2.1).
    CatchingUp {
        /// That server.
        server: ServerId,
    },
}

/// Why a server stands for election.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Cause {
    /// Nothing was heard of a leader for an election timeout (§5.2).
    Timeout,
    /// A majority said that it would vote for it (thesis §9.6).
    WouldWin,
    /// The leader hands over to it (thesis §3.10).
    TimeoutNow,
}

/// Why a vote is refused.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum VoteRefusal {
    /// The request is of an older term (§5.1).
    StaleTerm {
        /// The request's term.
        theirs: Term,
        /// The voter's term.
        ours: Term,
    },
    /// The vote of this term is given to somebody else (§5.2).
    AlreadyVoted {
        /// To whom.
        to: ServerId,
    },
    /// It heard of a leader less than a minimum election timeout ago (thesis §9.6).
    HearsLeader {
        /// The leader.
        leader: ServerId,
    },
    /// The candidate's log is not as up to date as the voter's (§5.4.1).
    LogBehind {
        /// Where the candidate's log ends.
        theirs: Position,
        /// Where the voter's log ends.
        ours: Position,
    },
}

/// Why entries are refused.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AppendRefusal {
    /// The request is of an older term (§5.1).
    StaleTerm {
        /// The request's term.
        theirs: Term,
        /// The follower's term.
        ours: Term,
    },
    /// The log ends before the previous entry (§5.3).
    Missing {
        /// The previous entry, as the leader has it.
        previous: Position,
        /// Where the own log ends.
        last: Index,
    },
    /// The previous entry has another term (§5.3).
    Conflict {
        /// The previous entry, as the leader has it.
        previous: Position,
        /// Its term in the own log.
        ours: Term,
    },
}

/// Why a leader or candidate becomes a follower.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum StepDown {
    /// A message carried a newer term (§5.1).
    HigherTerm {
        /// The new term.
        term: Term,
        /// The sender.
        from: ServerId,
    },
    /// A majority did not answer for an election timeout (thesis §6.2).
    LostQuorum {
        /// How many answered, itself included.
        have: usize,
        /// How many are needed.
        need: usize,
    },
    /// It is not a voter of the committed configuration (§6).
    Removed,
    /// Somebody else leads the candidate's term (§5.2).
    LostTo {
        /// The leader.
        leader: ServerId,
    },
}

/// Why a leader does not commit an entry yet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum NotYet {
    /// Too few servers store it (§5.3).
    TooFewCopies {
        /// How many store it durably, as far as the leader knows.
        have: usize,
        /// How many are needed.
        need: usize,
    },
    /// A majority stores it, but it is of an older term, and such entries are not counted (§5.4.2).
    OldTerm {
        /// The entry's term.
        entry: Term,
        /// The leader's term.
        current: Term,
    },
}
