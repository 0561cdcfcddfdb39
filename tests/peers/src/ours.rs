//! Our core behind the host of etcd's scripts.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use raft_core::*;

use crate::cluster::{self, Cluster, Route, Start, Step, Transition};
use crate::rule::Rule;
use crate::state::{self, Configuration, What};

/// One tick of etcd's clocks. An election timeout has three of them at least.
const TICK: Time = Time::millis(10);

/// A cluster of our servers.
pub struct Ours {
    rules: Rules,
    servers: Vec<Host>,
    network: Vec<Envelope>,
    met: BTreeSet<Rule>,
}

/// A process with its disk.
struct Host {
    node: Node,
    rules: Rules,
    disk: Durable,
    asynchronous: bool,
    /// What the server wants done.
    pending: Vec<Effect>,
    /// Writes on their way to the disk.
    writes: VecDeque<Vec<(Token, Write)>>,
    /// Entries on their way to the state machine.
    applications: VecDeque<Index>,
    /// Proposals that the server has to be asked for again, in order.
    deferred: VecDeque<Wish>,
    now: Time,
    /// When each timer was armed, and for how long.
    timers: BTreeMap<Timer, (Time, Time)>,
    election_timeout: Time,
}

/// What somebody proposes.
#[derive(Clone, Debug)]
enum Wish {
    Data(Vec<u8>),
    Change(cluster::Change),
}

/// The settings that do as etcd does: pipelined, one step back a term, commits told at once.
fn config(start: &Start) -> Config {
    let messages = if start.in_flight == 0 { usize::MAX } else { start.in_flight };
    Config {
        election_timeout: Time(3 * TICK.0)..Time(6 * TICK.0),
        heartbeat: TICK,
        election: if start.pre_vote { Election::PreVote } else { Election::Plain },
        check_quorum: start.check_quorum,
        batch: Batch { entries: usize::MAX, bytes: usize::MAX },
        replication: Replication::Pipelined(Flow { messages, bytes: usize::MAX, adaptive: false }),
        backtrack: Backtrack::Term,
        eager_commit: true,
        // A snapshot is made whenever one is sent; the log is cut by hand.
        keep_entries: u64::MAX,
        ..Config::default()
    }
}

impl Default for Ours {
    fn default() -> Ours {
        Ours::with(Rules::PAPER)
    }
}

impl Ours {
    /// A cluster that goes by these rules.
    pub fn with(rules: Rules) -> Ours {
        Ours { rules, servers: vec![], network: vec![], met: BTreeSet::new() }
    }

    /// For which reasons another core would have done something else since this was last asked.
    pub fn met(&mut self) -> BTreeSet<Rule> {
        std::mem::take(&mut self.met)
    }
}

fn server_id(id: u64) -> ServerId {
    ServerId(u32::try_from(id).expect("a small number"))
}

impl Host {
    fn new(id: u64, start: &Start, rules: Rules) -> Host {
        let ids = |ids: &[u64]| ids.iter().copied().map(server_id).collect::<Vec<_>>();
        let membership = Membership::with_learners(ids(&start.voters), ids(&start.learners));
        let mut disk = Durable::new(membership);
        if start.index > 0 {
            let last = Position { term: Term(1), index: Index(start.index) };
            disk.log.compact(last);
            disk.snapshot.last = last;
        }
        let mut out = Outbox::without_notes();
        let node = Node::start(server_id(id), config(start), disk.clone(), Index(0), &mut out);
        let mut host = Host {
            node,
            rules,
            disk,
            asynchronous: start.asynchronous,
            pending: vec![],
            writes: VecDeque::new(),
            applications: VecDeque::new(),
            deferred: VecDeque::new(),
            now: Time::ZERO,
            timers: BTreeMap::new(),
            election_timeout: Time((3 + id % 3) * TICK.0),
        };
        out.drain().for_each(|effect| {
            host.arm(&effect);
        });
        host
    }

