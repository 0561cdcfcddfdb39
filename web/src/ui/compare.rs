//! Two runs beside each other, on one clock: this one, and another future of it or the same with one
//! setting apart.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use leptos::prelude::*;
use leptos::web_sys::Event;
use raft_core::Time;
use raft_sim::compare::{Difference, Owner, Pair, differences};
use raft_sim::scenario::{Scenario, format, parse};
use raft_sim::timeline::Timeline;
use raft_sim::words::line;
use raft_sim::world::World;

use super::branches::deed;
use super::el::{El, html};
use super::page::{Dialog, Page};
use super::signal::RwSignal;
use super::{dom, frame};
use crate::scene::{CellState, Picture, Row, tint};
use crate::words;
use crate::words::compare as says;

/// Settings that the other run may have: lines of a scenario's header.
const VARIANTS: [&str; 8] = [
    "set replication stop-and-wait",
    "set replication pipelined",
    "set replication streaming",
    "set pre-vote on",
    "set pre-vote off",
    "set check-quorum on",
    "servers 3",
    "servers 5",
];

/// So many events of each run happen at once.
const SLICE: usize = 1_500;

/// So many entries of a log are shown: the last ones.
const COLUMNS: usize = 12;

/// Two runs, and where the reader is in them.
struct Compared {
    names: [String; 2],
    sides: [Timeline; 2],
    /// Goes ahead of the reader, to find where they part.
    pair: Pair,
    at: Time,
    end: Time,
}

thread_local! {
    static COMPARED: RefCell<Option<Compared>> = const { RefCell::new(None) };
    /// The other future that was asked for.
    static WITH: Cell<usize> = const { Cell::new(0) };
}

/// Opens the dialog; with another future, if one is named.
pub fn open(page: Page, branch: Option<usize>) {
    page.pause();
    page.pop.set(None);
    WITH.set(branch.unwrap_or(0));
    page.dialog.set(Some(Dialog::Compare));
}

/// What may stand beside this run.
fn others(page: Page) -> Vec<(String, Arc<Scenario>)> {
    page.with(|model| {
        let playback = &model.playback;
        let here = playback.scenario();
        let futures = playback.branches().iter().map(|branch| {
            let name = if branch.name.is_empty() { deed(playback, branch) } else { branch.name.clone() };
            (says::future(&name), branch.scenario.clone())
        });
        let variants =
            VARIANTS.iter().filter_map(|words| Some((says::variant(words), Arc::new(variant(here, words)?))));
        futures.chain(variants).collect()
    })
}

/// The same run with another line in its header; nothing, if that changes nothing.
fn variant(here: &Scenario, line: &str) -> Option<Scenario> {
    let header = parse(&format!("raft 1\n{line}\n")).ok()?.scenario;
    let mut there = here.clone();
    if header.settings.is_empty() {
        there.servers = header.servers;
    }
    there.settings.extend(header.settings);
    // With fewer servers, what the steps say may make no sense any more.
    parse(&format(&there)).ok()?;
    let in_force = |scenario: &Scenario| {
        let bare = Scenario { steps: Vec::new(), ..scenario.clone() };
        Timeline::new(bare).run().world().settings().clone()
    };
    (there.servers != here.servers || in_force(&there) != in_force(here)).then_some(there)
}

impl Compared {
    fn new(page: Page, (name, scenario): (String, Arc<Scenario>)) -> Compared {
        let (here, now, end) = page.with(|model| {
            let playback = &model.playback;
            let end = playback.branches().iter().map(|branch| branch.end).fold(playback.end(), Time::max);
            (playback.scenario().clone(), playback.now(), end)
        });
        Compared {
            names: [says::THIS.into(), name],
            sides: [Timeline::new(Scenario::clone(&here)), Timeline::new(Scenario::clone(&scenario))],
            pair: Pair::new([here, scenario]),
            at: now,
            end,
        }
    }

    /// Goes on for a moment. Returns whether all is done.
    fn go_on(&mut self) -> bool {
        let [first, second] = self.sides.each_mut().map(|side| side.approach(self.at, SLICE));
        let parted = self.pair.parting().is_some() || self.pair.approach(self.end, SLICE);
        first && second && parted
    }

