//! What is replicated, by whom, and how often it is measured.

use raft_bench::ours::Ours;
use raft_bench::peer::{Peer, Style};
use raft_bench::{Cluster, replicate};

/// So many commands at once, and so many in a round.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Workload {
    /// How it is called.
    pub name: &'static str,
    /// How many commands are handed over together.
    pub batch: usize,
    /// How many are replicated in one round.
    pub commands: u64,
}

/// One at a time, and in batches.
pub const WORKLOADS: [Workload; 3] = [
    Workload { name: "batch-1", batch: 1, commands: 16_384 },
    Workload { name: "batch-64", batch: 64, commands: 65_536 },
    Workload { name: "batch-256", batch: 256, commands: 65_536 },
];

/// Whose core.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// This project's.
    Ours,
    /// That of raft-rs, used like this.
    Peer(Style),
}

impl Side {
    /// A word for a table or a command line.
    pub fn name(self) -> String {
        match self {
            Side::Ours => "ours".into(),
            Side::Peer(style) => style.name(),
        }
    }

    /// The side with a name.
    pub fn named(name: &str) -> Option<Side> {
        let peers = Style::ALL.into_iter().map(Side::Peer);
        std::iter::once(Side::Ours).chain(peers).find(|side| side.name() == name)
    }

    /// Lets `then` have a cluster that has found its stride, as `counted` of its messages or not.
    pub fn warm<T>(self, workload: Workload, counted: bool, then: impl FnOnce(&mut dyn Warm) -> T) -> T {
        match self {
            Side::Ours => then(&mut warm(Ours::new(counted), workload)),
            Side::Peer(style) => then(&mut warm(Peer::new(style, counted), workload)),
        }
    }
}

/// A cluster that replicates a workload.
pub trait Warm {
    /// One round of it.
    fn round(&mut self, workload: Workload);
    /// What crossed between the servers.
    fn traffic(&self) -> raft_bench::Traffic;
}

impl<C: Cluster> Warm for C {
    fn round(&mut self, workload: Workload) {
        replicate(self, workload.commands, workload.batch);
    }

    fn traffic(&self) -> raft_bench::Traffic {
        Cluster::traffic(self)
    }
}

fn warm<C: Cluster>(mut cluster: C, workload: Workload) -> C {
    replicate(&mut cluster, workload.commands / 8, workload.batch);
    cluster
}
