//! The rules of Raft, each with its switch. A run begins anew with the rules that it is given, and
//! comes to the present again, or to where a promise falls.

use leptos::prelude::event_target_value;
use leptos::wasm_bindgen::JsValue;
use raft_sim::bugs::Bug;
use raft_sim::link::View;
use raft_sim::words::title;

use super::el::{El, html};
use super::page::{Page, Tab};
use super::signal::{Memo, RwSignal};
use super::tale::{Tale, from_the_top};
use super::tongue::said;
use super::{address, dom, frame, hunt};
use crate::lab::{TOPICS, is_found, rules_of, switched};
use crate::shelf;
use crate::words::lab as words;

/// Shows the list; the same key leaves it again.
pub fn toggle(page: Page) {
    if page.tale.get_untracked() == Tale::Rules {
        page.tale.set(Tale::Story);
        return dom::focus("tab-story");
    }
    open(page);
}

/// Shows the list.
pub fn open(page: Page) {
    page.tale.set(Tale::Rules);
    page.tab.set(Tab::Story);
    from_the_top();
    frame::soon(|| {
        dom::focus("rule-search");
        // On a narrow page the list is further down.
        if let Some(tab) = dom::by_id("tab-rules") {
            tab.scroll_into_view();
        }
    });
}

/// The list.
pub fn panel(page: Page) -> El {
    let off = Memo::new(move || page.picture.with(|picture| picture.bugs.clone()));
    let search = RwSignal::new(String::new());
    let found = Memo::new(move || {
        let search = search.get();
        let found = |topic: usize| {
            let said = |text: &str| said(text).into_owned();
            rules_of(topic).filter(|bug| is_found(*bug, TOPICS[topic].0, &search, said)).collect::<Vec<Bug>>()
        };
        (0..TOPICS.len()).map(found).collect::<Vec<_>>()
    });
    // What is found stands right below the words that it was found by.
    let searched = move || !search.with(String::is_empty);
    let none = move || found.with(|found| found.iter().all(Vec::is_empty));
    let field = html("input")
        .attr("type", "search")
        .attr("id", "rule-search")
        .attr("aria-label", words::SEARCH)
        .attr("placeholder", words::SEARCH)
        .prop("value", move || JsValue::from_str(&search.get()))
        .on("input", move |event| search.set(event_target_value(&event)));
    html("div")
        .class("rules")
        .child(field)
        .child(html("p").text(words::ABOUT).flag("hidden", searched))
        .child(state(page, off))
        .child(hunt::card(page).flag("hidden", searched))
        .when(none, || html("p").class("empty").attr("role", "status").text(words::NOTHING))
        .children((0..TOPICS.len()).map(|topic| section(page, topic, off, found)))
}

/// How many are off, and the way back.
fn state(page: Page, off: Memo<Vec<Bug>>) -> El {
    let keep = move || html("button").click(move || switch(page, Vec::new())).text(words::KEEP_ALL);
    html("div")
        .class("why-row")
        .child(html("p").attr("role", "status").say(move || words::off(off.with(Vec::len))))
        .when(move || off.with(|off| !off.is_empty()), keep)
}

fn section(page: Page, topic: usize, off: Memo<Vec<Bug>>, found: Memo<Vec<Vec<Bug>>>) -> El {
    let name = TOPICS[topic].0;
    let items = rules_of(topic)
        .map(|bug| rule(page, bug, off).flag("hidden", move || found.with(|found| !found[topic].contains(&bug))));
    html("section")
        .attr("aria-label", name)
        .flag("hidden", move || found.with(|found| found[topic].is_empty()))
        .child(html("h2").text(name))
        .child(html("ul").children(items))
}

fn rule(page: Page, bug: Bug, off: Memo<Vec<Bug>>) -> El {
    let row = bug.row();
    let is_off = move || off.with(|off| off.contains(&bug));
    let field = html("input")
        .attr("type", "checkbox")
        .attr("role", "switch")
        .prop("checked", move || JsValue::from_bool(!is_off()))
        .on("change", move |_| switch(page, off.with_untracked(|off| switched(off, bug))));
    let label = html("label").child(field).child(html("span").text(row.rule));
    let falls = match row.breaks {
        Some(promise) => html("b").text(title(promise)),
        None => html("span").text(words::STOPS),
    };
    let open = move || {
        let text = shelf::BROKEN.iter().find(|shipped| shipped.name == bug.name()).map_or("", |shipped| shipped.text);
        address::open_text(page, text, View::default());
    };
    let show = html("button").class("quiet").click(open).text(words::WATCH);
    html("li")
        .truth("data-off", is_off)
        .child(label)
        .child(html("small").child(html("b").text(words::WITHOUT)).text(" ").child(html("span").text(row.instead)))
        .child(html("small").child(html("b").text(words::KNOWN)).text(" ").child(html("span").text(row.seen)))
        .child(
            html("small")
                .class("why-row")
                .child(html("span").text(words::FALLS).text(" ").child(falls))
                .child(html("span").class("ref").text(row.section))
                .child(show),
        )
}

fn switch(page: Page, off: Vec<Bug>) {
    page.live.set(words::off(off.len()));
    page.switch_rules(off);
}
