//! Time on the page: frames, play, jumps, steps and other futures.

use raft_core::Time;
use raft_sim::timeline::Branch;
use raft_sim::timeline::search::{Goal, Progress};

use super::super::going::{self, Find};
use super::super::{figure, frame, summary};
use super::{Model, Page};
use crate::playback::{Pace, Playback};

/// So many real microseconds of a frame of play are for what happens in it; the others draw it.
const PLAY: u64 = 1_800;

/// So many of a frame that draws nothing.
const PLAY_IN_A_RUSH: u64 = 4_000;

/// More than so many events in a frame of fast play are a rush, or more than there was time for: messages arrive
/// before an eye has found them.
const RUSH: u64 = 160;

/// Fast play that is a rush happens in one frame and is drawn in the next.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Rush {
    /// What happens in a frame is drawn in it.
    #[default]
    None,
    /// What happened in the frame before is to be drawn.
    Undrawn,
    /// It has been drawn.
    Drawn,
}

impl Model {
    /// Whether either goes on in the frames to come.
    pub(super) fn under_way(&self) -> bool {
        self.jump.is_some() || self.playback.searches()
    }

    /// Jumps or searches on. Returns how a search ended.
    #[inline(never)] // A first visit does neither, and need not load it.
    fn go_on(&mut self) -> Option<Progress> {
        if let Some(to) = self.jump {
            if self.playback.seek(to) {
                self.jump = self.then.take();
            }
            return None;
        }
        self.playback.search_on()
    }

    /// Time runs on for so many real microseconds more. Returns whether there is something new to draw.
    fn run_on(&mut self, real: u64) -> bool {
        self.saved += real;
        // With less motion asked for, the picture changes in steps that an eye can rest on.
        if self.calm && self.saved < 500_000 {
            return false;
        }
        if self.rush == Rush::Undrawn {
            self.rush = Rush::Drawn;
            return true;
        }
        let real = std::mem::take(&mut self.saved);
        let mut has_time = frame::time(if self.rush == Rush::None { PLAY } else { PLAY_IN_A_RUSH });
        let events = self.playback.world().events();
        let mut tick = |real| self.playback.tick(real, &mut has_time);
        let moved = if self.calm { (0..5).any(|_| tick(real / 5)) } else { tick(real) };
        let fast = self.playback.playing && self.playback.pace.is_fast() && !self.calm;
        let rush = fast && (self.playback.world().events() > events + RUSH || !has_time());
        self.rush = if rush { Rush::Undrawn } else { Rush::None };
        moved && !rush
    }

    /// Stays where it is.
    #[inline(never)]
    pub(super) fn stay(&mut self) {
        (self.jump, self.then) = (None, None);
        self.playback.give_up();
    }
}

impl Page {
    /// A frame: time runs on, if it runs. Returns whether another one is wanted: the page by itself
    /// always wants one, a figure only while something moves and is in view.
    pub fn frame(&self, real: u64) -> bool {
        if self.embed && figure::away() {
            return false;
        }
        let mut found = None;
        let moved = self.model.try_update_value(|model| {
            if model.under_way() {
                found = model.go_on();
                return true;
            }
            model.run_on(real)
        });
        if moved == Some(true) {
            self.refresh(found.is_some());
        }
        if let Some(found) = found {
            self.found(found);
        }
        !self.embed || self.with(|model| model.playback.playing || model.under_way())
    }

    /// Time runs.
    pub fn play(&self) {
        self.poster.set(false);
        self.menu.set(None);
        self.change(Playback::play);
    }

    /// Time stands still.
    pub fn pause(&self) {
        self.change(Playback::pause);
    }

    /// The one or the other.
    pub fn toggle(&self) {
        if self.playing.get_untracked() { self.pause() } else { self.play() }
    }

    /// To a moment.
    pub fn seek(&self, to: Time) {
        let there = self.change(|playback| playback.seek(to));
        if !there {
            self.model.update_value(|model| model.jump = Some(to));
            frame::wake();
        }
    }

    /// Whether a jump or a search goes on in the frames to come.
    pub fn is_under_way(&self) -> bool {
        self.with(Model::under_way)
    }

    /// Where the jump goes that goes on.
    pub fn on_its_way_to(&self) -> Option<Time> {
        self.with(|model| model.jump)
    }

    /// To where another future parts, and from there on along it.
    pub fn take_branch(&self, place: usize) {
        let ways = self.change(|playback| playback.take_branch(place));
        self.model.update_value(|model| {
            model.story_shown.0 = usize::MAX;
            if let Some((end, from)) = ways {
                (model.jump, model.then) = (Some(end), Some(from));
            }
        });
    }

    /// The other futures of a run that was kept, and what the shown one is called.
    pub fn bring_futures(&self, name: &str, branches: impl Iterator<Item = Branch>) {
        self.change(|playback| {
            playback.rename(None, name);
            branches.enumerate().for_each(|(place, branch)| playback.put_branch(place, branch));
        });
    }

    /// Looks for something, for so much simulated time at most.
    pub fn look_for(&self, goal: Goal, within: Time, find: Find) {
        self.poster.set(false);
        self.change(|playback| playback.look_for(goal, within));
        going::tell(*self, find);
    }

    /// Looks no further.
    pub fn give_up(&self) {
        self.change(|_| ());
        going::tell(*self, Find::Idle);
    }

    /// Gives another future a name, or this one.
    pub fn rename(&self, place: Option<usize>, name: &str) {
        self.model.update_value(|model| model.playback.rename(place, name));
        self.refresh(true);
    }

    /// Forgets another future, and gives it to who may want it back.
    pub fn drop_branch(&self, place: usize) -> Option<Branch> {
        self.change(|playback| playback.drop_branch(place))
    }

    /// Takes back one that was forgotten.
    pub fn put_branch(&self, place: usize, branch: Branch) {
        self.change(|playback| playback.put_branch(place, branch));
    }

    /// To right after an event.
    pub fn seek_event(&self, event: u64) {
        self.change(|playback| playback.seek_event(event));
    }

    /// So many events forward, or back.
    pub fn step(&self, events: i64) -> u64 {
        self.poster.set(false);
        if events < 0 {
            self.tried.update(|tried| tried.back = true);
        }
        let done = self.change(|playback| playback.step(events));
        self.live.set(self.with(|model| summary::of_step(&model.playback)));
        done
    }

    /// To the next line of the story.
    pub fn next_in_story(&self) {
        self.change(Playback::next_big);
    }

    /// Another pace.
    pub fn set_pace(&self, pace: Pace) {
        self.pace.set(pace);
        self.change(|playback| playback.pace = pace);
    }

    /// The present moment.
    pub fn now(&self) -> Time {
        self.with(|model| model.playback.now())
    }
}
