//! Reads that do not go through the log (§8, thesis §6.4), sentence by sentence.

use raft_core::*;

use super::bench::*;

/// A leader, S1, that has committed an entry of its term, and has heard all answers.
fn led(servers: u32, tune: impl Fn(&mut Config)) -> Bench {
    let mut bench = Bench::tuned(servers, tune).with_rounds();
    let all: Vec<u32> = (1..=servers).collect();
    bench.elect(1, &all);
    assert_eq!(bench.commit(1), 1, "its no-op is committed");
    bench.notes(1);
    bench
}

fn read_at(read: u64, index: u64) -> (u64, ReadAnswer) {
    (read, ReadAnswer::At(Index(index)))
}

fn nobody(read: u64) -> (u64, ReadAnswer) {
    (read, ReadAnswer::NotLeader(None))
}

/// The rounds of the heartbeats that a server has sent to another.
fn rounds(envelopes: &[Envelope]) -> Vec<u64> {
    let round = |envelope: &Envelope| match envelope.message {
        Message::AppendEntries { round, .. } | Message::Heartbeat { round, .. } => Some(round),
        _ => None,
    };
    envelopes.iter().filter_map(round).collect()
}

/// Thesis §6.4, step 3: "the leader needs to make sure it hasn't been superseded by a newer leader …
/// it issues a new round of heartbeats and waits for their acknowledgments from a majority".
#[test]
fn a_leader_answers_a_read_when_a_majority_has_answered_a_round_that_was_begun_after_it() {
    for replication in [
        Replication::StopAndWait,
        Replication::Pipelined(Flow { messages: 4, bytes: 1_000, adaptive: false }),
        Replication::Streaming(Flow { messages: 4, bytes: 1_000, adaptive: false }),
    ] {
        let mut bench = led(5, |config| config.replication = replication);
        assert_eq!(bench.read(1, 7), []);
        let asked = bench.between(1, 2);
        bench.deliver(asked);
        let answered = bench.between(2, 1);
        bench.deliver(answered);
        assert_eq!(bench.seat(1).reads, [], "two of five are no majority");
        let asked = bench.between(1, 4);
        bench.deliver(asked);
        let answered = bench.between(4, 1);
        bench.deliver(answered);
        assert_eq!(bench.seat(1).reads, [read_at(7, 1)], "{replication:?}");
        assert_eq!(bench.view(1).reads, 0, "an answered read is forgotten (etcd#7571)");
    }
}

/// Thesis §6.4: what was on its way before says nothing about now.
#[test]
fn heartbeats_that_were_sent_before_the_read_confirm_nothing() {
    let mut bench = led(3, |_| {});
    bench.beat(1);
    let asked = bench.between(1, 2);
    bench.lose_all();
    bench.deliver(asked);
    let early = bench.between(2, 1);
    bench.read(1, 7);
    bench.lose_all();
    bench.deliver(early);
    assert_eq!(bench.seat(1).reads, []);
    bench.beat(1);
    bench.settle();
    assert_eq!(bench.seat(1).reads, [read_at(7, 1)], "the next heartbeats do, also if its own round is lost");
}

/// Thesis §6.4: "the leader can amortize the cost": reads accumulate, and one round serves them all.
#[test]
fn reads_that_come_while_a_round_is_on_its_way_share_the_next_one() {
    let mut bench = led(3, |_| {});
    (1..=9).for_each(|read| {
        bench.read(1, read);
    });
    assert_eq!(rounds(&bench.post).len(), 2, "one heartbeat to each, for the first of them");
    bench.settle();
    assert_eq!(bench.seat(1).reads, (1..=9).map(|read| read_at(read, 1)).collect::<Vec<_>>());
    let confirmed = bench.notes(1).into_iter().filter_map(|note| match note {
        Note::AnswersRead { by: Confirmed::Round(round), .. } => Some(round),
        _ => None,
    });
    let confirmed: Vec<u64> = confirmed.collect();
    assert_eq!(confirmed[1..], [confirmed[0] + 1; 8]);
}

