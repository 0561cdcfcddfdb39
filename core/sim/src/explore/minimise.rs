//! Takes away what is not needed of a schedule: ops, then words of them, then time, then settings and
//! servers, over and over until no single one of them can go.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use raft_core::{ServerId, Time};

use super::play::{Goal, Op, Play};
use super::search::Found;
use super::simpler::{simpler, without};
use crate::checker::Promise;
use crate::record::Trace;
use crate::scenario::Scenario;
use crate::world::World;

/// So much longer than before a schedule may take to show what it breaks.
const GRACE: Time = Time::millis(100);

/// Waits that are tried in place of longer ones.
const SHORT: [Time; 5] = [Time::ZERO, Time::millis(1), Time::millis(10), Time::millis(50), Time::millis(100)];

/// A schedule on its way to be short.
pub struct Minimiser {
    scenario: Arc<Scenario>,
    from: Option<Box<World>>,
    goal: Goal,
    promise: Option<Promise>,
    ops: Vec<Op>,
    tail: Time,
    stage: Stage,
    changed: bool,
    tests: u64,
    events: u64,
    trace: Trace,
}

/// What is tried next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    /// Without so many ops from this one on.
    Ops { size: usize, at: usize },
    /// This op in simpler words.
    Words { at: usize, nth: usize },
    /// This wait shorter; the one after the last op is the end.
    Times { at: usize, nth: usize },
    /// The scenario without this.
    Setup { nth: usize },
    /// Nothing can go.
    Done,
}

impl Minimiser {
    /// What was found, to be made short.
    pub fn new(found: Found) -> Minimiser {
        let size = found.ops.len().max(1);
        let mut minimiser = Minimiser {
            scenario: found.scenario,
            from: found.from.map(Box::new),
            goal: found.goal,
            promise: found.promise,
            ops: found.ops,
            tail: Time::ZERO,
            stage: Stage::Ops { size, at: 0 },
            changed: false,
            tests: 0,
            events: 0,
            trace: Trace::deaf(),
        };
        // What could not be done goes at once.
        let (scenario, ops) = (minimiser.scenario.clone(), minimiser.ops.clone());
        minimiser.accept(scenario, ops, Time::ZERO);
        minimiser
    }

    /// Goes on for about so many events. Returns whether it is as short as can be.
    pub fn run(&mut self, events: u64) -> bool {
        let until = self.events + events;
        while self.stage != Stage::Done && self.events < until {
            self.stage = self.next(self.stage);
        }
        self.stage == Stage::Done
    }

    /// The ops that are left.
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// How many schedules were tried for it, and their events.
    pub fn effort(&self) -> (u64, u64) {
        (self.tests, self.events)
    }

    /// The broken promise.
    pub fn promise(&self) -> Option<Promise> {
        self.promise
    }

    /// The schedule as a scenario, as short as it is by now.
    pub fn scenario(&self) -> Scenario {
        super::report::scenario(&self.scenario, &self.start(&self.scenario), &self.ops, self.tail, &self.goal)
    }

    fn start(&self, scenario: &Scenario) -> World {
        match &self.from {
            Some(world) => World::clone(world),
            None => World::new(scenario, &mut Trace::deaf()),
        }
    }

    fn next(&mut self, stage: Stage) -> Stage {
        match stage {
            Stage::Ops { size, at } => self.fewer_ops(size, at),
            Stage::Words { at, nth } => self.simpler_words(at, nth),
            Stage::Times { at, nth } => self.shorter_times(at, nth),
            Stage::Setup { nth } => self.smaller_setup(nth),
            Stage::Done => Stage::Done,
        }
    }

