//! The page as a whole.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, Event, HtmlElement, KeyboardEvent};

use super::dialogs::dialogs;
use super::el::{El, html, on_window};
use super::header::header;
use super::icons::close_icon;
use super::logs::logs_panel;
use super::page::{Notice, Page, Tab};
use super::ring::stage;
use super::tale::tale;
use super::timebar::time_bar;
use super::transport::transport;
use super::{address, dom, figure, frame, kept, linked, protocol, shortcuts};
use crate::keys;

/// The page: it puts itself into its place.
pub fn app() {
    let Some(root) = dom::by_id("app") else { return };
    let page = Page::new();
    address::follow(page);
    protocol::listen(page);
    frame::every_frame(move |real| page.frame(real));
    if page.embed {
        figure::begin(page);
    } else if dom::whole() {
        kept::begin(page);
    }
    on_window("keydown", move |event| key(page, event.unchecked_ref()));
    on_window("pointerdown", move |event| close_outside(page, event.target()));
    // In another language the elements are made anew; the state of the page stays.
    let in_language = move |part: fn(Page) -> El| {
        move || {
            page.language.track();
            Some(untrack(|| part(page)))
        }
    };
    let all = html("div").class("all").slot(in_language(all)).slot(in_language(dialogs)).slot(in_language(notices));
    let _ = root.append_child(all.node());
}

fn all(page: Page) -> El {
    // A quotation of the theme in the address wins over what the system says; boot.js has set it.
    let tab = move || match page.tab.get() {
        Tab::Logs => "logs",
        Tab::Story => "story",
        Tab::Time => "time",
    };
    let app = html("div").class("app").follow("data-tab", move || tab().into());
    let all = if page.embed {
        figure::parts(page, app)
    } else {
        app.child(header(page)).child(stage(page)).child(side(page)).child(time_bar(page)).child(transport(page))
    };
    linked::listen(page, all)
}

/// What stands beside the ring.
pub fn side(page: Page) -> El {
    let tabs = html("div").class("side-tabs").attr("role", "tablist").attr("aria-label", "What is shown");
    html("aside")
        .class("side")
        .attr("aria-label", "Logs and story")
        .child(tabs.children(TABS.map(|(tab, words)| side_tab(page, tab, words))))
        .child(logs_panel(page))
        .child(tale(page))
}

const TABS: [(Tab, &str); 3] = [(Tab::Logs, "Logs"), (Tab::Story, "Story"), (Tab::Time, "Time")];

fn side_tab(page: Page, tab: Tab, words: &str) -> El {
    let go = move |event: Event| {
        let event: &KeyboardEvent = event.unchecked_ref();
        let step = match event.key().as_str() {
            "ArrowRight" => 1,
            "ArrowLeft" => 2,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        let here = TABS.iter().position(|(other, _)| *other == tab).unwrap_or(0);
        let (to, name) = TABS[(here + step) % 3];
        page.tab.set(to);
        dom::focus(&format!("side-tab-{name}"));
    };
    html("button")
        .class("tab")
        .attr("role", "tab")
        .attr("id", &format!("side-tab-{words}"))
        .truth("aria-selected", move || page.tab.get() == tab)
        .follow("tabindex", move || if page.tab.get() == tab { "0" } else { "-1" }.into())
        .on("keydown", go)
        .click(move || {
            page.tab.set(tab);
            frame::soon(move || page.repaint());
        })
        .text(words)
}

/// What is told unasked, in a landmark of its own: nothing of the page may lie outside of all.
fn notices(page: Page) -> El {
    let live = html("p").class("unseen").attr("role", "status").attr("aria-live", "polite");
    html("section")
        .attr("aria-label", "Notices")
        .slot(move || page.offer.get().map(|offer| kept::card(page, offer)))
        .slot(move || page.notice.get().map(|notice| notice_card(page, &notice)))
        .child(live.say(move || page.live.get()))
}

fn notice_card(page: Page, notice: &Notice) -> El {
    let close = html("button")
        .class("quiet icon")
        .attr("aria-label", "Dismiss")
        .click(move || page.notice.set(None))
        .child(close_icon());
    let mut text = html("p").text(&notice.text);
    if !notice.quote.is_empty() {
        text = text.text(" ").child(html("code").text(&notice.quote));
    }
    html("div")
        .class(if notice.calm { "notice calm" } else { "notice" })
        .attr("role", if notice.calm { "status" } else { "alert" })
        .child(html("b").text(&notice.head))
        .child(close)
        .child(text)
}

/// A key, pressed anywhere.
fn key(page: Page, event: &KeyboardEvent) {
    kept::follow(page);
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
    if shortcuts::is_off(&pressed) {
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
    kept::follow(page);
    let Some(element) = target.and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let inside = |selector: &str| element.closest(selector).ok().flatten().is_some();
    if page.pop.get_untracked().is_some() && !inside(".pops") {
        page.pop.set(None);
    }
    if page.sheet.get_untracked() && !inside(".pops") && !inside(".faults-button") {
        page.sheet.set(false);
    }
}

/// Watches the size of an element, as long as it is shown.
pub fn watch_size(element: &HtmlElement, mut call: impl FnMut(f64, f64) + 'static) {
    watch_box(element, move |width, height| {
        if width > 0.0 && height > 0.0 {
            call(width, height);
        }
    });
}

/// Watches the size of an element: it has none while it is not shown.
pub fn watch_box(element: &HtmlElement, mut call: impl FnMut(f64, f64) + 'static) {
    use leptos::wasm_bindgen::closure::Closure;
    let seen = element.clone();
    let look: Closure<dyn FnMut()> =
        Closure::new(move || call(f64::from(seen.client_width()), f64::from(seen.client_height())));
    if let Ok(observer) = leptos::web_sys::ResizeObserver::new(look.as_ref().unchecked_ref()) {
        observer.observe(element);
        // Both live as long as the page.
        std::mem::forget(observer);
        look.forget();
    }
}
