//! Chance of a search or a made-up schedule: a stream of numbers from a seed.
//!
//! The worlds themselves roll by *(seed, who, when)*; what is made up about them is drawn in order.

use raft_core::Time;

use crate::dice::{Dice, Purpose, Rolls};

/// A stream of numbers that a seed gives.
#[derive(Clone, Debug)]
pub struct Chance {
    rolls: Rolls,
    nth: u64,
}

impl Chance {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Chance {
        Chance { rolls: Dice::new(seed).rolls(Purpose::Schedule, [0, 0], Time::ZERO), nth: 0 }
    }

    /// A number from 0 on, below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.nth += 1;
        self.rolls.nth(self.nth) % n
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }

    /// Whether something happens that happens once in so many times.
    pub fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}
