//! A server, and the rules for all servers: terms and roles (§5.1, Figure 2 "Rules for Servers").

use alloc::vec::Vec;
use core::ops::Range;

use crate::Token;
use crate::durable::{Durable, HardState, Storage};
use crate::ids::{Index, ServerId, Term, Time};
use crate::log::Log;
use crate::message::{Envelope, Message};
use crate::note::{Note, StepDown};
use crate::progress::Progress;
use crate::rules::Rules;
use crate::step::{Effect, Input, Outbox, Timer};

/// How a leader sends entries.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Replication {
    /// One append at a time to each follower, the next after its answer (§5.3).
    #[default]
    StopAndWait,
}

/// How a server whose election timeout elapsed stands for election.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Election {
    /// At once (§5.2).
    #[default]
    Plain,
    /// Only after a majority said that it would vote for it (thesis §9.6).
    PreVote,
}

/// What a server is told at its start and may be told anew while it runs.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Config {
    /// The servers that vote, in ascending order.
    pub voters: Vec<ServerId>,
    /// Election timeouts are drawn from this range (§5.2).
    pub election_timeout: Range<Time>,
    /// The time between heartbeats (§5.2).
    pub heartbeat: Time,
    /// How a server stands for election.
    pub election: Election,
    /// Whether a leader steps down that a majority does not answer any more (thesis §6.2), and
    /// servers that hear of a leader refuse to vote against it (thesis §4.2.3).
    pub check_quorum: bool,
    /// Whether a leader opens its term with an empty entry (§8).
    pub no_op: bool,
    /// At most so many entries go into one message.
    pub batch: usize,
    /// How a leader sends entries.
    pub replication: Replication,
}

impl Config {
    /// These voters, with the paper's timing: election timeouts of 150–300 ms (§9.3).
    pub fn new(voters: impl IntoIterator<Item = ServerId>) -> Config {
        let mut voters: Vec<ServerId> = voters.into_iter().collect();
        voters.sort_unstable();
        voters.dedup();
        Config {
            voters,
            election_timeout: Time::millis_range(150, 300),
            heartbeat: Time::millis(50),
            election: Election::Plain,
            check_quorum: false,
            no_op: true,
            batch: 64,
            replication: Replication::StopAndWait,
        }
    }
}

impl Config {
    /// Whether servers remember how long ago they heard of a leader.
    pub(crate) fn keeps_lease(&self) -> bool {
        self.check_quorum || self.election == Election::PreVote
    }
}

/// The role of a server in its term, with what only that role knows (§5.1).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Role {
    Follower {
        /// The leader of this term, once it is known.
        leader: Option<ServerId>,
        /// It was heard of less than a minimum election timeout ago (thesis §4.2.3).
        in_touch: bool,
    },
    PreCandidate {
        /// Who would vote for it, itself included (thesis §9.6).
        votes: Vec<ServerId>,
    },
    Candidate {
        /// Who voted for it so far.
        votes: Vec<ServerId>,
        /// The own vote counts when this write is on disk.
        own_vote: Token,
    },
    Leader {
        /// The other servers, in ascending order.
        followers: Vec<Progress>,
        /// To whom it hands over (thesis §3.10).
        transfer: Option<ServerId>,
    },
}

/// One server of the cluster: a pure state machine.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Node {
    pub(crate) id: ServerId,
    pub(crate) config: Config,
    pub(crate) storage: Storage,
    pub(crate) commit: Index,
    pub(crate) applied: Index,
    pub(crate) role: Role,
}

impl Node {
    /// Starts, or restarts after a crash, from what is on disk: as a follower (§5.2). `commit`
    /// is what is known to be committed, 0 unless the host kept it.
    pub fn start(id: ServerId, config: Config, disk: Durable, commit: Index, out: &mut Outbox) -> Node {
        let mut node = Node {
            id,
            config,
            storage: Storage::new(disk),
            commit: Index(0),
            applied: Index(0),
            role: Role::Follower { leader: None, in_touch: false },
        };
        node.arm_election(out);
        node.commit_to(commit, |index| Note::LearnsCommit { index }, out);
        node
    }

    /// One thing happens to this server; what it wants done goes into `out`.
    pub fn step(&mut self, input: Input, rules: &Rules, out: &mut Outbox) {
        match input {
            Input::Message(envelope) => self.receive(envelope, rules, out),
            Input::TimerFired(Timer::Election) => self.election_timeout(rules, out),
            Input::TimerFired(Timer::Heartbeat) => self.heartbeat(out),
            Input::TimerFired(Timer::Lease) => self.lose_touch(),
            Input::TimerFired(Timer::Quorum) => self.check_quorum(rules, out),
            Input::TimerFired(Timer::Transfer) => self.give_up_transfer(out),
            Input::Persisted(token) => self.persisted(token, rules, out),
            Input::Propose(id, command) => self.propose(id, command, out),
            Input::Transfer(to) => self.transfer(to, rules, out),
            Input::Applied(index) => self.applied = self.applied.max(index),
        }
        self.storage.flush(out);
    }

