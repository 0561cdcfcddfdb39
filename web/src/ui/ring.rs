//! The ring: servers, clients, and messages on their way; under it what to try, and the signs.

use core::fmt::Write;

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::svg;
use raft_core::{RoleName, ServerId};
use raft_sim::host::Condition;
use raft_sim::machine::ClientId;
use raft_sim::scenario::{Action, Who};

use super::app::watch_size;
use super::icons::{CloseIcon, PlayIcon};
use super::page::{Chosen, Page, message_action};
use super::paint::{TAGS, point_in};
use super::{dom, frame, protocol};
use crate::hint::{Try, hint};
use crate::keys::{self, Command};
use crate::layout::{CLIENT, Point};
use crate::scene::{Ask, Ballot, ClientScene, Cut, ServerScene, Shape, tint};
use crate::words;

/// The stage.
#[component]
pub fn Stage() -> impl IntoView {
    let page = expect_context::<Page>();
    let area = NodeRef::<html::Div>::new();
    area.on_load(move |element| {
        watch_size(&element, move |width, height| {
            page.fit(width, height);
            // New places are drawn first; then the motion is painted onto them.
            frame::soon(move || page.repaint());
            if page.embed {
                protocol::resize((width * 0.62) as i32 + 48);
            }
        });
    });
    view! {
        <main class="stage" aria-label="The cluster">
            <div class="ring-box" node_ref=area>
                <Ring/>
                <Menu/>
                <Show when=move || page.poster.get()><Poster/></Show>
            </div>
            {(!page.embed).then(|| view! { <Below/> })}
            <Legend/>
        </main>
    }
}

#[component]
fn Ring() -> impl IntoView {
    let page = expect_context::<Page>();
    let drawn = NodeRef::<svg::Svg>::new();
    let at = move |event: &ev::MouseEvent| drawn.get_untracked().map(|svg| point_in(&svg, event.client_x(), event.client_y()));
    let point = move |event: ev::PointerEvent| {
        let found = at(&event).and_then(|at| page.with(|model| model.motion.nearest(at, 14.0).map(|f| f.id)));
        if page.hovered.get_untracked() != found {
            page.hovered.set(found);
            page.refresh(true);
        }
    };
    let press = move |event: ev::MouseEvent| {
        let found = at(&event).and_then(|at| page.with(|model| model.motion.nearest(at, 18.0).map(|f| f.id)));
        match found {
            Some(id) => page.choose(Chosen::Message(id), true),
            None => page.choose_nothing(),
        }
    };
    let name = move || page.roster.with(|(servers, _)| format!("Cluster of {}", words::servers(servers.len())));
    let view_box = move || page.ring.with(|ring| format!("0 0 {} {}", ring.width.max(1.0), ring.height.max(1.0)));
    view! {
        <svg class="ring" node_ref=drawn viewBox=view_box role="group" aria-label=name on:pointermove=point on:click=press>
            <defs>
                <pattern id="hatch" width="6" height="6" patternTransform="rotate(45)" patternUnits="userSpaceOnUse">
                    <rect width="6" height="6" fill="var(--faint)"></rect>
                    <path d="M0 0V6" stroke="var(--down)" stroke-width="1.4"></path>
                </pattern>
            </defs>
            <Links/>
            <For each=move || page.roster.get().1 key=|id| *id let:id><Client id/></For>
            <g aria-hidden="true">
                {Shape::ALL.map(|shape| view! { <path class=format!("trail {}", shape.class()) id=format!("trail-{}", shape.class())></path> })}
            </g>
            <For each=move || page.roster.get().0 key=|id| *id let:id><Server id/></For>
            <g aria-hidden="true" pointer-events="none">
                {Shape::ALL.map(|shape| view! { <path class=format!("body {}", shape.class()) id=format!("body-{}", shape.class())></path> })}
                <path class="refuse" id="flights-refuse"></path>
                <path class="held" id="flights-held"></path>
                <path class="lost" id="flights-lost"></path>
            </g>
            <Targets/>
            <g aria-hidden="true" pointer-events="none">
                {(0..TAGS).map(|n| view! {
                    <g class="tag" id=format!("tag-{n}") visibility="hidden">
                        <rect id=format!("tag-box-{n}") height="18" rx="9"></rect>
                        <text id=format!("tag-text-{n}") x="6" y="13"></text>
                    </g>
                }).collect_view()}
            </g>
        </svg>
    }
}

