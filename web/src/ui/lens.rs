//! The lenses: a panel under the ring, and marks in the pictures. None of it runs on a first visit.

use std::cell::RefCell;

use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;
use raft_core::{RoleName, ServerId, Time};
use raft_sim::network::Place;
use raft_sim::record::What;

use super::el::{El, html, svg};
use super::icons::close_icon;
use super::page::{Model, Page, Roster};
use super::signal::Memo;
use super::{dom, spacetime};
use crate::diagram::Frame;
use crate::keys::{self, Command};
use crate::layout::logs::{COLUMN, GAP, LEFT};
use crate::layout::{Point, Ring, draw, tenths};
use crate::lens::{Known, Lens, Quorum, safety};
use crate::linked::{Fact, subject};
use crate::scene::{Logs, Picture, Shape};
use crate::words::lens as words;

const ALL: [(Lens, Command); 3] = [
    (Lens::Quorum(Vec::new()), Command::Quorum),
    (Lens::Knowledge(ServerId(0)), Command::Knowledge),
    (Lens::Commit, Command::Commit),
];

/// Many lines say nothing.
const LINES: usize = 8;

/// The panel, as long as there is a lens.
pub fn panel(page: Page) -> El {
    let is =
        move |lens: &Lens| page.lens.with(|now| now.as_ref().is_some_and(|now| words::name(now) == words::name(lens)));
    let choice = move |(lens, command): (Lens, Command)| {
        let name = words::name(&lens);
        html("button")
            .class("tab")
            .truth("aria-pressed", move || is(&lens))
            .click(move || _ = page.command(command))
            .text(name)
            .child(html("kbd").text(keys::shown(command)))
    };
    let close = html("button").class("quiet icon").attr("aria-label", words::CLOSE).click(move || page.look(None));
    let head = html("div").class("lens-head").children(ALL.map(choice)).child(html("span").class("space"));
    let lines = Memo::new(move || {
        page.moment.track();
        page.focus.track();
        page.picture.track();
        page.lens.with(|lens| lens.as_ref().map(|lens| page.lines(lens)).unwrap_or_default())
    });
    let line =
        move |n: u64| html("li").say(move || lines.with(|lines| lines.get(n as usize).cloned().unwrap_or_default()));
    let list = html("ul").each(move || (0..lines.with(Vec::len) as u64).collect(), line);
    html("section")
        .class("lens")
        .attr("aria-label", words::LENSES)
        .child(head.child(close.child(close_icon())))
        .child(list)
}

impl Page {
    /// Looks through a lens, or through none.
    pub fn look(&self, lens: Option<Lens>) {
        self.menu.set(None);
        self.lens.set(lens);
        self.say_lens();
        self.refresh(true);
    }

    /// The lens of a key; the same key takes it away.
    pub fn lens_key(&self, command: Command) {
        let on = self.lens.get_untracked();
        let chosen = match self.chosen.get_untracked() {
            Some(super::page::Chosen::Server(id)) => Some(id),
            _ => None,
        };
        let lens = match (command, on) {
            (Command::Quorum, Some(Lens::Quorum(_)))
            | (Command::Knowledge, Some(Lens::Knowledge(_)))
            | (Command::Commit, Some(Lens::Commit)) => None,
            (Command::Lens, Some(_)) => None,
            (Command::Quorum, _) => Some(Lens::Quorum(Vec::new())),
            (Command::Knowledge, _) => {
                let leader = || self.picture.with_untracked(|picture| picture.leader);
                let first = || self.roster.with_untracked(|(servers, _)| servers.first().copied());
                chosen.or_else(leader).or_else(first).map(Lens::Knowledge)
            }
            _ => Some(Lens::Commit),
        };
        self.look(lens);
    }

    /// A server is chosen while a lens wants servers. Returns whether it does.
    pub fn pick(&self, id: ServerId) -> bool {
        match self.lens.get_untracked() {
            Some(Lens::Quorum(mut chosen)) => {
                match chosen.iter().position(|other| *other == id) {
                    Some(at) => _ = chosen.remove(at),
                    None => chosen.push(id),
                }
                chosen.sort_unstable();
                self.lens.set(Some(Lens::Quorum(chosen)));
            }
            Some(Lens::Knowledge(_)) => self.lens.set(Some(Lens::Knowledge(id))),
            _ => return false,
        }
        self.say_lens();
        self.refresh(true);
        true
    }

    fn say_lens(&self) {
        let first = self.lens.with_untracked(|lens| lens.as_ref().and_then(|lens| self.lines(lens).into_iter().next()));
        self.live.set(first.unwrap_or_else(|| words::CLOSE.into()));
    }

