//! A digest of a world that is the same on every machine: native or wasm, debug or release.
//!
//! Links carry it, so what goes into it is written out here, in a frozen order (version 1): what
//! a person could see of the world. How the code keeps it does not matter, so a later version
//! of the code gives the same digest wherever it plays the same run.

use core::hash::{Hash, Hasher};

use raft_core::{Entry, HardState, Log, Membership, Message, Payload, Position, RoleName, VoteRefusal};

use crate::client::{Client, Verdict};
use crate::fault::Pace;
use crate::host::{Condition, Server};
use crate::network::{Flight, Parcel, Reply};
use crate::world::World;

/// The digest of a world, version 1.
pub(crate) fn of_world(world: &World) -> u64 {
    let mut digest = Digest::new();
    digest.word(world.now().0);
    world.servers().iter().for_each(|server| {
        digest.server(server);
        digest.configuration(server, world.members_at_start());
    });
    world.flights().into_iter().for_each(|flight| digest.flight(flight));
    world.clients().iter().for_each(|client| digest.client(client));
    world.network.cuts.iter().for_each(|cut| cut.hash(&mut digest));
    for bug in world.bugs() {
        digest.words(&[22]);
        digest.write(bug.name().as_bytes());
    }
    digest.finish()
}

impl Digest {
    fn server(&mut self, server: &Server) {
        self.word(u64::from(server.id.0));
        self.word(match server.condition() {
            Condition::Up => 0,
            Condition::Paused => 1,
            Condition::Down => 2,
        });
        self.log(server.log());
        self.state(server.disk().state);
        self.word(server.disk().log.last_index().0);
        let Some(view) = server.view() else { return };
        self.word(match view.role {
            RoleName::Follower => 0,
            RoleName::Candidate => 1,
            RoleName::Leader => 2,
            RoleName::PreCandidate => 3,
        });
        self.state(HardState { term: view.term, voted_for: view.voted_for });
        self.word(view.leader.map_or(0, |leader| u64::from(leader.0)));
        self.word(view.commit.0);
        self.word(view.applied.0);
        view.votes.iter().for_each(|vote| self.word(u64::from(vote.0)));
        view.followers.iter().for_each(|progress| {
            self.word(progress.matched.0);
            self.word(progress.next.0);
        });
        self.word(server.election_timer().map_or(0, |(_, due)| due.0));
        self.word(server.heartbeat_timer().map_or(0, |(_, due)| due.0));
        // What newer features add is written only where it is there: older runs keep their digest.
        for (_, due) in server.other_timers() {
            self.word(due.0);
        }
        if view.reads > 0 || view.read_lease.is_some() || server.pending_reads() > 0 {
            self.words(&[19, view.reads as u64, u64::from(view.read_lease.is_some()), server.pending_reads() as u64]);
        }
        if server.pace() != Pace::TRUE {
            self.words(&[20, server.pace().as_percent().into()]);
        }
        for (key, value) in server.store().into_iter().flat_map(|store| store.iter()) {
            self.write(key.as_bytes());
            self.write(value.as_bytes());
        }
        for (client, serial, answer) in server.store().into_iter().flat_map(|store| store.sessions()) {
            if answer.is_none() {
                self.words(&[21, client.0.into(), serial]);
            }
        }
    }

    /// By which configuration a server goes, where it is another than at the start.
    fn configuration(&mut self, server: &Server, at_start: &Membership) {
        if let Some(view) = server.view().filter(|view| view.members != at_start) {
            self.members(view.members);
            self.word(view.joining.map_or(0, |joining| u64::from(joining.0)));
        }
    }

    fn state(&mut self, state: HardState) {
        self.word(state.term.0);
        self.word(state.voted_for.map_or(0, |to| u64::from(to.0)));
    }

    fn log(&mut self, log: &Log) {
        self.word(log.last_index().0);
        if log.base() != Position::default() {
            self.words(&[log.base().index.0, log.base().term.0]);
        }
        log.iter().for_each(|entry| self.entry(entry));
    }

    fn entry(&mut self, entry: &Entry) {
        self.word(entry.term.0);
        match &entry.payload {
            Payload::Noop => self.word(0),
            Payload::Command(command) => {
                self.write(command.bytes());
                if command.len() != command.bytes().len() {
                    self.words(&[command.len() as u64]);
                }
            }
            Payload::Membership(membership) => self.members(membership),
        }
    }

    fn members(&mut self, membership: &Membership) {
        for set in [&membership.voters, &membership.outgoing, &membership.learners] {
            self.word(set.len() as u64);
            set.iter().for_each(|id| self.word(u64::from(id.0)));
        }
    }

    /// Ten and more: what came after the first version; each is written with its length.
    fn words(&mut self, words: &[u64]) {
        self.word(words.len() as u64);
        words.iter().for_each(|word| self.word(*word));
    }

