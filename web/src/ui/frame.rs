//! The one place with animation frames and timers.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;

use super::dom;

/// Calls a function once a frame, with the real microseconds since the frame before.
pub fn every_frame(mut call: impl FnMut(u64) + 'static) {
    type Again = Rc<RefCell<Option<Closure<dyn FnMut(f64)>>>>;
    let again: Again = Rc::default();
    let mut before: Option<f64> = None;
    let next = again.clone();
    *again.borrow_mut() = Some(Closure::new(move |now: f64| {
        let passed = before.map_or(0.0, |before| now - before);
        before = Some(now);
        call((passed.max(0.0) * 1_000.0) as u64);
        request(&next);
    }));
    request(&again);

    fn request(again: &Again) {
        if let Some(closure) = again.borrow().as_ref() {
            // A window without animation frames shows nothing; there is nobody to tell.
            let _ = dom::window().request_animation_frame(closure.as_ref().unchecked_ref());
        }
    }
}

/// Calls a function once, a little later.
pub fn later(milliseconds: u64, call: impl FnOnce() + 'static) {
    leptos::prelude::set_timeout(call, Duration::from_millis(milliseconds));
}

/// Calls a function when the page has been drawn with what changed just now.
pub fn soon(call: impl FnOnce() + 'static) {
    leptos::prelude::request_animation_frame(call);
}

/// Real microseconds since the page was opened.
pub fn clock() -> u64 {
    dom::window().performance().map_or(0, |performance| (performance.now() * 1_000.0) as u64)
}
