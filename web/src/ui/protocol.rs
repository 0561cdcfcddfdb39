//! The embed protocol, version 1: what an embedding page may ask by `postMessage`, and what it
//! is told. Commands: `load play pause step seek speed get-state`; messages: `ready state event
//! resize error reply`. Times are whole microseconds.
//!
//! Every message has the envelope `{raftPlayground: 1, channel, type, …}`; a command may carry
//! an `id`, which its reply repeats. Commands are taken from the embedding page or the opener
//! only, and from the page itself where it stands alone.

use std::cell::RefCell;

use js_sys::{Object, Reflect};
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{MessageEvent, Window};
use raft_sim::link::View;
use raft_sim::state::State;
use serde::Serialize;

use super::page::{Notice, Page};
use super::{address, dom, el, frame};
use crate::host::{self, Field, Request};

thread_local! {
    static LINE: RefCell<Line> = RefCell::new(Line::default());
}

/// What is remembered of the conversation.
#[derive(Default)]
struct Line {
    /// The name that the embedding page gave to it.
    channel: String,
    /// The last state that was told: playing, time, version.
    told: Option<(bool, u64, u64)>,
    due: u64,
    /// The story, as far as it was told.
    events: usize,
    height: i32,
}

/// Listens from now on, and says that the page is ready.
pub fn listen(page: Page) {
    LINE.with_borrow_mut(|line| line.channel = dom::query("channel").unwrap_or_default());
    el::on_window("message", move |event| receive(page, event.unchecked_ref()));
    // Not with a frame: out of view there are none.
    frame::later(0, || post("ready", &[("version", JsValue::from(env!("CARGO_PKG_VERSION")))]));
}

/// The window that is told things unasked: the embedding page, else the opener.
fn partner() -> Option<Window> {
    let window = dom::window();
    let parent = window.parent().ok().flatten().filter(|parent| !Object::is(parent, &window));
    parent.or_else(|| window.opener().ok().and_then(|opener| opener.dyn_into().ok()))
}

fn receive(page: Page, event: &MessageEvent) {
    let data = event.data();
    if !data.is_object() {
        return;
    }
    let value = |name: &str| Reflect::get(&data, &name.into()).unwrap_or_default();
    let field = |name: &str| plain(&value(name));
    let Some(kind) = host::kind(&field) else { return };
    let Some(source) = event.source() else { return };
    let window = dom::window();
    if !partner().map_or_else(|| Object::is(&source, &window), |partner| Object::is(&source, &partner)) {
        return;
    }
    if let Field::Text(channel) = field("channel") {
        LINE.with_borrow_mut(|line| line.channel = channel);
    }
    let mut answer = vec![("id", value("id"))];
    match host::read(&kind, &field).and_then(|request| obey(page, request)) {
        Ok(value) => answer.extend([("ok", JsValue::TRUE), ("value", value)]),
        Err(why) => answer.extend([("ok", JsValue::FALSE), ("error", JsValue::from(why))]),
    }
    send(source.unchecked_ref(), "reply", &answer);
}

fn plain(value: &JsValue) -> Field {
    if value.is_undefined() {
        return Field::Missing;
    }
    value.as_string().map(Field::Text).or_else(|| value.as_f64().map(Field::Number)).unwrap_or(Field::Other)
}

fn obey(page: Page, request: Request) -> Result<JsValue, String> {
    match request {
        Request::LoadText(text) => opened(page, address::open_text(page, &text, View::default()))?,
        Request::LoadLink(link) => opened(page, address::open(page, &link))?,
        Request::Play => page.play(),
        Request::Pause => page.pause(),
        Request::Step(events) => return Ok(JsValue::from(page.step(events) as f64)),
        Request::Seek(to) => {
            page.poster.set(false);
            page.seek(to);
        }
        Request::Speed(pace) => page.set_pace(pace),
        Request::State => {}
    }
    Ok(state(page))
}

