//! The menu beside the chosen server or message: what can be done with it.

use leptos::prelude::event_target_value;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, Event, KeyboardEvent};
use raft_core::{RoleName, ServerId, Time};
use raft_sim::fault::Pace;
use raft_sim::host::Condition;
use raft_sim::scenario::{Action, Change, Reconfiguration, Scope, Set, Who};

use super::el::{El, html};
use super::icons::close_icon;
use super::page::{Chosen, Page, message_action};
use super::signal::RwSignal;
use super::{dom, why};
use crate::keys::{self, Command};
use crate::layout::{Point, tenths};
use crate::scene::Seat;
use crate::words::{self, link};

/// What can be done with the chosen server or message, next to it.
pub fn menu(page: Page, at: Point) -> Option<El> {
    const WIDTH: f64 = 208.0;
    let chosen = page.chosen.get()?;
    // It stays beside what it belongs to when the ring gets another size.
    let place = move || {
        let (width, height, r) = page.ring.with(|ring| (ring.width, ring.height, ring.server));
        let at = page.whereabouts(chosen).unwrap_or(at);
        let tall = if matches!(chosen, Chosen::Server(_)) { 284.0 } else { 180.0 };
        let gap = if matches!(chosen, Chosen::Server(_)) { r + 18.0 } else { 20.0 };
        let x = if at.x + gap + WIDTH < width { at.x + gap } else { at.x - gap - WIDTH };
        let y = (at.y - 40.0).clamp(8.0, (height - tall).max(8.0));
        (x.clamp(8.0, (width - WIDTH - 8.0).max(8.0)), y, height)
    };
    let more = RwSignal::new(false);
    let title = match chosen {
        Chosen::Server(id) => id.to_string(),
        Chosen::Client(id) => id.to_string(),
        Chosen::Link(a, b) => words::link::name(a, b),
        Chosen::Message(id) => message_title(page, id),
    };
    let items = move || {
        let items = match chosen {
            Chosen::Server(id) if more.get() => rare_items(page, id),
            Chosen::Server(id) => server_items(page, id, more),
            Chosen::Message(id) => message_items(page, id),
            Chosen::Client(_) | Chosen::Link(..) => Vec::new(),
        };
        Some(html("div").class("items").children(items))
    };
    let close = html("button").class("quiet").attr("aria-label", "Close").click(move || page.close_menu());
    Some(
        html("div")
            .class("menu")
            .attr("role", "dialog")
            .attr("aria-label", &format!("What to do with {title}"))
            .on("keydown", move |event| menu_key(page, &event))
            .style("left", move || tenths(place().0) + "px")
            .style("top", move || tenths(place().1) + "px")
            .style("max-height", move || {
                let (_, y, height) = place();
                tenths((height - y - 4.0).max(120.0)) + "px"
            })
            .child(html("h3").text(&title).child(close.child(close_icon())))
            .slot(items),
    )
}

fn menu_key(page: Page, event: &Event) {
    match event.unchecked_ref::<KeyboardEvent>().key().as_str() {
        "Escape" => {
            event.stop_propagation();
            event.prevent_default();
            page.close_menu();
        }
        "ArrowDown" => walk(event, true),
        "ArrowUp" => walk(event, false),
        _ => {}
    }
}

fn walk(event: &Event, down: bool) {
    event.prevent_default();
    event.stop_propagation();
    let Ok(buttons) = dom::document().query_selector_all(".items > button") else { return };
    let active = dom::document().active_element();
    let all: Vec<_> = (0..buttons.length()).filter_map(|n| buttons.item(n)?.dyn_into::<Element>().ok()).collect();
    let here = all.iter().position(|button| Some(button) == active.as_ref());
    let count = all.len().max(1);
    let next = here.map_or(0, |here| if down { here + 1 } else { here + count - 1 } % count);
    if let Some(button) = all.get(next) {
        dom::focus_on(button);
    }
}

/// A line of a menu.
fn item(page: Page, words: &str, command: Command, act: impl Fn() + 'static) -> El {
    closing(page, button_of(words).child(html("kbd").text(keys::shown(command))), Box::new(act))
}

fn button_of(words: &str) -> El {
    html("button").text(words)
}

/// Whatever is done from the menu closes it.
fn closing(page: Page, button: El, act: Box<dyn Fn()>) -> El {
    button.click(move || {
        act();
        page.close_menu();
    })
}

fn server_items(page: Page, id: ServerId, more: RwSignal<bool>) -> Vec<El> {
    let who = Who::Server(id);
    let crash = move |words| item(page, words, Command::Crash, move || page.crash_or_restart(id));
    let pause = move |words| item(page, words, Command::Pause, move || page.pause_or_resume(id));
    let leads = page.picture.with_untracked(|picture| picture.server(id).is_some_and(|s| s.role == RoleName::Leader));
    let open = move || {
        more.set(true);
        dom::enter(".menu");
    };
    let further = button_of("More …").click(open);
    let mut items = match page.condition(id) {
        Some(Condition::Down) => vec![crash("Restart").class("first")],
        Some(Condition::Paused) => vec![pause("Resume").class("first"), crash("Crash")],
        _ => {
            let mut items = vec![crash("Crash").class("first"), pause("Pause")];
            if !leads {
                items.push(item(page, "Time out now", Command::Timeout, move || {
                    page.act(Action::Timeout(who));
                }));
            }
            items.push(item(page, "Write to it", Command::Write, move || page.write_next(Some(id))));
            let isolate = move || {
                page.act(Action::Isolate(who));
            };
            items.push(closing(page, button_of("Cut all its links"), Box::new(isolate)));
            items
        }
    };
    items.extend(ask_why(page, id));
    items.push(further);
    items
}

