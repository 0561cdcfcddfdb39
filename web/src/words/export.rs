//! The words of what a run is kept as.

/// The head of the choice.
pub const HEAD: &str = "For slides and other tools";
/// Nothing is chosen yet.
pub const CHOOSE: &str = "choose a format";
/// The start of the stretch.
pub const FROM: &str = "From (ms)";
/// Its end.
pub const TO: &str = "To (ms)";
/// A picture.
pub const SPACE_TIME: &str = "space-time diagram, as SVG";
/// A picture.
pub const LOGS: &str = "logs at the end, as SVG";
/// A picture.
pub const RING: &str = "servers at the end, as SVG";
/// A picture.
pub const HISTORY: &str = "what clients asked and were told, as SVG";
/// A picture.
pub const METRICS: &str = "measures until the end, as SVG";
/// A picture that plays by itself.
pub const MOVING: &str = "servers in motion, as SVG";
/// A film.
pub const GIF: &str = "servers in motion, as GIF";
/// A text for a tool.
pub const MERMAID: &str = "sequence diagram for Mermaid";
/// A text for a tool.
pub const PLANTUML: &str = "sequence diagram for PlantUML";
/// A text for a tool.
pub const SHIVIZ: &str = "log with vector clocks for ShiViz";
/// A text for people.
pub const TRANSCRIPT: &str = "transcript in words";
/// A text for programs.
pub const JSON: &str = "events and state, as JSON";
/// A text for tools that check traces, ours among them.
pub const TRACE: &str = "trace from the start, a line a change";
/// Keeps it as a file.
pub const SAVE: &str = "Save as a file";
/// Makes pixels of a picture.
pub const PNG: &str = "Make a PNG";
/// Keeps them.
pub const SAVE_PNG: &str = "Save the PNG";
/// Makes a film.
pub const MAKE: &str = "Make the GIF";
/// Ends it.
pub const CANCEL: &str = "Cancel";
/// A film was given up.
pub const CANCELLED: &str = "Cancelled.";
/// It takes too many events.
pub const TOO_LONG: &str = "This run is too long for that here; raftlab export does it.";
/// The end of a stretch is not after its start, or is no time.
pub const NO_STRETCH: &str = "Times are milliseconds, and the end comes after the start.";
/// The script did not come.
pub const NO_SCRIPT: &str = "A part of the page that this needs did not arrive. Try again later.";

/// How far a film is.
pub fn so_far(frames: u64, all: u64) -> String {
    format!("{frames} of {all} pictures")
}

/// What it came to.
pub fn film(frames: u64, kilobytes: u64) -> String {
    format!("{frames} pictures, {kilobytes} KB")
}

/// It came to an end before its end.
pub fn ended_early(frames: u64, kilobytes: u64) -> String {
    format!("{frames} pictures, {kilobytes} KB: it ends early, for it would grow too large or take too long.")
}

/// It could not be made.
pub fn failed(why: &str) -> String {
    format!("The browser cannot make it: {why}")
}

/// What the author of a page has to lay beside it.
pub fn lay_beside(name: &str) -> String {
    format!("This run has a picture of its own: save the servers at the end, as SVG, and lay {name} beside your page.")
}
