//! The words of a search beside the page.

use crate::hunt::{Finding, Tally};

/// What it is.
pub const FIND: &str = "Find a run that breaks a promise";
/// How it is done.
pub const ABOUT: &str = "The explorer tries schedules in this browser, goes on from those that show something new, and makes what it finds short.";
/// Where schedules begin.
pub const FROM: &str = "From";
/// In worlds of their own.
pub const ANYWHERE: &str = "any small cluster";
/// In the run that is shown.
pub const HERE: &str = "this moment of this run";
/// How much may go wrong in one schedule.
pub const FAULTS: &str = "With at most";
/// For how long.
pub const FOR: &str = "For at most";
/// Begins it.
pub const BEGIN: &str = "Find it";
/// Ends it.
pub const CANCEL: &str = "Cancel";
/// Opens what was found.
pub const OPEN: &str = "Open it";
/// Before the first news.
pub const BEGINS: &str = "The search begins.";
/// A promise has fallen already.
pub const FELL_ALREADY: &str =
    "A promise has fallen before this moment. Step back to before it, or search from any small cluster.";
/// The script is not there.
pub const NO_SCRIPT: &str = "The part of the page that searches did not arrive.";

/// So many seconds.
pub fn seconds(n: u64) -> String {
    format!("{n} seconds")
}

/// How much was tried.
pub fn tried(tally: &Tally) -> String {
    let Tally { runs, events, worlds, milliseconds, .. } = tally;
    let (whole, tenths) = (milliseconds / 1_000, milliseconds % 1_000 / 100);
    format!("{runs} runs, {events} events, {worlds} worlds, {whole}.{tenths} s")
}

/// It goes on.
pub fn looks(tried: &str) -> String {
    format!("None yet in {tried}.")
}

/// It is found and made short.
pub fn shortens(tried: &str) -> String {
    format!("Found, and being made short: {tried}.")
}

/// It is found.
pub fn found(found: &Finding, tried: &str) -> String {
    let Finding { promise, steps: [before, after], servers, .. } = found;
    format!("{promise} falls: {before} steps made {after} on {servers} servers. It took {tried}.")
}

/// There is none.
pub fn none(tried: &str) -> String {
    format!("None in {tried}.")
}

/// It was ended.
pub fn cancelled(tried: &str) -> String {
    format!("Cancelled. None in {tried}.")
}

/// It could not be done.
pub fn failed(why: &str) -> String {
    format!("The search ended: {why}")
}
