//! What it takes to go about in a long history: time for a seek, and memory for all of it.

use raft_bench::history::{HISTORIES, HOUR, History, places};
use raft_core::Time;

use crate::{alloc, clock};

/// So many seeks are timed.
pub const SEEKS: usize = 1_000;

/// Prints the table.
pub fn table() -> Result<(), String> {
    println!("An hour of five servers: {SEEKS} seeks to anywhere in it, and what the whole of it takes");
    println!(
        "{:10} {:>9} {:>8} {:>9} {:>9} {:>9} {:>9} {:>10}",
        "", "events", "play", "seek p50", "p99", "max", "MB", "MB at most"
    );
    HISTORIES.into_iter().try_for_each(row)
}

fn row(history: History) -> Result<(), String> {
    let before = alloc::in_use();
    alloc::forget_most();
    let mut timeline = history.timeline()?;
    let start = clock::now();
    timeline.seek(Time::seconds(HOUR));
    let (events, play) = (timeline.events(), (clock::now() - start).as_secs_f64());
    let memory = alloc::in_use() - before;
    let mut took: Vec<f64> = places(timeline.end())
        .take(SEEKS)
        .map(|place| {
            let start = clock::now();
            timeline.seek(place);
            (clock::now() - start).as_secs_f64() * 1e3
        })
        .collect();
    took.sort_by(f64::total_cmp);
    let [half, most_of_them, all] = [SEEKS / 2, SEEKS * 99 / 100, SEEKS - 1].map(|place| took[place]);
    let [memory, most] = [memory, alloc::most_in_use() - before].map(|bytes| bytes as f64 / 1e6);
    println!(
        "{:10} {events:9} {play:6.1} s {half:6.2} ms {most_of_them:6.2} ms {all:6.2} ms {memory:9.1} {most:10.1}",
        history.name
    );
    Ok(())
}
