//! What changes over time, in a bounded number of columns of equal width: when there are too many,
//! two become one.

use alloc::sync::Arc;
use alloc::vec::Vec;

use raft_core::Time;

/// The first width of a column.
const FIRST_WIDTH: Time = Time::millis(10);

/// At most so many columns.
const MOST: usize = 128;

/// The columns so far. Those that are complete are shared between clones.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Series {
    since: Time,
    width: Time,
    complete: Vec<Arc<Column>>,
    /// The column that time is in.
    pub(super) open: Column,
}

/// What happened in one span of time, and how things stood at its end.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Column {
    /// Entries that were committed for the first time.
    pub committed: u32,
    /// Messages that were sent.
    pub messages: u32,
    /// The bytes of those messages.
    pub traffic: u64,
    /// Messages on their way at the end; the most of them, where columns became one. So below.
    pub in_flight: u32,
    /// How long the longest queue in front of a link takes, at the end.
    pub queue: Time,
    /// Operations that clients wait for or have not asked for yet, at the end.
    pub wishes: u32,
    /// The servers, in ascending order.
    pub servers: Vec<ServerColumn>,
}

/// The part of one server.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct ServerColumn {
    /// Entries that it gave to its disk.
    pub entries: u32,
    /// The bytes of their commands.
    pub bytes: u64,
    /// Committed entries that its log lacked at the end.
    pub lag: u32,
    /// Writes on their way to its disk at the end.
    pub writes: u32,
    /// What waited in front of it, while it was paused, at the end.
    pub inbox: u32,
}

impl Series {
    pub(super) fn new(since: Time, servers: usize) -> Series {
        Series { since, width: FIRST_WIDTH, complete: Vec::new(), open: Column::empty(servers) }
    }

    /// When the first column begins.
    pub fn since(&self) -> Time {
        self.since
    }

    /// How long a column is.
    pub fn width(&self) -> Time {
        self.width
    }

    /// All columns in order; the last one is not complete, and has no end yet.
    pub fn columns(&self) -> impl Iterator<Item = &Column> {
        self.complete.iter().map(|column| &**column).chain([&self.open])
    }

    /// When the open column ends.
    pub(super) fn turns(&self) -> Time {
        Time(self.since.0 + self.width.0 * (self.complete.len() as u64 + 1))
    }

    /// The open column is complete, and this is how things stand at its end.
    pub(super) fn turn(&mut self, gauges: &Column) {
        let empty = Column::empty(self.open.servers.len());
        let mut column = core::mem::replace(&mut self.open, empty);
        column.gauge(gauges);
        self.complete.push(Arc::new(column));
        if self.complete.len() == MOST {
            let halves = self.complete.chunks(2).map(|pair| Arc::new(pair[0].with(&pair[1])));
            self.complete = halves.collect();
            self.width = Time(self.width.0 * 2);
        }
    }
}

impl Column {
    pub(super) fn empty(servers: usize) -> Column {
        Column { servers: alloc::vec![ServerColumn::default(); servers], ..Column::default() }
    }

    /// Takes over how things stand, and leaves what happened.
    pub(super) fn gauge(&mut self, gauges: &Column) {
        (self.in_flight, self.queue, self.wishes) = (gauges.in_flight, gauges.queue, gauges.wishes);
        for (server, gauges) in self.servers.iter_mut().zip(&gauges.servers) {
            let ServerColumn { entries, bytes, .. } = *server;
            *server = ServerColumn { entries, bytes, ..*gauges };
        }
    }

    /// This one and the one after it as one.
    fn with(&self, next: &Column) -> Column {
        let servers = self.servers.iter().zip(&next.servers).map(|(a, b)| ServerColumn {
            entries: a.entries + b.entries,
            bytes: a.bytes + b.bytes,
            lag: a.lag.max(b.lag),
            writes: a.writes.max(b.writes),
            inbox: a.inbox.max(b.inbox),
        });
        Column {
            committed: self.committed + next.committed,
            messages: self.messages + next.messages,
            traffic: self.traffic + next.traffic,
            in_flight: self.in_flight.max(next.in_flight),
            queue: self.queue.max(next.queue),
            wishes: self.wishes.max(next.wishes),
            servers: servers.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stay_few_and_lose_nothing() {
        let mut series = Series::new(Time::ZERO, 1);
        for n in 0..2_000 {
            series.open.messages += 1;
            series.open.servers[0].entries += 2;
            let lag = if n == 777 { 9 } else { 0 };
            let gauges =
                Column { servers: alloc::vec![ServerColumn { lag, ..ServerColumn::default() }], ..Column::default() };
            series.turn(&gauges);
        }
        assert!(series.columns().count() <= MOST);
        assert_eq!(series.columns().map(|column| column.messages).sum::<u32>(), 2_000);
        assert_eq!(series.columns().map(|column| column.servers[0].entries).sum::<u32>(), 4_000);
        assert_eq!(series.columns().map(|column| column.servers[0].lag).max(), Some(9));
        let columns = series.columns().count() as u64;
        assert_eq!(series.turns(), Time(series.width().0 * columns));
    }
}
