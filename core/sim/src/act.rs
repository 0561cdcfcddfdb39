//! What a person or a scenario does to a world: faults, messages by hand, clients' operations.

use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use raft_core::{Index, Input, RoleName, ServerId, Time, Timer, Way};

use crate::client::Wish;
use crate::host::{Condition, Host, Server};
use crate::machine::ClientId;
use crate::network::{Flight, Hold, Loss, Parcel, Place};
use crate::record::{Trace, What};
use crate::scenario::{self, Action, Change, End, Heal, Reconfiguration, Select, Set, Which, Who, format_action};
use crate::world::{Event, OPERATOR, World};

/// `settle` delivers at most so many messages: a cluster that never rests ends there.
const MOST_SETTLED: usize = 10_000;

/// Why an action cannot be done.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ActError {
    /// There is no such server.
    NoServer(ServerId),
    /// There is no such client.
    NoClient(ClientId),
    /// Nobody leads.
    NoLeader,
    /// No other server is up.
    NoFollower,
    /// The server is down.
    IsDown(ServerId),
    /// The server is up.
    IsUp(ServerId),
    /// The server is paused.
    IsPaused(ServerId),
    /// The server is not paused.
    NotPaused(ServerId),
    /// The server does not lead, so it sends no heartbeats.
    NotLeading(ServerId),
    /// The server leads, so it has no election timer.
    Leads(ServerId),
    /// No such message is in flight.
    NoMessage,
    /// The message is held already.
    IsHeld,
    /// The message is not held.
    NotHeld,
    /// The link is from a server to itself.
    SameEnds(ServerId),
    /// There is no entry on the server's disk.
    NothingToLose(ServerId),
    /// The server's disk holds no vote.
    NoVote(ServerId),
    /// The client has asked for nothing that it could ask for again.
    AskedNothing(ClientId),
    /// The client has asked for this too often.
    AskedTooOften(ClientId),
    /// The server has applied nothing since its last snapshot.
    NothingToKeep(ServerId),
}

impl fmt::Display for ActError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ActError::NoServer(id) => write!(f, "there is no {id}"),
            ActError::NoClient(id) => write!(f, "there is no {id}"),
            ActError::NoLeader => write!(f, "nobody leads right now"),
            ActError::NoFollower => write!(f, "no other server is up"),
            ActError::IsDown(id) => write!(f, "{id} is down; restart it first"),
            ActError::IsUp(id) => write!(f, "{id} is up already"),
            ActError::IsPaused(id) => write!(f, "{id} is paused; resume it first"),
            ActError::NotPaused(id) => write!(f, "{id} is not paused"),
            ActError::NotLeading(id) => write!(f, "{id} does not lead"),
            ActError::Leads(id) => write!(f, "{id} leads, so it has no election timer"),
            ActError::NoMessage => write!(f, "no such message is in flight"),
            ActError::IsHeld => write!(f, "that message is held already"),
            ActError::NotHeld => write!(f, "that message is not held"),
            ActError::AskedNothing(id) => write!(f, "{id} has asked for nothing yet"),
            ActError::AskedTooOften(id) => write!(f, "{id} has asked for that too often"),
            ActError::NothingToKeep(id) => write!(f, "{id} has applied nothing since its last snapshot"),
            ActError::NothingToLose(id) => write!(f, "there is no entry on {id}'s disk"),
            ActError::NoVote(id) => write!(f, "there is no vote on {id}'s disk"),
            ActError::SameEnds(id) => write!(f, "{id} has no link to itself"),
        }
    }
}

