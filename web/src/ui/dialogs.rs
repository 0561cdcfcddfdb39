//! The dialogs: share, scenarios, help. They are the browser's own, so that focus, Escape and
//! the rest of the page behave as everywhere.

use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{Clipboard, Element, Event, HtmlDialogElement, HtmlInputElement, HtmlTextAreaElement};
use raft_core::Time;
use raft_sim::link::View;
use raft_sim::scenario::MAX_BYTES;

use super::compare::compare;
use super::el::{El, html, svg};
use super::icons::close_icon;
use super::page::{Dialog, Page};
use super::signal::RwSignal;
use super::tongue::LANGUAGES;
use super::{address, dom, frame, kept, library, model, present, share, shortcuts, tongue, trace};
use crate::events::Kind;
use crate::keys::KEYS;
use crate::layout::Point;
use crate::scene::Shape;
use crate::words;
use crate::words::compare as says;
use crate::words::kept as says_kept;

/// The dialog that is open, if one is.
pub fn dialogs(page: Page) -> El {
    html("div").class("dialogs").slot(move || {
        let dialog = page.dialog.get()?;
        // What a dialog is made of must not make it anew: there is text in its fields.
        Some(untrack(|| {
            match dialog {
                Dialog::Share => share::share(page),
                Dialog::Scenarios => scenarios(page),
                Dialog::Help => help(page),
                Dialog::Compare => two_runs(page),
                Dialog::Trace => trace::trace(page),
                Dialog::Kept => kept::kept(page),
                Dialog::Model => Shell { title: words::model::TITLE, fields: false, body: model::parts(page) },
            }
            .open(page)
        }))
    })
}

/// What a dialog is made of.
pub struct Shell {
    /// Its heading.
    pub title: &'static str,
    /// Whether a field takes the focus, and not the whole.
    pub fields: bool,
    /// What is in it, from top to bottom.
    pub body: Vec<El>,
}

impl Shell {
    fn open(self, page: Page) -> El {
        let before = dom::document().active_element();
        let dialog = html("dialog").attr("aria-labelledby", "dialog-title");
        let element: HtmlDialogElement = dialog.as_node();
        let shown = element.clone();
        let body = html("div").class("dialog-body").attr("tabindex", "0");
        // A frame on another site may not mark what takes the focus.
        let first = (!self.fields).then(|| body.node().clone());
        // Only what is part of the page can be shown, and it is not yet.
        leptos::task::spawn_local(async move {
            let _ = shown.show_modal();
            if let Some(first) = &first {
                dom::focus_on(first);
            }
        });
        let closed = move |_| {
            page.dialog.set(None);
            if let Some(element) = &before {
                dom::focus_on(element);
            }
        };
        // A press on the backdrop is one on the dialog itself: its content covers all of it.
        let itself = element.clone();
        let outside = move |event: Event| {
            let on_itself =
                event.target().is_some_and(|target| target.dyn_ref::<Element>() == Some(itself.unchecked_ref()));
            if on_itself {
                itself.close();
            }
        };
        let close = html("button")
            .class("quiet icon")
            .attr("aria-label", "Close")
            .click(move || element.close())
            .child(close_icon());
        let head =
            html("div").class("dialog-head").child(html("h2").attr("id", "dialog-title").text(self.title)).child(close);
        dialog.on("close", closed).on("click", outside).child(head).child(body.children(self.body))
    }
}

/// Copies; where that is refused, the text is selected so that the reader can.
pub fn copy(id: &'static str, text: String, said: RwSignal<&'static str>) {
    let select = move || {
        if let Some(field) = dom::by_id(id) {
            let _ = field.focus();
            if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
                input.select();
            } else if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>() {
                area.select();
            }
        }
        said.set("Selected: press Ctrl+C");
    };
    // Without a secure context there is no clipboard at all, and its getter gives undefined.
    let clipboard = js_sys::Reflect::get(&dom::window().navigator(), &"clipboard".into()).unwrap_or_default();
    let Some(clipboard) = clipboard.dyn_ref::<Clipboard>().cloned() else { return select() };
    leptos::task::spawn_local(async move {
        match wasm_bindgen_futures::JsFuture::from(clipboard.write_text(&text)).await {
            Ok(_) => {
                said.set("Copied");
                frame::later(2_000, move || {
                    said.set("");
                });
            }
            Err(_) => select(),
        }
    });
}

