//! A histogram of times whose steps grow with the times: small, exact in its counts, and cheap to
//! add to.

use alloc::sync::Arc;
use alloc::vec::Vec;

use raft_core::Time;

/// Steps in each doubling: a step is at most 1/32 of what it counts.
const STEPS: usize = 32;

/// How many times fell into which span. Rows that did not change are shared between clones.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Histogram {
    /// Row 0 counts 0 to 31 µs one by one, row n the doubling from 32·2ⁿ⁻¹ µs on.
    rows: Vec<Arc<[u32; STEPS]>>,
    count: u64,
    sum: u64,
    least: Time,
    most: Time,
}

impl Histogram {
    /// One more, of this length.
    pub(crate) fn add(&mut self, time: Time) {
        let (row, step) = place(time.0);
        while self.rows.len() <= row {
            self.rows.push(Arc::new([0; STEPS]));
        }
        let count = &mut Arc::make_mut(&mut self.rows[row])[step];
        *count = count.saturating_add(1);
        self.least = if self.count == 0 { time } else { self.least.min(time) };
        self.most = self.most.max(time);
        self.count += 1;
        self.sum = self.sum.saturating_add(time.0);
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// All of them together.
    pub fn sum(&self) -> Time {
        Time(self.sum)
    }

    /// Their mean, rounded down.
    pub fn mean(&self) -> Time {
        Time(self.sum.checked_div(self.count).unwrap_or(0))
    }

    /// The shortest.
    pub fn least(&self) -> Time {
        self.least
    }

    /// The longest.
    pub fn most(&self) -> Time {
        self.most
    }

    /// The time that so many thousandths of them do not exceed: never too short, and too long by
    /// at most 1/32.
    pub fn quantile(&self, thousandths: u64) -> Time {
        let rank = (self.count * thousandths).div_ceil(1_000).max(1);
        let mut seen = 0;
        for (span, count) in self.steps() {
            seen += u64::from(count);
            if seen >= rank {
                return Time(span.end.0 - 1).min(self.most);
            }
        }
        self.most
    }

    /// The spans that are not empty, in order, and how many there are in each.
    pub fn steps(&self) -> impl Iterator<Item = (core::ops::Range<Time>, u32)> {
        let all =
            self.rows.iter().enumerate().flat_map(|(row, counts)| {
                counts.iter().enumerate().map(move |(step, count)| (span(row, step), *count))
            });
        all.filter(|(_, count)| *count > 0)
    }
}

fn place(micros: u64) -> (usize, usize) {
    let bits = STEPS.trailing_zeros();
    let row = (u64::BITS - micros.leading_zeros()).saturating_sub(bits);
    let step = if row == 0 { micros } else { (micros >> (row - 1)) - STEPS as u64 };
    (row as usize, step as usize)
}

fn span(row: usize, step: usize) -> core::ops::Range<Time> {
    let (shift, step) = match row {
        0 => (0, step as u64),
        row => (row - 1, (STEPS + step) as u64),
    };
    Time(step << shift)..Time((step + 1) << shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_is_in_its_step_and_no_step_is_wider_than_a_32nd() {
        for micros in (0..5_000).chain((0..36).map(|n| 1u64 << n)).chain((1..36).map(|n| (1u64 << n) - 1)) {
            let (row, step) = place(micros);
            let span = span(row, step);
            assert!(span.contains(&Time(micros)), "{micros} is not in {span:?}");
            assert!((span.end.0 - span.start.0 - 1) * 32 <= micros, "{span:?} is too wide for {micros}");
        }
    }

    #[test]
    fn quantiles_are_never_too_short_and_never_beyond_the_longest() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.quantile(990), Time::ZERO);
        (1..=1_000).for_each(|n| histogram.add(Time(n * 10)));
        for (thousandths, exact) in [(1, 10), (500, 5_000), (990, 9_900), (1_000, 10_000)] {
            let found = histogram.quantile(thousandths).0;
            assert!((exact..=exact + exact / 32).contains(&found), "{thousandths}: {found} for {exact}");
        }
        assert_eq!((histogram.least(), histogram.most(), histogram.mean()), (Time(10), Time(10_000), Time(5_005)));
        assert_eq!(histogram.steps().map(|(_, count)| u64::from(count)).sum::<u64>(), histogram.count());
    }
}
