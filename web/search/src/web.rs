//! What the script beside the page calls.

use raft_core::Time;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::job::{Finding, From, Job, Stage};

/// A search.
#[wasm_bindgen]
pub struct Search {
    job: Job,
    finding: Option<Finding>,
}

#[wasm_bindgen]
impl Search {
    /// From a moment of a run, in microseconds, or from anywhere.
    pub fn find(text: &str, at: Option<f64>, budget: &str, seed: u32) -> Result<Search, String> {
        let from = at.map_or(From::Anywhere, |at| From::Moment(Time(at as u64)));
        Ok(Search { job: Job::find(text, &from, budget, seed.into())?, finding: None })
    }

    /// So many random histories.
    pub fn histories(count: u32, seed: u32) -> Search {
        Search { job: Job::histories(count.into(), seed.into()), finding: None }
    }

    /// Goes on for about so many events. Returns how far it is: 0 it looks, 1 it makes short, 2 it is done.
    pub fn run(&mut self, events: u32) -> u8 {
        match self.job.run(events.into()) {
            Stage::Looks => 0,
            Stage::Shortens => 1,
            Stage::Done => {
                self.finding = self.job.finding();
                2
            }
        }
    }

    /// Schedules tried so far.
    pub fn runs(&self) -> f64 {
        self.job.tally().runs as f64
    }

    /// Events in them.
    pub fn events(&self) -> f64 {
        self.job.tally().events as f64
    }

    /// Worlds that they began in.
    pub fn worlds(&self) -> f64 {
        self.job.tally().worlds as f64
    }

    /// Takes what there is when no more time is given.
    pub fn settle(&mut self) {
        self.finding = self.job.finding();
    }

    /// The text of what was found, if anything was.
    pub fn scenario(&self) -> Option<String> {
        self.finding.as_ref().map(|finding| finding.scenario.clone())
    }

    /// The promise that falls in it.
    pub fn promise(&self) -> Option<String> {
        self.finding.as_ref().map(|finding| finding.promise.to_owned())
    }

    /// When it begins, in microseconds.
    pub fn begins(&self) -> f64 {
        self.finding.as_ref().map_or(0.0, |finding| finding.begins.0 as f64)
    }

    /// How many steps it had at first.
    pub fn found_steps(&self) -> u32 {
        self.finding.as_ref().map_or(0, |finding| finding.steps_found as u32)
    }

    /// How many it has.
    pub fn steps(&self) -> u32 {
        self.finding.as_ref().map_or(0, |finding| finding.steps_left as u32)
    }

    /// How many servers.
    pub fn servers(&self) -> u32 {
        self.finding.as_ref().map_or(0, |finding| finding.servers as u32)
    }
}
