//! The words that stand for a value, and the nearest one to a slip.

use alloc::vec;

use super::ast::{Compare, Field, MessageKind, State};
use super::explained;

pub(super) const KINDS: &[(MessageKind, &str, &str)] = &[
    (MessageKind::PreVote, "pre-vote", explained("RequestPreVote: would you vote for me?")),
    (MessageKind::PreVoteReply, "pre-vote-reply", explained("the answer to RequestPreVote")),
    (MessageKind::Vote, "vote", explained("RequestVote")),
    (MessageKind::VoteReply, "vote-reply", explained("the answer to RequestVote")),
    (MessageKind::Append, "append", explained("AppendEntries with entries")),
    (MessageKind::AppendReply, "append-reply", explained("the answer to AppendEntries, with entries or without")),
    (MessageKind::Heartbeat, "heartbeat", explained("AppendEntries without entries")),
    (MessageKind::Snapshot, "snapshot", explained("a piece of InstallSnapshot")),
    (MessageKind::SnapshotReply, "snapshot-reply", explained("the answer to a piece that is not the last")),
    (MessageKind::ReadIndex, "read-index", explained("a follower asks how far it must apply to answer a read")),
    (MessageKind::ReadIndexReply, "read-index-reply", explained("the answer to it")),
    (MessageKind::HeartbeatReply, "heartbeat-reply", explained("the answer to a heartbeat that is apart from the log")),
    (
        MessageKind::StreamOpen,
        "stream-open",
        explained("a follower asks for a stream, or is told to look further back"),
    ),
    (MessageKind::Stream, "stream", explained("entries on a stream")),
    (MessageKind::StreamAck, "stream-ack", explained("the answer to them")),
    (MessageKind::TimeoutNow, "timeout-now", explained("a leader hands over")),
    (MessageKind::Request, "request", explained("what a client asks")),
    (MessageKind::Answer, "answer", explained("what a client is answered")),
];

pub(super) const STATES: &[(State, &str, &str)] = &[
    (State::Leader, "leader", explained("it leads")),
    (State::Follower, "follower", explained("it follows")),
    (State::PreCandidate, "pre-candidate", explained("it asks whether it would get votes")),
    (State::Candidate, "candidate", explained("it asks for votes")),
    (State::Learner, "learner", explained("it listens and does not vote, by its own configuration")),
    (State::Down, "down", explained("it crashed")),
    (State::Paused, "paused", explained("it stands still, its memory kept")),
];

pub(super) const FIELDS: &[(Field, &str, &str)] = &[
    (Field::Term, "term", "current term"),
    (Field::Commit, "commit", "commit index"),
    (Field::Applied, "applied", "index up to which it has applied"),
];

pub(super) const COMPARISONS: &[(Compare, &str, &str)] = &[
    (Compare::Eq, "=", "equal"),
    (Compare::Ne, "!=", "not equal"),
    (Compare::Lt, "<", "less"),
    (Compare::Le, "<=", "less or equal"),
    (Compare::Gt, ">", "greater"),
    (Compare::Ge, ">=", "greater or equal"),
];

/// Words that follow a server in a predicate, or join predicates, and so cannot be keys.
#[rustfmt::skip]
pub(super) const RESERVED: &[&str] = &[
    "is", "follows", "term", "vote", "commit", "applied", "log", "last", "config", "and", "or", "not", "within",
];

/// The value that a word stands for.
pub(super) fn find<T: Copy>(table: &[(T, &str, &str)], word: &str) -> Option<T> {
    table.iter().find(|(_, name, _)| *name == word).map(|(value, _, _)| *value)
}

/// The word that stands for a value.
pub(super) fn name<T: Copy + PartialEq>(table: &[(T, &'static str, &str)], value: T) -> &'static str {
    table.iter().find(|(of, _, _)| *of == value).map(|(_, name, _)| *name).expect("the table has every value")
}

pub(super) fn names<'a, T>(table: &'a [(T, &'static str, &str)]) -> impl Iterator<Item = &'static str> + 'a {
    table.iter().map(|(_, name, _)| *name)
}

/// The candidate that a slip probably meant: a third of its letters may be wrong, at least one.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > 24 {
        return None;
    }
    let lower = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (distance(&lower, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.len() / 3).max(1) && *distance < candidate.len())
        .min_by_key(|(distance, candidate)| (*distance, !candidate.starts_with(&lower)))
        .map(|(_, candidate)| candidate)
}

/// How many letters to add, remove, replace or swap with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let (mut before, mut last) = (vec![0; b.len() + 1], (0..=b.len()).collect::<vec::Vec<usize>>());
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        (before, last) = (last, row);
    }
    last[b.len()]
}
