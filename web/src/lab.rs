//! The rules of Raft as the page lists them, each with its switch, and the two facts that clash when
//! a promise falls. Plain data; `ui::rules` and `ui::fall` show it.

use raft_core::{Index, Note, ServerId, Term, Time};
use raft_sim::bugs::Bug;
use raft_sim::checker::{Clash, Promise, Violation};
use raft_sim::footing::Slip;
use raft_sim::record::{Record, What};
use raft_sim::words::{footing, line, title};

use crate::linked::Fact;

/// What rules are about, and their names.
pub type Topic = (&'static str, &'static [&'static str]);

/// The rules by what they are about, those of one topic in the order of the paper. None is missing.
pub const TOPICS: &[Topic] = &[
    (
        "Votes and elections",
        &[
            "double-vote",
            "vote-reset-same-term",
            "votes-counted-by-message",
            "no-uptodate-check",
            "last-term-is-current-on-restart",
            "uptodate-by-length",
            "stale-leader-ignored",
            "no-check-quorum",
            "prevote-bumps-term",
            "prevote-ignores-lease",
            "prevote-reject-term-ignored",
            "transfer-to-lagging",
        ],
    ),
    (
        "What is on disk",
        &[
            "vote-not-persisted",
            "term-not-persisted",
            "send-before-fsync",
            "ack-before-fsync",
            "self-ack-before-fsync",
            "crash-truncates-to-commit",
        ],
    ),
    (
        "Logs that agree",
        &[
            "no-prev-check",
            "truncate-always",
            "nack-sets-match",
            "match-kept-across-terms",
            "stream-ack-unverified",
            "stream-no-handshake-check",
        ],
    ),
    ("What is committed", &["commit-clamped-to-own-last", "commit-old-term", "heartbeat-commit-unclamped", "no-noop"]),
    (
        "Changes of the cluster",
        &[
            "direct-config-jump",
            "joint-new-majority-only",
            "conf-before-current-term-commit",
            "concurrent-conf-changes",
            "campaign-with-unapplied-conf",
            "set-peers-everywhere",
            "removed-leader-stays",
            "learner-never-votes",
            "auto-leave-by-proposer-only",
        ],
    ),
    ("Snapshots", &["old-snapshot-installed", "snapshot-without-sessions", "snapshot-keeps-conflict"]),
    (
        "Clients and reads",
        &[
            "no-dedup",
            "read-before-current-term-commit",
            "read-without-quorum",
            "lease-not-checked",
            "vote-ignores-lease",
        ],
    ),
];

/// The rules of a topic.
pub fn rules_of(topic: usize) -> impl Iterator<Item = Bug> {
    TOPICS.get(topic).into_iter().flat_map(|(_, names)| names.iter()).filter_map(|name| Bug::find(name))
}

/// What falls without a rule.
pub fn falls(bug: Bug) -> String {
    match bug.row().breaks {
        Some(promise) => format!("{} falls.", title(promise)),
        None => "The cluster stops to get on.".into(),
    }
}

/// Whether a rule is looked for: all words are somewhere in what is said of it, in either language.
pub fn is_found(bug: Bug, topic: &str, search: &str, said: impl Fn(&str) -> String) -> bool {
    let row = bug.row();
    let falls = falls(bug);
    let shown = [row.rule, row.instead, &falls, topic];
    let there = shown.iter().map(|text| said(text)).chain([row.name, row.section, row.seen].map(str::to_owned));
    let there = there.chain(shown.map(str::to_owned)).collect::<Vec<_>>().join(" ").to_lowercase();
    search.to_lowercase().split_whitespace().all(|word| there.contains(word))
}

/// The rules that are off, with this one switched.
pub fn switched(off: &[Bug], bug: Bug) -> Vec<Bug> {
    let mut all: Vec<Bug> = off.iter().copied().filter(|other| *other != bug).collect();
    if all.len() == off.len() {
        all.push(bug);
    }
    all
}

/// A promise that fell: what cannot be true together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fall {
    /// The promise.
    pub promise: Promise,
    /// When.
    pub at: Time,
    /// What was so, and what is so, too.
    pub sides: [Side; 2],
    /// What the promises rest on and what gave way before.
    pub before: Vec<Side>,
}

/// One of two facts that clash.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Side {
    /// The fact, in words.
    pub text: String,
    /// What it is about: lit when it is chosen.
    pub fact: Option<Fact>,
    /// When it came to be so, and by which event, as far as that is still known.
    pub since: Option<(Time, u64)>,
}

