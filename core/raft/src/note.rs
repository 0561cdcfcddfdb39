//! Every decision with its reason, for people who watch: narration, golden scripts, coverage.

use crate::ids::{Index, Position, ServerId, Term};

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
