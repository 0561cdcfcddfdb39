//! Two runs beside each other: up to where they are the same, and what differs at a moment.
//!
//! Any two will do: two futures of one run, or the same deeds under two settings ([`Contrast`]).

mod contrast;
mod measure;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use raft_core::{Index, ServerId, Time};

pub use self::contrast::{Contrast, Knob};
pub use self::measure::{Measure, Unit};
use crate::client::Verdict;
use crate::host::Condition;
use crate::machine::{ClientId, caption};
use crate::record::{Record, Trace};
use crate::run::Run;
use crate::scenario::Scenario;
use crate::world::World;

/// Two runs that go on together.
#[derive(Clone, Debug)]
pub struct Pair {
    runs: [Run; 2],
    traces: [Trace; 2],
    /// What happened differently first; nothing as long as nothing did.
    parted: Option<Parting>,
    same: u64,
}

/// Where two runs part.
#[derive(Clone, PartialEq, Debug)]
pub struct Parting {
    /// So many events are the same.
    pub same: u64,
    /// When the next one happens.
    pub at: Time,
    /// What that one is, in either run; nothing where nothing is worth telling.
    pub first: [Option<Record>; 2],
}

/// What differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Whose it is; nobody's, if it is the cluster's.
    pub of: Option<Owner>,
    /// What.
    pub aspect: Aspect,
    /// How it is in either run.
    pub values: [String; 2],
}

/// Who has something that differs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Owner {
    /// A server.
    Server(ServerId),
    /// A client.
    Client(ClientId),
}

/// What can differ.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Aspect {
    /// Who leads.
    Leader,
    /// Which promises fell.
    Promises,
    /// Whether there is such a server or client at all.
    Presence,
    /// Whether it runs, and its role.
    Role,
    /// Its term.
    Term,
    /// Its vote.
    Vote,
    /// Its log, from the first entry that differs on.
    Log,
    /// Its commit index.
    Commit,
    /// What it has applied: its store.
    Store,
    /// What a client was told last.
    Answer,
}

impl Pair {
    /// Both at their start.
    pub fn new(scenarios: [Arc<Scenario>; 2]) -> Pair {
        let mut traces = [Trace::new(), Trace::new()];
        let [first, second] = scenarios;
        let runs = [Run::new(first, &mut traces[0]), Run::new(second, &mut traces[1])];
        let mut pair = Pair { runs, traces, parted: None, same: 0 };
        pair.watch(0, Time::ZERO);
        pair
    }

    /// The two runs.
    pub fn runs(&self) -> [&Run; 2] {
        [&self.runs[0], &self.runs[1]]
    }

    /// The moment of both.
    pub fn now(&self) -> Time {
        self.runs[0].world().now().min(self.runs[1].world().now())
    }

    /// Where they part, as far as that is known by now.
    pub fn parting(&self) -> Option<&Parting> {
        self.parted.as_ref()
    }

    /// How many events are known to be the same.
    pub fn same(&self) -> u64 {
        self.parted.as_ref().map_or(self.same, |parted| parted.same)
    }

    /// Goes on to a time, at most so many events of each at once. Returns whether both are there.
    pub fn approach(&mut self, time: Time, budget: usize) -> bool {
        for _ in 0..budget {
            if self.parted.is_some() {
                let there = |(run, trace): (&mut Run, &mut Trace)| {
                    let there = run.advance(time, budget, trace);
                    trace.drain().for_each(drop);
                    there
                };
                let [first, second] = self.runs.each_mut();
                let [listens, too] = self.traces.each_mut();
                return there((first, listens)) & there((second, too));
            }
            let due = self.runs.each_ref().map(|run| run.next_due().filter(|due| *due <= time));
            let Some(next) = due.into_iter().flatten().min() else {
                self.runs.iter_mut().zip(&mut self.traces).for_each(|(run, trace)| _ = run.advance(time, 1, trace));
                return true;
            };
            let before = self.same;
            for (n, due) in due.into_iter().enumerate() {
                if due == Some(next) {
                    self.runs[n].step(&mut self.traces[n]);
                }
            }
            self.watch(before, next);
        }
        false
    }

    /// Whether the same has happened in both.
    fn watch(&mut self, same: u64, at: Time) {
        let [first, second] = self.traces.each_mut().map(|trace| trace.drain().collect::<Vec<Record>>());
        if first == second {
            self.same = self.runs[0].world().events().min(self.runs[1].world().events());
            return;
        }
        let differs = first.iter().zip(&second).position(|(a, b)| a != b).unwrap_or(first.len().min(second.len()));
        let first = [first.into_iter().nth(differs), second.into_iter().nth(differs)];
        self.parted = Some(Parting { same, at, first });
    }

