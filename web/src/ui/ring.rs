//! The ring: servers, clients, and messages on their way; under it what to try, and the signs.

use leptos::prelude::untrack;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, Event, KeyboardEvent, MouseEvent};
use raft_core::{RoleName, ServerId, Term};
use raft_sim::host::Condition;
use raft_sim::machine::ClientId;

use super::app::watch_size;
use super::el::{El, html, react, svg};
use super::icons::play_icon;
use super::menu::menu;
use super::page::{Chosen, Page};
use super::paint::{TAGS, point_in};
use super::signal::{Memo, RwSignal};
use super::{course, dom, fall, frame, goal, lens, present, quiz, scissors, summary};
use crate::figure::Part;
use crate::hint::{START, Tried, Try, hint};
use crate::keys::Command;
use crate::layout::{CLIENT, Point, Ring, Tenths, draw, tenths, translate};
use crate::linked::Fact;
use crate::quiz::Halt;
use crate::scene::{Ask, Ballot, ClientScene, Cut, Logs, ServerScene, Shape, tint};
use crate::words;

/// The stage.
pub fn stage(page: Page) -> El {
    let area = html("div")
        .class("ring-box")
        .child(ring(page))
        .slot(move || menu(page, page.menu.get()?))
        .when(move || !page.playing.get(), move || summary::described(page))
        .maybe((!page.embed).then(|| lens_button(page)))
        .when(move || page.poster.get(), move || poster(page));
    watch_size(&area.as_node(), move |width, height| {
        page.fit(width, height);
        // New places are drawn first; then the motion is painted onto them.
        frame::soon(move || page.repaint());
    });
    let stage = html("main").class("stage").attr("aria-label", "The cluster");
    let stage = stage.slot(move || page.study.get().and_then(|study| course::card(page, study))).child(area);
    let still = fall::warning(page);
    let stage = stage
        .slot(fall::rules_off(page))
        .slot(fall::fallen(page))
        .when(move || still.with(Option::is_some), move || fall::still(page, still))
        .slot(goal::standing(page));
    let stage = stage.when(move || page.lens.with(Option::is_some), move || lens::panel(page));
    let stage = if page.embed { stage } else { below(page, stage) };
    stage.maybe(page.figure.shows(Part::Legend).then(|| legend(page)))
}

fn lens_button(page: Page) -> El {
    html("button")
        .follow("class", move || {
            let free = page.ring.with(Ring::has_free_corner);
            if free { "quiet lens-button" } else { "quiet lens-button middle" }.into()
        })
        .truth("aria-pressed", move || page.lens.with(Option::is_some))
        .click(move || _ = page.command(Command::Lens))
        .text(words::lens::LENS)
}

// ---- The ring -------------------------------------------------------------------------------

fn ring(page: Page) -> El {
    let press = move |event: Event| match nearest(page, &event, 18.0) {
        _ if scissors::drawn() => {}
        Some(id) => page.choose(Chosen::Message(id), true),
        None => page.choose_nothing(),
    };
    let drawn = svg("svg")
        .class("ring")
        .follow("viewBox", move || {
            page.ring.with(|ring| format!("0 0 {} {}", ring.width.max(1.0) as u32, ring.height.max(1.0) as u32))
        })
        .attr("role", "group")
        .follow("aria-label", move || {
            page.roster.with(|(servers, _)| format!("Cluster of {}", words::servers(servers.len())))
        })
        .bind("aria-describedby", move || (!page.playing.get()).then(|| summary::ID.into()))
        .on("click", press)
        .child(svg("defs").child(hatch()));
    links(page, drawn)
        .each(
            move || page.roster.with(|(_, clients)| clients.iter().map(|id| u64::from(id.0)).collect()),
            move |id| client(page, ClientId(id as u32)),
        )
        .child(svg("g").attr("aria-hidden", "true").children(Shape::ALL.map(|shape| shape_path("trail", shape))))
        .each(
            move || page.roster.with(|(servers, _)| servers.iter().map(|id| u64::from(id.0)).collect()),
            move |id| server(page, ServerId(id as u32)),
        )
        .child(flights())
        .child(targets(page))
        .child(overlay().children((0..TAGS).map(tag)))
}

