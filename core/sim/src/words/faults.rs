//! What was done to the cluster: crashes, disks, clocks, links, single messages, settings.

use alloc::string::String;
use alloc::vec::Vec;

use raft_core::ServerId;

use super::{Line, detail, entries, message, names, story};
use crate::fault::Pace;
use crate::record::What;

#[inline(never)]
pub(super) fn told(what: &What) -> Line {
    match what {
        What::Held(trip) => detail(format!("{} is held.", message(trip))),
        What::Released(trip) => detail(format!("{} travels on.", message(trip))),
        What::Duplicated(trip) => detail(format!("{} is duplicated.", message(trip))),
        What::Waits(trip) => detail(format!("{} reaches {}, which is paused.", message(trip), trip.to)),
        What::Crashed(id, 0) => {
            story(format!("{id} crashes.")).because(String::from("Its term, its vote and its log are on disk.")).of(*id)
        }
        What::Crashed(id, 1) => {
            story(format!("{id} crashes.")).because(String::from("One write was not on disk yet and is gone.")).of(*id)
        }
        What::Crashed(id, lost) => {
            story(format!("{id} crashes.")).because(format!("{lost} writes were not on disk yet and are gone.")).of(*id)
        }
        What::Restarted(id) => story(format!("{id} restarts as a follower.")).of(*id).see("§5.2"),
        What::Paused(id) => story(format!("{id} is paused.")).of(*id),
        What::Resumed(id) => story(format!("{id} resumes, and does not know that time has passed.")).of(*id),
        What::Wiped(id) => story(format!("{id}'s disk is wiped."))
            .because(String::from("It knows neither its term nor its vote nor its log: more than Raft can survive."))
            .of(*id)
            .see("§5.1"),
        What::LostEntries { server, first, last } => {
            story(format!("{server}'s disk loses {}.", entries(*first, *last)))
                .because(String::from("What it has acknowledged it must keep: this is more than Raft can survive."))
                .of(*server)
                .see("§5.1")
        }
        What::ForgotVote { server, vote, term } => {
            story(format!("{server}'s disk loses its vote for {vote} in term {term}."))
                .because(String::from("It may vote in that term again: this is more than Raft can survive."))
                .of(*server)
                .see("§5.1")
        }
        What::ClockRuns(id, Pace::TRUE) => story(format!("{id}'s clock is right again.")).of(*id),
        What::ClockRuns(id, pace) => story(format!("{id}'s clock runs at {pace} from now on."))
            .because(String::from(
                "How soon its timers run out depends on it. Safety does not, but for reads under a lease.",
            ))
            .of(*id)
            .see("§5.6"),
        What::Cut(links) => story(cut(links)),
        What::Partitioned(groups) => story(format!("The network is partitioned: {}.", parted(groups))),
        What::Healed(links) => story(healed(links)),
        What::Changed(words) => story(format!("From now on: {}.", words.strip_prefix("set ").unwrap_or(words))),
        What::HoldRule(words) => story(hold_rule(words)),
        What::Wants(id, words) => story(format!("{id} is asked to change the cluster: {words}.")).of(*id).see("§6"),
        _ => unreachable!("the words of what happens by itself stand with the others"),
    }
}

fn hold_rule(words: &str) -> String {
    match words.split_once(' ') {
        Some(("hold", which)) => format!("From now on held: {which}."),
        Some(("release", which)) => format!("No longer held: {which}."),
        _ => format!("From now on: {words}."),
    }
}

fn cut(links: &[(ServerId, ServerId)]) -> String {
    match links {
        [] => String::from("Nothing is cut."),
        [(from, to)] => format!("Nothing passes from {from} to {to} any more."),
        [(from, to), (back, _)] if back == to => format!("The link between {from} and {to} is cut."),
        [(alone, _), ..] => format!("{alone} is cut off from all others."),
    }
}

fn parted(groups: &[Vec<ServerId>]) -> String {
    groups.iter().map(|group| names(group)).collect::<Vec<_>>().join(" | ")
}

fn healed(links: &[(ServerId, ServerId)]) -> String {
    match links {
        [] => String::from("All links are mended."),
        [(from, to)] => format!("Messages pass from {from} to {to} again."),
        [(from, to), ..] => format!("The link between {from} and {to} is mended."),
    }
}
