//! Log replication (§5.3), and servers that come back (§5.5).

use raft_core::*;

use super::bench::*;

/// A leader S1 of three in term 3, with this log; nothing is on its way.
fn leader(log: &[u64]) -> Bench {
    let mut bench = Bench::plain(3).with(1, disk(2, None, log));
    bench.time_out(1);
    bench.lose_all();
    bench.receive(1, 2, 3, vote());
    assert_eq!(bench.role(1), RoleName::Leader);
    bench
}

/// §5.3: "The leader appends the command to its log as a new entry, then issues AppendEntries RPCs
/// in parallel to each of the other servers", with "the index and term of the entry in its log that
/// immediately precedes the new entries". It is not committed by that.
#[test]
fn the_leader_appends_the_command_and_sends_it_to_all_others() {
    let mut bench = leader(&[1, 2]);
    for follower in [2, 3] {
        bench.receive(1, follower, 3, accepted(2));
    }
    bench.propose(1, "x");
    assert_eq!(bench.log(1), [1, 2, 3]);
    let new = Entries::from_iter([Entry { term: Term(3), payload: Payload::Command(command("x")) }]);
    let message = Message::AppendEntries { previous: at(2, 2), entries: new, commit: Index(0), round: 0 };
    assert_eq!(bench.post, [2, 3].map(|to| envelope(1, to, 3, message.clone())));
    assert_eq!(bench.commit(1), 0);
    assert_eq!(bench.seat(1).answers, [Answer::Appended(at(3, 3))]);
}

/// Commands that are proposed together are appended in their order, reach the disk in one write
/// and each follower in one message, and are answered as one, with the place of the first.
#[test]
fn commands_proposed_together_travel_together() {
    let mut bench = leader(&[1, 2]);
    for follower in [2, 3] {
        bench.receive(1, follower, 3, accepted(2));
    }
    let commands: Vec<Command> = ["x", "y", "z"].map(command).into();
    bench.feed(1, Input::ProposeBatch(ProposalId(7), commands.clone()));
    assert_eq!(bench.log(1), [1, 2, 3, 3, 3]);
    let entry = |command| Entry { term: Term(3), payload: Payload::Command(command) };
    let entries: Entries = commands.into_iter().map(entry).collect();
    let message = Message::AppendEntries { previous: at(2, 2), entries, commit: Index(0), round: 0 };
    assert_eq!(bench.post, [2, 3].map(|to| envelope(1, to, 3, message.clone())));
    assert_eq!(bench.seat(1).answers, [Answer::Appended(at(3, 3))]);
    bench.receive(1, 2, 3, accepted(5));
    assert_eq!(bench.commit(1), 5);

    bench.feed(1, Input::ProposeBatch(ProposalId(8), Vec::new()));
    assert_eq!((bench.log(1).len(), bench.seat(1).answers.len()), (5, 1), "no commands, no answer");
    bench.feed(2, Input::ProposeBatch(ProposalId(9), vec![command("x")]));
    assert!(matches!(bench.seat(2).answers[..], [Answer::NotLeader(_)]));
}

/// §5.3: "A log entry is committed once the leader that created the entry has replicated it on a
/// majority of the servers", in every cluster of 1 to 7 and for every set of acknowledgements; then
/// the leader applies it.
#[test]
fn an_entry_is_committed_once_it_is_on_a_majority() {
    for size in 1..=7u32 {
        for pattern in 0..1u32 << (size - 1) {
            let mut bench = Bench::plain(size);
            let all: Vec<u32> = (1..=size).collect();
            bench.elect(1, &all);
            bench.propose(1, "x");
            for other in 2..=size {
                if pattern >> (other - 2) & 1 == 1 {
                    bench.receive(1, other, 1, accepted(1));
                }
            }
            let committed = 1 + pattern.count_ones() > size / 2;
            assert_eq!(bench.commit(1), u64::from(committed), "{size} servers, copies {pattern:b}");
            assert_eq!(bench.seat(1).applied.len(), usize::from(committed));
        }
    }
}

/// §5.3: an acknowledgement counts for its sender once, and only for servers of the cluster.
#[test]
fn an_acknowledgement_counts_once() {
    let mut bench = Bench::plain(5);
    bench.elect(1, &[2, 3]);
    bench.propose(1, "x");
    (0..4).for_each(|_| drop(bench.receive(1, 2, 1, accepted(1))));
    bench.receive(1, 77, 1, accepted(1));
    assert_eq!(bench.commit(1), 0);
}

