//! Leaders and followers that keep in touch: asking before an election (thesis §9.6), leaders that
//! see to it that a majority answers (thesis §6.2).

use raft_core::*;

use super::bench::*;

/// Three servers that ask first, of which S1 leads term 1.
fn asking() -> Bench {
    let mut bench = Bench::tuned(3, |config| config.election = Election::PreVote);
    bench.elect(1, &[2, 3]);
    bench
}

/// Three servers, of which S1 leads term 1 and sees to it that a majority answers.
fn watching(election: Election) -> Bench {
    let mut bench = Bench::tuned(3, |config| (config.election, config.check_quorum) = (election, true));
    // Whoever has just started keeps what it may have promised, for that time.
    (1..=3).for_each(|id| lapse(&mut bench, id));
    bench.elect(1, &[2, 3]);
    bench.feed(1, Input::TimerFired(Timer::Quorum));
    assert_eq!(bench.role(1), RoleName::Leader);
    bench
}

/// Thesis §6.2, of a leader that is in office when the watch begins, or ends.
#[test]
fn a_leader_in_office_is_watched_from_when_it_is_switched_on() {
    let mut bench = Bench::new(3);
    bench.elect(1, &[2, 3]);
    bench.configure(|config| config.check_quorum = true);
    assert!(bench.seat(1).timers.contains_key(&Timer::Quorum));
    assert!(!bench.seat(2).timers.contains_key(&Timer::Quorum));
    bench.receive(1, 2, 1, accepted(1));
    bench.feed(1, Input::TimerFired(Timer::Quorum));
    assert_eq!(bench.role(1), RoleName::Leader, "S2 has answered");
    bench.configure(|config| config.check_quorum = false);
    bench.feed(1, Input::TimerFired(Timer::Quorum));
    assert_eq!(bench.role(1), RoleName::Leader, "it is not watched any more");
    bench.configure(|config| config.check_quorum = true);
    bench.feed(1, Input::TimerFired(Timer::Quorum));
    assert_eq!(bench.role(1), RoleName::Follower, "nobody has answered");
}

/// A minimum election timeout passes without a word of a leader.
fn lapse(bench: &mut Bench, id: u32) {
    bench.feed(id, Input::TimerFired(Timer::Lease));
}

fn would_vote(next: u64) -> Message {
    Message::PreVoteReply { next: Term(next), refused: None }
}

fn asks(next: u64, last: Position) -> Message {
    Message::RequestPreVote { next: Term(next), last }
}

/// Thesis §9.6: a question is no vote; neither term nor vote nor role of whoever is asked changes.
#[test]
fn a_question_changes_nothing_in_any_role() {
    let roles: [fn(&mut Bench); 4] = [
        |bench| lapse(bench, 2),
        |bench| bench.time_out(2),
        |bench| {
            bench.time_out(2);
            bench.receive(2, 1, 1, would_vote(2));
        },
        |bench| bench.elect(2, &[3]),
    ];
    for (take_role, expected) in
        roles.into_iter().zip([RoleName::Follower, RoleName::PreCandidate, RoleName::Candidate, RoleName::Leader])
    {
        let mut bench = asking();
        [1, 3].into_iter().for_each(|id| lapse(&mut bench, id));
        take_role(&mut bench);
        let before = (bench.role(2), bench.term(2), bench.view(2).voted_for);
        assert_eq!(before.0, expected);
        bench.receive(2, 3, before.1, asks(before.1 + 1, at(9, before.1)));
        assert_eq!((bench.role(2), bench.term(2), bench.view(2).voted_for), before, "as {expected:?}");
    }
}

/// Thesis §9.6: "a candidate only increments its term if it first learns from a majority of the
/// cluster that they would be willing to grant the candidate their votes".
#[test]
fn the_term_grows_only_if_a_majority_would_vote() {
    for (answers, stands) in [(&[1][..], true), (&[3], true), (&[], false)] {
        let mut bench = asking();
        bench.time_out(2);
        for from in answers {
            bench.receive(2, *from, 1, would_vote(2));
        }
        assert_eq!(bench.role(2) == RoleName::Candidate, stands, "with {answers:?}");
        assert_eq!(bench.term(2), if stands { 2 } else { 1 });
    }
}

/// Two ask at a time: the one with the shorter log loses, and its term has not grown.
#[test]
fn who_loses_before_the_election_keeps_its_term() {
    let mut bench = asking();
    bench.propose(1, "x");
    bench.settle_among(&[1, 2]);
    (1..=3).for_each(|id| lapse(&mut bench, id));
    bench.crash(1);
    bench.time_out(3);
    bench.settle_among(&[2, 3]);
    assert_eq!((bench.role(3), bench.term(3), bench.term(2)), (RoleName::PreCandidate, 1, 1));
    bench.time_out(2);
    bench.settle_among(&[2, 3]);
    assert_eq!((bench.role(2), bench.term(2)), (RoleName::Leader, 2));
    assert_eq!((bench.role(3), bench.log(3)), (RoleName::Follower, bench.log(2)));
}

