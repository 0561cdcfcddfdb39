//! Takes away what is not needed of a schedule: servers, then ops, then words of them, then time, then settings,
//! over and over until no single one of them can go.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use raft_core::{ServerId, Time};

use super::play::{Goal, Op, Play};
use super::search::Found;
use super::simpler::{fewer_servers, simpler, without};
use crate::checker::Promise;
use crate::record::Trace;
use crate::scenario::Scenario;
use crate::world::World;

/// So much longer than before a schedule may take to show what it breaks.
const GRACE: Time = Time::millis(100);

/// Waits that are tried in place of longer ones.
const SHORT: [Time; 5] = [Time::ZERO, Time::millis(1), Time::millis(10), Time::millis(50), Time::millis(100)];

/// Clusters of up to so many servers are equally small: Raft in three is what everybody can follow.
const FEW_SERVERS: usize = 3;

/// A schedule on its way to be short.
pub struct Minimiser {
    from: Option<Box<World>>,
    goal: Goal,
    promise: Option<Promise>,
    /// As it is by now.
    now: Schedule,
    /// As it was found: where servers went first, it is begun anew without that, as that may lead further.
    found: Option<Schedule>,
    /// What the first attempt led to.
    first: Option<Schedule>,
    stage: Stage,
    changed: bool,
    tests: u64,
    events: u64,
    trace: Trace,
}

/// What happens, and in which cluster.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Schedule {
    scenario: Arc<Scenario>,
    ops: Vec<Op>,
    /// How long it takes until the end is seen.
    tail: Time,
}

impl Schedule {
    fn servers(&self) -> usize {
        self.scenario.servers.len() + self.scenario.learners.len() + self.scenario.spares.len()
    }

    /// Of two the lesser one is shorter: fewer ops, less time, fewer servers; more than a few of them weigh most.
    fn weight(&self) -> (usize, usize, Time, usize) {
        let time = self.ops.iter().fold(self.tail, |sum, op| sum + op.wait);
        (self.servers().max(FEW_SERVERS), self.ops.len(), time, self.servers())
    }
}

