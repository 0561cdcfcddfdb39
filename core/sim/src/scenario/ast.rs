//! What a scenario says: the setup, then steps, each a trigger and its actions.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use raft_core::{Backtrack, Index, Position, ServerId, Term, Time};

use super::quiz::Quiz;
use super::settings::Speed;
use crate::bugs::Bug;
use crate::checker::Promise;
use crate::explore::Budget;
use crate::fault::Pace;
use crate::machine::{ClientId, Operation};

/// A whole run: seed, setup, timed actions.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Scenario {
    /// One line that names it; may be empty.
    pub title: String,
    /// What it shows, a paragraph each.
    pub about: Vec<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// The language of its texts, such as `en` or `pt-BR`.
    pub lang: Option<String>,
    /// The voters, in ascending order; S1 to S5 by default.
    pub servers: Vec<ServerId>,
    /// Servers that listen from the start and do not vote, in ascending order.
    pub learners: Vec<ServerId>,
    /// Servers that run and are in nobody's configuration, in ascending order.
    pub spares: Vec<ServerId>,
    /// How many clients there are, C1 and up; 1 by default.
    pub clients: u32,
    /// What the dice depend on, together with who and when; 1 by default.
    pub seed: u64,
    /// Settings from the start, in order.
    pub settings: Vec<Set>,
    /// The rules of Raft that are off.
    pub bugs: Vec<Bug>,
    /// The disks that servers start with; the others start empty.
    pub starts: Vec<Start>,
    /// What whoever does the exercise shall bring about, one after another; none if it is no exercise.
    pub goals: Vec<Goal>,
    /// What may be done for it; anything, if nothing is said.
    pub allow: Option<Budget>,
    /// What happens.
    pub steps: Vec<Step>,
}

/// What shall come to hold.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Goal {
    /// What.
    pub predicate: Predicate,
    /// How long after the goal before it, or after the steps that are given; 60 simulated seconds if not said.
    pub within: Option<Time>,
}

/// The disk that a server starts with.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Start {
    /// Whose.
    pub server: ServerId,
    /// Its current term.
    pub term: Term,
    /// Whom it voted for in that term.
    pub vote: Option<ServerId>,
    /// The term of each entry from index 1, and the write that it holds (none: a no-op).
    pub log: Vec<(Term, Option<Operation>)>,
    /// Its commit index.
    pub commit: Index,
}

/// A trigger, and what happens then, all at one instant and in order.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Step {
    /// When.
    pub trigger: Trigger,
    /// What; nothing means to wait only.
    pub actions: Vec<Action>,
}

/// When a step happens.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Trigger {
    /// At this time since the start.
    At(Time),
    /// This long after the step before.
    After(Time),
    /// As soon as something holds.
    When {
        /// What must hold.
        predicate: Predicate,
        /// How long to wait for it; 60 simulated seconds if not said.
        within: Option<Time>,
    },
}

/// A server, by name or by part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Who {
    /// By name.
    Server(ServerId),
    /// The leader with the highest term.
    Leader,
    /// The first other server that is up.
    Follower,
}

/// An end of a link: a server or a client.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum End {
    /// A server.
    Server(Who),
    /// A client.
    Client(ClientId),
}

