//! A run: a scenario's script, and the world that it acts upon.
//!
//! Everything that happens is one *event*: the next entry of the world's queue, or one step of
//! the script with all its actions, or an expectation whose time is up. At one instant the
//! queue comes first: a step `at 5ms` sees all that was due until then. That is what makes an
//! action of a person, written down with its time, replay to the same world.

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use raft_core::Time;

use crate::record::{Trace, What};
use crate::scenario::{Action, Predicate, Scenario, Trigger, format_predicate};
use crate::world::World;

/// How long `when` waits for its predicate, unless `within` says otherwise.
pub const PATIENCE: Time = Time::seconds(60);

/// A scenario being carried out.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Run {
    scenario: Arc<Scenario>,
    world: World,
    cursor: Cursor,
}

/// How far the script has come.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct Cursor {
    /// The next step.
    step: usize,
    /// When the step before it was done.
    since: Time,
    /// Expectations whose time is not up yet.
    open: Vec<Expectation>,
    failures: Vec<Failure>,
    /// A step could not be done or did not come: the script ends there, the world goes on.
    halted: bool,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Expectation {
    step: usize,
    action: usize,
    until: Time,
}

/// What a scenario expected, and what was found.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Failure {
    /// In which step, counted from 0.
    pub step: usize,
    /// At which of its actions; `None` is its trigger.
    pub action: Option<usize>,
    /// When.
    pub at: Time,
    /// What was wanted and what was found, in words.
    pub what: String,
}

impl Run {
    /// A run at its start.
    pub fn new(scenario: Arc<Scenario>, trace: &mut Trace) -> Run {
        let world = World::new(&scenario, trace);
        Run { scenario, world, cursor: Cursor::default() }
    }

    /// The world now.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The world's metrics count anew from now on.
    pub fn measure_anew(&mut self) {
        self.world.measure_anew();
    }

    /// The scenario.
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// Expectations that did not hold, and steps that could not be done, so far.
    pub fn failures(&self) -> &[Failure] {
        &self.cursor.failures
    }

    /// How many steps are done.
    pub fn steps_done(&self) -> usize {
        self.cursor.step
    }

    /// Whether the script ended early: a step could not be done or did not come.
    pub fn is_halted(&self) -> bool {
        self.cursor.halted
    }

    /// Whether the script is through: no step left, no expectation open.
    pub fn is_over(&self) -> bool {
        (self.cursor.halted || self.cursor.step >= self.scenario.steps.len()) && self.cursor.open.is_empty()
    }

    /// When the next event is due, if there is one.
    pub fn next_due(&self) -> Option<Time> {
        match (self.world.next_due(), self.script_due()) {
            (Some(queue), Some(script)) => Some(queue.min(script)),
            (queue, script) => queue.or(script),
        }
    }

    /// Lets the next event happen. Returns whether there was one.
    pub fn step(&mut self, trace: &mut Trace) -> bool {
        match (self.world.next_due(), self.script_due()) {
            (None, None) => false,
            // What holds already need not wait for anything.
            (_, Some(_)) if self.trigger_holds() => self.act(trace),
            (Some(queue), Some(script)) if queue <= script => self.world.step(trace) && self.watch(trace),
            (Some(_), None) => self.world.step(trace) && self.watch(trace),
            (_, Some(script)) => {
                self.world.reach(script);
                self.act(trace)
            }
        }
    }

    /// Lets everything happen that is due until then, at most `budget` events of it. Returns
    /// whether all of it did; then it is that time.
    pub fn advance(&mut self, until: Time, budget: usize, trace: &mut Trace) -> bool {
        for _ in 0..budget {
            if self.next_due().is_none_or(|due| due > until) {
                self.world.reach(until);
                return true;
            }
            self.step(trace);
        }
        false
    }

    /// Runs until the script is through. Returns whether it is, or the budget was used up first.
    pub fn finish(&mut self, budget: usize, trace: &mut Trace) -> bool {
        for _ in 0..budget {
            if self.is_over() || !self.step(trace) {
                return true;
            }
        }
        false
    }

    /// Another script whose steps so far are the same.
    pub(crate) fn rewrite(&mut self, scenario: Arc<Scenario>) {
        self.cursor.halted = false;
        self.scenario = scenario;
    }

    fn trigger_holds(&self) -> bool {
        match self.trigger() {
            Some(Trigger::When { predicate, .. }) => self.world.holds(predicate),
            _ => false,
        }
    }

    fn trigger(&self) -> Option<&Trigger> {
        if self.cursor.halted {
            return None;
        }
        self.scenario.steps.get(self.cursor.step).map(|step| &step.trigger)
    }

