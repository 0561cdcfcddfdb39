//! What happened, in English: one line a record, with the reason and the paper's section.
//!
//! All words about a run stand here, for the page, the terminal and the golden scripts alike;
//! another language is another table like this one.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use raft_core::{AppendRefusal, Cause, Index, NotYet, Note, Position, ServerId, StepDown, VoteRefusal};

use crate::checker::{Clash, Promise};
use crate::client::Verdict;
use crate::machine::Outcome;
use crate::network::{Loss, Place};
use crate::record::{Record, Trip, What};
use crate::scenario::MessageKind;

/// How much a line matters to the story.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Weight {
    /// Things go on as usual.
    Routine,
    /// A detail for who looks closely.
    Detail,
    /// Part of the story.
    Story,
}

/// One line of the transcript.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// What happened.
    pub text: String,
    /// Why, or what follows.
    pub why: Option<String>,
    /// Where the paper (`§5.2`) or the thesis says so.
    pub section: Option<&'static str>,
    /// The server that it is about, if it is one.
    pub server: Option<ServerId>,
    /// How much it matters.
    pub weight: Weight,
}

/// The line of a record.
pub fn line(record: &Record) -> Line {
    match &record.what {
        What::Decided(server, note) => decided(*server, note),
        What::Heartbeats(id) => routine(format!("{id}'s heartbeat timer fires.")).of(*id).see("§5.2"),
        What::Synced(id) => routine(format!("{id}'s write is on disk.")).of(*id),
        What::Applied { server, first, last } => {
            detail(format!("{server} applies {}.", entries(*first, *last))).of(*server).see("§5.3")
        }
        What::Arrived(trip) => routine(format!("{} arrives.", message(trip))),
        What::Lost(trip, loss) => lost(trip, *loss),
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
        What::Cut(links) => story(cut(links)),
        What::Partitioned(groups) => story(format!("The network is partitioned: {}.", parted(groups))),
        What::Healed(links) => story(healed(links)),
        What::Changed(words) => story(format!("From now on: {}.", words.strip_prefix("set ").unwrap_or(words))),
        What::HoldRule(words) => story(hold_rule(words)),
        What::Asks { client, server, operation, tries: 1 } => story(format!("{client} asks {server}: {operation}.")),
        What::Asks { client, server, operation, tries } => {
            detail(format!("{client} asks {server} (try {tries}): {operation}."))
        }
        What::Ended { client, operation, verdict } => {
            story(format!("{client} {}", ended(&operation.to_string(), verdict)))
        }
        What::Says(text) | What::Stops(text) => story(text.clone()),
        What::Marks(name) => story(format!("Mark: {name}.")),
        What::Holds(wanted) => detail(format!("As expected: {wanted}.")),
        What::Fails(failure) => story(format!("The scenario fails: {}.", failure.what)),
        What::Violates(violation) => {
            story(format!("{} is broken: {}", title(violation.promise()), clash(&violation.clash))).see("Figure 3")
        }
    }
}

/// The name of a promise, as the paper has it.
pub fn title(promise: Promise) -> &'static str {
    match promise {
        Promise::ElectionSafety => "Election Safety",
        Promise::LeaderAppendOnly => "Leader Append-Only",
        Promise::LogMatching => "Log Matching",
        Promise::LeaderCompleteness => "Leader Completeness",
        Promise::StateMachineSafety => "State Machine Safety",
    }
}

/// The two facts of a broken promise.
pub fn clash(clash: &Clash) -> String {
    match clash {
        Clash::TwoLeaders { term, first, second } => format!("{first} and {second} both lead term {term}."),
        Clash::LeaderRewrites { leader, from } => format!("{leader} leads and changes its own entry {from}."),
        Clash::LogsDisagree { at, server } => {
            format!("{server} stores an entry {at} that is not the {at} that its leader made.")
        }
        Clash::LeaderLacks { leader, term, entry, committed_in } => {
            format!("{leader} leads term {term} without {entry}, which was committed in term {committed_in}.")
        }
        Clash::AppliedDifferently { index, server, first, second } => format!(
            "{server} applies an entry of term {second} at index {index}, where one of term {first} was applied before."
        ),
    }
}

