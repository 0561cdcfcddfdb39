//! The library: the course, and every scenario of the shelf, by words, topic and section.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, Event, KeyboardEvent};

use super::dialogs::leave;
use super::el::{El, html};
use super::page::Page;
use super::signal::{Memo, RwSignal};
use super::tongue::said;
use super::{address, course, dom};
use crate::course::Course;
use crate::library::{ABOUT, Entry, Kind, Wanted, entries, sections};
use crate::words::library as words;
use crate::words::{EXERCISES, ON_PURPOSE, ONE_RULE_OFF, REACH_THE_GOAL, UNTITLED};

const ROWS: &str = "#library .row:not([hidden])";

/// Course, search and list.
pub fn parts(page: Page) -> Vec<El> {
    let all = entries();
    let wanted = RwSignal::new(Wanted::default());
    let chooses = |label: &'static str, any: &'static str, options: Vec<&'static str>, set: fn(&mut Wanted, String)| {
        let options = options.into_iter().map(|option| html("option").attr("value", option).text(option));
        let select = html("select")
            .on("change", move |event| wanted.update(|wanted| set(wanted, event_target_value(&event))))
            .child(html("option").attr("value", "").text(any))
            .children(options);
        html("label").child(html("span").text(label)).child(select)
    };
    let topic = chooses(words::TOPIC, words::ANY_TOPIC, ABOUT.to_vec(), |wanted, topic| wanted.topic = topic);
    let section = chooses(words::SECTION, words::ANY_SECTION, sections(&all), |wanted, new| wanted.section = new);
    let found = {
        let all = all.clone();
        Memo::new(move || wanted.with(|wanted| wanted.found(&all, |text| said(text).into_owned())))
    };
    let count = move || found.with(|found: &Vec<bool>| found.iter().filter(|found| **found).count());
    let status = html("p").attr("role", "status").say(move || match count() {
        0 => words::NOTHING.to_owned(),
        count => words::found(count),
    });
    let controls = html("div").class("with").child(search(wanted)).child(topic).child(section);
    vec![lessons(page), controls.class("library-search"), status, list(page, &all, wanted, found)]
}

fn search(wanted: RwSignal<Wanted>) -> El {
    let key = move |event: Event| match event.unchecked_ref::<KeyboardEvent>().key().as_str() {
        "ArrowDown" => go_to(&event, |_, _| 0),
        "Enter" if wanted.with_untracked(|wanted| !wanted.words.trim().is_empty()) => {
            if let Ok(Some(first)) = dom::document().query_selector(ROWS) {
                event.prevent_default();
                first.unchecked_into::<leptos::web_sys::HtmlElement>().click();
            }
        }
        _ => {}
    };
    html("input")
        .attr("type", "search")
        .attr("id", "library-words")
        .attr("aria-label", words::SEARCH)
        .attr("placeholder", words::SEARCH)
        .on("input", move |event| wanted.update(|wanted| wanted.words = event_target_value(&event)))
        .on("keydown", key)
}

/// To another row of those that are found: which, by where the focus is and how many there are.
fn go_to(event: &Event, to: fn(usize, usize) -> usize) {
    let Ok(rows) = dom::document().query_selector_all(ROWS) else { return };
    let rows: Vec<Element> = (0..rows.length()).filter_map(|n| rows.item(n)?.dyn_into().ok()).collect();
    let at = dom::document().active_element();
    let here = rows.iter().position(|row| Some(row) == at.as_ref()).unwrap_or(0);
    if let Some(row) = rows.get(to(here, rows.len())) {
        event.prevent_default();
        dom::focus_on(row);
    }
}

fn row_key(event: Event) {
    match event.unchecked_ref::<KeyboardEvent>().key().as_str() {
        "ArrowDown" => go_to(&event, |here, count| (here + 1).min(count.saturating_sub(1))),
        "ArrowUp" => go_to(&event, |here, _| here.saturating_sub(1)),
        "Home" => go_to(&event, |_, _| 0),
        "End" => go_to(&event, |_, count| count.saturating_sub(1)),
        _ => {}
    }
}