/// The message that a pointer is at.
fn nearest(page: Page, event: &Event, within: f64) -> Option<u64> {
    let svg: Element = event.current_target()?.unchecked_into();
    let mouse: &MouseEvent = event.unchecked_ref();
    let at = point_in(&svg, mouse.client_x(), mouse.client_y());
    page.with(|model| model.motion.nearest(at, within).map(|flight| flight.id))
}

fn hatch() -> El {
    svg("pattern")
        .attr("id", "hatch")
        .attr("width", "6")
        .attr("height", "6")
        .attr("patternTransform", "rotate(45)")
        .attr("patternUnits", "userSpaceOnUse")
        .child(svg("rect").attr("width", "6").attr("height", "6").attr("fill", "var(--faint)"))
        .child(svg("path").attr("d", "M0 0V6").attr("stroke", "var(--down)").attr("stroke-width", "1.4"))
}

/// What neither a pointer nor a screen reader meets.
fn overlay() -> El {
    svg("g").attr("aria-hidden", "true").attr("pointer-events", "none")
}

fn shape_path(kind: &str, shape: Shape) -> El {
    let name = shape.class();
    svg("path").class(&format!("{kind} {name}")).attr("id", &format!("{kind}-{name}"))
}

/// The messages: each shape is one path, painted with every frame.
fn flights() -> El {
    overlay()
        .children(Shape::ALL.map(|shape| shape_path("body", shape)))
        .child(svg("path").class("refuse").attr("id", "flights-refuse"))
        .child(svg("path").class("held").attr("id", "flights-held"))
        .child(svg("path").class("lost").attr("id", "flights-lost"))
}

fn tag(n: usize) -> El {
    svg("g")
        .class("tag")
        .attr("id", &format!("tag-{n}"))
        .attr("visibility", "hidden")
        .child(svg("rect").attr("id", &format!("tag-box-{n}")).attr("height", "18").attr("rx", "9"))
        .child(svg("text").attr("id", &format!("tag-text-{n}")).attr("x", "6").attr("y", "13"))
}

// ---- Links ----------------------------------------------------------------------------------

/// The links: thin lines, and what is cut.
fn links(page: Page, ring: El) -> El {
    let cuts = Memo::new(move || page.picture.with(|picture| picture.cuts.clone()));
    let whole = move || {
        let cuts = cuts.get();
        let servers = page.roster.get().0;
        page.ring.with(|ring| {
            let mut d = String::new();
            for (n, (a, from)) in ring.servers.iter().zip(&servers).enumerate() {
                for (b, to) in ring.servers.iter().zip(&servers).skip(n + 1) {
                    let is_cut = |cut: &Cut| (cut.from, cut.to) == (*from, *to) || (cut.to, cut.from) == (*from, *to);
                    if !cuts.iter().any(is_cut) {
                        d.push_str(&straight(*a, *b));
                    }
                }
            }
            d
        })
    };
    let cut = move || {
        let cuts = cuts.get();
        let many = cuts.len() > 4;
        let signs = cuts
            .iter()
            .filter_map(|cut| Some(cut_view(*cut, place_of(page, cut.from)?, place_of(page, cut.to)?, many)));
        Some(svg("g").attr("aria-hidden", "true").children(signs.flatten()))
    };
    let streams = Memo::new(move || page.picture.with(|picture| picture.streams.clone()));
    let streams = move || {
        let streams = streams.get();
        let lines = streams.iter().filter_map(|(a, b)| Some(straight(place_of(page, *a)?, place_of(page, *b)?)));
        lines.collect::<String>()
    };
    let line = |class: &'static str, d: Box<dyn Fn() -> String>| {
        svg("path").class(class).follow("d", d).attr("aria-hidden", "true")
    };
    ring.child(line("link", Box::new(whole))).child(line("stream", Box::new(streams))).slot(cut)
}

/// Where a server stands.
fn place_of(page: Page, id: ServerId) -> Option<Point> {
    let n = page.roster.with(|(servers, _)| servers.iter().position(|server| *server == id))?;
    page.ring.with(|ring| ring.servers.get(n).copied())
}

