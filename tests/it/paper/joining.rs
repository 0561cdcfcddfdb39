//! Servers that listen before they vote (thesis §4.2.1): one test for each sentence that a test can hold.

use raft_core::*;

use super::bench::*;
use super::membership::{ids, led, plain, refused, talk, vote_by};

/// Thesis §4.2.1: learners get the log and are "not counted towards majorities for voting or commitment".
#[test]
fn a_learner_gets_the_log_and_counts_for_nothing() {
    let mut bench = led(3, &[4, 5]);
    bench.change(1, Change::Become { voters: ids(&[1, 2, 3]), learners: ids(&[4, 5]), way: Way::Shortest });
    assert_eq!(bench.members(1), (vec![1, 2, 3], vec![], vec![4, 5]));
    talk(&mut bench, &[1, 4, 5]);
    assert_eq!((bench.log(4), bench.log(5)), (vec![1, 1], vec![1, 1]));
    assert_eq!(bench.commit(1), 1, "their copies do not count");
    bench.time_out(4);
    assert_eq!((bench.term(4), bench.post.len()), (1, 0), "it does not stand");
    bench.time_out(1);
    bench.crash(1);
    bench.restart(1);
    bench.lose_all();
    bench.time_out(1);
    assert!(bench.post.iter().all(|envelope| [2, 3].contains(&envelope.to.0)), "it is not asked");
    bench.receive(1, 4, 2, vote());
    bench.receive(1, 5, 2, vote());
    assert_eq!(bench.role(1), RoleName::Candidate, "its vote does not count");
}

/// Thesis §4.2.1, and raft-rs#57: a server that is asked votes, whatever it thinks that it is; its
/// own promotion may not have reached it.
#[test]
fn a_learner_that_is_asked_votes() {
    let mut bench = led(2, &[3]);
    bench.change(1, Change::Become { voters: ids(&[1, 2]), learners: ids(&[3]), way: Way::Shortest });
    talk(&mut bench, &[1, 2, 3]);
    bench.change(1, vote_by(&[1, 2, 3]));
    talk(&mut bench, &[1, 2]);
    bench.crash(1);
    assert_eq!(bench.members(3), (vec![1, 2], vec![], vec![3]));
    bench.time_out(2);
    bench.settle_among(&[2, 3]);
    assert_eq!(bench.role(2), RoleName::Leader);
}

/// Thesis §4.2.1: a server is added in two phases: it listens until it has caught up, then it votes.
#[test]
fn an_added_server_listens_until_it_has_caught_up() {
    let mut bench = led(3, &[4]);
    bench.propose(1, "a");
    talk(&mut bench, &[1, 2, 3]);
    assert_eq!(bench.change(1, Change::Add(s(4))), Answer::Appended(at(3, 1)));
    assert_eq!((bench.members(1), bench.view(1).joining), ((vec![1, 2, 3], vec![], vec![4]), Some(s(4))));
    talk(&mut bench, &[1, 2, 3]);
    assert_eq!(bench.members(1).2, [4], "it has not caught up");
    talk(&mut bench, &[1, 2, 3, 4]);
    assert_eq!((bench.members(1), bench.view(1).joining), (plain(&[1, 2, 3, 4]), None));
    assert_eq!((bench.members(4), bench.commit(1)), (plain(&[1, 2, 3, 4]), 4));
}

/// The same, where it catches up before the entry that lets it listen is committed: one change at a time.
#[test]
fn it_votes_only_when_the_configuration_may_change_again() {
    let mut bench = led(3, &[4]);
    bench.change(1, Change::Add(s(4)));
    talk(&mut bench, &[1, 4]);
    assert_eq!((bench.log(4), bench.members(1).2), (vec![1, 1], vec![4]));
    talk(&mut bench, &[1, 2, 3, 4]);
    assert_eq!(bench.members(1), plain(&[1, 2, 3, 4]));
}

/// Thesis §4.2.1: a learner that has all of the log is promoted at once, without waiting for a write.
#[test]
fn a_learner_that_has_caught_up_is_promoted_at_once() {
    let mut bench = led(3, &[4]);
    bench.change(1, Change::Become { voters: ids(&[1, 2, 3]), learners: ids(&[4]), way: Way::Shortest });
    talk(&mut bench, &[1, 2, 3, 4]);
    refused(&mut bench, 1, Change::Promote(s(2)), NoChange::NotALearner { server: s(2) });
    bench.change(1, Change::Promote(s(4)));
    assert_eq!((bench.members(1), bench.view(1).joining), (plain(&[1, 2, 3, 4]), None));
}

fn slow(bench: &mut Bench) {
    bench.feed(1, Input::TimerFired(Timer::CatchUp));
}

