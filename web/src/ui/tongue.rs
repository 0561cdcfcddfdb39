//! The language that the page speaks. All text of the page passes here on its way to an element;
//! in English it passes unchanged, and no table is there.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::Response;

use super::page::Page;
use super::{dom, frame};
use crate::translate::{Table, mirrored};

/// A language: its tag, and its name in itself.
pub const LANGUAGES: [(&str, &str); 2] = [("en", "English"), ("zh-Hans", "简体中文")];

/// A language for tests, from right to left.
const MIRRORED: &str = "ar-XB";

/// Texts that were translated once are not looked up again; so many of them.
const KEPT: usize = 4_000;

thread_local! {
    static FOREIGN: Cell<bool> = const { Cell::new(false) };
    static SPOKEN: RefCell<Spoken> = RefCell::default();
}

#[derive(Default)]
struct Spoken {
    /// `None` for the language of tests.
    table: Option<Table>,
    said: HashMap<String, String>,
}

/// A text in the language of the page.
pub fn said(text: &str) -> Cow<'_, str> {
    if !FOREIGN.get() { Cow::Borrowed(text) } else { Cow::Owned(translated(text)) }
}

/// Whether an attribute is read out or shown.
pub fn is_read(attribute: &str) -> bool {
    matches!(
        attribute,
        "aria-label"
            | "title"
            | "placeholder"
            | "aria-valuetext"
            | "aria-description"
            | "aria-roledescription"
            | "label"
    )
}

fn translated(text: &str) -> String {
    SPOKEN.with_borrow_mut(|Spoken { table, said }| {
        if let Some(known) = said.get(text) {
            return known.clone();
        }
        let new = match table {
            Some(table) => table.say(text).unwrap_or_else(|| text.to_owned()),
            None => mirrored(text),
        };
        if said.len() >= KEPT {
            said.clear();
        }
        said.insert(text.to_owned(), new.clone());
        new
    })
}

/// The language of the page, by its tag.
pub fn tag() -> String {
    dom::document().document_element().and_then(|root| root.get_attribute("lang")).unwrap_or_default()
}

/// Takes up the language that boot.js has chosen, with the table that it has fetched.
pub fn begin() {
    let tag = tag();
    if tag != "en" {
        let table = js_sys::Reflect::get(&dom::window(), &"raftWords".into()).ok().and_then(|words| words.as_string());
        speak(&tag, table.as_deref());
    }
}

/// Speaks another language from now on. What was typed and done stays.
pub fn switch(page: Page, tag: String) {
    dom::keep("language", &tag);
    leptos::task::spawn_local(async move {
        let table = match tag.as_str() {
            "en" | MIRRORED => None,
            tag => tables(tag).await,
        };
        speak(&tag, table.as_deref());
        page.language.update(|count| *count += 1);
        frame::soon(move || page.repaint());
    });
}

/// The table of the page, and that of its scenarios: without the second it speaks the language as well.
async fn tables(tag: &str) -> Option<String> {
    let page = fetch(tag).await?;
    let scenarios = fetch(&format!("{tag}.scenarios")).await.unwrap_or_default();
    Some([page, scenarios].join("\n"))
}

async fn fetch(name: &str) -> Option<String> {
    let answer = dom::window().fetch_with_str(&format!("lang/{name}.txt"));
    let answer: Response = wasm_bindgen_futures::JsFuture::from(answer).await.ok()?.dyn_into().ok()?;
    let text = wasm_bindgen_futures::JsFuture::from(answer.ok().then(|| answer.text())?.ok()?).await.ok()?;
    text.as_string()
}

fn speak(tag: &str, table: Option<&str>) {
    let table = table.and_then(|text| Table::read(text, Some(plural)).ok());
    let foreign = table.is_some() || tag == MIRRORED;
    FOREIGN.set(foreign);
    SPOKEN.set(Spoken { table, ..Spoken::default() });
    if let Some(root) = dom::document().document_element() {
        dom::set(&root, "lang", if foreign { tag } else { "en" });
        dom::set(&root, "dir", if foreign && tag == MIRRORED { "rtl" } else { "ltr" });
    }
}

/// The plural category of a number, as the browser knows it for the language of the page.
fn plural(number: u64) -> String {
    let rules = js_sys::Intl::PluralRules::new(&js_sys::Array::of1(&JsValue::from_str(&tag())), &js_sys::Object::new());
    rules.select(number as f64).as_string().unwrap_or_default()
}
