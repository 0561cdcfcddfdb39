//! Lights up what is pointed at, wherever it is to be seen. None of it runs on a first visit.
//!
//! Elements say in `data-fact` what they show. What is drawn by the hundred (messages, arrows) has
//! no element of its own: it is found by where it is, and lit by a path above the picture.

use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use leptos::web_sys::{
    Element, Event, KeyboardEvent, MouseEvent, MutationObserver, MutationObserverInit, PointerEvent,
};
use raft_sim::network::Place;

use super::el::{El, svg};
use super::page::{Chosen, Model, Page};
use super::paint::{Painter, point_in};
use super::{dom, entries, scissors, spacetime};
use crate::cut::link_at;
use crate::diagram::{Frame, Share};
use crate::layout::{Point, Ring, Way, circle, draw};
use crate::linked::{Fact, Lit, at};
use crate::scene::{Cell, Row};

/// How near a click has to be to a link: its target is 24 px wide.
const NEAR_LINK: f64 = 12.0;

/// What a reader does to point at something, and to draw across the ring.
const SIGNS: [&str; 9] = [
    "pointermove",
    "pointerleave",
    "focusin",
    "focusout",
    "click",
    "keydown",
    "pointerdown",
    "pointerup",
    "pointercancel",
];

/// Listens to what is pointed at, from when all of the page is there.
pub fn listen(page: Page, all: El) -> El {
    SIGNS.into_iter().fold(all, |all, sign| {
        all.on(sign, move |event| {
            if dom::whole() {
                heard(page, &event);
            }
        })
    })
}

fn heard(page: Page, event: &Event) {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    match event.type_().as_str() {
        "pointermove" => {
            let event: &PointerEvent = event.unchecked_ref();
            if scissors::go_on(page, event) {
                return;
            }
            // A finger points by tapping: while it moves it scrolls.
            if event.pointer_type() == "mouse" || event.pointer_type() == "pen" {
                page.point(under(page, &target, event.unchecked_ref(), 14.0));
            }
        }
        "pointerdown" => {
            if let Some(ring) = element_at(&target, "svg.ring").filter(|_| carried(&target).is_none()) {
                scissors::begin(page, &ring, event.unchecked_ref());
            }
        }
        "pointerup" | "pointercancel" => scissors::end(page, event.unchecked_ref()),
        // Who clicks has pointed already.
        "focusin" if !target.matches(":focus-visible").unwrap_or(true) => {}
        "focusin" => match element_at(&target, ".matrix svg") {
            Some(_) => page.point(entry_at(page, 0, 0)),
            None => page.point(carried(&target)),
        },
        "keydown" => {
            if element_at(&target, ".matrix svg").is_some() {
                walk(page, event.unchecked_ref());
            } else if element_at(&target, ".client").is_some() {
                choose_by_key(page, &target, event.unchecked_ref());
            }
        }
        "click" => click(page, &target, event.unchecked_ref()),
        _ => page.point(None),
    }
}

/// A click keeps what it is at lit; within the pictures, one at nothing lets it go.
fn click(page: Page, target: &Element, event: &MouseEvent) {
    if scissors::take_drawn() {
        return;
    }
    let found = under(page, target, event, 18.0);
    if found.is_none() && element_at(target, ".ring-box, .matrix, .space-time svg").is_none() {
        return;
    }
    if element_at(target, ".matrix").is_some()
        && let Some(Fact::Server(id)) = found
    {
        if page.answer_by(&id.to_string()) {
            return;
        }
        page.choose(Chosen::Server(id), false);
    }
    if let Some(Fact::Entry(at)) = found
        && page.answer_by(&at.to_string())
    {
        return;
    }
    if let Some(ring) = element_at(target, "svg.ring").filter(|_| found.is_none())
        && let Some((a, b)) =
            link_at(&scissors::places(page), point_in(&ring, event.client_x(), event.client_y()), NEAR_LINK)
    {
        page.choose(Chosen::Link(a, b), false);
    }
    // A client has no listener of its own: that would be code of a first visit.
    if let Some(Fact::Client(id)) = carried(target) {
        page.choose(Chosen::Client(id), false);
    }
    page.keep(found);
}

