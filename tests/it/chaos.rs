//! Random schedules, as scenarios: what a seed does can be read, replayed and sent as a link.

mod readers;

use std::sync::Arc;

use raft_sim::explore::Chance;
use raft_sim::explore::draw::{self, Idle};
use raft_sim::record::Trace;
use raft_sim::run::Run;
use raft_sim::scenario::{Action, Scenario, Step, Trigger, format_action, parse};

/// Thirty simulated seconds of crashes, partitions, loss, and clients that ask and ask again, for one seed.
pub fn scenario(seed: u64) -> Scenario {
    let dice = Chance::new(seed);
    possible(parse(&text(seed, dice)).expect("the schedule is a scenario").scenario)
}

/// Some seconds in which many clients read, while leaders come and go, for one seed.
pub fn readers(seed: u64) -> Scenario {
    let dice = Chance::new(seed);
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

fn text(seed: u64, mut dice: Chance) -> String {
    let voters = *dice.pick(&[3, 3, 5, 5, 5, 4, 7]);
    // In every second run the cluster changes, too: voters, learners and servers that wait to join.
    let changes = dice.below(2) == 0;
    let (learners, spares) = if changes { (dice.below(2), 1 + dice.below(2)) } else { (0, 0) };
    let servers = voters + learners + spares;
    let promised = draw::settings(draw::PROMISES, &mut dice);
    let is = |what: &str| promised.iter().any(|line| line == what);
    // In every fourth, as what cannot be done must be found out first.
    let transfers = dice.below(4) == 0;
    // A lease holds for clocks that keep to a bound; so they do, and in every second run it is a tight one.
    let (drift, paces) = *dice.pick(&[(75, ["x0.5", "x0.9", "x1.1", "x2"]), (20, ["x0.9", "x0.95", "x1", "x1.1"])]);
    let mut lines = vec![format!("raft 1\nservers {voters}\nclients 6\nseed {seed}")];
    lines.extend(draw::settings(draw::SETTINGS, &mut dice));
    lines.extend(promised.clone());
    lines.push(format!("set clock-drift {drift}%"));
    for (word, range) in
        [("learners", voters + 1..voters + 1 + learners), ("spares", servers + 1 - spares..servers + 1)]
    {
        if !range.is_empty() {
            lines.push(format!("{word}{}", range.map(|n| format!(" S{n}")).collect::<String>()));
        }
    }
    lines.extend((1..=4).map(|client| format!("at 50ms write x=0 by C{client}")));
    let mut idle = Idle::default();
    let mut at = 100;
    while at < 17_000 {
        at += 20 + dice.below(400);
        if changes && dice.below(5) == 0 {
            lines.push(format!("at {at}ms"));
            let change = change(&mut dice, servers);
            // Somebody who does not know who leads asks everybody.
            let asked = (1..=servers).filter(|server| !idle.down.contains(server) && !idle.paused.contains(server));
            lines.extend(asked.map(|server| format!("  {change} via S{server}")));
            continue;
        }
        if transfers && dice.below(15) == 0 {
            lines.push(format!("at {at}ms transfer to S{}", 1 + dice.below(servers)));
            continue;
        }
        let action = format_action(&draw::fault(&mut dice, servers, &paces, &mut idle));
        lines.push(format!("at {at}ms {action}"));
        // A reader of its own, who asks whom it likes; in half of the runs where that costs no entry.
        if seed.is_multiple_of(2) && !is("set reads log") {
            let server = 1 + dice.below(servers);
            lines.push(format!("at {at}ms read x from S{server} by C6"));
        }
    }
    for server in idle.down {
        lines.push(format!("at 18s restart S{server}"));
    }
    for server in idle.paused {
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
    let told = if is("set sessions-kept 0") { "C5 got ok" } else { "C5 got ok or C5 got expired" };
    lines.push(format!("after 1ms expect {told} within 6s"));
    if changes {
        lines.push("at 29s expect one leader and not joint".into());
    } else if is("set no-op on") {
        // Without an entry of its own a new leader need not learn what is committed (§8). A follower
        // that lost parts of its stream again and again waits some seconds for the next.
        lines.push(format!("after 1ms expect S1 end = 1 and S{servers} end = 1 within 6s"));
    }
    // Without sessions a request that is asked again may be done again.
    let safe = if is("set sessions on") { "safe" } else { FIGURE_3 };
    lines.push(format!("at 30s expect {safe}"));
    lines.join("\n")
}

/// The promises that hold without client sessions, too.
const FIGURE_3: &str = "not violated election-safety and not violated leader-append-only and not violated log-matching \
                        and not violated leader-completeness and not violated state-machine-safety";

/// What somebody wants of the cluster; often it is refused.
fn change(dice: &mut Chance, servers: u64) -> String {
    format_action(&Action::Reconfigure { change: draw::change(dice, servers), via: None })
}