/// Figure 2, Leaders: "a majority of matchIndex[i] ≥ N": the commit index is what a majority
/// stores, whatever the order of their numbers.
#[test]
fn the_commit_index_is_what_a_majority_stores() {
    #[track_caller]
    fn check(matched: [u64; 4], commit: u64) {
        let mut bench = Bench::plain(5);
        bench.elect(1, &[2, 3, 4, 5]);
        (0..6).for_each(|_| bench.propose(1, "x"));
        for (matched, follower) in matched.into_iter().zip(2..) {
            bench.receive(1, follower, 1, accepted(matched));
        }
        assert_eq!(bench.commit(1), commit, "{matched:?}");
    }
    check([0, 0, 0, 0], 0);
    check([6, 0, 0, 0], 0);
    check([6, 1, 0, 0], 1);
    check([1, 6, 0, 0], 1);
    check([0, 0, 3, 5], 3);
    check([4, 2, 3, 1], 3);
    check([6, 6, 0, 0], 6);
    check([6, 6, 6, 6], 6);
    check([9, 9, 0, 0], 6);
}

/// §5.3: nobody can store more of a leader's log than there is; what claims so counts as all of it.
#[test]
fn an_acknowledgement_beyond_the_log_counts_as_all_of_it() {
    let mut bench = leader(&[1, 2]);
    bench.receive(1, 2, 3, accepted(9));
    let progress = bench.progress(1, 2);
    assert_eq!((progress.matched, progress.next), (Index(2), Index(3)));
}

/// §5.3: "This also commits all preceding entries in the leader's log, including entries created by
/// previous leaders"; they are applied in log order.
#[test]
fn committing_an_entry_commits_all_before_it() {
    let mut bench = leader(&[1, 1, 2]);
    bench.propose(1, "x");
    bench.receive(1, 3, 3, accepted(4));
    assert_eq!(bench.commit(1), 4);
    assert_eq!(bench.seat(1).applied, [1, 2, 3, 4].map(Index));
}

/// §5.3: "The leader keeps track of the highest index it knows to be committed, and it includes
/// that index in future AppendEntries RPCs (including heartbeats) so that the other servers
/// eventually find out."
#[test]
fn the_commit_index_goes_out_with_later_append_entries() {
    let mut bench = Bench::plain(3);
    bench.elect(1, &[2, 3]);
    bench.propose(1, "x");
    bench.settle();
    assert_eq!((bench.commit(1), bench.commit(2), bench.commit(3)), (1, 0, 0), "nobody was told yet");
    bench.beat(1);
    assert_eq!(bench.post, [2, 3].map(|to| envelope(1, to, 1, heartbeat(at(1, 1), 1))));
    bench.settle();
    assert_eq!((bench.commit(2), bench.commit(3)), (1, 1));
    bench.propose(1, "y");
    bench.settle();
    bench.propose(1, "z");
    assert!(bench.post.iter().all(|e| matches!(e.message, Message::AppendEntries { commit: Index(2), .. })));
}

/// §5.3: "Once a follower learns that a log entry is committed, it applies the entry to its local
/// state machine (in log order)", each once.
#[test]
fn a_follower_applies_committed_entries_in_log_order() {
    let mut bench = Bench::plain(3);
    bench.receive(2, 1, 1, append(at(0, 0), &[1, 1, 1], 1));
    bench.receive(2, 1, 1, heartbeat(at(3, 1), 3));
    bench.receive(2, 1, 1, heartbeat(at(3, 1), 3));
    bench.receive(2, 1, 1, heartbeat(at(3, 1), 2));
    assert_eq!(bench.seat(2).applied, [1, 2, 3].map(Index));
    assert_eq!((bench.commit(2), bench.view(2).applied), (3, Index(3)));
}