/// The links: thin lines, and what is cut.
#[component]
fn Links() -> impl IntoView {
    let page = expect_context::<Page>();
    let cuts = Memo::new(move |_| page.picture.with(|picture| picture.cuts.clone()));
    let whole = move || {
        let cuts = cuts.get();
        let servers = page.roster.get().0;
        page.ring.with(|ring| {
            let mut d = String::new();
            for (n, (a, from)) in ring.servers.iter().zip(&servers).enumerate() {
                for (b, to) in ring.servers.iter().zip(&servers).skip(n + 1) {
                    if !cuts.iter().any(|cut| (cut.from, cut.to) == (*from, *to) || (cut.to, cut.from) == (*from, *to)) {
                        let _ = write!(d, "M{:.1} {:.1}L{:.1} {:.1}", a.x, a.y, b.x, b.y);
                    }
                }
            }
            d
        })
    };
    let cut = move || {
        let cuts = cuts.get();
        let servers = page.roster.get().0;
        let many = cuts.len() > 4;
        page.ring.with(|ring| {
            let place = |id: ServerId| servers.iter().position(|s| *s == id).and_then(|n| ring.servers.get(n)).copied();
            cuts.iter().filter_map(|cut| Some(cut_view(*cut, place(cut.from)?, place(cut.to)?, many))).collect_view()
        })
    };
    view! {
        <path class="link" d=whole aria-hidden="true"></path>
        <g aria-hidden="true">{cut}</g>
    }
}

/// A cut link: dotted, with a cross where it is cut; where one direction still works, an arrow
/// of that direction stands beside the cross.
fn cut_view(cut: Cut, from: Point, to: Point, many: bool) -> impl IntoView + use<> {
    let middle = Point { x: (from.x + to.x) / 2.0, y: (from.y + to.y) / 2.0 };
    let turn = (to.y - from.y).atan2(to.x - from.x).to_degrees();
    let line = format!("M{:.1} {:.1}L{:.1} {:.1}", from.x, from.y, to.x, to.y);
    let sign = match (cut.both, many) {
        (true, true) => "",
        (true, false) => "M-4 -4l8 8m0 -8l-8 8",
        // Stopped in this direction; the other one passes.
        (false, _) => "M-12 0h10m-4 -4l4 4l-4 4M3 -6v12",
    };
    view! {
        <path class="cut" d=line></path>
        <path class="cut-mark" d=sign fill="none" transform=format!("translate({:.1} {:.1}) rotate({turn:.1})", middle.x, middle.y)></path>
    }
}

