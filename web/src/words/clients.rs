//! The words about clients: what they asked, what they were told, and whether one order explains it.

use raft_core::Time;
use raft_sim::machine::{ClientId, Outcome};

use super::{moment, outcome};
use crate::clients::{Answer, Deed, Pending, Place, Proof, Stage, Step};
use crate::lanes::End;

/// Above a client's history.
pub const ASKED: &str = "What it asked";
/// Where that is empty.
pub const NOTHING_ASKED: &str = "It has asked for nothing yet. Press W to write.";
/// Above what is said of all clients.
pub const ALL: &str = "All clients";
/// Asks what an operation waits for, or waited for.
pub const WHY: &str = "Why?";
/// The button.
pub const QUESTION: &str = "Is this linearizable?";
/// What it means.
pub const MEANING: &str = "Is there one order of all operations, each at a moment between question and answer, \
    in which every answer is right? (§8)";
/// Where a server's store is empty.
pub const EMPTY: &str = "empty";
/// Above what is not applied.
pub const PENDING: &str = "In its log, not applied";

/// The sign of an end; none of them is told by its colour alone.
pub fn sign(end: End) -> &'static str {
    match end {
        End::Waits => "…",
        End::Ok => "✓",
        End::Failed => "✕",
        End::Unknown => "?",
    }
}

/// How it ended, and what the client was told: `OK: done`.
pub fn told(deed: &Deed) -> String {
    match (deed.end, &deed.told) {
        (End::Waits, _) => "waits".into(),
        (End::Ok, Some(told)) => format!("OK: {}", answer(told)),
        (End::Ok, None) => "OK".into(),
        (End::Failed, _) => "FAILED: it did not take place and never will".into(),
        (End::Unknown, Some(_)) => "UNKNOWN: its session expired".into(),
        (End::Unknown, None) => "UNKNOWN: it may have taken place, may still, or never will".into(),
    }
}

fn answer(told: &Outcome) -> String {
    match told {
        Outcome::Mismatch(Some(value)) => format!("refused, it is {value}"),
        Outcome::Mismatch(None) => "refused, there is no value".into(),
        other => outcome(other),
    }
}

/// From when to when, and how often: `100.0 ms – 143.2 ms · asked 3 times`.
pub fn when(deed: &Deed) -> String {
    let to = deed.to.map(|to| format!(" – {}", moment(to))).unwrap_or_default();
    let tries = if deed.tries > 1 { format!(" · asked {} times", deed.tries) } else { String::new() };
    format!("{}{to}{tries}", moment(deed.from))
}

/// All of it in a line, for the diagram: `C1 x=1 ✓ OK: done · 100.0 ms – 143.2 ms`.
pub fn line(client: ClientId, deed: &Deed) -> String {
    format!("{client} {} {} {} · {}", deed.asked, sign(deed.end), told(deed), when(deed))
}

/// Earlier ones are left out.
pub fn earlier(n: usize) -> String {
    format!("{} earlier left out", n)
}

/// Not all clients have a line in the space-time diagram.
pub fn left_out(n: usize) -> String {
    format!("{} more clients: 0 chooses the next, and shows its line", n)
}

/// More is left out.
pub fn more(n: usize) -> String {
    format!("and {} more", n)
}

/// How far a write has come.
pub fn pending(pending: &Pending) -> String {
    let stage = match pending.stage {
        Stage::Committed => "committed, not applied yet",
        Stage::Stored => "stored, not known to be committed",
        Stage::Written => "not on its disk yet",
    };
    format!("{} · {stage}", pending.at)
}

/// While the search is on.
pub fn searching(work: usize) -> String {
    format!("Looking for an order: {} tried …", work)
}

/// What came of it, in a sentence or two.
pub fn verdict(proof: &Proof) -> String {
    let until = moment(proof.until);
    match proof.answer {
        Answer::Yes if proof.all == 0 => format!("Yes: until {until} nobody asked for anything."),
        Answer::Yes => format!("Yes, until {until}: one order explains all answers. ◆ is when each takes place."),
        Answer::Open => format!("Open: until {until} there are too many orders to try them all."),
        Answer::No => {
            let clash = proof.steps.iter().find(|step| step.place == Place::Clashes);
            let clash = clash.map(|step| format!(" {}", cannot_be(step))).unwrap_or_default();
            format!("No: until {until} no order explains all answers.{clash}{}", instead(&proof.instead))
        }
    }
}

fn cannot_be(step: &Step) -> String {
    let told = step.told.as_ref().map(|(_, told)| answer(told)).unwrap_or_default();
    format!("With all that was told before, {} cannot be told “{told}” for {}.", who(step.client), step.asked)
}

fn instead(instead: &[Outcome]) -> String {
    if instead.is_empty() {
        return String::new();
    }
    let all: Vec<String> = instead.iter().map(|told| format!("“{}”", answer(told))).collect();
    format!(" {} would have been right.", all.join(" or "))
}

/// Who asked.
pub fn who(client: Option<ClientId>) -> String {
    client.map_or("the start".into(), |client| client.to_string())
}

/// What is said of a step: what was told, and its place.
pub fn step(step: &Step) -> String {
    let told = step.told.as_ref().map_or("UNKNOWN".into(), |(_, told)| answer(told));
    let span = |to: Option<Time>| to.map(|to| format!(" – {}", moment(to))).unwrap_or_default();
    let asked = format!("{told} · {}{}", moment(step.from), span(step.told.as_ref().map(|(at, _)| *at)));
    match step.place {
        Place::At(at) => format!("{asked} · takes place at {}", moment(at)),
        Place::Never => format!("{asked} · need not have taken place"),
        Place::Clashes => format!("{asked} · ✕ no order is left"),
        Place::Among => asked,
    }
}

/// The same, for who hears it by itself.
pub fn why(asked: &str) -> String {
    format!("Why did {asked} wait?")
}
