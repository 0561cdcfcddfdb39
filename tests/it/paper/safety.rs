//! Safety: who may lead (§5.4.1), and what a leader may commit (§5.4.2).

use raft_core::*;

use super::bench::*;

/// §5.4.1: "the voter denies its vote if its own log is more up-to-date than that of the candidate":
/// later last term first, then the longer log.
#[test]
fn a_voter_denies_its_vote_if_its_own_log_is_more_up_to_date() {
    #[track_caller]
    fn check(own: &[u64], last: Position, granted: bool) {
        let mut bench = Bench::plain(3).with(2, disk(5, None, own));
        let answer = bench.receive(2, 1, 6, vote_request(last));
        let ours = bench.view(2).last;
        let refused = (!granted).then_some(VoteRefusal::LogBehind { theirs: last, ours });
        let expected = envelope(2, 1, 6, Message::RequestVoteReply { refused });
        assert_eq!(answer, [expected], "{own:?} is asked by one with {last}");
        assert_eq!(bench.view(2).voted_for, granted.then_some(s(1)));
    }
    check(&[], at(0, 0), true);
    check(&[], at(1, 1), true);
    check(&[1], at(0, 0), false);
    check(&[1], at(1, 1), true);
    check(&[1], at(2, 1), true);
    check(&[1, 1], at(1, 1), false);
    check(&[1, 1], at(1, 2), true);
    check(&[1, 2], at(9, 1), false);
    check(&[1, 2], at(2, 2), true);
    check(&[1, 2], at(1, 2), false);
    check(&[1, 1, 1, 1], at(1, 5), true);
}

/// §5.4.1: a denied vote is still free for a candidate with a better log.
#[test]
fn a_denied_vote_is_still_free() {
    let mut bench = Bench::plain(5).with(2, disk(1, None, &[1, 1]));
    bench.receive(2, 1, 2, vote_request(at(1, 1)));
    assert_eq!((bench.term(2), bench.view(2).voted_for), (2, None));
    assert_eq!(bench.receive(2, 3, 2, vote_request(at(2, 1))), [envelope(2, 3, 2, vote())]);
}

/// §5.4.1: a log's last term is that of its last entry, not the server's term, also after a restart.
#[test]
fn the_last_term_is_that_of_the_last_entry() {
    let mut bench = Bench::plain(3).with(1, disk(1, None, &[1, 1]));
    (0..5).for_each(|_| bench.time_out(1));
    bench.crash(1);
    bench.restart(1);
    bench.lose_all();
    bench.time_out(1);
    assert_eq!(bench.post, [2, 3].map(|to| envelope(1, to, 7, vote_request(at(2, 1)))));
}

/// §5.4.1: "a candidate must contact a majority of the cluster in order to be elected, which means
/// that every committed entry must be present in at least one of those servers": with every log of
/// up to two terms, who is elected has what a majority of the others has.
#[test]
fn the_elected_leader_has_every_committed_entry() {
    let logs: [&[u64]; 7] = [&[], &[1], &[1, 1], &[1, 2], &[2], &[1, 1, 2], &[1, 2, 2]];
    for own in logs {
        for second in logs {
            for third in logs {
                let mut bench = Bench::plain(3);
                for (log, id) in [own, second, third].iter().zip(1..) {
                    bench = bench.with(id, disk(2, None, log));
                }
                bench.time_out(1);
                bench
                    .take(|e| matches!(e.message, Message::RequestVote { .. }))
                    .into_iter()
                    .for_each(|e| bench.deliver(vec![e]));
                let votes = bench.take(|_| true);
                bench.deliver(votes);
                let newest = [second, third].map(|log| (log.last().copied(), log.len())).into_iter().min();
                let may_win = newest <= Some((own.last().copied(), own.len()));
                assert_eq!(bench.role(1) == RoleName::Leader, may_win, "{own:?} against {second:?}, {third:?}");
            }
        }
    }
}

