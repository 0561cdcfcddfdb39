//! Another core, raft-rs (crate `raft`), behind the host of etcd's scripts.

use std::collections::BTreeSet;

use raft::eraftpb::{
    ConfChange, ConfChangeSingle, ConfChangeTransition, ConfChangeType, ConfChangeV2, ConfState, Entry, EntryType,
    Message, MessageType, Snapshot,
};
use raft::{GetEntriesContext, NO_LIMIT, RaftState, RawNode, StateRole, Storage, StorageError};
use slog::{Discard, Logger, o};

use crate::cluster::{Change, Cluster, Route, Start, Step, Transition};
use crate::rule::Rule;
use crate::state::{self, Configuration, What};

/// A cluster of raft-rs.
#[derive(Default)]
pub struct Peer {
    servers: Vec<Host>,
    network: Vec<Message>,
    met: BTreeSet<Rule>,
}

struct Host {
    node: RawNode<Disk>,
    start: Start,
    applied: u64,
}

/// What survives a crash. The crate's own `MemStorage` forgets the term before its first entry.
#[derive(Clone, Default)]
struct Disk {
    state: RaftState,
    base: (u64, u64),
    entries: Vec<Entry>,
    /// The newest applied state.
    applied: u64,
}

impl Disk {
    fn last(&self) -> u64 {
        self.base.0 + self.entries.len() as u64
    }

    fn append(&mut self, entries: &[Entry]) {
        if let Some(first) = entries.first() {
            self.entries.truncate((first.index - self.base.0 - 1) as usize);
            self.entries.extend_from_slice(entries);
        }
    }

    fn compact(&mut self, index: u64) {
        if index > self.base.0 {
            let term = self.term(index).expect("what is compacted is there");
            self.entries.drain(..(index - self.base.0) as usize);
            self.base = (index, term);
        }
    }

    fn restore(&mut self, snapshot: &Snapshot) {
        let metadata = snapshot.get_metadata();
        self.base = (metadata.index, metadata.term);
        self.entries.clear();
        self.applied = metadata.index;
        self.state.conf_state = metadata.get_conf_state().clone();
    }
}

impl Storage for Disk {
    fn initial_state(&self) -> raft::Result<RaftState> {
        Ok(self.state.clone())
    }

    fn entries(
        &self,
        low: u64,
        high: u64,
        _most: impl Into<Option<u64>>,
        _context: GetEntriesContext,
    ) -> raft::Result<Vec<Entry>> {
        if low <= self.base.0 {
            return Err(raft::Error::Store(StorageError::Compacted));
        }
        Ok(self.entries[(low - self.base.0 - 1) as usize..(high - self.base.0 - 1) as usize].to_vec())
    }

    fn term(&self, index: u64) -> raft::Result<u64> {
        match index.checked_sub(self.base.0) {
            Some(0) => Ok(self.base.1),
            Some(place) => match self.entries.get(place as usize - 1) {
                Some(entry) => Ok(entry.term),
                None => Err(raft::Error::Store(StorageError::Unavailable)),
            },
            None => Err(raft::Error::Store(StorageError::Compacted)),
        }
    }

    fn first_index(&self) -> raft::Result<u64> {
        Ok(self.base.0 + 1)
    }

    fn last_index(&self) -> raft::Result<u64> {
        Ok(self.last())
    }

    fn snapshot(&self, _request_index: u64, _to: u64) -> raft::Result<Snapshot> {
        let mut snapshot = Snapshot::default();
        let term = self.term(self.applied)?;
        let metadata = snapshot.mut_metadata();
        metadata.index = self.applied;
        metadata.term = term;
        metadata.set_conf_state(self.state.conf_state.clone());
        Ok(snapshot)
    }
}

