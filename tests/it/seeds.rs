//! Many seeds, and never a broken promise.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use raft_core::Time;
use raft_sim::linearize::Verdict;
use raft_sim::record::Trace;
use raft_sim::run::Run;
use raft_sim::{link, scenario};

use crate::chaos;

/// How many seeds: twenty thousand, or `SEEDS=…`.
fn seeds() -> u64 {
    std::env::var("SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(20_000)
}

/// Runs one seed and returns how many events and requests it had, or says what broke with a link that replays it.
fn run(seed: u64) -> Result<[u64; 2], String> {
    let scenario = Arc::new(chaos::scenario(seed));
    let mut trace = Trace::deaf();
    let mut run = Run::new(scenario.clone(), &mut trace);
    if !run.advance(Time::seconds(30), 3_000_000, &mut trace) {
        return Err(format!("seed {seed} does not end"));
    }
    let broken = run.world().checker().violations();
    let failed = run.failures();
    let order = run.world().linearize();
    if broken.is_empty() && failed.is_empty() && matches!(order, Verdict::Linearizable(_)) {
        return Ok([run.world().events(), run.world().history().len() as u64]);
    }
    let view = link::View { at: Some(broken.first().map_or(run.world().now(), |v| v.at)), ..link::View::default() };
    let text = scenario::format(&scenario);
    Err(format!("seed {seed}: {broken:?} {failed:?} {order}\n{}\n{text}", link::encode(&scenario, &view)))
}

#[test]
fn no_seed_breaks_a_promise_of_raft() {
    let (next, events, requests) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let seed = next.fetch_add(1, Ordering::Relaxed)
                    && seed < seeds()
                {
                    match run(seed) {
                        Ok([happened, asked]) => {
                            events.fetch_add(happened, Ordering::Relaxed);
                            requests.fetch_add(asked, Ordering::Relaxed);
                        }
                        Err(what) => panic!("{what}"),
                    }
                }
            });
        }
    });
    let (events, requests) = (events.into_inner(), requests.into_inner());
    println!("{} seeds, {events} events, {requests} requests, no promise broken, every history linearizable", seeds());
}
