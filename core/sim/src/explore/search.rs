//! The search: walks from the start, and from wherever a walk before saw something new.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::budget::{Budget, Fault};
use super::coverage::{Coverage, News};
use super::play::{Goal, Op, Play};
use super::setup::{Start, anywhere};
use super::walk::Walk;
use super::{Chance, Minimiser};
use crate::bugs::Bug;
use crate::checker::Promise;
use crate::record::Trace;
use crate::scenario::{Action, Scenario};
use crate::world::World;

/// After so many events everything is forgotten and another world is drawn, or the same begun anew.
pub const PHASE: u64 = 60_000;

/// At most so many moments are kept to go on from.
const MOST_MOMENTS: usize = 256;

/// Of new states one in so many is kept: there are many, and a world is not copied for nothing.
const ONE_STATE_IN: u64 = 12;

/// A moment after which fewer ops than that are allowed is not kept.
const ROOM: u16 = 20;

/// A walk draws at most so often.
const MOST_DRAWN: u64 = 60;

/// One that keeps nothing to go on from has to come all the way at once.
const MOST_DRAWN_BLIND: u64 = 120;

/// Looks for a schedule that reaches a goal.
pub struct Explorer {
    start: Start,
    budget: Budget,
    goal: Goal,
    blind: bool,
    chance: Chance,
    trace: Trace,
    phase: Option<Phase>,
    /// The world of the walk before: the next one takes its memory.
    spare: Option<World>,
    progress: Progress,
    found: Option<Found>,
}

/// How far a search has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Schedules tried.
    pub runs: u64,
    /// Events in all of them.
    pub events: u64,
    /// Worlds that they began in.
    pub worlds: u64,
    /// The most decisions, one after another, that were seen in one world.
    pub ways: u64,
    /// The most abstract states of one world.
    pub states: u64,
    /// Whether the goal is reached; there is nothing more to do then.
    pub found: bool,
}

impl Progress {
    fn see(&mut self, (ways, states): (u64, u64)) {
        self.ways = self.ways.max(ways);
        self.states = self.states.max(states);
    }
}

/// A schedule that reaches the goal.
#[derive(Clone, Debug)]
pub struct Found {
    /// The scenario that it begins in, or goes on from.
    pub scenario: Arc<Scenario>,
    /// The world that it begins in; only if that is not the scenario's beginning.
    pub(crate) from: Option<World>,
    /// What happens.
    pub ops: Vec<Op>,
    /// What is reached.
    pub goal: Goal,
    /// The promise that is broken, if that was the goal.
    pub promise: Option<Promise>,
}

/// One world, and what was seen in it.
struct Phase {
    scenario: Arc<Scenario>,
    moments: Vec<Moment>,
    coverage: Coverage,
    until: u64,
}

/// A moment to go on from.
struct Moment {
    world: World,
    budget: Budget,
    /// What happened since the start.
    trail: Option<Arc<Trail>>,
    /// How often it was gone on from.
    taken: u32,
}

/// Ops, after those of the trail before.
struct Trail {
    before: Option<Arc<Trail>>,
    ops: Vec<Op>,
}

impl Trail {
    /// All ops, from the start on.
    fn all(mut trail: Option<&Arc<Trail>>, last: Vec<Op>) -> Vec<Op> {
        let mut parts = alloc::vec![last];
        while let Some(part) = trail {
            parts.push(part.ops.clone());
            trail = part.before.as_ref();
        }
        parts.into_iter().rev().flatten().collect()
    }
}

impl Explorer {
    /// A search by a seed for a promise that does not hold.
    pub fn new(start: Start, budget: Budget, seed: u64) -> Explorer {
        Explorer {
            start,
            budget,
            goal: Goal::Broken,
            blind: false,
            chance: Chance::new(seed),
            trace: Trace::marking(),
            phase: None,
            spare: None,
            progress: Progress::default(),
            found: None,
        }
    }

    /// The same for something else.
    #[must_use]
    pub fn toward(self, goal: Goal) -> Explorer {
        Explorer { goal, ..self }
    }

    /// The same by luck alone: each walk begins at the start, longer, and nothing is aimed at. To compare with.
    #[must_use]
    pub fn blind(self, blind: bool) -> Explorer {
        Explorer { blind, ..self }
    }

