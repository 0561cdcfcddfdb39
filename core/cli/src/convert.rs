//! `raftlab format`, `link` and `text`: the forms of a scenario.

use raft_core::Time;
use raft_sim::link::{View, encode};
use raft_sim::scenario;
use raft_sim::timeline::Timeline;

use crate::Ending;
use crate::input::{Loaded, load};

fn with(file: &str, say: impl FnOnce(Loaded) -> String) -> Ending {
    match load(file) {
        Ok(loaded) => {
            print!("{}", say(loaded));
            Ending::Well
        }
        Err(error) => {
            eprintln!("{error}");
            Ending::Unreadable
        }
    }
}

/// Prints the canonical text.
pub fn format(file: &str) -> Ending {
    with(file, |loaded| scenario::format(&loaded.parsed.scenario))
}

/// Prints the link; with a moment, it carries the digest there, so that the page can compare.
pub fn link(file: &str, at: Option<Time>) -> Ending {
    with(file, |loaded| {
        let at = at.or(loaded.view.at);
        let digest = at.map(|at| {
            let mut timeline = Timeline::new(loaded.parsed.scenario.clone());
            timeline.approach(at, crate::check::MOST_EVENTS);
            timeline.run().world().digest()
        });
        format!("{}\n", encode(&loaded.parsed.scenario, &View { at, digest, ..View::default() }))
    })
}

/// Prints the text that a link carries.
pub fn text(link: &str) -> Ending {
    with(link, |loaded| scenario::format(&loaded.parsed.scenario))
}