impl Fall {
    /// A broken promise, where its two facts came from, and what gave way before it.
    pub fn of(violation: &Violation, slips: &[Slip], records: &[Record]) -> Fall {
        let seen = |what: &dyn Fn(&What) -> bool| {
            records.iter().find(|record| what(&record.what)).map(|record| (record.at, record.event))
        };
        let itself = seen(&|what| matches!(what, What::Violates(other) if **other == *violation));
        let leads = |id: ServerId, of: Term| {
            seen(
                &|what| matches!(what, What::Decided(server, Note::Leads { term, .. }) if *server == id && *term == of),
            )
        };
        let applied = |index: Index| {
            seen(&|what| matches!(what, What::Applied { first, last, .. } if *first <= index && index <= *last))
        };
        let side = |text: String, fact, since| Side { text, fact, since };
        let server = |id: ServerId| Some(Fact::Server(id));
        let sides = match &violation.clash {
            Clash::TwoLeaders { term, first, second } => [
                side(format!("{first} leads term {term}."), server(*first), leads(*first, *term)),
                side(format!("{second} leads term {term}, too."), server(*second), itself),
            ],
            Clash::LeaderRewrites { leader, from } => {
                let led = records
                    .iter()
                    .rev()
                    .filter(|record| record.at <= violation.at)
                    .find(|record| matches!(record.what, What::Decided(id, Note::Leads { .. }) if id == *leader));
                let led = led.map(|record| (record.at, record.event));
                [
                    side(format!("{leader} leads, and a leader only adds to its log."), server(*leader), led),
                    side(format!("{leader} changes its own entry {from}."), server(*leader), itself),
                ]
            }
            Clash::LogsDisagree { at, server: by } => [
                side(format!("A leader made the entry {at}."), Some(Fact::Entry(*at)), None),
                side(format!("{by} stores another one there, or after another one."), server(*by), itself),
            ],
            Clash::LeaderLacks { leader, term, entry, committed_in } => {
                let committed = applied(entry.index);
                // Either may be the later one.
                let led = leads(*leader, *term);
                [
                    side(
                        format!("Entry {entry} was committed in term {committed_in}."),
                        Some(Fact::Entry(*entry)),
                        committed,
                    ),
                    side(format!("{leader} leads term {term} without it."), server(*leader), led.or(itself)),
                ]
            }
            Clash::StatesDiffer { index, server: by } => [
                side(format!("What was committed up to entry {index} makes one state."), None, applied(*index)),
                side(format!("{by}'s snapshot up to there holds another."), server(*by), itself),
            ],
            Clash::DoneTwice { client, serial, server: by, first, second } => [
                side(
                    format!("{client}'s request {serial} was done at index {first}."),
                    Some(Fact::Client(*client)),
                    applied(*first),
                ),
                side(format!("{by} carries it out again at index {second}."), server(*by), itself),
            ],
            Clash::AppliedDifferently { index, server: by, first, second } => [
                side(format!("An entry of term {first} was applied at index {index}."), None, applied(*index)),
                side(format!("{by} applies one of term {second} there."), server(*by), itself),
            ],
            Clash::StaleRead { server: by, client, applied: up_to, missed } => [
                side(format!("A client was told that the write at entry {missed} is done."), None, applied(*missed)),
                side(
                    format!("{by} answers {client}'s later read from entries up to {up_to}."),
                    Some(Fact::Client(*client)),
                    itself,
                ),
            ],
        };
        let before = slips.iter().filter(|slip| slip.at <= violation.at).map(|slip| gave_way(slip, records)).collect();
        Fall { promise: violation.promise(), at: violation.at, sides, before }
    }
}

/// What gave way, and the first event of that time that is about that server.
fn gave_way(slip: &Slip, records: &[Record]) -> Side {
    let server = slip.what.server();
    let then = records.iter().filter(|record| record.at == slip.at);
    let mut of_it = then.filter(|record| server.is_none() || line(record).server == server);
    let since = of_it.next().map(|record| (record.at, record.event));
    Side { text: footing::lapse(&slip.what), fact: server.map(Fact::Server), since }
}

#[cfg(test)]
mod tests;
