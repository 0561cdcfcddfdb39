//! What happens next: an op drawn for the world as it is.
//!
//! Most of it is plain chance among what can be done. What no chance finds in time is aimed at: an
//! [`Aim`] is a few ops in a row that Raft's rules are about (an election by a bare majority, a leader
//! that crashes with an entry that few have, a message of an old term that arrives late). Aims know the
//! protocol, and nothing of bugs.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use raft_core::{RoleName, ServerId, Time};

use super::budget::{Budget, Fault};
use super::play::Op;
use super::{Chance, draw};
use crate::host::{Condition, Server};
use crate::machine::{ClientId, Operation};
use crate::network::{Flight, Parcel, Place};
use crate::scenario::{Action, Network, Reads, Select, Which, Who};
use crate::world::World;

/// So many writes have values of their own.
const VALUES: u64 = 5;

/// What is meant to happen soon; whether it can is seen when its turn comes.
#[derive(Clone, Copy, Debug)]
enum Aim {
    /// A server's election timer fires.
    Stand(ServerId),
    /// A leader's heartbeats are due.
    Heartbeat(ServerId),
    /// The message sent last on a link arrives.
    Newest(ServerId, ServerId),
    /// A client writes at a server.
    Write(ServerId),
    /// Another client reads at a server.
    Read(ServerId),
    Crash(ServerId),
    Restart(ServerId),
}

