//! The explorer: looks for a schedule that breaks a promise, and makes it short.
//!
//! - [`budget`]: how much may go wrong; [`Start`]: from where.
//! - `walk` draws what happens next, some of it by `aims`, `play` lets it happen, `coverage` knows what was seen before.
//! - [`Explorer`] keeps the schedules that showed something new and goes on from them.
//! - [`Minimiser`] takes away what is not needed of what was found, and gives it back as a scenario.
//! - [`draw`]: settings, faults, requests and changes by chance, for the schedules of tests, too.
//!
//! All of it is a function of a seed. There is no clock and no thread: whoever calls gives work in
//! slices of events and stops when it likes.

mod chance;
pub mod draw;
pub mod budget;
mod setup;
mod play;
mod walk;
mod aims;
mod coverage;
mod search;
mod minimise;
mod simpler;
mod report;

#[cfg(test)]
mod tests;

pub use budget::Budget;
pub use chance::Chance;
pub(crate) use coverage::Marks;
pub use minimise::Minimiser;
pub use play::{Goal, Op};
pub use search::{Explorer, Found, PHASE, Progress};
pub use setup::Start;
