//! A card above the scrub bar: the moment that the pointer is at, or that was gone to by keys. It is made when
//! somebody points for the first time, and says nothing to a screen reader: the bar's value does.

use std::cell::Cell;

use leptos::web_sys::{Element, HtmlElement, PointerEvent};
use raft_core::Time;

use super::dom;
use super::el::{El, html, svg};
use super::page::Page;
use crate::layout::tenths;
use crate::peek::{Peek, Picture};
use crate::playback::Playback;
use crate::words;

thread_local! {
    /// Whether the bar has the focus.
    pub static READ: Cell<bool> = const { Cell::new(false) };
}

/// The name of the card, for those who close it.
const ID: &str = "peek";

/// So wide it is at most, with what is left free beside it.
const WIDE: f64 = 296.0;

/// A moment and where it stands on a bar that is so wide. What the bar knows of itself: to ask the browser
/// in the middle of a drag would lay out the whole page.
#[derive(Clone, Copy)]
pub struct Spot {
    pub at: Time,
    pub x: f64,
    pub wide: f64,
}

/// A pointer is over the bar. A finger shows it only while it drags: it has no place before.
pub fn point(page: Page, bar: &Element, event: &PointerEvent, drags: bool, spot: Spot) {
    match event.pointer_type() == "touch" && !drags {
        true => _ = hide(),
        false => show(page, bar, spot),
    }
}

/// Shows a moment above its place on the bar.
#[inline(never)]
pub fn show(page: Page, bar: &Element, Spot { at, x, wide }: Spot) {
    let peek = page.with(|model| Peek::of(&model.playback, at));
    let card = card(&peek);
    hide();
    let left = (x - WIDE / 2.0).clamp(0.0, (wide - WIDE).max(0.0));
    let node: HtmlElement = card.as_node();
    let _ = node.style().set_property("left", &format!("{}px", tenths(left)));
    let _ = bar.append_child(&node);
}

/// Takes it away. Returns whether it was there.
pub fn hide() -> bool {
    let Some(card) = dom::by_id(ID) else { return false };
    card.remove();
    true
}

/// The present in a sentence, as the bar's value.
#[inline(never)]
pub fn said(playback: &Playback) -> String {
    Peek::of(playback, playback.now()).said()
}

fn card(peek: &Peek) -> El {
    let lines = peek.lines().into_iter().map(|line| html("p").text(&line));
    let text = html("div")
        .child(html("b").class("mono").text(&words::moment(peek.at)))
        .children(lines)
        .children(peek.last.iter().map(|last| html("small").text(last)));
    let ring = peek.seen.then(|| ring(peek.picture()));
    html("div").class("peek").attr("id", ID).attr("aria-hidden", "true").maybe(ring).child(text)
}

fn ring(picture: Picture) -> El {
    let paths = [
        ("links", &picture.links),
        ("one-way", &picture.one_way),
        ("follows", &picture.follows),
        ("stands", &picture.stands),
        ("leads", &picture.leads),
        ("crown", &picture.crown),
        ("still", &picture.still),
        ("signs", &picture.signs),
    ];
    let names = picture
        .names
        .iter()
        .map(|(at, id)| svg("text").attr("x", &tenths(at.x)).attr("y", &tenths(at.y)).text(&id.0.to_string()));
    svg("svg")
        .attr("viewBox", "0 0 76 76")
        .children(paths.map(|(class, d)| svg("path").class(class).attr("d", d)))
        .children(names)
}
