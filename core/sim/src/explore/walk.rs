//! What happens next: an op drawn for the world as it is.
//!
//! Most of it is plain chance among what can be done. What no chance finds in time is aimed at (see
//! [`Aim`]).

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use raft_core::{RoleName, ServerId, Time, Timer};

use super::aims::{Aim, passes};
use super::budget::{Budget, Fault};
use super::play::Op;
use super::{Chance, draw};
use crate::host::{Condition, Server};
use crate::network::{Flight, Parcel, Place};
use crate::scenario::{Action, Network, Reads, Select, Which, Who};
use crate::world::World;

/// A walk through what may happen.
pub(crate) struct Walk<'a> {
    pub(super) chance: &'a mut Chance,
    pub(super) aims: VecDeque<Aim>,
    /// Whether it aims at all.
    aiming: bool,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(chance: &'a mut Chance, aiming: bool) -> Walk<'a> {
        Walk { chance, aims: VecDeque::with_capacity(32), aiming }
    }

    /// Whether something is meant to happen that has not yet.
    pub(crate) fn is_aiming(&self) -> bool {
        !self.aims.is_empty()
    }

    /// What it draws from.
    pub(crate) fn chance(&mut self) -> &mut Chance {
        self.chance
    }

    /// The next op; nothing if what was drawn cannot be done.
    pub(crate) fn next(&mut self, world: &World, budget: &Budget) -> Option<Op> {
        let manual = is_manual(world);
        while let Some(aim) = self.aims.pop_front() {
            let wait = passes(aim, world);
            if let Some(action) = self.toward(aim, world) {
                return Some(Op { wait, action });
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
        match self.chance.below(28) {
            0 => self.stand(world),
            1 => self.change(world, budget),
            2 => self.message(world, Action::Drop),
            3 => self.message(world, Action::Duplicate),
            4 => self.message(world, Action::Deliver),
            5..=7 => self.request(world),
            8 if budget.left(Fault::Loss) > 0 => self.forget(world),
            9 if self.aiming => self.crash_and_back(world),
            10..=13 if self.aiming => self.out_of_touch(world),
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
        // What is aimed at comes last.
        match self.chance.below(if self.aiming { 66 } else { 45 }) {
            0..=19 => self.message(world, Action::Deliver),
            20 if !self.aiming && self.chance.once_in(6) => self.compact(world),
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
            63..=64 => self.take_turns(world, budget),
            _ => self.compact(world),
        }
    }

    fn compact(&mut self, world: &World) -> Option<Action> {
        Some(Action::Snapshot(Who::Server(self.any(world, Server::is_up)?)))
    }

    pub(super) fn any(&mut self, world: &World, fits: impl Fn(&Server) -> bool) -> Option<ServerId> {
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

/// Whether a server's election timer may fire now. Raft promises nothing of time, but leases do: there nobody
/// stands for election before the shortest timeout is over for which it promised not to (thesis §6.4.1).
pub(super) fn may_stand(world: &World, server: &Server) -> bool {
    let leases = world.settings().all().reads == Reads::Lease;
    let promised = leases && server.other_timers().any(|(timer, _)| timer == Timer::Lease);
    !promised && runs(server) && role(server) != Some(RoleName::Leader)
}

fn is_manual(world: &World) -> bool {
    world.settings().all().network == Network::Manual
}

pub(super) fn runs(server: &Server) -> bool {
    server.condition() == Condition::Up
}

pub(super) fn role(server: &Server) -> Option<RoleName> {
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
pub(super) fn servers_flights(world: &World) -> impl Iterator<Item = &Flight> {
    let moving = world.moving(!is_manual(world));
    let between = |flight: &&Flight| matches!((flight.from, flight.to), (Place::Server(_), Place::Server(_)));
    moving
        .chain(world.network.held.iter().map(|flight| &**flight))
        .filter(|flight| flight.lost.is_none())
        .filter(between)
}

/// The words for one message: the oldest of its kind on its link, or by its place among them.
pub(super) fn select(world: &World, flight: &Flight) -> Option<Select> {
    let kind = flight.kind();
    let alike = |other: &&Flight| other.from == flight.from && other.to == flight.to && other.kind() == kind;
    let held = &world.network.held;
    let earlier = held[..held.partition_point(|other| other.id < flight.id)].iter().map(|other| &**other);
    let moving = world.moving(!is_manual(world)).filter(|other| other.id < flight.id);
    let before = earlier.chain(moving).filter(alike).filter(|other| other.lost.is_none()).count();
    let which = if before == 0 { Which::Oldest } else { Which::Nth(u32::try_from(before).ok()? + 1) };
    Some(Select { link: Some((flight.from.end(), flight.to.end())), kind: Some(kind), which })
}

impl World {
    /// Messages that travel by themselves; none, if they are not wanted.
    fn moving(&self, wanted: bool) -> impl Iterator<Item = &Flight> {
        wanted.then(|| self.queue.arrivals()).into_iter().flatten().map(|flight| &**flight)
    }
}
