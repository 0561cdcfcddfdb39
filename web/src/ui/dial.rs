//! Two dials, and what follows from them: how long elections take in a thousand runs of the present
//! setup. The runs go on in slices after each frame, so that a thumb never waits for them.

use std::cell::Cell;
use std::ops::Range;

use leptos::prelude::*;
use raft_core::Time;
use raft_sim::elections::{self, Election, Elections};
use raft_sim::scenario::{Change, Scenario};

use super::el::{El, html};
use super::faults::{Pop, pop_card, whole_milliseconds};
use super::frame;
use super::own::Own;
use super::page::Page;
use super::signal::{Memo, RwSignal};
use crate::dial::{self, BARS, Bar, Scale, Timing, Warning};
use crate::words::dial as say;

thread_local! {
    /// Counts the settings that were tried: the runs of one end when another begins.
    static TURN: Cell<u32> = const { Cell::new(0) };
}

/// The ends of a range, in milliseconds.
#[derive(Clone, Copy)]
struct Dial {
    low: RwSignal<u64>,
    high: RwSignal<u64>,
    /// As far as it goes.
    reach: u64,
    least: u64,
}

impl Dial {
    fn new(range: &Range<Time>, least: u64, usual: u64) -> Dial {
        let low = (range.start.0 / 1_000).max(least);
        let high = (range.end.0.saturating_sub(1)).div_ceil(1_000).max(low);
        let reach = if high * 4 > usual * 3 { high * 2 } else { usual };
        Dial { low: RwSignal::new(low), high: RwSignal::new(high), reach, least }
    }

    fn range(self) -> Range<Time> {
        whole_milliseconds(self.low.get(), self.high.get())
    }

    /// Moves one thumb; it pushes the other before it.
    fn set(self, upper: bool, to: u64) {
        let to = to.clamp(self.least, self.reach);
        let (own, other) = if upper { (self.high, self.low) } else { (self.low, self.high) };
        own.set(to);
        let pushed = if upper { other.get_untracked() > to } else { other.get_untracked() < to };
        if pushed {
            other.set(to);
        }
    }
}

/// What is known so far.
#[derive(Clone, PartialEq)]
struct Known {
    scale: Scale,
    bars: [Bar; BARS],
    summary: dial::Summary,
    over: bool,
}

/// The card with the dials.
pub fn dial_pop(page: Page) -> El {
    let (setup, timing) = page.with(|model| {
        let run = model.playback.run();
        (elections::setup(run.scenario(), run.steps_done()), Timing::of(model.playback.world().settings().all()))
    });
    let timeout = Dial::new(&timing.timeout, 1, 600);
    let latency = Dial::new(&timing.latency, 0, 100);
    let setup = Own::new(setup);
    let wanted = Memo::new({
        let timing = timing.clone();
        move || Timing { timeout: timeout.range(), latency: latency.range(), ..timing.clone() }
    });
    let known: RwSignal<Option<Known>> = RwSignal::new(None);
    Effect::new(move |_| {
        let timing = wanted.get();
        begin(setup.with_value(|setup| changed(setup, &timing)), Scale::of(&timing), known);
    });
    on_cleanup(|| TURN.set(TURN.get() + 1));
    let used = RwSignal::new(timing);
    let same = move || used.get() == wanted.get();
    let take = move || {
        let (now, wanted) = (used.get_untracked(), wanted.get_untracked());
        let timeout = (now.timeout != wanted.timeout).then_some(Change::ElectionTimeout(wanted.timeout));
        let latency = (now.latency != wanted.latency).then_some(Change::Latency(wanted.latency));
        timeout.into_iter().chain(latency).for_each(|change| _ = page.set(change));
        used.set(page.with(|model| Timing::of(model.playback.world().settings().all())));
    };
    let apply = html("button")
        .class("primary")
        .flag("disabled", same)
        .click(take)
        .say(move || if same() { say::IN_USE } else { say::USE }.into());
    let open = move |election: Election| {
        let scenario = setup.with_value(|setup| changed(setup, &wanted.get_untracked()));
        page.pop.set(None);
        page.load(elections::of_seed(&scenario, election.seed), election.took.unwrap_or(elections::PATIENCE), false);
    };
    pop_card(page, say::TITLE, Pop::Timing)
        .child(two_thumbs(say::TIMEOUT, timeout))
        .child(two_thumbs(say::LATENCY, latency))
        .slot(move || warnings(&wanted.with(Timing::warnings)))
        .child(histogram(known, open))
        .child(summary(known))
        .child(super::faults::row().child(apply))
        .child(html("p").class("why").text(say::ABOUT))
}

fn changed(setup: &Scenario, timing: &Timing) -> Scenario {
    let setup = elections::with(setup.clone(), Change::ElectionTimeout(timing.timeout.clone()));
    elections::with(setup, Change::Latency(timing.latency.clone()))
}

// ---- The runs ----------------------------------------------------------------------------------------

