//! A course in the page: the lesson that is open, above the ring, and what of the library is done.
//! What is done is kept where the browser lets it be; refused, it lasts as long as the page.

use std::cell::RefCell;
use std::rc::Rc;

use raft_core::Time;
use raft_sim::scenario;

use super::el::{El, html, react};
use super::icons::close_icon;
use super::page::Page;
use super::signal::RwSignal;
use super::{dom, frame};
use crate::course::{Course, Done, Study, Watch};
use crate::quiz::Halt;
use crate::shelf;
use crate::words::library as words;

thread_local! {
    static DONE: RefCell<Option<Done>> = const { RefCell::new(None) };
}

/// What of the shelf is done.
fn with_done<T>(act: impl FnOnce(&mut Done) -> T) -> T {
    DONE.with_borrow_mut(|done| act(done.get_or_insert_with(|| Done::read(&dom::kept("done").unwrap_or_default()))))
}

/// What of the shelf is done, as it is now.
pub fn done() -> Done {
    with_done(|done| done.clone())
}

/// What a file says to be done is done here, too. Returns whether any of it is new.
pub fn take_in(other: &Done) -> bool {
    with_done(|done| {
        let new = done.join(other);
        if new {
            dom::keep("done", &done.write());
        }
        new
    })
}

/// Opens a lesson, from 1, at its start: it waits for the reader. Returns whether there is one.
pub fn open(page: Page, lesson: usize) -> bool {
    let course = Course::first();
    let shipped = lesson.checked_sub(1).and_then(|place| shelf::find(&course.lessons.get(place)?.scenario));
    let Some(shipped) = shipped else {
        page.tell(words::NO_LESSON, words::so_many(course.lessons.len()), lesson.to_string());
        return false;
    };
    let Ok(parsed) = scenario::parse(shipped.text) else { return false };
    page.load(parsed.scenario, Time::ZERO, false);
    page.notice.set(None);
    page.tried.update(|tried| tried.course = true);
    page.study.set(Some(Study { name: shipped.name, lesson: Some(lesson) }));
    // A dialog that led here is closed by then.
    frame::soon(|| frame::soon(|| dom::focus("lesson-begin")));
    true
}

/// Goes to a lesson by its address, so that it can be shared, and the browser's way back leads to the one before.
pub fn go(page: Page, lesson: usize) {
    let (location, to) = (dom::window().location(), ["#lesson=", &lesson.to_string()].concat());
    let there = location.hash().is_ok_and(|hash| hash == to);
    if there || location.set_hash(&to).is_err() {
        open(page, lesson);
    }
}

/// Starts the course, or goes on where the reader was.
pub fn resume(page: Page) {
    go(page, next());
}

/// The lesson to go on with, from 1: the first that is not done.
pub fn next() -> usize {
    done().next_of(&Course::first()).unwrap_or(0) + 1
}

/// What stands above the ring: the lesson. Whatever is open from the shelf is watched until it is done.
pub fn card(page: Page, study: Study) -> Option<El> {
    let is_done = RwSignal::new(done().has(study.name));
    watch(page, study, is_done);
    let course = Course::first();
    let number = study.lesson?;
    (!page.embed && number <= course.lessons.len()).then(|| lesson(page, &course, number, is_done))
}

fn watch(page: Page, study: Study, is_done: RwSignal<bool>) {
    let Some(Ok(parsed)) = shelf::find(study.name).map(|shipped| scenario::parse(shipped.text)) else { return };
    let watch = Rc::new(RefCell::new(Watch::of(parsed.scenario)));
    let finish = move || {
        with_done(|done| {
            if done.add(study.name) {
                dom::keep("done", &done.write());
            }
        });
        if let Some(number) = study.lesson.filter(|_| !is_done.get_untracked()) {
            page.live.set(words::lesson_done(number));
        }
        is_done.set(true);
    };
    let asked = watch.clone();
    react(Box::new(move || {
        if page.waits.with(|halt| asked.borrow_mut().sees(halt.as_ref())) {
            finish();
        }
        if page.waits.with(|halt| matches!(halt, Some(Halt::Asked(asked)) if !asked.given)) {
            frame::soon(to_the_question);
        }
    }));
    react(Box::new(move || {
        page.moment.track();
        if !is_done.get_untracked() && page.with(|model| watch.borrow_mut().looks(model.playback.run())) {
            finish();
        }
    }));
}

/// Who is nowhere else is led to what is asked.
fn to_the_question() {
    let at = dom::document().active_element();
    if at.is_none_or(|at| at.id() == "lesson" || at.tag_name() == "BODY")
        && let Ok(Some(answers)) = dom::document().query_selector(".stop-card .answers")
    {
        dom::set(&answers, "tabindex", "-1");
        dom::focus_on(&answers);
    }
}

fn lesson(page: Page, course: &Course, number: usize, is_done: RwSignal<bool>) -> El {
    let Some(lesson) = course.lessons.get(number - 1) else { return html("div") };
    let count = course.lessons.len();
    let open = RwSignal::new(true);
    let toggle = html("button")
        .class("quiet")
        .attr("id", "lesson-tasks-button")
        .attr("aria-controls", "lesson-tasks")
        .truth("aria-expanded", move || open.get())
        .click(move || open.update(|open| *open = !*open))
        .text(words::TASKS);
    let begin = move || {
        open.set(false);
        dom::focus("lesson");
        page.play();
    };
    let leave = move || page.study.set(None);
    let next = html("button")
        .follow("class", move || if is_done.get() { "primary" } else { "quiet" }.into())
        .click(move || go(page, number + 1))
        .text(words::NEXT);
    let previous =
        html("button").class("quiet").click(move || go(page, number.saturating_sub(1).max(1))).text(words::PREVIOUS);
    let close = html("button").class("quiet icon").attr("aria-label", words::LEAVE).click(leave).child(close_icon());
    let name = html("h2")
        .attr("id", "lesson-name")
        .child(html("small").text(&words::lesson(number, count)))
        .text(" ")
        .child(html("span").text(&lesson.title))
        .when(move || is_done.get(), || html("span").class("done").text(words::DONE));
    let last = move || is_done.get() && number == count;
    let head = html("div")
        .class("lesson-head")
        .child(name)
        .child(toggle)
        .maybe((number > 1).then_some(previous))
        .maybe((number < count).then_some(next))
        .child(close);
    let tasks = html("div")
        .attr("id", "lesson-tasks")
        .flag("hidden", move || !open.get())
        .child(html("p").text(&lesson.goal))
        .child(html("ol").children(lesson.tasks.iter().map(|task| html("li").text(task))))
        .child(html("button").class("primary").attr("id", "lesson-begin").click(begin).text(words::BEGIN));
    html("section")
        .class("lesson")
        .attr("id", "lesson")
        .attr("tabindex", "-1")
        .attr("aria-labelledby", "lesson-name")
        .child(head)
        .child(tasks)
        .when(last, || html("p").attr("role", "status").text(words::ALL_DONE))
}
