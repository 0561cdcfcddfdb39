//! The metrics as plain numbers, for programs: what `raftlab run --metrics` prints. All times are
//! in microseconds; `docs/metrics.md` says what each number means.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

#[cfg(feature = "serde")]
use serde::Serialize;

use raft_core::{Index, Time};

use super::{Column, Counted, Histogram, Metrics};
use crate::scenario::MessageKind;
use crate::world::World;

/// All numbers of a run between two moments.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(Serialize), serde(rename_all = "camelCase"))]
pub struct Report {
    /// Since when it is counted.
    pub from: u64,
    /// Until when.
    pub to: u64,
    /// How often somebody stood for election.
    pub campaigns: u64,
    /// How long elections took.
    pub elections: Shape,
    /// How long there was no leader, all in all.
    pub leaderless: u64,
    /// The spans without a leader, at most the first 256.
    pub leaderless_spans: Vec<(u64, u64)>,
    /// How long it took to commit an entry.
    pub commits: Shape,
    /// Writes of the load that a leader took.
    pub load_taken: u64,
    /// Writes of the load that nobody took.
    pub load_refused: u64,
    /// How long clients waited for an operation to be done.
    pub answers: Shape,
    /// How long a heartbeat was on its way.
    pub heartbeat_ways: Shape,
    /// How long a follower heard nothing of its leader.
    pub silences: Shape,
    /// How many heartbeats were missed.
    pub missed_heartbeats: u64,
    /// The servers, in ascending order.
    pub servers: Vec<ServerReport>,
    /// The kinds of messages that were sent.
    pub messages: Vec<MessageReport>,
    /// How long each part of `series` is.
    pub width: u64,
    /// How things went over time.
    pub series: Vec<ColumnReport>,
}

/// A histogram.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(Serialize), serde(rename_all = "camelCase"))]
pub struct Shape {
    /// How many there are.
    pub count: u64,
    /// The shortest.
    pub min: u64,
    /// Their mean.
    pub mean: u64,
    /// Half of them are not longer.
    pub p50: u64,
    /// 90 of 100 are not longer.
    pub p90: u64,
    /// 99 of 100 are not longer.
    pub p99: u64,
    /// The longest.
    pub max: u64,
    /// From, to (not included), how many; only where there are any.
    pub histogram: Vec<(u64, u64, u32)>,
}

/// One server.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(Serialize), serde(rename_all = "camelCase"))]
pub struct ServerReport {
    /// Its name: `S1`.
    pub id: String,
    /// Entries that it gave to its disk.
    pub entries: u64,
    /// The bytes of their commands.
    pub bytes: u64,
    /// Entries a second, rounded down.
    pub entries_per_second: u64,
    /// Bytes a second, rounded down.
    pub bytes_per_second: u64,
    /// Committed entries that its log lacks at the end.
    pub lag: u32,
    /// The most of them at the end of any part of `series`.
    pub most_lag: u32,
    /// Heartbeats that it missed.
    pub missed_heartbeats: u64,
}

/// One kind of message.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(Serialize), serde(rename_all = "camelCase"))]
pub struct MessageReport {
    /// Its word in the scenario language.
    pub kind: String,
    /// How many were sent.
    pub sent: u64,
    /// How many bytes they had.
    pub bytes: u64,
    /// How many of them were lost.
    pub lost: u64,
}

/// One part of the series.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(Serialize), serde(rename_all = "camelCase"))]
pub struct ColumnReport {
    /// When it begins.
    pub at: u64,
    /// Entries that were committed for the first time.
    pub committed: u32,
    /// Messages that were sent.
    pub messages: u32,
    /// The bytes of those messages.
    pub traffic: u64,
    /// Messages on their way at its end.
    pub in_flight: u32,
    /// How long the longest queue in front of a link takes at its end.
    pub queue: u64,
    /// Operations that clients wait for at its end.
    pub wishes: u32,
    /// By server: entries that it gave to its disk.
    pub entries: Vec<u32>,
    /// By server: the bytes of their commands.
    pub bytes: Vec<u64>,
    /// By server: committed entries that its log lacks at the end.
    pub lag: Vec<u32>,
    /// By server: writes on their way to its disk at the end.
    pub writes: Vec<u32>,
    /// By server: what waits while it is paused, at the end.
    pub inbox: Vec<u32>,
}

