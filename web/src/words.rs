//! The words of the page, in one place. Those of the run itself are in `raft_sim::words`.

pub mod compare;
pub mod editor;
pub mod export;
pub mod goal;
pub mod going;
pub mod hunt;
pub mod kept;
pub mod lab;
pub mod present;
pub mod clients;
pub mod dial;
pub mod lens;
pub mod library;
pub mod link;
pub mod model;
pub mod quiz;
pub mod trace;
pub mod why;

use raft_core::{Index, RoleName, ServerId, Time};
use raft_sim::bugs::Bug;
use raft_sim::fault::Pace;
use raft_sim::host::Condition;
use raft_sim::machine::{ClientId, Outcome};
use raft_sim::scenario::MessageKind;

use crate::scene::{Ask, Cell, ClientScene, Seat, ServerScene};

/// The name of the page.
pub const NAME: &str = "Raft Playground";
/// Shown where a scenario has no title.
pub const UNTITLED: &str = "Free play";

/// The scenarios in which a rule is off.
pub const ON_PURPOSE: &str = "Broken on purpose";
/// What they are.
pub const ONE_RULE_OFF: &str = "One rule of Raft is off in each, and a promise falls.";
/// The head of the list of exercises.
pub const EXERCISES: &str = "Exercises";
/// What they are.
pub const REACH_THE_GOAL: &str = "Bring something about; the link of your run is the solution.";

/// How many other futures a run has.
pub fn other_futures(n: usize) -> String {
    format!("{n} other future{}", if n == 1 { "" } else { "s" })
}

/// What stands over a picture while rules of Raft are off.
pub fn rules_off(bugs: &[Bug]) -> Option<String> {
    let (first, more) = bugs.split_first()?;
    let row = first.row();
    Some(match more.len() {
        0 => format!("One rule of Raft is off: {} Here: {} ({})", row.rule, row.instead, row.section),
        more => format!(
            "{} rules of Raft are off. One of them: {} Here: {} ({})",
            more + 1,
            row.rule,
            row.instead,
            row.section
        ),
    })
}

/// Another future is no longer kept.
pub fn forgotten(name: &str) -> String {
    format!("“{name}” is forgotten.")
}

/// A moment, as the clock shows it: `820.0 ms`, from ten seconds on `12.345 s`.
pub fn moment(at: Time) -> String {
    if at.0 < 10_000_000 {
        format!("{}.{} ms", at.0 / 1_000, at.0 % 1_000 / 100)
    } else {
        format!("{}.{:03} s", at.0 / 1_000_000, at.0 % 1_000_000 / 1_000)
    }
}

/// A moment in the column of the story: milliseconds, without the unit.
pub fn stamp(at: Time) -> String {
    without(&moment(at), " ms").to_owned()
}

/// A length of time for a reader: `231 ms`, `1.5 s`.
pub fn length(time: Time) -> String {
    match time.0 {
        us if us < 1_000 => format!("{us} µs"),
        us if us < 10_000 => format!("{}.{} ms", us / 1_000, us % 1_000 / 100),
        us if us < 1_000_000 => format!("{} ms", us / 1_000),
        us => format!("{}.{} s", us / 1_000_000, us % 1_000_000 / 100_000),
    }
}

/// A number on the time axis, in the unit that its step asks for.
pub fn tick(at: Time, step: u64) -> String {
    if step >= 1_000_000 || at.0 >= 100_000_000 {
        let tenths = at.0 % 1_000_000 / 100_000;
        return if tenths == 0 {
            format!("{} s", at.0 / 1_000_000)
        } else {
            format!("{}.{tenths} s", at.0 / 1_000_000)
        };
    }
    format!("{} ms", at.0 / 1_000)
}

/// `one`, `two`, … up to twelve.
pub fn number(n: usize) -> String {
    const WORDS: [&str; 13] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    WORDS.get(n).map_or_else(|| n.to_string(), |word| (*word).to_owned())
}

/// `one server`, `five servers`.
pub fn servers(n: usize) -> String {
    format!("{} server{}", number(n), if n == 1 { "" } else { "s" })
}

/// What stands under a server's name.
pub fn role(role: RoleName, condition: Condition) -> &'static str {
    match (condition, role) {
        (Condition::Down, _) => "crashed",
        (Condition::Paused, _) => "paused",
        (Condition::Up, RoleName::Leader) => "leader",
        (Condition::Up, RoleName::PreCandidate) => "asks first",
        (Condition::Up, RoleName::Candidate) => "candidate",
        (Condition::Up, RoleName::Follower) => "follower",
    }
}

/// In joint consensus, the configurations in which a server votes.
pub fn side(seat: Seat) -> Option<&'static str> {
    match seat {
        Seat::Old => Some("old"),
        Seat::New => Some("new"),
        Seat::Both => Some("old + new"),
        _ => None,
    }
}

