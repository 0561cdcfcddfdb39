//! The fields of one server or one message, each with its name, its value and what it means.

use raft_core::{Index, Message, RoleName, ServerId, State, Time};
use raft_sim::fault::Pace;
use raft_sim::host::Server;
use raft_sim::network::{Flight, Loss, Parcel, Reply};
use raft_sim::words::vote_refusal;

use crate::words;

/// A field: its name, its value, and what it means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// As the paper or the code of the core calls it.
    pub name: &'static str,
    /// What it is now.
    pub value: String,
    /// What it means, or nothing.
    pub why: &'static str,
}

fn field(name: &'static str, value: impl Into<String>, why: &'static str) -> Field {
    Field { name, value: value.into(), why }
}

/// What a server knows, keeps on disk and waits for.
pub fn of_server(server: &Server, now: Time) -> Vec<Field> {
    let vote = server.voted_for().map_or("nobody".to_owned(), |to| to.to_string());
    let log = server.log().last();
    let mut fields = vec![
        field("currentTerm", server.term().to_string(), "on disk"),
        field("votedFor", vote, "in this term; on disk"),
        field("last entry", if log.index == Index(0) { "none".to_owned() } else { log.to_string() }, "index @ term"),
    ];
    if let Some(view) = server.view() {
        fields.push(field("on disk up to", view.durable.to_string(), ""));
        fields.push(field("commitIndex", view.commit.to_string(), "known to be committed"));
        fields.push(field("lastApplied", view.applied.to_string(), "carried out by the state machine"));
        fields.push(field(
            "leader",
            view.leader.map_or("unknown".to_owned(), |id| id.to_string()),
            "as far as it knows",
        ));
        if matches!(view.role, RoleName::PreCandidate | RoleName::Candidate) {
            fields.push(field("votes", words::list(view.votes), "counted so far"));
        }
    } else {
        fields.push(field("in memory", "nothing", "what is not on disk is lost in a crash"));
    }
    if server.pace() != Pace::TRUE {
        fields.push(field("clock", server.pace().to_string(), "its timers go by it"));
    }
    let pending = server.pending_reads();
    if pending > 0 {
        fields.push(field("pending reads", pending.to_string(), "not answered yet"));
    }
    if let Some(due) = server.read_lease() {
        let left = format!("{} left", words::length(due.since(now)));
        fields.push(field("read lease", left, "until then it need not ask before it reads"));
    }
    if let Some((since, due)) = server.election_timer() {
        let left = format!("{} of {}", words::length(due.since(now)), words::length(due.since(since)));
        fields.push(field("election timer", left, "left"));
    }
    if let Some((_, due)) =
        server.heartbeat_timer().filter(|_| server.view().is_some_and(|v| v.role == RoleName::Leader))
    {
        fields.push(field("next heartbeat", format!("in {}", words::length(due.since(now))), ""));
    }
    fields
}

/// What a leader knows of the others: server, nextIndex, matchIndex, what is unanswered.
pub fn followers(server: &Server) -> Vec<[String; 4]> {
    let Some(view) = server.view() else { return Vec::new() };
    let rows = view.followers.iter().map(|p| {
        let open = match &p.state {
            State::Probe { in_flight: None } => "–".to_owned(),
            State::Probe { in_flight: Some(sent) } => format!("up to {}", sent.last),
            State::Replicate { window } => format!("{} on their way", window.messages()),
            State::Stream { window, .. } => format!("stream, {} on their way", window.messages()),
            State::Snapshot { snapshot, offset, .. } => {
                format!("snapshot up to {}, {offset} of {} bytes", snapshot.last.index, snapshot.image.len())
            }
        };
        [p.server.to_string(), p.next.to_string(), p.matched.to_string(), open]
    });
    rows.collect()
}

/// What a message is, in a headline, and all that stands in it.
pub fn of_message(flight: &Flight, now: Time) -> (String, Vec<Field>) {
    let head = format!("{} {} → {}", words::capital(words::kind(flight.kind())), flight.from, flight.to);
    let mut fields = vec![field("sent", words::moment(flight.sent), "")];
    let fate = match (flight.lost, flight.held) {
        (Some(Loss::Chance), _) => ("never", "the network loses it"),
        (Some(Loss::Cut), _) => ("never", "the link is cut"),
        (Some(Loss::Down), _) => ("never", "the receiver is down"),
        (Some(Loss::Dropped), _) => ("never", "it was dropped"),
        (None, Some(_)) => ("when it is let go", "held"),
        (None, None) => ("", ""),
    };
    if fate.0.is_empty() {
        fields.push(field("arrives", format!("in {}", words::length(flight.due.since(now))), ""));
    } else {
        fields.push(field("arrives", fate.0, fate.1));
    }
    fields.push(field("size", format!("{} bytes", flight.parcel.size()), "about"));
    match &flight.parcel {
        Parcel::Raft(envelope) => {
            fields.push(field("term", envelope.term.to_string(), "the sender’s"));
            of_raft(&envelope.message, envelope.from, &mut fields);
        }
        Parcel::Request { serial, operation, .. } => {
            fields.push(field("asks", operation.to_string(), ""));
            fields.push(field("serial number", serial.to_string(), "a retry has the same"));
        }
        Parcel::Answer { reply, .. } => fields.push(match reply {
            Reply::Outcome(outcome) => field("answers", words::outcome(outcome), "applied"),
            Reply::NotLeader(Some(leader)) => field("answers", format!("ask {leader}"), "it does not lead"),
            Reply::NotLeader(None) => field("answers", "not the leader", "and it knows none"),
        }),
    }
    (head, fields)
}