/// A walk through what may happen.
pub(crate) struct Walk<'a> {
    chance: &'a mut Chance,
    aims: VecDeque<Aim>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(chance: &'a mut Chance) -> Walk<'a> {
        Walk { chance, aims: VecDeque::new() }
    }

    /// What it draws from.
    pub(crate) fn chance(&mut self) -> &mut Chance {
        self.chance
    }

    /// The next op; nothing if what was drawn cannot be done.
    pub(crate) fn next(&mut self, world: &World, budget: &Budget) -> Option<Op> {
        let manual = world.settings().all().network == Network::Manual;
        while let Some(aim) = self.aims.pop_front() {
            if let Some(action) = self.toward(aim, world) {
                return Some(Op { wait: Time::ZERO, action });
            }
        }
        let wait = self.wait(manual);
        let action = if manual { self.by_hand(world, budget) } else { self.in_time(world, budget) };
        Some(Op { wait, action: action? })
    }

    /// With a manual network time passes for disks and clients only.
    fn wait(&mut self, manual: bool) -> Time {
        let millis = match manual {
            true => *self.chance.pick(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 10, 100]),
            false => *self.chance.pick(&[0, 0, 1, 3, 10, 20, 40, 80, 150, 400]),
        };
        Time::millis(millis)
    }

    /// Messages travel by themselves: faults and requests, and now and then one message by hand.
    fn in_time(&mut self, world: &World, budget: &Budget) -> Option<Action> {
        let servers = world.servers().len() as u64;
        match self.chance.below(24) {
            0 => self.stand(world),
            1 => self.change(world, budget),
            2 => self.message(world, Action::Drop),
            3 => self.message(world, Action::Duplicate),
            4 => self.message(world, Action::Deliver),
            5..=7 => self.request(world),
            8 if budget.left(Fault::Loss) > 0 => self.forget(world),
            9 => self.crash_and_back(world),
            _ => {
                let drift = world.settings().all().clock_drift_percent;
                let paces: &[&str] = if drift >= 75 { &["x0.5", "x0.9", "x1.1", "x2"] } else { &["x1"] };
                let mut idle = idle(world);
                let action = draw::fault(self.chance, servers, paces, &mut idle);
                // A disk that is slow for once is a setting, not a fault; a client asks by `request`.
                (!matches!(action, Action::Request { .. } | Action::Retry(_))).then_some(action)
            }
        }
    }

    /// Nothing arrives by itself.
    fn by_hand(&mut self, world: &World, budget: &Budget) -> Option<Action> {
        match self.chance.below(64) {
            0..=19 => self.message(world, Action::Deliver),
            20..=25 => Some(self.settle(world)),
            26..=28 => self.stand(world),
            29..=30 => leaders(world).next().map(|leader| Action::Heartbeat(Who::Server(leader))),
            31..=34 => self.request(world),
            35 => self.crash(world),
            36..=37 => self.restart(world),
            38 => self.message(world, Action::Drop),
            39..=40 => self.message(world, Action::Duplicate),
            41 if self.chance.once_in(3) => self.pause(world),
            42..=43 => self.change(world, budget),
            44 if budget.left(Fault::Loss) > 0 => self.forget(world),
            45..=47 => self.crash_and_back(world),
            48..=54 => self.elect(world),
            55..=58 => self.replicate(world),
            59..=60 => self.old_message(world),
            61 => self.leader_fails(world),
            62 => self.read_at_an_old_leader(world),
            _ => Some(Action::Snapshot(Who::Server(self.any(world, Server::is_up)?))),
        }
    }

    fn any(&mut self, world: &World, fits: impl Fn(&Server) -> bool) -> Option<ServerId> {
        let count = world.servers().iter().filter(|server| fits(server)).count() as u64;
        if count == 0 {
            return None;
        }
        let nth = self.chance.below(count) as usize;
        world.servers().iter().filter(|server| fits(server)).nth(nth).map(|server| server.id)
    }

    fn stand(&mut self, world: &World) -> Option<Action> {
        let id = self.any(world, |server| may_stand(world, server))?;
        Some(Action::Timeout(Who::Server(id)))
    }

    fn crash(&mut self, world: &World) -> Option<Action> {
        self.any(world, Server::is_up).map(|id| Action::Crash(Who::Server(id)))
    }

    fn restart(&mut self, world: &World) -> Option<Action> {
        self.any(world, |server| !server.is_up()).map(|id| Action::Restart(Who::Server(id)))
    }

    /// Who writes to its disk right now crashes first.
    fn crash_and_back(&mut self, world: &World) -> Option<Action> {
        let busy = |server: &Server| server.process().is_some_and(|process| !process.disk.unsynced.is_empty());
        let id = self.any(world, busy).or_else(|| self.any(world, Server::is_up))?;
        self.aim([Aim::Restart(id)]);
        Some(Action::Crash(Who::Server(id)))
    }

    fn pause(&mut self, world: &World) -> Option<Action> {
        match self.any(world, |server| server.condition() == Condition::Paused) {
            Some(id) => Some(Action::Resume(Who::Server(id))),
            None => self.any(world, runs).map(|id| Action::Pause(Who::Server(id))),
        }
    }

    fn forget(&mut self, world: &World) -> Option<Action> {
        let who = Who::Server(self.any(world, |_| true)?);
        Some(match self.chance.below(3) {
            0 => Action::Wipe(who),
            1 => Action::Lose { who, last: 1 + self.chance.below(2) as u32 },
            _ => Action::ForgetVote(who),
        })
    }

    /// A cluster changes where there is somebody to join it, or a vote too many to lose.
    fn change(&mut self, world: &World, budget: &Budget) -> Option<Action> {
        if budget.left(Fault::Change) == 0 {
            return None;
        }
        let via = self.any(world, |server| role(server) == Some(RoleName::Leader) && runs(server))?;
        if self.chance.once_in(6) {
            return Some(Action::Transfer { to: Who::Server(self.any(world, |_| true)?), via: Some(Who::Server(via)) });
        }
        let change = draw::change(self.chance, world.servers().len() as u64);
        Some(Action::Reconfigure { change, via: Some(Who::Server(via)) })
    }

    /// Mostly of a server that believes that it leads.
    fn request(&mut self, world: &World) -> Option<Action> {
        if self.chance.once_in(4) {
            let fit = |action: &Action| match action {
                Action::Request { by: Some(by), .. } | Action::Retry(by) => by.0 as usize <= world.clients().len(),
                _ => true,
            };
            return Some(draw::request(self.chance, world.servers().len() as u64)).filter(fit);
        }
        let reads = world.settings().all().reads != Reads::Log && self.chance.once_in(2);
        let at = match self.any(world, |server| role(server) == Some(RoleName::Leader) && runs(server)) {
            Some(leader) => leader,
            None => self.any(world, runs)?,
        };
        self.toward(if reads { Aim::Read(at) } else { Aim::Write(at) }, world)
    }

    /// Some servers, the others not, have a word with each other.
    fn settle(&mut self, world: &World) -> Action {
        let all: Vec<Who> = world.servers().iter().map(|server| Who::Server(server.id)).collect();
        let some: Vec<Who> = all.iter().copied().filter(|_| self.chance.below(5) < 3).collect();
        Action::Settle(if some.len() > 1 && some.len() < all.len() { some } else { Vec::new() })
    }

    /// One message on its way between servers; in half of the cases one of the latest.
    fn message(&mut self, world: &World, action: impl FnOnce(Select) -> Action) -> Option<Action> {
        let count = servers_flights(world).count() as u64;
        if count == 0 {
            return None;
        }
        let among = if self.chance.once_in(2) { count.min(4) } else { count };
        let nth = count - 1 - self.chance.below(among);
        let flight = servers_flights(world).nth(nth as usize)?;
        select(world, flight).map(action)
    }

    /// A message of a term that is over arrives late.
    fn old_message(&mut self, world: &World) -> Option<Action> {
        let old = |flight: &&Flight| match (&flight.parcel, flight.to) {
            (Parcel::Raft(envelope), Place::Server(to)) => {
                world.server(to).is_some_and(|server| server.is_up() && envelope.term <= server.term())
            }
            _ => false,
        };
        let flight = servers_flights(world).find(old)?;
        select(world, flight).map(Action::Deliver)
    }
}

