//! `raftlab export`: a stretch of a run as other tools read it.

use std::io::{Write, stdout};
use std::sync::Arc;

use raft_core::Time;
use raft_sim::export::{self, Excerpt};
use raft_sim::network::Place;
use raft_sim::record::{Record, Trip, What};
use raft_sim::state::State;
use raft_sim::traces;
use raft_sim::words::{Weight, line};
use serde_json::{Value, json};

use crate::Ending;
use crate::check::MOST_EVENTS;
use crate::input::load;
use crate::run::print_record;

/// What is to be written.
pub struct Export {
    /// Of which scenario.
    pub file: String,
    /// In which format.
    pub format: String,
    /// Which picture.
    pub view: String,
    /// From when on.
    pub from: Time,
    /// Until when.
    pub to: Option<Time>,
    /// Heartbeats and all.
    pub all: bool,
    /// So many times as slow as it happens, where the picture moves.
    pub slower: u64,
}

/// The formats, for who names another.
const FORMATS: &str = "mermaid, plantuml, shiviz, transcript, json, trace and svg";
/// The pictures.
const VIEWS: &str = "spacetime, log, ring and moving";

/// Writes it.
pub fn export(wanted: &Export) -> Ending {
    match text(wanted) {
        Ok(text) => match stdout().lock().write_all(text.as_bytes()) {
            Ok(()) => Ending::Well,
            Err(_) => Ending::Unreadable,
        },
        Err(error) => {
            eprintln!("{error}");
            Ending::Unreadable
        }
    }
}

fn text(wanted: &Export) -> Result<String, String> {
    let loaded = load(&wanted.file)?;
    let scenario = Arc::new(loaded.parsed.scenario);
    let to = wanted.to.or(loaded.view.at);
    if wanted.format == "trace" {
        return Ok(traces::write(scenario, to, MOST_EVENTS));
    }
    let excerpt = Excerpt::of(scenario, wanted.from, to, MOST_EVENTS)
        .ok_or_else(|| format!("{}: not through after {MOST_EVENTS} events", wanted.file))?;
    match (wanted.format.as_str(), wanted.view.as_str()) {
        ("mermaid", _) => Ok(export::mermaid(&excerpt, wanted.all)),
        ("plantuml", _) => Ok(export::plantuml(&excerpt, wanted.all)),
        ("shiviz", _) => Ok(export::shiviz(&excerpt)),
        ("transcript", _) => transcript(&excerpt, wanted.all),
        ("json", _) => Ok(format!("{}\n", as_json(&excerpt))),
        ("svg", "spacetime") => Ok(export::space_time(&excerpt)),
        ("svg", "log") => Ok(export::log(&excerpt)),
        ("svg", "ring") => Ok(export::ring(&excerpt)),
        ("svg", "moving") => Ok(export::moving(&excerpt, wanted.slower)),
        ("svg", other) => Err(format!("--view {other}: there are {VIEWS}")),
        ("", _) => Err(format!("--as is missing: there are {FORMATS}")),
        (other, _) => Err(format!("--as {other}: there are {FORMATS}")),
    }
}

fn transcript(excerpt: &Excerpt, all: bool) -> Result<String, String> {
    let mut out = Vec::new();
    for record in &excerpt.records {
        print_record(record, all, &mut out).map_err(|error| error.to_string())?;
    }
    String::from_utf8(out).map_err(|error| error.to_string())
}

fn as_json(excerpt: &Excerpt) -> Value {
    let of = |servers: bool| excerpt.places().filter(move |place| place.server().is_some() == servers);
    let names = |servers| of(servers).map(|place| place.to_string()).collect::<Vec<_>>();
    json!({
        "format": "raft-playground-run",
        "version": 1,
        "title": excerpt.title(),
        "fromUs": excerpt.from.0,
        "toUs": excerpt.to.0,
        "servers": names(true),
        "clients": names(false),
        "events": excerpt.records.iter().map(event).collect::<Vec<_>>(),
        "leftOut": excerpt.left_out,
        "state": State::of(excerpt.world(), false),
    })
}

fn event(record: &Record) -> Value {
    let told = line(record);
    let weight = match told.weight {
        Weight::Routine => "routine",
        Weight::Detail => "detail",
        Weight::Story => "story",
    };
    let mut event = json!({ "t": record.at.0, "event": record.event, "text": told.text, "weight": weight });
    let mut put = |name: &str, value: Option<Value>| {
        if let (Some(value), Some(fields)) = (value, event.as_object_mut()) {
            fields.insert(name.to_owned(), value);
        }
    };
    put("why", told.why.map(Value::from));
    put("section", told.section.map(Value::from));
    put("server", told.server.map(|id| Value::from(id.to_string())));
    let (trip, fate) = match &record.what {
        What::Arrived(trip) => (Some(trip), "arrived"),
        What::Lost(trip, _) => (Some(trip), "lost"),
        _ => (None, ""),
    };
    put("message", trip.map(|trip| message(trip, fate)));
    event
}

fn message(trip: &Trip, fate: &str) -> Value {
    let name = |place: Place| place.to_string();
    json!({
        "id": trip.id,
        "from": name(trip.from),
        "to": name(trip.to),
        "kind": trip.kind.to_string(),
        "sentUs": trip.sent.0,
        "term": trip.gist.term().0,
        "fate": fate,
    })
}
