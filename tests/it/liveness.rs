//! The warning that a cluster does not get on: it comes where Raft would go on and does not, and never where
//! something is in the way.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use raft_core::Time;
use raft_sim::bugs::Bug;
use raft_sim::record::Trace;
use raft_sim::run::Run;
use raft_sim::scenario::{Scenario, parse};
use raft_sim::words::standstill;

/// What was warned of in a run, each once, in order.
fn warnings(scenario: Scenario, until: Option<Time>) -> Vec<&'static str> {
    let (mut trace, mut all) = (Trace::deaf(), Vec::new());
    let mut run = Run::new(Arc::new(scenario), &mut trace);
    while until.map_or(!run.is_over(), |until| run.world().now() < until) && run.step(&mut trace) {
        if let Some(warning) = run.world().standstill()
            && !all.contains(&warning.what.name())
        {
            all.push(warning.what.name());
        }
    }
    all
}

fn shipped(file: &Path) -> Scenario {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    parse(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display())).scenario
}

fn folder(name: &str) -> Vec<(String, Scenario)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/scenarios").join(name);
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("the folder").map(|file| file.expect("a file").path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "raft"));
    files.sort();
    let name = |file: &Path| file.file_stem().expect("a name").to_string_lossy().into_owned();
    files.iter().map(|file| (name(file), shipped(file))).collect()
}

/// The bugs after which a cluster stands still for long, and in what way. Of the other bugs that break no promise
/// one is cut off on purpose, some only cost a term, and some are moved by hand.
const WARNED: [(&str, &str); 4] = [
    ("no-noop", "no-commit"),
    ("prevote-reject-term-ignored", "no-leader"),
    ("snapshot-keeps-conflict", "left-behind"),
    ("stale-leader-ignored", "left-behind"),
];

#[test]
fn a_bug_that_stops_a_cluster_is_warned_of_and_nothing_without_it() {
    let of = |name: &str| WARNED.iter().filter(|(bug, _)| *bug == name).map(|(_, what)| *what).collect::<Vec<_>>();
    for (name, scenario) in folder("bugs") {
        let breaks = Bug::find(&name).expect("a bug").row().breaks;
        assert!(of(&name).is_empty() || breaks.is_none(), "{name} breaks no promise");
        assert_eq!(warnings(Scenario { bugs: Vec::new(), ..scenario.clone() }, None), [""; 0], "{name}, switched off");
        assert_eq!(warnings(scenario, None), of(&name), "{name}");
    }
}

#[test]
fn no_scenario_of_correct_raft_is_warned_of() {
    for (name, scenario) in folder("").into_iter().filter(|(_, scenario)| scenario.bugs.is_empty()) {
        assert_eq!(warnings(scenario, None), [""; 0], "{name}");
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let scenario = parse(&format!("raft 1\n{text}")).expect("a scenario").scenario;
    let mut trace = Trace::deaf();
    let mut run = Run::new(Arc::new(scenario), &mut trace);
    run.advance(Time::seconds(20), 1_000_000, &mut trace);
    let found = run.world().standstill().map(|warning| standstill::warning(&warning));
    assert_eq!(found.unwrap_or_default(), expected, "{text}");
}

#[test]
fn it_takes_a_majority_that_can_talk_in_a_long_calm() {
    // What is asked and answered takes longer than anybody waits (§5.6).
    let slow = "servers 3\nset latency 400ms\n";
    let nobody = |since: &str, who: &str| {
        format!("Nobody leads since {since}, although {who} are up and nothing keeps them apart.")
    };
    check(slow, &nobody("0 ms", "S1, S2 and S3"));
    check(&format!("{slow}at 10s crash S3"), &nobody("10000 ms", "S1 and S2"));
    check(&format!("{slow}at 10s partition S1 S2 | S3"), &nobody("10000 ms", "S1 and S2"));
    check(&format!("{slow}at 10s write x=1"), &nobody("0 ms", "S1, S2 and S3"));
    // Something is in the way, or was a moment ago.
    check(&format!("{slow}at 10s crash S3\ncrash S2"), "");
    check(&format!("{slow}at 10s pause S3\ncrash S2"), "");
    check(&format!("{slow}at 10s partition S1 | S2 | S3"), "");
    check(&format!("{slow}at 10s cut S1->S2\ncut S2->S3\ncut S3->S1"), "");
    check(&format!("{slow}set loss 1%"), "");
    check(&format!("{slow}at 10s hold S1->S2"), "");
    check(&format!("{slow}at 18s crash S3"), "");
    check("servers 3", "");
}
