//! Two runs beside each other, on one clock: this one and another future of it, or two clusters that
//! are apart in one setting.

mod beside;

pub use beside::row_view;

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use leptos::prelude::*;
use leptos::web_sys::Event;
use raft_core::Time;
use raft_sim::compare::{Contrast, Knob, Pair};
use raft_sim::link::{View, encode};
use raft_sim::scenario::Scenario;
use raft_sim::timeline::Timeline;
use raft_sim::world::World;

use super::branches::deed;
use super::dialogs::field;
use super::el::{El, html};
use super::page::{Dialog, Page};
use super::signal::{Memo, RwSignal};
use super::{dom, frame};
use crate::playback::Pace;
use crate::words;
use crate::words::compare as says;

/// So many events of each run happen at once.
const SLICE: usize = 1_500;

/// Two clusters are followed for so long at first.
const FIRST_LOOK: Time = Time::seconds(5);

/// So often what is shown is drawn anew while time runs, in microseconds.
const REDRAWN: u64 = 100_000;
/// And so often where less motion is asked for.
const REDRAWN_CALMLY: u64 = 500_000;

/// A frame that comes later than this was asleep.
const LONGEST_FRAME: u64 = 100_000;

/// Writes a second that may come to both clusters in addition.
const LOADS: [u32; 4] = [5, 20, 100, 1_000];

/// What stands beside what.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Choice {
    /// This run, and another future of it.
    Future(usize),
    /// The same twice, apart in one setting.
    Contrast(Contrast),
}

/// Two runs, and where the reader is in them.
struct Compared {
    names: [String; 2],
    sides: [Timeline; 2],
    /// Goes ahead of the reader, to find where they part.
    pair: Pair,
    at: Time,
    end: Time,
    /// What play left over, in parts of a microsecond.
    carry: u64,
}

thread_local! {
    static COMPARED: RefCell<Option<Compared>> = const { RefCell::new(None) };
    /// What was asked for.
    static ASKED: Cell<Option<Choice>> = const { Cell::new(None) };
    /// Counts what is begun: only the last goes on.
    static ROUND: Cell<u32> = const { Cell::new(0) };
}

/// Opens the dialog; with another future, if one is named.
pub fn open(page: Page, branch: Option<usize>) {
    ASKED.set(branch.map(Choice::Future));
    show(page);
}

/// Opens the dialog with two clusters that are apart in one setting.
pub fn protocols(page: Page, contrast: Option<Contrast>) {
    let usual = || page.with(|model| Contrast::usual(Knob::Replication, model.playback.scenario()));
    ASKED.set(Some(Choice::Contrast(contrast.unwrap_or_else(usual))));
    show(page);
}

fn show(page: Page) {
    page.pause();
    page.pop.set(None);
    page.dialog.set(Some(Dialog::Compare));
}

/// What is to be seen of the dialog, and done in it.
#[derive(Clone, Copy)]
struct Desk {
    page: Page,
    choice: RwSignal<Choice>,
    /// Changes with what is shown.
    changed: RwSignal<u32>,
    playing: RwSignal<bool>,
    pace: RwSignal<Pace>,
    /// Why there is nothing to be seen.
    wrong: RwSignal<String>,
}

impl Compared {
    /// The two runs that are chosen, or why they cannot be.
    fn new(page: Page, choice: Choice) -> Result<Compared, String> {
        page.with(|model| {
            let playback = &model.playback;
            let here = playback.scenario();
            let (names, scenarios, end) = match choice {
                Choice::Future(n) => {
                    let other = playback.branches().get(n).ok_or(says::GONE)?;
                    let names = [says::THIS.into(), future_name(page, n)];
                    (names, [here.clone(), other.scenario.clone()], other.end.max(playback.end()))
                }
                Choice::Contrast(contrast) => {
                    let both = contrast.scenarios(here).map_err(|error| says::no_sense(&error.to_string()))?;
                    let names = [0, 1].map(|side| says::side(contrast, side));
                    (names, both.map(Arc::new), playback.end().max(FIRST_LOOK))
                }
            };
            let [first, second] = scenarios.each_ref().map(|scenario| Timeline::new(Scenario::clone(scenario)));
            let at = playback.now().min(end);
            Ok(Compared { names, sides: [first, second], pair: Pair::new(scenarios), at, end, carry: 0 })
        })
    }