/// What a scenario does, says or checks.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Action {
    /// `timeout S1`: its election timer fires now.
    Timeout(Who),
    /// `heartbeat S1`: its heartbeat timer fires now.
    Heartbeat(Who),
    /// `snapshot S1`: a snapshot of its state machine takes the place of its log so far (§7).
    Snapshot(Who),
    /// `transfer to S3 via S1`: the leader hands over (thesis §3.10).
    Transfer {
        /// To whom.
        to: Who,
        /// Who is asked to; the leader, if not said.
        via: Option<Who>,
    },
    /// `add S6`, `remove S2`, `promote S6`, `reconfigure S1 S2 S3 learners S4`: somebody wants the
    /// cluster changed (§6).
    Reconfigure {
        /// How.
        change: Reconfiguration,
        /// Who is asked to; the leader, if not said.
        via: Option<Who>,
    },
    /// `crash S1`
    Crash(Who),
    /// `restart S1`
    Restart(Who),
    /// `pause S1`
    Pause(Who),
    /// `resume S1`
    Resume(Who),
    /// `clock S1 x1.5`: its timers go by such a clock.
    Clock(Who, Pace),
    /// `wipe S1`: its disk is empty; if it runs, it crashes.
    Wipe(Who),
    /// `lose S1 last 2`: the last entries on its disk are gone; if it runs, it crashes.
    Lose {
        /// Whose.
        who: Who,
        /// How many.
        last: u32,
    },
    /// `forget-vote S1`: the vote on its disk is gone, its term stays; if it runs, it crashes.
    ForgetVote(Who),
    /// `cut S1->S2`, `cut S1-S2`
    Cut {
        /// Where the link starts.
        from: Who,
        /// Where it ends.
        to: Who,
        /// Both directions.
        both: bool,
    },
    /// `heal`, `heal S1-S2`
    Heal(Heal),
    /// `partition S1 S2 | S3 S4 S5`
    Partition(Vec<Vec<Who>>),
    /// `isolate S1`
    Isolate(Who),
    /// `set latency 10ms`
    Set(Set),
    /// `hold S1->S2 append`: such messages sent from now on wait; with [`Which::Nth`], that one in
    /// flight does.
    Hold(Select),
    /// `release S1->S2 append`: lifts the hold, and what waited travels on; with [`Which::Nth`],
    /// that one does, and the hold stays.
    Release(Select),
    /// `deliver S1->S2 append`: arrives now.
    Deliver(Select),
    /// `drop S1->S2 append`: never arrives.
    Drop(Select),
    /// `duplicate S1->S2 append`: arrives twice.
    Duplicate(Select),
    /// `settle S1 S2`: delivers among those (all, if empty) until nothing is in flight.
    Settle(Vec<Who>),
    /// `write x=1`, `read x`, `cas x 1 2`, `append x abc`, `delete x`
    Request {
        /// What is asked.
        operation: Operation,
        /// Of whom only; `None` finds the leader as a real client does.
        to: Option<Who>,
        /// By which client; C1 if not said.
        by: Option<ClientId>,
    },
    /// `retry C1`: it asks again for what it asked last, with the same serial number (thesis §6.3).
    Retry(ClientId),
    /// `note TEXT`: shown, play goes on.
    Note(String),
    /// `stop TEXT`: shown, play waits for the reader.
    Stop(String),
    /// `ask "QUESTION" S1 (S2)`: play waits for an answer.
    Ask(Box<Quiz>),
    /// `mark NAME`: a place on the timeline.
    Mark(String),
    /// `expect PREDICATE`
    Expect {
        /// What must hold.
        predicate: Predicate,
        /// By when; right now if not said.
        within: Option<Time>,
    },
}

/// How a cluster shall change.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Reconfiguration {
    /// `reconfigure S1 S2 S3 learners S4`: these vote and those listen.
    Become {
        /// The voters; one or more.
        voters: Vec<Who>,
        /// The learners.
        learners: Vec<Who>,
    },
    /// `add S6`: it listens until it has caught up, then it votes.
    Add(Who),
    /// `remove S2`
    Remove(Who),
    /// `promote S6`: a learner votes as soon as it has caught up.
    Promote(Who),
}

/// What `heal` mends.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Heal {
    /// Every cut, partition and isolation.
    All,
    /// One link.
    Link {
        /// Where it starts.
        from: Who,
        /// Where it ends.
        to: Who,
        /// Both directions.
        both: bool,
    },
}

/// Messages in flight.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Select {
    /// On which link, from and to; `None` is any.
    pub link: Option<(End, End)>,
    /// Of which kind; `None` is any.
    pub kind: Option<MessageKind>,
    /// Which of those. Always [`Which::All`] where no link is named.
    pub which: Which,
}

