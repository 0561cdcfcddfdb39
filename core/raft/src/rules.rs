//! The few small rules on which Raft's promises rest: one pure function each, with its section.
//!
//! The core asks this table and holds no other copy of a rule. Replace one entry and you have
//! a well-known bug.

use crate::ids::{Index, Position, ServerId, Term};
use crate::message::Message;

/// The table of rules.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// How many of so many voters are a majority (§5.2).
    pub majority: fn(voters: usize) -> usize,
    /// Whether joint consensus is reached, given what either set of voters says (§6).
    pub joint_agreement: fn(new: bool, old: bool) -> bool,
    /// Whether a vote may go to a candidate, given whom this server voted for in this term (§5.2).
    pub vote_is_free: fn(voted_for: Option<ServerId>, candidate: ServerId) -> bool,
    /// By which configuration a candidate counts its votes: the latest of its log, whether it is known to
    /// be committed or not (thesis §4.1).
    pub electorate: fn(latest: Index, commit: Index) -> Index,
    /// Whether a server that becomes a follower forgets whom it voted for (§5.1).
    pub vote_lapses: fn(given_in: Term, current: Term) -> bool,
    /// Whether a server votes, given whether it knows itself to be a voter: whoever asks may know more (§6).
    pub votes_when_asked: fn(voter: bool) -> bool,
    /// Whether a granted vote counts, given whether this voter's counts already (§5.2).
    pub counts_vote: fn(repeated: bool) -> bool,
    /// Where a candidate says that its log ends, given also the term that it was in (§5.4.1).
    pub last_told: fn(last: Position, current: Term) -> Position,
    /// Whether a candidate's log is at least as up to date as the voter's (§5.4.1).
    pub up_to_date: fn(candidate: Position, voter: Position) -> bool,
    /// Whether a server that hears of a leader ignores candidates: only where leaders see to it
    /// that a majority answers them, and not if the leader itself wants an election (thesis §4.2.3).
    pub sticks_to_leader: fn(in_touch: bool, check_quorum: bool, transfer: bool) -> bool,
    /// Whether a server would vote for somebody although it hears of a leader (thesis §9.6).
    pub pre_vote_despite_leader: fn(in_touch: bool) -> bool,
    /// In which term a server asks whether it would be elected: nothing changes by asking (thesis §9.6).
    pub asks_in: fn(current: Term) -> Term,
    /// Whether a server goes over to the newer term of a message (§5.1).
    pub adopts_term: fn(message: &Message) -> bool,
    /// Whether a leader of an older term is told of the newer one (§5.1).
    pub answers_old_leader: fn(theirs: Term, ours: Term) -> bool,
    /// Whether a leader may hand over to a follower whose log agrees up to here (thesis §3.10).
    pub may_hand_over: fn(matched: Index, last: Index) -> bool,
    /// Whether entries may follow the previous one, given its term in the own log (§5.3).
    pub previous_matches: fn(previous: Position, own_term: Option<Term>) -> bool,
    /// Whether an entry that is there must go, with all after it, for the leader's (§5.3).
    pub conflicts: fn(own: Term, leaders: Term) -> bool,
    /// How far a follower may commit: not beyond what this message proved to match (§5.3).
    pub follower_commit: fn(leader_commit: Index, matched: Index, own_last: Index) -> Index,
    /// Up to where a follower's log agrees, given before which place it lacks what it refused: a
    /// refusal proves nothing (§5.3).
    pub refusal_proves: fn(previous: Index) -> Index,
    /// Up to where a new leader takes a follower's log to agree, given what it knew when it led an
    /// earlier term: all is found out anew (§5.3).
    pub match_outlives: fn(matched: Index) -> Index,
    /// Whether a leader may count copies of an entry of this term (§5.4.2).
    pub counts_for_commit: fn(entry: Term, current: Term) -> bool,
    /// Whether a leader streams on from the place at which a follower says that its log ends, given
    /// the term that its own log has there.
    pub stream_begins: fn(last: Position, own_term: Option<Term>) -> bool,
    /// Whether a batch follows what is verified of a stream, given the term that the own log has at
    /// the place right before it.
    pub stream_follows: fn(previous: Position, verified: Index, own_term: Option<Term>) -> bool,
    /// What a follower's answer to a heartbeat that is apart from the log proves of its log: what
    /// is verified on this leader's stream, never what the log happens to hold.
    pub heartbeat_proves: fn(verified: Index, own_last: Index) -> Index,
    /// How far a follower commits by a heartbeat that is apart from the log, and how far a leader lets
    /// it: not beyond what is verified on this leader's stream.
    pub heartbeat_commit: fn(leader_commit: Index, verified: Index, own_last: Index) -> Index,
    /// Whether a snapshot tells a server something that it does not know to be committed (§7).
    pub snapshot_is_news: fn(last: Index, commit: Index) -> bool,
    /// What stands before the log that is left when a snapshot is installed, given the term of the
    /// own entry there: a log that conflicts with the snapshot does not have it and goes (§7).
    pub snapshot_base: fn(last: Position, own_term: Option<Term>) -> Position,
    /// Whether a change of the cluster is an entry of the log, and only a leader makes one (§6).
    pub changes_by_log: fn() -> bool,
    /// Whether so many voters may change only by way of joint consensus (§6, thesis §4.3).
    pub needs_joint: fn(changed_voters: usize) -> bool,
    /// Whether the configuration may change while the latest one is at this index (thesis §4.1).
    pub may_change_again: fn(latest: Index, commit: Index) -> bool,
    /// Whether a leader that has committed an entry of this term may change the configuration:
    /// only after one of its own term (the fix of 2015 to thesis §4.1).
    pub may_change_in_term: fn(committed: Term, current: Term) -> bool,
    /// Whether a leader ends joint consensus, given the term in which that was entered: any leader
    /// does, whoever began it (§6).
    pub leaves_joint: fn(entered: Term, current: Term) -> bool,
    /// Whether a leader that is not a voter of the committed configuration goes on (§6).
    pub leads_unelectable: fn(committed: bool) -> bool,
    /// Whether a leader that has committed an entry of this term knows what is committed, so that
    /// it may answer reads (§8, thesis §6.4).
    pub may_read: fn(committed: Term, current: Term) -> bool,
    /// Whether a read needs a round of heartbeats that was begun after it came (§8, thesis §6.4).
    pub read_needs_round: fn(lease: bool) -> bool,
    /// Whether a lease ends when its time is over, given whether a majority has confirmed it (thesis §6.4.1).
    pub lease_ends: fn(confirmed: bool) -> bool,
}

