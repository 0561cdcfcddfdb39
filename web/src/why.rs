//! What can be asked of a moment, and the answer as it is shown. Plain data; the search for a way
//! is `raft_sim::why`'s.

use raft_core::{Index, Position, ServerId, Time};
use raft_sim::host::Condition;
use raft_sim::why::{Answer, Goal, Question, Since, Step};
use raft_sim::words::why::{self as said, Said};
use raft_sim::world::World;

use crate::linked::Fact;
use crate::playback::Playback;
use crate::words::why as words;

/// So many entries are asked about at most.
const ENTRIES: u64 = 6;

/// A fact of an answer, in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The sentence.
    pub text: String,
    /// Where the paper says so.
    pub section: Option<&'static str>,
    /// The event that made it so.
    pub since: Option<Since>,
}

/// An answer, and the moment that it is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// What was asked.
    pub question: Question,
    /// When.
    pub at: Time,
    /// After so many events.
    pub events: u64,
    /// In the run that this number stands for: another deed makes it another.
    pub version: u64,
    /// Whether it is as the question has it.
    pub so: bool,
    /// The facts, the nearest first.
    pub lines: Vec<Line>,
    /// What else can be asked.
    pub others: Vec<Question>,
}

impl Reply {
    /// The answer for the present; an entry that was pointed at may not be the one that counts.
    pub fn to(question: Question, entry: Option<Position>, playback: &Playback) -> Reply {
        let world = playback.world();
        let answer = Answer::to(question, world, playback.records());
        let line = |(text, section): Said, since| Line { text, section, since };
        let premise = said::premise(question, answer.so).map(|text| line((text, None), None));
        let other = entry.and_then(|entry| other_entry(question, entry, world)).map(|said| line(said, None));
        let facts = answer.reasons.iter().map(|reason| line(said::fact(&reason.fact), reason.since));
        let lines = other.into_iter().chain(premise).chain(facts).collect();
        let mut others = questions(world);
        if !others.contains(&question) {
            others.insert(0, question);
        }
        let (at, events) = (world.now(), world.events());
        Reply { question, at, events, version: playback.version, so: answer.so, lines, others }
    }

    /// Whether this is still the moment that it is about.
    pub fn is_of(&self, playback: &Playback) -> bool {
        let world = playback.world();
        (self.version, self.at, self.events) == (playback.version, world.now(), world.events())
    }
}

/// What is asked of what is lit or chosen; else of what goes on.
pub fn about(lit: Option<Fact>, chosen: Option<ServerId>, world: &World) -> Question {
    match (lit, chosen) {
        (Some(Fact::Entry(at)), _) => about_entry(at, world),
        (Some(Fact::Client(id)), _) => Question::Waits(id, None),
        (Some(Fact::Call(id, serial)), _) => Question::Waits(id, Some(serial)),
        (Some(Fact::Server(id)), _) | (_, Some(id)) => Question::NotLeader(id),
        _ => questions(world).first().copied().unwrap_or(Question::NoLeader),
    }
}

/// Why an entry is not committed; of one that is, who does not know.
pub fn about_entry(at: Position, world: &World) -> Question {
    let question = Question::NotCommitted(at.index);
    let unaware = || {
        let known = world.servers().iter().any(|server| server.commit() >= at.index && server.log().holds(at));
        let unaware = world.servers().iter().find(|server| is_up(world, server.id) && server.commit() < at.index);
        unaware.filter(|_| known).map(|server| Question::NotKnown(server.id, at.index))
    };
    if is_so(question, world) { question } else { unaware().unwrap_or(question) }
}

/// What can be asked now, what matters most first.
pub fn questions(world: &World) -> Vec<Question> {
    let mut all = vec![Question::NoLeader];
    let clients = world.clients().iter().map(|client| Question::Waits(client.id, None));
    let servers = world.servers();
    let commit = servers.iter().map(|server| server.commit()).max().unwrap_or_default();
    let last = servers.iter().map(|server| server.log().last().index).max().unwrap_or_default();
    let open = Index(commit.0 + 1)..=last.min(Index(commit.0 + ENTRIES));
    all.extend(clients);
    all.extend(Index::all(open).map(Question::NotCommitted));
    all.extend(servers.iter().filter(|server| is_up(world, server.id)).map(|s| Question::NotKnown(s.id, commit)));
    all.extend(servers.iter().map(|server| Question::NotLeader(server.id)));
    all.retain(|question| is_so(*question, world));
    all
}

fn is_so(question: Question, world: &World) -> bool {
    !Goal::of(question, world).is_reached(world)
}

fn is_up(world: &World, id: ServerId) -> bool {
    world.server(id).is_some_and(|server| server.condition() == Condition::Up)
}

/// Where logs differ, which of the entries is meant.
fn other_entry(question: Question, entry: Position, world: &World) -> Option<Said> {
    let goal = Goal::of(question, world);
    match goal {
        Goal::Committed(meant) | Goal::Known(_, meant) if meant.index == entry.index && meant.term != entry.term => {
            Some(words::other_entry(meant, entry, Goal::Committed(meant).is_reached(world)))
        }
        _ => None,
    }
}

/// The steps of a way as orders. How long a wait is counts from the step before.
pub fn steps(way: &[Step], world: &World) -> Vec<String> {
    let mut now = world.now();
    let order = |step: &Step| match step {
        Step::Wait(until) => words::wait(core::mem::replace(&mut now, *until), *until),
        step => said::step(world, step),
    };
    way.iter().map(order).collect()
}

#[cfg(test)]
mod tests;
