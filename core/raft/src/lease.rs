//! Leaders and followers that keep in touch: a leader without a majority steps down (thesis
//! §6.2), and a follower with a leader does not vote against it (thesis §4.2.3).

use crate::ids::{ServerId, Term};
use crate::message::Message;
use crate::node::{Node, Role};
use crate::note::{Note, StepDown};
use crate::quorum::Tally;
use crate::rules::Rules;
use crate::step::{Effect, Sink, Timer};

impl Node {
    /// The leader that this server heard of less than a minimum election timeout ago; itself, if it leads.
    pub(crate) fn leader_in_touch(&self) -> Option<ServerId> {
        match self.role {
            Role::Follower { leader, in_touch: true, .. } => leader,
            Role::Leader { .. } => Some(self.id),
            _ => None,
        }
    }

    /// The leader for whose sake a request for a vote is not even looked at.
    pub(crate) fn sticks_to(&self, rules: &Rules, transfer: bool) -> Option<ServerId> {
        let leader = self.leader_in_touch();
        let sticks = (rules.sticks_to_leader)(leader.is_some(), self.config.check_quorum, transfer);
        leader.filter(|_| sticks)
    }

    /// Whether a request for a vote is not even looked at for the sake of a leader that counts on
    /// this server's promise, although this server knows of no leader: it has started anew, or has
    /// heard of a newer term since (thesis §6.4.1).
    pub(crate) fn keeps_promise(&self, term: Term, message: &Message, rules: &Rules) -> bool {
        let transfer = match message {
            Message::RequestVote { transfer, .. } => *transfer,
            Message::RequestPreVote { .. } if term > self.term() || self.leader_in_touch().is_none() => false,
            _ => return false,
        };
        (rules.sticks_to_leader)(self.promised, self.config.check_quorum, transfer)
    }

    /// A minimum election timeout without a word of the leader.
    pub(crate) fn lose_touch(&mut self) {
        self.promised = false;
        if let Role::Follower { in_touch, .. } = &mut self.role {
            *in_touch = false;
        }
    }

    /// A follower of this leader answers.
    pub(crate) fn heard_from(&mut self, from: ServerId) {
        if let Role::Leader { followers, .. } = &mut self.role
            && let Some(progress) = followers.iter_mut().find(|progress| progress.server == from)
        {
            progress.active = true;
        }
    }

    /// CheckQuorum is switched on while this server leads: nobody has been listened to so far, so
    /// that a whole election timeout passes before it looks (thesis §6.2).
    pub(crate) fn begin_to_watch(&mut self, out: &mut impl Sink) {
        if let Role::Leader { followers, .. } = &mut self.role {
            followers.iter_mut().for_each(|progress| progress.active = false);
        }
        self.arm_quorum(out);
    }

    pub(crate) fn arm_quorum(&self, out: &mut impl Sink) {
        if self.config.check_quorum {
            let every = self.config.election_timeout.start;
            out.push(Effect::Arm(Timer::Quorum, every..every));
        }
    }

    /// Once in an election timeout a leader looks who answered since the last time (thesis §6.2).
    pub(crate) fn check_quorum(&mut self, rules: &Rules, out: &mut impl Sink) {
        // It may have been switched off since the timer was armed.
        if !self.config.check_quorum {
            return;
        }
        let active = |id| id == self.id || self.progress_of(id).is_some_and(|progress| progress.active);
        let Tally { have, need, agreed, .. } = self.tally(rules, active);
        let Role::Leader { followers, .. } = &mut self.role else { return };
        followers.iter_mut().for_each(|progress| progress.active = false);
        if agreed {
            return self.arm_quorum(out);
        }
        out.note(|| Note::StepsDown { reason: StepDown::LostQuorum { have, need }, led: true });
        self.follow(None, rules, out);
    }
}
