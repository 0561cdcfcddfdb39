//! What clients asked and were told, what a server still has to apply, and whether one order
//! explains all answers. Plain data, made when a reader asks for it.

use raft_core::{Index, Payload, Position, Time};
use raft_sim::client::{Call, Client, Verdict as Told};
use raft_sim::host::Server;
use raft_sim::linearize::{Asked, Check, Verdict};
use raft_sim::machine::{ClientId, Outcome, Request};
use raft_sim::record::{Record, What};

use crate::diagram::{Frame, Line};
use crate::lanes::End;
use crate::layout::{Point, draw};

// ---- What a client asked ---------------------------------------------------------------------------

/// One operation of a client's history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deed {
    /// The number that the client gave it; a retry by hand has that of the first.
    pub serial: u64,
    /// What was asked.
    pub asked: String,
    /// How it ended.
    pub end: End,
    /// What the client was told, if anything.
    pub told: Option<Outcome>,
    /// How often it was asked for.
    pub tries: u32,
    /// When it was first asked for.
    pub from: Time,
    /// When the client knew more.
    pub to: Option<Time>,
}

/// So many operations of a history are shown.
pub const SHOWN: usize = 60;

/// The latest of what a client asked, oldest first, and how many came before.
pub fn history(client: &Client) -> (Vec<Deed>, usize) {
    let deeds: Vec<Deed> = client.latest(SHOWN).map(deed).collect();
    let earlier = client.history().count().saturating_sub(deeds.len());
    (deeds, earlier)
}

/// One call, as its history shows it.
pub fn deed(call: &Call) -> Deed {
    let told = match &call.result {
        Some((_, Told::Ok(outcome))) => Some(outcome.clone()),
        Some((_, Told::Expired)) => Some(Outcome::Expired),
        _ => None,
    };
    Deed {
        serial: call.serial,
        asked: call.operation.to_string(),
        end: end(call),
        told,
        tries: call.tries,
        from: call.invoked,
        to: call.result.as_ref().map(|(at, _)| *at),
    }
}

fn end(call: &Call) -> End {
    match &call.result {
        None => End::Waits,
        Some((_, Told::Ok(_))) => End::Ok,
        Some((_, Told::Failed)) => End::Failed,
        Some((_, Told::Expired | Told::Unknown)) => End::Unknown,
    }
}

// ---- What a server holds ---------------------------------------------------------------------------

/// How far a write has come that a server has not applied.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Stage {
    /// It is known to be committed, and will be applied.
    Committed,
    /// It is on this disk; it may be committed, or go.
    Stored,
    /// It is not even on this disk.
    Written,
}

/// A write that a server has in its log and has not applied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pending {
    /// Its entry.
    pub at: Position,
    /// What it does.
    pub words: String,
    /// How far it has come.
    pub stage: Stage,
}

/// So many pairs and so many pending writes are shown of a server.
pub const HELD: usize = 100;

/// What a server's store has, and what is still to come.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Contents {
    /// Keys and their values, as applied.
    pub values: Vec<String>,
    /// Writes that are not, in the order of the log.
    pub pending: Vec<Pending>,
    /// More of the one or the other than are told here.
    pub more: usize,
}

/// What a server that runs has in its store.
pub fn contents(server: &Server) -> Option<Contents> {
    let (store, view) = (server.store()?, server.view()?);
    let log = server.log();
    let values: Vec<String> = store.iter().take(HELD).map(|(key, value)| format!("{key}={value}")).collect();
    let first = view.applied.max(log.base().index).next();
    let rest = log.last_index().0.saturating_sub(first.previous().0);
    let last = Index(log.last_index().0.min(first.0 + HELD as u64 - 1));
    let pending = Index::all(first..=last).filter_map(|index| {
        let entry = log.entry(index)?;
        let Payload::Command(command) = &entry.payload else { return None };
        let operation = Request::decode(command)?.operation;
        let stage = match index {
            index if index <= view.commit => Stage::Committed,
            index if index <= view.durable => Stage::Stored,
            _ => Stage::Written,
        };
        let words = operation.to_string();
        (!operation.is_read()).then_some(Pending { at: Position { term: entry.term, index }, words, stage })
    });
    let more = store.iter().count().saturating_sub(HELD) + (rest as usize).saturating_sub(HELD);
    Some(Contents { values, pending: pending.collect(), more })
}

// ---- Whether one order explains it -----------------------------------------------------------------

