//! Exercises: a scenario with a goal, and whether the run in a link brings it about.
//!
//! A solution is the scenario of the exercise, unchanged, with steps after those that are given. To
//! judge one takes the exercise and the link and nothing else, so whoever has both comes to the same
//! verdict. Links come from strangers: each is read whole or refused, is held to the exercise before
//! anything runs, and has so many events to run.

#[cfg(test)]
mod tests;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use raft_core::Time;

use crate::explore::budget::{Budget, Fault};
use crate::link::{self, LinkError, Source};
use crate::record::Trace;
use crate::run::{PATIENCE, Run};
use crate::scenario::{Action, Change, Lines, Predicate, Scenario, Set, format_action, format_predicate, format_step};

/// So many events a solution may take. A minute of five servers has some ten thousand.
pub const MOST_EVENTS: usize = 500_000;

/// A scenario that asks for something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exercise {
    scenario: Scenario,
    /// The lines of its header that a solution must have, and no others.
    setup: Vec<String>,
}

/// What came of a solution.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The last goal is reached at this time.
    Solved(Time),
    /// The link cannot be read: cut off, changed on its way, no scenario.
    Unreadable(LinkError),
    /// The link names a scenario that is elsewhere, and so holds no solution.
    Elsewhere,
    /// The run is not that of the exercise.
    Other(Difference),
    /// An action that no exercise allows, on this line of the solution's text.
    Forbidden {
        /// The line.
        line: u32,
        /// The action.
        action: String,
    },
    /// More than the exercise allows, from this line of the solution's text on.
    OverBudget {
        /// The line.
        line: u32,
        /// The action.
        action: String,
        /// What is allowed: `1 crash`.
        allowed: String,
    },
    /// A goal does not come to hold.
    NotReached {
        /// Which, from 1.
        goal: usize,
        /// Out of so many.
        of: usize,
        /// What is wanted.
        wanted: String,
        /// Until when it was waited for.
        until: Time,
        /// What is the case then.
        found: String,
        /// The step of the solution that could not be done, if there is one.
        failed: Option<String>,
    },
    /// It takes too many events.
    TooLong,
}

/// In what a run is not that of the exercise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Difference {
    /// This line of the exercise is missing.
    Missing(String),
    /// This line is not in the exercise.
    Added(String),
    /// This step of the exercise is missing or changed.
    Step(String),
}

/// What came of a link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Graded {
    /// The author that the link names.
    pub author: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
}

