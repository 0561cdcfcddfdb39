//! etcd's scripts on any cluster: how far the two go the same way.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::cluster::Cluster;
use crate::script::{Command, Script};
use crate::state::{Field, Server, differences};

/// How far a cluster goes etcd's way; the earlier, the further.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// The same after every command.
    A,
    /// The same whenever everything is settled, and at the end.
    B,
    /// Something else.
    C,
}

/// What became of a script.
pub struct Outcome {
    /// How far both went the same way.
    pub level: Level,
    /// How many commands were compared.
    pub commands: usize,
    /// After how many of them the two differed.
    pub different: usize,
    /// In what.
    pub fields: BTreeSet<Field>,
    /// Commands that the driver does not know.
    pub unknown: BTreeSet<String>,
    /// Each difference at full length.
    pub details: String,
}

/// Replays a script and compares after every command.
pub fn replay(script: &Script, cluster: &mut impl Cluster) -> Outcome {
    let mut outcome = Outcome {
        level: Level::A,
        commands: script.lines.len(),
        different: 0,
        fields: BTreeSet::new(),
        unknown: BTreeSet::new(),
        details: String::new(),
    };
    for (number, line) in script.lines.iter().enumerate() {
        if let Command::Unknown(name) = &line.command {
            outcome.unknown.insert(name.clone());
        }
        run(&line.command, cluster);
        let servers = cluster.servers();
        let found = differences(&servers, &line.servers);
        if found.is_empty() {
            continue;
        }
        outcome.different += 1;
        outcome.fields.extend(found.iter().map(|(field, _)| field));
        let is_last = number + 1 == script.lines.len();
        let settled = is_last || is_settling(&line.command, cluster.count());
        outcome.level = outcome.level.max(if settled { Level::C } else { Level::B });
        tell(&mut outcome.details, &line.place, &found, &servers, &line.servers);
    }
    if !outcome.unknown.is_empty() {
        outcome.level = Level::C;
    }
    outcome
}

fn is_settling(command: &Command, count: u64) -> bool {
    matches!(command, Command::Stabilize(ids) if ids.is_empty() || (1..=count).all(|id| ids.contains(&id)))
}

/// Says where two clusters stand that differ.
pub fn tell(to: &mut String, place: &str, found: &[(Field, u64)], here: &[Server], there: &[Server]) {
    let fields: Vec<String> = found.iter().map(|(field, id)| format!("{field} of {id}")).collect();
    let _ = writeln!(to, "  {place}: {}", fields.join(", "));
    for (servers, whose) in [(here, "ours "), (there, "there")] {
        for server in servers.iter().filter(|server| found.iter().any(|(_, id)| *id == server.id)) {
            let _ = writeln!(to, "    {whose} {server}");
        }
    }
}

fn run(command: &Command, cluster: &mut impl Cluster) {
    match command {
        Command::Start(count, start) => (0..*count).for_each(|_| cluster.start(start)),
        Command::Campaign(id) => cluster.campaign(*id),
        Command::Propose(id, data) => cluster.propose(*id, data),
        Command::Change(id, change) => cluster.change(*id, change),
        Command::Ready(ids) => ids.iter().for_each(|id| cluster.process_ready(*id)),
        Command::Write(ids) => ids.iter().for_each(|id| cluster.process_write(*id)),
        Command::Apply(ids) => ids.iter().for_each(|id| cluster.process_application(*id)),
        Command::Deliver(to, kind) => {
            for (id, arrive) in to {
                cluster.deliver(*id, kind.as_deref(), *arrive);
            }
        }
        Command::Stabilize(ids) => {
            let all: Vec<u64> = (1..=cluster.count()).collect();
            cluster.stabilize(if ids.is_empty() { &all } else { ids });
        }
        Command::Tick(id, ticks) => (0..*ticks).for_each(|_| cluster.tick(*id)),
        Command::ElectionTimeout(id, ticks) => cluster.election_timeout(*id, *ticks),
        Command::Compact(id, index) => cluster.compact(*id, *index),
        Command::Transfer(from, to) => cluster.transfer(*from, *to),
        Command::SendSnapshot(from, to) => cluster.send_snapshot(*from, *to),
        Command::Unreachable(id, peer) => cluster.unreachable(*id, *peer),
        Command::Nothing | Command::Unknown(_) => {}
    }
}
