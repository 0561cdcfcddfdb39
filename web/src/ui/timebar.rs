//! The scrub bar, painted with what happened: who led when, and where something did.

use std::cell::Cell;

use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, Event, KeyboardEvent, PointerEvent};
use raft_core::Time;

use super::app::watch_size;
use super::el::{El, html, svg};
use super::linked::show;
use super::page::Page;
use super::paint::{Painter, Place};
use super::peek::Spot;
use super::signal::RwSignal;
use super::spacetime::{opener, space_time};
use super::{dom, frame, peek, transport};
use crate::chronicle::{Mark, Reign, Sign};
use crate::figure::Part;
use crate::layout::scrub::{NUMBERS, PAD, SLIM, TRACK, tick};
use crate::layout::{Point, Tenths, draw, tenths};
use crate::playback::Playback;
use crate::scene::tint;
use crate::words;

/// The section of time: the space-time diagram, and the scrub bar under it.
pub fn time_bar(page: Page) -> El {
    let speed =
        html("div").class("speed-here").child(transport::speed_choice(page)).child(transport::next_button(page));
    let hidden = RwSignal::new(false);
    html("section")
        .class("time")
        .attr("aria-label", "Time")
        .when(move || page.diagram.get(), move || space_time(page, hidden))
        .when(move || !page.embed && (!page.diagram.get() || hidden.get()), move || opener(page))
        .child(scrub(page))
        .child(speed)
}

/// Where a time stands on a bar.
fn x_of(at: Time, span: Time, width: f64) -> f64 {
    let pad = ROOM.get();
    pad + (width - 2.0 * pad).max(1.0) * (at.0 as f64 / span.0.max(1) as f64)
}

thread_local! {
    static WIDTH: Cell<f64> = const { Cell::new(0.0) };
    /// What is free at both ends.
    static ROOM: Cell<f64> = const { Cell::new(PAD) };
}

/// Moves the hand; a signal a frame would redraw the whole bar. `aloud` says where it stands, too.
pub fn paint(painter: &mut Painter, playback: &Playback, span: Time, aloud: bool) {
    let width = WIDTH.get();
    if width == 0.0 {
        return;
    }
    let (now, end) = (x_of(playback.now(), span, width), x_of(playback.end(), span, width));
    painter.place("scrub-hand", Point { x: now, y: 0.0 });
    painter.write("scrub-later", "x", tenths(now));
    painter.write("scrub-later", "width", tenths((end - now).max(0.0)));
    // The reign that lasts grows with time.
    match playback.chronicle.reigns.last().filter(|reign| reign.to.is_none()) {
        Some(reign) => {
            let from = x_of(reign.from, span, width);
            let wide = (end - from).max(0.0);
            painter.write("scrub-open", "class", format!("t{}", tint(reign.term)));
            painter.write("scrub-open", "x", tenths(from));
            painter.write("scrub-open", "width", tenths(wide));
            painter.place("scrub-open-name", Point { x: from + 8.0, y: 0.0 });
            painter.say("scrub-open-name", reign_name(reign, wide));
        }
        None => {
            painter.write("scrub-open", "width", "0".to_owned());
            painter.say("scrub-open-name", String::new());
        }
    }
    if aloud {
        painter.write("scrub", "aria-valuenow", (playback.now().0 / 1_000).to_string());
        // Who reads the bar is told what is there, once it stands still.
        let read = peek::READ.get() && !playback.playing;
        let value = if read { peek::said(playback) } else { words::moment(playback.now()) };
        painter.write("scrub", "aria-valuetext", value);
    }
    if !playback.chronicle.lanes.parted.is_empty() {
        paint_parted(painter, playback, span, width, end);
    }
}

/// Times with links that are cut, a dashed line above the track: the last of them grows with time.
#[inline(never)]
fn paint_parted(painter: &mut Painter, playback: &Playback, span: Time, width: f64, end: f64) {
    let mut d = String::new();
    let mut free = f64::MIN;
    for stretch in playback.chronicle.lanes.parted.iter().rev().take(400).rev() {
        let to = stretch.to.map_or(end, |to| x_of(to, span, width));
        let from = x_of(stretch.from, span, width).max(free);
        if to > from {
            draw(&mut d, &[("M", from), (" ", 1.5), ("H", to)], "");
            free = to;
        }
    }
    show(painter, "#scrub svg", "scrub-parted", d);
}

