//! Random schedules, as scenarios: what a seed does can be read, replayed and sent as a link.

mod readers;

use std::sync::Arc;

use raft_core::Time;
use raft_sim::dice::{Dice, Purpose};
use raft_sim::record::Trace;
use raft_sim::run::Run;
use raft_sim::scenario::{Action, Scenario, Step, Trigger, parse};

/// Thirty simulated seconds of crashes, partitions, loss, and clients that ask and ask again, for one seed.
pub fn scenario(seed: u64) -> Scenario {
    let dice = Chance { dice: Dice::new(seed), nth: 0 };
    possible(parse(&text(seed, dice)).expect("the schedule is a scenario").scenario)
}

/// Some seconds in which many clients read, while leaders come and go, for one seed.
pub fn readers(seed: u64) -> Scenario {
    let dice = Chance { dice: Dice::new(seed), nth: 0 };
    possible(parse(&readers::text(seed, dice)).expect("the schedule is a scenario").scenario)
}

/// Without the hand-overs that cannot be: at that moment nobody leads.
fn possible(mut scenario: Scenario) -> Scenario {
    let hands_over = |step: &Step| matches!(step.actions[..], [Action::Transfer { .. }]);
    while let Some(Trigger::At(last)) = scenario.steps.iter().rfind(|step| hands_over(step)).map(|step| &step.trigger) {
        let mut run = Run::new(Arc::new(scenario.clone()), &mut Trace::deaf());
        run.advance(*last, 3_000_000, &mut Trace::deaf());
        match run.failures().first().map(|failure| failure.step) {
            Some(step) if hands_over(&scenario.steps[step]) => _ = scenario.steps.remove(step),
            _ => break,
        }
    }
    scenario
}

struct Chance {
    dice: Dice,
    nth: u64,
}

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.nth += 1;
        self.dice.roll(Purpose::Schedule, [0, 0], Time::ZERO, self.nth) % n
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }
}

fn text(seed: u64, mut dice: Chance) -> String {
    let voters = *dice.pick(&[3, 3, 5, 5, 5, 4, 7]);
    // In every second run the cluster changes, too: voters, learners and servers that wait to join.
    let changes = dice.below(2) == 0;
    let (learners, spares) = if changes { (dice.below(2), 1 + dice.below(2)) } else { (0, 0) };
    let servers = voters + learners + spares;
    let sessions = *dice.pick(&["on", "on", "on", "on", "off"]);
    let sessions_kept = *dice.pick(&[0, 0, 1, 2]);
    let no_op = *dice.pick(&["on", "on", "on", "off"]);
    let reads = *dice.pick(&["log", "index", "lease"]);
    // In every fourth, as what cannot be done must be found out first.
    let transfers = dice.below(4) == 0;
    // A lease holds for clocks that keep to a bound; so they do, and in every second run it is a tight one.
    let (drift, paces) = *dice.pick(&[(75, ["x0.5", "x0.9", "x1.1", "x2"]), (20, ["x0.9", "x0.95", "x1", "x1.1"])]);
    let mut lines = vec![
        format!("raft 1\nservers {voters}\nclients 6\nseed {seed}"),
        format!("set loss {}%", dice.pick(&[0, 0, 2, 10, 30])),
        format!("set duplicate {}%", dice.pick(&[0, 0, 5, 20])),
        format!("set latency {}", dice.pick(&["10ms..20ms", "1ms..2ms", "1ms..60ms", "5ms"])),
        format!("set fsync {}", dice.pick(&["0ms", "0ms", "1ms", "8ms"])),
        format!("set no-op {no_op}"),
        format!("set pre-vote {}", dice.pick(&["on", "off"])),
        format!("set check-quorum {}", dice.pick(&["on", "off"])),
        format!("set replication {}", dice.pick(&["stop-and-wait", "pipelined", "streaming"])),
        format!("set bandwidth {}", dice.pick(&["unlimited", "unlimited", "200KB/s"])),
        format!("set entry-size {}", dice.pick(&["0B", "0B", "2000B"])),
        format!("set window-bytes {}", dice.pick(&["1MiB", "3000B"])),
        // A batch that takes longer than an election timeout unseats the leader: that is what streams are for.
        format!("set batch-bytes {}", dice.pick(&["12KB", "5KB"])),
        format!("set window {}", dice.pick(&[1, 2, 16])),
        format!("set adaptive-batch {}", dice.pick(&["on", "off"])),
        format!("set batch {}", dice.pick(&[1, 3, 64])),
        format!("set backtrack {}", dice.pick(&["entry", "term"])),
        format!("set eager-commit {}", dice.pick(&["on", "off"])),
        format!("set snapshot-every {}", dice.pick(&[0, 0, 1, 3, 10])),
        format!("set snapshot-margin {}", dice.pick(&[0, 2])),
        format!("set sessions {sessions}"),
        format!("set sessions-kept {sessions_kept}"),
        format!("set load {}", dice.pick(&["off", "off", "off", "off", "off", "off", "off", "5/s"])),
        format!("set snapshot-piece {}", dice.pick(&["7B", "100B", "64KiB"])),
        format!("set reads {reads}"),
        format!("set clock-drift {drift}%"),
    ];
    for (word, range) in
        [("learners", voters + 1..voters + 1 + learners), ("spares", servers + 1 - spares..servers + 1)]
    {
        if !range.is_empty() {
            lines.push(format!("{word}{}", range.map(|n| format!(" S{n}")).collect::<String>()));
        }
    }
    lines.extend((1..=4).map(|client| format!("at 50ms write x=0 by C{client}")));
    let mut down = Vec::new();
    let mut paused = Vec::new();
    let mut at = 100;
    while at < 17_000 {
        at += 20 + dice.below(400);
        if changes && dice.below(5) == 0 {
            lines.push(format!("at {at}ms"));
            let change = change(&mut dice, servers);
            // Somebody who does not know who leads asks everybody.
            let asked = (1..=servers).filter(|server| !down.contains(server) && !paused.contains(server));
            lines.extend(asked.map(|server| format!("  {change} via S{server}")));
            continue;
        }
        if transfers && dice.below(15) == 0 {
            lines.push(format!("at {at}ms transfer to S{}", 1 + dice.below(servers)));
            continue;
        }
        let action = fault(&mut dice, servers, &paces, &mut down, &mut paused);
        lines.push(format!("at {at}ms {action}"));
        // A reader of its own, who asks whom it likes; in half of the runs where that costs no entry.
        if seed.is_multiple_of(2) && reads != "log" {
            let server = 1 + dice.below(servers);
            lines.push(format!("at {at}ms read x from S{server} by C6"));
        }
    }
    for server in down {
        lines.push(format!("at 18s restart S{server}"));
    }
    for server in paused {
        lines.push(format!("at 18s resume S{server}"));
    }
    lines.extend((1..=servers).map(|server| format!("at 18s clock S{server} x1")));
    lines.push("at 18s heal".into());
    lines.push("at 18s set load off".into());
    lines.push("at 18s set loss 0%".into());
    if changes {
        // Who was removed and was not told would stand for election for ever (thesis §4.2.3).
        lines.push("at 18s set check-quorum on".into());
    }
    // Once the faults stop, somebody leads, and a write is committed and known everywhere. A client
    // asks so many times and no more, so it begins when somebody leads.
    lines.push("at 18s expect leader within 4s".into());
    lines.push("at 22s write end=1 by C5".into());
    // One entry at a time to servers that joined late takes a while, and its session may have made
    // place for those that others ask again.
    let told = if sessions_kept == 0 { "C5 got ok" } else { "C5 got ok or C5 got expired" };
    lines.push(format!("after 1ms expect {told} within 6s"));
    if changes {
        lines.push("at 29s expect one leader and not joint".into());
    } else if no_op == "on" {
        // Without an entry of its own a new leader need not learn what is committed (§8). A follower
        // that lost parts of its stream again and again waits some seconds for the next.
        lines.push(format!("after 1ms expect S1 end = 1 and S{servers} end = 1 within 6s"));
    }
    // Without sessions a request that is asked again may be done again.
    let safe = if sessions == "on" { "safe" } else { FIGURE_3 };
    lines.push(format!("at 30s expect {safe}"));
    lines.join("\n")
}