/// After so much work nobody waits any longer.
pub const MOST_WORK: usize = 200_000;

/// So much of it is done between two frames.
pub const SLICE: usize = 500;

/// So many operations are shown.
pub const PROVED: usize = 40;

/// What an order, or what is left where there is none, says of an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// It takes place at this moment.
    At(Time),
    /// It need not have taken place.
    Never,
    /// With what it was told no order is left.
    Clashes,
    /// It is one of those that another clashes with.
    Among,
}

/// An operation in the picture of why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// Who asked; nobody for what was in the logs from the start.
    pub client: Option<ClientId>,
    /// What.
    pub asked: String,
    /// From when.
    pub from: Time,
    /// To when, and what was told then.
    pub told: Option<(Time, Outcome)>,
    /// Its place.
    pub place: Place,
}

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// One order explains all answers.
    Yes,
    /// None does.
    No,
    /// Too many orders to try them all.
    Open,
}

/// The picture of why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proof {
    /// Whether there is an order.
    pub answer: Answer,
    /// Until when the run was looked at.
    pub until: Time,
    /// How many operations there are in all.
    pub all: usize,
    /// The last of them, in that order; or those that clash, in the order of their questions.
    pub steps: Vec<Step>,
    /// What the one that clashes could have been told.
    pub instead: Vec<Outcome>,
    /// Who takes place when: for marks on the bars of the diagram.
    pub points: Vec<(ClientId, Time)>,
}

/// The proof of a verdict.
pub fn prove(check: &Check, verdict: &Verdict, until: Time) -> Proof {
    let history = check.history();
    let mut proof =
        Proof { answer: Answer::Open, until, all: history.len(), steps: vec![], instead: vec![], points: vec![] };
    match verdict {
        Verdict::GaveUp => {}
        Verdict::Linearizable(order) => {
            proof.answer = Answer::Yes;
            let mut steps = places(history, order);
            proof.points = steps.iter().filter_map(|step| Some((step.client?, at(step)?))).collect();
            proof.steps = steps.split_off(steps.len().saturating_sub(PROVED));
        }
        Verdict::Broken(clash) => {
            proof.answer = Answer::No;
            proof.instead = instead(clash);
            let last = last_told(clash);
            let step = |(n, asked)| step(asked, if Some(n) == last { Place::Clashes } else { Place::Among });
            proof.steps = clash.iter().enumerate().map(step).collect();
            // The one that clashes is always among those that are shown.
            if let Some(last) = last.filter(|last| *last + PROVED < clash.len()) {
                let clashes = proof.steps.remove(last);
                proof.steps.push(clashes);
            }
            proof.steps.drain(..proof.steps.len().saturating_sub(PROVED));
        }
    }
    proof
}

fn at(step: &Step) -> Option<Time> {
    match step.place {
        Place::At(at) => Some(at),
        _ => None,
    }
}

fn step(asked: &Asked, place: Place) -> Step {
    let Asked { client, operation, invoked, told } = asked;
    Step { client: *client, asked: operation.to_string(), from: *invoked, told: told.clone(), place }
}

/// Each as early as the order allows: one key after another, then all keys by their moments. What is
/// not in the order comes last.
fn places(history: &[Asked], order: &[usize]) -> Vec<Step> {
    let mut steps: Vec<Step> = history.iter().map(|asked| step(asked, Place::Never)).collect();
    let mut all: Vec<(Time, usize)> = Vec::new();
    let mut before: Option<(&str, Time)> = None;
    for n in order {
        let key: &str = history[*n].operation.key();
        let earliest = before.filter(|(other, _)| *other == key).map_or(Time::ZERO, |(_, at)| at);
        let at = earliest.max(history[*n].invoked);
        before = Some((key, at));
        steps[*n].place = Place::At(at);
        all.push((at, *n));
    }
    // Of one key they stand in their order already; a stable sort leaves them so.
    all.sort_by_key(|(at, _)| *at);
    let placed = all.into_iter().map(|(_, n)| steps[n].clone()).collect::<Vec<_>>();
    steps.retain(|step| step.place == Place::Never);
    // An entry from the start that nobody was told of says nothing.
    steps.retain(|step| step.client.is_some());
    placed.into_iter().chain(steps).collect()
}

/// Which answer came last: up to there an order was left.
fn last_told(clash: &[Asked]) -> Option<usize> {
    let told = clash.iter().enumerate().filter_map(|(n, asked)| Some((asked.told.as_ref()?.0, n)));
    told.max().map(|(_, n)| n)
}

