//! What a screen reader is told of the run: what the ring shows, and what a step did.

use raft_sim::words::line;

use super::el::{El, html};
use super::page::Page;
use crate::playback::Playback;
use crate::summary::summary;
use crate::words;

/// The name by which the ring is described.
pub const ID: &str = "ring-summary";

/// What the ring shows, kept up to date while time stands still.
pub fn described(page: Page) -> El {
    let says = move || {
        page.moment.track();
        let (now, kinds) = page.with(|model| {
            let world = model.playback.world();
            (world.now(), world.flights().iter().map(|flight| flight.kind()).collect::<Vec<_>>())
        });
        let sentences =
            page.picture.with(|picture| page.logs.with(|logs| summary(picture, logs, now, kinds.into_iter())));
        Some(sentences.iter().fold(html("span"), |all, sentence| all.text(sentence).verbatim(" ")))
    };
    html("p").class("unseen").attr("id", ID).slot(says)
}

/// What happened in the event that a step led to.
pub fn of_step(playback: &Playback) -> String {
    let event = playback.world().events();
    let here: Vec<_> = playback.records().iter().rev().take_while(|record| record.event == event).map(line).collect();
    // The first of the lines that weigh most: that somebody leads, and not what it does then. Of equals the last
    // is taken, and the latest line comes first here.
    let Some(most) = here.iter().max_by_key(|line| line.weight) else {
        return words::quiet(playback.now());
    };
    words::and_more(&most.text, here.len() - 1)
}