/// A text to copy; without rows it is one line.
pub fn field(id: &'static str, label: &'static str, text: String, rows: usize) -> El {
    changing_field(id, label, rows, None, move || text.clone())
}

/// A text to copy that follows a choice above it.
pub fn changing_field(
    id: &'static str,
    label: &'static str,
    rows: usize,
    choice: Option<El>,
    text: impl Fn() -> String + Clone + 'static,
) -> El {
    let said = RwSignal::new("");
    let value = text.clone();
    let label_id = format!("{id}-label");
    let area = if rows == 0 {
        html("input").attr("type", "text").attr("autofocus", "").on("focus", select_all)
    } else {
        html("textarea").attr("rows", &rows.to_string()).attr("spellcheck", "false")
    };
    let area = area
        .attr("id", id)
        .attr("readonly", "")
        .attr("aria-labelledby", &label_id)
        .prop("value", move || JsValue::from_str(&value()));
    let press = html("button")
        .click(move || copy(id, text(), said))
        .say(move || String::from(if said.get() == "Copied" { "Copied" } else { "Copy" }));
    html("div")
        .class("field")
        .child(html("h3").attr("id", &label_id).text(label))
        .maybe(choice)
        .child(html("div").class("with").child(area).child(press))
        .child(html("small").attr("role", "status").say(move || said.get().to_owned()))
}

fn select_all(event: Event) {
    event_target::<HtmlInputElement>(&event).select();
}

/// Closes the dialog that is open, and goes on. The press that led here is still on its way through it.
pub fn leave(page: Page, then: impl FnOnce() + 'static) {
    frame::soon(move || {
        page.dialog.set(None);
        then();
    });
}

fn scenarios(page: Page) -> Shell {
    let dice = html("button").text("Play this one with other dice").click(move || leave(page, move || new_seed(page)));
    let mut body = library::parts(page);
    let others = html("div").class("with").child(dice).child(kept::opener(page, says_kept::TITLE));
    body.extend([others, paste(page), trace::button(page)]);
    // A field that takes the focus brings up the keys of a telephone; a frame on another site may not mark it.
    if !dom::coarse() {
        frame::soon(|| dom::focus("library-words"));
    }
    Shell { title: words::library::TITLE, fields: false, body }
}

/// A field for a scenario or a link.
fn paste(page: Page) -> El {
    let text = RwSignal::new(String::new());
    let open = move || {
        let given = text.get_untracked();
        let opened = if given.trim_start().starts_with("raft") {
            address::open_text(page, &given, View::default())
        } else {
            address::open(page, given.trim())
        };
        // What was typed stays, to be mended.
        if opened {
            leave(page, || ());
        }
    };
    let area = html("textarea")
        .attr("id", "paste")
        .attr("rows", "5")
        .attr("spellcheck", "false")
        .attr("aria-labelledby", "paste-label")
        .attr("maxlength", &MAX_BYTES.to_string())
        .attr("placeholder", "raft 1\nat 500ms crash leader")
        .prop("value", move || JsValue::from_str(&text.get()))
        .on("input", move |event| text.set(event_target_value(&event)));
    let button = html("button")
        .class("primary")
        .flag("disabled", move || text.with(|text| text.trim().is_empty()))
        .click(open)
        .text("Open");
    html("div")
        .class("field")
        .child(html("h3").attr("id", "paste-label").text("Or paste a scenario, or a link"))
        .child(area)
        .child(html("div").class("with").child(button))
        .slot(move || {
            let notice = page.notice.get()?;
            let words = format!("{} {}", notice.head, notice.text);
            Some(html("p").class("warm").attr("role", "alert").text(&words))
        })
}

