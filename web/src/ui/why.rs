//! "Why?": a question, its answer as facts that lead to their events, and what it would take.
//! Nothing of it runs before somebody asks.

use std::cell::RefCell;

use leptos::prelude::event_target_value;
use raft_core::{Position, ServerId};
use raft_sim::scenario::Action;
use raft_sim::why::{Found, Goal, Question, Search, Step};
use raft_sim::words::why::found as found_words;

use super::el::{El, html};
use super::page::{Chosen, Page, Tab};
use super::signal::Memo;
use super::tale::{Tale, from_the_top};
use super::{dom, frame};
use crate::linked::Fact;
use crate::why::{Line, Reply, about, about_entry, steps};
use crate::words::why as words;

/// A step can be seen before the next one comes.
const STEP: u64 = 450;

/// What is asked, what is answered, and how it stands with the way.
#[derive(Clone, PartialEq, Debug)]
pub struct Why {
    /// The answer.
    pub reply: Reply,
    /// What it would take.
    pub way: Way,
}

/// How it stands with what it would take.
#[derive(Clone, PartialEq, Debug)]
pub enum Way {
    /// Nobody has asked.
    Unasked,
    /// It is looked for.
    Looks,
    /// There is none.
    None(String),
    /// These steps, of which so many were done; `goes` while they are being done.
    Steps { head: String, orders: Vec<String>, done: usize, goes: bool },
    /// It was done, and came out otherwise.
    Missed,
}

thread_local! {
    /// The search that goes on, and the way that it found.
    static SEARCH: RefCell<Option<Search>> = const { RefCell::new(None) };
    static FOUND: RefCell<Vec<Step>> = const { RefCell::new(Vec::new()) };
}

// ---- What is asked ---------------------------------------------------------------------------------

/// Asks about what is lit or chosen, else about what goes on; the same key leaves again.
pub fn toggle(page: Page) {
    if page.tale.get_untracked() == Tale::Why {
        return close(page);
    }
    ask_about_it(page);
    focus_soon("pane");
}

/// Asks about what is lit or chosen, else about what goes on.
pub fn ask_about_it(page: Page) {
    let lit = page.focus.get_untracked().shown();
    let chosen = match page.chosen.get_untracked() {
        Some(Chosen::Server(id)) => Some(id),
        _ => None,
    };
    let entry = match lit {
        Some(Fact::Entry(at)) => Some(at),
        _ => None,
    };
    let question = page.with(|model| about(lit, chosen, model.playback.world()));
    answer(page, question, entry);
}

/// Why a server does not lead, or does.
pub fn ask_server(page: Page, id: ServerId) {
    ask(page, Question::NotLeader(id), None);
}

/// Asks a question from elsewhere on the page.
pub fn ask(page: Page, question: Question, entry: Option<Position>) {
    answer(page, question, entry);
    focus_soon("pane");
}

/// Answers a question about the present; time stands still for it.
fn answer(page: Page, question: Question, entry: Option<Position>) {
    page.pause();
    page.menu.set(None);
    forget();
    let reply = page.with(|model| Reply::to(question, entry, &model.playback));
    let said = reply.lines.first().map(|line| line.text.clone()).unwrap_or_default();
    page.why.set(Some(Why { reply, way: Way::Unasked }));
    page.tale.set(Tale::Why);
    page.tab.set(Tab::Story);
    page.live.set(said);
    from_the_top();
}

/// Back to the story; what goes on ends.
pub fn close(page: Page) {
    forget();
    page.why.set(None);
    page.tale.set(Tale::Story);
    dom::focus("tab-story");
}

fn focus_soon(id: &'static str) {
    frame::soon(move || dom::focus(id));
}

fn forget() {
    SEARCH.set(None);
    FOUND.set(Vec::new());
}

fn reply(page: Page) -> Option<Reply> {
    page.why.with_untracked(|why| why.as_ref().map(|why| why.reply.clone()))
}

fn set_way(page: Page, way: Way) {
    page.why.update(|why| {
        if let Some(why) = why {
            why.way = way;
        }
    });
}

/// To the moment that the answer is about; if that is no more, the question is asked anew.
fn go_back(page: Page) {
    let Some(reply) = reply(page) else { return };
    page.pause();
    if page.with(|model| model.playback.version) != reply.version {
        let reply = page.with(|model| Reply::to(reply.question, None, &model.playback));
        return page.why.set(Some(Why { reply, way: Way::Unasked }));
    }
    if !page.with(|model| reply.is_of(&model.playback)) {
        page.seek_event(reply.events);
        if page.now() < reply.at {
            page.seek(reply.at);
        }
    }
}

