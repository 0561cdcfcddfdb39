//! `raftlab explore --table`: what it takes to find each bug, as the table of docs/explore.md.

use raft_sim::bugs::Bug;

use crate::Ending;
use crate::explore::{Search, run};

/// Looks for every bug that breaks a promise with the same search and prints a row for each; the search
/// is not told more than the bug's name.
pub fn table(search: &Search) -> Ending {
    println!("| bug | breaks | seed | runs | events | processor seconds | steps found | steps left | servers |");
    println!("|---|---|--:|--:|--:|--:|--:|--:|--:|");
    let (mut found, mut all) = (0, 0);
    for bug in Bug::all().filter(|bug| bug.row().breaks.is_some()) {
        let report = match run(&Search { bugs: vec![bug], from: None, ..search.clone() }) {
            Ok(report) => report,
            Err(error) => {
                eprintln!("{error}");
                return Ending::Unreadable;
            }
        };
        all += 1;
        let effort = format!("{} | {} | {}", report.runs, report.events, report.cpu_seconds());
        match report.found {
            Some(one) => {
                found += 1;
                let promise = one.promise.unwrap_or_default();
                let (seed, long, short, servers) = (one.seed, one.found_ops, one.ops, one.servers);
                println!("| `{}` | {promise} | {seed} | {effort} | {long} | {short} | {servers} |", bug.name());
            }
            None => println!("| `{}` | not found | | {effort} | | | |", bug.name()),
        }
    }
    println!("\n{found} of {all} found.");
    Ending::Well
}
