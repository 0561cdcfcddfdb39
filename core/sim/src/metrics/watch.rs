//! How a world keeps its metrics: what it looks at, and when.

use raft_core::{Brief, Index, Kind, Message, Node, RoleName, Rules, ServerId, Term, Time};

use super::{Column, Metrics, ServerColumn};
use crate::host::{Condition, Host, Server};
use crate::liveness::Liveness;
use crate::world::World;

/// A server, before and after a step.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) role: RoleName,
    pub(crate) term: Term,
    leader: Option<ServerId>,
    pub(crate) last: Index,
    pub(crate) commit: Index,
    members: Index,
}

impl Standing {
    pub(crate) fn of(node: &Node) -> Standing {
        let Brief { role, term, leader, last, commit, members_index } = node.brief();
        Standing { role, term, leader, last: last.index, commit, members: members_index }
    }

    /// The term that it leads.
    pub(crate) fn leads(&self) -> Option<Term> {
        (self.role == RoleName::Leader).then_some(self.term)
    }
}

/// Whether a message tells a follower that its leader is there.
pub(crate) fn is_sign(message: &Message) -> bool {
    matches!(message.kind(), Kind::Append | Kind::Heartbeat | Kind::Snapshot | Kind::Stream)
}

impl World {
    /// What the run is worth, in numbers.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Counts anew from now on.
    pub(crate) fn measure_anew(&mut self) {
        self.metrics.restart(self.now, self.checker.committed());
    }

    /// Counts nothing from now on: for who tries many worlds and wants no numbers of any.
    pub(crate) fn measure_no_more(&mut self) {
        self.metrics = Metrics { off: true, ..Metrics::new(core::iter::empty()) };
        self.liveness = Liveness::default();
    }

    /// Columns that end before something happens are complete.
    pub(crate) fn turn_columns(&mut self, until: Time) {
        if self.metrics.off {
            return;
        }
        while self.metrics.series.turns() <= until {
            self.turn_column();
        }
    }

    fn turn_column(&mut self) {
        let gauges = self.gauges(self.metrics.series.turns());
        let committed = self.checker.committed();
        let Metrics { series, servers, committed: before, .. } = &mut self.metrics;
        series.open.committed = (committed.0 - before.0) as u32;
        *before = committed;
        for (server, gauges) in servers.iter_mut().zip(&gauges.servers) {
            server.most_lag = server.most_lag.max(gauges.lag);
        }
        series.turn(&gauges);
    }

    /// How things stand at a time before which nothing more happens.
    pub(crate) fn gauges(&self, at: Time) -> Column {
        let committed = self.checker.committed();
        let of_server = |server: &Server| {
            let (writes, inbox) = match &server.host {
                Host::Up(process) => (process.disk.unsynced.len(), 0),
                Host::Paused(process, inbox) => (process.disk.unsynced.len(), inbox.len()),
                Host::Down(_) => (0, 0),
            };
            let lag = committed.0.saturating_sub(server.log().last_index().0) as u32;
            ServerColumn { lag, writes: writes as u32, inbox: inbox as u32, ..ServerColumn::default() }
        };
        let moving = self.queue.arrivals().count();
        let wishes = self.clients.iter().map(|client| client.wishes.len() + usize::from(client.current.is_some()));
        Column {
            in_flight: (moving + self.network.held.len()) as u32,
            queue: self.network.longest_queue(at),
            wishes: wishes.sum::<usize>() as u32,
            servers: self.servers.iter().map(of_server).collect(),
            ..Column::default()
        }
    }

    /// A server made a step; `sign` is the server whose message told it that a leader is there.
    pub(crate) fn measure(&mut self, id: ServerId, before: Standing, after: Standing, sign: Option<ServerId>) {
        if self.metrics.off {
            return;
        }
        let now = self.now;
        if after.leads().is_some() && after.last > before.last {
            self.metrics.appended(now, id, after.term, before.last, after.last);
        }
        if after.commit > before.commit
            && let Some(server) = self.servers.iter().find(|server| server.id == id)
        {
            self.metrics.committed(now, id, after.commit, |index| server.log().term(index));
        }
        let follows = if after.role == RoleName::Follower { after.leader } else { None };
        if let Some(leader) = follows.filter(|leader| sign == Some(*leader)) {
            let heartbeat = self.settings.heartbeat(leader);
            self.metrics.hears(now, id, Some((leader, heartbeat)));
        } else if follows != before.leader {
            self.metrics.hears(now, id, None);
        }
        self.went_on(id, before, after);
        let changed = (before.role, before.term) != (after.role, after.term);
        if changed {
            self.metrics.changed(now, before, after);
        }
        if changed || before.members != after.members {
            self.look_around();
        }
    }

    /// Looks whether somebody leads, who stands for election, and who runs at all.
    pub(crate) fn look_around(&mut self) {
        if self.metrics.off {
            return;
        }
        let led = self.servers.iter().any(|server| self.is_in_charge(server));
        self.metrics.led(self.now, led);
        self.liveness.led(self.now, led);
        let stands = |server: &Server| {
            let role = server.view().map(|view| view.role);
            server.is_up() && matches!(role, Some(RoleName::PreCandidate | RoleName::Candidate))
        };
        if !self.servers.iter().any(stands) {
            self.metrics.campaign = None;
        }
        for server in &self.servers {
            if server.condition() != Condition::Up {
                self.metrics.hears(self.now, server.id, None);
            }
            if server.condition() == Condition::Down
                && let Some(watched) = self.metrics.server_mut(server.id)
            {
                watched.appended.clear();
            }
        }
    }

    /// Whether a server leads, runs, and is not cut off from the majority that it needs.
    fn is_in_charge(&self, leader: &Server) -> bool {
        let Some(view) = leader.view().filter(|view| view.role == RoleName::Leader) else { return false };
        let reaches = |id: ServerId| {
            let runs = self.server(id).is_some_and(|server| server.condition() == Condition::Up);
            runs && (id == leader.id || !(self.is_cut(leader.id, id) || self.is_cut(id, leader.id)))
        };
        leader.condition() == Condition::Up && view.members.tally(&Rules::PAPER, reaches).agreed
    }
}