/// A message, in words: `S1's vote request to S2`.
pub fn message(trip: &Trip) -> String {
    let what = match trip.kind {
        MessageKind::PreVote => "pre-vote request",
        MessageKind::PreVoteReply => "pre-vote reply",
        MessageKind::TimeoutNow => "call to stand for election",
        MessageKind::Vote => "vote request",
        MessageKind::VoteReply => "vote reply",
        MessageKind::Append => "append",
        MessageKind::AppendReply => "append reply",
        MessageKind::Heartbeat => "heartbeat",
        MessageKind::Request => "request",
        MessageKind::Answer => "answer",
    };
    format!("{}'s {what} to {}", trip.from, trip.to)
}

/// Why a vote is refused by a server.
pub fn vote_refusal(voter: ServerId, reason: &VoteRefusal) -> (String, &'static str) {
    match reason {
        VoteRefusal::StaleTerm { theirs, ours } => {
            (format!("the request is of term {theirs}, and the term is {ours} by now"), "§5.1")
        }
        VoteRefusal::AlreadyVoted { to } if *to == voter => (String::from("it voted for itself in this term"), "§5.2"),
        VoteRefusal::AlreadyVoted { to } => (format!("it voted for {to} in this term"), "§5.2"),
        VoteRefusal::HearsLeader { leader } => (format!("it hears of {leader}, its leader"), "thesis §9.6"),
        VoteRefusal::LogBehind { theirs, ours } => {
            let (theirs, ours) = (log_end(*theirs), log_end(*ours));
            (format!("its own log ({ours}) is more up to date than the candidate's ({theirs})"), "§5.4.1")
        }
    }
}

