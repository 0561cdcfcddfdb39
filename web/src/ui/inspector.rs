//! The inspector: every field of the chosen server or message, and what can be done with it.

use raft_core::{RoleName, ServerId};
use raft_sim::host::{Condition, Server};
use raft_sim::scenario::{Action, Who};
use raft_sim::why::Question;

use super::el::{El, html};
use super::page::{Chosen, Page, message_action};
use super::signal::Memo;
use super::{clients, link, why};
use crate::detail::{self, Field};
use crate::keys::{self, Command};
use crate::scene::{ServerScene, tint};
use crate::words;

/// The inspector.
pub fn inspector(page: Page) -> El {
    let card = html("div").class("inspect").when(
        move || page.chosen.get().is_none(),
        || {
            let words = "Click a server or a message, or press a digit: here is what it knows.";
            html("p").class("empty").text(words)
        },
    );
    link::card(page, clients::card(page, message_card(page, server_card(page, card))))
}

/// The facts, each a name and a value. The elements stay while the values change, so that what
/// the reader has selected stays selected.
fn facts_list(facts: Memo<Vec<Field>>) -> El {
    let keys = move || (0..2 * facts.with(Vec::len) as u64).collect();
    html("dl").class("facts").each(keys, move |key| {
        let at = (key / 2) as usize;
        let part = move |of: fn(&Field) -> String| facts.with(|facts| facts.get(at).map(of).unwrap_or_default());
        if key % 2 == 0 {
            return html("dt").say(move || part(|field| field.name.to_owned()));
        }
        html("dd")
            .say(move || {
                part(|field| if field.why.is_empty() { field.value.clone() } else { format!("{} ", field.value) })
            })
            .when(
                move || facts.with(|facts| facts.get(at).is_some_and(|field| !field.why.is_empty())),
                move || html("span").class("why").say(move || part(|field| field.why.to_owned())),
            )
    })
}

/// What is shown while a server is chosen. It stays when another server is, and with it the focus.
fn server_card(page: Page, card: El) -> El {
    let chosen = Memo::new(move || match page.chosen.get() {
        Some(Chosen::Server(id)) => Some(id),
        _ => None,
    });
    let scene = Memo::new(move || {
        let id = chosen.get()?;
        page.picture.with(|picture| picture.server(id).cloned())
    });
    let facts = Memo::new(move || {
        page.moment.track();
        let Some(id) = chosen.get() else { return Vec::new() };
        page.with(|model| {
            let world = model.playback.world();
            world.server(id).map(|server| detail::of_server(server, world.now())).unwrap_or_default()
        })
    });
    let followers = Memo::new(move || {
        page.moment.track();
        let Some(id) = chosen.get() else { return Vec::new() };
        page.with(|model| model.playback.world().server(id).map(detail::followers).unwrap_or_default())
    });
    let store = Memo::new(move || {
        page.moment.track();
        let id = chosen.get()?;
        page.with(|model| {
            let store = model.playback.world().server(id).and_then(Server::store)?;
            Some(store.sessions().map(words::session).collect::<Vec<String>>())
        })
    });
    let state = Memo::new(move || {
        let id = chosen.get()?;
        page.picture.with(|picture| picture.server(id).map(|s| (s.condition, s.role == RoleName::Leader)))
    });
    let known = move || store.with(|store| store.as_ref().is_some_and(|sessions| !sessions.is_empty()));
    let leading = move || !followers.with(Vec::is_empty);
    card.when(move || scene.with(Option::is_some), move || server_head(scene))
        .when(move || state.with(Option::is_some), move || server_actions(page, chosen, state))
        .when(move || chosen.with(Option::is_some), move || facts_list(facts))
        .when(leading, || html("h4").text("What it knows of the others"))
        .when(leading, move || follower_table(followers))
        .when(move || store.with(Option::is_some), || html("h4").text("State machine"))
        .when(move || store.with(Option::is_some), move || clients::contents(page, chosen))
        .when(known, || html("h4").text("Client sessions"))
        .when(known, move || html("p").class("mono").say(move || store.get().unwrap_or_default().join("  ")))
}

fn server_head(scene: Memo<Option<ServerScene>>) -> El {
    let part = move |of: fn(&ServerScene) -> String| scene.with(|scene| scene.as_ref().map(of).unwrap_or_default());
    let role = html("span")
        .class("role-chip")
        .follow("data-role", move || part(|s| words::role_class(s.role, s.condition).to_owned()))
        .say(move || part(|s| words::role(s.role, s.condition).to_owned()));
    let term = html("span")
        .follow("class", move || part(|s| format!("term-chip bg{}", tint(s.term))))
        .say(move || part(|s| format!("term {}", s.term)));
    html("h3").say(move || part(|s| s.id.to_string())).child(role).child(term)
}