    /// Changes the settings of a running server; timers take them up when they are next armed.
    pub fn configure(&mut self, config: Config) {
        self.config = config;
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The log, as it stands in memory.
    pub fn log(&self) -> &Log {
        self.storage.log()
    }

    fn receive(&mut self, envelope: Envelope, rules: &Rules, out: &mut Outbox) {
        let Envelope { from, term, message, .. } = envelope;
        if let Message::RequestVote { transfer, .. } = message
            && let Some(leader) = self.sticks_to(rules, transfer)
        {
            return out.note(|| Note::IgnoresCandidate { from, leader });
        }
        let newer = term > self.term();
        if newer {
            self.adopt(term, from, out);
        }
        let stale = term < self.term();
        if !stale {
            self.heard_from(from);
        }
        match message {
            Message::RequestPreVote { next, last } => self.receive_pre_vote_request(from, next, last, rules, out),
            Message::RequestVote { last, .. } => self.receive_vote_request(from, term, last, rules, out),
            Message::AppendEntries { previous, .. } if stale => self.refuse_old_leader(from, term, previous, out),
            Message::AppendEntries { previous, entries, commit } => {
                self.receive_append(from, previous, entries, commit, rules, out);
            }
            _ if stale => out.note(|| Note::IgnoresStale { from, term }),
            Message::TimeoutNow => self.timeout_now(from, out),
            // A reply of a newer term answers nothing of this one; that the term is newer was its news.
            _ if newer => {}
            Message::PreVoteReply { next, refused } => self.receive_pre_vote(from, next, refused, rules, out),
            Message::RequestVoteReply { refused } => self.receive_vote(from, refused, rules, out),
            Message::AppendAccepted { matched } => self.receive_accepted(from, matched, rules, out),
            Message::AppendRefused { previous, last } => self.receive_refused(from, previous, last, out),
        }
    }

    /// A newer term makes everybody a follower of it, whatever the message is (§5.1).
    fn adopt(&mut self, term: Term, from: ServerId, out: &mut Outbox) {
        self.storage.set_state(HardState { term, voted_for: None });
        match self.role {
            Role::Follower { .. } => out.note(|| Note::AdoptsTerm { term, from }),
            _ => self.note_step_down(StepDown::HigherTerm { term, from }, out),
        }
        self.follow(None, out);
    }

    /// Becomes (or stays) a follower of the current term.
    pub(crate) fn follow(&mut self, leader: Option<ServerId>, out: &mut Outbox) {
        if self.leads() {
            for timer in [Timer::Heartbeat, Timer::Quorum, Timer::Transfer] {
                out.push(Effect::Disarm(timer));
            }
            self.arm_election(out);
        }
        let in_touch = leader.is_some() && self.config.keeps_lease();
        if in_touch {
            let least = self.config.election_timeout.start;
            out.push(Effect::Arm(Timer::Lease, least..least));
        }
        self.role = Role::Follower { leader, in_touch };
    }

    pub(crate) fn note_step_down(&self, reason: StepDown, out: &mut Outbox) {
        let led = self.leads();
        out.note(|| Note::StepsDown { reason, led });
    }

    fn persisted(&mut self, token: Token, rules: &Rules, out: &mut Outbox) {
        self.storage.persisted(token, out);
        self.count_own_vote(rules, out);
        self.advance_commit(rules, out);
    }

    /// Commits up to here, says so, and hands the newly committed entries to the host, in order.
    pub(crate) fn commit_to(&mut self, index: Index, why: impl FnOnce(Index) -> Note, out: &mut Outbox) {
        let index = index.min(self.log().last_index());
        if index <= self.commit {
            return;
        }
        let first = self.commit.next();
        self.commit = index;
        out.note(|| why(index));
        out.push(Effect::Apply(first..=index));
    }

    pub(crate) fn arm_election(&self, out: &mut Outbox) {
        out.push(Effect::Arm(Timer::Election, self.config.election_timeout.clone()));
    }

    pub(crate) fn send(&self, to: ServerId, message: Message, out: &mut Outbox) {
        out.push(Effect::Send(self.envelope(to, message)));
    }

    pub(crate) fn envelope(&self, to: ServerId, message: Message) -> Envelope {
        Envelope { from: self.id, to, term: self.term(), message }
    }

    pub(crate) fn others(&self) -> impl Iterator<Item = ServerId> + use<'_> {
        self.config.voters.iter().copied().filter(|server| *server != self.id)
    }

    pub(crate) fn term(&self) -> Term {
        self.storage.term()
    }

    pub(crate) fn leads(&self) -> bool {
        matches!(self.role, Role::Leader { .. })
    }
}
