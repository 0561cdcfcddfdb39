//! For an audience: sections to go to with a clicker, the whole screen, large type, and nothing on it that is
//! for the presenter alone. And the hand that says where somebody arranged when things happen.

use std::cell::RefCell;

use js_sys::{Function, Promise, Reflect};
use leptos::wasm_bindgen::{JsCast, JsValue};
use raft_core::Time;
use raft_sim::timeline::search::{Goal, Stop};
use wasm_bindgen_futures::JsFuture;

use super::el::{El, html, svg};
use super::going::Find;
use super::page::{Notice, Page};
use super::{dom, frame};
use crate::by_hand::sections_ahead;
use crate::words::going as going_says;
use crate::words::present as says;

/// How far a section is looked for.
const FAR: Time = Time::seconds(600);

thread_local! {
    /// The theme of before, while somebody presents.
    static BEFORE: RefCell<Option<Option<String>>> = const { RefCell::new(None) };
}

/// To the next section, or to the one before; before the first is the start. Time stands still there.
pub fn section(page: Page, forward: bool) {
    page.pause();
    let what = going_says::kind(Stop::Section);
    if forward && !page.with(|model| sections_ahead(model.playback.run())) {
        let (head, text) = (says::NO_SECTION.into(), says::SECTIONS_ARE.into());
        return page.notice.set(Some(Notice { head, text, quote: String::new(), calm: true }));
    }
    let goal = if forward { Goal::Next(Stop::Section) } else { Goal::Previous(Stop::Section) };
    let back = forward.then(|| page.with(|model| model.playback.world().events()));
    let failing = going_says::none_after(what, &going_says::limit(FAR.0 / 1_000_000));
    page.look_for(goal, FAR, Find::Looks { what: what.into(), failing, back });
}

/// Begins or ends presenting.
pub fn toggle(page: Page) {
    let Some(root) = dom::document().document_element() else { return };
    let theme = match BEFORE.take() {
        Some(before) => {
            let _ = root.remove_attribute("data-present");
            if is_full() {
                leave_full();
            }
            before
        }
        None => {
            BEFORE.set(Some(root.get_attribute("data-theme")));
            dom::set(&root, "data-present", "");
            if !is_full() {
                enter_full(None);
            }
            Some("projector".into())
        }
    };
    let _ = match theme {
        Some(theme) => root.set_attribute("data-theme", &theme),
        None => root.remove_attribute("data-theme"),
    };
    frame::soon(move || page.repaint());
}

/// A theme was chosen: it stays when presenting ends.
pub fn forget() {
    if let Some(root) = dom::document().document_element()
        && BEFORE.take().is_some()
    {
        let _ = root.remove_attribute("data-present");
    }
}

/// The whole screen, or the window again.
pub fn full_screen(page: Page) {
    if is_full() { leave_full() } else { enter_full(Some(page)) }
}

/// What begins both, in the help.
pub fn buttons(page: Page) -> [El; 2] {
    // The press is still on its way through the dialog.
    let close = move || frame::soon(move || page.dialog.set(None));
    let root = dom::document().document_element();
    let presents = root.is_some_and(|root| root.has_attribute("data-present"));
    let present = move || {
        close();
        toggle(page);
    };
    let full = move || {
        close();
        full_screen(page);
    };
    [
        html("button").truth("aria-pressed", move || presents).click(present).text(says::PRESENT),
        html("button").truth("aria-pressed", is_full).click(full).text(says::FULL_SCREEN),
    ]
}

/// The hand, where timers or delays were arranged.
pub fn hand() -> El {
    let palm = "M5 9V4.2a1.1 1.1 0 012.2 0V8m0-.5V2.6a1.1 1.1 0 012.2 0V8m0-.4V3.4a1.1 1.1 0 012.2 0V9\
                m0-3.4a1.1 1.1 0 012.2 0V10c0 3-1.6 5-4.6 5-2.6 0-3.6-1.2-4.7-3L3 9.3a1.1 1.1 0 011.8-1.2z";
    let picture =
        svg("svg").attr("viewBox", "0 0 16 16").attr("aria-hidden", "true").child(svg("path").attr("d", palm));
    html("li").class("by-hand").attr("title", says::BY_HAND_SAYS).child(picture).text(says::BY_HAND)
}

fn is_full() -> bool {
    Reflect::get(&dom::document(), &"fullscreenElement".into()).is_ok_and(|element| element.is_truthy())
}

fn call(target: &JsValue, name: &str) -> Option<Promise> {
    let function: Function = Reflect::get(target, &name.into()).ok()?.dyn_into().ok()?;
    function.call0(target).ok()?.dyn_into().ok()
}

fn leave_full() {
    let _ = call(&dom::document(), "exitFullscreen");
}

/// Where the browser gives none, as in a frame that may not ask, the reader hears of it if that is what they
/// asked for.
fn enter_full(tells: Option<Page>) {
    let Some(root) = dom::document().document_element() else { return };
    let asked = call(&root, "requestFullscreen");
    leptos::task::spawn_local(async move {
        let given = match asked {
            Some(asked) => JsFuture::from(asked).await.is_ok(),
            None => false,
        };
        if let (false, Some(page)) = (given, tells) {
            page.notice.set(Some(Notice {
                head: says::NO_FULL_SCREEN.into(),
                text: String::new(),
                quote: String::new(),
                calm: true,
            }));
        }
    });
}