/// Figure 2, AppendEntries 5: "set commitIndex = min(leaderCommit, index of last new entry)": no
/// further than this message proved the logs to agree, however long the follower's log is.
#[test]
fn a_follower_commits_no_further_than_the_message_proves() {
    #[track_caller]
    fn check(log: &[u64], message: Message, commit: u64) {
        let mut bench = Bench::plain(3).with(2, disk(2, None, log));
        bench.receive(2, 1, 3, message.clone());
        assert_eq!(bench.commit(2), commit, "log {log:?} hears {message:?}");
    }
    check(&[], append(at(0, 0), &[3, 3], 1), 1);
    check(&[], append(at(0, 0), &[3, 3], 5), 2);
    check(&[1, 1, 2], heartbeat(at(1, 1), 3), 1);
    check(&[1, 1, 2], heartbeat(at(3, 2), 2), 2);
    check(&[1, 1, 2], heartbeat(at(3, 2), 9), 3);
    check(&[1, 1, 2], append(at(0, 0), &[1], 3), 1);
    check(&[1, 1, 2], append(at(1, 1), &[3], 3), 2);
    check(&[1, 1, 2], heartbeat(at(0, 0), 3), 0);
    check(&[1, 1, 2], heartbeat(at(3, 1), 3), 0);
    check(&[1, 1, 2], heartbeat(at(4, 2), 3), 0);
}

/// §5.3, Figure 2: the commit index "increases monotonically"; an older message that comes late
/// does not lower it.
#[test]
fn the_commit_index_never_goes_back() {
    let mut bench = Bench::plain(3);
    bench.receive(2, 1, 1, append(at(0, 0), &[1, 1, 1], 3));
    for (previous, commit) in [(3, 0), (1, 3), (0, 1)] {
        bench.receive(2, 1, 1, heartbeat(at(previous, previous.min(1)), commit));
        assert_eq!(bench.commit(2), 3);
    }
}

/// §5.3: "If the follower does not find an entry in its log with the same index and term, then it
/// refuses the new entries."
#[test]
fn a_follower_refuses_entries_whose_predecessor_it_does_not_have() {
    #[track_caller]
    fn check(log: &[u64], previous: Position, agrees: bool) {
        let mut bench = Bench::plain(3).with(2, disk(3, None, log));
        let answer = bench.receive(2, 1, 3, append(previous, &[3], 0));
        if agrees {
            assert_eq!(answer, [envelope(2, 1, 3, accepted(previous.index.0 + 1))], "{log:?} after {previous}");
            assert_eq!(bench.log(2), [&log[..previous.index.0 as usize], &[3]].concat());
        } else {
            let answered = refused(previous.index.0, log.len() as u64);
            assert_eq!(answer, [envelope(2, 1, 3, answered)], "{log:?} after {previous}");
            assert_eq!(bench.log(2), log, "a refusal changes nothing");
        }
    }
    check(&[], at(0, 0), true);
    check(&[], at(1, 1), false);
    check(&[1, 2], at(0, 0), true);
    check(&[1, 2], at(1, 1), true);
    check(&[1, 2], at(1, 2), false);
    check(&[1, 2], at(2, 2), true);
    check(&[1, 2], at(2, 1), false);
    check(&[1, 2], at(2, 3), false);
    check(&[1, 2], at(3, 3), false);
}

/// §5.3: "conflicting entries in follower logs will be overwritten with entries from the leader's
/// log"; Figure 2, AppendEntries 3, 4: only from a conflict on is anything deleted, what matches
/// stays, what is missing is added.
#[test]
fn only_a_conflict_removes_entries() {
    #[track_caller]
    fn check(log: &[u64], previous: Position, new: &[u64], result: &[u64], writes: &[u64]) {
        let mut bench = Bench::plain(3).with(2, disk(5, None, log));
        let answer = bench.receive(2, 1, 5, append(previous, new, 0));
        assert_eq!(bench.log(2), result, "{log:?} + {new:?} after {previous}");
        let matched = previous.index.0 + new.len() as u64;
        assert_eq!(answer, [envelope(2, 1, 5, accepted(matched))], "it vouches for what the message held, no more");
        let first: Vec<u64> = (bench.seat(2).writes.iter())
            .map(|(_, write)| match write {
                Write::Log { first, .. } => first.0,
                Write::State(_) | Write::Snapshot { .. } => panic!("only the log changes"),
            })
            .collect();
        assert_eq!(first, writes, "written from there on: {log:?} + {new:?} after {previous}");
    }
    check(&[], at(0, 0), &[1, 2], &[1, 2], &[1]);
    check(&[1], at(1, 1), &[2, 2], &[1, 2, 2], &[2]);
    check(&[1, 2, 3], at(0, 0), &[1], &[1, 2, 3], &[]);
    check(&[1, 2, 3], at(0, 0), &[1, 2, 3], &[1, 2, 3], &[]);
    check(&[1, 2, 3], at(1, 1), &[], &[1, 2, 3], &[]);
    check(&[1, 2, 3], at(1, 1), &[2, 3, 4], &[1, 2, 3, 4], &[4]);
    check(&[1, 2, 2], at(0, 0), &[1, 3], &[1, 3], &[2]);
    check(&[1, 2, 2], at(0, 0), &[1, 3, 3, 3], &[1, 3, 3, 3], &[2]);
    check(&[1, 1, 1, 1], at(0, 0), &[5], &[5], &[1]);
    check(&[1, 1, 1, 1], at(2, 1), &[5], &[1, 1, 5], &[3]);
    check(&[4, 4], at(0, 0), &[3], &[3], &[1]);
}

