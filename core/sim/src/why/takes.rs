//! What would it take? The fewest deliveries, timeouts, mended links and restarts that are found to
//! make something so: a bounded search from the nearest worlds on (A*).
//!
//! What it finds has been done, to a copy of the world, so that doing it in that world does it.

use alloc::collections::{BTreeSet, BinaryHeap};
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::hash::{Hash, Hasher};

use raft_core::{ServerId, Time};

use super::goal::{Goal, leads};
use crate::host::Condition;
use crate::network::{Flight, Parcel, Place};
use crate::record::Trace;
use crate::scenario::{Action, Heal, Who};
use crate::world::World;

/// No way of more steps is looked for.
pub const MOST_STEPS: u32 = 16;

/// At most so many worlds are looked at.
const MOST_WORLDS: usize = 30_000;

/// What is due at one instant is let happen, and so many events of it.
const MOST_AT_ONCE: usize = 1_000;

/// One step of a way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// Somebody does this.
    Do(Action),
    /// Time goes on until then: something must get onto a disk.
    Wait(Time),
}

/// What a search has found so far.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// Nothing yet.
    NotYet,
    /// A way.
    Way(Vec<Step>),
    /// There is none of at most so many steps, or it is not found with the work that is allowed.
    None {
        /// So many steps.
        within: u32,
    },
}

/// A search for a way, which can be carried on a little at a time.
#[derive(Clone, Debug)]
pub struct Search {
    goal: Goal,
    root: World,
    nodes: Vec<Node>,
    /// By the steps in all, at the least; then the furthest first, then the oldest.
    open: BinaryHeap<(Reverse<u32>, u32, Reverse<u32>)>,
    seen: BTreeSet<u64>,
    found: Found,
    trace: Trace,
}

#[derive(Clone, Debug)]
struct Node {
    before: u32,
    step: Option<Step>,
}

impl Search {
    /// A search from a world on.
    pub fn new(goal: Goal, world: &World) -> Search {
        let mut root = world.clone();
        let mut trace = Trace::deaf();
        settle(&mut root, &mut trace);
        let found = if goal.is_reached(&root) { Found::Way(Vec::new()) } else { Found::NotYet };
        let seen = BTreeSet::from([gist(&root)]);
        let open = BinaryHeap::from([(Reverse(goal.distance(&root)), 0, Reverse(0))]);
        Search { goal, root, nodes: [Node { before: 0, step: None }].into(), open, seen, found, trace }
    }

    /// The way, with all the work that is allowed.
    pub fn finish(mut self) -> Found {
        while self.advance(usize::MAX) == &Found::NotYet {}
        self.found
    }

    /// Looks at about so many more worlds.
    pub fn advance(&mut self, worlds: usize) -> &Found {
        let until = self.nodes.len().saturating_add(worlds);
        while self.found == Found::NotYet && self.nodes.len() < until {
            match self.open.pop() {
                Some((Reverse(steps), taken, Reverse(place)))
                    if steps <= MOST_STEPS && self.nodes.len() < MOST_WORLDS =>
                {
                    self.look_on(place, taken);
                }
                Some((Reverse(steps), ..)) => self.found = Found::None { within: steps.saturating_sub(1) },
                None => self.found = Found::None { within: MOST_STEPS },
            }
        }
        &self.found
    }

    fn look_on(&mut self, place: u32, taken: u32) {
        let way = self.way(place);
        let mut world = self.root.clone();
        for step in &way {
            take(&mut world, step, &mut self.trace);
        }
        for step in choices(&world, &self.goal) {
            let mut next = world.clone();
            if !take(&mut next, &step, &mut self.trace) || !self.seen.insert(gist(&next)) {
                continue;
            }
            let number = self.nodes.len() as u32;
            self.nodes.push(Node { before: place, step: Some(step) });
            if self.goal.is_reached(&next) {
                self.found = Found::Way(self.way(number));
                return;
            }
            let least = taken + 1 + self.goal.distance(&next);
            self.open.push((Reverse(least), taken + 1, Reverse(number)));
        }
    }

