//! What was seen before: marks, the ways from one to the next, and abstract states.
//!
//! A mark is the kind of a note that a server made (`core/raft/src/note.rs`). A way is a mark with the
//! one before it on the same server. An abstract state says of each server what matters to Raft's rules,
//! names and numbers left out: its role, how its term and its log compare with the others', what it has
//! promised and not written yet. It is the same whichever server it is.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::hash::Hasher;

use raft_core::{Index, Log, Note, Position, RoleName, ServerId, Term};

use crate::digest::Digest;
use crate::host::{Condition, Server};
use crate::network::Parcel;
use crate::scenario::Reads;
use crate::world::World;

/// So many bits are kept of what was seen; what falls on the same bit is taken for the same.
const BITS: usize = 1 << 15;

/// Marks of the servers in the order in which they were made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    listening: bool,
    made: Vec<(ServerId, u64)>,
}

impl Marks {
    /// Marks that are kept.
    pub(crate) fn listening() -> Marks {
        Marks { listening: true, made: Vec::new() }
    }

    pub(crate) fn add(&mut self, server: ServerId, note: &Note) {
        if self.listening {
            self.made.push((server, Digest::of(&core::mem::discriminant(note))));
        }
    }

    pub(crate) fn clear(&mut self) {
        self.made.clear();
    }
}

/// A set of numbers, not quite exact.
#[derive(Clone, Debug)]
struct Seen {
    bits: Box<[u64]>,
    count: u64,
}

impl Seen {
    fn new() -> Seen {
        Seen { bits: alloc::vec![0; BITS / 64].into(), count: 0 }
    }

    /// Whether it is new.
    fn add(&mut self, number: u64) -> bool {
        let place = (number % BITS as u64) as usize;
        let (word, bit) = (place / 64, 1 << (place % 64));
        if self.bits[word] & bit != 0 {
            return false;
        }
        self.bits[word] |= bit;
        self.count += 1;
        true
    }
}

/// All that was seen.
#[derive(Clone, Debug)]
pub(crate) struct Coverage {
    ways: Seen,
    states: Seen,
}

/// Whether a moment showed something new.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum News {
    None,
    /// A state that was not there before.
    State,
    /// A decision, or one after another, that was not there before.
    Way,
}

impl Coverage {
    pub(crate) fn new() -> Coverage {
        Coverage { ways: Seen::new(), states: Seen::new() }
    }

    /// How many ways and states were seen.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.ways.count, self.states.count)
    }

    /// Looks at a world and the marks that led to it, and forgets those.
    pub(crate) fn look(&mut self, world: &World, marks: &mut Marks) -> News {
        let mut news = News::None;
        for place in 0..marks.made.len() {
            let (server, mark) = marks.made[place];
            let before =
                marks.made[..place].iter().rev().find(|(other, _)| *other == server).map_or(0, |(_, mark)| *mark);
            if self.ways.add(mix(before).wrapping_add(mark)) {
                news = News::Way;
            }
        }
        marks.clear();
        if self.states.add(abstract_state(world)) && news == News::None {
            news = News::State;
        }
        news
    }
}

