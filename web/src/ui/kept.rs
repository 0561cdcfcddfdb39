//! Runs that a reader keeps in this browser, where the last one ended, and the news of another version.
//! A browser may refuse to store anything: then what is saved lives as long as the page, and that is said.

use std::cell::{Cell, RefCell};

use js_sys::{Date, Function, Reflect};
use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{Event, HtmlInputElement, KeyboardEvent, Storage};
use raft_sim::link::{self, Source};
use wasm_bindgen_futures::JsFuture;

use super::dialogs::Shell;
use super::el::{El, html, on_window};
use super::icons::close_icon;
use super::page::{Dialog, Page};
use super::signal::RwSignal;
use super::{address, course, dom, frame, tongue};
use crate::kept::{Book, BookError, Future, Kept, MOST_BYTES, clean, fitting};
use crate::words;
use crate::words::kept as says;

/// Something that the page offers unasked, at its edge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Offer {
    /// To go on where the last visit ended: a link.
    Continue(String),
    /// To load a version that has come meanwhile.
    Reload,
}

// ---- The browser's store -----------------------------------------------------------------------------

const SAVED: &str = "raft-playground.saved";
const UNREAD: &str = "raft-playground.saved.unread";
const LAST: &str = "raft-playground.last";

thread_local! {
    /// What is kept where the browser keeps nothing.
    static BOOK: RefCell<Book> = RefCell::default();
    /// Whether the browser has refused.
    static ALONE: Cell<Option<&'static str>> = const { Cell::new(None) };
    static FOLLOWS: Cell<bool> = const { Cell::new(false) };
}

fn store() -> Option<Storage> {
    dom::window().local_storage().ok().flatten()
}

fn stored(name: &str) -> Result<Option<String>, &'static str> {
    store().and_then(|store| store.get_item(name).ok()).ok_or(says::REFUSED)
}

fn put(name: &str, text: &str) -> Result<(), &'static str> {
    let store = store().ok_or(says::REFUSED)?;
    store.set_item(name, text).map_err(|_| says::STORE_FULL)
}

/// All that is kept. Another tab may have changed it.
fn read() -> Book {
    if ALONE.get().is_none() {
        match stored(SAVED) {
            Ok(None) => BOOK.set(Book::default()),
            Ok(Some(text)) => match Book::read(&text) {
                Ok(book) => BOOK.set(book),
                Err(_) => set_aside(&text),
            },
            Err(why) => ALONE.set(Some(why)),
        }
    }
    BOOK.with_borrow(Clone::clone)
}

/// What cannot be read is not written over.
fn set_aside(text: &str) {
    let aside = put(UNREAD, text).is_ok() && store().is_some_and(|store| store.remove_item(SAVED).is_ok());
    if !aside {
        ALONE.set(Some(says::STORE_FULL));
    }
    BOOK.set(Book::default());
}

/// Keeps all of it; the error says why only this page knows of it.
fn write(book: Book) -> Result<(), &'static str> {
    let text = book.text();
    BOOK.set(book);
    let kept = put(SAVED, &text);
    ALONE.set(kept.err());
    kept
}

// ---- Where the last visit ended ------------------------------------------------------------------------

/// From the first deed of a reader on: where they leave is remembered, and they hear of another version.
pub fn follow(page: Page) {
    if page.embed || FOLLOWS.replace(true) {
        return;
    }
    super::shortcuts::are_off();
    // Who ends a browser on a telephone never leaves a page: it is hidden, and that is all.
    for event in ["pagehide", "visibilitychange"] {
        on_window(event, move |_| remember(page));
    }
    let news = move || {
        if update().is_some() {
            page.offer.set(Some(Offer::Reload));
        }
    };
    on_window("raft-update", move |_| news());
    news();
}

fn remember(page: Page) {
    if page.with(|model| !model.untouched) {
        // No room, or none for this page: then the next visit begins as the first did.
        let _ = put(LAST, &fragment(page));
    }
}

fn fragment(page: Page) -> String {
    let link = page.link();
    link.find('#').map_or_else(String::new, |at| link[at..].to_owned())
}

/// What a visit without a link is offered.
pub fn begin(page: Page) {
    let linked = dom::window().location().hash().is_ok_and(|hash| hash.len() > 1);
    if !linked
        && let Ok(Some(link)) = stored(LAST)
        && link::decode(&link).is_ok()
    {
        page.offer.set(Some(Offer::Continue(link)));
    }
    follow(page);
}

/// Takes the new version, as `offline.js` has left it to be called.
fn update() -> Option<Function> {
    Reflect::get(&dom::window(), &"raftUpdate".into()).ok()?.dyn_into().ok()
}

