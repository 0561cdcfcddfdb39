//! The records of a stretch of the run. Those of the whole run would take more memory than its
//! keyframes; they can be had again by letting the same events happen.

use alloc::vec::Vec;

use crate::record::Record;

/// At most so many are kept; with more, the older half goes.
const MOST: usize = 40_000;

/// The records of the events in a range.
#[derive(Clone, Debug, Default)]
pub(super) struct Recent {
    records: Vec<Record>,
    /// How many records the run had before the first of them.
    first: usize,
    /// They begin after so many events …
    from: u64,
    /// … and end with this one.
    to: u64,
}

impl Recent {
    /// None yet, after so many events and records; at the start there are those that a run begins with.
    pub(super) fn after(events: u64, records: usize, opening: &[Record]) -> Recent {
        let (records, first) = if events == 0 { (opening.to_vec(), 0) } else { (Vec::new(), records) };
        Recent { records, first, from: events, to: events }
    }

    pub(super) fn all(&self) -> &[Record] {
        &self.records
    }

    pub(super) fn first(&self) -> usize {
        self.first
    }

    /// Whether the records up to an event are here, as far back as any are.
    pub(super) fn covers(&self, event: u64) -> bool {
        (self.from..=self.to).contains(&event)
    }

    /// Whether an event is the next one.
    pub(super) fn ends_with(&self, event: u64) -> bool {
        self.to == event
    }

    /// After how many events they begin.
    pub(super) fn from(&self) -> u64 {
        self.from
    }

    /// How many of them led to an event.
    pub(super) fn until(&self, event: u64) -> usize {
        self.records.partition_point(|record| record.event <= event)
    }

    /// The next event, with its records.
    pub(super) fn add(&mut self, event: u64, records: impl Iterator<Item = Record>) {
        self.records.extend(records);
        self.to = event;
        if self.records.len() <= MOST {
            return;
        }
        // Whole events only.
        let middle = self.records[self.records.len() / 2].event;
        let keep = self.records.partition_point(|record| record.event < middle);
        self.records.drain(..keep);
        self.first += keep;
        self.from = middle - 1;
    }

    /// What comes after an event is another run from now on.
    pub(super) fn cut(&mut self, event: u64) {
        self.records.truncate(self.until(event));
        self.to = self.to.min(event);
    }
}
