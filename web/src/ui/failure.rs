//! The end, if it comes: a panic stops the module for good. The page says so, keeps what it
//! showed last in sight, and offers the link of the last good moment.

use std::cell::RefCell;
use std::sync::Arc;

use raft_core::Time;
use raft_sim::scenario::Scenario;

use super::dom;

thread_local! {
    static LAST_GOOD: RefCell<Option<(Arc<Scenario>, Time)>> = const { RefCell::new(None) };
}

/// Remembers that all was well with this scenario at this moment.
pub fn all_is_well(scenario: &Arc<Scenario>, now: Time) {
    LAST_GOOD.with_borrow_mut(|last| *last = Some((scenario.clone(), now)));
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

fn build(what: &str, link: Option<String>) -> Option<()> {
    let document = dom::document();
    let make = |tag: &str, text: &str| {
        let element = document.create_element(tag).ok()?;
        element.set_text_content(Some(&super::tongue::said(text)));
        Some(element)
    };
    let layer = make("div", "")?;
    layer.set_class_name("wreck");
    let card = make("div", "")?;
    dom::set(&card, "role", "alert");
    card.append_child(&make("h1", "The playground stopped")?.into()).ok()?;
    let words = "It ran into a mistake of its own. What you did is not lost: this link opens the last good moment.";
    card.append_child(&make("p", words)?.into()).ok()?;
    if let Some(link) = link {
        let open = make("a", "Open the last good moment")?;
        open.set_class_name("button primary");
        dom::set(&open, "href", &link);
        dom::set(&open, "target", "_blank");
        dom::set(&open, "rel", "noopener");
        card.append_child(&open.into()).ok()?;
    }
    card.append_child(&make("pre", what)?.into()).ok()?;
    layer.append_child(&card.into()).ok()?;
    document.body()?.append_child(&layer.into()).ok()?;
    Some(())
}
