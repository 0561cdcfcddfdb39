//! The settings in force: their values for all, and what links and servers have of their own.

use alloc::collections::BTreeMap;
use core::ops::Range;

use raft_core::{Backtrack, ServerId, Time};

use super::ast::{Change, Network, Reads, Replication, Scope, Set};
use super::settings::Speed;
use crate::machine::Sessions;

/// The value of every setting.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Settings {
    /// `election-timeout`
    pub election_timeout: Range<Time>,
    /// `heartbeat`
    pub heartbeat: Time,
    /// `latency`
    pub latency: Range<Time>,
    /// `loss`
    pub loss_percent: u32,
    /// `duplicate`
    pub duplicate_percent: u32,
    /// `bandwidth`, in bytes a second; 0 is unlimited.
    pub bandwidth: u32,
    /// `load`, in writes a second; 0 is none.
    pub load: u32,
    /// `entry-size`
    pub entry_size: u32,
    /// `fsync`
    pub fsync: Time,
    /// `no-op`
    pub no_op: bool,
    /// `pre-vote`
    pub pre_vote: bool,
    /// `check-quorum`
    pub check_quorum: bool,
    /// `network`
    pub network: Network,
    /// `client-timeout`
    pub client_timeout: Time,
    /// `batch`
    pub batch: u32,
    /// `batch-bytes`
    pub batch_bytes: u32,
    /// `replication`
    pub replication: Replication,
    /// `window`
    pub window: u32,
    /// `window-bytes`
    pub window_bytes: u32,
    /// `adaptive-batch`
    pub adaptive_batch: bool,
    /// `backtrack`
    pub backtrack: Backtrack,
    /// `eager-commit`
    pub eager_commit: bool,
    /// `sessions`
    pub sessions: bool,
    /// `sessions-kept`
    pub sessions_kept: u32,
    /// `snapshot-every`
    pub snapshot_every: u32,
    /// `snapshot-margin`
    pub snapshot_margin: u32,
    /// `snapshot-piece`
    pub snapshot_piece: u32,
    /// `reads`
    pub reads: Reads,
    /// `clock-drift`
    pub clock_drift_percent: u32,
    /// `speed`
    pub speed: Speed,
}

/// The defaults of the table, as values: a world that nobody has set anything for needs no parser,
/// and a page that shows one does without the table's texts.
impl Default for Settings {
    fn default() -> Self {
        const MIB: u32 = 1 << 20;
        Settings {
            election_timeout: Time::millis_range(150, 300),
            heartbeat: Time::millis(50),
            latency: Time::millis_range(10, 20),
            loss_percent: 0,
            duplicate_percent: 0,
            bandwidth: 0,
            load: 0,
            entry_size: 0,
            fsync: Time::ZERO,
            no_op: true,
            pre_vote: false,
            check_quorum: false,
            network: Network::Auto,
            client_timeout: Time::millis(500),
            batch: 64,
            batch_bytes: MIB,
            replication: Replication::StopAndWait,
            window: 16,
            window_bytes: MIB,
            adaptive_batch: false,
            backtrack: Backtrack::Entry,
            eager_commit: false,
            sessions: true,
            sessions_kept: 0,
            snapshot_every: 0,
            snapshot_margin: 0,
            snapshot_piece: MIB / 16,
            reads: Reads::Log,
            clock_drift_percent: 0,
            speed: Speed { numerator: 1, denominator: 20 },
        }
    }
}