/// The same scenario from its start with a seed that nobody has seen. Real randomness is
/// drawn here, and where a visitor looks at histories again.
fn new_seed(page: Page) {
    let mut bytes = [0u8; 4];
    if getrandom::fill(&mut bytes).is_err() {
        page.tell("No new dice.", "The browser gives no random numbers here.", "");
        return;
    }
    let mut scenario = page.with(|model| model.playback.scenario().as_ref().clone());
    scenario.seed = u64::from(u32::from_le_bytes(bytes));
    page.load(scenario, Time::ZERO, true);
}

fn two_runs(page: Page) -> Shell {
    Shell { title: says::TITLE, fields: false, body: vec![compare(page)] }
}

fn help(page: Page) -> Shell {
    let signs = [
        (ServerSign::Leader, "leader: a double ring. It sends heartbeats so that nobody else stands"),
        (ServerSign::Candidate, "candidate: a dashed ring. The dots are the votes it has"),
        (ServerSign::Follower, "follower. The arc is its election timer: at zero it stands for election"),
        (ServerSign::Down, "crashed. What was on its disk stays"),
    ];
    let messages = [
        (Shape::Vote, "RequestVote, and hollow its reply"),
        (Shape::Append, "AppendEntries, and hollow its reply"),
        (Shape::Heartbeat, "heartbeat: AppendEntries without entries"),
        (Shape::Snapshot, "a piece of a snapshot, and hollow its reply"),
        (Shape::Request, "a client asks, and hollow its answer"),
    ];
    let item = |sign: El, text: &str| html("li").child(sign).text(text);
    let held = picture("0 0 30 30")
        .child(circle("held", "10").attr("cx", "15").attr("cy", "15"))
        .child(path("lost", "M11 11l8 8m0 -8l-8 8"));
    let entry = svg("rect")
        .class("t2")
        .attr("x", "2")
        .attr("y", "6")
        .attr("width", "26")
        .attr("height", "18")
        .attr("rx", "5")
        .attr("stroke", "var(--commit)")
        .attr("stroke-width", "1.6");
    let signs = html("ul")
        .class("signs")
        .children(signs.map(|(sign, text)| item(server_sign(sign), text)))
        .children(messages.map(|(shape, text)| item(message_sign(shape), text)))
        .child(item(held, "a dashed circle holds a message; a red cross: it will not arrive"))
        .child(item(
            picture("0 0 30 30").child(entry),
            "an entry: tint and number are its term; solid is committed, dashed is stored",
        ));
    let mark = |kind: Kind| {
        let mut d = String::new();
        kind.press(&mut d, 15.0, 15.0);
        item(picture("0 0 30 30").child(path("line", "M1 15h28")).child(path(kind.class(), &d)), kind.words())
    };
    let marks = html("ul").class("signs space-time-signs").children(Kind::ALL.map(mark));
    let keys = KEYS.iter().map(|key| {
        let shown = key.shown.iter().fold(html("dt"), |dt, shown| dt.child(html("kbd").text(shown)).text(" "));
        html("div").child(shown).child(html("dd").text(key.words))
    });
    Shell {
        title: "Signs and keys",
        fields: false,
        body: vec![
            html("div").class("tastes").child(language(page)).child(theme(page)),
            html("div").class("with").child(model_button(page)).children(reference()).children(present::buttons(page)),
            html("h3").text("Signs"),
            signs,
            html("h3").text("Signs on the lines of time"),
            marks,
            html("h3").text("Keys"),
            shortcuts::switch(),
            html("dl").class("keys").children(keys),
            html("p").text("Everything that moves is at its place in simulated time: pause, step back, and it is there again. What you do in the past starts another future."),
        ],
    }
}

/// To what is a model here. The press is still on its way through this dialog, so that one comes after it.
fn model_button(page: Page) -> El {
    let open = move || page.dialog.set(Some(Dialog::Model));
    html("button").click(move || frame::soon(open)).text(words::model::TITLE)
}

/// To the pages for looking things up, where they lie beside this one: a release has them, a draft has not.
fn reference() -> Option<El> {
    let pages = dom::document().document_element()?.get_attribute("data-docs")?;
    let link = html("a").class("button").attr("href", &pages).attr("target", "_blank").attr("rel", "noopener");
    Some(link.text("Reference pages"))
}

