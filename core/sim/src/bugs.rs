//! Rules of Raft that a scenario may switch off, one by one: `bug NAME` in its header.
//!
//! A bug is [`Rules::PAPER`] with one rule replaced, or a host that does one thing wrong; the core
//! knows nothing of it. Each row says what the paper states, what is done instead, and which
//! promise falls.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};

use raft_core::{Config, Durable, HardState, Index, Message, Position, Rules, Write};

use crate::checker::Promise;
use crate::machine::{Sessions, Store};

/// A bug of [`TABLE`], by its place there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Bug(u8);

/// One rule that is not kept.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its name in scenarios.
    pub name: &'static str,
    /// The rule, as the paper states it.
    pub rule: &'static str,
    /// What servers do instead.
    pub instead: &'static str,
    /// The promise that falls; none if the cluster only stops to get on, of which Raft promises nothing.
    pub breaks: Option<Promise>,
    /// Where the rule stands.
    pub section: &'static str,
    /// Software in which it happened.
    pub seen: &'static str,
    change: fn(&mut InForce),
}

/// Every bug, in the order of the paper.
pub const TABLE: &[Row] = &[
    Row {
        name: "double-vote",
        rule: "A server votes for at most one candidate in a term, first come, first served.",
        instead: "It votes for everybody who asks.",
        breaks: Some(Promise::ElectionSafety),
        section: "§5.2",
        seen: "the plainest slip of all",
        change: |on| on.rules.vote_is_free = |_, _| true,
    },
    Row {
        name: "vote-reset-same-term",
        rule: "A server forgets its vote only when its term grows.",
        instead: "It forgets it whenever it becomes a follower, also in the same term.",
        breaks: Some(Promise::ElectionSafety),
        section: "§5.1, §5.2",
        seen: "a classic of first implementations",
        change: |on| on.rules.vote_lapses = |_, _| true,
    },
    Row {
        name: "votes-counted-by-message",
        rule: "A candidate counts the voters that granted it their votes.",
        instead: "It counts the messages that grant one.",
        breaks: Some(Promise::ElectionSafety),
        section: "§5.2",
        seen: "microsoft/coyote-samples#8",
        change: |on| on.rules.counts_vote = |_| true,
    },
    Row {
        name: "vote-not-persisted",
        rule: "A server's vote is on disk before anybody is told of it, and survives a restart.",
        instead: "It writes its term down, and not its vote.",
        breaks: Some(Promise::ElectionSafety),
        section: "§5.2, Figure 2",
        seen: "influxdb/raft, a classic of first implementations",
        change: |on| on.habits.keeps = |state| HardState { voted_for: None, ..state },
    },
    Row {
        name: "term-not-persisted",
        rule: "A server's current term is on disk before it acts in it, and survives a restart.",
        instead: "It writes neither term nor vote down.",
        breaks: Some(Promise::ElectionSafety),
        section: "§5.1, Figure 2",
        seen: "cockroach#1131, PySyncObj#201",
        change: |on| on.habits.keeps = |_| HardState::default(),
    },
    Row {
        name: "send-before-fsync",
        rule: "A vote is answered for only when it is on disk.",
        instead: "It is answered for while it is still being written.",
        breaks: Some(Promise::ElectionSafety),
        section: "Figure 2",
        seen: "redisraft",
        change: |on| on.habits.speaks_early = |write, _| matches!(write, Write::State(_)),
    },
    Row {
        name: "ack-before-fsync",
        rule: "A follower acknowledges entries only when they are on disk.",
        instead: "It acknowledges them while they are still being written.",
        breaks: Some(Promise::LeaderCompleteness),
        section: "§5.3, Figure 2",
        seen: "NATS 2.12.1 (Jepsen), redisraft",
        change: |on| on.habits.speaks_early = |write, leads| matches!(write, Write::Log { .. }) && !leads,
    },
    Row {
        name: "self-ack-before-fsync",
        rule: "A leader's own copy of an entry counts only when it is on its disk.",
        instead: "It counts as soon as the entry is there.",
        breaks: Some(Promise::LeaderCompleteness),
        section: "thesis §10.2.1",
        seen: "etcd#14370",
        change: |on| on.habits.speaks_early = |write, leads| matches!(write, Write::Log { .. }) && leads,
    },
    Row {
        name: "no-prev-check",
        rule: "A follower refuses entries unless its log has the entry right before them, with the same term.",
        instead: "It looks only whether there is an entry, not of which term.",
        breaks: Some(Promise::LogMatching),
        section: "§5.3",
        seen: "openraft#1795, influxdb/raft",
        change: |on| on.rules.previous_matches = |_, own| own.is_some(),
    },
    Row {
        name: "truncate-always",
        rule: "A follower deletes entries only if one conflicts with the leader's: same index, another term.",
        instead: "It deletes all that it has after the place where a message begins.",
        breaks: Some(Promise::LeaderCompleteness),
        section: "§5.3",
        seen: "hashicorp/raft#113, etcd#1763, openraft#360",
        change: |on| on.rules.conflicts = |_, _| true,
    },
    Row {
        name: "commit-clamped-to-own-last",
        rule: "A follower commits no further than the last entry that this message proved to be the leader's.",
        instead: "It commits up to the end of its own log.",
        breaks: Some(Promise::StateMachineSafety),
        section: "§5.3",
        seen: "copycat#265, scylladb#9965",
        change: |on| on.rules.follower_commit = |leader, _, own_last| leader.min(own_last),
    },
    Row {
        name: "nack-sets-match",
        rule: "A leader knows of a follower's log only what the follower has acknowledged.",
        instead: "It takes the place at which entries were refused for one that the follower has.",
        breaks: Some(Promise::LeaderCompleteness),
        section: "§5.3",
        seen: "CCF#5927, CCF#2835",
        change: |on| on.rules.refusal_proves = |previous| previous,
    },
    Row {
        name: "match-kept-across-terms",
        rule: "A new leader knows nothing of the others' logs, whatever it knew when it led before.",
        instead: "It goes by what they had then.",
        breaks: Some(Promise::LeaderCompleteness),
        section: "§5.3, Figure 2",
        seen: "akka-raft#58, PySyncObj#167",
        change: |on| on.rules.match_outlives = |matched| matched,
    },
    Row {
        name: "crash-truncates-to-commit",
        rule: "All entries that a server has acknowledged survive its crash.",
        instead: "It restarts with what it knew to be committed.",
        breaks: Some(Promise::LeaderCompleteness),
        section: "Figure 2",
        seen: "a fork of RaftScope",
        change: |on| on.habits.survives = |disk, commit| disk.log.truncate(commit.next()),
    },
    Row {
        name: "no-uptodate-check",
        rule: "A server refuses its vote to a candidate whose log is less up to date than its own.",
        instead: "It does not look at logs.",
        breaks: Some(Promise::LeaderCompleteness),
        section: "§5.4.1",
        seen: "jmsadair/raft#53",
        change: |on| on.rules.up_to_date = |_, _| true,
    },
    Row {
        name: "last-term-is-current-on-restart",
        rule: "The last term of a log is that of its last entry.",
        instead: "A candidate says the term that it was in itself, as one that restores both from it at a restart.",
        breaks: Some(Promise::LeaderCompleteness),
        section: "§5.4.1",
        seen: "influxdb/raft",
        change: |on| on.rules.last_told = |last, current| Position { term: current, ..last },
    },
    Row {
        name: "uptodate-by-length",
        rule: "Of two logs the one with the later last term is more up to date; only then the longer one.",
        instead: "The longer log wins, whatever its terms.",
        breaks: Some(Promise::LeaderCompleteness),
        section: "§5.4.1",
        seen: "a classic of first implementations",
        change: |on| on.rules.up_to_date = |candidate, voter| candidate.index >= voter.index,
    },
    Row {
        name: "commit-old-term",
        rule: "A leader counts copies only of entries of its own term; older ones commit along with them.",
        instead: "It counts copies of any entry.",
        breaks: Some(Promise::LeaderCompleteness),
        section: "§5.4.2",
        seen: "logcabin#44, canonical/raft#220, async-raft#106",
        change: |on| on.rules.counts_for_commit = |_, _| true,
    },
    Row {
        name: "direct-config-jump",
        rule: "A cluster changes more than one voter only by way of joint consensus.",
        instead: "It jumps straight to the new configuration.",
        breaks: Some(Promise::LeaderCompleteness),
        section: "§6",
        seen: "async-raft#62",
        change: |on| on.rules.needs_joint = |_| false,
    },
    Row {
        name: "joint-new-majority-only",
        rule: "Joint consensus needs a majority of the old voters and one of the new.",
        instead: "A majority of the new is enough.",
        breaks: Some(Promise::LeaderCompleteness),
        section: "§6",
        seen: "CCF#3837",
        change: |on| on.rules.joint_agreement = |new, _| new,
    },
    Row {
        name: "conf-before-current-term-commit",
        rule: "A leader changes the configuration only after it has committed an entry of its own term.",
        instead: "It changes it at once.",
        breaks: Some(Promise::LeaderCompleteness),
        section: "thesis §4.1",
        seen: "the dissertation itself, mended in 2015",
        change: |on| on.rules.may_change_in_term = |_, _| true,
    },
    Row {
        name: "concurrent-conf-changes",
        rule: "A configuration changes only when the one before it is committed.",
        instead: "Changes follow each other as they come.",
        breaks: Some(Promise::LeaderCompleteness),
        section: "thesis §4.1",
        seen: "redisraft#17",
        change: |on| on.rules.may_change_again = |_, _| true,
    },
    Row {
        name: "campaign-with-unapplied-conf",
        rule: "A server goes by the latest configuration of its log, whether it knows it to be committed or not.",
        instead: "A candidate goes by the latest that it has applied.",
        breaks: Some(Promise::ElectionSafety),
        section: "thesis §4.1",
        seen: "etcd-io/raft#456, raft-rs#221, etcd#11284",
        change: |on| on.rules.electorate = |_, commit| commit,
    },
    Row {
        name: "set-peers-everywhere",
        rule: "A change of the cluster goes through the log.",
        instead: "Each server is told apart, and goes by what it was told.",
        breaks: Some(Promise::LeaderCompleteness),
        section: "§6",
        seen: "MaxAnderson95/raft-visualization",
        change: |on| on.rules.changes_by_log = || false,
    },
    Row {
        name: "old-snapshot-installed",
        rule: "A server ignores a snapshot that tells it nothing beyond what it knows to be committed.",
        instead: "It installs whatever comes.",
        breaks: Some(Promise::LeaderCompleteness),
        section: "§7",
        seen: "openraft#543, hashicorp/raft#248",
        change: |on| on.rules.snapshot_is_news = |_, _| true,
    },
    Row {
        name: "snapshot-without-sessions",
        rule: "A snapshot holds all of the state machine, client sessions included.",
        instead: "It holds keys and values alone.",
        breaks: Some(Promise::ExactlyOnce),
        section: "§8, thesis §6.3",
        seen: "atomix#417, ra#145",
        change: |on| on.habits.writes_down = |store| store.without_sessions(),
    },
    Row {
        name: "no-dedup",
        rule: "The state machine recognises a command that a client sends again.",
        instead: "It carries it out again.",
        breaks: Some(Promise::ExactlyOnce),
        section: "§8, thesis §6.3",
        seen: "sorock#317",
        change: |on| on.habits.recognises = |_| Sessions::Off,
    },
    Row {
        name: "read-before-current-term-commit",
        rule: "A leader answers reads only once it has committed an entry of its own term.",
        instead: "It answers from the commit index that it came with.",
        breaks: Some(Promise::ReadFreshness),
        section: "§8, thesis §6.4",
        seen: "etcd#7331, jmsadair/raft#42",
        change: |on| on.rules.may_read = |_, _| true,
    },
    Row {
        name: "read-without-quorum",
        rule: "A leader makes sure that it still leads, by a round of heartbeats, before it answers a read.",
        instead: "It answers at once.",
        breaks: Some(Promise::ReadFreshness),
        section: "§8, thesis §6.4",
        seen: "etcd 0.4.1 and Consul (Jepsen, 2014)",
        change: |on| on.rules.read_needs_round = |_| false,
    },
    Row {
        name: "lease-not-checked",
        rule: "A leader's lease ends a shortest election timeout after the heartbeats that confirmed it.",
        instead: "Once confirmed it lasts as long as the leader believes that it leads.",
        breaks: Some(Promise::ReadFreshness),
        section: "thesis §6.4.1",
        seen: "sofa-jraft#25",
        change: |on| on.rules.lease_ends = |confirmed| !confirmed,
    },
    Row {
        name: "vote-ignores-lease",
        rule: "Where leaders count on leases, a server that hears of a leader does not look at candidates.",
        instead: "It votes for them.",
        breaks: Some(Promise::ReadFreshness),
        section: "§6, thesis §4.2.3, §6.4.1",
        seen: "sofa-jraft#25, canonical/raft#137",
        change: |on| on.rules.sticks_to_leader = |_, _, _| false,
    },
    Row {
        name: "stream-ack-unverified",
        rule: "With streams a heartbeat is acknowledged up to what was verified on this leader's stream.",
        instead: "It is acknowledged up to the end of the log.",
        breaks: Some(Promise::LeaderCompleteness),
        section: "§5.3",
        seen: "influxdb/raft",
        change: |on| on.rules.heartbeat_proves = |_, own_last| own_last,
    },
    Row {
        name: "stream-no-handshake-check",
        rule: "A leader streams on from a place that its log holds too, with the same term.",
        instead: "It streams on after whatever index it is told.",
        breaks: Some(Promise::LeaderCompleteness),
        section: "§5.3",
        seen: "influxdb/raft",
        change: |on| on.rules.stream_begins = |_, own| own.is_some(),
    },
    Row {
        name: "heartbeat-commit-unclamped",
        rule: "A heartbeat commits only what the leader knows, and the follower has verified, to be in both logs.",
        instead: "It commits all that the leader has committed.",
        breaks: Some(Promise::StateMachineSafety),
        section: "§5.3",
        seen: "etcd#1203, ratis RATIS-1161",
        change: |on| on.rules.heartbeat_commit = |leader, _, own_last| leader.min(own_last),
    },
    Row {
        name: "no-noop",
        rule: "A leader commits an entry of its own term at once, an empty one.",
        instead: "It waits for a client's.",
        breaks: None,
        section: "§8",
        seen: "etcd#7331, adjoint-io/raft#54",
        change: |on| on.habits.sets = |config| config.no_op = false,
    },
    Row {
        name: "no-check-quorum",
        rule: "A leader that a majority does not answer steps down.",
        instead: "It leads on, and its clients wait.",
        breaks: None,
        section: "thesis §6.2",
        seen: "etcd 2, Consul",
        change: |on| on.habits.sets = |config| config.check_quorum = false,
    },
    Row {
        name: "stale-leader-ignored",
        rule: "A leader of an older term is told of the newer one.",
        instead: "It is not answered.",
        breaks: None,
        section: "§5.1",
        seen: "etcd#5451, cockroach#131767",
        change: |on| on.rules.answers_old_leader = |_, _| false,
    },
    Row {
        name: "prevote-bumps-term",
        rule: "To ask whether one would be elected changes no term.",
        instead: "It raises one's own.",
        breaks: None,
        section: "thesis §9.6",
        seen: "scoutfs#328",
        change: |on| on.rules.asks_in = |current| current.next(),
    },
    Row {
        name: "prevote-ignores-lease",
        rule: "A server that hears of a leader would not vote for anybody.",
        instead: "It would vote for whoever has as good a log.",
        breaks: None,
        section: "thesis §9.6",
        seen: "sofa-jraft#15",
        change: |on| on.rules.pre_vote_despite_leader = |_| true,
    },
    Row {
        name: "prevote-reject-term-ignored",
        rule: "Who hears of a newer term goes over to it, also by a pre-vote or by what refuses one.",
        instead: "Neither a pre-vote nor its refusal changes a term.",
        breaks: None,
        section: "§5.1, thesis §9.6",
        seen: "etcd#8243, openraft#1796, canonical/raft#279",
        change: |on| {
            on.rules.adopts_term =
                |message| !matches!(message, Message::RequestPreVote { .. } | Message::PreVoteReply { .. })
        },
    },
    Row {
        name: "transfer-to-lagging",
        rule: "A leader hands over only to a server that has all of its log.",
        instead: "It hands over at once.",
        breaks: None,
        section: "thesis §3.10",
        seen: "openraft#1805, hashicorp/raft#581",
        change: |on| on.rules.may_hand_over = |_, _| true,
    },
    Row {
        name: "removed-leader-stays",
        rule: "A leader that is not a voter any more steps down when that is committed.",
        instead: "It leads on.",
        breaks: None,
        section: "§6",
        seen: "etcd-io/raft#83, redisraft#3",
        change: |on| on.rules.leads_unelectable = |_| true,
    },
    Row {
        name: "learner-never-votes",
        rule: "A server votes for whoever asks by right, also if it does not know yet that it is a voter.",
        instead: "It votes only if it knows.",
        breaks: None,
        section: "§6",
        seen: "raft-rs#57, etcd#10998",
        change: |on| on.rules.votes_when_asked = |voter| voter,
    },
    Row {
        name: "auto-leave-by-proposer-only",
        rule: "Any leader ends joint consensus once its beginning is committed.",
        instead: "Only the leader that began it does.",
        breaks: None,
        section: "§6",
        seen: "etcd#12136",
        change: |on| on.rules.leaves_joint = |entered, current| entered == current,
    },
    Row {
        name: "snapshot-keeps-conflict",
        rule: "A log that conflicts with a snapshot at its last entry goes as a whole.",
        instead: "What it has beyond stays.",
        breaks: None,
        section: "§7",
        seen: "hashicorp/raft#697, openraft#559",
        change: |on| on.rules.snapshot_base = |last, own| Position { term: own.unwrap_or(last.term), ..last },
    },
];

