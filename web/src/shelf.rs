//! The scenarios that come with the page, compiled in: they open without a further request.

use raft_sim::scenario::{Scenario, parse};

/// A scenario that comes with the page.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// Its name in `#demo=NAME`.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// All of them, in the order in which they are offered.
pub const SHIPPED: &[Shipped] = &[
    shipped("terms", include_str!("../../www/scenarios/terms.raft")),
    shipped("first-election", include_str!("../../www/scenarios/first-election.raft")),
    shipped("leader-crash", include_str!("../../www/scenarios/leader-crash.raft")),
    shipped("split-vote", include_str!("../../www/scenarios/split-vote.raft")),
    shipped("repeated-split", include_str!("../../www/scenarios/repeated-split.raft")),
    shipped("write-and-commit", include_str!("../../www/scenarios/write-and-commit.raft")),
    shipped("minority-leader-and-heal", include_str!("../../www/scenarios/minority-leader-and-heal.raft")),
    shipped("longer-log", include_str!("../../www/scenarios/longer-log.raft")),
    shipped("figure-6", include_str!("../../www/scenarios/figure-6.raft")),
    shipped("figure-7", include_str!("../../www/scenarios/figure-7.raft")),
    shipped("figure-8", include_str!("../../www/scenarios/figure-8.raft")),
    shipped("deposed-leader-commits", include_str!("../../www/scenarios/deposed-leader-commits.raft")),
    shipped("delayed-append", include_str!("../../www/scenarios/delayed-append.raft")),
    shipped("disruptive-server", include_str!("../../www/scenarios/disruptive-server.raft")),
    shipped("removed-server", include_str!("../../www/scenarios/removed-server.raft")),
    shipped("pre-vote", include_str!("../../www/scenarios/pre-vote.raft")),
    shipped("pre-vote-alone", include_str!("../../www/scenarios/pre-vote-alone.raft")),
    shipped("check-quorum", include_str!("../../www/scenarios/check-quorum.raft")),
    shipped("one-way-link", include_str!("../../www/scenarios/one-way-link.raft")),
    shipped("quorum-loss", include_str!("../../www/scenarios/quorum-loss.raft")),
    shipped("constrained-election", include_str!("../../www/scenarios/constrained-election.raft")),
    shipped("chained", include_str!("../../www/scenarios/chained.raft")),
    shipped("two-servers", include_str!("../../www/scenarios/two-servers.raft")),
    shipped("even-sizes", include_str!("../../www/scenarios/even-sizes.raft")),
    shipped("three-by-three", include_str!("../../www/scenarios/three-by-three.raft")),
    shipped("transfer", include_str!("../../www/scenarios/transfer.raft")),
    shipped("transfer-lagging", include_str!("../../www/scenarios/transfer-lagging.raft")),
    shipped("pipelining", include_str!("../../www/scenarios/pipelining.raft")),
    shipped("slow-follower", include_str!("../../www/scenarios/slow-follower.raft")),
    shipped("streaming-heartbeats", include_str!("../../www/scenarios/streaming-heartbeats.raft")),
    shipped("streaming-stuck", include_str!("../../www/scenarios/streaming-stuck.raft")),
    shipped("snapshot-laggard", include_str!("../../www/scenarios/snapshot-laggard.raft")),
    shipped("snapshot-race", include_str!("../../www/scenarios/snapshot-race.raft")),
    shipped("joint-consensus", include_str!("../../www/scenarios/joint-consensus.raft")),
    shipped("joint-crash", include_str!("../../www/scenarios/joint-crash.raft")),
    shipped("two-changes-at-once", include_str!("../../www/scenarios/two-changes-at-once.raft")),
    shipped("leader-leaves", include_str!("../../www/scenarios/leader-leaves.raft")),
    shipped("learner-promotion", include_str!("../../www/scenarios/learner-promotion.raft")),
    shipped("single-server-2015-fixed", include_str!("../../www/scenarios/single-server-2015-fixed.raft")),
    shipped("slow-disk", include_str!("../../www/scenarios/slow-disk.raft")),
    shipped("lost-vote", include_str!("../../www/scenarios/lost-vote.raft")),
    shipped("lost-suffix", include_str!("../../www/scenarios/lost-suffix.raft")),
    shipped("wiped-disk", include_str!("../../www/scenarios/wiped-disk.raft")),
    shipped("stale-read", include_str!("../../www/scenarios/stale-read.raft")),
    shipped("read-index", include_str!("../../www/scenarios/read-index.raft")),
    shipped("duplicate-request", include_str!("../../www/scenarios/duplicate-request.raft")),
    shipped("unknown-outcome", include_str!("../../www/scenarios/unknown-outcome.raft")),
    shipped("lease-clock-skew", include_str!("../../www/scenarios/lease-clock-skew.raft")),
];

