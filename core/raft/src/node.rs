//! A server, and the rules for all servers: terms and roles (§5.1, Figure 2 "Rules for Servers").

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

use crate::durable::{Durable, HardState, Storage, Token};
use crate::ids::{Index, Position, ServerId, Term, Time};
use crate::log::{Batch, Entry, Log};
use crate::membership::Membership;
use crate::message::{Envelope, Message};
use crate::note::{Note, StepDown};
use crate::progress::Progress;
use crate::quorum::Tally;
use crate::read::Reads;
use crate::reconfiguration::Joining;
use crate::rules::Rules;
use crate::snapshot::{Incoming, Snapshot};
use crate::step::{Effect, Input, ReadId, Sink, Timer};
use crate::stream::Inflow;

/// How a leader sends entries.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Replication {
    /// One append at a time to each follower, the next after its answer (§5.3).
    #[default]
    StopAndWait,
    /// Several appends at a time to each follower (thesis §10.2.1).
    Pipelined(Flow),
    /// Heartbeats apart from a long-lived stream of entries, on which none is awaited.
    Streaming(Flow),
}

/// How much may be on its way to one follower.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Flow {
    /// At most so many messages with entries.
    pub messages: usize,
    /// At most so many bytes of commands; one message always may.
    pub bytes: usize,
    /// Whether a message waits for more entries while others are on their way: the more of
    /// them, the more it has to carry, so that batches grow under load.
    pub adaptive: bool,
}

/// Where a leader goes on when a follower refuses entries (§5.3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Backtrack {
    /// One entry back, or to the end of the follower's log.
    #[default]
    Entry,
    /// To the last place at which both may agree: one step a term.
    Term,
}

/// How a leader answers reads (thesis §6.4).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum ReadMode {
    /// After a round of heartbeats that a majority answers.
    #[default]
    Index,
    /// At once while a majority has answered lately; relies on clocks, and on CheckQuorum, for
    /// whose sake voters stick to their leader (thesis §6.4.1).
    Lease,
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
    /// What goes into one message.
    pub batch: Batch,
    /// How a leader sends entries.
    pub replication: Replication,
    /// Where a leader goes on when entries are refused.
    pub backtrack: Backtrack,
    /// Whether a leader tells at once what it has committed, or with its next message.
    pub eager_commit: bool,
    /// So many entries that a snapshot stands for are kept for slow followers (§7).
    pub keep_entries: u64,
    /// A snapshot is sent in pieces of so many bytes (§7).
    pub snapshot_piece: usize,
    /// How a leader answers reads.
    pub reads: ReadMode,
    /// How far clocks may be apart in their rates, for leases (thesis §6.4.1): the slowest loses at
    /// most so much of the time that the fastest measures.
    pub clock_drift_percent: u64,
}

impl Default for Config {
    /// The paper's timing: election timeouts of 150–300 ms (§9.3).
    fn default() -> Config {
        Config {
            election_timeout: Time::millis_range(150, 300),
            heartbeat: Time::millis(50),
            election: Election::Plain,
            check_quorum: false,
            no_op: true,
            batch: Batch { entries: 64, bytes: usize::MAX },
            replication: Replication::StopAndWait,
            backtrack: Backtrack::Entry,
            eager_commit: false,
            keep_entries: 0,
            snapshot_piece: 64 * 1024,
            reads: ReadMode::Index,
            clock_drift_percent: 0,
        }
    }
}

impl Config {
    /// Whether servers remember how long ago they heard of a leader.
    pub(crate) fn keeps_lease(&self) -> bool {
        self.check_quorum || self.election == Election::PreVote
    }

    /// Whether entries flow on streams of their own.
    pub(crate) fn streams(&self) -> bool {
        matches!(self.replication, Replication::Streaming(_))
    }

    /// How much may be on its way to a follower that takes more than one message.
    pub(crate) fn flow(&self) -> Flow {
        match self.replication {
            Replication::StopAndWait => Flow { messages: 1, bytes: usize::MAX, adaptive: false },
            Replication::Pipelined(flow) | Replication::Streaming(flow) => flow,
        }
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
        /// The stream of entries from it.
        inflow: Inflow,
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
        /// Whom it takes in (thesis §4.2.1).
        joining: Option<Joining>,
        /// Reads that wait for their answer (thesis §6.4).
        reads: Reads,
    },
}

