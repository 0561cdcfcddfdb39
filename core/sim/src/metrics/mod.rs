//! What a run is worth, in numbers: how long elections and commits take, what each follower gets,
//! what stands in queues. Everything is counted as it happens, in simulated time, so the numbers
//! are exact, and they are part of the world, so they rewind with it.
//!
//! What each number means is said in `docs/metrics.md`.

mod histogram;
mod report;
mod series;
mod watch;

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;

use raft_core::{Index, RoleName, ServerId, Term, Time};

pub use histogram::Histogram;
pub use report::{ColumnReport, MessageReport, Report, ServerReport, Shape};
pub use series::{Column, Series, ServerColumn};
pub(crate) use watch::{Standing, is_sign};

use crate::scenario::MessageKind;

/// How many kinds of messages there are.
const KINDS: usize = MessageKind::Answer as usize + 1;

/// At most so many spans without a leader are listed; of the others the length is kept.
const MOST_SPANS: usize = 256;

/// The numbers of a run since some moment.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Metrics {
    since: Time,
    tally: Tally,
    series: Series,
    /// What goes on at the moment.
    servers: Vec<Watched>,
    leaderless: Option<Time>,
    campaign: Option<Time>,
    /// Entries up to here were committed when the open column began.
    committed: Index,
    /// Nobody wants to know.
    off: bool,
}

/// What has been counted.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct Tally {
    campaigns: u64,
    elections: Histogram,
    leaderless: Histogram,
    spans: Arc<Vec<(Time, Time)>>,
    commits: Histogram,
    answers: Histogram,
    silences: Histogram,
    delays: Histogram,
    kinds: [Counted; KINDS],
    /// Writes of the load that a leader took, and those that nobody took.
    load: [u64; 2],
}

/// Messages of one kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Counted {
    /// How many were sent.
    pub sent: u64,
    /// How many bytes they had.
    pub bytes: u64,
    /// How many of them were lost.
    pub lost: u64,
}

/// What is known of one server.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Watched {
    id: ServerId,
    /// Entries that it appended as a leader and does not know to be committed, and since when.
    appended: VecDeque<(Index, Term, Time)>,
    /// Of which leader it heard last, when, and how often that leader lets it know.
    heard: Option<Heard>,
    entries: u64,
    bytes: u64,
    missed: u64,
    most_lag: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Heard {
    leader: ServerId,
    at: Time,
    heartbeat: Time,
}

impl Heard {
    /// How many heartbeats are missing after a silence: none in less than two intervals, then one
    /// for each.
    fn missed(&self, now: Time) -> u64 {
        (now.since(self.at).0.checked_div(self.heartbeat.0).unwrap_or(0)).saturating_sub(1)
    }
}

impl Metrics {
    pub(crate) fn new(servers: impl Iterator<Item = ServerId>) -> Metrics {
        let watched =
            |id| Watched { id, appended: VecDeque::new(), heard: None, entries: 0, bytes: 0, missed: 0, most_lag: 0 };
        let servers: Vec<Watched> = servers.map(watched).collect();
        Metrics {
            since: Time::ZERO,
            tally: Tally::default(),
            series: Series::new(Time::ZERO, servers.len()),
            servers,
            leaderless: Some(Time::ZERO),
            campaign: None,
            committed: Index(0),
            off: false,
        }
    }

    /// Since when it is counted.
    pub fn since(&self) -> Time {
        self.since
    }

    /// From when on somebody stands for election until somebody leads, for each election.
    pub fn elections(&self) -> &Histogram {
        &self.tally.elections
    }

    /// How often somebody stood for election.
    pub fn campaigns(&self) -> u64 {
        self.tally.campaigns
    }

    /// How long heartbeats were on their way.
    pub fn heartbeat_ways(&self) -> &Histogram {
        &self.tally.delays
    }

    /// How many heartbeats were missed.
    pub fn missed_heartbeats(&self, now: Time) -> u64 {
        let of_one = |server: &Watched| server.missed + server.heard.map_or(0, |heard| heard.missed(now));
        self.servers.iter().map(of_one).sum()
    }

    /// From the moment at which a leader appends an entry until it commits it, for each entry.
    pub fn commits(&self) -> &Histogram {
        &self.tally.commits
    }

    /// From the moment at which a client wants something until it is told that it is done.
    pub fn answers(&self) -> &Histogram {
        &self.tally.answers
    }

    /// How things went over time.
    pub fn series(&self) -> &Series {
        &self.series
    }

    /// The spans without a leader that are listed; the last one may go on.
    pub fn spans(&self, now: Time) -> impl Iterator<Item = (Time, Time)> {
        let open = self.leaderless.map(|from| (from, now));
        self.tally.spans.iter().copied().chain(open).filter(|(from, to)| from < to)
    }

    /// How long there was no leader, all in all.
    pub fn leaderless(&self, now: Time) -> Time {
        let open = self.leaderless.map_or(Time::ZERO, |from| now.since(from));
        self.tally.leaderless.sum() + open
    }

