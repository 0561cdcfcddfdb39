//! A link between two servers that is chosen: what it does from now on in each direction, and the
//! messages that are on it. None of it runs on a first visit.

use std::ops::Range;

use leptos::prelude::*;
use raft_core::{ServerId, Time};
use raft_sim::network::{Flight, Place};
use raft_sim::scenario::{Action, Change, End, Heal, Scope, Select, Set, Which, Who};

use super::el::{El, html};
use super::faults::{number, row, whole_milliseconds};
use super::linked::show;
use super::page::{Chosen, Page, message_action};
use super::scissors;
use super::signal::{Memo, RwSignal};
use crate::cut::Link;
use crate::keys::Command;
use crate::layout::{Way, draw};
use crate::words::{clients, link as say};

/// What is shown while a link is chosen.
pub fn card(page: Page, card: El) -> El {
    let chosen = Memo::new(move || match page.chosen.get() {
        Some(Chosen::Link(a, b)) => Some((a, b)),
        _ => None,
    });
    card.slot(move || chosen.get().map(|link| link_card(page, link)))
}

fn link_card(page: Page, (a, b): Link) -> El {
    Effect::new(move |_| {
        let size = page.ring.with(|ring| ring.server);
        let places = scissors::places(page);
        let place = |id: ServerId| places.iter().find(|(other, _)| *other == id).map(|(_, at)| *at);
        let mut d = String::new();
        if let (Some(from), Some(to)) = (place(a), place(b)) {
            let Way { start, end } = Way::between(from, to, size, size);
            draw(&mut d, &[("M", start.x), (" ", start.y), ("L", end.x), (" ", end.y)], "");
        }
        pick(page, d);
    });
    on_cleanup(move || pick(page, String::new()));
    let cut = move || page.act(Action::Cut { from: Who::Server(a), to: Who::Server(b), both: true });
    let mend = move || page.act(Action::Heal(Heal::Link { from: Who::Server(a), to: Who::Server(b), both: true }));
    let both = html("div")
        .class("actions")
        .child(html("button").click(move || _ = cut()).text(say::CUT_BOTH))
        .child(html("button").click(move || _ = mend()).text(say::MEND_BOTH));
    html("div")
        .class("of-link")
        .child(html("h3").text(&say::name(a, b)))
        .child(both)
        .child(way(page, a, b))
        .child(way(page, b, a))
        .child(html("h4").text(say::ON_IT))
        .child(messages(page, (a, b)))
}

/// Draws which one it is.
fn pick(page: Page, d: String) {
    page.model.try_update_value(|model| show(&mut model.painter, "svg.ring", "picked-link", d));
}

// ---- One direction -----------------------------------------------------------------------------------

fn way(page: Page, from: ServerId, to: ServerId) -> El {
    let (latency, loss, bandwidth) = page.with(|model| {
        let settings = model.playback.world().settings();
        (settings.latency(from, to), settings.loss_percent(from, to), settings.bandwidth(from, to))
    });
    let set = move |change: Change| _ = page.act(Action::Set(Set { change, on: Scope::Link { from, to } }));
    let lost = number("100", &say::loss(from, to), move |n| set(Change::Loss(n.min(100) as u32)));
    let rate = number("1000000", &say::bandwidth(from, to), move |n| {
        set(Change::Bandwidth(n.min(1_000_000) as u32 * 1_000));
    });
    let lost = lost.attr("value", &loss.to_string());
    let rate = rate.attr("value", &bandwidth.div_ceil(1_000).to_string());
    let after = |before: &str, field: El, unit: &str| html("label").text(before).child(field).text(unit);
    html("fieldset")
        .class("way")
        .child(html("legend").text(&say::way(from, to)))
        .child(switches(page, from, to))
        .child(latency_row(latency, from, to, set))
        .child(row().child(after("Lost ", lost, " %")).child(after("At most ", rate, say::RATE)))
}