    /// Something happens to the server; what it wants done waits for the next `process_ready`.
    fn step(&mut self, input: Input) {
        let effects = self.effects(input);
        self.pending.extend(effects);
        // There, PreVote without CheckQuorum takes no notice of a leader: ours has just not heard
        // of it for long enough.
        if !self.node.config().check_quorum && self.timers.remove(&Timer::Lease).is_some() {
            self.step(Input::TimerFired(Timer::Lease));
        }
    }

    /// As etcd's storage does, the host makes a snapshot when one is wanted: the newest there can be.
    fn effects(&mut self, input: Input) -> Vec<Effect> {
        let applied = self.node.view().applied;
        let before = self.node.clone();
        let effects = self.run(input.clone());
        let sends_old = |effect: &Effect| match effect {
            Effect::Send(Envelope { message: Message::InstallSnapshot { last, .. }, .. }) => last.index < applied,
            _ => false,
        };
        if !effects.iter().any(sends_old) {
            return self.armed(effects);
        }
        self.node = before;
        let mut effects = self.run(Input::Compact(applied, image(applied)));
        effects.extend(self.run(input));
        self.armed(effects)
    }

    fn run(&mut self, input: Input) -> Vec<Effect> {
        let mut out = Outbox::without_notes();
        self.node.step(input, &self.rules, &mut out);
        out.drain().collect()
    }

    fn armed(&mut self, effects: Vec<Effect>) -> Vec<Effect> {
        effects.into_iter().filter(|effect| !self.arm(effect)).collect()
    }

    fn arm(&mut self, effect: &Effect) -> bool {
        match effect {
            Effect::Arm(Timer::Election, _) => {
                self.timers.insert(Timer::Election, (self.now, self.election_timeout));
            }
            Effect::Arm(timer, range) => {
                self.timers.insert(*timer, (self.now, range.start));
            }
            Effect::Disarm(timer) => {
                self.timers.remove(timer);
            }
            // A started server has what its disk says.
            Effect::Restore(_) => return false,
            _ => return false,
        }
        true
    }

    fn tick(&mut self) {
        self.now = self.now + TICK;
        // Who leads looks for its majority before it sends heartbeats.
        let order = [Timer::Lease, Timer::Quorum, Timer::Transfer, Timer::ReadLease, Timer::CatchUp, Timer::Stream];
        for timer in order.into_iter().chain([Timer::Election, Timer::Heartbeat]) {
            if self.timers.get(&timer).is_some_and(|(since, length)| self.now >= *since + *length) {
                self.timers.remove(&timer);
                self.step(Input::TimerFired(timer));
            }
        }
    }

    fn want(&mut self, wish: Wish) {
        self.deferred.push_back(wish);
        self.ask();
    }

    /// Proposes what can be proposed now.
    fn ask(&mut self) {
        while let Some(wish) = self.deferred.front().cloned() {
            let input = match &wish {
                Wish::Data(data) => Input::Propose(ProposalId(0), data.clone().into()),
                Wish::Change(change) => Input::Reconfigure(ProposalId(0), self.change(change)),
            };
            let effects = self.effects(input);
            let refused = effects.iter().find_map(|effect| match effect {
                Effect::Answer(_, Answer::Refused(why)) => Some(*why),
                _ => None,
            });
            self.pending.extend(effects.into_iter().filter(|effect| !matches!(effect, Effect::Answer(..))));
            match refused {
                // The fix of 2015: whoever asked asks again when an entry of the term is committed.
                Some(NoChange::TooEarly { .. }) => return,
                // There, a change that cannot be made becomes an empty entry.
                Some(_) => self.deferred[0] = Wish::Data(vec![]),
                None => {
                    self.deferred.pop_front();
                }
            }
        }
    }

    fn change(&self, change: &cluster::Change) -> Change {
        let now = self.node.members();
        let (mut voters, mut learners) = (now.voters.clone(), now.learners.clone());
        if change.steps.is_empty() {
            return Change::Leave;
        }
        for (step, id) in &change.steps {
            let id = server_id(*id);
            if *step != Step::Update {
                voters.retain(|voter| *voter != id);
                learners.retain(|learner| *learner != id);
            }
            match step {
                Step::Voter => voters.push(id),
                Step::Learner => learners.push(id),
                Step::Remove | Step::Update => {}
            }
        }
        let way = match change.transition {
            Transition::Explicit => Way::JointUntilLeave,
            _ if change.is_joint() => Way::Joint,
            _ => Way::Shortest,
        };
        Change::Become { voters, learners, way }
    }

