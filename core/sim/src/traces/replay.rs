//! A trace to walk through: what each line changed, and how the servers stood at any of them.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use raft_core::{Index, Payload, ServerId};

use super::{Change, Names, Server};
/// So many changes lie between two places whose servers are kept.
const APART: usize = 1_000;

/// What a line changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// The line.
    pub line: u64,
    /// Whose.
    pub server: ServerId,
    /// What.
    pub change: Change,
}

/// All that a trace tells, to walk through.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    steps: Vec<Step>,
    /// The servers before every [`APART`]th step.
    kept: Vec<BTreeMap<ServerId, Server>>,
    names: Names,
}

impl Replay {
    /// Writes a change down; these are the servers before it.
    pub(super) fn write(&mut self, step: Step, before: &BTreeMap<ServerId, Server>) {
        if self.steps.len().is_multiple_of(APART) {
            self.kept.push(before.clone());
        }
        self.steps.push(step);
    }

    pub(super) fn name_by(&mut self, names: Names) {
        self.names = names;
    }

    /// What lines changed, in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// All servers that the trace names, in order.
    pub fn servers(&self) -> impl Iterator<Item = ServerId> + '_ {
        self.names.by_id.keys().copied()
    }

    /// What the trace calls a server.
    pub fn name(&self, id: ServerId) -> &str {
        self.names.name(id)
    }

    /// How many of the steps are told by the lines up to this one.
    pub fn up_to(&self, line: u64) -> usize {
        self.steps.partition_point(|step| step.line <= line)
    }

    /// The servers after so many steps; those not heard of yet are as they begin.
    pub fn after(&self, steps: usize) -> BTreeMap<ServerId, Server> {
        let steps = steps.min(self.steps.len());
        // What was kept before the first step is that nobody was heard of.
        let kept = (steps / APART).min(self.kept.len().saturating_sub(1));
        let mut servers = self.kept.get(kept).cloned().unwrap_or_default();
        for step in &self.steps[kept * APART..steps] {
            servers.entry(step.server).or_default().take(step.line, &step.change);
        }
        for id in self.servers() {
            servers.entry(id).or_default();
        }
        servers
    }

    /// What a step was, in words.
    pub fn said(&self, step: &Step) -> String {
        let who = self.name(step.server);
        match &step.change {
            Change::Term(term) => format!("{who} is in term {term}"),
            Change::Votes(term, to) if *to == step.server => format!("{who} stands for election in term {term}"),
            Change::Votes(term, to) => format!("{who} votes for {} in term {term}", self.name(*to)),
            Change::Leads(term) => format!("{who} leads term {term}"),
            Change::Stores(at, Payload::Noop) => format!("{who} stores an empty entry at {at}"),
            Change::Stores(at, payload) => format!("{who} stores {} at {at}", value(payload)),
            Change::Truncates(from) => format!("{who} removes its entries from {from} on"),
            Change::Commits(Index(index)) => format!("{who} takes entries up to {index} for committed"),
            Change::Applies(Index(index)) => format!("{who} has applied entries up to {index}"),
            Change::Snapshot(last) => format!("{who} has a snapshot up to {last}"),
            Change::Crashes => format!("{who} crashes"),
            Change::Restarts => format!("{who} restarts"),
        }
    }
}

/// What an entry of a trace says: its value as it was logged, or the beginning of it.
pub fn value(payload: &Payload) -> String {
    const MOST: usize = 40;
    let Payload::Command(command) = payload else { return String::new() };
    // It came out of a text.
    let text = String::from_utf8_lossy(command.bytes());
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}
