//! That what is found breaks what it says, and that nothing is found where nothing is.

use std::sync::Arc;

use raft_sim::record::Trace;
use raft_sim::run::Run;

use super::*;

const FREE_PLAY: &str = "raft 1\ntitle Free play\nseed 3\n";

fn finish(job: &mut Job, events: u64) -> Option<Finding> {
    while job.run(10_000) != Stage::Done {
        if job.tally().events > events {
            return None;
        }
    }
    job.finding()
}

/// The scenario plays as it says.
#[track_caller]
fn plays(finding: &Finding) -> Scenario {
    let scenario = scenario::parse(&finding.scenario).expect("a scenario").scenario;
    let mut trace = Trace::deaf();
    let mut run = Run::new(Arc::new(scenario.clone()), &mut trace);
    assert!(run.finish(1_000_000, &mut trace));
    assert_eq!(run.failures(), [], "{}", finding.scenario);
    assert!(!run.world().checker().violations().is_empty(), "{}", finding.scenario);
    scenario
}

#[test]
fn from_a_moment_of_a_run_what_was_before_stays() {
    let text = format!("{FREE_PLAY}bug no-uptodate-check\nat 600ms write x=1\nat 5s crash leader\n");
    let at = Time::seconds(1);
    let mut job = Job::find(&text, &From::Moment(at), "2 crashes, 3 drops, 1 partition", 0).expect("a search");
    let finding = finish(&mut job, 3_000_000).expect("it is found");
    assert_eq!(finding.begins, at);
    let scenario = plays(&finding);
    assert_eq!(scenario.seed, 3);
    assert!(finding.scenario.contains("write x=1"), "{}", finding.scenario);
    assert!(!finding.scenario.contains("at 5s"), "what was still to come is not done: {}", finding.scenario);
    assert!(finding.steps_left <= finding.steps_found);
}

#[test]
fn from_anywhere_a_small_cluster_is_found() {
    let mut job = Job::find("raft 1\nbug double-vote\n", &From::Anywhere, "1 crash", 0).expect("a search");
    let finding = finish(&mut job, 1_000_000).expect("it is found");
    assert_eq!(finding.promise, "Election Safety");
    plays(&finding);
}

/// As `raftlab explore` tries them: each for the events of one world, however they are cut into slices.
#[test]
fn the_seeds_find_what_they_find_in_a_terminal() {
    const BUDGET: &str = "2 crashes, 3 drops, 1 partition";
    let start = Start::Anywhere(vec![Bug::find("commit-old-term").expect("a bug of the table")]);
    let budget = Budget::parse(BUDGET).expect("a budget");
    let alone = |seed| {
        let mut explorer = Explorer::new(start.clone(), budget, seed);
        explorer.run(EACH).found.then(|| (seed, explorer.minimiser().map_or(0, |minimiser| minimiser.ops().len())))
    };
    let found = (0..).find_map(alone).expect("some seed finds it");
    for slice in [20_000, 7_001] {
        let mut job = Job::find("raft 1\nbug commit-old-term\n", &From::Anywhere, BUDGET, 0).expect("a search");
        while job.run(slice) == Stage::Looks {}
        assert_eq!((job.seed, job.steps_found), found);
        assert_eq!(job.tally().worlds, found.0 + 1, "one for each seed");
    }
}

#[test]
fn with_all_rules_in_force_nothing_is_found() {
    let mut job = Job::histories(2_000, 7);
    assert_eq!(finish(&mut job, u64::MAX), None);
    let tally = job.tally();
    assert!((2_000..2_200).contains(&tally.runs) && tally.events > tally.runs, "{tally:?}");
}

#[test]
fn what_is_wrong_is_said() {
    let wrong = |text: &str, at: u64, budget: &str| {
        Job::find(text, &From::Moment(Time::seconds(at)), budget, 0).err().unwrap_or_default()
    };
    assert!(wrong("raft 1\nnonsense\n", 0, "").contains("nonsense"));
    assert!(wrong(FREE_PLAY, 0, "2 cats").contains("cats"));
    let fallen = include_str!("../../../../www/scenarios/bugs/double-vote.raft");
    assert!(wrong(fallen, 60, "").starts_with("election-safety is broken before"), "{}", wrong(fallen, 60, ""));
}