fn raw_node(id: u64, start: &Start, disk: Disk) -> RawNode<Disk> {
    let config = raft::Config {
        id,
        applied: disk.applied,
        election_tick: 3,
        heartbeat_tick: 1,
        max_size_per_msg: NO_LIMIT,
        max_inflight_msgs: if start.in_flight == 0 { 256 } else { start.in_flight },
        check_quorum: start.check_quorum,
        pre_vote: start.pre_vote,
        ..raft::Config::default()
    };
    RawNode::new(&config, disk, &Logger::root(Discard, o!())).expect("a valid configuration")
}

impl Host {
    fn new(id: u64, start: &Start) -> Host {
        let mut disk = Disk::default();
        if start.index > 0 {
            disk.base = (start.index, 1);
            disk.applied = start.index;
            disk.state.hard_state.commit = start.index;
            disk.state.conf_state = ConfState::from((start.voters.clone(), start.learners.clone()));
        }
        Host { node: raw_node(id, start, disk), start: start.clone(), applied: start.index }
    }

    fn process_ready(&mut self, network: &mut Vec<Message>) {
        if !self.node.has_ready() {
            return;
        }
        let mut ready = self.node.ready();
        network.extend(ready.take_messages());
        if !ready.snapshot().is_empty() {
            let snapshot = ready.snapshot().clone();
            self.applied = snapshot.get_metadata().index;
            self.node.mut_store().restore(&snapshot);
        }
        self.node.mut_store().append(ready.entries());
        if let Some(state) = ready.hs() {
            self.node.mut_store().state.hard_state = state.clone();
        }
        network.extend(ready.take_persisted_messages());
        self.apply(&ready.take_committed_entries());
        let mut light = self.node.advance(ready);
        if let Some(commit) = light.commit_index() {
            self.node.mut_store().state.hard_state.commit = commit;
        }
        network.extend(light.take_messages());
        self.apply(&light.take_committed_entries());
        self.node.advance_apply();
    }

    fn apply(&mut self, entries: &[Entry]) {
        use protobuf::Message as _;
        for entry in entries {
            let change = match entry.get_entry_type() {
                EntryType::EntryNormal => None,
                EntryType::EntryConfChange => {
                    let mut change = ConfChange::default();
                    change.merge_from_bytes(&entry.data).expect("a change of the configuration");
                    self.node.apply_conf_change(&change).ok()
                }
                EntryType::EntryConfChangeV2 => {
                    let mut change = ConfChangeV2::default();
                    change.merge_from_bytes(&entry.data).expect("a change of the configuration");
                    self.node.apply_conf_change(&change).ok()
                }
            };
            if let Some(conf_state) = change {
                self.node.mut_store().state.conf_state = conf_state;
            }
            self.applied = entry.index;
            self.node.mut_store().applied = entry.index;
        }
    }

    fn step(&mut self, message: Message) {
        // What it refuses to look at is refused by its own judgement: that is what is compared.
        let _ = self.node.step(message);
    }
}

/// What elections are made of.
const VOTES: [MessageType; 4] = [
    MessageType::MsgRequestPreVote,
    MessageType::MsgRequestPreVoteResponse,
    MessageType::MsgRequestVote,
    MessageType::MsgRequestVoteResponse,
];

const ANSWERS: [MessageType; 2] = [MessageType::MsgRequestPreVoteResponse, MessageType::MsgRequestVoteResponse];

impl Peer {
    /// For which reasons our core would have done something else since this was last asked.
    pub fn met(&mut self) -> BTreeSet<Rule> {
        std::mem::take(&mut self.met)
    }

    fn host(&mut self, id: u64) -> &mut Host {
        &mut self.servers[id as usize - 1]
    }

    fn leads(&mut self, id: u64) -> bool {
        self.host(id).node.raft.state == StateRole::Leader
    }
}

impl Cluster for Peer {
    fn start(&mut self, start: &Start) {
        let id = self.count() + 1;
        self.servers.push(Host::new(id, start));
    }

    fn count(&self) -> u64 {
        self.servers.len() as u64
    }