/// The list: scenarios by topic, then exercises, then what is broken on purpose.
fn list(page: Page, all: &[Entry], wanted: RwSignal<Wanted>, found: Memo<Vec<bool>>) -> El {
    let here = page.title.get_untracked();
    let done = course::done();
    let group = |name: &'static str, more: &'static str, belongs: &dyn Fn(&Entry) -> bool| {
        let places: Vec<usize> = (0..all.len()).filter(|place| belongs(&all[*place])).collect();
        let rows = places.iter().map(|place| {
            let (place, entry) = (*place, &all[*place]);
            let row = row(page, entry, done.has(entry.shipped.name), entry.title == here);
            html("li").child(row.flag("hidden", move || !found.with(|found| found[place])))
        });
        let rows: Vec<El> = rows.collect();
        let head = html("h3").text(name).maybe((!more.is_empty()).then(|| html("small").text(more)));
        html("section")
            .attr("aria-label", name)
            .flag("hidden", move || found.with(|found| !places.iter().any(|place| found[*place])))
            .child(head)
            .child(html("ul").children(rows))
    };
    let topics = ABOUT.map(|topic| group(topic, "", &|entry| entry.kind == Kind::Shown && entry.topic == topic));
    let free = html("button")
        .class("row")
        .flag("hidden", move || wanted.with(|wanted| *wanted != Wanted::default()))
        .child(html("b").text(UNTITLED))
        .child(html("small").text(words::FREE))
        .click(move || leave(page, move || page.load_first()));
    html("div")
        .class("shelf")
        .attr("id", "library")
        .on("keydown", row_key)
        .child(free)
        .children(topics)
        .child(group(EXERCISES, REACH_THE_GOAL, &|entry| entry.kind == Kind::Exercise))
        .child(group(ON_PURPOSE, ONE_RULE_OFF, &|entry| entry.kind == Kind::Broken))
}

fn row(page: Page, entry: &Entry, done: bool, here: bool) -> El {
    let shipped = entry.shipped;
    let sections = html("span").class("ref").text(&entry.sections.join(", "));
    let asks = (entry.questions > 0).then(|| html("span").text(&words::questions(entry.questions)));
    let meta = html("span")
        .class("meta")
        .child(sections)
        .text(" ")
        .maybe(asks)
        .text(" ")
        .maybe(done.then(|| html("span").class("done").text(words::DONE)));
    html("button")
        .class("row")
        .attr("aria-current", if here { "true" } else { "false" })
        .child(html("b").text(&entry.title))
        .text(" ")
        .child(html("small").text(&entry.about))
        .text(" ")
        .child(meta)
        .click(move || leave(page, move || address::open_shipped(page, shipped)))
}

/// The course: how far the reader is, and each lesson.
fn lessons(page: Page) -> El {
    let course = Course::first();
    let done = course::done();
    let (count, through) = (course.lessons.len(), done.of(&course));
    let next = done.next_of(&course).map_or(1, |place| place + 1);
    let say = match through {
        0 => words::START.to_owned(),
        _ if through == count => words::AGAIN.to_owned(),
        _ => words::go_on_with(next),
    };
    let go = move |lesson: usize| leave(page, move || course::go(page, lesson));
    let start = html("button").class("primary").click(move || go(next)).text(&say);
    let items = course.lessons.iter().zip(1..).map(|(lesson, number)| {
        let button = html("button")
            .class("quiet")
            .click(move || go(number))
            .child(html("span").text(&number.to_string()))
            .text(" ")
            .child(html("span").text(&lesson.title))
            .text(" ")
            .maybe(done.has(&lesson.scenario).then(|| html("span").class("done").text(words::DONE)));
        html("li").child(button)
    });
    let all = html("details")
        .child(html("summary").text(words::LESSONS))
        .child(html("ol").attr("role", "list").children(items));
    let far = html("span")
        .class("until")
        .child(
            html("progress")
                .attr("max", &count.to_string())
                .attr("value", &through.to_string())
                .attr("aria-hidden", "true"),
        )
        .child(html("span").text(&words::progress(through, count)));
    html("section")
        .class("course")
        .attr("aria-label", &course.title)
        .child(html("h3").text(&course.title))
        .child(html("p").text(&course.about))
        .child(html("div").class("why-row").child(start).child(far))
        .child(all)
}
