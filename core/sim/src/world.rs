//! The world of one run: servers, clients, network, and one queue of what will happen.
//!
//! Events are ordered by *(due, sequence)*. Nothing here knows a clock or a source of chance
//! other than [`Dice`], so a world is a pure function of its scenario.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, VecDeque};
use alloc::sync::Arc;
use alloc::vec::Vec;

use raft_core::{
    Answer, Batch, Config, Durable, Effect, Election, Entry, Envelope, Flow, Index, Input, Log, Membership, Node,
    Payload, Position, ProposalId, Replication, RoleName, ServerId, Term, Time, Timer, Token, Write, clone_by_field,
};

use crate::bugs::{Bug, InForce};
use crate::checker::Checker;
use crate::client::Client;
use crate::dice::{Dice, Purpose};
use crate::digest::{self, Digest};
use crate::fault::Pace;
use crate::host::{Armed, Disk, Host, Process, Server, Timers, Unsynced, Waiting};
use crate::liveness::Liveness;
use crate::load::{self, Load};
use crate::machine::{ClientId, Request, Sessions, Store};
use crate::metrics::{Metrics, Standing, is_sign};
use crate::network::{Flight, Network, Parcel, Place, Reply};
use crate::queue::Queue;
use crate::record::{Pages, Trace, What};
use crate::scenario::{self, Scenario, Scoped, Start};

/// The number of what no client asks: to change the cluster.
pub(crate) const OPERATOR: ProposalId = ProposalId(0);

/// Something that will happen.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Event {
    /// A message arrives, or vanishes. Worlds share it: it is moved about more often than it is looked at.
    Arrival(Arc<Flight>),
    /// A server's timer fires.
    Timer(ServerId, Timer),
    /// A server's write is on disk.
    Synced(ServerId, Token),
    /// A client stops waiting for an answer.
    ClientTimeout(ClientId),
    /// The next write of the load.
    Load,
}

/// What never changes during a run.
#[derive(PartialEq, Eq, Hash, Debug)]
pub(crate) struct Setup {
    pub(crate) dice: Dice,
    /// The configuration at the start.
    pub(crate) members: Membership,
    pub(crate) in_force: InForce,
}

/// The world at one moment.
#[derive(PartialEq, Eq, Hash, Debug)]
pub struct World {
    pub(crate) setup: Arc<Setup>,
    pub(crate) settings: Arc<Scoped>,
    pub(crate) now: Time,
    pub(crate) events: u64,
    /// Entries that servers applied so far, again after a restart.
    applied: u64,
    sequence: u64,
    pub(crate) flights: u64,
    pub(crate) servers: Vec<Server>,
    pub(crate) clients: Arc<Vec<Client>>,
    pub(crate) network: Network,
    pub(crate) queue: Queue,
    pub(crate) checker: Checker,
    pub(crate) metrics: Metrics,
    pub(crate) liveness: Liveness,
    pub(crate) load: Load,
}

clone_by_field!(World {
    setup,
    settings,
    now,
    events,
    applied,
    sequence,
    flights,
    servers,
    clients,
    network,
    queue,
    checker,
    metrics,
    liveness,
    load
});

impl World {
    /// The world at the start of a scenario.
    pub fn new(scenario: &Scenario, trace: &mut Trace) -> World {
        let mut settings = Scoped::default();
        scenario.settings.iter().for_each(|set| settings.apply(set));
        let members = Membership::with_learners(scenario.servers.iter().copied(), scenario.learners.iter().copied());
        let mut ids: Vec<ServerId> = members.all();
        ids.extend(scenario.spares.iter().filter(|id| !members.contains(**id)));
        ids.sort_unstable();
        ids.dedup();
        let mut world = World {
            setup: Arc::new(Setup { dice: Dice::new(scenario.seed), members, in_force: InForce::new(&scenario.bugs) }),
            settings: Arc::new(settings),
            now: Time::ZERO,
            events: 0,
            applied: 0,
            sequence: 0,
            flights: 0,
            servers: ids
                .iter()
                .map(|id| Server { id: *id, host: Host::Down(Durable::default()), pace: Pace::TRUE })
                .collect(),
            clients: Arc::new((1..=scenario.clients).map(|n| Client::new(ClientId(n))).collect()),
            network: Network::default(),
            queue: Queue::default(),
            checker: Checker::default(),
            metrics: Metrics::new(ids.iter().copied()),
            liveness: Liveness::new(ids.len()),
            load: Load::default(),
        };
        for id in ids {
            let start = scenario.starts.iter().find(|start| start.server == id);
            // Who is not in the configuration knows of none.
            let members =
                if world.setup.members.contains(id) { world.setup.members.clone() } else { Membership::default() };
            let disk = disk_of(members, start);
            world.recall(id, &disk);
            world.boot(id, disk, start.map_or(Index(0), |start| start.commit), trace);
        }
        world.set_load();
        world
    }