fn choose_by_key(page: Page, target: &Element, event: &KeyboardEvent) {
    if let Some(Fact::Client(id)) = carried(target)
        && matches!(event.key().as_str(), "Enter" | " ")
    {
        event.prevent_default();
        page.choose(Chosen::Client(id), false);
    }
}

/// What a pointer is at.
fn under(page: Page, target: &Element, event: &MouseEvent, reach: f64) -> Option<Fact> {
    let own = carried(target);
    let here = |svg: Element| point_in(&svg, event.client_x(), event.client_y());
    if let Some(ring) = element_at(target, "svg.ring") {
        let near = page.with(|model| model.motion.nearest(here(ring), reach).map(|flight| Fact::Message(flight.id)));
        return near.or(own);
    }
    if let Some(diagram) = element_at(target, "#st") {
        return own.or_else(|| page.with(|model| in_diagram(model, here(diagram))));
    }
    own
}

fn in_diagram(model: &Model, point: Point) -> Option<Fact> {
    let playback = &model.playback;
    let told = &playback.chronicle.told[..playback.chronicle.current(playback.place())];
    at(point, &spacetime::now_in(playback), playback.world(), playback.records(), told)
}

fn element_at(target: &Element, selector: &str) -> Option<Element> {
    target.closest(selector).ok().flatten()
}

fn carried(target: &Element) -> Option<Fact> {
    Fact::read(&element_at(target, "[data-fact]")?.get_attribute("data-fact")?)
}

// ---- By keyboard in the logs ---------------------------------------------------------------------

/// Arrow keys go from entry to entry, Home and End to the first and the last; Enter keeps the one that they are at.
fn walk(page: Page, event: &KeyboardEvent) {
    let to = |index| {
        event.prevent_default();
        page.point(entries::at(page, index));
    };
    let (across, down) = match event.key().as_str() {
        "Home" => return to(1),
        "End" => return to(entries::last(page)),
        "ArrowLeft" => (-1, 0),
        "ArrowRight" => (1, 0),
        "ArrowUp" => (0, -1),
        "ArrowDown" => (0, 1),
        "Enter" => {
            event.prevent_default();
            if let Some(Fact::Entry(at)) = page.focus.get_untracked().pointed
                && page.answer_by(&at.to_string())
            {
                return;
            }
            return page.keep(page.focus.get_untracked().pointed);
        }
        _ => return,
    };
    event.prevent_default();
    page.point(entry_at(page, across, down));
}

/// The entry beside the one that is lit; else the last one of a log. Left and right go along the
/// logs, and turn them where they must; up and down to the next server that has another entry there.
fn entry_at(page: Page, across: i64, down: i64) -> Option<Fact> {
    let lit = match page.focus.get_untracked().shown() {
        Some(Fact::Entry(at)) => Some(at),
        _ => None,
    };
    if let Some(at) = lit.filter(|_| across != 0) {
        let index = at.index.0.saturating_add_signed(across);
        let (first, columns) = page.logs.with_untracked(|logs| (logs.first, logs.columns as u64));
        if index < first || index >= first + columns {
            page.show_logs_from(index.saturating_sub(columns / 2));
        }
    }
    page.logs.with_untracked(|logs| {
        let rows = &logs.rows;
        let cell = |row: &Row, index: u64| row.cells.iter().find(|cell| cell.index == index).map(Cell::position);
        let found = match lit {
            Some(at) => {
                let here = rows.iter().position(|row| cell(row, at.index.0) == Some(at)).unwrap_or(0);
                let index = at.index.0.saturating_add_signed(across);
                let turn =
                    |n: usize| (here as i64 + n as i64 * if down < 0 { -1 } else { 1 }).rem_euclid(rows.len() as i64);
                let mut all = (0..rows.len()).filter_map(|n| cell(&rows[turn(n) as usize], index));
                let other = all.find(|there| down == 0 || *there != at);
                other.or(Some(at))
            }
            None => rows.iter().filter_map(|row| row.cells.last()).map(Cell::position).max_by_key(|at| at.index),
        }?;
        entries::say(page, found);
        Some(Fact::Entry(found))
    })
}

