//! Handing over leadership (thesis §3.10).

use raft_core::*;

use super::bench::*;

/// Three servers of which S1 leads term 1; all have its first entry.
fn led() -> Bench {
    let mut bench = Bench::new(3);
    bench.elect(1, &[2, 3]);
    bench.beat(1);
    bench.settle();
    bench
}

fn hand_over(bench: &mut Bench, to: u32) {
    bench.feed(1, Input::Transfer(s(to)));
}

fn told(bench: &mut Bench, to: u32) -> bool {
    let told = envelope(1, to, 1, Message::TimeoutNow);
    bench.post.contains(&told)
}

/// "The prior leader sends a TimeoutNow request to the target server": at once, if it has all of the log.
#[test]
fn who_has_all_of_the_log_is_told_to_stand_at_once() {
    let mut bench = led();
    hand_over(&mut bench, 2);
    assert!(told(&mut bench, 2));
    bench.settle();
    assert_eq!((bench.role(1), bench.role(2), bench.term(2)), (RoleName::Follower, RoleName::Leader, 2));
}

/// "The prior leader fully updates the target server's log to match its own": first the entries.
#[test]
fn who_lacks_entries_gets_them_first() {
    let mut bench = led();
    bench.propose(1, "x");
    bench.settle_among(&[1, 2]);
    hand_over(&mut bench, 3);
    assert!(!told(&mut bench, 3));
    bench.beat(1);
    bench.settle();
    assert_eq!((bench.role(3), bench.term(3), bench.log(3)), (RoleName::Leader, 2, vec![1, 1, 2]));
}

/// The same, if what it lacks is gone: first the snapshot.
#[test]
fn who_lacks_what_is_gone_gets_the_snapshot_first() {
    let mut bench = led();
    bench.configure(|config| config.keep_entries = 0);
    for text in ["x", "y"] {
        bench.propose(1, text);
        bench.settle_among(&[1, 2]);
    }
    bench.feed(1, Input::Compact(bench.view(1).applied, Image::from(&b"all"[..])));
    hand_over(&mut bench, 3);
    for _ in 0..4 {
        bench.beat(1);
        bench.settle();
        if bench.role(3) == RoleName::Leader {
            break;
        }
    }
    assert_eq!((bench.role(3), bench.term(3)), (RoleName::Leader, 2));
    assert_eq!(bench.view(3).snapshot, at(3, 1));
}

#[test]
fn nobody_hands_over_to_itself_a_stranger_or_a_learner() {
    let mut bench = led();
    let voters = vec![s(1), s(2)];
    bench.change(1, Change::Become { voters, learners: vec![s(3)], way: Way::Shortest });
    bench.settle();
    for to in [1, 3, 7] {
        hand_over(&mut bench, to);
        assert_eq!((bench.view(1).transfer, bench.post.len()), (None, 0), "to S{to}");
    }
}

/// "The leader stops accepting new client requests", and takes them again when it gives up.
#[test]
fn a_leader_that_hands_over_takes_no_commands() {
    let mut bench = led();
    bench.propose(1, "x");
    bench.settle_among(&[1, 2]);
    hand_over(&mut bench, 3);
    bench.propose(1, "y");
    assert_eq!(bench.seat(1).answers.last(), Some(&Answer::HandingOver(s(3))));
    assert_eq!(bench.change(1, Change::Remove(s(2))), Answer::HandingOver(s(3)));
    assert_eq!(bench.log(1), [1, 1]);
    bench.feed(1, Input::TimerFired(Timer::Transfer));
    bench.propose(1, "z");
    assert_eq!(bench.log(1), [1, 1, 1]);
}

/// "If leadership transfer does not complete after about an election timeout, the prior leader
/// aborts the transfer and resumes accepting client requests."
#[test]
fn a_transfer_is_given_up_after_an_election_timeout() {
    let mut bench = led();
    hand_over(&mut bench, 2);
    let patience = Config::default().election_timeout.start;
    assert_eq!(bench.seat(1).timers[&Timer::Transfer], patience..patience);
    bench.lose_all();
    bench.feed(1, Input::TimerFired(Timer::Transfer));
    assert_eq!((bench.role(1), bench.view(1).transfer), (RoleName::Leader, None));
    assert_eq!(bench.notes(1).last(), Some(&Note::GivesUpTransfer { to: s(2) }));
}

/// Another target takes the place of the first; the same one gets no more time.
#[test]
fn another_target_takes_the_place_of_the_first() {
    let mut bench = led();
    bench.propose(1, "x");
    bench.lose_all();
    hand_over(&mut bench, 2);
    bench.seat_mut(1).timers.remove(&Timer::Transfer);
    hand_over(&mut bench, 2);
    assert!(!bench.seat(1).timers.contains_key(&Timer::Transfer), "its time goes on");
    hand_over(&mut bench, 3);
    assert!(bench.seat(1).timers.contains_key(&Timer::Transfer), "this one's time begins");
    assert_eq!(bench.view(1).transfer, Some(s(3)));
    bench.beat(1);
    bench.settle();
    assert_eq!((bench.role(3), bench.role(2)), (RoleName::Leader, RoleName::Follower));
}

#[test]
fn leadership_comes_back() {
    let mut bench = led();
    hand_over(&mut bench, 2);
    bench.settle();
    bench.beat(2);
    bench.settle();
    bench.feed(2, Input::Transfer(s(1)));
    bench.settle();
    assert_eq!((bench.role(1), bench.term(1), bench.role(2)), (RoleName::Leader, 3, RoleName::Follower));
}

/// Whoever steps down in the middle has nothing to hand over any more.
#[test]
fn a_newer_term_ends_a_transfer() {
    let mut bench = led();
    bench.propose(1, "x");
    bench.lose_all();
    hand_over(&mut bench, 2);
    bench.receive(1, 3, 5, vote_request(at(9, 4)));
    assert_eq!((bench.role(1), bench.view(1).transfer), (RoleName::Follower, None));
    assert!(!bench.seat(1).timers.contains_key(&Timer::Transfer));
}

/// A server that was removed, and knows of it, is called in vain.
#[test]
fn a_removed_server_does_not_stand_when_it_is_called() {
    let mut bench = led();
    bench.change(1, Change::Remove(s(3)));
    bench.settle_among(&[1, 3]);
    bench.beat(1);
    bench.settle();
    assert_eq!(bench.commit(3), 2, "it has been told");
    let before = (bench.role(3), bench.term(3));
    assert_eq!(bench.receive(3, 1, 1, Message::TimeoutNow), []);
    assert_eq!((bench.role(3), bench.term(3)), before);
}

/// A target that becomes a learner cannot lead.
#[test]
fn a_target_that_is_to_listen_is_no_target_any_more() {
    let mut bench = led();
    let voters = vec![s(1), s(2)];
    bench.change(1, Change::Become { voters, learners: vec![s(3)], way: Way::Shortest });
    hand_over(&mut bench, 3);
    assert_eq!(bench.view(1).transfer, None);
}

/// Thesis §3.10: who leads already has nothing to do.
#[test]
fn a_leader_that_is_called_goes_on() {
    let mut bench = Bench::new(3);
    bench.elect(1, &[2, 3]);
    bench.notes(1);
    assert_eq!(bench.receive(1, 2, 1, Message::TimeoutNow), []);
    assert_eq!((bench.role(1), bench.notes(1)), (RoleName::Leader, vec![Note::IgnoresLate { from: s(2) }]));
}