    /// The present moment.
    pub fn now(&self) -> Time {
        self.now
    }

    /// How many events happened so far.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// A number that two equal worlds share, on every machine and in every version of the code.
    pub fn digest(&self) -> u64 {
        digest::of_world(self)
    }

    /// How long it takes to get here from the start, counted in events: one that makes a server apply
    /// its whole log is worth many.
    pub(crate) fn effort(&self) -> u64 {
        const ENTRIES_OF_AN_EVENT: u64 = 8;
        self.events + self.applied / ENTRIES_OF_AN_EVENT
    }

    /// How much memory a clone takes for itself until either goes on, about: what does not come in
    /// shared chunks, and where those are.
    pub(crate) fn bytes_of_a_clone(&self) -> usize {
        const OPEN: usize = 64 * 32;
        let entries = |log: &Log| (log.last_index().0 - log.base().index.0) as usize;
        let logs = self.servers.iter().map(|server| 2 * (OPEN + entries(server.log()) / 128));
        logs.sum::<usize>() + 2_048 * self.servers.len() + 256 * self.queue.len()
    }

    /// The servers, in ascending order.
    pub fn servers(&self) -> &[Server] {
        &self.servers
    }

    /// One server.
    pub fn server(&self, id: ServerId) -> Option<&Server> {
        self.servers.get(place_of(&self.servers, id)?)
    }

    /// The configuration at the start.
    pub fn members_at_start(&self) -> &Membership {
        &self.setup.members
    }

    /// The rules of Raft that are off.
    pub fn bugs(&self) -> &[Bug] {
        &self.setup.in_force.bugs
    }

    /// The clients.
    pub fn clients(&self) -> &[Client] {
        &self.clients
    }

    /// The settings in force.
    pub fn settings(&self) -> &Scoped {
        &self.settings
    }

    /// Raft's promises.
    pub fn checker(&self) -> &Checker {
        &self.checker
    }

    /// Whether the link between two servers is cut in this direction.
    pub fn is_cut(&self, from: ServerId, to: ServerId) -> bool {
        self.network.cuts.contains(&(from, to))
    }

    /// Whether all that is sent from one to another from now on is held.
    pub fn is_held(&self, from: Place, to: Place) -> bool {
        self.network.holds.iter().any(|hold| hold.kind.is_none() && hold.link == Some((from, to)))
    }

    /// All messages on their way, held ones included, in sending order.
    pub fn flights(&self) -> Vec<&Flight> {
        let moving = self.queue.arrivals();
        let mut flights: Vec<&Flight> = moving.chain(&self.network.held).map(|flight| &**flight).collect();
        flights.sort_unstable_by_key(|flight| flight.id);
        flights
    }

    /// The leader with the highest term, among those that are up.
    pub fn leader(&self) -> Option<ServerId> {
        let leads = |server: &&Server| server.process().is_some_and(|process| process.node.role() == RoleName::Leader);
        self.servers.iter().filter(leads).max_by_key(|server| server.term()).map(|server| server.id)
    }

    /// The configuration by which the leader goes; that of the start, if nobody leads.
    pub fn cluster(&self) -> &Membership {
        let leader = self.leader().and_then(|id| self.server(id)).and_then(Server::view);
        leader.map_or(&self.setup.members, |view| view.members)
    }

    /// When the next event is due.
    pub fn next_due(&self) -> Option<Time> {
        self.queue.first().map(|(due, _)| due)
    }

