//! The words of going to an event.

use raft_sim::timeline::search::Stop;

/// What the card is called.
pub const TITLE: &str = "Go to an event";
/// The choice of a kind.
pub const KIND: &str = "Kind of event";
/// Back to it.
pub const PREVIOUS: &str = "‹ Previous";
/// On to it.
pub const NEXT: &str = "Next ›";
/// The field for a moment.
pub const MOMENT: &str = "Go to this moment";
/// There.
pub const GO: &str = "Go there";
/// The field for a condition.
pub const CONDITION: &str = "Run until this holds";
/// How long it may take.
pub const WITHIN: &str = "At most so much simulated time";
/// Before that.
pub const AT_MOST: &str = "At most ";
/// Opens the dialog of two runs.
pub const COMPARE: &str = "Compare with another run …";
/// Begins.
pub const RUN: &str = "Run until it holds";
/// Ends.
pub const CANCEL: &str = "Cancel";

/// A kind of event.
pub fn kind(stop: Stop) -> &'static str {
    match stop {
        Stop::Message => "a message arrives",
        Stop::Lost => "a message is lost",
        Stop::Candidate => "somebody stands for election",
        Stop::Election => "a leader is elected",
        Stop::Commit => "entries are committed",
        Stop::Answer => "a client has its answer",
        Stop::Crash => "a server stops or starts",
        Stop::Link => "links are cut or mended",
        Stop::Mark => "the scenario speaks",
        Stop::Section => "a section begins",
        Stop::Violation => "a promise falls",
    }
}

/// What was written is no moment.
pub fn no_moment(text: &str) -> String {
    let text: String = text.chars().take(20).collect();
    format!("“{text}” is no moment: write a number and its unit, such as 820ms or 1.5s, at most a day.")
}

/// It is under way.
pub fn looks(what: &str, now: &str) -> String {
    format!("Looking for: {what} … {now}")
}

/// It is here.
pub fn found(what: &str, at: &str) -> String {
    format!("At {at}: {what}.")
}

/// There is no more of that kind.
pub fn none_after(what: &str, within: &str) -> String {
    format!("Not within the next {within}: {what}.")
}

/// There was none of that kind.
pub fn none_before(what: &str) -> String {
    format!("Not before this moment: {what}.")
}

/// So much simulated time.
pub fn limit(seconds: u64) -> String {
    match seconds {
        3_600 => "1 hour".into(),
        60 => "1 minute".into(),
        minutes if minutes > 60 => format!("{} minutes", minutes / 60),
        _ => format!("{seconds} seconds"),
    }
}

/// It did not come.
pub fn nowhere(what: &str, within: &str) -> String {
    format!("“{what}” did not happen within {within}.")
}