// ---- State -----------------------------------------------------------------------------------------

impl Page {
    /// The pointer, or the keyboard, is at something, or at nothing.
    pub fn point(&self, at: Option<Fact>) {
        if self.focus.with_untracked(|focus| focus.pointed != at) {
            self.focus.update(|focus| focus.pointed = at);
            self.refresh(true);
        }
    }

    /// Keeps something lit; the same once more lets it go.
    pub fn keep(&self, at: Option<Fact>) {
        self.focus.update(|focus| focus.kept = at.filter(|_| focus.kept != at));
        self.refresh(true);
    }
}

/// Lights up a fact in a picture that was painted just now. What it is made of is looked up anew
/// when something else is pointed at, when the reader did something, and ten times a second.
pub fn light(model: &mut Model, page: Page, anew: bool) {
    let fact = page.focus.get_untracked().shown();
    if anew || model.lit.fact != fact {
        let playback = &model.playback;
        let lit = fact.map(|fact| Lit::of(fact, playback.world(), playback.all_records(), playback.records().len()));
        let lit = lit.unwrap_or_default();
        if lit != model.lit {
            mark(&lit);
            model.lit = lit;
        }
        watch(page);
    }
    let ring = page.ring.get_untracked();
    paint_ring(model, &ring, &page.roster.get_untracked());
    if spacetime::is_shown() {
        paint_diagram(model);
    }
    super::cone::paint(model, page, anew);
}

/// Says on every element that carries a fact whether it is lit.
fn mark(lit: &Lit) {
    let document = dom::document();
    let about = lit.fact.map_or("", Fact::kind);
    if let Ok(Some(app)) = document.query_selector(".app") {
        dom::set(&app, "data-about", about);
    }
    let Ok(all) = document.query_selector_all("[data-fact]") else { return };
    for n in 0..all.length() {
        let Some(element) = all.get(n).and_then(|node| node.dyn_into::<Element>().ok()) else { continue };
        let fact = element.get_attribute("data-fact").and_then(|fact| Fact::read(&fact));
        let (on, was) = (fact.is_some_and(|fact| lit.has(fact)), element.has_attribute("data-lit"));
        match (on, was) {
            (true, false) => dom::set(&element, "data-lit", ""),
            (false, true) => _ = element.remove_attribute("data-lit"),
            _ => {}
        }
    }
}

/// Cells and lines are made anew while time runs: before they are drawn, they are lit.
pub(super) fn watch(page: Page) {
    thread_local! {
        static WATCHES: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
    }
    let Ok(Some(side)) = dom::document().query_selector(".side") else { return };
    if WATCHES.replace(true) {
        return;
    }
    let look: Closure<dyn FnMut()> = Closure::new(move || {
        page.with(|model| mark(&model.lit));
        super::lens::shade();
        super::cone::shade();
    });
    if let Ok(observer) = MutationObserver::new(look.as_ref().unchecked_ref()) {
        let what = MutationObserverInit::new();
        what.set_child_list(true);
        what.set_subtree(true);
        // A cell is used again for another entry.
        what.set_attribute_filter(&js_sys::Array::of1(&"data-fact".into()));
        let _ = observer.observe_with_options(&side, &what);
        // Both live as long as the page.
        std::mem::forget(observer);
        look.forget();
    }
}