    fn worlds(&self) -> [&World; 2] {
        self.sides.each_ref().map(|side| side.run().world())
    }
}

/// What the dialog holds.
pub fn compare(page: Page) -> El {
    let all = others(page);
    on_cleanup(|| COMPARED.set(None));
    let changed = RwSignal::new(0u32);
    let chosen = WITH.get().min(all.len().saturating_sub(1));
    let names: Vec<String> = all.iter().map(|(name, _)| name.clone()).collect();
    let start = move |n: usize| {
        COMPARED.set(all.get(n).cloned().map(|other| Compared::new(page, other)));
        go(changed);
    };
    start(chosen);
    let option = |(n, name): (usize, &String)| {
        let option = html("option").attr("value", &n.to_string()).text(name);
        if n == chosen { option.attr("selected", "") } else { option }
    };
    let pick = move |event: Event| {
        if let Ok(n) = event_target_value(&event).parse() {
            start(n);
        }
    };
    let select = html("select").on("change", pick).children(names.iter().enumerate().map(option));
    html("div")
        .class("compare")
        .child(html("label").text(says::WITH).text(" ").child(select))
        .child(clock(changed))
        .child(html("div").slot(move || {
            changed.track();
            COMPARED.with_borrow(|compared| compared.as_ref().map(beside))
        }))
}

/// Goes on, a slice a frame, as long as the dialog is open.
fn go(changed: RwSignal<u32>) {
    let done = COMPARED.with_borrow_mut(|compared| compared.as_mut().is_none_or(Compared::go_on));
    changed.update(|n| *n = n.wrapping_add(1));
    if !done {
        frame::later(16, move || {
            if dom::by_id("compare-clock").is_some() {
                go(changed);
            }
        });
    }
}

fn clock(changed: RwSignal<u32>) -> El {
    let read = |of: fn(&Compared) -> Time| COMPARED.with_borrow(|compared| compared.as_ref().map_or(Time::ZERO, of));
    let to = move |at: Time| {
        COMPARED.with_borrow_mut(|compared| compared.iter_mut().for_each(|compared| compared.at = at));
        go(changed);
    };
    let slide = move |event: Event| {
        if let Ok(millis) = event_target_value(&event).parse() {
            to(Time::millis(millis));
        }
    };
    let millis = |time: Time| (time.0 / 1_000).to_string();
    let slider = html("input")
        .attr("id", "compare-clock")
        .attr("type", "range")
        .attr("min", "0")
        .attr("step", "5")
        .attr("aria-label", says::CLOCK)
        .follow("max", move || {
            changed.track();
            millis(read(|compared| compared.end))
        })
        .follow("aria-valuetext", move || {
            changed.track();
            words::moment(read(|compared| compared.at))
        })
        .prop("value", move || {
            changed.track();
            millis(read(|compared| compared.at)).into()
        })
        .on("input", slide);
    let parting = move || to(read(|compared| compared.pair.parting().map_or(compared.end, |parting| parting.at)));
    html("div")
        .class("compare-time")
        .child(slider)
        .child(html("span").class("mono").say(move || {
            changed.track();
            words::moment(read(|compared| compared.at))
        }))
        .child(html("button").click(parting).text(says::TO_PARTING))
        .child(html("button").click(move || to(read(|compared| compared.end))).text(says::TO_END))
}

fn beside(compared: &Compared) -> El {
    let [first, second] = compared.worlds();
    let found = differences(first, second);
    let pane = |(name, world): (&String, &World)| pane(name, world, &found);
    let panes = compared.names.iter().zip([first, second]).map(pane);
    html("div").child(parting(compared)).child(html("div").class("compare-panes").children(panes)).child(
        html("div")
            .class("compare-tables")
            .child(titled(says::DIFFERENCES, table(&compared.names, &found)))
            .child(titled(says::NUMBERS, numbers(&compared.names, [first, second]))),
    )
}

fn titled(title: &str, table: El) -> El {
    html("section").attr("aria-label", title).child(html("h3").text(title)).child(table)
}