/// The bar itself.
pub fn scrub(page: Page) -> El {
    // A figure without the diagram above the bar has no names there to make room for.
    let slim = !page.figure.shows(Part::Time);
    ROOM.set(if slim { SLIM } else { PAD });
    let width = RwSignal::new(0.0);
    // While it is dragged, where the press found the bar.
    let dragged = RwSignal::new(None::<Place>);
    let drop = move |event: Event| {
        dragged.set(None);
        if event.unchecked_ref::<PointerEvent>().pointer_type() == "touch" {
            peek::hide();
        }
    };
    let bar = html("div");
    let area: Element = bar.as_node();
    watch_size(&bar.as_node(), move |wide, _| {
        WIDTH.set(wide);
        width.set(wide);
        frame::soon(move || page.repaint());
    });
    let down = {
        let area = area.clone();
        move |event: Event| {
            let event: &PointerEvent = event.unchecked_ref();
            if event.button() == 0 {
                let _ = area.set_pointer_capture(event.pointer_id());
                let place = Place::of(&area);
                dragged.set(Some(place));
                page.pause();
                seek(page, pointed(page, place, event).at);
            }
        }
    };
    let drag = move |event: Event| {
        let event: &PointerEvent = event.unchecked_ref();
        let dragged = dragged.get_untracked();
        let spot = pointed(page, dragged.unwrap_or_else(|| Place::of(&area)), event);
        if dragged.is_some() {
            seek(page, spot.at);
        }
        // The card comes with the rest of the page.
        if dom::whole() {
            peek::point(page, &area, event, dragged.is_some(), spot);
        }
    };
    let read = move |event: Event| {
        peek::READ.set(event.type_() == "focus");
        peek::hide();
        frame::soon(move || page.refresh(true));
    };
    bar.class(if slim { "scrub scrub-slim" } else { "scrub" })
        .attr("id", "scrub")
        .attr("role", "slider")
        .attr("tabindex", "0")
        .attr("aria-label", "Moment")
        .attr("aria-orientation", "horizontal")
        .attr("aria-valuemin", "0")
        .follow("aria-valuemax", move || (page.paint.get().1.0 / 1_000).to_string())
        .on("pointerdown", down)
        .on("pointermove", drag)
        .on("pointerup", drop)
        .on("pointercancel", drop)
        .on("pointerleave", |_| _ = dom::whole() && peek::hide())
        .on("focus", read)
        .on("blur", read)
        .on("keydown", move |event| key(page, event.unchecked_ref()))
        .child(drawing(page, width))
}

/// What the pointer is at.
fn pointed(page: Page, place: Place, event: &PointerEvent) -> Spot {
    let pad = ROOM.get();
    let x = place.point(event.client_x(), event.client_y()).x;
    let wide = WIDTH.get();
    let share = (x - pad) / (wide - 2.0 * pad).max(1.0);
    let span = page.paint.get_untracked().1;
    Spot { at: Time((span.0 as f64 * share.clamp(0.0, 1.0)) as u64), x, wide }
}

/// To where the pointer is.
fn seek(page: Page, to: Time) {
    page.poster.set(false);
    page.seek(to);
}