/// Which of the messages that match.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Which {
    /// The one sent first.
    Oldest,
    /// All of them.
    All,
    /// The one at this place in sending order, from 1.
    Nth(u32),
}

/// The kind of a message, by the word that scenarios use.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MessageKind {
    /// `pre-vote`: RequestPreVote (thesis §9.6).
    PreVote,
    /// `pre-vote-reply`
    PreVoteReply,
    /// `vote`: RequestVote.
    Vote,
    /// `vote-reply`
    VoteReply,
    /// `append`: AppendEntries that carries entries.
    Append,
    /// `append-reply`: the answer to AppendEntries, heartbeats included.
    AppendReply,
    /// `heartbeat`: AppendEntries without entries.
    Heartbeat,
    /// `snapshot`: InstallSnapshot, a piece of it (§7).
    Snapshot,
    /// `snapshot-reply`: the answer to a piece that is not the last.
    SnapshotReply,
    /// `read-index`: a follower asks how far it must apply before it answers a read (thesis §6.4).
    ReadIndex,
    /// `read-index-reply`
    ReadIndexReply,
    /// `heartbeat-reply`: the answer to a heartbeat that is apart from the log.
    HeartbeatReply,
    /// `stream-open`: a follower asks for a stream, or is told to look further back.
    StreamOpen,
    /// `stream`: entries on a stream.
    Stream,
    /// `stream-ack`: the answer to them.
    StreamAck,
    /// `timeout-now`: a leader hands over (thesis §3.10).
    TimeoutNow,
    /// `request`: from a client.
    Request,
    /// `answer`: to a client.
    Answer,
}

/// One setting, changed.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Set {
    /// Which setting, and its value.
    pub change: Change,
    /// For whom.
    pub on: Scope,
}

/// For whom a setting is changed. What is set for a link or a server goes before what is set for all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Scope {
    /// For all.
    All,
    /// For one direction of one link.
    Link {
        /// Where it starts.
        from: ServerId,
        /// Where it ends.
        to: ServerId,
    },
    /// For one server.
    Server(ServerId),
}

/// A setting and its value. Ranges are half-open; a single value is a range of one microsecond.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Change {
    /// `election-timeout 150ms..300ms`
    ElectionTimeout(Range<Time>),
    /// `heartbeat 50ms`
    Heartbeat(Time),
    /// `latency 10ms..20ms`
    Latency(Range<Time>),
    /// `loss 20%`
    Loss(u32),
    /// `duplicate 5%`
    Duplicate(u32),
    /// `bandwidth 1MB/s`, in bytes a second; 0 is unlimited.
    Bandwidth(u32),
    /// `load 1000/s`, in writes a second; 0 is none.
    Load(u32),
    /// `entry-size 64KiB`
    EntrySize(u32),
    /// `fsync 2ms`
    Fsync(Time),
    /// `no-op off`
    NoOp(bool),
    /// `pre-vote on`
    PreVote(bool),
    /// `check-quorum on`
    CheckQuorum(bool),
    /// `network manual`
    Network(Network),
    /// `client-timeout 500ms`
    ClientTimeout(Time),
    /// `batch 64`
    Batch(u32),
    /// `batch-bytes 1MiB`
    BatchBytes(u32),
    /// `replication pipelined`
    Replication(Replication),
    /// `window 16`
    Window(u32),
    /// `window-bytes 1MiB`
    WindowBytes(u32),
    /// `adaptive-batch on`
    AdaptiveBatch(bool),
    /// `backtrack term`
    Backtrack(Backtrack),
    /// `eager-commit on`
    EagerCommit(bool),
    /// `sessions off`
    Sessions(bool),
    /// `sessions-kept 2`
    SessionsKept(u32),
    /// `snapshot-every 100`
    SnapshotEvery(u32),
    /// `snapshot-margin 10`
    SnapshotMargin(u32),
    /// `snapshot-piece 64KiB`
    SnapshotPiece(u32),
    /// `reads index`
    Reads(Reads),
    /// `clock-drift 10%`
    ClockDrift(u32),
    /// `speed 1/20`
    Speed(Speed),
}