impl Rules {
    /// Raft as the paper has it.
    pub const PAPER: Rules = Rules {
        majority,
        joint_agreement,
        vote_is_free,
        electorate,
        vote_lapses,
        votes_when_asked,
        counts_vote,
        last_told,
        up_to_date,
        sticks_to_leader,
        pre_vote_despite_leader,
        asks_in,
        adopts_term,
        answers_old_leader,
        may_hand_over,
        previous_matches,
        conflicts,
        follower_commit,
        refusal_proves,
        match_outlives,
        counts_for_commit,
        stream_begins,
        stream_follows,
        heartbeat_proves,
        heartbeat_commit,
        snapshot_is_news,
        snapshot_base,
        changes_by_log,
        needs_joint,
        may_change_again,
        may_change_in_term,
        leaves_joint,
        leads_unelectable,
        may_read,
        read_needs_round,
        lease_ends,
    };
}

fn majority(voters: usize) -> usize {
    voters / 2 + 1
}

fn joint_agreement(new: bool, old: bool) -> bool {
    new && old
}

fn vote_is_free(voted_for: Option<ServerId>, candidate: ServerId) -> bool {
    voted_for.is_none_or(|to| to == candidate)
}

fn electorate(latest: Index, _commit: Index) -> Index {
    latest
}

fn vote_lapses(given_in: Term, current: Term) -> bool {
    given_in < current
}

fn votes_when_asked(_voter: bool) -> bool {
    true
}

// Voters are counted, not messages.
fn counts_vote(repeated: bool) -> bool {
    !repeated
}

fn last_told(last: Position, _current: Term) -> Position {
    last
}

fn up_to_date(candidate: Position, voter: Position) -> bool {
    candidate >= voter
}

fn sticks_to_leader(in_touch: bool, check_quorum: bool, transfer: bool) -> bool {
    in_touch && check_quorum && !transfer
}

fn pre_vote_despite_leader(in_touch: bool) -> bool {
    !in_touch
}

fn asks_in(current: Term) -> Term {
    current
}

fn adopts_term(_message: &Message) -> bool {
    true
}

fn answers_old_leader(theirs: Term, ours: Term) -> bool {
    theirs < ours
}

fn may_hand_over(matched: Index, last: Index) -> bool {
    matched == last
}

fn previous_matches(previous: Position, own_term: Option<Term>) -> bool {
    own_term == Some(previous.term)
}

fn conflicts(own: Term, leaders: Term) -> bool {
    own != leaders
}

fn follower_commit(leader_commit: Index, matched: Index, _own_last: Index) -> Index {
    leader_commit.min(matched)
}

fn refusal_proves(_previous: Index) -> Index {
    Index(0)
}

fn match_outlives(_matched: Index) -> Index {
    Index(0)
}

// Only entries of our own term are counted; older ones commit along with them (§5.4.2, Figure 8).
fn counts_for_commit(entry: Term, current: Term) -> bool {
    entry == current
}

fn stream_begins(last: Position, own_term: Option<Term>) -> bool {
    own_term == Some(last.term)
}

fn stream_follows(previous: Position, verified: Index, own_term: Option<Term>) -> bool {
    previous.index <= verified && own_term.is_none_or(|own| own == previous.term)
}

fn heartbeat_proves(verified: Index, _own_last: Index) -> Index {
    verified
}

fn heartbeat_commit(leader_commit: Index, verified: Index, _own_last: Index) -> Index {
    leader_commit.min(verified)
}

fn snapshot_is_news(last: Index, commit: Index) -> bool {
    last > commit
}