/// One server of the cluster: a pure state machine.
#[derive(PartialEq, Eq, Hash, Debug)]
pub struct Node {
    pub(crate) id: ServerId,
    pub(crate) config: Config,
    pub(crate) storage: Storage,
    pub(crate) commit: Index,
    pub(crate) applied: Index,
    pub(crate) role: Role,
    /// A snapshot that is on its way in (§7).
    pub(crate) incoming: Option<Incoming>,
    /// Reads for which the leader was asked (thesis §6.4).
    pub(crate) forwarded: VecDeque<ReadId>,
    /// It has answered a leader that counts on it for a minimum election timeout (thesis §6.4.1).
    pub(crate) promised: bool,
    /// What counts still of what it knew of the others when it led: nothing (§5.3).
    pub(crate) once_known: Vec<Progress>,
}

crate::clone_by_field!(Node { id, config, storage, commit, applied, role, incoming, forwarded, promised, once_known });

impl Role {
    /// A follower that knows of no leader (§5.2).
    pub(crate) const FRESH: Role = Role::Follower { leader: None, in_touch: false, inflow: Inflow::CLOSED };
}

impl Node {
    /// Starts, or restarts after a crash, from what is on disk: as a follower (§5.2). `commit`
    /// is what is known to be committed, 0 unless the host kept it.
    pub fn start(id: ServerId, config: Config, disk: Durable, commit: Index, out: &mut impl Sink) -> Node {
        let included = disk.snapshot.last.index;
        let mut node = Node {
            id,
            config,
            storage: Storage::new(disk),
            commit: included,
            applied: included,
            role: Role::FRESH,
            incoming: None,
            forwarded: VecDeque::new(),
            promised: false,
            once_known: Vec::new(),
        };
        if included > Index(0) {
            out.push(Effect::Restore(node.storage.snapshot().clone()));
        }
        node.arm_election(out);
        node.promise_at_start(out);
        node.commit_to(commit, |_, index| Note::LearnsCommit { index }, out);
        node
    }

    /// One thing happens to this server; what it wants done goes into `out`.
    #[inline(always)]
    pub fn step(&mut self, input: Input, rules: &Rules, out: &mut impl Sink) {
        match input {
            Input::Message(envelope) => self.receive(envelope, rules, out),
            Input::TimerFired(timer) => self.timer_fired(timer, rules, out),
            Input::Persisted(token) => self.persisted(token, rules, out),
            Input::Propose(id, command) => self.propose(id, command, out),
            Input::ProposeBatch(id, commands) => self.propose_batch(id, commands, out),
            Input::Read(id) => self.read(id, rules, out),
            Input::Reconfigure(id, change) => self.reconfigure(id, change, rules, out),
            Input::Transfer(to) => self.transfer(to, rules, out),
            Input::Compact(index, image) => self.compact(index, image, out),
            Input::Applied(index) => self.applied = self.applied.max(index),
        }
        self.storage.flush(out);
    }

    fn timer_fired(&mut self, timer: Timer, rules: &Rules, out: &mut impl Sink) {
        match timer {
            Timer::Election => self.election_timeout(rules, out),
            Timer::Heartbeat => self.heartbeat(rules, out),
            Timer::Lease => self.lose_touch(),
            Timer::Quorum => self.check_quorum(rules, out),
            Timer::Transfer => self.give_up_transfer(out),
            Timer::ReadLease | Timer::OtherReadLease => self.lose_read_lease(timer, rules),
            Timer::CatchUp => self.catch_up_is_slow(out),
            Timer::Stream => self.stream_is_stuck(out),
        }
    }