fn begin(setup: Scenario, scale: Scale, known: RwSignal<Option<Known>>) {
    TURN.set(TURN.get() + 1);
    let turn = TURN.get();
    frame::soon(move || go_on(Elections::new(setup), scale, known, turn));
}

/// A slice of the runs after every frame.
fn go_on(mut runs: Elections, scale: Scale, known: RwSignal<Option<Known>>, turn: u32) {
    const LONG: u64 = 6_000;
    /// So many events take less than a millisecond.
    const EVENTS: usize = 100;
    if TURN.get() != turn {
        return;
    }
    let begun = frame::clock();
    let mut over = false;
    while !over && frame::clock() < begun + LONG {
        over = runs.go(EVENTS);
    }
    let found = runs.found();
    known.set(Some(Known { scale, bars: dial::bars(scale, found), summary: dial::summary(found), over }));
    if !over {
        frame::soon(move || go_on(runs, scale, known, turn));
    }
}

// ---- What is shown -----------------------------------------------------------------------------------

/// A range with a thumb at each end, each a slider of its own for who has no pointer.
fn two_thumbs(name: &'static str, dial: Dial) -> El {
    let share = move |of: RwSignal<u64>| (of.get() * 1_000 / dial.reach.max(1)).to_string();
    let thumb = move |upper: bool| {
        let own = if upper { dial.high } else { dial.low };
        let label = if upper { say::most(name) } else { say::least(name) };
        html("input")
            .attr("type", "range")
            .attr("min", &dial.least.to_string())
            .attr("max", &dial.reach.to_string())
            .attr("aria-label", &label)
            .follow("aria-valuetext", move || say::value(own.get()))
            .prop("value", move || own.get().to_string().into())
            .on("input", move |event| {
                if let Ok(to) = event_target_value(&event).parse() {
                    dial.set(upper, to);
                }
            })
    };
    let between = html("span")
        .class("between")
        .attr("aria-hidden", "true")
        .style("--from", move || share(dial.low))
        .style("--to", move || share(dial.high));
    let head = html("div")
        .class("ends-of")
        .child(html("b").text(name))
        .child(html("span").say(move || say::range(dial.low.get(), dial.high.get())));
    let track = html("div").class("thumbs").child(between).child(thumb(false)).child(thumb(true));
    html("div").class("dial").attr("role", "group").attr("aria-label", name).child(head).child(track)
}

fn warnings(all: &[Warning]) -> Option<El> {
    let line = |warning: &Warning| {
        let sign = html("span").attr("aria-hidden", "true").text("⚠ ");
        html("li").child(sign).child(html("span").text(&say::warning(*warning)))
    };
    (!all.is_empty()).then(|| html("ul").class("fears").children(all.iter().map(line)))
}

/// Each bar is a button that opens the first of its runs.
fn histogram(known: RwSignal<Option<Known>>, open: impl Fn(Election) + Copy + 'static) -> El {
    let bar = move |place: usize| known.with(|known| known.as_ref().map(|known| (known.scale, known.bars[place])));
    let most = Memo::new(move || {
        known.with(|known| known.as_ref().map_or(1, |known| known.bars.iter().map(|bar| bar.runs).max().unwrap_or(1)))
    });
    let column = move |place: usize| {
        let runs = move || bar(place).map_or(0, |(_, bar)| bar.runs);
        let high = move || format!("{}%", (runs() * 100).div_ceil(most.get().max(1)));
        let press = move || {
            if let Some(first) = bar(place).and_then(|(_, bar)| bar.first) {
                open(first);
            }
        };
        html("button")
            .follow("aria-label", move || {
                bar(place).map(|(scale, bar)| say::bar(scale, place, &bar)).unwrap_or_default()
            })
            .follow("title", move || bar(place).map(|(scale, bar)| say::bar(scale, place, &bar)).unwrap_or_default())
            .flag("disabled", move || runs() == 0)
            .style("--high", high)
            .click(press)
            .child(html("span").attr("aria-hidden", "true"))
    };
    let edge = |place: usize, late: bool| {
        move || {
            let from = bar(place).map(|(scale, _)| say::edge(scale.span(place).0)).unwrap_or_default();
            if late { format!("{from} …") } else { from }
        }
    };
    let ends = html("div").class("ends").attr("aria-hidden", "true").children(
        [(0, false), (BARS / 2, false), (BARS - 1, true)].map(|(place, late)| html("span").say(edge(place, late))),
    );
    let all = html("div").class("runs").attr("role", "group").attr("aria-label", say::BARS);
    html("div").child(all.children((0..BARS).map(column))).child(ends)
}

/// How far it is, and, once it is over, what a screen reader says of it.
fn summary(known: RwSignal<Option<Known>>) -> El {
    let said = move |over: bool| {
        known.with(|known| {
            let known = known.as_ref().filter(|known| known.over == over);
            known.map(|known| say::summary(&known.summary)).unwrap_or_default()
        })
    };
    html("div")
        .class("counted")
        .child(html("p").say(move || said(false)))
        .child(html("p").attr("role", "status").say(move || said(true)))
}