fn decided(id: ServerId, note: &Note) -> Line {
    let line = match note {
        Note::Campaigns { term, cause: Cause::Timeout } => {
            story(format!("{id}'s election timer runs out: it stands for election in term {term}.")).see("§5.2")
        }
        Note::Campaigns { term, cause: Cause::WouldWin } => {
            story(format!("{id} would win, and stands for election in term {term}.")).see("thesis §9.6")
        }
        Note::Campaigns { term, cause: Cause::TimeoutNow } => {
            story(format!("{id} stands for election in term {term} at once, as its leader wants it."))
                .see("thesis §3.10")
        }
        Note::AsksFirst { next } => {
            story(format!("{id}'s election timer runs out: it asks whether it would win term {next}."))
                .because(String::from(
                    "Its term does not change by asking, so it cannot unseat a leader who does well.",
                ))
                .see("thesis §9.6")
        }
        Note::WouldVote { to, next } => detail(format!("{id} would vote for {to} in term {next}.")).see("thesis §9.6"),
        Note::WouldNotVote { to, reason } => {
            let (why, section) = vote_refusal(id, reason);
            story(format!("{id} would not vote for {to}: {why}.")).see(section)
        }
        Note::CountsPreVote { from, have, need } => {
            let who = if *from == id { String::from("itself") } else { format!("{from}") };
            detail(format!("{id} counts {who}: {have} of the {need} that must be willing.")).see("thesis §9.6")
        }
        Note::IgnoresCandidate { from, leader } if *leader == id => {
            story(format!("{id} leads and ignores {from}'s request for a vote.")).see("thesis §4.2.3")
        }
        Note::IgnoresCandidate { from, leader } => {
            story(format!("{id} ignores {from}'s request for a vote: it hears of {leader}, its leader."))
                .see("thesis §4.2.3")
        }
        Note::HandsOver { to } => {
            story(format!("{id} hands over to {to}, and takes no new command meanwhile.")).see("thesis §3.10")
        }
        Note::TellsToStand { to } => {
            story(format!("{id} tells {to} to stand for election at once: its log is up to date.")).see("thesis §3.10")
        }
        Note::GivesUpTransfer { to } => {
            story(format!("{id} gives up handing over to {to}: it took an election timeout.")).see("thesis §3.10")
        }
        Note::RefusesCommand { to } => {
            story(format!("{id} takes no command: it is handing over to {to}.")).see("thesis §3.10")
        }
        Note::GrantsVote { to, theirs, ours } => {
            let (theirs, ours) = (log_end(*theirs), log_end(*ours));
            let logs = format!("{to}'s log ({theirs}) is at least as up to date as its own ({ours}).");
            story(format!("{id} votes for {to}."))
                .because(format!("It voted for nobody else in this term, and {logs}"))
                .see("§5.4.1")
        }
        Note::RefusesVote { to, reason } => {
            let (why, section) = vote_refusal(id, reason);
            story(format!("{id} refuses {to} its vote: {why}.")).see(section)
        }
        Note::CountsVote { from, have, need } => {
            let whose = if *from == id { String::from("its own vote") } else { format!("{from}'s vote") };
            detail(format!("{id} counts {whose}: {have} of the {need} it needs.")).see("§5.2")
        }
        Note::HearsRefusal { from, reason } => {
            let (why, section) = vote_refusal(*from, reason);
            detail(format!("{id} hears that {from} refused: {why}.")).see(section)
        }
        Note::Leads { term, votes } => {
            story(format!("{id} leads term {term} with the votes of {}.", names(votes))).see("§5.2")
        }
        Note::Follows { leader, term } => {
            story(format!("{id} follows {leader}, the leader of term {term}.")).see("§5.2")
        }
        Note::StepsDown { reason: StepDown::HigherTerm { term, from }, led } => {
            let does = if *led { "leads no longer" } else { "gives up its candidacy" };
            story(format!("{id} {does}: {from} is already in term {term}.")).see("§5.1")
        }
        Note::StepsDown { reason: StepDown::LostQuorum { have, need }, .. } => story(format!(
            "{id} leads no longer: in an election timeout it heard only {}.",
            if *have == 1 { String::from("itself") } else { format!("{have} servers, itself included") }
        ))
        .because(format!("A majority are {need}; they may have another leader by now."))
        .see("thesis §6.2"),
        Note::StepsDown { reason: StepDown::LostTo { leader }, .. } => {
            story(format!("{id} gives up its candidacy: {leader} has won this term.")).see("§5.2")
        }
        Note::AdoptsTerm { term, from } => detail(format!("{id} learns of term {term} from {from}.")).see("§5.1"),
        Note::IgnoresStale { from, term } => {
            detail(format!("{id} ignores a reply from {from}: it is of term {term}, which is over.")).see("§5.1")
        }
        Note::IgnoresLate { from } => {
            detail(format!("{id} ignores a message from {from} that comes too late to matter."))
        }
        Note::AppendsCommand { at } => story(format!("{id} appends the command as entry {at}.")).see("§5.3"),
        Note::AppendsNoop { at } => story(format!("{id} opens its term with an empty entry {at}."))
            .because(String::from("Only with an entry of its own term can it commit those of older terms."))
            .see("§8"),
        Note::Redirects { leader: Some(leader) } => {
            story(format!("{id} does not lead and points to {leader}.")).see("§8")
        }
        Note::Redirects { leader: None } => story(format!("{id} does not lead and knows no leader.")).see("§8"),
        Note::Stores { first, last } => story(format!("{id} stores {}.", entries(*first, *last))).see("§5.3"),
        Note::RefusesAppend { from, reason } => refuses_append(id, *from, reason),
        Note::Truncates { from, last, theirs } => {
            let range = entries(from.index, *last);
            story(format!("{id} removes {range}."))
                .because(format!(
                    "The leader's entry {} is of term {theirs}, its own is of term {}.",
                    from.index, from.term
                ))
                .see("§5.3")
        }
        Note::Matches { follower, matched } => {
            detail(format!("{id} knows that {follower}'s log agrees with its own up to entry {matched}.")).see("§5.3")
        }
        Note::Backtracks { follower, next } => {
            story(format!("{id} goes back for {follower}: it sends from entry {next} on.")).see("§5.3")
        }
        Note::Commits { index, copies, of } => {
            story(format!("{id} commits up to entry {index}: it is on {copies} of {of} servers.")).see("§5.3")
        }
        Note::NotCommitted { at, why } => not_committed(id, at, why),
        Note::LearnsCommit { index } => {
            detail(format!("{id} learns that everything up to entry {index} is committed.")).see("§5.3")
        }
    };
    line.of(id)
}

fn refuses_append(id: ServerId, from: ServerId, reason: &AppendRefusal) -> Line {
    match reason {
        AppendRefusal::StaleTerm { theirs, ours } => {
            let why = format!("it is of term {theirs}, and the term is {ours} by now");
            story(format!("{id} refuses {from}'s AppendEntries: {why}.")).see("§5.1")
        }
        AppendRefusal::Missing { previous, last } => {
            let why = if *last == Index(0) { String::from("is empty") } else { format!("ends at entry {last}") };
            story(format!("{id} refuses {from}'s AppendEntries after {previous}: its own log {why}.")).see("§5.3")
        }
        AppendRefusal::Conflict { previous, ours } => {
            let why = format!("its own entry {} is of term {ours}", previous.index);
            story(format!("{id} refuses {from}'s AppendEntries after {previous}: {why}.")).see("§5.3")
        }
    }
}

