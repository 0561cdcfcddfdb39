//! The futures that were left by acting in the past: a list to go back to them.

use raft_sim::scenario::format_action;
use raft_sim::timeline::Branch;

use super::dom;
use super::el::{El, html};
use super::faults::{Pop, opener, pop_card, row};
use super::icons::close_icon;
use super::page::Page;
use crate::playback::Playback;
use crate::words;

/// The button, as long as there is another future.
pub fn branches_button(page: Page) -> El {
    let words = move || {
        let n = page.branches.get();
        format!("{} other future{}", words::number(n), if n == 1 { "" } else { "s" })
    };
    let count = html("span").attr("aria-hidden", "true").say(move || format!("⑂ {}", page.branches.get()));
    opener(page, Pop::Branches, "").follow("aria-label", words).attr("title", "Other futures").child(count)
}

/// The list.
pub fn branches_pop(page: Page) -> El {
    let card = pop_card(page, "Other futures", Pop::Branches)
        .child(html("p").text("Where you did something in the past, another future began. The old one is kept."));
    // Made anew when one of them goes: the list is short.
    card.slot(move || {
        page.branches.track();
        let branch = |(n, (what, when)): (usize, (String, String))| branch_view(page, n, &what, &when);
        let all = page.with(|model| told(&model.playback));
        Some(html("div").class("branches").children(all.into_iter().enumerate().map(branch)))
    })
}

/// Of each of them in words: what is done in it, and when.
fn told(playback: &Playback) -> Vec<(String, String)> {
    let tell = |branch: &Branch| {
        let (from, end) = (words::moment(branch.from), words::moment(branch.end));
        (deed(playback, branch), format!("from {from}, seen until {end}"))
    };
    playback.branches().iter().map(tell).collect()
}

/// What is done first in a branch that is not done in the present run.
fn deed(playback: &Playback, branch: &Branch) -> String {
    let (here, there) = (&playback.scenario().steps, &branch.scenario.steps);
    let shared = here.iter().zip(there).take_while(|(a, b)| a == b).count();
    match there.get(shared).and_then(|step| step.actions.first()) {
        Some(action) => format_action(action).to_string(),
        None => "nothing was done".into(),
    }
}

fn branch_view(page: Page, n: usize, what: &str, when: &str) -> El {
    let go = move || {
        page.pop.set(None);
        page.take_branch(n);
        dom::focus("play");
    };
    let forget = html("button").class("quiet icon").attr("aria-label", &format!("Forget: {what}"));
    let go = html("button").class("wide").click(go).child(html("code").text(what)).child(html("small").text(when));
    let go = if n == 0 { go.class("wide first") } else { go };
    row().class("row line").child(go).child(forget.click(move || page.drop_branch(n)).child(close_icon()))
}
