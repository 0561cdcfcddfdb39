//! Whether clients could have been told all this by one server that does one thing after another
//! (§8): there must be one order of all operations, each at some moment between its question and
//! its answer, in which every answer is right.
//!
//! Keys do not depend on each other, so each has an order of its own. The search is Wing and
//! Gong's with Lowe's memory: what can come next is tried, and no state is tried twice. Three
//! things keep it short. What by its answer changed nothing, a read or a refused compare-and-set,
//! comes next as soon as that answer is right; an operation of unknown fate, which may take place
//! at any later time or never, is only tried where it changes something; and of two such that are
//! alike one is tried.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use raft_core::Time;

use crate::client::{Call, Client, Verdict as Told};
use crate::machine::{ClientId, Operation, Outcome};
use crate::world::World;

/// After so much work the check of a world gives up: time and memory of a search are bounded, also
/// for a history that somebody made to be hard.
pub const MOST_WORK: usize = 1_000_000;

/// So many operations of a broken history are put into words; the last ones clash.
const MOST_WORDS: usize = 12;

/// What one client asked, and what it was told.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Asked {
    /// Who; nobody for what a scenario put into the logs.
    pub client: Option<ClientId>,
    /// What.
    pub operation: Operation,
    /// When it was first asked for.
    pub invoked: Time,
    /// When the answer came, and which. Without one it may take place at any later time, or never.
    pub told: Option<(Time, Outcome)>,
}

/// What came of a check.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// In this order of the history's operations, one key after another, every answer is right.
    /// What is not in it did not take place.
    Linearizable(Vec<usize>),
    /// There is no such order: of these, in the order of their questions, one answer is wrong.
    Broken(Vec<Asked>),
    /// Too much was tried, and there may be an order or not.
    GaveUp,
}

/// Looks for an order that explains a history, in which a client's operations stand in the order
/// of its questions. Does at most so much work: one for each state, and one more for each operation
/// of unknown fate that could come next in it.
pub fn check(history: &[Asked], most: usize) -> Verdict {
    Check::new(history.to_vec(), most).go(usize::MAX).expect("a slice without end ends the check")
}

/// A check that is done in slices, for who must not be kept waiting.
pub struct Check {
    history: Vec<Asked>,
    /// What each key was asked for, by place in the history; those that are still to be searched.
    keys: Vec<Vec<usize>>,
    search: Option<Search>,
    order: Vec<usize>,
    most: usize,
    left: usize,
}

impl Check {
    /// A check of this history that gives up after so much work.
    pub fn new(history: Vec<Asked>, most: usize) -> Check {
        let mut keys: BTreeMap<&Arc<str>, Vec<usize>> = BTreeMap::new();
        for (place, asked) in history.iter().enumerate() {
            keys.entry(asked.operation.key()).or_default().push(place);
        }
        let keys = keys.into_values().rev().collect();
        Check { history, keys, search: None, order: Vec::new(), most, left: most }
    }

    /// What is checked.
    pub fn history(&self) -> &[Asked] {
        &self.history
    }

    /// Goes on for about so much work; nothing comes of it while there is more to be tried.
    pub fn go(&mut self, slice: usize) -> Option<Verdict> {
        let mut now = slice;
        while let Some(places) = self.keys.last() {
            let of_key = || places.iter().map(|place| &self.history[*place]);
            let search = self.search.get_or_insert_with(|| Search::new(of_key()));
            match search.run(&mut self.left, &mut now)? {
                Ok(found) => self.order.extend(found.into_iter().map(|n| places[n])),
                Err(End::GaveUp) => return Some(Verdict::GaveUp),
                Err(End::NoOrder) => {
                    let all: Vec<&Asked> = of_key().collect();
                    // Short is what can be read; who waits for a slice has it nearly so.
                    return Some(Verdict::Broken(shortest(&all, self.most.min(slice.saturating_mul(8)))));
                }
            }
            self.search = None;
            self.keys.pop();
        }
        Some(Verdict::Linearizable(self.order.clone()))
    }
}

/// The shortest beginning of a history without an order that has none either, without the reads
/// that do not matter; or nearly so, if that is too much work to find out.
fn shortest(history: &[&Asked], mut budget: usize) -> Vec<Asked> {
    let mut broken = |asked: &[Asked]| {
        matches!(Search::new(asked.iter()).run(&mut budget, &mut { usize::MAX }), Some(Err(End::NoOrder)))
    };
    let mut answers: Vec<Time> = history.iter().filter_map(|asked| asked.told.as_ref().map(|(at, _)| *at)).collect();
    answers.sort_unstable();
    // What has no order has none however it goes on, so the first answer that breaks it can be
    // found by halving.
    let cut = answers.partition_point(|at| !broken(&beginning(history, *at)));
    let mut short = beginning(history, answers.get(cut).copied().unwrap_or(Time(u64::MAX)));
    short.sort_by_key(|asked| asked.invoked);
    let mut place = 0;
    while place < short.len() && short.len() <= 1_000 {
        let mut fewer = short.clone();
        let gone = fewer.remove(place);
        let changed = gone.told.is_some_and(|(_, outcome)| outcome == Outcome::Done);
        if !changed && broken(&fewer) {
            short = fewer;
        } else {
            place += 1;
        }
    }
    short
}