/// What a read that clashes could have been told instead: tried out, one value after another.
fn instead(clash: &[Asked]) -> Vec<Outcome> {
    const MOST: usize = 12;
    const WORK: usize = 2_000;
    let Some(last) = last_told(clash).filter(|last| clash[*last].operation.is_read()) else { return Vec::new() };
    let mut values = vec![None];
    for asked in clash.iter().rev() {
        let (value, _) = asked.operation.on(None);
        if !asked.operation.is_read() && !values.contains(&value) && values.len() < MOST {
            values.push(value);
        }
    }
    let mut tried = clash.to_vec();
    let explained = values.into_iter().map(Outcome::Value).filter(|outcome| {
        tried[last].told = clash[last].told.as_ref().map(|(at, _)| (*at, outcome.clone()));
        matches!(Check::new(tried.clone(), WORK).go(WORK + 1), Some(Verdict::Linearizable(_)))
    });
    explained.collect()
}

// ---- On the lines of the space-time diagram --------------------------------------------------------

/// Signs on the bars of clients.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Signs {
    /// Where each begins, and each that ended ends.
    pub ends: String,
    /// ✓ where it took place.
    pub ok: String,
    /// ✕ where it did not.
    pub failed: String,
    /// ? where nobody knows.
    pub unknown: String,
    /// Where it was asked for again.
    pub retries: String,
}

/// The signs on the bars that a frame shows of a run up to the present; `records` are those up to there.
pub fn signs(frame: &Frame, clients: &[Client], records: &[Record], now: Time) -> Signs {
    let mut signs = Signs::default();
    for (line, y) in &frame.lines {
        let Line::Client(id) = line else { continue };
        let Some(client) = clients.iter().find(|client| client.id == *id) else { continue };
        let shown = |at: Time| (frame.window.start <= at && at <= frame.window.end && at <= now).then(|| frame.x(at));
        for call in client.latest(MOST_BARS) {
            if let Some(x) = shown(call.invoked) {
                draw(&mut signs.ends, &[("M", x), (" ", y - 4.5)], "v9");
            }
            let Some(x) = call.result.as_ref().and_then(|(at, _)| shown(*at)) else { continue };
            let (path, from, shape) = match end(call) {
                End::Ok => (&mut signs.ok, Point { x: x + 4.0, y: *y }, "l3 3 5 -7"),
                End::Failed => (&mut signs.failed, Point { x: x + 4.0, y: y - 3.5 }, "l7 7m0 -7l-7 7"),
                _ => (
                    &mut signs.unknown,
                    Point { x: x + 4.5, y: y - 2.0 },
                    "c0 -3.5 5.5 -3.5 5.5 0c0 2 -2.8 2 -2.8 4m0 2.6v.6",
                ),
            };
            draw(&mut signs.ends, &[("M", x), (" ", y - 4.5)], "v9");
            draw(path, &[("M", from.x), (" ", from.y)], shape);
        }
    }
    let recent = records.iter().rev().take_while(|record| record.at >= frame.window.start).take(MOST_RECORDS);
    for record in recent.filter(|record| record.at <= frame.window.end) {
        let What::Asks { client, tries: 2.., .. } = &record.what else { continue };
        if let Some((_, y)) = frame.lines.iter().find(|(line, _)| *line == Line::Client(*client)) {
            draw(&mut signs.retries, &[("M", frame.x(record.at) - 3.5), (" ", y + 10.0)], "h7l-3.5 -6z");
        }
    }
    signs
}

/// More bars, and more records, than these say nothing.
const MOST_BARS: usize = 200;
const MOST_RECORDS: usize = 20_000;

/// Marks at moments on the lines of clients.
pub fn diamonds(frame: &Frame, points: &[(ClientId, Time)]) -> String {
    let mut path = String::new();
    let shown = points.iter().filter(|(_, at)| frame.window.start <= *at && *at <= frame.window.end);
    for (client, at) in shown.rev().take(MOST_BARS) {
        if let Some((_, y)) = frame.lines.iter().find(|(line, _)| *line == Line::Client(*client)) {
            draw(&mut path, &[("M", frame.x(*at)), (" ", y - 5.0)], "l4.5 5 -4.5 5 -4.5 -5z");
        }
    }
    path
}

#[cfg(test)]
mod tests;
