//! Schedules for reads (thesis §6.4). A stale read has a short time in which it can happen: an old
//! leader does not know yet that it leads no longer, and the new one has just told a client that
//! something is written. So many clients read all the time, from servers they pick.

use super::{Chance, change};

pub fn text(seed: u64, mut dice: Chance) -> String {
    let voters = *dice.pick(&[3, 3, 3, 5]);
    let changes = dice.below(3) == 0;
    let (learners, spares) = if changes { (dice.below(2), 1 + dice.below(2)) } else { (0, 0) };
    let servers = voters + learners + spares;
    let transfers = dice.below(3) == 0;
    let (drift, paces) = *dice.pick(&[
        (0, ["x1", "x1", "x1", "x1"]),
        (10, ["x0.9", "x0.95", "x0.97", "x1"]),
        (20, ["x0.9", "x0.95", "x1", "x1.1"]),
        (75, ["x0.5", "x0.9", "x1.1", "x2"]),
    ]);
    let mut lines = vec![
        format!("raft 1\nservers {voters}\nclients 7\nseed {seed}"),
        format!("set reads {}", dice.pick(&["index", "lease", "lease", "lease"])),
        format!("set clock-drift {drift}%"),
        format!("set check-quorum {}", dice.pick(&["on", "on", "on", "off"])),
        format!("set pre-vote {}", dice.pick(&["on", "off"])),
        format!("set no-op {}", dice.pick(&["on", "on", "off"])),
        format!("set replication {}", dice.pick(&["stop-and-wait", "pipelined", "streaming"])),
        format!("set eager-commit {}", dice.pick(&["on", "off"])),
        format!("set election-timeout {}", dice.pick(&["150ms..300ms", "150ms..160ms"])),
        format!("set heartbeat {}", dice.pick(&["20ms", "50ms", "70ms"])),
        format!("set latency {}", dice.pick(&["1ms..2ms", "5ms", "1ms..40ms"])),
        format!("set loss {}%", dice.pick(&[0, 0, 5, 20])),
        format!("set duplicate {}%", dice.pick(&[0, 0, 10])),
        format!("set fsync {}", dice.pick(&["0ms", "0ms", "2ms"])),
        format!("set snapshot-every {}", dice.pick(&[0, 0, 3, 10])),
        format!("set client-timeout {}", dice.pick(&["40ms", "100ms", "300ms"])),
    ];
    for (word, range) in
        [("learners", voters + 1..voters + 1 + learners), ("spares", servers + 1 - spares..servers + 1)]
    {
        if !range.is_empty() {
            lines.push(format!("{word}{}", range.map(|n| format!(" S{n}")).collect::<String>()));
        }
    }
    let (mut down, mut paused) = (Vec::new(), Vec::new());
    let mut at = 300;
    lines.push(format!("at {at}ms read x by C3"));
    while at < 7_000 {
        at += 5 + dice.below(20);
        let server = 1 + dice.below(servers);
        match dice.below(40) {
            0..=22 => lines.push(format!("at {at}ms read x from S{server} by C{}", 3 + dice.below(5))),
            23 => lines.push(format!("at {at}ms retry C3")),
            24..=27 => lines.push(format!("at {at}ms write x={} to S{server} by C1", at % 4)),
            28..=32 => lines.push(format!("at {at}ms write x={} by C{}", at % 4, 1 + dice.below(2))),
            33 if changes => {
                lines.push(format!("at {at}ms"));
                let change = change(&mut dice, servers);
                let asked = (1..=servers).filter(|server| !down.contains(server) && !paused.contains(server));
                lines.extend(asked.map(|server| format!("  {change} via S{server}")));
            }
            34 if transfers => lines.push(format!("at {at}ms transfer to S{server}")),
            35 => lines.push(format!("at {at}ms clock S{server} {}", dice.pick(&paces))),
            36..=38 => lines.push(format!("at {at}ms {}", fault(&mut dice, servers, &mut down, &mut paused))),
            39 => {
                let idle: Vec<u64> = (1..=voters).filter(|n| !down.contains(n) && !paused.contains(n)).collect();
                at = storm(&mut dice, at, (&idle, transfers), &mut lines);
            }
            _ => {}
        }
    }
    lines.push("at 8s expect safe".into());
    lines.join("\n")
}

/// If the first of three leads: the third has not heard of it for some time, the second has until a
/// moment ago, and then something makes it forget that or look away. Now the first is cut off, the
/// second is asked for its vote, somebody writes, and all read at the first.
fn storm(dice: &mut Chance, mut at: u64, (idle, transfers): (&[u64], bool), lines: &mut Vec<String>) -> u64 {
    if idle.len() < 3 {
        return at;
    }
    let place = dice.below(idle.len() as u64) as usize;
    let [old, witness, new] = [0, 1, 2].map(|n| idle[(place + n) % idle.len()]);
    match dice.below(3) {
        0 if transfers => {
            // The message that tells it to stand comes when the hand-over was given up long ago.
            lines.push(format!("at {at}ms set latency 150ms..400ms on S{old}->S{new}"));
            lines.push(format!("at {at}ms transfer to S{new}"));
            at += dice.below(40);
            lines.push(format!("at {at}ms set latency 1ms..2ms on S{old}->S{new}"));
        }
        _ => lines.push(format!("at {at}ms cut S{old}->S{new}")),
    }
    at += 80 + dice.below(220);
    if dice.below(3) == 0 {
        lines.push(format!("at {at}ms crash S{witness}"));
        at += dice.below(8);
        lines.push(format!("at {at}ms restart S{witness}"));
    }
    // Who is deaf can still be heard: what it sent before arrives.
    match dice.below(2) {
        0 => lines.push(format!("at {at}ms isolate S{old}")),
        _ => lines.extend(idle.iter().filter(|n| **n != old).map(|n| format!("at {at}ms cut S{n}->S{old}"))),
    }
    for _ in 0..4 + dice.below(16) {
        at += 2 + dice.below(10);
        lines.push(format!("at {at}ms write x={} to S{} by C1", at % 4, dice.pick(&[witness, new])));
        lines.push(format!("at {at}ms read x from S{old} by C{}", 3 + dice.below(5)));
    }
    if dice.below(2) == 0 {
        lines.push(format!("at {at}ms heal"));
    }
    at
}

/// Who leads does so no longer, or does not know of it.
fn fault(dice: &mut Chance, servers: u64, down: &mut Vec<u64>, paused: &mut Vec<u64>) -> String {
    let server = 1 + dice.below(servers);
    let runs = !down.contains(&server) && !paused.contains(&server);
    match dice.below(10) {
        0 if runs => {
            down.push(server);
            format!("crash S{server}")
        }
        // A server that starts anew must keep what it may have promised.
        0..=2 if !down.is_empty() => {
            let place = dice.below(down.len() as u64) as usize;
            format!("restart S{}", down.remove(place))
        }
        3 if runs => {
            paused.push(server);
            format!("pause S{server}")
        }
        3..=5 if !paused.is_empty() => {
            let place = dice.below(paused.len() as u64) as usize;
            format!("resume S{}", paused.remove(place))
        }
        6 => format!("isolate S{server}"),
        7 => {
            let parts: String = (1..=servers).filter(|_| dice.below(2) == 0).map(|n| format!(" S{n}")).collect();
            if parts.is_empty() { "heal".into() } else { format!("partition{parts}") }
        }
        8 => format!("cut S{server}->S{}", 1 + server % servers),
        _ => "heal".into(),
    }
}
