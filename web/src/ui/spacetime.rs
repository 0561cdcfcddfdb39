//! The space-time diagram above the scrub bar. Its lines come with the scenario; what stands on
//! them is painted with every frame.

use std::cell::Cell;

use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, Event, MouseEvent};
use raft_core::{ServerId, Time};
use raft_sim::machine::ClientId;

use super::app::watch_box;
use super::el::{El, html, svg};
use super::linked::show;
use super::page::{Chosen, Page, Tab};
use super::paint::{Painter, point_in};
use super::signal::RwSignal;
use super::{dom, frame, zoom};
use crate::diagram::{self, Caption, Drawing, Frame, Line, WORDS};
use crate::events::{self, Kind};
use crate::layout::{Point, scrub, tenths};
use crate::linked::Fact;
use crate::playback::Playback;
use crate::scene::Shape;
use crate::words;
use crate::zoom::Zoom;

thread_local! {
    static SIZE: Cell<(f64, f64)> = const { Cell::new((0.0, 0.0)) };
    /// The first client that has a line.
    static FIRST: Cell<usize> = const { Cell::new(0) };
    /// What is shown of the run.
    pub(super) static ZOOM: Cell<Zoom> = const { Cell::new(Zoom::USUAL) };
}

/// How many times stand under the window.
const TICKS: usize = 14;

/// The panel, as long as it is open. A low window hides it by itself, and so does the tab of a narrow one.
pub fn space_time(page: Page, hidden: RwSignal<bool>) -> El {
    let room = RwSignal::new(0);
    let box_of_it = html("div").class("space-time").child(drawing(page, room)).child(buttons(page));
    let itself: Element = box_of_it.as_node();
    // Not so where all of the section is hidden.
    let is_hidden = move || itself.parent_element().is_some_and(|section| section.client_height() > 0);
    // On a narrow page it may be there and not be shown: then it has no size, and is not painted.
    watch_box(&box_of_it.as_node(), move |width, height| {
        SIZE.set((width, height));
        hidden.set(width == 0.0 && is_hidden());
        room.set(diagram::room(height - BELOW));
        frame::soon(move || page.repaint());
    });
    box_of_it
}

/// Shows it, also in a window that is too low for it unasked, or hides it.
pub fn toggle(page: Page) {
    let shows = page.diagram.get_untracked() && is_shown();
    if !shows && let Some(root) = dom::document().document_element() {
        dom::set(&root, "data-diagram", "asked");
        page.tab.set(Tab::Time);
    }
    page.diagram.set(!shows);
}

/// What stands in its place while it is hidden.
pub fn opener(page: Page) -> El {
    html("button").class("show-diagram").click(move || toggle(page)).text("Show the space-time diagram")
}

fn buttons(page: Page) -> El {
    let button = |name: &str, sign: &str| html("button").class("quiet").attr("aria-label", name).text(sign);
    html("div")
        .class("zoom")
        .child(button("Show earlier times", "‹").click(move || page.turn(-250)))
        .child(button("Show later times", "›").click(move || page.turn(250)))
        .child(button("Show less time", "+").click(move || page.zoom(-1, None)))
        .child(button("Show more time", "−").click(move || page.zoom(1, None)))
        .child(button("Hide the space-time diagram", "×").click(move || page.diagram.set(false)))
}