    fn process_ready(&mut self, network: &mut Vec<Envelope>) {
        let mut writes = vec![];
        for effect in std::mem::take(&mut self.pending) {
            match effect {
                Effect::Send(envelope) => network.push(envelope),
                Effect::Persist(token, write) => writes.push((token, write)),
                Effect::Apply(range) => self.applications.push_back(*range.end()),
                Effect::Restore(snapshot) => self.applications.push_back(snapshot.last.index),
                _ => {}
            }
        }
        if !writes.is_empty() {
            self.writes.push_back(writes);
        }
        if !self.asynchronous {
            while !self.applications.is_empty() {
                self.process_application();
            }
            while !self.writes.is_empty() {
                self.process_write(network);
            }
        }
    }

    fn process_write(&mut self, network: &mut Vec<Envelope>) {
        let Some(writes) = self.writes.pop_front() else { return };
        writes.iter().for_each(|(_, write)| self.disk.write(write));
        let Some((token, _)) = writes.last() else { return };
        for effect in self.effects(Input::Persisted(*token)) {
            match effect {
                // These waited for the disk and are on their way with it; what a write brings
                // about beyond that (a lone voter leads, a leader commits) comes next time.
                Effect::Send(envelope) if waits_for_the_disk(&envelope.message) => network.push(envelope),
                other => self.pending.push(other),
            }
        }
        self.ask();
    }

    /// Why another core would do something else with this message.
    fn differs_on(&self, Envelope { from, term, message, .. }: &Envelope) -> Option<Rule> {
        let view = self.node.view();
        let refuses = self.node.config().check_quorum || self.node.config().election == Election::PreVote;
        match message {
            Message::AppendEntries { .. } if refuses => None,
            Message::RequestVote { .. } | Message::InstallSnapshot { .. } | Message::AppendEntries { .. }
                if *term < view.term =>
            {
                Some(Rule::OldTermIsTold)
            }
            Message::RequestPreVote { .. } | Message::PreVoteReply { .. } if *term > view.term => {
                Some(Rule::AskingTellsTerm)
            }
            Message::AppendAccepted { matched, .. } if view.transfer == Some(*from) => {
                let known = view
                    .followers
                    .iter()
                    .any(|progress| progress.server == *from && progress.matched == view.last.index);
                (known && *matched == view.last.index).then_some(Rule::StandsWhenAskedAgain)
            }
            Message::RequestPreVote { next, .. } if *next == view.term => Some(Rule::AskedInTheTerm),
            Message::TimeoutNow
                if *term == view.term && matches!(view.role, RoleName::PreCandidate | RoleName::Candidate) =>
            {
                Some(Rule::TimeoutNow)
            }
            _ => None,
        }
    }

    fn process_application(&mut self) {
        if let Some(index) = self.applications.pop_front() {
            self.step(Input::Applied(index));
        }
        self.ask();
    }
}

/// The configuration at the commit index, from log and snapshot alone.
fn committed(node: &Node) -> &Membership {
    let log = node.log();
    let entries = log.iter().zip(log.base().index.0 + 1..).take_while(|(_, index)| *index <= node.view().commit.0);
    let changes = entries.filter_map(|(entry, _)| match &entry.payload {
        Payload::Membership(membership) => Some(&**membership),
        _ => None,
    });
    changes.last().unwrap_or(&node.snapshot().membership)
}

fn configuration(membership: &Membership) -> Configuration {
    let Membership { voters, outgoing, learners, auto_leave } = membership;
    let ids = |ids: &[ServerId]| ids.iter().map(|id| u64::from(id.0)).collect();
    let (next, now): (Vec<ServerId>, Vec<ServerId>) = learners.iter().partition(|id| outgoing.contains(id));
    Configuration {
        voters: ids(voters),
        outgoing: ids(outgoing),
        learners: ids(&now),
        learners_next: ids(&next),
        auto_leave: *auto_leave,
    }
}