/// etcd `ReadOnlyDuplicateRequest` (etcd#20418): a doubled request and late answers to heartbeats
/// never confirm another read.
#[test]
fn doubled_and_late_answers_never_confirm_another_read() {
    let mut bench = led(5, |_| {});
    bench.read(1, 1);
    let asked = bench.between(1, 2);
    bench.lose_all();
    bench.deliver([asked.clone(), asked].concat());
    let late = bench.between(2, 1);
    assert_eq!(late.len(), 2);
    bench.deliver(late[..1].to_vec());
    bench.read(1, 2);
    bench.deliver(late[1..].to_vec());
    bench.deliver(late.clone());
    assert_eq!(bench.seat(1).reads, [], "one server, however often it says so");
    bench.beat(1);
    bench.settle_among(&[1, 3]);
    assert_eq!(bench.seat(1).reads, [read_at(1, 1)], "S2's old answer counts for the read that it was for");
    bench.beat(1);
    bench.settle_among(&[1, 2, 3]);
    assert_eq!(bench.seat(1).reads, [read_at(1, 1), read_at(2, 1)]);
}

/// §8: "a leader must have the latest information on which entries are committed"; etcd
/// `ReadOnlyForNewLeader`: no read before a commit in the own term; postponed, then answered.
#[test]
fn a_new_leader_answers_no_read_before_it_has_committed_an_entry_of_its_term() {
    let mut bench = Bench::plain(3).with_rounds();
    bench.elect(1, &[2, 3]);
    bench.propose(1, "x");
    bench.settle();
    bench.time_out(2);
    bench.settle();
    assert_eq!((bench.role(2), bench.commit(2)), (RoleName::Leader, 0), "it has the entry and does not know");
    bench.read(2, 7);
    assert!(bench.notes(2).contains(&Note::ReadTooEarly { term: Term(2) }));
    bench.beat(2);
    bench.settle();
    assert_eq!(bench.seat(2).reads, [], "heartbeats alone do not help");
    bench.propose(2, "y");
    bench.settle();
    assert_eq!(bench.seat(2).reads, [read_at(7, 2)]);
}

/// Thesis §6.4, step 2: "the leader saves its current commit index": what is committed later need
/// not be waited for.
#[test]
fn a_read_is_at_the_commit_index_of_the_moment_at_which_it_came() {
    let mut bench = led(3, |_| {});
    bench.read(1, 7);
    bench.propose(1, "x");
    bench.settle();
    assert_eq!((bench.commit(1), bench.seat(1).reads.clone()), (2, vec![read_at(7, 1)]));
}

/// The stale read of etcd 0.4.1 and consul (Jepsen, 2014).
#[test]
fn a_leader_that_is_cut_off_answers_no_read() {
    let mut bench = led(3, |_| {});
    bench.time_out(2);
    bench.settle_among(&[2, 3]);
    bench.propose(2, "x");
    bench.settle_among(&[2, 3]);
    assert_eq!((bench.role(1), bench.role(2)), (RoleName::Leader, RoleName::Leader));
    bench.read(1, 7);
    for _ in 0..9 {
        bench.beat(1);
        bench.lose_all();
    }
    assert_eq!(bench.seat(1).reads, []);
}

/// A deposed leader tells whoever waits, here and at followers, so that they can ask another (etcd#6275).
#[test]
fn a_leader_that_steps_down_fails_the_reads_that_wait() {
    let mut bench = led(3, |config| config.check_quorum = true);
    bench.read(2, 5);
    let request = bench.between(2, 1);
    bench.read(1, 4);
    bench.deliver(request);
    bench.lose_all();
    (0..2).for_each(|_| bench.feed(1, Input::TimerFired(Timer::Quorum)));
    assert_eq!(bench.role(1), RoleName::Follower);
    assert_eq!(bench.seat(1).reads, [nobody(4)]);
    bench.settle();
    assert_eq!(bench.seat(2).reads, [nobody(5)]);
    assert_eq!((bench.view(1).reads, bench.view(2).reads), (0, 0));
}

/// The same where a newer term ends it, and with reads that came too early.
#[test]
fn a_newer_term_fails_the_reads_of_a_leader() {
    let mut bench = Bench::plain(3).with_rounds();
    bench.elect(1, &[2, 3]);
    bench.read(1, 7);
    bench.receive(1, 3, 9, vote_request(at(5, 5)));
    assert_eq!(bench.seat(1).reads, [nobody(7)]);
}