impl World {
    /// Does one action. Nothing is changed if it cannot be done.
    pub fn act(&mut self, action: &Action, trace: &mut Trace) -> Result<(), ActError> {
        match action {
            Action::Timeout(who) => self.time_out(*who, Timer::Election, trace)?,
            Action::Heartbeat(who) => self.time_out(*who, Timer::Heartbeat, trace)?,
            Action::Snapshot(who) => self.snapshot(*who, trace)?,
            Action::Transfer { to, via } => self.transfer(*to, via.unwrap_or(Who::Leader), trace)?,
            Action::Reconfigure { change, via } => {
                self.reconfigure(change, via.unwrap_or(Who::Leader), action, trace)?;
            }
            Action::Crash(who) => self.crash(*who, trace)?,
            Action::Restart(who) => self.restart(*who, trace)?,
            Action::Pause(who) => self.pause(*who, trace)?,
            Action::Resume(who) => self.resume(*who, trace)?,
            Action::Clock(who, pace) => self.clock(*who, *pace, trace)?,
            Action::Wipe(who) => self.wipe(*who, trace)?,
            Action::Lose { who, last } => self.lose(*who, *last, trace)?,
            Action::ForgetVote(who) => self.forget_vote(*who, trace)?,
            Action::Cut { from, to, both } => self.cut(*from, *to, *both, trace)?,
            Action::Heal(heal) => self.heal(heal, trace)?,
            Action::Partition(groups) => self.partition(groups, trace)?,
            Action::Isolate(who) => self.isolate(*who, trace)?,
            Action::Set(set) => self.set(set, action, trace)?,
            Action::Hold(select) => self.hold(select, action, trace)?,
            Action::Release(select) => self.release(select, action, trace)?,
            Action::Deliver(select) => self.deliver(select, trace)?,
            Action::Drop(select) => self.drop_flights(select, trace)?,
            Action::Duplicate(select) => self.duplicate(select, trace)?,
            Action::Settle(group) => self.settle(group, trace)?,
            Action::Request { operation, to, by } => {
                let client = by.unwrap_or(ClientId(1));
                self.clients.iter().find(|c| c.id == client).ok_or(ActError::NoClient(client))?;
                let server = to.map(|who| self.resolve(who)).transpose()?;
                self.wish(client, Wish { operation: operation.clone(), server }, trace);
            }
            Action::Retry(client) => self.retry(*client, trace)?,
            Action::Note(text) => self.write(&mut trace.pages, || What::Says(text.clone())),
            Action::Stop(text) => self.write(&mut trace.pages, || What::Stops(text.clone())),
            Action::Ask(quiz) => self.write(&mut trace.pages, || What::Poses(quiz.clone())),
            Action::Mark(name) => self.write(&mut trace.pages, || What::Marks(name.clone())),
            // Judged by the run, which knows what its scenario expects.
            Action::Expect { .. } => {}
        }
        self.liveness.acted(self.now, action);
        self.look_around();
        self.finish_instant(trace);
        Ok(())
    }

    /// With a manual network what is due at this instant happens right away, so that the next
    /// action finds it done: clients' messages travel at once.
    fn finish_instant(&mut self, trace: &mut Trace) {
        if self.settings.network() != scenario::Network::Manual {
            return;
        }
        for _ in 0..MOST_SETTLED {
            let Some((due, Event::Arrival(_))) = self.queue.first() else { return };
            if due > self.now {
                return;
            }
            if let Some(event) = self.queue.pop_first() {
                self.happen(event, trace);
            }
        }
    }

    /// The server that a scenario means.
    pub fn resolve(&self, who: Who) -> Result<ServerId, ActError> {
        match who {
            Who::Server(id) => self.server(id).map(|server| server.id).ok_or(ActError::NoServer(id)),
            Who::Leader => self.leader().ok_or(ActError::NoLeader),
            Who::Follower => {
                let leader = self.leader();
                let cluster = self.cluster();
                let fits =
                    |server: &&Server| server.is_up() && Some(server.id) != leader && cluster.contains(server.id);
                let other = self.servers.iter().find(fits);
                other.map(|server| server.id).ok_or(ActError::NoFollower)
            }
        }
    }

    fn place(&self, end: End) -> Result<Place, ActError> {
        match end {
            End::Server(who) => self.resolve(who).map(Place::Server),
            End::Client(id) => {
                self.clients.iter().find(|c| c.id == id).map(|c| Place::Client(c.id)).ok_or(ActError::NoClient(id))
            }
        }
    }

    fn leads(&self, id: ServerId) -> bool {
        self.server(id).and_then(Server::process).is_some_and(|process| process.node.role() == RoleName::Leader)
    }

    pub(crate) fn up(&self, who: Who) -> Result<ServerId, ActError> {
        let id = self.resolve(who)?;
        match self.server(id).map(|server| server.condition()) {
            Some(Condition::Up) => Ok(id),
            Some(Condition::Paused) => Err(ActError::IsPaused(id)),
            _ => Err(ActError::IsDown(id)),
        }
    }
}

