//! What gave way of what the promises rest on, in English.

use alloc::string::String;

use super::names;
use crate::footing::Lapse;

/// A lapse in a sentence.
pub fn lapse(lapse: &Lapse) -> String {
    match lapse {
        Lapse::VotedTwice { server, term, first, second } => {
            format!("{server} votes for {first} and for {second} in term {term}.")
        }
        Lapse::TermWentBack { server, from, to } => {
            format!("{server} votes or acknowledges in term {to}, and did so in term {from} before.")
        }
        Lapse::CommitWentBack { server, from, to } => {
            format!("{server} knew entries up to {from} to be committed, and now up to {to} only.")
        }
        Lapse::Apart { index, before, after } => format!(
            "Configuration {index} is committed, and a majority of {} need have none of a majority of {}.",
            names(after),
            names(before)
        ),
    }
}

/// Where it says that this cannot be.
pub fn section(lapse: &Lapse) -> &'static str {
    match lapse {
        Lapse::VotedTwice { .. } => "§5.2",
        Lapse::TermWentBack { .. } => "§5.1",
        Lapse::CommitWentBack { .. } => "§5.3",
        Lapse::Apart { .. } => "§6",
    }
}