/// Those in which one rule of Raft is off, in the order of the paper. A list of its own: a first
/// visit loads none of their texts.
pub const BROKEN: &[Shipped] = &[
    shipped("double-vote", include_str!("../../www/scenarios/bugs/double-vote.raft")),
    shipped("vote-reset-same-term", include_str!("../../www/scenarios/bugs/vote-reset-same-term.raft")),
    shipped("votes-counted-by-message", include_str!("../../www/scenarios/bugs/votes-counted-by-message.raft")),
    shipped("vote-not-persisted", include_str!("../../www/scenarios/bugs/vote-not-persisted.raft")),
    shipped("term-not-persisted", include_str!("../../www/scenarios/bugs/term-not-persisted.raft")),
    shipped("send-before-fsync", include_str!("../../www/scenarios/bugs/send-before-fsync.raft")),
    shipped("ack-before-fsync", include_str!("../../www/scenarios/bugs/ack-before-fsync.raft")),
    shipped("self-ack-before-fsync", include_str!("../../www/scenarios/bugs/self-ack-before-fsync.raft")),
    shipped("no-prev-check", include_str!("../../www/scenarios/bugs/no-prev-check.raft")),
    shipped("truncate-always", include_str!("../../www/scenarios/bugs/truncate-always.raft")),
    shipped("commit-clamped-to-own-last", include_str!("../../www/scenarios/bugs/commit-clamped-to-own-last.raft")),
    shipped("nack-sets-match", include_str!("../../www/scenarios/bugs/nack-sets-match.raft")),
    shipped("match-kept-across-terms", include_str!("../../www/scenarios/bugs/match-kept-across-terms.raft")),
    shipped("crash-truncates-to-commit", include_str!("../../www/scenarios/bugs/crash-truncates-to-commit.raft")),
    shipped("no-uptodate-check", include_str!("../../www/scenarios/bugs/no-uptodate-check.raft")),
    shipped(
        "last-term-is-current-on-restart",
        include_str!("../../www/scenarios/bugs/last-term-is-current-on-restart.raft"),
    ),
    shipped("uptodate-by-length", include_str!("../../www/scenarios/bugs/uptodate-by-length.raft")),
    shipped("commit-old-term", include_str!("../../www/scenarios/bugs/commit-old-term.raft")),
    shipped("direct-config-jump", include_str!("../../www/scenarios/bugs/direct-config-jump.raft")),
    shipped("joint-new-majority-only", include_str!("../../www/scenarios/bugs/joint-new-majority-only.raft")),
    shipped(
        "conf-before-current-term-commit",
        include_str!("../../www/scenarios/bugs/conf-before-current-term-commit.raft"),
    ),
    shipped("concurrent-conf-changes", include_str!("../../www/scenarios/bugs/concurrent-conf-changes.raft")),
    shipped("campaign-with-unapplied-conf", include_str!("../../www/scenarios/bugs/campaign-with-unapplied-conf.raft")),
    shipped("set-peers-everywhere", include_str!("../../www/scenarios/bugs/set-peers-everywhere.raft")),
    shipped("old-snapshot-installed", include_str!("../../www/scenarios/bugs/old-snapshot-installed.raft")),
    shipped("snapshot-without-sessions", include_str!("../../www/scenarios/bugs/snapshot-without-sessions.raft")),
    shipped("no-dedup", include_str!("../../www/scenarios/bugs/no-dedup.raft")),
    shipped(
        "read-before-current-term-commit",
        include_str!("../../www/scenarios/bugs/read-before-current-term-commit.raft"),
    ),
    shipped("read-without-quorum", include_str!("../../www/scenarios/bugs/read-without-quorum.raft")),
    shipped("lease-not-checked", include_str!("../../www/scenarios/bugs/lease-not-checked.raft")),
    shipped("vote-ignores-lease", include_str!("../../www/scenarios/bugs/vote-ignores-lease.raft")),
    shipped("stream-ack-unverified", include_str!("../../www/scenarios/bugs/stream-ack-unverified.raft")),
    shipped("stream-no-handshake-check", include_str!("../../www/scenarios/bugs/stream-no-handshake-check.raft")),
    shipped("heartbeat-commit-unclamped", include_str!("../../www/scenarios/bugs/heartbeat-commit-unclamped.raft")),
    shipped("no-noop", include_str!("../../www/scenarios/bugs/no-noop.raft")),
    shipped("no-check-quorum", include_str!("../../www/scenarios/bugs/no-check-quorum.raft")),
    shipped("stale-leader-ignored", include_str!("../../www/scenarios/bugs/stale-leader-ignored.raft")),
    shipped("prevote-bumps-term", include_str!("../../www/scenarios/bugs/prevote-bumps-term.raft")),
    shipped("prevote-ignores-lease", include_str!("../../www/scenarios/bugs/prevote-ignores-lease.raft")),
    shipped("prevote-reject-term-ignored", include_str!("../../www/scenarios/bugs/prevote-reject-term-ignored.raft")),
    shipped("transfer-to-lagging", include_str!("../../www/scenarios/bugs/transfer-to-lagging.raft")),
    shipped("removed-leader-stays", include_str!("../../www/scenarios/bugs/removed-leader-stays.raft")),
    shipped("learner-never-votes", include_str!("../../www/scenarios/bugs/learner-never-votes.raft")),
    shipped("auto-leave-by-proposer-only", include_str!("../../www/scenarios/bugs/auto-leave-by-proposer-only.raft")),
    shipped("snapshot-keeps-conflict", include_str!("../../www/scenarios/bugs/snapshot-keeps-conflict.raft")),
];