/// The promises that hold without client sessions, too.
const FIGURE_3: &str = "not violated election-safety and not violated leader-append-only and not violated log-matching \
                        and not violated leader-completeness and not violated state-machine-safety";

/// What somebody wants of the cluster; often it is refused.
fn change(dice: &mut Chance, servers: u64) -> String {
    let server = 1 + dice.below(servers);
    match dice.below(8) {
        0..=2 => format!("add S{server}"),
        3 => format!("remove S{server}"),
        4 => format!("promote S{server}"),
        _ => {
            let mut voters: Vec<u64> = (1..=servers).filter(|_| dice.below(2) == 0).collect();
            if voters.is_empty() {
                voters.push(server);
            }
            let learner = (!voters.contains(&server)).then(|| format!(" learners S{server}"));
            let voters: String = voters.iter().map(|n| format!(" S{n}")).collect();
            format!("reconfigure{voters}{}", learner.unwrap_or_default())
        }
    }
}

fn fault(dice: &mut Chance, servers: u64, paces: &[&str], down: &mut Vec<u64>, paused: &mut Vec<u64>) -> String {
    let server = 1 + dice.below(servers);
    let other = 1 + (server + dice.below(servers - 1)) % servers;
    let idle = !down.contains(&server) && !paused.contains(&server);
    match dice.below(18) {
        0 | 1 if idle => {
            down.push(server);
            format!("crash S{server}")
        }
        2 | 3 if !down.is_empty() => {
            let place = dice.below(down.len() as u64) as usize;
            format!("restart S{}", down.remove(place))
        }
        4 if idle => {
            paused.push(server);
            format!("pause S{server}")
        }
        5 if !paused.is_empty() => {
            let place = dice.below(paused.len() as u64) as usize;
            format!("resume S{}", paused.remove(place))
        }
        6 if server != other => format!("cut S{server}->S{other}"),
        7 => {
            let parts: Vec<String> = (1..=servers).filter(|_| dice.below(2) == 0).map(|n| format!("S{n}")).collect();
            if parts.is_empty() || parts.len() as u64 == servers {
                "heal".into()
            } else {
                format!("partition {}", parts.join(" "))
            }
        }
        8 => "heal".into(),
        9 => format!("clock S{server} {}", dice.pick(paces)),
        10 => format!("set fsync {} on S{server}", dice.pick(&["0ms", "3ms", "30ms"])),
        _ => request(dice, servers),
    }
}

/// What a client asks for, on few keys and with few values, so that they get in each other's way.
fn request(dice: &mut Chance, servers: u64) -> String {
    let key = dice.pick(&["x", "x", "y"]);
    let client = 1 + dice.below(4);
    match dice.below(8) {
        0 => format!("read {key} by C{client}"),
        1 => format!("read {key} from S{} by C{client}", 1 + dice.below(servers)),
        2 => format!("append {key} {} by C{client}", dice.below(10)),
        3 => format!("cas {key} {} {} by C{client}", dice.below(4), dice.below(4)),
        4 => format!("delete {key} by C{client}"),
        5 => format!("retry C{client}"),
        _ => format!("write {key}={} by C{client}", dice.below(4)),
    }
}
