//! Terms and roles (§5.1, Figure 2 "Rules for Servers").

use raft_core::*;

use super::bench::*;

/// S1 of three in each role, in term 3 (as a leader with an empty log).
fn in_each_role() -> [(RoleName, Bench); 3] {
    let follower = Bench::plain(3).with(1, disk(3, None, &[]));
    let mut candidate = Bench::plain(3).with(1, disk(2, None, &[]));
    candidate.time_out(1);
    let mut leader = Bench::plain(3).with(1, disk(2, None, &[]));
    leader.elect(1, &[2, 3]);
    [(RoleName::Follower, follower), (RoleName::Candidate, candidate), (RoleName::Leader, leader)].map(
        |(role, mut bench)| {
            bench.lose_all();
            assert_eq!((bench.role(1), bench.term(1)), (role, 3));
            (role, bench)
        },
    )
}

/// One message of each kind.
fn of_each_kind() -> [Message; 6] {
    [vote_request(at(0, 0)), vote(), heartbeat(at(0, 0), 0), append(at(0, 0), &[3], 0), accepted(0), refused(1, 0)]
}

/// §5.1: "If one server's current term is smaller than the other's, then it updates its current
/// term to the larger value", whatever its role and whatever the message.
#[test]
fn a_server_updates_its_term_to_the_larger_value() {
    for message in of_each_kind() {
        for (role, mut bench) in in_each_role() {
            bench.receive(1, 2, 7, message.clone());
            assert_eq!(bench.term(1), 7, "{role:?} hears {message:?}");
        }
    }
}

/// §5.1: "If a candidate or leader discovers that its term is out of date, it immediately reverts
/// to follower state."
#[test]
fn a_candidate_or_leader_that_is_out_of_date_reverts_to_follower() {
    for message in of_each_kind() {
        for (role, mut bench) in in_each_role() {
            bench.receive(1, 2, 4, message.clone());
            assert_eq!(bench.role(1), RoleName::Follower, "{role:?} hears {message:?}");
            assert!(!bench.seat(1).timers.contains_key(&Timer::Heartbeat), "{role:?} hears {message:?}");
            assert!(bench.seat(1).timers.contains_key(&Timer::Election), "{role:?} hears {message:?}");
        }
    }
}

/// §5.2: a new term frees the vote; what is kept of the old one is nothing.
#[test]
fn a_new_term_begins_without_a_vote_and_without_a_known_leader() {
    for message in [vote(), accepted(0), refused(1, 0)] {
        for (role, mut bench) in in_each_role() {
            bench.receive(1, 2, 4, message.clone());
            let view = bench.view(1);
            assert_eq!((view.voted_for, view.leader), (None, None), "{role:?} hears {message:?}");
        }
    }
}

/// §5.1: "If a server receives a request with a stale term number, it rejects the request"; its
/// answer carries the current term, and nothing else happens.
#[test]
fn a_request_with_a_stale_term_is_rejected() {
    for request in [vote_request(at(9, 2)), heartbeat(at(0, 0), 0), append(at(0, 0), &[1, 2], 2)] {
        for (role, mut bench) in in_each_role() {
            let (before, starts) = (bench.node(1).clone(), bench.seat(1).election_starts);
            let answer = bench.receive(1, 2, 2, request.clone());
            assert_eq!(*bench.node(1), before, "{role:?} hears {request:?}");
            assert_eq!(bench.seat(1).election_starts, starts, "{role:?} hears {request:?}");
            let [Envelope { to, term, message, .. }] = &answer[..] else { panic!("one answer, not {answer:?}") };
            assert_eq!((*to, *term), (s(2), Term(3)), "the answer carries the current term");
            match message {
                Message::RequestVoteReply { refused: Some(VoteRefusal::StaleTerm { .. }) } => {}
                Message::AppendRefused { .. } => {}
                other => panic!("{role:?} answers {request:?} with {other:?}"),
            }
        }
    }
}

/// §5.1, as a reply: an answer of an older term has no effect at all.
#[test]
fn a_reply_with_a_stale_term_has_no_effect() {
    for reply in [vote(), accepted(5), refused(1, 0)] {
        for (role, mut bench) in in_each_role() {
            let before = bench.node(1).clone();
            assert_eq!(bench.receive(1, 2, 2, reply.clone()), [], "{role:?} hears {reply:?}");
            assert_eq!(*bench.node(1), before, "{role:?} hears {reply:?}");
        }
    }
}

