//! Leader election (§5.2).

use std::sync::Arc;

use raft_core::*;
use raft_sim::record::Trace;
use raft_sim::run::Run;
use raft_sim::scenario::parse;

use super::bench::*;

/// §5.2: "A server remains in follower state as long as it receives valid RPCs from a leader or
/// candidate": the timer starts anew for the current leader's AppendEntries, also when they are
/// refused for their content, and for a granted vote (Figure 2), for nothing else.
#[test]
fn a_server_remains_a_follower_while_it_receives_valid_rpcs() {
    #[track_caller]
    fn check(term: u64, message: Message, starts_anew: bool) {
        let mut bench = Bench::plain(3).with(1, disk(3, Some(3), &[1, 3]));
        let before = bench.seat(1).election_starts;
        bench.receive(1, 2, term, message.clone());
        assert_eq!(bench.seat(1).election_starts > before, starts_anew, "{message:?} of term {term}");
        assert_eq!(bench.role(1), RoleName::Follower);
    }
    check(3, heartbeat(at(2, 3), 0), true);
    check(3, append(at(2, 3), &[3], 0), true);
    check(3, append(at(8, 3), &[3], 0), true);
    check(4, vote_request(at(2, 3)), true);
    check(3, vote_request(at(2, 3)), false);
    check(4, vote_request(at(9, 2)), false);
    check(2, heartbeat(at(2, 3), 0), false);
    check(4, accepted(1), false);
    check(4, vote(), false);
}

/// §5.2: "To begin an election, a follower increments its current term and transitions to
/// candidate state. It then votes for itself and issues RequestVote RPCs in parallel to each of
/// the other servers", with its last log index and term (Figure 2).
#[test]
fn to_begin_an_election_it_increments_its_term_votes_for_itself_and_asks_all_others() {
    let mut bench = Bench::plain(5).with(2, disk(4, Some(1), &[1, 1, 3]));
    bench.time_out(2);
    let view = bench.view(2);
    assert_eq!((view.role, view.term, view.voted_for), (RoleName::Candidate, Term(5), Some(s(2))));
    assert_eq!(view.votes, [s(2)]);
    assert_eq!(bench.post, [1, 3, 4, 5].map(|to| envelope(2, to, 5, vote_request(at(3, 3)))));
}

/// §5.2: a candidate that times out begins a new election by incrementing its term again.
#[test]
fn a_candidate_that_times_out_starts_a_new_election() {
    let mut bench = Bench::plain(3);
    bench.time_out(1);
    bench.lose_all();
    bench.time_out(1);
    assert_eq!((bench.role(1), bench.term(1)), (RoleName::Candidate, 2));
    assert_eq!(bench.view(1).votes, [s(1)], "votes of the old term do not count");
    assert_eq!(bench.post, [2, 3].map(|to| envelope(1, to, 2, vote_request(at(0, 0)))));
    bench.receive(1, 2, 1, vote());
    assert_eq!(bench.role(1), RoleName::Candidate);
}

/// §5.2: "A candidate wins an election if it receives votes from a majority of the servers in the
/// full cluster for the same term", in every cluster of 1 to 7 and for every set of voters.
#[test]
fn a_candidate_wins_with_the_votes_of_a_majority() {
    for size in 1..=7u32 {
        for pattern in 0..1u32 << (size - 1) {
            let mut bench = Bench::plain(size);
            bench.time_out(1);
            for other in 2..=size {
                let grants = pattern >> (other - 2) & 1 == 1;
                let refused = (!grants).then_some(VoteRefusal::AlreadyVoted { to: s(9) });
                bench.receive(1, other, 1, Message::RequestVoteReply { refused });
            }
            let wins = 1 + pattern.count_ones() > size / 2;
            let role = if wins { RoleName::Leader } else { RoleName::Candidate };
            assert_eq!(bench.role(1), role, "{size} servers, votes {pattern:b}");
        }
    }
}

