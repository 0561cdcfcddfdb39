//! The bar at the bottom: time on the left, faults on the right.

use leptos::prelude::*;

use super::faults::Faults;
use super::icons::{BackIcon, ForwardIcon, PauseIcon, PlayIcon};
use super::page::Page;
use super::timebar::Scrub;
use super::dom;
use crate::playback::Pace;

/// The bar.
#[component]
pub fn Transport() -> impl IntoView {
    let page = expect_context::<Page>();
    view! {
        <footer class="bar" role="group" aria-label="Controls">
            <button class="icon" aria-label="Step back" title="Step back (←)" on:click=move |_| { page.step(-1); }><BackIcon/></button>
            <button class="play primary" id="play" aria-label=move || if page.playing.get() { "Pause" } else { "Play" }
                title="Play or pause (Space)" on:click=move |_| page.toggle()>
                <Show when=move || page.playing.get() fallback=PlayIcon><PauseIcon/></Show>
            </button>
            <button class="icon" aria-label="Step forward" title="Step forward (→)" on:click=move |_| { page.step(1); }><ForwardIcon/></button>
            <span class="clock" id="clock"></span>
            {if page.embed {
                view! { <Scrub/> <OpenFull/> }.into_any()
            } else {
                view! { <SpeedChoice/> <NextButton/> <span class="space"></span> <Faults/> }.into_any()
            }}
        </footer>
    }
}

/// The pace.
#[component]
pub fn SpeedChoice() -> impl IntoView {
    let page = expect_context::<Page>();
    // A pace that a link or an embedding page asked for may be none of the usual ones.
    let paces = move || {
        let mut paces = Pace::ALL.to_vec();
        let now = page.pace.get();
        if !paces.contains(&now) {
            paces.push(now);
        }
        paces
    };
    let pick = move |event: leptos::ev::Event| {
        let value = event_target_value(&event);
        if let Some(pace) = paces().into_iter().find(|pace| pace.name() == value) {
            page.set_pace(pace);
        }
    };
    view! {
        <label class="speed">
            <span class="speed-word">"Speed"</span>
            <select aria-label="Speed: simulated time per real time" on:change=pick prop:value=move || page.pace.get().name()>
                {move || paces().into_iter().map(|pace| {
                    let name = pace.name();
                    let value = name.clone();
                    view! { <option value=value selected=pace == page.pace.get()>{name}</option> }
                }).collect_view()}
            </select>
        </label>
    }
}

/// To the next line of the story.
#[component]
pub fn NextButton() -> impl IntoView {
    let page = expect_context::<Page>();
    view! { <button class="next-event" title="To the next line of the story (N)" on:click=move |_| page.next_in_story()>"Next in story"</button> }
}

#[component]
fn OpenFull() -> impl IntoView {
    let page = expect_context::<Page>();
    let link = Memo::new(move |_| {
        page.playing.track();
        page.moment.track();
        // While time runs the link would change ten times a second; it is made when it stands.
        if page.playing.get_untracked() { String::new() } else { page.link() }
    });
    let href = move || if link.with(String::is_empty) { dom::here() } else { link.get() };
    // Made anew when it is pressed: time may run.
    let fresh = move |event: leptos::ev::MouseEvent| {
        use leptos::wasm_bindgen::JsCast;
        let target = event.current_target().and_then(|target| target.dyn_into::<leptos::web_sys::HtmlAnchorElement>().ok());
        if let Some(anchor) = target {
            anchor.set_href(&page.link());
        }
    };
    view! {
        <a class="button quiet open-full" href=href target="_blank" rel="noopener" aria-label="Open in the playground" on:click=fresh>
            <span>"Open in the playground"</span>" ↗"
        </a>
    }
}
