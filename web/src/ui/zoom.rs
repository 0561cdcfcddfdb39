//! Zoom and pan of the space-time diagram: by buttons, keys, dragging and pinching, and by a wheel with
//! Ctrl or Shift held; without them the page scrolls. None of it runs on a first visit.

use std::cell::{Cell, RefCell};

use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, Event, PointerEvent, WheelEvent};
use raft_core::Time;

use super::el::El;
use super::page::Page;
use super::paint::point_in;
use super::spacetime::{ZOOM, now_in};
use super::{dom, show};

const SIGNS: [&str; 5] = ["pointerdown", "pointermove", "pointerup", "pointercancel", "wheel"];

thread_local! {
    /// The pointers that are down, and where they last were.
    static DOWN: RefCell<Vec<(i32, f64)>> = const { RefCell::new(Vec::new()) };
    /// How far the last press was dragged: a press that was is no click.
    static DRAGGED: Cell<f64> = const { Cell::new(0.0) };
    /// How much of the next step of zoom is left over from a pinch or wheel, in pixels.
    static LEFT: Cell<f64> = const { Cell::new(0.0) };
}

/// So many pixels of a wheel or pinch are a step.
const STEP: f64 = 60.0;

/// A hand is not still: less than this is no drag.
const STILL: f64 = 6.0;

/// Listens to what the reader does with the diagram.
pub fn listen(page: Page, diagram: El) -> El {
    SIGNS.into_iter().fold(diagram, |diagram, sign| {
        diagram.on(sign, move |event| {
            if dom::whole() {
                heard(page, &event);
            }
        })
    })
}

/// Whether the press that ends with this click was a drag.
pub fn dragged() -> bool {
    DRAGGED.get() > STILL
}

fn heard(page: Page, event: &Event) {
    let Some(svg) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    if event.type_() == "wheel" {
        return wheel(page, &svg, event.unchecked_ref());
    }
    let event: &PointerEvent = event.unchecked_ref();
    let (id, x) = (event.pointer_id(), f64::from(event.client_x()));
    match event.type_().as_str() {
        "pointerdown" => DOWN.with_borrow_mut(|down| {
            if down.is_empty() {
                DRAGGED.set(0.0);
            }
            down.retain(|(other, _)| *other != id);
            down.push((id, x));
        }),
        "pointermove" if event.buttons() == 0 => DOWN.with_borrow_mut(Vec::clear),
        "pointermove" => moved(page, &svg, id, x),
        _ => DOWN.with_borrow_mut(|down| down.retain(|(other, _)| *other != id)),
    }
}

/// One finger, or the mouse, moves what is shown; two change how much it is.
fn moved(page: Page, svg: &Element, id: i32, x: f64) {
    let (before, after) = DOWN.with_borrow_mut(|down| {
        let before = down.clone();
        down.iter_mut().filter(|(other, _)| *other == id).for_each(|one| one.1 = x);
        (before, down.clone())
    });
    match (&before[..], &after[..]) {
        ([(_, from)], [(_, to)]) => {
            DRAGGED.set(DRAGGED.get() + (to - from).abs());
            if dragged() {
                let width = svg.get_bounding_client_rect().width().max(1.0);
                page.turn(((from - to) / width * 1_000.0) as i64);
            }
        }
        ([(_, a), (_, b)], [(_, c), (_, d)]) => {
            DRAGGED.set(STILL * 2.0);
            let middle = point_in(svg, ((c + d) / 2.0) as i32, 0).x;
            zoom_by(page, (a - b).abs() - (c - d).abs(), middle);
        }
        _ => {}
    }
}

fn wheel(page: Page, svg: &Element, event: &WheelEvent) {
    let by = if event.delta_y() == 0.0 { event.delta_x() } else { event.delta_y() };
    if event.ctrl_key() || event.meta_key() {
        event.prevent_default();
        zoom_by(page, by, point_in(svg, event.client_x(), event.client_y()).x);
    } else if event.shift_key() {
        event.prevent_default();
        page.turn((by * 2.0) as i64);
    }
}

/// More time for more pixels, around a place.
fn zoom_by(page: Page, pixels: f64, x: f64) {
    let all = LEFT.get() + pixels;
    let steps = (all / STEP) as i64;
    LEFT.set(all - steps as f64 * STEP);
    if steps != 0 {
        let at = page.with(|model| now_in(&model.playback).time(x));
        page.zoom(steps, Some(at));
    }
}

impl Page {
    /// Shows more time, or less, around a moment: else around the present.
    pub fn zoom(&self, steps: i64, at: Option<Time>) {
        let (now, span) = self.with(|model| (model.playback.now(), show::span(model.playback.end())));
        ZOOM.set(ZOOM.get().by(steps, at.unwrap_or(now), now, span));
        self.refresh(true);
    }

    /// Shows an earlier time, or a later one, by thousandths of what is shown.
    pub fn turn(&self, thousandths: i64) {
        let (now, span) = self.with(|model| (model.playback.now(), show::span(model.playback.end())));
        ZOOM.set(ZOOM.get().turn(thousandths, now, span));
        self.refresh(true);
    }
}
