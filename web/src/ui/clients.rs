//! Clients, as far as a reader asks: the history of one, what a server has still to apply, whether
//! one order explains all answers, and the signs on their lines. None of it runs on a first visit.

use std::cell::{Cell, RefCell};

use leptos::prelude::*;
use raft_core::{ServerId, Time};
use raft_sim::client::Client;
use raft_sim::linearize::Check;
use raft_sim::machine::ClientId;
use raft_sim::why::Question;

use super::el::{El, html, svg};
use super::linked::show;
use super::page::{Chosen, Page};
use super::paint::Painter;
use super::signal::{Memo, RwSignal};
use super::{dom, frame, why};
use crate::clients::{self, Answer, Contents, Deed, MOST_WORK, Pending, Place, Proof, SLICE, Stage, Step};
use crate::diagram::{Frame, Line};
use crate::lanes::End;
use crate::layout::tenths;
use crate::linked::{Fact, Lit};
use crate::playback::Playback;
use crate::words::clients as say;

// ---- A client that is chosen -----------------------------------------------------------------------

/// What is shown while a client is chosen.
pub fn card(page: Page, card: El) -> El {
    let chosen = Memo::new(move || match page.chosen.get() {
        Some(Chosen::Client(id)) => Some(id),
        _ => None,
    });
    card.when(move || chosen.with(Option::is_some), move || client_card(page, chosen))
}

fn client_card(page: Page, chosen: Memo<Option<ClientId>>) -> El {
    let past = Memo::new(move || {
        page.moment.track();
        let id = chosen.get();
        page.with(|model| {
            let client = model.playback.world().clients().iter().find(|client| Some(client.id) == id);
            client.map(clients::history).unwrap_or_default()
        })
    });
    let name = move || chosen.get().map(|id| id.to_string()).unwrap_or_default();
    // The latest first: that is what is being looked for.
    let keys = move || (0..past.with(|(deeds, _)| deeds.len()) as u64).collect();
    let deed = Memo::new(move || past.with(|(deeds, _)| deeds.iter().rev().cloned().collect::<Vec<_>>()));
    html("div")
        .class("of-client")
        .child(html("h3").say(name))
        .child(html("h4").text(say::ASKED))
        .when(move || past.with(|(deeds, _)| deeds.is_empty()), || html("p").class("empty").text(say::NOTHING_ASKED))
        .child(html("ol").class("deeds").each(keys, move |n| deed_view(page, chosen, deed, n as usize)))
        .when(
            move || past.with(|(_, earlier)| *earlier > 0),
            move || html("p").class("why").say(move || past.with(|(_, earlier)| say::earlier(*earlier))),
        )
        .child(html("h4").text(say::ALL))
        .child(question(page))
}

/// A line of the history: the same lights up in the diagram, the logs and the story.
fn deed_view(page: Page, chosen: Memo<Option<ClientId>>, deeds: Memo<Vec<Deed>>, n: usize) -> El {
    let part = move |of: fn(&Deed) -> String| deeds.with(|deeds| deeds.get(n).map(of).unwrap_or_default());
    let call = move || chosen.get().zip(deeds.with(|deeds| deeds.get(n).map(|deed| deed.serial)));
    let fact = move || call().map(|(id, serial)| Fact::Call(id, serial).to_string());
    let class = move || format!("deed {}", part(|deed| class(deed.end).to_owned()));
    let button = html("button")
        .follow("class", class)
        .bind("data-fact", fact)
        .child(html("i").attr("aria-hidden", "true").say(move || part(|deed| say::sign(deed.end).to_owned())))
        .child(html("b").class("mono").say(move || part(|deed| deed.asked.clone())))
        .child(html("span").say(move || part(say::told)))
        .child(html("small").say(move || part(say::when)));
    let ask = move || call().map(|(id, serial)| why::ask(page, Question::Waits(id, Some(serial)), None));
    let ask = html("button")
        .class("quiet")
        .follow("aria-label", move || say::why(&part(|deed| deed.asked.clone())))
        .click(move || _ = untrack(ask))
        .text(say::WHY);
    html("li").class("row").child(button).child(ask)
}

fn class(end: End) -> &'static str {
    match end {
        End::Waits => "waits",
        End::Ok => "ok",
        End::Failed => "failed",
        End::Unknown => "unknown",
    }
}

// ---- Whether one order explains it -----------------------------------------------------------------

thread_local! {
    /// Counts the searches: an old one ends when another begins, or when nobody looks any more.
    static TURN: Cell<u32> = const { Cell::new(0) };
    /// Who takes place when, as long as that is shown.
    static POINTS: RefCell<Vec<(ClientId, Time)>> = const { RefCell::new(Vec::new()) };
}

