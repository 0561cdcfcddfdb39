//! A search that is done piece by piece: seed after seed until something is found, and then made
//! short. Who gives the pieces decides when it has been long enough.

use raft_core::Time;
use raft_sim::bugs::Bug;
use raft_sim::explore::{Budget, Explorer, Minimiser, PHASE, Start};
use raft_sim::scenario::{self, Scenario};
use raft_sim::words::title;

/// So many events a seed has, those of one world; then the next one has its turn.
const EACH: u64 = PHASE;

/// At most so many events lead to the moment that is searched from.
const MOST_BEFORE: usize = 5_000_000;

/// Where schedules begin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum From {
    /// This moment of a run.
    Moment(Time),
    /// The start of any small cluster, with the same rules off.
    Anywhere,
}

/// How far a job has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// It looks for something.
    Looks,
    /// It has found something, and makes it short.
    Shortens,
    /// It is done: see [`Job::finding`].
    Done,
}

/// How much was tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Schedules.
    pub runs: u64,
    /// Events in them.
    pub events: u64,
    /// Worlds that they began in.
    pub worlds: u64,
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Its text.
    pub scenario: String,
    /// The promise that falls.
    pub promise: &'static str,
    /// When the schedule begins: what comes before was there.
    pub begins: Time,
    /// So many steps it had at first.
    pub steps_found: usize,
    /// And so many when it was made short.
    pub steps_left: usize,
    /// So many servers it takes.
    pub servers: usize,
}

/// A search.
pub struct Job {
    start: Start,
    budget: Budget,
    begins: Time,
    seed: u64,
    explorer: Explorer,
    /// Of the seeds before.
    before: Tally,
    minimiser: Option<Minimiser>,
    steps_found: usize,
    /// After so many schedules it is enough.
    most_runs: u64,
    stage: Stage,
}

impl Job {
    /// A search from somewhere in a run, with the rules that are off in it.
    pub fn find(text: &str, from: &From, budget: &str, seed: u64) -> Result<Job, String> {
        let scenario = scenario::parse(text).map_err(|error| error.to_string())?.scenario;
        let budget = Budget::parse(budget)?;
        let (start, begins) = match from {
            From::Anywhere => (Start::Anywhere(scenario.bugs), Time::ZERO),
            From::Moment(at) => (Start::moment(scenario, *at, MOST_BEFORE)?, *at),
        };
        start.must_be_whole()?;
        Ok(Job::new(start, begins, budget, seed, u64::MAX))
    }

    /// So many random histories of any small cluster with all rules in force: nothing may be found.
    pub fn histories(count: u64, seed: u64) -> Job {
        Job::new(Start::Anywhere(Vec::<Bug>::new()), Time::ZERO, Budget::default(), seed, count)
    }

    fn new(start: Start, begins: Time, budget: Budget, seed: u64, most_runs: u64) -> Job {
        let explorer = Explorer::new(start.clone(), budget, seed);
        let before = Tally::default();
        let stage = Stage::Looks;
        Job { start, budget, begins, seed, explorer, before, minimiser: None, steps_found: 0, most_runs, stage }
    }

    /// Goes on for about so many events.
    pub fn run(&mut self, events: u64) -> Stage {
        match self.stage {
            Stage::Looks => self.look(events),
            Stage::Shortens => {
                if self.minimiser.as_mut().is_none_or(|minimiser| minimiser.run(events)) {
                    self.stage = Stage::Done;
                }
            }
            Stage::Done => {}
        }
        self.stage
    }

    fn look(&mut self, events: u64) {
        // Where a number of schedules is asked for, it is met to within a few of them.
        let few = if self.most_runs == u64::MAX { events } else { events.min(2_000) };
        let mut left = events;
        while left > 0 && self.stage == Stage::Looks {
            // A seed ends with its world, or it would go on in another one for as long as the slice is.
            let of_seed = EACH.saturating_sub(self.explorer.progress().events).max(1);
            let slice = few.min(left).min(of_seed);
            let progress = self.explorer.run(slice);
            left -= slice;
            if progress.found {
                self.minimiser = self.explorer.minimiser();
                self.steps_found = self.minimiser.as_ref().map_or(0, |minimiser| minimiser.ops().len());
                self.stage = Stage::Shortens;
            } else if self.tally().runs >= self.most_runs {
                self.stage = Stage::Done;
            } else if progress.events >= EACH {
                self.before = self.tally();
                self.seed += 1;
                self.explorer = Explorer::new(self.start.clone(), self.budget, self.seed);
            }
        }
    }

    /// How much was tried so far.
    pub fn tally(&self) -> Tally {
        let now = self.explorer.progress();
        Tally {
            runs: self.before.runs + now.runs,
            events: self.before.events + now.events,
            worlds: self.before.worlds + now.worlds,
        }
    }

    /// What was found, as short as it is by now.
    pub fn finding(&self) -> Option<Finding> {
        let minimiser = self.minimiser.as_ref()?;
        let scenario: Scenario = minimiser.scenario();
        Some(Finding {
            promise: minimiser.promise().map_or("", title),
            begins: self.begins,
            steps_found: self.steps_found,
            steps_left: minimiser.ops().len(),
            servers: scenario.servers.len() + scenario.learners.len() + scenario.spares.len(),
            scenario: scenario::format(&scenario),
        })
    }
}

#[cfg(test)]
mod tests;
