//! What would be simpler: an action in fewer words, a scenario with fewer servers and settings.

use alloc::vec::Vec;

use raft_core::ServerId;

use super::play::Op;
use crate::machine::{ClientId, Operation};
use crate::scenario::{Action, End, Heal, Reconfiguration, Scenario, Scope, Select, Set, Which, Who};

/// Actions that say less, the simplest first. The servers are all that there are.
pub(super) fn simpler(action: &Action, servers: &[ServerId]) -> Vec<Action> {
    match action {
        Action::Settle(group) => {
            let group = match group.is_empty() {
                true => servers.iter().map(|id| Who::Server(*id)).collect(),
                false => group.clone(),
            };
            match group.len() {
                0..=2 => Vec::new(),
                _ => each_left_out(&group).map(Action::Settle).collect(),
            }
        }
        Action::Deliver(select) => oldest(select).map(Action::Deliver).into_iter().collect(),
        Action::Drop(select) => oldest(select).map(Action::Drop).into_iter().collect(),
        Action::Duplicate(select) => oldest(select).map(Action::Duplicate).into_iter().collect(),
        Action::Request { operation, to, by } => {
            let asks = |operation: &Operation, by| Action::Request { operation: operation.clone(), to: *to, by };
            let plain = Operation::Set { key: "x".into(), value: "1".into() };
            let same = |operation: &Operation| operation.is_read() || *operation == plain;
            let plainer = (!same(operation)).then(|| asks(&plain, *by));
            let first =
                matches!(by, Some(client) if *client != ClientId(1)).then(|| asks(operation, Some(ClientId(1))));
            let unsaid = (*by == Some(ClientId(1))).then(|| asks(operation, None));
            plainer.into_iter().chain(first).chain(unsaid).collect()
        }
        Action::Reconfigure { change: Reconfiguration::Become { voters, learners }, via } => {
            let become_ = |voters, learners| Action::Reconfigure {
                change: Reconfiguration::Become { voters, learners },
                via: *via,
            };
            let fewer = each_left_out(learners).map(|learners| become_(voters.clone(), learners));
            let fewer_voters = each_left_out(voters).filter(|voters| !voters.is_empty());
            fewer.chain(fewer_voters.map(|voters| become_(voters, learners.clone()))).collect()
        }
        Action::Partition(groups) => groups.iter().flatten().map(|who| Action::Isolate(*who)).collect(),
        Action::Isolate(_) => Vec::new(),
        _ => Vec::new(),
    }
}

fn each_left_out(all: &[Who]) -> impl Iterator<Item = Vec<Who>> {
    (0..all.len()).map(|out| {
        let mut rest = all.to_vec();
        rest.remove(out);
        rest
    })
}

fn oldest(select: &Select) -> Option<Select> {
    matches!(select.which, Which::Nth(_)).then(|| Select { which: Which::Oldest, ..select.clone() })
}

/// A scenario without its nth part, and the ops in it: `None` when there is no such part,
/// `Some(None)` when that one has to stay.
#[allow(clippy::option_option)]
pub(super) fn without(scenario: &Scenario, ops: &[Op], nth: usize) -> Option<Option<(Scenario, Vec<Op>)>> {
    let same = || ops.to_vec();
    let mut smaller = scenario.clone();
    let Some(nth) = nth.checked_sub(scenario.settings.len()) else {
        smaller.settings.remove(nth);
        return Some(Some((smaller, same())));
    };
    let Some(nth) = nth.checked_sub(scenario.bugs.len()) else {
        if scenario.bugs.len() == 1 {
            return Some(None);
        }
        smaller.bugs.remove(nth);
        return Some(Some((smaller, same())));
    };
    match nth {
        0 if scenario.clients > 1 => {
            smaller.clients -= 1;
            let last = ClientId(scenario.clients);
            let used = |op: &Op| match &op.action {
                Action::Request { by: Some(by), .. } | Action::Retry(by) => *by == last,
                _ => false,
            };
            Some((!ops.iter().any(used)).then(|| (smaller, same())))
        }
        0 => Some(None),
        1 if scenario.seed != 1 => {
            smaller.seed = 1;
            Some(Some((smaller, same())))
        }
        1 => Some(None),
        _ => None,
    }
}

/// A server that goes, and who does from then on what it did, if anybody.
type Leaver = (ServerId, Option<ServerId>);