    /// Lets the next event happen. Returns whether there was one.
    pub fn step(&mut self, trace: &mut Trace) -> bool {
        let Some(due) = self.next_due() else { return false };
        self.reach(due);
        let Some(event) = self.queue.pop_first() else { return false };
        self.events += 1;
        self.happen(event, trace);
        true
    }

    /// It becomes that time, if it is not later already.
    pub(crate) fn reach(&mut self, time: Time) {
        self.turn_columns(time);
        self.now = self.now.max(time);
    }

    pub(crate) fn happen(&mut self, event: Event, trace: &mut Trace) {
        match event {
            Event::Arrival(flight) => self.arrive(flight, trace),
            Event::Timer(id, timer) => self.fire(id, timer, trace),
            Event::Synced(id, token) => self.synced(id, token, trace),
            Event::ClientTimeout(id) => self.client_timeout(id, trace),
            Event::Load => self.load_writes(trace),
        }
    }

    pub(crate) fn write(&self, pages: &mut Pages, what: impl FnOnce() -> What) {
        pages.write(self.now, self.events, || {
            let what = what();
            (self.settings.all().load == 0 || !what.is_of_an_entry()).then_some(what)
        });
    }

    /// Puts an event into the queue and returns its place there.
    pub(crate) fn schedule(&mut self, due: Time, event: Event) -> u64 {
        self.sequence += 1;
        self.queue.insert((due, self.sequence), event);
        self.sequence
    }
}

/// Servers.
impl World {
    pub(crate) fn server_mut(&mut self, id: ServerId) -> Option<&mut Server> {
        let place = place_of(&self.servers, id)?;
        self.servers.get_mut(place)
    }

    fn process_mut(&mut self, id: ServerId) -> Option<&mut Process> {
        self.server_mut(id).and_then(Server::process_mut)
    }

    pub(crate) fn config_of(&self, id: ServerId) -> Config {
        let set = self.settings.all();
        let flow =
            Flow { messages: set.window as usize, bytes: set.window_bytes as usize, adaptive: set.adaptive_batch };
        let mut config = Config {
            election_timeout: self.settings.election_timeout(id),
            heartbeat: self.settings.heartbeat(id),
            election: if set.pre_vote { Election::PreVote } else { Election::Plain },
            check_quorum: set.check_quorum,
            no_op: set.no_op,
            batch: Batch { entries: set.batch as usize, bytes: set.batch_bytes as usize },
            replication: match set.replication {
                scenario::Replication::StopAndWait => Replication::StopAndWait,
                scenario::Replication::Pipelined => Replication::Pipelined(flow),
                scenario::Replication::Streaming => Replication::Streaming(flow),
            },
            backtrack: set.backtrack,
            eager_commit: set.eager_commit,
            keep_entries: set.snapshot_margin.into(),
            snapshot_piece: set.snapshot_piece as usize,
            reads: self.read_mode(),
            clock_drift_percent: set.clock_drift_percent.into(),
        };
        (self.setup.in_force.habits.sets)(&mut config);
        config
    }

    /// Starts a server from its disk.
    pub(crate) fn boot(&mut self, id: ServerId, disk: Durable, commit: Index, trace: &mut Trace) {
        let config = self.config_of(id);
        let node = Node::start(id, config, disk.clone(), commit, &mut trace.outbox);
        let process = Process {
            node,
            disk: Disk { durable: disk, unsynced: VecDeque::new() },
            timers: Timers::default(),
            store: Store::default(),
            waiting: BTreeMap::new(),
            applied: Index(0),
            reads: BTreeMap::new(),
        };
        if let Some(server) = self.server_mut(id) {
            server.host = Host::Up(Box::new(process));
        }
        self.settle_effects(id, None, trace);
    }

    /// Tells the checker what a scenario puts on a disk.
    fn recall(&mut self, id: ServerId, disk: &Durable) {
        let mut previous = Term(0);
        for (entry, index) in disk.log.iter().zip(1..) {
            let at = Position { term: entry.term, index: Index(index) };
            self.checker.stored(self.now, id, at, previous, &entry.payload);
            previous = entry.term;
        }
    }

