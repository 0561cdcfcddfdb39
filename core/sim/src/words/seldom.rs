//! What a server decided, of what most runs have none of: asking first and handing over (thesis
//! §9.6, §3.10), snapshots (§7), changes of the cluster (§6), streams, reads without an entry (thesis
//! §6.4). A page that is opened for the first time does without these words.

use alloc::string::String;

use raft_core::{Confirmed, Index, Membership, NoChange, Note, Position, ServerId};

use super::decisions::vote_refusal;
use super::{Line, detail, members, story};

#[inline(never)]
pub(super) fn told(id: ServerId, note: &Note) -> Line {
    let line = match note {
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
        _ => unreachable!("the words of what is frequent stand with the other decisions"),
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
