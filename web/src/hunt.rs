//! A search beside the page, as the page knows of it: how far it is, and what it came to. Plain data;
//! `ui::hunt` begins and ends it.

use raft_core::Time;
use raft_sim::explore::Budget;

use crate::words::hunt as words;

/// The faults that a search may use if nobody says otherwise.
pub const BUDGET: &str = "3 crashes, 6 drops, 3 duplicates, 3 partitions, 1 pause, 2 clocks";

/// What is searched for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Prey {
    /// A run in which a promise falls.
    #[default]
    Fall,
    /// The same with all rules in force, so many runs: there is none.
    Histories,
}

/// How it stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Stage {
    /// Nobody has asked.
    #[default]
    Idle,
    /// It is on its way, before the first news.
    Begins,
    /// Nothing was found yet.
    Looks,
    /// Something was found, and is made short.
    Shortens,
    /// It is found.
    Found(Finding),
    /// There is none, as far as was looked.
    None,
    /// The reader has ended it.
    Cancelled,
    /// It could not be done.
    Failed(String),
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Its text.
    pub scenario: String,
    /// The promise that falls.
    pub promise: String,
    /// When it parts from what was there.
    pub begins: Time,
    /// Its steps, at first and now.
    pub steps: [u64; 2],
    /// Its servers.
    pub servers: u64,
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
    /// For so long.
    pub milliseconds: u64,
    /// In a worker, or between the frames of the page.
    pub worker: bool,
}

/// A search.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Hunt {
    /// For what.
    pub prey: Prey,
    /// How it stands.
    pub stage: Stage,
    /// How much was tried.
    pub tally: Tally,
}

impl Hunt {
    /// Whether it goes on.
    pub fn goes(&self) -> bool {
        matches!(self.stage, Stage::Begins | Stage::Looks | Stage::Shortens)
    }

    /// What is said of it.
    pub fn says(&self) -> String {
        let tried = words::tried(&self.tally);
        match &self.stage {
            Stage::Idle => String::new(),
            Stage::Begins => words::BEGINS.into(),
            Stage::Looks => words::looks(&tried),
            Stage::Shortens => words::shortens(&tried),
            Stage::Found(found) => words::found(found, &tried),
            Stage::None => words::none(&tried),
            Stage::Cancelled => words::cancelled(&tried),
            Stage::Failed(why) => words::failed(why),
        }
    }
}

/// What is wrong with the faults that are named, if anything.
pub fn wrong_budget(text: &str) -> Option<String> {
    Budget::parse(text).err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_faults_that_are_offered_are_the_usual_ones() {
        assert_eq!(Budget::parse(BUDGET), Ok(Budget::default()));
        assert!(wrong_budget("2 cats").is_some_and(|why| why.contains("cats")));
        assert_eq!(wrong_budget(""), None);
    }

    #[test]
    fn what_is_said_is_there_in_chinese() {
        let table = crate::translate::Table::read(include_str!("../../www/lang/zh-Hans.txt"), None).expect("the table");
        let found = Finding {
            scenario: String::new(),
            promise: "Log Matching".into(),
            begins: Time::ZERO,
            steps: [80, 13],
            servers: 3,
        };
        let stages = [Stage::Begins, Stage::Looks, Stage::Shortens, Stage::Found(found), Stage::None, Stage::Cancelled];
        for stage in stages {
            let tally = Tally { runs: 10, events: 1_000, worlds: 2, milliseconds: 1_250, worker: true };
            let says = Hunt { prey: Prey::Fall, stage, tally }.says();
            let said = table.say(&says).unwrap_or_default();
            assert!(!said.is_empty() && !said.contains(|c: char| c.is_ascii_alphabetic()), "{says} -> {said}");
        }
    }
}
