//! How far a search goes, and the rules that its servers keep.

use raft_core::{Batch, Config, HardState, Rules, ServerId, Write};
use raft_sim::bugs::{Bug, InForce};

/// How far a search goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// So many servers, all of them voters.
    pub servers: u64,
    /// No server stands for election beyond this term.
    pub terms: u64,
    /// Clients write so often, each time something else.
    pub writes: u8,
    /// Servers crash so often, all of them together.
    pub crashes: u8,
    /// Whether a write reaches the disk at once, or as an event of its own that a crash may forestall.
    pub slow_disk: bool,
    /// Whether leaders open their term with an empty entry (§8).
    pub no_op: bool,
    /// So many entries go into one message.
    pub batch: usize,
    /// Whether what makes no difference is left out of states (see [`crate::model`]).
    pub reduced: bool,
}

impl Bounds {
    /// A cluster with disks that write at once, and the settings of the paper.
    pub const fn of(servers: u64, terms: u64, writes: u8, crashes: u8) -> Bounds {
        Bounds { servers, terms, writes, crashes, slow_disk: false, no_op: true, batch: 64, reduced: true }
    }

    /// The servers.
    pub fn ids(&self) -> impl Iterator<Item = ServerId> + use<> {
        (1..=self.servers).map(|n| ServerId(n as u32))
    }

    /// What servers are told at their start.
    pub fn config(&self) -> Config {
        Config { no_op: self.no_op, batch: Batch { entries: self.batch, bytes: usize::MAX }, ..Config::default() }
    }
}

/// The rules that servers and their disks keep.
#[derive(Clone, Copy)]
pub struct Conduct {
    /// Whether no rule is switched off.
    pub is_paper: bool,
    /// Those of the core.
    pub rules: Rules,
    /// What a disk keeps of term and vote.
    pub keeps: fn(HardState) -> HardState,
    /// Whether a write is said to be on disk before it is; a leader's are told apart.
    pub speaks_early: fn(&Write, leads: bool) -> bool,
}

impl Conduct {
    /// Raft as the paper has it.
    pub const PAPER: Conduct =
        Conduct { is_paper: true, rules: Rules::PAPER, keeps: |state| state, speaks_early: |_, _| false };

    /// With one rule of the bug lab switched off. The bugs of a disk are those of `core/sim/src/bugs.rs`, in the
    /// words of this host.
    pub fn with(bug: &str) -> Option<Conduct> {
        let rules = InForce::new(&[Bug::find(bug)?]).rules;
        let right = Conduct { is_paper: false, rules, ..Conduct::PAPER };
        Some(match bug {
            "vote-not-persisted" => Conduct { keeps: |state| HardState { voted_for: None, ..state }, ..right },
            "term-not-persisted" => Conduct { keeps: |_| HardState::default(), ..right },
            "send-before-fsync" => Conduct { speaks_early: |write, _| matches!(write, Write::State(_)), ..right },
            "ack-before-fsync" => {
                Conduct { speaks_early: |write, leads| matches!(write, Write::Log { .. }) && !leads, ..right }
            }
            "self-ack-before-fsync" => {
                Conduct { speaks_early: |write, leads| matches!(write, Write::Log { .. }) && leads, ..right }
            }
            _ => right,
        })
    }
}
