//! Time travel: to be anywhere is to have been led there by the scenario, and by nothing else.

use std::sync::Arc;

use raft_core::Time;
use raft_sim::dice::{Dice, Purpose};
use raft_sim::digest::Digest;
use raft_sim::record::Trace;
use raft_sim::run::Run;
use raft_sim::scenario::{Action, Who, format, parse};
use raft_sim::timeline::{MOST_BRANCHES, Timeline};
use raft_sim::world::World;

use crate::chaos;

/// All that a world holds, and what can be seen of it.
fn digest(world: &World) -> (u64, u64) {
    (Digest::of(world), world.digest())
}

/// The digest of a fresh run at a time.
fn fresh(scenario: &raft_sim::scenario::Scenario, at: Time) -> (u64, u64) {
    let mut trace = Trace::deaf();
    let mut run = Run::new(Arc::new(scenario.clone()), &mut trace);
    assert!(run.advance(at, usize::MAX, &mut trace));
    digest(run.world())
}

#[test]
fn seek_equals_a_fresh_run_at_300_random_times() {
    let dice = Dice::new(42);
    for seed in 0..6 {
        let scenario = chaos::scenario(seed);
        let mut timeline = Timeline::new(scenario.clone());
        for n in 0..50 {
            let at = Time(dice.roll(Purpose::Schedule, [seed, n], Time::ZERO, 0) % 20_000_000);
            timeline.seek(at);
            assert_eq!(digest(timeline.run().world()), fresh(&scenario, at), "seed {seed} at {at}");
        }
    }
}

#[test]
fn a_hundred_events_back_and_forward_again_is_the_same_world() {
    for seed in 0..20 {
        let mut timeline = Timeline::new(chaos::scenario(seed));
        timeline.seek(Time::seconds(7));
        assert!(timeline.step());
        let (before, event) = (digest(timeline.run().world()), timeline.events());
        (0..100).for_each(|_| assert!(timeline.back()));
        assert_eq!(timeline.events(), event - 100);
        (0..100).for_each(|_| assert!(timeline.step()));
        assert_eq!(digest(timeline.run().world()), before);
    }
}

#[test]
fn an_action_in_the_past_forks_and_its_scenario_replays_to_the_same_world() {
    for seed in 0..20 {
        let mut timeline = Timeline::new(chaos::scenario(seed));
        timeline.seek(Time::seconds(9));
        (0..1 + seed as usize * 3).for_each(|_| assert!(timeline.back()));
        for action in
            [Action::Heal(raft_sim::scenario::Heal::All), Action::Crash(Who::Leader), Action::Restart(Who::Follower)]
        {
            let before = digest(timeline.run().world());
            if timeline.act(action).is_err() {
                // What cannot be done leaves no trace, apart from what was due at this instant.
                assert!(digest(timeline.run().world()) == before || timeline.events() > 0);
            }
            timeline.seek(timeline.now() + Time::millis(170));
        }
        assert!(!timeline.branches().is_empty());
        let text = format(timeline.scenario());
        let again = parse(&text).expect("its own text is a scenario").scenario;
        assert_eq!(&again, &**timeline.scenario());
        assert_eq!(fresh(&again, timeline.now()), digest(timeline.run().world()), "seed {seed}\n{text}");
    }
}

#[test]
fn an_old_future_can_be_taken_up_again() {
    let mut timeline = Timeline::new(chaos::scenario(3));
    timeline.seek(Time::seconds(5));
    let (before, end) = (digest(timeline.run().world()), timeline.now());
    timeline.seek(Time::seconds(2));
    timeline.act(Action::Heal(raft_sim::scenario::Heal::All)).expect("links can always be mended");
    assert!(timeline.take_branch(0));
    timeline.seek(end);
    assert_eq!(digest(timeline.run().world()), before);
}