fn straight(from: Point, to: Point) -> String {
    let mut d = String::new();
    draw(&mut d, &[("M", from.x), (" ", from.y), ("L", to.x), (" ", to.y)], "");
    d
}

/// A cut link: dotted, with a cross where it is cut; where one direction still works, an arrow
/// of that direction stands beside the cross.
fn cut_view(cut: Cut, from: Point, to: Point, many: bool) -> [El; 2] {
    let middle = translate(Point { x: (from.x + to.x) / 2.0, y: (from.y + to.y) / 2.0 });
    let turn = (to.y - from.y).atan2(to.x - from.x).to_degrees();
    let sign = match (cut.both, many) {
        (true, true) => "",
        (true, false) => "M-4 -4l8 8m0 -8l-8 8",
        // Stopped in this direction; the other one passes.
        (false, _) => "M-12 0h10m-4 -4l4 4l-4 4M3 -6v12",
    };
    let mark = svg("path").class("cut-mark").attr("d", sign).attr("fill", "none");
    [
        svg("path").class("cut").attr("d", &straight(from, to)),
        mark.attr("transform", &format!("{middle} rotate({})", Tenths(turn))),
    ]
}

// ---- Servers --------------------------------------------------------------------------------

fn server(page: Page, id: ServerId) -> El {
    let scene = Memo::new(move || page.picture.with(|picture| picture.server(id).cloned()));
    let of = move |read: fn(&ServerScene) -> String| {
        move || scene.with(|scene| scene.as_ref().map(read).unwrap_or_default())
    };
    let place = Memo::new(move || place_of(page, id).unwrap_or_default());
    let chosen = Memo::new(move || page.chosen.get() == Some(Chosen::Server(id)));
    // One server can be reached by Tab, the others by the arrow keys from there.
    let tab = Memo::new(move || match page.chosen.get() {
        Some(Chosen::Server(chosen)) => chosen == id,
        _ => page.roster.with(|(servers, _)| servers.first() == Some(&id)),
    });
    let radius = Memo::new(move || page.ring.with(|ring| ring.server.max(1.0)));
    let name = move || {
        let radius = radius.get();
        let name = |s: &ServerScene| words::server_name(s, under_name(s, radius).1.is_none());
        scene.with(|scene| scene.as_ref().map(name).unwrap_or_default())
    };
    let whole = svg("g")
        .follow("class", move || if chosen.get() { "server selected" } else { "server" }.into())
        .attr("id", &format!("server-{}", id.0))
        .attr("data-fact", &Fact::Server(id).to_string())
        .attr("role", "button")
        .follow("tabindex", move || if tab.get() { "0" } else { "-1" }.into())
        .follow("aria-label", name)
        .attr("aria-haspopup", "dialog")
        .truth("aria-expanded", move || chosen.get() && page.menu.get().is_some())
        .follow("data-role", of(|s| words::role_class(s.role, s.condition).into()))
        .follow("data-seat", of(|s| words::voteless(s).unwrap_or_default().into()))
        .follow("data-power", of(|s| if s.condition == Condition::Paused { "paused" } else { "" }.into()))
        .follow("transform", move || translate(place.get()))
        .on("click", move |event| {
            event.stop_propagation();
            page.choose(Chosen::Server(id), true);
            dom::enter(".menu");
        })
        .on("keydown", move |event| server_key(page, id, &event));
    server_words(server_face(whole, id, scene, radius), id, scene, radius)
}

/// What stands under a server's name, and the size of its letters; none where they would be too
/// small to read, and a letter stands for the word.
fn under_name(server: &ServerScene, radius: f64) -> (String, Option<f64>) {
    let word = words::under_name(server, false);
    let size = word_size(radius, word.chars().count());
    if size.is_some() { (word, size) } else { (words::under_name(server, true), None) }
}

/// At which size so many letters fit between the edges of a circle, below its middle.
fn word_size(radius: f64, letters: usize) -> Option<f64> {
    const BELOW: f64 = 14.0;
    const EDGE: f64 = 3.0;
    const WIDE: f64 = 0.54;
    let room = 2.0 * ((radius * radius - BELOW * BELOW).max(0.0).sqrt() - EDGE);
    let size = room / (WIDE * letters.max(1) as f64);
    (size >= 9.0).then_some(size.min(11.0))
}

