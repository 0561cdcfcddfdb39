//! What will happen, in the order in which it will: by *(due, sequence)*.
//!
//! A plain list whose last item is the next event. Few things wait at a time and most of what is added is
//! due soon, so that little has to move for it; and a list is copied with its world at little cost.

use alloc::sync::Arc;
use alloc::vec::Vec;

use raft_core::{Time, clone_by_field};

use crate::network::Flight;
use crate::world::Event;

/// When something is due, and its place among what is due at that time.
pub(crate) type Key = (Time, u64);

/// The events to come.
#[derive(PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Queue {
    /// The latest first.
    events: Vec<(Key, Event)>,
    /// How many of them are messages that arrive.
    arrivals: usize,
}

clone_by_field!(Queue { events, arrivals });

impl Queue {
    /// How many events wait.
    pub(crate) fn len(&self) -> usize {
        self.events.len()
    }

    /// The next event, and when.
    pub(crate) fn first(&self) -> Option<(Time, &Event)> {
        self.events.last().map(|((due, _), event)| (*due, event))
    }

    /// Takes the next event.
    pub(crate) fn pop_first(&mut self) -> Option<Event> {
        let (_, event) = self.events.pop()?;
        self.arrivals -= usize::from(matches!(event, Event::Arrival(_)));
        Some(event)
    }

    pub(crate) fn insert(&mut self, key: Key, event: Event) {
        self.arrivals += usize::from(matches!(event, Event::Arrival(_)));
        let place = self.events.partition_point(|(other, _)| *other > key);
        self.events.insert(place, (key, event));
    }

    pub(crate) fn remove(&mut self, key: &Key) -> Option<Event> {
        let place = self.events.binary_search_by(|(other, _)| key.cmp(other)).ok()?;
        let (_, event) = self.events.remove(place);
        self.arrivals -= usize::from(matches!(event, Event::Arrival(_)));
        Some(event)
    }

    /// Messages that arrive, the next one first.
    pub(crate) fn arrivals(&self) -> impl Iterator<Item = &Arc<Flight>> {
        // Where messages move by hand there are none, and that is asked often.
        let events = if self.arrivals == 0 { &[] } else { &self.events[..] };
        events.iter().rev().filter_map(|(_, event)| match event {
            Event::Arrival(flight) => Some(flight),
            _ => None,
        })
    }

    /// Takes a message.
    pub(crate) fn take_arrival(&mut self, id: u64) -> Option<Arc<Flight>> {
        let is_it = |event: &Event| matches!(event, Event::Arrival(flight) if flight.id == id);
        let place = self.events.iter().rposition(|(_, event)| is_it(event))?;
        self.arrivals -= 1;
        match self.events.remove(place) {
            (_, Event::Arrival(flight)) => Some(flight),
            _ => None,
        }
    }
}