/// The nth way to do with fewer servers, those with the fewest first: `None` when there is no such way, `Some(None)`
/// when nobody would be left.
#[allow(clippy::option_option)]
pub(super) fn fewer_servers(scenario: &Scenario, ops: &[Op], nth: usize) -> Option<Option<(Scenario, Vec<Op>)>> {
    let all: Vec<ServerId> = [&scenario.servers[..], &scenario.learners, &scenario.spares].concat();
    // A majority of three is one less than one of five: what two did there one may do.
    let stay = |gone: &[ServerId]| {
        let stay = all.iter().copied().filter(|id| !gone.contains(id)).map(Some);
        [None].into_iter().chain(stay).collect::<Vec<Option<ServerId>>>()
    };
    let alone = |one: ServerId| stay(&[one]).into_iter().map(move |into| alloc::vec![(one, into)]);
    let both = |one: ServerId, two: ServerId| {
        let stay = stay(&[one, two]);
        let second = stay.clone();
        let ways = stay.into_iter().flat_map(move |into| second.clone().into_iter().map(move |other| (into, other)));
        ways.map(move |(into, other)| alloc::vec![(one, into), (two, other)])
    };
    let pairs = all.iter().enumerate().flat_map(|(place, one)| all[..place].iter().map(move |two| (*two, *one)));
    let mut ways = pairs.flat_map(|(one, two)| both(one, two)).chain(all.iter().flat_map(|one| alone(*one)));
    ways.nth(nth).map(|leavers| without_servers(scenario, ops, &leavers))
}

/// Without some servers; those after them move up.
fn without_servers(scenario: &Scenario, ops: &[Op], leavers: &[Leaver]) -> Option<(Scenario, Vec<Op>)> {
    let goes = |id: ServerId| leavers.iter().find(|(gone, _)| *gone == id);
    let moved = |id: ServerId| ServerId(id.0 - leavers.iter().filter(|(gone, _)| *gone < id).count() as u32);
    let name = |id: ServerId| match goes(id) {
        Some((_, into)) => into.map(moved),
        None => Some(moved(id)),
    };
    let names =
        |ids: &[ServerId]| ids.iter().filter(|id| goes(**id).is_none()).map(|id| moved(*id)).collect::<Vec<_>>();
    let settings = scenario.settings.iter().filter_map(|set| match &set.on {
        Scope::Server(id) => Some(Set { on: Scope::Server(name(*id)?), ..set.clone() }),
        Scope::Link { from, to } => {
            let (from, to) = (name(*from)?, name(*to)?);
            (from != to).then(|| Set { on: Scope::Link { from, to }, ..set.clone() })
        }
        Scope::All => Some(set.clone()),
    });
    let smaller = Scenario {
        servers: names(&scenario.servers),
        learners: names(&scenario.learners),
        spares: names(&scenario.spares),
        settings: settings.collect(),
        ..scenario.clone()
    };
    let ops = ops.iter().filter_map(|op| Some(Op { wait: op.wait, action: renamed(&op.action, &name)? }));
    (!smaller.servers.is_empty()).then(|| (smaller, ops.collect()))
}

