//! The words of presenting, and of what somebody arranged by hand.

/// For an audience.
pub const PRESENT: &str = "Present";
/// The whole screen.
pub const FULL_SCREEN: &str = "Full screen";
/// The browser keeps its window.
pub const NO_FULL_SCREEN: &str = "This browser gives the page no full screen.";
/// No mark is ahead.
pub const NO_SECTION: &str = "No section begins after this moment.";
/// Where sections come from.
pub const SECTIONS_ARE: &str = "They are what a scenario names with `mark`.";
/// Beside the hand.
pub const BY_HAND: &str = "arranged by hand";
/// What that means.
pub const BY_HAND_SAYS: &str = "Timers or delays of this run were arranged by whoever wrote it: what happens is real, when it happens is not left to chance.";
