//! Pictures of pixels, made by `film.js` when they are ordered: one as PNG, many as a GIF.

use std::cell::RefCell;
use std::sync::Arc;

use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::on_cleanup;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use raft_core::Time;
use raft_sim::export::{COLOURS, FRAME, Reel};
use raft_sim::scenario::Scenario;

use super::el::{El, html};
use super::exporting::{MOST_EVENTS, SLOWER};
use super::script;
use super::signal::RwSignal;
use crate::words::export as says;

/// A PNG has so many pixels for each of the picture, along each side.
const SCALE: u32 = 2;

/// How an order stands.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Stage {
    Idle,
    Goes { frames: u64 },
    Done { url: String, frames: u64, kilobytes: u64 },
    Cancelled,
    Failed(String),
}

/// Gives the script the next picture.
type Next = Closure<dyn FnMut() -> JsValue>;
/// Hears what the script tells.
type News = Closure<dyn FnMut(JsValue)>;

thread_local! {
    /// Ends the order that is under way.
    static END: RefCell<Option<Function>> = const { RefCell::new(None) };
    /// What the script calls: until the next order, for it hears of an end only between two pictures.
    static CALLED: RefCell<Option<(Option<Next>, News)>> = const { RefCell::new(None) };
}

/// A button that makes pixels of a picture, and then a link to them.
pub fn pixels(svg: String, name: &str) -> El {
    let stage = RwSignal::new(Stage::Idle);
    let name = [name.trim_end_matches("svg"), "png"].concat();
    let make = move || {
        let order = Object::new();
        set(&order, "svg", svg.as_str().into());
        set(&order, "scale", SCALE.into());
        begin(stage, order, None);
    };
    html("div")
        .class("with")
        .child(html("button").click(make).text(says::PNG))
        .slot(move || link(&stage.get(), &name, says::SAVE_PNG))
        .child(html("span").attr("role", "status").say(move || match stage.get() {
            Stage::Failed(why) => why,
            _ => String::new(),
        }))
}

/// What makes a film of the ring, tells how far it is, and gives it.
pub fn maker(scenario: Arc<Scenario>, from: Time, to: Time, name: &'static str) -> El {
    let stage = RwSignal::new(Stage::Idle);
    let frames = Reel::new(Arc::clone(&scenario), from, to, SLOWER, 0).frames;
    let make = move || {
        let mut reel = Reel::new(Arc::clone(&scenario), from, to, SLOWER, MOST_EVENTS);
        let next = Closure::new(move || reel.next_frame().map_or(JsValue::UNDEFINED, JsValue::from));
        let order = Object::new();
        set(&order, "next", next.as_ref().clone());
        set(&order, "colours", COLOURS.iter().map(|colour| JsValue::from(*colour)).collect::<Array>().into());
        set(&order, "delay", ((FRAME.0 / 10_000) as u32).into());
        begin(stage, order, Some(next));
    };
    let goes = move || matches!(stage.get(), Stage::Goes { .. });
    let says = move || match stage.get() {
        Stage::Idle => String::new(),
        Stage::Goes { frames: so_far } => says::so_far(so_far, frames),
        Stage::Done { frames: made, kilobytes, .. } if made == frames => says::film(made, kilobytes),
        Stage::Done { frames: made, kilobytes, .. } => says::ended_early(made, kilobytes),
        Stage::Cancelled => says::CANCELLED.into(),
        Stage::Failed(why) => why,
    };
    let progress = move || {
        let value = move || match stage.get() {
            Stage::Goes { frames } => frames.to_string(),
            _ => String::new(),
        };
        let bar = html("progress").attr("aria-label", says::GIF).attr("max", &frames.to_string());
        let cancel = move || {
            end();
            stage.set(Stage::Cancelled);
        };
        html("div")
            .class("with")
            .child(bar.follow("value", value))
            .child(html("button").click(cancel).text(says::CANCEL))
    };
    on_cleanup(end);
    html("div")
        .class("field")
        .child(
            html("div")
                .class("with")
                .child(html("button").flag("disabled", goes).click(make).text(says::MAKE))
                .slot(move || link(&stage.get(), name, says::SAVE)),
        )
        .when(goes, progress)
        .child(html("small").attr("role", "status").say(says))
}

fn link(stage: &Stage, name: &str, words: &str) -> Option<El> {
    let Stage::Done { url, .. } = stage else { return None };
    Some(html("a").class("button").attr("href", url).attr("download", name).text(words))
}

fn set(object: &Object, name: &str, value: JsValue) {
    let _ = Reflect::set(object, &name.into(), &value);
}

fn begin(stage: RwSignal<Stage>, order: Object, next: Option<Next>) {
    end();
    stage.set(Stage::Goes { frames: 0 });
    script::with("film.js", "raftFilm", move |script| {
        let Some(script) = script else { return stage.set(Stage::Failed(says::NO_SCRIPT.into())) };
        // Meanwhile the dialog may be gone, or it was given up.
        let mut wanted = false;
        stage.update(|stage| wanted = matches!(stage, Stage::Goes { .. }));
        if !wanted {
            return;
        }
        let news = Closure::new(move |news: JsValue| hear(stage, &news));
        let end = script.call2(&JsValue::NULL, &order, news.as_ref()).ok().and_then(|end| end.dyn_into().ok());
        CALLED.set(Some((next, news)));
        END.set(end);
    });
}

/// Ends what is under way.
fn end() {
    if let Some(end) = END.take() {
        let _ = end.call0(&JsValue::NULL);
    }
}

fn hear(stage: RwSignal<Stage>, news: &JsValue) {
    let field = |name: &str| Reflect::get(news, &name.into()).unwrap_or_default();
    let number = |name: &str| field(name).as_f64().unwrap_or_default() as u64;
    let text = |name: &str| field(name).as_string().unwrap_or_default();
    let heard = match text("type").as_str() {
        "goes" => Stage::Goes { frames: number("frames") },
        "done" => {
            Stage::Done { url: text("url"), frames: number("frames"), kilobytes: number("bytes").div_ceil(1_000) }
        }
        _ => Stage::Failed(says::failed(&text("what"))),
    };
    // The dialog may be gone, or it was given up.
    stage.update(|stage| {
        if matches!(stage, Stage::Goes { .. }) {
            *stage = heard;
        }
    });
}