/// Servers.
impl World {
    fn time_out(&mut self, who: Who, timer: Timer, trace: &mut Trace) -> Result<(), ActError> {
        let id = self.up(who)?;
        let leads = self.leads(id);
        match timer {
            Timer::Election if leads => return Err(ActError::Leads(id)),
            Timer::Heartbeat if !leads => return Err(ActError::NotLeading(id)),
            _ => {}
        }
        self.disarm(id, timer);
        if timer == Timer::Heartbeat {
            self.write(&mut trace.pages, || What::Heartbeats(id));
        }
        self.feed(id, Input::TimerFired(timer), trace);
        Ok(())
    }

    fn transfer(&mut self, to: Who, via: Who, trace: &mut Trace) -> Result<(), ActError> {
        let (to, via) = (self.resolve(to)?, self.up(via)?);
        if !self.leads(via) {
            return Err(ActError::NotLeading(via));
        }
        self.feed(via, Input::Transfer(to), trace);
        Ok(())
    }

    /// Somebody asks a server to change the cluster; one that does not lead points to who does.
    fn reconfigure(
        &mut self,
        change: &Reconfiguration,
        via: Who,
        action: &Action,
        trace: &mut Trace,
    ) -> Result<(), ActError> {
        let via = self.up(via)?;
        let all = |all: &[Who]| all.iter().map(|who| self.resolve(*who)).collect::<Result<Vec<_>, _>>();
        let change = match change {
            Reconfiguration::Become { voters, learners } => {
                raft_core::Change::Become { voters: all(voters)?, learners: all(learners)?, way: Way::Shortest }
            }
            Reconfiguration::Add(who) => raft_core::Change::Add(self.resolve(*who)?),
            Reconfiguration::Remove(who) => raft_core::Change::Remove(self.resolve(*who)?),
            Reconfiguration::Promote(who) => raft_core::Change::Promote(self.resolve(*who)?),
        };
        self.write(&mut trace.pages, || What::Wants(via, format_action(action)));
        self.feed(via, Input::Reconfigure(OPERATOR, change), trace);
        Ok(())
    }

    pub(crate) fn crash(&mut self, who: Who, trace: &mut Trace) -> Result<(), ActError> {
        let id = self.resolve(who)?;
        let survives = self.setup.in_force.habits.survives;
        let Some(server) = self.server_mut(id) else { return Err(ActError::NoServer(id)) };
        let Some(process) = server.process_mut() else { return Err(ActError::IsDown(id)) };
        // What was on its way to the disk is lost; what is on it stays.
        let mut disk = core::mem::take(&mut process.disk);
        survives(&mut disk.durable, process.node.brief().commit);
        let timers = core::mem::take(&mut process.timers);
        server.host = Host::Down(disk.durable);
        for armed in timers.all() {
            self.queue.remove(&(armed.due, armed.key));
        }
        for write in &disk.unsynced {
            self.queue.remove(&(write.due, write.key));
        }
        self.write(&mut trace.pages, || What::Crashed(id, disk.unsynced.len()));
        Ok(())
    }

    fn restart(&mut self, who: Who, trace: &mut Trace) -> Result<(), ActError> {
        let id = self.resolve(who)?;
        let disk = match self.server_mut(id).map(|server| &mut server.host) {
            Some(Host::Down(disk)) => core::mem::take(disk),
            _ => return Err(ActError::IsUp(id)),
        };
        self.write(&mut trace.pages, || What::Restarted(id));
        self.boot(id, disk, Index(0), trace);
        Ok(())
    }

    fn pause(&mut self, who: Who, trace: &mut Trace) -> Result<(), ActError> {
        let id = self.up(who)?;
        if let Some(server) = self.server_mut(id)
            && let Host::Up(process) = &server.host
        {
            server.host = Host::Paused(process.clone(), Vec::new());
        }
        self.write(&mut trace.pages, || What::Paused(id));
        Ok(())
    }

