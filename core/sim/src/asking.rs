//! How a client gets its answer: it asks whom it takes for the leader, follows redirects, and
//! tries the next server after a time-out (§8).

use alloc::sync::Arc;

use raft_core::{ServerId, Time};

use crate::act::ActError;
use crate::client::{Attempt, Call, Client, MOST_ATTEMPTS, MOST_TRIES, PATIENCE, Verdict, Wish};
use crate::machine::{ClientId, Outcome};
use crate::network::{Parcel, Place, Reply};
use crate::record::{Pages, Trace, What};
use crate::world::{Event, World};

impl World {
    fn client_mut(&mut self, id: ClientId) -> Option<&mut Client> {
        Arc::make_mut(&mut self.clients).iter_mut().find(|client| client.id == id)
    }

    /// A client wants something; it asks as soon as it waits for nothing else.
    pub(crate) fn wish(&mut self, id: ClientId, wish: Wish, trace: &mut Trace) {
        if let Some(client) = self.client_mut(id) {
            client.wishes.push_back(wish);
        }
        self.next_wish(id, &mut trace.pages);
    }

    fn next_wish(&mut self, id: ClientId, pages: &mut Pages) {
        let now = self.now;
        let first = self.members_at_start().voters[0];
        let Some(client) = self.client_mut(id).filter(|client| client.current.is_none()) else { return };
        let Some(wish) = client.wishes.pop_front() else { return };
        client.serial += 1;
        let (operation, serial) = (wish.operation.clone(), client.serial);
        client.history.push(Call { operation: operation.clone(), serial, tries: 0, invoked: now, result: None });
        let asked = wish.server.or(client.leader).unwrap_or(first);
        let attempt = Attempt::first(wish, asked);
        self.checker.fresh().asks(id, serial, &operation);
        self.ask(id, attempt, asked, pages);
    }

    /// `retry C1`: it asks again for what it asked last, with the same serial number (thesis §6.3).
    pub(crate) fn retry(&mut self, id: ClientId, trace: &mut Trace) -> Result<(), ActError> {
        let now = self.now;
        let first = self.members_at_start().voters[0];
        let Some(client) = self.client_mut(id) else { return Err(ActError::NoClient(id)) };
        if let Some(mut attempt) = client.current.take() {
            // It does not wait any longer for the answer to its last try.
            let server = attempt.asked;
            attempt.maybe |= attempt.open;
            attempt.most += 1;
            self.queue.remove(&attempt.timeout);
            self.ask(id, attempt, server, &mut trace.pages);
            return Ok(());
        }
        let Some(last) = client.last_call().cloned() else { return Err(ActError::AskedNothing(id)) };
        if last.tries >= MOST_TRIES {
            return Err(ActError::AskedTooOften(id));
        }
        let asked = client.leader.unwrap_or(first);
        let attempt = Attempt {
            tries: last.tries,
            most: last.tries + MOST_ATTEMPTS,
            maybe: !matches!(last.result, Some((_, Verdict::Failed))),
            ..Attempt::first(Wish { operation: last.operation.clone(), server: None }, asked)
        };
        client.history.push(Call { invoked: now, result: None, ..last });
        self.ask(id, attempt, asked, &mut trace.pages);
        Ok(())
    }

    /// Another copy of a client's request is on its way: that one was refused says nothing of it.
    pub(crate) fn may_arrive_later(&mut self, id: ClientId, serial: u64) {
        let current = self.client_mut(id).filter(|client| client.serial == serial).and_then(|c| c.current.as_mut());
        if let Some(attempt) = current {
            attempt.maybe = true;
        }
    }

    /// Sends the request, and waits for the answer for so long and no longer.
    fn ask(&mut self, id: ClientId, mut attempt: Attempt, server: ServerId, pages: &mut Pages) {
        attempt.asked = server;
        attempt.open = true;
        attempt.tries += 1;
        let (operation, tries) = (attempt.wish.operation.clone(), attempt.tries);
        let patience = self.settings.client_timeout();
        attempt.timeout = self.client_timer(id, patience);
        let Some(client) = self.client_mut(id) else { return };
        let serial = client.serial;
        client.current = Some(attempt);
        if let Some(call) = client.last_call_mut() {
            call.tries = tries;
        }
        self.write(pages, || What::Asks { client: id, server, operation: operation.clone(), tries });
        self.send(Place::Client(id), Place::Server(server), Parcel::Request { serial, tries, operation });
    }

