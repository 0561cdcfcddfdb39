//! Three servers of raft-rs, driven as its documentation says.
//!
//! `RawNode` with `ready` and `advance`; `MemStorage` is the log's one home, as `Node::log` is
//! ours; no logging, compiled out. All that is in an inbox is stepped before one `ready`.

use protobuf::Message as _;
use raft::eraftpb::{Entry, Message, MessageType};
use raft::storage::MemStorage;
use raft::{Config, NO_LIMIT, RawNode, StateRole};
use slog::{Discard, Logger, o};

use crate::{Cluster, Traffic};

/// How batches are handed over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// A batch is one proposal of several entries, not several proposals.
    pub one_proposal: bool,
    /// Followers learn what is committed with the next append, not by a message of its own.
    pub lazy_commit: bool,
}

impl Style {
    /// With `batch_append` and otherwise as it comes.
    pub const PLAIN: Style = Style { one_proposal: false, lazy_commit: false };
    /// With as few messages as it can do.
    pub const LEAN: Style = Style { one_proposal: true, lazy_commit: true };

    /// Every style.
    pub const ALL: [Style; 4] = [
        Style::PLAIN,
        Style { one_proposal: true, lazy_commit: false },
        Style { one_proposal: false, lazy_commit: true },
        Style::LEAN,
    ];

    /// A word for a table or a command line.
    pub fn name(self) -> String {
        let proposals = if self.one_proposal { "+one-proposal" } else { "" };
        let commit = if self.lazy_commit { "+lazy-commit" } else { "" };
        format!("peer{proposals}{commit}")
    }
}

struct Server {
    node: RawNode<MemStorage>,
    inbox: Vec<Message>,
    applied: u64,
    sum: u64,
}

/// The cluster.
pub struct Peer {
    servers: [Server; 3],
    style: Style,
    counted: Option<Traffic>,
    proposed: u64,
    sum: u64,
    spare: Vec<Message>,
}

impl Peer {
    /// Three servers of which the first leads; `counted` also adds up what they send.
    pub fn new(style: Style, counted: bool) -> Peer {
        let server = |id| Server { node: node(id, style), inbox: Vec::new(), applied: 0, sum: 0 };
        let mut peer = Peer {
            servers: [1, 2, 3].map(server),
            style,
            counted: counted.then(Traffic::default),
            proposed: 0,
            sum: 0,
            spare: Vec::new(),
        };
        peer.servers[0].node.campaign().expect("a voter may campaign");
        peer.settle();
        assert_eq!(peer.servers[0].node.raft.state, StateRole::Leader);
        peer
    }

    fn propose(&mut self, batch: usize) {
        let (proposed, sum) = (&mut self.proposed, &mut self.sum);
        let mut next = || {
            *proposed += 1;
            let command = crate::command(*proposed);
            crate::apply(sum, &command);
            command.to_vec()
        };
        let leader = &mut self.servers[0].node;
        if self.style.one_proposal {
            let mut message = Message::default();
            message.set_msg_type(MessageType::MsgPropose);
            message.from = 1;
            let entries: Vec<Entry> = (0..batch).map(|_| Entry { data: next().into(), ..Entry::default() }).collect();
            message.set_entries(entries.into());
            leader.step(message).expect("a leader takes proposals");
        } else {
            for _ in 0..batch {
                leader.propose(Vec::new(), next()).expect("a leader takes proposals");
            }
        }
    }

    /// Lets messages flow until there are none.
    fn settle(&mut self) {
        loop {
            let mut busy = false;
            for place in 0..3 {
                busy |= self.turn(place);
            }
            if !busy {
                return;
            }
        }
    }

    /// A server takes what is in its inbox and does what comes of it.
    fn turn(&mut self, place: usize) -> bool {
        let mut inbox = core::mem::replace(&mut self.servers[place].inbox, core::mem::take(&mut self.spare));
        for message in inbox.drain(..) {
            self.servers[place].node.step(message).expect("a message of a member");
        }
        self.spare = inbox;
        if !self.servers[place].node.has_ready() {
            return false;
        }
        let mut ready = self.servers[place].node.ready();
        self.send(ready.take_messages());
        self.servers[place].apply(&ready.take_committed_entries());
        let store = self.servers[place].node.mut_store();
        if !ready.entries().is_empty() {
            store.wl().append(ready.entries()).expect("entries follow the log");
        }
        if let Some(state) = ready.hs() {
            store.wl().set_hardstate(state.clone());
        }
        self.send(ready.take_persisted_messages());
        let mut light = self.servers[place].node.advance(ready);
        if let Some(commit) = light.commit_index() {
            self.servers[place].node.mut_store().wl().mut_hard_state().commit = commit;
        }
        self.send(light.take_messages());
        self.servers[place].apply(&light.take_committed_entries());
        self.servers[place].node.advance_apply();
        true
    }

    fn send(&mut self, messages: Vec<Message>) {
        for message in messages {
            if let Some(traffic) = &mut self.counted {
                traffic.messages += 1;
                traffic.bytes += u64::from(message.compute_size());
            }
            self.servers[message.to as usize - 1].inbox.push(message);
        }
    }
}

impl Server {
    fn apply(&mut self, entries: &[Entry]) {
        for entry in entries {
            self.applied = entry.index;
            crate::apply(&mut self.sum, &entry.data);
        }
    }
}

impl Cluster for Peer {
    fn commit(&mut self, batch: usize) {
        self.propose(batch);
        self.settle();
        debug_assert_eq!(self.servers[0].sum, self.sum);
    }

    fn finish(&mut self) {
        self.servers[0].node.ping();
        self.settle();
        for server in &self.servers {
            assert_eq!((server.applied, server.sum), (self.proposed + 1, self.sum));
        }
    }

    fn traffic(&self) -> Traffic {
        self.counted.unwrap_or_default()
    }
}

fn node(id: u64, style: Style) -> RawNode<MemStorage> {
    let config = Config {
        id,
        election_tick: 10,
        heartbeat_tick: 1,
        max_size_per_msg: NO_LIMIT,
        max_inflight_msgs: 256,
        check_quorum: true,
        pre_vote: true,
        batch_append: true,
        skip_bcast_commit: style.lazy_commit,
        ..Config::default()
    };
    let store = MemStorage::new_with_conf_state((vec![1, 2, 3], vec![]));
    RawNode::new(&config, store, &Logger::root(Discard, o!())).expect("a valid configuration")
}
