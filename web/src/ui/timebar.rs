//! The scrub bar, painted with what happened: who led when, and where something did.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use raft_core::Time;

use super::app::watch_size;
use super::page::Page;
use super::paint::Painter;
use super::{frame, transport};
use crate::chronicle::{Mark, Reign, Sign};
use crate::layout::scrub::{NUMBERS, PAD, TRACK, tick};
use crate::playback::Playback;
use crate::scene::tint;
use crate::words;

/// The section of time. The space-time diagram will stand above the bar.
#[component]
pub fn TimeBar() -> impl IntoView {
    view! {
        <section class="time" aria-label="Time">
            <Scrub/>
            <div class="speed-here"><transport::SpeedChoice/><transport::NextButton/></div>
        </section>
    }
}

/// Where a time stands on a bar.
fn x_of(at: Time, span: Time, width: f64) -> f64 {
    PAD + (width - 2.0 * PAD).max(1.0) * (at.0 as f64 / span.0.max(1) as f64)
}

thread_local! {
    static WIDTH: std::cell::Cell<f64> = const { std::cell::Cell::new(0.0) };
}

/// Moves the hand; a signal a frame would redraw the whole bar.
pub fn paint(painter: &mut Painter, playback: &Playback, span: Time) {
    let width = WIDTH.get();
    if width == 0.0 {
        return;
    }
    let (now, end) = (x_of(playback.now(), span, width), x_of(playback.end(), span, width));
    painter.write("scrub-hand", "transform", format!("translate({now:.1} 0)"));
    painter.write("scrub-later", "x", format!("{now:.1}"));
    painter.write("scrub-later", "width", format!("{:.1}", (end - now).max(0.0)));
    // The reign that lasts grows with time.
    match playback.chronicle.reigns.last().filter(|reign| reign.to.is_none()) {
        Some(reign) => {
            let from = x_of(reign.from, span, width);
            let wide = (end - from).max(0.0);
            painter.write("scrub-open", "class", format!("t{}", tint(reign.term)));
            painter.write("scrub-open", "x", format!("{from:.1}"));
            painter.write("scrub-open", "width", format!("{wide:.1}"));
            painter.write("scrub-open-name", "x", format!("{:.1}", from + 8.0));
            painter.say("scrub-open-name", reign_name(reign, wide));
        }
        None => {
            painter.write("scrub-open", "width", "0".to_owned());
            painter.say("scrub-open-name", String::new());
        }
    }
    painter.write("scrub", "aria-valuenow", (playback.now().0 / 1_000).to_string());
    painter.write("scrub", "aria-valuetext", words::moment(playback.now()));
}

/// The bar itself.
#[component]
pub fn Scrub() -> impl IntoView {
    let page = expect_context::<Page>();
    let area = NodeRef::<html::Div>::new();
    let width = RwSignal::new(0.0);
    area.on_load(move |element| {
        watch_size(&element, move |wide, _| {
            WIDTH.set(wide);
            width.set(wide);
            frame::soon(move || page.repaint());
        });
    });
    let dragging = RwSignal::new(false);
    let seek = move |event: &ev::PointerEvent| {
        let Some(element) = area.get_untracked() else { return };
        let rect = element.get_bounding_client_rect();
        let share = (f64::from(event.client_x()) - rect.left() - PAD) / (rect.width() - 2.0 * PAD).max(1.0);
        let span = page.paint.get_untracked().1;
        page.poster.set(false);
        page.seek(Time((span.0 as f64 * share.clamp(0.0, 1.0)) as u64));
    };
    let down = move |event: ev::PointerEvent| {
        if event.button() == 0 {
            if let Some(element) = area.get_untracked() {
                let _ = element.set_pointer_capture(event.pointer_id());
            }
            dragging.set(true);
            page.pause();
            seek(&event);
        }
    };
    let drag = move |event: ev::PointerEvent| {
        if dragging.get_untracked() {
            seek(&event);
        }
    };
    let key = move |event: ev::KeyboardEvent| {
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
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        page.pause();
        page.seek(Time(to));
    };
    let static_part = move || {
        let (_, span) = page.paint.get();
        let width = width.get();
        (width > 0.0).then(|| page.with(|model| painted(&model.playback, span, width)))
    };
    view! {
        <div class="scrub" class:scrub-slim=page.embed id="scrub" node_ref=area role="slider" tabindex="0" aria-label="Moment"
            aria-orientation="horizontal" aria-valuemin="0" aria-valuemax=move || (page.paint.get().1.0 / 1_000).to_string()
            on:pointerdown=down on:pointermove=drag
            on:pointerup=move |_| dragging.set(false) on:pointercancel=move |_| dragging.set(false) on:keydown=key>
            <svg aria-hidden="true">
                <g>{move || track(width.get())}</g>
                <rect id="scrub-open" y=TRACK.0 height=TRACK.1 width="0"></rect>
                <text class="band-name" id="scrub-open-name" y=TRACK.0 + 12.0></text>
                <g>{static_part}</g>
                <rect class="later" id="scrub-later" y=TRACK.0 - 1.0 height=TRACK.1 + 2.0 width="0"></rect>
                <g id="scrub-hand">
                    <path class="hand" d=format!("M0 0V{}", TRACK.0 + TRACK.1 + 4.0)></path>
                    <circle class="knob" cy=TRACK.0 + TRACK.1 / 2.0 r="8"></circle>
                </g>
            </svg>
        </div>
    }
}

