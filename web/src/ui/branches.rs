//! The futures that were left by acting in the past: a tree, to go back to them.

use leptos::prelude::event_target_value;
use leptos::web_sys::Event;
use raft_core::Time;
use raft_sim::scenario::{Scenario, format_action};
use raft_sim::timeline::{Branch, MOST_BRANCHES};

use super::el::{El, html, svg};
use super::faults::{Pop, opener, pop_card, row};
use super::icons::{close_icon, fork_icon};
use super::page::Page;
use super::signal::RwSignal;
use super::{compare, dom, frame};
use crate::futures::{Node, shared, tree};
use crate::layout::tenths;
use crate::playback::Playback;
use crate::words;

/// The button, as long as there is another future.
pub fn branches_button(page: Page) -> El {
    let words = move || words::other_futures(page.branches.get());
    let count = html("span").attr("aria-hidden", "true").say(move || page.branches.get().to_string());
    opener(page, Pop::Branches, "")
        .follow("aria-label", words)
        .attr("title", "Other futures")
        .child(fork_icon())
        .child(count)
}

/// The tree.
pub fn branches_pop(page: Page) -> El {
    let card = pop_card(page, "Other futures", Pop::Branches)
        .child(html("p").text("Where you did something in the past, another future began. The old one is kept: press what was done in it to go back to it."));
    // Made anew when one of them goes: the list is short.
    let forgotten = RwSignal::new(None);
    let list = move || {
        page.branches.track();
        let (root, futures) = page.with(|model| {
            let playback = &model.playback;
            let others: Vec<Future> = playback.branches().iter().map(|branch| future(playback, branch)).collect();
            let last = others.iter().map(|other| other.end).fold(playback.end(), Time::max);
            let here =
                Future { name: playback.name().into(), from: Time::ZERO, end: playback.end(), what: String::new() };
            let scenarios: Vec<&Scenario> = playback.branches().iter().map(|branch| &*branch.scenario).collect();
            (tree(playback.scenario(), &scenarios), Futures { here, others, last })
        });
        Some(html("ul").class("branches").child(twig(page, forgotten, &root, &futures)))
    };
    let is_full = move || page.branches.get() == MOST_BRANCHES;
    let full = || html("p").text("So many are kept at most: with the next one the oldest goes that has no name.");
    card.slot(list).when(is_full, full).child(status(page, forgotten))
}

/// A future that was forgotten: where it stood, and what it is called.
type Forgotten = Option<(usize, Branch, String)>;

/// What was forgotten last, and the way back.
fn status(page: Page, forgotten: RwSignal<Forgotten>) -> El {
    let said = move || {
        forgotten.with(|forgotten| forgotten.as_ref().map_or_else(String::new, |(_, _, name)| words::forgotten(name)))
    };
    let back = move || {
        forgotten.update(|forgotten| {
            if let Some((place, branch, _)) = forgotten.take() {
                page.put_branch(place, branch);
            }
        });
        dom::enter(".pop");
    };
    let undo = move || html("button").attr("id", "branch-undo").click(back).text(words::kept::UNDO);
    html("div")
        .class("kept-status")
        .child(html("p").attr("role", "status").say(said))
        .when(move || forgotten.with(Option::is_some), undo)
}

/// A future, and below it those that part from it.
fn twig(page: Page, forgotten: RwSignal<Forgotten>, node: &Node, futures: &Futures) -> El {
    let future = node.place.map_or(&futures.here, |n| &futures.others[n]);
    let from = node.from.unwrap_or(future.from);
    let future = Future { from, ..future.clone() };
    let view = html("li").child(branch_view(page, forgotten, node.place, &future, futures.last));
    if node.branches.is_empty() {
        return view;
    }
    view.child(html("ul").children(node.branches.iter().map(|branch| twig(page, forgotten, branch, futures))))
}

/// All there are.
struct Futures {
    here: Future,
    others: Vec<Future>,
    /// How far any of them was seen.
    last: Time,
}

/// A future, for its row.
#[derive(Clone)]
struct Future {
    /// What the reader calls it.
    name: String,
    /// Where it parts.
    from: Time,
    /// How far it was seen.
    end: Time,
    /// What is done first in it that is not done in the present one.
    what: String,
}

fn future(playback: &Playback, branch: &Branch) -> Future {
    Future { name: branch.name.to_string(), from: branch.from, end: branch.end, what: deed(playback, branch) }
}

/// What is done first in a branch that is not done in the present run.
pub(super) fn deed(playback: &Playback, branch: &Branch) -> String {
    let (here, there) = (&playback.scenario().steps, &branch.scenario.steps);
    match there.get(shared(here, there)).and_then(|step| step.actions.first()) {
        Some(action) => format_action(action).to_string(),
        None => "nothing was done".into(),
    }
}

/// A row: its name, what can be done with it, and its branch of the tree.
fn branch_view(page: Page, forgotten: RwSignal<Forgotten>, place: Option<usize>, future: &Future, last: Time) -> El {
    let named = if future.name.is_empty() { &future.what } else { &future.name };
    let label = match place {
        Some(_) => format!("Name of: {named}"),
        None => "Name of the future that is shown".into(),
    };
    let rename = move |event: Event| page.rename(place, &event_target_value(&event));
    let value = future.name.clone();
    let name = html("input")
        .class("wide")
        .attr("type", "text")
        .attr("maxlength", "40")
        .attr("aria-label", &label)
        .attr("placeholder", if place.is_some() { "give it a name" } else { "this one: give it a name" })
        .prop("value", move || value.as_str().into())
        .on("change", rename);
    let mut first = row().class("row line").child(name);
    if let Some(n) = place {
        let forget = html("button").class("quiet icon").attr("aria-label", &format!("Forget: {named}"));
        let compare = html("button").attr("aria-label", &format!("Compare with: {named}")).text("Compare");
        let named = named.clone();
        let throw = move || {
            forgotten.set(page.drop_branch(n).map(|branch| (n, branch, named.clone())));
            frame::soon(|| dom::focus("branch-undo"));
        };
        first = first
            .child(compare.click(move || compare::open(page, Some(n))))
            .child(forget.click(throw).child(close_icon()));
    }
    let (from, end) = (words::moment(future.from), words::moment(future.end));
    let go = move || {
        page.pop.set(None);
        if let Some(n) = place {
            page.take_branch(n);
        }
        dom::focus("play");
    };
    let what = html("code").text(&future.what);
    let when = html("small").text(&format!("from {from}, seen until {end}"));
    let go = place.map(|n| {
        let class = if n == 0 { "wide first" } else { "wide" };
        html("button").class(class).click(go).child(what).child(when)
    });
    html("div").class("future").maybe(go).child(stretch(future, last)).child(first)
}

/// Its part of the tree: a line as long as it was seen, that begins where it parts.
fn stretch(future: &Future, last: Time) -> El {
    let x = |at: Time| 300.0 * at.0 as f64 / last.0.max(1) as f64;
    let (from, end) = (tenths(x(future.from)), tenths(x(future.end).max(x(future.from) + 2.0)));
    let parts = if future.from > Time::ZERO { format!("M{from} 0V5") } else { String::new() };
    let line = svg("path").attr("d", &format!("{parts}M{from} 5H{end}"));
    svg("svg")
        .class("stretch")
        .attr("viewBox", "0 0 302 10")
        .attr("preserveAspectRatio", "none")
        .attr("aria-hidden", "true")
        .child(line)
}