/// §5.4.2: "Raft never commits log entries from previous terms by counting replicas. Only log
/// entries from the leader's current term are committed by counting replicas".
#[test]
fn entries_of_earlier_terms_are_not_committed_by_counting() {
    for copies in 1..=4 {
        let mut bench = Bench::plain(5).with(1, disk(2, None, &[1, 2]));
        bench.elect(1, &[2, 3]);
        (2..=1 + copies).for_each(|follower| drop(bench.receive(1, follower, 3, accepted(2))));
        assert_eq!(bench.commit(1), 0, "{copies} of 4 followers store them");
    }
}

/// §5.4.2: "once an entry from the current term has been committed in this way, then all prior
/// entries are committed indirectly because of the Log Matching Property".
#[test]
fn entries_of_earlier_terms_are_committed_along_with_one_of_this_term() {
    let mut bench = Bench::plain(5).with(1, disk(2, None, &[1, 2]));
    bench.elect(1, &[2, 3]);
    bench.propose(1, "x");
    bench.receive(1, 2, 3, accepted(3));
    assert_eq!(bench.commit(1), 0);
    bench.receive(1, 3, 3, accepted(2));
    assert_eq!(bench.commit(1), 0, "the one of this term is on two of five");
    bench.receive(1, 3, 3, accepted(3));
    assert_eq!((bench.commit(1), &bench.seat(1).applied[..]), (3, &[Index(1), Index(2), Index(3)][..]));
}

/// §8: the empty entry at the start of a term commits what earlier leaders left, without a client.
#[test]
fn the_empty_entry_commits_what_earlier_leaders_left() {
    let mut bench = Bench::new(3).with(1, disk(1, None, &[1, 1])).with(2, disk(1, None, &[1, 1]));
    bench.elect(1, &[2, 3]);
    assert_eq!((bench.log(1), bench.commit(1)), (vec![1, 1, 2], 3));
}

/// Figure 8, (a)–(c): S1 comes back as the leader of term 4 with entry 2@2, which is soon on S1, S2
/// and S3, and on no majority that counts.
fn figure_8_c() -> Bench {
    let mut bench = Bench::plain(5);
    for id in 1..=5 {
        bench = bench.with(id, disk(1, None, &[1]));
    }
    // (a) S1 is leader (of term 2) and partially replicates the log entry at index 2.
    bench.elect(1, &[2, 3, 4, 5]);
    bench.propose(1, "two");
    bench.settle_among(&[1, 2]);
    assert_eq!([1, 2, 3].map(|id| bench.log(id)), [vec![1, 2], vec![1, 2], vec![1]]);
    // (b) S1 crashes; S5 is elected leader for term 3 with votes from S3, S4, and itself, and
    // accepts a different entry at log index 2.
    bench.crash(1);
    bench.time_out(5);
    bench.settle_among(&[3, 4, 5]);
    bench.propose(5, "three");
    bench.lose_all();
    assert_eq!((bench.term(5), bench.log(5)), (3, vec![1, 3]));
    // (c) S5 crashes; S1 restarts, is elected leader (of term 4), and continues replication.
    bench.crash(5);
    bench.restart(1);
    bench.time_out(1);
    bench.settle_among(&[1, 2, 3, 4]);
    assert_eq!((bench.role(1), bench.term(1)), (RoleName::Candidate, 3), "the votes of term 3 are given");
    bench.time_out(1);
    bench.settle_among(&[1, 2, 3]);
    bench.beat(1);
    bench.settle_among(&[1, 2, 3]);
    assert_eq!((bench.role(1), bench.term(1)), (RoleName::Leader, 4));
    assert_eq!([1, 2, 3, 4].map(|id| bench.log(id)), [vec![1, 2], vec![1, 2], vec![1, 2], vec![1]]);
    bench
}