/// A history as it was known at a time.
fn beginning(history: &[&Asked], until: Time) -> Vec<Asked> {
    let asked = history.iter().filter(|asked| asked.invoked <= until);
    let known =
        asked.map(|asked| Asked { told: asked.told.clone().filter(|(at, _)| *at <= until), ..(*asked).clone() });
    known.collect()
}

enum End {
    NoOrder,
    GaveUp,
}

/// The search for one key, as far as it has come.
struct Search {
    /// Those with an answer, in the order of their questions, with their place in the history.
    told: Vec<(usize, Asked, Time, Outcome)>,
    /// Those without.
    open: Vec<(usize, Asked)>,
    /// What is still to be tried.
    stack: Vec<Next>,
    seen: BTreeSet<State>,
    order: Vec<usize>,
}

/// How far an order has come.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    /// All answered ones before this are in it.
    low: usize,
    /// And these, further on.
    ahead: BTreeSet<usize>,
    /// Of those without an answer, these.
    open: BTreeSet<usize>,
    value: Option<Arc<str>>,
}

/// A step that is still to be tried: the order up to there, and what comes next.
struct Next {
    length: usize,
    place: Option<usize>,
    state: State,
}

impl Search {
    fn new<'a>(history: impl Iterator<Item = &'a Asked>) -> Search {
        let (mut told, mut open) = (Vec::new(), Vec::new());
        for (place, asked) in history.enumerate() {
            match asked.told.clone() {
                Some((at, outcome)) => told.push((place, asked.clone(), at, outcome)),
                None => open.push((place, asked.clone())),
            }
        }
        told.sort_by_key(|(_, asked, ..)| asked.invoked);
        let start = State { low: 0, ahead: BTreeSet::new(), open: BTreeSet::new(), value: None };
        let stack = vec![Next { length: 0, place: None, state: start }];
        Search { told, open, stack, seen: BTreeSet::new(), order: Vec::new() }
    }

    /// Goes on as long as the slice lasts.
    fn run(&mut self, left: &mut usize, slice: &mut usize) -> Option<Result<Vec<usize>, End>> {
        while *slice > 0 {
            let Some(Next { length, place, mut state }) = self.stack.pop() else { return Some(Err(End::NoOrder)) };
            let mut order = core::mem::take(&mut self.order);
            order.truncate(length);
            order.extend(place);
            let candidates = self.settle(&mut state, &mut order);
            if state.low == self.told.len() {
                return Some(Ok(order));
            }
            self.order = order;
            if self.seen.contains(&state) {
                continue;
            }
            let work = 1 + self.open.len();
            let Some(rest) = left.checked_sub(work) else { return Some(Err(End::GaveUp)) };
            *left = rest;
            *slice = slice.saturating_sub(work);
            let mut stack = core::mem::take(&mut self.stack);
            self.branch(&state, &candidates, self.order.len(), &mut stack);
            self.stack = stack;
            self.seen.insert(state);
        }
        None
    }

    /// Takes all that can come next and by its answer changed nothing; returns what else could come
    /// next. A write of the value that is there has to wait: it may be needed later.
    fn settle(&self, state: &mut State, order: &mut Vec<usize>) -> Vec<usize> {
        loop {
            let candidates = self.candidates(state);
            let idle = candidates.iter().find(|n| {
                let (_, asked, _, outcome) = &self.told[**n];
                *outcome != Outcome::Done && asked.operation.on(state.value.as_ref()).1 == *outcome
            });
            let Some(n) = idle else { return candidates };
            order.push(self.told[*n].0);
            state.take(*n);
        }
    }

    /// Answered ones that no other one has to come before.
    fn candidates(&self, state: &State) -> Vec<usize> {
        let mut candidates = Vec::new();
        let mut waiting: Vec<(&Asked, Time)> = Vec::new();
        let rest = self.told.iter().enumerate().skip(state.low).filter(|(n, _)| !state.ahead.contains(n));
        for (n, (_, asked, answered, _)) in rest {
            if waiting.iter().any(|(_, before)| *before < asked.invoked) {
                break;
            }
            if !waiting.iter().any(|(other, before)| precedes(other, *before, asked)) {
                candidates.push(n);
            }
            waiting.push((asked, *answered));
        }
        candidates
    }

    /// Puts onto the stack what could come next; what is tried first comes last.
    fn branch(&self, state: &State, candidates: &[usize], length: usize, stack: &mut Vec<Next>) {
        let mut tried: Vec<&Operation> = Vec::new();
        for (n, (place, asked)) in self.open.iter().enumerate().rev() {
            let rest = self.told.iter().enumerate().skip(state.low).filter(|(n, _)| !state.ahead.contains(n));
            let mut before = rest.take_while(|(_, (_, other, ..))| other.invoked <= asked.invoked);
            let (value, _) = asked.operation.on(state.value.as_ref());
            let idle = state.open.contains(&n) || value == state.value || tried.contains(&&asked.operation);
            if idle || before.any(|(_, (_, other, answered, _))| precedes(other, *answered, asked)) {
                continue;
            }
            tried.push(&asked.operation);
            let mut state = State { value, ..state.clone() };
            state.open.insert(n);
            stack.push(Next { length, place: Some(*place), state });
        }
        for n in candidates.iter().rev() {
            let (place, asked, _, outcome) = &self.told[*n];
            let (value, gives) = asked.operation.on(state.value.as_ref());
            if gives == *outcome {
                let mut state = State { value, ..state.clone() };
                state.take(*n);
                stack.push(Next { length, place: Some(*place), state });
            }
        }
    }
}

