//! What would have to be so, and how far from it a world is at the least.

use alloc::boxed::Box;

use raft_core::{Index, Membership, Position, RoleName, ServerId, View};

use super::Question;
use crate::client::Verdict;
use crate::host::{Condition, Server};
use crate::machine::ClientId;
use crate::network::{Flight, Parcel, Place};
use crate::scenario::{Compare, MessageKind, Predicate, State, Who};
use crate::world::World;

/// What shall become so.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Goal {
    /// This server leads.
    Leads(ServerId),
    /// Somebody leads.
    SomeLeader,
    /// Somebody knows this very entry to be committed; of term 0 whichever comes to stand there.
    Committed(Position),
    /// This server knows it to be.
    Known(ServerId, Position),
    /// The client has the answer to the operation with this number, or to all that it asked.
    Answered(ClientId, Option<u64>),
    /// This holds.
    Holds(Box<Predicate>),
}

/// Further than any way goes.
const FAR: u32 = 1_000;

impl Goal {
    /// What a question asks for.
    pub fn of(question: Question, world: &World) -> Goal {
        match question {
            Question::NotLeader(id) => Goal::Leads(id),
            Question::NoLeader => Goal::SomeLeader,
            Question::NotCommitted(index) => Goal::Committed(meant(world, index)),
            Question::NotKnown(id, index) => Goal::Known(id, meant(world, index)),
            Question::Waits(client, serial) => Goal::Answered(client, serial),
        }
    }

    /// Whether it is so.
    pub fn is_reached(&self, world: &World) -> bool {
        match self {
            Goal::Leads(id) => world.server(*id).is_some_and(leads),
            Goal::SomeLeader => world.leader().is_some(),
            Goal::Committed(at) => world.servers().iter().any(|server| knows(server, *at)),
            Goal::Known(id, at) => world.server(*id).is_some_and(|server| knows(server, *at)),
            Goal::Answered(id, serial) => {
                let Some(client) = world.clients().iter().find(|client| client.id == *id) else { return false };
                match serial {
                    None => client.current.is_none(),
                    Some(serial) => {
                        let told = |call: &&crate::client::Call| call.serial == *serial;
                        let last = client.history().filter(told).last().and_then(|call| call.result.as_ref());
                        last.is_some_and(|(_, verdict)| !matches!(verdict, Verdict::Unknown))
                    }
                }
            }
            Goal::Holds(predicate) => world.holds(predicate),
        }
    }

    /// So many steps it takes at the least, as far as is easily seen.
    pub(super) fn distance(&self, world: &World) -> u32 {
        if self.is_reached(world) {
            return 0;
        }
        let near = match self {
            Goal::Leads(id) => to_lead(world, *id),
            Goal::SomeLeader => to_be_led(world),
            Goal::Committed(at) => to_commit(world, at.index),
            Goal::Known(id, at) => {
                let known = Goal::Committed(*at).is_reached(world);
                let asked = world.server(*id).is_some_and(leads);
                if known { 1 } else { to_commit(world, at.index) + u32::from(!asked) }
            }
            Goal::Answered(client, _) => to_answer(world, *client),
            Goal::Holds(predicate) => to_hold(world, predicate),
        };
        near.max(1)
    }

    /// Whether a message can have to do with it. One of an older term has not (§5.1).
    pub(super) fn concerns(&self, world: &World, flight: &Flight) -> bool {
        if let (Parcel::Raft(envelope), Place::Server(to)) = (&flight.parcel, flight.to)
            && world.server(to).is_some_and(|server| envelope.term < server.term())
        {
            return false;
        }
        match self {
            Goal::Leads(id) if world.leader().is_none() && !is_behind(world, *id) => {
                [flight.from, flight.to].contains(&Place::Server(*id))
            }
            Goal::Answered(..) | Goal::Holds(_) => true,
            _ => flight.from.server().is_some() && flight.to.server().is_some(),
        }
    }

    /// Whether it can help that this server's election timer fires.
    pub(super) fn wants_to_stand(&self, world: &World, id: ServerId) -> bool {
        match self {
            Goal::Leads(server) => *server == id || is_behind(world, *server),
            Goal::SomeLeader | Goal::Holds(_) => true,
            _ => world.leader().is_none(),
        }
    }
}

/// What is easily seen of a condition: who must lead, what must be committed.
fn to_hold(world: &World, predicate: &Predicate) -> u32 {
    match predicate {
        _ if world.holds(predicate) => 0,
        Predicate::And(parts) => parts.iter().map(|part| to_hold(world, part)).max().unwrap_or(0),
        Predicate::Or(parts) => parts.iter().map(|part| to_hold(world, part)).min().unwrap_or(0),
        Predicate::Is(Who::Server(id), State::Leader) | Predicate::LeaderIs(Who::Server(id)) => to_lead(world, *id),
        Predicate::SomeLeader => to_be_led(world),
        Predicate::CommitOn { compare: Compare::Ge | Compare::Eq, index, .. } => to_commit(world, *index),
        _ => 1,
    }
}

/// The entry at an index that is meant: the one that is committed, else the leader's, else the newest.
fn meant(world: &World, index: Index) -> Position {
    let at = |server: &Server| server.log().position(index);
    let committed = world.servers().iter().filter(|server| server.commit() >= index).find_map(at);
    let leaders = world.leader().and_then(|id| world.server(id)).and_then(at);
    let newest = world.servers().iter().filter_map(at).max();
    committed.or(leaders).or(newest).unwrap_or(Position { index, ..Position::default() })
}

/// Whether a server knows an entry to be committed; of what is in its snapshot it cannot be told apart.
fn knows(server: &Server, at: Position) -> bool {
    let same = server.log().term(at.index).is_none_or(|term| at.term.0 == 0 || term == at.term);
    server.commit() >= at.index && same
}