/// §5.1: "Current terms are exchanged whenever servers communicate": every message carries its
/// sender's.
#[test]
fn current_terms_are_exchanged_whenever_servers_communicate() {
    let mut bench = Bench::new(5).with(4, disk(6, None, &[1, 1]));
    for round in 0..40 {
        match round % 5 {
            0 | 1 => bench.time_out(1 + round % 5),
            2 => bench.time_out(5),
            _ => (1..=5).for_each(|id| bench.beat(id)),
        }
        for _ in 0..6 {
            for envelope in bench.take(|_| true) {
                // A fast disk lets every message go in the step that makes it.
                assert!(bench.view(envelope.from.0).term >= envelope.term);
                let (to, term) = (envelope.to.0, envelope.term);
                bench.feed(to, Input::Message(envelope));
                assert!(bench.view(to).term >= term);
                let now = bench.view(to).term;
                assert!(bench.post.iter().filter(|sent| sent.from == s(to)).all(|sent| sent.term <= now));
            }
        }
    }
}

/// §5.2: "When servers start up, they begin as followers", also after a crash, also former leaders.
#[test]
fn servers_begin_as_followers() {
    let mut bench = Bench::new(3);
    assert!((1..=3).all(|id| bench.role(id) == RoleName::Follower && bench.term(id) == 0));
    bench.elect(1, &[2, 3]);
    bench.crash(1);
    bench.restart(1);
    assert_eq!((bench.role(1), bench.term(1)), (RoleName::Follower, 1));
    assert!(bench.seat(1).timers.contains_key(&Timer::Election));
}

/// §5.1: "Followers are passive: they issue no requests on their own but simply respond to
/// requests from leaders and candidates."
#[test]
fn followers_issue_no_requests_on_their_own() {
    for message in of_each_kind() {
        for term in 2..=4 {
            let mut bench = Bench::plain(3).with(1, disk(3, None, &[1, 2]));
            let requests = matches!(message, Message::RequestVote { .. } | Message::AppendEntries { .. });
            let answers = bench.receive(1, 2, term, message.clone());
            assert!(answers.len() <= usize::from(requests), "one answer to a request, none to a reply");
            assert!(answers.iter().all(|e| {
                e.to == s(2) && !matches!(e.message, Message::RequestVote { .. } | Message::AppendEntries { .. })
            }));
        }
    }
    let mut bench = Bench::plain(3);
    bench.beat(1);
    bench.propose(1, "x");
    bench.feed(1, Input::Applied(Index(0)));
    bench.feed(1, Input::Persisted(Token(0)));
    assert_eq!(bench.post, []);
}

/// §5.1, §8: "If a client contacts a follower, the follower redirects it to the leader"; who knows
/// no leader says so.
#[test]
fn a_follower_redirects_a_client_to_the_leader() {
    let mut bench = Bench::new(3);
    bench.propose(2, "x");
    bench.time_out(3);
    bench.propose(3, "x");
    bench.settle();
    bench.propose(2, "x");
    assert_eq!(bench.seat(2).answers, [Answer::NotLeader(None), Answer::NotLeader(Some(s(3)))]);
    assert_eq!(bench.seat(3).answers, [Answer::NotLeader(None)], "a candidate knows no leader");
    assert_eq!(bench.log(2), [1], "only the no-op is there");
}

/// §5.5: "Raft RPCs are idempotent": a request that comes twice is answered twice and changes
/// nothing the second time.
#[test]
fn a_request_that_comes_twice_is_answered_twice_and_changes_nothing() {
    for request in
        [vote_request(at(5, 3)), heartbeat(at(2, 2), 1), append(at(1, 1), &[4, 4], 2), append(at(7, 1), &[4], 2)]
    {
        let mut bench = Bench::plain(3).with(1, disk(3, None, &[1, 2]));
        let first = bench.receive(1, 2, 4, request.clone());
        let once = bench.node(1).clone();
        assert_eq!(bench.receive(1, 2, 4, request.clone()), first, "{request:?}");
        assert_eq!(*bench.node(1), once, "{request:?}");
    }
}