/// §5.2: a vote is a server's, not a message's: the same server's vote counts once.
#[test]
fn a_vote_that_arrives_twice_counts_once() {
    let mut bench = Bench::plain(5);
    bench.time_out(1);
    (0..4).for_each(|_| drop(bench.receive(1, 2, 1, vote())));
    assert_eq!((bench.role(1), bench.view(1).votes), (RoleName::Candidate, &[s(1), s(2)][..]));
    bench.receive(1, 77, 1, vote());
    assert_eq!(bench.role(1), RoleName::Candidate, "who is not of the cluster has no vote");
}

/// §5.2: "Each server will vote for at most one candidate in a given term, on a
/// first-come-first-served basis".
#[test]
fn each_server_votes_for_at_most_one_candidate_in_a_term() {
    let mut bench = Bench::plain(3);
    assert_eq!(bench.receive(1, 3, 1, vote_request(at(0, 0))), [envelope(1, 3, 1, vote())]);
    let taken = Message::RequestVoteReply { refused: Some(VoteRefusal::AlreadyVoted { to: s(3) }) };
    assert_eq!(bench.receive(1, 2, 1, vote_request(at(9, 1))), [envelope(1, 2, 1, taken)]);
    assert_eq!(bench.view(1).voted_for, Some(s(3)));
    // A term later the vote is free again.
    assert_eq!(bench.receive(1, 2, 2, vote_request(at(0, 0))), [envelope(1, 2, 2, vote())]);
}

/// Figure 2, RequestVote: "If votedFor is null or candidateId … grant vote": a candidate that asks
/// again, since the answer got lost, gets it again.
#[test]
fn a_vote_is_repeated_to_the_same_candidate() {
    let mut bench = Bench::plain(3);
    for _ in 0..3 {
        assert_eq!(bench.receive(1, 3, 1, vote_request(at(0, 0))), [envelope(1, 3, 1, vote())]);
    }
    assert_eq!(bench.seat(1).writes.len(), 1, "it is on disk already");
}

/// §5.2: "The majority rule ensures that at most one candidate can win the election for a
/// particular term", whomever the others vote for.
#[test]
fn at_most_one_candidate_wins_a_term() {
    for pattern in 0..8u32 {
        let mut bench = Bench::plain(5);
        bench.time_out(1);
        bench.time_out(5);
        let requests = bench.take(|_| true);
        for voter in 2..=4 {
            let first = if pattern >> (voter - 2) & 1 == 1 { 1 } else { 5 };
            let (mine, others): (Vec<_>, Vec<_>) =
                requests.iter().filter(|e| e.to == s(voter)).cloned().partition(|e| e.from == s(first));
            bench.deliver([mine, others].concat());
        }
        bench.deliver(requests.into_iter().filter(|e| e.to == s(1) || e.to == s(5)).collect());
        let replies = bench.take(|e| matches!(e.message, Message::RequestVoteReply { .. }));
        bench.deliver(replies);
        let leaders = [1, 5].into_iter().filter(|id| bench.role(*id) == RoleName::Leader).count();
        assert_eq!(leaders, 1, "three voters, two candidates: {pattern:b}");
    }
}

/// §5.2: "Once a candidate wins an election, it becomes leader. It then sends heartbeat messages to
/// all of the other servers to establish its authority and prevent new elections": at once, not
/// when a timer fires.
#[test]
fn a_new_leader_sends_heartbeats_to_all_others_at_once() {
    let mut bench = Bench::plain(5).with(1, disk(2, None, &[1, 2]));
    bench.time_out(1);
    bench.lose_all();
    bench.receive(1, 2, 3, vote());
    let sent = bench.receive(1, 3, 3, vote());
    assert_eq!(sent, [2, 3, 4, 5].map(|to| envelope(1, to, 3, heartbeat(at(2, 2), 0))));
    assert_eq!(bench.seat(1).timers.keys().collect::<Vec<_>>(), [&Timer::Heartbeat], "a leader has no election timer");
}