    /// Delta debugging: halves, quarters, …, single ops.
    fn fewer_ops(&mut self, size: usize, at: usize) -> Stage {
        if at >= self.ops.len() {
            return match size {
                0 | 1 => Stage::Words { at: 0, nth: 0 },
                _ => Stage::Ops { size: size / 2, at: 0 },
            };
        }
        let end = (at + size).min(self.ops.len());
        let waited = self.ops[at..end].iter().fold(Time::ZERO, |sum, op| sum + op.wait);
        let rest = [&self.ops[..at], &self.ops[end..]].concat();
        let mut later = rest.clone();
        let scenario = self.scenario.clone();
        let mut gone = self.accept(scenario.clone(), rest, self.tail);
        // It may be the time that counts.
        if !gone && waited > Time::ZERO {
            let tail = match later.get_mut(at) {
                Some(op) => {
                    op.wait = op.wait + waited;
                    self.tail
                }
                None => self.tail + waited,
            };
            gone = self.accept(scenario, later, tail);
        }
        match gone {
            // What was needed for this one may go now, too.
            true if size == 1 => Stage::Ops { size, at: at.saturating_sub(1) },
            true => Stage::Ops { size, at },
            false => Stage::Ops { size, at: end },
        }
    }

    fn simpler_words(&mut self, at: usize, nth: usize) -> Stage {
        let Some(op) = self.ops.get(at) else { return Stage::Times { at: 0, nth: 0 } };
        let ids: Vec<ServerId> = self.scenario.servers.iter().chain(&self.scenario.spares).copied().collect();
        let Some(action) = simpler(&op.action, &ids).into_iter().nth(nth) else {
            return Stage::Words { at: at + 1, nth: 0 };
        };
        let mut ops = self.ops.clone();
        ops[at].action = action;
        let before = self.ops.len();
        if self.accept(self.scenario.clone(), ops, self.tail) {
            let at = if self.ops.len() < before { 0 } else { at };
            return Stage::Words { at, nth: 0 };
        }
        Stage::Words { at, nth: nth + 1 }
    }

    fn shorter_times(&mut self, at: usize, nth: usize) -> Stage {
        let wait = match self.ops.get(at) {
            Some(op) => op.wait,
            None => return Stage::Setup { nth: 0 },
        };
        let Some(short) = SHORT.get(nth).filter(|short| **short < wait) else {
            return Stage::Times { at: at + 1, nth: 0 };
        };
        let mut ops = self.ops.clone();
        ops[at].wait = *short;
        match self.accept(self.scenario.clone(), ops, self.tail) {
            true => Stage::Times { at: at + 1, nth: 0 },
            false => Stage::Times { at, nth: nth + 1 },
        }
    }

    fn smaller_setup(&mut self, nth: usize) -> Stage {
        let smaller = if self.from.is_some() { None } else { without(&self.scenario, &self.ops, nth) };
        match smaller {
            Some(Some((scenario, ops))) => match self.accept(Arc::new(scenario), ops, self.tail) {
                true => Stage::Setup { nth },
                false => Stage::Setup { nth: nth + 1 },
            },
            Some(None) => Stage::Setup { nth: nth + 1 },
            None if core::mem::take(&mut self.changed) => Stage::Ops { size: (self.ops.len() / 2).max(1), at: 0 },
            None => Stage::Done,
        }
    }

    /// Whether a schedule breaks the same promise; then it takes the place of the one before, without
    /// what could not be done.
    fn accept(&mut self, scenario: Arc<Scenario>, ops: Vec<Op>, tail: Time) -> bool {
        self.tests += 1;
        let mut play = Play::new(self.start(&scenario));
        let (events, delivered) = (play.world.events(), self.trace.delivered);
        let begin = play.world.now();
        let mut done: Vec<Op> = Vec::new();
        let mut last = begin;
        for op in ops {
            let happened = play.op(&op, &self.goal, &mut self.trace);
            if happened {
                let now = play.world.now();
                done.push(Op { wait: now.since(last), action: op.action });
                last = now;
            }
            if play.reached || play.lost {
                break;
            }
        }
        if !play.reached && !play.lost {
            play.wait(tail + GRACE, &self.goal, &mut self.trace);
        }
        self.events += 1 + play.world.events() - events + self.trace.delivered - delivered;
        let promise = play.broken.as_ref().map(|violation| violation.promise());
        if !play.reached || promise != self.promise {
            return false;
        }
        let tail = play.world.now().since(last);
        self.changed |= *scenario != *self.scenario || done != self.ops || tail != self.tail;
        (self.scenario, self.ops, self.tail) = (scenario, done, tail);
        true
    }
}
