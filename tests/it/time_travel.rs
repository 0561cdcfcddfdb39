//! Time travel: to be anywhere is to have been led there by the scenario, and by nothing else.

use std::sync::Arc;

use raft_core::Time;
use raft_sim::dice::{Dice, Purpose};
use raft_sim::digest::Digest;
use raft_sim::record::Trace;
use raft_sim::run::Run;
use raft_sim::scenario::{Action, Who, format, parse};
use raft_sim::timeline::Timeline;
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
fn records_are_the_same_whichever_way_one_came() {
    let mut straight = Timeline::new(chaos::scenario(5));
    straight.seek(Time::seconds(6));
    let mut winding = Timeline::new(chaos::scenario(5));
    for at in [3, 1, 4, 2, 5, 0, 6] {
        winding.seek(Time::seconds(at));
    }
    assert_eq!(straight.records(), winding.records());
}