/// What was loaded stands still; what was not has its reason in the page's notice.
fn opened(page: Page, there: bool) -> Result<(), String> {
    if there {
        page.pause();
        return Ok(());
    }
    Err(page.notice.with_untracked(|notice| notice.as_ref().map(|n| n.text.clone())).unwrap_or_default())
}

fn state(page: Page) -> JsValue {
    let state = page.with(|model| State::of(model.playback.world(), model.playback.playing));
    let plain = serde_wasm_bindgen::Serializer::json_compatible();
    state.serialize(&plain).unwrap_or_default()
}

/// Tells the embedding page what changed: at once where the reader did something, else a few
/// times a second.
pub fn tell(page: &Page, now: bool) {
    if partner().is_none() {
        return;
    }
    let real = frame::clock();
    let (key, place) = page.with(|model| {
        let playback = &model.playback;
        ((playback.playing, playback.now().0, playback.version), playback.place())
    });
    let due = LINE.with_borrow_mut(|line| {
        let changed = line.told != Some(key);
        let due = changed && (now || real >= line.due);
        if due {
            line.told = Some(key);
            line.due = real + 250_000;
        }
        due
    });
    if !due {
        return;
    }
    post("state", &[("state", state(*page))]);
    let from = LINE.with_borrow_mut(|line| std::mem::replace(&mut line.events, place));
    if from < place {
        tell_events(page, from, place);
    }
}

/// At most so many lines of the story are told at once.
const MOST_EVENTS: usize = 20;

fn tell_events(page: &Page, from: usize, to: usize) {
    let lines: Vec<(u64, String)> = page.with(|model| {
        let told = &model.playback.chronicle.told;
        let new = &told[told.partition_point(|t| t.place < from)..told.partition_point(|t| t.place < to)];
        new.iter()
            .rev()
            .filter(|told| told.weight == raft_sim::words::Weight::Story)
            .take(MOST_EVENTS)
            .map(|told| (told.record.at.0, raft_sim::words::line(&told.record).text))
            .collect()
    });
    for (t, text) in lines.into_iter().rev() {
        post("event", &[("t", JsValue::from(t as f64)), ("text", JsValue::from(text))]);
    }
}

/// Tells the embedding page how high the figure would like to be.
pub fn resize(height: i32) {
    let new = LINE.with_borrow_mut(|line| std::mem::replace(&mut line.height, height) != height);
    if new {
        post("resize", &[("height", JsValue::from(height))]);
        if let Some(partner) = partner() {
            tell_height(&partner, height);
        }
    }
}

/// The same in the words of two hosts that know nothing of this protocol: a learning management system
/// (Canvas; the LTI message `lti.frameResize`), and Embedly with those that took its message over.
fn tell_height(to: &Window, height: i32) {
    let address = dom::window().location().href().unwrap_or_default();
    let address = js_sys::JSON::stringify(&address.into()).map_or_else(|_| "null".to_owned(), String::from);
    for words in [
        format!("{{\"subject\":\"lti.frameResize\",\"height\":{height}}}"),
        format!("{{\"context\":\"iframe.resize\",\"height\":{height},\"src\":{address}}}"),
    ] {
        let _ = to.post_message(&words.into(), "*");
    }
}

/// Tells the embedding page what is wrong.
pub fn error(notice: &Notice) {
    post("error", &[("message", JsValue::from(format!("{} {}", notice.head, notice.text)))]);
}

fn post(kind: &str, fields: &[(&str, JsValue)]) {
    if let Some(partner) = partner() {
        send(&partner, kind, fields);
    }
}

fn send(to: &Window, kind: &str, fields: &[(&str, JsValue)]) {
    let message = Object::new();
    let set = |name: &str, value: &JsValue| {
        let _ = Reflect::set(&message, &name.into(), value);
    };
    set("raftPlayground", &JsValue::from(1));
    set("channel", &LINE.with_borrow(|line| JsValue::from(line.channel.as_str())));
    set("type", &JsValue::from(kind));
    for (name, value) in fields {
        set(name, value);
    }
    // What is said is no secret, and a sandboxed page has no origin that could be named.
    let _ = to.post_message(&message, "*");
}
