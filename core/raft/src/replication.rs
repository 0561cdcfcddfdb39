//! How the log spreads (§5.3), and when an entry is committed (§5.3, §5.4.2).

use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::durable::HardState;
use crate::ids::{Index, Position, ServerId, Term};
use crate::log::{Command, Entries, Entry, Payload};
use crate::message::Message;
use crate::node::{Backtrack, Node, Replication, Role};
use crate::note::{AppendRefusal, NotYet, Note, StepDown};
use crate::progress::{Progress, State, Window};
use crate::quorum::Tally;
use crate::rules::Rules;
use crate::step::{Answer, Effect, ProposalId, Sink, Timer};

/// The leader's side.
impl Node {
    /// A client's command: the leader appends it and sends it on; anybody else points to the leader (§5.3, §8).
    pub(crate) fn propose(&mut self, id: ProposalId, command: Command, out: &mut impl Sink) {
        self.take_commands(id, |node, out| node.storage.append(Payload::Command(command), out), out);
    }

    /// Commands that go into the log together, to the disk in one write, and on their way together.
    pub(crate) fn propose_batch(&mut self, id: ProposalId, commands: Vec<Command>, out: &mut impl Sink) {
        if !commands.is_empty() {
            self.take_commands(id, |node, out| node.storage.append_all(commands, out), out);
        }
    }