/// How far the search is, or what came of it.
#[derive(Clone, PartialEq)]
enum State {
    Asked(usize),
    Found(Proof),
}

fn question(page: Page) -> El {
    let state: RwSignal<Option<State>> = RwSignal::new(None);
    let forget = move || {
        TURN.set(TURN.get() + 1);
        POINTS.with_borrow_mut(Vec::clear);
    };
    on_cleanup(forget);
    let ask = move || {
        forget();
        let check = page.with(|model| Check::new(model.playback.world().history(), MOST_WORK));
        go_on(page, state, check, page.now(), TURN.get(), 0);
    };
    // It was found for a later moment, or for another run.
    Effect::new(move |_| {
        let (_, now) = page.moment.get();
        let later = state.with_untracked(|state| matches!(state, Some(State::Found(proof)) if proof.until > now));
        if later {
            forget();
            state.set(None);
            page.refresh(true);
        }
    });
    let said = move || {
        state.with(|state| match state {
            None => String::new(),
            Some(State::Asked(work)) => say::searching(*work),
            Some(State::Found(proof)) => say::verdict(proof),
        })
    };
    let answer = move || {
        state.with(|state| match state {
            Some(State::Found(proof)) => match proof.answer {
                Answer::Yes => "verdict yes",
                Answer::No => "verdict no",
                Answer::Open => "verdict open",
            },
            _ => "verdict",
        })
    };
    html("div")
        .class("question")
        .child(html("button").click(ask).text(say::QUESTION))
        .child(html("p").class("why").text(say::MEANING))
        .child(html("p").attr("role", "status").follow("class", move || answer().into()).say(said))
        .slot(move || state.with(|state| picture(state.as_ref()?)))
}

/// A slice of the search after every frame: the page never waits for it.
fn go_on(page: Page, state: RwSignal<Option<State>>, mut check: Check, until: Time, turn: u32, work: usize) {
    const LONG: u64 = 6_000;
    if TURN.get() != turn {
        return;
    }
    let (begun, mut work) = (frame::clock(), work);
    while frame::clock() < begun + LONG {
        work += SLICE;
        if let Some(verdict) = check.go(SLICE) {
            let proof = clients::prove(&check, &verdict, until);
            POINTS.with_borrow_mut(|points| points.clone_from(&proof.points));
            state.set(Some(State::Found(proof)));
            frame::soon(|| {
                if let Ok(Some(verdict)) = dom::document().query_selector(".verdict") {
                    verdict.scroll_into_view_with_bool(true);
                }
            });
            return page.refresh(true);
        }
    }
    state.set(Some(State::Asked(work)));
    frame::soon(move || go_on(page, state, check, until, turn, work));
}

/// The picture of why: a row an operation, a bar from question to answer, and its moment on it.
fn picture(state: &State) -> Option<El> {
    let State::Found(proof) = state else { return None };
    let from = proof.steps.iter().map(|step| step.from).min()?;
    let to = proof.steps.iter().map(|step| step.told.as_ref().map_or(proof.until, |(at, _)| *at)).max()?;
    let to = to.max(from + Time(1));
    let left_out = proof.all.saturating_sub(proof.steps.len());
    let rows = proof.steps.iter().map(|step| row(step, from, to));
    let list = html("ol").class("proof").attr("aria-label", say::QUESTION).children(rows);
    let more = (left_out > 0).then(|| html("p").class("why").text(&say::earlier(left_out)));
    Some(html("div").maybe(more).child(list))
}

fn row(step: &Step, from: Time, to: Time) -> El {
    let share = |at: Time| {
        let (at, all) = (at.clamp(from, to).since(from).0, to.since(from).0);
        format!("{}%", tenths(at as f64 * 100.0 / all as f64))
    };
    let (left, right) = (share(step.from), share(step.told.as_ref().map_or(to, |(at, _)| *at)));
    let open = if step.told.is_none() { "span open" } else { "span" };
    let bar = html("span").class(open).style("left", move || left.clone()).style("--to", move || right.clone());
    let moment = match step.place {
        Place::At(at) => Some(share(at)),
        _ => None,
    };
    let moment = moment.map(|at| html("span").class("moment").style("left", move || at.clone()).text("◆"));
    let track = html("span").class("track").attr("aria-hidden", "true").child(bar).maybe(moment);
    let class = match step.place {
        Place::At(_) | Place::Among => "",
        Place::Never => "never",
        Place::Clashes => "clashes",
    };
    html("li")
        .class(class)
        .child(html("b").text(&say::who(step.client)).text(" ").child(html("code").text(&step.asked)))
        .child(track)
        .child(html("small").text(&say::step(step)))
}

