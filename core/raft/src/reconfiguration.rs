//! How the cluster changes while it runs (§6, thesis §4): joint consensus for any change, one
//! voter at a time without it, learners that catch up before they vote.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::ids::{Index, ServerId, Term};
use crate::log::Payload;
use crate::membership::Membership;
use crate::node::{Node, Role};
use crate::note::{NoChange, Note, StepDown};
use crate::progress::{Progress, State};
use crate::rules::Rules;
use crate::step::{Answer, Effect, ProposalId, Sink, Timer};

/// What somebody wants changed.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Change {
    /// These servers shall vote and those shall listen (§6).
    Become {
        /// The voters.
        voters: Vec<ServerId>,
        /// The learners.
        learners: Vec<ServerId>,
        /// By which way.
        way: Way,
    },
    /// A server shall join: it listens until it has caught up, then it votes (thesis §4.2.1).
    Add(ServerId),
    /// A server that listens shall vote, as soon as it has caught up (thesis §4.2.1).
    Promote(ServerId),
    /// A server shall go.
    Remove(ServerId),
    /// Joint consensus shall end (§6).
    Leave,
}

/// The way from one configuration to another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Way {
    /// In one step where that is safe, else by joint consensus that ends of its own accord.
    Shortest,
    /// By joint consensus that ends of its own accord.
    Joint,
    /// By joint consensus that lasts until [`Change::Leave`].
    JointUntilLeave,
}

/// A new server that catches up (thesis §4.2.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Joining {
    pub(crate) server: ServerId,
    /// The round, from 1: each sends what the log had grown by when it began.
    round: u32,
    /// The round ends when the server has the log up to here.
    to: Index,
    /// The round takes longer than a minimum election timeout.
    slow: bool,
    /// How much had arrived when that was last looked at.
    seen: (Index, usize),
    /// For so many minimum election timeouts nothing more has arrived.
    silent: u32,
    /// It has caught up and votes as soon as the configuration may change again.
    ready: bool,
}

/// So many rounds a new server may take, and so many election timeouts without a sign of it
/// (thesis §4.2.1).
const ROUNDS: u32 = 10;

/// Changing the configuration.
impl Node {
    /// Somebody wants other servers to make up the cluster.
    pub(crate) fn reconfigure(&mut self, id: ProposalId, change: Change, rules: &Rules, out: &mut impl Sink) {
        let leader = match &self.role {
            Role::Leader { transfer: Some(to), .. } => {
                let to = *to;
                out.note(|| Note::RefusesCommand { to });
                return out.push(Effect::Answer(id, Answer::HandingOver(to)));
            }
            role if matches!(role, Role::Leader { .. }) || !(rules.changes_by_log)() => {
                let answer = match self.change(change, rules, out) {
                    Ok(()) => Answer::Appended(self.log().last()),
                    Err(why) => {
                        out.note(|| Note::RefusesChange { why });
                        Answer::Refused(why)
                    }
                };
                return out.push(Effect::Answer(id, answer));
            }
            Role::Follower { leader, .. } => *leader,
            _ => None,
        };
        out.note(|| Note::Redirects { leader });
        out.push(Effect::Answer(id, Answer::NotLeader(leader)));
    }

    fn change(&mut self, change: Change, rules: &Rules, out: &mut impl Sink) -> Result<(), NoChange> {
        let now = self.members().clone();
        let next = match change {
            Change::Leave if !now.is_joint() => return Err(NoChange::NotJoint),
            Change::Leave => now.left(),
            _ if now.is_joint() => return Err(NoChange::Joint),
            Change::Add(server) | Change::Promote(server) if now.listens(server) => {
                return self.join(server, rules, out);
            }
            Change::Promote(server) => return Err(NoChange::NotALearner { server }),
            Change::Add(server) if now.votes(server) => return Err(NoChange::Same),
            Change::Add(server) => {
                self.may_change(rules)?;
                self.may_join()?;
                let learners = now.learners.iter().copied().chain([server]);
                let next = Membership::with_learners(now.voters.iter().copied(), learners);
                self.append_members(next, rules, out);
                return self.join(server, rules, out);
            }
            Change::Remove(server) => {
                let without = |all: &[ServerId]| all.iter().copied().filter(|id| *id != server).collect::<Vec<_>>();
                Membership::with_learners(without(&now.voters), without(&now.learners))
            }
            Change::Become { voters, learners, way } => {
                let next = Membership::with_learners(voters, learners);
                let joint = way != Way::Shortest || (rules.needs_joint)(next.changed_voters(&now));
                if next.voters.is_empty() {
                    return Err(NoChange::NobodyVotes);
                }
                match joint {
                    false => next,
                    true => {
                        Membership { outgoing: now.voters.clone(), auto_leave: way != Way::JointUntilLeave, ..next }
                    }
                }
            }
        };
        if next.voters.is_empty() {
            return Err(NoChange::NobodyVotes);
        }
        if next == now {
            return Err(NoChange::Same);
        }
        self.may_change(rules)?;
        self.append_members(next, rules, out);
        Ok(())
    }

