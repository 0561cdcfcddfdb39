//! Why a server does not lead, or nobody does (§5.2, §5.4.1, §6).

use alloc::vec::Vec;

use raft_core::{Note, RoleName, ServerId, Term, Time, View};

use super::fact::{Counted, Fact, Reason};
use super::past::Past;
use crate::host::{Condition, Server};
use crate::network::Place;
use crate::record::What;
use crate::scenario::MessageKind;

impl Past<'_> {
    pub(super) fn not_leader(&self, id: ServerId) -> Vec<Reason> {
        let Some(server) = self.world.server(id) else { return Vec::new() };
        if let Some(leads) = self.leads(server) {
            let won = self.won(id);
            return if won.is_empty() { [leads].into() } else { won };
        }
        let mut reasons: Vec<Reason> = self.out(server).into_iter().collect();
        let other = self.world.leader().filter(|leader| *leader != id).and_then(|leader| self.world.server(leader));
        reasons.extend(other.and_then(|other| self.leads(other)));
        reasons.extend(other.and_then(|other| self.hands_over(other)));
        let Some(view) = server.view().filter(|_| server.condition() == Condition::Up) else { return reasons };
        if !view.members.votes(id) {
            let listens = view.members.listens(id);
            reasons.insert(0, Fact::NoVoter { server: id, listens }.since(self.membership(&view)));
            return reasons;
        }
        match view.role {
            RoleName::Candidate | RoleName::PreCandidate => {
                // A candidacy is the nearer reason, whoever else leads.
                let rest = core::mem::take(&mut reasons);
                reasons = self.stands(server, &view);
                reasons.extend(rest);
            }
            _ => reasons.extend(self.waits_to_stand(server, &view)),
        }
        reasons
    }

    pub(super) fn no_leader(&self) -> Vec<Reason> {
        if let Some(leader) = self.world.leader().and_then(|id| self.world.server(id)) {
            return self.leads(leader).into_iter().collect();
        }
        let mut reasons = Vec::new();
        let last = self.last(|what| match what {
            What::Crashed(id, _) => Some((*id, None)),
            What::Decided(id, note @ Note::StepsDown { led: true, .. }) => Some((*id, Some(note.clone()))),
            _ => None,
        });
        if let Some(((id, Some(note)), since)) = last {
            reasons.push(Fact::Decided { server: id, note }.since(Some(since)));
        }
        reasons.extend(self.world.servers().iter().filter_map(|server| self.out(server)));
        // Who waits to join knows of no configuration.
        let known = self.world.servers().iter().filter_map(Server::view);
        let known = known.map(|view| (view.members_index, view.members)).filter(|(_, known)| !known.voters.is_empty());
        let members = known.max_by_key(|(index, _)| *index).map_or(self.world.members_at_start(), |(_, latest)| latest);
        let runs = |id| self.world.server(id).is_some_and(|server| server.condition() == Condition::Up);
        reasons.extend(self.counts(members, Counted::Up, runs));
        let voters = members.all_voters();
        let up: Vec<ServerId> = voters.iter().copied().filter(|id| runs(*id)).collect();
        for id in &up {
            let reach = |other| other == *id || runs(other) && !self.parted(*id, other);
            if voters.iter().any(|other| runs(*other) && !reach(*other)) {
                reasons.extend(self.counts(members, Counted::InReach(*id), reach));
            }
        }
        let mut next: Option<(Time, ServerId)> = None;
        for server in up.iter().filter_map(|id| self.world.server(*id)) {
            match server.view() {
                Some(view) if matches!(view.role, RoleName::Candidate | RoleName::PreCandidate) => {
                    reasons.extend(self.stands(server, &view));
                }
                _ => {
                    let left = server.election_timer().map(|(_, due)| (due.since(self.now()), server.id));
                    next = [next, left].into_iter().flatten().min();
                }
            }
        }
        reasons.extend(next.map(|(left, server)| Fact::TimerRuns { server, left }.alone()));
        reasons
    }

    fn parted(&self, one: ServerId, other: ServerId) -> bool {
        self.world.is_cut(one, other) || self.world.is_cut(other, one)
    }

    /// That it leads, if so.
    pub(super) fn leads(&self, server: &Server) -> Option<Reason> {
        let view = server.view().filter(|view| view.role == RoleName::Leader)?;
        let since = self.decided(server.id, |note| matches!(note, Note::Leads { .. })).map(|(_, since)| since);
        Some(Fact::Leads { server: server.id, term: view.term }.since(since))
    }

    /// How it came to lead: its candidacy, who voted for it and why each could, and that it was a majority.
    fn won(&self, id: ServerId) -> Vec<Reason> {
        let Some((note, won)) = self.decided(id, |note| matches!(note, Note::Leads { .. })) else { return Vec::new() };
        let Note::Leads { votes, .. } = &note else { return Vec::new() };
        let stood = self.decided(id, |note| matches!(note, Note::Campaigns { .. }));
        let stood = stood.map(|(note, since)| Fact::Decided { server: id, note }.since(Some(since)));
        let granted = votes.iter().filter_map(|voter| {
            let gives = |note: &Note| matches!(note, Note::GrantsVote { to, .. } if *to == id);
            match self.decided(*voter, gives)? {
                (Note::GrantsVote { theirs, ours, .. }, since) => {
                    Some(Fact::Granted { voter: *voter, candidate: id, theirs, ours }.since(Some(since)))
                }
                _ => None,
            }
        });
        let mut reasons: Vec<Reason> = stood.into_iter().chain(granted).collect();
        reasons.push(Fact::Decided { server: id, note: note.clone() }.since(Some(won)));
        reasons
    }

    fn hands_over(&self, leader: &Server) -> Option<Reason> {
        let to = leader.view()?.transfer?;
        let since = self.decided(leader.id, |note| matches!(note, Note::HandsOver { .. })).map(|(_, since)| since);
        Some(Fact::HandsOver { from: leader.id, to }.since(since))
    }

    fn membership(&self, view: &View<'_>) -> Option<super::Since> {
        let since = self.decided(view.id, |note| matches!(note, Note::HasMembers { .. } | Note::ChangesMembers { .. }));
        since.map(|(_, since)| since)
    }

    /// A candidate that has not enough votes.
    fn stands(&self, server: &Server, view: &View<'_>) -> Vec<Reason> {
        let id = server.id;
        let first = view.role == RoleName::PreCandidate;
        let stood = self.decided(id, |note| matches!(note, Note::Campaigns { .. } | Note::AsksFirst { .. }));
        let since = stood.map(|(_, since)| since);
        let fact = if first {
            Fact::AsksFirst { server: id, next: view.term.next() }
        } else {
            Fact::Stands { server: id, term: view.term }
        };
        let mut reasons: Vec<Reason> = [fact.since(since)].into();
        let what = if first { Counted::WouldVote } else { Counted::Votes };
        reasons.extend(self.counts(view.members, what, |voter| view.votes.contains(&voter)));
        if !view.votes.contains(&id) {
            reasons.extend(self.disk(server));
        }
        let since = since.map_or(Time::ZERO, |since| since.at);
        for voter in view.members.all_voters() {
            if voter != id && !view.votes.contains(&voter) {
                reasons.extend(self.no_vote(id, voter, first, since));
            }
        }
        reasons
    }

    /// What became of one voter's vote.
    fn no_vote(&self, id: ServerId, voter: ServerId, first: bool, since: Time) -> Vec<Reason> {
        let Some(server) = self.world.server(voter) else { return Vec::new() };
        let (asks, replies) = if first {
            ([MessageKind::PreVote], [MessageKind::PreVoteReply])
        } else {
            ([MessageKind::Vote], [MessageKind::VoteReply])
        };
        let (here, there) = (Place::Server(id), Place::Server(voter));
        let said = self.decided(voter, |note| {
            matches!(note, Note::RefusesVote { to, .. } | Note::WouldNotVote { to, .. } if *to == id)
                || matches!(note, Note::IgnoresCandidate { from, .. } | Note::KeepsPromise { from } if *from == id)
        });
        if let Some((note, when)) = said.filter(|(_, when)| when.at >= since) {
            let fact = match note {
                Note::RefusesVote { reason, .. } | Note::WouldNotVote { reason, .. } => {
                    Fact::Refused { voter, candidate: id, reason }
                }
                _ => Fact::Ignored { voter, candidate: id },
            };
            return [fact.since(Some(when))].into();
        }
        let mut reasons = self.flights(there, here, &replies);
        if reasons.is_empty() {
            reasons = self.flights(here, there, &asks);
        }
        reasons.extend(self.out(server));
        reasons.extend(self.cut(id, voter));
        reasons.extend(self.cut(voter, id));
        if reasons.is_empty() {
            reasons.extend(self.lost(there, here, &replies, since).or_else(|| self.lost(here, there, &asks, since)));
        }
        if reasons.is_empty() {
            reasons.extend(self.disk(server));
        }
        reasons
    }

    /// A follower that does not stand: its timer runs; and who would refuse if it ran out now.
    fn waits_to_stand(&self, server: &Server, view: &View<'_>) -> Vec<Reason> {
        let id = server.id;
        let mut reasons = Vec::new();
        if let Some(leader) = view.leader {
            let since = self.decided(id, |note| matches!(note, Note::Follows { .. })).map(|(_, since)| since);
            reasons.push(Fact::Follows { server: id, leader, term: view.term }.since(since));
        }
        reasons.extend(self.last_try(id, view.term));
        if let Some((_, due)) = server.election_timer() {
            reasons.push(Fact::TimerRuns { server: id, left: due.since(self.now()) }.alone());
        }
        let theirs = view.last;
        let up_to_date = self.world.setup.in_force.rules.up_to_date;
        let would =
            |voter: ServerId| self.world.server(voter).is_some_and(|other| up_to_date(theirs, other.log().last()));
        let behind: Vec<Reason> = (view.members.all_voters().into_iter())
            .filter(|voter| *voter != id && !would(*voter))
            .filter_map(|voter| self.world.server(voter))
            .map(|other| {
                let stored = |note: &Note| {
                    matches!(note, Note::Stores { .. } | Note::AppendsCommand { .. } | Note::AppendsNoop { .. })
                };
                let since = self.decided(other.id, stored).map(|(_, since)| since);
                Fact::WouldRefuse { voter: other.id, candidate: id, ours: other.log().last(), theirs }.since(since)
            })
            .collect();
        if !behind.is_empty() {
            reasons.extend(behind);
            reasons.extend(self.counts(view.members, Counted::LogsBehind(id), would));
        }
        reasons
    }

    /// How its last candidacy ended, if that is what its term is of.
    fn last_try(&self, id: ServerId, term: Term) -> Vec<Reason> {
        let stood = self.decided(id, |note| matches!(note, Note::Campaigns { .. } | Note::AsksFirst { .. }));
        let Some((note, since)) = stood else { return Vec::new() };
        let of = match &note {
            Note::Campaigns { term, .. } => *term,
            Note::AsksFirst { next } => *next,
            _ => return Vec::new(),
        };
        if Term(of.0 + 1) < term {
            return Vec::new();
        }
        let ended = self.decided(id, |note| matches!(note, Note::StepsDown { .. }));
        let mut reasons: Vec<Reason> = [Fact::Decided { server: id, note }.since(Some(since))].into();
        let ended = ended.filter(|(_, when)| when.event >= since.event);
        reasons.extend(ended.map(|(note, when)| Fact::Decided { server: id, note }.since(Some(when))));
        reasons
    }
}
