//! Lenses: ways to look at one moment. What each says is plain data; the page marks and words it.

use raft_core::{Index, Membership, Position, RoleName, Rules, ServerId, Term, Time};
use raft_sim::host::Server;
use raft_sim::knowledge::{Heard, Knowledge};
use raft_sim::world::World;

use crate::scene::members;

/// A way to look.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Lens {
    /// What the chosen servers can decide.
    Quorum(Vec<ServerId>),
    /// What a server can know.
    Knowledge(ServerId),
    /// How safe each entry is.
    Commit,
}

// ---- Quorum ----------------------------------------------------------------------------------------

/// A set of voters, and how many of them are chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Half {
    /// Of joint consensus, the old or the new one (§6); else the only one.
    pub side: Side,
    /// How many are chosen.
    pub have: usize,
    /// How many are a majority.
    pub need: usize,
    /// How many there are.
    pub of: usize,
}

/// Which set of voters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// There is only one.
    Only,
    /// C_old.
    Old,
    /// C_new.
    New,
}

/// What chosen servers can decide, and whom they have in common with others.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quorum {
    /// The chosen.
    pub chosen: Vec<ServerId>,
    /// Every configuration that is in force.
    pub halves: Vec<Half>,
    /// Whether they are a majority of each.
    pub decides: bool,
    /// The newest term that somebody was voted for in, and who voted for its leader or candidate.
    pub ballot: Option<(Term, ServerId, Vec<ServerId>)>,
    /// An entry, and who holds it.
    pub entry: Option<(Position, Vec<ServerId>)>,
}

impl Quorum {
    /// What these servers can decide; of `entry`, or else of the latest of the leader.
    pub fn of(world: &World, chosen: &[ServerId], entry: Option<Position>) -> Quorum {
        let leader = world.leader();
        let none = Membership::default();
        let members = members(world, leader).unwrap_or(&none);
        let count = |side, set: &[ServerId]| {
            let have = set.iter().filter(|id| chosen.contains(id)).count();
            Half { side, have, need: (Rules::PAPER.majority)(set.len()), of: set.len() }
        };
        let halves = if members.is_joint() {
            vec![count(Side::Old, &members.outgoing), count(Side::New, &members.voters)]
        } else {
            vec![count(Side::Only, &members.voters)]
        };
        let latest = || {
            let server = leader.and_then(|id| world.server(id))?;
            Some(server.log().last()).filter(|last| last.index > Index(0))
        };
        let entry = entry.or_else(latest).map(|at| (at, holders(world, at)));
        let decides = halves.iter().all(|half| half.have >= half.need);
        Quorum { chosen: chosen.to_vec(), halves, decides, ballot: ballot(world), entry }
    }

    /// Who of others is chosen.
    pub fn common(&self, others: &[ServerId]) -> Vec<ServerId> {
        others.iter().filter(|id| self.chosen.contains(id)).copied().collect()
    }
}

/// Who voted in the newest term in which somebody leads or stands.
fn ballot(world: &World) -> Option<(Term, ServerId, Vec<ServerId>)> {
    let stands = |server: &&Server| {
        server.view().is_some_and(|view| matches!(view.role, RoleName::Leader | RoleName::Candidate))
    };
    let leads = |server: &Server| server.view().is_some_and(|view| view.role == RoleName::Leader);
    let for_whom = world.servers().iter().filter(stands).max_by_key(|server| (server.term(), leads(server)))?;
    let votes = |server: &&Server| server.term() == for_whom.term() && server.voted_for() == Some(for_whom.id);
    let voters = world.servers().iter().filter(votes).map(|server| server.id);
    Some((for_whom.term(), for_whom.id, voters.collect()))
}

/// Who has an entry on disk, crashed servers included.
fn holders(world: &World, at: Position) -> Vec<ServerId> {
    let has = |server: &&Server| server.disk().log.holds(at) || server.disk().log.base().index > at.index;
    world.servers().iter().filter(has).map(|server| server.id).collect()
}

// ---- Commit ----------------------------------------------------------------------------------------

/// How safe an entry is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Safety {
    /// The entry.
    pub at: Position,
    /// What it says.
    pub caption: String,
    /// Who has it on disk, of the voters.
    pub halves: Vec<Half>,
    /// How it stands.
    pub standing: Standing,
    /// Who knows it to be committed.
    pub known: Vec<ServerId>,
}

/// How an entry stands by the commit rule (§5.3, §5.4.2), worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Standing {
    /// Too few have it: it may be lost.
    Few,
    /// A majority has it, but it was copied in a later term than its own, and nothing of that later
    /// term lies above it yet: it may still be overwritten, as in Figure 8 (§5.4.2).
    OldTerm,
    /// A majority stored it, or an entry above it, in that entry's own term, or everybody has it: it
    /// cannot be lost.
    Safe,
    /// Somebody knows it to be committed.
    Committed,
}