fn follower_table(followers: Memo<Vec<[String; 4]>>) -> El {
    let names = ["server", "nextIndex", "matchIndex", "unanswered"];
    let head = html("tr").children(names.map(|name| html("th").attr("scope", "col").text(name)));
    let rows = move || (0..followers.with(Vec::len) as u64).collect();
    let cell = move |row: usize, column: usize| {
        followers.with(|rows| rows.get(row).map(|row| row[column].clone()).unwrap_or_default())
    };
    let body = html("tbody").each(rows, move |row| {
        html("tr").children((0..4).map(move |column| html("td").say(move || cell(row as usize, column))))
    });
    html("table").class("grid-table").child(html("thead").child(head)).child(body)
}

/// A button that says its words, its key, and does something.
fn deed(button: El, command: Command, act: Box<dyn Fn()>) -> El {
    button.click(act).child(html("kbd").text(keys::shown(command)))
}

fn server_actions(page: Page, chosen: Memo<Option<ServerId>>, state: Memo<Option<(Condition, bool)>>) -> El {
    let button = move |words: &'static str, command: Command, act: fn(Page, ServerId)| {
        let act = move || {
            if let Some(id) = chosen.get_untracked() {
                act(page, id);
            }
        };
        deed(html("button").text(words), command, Box::new(act))
    };
    let is = move |condition: Condition| state.get().is_some_and(|(now, _)| now == condition);
    html("div")
        .class("actions")
        .when(
            move || is(Condition::Down),
            move || button("Restart", Command::Crash, |page, id| page.crash_or_restart(id)),
        )
        .when(
            move || is(Condition::Paused),
            move || button("Resume", Command::Pause, |page, id| page.pause_or_resume(id)),
        )
        .when(
            move || is(Condition::Up) || is(Condition::Paused),
            move || button("Crash", Command::Crash, |page, id| page.crash_or_restart(id)),
        )
        .when(move || is(Condition::Up), move || button("Pause", Command::Pause, |page, id| page.pause_or_resume(id)))
        .when(
            move || state.get() == Some((Condition::Up, false)),
            move || button("Time out", Command::Timeout, |page, id| _ = page.act(Action::Timeout(Who::Server(id)))),
        )
        .child(why_button(page, chosen, state))
        .when(move || is(Condition::Up), move || button("Write", Command::Write, |page, id| page.write_next(Some(id))))
}

/// Why it leads, or does not.
fn why_button(page: Page, chosen: Memo<Option<ServerId>>, state: Memo<Option<(Condition, bool)>>) -> El {
    let leads = move || state.get().is_some_and(|(_, leads)| leads);
    html("button")
        .say(move || chosen.get().map(|id| words::why::of(Question::NotLeader(id), !leads())).unwrap_or_default())
        .click(move || chosen.get_untracked().into_iter().for_each(|id| why::ask_server(page, id)))
}

/// What is shown while a message is chosen.
fn message_card(page: Page, card: El) -> El {
    let chosen = Memo::new(move || match page.chosen.get() {
        Some(Chosen::Message(id)) => Some(id),
        _ => None,
    });
    let facts = Memo::new(move || {
        page.moment.track();
        let id = chosen.get()?;
        page.with(|model| {
            let world = model.playback.world();
            let flights = world.flights();
            flights.iter().find(|flight| flight.id == id).map(|flight| detail::of_message(flight, world.now()))
        })
    });
    let there = Memo::new(move || facts.with(Option::is_some));
    let listed = Memo::new(move || facts.get().map(|(_, facts)| facts).unwrap_or_default());
    let state = Memo::new(move || {
        page.moment.track();
        let id = chosen.get()?;
        page.with(|model| model.motion.flights.iter().find(|f| f.id == id).map(|f| (f.held, f.lost)))
    });
    let head = move || facts.get().map(|(head, _)| head).unwrap_or_default();
    card.when(
        move || chosen.with(Option::is_some) && !there.get(),
        || {
            let words = "This message is not on its way any more. Step back to see it again.";
            html("p").class("empty").text(words)
        },
    )
    .when(move || there.get(), move || html("h3").say(head))
    .when(move || there.get() && matches!(state.get(), Some((_, false))), move || message_actions(page, chosen, state))
    .when(move || there.get(), move || facts_list(listed))
}

fn message_actions(page: Page, chosen: Memo<Option<u64>>, state: Memo<Option<(bool, bool)>>) -> El {
    let button = move |button: El, command: Command| {
        let act = move || {
            if let Some(id) = chosen.get_untracked() {
                page.act_on_message(id, message_action(command, page.is_held(id)));
            }
        };
        deed(button, command, Box::new(act))
    };
    let held = move || state.get().is_some_and(|(held, _)| held);
    let hold = html("button").say(move || String::from(if held() { "Let it go" } else { "Hold" }));
    html("div")
        .class("actions")
        .child(button(html("button").text("Drop"), Command::Drop))
        .child(button(hold, Command::Hold))
        .child(button(html("button").text("Arrive now"), Command::Deliver))
        .child(button(html("button").text("Double"), Command::Duplicate))
}