/// §5.2: with the empty entry of §8 its first messages carry that entry, and so serve as heartbeats.
#[test]
fn a_new_leader_opens_its_term_with_an_empty_entry() {
    let mut bench = Bench::new(3).with(1, disk(2, None, &[1, 2]));
    bench.time_out(1);
    bench.lose_all();
    let sent = bench.receive(1, 2, 3, vote());
    let noop = Entries::from_iter([Entry { term: Term(3), payload: Payload::Noop }]);
    let message = Message::AppendEntries { previous: at(2, 2), entries: noop, commit: Index(0), round: 0 };
    assert_eq!(sent, [2, 3].map(|to| envelope(1, to, 3, message.clone())));
}

/// §5.2: "Leaders send periodic heartbeats … to all followers": one to each, every interval.
#[test]
fn a_leader_sends_a_heartbeat_to_each_follower_every_interval() {
    let mut bench = Bench::plain(3);
    bench.elect(1, &[2, 3]);
    let every = bench.node(1).config().heartbeat;
    for _ in 0..3 {
        assert_eq!(bench.seat(1).timers.get(&Timer::Heartbeat), Some(&(every..every)));
        bench.seat_mut(1).timers.clear();
        bench.beat(1);
        assert_eq!(bench.take(|_| true), [2, 3].map(|to| envelope(1, to, 1, heartbeat(at(0, 0), 0))));
    }
}

/// §5.2: only a leader has heartbeats to send; a timer that fires late finds none.
#[test]
fn a_heartbeat_timer_that_fires_after_stepping_down_sends_nothing() {
    let mut bench = Bench::plain(3);
    bench.elect(1, &[2, 3]);
    bench.receive(1, 2, 5, heartbeat(at(0, 0), 0));
    bench.beat(1);
    assert_eq!(bench.post, []);
    assert!(!bench.seat(1).timers.contains_key(&Timer::Heartbeat));
}

/// §5.2: a leader does not stand against itself.
#[test]
fn an_election_timer_that_fires_late_does_not_disturb_a_leader() {
    let mut bench = Bench::plain(3);
    bench.elect(1, &[2, 3]);
    bench.time_out(1);
    assert_eq!((bench.role(1), bench.term(1)), (RoleName::Leader, 1));
    assert_eq!(bench.post, []);
}

/// §5.2: "If the leader's term … is at least as large as the candidate's current term, then the
/// candidate recognizes the leader as legitimate and returns to follower state."
#[test]
fn a_candidate_that_hears_a_legitimate_leader_returns_to_follower() {
    for term in [1, 2, 9] {
        for message in [heartbeat(at(0, 0), 0), append(at(0, 0), &[1], 0), append(at(5, 1), &[1], 0)] {
            let mut bench = Bench::plain(3);
            bench.time_out(1);
            bench.receive(1, 3, term, message.clone());
            let view = bench.view(1);
            assert_eq!(
                (view.role, view.term, view.leader),
                (RoleName::Follower, Term(term), Some(s(3))),
                "{message:?}"
            );
        }
    }
}

/// §5.2: falling back in the same term keeps the vote: it was given for the whole term.
#[test]
fn a_candidate_that_falls_back_keeps_its_vote() {
    let mut bench = Bench::plain(3);
    bench.time_out(1);
    bench.receive(1, 3, 1, heartbeat(at(0, 0), 0));
    assert_eq!(bench.view(1).voted_for, Some(s(1)));
    let answer = bench.receive(1, 2, 1, vote_request(at(9, 1)));
    let taken = Message::RequestVoteReply { refused: Some(VoteRefusal::AlreadyVoted { to: s(1) }) };
    assert_eq!(answer, [envelope(1, 2, 1, taken)]);
}

