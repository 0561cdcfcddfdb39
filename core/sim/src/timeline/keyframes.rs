//! Clones of a run at some of its events: anywhere in it is a short way from one of them.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::run::Run;

/// At most so many keyframes are kept; with more, every other one goes.
const MOST: usize = 512;

/// At most so many bytes are theirs alone, about.
const MOST_BYTES: usize = 24 << 20;

/// The first distance between them: so many events, or less if they take long.
const FIRST_SPACING: u64 = 256;

/// More than so many events are a long way.
const LONG_WAY: u64 = 2_048;

/// So many more are kept behind where the run was last, so that a step back is no long way either.
const MOST_NEAR: usize = 8;

/// The run at one of its events.
#[derive(Clone, Debug)]
pub(super) struct Keyframe {
    pub(super) run: Run,
    /// How many records led to it.
    pub(super) records: usize,
    bytes: usize,
}

impl Keyframe {
    pub(super) fn new(run: &Run, records: usize) -> Keyframe {
        Keyframe { run: run.clone(), records, bytes: run.world().bytes_of_a_clone() }
    }

    pub(super) fn events(&self) -> u64 {
        self.run.world().events()
    }

    fn effort(&self) -> u64 {
        self.run.world().effort()
    }
}

/// Keyframes all over the run, further apart the longer it is, and some close together.
#[derive(Clone, Debug)]
pub(super) struct Keyframes {
    /// In order; the first is the start of the run.
    all: Vec<Keyframe>,
    spacing: u64,
    bytes: usize,
    /// In order, without a gap between them that is longer than usual.
    near: VecDeque<Keyframe>,
}

impl Keyframes {
    /// The start of a run.
    pub(super) fn new(start: Keyframe) -> Keyframes {
        Keyframes { bytes: start.bytes, all: alloc::vec![start], spacing: FIRST_SPACING, near: VecDeque::new() }
    }

    /// How many events had happened at the last of them.
    pub(super) fn latest(&self) -> u64 {
        self.all.last().map_or(0, Keyframe::events)
    }

    /// An event has happened: keeps the run as it is now, if it is time for that.
    pub(super) fn pass(&mut self, run: &Run, records: impl Fn() -> usize) {
        let effort = run.world().effort();
        if self.all.last().is_none_or(|last| effort >= last.effort() + self.spacing) {
            let keyframe = Keyframe::new(run, records());
            self.bytes += keyframe.bytes;
            self.all.push(keyframe);
            while self.all.len() > MOST || (self.bytes > MOST_BYTES && self.all.len() > MOST_NEAR) {
                self.thin_out();
            }
        } else if self.spacing > FIRST_SPACING {
            self.pass_near(run, records);
        }
    }

    /// Keeps only those from which it would be too far to the next one otherwise.
    #[inline(never)]
    fn thin_out(&mut self) {
        self.spacing *= 2;
        let efforts: Vec<u64> = self.all.iter().map(Keyframe::effort).collect();
        let (mut place, mut kept) = (0, 0);
        self.all.retain(|keyframe| {
            place += 1;
            let next = efforts.get(place).copied();
            let needed = place == 1 || next.is_none_or(|next| next > kept + self.spacing);
            if needed {
                kept = keyframe.effort();
            }
            needed
        });
        self.bytes = self.all.iter().map(|keyframe| keyframe.bytes).sum();
    }

    #[inline(never)]
    fn pass_near(&mut self, run: &Run, records: impl Fn() -> usize) {
        let (effort, spacing) = (run.world().effort(), self.near_spacing());
        match (self.near.front(), self.near.back()) {
            (Some(first), Some(last)) if first.effort() <= effort && effort < last.effort() + spacing => return,
            (Some(first), Some(last)) if first.effort() <= effort && effort < last.effort() + 2 * spacing => {}
            // Elsewhere than before.
            _ => self.near.clear(),
        }
        if self.near.len() == MOST_NEAR {
            self.near.pop_front();
        }
        self.near.push_back(Keyframe::new(run, records()));
    }

    fn near_spacing(&self) -> u64 {
        (self.spacing / MOST_NEAR as u64).max(FIRST_SPACING)
    }

    /// The last one of which something is true; it is true of all before it too.
    pub(super) fn last(&self, before: impl Fn(&Run) -> bool) -> &Keyframe {
        let far = self.all.partition_point(|keyframe| before(&keyframe.run)).saturating_sub(1);
        let near = self.near.partition_point(|keyframe| before(&keyframe.run)).checked_sub(1);
        let far = &self.all[far];
        near.map(|place| &self.near[place]).filter(|near| near.events() > far.events()).unwrap_or(far)
    }

    /// The last one of which something is true; if it is a long way from there to this one, one on
    /// that way.
    pub(super) fn earlier<'k>(&'k self, than: &'k Keyframe, before: impl Fn(&Run) -> bool) -> &'k Keyframe {
        let far = than.effort().saturating_sub(self.spacing.max(LONG_WAY));
        let on_the_way = self.all.partition_point(|keyframe| keyframe.effort() < far);
        let early = self.all.partition_point(|keyframe| before(&keyframe.run)).saturating_sub(1);
        let found = self.all.get(early.max(on_the_way)).unwrap_or(than);
        if found.events() < than.events() { found } else { than }
    }

    /// What comes after so many events is another run from now on.
    pub(super) fn cut(&mut self, events: u64, rewrite: impl Fn(&mut Run)) {
        self.near.clear();
        self.all.retain(|keyframe| keyframe.events() <= events);
        self.all.iter_mut().for_each(|keyframe| rewrite(&mut keyframe.run));
        self.bytes = self.all.iter().map(|keyframe| keyframe.bytes).sum();
    }
}
