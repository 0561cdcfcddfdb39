//! All states, breadth first: the first state that breaks a promise is one of the nearest that do.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use raft_sim::checker::Promise;

use crate::bounds::{Bounds, Conduct};
use crate::intern::Table;
use crate::model::{MOST, Model, State, Step};

/// What a search came to.
#[derive(Clone, Debug)]
pub struct Report {
    /// How it ended.
    pub end: End,
    /// So many states were looked at, each once.
    pub states: usize,
    /// So many events that lead from one to another, or to itself.
    pub events: u64,
    /// The farthest of them is so many events from the start.
    pub depth: usize,
    /// Different servers, messages and histories.
    pub parts: (usize, usize, usize),
    /// How long it took a processor.
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
struct Seen {
    /// In blocks, so that growing copies nothing.
    blocks: Vec<Vec<One>>,
    len: usize,
    /// By servers and history: the last state that has them. From it `before` leads to the others.
    last: Table<[u32; MOST + 1], u32>,
    /// Of states that differ in messages only those are kept that no other covers.
    reduced: bool,
}

/// A state that was seen.
#[derive(Clone, Copy)]
struct One {
    state: State,
    /// The state that it follows.
    parent: u32,
    /// The state seen before with the same servers and history; its own number, if there is none.
    before: u32,
    /// There is another that has all its messages, and more.
    covered: bool,
}

const BLOCK: usize = 1 << 20;

impl Seen {
    fn new(reduced: bool) -> Seen {
        Seen { blocks: Vec::new(), len: 0, last: Table::default(), reduced }
    }

    fn at(&self, number: usize) -> One {
        self.blocks[number / BLOCK][number % BLOCK]
    }

    fn at_mut(&mut self, number: usize) -> &mut One {
        &mut self.blocks[number / BLOCK][number % BLOCK]
    }

    /// Adds a state, unless it is known, or one is that covers it.
    fn add(&mut self, model: &mut Model, state: State, parent: u32) {
        let number = u32::try_from(self.len).expect("fewer than four thousand million");
        let key = if self.reduced { model.apart_from_messages(state) } else { state.numbers() };
        let last = self.last.get(&key).copied();
        let mut next = last;
        // The nearest newer one that is still in the chain.
        let mut newer = None;
        while let Some(other) = next {
            let One { state: known, before, .. } = self.at(other as usize);
            if known == state || self.reduced && model.covers(known, state) {
                return;
            }
            next = (before != other).then_some(before);
            if self.reduced && model.covers(state, known) {
                self.at_mut(other as usize).covered = true;
                // It leaves the chain.
                match newer {
                    Some(newer) => self.at_mut(newer as usize).before = next.unwrap_or(newer),
                    None => match next {
                        Some(next) => _ = self.last.insert(key, next),
                        None => _ = self.last.remove(&key),
                    },
                }
            } else {
                newer = Some(other);
            }
        }
        let before = self.last.insert(key, number).unwrap_or(number);
        if self.len.is_multiple_of(BLOCK) {
            self.blocks.push(Vec::with_capacity(BLOCK));
        }
        self.blocks.last_mut().expect("a block").push(One { state, parent, before, covered: false });
        self.len += 1;
    }
}

/// Looks at every state within bounds, or at so many.
pub fn search(bounds: Bounds, conduct: Conduct, most: usize) -> Report {
    visit(bounds, conduct, most, |_, _| {})
}

/// The same, and shows each state.
pub fn visit(bounds: Bounds, conduct: Conduct, most: usize, mut each: impl FnMut(&Model, State)) -> Report {
    let started = processor_time();
    let (mut model, first) = Model::new(bounds, conduct);
    let mut seen = Seen::new(bounds.reduced);
    seen.add(&mut model, first, 0);
    let (mut states, mut events, mut depth, mut level_ends, mut number) = (0, 0, 0, 1, 0);
    let mut end = End::Complete;
    let mut following = Vec::new();
    while number < seen.len {
        if number == level_ends {
            (depth, level_ends) = (depth + 1, seen.len);
        }
        if seen.len > most {
            end = End::TooMany;
            break;
        }
        let One { state, covered, .. } = seen.at(number);
        if covered {
            number += 1;
            continue;
        }
        states += 1;
        each(&model, state);
        let mut broken = None;
        following.clear();
        model.after(state, &mut |step, after| {
            events += 1;
            match after {
                Ok(after) => following.push(after),
                Err(promise) => broken = broken.or(Some((step, promise))),
            }
        });
        following.iter().for_each(|after| seen.add(&mut model, *after, number as u32));
        if let Some((step, promise)) = broken {
            depth += 1;
            end = End::Broken(promise, story(&mut model, &seen, number, step));
            break;
        }
        number += 1;
    }
    Report { end, states, events, depth, parts: model.parts(), took: processor_time() - started }
}

/// How long a processor was busy with this thread, however many others it served meanwhile. Only Linux
/// says so; elsewhere it is the time that passed.
fn processor_time() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let nanos = std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split_whitespace().next()?.parse().ok());
    nanos.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// The events that lead to a state, and one more.
fn story(model: &mut Model, seen: &Seen, number: usize, last: Step) -> Vec<String> {
    let mut steps = vec![model.say(last)];
    let mut number = number;
    while number != 0 {
        let One { state, parent, .. } = seen.at(number);
        let mut found = None;
        model.after(seen.at(parent as usize).state, &mut |step, after| {
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
