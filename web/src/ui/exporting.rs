//! The run for slides and other tools, in the share dialog: a text is made when its format is chosen,
//! to be copied or kept as a file. What is made of pixels is ordered from `film.js` ([`super::film`]).

use std::sync::Arc;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsValue;
use raft_core::Time;
use raft_sim::export::{self, Excerpt};
use raft_sim::scenario::{Scenario, parse_time};
use raft_sim::traces;

use super::dialogs::field;
use super::el::{El, html};
use super::film;
use super::page::Page;
use super::signal::RwSignal;
use crate::words::export as says;

/// A run that takes more events than this is left to the command line, which may take its time.
pub const MOST_EVENTS: usize = 300_000;

/// So much slower than the run a moving picture plays.
pub const SLOWER: u64 = 20;

/// What becomes of a stretch.
enum Make {
    /// A picture, of which pixels can be made, too.
    Picture(fn(&Excerpt) -> String),
    /// A text.
    Text(fn(&Excerpt) -> String),
    /// What is made of the run from its start on.
    Whole(fn(Arc<Scenario>, Option<Time>, usize) -> String),
    /// A film.
    Film,
}

/// What can be made: its words, its name as a file, and how.
type Format = (&'static str, &'static str, Make);

const FORMATS: [Format; 13] = [
    (says::SPACE_TIME, "space-time.svg", Make::Picture(export::space_time)),
    (says::LOGS, "logs.svg", Make::Picture(export::log)),
    (says::RING, "ring.svg", Make::Picture(export::ring)),
    (says::HISTORY, "history.svg", Make::Picture(export::history)),
    (says::METRICS, "metrics.svg", Make::Picture(export::metrics)),
    (says::MOVING, "moving.svg", Make::Picture(|excerpt| export::moving(excerpt, SLOWER))),
    (says::GIF, "moving.gif", Make::Film),
    (says::MERMAID, "run.mmd", Make::Text(|excerpt| export::mermaid(excerpt, false))),
    (says::PLANTUML, "run.puml", Make::Text(|excerpt| export::plantuml(excerpt, false))),
    (says::SHIVIZ, "run.log", Make::Text(export::shiviz)),
    (says::TRANSCRIPT, "run.txt", Make::Text(|excerpt| export::transcript(excerpt, false))),
    (says::JSON, "run.json", Make::Text(export::json)),
    (says::TRACE, "run.jsonl", Make::Whole(traces::write)),
];

/// A choice of formats and of a stretch, and what is made of them.
pub fn exporting(page: Page) -> El {
    let made: RwSignal<Option<usize>> = RwSignal::new(None);
    let now = page.now();
    let (from, to) = (RwSignal::new(Some(Time::ZERO)), RwSignal::new(Some(now)));
    let pick = move |event| made.set(event_target_value(&event).parse().ok());
    let options =
        FORMATS.iter().enumerate().map(|(n, (words, ..))| html("option").attr("value", &n.to_string()).text(words));
    let nothing = html("option").attr("value", "").text(says::CHOOSE);
    let select =
        html("select").attr("aria-labelledby", "share-tools-label").on("change", pick).child(nothing).children(options);
    let shown = move || {
        let format = made.get().and_then(|n| FORMATS.get(n))?;
        let (from, to) = (from.get(), to.get());
        Some(untrack(|| match (from, to) {
            (Some(from), Some(to)) if from < to => result(page, format, from, to),
            _ => html("p").class("warm").attr("role", "status").text(says::NO_STRETCH),
        }))
    };
    html("div")
        .class("field exporting")
        .child(html("h3").attr("id", "share-tools-label").text(says::HEAD))
        .child(html("div").class("with").child(select).child(moment(says::FROM, from, Time::ZERO)).child(moment(
            says::TO,
            to,
            now,
        )))
        .slot(shown)
}

/// A field for a time in milliseconds; an empty one is what it was at first.
fn moment(label: &'static str, time: RwSignal<Option<Time>>, first: Time) -> El {
    let set = move |event| time.set(read(&event_target_value(&event), first));
    let shown = milliseconds(first);
    let input = html("input")
        .attr("type", "text")
        .attr("inputmode", "decimal")
        .attr("size", "7")
        .prop("value", move || JsValue::from_str(&shown))
        .on("change", set);
    html("label").child(html("span").text(label)).child(input)
}

/// A time as it is shown.
fn milliseconds(time: Time) -> String {
    let (whole, part) = (time.0 / 1_000, time.0 % 1_000);
    if part == 0 { whole.to_string() } else { format!("{whole}.{part:03}") }
}

fn read(typed: &str, empty: Time) -> Option<Time> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Some(empty);
    }
    let typed = typed.replace(',', ".");
    // Milliseconds are meant where no unit says otherwise.
    parse_time(&[&typed, "ms"].concat()).or_else(|| parse_time(&typed))
}

fn result(page: Page, (words, name, make): &'static Format, from: Time, to: Time) -> El {
    let scenario = page.with(|model| Arc::clone(model.playback.scenario()));
    let made = match make {
        Make::Film => return film::maker(scenario, from, to, name),
        Make::Whole(make) => Some((make(scenario, Some(to), MOST_EVENTS), false)),
        Make::Picture(make) => excerpt(scenario, from, to).map(|excerpt| (make(&excerpt), true)),
        Make::Text(make) => excerpt(scenario, from, to).map(|excerpt| (make(&excerpt), false)),
    };
    let Some((text, picture)) = made else { return html("p").attr("role", "status").text(says::TOO_LONG) };
    let kind = if picture { "image/svg+xml" } else { "text/plain" };
    let address = format!("data:{kind};charset=utf-8,{}", js_sys::encode_uri_component(&text));
    let keep = html("a").class("button").attr("href", &address).attr("download", name).text(says::SAVE);
    html("div")
        .class("field")
        .child(field("share-export", words, text.clone(), 5))
        .child(html("div").class("with").child(keep).maybe(picture.then(|| film::pixels(text, name))))
}

fn excerpt(scenario: Arc<Scenario>, from: Time, to: Time) -> Option<Excerpt> {
    Excerpt::of(scenario, from, Some(to), MOST_EVENTS)
}