/// How reads are answered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reads {
    /// Like writes, by an entry of the log (§8).
    Log,
    /// By the leader's commit index, after a round of heartbeats (thesis §6.4).
    Index,
    /// At once while the leader has a lease (thesis §6.4.1).
    Lease,
}

/// Who moves messages between servers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Network {
    /// Time does.
    Auto,
    /// The scenario does: nothing arrives until it is delivered.
    Manual,
}

/// How a leader sends entries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Replication {
    /// One message at a time to each follower (§5.3).
    StopAndWait,
    /// Several messages at a time (thesis §10.2.1).
    Pipelined,
    /// On a stream apart from heartbeats.
    Streaming,
}

/// Something that holds of a world, or does not.
///
/// What [`parse`](super::parse()) gives is in normal form: an [`Or`](Predicate::Or) of
/// [`And`](Predicate::And)s of conditions, each alone or in one [`Not`](Predicate::Not), and
/// [`Predicate::normal`] brings any other into it, as the language has no parentheses.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Predicate {
    /// All hold; two or more.
    And(Vec<Predicate>),
    /// One holds; two or more.
    Or(Vec<Predicate>),
    /// It does not hold.
    Not(Box<Predicate>),
    /// `S1 is leader`
    Is(Who, State),
    /// `leader`: some server leads.
    SomeLeader,
    /// `no leader`
    NoLeader,
    /// `one leader`
    OneLeader,
    /// `leader is S1`. Of a [`Who::Server`] always: `leader is follower` asks for a state.
    LeaderIs(Who),
    /// `S1 follows S2`
    Follows(Who, Who),
    /// `S1 term = 3`
    Number {
        /// Whose.
        who: Who,
        /// Which number.
        field: Field,
        /// How it compares.
        compare: Compare,
        /// With what.
        value: u64,
    },
    /// `S1 vote = S2`, `S1 vote = none`; `=` or `!=`.
    Vote(Who, Compare, Option<Who>),
    /// `S1 log = 1 1 2`, `S1 log = none`; `=` or `!=`.
    Log(Who, Compare, Vec<Term>),
    /// `S1 last = 4@2`: index and term of the last entry; the term compares first (§5.4.1).
    Last(Who, Compare, Position),
    /// `S1 config = S1 S2 S3 + S3 S4 S5`: the voters by which a server goes, and in joint consensus
    /// those of the old configuration; `=` or `!=`.
    Config {
        /// Whose.
        who: Who,
        /// How it compares.
        compare: Compare,
        /// The voters; one or more.
        voters: Vec<Who>,
        /// Those of the old configuration; none outside joint consensus.
        outgoing: Vec<Who>,
    },
    /// `joint`: the leader goes by a joint configuration.
    Joint,
    /// `commit >= 4 on majority`
    CommitOn {
        /// How the commit index compares.
        compare: Compare,
        /// With what.
        index: Index,
        /// On which servers.
        on: On,
    },
    /// `S1 x = 1`: what a server's store holds; `=` or `!=`.
    Value {
        /// Whose.
        who: Who,
        /// The key.
        key: Arc<str>,
        /// How its value compares.
        compare: Compare,
        /// With what.
        value: Arc<str>,
    },
    /// `C1 got ok`: the outcome of a client's last operation.
    Got(ClientId, Got),
    /// `quiet`: nothing is in flight.
    Quiet,
    /// `safe`: no promise is violated so far.
    Safe,
    /// `linearizable`: what clients were told so far fits one order of what they asked for (§8).
    Linearizable,
    /// `violated election-safety`
    Violated(Promise),
}

/// What a server is at the moment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum State {
    /// It leads.
    Leader,
    /// It follows.
    Follower,
    /// It asks whether it would get votes (thesis §9.6).
    PreCandidate,
    /// It asks for votes.
    Candidate,
    /// It listens and does not vote, by the configuration that it goes by.
    Learner,
    /// It crashed.
    Down,
    /// It stands still, its memory kept.
    Paused,
}