    /// One change at a time, and none before an entry of the own term is committed (thesis §4.1
    /// and its fix of 2015).
    fn may_change(&self, rules: &Rules) -> Result<(), NoChange> {
        let index = self.storage.memberships().latest_index();
        if !(rules.may_change_again)(index, self.commit) {
            return Err(NoChange::Pending { index });
        }
        if !(rules.may_change_in_term)(self.committed_term(), self.term()) {
            return Err(NoChange::TooEarly { term: self.term() });
        }
        Ok(())
    }

    /// The term of the last entry that is known to be committed.
    pub(crate) fn committed_term(&self) -> Term {
        self.log().term(self.commit).unwrap_or_default()
    }

    /// A configuration counts from the moment at which it is appended (thesis §4.1).
    fn append_members(&mut self, membership: Membership, rules: &Rules, out: &mut impl Sink) {
        let membership = Arc::new(membership);
        if !(rules.changes_by_log)() {
            let before = self.storage.put_membership(membership);
            self.note_members(&before, out);
            return self.take_in_followers(rules, out);
        }
        let at = self.storage.append(Payload::Membership(membership.clone()), out);
        out.note(|| Note::ChangesMembers { at, membership });
        self.take_in_followers(rules, out);
        self.replicate(out);
    }

    /// A leader keeps track of those that are in the configuration or have to learn that they are
    /// not any more, and of nobody else.
    fn take_in_followers(&mut self, rules: &Rules, out: &mut impl Sink) {
        let (others, last) = (self.recipients(), self.log().last_index());
        let members = self.storage.memberships().latest();
        let Role::Leader { followers, transfer, joining, .. } = &mut self.role else { return };
        followers.retain(|progress| others.contains(&progress.server));
        for server in others.iter().copied() {
            if !followers.iter().any(|progress| progress.server == server) {
                followers.push(Progress::new(server, last.previous()));
            }
        }
        followers.sort_unstable_by_key(|progress| progress.server);
        // Only a voter can lead, and only who listens can be waited for.
        if let Some(to) = transfer.take_if(|to| !members.votes(*to)) {
            out.push(Effect::Disarm(Timer::Transfer));
            out.note(|| Note::GivesUpTransfer { to });
        }
        if joining.take_if(|joining| !members.listens(joining.server)).is_some() {
            out.push(Effect::Disarm(Timer::CatchUp));
        }
        // Who is gone is not waited for any more.
        self.confirm_reads(rules, out);
    }

    /// Who is not in the committed configuration is told so, and then nothing more: a server that
    /// knows that it is out does not stand for election (§6).
    fn let_go(&mut self, out: &mut impl Sink) {
        while let Role::Leader { followers, .. } = &self.role
            && let Some(place) = followers.iter().position(|progress| !self.members().contains(progress.server))
        {
            self.tell_commit_to(place, out);
            if let Role::Leader { followers, .. } = &mut self.role {
                followers.remove(place);
            }
        }
    }

    /// Whatever a commitment lets happen next: joint consensus ends, a new server votes, a
    /// leader that is not a voter any more goes.
    pub(crate) fn continue_reconfiguration(&mut self, rules: &Rules, out: &mut impl Sink) {
        let committed = self.storage.memberships().latest_index() <= self.commit;
        if committed {
            self.let_go(out);
        }
        let now = self.members();
        if now.is_joint() {
            let entered = self.log().term(self.storage.memberships().latest_index()).unwrap_or_default();
            let leaves = now.auto_leave && (rules.leaves_joint)(entered, self.term());
            if leaves && committed && self.may_change(rules).is_ok() {
                let left = now.left();
                self.append_members(left, rules, out);
            }
            return;
        }
        if committed && !now.votes(self.id) && !(rules.leads_unelectable)(committed) {
            // The others learn with its last heartbeats that it was committed.
            self.heartbeat(rules, out);
            self.note_step_down(StepDown::Removed, out);
            return self.follow(None, rules, out);
        }
        self.promote_if_ready(rules, out);
    }

    /// Says that another configuration is in force than before; one may have taken the place of
    /// another at the same index.
    pub(crate) fn note_members(&self, before: &Arc<Membership>, out: &mut impl Sink) {
        let memberships = self.storage.memberships();
        let (index, membership) = (memberships.latest_index(), memberships.latest());
        if membership != before {
            out.note(|| Note::HasMembers { index, membership: membership.clone() });
        }
    }
}