/// How safe the entries from one index to another are, each entry that some server holds.
pub fn safety(world: &World, first: u64, last: u64) -> Vec<Safety> {
    let Some(members) = members(world, world.leader()) else { return Vec::new() };
    let mut found = Vec::new();
    for index in (first..=last).map(Index) {
        let mut terms: Vec<Term> = world.servers().iter().filter_map(|server| server.log().term(index)).collect();
        terms.sort_unstable();
        terms.dedup();
        for term in terms {
            found.push(safety_of(world, members, Position { term, index }));
        }
    }
    found
}

fn safety_of(world: &World, members: &Membership, at: Position) -> Safety {
    let holders = holders(world, at);
    let tally = |agrees: &dyn Fn(ServerId) -> bool| members.tally(&Rules::PAPER, agrees).agreed;
    let knows = |server: &&Server| server.commit() >= at.index && server.log().holds(at);
    let known: Vec<ServerId> = world.servers().iter().filter(knows).map(|server| server.id).collect();
    // What was stored by a server that is still in that term was stored in it.
    let in_term = |id: ServerId, term: Term| {
        let Some(server) = world.server(id) else { return false };
        let log = &server.disk().log;
        log.holds(at) && server.term() == term && log.last().index >= at.index && log.last().term == term
    };
    let mut terms: Vec<Term> = world.servers().iter().map(|server| server.log().last().term).collect();
    terms.dedup();
    let standing = match () {
        () if !known.is_empty() => Standing::Committed,
        () if terms.iter().any(|term| tally(&|id| in_term(id, *term))) => Standing::Safe,
        () if members.all().iter().all(|id| holders.contains(id)) => Standing::Safe,
        () if tally(&|id| holders.contains(&id)) => Standing::OldTerm,
        () => Standing::Few,
    };
    let count = |side, set: &[ServerId]| {
        let have = set.iter().filter(|id| holders.contains(id)).count();
        Half { side, have, need: (Rules::PAPER.majority)(set.len()), of: set.len() }
    };
    let halves = if members.is_joint() {
        vec![count(Side::Old, &members.outgoing), count(Side::New, &members.voters)]
    } else {
        vec![count(Side::Only, &members.voters)]
    };
    let holder = world.servers().iter().find(|server| server.log().holds(at));
    let entry = holder.and_then(|server| server.log().entry(at.index));
    let caption = entry.map(|entry| raft_sim::machine::caption(&entry.payload)).unwrap_or_else(|| "⬢".into());
    Safety { at, caption, halves, standing, known }
}

// ---- Knowledge -------------------------------------------------------------------------------------

/// What a server can know, and believes, of another one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Belief {
    /// What it has heard.
    pub heard: Heard,
    /// Up to here its log is known to agree with the other's: of a leader, matchIndex.
    pub agrees: Index,
    /// What a leader will send it next.
    pub next: Option<Index>,
}

/// What a server knows, with its own log beside it.
pub struct Known<'w> {
    /// What it can have been told.
    pub knowledge: Knowledge,
    /// What it believes of each of the others.
    pub beliefs: Vec<Belief>,
    own: &'w Server,
}

impl Known<'_> {
    /// What a server knows at this moment.
    pub fn of<'w>(world: &'w World, id: ServerId, records: &[raft_sim::record::Record]) -> Option<Known<'w>> {
        let own = world.server(id)?;
        let ids: Vec<ServerId> = world.servers().iter().map(|server| server.id).collect();
        let knowledge = Knowledge::of(id, world.now(), &ids, records);
        let followers = own.view().map(|view| view.followers).unwrap_or_default();
        let beliefs = knowledge.others.iter().map(|heard| {
            let progress = followers.iter().find(|progress| progress.server == heard.server);
            let told = heard.said.map(|said| said.log).filter(|log| log.term == Term(0) || own.log().holds(*log));
            let agrees = progress.map_or(told.map_or(Index(0), |log| log.index), |progress| progress.matched);
            Belief { heard: *heard, agrees, next: progress.map(|progress| progress.next) }
        });
        Some(Known { beliefs: beliefs.collect(), own, knowledge })
    }

    /// Whether it can know that a server has an entry.
    pub fn knows_entry(&self, server: ServerId, at: Position) -> bool {
        if server == self.own.id {
            return true;
        }
        let Some(belief) = self.beliefs.iter().find(|belief| belief.heard.server == server) else { return false };
        let said = belief.heard.said;
        let told = said.is_some_and(|said| {
            at == said.log
                || said
                    .first
                    .is_some_and(|first| first <= at.index && at.index <= said.log.index && at.term <= said.log.term)
        });
        told || (at.index <= belief.agrees && self.own.log().holds(at))
    }

    /// Whether it can know of what happened to a server at a time.
    pub fn covers(&self, server: ServerId, at: Time) -> bool {
        self.knowledge.covers(server, at)
    }
}

#[cfg(test)]
mod tests;
