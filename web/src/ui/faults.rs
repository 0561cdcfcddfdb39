//! Faults by hand: write, crash, part the network, change how it behaves.

use std::ops::Range;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Event, KeyboardEvent};
use raft_core::{ServerId, Time};
use raft_sim::machine::{ClientId, Operation};
use raft_sim::scenario::{Action, Change, Network, Who};

use super::branches::{branches_button, branches_pop};
use super::dial::dial_pop;
use super::el::{El, html};
use super::going::going_pop;
use super::icons::close_icon;
use super::page::Page;
use super::signal::{Memo, RwSignal};
use super::switches::protocol_pop;
use super::{dom, scissors};
use crate::words::link as say;

/// The controls that open from the bar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pop {
    /// Write and read.
    Write,
    /// Partition.
    Partition,
    /// Latency, loss.
    Network,
    /// Elections, replication, reads, snapshots, disks.
    Protocol,
    /// Election timeouts, and what follows from them.
    Timing,
    /// Other futures.
    Branches,
    /// Events to go to.
    GoTo,
}

impl Pop {
    /// The button that opens it.
    pub fn button(self) -> &'static str {
        match self {
            Pop::Write => "open-write",
            Pop::Partition => "open-partition",
            Pop::Network => "open-network",
            Pop::Protocol | Pop::Timing => "open-protocol",
            Pop::Branches => "open-branches",
            Pop::GoTo => "open-goto",
        }
    }
}

/// The buttons at the right end of the bar.
pub fn faults(page: Page) -> El {
    let leader = Memo::new(move || page.picture.with(|picture| picture.leader));
    let sheet = html("button")
        .class("faults-button")
        .truth("aria-expanded", move || page.sheet.get())
        .click(move || page.sheet.update(|open| *open = !*open))
        .text("Act …");
    let crash = fault("Crash leader", move || {
        page.sheet.set(false);
        page.crash_leader();
    });
    let heal = move || {
        fault("Heal", move || {
            page.sheet.set(false);
            page.heal();
        })
    };
    html("div")
        .follow("class", move || if page.sheet.get() { "pops open" } else { "pops" }.into())
        .child(sheet)
        .when(move || page.branches.get() > 0, move || branches_button(page))
        .child(opener(page, Pop::GoTo, "Go to …"))
        .child(opener(page, Pop::Write, "Write"))
        .child(crash.flag("disabled", move || leader.get().is_none()))
        .child(opener(page, Pop::Partition, "Partition …"))
        .when(move || page.picture.with(|picture| !picture.cuts.is_empty()), heal)
        .child(opener(page, Pop::Network, "Network …"))
        .child(opener(page, Pop::Protocol, "Protocol …"))
        .slot(move || {
            page.pop.get().map(|pop| match pop {
                Pop::Write => write_pop(page),
                Pop::Partition => partition_pop(page),
                Pop::Network => network_pop(page),
                Pop::Protocol => protocol_pop(page),
                Pop::Timing => dial_pop(page),
                Pop::Branches => branches_pop(page),
                Pop::GoTo => going_pop(page),
            })
        })
}

fn fault(words: &str, act: impl FnMut() + 'static) -> El {
    html("button").class("fault").click(act).text(words)
}

pub(super) fn opener(page: Page, pop: Pop, words: &str) -> El {
    let press = move || {
        page.sheet.set(false);
        page.pop.update(|now| *now = if *now == Some(pop) { None } else { Some(pop) });
        if page.pop.get_untracked().is_some() {
            dom::enter(".pop");
        }
    };
    fault(words, press)
        .attr("id", pop.button())
        .attr("aria-haspopup", "dialog")
        .truth("aria-expanded", move || page.pop.get() == Some(pop))
}

/// What is opened, to be filled.
pub(super) fn pop_card(page: Page, title: &str, pop: Pop) -> El {
    let close = move || {
        page.pop.set(None);
        dom::focus(pop.button());
    };
    let escape = move |event: Event| {
        if event.unchecked_ref::<KeyboardEvent>().key() == "Escape" {
            event.stop_propagation();
            close();
        }
    };
    dom::enter(".pop");
    let button = html("button").class("quiet").attr("aria-label", "Close").click(close).child(close_icon());
    html("div")
        .class("pop")
        .attr("role", "dialog")
        .attr("aria-label", title)
        .on("keydown", escape)
        .child(html("h3").text(title).child(button))
}

/// Reads `x=1`, `x`, `cas x 1 2`.
fn operation(text: &str) -> Option<Operation> {
    let fits = |word: &str| {
        !word.is_empty()
            && word.len() <= 64
            && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
    };
    let (key, value) = text.split_once('=').map(|(key, value)| (key.trim(), value.trim()))?;
    (fits(key) && fits(value)).then(|| Operation::Set { key: key.into(), value: value.into() })
}

