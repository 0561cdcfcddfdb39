//! The one place with animation frames and timers.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;

use super::dom;

type Each = Closure<dyn FnMut(f64)>;

thread_local! {
    static EACH: RefCell<Option<Each>> = const { RefCell::new(None) };
    static AWAKE: Cell<bool> = const { Cell::new(false) };
}

/// Calls a function once a frame, with the real microseconds since the frame before, for as long as
/// it says that it wants another one; then again from when somebody wakes it.
pub fn every_frame(mut call: impl FnMut(u64) -> bool + 'static) {
    let mut before: Option<f64> = None;
    let each = Closure::new(move |now: f64| {
        AWAKE.set(false);
        let passed = before.map_or(0.0, |before| now - before);
        let again = call((passed.max(0.0) * 1_000.0) as u64);
        before = again.then_some(now);
        if again {
            wake();
        }
    });
    EACH.set(Some(each));
    wake();
}

/// Something may move from now on.
pub fn wake() {
    if AWAKE.get() {
        return;
    }
    EACH.with_borrow(|each| {
        if let Some(each) = each {
            AWAKE.set(true);
            // A window without animation frames shows nothing; there is nobody to tell.
            let _ = dom::window().request_animation_frame(each.as_ref().unchecked_ref());
        }
    });
}

/// Calls a function once, a little later.
pub fn later(milliseconds: u64, call: impl FnOnce() + 'static) {
    leptos::prelude::set_timeout(call, Duration::from_millis(milliseconds));
}

/// Calls a function when the page has been drawn with what changed just now.
pub fn soon(call: impl FnOnce() + 'static) {
    leptos::prelude::request_animation_frame(call);
}

/// So long a search may take of a frame, in microseconds.
const SLICE: u64 = 6_000;

/// Does pieces of work until one comes to something, or the frame's share of time is over. Returns what came
/// of the last piece.
pub fn work<T>(mut piece: impl FnMut() -> T, is_open: impl Fn(&T) -> bool) -> T {
    let mut has_time = time(SLICE);
    loop {
        let found = piece();
        if !is_open(&found) || !has_time() {
            return found;
        }
    }
}

/// Says whether there is time left of so many real microseconds, from now on.
pub fn time(long: u64) -> impl FnMut() -> bool {
    let until = clock() + long;
    move || clock() < until
}

/// Real microseconds since the page was opened.
pub fn clock() -> u64 {
    dom::window().performance().map_or(0, |performance| (performance.now() * 1_000.0) as u64)
}