/// Those that ask for something: exercises. A list of its own, too.
pub const EXERCISES: &[Shipped] = &[
    shipped("two-leaders", include_str!("../../www/scenarios/exercises/two-leaders.raft")),
    shipped("even-votes", include_str!("../../www/scenarios/exercises/even-votes.raft")),
    shipped("overwritten-entry", include_str!("../../www/scenarios/exercises/overwritten-entry.raft")),
    shipped("done-unknown", include_str!("../../www/scenarios/exercises/done-unknown.raft")),
    shipped("one-term-two-leaders", include_str!("../../www/scenarios/exercises/one-term-two-leaders.raft")),
    shipped("lost-write", include_str!("../../www/scenarios/exercises/lost-write.raft")),
    shipped("counted-too-early", include_str!("../../www/scenarios/exercises/counted-too-early.raft")),
];

const fn shipped(name: &'static str, text: &'static str) -> Shipped {
    Shipped { name, text }
}

/// One of them, by its name.
pub fn find(name: &str) -> Option<&'static Shipped> {
    SHIPPED.iter().chain(BROKEN).chain(EXERCISES).find(|shipped| shipped.name == name)
}

/// The scenario of the shelf that this one is, unchanged. Each has a picture in a release; exercises have none.
pub fn of(scenario: &Scenario) -> Option<&'static Shipped> {
    let title = format!("\ntitle {}\n", scenario.title);
    let all = SHIPPED.iter().chain(BROKEN);
    all.filter(|shipped| shipped.text.contains(&title))
        .find(|shipped| parse(shipped.text).is_ok_and(|parsed| parsed.scenario == *scenario))
}

/// What a first visit shows: five servers that have just been switched on, seen from shortly
/// before the first of them stands for election. It needs no parser to come up.
pub fn first() -> Scenario {
    Scenario { title: "Free play".to_owned(), seed: 3, ..Scenario::default() }
}

#[cfg(test)]
mod tests {
    use raft_sim::scenario::parse;

    use super::*;

    #[test]
    fn every_shipped_scenario_reads_and_has_a_name_and_a_title_of_its_own() {
        let all = || SHIPPED.iter().chain(BROKEN).chain(EXERCISES);
        for shipped in all() {
            let scenario = parse(shipped.text).unwrap_or_else(|error| panic!("{}: {error}", shipped.name)).scenario;
            assert!(!scenario.title.is_empty(), "{} has no title", shipped.name);
            assert_eq!(all().filter(|other| other.name == shipped.name).count(), 1);
        }
        let first = raft_sim::scenario::format(&first());
        assert_eq!(first, "raft 1\ntitle Free play\nseed 3\n");
    }
}
