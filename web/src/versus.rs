//! Numbers of two runs beside each other: in words, how far apart, and as bars.

use raft_core::Time;
use raft_sim::compare::Unit;

use crate::{chart, words};

/// A number in words.
pub fn shown(unit: Unit, value: Option<u64>) -> String {
    let Some(value) = value else { return "–".into() };
    match unit {
        Unit::Count | Unit::Rate => chart::number(value),
        Unit::Time => words::length(Time(value)),
        Unit::Bytes => chart::bytes(value),
    }
}

/// How far the second is from the first: `+50 %`, `−3 %`, `×12`.
pub fn apart(unit: Unit, values: [Option<u64>; 2]) -> String {
    let [Some(first), Some(second)] = values else { return "–".into() };
    match (u128::from(first), u128::from(second)) {
        (first, second) if first == second => "=".into(),
        (0, _) => format!("+{}", shown(unit, Some(second))),
        (first, second) if second >= 10 * first => format!("×{}", second / first),
        (first, second) => {
            let (sign, more) = if second > first { ('+', second - first) } else { ('−', first - second) };
            match (more * 200 / first).div_ceil(2) {
                // Not the same, and not nothing.
                0 => format!("{sign}1 %"),
                percent => format!("{sign}{percent} %"),
            }
        }
    }
}

/// Two bars as path data, in a picture of 100 by 8: the longer one is as long as there is room.
pub fn bars(values: [Option<u64>; 2]) -> [String; 2] {
    let most = u128::from(values.into_iter().flatten().max().unwrap_or_default().max(1));
    values.map(|value| match value {
        None | Some(0) => String::new(),
        Some(value) => format!("M0 0h{}v8H0z", (u128::from(value) * 100 / most).max(1)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_apart(unit: Unit, first: u64, second: u64, expected: &str) {
        assert_eq!(apart(unit, [Some(first), Some(second)]), expected);
    }

    #[test]
    fn how_far_apart_is_said_in_percent_of_the_first() {
        check_apart(Unit::Time, 40_000, 60_000, "+50 %");
        check_apart(Unit::Time, 60_000, 40_000, "−33 %");
        check_apart(Unit::Count, 100, 0, "−100 %");
        check_apart(Unit::Count, 7, 7, "=");
        check_apart(Unit::Count, 1_000_000, 1_000_001, "+1 %");
        check_apart(Unit::Count, 2, 25, "×12");
        check_apart(Unit::Bytes, 0, 2_500, "+2.5 kB");
        check_apart(Unit::Count, u64::MAX, u64::MAX - 1, "−1 %");
        assert_eq!(apart(Unit::Time, [None, Some(3)]), "–");
    }

    #[test]
    fn bars_are_as_long_as_their_share_and_never_too_short_to_see() {
        assert_eq!(bars([Some(1_000), Some(500)]), ["M0 0h100v8H0z", "M0 0h50v8H0z"]);
        assert_eq!(bars([Some(1), Some(u64::MAX)]), ["M0 0h1v8H0z", "M0 0h100v8H0z"]);
        assert_eq!(bars([None, Some(0)]), ["", ""]);
    }
}
