//! The state of a run as plain numbers, for programs: what `get-state` and `raftlab run --state` answer.

use alloc::format;
use alloc::string::String;
use alloc::string::ToString;
use alloc::vec::Vec;

#[cfg(feature = "serde")]
use serde::Serialize;

use raft_core::{Membership, RoleName, ServerId};

use crate::host::{Condition, Server};
use crate::liveness::Warning;
use crate::words;
use crate::world::World;

/// A world at one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(Serialize), serde(rename_all = "camelCase"))]
pub struct State {
    /// Simulated time, in microseconds since the start.
    pub t: u64,
    /// Whether it plays; a program on a terminal never does.
    pub playing: bool,
    /// 16 hexadecimal digits that two equal worlds share, on every machine.
    pub digest: String,
    /// Every server, in order.
    pub servers: Vec<ServerState>,
    /// How many messages are on their way.
    pub in_flight: usize,
    /// The names of the promises that are broken, in order.
    pub violations: Vec<String>,
    /// That the cluster does not get on although nothing is in its way; mostly nothing. No promise of Raft.
    pub warning: Option<WarningState>,
}

/// A cluster that does not get on.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(Serialize))]
pub struct WarningState {
    /// `no-leader`, `no-commit` or `left-behind`.
    pub what: &'static str,
    /// Since then, in microseconds since the start.
    pub since: u64,
    /// The voters that are up and can talk to each other, by name.
    pub connected: Vec<String>,
    /// The same as a sentence.
    pub text: String,
}

/// One server at that moment.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(Serialize))]
pub struct ServerState {
    /// Its name: `S1`.
    pub id: String,
    /// `leader`, `follower`, `candidate`, `pre-candidate` or `down`.
    pub role: &'static str,
    /// Its term.
    pub term: u64,
    /// Whom it voted for in that term, by name.
    pub vote: Option<String>,
    /// Its commit index; 0 while it is down.
    pub commit: u64,
    /// The last index that it has applied; 0 while it is down.
    pub applied: u64,
    /// The term of each entry, from index 1 on.
    pub log: Vec<u64>,
    /// Whether it runs: neither crashed nor paused.
    pub up: bool,
    /// How fast its clock runs, in percent of true time.
    pub clock: u32,
    /// The configuration by which it goes; nothing while it is down.
    pub config: Option<ConfigState>,
}

/// Who votes and who listens, by name.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(Serialize))]
pub struct ConfigState {
    /// The voters.
    pub voters: Vec<String>,
    /// In joint consensus the voters of the old configuration; else nobody.
    pub old: Vec<String>,
    /// The learners.
    pub learners: Vec<String>,
}

impl State {
    /// The state of a world.
    pub fn of(world: &World, playing: bool) -> State {
        State {
            t: world.now().0,
            playing,
            digest: format!("{:016x}", world.digest()),
            servers: world.servers().iter().map(ServerState::of).collect(),
            in_flight: world.flights().len(),
            violations: world.checker().violations().iter().map(|v| v.promise().name().to_string()).collect(),
            warning: world.standstill().map(|warning| WarningState::of(&warning)),
        }
    }
}

impl WarningState {
    fn of(warning: &Warning) -> WarningState {
        WarningState {
            what: warning.what.name(),
            since: warning.since.0,
            connected: warning.connected.iter().map(ServerId::to_string).collect(),
            text: words::standstill::warning(warning),
        }
    }
}

impl ServerState {
    fn of(server: &Server) -> ServerState {
        ServerState {
            id: server.id.to_string(),
            role: match server.view().map(|view| view.role) {
                Some(RoleName::Leader) => "leader",
                Some(RoleName::PreCandidate) => "pre-candidate",
                Some(RoleName::Candidate) => "candidate",
                Some(RoleName::Follower) => "follower",
                None => "down",
            },
            term: server.term().0,
            vote: server.voted_for().map(|to| to.to_string()),
            commit: server.commit().0,
            applied: server.applied().0,
            log: server.log().iter().map(|entry| entry.term.0).collect(),
            up: server.condition() == Condition::Up,
            clock: server.pace().as_percent(),
            config: server.view().map(|view| ConfigState::of(view.members)),
        }
    }
}

impl ConfigState {
    fn of(members: &Membership) -> ConfigState {
        let names = |all: &[ServerId]| all.iter().map(ServerId::to_string).collect();
        ConfigState {
            voters: names(&members.voters),
            old: names(&members.outgoing),
            learners: names(&members.learners),
        }
    }
}
