//! What happened, in English: one line a record, with the reason and the paper's section.
//!
//! All words about a run stand here, for the page, the terminal and the golden scripts alike;
//! another language is another table like this one.

use alloc::string::{String, ToString};

use raft_core::{Index, Membership, Position, ServerId};

use crate::checker::{Clash, Promise};
use crate::client::Verdict;
use crate::machine::Outcome;
use crate::network::{Loss, Place};
use crate::record::{Record, Trip, What};
use crate::scenario::MessageKind;

/// As the library's, made in a function of its own: a page loads the words of the few things that
/// happen on a first visit at once, and those of all others when somebody is there to read them.
macro_rules! format {
    ($($words:tt)*) => {
        $crate::words::apart(|| alloc::format!($($words)*))
    };
}

mod decisions;
mod faults;
pub mod footing;
mod seldom;
pub mod standstill;
pub mod why;

pub use decisions::vote_refusal;

/// How much a line matters to the story.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Weight {
    /// Things go on as usual.
    Routine,
    /// A detail for who looks closely.
    Detail,
    /// Part of the story.
    Story,
}

/// One line of the transcript.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// What happened.
    pub text: String,
    /// Why, or what follows.
    pub why: Option<String>,
    /// Where the paper (`§5.2`) or the thesis says so.
    pub section: Option<&'static str>,
    /// The server that it is about, if it is one.
    pub server: Option<ServerId>,
    /// How much it matters.
    pub weight: Weight,
}

/// The line of a record.
pub fn line(record: &Record) -> Line {
    match &record.what {
        What::Decided(server, note) => decisions::decided(*server, note),
        What::Heartbeats(id) => routine(format!("{id}'s heartbeat timer fires.")).of(*id).see("§5.2"),
        What::Synced(id) => routine(format!("{id}'s write is on disk.")).of(*id),
        What::Applied { server, first, last } => {
            detail(format!("{server} applies {}.", entries(*first, *last))).of(*server).see("§5.3")
        }
        What::Arrived(trip) => routine(format!("{} arrives.", message(trip))),
        What::Lost(trip, loss) => lost(trip, *loss),
        What::Held(..)
        | What::Released(..)
        | What::Duplicated(..)
        | What::Waits(..)
        | What::Crashed(..)
        | What::Restarted(..)
        | What::Paused(..)
        | What::Resumed(..)
        | What::Wiped(..)
        | What::LostEntries { .. }
        | What::ForgotVote { .. }
        | What::ClockRuns(..)
        | What::Cut(..)
        | What::Partitioned(..)
        | What::Healed(..)
        | What::Changed(..)
        | What::HoldRule(..)
        | What::Wants(..) => faults::told(&record.what),
        What::Asks { client, server, operation, tries: 1 } => story(format!("{client} asks {server}: {operation}.")),
        What::Asks { client, server, operation, tries } => {
            detail(format!("{client} asks {server} (try {tries}): {operation}."))
        }
        What::Ended { client, operation, verdict } => {
            story(format!("{client} {}", ended(&operation.to_string(), verdict)))
        }
        What::Says(text) | What::Stops(text) => story(text.clone()),
        What::Poses(quiz) => story(quiz.question.clone()),
        What::Marks(name) => story(format!("Mark: {name}.")),
        What::Holds(wanted) => detail(format!("As expected: {wanted}.")),
        What::Fails(failure) => story(format!("The scenario fails: {}.", failure.what)),
        What::Violates(violation) => {
            story(format!("{} is broken: {}", title(violation.promise()), clash(&violation.clash)))
                .see(section(violation.promise()))
        }
    }
}

/// The name of a promise, as the paper has it.
pub fn title(promise: Promise) -> &'static str {
    match promise {
        Promise::ElectionSafety => "Election Safety",
        Promise::LeaderAppendOnly => "Leader Append-Only",
        Promise::LogMatching => "Log Matching",
        Promise::LeaderCompleteness => "Leader Completeness",
        Promise::StateMachineSafety => "State Machine Safety",
        Promise::ExactlyOnce => "Exactly Once",
        Promise::Linearizability => "Linearizability",
        Promise::ReadFreshness => "Read Freshness",
    }
}

/// Where it is promised.
fn section(promise: Promise) -> &'static str {
    match promise {
        Promise::ExactlyOnce => "thesis §6.3",
        Promise::Linearizability | Promise::ReadFreshness => "§8",
        _ => "Figure 3",
    }
}

/// The two facts of a broken promise.
pub fn clash(clash: &Clash) -> String {
    match clash {
        Clash::TwoLeaders { term, first, second } => format!("{first} and {second} both lead term {term}."),
        Clash::LeaderRewrites { leader, from } => format!("{leader} leads and changes its own entry {from}."),
        Clash::LogsDisagree { at, server } => {
            format!("{server} stores an entry {at} that is not the {at} that its leader made.")
        }
        Clash::LeaderLacks { leader, term, entry, committed_in } => {
            format!("{leader} leads term {term} without {entry}, which was committed in term {committed_in}.")
        }
        Clash::StatesDiffer { index, server } => {
            format!("{server}'s snapshot at index {index} is not what the committed entries make of the state machine.")
        }
        Clash::DoneTwice { client, serial, server, first, second } => {
            format!(
                "{server} carries out {client}'s request {serial} at index {second}, and it was done at index {first}."
            )
        }
        Clash::StaleRead { server, client, applied, missed } => format!(
            "{server} answers {client}'s read from what it has applied up to entry {applied}, without the write at entry {missed}, of which a client was told before."
        ),
        Clash::AppliedDifferently { index, server, first, second } => format!(
            "{server} applies an entry of term {second} at index {index}, where one of term {first} was applied before."
        ),
    }
}

