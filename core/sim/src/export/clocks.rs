//! The run as a log with vector clocks, as ShiViz reads it: every event of a server or client with how
//! many events of each it may know of (happened-before, after Lamport, Fidge and Mattern).

use alloc::collections::{BTreeMap, VecDeque};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use raft_core::Time;

use super::{Excerpt, label};
use crate::network::Place;
use crate::record::{Record, Trip, What};
use crate::why::causes::place as place_of;
use crate::words::line;

/// How each event of [`shiviz`] is read: what ShiViz wants to be told.
pub const PATTERN: &str = r"(?<host>\S+) (?<clock>{.*})\n(?<event>.*)";

type Clock = BTreeMap<Place, u64>;

/// Two lines an event: whose it is and its clock, and what happened.
pub fn shiviz(excerpt: &Excerpt) -> String {
    let mut log = Log::of(&excerpt.records);
    for record in &excerpt.records {
        log.read(record);
    }
    log.send_before(Time(u64::MAX));
    log.out
}

/// What is written, and who knows of what by now.
struct Log {
    out: String,
    clocks: BTreeMap<Place, Clock>,
    /// What is still to be sent, in order.
    sends: VecDeque<Trip>,
    /// What its sender knew of when a message was sent.
    carried: BTreeMap<u64, Clock>,
}

impl Log {
    fn of(records: &[Record]) -> Log {
        let mut sends: Vec<Trip> = records.iter().filter_map(|record| trip_of(&record.what)).collect();
        let first = records.first().map_or(Time::ZERO, |record| record.at);
        sends.retain(|trip| trip.sent >= first);
        sends.sort_by_key(|trip| (trip.sent, trip.id));
        sends.dedup_by_key(|trip| trip.id);
        Log { out: String::new(), clocks: BTreeMap::new(), sends: sends.into(), carried: BTreeMap::new() }
    }

    /// Sends what was sent before a time: after all that its senders did until then.
    fn send_before(&mut self, at: Time) {
        while let Some(trip) = self.sends.pop_front_if(|trip| trip.sent < at) {
            self.send(&trip);
        }
    }

    fn send(&mut self, trip: &Trip) {
        self.tick(trip.from, None, &format!("sends {} to {}", label(trip, None), trip.to));
        self.carried.insert(trip.id, self.clocks.get(&trip.from).cloned().unwrap_or_default());
    }

    fn read(&mut self, record: &Record) {
        self.send_before(record.at);
        let arrived = match &record.what {
            What::Arrived(trip) => Some(*trip),
            _ => None,
        };
        if let Some(trip) = arrived
            && let Some(place) = self.sends.iter().position(|send| send.id == trip.id)
        {
            // It took no time.
            self.sends.remove(place);
            self.send(&trip);
        }
        let Some(place) = place_of(&record.what) else { return };
        let carried = arrived.and_then(|trip| self.carried.get(&trip.id).cloned());
        self.tick(place, carried.as_ref(), &line(record).text);
    }

    /// An event at a place, which hears of what a message carried.
    fn tick(&mut self, place: Place, carried: Option<&Clock>, text: &str) {
        let clock = self.clocks.entry(place).or_default();
        for (of, count) in carried.into_iter().flatten() {
            let known = clock.entry(*of).or_default();
            *known = (*known).max(*count);
        }
        *clock.entry(place).or_default() += 1;
        let parts: Vec<String> = clock.iter().map(|(of, count)| format!("\"{of}\":{count}")).collect();
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        self.out.push_str(&format!("{place} {{{}}}\n{text}\n", parts.join(", ")));
    }
}

fn trip_of(what: &What) -> Option<Trip> {
    match what {
        What::Arrived(trip) | What::Lost(trip, _) => Some(*trip),
        _ => None,
    }
}
