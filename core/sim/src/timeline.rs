//! Time travel: the scenario is the truth, and this is a cache of what follows from it.
//!
//! Keyframes are clones of the run at some events, sharing most of their memory; to go
//! anywhere is to start at the nearest one before and let events happen. An action in the past
//! begins a new future; the old one is kept as a branch.

mod keyframes;
mod recent;
pub mod search;

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use raft_core::Time;

use keyframes::{Keyframe, Keyframes};
use recent::Recent;

use crate::act::ActError;
use crate::record::{Record, Trace, What};
use crate::run::Run;
use crate::scenario::{Action, MAX_STEPS, Scenario, Step, Trigger};

/// At most so many old futures are kept.
pub const MOST_BRANCHES: usize = 16;

/// So much of what came before is known anywhere, if the way to it is not too long: what a picture
/// of the recent past shows.
const REACH: Time = Time::millis(1_500);

/// So many events happen at most without a look at what is too old.
const SLICE: usize = 8_192;

/// The longest run that a timeline plays.
pub const LONGEST: Time = Time::seconds(24 * 60 * 60);

/// A run that can be looked at at any of its moments.
#[derive(Clone, Debug)]
pub struct Timeline {
    run: Run,
    keyframes: Keyframes,
    recent: Recent,
    /// What a run begins with, before the first event.
    opening: Arc<[Record]>,
    end: Time,
    branches: Vec<Branch>,
    /// What the reader calls this future; empty if nothing.
    name: String,
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
    /// What the reader calls it; empty if nothing.
    pub name: String,
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
        let opening: Arc<[Record]> = listening.drain().collect();
        Timeline {
            keyframes: Keyframes::new(Keyframe::new(&run, opening.len())),
            run,
            recent: Recent::after(0, opening.len(), &opening),
            opening,
            end: Time::ZERO,
            branches: Vec::new(),
            name: String::new(),
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

    /// The records around the present: of a stretch that ends where the run was last seen to go on
    /// from here. [`Timeline::first_record`] says which the first of them is.
    pub fn all_records(&self) -> &[Record] {
        self.recent.all()
    }

    /// How many records came before those that are kept.
    pub fn first_record(&self) -> usize {
        self.recent.first()
    }

    /// What happened until now, as far back as records are kept.
    pub fn records(&self) -> &[Record] {
        &self.recent.all()[..self.recent.until(self.events())]
    }

    /// How many records led to the present, those that are not kept included.
    pub fn place(&self) -> usize {
        self.recent.first() + self.recent.until(self.events())
    }

    /// What happened until now, from a place on.
    pub fn records_from(&self, place: usize) -> &[Record] {
        self.records().get(place.saturating_sub(self.recent.first())..).unwrap_or_default()
    }

    /// The first event whose records are kept.
    fn known_from(&self) -> u64 {
        self.recent.from()
    }

    /// Goes to a time. A long way costs time; see [`Timeline::approach`].
    pub fn seek(&mut self, time: Time) {
        while !self.approach(time, SLICE) {}
    }

    /// Goes towards a time, at most so many events at once. Returns whether it is there.
    pub fn approach(&mut self, time: Time, budget: usize) -> bool {
        let time = time.min(LONGEST);
        if time < self.now() {
            let near = time.since(REACH);
            self.restore(|run| run.world().now() <= time, |run| run.world().now() <= near);
        } else if self.keyframes.latest() > self.events() {
            self.jump_ahead(time);
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
            let near = event.saturating_sub(SLICE as u64 / 16);
            self.restore(|run| run.world().events() <= event, |run| run.world().events() <= near);
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
        self.begin_anew(scenario);
        self.seek(now);
        Ok(())
    }

    /// Another scenario in place of this one, at its start. Old futures are kept.
    pub fn begin_anew(&mut self, scenario: Scenario) {
        let branches = core::mem::take(&mut self.branches);
        *self = Timeline::new(scenario);
        self.branches = branches;
    }

    fn fork(&mut self, scenario: Scenario) {
        let (now, events) = (self.now(), self.events());
        if self.end > now {
            if self.branches.len() == MOST_BRANCHES {
                // What has a name is dear to somebody.
                let oldest = self.branches.iter().position(|branch| branch.name.is_empty()).unwrap_or_default();
                self.branches.remove(oldest);
            }
            let name = core::mem::take(&mut self.name);
            self.branches.push(Branch { scenario: self.run.scenario().clone(), from: now, end: self.end, name });
        }
        let scenario = Arc::new(scenario);
        self.keyframes.cut(events, |run| run.rewrite(scenario.clone()));
        self.run.rewrite(scenario.clone());
        self.recent.cut(events);
        self.end = now;
    }

    /// The old futures, oldest first.
    pub fn branches(&self) -> &[Branch] {
        &self.branches
    }

    /// Gives an old future a name; without a place, the present one.
    pub fn rename(&mut self, place: Option<usize>, name: &str) {
        let named = match place {
            Some(place) => self.branches.get_mut(place).map(|branch| &mut branch.name),
            None => Some(&mut self.name),
        };
        if let Some(named) = named {
            *named = name.into();
        }
    }

    /// What the reader calls the present future.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Takes up an old future where it parted; the present one becomes a branch.
    pub fn take_branch(&mut self, place: usize) -> bool {
        let Some((end, from)) = self.switch(place) else { return false };
        self.seek(end);
        self.seek(from);
        true
    }

    /// Takes up an old future, at its start; the present one becomes a branch. What was seen of it
    /// is not yet: that is up to the first of the two times, and it parted at the second.
    pub fn switch(&mut self, place: usize) -> Option<(Time, Time)> {
        if place >= self.branches.len() {
            return None;
        }
        let taken = self.branches.remove(place);
        let mut branches = core::mem::take(&mut self.branches);
        let name = core::mem::take(&mut self.name);
        branches.push(Branch { scenario: self.run.scenario().clone(), from: taken.from, end: self.end, name });
        *self = Timeline::new(Scenario::clone(&taken.scenario));
        (self.branches, self.name) = (branches, taken.name);
        Some((taken.end, taken.from))
    }

    /// Forgets an old future, and gives it to who may want it back.
    pub fn drop_branch(&mut self, place: usize) -> Option<Branch> {
        (place < self.branches.len()).then(|| self.branches.remove(place))
    }

    /// Takes back one that was forgotten, if there is still room for it.
    pub fn put_branch(&mut self, place: usize, branch: Branch) {
        if self.branches.len() < MOST_BRANCHES {
            self.branches.insert(place.min(self.branches.len()), branch);
        }
    }

    /// One event, written down if that is not done yet.
    fn happen(&mut self) -> bool {
        let news = self.recent.ends_with(self.events());
        let trace = if news { &mut self.listening } else { &mut self.deaf };
        if !self.run.step(trace) {
            return false;
        }
        if news {
            self.recent.add(self.run.world().events(), self.listening.drain());
        }
        self.end = self.end.max(self.now());
        let Timeline { keyframes, run, recent, .. } = self;
        keyframes.pass(run, || recent.first() + recent.until(run.world().events()));
        true
    }

    /// Back to the last keyframe of which something is true; it is true of all before it too. What
    /// happened shortly before is to be known there: if it is not, back to one that is not too near.
    fn restore(&mut self, before: impl Fn(&Run) -> bool, not_too_near: impl Fn(&Run) -> bool) {
        let nearest = self.keyframes.last(before);
        let early = self.keyframes.earlier(nearest, not_too_near);
        let keyframe = if self.recent.covers(early.events()) { nearest } else { early };
        if !self.recent.covers(keyframe.events()) {
            self.recent = Recent::after(keyframe.events(), keyframe.records, &self.opening);
        }
        self.run = keyframe.run.clone();
    }

    /// To the last keyframe before a time in the future, if that is nearer than the present.
    #[inline(never)]
    fn jump_ahead(&mut self, time: Time) {
        let nearest = self.keyframes.last(|run| run.world().now() <= time);
        if nearest.events() <= self.events() {
            return;
        }
        if self.recent.covers(nearest.events()) {
            self.run = nearest.run.clone();
            return;
        }
        let near = time.since(REACH);
        let keyframe = self.keyframes.earlier(nearest, |run| run.world().now() <= near);
        if keyframe.events() > self.events() {
            self.run = keyframe.run.clone();
            self.recent = Recent::after(keyframe.events(), keyframe.records, &self.opening);
        }
    }
}

/// Whether a record says only that things go on as usual.
pub fn is_routine(what: &What) -> bool {
    matches!(what, What::Heartbeats(_) | What::Arrived(_) | What::Synced(_))
}