/// Why it leads, or does not: the answer takes the place of the menu.
fn ask_why(page: Page, id: ServerId) -> Option<El> {
    let asks = || button_of("Ask why").child(html("kbd").text(keys::shown(Command::Why)));
    page.figure.allows(Command::Why).then(|| asks().click(move || why::ask_server(page, id)))
}

/// What is done to a server less often: its place in the cluster, its clock, its disk.
fn rare_items(page: Page, id: ServerId) -> Vec<El> {
    let who = Who::Server(id);
    let Some(server) = page.picture.with_untracked(|picture| picture.server(id).cloned()) else { return Vec::new() };
    let down = server.condition == Condition::Down;
    let change = |change| Action::Reconfigure { change, via: None };
    let seat = match server.seat {
        Seat::Outside => ("Add to the cluster", change(Reconfiguration::Add(who))),
        Seat::Learner => ("Give it a vote", change(Reconfiguration::Promote(who))),
        _ => ("Remove from the cluster", change(Reconfiguration::Remove(who))),
    };
    let clock = |percent| Pace::percent(percent).map(|pace| Action::Clock(who, pace));
    let mut deeds = vec![];
    if !down && server.role != RoleName::Leader {
        deeds.push(("Let it lead", Action::Transfer { to: who, via: None }));
    }
    deeds.push(seat);
    if !down {
        deeds.push(("Take a snapshot", Action::Snapshot(who)));
        deeds.push(disk(page, id));
        let clocks = [("Clock twice as fast", 200), ("Clock half as fast", 50), ("Set its clock right", 100)];
        let others = clocks.into_iter().filter(|(_, percent)| server.pace.as_percent() != *percent);
        deeds.extend(others.filter_map(|(words, percent)| Some((words, clock(percent)?))));
    }
    deeds.push((if down { "Lose its last entry" } else { "Crash, lose last entry" }, Action::Lose { who, last: 1 }));
    deeds.push((if down { "Forget its vote" } else { "Crash, forget its vote" }, Action::ForgetVote(who)));
    deeds.push((if down { "Wipe its disk" } else { "Crash, wipe its disk" }, Action::Wipe(who)));
    let links = closing(page, button_of(link::NEXT).class("first"), Box::new(move || page.choose_link_of(id)));
    let mut items = vec![links];
    if !down {
        items.push(clock_field(page, id, server.pace));
    }
    for (words, action) in deeds {
        items.push(closing(page, button_of(words), Box::new(move || _ = page.act(action.clone()))));
    }
    items.push(closing(page, button_of("Cut what it sends"), Box::new(move || cut_off(page, id, true))));
    items.push(closing(page, button_of("Cut what it hears"), Box::new(move || cut_off(page, id, false))));
    items
}

/// How fast its clock runs: true time is 1.
fn clock_field(page: Page, id: ServerId, pace: Pace) -> El {
    let set = move |event| {
        if let Some(pace) = Pace::parse(&["x", event_target_value(&event).trim()].concat()) {
            page.act(Action::Clock(Who::Server(id), pace));
            page.close_menu();
        }
    };
    let field = html("input").attr("type", "number").attr("min", "0.01").attr("max", "100").attr("step", "0.01");
    let field = field.attr("value", pace.to_string().trim_start_matches('x')).on("change", set);
    html("label").class("clock-rate").child(html("span").text(link::CLOCK_RATE)).child(field)
}

/// A disk that takes its time, or one that does not any more.
fn disk(page: Page, id: ServerId) -> (&'static str, Action) {
    const SLOW: Time = Time::millis(50);
    let slow = page.with(|model| model.playback.world().settings().fsync(id) >= SLOW);
    let (words, time) = if slow { ("Disk without delay", Time::ZERO) } else { ("Slow disk: 50 ms a write", SLOW) };
    (words, Action::Set(Set { change: Change::Fsync(time), on: Scope::Server(id) }))
}

/// Cuts all links of a server in one direction.
fn cut_off(page: Page, id: ServerId, sends: bool) {
    let others = page.roster.with_untracked(|(servers, _)| servers.clone());
    for other in others.into_iter().filter(|other| *other != id) {
        let (from, to) = if sends { (id, other) } else { (other, id) };
        page.act(Action::Cut { from: Who::Server(from), to: Who::Server(to), both: false });
    }
}

fn message_items(page: Page, id: u64) -> Vec<El> {
    let held = page.is_held(id);
    let deed = move |words, command: Command| {
        item(page, words, command, move || page.act_on_message(id, message_action(command, held)))
    };
    let lost = page.with(|model| model.motion.flights.iter().any(|flight| flight.id == id && flight.lost));
    if lost {
        return vec![html("p").class("empty first").attr("tabindex", "-1").text("It is lost: it will not arrive.")];
    }
    vec![
        deed("Drop", Command::Drop).class("first"),
        deed(if held { "Let it go" } else { "Hold" }, Command::Hold),
        deed("Arrive now", Command::Deliver),
        deed("Double", Command::Duplicate),
    ]
}

fn message_title(page: Page, id: u64) -> String {
    page.with(|model| {
        let flights = model.playback.world().flights();
        flights.iter().find(|flight| flight.id == id).map_or_else(
            || "message".to_owned(),
            |flight| format!("{}, {} → {}", words::kind(flight.kind()), flight.from, flight.to),
        )
    })
}