/// §5.5, §5.3: requests that come twice, late and out of order do no harm: an earlier, shorter
/// append does not cut off what a later one brought.
#[test]
fn a_late_shorter_append_does_not_truncate() {
    let mut bench = Bench::plain(3);
    let appends = [append(at(0, 0), &[1], 0), append(at(0, 0), &[1, 1], 1), append(at(2, 1), &[1], 2)];
    for message in &appends {
        bench.receive(2, 1, 1, message.clone());
    }
    for message in appends.iter().rev() {
        let answer = bench.receive(2, 1, 1, message.clone());
        assert!(matches!(&answer[..], [Envelope { message: Message::AppendAccepted { .. }, .. }]));
    }
    assert_eq!((bench.log(2), bench.commit(2)), (vec![1, 1, 1], 2));
}

/// §5.3: "A leader never overwrites or deletes entries in its own log" (Leader Append-Only), not
/// even if a message of its own term, which no other leader can have, told it to.
#[test]
fn a_leader_never_overwrites_its_own_log() {
    for message in
        [append(at(0, 0), &[3], 3), append(at(1, 1), &[1], 0), heartbeat(at(2, 2), 2), accepted(9), refused(1, 0)]
    {
        let mut bench = leader(&[1, 2, 2]);
        bench.receive(1, 2, 3, message.clone());
        assert_eq!((bench.log(1), bench.role(1)), (vec![1, 2, 2], RoleName::Leader), "{message:?}");
        assert_eq!(bench.commit(1), 0);
    }
}

/// §5.3: a leader that steps down deletes nothing either.
#[test]
fn stepping_down_removes_nothing() {
    let mut bench = leader(&[1, 2]);
    bench.propose(1, "x");
    bench.receive(1, 2, 4, vote_request(at(0, 0)));
    assert_eq!((bench.log(1), bench.role(1)), (vec![1, 2, 3], RoleName::Follower));
}

/// §5.3, Figure 2: "When a leader first comes to power, it initializes all nextIndex values to the
/// index just after the last one in its log", and all matchIndex values to 0, in each term anew.
#[test]
fn a_new_leader_starts_with_the_index_after_its_last() {
    let mut bench = Bench::new(3).with(1, disk(1, None, &[1, 1]));
    bench.elect(1, &[2, 3]);
    assert_eq!((bench.progress(1, 2).matched, bench.progress(1, 2).next), (Index(3), Index(4)));
    bench.receive(1, 3, 8, vote_request(at(0, 0)));
    bench.time_out(1);
    bench.lose_all();
    bench.receive(1, 3, 9, vote());
    let progress = bench.progress(1, 2);
    assert_eq!((progress.matched, progress.next), (Index(0), Index(4)), "before the new empty entry");
}