fn write_pop(page: Page) -> El {
    let text = RwSignal::new(format!("x={}", page.next_value()));
    let to = RwSignal::new(String::new());
    let wrong = RwSignal::new(false);
    let server = move || to.get_untracked().strip_prefix('S').and_then(|n| n.parse().ok()).map(ServerId);
    let write = move || match operation(&text.get_untracked()) {
        Some(operation) => {
            wrong.set(false);
            if page.request(operation, server()) {
                text.set(format!("x={}", page.next_value()));
            }
        }
        None => wrong.set(true),
    };
    let read = move || {
        let key = text.get_untracked().split('=').next().unwrap_or_default().trim().to_owned();
        match operation(&format!("{key}=1")) {
            Some(_) => {
                page.request(Operation::Get { key: key.as_str().into() }, server());
            }
            None => wrong.set(true),
        }
    };
    let again = move || _ = page.act(Action::Retry(ClientId(1)));
    // Not by submitting a form: a sandboxed frame refuses that.
    let form = html("div")
        .class("row")
        .child(write_field(text, wrong).on_enter(write))
        .child(html("button").class("primary").click(write).text("Write"))
        .child(html("button").click(read).text("Read"));
    let again = html("button").attr("type", "button").click(again).text("Ask again");
    let sessions = page.with(|model| model.playback.world().settings().all().sessions);
    let sessions =
        html("input").attr("type", "checkbox").flag("checked", move || sessions).on("change", move |event| {
            let change = Change::Sessions(event_target_checked(&event));
            page.set(change);
        });
    let servers = page.roster.get_untracked().0.into_iter().map(|id| {
        let id = id.to_string();
        html("option").attr("value", &id).text(&id)
    });
    let select = html("select")
        .on("change", move |event| to.set(event_target_value(&event)))
        .child(html("option").attr("value", "").text("whoever leads"))
        .children(servers);
    let wrong_words = || {
        let words = "A key and a value are wanted, such as x=1: letters, digits, - _ and .";
        html("p").class("warm").attr("role", "alert").text(words)
    };
    pop_card(page, "Write", Pop::Write)
        .child(html("p").text("C1 asks; an entry is committed once a majority stores it."))
        .child(form)
        .child(html("label").text("To ").child(select))
        .child(row().child(again).child(html("label").child(sessions).text("and it is done once")))
        .when(move || wrong.get(), wrong_words)
}

fn write_field(text: RwSignal<String>, wrong: RwSignal<bool>) -> El {
    html("input")
        .class("wide first mono")
        .attr("type", "text")
        .attr("aria-label", "Key and value")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .attr("maxlength", "64")
        .truth("aria-invalid", move || wrong.get())
        .prop("value", move || text.get().into())
        .on("input", move |event| text.set(event_target_value(&event)))
}

fn partition_pop(page: Page) -> El {
    let servers = page.roster.get_untracked().0;
    // What is chosen here: the servers of group B.
    let apart = RwSignal::new(minority(page, &servers));
    let all = StoredValue::new(servers.clone());
    let apply = move || {
        let (b, a): (Vec<ServerId>, Vec<ServerId>) =
            all.get_value().into_iter().partition(|id| apart.with_untracked(|apart| apart.contains(id)));
        let group = |ids: Vec<ServerId>| ids.into_iter().map(Who::Server).collect::<Vec<_>>();
        if !a.is_empty() && !b.is_empty() && page.act(Action::Partition(vec![group(a), group(b)])) {
            page.pop.set(None);
            dom::focus(Pop::Partition.button());
        }
    };
    let ready = move || {
        let b = apart.with(Vec::len);
        b > 0 && b < all.with_value(Vec::len)
    };
    let words = move || {
        let of = |in_b: bool| {
            let ids: Vec<ServerId> =
                all.get_value().into_iter().filter(|id| apart.with(|apart| apart.contains(id)) == in_b).collect();
            crate::words::list(&ids)
        };
        format!("{} on one side, {} on the other.", of(false), of(true))
    };
    let cut = page.picture.with_untracked(|picture| !picture.cuts.is_empty());
    let mend = move || {
        page.heal();
        page.pop.set(None);
    };
    let line = move || {
        page.pop.set(None);
        page.sheet.set(false);
        scissors::ask(true);
    };
    let sides = servers.into_iter().enumerate().map(|(n, id)| side_button(apart, n, id));
    let apply = html("button").class("primary").flag("disabled", move || !ready()).click(apply).text("Part");
    pop_card(page, "Part the network", Pop::Partition)
        .child(html("p").text("Choose who stands on the other side. Nothing passes between the two."))
        .child(html("div").class("groups").attr("role", "group").attr("aria-label", "Sides").children(sides))
        .child(html("p").say(words))
        .child(row().child(html("button").click(line).text(say::DRAW)))
        .child(html("p").text(say::HOW_TO_DRAW))
        .child(row().child(apply).maybe(cut.then(|| html("button").click(mend).text("Mend all links"))))
}

