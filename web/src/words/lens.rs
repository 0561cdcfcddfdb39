//! The words of the lenses.

use raft_core::{RoleName, ServerId, Term, Time};
use raft_sim::host::Condition;

use super::{length, list, role, said};
use crate::lens::{Belief, Half, Known, Lens, Quorum, Safety, Side, Standing};

/// What the button says that opens them.
pub const LENS: &str = "Lens";
/// The name of the panel.
pub const LENSES: &str = "Lenses";
/// Closes it.
pub const CLOSE: &str = "No lens";
/// Before any server was chosen.
pub const CHOOSE: &str = "Choose servers in the ring: are they a majority, and whom do they share with others?";
/// What the signs of the quorum lens mean.
pub const SIGNS: &str = "▲ voted · ■ has the entry";
/// What is grey.
pub const GREY: &str = "What is grey it cannot know now; choose another server in the ring.";
/// Before there is any entry.
pub const NO_ENTRY: &str = "No log has an entry yet.";

/// The name of a lens.
pub fn name(lens: &Lens) -> &'static str {
    match lens {
        Lens::Quorum(_) => "Quorum",
        Lens::Knowledge(_) => "Knowledge",
        Lens::Commit => "Commit",
    }
}

/// What chosen servers can decide, a sentence a line.
pub fn quorum(quorum: &Quorum) -> Vec<String> {
    if quorum.chosen.is_empty() {
        return vec![CHOOSE.into()];
    }
    let mut lines = vec![majority(quorum)];
    if let Some((term, whom, voters)) = &quorum.ballot {
        let common = quorum.common(voters);
        let who = list(voters);
        lines.push(match (common.is_empty(), quorum.decides) {
            (true, _) => format!("▲ None of them voted for {whom} in term {term} ({who} did)."),
            (false, true) => format!(
                "▲ {} voted for {whom} in term {term}: they cannot elect another leader of that term (§5.2).",
                list(&common)
            ),
            (false, false) => format!("▲ {} voted for {whom} in term {term}.", list(&common)),
        });
    }
    if let Some((at, holders)) = &quorum.entry {
        let common = quorum.common(holders);
        let rest = match (common.is_empty(), quorum.decides) {
            (true, true) => "none of them has it: they could elect a leader without it",
            (true, false) => "none of them has it",
            (false, true) => "whom they elect is at least as up to date as these (§5.4.1)",
            (false, false) => "",
        };
        let have = if common.is_empty() { String::new() } else { format!("{} of them", list(&common)) };
        let join = if have.is_empty() || rest.is_empty() { "" } else { ": " };
        let index = at.index;
        lines.push(format!("■ Entry {index} of term {} is on {}; {have}{join}{rest}.", at.term, list(holders)));
    }
    lines
}

fn majority(quorum: &Quorum) -> String {
    let parts: Vec<String> = quorum.halves.iter().map(half).collect();
    let who = list(&quorum.chosen);
    match (quorum.decides, quorum.halves.len()) {
        (true, 1) => format!("✓ {who}: a majority ({}).", parts.join(", ")),
        (false, 1) => format!("✕ {who}: no majority ({}).", parts.join(", ")),
        (true, _) => format!("✓ {who}: a majority of both configurations ({}; §6).", parts.join(", ")),
        (false, _) => format!("✕ {who}: not a majority of both configurations ({}; §6).", parts.join(", ")),
    }
}

fn half(half: &Half) -> String {
    let Half { have, need, of, .. } = half;
    let counted = format!("{have} of {of}, {need} needed");
    match half.side {
        Side::Only => counted,
        Side::Old => format!("C_old {counted}"),
        Side::New => format!("C_new {counted}"),
    }
}

/// How safe an entry is.
pub fn safety(safety: &Safety) -> String {
    let on: Vec<String> = (safety.halves.iter())
        .map(|Half { side, have, of, .. }| match side {
            Side::Only => format!("{have} of {of}"),
            Side::Old => format!("{have} of {of} of C_old"),
            Side::New => format!("{have} of {of} of C_new"),
        })
        .collect();
    let stands = match safety.standing {
        Standing::Few => "✕ not safe: no majority has it",
        Standing::OldTerm => "✕ not safe: a majority has it, but no later leader's own entry above it (§5.4.2)",
        Standing::Safe => "✓ safe, and nobody knows yet",
        Standing::Committed => "✓ safe",
    };
    let known =
        if safety.known.is_empty() { String::new() } else { format!(" · known committed by {}", list(&safety.known)) };
    let at = safety.at;
    format!("{} {} (term {}): on {} · {stands}{known}", at.index, said(&safety.caption), at.term, on.join(" and "))
}

/// The same beside the number of its column: `3/5 ✓`.
pub fn safety_short(safety: &Safety) -> String {
    let on: Vec<String> = safety.halves.iter().map(|half| format!("{}/{}", half.have, half.of)).collect();
    let safe = matches!(safety.standing, Standing::Safe | Standing::Committed);
    format!("{}{}", on.join("+"), if safe { "✓" } else { "" })
}

/// What a server knows: whose knowledge, then of each other one.
pub fn knowledge(known: &Known<'_>, now: Time, leads: bool) -> Vec<String> {
    let whose = known.knowledge.server;
    let all = known.beliefs.iter().map(|belief| believed(belief, now, leads));
    core::iter::once(format!("What {whose} can know. {GREY}")).chain(all).collect()
}

fn believed(belief: &Belief, now: Time, leads: bool) -> String {
    let id = belief.heard.server;
    let Some(said) = belief.heard.said else {
        return match belief.heard.until {
            Some(until) => {
                format!("{id}: said nothing itself; others may have told of it as it was {} ago.", since(until, now))
            }
            None => format!("{id}: nothing heard."),
        };
    };
    let what = role(said.role, Condition::Up);
    let log = match (said.log.index.0, said.log.term) {
        (0, _) => String::new(),
        (index, Term(0)) => format!(", log agrees up to {index}"),
        (index, term) => format!(", log has {index} of term {term}"),
    };
    let leader = match (leads, belief.next) {
        (true, Some(next)) => format!(" Believes: matchIndex {}, nextIndex {next}.", belief.agrees),
        _ => String::new(),
    };
    format!("{id}: {what} of term {}{log}, as of {} ago.{leader}", said.term, since(said.sent, now))
}

/// What stands at a server in the ring: `leader T2?`.
pub fn believed_short(belief: &Belief) -> String {
    match belief.heard.said {
        Some(said) => format!("{} T{}?", letter(said.role), said.term),
        None => "?".into(),
    }
}

fn letter(role: RoleName) -> &'static str {
    super::letter(role, Condition::Up)
}

fn since(at: Time, now: Time) -> String {
    length(now.since(at))
}

/// What is said when a server was chosen, or let go.
pub fn picked(id: ServerId, is: bool) -> String {
    format!("{id} {}", if is { "chosen" } else { "let go" })
}
