//! What must be on disk before it is spoken of (Figure 2 "Persistent state on all servers: updated
//! on stable storage before responding to RPCs", §5.6, thesis §10.2.1).

use raft_core::*;

use super::bench::*;

/// Figure 2: a vote is on disk before it is answered; until then there is no answer at all.
#[test]
fn a_vote_is_on_disk_before_it_is_answered() {
    let mut bench = Bench::plain(3).slow(2);
    assert_eq!(bench.receive(2, 1, 1, vote_request(at(0, 0))), []);
    assert_eq!(bench.seat(2).disk, Durable::new(members(3)));
    bench.sync(2);
    assert_eq!(bench.post, [envelope(2, 1, 1, vote())]);
    assert_eq!(bench.seat(2).disk.state, HardState { term: Term(1), voted_for: Some(s(1)) });
}

/// Figure 2: a vote that is asked for again while it is on its way to disk waits as well.
#[test]
fn a_repeated_vote_waits_for_the_disk_too() {
    let mut bench = Bench::plain(3).slow(2);
    (0..2).for_each(|_| assert_eq!(bench.receive(2, 1, 1, vote_request(at(0, 0))), []));
    bench.sync_all(2);
    assert_eq!(bench.post, [envelope(2, 1, 1, vote()), envelope(2, 1, 1, vote())]);
    assert_eq!(bench.seat(2).writes.len(), 1);
}

/// §5.2, Figure 2: a vote survives a restart: no second candidate gets it in that term.
#[test]
fn a_vote_survives_a_restart() {
    let mut bench = Bench::plain(3);
    bench.receive(2, 1, 1, vote_request(at(0, 0)));
    bench.crash(2);
    bench.restart(2);
    assert_eq!((bench.term(2), bench.view(2).voted_for), (1, Some(s(1))));
    let taken = Message::RequestVoteReply { refused: Some(VoteRefusal::AlreadyVoted { to: s(1) }) };
    assert_eq!(bench.receive(2, 3, 1, vote_request(at(0, 0))), [envelope(2, 3, 1, taken)]);
    assert_eq!(bench.receive(2, 1, 1, vote_request(at(0, 0))), [envelope(2, 1, 1, vote())]);
}

/// Figure 2: a vote that was never on disk was never given: after the crash it is free.
#[test]
fn a_vote_that_was_not_on_disk_was_not_given() {
    let mut bench = Bench::plain(3).slow(2);
    bench.receive(2, 1, 1, vote_request(at(0, 0)));
    bench.crash(2);
    assert_eq!(bench.post, []);
    bench.restart(2);
    bench.receive(2, 3, 1, vote_request(at(0, 0)));
    bench.sync_all(2);
    assert_eq!(bench.post, [envelope(2, 3, 1, vote())]);
}

/// Figure 2: the term survives too, so that nothing of an older one is ever obeyed again.
#[test]
fn the_term_survives_a_restart() {
    let mut bench = Bench::plain(3);
    bench.receive(2, 1, 7, accepted(0));
    bench.crash(2);
    bench.restart(2);
    assert_eq!((bench.term(2), bench.role(2)), (7, RoleName::Follower));
}

/// Figure 2: term and vote are one record, as a crash between them would give the old vote to the
/// new term.
#[test]
fn term_and_vote_are_written_together() {
    let mut bench = Bench::plain(3).with(2, disk(3, Some(3), &[]));
    bench.receive(2, 1, 4, vote_request(at(0, 0)));
    let state = HardState { term: Term(4), voted_for: Some(s(1)) };
    assert_eq!(bench.seat(2).writes, [(Token(1), Write::State(state))]);
}

/// Figure 2: what is not durable by nature is known again from the leader: a restarted server
/// begins with commit index 0 and its whole log.
#[test]
fn a_restarted_server_learns_the_commit_index_again() {
    let mut bench = Bench::new(3);
    bench.elect(1, &[2, 3]);
    bench.propose(1, "x");
    bench.settle();
    bench.beat(1);
    bench.settle();
    assert_eq!(bench.commit(2), 2);
    bench.crash(2);
    bench.restart(2);
    assert_eq!((bench.log(2), bench.commit(2), bench.view(2).applied), (vec![1, 1], 0, Index(0)));
    bench.beat(1);
    bench.settle();
    assert_eq!((bench.commit(2), &bench.seat(2).applied[..]), (2, &[Index(1), Index(2)][..]));
}