    /// A server's timer fires; a paused one learns of it later.
    fn fire(&mut self, id: ServerId, timer: Timer, trace: &mut Trace) {
        match self.server_mut(id).map(|server| &mut server.host) {
            Some(Host::Paused(_, inbox)) => inbox.push(Event::Timer(id, timer)),
            Some(Host::Up(process)) => {
                *process.timers.of(timer) = None;
                if timer == Timer::Heartbeat {
                    self.write(&mut trace.pages, || What::Heartbeats(id));
                }
                self.feed(id, Input::TimerFired(timer), trace);
            }
            _ => {}
        }
    }

    fn synced(&mut self, id: ServerId, token: Token, trace: &mut Trace) {
        match self.server_mut(id).map(|server| &mut server.host) {
            Some(Host::Paused(process, inbox)) => {
                // The disk works on while the process stands still.
                process.disk.sync(token);
                inbox.push(Event::Synced(id, token));
            }
            Some(Host::Up(process)) => {
                process.disk.sync(token);
                self.write(&mut trace.pages, || What::Synced(id));
                self.feed(id, Input::Persisted(token), trace);
            }
            _ => {}
        }
    }

    /// Gives an input to a running server and does what it wants done.
    pub(crate) fn feed(&mut self, id: ServerId, input: Input, trace: &mut Trace) {
        self.settle_effects(id, Some(input), trace);
    }

    /// Does what a server wants done, gives it the inputs that follow from that at once (a fast
    /// disk answers, entries are applied), and so on until it rests.
    pub(crate) fn settle_effects(&mut self, id: ServerId, input: Option<Input>, trace: &mut Trace) {
        let mut first = input;
        let broken = self.checker.violations().len();
        let mut known = None;
        loop {
            self.carry_out(id, trace);
            let Some(input) = first.take().or_else(|| trace.inputs.pop_front()) else { break };
            // Field by field, so that the rules may be lent while the server changes.
            let server = place_of(&self.servers, id).and_then(|place| self.servers.get_mut(place));
            let Some(process) = server.and_then(Server::process_mut) else { break };
            let sign = match &input {
                Input::Message(envelope) if is_sign(&envelope.message) => Some(envelope.from),
                _ => None,
            };
            // Only its own steps change how it stands.
            let before = known.unwrap_or_else(|| Standing::of(&process.node));
            process.node.step(input, &self.setup.in_force.rules, &mut trace.outbox);
            let after = Standing::of(&process.node);
            known = Some(after);
            self.check_standing(id, before, after, trace);
            self.measure(id, before, after, sign);
        }
        trace.inputs.clear();
        for violation in &self.checker.violations()[broken..] {
            self.write(&mut trace.pages, || What::Violates(Box::new(violation.clone())));
        }
    }

    /// Tells the checker of a new leader, of a leader that changes its own log, and of what is committed no more.
    fn check_standing(&mut self, id: ServerId, before: Standing, after: Standing, trace: &Trace) {
        let now = self.now;
        if after.commit < before.commit {
            self.checker.takes_back(now, id, before.commit, after.commit);
        }
        let Some(term) = after.leads() else { return };
        let place = place_of(&self.servers, id);
        let Some(process) = place.and_then(|place| self.servers[place].process()) else { return };
        if before.leads() != Some(term) {
            self.checker.elected(now, term, id, process.node.log());
            return;
        }
        for effect in trace.outbox.effects() {
            if let Effect::Persist(_, Write::Log { first, .. }) = effect
                && *first <= before.last
            {
                self.checker.rewritten(now, id, *first);
            }
        }
    }

