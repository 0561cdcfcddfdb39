//! The end, if it comes: a panic stops the module for good. The page says so, keeps what it
//! showed last in sight, and offers the link of the last good moment.

use std::cell::RefCell;
use std::sync::Arc;

use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlDialogElement, HtmlInputElement, HtmlTextAreaElement};
use raft_core::Time;
use raft_sim::scenario::Scenario;
use raft_sim::timeline::Branch;

use super::dom;
use crate::words;

thread_local! {
    static LAST_GOOD: RefCell<Option<(Arc<Scenario>, Time)>> = const { RefCell::new(None) };
    static FUTURES: RefCell<Vec<Branch>> = const { RefCell::new(Vec::new()) };
}

/// Remembers that all was well with this scenario at this moment.
pub fn all_is_well(scenario: &Arc<Scenario>, now: Time) {
    LAST_GOOD.with_borrow_mut(|last| *last = Some((scenario.clone(), now)));
}

/// Remembers the other futures, too: a link holds one.
#[inline(never)] // Nobody has another future on a first visit.
pub fn others(branches: &[Branch]) {
    FUTURES.with_borrow_mut(|futures| branches.clone_into(futures));
}

/// From now on a panic is shown.
pub fn watch() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        show(&info.to_string());
    }));
}

fn show(what: &str) {
    // What boot.js shows on a stop without a panic of ours would cover this.
    if let Some(root) = dom::document().document_element() {
        dom::set(&root, "data-boot", "stopped");
    }
    // While it is being remembered there may be nothing to read.
    let last = LAST_GOOD.try_with(|last| last.try_borrow().ok().and_then(|last| last.clone())).ok().flatten();
    let _ = build(what, last.map(|(scenario, now)| super::address::link_to(&scenario, now, None)));
}

/// An element with a text of the page.
fn make(tag: &str, text: &str) -> Option<Element> {
    let element = dom::document().create_element(tag).ok()?;
    element.set_text_content(Some(&super::tongue::said(text)));
    Some(element)
}

fn link_of(words: &str, link: &str) -> Option<Element> {
    let open = make("a", words)?;
    for (name, value) in [("href", link), ("target", "_blank"), ("rel", "noopener")] {
        dom::set(&open, name, value);
    }
    Some(open)
}

fn build(what: &str, link: Option<String>) -> Option<()> {
    let layer = make("div", "")?;
    layer.set_class_name("wreck");
    let card = make("div", "")?;
    dom::set(&card, "role", "alert");
    card.append_child(&make("h1", "The playground stopped")?.into()).ok()?;
    let words = "It ran into a mistake of its own. What you did is not lost: this link opens the last good moment.";
    card.append_child(&make("p", words)?.into()).ok()?;
    if let Some(link) = link {
        let open = link_of("Open the last good moment", &link)?;
        open.set_class_name("button primary");
        card.append_child(&open.into()).ok()?;
    }
    let pre = make("pre", what)?;
    dom::set(&pre, "tabindex", "0");
    card.append_child(&pre.into()).ok()?;
    layer.append_child(&card.clone().into()).ok()?;
    // A dialog lies above all that is no dialog.
    if let Ok(Some(dialog)) = dom::document().query_selector("dialog[open]")
        && let Ok(dialog) = dialog.dyn_into::<HtmlDialogElement>()
    {
        dialog.close();
    }
    dom::document().body()?.append_child(&layer.into()).ok()?;
    // What may fail once more comes when the rest is there.
    add_futures(&card)?;
    add_typed(&card)
}

fn add_futures(card: &Element) -> Option<()> {
    let futures = FUTURES.try_with(|all| all.try_borrow().ok().map(|all| all.clone())).ok().flatten()?;
    if futures.is_empty() {
        return Some(());
    }
    card.append_child(&make("p", "Other futures")?.into()).ok()?;
    let list = make("ul", "")?;
    for branch in futures {
        let open = link_of("", &super::address::link_to(&branch.scenario, branch.end, None))?;
        let seen = || format!("{} – {}", words::moment(branch.from), words::moment(branch.end));
        // The reader's own word is in no table.
        open.set_text_content(Some(&if branch.name.is_empty() { seen() } else { branch.name.clone() }));
        let item = make("li", "")?;
        item.append_child(&open.into()).ok()?;
        list.append_child(&item.into()).ok()?;
    }
    card.append_child(&list.into()).ok()?;
    Some(())
}

fn add_typed(card: &Element) -> Option<()> {
    for (name, text) in typed() {
        let label = make("label", &name)?;
        let field = make("textarea", "")?;
        dom::set(&field, "readonly", "");
        dom::set(&field, "rows", "2");
        field.set_text_content(Some(&text));
        label.append_child(&field.into()).ok()?;
        card.append_child(&label.into()).ok()?;
    }
    Some(())
}

/// What stands in the fields of the page, with their names: the page behind the card takes no more keys.
fn typed() -> Vec<(String, String)> {
    let Ok(fields) = dom::document().query_selector_all("textarea:not([readonly]), input[type=text]:not([readonly])")
    else {
        return Vec::new();
    };
    let read = |n| {
        let field: Element = fields.get(n)?.dyn_into().ok()?;
        let area = field.dyn_ref::<HtmlTextAreaElement>();
        let text = area.map(|area| area.value()).or_else(|| Some(field.dyn_ref::<HtmlInputElement>()?.value()))?;
        let labelled = || dom::by_id(&field.get_attribute("aria-labelledby")?)?.text_content();
        let label = || {
            let label = ["label[for=\"", &field.id(), "\"]"].concat();
            dom::document().query_selector(&label).ok().flatten()?.text_content()
        };
        let name = field.get_attribute("aria-label").or_else(labelled).or_else(label);
        (!text.trim().is_empty()).then(|| (name.unwrap_or_else(|| "What was typed".into()), text))
    };
    (0..fields.length()).filter_map(read).collect()
}
