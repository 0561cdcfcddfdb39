//! The words of a trace of another Raft.

use raft_sim::traces::{Finding, Report};

/// What the dialog is called, and what opens it.
pub const TITLE: &str = "Another Raft's trace";
/// Opens the dialog.
pub const OPEN: &str = "Look at your own Raft's trace …";
/// What it is for.
pub const ABOUT: &str = "A log of what your servers did, one event a line. It is read here and sent nowhere. Formats: JSON lines, dslogs of MIT 6.5840, etcd's interaction tests, Maelstrom's messages.";
/// Takes a file.
pub const FILE: &str = "Trace file";
/// Takes the run of the page.
pub const THIS_RUN: &str = "Take this page's run";
/// The text of a trace.
pub const PASTE: &str = "Or paste it";
/// Reads what was pasted.
pub const READ: &str = "Read it";
/// The place in the trace.
pub const PLACE: &str = "Place in the trace";
/// The servers at that place.
pub const SERVERS: &str = "Servers at this line";
/// Their logs.
pub const LOGS: &str = "Logs at this line";
/// The diagram.
pub const SPACE_TIME: &str = "Space-time diagram of the trace";
/// What lines say.
pub const LINES: &str = "What the lines say";
/// What is wrong.
pub const FINDINGS: &str = "What Raft does not do";
/// To the start.
pub const TO_START: &str = "To the start";
/// One back.
pub const BACK: &str = "One back";
/// One on.
pub const ON: &str = "One on";
/// To the end.
pub const TO_END: &str = "To the end";
/// To the next leader.
pub const NEXT_LEADER: &str = "Next leader";
/// To what is wrong next.
pub const NEXT_FINDING: &str = "Next finding";
/// Nothing is wrong.
pub const NOTHING: &str = "Nothing that Raft forbids.";
/// The trace cannot be read.
pub const UNREADABLE: &str = "This trace cannot be read.";

/// How far reading is, in thousandths.
pub fn reading(progress: u64) -> String {
    format!("Reading: {} %", progress / 10)
}

/// How much there is.
pub fn size(report: &Report) -> String {
    let Report { events, servers, lines, passed, leaders, commit, .. } = report;
    format!(
        "{events} events of {servers} servers on {lines} lines ({passed} passed over), {leaders} terms led, commit {commit}."
    )
}

/// The place.
pub fn line(line: u64) -> String {
    format!("line {line}")
}

/// How many findings there are.
pub fn found(count: usize, more: bool) -> String {
    match (count, more) {
        (1, false) => "1 finding".into(),
        (count, false) => format!("{count} findings"),
        (count, true) => format!("{count} findings or more"),
    }
}

/// One of them.
pub fn finding(finding: &Finding) -> String {
    let earlier = finding.earlier.map(|line| format!(" (see line {line})")).unwrap_or_default();
    format!("line {}: {}{earlier}", finding.line, finding.text)
}

/// It is too large.
pub fn too_large(most: usize) -> String {
    format!("A trace has at most {} MiB.", most / 1024 / 1024)
}