/// What changes only when something new happened.
fn painted(playback: &Playback, span: Time, width: f64) -> impl IntoView + use<> {
    let at = |time: Time| x_of(time, span, width);
    let step = tick(span.0, width);
    let ticks = (0..=span.0 / step).map(|n| {
        let time = Time(n * step);
        let x = at(time);
        let words = words::tick(time, step);
        // The first and the last number stay inside.
        let x = x.clamp(3.2 * words.len() as f64, width - 3.2 * words.len() as f64);
        view! { <text class="tick" x=format!("{x:.1}") y=NUMBERS>{words}</text> }
    });
    let over = playback.chronicle.reigns.iter().filter_map(|reign| Some((reign, reign.to?)));
    let reigns = over.map(|(reign, to)| reign_view(reign, at(reign.from), at(to))).collect_view();
    let marks = playback.chronicle.marks.iter().rev().take(400).map(|mark| mark_view(mark, at(mark.at))).collect_view();
    view! {
        {ticks.collect_view()}
        {reigns}
        {marks}
    }
}

fn track(width: f64) -> impl IntoView {
    let (top, high) = TRACK;
    let wide = (width - 2.0 * PAD + 10.0).max(0.0);
    view! { <rect class="track" x=PAD - 5.0 y=top width=wide height=high rx=high / 2.0></rect> }
}

fn reign_view(reign: &Reign, from: f64, to: f64) -> impl IntoView + use<> {
    let wide = (to - from).max(0.0);
    view! {
        <rect class=format!("t{}", tint(reign.term)) x=format!("{from:.1}") y=TRACK.0 width=format!("{wide:.1}") height=TRACK.1></rect>
        <text class="band-name" x=format!("{:.1}", from + 8.0) y=TRACK.0 + 12.0>{reign_name(reign, wide)}</text>
    }
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

fn mark_view(mark: &Mark, x: f64) -> impl IntoView + use<> {
    let (top, high) = TRACK;
    let middle = top + high / 2.0;
    let path = |class: &'static str, d: String| view! { <path class=class d=d></path> }.into_any();
    match mark.sign {
        Sign::Commit => path("mark-commit", format!("M{x:.1} {}v4", top + high - 4.0)),
        Sign::Crash => path("mark-crash", format!("M{:.1} {}l8 8m0 -8l-8 8", x - 4.0, middle - 4.0)),
        Sign::Stands => path("stands", format!("M{x:.1} {top}v{high}")),
        Sign::Links => path("mark-cut", format!("M{x:.1} {top}v{high}")),
        Sign::Stop => path("mark-stop", format!("M{x:.1} {top}l7 4.5l-7 4.5z")),
        Sign::Broken => path("mark-crash", format!("M{x:.1} {}v8m0 3v1", top + 3.0)),
        Sign::Back => view! { <circle class="mark-back" cx=format!("{x:.1}") cy=middle r="3.6"></circle> }.into_any(),
    }
}