/// A number that a server has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Field {
    /// Its current term.
    Term,
    /// Its commit index.
    Commit,
    /// The index up to which it has applied.
    Applied,
}

/// How two things compare.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Compare {
    /// `=`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

impl Compare {
    /// Whether `a` compares like this with `b`.
    pub fn holds<T: Ord>(self, a: &T, b: &T) -> bool {
        match self {
            Compare::Eq => a == b,
            Compare::Ne => a != b,
            Compare::Lt => a < b,
            Compare::Le => a <= b,
            Compare::Gt => a > b,
            Compare::Ge => a >= b,
        }
    }
}

/// On which servers something holds.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum On {
    /// On every one.
    All,
    /// On more than half.
    Majority,
    /// On these; one or more.
    Servers(Vec<Who>),
}

/// What a client got.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Got {
    /// Its operation was done.
    Ok,
    /// Its operation was refused, and is known not to have happened.
    Failed,
    /// It was refused, as its session expired.
    Expired,
    /// It gave up waiting: the operation may have happened or may yet.
    Unknown,
    /// It read this value.
    Value(Arc<str>),
}

impl Predicate {
    /// This, and the other too.
    #[must_use]
    pub fn and(self, other: Predicate) -> Predicate {
        Predicate::And(vec![self, other]).normal()
    }

    /// This, or the other.
    #[must_use]
    pub fn or(self, other: Predicate) -> Predicate {
        Predicate::Or(vec![self, other]).normal()
    }

    /// Whether it takes all that ever happened to judge it: too much for every event.
    pub fn looks_back(&self) -> bool {
        match self {
            Predicate::And(parts) | Predicate::Or(parts) => parts.iter().any(Predicate::looks_back),
            Predicate::Not(inner) => inner.looks_back(),
            Predicate::Linearizable | Predicate::Violated(Promise::Linearizability) => true,
            _ => false,
        }
    }

    /// The same in the normal form that text can say: `not` binds before `and`, `and` before `or`.
    #[must_use]
    pub fn normal(&self) -> Predicate {
        any_of(alternatives(self, false).into_iter().map(all_of).collect())
    }
}

/// The disjunctive normal form: alternatives, each a list of conditions that must all hold.
fn alternatives(predicate: &Predicate, negated: bool) -> Vec<Vec<Predicate>> {
    match predicate {
        Predicate::Not(inner) => alternatives(inner, !negated),
        Predicate::And(parts) if !negated => product(parts, negated),
        Predicate::Or(parts) if negated => product(parts, negated),
        Predicate::And(parts) | Predicate::Or(parts) => {
            parts.iter().flat_map(|part| alternatives(part, negated)).collect()
        }
        condition if negated => vec![vec![Predicate::Not(Box::new(condition.clone()))]],
        condition => vec![vec![condition.clone()]],
    }
}

/// `(a or b) and c` is `a and c or b and c`.
fn product(parts: &[Predicate], negated: bool) -> Vec<Vec<Predicate>> {
    parts.iter().fold(vec![vec![]], |so_far, part| {
        let more = alternatives(part, negated);
        so_far
            .iter()
            .flat_map(|left| more.iter().map(move |right| [left.as_slice(), right.as_slice()].concat()))
            .collect()
    })
}

/// Joins by `and`. Nothing to hold always holds.
pub(super) fn all_of(mut parts: Vec<Predicate>) -> Predicate {
    match parts.len() {
        0 => Predicate::Or(vec![Predicate::Quiet, Predicate::Not(Box::new(Predicate::Quiet))]),
        1 => parts.remove(0),
        _ => Predicate::And(parts),
    }
}

/// Joins by `or`. A choice of nothing never holds.
pub(super) fn any_of(mut parts: Vec<Predicate>) -> Predicate {
    match parts.len() {
        0 => Predicate::And(vec![Predicate::Quiet, Predicate::Not(Box::new(Predicate::Quiet))]),
        1 => parts.remove(0),
        _ => Predicate::Or(parts),
    }
}
