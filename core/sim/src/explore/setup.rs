//! From where it is explored: any small world with these bugs, or one moment of one scenario.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use raft_core::Time;

use super::{Chance, draw};
use crate::bugs::Bug;
use crate::record::Trace;
use crate::run::Run;
use crate::scenario::{Scenario, parse};
use crate::world::World;

/// Where schedules start.
#[derive(Clone, Debug)]
pub enum Start {
    /// Any small cluster, with any settings and these bugs.
    Anywhere(Vec<Bug>),
    /// This moment of this scenario, with its settings and bugs.
    Moment(Arc<Scenario>, Box<World>),
}

impl Start {
    /// A moment of a scenario: what it still wanted to do then is not done any more.
    pub fn moment(mut scenario: Scenario, at: Time, events: usize) -> Result<Start, String> {
        let mut trace = Trace::deaf();
        let mut run = Run::new(Arc::new(scenario.clone()), &mut trace);
        if !run.advance(at, events, &mut trace) {
            return Err(format!("not at {at} after {events} events"));
        }
        scenario.steps.truncate(run.steps_done());
        Ok(Start::Moment(Arc::new(scenario), Box::new(run.world().clone())))
    }

    /// The end of a scenario: all its steps are done.
    pub fn end_of(scenario: Scenario, events: usize) -> Result<Start, String> {
        let scenario = Arc::new(scenario);
        let mut trace = Trace::deaf();
        let mut run = Run::new(scenario.clone(), &mut trace);
        if !run.finish(events, &mut trace) {
            return Err(format!("not at its last step after {events} events"));
        }
        match run.failures().first() {
            Some(failure) => Err(format!("it fails at {}: {}", failure.at, failure.what)),
            None => Ok(Start::Moment(scenario, Box::new(run.world().clone()))),
        }
    }

    /// What is broken already cannot be found: says so, if something is.
    pub fn must_be_whole(&self) -> Result<(), String> {
        let Start::Moment(_, world) = self else { return Ok(()) };
        match world.checker().violations().first() {
            Some(fell) => Err(format!("{} is broken before, at {}", fell.promise().name(), fell.at)),
            None => Ok(()),
        }
    }
}

/// Settings that mean nothing, or hide much, where messages move by hand.
const OF_TIME: [&str; 5] = ["set loss", "set duplicate", "set latency", "set bandwidth", "set load"];

/// A small cluster, drawn: mostly one whose messages move by hand, as that reaches every order of them.
pub(crate) fn anywhere(bugs: &[Bug], chance: &mut Chance) -> Scenario {
    let voters = *chance.pick(&[3, 3, 3, 3, 4, 5]);
    let spares = if chance.once_in(3) { 1 + chance.below(2) } else { 0 };
    let manual = !chance.once_in(4);
    let mut lines = alloc::vec![format!("raft 1\nservers {voters}")];
    if spares > 0 {
        let names: String = (voters + 1..=voters + spares).map(|number| format!(" S{number}")).collect();
        lines.push(format!("spares{names}"));
    }
    lines.push(String::from("clients 4"));
    if manual {
        lines.push(String::from("set network manual\nset election-timeout 5s..6s"));
    } else {
        lines.push(format!("seed {}", 1 + chance.below(1_000)));
    }
    // One disk that is slower than the others keeps a write in the air for long.
    if chance.once_in(4) {
        lines.push(format!("set fsync 50ms on S{}", 1 + chance.below(voters)));
    }
    let drawn = draw_settings(manual, chance);
    // Half of them stay what they usually are: more at once hides what one of them would show.
    lines.extend(drawn.into_iter().filter(|_| chance.once_in(2)));
    // Leases are what only time shows, and most where messages are fast compared with timeouts.
    if !manual && !chance.once_in(3) {
        lines.push(String::from("set check-quorum on\nset reads lease"));
        if chance.once_in(2) {
            lines.push(String::from("set latency 1ms..2ms"));
        }
    }
    lines.extend(bugs.iter().map(|bug| format!("bug {}", bug.name())));
    parse(&lines.join("\n")).map(|parsed| parsed.scenario).unwrap_or_default()
}

fn draw_settings(manual: bool, chance: &mut Chance) -> Vec<String> {
    let drawn = [draw::settings(draw::PROMISES, chance), draw::settings(draw::SETTINGS, chance)].concat();
    if !manual {
        return drawn;
    }
    // Leases need timers that fire when they are due, and where messages wait for hands nothing does.
    let fits = |line: &String| !OF_TIME.iter().any(|word| line.starts_with(word)) && line != "set reads lease";
    drawn.into_iter().filter(fits).collect()
}