/// Aims.
impl Walk<'_> {
    fn aim(&mut self, aims: impl IntoIterator<Item = Aim>) {
        self.aims.extend(aims);
    }

    /// A server stands for election, and just so many vote for it as it takes.
    fn elect(&mut self, world: &World) -> Option<Action> {
        let id = self.any(world, |server| may_stand(world, server))?;
        let members = world.server(id)?.view()?.members;
        let need = members.voters.len() / 2;
        let mut others: Vec<ServerId> = members.voters.iter().copied().filter(|other| *other != id).collect();
        while others.len() > need {
            let place = self.chance.below(others.len() as u64) as usize;
            others.swap_remove(place);
        }
        let rounds = if world.settings().all().pre_vote { 2 } else { 1 };
        // A follower that hears of a newer term for the first time needs to be asked once more.
        for _ in 0..rounds {
            for other in &others {
                self.aim([Aim::Newest(id, *other), Aim::Newest(*other, id)]);
            }
        }
        Some(Action::Timeout(Who::Server(id)))
    }

    /// A leader's entries reach one follower, and the leader hears of it.
    fn replicate(&mut self, world: &World) -> Option<Action> {
        let leader = self.any(world, |server| role(server) == Some(RoleName::Leader) && runs(server))?;
        let other = self.any(world, |server| server.id != leader && runs(server))?;
        let there_and_back = [Aim::Newest(leader, other), Aim::Newest(other, leader)];
        let first = self.chance.below(3);
        if first == 0 {
            self.aim([Aim::Write(leader)]);
        }
        if first == 1 {
            self.aim([Aim::Heartbeat(leader)]);
        }
        self.aim(there_and_back);
        if self.chance.once_in(2) {
            self.aim(there_and_back);
        }
        let next = self.aims.pop_front()?;
        self.toward(next, world)
    }

    /// A leader takes a write and crashes, before or after one other has it; another takes over.
    fn leader_fails(&mut self, world: &World) -> Option<Action> {
        let leader = self.any(world, |server| role(server) == Some(RoleName::Leader) && runs(server))?;
        let other = self.any(world, |server| server.id != leader && runs(server))?;
        if self.chance.once_in(2) {
            self.aim([Aim::Newest(leader, other), Aim::Newest(other, leader)]);
        }
        self.aim([Aim::Crash(leader)]);
        let next = self.any(world, |server| server.id != leader && runs(server))?;
        let voter = self.any(world, |server| server.id != leader && server.id != next)?;
        if self.chance.once_in(2) {
            self.aim([Aim::Restart(leader)]);
        }
        self.aim([Aim::Stand(next), Aim::Newest(next, voter), Aim::Newest(voter, next)]);
        self.toward(Aim::Write(leader), world)
    }

    /// Another leads and a client is told so; the one before is asked.
    fn read_at_an_old_leader(&mut self, world: &World) -> Option<Action> {
        let old = self.any(world, |server| role(server) == Some(RoleName::Leader) && runs(server))?;
        let new = self.any(world, |server| server.id != old && runs(server))?;
        let voter = self.any(world, |server| ![old, new].contains(&server.id) && runs(server))?;
        self.aim([Aim::Newest(new, voter), Aim::Newest(voter, new)]);
        self.aim([Aim::Write(new), Aim::Newest(new, voter), Aim::Newest(voter, new)]);
        self.aim([Aim::Newest(new, voter), Aim::Newest(voter, new), Aim::Read(old)]);
        self.toward(Aim::Stand(new), world)
    }

    /// What comes nearer to it, as things stand.
    fn toward(&mut self, aim: Aim, world: &World) -> Option<Action> {
        let up = |id| world.server(id).is_some_and(runs);
        let leads = |id| world.server(id).and_then(role) == Some(RoleName::Leader);
        match aim {
            Aim::Stand(id) => world
                .server(id)
                .is_some_and(|server| may_stand(world, server))
                .then_some(Action::Timeout(Who::Server(id))),
            Aim::Heartbeat(id) => (up(id) && leads(id)).then_some(Action::Heartbeat(Who::Server(id))),
            Aim::Crash(id) => up(id).then_some(Action::Crash(Who::Server(id))),
            Aim::Restart(id) => {
                world.server(id).is_some_and(|server| !server.is_up()).then_some(Action::Restart(Who::Server(id)))
            }
            Aim::Newest(from, to) => {
                let (from, to) = (Place::Server(from), Place::Server(to));
                let there = servers_flights(world).filter(|flight| (flight.from, flight.to) == (from, to));
                select(world, there.last()?).map(Action::Deliver)
            }
            Aim::Write(id) => {
                let value = alloc::format!("{}", 1 + self.chance.below(VALUES)).into();
                let operation = Operation::Set { key: "x".into(), value };
                up(id).then_some(Action::Request { operation, to: Some(Who::Server(id)), by: Some(ClientId(1)) })
            }
            Aim::Read(id) => {
                let by = ClientId(world.clients().len().min(2) as u32);
                let operation = Operation::Get { key: "x".into() };
                up(id).then_some(Action::Request { operation, to: Some(Who::Server(id)), by: Some(by) })
            }
        }
    }
}

