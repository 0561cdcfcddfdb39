//! Words of questions to the reader.

use raft_core::{ServerId, Time};
use raft_sim::scenario::{Predicate, format_predicate};

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

/// All right answers are wanted.
pub const ALL: &str = "Choose all that are right.";
/// The answers are wanted in order.
pub const ORDER: &str = "Press them in the right order.";
/// Gives the answers that were chosen.
pub const GIVE: &str = "That is my answer";
/// Looks for a run in which a wrong answer is right.
pub const HOW: &str = "See how it could be";
/// A run without its script.
pub const UNSCRIPTED: &str = "It takes nothing but what the scenario does next: without that, it does not come to be.";

/// The name of another future, in which something comes to hold, or does not.
pub fn branch(predicate: &Predicate, never: bool) -> String {
    let text = format_predicate(predicate);
    if never { format!("Never: {text}") } else { format!("If: {text}") }
}

/// Which of several an answer is.
pub fn turn(n: usize) -> String {
    format!("{n}. ")
}

/// What would have been the right order.
pub fn order_is(answers: &mut dyn Iterator<Item = &str>) -> String {
    format!("The order is: {}.", answers.collect::<Vec<_>>().join(", "))
}

/// What would have been right.
pub fn right_is(answers: &mut dyn Iterator<Item = &str>) -> String {
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