/// Thesis §6.4: "a follower could … issue a request to the leader that just asks for a current
/// readIndex".
#[test]
fn a_follower_answers_a_read_after_it_has_asked_the_leader() {
    let mut bench = led(3, |_| {});
    bench.propose(1, "x");
    bench.settle_among(&[1, 3]);
    assert_eq!((bench.commit(1), bench.commit(2)), (2, 0), "S2 has heard of nothing yet");
    assert_eq!(bench.read(2, 7), []);
    assert_eq!(bench.post, [envelope(2, 1, 1, Message::ReadIndex { id: ReadId(7) })]);
    bench.settle();
    assert_eq!(bench.seat(2).reads, [read_at(7, 2)], "so far it has to apply first");
}

/// etcd `ReadOnlyWithLearner`: a learner may ask, and confirms nothing.
#[test]
fn a_learner_may_read_and_confirms_nothing() {
    let mut bench = led(3, |_| {}).spare(&[4]);
    let learners = Change::Become { voters: vec![s(1), s(2), s(3)], learners: vec![s(4)], way: Way::Shortest };
    assert!(matches!(bench.change(1, learners), Answer::Appended(_)));
    bench.settle();
    bench.read(1, 1);
    bench.settle_among(&[1, 4]);
    assert_eq!(bench.seat(1).reads, []);
    bench.beat(1);
    bench.read(4, 2);
    bench.settle();
    assert_eq!(bench.seat(4).reads, [read_at(2, 2)]);
    assert_eq!(bench.seat(1).reads, [read_at(1, 2)]);
}

#[test]
fn a_server_that_knows_no_leader_answers_no_read() {
    let mut bench = Bench::new(3);
    assert_eq!(bench.read(1, 7), [nobody(7)]);
    bench.time_out(2);
    assert_eq!(bench.read(2, 8), [nobody(8)]);
    let told = bench.receive(3, 2, 0, Message::ReadIndex { id: ReadId(9) });
    assert_eq!(told, [envelope(3, 2, 0, Message::ReadIndexReply { id: ReadId(9), index: None })]);
}

/// A follower's read ends with what it knew of the leader: it cannot tell who got its question.
#[test]
fn a_follower_that_hears_of_another_leader_fails_its_reads() {
    let mut bench = led(3, |_| {});
    bench.read(2, 7);
    let request = bench.between(2, 1);
    bench.receive(2, 3, 2, heartbeat(at(1, 1), 1));
    assert_eq!(bench.seat(2).reads, [nobody(7)]);
    bench.deliver(request);
    bench.settle();
    assert_eq!(bench.seat(2).reads, [nobody(7)], "a late answer answers nothing");
    bench.read(3, 8);
    bench.time_out(3);
    assert_eq!(bench.seat(3).reads, [nobody(8)], "nor does a candidate wait");
}

#[test]
fn a_doubled_question_or_reply_answers_a_followers_read_once() {
    let mut bench = led(3, |_| {});
    bench.read(2, 7);
    let request = bench.between(2, 1);
    bench.deliver([request.clone(), request].concat());
    let round = bench.take(|envelope| envelope.to == s(3));
    bench.deliver(round);
    let answers = bench.between(3, 1);
    bench.deliver(answers);
    bench.settle();
    assert_eq!(bench.seat(2).reads, [read_at(7, 1)]);
    bench.receive(2, 1, 1, Message::ReadIndexReply { id: ReadId(7), index: Some(Index(1)) });
    assert_eq!(bench.seat(2).reads, [read_at(7, 1)]);
}

/// What lost messages leave without an answer does not grow for ever.
#[test]
fn a_follower_remembers_a_bounded_number_of_unanswered_reads() {
    let mut bench = led(3, |_| {});
    (0..5_000).for_each(|read| bench.feed(2, Input::Read(ReadId(read))));
    bench.lose_all();
    assert_eq!(bench.view(2).reads, 4_096);
    let failed: Vec<u64> = bench.seat(2).reads.iter().map(|(read, _)| *read).collect();
    assert_eq!(failed, (0..5_000 - 4_096).collect::<Vec<u64>>(), "the oldest are failed");
}

