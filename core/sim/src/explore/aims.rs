//! What is aimed at: a few ops in a row that Raft's rules are about.
//!
//! An election by a bare majority, entries that reach one follower and no more, a leader that crashes with
//! an entry that few have, two servers that lead in turn. Aims know the protocol, and nothing of bugs.

use alloc::vec::Vec;

use raft_core::{RoleName, ServerId, Time, Timer};

use super::budget::{Budget, Fault};
use super::draw;
use super::walk::{Walk, may_stand, role, runs, select, servers_flights};
use crate::host::Server;
use crate::machine::{ClientId, Operation};
use crate::network::{Flight, Parcel, Place};
use crate::scenario::{Action, Reconfiguration, Who};
use crate::world::World;

/// What is written.
const VALUES: [&str; 5] = ["1", "2", "3", "4", "5"];

/// What is meant to happen soon; whether it can is seen when its turn comes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Aim {
    /// A server's election timer fires.
    Stand(ServerId),
    /// It fires, and just so many vote for the server as it takes.
    Elect(ServerId),
    /// A leader's heartbeats are due.
    Heartbeat(ServerId),
    /// The message sent last on a link arrives.
    Newest(ServerId, ServerId),
    /// The one sent first.
    Oldest(ServerId, ServerId),
    /// What a leader and a follower have to say to each other arrives in order, until the follower has the leader's
    /// log and the leader knows; after so many messages it is enough.
    CatchUp(ServerId, ServerId, u8),
    /// A client writes at a server.
    Write(ServerId),
    /// Another client reads at a server.
    Read(ServerId),
    /// A leader is told to change the cluster.
    Change(ServerId),
    Crash(ServerId),
    Restart(ServerId),
    /// Time passes.
    Pass(Time),
    /// It passes until a server is bound no more to vote for nobody but its leader.
    Outlast(ServerId),
    /// A client writes at another server that leads.
    WriteElsewhere(ServerId),
    /// Nothing reaches or leaves it.
    Isolate(ServerId),
}