/// §5.2: "If the term in the RPC is smaller than the candidate's current term, then the candidate
/// rejects the RPC and continues in candidate state."
#[test]
fn a_candidate_rejects_a_stale_leader_and_continues() {
    let mut bench = Bench::plain(3).with(1, disk(4, None, &[]));
    bench.time_out(1);
    let answer = bench.receive(1, 3, 4, append(at(0, 0), &[4], 1));
    assert_eq!(answer, [envelope(1, 3, 5, refused(0, 0))]);
    assert_eq!((bench.role(1), bench.log(1)), (RoleName::Candidate, vec![]));
}

/// §5.2: a vote that arrives after the election is lost or won changes nothing.
#[test]
fn a_late_vote_changes_nothing() {
    let mut bench = Bench::plain(5);
    bench.time_out(1);
    bench.receive(1, 5, 1, heartbeat(at(0, 0), 0));
    (2..=4).for_each(|voter| drop(bench.receive(1, voter, 1, vote())));
    assert_eq!((bench.role(1), bench.view(1).leader), (RoleName::Follower, Some(s(5))));
    bench.lose_all();
    bench.elect(1, &[2, 3]);
    let before = bench.node(1).clone();
    assert_eq!(bench.receive(1, 4, 2, vote()), []);
    assert_eq!(*bench.node(1), before);
}

/// §5.2: "If many followers become candidates at the same time, votes could be split so that no
/// candidate obtains a majority. When this happens, each candidate will time out and start a new
/// election by incrementing its term."
#[test]
fn after_a_split_vote_a_new_election_follows_in_a_new_term() {
    let mut bench = Bench::new(4);
    bench.time_out(1);
    bench.time_out(4);
    let first: Vec<_> = [bench.between(1, 2), bench.between(4, 3)].concat();
    bench.deliver(first);
    bench.settle();
    assert!([1, 4].iter().all(|id| bench.role(*id) == RoleName::Candidate && bench.term(*id) == 1));
    bench.elect(4, &[1, 2, 3]);
    assert!((1..=4).all(|id| bench.term(id) == 2 && bench.view(id).leader == Some(s(4))));
}

/// §5.2: "Election timeouts are chosen randomly from a fixed interval", and "each candidate
/// restarts its randomized election timeout at the start of an election": the core asks for the
/// interval, the host draws.
#[test]
fn a_timeout_is_drawn_from_the_fixed_interval_at_the_start_of_an_election() {
    let mut bench = Bench::new(3);
    let range = bench.node(1).config().election_timeout.clone();
    assert_eq!(range, Time::millis_range(150, 300));
    for round in 1..5 {
        let starts = bench.seat(1).election_starts;
        bench.time_out(1);
        assert_eq!(bench.seat(1).timers.get(&Timer::Election), Some(&range));
        assert_eq!(bench.seat(1).election_starts, starts + 1, "once in round {round}");
    }
}

/// The first time-outs of three servers, in microseconds, for a seed.
fn first_timeouts(seed: u64) -> [u64; 3] {
    let scenario = parse(&format!("raft 1\nservers 3\nseed {seed}\n")).expect("a scenario").scenario;
    let run = Run::new(Arc::new(scenario), &mut Trace::deaf());
    [0, 1, 2].map(|place| run.world().servers()[place].election_timer().expect("a follower has one").1.0)
}

/// §5.2: the simulator draws every millisecond of [150 ms, 300 ms), and nothing else, about as often.
#[test]
fn timeouts_take_every_value_of_the_interval() {
    let mut seen = [0u32; 150];
    for seed in 0..10_000 {
        for timeout in first_timeouts(seed) {
            let millisecond =
                usize::try_from(timeout / 1_000).expect("small").checked_sub(150).expect("at least 150 ms");
            seen[millisecond] += 1;
        }
    }
    // 200 each on average: far more than half and far less than double.
    assert!(seen.iter().all(|count| (100..400).contains(count)), "{seen:?}");
}