/// Whether one that was answered then has to come before the other. At one instant both may have
/// been under way, unless it is one client that asked them one after the other.
fn precedes(first: &Asked, answered: Time, second: &Asked) -> bool {
    let one_client = first.client.is_some() && first.client == second.client;
    answered < second.invoked || (one_client && answered <= second.invoked)
}

impl State {
    /// The answered one at this place comes next.
    fn take(&mut self, n: usize) {
        self.ahead.insert(n);
        while self.ahead.remove(&self.low) {
            self.low += 1;
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Linearizable(_) => write!(f, "one order explains all answers"),
            Verdict::GaveUp => write!(f, "too many orders to try them all"),
            Verdict::Broken(asked) => {
                let last = asked.len().saturating_sub(MOST_WORDS);
                let earlier = if last > 0 { format!("after {last} earlier ones, ") } else { String::new() };
                write!(f, "no order explains {earlier}")?;
                for (n, asked) in asked[last..].iter().enumerate() {
                    write!(f, "{}{asked}", if n > 0 { "; " } else { "" })?;
                }
                Ok(())
            }
        }
    }
}

/// `C1 read x from 10ms to 30ms: 1`
impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(client) = self.client {
            write!(f, "{client} ")?;
        }
        write!(f, "{} from {}", self.operation, self.invoked)?;
        match &self.told {
            None => write!(f, ": unknown"),
            Some((at, Outcome::Done)) => write!(f, " to {at}: done"),
            Some((at, Outcome::Value(Some(value)))) => write!(f, " to {at}: {value}"),
            Some((at, Outcome::Value(None))) => write!(f, " to {at}: no value"),
            Some((at, Outcome::Mismatch(Some(value)))) => write!(f, " to {at}: refused, it is {value}"),
            Some((at, Outcome::Mismatch(None) | Outcome::Expired)) => write!(f, " to {at}: refused"),
        }
    }
}

impl World {
    /// What clients asked and were told, one entry a request; what certainly did not take place is
    /// left out.
    pub fn history(&self) -> Vec<Asked> {
        let given = self.checker.given().map(|request| Asked {
            client: None,
            operation: request.operation,
            invoked: Time::ZERO,
            told: None,
        });
        given.chain(self.clients.iter().flat_map(asked_by)).collect()
    }

    /// Whether one order explains what clients were told so far.
    pub fn linearize(&self) -> Verdict {
        check(&self.history(), MOST_WORK)
    }
}

/// A client's requests. A retry by hand belongs to the first call with its number, unless it was
/// told something else: then it did more than repeat that.
fn asked_by(client: &Client) -> Vec<Asked> {
    let calls: Vec<&Call> = client.history().collect();
    let mut all = Vec::new();
    for same in calls.chunk_by(|a, b| a.serial == b.serial) {
        let entry = |call: &Call, told| Asked {
            client: Some(client.id),
            operation: call.operation.clone(),
            invoked: call.invoked,
            told,
        };
        let mut answers = same.iter().filter_map(|call| match &call.result {
            Some((at, Told::Ok(outcome))) => Some((*call, (*at, outcome.clone()))),
            _ => None,
        });
        match answers.next() {
            Some((_, told)) => {
                let others: Vec<Asked> = answers
                    .filter(|(_, (_, outcome))| *outcome != told.1)
                    .map(|(call, told)| entry(call, Some(told)))
                    .collect();
                all.push(entry(same[0], Some(told)));
                all.extend(others);
            }
            None if same.iter().all(|call| matches!(call.result, Some((_, Told::Failed)))) => {}
            None => all.push(entry(same[0], None)),
        }
    }
    all
}

#[cfg(test)]
mod tests;