/// The card of an offer.
pub fn card(page: Page, offer: Offer) -> El {
    let close = move || page.offer.set(None);
    let (head, text, press) = match &offer {
        Offer::Continue(link) => (says::CONTINUE, about(link), says::GO_ON),
        Offer::Reload => (says::NEW_VERSION, says::STAYS.to_owned(), says::RELOAD),
    };
    let take = move || {
        close();
        match &offer {
            Offer::Continue(link) => _ = address::open(page, link),
            Offer::Reload => {
                let _ = dom::window().location().set_hash(&fragment(page));
                if let Some(update) = update() {
                    let _ = update.call0(&JsValue::NULL);
                }
            }
        }
    };
    html("div")
        .class("notice calm offer")
        .attr("role", "status")
        .child(html("b").text(head))
        .child(html("button").class("quiet icon").attr("aria-label", "Dismiss").click(close).child(close_icon()))
        .child(html("p").text(&text))
        .child(html("button").click(take).text(press))
}

fn about(link: &str) -> String {
    let Ok(link) = link::decode(link) else { return String::new() };
    let Source::Scenario(scenario, _) = link.source else { return String::new() };
    let title = if scenario.title.is_empty() { words::UNTITLED } else { &scenario.title };
    says::at(title, &words::moment(link.view.at.unwrap_or_default()))
}

// ---- The dialog ----------------------------------------------------------------------------------------

/// What the dialog says below its form, and what can be taken back.
#[derive(Clone, Default)]
struct Told {
    text: String,
    undo: Option<(usize, Kept)>,
}

#[derive(Clone, Copy)]
struct Desk {
    page: Page,
    book: RwSignal<Book>,
    told: RwSignal<Told>,
    /// The run whose name is being changed.
    renames: RwSignal<Option<usize>>,
}

/// A button that opens it from another dialog. The press is still on its way through that one.
pub fn opener(page: Page, words: &'static str) -> El {
    let open = move || page.dialog.set(Some(Dialog::Kept));
    html("button").attr("aria-haspopup", "dialog").click(move || frame::soon(open)).text(words)
}

/// The dialog.
pub fn kept(page: Page) -> Shell {
    page.pause();
    let unread = stored(SAVED).ok().flatten().is_some_and(|text| Book::read(&text).is_err());
    let book = read();
    let first = ALONE.get().or(unread.then_some(says::UNREADABLE)).unwrap_or_default();
    let desk = Desk {
        page,
        book: RwSignal::new(book),
        told: RwSignal::new(Told { text: first.into(), undo: None }),
        renames: RwSignal::new(None),
    };
    Shell {
        title: says::TITLE,
        fields: true,
        body: vec![html("p").text(says::ABOUT), desk.form(), desk.status(), desk.list(), desk.files()],
    }
}

impl Desk {
    /// Changes what is kept, and says what came of it.
    fn change(self, change: impl FnOnce(&mut Book) -> Told) {
        let mut book = read();
        let mut told = change(&mut book);
        if let Err(why) = write(book.clone()) {
            told.text = why.into();
        }
        self.renames.set(None);
        self.told.set(told);
        self.book.set(book);
    }

    fn tell(self, text: impl Into<String>) {
        self.told.set(Told { text: text.into(), undo: None });
    }

    fn form(self) -> El {
        let title = self.page.title.get_untracked();
        let title = if title.is_empty() { words::UNTITLED.to_owned() } else { title };
        let name = RwSignal::new(clean(&title));
        let save = move |event: Event| {
            event.prevent_default();
            self.save(&name.get_untracked());
        };
        let input = html("input")
            .attr("type", "text")
            .attr("id", "kept-name")
            .attr("autofocus", "")
            .attr("autocomplete", "off")
            .attr("maxlength", "80")
            .attr("aria-labelledby", "kept-name-label")
            .prop("value", move || JsValue::from_str(&name.get_untracked()))
            .on("input", move |event| name.set(event_target_value(&event)));
        html("form")
            .class("field")
            .on("submit", save)
            .child(html("h3").attr("id", "kept-name-label").text(says::NAME))
            .child(
                html("div")
                    .class("with")
                    .child(input)
                    .child(html("button").class("primary").attr("type", "submit").text(says::SAVE)),
            )
    }

    fn save(self, name: &str) {
        let (name, link) = (clean(name), fragment(self.page));
        let name = if name.is_empty() { words::UNTITLED.to_owned() } else { name };
        if link::decode(&link).is_err() {
            return self.tell(says::TOO_LONG);
        }
        let (future, all) = self.page.with(|model| {
            let playback = &model.playback;
            (clean(playback.name()), playback.branches().iter().map(Future::of).collect::<Vec<_>>())
        });
        let count = all.len();
        let futures = fitting(&link, all);
        let left = count - futures.len();
        let run = Kept { name, at: Date::now() as u64, link, future, futures };
        self.change(|book| match book.keep(run) {
            Ok(()) => Told { text: says::saved(left), undo: None },
            Err(_) => Told { text: says::full(), undo: None },
        });
    }

    fn status(self) -> El {
        let undo = move || {
            let (place, run) = self.told.with(|told| told.undo.clone())?;
            let back = move || {
                let run = run.clone();
                self.change(|book| {
                    book.runs.insert(place.min(book.runs.len()), run);
                    Told::default()
                });
                dom::focus("kept-name");
            };
            Some(html("button").attr("id", "kept-undo").click(back).text(says::UNDO))
        };
        html("div")
            .class("kept-status")
            .child(html("p").attr("role", "status").say(move || self.told.with(|told| told.text.clone())))
            .slot(undo)
    }

