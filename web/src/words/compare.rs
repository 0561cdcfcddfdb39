//! The words of two runs beside each other.

use raft_sim::compare::{Aspect, Owner};

/// What the dialog is called.
pub const TITLE: &str = "Compare two runs";
/// The choice of the other run.
pub const WITH: &str = "The other run";
/// The clock of both.
pub const CLOCK: &str = "Moment of both runs";
/// To where they part.
pub const TO_PARTING: &str = "Where they part";
/// To the end.
pub const TO_END: &str = "The end";
/// The first run.
pub const THIS: &str = "This run";
/// What differs.
pub const DIFFERENCES: &str = "What differs";
/// Nothing does.
pub const NONE: &str = "Nothing differs at this moment.";
/// What was measured.
pub const NUMBERS: &str = "What was measured until then";
/// A number: entries.
pub const COMMITTED: &str = "entries committed";
/// A number: how often somebody stood.
pub const ELECTIONS: &str = "elections";
/// A number: how long nobody led.
pub const LEADERLESS: &str = "without a leader";
/// A number: how long it took.
pub const LATENCY: &str = "commit latency, median";
/// A number: how many were sent.
pub const MESSAGES: &str = "messages";
/// A number: how much was sent.
pub const BYTES: &str = "bytes";

/// What differs of a server.
pub fn differs(aspects: &[&str]) -> String {
    format!("differs: {}", aspects.join(", "))
}

/// Another future.
pub fn future(name: &str) -> String {
    format!("Other future: {name}")
}

/// The same run, but for something.
pub fn variant(what: &str) -> String {
    format!("The same with: {what}")
}

/// They did not part until then.
pub fn same(events: u64, at: &str) -> String {
    format!("The same until {at}: {events} events.")
}

/// Where they part.
pub fn parts(events: u64, at: &str) -> String {
    format!("The same for {events} events, until {at}. Then:")
}

/// Nothing worth telling.
pub const SILENT: &str = "nothing at that moment";

/// Whose something is.
pub fn owner(of: Option<Owner>) -> String {
    match of {
        None => "Cluster".into(),
        Some(Owner::Server(id)) => id.to_string(),
        Some(Owner::Client(id)) => id.to_string(),
    }
}

/// What differs.
pub fn aspect(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Leader => "leader",
        Aspect::Promises => "broken promises",
        Aspect::Presence => "is",
        Aspect::Role => "role",
        Aspect::Term => "term",
        Aspect::Vote => "vote",
        Aspect::Log => "log",
        Aspect::Commit => "commit index",
        Aspect::Store => "store",
        Aspect::Answer => "last answer",
    }
}
