//! Whether the cluster gets on, though nothing is in its way.
//!
//! Raft promises what never happens, and not that something happens by some time: it elects and commits as long
//! as a majority can talk, in time (§5.6). So what is found here is a warning and no violation. It takes a
//! calm: no fault, no setting and no order by hand for many election timeouts, in which servers that are enough
//! for every configuration in force were up and could all talk to each other, and still nothing came of it.
//!
//! As nothing changed meanwhile, how things are now is how they were: only a few times are kept, and all else is
//! looked up when somebody asks.

use alloc::vec;
use alloc::vec::Vec;

use raft_core::{Index, Membership, Rules, ServerId, Time};

use crate::host::{Condition, Server};
use crate::metrics::Standing;
use crate::scenario::{Action, Network, Replication};
use crate::world::World;

/// So many of the longest election timeouts are long enough: votes are split a few times in a row, and ten times
/// once in some thousands of schedules of seven servers.
pub const TIMEOUTS: u64 = 15;

/// A follower whose stream broke again and again waits up to 32 election timeouts for the next one: it is
/// left behind only after so many times as long.
const WITH_STREAMS: u64 = 3;

/// Nobody is warned sooner, however short timeouts are.
const SOON: Time = Time::seconds(1);

/// What does not happen.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Standstill {
    /// Nobody leads.
    NoLeader,
    /// A leader commits nothing of what it has.
    NoCommit {
        /// The leader.
        leader: ServerId,
        /// The first entry that it has and does not commit.
        first: Index,
    },
    /// A server learns nothing, while its leader has committed more than it knows of.
    LeftBehind {
        /// The server.
        server: ServerId,
        /// The leader.
        leader: ServerId,
    },
}

impl Standstill {
    /// Its name, for programs.
    pub fn name(self) -> &'static str {
        match self {
            Standstill::NoLeader => "no-leader",
            Standstill::NoCommit { .. } => "no-commit",
            Standstill::LeftBehind { .. } => "left-behind",
        }
    }
}

/// That the cluster does not get on.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Warning {
    /// What does not happen.
    pub what: Standstill,
    /// Since then; nobody did anything to the cluster from there on.
    pub since: Time,
    /// The voters that are up and can all talk to each other, in ascending order. They would be enough.
    pub connected: Vec<ServerId>,
}

/// When things last went on. Nothing of it is in a digest.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Liveness {
    /// The last time that somebody did something to the cluster.
    disturbed: Time,
    /// Since when nobody leads who could be followed.
    leaderless: Option<Time>,
    /// When a leader last committed, began to lead, or came to have something that is not committed, or
    /// another server stored something.
    stalled: Time,
    /// By server, in their order: when it last learned something, or knew all that was committed.
    learned: Vec<Time>,
}

impl Liveness {
    pub(crate) fn new(servers: usize) -> Liveness {
        Liveness { leaderless: Some(Time::ZERO), learned: vec![Time::ZERO; servers], ..Liveness::default() }
    }

    /// Whether there is a leader now.
    pub(crate) fn led(&mut self, now: Time, led: bool) {
        self.leaderless = if led { None } else { self.leaderless.or(Some(now)) };
    }

    /// Somebody did something.
    pub(crate) fn acted(&mut self, now: Time, action: &Action) {
        match action {
            Action::Request { .. } | Action::Retry(_) | Action::Snapshot(_) | Action::Expect { .. } => {}
            Action::Note(_) | Action::Stop(_) | Action::Ask(_) | Action::Mark(_) => {}
            _ => self.disturbed = now,
        }
    }
}

impl World {
    /// A server made a step.
    pub(crate) fn went_on(&mut self, id: ServerId, before: Standing, after: Standing) {
        let (begins, commits) = (before.leads() != after.leads(), after.commit > before.commit);
        if !begins && !commits && before.last == after.last {
            return;
        }
        let (now, leads) = (self.now, after.leads().is_some());
        // One who stores what it lacks is on the way to what is committed, be it an entry a heartbeat.
        if !leads || begins || commits || before.last <= before.commit {
            self.liveness.stalled = now;
        }
        for (server, learned) in self.servers.iter().zip(&mut self.liveness.learned) {
            // Who knew all that was committed has been behind since now at most.
            let anew = leads && (begins || commits && server.commit() >= before.commit);
            if server.id == id || anew {
                *learned = now;
            }
        }
    }

    /// What does not happen although it could, if it has not for long. Not judged while somebody
    /// moves or holds messages by hand.
    pub fn standstill(&self) -> Option<Warning> {
        let Liveness { disturbed, leaderless, stalled, .. } = &self.liveness;
        let committed = self.checker.stored_up_to();
        // Mostly all is well, and that is found soon.
        let goes_on = match leaderless {
            Some(since) => self.now.since(*since) < SOON,
            None => self.now.since(*stalled) < SOON || self.servers.iter().all(|server| server.commit() == committed),
        };
        if goes_on || self.now.since(*disturbed) < SOON { None } else { self.stands_still() }
    }