/// §5.2: "This spreads out the servers so that in most cases only a single server will time out":
/// it asks, and is heard, before the next one's timeout.
#[test]
fn in_most_cases_only_a_single_server_times_out() {
    let ahead = (0..1_000).filter(|seed| {
        let mut timeouts = first_timeouts(*seed);
        timeouts.sort_unstable();
        // A vote request travels at most 20 ms.
        timeouts[1] - timeouts[0] > 20_000
    });
    let ahead = ahead.count();
    // The first gap of three is that long with a chance of (1 - 20/150)³ = 65 %.
    assert!((600..=700).contains(&ahead), "{ahead} of 1000");
}

/// §5.2: a cluster of one needs nobody else: it leads, and commits, as soon as that is on its disk.
#[test]
fn a_single_server_elects_itself_and_commits_alone() {
    let mut bench = Bench::new(1);
    bench.time_out(1);
    assert_eq!((bench.role(1), bench.commit(1)), (RoleName::Leader, 1));
    bench.propose(1, "x");
    assert_eq!((bench.log(1), bench.commit(1)), (vec![1, 1], 2));
    assert_eq!(bench.seat(1).applied, [Index(1), Index(2)]);
    assert_eq!(bench.post, []);
}

/// §5.2: who is no voter stands for no election.
#[test]
fn a_server_outside_the_cluster_does_not_campaign() {
    let mut out = Outbox::default();
    let mut node = Node::start(s(9), Config::default(), Durable::new(members(2)), Index(0), &mut out);
    out.drain().for_each(drop);
    node.step(Input::TimerFired(Timer::Election), &Rules::PAPER, &mut out);
    assert_eq!(out.effects(), [Effect::Note(Note::DoesNotStand)]);
    assert_eq!(node.view().role, RoleName::Follower);
}

/// Each of three servers in turn takes over from the one before.
#[test]
fn each_server_can_take_over_in_turn() {
    for election in [Election::Plain, Election::PreVote] {
        let mut bench = Bench::tuned(3, |config| config.election = election);
        for (term, id) in [(1, 1), (2, 2), (3, 3), (4, 1)] {
            (1..=3).for_each(|id| bench.feed(id, Input::TimerFired(Timer::Lease)));
            bench.elect(id, &[1, 2, 3]);
            bench.settle();
            assert_eq!(bench.term(id), term, "{election:?}");
            let leaders = (1..=3).filter(|id| bench.role(*id) == RoleName::Leader).count();
            assert_eq!(leaders, 1, "{election:?}");
        }
    }
}

/// §5.1, §5.2: whatever a server is, a request of a newer term makes it a follower that is free to
/// vote for a candidate whose log is as up to date.
#[test]
fn a_newer_request_is_granted_in_any_role() {
    let roles: [fn(&mut Bench); 4] =
        [|_| {}, |bench| bench.time_out(2), |bench| bench.elect(2, &[1, 3]), |bench| bench.elect(1, &[2, 3])];
    for (number, take_role) in roles.into_iter().enumerate() {
        let mut bench = Bench::new(3);
        take_role(&mut bench);
        let last = bench.view(2).last;
        assert_eq!(bench.receive(2, 3, 7, vote_request(last)), [envelope(2, 3, 7, vote())], "role {number}");
        assert_eq!((bench.role(2), bench.term(2)), (RoleName::Follower, 7));
        assert_eq!(bench.view(2).voted_for, Some(s(3)));
    }
}

/// Whom a server takes for the leader of its term: whom it follows, or itself.
#[test]
fn all_know_who_leads() {
    let mut bench = Bench::new(3);
    let known = |bench: &Bench| [1, 2, 3].map(|id| (bench.node(id).brief().leader, bench.view(id).leader));
    assert_eq!(known(&bench), [(None, None); 3]);
    bench.elect(1, &[2, 3]);
    assert_eq!(known(&bench), [(Some(s(1)), Some(s(1))); 3]);
    bench.time_out(2);
    assert_eq!(known(&bench)[1], (None, None));
}
