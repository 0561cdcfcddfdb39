//! That a cluster does not get on, in English.

use alloc::string::String;

use super::{clock, names};
use crate::liveness::{Standstill, Warning};

/// A warning in a sentence: what does not happen, since when, and who could do it.
pub fn warning(warning: &Warning) -> String {
    let (since, who) = (clock(warning.since), names(&warning.connected));
    match warning.what {
        Standstill::NoLeader => {
            format!("Nobody leads since {since}, although {who} are up and nothing keeps them apart.")
        }
        Standstill::NoCommit { leader, first } => format!(
            "{leader} commits nothing since {since}, and has entry {first}, although {who} are up and nothing keeps them apart."
        ),
        Standstill::LeftBehind { server, leader } => format!(
            "{server} learns nothing since {since}, and {leader} has committed more, although both are up and nothing keeps them apart."
        ),
    }
}
