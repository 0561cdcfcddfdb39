//! What was found, as a scenario: its steps, notes where something is decided, and what falls.

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use raft_core::{Note, Time};

use super::play::{Goal, Op};
use crate::checker::Promise;
use crate::record::{Record, Trace, What};
use crate::run::Run;
use crate::scenario::{Action, Predicate, Scenario, Step, Trigger};
use crate::words;
use crate::world::World;

/// More events than that a found schedule never has.
const MOST_EVENTS: usize = 10_000_000;

/// At most so many notes tell how it comes about, besides the one that says what falls.
const MOST_NOTES: usize = 8;

/// The scenario of a schedule that begins in this world; it ends with what was looked for.
pub(super) fn scenario(setup: &Scenario, start: &World, ops: &[Op], tail: Time, goal: &Goal) -> Scenario {
    let told = tell(start, ops, tail);
    let begin = start.now();
    let mut steps: Vec<Step> = Vec::new();
    for (place, op) in ops.iter().enumerate() {
        let trigger = if place == 0 { Trigger::At(begin + op.wait) } else { Trigger::After(op.wait) };
        let notes = told.notes.iter().filter(|(at, _)| *at == place).map(|(_, text)| Action::Note(text.clone()));
        steps.push(Step { trigger, actions: core::iter::once(op.action.clone()).chain(notes).collect() });
    }
    let wanted = match goal {
        Goal::Broken => told.broken.map_or(Predicate::Safe, Predicate::Violated),
        Goal::Holds(predicate) => predicate.clone(),
    };
    let last = told.end.map(Action::Note).into_iter().chain([Action::Expect { predicate: wanted, within: None }]);
    match steps.last_mut() {
        Some(step) if tail == Time::ZERO => step.actions.extend(last),
        Some(_) => steps.push(Step { trigger: Trigger::After(tail), actions: last.collect() }),
        None => steps.push(Step { trigger: Trigger::At(begin + tail), actions: last.collect() }),
    }
    let mut all = Scenario { steps: [&setup.steps[..], &steps].concat(), ..setup.clone() };
    if setup.steps.is_empty() {
        (all.title, all.about) = opening(setup, told.broken);
    }
    together(all, setup.steps.len())
}

fn opening(setup: &Scenario, broken: Option<Promise>) -> (String, Vec<String>) {
    let names: Vec<&str> = setup.bugs.iter().map(|bug| bug.name()).collect();
    let title = match broken {
        Some(promise) if names.is_empty() => format!("Found: {} is broken", words::title(promise)),
        Some(promise) => format!("Found: {} breaks {}", names.join(" and "), words::title(promise)),
        None => String::from("Found by the explorer"),
    };
    let about = setup.bugs.iter().map(|bug| format!("{} Here: {}", bug.row().rule, bug.row().instead));
    (title, about.collect())
}

/// How it comes about.
struct Told {
    /// After which op, and what is said.
    notes: Vec<(usize, String)>,
    broken: Option<Promise>,
    end: Option<String>,
}

fn tell(start: &World, ops: &[Op], tail: Time) -> Told {
    let (mut world, mut trace) = (start.clone(), Trace::new());
    let mut told = Told { notes: Vec::new(), broken: None, end: None };
    let pass = |world: &mut World, trace: &mut Trace, time: Time| {
        let until = world.now() + time;
        while world.next_due().is_some_and(|due| due <= until) {
            world.step(trace);
        }
        world.reach(until);
    };
    for (place, op) in ops.iter().enumerate() {
        pass(&mut world, &mut trace, op.wait);
        trace.drain().for_each(|record| told.hear(place.saturating_sub(1), &record));
        // What cannot be done is no op any more; that it can was seen.
        let _ = world.act(&op.action, &mut trace);
        trace.drain().for_each(|record| told.hear(place, &record));
    }
    pass(&mut world, &mut trace, tail);
    let last = ops.len().saturating_sub(1);
    trace.drain().for_each(|record| told.hear(last, &record));
    let sessions = world.settings().all().sessions;
    let mut broken = world.checker().violations().iter().map(|violation| violation.promise());
    told.broken = broken.find(|promise| *promise != Promise::ExactlyOnce || sessions);
    let surplus = told.notes.len().saturating_sub(MOST_NOTES);
    told.notes.drain(..surplus);
    told
}

impl Told {
    fn hear(&mut self, place: usize, record: &Record) {
        let matters = match &record.what {
            What::Decided(_, note) => matches!(note, Note::Leads { .. } | Note::Commits { .. }),
            What::Crashed(_, lost) => *lost > 0,
            What::Violates(_) if self.end.is_none() => {
                self.end = Some(words::line(record).text);
                false
            }
            _ => false,
        };
        if matters && self.end.is_none() {
            self.notes.push((place, words::line(record).text));
        }
    }
}

/// Steps at one instant are one step, where that changes nothing.
fn together(scenario: Scenario, from: usize) -> Scenario {
    let mut best = scenario;
    let mut at = from + 1;
    while at < best.steps.len() {
        let mut next = best.clone();
        if next.steps[at].trigger == Trigger::After(Time::ZERO) {
            let step = next.steps.remove(at);
            next.steps[at - 1].actions.extend(step.actions);
            if passes(&next) {
                best = next;
                continue;
            }
        }
        at += 1;
    }
    best
}

/// Whether all that a scenario expects holds.
pub(super) fn passes(scenario: &Scenario) -> bool {
    let mut trace = Trace::deaf();
    let mut run = Run::new(Arc::new(scenario.clone()), &mut trace);
    run.finish(MOST_EVENTS, &mut trace) && run.failures().is_empty()
}
