//! What a server decided, and why.

use alloc::string::String;

use raft_core::{
    AppendRefusal, Cause, Confirmed, Index, Membership, NoChange, NotYet, Note, Position, ServerId, StepDown,
    VoteRefusal,
};

use super::{Line, detail, entries, log_end, members, names, story};

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
        Note::DoesNotStand => detail(format!("{id}'s election timer runs out; it has no vote, and does not stand."))
            .because(String::from("No configuration that it knows of lets it vote."))
            .see("§6"),
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
        Note::KeepsPromise { from } => story(format!("{id} ignores {from}'s request for a vote."))
            .because(String::from("A leader that it may have answered a moment ago counts on that for its lease."))
            .see("thesis §6.4.1"),
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
        Note::TakesSnapshot { last, base } => {
            let kept = if *base == last.index { "" } else { ", of which it keeps the end for slow followers" };
            story(format!("{id} takes a snapshot: it stands for the log up to {last}{kept}.")).see("§7")
        }
        Note::SendsSnapshot { to, last } => story(format!("{id} sends {to} its snapshot up to {last}."))
            .because(format!("The entries that {to} needs next are gone from its log."))
            .see("§7"),
        Note::InstallsSnapshot { last, kept } => story(format!("{id} installs the snapshot up to {last}."))
            .because(String::from(match kept {
                true => "Its log has that very entry, so what follows it stays.",
                false => "Its log does not have that entry, so all of it goes.",
            }))
            .see("§7"),
        Note::IgnoresSnapshot { last, commit } => {
            story(format!("{id} ignores a snapshot up to {last}: it knows more, up to {commit}, to be committed."))
                .see("§7")
        }
        Note::ChangesMembers { at, membership } => changes_members(id, *at, membership),
        Note::RefusesChange { why } => {
            let (why, section) = no_change(why);
            story(format!("{id} does not change the cluster: {why}.")).see(section)
        }
        Note::HasMembers { index, membership } if *index == Index(0) => {
            detail(format!("{id} is back at the configuration of the start: {}.", members(membership))).see("§6")
        }
        Note::HasMembers { index, membership } => {
            detail(format!("{id} now goes by the configuration of entry {index}: {}.", members(membership)))
                .see("thesis §4.1")
        }
        Note::CatchesUp { server, round, to } => {
            story(format!("{id} brings {server} up to date before it votes: round {round}, up to entry {to}."))
                .see("thesis §4.2.1")
        }
        Note::GivesUpCatchUp { server } => {
            story(format!("{id} gives {server} up: it does not catch up. It goes on listening.")).see("thesis §4.2.1")
        }
        Note::AsksForStream { of, after, epoch } => story(format!(
            "{id} asks {of} for a stream of entries after {} (its stream {epoch} in this term).",
            place(*after)
        )),
        Note::OpensStream { with, after } => {
            story(format!("{id} opens the stream with {with}: both logs agree up to {}.", place(*after)))
        }
        Note::ResetsStream { to, at } => {
            story(format!("{id} lets {to} look further back, at {}: its own log does not hold that place.", place(*at)))
        }
        Note::StreamBreaks { missing } => {
            story(format!("{id} finds its stream broken: entry {missing} has not come, later ones have."))
        }
        Note::StreamIsStuck => {
            story(format!("{id} has waited in vain for what is to come on its stream, and opens it anew."))
        }
        Note::HoldsRead { index, round } => {
            detail(format!("{id} will answer a read at entry {index} when a majority answers heartbeat round {round}."))
                .see("thesis §6.4")
        }
        Note::ReadTooEarly { term } => {
            story(format!("{id} makes a read wait: it has not committed an entry of its term {term} yet."))
                .because(String::from("Until then it cannot know all that is committed."))
                .see("thesis §6.4")
        }
        Note::AnswersRead { index, by } => {
            let (by, section) = match by {
                Confirmed::Round(round) => (format!("a majority has answered heartbeat round {round}"), "thesis §6.4"),
                Confirmed::Lease => {
                    (String::from("a majority answered lately and votes for nobody else yet"), "thesis §6.4.1")
                }
                Confirmed::Alone => (String::from("it is the only voter"), "thesis §6.4"),
            };
            story(format!("{id} lets a read be answered at entry {index}: {by}.")).see(section)
        }
        Note::ForwardsRead { leader } => {
            story(format!("{id} asks {leader}, its leader, how far to apply before it answers a read."))
                .see("thesis §6.4")
        }
        Note::FailsRead { leader: Some(leader) } => {
            story(format!("{id} cannot answer a read: {leader} leads now.")).see("thesis §6.4")
        }
        Note::FailsRead { leader: None } => {
            story(format!("{id} cannot answer a read: it knows no leader.")).see("thesis §6.4")
        }
    };
    line.of(id)
}

/// A place of a log: `4@2`, or its start.
fn place(position: Position) -> String {
    if position == Position::default() { String::from("the start") } else { format!("{position}") }
}

fn changes_members(id: ServerId, at: Position, membership: &Membership) -> Line {
    let line = story(format!("{id} appends a new configuration as entry {at}: {}.", members(membership)));
    let why = if membership.is_joint() {
        "Joint consensus: until it ends, a majority of the new and one of the old must agree."
    } else {
        "It counts from now on, committed or not."
    };
    line.because(String::from(why)).see("§6")
}

fn no_change(why: &NoChange) -> (String, &'static str) {
    match why {
        NoChange::Pending { index } => {
            (format!("the configuration of entry {index} is not committed yet"), "thesis §4.1")
        }
        NoChange::TooEarly { term } => {
            (format!("it has not committed an entry of its own term {term} yet"), "thesis §4.1")
        }
        NoChange::Joint => (String::from("joint consensus must end first"), "§6"),
        NoChange::NotJoint => (String::from("there is no joint consensus to end"), "§6"),
        NoChange::Same => (String::from("it is so already"), "§6"),
        NoChange::NobodyVotes => (String::from("nobody would vote"), "§6"),
        NoChange::NotALearner { server } => {
            (format!("{server} does not listen, so it cannot be promoted"), "thesis §4.2.1")
        }
        NoChange::CatchingUp { server } => (format!("{server} is catching up"), "thesis §4.2.1"),
    }
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