#[test]
fn what_has_a_name_outlives_what_has_none_and_what_was_forgotten_comes_back() {
    let mut timeline = Timeline::new(parse("raft 1\nservers 3\n").expect("a scenario").scenario);
    for n in 0..MOST_BRANCHES as u64 + 4 {
        timeline.seek(Time::seconds(2));
        timeline.seek(Time::millis(100 + n));
        timeline.act(Action::Heal(raft_sim::scenario::Heal::All)).expect("links can always be mended");
        if n == 1 {
            timeline.rename(Some(0), "the first");
        }
    }
    let parted = |timeline: &Timeline| timeline.branches().iter().map(|old| old.from.0 / 1_000).collect::<Vec<_>>();
    assert_eq!(parted(&timeline), [&[100][..], &(105..120).collect::<Vec<_>>()].concat(), "four made room");
    let before = parted(&timeline);
    let old = timeline.drop_branch(3).expect("there is one");
    assert_eq!(timeline.branches().len(), MOST_BRANCHES - 1);
    timeline.put_branch(3, old.clone());
    assert_eq!(parted(&timeline), before, "it is back in its place");
    timeline.put_branch(3, old);
    assert_eq!(parted(&timeline), before, "there is no room for another");
    assert!(timeline.drop_branch(MOST_BRANCHES).is_none());
}

#[test]
fn records_are_the_same_whichever_way_one_came() {
    let mut straight = Timeline::new(chaos::scenario(5));
    straight.seek(Time::seconds(6));
    let mut winding = Timeline::new(chaos::scenario(5));
    for at in [3, 1, 4, 2, 5, 0, 6] {
        winding.seek(Time::seconds(at));
    }
    assert_eq!(straight.records(), winding.records());
}

#[test]
fn in_a_long_run_what_is_known_of_anywhere_is_what_happened_there() {
    let text = "raft 1\nservers 3\nclients 1\nset load 20/s\nset heartbeat 2ms\nset latency 500us..900us\nat 5s crash S1\nat 7s restart S1\nat 20s write x=1\n";
    let scenario = parse(text).expect("a scenario").scenario;
    let (end, dice) = (Time::seconds(60), Dice::new(7));
    let mut trace = Trace::new();
    let mut run = Run::new(Arc::new(scenario.clone()), &mut trace);
    assert!(run.advance(end, usize::MAX, &mut trace));
    let told: Vec<_> = trace.drain().collect();
    let mut timeline = Timeline::new(scenario.clone());
    timeline.seek(end);
    assert_eq!((timeline.events(), timeline.place()), (run.world().events(), told.len()));
    assert!(told.len() > 50_000, "{} records", told.len());
    assert!(timeline.all_records().len() <= 40_000);
    for n in 0..40 {
        let at = Time(dice.roll(Purpose::Schedule, [n, 0], Time::ZERO, 0) % end.0);
        match n % 4 {
            0 => assert!(timeline.back()),
            1 => timeline.seek_event(timeline.events() / 2),
            _ => timeline.seek(at),
        }
        let (events, now) = (timeline.events(), timeline.now());
        let place = told.partition_point(|record| record.event <= events);
        assert_eq!(timeline.place(), place, "after {n}");
        let known = timeline.records();
        assert_eq!(known, &told[place - known.len()..place], "after {n}");
        let recent = known.first().is_some_and(|first| first.at + Time::millis(1_000) < now);
        let enough = known.len() == place || known.len() > 1_000 || recent;
        assert!(enough || n % 4 < 2, "after {n}: little is known at {now}");
        if n % 8 == 3 {
            assert_eq!(digest(timeline.run().world()), fresh(&scenario, at));
        }
    }
    // And a deed in the past goes on from there as in a new run.
    timeline.seek(Time::seconds(6));
    timeline.act(Action::Crash(Who::Leader)).expect("somebody leads");
    timeline.seek(Time::seconds(9));
    assert_eq!(digest(timeline.run().world()), fresh(timeline.scenario(), Time::seconds(9)));
}
