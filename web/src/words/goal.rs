//! Words of exercises while they are done.

use raft_core::Time;

use super::moment;

/// Before what is to be done.
pub const TASK: &str = "Your task";
/// Leads to the link to hand in.
pub const SHARE: &str = "Share it as your solution";

/// The steps that are given are not all in it.
pub const OTHER: &str = "This is another run: act after the exercise’s own steps, and keep its settings.";

/// It is done.
pub fn reached(at: Time) -> String {
    format!("The goal is reached, at {}.", moment(at))
}

/// A deed too many.
pub fn over(action: &str, allowed: &str) -> String {
    format!("{action}: the exercise allows only {allowed}.")
}

/// A deed that no exercise allows.
pub fn forbidden(action: &str) -> String {
    format!("{action}: settings stay as the exercise has them.")
}