/// The circles of a server, and the plate of one that is down.
fn server_face(server: El, id: ServerId, scene: Memo<Option<ServerScene>>, radius: Memo<f64>) -> El {
    let circle = move |class: &'static str, more: f64| {
        svg("circle").class(class).follow("r", move || tenths(radius.get() + more))
    };
    let shows = move |what: fn(&ServerScene) -> bool| move || scene.with(|scene| scene.as_ref().is_some_and(what));
    let leads = shows(|s| s.role == RoleName::Leader && s.condition != Condition::Down);
    let rimmed = shows(|s| s.role != RoleName::Follower && s.condition != Condition::Down);
    let down = shows(|s| s.condition == Condition::Down);
    let timer = circle("timer", 0.0)
        .attr("id", &format!("timer-{}", id.0))
        .attr("pathLength", "1000")
        .attr("stroke-dasharray", "0 2000")
        .attr("transform", "rotate(-90)");
    let plate = move || {
        svg("rect")
            .class("plate")
            .follow("x", move || tenths(-radius.get() * 0.74))
            .follow("y", move || tenths(-radius.get() * 0.42))
            .follow("width", move || tenths(radius.get() * 1.48))
            .follow("height", move || tenths(radius.get() * 0.98))
            .attr("rx", "6")
    };
    let cross = move || {
        svg("path")
            .class("cross")
            .attr("d", "M-4.5 -4.5l9 9m0 -9l-9 9")
            .follow("transform", move || translate(Point { x: 0.0, y: radius.get() * 0.84 }))
    };
    server
        .child(circle("pick", 13.0))
        .when(leads, move || circle("halo", 7.0))
        .child(circle("face", 0.0))
        .child(timer)
        .when(rimmed, move || circle("rim", 0.0))
        .when(down, plate)
        .when(down, cross)
}

/// What a server says of itself: name, role, votes, whether it is paused, term.
fn server_words(server: El, id: ServerId, scene: Memo<Option<ServerScene>>, radius: Memo<f64>) -> El {
    let name = svg("text").class("name").attr("y", "2").text(&format!("{id} "));
    let under = Memo::new(move || {
        let radius = radius.get();
        scene.with(|scene| scene.as_ref().map(|s| under_name(s, radius)).unwrap_or_default())
    });
    let low =
        move || if under.with(|(_, size)| size.is_some()) { 16.0 } else { (radius.get() * 0.56).clamp(12.0, 14.0) };
    let role = svg("text")
        .class("role")
        .follow("y", move || tenths(low()))
        .follow("font-size", move || tenths(under.with(|(_, size)| size.unwrap_or(11.0))))
        .say(move || under.with(|(word, _)| format!("{word} ")));
    let votes = Memo::new(move || scene.with(|scene| scene.as_ref().map(|s| s.ballots.clone()).unwrap_or_default()));
    let paused = move || scene.with(|scene| scene.as_ref().is_some_and(|s| s.condition == Condition::Paused));
    let bars = move || {
        svg("path")
            .class("bars")
            .attr("d", "M-5 -5h3.4v10h-3.4zM1.6 -5h3.4v10h-3.4z")
            .follow("transform", move || translate(Point { x: 0.0, y: -radius.get() }))
    };
    let term = Memo::new(move || scene.with(|scene| scene.as_ref().map(|s| s.term)));
    let chip = svg("g")
        .class("term")
        .follow("transform", move || translate(Point { x: radius.get() * 0.7, y: -radius.get() * 0.92 }))
        .slot(move || term.get().map(term_chip))
        .slot(move || term.get().map(|term| svg("text").attr("x", "7").attr("y", "4").text(&format!("T{term}"))));
    let side = Memo::new(move || scene.with(|scene| scene.as_ref().and_then(|s| words::side(s.seat))));
    let side = move || side.get().map(|side| side_chip(side, radius));
    server
        .child(name)
        .child(role)
        .slot(move || Some(ballots(votes.get(), radius.get())))
        .when(paused, bars)
        .child(chip)
        .slot(side)
}

