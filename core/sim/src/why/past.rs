//! What the records tell of how it came to be as it is.

use alloc::vec::Vec;

use raft_core::{Membership, Note, ServerId, Time};

use super::fact::{Counted, Fact, Reason, Since};
use crate::host::{Condition, Server};
use crate::network::{Flight, Place};
use crate::record::{Record, Trip, What};
use crate::scenario::MessageKind;
use crate::world::World;

/// So many records are looked at, from the present back.
const MOST: usize = 100_000;

/// A world, and what led to it.
#[derive(Clone, Copy)]
pub(super) struct Past<'a> {
    pub(super) world: &'a World,
    pub(super) records: &'a [Record],
}

impl Fact {
    /// With nothing in the records about it.
    pub(super) fn alone(self) -> Reason {
        Reason { fact: self, since: None }
    }

    pub(super) fn since(self, since: Option<Since>) -> Reason {
        Reason { fact: self, since }
    }
}

impl Past<'_> {
    pub(super) fn now(&self) -> Time {
        self.world.now()
    }

    /// The last record that fits, and when that was.
    pub(super) fn last<T>(&self, fits: impl Fn(&What) -> Option<T>) -> Option<(T, Since)> {
        self.records
            .iter()
            .rev()
            .take(MOST)
            .find_map(|record| fits(&record.what).map(|found| (found, Since { event: record.event, at: record.at })))
    }

    pub(super) fn when(&self, fits: impl Fn(&What) -> bool) -> Option<Since> {
        self.last(|what| fits(what).then_some(())).map(|(_, since)| since)
    }

    /// The last decision of a server that fits.
    pub(super) fn decided(&self, id: ServerId, fits: impl Fn(&Note) -> bool) -> Option<(Note, Since)> {
        self.last(|what| match what {
            What::Decided(server, note) if *server == id && fits(note) => Some(note.clone()),
            _ => None,
        })
    }

    /// That it does not run, if so.
    pub(super) fn out(&self, server: &Server) -> Option<Reason> {
        let id = server.id;
        match server.condition() {
            Condition::Up => None,
            Condition::Paused => {
                Some(Fact::Paused(id).since(self.when(|what| matches!(what, What::Paused(other) if *other == id))))
            }
            Condition::Down => {
                Some(Fact::Down(id).since(self.when(|what| matches!(what, What::Crashed(other, _) if *other == id))))
            }
        }
    }

    pub(super) fn cut(&self, from: ServerId, to: ServerId) -> Option<Reason> {
        let parts = |what: &What| match what {
            What::Cut(links) => links.contains(&(from, to)),
            What::Partitioned(groups) => !groups.iter().any(|group| group.contains(&from) && group.contains(&to)),
            _ => false,
        };
        self.world.is_cut(from, to).then(|| Fact::Cut { from, to }.since(self.when(parts)))
    }

    /// The writes of a server that are not on its disk yet.
    pub(super) fn disk(&self, server: &Server) -> Option<Reason> {
        let first = server.process()?.disk.unsynced.front()?;
        Some(Fact::DiskPending { server: server.id, left: first.due.since(self.now()) }.alone())
    }

    /// Messages of these kinds on their way from one place to another.
    pub(super) fn flights(&self, from: Place, to: Place, kinds: &[MessageKind]) -> Vec<Reason> {
        let flights = self.world.flights().into_iter();
        let flights = flights.filter(|f| (f.from, f.to) == (from, to) && kinds.contains(&f.kind()));
        flights.map(|flight| self.flight(flight)).collect()
    }

    fn flight(&self, flight: &Flight) -> Reason {
        let trip = flight.trip();
        if let Some(loss) = flight.lost {
            return Fact::Lost { trip, loss }.alone();
        }
        if flight.held.is_some() {
            let held = |what: &What| matches!(what, What::Held(held) if held.id == trip.id);
            return Fact::Held(trip).since(self.when(held));
        }
        Fact::UnderWay { trip, left: flight.due.since(self.now()) }.alone()
    }

    /// The last message of these kinds that was lost between two places since a time.
    pub(super) fn lost(&self, from: Place, to: Place, kinds: &[MessageKind], since: Time) -> Option<Reason> {
        let fits = |trip: &Trip| (trip.from, trip.to) == (from, to) && kinds.contains(&trip.kind) && trip.sent >= since;
        let (last, when) = self.last(|what| match what {
            What::Lost(trip, loss) if fits(trip) => Some(Some((*trip, *loss))),
            What::Arrived(trip) if fits(trip) => Some(None),
            _ => None,
        })?;
        last.map(|(trip, loss)| Fact::Lost { trip, loss }.since(Some(when)))
    }

    /// The counts of one question in every active configuration (§6).
    pub(super) fn counts(&self, members: &Membership, what: Counted, agrees: impl Fn(ServerId) -> bool) -> Vec<Reason> {
        let majority = self.world.setup.in_force.rules.majority;
        let halves = [(&members.voters, false), (&members.outgoing, true)].into_iter();
        let halves = halves.filter(|(voters, _)| !voters.is_empty());
        let count = |(voters, old): (&Vec<ServerId>, bool)| {
            let have = voters.iter().copied().filter(|id| agrees(*id)).collect();
            Fact::Count { what, have, need: majority(voters.len()), voters: voters.clone(), old }.alone()
        };
        halves.map(count).collect()
    }
}