    /// Goes on for a moment. Returns whether all is done.
    fn go_on(&mut self) -> bool {
        let there = self.catch_up();
        let parted = self.pair.parting().is_some() || self.pair.approach(self.end, SLICE);
        there && parted
    }

    /// Whether both are where the reader is.
    fn catch_up(&mut self) -> bool {
        let [first, second] = self.sides.each_mut().map(|side| side.approach(self.at, SLICE));
        first && second
    }

    /// Time runs, once both are there: neither clock leaves the other behind.
    fn play(&mut self, real: u64, pace: Pace) {
        if !self.catch_up() {
            return;
        }
        self.carry += real.min(LONGEST_FRAME) * pace.of;
        self.at = self.at + Time(self.carry / pace.in_);
        self.carry %= pace.in_;
        self.end = self.end.max(self.at);
    }

    fn worlds(&self) -> [&World; 2] {
        self.sides.each_ref().map(|side| side.run().world())
    }
}

fn future_name(page: Page, n: usize) -> String {
    page.with(|model| {
        let playback = &model.playback;
        let Some(branch) = playback.branches().get(n) else { return String::new() };
        let name = if branch.name.is_empty() { deed(playback, branch) } else { branch.name.clone() };
        says::future(&name)
    })
}

impl Desk {
    fn new(page: Page) -> Desk {
        let usual = || match page.branches.get_untracked() {
            0 => page.with(|model| Choice::Contrast(Contrast::usual(Knob::Replication, model.playback.scenario()))),
            _ => Choice::Future(0),
        };
        Desk {
            page,
            choice: RwSignal::new(ASKED.take().unwrap_or_else(usual)),
            changed: RwSignal::new(0),
            playing: RwSignal::new(false),
            pace: RwSignal::new(Pace::from_number(0.5).unwrap_or(Pace::USUAL)),
            wrong: RwSignal::new(String::new()),
        }
    }

    /// Other runs, from where the reader is.
    fn choose(self, choice: Choice) {
        let before = COMPARED.with_borrow(|compared| compared.as_ref().map(|before| (before.at, before.end)));
        self.choice.set(choice);
        match Compared::new(self.page, choice) {
            Ok(mut new) => {
                if let Some((at, end)) = before {
                    (new.at, new.end) = (at, end.max(new.end));
                }
                COMPARED.set(Some(new));
                self.wrong.set(String::new());
            }
            Err(why) => {
                COMPARED.set(None);
                self.wrong.set(why);
            }
        }
        self.go();
    }

    /// To a moment of both.
    fn seek(self, to: Time) {
        COMPARED.with_borrow_mut(|compared| compared.iter_mut().for_each(|compared| compared.at = to));
        self.go();
    }

    fn toggle(self) {
        self.playing.update(|playing| *playing = !*playing);
        self.go();
    }

    fn read<T>(self, of: impl FnOnce(&Compared) -> T) -> Option<T> {
        self.changed.track();
        COMPARED.with_borrow(|compared| compared.as_ref().map(of))
    }

    /// Goes on, a slice a frame, as long as there is anything to do and the dialog is open.
    fn go(self) {
        let round = ROUND.get().wrapping_add(1);
        ROUND.set(round);
        self.turn(round, frame::clock(), 0);
    }