    /// Goes on for about so many events.
    pub fn run(&mut self, events: u64) -> Progress {
        let until = self.progress.events + events;
        while self.found.is_none() && self.progress.events < until {
            if self.phase.as_ref().is_none_or(|phase| self.progress.events >= phase.until) {
                self.phase = Some(self.begin());
            }
            self.walk();
        }
        self.progress
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// What was found, not yet made short.
    pub fn found(&self) -> Option<&Found> {
        self.found.as_ref()
    }

    /// What makes it short.
    pub fn minimiser(&self) -> Option<Minimiser> {
        self.found.clone().map(Minimiser::new)
    }

    /// The bugs that are on.
    pub fn bugs(&self) -> &[Bug] {
        match &self.start {
            Start::Anywhere(bugs) => bugs,
            Start::Moment(scenario, _) => &scenario.bugs,
        }
    }

    fn begin(&mut self) -> Phase {
        self.progress.worlds += 1;
        let (scenario, world) = match &self.start {
            Start::Anywhere(bugs) => {
                let scenario = Arc::new(anywhere(bugs, &mut self.chance));
                let mut world = World::new(&scenario, &mut self.trace);
                world.measure_no_more();
                (scenario, world)
            }
            Start::Moment(scenario, world) => {
                let mut world = World::clone(world);
                world.measure_no_more();
                (scenario.clone(), world)
            }
        };
        let until = self.progress.events + PHASE;
        let moments = alloc::vec![Moment { world, budget: self.budget, trail: None, taken: 0 }];
        Phase { scenario, moments, coverage: Coverage::new(), until }
    }

    /// One walk.
    fn walk(&mut self) {
        let Explorer { chance, trace, goal, progress, phase, spare, .. } = self;
        let Some(phase) = phase else { return };
        let from = phase.choose(chance);
        let mut budget = from.budget;
        let mut play = Play::new(copy_of(&from.world, spare.take()));
        let mut trail = from.trail.clone();
        let blind = self.blind;
        let drawn = 10 + chance.below(if blind { MOST_DRAWN_BLIND } else { MOST_DRAWN } - 10);
        let mut ops = Vec::with_capacity(16);
        progress.runs += 1;
        let (events, delivered) = (play.world.events(), trace.delivered);
        let mut walk = Walk::new(chance, !blind);
        let mut done = 0u64;
        let mut left = drawn;
        while left > 0 || walk.is_aiming() {
            left = left.saturating_sub(1);
            let Some(op) = walk.next(&play.world, &budget) else { continue };
            let mut spent = budget;
            if !spent.spend(&op.action) {
                continue;
            }
            let happened = play.op(&op, goal, trace);
            // Messages that it delivers are counted one by one.
            done += u64::from(happened && !matches!(op.action, Action::Deliver(_) | Action::Settle(_)));
            if happened || op.wait.0 > 0 {
                budget = spent;
                ops.push(op);
            }
            if play.reached || play.lost {
                break;
            }
            if !happened || blind {
                continue;
            }
            let keep = match phase.coverage.look(&play.world, &mut trace.marks) {
                News::Way => true,
                News::State => walk.chance().once_in(ONE_STATE_IN),
                News::None => false,
            };
            if keep && budget.left(Fault::Step) > ROOM {
                let since = core::mem::replace(&mut ops, Vec::with_capacity(16));
                trail = Some(Arc::new(Trail { before: trail.take(), ops: since }));
                phase.keep(&play.world, budget, trail.clone(), walk.chance());
            }
        }
        trace.marks.clear();
        progress.see(phase.coverage.counts());
        progress.events += play.world.events() - events + trace.delivered - delivered + done;
        if play.reached {
            progress.found = true;
            let promise = play.broken.map(|violation| violation.promise());
            let ops = Trail::all(trail.as_ref(), ops);
            let from = match &self.start {
                Start::Anywhere(_) => None,
                Start::Moment(_, world) => Some(World::clone(world)),
            };
            self.found = Some(Found { scenario: phase.scenario.clone(), from, ops, goal: goal.clone(), promise });
        }
        *spare = Some(play.world);
    }
}

/// A copy of a world, in the memory of one that nobody needs any more.
fn copy_of(world: &World, spare: Option<World>) -> World {
    match spare {
        Some(mut spare) => {
            spare.clone_from(world);
            spare
        }
        None => world.clone(),
    }
}

impl Phase {
    /// One of the moments: of a few by chance the one that was taken least.
    fn choose(&mut self, chance: &mut Chance) -> &Moment {
        let place = self.one_of(3, chance, |moments, one, other| moments[one].taken < moments[other].taken);
        let moment = &mut self.moments[place];
        moment.taken += 1;
        moment
    }

    /// Keeps one moment more; when there are enough, in place of one that was taken often. The start stays.
    fn keep(&mut self, world: &World, budget: Budget, trail: Option<Arc<Trail>>, chance: &mut Chance) {
        if self.moments.len() < MOST_MOMENTS {
            return self.moments.push(Moment { world: world.clone(), budget, trail, taken: 0 });
        }
        let place = self.one_of(3, chance, |moments, one, other| moments[one].taken > moments[other].taken);
        if place > 0 {
            let moment = &mut self.moments[place];
            moment.world.clone_from(world);
            (moment.budget, moment.trail, moment.taken) = (budget, trail, 0);
        }
    }

    /// The best of so many by chance.
    fn one_of(&self, tries: usize, chance: &mut Chance, better: fn(&[Moment], usize, usize) -> bool) -> usize {
        let count = self.moments.len() as u64;
        let first = chance.below(count) as usize;
        (1..tries).fold(first, |best, _| {
            let other = chance.below(count) as usize;
            if better(&self.moments, other, best) { other } else { best }
        })
    }
}
