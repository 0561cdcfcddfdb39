//! The story: what happened, in words, in step with time.

use leptos::prelude::*;

use super::el::{El, html};
use super::page::{Page, StoryLine};
use super::signal::Memo;
use super::{dom, frame};
use crate::linked::Fact;

/// What stands there before anything happened.
pub fn nothing_yet() -> El {
    html("p").class("empty").text("Nothing has happened yet. Press play, or step forward.")
}

/// The lines around the present.
pub fn story_panel(page: Page) -> El {
    let lines = Memo::new(move || page.story.with(|story| story.lines.clone()));
    let past = Memo::new(move || {
        page.story.with(|story| story.past.checked_sub(1).and_then(|n| story.lines.get(n)).map(|line| line.place))
    });
    // The current line stays in sight, without moving the page.
    Effect::new(move |_| {
        past.track();
        lines.track();
        frame::soon(keep_in_sight);
    });
    let keys = move || lines.with(|lines| lines.iter().map(key).collect());
    let view = move |wanted| {
        let found = lines.with_untracked(|lines| lines.iter().find(|line| key(line) == wanted).cloned());
        line_view(page, found.expect("a line of the list"), past)
    };
    html("ol")
        .class("story")
        .when(
            move || page.story.with(|story| story.earlier > 0),
            || html("li").class("more").text("Earlier lines are left out."),
        )
        .each(keys, view)
}

/// Its place among the records and its event: after a change other events stand at the same places.
fn key(line: &StoryLine) -> u64 {
    ((line.place as u64) << 40) ^ line.event
}

fn line_view(page: Page, line: StoryLine, past: Memo<Option<usize>>) -> El {
    let StoryLine { place, event, big, note, .. } = line;
    let now = move || past.get() == Some(place);
    let class = move || {
        let mut class = String::from("line");
        for (on, name) in
            [(now(), " now"), (past.get().is_none_or(|past| past < place), " yet"), (big, " big"), (note, " note")]
        {
            if on {
                class.push_str(name);
            }
        }
        class
    };
    let words = html("span")
        .child(html("b").text(&line.title))
        .maybe(line.section.map(|section| html("span").class("ref").text(section)))
        .maybe((!line.detail.is_empty()).then(|| html("small").text(&line.detail)));
    let button = html("button")
        .follow("class", class)
        .attr("data-fact", &Fact::Event(event).to_string())
        .bind("aria-current", move || now().then(|| "step".into()))
        .click(move || page.seek_event(event))
        .child(html("time").text(&line.at))
        .child(words);
    html("li").child(button)
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