/// What a term is written on.
fn term_chip(term: Term) -> El {
    let width = 14.0 + 7.0 * format!("T{term}").len() as f64;
    svg("rect")
        .class(&format!("t{}", tint(term)))
        .attr("x", &tenths(-width / 2.0 + 7.0))
        .attr("y", "-9")
        .attr("width", &tenths(width))
        .attr("height", "18")
        .attr("rx", "9")
}

/// In joint consensus: where a server votes, on the lower edge of its circle.
fn side_chip(side: &str, radius: Memo<f64>) -> El {
    let width = 12.0 + 6.2 * side.len() as f64;
    let plate = svg("rect")
        .attr("x", &tenths(-width / 2.0))
        .attr("y", "-8")
        .attr("width", &tenths(width))
        .attr("height", "16")
        .attr("rx", "8");
    svg("g")
        .class("seat")
        .attr("aria-hidden", "true")
        .follow("transform", move || translate(Point { x: 0.0, y: radius.get() }))
        .child(plate)
        .child(svg("text").attr("y", "3.6").text(side))
}

/// A candidate's votes, a dot a voter: full is counted, dotted is given and on its way, a stroke
/// is refused.
fn ballots(ballots: Vec<Ballot>, radius: f64) -> El {
    let step = (radius * 1.5 / ballots.len().max(1) as f64).min(9.0);
    let start = -step * (ballots.len().saturating_sub(1)) as f64 / 2.0;
    let y = tenths(radius + 16.0);
    svg("g").children(ballots.into_iter().enumerate().map(|(n, ballot)| {
        let x = tenths(start + step * n as f64);
        let class = match ballot {
            Ballot::Have => "ballot have",
            Ballot::Coming => "ballot coming",
            Ballot::Against => "ballot against",
            Ballot::Unknown => "ballot unknown",
        };
        if ballot == Ballot::Against {
            svg("path").class(class).attr("d", &format!("M{x} {y}m-2.6 -2.6l5.2 5.2m0 -5.2l-5.2 5.2"))
        } else {
            svg("circle").class(class).attr("cx", &x).attr("cy", &y).attr("r", "3.2")
        }
    }))
}

/// What a key on a server or a message asks for.
enum Key {
    Open,
    Turn(i64),
}

/// Enter opens its menu, up and down go round. Any other key is left to whoever wants it.
fn key_of(event: &Event) -> Option<Key> {
    let key = match event.unchecked_ref::<KeyboardEvent>().key().as_str() {
        "Enter" | " " => Key::Open,
        "ArrowDown" => Key::Turn(1),
        "ArrowUp" => Key::Turn(-1),
        _ => return None,
    };
    event.prevent_default();
    event.stop_propagation();
    Some(key)
}

/// Keys on a server: Enter opens its menu, up and down go round the ring.
fn server_key(page: Page, id: ServerId, event: &Event) {
    let turn = match key_of(event) {
        Some(Key::Open) => {
            page.choose(Chosen::Server(id), true);
            dom::enter(".menu");
            return;
        }
        Some(Key::Turn(turn)) => turn,
        None => return,
    };
    let next = page.roster.with_untracked(|(servers, _)| {
        let here = servers.iter().position(|server| *server == id).unwrap_or(0) as i64;
        servers[(here + turn).rem_euclid(servers.len() as i64) as usize]
    });
    page.choose(Chosen::Server(next), false);
    dom::focus(&format!("server-{}", next.0));
}

// ---- Clients --------------------------------------------------------------------------------