// ---- What it would take ------------------------------------------------------------------------------

/// Looks for a way, a little with each frame.
fn look(page: Page) {
    go_back(page);
    let Some(reply) = reply(page) else { return };
    let search = page.with(|model| {
        let world = model.playback.world();
        Search::new(Goal::of(reply.question, world), world)
    });
    SEARCH.set(Some(search));
    set_way(page, Way::Looks);
    page.live.set(words::LOOKS.into());
    frame::soon(move || {
        dom::focus("why-stop");
        look_on(page, reply);
    });
}

fn look_on(page: Page, of: Reply) {
    let goes_on =
        page.why.with_untracked(|why| why.as_ref().is_some_and(|why| why.way == Way::Looks && why.reply == of));
    if !goes_on {
        return;
    }
    let found = SEARCH.with_borrow_mut(|search| {
        let search = search.as_mut()?;
        Some(frame::work(|| search.advance(1).clone(), |found| *found == Found::NotYet))
    });
    let head = found.as_ref().map(found_words).unwrap_or_default();
    match found {
        Some(Found::NotYet) => return frame::soon(move || look_on(page, of)),
        Some(Found::Way(way)) if !way.is_empty() => {
            let orders = page.with(|model| steps(&way, model.playback.world()));
            page.live.set(format!("{head} {}", orders.join(" ")));
            FOUND.set(way);
            set_way(page, Way::Steps { head, orders, done: 0, goes: false });
            focus_soon("why-do");
        }
        _ => {
            page.live.set(head.clone());
            set_way(page, Way::None(head));
        }
    }
    SEARCH.set(None);
}

fn stop(page: Page) {
    SEARCH.set(None);
    set_way(page, Way::Unasked);
    focus_soon("why-take");
}

/// Does the steps that were found, one after another.
fn carry_out(page: Page) {
    go_back(page);
    let waits = FOUND.with_borrow(|way| way.first().is_some_and(Step::is_wait));
    if let Some(reply) = reply(page).filter(|_| waits) {
        // A future may be known in which something else is done: this one is another.
        page.act(Action::Note(reply.question.text()));
    }
    step(page, 0);
}

fn step(page: Page, n: usize) {
    let Some(step) = FOUND.with_borrow(|way| way.get(n).cloned()) else { return };
    let done = page.take(&step);
    let all = FOUND.with_borrow(Vec::len);
    if !done || n + 1 == all {
        return frame::soon(move || finish(page, done));
    }
    let version = page.with(|model| model.playback.version);
    page.why.update(|why| {
        if let Some(Why { way: Way::Steps { orders, done, goes, .. }, .. }) = why {
            (*done, *goes) = (n + 1, true);
            page.live.set(words::done(n + 1, all, &orders[n]));
        }
    });
    frame::later(STEP, move || {
        // Somebody did something else, or closed the panel.
        let same = page.with(|model| model.playback.version == version);
        let goes = page.why.with_untracked(
            |why| matches!(why, Some(Why { way: Way::Steps { done, goes: true, .. }, .. }) if *done == n + 1),
        );
        match (same, goes) {
            (true, true) => self::step(page, n + 1),
            (false, true) => set_way(page, Way::Missed),
            _ => {}
        }
    });
}

/// What is due at this instant still happens; then the same is asked again.
fn finish(page: Page, done: bool) {
    let Some(old) = reply(page) else { return };
    if done {
        page.seek(page.now());
    }
    let reply = page.with(|model| Reply::to(old.question, None, &model.playback));
    let way = if reply.so { Way::Missed } else { Way::Unasked };
    let said = match way {
        Way::Missed => words::MISSED.into(),
        _ => reply.lines.first().map(|line| line.text.clone()).unwrap_or_default(),
    };
    forget();
    page.why.set(Some(Why { reply, way }));
    page.live.set(said);
    focus_soon("pane");
}

// ---- The panel -----------------------------------------------------------------------------------------

/// The panel, as long as something is asked.
pub fn panel(page: Page) -> El {
    let reply = Memo::new(move || page.why.with(|why| why.as_ref().map(|why| why.reply.clone())));
    let lines = Memo::new(move || reply.with(|reply| reply.as_ref().map(|r| r.lines.clone()).unwrap_or_default()));
    let body = html("div").class("why-body").slot(move || {
        let facts = lines.get().into_iter().map(move |line| fact(page, &line));
        Some(html("ol").class("facts-of").children(facts))
    });
    html("div").class("answer").child(head(page, reply)).child(moved(page, body).child(take(page)))
}

