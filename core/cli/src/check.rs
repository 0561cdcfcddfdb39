//! `raftlab check`: runs scenarios to their last step and says what did not hold.

use std::sync::Arc;

use raft_sim::record::Trace;
use raft_sim::run::Run;

use crate::Ending;
use crate::input::load;

/// At most so many events a scenario: one that needs more is not checked, and says so.
pub const MOST_EVENTS: usize = 50_000_000;

/// Checks every file and prints a line for each.
pub fn check(files: &[String]) -> Ending {
    let (mut failed, mut unreadable, mut passed) = (0, 0, 0);
    for file in files {
        match check_one(file) {
            Ok(summary) => {
                passed += 1;
                println!("ok      {file}: {summary}");
            }
            Err(Problem::Failed(lines)) => {
                failed += 1;
                lines.iter().for_each(|line| println!("FAILED  {line}"));
            }
            Err(Problem::Unreadable(error)) => {
                unreadable += 1;
                error.lines().for_each(|line| println!("ERROR   {line}"));
            }
        }
    }
    println!("{passed} passed, {} failed", failed + unreadable);
    match (unreadable, failed) {
        (0, 0) => Ending::Well,
        (0, _) => Ending::Failed,
        _ => Ending::Unreadable,
    }
}

enum Problem {
    Failed(Vec<String>),
    Unreadable(String),
}

fn check_one(file: &str) -> Result<String, Problem> {
    let loaded = load(file).map_err(Problem::Unreadable)?;
    let lines = loaded.parsed.lines;
    let mut trace = Trace::deaf();
    let mut run = Run::new(Arc::new(loaded.parsed.scenario), &mut trace);
    if !run.finish(MOST_EVENTS, &mut trace) {
        return Err(Problem::Failed(vec![format!("{file}: not at its last step after {MOST_EVENTS} events")]));
    }
    let failures = run.failures();
    if failures.is_empty() {
        let world = run.world();
        return Ok(format!("{} steps, {} events, {} simulated", run.steps_done(), world.events(), world.now()));
    }
    let say = |failure: &raft_sim::run::Failure| {
        let line = match failure.action {
            Some(action) => lines.action(failure.step, action),
            None => lines.trigger(failure.step),
        };
        format!("{file}:{}: {} (at {})", line, failure.what, failure.at)
    };
    Err(Problem::Failed(failures.iter().map(say).collect()))
}
