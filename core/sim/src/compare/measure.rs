//! What is measured of two runs, to stand beside each other. `docs/metrics.md` says what each number means.

use crate::metrics::Histogram;
use crate::world::World;

/// A number of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Measure {
    /// How long it took to commit half of the entries.
    CommitHalf,
    /// How long it took to commit 99 of 100.
    CommitMost,
    /// Entries committed in a second.
    Rate,
    /// Entries committed.
    Committed,
    /// How long 99 of 100 heartbeats were on their way.
    HeartbeatMost,
    /// Heartbeats that followers missed.
    Missed,
    /// How often somebody stood for election.
    Campaigns,
    /// How long nobody led.
    Leaderless,
    /// Messages that were sent.
    Messages,
    /// Their bytes.
    Bytes,
}

/// What a number counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Things.
    Count,
    /// Things in a second.
    Rate,
    /// Microseconds.
    Time,
    /// Bytes.
    Bytes,
}

impl Measure {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Measure; 10] = [
        Measure::CommitHalf,
        Measure::CommitMost,
        Measure::Rate,
        Measure::Committed,
        Measure::HeartbeatMost,
        Measure::Missed,
        Measure::Campaigns,
        Measure::Leaderless,
        Measure::Messages,
        Measure::Bytes,
    ];

    /// What it counts.
    pub fn unit(self) -> Unit {
        match self {
            Measure::CommitHalf | Measure::CommitMost | Measure::HeartbeatMost | Measure::Leaderless => Unit::Time,
            Measure::Rate => Unit::Rate,
            Measure::Bytes => Unit::Bytes,
            Measure::Committed | Measure::Missed | Measure::Campaigns | Measure::Messages => Unit::Count,
        }
    }

    /// How it is with a world by now; nothing, as long as there is nothing to measure.
    pub fn of(self, world: &World) -> Option<u64> {
        let (metrics, now) = (world.metrics(), world.now());
        let commits = metrics.commits();
        let quantile = |of: &Histogram, thousandths| (of.count() > 0).then(|| of.quantile(thousandths).0);
        match self {
            Measure::CommitHalf => quantile(commits, 500),
            Measure::CommitMost => quantile(commits, 990),
            Measure::Rate => Some(commits.count() * 1_000_000 / now.since(metrics.since()).0.max(1)),
            Measure::Committed => Some(commits.count()),
            Measure::HeartbeatMost => quantile(metrics.heartbeat_ways(), 990),
            Measure::Missed => Some(metrics.missed_heartbeats(now)),
            Measure::Campaigns => Some(metrics.campaigns()),
            Measure::Leaderless => Some(metrics.leaderless(now).0),
            Measure::Messages => Some(metrics.messages().map(|(_, counted)| counted.sent).sum()),
            Measure::Bytes => Some(metrics.messages().map(|(_, counted)| counted.bytes).sum()),
        }
    }
}
