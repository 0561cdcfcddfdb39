//! Leases (thesis §6.4.1): reads without a question, on the strength of clocks and of what voters promise.

use raft_core::*;

use super::bench::*;

fn leased(config: &mut Config) {
    (config.reads, config.check_quorum) = (ReadMode::Lease, true);
}

/// A leader of three, S1, that has committed an entry and has a lease.
fn led(tune: impl Fn(&mut Config)) -> Bench {
    let mut bench = Bench::tuned(3, |config| {
        leased(config);
        tune(config);
    })
    .with_rounds();
    bench.elect(1, &[2, 3]);
    bench
}

/// Whether S1 has a lease.
fn leases(bench: &Bench) -> bool {
    bench.view(1).read_lease.is_some()
}

/// The next read of S1: whether it is answered without a question.
fn reads_at_once(bench: &mut Bench) -> bool {
    let before = bench.seat(1).reads.len();
    let answered = bench.read(1, before as u64).len() > before;
    bench.lose_all();
    answered
}

const OF_A_LEASE: [Timer; 2] = [Timer::ReadLease, Timer::OtherReadLease];

/// A lease's timer fires as its host says.
fn fire(bench: &mut Bench, id: u32, timer: Timer) {
    bench.seat_mut(id).timers.remove(&timer);
    bench.feed(id, Input::TimerFired(timer));
}

/// Thesis §6.4.1: "once the leader's heartbeats were acknowledged by a majority of the cluster, the
/// leader would extend its lease … then, the leader could service read-only queries".
#[test]
fn a_leader_whom_a_majority_has_answered_reads_without_a_round() {
    let mut bench = led(|_| {});
    assert!(leases(&bench));
    bench.notes(1);
    assert!(reads_at_once(&mut bench));
    assert_eq!(bench.notes(1), [Note::AnswersRead { index: Index(1), by: Confirmed::Lease }]);
    let request = {
        bench.read(2, 9);
        bench.between(2, 1)
    };
    bench.deliver(request);
    let reply = Message::ReadIndexReply { id: ReadId(9), index: Some(Index(1)) };
    assert_eq!(bench.post, [envelope(1, 2, 1, reply)], "a follower's read too");
}

/// Thesis §6.4.1: the lease begins when the heartbeats are sent, not when they are answered:
/// "start + election timeout / clock drift bound".
#[test]
fn a_lease_lasts_a_minimum_election_timeout_from_when_its_round_was_begun() {
    let mut bench = led(|_| {});
    let least = Time::millis(150);
    let armed = |bench: &Bench| OF_A_LEASE.map(|timer| bench.seat(1).timers.get(&timer).cloned());
    assert_eq!(armed(&bench), [Some(least..least), None], "since it was elected");
    bench.beat(1);
    assert_eq!(armed(&bench), [Some(least..least), Some(least..least)], "and from the next heartbeats on");
    bench.settle();
    assert_eq!(armed(&bench), [None, Some(least..least)], "which take its place when they are answered");
    fire(&mut bench, 1, Timer::OtherReadLease);
    assert!(!leases(&bench));
    assert!(!reads_at_once(&mut bench));
}

/// A process that stood still looks at old answers: what ran out meanwhile is not prolonged.
#[test]
fn answers_that_are_looked_at_after_the_time_of_the_lease_prolong_nothing() {
    let mut bench = led(|_| {});
    fire(&mut bench, 1, Timer::ReadLease);
    bench.beat(1);
    let asked = bench.between(1, 2);
    bench.lose_all();
    bench.deliver(asked);
    let answers = bench.between(2, 1);
    fire(&mut bench, 1, Timer::ReadLease);
    bench.deliver(answers);
    assert!(!leases(&bench));
    assert!(!reads_at_once(&mut bench));
}

#[test]
fn a_lease_that_is_not_confirmed_is_none_and_the_older_one_ends_in_time() {
    let mut bench = led(|_| {});
    bench.beat(1);
    bench.lose_all();
    bench.beat(1);
    bench.lose_all();
    assert!(leases(&bench));
    fire(&mut bench, 1, Timer::ReadLease);
    assert!(!leases(&bench), "the second was begun, and never answered");
    bench.beat(1);
    bench.settle();
    assert!(leases(&bench));
}

/// Thesis §6.4.1: "the lease … assumes a bound on clock drift across servers".
#[test]
fn a_lease_is_shorter_by_what_clocks_may_be_apart() {
    for (percent, length) in [(0, Some(150)), (20, Some(120)), (99, Some(1)), (100, None)] {
        let bench = led(|config| config.clock_drift_percent = percent);
        let length = length.map(|length| Time::micros(length * 1_000 + if percent == 99 { 500 } else { 0 }));
        let armed = bench.seat(1).timers.get(&Timer::ReadLease).map(|range| range.start);
        assert_eq!(armed, length, "{percent} %");
        assert_eq!(leases(&bench), length.is_some());
    }
}

/// Without CheckQuorum voters promise nothing, so there is nothing to lean on.
#[test]
fn without_check_quorum_there_is_no_lease() {
    let mut bench = led(|config| config.check_quorum = false);
    assert!(!leases(&bench));
    assert!(!reads_at_once(&mut bench));
}

