//! Rules of Raft that a scenario may switch off, one by one: `bug NAME` in its header.
//!
//! A bug is [`Rules::PAPER`] with one rule replaced; the core knows nothing of it. Each row says
//! what the paper states, what is done instead, and which promise falls.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};

use raft_core::Rules;

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
    change: fn(&mut Rules),
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
        change: |rules| rules.vote_is_free = |_, _| true,
    },
    Row {
        name: "no-prev-check",
        rule: "A follower refuses entries unless its log has the entry right before them, with the same term.",
        instead: "It looks only whether there is an entry, not of which term.",
        breaks: Promise::LogMatching,
        section: "§5.3",
        seen: "openraft#1795",
        change: |rules| rules.previous_matches = |_, own| own.is_some(),
    },
    Row {
        name: "truncate-always",
        rule: "A follower deletes entries only if one conflicts with the leader's: same index, another term.",
        instead: "It deletes all that it has after the place where a message begins.",
        breaks: Promise::LeaderCompleteness,
        section: "§5.3",
        seen: "hashicorp/raft#113, etcd#1763, openraft#360",
        change: |rules| rules.conflicts = |_, _| true,
    },
    Row {
        name: "commit-clamped-to-own-last",
        rule: "A follower commits no further than the last entry that this message proved to be the leader's.",
        instead: "It commits up to the end of its own log.",
        breaks: Promise::StateMachineSafety,
        section: "§5.3",
        seen: "copycat#265, scylladb#9965",
        change: |rules| rules.follower_commit = |leader, _, own_last| leader.min(own_last),
    },
    Row {
        name: "no-uptodate-check",
        rule: "A server refuses its vote to a candidate whose log is less up to date than its own.",
        instead: "It does not look at logs.",
        breaks: Promise::LeaderCompleteness,
        section: "§5.4.1",
        seen: "jmsadair/raft#53",
        change: |rules| rules.up_to_date = |_, _| true,
    },
    Row {
        name: "uptodate-by-length",
        rule: "Of two logs the one with the later last term is more up to date; only then the longer one.",
        instead: "The longer log wins, whatever its terms.",
        breaks: Promise::LeaderCompleteness,
        section: "§5.4.1",
        seen: "a classic of first implementations",
        change: |rules| rules.up_to_date = |candidate, voter| candidate.index >= voter.index,
    },
    Row {
        name: "commit-old-term",
        rule: "A leader counts copies only of entries of its own term; older ones commit along with them.",
        instead: "It counts copies of any entry.",
        breaks: Promise::LeaderCompleteness,
        section: "§5.4.2",
        seen: "logcabin#44, canonical/raft#220, async-raft#106",
        change: |rules| rules.counts_for_commit = |_, _| true,
    },
    Row {
        name: "direct-config-jump",
        rule: "A cluster changes more than one voter only by way of joint consensus.",
        instead: "It jumps straight to the new configuration.",
        breaks: Promise::LeaderCompleteness,
        section: "§6",
        seen: "async-raft#62",
        change: |rules| rules.needs_joint = |_| false,
    },
    Row {
        name: "joint-new-majority-only",
        rule: "Joint consensus needs a majority of the old voters and one of the new.",
        instead: "A majority of the new is enough.",
        breaks: Promise::LeaderCompleteness,
        section: "§6",
        seen: "CCF#3837",
        change: |rules| rules.joint_agreement = |new, _| new,
    },
    Row {
        name: "conf-before-current-term-commit",
        rule: "A leader changes the configuration only after it has committed an entry of its own term.",
        instead: "It changes it at once.",
        breaks: Promise::LeaderCompleteness,
        section: "thesis §4.1",
        seen: "the dissertation itself, mended in 2015",
        change: |rules| rules.may_change_in_term = |_, _| true,
    },
    Row {
        name: "concurrent-conf-changes",
        rule: "A configuration changes only when the one before it is committed.",
        instead: "Changes follow each other as they come.",
        breaks: Promise::LeaderCompleteness,
        section: "thesis §4.1",
        seen: "redisraft#17",
        change: |rules| rules.may_change_again = |_, _| true,
    },
    Row {
        name: "read-before-current-term-commit",
        rule: "A leader answers reads only once it has committed an entry of its own term.",
        instead: "It answers from the commit index that it came with.",
        breaks: Promise::ReadFreshness,
        section: "§8, thesis §6.4",
        seen: "etcd#7331, jmsadair/raft#42",
        change: |rules| rules.may_read = |_, _| true,
    },
    Row {
        name: "read-without-quorum",
        rule: "A leader makes sure that it still leads, by a round of heartbeats, before it answers a read.",
        instead: "It answers at once.",
        breaks: Promise::ReadFreshness,
        section: "§8, thesis §6.4",
        seen: "etcd 0.4.1 and Consul (Jepsen, 2014)",
        change: |rules| rules.read_needs_round = |_| false,
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

    /// What it is about.
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
}

impl InForce {
    /// The rules with these bugs.
    pub fn new(bugs: &[Bug]) -> InForce {
        InForce { bugs: bugs.to_vec(), rules: if bugs.is_empty() { Rules::PAPER } else { broken(bugs) } }
    }
}

/// Apart, so that who switches nothing off does not load the table.
#[inline(never)]
fn broken(bugs: &[Bug]) -> Rules {
    let mut rules = Rules::PAPER;
    bugs.iter().for_each(|bug| (bug.row().change)(&mut rules));
    rules
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