fn image(applied: Index) -> Image {
    Image::from(&applied.0.to_le_bytes()[..])
}

fn waits_for_the_disk(message: &Message) -> bool {
    matches!(message.kind(), Kind::Vote | Kind::VoteReply | Kind::AppendReply)
}

impl Ours {
    fn host(&mut self, id: u64) -> &mut Host {
        &mut self.servers[id as usize - 1]
    }
}

impl Cluster for Ours {
    fn start(&mut self, start: &Start) {
        let id = self.count() + 1;
        self.servers.push(Host::new(id, start, self.rules));
    }

    fn count(&self) -> u64 {
        self.servers.len() as u64
    }

    fn server(&self, id: u64) -> state::Server {
        let node = &self.servers[id as usize - 1].node;
        let view = node.view();
        let role = match view.role {
            RoleName::Follower => state::Role::Follower,
            RoleName::PreCandidate => state::Role::PreCandidate,
            RoleName::Candidate => state::Role::Candidate,
            RoleName::Leader => state::Role::Leader,
        };
        let entry = |entry: &Entry| {
            let what = match &entry.payload {
                Payload::Noop => What::Data(String::new()),
                Payload::Command(command) => What::Data(String::from_utf8_lossy(command.bytes()).into_owned()),
                Payload::Membership(_) => What::Change,
            };
            state::Entry { term: entry.term.0, what }
        };
        state::Server {
            id,
            role,
            term: view.term.0,
            vote: view.voted_for.map_or(0, |id| u64::from(id.0)),
            commit: view.commit.0,
            first: node.log().base().index.0 + 1,
            log: node.log().iter().map(entry).collect(),
            configuration: configuration(view.members),
            committed: Some(configuration(committed(node))),
        }
    }

    fn campaign(&mut self, id: u64) {
        let view = self.host(id).node.view();
        if view.role == RoleName::Follower && view.leader.is_some() && !view.members.votes(server_id(id)) {
            self.met.insert(Rule::ForgetsLeader);
        }
        self.host(id).step(Input::TimerFired(Timer::Election));
    }

    fn propose(&mut self, id: u64, data: &str) {
        self.host(id).want(Wish::Data(data.into()));
    }

    fn change(&mut self, id: u64, change: &cluster::Change) {
        self.host(id).want(Wish::Change(change.clone()));
    }

    fn transfer(&mut self, from: u64, to: u64) {
        self.host(from).step(Input::Transfer(server_id(to)));
    }

    fn tick(&mut self, id: u64) {
        self.host(id).tick();
    }

    fn election_timeout(&mut self, id: u64, ticks: u64) {
        let host = self.host(id);
        host.election_timeout = Time(ticks * TICK.0);
        if let Some((_, length)) = host.timers.get_mut(&Timer::Election) {
            *length = host.election_timeout;
        }
    }

    fn compact(&mut self, id: u64, index: u64) {
        let host = self.host(id);
        let applied = host.node.view().applied;
        let all = host.node.config().clone();
        let keep_entries = applied.0.saturating_sub(index);
        // Neither switches anything on, so that nothing comes of it.
        let mut nothing = Outbox::default();
        host.node.configure(Config { keep_entries, ..all.clone() }, &mut nothing);
        host.step(Input::Compact(applied, image(applied)));
        host.node.configure(all, &mut nothing);
    }

    fn send_snapshot(&mut self, from: u64, to: u64) {
        let host = self.host(from);
        let applied = host.node.view().applied;
        host.step(Input::Compact(applied, image(applied)));
        let (term, snapshot) = (host.node.view().term, host.node.snapshot().clone());
        let Snapshot { last, membership, image } = snapshot;
        let message = Message::InstallSnapshot {
            last,
            membership: Arc::clone(&membership),
            offset: 0,
            of: image.len(),
            piece: image,
        };
        let envelope = Envelope { from: server_id(from), to: server_id(to), term, message };
        self.network.push(envelope);
    }

    fn unreachable(&mut self, _id: u64, _peer: u64) {
        // Our core needs no such word: heartbeats that are answered show what was lost.
    }

