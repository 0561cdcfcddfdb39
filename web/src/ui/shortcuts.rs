//! The switch for keys of one character: who speaks to a computer, or whose hand trembles, presses them
//! without meaning to (WCAG 2.1.4). Named keys (arrows, Home, Esc) stay, and so does what a control with
//! the focus does.

use std::cell::Cell;

use leptos::web_sys::HtmlInputElement;

use super::dom;
use super::el::{El, html};
use crate::keys::is_character;

thread_local! {
    /// Nothing until it is looked up.
    static OFF: Cell<Option<bool>> = const { Cell::new(None) };
}

const NAME: &str = "shortcuts";

/// Whether keys of one character do nothing. What was chosen holds for this visit also where nothing is kept.
pub fn are_off() -> bool {
    OFF.get().unwrap_or_else(|| set(dom::kept(NAME).as_deref() == Some("off")))
}

/// Whether this key is one of those that are switched off.
pub fn is_off(pressed: &str) -> bool {
    is_character(pressed) && are_off()
}

/// The root element says so, too: what buttons show of their keys goes.
fn set(off: bool) -> bool {
    OFF.set(Some(off));
    if let Some(root) = dom::document().document_element() {
        let _ = if off { root.set_attribute("data-keys", "off") } else { root.remove_attribute("data-keys") };
    }
    off
}

/// The switch, for the help.
pub fn switch() -> El {
    let turn = |event| {
        let on = leptos::prelude::event_target::<HtmlInputElement>(&event).checked();
        set(!on);
        dom::keep(NAME, if on { "on" } else { "off" });
    };
    let switch = html("input")
        .attr("type", "checkbox")
        .attr("id", "shortcuts")
        .attr("aria-describedby", "shortcuts-are")
        .prop("checked", || (!are_off()).into())
        .on("change", turn);
    let about = html("small").attr("id", "shortcuts-are");
    html("div")
        .class("shortcuts")
        .child(html("label").child(switch).child(html("span").text("Single-key shortcuts")))
        .child(about.text("Letters, digits, signs and Space. Off: arrow keys, Home, End, Page ↑, Page ↓ and Esc stay."))
}