impl Bug {
    /// Every bug.
    pub fn all() -> impl Iterator<Item = Bug> {
        (0..TABLE.len() as u8).map(Bug)
    }

    /// A bug by its name.
    pub fn find(name: &str) -> Option<Bug> {
        Bug::all().find(|bug| bug.name() == name)
    }

    /// What it is about. Never inlined: who switches nothing off does not load the table.
    #[inline(never)]
    pub fn row(self) -> &'static Row {
        TABLE.get(usize::from(self.0)).expect("a bug is a place in the table")
    }

    /// Its name in scenarios.
    pub fn name(self) -> &'static str {
        self.row().name
    }
}

/// The rules that servers go by: those of the paper, but for the bugs that are on.
#[derive(Clone)]
pub struct InForce {
    /// Which are on, as the scenario says.
    pub bugs: Vec<Bug>,
    /// The table that comes of it.
    pub rules: Rules,
    /// What hosts do.
    pub(crate) habits: Habits,
}

/// What a host does around its server.
#[derive(Clone, Copy)]
pub(crate) struct Habits {
    /// What it writes of a term and a vote.
    pub(crate) keeps: fn(HardState) -> HardState,
    /// Whether it says that a write is on disk before it is; a leader's are told apart.
    pub(crate) speaks_early: fn(&Write, leads: bool) -> bool,
    /// What becomes of a disk when its server crashes, which knew so much to be committed.
    pub(crate) survives: fn(&mut Durable, commit: Index),
    /// What it writes down of a store for a snapshot.
    pub(crate) writes_down: fn(&Store) -> Store,
    /// Whether commands that a client repeats are recognised, given what the settings want.
    pub(crate) recognises: fn(Sessions) -> Sessions,
    /// What it sets otherwise than the settings say.
    pub(crate) sets: fn(&mut Config),
}

