//! What may happen to a cluster, drawn by chance: settings, faults, requests, changes. The random
//! schedules of the tests and the explorer draw from the same hat.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use raft_core::{ServerId, Time};

use super::Chance;
use crate::fault::Pace;
use crate::machine::{ClientId, Operation};
use crate::scenario::{Action, Change, Heal, Reconfiguration, Scope, Set, Who};

/// Settings with the values that they are drawn from; what is there twice is drawn twice as often.
pub const SETTINGS: &[(&str, &[&str])] = &[
    ("loss", &["0%", "0%", "2%", "10%", "30%"]),
    ("duplicate", &["0%", "0%", "5%", "20%"]),
    ("latency", &["10ms..20ms", "1ms..2ms", "1ms..60ms", "5ms"]),
    ("fsync", &["0ms", "0ms", "1ms", "8ms"]),
    ("pre-vote", &["on", "off"]),
    ("check-quorum", &["on", "off"]),
    ("replication", &["stop-and-wait", "pipelined", "streaming"]),
    ("bandwidth", &["unlimited", "unlimited", "200KB/s"]),
    ("entry-size", &["0B", "0B", "2000B"]),
    ("window-bytes", &["1MiB", "3000B"]),
    // A batch that takes longer than an election timeout unseats the leader: that is what streams are for.
    ("batch-bytes", &["12KB", "5KB"]),
    ("window", &["1", "2", "16"]),
    ("adaptive-batch", &["on", "off"]),
    ("batch", &["1", "3", "64"]),
    ("backtrack", &["entry", "term"]),
    ("eager-commit", &["on", "off"]),
    ("snapshot-every", &["0", "0", "1", "3", "10"]),
    ("snapshot-margin", &["0", "2"]),
    ("load", &["off", "off", "off", "off", "off", "off", "off", "5/s"]),
    ("snapshot-piece", &["7B", "100B", "64KiB"]),
];

/// Settings that say what clients may rely on, drawn before the others.
pub const PROMISES: &[(&str, &[&str])] = &[
    ("sessions", &["on", "on", "on", "on", "off"]),
    ("sessions-kept", &["0", "0", "1", "2"]),
    ("no-op", &["on", "on", "on", "off"]),
    ("reads", &["log", "index", "lease"]),
];

/// A value for each setting.
pub fn settings(table: &'static [(&'static str, &'static [&'static str])], chance: &mut Chance) -> Vec<String> {
    table.iter().map(|(name, values)| format!("set {name} {}", chance.pick(values))).collect()
}

/// A clock's pace, as the language writes it.
fn pace(text: &str) -> Pace {
    Pace::parse(text).unwrap_or(Pace::TRUE)
}

/// Who stands still, so that what is drawn can be done.
#[derive(Clone, Debug, Default)]
pub struct Idle {
    /// Servers that are down.
    pub down: Vec<u64>,
    /// Servers that are paused.
    pub paused: Vec<u64>,
}

/// A server by its number.
pub fn server(number: u64) -> Who {
    Who::Server(ServerId(number as u32))
}

/// A fault, or the end of one, or else a request. It is noted who stands still because of it.
pub fn fault(chance: &mut Chance, servers: u64, paces: &[&str], idle: &mut Idle) -> Action {
    let number = 1 + chance.below(servers);
    let other = if servers > 1 { 1 + (number + chance.below(servers - 1)) % servers } else { number };
    let runs = !idle.down.contains(&number) && !idle.paused.contains(&number);
    match chance.below(18) {
        0 | 1 if runs => {
            idle.down.push(number);
            Action::Crash(server(number))
        }
        2 | 3 if !idle.down.is_empty() => {
            let place = chance.below(idle.down.len() as u64) as usize;
            Action::Restart(server(idle.down.remove(place)))
        }
        4 if runs => {
            idle.paused.push(number);
            Action::Pause(server(number))
        }
        5 if !idle.paused.is_empty() => {
            let place = chance.below(idle.paused.len() as u64) as usize;
            Action::Resume(server(idle.paused.remove(place)))
        }
        6 if number != other => Action::Cut { from: server(number), to: server(other), both: false },
        7 => {
            let part: Vec<Who> = (1..=servers).filter(|_| chance.below(2) == 0).map(server).collect();
            if part.is_empty() || part.len() as u64 == servers {
                Action::Heal(Heal::All)
            } else {
                Action::Partition(vec![part])
            }
        }
        8 => Action::Heal(Heal::All),
        9 => Action::Clock(server(number), pace(chance.pick::<&str>(paces))),
        10 => slow_disk(number, Time::millis(*chance.pick(&[0, 3, 30]))),
        _ => request(chance, servers),
    }
}

fn slow_disk(number: u64, fsync: Time) -> Action {
    Action::Set(Set { change: Change::Fsync(fsync), on: Scope::Server(ServerId(number as u32)) })
}

/// What a client asks for, on few keys and with few values, so that they get in each other's way.
pub fn request(chance: &mut Chance, servers: u64) -> Action {
    let key = *chance.pick(&["x", "x", "y"]);
    let by = ClientId(1 + chance.below(4) as u32);
    let asks = |operation, to| Action::Request { operation, to, by: Some(by) };
    let value = |n: u64| -> alloc::sync::Arc<str> { format!("{n}").into() };
    let key = || key.into();
    match chance.below(8) {
        0 => asks(Operation::Get { key: key() }, None),
        1 => {
            let to = server(1 + chance.below(servers));
            asks(Operation::Get { key: key() }, Some(to))
        }
        2 => asks(Operation::Append { key: key(), value: value(chance.below(10)) }, None),
        3 => {
            let (expected, new) = (value(chance.below(4)), value(chance.below(4)));
            asks(Operation::Cas { key: key(), expected, value: new }, None)
        }
        4 => asks(Operation::Delete { key: key() }, None),
        5 => Action::Retry(by),
        _ => asks(Operation::Set { key: key(), value: value(chance.below(4)) }, None),
    }
}

/// What somebody wants of the cluster; often it is refused.
pub fn change(chance: &mut Chance, servers: u64) -> Reconfiguration {
    let number = 1 + chance.below(servers);
    match chance.below(8) {
        0..=2 => Reconfiguration::Add(server(number)),
        3 => Reconfiguration::Remove(server(number)),
        4 => Reconfiguration::Promote(server(number)),
        _ => {
            let mut voters: Vec<Who> = (1..=servers).filter(|_| chance.below(2) == 0).map(server).collect();
            if voters.is_empty() {
                voters.push(server(number));
            }
            let learners = if voters.contains(&server(number)) { Vec::new() } else { vec![server(number)] };
            Reconfiguration::Become { voters, learners }
        }
    }
}