    fn server(&self, id: u64) -> state::Server {
        let raft = &self.servers[id as usize - 1].node.raft;
        let role = match raft.state {
            StateRole::Follower => state::Role::Follower,
            StateRole::PreCandidate => state::Role::PreCandidate,
            StateRole::Candidate => state::Role::Candidate,
            StateRole::Leader => state::Role::Leader,
        };
        let entry = |entry: &Entry| {
            let what = match entry.get_entry_type() {
                EntryType::EntryNormal => What::Data(String::from_utf8_lossy(&entry.data).into_owned()),
                _ => What::Change,
            };
            state::Entry { term: entry.term, what }
        };
        let first = raft.raft_log.first_index();
        let conf = raft.prs().conf().to_conf_state();
        let ids = |ids: &[u64]| ids.iter().copied().collect();
        state::Server {
            id,
            role,
            term: raft.term,
            vote: raft.vote,
            commit: raft.raft_log.committed,
            first,
            log: raft.raft_log.all_entries().iter().map(entry).collect(),
            configuration: Configuration {
                voters: ids(conf.get_voters()),
                outgoing: ids(conf.get_voters_outgoing()),
                learners: ids(conf.get_learners()),
                learners_next: ids(conf.get_learners_next()),
                auto_leave: conf.auto_leave,
            },
            committed: None,
        }
    }

    fn campaign(&mut self, id: u64) {
        // Its clock asks the same before it does so.
        if self.host(id).node.raft.promotable() {
            let _ = self.host(id).node.campaign();
        }
    }

    fn propose(&mut self, id: u64, data: &str) {
        // A follower passes it on there and points to the leader here: only leaders are asked.
        if self.leads(id) {
            let _ = self.host(id).node.propose(vec![], data.into());
        }
    }

    fn change(&mut self, id: u64, change: &Change) {
        if !self.leads(id) {
            return;
        }
        let single = |(step, id): &(Step, u64)| {
            let change_type = match step {
                Step::Voter => ConfChangeType::AddNode,
                Step::Learner => ConfChangeType::AddLearnerNode,
                Step::Remove => ConfChangeType::RemoveNode,
                Step::Update => return None,
            };
            Some(ConfChangeSingle { node_id: *id, change_type, ..ConfChangeSingle::default() })
        };
        let changes: Vec<ConfChangeSingle> = change.steps.iter().filter_map(single).collect();
        let transition = match change.transition {
            Transition::Auto => ConfChangeTransition::Auto,
            Transition::Implicit => ConfChangeTransition::Implicit,
            Transition::Explicit => ConfChangeTransition::Explicit,
        };
        let change = ConfChangeV2 { transition, changes: changes.into(), ..ConfChangeV2::default() };
        // A leader that takes no proposals says so; there is nothing more to it.
        let _ = self.host(id).node.propose_conf_change(vec![], change);
    }

    fn transfer(&mut self, from: u64, to: u64) {
        if !self.leads(from) {
            return;
        }
        let raft = &self.host(from).node.raft;
        let behind = raft.prs().get(to).is_some_and(|progress| progress.matched < raft.raft_log.last_index());
        if from == to && raft.lead_transferee.is_some() {
            self.met.insert(Rule::TransferToItself);
        } else if behind {
            self.met.insert(Rule::TransferAsks);
        }
        self.host(from).node.transfer_leader(to);
    }

    fn tick(&mut self, id: u64) {
        self.host(id).node.tick();
    }

    fn election_timeout(&mut self, id: u64, ticks: u64) {
        self.host(id).node.raft.set_randomized_election_timeout(ticks as usize);
    }

    fn compact(&mut self, id: u64, index: u64) {
        let host = self.host(id);
        let index = index.min(host.applied);
        host.node.mut_store().compact(index);
    }

    fn send_snapshot(&mut self, from: u64, to: u64) {
        let raft = &self.host(from).node.raft;
        let mut message = Message::default();
        message.set_msg_type(MessageType::MsgSnapshot);
        (message.from, message.to, message.term) = (from, to, raft.term);
        message.set_snapshot(raft.store().snapshot(0, to).expect("a snapshot of what is applied"));
        self.network.push(message);
    }