    /// When the script has something to do if nothing else happens before.
    fn script_due(&self) -> Option<Time> {
        let (now, since) = (self.world.now, self.cursor.since);
        let step = self.trigger().map(|trigger| match trigger {
            Trigger::At(time) => (*time).max(now),
            Trigger::After(wait) => (since + *wait).max(now),
            Trigger::When { .. } if self.trigger_holds() => now,
            Trigger::When { within, .. } => (since + within.unwrap_or(PATIENCE)).max(now),
        });
        let open = self.cursor.open.iter().map(|expectation| expectation.until).min();
        match (step, open) {
            (Some(step), Some(open)) => Some(step.min(open)),
            (step, open) => step.or(open),
        }
    }

    /// One event of the script: expectations whose time is up, or else the next step.
    fn act(&mut self, trace: &mut Trace) -> bool {
        self.world.events += 1;
        let now = self.world.now;
        let open = core::mem::take(&mut self.cursor.open);
        let (late, open): (Vec<_>, Vec<_>) = open.into_iter().partition(|expectation| expectation.until <= now);
        self.cursor.open = open;
        if !late.is_empty() {
            for expectation in late {
                self.judge(expectation.step, expectation.action, trace);
            }
            return true;
        }
        let scenario = self.scenario.clone();
        let Some(step) = scenario.steps.get(self.cursor.step) else { return true };
        if let Trigger::When { predicate, within } = &step.trigger
            && !self.world.holds(predicate)
        {
            let waited = within.unwrap_or(PATIENCE);
            let what = format!("waited {waited} for {}; {}", format_predicate(predicate), self.world.found(predicate));
            self.fail(None, what, trace);
            self.cursor.halted = true;
            return true;
        }
        self.take_actions(&step.actions, trace);
        true
    }

    fn take_actions(&mut self, actions: &[Action], trace: &mut Trace) {
        let step = self.cursor.step;
        for (place, action) in actions.iter().enumerate() {
            match action {
                Action::Expect { within: None, .. } => self.judge(step, place, trace),
                Action::Expect { within: Some(within), .. } => {
                    let until = self.world.now + *within;
                    self.cursor.open.push(Expectation { step, action: place, until });
                }
                action => {
                    if let Err(error) = self.world.act(action, trace) {
                        self.fail(Some(place), format!("cannot be done: {error}"), trace);
                        self.cursor.halted = true;
                        return;
                    }
                }
            }
        }
        self.cursor.step += 1;
        self.cursor.since = self.world.now;
        self.watch(trace);
    }

    /// Closes the open expectations that hold now.
    fn watch(&mut self, trace: &mut Trace) -> bool {
        let mut place = 0;
        while let Some(expectation) = self.cursor.open.get(place).cloned() {
            let holds = self.expected(expectation.step, expectation.action).is_some_and(|p| self.world.holds(p));
            if holds {
                self.cursor.open.remove(place);
                self.judge(expectation.step, expectation.action, trace);
            } else {
                place += 1;
            }
        }
        true
    }

    fn expected(&self, step: usize, action: usize) -> Option<&Predicate> {
        match self.scenario.steps.get(step)?.actions.get(action)? {
            Action::Expect { predicate, .. } => Some(predicate),
            _ => None,
        }
    }

    /// Says whether an expectation holds, for good.
    fn judge(&mut self, step: usize, action: usize, trace: &mut Trace) {
        let Some(predicate) = self.expected(step, action).cloned() else { return };
        let wanted = format_predicate(&predicate);
        if self.world.holds(&predicate) {
            self.world.write(&mut trace.pages, || What::Holds(wanted));
        } else {
            let what = format!("expected {wanted}; {}", self.world.found(&predicate));
            self.fail_at(step, Some(action), what, trace);
        }
    }

    fn fail(&mut self, action: Option<usize>, what: String, trace: &mut Trace) {
        self.fail_at(self.cursor.step, action, what, trace);
    }

    fn fail_at(&mut self, step: usize, action: Option<usize>, what: String, trace: &mut Trace) {
        let failure = Failure { step, action, at: self.world.now, what };
        self.world.write(&mut trace.pages, || What::Fails(alloc::boxed::Box::new(failure.clone())));
        self.cursor.failures.push(failure);
    }
}

impl Run {
    /// Whether an action could be done now; what becomes of this run does not matter.
    pub(crate) fn try_action(&mut self, action: &Action) -> Result<(), crate::act::ActError> {
        self.world.act(action, &mut Trace::deaf())
    }
}
