//! The words of two runs beside each other.

use raft_sim::compare::{Aspect, Contrast, Knob, Measure, Owner};

/// What the dialog is called.
pub const TITLE: &str = "Compare two runs";
/// The choice of what stands beside what.
pub const WHAT: &str = "What to compare";
/// Other futures of the run.
pub const FUTURES: &str = "This run and another future of it";
/// Two clusters.
pub const PROTOCOLS: &str = "Two clusters, the same but for one setting";
/// Opens the choice among those.
pub const OPEN_PROTOCOLS: &str = "Compare protocols …";
/// The two clusters.
pub const SIDES: [&str; 2] = ["First", "Second"];
/// Writes in addition.
pub const LOAD: &str = "Writes";
/// Time runs.
pub const PLAY: &str = "Play both";
/// It stands.
pub const PAUSE: &str = "Pause both";
/// How fast.
pub const PACE: &str = "Speed of both";
/// A link that opens it.
pub const LINK: &str = "Link to this comparison";
/// How far apart two numbers are.
pub const APART: &str = "second against first";
/// The future is not there any more.
pub const GONE: &str = "This future is not there any more.";
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
/// A number.
pub fn measure(measure: Measure) -> &'static str {
    match measure {
        Measure::CommitHalf => "commit latency, p50",
        Measure::CommitMost => "commit latency, p99",
        Measure::Rate => "commits in a second",
        Measure::Committed => "entries committed",
        Measure::HeartbeatMost => "heartbeat on its way, p99",
        Measure::Missed => "heartbeats missed",
        Measure::Campaigns => "times somebody stood for election",
        Measure::Leaderless => "without a leader",
        Measure::Messages => "messages",
        Measure::Bytes => "bytes",
    }
}

/// A setting that two clusters can be apart in.
pub fn knob(knob: Knob) -> &'static str {
    match knob {
        Knob::Replication => "how entries go to followers",
        Knob::PreVote => "PreVote",
        Knob::CheckQuorum => "CheckQuorum",
        Knob::Servers => "number of servers",
    }
}

/// One of its values.
pub fn value(knob: Knob, value: usize) -> &'static str {
    match (knob, value) {
        (Knob::Replication, 0) => "one message at a time (stop-and-wait)",
        (Knob::Replication, 1) => "several at a time (pipelined)",
        (Knob::Replication, _) => "on a stream (streaming)",
        (Knob::PreVote, 0) => "without PreVote",
        (Knob::PreVote, _) => "with PreVote",
        (Knob::CheckQuorum, 0) => "without CheckQuorum",
        (Knob::CheckQuorum, _) => "with CheckQuorum",
        (Knob::Servers, 0) => "3 servers",
        (Knob::Servers, 1) => "5 servers",
        (Knob::Servers, _) => "7 servers",
    }
}

/// What one of two clusters is called.
pub fn side(contrast: Contrast, side: usize) -> String {
    let name = value(contrast.knob, contrast.sides[side]);
    if contrast.sides[0] == contrast.sides[1] { format!("{}: {name}", SIDES[side]) } else { name.into() }
}

/// So many writes in addition.
pub fn load(rate: Option<u32>) -> String {
    rate.map_or_else(|| "as in this run".into(), |rate| format!("{rate} in a second"))
}

/// One of the two cannot do what the run does.
pub fn no_sense(why: &str) -> String {
    format!("One of the two cannot do what this run does: {why}.")
}

/// What differs of a server.
pub fn differs(aspects: &[&str]) -> String {
    format!("differs: {}", aspects.join(", "))
}

/// Another future.
pub fn future(name: &str) -> String {
    format!("Other future: {name}")
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