    fn unreachable(&mut self, id: u64, peer: u64) {
        self.host(id).node.report_unreachable(peer);
    }

    fn has_ready(&self, id: u64) -> bool {
        self.servers[id as usize - 1].node.has_ready()
    }

    fn process_ready(&mut self, id: u64) {
        self.servers[id as usize - 1].process_ready(&mut self.network);
    }

    // Its host waits for writes and applications at once.
    fn has_write(&self, _id: u64) -> bool {
        false
    }

    fn process_write(&mut self, _id: u64) {}

    fn has_application(&self, _id: u64) -> bool {
        false
    }

    fn process_application(&mut self, _id: u64) {}

    fn network(&self) -> Vec<Route> {
        let route = |message: &Message| Route { from: message.from, to: message.to, kinds: kinds(message) };
        self.network.iter().map(route).collect()
    }

    fn take(&mut self, place: usize, arrives: bool) {
        let message = self.network.remove(place);
        let (from, to) = (message.from, message.to);
        let snapshot = message.get_msg_type() == MessageType::MsgSnapshot;
        if arrives && to <= self.count() {
            let raft_log = &self.host(to).node.raft.raft_log;
            if message.get_msg_type() == MessageType::MsgAppend
                && message.entries.is_empty()
                && raft_log.last_index() < message.index
            {
                self.met.insert(Rule::LossShows);
            }
            if ANSWERS.contains(&message.get_msg_type())
                && self.host(to).node.raft.prs().votes().get(&from).is_some_and(|granted| *granted == message.reject)
            {
                self.met.insert(Rule::FirstAnswerCounts);
            }
            let votes = VOTES.contains(&message.get_msg_type());
            let before = self.host(to).node.raft.raft_log.committed;
            self.host(to).step(message);
            if votes && self.host(to).node.raft.raft_log.committed > before {
                self.met.insert(Rule::CommitWithVotes);
            }
        } else if snapshot {
            // Its documentation wants to be told.
            self.host(from).node.report_snapshot(to, raft::SnapshotStatus::Failure);
        }
    }

    fn heartbeat(&mut self, id: u64) {
        if self.leads(id) {
            self.host(id).node.ping();
        }
    }

    fn crash(&mut self, id: u64) {
        let host = self.host(id);
        host.node = raw_node(id, &host.start, host.node.store().clone());
    }

    fn lapse(&mut self, id: u64) {
        if !self.leads(id) {
            let raft = &mut self.host(id).node.raft;
            raft.election_elapsed = raft.election_timeout();
        }
    }

    fn check_quorum(&mut self, id: u64) {
        if self.leads(id) {
            let mut message = Message::default();
            message.set_msg_type(MessageType::MsgCheckQuorum);
            message.from = id;
            let _ = self.host(id).node.raft.step(message);
        }
    }

    fn abort_transfer(&mut self, id: u64) {
        self.host(id).node.raft.abort_leader_transfer();
    }
}

fn kinds(message: &Message) -> &'static [&'static str] {
    match message.get_msg_type() {
        MessageType::MsgRequestPreVote => &["MsgPreVote"],
        MessageType::MsgRequestPreVoteResponse => &["MsgPreVoteResp"],
        MessageType::MsgRequestVote => &["MsgVote"],
        MessageType::MsgRequestVoteResponse => &["MsgVoteResp"],
        MessageType::MsgAppend => &["MsgApp"],
        MessageType::MsgAppendResponse => &["MsgAppResp"],
        MessageType::MsgHeartbeat => &["MsgHeartbeat"],
        MessageType::MsgHeartbeatResponse => &["MsgHeartbeatResp"],
        MessageType::MsgSnapshot => &["MsgSnap"],
        MessageType::MsgTimeoutNow => &["MsgTimeoutNow"],
        MessageType::MsgReadIndex => &["MsgReadIndex"],
        MessageType::MsgReadIndexResp => &["MsgReadIndexResp"],
        _ => &[],
    }
}