#[component]
fn Server(id: ServerId) -> impl IntoView {
    let page = expect_context::<Page>();
    let scene = Memo::new(move |_| page.picture.with(|picture| picture.server(id).cloned()));
    let of = move |read: fn(&ServerScene) -> String| move || scene.with(|scene| scene.as_ref().map(read).unwrap_or_default());
    let place = Memo::new(move |_| {
        let n = page.roster.with(|(servers, _)| servers.iter().position(|server| *server == id)).unwrap_or(0);
        page.ring.with(|ring| ring.servers.get(n).copied().unwrap_or_default())
    });
    let radius = Memo::new(move |_| page.ring.with(|ring| ring.server.max(1.0)));
    let r = move |more: f64| move || format!("{:.1}", radius.get() + more);
    let chosen = Memo::new(move |_| page.chosen.get() == Some(Chosen::Server(id)));
    // One server can be reached by Tab, the others by the arrow keys from there.
    let tab = Memo::new(move |_| match page.chosen.get() {
        Some(Chosen::Server(chosen)) => chosen == id,
        _ => page.roster.with(|(servers, _)| servers.first() == Some(&id)),
    });
    let shows = move |what: fn(&ServerScene) -> bool| move || scene.with(|scene| scene.as_ref().is_some_and(what));
    let leads = shows(|s| s.role == RoleName::Leader && s.condition != Condition::Down);
    let rimmed = shows(|s| s.role != RoleName::Follower && s.condition != Condition::Down);
    let down = shows(|s| s.condition == Condition::Down);
    let paused = shows(|s| s.condition == Condition::Paused);
    let small = move || radius.get() < 25.5;
    view! {
        <g class="server" class:selected=move || chosen.get() id=format!("server-{}", id.0) role="button"
            tabindex=move || if tab.get() { 0 } else { -1 }
            aria-label=of(words::server_name) aria-haspopup="dialog"
            aria-expanded=move || (chosen.get() && page.menu.get().is_some()).to_string()
            data-role=of(|s| words::role_class(s.role, s.condition).into())
            data-power=of(|s| if s.condition == Condition::Paused { "paused" } else { "" }.into())
            transform=move || format!("translate({:.1} {:.1})", place.get().x, place.get().y)
            on:click=move |event| { event.stop_propagation(); page.choose(Chosen::Server(id), true); enter_menu() }
            on:keydown=move |event| server_key(page, id, &event)>
            <circle class="pick" r=r(13.0)></circle>
            <Show when=leads><circle class="halo" r=r(7.0)></circle></Show>
            <circle class="face" r=r(0.0)></circle>
            <circle class="timer" id=format!("timer-{}", id.0) r=r(0.0) pathLength="1000" stroke-dasharray="0 2000" transform="rotate(-90)"></circle>
            <Show when=rimmed><circle class="rim" r=r(0.0)></circle></Show>
            <Show when=down>
                <rect class="plate" x=move || format!("{:.1}", -radius.get() * 0.74) y=move || format!("{:.1}", -radius.get() * 0.42)
                    width=move || format!("{:.1}", radius.get() * 1.48) height=move || format!("{:.1}", radius.get() * 0.86) rx="6"></rect>
                <path class="cross" d="M-4.5 -4.5l9 9m0 -9l-9 9" transform=move || format!("translate(0 {:.1})", radius.get() * 0.72)></path>
            </Show>
            <text class="name" y=move || if small() { "1" } else { "2" } font-size=move || if small() { "13" } else { "16" }>{id.to_string()}</text>
            <text class="role" class:tight=move || radius.get() < 30.0 y=move || if small() { "12" } else { "16" }>
                {move || scene.with(|scene| scene.as_ref().map(|s| role_words(s, small())).unwrap_or_default())}
            </text>
            <Ballots scene radius/>
            <Show when=paused><path class="bars" d="M-5 -5h3.4v10h-3.4zM1.6 -5h3.4v10h-3.4z" transform=move || format!("translate(0 {:.1})", -radius.get())></path></Show>
            <g class="term" transform=move || format!("translate({:.1} {:.1})", radius.get() * 0.7, -radius.get() * 0.92)>
                {move || scene.with(|scene| scene.as_ref().map(|s| term_chip(s.term)))}
            </g>
        </g>
    }
}

fn role_words(scene: &ServerScene, small: bool) -> String {
    if scene.outdated && scene.condition == Condition::Up {
        return if small { "old L".into() } else { "old leader".into() };
    }
    if small && scene.condition == Condition::Down {
        return String::new();
    }
    if small { words::letter(scene.role, scene.condition).into() } else { words::role(scene.role, scene.condition).into() }
}

fn term_chip(term: raft_core::Term) -> impl IntoView {
    let words = format!("T{term}");
    let width = 14.0 + 7.0 * words.len() as f64;
    view! {
        <rect class=format!("t{}", tint(term)) x=format!("{:.1}", -width / 2.0 + 7.0) y="-9" width=format!("{width:.1}") height="18" rx="9"></rect>
        <text x="7" y="4">{words}</text>
    }
}

/// A candidate's votes, a dot a voter: full is counted, dotted is given and on its way, a stroke
/// is refused.
#[component]
fn Ballots(scene: Memo<Option<ServerScene>>, radius: Memo<f64>) -> impl IntoView {
    let ballots = Memo::new(move |_| scene.with(|scene| scene.as_ref().map(|s| s.ballots.clone()).unwrap_or_default()));
    move || {
        let ballots = ballots.get();
        let step = (radius.get() * 1.5 / ballots.len().max(1) as f64).min(9.0);
        let start = -step * (ballots.len().saturating_sub(1)) as f64 / 2.0;
        let y = radius.get() + 16.0;
        let dots = ballots.into_iter().enumerate().map(move |(n, ballot)| {
            let x = format!("{:.1}", start + step * n as f64);
            let y = format!("{y:.1}");
            let class = match ballot {
                Ballot::Have => "ballot have",
                Ballot::Coming => "ballot coming",
                Ballot::Against => "ballot against",
                Ballot::Unknown => "ballot unknown",
            };
            if ballot == Ballot::Against {
                let d = format!("M{x} {y}m-2.6 -2.6l5.2 5.2m0 -5.2l-5.2 5.2");
                view! { <path class=class d=d></path> }.into_any()
            } else {
                view! { <circle class=class cx=x cy=y r="3.2"></circle> }.into_any()
            }
        });
        view! { <g>{dots.collect_view()}</g> }
    }
}

