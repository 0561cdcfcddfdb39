//! What stands under the ring while an exercise is done: what it asks for, that its goal is reached,
//! with the way to hand it in, or that something was done which it does not allow.

use std::cell::RefCell;

use super::el::{El, html};
use super::page::{Dialog, Model, Page};
use super::signal::Memo;
use crate::goal::{Quest, Standing};
use crate::keys::Command;
use crate::words::goal as words;

thread_local! {
    /// What is asked.
    static QUEST: RefCell<Option<Quest>> = const { RefCell::new(None) };
}

/// What is to be done, or what came of it.
pub fn standing(page: Page) -> impl Fn() -> Option<El> {
    let asks = move || page.with(|model| !model.playback.scenario().goals.is_empty());
    let standing = Memo::new(move || {
        page.moment.track();
        page.about.track();
        asks().then(|| page.with(look))
    });
    move || {
        standing.get().filter(|_| !page.figure.exam).map(|standing| match standing {
            Some(standing) => card(page, &standing),
            None => task(&page.about.get()),
        })
    }
}

#[inline(never)] // Only exercises come here: a first visit need not load it.
fn look(model: &Model) -> Option<Standing> {
    let (run, now) = (model.playback.scenario(), model.playback.now());
    QUEST.with_borrow_mut(|quest| {
        if !quest.as_mut().is_some_and(|quest| quest.is_of(run) || quest.look(run)) {
            *quest = Quest::of(run);
        }
        quest.as_ref()?.at(now)
    })
}

/// What is to be done stays in sight.
#[inline(never)]
fn task(about: &[String]) -> El {
    html("div").class("goal").child(html("b").text(words::TASK)).child(html("span").text(&about.join(" ")))
}

#[inline(never)]
fn card(page: Page, standing: &Standing) -> El {
    let says = standing.says();
    page.live.set(says.clone());
    let reached = matches!(standing, Standing::Reached(_));
    let share =
        || html("button").class("primary").click(move || page.dialog.set(Some(Dialog::Share))).text(words::SHARE);
    html("div")
        .class("goal")
        .truth("data-reached", move || reached)
        .child(html("b").attr("aria-hidden", "true").text(if reached { "✓" } else { "✕" }))
        .child(html("span").text(&says))
        .maybe((reached && page.figure.allows(Command::Share)).then(share))
}