impl Habits {
    const RIGHT: Habits = Habits {
        keeps: |state| state,
        speaks_early: |_, _| false,
        survives: |_, _| {},
        writes_down: Store::clone,
        recognises: |wanted| wanted,
        sets: |_| {},
    };
}

impl InForce {
    /// The rules with these bugs.
    pub fn new(bugs: &[Bug]) -> InForce {
        let mut all = InForce { bugs: bugs.to_vec(), rules: Rules::PAPER, habits: Habits::RIGHT };
        if !bugs.is_empty() {
            break_rules(&mut all);
        }
        all
    }
}

/// Apart, so that who switches nothing off does not load the table.
#[inline(never)]
fn break_rules(all: &mut InForce) {
    all.bugs.clone().into_iter().for_each(|bug| (bug.row().change)(all));
}

// The bugs say what the rules are; where a function happens to lie says nothing.
impl PartialEq for InForce {
    fn eq(&self, other: &InForce) -> bool {
        self.bugs == other.bugs
    }
}

impl Eq for InForce {}

impl Hash for InForce {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bugs.hash(state);
    }
}

impl fmt::Debug for InForce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.bugs.iter().map(|bug| bug.name())).finish()
    }
}

fn falls(breaks: Option<Promise>) -> &'static str {
    breaks.map_or("liveness", Promise::name)
}

/// The table as Markdown.
pub fn reference() -> String {
    let mut out =
        String::from("| `bug` | The rule | Instead | What falls | Paper | Known from |\n|---|---|---|---|---|---|\n");
    for row in TABLE {
        let Row { name, rule, instead, breaks, section, seen, .. } = row;
        out.push_str(&format!("| `{name}` | {rule} | {instead} | {} | {section} | {seen} |\n", falls(*breaks)));
    }
    out
}
