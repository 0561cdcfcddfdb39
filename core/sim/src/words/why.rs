//! Why something is not so, and what it would take, in English.

use alloc::string::{String, ToString};

use raft_core::{Index, Position, ServerId, Time, VoteRefusal};

use super::{clock, ended, line, log_end, message, names};
use crate::network::{Loss, Place};
use crate::record::{Record, What};
use crate::scenario::{Action, End, Who, format_action};
use crate::why::{Counted, Fact, Found, Question, Step};
use crate::world::World;

/// A sentence, and where the paper says so.
pub type Said = (String, Option<&'static str>);

fn said(text: String, section: &'static str) -> Said {
    (text, Some(section).filter(|section| !section.is_empty()))
}

/// A fact in a sentence.
pub fn fact(fact: &Fact) -> Said {
    match fact {
        Fact::Told(record) => {
            let told = line(record);
            (told.text, told.section)
        }
        Fact::Leads { server, term } => said(format!("{server} leads term {term}."), "§5.2"),
        Fact::NobodyLeads => said(String::from("Nobody leads, and only a leader commits."), "§5.3"),
        Fact::Down(id) => said(format!("{id} is down."), ""),
        Fact::Paused(id) => said(format!("{id} is paused: what happens to it waits."), ""),
        Fact::NoVoter { server, listens: true } => {
            said(format!("{server} only listens: it is no voter of its configuration."), "thesis §4.2.1")
        }
        Fact::NoVoter { server, .. } => said(format!("{server} is no voter of the configuration that it knows."), "§6"),
        Fact::Follows { server, leader, term } => {
            said(format!("{server} follows {leader}, the leader of term {term}."), "§5.2")
        }
        Fact::TimerRuns { server, left } => said(
            format!("{server}'s election timer runs for {} more, unless it hears of a leader.", clock(*left)),
            "§5.2",
        ),
        Fact::Stands { server, term } => said(format!("{server} stands for election in term {term}."), "§5.2"),
        Fact::AsksFirst { server, next } => {
            said(format!("{server} asks who would vote for it in term {next}."), "thesis §9.6")
        }
        Fact::Count { what, have, need, voters, old } => count(*what, have, *need, voters, *old),
        Fact::Granted { voter, candidate, theirs, ours } => {
            let (theirs, ours) = (log_end(*theirs), log_end(*ours));
            let whose = format!("{candidate}'s log ({theirs}) is at least as up to date as its own ({ours}).");
            said(format!("{voter} voted for {candidate}: {whose}"), "§5.4.1")
        }
        Fact::Refused { voter, candidate, reason } => refused(*voter, *candidate, reason),
        Fact::Ignored { voter, candidate } => said(
            format!("{voter} ignores {candidate}'s request: it heard of a leader less than an election timeout ago."),
            "thesis §4.2.3",
        ),
        Fact::WouldRefuse { voter, candidate, ours, theirs } => {
            said(format!("{voter} would refuse {candidate}: {}.", newer(*candidate, *theirs, *ours)), "§5.4.1")
        }
        Fact::VotedFor { voter, to, term } => said(format!("{voter} has voted for {to} in term {term}."), "§5.2"),
        Fact::DiskPending { server, left } => said(
            format!(
                "{server} has written something that is not on its disk for {} more, and says nothing of it before.",
                clock(*left)
            ),
            "Figure 2",
        ),
        Fact::UnderWay { trip, left } => said(format!("{} is on its way, {} more.", message(trip), clock(*left)), ""),
        Fact::Held(trip) => said(format!("{} is held.", message(trip)), ""),
        Fact::Lost { trip, loss } => said(lost(&message(trip), trip.to, *loss), ""),
        Fact::Cut { from, to } => said(format!("The link from {from} to {to} is cut."), ""),
        Fact::Decided { server, note } => {
            let what = What::Decided(*server, note.clone());
            let line = line(&Record { at: Time::ZERO, event: 0, what });
            (line.text, line.section)
        }
        Fact::HandsOver { from, to } => said(format!("{from} is handing over to {to}."), "thesis §3.10"),
        other => entries(other),
    }
}

/// Facts about entries and clients.
fn entries(fact: &Fact) -> Said {
    match fact {
        Fact::NoEntry { index, last } if last.index == Index(0) => {
            said(format!("There is no entry {index}: every log is empty."), "")
        }
        Fact::NoEntry { index, last } => {
            said(format!("There is no entry {index}: the longest log ends at {last}."), "")
        }
        Fact::LogEnds { server, last, index } => {
            let ends = if last.index == Index(0) { String::from("is empty") } else { log_end(*last) };
            said(format!("{server} does not have entry {index}: its log {ends}."), "§5.3")
        }
        Fact::OtherEntry { server, has, theirs } => {
            said(format!("{server} has {has} there, and the leader has {theirs}."), "§5.3")
        }
        Fact::OldTerm { at, leader, current } => said(
            format!(
                "Entry {} is of term {}, and {leader} leads term {current}: it counts copies of its own term only; older entries are committed along with those.",
                at.index, at.term
            ),
            "§5.4.2",
        ),
        Fact::Matches { leader, follower, matched: Index(0) } => {
            said(format!("{leader} does not know of any entry that {follower} stores."), "§5.3")
        }
        Fact::Matches { leader, follower, matched } => {
            said(format!("{leader} knows that {follower} agrees up to entry {matched}, no further."), "§5.3")
        }
        Fact::KnowsCommitted { server, commit } => {
            said(format!("{server} knows it to be committed: its commit index is {commit}."), "§5.3")
        }
        Fact::Commit { server, commit } => said(format!("{server}'s commit index is {commit}."), "§5.3"),
        Fact::NextWord { leader, server, left } => said(
            format!("{leader} tells {server} with its next message, a heartbeat in {} at the latest.", clock(*left)),
            "§5.3",
        ),
        Fact::WaitsForNothing(client) => said(format!("{client} waits for nothing."), ""),
        Fact::NotAsked { client, serial } => said(format!("{client} has asked for nothing with number {serial}."), ""),
        Fact::Ended { client, serial, operation, verdict, took } => said(
            format!(
                "{client} #{serial} waits no longer: after {} it {}",
                clock(*took),
                ended(&operation.to_string(), verdict)
            ),
            "",
        ),
        Fact::Behind { client, operation } => {
            said(format!("{client} asks for one thing after another, and is still at {operation}."), "thesis §6.3")
        }
        Fact::Asks { client, server, operation, tries, left } => {
            let again = if *tries > 1 { format!(", try {tries}") } else { String::new() };
            said(
                format!("{client} asks {server}{again}: {operation}. It gives up on {server} in {}.", clock(*left)),
                "§8",
            )
        }
        Fact::AsksLater { client, server, left } => said(
            format!("{server} knew no leader to send {client} to; it asks the next server in {}.", clock(*left)),
            "§8",
        ),
        Fact::WaitsForEntry { server, index, applied } => said(
            format!("{server} answers when it has applied entry {index}; so far it has applied up to {applied}."),
            "§8",
        ),
        Fact::ReadAt { server, index, applied } => said(
            format!("{server} reads when it has applied up to entry {index}; so far it has applied up to {applied}."),
            "thesis §6.4",
        ),
        Fact::ReadUnconfirmed(server) => said(
            format!(
                "{server} has not yet made sure that nobody else leads by now, without which a read could be stale."
            ),
            "thesis §6.4",
        ),
        _ => said(String::new(), ""),
    }
}

fn count(what: Counted, have: &[ServerId], need: usize, voters: &[ServerId], old: bool) -> Said {
    let whose = if old { "old voters" } else { "voters" };
    let (who, some) = (names(have), format!("{} of {} {whose}", have.len(), voters.len()));
    match what {
        Counted::Votes => said(format!("It has the votes of {some} ({who}) and needs {need}."), "§5.2"),
        Counted::WouldVote => said(format!("{some} would vote for it ({who}); it needs {need}."), "thesis §9.6"),
        Counted::LogsBehind(id) => {
            said(format!("{some} have logs that let them vote for {id} ({who}); it needs {need}."), "§5.4.1")
        }
        Counted::Copies(index) => {
            said(format!("{some} are known to store entry {index} ({who}); {need} must."), "§5.3")
        }
        Counted::Up => said(format!("{some} are up ({who}); an election takes {need}."), "§5.2"),
        Counted::InReach(id) => {
            said(format!("{id} can talk with {some}, itself included ({who}); a majority is {need}."), "§5.2")
        }
    }
}

/// Why a vote was refused: the two values, and the section.
pub fn refused(voter: ServerId, candidate: ServerId, reason: &VoteRefusal) -> Said {
    match reason {
        VoteRefusal::LogBehind { theirs, ours } => {
            said(format!("{voter} refused {candidate}: {}.", newer(candidate, *theirs, *ours)), "§5.4.1")
        }
        other => {
            let (why, section) = super::vote_refusal(voter, other);
            said(format!("{voter} refused {candidate}: {why}."), section)
        }
    }
}

/// That a voter's log is newer than a candidate's.
fn newer(candidate: ServerId, theirs: Position, ours: Position) -> String {
    let theirs = if theirs.index == Index(0) { String::from("empty log") } else { theirs.to_string() };
    format!("its log {}, newer than {candidate}'s {theirs}", log_end(ours))
}

fn lost(what: &str, to: Place, loss: Loss) -> String {
    match loss {
        Loss::Chance => format!("{what} is lost on the way."),
        Loss::Cut => format!("{what} is lost: the link is cut."),
        Loss::Down => format!("{what} is lost: {to} was down."),
        Loss::Dropped => format!("{what} was dropped."),
    }
}

/// What is said first: whether it is as the question has it.
pub fn premise(question: Question, so: bool) -> Option<String> {
    if so {
        return None;
    }
    Some(match question {
        Question::NotLeader(id) => format!("{id} does lead."),
        Question::NoLeader => String::from("Somebody leads."),
        Question::NotCommitted(index) => format!("Entry {index} is committed."),
        Question::NotKnown(id, index) => format!("{id} knows that entry {index} is committed."),
        Question::Waits(client, _) => format!("{client} does not wait."),
    })
}

/// A step of a way, as an order.
pub fn step(world: &World, step: &Step) -> String {
    match step {
        Step::Wait(until) => format!("Wait {}: something gets onto a disk.", clock(until.since(world.now()))),
        Step::Do(Action::Timeout(who)) => format!("{}'s election timer fires.", who_is(*who)),
        Step::Do(Action::Heartbeat(who)) => format!("{} sends heartbeats.", who_is(*who)),
        Step::Do(Action::Restart(who)) => format!("{} restarts.", who_is(*who)),
        Step::Do(Action::Resume(who)) => format!("{} goes on.", who_is(*who)),
        Step::Do(Action::Heal(_)) => String::from("The network is mended."),
        Step::Do(Action::Deliver(select)) => match (select.link, select.kind) {
            (Some((from, to)), Some(kind)) => format!("{}'s {} arrives at {}.", end(from), super::kind(kind), end(to)),
            _ => format_action(&Action::Deliver(select.clone())),
        },
        Step::Do(other) => format_action(other),
    }
}

fn who_is(who: Who) -> String {
    match who {
        Who::Server(id) => id.to_string(),
        Who::Leader => String::from("the leader"),
        Who::Follower => String::from("a follower"),
    }
}

fn end(end: End) -> String {
    match end {
        End::Server(who) => who_is(who),
        End::Client(id) => id.to_string(),
    }
}

/// What is said of a search.
pub fn found(found: &Found) -> String {
    match found {
        Found::NotYet => String::from("Looking for a way …"),
        Found::Way(steps) if steps.is_empty() => String::from("Nothing: it is so already."),
        Found::Way(steps) if steps.len() == 1 => String::from("One step does it:"),
        Found::Way(steps) => format!("{} steps do it:", steps.len()),
        Found::None { within } => format!(
            "No way of {within} steps or fewer was found among messages that arrive, timers that fire, restarts and mended links."
        ),
    }
}