    #[inline(never)] // A first visit to the page need not load it.
    fn stands_still(&self) -> Option<Warning> {
        let watched = !self.liveness.learned.is_empty();
        if !watched || self.settings.all().network == Network::Manual || self.network.is_held_up() {
            return None;
        }
        self.no_leader().or_else(|| self.no_progress())
    }

    /// So long nothing may happen.
    fn patience(&self) -> Time {
        let up = self.servers.iter().filter(|server| server.is_up());
        let longest = up.map(|server| server.pace().lasts(self.settings.election_timeout(server.id).end)).max();
        Time(longest.unwrap_or_default().0.saturating_mul(TIMEOUTS))
    }

    /// Since then, if that is so many times too long ago and the calm is as long.
    fn long_ago(&self, since: Time, times: u64) -> Option<Time> {
        let since = since.max(self.liveness.disturbed);
        let patience = Time(self.patience().0.saturating_mul(times));
        (self.now.since(since) >= patience).then_some(since)
    }

    fn no_leader(&self) -> Option<Warning> {
        let since = self.long_ago(self.liveness.leaderless?, 1)?;
        let voters = self.known_voters();
        let connected = voters.iter().map(|id| self.circle(*id, &voters)).find(|circle| self.are_enough(circle))?;
        Some(Warning { what: Standstill::NoLeader, since, connected })
    }

    fn no_progress(&self) -> Option<Warning> {
        let leader = self.server(self.leader()?)?;
        let view = leader.view()?;
        let connected = self.circle(leader.id, &self.known_voters());
        if !self.are_enough(&connected) {
            return None;
        }
        if view.last.index > view.commit
            && let Some(since) = self.long_ago(self.liveness.stalled, 1)
        {
            let what = Standstill::NoCommit { leader: leader.id, first: Index(view.commit.0 + 1) };
            return Some(Warning { what, since, connected });
        }
        let behind = |server: &Server| {
            let concerned = server.id != leader.id && view.members.contains(server.id);
            concerned && server.commit() < view.commit && self.can_talk(leader.id, server.id)
        };
        let times = if self.settings.all().replication == Replication::Streaming { WITH_STREAMS } else { 1 };
        let mut all = self.servers.iter().zip(&self.liveness.learned);
        let (server, since) = all.find_map(|(server, learned)| {
            let since = self.long_ago(*learned, times).filter(|_| behind(server))?;
            Some((server.id, since))
        })?;
        Some(Warning { what: Standstill::LeftBehind { server, leader: leader.id }, since, connected })
    }

    /// Who votes by the configuration of any server that is up, in ascending order.
    fn known_voters(&self) -> Vec<ServerId> {
        let views = self.servers.iter().filter_map(Server::view);
        let mut voters: Vec<ServerId> = views.flat_map(|view| view.members.all_voters()).collect();
        voters.sort_unstable();
        voters.dedup();
        voters
    }

    /// One server with others that are up and can all talk to each other. Where the network falls into
    /// parts, these are all of its part.
    fn circle(&self, of: ServerId, voters: &[ServerId]) -> Vec<ServerId> {
        let mut circle = Vec::new();
        for id in [&of].into_iter().chain(voters) {
            let known = circle.contains(id) || !self.can_talk(*id, *id);
            if !known && circle.iter().all(|known| self.can_talk(*known, *id)) {
                circle.push(*id);
            }
        }
        circle.sort_unstable();
        circle
    }

    /// Whether they are a majority of each configuration that any of them goes by (§6).
    fn are_enough(&self, circle: &[ServerId]) -> bool {
        let agreed = |members: &Membership| members.tally(&Rules::PAPER, |id| circle.contains(&id)).agreed;
        let views = circle.iter().filter_map(|id| self.server(*id)?.view());
        // Who waits to join knows of no configuration.
        let mut known = views.map(|view| view.members).filter(|members| !members.voters.is_empty()).peekable();
        known.peek().is_some() && known.all(agreed)
    }

    /// Whether both run, and nothing between them is cut or gets lost.
    fn can_talk(&self, one: ServerId, other: ServerId) -> bool {
        let runs = |id| self.server(id).is_some_and(|server| server.condition() == Condition::Up);
        let open = |from, to| !self.is_cut(from, to) && self.settings.loss_percent(from, to) == 0;
        runs(one) && runs(other) && (one == other || open(one, other) && open(other, one))
    }
}