fn client(page: Page, id: ClientId) -> El {
    let scene =
        Memo::new(move || page.picture.with(|picture| picture.clients.iter().find(|client| client.id == id).cloned()));
    let of = move |read: fn(&ClientScene) -> String| {
        move || scene.with(|scene| scene.as_ref().map(read).unwrap_or_default())
    };
    let place = Memo::new(move || {
        let n = page.roster.with(|(_, clients)| clients.iter().position(|client| *client == id)).unwrap_or(0);
        page.ring.with(|ring| ring.clients.get(n).copied().unwrap_or_default())
    });
    let asks = move || {
        let asked = scene.with(|scene| scene.as_ref().and_then(|scene| scene.asks))?;
        Some(straight(place.get(), place_of(page, asked)?))
    };
    let state = of(|scene| {
        match scene.state {
            Ask::Idle => "idle",
            Ask::Waiting => "waiting",
            Ask::Done => "ok",
            Ask::Failed => "failed",
            Ask::Unknown => "unknown",
        }
        .into()
    });
    let ask = of(|scene| if scene.text.is_empty() { "client".into() } else { words::short(&scene.text) });
    let box_of_it = svg("g")
        .class("client")
        .attr("data-fact", &Fact::Client(id).to_string())
        .attr("role", if page.embed { "img" } else { "button" })
        .attr("tabindex", if page.embed { "-1" } else { "0" })
        .follow("aria-label", of(words::client_name))
        .follow("data-state", state)
        .follow("transform", move || translate(place.get()))
        .child(client_box())
        // What is read as one text is said as in the name: with a space.
        .child(svg("text").class("name").attr("y", "-3").text(&format!("{id} ")))
        .child(svg("text").class("ask").attr("y", "13").say(ask));
    let link = svg("path").class("client-link").follow("d", move || asks().unwrap_or_default());
    svg("g").child(link.attr("aria-hidden", "true")).child(box_of_it)
}

fn client_box() -> El {
    let (w, h) = CLIENT;
    svg("rect")
        .attr("x", &tenths(-w / 2.0))
        .attr("y", &tenths(-h / 2.0))
        .attr("width", &tenths(w))
        .attr("height", &tenths(h))
        .attr("rx", "10")
}

// ---- Messages -------------------------------------------------------------------------------

/// While time stands still every message can be reached.
fn targets(page: Page) -> El {
    svg("g").each(
        move || page.targets.with(|targets| targets.iter().map(|target| target.id).collect()),
        move |id| target(page, id),
    )
}

fn target(page: Page, id: u64) -> El {
    let at = page.whereabouts(Chosen::Message(id)).unwrap_or_default();
    let name = page.targets.with_untracked(|targets| {
        targets.iter().find(|target| target.id == id).map(|target| target.name.clone()).unwrap_or_default()
    });
    let chosen = move || page.chosen.get() == Some(Chosen::Message(id));
    let first = move || match page.chosen.get() {
        Some(Chosen::Message(chosen)) => chosen == id,
        _ => page.targets.with(|targets| targets.first().is_some_and(|target| target.id == id)),
    };
    svg("circle")
        .follow("class", move || if chosen() { "flight selected" } else { "flight" }.into())
        .attr("id", &format!("flight-{id}"))
        .attr("data-fact", &Fact::Message(id).to_string())
        .attr("r", "12")
        .attr("cx", &tenths(at.x))
        .attr("cy", &tenths(at.y))
        .attr("role", "button")
        .follow("tabindex", move || if first() { "0" } else { "-1" }.into())
        .attr("aria-haspopup", "dialog")
        .attr("aria-label", &name)
        .on("click", move |event| {
            event.stop_propagation();
            page.choose(Chosen::Message(id), true);
            dom::enter(".menu");
        })
        .on("keydown", move |event| target_key(page, id, &event))
}

/// Keys on a message: Enter opens its menu, up and down go from one to the next.
fn target_key(page: Page, id: u64, event: &Event) {
    let step = match key_of(event) {
        Some(Key::Open) => {
            page.choose(Chosen::Message(id), true);
            dom::enter(".menu");
            return;
        }
        Some(Key::Turn(step)) => step,
        None => return,
    };
    let next = page.targets.with_untracked(|targets| {
        let here = targets.iter().position(|target| target.id == id).unwrap_or(0) as i64;
        targets.get((here + step).rem_euclid(targets.len().max(1) as i64) as usize).map(|target| target.id)
    });
    if let Some(next) = next {
        page.choose(Chosen::Message(next), false);
        dom::focus(&format!("flight-{next}"));
    }
}

// ---- Under the ring -------------------------------------------------------------------------

