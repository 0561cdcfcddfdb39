//! The lines of the story around the present, as many as are worth having on the page, and more on demand.

use raft_sim::record::{Record, What};
use raft_sim::words::{Weight, line};

use super::frame;
use super::page::{Model, Page, Story, StoryLine};
use crate::playback::Playback;
use crate::words;

/// So many lines before the present, and after it; who asks for a page more of them gets twice as many.
const BEFORE: usize = 60;
const AFTER: usize = 20;
/// As many as are in sight, while one moment follows the other.
const GLANCE: (usize, usize) = (24, 8);

/// The lines before and after the present. The reader has asked for so many more pages of them, or goes by.
pub fn tell(playback: &Playback, every: bool, pages: usize, brief: bool) -> Story {
    let times = 2 * pages + 1;
    let most = if brief { GLANCE } else { (BEFORE * times, AFTER * times) };
    let lines = if every { every_step(playback, most) } else { lines(playback, most) };
    Story { pages, ..lines }
}

fn lines(playback: &Playback, most: (usize, usize)) -> Story {
    let told = &playback.chronicle.told;
    let current = playback.chronicle.current(playback.place());
    let story = |told: &&crate::chronicle::Told| told.weight == Weight::Story;
    let of = |told: &crate::chronicle::Told| (told.place, told.record.clone());
    let before = told[..current].iter().rev().filter(story).map(of);
    around(before, told[current..].iter().filter(story).map(of), most)
}

/// All that happened: what is told of anyway, and around the present, where all records are at hand, what is
/// routine as well: arrivals, writes to disks, heartbeats.
#[inline(never)] // A first visit reads the story.
fn every_step(playback: &Playback, most: (usize, usize)) -> Story {
    let (first, records, place) = (playback.first_record(), playback.all_records(), playback.place());
    let told = &playback.chronicle.told;
    let of = |told: &crate::chronicle::Told| (told.place, told.record.clone());
    let here = place - first;
    let kept = |from: usize, to: usize| (from..to).map(|n| (first + n, records[n].clone()));
    let older = told[..told.partition_point(|told| told.place < first)].iter().rev().map(of);
    let newer = told[told.partition_point(|told| told.place < first + records.len())..].iter().map(of);
    around(kept(0, here).rev().chain(older), kept(here, records.len()).chain(newer), most)
}

/// What came before, the latest first, and what comes after.
fn around(
    before: impl Iterator<Item = (usize, Record)>,
    after: impl Iterator<Item = (usize, Record)>,
    (most, least): (usize, usize),
) -> Story {
    let mut lines: Vec<_> = before.take(most + 1).collect();
    let earlier = lines.len() > most;
    lines.truncate(most);
    lines.reverse();
    let past = lines.len();
    lines.extend(after.take(least + 1));
    let later = lines.len() > past + least;
    lines.truncate(past + least);
    Story { lines: lines.iter().map(|(place, record)| told(*place, record)).collect(), past, earlier, later, pages: 0 }
}

fn told(place: usize, record: &Record) -> StoryLine {
    let line = line(record);
    StoryLine {
        place,
        event: record.event,
        at: words::stamp(record.at),
        title: line.text,
        detail: line.why.unwrap_or_default(),
        section: line.section,
        big: line.weight == Weight::Story,
        note: matches!(record.what, What::Says(_) | What::Stops(_) | What::Poses(_) | What::Marks(_)),
    }
}

impl Page {
    /// Tells the rest of the story, if no other moment has followed.
    pub(super) fn tell_whole(&self) {
        let owed = self.model.try_update_value(|model| {
            let owed = model.story_brief && frame::clock() >= model.story_due;
            if owed {
                tell_anew(model);
            }
            owed
        });
        if owed == Some(true) {
            self.refresh(true);
        }
    }

    /// A page more of the story, on both sides; until time runs again.
    pub fn more_lines(&self) {
        self.model.update_value(|model| {
            model.story_pages += 1;
            tell_anew(model);
        });
        self.refresh(true);
    }
}

/// The story is told with the next picture, and all of it.
fn tell_anew(model: &mut Model) {
    (model.story_shown.0, model.story_due) = (usize::MAX, 0);
}