fn drawing(page: Page, room: RwSignal<usize>) -> El {
    let path = |class: &str, id: &str| svg("path").class(class).attr("id", id);
    let caption = |class: &'static str, id: &'static str| {
        (0..WORDS).map(move |n| svg("text").class(class).attr("id", &format!("{id}-{n}")))
    };
    let arrows = Shape::ALL.iter().flat_map(|shape| {
        let name = shape.class();
        [path(&format!("arrow {name}"), &format!("st-{name}")), path(&format!("spot {name}"), &format!("st-at-{name}"))]
    });
    let go = move |event: Event| {
        if zoom::dragged() {
            return;
        }
        let svg: Element = event.current_target().map(JsCast::unchecked_into).expect("a listener has a target");
        let mouse: &MouseEvent = event.unchecked_ref();
        let at = point_in(&svg, mouse.client_x(), mouse.client_y());
        let frame = page.with(|model| now_in(&model.playback));
        // The names of the lines are no time.
        if at.x < frame.across.start {
            return;
        }
        page.pause();
        let to = frame.time(at.x);
        page.seek(to.min(page.with(|model| model.playback.end())));
    };
    let drawing = svg("svg");
    zoom::listen(page, drawing)
        .attr("role", "img")
        .attr("id", "st")
        .attr("aria-label", "Space-time diagram")
        .on("click", go)
        .child(path("empty-time", "st-empty"))
        .child(path("parted-time", "st-parted"))
        .child(path("line", "st-lines"))
        .child(path("silent", "st-silent"))
        .child(path("stands-line", "st-stands"))
        .child(path("leads-line", "st-leads"))
        .children(
            ["waits", "ok", "failed", "unknown"].map(|end| path(&format!("call {end}"), &format!("st-call-{end}"))),
        )
        .children(arrows)
        .child(path("lost", "st-lost"))
        .child(path("crashed", "st-crashes"))
        .children(caption("gap-words", "st-gap"))
        .children(caption("gap-words", "st-apart"))
        .children(caption("asked", "st-asked"))
        .children((0..TICKS).map(|n| svg("text").class("tick").attr("id", &format!("st-tick-{n}"))))
        .child(path("hand", "st-hand"))
        .slot(move || Some(names(page, room.get())))
}

/// The names of the lines.
fn names(page: Page, room: usize) -> El {
    let (servers, clients) = page.roster.get();
    let (width, height) = SIZE.get();
    if clients.len() <= diagram::CLIENTS {
        FIRST.set(0);
    }
    let more = (clients.len() > diagram::CLIENTS).then(|| choose_lines(page, &servers, &clients, room)).flatten();
    let clients = clients.get(FIRST.get()..).unwrap_or_default();
    let frame = Frame::new(Time::ZERO..Time(1), &servers, clients, width, (height - BELOW).max(1.0));
    let all = svg("g").children(frame.lines.into_iter().enumerate().map(|(n, (line, _))| {
        let name = match line {
            Line::Server(id) => id.to_string(),
            Line::Client(id) => id.to_string(),
        };
        let fact = match line {
            Line::Server(id) => Fact::Server(id),
            Line::Client(id) => Fact::Client(id),
        };
        let text = svg("text")
            .class("line-name")
            .attr("data-fact", &fact.to_string())
            .attr("id", &format!("st-name-{n}"))
            .attr("x", "16")
            .text(&name);
        match line {
            Line::Server(id) => text.click(move || page.choose(Chosen::Server(id), false)),
            Line::Client(_) => text,
        }
    }));
    all.maybe(more)
}

/// Of many clients not all have a line; the chosen one does. What stands under the names says so.
fn choose_lines(page: Page, servers: &[ServerId], clients: &[ClientId], room: usize) -> Option<El> {
    let chosen = page.chosen.get();
    let wanted = clients.iter().position(|id| chosen == Some(Chosen::Client(*id)));
    let room = room.saturating_sub(servers.len()).max(diagram::CLIENTS);
    FIRST.set(diagram::first(FIRST.get(), wanted, clients.len(), room));
    let left_out = clients.len().saturating_sub(room);
    if left_out == 0 {
        return None;
    }
    let count = svg("text").class("more-lines").attr("x", "16").attr("y", "100%").attr("dy", "-3");
    let title = svg("title").text(&words::clients::left_out(left_out));
    Some(count.child(title).text(&format!("+{left_out}")))
}

/// Room for the times under the lines.
const BELOW: f64 = 16.0;

/// The frame around the present.
pub fn now_in(playback: &Playback) -> Frame {
    let world = playback.world();
    let (width, height) = SIZE.get();
    let servers: Vec<_> = world.servers().iter().map(|server| server.id).collect();
    let clients: Vec<_> = world.clients().iter().map(|client| client.id).collect();
    let shown = ZOOM.get().window(playback.now(), super::show::span(playback.end()));
    let clients = clients.get(FIRST.get()..).unwrap_or_default();
    Frame::new(shown, &servers, clients, width, (height - BELOW).max(1.0))
}

/// Whether there is any of it to be seen.
pub fn is_shown() -> bool {
    SIZE.get().0 > 0.0
}