fn mix(number: u64) -> u64 {
    let z = (number ^ (number >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z ^ (z >> 29)
}

/// The world without names and numbers.
fn abstract_state(world: &World) -> u64 {
    let servers = world.servers();
    let Some(first) = servers.first() else { return 0 };
    let (mut newest, mut best, mut truth) = (first.term(), first.log().last(), first.log());
    for server in &servers[1..] {
        let last = server.log().last();
        newest = newest.max(server.term());
        if last > best {
            (best, truth) = (last, server.log());
        }
    }
    let committed = world.checker().committed();
    let among = Among { newest, best, truth, committed };
    // Whoever it is: the sum does not depend on the order.
    let sum = servers.iter().map(|server| one(server, &among)).fold(0u64, u64::wrapping_add);
    let old = world.network.held.iter().any(|flight| match &flight.parcel {
        Parcel::Raft(envelope) => envelope.term < newest,
        _ => false,
    });
    let mut digest = Digest::new();
    digest.write_u64(sum);
    digest.write_u8(u8::from(old) | u8::from(overrates(servers, newest)) << 1);
    digest.write_u64(committed.0.min(4));
    if world.settings().all().reads != Reads::Log {
        digest.write_u64(servers.iter().map(|server| server.pending_reads() as u64).sum::<u64>().min(2));
    }
    digest.finish()
}

/// Whether the newest leader takes a follower's log for one that agrees with its own further than it does.
fn overrates(servers: &[Server], newest: Term) -> bool {
    let nodes = servers.iter().filter_map(|server| server.process()).map(|process| &process.node);
    let leader = nodes.into_iter().find(|node| node.role() == RoleName::Leader && node.brief().term == newest);
    let Some(leader) = leader else { return false };
    let log = leader.log();
    leader.view_in_place().followers.iter().any(|known| {
        let own = servers.iter().find(|server| server.id == known.server).map(Server::log);
        let told = |own: &&Log| known.matched >= own.base().index.max(log.base().index);
        own.filter(told).is_some_and(|own| own.term(known.matched) != log.term(known.matched))
    })
}

/// What is seen of one server, some bits for each thing, so that it is mixed once.
struct Bits(u64);

impl Bits {
    /// Adds a number that is cut to its room of so many bits.
    fn add(&mut self, bits: u32, number: u64) {
        self.0 = self.0 << bits | number & ((1 << bits) - 1);
    }

    fn flag(&mut self, flag: bool) {
        self.add(1, u64::from(flag));
    }
}

/// What all servers are compared with.
struct Among<'a> {
    newest: Term,
    /// Where the best log ends, and whose it is.
    best: Position,
    truth: &'a Log,
    committed: Index,
}

fn one(server: &Server, among: &Among<'_>) -> u64 {
    let Among { newest, best, truth, committed } = *among;
    let mut bits = Bits(1);
    let process = server.process();
    let last = server.log().last();
    bits.add(
        2,
        match server.condition() {
            Condition::Up => 0,
            Condition::Paused => 1,
            Condition::Down => 2,
        },
    );
    bits.add(2, (newest.0 - server.term().0).min(3));
    bits.add(2, (best.term.0 - last.term.0).min(3));
    bits.add(2, best.index.0.saturating_sub(last.index.0).min(3));
    bits.flag(last.index >= committed);
    // Does it hold what the best log holds there?
    let agrees = last == best || truth.term(last.index).is_none_or(|term| term == last.term);
    bits.flag(agrees);
    let Some(process) = process else {
        bits.flag(server.disk().state.voted_for.is_some());
        return mix(bits.0);
    };
    let view = process.node.view_in_place();
    bits.flag(view.voted_for.is_some());
    bits.add(
        2,
        match view.role {
            RoleName::Follower => 0,
            RoleName::PreCandidate => 1,
            RoleName::Candidate => 2,
            RoleName::Leader => 3,
        },
    );
    bits.add(2, committed.0.saturating_sub(view.commit.0).min(2));
    bits.flag(view.commit.0 > committed.0);
    bits.flag(!process.disk.unsynced.is_empty());
    bits.add(4, view.members.voters.len() as u64);
    bits.add(4, view.members.outgoing.len() as u64);
    bits.flag(view.members_index > view.commit);
    bits.flag(view.snapshot.index.0 > 0);
    bits.add(4, view.votes.len() as u64);
    bits.add(
        2,
        match view.stream {
            Some((_, verified)) => 1 + u64::from(verified >= last.index),
            None => 0,
        },
    );
    let known = view.followers.iter().filter(|follower| follower.matched >= last.index).count();
    bits.add(4, known as u64);
    mix(mix(bits.0))
}
