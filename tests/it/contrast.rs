//! Two clusters that are apart in one setting, beside each other: what the page compares.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use raft_core::Time;
use raft_sim::compare::{Contrast, Knob, Measure, Pair};
use raft_sim::scenario::{Scenario, parse};

/// Both, until a time.
fn played(scenario: &Scenario, contrast: &str, until: Time) -> Pair {
    let contrast = Contrast::parse(contrast).expect("a contrast");
    let both = contrast.scenarios(scenario).unwrap_or_else(|error| panic!("{error}"));
    let mut pair = Pair::new(both.map(Arc::new));
    while !pair.approach(until, 10_000) {}
    assert_eq!(pair.runs().map(|run| run.world().now()), [until, until], "one clock");
    pair
}

fn measured(pair: &Pair, measure: Measure) -> [u64; 2] {
    pair.runs().map(|run| measure.of(run.world()).unwrap_or_else(|| panic!("{measure:?}: nothing")))
}

fn shipped(name: &str) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../www/scenarios/{name}.raft"));
    let text = fs::read_to_string(path).expect("a scenario that comes with the page");
    parse(&text).unwrap_or_else(|error| panic!("{error}")).scenario
}

#[test]
fn on_a_stream_no_heartbeat_waits_behind_entries() {
    let text = "raft 1\nservers 3\nseed 7\nset latency 20ms\nset bandwidth 1MB/s\nset entry-size 16KiB\n\
                set load 50/s\nset batch 1\nat 0ms timeout S1\n";
    let scenario = parse(text).expect("a scenario").scenario;
    let pair = played(&scenario, "replication.pipelined.streaming", Time::seconds(4));
    let [pipelined, streaming] = measured(&pair, Measure::HeartbeatMost);
    assert!(streaming < 21_000, "{streaming}");
    assert!(pipelined > streaming, "{pipelined} > {streaming}");
    let [pipelined, streaming] = measured(&pair, Measure::Committed);
    assert!(pipelined.abs_diff(streaming) * 10 < pipelined, "{pipelined} and {streaming}: the link bounds both");
    assert!(pair.parting().is_some());
}

#[test]
fn with_pre_vote_who_was_cut_off_raises_no_term() {
    let text = "raft 1\nset load 20/s\nat 1s isolate S5\nat 3s heal\n";
    let scenario = parse(text).expect("a scenario").scenario;
    let pair = played(&scenario, "pre-vote.off.on", Time::seconds(5));
    let [without, with] = measured(&pair, Measure::Campaigns);
    assert!(without > with, "{without} > {with}");
    let [without, with] = measured(&pair, Measure::Leaderless);
    assert!(without > with, "{without} > {with}");
}

#[test]
fn more_servers_send_more_and_commit_the_same_load() {
    let scenario = parse("raft 1\nservers 3\n").expect("a scenario").scenario;
    let pair = played(&scenario, "servers.3.5.20", Time::seconds(4));
    let [three, five] = measured(&pair, Measure::Messages);
    assert!(five * 2 > three * 3, "{three} and {five}");
    let [three, five] = measured(&pair, Measure::Committed);
    assert!(three.abs_diff(five) <= 10, "{three} and {five}");
}

#[test]
fn every_knob_is_an_honest_comparison_of_every_scenario_that_it_fits() {
    for name in ["first-election", "leader-crash", "pipelining", "slow-follower", "streaming-heartbeats"] {
        let scenario = shipped(name);
        for knob in Knob::ALL {
            let contrast = Contrast::usual(knob, &scenario);
            let Ok([first, second]) = contrast.scenarios(&scenario) else { continue };
            assert_eq!(first.seed, second.seed);
            assert_eq!(first.steps, second.steps, "{name}: the same deeds");
            if contrast.load.is_none() && knob.of(&scenario).is_some() {
                let mut pair = Pair::new([scenario.clone(), first].map(Arc::new));
                while !pair.approach(Time::seconds(2), 10_000) {}
                assert_eq!(pair.parting(), None, "{name}: the first is the run itself");
            }
            // The same twice never parts.
            let same = Contrast { sides: [contrast.sides[0]; 2], ..contrast };
            let pair = played(&scenario, &same.to_string(), Time::seconds(2));
            assert_eq!((pair.parting(), pair.differences()), (None, vec![]), "{name}");
        }
    }
}