    fn heartbeat(&mut self, id: u64) {
        let waits = |progress: &Progress| matches!(progress.state, State::Probe { in_flight: Some(_) });
        if self.host(id).node.view().followers.iter().any(waits) {
            self.met.insert(Rule::HeartbeatBrings);
        }
        self.host(id).step(Input::TimerFired(Timer::Heartbeat));
    }

    fn crash(&mut self, id: u64) {
        let host = self.host(id);
        let (config, disk, commit) = (host.node.config().clone(), host.disk.clone(), host.node.view().commit);
        let mut out = Outbox::without_notes();
        host.timers.clear();
        host.deferred.clear();
        host.node = Node::start(server_id(id), config, disk, commit, &mut out);
        let effects = out.drain().collect();
        let effects = host.armed(effects);
        host.pending.extend(effects);
    }

    fn lapse(&mut self, id: u64) {
        self.host(id).step(Input::TimerFired(Timer::Lease));
    }

    fn check_quorum(&mut self, id: u64) {
        let untried = |progress: &Progress| progress.active && progress.answered == 0 && progress.matched == Index(0);
        if self.host(id).node.view().followers.iter().any(untried) {
            self.met.insert(Rule::NewLeaderIsTrusted);
        }
        self.host(id).step(Input::TimerFired(Timer::Quorum));
    }

    fn abort_transfer(&mut self, id: u64) {
        self.host(id).step(Input::TimerFired(Timer::Transfer));
    }

    fn has_ready(&self, id: u64) -> bool {
        !self.servers[id as usize - 1].pending.is_empty()
    }

    fn process_ready(&mut self, id: u64) {
        let before = self.network.len();
        let host = &mut self.servers[id as usize - 1];
        let early = host.pending.iter().filter(|effect| matches!(effect, Effect::Send(_))).count();
        host.process_ready(&mut self.network);
        // Who gets both may get them in another order than they were made.
        let (early, late) = self.network[before..].split_at(early);
        if late.iter().any(|late| early.iter().any(|early| early.to == late.to)) {
            self.met.insert(Rule::NeedsNoDisk);
        }
    }

    fn has_write(&self, id: u64) -> bool {
        !self.servers[id as usize - 1].writes.is_empty()
    }

    fn process_write(&mut self, id: u64) {
        self.servers[id as usize - 1].process_write(&mut self.network);
    }

    fn has_application(&self, id: u64) -> bool {
        !self.servers[id as usize - 1].applications.is_empty()
    }

    fn process_application(&mut self, id: u64) {
        self.host(id).process_application();
    }

    fn network(&self) -> Vec<Route> {
        let route = |envelope: &Envelope| Route {
            from: u64::from(envelope.from.0),
            to: u64::from(envelope.to.0),
            kinds: kinds(envelope.message.kind()),
        };
        self.network.iter().map(route).collect()
    }

    fn take(&mut self, place: usize, arrives: bool) {
        let envelope = self.network.remove(place);
        if arrives && let Some(host) = self.servers.get_mut(envelope.to.0 as usize - 1) {
            self.met.extend(host.differs_on(&envelope));
            host.step(Input::Message(envelope));
        }
    }
}

fn kinds(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::PreVote => &["MsgPreVote"],
        Kind::PreVoteReply => &["MsgPreVoteResp"],
        Kind::Vote => &["MsgVote"],
        Kind::VoteReply => &["MsgVoteResp"],
        Kind::Append => &["MsgApp"],
        Kind::Heartbeat => &["MsgApp", "MsgHeartbeat"],
        Kind::AppendReply => &["MsgAppResp", "MsgHeartbeatResp"],
        Kind::Snapshot => &["MsgSnap"],
        Kind::TimeoutNow => &["MsgTimeoutNow"],
        Kind::ReadIndex => &["MsgReadIndex"],
        Kind::ReadIndexReply => &["MsgReadIndexResp"],
        Kind::HeartbeatReply => &["MsgHeartbeatResp"],
        Kind::SnapshotReply | Kind::StreamOpen | Kind::Stream | Kind::StreamAck => &[],
    }
}