/// With the keys of a slider.
fn key(page: Page, event: &KeyboardEvent) {
    let span = page.paint.get_untracked().1.0;
    let now = page.now().0;
    let to = match event.key().as_str() {
        "ArrowUp" | "ArrowRight" if event.shift_key() => now + span / 20,
        "ArrowDown" | "ArrowLeft" if event.shift_key() => now.saturating_sub(span / 20),
        "ArrowUp" | "ArrowRight" => now + span / 200,
        "ArrowDown" | "ArrowLeft" => now.saturating_sub(span / 200),
        "PageUp" => now + span / 20,
        "PageDown" => now.saturating_sub(span / 20),
        "Home" => 0,
        "End" => page.with(|model| model.playback.end().0),
        "Escape" if peek::hide() => return event.stop_propagation(),
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    page.pause();
    page.seek(Time(to));
    if let Some(bar) = dom::by_id("scrub") {
        let (at, wide, span) = (Time(to), WIDTH.get(), page.paint.get_untracked().1);
        peek::show(page, &bar, Spot { at, x: x_of(at, span, wide), wide });
    }
}

fn drawing(page: Page, width: RwSignal<f64>) -> El {
    let (top, high) = TRACK;
    let track = rect(top, high).class("track").attr("x", &whole(ROOM.get() - 5.0)).attr("rx", &whole(high / 2.0));
    let track = track.follow("width", move || whole((width.get() - 2.0 * ROOM.get() + 10.0).max(0.0)));
    // What changes only when something new happened.
    let painted = move || {
        let (_, span) = page.paint.get();
        let width = width.get();
        let group = svg("g");
        Some(if width > 0.0 { page.with(|model| painted(group, &model.playback, span, width)) } else { group })
    };
    let hand = svg("g")
        .attr("id", "scrub-hand")
        .child(path("hand", &format!("M0 0V{}", whole(top + high + 4.0))))
        .child(svg("circle").class("knob").attr("cy", &whole(top + high / 2.0)).attr("r", "8"));
    svg("svg")
        .attr("aria-hidden", "true")
        .child(svg("g").child(track))
        .child(rect(top, high).attr("id", "scrub-open").attr("width", "0"))
        .child(band_name().attr("id", "scrub-open-name"))
        .slot(painted)
        .child(rect(top - 1.0, high + 2.0).class("later").attr("id", "scrub-later").attr("width", "0"))
        .child(hand)
}

/// Whatever does not stand at a time stands at whole numbers.
fn whole(x: f64) -> String {
    (x as i64).to_string()
}

fn rect(y: f64, height: f64) -> El {
    svg("rect").attr("y", &whole(y)).attr("height", &whole(height))
}

fn path(class: &str, d: &str) -> El {
    svg("path").class(class).attr("d", d)
}

fn band_name() -> El {
    svg("text").class("band-name").attr("y", &whole(TRACK.0 + 12.0))
}

fn painted(group: El, playback: &Playback, span: Time, width: f64) -> El {
    let at = |time: Time| x_of(time, span, width);
    let step = tick(span.0, width);
    let ticks = (0..=span.0 / step).map(|n| {
        let time = Time(n * step);
        let words = words::tick(time, step);
        // The first and the last number stay inside.
        let x = at(time).clamp(3.2 * words.len() as f64, width - 3.2 * words.len() as f64);
        svg("text").class("tick").attr("x", &tenths(x)).attr("y", &whole(NUMBERS)).text(&words)
    });
    let over = playback.chronicle.reigns.iter().filter_map(|reign| Some((reign, reign.to?)));
    let reigns = over.flat_map(|(reign, to)| reign_view(reign, at(reign.from), at(to)));
    let marks = playback.chronicle.marks.iter().rev().take(400).map(|mark| mark_view(mark, at(mark.at)));
    group.children(ticks).children(reigns).children(marks)
}

fn reign_view(reign: &Reign, from: f64, to: f64) -> [El; 2] {
    let wide = (to - from).max(0.0);
    let band = rect(TRACK.0, TRACK.1)
        .class(&format!("t{}", tint(reign.term)))
        .attr("x", &tenths(from))
        .attr("width", &tenths(wide));
    [band, band_name().attr("x", &tenths(from + 8.0)).text(&reign_name(reign, wide))]
}

/// As much of a reign's name as fits.
fn reign_name(reign: &Reign, wide: f64) -> String {
    match wide {
        w if w > 96.0 => format!("T{} · {} leads", reign.term, reign.leader),
        w if w > 56.0 => format!("T{} · {}", reign.term, reign.leader),
        w if w > 26.0 => format!("T{}", reign.term),
        _ => String::new(),
    }
}

fn mark_view(mark: &Mark, x: f64) -> El {
    let (top, high) = TRACK;
    let middle = top + high / 2.0;
    let at = |class, x: f64, y: f64, rest: &str| path(class, &format!("M{} {}{rest}", Tenths(x), whole(y)));
    match mark.sign {
        Sign::Commit => at("mark-commit", x, top + high - 4.0, "v4"),
        Sign::Crash => at("mark-crash", x - 4.0, middle - 4.0, "l8 8m0 -8l-8 8"),
        Sign::Pause => at("mark-pause", x - 2.5, middle - 4.0, "v8m5 0v-8"),
        Sign::Stands => at("stands", x, top, &format!("v{}", whole(high))),
        Sign::Links => at("mark-cut", x, top, &format!("v{}", whole(high))),
        // Below the bar, where it covers no name.
        Sign::Stop => at("mark-stop", x, top + high + 2.0, "l4 6.5h-8z"),
        Sign::Broken => at("mark-crash", x, top + 3.0, "v8m0 3v1"),
        Sign::Back => {
            let circle = svg("circle").class("mark-back").attr("cx", &tenths(x));
            circle.attr("cy", &whole(middle)).attr("r", "3.6")
        }
    }
}