/// An action with other names; nothing if it is about somebody who is gone.
fn renamed(action: &Action, name: &dyn Fn(ServerId) -> Option<ServerId>) -> Option<Action> {
    let who = |who: Who| match who {
        Who::Server(id) => name(id).map(Who::Server),
        other => Some(other),
    };
    // Two may have the same name now.
    let some = |all: &[Who]| {
        let names = all.iter().filter_map(|one| who(*one));
        names.fold(Vec::new(), |mut names, one| {
            if !names.contains(&one) {
                names.push(one);
            }
            names
        })
    };
    let maybe = |one: Option<Who>| match one {
        Some(one) => who(one).map(Some),
        None => Some(None),
    };
    let select = |select: &Select| {
        let end = |end| match end {
            End::Server(one) => who(one).map(End::Server),
            client => Some(client),
        };
        let link = match select.link {
            Some((from, to)) => Some((end(from)?, end(to)?)),
            None => None,
        };
        Some(Select { link, ..select.clone() })
    };
    Some(match action {
        Action::Timeout(one) => Action::Timeout(who(*one)?),
        Action::Heartbeat(one) => Action::Heartbeat(who(*one)?),
        Action::Snapshot(one) => Action::Snapshot(who(*one)?),
        Action::Crash(one) => Action::Crash(who(*one)?),
        Action::Restart(one) => Action::Restart(who(*one)?),
        Action::Pause(one) => Action::Pause(who(*one)?),
        Action::Resume(one) => Action::Resume(who(*one)?),
        Action::Clock(one, pace) => Action::Clock(who(*one)?, *pace),
        Action::Wipe(one) => Action::Wipe(who(*one)?),
        Action::Lose { who: one, last } => Action::Lose { who: who(*one)?, last: *last },
        Action::ForgetVote(one) => Action::ForgetVote(who(*one)?),
        Action::Isolate(one) => Action::Isolate(who(*one)?),
        Action::Transfer { to, via } => Action::Transfer { to: who(*to)?, via: maybe(*via)? },
        Action::Reconfigure { change, via } => {
            let change = match change {
                Reconfiguration::Become { voters, learners } => {
                    let voters = some(voters);
                    if voters.is_empty() {
                        return None;
                    }
                    Reconfiguration::Become { voters, learners: some(learners) }
                }
                Reconfiguration::Add(one) => Reconfiguration::Add(who(*one)?),
                Reconfiguration::Remove(one) => Reconfiguration::Remove(who(*one)?),
                Reconfiguration::Promote(one) => Reconfiguration::Promote(who(*one)?),
            };
            Action::Reconfigure { change, via: maybe(*via)? }
        }
        Action::Cut { from, to, both } => Action::Cut { from: who(*from)?, to: who(*to)?, both: *both },
        Action::Heal(Heal::Link { from, to, both }) => {
            Action::Heal(Heal::Link { from: who(*from)?, to: who(*to)?, both: *both })
        }
        Action::Partition(groups) => {
            let groups: Vec<Vec<Who>> =
                groups.iter().map(|group| some(group)).filter(|group| !group.is_empty()).collect();
            let twice = |one: &Who| groups.iter().filter(|group| group.contains(one)).count() > 1;
            if groups.is_empty() || groups.iter().flatten().any(twice) {
                return None;
            }
            Action::Partition(groups)
        }
        Action::Set(Set { change, on: Scope::Server(id) }) => {
            Action::Set(Set { change: change.clone(), on: Scope::Server(name(*id)?) })
        }
        Action::Settle(group) => match some(group) {
            rest if rest.len() < 2 && !group.is_empty() => return None,
            rest => Action::Settle(rest),
        },
        Action::Deliver(one) => Action::Deliver(select(one)?),
        Action::Drop(one) => Action::Drop(select(one)?),
        Action::Duplicate(one) => Action::Duplicate(select(one)?),
        Action::Request { operation, to, by } => {
            Action::Request { operation: operation.clone(), to: maybe(*to)?, by: *by }
        }
        other => other.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn a_server_that_goes_leaves_its_name_to_the_next() {
        let op = |action| Op { wait: raft_core::Time::ZERO, action };
        let server = |n| Who::Server(ServerId(n));
        let ops = [op(Action::Crash(server(2))), op(Action::Settle(vec![server(1), server(2), server(3)]))];
        let leavers = [(ServerId(2), None)];
        let (scenario, less) = without_servers(&Scenario::default(), &ops, &leavers).expect("a smaller one");
        assert_eq!(scenario.servers, Scenario::first_servers(4));
        assert_eq!(less, [op(Action::Settle(vec![server(1), server(2)]))]);

        // Or to one that does what it did.
        let leavers = [(ServerId(2), Some(ServerId(3))), (ServerId(4), None)];
        let (scenario, less) = without_servers(&Scenario::default(), &ops, &leavers).expect("a smaller one");
        assert_eq!(scenario.servers, Scenario::first_servers(3));
        assert_eq!(less, [op(Action::Crash(server(2))), op(Action::Settle(vec![server(1), server(2)]))]);
    }

    #[test]
    fn each_way_to_do_with_fewer_servers_is_tried_once_and_nobody_is_left_alone() {
        let scenario = |count| Scenario { servers: Scenario::first_servers(count), ..Scenario::default() };
        let count = |servers| {
            let scenario = scenario(servers);
            let ways = (0..).map_while(|nth| fewer_servers(&scenario, &[], nth));
            let left: Vec<usize> = ways.flatten().map(|(smaller, _)| smaller.servers.len()).collect();
            assert!(left.is_sorted());
            left.len()
        };
        // Of five, ten pairs whose two each leave it to nobody or to one of three, and five single ones.
        assert_eq!([count(5), count(3), count(2), count(1)], [10 * 16 + 5 * 5, 3 * 4 + 3 * 3, 2 * 2, 0]);
    }
}