/// The word that styles know a role by.
pub fn role_class(role: RoleName, condition: Condition) -> &'static str {
    match (condition, role) {
        (Condition::Down, _) => "down",
        (_, RoleName::Leader) => "leader",
        (_, RoleName::PreCandidate | RoleName::Candidate) => "candidate",
        (_, RoleName::Follower) => "follower",
    }
}

/// The letter of a role.
pub fn letter(role: RoleName, condition: Condition) -> &'static str {
    match (condition, role) {
        (Condition::Down, _) => "×",
        (_, RoleName::Leader) => "L",
        (_, RoleName::PreCandidate) => "P",
        (_, RoleName::Candidate) => "C",
        (_, RoleName::Follower) => "F",
    }
}

/// What stands under the name of a follower that runs and has no vote.
pub fn voteless(server: &ServerScene) -> Option<&'static str> {
    match server.seat {
        _ if server.condition != Condition::Up || server.role != RoleName::Follower => None,
        Seat::Learner => Some("learner"),
        Seat::Outside => Some("outside"),
        _ => None,
    }
}

/// What stands under a server's name; where it does not fit a letter has to do.
pub fn under_name(server: &ServerScene, small: bool) -> String {
    let old = server.outdated && server.condition == Condition::Up;
    match (old, small) {
        (true, true) => "old L".into(),
        (true, false) => "old leader".into(),
        // Its cross says it.
        (false, true) if server.condition == Condition::Down => String::new(),
        (false, true) => paced(letter(server.role, server.condition), server.pace),
        (false, false) => paced(voteless(server).unwrap_or(role(server.role, server.condition)), server.pace),
    }
}

/// A role, and how fast its clock runs where that is not as fast as time.
fn paced(role: &str, pace: Pace) -> String {
    if pace == Pace::TRUE { role.into() } else { format!("{role} {pace}") }
}

/// What a screen reader says of a server. It begins with what is to be seen, so that who speaks to
/// the page can say what they see.
pub fn server_name(server: &ServerScene, small: bool) -> String {
    let mut name = format!("{} {}", server.id, under_name(server, small));
    name.truncate(name.trim_end().len());
    name += &format!(" T{}", server.term);
    let mut more = |text: &str| {
        name.push_str(", ");
        name.push_str(text);
    };
    if let Some(side) = side(server.seat) {
        more(&format!("{side} voter"));
    }
    if small {
        more(voteless(server).unwrap_or(role(server.role, server.condition)));
    }
    if !server.ballots.is_empty() {
        let have = server.ballots.iter().filter(|b| **b == crate::scene::Ballot::Have).count();
        more(&format!("{have} of {} votes", server.ballots.len()));
    }
    match (server.condition, server.role) {
        (Condition::Up, _) if server.outdated => more("does not know of a newer term"),
        (Condition::Paused, RoleName::Leader) => more("a leader"),
        (Condition::Paused, RoleName::PreCandidate) => more("asks first"),
        (Condition::Paused, RoleName::Candidate) => more("a candidate"),
        (Condition::Paused, RoleName::Follower) => more("a follower"),
        _ => {}
    }
    if server.pace != Pace::TRUE {
        more(&format!("clock {}", server.pace));
    }
    name
}

/// What a screen reader says of a client: what stands in its box comes first.
pub fn client_name(client: &ClientScene) -> String {
    let state = match client.state {
        Ask::Idle => return format!("{} client, nothing asked yet", client.id),
        Ask::Waiting => "waits",
        Ask::Done => "done",
        Ask::Failed => "failed",
        Ask::Unknown => "outcome unknown",
    };
    format!("{} {}, client, {state}", client.id, short(&client.text))
}

fn without<'t>(text: &'t str, sign: &str) -> &'t str {
    text.strip_suffix(sign).unwrap_or(text)
}

/// Words of an error as a sentence; some of them end with a question.
pub fn sentence(text: &str) -> String {
    [capital(text).as_str(), if text.ends_with('?') { "" } else { "." }].concat()
}

/// What fits into a cell of the logs: five characters. Of a long key's short value the value is kept: it tells
/// one entry from the next.
pub fn in_a_cell(text: &str) -> String {
    if text.chars().count() <= 5 {
        return text.into();
    }
    match text.rfind('=') {
        Some(at) if at > 1 && text[at..].chars().count() <= 4 => ["…", &text[at..]].concat(),
        _ => text.chars().take(4).chain(['…']).collect(),
    }
}

/// What fits into the box of a client: 11 characters, with the sign at the end that says how it went.
pub fn short(text: &str) -> String {
    if text.chars().count() <= 11 {
        return text.to_owned();
    }
    match text.rsplit_once(' ') {
        Some((asked, sign)) if sign.chars().count() == 1 => {
            format!("{}… {sign}", asked.chars().take(8).collect::<String>().trim_end())
        }
        _ => text.chars().take(10).chain(['…']).collect(),
    }
}

