//! Many seeds, and never a broken promise.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use raft_core::Time;
use raft_sim::checker::Promise;
use raft_sim::linearize::Verdict;
use raft_sim::liveness::{Standstill, Warning};
use raft_sim::record::Trace;
use raft_sim::run::Run;
use raft_sim::scenario::Scenario;
use raft_sim::words::standstill;
use raft_sim::{link, scenario};

use crate::chaos;

/// How many seeds: twenty thousand, or `SEEDS=…`.
fn seeds() -> u64 {
    std::env::var("SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(20_000)
}

/// Simulated seconds of a run.
const LONG: u64 = 30;

/// How much was judged.
#[derive(Default)]
struct Tally {
    /// Events of the runs.
    events: AtomicU64,
    /// What clients asked for.
    requests: AtomicU64,
    /// Runs without client sessions in which a request was done twice, and that the history shows.
    twice: AtomicU64,
}

/// Whether settings are the reason of a standstill: that is not what is looked for.
fn is_due(warning: &Warning, run: &Run) -> bool {
    let set = run.world().settings().all();
    let spread = set.election_timeout.end.since(set.election_timeout.start);
    match warning.what {
        // An old entry waits for a new one, if a new leader has none of its own (§8).
        Standstill::NoCommit { .. } => !set.no_op,
        // Who times out at nearly the same time splits the votes, again and again (§5.2).
        Standstill::NoLeader => spread.0 < 4 * set.latency.end.0,
        Standstill::LeftBehind { .. } => false,
    }
}

/// Runs one seed, or says what broke with a link that replays it.
fn run(seed: u64, scenario: Scenario, tally: &Tally) -> Result<(), String> {
    let scenario = Arc::new(scenario);
    let mut trace = Trace::deaf();
    let mut run = Run::new(scenario.clone(), &mut trace);
    let mut warning = None;
    for half_seconds in 1..=2 * LONG {
        if !run.advance(Time::millis(500 * half_seconds), 3_000_000, &mut trace) {
            return Err(format!("seed {seed} does not end"));
        }
        warning = warning.or_else(|| run.world().standstill());
    }
    let mut broken = run.world().checker().violations().to_vec();
    let failed = run.failures();
    let order = run.world().linearize();
    let mut linearizable = matches!(order, Verdict::Linearizable(_));
    if scenario::format(&scenario).contains("set sessions off") {
        // Once a request was done again, nothing is promised of what clients see.
        broken.retain(|violation| violation.promise() != Promise::ExactlyOnce);
        if broken.len() < run.world().checker().violations().len() {
            tally.twice.fetch_add(u64::from(!linearizable), Ordering::Relaxed);
            linearizable = true;
        }
    }
    let warning = warning.filter(|warning| !is_due(warning, &run)).map(|warning| standstill::warning(&warning));
    let slips = run.world().checker().slips();
    if broken.is_empty() && failed.is_empty() && linearizable && warning.is_none() && slips.is_empty() {
        tally.events.fetch_add(run.world().events(), Ordering::Relaxed);
        tally.requests.fetch_add(run.world().history().len() as u64, Ordering::Relaxed);
        return Ok(());
    }
    let view = link::View { at: Some(broken.first().map_or(run.world().now(), |v| v.at)), ..link::View::default() };
    let text = scenario::format(&scenario);
    Err(format!(
        "seed {seed}: {broken:?} {failed:?} {order} {warning:?} {slips:?}\n{}\n{text}",
        link::encode(&scenario, &view)
    ))
}

/// Runs so many seeds of a kind, side by side.
fn run_all(seeds: u64, schedule: fn(u64) -> Scenario) -> Tally {
    let (next, tally) = (AtomicU64::new(0), Tally::default());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let seed = next.fetch_add(1, Ordering::Relaxed)
                    && seed < seeds
                {
                    if let Err(what) = run(seed, schedule(seed), &tally) {
                        panic!("{what}");
                    }
                }
            });
        }
    });
    tally
}

#[test]
fn no_seed_breaks_a_promise_of_raft() {
    let Tally { events, requests, twice } = run_all(seeds(), chaos::scenario);
    let [events, requests, twice] = [events, requests, twice].map(AtomicU64::into_inner);
    println!("{} seeds, {events} events, {requests} requests, no promise broken, every history linearizable", seeds());
    println!("without sessions {twice} histories show that a request was done twice");
    assert!(twice > 0 || seeds() < 1_000, "what is judged can be broken");
}

#[test]
fn no_seed_of_many_readers_reads_what_is_stale() {
    let seeds = seeds() / 10;
    let Tally { events, requests, .. } = run_all(seeds, chaos::readers);
    let [events, requests] = [events, requests].map(AtomicU64::into_inner);
    println!("{seeds} seeds, {events} events, {requests} requests, no read stale, every history linearizable");
}