    fn take_commands<S: Sink>(
        &mut self,
        id: ProposalId,
        append: impl FnOnce(&mut Node, &mut S) -> Position,
        out: &mut S,
    ) {
        let leader = match &self.role {
            Role::Leader { transfer: Some(to), .. } => {
                let to = *to;
                out.note(|| Note::RefusesCommand { to });
                return out.push(Effect::Answer(id, Answer::HandingOver(to)));
            }
            Role::Leader { .. } => {
                let at = append(self, out);
                for index in at.index.0..=self.log().last_index().0 {
                    out.note(|| Note::AppendsCommand { at: Position { index: Index(index), ..at } });
                }
                out.push_with(|| Effect::Answer(id, Answer::Appended(at)));
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
    pub(crate) fn heartbeat(&mut self, rules: &Rules, out: &mut impl Sink) {
        if !self.leads() {
            return;
        }
        let every = self.config.heartbeat;
        out.push(Effect::Arm(Timer::Heartbeat, every..every));
        self.begin_round(true, rules, out);
    }

    /// Sends one round of heartbeats; a majority that answers it confirms this leader (thesis §6.4).
    /// One that is sent for a read says no more than that: what may be lost has its own time.
    pub(crate) fn begin_round(&mut self, beat: bool, rules: &Rules, out: &mut impl Sink) {
        let Role::Leader { reads, followers, .. } = &mut self.role else { return };
        let (round, count) = (reads.begin_round(beat), followers.len());
        self.begin_lease(round, out);
        for place in 0..count {
            match beat {
                true => self.send_heartbeat(place, round, rules, out),
                false if self.config.streams() => self.send_bare_heartbeat(place, round, rules, out),
                false => self.send_commit(place, out),
            }
        }
    }

    fn send_heartbeat(&mut self, place: usize, round: u64, rules: &Rules, out: &mut impl Sink) {
        let (streaming, beat) = (self.config.streams(), self.beat());
        let Some(progress) = self.follower_mut(place) else { return };
        if progress.piece_is_lost(beat) {
            self.send_snapshot(place, out);
        }
        if streaming {
            return self.send_bare_heartbeat(place, round, rules, out);
        }
        let Some(progress) = self.follower_mut(place) else { return };
        match progress.state {
            State::Stream { .. } => progress.probe(),
            State::Probe { in_flight } if !in_flight.is_some_and(|sent| sent.is_long()) => {}
            State::Probe { .. } | State::Replicate { .. } | State::Snapshot { .. } => {
                return self.send_commit(place, out);
            }
        }
        self.send_entries(place, out);
    }

    /// Tells a follower, without entries, what it may commit of that which it is known to have.
    fn send_commit(&mut self, place: usize, out: &mut impl Sink) {
        let (commit, round) = (self.commit, self.round());
        let Some(progress) = self.follower_mut(place) else { return };
        let (server, matched) = (progress.server, progress.matched);
        progress.told = commit.min(matched);
        // Where the snapshot has swallowed that place, the message can prove nothing of the log.
        let previous = self.log().position(matched).unwrap_or_default();
        let message = Message::AppendEntries { previous, entries: Entries::default(), commit, round };
        self.send(server, message, out);
    }

    /// Asks a follower, without entries, whether it has all that was sent to it: it acknowledges
    /// that, or says where its log ends. So a full window that was lost is no dead end.
    fn ask_for_the_end(&mut self, place: usize, out: &mut impl Sink) {
        let (commit, round) = (self.commit, self.round());
        let Some(progress) = self.follower_mut(place) else { return };
        let (server, end, pipelined) = (progress.server, progress.next.previous(), progress.is_pipelined());
        // Whoever is probed anyway gets what it lacks.
        let Some(previous) = self.log().position(end).filter(|_| pipelined) else { return };
        self.send(server, Message::AppendEntries { previous, entries: Entries::default(), commit, round }, out);
    }

    /// Sends new entries to the followers that can take them.
    pub(crate) fn replicate(&mut self, out: &mut impl Sink) {
        let Role::Leader { followers, .. } = &self.role else { return };
        for place in 0..followers.len() {
            self.replicate_to(place, out);
        }
    }

    /// Sends a follower as much as its state and the flow allow.
    pub(crate) fn replicate_to(&mut self, place: usize, out: &mut impl Sink) {
        let last = self.log().last_index();
        while let Role::Leader { followers, .. } = &self.role
            && followers.get(place).is_some_and(|progress| progress.may_send(last, &self.config))
        {
            self.send_entries(place, out);
        }
    }

    /// Sends the entries from the next one on, or the snapshot if they are gone (§7).
    pub(crate) fn send_entries(&mut self, place: usize, out: &mut impl Sink) {
        let (commit, round, beat) = (self.commit, self.round(), self.beat());
        let Role::Leader { followers, .. } = &mut self.role else { return };
        let progress = &mut followers[place];
        let (server, next) = (progress.server, progress.next);
        let log = self.storage.log();
        let Some(previous) = log.position(next.previous()) else { return self.send_snapshot(place, out) };
        let entries = log.entries_from(next, self.config.batch);
        progress.sent(&entries, beat);
        progress.told = commit.min(progress.next.previous());
        let message = match progress.state {
            State::Stream { epoch, .. } => Message::StreamEntries { epoch, previous, entries, commit },
            _ => Message::AppendEntries { previous, entries, commit, round },
        };
        self.send(server, message, out);
    }

    pub(crate) fn receive_accepted(
        &mut self,
        from: ServerId,
        matched: Index,
        round: u64,
        rules: &Rules,
        out: &mut impl Sink,
    ) {
        let last = self.log().last_index();
        let Some(place) = self.place_of(from) else { return out.note(|| Note::IgnoresLate { from }) };
        self.acknowledged(place, matched.min(last), rules, out);
        // What that commits may have changed the cluster, or the role: places have moved (§6).
        let Some(place) = self.place_of(from) else { return };
        let Role::Leader { followers, reads, .. } = &self.role else { return };
        let overdue = followers.get(place).is_some_and(|progress| progress.is_overdue(round, reads.beat_at(round)));
        self.answered(place, round, rules, out);
        if overdue {
            self.ask_for_the_end(place, out);
        }
        let pipelined = matches!(self.config.replication, Replication::Pipelined(_));
        if let Some(progress) = self.follower_mut(place)
            && pipelined
            && progress.has_agreed()
        {
            progress.state = State::Replicate { window: Window::default() };
        }
        self.replicate_after_answer(place, out);
        self.continue_transfer(from, rules, out);
    }

    /// After an answer there may be room for more on its way, and there may be something to tell.
    pub(crate) fn replicate_after_answer(&mut self, place: usize, out: &mut impl Sink) {
        self.replicate_to(place, out);
        if self.config.eager_commit {
            self.tell_commit_to(place, out);
        }
    }

    /// A follower has entries up to here, durably and equal to this leader's.
    pub(crate) fn acknowledged(&mut self, place: usize, matched: Index, rules: &Rules, out: &mut impl Sink) {
        let Some(progress) = self.follower_mut(place) else { return };
        let follower = progress.server;
        if !progress.acknowledge(matched) {
            return;
        }
        out.note(|| Note::Matches { follower, matched });
        let advanced = matched > self.commit && self.advance_commit(rules, out);
        if !advanced {
            self.note_not_committed(matched, rules, out);
        }
        self.caught_up(follower, rules, out);
        if advanced {
            self.committed(rules, out);
        }
    }

    /// A follower has answered a round of heartbeats.
    pub(crate) fn answered(&mut self, place: usize, round: u64, rules: &Rules, out: &mut impl Sink) {
        let Role::Leader { followers, reads, .. } = &mut self.role else { return };
        let (Some(progress), beat) = (followers.get_mut(place), reads.beat_at(round)) else { return };
        let follower = progress.server;
        if progress.answered(round, beat) {
            let next = progress.next;
            out.note(|| Note::ProbesAgain { follower, next });
        }
        self.confirm_reads(rules, out);
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of one message")]
    pub(crate) fn receive_refused(
        &mut self,
        from: ServerId,
        previous: Index,
        last: Index,
        hint: Position,
        round: u64,
        rules: &Rules,
        out: &mut impl Sink,
    ) {
        let Some(place) = self.place_of(from) else { return out.note(|| Note::IgnoresLate { from }) };
        let agrees = match self.config.backtrack {
            Backtrack::Entry => last,
            Backtrack::Term => self.log().last_not_newer(hint.index, hint.term).index,
        };
        let Some(progress) = self.follower_mut(place) else { return };
        if progress.back_off(previous, agrees) {
            let next = progress.next;
            out.note(|| Note::Backtracks { follower: from, next });
            self.send_entries(place, out);
        } else {
            out.note(|| Note::IgnoresLate { from });
        }
        self.acknowledged(place, (rules.refusal_proves)(previous), rules, out);
        if let Some(place) = self.place_of(from) {
            self.answered(place, round, rules, out);
        }
    }

    /// What has to follow when a leader has committed: it may lead no longer, joint consensus may
    /// end, reads may be answered, and everybody may have to know.
    pub(crate) fn committed(&mut self, rules: &Rules, out: &mut impl Sink) {
        if self.config.eager_commit {
            self.tell_commit(out);
        }
        self.continue_reconfiguration(rules, out);
        self.answer_early_reads(rules, out);
    }

    fn tell_commit(&mut self, out: &mut impl Sink) {
        let Role::Leader { followers, .. } = &self.role else { return };
        let count = followers.len();
        for place in 0..count {
            self.tell_commit_to(place, out);
        }
    }

    /// Tells a follower what it may commit, if that is news.
    pub(crate) fn tell_commit_to(&mut self, place: usize, out: &mut impl Sink) {
        let commit = self.commit;
        if let Some(progress) = self.follower_mut(place)
            && progress.told < commit.min(progress.matched)
        {
            self.send_commit(place, out);
        }
    }

    /// The count of this leader's rounds of heartbeats.
    pub(crate) fn round(&self) -> u64 {
        match &self.role {
            Role::Leader { reads, .. } => reads.round(),
            _ => 0,
        }
    }

    /// The count of those of them that come by the clock.
    pub(crate) fn beat(&self) -> u64 {
        match &self.role {
            Role::Leader { reads, .. } => reads.beat(),
            _ => 0,
        }
    }

    pub(crate) fn follower_mut(&mut self, place: usize) -> Option<&mut Progress> {
        match &mut self.role {
            Role::Leader { followers, .. } => followers.get_mut(place),
            _ => None,
        }
    }

    pub(crate) fn place_of(&self, server: ServerId) -> Option<usize> {
        match &self.role {
            Role::Leader { followers, .. } => followers.iter().position(|p| p.server == server),
            _ => None,
        }
    }

    /// What this leader knows of a follower.
    pub(crate) fn progress_of(&self, server: ServerId) -> Option<&Progress> {
        match &self.role {
            Role::Leader { followers, .. } => followers.iter().find(|p| p.server == server),
            _ => None,
        }
    }

    /// Commits the last entry that a majority stores, if it is of this term (§5.3, §5.4.2).
    pub(crate) fn advance_commit(&mut self, rules: &Rules, out: &mut impl Sink) -> bool {
        if !self.leads() {
            return false;
        }
        let index = self.members().agreed_index(self.commit, rules, |id| self.stored_by(id));
        if index == self.commit {
            return false;
        }
        if !self.log().term(index).is_some_and(|term| (rules.counts_for_commit)(term, self.term())) {
            return false;
        }
        let commits = |node: &Node, index| {
            let Tally { have: copies, of, .. } = node.tally(rules, |id| node.stored_by(id) >= index);
            Note::Commits { index, copies, of }
        };
        self.commit_to(index, commits, out);
        true
    }

    /// Up to where a server stores the log durably, as far as this leader knows.
    fn stored_by(&self, server: ServerId) -> Index {
        if server == self.id {
            return self.storage.durable();
        }
        self.progress_of(server).map_or(Index(0), |progress| progress.matched)
    }

    fn note_not_committed(&self, index: Index, rules: &Rules, out: &mut impl Sink) {
        if out.is_deaf() {
            return;
        }
        let Some(at) = self.log().position(index).filter(|at| at.index > self.commit) else { return };
        let Tally { have, need, .. } = self.tally(rules, |id| self.stored_by(id) >= index);
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
    /// The refusal is of this server's term. By the time it arrives the old leader may lead that term,
    /// and its rounds are counted anew in each: one of an older term is not answered (thesis §6.4).
    pub(crate) fn refuse_old_leader(&mut self, from: ServerId, term: Term, previous: Position, out: &mut impl Sink) {
        let reason = AppendRefusal::StaleTerm { theirs: term, ours: self.term() };
        self.refuse_append(from, previous, 0, reason, out);
    }

    fn refuse_append(
        &mut self,
        from: ServerId,
        previous: Position,
        round: u64,
        reason: AppendRefusal,
        out: &mut impl Sink,
    ) {
        out.note(|| Note::RefusesAppend { from, reason });
        let (last, hint) = (self.log().last_index(), self.log().last_not_newer(previous.index, previous.term));
        self.send(from, Message::AppendRefused { previous: previous.index, last, hint, round }, out);
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of one message")]
    pub(crate) fn receive_append(
        &mut self,
        from: ServerId,
        previous: Position,
        entries: Entries,
        commit: Index,
        round: u64,
        rules: &Rules,
        out: &mut impl Sink,
    ) {
        if self.leads() {
            // Two leaders of one term cannot be; under a broken rule they can, and go on as they are.
            return out.note(|| Note::IgnoresLate { from });
        }
        self.recognise(from, rules, out);
        match self.accept(previous, entries, commit, rules, out) {
            Ok(matched) => {
                let reply = self.envelope(from, Message::AppendAccepted { matched, round });
                self.storage.send_when_durable(reply, out);
            }
            Err(reason) => self.refuse_append(from, previous, round, reason, out),
        }
    }

    /// Stores entries that follow a place at which the logs agree, and learns from them what is
    /// committed. Returns up to where the logs agree now.
    pub(crate) fn accept(
        &mut self,
        previous: Position,
        entries: Entries,
        commit: Index,
        rules: &Rules,
        out: &mut impl Sink,
    ) -> Result<Index, AppendRefusal> {
        let base = self.log().base();
        // What a snapshot stands for is committed, and so the same in every leader's log (§7).
        let own_term = if previous.index < base.index { Some(previous.term) } else { self.log().term(previous.index) };
        if !(rules.previous_matches)(previous, own_term) {
            return Err(match own_term {
                Some(ours) => AppendRefusal::Conflict { previous, ours },
                None => AppendRefusal::Missing { previous, last: self.log().last_index() },
            });
        }
        let matched = Index(previous.index.0 + entries.len() as u64);
        self.store(previous.index, entries, rules, out);
        let commit = (rules.follower_commit)(commit, matched, self.log().last_index());
        self.commit_to(commit, |_, index| Note::LearnsCommit { index }, out);
        Ok(matched)
    }

    /// A leader of this term was heard: follow it and start the election timer anew (§5.2).
    pub(crate) fn recognise(&mut self, leader: ServerId, rules: &Rules, out: &mut impl Sink) {
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
            if (rules.vote_lapses)(term, term) {
                self.storage.set_state(HardState { term, voted_for: None });
            }
        }
        self.follow(Some(leader), rules, out);
        self.arm_election(out);
    }

    /// Stores what is new; only a conflict removes anything (§5.3).
    fn store(&mut self, previous: Index, entries: Entries, rules: &Rules, out: &mut impl Sink) {
        let base = self.log().base().index;
        let is_new = |(entry, index): (&Entry, u64)| {
            let own = self.log().term(Index(index));
            Index(index) > base && own.is_none_or(|own| (rules.conflicts)(own, entry.term))
        };
        // Where the log ends all is new, and this is seen at the first.
        let Some(skip) = entries.iter().zip(previous.0 + 1..).position(is_new) else { return };
        let first = Index(previous.0 + 1 + skip as u64);
        let last = self.log().last_index();
        if first <= last
            && let Some(removed) = self.log().position(first)
        {
            let theirs = entries[skip].term;
            out.note(|| Note::Truncates { from: removed, last, theirs });
        }
        let new = if skip == 0 { entries } else { entries[skip..].iter().cloned().collect() };
        let before = (!out.is_deaf()).then(|| self.storage.memberships().latest().clone());
        self.storage.replace_from(first, new, out);
        let last = self.log().last_index();
        out.note(|| Note::Stores { first, last });
        if let Some(before) = before {
            self.note_members(&before, out);
        }
    }
}
