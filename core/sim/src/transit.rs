//! How messages travel: when they leave, when they arrive, and whether.

use alloc::sync::Arc;

use raft_core::{Input, ServerId, Time};

use crate::dice::Purpose;
use crate::host::{Host, Server};
use crate::machine::Request;
use crate::network::{Flight, Loss, Parcel, Place};
use crate::record::{Gist, Trace, Trip, What};
use crate::scenario::{self, MessageKind, Scoped};
use crate::world::{Event, World};

/// Messages.
impl World {
    pub(crate) fn send(&mut self, from: Place, to: Place, parcel: Parcel) {
        let nth = self.network.ordinal(from, to, self.now);
        let who = [from.number(), to.number()];
        let percent = self.settings.duplicate_percent_between(from, to);
        let twice = self.setup.dice.happens(percent, Purpose::Duplicate, who, self.now, nth);
        let copy = twice.then(|| parcel.clone());
        self.dispatch(from, to, parcel, 2 * nth);
        if let Some(copy) = copy {
            self.dispatch(from, to, copy, 2 * nth + 1);
        }
    }

    pub(crate) fn next_flight(&mut self) -> u64 {
        self.flights += 1;
        self.flights
    }

    fn dispatch(&mut self, from: Place, to: Place, parcel: Parcel, nth: u64) {
        let id = self.next_flight();
        let who = [from.number(), to.number()];
        let between_servers = matches!((from, to), (Place::Server(_), Place::Server(_)));
        let manual = self.settings.network() == scenario::Network::Manual;
        // With a manual network, clients' messages travel at once: only Raft's own wait.
        let way = if manual && !between_servers {
            Time::ZERO
        } else {
            let latency = self.settings.latency_between(from, to);
            self.setup.dice.time(&latency, Purpose::Latency, who, self.now, nth)
        };
        let percent = self.settings.loss_percent_between(from, to);
        let lost = if self.network.is_cut(from, to) {
            Some(Loss::Cut)
        } else {
            self.setup.dice.happens(percent, Purpose::Loss, who, self.now, nth).then_some(Loss::Chance)
        };
        let left = self.leaves(from, to, &parcel);
        let due = self.network.in_order(from, to, &parcel, left + way);
        let half = self.now + Time(due.since(self.now).0 / 2);
        let by_hand = manual && between_servers && lost.is_none();
        let held = by_hand.then_some(half);
        let mut flight = Arc::new(Flight { id, from, to, sent: self.now, due, held, lost, waited: false, parcel });
        if self.metrics.counts() {
            self.metrics.sent(flight.kind(), flight.parcel.size());
        }
        if !by_hand && lost.is_none() && self.network.holds.iter().any(|hold| hold.matches(&flight)) {
            Arc::make_mut(&mut flight).held = Some(half);
        }
        if flight.held.is_some() {
            self.network.held.push(flight);
        } else {
            self.schedule(flight.ends(), Event::Arrival(flight));
        }
    }

    /// When the last byte of a message has left: a link carries one after another.
    fn leaves(&mut self, from: Place, to: Place, parcel: &Parcel) -> Time {
        let rate = Scoped::between(from, to).map_or(0, |(from, to)| self.settings.bandwidth(from, to));
        let size = parcel.size() as u64;
        // No size of a message overflows this: it is far below a terabyte.
        match (size * 1_000_000).checked_div(rate.into()) {
            Some(micros) => self.network.queue_up(from, to, parcel.lane(), self.now, Time(micros)),
            None => self.now,
        }
    }

    pub(crate) fn arrive(&mut self, flight: Arc<Flight>, trace: &mut Trace) {
        let kind = flight.kind();
        // What waited at a paused server has crossed the network already.
        let cut = (!flight.waited && self.network.is_cut(flight.from, flight.to)).then_some(Loss::Cut);
        if let Some(loss) = flight.lost.or(cut).or_else(|| self.receiver_down(flight.to)) {
            self.metrics.lost(kind);
            return self.write(&mut trace.pages, || What::Lost(flight.trip(), loss));
        }
        if let Place::Server(id) = flight.to
            && let Some(Server { host: Host::Paused(_, inbox), .. }) = self.server_mut(id)
        {
            let trip = flight.trip();
            inbox.push(Event::Arrival(Arc::new(Flight { waited: true, held: None, ..Arc::unwrap_or_clone(flight) })));
            return self.write(&mut trace.pages, || What::Waits(trip));
        }
        if kind == MessageKind::Heartbeat {
            self.metrics.heartbeat(self.now.since(flight.sent));
        }
        self.write(&mut trace.pages, || What::Arrived(flight.trip()));
        let Flight { from, to, parcel, .. } = Arc::unwrap_or_clone(flight);
        match (to, parcel) {
            (Place::Server(id), Parcel::Raft(envelope)) => self.feed(id, Input::Message(envelope), trace),
            (Place::Server(id), Parcel::Request { serial, tries, operation }) => {
                if let Place::Client(client) = from {
                    let sessions = (self.setup.in_force.habits.recognises)(self.settings.sessions());
                    let request = Request { client: Some(client), serial, operation, sessions };
                    self.request(id, client, tries, request, trace);
                }
            }
            (Place::Client(id), Parcel::Answer { serial, tries, reply }) => {
                self.client_hears(id, serial, tries, reply, trace);
            }
            _ => {}
        }
    }

    fn receiver_down(&self, to: Place) -> Option<Loss> {
        match to {
            Place::Server(id) => self.server(id).is_none_or(|server| !server.is_up()).then_some(Loss::Down),
            Place::Client(_) => None,
        }
    }
}

impl Flight {
    /// The message, as its line in the transcript needs it.
    pub fn trip(&self) -> Trip {
        let gist = Gist::of(&self.parcel);
        Trip { id: self.id, from: self.from, to: self.to, kind: self.kind(), sent: self.sent, gist }
    }
}

impl Scoped {
    fn between(from: Place, to: Place) -> Option<(ServerId, ServerId)> {
        match (from, to) {
            (Place::Server(from), Place::Server(to)) => Some((from, to)),
            _ => None,
        }
    }

    fn latency_between(&self, from: Place, to: Place) -> core::ops::Range<Time> {
        Scoped::between(from, to).map_or_else(|| self.all().latency.clone(), |(from, to)| self.latency(from, to))
    }

    fn loss_percent_between(&self, from: Place, to: Place) -> u32 {
        Scoped::between(from, to).map_or_else(|| self.all().loss_percent, |(from, to)| self.loss_percent(from, to))
    }

    fn duplicate_percent_between(&self, from: Place, to: Place) -> u32 {
        Scoped::between(from, to).map_or(0, |(from, to)| self.duplicate_percent(from, to))
    }
}