    fn way(&self, mut place: u32) -> Vec<Step> {
        let mut way = Vec::new();
        while let Some(Node { before, step: Some(step) }) = self.nodes.get(place as usize) {
            way.push(step.clone());
            place = *before;
        }
        way.reverse();
        way
    }
}

impl Step {
    /// Whether another step than an action comes first: it needs a script that does nothing else.
    pub fn is_wait(&self) -> bool {
        matches!(self, Step::Wait(_))
    }
}

/// What can be done that might help.
fn choices(world: &World, goal: &Goal) -> Vec<Step> {
    let mut choices = Vec::new();
    let flights = world.flights().into_iter().filter(|flight| goal.concerns(world, flight) && arrives(world, flight));
    choices.extend(flights.filter_map(|flight| world.select(flight.id)).map(Action::Deliver));
    for server in world.servers() {
        let who = Who::Server(server.id);
        match server.condition() {
            Condition::Down => choices.push(Action::Restart(who)),
            Condition::Paused => choices.push(Action::Resume(who)),
            Condition::Up if leads(server) => choices.push(Action::Heartbeat(who)),
            Condition::Up if goal.wants_to_stand(world, server.id) => choices.push(Action::Timeout(who)),
            Condition::Up => {}
        }
    }
    if !world.network.cuts.is_empty() {
        choices.push(Action::Heal(Heal::All));
    }
    let mut steps: Vec<Step> = choices.into_iter().map(Step::Do).collect();
    let syncs = world.servers().iter().filter_map(|server| server.process()?.disk.unsynced.front());
    steps.extend(syncs.map(|write| write.due).min().map(Step::Wait));
    steps
}

/// Whether a message would arrive if it was delivered now.
fn arrives(world: &World, flight: &Flight) -> bool {
    let cut = match (flight.from, flight.to) {
        (Place::Server(from), Place::Server(to)) => world.is_cut(from, to),
        _ => false,
    };
    let there = flight.to.server().is_none_or(|id| is_running(world, id));
    flight.lost.is_none() && !cut && there
}

fn is_running(world: &World, id: ServerId) -> bool {
    world.server(id).is_some_and(|server| server.condition() == Condition::Up)
}

/// Takes a step as the page and a scenario would: all that is due comes first.
pub(super) fn take(world: &mut World, step: &Step, trace: &mut Trace) -> bool {
    let done = match step {
        Step::Do(action) => world.act(action, trace).is_ok(),
        Step::Wait(until) => {
            for _ in 0..MOST_AT_ONCE {
                if world.next_due().is_none_or(|due| due > *until) {
                    break;
                }
                world.step(trace);
            }
            world.reach(*until);
            true
        }
    };
    settle(world, trace);
    done
}

fn settle(world: &mut World, trace: &mut Trace) {
    for _ in 0..MOST_AT_ONCE {
        if world.next_due().is_none_or(|due| due > world.now()) {
            return;
        }
        world.step(trace);
    }
}

/// What tells one world from another here, whatever the order in which they came to be: a number.
fn gist(world: &World) -> u64 {
    let mut all = Fnv::default();
    world.now().hash(&mut all);
    for server in world.servers() {
        (server.condition() == Condition::Up).hash(&mut all);
        let Some(view) = server.view() else { continue };
        (view.role, view.term, view.voted_for, view.leader, view.last, view.durable).hash(&mut all);
        (view.commit, view.applied, view.in_touch, view.transfer, view.followers).hash(&mut all);
        (view.members_index, view.reads, view.stream).hash(&mut all);
        let mut votes = view.votes.to_vec();
        votes.sort_unstable();
        votes.hash(&mut all);
    }
    world.network.cuts.hash(&mut all);
    world.clients().iter().for_each(|client| (&client.current, client.serial).hash(&mut all));
    let flights = world.flights().into_iter().map(|flight| {
        let mut one = Fnv::default();
        (flight.from, flight.to, flight.lost.is_some()).hash(&mut one);
        match &flight.parcel {
            Parcel::Raft(envelope) => envelope.hash(&mut one),
            other => other.hash(&mut one),
        }
        one.0
    });
    all.write_u64(flights.fold(0, u64::wrapping_add));
    all.0
}

/// FNV-1a.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