/// Catching up in rounds (thesis §4.2.1).
impl Node {
    /// One new server at a time: another's log is as long by then.
    fn may_join(&self) -> Result<(), NoChange> {
        match self.role {
            Role::Leader { joining: Some(Joining { server, .. }), .. } => Err(NoChange::CatchingUp { server }),
            _ => Ok(()),
        }
    }

    fn join(&mut self, server: ServerId, rules: &Rules, out: &mut impl Sink) -> Result<(), NoChange> {
        self.may_join()?;
        let (to, seen) = (self.log().last_index(), self.arrived_at(server));
        let Role::Leader { joining, .. } = &mut self.role else { return Ok(()) };
        *joining = Some(Joining { server, round: 1, to, slow: false, seen, silent: 0, ready: false });
        self.begin_catch_up(out);
        // A learner may have all of the log already.
        self.caught_up(server, rules, out);
        Ok(())
    }

    fn begin_catch_up(&self, out: &mut impl Sink) {
        let Role::Leader { joining: Some(Joining { server, round, to, .. }), .. } = self.role else { return };
        out.note(|| Note::CatchesUp { server, round, to });
        self.arm_catch_up(out);
    }

    fn arm_catch_up(&self, out: &mut impl Sink) {
        let patience = self.config.election_timeout.start;
        out.push(Effect::Arm(Timer::CatchUp, patience..patience));
    }

    /// How much of the log, or of a snapshot, a server is known to have.
    fn arrived_at(&self, server: ServerId) -> (Index, usize) {
        match self.progress_of(server) {
            Some(Progress { matched, state: State::Snapshot { offset, .. }, .. }) => (*matched, *offset),
            Some(progress) => (progress.matched, 0),
            None => (Index(0), 0),
        }
    }

    /// A round is fast enough if it takes less than an election timeout: then the cluster will
    /// not wait for the new server longer than for a new leader. One that shows no sign of life is
    /// not waited for at all.
    pub(crate) fn catch_up_is_slow(&mut self, out: &mut impl Sink) {
        let Role::Leader { joining: Some(Joining { server, .. }), .. } = self.role else { return };
        let arrived = self.arrived_at(server);
        let Role::Leader { joining, .. } = &mut self.role else { return };
        let Some(current) = joining.as_mut().filter(|joining| !joining.ready) else { return };
        current.slow = true;
        current.silent = if arrived == current.seen { current.silent + 1 } else { 0 };
        current.seen = arrived;
        if current.silent == ROUNDS {
            return self.give_up_catch_up(out);
        }
        self.arm_catch_up(out);
    }

    fn give_up_catch_up(&mut self, out: &mut impl Sink) {
        if let Role::Leader { joining, .. } = &mut self.role
            && let Some(Joining { server, .. }) = joining.take()
        {
            out.push(Effect::Disarm(Timer::CatchUp));
            out.note(|| Note::GivesUpCatchUp { server });
        }
    }

    /// A server has acknowledged entries: if it is the new one, its round may be over.
    pub(crate) fn caught_up(&mut self, server: ServerId, rules: &Rules, out: &mut impl Sink) {
        let Role::Leader { joining: Some(_), .. } = self.role else { return };
        let last = self.log().last_index();
        let Some(matched) = self.progress_of(server).map(|progress| progress.matched) else { return };
        let Role::Leader { joining, .. } = &mut self.role else { return };
        let Some(current) = joining.as_mut().filter(|j| j.server == server && !j.ready && matched >= j.to) else {
            return;
        };
        if !current.slow {
            current.ready = true;
            out.push(Effect::Disarm(Timer::CatchUp));
            return self.promote_if_ready(rules, out);
        }
        if current.round == ROUNDS {
            return self.give_up_catch_up(out);
        }
        *current = Joining { round: current.round + 1, to: last, slow: false, ..*current };
        self.begin_catch_up(out);
        // Where nothing was written meanwhile the next round is over at once.
        self.caught_up(server, rules, out);
    }

    fn promote_if_ready(&mut self, rules: &Rules, out: &mut impl Sink) {
        let Role::Leader { joining: Some(Joining { server, ready: true, .. }), .. } = self.role else { return };
        if self.members().is_joint() || self.may_change(rules).is_err() {
            return;
        }
        let now = self.members();
        let next = Membership::with_learners(
            now.voters.iter().copied().chain([server]),
            now.learners.iter().copied().filter(|id| *id != server),
        );
        self.append_members(next, rules, out);
    }
}