impl From<&Histogram> for Shape {
    fn from(histogram: &Histogram) -> Shape {
        Shape {
            count: histogram.count(),
            min: histogram.least().0,
            mean: histogram.mean().0,
            p50: histogram.quantile(500).0,
            p90: histogram.quantile(900).0,
            p99: histogram.quantile(990).0,
            max: histogram.most().0,
            histogram: histogram.steps().map(|(span, count)| (span.start.0, span.end.0, count)).collect(),
        }
    }
}

/// So many in such a time, by the second.
fn rate(count: u64, over: Time) -> u64 {
    u64::try_from(u128::from(count) * 1_000_000 / u128::from(over.0.max(1))).unwrap_or(u64::MAX)
}

impl Report {
    /// The numbers of a world until now.
    pub fn of(world: &World) -> Report {
        let (metrics, now) = (&world.metrics, world.now());
        let tally = &metrics.tally;
        let gauges = world.gauges(now);
        let servers = server_reports(metrics, &gauges, now);
        let kinds = metrics.messages().filter(|(_, counted)| counted.sent > 0);
        Report {
            from: metrics.since.0,
            to: now.0,
            campaigns: tally.campaigns,
            elections: Shape::from(&tally.elections),
            leaderless: metrics.leaderless(now).0,
            leaderless_spans: metrics.spans(now).map(|(from, to)| (from.0, to.0)).collect(),
            commits: Shape::from(&tally.commits),
            load_taken: tally.load[0],
            load_refused: tally.load[1],
            answers: Shape::from(&tally.answers),
            heartbeat_ways: Shape::from(&tally.delays),
            silences: Shape::from(&tally.silences),
            missed_heartbeats: servers.iter().map(|server| server.missed_heartbeats).sum(),
            servers,
            messages: kinds.map(|(kind, counted)| message_report(kind, counted)).collect(),
            width: metrics.series.width().0,
            series: column_reports(metrics, gauges, world.checker().committed()),
        }
    }
}

fn message_report(kind: MessageKind, Counted { sent, bytes, lost }: Counted) -> MessageReport {
    MessageReport { kind: kind.to_string(), sent, bytes, lost }
}

fn server_reports(metrics: &Metrics, gauges: &Column, now: Time) -> Vec<ServerReport> {
    let over = now.since(metrics.since);
    let servers = metrics.servers.iter().zip(&gauges.servers);
    let report = servers.map(|(server, gauges)| ServerReport {
        id: server.id.to_string(),
        entries: server.entries,
        bytes: server.bytes,
        entries_per_second: rate(server.entries, over),
        bytes_per_second: rate(server.bytes, over),
        lag: gauges.lag,
        most_lag: server.most_lag.max(gauges.lag),
        missed_heartbeats: server.missed + server.heard.map_or(0, |heard| heard.missed(now)),
    });
    report.collect()
}

fn column_reports(metrics: &Metrics, gauges: Column, committed: Index) -> Vec<ColumnReport> {
    let series = &metrics.series;
    let mut open = series.open.clone();
    open.committed = (committed.0 - metrics.committed.0) as u32;
    open.gauge(&gauges);
    let last = series.columns().count() - 1;
    let report = series.columns().enumerate().map(|(place, column)| {
        let column = if place == last { &open } else { column };
        ColumnReport {
            at: series.since().0 + series.width().0 * place as u64,
            committed: column.committed,
            messages: column.messages,
            traffic: column.traffic,
            in_flight: column.in_flight,
            queue: column.queue.0,
            wishes: column.wishes,
            entries: column.servers.iter().map(|server| server.entries).collect(),
            bytes: column.servers.iter().map(|server| server.bytes).collect(),
            lag: column.servers.iter().map(|server| server.lag).collect(),
            writes: column.servers.iter().map(|server| server.writes).collect(),
            inbox: column.servers.iter().map(|server| server.inbox).collect(),
        }
    });
    report.collect()
}
