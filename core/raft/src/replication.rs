//! How the log spreads (§5.3), and when an entry is committed (§5.3, §5.4.2).

use core::cmp::Ordering;

use crate::ids::{Index, Position, ServerId, Term};
use crate::log::{Command, Entries, Payload};
use crate::message::Message;
use crate::node::{Node, Role};
use crate::note::{AppendRefusal, NotYet, Note, StepDown};
use crate::progress::Progress;
use crate::rules::Rules;
use crate::step::{Answer, Effect, Outbox, ProposalId, Timer};

/// The leader's side.
impl Node {
    /// A client's command: the leader appends it and sends it on; anybody else points to the leader (§5.3, §8).
    pub(crate) fn propose(&mut self, id: ProposalId, command: Command, out: &mut Outbox) {
        let leader = match &self.role {
            Role::Leader { transfer: Some(to), .. } => {
                let to = *to;
                out.note(|| Note::RefusesCommand { to });
                return out.push(Effect::Answer(id, Answer::HandingOver(to)));
            }
            Role::Leader { .. } => {
                let at = self.storage.append(Payload::Command(command), out);
                out.note(|| Note::AppendsCommand { at });
                out.push(Effect::Answer(id, Answer::Appended(at)));
                return self.replicate(out);
            }
            Role::Follower { leader, .. } => *leader,
            Role::PreCandidate { .. } | Role::Candidate { .. } => None,
        };
        out.note(|| Note::Redirects { leader });
        out.push(Effect::Answer(id, Answer::NotLeader(leader)));
    }

    /// Tells every follower that this server leads; what a follower lacks goes along, also
    /// when an earlier message with it may be lost (§5.2, §5.3 "retries indefinitely").
    pub(crate) fn heartbeat(&mut self, out: &mut Outbox) {
        if !self.leads() {
            return;
        }
        let every = self.config.heartbeat;
        out.push(Effect::Arm(Timer::Heartbeat, every..every));
        self.send_appends(|_| true, out);
    }

    /// Sends new entries to the followers that have answered the last ones.
    fn replicate(&mut self, out: &mut Outbox) {
        let last = self.log().last_index();
        self.send_appends(|progress| progress.in_flight.is_none() && progress.next <= last, out);
    }

    fn send_appends(&mut self, to: impl Fn(&Progress) -> bool, out: &mut Outbox) {
        let Role::Leader { followers, .. } = &self.role else { return };
        for place in 0..followers.len() {
            if let Role::Leader { followers, .. } = &self.role
                && to(&followers[place])
            {
                self.send_append(place, out);
            }
        }
    }

    fn send_append(&mut self, place: usize, out: &mut Outbox) {
        let Role::Leader { followers, .. } = &mut self.role else { return };
        let progress = &mut followers[place];
        let (server, next) = (progress.server, progress.next);
        let entries = self.storage.log().entries_from(next, self.config.batch.max(1));
        let sent = Index(next.0 + entries.len() as u64).previous();
        progress.in_flight = (sent >= next).then_some(sent);
        let previous = self.log().position(next.previous()).unwrap_or_default();
        self.send(server, Message::AppendEntries { previous, entries, commit: self.commit }, out);
    }

    pub(crate) fn receive_accepted(&mut self, from: ServerId, matched: Index, rules: &Rules, out: &mut Outbox) {
        let last = self.log().last_index();
        let Some(place) = self.place_of(from) else { return out.note(|| Note::IgnoresLate { from }) };
        let Role::Leader { followers, .. } = &mut self.role else { return };
        let progress = &mut followers[place];
        if progress.acknowledge(matched.min(last)) {
            out.note(|| Note::Matches { follower: from, matched });
            if !self.advance_commit(rules, out) {
                self.note_not_committed(matched.min(last), rules, out);
            }
        }
        self.replicate(out);
        self.continue_transfer(rules, out);
    }

    pub(crate) fn receive_refused(&mut self, from: ServerId, previous: Index, last: Index, out: &mut Outbox) {
        let Some(place) = self.place_of(from) else { return out.note(|| Note::IgnoresLate { from }) };
        let Role::Leader { followers, .. } = &mut self.role else { return };
        if followers[place].back_off(previous, last) {
            let next = followers[place].next;
            out.note(|| Note::Backtracks { follower: from, next });
            self.send_append(place, out);
        } else {
            out.note(|| Note::IgnoresLate { from });
        }
    }

    fn place_of(&self, server: ServerId) -> Option<usize> {
        match &self.role {
            Role::Leader { followers, .. } => followers.iter().position(|p| p.server == server),
            _ => None,
        }
    }

