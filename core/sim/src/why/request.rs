//! Why a client waits (§8, thesis §6.3, §6.4).

use alloc::boxed::Box;
use alloc::vec::Vec;

use raft_core::{Note, Time};

use super::fact::{Fact, Reason, Since};
use super::past::Past;
use crate::client::{Attempt, Client};
use crate::machine::ClientId;
use crate::network::Place;
use crate::record::What;
use crate::scenario::MessageKind;

impl Past<'_> {
    pub(super) fn waits(&self, id: ClientId, serial: Option<u64>) -> Vec<Reason> {
        let Some(client) = self.world.clients().iter().find(|client| client.id == id) else { return Vec::new() };
        let wanted = serial.unwrap_or(client.serial);
        if wanted > client.serial {
            let place = (wanted - client.serial) as usize;
            return match (client.wishes.len() >= place, &client.current) {
                (true, Some(current)) => {
                    let mut reasons: Vec<Reason> =
                        [Fact::Behind { client: id, operation: current.wish.operation.clone() }.alone()].into();
                    reasons.extend(self.at(client, current));
                    reasons
                }
                _ => [Fact::NotAsked { client: id, serial: wanted }.alone()].into(),
            };
        }
        match &client.current {
            Some(current) if wanted == client.serial => self.at(client, current),
            _ => self.ended(client, wanted),
        }
    }

    /// What an operation waited for that has ended, from its first question on.
    fn ended(&self, client: &Client, serial: u64) -> Vec<Reason> {
        let id = client.id;
        let call = client.history().filter(|call| call.serial == serial).last();
        let Some((call, (ended, verdict))) = call.and_then(|call| Some((call, call.result.clone()?))) else {
            return [Fact::WaitsForNothing(id).alone()].into();
        };
        let since =
            self.records.iter().rev().find(|record| {
                record.at == ended && matches!(&record.what, What::Ended { client, .. } if *client == id)
            });
        let since = since.map(|record| Since { event: record.event, at: record.at });
        let (operation, took) = (call.operation.clone(), ended.since(call.invoked));
        let mut reasons: Vec<Reason> =
            [Fact::Ended { client: id, serial, operation, verdict, took }.since(since)].into();
        reasons.extend(self.meanwhile(id, call.invoked, ended));
        reasons
    }

    /// What happened to a question between two times: who was asked, what that server did with it, what was lost.
    fn meanwhile(&self, id: ClientId, from: Time, to: Time) -> Vec<Reason> {
        let mut asked = Vec::new();
        let mut reasons = Vec::new();
        for record in self.records.iter().filter(|record| (from..=to).contains(&record.at)) {
            let concerns = match &record.what {
                What::Asks { client, server, .. } if *client == id => {
                    asked.push(*server);
                    true
                }
                What::Decided(server, note) => asked.contains(server) && is_on_the_way(note),
                What::Crashed(server, _) => asked.contains(server),
                What::Lost(trip, _) => trip.from == Place::Client(id) || trip.to == Place::Client(id),
                _ => false,
            };
            if concerns && reasons.len() < MOST_TOLD {
                let since = Since { event: record.event, at: record.at };
                reasons.push(Fact::Told(Box::new(record.clone())).since(Some(since)));
            }
        }
        reasons
    }

    /// What the operation waits for that a client is at.
    fn at(&self, client: &Client, attempt: &Attempt) -> Vec<Reason> {
        let (id, asked) = (client.id, attempt.asked);
        let left = attempt.timeout.0.since(self.now());
        let since = self.when(|what| matches!(what, What::Asks { client, .. } if *client == id));
        if !attempt.open {
            let mut reasons: Vec<Reason> = [Fact::AsksLater { client: id, server: asked, left }.since(since)].into();
            reasons.extend(self.no_leader());
            return reasons;
        }
        let operation = attempt.wish.operation.clone();
        let tries = attempt.tries;
        let mut reasons: Vec<Reason> =
            [Fact::Asks { client: id, server: asked, operation, tries, left }.since(since)].into();
        let (here, there) = (Place::Client(id), Place::Server(asked));
        let under_way =
            [self.flights(here, there, &[MessageKind::Request]), self.flights(there, here, &[MessageKind::Answer])]
                .concat();
        let Some(server) = self.world.server(asked) else { return reasons };
        reasons.extend(self.out(server));
        let nothing_under_way = under_way.is_empty();
        reasons.extend(under_way);
        let Some(process) = server.process() else { return reasons };
        let mine = process.waiting.iter().find(|(_, w)| w.client == id && w.serial == client.serial);
        let reading = process.reads.values().find(|read| read.client == id && read.serial == client.serial);
        if let Some((index, _)) = mine {
            let applied = process.applied;
            reasons.push(Fact::WaitsForEntry { server: asked, index: *index, applied }.alone());
            if server.commit() < *index {
                reasons.extend(self.not_committed(*index));
            }
        } else if let Some(reading) = reading {
            match reading.from {
                Some(index) => {
                    reasons.push(Fact::ReadAt { server: asked, index, applied: process.applied }.alone());
                    if server.commit() < index {
                        reasons.extend(self.not_known(asked, index));
                    }
                }
                None => {
                    let noted = self.decided(asked, is_of_a_read);
                    reasons.push(Fact::ReadUnconfirmed(asked).since(noted.as_ref().map(|(_, since)| *since)));
                    reasons.extend(noted.map(|(note, since)| Fact::Decided { server: asked, note }.since(Some(since))));
                    reasons.extend(self.unconfirmed(asked));
                }
            }
        } else if nothing_under_way {
            let sent = since.map_or(Time::ZERO, |since| since.at);
            let lost = self.lost(there, here, &[MessageKind::Answer], sent);
            reasons.extend(lost.or_else(|| self.lost(here, there, &[MessageKind::Request], sent)));
        }
        reasons
    }

    /// What the round of heartbeats waits for that confirms a read.
    fn unconfirmed(&self, server: raft_core::ServerId) -> Vec<Reason> {
        let Some(view) = self.world.server(server).and_then(|server| server.view()) else { return Vec::new() };
        let Some(leader) = view.leader else { return Vec::new() };
        let mut reasons = Vec::new();
        let others: Vec<_> = if leader == server { view.members.all_voters() } else { [leader].into() };
        let kinds = [
            MessageKind::Heartbeat,
            MessageKind::Append,
            MessageKind::AppendReply,
            MessageKind::HeartbeatReply,
            MessageKind::ReadIndex,
            MessageKind::ReadIndexReply,
        ];
        for other in others.into_iter().filter(|other| *other != server) {
            reasons.extend(self.world.server(other).and_then(|other| self.out(other)));
            reasons.extend(self.cut(server, other));
            reasons.extend(self.cut(other, server));
            let (here, there) = (Place::Server(server), Place::Server(other));
            reasons.extend(self.flights(here, there, &kinds));
            reasons.extend(self.flights(there, here, &kinds));
        }
        reasons
    }
}

/// So much is told of an operation that has ended.
const MOST_TOLD: usize = 12;

/// Whether this is a step of a server towards an answer.
fn is_on_the_way(note: &Note) -> bool {
    is_of_a_read(note)
        || matches!(
            note,
            Note::AnswersRead { .. } | Note::FailsRead { .. } | Note::AppendsCommand { .. } | Note::Commits { .. }
        )
}

fn is_of_a_read(note: &Note) -> bool {
    matches!(note, Note::HoldsRead { .. } | Note::ReadTooEarly { .. } | Note::ForwardsRead { .. })
}
