//! The records of a stretch with their words, and the state at its end, as JSON: written here, so that
//! the page and the command line give the same without a library for it.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Excerpt;
use crate::record::{Record, Trip, What};
use crate::state::{ConfigState, ServerState, State};
use crate::words::{Weight, line};

/// A stretch as one object, an event a line.
pub fn json(excerpt: &Excerpt) -> String {
    let of = |servers: bool| excerpt.places().filter(move |place| place.server().is_some() == servers);
    let names = |servers| list(of(servers).map(|place| quoted(&place.to_string())));
    let events: Vec<String> = excerpt.records.iter().map(event).collect();
    let head = object([
        ("format", Some(quoted("raft-playground-run"))),
        ("version", Some("1".into())),
        ("title", Some(quoted(excerpt.title()))),
        ("fromUs", Some(excerpt.from.0.to_string())),
        ("toUs", Some(excerpt.to.0.to_string())),
        ("servers", Some(names(true))),
        ("clients", Some(names(false))),
        ("leftOut", Some(excerpt.left_out.to_string())),
        ("state", Some(state(&State::of(excerpt.world(), false)))),
    ]);
    let open = &head[..head.len() - 1];
    format!("{open},\n\"events\":[\n{}\n]}}\n", events.join(",\n"))
}

fn event(record: &Record) -> String {
    let told = line(record);
    let weight = match told.weight {
        Weight::Routine => "routine",
        Weight::Detail => "detail",
        Weight::Story => "story",
    };
    let (trip, fate) = match &record.what {
        What::Arrived(trip) => (Some(trip), "arrived"),
        What::Lost(trip, _) => (Some(trip), "lost"),
        _ => (None, ""),
    };
    object([
        ("t", Some(record.at.0.to_string())),
        ("event", Some(record.event.to_string())),
        ("text", Some(quoted(&told.text))),
        ("weight", Some(quoted(weight))),
        ("why", told.why.map(|why| quoted(&why))),
        ("section", told.section.map(quoted)),
        ("server", told.server.map(|id| quoted(&id.to_string()))),
        ("message", trip.map(|trip| message(trip, fate))),
    ])
}

fn message(trip: &Trip, fate: &str) -> String {
    object([
        ("id", Some(trip.id.to_string())),
        ("from", Some(quoted(&trip.from.to_string()))),
        ("to", Some(quoted(&trip.to.to_string()))),
        ("kind", Some(quoted(&trip.kind.to_string()))),
        ("sentUs", Some(trip.sent.0.to_string())),
        ("term", Some(trip.gist.term().0.to_string())),
        ("fate", Some(quoted(fate))),
    ])
}

fn state(state: &State) -> String {
    object([
        ("t", Some(state.t.to_string())),
        ("playing", Some(state.playing.to_string())),
        ("digest", Some(quoted(&state.digest))),
        ("servers", Some(list(state.servers.iter().map(server)))),
        ("inFlight", Some(state.in_flight.to_string())),
        ("violations", Some(list(state.violations.iter().map(|name| quoted(name))))),
    ])
}

fn server(server: &ServerState) -> String {
    object([
        ("id", Some(quoted(&server.id))),
        ("role", Some(quoted(server.role))),
        ("term", Some(server.term.to_string())),
        ("vote", Some(server.vote.as_deref().map_or_else(null, quoted))),
        ("commit", Some(server.commit.to_string())),
        ("applied", Some(server.applied.to_string())),
        ("log", Some(list(server.log.iter().map(u64::to_string)))),
        ("up", Some(server.up.to_string())),
        ("clock", Some(server.clock.to_string())),
        ("config", Some(server.config.as_ref().map_or_else(null, config))),
    ])
}

fn config(config: &ConfigState) -> String {
    let names = |all: &[String]| Some(list(all.iter().map(|name| quoted(name))));
    object([("voters", names(&config.voters)), ("old", names(&config.old)), ("learners", names(&config.learners))])
}

fn null() -> String {
    String::from("null")
}

/// What there is of these fields.
fn object<const N: usize>(fields: [(&str, Option<String>); N]) -> String {
    let fields = fields.into_iter().filter_map(|(name, value)| Some(format!("\"{name}\":{}", value?)));
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
