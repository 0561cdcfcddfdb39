//! `raftlab export`: a stretch of a run as other tools read it.

use std::io::{Write, stdout};
use std::path::Path;
use std::sync::Arc;

use raft_core::Time;
use raft_sim::export::{self, Excerpt, FRAME, Reel};
use raft_sim::traces;

use crate::Ending;
use crate::check::MOST_EVENTS;
use crate::input::load;

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
    /// The folder for a film's pictures.
    pub out: Option<String>,
}

/// The formats, for who names another.
const FORMATS: &str = "mermaid, plantuml, shiviz, transcript, json, trace, svg and frames";
/// The pictures.
const VIEWS: &str = "spacetime, log, ring, history, metrics and moving";

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
    if wanted.format == "frames" {
        let folder = wanted.out.as_deref().ok_or("--out is missing: the folder for the pictures")?;
        let end = || Excerpt::of(scenario.clone(), wanted.from, None, MOST_EVENTS).map(|excerpt| excerpt.to);
        let to = to.or_else(end).ok_or_else(|| too_long(wanted))?;
        let reel = Reel::new(scenario.clone(), wanted.from, to, wanted.slower, MOST_EVENTS);
        return frames(reel, Path::new(folder)).map_err(|error| format!("{folder}: {error}"));
    }
    let excerpt = Excerpt::of(scenario, wanted.from, to, MOST_EVENTS).ok_or_else(|| too_long(wanted))?;
    match (wanted.format.as_str(), wanted.view.as_str()) {
        ("mermaid", _) => Ok(export::mermaid(&excerpt, wanted.all)),
        ("plantuml", _) => Ok(export::plantuml(&excerpt, wanted.all)),
        ("shiviz", _) => Ok(export::shiviz(&excerpt)),
        ("transcript", _) => Ok(export::transcript(&excerpt, wanted.all)),
        ("json", _) => Ok(export::json(&excerpt)),
        ("svg", "spacetime") => Ok(export::space_time(&excerpt)),
        ("svg", "log") => Ok(export::log(&excerpt)),
        ("svg", "ring") => Ok(export::ring(&excerpt)),
        ("svg", "history") => Ok(export::history(&excerpt)),
        ("svg", "metrics") => Ok(export::metrics(&excerpt)),
        ("svg", "moving") => Ok(export::moving(&excerpt, wanted.slower)),
        ("svg", other) => Err(format!("--view {other}: there are {VIEWS}")),
        ("", _) => Err(format!("--as is missing: there are {FORMATS}")),
        (other, _) => Err(format!("--as {other}: there are {FORMATS}")),
    }
}

fn too_long(wanted: &Export) -> String {
    format!("{}: not through after {MOST_EVENTS} events", wanted.file)
}

/// The pictures of a film, each a file; what is printed says how long each is shown.
fn frames(mut reel: Reel, folder: &Path) -> std::io::Result<String> {
    std::fs::create_dir_all(folder)?;
    let mut count = 0;
    while let Some(picture) = reel.next_frame() {
        std::fs::write(folder.join(format!("{count:03}.svg")), picture)?;
        count += 1;
    }
    Ok(format!("{count} pictures, each to be shown for {} ms\n", FRAME.0 / 1_000))
}