    fn client_timer(&mut self, id: ClientId, after: Time) -> (Time, u64) {
        let due = self.now + after.max(Time(1));
        (due, self.schedule(due, Event::ClientTimeout(id)))
    }

    pub(crate) fn client_hears(&mut self, id: ClientId, serial: u64, tries: u32, reply: Reply, trace: &mut Trace) {
        let apart = self.reads_apart();
        let Some(client) = self.client_mut(id).filter(|client| client.serial == serial) else { return };
        // That an earlier try was turned away says nothing about this one. What an earlier try read
        // without an entry may be older than the question, if that was asked again by hand.
        let stale = |attempt: &Attempt| {
            tries != attempt.tries
                && (matches!(reply, Reply::NotLeader(_)) || apart && attempt.wish.operation.is_read())
        };
        let Some(mut attempt) = client.current.take_if(|attempt| !stale(attempt)) else { return };
        self.queue.remove(&attempt.timeout);
        match reply {
            Reply::Outcome(outcome) => {
                self.checker.fresh().told(id, serial);
                // A read may come from a follower.
                if !self.leaves_no_trace(&attempt.wish.operation)
                    && let Some(client) = self.client_mut(id)
                {
                    client.leader = Some(attempt.asked);
                }
                let verdict = match outcome {
                    Outcome::Expired => Verdict::Expired,
                    outcome => Verdict::Ok(outcome),
                };
                self.end(id, attempt, verdict, &mut trace.pages);
            }
            Reply::NotLeader(_) if attempt.wish.server.is_some() => {
                // This try was refused; of earlier ones that says nothing.
                let verdict = if attempt.maybe { Verdict::Unknown } else { Verdict::Failed };
                self.end(id, attempt, verdict, &mut trace.pages);
            }
            Reply::NotLeader(Some(leader)) if leader != attempt.asked && attempt.tries < attempt.most => {
                self.ask(id, attempt, leader, &mut trace.pages);
            }
            Reply::NotLeader(_) => {
                // Nobody knows a leader: wait a little, then try the next server.
                attempt.open = false;
                attempt.timeout = self.client_timer(id, PATIENCE);
                if let Some(client) = self.client_mut(id) {
                    client.current = Some(attempt);
                }
            }
        }
    }

    pub(crate) fn client_timeout(&mut self, id: ClientId, trace: &mut Trace) {
        let Some(client) = self.client_mut(id) else { return };
        client.leader = None;
        let Some(mut attempt) = client.current.take() else { return };
        attempt.maybe |= attempt.open && !self.leaves_no_trace(&attempt.wish.operation);
        if attempt.wish.server.is_some() || attempt.tries >= attempt.most {
            let verdict = if attempt.maybe { Verdict::Unknown } else { Verdict::Failed };
            return self.end(id, attempt, verdict, &mut trace.pages);
        }
        let next = self.server_after(attempt.asked);
        self.ask(id, attempt, next, &mut trace.pages);
    }

    fn server_after(&self, server: ServerId) -> ServerId {
        // Also one that has joined since may lead by now.
        let place = self.servers.iter().position(|other| other.id == server).unwrap_or(0);
        self.servers[(place + 1) % self.servers.len()].id
    }

    fn end(&mut self, id: ClientId, attempt: Attempt, verdict: Verdict, pages: &mut Pages) {
        let now = self.now;
        if let Some(call) = self.client_mut(id).and_then(Client::last_call_mut) {
            call.result = Some((now, verdict.clone()));
            let waited = now.since(call.invoked);
            if matches!(verdict, Verdict::Ok(_)) {
                self.metrics.answered(waited);
            }
        }
        let operation = attempt.wish.operation;
        self.write(pages, || What::Ended { client: id, operation, verdict });
        self.next_wish(id, pages);
    }
}