/// Thesis §4.2.1: "replication of entries to the new server is split into rounds"; it votes after a
/// round that "lasts less than an election timeout".
#[test]
fn a_slow_round_is_followed_by_another() {
    let mut bench = led(3, &[4]);
    bench.change(1, Change::Add(s(4)));
    talk(&mut bench, &[1, 2, 3]);
    bench.propose(1, "a");
    talk(&mut bench, &[1, 2, 3]);
    bench.notes(1);
    slow(&mut bench);
    bench.feed(1, Input::TimerFired(Timer::Heartbeat));
    // The new server gets what there was when the round began, while more is written.
    let round = (0..9).find_map(|_| {
        let there = bench.between(1, 4);
        bench.deliver(there);
        bench.propose(1, "b");
        let back = bench.between(4, 1);
        bench.deliver(back);
        bench.notes(1).into_iter().find_map(|note| match note {
            Note::CatchesUp { server: ServerId(4), round, to } => Some((round, to)),
            _ => None,
        })
    });
    assert!(matches!(round, Some((2, to)) if to > Index(2)), "{round:?}");
    assert_eq!(bench.members(1).2, [4]);
    talk(&mut bench, &[1, 2, 3, 4]);
    assert_eq!(bench.members(1), plain(&[1, 2, 3, 4]), "the second was fast");
}

/// The same, where nothing was written meanwhile: the next round is over as it begins.
#[test]
fn a_slow_round_without_writes_is_enough() {
    let mut bench = led(3, &[4]);
    bench.change(1, Change::Add(s(4)));
    talk(&mut bench, &[1, 2, 3]);
    slow(&mut bench);
    talk(&mut bench, &[1, 2, 3, 4]);
    assert_eq!(bench.members(1), plain(&[1, 2, 3, 4]));
}

/// Thesis §4.2.1: "The leader should also abort the change if the new server is unavailable."
#[test]
fn a_new_server_that_does_not_answer_is_given_up() {
    let mut bench = led(3, &[4, 5]);
    bench.change(1, Change::Add(s(4)));
    talk(&mut bench, &[1, 2, 3]);
    refused(&mut bench, 1, Change::Add(s(5)), NoChange::CatchingUp { server: s(4) });
    refused(&mut bench, 1, Change::Promote(s(4)), NoChange::CatchingUp { server: s(4) });
    (0..10).for_each(|_| slow(&mut bench));
    assert!(bench.notes(1).contains(&Note::GivesUpCatchUp { server: s(4) }));
    assert_eq!((bench.members(1).2, bench.view(1).joining), (vec![4], None), "it goes on listening");
    assert!(!bench.seat(1).timers.contains_key(&Timer::CatchUp));
    bench.change(1, Change::Add(s(5)));
    assert_eq!(bench.view(1).joining, Some(s(5)));
}

/// Who is removed while it catches up is not waited for.
#[test]
fn a_new_server_may_be_removed_again() {
    let mut bench = led(3, &[4]);
    bench.change(1, Change::Add(s(4)));
    talk(&mut bench, &[1, 2, 3]);
    bench.change(1, Change::Remove(s(4)));
    assert_eq!((bench.members(1), bench.view(1).joining), (plain(&[1, 2, 3]), None));
    assert!(!bench.seat(1).timers.contains_key(&Timer::CatchUp));
    talk(&mut bench, &[1, 2, 3, 4]);
    assert_eq!(bench.members(1), plain(&[1, 2, 3]));
}

/// §5.2: "if a follower receives no communication", it takes its leader for gone, also where it may not
/// stand itself: clients are not sent there any more.
#[test]
fn a_learner_forgets_the_leader_of_whom_it_heard_nothing() {
    let mut bench = led(2, &[3]);
    bench.change(1, Change::Become { voters: ids(&[1, 2]), learners: ids(&[3]), way: Way::Shortest });
    talk(&mut bench, &[1, 2, 3]);
    assert_eq!(bench.view(3).leader, Some(s(1)));
    bench.time_out(3);
    assert_eq!((bench.view(3).leader, bench.role(3)), (None, RoleName::Follower));
}

/// Thesis §4.2.1: one learner is promoted, the others go on listening.
#[test]
fn other_learners_stay_learners() {
    let mut bench = led(3, &[4, 5]);
    bench.change(1, Change::Become { voters: ids(&[1, 2, 3]), learners: ids(&[4, 5]), way: Way::Shortest });
    talk(&mut bench, &[1, 2, 3, 4, 5]);
    bench.change(1, Change::Promote(s(4)));
    assert_eq!(bench.members(1), (vec![1, 2, 3, 4], vec![], vec![5]));
}

/// Thesis §4.2.1: given up is who is unavailable, not who is slow: each entry that arrives is a sign of life.
#[test]
fn a_slow_new_server_is_waited_for() {
    let mut bench = led(3, &[4]);
    bench.configure(|config| config.batch.entries = 1);
    for _ in 0..60 {
        bench.propose(1, "a");
        talk(&mut bench, &[1, 2, 3]);
    }
    bench.change(1, Change::Add(s(4)));
    talk(&mut bench, &[1, 2, 3]);
    bench.beat(1);
    for _ in 0..20 {
        for _ in 0..2 {
            let there = bench.between(1, 4);
            bench.deliver(there);
            let back = bench.between(4, 1);
            bench.deliver(back);
        }
        slow(&mut bench);
        assert_eq!(bench.view(1).joining, Some(s(4)), "its log: {:?}", bench.log(4).len());
    }
    assert!((10..60).contains(&bench.log(4).len()));
}