/// Whether a server's election timer may fire now. Raft promises nothing of time, but leases do: there
/// timers fire when they are due.
fn may_stand(world: &World, server: &Server) -> bool {
    let leases = world.settings().all().reads == Reads::Lease;
    !leases && runs(server) && role(server) != Some(RoleName::Leader)
}

fn runs(server: &Server) -> bool {
    server.condition() == Condition::Up
}

fn role(server: &Server) -> Option<RoleName> {
    server.process().map(|process| process.node.role())
}

fn leaders(world: &World) -> impl Iterator<Item = ServerId> {
    world
        .servers()
        .iter()
        .filter(|server| runs(server) && role(server) == Some(RoleName::Leader))
        .map(|server| server.id)
}

fn idle(world: &World) -> draw::Idle {
    let those = |condition| {
        let fits = world.servers().iter().filter(move |server| server.condition() == condition);
        fits.map(|server| u64::from(server.id.0)).collect()
    };
    draw::Idle { down: those(Condition::Down), paused: those(Condition::Paused) }
}

/// Messages between servers that are not lost already; those that stand still in sending order.
fn servers_flights(world: &World) -> impl Iterator<Item = &Flight> {
    let manual = world.settings().all().network == Network::Manual;
    let moving = world.moving(!manual);
    let between = |flight: &&Flight| matches!((flight.from, flight.to), (Place::Server(_), Place::Server(_)));
    moving
        .chain(world.network.held.iter().map(|flight| &**flight))
        .filter(|flight| flight.lost.is_none())
        .filter(between)
}

/// The words for one message: the oldest of its kind on its link, or by its place among them.
fn select(world: &World, flight: &Flight) -> Option<Select> {
    let kind = flight.kind();
    let alike = |other: &&Flight| {
        other.id < flight.id && other.from == flight.from && other.to == flight.to && other.kind() == kind
    };
    let before = servers_flights(world).filter(alike).count();
    let which = if before == 0 { Which::Oldest } else { Which::Nth(u32::try_from(before).ok()? + 1) };
    Some(Select { link: Some((flight.from.end(), flight.to.end())), kind: Some(kind), which })
}

impl World {
    /// Messages that travel by themselves; none, if they are not wanted.
    fn moving(&self, wanted: bool) -> impl Iterator<Item = &Flight> {
        let events = if wanted { Some(self.queue.values()) } else { None };
        events.into_iter().flatten().filter_map(|event| match event {
            crate::world::Event::Arrival(flight) => Some(&**flight),
            _ => None,
        })
    }
}
