//! Scenarios: what a run is, as text. A person can write it, a diff can show it, a link can
//! carry it, and [`parse`]`(`[`format`]`(s))` gives `s` back.
//!
//! - [`ast`]: what a scenario says.
//! - [`settings`]: the one table of settings; [`values`]: those in force.
//! - [`error`]: why a text is refused, where, and what would be right.
//! - [`parse`](mod@parse): text to scenario, in linear time; refused whole or loaded whole.
//! - [`format`](mod@format): scenario to the one canonical text.
//! - [`tokens`]: of which class each word of a line is, for who shows it; [`complete`](parse::complete): what
//!   may stand at a place, for who writes it.
//! - [`grammar`]: the language for other people's editors. [`reference`]: the tables of the user's reference, from the tables that the parser reads.
//!
//! ```
//! use raft_sim::scenario::{format, parse};
//!
//! let text = "raft 1\ntitle S1 leads, then fails\nat 0ms timeout S1\nwhen leader crash leader\n";
//! let parsed = parse(text).expect("a scenario");
//! assert_eq!(parsed.scenario.steps.len(), 2);
//! assert_eq!(format(&parsed.scenario), text);
//! assert_eq!(
//!     parse("raft 1\nat 0ms crsh S1").expect_err("a slip").to_string(),
//!     r#"2:8: unknown action "crsh"; did you mean "crash"?"#,
//! );
//! ```

pub mod ast;
pub mod quiz;
mod usual;
pub mod settings;
pub mod values;
pub mod error;
pub(crate) mod lex;
mod words;
pub mod parse;
pub mod format;
pub mod tokens;
#[cfg(any(test, feature = "reference"))]
pub mod grammar;
#[cfg(any(test, feature = "reference"))]
pub mod reference;

#[cfg(test)]
mod tests;

use raft_core::Time;

pub use ast::*;
pub use error::{ParseError, Problem};
pub use format::{clean_text, format, format_action, format_predicate, format_step};
pub(crate) use lex::number;
pub use parse::{Help, Lines, MAX_MISTAKES, Offer, Parsed, complete, mistakes, parse, parse_condition};
pub use quiz::{Answer, Answers, Quiz};
pub use settings::Speed;
pub use tokens::{Class, Token, tokens};
pub use values::{Scoped, Settings};

/// A text of the user's reference: kept by who makes the reference, and not in what a page loads.
const fn explained(text: &'static str) -> &'static str {
    if cfg!(any(test, feature = "reference")) { text } else { "" }
}

/// A time as the language writes it: `250us`, `20ms`, `1.5s`.
pub fn parse_time(text: &str) -> Option<Time> {
    lex::time(text).ok()
}

/// Bytes of a scenario's text.
pub const MAX_BYTES: usize = 64 * 1024;
/// Servers of a scenario.
pub const MAX_SERVERS: usize = 15;
/// The largest number in a server's name: `S99`.
pub const MAX_SERVER_NUMBER: u32 = 99;
/// Clients of a scenario.
pub const MAX_CLIENTS: u32 = 8;
/// Steps of a scenario.
pub const MAX_STEPS: usize = 2_000;
/// Actions of all steps together.
pub const MAX_ACTIONS: usize = 4_000;
/// Characters of a title, an author or the name of a mark.
pub const MAX_TITLE: usize = 280;
/// Characters of any other text.
pub const MAX_TEXT: usize = 2_000;
/// Characters of an answer to a question.
pub const MAX_ANSWER: usize = 80;
/// Answers of a question.
pub const MAX_ANSWERS: usize = 15;
/// Characters of a key or a value.
pub const MAX_WORD: usize = 64;
/// Entries of all logs that servers start with.
pub const MAX_LOG: usize = 10_000;
/// Goals of an exercise.
pub const MAX_GOALS: usize = 16;
/// Conditions that one predicate joins.
pub const MAX_CONDITIONS: usize = 64;
/// Terms, indexes and other counts (a seed may be any 64-bit number).
pub const MAX_NUMBER: u64 = 1_000_000_000_000;
/// Simulated time.
pub const MAX_TIME: Time = Time::seconds(24 * 60 * 60);
