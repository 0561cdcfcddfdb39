//! A schedule, and a world that it is played on: time passes, then something is done, and so on.
//!
//! It happens as it does in a [`Run`](crate::run::Run) whose steps are `after TIME ACTION`, so that
//! what is found here is a scenario that breaks the same.

use raft_core::Time;

use crate::checker::{Promise, Violation};
use crate::record::Trace;
use crate::scenario::{Action, Predicate};
use crate::world::World;

/// At most so many events happen while a schedule waits once.
const MOST_WAITED: usize = 20_000;

/// So long after what was done before, this is done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Op {
    /// How long after the op before.
    pub wait: Time,
    /// What.
    pub action: Action,
}

/// What is looked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Goal {
    /// A promise of Raft is broken, whichever.
    Broken,
    /// Something holds.
    Holds(Predicate),
}

/// A world in the middle of a schedule.
#[derive(Clone)]
pub(crate) struct Play {
    pub(crate) world: World,
    /// The broken promise, once there is one.
    pub(crate) broken: Option<Violation>,
    /// Whether the goal is reached.
    pub(crate) reached: bool,
    /// A wait was too long: what comes later is not known.
    pub(crate) lost: bool,
}

impl Play {
    pub(crate) fn new(world: World) -> Play {
        Play { world, broken: None, reached: false, lost: false }
    }

    /// Lets so much time pass and does it. Returns whether it could be done; nothing more happens
    /// once the goal is reached.
    pub(crate) fn op(&mut self, op: &Op, goal: &Goal, trace: &mut Trace) -> bool {
        if self.wait(op.wait, goal, trace) {
            return false;
        }
        let done = self.world.act(&op.action, trace).is_ok();
        self.look(goal);
        done
    }

    /// Lets time pass. Returns whether it ends there: the goal is reached, or the time is too long.
    pub(crate) fn wait(&mut self, time: Time, goal: &Goal, trace: &mut Trace) -> bool {
        let until = self.world.now() + time;
        for _ in 0..MOST_WAITED {
            if self.world.next_due().is_none_or(|due| due > until) {
                self.world.reach(until);
                return false;
            }
            self.world.step(trace);
            self.look(goal);
            if self.reached {
                return true;
            }
        }
        self.lost = true;
        true
    }

    fn look(&mut self, goal: &Goal) {
        match goal {
            Goal::Broken => {
                if !self.world.checker().violations().is_empty() {
                    let broken =
                        self.world.checker().violations().iter().find(|violation| counts(&self.world, violation));
                    self.broken = broken.cloned();
                    self.reached = self.broken.is_some();
                }
            }
            Goal::Holds(predicate) => self.reached = self.world.holds(predicate),
        }
    }
}

/// Without sessions nobody promises that a request is done once.
fn counts(world: &World, violation: &Violation) -> bool {
    violation.promise() != Promise::ExactlyOnce || world.settings().all().sessions
}