fn of_raft(message: &Message, from: ServerId, fields: &mut Vec<Field>) {
    match message {
        Message::RequestPreVote { next, last } => {
            fields.push(field("nextTerm", next.to_string(), "the term that it would stand in"));
            fields.push(field("lastLog", last.to_string(), "index @ term"));
        }
        Message::PreVoteReply { refused: None, .. } => fields.push(field("wouldVote", "yes", "")),
        Message::PreVoteReply { refused: Some(reason), .. } => {
            fields.push(field("wouldVote", "no", ""));
            let (why, section) = vote_refusal(from, reason);
            fields.push(field("because", why, section));
        }
        Message::TimeoutNow => fields.push(field("asks", "stand for election at once", "")),
        Message::RequestVote { last, .. } => {
            fields.push(field("last entry", last.to_string(), "voters refuse a log that is behind theirs"));
        }
        Message::RequestVoteReply { refused: None } => fields.push(field("voteGranted", "yes", "")),
        Message::RequestVoteReply { refused: Some(reason) } => {
            fields.push(field("voteGranted", "no", ""));
            let (why, section) = vote_refusal(from, reason);
            fields.push(field("because", why, section));
        }
        Message::AppendEntries { previous, entries, commit, .. }
        | Message::StreamEntries { previous, entries, commit, .. } => {
            fields.push(field("previous entry", previous.to_string(), "must be in the follower’s log"));
            let said: Vec<String> = entries
                .iter()
                .take(6)
                .map(|e| format!("{}@{}", raft_sim::machine::caption(&e.payload), e.term))
                .collect();
            let more = entries.len().saturating_sub(6);
            let listed = match (entries.len(), more) {
                (0, _) => "none: a heartbeat".to_owned(),
                (_, 0) => said.join(", "),
                _ => format!("{} and {more} more", said.join(", ")),
            };
            fields.push(field("entries", listed, ""));
            fields.push(field("leaderCommit", commit.to_string(), ""));
        }
        Message::AppendAccepted { matched, .. } | Message::StreamAck { matched, .. } => {
            fields.push(field("success", "yes", ""));
            fields.push(field("agrees up to", matched.to_string(), "and is on disk up to there"));
        }
        Message::AppendRefused { previous, last, .. } => {
            fields.push(field("success", "no", ""));
            fields.push(field("does not have", format!("entry {previous} like that"), ""));
            fields.push(field("its log ends at", last.to_string(), ""));
        }
        Message::InstallSnapshot { last, offset, of, piece, .. } => {
            fields.push(field("lastIncluded", last.to_string(), "index @ term"));
            fields.push(field("piece", format!("bytes {offset} to {} of {of}", offset + piece.len()), ""));
        }
        Message::PieceAccepted { last, received, .. } => {
            fields.push(field("lastIncluded", last.to_string(), "index @ term"));
            fields.push(field("has", format!("{received} bytes"), "of the snapshot"));
        }
        Message::ReadIndex { .. } => fields.push(field("asks", "how far to apply before a read", "")),
        Message::ReadIndexReply { index: Some(index), .. } => {
            fields.push(field("readIndex", index.to_string(), "apply up to there, then read"));
        }
        Message::ReadIndexReply { index: None, .. } => fields.push(field("readIndex", "none", "it does not lead")),
        Message::Heartbeat { commit, sent, .. } => {
            fields.push(field("commit", commit.to_string(), "cut to what is verified on the stream"));
            fields.push(field(
                "sent",
                sent.map_or("no stream".into(), |sent| sent.to_string()),
                "the last entry put on the stream",
            ));
        }
        Message::HeartbeatReply { verified, .. } => {
            fields.push(field("verified", verified.to_string(), "on this leader’s stream in this term"));
        }
        Message::StreamOpen { epoch, last } => {
            fields.push(field("stream", epoch.to_string(), "the follower’s count in this term"));
            fields.push(field("begin after", last.to_string(), "index @ term"));
        }
        Message::StreamReset { at, .. } => fields.push(field("try after", at.to_string(), "index @ term")),
    }
}