/// Which language the page speaks; each stands there in itself, for who does not read the present one.
fn language(page: Page) -> El {
    let spoken = tongue::tag();
    let options = LANGUAGES.map(|(tag, name)| {
        let (here, lang) = (tag == spoken, tag);
        html("option").attr("value", tag).attr("lang", lang).flag("selected", move || here).verbatim(name)
    });
    let pick = move |event| {
        tongue::switch(page, event_target_value(&event));
        frame::later(300, || dom::focus("language"));
    };
    let select = html("select").attr("id", "language").on("change", pick).children(options);
    html("label").child(html("span").text("Language")).child(select)
}

/// The colours, and how large all is; `boot.js` and `later.css` have the same names.
const THEMES: [(&str, &str); 4] = [
    (SYSTEM, "as the system has it"),
    ("light", "light"),
    ("dark", "dark"),
    ("projector", "projector: thick lines, large type"),
];
const SYSTEM: &str = "system";

fn theme(page: Page) -> El {
    let root = dom::document().document_element();
    let now = root.as_ref().and_then(|root| root.get_attribute("data-theme")).unwrap_or(SYSTEM.into());
    let options = THEMES.map(|(name, words)| {
        let here = name == now;
        html("option").attr("value", name).flag("selected", move || here).text(words)
    });
    let pick = move |event| {
        let name = event_target_value(&event);
        if let Some(root) = &root {
            let _ = if name == SYSTEM {
                root.remove_attribute("data-theme")
            } else {
                root.set_attribute("data-theme", &name)
            };
        }
        dom::keep("theme", &name);
        present::forget();
        frame::soon(move || page.repaint());
    };
    let select = html("select").attr("id", "theme").on("change", pick).children(options);
    html("label").child(html("span").text("Theme")).child(select)
}

#[derive(Clone, Copy)]
enum ServerSign {
    Leader,
    Candidate,
    Follower,
    Down,
}

fn server_sign(sign: ServerSign) -> El {
    let (role, letter) = match sign {
        ServerSign::Leader => ("leader", "L"),
        ServerSign::Candidate => ("candidate", "C"),
        ServerSign::Follower => ("follower", "F"),
        ServerSign::Down => ("down", "×"),
    };
    let halo = || circle("halo", "13.5").attr("stroke-width", "1.2");
    let rim = || circle("rim", "10");
    let timer = || {
        circle("timer", "10")
            .attr("pathLength", "1000")
            .attr("stroke-dasharray", "620 2000")
            .attr("transform", "rotate(-90)")
    };
    let name = svg("text").attr("y", "4").attr("text-anchor", "middle").attr("font-size", "10").text(letter);
    let server = svg("g")
        .class("server")
        .attr("data-role", role)
        .maybe(matches!(sign, ServerSign::Leader).then(halo))
        .child(circle("face", "10"))
        .maybe(matches!(sign, ServerSign::Leader | ServerSign::Candidate).then(rim))
        .maybe(matches!(sign, ServerSign::Follower).then(timer))
        .child(name);
    picture("-15 -15 30 30").class("ring-sign").child(server)
}

fn message_sign(shape: Shape) -> El {
    let mut d = String::new();
    shape.outline(Point { x: 9.0, y: 15.0 }, 6.0, &mut d);
    let reply = match shape {
        Shape::Vote => Some(Shape::VoteReply),
        Shape::Append => Some(Shape::AppendReply),
        Shape::Snapshot => Some(Shape::SnapshotReply),
        Shape::Request => Some(Shape::Answer),
        _ => None,
    };
    let mut hollow = String::new();
    if let Some(reply) = reply {
        reply.outline(Point { x: 24.0, y: 15.0 }, 6.0, &mut hollow);
    }
    let body = |shape: Shape, d: &str| path(&format!("body {}", shape.class()), d);
    picture("0 0 30 30").child(body(shape, &d)).maybe(reply.map(|reply| body(reply, &hollow)))
}

fn picture(view: &str) -> El {
    svg("svg").attr("viewBox", view).attr("aria-hidden", "true")
}

fn circle(class: &str, r: &str) -> El {
    svg("circle").class(class).attr("r", r)
}

fn path(class: &str, d: &str) -> El {
    svg("path").class(class).attr("d", d)
}
