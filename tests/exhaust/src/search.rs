//! All states, breadth first: the first state that breaks a promise is one of the nearest that do.

use std::hash::{Hash, Hasher};
use std::time::{Duration, Instant};

use raft_sim::checker::Promise;

use crate::bounds::{Bounds, Conduct};
use crate::intern::Quick;
use crate::model::{Model, State, Step};

/// What a search came to.
#[derive(Clone, Debug)]
pub struct Report {
    /// How it ended.
    pub end: End,
    /// So many states, each counted once.
    pub states: usize,
    /// So many events that lead from one to another, or to itself.
    pub events: u64,
    /// The farthest of them is so many events from the start.
    pub depth: usize,
    /// Different servers, messages and histories.
    pub parts: (usize, usize, usize),
    /// How long it took.
    pub took: Duration,
}

/// How a search ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    /// There are no other states, and in none is a promise broken.
    Complete,
    /// A promise is broken, by these events.
    Broken(Promise, Vec<String>),
    /// There are more states than were allowed.
    TooMany,
}

/// The states that were seen, in the order in which they were: compared whole, so that none is taken
/// for another.
#[derive(Default)]
struct Seen {
    /// In blocks, so that growing copies nothing.
    blocks: Vec<Vec<(State, u32)>>,
    len: usize,
    /// Places in that order, found by hash; 0 is free, and a place is one more than its number.
    table: Vec<u32>,
}

const BLOCK: usize = 1 << 20;

fn hash(state: &State) -> usize {
    let mut hasher = Quick::default();
    state.hash(&mut hasher);
    hasher.finish() as usize
}

impl Seen {
    fn at(&self, number: usize) -> (State, u32) {
        self.blocks[number / BLOCK][number % BLOCK]
    }

    /// Adds a state, unless it is known.
    fn add(&mut self, state: State, parent: u32) {
        if self.len * 4 >= self.table.len() * 3 {
            self.grow();
        }
        let free = self.find(&state);
        if self.table[free] != 0 {
            return;
        }
        if self.len.is_multiple_of(BLOCK) {
            self.blocks.push(Vec::with_capacity(BLOCK));
        }
        self.blocks.last_mut().expect("a block").push((state, parent));
        self.len += 1;
        self.table[free] = u32::try_from(self.len).expect("fewer than four thousand million");
    }

    /// Its place in the table, or the free one where it belongs.
    fn find(&self, state: &State) -> usize {
        let mask = self.table.len() - 1;
        let mut place = hash(state) & mask;
        while self.table[place] != 0 && self.at(self.table[place] as usize - 1).0 != *state {
            place = (place + 1) & mask;
        }
        place
    }

    fn grow(&mut self) {
        let size = (self.table.len() * 2).max(1 << 12);
        self.table = Vec::new();
        self.table = vec![0; size];
        for number in 0..self.len {
            let place = self.find(&self.at(number).0);
            self.table[place] = number as u32 + 1;
        }
    }
}

/// Looks at every state within bounds, or at so many.
pub fn search(bounds: Bounds, conduct: Conduct, most: usize) -> Report {
    visit(bounds, conduct, most, |_, _| {})
}

/// The same, and shows each state.
pub fn visit(bounds: Bounds, conduct: Conduct, most: usize, mut each: impl FnMut(&Model, State)) -> Report {
    let started = Instant::now();
    let (mut model, first) = Model::new(bounds, conduct);
    let mut seen = Seen::default();
    seen.add(first, 0);
    let (mut events, mut depth, mut level_ends, mut number) = (0, 0, 1, 0);
    let mut end = End::Complete;
    while number < seen.len {
        if number == level_ends {
            (depth, level_ends) = (depth + 1, seen.len);
        }
        if seen.len > most {
            end = End::TooMany;
            break;
        }
        let (state, _) = seen.at(number);
        each(&model, state);
        let mut broken = None;
        model.after(state, &mut |step, after| {
            events += 1;
            match after {
                Ok(after) => seen.add(after, number as u32),
                Err(promise) => broken = broken.or(Some((step, promise))),
            }
        });
        if let Some((step, promise)) = broken {
            depth += 1;
            end = End::Broken(promise, story(&mut model, &seen, number, step));
            break;
        }
        number += 1;
    }
    Report { end, states: seen.len, events, depth, parts: model.parts(), took: started.elapsed() }
}

/// The events that lead to a state, and one more.
fn story(model: &mut Model, seen: &Seen, number: usize, last: Step) -> Vec<String> {
    let mut steps = vec![model.say(last)];
    let mut number = number;
    while number != 0 {
        let (state, parent) = seen.at(number);
        let mut found = None;
        model.after(seen.at(parent as usize).0, &mut |step, after| {
            if after == Ok(state) {
                found = found.or(Some(step));
            }
        });
        steps.push(model.say(found.expect("a parent has its child")));
        number = parent as usize;
    }
    steps.reverse();
    steps
}