// ---- What a server holds ---------------------------------------------------------------------------

/// The keys and values of a server, and in grey what it has still to apply.
pub fn contents(page: Page, chosen: Memo<Option<ServerId>>) -> El {
    let held = Memo::new(move || {
        page.moment.track();
        let id = chosen.get();
        page.with(|model| {
            let server = id.and_then(|id| model.playback.world().server(id));
            server.and_then(clients::contents).unwrap_or_default()
        })
    });
    let values = move || {
        let values = held.with(|held| held.values.join("  "));
        if values.is_empty() { say::EMPTY.to_owned() } else { values }
    };
    html("div").child(html("p").class("mono").say(values)).slot(move || held.with(pending_list)).when(
        move || held.with(|held| held.more > 0),
        move || html("p").class("why").say(move || held.with(|held| say::more(held.more))),
    )
}

fn pending_list(held: &Contents) -> Option<El> {
    let row = |one: &Pending| {
        let class = match one.stage {
            Stage::Committed => "committed",
            Stage::Stored => "stored",
            Stage::Written => "written",
        };
        html("li")
            .class(class)
            .attr("data-fact", &Fact::Entry(one.at).to_string())
            .child(html("code").text(&one.words))
            .child(html("small").text(&say::pending(one)))
    };
    let list = html("ul").class("pending").attr("aria-label", say::PENDING);
    (!held.pending.is_empty()).then(|| list.children(held.pending.iter().map(row)))
}

// ---- On their lines in the space-time diagram ------------------------------------------------------

/// Draws the signs on the bars, and the moments of an order that was found.
pub fn paint(painter: &mut Painter, playback: &Playback, frame: &Frame) {
    let world = playback.world();
    let signs = clients::signs(frame, world.clients(), playback.records(), world.now());
    show(painter, "#st", "call-ends", signs.ends);
    show(painter, "#st", "call-ok", signs.ok);
    show(painter, "#st", "call-failed", signs.failed);
    show(painter, "#st", "call-unknown", signs.unknown);
    show(painter, "#st", "call-retries", signs.retries);
    show(painter, "#st", "call-moments", POINTS.with_borrow(|points| clients::diamonds(frame, points)));
}

/// Outlines the bars of what is lit, and says what was asked and told.
pub fn light(painter: &mut Painter, playback: &Playback, frame: &Frame, lit: &Lit) {
    let (now, mut bars, mut said) = (playback.now(), String::new(), None);
    for (id, serial) in &lit.calls {
        let Some(y) = frame.lines.iter().find(|(line, _)| *line == Line::Client(*id)).map(|(_, y)| *y) else {
            continue;
        };
        let Some(client) = client(playback, *id) else { continue };
        for deed in client.calls(*serial).map(clients::deed) {
            let Some((left, right)) = frame.cut(deed.from, deed.to.unwrap_or(now)) else { continue };
            let (left, right) = (left - 2.0, right + 2.0);
            crate::layout::draw(
                &mut bars,
                &[("M", left), (" ", y - 6.0), ("H", right), ("V", y + 6.0), ("H", left)],
                "z",
            );
            if matches!(lit.fact, Some(Fact::Call(..))) {
                said = Some((left, y, say::line(*id, &deed)));
            }
        }
    }
    show(painter, "#st", "lit-calls", bars);
    tell(painter, frame, said);
}

fn client(playback: &Playback, id: ClientId) -> Option<&Client> {
    playback.world().clients().iter().find(|client| client.id == id)
}

/// Words above the bar, within the diagram.
fn tell(painter: &mut Painter, frame: &Frame, said: Option<(f64, f64, String)>) {
    const ID: &str = "lit-told";
    if dom::by_id("st").is_none() && dom::document().get_element_by_id("st").is_none() {
        return;
    }
    if dom::document().get_element_by_id(ID).is_none()
        && let Some(picture) = dom::document().get_element_by_id("st")
    {
        let text = svg("text").class(ID).attr("id", ID).attr("aria-hidden", "true").attr("pointer-events", "none");
        let _ = picture.append_child(text.node());
    }
    let (x, y, text) = said.unwrap_or_default();
    let late = x > (frame.across.start + frame.across.end) / 2.0;
    painter.write(ID, "x", tenths(if late { frame.across.end } else { x.max(frame.across.start) }));
    painter.write(ID, "y", tenths(y - 9.0));
    painter.write(ID, "text-anchor", if late { "end" } else { "start" }.into());
    painter.say(ID, text);
}