/// Draws the present; `aloud` says it, too.
pub fn paint(painter: &mut Painter, playback: &Playback, aloud: bool) {
    if !is_shown() {
        return;
    }
    let frame = now_in(playback);
    let seen = playback.records();
    let chronicle = &playback.chronicle;
    let all = Drawing::of(&frame, playback.world(), seen, &chronicle.lanes, &chronicle.reigns);
    for (shape, (arrows, ends)) in Shape::ALL.iter().zip(all.arrows) {
        painter.write(&format!("st-{}", shape.class()), "d", arrows);
        painter.write(&format!("st-at-{}", shape.class()), "d", ends);
    }
    let paths = [
        ("st-lines", all.lines),
        ("st-leads", all.leads),
        ("st-stands", all.stands),
        ("st-silent", all.silent),
        ("st-crashes", all.crashes),
        ("st-parted", all.parted),
        ("st-empty", all.empty),
        ("st-lost", all.lost),
    ];
    paths.into_iter().for_each(|(id, d)| painter.write(id, "d", d));
    for (end, d) in ["waits", "ok", "failed", "unknown"].into_iter().zip(all.calls) {
        painter.write(&format!("st-call-{end}"), "d", d);
    }
    // Those of the run before go, too.
    if !chronicle.lanes.calls.is_empty() || dom::document().get_element_by_id("call-ends").is_some() {
        super::clients::paint(painter, playback, &frame);
    }
    captions(painter, "st-gap", &all.gaps);
    captions(painter, "st-apart", &all.apart);
    // They come with the rest of the page.
    if dom::whole() {
        mark_events(painter, playback, &frame);
    }
    captions(painter, "st-asked", &all.asked);
    for (n, (_, y)) in frame.lines.iter().enumerate() {
        painter.write(&format!("st-name-{n}"), "y", tenths(y + 4.0));
    }
    let now = frame.x(playback.now());
    painter.write("st-hand", "d", format!("M{} 0V{}", tenths(now), tenths(SIZE.get().1)));
    ticks(painter, &frame);
    if aloud {
        painter.write("st", "aria-label", said(playback, &frame));
    }
}

/// What happened on the lines.
#[inline(never)]
fn mark_events(painter: &mut Painter, playback: &Playback, frame: &Frame) {
    let marks = events::marks(frame, &playback.chronicle.told, playback.now());
    for (kind, d) in Kind::ALL.into_iter().zip(marks) {
        show(painter, "#st", kind.class(), d);
    }
}

fn captions(painter: &mut Painter, id: &str, all: &[Caption]) {
    for n in 0..WORDS {
        let id = format!("{id}-{n}");
        match all.get(n) {
            Some(Caption { at, words }) => {
                painter.place(&id, *at);
                painter.say(&id, words.clone());
            }
            None => painter.say(&id, String::new()),
        }
    }
}

/// The times of a window that is not all there is: then the scrub bar's are others.
fn ticks(painter: &mut Painter, frame: &Frame) {
    let (width, height) = SIZE.get();
    let (start, end) = (frame.window.start.0, frame.window.end.0);
    let step = scrub::tick(end - start, width);
    let all = (start.div_ceil(step)..).map(|n| Time(n * step)).take_while(|at| at.0 <= end && start > 0);
    let all = all.filter(|at| (40.0..width - 40.0).contains(&frame.x(*at)));
    let mut times = [None; TICKS];
    for at in all.take(TICKS) {
        // A time keeps its element while it moves through the window.
        times[(at.0 / step) as usize % TICKS] = Some(at);
    }
    for (n, at) in times.into_iter().enumerate() {
        let id = format!("st-tick-{n}");
        match at {
            Some(at) => {
                painter.place(&id, Point { x: frame.x(at), y: height - 3.0 });
                painter.say(&id, words::tick(at, step));
            }
            None => painter.say(&id, String::new()),
        }
    }
}

/// What a screen reader says of it; the story is the whole of it in words.
fn said(playback: &Playback, frame: &Frame) -> String {
    let last = playback.chronicle.reigns.iter().rfind(|reign| reign.from <= playback.now());
    let leads = match last.filter(|reign| reign.to.is_none_or(|to| to > playback.now())) {
        Some(reign) => format!("{} leads since {}", reign.leader, words::moment(reign.from)),
        None => "nobody leads".to_owned(),
    };
    let (from, to) = (words::moment(frame.window.start), words::moment(frame.window.end));
    format!("Space-time diagram from {from} to {to}: a line a server, an arrow a message; {leads}")
}