fn head(page: Page, reply: Memo<Option<Reply>>) -> El {
    let asked = Memo::new(move || {
        reply.with(|reply| reply.as_ref().map(|reply| (reply.others.clone(), reply.question, reply.so)))
    });
    let options = move || {
        let (all, now, so) = asked.get()?;
        let options = all.iter().enumerate().map(|(n, question)| {
            let text = words::of(*question, so || *question != now);
            let option = html("option").attr("value", &n.to_string()).text(&text);
            if *question == now { option.attr("selected", "") } else { option }
        });
        let choose = move |event| {
            let n: usize = event_target_value(&event).parse().unwrap_or(0);
            if let Some(question) = asked.with_untracked(|asked| asked.as_ref()?.0.get(n).copied()) {
                answer(page, question, None);
                focus_soon("why-question");
            }
        };
        let select = html("select").attr("id", "why-question").attr("aria-label", words::QUESTION);
        Some(select.on("change", choose).children(options))
    };
    html("div").class("why-head").slot(options)
}

fn fact(page: Page, line: &Line) -> El {
    let words = html("span").text(&line.text);
    let words = words.maybe(line.section.map(|section| html("span").class("ref").text(section)));
    let Some(since) = line.since else { return html("li").child(words.class("plain")) };
    let button = html("button")
        .attr("data-fact", &Fact::Event(since.event).to_string())
        .click(move || page.seek_event(since.event))
        .child(words)
        .child(html("time").text(&crate::words::stamp(since.at)));
    html("li").child(button)
}

/// The reader went elsewhere: the way back, or the same question there.
fn moved(page: Page, panel: El) -> El {
    // Only what differs makes the buttons anew: they stay while time runs.
    let away = Memo::new(move || {
        page.moment.track();
        page.picture.track();
        page.why.with(|why| {
            let Why { reply, way } = why.as_ref()?;
            let (is_of, version) = page.with(|model| (reply.is_of(&model.playback), model.playback.version));
            let goes = matches!(way, Way::Steps { goes: true, .. });
            (!is_of && !goes).then_some((reply.question, reply.at, reply.version == version))
        })
    });
    panel.slot(move || {
        let (question, at, same) = away.get()?;
        let row = html("div").class("why-row");
        let row = if same {
            let back = html("button").text(&words::back(at)).click(move || go_back(page));
            row.child(html("p").text(&words::asked(at))).child(back)
        } else {
            row.child(html("p").text(words::PARTED))
        };
        Some(row.child(html("button").text(words::AGAIN).click(move || ask(page, question, None))))
    })
}

/// What it would take, and a button that does it.
fn take(page: Page) -> El {
    let way = Memo::new(move || page.why.with(|why| why.as_ref().map(|why| (why.reply.so, why.way.clone()))));
    html("div").class("why-take").slot(move || {
        let (so, way) = way.get()?;
        let row = html("div").class("why-row");
        let ask = || html("button").attr("id", "why-take").text(words::TAKE).click(move || look(page));
        Some(match way {
            Way::Unasked => return so.then(|| row.child(ask())),
            Way::Looks => {
                let stop = html("button").attr("id", "why-stop").text(words::STOP).click(move || stop(page));
                row.child(html("p").text(words::LOOKS)).child(stop)
            }
            Way::None(words) => row.child(html("p").text(&words)),
            Way::Missed => row.child(html("p").text(words::MISSED)).child(ask()),
            Way::Steps { head, orders, done, goes } => {
                let order = |(n, order): (usize, &String)| {
                    let item = html("li").text(order);
                    if n < done { item.class("done") } else { item }
                };
                let steps = html("ol").class("steps").children(orders.iter().enumerate().map(order));
                let act = html("button").class("primary").attr("id", "why-do").text(words::DO);
                let act = (!goes).then(|| act.click(move || carry_out(page)));
                html("div").class("way").child(html("p").text(&head)).child(steps).maybe(act)
            }
        })
    })
}

// ---- What opens it ---------------------------------------------------------------------------------------

/// The question of an entry that was clicked.
pub fn entry_button(page: Page) -> El {
    let question = Memo::new(move || {
        page.moment.track();
        let Some(Fact::Entry(at)) = page.focus.get().kept else { return None };
        Some((
            at,
            page.with(|model| {
                let world = model.playback.world();
                let question = about_entry(at, world);
                (question, !Goal::of(question, world).is_reached(world))
            }),
        ))
    });
    html("button")
        .class("why-entry")
        .say(move || question.with(|q| q.as_ref().map(|(_, (q, so))| words::of(*q, *so)).unwrap_or_default()))
        .click(move || {
            if let Some((at, (question, _))) = question.get_untracked() {
                ask(page, question, Some(at));
            }
        })
}