/// §5.3: "After a rejection, the leader decrements nextIndex and retries the AppendEntries RPC.
/// Eventually nextIndex will reach a point where the leader and follower logs match."
#[test]
fn after_a_rejection_the_leader_decrements_next_index_and_retries() {
    let mut bench = leader(&[1, 1, 1, 2, 2]);
    // A follower whose log is as long, and differs from index 3 on.
    for next in [5, 4, 3] {
        let sent = bench.receive(1, 2, 3, refused(next, 5));
        let previous = bench.node(1).log().position(Index(next - 1)).expect("it is there");
        assert_eq!(bench.progress(1, 2).next, Index(next));
        let [Envelope { message: Message::AppendEntries { previous: sent, entries, .. }, .. }] = &sent[..] else {
            panic!("it retries at once, not {sent:?}")
        };
        assert_eq!((*sent, entries.len() as u64), (previous, 6 - next), "and with all from there on");
    }
    let sent = bench.receive(1, 2, 3, accepted(5));
    assert_eq!((bench.progress(1, 2).matched, bench.progress(1, 2).next), (Index(5), Index(6)));
    assert_eq!(sent, [], "there is nothing more to send");
}

/// §5.3: the follower says where its log ends, which spares the round trips over what it does not
/// have at all (the optimisation that the paper names).
#[test]
fn a_short_log_is_found_in_one_round_trip() {
    let mut bench = leader(&[1, 1, 1, 2, 2]);
    let sent = bench.receive(1, 2, 3, refused(5, 1));
    assert_eq!(bench.progress(1, 2).next, Index(2));
    assert_eq!(sent, [envelope(1, 2, 3, append(at(1, 1), &[1, 1, 2, 2], 0))]);
}

/// §5.3, §5.5: a rejection that is a duplicate or comes late does not move nextIndex again, and
/// never to what is known to match.
#[test]
fn a_late_rejection_moves_nothing() {
    let mut bench = leader(&[1, 1, 1, 2, 2]);
    bench.receive(1, 2, 3, refused(5, 5));
    assert_eq!(bench.receive(1, 2, 3, refused(5, 5)), [], "the same again");
    bench.receive(1, 2, 3, accepted(5));
    for late in [refused(5, 5), refused(4, 3), refused(1, 0), refused(0, 0)] {
        assert_eq!(bench.receive(1, 2, 3, late), []);
        assert_eq!((bench.progress(1, 2).matched, bench.progress(1, 2).next), (Index(5), Index(6)));
    }
}

/// §5.3, §5.5: acknowledgements that overtake each other never lower what matches.
#[test]
fn reordered_acknowledgements_never_lower_what_matches() {
    let mut bench = leader(&[1, 1, 2]);
    for (matched, known) in [(2, 2), (1, 2), (3, 3), (2, 3), (0, 3)] {
        bench.receive(1, 2, 3, accepted(matched));
        let progress = bench.progress(1, 2);
        assert_eq!((progress.matched, progress.next > Index(known)), (Index(known), true));
    }
}

/// §5.3: "If followers crash or run slowly, or if network packets are lost, the leader retries
/// AppendEntries RPCs indefinitely (even after it has responded to the client) until all followers
/// eventually store all log entries."
#[test]
fn the_leader_retries_until_every_follower_stores_every_entry() {
    let mut bench = Bench::new(3);
    bench.elect(1, &[2, 3]);
    bench.crash(3);
    for text in ["a", "b", "c"] {
        bench.propose(1, text);
        bench.settle_among(&[1, 2]);
    }
    assert_eq!(bench.commit(1), 4, "the clients are answered");
    for _ in 0..50 {
        bench.beat(1);
        assert_eq!(bench.between(1, 3).len(), 1, "it never gives up");
        bench.lose_all();
    }
    bench.restart(3);
    bench.beat(1);
    bench.settle();
    bench.beat(1);
    bench.settle();
    assert_eq!((bench.log(3), bench.commit(3)), (vec![1; 4], 4));
}

/// §5.3: a lost append is sent again with the next heartbeat, and again after that.
#[test]
fn a_lost_append_is_sent_again_with_the_next_heartbeat() {
    let mut bench = leader(&[]);
    bench.propose(1, "x");
    let first = bench.between(1, 2);
    bench.lose_all();
    for _ in 0..2 {
        bench.beat(1);
        assert_eq!(bench.between(1, 2), first);
        bench.lose_all();
    }
}