    fn turn(self, round: u32, before: u64, shown: u64) {
        let (now, playing) = (frame::clock(), self.playing.get_untracked());
        let done = COMPARED.with_borrow_mut(|compared| {
            compared.as_mut().is_none_or(|compared| {
                if playing {
                    compared.play(now.saturating_sub(before), self.pace.get_untracked());
                }
                compared.go_on()
            })
        });
        let often = if dom::calm() { REDRAWN_CALMLY } else { REDRAWN };
        let due = now.saturating_sub(shown) >= often || (done && !playing);
        if due {
            self.changed.update(|n| *n = n.wrapping_add(1));
        }
        if done && !playing {
            return;
        }
        frame::later(16, move || {
            if ROUND.get() == round && dom::by_id("compare-clock").is_some() {
                self.turn(round, now, if due { now } else { shown });
            }
        });
    }
}

/// What the dialog holds.
pub fn compare(page: Page) -> El {
    on_cleanup(|| COMPARED.set(None));
    let desk = Desk::new(page);
    desk.choose(desk.choice.get_untracked());
    let is_contrast = move || matches!(desk.choice.get(), Choice::Contrast(_));
    html("div")
        .class("compare")
        .child(what(desk))
        .when(is_contrast, move || setting(desk))
        .child(html("p").class("warm").attr("role", "alert").say(move || desk.wrong.get()))
        .when(move || desk.wrong.with(String::is_empty), move || both(desk))
}

/// Both runs, and what can be done with them.
fn both(desk: Desk) -> El {
    html("div")
        .class("compare-both")
        .child(clock(desk))
        .child(beside::parting(desk))
        .child(beside::numbers(desk))
        .child(html("div").slot(move || desk.read(beside::panes)))
        .child(link(desk))
}

/// What is compared.
fn what(desk: Desk) -> El {
    let futures = (0..desk.page.branches.get_untracked()).map(|n| (format!("{n}"), future_name(desk.page, n)));
    let knobs = Knob::ALL.map(|knob| (knob.word().to_owned(), says::knob(knob).to_owned()));
    let group = |label: &str, options: Vec<(String, String)>| {
        let options = options.into_iter().map(|(value, name)| {
            let here = match desk.choice.get_untracked() {
                Choice::Future(n) => value == n.to_string(),
                Choice::Contrast(contrast) => value == contrast.knob.word(),
            };
            html("option").attr("value", &value).flag("selected", move || here).text(&name)
        });
        html("optgroup").attr("label", label).children(options)
    };
    let futures: Vec<_> = futures.collect();
    let futures = (!futures.is_empty()).then(|| group(says::FUTURES, futures));
    let pick = move |event: Event| {
        let value = event_target_value(&event);
        let choice = match (Knob::find(&value), value.parse()) {
            (Some(knob), _) => {
                let here = desk.page.with(|model| Contrast::usual(knob, model.playback.scenario()));
                // The same load as before, if there was one to be chosen.
                let load = match desk.choice.get_untracked() {
                    Choice::Contrast(before) => before.load,
                    Choice::Future(_) => here.load,
                };
                Choice::Contrast(Contrast { load, ..here })
            }
            (None, Ok(n)) => Choice::Future(n),
            (None, Err(_)) => return,
        };
        desk.choose(choice);
    };
    let select = html("select").attr("id", "compare-what").on("change", pick).maybe(futures);
    html("label").text(says::WHAT).text(" ").child(select.child(group(says::PROTOCOLS, knobs.into())))
}

