//! One entry of logs that may be long: how to get there, and what is said of it.

use leptos::prelude::event_target_value;
use raft_core::{Index, Payload, Position};
use raft_sim::words::members;

use super::el::{El, html};
use super::page::Page;
use crate::linked::Fact;
use crate::words;

/// Says an entry to who does not see it; of a configuration also whom it names.
pub fn say(page: Page, at: Position) {
    let said = page.logs.with_untracked(|logs| {
        let shown = |row: &crate::scene::Row| row.cells.iter().find(|cell| cell.position() == at).cloned();
        let holders: Vec<_> = logs.rows.iter().filter(|row| shown(row).is_some()).map(|row| row.id).collect();
        let cell = logs.rows.iter().find_map(|row| shown(row))?;
        Some((words::entry_on(&cell, &holders), holders.first().copied()?))
    });
    let Some((mut text, holder)) = said else { return };
    let names = page.with(|model| {
        let log = model.playback.world().server(holder)?.log();
        match &log.entry(Index(at.index.0))?.payload {
            Payload::Membership(membership) => Some(members(membership)),
            _ => None,
        }
    });
    if let Some(names) = names {
        text = words::that_names(&text, &names);
    }
    page.live.set(text);
}

/// Shows an index of the logs in the middle, and gives the entry there: of those shown the nearest one, of the
/// newest term if servers differ.
pub fn at(page: Page, index: u64) -> Option<Fact> {
    let half = page.logs.with_untracked(|logs| logs.columns as u64 / 2);
    page.show_logs_from(index.saturating_sub(half));
    let found = page.logs.with_untracked(|logs| {
        let all = logs.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.position());
        all.min_by_key(|at| (at.index.0.abs_diff(index), std::cmp::Reverse(at.term)))
    })?;
    say(page, found);
    Some(Fact::Entry(found))
}

/// The end of the longest log.
pub fn last(page: Page) -> u64 {
    page.logs.with_untracked(|logs| logs.last)
}

/// A field for the number of an entry.
pub fn go_to(page: Page) -> El {
    let go = move |event| {
        if let Ok(index) = event_target_value(&event).trim().parse::<u64>() {
            let there = at(page, index.clamp(1, last(page).max(1)));
            page.point(None);
            if page.focus.with_untracked(|focus| focus.kept != there) {
                page.keep(there);
            }
        }
    };
    let field = html("input").attr("type", "number").attr("min", "1").attr("step", "1").attr("inputmode", "numeric");
    let field = field.follow("max", move || page.logs.with(|logs| logs.last.to_string()));
    html("label").class("go-to").child(html("span").text(words::GO_TO_ENTRY)).child(field.on("change", go))
}
