//! `raftlab explore`: looks for a schedule that breaks a promise, on all cores.
//!
//! Each seed is a search of its own, so that what a seed finds does not depend on how many threads
//! there are or how fast they run: of those that find something, the lowest counts.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use cpu_time::ThreadTime;
use raft_sim::bugs::Bug;
use raft_sim::explore::{Budget, Explorer, Goal, Minimiser, Progress, Start};
use raft_sim::scenario;

use crate::Ending;
use crate::explored::{Outcome, Report};
use crate::input::load;

/// A search looks so often, in events, whether it is wanted any more.
const SLICE: u64 = 20_000;

/// What is looked for, and how long.
#[derive(Clone)]
pub struct Search {
    /// With these rules off.
    pub bugs: Vec<Bug>,
    /// From the end of this scenario, instead of from anywhere.
    pub from: Option<String>,
    /// Which seeds.
    pub seeds: Range<u64>,
    /// How many events a seed may have.
    pub each: u64,
    /// How much may go wrong.
    pub budget: Budget,
    /// A predicate, instead of a broken promise.
    pub goal: Option<String>,
    /// By luck alone, to compare with.
    pub blind: bool,
    /// How long at most.
    pub time: Option<Duration>,
    /// How long at most each thread may be on a processor: what else the machine does is not counted.
    pub cpu: Option<Duration>,
    /// How many events in all at most.
    pub events: Option<u64>,
    /// Threads.
    pub jobs: usize,
}

/// Looks, and prints what was found.
pub fn explore(search: &Search, json: bool) -> Ending {
    let report = match run(search) {
        Ok(report) => report,
        Err(error) => {
            eprintln!("{error}");
            return Ending::Unreadable;
        }
    };
    if json {
        println!("{}", report.json());
    } else {
        report.print();
    }
    report.ending()
}

/// Looks.
pub fn run(search: &Search) -> Result<Report, String> {
    let start = start(search)?;
    let goal = goal(search, &start)?;
    let (began, here) = (Instant::now(), ThreadTime::now());
    let shared = Shared {
        next: AtomicU64::new(search.seeds.start),
        lowest: AtomicU64::new(u64::MAX),
        spent: AtomicU64::new(0),
        sum: Mutex::new(Sum::default()),
    };
    std::thread::scope(|scope| {
        for _ in 0..search.jobs.max(1) {
            scope.spawn(|| shared.work(search, &start, &goal, began));
        }
    });
    let sum = shared.sum.into_inner().unwrap_or_else(PoisonError::into_inner);
    let outcome = sum.found.map(|(seed, mut minimiser)| {
        let ops = minimiser.ops().len();
        minimiser.run(u64::MAX / 2);
        let scenario = minimiser.scenario();
        Outcome {
            seed,
            promise: minimiser.promise().map(|promise| promise.name().to_owned()),
            found_ops: ops as u64,
            ops: minimiser.ops().len() as u64,
            servers: (scenario.servers.len() + scenario.learners.len() + scenario.spares.len()) as u64,
            tests: minimiser.effort().0,
            scenario: scenario::format(&scenario),
        }
    });
    Ok(Report {
        seeds: [search.seeds.start, sum.seeds],
        runs: sum.progress.runs,
        events: sum.progress.events,
        worlds: sum.progress.worlds,
        ways: sum.progress.ways,
        states: sum.progress.states,
        millis: began.elapsed().as_millis() as u64,
        busy: sum.busy.as_millis() as u64,
        cpu: (sum.busy + here.elapsed()).as_millis() as u64,
        found: outcome,
    })
}

/// What the threads share.
struct Shared {
    next: AtomicU64,
    /// The lowest seed that found something.
    lowest: AtomicU64,
    spent: AtomicU64,
    sum: Mutex<Sum>,
}

#[derive(Default)]
struct Sum {
    progress: Progress,
    /// How many seeds were begun.
    seeds: u64,
    /// How long the threads were on a processor.
    busy: Duration,
    found: Option<(u64, Minimiser)>,
}

impl Shared {
    fn work(&self, search: &Search, start: &Start, goal: &Goal, began: Instant) {
        let here = ThreadTime::now();
        let late = || self.is_late(search, began, here);
        loop {
            let seed = self.next.fetch_add(1, Ordering::Relaxed);
            if seed >= search.seeds.end || seed > self.lowest.load(Ordering::Relaxed) || late() {
                break;
            }
            let mut explorer =
                Explorer::new(start.clone(), search.budget, seed).toward(goal.clone()).blind(search.blind);
            let mut before = 0;
            loop {
                let progress = explorer.run(SLICE.min(search.each - before));
                self.spent.fetch_add(progress.events - before, Ordering::Relaxed);
                before = progress.events;
                let wanted = seed <= self.lowest.load(Ordering::Relaxed);
                if progress.found || !wanted || progress.events >= search.each || late() {
                    break;
                }
            }
            self.add(seed, &explorer);
        }
        self.sum.lock().unwrap_or_else(PoisonError::into_inner).busy += here.elapsed();
    }

    fn is_late(&self, search: &Search, began: Instant, here: ThreadTime) -> bool {
        search.time.is_some_and(|time| began.elapsed() >= time)
            || search.cpu.is_some_and(|time| here.elapsed() >= time)
            || search.events.is_some_and(|events| self.spent.load(Ordering::Relaxed) >= events)
    }

    fn add(&self, seed: u64, explorer: &Explorer) {
        let mut sum = self.sum.lock().unwrap_or_else(PoisonError::into_inner);
        let (one, all) = (explorer.progress(), &mut sum.progress);
        all.runs += one.runs;
        all.events += one.events;
        all.worlds += one.worlds;
        all.ways = all.ways.max(one.ways);
        all.states = all.states.max(one.states);
        sum.seeds += 1;
        if let Some(minimiser) = explorer.minimiser()
            && sum.found.as_ref().is_none_or(|(lowest, _)| seed < *lowest)
        {
            sum.found = Some((seed, minimiser));
            self.lowest.fetch_min(seed, Ordering::Relaxed);
        }
    }
}

fn start(search: &Search) -> Result<Start, String> {
    let Some(file) = &search.from else { return Ok(Start::Anywhere(search.bugs.clone())) };
    let mut scenario = load(file)?.parsed.scenario;
    for bug in &search.bugs {
        if !scenario.bugs.contains(bug) {
            scenario.bugs.push(*bug);
        }
    }
    Start::end_of(scenario, crate::check::MOST_EVENTS).map_err(|why| format!("{file}: {why}"))
}

/// A predicate is read as the language reads it, with the names that the scenario has.
fn goal(search: &Search, start: &Start) -> Result<Goal, String> {
    let Some(text) = &search.goal else {
        return start.must_be_whole().map(|()| Goal::Broken).map_err(|why| format!("--from: {why}"));
    };
    let header = match start {
        Start::Anywhere(_) => "servers 3\nclients 4\n".to_owned(),
        Start::Moment(scenario, _) => {
            let bare = scenario::Scenario { steps: Vec::new(), ..(**scenario).clone() };
            scenario::format(&bare).trim_start_matches("raft 1\n").to_owned()
        }
    };
    let parsed =
        scenario::parse(&format!("raft 1\n{header}when {text}\n")).map_err(|error| format!("--goal: {error}"))?;
    match parsed.scenario.steps.into_iter().next().map(|step| step.trigger) {
        Some(scenario::Trigger::When { predicate, .. }) if !predicate.looks_back() => Ok(Goal::Holds(predicate)),
        _ => Err(format!("--goal: `{text}` cannot be judged at every moment")),
    }
}