    /// Changes the settings of a running server; timers take them up when they are next armed.
    pub fn configure(&mut self, config: Config, out: &mut impl Sink) {
        let watched = self.config.check_quorum;
        self.config = config;
        self.end_read_leases();
        if self.leads() && !watched {
            self.begin_to_watch(out);
        }
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The log, as it stands in memory.
    pub fn log(&self) -> &Log {
        self.storage.log()
    }

    /// See [`Log::share`].
    pub fn share_log(&mut self, first: Index, run: &Arc<[Entry]>) {
        self.storage.share_log(first, run);
    }

    /// The snapshot that stands for the start of the log (§7).
    pub fn snapshot(&self) -> &Snapshot {
        self.storage.snapshot()
    }

    /// The configuration in force: the latest of the log, committed or not (thesis §4.1).
    pub fn members(&self) -> &Membership {
        self.storage.memberships().latest()
    }

    fn receive(&mut self, envelope: Envelope, rules: &Rules, out: &mut impl Sink) {
        let Envelope { from, term, message, .. } = envelope;
        if let Message::RequestVote { transfer, .. } = message
            && let Some(leader) = self.sticks_to(rules, transfer)
        {
            return out.note(|| Note::IgnoresCandidate { from, leader });
        }
        if self.keeps_promise(term, &message, rules) {
            return out.note(|| Note::KeepsPromise { from });
        }
        let newer = term > self.term();
        if newer && (rules.adopts_term)(&message) {
            self.adopt(term, from, rules, out);
        }
        let stale = term < self.term();
        if !stale && !message.asks_for_votes() {
            self.heard_from(from);
        }
        match message {
            Message::RequestPreVote { next, last } => self.receive_pre_vote_request(from, next, last, rules, out),
            Message::RequestVote { last, .. } => self.receive_vote_request(from, term, last, rules, out),
            message if stale => self.receive_stale(from, term, &message, rules, out),
            Message::AppendEntries { previous, entries, commit, round } => {
                self.receive_append(from, previous, entries, commit, round, rules, out);
            }
            Message::InstallSnapshot { last, membership, offset, of, piece } => {
                self.receive_piece(from, last, membership, offset, of, &piece, rules, out);
            }
            Message::Heartbeat { commit, sent, round } => self.receive_heartbeat(from, commit, sent, round, rules, out),
            Message::TimeoutNow => self.timeout_now(from, rules, out),
            Message::ReadIndex { id } => self.receive_read_index(from, id, rules, out),
            Message::StreamOpen { epoch, last } => self.receive_open(from, epoch, last, rules, out),
            // A reply of a newer term answers nothing of this one; that the term is newer was its news.
            _ if newer => {}
            Message::PreVoteReply { next, refused } => self.receive_pre_vote(from, next, refused, rules, out),
            Message::RequestVoteReply { refused } => self.receive_vote(from, refused, rules, out),
            Message::AppendAccepted { matched, round } => self.receive_accepted(from, matched, round, rules, out),
            Message::AppendRefused { previous, last, hint, round } => {
                self.receive_refused(from, previous, last, hint, round, rules, out);
            }
            Message::PieceAccepted { last, offset, received } => {
                self.receive_piece_accepted(from, last, offset, received, out);
            }
            Message::ReadIndexReply { id, index } => self.receive_read_index_reply(from, id, index, out),
            Message::HeartbeatReply { verified, round } => {
                self.receive_heartbeat_reply(from, verified, round, rules, out)
            }
            Message::StreamReset { epoch, at } => self.receive_reset(from, epoch, at, out),
            Message::StreamEntries { epoch, previous, entries, commit } => {
                self.receive_stream(from, epoch, previous, entries, commit, rules, out);
            }
            Message::StreamAck { epoch, matched } => self.receive_stream_ack(from, epoch, matched, rules, out),
        }
    }

    /// A leader of an older term is told so; everything else of an older term means nothing (§5.1).
    fn receive_stale(&mut self, from: ServerId, term: Term, message: &Message, rules: &Rules, out: &mut impl Sink) {
        match message {
            _ if !(rules.answers_old_leader)(term, self.term()) => out.note(|| Note::IgnoresStale { from, term }),
            Message::AppendEntries { previous, .. } => self.refuse_old_leader(from, term, *previous, out),
            Message::InstallSnapshot { last, .. } => self.refuse_old_leader(from, term, *last, out),
            Message::Heartbeat { .. } => self.refuse_old_leader(from, term, Position::default(), out),
            _ => out.note(|| Note::IgnoresStale { from, term }),
        }
    }

    /// A newer term makes everybody a follower of it, whatever the message is (§5.1).
    fn adopt(&mut self, term: Term, from: ServerId, rules: &Rules, out: &mut impl Sink) {
        self.storage.set_state(HardState { term, voted_for: None });
        match self.role {
            Role::Follower { .. } => out.note(|| Note::AdoptsTerm { term, from }),
            _ => self.note_step_down(StepDown::HigherTerm { term, from }, out),
        }
        self.follow(None, rules, out);
    }

    /// Becomes (or stays) a follower of the current term.
    pub(crate) fn follow(&mut self, leader: Option<ServerId>, rules: &Rules, out: &mut impl Sink) {
        let goes_on = matches!(self.role, Role::Follower { leader: known, .. } if known == leader);
        if !goes_on {
            self.fail_reads(leader, out);
        }
        if let Role::Leader { followers, .. } = &mut self.role {
            followers.retain(|known| (rules.match_outlives)(known.matched) > Index(0));
            self.once_known = core::mem::take(followers);
            for timer in Timer::OF_A_LEADER {
                out.push(Effect::Disarm(timer));
            }
            self.arm_election(out);
        }
        let in_touch = leader.is_some() && self.config.keeps_lease();
        if in_touch {
            let least = self.config.election_timeout.start;
            out.push_with(|| Effect::Arm(Timer::Lease, least..least));
            self.promise();
        }
        match &mut self.role {
            Role::Follower { in_touch: touch, .. } if goes_on => *touch = in_touch,
            role => *role = Role::Follower { leader, in_touch, inflow: Inflow::CLOSED },
        }
    }

    pub(crate) fn note_step_down(&self, reason: StepDown, out: &mut impl Sink) {
        let led = self.leads();
        out.note(|| Note::StepsDown { reason, led });
    }

    fn persisted(&mut self, token: Token, rules: &Rules, out: &mut impl Sink) {
        self.storage.persisted(token, out);
        self.count_own_vote(rules, out);
        if self.advance_commit(rules, out) {
            self.committed(rules, out);
        }
    }

    /// Commits up to here, says so, and hands the newly committed entries to the host, in order.
    pub(crate) fn commit_to(&mut self, index: Index, why: impl FnOnce(&Node, Index) -> Note, out: &mut impl Sink) {
        let index = index.min(self.log().last_index());
        if index <= self.commit {
            return;
        }
        let first = self.commit.next();
        self.commit = index;
        out.note(|| why(self, index));
        out.push_with(|| Effect::Apply(first..=index));
    }

    pub(crate) fn arm_election(&self, out: &mut impl Sink) {
        out.push_with(|| Effect::Arm(Timer::Election, self.config.election_timeout.clone()));
    }

    #[inline]
    pub(crate) fn send(&self, to: ServerId, message: Message, out: &mut impl Sink) {
        out.push_with(|| Effect::Send(self.envelope(to, message)));
    }

    #[inline]
    pub(crate) fn envelope(&self, to: ServerId, message: Message) -> Envelope {
        Envelope { from: self.id, to, term: self.term(), message }
    }

    /// The other servers that a leader sends to, in ascending order: those of the cluster and, until
    /// the latest configuration is committed, those that it leaves out, who have to learn that they go.
    pub(crate) fn recipients(&self) -> Vec<ServerId> {
        let memberships = self.storage.memberships();
        let mut all = memberships.latest().all();
        all.extend(memberships.at(self.commit).all());
        all.sort_unstable();
        all.dedup();
        all.retain(|server| *server != self.id);
        all
    }

    /// Whose votes a candidate asks for and counts (§5.2).
    pub(crate) fn electorate(&self, rules: &Rules) -> &Membership {
        let memberships = self.storage.memberships();
        memberships.at((rules.electorate)(memberships.latest_index(), self.commit))
    }

    /// The other servers that vote, in ascending order.
    pub(crate) fn other_voters(&self, rules: &Rules) -> Vec<ServerId> {
        let mut voters = self.electorate(rules).all_voters();
        voters.retain(|server| *server != self.id);
        voters
    }

    /// A voter of the latest configuration, or of one that may still be in force, may stand for
    /// election: the server with the newest log may be one that its last entry leaves out (§6).
    pub(crate) fn may_stand(&self, out: &mut impl Sink) -> bool {
        let may = self.storage.memberships().possible(self.commit).any(|membership| membership.votes(self.id));
        if !may {
            out.note(|| Note::DoesNotStand);
        }
        may
    }

    /// Counts the voters that agree on something.
    pub(crate) fn tally(&self, rules: &Rules, agrees: impl Fn(ServerId) -> bool) -> Tally {
        self.members().tally(rules, agrees)
    }

    pub(crate) fn term(&self) -> Term {
        self.storage.term()
    }

    pub(crate) fn leads(&self) -> bool {
        matches!(self.role, Role::Leader { .. })
    }
}
