//! Sequence diagrams, for Mermaid and for PlantUML: an arrow for each message where it arrives or is
//! lost, and the story as notes. Time runs down, and only its order is shown.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use raft_core::Time;

use super::{Excerpt, label};
use crate::machine::ClientId;
use crate::network::Place;
use crate::record::{Record, Trip, What};
use crate::scenario::MessageKind;
use crate::words::{Weight, line};

/// Mermaid draws no text that is longer than 50,000 characters, unless it is told to.
const MOST_MERMAID: usize = 45_000;
/// PlantUML draws what it gets, but nobody reads more.
const MOST_PLANTUML: usize = 1_000_000;

enum Item {
    /// An arrow.
    Message { from: Place, to: Place, text: String, lost: bool },
    /// A note over a place, or over all.
    Note(Option<Place>, String),
}

/// As a sequence diagram of Mermaid. Without `all`, heartbeats and their answers are left out.
pub fn mermaid(excerpt: &Excerpt, all: bool) -> String {
    let mut out = format!("sequenceDiagram\n    title {}\n", in_mermaid(excerpt.title()));
    for place in excerpt.places() {
        let word = if place.server().is_some() { "participant" } else { "actor" };
        out.push_str(&format!("    {word} {place}\n"));
    }
    let over_all = ends(excerpt);
    written(out, MOST_MERMAID, items(excerpt, all), |item| match item {
        Item::Message { from, to, text, lost } => {
            let arrow = if *lost { "-x" } else { "->>" };
            format!("    {from}{arrow}{to}: {}\n", in_mermaid(text))
        }
        Item::Note(Some(place), text) => format!("    Note over {place}: {}\n", in_mermaid(text)),
        Item::Note(None, text) => format!("    Note over {over_all}: {}\n", in_mermaid(text)),
    })
}

/// As a sequence diagram of PlantUML. Without `all`, heartbeats and their answers are left out.
pub fn plantuml(excerpt: &Excerpt, all: bool) -> String {
    let mut out = format!("@startuml\ntitle {}\n", in_plantuml(excerpt.title()));
    for place in excerpt.places() {
        let word = if place.server().is_some() { "participant" } else { "actor" };
        out.push_str(&format!("{word} {place}\n"));
    }
    let over_all = ends(excerpt);
    let mut out = written(out, MOST_PLANTUML, items(excerpt, all), |item| match item {
        Item::Message { from, to, text, lost } => {
            let arrow = if *lost { "->x" } else { "->" };
            format!("{from} {arrow} {to} : {}\n", in_plantuml(text))
        }
        Item::Note(Some(place), text) => format!("note over {place} : {}\n", in_plantuml(text)),
        Item::Note(None, text) => format!("note over {over_all} : {}\n", in_plantuml(text)),
    });
    out.push_str("@enduml\n");
    out
}

/// The first and the last line, for what concerns all.
fn ends(excerpt: &Excerpt) -> String {
    let servers = excerpt.world().servers();
    match servers {
        [] => String::new(),
        [one] => one.id.to_string(),
        [first, .., last] => format!("{}, {}", first.id, last.id),
    }
}

fn written(mut out: String, most: usize, items: Vec<Item>, line: impl Fn(&Item) -> String) -> String {
    let count = items.len();
    for (place, item) in items.iter().enumerate() {
        let text = line(item);
        if out.len() + text.len() > most {
            out.push_str(&line(&Item::Note(None, format!("… and {} more", count - place))));
            break;
        }
        out.push_str(&text);
    }
    out
}

fn items(excerpt: &Excerpt, all: bool) -> Vec<Item> {
    let mut items = Vec::new();
    let mut asks: BTreeMap<ClientId, String> = BTreeMap::new();
    let mut heartbeats: BTreeSet<(Time, Place, Place)> = BTreeSet::new();
    for record in &excerpt.records {
        match &record.what {
            What::Asks { client, operation, .. } => _ = asks.insert(*client, operation.to_string()),
            What::Arrived(trip) if all || !is_routine(trip, record.at, &mut heartbeats) => {
                items.push(message(trip, false, &asks));
            }
            What::Lost(trip, _) if all || !is_routine(trip, record.at, &mut heartbeats) => {
                items.push(message(trip, true, &asks));
            }
            What::Arrived(_) | What::Lost(..) => {}
            _ => items.extend(note(record)),
        }
    }
    if excerpt.left_out > 0 {
        items.push(Item::Note(None, format!("… and {} more", excerpt.left_out)));
    }
    items
}

fn message(trip: &Trip, lost: bool, asks: &BTreeMap<ClientId, String>) -> Item {
    let asked = match trip.from {
        Place::Client(client) => asks.get(&client).map(String::as_str),
        Place::Server(_) => None,
    };
    Item::Message { from: trip.from, to: trip.to, text: label(trip, asked), lost }
}

/// A heartbeat, or what is answered at the moment at which one arrives.
fn is_routine(trip: &Trip, at: Time, heartbeats: &mut BTreeSet<(Time, Place, Place)>) -> bool {
    match trip.kind {
        MessageKind::Heartbeat => {
            heartbeats.insert((at, trip.to, trip.from));
            true
        }
        MessageKind::AppendReply => heartbeats.contains(&(trip.sent, trip.from, trip.to)),
        MessageKind::HeartbeatReply => true,
        _ => false,
    }
}

fn note(record: &Record) -> Option<Item> {
    let told = line(record);
    if told.weight < Weight::Story || matches!(record.what, What::Asks { .. }) {
        return None;
    }
    let place = match record.what {
        What::Ended { client, .. } => Some(Place::Client(client)),
        _ => told.server.map(Place::Server),
    };
    Some(Item::Note(place, told.text))
}

/// What ends a statement, begins a comment or could be markup stands as a code.
fn in_mermaid(text: &str) -> String {
    coded(
        text,
        |c| matches!(c, '#' | ';' | '<' | '>' | '&' | '"' | '%' | '`' | '\\' | '{' | '}'),
        |c| format!("#{};", u32::from(c)),
    )
}

/// What begins markup stands as a code.
fn in_plantuml(text: &str) -> String {
    let plain = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || " .,:;()'=@§+-?".contains(c);
    coded(&text.replace("--", "- -"), |c| !plain(c), |c| format!("<U+{:04X}>", u32::from(c)))
}

fn coded(text: &str, special: impl Fn(char) -> bool, code: impl Fn(char) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_control() => out.push(' '),
            c if special(c) => out.push_str(&code(c)),
            c => out.push(c),
        }
    }
    out
}
