//! The page as a figure: its parts, its height, and rest while nobody sees it.

use std::cell::Cell;

use js_sys::{Array, Function, Reflect};
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};

use super::app::side;
use super::el::{El, html, on_window};
use super::page::Page;
use super::ring::stage;
use super::timebar::time_bar;
use super::transport::transport;
use super::{dom, frame, protocol};
use crate::figure::Part;
use crate::words;

thread_local! {
    static AWAY: Cell<bool> = const { Cell::new(false) };
}

/// Whether the figure is out of view: then nothing moves.
pub fn away() -> bool {
    AWAY.get()
}

/// Tells the embedding page how high the figure would like to be, and watches whether it is seen.
pub fn begin(page: Page) {
    if let Some(root) = dom::document().document_element() {
        dom::set(&root, "data-view", &page.figure.view());
        if page.figure.readonly {
            dom::set(&root, "data-readonly", "");
        }
    }
    frame::later(0, move || tell_height(page));
    on_window("resize", move |_| tell_height(page));
    // A browser without such observers lets frames out of view rest by itself, or does not.
    let _ = watch_view();
}

fn tell_height(page: Page) {
    let width = dom::window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or_default();
    if width > 0.0 {
        protocol::resize(page.figure.height(width as i32));
    }
}

/// Asks by name: a binding of its own would weigh on every first visit.
fn watch_view() -> Result<(), JsValue> {
    let look: Closure<dyn FnMut(Array)> = Closure::new(|seen: Array| {
        let last = seen.get(seen.length().saturating_sub(1));
        let inside = Reflect::get(&last, &"isIntersecting".into()).is_ok_and(|inside| inside.is_truthy());
        AWAY.set(!inside);
        if inside {
            frame::wake();
        }
    });
    let make: Function = Reflect::get(&dom::window(), &"IntersectionObserver".into())?.dyn_into()?;
    let observer = Reflect::construct(&make, &Array::of1(look.as_ref()))?;
    let observe: Function = Reflect::get(&observer, &"observe".into())?.dyn_into()?;
    let root = dom::document().document_element().ok_or(JsValue::NULL)?;
    observe.call1(&observer, &root)?;
    // It lives as long as the page.
    look.forget();
    Ok(())
}

/// The parts that were asked for.
pub fn parts(page: Page, app: El) -> El {
    let shows = |part| page.figure.shows(part);
    let title = move || {
        let title = page.title.get();
        if title.is_empty() || page.figure.exam { words::NAME.to_owned() } else { title }
    };
    // The stage is always there: the run is measured on it. Where it was not asked for the stylesheet hides it.
    // Who hears the page has a heading to go to also where none is shown.
    let head = html("header").class(if shows(Part::Title) { "figure-title" } else { "unseen" });
    app.child(head.child(html("h1").say(title)))
        .child(stage(page))
        .maybe((shows(Part::Logs) || shows(Part::Story)).then(|| side(page)))
        .maybe(shows(Part::Time).then(|| time_bar(page)))
        .maybe(page.figure.has_bar().then(|| transport(page)))
}
