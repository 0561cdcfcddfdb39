//! What led to an event, and what it led to: happened-before, after Lamport. Events of one server
//! happen one after another, and a message is sent before it arrives.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use raft_core::Time;

use crate::network::Place;
use crate::record::{Record, What};

/// So many records are looked at, each way.
const MOST: usize = 50_000;

/// The past and the future of an event, by the records.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cone {
    /// Events that may have led to it, in order.
    pub past: Vec<u64>,
    /// Events that it may have led to, in order.
    pub future: Vec<u64>,
    /// The messages that carried the one or the other, in order.
    pub messages: Vec<u64>,
}

impl Cone {
    /// The past and the future of an event. What no server and no client did, such as a cut of the
    /// network, belongs to neither.
    pub fn of(event: u64, records: &[Record]) -> Cone {
        let first = records.partition_point(|record| record.event < event);
        let after = records.partition_point(|record| record.event <= event);
        let mut cone = Cone::default();
        let own: Vec<&Record> = records[first..after].iter().collect();
        let places: Vec<Place> = own.iter().filter_map(|record| place(&record.what)).collect();
        let Some(at) = own.first().map(|record| record.at) else { return cone };
        let mut until: BTreeMap<Place, Time> = BTreeMap::new();
        let mut from: BTreeMap<Place, Time> = BTreeMap::new();
        for place in &places {
            until.insert(*place, at);
            from.insert(*place, at);
        }
        for record in &own {
            if let What::Arrived(trip) = &record.what {
                until.insert(trip.from, trip.sent);
                cone.messages.push(trip.id);
            }
        }
        for record in records[..first].iter().rev().take(MOST) {
            let Some(place) = place(&record.what) else { continue };
            if until.get(&place).is_some_and(|until| record.at <= *until) {
                cone.past.push(record.event);
                if let What::Arrived(trip) = &record.what {
                    let sent = until.entry(trip.from).or_insert(trip.sent);
                    *sent = trip.sent.max(*sent);
                    cone.messages.push(trip.id);
                }
            }
        }
        for record in records[after..].iter().take(MOST) {
            let Some(place) = place(&record.what) else { continue };
            if let What::Arrived(trip) = &record.what
                && from.get(&trip.from).is_some_and(|from| trip.sent >= *from)
            {
                from.entry(trip.to).or_insert(record.at);
                cone.messages.push(trip.id);
            }
            if from.contains_key(&place) {
                cone.future.push(record.event);
            }
        }
        for all in [&mut cone.past, &mut cone.future, &mut cone.messages] {
            all.sort_unstable();
            all.dedup();
        }
        cone
    }
}

/// Where something happened.
pub(crate) fn place(what: &What) -> Option<Place> {
    Some(match what {
        What::Decided(id, _)
        | What::Heartbeats(id)
        | What::Synced(id)
        | What::Crashed(id, _)
        | What::Restarted(id)
        | What::Paused(id)
        | What::Resumed(id)
        | What::Wiped(id)
        | What::ClockRuns(id, _)
        | What::Wants(id, _)
        | What::Applied { server: id, .. }
        | What::LostEntries { server: id, .. }
        | What::ForgotVote { server: id, .. } => Place::Server(*id),
        What::Arrived(trip) | What::Waits(trip) => trip.to,
        What::Asks { client, .. } | What::Ended { client, .. } => Place::Client(*client),
        _ => return None,
    })
}