impl Settings {
    /// Changes one.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::ElectionTimeout(span) => self.election_timeout = not_empty(span),
            Change::Heartbeat(time) => self.heartbeat = *time,
            Change::Latency(span) => self.latency = not_empty(span),
            Change::Loss(percent) => self.loss_percent = *percent,
            Change::Duplicate(percent) => self.duplicate_percent = *percent,
            Change::Bandwidth(rate) => self.bandwidth = *rate,
            Change::Load(rate) => self.load = *rate,
            Change::EntrySize(bytes) => self.entry_size = *bytes,
            Change::Fsync(time) => self.fsync = *time,
            Change::NoOp(on) => self.no_op = *on,
            Change::PreVote(on) => self.pre_vote = *on,
            Change::CheckQuorum(on) => self.check_quorum = *on,
            Change::Network(network) => self.network = *network,
            Change::ClientTimeout(time) => self.client_timeout = *time,
            Change::Batch(count) => self.batch = *count,
            Change::BatchBytes(value) => self.batch_bytes = *value,
            Change::Replication(value) => self.replication = *value,
            Change::Window(value) => self.window = *value,
            Change::WindowBytes(value) => self.window_bytes = *value,
            Change::AdaptiveBatch(value) => self.adaptive_batch = *value,
            Change::Backtrack(value) => self.backtrack = *value,
            Change::EagerCommit(value) => self.eager_commit = *value,
            Change::Sessions(on) => self.sessions = *on,
            Change::SessionsKept(count) => self.sessions_kept = *count,
            Change::SnapshotEvery(value) => self.snapshot_every = *value,
            Change::SnapshotMargin(value) => self.snapshot_margin = *value,
            Change::SnapshotPiece(value) => self.snapshot_piece = *value,
            Change::Reads(value) => self.reads = *value,
            Change::ClockDrift(percent) => self.clock_drift_percent = *percent,
            Change::Speed(speed) => self.speed = *speed,
        }
    }

    /// The change that would set the named setting to its present value, for menus and dialogs.
    pub fn current(&self, name: &str) -> Option<Change> {
        Some(match name {
            "election-timeout" => Change::ElectionTimeout(self.election_timeout.clone()),
            "heartbeat" => Change::Heartbeat(self.heartbeat),
            "latency" => Change::Latency(self.latency.clone()),
            "loss" => Change::Loss(self.loss_percent),
            "duplicate" => Change::Duplicate(self.duplicate_percent),
            "bandwidth" => Change::Bandwidth(self.bandwidth),
            "load" => Change::Load(self.load),
            "entry-size" => Change::EntrySize(self.entry_size),
            "fsync" => Change::Fsync(self.fsync),
            "no-op" => Change::NoOp(self.no_op),
            "pre-vote" => Change::PreVote(self.pre_vote),
            "check-quorum" => Change::CheckQuorum(self.check_quorum),
            "network" => Change::Network(self.network),
            "client-timeout" => Change::ClientTimeout(self.client_timeout),
            "batch" => Change::Batch(self.batch),
            "batch-bytes" => Change::BatchBytes(self.batch_bytes),
            "replication" => Change::Replication(self.replication),
            "window" => Change::Window(self.window),
            "window-bytes" => Change::WindowBytes(self.window_bytes),
            "adaptive-batch" => Change::AdaptiveBatch(self.adaptive_batch),
            "backtrack" => Change::Backtrack(self.backtrack),
            "eager-commit" => Change::EagerCommit(self.eager_commit),
            "sessions" => Change::Sessions(self.sessions),
            "sessions-kept" => Change::SessionsKept(self.sessions_kept),
            "snapshot-every" => Change::SnapshotEvery(self.snapshot_every),
            "snapshot-margin" => Change::SnapshotMargin(self.snapshot_margin),
            "snapshot-piece" => Change::SnapshotPiece(self.snapshot_piece),
            "reads" => Change::Reads(self.reads),
            "clock-drift" => Change::ClockDrift(self.clock_drift_percent),
            "speed" => Change::Speed(self.speed),
            _ => return None,
        })
    }
}

/// A range that something can be drawn from.
fn not_empty(span: &Range<Time>) -> Range<Time> {
    span.start..span.end.max(span.start + Time(1))
}

/// The settings in force: for all, and what links and servers have of their own. What is set for
/// a link or a server goes before what is set for all, whichever came first.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Scoped {
    all: Settings,
    links: BTreeMap<(ServerId, ServerId), LinkOverride>,
    servers: BTreeMap<ServerId, ServerOverride>,
}

/// What one direction of a link has of its own.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct LinkOverride {
    latency: Option<Range<Time>>,
    loss_percent: Option<u32>,
    duplicate_percent: Option<u32>,
    bandwidth: Option<u32>,
}

/// What a server has of its own.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct ServerOverride {
    election_timeout: Option<Range<Time>>,
    heartbeat: Option<Time>,
    fsync: Option<Time>,
    snapshot_every: Option<u32>,
}

impl Scoped {
    /// The defaults with these changes.
    pub fn new(sets: &[Set]) -> Scoped {
        let mut scoped = Scoped::default();
        sets.iter().for_each(|set| scoped.apply(set));
        scoped
    }

