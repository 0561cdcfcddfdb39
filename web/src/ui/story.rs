//! The story: what happened, in words, in step with time.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::web_sys::Element;

use super::el::{El, html, react};
use super::page::{Page, Story, StoryLine};
use super::signal::Memo;
use super::{dom, frame};
use crate::linked::Fact;

/// What stands there before anything happened.
pub fn nothing_yet() -> El {
    html("p").class("empty").text("Nothing has happened yet. Press play, or step forward.")
}

/// Where a line stands in time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Past,
    Now,
    Yet,
}

/// The lines that are shown, by their keys. One effect marks them all: if each line listened for the
/// present by itself, to make all of them anew would take time that grows with their square.
type Shown = Rc<RefCell<Vec<(u64, Element, Mark)>>>;

/// The lines around the present.
pub fn story_panel(page: Page) -> El {
    let keys = Memo::new(move || page.story.with(|story| story.lines.iter().map(key).collect::<Vec<_>>()));
    let shown = Shown::default();
    let ours = shown.clone();
    let view = move |wanted| {
        page.story.with_untracked(|story| {
            let n = story.lines.iter().position(|line| key(line) == wanted).expect("a line of the list");
            let button = line_view(page, &story.lines[n]);
            let mark = mark_of(n, story.past);
            mark_as(button.node(), &story.lines[n], mark);
            ours.borrow_mut().push((wanted, button.node().clone(), mark));
            html("li").child(button)
        })
    };
    let panel = html("ol")
        .class("story")
        .when(move || page.story.with(|story| story.earlier), move || more(page, "Earlier lines"))
        .each(move || keys.get(), view)
        .when(move || page.story.with(|story| story.later), move || more(page, "Later lines"));
    // The current line stays in sight, without moving the page.
    let mut before: Option<(_, _, usize)> = None;
    react(Box::new(move || {
        let now = page.story.with(|story| {
            mark_all(story, &mut shown.borrow_mut());
            let current = story.past.checked_sub(1).and_then(|n| story.lines.get(n));
            (story.lines.first().map(key), current.map(key), story.pages)
        });
        // Who asks for more lines reads those.
        if before != Some(now) && before.is_none_or(|before| before.2 >= now.2) {
            frame::soon(keep_in_sight);
        }
        before = Some(now);
    }));
    panel
}

/// What asks for more lines than are worth having on the page at once.
fn more(page: Page, words: &str) -> El {
    html("li").class("more").child(html("button").class("tab").click(move || page.more_lines()).text(words))
}

/// Its place among the records and its event: after a change other events stand at the same places.
fn key(line: &StoryLine) -> u64 {
    ((line.place as u64) << 40) ^ line.event
}

fn mark_of(n: usize, past: usize) -> Mark {
    match n + 1 {
        next if next < past => Mark::Past,
        next if next == past => Mark::Now,
        _ => Mark::Yet,
    }
}

/// Marks the lines that are there, and forgets those that are not wanted any more.
fn mark_all(story: &Story, shown: &mut Vec<(u64, Element, Mark)>) {
    shown.retain_mut(|(shown, button, old)| {
        let found = story.lines.iter().position(|line| key(line) == *shown);
        if let Some(n) = found {
            let mark = mark_of(n, story.past);
            if mark != *old {
                *old = mark;
                mark_as(button, &story.lines[n], mark);
            }
        }
        found.is_some()
    });
}

fn mark_as(button: &Element, line: &StoryLine, mark: Mark) {
    let when = match mark {
        Mark::Past => "line",
        Mark::Now => "line now",
        Mark::Yet => "line yet",
    };
    let class = [when, if line.big { " big" } else { "" }, if line.note { " note" } else { "" }].concat();
    dom::set(button, "class", &class);
    let _ = match mark {
        Mark::Now => button.set_attribute("aria-current", "step"),
        _ => button.remove_attribute("aria-current"),
    };
}

fn line_view(page: Page, line: &StoryLine) -> El {
    let event = line.event;
    let words = html("span")
        .child(html("b").text(&line.title))
        .maybe(line.section.map(|section| html("span").class("ref").text(section)))
        .maybe((!line.detail.is_empty()).then(|| html("small").text(&line.detail)));
    html("button")
        .attr("data-fact", &Fact::Event(event).to_string())
        .click(move || page.seek_event(event))
        .child(html("time").text(&line.at))
        .child(words)
}

fn keep_in_sight() {
    let Some(pane) = dom::by_id("pane") else { return };
    let Ok(Some(now)) = pane.query_selector(".line.now") else { return };
    let (outer, inner) = (pane.get_bounding_client_rect(), now.get_bounding_client_rect());
    let below = inner.bottom() + 8.0 - outer.bottom();
    let above = outer.top() + 8.0 - inner.top();
    // A pane that does not scroll by itself is left alone: the reader scrolls the page.
    if pane.scroll_height() <= pane.client_height() {
        return;
    }
    if below > 0.0 {
        pane.set_scroll_top(pane.scroll_top() + below as i32);
    } else if above > 0.0 {
        pane.set_scroll_top(pane.scroll_top() - above as i32);
    }
}