/// What is tried next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    /// On fewer servers.
    Servers { nth: usize },
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
        let now = Schedule { scenario: found.scenario, ops: found.ops, tail: Time::ZERO };
        let mut minimiser = Minimiser {
            from: found.from.map(Box::new),
            goal: found.goal,
            promise: found.promise,
            now: now.clone(),
            found: None,
            first: None,
            stage: Stage::Servers { nth: 0 },
            changed: false,
            tests: 0,
            events: 0,
            trace: Trace::deaf(),
        };
        // What could not be done goes at once.
        minimiser.accept(now);
        minimiser.found = Some(minimiser.now.clone());
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
        &self.best().ops
    }

    fn best(&self) -> &Schedule {
        self.first.as_ref().filter(|first| first.weight() <= self.now.weight()).unwrap_or(&self.now)
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
        let Schedule { scenario, ops, tail } = self.best();
        super::report::scenario(scenario, &self.start(scenario), ops, *tail, &self.goal)
    }

    fn start(&self, scenario: &Scenario) -> World {
        match &self.from {
            Some(world) => World::clone(world),
            None => World::new(scenario, &mut Trace::deaf()),
        }
    }

    fn next(&mut self, stage: Stage) -> Stage {
        match stage {
            Stage::Servers { nth } => self.fewer_servers(nth),
            Stage::Ops { size, at } => self.fewer_ops(size, at),
            Stage::Words { at, nth } => self.simpler_words(at, nth),
            Stage::Times { at, nth } => self.shorter_times(at, nth),
            Stage::Setup { nth } => self.smaller_setup(nth),
            Stage::Done => Stage::Done,
        }
    }

    /// Who stands in for two needs the words of both: as long as nothing is left out, there are the most ways.
    fn fewer_servers(&mut self, nth: usize) -> Stage {
        let Schedule { scenario, ops, tail } = &self.now;
        let (fewer, tail) = (if self.from.is_some() { None } else { fewer_servers(scenario, ops, nth) }, *tail);
        let Some(fewer) = fewer else {
            // If they are as many as they were, to begin anew leads nowhere else.
            let servers = self.now.servers();
            self.found.take_if(|found| found.servers() == servers);
            return self.all_ops();
        };
        let fewer = fewer.map(|(scenario, ops)| Schedule { scenario: Arc::new(scenario), ops, tail });
        match fewer.is_some_and(|fewer| self.accept(fewer)) {
            true => Stage::Servers { nth: 0 },
            false => Stage::Servers { nth: nth + 1 },
        }
    }

    fn all_ops(&self) -> Stage {
        Stage::Ops { size: self.now.ops.len().max(1), at: 0 }
    }

    /// Delta debugging: halves, quarters, …, single ops.
    fn fewer_ops(&mut self, size: usize, at: usize) -> Stage {
        let Schedule { scenario, ops, tail } = self.now.clone();
        if at >= ops.len() {
            return match size {
                0 | 1 => Stage::Words { at: 0, nth: 0 },
                _ => Stage::Ops { size: size / 2, at: 0 },
            };
        }
        let end = (at + size).min(ops.len());
        let waited = ops[at..end].iter().fold(Time::ZERO, |sum, op| sum + op.wait);
        let rest = [&ops[..at], &ops[end..]].concat();
        let mut later = Schedule { scenario, ops: rest, tail };
        let mut gone = self.accept(later.clone());
        // It may be the time that counts.
        if !gone && waited > Time::ZERO {
            match later.ops.get_mut(at) {
                Some(op) => op.wait = op.wait + waited,
                None => later.tail = later.tail + waited,
            }
            gone = self.accept(later);
        }
        match gone {
            // What was needed for this one may go now, too.
            true if size == 1 => Stage::Ops { size, at: at.saturating_sub(1) },
            true => Stage::Ops { size, at },
            false => Stage::Ops { size, at: end },
        }
    }

    fn simpler_words(&mut self, at: usize, nth: usize) -> Stage {
        let Some(op) = self.now.ops.get(at) else { return Stage::Times { at: 0, nth: 0 } };
        let scenario = &self.now.scenario;
        let ids: Vec<ServerId> = scenario.servers.iter().chain(&scenario.spares).copied().collect();
        let Some(action) = simpler(&op.action, &ids).into_iter().nth(nth) else {
            return Stage::Words { at: at + 1, nth: 0 };
        };
        let mut simpler = self.now.clone();
        simpler.ops[at].action = action;
        let before = simpler.ops.len();
        if self.accept(simpler) {
            let at = if self.now.ops.len() < before { 0 } else { at };
            return Stage::Words { at, nth: 0 };
        }
        Stage::Words { at, nth: nth + 1 }
    }

    fn shorter_times(&mut self, at: usize, nth: usize) -> Stage {
        let Some(wait) = self.now.ops.get(at).map(|op| op.wait) else { return Stage::Setup { nth: 0 } };
        let Some(short) = SHORT.get(nth).filter(|short| **short < wait) else {
            return Stage::Times { at: at + 1, nth: 0 };
        };
        let mut shorter = self.now.clone();
        shorter.ops[at].wait = *short;
        match self.accept(shorter) {
            true => Stage::Times { at: at + 1, nth: 0 },
            false => Stage::Times { at, nth: nth + 1 },
        }
    }

    fn smaller_setup(&mut self, nth: usize) -> Stage {
        let Schedule { scenario, ops, tail } = &self.now;
        let (smaller, tail) = (if self.from.is_some() { None } else { without(scenario, ops, nth) }, *tail);
        let Some(smaller) = smaller else { return self.next_round() };
        let smaller = smaller.map(|(scenario, ops)| Schedule { scenario: Arc::new(scenario), ops, tail });
        match smaller.is_some_and(|smaller| self.accept(smaller)) {
            true => Stage::Setup { nth },
            false => Stage::Setup { nth: nth + 1 },
        }
    }

    /// All was tried: once more, if anything went; else anew, if servers went first; else the better of both stays.
    fn next_round(&mut self) -> Stage {
        if core::mem::take(&mut self.changed) {
            return Stage::Servers { nth: 0 };
        }
        if let Some(found) = self.found.take() {
            self.first = Some(core::mem::replace(&mut self.now, found));
            return self.all_ops();
        }
        self.now = self.best().clone();
        Stage::Done
    }

    /// Whether a schedule breaks the same promise; then it takes the place of the one before, without
    /// what could not be done.
    fn accept(&mut self, schedule: Schedule) -> bool {
        let Schedule { scenario, ops, tail } = schedule;
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
        let now = Schedule { scenario, ops: done, tail };
        self.changed |= now != self.now;
        self.now = now;
        true
    }
}
