//! What led to an event, and what may have come of it (Lamport's happened-before), in the story and in
//! the space-time diagram. Nothing of it runs before somebody asks.

use std::cell::RefCell;

use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;
use raft_core::Time;
use raft_sim::record::{Trip, What};
use raft_sim::why::Cone;

use super::el::{El, html};
use super::linked::overlay;
use super::page::{Model, Page};
use super::{dom, spacetime};
use crate::diagram::Share;
use crate::layout::draw;
use crate::linked::Fact;
use crate::words::why as words;

/// So many arrows are drawn at most, each way.
const ARROWS: usize = 1_000;

/// What is shown of an event.
#[derive(Default)]
struct Shown {
    event: u64,
    /// In which run, and so much of it: then it is looked up anew.
    of: (u64, usize),
    cone: Cone,
    /// Messages that arrived, and whether that was before the event.
    legs: Vec<(Trip, Time, bool)>,
}

thread_local! {
    static SHOWN: RefCell<Option<Shown>> = const { RefCell::new(None) };
}

/// The event that was clicked.
fn kept(page: Page) -> Option<u64> {
    match page.focus.get().kept {
        Some(Fact::Event(event)) => Some(event),
        _ => None,
    }
}

/// Whether there is an event whose past can be shown.
pub fn is_offered(page: Page) -> bool {
    kept(page).is_some()
}

/// Shows it, or hides it.
pub fn button(page: Page) -> El {
    let on = move || page.led.get().is_some() && page.led.get() == kept(page);
    html("button")
        .class("tab")
        .truth("aria-pressed", on)
        .click(move || {
            let event = kept(page);
            page.led.update(|led| *led = if *led == event { None } else { event });
            page.refresh(true);
            if on() {
                page.live.set(said());
            }
        })
        .text(words::LED)
}

/// Whether it is shown.
pub fn is_shown(page: Page) -> bool {
    page.led.get().is_some() && page.led.get() == kept(page)
}

/// What its marks mean.
pub fn legend(page: Page) -> El {
    let says = move || {
        page.moment.track();
        page.led.track();
        said()
    };
    html("p").class("cone-legend").say(says)
}

fn said() -> String {
    SHOWN.with_borrow(|shown| {
        shown.as_ref().map(|s| words::led(s.cone.past.len(), s.cone.future.len())).unwrap_or_default()
    })
}

/// Marks the lines and draws the arrows of the event that is kept lit.
pub fn paint(model: &mut Model, page: Page, anew: bool) {
    let kept = match page.focus.get_untracked().kept {
        Some(Fact::Event(event)) => Some(event),
        _ => None,
    };
    let event = page.led.get_untracked().filter(|event| kept == Some(*event));
    let before = SHOWN.with_borrow(|shown| shown.as_ref().map(|shown| shown.event));
    if event.is_none() && before.is_none() {
        return;
    }
    if before != event || anew {
        look_up(model, event);
        shade();
        super::linked::watch(page);
    }
    draw_arrows(model);
}

fn look_up(model: &Model, event: Option<u64>) {
    let playback = &model.playback;
    let records = playback.all_records();
    let of = (playback.version, records.len());
    SHOWN.with_borrow_mut(|shown| {
        let Some(event) = event else { return *shown = None };
        // While time runs there is more of it ten times a second: that can wait.
        let known = shown.as_ref().is_some_and(|s| s.event == event && (s.of == of || playback.playing));
        if known {
            return;
        }
        let cone = Cone::of(event, records);
        let arrivals = records.iter().filter_map(|record| match &record.what {
            What::Arrived(trip) if cone.messages.binary_search(&trip.id).is_ok() => {
                Some((*trip, record.at, record.event <= event))
            }
            _ => None,
        });
        let all: Vec<_> = arrivals.collect();
        let middle = all.partition_point(|leg| leg.2);
        let near = middle.saturating_sub(ARROWS)..all.len().min(middle + ARROWS);
        *shown = Some(Shown { event, of, legs: all[near].to_vec(), cone });
    });
}

fn draw_arrows(model: &mut Model) {
    overlay("#st", "cone-past");
    overlay("#st", "cone-future");
    let (mut past, mut future) = (String::new(), String::new());
    if spacetime::is_shown() {
        let frame = spacetime::now_in(&model.playback);
        SHOWN.with_borrow(|shown| {
            let legs = shown.iter().flat_map(|shown| &shown.legs);
            for (trip, at, led) in legs.filter(|(_, at, _)| *at >= frame.window.start && *at <= frame.window.end) {
                if let Some((from, to)) = frame.arrow(trip, *at, Share::All) {
                    let d = if *led { &mut past } else { &mut future };
                    draw(d, &[("M", from.x), (" ", from.y), ("L", to.x), (" ", to.y)], "");
                }
            }
        });
    }
    model.painter.write("cone-past", "d", past);
    model.painter.write("cone-future", "d", future);
}

/// Says on every line of the story what it has to do with the event.
pub fn shade() {
    let document = dom::document();
    SHOWN.with_borrow(|shown| {
        if let Ok(Some(app)) = document.query_selector(".app") {
            dom::set(&app, "data-cone", if shown.is_some() { "on" } else { "" });
        }
        let Ok(all) = document.query_selector_all(".line[data-fact]") else { return };
        for n in 0..all.length() {
            let Some(line) = all.get(n).and_then(|node| node.dyn_into::<Element>().ok()) else { continue };
            let event = match line.get_attribute("data-fact").and_then(|fact| Fact::read(&fact)) {
                Some(Fact::Event(event)) => event,
                _ => continue,
            };
            let mark = match shown {
                Some(shown) if shown.event == event => "here",
                Some(shown) if shown.cone.past.binary_search(&event).is_ok() => "past",
                Some(shown) if shown.cone.future.binary_search(&event).is_ok() => "future",
                _ => "",
            };
            if line.get_attribute("data-cone").unwrap_or_default() != mark {
                dom::set(&line, "data-cone", mark);
            }
        }
    });
}