#[test]
fn a_lone_voter_asks_itself() {
    let mut bench = Bench::tuned(1, |config| config.election = Election::PreVote);
    bench.time_out(1);
    assert_eq!((bench.role(1), bench.term(1)), (RoleName::Leader, 1));
}

/// etcd#8243, #8501: servers of different terms, of which some stood without asking, still find a leader.
#[test]
fn servers_of_unequal_terms_find_a_leader() {
    for ahead in 1..4 {
        let mut bench = asking();
        bench.lose_all();
        bench.crash(1);
        // S3 stands, as one that does not ask, and nobody hears of it.
        bench.configure(|config| config.election = Election::Plain);
        for _ in 0..ahead {
            bench.time_out(3);
            bench.lose_all();
        }
        bench.configure(|config| config.election = Election::PreVote);
        [2, 3].into_iter().for_each(|id| lapse(&mut bench, id));
        bench.propose(2, "x");
        for _ in 0..2 {
            bench.time_out(2);
            bench.settle_among(&[2, 3]);
        }
        assert_eq!(bench.role(2), RoleName::Leader, "{ahead} terms ahead");
        assert_eq!((bench.term(2), bench.role(3)), (bench.term(3), RoleName::Follower));
    }
}

/// Who asks forgets the leader of whom it heard nothing.
#[test]
fn who_asks_forgets_its_leader() {
    let mut bench = asking();
    assert_eq!(bench.view(2).leader, Some(s(1)));
    bench.time_out(2);
    assert_eq!((bench.role(2), bench.view(2).leader), (RoleName::PreCandidate, None));
}

/// Thesis §6.2: "a leader steps down if an election timeout elapses without a successful round of
/// heartbeats to a majority of its cluster".
#[test]
fn a_leader_that_a_majority_answers_goes_on_and_steps_down_otherwise() {
    for (answers, leads) in [(&[2, 3][..], true), (&[2], true), (&[3], true), (&[], false)] {
        let mut bench = watching(Election::Plain);
        bench.beat(1);
        bench.settle_among(&[&[1], answers].concat());
        bench.feed(1, Input::TimerFired(Timer::Quorum));
        assert_eq!(bench.role(1) == RoleName::Leader, leads, "with {answers:?}");
        assert_eq!(bench.term(1), 1, "its term stays");
    }
}

/// Whoever asks whether it would be voted for has not heard of the leader: it is none of those
/// that answer it. Else a leader that hears and is not heard would go on for ever.
#[test]
fn a_question_is_no_answer_to_the_leader() {
    let mut bench = watching(Election::PreVote);
    for id in [2, 3] {
        bench.receive(1, id, 1, asks(2, at(1, 1)));
    }
    bench.feed(1, Input::TimerFired(Timer::Quorum));
    assert_eq!(bench.role(1), RoleName::Follower);
}

/// Thesis §4.2.3: "if a server receives a RequestVote request within the minimum election timeout of
/// hearing from a current leader, it does not update its term or grant its vote".
#[test]
fn who_hears_of_a_leader_ignores_candidates() {
    let mut bench = watching(Election::Plain);
    assert_eq!(bench.receive(2, 3, 2, vote_request(at(9, 1))), []);
    assert_eq!((bench.term(2), bench.view(2).voted_for), (1, Some(s(1))));
    lapse(&mut bench, 2);
    assert_eq!(bench.receive(2, 3, 2, vote_request(at(9, 1))), [envelope(2, 3, 2, vote())]);
}

/// A candidate whose term has grown unheard comes back: its refusal of a heartbeat tells the term,
/// the leader steps down, and the next election is in a newer one.
#[test]
fn a_stuck_candidate_frees_itself() {
    let mut bench = watching(Election::Plain);
    for _ in 0..3 {
        bench.time_out(3);
        bench.settle();
    }
    assert_eq!((bench.role(1), bench.term(1), bench.term(3)), (RoleName::Leader, 1, 4));
    bench.beat(1);
    bench.settle();
    assert_eq!((bench.role(1), bench.term(1)), (RoleName::Follower, 4));
    (1..=3).for_each(|id| lapse(&mut bench, id));
    bench.elect(1, &[2, 3]);
    assert_eq!((bench.term(1), bench.term(3), bench.role(3)), (5, 5, RoleName::Follower));
}