/// §5.3: one append at a time is on its way to a follower; what came meanwhile goes with the next.
#[test]
fn while_an_append_is_unanswered_new_entries_wait() {
    let mut bench = leader(&[]);
    bench.propose(1, "a");
    bench.lose_all();
    bench.propose(1, "b");
    bench.propose(1, "c");
    assert_eq!(bench.post, []);
    let sent = bench.receive(1, 2, 3, accepted(1));
    let [Envelope { message: Message::AppendEntries { previous, entries, .. }, to, .. }] = &sent[..] else {
        panic!("the answer lets the next one go, not {sent:?}")
    };
    assert_eq!((*to, *previous, entries.len()), (s(2), at(1, 3), 2));
}

/// §5.3: a long log goes over in parts, none longer than the batch.
#[test]
fn a_long_log_goes_over_in_batches() {
    let mut bench = Bench::tuned(3, |config| config.batch.entries = 10).with(1, disk(1, None, &[1; 35]));
    bench.time_out(1);
    let mut sizes = Vec::new();
    while !bench.post.is_empty() {
        for envelope in bench.take(|_| true) {
            if let (Message::AppendEntries { entries, .. }, ServerId(2)) = (&envelope.message, envelope.to) {
                sizes.push(entries.len());
            }
            bench.deliver(vec![envelope]);
        }
    }
    // The empty entry is refused, as nothing is before it; then all 36 go over.
    assert_eq!(sizes, [1, 10, 10, 10, 6]);
    assert_eq!(bench.log(2), bench.log(1));
}

/// §5.3, Log Matching: "a leader creates at most one entry with a given log index in a given log
/// term, and log entries never change their position in the log".
#[test]
fn a_leader_creates_at_most_one_entry_at_an_index_in_a_term() {
    let mut bench = Bench::new(3);
    bench.elect(1, &[2, 3]);
    for text in ["a", "b", "c"] {
        bench.propose(1, text);
        bench.settle();
    }
    let answers = bench.seat(1).answers.clone();
    assert_eq!(answers, [2, 3, 4].map(|index| Answer::Appended(at(index, 1))));
    let logs: Vec<Vec<Entry>> = (1..=3).map(|id| bench.node(id).log().iter().cloned().collect()).collect();
    assert!(logs.iter().all(|log| *log == logs[0]));
}

