//! Words of questions to the reader.

use raft_core::{ServerId, Time};

use super::moment;
use crate::quiz::Mark;

/// The answers to what the run itself says.
pub const YES: &str = "Yes";
/// The other one.
pub const NO: &str = "No";
/// What is said of a right answer.
pub const RIGHT: &str = "Right.";
/// What is said of a wrong one.
pub const WRONG: &str = "Not so.";
/// Lets play go on.
pub const GO_ON: &str = "Go on";
/// Lets play go on without an answer.
pub const SKIP: &str = "Go on without an answer";

/// What would have been right.
pub fn right_is<'a>(answers: impl Iterator<Item = &'a str>) -> String {
    format!("Right is: {}.", answers.collect::<Vec<_>>().join(", "))
}

/// What the run said.
pub fn foretold(yes: bool, at: Time) -> String {
    if yes { format!("It came true at {}.", moment(at)) } else { format!("It did not come true by {}.", moment(at)) }
}

/// The sign after an answer.
pub fn sign(mark: Mark) -> &'static str {
    match mark {
        Mark::Right => " ✓",
        Mark::Wrong => " ✗",
        Mark::Open | Mark::Other => "",
    }
}

/// What leads to what it would take.
pub fn why_not(id: ServerId) -> String {
    format!("Why not {id}?")
}
