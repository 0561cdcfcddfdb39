//! The geometry of small charts: columns of whole numbers, drawn in whole numbers.

use core::fmt::Write;

use raft_sim::metrics::Shape;

/// How tall a chart is in its own units; it is as wide as its columns.
pub const TALL: u64 = 40;
/// How many columns a histogram has.
pub const BINS: usize = 48;
/// How wide a column is, with the gap to the next.
pub const STEP: u64 = 4;
/// A chart of a short run has room for so many columns.
const FEWEST: usize = 16;

/// How wide a chart of so many columns is.
pub fn wide(columns: usize) -> u64 {
    columns.max(FEWEST) as u64 * STEP
}

/// A column for each value, as path data: what is not nothing can be seen.
pub fn columns(values: &[u64]) -> String {
    let most = values.iter().copied().max().unwrap_or_default().max(1);
    let mut path = String::new();
    for (place, value) in values.iter().enumerate().filter(|(_, value)| **value > 0) {
        let tall = (u128::from(*value) * u128::from(TALL) / u128::from(most)).max(2);
        let _ = write!(path, "M{} {TALL}v-{tall}h{}v{tall}z", place as u64 * STEP, STEP - 1);
    }
    path
}

/// The spans of a time, as path data from 0 to `width`: what is short can still be seen.
pub fn spans(spans: &[(u64, u64)], from: u64, to: u64, width: u64) -> String {
    let at = |time: u64| time.saturating_sub(from) * width / (to - from).max(1);
    let mut path = String::new();
    for (start, end) in spans {
        let (x, wide) = (at(*start), at(*end).saturating_sub(at(*start)).max(1));
        let _ = write!(path, "M{x} 0h{wide}v{TALL}h-{wide}z");
    }
    path
}

/// The end of the axis of a histogram: a round number that nothing of it reaches.
pub fn reach(shape: &Shape) -> u64 {
    let mut power = 10;
    loop {
        for factor in [1, 2, 3, 4, 5, 6, 8] {
            if power * factor > shape.max {
                return power * factor;
            }
        }
        power *= 10;
    }
}

/// A histogram in columns of equal width.
pub fn bins(shape: &Shape) -> Vec<u64> {
    let mut bins = vec![0; BINS];
    for (from, to, count) in &shape.histogram {
        let middle = (from + (to - from) / 2).min(shape.max);
        bins[(u128::from(middle) * BINS as u128 / u128::from(reach(shape))) as usize] += u64::from(*count);
    }
    bins
}

/// A line across a histogram where a value stands.
pub fn line(value: u64, reach: u64) -> String {
    let x = u128::from(value) * BINS as u128 * u128::from(STEP) / u128::from(reach.max(1));
    format!("M{x} 0V{TALL}")
}

/// A number that a reader takes in: `9999`, `15 k`.
pub fn number(n: u64) -> String {
    match n {
        n if n < 10_000 => n.to_string(),
        n if n < 10_000_000 => format!("{} k", n / 1_000),
        n if n < 10_000_000_000 => format!("{} M", n / 1_000_000),
        n => format!("{} G", n / 1_000_000_000),
    }
}

/// So many bytes: `980 B`, `1.2 MB`.
pub fn bytes(n: u64) -> String {
    let (unit, name) = match n {
        n if n < 1_000 => return format!("{n} B"),
        n if n < 1_000_000 => (1_000, "kB"),
        n if n < 1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    if n / unit < 10 { format!("{}.{} {name}", n / unit, n % unit * 10 / unit) } else { format!("{} {name}", n / unit) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(histogram: Vec<(u64, u64, u32)>, max: u64) -> Shape {
        Shape { count: 0, min: 0, mean: 0, p50: 0, p90: 0, p99: 0, max, histogram }
    }

    #[test]
    fn a_column_is_as_tall_as_its_share_and_never_too_small_to_see() {
        assert_eq!(columns(&[0, 1_000, 1]), "M4 40v-40h3v40zM8 40v-2h3v2z");
        assert_eq!(columns(&[0, 0]), "");
        assert_eq!(columns(&[]), "");
    }

    #[test]
    fn a_histogram_keeps_every_count_below_a_round_end() {
        let shape = shape(vec![(20_000, 20_500, 7), (39_000, 40_000, 2)], 39_999);
        assert_eq!(reach(&shape), 40_000);
        let bins = bins(&shape);
        assert_eq!(bins.iter().sum::<u64>(), 9);
        assert_eq!((bins[24], bins[47]), (7, 2));
        assert_eq!(line(20_000, 40_000), "M96 0V40");
    }

    #[test]
    fn a_span_has_its_place_in_time() {
        assert_eq!(spans(&[(0, 25), (100, 100)], 0, 100, 200), "M0 0h50v40h-50zM200 0h1v40h-1z");
        assert_eq!(spans(&[(0, 0)], 0, 0, 200), "M0 0h1v40h-1z");
    }

    #[test]
    fn numbers_keep_to_a_few_digits() {
        assert_eq!([number(9_999), number(15_400), number(12_000_000)], ["9999", "15 k", "12 M"]);
        assert_eq!([bytes(999), bytes(1_250), bytes(15_000), bytes(2_500_000)], ["999 B", "1.2 kB", "15 kB", "2.5 MB"]);
    }
}
