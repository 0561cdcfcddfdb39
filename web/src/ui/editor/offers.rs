//! The list of words that may stand where somebody writes.

use leptos::prelude::untrack;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, KeyboardEvent};
use raft_sim::scenario::{Help, complete};

use super::super::el::{El, html};
use super::super::signal::RwSignal;
use super::super::{dom, frame};
use super::field::{of, scroll_to};
use super::{Editor, undo};
use crate::editor::line_and_column;
use crate::words::editor as says;

/// The list's id.
pub const ID: &str = "editor-offers";

/// What may stand there, and what of it is about to be taken.
#[derive(Clone, PartialEq, Default)]
pub struct Offers {
    help: Help,
    active: Option<usize>,
    /// What is typed of it.
    typed: String,
    line: u32,
    column: usize,
}

impl Offers {
    /// Whether there is anything to say.
    pub fn is_shown(&self) -> bool {
        self.is_open() || self.help.hint.is_some()
    }

    /// Whether there are words to choose.
    pub fn is_open(&self) -> bool {
        !self.help.offers.is_empty()
    }

    /// The word that is about to be taken, as an element.
    pub fn active_id(&self) -> Option<String> {
        self.active.map(|place| format!("{ID}-{place}"))
    }
}

/// None.
pub fn new() -> RwSignal<Offers> {
    RwSignal::new(Offers::default())
}

/// Offers no more.
pub fn close(list: RwSignal<Offers>) {
    if list.with_untracked(Offers::is_shown) {
        list.set(Offers::default());
    }
}

/// What may stand where the cursor is; `asked` also where nothing is typed yet.
pub fn look(editor: Editor, list: RwSignal<Offers>, text: &str, asked: bool) {
    let at = editor.field().cursor();
    let help = complete(text, at);
    let typed = text.get(help.word.start..at).unwrap_or_default().to_owned();
    let (line, column) = line_and_column(text, help.word.start);
    let before = &text[..at];
    let goes_on =
        before.ends_with([' ', '>', '=', '|']) && !before[before.rfind('\n').unwrap_or(0)..].trim().is_empty();
    let is_whole = help.offers.first().is_some_and(|offer| offer.word == typed);
    let is_worth = asked || if typed.is_empty() { goes_on } else { !(is_whole && help.offers.len() == 1) };
    if !is_worth || typed.is_empty() && help.offers.is_empty() && help.hint.is_none() {
        return close(list);
    }
    // Enter takes what is lit: nothing is, where a new line may be meant.
    let active = (!help.offers.is_empty() && !is_whole && (asked || !typed.is_empty())).then_some(0);
    let hint = help.hint.clone().filter(|_| typed.is_empty());
    list.set(Offers { help: Help { hint, ..help }, active, typed, line, column });
}

/// A key in the field: those of the list, while there is one.
pub fn key(editor: Editor, list: RwSignal<Offers>, event: &KeyboardEvent) {
    if of(event, "isComposing").is_truthy() {
        return;
    }
    let key = event.key();
    if key == " " && event.ctrl_key() {
        event.prevent_default();
        return look(editor, list, &editor.field().text(), true);
    }
    if key == "z" && (event.ctrl_key() || event.meta_key()) && !event.alt_key() {
        event.prevent_default();
        close(list);
        return undo(editor);
    }
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let (open, shown, active) = list.with_untracked(|list| (list.is_open(), list.is_shown(), list.active));
    let count = list.with_untracked(|list| list.help.offers.len());
    match key.as_str() {
        "ArrowDown" if open => go(list, active.map_or(0, |place| (place + 1) % count)),
        "ArrowUp" if open => go(list, active.map_or(count - 1, |place| (place + count - 1) % count)),
        "Enter" | "Tab" if active.is_some() && !event.shift_key() => take(editor, list, active.unwrap_or_default()),
        // Closes the list and nothing else of the page.
        "Escape" if shown => {
            event.stop_propagation();
            close(list);
        }
        // The list goes before the focus does: it is no stop on the way.
        "Tab" => return close(list),
        "ArrowLeft" | "ArrowRight" | "Home" | "End" | "PageUp" | "PageDown" | "ArrowUp" | "ArrowDown" | "Enter" => {
            return close(list);
        }
        _ => return,
    }
    event.prevent_default();
}

fn go(list: RwSignal<Offers>, place: usize) {
    list.update(|list| list.active = Some(place));
    frame::soon(move || {
        if let Some(option) = dom::by_id(&format!("{ID}-{place}")) {
            scroll_to(&option);
        }
    });
}

/// Writes a word in place of what is typed of it.
fn take(editor: Editor, list: RwSignal<Offers>, place: usize) {
    let taken = list.with_untracked(|list| Some((list.help.word.clone(), list.help.offers.get(place)?.word.clone())));
    close(list);
    if let Some((at, word)) = taken {
        editor.put(at.start, at.end, &word);
        close(list);
    }
}

/// The list, below the line or above it.
pub fn view(editor: Editor, list: RwSignal<Offers>) -> El {
    let now = untrack(|| list.get());
    let (distance, above) = editor.field().below(now.line);
    let options = now.help.offers.iter().enumerate().map(|(place, offer)| {
        let chosen = now.active == Some(place);
        let start = offer.word.get(..now.typed.len()).unwrap_or_default();
        let rest = &offer.word[start.len()..];
        let word = html("code").child(html("b").verbatim(start)).child(html("span").verbatim(rest));
        html("li")
            .attr("role", "option")
            .attr("id", &format!("{ID}-{place}"))
            .truth("aria-selected", move || chosen)
            .child(word)
            .maybe((!offer.means.is_empty()).then(|| html("small").text(offer.means)))
    });
    let pick = move |event: leptos::web_sys::Event| {
        // The field keeps the focus.
        event.prevent_default();
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let option = target.and_then(|target| target.closest("[role=option]").ok().flatten());
        let place = option.and_then(|option| option.id().rsplit('-').next().and_then(|n| n.parse().ok()));
        if let Some(place) = place {
            take(editor, list, place);
        }
    };
    let words = html("ul")
        .attr("role", "listbox")
        .attr("id", ID)
        .attr("tabindex", "0")
        .attr("aria-label", says::OFFERS)
        .children(options);
    html("div")
        .class(if above { "editor-offers above" } else { "editor-offers" })
        .style("--at", move || format!("{distance}px"))
        .style("--column", move || now.column.min(60).to_string())
        .on("mousedown", pick)
        .maybe(now.help.hint.as_deref().map(|hint| html("p").text(hint)))
        .maybe((!now.help.offers.is_empty()).then_some(words))
}
