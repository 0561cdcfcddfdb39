//! The page as a whole.

use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement};

use super::dialogs::Dialogs;
use super::header::Header;
use super::inspector::Inspector;
use super::logs::LogsPanel;
use super::page::{Page, Tab};
use super::ring::Stage;
use super::story::StoryPanel;
use super::timebar::TimeBar;
use super::transport::Transport;
use super::{address, dom, frame, protocol};
use crate::keys;

/// The page.
#[component]
pub fn App() -> impl IntoView {
    let page = Page::new();
    provide_context(page);
    address::follow(page);
    protocol::listen(page);
    frame::every_frame(move |real| page.frame(real));
    let _ = window_event_listener(ev::keydown, move |event| key(page, &event));
    let _ = window_event_listener(ev::pointerdown, move |event| close_outside(page, event.target()));
    // A quotation of the theme in the address wins over what the system says; boot.js has set it.
    let tab = move || match page.tab.get() {
        Tab::Logs => "logs",
        Tab::Story => "story",
        Tab::Time => "time",
    };
    view! {
        <div class="app" data-tab=tab>
            {(!page.embed).then(|| view! { <Header/> })}
            <Stage/>
            {(!page.embed).then(|| view! { <Side/> <TimeBar/> })}
            <Transport/>
        </div>
        <Dialogs/>
        <NoticeCard/>
        <p class="unseen" role="status" aria-live="polite">{move || page.live.get()}</p>
    }
}

#[component]
fn Side() -> impl IntoView {
    let page = expect_context::<Page>();
    view! {
        <aside class="side" aria-label="Logs and story">
            <div class="side-tabs" role="tablist" aria-label="What is shown">
                <SideTab tab=Tab::Logs words="Logs"/>
                <SideTab tab=Tab::Story words="Story"/>
                <SideTab tab=Tab::Time words="Time"/>
            </div>
            <LogsPanel/>
            <section class="panel tale" aria-label="Story and details">
                <div class="panel-head">
                    <div class="tabs" role="tablist" aria-label="Story or details">
                        <button class="tab" role="tab" id="tab-story" aria-controls="pane"
                            aria-selected=move || (!page.inspecting.get()).to_string()
                            tabindex=move || if page.inspecting.get() { -1 } else { 0 }
                            on:keydown=move |event| switch(page, &event)
                            on:click=move |_| page.inspecting.set(false)>"Story"</button>
                        <button class="tab" role="tab" id="tab-details" aria-controls="pane"
                            aria-selected=move || page.inspecting.get().to_string()
                            tabindex=move || if page.inspecting.get() { 0 } else { -1 }
                            on:keydown=move |event| switch(page, &event)
                            on:click=move |_| page.inspecting.set(true)>"Details"</button>
                    </div>
                    <span class="space"></span>
                    <Show when=move || !page.inspecting.get()>
                        <button class="tab" aria-pressed=move || page.every.get().to_string()
                            on:click=move |_| { page.every.update(|every| *every = !*every); page.refresh(true) }>
                            {move || if page.every.get() { "The story only" } else { "Every step" }}
                        </button>
                    </Show>
                </div>
                <div id="pane" class="scroll" role="tabpanel" tabindex="0"
                    aria-labelledby=move || if page.inspecting.get() { "tab-details" } else { "tab-story" }>
                    <Show when=move || page.inspecting.get() fallback=StoryPanel>
                        <Inspector/>
                    </Show>
                </div>
            </section>
        </aside>
    }
}

/// Between the two tabs with the arrow keys.
fn switch(page: Page, event: &ev::KeyboardEvent) {
    if matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight") {
        event.prevent_default();
        event.stop_propagation();
        page.inspecting.update(|inspecting| *inspecting = !*inspecting);
        dom::focus(if page.inspecting.get_untracked() { "tab-details" } else { "tab-story" });
    }
}

#[component]
fn SideTab(tab: Tab, words: &'static str) -> impl IntoView {
    let page = expect_context::<Page>();
    let id = format!("side-tab-{words}");
    let go = move |event: ev::KeyboardEvent| {
        const ORDER: [(Tab, &str); 3] = [(Tab::Logs, "Logs"), (Tab::Story, "Story"), (Tab::Time, "Time")];
        let step = match event.key().as_str() {
            "ArrowRight" => 1,
            "ArrowLeft" => 2,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        let here = ORDER.iter().position(|(other, _)| *other == tab).unwrap_or(0);
        let (to, name) = ORDER[(here + step) % 3];
        page.tab.set(to);
        dom::focus(&format!("side-tab-{name}"));
    };
    view! {
        <button class="tab" role="tab" id=id
            aria-selected=move || (page.tab.get() == tab).to_string()
            tabindex=move || if page.tab.get() == tab { 0 } else { -1 }
            on:keydown=go
            on:click=move |_| { page.tab.set(tab); frame::soon(move || page.repaint()) }>{words}</button>
    }
}

#[component]
fn NoticeCard() -> impl IntoView {
    let page = expect_context::<Page>();
    move || {
        page.notice.get().map(|notice| {
            view! {
                <div class="notice" class:calm=notice.calm role=if notice.calm { "status" } else { "alert" }>
                    <b>{notice.head}</b>
                    <button class="quiet icon" aria-label="Dismiss" on:click=move |_| page.notice.set(None)>
                        <super::icons::CloseIcon/>
                    </button>
                    <p>
                        {notice.text}
                        {(!notice.quote.is_empty()).then(|| view! { " " <code>{notice.quote}</code> })}
                    </p>
                </div>
            }
        })
    }
}

/// A key, pressed anywhere.
fn key(page: Page, event: &ev::KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() {
        return;
    }
    let pressed = event.key();
    let Some(command) = keys::command(&pressed) else { return };
    // A dialog closes itself, and what is typed into a field is text.
    if page.dialog.get_untracked().is_some() {
        return;
    }
    let on = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let tag = on.as_ref().map(|element| element.tag_name().to_ascii_lowercase()).unwrap_or_default();
    let typing = matches!(tag.as_str(), "input" | "textarea" | "select");
    let leaves = pressed == "Escape";
    if typing && !leaves {
        return;
    }
    if pressed == " " && matches!(tag.as_str(), "button" | "a" | "summary" | "g" | "circle") {
        return;
    }
    if page.command(command) {
        event.prevent_default();
    }
}


/// A press outside of what is open closes it.
fn close_outside(page: Page, target: Option<leptos::web_sys::EventTarget>) {
    let Some(element) = target.and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let inside = |selector: &str| element.closest(selector).ok().flatten().is_some();
    if page.pop.get_untracked().is_some() && !inside(".pops") {
        page.pop.set(None);
    }
    if page.sheet.get_untracked() && !inside(".pops") && !inside(".faults-button") {
        page.sheet.set(false);
    }
}

/// Watches the size of an element.
pub fn watch_size(element: &HtmlElement, call: impl FnMut(f64, f64) + 'static) {
    use leptos::wasm_bindgen::closure::Closure;
    let mut call = call;
    let seen = element.clone();
    let look: Closure<dyn FnMut()> = Closure::new(move || {
        let (width, height) = (f64::from(seen.client_width()), f64::from(seen.client_height()));
        if width > 0.0 && height > 0.0 {
            call(width, height);
        }
    });
    if let Ok(observer) = leptos::web_sys::ResizeObserver::new(look.as_ref().unchecked_ref()) {
        observer.observe(element);
        // Both live as long as the page.
        std::mem::forget(observer);
        look.forget();
    }
}
