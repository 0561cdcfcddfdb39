//! Going to an event of a kind, before or after, to a moment, and running until a condition holds.

use std::cell::{Cell, RefCell};

use leptos::prelude::*;
use leptos::web_sys::{Event, HtmlInputElement};
use raft_core::Time;
use raft_sim::scenario::{parse_condition, parse_time};
use raft_sim::timeline::search::{Goal, Progress, Stop};

use super::el::{El, html};
use super::faults::{Pop, pop_card, row};
use super::page::Page;
use super::signal::RwSignal;
use super::{compare, dom};
use crate::keys::{self, Command};
use crate::words;
use crate::words::going as says;

/// What comes of looking for something.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Find {
    /// Nothing is looked for.
    #[default]
    Idle,
    /// It is looked for.
    Looks {
        /// What, in words.
        what: String,
        /// What is said if it does not come.
        failing: String,
        /// The event to go back to then, if the reader is not to be led away for nothing.
        back: Option<u64>,
    },
    /// What came of it.
    Said(String),
}

/// Tells what comes of the search.
pub fn tell(page: Page, find: Find) {
    FIND.set(find);
    // Who shows it listens to the moment.
    page.moment.update(|_| ());
}

impl Page {
    /// The search ended.
    #[inline(never)] // A first visit does not search, and need not load it.
    pub(super) fn found(&self, progress: Progress) {
        let Find::Looks { what, failing, back } = FIND.take() else { return };
        let said = match progress {
            Progress::Open => return,
            Progress::Found => says::found(&what, &words::moment(self.now())),
            Progress::Nowhere => {
                back.into_iter().for_each(|event| self.seek_event(event));
                failing
            }
        };
        tell(*self, Find::Said(said));
    }
}

thread_local! {
    static FIND: RefCell<Find> = const { RefCell::new(Find::Idle) };
    /// The kind that was chosen last.
    static KIND: Cell<Stop> = const { Cell::new(Stop::Election) };
}

/// How far an event of a kind is looked for.
const FAR: Time = Time::seconds(600);

/// How long a condition is waited for: those to choose from.
const WITHIN: [u64; 4] = [10, 60, 600, 3_600];

/// To the next event of the kind that was chosen last, or to the one before.
pub fn go(page: Page, forward: bool) {
    let kind = KIND.get();
    let goal = if forward { Goal::Next(kind) } else { Goal::Previous(kind) };
    let what = says::kind(kind);
    let failing =
        if forward { says::none_after(what, &says::limit(FAR.0 / 1_000_000)) } else { says::none_before(what) };
    let back = Some(page.with(|model| model.playback.world().events()));
    page.look_for(goal, FAR, Find::Looks { what: what.into(), failing, back });
}

/// What goes there.
pub fn going_pop(page: Page) -> El {
    let option = |(kind, name): &(Stop, &'static str)| {
        let option = html("option").attr("value", name).text(says::kind(*kind));
        if *kind == KIND.get() { option.attr("selected", "") } else { option }
    };
    let pick = |event: Event| {
        if let Some(kind) = Stop::find(&event_target_value(&event)) {
            KIND.set(kind);
        }
    };
    let kinds = html("select").class("wide first full").attr("aria-label", says::KIND).on("change", pick);
    let button = |words: &str, forward, key| {
        let key = html("kbd").attr("aria-hidden", "true").text(keys::shown(key));
        html("button").click(move || go(page, forward)).text(words).child(key)
    };
    pop_card(page, says::TITLE, Pop::GoTo)
        .child(row().child(kinds.children(Stop::ALL.iter().map(option))))
        .child(row().child(button(says::PREVIOUS, false, Command::FindPrevious)).child(button(
            says::NEXT,
            true,
            Command::FindNext,
        )))
        .child(to_moment(page))
        .child(until(page))
        .child(status(page))
        .child(row().child(html("button").click(move || compare::open(page, None)).text(says::COMPARE)))
}

/// A field for a line of text, of what is said beside it, and what is wrong with what was written there.
struct Line {
    text: RwSignal<String>,
    wrong: RwSignal<String>,
    field: El,
    alert: El,
}