/// raft-rs `read_when_quorum_becomes_less`: who is gone is not waited for.
#[test]
fn a_read_that_waits_is_answered_when_the_quorum_shrinks() {
    let mut bench = led(4, |_| {});
    bench.read(1, 7);
    bench.settle_among(&[1, 2]);
    assert_eq!(bench.seat(1).reads, [], "two of four are no majority");
    assert!(matches!(bench.change(1, Change::Remove(s(4))), Answer::Appended(_)));
    assert_eq!(bench.seat(1).reads, [read_at(7, 1)], "two of three are");
}

/// §6: in joint consensus agreement takes both majorities, for reads too.
#[test]
fn in_joint_consensus_both_majorities_confirm_a_read() {
    let mut bench = led(3, |_| {}).spare(&[4, 5]);
    let change = Change::Become { voters: vec![s(1), s(4), s(5)], learners: vec![], way: Way::JointUntilLeave };
    assert!(matches!(bench.change(1, change), Answer::Appended(_)));
    bench.settle();
    assert_eq!(bench.commit(1), 2);
    bench.read(1, 1);
    bench.settle_among(&[1, 4, 5]);
    assert_eq!(bench.seat(1).reads, [], "only the new servers");
    bench.beat(1);
    bench.settle_among(&[1, 2]);
    assert_eq!(bench.seat(1).reads, [read_at(1, 2)]);
    bench.read(1, 2);
    bench.settle_among(&[1, 2, 3]);
    assert_eq!(bench.seat(1).reads.len(), 1, "only the old ones");
}

#[test]
fn a_lone_voter_answers_reads_at_once() {
    let mut bench = led(1, |_| {});
    assert_eq!(bench.read(1, 7), [read_at(7, 1)]);
    assert!(bench.notes(1).contains(&Note::AnswersRead { index: Index(1), by: Confirmed::Alone }));
}

/// Whoever refuses entries follows this leader all the same; whoever refuses them for its newer
/// term deposes it.
#[test]
fn a_refusal_confirms_a_read_only_in_the_leaders_own_term() {
    let refusal = |round| Message::AppendRefused { previous: Index(1), last: Index(0), hint: at(0, 0), round };
    let mut bench = led(3, |_| {});
    bench.read(1, 7);
    let round = *rounds(&bench.post).last().expect("a round is on its way");
    bench.receive(1, 2, 1, refusal(round));
    assert_eq!(bench.seat(1).reads, [read_at(7, 1)]);
    bench.read(1, 8);
    bench.receive(1, 2, 2, refusal(round + 1));
    assert_eq!(bench.seat(1).reads, [read_at(7, 1), nobody(8)]);
}

/// A round for a read is a question, not a time-out: nothing is sent again because of it.
#[test]
fn a_round_for_a_read_sends_no_entries_again() {
    let mut bench = led(3, |_| {});
    bench.propose(1, "x");
    bench.post.clear();
    bench.read(1, 7);
    assert!(bench.post.iter().all(|envelope| envelope.message.kind() == Kind::Heartbeat), "{:?}", bench.post);
    bench.beat(1);
    assert_eq!(bench.post.iter().filter(|envelope| envelope.message.kind() == Kind::Append).count(), 2);
}

/// etcd#7571: what is answered is forgotten.
#[test]
fn an_answered_read_is_forgotten() {
    let mut bench = led(3, |config| config.reads = ReadMode::Index);
    bench.read(1, 1);
    bench.read(2, 2);
    assert_eq!((bench.view(1).reads, bench.view(2).reads), (1, 1));
    bench.settle();
    bench.beat(1);
    bench.settle();
    assert_eq!((bench.view(1).reads, bench.view(2).reads), (0, 0));
}

/// Thesis §6.4: a round that is begun for a read says no more than that this server leads, on a stream
/// as well.
#[test]
fn a_round_for_a_read_is_a_heartbeat_of_the_protocol_in_use() {
    let flow = Flow { messages: 4, bytes: 1_000, adaptive: false };
    for (replication, apart) in [(Replication::StopAndWait, false), (Replication::Streaming(flow), true)] {
        let mut bench = led(3, |config| config.replication = replication);
        bench.read(1, 7);
        let sent = bench.between(1, 2);
        assert_eq!(sent.len(), 1);
        assert_eq!(matches!(sent[0].message, Message::Heartbeat { .. }), apart, "{sent:?}");
    }
}
