//! A stretch of a run as other tools read it: sequence diagrams, a log with vector clocks, still
//! and moving pictures. All are texts that need no script, made of the same records as the page.

mod clocks;
mod json;
mod reel;
mod sequence;
mod svg;
mod transcript;

#[cfg(test)]
mod tests;

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use raft_core::Time;

use crate::lanes::Lanes;
use crate::network::Place;
use crate::record::{Record, Trace};
use crate::run::Run;
use crate::scenario::Scenario;
use crate::world::World;

pub use clocks::{PATTERN, shiviz};
pub use json::json;
pub use reel::{FRAME, MOST_FRAMES, Reel};
pub use sequence::{mermaid, plantuml};
pub use svg::{COLOURS, history, log, metrics, moving, ring, space_time};
pub use transcript::{millis, transcript, transcript_line};

/// So many records of a stretch are kept; the rest is left out, and said to be.
pub const MOST_RECORDS: usize = 100_000;

/// A stretch of a run, and the world at its end.
#[derive(Clone, Debug)]
pub struct Excerpt {
    /// From here.
    pub from: Time,
    /// To here.
    pub to: Time,
    /// What happened in it.
    pub records: Vec<Record>,
    /// How many records were too many to be kept.
    pub left_out: usize,
    /// What lasted, from the start of the run on.
    pub lanes: Lanes,
    run: Run,
}

impl Excerpt {
    /// A scenario from one time to another, or else to its last step; `None` if that takes more than
    /// so many events.
    pub fn of(scenario: Arc<Scenario>, from: Time, to: Option<Time>, budget: usize) -> Option<Excerpt> {
        let mut trace = Trace::new();
        let run = Run::new(scenario, &mut trace);
        let mut excerpt = Excerpt {
            from,
            to: to.unwrap_or(Time(u64::MAX)),
            records: Vec::new(),
            left_out: 0,
            lanes: Lanes::default(),
            run,
        };
        for _ in 0..budget {
            excerpt.take(&mut trace);
            let over = match to {
                Some(to) => excerpt.run.next_due().is_none_or(|due| due > to),
                None => excerpt.run.is_over(),
            };
            if over || !excerpt.run.step(&mut trace) {
                excerpt.take(&mut trace);
                if let Some(to) = to {
                    excerpt.run.advance(to, 1, &mut trace);
                }
                excerpt.to = excerpt.run.world().now();
                excerpt.from = from.min(excerpt.to);
                return Some(excerpt);
            }
        }
        None
    }

    fn take(&mut self, trace: &mut Trace) {
        for record in trace.drain() {
            self.lanes.read(&record);
            if record.at < self.from || record.at > self.to {
                continue;
            }
            if self.records.len() < MOST_RECORDS {
                self.records.push(record);
            } else {
                self.left_out += 1;
            }
        }
    }

    /// The world at the end.
    pub fn world(&self) -> &World {
        self.run.world()
    }

    /// What the scenario is called.
    pub fn title(&self) -> &str {
        match self.run.scenario().title.as_str() {
            "" => "A run of Raft",
            title => title,
        }
    }

    /// Everybody: servers, then clients.
    pub fn places(&self) -> impl Iterator<Item = Place> + '_ {
        let servers = self.world().servers().iter().map(|server| Place::Server(server.id));
        servers.chain(self.world().clients().iter().map(|client| Place::Client(client.id)))
    }
}

/// What a message is, on an arrow: `vote request, term 2`; of a client what it asks.
fn label(trip: &crate::record::Trip, asks: Option<&str>) -> String {
    use crate::scenario::MessageKind;
    use alloc::format;
    let kind = crate::words::kind(trip.kind);
    match (trip.kind, asks) {
        (MessageKind::Request, Some(asks)) => return String::from(asks),
        (MessageKind::Request | MessageKind::Answer, _) => return String::from(kind),
        _ => {}
    }
    let entries = match trip.gist.first() {
        Some(first) if first == trip.gist.last().index => format!(", entry {first}"),
        Some(first) => format!(", entries {first} to {}", trip.gist.last().index),
        None => String::new(),
    };
    format!("{kind}, term {}{entries}", trip.gist.term())
}