    /// The messages of each kind.
    pub fn messages(&self) -> impl Iterator<Item = (MessageKind, Counted)> {
        MessageKind::all().map(|kind| (kind, self.tally.kinds[kind as usize]))
    }

    /// Counts anew from now on. What goes on at the moment is not forgotten.
    fn restart(&mut self, now: Time, committed: Index) {
        self.since = now;
        self.tally = Tally::default();
        self.series = Series::new(now, self.servers.len());
        self.committed = committed;
        self.leaderless = self.leaderless.map(|_| now);
        for server in &mut self.servers {
            (server.entries, server.bytes, server.missed, server.most_lag) = (0, 0, 0, 0);
        }
    }

    /// Whether anybody wants the numbers.
    pub(crate) fn counts(&self) -> bool {
        !self.off
    }

    pub(crate) fn sent(&mut self, kind: MessageKind, bytes: usize) {
        let counted = &mut self.tally.kinds[kind as usize];
        counted.sent += 1;
        counted.bytes += bytes as u64;
        self.series.open.messages += 1;
        self.series.open.traffic += bytes as u64;
    }

    pub(crate) fn lost(&mut self, kind: MessageKind) {
        self.tally.kinds[kind as usize].lost += 1;
    }

    /// A heartbeat has come, so long after it was sent.
    pub(crate) fn heartbeat(&mut self, way: Time) {
        if !self.off {
            self.tally.delays.add(way);
        }
    }

    /// A write of the load came to a leader that takes it, or not.
    pub(crate) fn loaded(&mut self, taken: bool) {
        self.tally.load[usize::from(!taken)] += 1;
    }

    /// A client was told that it is done.
    pub(crate) fn answered(&mut self, after: Time) {
        if !self.off {
            self.tally.answers.add(after);
        }
    }

    /// A server gave entries to its disk.
    pub(crate) fn stored(&mut self, id: ServerId, entries: usize, bytes: usize) {
        let Some(place) = self.servers.iter().position(|server| server.id == id) else { return };
        let (server, column) = (&mut self.servers[place], &mut self.series.open.servers[place]);
        server.entries += entries as u64;
        server.bytes += bytes as u64;
        column.entries += entries as u32;
        column.bytes += bytes as u64;
    }

    fn server_mut(&mut self, id: ServerId) -> Option<&mut Watched> {
        self.servers.iter_mut().find(|server| server.id == id)
    }

    /// A server appended entries as a leader.
    fn appended(&mut self, now: Time, id: ServerId, term: Term, from: Index, to: Index) {
        let Some(server) = self.server_mut(id) else { return };
        server.appended.extend(Index::all(from.next()..=to).map(|index| (index, term, now)));
    }

    /// A server knows entries to be committed up to here.
    fn committed(&mut self, now: Time, id: ServerId, commit: Index, term_at: impl Fn(Index) -> Option<Term>) {
        let Some(place) = self.servers.iter().position(|server| server.id == id) else { return };
        let waiting = &mut self.servers[place].appended;
        while let Some((index, term, since)) = waiting.pop_front_if(|(index, ..)| *index <= commit) {
            // What was overwritten, or is in a snapshot by now, is not this entry.
            if term_at(index) == Some(term) {
                self.tally.commits.add(now.since(since));
            }
        }
    }

    /// A server hears of its leader, or (with `None`) has none any more or does not run.
    fn hears(&mut self, now: Time, id: ServerId, of: Option<(ServerId, Time)>) {
        let Some(place) = self.servers.iter().position(|server| server.id == id) else { return };
        let server = &mut self.servers[place];
        if let Some(heard) = &server.heard {
            server.missed += heard.missed(now);
            if of.is_some_and(|(leader, _)| leader == heard.leader) {
                self.tally.silences.add(now.since(heard.at));
            }
        }
        server.heard = of.map(|(leader, heartbeat)| Heard { leader, at: now, heartbeat });
    }

    /// A server changed its role.
    fn changed(&mut self, now: Time, before: Standing, after: Standing) {
        let stands = |role| matches!(role, RoleName::PreCandidate | RoleName::Candidate);
        if stands(after.role) {
            self.campaign.get_or_insert(now);
        }
        if after.role == RoleName::Candidate && (before.role, before.term) != (after.role, after.term) {
            self.tally.campaigns += 1;
        }
        if after.leads().is_some() {
            self.tally.elections.add(now.since(self.campaign.take().unwrap_or(now)));
        }
    }

    /// Whether there is a leader now.
    fn led(&mut self, now: Time, led: bool) {
        match (led, self.leaderless) {
            (true, Some(from)) => {
                self.leaderless = None;
                self.tally.leaderless.add(now.since(from));
                if self.tally.spans.len() < MOST_SPANS {
                    Arc::make_mut(&mut self.tally.spans).push((from, now));
                }
            }
            (false, None) => self.leaderless = Some(now),
            _ => {}
        }
    }
}