    /// What a lens says.
    fn lines(&self, lens: &Lens) -> Vec<String> {
        let entry = match self.focus.get_untracked().shown() {
            Some(Fact::Entry(at)) => Some(at),
            _ => None,
        };
        self.with(|model| {
            let playback = &model.playback;
            let world = playback.world();
            match lens {
                Lens::Quorum(chosen) => words::quorum(&Quorum::of(world, chosen, entry)),
                Lens::Knowledge(id) => {
                    let leads = world.server(*id).and_then(|server| server.view());
                    let leads = leads.is_some_and(|view| view.role == RoleName::Leader);
                    let known = Known::of(world, *id, playback.records());
                    known.map(|known| words::knowledge(&known, playback.now(), leads)).unwrap_or_default()
                }
                Lens::Commit => {
                    let shown = self.logs.with_untracked(|logs| (logs.first, logs.columns as u64));
                    let mut all = safety(world, shown.0, shown.0 + shown.1);
                    // What is pointed at, else the latest.
                    if let Some(at) = entry {
                        all.retain(|one| one.at == at);
                    }
                    if all.is_empty() {
                        return vec![words::NO_ENTRY.into()];
                    }
                    all.iter().rev().take(LINES).map(words::safety).collect()
                }
            }
        })
    }
}

// ---- Marks -----------------------------------------------------------------------------------------

thread_local! {
    /// What is grey, as last said to the elements; who looks at it when they are made anew.
    static SHADE: RefCell<Shade> = const { RefCell::new(Shade::None) };
}

/// What each element that carries a fact has to do with the lens.
enum Shade {
    None,
    Quorum(Vec<ServerId>),
    Unknown { whose: ServerId, cells: Vec<(ServerId, raft_core::Position)>, events: Vec<u64> },
}

/// Marks a picture that was painted just now; `anew` where more than positions may have changed.
pub fn paint(model: &mut Model, page: Page, (picture, logs): (&Picture, &Logs), anew: bool) {
    let lens = page.lens.get_untracked();
    if let Ok(Some(app)) = dom::document().query_selector(".app") {
        let leads = matches!(&lens, Some(Lens::Knowledge(id)) if picture.leader == Some(*id));
        let name = lens.as_ref().map_or("", |lens| if leads { "Knowledge leads" } else { words::name(lens) });
        if app.get_attribute("data-lens").as_deref() != Some(name) {
            dom::set(&app, "data-lens", name);
        }
    }
    let (ring, roster) = (page.ring.get_untracked(), page.roster.get_untracked());
    let mut marks = Marks::default();
    if anew || lens.is_none() {
        SHADE.set(Shade::None);
    }
    match &lens {
        None => {}
        Some(Lens::Quorum(chosen)) => quorum(model, page, chosen, &ring, &roster, &mut marks),
        Some(Lens::Knowledge(id)) => knowledge(model, *id, logs, &ring, &roster, &mut marks, anew),
        Some(Lens::Commit) => commit(model, logs, &mut marks),
    }
    if anew || lens.is_none() {
        shade();
        super::linked::watch(page);
    }
    marks.paint(model);
}

/// What is drawn above the pictures.
#[derive(Default)]
struct Marks {
    /// Triangles and squares at servers.
    signs: String,
    /// Words at servers.
    words: Vec<(Point, String)>,
    /// Words above the columns of the logs.
    columns: Vec<(f64, String)>,
    /// What of the space-time diagram lies in the dark.
    fog: String,
}

impl Marks {
    fn paint(self, model: &mut Model) {
        path("svg.ring", "lens-signs");
        model.painter.write("lens-signs", "d", self.signs);
        path("#st", "lens-fog");
        model.painter.write("lens-fog", "d", self.fog);
        texts(model, "svg.ring", "lens-words", self.words);
        texts(
            model,
            ".matrix svg",
            "lens-columns",
            self.columns.into_iter().map(|(x, text)| (Point { x, y: 11.0 }, text)).collect(),
        );
    }
}

fn path(into: &str, id: &str) {
    super::linked::overlay(into, id);
}

/// Texts above a picture: as many elements as were ever needed at once.
fn texts(model: &mut Model, into: &str, id: &'static str, all: Vec<(Point, String)>) {
    let document = dom::document();
    let mut n = 0;
    for (at, words) in all {
        let name = format!("{id}-{n}");
        if document.get_element_by_id(&name).is_none() {
            let Ok(Some(picture)) = document.query_selector(into) else { return };
            let text = svg("text").class(id).attr("id", &name).attr("aria-hidden", "true");
            let _ = picture.append_child(text.node());
        }
        model.painter.write(&name, "x", tenths(at.x));
        model.painter.write(&name, "y", tenths(at.y));
        model.painter.say(&name, words);
        n += 1;
    }
    while document.get_element_by_id(&format!("{id}-{n}")).is_some() {
        model.painter.say(&format!("{id}-{n}"), String::new());
        n += 1;
    }
}

fn quorum(model: &Model, page: Page, chosen: &[ServerId], ring: &Ring, roster: &Roster, marks: &mut Marks) {
    let entry = match page.focus.get_untracked().shown() {
        Some(Fact::Entry(at)) => Some(at),
        _ => None,
    };
    let all = Quorum::of(model.playback.world(), chosen, entry);
    let voters = all.ballot.map(|(_, _, voters)| voters).unwrap_or_default();
    let holders = all.entry.map(|(_, holders)| holders).unwrap_or_default();
    for (id, at) in roster.0.iter().zip(&ring.servers) {
        let corner = |side: f64| at.plus(side * (ring.server * 0.78 + 3.0), ring.server * 0.78 + 3.0);
        if voters.contains(id) {
            Shape::Vote.outline(corner(-1.0), 6.0, &mut marks.signs);
        }
        if holders.contains(id) {
            Shape::Append.outline(corner(1.0), 5.6, &mut marks.signs);
        }
    }
    SHADE.set(Shade::Quorum(chosen.to_vec()));
}

