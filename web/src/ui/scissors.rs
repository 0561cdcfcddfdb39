//! Cutting links by drawing a line across them: with a mouse or pen from wherever nothing else is,
//! with a finger once that is asked for, so that the page scrolls otherwise. None of it runs on a
//! first visit.

use std::cell::{Cell, RefCell};

use leptos::web_sys::{Element, PointerEvent};
use raft_core::ServerId;
use raft_sim::scenario::{Action, Who};

use super::dom;
use super::el::svg;
use super::linked::show;
use super::page::Page;
use super::paint::{Painter, Place};
use crate::cut::{Cutting, cutting};
use crate::layout::{Point, draw, tenths};
use crate::words::link as say;

thread_local! {
    /// The line so far.
    static LINE: RefCell<Option<Line>> = const { RefCell::new(None) };
    /// The next finger draws.
    static ASKED: Cell<bool> = const { Cell::new(false) };
    /// The last press was a line: it is no click.
    static DRAWN: Cell<bool> = const { Cell::new(false) };
}

/// A line, the pointer that draws it, and where that found the ring: a pointer that draws none need not ask.
struct Line {
    pointer: i32,
    ring: Place,
    points: Vec<Point>,
}

/// A hand is not still: less than this is no line.
const STILL: f64 = 8.0;

/// A line has at most so many points.
const LONGEST: usize = 1_000;

/// Whether the next finger draws.
pub fn ask(asked: bool) {
    ASKED.set(asked);
    if let Ok(Some(app)) = dom::document().query_selector(".app") {
        match asked {
            true => dom::set(&app, "data-draw", ""),
            false => _ = app.remove_attribute("data-draw"),
        }
    }
}

/// Whether the press that has just ended was a line.
pub fn drawn() -> bool {
    DRAWN.get()
}

/// The same, once.
pub fn take_drawn() -> bool {
    DRAWN.take()
}

/// Begins a line where nothing else is.
pub fn begin(page: Page, ring: &Element, event: &PointerEvent) {
    DRAWN.set(false);
    let finger = event.pointer_type() == "touch";
    if event.button() != 0 || page.embed || (finger && !ASKED.get()) {
        return;
    }
    let place = Place::of(ring);
    let at = place.point(event.client_x(), event.client_y());
    if !finger && page.with(|model| model.motion.nearest(at, 18.0).is_some()) {
        return;
    }
    LINE.set(Some(Line { pointer: event.pointer_id(), ring: place, points: vec![at] }));
}

/// Goes on with it. Returns whether there is one.
pub fn go_on(page: Page, event: &PointerEvent) -> bool {
    let drawing = LINE.with_borrow_mut(|line| {
        let ours = line.as_mut().filter(|line| line.pointer == event.pointer_id());
        let Some(Line { pointer, ring, points }) = ours else { return false };
        let at = ring.point(event.client_x(), event.client_y());
        // It was let go where nobody heard of it.
        if event.buttons() == 0 {
            *line = None;
            return false;
        }
        let far = points.first().is_some_and(|first| first.distance(at) > STILL);
        if far
            && !DRAWN.replace(true)
            && let Ok(Some(ring)) = dom::document().query_selector("svg.ring")
        {
            let _ = ring.set_pointer_capture(*pointer);
        }
        if points.last().is_none_or(|last| last.distance(at) > 2.0) && points.len() < LONGEST {
            points.push(at);
        }
        true
    });
    if drawing {
        paint(page);
    }
    drawing
}

/// Ends it, and cuts.
pub fn end(page: Page, event: &PointerEvent) {
    let Some(Line { points, .. }) = LINE.take().filter(|line| line.pointer == event.pointer_id()) else { return };
    if event.type_() == "pointerup" && drawn() {
        ask(false);
        cut(page, &cutting(&places(page), &points));
    }
    paint(page);
}

/// Gives it up. Returns whether there was anything to be given up.
pub fn forget(page: Page) -> bool {
    let was = LINE.take().is_some() | ASKED.get();
    if was {
        ask(false);
        paint(page);
    }
    was
}

/// Where the servers stand.
pub fn places(page: Page) -> Vec<(ServerId, Point)> {
    let servers = page.roster.get_untracked().0;
    page.ring.with_untracked(|ring| servers.into_iter().zip(ring.servers.iter().copied()).collect())
}

fn cut(page: Page, cutting: &Cutting) {
    let whole = page.picture.with_untracked(|picture| picture.cuts.is_empty());
    match cutting {
        Cutting::Nothing => {}
        // Parting the network mends what was cut within the groups.
        Cutting::Groups(groups) if whole => {
            let group = |group: &Vec<ServerId>| group.iter().copied().map(Who::Server).collect();
            page.act(Action::Partition(groups.iter().map(group).collect()));
        }
        Cutting::Groups(groups) => {
            for (n, group) in groups.iter().enumerate() {
                let others = groups[n + 1..].iter().flatten();
                others.for_each(|b| group.iter().for_each(|a| cut_link(page, *a, *b)));
            }
        }
        Cutting::Links(links) => links.iter().for_each(|(a, b)| cut_link(page, *a, *b)),
    }
}

fn cut_link(page: Page, a: ServerId, b: ServerId) {
    let is_cut = page.with(|model| model.playback.world().is_cut(a, b) && model.playback.world().is_cut(b, a));
    if !is_cut {
        page.act(Action::Cut { from: Who::Server(a), to: Who::Server(b), both: true });
    }
}

/// Draws the line, and says what it would cut.
fn paint(page: Page) {
    let points = LINE.with_borrow(|line| line.as_ref().filter(|_| drawn()).map(|line| line.points.clone()));
    let points = points.unwrap_or_default();
    let mut d = String::new();
    for (n, point) in points.iter().enumerate() {
        draw(&mut d, &[(if n == 0 { "M" } else { "L" }, point.x), (" ", point.y)], "");
    }
    let said = match cutting(&places(page), &points) {
        Cutting::Nothing => String::new(),
        Cutting::Groups(groups) => say::groups(&groups),
        Cutting::Links(links) => say::links(&links),
    };
    page.model.update_value(|model| {
        show(&mut model.painter, "svg.ring", "stroke", d);
        tell(&mut model.painter, page, said, points.last().copied());
    });
}

fn tell(painter: &mut Painter, page: Page, said: String, at: Option<Point>) {
    const ID: &str = "stroke-words";
    if dom::document().get_element_by_id(ID).is_none()
        && !said.is_empty()
        && let Ok(Some(ring)) = dom::document().query_selector("svg.ring")
    {
        let text = svg("text").class(ID).attr("id", ID).attr("aria-hidden", "true").attr("pointer-events", "none");
        let _ = ring.append_child(text.node());
    }
    let (width, at) = (page.ring.with_untracked(|ring| ring.width), at.unwrap_or_default());
    painter.write(ID, "x", tenths(at.x.clamp(80.0, (width - 80.0).max(80.0))));
    painter.write(ID, "y", tenths((at.y - 14.0).max(16.0)));
    painter.say(ID, said);
}