    fn resume(&mut self, who: Who, trace: &mut Trace) -> Result<(), ActError> {
        let id = self.resolve(who)?;
        let Some(server) = self.server_mut(id) else { return Err(ActError::NoServer(id)) };
        let inbox = match &mut server.host {
            Host::Paused(process, inbox) => {
                let inbox = core::mem::take(inbox);
                server.host = Host::Up(process.clone());
                inbox
            }
            Host::Up(_) => return Err(ActError::NotPaused(id)),
            Host::Down(_) => return Err(ActError::IsDown(id)),
        };
        self.write(&mut trace.pages, || What::Resumed(id));
        // What waited happens now, in the order in which it came.
        let now = self.now;
        // Whose lease ran out meanwhile must know before it answers a read.
        let (leases, rest): (Vec<_>, Vec<_>) = inbox.into_iter().partition(|event| match event {
            Event::Timer(_, timer) => matches!(timer, Timer::ReadLease | Timer::OtherReadLease),
            _ => false,
        });
        for event in leases.into_iter().chain(rest) {
            match event {
                // A timer that is armed anew meanwhile must not fire twice.
                Event::Timer(id, timer) => self.rearm_now(id, timer),
                event => {
                    self.schedule(now, event);
                }
            }
        }
        Ok(())
    }

    fn rearm_now(&mut self, id: ServerId, timer: Timer) {
        let now = self.now;
        let key = self.schedule(now, Event::Timer(id, timer));
        if let Some(armed) = self.server_mut(id).and_then(|s| s.process_mut()).and_then(|p| p.timers.of(timer).as_mut())
        {
            armed.due = now;
            armed.key = key;
        }
    }
}

/// The network.
impl World {
    fn link(&self, from: Who, to: Who, both: bool) -> Result<Vec<(ServerId, ServerId)>, ActError> {
        let (from, to) = (self.resolve(from)?, self.resolve(to)?);
        if from == to {
            return Err(ActError::SameEnds(from));
        }
        Ok(if both { alloc::vec![(from, to), (to, from)] } else { alloc::vec![(from, to)] })
    }

    fn cut(&mut self, from: Who, to: Who, both: bool, trace: &mut Trace) -> Result<(), ActError> {
        let links = self.link(from, to, both)?;
        self.network.cuts.extend(&links);
        self.write(&mut trace.pages, || What::Cut(links));
        Ok(())
    }

    fn heal(&mut self, heal: &Heal, trace: &mut Trace) -> Result<(), ActError> {
        let links = match heal {
            Heal::All => {
                self.network.cuts.clear();
                Vec::new()
            }
            Heal::Link { from, to, both } => {
                let links = self.link(*from, *to, *both)?;
                links.iter().for_each(|link| {
                    self.network.cuts.remove(link);
                });
                links
            }
        };
        self.write(&mut trace.pages, || What::Healed(links));
        Ok(())
    }

    /// Servers in no group form one more group.
    fn partition(&mut self, groups: &[Vec<Who>], trace: &mut Trace) -> Result<(), ActError> {
        let mut named = Vec::new();
        for group in groups {
            named.push(group.iter().map(|who| self.resolve(*who)).collect::<Result<Vec<_>, _>>()?);
        }
        let rest: Vec<ServerId> =
            self.servers.iter().map(|s| s.id).filter(|id| !named.iter().any(|group| group.contains(id))).collect();
        if !rest.is_empty() {
            named.push(rest);
        }
        let group_of = |id: ServerId| named.iter().position(|group| group.contains(&id));
        let ids: Vec<ServerId> = self.servers.iter().map(|server| server.id).collect();
        self.network.cuts.clear();
        for from in &ids {
            for to in &ids {
                if group_of(*from) != group_of(*to) {
                    self.network.cuts.insert((*from, *to));
                }
            }
        }
        self.write(&mut trace.pages, || What::Partitioned(named));
        Ok(())
    }

    fn isolate(&mut self, who: Who, trace: &mut Trace) -> Result<(), ActError> {
        let id = self.resolve(who)?;
        let others: Vec<ServerId> = self.servers.iter().map(|server| server.id).filter(|other| *other != id).collect();
        let links: Vec<_> = others.into_iter().flat_map(|other| [(id, other), (other, id)]).collect();
        self.network.cuts.extend(&links);
        self.write(&mut trace.pages, || What::Cut(links));
        Ok(())
    }

