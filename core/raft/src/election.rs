//! How a leader is chosen (§5.2), and which servers may be (§5.4.1).

use alloc::vec;
use alloc::vec::Vec;

use crate::durable::HardState;
use crate::ids::{Position, ServerId, Term};
use crate::log::Payload;
use crate::message::Message;
use crate::node::{Election, Node, Role};
use crate::note::{Cause, Note, VoteRefusal};
use crate::progress::Progress;
use crate::read::Reads;
use crate::rules::Rules;
use crate::step::{Effect, Sink, Timer};

impl Node {
    /// The election timeout elapsed: stand for election, or ask first whether it would be any use.
    pub(crate) fn election_timeout(&mut self, rules: &Rules, out: &mut impl Sink) {
        if !self.leads() && !self.may_stand(out) {
            // Of whatever leader it knew, nothing was heard: clients are not sent there any more.
            return self.follow(None, rules, out);
        }
        match self.config.election {
            Election::Plain => self.campaign(Cause::Timeout, rules, out),
            Election::PreVote => self.pre_campaign(rules, out),
        }
    }

    /// Increment the term, vote for itself, ask all others (§5.2).
    pub(crate) fn campaign(&mut self, cause: Cause, rules: &Rules, out: &mut impl Sink) {
        if self.leads() || !self.may_stand(out) {
            return;
        }
        self.fail_reads(None, out);
        let last = (rules.last_told)(self.log().last(), self.term());
        let term = self.term().next();
        self.storage.set_state(HardState { term, voted_for: Some(self.id) });
        let own_vote = self.storage.flush(out);
        self.role = Role::Candidate { votes: vec![], own_vote };
        out.note(|| Note::Campaigns { term, cause });
        self.arm_election(out);
        // The request tells of the new term and of the log: a crash must not take either back, or
        // the candidate could ask, and win, in the same term again with less to show for it.
        for to in self.other_voters(rules) {
            let request = self.envelope(to, Message::RequestVote { last, transfer: cause == Cause::TimeoutNow });
            self.storage.send_when_durable(request, out);
        }
    }

    pub(crate) fn receive_vote_request(
        &mut self,
        from: ServerId,
        term: Term,
        theirs: Position,
        rules: &Rules,
        out: &mut impl Sink,
    ) {
        if !(rules.votes_when_asked)(self.members().votes(self.id)) {
            return;
        }
        let ours = self.log().last();
        match self.refusal(from, term, theirs, rules) {
            Some(reason) => {
                out.note(|| Note::RefusesVote { to: from, reason });
                self.send(from, Message::RequestVoteReply { refused: Some(reason) }, out);
            }
            None => {
                out.note(|| Note::GrantsVote { to: from, theirs, ours });
                self.storage.set_state(HardState { term, voted_for: Some(from) });
                if !self.leads() {
                    self.arm_election(out);
                }
                let reply = self.envelope(from, Message::RequestVoteReply { refused: None });
                self.storage.send_when_durable(reply, out);
            }
        }
    }

    /// Why a candidate does not get this server's vote; nothing if it does (Figure 2, RequestVote RPC).
    fn refusal(&self, candidate: ServerId, term: Term, theirs: Position, rules: &Rules) -> Option<VoteRefusal> {
        let ours = self.log().last();
        if term < self.term() {
            return Some(VoteRefusal::StaleTerm { theirs: term, ours: self.term() });
        }
        if let Some(to) = self.storage.voted_for()
            && !(rules.vote_is_free)(Some(to), candidate)
        {
            return Some(VoteRefusal::AlreadyVoted { to });
        }
        if !(rules.up_to_date)(theirs, ours) {
            return Some(VoteRefusal::LogBehind { theirs, ours });
        }
        None
    }

    pub(crate) fn receive_vote(
        &mut self,
        from: ServerId,
        refused: Option<VoteRefusal>,
        rules: &Rules,
        out: &mut impl Sink,
    ) {
        match (&self.role, refused) {
            (Role::Candidate { .. }, None) => self.count_vote(from, rules, out),
            (Role::Candidate { .. }, Some(reason)) => out.note(|| Note::HearsRefusal { from, reason }),
            _ => out.note(|| Note::IgnoresLate { from }),
        }
    }

    /// A candidate's own vote counts when it is on disk, like everybody's (§5.2, Figure 2).
    pub(crate) fn count_own_vote(&mut self, rules: &Rules, out: &mut impl Sink) {
        if let Role::Candidate { votes, own_vote } = &self.role
            && self.storage.has_persisted(*own_vote)
            && !votes.contains(&self.id)
        {
            self.count_vote(self.id, rules, out);
        }
    }

    fn count_vote(&mut self, from: ServerId, rules: &Rules, out: &mut impl Sink) {
        let known = self.electorate(rules).votes(from);
        let Role::Candidate { votes, .. } = &mut self.role else { return };
        // A doubled reply is one vote.
        let repeated = votes.contains(&from);
        if !known || !(rules.counts_vote)(repeated) {
            return;
        }
        votes.push(from);
        let granted = votes.len();
        let tally = self.electorate(rules).tally(rules, |id| self.has_vote_of(id));
        let have = if repeated { granted } else { tally.have };
        out.note(|| Note::CountsVote { from, have, need: tally.need });
        if tally.agreed || (repeated && have >= tally.need) {
            self.lead(rules, out);
        }
    }

    /// Whether a voter would vote, or has voted, for this server.
    pub(crate) fn has_vote_of(&self, voter: ServerId) -> bool {
        match &self.role {
            Role::Candidate { votes, .. } | Role::PreCandidate { votes } => votes.contains(&voter),
            _ => false,
        }
    }

    /// A majority voted for this server: it leads, and says so at once (§5.2).
    fn lead(&mut self, rules: &Rules, out: &mut impl Sink) {
        let term = self.term();
        let last = self.log().last_index();
        let mut followers: Vec<_> = self.recipients().into_iter().map(|server| Progress::new(server, last)).collect();
        for known in core::mem::take(&mut self.once_known) {
            let same = followers.iter_mut().find(|follower| follower.server == known.server);
            same.into_iter().for_each(|follower| follower.matched = (rules.match_outlives)(known.matched));
        }
        let leader = Role::Leader { followers, transfer: None, joining: None, reads: Reads::default() };
        let before = core::mem::replace(&mut self.role, leader);
        if let Role::Candidate { votes, .. } = before {
            out.note(|| Note::Leads { term, votes });
        }
        out.push(Effect::Disarm(Timer::Election));
        self.arm_quorum(out);
        if self.config.no_op {
            let at = self.storage.append(Payload::Noop, out);
            out.note(|| Note::AppendsNoop { at });
        }
        self.heartbeat(rules, out);
    }
}
