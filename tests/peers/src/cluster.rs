//! A cluster in memory that does one thing at a time, whatever core it runs on: what etcd's
//! scripts and random schedules are made of.

use crate::state::Server;

/// A message on its way, as far as one can tell from outside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Route {
    /// Who sent it.
    pub from: u64,
    /// To whom.
    pub to: u64,
    /// What etcd would call it; more than one name where one message does what two do there.
    pub kinds: &'static [&'static str],
}

/// Servers to start.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Start {
    /// The voters of the snapshot that they start from.
    pub voters: Vec<u64>,
    /// Its learners.
    pub learners: Vec<u64>,
    /// Its last index, of term 1; 0 for none.
    pub index: u64,
    /// Writes and applications are awaited one by one.
    pub asynchronous: bool,
    /// They ask before they stand for election.
    pub pre_vote: bool,
    /// Leaders see to it that a majority answers them.
    pub check_quorum: bool,
    /// So many messages may be on their way to a follower; 0 is no limit.
    pub in_flight: usize,
}

/// A change of the configuration.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Change {
    /// What happens to whom; nothing at all ends joint consensus.
    pub steps: Vec<(Step, u64)>,
    /// By which way.
    pub transition: Transition,
    /// In the old format, which knows one step at a time only.
    pub version_1: bool,
}

/// What happens to a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// It votes.
    Voter,
    /// It listens.
    Learner,
    /// It goes.
    Remove,
    /// Nothing.
    Update,
}

/// The way from one configuration to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Transition {
    /// Through joint consensus, which ends of its own accord, where one step is not enough.
    #[default]
    Auto,
    /// Through joint consensus, which ends of its own accord.
    Implicit,
    /// Through joint consensus, which lasts until it is ended.
    Explicit,
}

impl Change {
    /// Whether it goes through joint consensus.
    pub fn is_joint(&self) -> bool {
        self.transition != Transition::Auto || self.steps.len() > 1
    }
}

/// A cluster.
pub trait Cluster {
    /// Starts a server with the next number.
    fn start(&mut self, start: &Start);
    /// How many servers there are: 1, 2, ….
    fn count(&self) -> u64;
    /// A server as it stands.
    fn server(&self, id: u64) -> Server;

    /// Its election timeout elapsed.
    fn campaign(&mut self, id: u64);
    /// A client proposes something to it.
    fn propose(&mut self, id: u64, data: &str);
    /// Somebody proposes another configuration to it.
    fn change(&mut self, id: u64, change: &Change);
    /// Leadership shall go from one to another.
    fn transfer(&mut self, from: u64, to: u64);
    /// Time passes for it.
    fn tick(&mut self, id: u64);
    /// Its next election timeouts take so many ticks.
    fn election_timeout(&mut self, id: u64, ticks: u64);
    /// Its log is cut up to an index.
    fn compact(&mut self, id: u64, index: u64);
    /// A leader sends its newest snapshot.
    fn send_snapshot(&mut self, from: u64, to: u64);
    /// A leader hears that a message did not arrive.
    fn unreachable(&mut self, id: u64, peer: u64);

    /// It sends heartbeats, if it leads.
    fn heartbeat(&mut self, id: u64);
    /// It crashes and comes back with what is on its disk; all that it wanted done is done.
    fn crash(&mut self, id: u64);
    /// It has not heard of a leader for a minimum election timeout.
    fn lapse(&mut self, id: u64);
    /// It looks whether a majority answers it, if it leads.
    fn check_quorum(&mut self, id: u64);
    /// It gives up to hand over, if it does.
    fn abort_transfer(&mut self, id: u64);

    /// Whether a server wants something done.
    fn has_ready(&self, id: u64) -> bool;
    /// What it wants done is done; where that is asynchronous, writes and applications only begin.
    fn process_ready(&mut self, id: u64);
    /// Whether a write is on its way to its disk.
    fn has_write(&self, id: u64) -> bool;
    /// Its oldest write is on disk.
    fn process_write(&mut self, id: u64);
    /// Whether it has entries to apply.
    fn has_application(&self, id: u64) -> bool;
    /// The oldest of them are applied.
    fn process_application(&mut self, id: u64);

    /// The messages on their way, oldest first.
    fn network(&self) -> Vec<Route>;
    /// The message at this place is gone, and has arrived or not.
    fn take(&mut self, place: usize, arrives: bool);

    /// All servers as they stand.
    fn servers(&self) -> Vec<Server> {
        (1..=self.count()).map(|id| self.server(id)).collect()
    }

    /// All messages to a server that are on their way now, of one kind or of all, arrive or are lost.
    fn deliver(&mut self, to: u64, kind: Option<&str>, arrive: bool) -> bool {
        let meant = |route: &Route| route.to == to && kind.is_none_or(|kind| route.kinds.contains(&kind));
        let places: Vec<usize> =
            self.network().iter().enumerate().filter(|(_, route)| meant(route)).map(|(place, _)| place).collect();
        for (gone, place) in places.iter().enumerate() {
            self.take(place - gone, arrive);
        }
        !places.is_empty()
    }

    /// What any server wants done is done; no message arrives.
    fn catch_up(&mut self) {
        while let Some(id) = (1..=self.count()).find(|id| self.has_ready(*id)) {
            self.process_ready(id);
        }
    }

    /// Everything among these servers is done, in the order in which etcd does it.
    fn stabilize(&mut self, ids: &[u64]) {
        // A cluster that never comes to rest is a defect; let it be seen rather than waited for.
        for _ in 0..10_000 {
            let mut busy = false;
            for id in ids {
                if self.has_ready(*id) {
                    self.process_ready(*id);
                    busy = true;
                }
            }
            for id in ids {
                busy |= self.deliver(*id, None, true);
            }
            for id in ids {
                while self.has_write(*id) {
                    self.process_write(*id);
                    busy = true;
                }
            }
            for id in ids {
                while self.has_application(*id) {
                    self.process_application(*id);
                    busy = true;
                }
            }
            if !busy {
                return;
            }
        }
        panic!("it never comes to rest");
    }
}