/// Figure 2: an acknowledgement waits until the entries are on disk.
#[test]
fn an_acknowledgement_waits_for_the_disk() {
    let mut bench = Bench::plain(3).slow(2);
    assert_eq!(bench.receive(2, 1, 1, append(at(0, 0), &[1, 1], 0)), []);
    assert_eq!((bench.log(2), bench.view(2).durable), (vec![1, 1], Index(0)));
    bench.sync(2);
    assert_eq!(bench.post, [], "the term is on disk, the entries are not");
    bench.sync(2);
    assert_eq!(bench.post, [envelope(2, 1, 1, accepted(2))]);
    assert_eq!(bench.view(2).durable, Index(2));
}

/// Figure 2: a heartbeat that vouches for entries whose write is not done waits with them.
#[test]
fn a_heartbeats_acknowledgement_waits_for_earlier_entries() {
    let mut bench = Bench::plain(3).slow(2);
    bench.receive(2, 1, 1, append(at(0, 0), &[1], 0));
    assert_eq!(bench.receive(2, 1, 1, heartbeat(at(1, 1), 0)), []);
    bench.sync_all(2);
    assert_eq!(bench.post, [envelope(2, 1, 1, accepted(1)), envelope(2, 1, 1, accepted(1))]);
}

/// Figure 2: a refusal promises nothing, and so waits for nothing.
#[test]
fn a_refusal_waits_for_nothing() {
    let mut bench = Bench::plain(3).with(2, disk(1, None, &[1])).slow(2);
    assert_eq!(bench.receive(2, 1, 2, append(at(5, 2), &[2], 0)), [envelope(2, 1, 2, refused(5, 1))]);
    let behind = VoteRefusal::LogBehind { theirs: at(0, 0), ours: at(1, 1) };
    let answer = bench.receive(2, 3, 3, vote_request(at(0, 0)));
    assert_eq!(answer, [envelope(2, 3, 3, Message::RequestVoteReply { refused: Some(behind) })]);
}

/// Figure 2, thesis §10.2.1: writes are numbered in the order in which they must reach the disk, the
/// term before the entries that are of it.
#[test]
fn writes_are_issued_in_order_and_the_term_before_its_entries() {
    let mut bench = Bench::new(3).slow(2);
    bench.receive(2, 1, 1, append(at(0, 0), &[1], 0));
    bench.receive(2, 1, 1, append(at(1, 1), &[1], 0));
    bench.receive(2, 3, 2, append(at(1, 1), &[2], 0));
    bench.time_out(2);
    let kinds: Vec<(u64, Option<u64>)> = (bench.seat(2).writes.iter())
        .map(|(token, write)| {
            let first = match write {
                Write::State(_) | Write::Snapshot { .. } => None,
                Write::Log { first, .. } => Some(first.0),
            };
            (token.0, first)
        })
        .collect();
    assert_eq!(kinds, [(1, None), (2, Some(1)), (3, Some(2)), (4, None), (5, Some(2)), (6, None)]);
}

/// Thesis §10.2.1: a token stands for its write and all before it: a host may report only the last.
#[test]
fn a_later_token_stands_for_all_before_it() {
    let mut bench = Bench::plain(3).slow(2);
    bench.receive(2, 1, 1, append(at(0, 0), &[1], 0));
    bench.receive(2, 1, 1, append(at(1, 1), &[1], 0));
    let last = bench.seat(2).writes.last().expect("three writes").0;
    bench.feed(2, Input::Persisted(last));
    assert_eq!(bench.view(2).durable, Index(2));
    assert_eq!(bench.post, [envelope(2, 1, 1, accepted(1)), envelope(2, 1, 1, accepted(2))]);
    bench.feed(2, Input::Persisted(Token(1)));
    bench.feed(2, Input::Persisted(Token(99)));
    assert_eq!((bench.view(2).durable, bench.post.len()), (Index(2), 2), "old and unknown tokens change nothing");
}

/// Figure 2: entries that were replaced before their write was done do not count as durable when it
/// is: the disk holds others than the log.
#[test]
fn the_write_of_a_replaced_entry_does_not_make_its_successor_durable() {
    let mut bench = Bench::plain(3).slow(2);
    bench.receive(2, 1, 1, append(at(0, 0), &[1, 1, 1], 0));
    bench.receive(2, 3, 2, append(at(1, 1), &[2, 2], 0));
    bench.sync(2);
    bench.sync(2);
    assert_eq!(bench.view(2).durable, Index(1), "2 and 3 are of term 1 on disk, of term 2 in the log");
    bench.sync_all(2);
    assert_eq!(bench.view(2).durable, Index(3));
    assert_eq!(bench.seat(2).disk.log, *bench.node(2).log());
}