/// A path above a picture, made when it is first needed.
pub(super) fn overlay(into: &str, id: &str) {
    let document = dom::document();
    if document.get_element_by_id(id).is_none()
        && let Ok(Some(picture)) = document.query_selector(into)
    {
        let path = svg("path").class(id).attr("id", id).attr("aria-hidden", "true").attr("pointer-events", "none");
        let _ = picture.append_child(path.node());
    }
}

/// In the ring: a circle around each message, and the way of one that has ended.
fn paint_ring(model: &mut Model, ring: &Ring, roster: &super::page::Roster) {
    let Model { motion, painter, lit, .. } = model;
    let mut around = String::new();
    for flight in motion.flights.iter().filter(|flight| lit.messages.contains(&flight.id)) {
        circle(&mut around, flight.at, ring.message + 6.0);
    }
    let place = |place: Place| match place {
        Place::Server(id) => ring.servers.get(roster.0.iter().position(|other| *other == id)?).copied(),
        Place::Client(id) => ring.clients.get(roster.1.iter().position(|other| *other == id)?).copied(),
    };
    let mut ways = String::new();
    if !matches!(lit.fact, Some(Fact::Entry(_) | Fact::Client(_))) {
        for leg in &lit.legs {
            if let (Some(from), Some(to)) = (place(leg.trip.from), place(leg.trip.to)) {
                let Way { start, end } = Way::between(from, to, ring.server + 8.0, ring.server + 8.0);
                draw(&mut ways, &[("M", start.x), (" ", start.y), ("L", end.x), (" ", end.y)], "");
            }
        }
    }
    show(painter, "svg.ring", "lit-ways", ways);
    show(painter, "svg.ring", "lit-flights", around);
}

/// In the space-time diagram: lines, arrows and marks.
fn paint_diagram(model: &mut Model) {
    let Model { playback, painter, lit, .. } = model;
    let frame: Frame = spacetime::now_in(playback);
    let now = playback.now();
    let (mut lines, mut arrows, mut marks) = (String::new(), String::new(), String::new());
    if matches!(lit.fact, Some(Fact::Server(_) | Fact::Client(_))) {
        let all =
            lit.servers.iter().map(|id| Place::Server(*id)).chain(lit.clients.iter().map(|id| Place::Client(*id)));
        for y in all.filter_map(|place| frame.place(place)) {
            draw(&mut lines, &[("M", frame.across.start), (" ", y), ("H", frame.across.end)], "");
        }
    }
    let ended = lit.legs.iter().map(|leg| (leg.trip, leg.at, if leg.lost { Share::Lost } else { Share::All }));
    let flights = playback.world().flights().into_iter().filter(|flight| lit.messages.contains(&flight.id));
    let moving = flights.map(|flight| {
        let share = Share::Part(flight.progress(now) as f64 / 1_000.0);
        (flight.trip(), flight.held.unwrap_or(now).min(now), share)
    });
    for (trip, at, share) in ended.chain(moving).filter(|(_, at, _)| *at <= frame.window.end) {
        if let Some((from, to)) = frame.arrow(&trip, at, share) {
            draw(&mut arrows, &[("M", from.x), (" ", from.y), ("L", to.x), (" ", to.y)], "");
        }
    }
    for (at, place) in &lit.marks {
        let (x, inside) = (frame.x(*at), frame.window.start <= *at && *at <= frame.window.end);
        if let Some(y) = frame.place(*place).filter(|_| inside) {
            circle(&mut marks, Point { x, y }, 6.0);
        }
    }
    show(painter, "#st", "lit-lines", lines);
    show(painter, "#st", "lit-arrows", arrows);
    show(painter, "#st", "lit-marks", marks);
    super::clients::light(painter, playback, &frame, lit);
}

pub(super) fn show(painter: &mut Painter, picture: &str, id: &str, d: String) {
    overlay(picture, id);
    painter.write(id, "d", d);
}