/// Whether it is cut, and whether what is sent is held.
fn switches(page: Page, from: ServerId, to: ServerId) -> El {
    let (a, b) = (Who::Server(from), Who::Server(to));
    let select = move || Select { link: Some((End::Server(a), End::Server(b))), kind: None, which: Which::All };
    let state = Memo::new(move || {
        page.moment.track();
        page.with(|model| {
            let world = model.playback.world();
            (world.is_cut(from, to), world.is_held(Place::Server(from), Place::Server(to)))
        })
    });
    let cut = move || {
        page.act(match state.get_untracked().0 {
            true => Action::Heal(Heal::Link { from: a, to: b, both: false }),
            false => Action::Cut { from: a, to: b, both: false },
        });
    };
    let hold = move || {
        page.act(if state.get_untracked().1 { Action::Release(select()) } else { Action::Hold(select()) });
    };
    html("div")
        .class("actions")
        .child(html("button").truth("aria-pressed", move || state.get().0).click(cut).text(&say::cut(from, to)))
        .child(html("button").truth("aria-pressed", move || state.get().1).click(hold).text(&say::hold(from, to)))
}

fn latency_row(latency: Range<Time>, from: ServerId, to: ServerId, set: impl Fn(Change) + Copy + 'static) -> El {
    let low = latency.start.0 / 1_000;
    let high = latency.end.0.saturating_sub(1).div_ceil(1_000).max(low);
    let (low, high) = (RwSignal::new(low), RwSignal::new(high));
    let field = move |name: String, own: RwSignal<u64>| {
        let change = move |n: u64| {
            own.set(n.min(10_000));
            let (low, high) = (low.get_untracked(), high.get_untracked());
            set(Change::Latency(whole_milliseconds(low.min(high), low.max(high))));
        };
        number("10000", &name, change).prop("value", move || own.get().to_string().into())
    };
    let least = field(say::least(from, to), low);
    let most = field(say::most(from, to), high);
    row().child(html("label").text("Latency ").child(least)).child(html("label").text("to ").child(most).text(" ms"))
}

// ---- The messages on it ------------------------------------------------------------------------------

/// So many have a line of their own.
const MOST: usize = 40;

fn messages(page: Page, link: Link) -> El {
    // Those, and how many there are.
    let known = Memo::new(move || {
        page.moment.track();
        page.with(|model| {
            let flights = model.playback.world().flights();
            let on_it = flights.iter().filter(|flight| is_on(flight, link) && flight.lost.is_none());
            let shown = on_it.clone().take(MOST);
            let shown = shown.map(|flight| (flight.id, say::message(flight), flight.held.is_some()));
            (shown.collect::<Vec<_>>(), on_it.count())
        })
    });
    let all = Memo::new(move || known.with(|(shown, _)| shown.clone()));
    let more = Memo::new(move || known.with(|(shown, count)| count - shown.len()));
    let keys = move || all.with(|all| all.iter().map(|(id, ..)| *id).collect());
    html("div")
        .when(move || all.with(Vec::is_empty), || html("p").class("empty").text(say::NOTHING))
        .child(html("ul").class("on-link").each(keys, move |id| message(page, all, id)))
        .when(move || more.get() > 0, move || html("p").class("why").say(move || clients::more(more.get())))
}

fn is_on(flight: &Flight, (a, b): Link) -> bool {
    let (a, b) = (Place::Server(a), Place::Server(b));
    (flight.from, flight.to) == (a, b) || (flight.from, flight.to) == (b, a)
}

fn message(page: Page, all: Memo<Vec<(u64, String, bool)>>, id: u64) -> El {
    let held = move || all.with(|all| all.iter().any(|(other, _, held)| *other == id && *held));
    let name = all.with_untracked(|all| all.iter().find(|(other, ..)| *other == id).map(|(_, name, _)| name.clone()));
    let name = name.unwrap_or_default();
    let deed = |words: &'static str, command: Command| {
        html("button")
            .attr("aria-label", &say::deed(words, &name))
            .click(move || page.act_on_message(id, message_action(command, page.is_held(id))))
            .text(words)
    };
    let hold = {
        let name = name.clone();
        let words = move || if held() { "Let it go" } else { "Hold" };
        html("button")
            .follow("aria-label", move || say::deed(words(), &name))
            .click(move || page.act_on_message(id, message_action(Command::Hold, page.is_held(id))))
            .say(move || words().into())
    };
    html("li")
        .child(html("span").text(&name))
        .child(html("small").say(move || if held() { say::HELD } else { say::MOVES }.into()))
        .child(
            html("div")
                .class("actions")
                .child(hold)
                .child(deed("Drop", Command::Drop))
                .child(deed("Arrive now", Command::Deliver)),
        )
}
