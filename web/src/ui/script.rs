//! Scripts beside the page, fetched when they are wanted: each gives the window one function.

use js_sys::{Function, Reflect};
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use leptos::web_sys::Event;

use super::dom;
use super::el::html;

/// The function of a script, as soon as it is there; `None` if it does not come.
pub fn with(address: &'static str, name: &'static str, then: impl FnOnce(Option<Function>) + 'static) {
    if let Some(there) = function(name) {
        return then(Some(there));
    }
    let element = html("script").attr("type", "module").attr("crossorigin", "anonymous");
    let arrived = Closure::once_into_js(move |event: Event| then(function(name).filter(|_| event.type_() == "load")));
    for event in ["load", "error"] {
        let _ = element.node().add_event_listener_with_callback(event, arrived.unchecked_ref());
    }
    let element = element.attr("src", address);
    if let Some(head) = dom::document().head() {
        let _ = head.append_child(element.node());
    }
}

fn function(name: &str) -> Option<Function> {
    Reflect::get(&dom::window(), &name.into()).ok()?.dyn_into().ok()
}
