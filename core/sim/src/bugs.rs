//! Rules of Raft that a scenario may switch off, one by one: `bug NAME` in its header.
//!
//! A bug is [`Rules::PAPER`] with one rule replaced, or a disk that is spoken of too early; the core
//! knows nothing of it. Each row says
//! what the paper states, what is done instead, and which promise falls.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};

use raft_core::{HardState, Rules, Write};

use crate::checker::Promise;

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
    /// The promise that falls.
    pub breaks: Promise,
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
        breaks: Promise::ElectionSafety,
        section: "§5.2",
        seen: "the plainest slip of all",
        change: |on| on.rules.vote_is_free = |_, _| true,
    },
    Row {
        name: "vote-not-persisted",
        rule: "A server's vote is on disk before anybody is told of it, and survives a restart.",
        instead: "It writes its term down, and not its vote.",
        breaks: Promise::ElectionSafety,
        section: "§5.2, Figure 2",
        seen: "a classic of first implementations",
        change: |on| on.disk.keeps = |state| HardState { voted_for: None, ..state },
    },
    Row {
        name: "term-not-persisted",
        rule: "A server's current term is on disk before it acts in it, and survives a restart.",
        instead: "It writes neither term nor vote down.",
        breaks: Promise::ElectionSafety,
        section: "§5.1, Figure 2",
        seen: "cockroach#1131, PySyncObj#201",
        change: |on| on.disk.keeps = |_| HardState::default(),
    },
    Row {
        name: "send-before-fsync",
        rule: "A vote is answered for only when it is on disk.",
        instead: "It is answered for while it is still being written.",
        breaks: Promise::ElectionSafety,
        section: "Figure 2",
        seen: "redisraft",
        change: |on| on.disk.speaks_early = |write, _| matches!(write, Write::State(_)),
    },
    Row {
        name: "ack-before-fsync",
        rule: "A follower acknowledges entries only when they are on disk.",
        instead: "It acknowledges them while they are still being written.",
        breaks: Promise::LeaderCompleteness,
        section: "§5.3, Figure 2",
        seen: "NATS 2.12.1 (Jepsen), redisraft",
        change: |on| on.disk.speaks_early = |write, leads| matches!(write, Write::Log { .. }) && !leads,
    },
    Row {
        name: "self-ack-before-fsync",
        rule: "A leader's own copy of an entry counts only when it is on its disk.",
        instead: "It counts as soon as the entry is there.",
        breaks: Promise::LeaderCompleteness,
        section: "thesis §10.2.1",
        seen: "etcd#14370",
        change: |on| on.disk.speaks_early = |write, leads| matches!(write, Write::Log { .. }) && leads,
    },
    Row {
        name: "no-prev-check",
        rule: "A follower refuses entries unless its log has the entry right before them, with the same term.",
        instead: "It looks only whether there is an entry, not of which term.",
        breaks: Promise::LogMatching,
        section: "§5.3",
        seen: "openraft#1795",
        change: |on| on.rules.previous_matches = |_, own| own.is_some(),
    },
    Row {
        name: "truncate-always",
        rule: "A follower deletes entries only if one conflicts with the leader's: same index, another term.",
        instead: "It deletes all that it has after the place where a message begins.",
        breaks: Promise::LeaderCompleteness,
        section: "§5.3",
        seen: "hashicorp/raft#113, etcd#1763, openraft#360",
        change: |on| on.rules.conflicts = |_, _| true,
    },
    Row {
        name: "commit-clamped-to-own-last",
        rule: "A follower commits no further than the last entry that this message proved to be the leader's.",
        instead: "It commits up to the end of its own log.",
        breaks: Promise::StateMachineSafety,
        section: "§5.3",
        seen: "copycat#265, scylladb#9965",
        change: |on| on.rules.follower_commit = |leader, _, own_last| leader.min(own_last),
    },
    Row {
        name: "no-uptodate-check",
        rule: "A server refuses its vote to a candidate whose log is less up to date than its own.",
        instead: "It does not look at logs.",
        breaks: Promise::LeaderCompleteness,
        section: "§5.4.1",
        seen: "jmsadair/raft#53",
        change: |on| on.rules.up_to_date = |_, _| true,
    },
    Row {
        name: "uptodate-by-length",
        rule: "Of two logs the one with the later last term is more up to date; only then the longer one.",
        instead: "The longer log wins, whatever its terms.",
        breaks: Promise::LeaderCompleteness,
        section: "§5.4.1",
        seen: "a classic of first implementations",
        change: |on| on.rules.up_to_date = |candidate, voter| candidate.index >= voter.index,
    },
    Row {
        name: "commit-old-term",
        rule: "A leader counts copies only of entries of its own term; older ones commit along with them.",
        instead: "It counts copies of any entry.",
        breaks: Promise::LeaderCompleteness,
        section: "§5.4.2",
        seen: "logcabin#44, canonical/raft#220, async-raft#106",
        change: |on| on.rules.counts_for_commit = |_, _| true,
    },
    Row {
        name: "direct-config-jump",
        rule: "A cluster changes more than one voter only by way of joint consensus.",
        instead: "It jumps straight to the new configuration.",
        breaks: Promise::LeaderCompleteness,
        section: "§6",
        seen: "async-raft#62",
        change: |on| on.rules.needs_joint = |_| false,
    },
    Row {
        name: "joint-new-majority-only",
        rule: "Joint consensus needs a majority of the old voters and one of the new.",
        instead: "A majority of the new is enough.",
        breaks: Promise::LeaderCompleteness,
        section: "§6",
        seen: "CCF#3837",
        change: |on| on.rules.joint_agreement = |new, _| new,
    },
    Row {
        name: "conf-before-current-term-commit",
        rule: "A leader changes the configuration only after it has committed an entry of its own term.",
        instead: "It changes it at once.",
        breaks: Promise::LeaderCompleteness,
        section: "thesis §4.1",
        seen: "the dissertation itself, mended in 2015",
        change: |on| on.rules.may_change_in_term = |_, _| true,
    },
    Row {
        name: "concurrent-conf-changes",
        rule: "A configuration changes only when the one before it is committed.",
        instead: "Changes follow each other as they come.",
        breaks: Promise::LeaderCompleteness,
        section: "thesis §4.1",
        seen: "redisraft#17",
        change: |on| on.rules.may_change_again = |_, _| true,
    },
    Row {
        name: "read-before-current-term-commit",
        rule: "A leader answers reads only once it has committed an entry of its own term.",
        instead: "It answers from the commit index that it came with.",
        breaks: Promise::ReadFreshness,
        section: "§8, thesis §6.4",
        seen: "etcd#7331, jmsadair/raft#42",
        change: |on| on.rules.may_read = |_, _| true,
    },
    Row {
        name: "read-without-quorum",
        rule: "A leader makes sure that it still leads, by a round of heartbeats, before it answers a read.",
        instead: "It answers at once.",
        breaks: Promise::ReadFreshness,
        section: "§8, thesis §6.4",
        seen: "etcd 0.4.1 and Consul (Jepsen, 2014)",
        change: |on| on.rules.read_needs_round = |_| false,
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
    /// What hosts do with what servers want on disk.
    pub(crate) disk: DiskHabits,
}

/// What a host does with what a server wants on disk.
#[derive(Clone, Copy)]
pub(crate) struct DiskHabits {
    /// What it writes of a term and a vote.
    pub(crate) keeps: fn(HardState) -> HardState,
    /// Whether it says that a write is on disk before it is; a leader's are told apart.
    pub(crate) speaks_early: fn(&Write, leads: bool) -> bool,
}

impl DiskHabits {
    const RIGHT: DiskHabits = DiskHabits { keeps: |state| state, speaks_early: |_, _| false };
}

impl InForce {
    /// The rules with these bugs.
    pub fn new(bugs: &[Bug]) -> InForce {
        let mut all = InForce { bugs: bugs.to_vec(), rules: Rules::PAPER, disk: DiskHabits::RIGHT };
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

/// The table as Markdown.
pub fn reference() -> String {
    let mut out =
        String::from("| `bug` | The rule | Instead | What falls | Paper | Known from |\n|---|---|---|---|---|---|\n");
    for row in TABLE {
        let Row { name, rule, instead, breaks, section, seen, .. } = row;
        out.push_str(&format!("| `{name}` | {rule} | {instead} | {} | {section} | {seen} |\n", breaks.name()));
    }
    out
}
