//! PreVote: ask before standing for election, so that a server that was cut off does not come
//! back with a term that unseats a leader who does well (thesis §9.6).

use alloc::vec;

use crate::durable::HardState;
use crate::ids::{Position, ServerId, Term};
use crate::message::Message;
use crate::node::{Node, Role};
use crate::note::{Cause, Note, VoteRefusal};
use crate::rules::Rules;
use crate::step::Sink;

impl Node {
    /// Asks all others whether they would vote for it in the next term. Nothing changes by it:
    /// neither the term nor the vote.
    pub(crate) fn pre_campaign(&mut self, rules: &Rules, out: &mut impl Sink) {
        if self.leads() || !self.may_stand(out) {
            return;
        }
        self.fail_reads(None, out);
        self.role = Role::PreCandidate { votes: vec![] };
        let (term, asks_in) = (self.term(), (rules.asks_in)(self.term()));
        if asks_in != term {
            self.storage.set_state(HardState { term: asks_in, voted_for: None });
        }
        let (next, last) = (asks_in.next(), (rules.last_told)(self.log().last(), term));
        out.note(|| Note::AsksFirst { next });
        self.arm_election(out);
        for server in self.other_voters(rules) {
            self.send(server, Message::RequestPreVote { next, last }, out);
        }
        self.count_pre_vote(self.id, rules, out);
    }

    pub(crate) fn receive_pre_vote_request(
        &mut self,
        from: ServerId,
        next: Term,
        theirs: Position,
        rules: &Rules,
        out: &mut impl Sink,
    ) {
        let refused = self.pre_vote_refusal(next, theirs, rules);
        match refused {
            Some(reason) => out.note(|| Note::WouldNotVote { to: from, reason }),
            None => out.note(|| Note::WouldVote { to: from, next }),
        }
        self.send(from, Message::PreVoteReply { next, refused }, out);
    }

    fn pre_vote_refusal(&self, next: Term, theirs: Position, rules: &Rules) -> Option<VoteRefusal> {
        let ours = self.log().last();
        if next <= self.term() {
            return Some(VoteRefusal::StaleTerm { theirs: next, ours: self.term() });
        }
        let leader = self.leader_in_touch();
        if !(rules.pre_vote_despite_leader)(leader.is_some())
            && let Some(leader) = leader
        {
            return Some(VoteRefusal::HearsLeader { leader });
        }
        if !(rules.up_to_date)(theirs, ours) {
            return Some(VoteRefusal::LogBehind { theirs, ours });
        }
        None
    }

    pub(crate) fn receive_pre_vote(
        &mut self,
        from: ServerId,
        next: Term,
        refused: Option<VoteRefusal>,
        rules: &Rules,
        out: &mut impl Sink,
    ) {
        // An answer of an earlier round says nothing about this one.
        let asks = matches!(self.role, Role::PreCandidate { .. }) && next == self.term().next();
        match (asks, refused) {
            (true, None) => self.count_pre_vote(from, rules, out),
            (true, Some(reason)) => out.note(|| Note::HearsRefusal { from, reason }),
            (false, _) => out.note(|| Note::IgnoresLate { from }),
        }
    }

    fn count_pre_vote(&mut self, from: ServerId, rules: &Rules, out: &mut impl Sink) {
        let known = self.electorate(rules).votes(from);
        let Role::PreCandidate { votes } = &mut self.role else { return };
        if votes.contains(&from) || !known {
            return;
        }
        votes.push(from);
        let tally = self.electorate(rules).tally(rules, |id| self.has_vote_of(id));
        out.note(|| Note::CountsPreVote { from, have: tally.have, need: tally.need });
        if tally.agreed {
            self.campaign(Cause::WouldWin, rules, out);
        }
    }
}