/// Figure 8 (c), (d): "the log entry from term 2 has been replicated on a majority of the servers,
/// but it is not committed. If S1 crashes …, S5 could be elected leader (with votes from S2, S3, and
/// S4) and overwrite the entry with its own entry from term 3."
#[test]
fn in_figure_8_an_old_entry_on_a_majority_is_not_committed_and_may_be_overwritten() {
    let mut bench = figure_8_c();
    assert!((1..=4).all(|id| bench.commit(id) < 2), "entry 2 is on three of five, and not committed");
    bench.crash(1);
    bench.restart(5);
    bench.time_out(5);
    bench.settle_among(&[2, 3, 4, 5]);
    bench.time_out(5);
    bench.settle_among(&[2, 3, 4, 5]);
    assert_eq!(bench.role(5), RoleName::Leader);
    bench.beat(5);
    bench.settle_among(&[2, 3, 4, 5]);
    assert!((2..=5).all(|id| bench.log(id) == [1, 3]));
}

/// Figure 8 (e): "if S1 replicates an entry from its current term on a majority of the servers
/// before crashing, … then this entry is committed (S5 cannot win an election). At this point all
/// preceding entries in the log are committed as well."
#[test]
fn in_figure_8_an_entry_of_the_own_term_commits_the_old_one_and_s5_cannot_win() {
    let mut bench = figure_8_c();
    bench.propose(1, "four");
    bench.settle_among(&[1, 2, 3]);
    assert_eq!((bench.log(1), bench.commit(1)), (vec![1, 2, 4], 3));
    bench.crash(1);
    bench.restart(5);
    for _ in 0..5 {
        bench.time_out(5);
        bench.settle_among(&[2, 3, 4, 5]);
        assert_eq!(bench.role(5), RoleName::Candidate);
    }
    bench.time_out(2);
    bench.settle_among(&[2, 3, 4, 5]);
    bench.time_out(2);
    bench.settle_among(&[2, 3, 4, 5]);
    assert_eq!((bench.role(2), bench.log(5)), (RoleName::Leader, vec![1, 2, 4]));
}

/// §5.4: what is not committed may be lost, even if its term is newer: a legitimate leader of a
/// still newer term overwrites it.
#[test]
fn a_leader_may_overwrite_newer_entries_that_are_not_committed() {
    let mut bench = Bench::plain(5).with(1, disk(1, None, &[1])).with(5, disk(2, None, &[2, 2]));
    bench.elect(1, &[2, 3, 4]);
    bench.receive(1, 5, 2, refused(1, 2));
    bench.lose_all();
    bench.time_out(1);
    bench.settle_among(&[1, 2, 3, 4]);
    bench.beat(1);
    bench.settle();
    assert_eq!((bench.role(1), bench.log(5)), (RoleName::Leader, vec![1]));
}

/// §5.4.3, State Machine Safety: an entry that is applied stays where it is, through every change
/// of leaders.
#[test]
fn an_applied_entry_never_changes() {
    let mut bench = Bench::new(5);
    let mut applied: Vec<Entry> = Vec::new();
    for round in 0u32..30 {
        let (leader, friend, other) = (1 + round % 5, 1 + (round + 1) % 5, 1 + (round + 3) % 5);
        bench.time_out(leader);
        bench.settle();
        bench.propose(leader, &format!("alone {round}"));
        bench.lose_all();
        bench.propose(leader, &format!("shared {round}"));
        bench.beat(leader);
        bench.settle_among(&[leader, friend, other]);
        for id in 1..=5 {
            let commit = bench.commit(id) as usize;
            let log: Vec<Entry> = bench.node(id).log().iter().take(commit).cloned().collect();
            let common = commit.min(applied.len());
            assert_eq!(log[..common], applied[..common], "S{id} in round {round}");
            if commit > applied.len() {
                applied = log;
            }
        }
    }
    assert!(applied.len() > 60, "two commands a round and an empty entry, mostly: {}", applied.len());
}