fn not_committed(id: ServerId, at: &Position, why: &NotYet) -> Line {
    match why {
        NotYet::TooFewCopies { have, need } => {
            let servers = if *have == 1 { "server" } else { "servers" };
            let why = format!("it is on {have} {servers}, and {need} are needed");
            detail(format!("{id} does not commit entry {at} yet: {why}.")).see("§5.3")
        }
        NotYet::OldTerm { entry, current } => {
            story(format!("{id} does not commit entry {at}, although it is on a majority."))
                .because(format!("It is of term {entry}; a leader counts only entries of its own term, {current}."))
                .see("§5.4.2")
        }
    }
}

fn hold_rule(words: &str) -> String {
    match words.split_once(' ') {
        Some(("hold", which)) => format!("From now on held: {which}."),
        Some(("release", which)) => format!("No longer held: {which}."),
        _ => format!("From now on: {words}."),
    }
}

fn lost(trip: &Trip, loss: Loss) -> Line {
    let what = message(trip);
    match loss {
        Loss::Chance => detail(format!("{what} is lost.")),
        Loss::Cut => detail(format!("{what} is lost: the link is cut.")),
        Loss::Down => detail(format!("{what} is lost: {} is down.", trip.to)),
        Loss::Dropped => story(format!("{what} is dropped.")),
    }
}

fn ended(operation: &str, verdict: &Verdict) -> String {
    match verdict {
        Verdict::Ok(Outcome::Done) => format!("is told: {operation} is done."),
        Verdict::Ok(Outcome::Value(Some(value))) => format!("is told: {operation} gives {value}."),
        Verdict::Ok(Outcome::Value(None)) => format!("is told: {operation} gives nothing, it was never set."),
        Verdict::Ok(Outcome::Mismatch(Some(value))) => format!("is told: {operation} failed, the value is {value}."),
        Verdict::Ok(Outcome::Mismatch(None)) => format!("is told: {operation} failed, there is no value."),
        Verdict::Failed => format!("is told: {operation} was refused and did not happen."),
        Verdict::Unknown => format!("gives up: whether {operation} happened, or still will, it cannot know."),
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

fn healed(links: &[(ServerId, ServerId)]) -> String {
    match links {
        [] => String::from("All links are mended."),
        [(from, to)] => format!("Messages pass from {from} to {to} again."),
        [(from, to), ..] => format!("The link between {from} and {to} is mended."),
    }
}

fn parted(groups: &[Vec<ServerId>]) -> String {
    groups.iter().map(|group| names(group)).collect::<Vec<_>>().join(" | ")
}

/// `S1`, `S1 and S2`, `S1, S2 and S3`.
fn names(servers: &[ServerId]) -> String {
    let names: Vec<String> = servers.iter().map(ServerId::to_string).collect();
    match names.as_slice() {
        [] => String::from("nobody"),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Where a log ends: `ends at 4@2`, or `empty`.
fn log_end(last: Position) -> String {
    if last == Position::default() { String::from("empty") } else { format!("ends at {last}") }
}

fn entries(first: Index, last: Index) -> String {
    if first == last { format!("entry {first}") } else { format!("entries {first} to {last}") }
}

fn routine(text: String) -> Line {
    Line { text, why: None, section: None, server: None, weight: Weight::Routine }
}

fn detail(text: String) -> Line {
    Line { weight: Weight::Detail, ..routine(text) }
}

fn story(text: String) -> Line {
    Line { weight: Weight::Story, ..routine(text) }
}

impl Line {
    fn because(self, why: String) -> Line {
        Line { why: Some(why), ..self }
    }

    fn see(self, section: &'static str) -> Line {
        Line { section: Some(section), ..self }
    }

    fn of(self, server: ServerId) -> Line {
        Line { server: Some(server), ..self }
    }
}

impl Place {
    /// The server, if it is one.
    pub fn server(self) -> Option<ServerId> {
        match self {
            Place::Server(id) => Some(id),
            Place::Client(_) => None,
        }
    }
}