/// Thesis §6.4.1, §3.10: a leader that hands over must not count on what voters promised it.
/// TimeoutNow may be late: also when it has given the transfer up.
#[test]
fn a_leader_that_hands_over_has_no_lease_for_the_rest_of_its_term() {
    let mut bench = led(|_| {});
    bench.feed(1, Input::Transfer(s(3)));
    let timeout_now = bench.between(1, 3);
    assert_eq!(timeout_now.last().map(|envelope| envelope.message.kind()), Some(Kind::TimeoutNow));
    assert!(!reads_at_once(&mut bench));
    fire(&mut bench, 1, Timer::Transfer);
    bench.beat(1);
    bench.settle();
    assert!(!leases(&bench));
    // 1. The late call reaches S3. 2. S2 votes for it, though it hears of S1. 3. S1 hears nothing.
    bench.deliver(timeout_now);
    bench.settle_among(&[2, 3]);
    assert_eq!((bench.role(1), bench.role(3)), (RoleName::Leader, RoleName::Leader));
    assert!(!reads_at_once(&mut bench));
}

#[test]
fn while_the_target_of_a_transfer_catches_up_reads_take_a_round() {
    let mut bench = led(|_| {});
    bench.propose(1, "x");
    bench.settle_among(&[1, 2]);
    bench.feed(1, Input::Transfer(s(3)));
    assert!(!reads_at_once(&mut bench));
    fire(&mut bench, 1, Timer::Transfer);
    assert!(reads_at_once(&mut bench), "nobody was told to stand");
}

#[test]
fn a_leader_that_steps_down_has_no_lease() {
    let mut bench = led(|_| {});
    (0..2).for_each(|_| bench.feed(1, Input::TimerFired(Timer::Quorum)));
    assert_eq!(bench.role(1), RoleName::Follower);
    assert!(!leases(&bench));
    assert!(OF_A_LEASE.iter().all(|timer| !bench.seat(1).timers.contains_key(timer)));
}

#[test]
fn other_settings_end_a_lease() {
    let mut bench = led(|_| {});
    bench.configure(|config| config.election_timeout = Time::millis_range(20, 40));
    assert!(!reads_at_once(&mut bench));
    bench.beat(1);
    bench.settle();
    assert!(reads_at_once(&mut bench));
}

/// sofa-jraft#15, #25: whoever has answered a leader votes for nobody else for that time, though
/// it hears of a newer term from a third server; the leader may not have heard of it.
#[test]
fn a_voter_keeps_its_promise_whatever_it_hears_of_newer_terms() {
    for election in [Election::Plain, Election::PreVote] {
        let mut bench = led(|config| config.election = election);
        bench.receive(2, 3, 5, Message::RequestVoteReply { refused: None });
        assert_eq!((bench.term(2), bench.view(2).leader), (5, None), "it has adopted the newer term");
        let mut asked = bench.receive(2, 3, 6, vote_request(at(9, 5)));
        asked.extend(bench.receive(2, 3, 6, Message::RequestPreVote { next: Term(7), last: at(9, 5) }));
        asked.extend(bench.receive(2, 3, 5, Message::RequestPreVote { next: Term(6), last: at(9, 5) }));
        assert_eq!(asked, [], "it does not even look");
        assert_eq!(bench.term(2), 5);
        assert!(bench.notes(2).ends_with(&[Note::KeepsPromise { from: s(3) }]));
        assert!(reads_at_once(&mut bench));
        fire(&mut bench, 2, Timer::Lease);
        assert_eq!(bench.receive(2, 3, 6, vote_request(at(9, 5))), [envelope(2, 3, 6, vote())]);
    }
}

/// A request for a vote of a newer term does not make a voter forget its leader; nor may the
/// question before it (etcd ignores both).
#[test]
fn a_pre_vote_request_of_a_newer_term_does_not_loosen_a_promise() {
    let mut bench = led(|config| config.election = Election::PreVote);
    let asked = bench.receive(2, 3, 5, Message::RequestPreVote { next: Term(6), last: at(9, 5) });
    assert_eq!((asked, bench.term(2), bench.view(2).leader), (vec![], 1, Some(s(1))));
}

/// A server does not remember whom it answered before a crash: it keeps what it may have promised.
#[test]
fn a_server_that_has_just_started_votes_for_nobody_for_that_time() {
    let mut bench = led(|_| {});
    bench.crash(2);
    bench.restart(2);
    assert_eq!(bench.receive(2, 3, 2, vote_request(at(1, 1))), []);
    assert_eq!(bench.term(2), 1);
    fire(&mut bench, 2, Timer::Lease);
    assert_eq!(bench.receive(2, 3, 2, vote_request(at(1, 1))), [envelope(2, 3, 2, vote())]);
}

/// The leader itself wants the election: it has given its lease up.
#[test]
fn a_promise_does_not_stand_against_a_transfer() {
    let mut bench = led(|_| {});
    bench.crash(2);
    bench.restart(2);
    let request = Message::RequestVote { last: at(1, 1), transfer: true };
    assert_eq!(bench.receive(2, 3, 2, request), [envelope(2, 3, 2, vote())]);
}

/// Thesis §6.4.1: a lease lasts for an election timeout from the start, which is when the heartbeats
/// were sent; here that is 20 ms before a majority has answered them.
#[test]
fn a_lease_counts_from_the_heartbeats_and_not_from_their_answers() {
    let text = "raft 1\nservers 3\nset latency 10ms\nset reads lease\nset check-quorum on\nat 0ms timeout S1";
    let scenario = raft_sim::scenario::parse(text).expect("a scenario").scenario;
    let mut trace = raft_sim::record::Trace::deaf();
    let mut run = raft_sim::run::Run::new(std::sync::Arc::new(scenario), &mut trace);
    let mut longest = Time::ZERO;
    for ms in 0..1_000 {
        run.advance(Time::millis(ms), 1_000, &mut trace);
        let lease = run.world().server(ServerId(1)).and_then(|server| server.read_lease());
        longest = longest.max(lease.map_or(Time::ZERO, |due| due.since(Time::millis(ms))));
    }
    assert_eq!(longest, Time::millis(130));
}
