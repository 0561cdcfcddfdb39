//! The bar at the bottom: time on the left, faults on the right.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Event, HtmlAnchorElement};

use super::dom;
use super::el::{El, html};
use super::faults::faults;
use super::icons::{back_icon, forward_icon, pause_icon, play_icon};
use super::page::Page;
use super::signal::Memo;
use super::timebar::scrub;
use crate::figure::{Control, Part};
use crate::playback::Pace;

/// The bar.
pub fn transport(page: Page) -> El {
    let playing = Memo::new(move || page.playing.get());
    let play = html("button")
        .class("play primary")
        .attr("id", "play")
        .follow("aria-label", move || if playing.get() { "Pause" } else { "Play" }.into())
        .attr("title", "Play or pause (Space)")
        .click(move || page.toggle())
        .slot(move || Some(if playing.get() { pause_icon() } else { play_icon() }));
    let has = |control| page.figure.has(control);
    let bar = html("section")
        .class("bar")
        .attr("aria-label", "Controls")
        .maybe(has(Control::Step).then(|| step(page, -1, "Step back", "Step back (←)", back_icon())))
        .maybe(has(Control::Play).then_some(play))
        .maybe(has(Control::Step).then(|| step(page, 1, "Step forward", "Step forward (→)", forward_icon())))
        .maybe(has(Control::Clock).then(|| html("span").class("clock").attr("id", "clock")));
    // A bar that has room for a whole scrub bar above it needs no slim one.
    let slim = page.embed && has(Control::Scrub) && !page.figure.shows(Part::Time);
    bar.maybe(slim.then(|| scrub(page)))
        .maybe(has(Control::Speed).then(|| speed_choice(page)))
        .maybe(has(Control::Next).then(|| next_button(page)))
        .maybe((!slim).then(|| html("span").class("space")))
        .maybe(has(Control::Faults).then(|| faults(page)))
        .maybe((page.embed && page.figure.links).then(|| open_full(page)))
}

fn step(page: Page, events: i64, name: &str, title: &str, icon: El) -> El {
    let act = move || _ = page.step(events);
    html("button").class("icon").attr("aria-label", name).attr("title", title).click(act).child(icon)
}

/// The pace.
pub fn speed_choice(page: Page) -> El {
    // A pace that a link or an embedding page asked for may be none of the usual ones.
    let paces = move || {
        let mut paces = Pace::ALL.to_vec();
        let now = page.pace.get();
        if !paces.contains(&now) {
            paces.push(now);
        }
        paces
    };
    let pick = move |event: Event| {
        let value = event_target_value(&event);
        if let Some(pace) = untrack(paces).into_iter().find(|pace| pace.name() == value) {
            page.set_pace(pace);
        }
    };
    let option = move |n: u64| {
        let pace = move || paces().get(n as usize).copied();
        let name = move || pace().map(Pace::name).unwrap_or_default();
        let option = html("option").follow("value", name);
        option.flag("selected", move || pace() == Some(page.pace.get())).say(name)
    };
    let select = html("select")
        .attr("aria-label", "Speed: simulated time per real time")
        .on("change", pick)
        .each(move || (0..paces().len() as u64).collect(), option)
        // After the options: what is not there cannot be chosen.
        .prop("value", move || page.pace.get().name().into());
    html("label").class("speed").child(html("span").class("speed-word").text("Speed")).child(select)
}

/// To the next line of the story.
pub fn next_button(page: Page) -> El {
    html("button")
        .class("next-event")
        .attr("title", "To the next line of the story (N)")
        .click(move || page.next_in_story())
        .text("Next in story")
}

fn open_full(page: Page) -> El {
    // A link to each moment that passes would cost more than the moment: it is made when somebody turns to it.
    let fresh = move |event: Event| {
        let target = event.current_target().and_then(|target| target.dyn_into::<HtmlAnchorElement>().ok());
        if let Some(anchor) = target {
            anchor.set_href(&page.link());
        }
    };
    html("a")
        .class("button quiet open-full")
        .attr("href", &dom::here())
        .attr("target", "_blank")
        .attr("rel", "noopener")
        .attr("aria-label", "Open in the playground")
        .on("pointerenter", fresh)
        .on("focus", fresh)
        .on("click", fresh)
        .child(html("span").text("Open in the playground"))
        .text(" ↗")
}