fn side_button(apart: RwSignal<Vec<ServerId>>, n: usize, id: ServerId) -> El {
    let in_b = move || apart.with(|apart| apart.contains(&id));
    let change = move |apart: &mut Vec<ServerId>| match apart.iter().position(|other| *other == id) {
        Some(n) => _ = apart.remove(n),
        None => apart.push(id),
    };
    let button = if n == 0 { html("button").class("first") } else { html("button") };
    button
        .follow("data-side", move || if in_b() { "b" } else { "a" }.into())
        .truth("aria-pressed", in_b)
        .click(move || apart.update(change))
        .text(&id.to_string())
        .child(html("small").say(move || if in_b() { "B" } else { "A" }.into()))
}

/// What is worth trying first: the leader with as many others as do not make a majority.
fn minority(page: Page, servers: &[ServerId]) -> Vec<ServerId> {
    let leader = page.picture.with_untracked(|picture| picture.leader);
    let size = servers.len().saturating_sub(1) / 2;
    let mut side: Vec<ServerId> = leader.into_iter().collect();
    side.extend(servers.iter().copied().filter(|id| Some(*id) != leader));
    side.truncate(size.max(1));
    side
}

fn network_pop(page: Page) -> El {
    let (latency, loss, twice, rate, manual) = page.with(|model| {
        let all = model.playback.world().settings().all();
        (all.latency.clone(), all.loss_percent, all.duplicate_percent, all.bandwidth, all.network == Network::Manual)
    });
    let low = RwSignal::new(latency.start.0 / 1_000);
    let high = RwSignal::new(latency.end.0.saturating_sub(1).div_ceil(1_000).max(latency.start.0 / 1_000));
    let change = move |change: Change| _ = page.set(change);
    let set_latency = move || {
        let (low, high) = (low.get_untracked().clamp(0, 10_000), high.get_untracked().clamp(0, 10_000));
        let (low, high) = (low.min(high), low.max(high));
        change(Change::Latency(whole_milliseconds(low, high)));
    };
    let latency = move |name, end: RwSignal<u64>| {
        let set = move |n| {
            end.set(n);
            set_latency();
        };
        number("10000", name, set).prop("value", move || end.get().to_string().into())
    };
    let least = latency("Least latency in milliseconds", low).class("first");
    let greatest = latency("Greatest latency in milliseconds", high);
    let lost = number("100", "Share of messages lost, in percent", move |n| change(Change::Loss(n.min(100) as u32)));
    let doubled =
        number("100", "Share of messages doubled, in percent", move |n| change(Change::Duplicate(n.min(100) as u32)));
    let carried =
        number("1000000", say::BANDWIDTH, move |n| change(Change::Bandwidth(n.min(1_000_000) as u32 * 1_000)));
    let carried = carried.attr("value", &rate.div_ceil(1_000).to_string());
    let by_hand = html("input").attr("type", "checkbox").flag("checked", move || manual).on("change", move |event| {
        change(Change::Network(if event_target_checked(&event) { Network::Manual } else { Network::Auto }));
    });
    let label = |before: &str, field: El, after: &str| html("label").text(before).child(field).text(after);
    pop_card(page, "The network from now on", Pop::Network)
        .child(row().child(html("label").text("Latency ").child(least)).child(label("to ", greatest, " ms")))
        .child(row().child(label("Lost ", lost.attr("value", &loss.to_string()), " %")).child(label(
            "Doubled ",
            doubled.attr("value", &twice.to_string()),
            " %",
        )))
        .child(row().child(label("A link carries ", carried, say::RATE)))
        .child(html("p").text(say::ONE_LINK))
        .child(row().child(html("label").child(by_hand).text("I am the network: nothing arrives until I say so")))
}

pub(super) fn row() -> El {
    html("div").class("row")
}

/// A field for a number, and what is done with it once it is one.
pub(super) fn number(most: &str, name: &str, set: impl Fn(u64) + 'static) -> El {
    let change = move |event: Event| {
        if let Ok(n) = event_target_value(&event).trim().parse() {
            set(n);
        }
    };
    let field = html("input").attr("type", "number").attr("min", "0").attr("max", most);
    field.attr("aria-label", name).on("change", change)
}

/// Half-open, as settings have it: both ends can be drawn.
pub(super) fn whole_milliseconds(low: u64, high: u64) -> Range<Time> {
    if low == high { Time::millis(low)..Time(low * 1_000 + 1) } else { Time::millis(low)..Time::millis(high) }
}