/// The line under the ring: what the scenario says while it waits, else what to try.
fn below(page: Page, stage: El) -> El {
    // Of a promise that falls its own card speaks.
    let waits = Memo::new(move || page.waits.with(|waits| waits.as_ref().is_some_and(|halt| *halt != Halt::Fell)));
    stage.slot(move || Some(if waits.get() { quiz::card(page) } else { hint_line(page) }))
}

/// So many real microseconds a line is there at least while time runs.
const LONG_ENOUGH: u64 = 1_200_000;

/// The button stays while its words change, and with it the focus.
fn hint_line(page: Page) -> El {
    let said = move || page.picture.with(|picture| hint(picture, page.tried.get()));
    let line = RwSignal::new(untrack(said));
    let mut since = 0;
    react(Box::new(move || {
        page.moment.track();
        let (wanted, real) = (said(), frame::clock());
        // Somebody has to read it: an election at full speed is over before its line is seen.
        let early = page.playing.get() && real < since + LONG_ENOUGH;
        if !early && line.with_untracked(|line| *line != wanted) {
            since = real;
            line.set(wanted);
        }
    }));
    let offer = move || line.with(|line| line.offer);
    let take = move || {
        if let Some(offer) = line.with_untracked(|line| line.offer) {
            page.take_offer(offer);
        }
    };
    let button = move || {
        html("button").say(move || offer().map(|offer| offer_words(page, offer)).unwrap_or_default()).click(take)
    };
    let new = dom::kept("last").is_none();
    let start =
        move || new && page.tried.get() == Tried::default() && page.title.with(|title| title == words::UNTITLED);
    html("div")
        .class("hint")
        .when(start, || html("p").text(START))
        .child(html("span").say(move || line.with(|line| line.says.to_string())))
        .when(move || offer().is_some(), button)
}

fn offer_words(page: Page, offer: Try) -> String {
    match offer {
        Try::CrashLeader => "Crash the leader".into(),
        Try::Write => format!("Write x={}", page.next_value()),
        Try::StepBack => "Step back".into(),
        Try::Restart(id) => format!("Restart {id}"),
        Try::Heal => "Mend all links".into(),
        Try::Why => words::why::WHY.into(),
        Try::Course => words::library::START.into(),
        Try::Share => "Share this run".into(),
    }
}

/// The signs of messages.
fn legend(page: Page) -> El {
    let sign = |shape: Shape, words: &str| {
        let mut d = String::new();
        shape.outline(Point { x: 7.0, y: 7.0 }, 5.6, &mut d);
        let path = svg("path").class(&format!("body {}", shape.class())).attr("d", &d);
        let picture = svg("svg").attr("viewBox", "0 0 14 14").attr("aria-hidden", "true").child(path);
        html("li").child(picture).text(words)
    };
    let streams = move || page.picture.with(|picture| !picture.streams.is_empty());
    let stream = || {
        let path = svg("path").class("stream").attr("d", "M1 7h20");
        let picture = svg("svg").class("wide").attr("viewBox", "0 0 22 14").attr("aria-hidden", "true").child(path);
        html("li").child(picture).text("open stream")
    };
    let snapshots = move || page.logs.with(Logs::folded);
    html("ul")
        .class("legend")
        .attr("aria-label", "Signs of messages")
        .child(sign(Shape::Vote, "vote"))
        .child(sign(Shape::Append, "append"))
        .child(sign(Shape::Heartbeat, "heartbeat"))
        .when(snapshots, move || sign(Shape::Snapshot, "snapshot"))
        .when(streams, stream)
        .child(sign(Shape::AppendReply, "replies are hollow"))
        .when(move || page.by_hand.get(), present::hand)
}

/// The figure before it is started.
fn poster(page: Page) -> El {
    let title = move || {
        let title = page.title.get();
        if title.is_empty() || page.figure.exam { words::NAME.to_owned() } else { title }
    };
    html("button")
        .class("poster")
        .follow("aria-label", move || format!("Play: {}", title()))
        .click(move || page.play())
        .child(html("span").class("disc").child(play_icon()))
        .child(html("b").say(title))
}
