//! What a server decided, and why.

use alloc::string::String;

use raft_core::{AppendRefusal, Cause, Index, NotYet, Note, Position, ServerId, StepDown, VoteRefusal};

use super::{Line, detail, entries, log_end, names, seldom, story};

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

pub(super) fn decided(id: ServerId, note: &Note) -> Line {
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
        Note::StepsDown { reason: StepDown::Removed, .. } => {
            story(format!("{id} leads no longer: it is not a voter of the committed configuration."))
                .because(String::from("It led just until that configuration was committed."))
                .see("§6")
        }
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
        Note::ProbesAgain { follower, next } => {
            story(format!("{id} sends to {follower} one message at a time again, from entry {next} on."))
                .because(String::from("What it sent before its last heartbeats was not answered, but they were."))
                .see("thesis §10.2.1")
        }
        Note::DoesNotStand
        | Note::AsksFirst { .. }
        | Note::WouldVote { .. }
        | Note::WouldNotVote { .. }
        | Note::CountsPreVote { .. }
        | Note::IgnoresCandidate { .. }
        | Note::KeepsPromise { .. }
        | Note::HandsOver { .. }
        | Note::TellsToStand { .. }
        | Note::GivesUpTransfer { .. }
        | Note::RefusesCommand { .. }
        | Note::TakesSnapshot { .. }
        | Note::SendsSnapshot { .. }
        | Note::InstallsSnapshot { .. }
        | Note::IgnoresSnapshot { .. }
        | Note::ChangesMembers { .. }
        | Note::RefusesChange { .. }
        | Note::HasMembers { .. }
        | Note::CatchesUp { .. }
        | Note::GivesUpCatchUp { .. }
        | Note::AsksForStream { .. }
        | Note::OpensStream { .. }
        | Note::ResetsStream { .. }
        | Note::StreamBreaks { .. }
        | Note::StreamIsStuck
        | Note::HoldsRead { .. }
        | Note::ReadTooEarly { .. }
        | Note::AnswersRead { .. }
        | Note::ForwardsRead { .. }
        | Note::FailsRead { .. } => {
            return seldom::told(id, note);
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