/// The name of a kind of message.
pub fn kind(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::PreVote => "RequestPreVote",
        MessageKind::PreVoteReply => "pre-vote reply",
        MessageKind::TimeoutNow => "TimeoutNow",
        MessageKind::Vote => "RequestVote",
        MessageKind::VoteReply => "vote reply",
        MessageKind::Append => "AppendEntries",
        MessageKind::AppendReply => "append reply",
        MessageKind::Heartbeat => "heartbeat",
        MessageKind::Snapshot => "InstallSnapshot",
        MessageKind::SnapshotReply => "snapshot reply",
        MessageKind::ReadIndex => "ReadIndex",
        MessageKind::ReadIndexReply => "ReadIndex reply",
        MessageKind::HeartbeatReply => "heartbeat reply",
        MessageKind::StreamOpen => "stream handshake",
        MessageKind::Stream => "stream entries",
        MessageKind::StreamAck => "stream acknowledgement",
        MessageKind::Request => "request",
        MessageKind::Answer => "answer",
    }
}

/// Through the logs.
pub const EARLIER_ENTRIES: &str = "Earlier entries";
/// The other way.
pub const LATER_ENTRIES: &str = "Later entries";

/// To one of them, by its number.
pub const GO_TO_ENTRY: &str = "Go to entry";

/// What is said of an entry that changes the cluster.
pub fn that_names(entry: &str, members: &str) -> String {
    format!("{entry}. It names {members}")
}

/// What a leader sends next.
pub fn next(index: u64) -> String {
    format!("next {index}")
}

/// What a screen reader says of a log that lost its start to a snapshot.
pub fn folded(last: Index) -> String {
    format!("entries 1 to {last} are in a snapshot")
}

/// What a screen reader says of a log without entries.
pub const EMPTY_LOG: &str = "log empty";

/// What a screen reader says of how far a log is committed and applied.
pub fn known_of(committed: usize, shown: usize, applied: u64) -> String {
    format!("{committed} of {shown} shown are committed, applied up to {applied}")
}

/// What a screen reader says of what a leader knows of a log, and does next.
pub fn led(next: u64, matched: u64) -> String {
    format!("matchIndex {matched}, nextIndex {next}")
}

/// What a screen reader says of an entry of the logs.
pub fn entry_on(cell: &Cell, holders: &[ServerId]) -> String {
    let what = said(&cell.caption);
    format!("Entry {} of term {}, {what}, on {}", cell.index, cell.term, list(holders))
}

/// What stands in a cell, in words.
pub fn said(caption: &str) -> &str {
    match caption {
        "·" => "no-op",
        "⚙" => "configuration",
        other => other,
    }
}

/// What a client is answered.
pub fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done => "done".to_owned(),
        Outcome::Value(Some(value)) => value.to_string(),
        Outcome::Value(None) => "no value".to_owned(),
        Outcome::Expired => "the session expired".to_owned(),
        Outcome::Mismatch(_) => "another value was there".to_owned(),
    }
}

/// What a server remembers of a client: `C1 #3: done`.
pub fn session((client, serial, answer): (ClientId, u64, Option<&Outcome>)) -> String {
    format!("{client} #{serial}: {}", answer.map_or("expired".to_owned(), outcome))
}

/// The latest of several lines, and how many there were besides.
pub fn and_more(text: &str, more: usize) -> String {
    if more == 0 { text.to_owned() } else { format!("{text} … and {more} more") }
}

/// What a step led to, where there is nothing to tell.
pub fn quiet(now: Time) -> String {
    format!("At {}: nothing to tell.", moment(now))
}

/// `S2, S4 and S5`.
pub fn list(ids: &[ServerId]) -> String {
    raft_sim::words::names(ids)
}

/// A sentence begins with a capital; names of servers already do.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_short_keeps_its_sign() {
        for (text, cut) in [
            ("x=1 ✓", "x=1 ✓"),
            ("append x a ✓", "append x… ✓"),
            ("append name abc ?", "append n… ?"),
            ("cas x 1 2 …", "cas x 1 2 …"),
            ("read x → abcdef", "read x → a…"),
        ] {
            assert_eq!(short(text), cut);
        }
    }

    #[test]
    fn moments_are_short_and_never_jump_in_width_within_a_second() {
        for (at, words) in [(0, "0.0 ms"), (820_049, "820.0 ms"), (9_999_999, "9999.9 ms"), (12_345_678, "12.345 s")] {
            assert_eq!(moment(Time(at)), words);
        }
        assert_eq!(stamp(Time(470_000)), "470.0");
        assert_eq!(tick(Time(1_500_000), 500_000), "1500 ms");
        assert_eq!(tick(Time(4_000_000), 2_000_000), "4 s");
        assert_eq!(length(Time(231_400)), "231 ms");
    }
}
