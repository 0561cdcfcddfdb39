//! Time travel: the scenario is the truth, and this is a cache of what follows from it.
//!
//! Keyframes are clones of the run at some events, sharing most of their memory; to go
//! anywhere is to start at the nearest one before and let events happen. An action in the past
//! begins a new future; the old one is kept as a branch.

use alloc::sync::Arc;
use alloc::vec::Vec;

use raft_core::Time;

use crate::act::ActError;
use crate::record::{Record, Trace, What};
use crate::run::Run;
use crate::scenario::{Action, MAX_STEPS, Scenario, Step, Trigger};

/// At most so many keyframes are kept; with more, every other one goes.
const MOST_KEYFRAMES: usize = 256;

/// The first distance between keyframes, in events.
const FIRST_SPACING: u64 = 128;

/// At most so many old futures are kept.
const MOST_BRANCHES: usize = 16;

/// Routine records (a heartbeat arrives) are kept up to here; decisions always.
const MOST_ROUTINE: usize = 200_000;

/// The longest run that a timeline plays.
pub const LONGEST: Time = Time::seconds(24 * 60 * 60);

/// A run that can be looked at at any of its moments.
#[derive(Clone, Debug)]
pub struct Timeline {
    run: Run,
    keyframes: Vec<Run>,
    spacing: u64,
    records: Vec<Record>,
    /// Events up to here are in the records.
    recorded: u64,
    end: Time,
    branches: Vec<Branch>,
    listening: Trace,
    deaf: Trace,
}

/// An old future: a run that went on differently.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Its scenario.
    pub scenario: Arc<Scenario>,
    /// Where the ways part.
    pub from: Time,
    /// How far it was seen.
    pub end: Time,
}

/// Why an action was not taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refused {
    /// It cannot be done now.
    Impossible(ActError),
    /// The scenario is full.
    TooManySteps,
}

impl core::fmt::Display for Refused {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Refused::Impossible(error) => error.fmt(f),
            Refused::TooManySteps => write!(f, "a scenario has at most {MAX_STEPS} steps"),
        }
    }
}

impl Timeline {
    /// The run of a scenario, at its start.
    pub fn new(scenario: Scenario) -> Timeline {
        let mut listening = Trace::new();
        let run = Run::new(Arc::new(scenario), &mut listening);
        let records = listening.drain().collect();
        Timeline {
            keyframes: alloc::vec![run.clone()],
            run,
            spacing: FIRST_SPACING,
            records,
            recorded: 0,
            end: Time::ZERO,
            branches: Vec::new(),
            listening,
            deaf: Trace::deaf(),
        }
    }

    /// The run at the present moment.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// The scenario that leads here: what a link carries.
    pub fn scenario(&self) -> &Arc<Scenario> {
        self.run.scenario()
    }

    /// The present moment.
    pub fn now(&self) -> Time {
        self.run.world().now()
    }

    /// The events that led to it.
    pub fn events(&self) -> u64 {
        self.run.world().events()
    }

    /// The furthest moment that was seen.
    pub fn end(&self) -> Time {
        self.end
    }

    /// All that is known of this run, also of what comes after the present.
    pub fn all_records(&self) -> &[Record] {
        &self.records
    }

    /// What happened until now.
    pub fn records(&self) -> &[Record] {
        let events = self.events();
        let now = self.records.partition_point(|record| record.event <= events);
        &self.records[..now]
    }

    /// Goes to a time. A long way costs time; see [`Timeline::approach`].
    pub fn seek(&mut self, time: Time) {
        while !self.approach(time, usize::MAX) {}
    }

    /// Goes towards a time, at most so many events at once. Returns whether it is there.
    pub fn approach(&mut self, time: Time, budget: usize) -> bool {
        let time = time.min(LONGEST);
        if time < self.now() {
            self.restore(|run| run.world().now() <= time);
        } else if let Some(better) = self.keyframe_between(time) {
            self.run = better;
        }
        for _ in 0..budget {
            if self.run.next_due().is_none_or(|due| due > time) {
                self.run.advance(time, 1, &mut self.deaf);
                self.end = self.end.max(time);
                return true;
            }
            self.happen();
        }
        false
    }

    /// Goes to the next event. Returns whether there is one.
    pub fn step(&mut self) -> bool {
        if self.run.next_due().is_none_or(|due| due > LONGEST) {
            return false;
        }
        self.happen()
    }

    /// Goes back to before the last event: to the moment of the one before it.
    pub fn back(&mut self) -> bool {
        match self.events().checked_sub(1) {
            Some(events) => {
                self.seek_event(events);
                true
            }
            None if self.now() > Time::ZERO => {
                self.seek(Time::ZERO);
                true
            }
            None => false,
        }
    }