    /// Changes one. A setting that cannot be set for a link or a server stays as it is.
    pub fn apply(&mut self, set: &Set) {
        match set.on {
            Scope::All => self.all.apply(&set.change),
            Scope::Link { from, to } => {
                let link = self.links.entry((from, to)).or_default();
                match &set.change {
                    Change::Latency(span) => link.latency = Some(not_empty(span)),
                    Change::Loss(percent) => link.loss_percent = Some(*percent),
                    Change::Duplicate(percent) => link.duplicate_percent = Some(*percent),
                    Change::Bandwidth(rate) => link.bandwidth = Some(*rate),
                    _ => {}
                }
            }
            Scope::Server(server) => {
                let server = self.servers.entry(server).or_default();
                match &set.change {
                    Change::ElectionTimeout(span) => server.election_timeout = Some(not_empty(span)),
                    Change::Heartbeat(time) => server.heartbeat = Some(*time),
                    Change::Fsync(time) => server.fsync = Some(*time),
                    Change::SnapshotEvery(count) => server.snapshot_every = Some(*count),
                    _ => {}
                }
            }
        }
    }

    /// What is set for all.
    pub fn all(&self) -> &Settings {
        &self.all
    }

    /// How long a message from one server to another travels.
    pub fn latency(&self, from: ServerId, to: ServerId) -> Range<Time> {
        let own = self.links.get(&(from, to)).and_then(|link| link.latency.clone());
        own.unwrap_or_else(|| self.all.latency.clone())
    }

    /// The share of messages from one server to another that get lost.
    pub fn loss_percent(&self, from: ServerId, to: ServerId) -> u32 {
        self.links.get(&(from, to)).and_then(|link| link.loss_percent).unwrap_or(self.all.loss_percent)
    }

    /// The share of messages from one server to another that arrive twice.
    pub fn duplicate_percent(&self, from: ServerId, to: ServerId) -> u32 {
        self.links.get(&(from, to)).and_then(|link| link.duplicate_percent).unwrap_or(self.all.duplicate_percent)
    }

    /// How many bytes a second pass from one server to another; 0 is unlimited.
    pub fn bandwidth(&self, from: ServerId, to: ServerId) -> u32 {
        self.links.get(&(from, to)).and_then(|link| link.bandwidth).unwrap_or(self.all.bandwidth)
    }

    /// How long a server waits for a leader.
    pub fn election_timeout(&self, server: ServerId) -> Range<Time> {
        let own = self.servers.get(&server).and_then(|server| server.election_timeout.clone());
        own.unwrap_or_else(|| self.all.election_timeout.clone())
    }

    /// How often a server that leads lets the others know.
    pub fn heartbeat(&self, server: ServerId) -> Time {
        self.servers.get(&server).and_then(|server| server.heartbeat).unwrap_or(self.all.heartbeat)
    }

    /// How long a server's write to disk takes.
    pub fn fsync(&self, server: ServerId) -> Time {
        self.servers.get(&server).and_then(|server| server.fsync).unwrap_or(self.all.fsync)
    }

    /// After how many applied entries a server takes a snapshot; 0 is never.
    pub fn snapshot_every(&self, server: ServerId) -> u32 {
        self.servers.get(&server).and_then(|server| server.snapshot_every).unwrap_or(self.all.snapshot_every)
    }

    /// Whether a leader opens its term with an empty entry.
    pub fn no_op(&self) -> bool {
        self.all.no_op
    }

    /// Who moves messages between servers.
    pub fn network(&self) -> Network {
        self.all.network
    }

    /// How long a client waits for an answer.
    pub fn client_timeout(&self) -> Time {
        self.all.client_timeout
    }

    /// Whether a retried command is recognised, as it goes into the log.
    pub fn sessions(&self) -> Sessions {
        match (self.all.sessions, self.all.sessions_kept) {
            (false, _) => Sessions::Off,
            (true, 0) => Sessions::All,
            (true, few) => Sessions::Latest(u16::try_from(few).unwrap_or(u16::MAX)),
        }
    }

    /// How many entries one AppendEntries carries at most.
    pub fn batch(&self) -> u32 {
        self.all.batch
    }

    /// How fast the page plays.
    pub fn speed(&self) -> Speed {
        self.all.speed
    }
}