/// Aims.
impl Walk<'_> {
    pub(super) fn aim(&mut self, aims: impl IntoIterator<Item = Aim>) {
        self.aims.extend(aims);
    }

    /// A server stands for election, and just so many vote for it as it takes.
    pub(super) fn elect(&mut self, world: &World) -> Option<Action> {
        let id = self.any(world, |server| may_stand(world, server))?;
        self.toward(Aim::Elect(id), world)
    }

    /// Just so many of those that would vote for it are asked, if there are as many (§5.4.1).
    fn elect_it(&mut self, id: ServerId, world: &World) -> Option<Action> {
        let server = world.server(id).filter(|server| may_stand(world, server))?;
        let members = server.view()?.members;
        let need = members.voters.len() / 2;
        let mut others: Vec<ServerId> = members.voters.iter().copied().filter(|other| *other != id).collect();
        let own = server.log().last();
        let would =
            |other: &ServerId| world.server(*other).is_some_and(|other| runs(other) && other.log().last() <= own);
        if others.iter().copied().filter(would).count() >= need {
            others.retain(would);
        }
        while others.len() > need {
            let place = self.chance.below(others.len() as u64) as usize;
            others.swap_remove(place);
        }
        let rounds = if world.settings().all().pre_vote { 2 } else { 1 };
        // A follower that hears of a newer term for the first time needs to be asked once more.
        for _ in 0..rounds {
            for other in others.iter().rev() {
                self.aims.push_front(Aim::Newest(*other, id));
                self.aims.push_front(Aim::Newest(id, *other));
            }
        }
        Some(Action::Timeout(Who::Server(id)))
    }

    fn catch_up(&mut self, leader: ServerId, other: ServerId, left: u8, world: &World) -> Option<Action> {
        let server = world.server(leader).filter(|server| runs(server))?;
        let known = server.view()?.followers.iter().find(|known| known.server == other)?;
        if left == 0 || known.matched >= server.log().last_index() {
            return None;
        }
        self.aims.push_front(Aim::CatchUp(leader, other, left - 1));
        let (one, two) = (Place::Server(leader), Place::Server(other));
        let between = |flight: &&Flight| [(one, two), (two, one)].contains(&(flight.from, flight.to));
        let said = |flight: &&Flight| matches!(&flight.parcel, Parcel::Raft(said) if said.term == server.term());
        match servers_flights(world).filter(between).find(said) {
            Some(flight) => select(world, flight).map(Action::Deliver),
            None => Some(Action::Heartbeat(Who::Server(leader))),
        }
    }

    /// A leader's entries reach one follower, and the leader hears of it.
    pub(super) fn replicate(&mut self, world: &World) -> Option<Action> {
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
    pub(super) fn leader_fails(&mut self, world: &World) -> Option<Action> {
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

    /// Two servers lead in turn, and what each of them wants reaches few of the others (Figures 7 and 8).
    pub(super) fn take_turns(&mut self, world: &World, budget: &Budget) -> Option<Action> {
        let one = self.any(world, runs)?;
        let two = self.any(world, |server| server.id != one && runs(server))?;
        let changes = budget.left(Fault::Change) > 1 && self.chance.once_in(2);
        for turn in 0..2 + self.chance.below(3) {
            let (leads, other) = if turn % 2 == 0 { (one, two) } else { (two, one) };
            // Who led before forgets that it did, or hears of the other, or knows nothing yet.
            match self.chance.below(4) {
                _ if turn < 2 => {}
                0 | 1 => self.aim([Aim::Crash(leads), Aim::Restart(leads)]),
                2 => self.aim([Aim::Oldest(other, leads)]),
                _ => {}
            }
            // The first time its term may be one in which votes are given already.
            self.aim([Aim::Elect(leads), Aim::Elect(leads)]);
            if changes && self.chance.below(3) > 0 {
                self.aim([Aim::Change(leads)]);
            } else {
                let writes = self.chance.below(3) as usize;
                self.aim([Aim::Write(leads); 2].into_iter().take(writes));
            }
            self.reaches_few(leads, world);
        }
        let next = self.aims.pop_front()?;
        self.toward(next, world)
    }

    /// Nobody, one, or some of the others catch up with a leader.
    fn reaches_few(&mut self, leader: ServerId, world: &World) {
        const MESSAGES: u8 = 8;
        match self.chance.below(3) {
            0 => {}
            1 => {
                let other = self.any(world, |server| server.id != leader);
                self.aim(other.map(|other| Aim::CatchUp(leader, other, MESSAGES)));
            }
            _ => {
                for server in world.servers().iter().filter(|server| server.id != leader) {
                    if self.chance.once_in(2) {
                        self.aim([Aim::CatchUp(leader, server.id, MESSAGES)]);
                    }
                }
            }
        }
    }

    /// Another leads and a client is told so; the one before is asked.
    pub(super) fn read_at_an_old_leader(&mut self, world: &World) -> Option<Action> {
        let old = self.any(world, |server| role(server) == Some(RoleName::Leader) && runs(server))?;
        let new = self.any(world, |server| server.id != old && runs(server))?;
        let voter = self.any(world, |server| ![old, new].contains(&server.id) && runs(server))?;
        self.aim([Aim::Newest(new, voter), Aim::Newest(voter, new)]);
        self.aim([Aim::Write(new), Aim::Newest(new, voter), Aim::Newest(voter, new)]);
        self.aim([Aim::Newest(new, voter), Aim::Newest(voter, new), Aim::Read(old)]);
        self.toward(Aim::Stand(new), world)
    }

    /// Mostly one voter more or less, as its leader knows them; that needs no joint consensus (thesis §4.1).
    fn one_more_or_less(&mut self, leader: ServerId, world: &World) -> Reconfiguration {
        let servers = world.servers();
        if self.chance.once_in(4) {
            return draw::change(self.chance, servers.len() as u64);
        }
        let id = servers[self.chance.below(servers.len() as u64) as usize].id;
        let votes = world.server(leader).and_then(Server::view).is_some_and(|view| view.members.voters.contains(&id));
        if votes { Reconfiguration::Remove(Who::Server(id)) } else { Reconfiguration::Add(Who::Server(id)) }
    }

    /// A leader is out of touch, with one other first or with all at once; others elect one of their own, a
    /// client writes there, and another reads at the old one (thesis §6.4.1).
    pub(super) fn out_of_touch(&mut self, world: &World) -> Option<Action> {
        let old = self.any(world, |server| role(server) == Some(RoleName::Leader) && runs(server))?;
        let other = self.any(world, |server| server.id != old && runs(server))?;
        let mut pass = |millis: &[u64]| Aim::Pass(Time::millis(*self.chance.pick(millis)));
        let (little, elected, told) = (pass(&[0, 1, 5, 20, 50]), pass(&[2, 5, 20, 50]), pass(&[5, 10, 30, 60]));
        let with_one_first = self.chance.once_in(2);
        self.aim([Aim::Outlast(other), if with_one_first { Aim::Isolate(old) } else { little }]);
        self.aim([Aim::Stand(other), elected, Aim::WriteElsewhere(old), told, Aim::Read(old)]);
        match with_one_first {
            true => Some(Action::Cut { from: Who::Server(old), to: Who::Server(other), both: true }),
            false => self.toward(Aim::Isolate(old), world),
        }
    }

    /// What comes nearer to it, as things stand.
    pub(super) fn toward(&mut self, aim: Aim, world: &World) -> Option<Action> {
        let up = |id| world.server(id).is_some_and(runs);
        let leads = |id| world.server(id).and_then(role) == Some(RoleName::Leader);
        match aim {
            Aim::Stand(id) => world
                .server(id)
                .is_some_and(|server| may_stand(world, server))
                .then_some(Action::Timeout(Who::Server(id))),
            Aim::Elect(id) => self.elect_it(id, world),
            Aim::Change(id) => (up(id) && leads(id)).then(|| {
                let change = self.one_more_or_less(id, world);
                Action::Reconfigure { change, via: Some(Who::Server(id)) }
            }),
            Aim::Heartbeat(id) => (up(id) && leads(id)).then_some(Action::Heartbeat(Who::Server(id))),
            Aim::Crash(id) => up(id).then_some(Action::Crash(Who::Server(id))),
            Aim::Restart(id) => {
                world.server(id).is_some_and(|server| !server.is_up()).then_some(Action::Restart(Who::Server(id)))
            }
            Aim::Isolate(id) => Some(Action::Isolate(Who::Server(id))),
            Aim::WriteElsewhere(id) => {
                let leads = |server: &&Server| runs(server) && role(server) == Some(RoleName::Leader);
                let others = world.servers().iter().filter(|server| server.id != id).filter(leads);
                self.toward(Aim::Write(others.max_by_key(|server| server.term())?.id), world)
            }
            // Something has to be done then; what was said goes when it is made short.
            Aim::Pass(_) | Aim::Outlast(_) => Some(Action::Note("later".into())),
            Aim::Newest(from, to) => select(world, on_link(world, from, to).last()?).map(Action::Deliver),
            Aim::Oldest(from, to) => select(world, on_link(world, from, to).next()?).map(Action::Deliver),
            Aim::CatchUp(leader, other, left) => self.catch_up(leader, other, left, world),
            Aim::Write(id) => {
                let value = (*self.chance.pick(&VALUES)).into();
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

/// How long an aim waits before something is done.
pub(super) fn passes(aim: Aim, world: &World) -> Time {
    let promise = |id| world.server(id)?.other_timers().find(|(timer, _)| *timer == Timer::Lease);
    match aim {
        Aim::Pass(time) => time,
        Aim::Outlast(id) => promise(id).map_or(Time::ZERO, |(_, due)| due.since(world.now()) + Time(1)),
        _ => Time::ZERO,
    }
}

fn on_link(world: &World, from: ServerId, to: ServerId) -> impl Iterator<Item = &Flight> {
    let link = (Place::Server(from), Place::Server(to));
    servers_flights(world).filter(move |flight| (flight.from, flight.to) == link)
}