/// A message, in words: `S1's vote request to S2`.
pub fn message(trip: &Trip) -> String {
    format!("{}'s {} to {}", trip.from, kind(trip.kind), trip.to)
}

/// The kind of a message, in words.
pub fn kind(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::PreVote => "pre-vote request",
        MessageKind::PreVoteReply => "pre-vote reply",
        MessageKind::TimeoutNow => "call to stand for election",
        MessageKind::Vote => "vote request",
        MessageKind::VoteReply => "vote reply",
        MessageKind::Append => "append",
        MessageKind::AppendReply => "append reply",
        MessageKind::Heartbeat => "heartbeat",
        MessageKind::Snapshot => "snapshot",
        MessageKind::SnapshotReply => "snapshot reply",
        MessageKind::ReadIndex => "question how far to read",
        MessageKind::ReadIndexReply => "answer how far to read",
        MessageKind::HeartbeatReply => "heartbeat reply",
        MessageKind::StreamOpen => "stream handshake",
        MessageKind::Stream => "batch on the stream",
        MessageKind::StreamAck => "stream acknowledgement",
        MessageKind::Request => "request",
        MessageKind::Answer => "answer",
    }
}

fn lost(trip: &Trip, loss: Loss) -> Line {
    let what = message(trip);
    match loss {
        Loss::Chance => detail(format!("{what} is lost.")),
        Loss::Cut => detail(format!("{what} is lost: the link is cut.")),
        Loss::Down => detail(format!("{what} is lost: {} is down.", trip.to)),
        Loss::Dropped => story(format!("{what} is dropped.")),
    }
}

fn ended(operation: &str, verdict: &Verdict) -> String {
    match verdict {
        Verdict::Ok(Outcome::Done) => format!("is told: {operation} is done."),
        Verdict::Ok(Outcome::Value(Some(value))) => format!("is told: {operation} gives {value}."),
        Verdict::Ok(Outcome::Value(None)) => format!("is told: {operation} gives nothing, it was never set."),
        Verdict::Ok(Outcome::Mismatch(Some(value))) => format!("is told: {operation} failed, the value is {value}."),
        Verdict::Ok(Outcome::Mismatch(None)) => format!("is told: {operation} failed, there is no value."),
        Verdict::Failed => format!("is told: {operation} was refused and did not happen."),
        Verdict::Ok(Outcome::Expired) | Verdict::Expired => {
            format!("is told: its session expired; whether {operation} happened, nobody knows any more.")
        }
        Verdict::Unknown => format!("gives up: whether {operation} happened, or still will, it cannot know."),
    }
}

/// `S1`, `S1 and S2`, `S1, S2 and S3`.
pub fn names(servers: &[ServerId]) -> String {
    let mut text = String::from(if servers.is_empty() { "nobody" } else { "" });
    for (n, id) in servers.iter().enumerate() {
        match servers.len() - n {
            _ if n == 0 => {}
            1 => text.push_str(" and "),
            _ => text.push_str(", "),
        }
        text.push_str(&id.to_string());
    }
    text
}

/// A length of time, in milliseconds: `12.5 ms`.
fn clock(time: raft_core::Time) -> String {
    let (whole, part) = (time.0 / 1_000, time.0 % 1_000 / 100);
    if part == 0 { format!("{whole} ms") } else { format!("{whole}.{part} ms") }
}

/// Where a log ends: `ends at 4@2`, or `empty`.
fn log_end(last: Position) -> String {
    if last == Position::default() { String::from("empty") } else { format!("ends at {last}") }
}

/// A configuration: `S1, S2 and S3`, with the old one and the learners, if there are any.
pub fn members(membership: &Membership) -> String {
    let mut words = names(&membership.voters);
    if membership.is_joint() {
        words.push_str(&format!(" together with the old {}", names(&membership.outgoing)));
    }
    if !membership.learners.is_empty() {
        words.push_str(&format!("; {} listen", names(&membership.learners)));
        if membership.learners.len() == 1 {
            words.push('s');
        }
    }
    words
}

fn entries(first: Index, last: Index) -> String {
    if first == last { format!("entry {first}") } else { format!("entries {first} to {last}") }
}

#[inline(never)]
fn apart(make: impl FnOnce() -> String) -> String {
    make()
}

fn routine(text: String) -> Line {
    Line { text, why: None, section: None, server: None, weight: Weight::Routine }
}

fn detail(text: String) -> Line {
    Line { weight: Weight::Detail, ..routine(text) }
}

fn story(text: String) -> Line {
    Line { weight: Weight::Story, ..routine(text) }
}

impl Line {
    fn because(self, why: String) -> Line {
        Line { why: Some(why), ..self }
    }

    fn see(self, section: &'static str) -> Line {
        Line { section: Some(section), ..self }
    }

    fn of(self, server: ServerId) -> Line {
        Line { server: Some(server), ..self }
    }
}

impl Place {
    /// The server, if it is one.
    pub fn server(self) -> Option<ServerId> {
        match self {
            Place::Server(id) => Some(id),
            Place::Client(_) => None,
        }
    }
}
