//! To the next event of a kind and back, until a condition holds; and two runs beside each other.

use std::sync::Arc;

use raft_core::{Note, ServerId, Time};
use raft_sim::compare::{Aspect, Owner, Pair};
use raft_sim::record::What;
use raft_sim::scenario::{Action, Scenario, Who, parse, parse_condition};
use raft_sim::timeline::Timeline;
use raft_sim::timeline::search::{Goal, Progress, Search, Stop};

fn scenario(text: &str) -> Scenario {
    parse(text).expect("a scenario").scenario
}

/// Searches in slices as small as they can be, up to an end.
fn go(timeline: &mut Timeline, goal: Goal, within: Time) -> Progress {
    let mut search = Search::new(timeline, goal, within);
    for _ in 0..100_000 {
        match search.go_on(timeline, 7) {
            Progress::Open => {}
            end => return end,
        }
    }
    panic!("it goes on for ever");
}

const CRASHES: &str =
    "raft 1\nservers 3\nclients 1\nat 1s write x=1\nat 2s crash leader\nat 5s write y=2\nat 6s mark later\n";

#[test]
fn the_next_event_of_a_kind_is_the_next_and_the_one_before_is_found_again() {
    let mut told = Timeline::new(scenario(CRASHES));
    told.seek(Time::seconds(8));
    for (stop, name) in Stop::ALL {
        assert_eq!(Stop::find(name), Some(stop));
        let mut events: Vec<u64> = told.all_records().iter().filter(|r| stop.is(r)).map(|r| r.event).collect();
        events.dedup();
        events.truncate(30);
        let mut timeline = Timeline::new(scenario(CRASHES));
        for event in events.iter().filter(|event| **event > 0) {
            assert_eq!(go(&mut timeline, Goal::Next(stop), Time::seconds(8)), Progress::Found, "{name}");
            assert_eq!(timeline.events(), *event, "next {name}");
        }
        for event in events.iter().rev().skip(1).filter(|event| **event > 0) {
            assert_eq!(go(&mut timeline, Goal::Previous(stop), Time::ZERO), Progress::Found, "{name}");
            assert_eq!(timeline.events(), *event, "previous {name}");
        }
        assert_eq!(go(&mut timeline, Goal::Previous(stop), Time::ZERO), Progress::Nowhere, "{name}");
        assert_eq!(timeline.now(), Time::ZERO);
    }
}

#[test]
fn an_election_long_ago_is_found_though_its_records_are_not_kept() {
    let mut timeline = Timeline::new(scenario("raft 1\nservers 3\nset heartbeat 2ms\nset latency 500us\n"));
    timeline.seek(Time::seconds(60));
    assert!(timeline.first_record() > 0, "all records are kept");
    assert_eq!(go(&mut timeline, Goal::Previous(Stop::Election), Time::ZERO), Progress::Found);
    let there = timeline.records().iter().any(|r| matches!(r.what, What::Decided(_, Note::Leads { .. })));
    assert!(there && timeline.now() < Time::seconds(2), "at {}", timeline.now());
}

#[test]
fn a_condition_is_run_to_and_one_that_does_not_come_ends_at_the_limit() {
    let mut timeline = Timeline::new(scenario(CRASHES));
    let holds = |text: &str| {
        let (predicate, within) = parse_condition(text, &scenario(CRASHES)).expect("a condition");
        (Goal::Holds(predicate), within.unwrap_or(Time::seconds(60)))
    };
    let (goal, within) = holds("leader");
    assert_eq!(go(&mut timeline, goal.clone(), within), Progress::Found);
    let first = timeline.run().world().leader();
    assert!(first.is_some());
    // It holds: the next time is after the crash.
    assert_eq!(go(&mut timeline, goal, within), Progress::Found);
    assert!(timeline.now() > Time::seconds(2) && timeline.run().world().leader() != first);
    let now = timeline.now();
    let (goal, within) = holds("violated election-safety within 3s");
    assert_eq!(go(&mut timeline, goal, within), Progress::Nowhere);
    assert_eq!(timeline.now(), now + Time::seconds(3));
}

#[test]
fn a_wrong_condition_is_refused_at_its_word() {
    for (text, column) in [("S9 is leader", 1), ("leader is S1 crash S2", 14), ("S1 is ledaer", 7), ("", 1)] {
        let error = parse_condition(text, &scenario(CRASHES)).expect_err(text);
        assert_eq!((error.line, error.column), (1, column), "{text}: {error}");
    }
}

#[test]
fn two_futures_are_the_same_until_the_deed_and_then_it_is_said_what_differs() {
    let mut timeline = Timeline::new(scenario("raft 1\nservers 3\nclients 1\nat 1s write x=1\n"));
    timeline.seek(Time::seconds(3));
    timeline.seek(Time::millis(1_500));
    let (old, events) = (timeline.scenario().clone(), timeline.events());
    let leader = timeline.run().world().leader().expect("somebody leads");
    timeline.act(Action::Crash(Who::Leader)).expect("it can crash");
    let mut pair = Pair::new([old.clone(), timeline.scenario().clone()]);
    while !pair.approach(Time::seconds(4), 10) {}
    let parting = pair.parting().expect("they part");
    assert_eq!((parting.at, pair.same()), (Time::millis(1_500), events));
    let second = parting.first[1].as_ref().expect("a crash");
    assert!(matches!(second.what, What::Crashed(id, _) if id == leader));
    let found = pair.differences();
    let of = |owner, aspect| found.iter().find(|d| d.of == owner && d.aspect == aspect);
    assert_eq!(of(None, Aspect::Leader).expect("another leads").values[0], leader.to_string());
    let role = of(Some(Owner::Server(leader)), Aspect::Role).expect("it is down");
    assert_eq!(role.values, ["leader", "down"]);
    // And a run does not differ from itself.
    let mut same = Pair::new([old.clone(), old]);
    while !same.approach(Time::seconds(4), 1_000) {}
    assert_eq!((same.parting(), same.differences()), (None, vec![]));
    assert_eq!(same.now(), Time::seconds(4));
}

#[test]
fn clusters_one_setting_apart_or_of_another_size_are_compared() {
    let text = |more: &str| scenario(&format!("raft 1\n{more}clients 1\nat 1s write x=1\nat 1s write y=1\n"));
    let mut pair = Pair::new([Arc::new(text("servers 3\n")), Arc::new(text("servers 5\nset pre-vote on\n"))]);
    while !pair.approach(Time::seconds(3), 100) {}
    assert!(pair.parting().is_some());
    let missing = pair.differences().into_iter().find(|d| d.aspect == Aspect::Presence).expect("there are more");
    assert_eq!((missing.of, missing.values), (Some(Owner::Server(ServerId(4))), ["not there".into(), "there".into()]));
}