/// The setting, and the load: what either cluster has.
fn setting(desk: Desk) -> El {
    let contrast = move || match desk.choice.get() {
        Choice::Contrast(contrast) => Some(contrast),
        Choice::Future(_) => None,
    };
    let changed = move |change: &dyn Fn(&mut Contrast)| {
        if let Some(mut contrast) = untrack(contrast) {
            change(&mut contrast);
            desk.choose(Choice::Contrast(contrast));
        }
    };
    let side = move |side: usize| {
        let pick = move |event: Event| {
            if let Ok(value) = event_target_value(&event).parse() {
                changed(&|contrast| contrast.sides[side] = value);
            }
        };
        // Made anew with the knob only: who chooses a value keeps the focus.
        let knob = Memo::new(move || contrast().map(|contrast| contrast.knob));
        html("label").text(says::SIDES[side]).text(" ").slot(move || {
            let now = untrack(contrast)?.sides[side];
            let options = (0..knob.get()?.values().len()).map(|value| {
                let name = says::value(untrack(contrast)?.knob, value);
                Some(html("option").attr("value", &value.to_string()).flag("selected", move || value == now).text(name))
            });
            Some(html("select").on("change", pick).children(options.flatten()))
        })
    };
    let load = move |rate: Option<u32>| {
        let here = untrack(contrast).is_some_and(|contrast| contrast.load == rate);
        let value = rate.map_or(String::new(), |rate| rate.to_string());
        html("option").attr("value", &value).flag("selected", move || here).text(&says::load(rate))
    };
    let pick = move |event: Event| {
        let rate = event_target_value(&event).parse().ok();
        changed(&|contrast| contrast.load = rate);
    };
    // A link may have another one.
    let odd = untrack(contrast).and_then(|contrast| contrast.load).filter(|rate| !LOADS.contains(rate));
    let loads = [None, odd].into_iter().take(if odd.is_some() { 2 } else { 1 }).chain(LOADS.map(Some));
    let loads = html("select").on("change", pick).children(loads.map(load));
    html("div")
        .class("compare-sides")
        .child(side(0))
        .child(side(1))
        .child(html("label").text(says::LOAD).text(" ").child(loads))
}

/// One clock for both.
fn clock(desk: Desk) -> El {
    let at = move || desk.read(|compared| compared.at).unwrap_or(Time::ZERO);
    let end = move || desk.read(|compared| compared.end).unwrap_or(Time::ZERO);
    let millis = |time: Time| (time.0 / 1_000).to_string();
    let slide = move |event: Event| {
        if let Ok(millis) = event_target_value(&event).parse() {
            desk.seek(Time::millis(millis));
        }
    };
    let slider = html("input")
        .attr("id", "compare-clock")
        .attr("type", "range")
        .attr("min", "0")
        .attr("step", "5")
        .attr("aria-label", says::CLOCK)
        .follow("max", move || millis(end()))
        .follow("aria-valuetext", move || words::moment(at()))
        .prop("value", move || millis(at()).into())
        .on("input", slide);
    let parting = move || {
        let parting =
            untrack(|| desk.read(|compared| compared.pair.parting().map_or(compared.end, |parting| parting.at)));
        desk.seek(parting.unwrap_or(Time::ZERO));
    };
    let paces = Pace::ALL.map(|pace| {
        let here = pace == desk.pace.get_untracked();
        html("option").attr("value", &pace.name()).flag("selected", move || here).text(&pace.name())
    });
    let pick = move |event: Event| {
        let name = event_target_value(&event);
        if let Some(pace) = Pace::ALL.into_iter().find(|pace| pace.name() == name) {
            desk.pace.set(pace);
        }
    };
    html("div")
        .class("compare-time")
        .child(
            html("button")
                .class("primary")
                .click(move || desk.toggle())
                .say(move || if desk.playing.get() { says::PAUSE } else { says::PLAY }.into()),
        )
        .child(
            html("label")
                .child(html("span").class("unseen").text(says::PACE))
                .child(html("select").on("change", pick).children(paces)),
        )
        .child(slider)
        .child(html("span").class("mono").say(move || words::moment(at())))
        .child(html("button").click(parting).text(says::TO_PARTING))
        .child(html("button").click(move || desk.seek(untrack(end))).text(says::TO_END))
}

/// What opens this comparison, at this moment, on any page.
fn link(desk: Desk) -> El {
    let link = Memo::new(move || {
        let Choice::Contrast(contrast) = desk.choice.get() else { return None };
        if desk.playing.get() {
            return None;
        }
        let view = View { at: Some(desk.read(|compared| compared.at)?), compare: Some(contrast), ..View::default() };
        let fragment = desk.page.with(|model| encode(model.playback.scenario(), &view));
        Some([dom::here(), fragment].concat())
    });
    html("div").slot(move || link.get().map(|link| field("compare-link", says::LINK, link, 0)))
}
