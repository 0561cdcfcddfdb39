//! Why an entry is not committed, or a server does not know that it is (§5.3, §5.4.2).

use alloc::vec::Vec;

use raft_core::{Index, Note, Position, ServerId, Time};

use super::fact::{Counted, Fact, Reason, Since};
use super::past::Past;
use crate::host::Server;
use crate::network::Place;
use crate::record::{Record, What};
use crate::scenario::MessageKind;

/// What tells a follower of entries.
const THERE: [MessageKind; 4] =
    [MessageKind::Append, MessageKind::Stream, MessageKind::Snapshot, MessageKind::Heartbeat];

/// What tells a leader of them.
const BACK: [MessageKind; 5] = [
    MessageKind::AppendReply,
    MessageKind::StreamAck,
    MessageKind::SnapshotReply,
    MessageKind::HeartbeatReply,
    MessageKind::StreamOpen,
];

impl Past<'_> {
    pub(super) fn not_committed(&self, index: Index) -> Vec<Reason> {
        let servers = self.world.servers();
        if let Some(knows) = servers.iter().max_by_key(|server| server.commit()).filter(|s| s.commit() >= index) {
            return [self.knows(knows, index)].into();
        }
        let longest = servers.iter().map(|server| server.log().last()).max_by_key(|last| last.index);
        let longest = longest.unwrap_or_default();
        if longest.index < index {
            return [Fact::NoEntry { index, last: longest }.alone()].into();
        }
        let Some(leader) = self.world.leader().and_then(|id| self.world.server(id)) else {
            let mut reasons: Vec<Reason> = [Fact::NobodyLeads.alone()].into();
            reasons.extend(self.stored(index));
            reasons.extend(self.no_leader());
            return reasons;
        };
        let mut reasons: Vec<Reason> = self.out(leader).into_iter().collect();
        let Some(at) = leader.log().position(index) else {
            reasons.push(self.ends(leader, index));
            reasons.extend(self.leads(leader));
            return reasons;
        };
        reasons.extend(self.not_counted(leader, at));
        reasons
    }

    /// The leader has it and does not commit it.
    fn not_counted(&self, leader: &Server, at: Position) -> Vec<Reason> {
        let Some(view) = leader.view() else { return Vec::new() };
        let mut reasons = Vec::new();
        let rules = &self.world.setup.in_force.rules;
        if !(rules.counts_for_commit)(at.term, view.term) {
            let noted = |note: &Note| matches!(note, Note::NotCommitted { at: other, .. } if *other == at);
            let since = self.decided(leader.id, noted).or_else(|| self.decided(leader.id, is_leading));
            reasons
                .push(Fact::OldTerm { at, leader: leader.id, current: view.term }.since(since.map(|(_, since)| since)));
        }
        let has = |id: ServerId| {
            if id == leader.id { view.durable >= at.index } else { matched(&view, id) >= at.index }
        };
        reasons.extend(self.counts(view.members, Counted::Copies(at.index), has));
        if !has(leader.id) {
            reasons.extend(self.disk(leader));
        }
        let since = self.appended(leader.id, at);
        for voter in view.members.all_voters() {
            if voter != leader.id && !has(voter) {
                let matches = Fact::Matches { leader: leader.id, follower: voter, matched: matched(&view, voter) };
                let news = |note: &Note| matches!(note, Note::Matches { follower, .. } if *follower == voter);
                reasons.push(matches.since(self.decided(leader.id, news).map(|(_, since)| since)));
                reasons.extend(self.no_copy(leader.id, voter, since));
            }
        }
        reasons
    }

    fn appended(&self, leader: ServerId, entry: Position) -> Time {
        let of = |note: &Note| match note {
            Note::AppendsCommand { at } | Note::AppendsNoop { at } | Note::ChangesMembers { at, .. } => *at == entry,
            _ => false,
        };
        self.decided(leader, of).map_or(Time::ZERO, |(_, since)| since.at)
    }

    /// Where the copy of one follower is, or the word of it.
    fn no_copy(&self, leader: ServerId, voter: ServerId, since: Time) -> Vec<Reason> {
        let Some(server) = self.world.server(voter) else { return Vec::new() };
        let (here, there) = (Place::Server(leader), Place::Server(voter));
        let mut reasons: Vec<Reason> = self.out(server).into_iter().collect();
        reasons.extend(self.cut(leader, voter));
        reasons.extend(self.cut(voter, leader));
        reasons.extend(self.flights(there, here, &BACK));
        reasons.extend(self.flights(here, there, &THERE[..3]));
        reasons.extend(self.disk(server));
        if reasons.is_empty() {
            let lost = self.lost(there, here, &BACK[..2], since);
            reasons.extend(lost.or_else(|| self.lost(here, there, &THERE[..2], since)));
        }
        reasons
    }

    /// Who stores an entry while nobody leads.
    fn stored(&self, index: Index) -> Vec<Reason> {
        let holds = |id| self.world.server(id).is_some_and(|server| server.disk().log.last_index() >= index);
        self.counts(self.world.members_at_start(), Counted::Copies(index), holds)
    }

    fn ends(&self, server: &Server, index: Index) -> Reason {
        Fact::LogEnds { server: server.id, last: server.log().last(), index }.alone()
    }

    fn knows(&self, server: &Server, index: Index) -> Reason {
        let since = self.first_known(server.id, index);
        Fact::KnowsCommitted { server: server.id, commit: server.commit() }.since(since)
    }

    /// When a server first knew an index to be committed, since it last started.
    fn first_known(&self, id: ServerId, index: Index) -> Option<Since> {
        let mut first = None;
        for Record { at, event, what } in self.records.iter().rev() {
            match what {
                What::Restarted(server) if *server == id => break,
                What::Decided(server, Note::Commits { index: known, .. } | Note::LearnsCommit { index: known })
                    if *server == id =>
                {
                    if *known < index {
                        break;
                    }
                    first = Some(Since { event: *event, at: *at });
                }
                _ => {}
            }
        }
        first
    }

    pub(super) fn not_known(&self, id: ServerId, index: Index) -> Vec<Reason> {
        let Some(server) = self.world.server(id) else { return Vec::new() };
        if server.commit() >= index {
            return [self.knows(server, index)].into();
        }
        let mut reasons: Vec<Reason> = self.out(server).into_iter().collect();
        if server.is_up() {
            reasons.push(Fact::Commit { server: id, commit: server.commit() }.alone());
        }
        let others = self.world.servers().iter();
        let knows = others.max_by_key(|other| (other.commit(), other.term())).filter(|other| other.commit() >= index);
        let Some(knows) = knows else {
            reasons.extend(self.not_committed(index));
            return reasons;
        };
        reasons.push(self.knows(knows, index));
        let Some(leader) = self.world.leader().filter(|leader| *leader != id) else {
            reasons.extend(self.no_leader());
            return reasons;
        };
        let Some(leading) = self.world.server(leader) else { return reasons };
        reasons.extend(self.out(leading));
        let theirs = leading.log().position(index);
        match (server.log().position(index), theirs) {
            (None, _) if server.log().last_index() < index => reasons.push(self.ends(server, index)),
            (Some(has), Some(theirs)) if has != theirs => {
                reasons.push(Fact::OtherEntry { server: id, has, theirs }.alone());
            }
            _ => {}
        }
        reasons.extend(self.cut(leader, id));
        let under_way = self.flights(Place::Server(leader), Place::Server(id), &THERE);
        let none = under_way.is_empty();
        reasons.extend(under_way);
        if let Some((_, due)) = leading.heartbeat_timer().filter(|_| none) {
            reasons.push(Fact::NextWord { leader, server: id, left: due.since(self.now()) }.alone());
        }
        reasons
    }
}

fn is_leading(note: &Note) -> bool {
    matches!(note, Note::Leads { .. })
}

fn matched(view: &raft_core::View<'_>, id: ServerId) -> Index {
    view.followers.iter().find(|progress| progress.server == id).map_or(Index(0), |progress| progress.matched)
}