/// Figure 2: what was durable and is being replaced is not durable any more, until its write is done.
#[test]
fn an_entry_that_is_being_replaced_is_not_durable() {
    let mut bench = Bench::plain(3).with(2, disk(2, None, &[1, 1, 1])).slow(2);
    assert_eq!(bench.view(2).durable, Index(3));
    bench.receive(2, 3, 2, append(at(1, 1), &[2], 0));
    assert_eq!((bench.log(2), bench.view(2).durable), (vec![1, 2], Index(1)));
    bench.sync(2);
    assert_eq!(bench.view(2).durable, Index(2));
}

/// §5.2, Figure 2: a candidate's own vote counts only when it is on disk, like everybody's.
#[test]
fn a_candidates_own_vote_counts_once_it_is_on_disk() {
    let mut alone = Bench::new(1).slow(1);
    alone.time_out(1);
    assert_eq!((alone.role(1), alone.view(1).votes), (RoleName::Candidate, &[][..]));
    alone.sync(1);
    assert_eq!(alone.role(1), RoleName::Leader);
    let mut bench = Bench::plain(3).slow(1);
    bench.time_out(1);
    bench.receive(1, 2, 1, vote());
    assert_eq!(bench.role(1), RoleName::Candidate, "one of three, its own is not on disk");
    bench.sync(1);
    assert_eq!(bench.role(1), RoleName::Leader);
}

/// Figure 2: a vote of an older candidacy that reaches the disk late does not count for the new one.
#[test]
fn an_own_vote_of_an_older_term_does_not_count() {
    let mut bench = Bench::new(1).slow(1);
    bench.time_out(1);
    bench.time_out(1);
    bench.sync(1);
    assert_eq!((bench.role(1), bench.term(1)), (RoleName::Candidate, 2));
    bench.sync(1);
    assert_eq!(bench.role(1), RoleName::Leader);
}

/// Figure 2: a candidate's request tells of its new term, its vote and where its log ends; all that
/// must be on disk before. Otherwise it could crash, forget them and ask in the same term again.
#[test]
fn a_candidate_asks_for_votes_once_its_term_is_on_disk() {
    let mut bench = Bench::plain(3).slow(1);
    bench.time_out(1);
    assert_eq!(bench.post, []);
    bench.sync(1);
    assert_eq!(bench.post, [2, 3].map(|to| envelope(1, to, 1, vote_request(at(0, 0)))));
}

/// Election Safety and Log Matching with a slow disk:
/// 1. S1 campaigns in term 1; its term is not on disk yet. S2, S3 and S4 grant their votes.
/// 2. S1, with three of five votes, leads, and puts entry 1@1 on S2.
/// 3. S1 crashes and forgets term 1. It restarts and campaigns, in term 1 again.
/// 4. S3, S4 repeat their votes; S1 leads term 1 anew and creates another 1@1.
#[test]
fn a_server_never_leads_the_same_term_twice() {
    let mut bench = Bench::plain(5).slow(1);
    bench.time_out(1);
    bench.settle();
    bench.propose(1, "first");
    bench.settle_among(&[1, 2]);
    bench.crash(1);
    bench.restart(1);
    bench.time_out(1);
    bench.settle();
    bench.sync_all(1);
    bench.settle();
    bench.propose(1, "second");
    bench.settle();
    let made: Vec<Option<Entry>> = (1..=5).map(|id| bench.node(id).log().entry(Index(1)).cloned()).collect();
    for (one, id) in made.iter().zip(1..) {
        for (other, another) in made.iter().zip(1..) {
            if let (Some(one), Some(other)) = (one, other)
                && one.term == other.term
            {
                assert_eq!(one, other, "S{id} and S{another} have two entries 1@{}", one.term);
            }
        }
    }
}