    fn set(&mut self, set: &Set, action: &Action, trace: &mut Trace) -> Result<(), ActError> {
        Arc::make_mut(&mut self.settings).apply(set);
        self.set_load();
        let ids: Vec<ServerId> = self.servers.iter().map(|server| server.id).collect();
        for id in ids {
            let config = self.config_of(id);
            if let Some(process) = self.server_mut(id).and_then(|server| server.process_mut()) {
                process.node.configure(config, &mut trace.outbox);
            }
            self.settle_effects(id, None, trace);
        }
        self.write(&mut trace.pages, || What::Changed(format_action(action).to_string()));
        if set.change == Change::Network(scenario::Network::Auto) {
            self.let_go(|_| true, trace);
        }
        Ok(())
    }
}

/// Single messages.
impl World {
    /// Those that a selection means, in sending order.
    fn selected(&self, select: &Select) -> Result<Vec<u64>, ActError> {
        match select.which {
            Which::All => {
                let hold = self.hold_of(select)?;
                Ok(self.in_order(|flight| hold.matches(flight)))
            }
            _ => Ok(alloc::vec![self.one(select)?]),
        }
    }

    /// The one message that a selection means.
    fn one(&self, select: &Select) -> Result<u64, ActError> {
        let hold = self.hold_of(select)?;
        let fits = |flight: &Flight| hold.matches(flight);
        let one = match select.which {
            Which::Nth(n @ 2..) => self.in_order(fits).get(n as usize - 1).copied(),
            _ => self.oldest(fits),
        };
        one.ok_or(ActError::NoMessage)
    }

    /// Of the messages that are like this and on their way, the one that was sent first.
    fn oldest(&self, fits: impl Fn(&Flight) -> bool) -> Option<u64> {
        // Those that stand still are in sending order.
        let there = |flight: &&Arc<Flight>| flight.lost.is_none() && fits(flight);
        let held = self.network.held.iter().find(there);
        held.into_iter().chain(self.queue.arrivals().filter(there)).map(|flight| flight.id).min()
    }

    /// Of the messages that are like this and on their way, all, in sending order.
    fn in_order(&self, fits: impl Fn(&Flight) -> bool) -> Vec<u64> {
        let there = |flight: &&Arc<Flight>| flight.lost.is_none() && fits(flight);
        let all = self.network.held.iter().chain(self.queue.arrivals()).filter(there);
        let mut ids: Vec<u64> = all.map(|flight| flight.id).collect();
        ids.sort_unstable();
        ids
    }

    /// The words that select one message among those in flight.
    pub fn select(&self, id: u64) -> Option<Select> {
        let flights = self.flights();
        let flight = flights.iter().find(|flight| flight.id == id && flight.lost.is_none())?;
        let alike = Hold { link: Some((flight.from, flight.to)), kind: Some(flight.kind()) };
        let nth = flights.iter().filter(|f| f.lost.is_none() && f.id <= id && alike.matches(f)).count();
        Some(Select {
            link: Some((flight.from.end(), flight.to.end())),
            kind: Some(flight.kind()),
            which: Which::Nth(u32::try_from(nth).ok()?),
        })
    }

    fn hold_of(&self, select: &Select) -> Result<Hold, ActError> {
        let link = match select.link {
            Some((from, to)) => Some((self.place(from)?, self.place(to)?)),
            None => None,
        };
        Ok(Hold { link, kind: select.kind })
    }

    /// Takes a message out of the queue, or from among the held ones.
    fn take_flight(&mut self, id: u64) -> Option<Arc<Flight>> {
        match self.network.held.binary_search_by_key(&id, |flight| flight.id) {
            Ok(place) => Some(self.network.held.remove(place)),
            Err(_) => self.queue.take_arrival(id),
        }
    }

    fn hold(&mut self, select: &Select, action: &Action, trace: &mut Trace) -> Result<(), ActError> {
        let Which::Nth(_) = select.which else {
            let hold = self.hold_of(select)?;
            if !self.network.holds.contains(&hold) {
                self.network.holds.push(hold);
            }
            self.write(&mut trace.pages, || What::HoldRule(format_action(action).to_string()));
            return Ok(());
        };
        for id in self.selected(select)? {
            if self.network.held.iter().any(|flight| flight.id == id) {
                return Err(ActError::IsHeld);
            }
            if let Some(mut flight) = self.take_flight(id) {
                Arc::make_mut(&mut flight).held = Some(self.now);
                self.write(&mut trace.pages, || What::Held(flight.trip()));
                let place = self.network.held.partition_point(|other| other.id < flight.id);
                self.network.held.insert(place, flight);
            }
        }
        Ok(())
    }

