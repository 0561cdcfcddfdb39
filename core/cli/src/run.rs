//! `raftlab run`: the transcript of a scenario, or the state at its end.

use std::io::{BufWriter, Write, stdout};
use std::sync::Arc;

use raft_core::Time;
use raft_sim::export::{millis, transcript_line};
use raft_sim::metrics::Report;
use raft_sim::record::Trace;
use raft_sim::run::{PATIENCE, Run};
use raft_sim::scenario::{ParseError, parse_condition};
use raft_sim::state::State;
use raft_sim::timeline::search::{Goal, Progress, Search};
use raft_sim::timeline::{LONGEST, Timeline};
use raft_sim::words::{footing, standstill};

use crate::Ending;
use crate::check::MOST_EVENTS;
use crate::input::load;

/// So many events of a search at once.
const SLICE: usize = 10_000;

/// Runs a scenario to a time, or until a condition holds, or else to the moment of its link, or else to its last step.
pub fn run(file: &str, until: Option<Time>, until_true: Option<&str>, state: bool, all: bool) -> Ending {
    let loaded = match load(file) {
        Ok(loaded) => loaded,
        Err(error) => {
            eprintln!("{error}");
            return Ending::Unreadable;
        }
    };
    let event = if until.is_none() { loaded.view.event } else { None };
    let mut timeline = Timeline::new(loaded.parsed.scenario);
    if let Some(text) = until_true {
        match go_until(&mut timeline, text) {
            Ok(true) => {}
            Ok(false) => return Ending::Failed,
            Err(error) => {
                eprintln!("--until-true: {error}");
                return Ending::Unreadable;
            }
        }
    }
    let to = if until_true.is_some() { Some(timeline.now()) } else { until.or(loaded.view.at) };
    match to {
        Some(time) => {
            timeline.approach(time, MOST_EVENTS);
        }
        None => for_steps(&mut timeline),
    }
    if let Some(event) = event {
        timeline.seek_event(event);
    }
    let printed = if state { print_state(&timeline) } else { print_transcript(&timeline, all) };
    match (printed, timeline.run().failures()) {
        (Err(_), _) => Ending::Unreadable,
        (Ok(()), []) => Ending::Well,
        (Ok(()), _) => Ending::Failed,
    }
}

/// Prints the metrics of a scenario, from a time on, to another or else to its last step.
pub fn metrics(file: &str, from: Time, until: Option<Time>) -> Ending {
    let loaded = match load(file) {
        Ok(loaded) => loaded,
        Err(error) => {
            eprintln!("{error}");
            return Ending::Unreadable;
        }
    };
    let mut trace = Trace::deaf();
    let mut run = Run::new(Arc::new(loaded.parsed.scenario), &mut trace);
    if from > Time::ZERO {
        run.advance(from, MOST_EVENTS, &mut trace);
        run.measure_anew();
    }
    match until.or(loaded.view.at) {
        Some(until) => run.advance(until.min(LONGEST), MOST_EVENTS, &mut trace),
        None => run.finish(MOST_EVENTS, &mut trace),
    };
    let printed = serde_json::to_string(&Report::of(run.world())).map_err(std::io::Error::other);
    match (printed.and_then(|json| writeln!(stdout(), "{json}")), run.failures()) {
        (Err(_), _) => Ending::Unreadable,
        (Ok(()), []) => Ending::Well,
        (Ok(()), _) => Ending::Failed,
    }
}

/// Goes on until a condition holds. Returns whether it came to hold.
fn go_until(timeline: &mut Timeline, text: &str) -> Result<bool, ParseError> {
    let (predicate, within) = parse_condition(text, timeline.scenario())?;
    if timeline.run().world().holds(&predicate) {
        return Ok(true);
    }
    let mut search = Search::new(timeline, Goal::Holds(predicate), within.unwrap_or(PATIENCE));
    for _ in 0..MOST_EVENTS / SLICE {
        match search.go_on(timeline, SLICE) {
            Progress::Found => return Ok(true),
            Progress::Nowhere => break,
            Progress::Open => {}
        }
    }
    eprintln!("{} did not come to hold until {}", search.words(), timeline.now());
    Ok(false)
}

pub(crate) fn for_steps(timeline: &mut Timeline) {
    for _ in 0..MOST_EVENTS {
        if timeline.run().is_over() || !timeline.step() {
            return;
        }
    }
}

fn print_state(timeline: &Timeline) -> std::io::Result<()> {
    let state = State::of(timeline.run().world(), false);
    writeln!(stdout(), "{}", serde_json::to_string(&state).map_err(std::io::Error::other)?)
}

fn print_transcript(timeline: &Timeline, all: bool) -> std::io::Result<()> {
    let mut out = BufWriter::new(stdout().lock());
    // A timeline keeps the latest records only: the run is told anew.
    let mut trace = Trace::new();
    let mut run = Run::new(timeline.scenario().clone(), &mut trace);
    let (mut slips, mut warned) = (0, None);
    loop {
        for record in trace.drain() {
            if let Some(line) = transcript_line(&record, all) {
                out.write_all(line.as_bytes())?;
            }
        }
        for slip in run.world().checker().slips().iter().skip(slips) {
            let (says, section) = (footing::lapse(&slip.what), footing::section(&slip.what));
            writeln!(out, "{:>12}  gives way: {says} {section}", millis(slip.at))?;
        }
        slips = run.world().checker().slips().len();
        let warning = run.world().standstill();
        if let Some(warning) = warning.as_ref().filter(|_| warning != warned) {
            writeln!(out, "{:>12}  warning: {}", millis(run.world().now()), standstill::warning(warning))?;
        }
        warned = warning;
        if run.world().events() >= timeline.events() || !run.step(&mut trace) {
            return out.flush();
        }
    }
}
