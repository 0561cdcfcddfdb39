//! Handing over leadership (thesis §3.10).

use crate::ids::ServerId;
use crate::message::Message;
use crate::node::{Node, Role};
use crate::note::{Cause, Note};
use crate::rules::Rules;
use crate::step::{Effect, Sink, Timer};

impl Node {
    /// Somebody wants this leader to hand over. It takes no new commands, brings the target's log
    /// up to its own, and tells it to stand for election at once.
    pub(crate) fn transfer(&mut self, to: ServerId, rules: &Rules, out: &mut impl Sink) {
        let known = to != self.id && self.members().votes(to);
        let Role::Leader { transfer, .. } = &mut self.role else { return };
        if !known || *transfer == Some(to) {
            return;
        }
        *transfer = Some(to);
        out.note(|| Note::HandsOver { to });
        let patience = self.config.election_timeout.start;
        out.push(Effect::Arm(Timer::Transfer, patience..patience));
        self.continue_transfer(to, rules, out);
    }

    /// A server has acknowledged entries: if it is the target, it may have caught up now.
    pub(crate) fn continue_transfer(&mut self, server: ServerId, rules: &Rules, out: &mut impl Sink) {
        let last = self.log().last_index();
        let Role::Leader { transfer: Some(to), .. } = self.role else { return };
        let matched = self.progress_of(to).map(|progress| progress.matched);
        if to == server && matched.is_some_and(|matched| (rules.may_hand_over)(matched, last)) {
            out.note(|| Note::TellsToStand { to });
            // From here on a majority may vote for another (thesis §6.4.1).
            self.give_up_read_leases();
            self.send(to, Message::TimeoutNow, out);
        }
    }

    /// An election timeout has passed and this server still leads: it goes on as before.
    pub(crate) fn give_up_transfer(&mut self, out: &mut impl Sink) {
        if let Role::Leader { transfer, .. } = &mut self.role
            && let Some(to) = transfer.take()
        {
            out.note(|| Note::GivesUpTransfer { to });
        }
    }

    /// The leader wants this server to lead: no time-out, no question, no lease stands against it.
    pub(crate) fn timeout_now(&mut self, from: ServerId, rules: &Rules, out: &mut impl Sink) {
        match self.role {
            Role::Leader { .. } => out.note(|| Note::IgnoresLate { from }),
            _ => self.campaign(Cause::TimeoutNow, rules, out),
        }
    }
}