fn knowledge(model: &Model, id: ServerId, logs: &Logs, ring: &Ring, roster: &Roster, marks: &mut Marks, anew: bool) {
    let playback = &model.playback;
    let Some(known) = Known::of(playback.world(), id, playback.records()) else { return };
    for belief in &known.beliefs {
        let place = roster.0.iter().position(|other| *other == belief.heard.server);
        if let Some(at) = place.and_then(|n| ring.servers.get(n)) {
            marks.words.push((at.plus(0.0, ring.server + 17.0), words::believed_short(belief)));
        }
    }
    if spacetime::is_shown() {
        fog(&mut marks.fog, &spacetime::now_in(playback), &known, playback.now());
    }
    if !anew {
        return;
    }
    let cells = logs.rows.iter().flat_map(|row| row.cells.iter().map(move |cell| (row.id, cell.position())));
    let cells = cells.filter(|(server, at)| !known.knows_entry(*server, *at)).collect();
    let told = &playback.chronicle.told;
    let dark = |record: &raft_sim::record::Record| match subject(&record.what) {
        Some(Place::Server(server)) => !known.covers(server, record.at),
        Some(Place::Client(_)) => true,
        // Who hears of nothing cannot tell a cut from silence.
        None => matches!(record.what, What::Cut(_) | What::Partitioned(_) | What::Healed(_) | What::Changed(_)),
    };
    let near = told.len().saturating_sub(2_000);
    let mut events: Vec<u64> =
        told[near..].iter().filter(|told| dark(&told.record)).map(|told| told.record.event).collect();
    events.dedup();
    SHADE.set(Shade::Unknown { whose: id, cells, events });
}

/// What each other server did after the last that can be known of it.
fn fog(d: &mut String, frame: &Frame, known: &Known<'_>, now: Time) {
    let high = frame.lines.get(1).map_or(20.0, |second| second.1 - frame.lines[0].1) / 2.0;
    for belief in &known.beliefs {
        let Some(y) = frame.place(Place::Server(belief.heard.server)) else { continue };
        let from = belief.heard.until.unwrap_or(Time::ZERO).max(frame.window.start);
        let to = now.min(frame.window.end);
        if from < to {
            let (left, right) = (frame.x(from), frame.x(to));
            draw(d, &[("M", left), (" ", y - high), ("H", right), ("V", y + high), ("H", left)], "z");
        }
    }
}

fn commit(model: &Model, logs: &Logs, marks: &mut Marks) {
    let all = safety(model.playback.world(), logs.first, logs.first + logs.columns as u64);
    // Of several entries at one index the safest stands above.
    for index in logs.first..logs.first + logs.columns as u64 {
        let here = all.iter().filter(|one| one.at.index.0 == index);
        if let Some(one) = here.max_by_key(|one| (one.standing, one.halves[0].have)) {
            let x = LEFT + COLUMN * (index - logs.first) as f64 + COLUMN - GAP;
            marks.columns.push((x, words::safety_short(one)));
        }
    }
}

/// Says on every element that carries a fact what the lens makes of it.
pub fn shade() {
    let Ok(all) = dom::document().query_selector_all("[data-fact]") else { return };
    SHADE.with_borrow(|shade| {
        for n in 0..all.length() {
            let Some(element) = all.get(n).and_then(|node| node.dyn_into::<Element>().ok()) else { continue };
            let fact = element.get_attribute("data-fact").and_then(|fact| Fact::read(&fact));
            let mark = fact.and_then(|fact| marked(shade, fact, &element)).unwrap_or("");
            if element.get_attribute("data-mark").unwrap_or_default() != mark {
                dom::set(&element, "data-mark", mark);
            }
        }
    });
}

fn marked(shade: &Shade, fact: Fact, element: &Element) -> Option<&'static str> {
    match (shade, fact) {
        (Shade::Quorum(chosen), Fact::Server(id)) => chosen.contains(&id).then_some("picked"),
        (Shade::Unknown { whose, .. }, Fact::Server(id)) => Some(if id == *whose { "picked" } else { "unknown" }),
        (Shade::Unknown { .. }, Fact::Client(_)) => Some("unknown"),
        (Shade::Unknown { cells, .. }, Fact::Entry(at)) => {
            let row = element.closest(".row").ok().flatten()?.get_attribute("data-fact")?;
            let Some(Fact::Server(id)) = Fact::read(&row) else { return None };
            cells.contains(&(id, at)).then_some("unknown")
        }
        (Shade::Unknown { events, .. }, Fact::Event(event)) => {
            events.binary_search(&event).is_ok().then_some("unknown")
        }
        _ => None,
    }
}