    fn carry_out(&mut self, id: ServerId, trace: &mut Trace) {
        let Trace { outbox, pages, inputs, marks, .. } = trace;
        for effect in outbox.drain() {
            match effect {
                Effect::Send(envelope) => {
                    self.checker.tells(self.now, &envelope);
                    self.post(envelope);
                }
                Effect::Arm(timer, range) => self.arm(id, timer, &range),
                Effect::Disarm(timer) => self.disarm(id, timer),
                Effect::Persist(token, write) => {
                    self.remember(id, &write);
                    if let Some(token) = self.persist(id, token, write) {
                        inputs.push_back(Input::Persisted(token));
                    }
                }
                Effect::Apply(range) => {
                    self.apply(id, *range.start(), *range.end(), pages);
                    inputs.push_back(Input::Applied(*range.end()));
                    if let Some(compact) = self.due_snapshot(id, *range.end()) {
                        inputs.push_back(compact);
                    }
                }
                Effect::Restore(snapshot) => self.restore(id, &snapshot),
                Effect::Read(read, answer) => self.read_found(id, read, answer),
                Effect::Answer(proposal, answer) => self.answer(id, proposal, answer),
                Effect::Note(note) => {
                    marks.add(id, &note);
                    self.write(pages, || What::Decided(id, note));
                }
            }
        }
    }

    fn post(&mut self, envelope: Envelope) {
        let (from, to) = (Place::Server(envelope.from), Place::Server(envelope.to));
        self.send(from, to, Parcel::Raft(envelope));
    }

    fn arm(&mut self, id: ServerId, timer: Timer, range: &core::ops::Range<Time>) {
        self.disarm(id, timer);
        let who = [u64::from(id.0), 0];
        let after = self.setup.dice.time(range, Purpose::ElectionTimeout, who, self.now, 0);
        let pace = self.server(id).map_or(Pace::TRUE, Server::pace);
        let due = self.now + pace.lasts(after).max(Time(1));
        let key = self.schedule(due, Event::Timer(id, timer));
        let since = self.now;
        if let Some(process) = self.process_mut(id) {
            *process.timers.of(timer) = Some(Armed { since, due, key });
        }
    }

    pub(crate) fn disarm(&mut self, id: ServerId, timer: Timer) {
        if let Some(armed) = self.process_mut(id).and_then(|process| process.timers.of(timer).take()) {
            self.queue.remove(&(armed.due, armed.key));
        }
    }

    /// Tells the checker what a server stores.
    fn remember(&mut self, id: ServerId, write: &Write) {
        let now = self.now;
        let (first, entries) = match write {
            Write::Log { first, entries } => (first, entries),
            Write::Snapshot { snapshot, .. } => {
                self.checker.imaged(now, id, snapshot.last, Digest::of(&snapshot.image));
                let bases = self.servers.iter().map(|server| server.disk().log.base().index);
                return self.checker.forget(bases.min().unwrap_or_default());
            }
            Write::State(_) => return,
        };
        if self.metrics.counts() {
            self.metrics.stored(id, entries.len(), entries.iter().map(|entry| entry.payload.len()).sum());
        }
        let place = place_of(&self.servers, id);
        let Some(process) = place.and_then(|place| self.servers[place].process()) else { return };
        let mut previous = process.node.log().term(first.previous()).unwrap_or_default();
        for (entry, index) in entries.iter().zip(first.0..) {
            let at = Position { term: entry.term, index: Index(index) };
            self.checker.stored(now, id, at, previous, &entry.payload);
            previous = entry.term;
        }
    }

    /// Writes to a server's disk; the token comes back at once if that takes no time.
    fn persist(&mut self, id: ServerId, token: Token, write: Write) -> Option<Token> {
        let (fsync, now, habits) = (self.settings.fsync(id), self.now, self.setup.in_force.habits);
        let write = match write {
            Write::State(state) => Write::State((habits.keeps)(state)),
            other => other,
        };
        let disk = &mut self.process_mut(id)?.disk;
        if fsync == Time::ZERO && disk.unsynced.is_empty() {
            disk.durable.write(&write);
            return Some(token);
        }
        let due = disk.unsynced.back().map_or(now, |last| last.due) + fsync;
        let key = self.schedule(due, Event::Synced(id, token));
        let process = self.process_mut(id)?;
        let early = (habits.speaks_early)(&write, process.node.role() == RoleName::Leader);
        process.disk.unsynced.push_back(Unsynced { token, write, due, key });
        early.then_some(token)
    }