    fn release(&mut self, select: &Select, action: &Action, trace: &mut Trace) -> Result<(), ActError> {
        if let Which::Nth(_) = select.which {
            for id in self.selected(select)? {
                if !self.network.held.iter().any(|flight| flight.id == id) {
                    return Err(ActError::NotHeld);
                }
                self.let_go(|flight| flight.id == id, trace);
            }
            return Ok(());
        }
        let hold = self.hold_of(select)?;
        self.network.holds.retain(|rule| {
            let covered = hold.link.is_none_or(|link| rule.link == Some(link))
                && hold.kind.is_none_or(|kind| rule.kind == Some(kind));
            !covered
        });
        self.write(&mut trace.pages, || What::HoldRule(format_action(action).to_string()));
        self.let_go(|flight| hold.matches(flight), trace);
        Ok(())
    }

    /// Held messages travel on from where they stand.
    fn let_go(&mut self, which: impl Fn(&Flight) -> bool, trace: &mut Trace) {
        let held = core::mem::take(&mut self.network.held);
        for mut flight in held {
            if !which(&flight) {
                self.network.held.push(flight);
                continue;
            }
            let moved = Arc::make_mut(&mut flight);
            let stood = self.now.since(moved.held.take().unwrap_or(self.now));
            moved.sent = moved.sent + stood;
            moved.due = (moved.due + stood).max(self.now);
            self.write(&mut trace.pages, || What::Released(flight.trip()));
            self.schedule(flight.ends(), Event::Arrival(flight));
        }
    }

    fn deliver(&mut self, select: &Select, trace: &mut Trace) -> Result<(), ActError> {
        if select.which != Which::All {
            let one = self.one(select)?;
            self.deliver_now(one, trace);
            return Ok(());
        }
        for id in self.selected(select)? {
            self.deliver_now(id, trace);
        }
        Ok(())
    }

    fn deliver_now(&mut self, id: u64, trace: &mut Trace) {
        if let Some(flight) = self.take_flight(id) {
            trace.delivered += 1;
            self.arrive(flight, trace);
        }
    }

    fn drop_flights(&mut self, select: &Select, trace: &mut Trace) -> Result<(), ActError> {
        for id in self.selected(select)? {
            if let Some(flight) = self.take_flight(id) {
                self.metrics.lost(flight.kind());
                self.write(&mut trace.pages, || What::Lost(flight.trip(), Loss::Dropped));
            }
        }
        Ok(())
    }

    /// The copy travels a little behind the message, so that both can be seen.
    fn duplicate(&mut self, select: &Select, trace: &mut Trace) -> Result<(), ActError> {
        for id in self.selected(select)? {
            let Some(original) = self.flights().into_iter().find(|flight| flight.id == id).cloned() else { continue };
            let behind = Time((original.due.since(original.sent).0 / 8).max(1));
            let mut copy = Flight { id: self.next_flight(), ..original };
            if let (Place::Client(client), Parcel::Request { serial, .. }) = (copy.from, &copy.parcel) {
                self.may_arrive_later(client, *serial);
            }
            self.write(&mut trace.pages, || What::Duplicated(copy.trip()));
            if copy.held.is_some() {
                self.network.held.push(Arc::new(copy));
            } else {
                copy.sent = copy.sent + behind;
                copy.due = copy.due + behind;
                self.schedule(copy.ends(), Event::Arrival(Arc::new(copy)));
            }
        }
        Ok(())
    }

    fn settle(&mut self, group: &[Who], trace: &mut Trace) -> Result<(), ActError> {
        let group = group.iter().map(|who| self.resolve(*who)).collect::<Result<Vec<_>, _>>()?;
        let inside = |place: Place| match place {
            Place::Server(id) => group.is_empty() || group.contains(&id),
            Place::Client(_) => true,
        };
        for _ in 0..MOST_SETTLED {
            let Some(id) = self.oldest(|flight| inside(flight.from) && inside(flight.to)) else { break };
            self.deliver_now(id, trace);
        }
        Ok(())
    }
}

impl Place {
    /// This end, as a scenario names it.
    pub fn end(self) -> End {
        match self {
            Place::Server(id) => End::Server(Who::Server(id)),
            Place::Client(id) => End::Client(id),
        }
    }
}