fn parting(compared: &Compared) -> El {
    let status = html("div").attr("role", "status");
    let Some(parting) = compared.pair.parting() else {
        return status.child(html("p").text(&says::same(compared.pair.same(), &words::moment(compared.pair.now()))));
    };
    let first = compared.names.iter().zip(&parting.first).map(|(name, record)| {
        let words = record.as_ref().map_or_else(|| says::SILENT.into(), |record| line(record).text);
        html("li").child(html("b").text(name)).text(": ").text(&words)
    });
    status
        .child(html("p").text(&says::parts(parting.same, &words::moment(parting.at))))
        .child(html("ul").children(first))
}

fn pane(name: &str, world: &World, found: &[Difference]) -> El {
    let picture = Picture::of(world, COLUMNS, None);
    let rows = picture.logs.rows.iter().map(|row| {
        let of = Some(Owner::Server(row.id));
        let apart = found.iter().filter(|difference| difference.of == of);
        let apart: Vec<&str> = apart.map(|difference| says::aspect(difference.aspect)).collect();
        let term = picture.servers.iter().find(|server| server.id == row.id).map_or(0, |server| server.term.0);
        row_view(row, term, &apart)
    });
    html("section").attr("aria-label", name).child(html("h3").text(name)).child(html("ul").children(rows))
}

fn row_view(row: &Row, term: u64, apart: &[&str]) -> El {
    let cell = |cell: &crate::scene::Cell| {
        let class = match cell.state {
            CellState::Committed => format!("entry t{}", tint(cell.term)),
            _ => format!("entry open t{}", tint(cell.term)),
        };
        let term = html("small").text(&cell.term.to_string());
        html("span")
            .class(&class)
            .attr("title", &format!("{}@{}", cell.index, cell.term))
            .text(&cell.caption)
            .child(term)
    };
    let role = words::role(row.role, row.condition);
    let differs = (!apart.is_empty()).then(|| html("small").class("differs").text(&says::differs(apart)));
    html("li")
        .class(if apart.is_empty() { "" } else { "apart" })
        .child(html("b").text(&row.id.to_string()))
        .child(html("small").text(&format!("{role} · T{term}")))
        .child(html("span").class("entries").children(row.cells.iter().map(cell)))
        .maybe(differs)
}

fn table(names: &[String; 2], found: &[Difference]) -> El {
    if found.is_empty() {
        return html("p").text(says::NONE);
    }
    let rows = found.iter().map(|difference| {
        let head = format!("{} {}", says::owner(difference.of), says::aspect(difference.aspect));
        (head, difference.values.clone())
    });
    grid(names, rows)
}

fn numbers(names: &[String; 2], worlds: [&World; 2]) -> El {
    type Reading = fn(&World) -> String;
    let all: [(&str, Reading); 6] = [
        (says::COMMITTED, |world| world.checker().committed().to_string()),
        (says::ELECTIONS, |world| world.metrics().elections().count().to_string()),
        (says::LEADERLESS, |world| words::length(world.metrics().leaderless(world.now()))),
        (says::LATENCY, |world| match world.metrics().commits().count() {
            0 => "–".into(),
            _ => words::length(world.metrics().commits().quantile(500)),
        }),
        (says::MESSAGES, |world| world.metrics().messages().map(|(_, counted)| counted.sent).sum::<u64>().to_string()),
        (says::BYTES, |world| world.metrics().messages().map(|(_, counted)| counted.bytes).sum::<u64>().to_string()),
    ];
    grid(names, all.into_iter().map(|(head, of)| (head.to_owned(), worlds.map(of))))
}

fn grid(names: &[String; 2], rows: impl Iterator<Item = (String, [String; 2])>) -> El {
    let head =
        html("tr").child(html("td")).children(names.iter().map(|name| html("th").attr("scope", "col").text(name)));
    let row = |(head, values): (String, [String; 2])| {
        let head = html("th").attr("scope", "row").text(&head);
        html("tr").child(head).children(values.iter().map(|value| html("td").text(value)))
    };
    let body = html("tbody").children(rows.map(row));
    html("div").class("scroll").child(html("table").class("grid-table").child(html("thead").child(head)).child(body))
}