    /// Goes to right after an event, or as far as there are events.
    pub fn seek_event(&mut self, event: u64) {
        if event < self.events() || event == 0 {
            self.restore(|run| run.world().events() <= event);
        }
        while self.events() < event && self.step() {}
    }

    /// Does something now. In the past that begins a new future, and the old one becomes a
    /// branch; what the script still wanted to do from here on is not done any more.
    pub fn act(&mut self, action: Action) -> Result<(), Refused> {
        // An action comes after all that is due at its instant, here as in the replay.
        while self.run.next_due().is_some_and(|due| due <= self.now()) && self.happen() {}
        let mut scenario = Scenario::clone(self.run.scenario());
        scenario.steps.truncate(self.run.steps_done());
        if scenario.steps.len() >= MAX_STEPS {
            return Err(Refused::TooManySteps);
        }
        scenario.steps.push(Step { trigger: Trigger::At(self.now()), actions: alloc::vec![action.clone()] });
        // Tried on a copy: what cannot be done leaves no trace.
        self.run.clone().try_action(&action).map_err(Refused::Impossible)?;
        if self.run.is_halted() {
            // The failed step is not part of the new scenario: neither may its traces be.
            return self.start_over(scenario);
        }
        self.fork(scenario);
        self.happen();
        Ok(())
    }

    fn start_over(&mut self, scenario: Scenario) -> Result<(), Refused> {
        let now = self.now();
        let branches = core::mem::take(&mut self.branches);
        *self = Timeline::new(scenario);
        self.branches = branches;
        self.seek(now);
        Ok(())
    }

    fn fork(&mut self, scenario: Scenario) {
        let (now, events) = (self.now(), self.events());
        if self.end > now {
            if self.branches.len() == MOST_BRANCHES {
                self.branches.remove(0);
            }
            self.branches.push(Branch { scenario: self.run.scenario().clone(), from: now, end: self.end });
        }
        let scenario = Arc::new(scenario);
        self.keyframes.retain(|run| run.world().events() <= events);
        for keyframe in &mut self.keyframes {
            keyframe.rewrite(scenario.clone());
        }
        self.run.rewrite(scenario);
        let known = self.records.partition_point(|record| record.event <= events);
        self.records.truncate(known);
        self.recorded = self.recorded.min(events);
        self.end = now;
    }

    /// The old futures, oldest first.
    pub fn branches(&self) -> &[Branch] {
        &self.branches
    }

    /// Takes up an old future where it parted; the present one becomes a branch.
    pub fn take_branch(&mut self, place: usize) -> bool {
        if place >= self.branches.len() {
            return false;
        }
        let taken = self.branches.remove(place);
        let mut branches = core::mem::take(&mut self.branches);
        branches.push(Branch { scenario: self.run.scenario().clone(), from: taken.from, end: self.end });
        *self = Timeline::new(Scenario::clone(&taken.scenario));
        self.seek(taken.end);
        self.seek(taken.from);
        self.branches = branches;
        true
    }

    /// Forgets an old future.
    pub fn drop_branch(&mut self, place: usize) {
        if place < self.branches.len() {
            self.branches.remove(place);
        }
    }

    /// One event, written down if it is news.
    fn happen(&mut self) -> bool {
        let news = self.events() >= self.recorded;
        let trace = if news { &mut self.listening } else { &mut self.deaf };
        if !self.run.step(trace) {
            return false;
        }
        if news {
            self.recorded = self.events();
            let full = self.records.len() >= MOST_ROUTINE;
            self.records.extend(self.listening.drain().filter(|record| !(full && is_routine(&record.what))));
        }
        self.end = self.end.max(self.now());
        self.keep_keyframe();
        true
    }

    fn keep_keyframe(&mut self) {
        let events = self.events();
        let last = self.keyframes.last().map_or(0, |run| run.world().events());
        if events < last + self.spacing {
            return;
        }
        self.keyframes.push(self.run.clone());
        if self.keyframes.len() > MOST_KEYFRAMES {
            let mut place = 0;
            self.keyframes.retain(|_| {
                place += 1;
                place % 2 == 1
            });
            self.spacing *= 2;
        }
    }

    /// Back to the last keyframe of which something is true; it is true of all before it too.
    fn restore(&mut self, before: impl Fn(&Run) -> bool) {
        let place = self.keyframes.partition_point(before);
        self.run = self.keyframes[place.saturating_sub(1)].clone();
    }

    /// A keyframe that is nearer to a time in the future than the present is.
    fn keyframe_between(&self, time: Time) -> Option<Run> {
        let place = self.keyframes.partition_point(|run| run.world().now() <= time);
        let nearest = self.keyframes.get(place.checked_sub(1)?)?;
        (nearest.world().events() > self.events()).then(|| nearest.clone())
    }
}

/// Whether a record says only that things go on as usual.
pub fn is_routine(what: &What) -> bool {
    matches!(what, What::Heartbeats(_) | What::Arrived(_) | What::Synced(_))
}