    /// Applies committed entries to a server's store, and answers the clients that wait for them.
    fn apply(&mut self, id: ServerId, first: Index, last: Index, pages: &mut Pages) {
        self.applied += last.0 - first.previous().0;
        for index in Index::all(first..=last) {
            let Some(process) = self.process_mut(id) else { return };
            let Some(entry) = process.node.log().entry(index).cloned() else { return };
            let term = process.node.brief().term;
            let request = decoded(&entry);
            let applied = request.as_ref().map(|request| process.store.apply(index, request));
            process.applied = index;
            let waiting = process.waiting.remove(&index).filter(|waiting| waiting.term == entry.term);
            if let Payload::Membership(members) = &entry.payload {
                let start = &self.setup.members;
                self.checker.reconfigured(self.now, index, start, members);
            }
            self.checker.applied(self.now, id, term, index, &entry);
            let (Some(request), Some(applied)) = (request, applied) else { continue };
            if applied.done {
                self.checker.done(self.now, id, index, &request);
                self.checker.fresh().applied(&request, index);
            }
            if let Some(waiting) = waiting {
                let reply = Reply::Outcome(applied.outcome);
                let parcel = Parcel::Answer { serial: waiting.serial, tries: waiting.tries, reply };
                self.send(Place::Server(id), Place::Client(waiting.client), parcel);
            }
        }
        self.write(pages, || What::Applied { server: id, first, last });
        if self.process_mut(id).is_some_and(|process| process.node.log().closed() >= first) {
            self.share_entries(id, first..=last);
        }
        self.answer_reads(id);
    }

    pub(crate) fn propose(&mut self, id: ServerId, client: ClientId, tries: u32, request: Request, trace: &mut Trace) {
        let proposal = ProposalId(u64::from(client.0) << 56 | u64::from(tries) << 40 | request.serial);
        let command = request.encode(self.settings.all().entry_size);
        self.feed(id, Input::Propose(proposal, command), trace);
    }

    /// Answers find their way by the number of the proposal: client, try and serial number.
    fn answer(&mut self, id: ServerId, proposal: ProposalId, answer: Answer) {
        if proposal == OPERATOR {
            // What comes of it the server's own notes say.
            return;
        }
        if proposal == load::PROPOSAL {
            return self.metrics.loaded(matches!(answer, Answer::Appended(_)));
        }
        let client = ClientId((proposal.0 >> 56) as u32);
        let tries = (proposal.0 >> 40) as u32 & 0xffff;
        let serial = proposal.0 & ((1 << 40) - 1);
        match answer {
            Answer::Appended(at) => {
                if let Some(process) = self.process_mut(id) {
                    process.waiting.insert(at.index, Waiting { term: at.term, client, serial, tries });
                }
            }
            // Nothing was taken in: the client may ask again, of whoever leads by then.
            Answer::HandingOver(_) => {
                let parcel = Parcel::Answer { serial, tries, reply: Reply::NotLeader(None) };
                self.send(Place::Server(id), Place::Client(client), parcel);
            }
            Answer::Refused(_) => {}
            Answer::NotLeader(leader) => {
                let parcel = Parcel::Answer { serial, tries, reply: Reply::NotLeader(leader) };
                self.send(Place::Server(id), Place::Client(client), parcel);
            }
        }
    }
}

/// Where a server stands: nearly always where its number says.
fn place_of(servers: &[Server], id: ServerId) -> Option<usize> {
    let usual = (id.0 as usize).wrapping_sub(1);
    match servers.get(usual) {
        Some(server) if server.id == id => Some(usual),
        _ => servers.iter().position(|server| server.id == id),
    }
}

fn decoded(entry: &Entry) -> Option<Request> {
    match &entry.payload {
        Payload::Noop | Payload::Membership(_) => None,
        Payload::Command(command) => Request::decode(command),
    }
}

fn disk_of(members: Membership, start: Option<&Start>) -> Durable {
    let mut disk = Durable::new(members);
    let Some(start) = start else { return disk };
    disk.state.term = start.term;
    disk.state.voted_for = start.vote;
    for (term, operation) in &start.log {
        let payload = match operation {
            None => Payload::Noop,
            Some(operation) => {
                let operation = operation.clone();
                Payload::Command(Request { client: None, serial: 0, operation, sessions: Sessions::All }.encode(0))
            }
        };
        disk.log.append(Entry { term: *term, payload });
    }
    disk
}
