//! The story: what happened, in words, in step with time.

use leptos::prelude::*;

use super::page::{Page, StoryLine};
use super::{dom, frame};

/// The lines around the present.
#[component]
pub fn StoryPanel() -> impl IntoView {
    let page = expect_context::<Page>();
    let lines = Memo::new(move |_| page.story.with(|story| story.lines.clone()));
    let past = Memo::new(move |_| {
        page.story.with(|story| story.past.checked_sub(1).and_then(|n| story.lines.get(n)).map(|line| line.place))
    });
    // The current line stays in sight, without moving the page.
    Effect::new(move |_| {
        past.track();
        lines.track();
        frame::soon(keep_in_sight);
    });
    view! {
        <Show when=move || lines.with(Vec::is_empty)>
            <p class="empty">"Nothing has happened yet. Press play, or step forward."</p>
        </Show>
        <ol class="story">
            <Show when=move || page.story.with(|story| story.earlier > 0)><li class="more">"Earlier lines are left out."</li></Show>
            <For each=move || lines.get() key=|line| (line.place, line.event) let:line><Line line past/></For>
        </ol>
    }
}

#[component]
fn Line(line: StoryLine, past: Memo<Option<usize>>) -> impl IntoView {
    let page = expect_context::<Page>();
    let StoryLine { place, event, .. } = line;
    let now = move || past.get() == Some(place);
    let yet = move || past.get().is_none_or(|past| past < place);
    view! {
        <li>
            <button class="line" class:now=now class:yet=yet class:big=line.big class:note=line.note
                aria-current=move || now().then_some("step")
                on:click=move |_| page.seek_event(event)>
                <time>{line.at}</time>
                <span>
                    <b>{line.title}</b>
                    {line.section.map(|section| view! { <span class="ref">{section}</span> })}
                    {(!line.detail.is_empty()).then(|| view! { <small>{line.detail}</small> })}
                </span>
            </button>
        </li>
    }
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