impl Exercise {
    /// The exercise of a scenario; `None` if it has no goal.
    pub fn new(scenario: Scenario) -> Option<Exercise> {
        let setup = setup(&scenario);
        (!scenario.goals.is_empty()).then_some(Exercise { scenario, setup })
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Judges the run in a link.
    pub fn grade(&self, link: &str) -> Graded {
        let link = match link::decode(link) {
            Ok(link) => link,
            Err(error) => return Graded { author: None, verdict: Verdict::Unreadable(error) },
        };
        let Source::Scenario(solution, lines) = link.source else {
            return Graded { author: None, verdict: Verdict::Elsewhere };
        };
        let verdict = match view_changes(&solution, &link.view) {
            Some(part) => Verdict::Other(Difference::Added(part)),
            None => self.judge(&solution, &lines),
        };
        Graded { author: solution.author, verdict }
    }

    /// Judges a run.
    pub fn judge(&self, solution: &Scenario, lines: &Lines) -> Verdict {
        if let Some(difference) = self.difference(solution) {
            return Verdict::Other(difference);
        }
        self.refuses(solution, lines).unwrap_or_else(|| self.play(solution))
    }

    fn difference(&self, solution: &Scenario) -> Option<Difference> {
        let theirs = setup(solution);
        let missing = self.setup.iter().find(|line| !theirs.contains(line)).cloned().map(Difference::Missing);
        let added = || theirs.iter().find(|line| !self.setup.contains(line)).cloned().map(Difference::Added);
        // The same lines in another order, or twice: of what is set twice, the last counts.
        let moved = || {
            let (ours, _) = self.setup.iter().zip(&theirs).find(|(ours, theirs)| ours != theirs)?;
            Some(Difference::Missing(ours.clone()))
        };
        let longer = || theirs.get(self.setup.len()).cloned().map(Difference::Added);
        let step = || {
            let mut given = self.scenario.steps.iter().enumerate();
            let (_, step) = given.find(|(n, step)| solution.steps.get(*n) != Some(step))?;
            Some(Difference::Step(format_step(step).trim_end().replace("\n ", " /")))
        };
        missing.or_else(added).or_else(moved).or_else(longer).or_else(step)
    }

    /// What may not be done, before anything runs.
    fn refuses(&self, solution: &Scenario, lines: &Lines) -> Option<Verdict> {
        let mut budget = self.scenario.allow;
        let own = solution.steps.iter().enumerate().skip(self.scenario.steps.len());
        let actions = own.flat_map(|(n, step)| step.actions.iter().enumerate().map(move |(m, action)| (n, m, action)));
        for (step, place, action) in actions {
            let (line, text) = (lines.action(step, place), || format_action(action));
            match action {
                Action::Note(_) | Action::Stop(_) | Action::Ask(_) | Action::Mark(_) | Action::Expect { .. } => {}
                Action::Set(Set { change: Change::Speed(_), .. }) => {}
                Action::Set(_) => return Some(Verdict::Forbidden { line, action: text() }),
                action => {
                    if let Some(over) = budget.as_mut().and_then(|left| spend(left, self.scenario.allow, action)) {
                        return Some(Verdict::OverBudget { line, action: text(), allowed: over });
                    }
                }
            }
        }
        None
    }

    /// Whether the goals come to hold, one after another.
    fn play(&self, solution: &Scenario) -> Verdict {
        let mut trace = Trace::deaf();
        let mut run = Run::new(Arc::new(solution.clone()), &mut trace);
        let goals = &self.scenario.goals;
        let (mut reached, mut since) = (0, None);
        for _ in 0..MOST_EVENTS {
            if since.is_none() && run.steps_done() >= self.scenario.steps.len() {
                since = Some(run.world().now());
            }
            if let Some(since) = &mut since {
                while run.world().holds(&goals[reached].predicate) {
                    reached += 1;
                    *since = run.world().now();
                    if reached == goals.len() {
                        return Verdict::Solved(*since);
                    }
                }
            }
            let until = since.unwrap_or(run.world().now()) + goals[reached].within.unwrap_or(PATIENCE);
            let stuck = since.is_none() && run.is_halted();
            if stuck || run.next_due().is_none_or(|due| due > until) || !run.step(&mut trace) {
                return self.not_reached(reached, until, &run);
            }
        }
        Verdict::TooLong
    }

    fn not_reached(&self, goal: usize, until: Time, run: &Run) -> Verdict {
        let predicate: &Predicate = &self.scenario.goals[goal].predicate;
        Verdict::NotReached {
            goal: goal + 1,
            of: self.scenario.goals.len(),
            wanted: format_predicate(predicate),
            until,
            found: run.world().found(predicate),
            failed: run.failures().iter().find(|_| run.is_halted()).map(|failure| failure.what.clone()),
        }
    }
}

/// The lines of a header that make the run and the exercise what they are. Texts are free: a
/// solution may bear its author's name.
fn setup(scenario: &Scenario) -> Vec<String> {
    let bare = Scenario {
        title: String::new(),
        about: Vec::new(),
        author: None,
        lang: None,
        steps: Vec::new(),
        ..scenario.clone()
    };
    crate::scenario::format(&bare).lines().map(ToString::to_string).collect()
}

/// What a link changes of its own run.
fn view_changes(solution: &Scenario, view: &link::View) -> Option<String> {
    let seed = view.seed.filter(|seed| *seed != solution.seed).map(|seed| format!("seed {seed}"));
    let count = |servers: &u32| *servers as usize != solution.servers.len();
    seed.or_else(|| view.servers.filter(count).map(|servers| format!("servers {servers}")))
}

/// Spends one action; what was allowed, if that is used up.
fn spend(left: &mut Budget, allowed: Option<Budget>, action: &Action) -> Option<String> {
    if left.spend(action) {
        return None;
    }
    let kind = Fault::of(action).filter(|kind| left.left(*kind) == 0).unwrap_or(Fault::Step);
    Some(kind.counted(allowed.map_or(0, |budget| budget.left(kind))))
}

impl Verdict {
    /// Whether the goal is reached.
    pub fn is_solved(&self) -> bool {
        matches!(self, Verdict::Solved(_))
    }

    /// One word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Solved(_) => "solved",
            Verdict::Unreadable(_) => "unreadable",
            Verdict::Elsewhere | Verdict::Other(_) => "other-run",
            Verdict::Forbidden { .. } => "forbidden",
            Verdict::OverBudget { .. } => "over-budget",
            Verdict::NotReached { .. } => "not-reached",
            Verdict::TooLong => "too-long",
        }
    }
}

/// The reason, as a person would be told.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Solved(at) => write!(f, "at {at}"),
            Verdict::Unreadable(error) => error.fmt(f),
            Verdict::Elsewhere => {
                f.write_str("the link names a scenario and holds none; share the run after acting in it")
            }
            Verdict::Other(Difference::Missing(line)) => write!(f, "the exercise's line `{line}` is missing"),
            Verdict::Other(Difference::Added(line)) => write!(f, "`{line}` is not in the exercise"),
            Verdict::Other(Difference::Step(step)) => {
                write!(f, "the exercise's step `{step}` is missing or changed; act after it")
            }
            Verdict::Forbidden { line, action } => {
                write!(f, "line {line}: `{action}`; settings stay as the exercise has them")
            }
            Verdict::OverBudget { line, action, allowed } => {
                write!(f, "line {line}: `{action}` is more than the {allowed} allowed")
            }
            Verdict::NotReached { goal, of, wanted, until, found, failed } => {
                if *of > 1 {
                    write!(f, "goal {goal} of {of}, ")?;
                }
                write!(f, "`{wanted}`, does not hold by {until}: {found}")?;
                match failed {
                    Some(what) => write!(f, "; a step failed: {what}"),
                    None => Ok(()),
                }
            }
            Verdict::TooLong => write!(f, "it takes more than {MOST_EVENTS} events"),
        }
    }
}