    /// What differs now.
    pub fn differences(&self) -> Vec<Difference> {
        differences(self.runs[0].world(), self.runs[1].world())
    }
}

/// What differs between two worlds: the cluster, then its servers, then its clients.
pub fn differences(first: &World, second: &World) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut differ = |of, aspect, values: [String; 2]| {
        if values[0] != values[1] {
            found.push(Difference { of, aspect, values });
        }
    };
    let worlds = [first, second];
    differ(None, Aspect::Leader, worlds.map(|world| world.leader().map_or("–".into(), |id| id.to_string())));
    differ(None, Aspect::Promises, worlds.map(broken));
    let mut ids: Vec<ServerId> = worlds.iter().flat_map(|world| world.servers()).map(|server| server.id).collect();
    ids.sort_unstable();
    ids.dedup();
    for id in ids {
        let of = Some(Owner::Server(id));
        let both = worlds.map(|world| world.server(id));
        let [Some(a), Some(b)] = both else {
            differ(of, Aspect::Presence, both.map(|server| there(server.is_some())));
            continue;
        };
        let servers = [a, b];
        differ(of, Aspect::Role, servers.map(role));
        differ(of, Aspect::Term, servers.map(|server| server.term().to_string()));
        differ(of, Aspect::Vote, servers.map(|server| server.voted_for().map_or("–".into(), |vote| vote.to_string())));
        let from = first_difference(a.log(), b.log());
        differ(of, Aspect::Log, servers.map(|server| from.map_or(String::new(), |from| entries(server.log(), from))));
        differ(of, Aspect::Commit, servers.map(|server| server.commit().to_string()));
        differ(of, Aspect::Store, servers.map(|server| server.store().map_or(String::new(), values)));
    }
    let clients = first.clients().len().max(second.clients().len()) as u32;
    for id in (1..=clients).map(ClientId) {
        let told = worlds.map(|world| {
            let client = world.clients().iter().find(|client| client.id == id);
            client.map_or_else(|| there(false), |client| client.last_call().map_or("–".into(), told))
        });
        differ(Some(Owner::Client(id)), Aspect::Answer, told);
    }
    found
}

fn there(is: bool) -> String {
    if is { "there".into() } else { "not there".into() }
}

fn broken(world: &World) -> String {
    let names: Vec<&str> = world.checker().violations().iter().map(|v| v.promise().name()).collect();
    if names.is_empty() { "–".into() } else { names.join(", ") }
}

fn role(server: &crate::host::Server) -> String {
    let role = server.view().map_or("", |view| match view.role {
        raft_core::RoleName::Leader => "leader",
        raft_core::RoleName::PreCandidate => "pre-candidate",
        raft_core::RoleName::Candidate => "candidate",
        raft_core::RoleName::Follower => "follower",
    });
    match server.condition() {
        Condition::Up => role.into(),
        Condition::Paused => format!("{role}, paused"),
        Condition::Down => "down".into(),
    }
}

/// The first index at which two logs differ; neither has what it does not know any more.
fn first_difference(a: &raft_core::Log, b: &raft_core::Log) -> Option<Index> {
    let from = a.base().index.max(b.base().index).next();
    let last = a.last_index().max(b.last_index());
    // Logs that end alike are alike up to there (§5.3), but for a broken cluster's.
    Index::all(from..=last).find(|index| a.entry(*index) != b.entry(*index))
}

/// At most so many entries are written out.
const ENTRIES: u64 = 4;

fn entries(log: &raft_core::Log, from: Index) -> String {
    let last = log.last_index();
    if last < from {
        return format!("ends at {last}");
    }
    let shown = Index::all(from..=last.min(Index(from.0 + ENTRIES - 1)));
    let words = shown.filter_map(|index| {
        let entry = log.entry(index)?;
        Some(format!("{index}@{} {}", entry.term, caption(&entry.payload)))
    });
    let more = if last.0 >= from.0 + ENTRIES { format!(" … {last}") } else { String::new() };
    words.collect::<Vec<_>>().join(", ") + &more
}

fn values(store: &crate::machine::Store) -> String {
    let all: Vec<String> = store.iter().map(|(key, value)| format!("{key}={value}")).collect();
    if all.is_empty() { "–".into() } else { all.join(" ") }
}

fn told(call: &crate::client::Call) -> String {
    let end = match &call.result {
        None => "waits",
        Some((_, Verdict::Ok(_))) => "ok",
        Some((_, Verdict::Failed)) => "failed",
        Some((_, Verdict::Expired)) => "expired",
        Some((_, Verdict::Unknown)) => "unknown",
    };
    format!("{}: {end}", call.operation)
}
