//! The words of the rules that can be switched off, and of what falls.

/// Opens the list.
pub const RULES: &str = "Rules";
/// What the list is.
pub const ABOUT: &str = "Raft keeps its promises because of these rules. Switch one off: the same run begins anew without it, and stops where a promise falls.";
/// The field above it.
pub const SEARCH: &str = "Search the rules";
/// Nothing has these words.
pub const NOTHING: &str = "No rule is about that.";
/// All rules are in force again.
pub const KEEP_ALL: &str = "Keep all rules";
/// Before what servers do without a rule.
pub const WITHOUT: &str = "Without:";
/// Before who has lived without a rule.
pub const KNOWN: &str = "Known from:";
/// Before the promise that falls without a rule.
pub const FALLS: &str = "Falls:";
/// Nothing wrong happens, and nothing at all.
pub const STOPS: &str = "no promise, but the cluster may stand still";
/// Opens the scenario that shows it.
pub const WATCH: &str = "Watch it fall";
/// The name of the card that says what fell.
pub const FELL: &str = "The promise that fell";
/// Between two facts that clash.
pub const AND_YET: &str = "and yet";

/// Before what the promise rests on, and what gave way before it fell.
pub const GAVE_WAY: &str = "What it rests on gave way before:";

/// What fell.
pub fn fell(promise: &str) -> String {
    format!("✕ {promise} is broken. These cannot both be:")
}

/// How many rules are off.
pub fn off(count: usize) -> String {
    match count {
        0 => "All rules are kept.".into(),
        1 => "One rule is off.".into(),
        more => format!("{more} rules are off."),
    }
}