/// Keys on a server: Enter opens its menu, up and down go round the ring.
fn server_key(page: Page, id: ServerId, event: &ev::KeyboardEvent) {
    let turn: i64 = match event.key().as_str() {
        "Enter" | " " => {
            event.prevent_default();
            event.stop_propagation();
            page.choose(Chosen::Server(id), true);
            enter_menu();
            return;
        }
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    let next = page.roster.with_untracked(|(servers, _)| {
        let here = servers.iter().position(|server| *server == id).unwrap_or(0) as i64;
        servers[(here + turn).rem_euclid(servers.len() as i64) as usize]
    });
    page.choose(Chosen::Server(next), false);
    dom::focus(&format!("server-{}", next.0));
}

/// The focus goes into the menu that has just been opened.
fn enter_menu() {
    frame::soon(|| {
        if let Ok(Some(first)) = dom::document().query_selector(".menu .first") {
            dom::focus_on(&first);
        }
    });
}

#[component]
fn Client(id: ClientId) -> impl IntoView {
    let page = expect_context::<Page>();
    let scene = Memo::new(move |_| {
        page.picture.with(|picture| picture.clients.iter().find(|client| client.id == id).cloned())
    });
    let of = move |read: fn(&ClientScene) -> String| move || scene.with(|scene| scene.as_ref().map(read).unwrap_or_default());
    let place = Memo::new(move |_| {
        let n = page.roster.with(|(_, clients)| clients.iter().position(|client| *client == id)).unwrap_or(0);
        page.ring.with(|ring| ring.clients.get(n).copied().unwrap_or_default())
    });
    let asks = move || {
        let asked = scene.with(|scene| scene.as_ref().and_then(|scene| scene.asks))?;
        let n = page.roster.with(|(servers, _)| servers.iter().position(|server| *server == asked))?;
        let to = page.ring.with(|ring| ring.servers.get(n).copied())?;
        let from = place.get();
        Some(format!("M{:.1} {:.1}L{:.1} {:.1}", from.x, from.y, to.x, to.y))
    };
    let (w, h) = CLIENT;
    view! {
        <path class="client-link" d=move || asks().unwrap_or_default() aria-hidden="true"></path>
        <g class="client" role="img" aria-label=of(words::client_name)
            data-state=of(|scene| match scene.state {
                Ask::Idle => "idle",
                Ask::Waiting => "waiting",
                Ask::Done => "ok",
                Ask::Failed => "failed",
                Ask::Unknown => "unknown",
            }.into())
            transform=move || format!("translate({:.1} {:.1})", place.get().x, place.get().y)>
            <rect x=-w / 2.0 y=-h / 2.0 width=w height=h rx="10"></rect>
            <text class="name" y="-3">{id.to_string()}</text>
            <text class="ask" y="13">{of(|scene| if scene.text.is_empty() { "client".into() } else { short(&scene.text) })}</text>
        </g>
    }
}

fn short(text: &str) -> String {
    if text.chars().count() <= 11 { text.to_owned() } else { text.chars().take(10).chain(['…']).collect() }
}

/// While time stands still every message can be reached.
#[component]
fn Targets() -> impl IntoView {
    let page = expect_context::<Page>();
    let key = move |id: u64, event: ev::KeyboardEvent| {
        let step: i64 = match event.key().as_str() {
            "Enter" | " " => {
                event.prevent_default();
                event.stop_propagation();
                page.choose(Chosen::Message(id), true);
                enter_menu();
                return;
            }
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        let next = page.targets.with_untracked(|targets| {
            let here = targets.iter().position(|target| target.id == id).unwrap_or(0) as i64;
            targets.get((here + step).rem_euclid(targets.len().max(1) as i64) as usize).map(|target| target.id)
        });
        if let Some(next) = next {
            page.choose(Chosen::Message(next), false);
            dom::focus(&format!("flight-{next}"));
        }
    };
    view! {
        <g>
            <For each=move || page.targets.get() key=|target| target.id let:target>
                {
                    let id = target.id;
                    let at = page.whereabouts(Chosen::Message(id)).unwrap_or_default();
                    let chosen = move || page.chosen.get() == Some(Chosen::Message(id));
                    let first = move || match page.chosen.get() {
                        Some(Chosen::Message(chosen)) => chosen == id,
                        _ => page.targets.with(|targets| targets.first().is_some_and(|target| target.id == id)),
                    };
                    view! {
                        <circle class="flight" class:selected=chosen id=format!("flight-{id}") r="12"
                            cx=format!("{:.1}", at.x) cy=format!("{:.1}", at.y)
                            role="button" tabindex=move || if first() { 0 } else { -1 } aria-haspopup="dialog" aria-label=target.name
                            on:click=move |event| { event.stop_propagation(); page.choose(Chosen::Message(id), true); enter_menu() }
                            on:keydown=move |event| key(id, event)></circle>
                    }
                }
            </For>
        </g>
    }
}

/// What can be done with the chosen server or message, next to it.
#[component]
fn Menu() -> impl IntoView {
    let page = expect_context::<Page>();
    const WIDTH: f64 = 208.0;
    let open = move || {
        let at = page.menu.get()?;
        let chosen = page.chosen.get()?;
        let (width, height, r) = page.ring.with_untracked(|ring| (ring.width, ring.height, ring.server));
        let tall = if matches!(chosen, Chosen::Server(_)) { 212.0 } else { 180.0 };
        let gap = if matches!(chosen, Chosen::Server(_)) { r + 18.0 } else { 20.0 };
        let x = if at.x + gap + WIDTH < width { at.x + gap } else { at.x - gap - WIDTH };
        let (x, y) = (x.clamp(8.0, (width - WIDTH - 8.0).max(8.0)), (at.y - 40.0).clamp(8.0, (height - tall).max(8.0)));
        let keys = move |event: ev::KeyboardEvent| match event.key().as_str() {
            "Escape" => {
                event.stop_propagation();
                event.prevent_default();
                page.close_menu();
            }
            "ArrowDown" => walk(&event, true),
            "ArrowUp" => walk(&event, false),
            _ => {}
        };
        let (title, items) = match chosen {
            Chosen::Server(id) => (format!("{id}"), server_items(page, id).into_any()),
            Chosen::Message(id) => (message_title(page, id), message_items(page, id).into_any()),
        };
        let name = format!("What to do with {title}");
        Some(view! {
            <div class="menu" role="dialog" aria-label=name on:keydown=keys
                style:left=format!("{x:.0}px") style:top=format!("{y:.0}px")>
                <h3>{title}<button class="quiet" aria-label="Close" on:click=move |_| page.close_menu()><CloseIcon/></button></h3>
                {items}
            </div>
        })
    };
    open
}

fn walk(event: &ev::KeyboardEvent, down: bool) {
    use leptos::wasm_bindgen::JsCast;
    event.prevent_default();
    event.stop_propagation();
    let Ok(buttons) = dom::document().query_selector_all(".menu > button") else { return };
    let active = dom::document().active_element();
    let all: Vec<_> = (0..buttons.length())
        .filter_map(|n| buttons.item(n)?.dyn_into::<leptos::web_sys::Element>().ok())
        .collect();
    let here = all.iter().position(|button| Some(button) == active.as_ref());
    let count = all.len().max(1);
    let next = here.map_or(0, |here| if down { here + 1 } else { here + count - 1 } % count);
    if let Some(button) = all.get(next) {
        dom::focus_on(button);
    }
}

/// A line of a menu.
#[component]
fn Item(words: &'static str, command: Command, #[prop(optional)] first: bool, act: impl Fn() + 'static + Send) -> impl IntoView {
    let page = expect_context::<Page>();
    view! {
        <button class:first=first on:click=move |_| { act(); page.close_menu() }>
            {words}<kbd>{keys::shown(command)}</kbd>
        </button>
    }
}

fn server_items(page: Page, id: ServerId) -> impl IntoView {
    let who = Who::Server(id);
    let condition = page.condition(id);
    let leads = page.picture.with_untracked(|picture| picture.server(id).is_some_and(|s| s.role == RoleName::Leader));
    match condition {
        Some(Condition::Down) => view! {
            <Item words="Restart" command=Command::Crash first=true act=move || page.crash_or_restart(id)/>
        }
        .into_any(),
        Some(Condition::Paused) => view! {
            <Item words="Resume" command=Command::Pause first=true act=move || page.pause_or_resume(id)/>
            <Item words="Crash" command=Command::Crash act=move || page.crash_or_restart(id)/>
        }
        .into_any(),
        _ => view! {
            <Item words="Crash" command=Command::Crash first=true act=move || page.crash_or_restart(id)/>
            <Item words="Pause" command=Command::Pause act=move || page.pause_or_resume(id)/>
            {(!leads).then(|| view! {
                <Item words="Time out now" command=Command::Timeout act=move || { page.act(Action::Timeout(who)); }/>
            })}
            <Item words="Write to it" command=Command::Write act=move || page.write_next(Some(id))/>
            <button on:click=move |_| { page.act(Action::Isolate(who)); page.close_menu() }>"Cut all its links"</button>
        }
        .into_any(),
    }
}

fn message_items(page: Page, id: u64) -> impl IntoView {
    let held = page.is_held(id);
    let act = move |command: Command| move || page.act_on_message(id, message_action(command, held));
    let lost = page.with(|model| model.motion.flights.iter().any(|flight| flight.id == id && flight.lost));
    if lost {
        return view! { <p class="empty first" tabindex="-1">"It is lost: it will not arrive."</p> }.into_any();
    }
    view! {
        <Item words="Drop" command=Command::Drop first=true act=act(Command::Drop)/>
        <Item words=if held { "Let it go" } else { "Hold" } command=Command::Hold act=act(Command::Hold)/>
        <Item words="Arrive now" command=Command::Deliver act=act(Command::Deliver)/>
        <Item words="Double" command=Command::Duplicate act=act(Command::Duplicate)/>
    }
    .into_any()
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

/// The line under the ring: what the scenario says while it waits, else what to try.
#[component]
fn Below() -> impl IntoView {
    let page = expect_context::<Page>();
    let line = Memo::new(move |_| page.picture.with(|picture| hint(picture, page.tried.get())));
    move || match page.waits.get() {
        Some(text) => view! {
            <div class="stop-card" role="status">
                <span>{text}</span>
                <button class="primary" on:click=move |_| page.play()>"Go on"</button>
            </div>
        }
        .into_any(),
        None => {
            let hint = line.get();
            view! {
                <div class="hint">
                    <span>{hint.says}</span>
                    {hint.offer.map(|offer| view! { <button on:click=move |_| page.take_offer(offer)>{offer_words(page, offer)}</button> })}
                </div>
            }
            .into_any()
        }
    }
}

fn offer_words(page: Page, offer: Try) -> String {
    match offer {
        Try::CrashLeader => "Crash the leader".into(),
        Try::Write => format!("Write x={}", page.next_value()),
        Try::StepBack => "Step back".into(),
        Try::Restart(id) => format!("Restart {id}"),
        Try::Heal => "Mend all links".into(),
        Try::Share => "Share this run".into(),
    }
}

/// The signs of messages.
#[component]
fn Legend() -> impl IntoView {
    let sign = |shape: Shape| {
        let mut d = String::new();
        shape.outline(Point { x: 7.0, y: 7.0 }, 5.6, &mut d);
        view! { <svg viewBox="0 0 14 14" aria-hidden="true"><path class=format!("body {}", shape.class()) d=d></path></svg> }
    };
    view! {
        <ul class="legend" aria-label="Signs of messages">
            <li>{sign(Shape::Vote)}"vote"</li>
            <li>{sign(Shape::Append)}"append"</li>
            <li>{sign(Shape::Heartbeat)}"heartbeat"</li>
            <li>{sign(Shape::AppendReply)}"replies are hollow"</li>
        </ul>
    }
}

/// The figure before it is started.
#[component]
fn Poster() -> impl IntoView {
    let page = expect_context::<Page>();
    let title = move || {
        let title = page.title.get();
        if title.is_empty() { words::NAME.to_owned() } else { title }
    };
    view! {
        <button class="poster" aria-label=move || format!("Play: {}", title()) on:click=move |_| page.play()>
            <span class="disc"><PlayIcon/></span>
            <b>{title}</b>
        </button>
    }
}