    /// Commits the last entry that a majority stores, if it is of this term (§5.3, §5.4.2).
    pub(crate) fn advance_commit(&mut self, rules: &Rules, out: &mut Outbox) -> bool {
        if !self.leads() {
            return false;
        }
        let voters = self.config.voters.len();
        let need = (rules.majority)(voters);
        let mut index = self.storage.durable().max(self.highest_match());
        while index > self.commit {
            let counts = self.log().term(index).is_some_and(|term| (rules.counts_for_commit)(term, self.term()));
            let copies = self.copies(index);
            if counts && copies >= need {
                self.commit_to(index, |index| Note::Commits { index, copies, of: voters }, out);
                return true;
            }
            index = index.previous();
        }
        false
    }

    fn highest_match(&self) -> Index {
        match &self.role {
            Role::Leader { followers, .. } => followers.iter().map(|p| p.matched).max().unwrap_or_default(),
            _ => Index(0),
        }
    }

    /// How many voters store the entry durably, as far as this leader knows.
    fn copies(&self, index: Index) -> usize {
        let own = usize::from(self.storage.durable() >= index && self.config.voters.contains(&self.id));
        match &self.role {
            Role::Leader { followers, .. } => own + followers.iter().filter(|p| p.matched >= index).count(),
            _ => own,
        }
    }

    fn note_not_committed(&self, index: Index, rules: &Rules, out: &mut Outbox) {
        let Some(at) = self.log().position(index).filter(|at| at.index > self.commit) else { return };
        let (have, need) = (self.copies(index), (rules.majority)(self.config.voters.len()));
        let why = match have.cmp(&need) {
            Ordering::Less => NotYet::TooFewCopies { have, need },
            Ordering::Equal => NotYet::OldTerm { entry: at.term, current: self.term() },
            // Said when the majority was reached.
            Ordering::Greater => return,
        };
        out.note(|| Note::NotCommitted { at, why });
    }
}

/// The follower's side (Figure 2, AppendEntries RPC).
impl Node {
    pub(crate) fn refuse_old_leader(&mut self, from: ServerId, term: Term, previous: Position, out: &mut Outbox) {
        let reason = AppendRefusal::StaleTerm { theirs: term, ours: self.term() };
        self.refuse_append(from, previous, reason, out);
    }

    fn refuse_append(&mut self, from: ServerId, previous: Position, reason: AppendRefusal, out: &mut Outbox) {
        out.note(|| Note::RefusesAppend { from, reason });
        let last = self.log().last_index();
        self.send(from, Message::AppendRefused { previous: previous.index, last }, out);
    }

    pub(crate) fn receive_append(
        &mut self,
        from: ServerId,
        previous: Position,
        entries: Entries,
        commit: Index,
        rules: &Rules,
        out: &mut Outbox,
    ) {
        if self.leads() {
            // Two leaders of one term cannot be; under a broken rule they can, and go on as they are.
            return out.note(|| Note::IgnoresLate { from });
        }
        self.recognise(from, out);
        let own_term = self.log().term(previous.index);
        if !(rules.previous_matches)(previous, own_term) {
            let reason = match own_term {
                Some(ours) => AppendRefusal::Conflict { previous, ours },
                None => AppendRefusal::Missing { previous, last: self.log().last_index() },
            };
            return self.refuse_append(from, previous, reason, out);
        }
        let matched = Index(previous.index.0 + entries.len() as u64);
        self.store(previous.index, entries, rules, out);
        let commit = (rules.follower_commit)(commit, matched, self.log().last_index());
        self.commit_to(commit, |index| Note::LearnsCommit { index }, out);
        let reply = self.envelope(from, Message::AppendAccepted { matched });
        self.storage.send_when_durable(reply, out);
    }

    /// A leader of this term was heard: follow it and start the election timer anew (§5.2).
    fn recognise(&mut self, leader: ServerId, out: &mut Outbox) {
        let known = match self.role {
            Role::Follower { leader, .. } => leader,
            _ => {
                self.note_step_down(StepDown::LostTo { leader }, out);
                None
            }
        };
        if known != Some(leader) {
            let term = self.term();
            out.note(|| Note::Follows { leader, term });
        }
        self.follow(Some(leader), out);
        self.arm_election(out);
    }

    /// Stores what is new; only a conflict removes anything (§5.3).
    fn store(&mut self, previous: Index, entries: Entries, rules: &Rules, out: &mut Outbox) {
        let first_new = entries.iter().zip(previous.0 + 1..).position(|(entry, index)| {
            self.log().term(Index(index)).is_none_or(|own| (rules.conflicts)(own, entry.term))
        });
        let Some(skip) = first_new else { return };
        let first = Index(previous.0 + 1 + skip as u64);
        let last = self.log().last_index();
        if let Some(removed) = self.log().position(first) {
            let theirs = entries[skip].term;
            out.note(|| Note::Truncates { from: removed, last, theirs });
        }
        let new = if skip == 0 { entries } else { entries[skip..].iter().cloned().collect() };
        self.storage.replace_from(first, new, out);
        let last = self.log().last_index();
        out.note(|| Note::Stores { first, last });
    }
}