/// A heartbeat that comes late lets a server stand. Without questions it unseats a leader that is
/// well; if it asks first it does not.
#[test]
fn who_asks_first_does_not_unseat_a_leader_that_is_well() {
    for (election, leads) in [(Election::Plain, false), (Election::PreVote, true)] {
        let mut bench = watching(election);
        bench.time_out(3);
        bench.settle_among(&[2, 3]);
        bench.beat(1);
        bench.settle();
        assert_eq!((bench.role(1) == RoleName::Leader, bench.term(1) == 1), (leads, leads), "{election:?}");
    }
}

/// A server that cannot stand, being no voter, still follows, and does not stand when its time is up.
#[test]
fn a_learner_never_stands_until_it_votes() {
    let mut bench = Bench::new(2).spare(&[3]);
    bench.elect(1, &[2]);
    bench.change(1, Change::Become { voters: vec![s(1), s(2)], learners: vec![s(3)], way: Way::Shortest });
    for _ in 0..3 {
        bench.settle();
        bench.beat(1);
    }
    bench.settle();
    bench.time_out(3);
    bench.receive(3, 1, 1, Message::TimeoutNow);
    assert_eq!((bench.role(3), bench.term(3), bench.post.len()), (RoleName::Follower, 1, 0));
    bench.change(1, Change::Promote(s(3)));
    for _ in 0..3 {
        bench.settle();
        bench.beat(1);
    }
    bench.settle();
    bench.elect(3, &[2]);
}

#[test]
fn a_leader_does_not_stand_again() {
    for election in [Election::Plain, Election::PreVote] {
        let mut bench = watching(election);
        bench.time_out(1);
        bench.receive(1, 2, 1, Message::TimeoutNow);
        assert_eq!((bench.role(1), bench.term(1), bench.post.len()), (RoleName::Leader, 1, 0));
    }
}

/// Two are told that they would win, stand at a time and split the votes: whoever asks again wins.
#[test]
fn after_a_split_vote_who_asks_again_wins() {
    let mut bench = asking();
    bench.crash(1);
    [2, 3].into_iter().for_each(|id| lapse(&mut bench, id));
    [2, 3].into_iter().for_each(|id| bench.time_out(id));
    bench.settle_among(&[2, 3]);
    assert_eq!((bench.role(2), bench.role(3)), (RoleName::Candidate, RoleName::Candidate));
    assert_eq!((bench.term(2), bench.term(3)), (2, 2));
    bench.time_out(3);
    assert_eq!((bench.role(3), bench.term(3)), (RoleName::PreCandidate, 2));
    bench.settle_among(&[2, 3]);
    assert_eq!((bench.role(2), bench.role(3), bench.term(2)), (RoleName::Follower, RoleName::Leader, 3));
}

/// Whoever neither asks first nor is watched keeps no promise, and counts no time for it.
#[test]
fn a_plain_follower_promises_nothing() {
    let lease = |bench: Bench| bench.seat(2).timers.contains_key(&Timer::Lease);
    let mut plain = Bench::new(3);
    plain.elect(1, &[2, 3]);
    assert!(!plain.view(2).in_touch && !lease(plain));
    assert!(lease(asking()) && lease(watching(Election::Plain)));
}

/// Thesis §9.6: answers to an earlier question say nothing about this one, and whoever does not ask
/// takes none; a doubled or a stranger's answer is none either.
#[test]
fn only_answers_to_the_present_question_count() {
    let mut bench = Bench::tuned(5, |config| config.election = Election::PreVote);
    let no = Message::PreVoteReply { next: Term(1), refused: Some(VoteRefusal::HearsLeader { leader: s(3) }) };
    bench.receive(2, 1, 0, no);
    assert_eq!(bench.notes(2), [Note::IgnoresLate { from: s(1) }]);
    bench.time_out(2);
    bench.receive(2, 1, 0, would_vote(0));
    bench.receive(2, 3, 0, would_vote(1));
    bench.receive(2, 3, 0, would_vote(1));
    bench.receive(2, 9, 0, would_vote(1));
    assert_eq!((bench.role(2), bench.view(2).votes), (RoleName::PreCandidate, &[s(2), s(3)][..]));
}

/// Thesis §6.4.1: whoever is in touch with a leader says so to those who ask, also if leases count on it.
#[test]
fn who_hears_of_a_leader_says_so_to_who_asks() {
    let mut bench = Bench::tuned(3, |config| {
        (config.election, config.check_quorum, config.reads) = (Election::PreVote, true, ReadMode::Lease);
    });
    (1..=3).for_each(|id| lapse(&mut bench, id));
    bench.elect(1, &[2, 3]);
    let refused = Some(VoteRefusal::HearsLeader { leader: s(1) });
    assert_eq!(
        bench.receive(2, 3, 1, asks(2, at(9, 1))),
        [envelope(2, 3, 1, Message::PreVoteReply { next: Term(2), refused })]
    );
}
