//! Ten thousand random schedules on our core and on raft-rs.
//!
//! `SCHEDULES=N` runs so many, `SEED=N` prints one of them, `BUDGET=N` lets it take so many seconds.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::time::{Duration, Instant};

use peers::rule::Rule;
use peers::schedule::Schedule;
use peers::versus::{Run, run, trace};
use raft_core::Rules;

#[test]
fn both_cores_come_to_the_same() {
    if let Some(seed) = number("SEED") {
        eprintln!("{}", trace(&Schedule::random(seed)));
    }
    let count = number("SCHEDULES").unwrap_or(10_000);
    let (begun, budget) = (Instant::now(), Duration::from_secs(number("BUDGET").unwrap_or(300)));
    let mut sum = Sum::default();
    for seed in 0..count {
        if begun.elapsed() > budget {
            eprintln!("time is up");
            break;
        }
        let schedule = Schedule::random(seed);
        sum.add(&schedule, run(&schedule, Rules::PAPER, |_, _, _, _| {}));
    }
    eprint!("{}", sum.text());
    let seeds: Vec<u64> = sum.unnamed.iter().map(|(seed, _)| *seed).collect();
    if let Some(seed) = seeds.first() {
        eprintln!("{}", trace(&Schedule::random(*seed)));
    }
    assert!(seeds.is_empty(), "{} schedules differ for no reason that has a name: {seeds:?}", seeds.len());
    // Reasons for more than a few would be no comparison any more.
    assert!(sum.parted * 10 <= sum.schedules, "{} of {} part", sum.parted, sum.schedules);
}

/// A core with a well-known bug differs for no reason that has a name: the comparison can fail.
#[test]
fn a_bug_is_found_out() {
    let bugs: [(&str, Rules); 5] = [
        ("half is a majority", Rules { majority: |voters| voters / 2, ..Rules::PAPER }),
        ("two votes in a term", Rules { vote_is_free: |_, _| true, ..Rules::PAPER }),
        ("anybody may lead", Rules { up_to_date: |_, _| true, ..Rules::PAPER }),
        ("entries follow anything", Rules { previous_matches: |_, _| true, ..Rules::PAPER }),
        ("nothing conflicts", Rules { conflicts: |_, _| false, ..Rules::PAPER }),
    ];
    for (name, rules) in bugs {
        let differs = |seed: &u64| run(&Schedule::random(*seed), rules, |_, _, _, _| {}).unnamed.is_some();
        assert!((0..1_000).any(|seed| differs(&seed)), "{name}: nothing differs");
    }
}

/// Every reason for which they may differ is told.
#[test]
fn every_reason_is_in_the_docs() {
    let docs = include_str!("../../../docs/peers.md");
    let rows: BTreeSet<&str> =
        docs.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`')).map(|(name, _)| name).collect();
    let rules: BTreeSet<String> = Rule::ALL.iter().map(|rule| format!("{rule:?}")).collect();
    assert_eq!(rows, rules.iter().map(String::as_str).collect());
}

/// What many schedules came to.
#[derive(Default)]
struct Sum {
    schedules: usize,
    events: usize,
    compared: usize,
    same: usize,
    parted: usize,
    rules: BTreeMap<Rule, usize>,
    unnamed: Vec<(u64, String)>,
}

impl Sum {
    fn add(&mut self, schedule: &Schedule, run: Run) {
        self.schedules += 1;
        self.events += run.parted.map_or(schedule.events.len(), |number| number + 1);
        self.compared += run.compared;
        self.parted += usize::from(run.parted.is_some());
        self.same += usize::from(run.rules.is_empty() && run.unnamed.is_none());
        for rule in run.rules {
            *self.rules.entry(rule).or_default() += 1;
        }
        self.unnamed.extend(run.unnamed.map(|text| (schedule.seed, text)));
    }

    fn text(&self) -> String {
        let Sum { schedules, events, compared, same, parted, rules, unnamed } = self;
        let mut text = format!(
            "{schedules} schedules, {events} events, {compared} comparisons: {same} schedules the same throughout, \
             {parted} part on the way, {} for no reason that has a name\n",
            unnamed.len(),
        );
        for (rule, count) in rules {
            text += &format!("{count:6} {rule:?}\n");
        }
        text
    }
}

fn number(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}