/// §5.3: in Figure 7 any of the followers a–f may stand beside a new leader of term 8; each is
/// brought to the leader's log, and none takes longer than its log is long.
#[test]
fn the_followers_of_figure_7_are_brought_to_the_leaders_log() {
    let leaders = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
    let followers: [&[u64]; 6] = [
        &[1, 1, 1, 4, 4, 5, 5, 6, 6],
        &[1, 1, 1, 4],
        &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
        &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
        &[1, 1, 1, 4, 4, 4, 4],
        &[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
    ];
    let mut all = Bench::new(7).with(1, disk(7, None, &leaders));
    for (log, id) in followers.iter().zip(2..) {
        all = all.with(id, disk(7, None, log));
    }
    // Those whose logs are no newer vote for it: a, b, e, f.
    all.time_out(1);
    all.settle();
    assert_eq!(all.role(1), RoleName::Leader);
    all.beat(1);
    all.settle();
    let whole = [&leaders[..], &[8]].concat();
    for id in 1..=7 {
        assert_eq!((all.log(id), all.commit(id)), (whole.clone(), 11), "S{id}");
    }
    // Each alone beside the leader, which needs one more vote than the follower may give.
    for log in followers {
        let mut bench = Bench::new(3).with(1, disk(7, None, &leaders)).with(2, disk(7, None, log));
        bench.time_out(1);
        bench.lose_all();
        bench.receive(1, 3, 8, vote());
        bench.lose_all();
        bench.beat(1);
        let mut trips = 0;
        while !bench.between(1, 3).is_empty() || !bench.post.is_empty() {
            bench.post.retain(|e| e.to != s(3));
            trips += bench.post.iter().filter(|e| e.to == s(2)).count();
            let next = bench.take(|_| true);
            bench.deliver(next);
        }
        assert_eq!(bench.log(2), whole, "{log:?}");
        assert!(trips <= log.len() + 1, "{log:?} took {trips} messages");
    }
}

/// §5.5: "If a follower or candidate crashes, then future RequestVote and AppendEntries RPCs sent
/// to it will fail"; they are retried, and "if the crashed server restarts, then the RPC will
/// complete successfully", also if it crashed after doing what it was asked.
#[test]
fn a_follower_that_crashes_before_it_answers_is_asked_again() {
    let mut bench = leader(&[]);
    bench.propose(1, "x");
    let request = bench.between(1, 2);
    bench.lose_all();
    bench.deliver(request);
    bench.lose_all();
    bench.crash(2);
    bench.restart(2);
    assert_eq!((bench.log(2), bench.commit(2)), (vec![3], 0));
    bench.beat(1);
    bench.settle_among(&[1, 2]);
    assert_eq!(bench.commit(1), 1);
    assert_eq!(bench.seat(2).writes, [], "it had it on disk already");
}

/// §5.3: "with this approach, one AppendEntries RPC will be required for each term with conflicting
/// entries, rather than one RPC per entry": how often a follower refuses before the logs agree.
#[test]
fn logs_that_differ_cost_a_round_trip_a_term() {
    for (leaders, followers, refusals) in [
        (&[1, 2, 2, 4, 4][..], &[1, 2, 2, 3, 3, 3][..], 1),
        (&[1, 2, 2, 4, 4], &[1, 2, 2], 1),
        (&[1, 1, 1, 5, 5], &[1, 1, 1, 4, 4, 4, 4], 1),
        (&[1, 1, 5, 5, 5], &[1, 1, 2, 2, 3, 3, 4], 1),
        (&[1, 3, 3, 3, 5], &[1, 2, 2, 4, 4, 4, 4], 2),
        (&[1, 1, 1, 1, 1], &[1, 1, 1, 1, 1], 0),
    ] {
        let mut bench = Bench::tuned(2, |config| (config.backtrack, config.no_op) = (Backtrack::Term, false))
            .with_rounds()
            .with(1, disk(9, None, leaders))
            .with(2, disk(8, None, followers));
        bench.time_out(1);
        bench.lose_all();
        bench.receive(1, 2, 10, vote());
        bench.propose(1, "x");
        let mut refused = 0;
        for _ in 0..20 {
            let all = bench.take(|_| true);
            refused += all.iter().filter(|e| matches!(e.message, Message::AppendRefused { .. })).count();
            bench.deliver(all);
        }
        assert_eq!(bench.log(2), bench.log(1), "{followers:?}");
        assert_eq!(refused, refusals, "{leaders:?} and {followers:?}");
    }
}

/// §5.3: commands that come together are entries of their own, at places of their own.
#[test]
fn each_command_of_a_batch_has_its_place() {
    let mut bench = Bench::plain(1);
    bench.elect(1, &[]);
    bench.notes(1);
    bench.feed(1, Input::ProposeBatch(ProposalId(1), vec![command("a"), command("b")]));
    let appended = |note: &Note| if let Note::AppendsCommand { at } = note { Some(*at) } else { None };
    assert_eq!(bench.notes(1).iter().filter_map(appended).collect::<Vec<_>>(), [at(1, 1), at(2, 1)]);
}

/// §5.3, "retries indefinitely": a short message goes again with each heartbeat, a long one, which may
/// be on its way still, does not.
#[test]
fn a_long_message_is_not_sent_again_while_it_may_be_on_its_way() {
    for (bytes, again) in [(10, 1), (2_000, 0)] {
        let mut bench = Bench::plain(2);
        bench.elect(1, &[2]);
        bench.propose(1, &"x".repeat(bytes));
        bench.lose_all();
        bench.beat(1);
        let sent: Vec<usize> = (bench.between(1, 2).iter())
            .map(|envelope| match &envelope.message {
                Message::AppendEntries { entries, .. } => entries.len(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(sent, [again], "{bytes} bytes");
    }
}

/// A leader that tells at once what is committed tells everybody who has it.
#[test]
fn an_eager_leader_tells_all_that_have_the_entry_that_it_is_committed() {
    let mut bench = Bench::tuned(5, |config| (config.eager_commit, config.no_op) = (true, false));
    bench.elect(1, &[2, 3, 4, 5]);
    bench.propose(1, "x");
    bench.lose_all();
    assert_eq!(bench.receive(1, 2, 1, accepted(1)), []);
    let told = bench.receive(1, 3, 1, accepted(1));
    assert_eq!(told, [2, 3].map(|to| envelope(1, to, 1, heartbeat(at(1, 1), 1))));
}