fn line(id: &str, placeholder: &str) -> Line {
    let (text, wrong) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let described = format!("{id}-wrong");
    let field = html("input")
        .class("wide mono")
        .attr("id", id)
        .attr("type", "text")
        .attr("aria-describedby", &described)
        .attr("placeholder", placeholder)
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .truth("aria-invalid", move || !wrong.with(String::is_empty))
        .on("input", move |event| {
            text.set(event_target_value(&event));
            wrong.set(String::new());
        });
    let alert = html("p").class("warm").attr("id", &described).attr("role", "alert").say(move || wrong.get());
    Line { text, wrong, field, alert }
}

fn to_moment(page: Page) -> El {
    let Line { text, wrong, field, alert } = line("to-moment", "1.5s");
    let go = move || {
        // Also as the clock shows it: `820.0 ms`.
        let plain: String = text.get_untracked().split_whitespace().collect();
        match parse_time(&plain) {
            Some(to) => {
                page.pause();
                page.seek(to);
            }
            None => wrong.set(says::no_moment(&plain)),
        }
    };
    html("div")
        .child(html("label").attr("for", "to-moment").text(says::MOMENT))
        .child(row().child(field.on_enter(go)).child(html("button").click(go).text(says::GO)))
        .child(alert)
}

fn until(page: Page) -> El {
    let Line { text, wrong, field, alert } = line("until", "S1 is leader");
    let field = field.attr("list", "until-some");
    let within = RwSignal::new(WITHIN[1]);
    let some = ["leader", "no leader", "joint", "quiet", "not safe", "commit >= 2 on all", "C1 got ok"];
    let list = html("datalist").attr("id", "until-some");
    let list = list.children(some.map(|condition| html("option").attr("value", condition)));
    // Not by submitting a form: a sandboxed frame refuses that.
    let input: HtmlInputElement = field.as_node();
    let run = move || {
        let condition = text.get_untracked();
        match page.with(|model| parse_condition(&condition, model.playback.scenario())) {
            Ok((predicate, limit)) => {
                let limit = limit.unwrap_or(Time::seconds(within.get_untracked()));
                let failing = says::nowhere(&condition, &words::length(limit));
                page.look_for(Goal::Holds(predicate), limit, Find::Looks { what: condition, failing, back: None });
            }
            Err(error) => {
                let start = error.column.saturating_sub(1);
                let _ = input.focus();
                let _ = input.set_selection_range(start, start + error.found.chars().count() as u32);
                // The one line needs no number; the word is selected.
                let message = error.to_string();
                wrong.set(message.split_once(": ").map_or(message.clone(), |(_, rest)| rest.into()));
            }
        }
    };
    let time = |seconds: u64| {
        let option = html("option").attr("value", &seconds.to_string()).text(&says::limit(seconds));
        if seconds == WITHIN[1] { option.attr("selected", "") } else { option }
    };
    let pick = move |event: Event| {
        if let Ok(seconds) = event_target_value(&event).parse() {
            within.set(seconds);
        }
    };
    let limit = html("select").attr("aria-label", says::WITHIN).on("change", pick).children(WITHIN.map(time));
    let go = html("button").click(run.clone()).text(says::RUN);
    html("div")
        .child(html("label").attr("for", "until").text(says::CONDITION))
        .child(row().child(field.on_enter(run)).child(list))
        .child(alert)
        .child(row().child(html("label").text(says::AT_MOST).child(limit)).child(go))
}

fn status(page: Page) -> El {
    // Any deed of the reader ends the search.
    let under_way = move || page.is_under_way();
    let said = move || {
        let (_, now) = page.moment.get();
        if let Some(to) = page.on_its_way_to() {
            return says::looks(&words::moment(to), &words::moment(now));
        }
        FIND.with_borrow(|find| match find {
            Find::Looks { what, .. } if under_way() => says::looks(what, &words::moment(now)),
            Find::Said(words) => words.clone(),
            _ => String::new(),
        })
    };
    let looks = move || {
        page.moment.track();
        under_way()
    };
    let cancel = move || {
        let press = move || {
            page.give_up();
            dom::focus("until");
        };
        html("button").click(press).text(says::CANCEL)
    };
    row().child(html("p").class("wide").attr("role", "status").say(said)).when(looks, cancel)
}
