//! The words about timeouts and what follows from them.

use raft_core::Time;
use raft_sim::elections::RUNS;

use super::length;
use crate::dial::{Bar, Scale, Summary, Warning};

/// Above it.
pub const TITLE: &str = "Timeouts, and what follows from them";
/// Where it is opened.
pub const OPEN: &str = "Timeouts, and what follows …";
/// What is counted.
pub const ABOUT: &str = "A leader is gone, and all others have just heard from it. How long until somebody leads? \
    The same servers and settings as now, with other dice in each run.";
/// Names of the dials.
pub const TIMEOUT: &str = "Election timeout";
/// The other.
pub const LATENCY: &str = "A message travels";
/// The picture.
pub const BARS: &str = "Runs by election time";
/// The button.
pub const USE: &str = "Use these from now on";
/// While it is so already.
pub const IN_USE: &str = "These are in use";

/// What a dial is set to: `150 ms to 300 ms`.
pub fn range(low: u64, high: u64) -> String {
    if low == high { format!("{low} ms") } else { format!("{low} ms to {high} ms") }
}

/// Whose thumb it is.
pub fn least(name: &str) -> String {
    format!("{name}, at least")
}

/// The other thumb.
pub fn most(name: &str) -> String {
    format!("{name}, at most")
}

/// The value of a thumb.
pub fn value(ms: u64) -> String {
    format!("{ms} ms")
}

/// How far it is, or what came of it.
pub fn summary(all: &Summary) -> String {
    if (all.runs as u64) < RUNS {
        return format!("{} of {} runs counted", all.runs, RUNS);
    }
    let mut said = match (all.half, all.most) {
        (Some(half), Some(most)) => {
            format!(
                "In half of {} runs somebody leads within {}, in 99 of 100 within {}.",
                all.runs,
                length(half),
                length(most)
            )
        }
        (Some(half), None) => format!("In half of {} runs somebody leads within {}.", all.runs, length(half)),
        _ => format!("In most of {} runs nobody leads within 10 s.", all.runs),
    };
    if all.again > 0 {
        said += &format!(" More than one term was needed in {}.", all.again);
    }
    if all.never > 0 {
        said += &format!(" Nobody led at all in {}.", all.never);
    }
    said
}

/// What a bar says: `150 ms to 200 ms: 312 runs. Opens the one with seed 1`.
pub fn bar(scale: Scale, place: usize, bar: &Bar) -> String {
    let span = match scale.span(place) {
        (from, Some(to)) => format!("{} to {}", length(from), length(to)),
        (from, None) => format!("{} or longer, or never", length(from)),
    };
    let runs = bar.runs;
    match bar.first {
        Some(first) => format!("{span}: {runs} runs. Opens the one with seed {}", first.seed),
        None => format!("{span}: {runs} runs"),
    }
}

/// Where a bar begins.
pub fn edge(at: Time) -> String {
    length(at)
}

/// What is to be feared.
pub fn warning(warning: Warning) -> String {
    match warning {
        Warning::TooSlow(round, least) => format!(
            "A round trip takes up to {}, and the shortest timeout is {}: a candidate stands again before votes can come back (§5.6).",
            length(round),
            length(least)
        ),
        Warning::Near(round, least) => format!(
            "A round trip takes up to {}, near the shortest timeout of {}: it had better be ten times shorter (§5.6).",
            length(round),
            length(least)
        ),
        Warning::Heartbeats(late, least) => format!(
            "A heartbeat may come {} after the one before, and the shortest timeout is {}: followers will stand against a leader that is well.",
            length(late),
            length(least)
        ),
        Warning::Splits(spread, round) => format!(
            "Timeouts are spread over {} only, and a round trip takes up to {}: several servers stand at once and split the votes (§5.2).",
            length(spread),
            length(round)
        ),
    }
}