fn snapshot_base(last: Position, _own_term: Option<Term>) -> Position {
    last
}

fn changes_by_log() -> bool {
    true
}

// One server at a time: then every majority of the old overlaps every majority of the new (thesis §4.1).
fn needs_joint(changed_voters: usize) -> bool {
    changed_voters > 1
}

fn may_change_again(latest: Index, commit: Index) -> bool {
    latest <= commit
}

fn may_change_in_term(committed: Term, current: Term) -> bool {
    committed == current
}

fn leaves_joint(_entered: Term, _current: Term) -> bool {
    true
}

fn leads_unelectable(committed: bool) -> bool {
    !committed
}

fn may_read(committed: Term, current: Term) -> bool {
    committed == current
}

fn read_needs_round(lease: bool) -> bool {
    !lease
}

fn lease_ends(_confirmed: bool) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(index: u64, term: u64) -> Position {
        Position { term: Term(term), index: Index(index) }
    }

    #[track_caller]
    fn check_up_to_date(candidate: Position, voter: Position, expected: bool) {
        assert_eq!((Rules::PAPER.up_to_date)(candidate, voter), expected, "{candidate} against {voter}");
    }

    #[test]
    fn a_later_last_term_wins_then_the_longer_log() {
        check_up_to_date(at(0, 0), at(0, 0), true);
        check_up_to_date(at(1, 1), at(0, 0), true);
        check_up_to_date(at(0, 0), at(1, 1), false);
        check_up_to_date(at(9, 1), at(3, 2), false);
        check_up_to_date(at(3, 2), at(9, 1), true);
        check_up_to_date(at(3, 2), at(3, 2), true);
        check_up_to_date(at(2, 2), at(3, 2), false);
        check_up_to_date(at(4, 2), at(3, 2), true);
    }

    #[test]
    fn a_majority_is_more_than_half() {
        let of = |n| (Rules::PAPER.majority)(n);
        assert_eq!([1, 2, 3, 4, 5, 6, 7].map(of), [1, 2, 2, 3, 3, 4, 4]);
    }

    #[test]
    fn a_vote_is_given_once_a_term_but_may_be_repeated() {
        let free = Rules::PAPER.vote_is_free;
        assert!(free(None, ServerId(1)));
        assert!(free(Some(ServerId(1)), ServerId(1)));
        assert!(!free(Some(ServerId(2)), ServerId(1)));
    }

    #[test]
    fn a_follower_commits_no_further_than_the_message_proves() {
        let commit = Rules::PAPER.follower_commit;
        assert_eq!(commit(Index(5), Index(3), Index(9)), Index(3));
        assert_eq!(commit(Index(2), Index(3), Index(9)), Index(2));
    }

    #[test]
    fn entries_follow_only_a_previous_one_of_the_same_term() {
        let matches = Rules::PAPER.previous_matches;
        assert!(matches(at(0, 0), Some(Term(0))), "before the first entry all logs agree");
        assert!(matches(at(3, 2), Some(Term(2))));
        assert!(!matches(at(3, 2), Some(Term(1))));
        assert!(!matches(at(3, 2), Some(Term(3))));
        assert!(!matches(at(3, 2), None), "the log ends before");
    }

    #[test]
    fn entries_conflict_if_their_terms_differ() {
        let conflicts = Rules::PAPER.conflicts;
        assert!(!conflicts(Term(2), Term(2)));
        assert!(conflicts(Term(1), Term(2)));
        assert!(conflicts(Term(3), Term(2)), "a newer one too, if the leader has another");
    }

    #[test]
    fn only_entries_of_the_own_term_are_counted() {
        let counts = Rules::PAPER.counts_for_commit;
        assert!(counts(Term(4), Term(4)));
        assert!(!counts(Term(2), Term(4)));
    }

    /// The paper's answers to what is asked so seldom, or by so few settings, that no run may show it.
    #[test]
    fn the_paper_decides() {
        let paper = &Rules::PAPER;
        let (old, now) = (Term(2), Term(3));
        assert_eq!([(paper.vote_lapses)(old, now), (paper.vote_lapses)(now, now)], [true, false]);
        assert_eq!([(paper.answers_old_leader)(old, now), (paper.answers_old_leader)(now, now)], [true, false]);
        assert_eq!([true, false].map(paper.pre_vote_despite_leader), [false, true]);
        assert_eq!([true, false].map(paper.leads_unelectable), [false, true]);
        assert_eq!([true, false].map(paper.counts_vote), [false, true]);
        let sticks = [(true, true, false), (false, true, false), (true, false, false), (true, true, true)];
        assert_eq!(sticks.map(|(a, b, c)| (paper.sticks_to_leader)(a, b, c)), [true, false, false, false]);
        let at = |index| Position { term: now, index: Index(index) };
        let follows = |index, verified, own| (paper.stream_follows)(at(index), Index(verified), own);
        assert_eq!(
            [follows(4, 4, Some(now)), follows(5, 4, Some(now)), follows(4, 4, Some(old))],
            [true, false, false]
        );
        assert_eq!([follows(3, 4, None), follows(5, 4, None)], [true, false]);
    }
}
