//! Small helpers around the browser. Whatever a sandboxed frame may refuse fails quietly here.

use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Document, Element, HtmlElement, Window};

use super::frame;

/// The window.
pub fn window() -> Window {
    leptos::prelude::window()
}

/// The document.
pub fn document() -> Document {
    leptos::prelude::document()
}

/// An element by its id.
pub fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Puts the focus on an element, whatever kind it is.
pub fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        focus_on(&element);
    }
}

/// The focus goes into what has just been opened: to what is marked as its first.
pub fn enter(opened: &'static str) {
    frame::soon(move || {
        if let Ok(Some(first)) = document().query_selector(&[opened, " .first"].concat()) {
            focus_on(&first);
        }
    });
}

/// Puts the focus on an element: SVG elements take it too, but are no `HtmlElement`s.
pub fn focus_on(element: &Element) {
    if let Some(html) = element.dyn_ref::<HtmlElement>() {
        let _ = html.focus();
    } else if let Ok(focus) = js_sys::Reflect::get(element, &"focus".into())
        && let Some(focus) = focus.dyn_ref::<js_sys::Function>()
    {
        let _ = focus.call0(element);
    }
}

/// A parameter of the query.
pub fn query(name: &str) -> Option<String> {
    let search = window().location().search().ok()?;
    leptos::web_sys::UrlSearchParams::new_with_str(&search).ok()?.get(name)
}

/// The address of this page, without query and fragment.
pub fn here() -> String {
    let location = window().location();
    let href = location.href().unwrap_or_default();
    href.split(['?', '#']).next().unwrap_or_default().to_owned()
}

/// Whether all of the page is there: on a first visit a part comes later (`boot.js`).
pub fn whole() -> bool {
    document().document_element().is_some_and(|root| root.has_attribute("data-rest"))
}

/// Whether the reader asks for less motion.
pub fn calm() -> bool {
    window().match_media("(prefers-reduced-motion: reduce)").ok().flatten().is_some_and(|list| list.matches())
}

/// Whether a finger points, and not a mouse.
pub fn coarse() -> bool {
    window().match_media("(pointer: coarse)").ok().flatten().is_some_and(|list| list.matches())
}

/// Keeps a choice of the reader for the next visit (`boot.js` reads it). Refused or full storage: then it
/// is asked for again.
pub fn keep(name: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(&["raft-playground.", name].concat(), value);
    }
}

/// What was kept of an earlier visit.
pub fn kept(name: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(&["raft-playground.", name].concat()).ok().flatten()
}

/// Sets an attribute, if it is not already so.
pub fn set(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}
