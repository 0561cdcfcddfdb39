//! Many seeds, and never a broken promise.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use raft_core::Time;
use raft_sim::checker::Promise;
use raft_sim::linearize::Verdict;
use raft_sim::record::Trace;
use raft_sim::run::Run;
use raft_sim::scenario::Scenario;
use raft_sim::{link, scenario};

use crate::chaos;

/// How many seeds: twenty thousand, or `SEEDS=…`.
fn seeds() -> u64 {
    std::env::var("SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(20_000)
}

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

/// Runs one seed, or says what broke with a link that replays it.
fn run(seed: u64, scenario: Scenario, tally: &Tally) -> Result<(), String> {
    let scenario = Arc::new(scenario);
    let mut trace = Trace::deaf();
    let mut run = Run::new(scenario.clone(), &mut trace);
    if !run.advance(Time::seconds(30), 3_000_000, &mut trace) {
        return Err(format!("seed {seed} does not end"));
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
    if broken.is_empty() && failed.is_empty() && linearizable {
        tally.events.fetch_add(run.world().events(), Ordering::Relaxed);
        tally.requests.fetch_add(run.world().history().len() as u64, Ordering::Relaxed);
        return Ok(());
    }
    let view = link::View { at: Some(broken.first().map_or(run.world().now(), |v| v.at)), ..link::View::default() };
    let text = scenario::format(&scenario);
    Err(format!("seed {seed}: {broken:?} {failed:?} {order}\n{}\n{text}", link::encode(&scenario, &view)))
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