/// Leader Completeness with a slow disk:
/// 1. S1 leads; entry 1 is committed on S1 and S2. S3 stores it in memory, not on disk.
/// 2. S3 campaigns, its log ends at 1; S2 grants the vote. The reply is on its way.
/// 3. S3 crashes and forgets entry, term and vote. It restarts and campaigns in that term again.
/// 4. S2 refuses now, but the old reply arrives.
#[test]
fn a_vote_for_a_log_that_a_crash_took_away_does_not_elect() {
    let mut bench = Bench::plain(3);
    bench.elect(1, &[2, 3]);
    bench = bench.slow(3);
    bench.propose(1, "x");
    bench.settle();
    assert_eq!((bench.commit(1), bench.log(3)), (1, vec![1]), "committed on S1 and S2");
    bench.time_out(3);
    let request = bench.between(3, 2);
    bench.deliver(request);
    let reply = bench.between(2, 3);
    bench.lose_all();
    bench.crash(3);
    bench.restart(3);
    bench.time_out(3);
    bench.sync_all(3);
    bench.lose_all();
    bench.deliver(reply);
    assert!(bench.role(3) != RoleName::Leader || bench.log(3) == [1], "it leads without the committed entry");
}

/// §5.3, thesis §10.2.1: the leader's own copy counts only when it is on disk; the followers' may
/// commit an entry before.
#[test]
fn the_leaders_own_copy_counts_once_it_is_on_disk() {
    let mut bench = Bench::plain(3);
    bench.elect(1, &[2, 3]);
    bench = bench.slow(1);
    bench.propose(1, "x");
    bench.settle_among(&[1, 2]);
    assert_eq!(bench.commit(1), 0, "on the disk of S2 alone");
    bench.sync(1);
    assert_eq!(bench.commit(1), 1);
    bench.propose(1, "y");
    bench.beat(1);
    bench.settle();
    assert_eq!((bench.commit(1), bench.view(1).durable), (2, Index(1)), "S2 and S3 are a majority without it");
}

/// Thesis §10.2.1: the leader sends entries in parallel with its own write.
#[test]
fn the_leader_sends_entries_while_it_writes_them() {
    let mut bench = Bench::plain(3);
    bench.elect(1, &[2, 3]);
    bench = bench.slow(1);
    bench.propose(1, "x");
    assert_eq!(bench.post.len(), 2);
    assert_eq!(bench.seat(1).unsynced.len(), 1);
}

/// Figure 2: a crash between write and sync loses the end of the log, and nothing else: nobody was
/// told of it, so nothing breaks, and the leader brings it again.
#[test]
fn a_crash_before_the_sync_loses_the_suffix_and_breaks_nothing() {
    let mut bench = Bench::plain(3);
    bench.elect(1, &[2, 3]);
    bench.propose(1, "a");
    bench.settle();
    bench = bench.slow(2);
    bench.propose(1, "b");
    bench.settle_among(&[1, 2]);
    assert_eq!((bench.log(2), bench.commit(1)), (vec![1, 1], 1));
    bench.crash(2);
    bench.restart(2);
    assert_eq!(bench.log(2), [1]);
    bench.beat(1);
    bench.settle_among(&[1, 2]);
    bench.sync_all(2);
    bench.settle_among(&[1, 2]);
    assert_eq!((bench.log(2), bench.commit(1)), (vec![1, 1], 2));
}

/// Figure 2: the same for a leader: what only it knew is gone, what was committed is not.
#[test]
fn a_leader_that_crashes_before_the_sync_loses_only_what_nobody_was_promised() {
    let mut bench = Bench::plain(3);
    bench.elect(1, &[2, 3]);
    bench = bench.slow(1);
    bench.propose(1, "a");
    bench.settle();
    assert_eq!(bench.commit(1), 1, "on S2 and S3");
    bench.propose(1, "b");
    bench.lose_all();
    bench.crash(1);
    bench.restart(1);
    assert_eq!(bench.log(1), []);
    bench.time_out(1);
    bench.sync_all(1);
    bench.settle();
    assert_ne!(bench.role(1), RoleName::Leader, "S2 and S3 know better");
    bench.elect(2, &[3]);
    bench.beat(2);
    bench.settle();
    assert_eq!(bench.log(1), [1]);
}

/// §7: a server that restarts begins with its snapshot, if it has one.
#[test]
fn a_server_restores_the_snapshot_that_is_on_its_disk() {
    let restored = |disk: Durable| {
        let mut out = Outbox::default();
        Node::start(s(1), Config::default(), disk, Index(0), &mut out);
        out.drain().filter(|effect| matches!(effect, Effect::Restore(_))).count()
    };
    let mut disk = Durable::new(members(3));
    assert_eq!(restored(disk.clone()), 0);
    disk.snapshot.last = at(2, 1);
    disk.log.compact(at(2, 1));
    assert_eq!(restored(disk), 1);
}
