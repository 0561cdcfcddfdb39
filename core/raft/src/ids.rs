//! The small words that everything else is written in: servers, terms, indexes, time (§5.1).

use core::fmt;
use core::ops::{Add, Range, RangeInclusive, Sub};

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

/// A server of the cluster; prints as `S1`, `S2`, ….
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct ServerId(pub u32);

/// A term: Raft's logical clock (§5.1). Terms start at 0 and only grow.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Term(pub u64);

/// A place in the log; the first entry is at 1, and 0 means "before the first" (§5.3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Index(pub u64);

/// Microseconds of simulated (or any other) time: a point since the start, or a length.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Time(pub u64);

/// Where a log ends, or one place in it together with its term. Field order matters: the
/// derived ordering compares terms first, then indexes, which is "more up-to-date" of §5.4.1.
///
/// ```
/// use raft_core::{Index, Position, Term};
/// let long_but_old = Position { term: Term(1), index: Index(9) };
/// let short_but_new = Position { term: Term(2), index: Index(3) };
/// assert!(short_but_new > long_but_old);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Position {
    /// The term of the entry there; 0 for an empty log.
    pub term: Term,
    /// Its index; 0 for an empty log.
    pub index: Index,
}

impl Term {
    /// The term after this one.
    pub fn next(self) -> Term {
        Term(self.0 + 1)
    }
}

impl Index {
    /// The index after this one.
    pub fn next(self) -> Index {
        Index(self.0 + 1)
    }

    /// The index before this one; 0 stays 0.
    pub fn previous(self) -> Index {
        Index(self.0.saturating_sub(1))
    }

    /// Every index of an inclusive range, in order.
    pub fn all(range: RangeInclusive<Index>) -> impl DoubleEndedIterator<Item = Index> {
        (range.start().0..=range.end().0).map(Index)
    }
}

impl Time {
    /// The start.
    pub const ZERO: Time = Time(0);

    /// So many microseconds.
    pub const fn micros(n: u64) -> Time {
        Time(n)
    }

    /// So many milliseconds.
    pub const fn millis(n: u64) -> Time {
        Time(n * 1_000)
    }

    /// So many seconds.
    pub const fn seconds(n: u64) -> Time {
        Time(n * 1_000_000)
    }

    /// The time since `earlier`, 0 if that is later.
    pub fn since(self, earlier: Time) -> Time {
        Time(self.0.saturating_sub(earlier.0))
    }

    /// A range of lengths in milliseconds.
    pub const fn millis_range(from: u64, to: u64) -> Range<Time> {
        Time::millis(from)..Time::millis(to)
    }
}

impl Add for Time {
    type Output = Time;
    fn add(self, other: Time) -> Time {
        Time(self.0.saturating_add(other.0))
    }
}

impl Sub for Time {
    type Output = Time;
    fn sub(self, other: Time) -> Time {
        self.since(other)
    }
}

impl fmt::Display for ServerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S{}", self.0)
    }
}

impl fmt::Debug for ServerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "T{}", self.0)
    }
}

impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// `4@2`: index 4, term 2.
impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.index, self.term)
    }
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The largest unit that needs no more than three decimals: `250us`, `12.5ms`, `1.2s`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let us = self.0;
        if us == 0 {
            return f.write_str("0ms");
        }
        if us < 1_000 {
            return write!(f, "{us}us");
        }
        let (unit, name) = if us >= 1_000_000 && us.is_multiple_of(1_000) { (1_000_000, "s") } else { (1_000, "ms") };
        write!(f, "{}", us / unit)?;
        let (mut rest, mut digits) = (us % unit, if unit == 1_000_000 { 6 } else { 3 });
        if rest > 0 {
            while rest % 10 == 0 {
                rest /= 10;
                digits -= 1;
            }
            write!(f, ".{rest:0digits$}")?;
        }
        f.write_str(name)
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[track_caller]
    fn check_time(micros: u64, expected: &str) {
        assert_eq!(Time(micros).to_string(), expected);
    }

    #[test]
    fn a_time_prints_in_the_largest_unit_with_at_most_three_decimals() {
        check_time(0, "0ms");
        check_time(1, "1us");
        check_time(250, "250us");
        check_time(999, "999us");
        check_time(1_000, "1ms");
        check_time(12_500, "12.5ms");
        check_time(12_050, "12.05ms");
        check_time(12_005, "12.005ms");
        check_time(999_999, "999.999ms");
        check_time(1_000_000, "1s");
        check_time(1_200_000, "1.2s");
        check_time(1_234_000, "1.234s");
        check_time(1_234_500, "1234.5ms");
        check_time(86_400_000_000, "86400s");
    }

    #[test]
    fn names_print_as_people_say_them() {
        assert_eq!(ServerId(3).to_string(), "S3");
        assert_eq!(Position { term: Term(2), index: Index(4) }.to_string(), "4@2");
        assert_eq!((Term(2).to_string(), Index(4).to_string()), ("2".into(), "4".into()));
        let debug = alloc::format!("{:?} {:?} {:?} {:?}", ServerId(3), Term(2), Index(4), Time(250));
        assert_eq!(debug, "S3 T2 #4 250us");
        assert_eq!(alloc::format!("{:?}", Position { term: Term(2), index: Index(4) }), "4@2");
        assert_eq!([Time::micros(1), Time::millis(2), Time::seconds(3)].map(|time| time.0), [1, 2_000, 3_000_000]);
        assert_eq!(Time::millis_range(1, 2), Time(1_000)..Time(2_000));
    }

    #[test]
    fn there_is_nothing_before_the_start() {
        assert_eq!(Index(0).previous(), Index(0));
        assert_eq!([Time(3) - Time(5), Time(5) - Time(3)], [Time(0), Time(2)]);
        assert_eq!(Time(u64::MAX) + Time(1), Time(u64::MAX));
    }

    #[test]
    fn all_indexes_of_a_range_come_in_order() {
        assert!(Index::all(Index(3)..=Index(5)).eq([3, 4, 5].map(Index)));
        assert_eq!(Index::all(Index(3)..=Index(2)).count(), 0);
    }
}
