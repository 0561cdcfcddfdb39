//! Randomness without a stream: every roll depends on *(seed, who, when)* alone.
//!
//! One more message early in a run does not change what later rolls give, so "what if" compares
//! like with like: the same server stands for election at the same moment, unless what was
//! changed really caused something else.

use core::ops::Range;

use raft_core::Time;

/// What is rolled for; part of "who".
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Purpose {
    /// A server's election timeout.
    ElectionTimeout = 1,
    /// A message's time on the way.
    Latency = 2,
    /// Whether a message is lost.
    Loss = 3,
    /// Whether a message arrives twice.
    Duplicate = 4,
    /// A schedule that a test makes up.
    Schedule = 5,
}

/// The dice of one run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Dice {
    /// The seed, mixed.
    seed: u64,
}

/// Rolls of one purpose for somebody at a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rolls(u64);

impl Rolls {
    /// One of them.
    pub(crate) fn nth(self, nth: u64) -> u64 {
        mix(self.0 ^ nth)
    }
}

impl Dice {
    /// The dice of a seed.
    pub fn new(seed: u64) -> Dice {
        Dice { seed: mix(seed) }
    }

    /// A number that depends on everything given, and on nothing else.
    pub fn roll(self, purpose: Purpose, who: [u64; 2], when: Time, nth: u64) -> u64 {
        self.rolls(purpose, who, when).nth(nth)
    }

    /// All rolls that are alike but for their number.
    pub(crate) fn rolls(self, purpose: Purpose, who: [u64; 2], when: Time) -> Rolls {
        Rolls([purpose as u64, who[0], who[1], when.0].into_iter().fold(self.seed, |state, part| mix(state ^ part)))
    }

    /// A time in a range; an empty range gives its start.
    pub fn time(self, range: &Range<Time>, purpose: Purpose, who: [u64; 2], when: Time, nth: u64) -> Time {
        let width = range.end.since(range.start).0;
        if width == 0 {
            return range.start;
        }
        range.start + Time(self.roll(purpose, who, when, nth) % width)
    }

    /// Whether something happens that happens so often.
    pub fn happens(self, percent: u32, purpose: Purpose, who: [u64; 2], when: Time, nth: u64) -> bool {
        percent > 0 && self.roll(purpose, who, when, nth) % 100 < u64::from(percent)
    }
}

/// SplitMix64's finaliser over a Weyl step: every input bit reaches every output bit.
fn mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rolls_depend_on_each_part_and_on_nothing_else() {
        let dice = Dice::new(7);
        let base = dice.roll(Purpose::Latency, [1, 2], Time(5), 0);
        assert_eq!(base, Dice::new(7).roll(Purpose::Latency, [1, 2], Time(5), 0));
        let others = [
            Dice::new(8).roll(Purpose::Latency, [1, 2], Time(5), 0),
            dice.roll(Purpose::Loss, [1, 2], Time(5), 0),
            dice.roll(Purpose::Latency, [2, 1], Time(5), 0),
            dice.roll(Purpose::Latency, [1, 2], Time(6), 0),
            dice.roll(Purpose::Latency, [1, 2], Time(5), 1),
        ];
        assert!(others.iter().all(|other| *other != base));
    }

    #[test]
    fn times_fill_their_range() {
        let range = Time(150)..Time(300);
        let mut seen = [false; 150];
        for n in 0..5_000 {
            let time = Dice::new(1).time(&range, Purpose::ElectionTimeout, [1, 0], Time(n), 0);
            assert!(range.contains(&time));
            seen[(time.0 - 150) as usize] = true;
        }
        assert!(seen.iter().all(|s| *s));
    }
}
