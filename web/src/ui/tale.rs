//! Story, details, metrics, answers and rules: readings of the same run, in one place.

use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::KeyboardEvent;

use super::el::{El, html};
use super::inspector::inspector;
use super::measures::measures;
use super::page::Page;
use super::story::{nothing_yet, story_panel};
use super::{cone, dom, editor, frame, rules, why};
use crate::keys::Command;
use crate::words::{editor as editor_words, lab, why as words};

/// The readings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tale {
    /// What happened.
    Story,
    /// What is chosen.
    Details,
    /// What was measured.
    Metrics,
    /// What is not so, and why.
    Why,
    /// The rules, each with its switch.
    Rules,
    /// The run as text.
    Text,
}

impl Tale {
    /// Nothing is chosen: who reads its details reads the story again.
    pub fn leave_details(&mut self) {
        if *self == Tale::Details {
            *self = Tale::Story;
        }
    }
}

const TABS: [(Tale, &str, &str); 6] = [
    (Tale::Story, "tab-story", "Story"),
    (Tale::Details, "tab-details", "Details"),
    (Tale::Metrics, "tab-metrics", "Metrics"),
    (Tale::Why, "tab-why", words::WHY),
    (Tale::Rules, "tab-rules", lab::RULES),
    (Tale::Text, "tab-text", editor_words::TEXT),
];

/// The panel.
pub fn tale(page: Page) -> El {
    let tabs = html("div")
        .class("tabs")
        .attr("role", "tablist")
        .attr("aria-label", "Story, details or metrics")
        .children(TABS.map(|(tale, id, words)| tab(page, tale, id, words)));
    let head = html("div").class("panel-head").child(tabs).child(html("span").class("space"));
    let shows = move |tale| page.tale.get() == tale;
    let untold = move || page.story.with(|story| story.lines.is_empty());
    let pane = html("div")
        .attr("id", "pane")
        .class("scroll")
        .attr("role", "tabpanel")
        .attr("tabindex", "0")
        .follow("aria-labelledby", move || TABS[place(page.tale.get())].1.into())
        .when(
            move || shows(Tale::Details),
            move || {
                from_the_top();
                inspector(page)
            },
        )
        .when(move || shows(Tale::Story) && cone::is_shown(page), move || cone::legend(page))
        .when(move || shows(Tale::Story) && untold(), nothing_yet)
        .when(move || shows(Tale::Story), move || story_panel(page))
        .when(move || shows(Tale::Metrics), move || measures(page))
        .when(move || shows(Tale::Why), move || why::panel(page))
        .when(move || shows(Tale::Rules), move || rules::panel(page))
        .when(move || shows(Tale::Text), move || editor::panel(page));
    html("section")
        .class("panel tale")
        .attr("aria-label", "Story, details and metrics")
        .child(
            head.when(move || shows(Tale::Story) && cone::is_offered(page), move || cone::button(page))
                .when(move || shows(Tale::Story), move || every_step(page)),
        )
        .child(pane)
}

/// The story was read at its end; the others are read from their beginning.
pub fn from_the_top() {
    frame::soon(|| {
        if let Some(pane) = dom::by_id("pane") {
            pane.set_scroll_top(0);
        }
    });
}

fn place(tale: Tale) -> usize {
    TABS.iter().position(|(other, ..)| *other == tale).unwrap_or_default()
}

fn tab(page: Page, tale: Tale, id: &str, words: &str) -> El {
    let on = move || page.tale.get() == tale;
    let shut = matches!(tale, Tale::Rules | Tale::Text) && !page.figure.allows(Command::Rules);
    html("button")
        .class("tab")
        .flag("hidden", move || shut)
        .attr("role", "tab")
        .attr("id", id)
        .attr("aria-controls", "pane")
        .truth("aria-selected", on)
        .follow("tabindex", move || if on() { "0" } else { "-1" }.into())
        .on("keydown", move |event| switch(page, event.unchecked_ref()))
        .click(move || show(page, tale))
        .text(words)
}

fn show(page: Page, tale: Tale) {
    match tale {
        Tale::Why => why::ask_about_it(page),
        Tale::Rules | Tale::Text if !page.figure.allows(Command::Rules) => {}
        Tale::Rules => {
            from_the_top();
            page.tale.set(tale);
        }
        Tale::Text => {
            editor::shown();
            page.tale.set(tale);
        }
        other => page.tale.set(other),
    }
}

fn every_step(page: Page) -> El {
    html("button")
        .class("tab")
        .truth("aria-pressed", move || page.every.get())
        .click(move || {
            page.every.update(|every| *every = !*every);
            page.refresh(true);
        })
        .say(move || if page.every.get() { "The story only" } else { "Every step" }.into())
}

/// Between the tabs with the arrow keys.
fn switch(page: Page, event: &KeyboardEvent) {
    let step = match event.key().as_str() {
        "ArrowRight" => 1,
        "ArrowLeft" => TABS.len() - 1,
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    let (tale, id, _) = TABS[(place(page.tale.get_untracked()) + step) % TABS.len()];
    show(page, tale);
    dom::focus(id);
}