pub(super) fn leads(server: &Server) -> bool {
    server.view().is_some_and(|view| view.role == RoleName::Leader)
}

fn to_be_led(world: &World) -> u32 {
    to_be_led_by(world, |_| true)
}

/// By one of these, who can do without another leader before.
fn to_be_led_by(world: &World, who: impl Fn(ServerId) -> bool) -> u32 {
    let servers = world.servers().iter().filter(|server| who(server.id) && !is_behind(world, server.id));
    servers.map(|server| to_lead(world, server.id)).min().unwrap_or(2)
}

/// Whether a server's log is older than those of so many that it cannot be elected with it (§5.4.1).
fn is_behind(world: &World, id: ServerId) -> bool {
    let Some(view) = world.server(id).and_then(Server::view) else { return false };
    let up_to_date = world.setup.in_force.rules.up_to_date;
    let comes = |voter| back(world, id, voter, &[MessageKind::VoteReply, MessageKind::PreVoteReply]) == 1;
    let newer = |voter: &ServerId| {
        let log = world.server(*voter).map_or(view.last, |other| other.log().last());
        *voter != id && !up_to_date(view.last, log) && !view.votes.contains(voter) && !comes(*voter)
    };
    let most = |voters: &[ServerId]| voters.iter().filter(|voter| newer(voter)).count() * 2 >= voters.len();
    view.role != RoleName::Leader
        && view.members.votes(id)
        && (most(&view.members.voters) || view.members.is_joint() && most(&view.members.outgoing))
}

/// Its timer, and a question and an answer for each vote that it lacks.
fn to_lead(world: &World, id: ServerId) -> u32 {
    let Some(server) = world.server(id) else { return FAR };
    let Some(view) = server.view().filter(|_| server.condition() == Condition::Up) else { return 2 };
    if !view.members.votes(id) {
        return 3;
    }
    if is_behind(world, id) {
        // First a leader's entries must come, and then it stands anew.
        let came = world.flights().iter().any(|f| f.to == Place::Server(id) && f.lost.is_none());
        let first = if came || world.leader().is_some() { 1 } else { to_be_led_by(world, |other| other != id) };
        return first + 1 + 2 * most_missing(view.members, &[id], |_| 1);
    }
    let ask = |votes: &[ServerId], kind| most_missing(view.members, votes, |voter| back(world, id, voter, &[kind]));
    let afresh = 2 * most_missing(view.members, &[id], |_| 1);
    match view.role {
        RoleName::Leader => 0,
        RoleName::Candidate => ask(view.votes, MessageKind::VoteReply),
        RoleName::PreCandidate => afresh + ask(view.votes, MessageKind::PreVoteReply),
        RoleName::Follower => {
            let called = world.flights().iter().any(|f| f.kind() == MessageKind::TimeoutNow);
            let first = if world.settings().all().pre_vote && !called { afresh } else { 0 };
            1 + first + afresh
        }
    }
}

/// What the votes cost at the least that are missing in the configuration that misses most.
fn most_missing(members: &Membership, have: &[ServerId], cost: impl Fn(ServerId) -> u32) -> u32 {
    let half = |voters: &[ServerId]| {
        let has = voters.iter().filter(|id| have.contains(id)).count();
        let mut costs = [0_usize; 3];
        voters.iter().filter(|id| !have.contains(id)).for_each(|id| costs[cost(*id).min(2) as usize] += 1);
        let missing = (voters.len() / 2 + 1).saturating_sub(has);
        let cheap = missing.min(costs[1]);
        (cheap + 2 * (missing - cheap)) as u32
    };
    half(&members.voters).max(half(&members.outgoing))
}

/// One step if a word of the voter is on its way, two if it must be asked first.
fn back(world: &World, id: ServerId, voter: ServerId, kinds: &[MessageKind]) -> u32 {
    let (from, to) = (Place::Server(voter), Place::Server(id));
    let comes = |f: &&Flight| (f.from, f.to) == (from, to) && f.lost.is_none() && kinds.contains(&f.kind());
    if voter == id || world.flights().iter().any(comes) { 1 } else { 2 }
}

fn to_commit(world: &World, index: Index) -> u32 {
    let Some(leader) = world.leader().and_then(|id| world.server(id)) else {
        // Then a new leader has to hear of all copies anew.
        let voters = world.servers().iter().filter_map(Server::view).map(|view| view.members.voters.len()).min();
        return to_be_led(world) + 2 * (voters.unwrap_or(0) / 2) as u32;
    };
    let Some(view) = leader.view() else { return FAR };
    let replies = [MessageKind::AppendReply, MessageKind::StreamAck, MessageKind::HeartbeatReply];
    let has: alloc::vec::Vec<ServerId> =
        view.members.all_voters().into_iter().filter(|id| stored(&view, *id) >= index).collect();
    most_missing(view.members, &has, |voter| back(world, leader.id, voter, &replies))
}

fn stored(view: &View<'_>, id: ServerId) -> Index {
    if id == view.id {
        return view.durable;
    }
    view.followers.iter().find(|progress| progress.server == id).map_or(Index(0), |progress| progress.matched)
}

fn to_answer(world: &World, id: ClientId) -> u32 {
    let waits = world.servers().iter().filter_map(Server::process).flat_map(|process| &process.waiting);
    let index = waits.filter(|(_, waiting)| waiting.client == id).map(|(index, _)| *index).max();
    match index {
        Some(index) if world.servers().iter().all(|server| server.commit() < index) => to_commit(world, index),
        _ => 1,
    }
}
