//! A film of the ring: one still picture after another, each from a moment of simulated time.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use raft_core::Time;

use super::{Excerpt, ring};
use crate::lanes::Lanes;
use crate::record::Trace;
use crate::run::Run;
use crate::scenario::Scenario;

/// A film has no more pictures than this.
pub const MOST_FRAMES: u64 = 300;

/// A picture is shown for so long, in real time.
pub const FRAME: Time = Time::millis(80);

/// The run of a film, at the moment of its next picture.
#[derive(Debug)]
pub struct Reel {
    excerpt: Excerpt,
    /// How many pictures it has.
    pub frames: u64,
    next: u64,
    budget: usize,
}

impl Reel {
    /// From one time to another, so many times as slow as it happens; faster where that would be more
    /// than [`MOST_FRAMES`]. No picture is made with more events than `budget`.
    pub fn new(scenario: Arc<Scenario>, from: Time, to: Time, slower: u64, budget: usize) -> Reel {
        let from = from.min(to);
        let frames = to.since(from).0.saturating_mul(slower.max(1)) / FRAME.0 + 1;
        let run = Run::new(scenario, &mut Trace::new());
        let excerpt = Excerpt { from, to, records: Vec::new(), left_out: 0, lanes: Lanes::default(), run };
        Reel { excerpt, frames: frames.clamp(2, MOST_FRAMES), next: 0, budget }
    }

    /// When picture `n` is.
    fn moment(&self, n: u64) -> Time {
        let span = u128::from(self.excerpt.to.since(self.excerpt.from).0);
        let passed = span * u128::from(n) / u128::from(self.frames - 1);
        Time(self.excerpt.from.0 + u64::try_from(passed).expect("a part of a time"))
    }

    /// The next picture; `None` when all are made, or when one would take too many events.
    pub fn next_frame(&mut self) -> Option<String> {
        if self.next == self.frames {
            return None;
        }
        let (at, mut trace) = (self.moment(self.next), Trace::new());
        let there = self.excerpt.run.advance(at, self.budget, &mut trace);
        self.next += 1;
        let end = core::mem::replace(&mut self.excerpt.to, at);
        let picture = there.then(|| ring(&self.excerpt));
        self.excerpt.to = end;
        picture
    }
}