    fn flight(&mut self, flight: &Flight) {
        self.word(flight.from.number());
        self.word(flight.to.number());
        self.word(flight.sent.0);
        self.word(flight.due.0);
        self.word(flight.held.map_or(0, |held| held.0 + 1));
        self.word(u64::from(flight.lost.is_some()));
        match &flight.parcel {
            Parcel::Raft(envelope) => {
                self.word(envelope.term.0);
                self.message(&envelope.message);
            }
            Parcel::Request { serial, .. } => self.word(*serial),
            Parcel::Answer { serial, reply, .. } => {
                self.word(*serial);
                self.word(u64::from(matches!(reply, Reply::Outcome(_))));
            }
        }
    }

    fn message(&mut self, message: &Message) {
        let words = match message {
            Message::RequestVote { last, transfer } => {
                if *transfer {
                    self.word(1);
                }
                [1, last.index.0, last.term.0]
            }
            Message::RequestPreVote { next, last } => [6, next.0, last.index.0],
            Message::PreVoteReply { next, refused } => [7, next.0, why(refused)],
            Message::TimeoutNow => [8, 0, 0],
            Message::RequestVoteReply { refused } => [2, why(refused), 0],
            Message::AppendEntries { previous, entries, commit, .. } => {
                entries.iter().for_each(|entry| self.entry(entry));
                [3, previous.index.0, commit.0]
            }
            Message::AppendAccepted { matched, .. } => [4, matched.0, 0],
            Message::AppendRefused { previous, last, .. } => [5, previous.0, last.0],
            newer => return self.newer_message(newer),
        };
        words.into_iter().for_each(|word| self.word(word));
    }

    fn newer_message(&mut self, message: &Message) {
        match message {
            Message::InstallSnapshot { last, offset, piece, .. } => {
                self.words(&[9, last.index.0, last.term.0, *offset as u64, piece.len() as u64]);
            }
            Message::PieceAccepted { last, received, .. } => self.words(&[10, last.index.0, *received as u64]),
            Message::ReadIndex { id } => self.words(&[11, id.0]),
            Message::ReadIndexReply { id, index } => self.words(&[12, id.0, index.map_or(0, |index| index.0 + 1)]),
            Message::Heartbeat { commit, sent, .. } => self.words(&[13, commit.0, sent.map_or(0, |sent| sent.0 + 1)]),
            Message::HeartbeatReply { verified, .. } => self.words(&[14, verified.0]),
            Message::StreamOpen { epoch, last } => self.words(&[15, *epoch, last.index.0, last.term.0]),
            Message::StreamReset { epoch, at } => self.words(&[16, *epoch, at.index.0, at.term.0]),
            Message::StreamEntries { epoch, previous, entries, commit } => {
                entries.iter().for_each(|entry| self.entry(entry));
                self.words(&[17, *epoch, previous.index.0, commit.0]);
            }
            Message::StreamAck { epoch, matched } => self.words(&[18, *epoch, matched.0]),
            _ => {}
        }
    }

    fn client(&mut self, client: &Client) {
        for call in client.history() {
            self.word(call.invoked.0);
            self.word(match &call.result {
                None => 0,
                Some((_, Verdict::Ok(_))) => 1,
                Some((_, Verdict::Failed)) => 2,
                Some((_, Verdict::Unknown)) => 3,
                Some((_, Verdict::Expired)) => 4,
            });
        }
    }
}

fn why(refused: &Option<VoteRefusal>) -> u64 {
    match refused {
        None => 0,
        Some(VoteRefusal::StaleTerm { .. }) => 1,
        Some(VoteRefusal::AlreadyVoted { .. }) => 2,
        Some(VoteRefusal::LogBehind { .. }) => 3,
        Some(VoteRefusal::HearsLeader { .. }) => 4,
    }
}

/// FNV-1a over 64-bit words; `usize` and `isize` are widened, so that 32-bit wasm and 64-bit
/// native hash alike.
#[derive(Clone, Debug)]
pub struct Digest(u64);

impl Digest {
    pub(crate) fn new() -> Digest {
        Digest(0xcbf2_9ce4_8422_2325)
    }

    /// The digest of a value with all that it holds; another version of the code may give another.
    pub fn of(value: &impl Hash) -> u64 {
        let mut digest = Digest::new();
        value.hash(&mut digest);
        digest.finish()
    }

    fn word(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23);
    }
}

impl Hasher for Digest {
    fn finish(&self) -> u64 {
        let z = (self.0 ^ (self.0 >> 32)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z ^ (z >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        self.word(bytes.len() as u64);
        bytes.iter().for_each(|byte| self.word(u64::from(*byte)));
    }

    fn write_u8(&mut self, n: u8) {
        self.word(u64::from(n));
    }

    fn write_u16(&mut self, n: u16) {
        self.word(u64::from(n));
    }

    fn write_u32(&mut self, n: u32) {
        self.word(u64::from(n));
    }

    fn write_u64(&mut self, n: u64) {
        self.word(n);
    }

    fn write_usize(&mut self, n: usize) {
        self.word(n as u64);
    }

    fn write_i64(&mut self, n: i64) {
        self.word(n as u64);
    }

    fn write_isize(&mut self, n: isize) {
        self.word(n as i64 as u64);
    }
}