    fn list(self) -> El {
        let items = move || {
            let renames = self.renames.get();
            let book = self.book.get();
            if book.runs.is_empty() {
                return Some(html("p").text(says::NONE));
            }
            let item = |(n, run): (usize, Kept)| untrack(|| self.item(n, run, renames == Some(n)));
            Some(html("ul").class("kept").children(book.runs.into_iter().enumerate().map(item)))
        };
        html("div").class("field").child(html("h3").text(says::LIST)).slot(items)
    }

    fn item(self, n: usize, run: Kept, renames: bool) -> El {
        if renames {
            return html("li").child(self.naming(run));
        }
        let known = run.clone();
        let open = move || {
            if address::open(self.page, &known.link) {
                self.page.bring_futures(&known.future, known.futures.iter().filter_map(Future::branch));
            }
            // What is wrong with it is said beside the page, where the dialog would hide it. The press is
            // still on its way through the dialog.
            let page = self.page;
            frame::soon(move || page.dialog.set(None));
        };
        let when = Date::new(&JsValue::from_f64(run.at as f64));
        let when = when.to_locale_string(&tongue::tag(), &JsValue::UNDEFINED).as_string().unwrap_or_default();
        let button = |what: &str| html("button").attr("aria-label", &says::of(what, &run.name)).text(what);
        let rename = move || {
            self.renames.set(Some(n));
            frame::soon(|| dom::focus("kept-rename"));
        };
        let known = run.clone();
        let delete = move || {
            let known = known.clone();
            self.change(|book| {
                // Another tab may have changed the list.
                let Some(place) = book.runs.iter().position(|run| *run == known) else { return Told::default() };
                let text = says::deleted(&known.name);
                Told { text, undo: Some((place, book.runs.remove(place))) }
            });
            frame::soon(|| dom::focus("kept-undo"));
        };
        let name = html("bdi").verbatim(&run.name);
        let others = match run.futures.len() {
            0 => None,
            n => Some(html("small").text(&words::other_futures(n))),
        };
        let open = html("button").class("kept-open").click(open).child(name);
        html("li")
            .child(open.child(html("small").verbatim(&when)).maybe(others))
            .child(button(says::RENAME).click(rename))
            .child(button(says::DELETE).click(delete))
    }

    /// The field in which a run is named anew.
    fn naming(self, run: Kept) -> El {
        let name = RwSignal::new(run.name.clone());
        let done = move || {
            let (known, name) = (run.clone(), clean(&name.get_untracked()));
            self.change(|book| {
                if let Some(run) = book.runs.iter_mut().find(|run| **run == known)
                    && !name.is_empty()
                {
                    run.name = name;
                }
                Told::default()
            });
            frame::soon(|| dom::focus("kept-name"));
        };
        let submit = move |event: Event| {
            event.prevent_default();
            done();
        };
        let leave = move |event: Event| {
            if event.unchecked_ref::<KeyboardEvent>().key() == "Escape" {
                event.prevent_default();
                self.renames.set(None);
            }
        };
        let input = html("input")
            .attr("type", "text")
            .attr("id", "kept-rename")
            .attr("maxlength", "80")
            .attr("aria-label", says::NEW_NAME)
            .prop("value", move || JsValue::from_str(&name.get_untracked()))
            .on("input", move |event| name.set(event_target_value(&event)))
            .on("keydown", leave);
        let press = html("button").attr("type", "submit").text(says::DONE);
        html("form").class("with").on("submit", submit).child(input).child(press)
    }

    fn files(self) -> El {
        let export = move || {
            let book = Book { done: course::done(), ..self.book.get() };
            if book == Book::default() {
                return None;
            }
            let address = format!("data:application/json,{}", js_sys::encode_uri_component(&book.text()));
            let link = html("a").class("button").attr("href", &address).attr("download", "raft-playground-runs.json");
            Some(link.text(says::EXPORT))
        };
        let taken = move |event: Event| {
            let input: HtmlInputElement = event_target(&event);
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                self.take_in(file);
            }
            // The same file may be taken once more.
            input.set_value("");
        };
        let input = html("input")
            .class("unseen")
            .attr("type", "file")
            .attr("id", "kept-file")
            .attr("accept", ".json,application/json")
            .on("change", taken);
        let label = html("label").class("button").child(html("span").text(says::IMPORT)).child(input);
        html("div").class("with kept-files").slot(export).child(label)
    }

    fn take_in(self, file: leptos::web_sys::File) {
        if file.size() > MOST_BYTES as f64 {
            return self.tell(says::refused(&BookError::TooLarge.to_string()));
        }
        leptos::task::spawn_local(async move {
            let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
            let Some(text) = text else { return self.tell(says::NO_FILE) };
            match Book::read(&text) {
                Ok(mut file) => {
                    let marked = course::take_in(&std::mem::take(&mut file.done));
                    self.change(|book| Told { text: says::merged(book.merge(file), marked), undo: None });
                }
                Err(error) => self.tell(says::refused(&error.to_string())),
            }
        });
    }
}
