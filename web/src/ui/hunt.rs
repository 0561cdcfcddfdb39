//! The explorer beside the page: `search/search.js` runs it in a worker, or in slices where workers
//! are refused. It is fetched when a search is begun, and tells how far it is.

use std::cell::RefCell;

use js_sys::{Function, Object, Reflect};
use leptos::prelude::{event_target_value, untrack};
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use raft_core::Time;
use raft_sim::link::View;
use raft_sim::scenario::{self, Scenario};

use super::el::{El, html};
use super::page::Page;
use super::signal::{Memo, RwSignal};
use super::{address, dom, frame, script};
use crate::hunt::{BUDGET, Finding, Hunt, Prey, Stage, Tally, wrong_budget};
use crate::words::hunt as words;

/// How long a search may take, in seconds.
const TIMES: [u64; 3] = [10, 60, 600];

/// Hears what a search tells.
type News = Closure<dyn FnMut(JsValue)>;

thread_local! {
    /// Ends the search that goes on.
    static END: RefCell<Option<Function>> = const { RefCell::new(None) };
    /// What the search tells goes here, as long as it goes on.
    static NEWS: RefCell<Option<News>> = const { RefCell::new(None) };
}

/// What a search is told.
struct Order {
    prey: Prey,
    /// The scenario, and the moment in it.
    from: Option<(Scenario, Option<Time>)>,
    budget: String,
    milliseconds: u64,
    /// So many histories, where that is asked.
    histories: u64,
    /// Which.
    seed: u32,
}

/// The card in which a search is begun.
pub fn card(page: Page) -> El {
    let budget = RwSignal::new(String::from(BUDGET));
    let seconds = RwSignal::new(TIMES[1]);
    let anywhere = RwSignal::new(page.picture.with_untracked(|picture| !picture.bugs.is_empty()));
    let wrong = Memo::new(move || budget.with(|text| wrong_budget(text)));
    let choice = |name: &'static str, shown: &str, chosen: bool| {
        html("option").attr("value", name).flag("selected", move || chosen).text(shown)
    };
    let here = untrack(|| !anywhere.get());
    let from = html("select")
        .on("change", move |event| anywhere.set(event_target_value(&event) == "anywhere"))
        .child(choice("anywhere", words::ANYWHERE, !here))
        .child(choice("here", words::HERE, here));
    let times = TIMES.map(|n| {
        let chosen = n == TIMES[1];
        html("option").attr("value", &n.to_string()).flag("selected", move || chosen).text(&words::seconds(n))
    });
    let time = html("select")
        .on("change", move |event| seconds.set(event_target_value(&event).parse().unwrap_or(TIMES[1])))
        .children(times);
    let faults = html("textarea")
        .attr("rows", "2")
        .attr("id", "hunt-faults")
        .attr("spellcheck", "false")
        .truth("aria-invalid", move || wrong.with(Option::is_some))
        .prop("value", move || JsValue::from_str(&budget.get()))
        .on("input", move |event| budget.set(event_target_value(&event)));
    // Not by submitting a form: a sandboxed frame refuses that.
    let begin_it = move || {
        let budget = budget.get_untracked();
        if wrong_budget(&budget).is_none() {
            find(page, anywhere.get_untracked(), budget, seconds.get_untracked() * 1_000);
        }
    };
    let faults = faults.on_enter(begin_it);
    let goes = Memo::new(move || page.hunt.with(|hunt| hunt.prey == Prey::Fall && hunt.goes()));
    let label = |name: &str, field: El| html("label").child(html("span").text(name)).child(field);
    let begin = move || html("button").class("primary").click(begin_it).text(words::BEGIN);
    let form = html("div")
        .class("hunt-form")
        .child(label(words::FROM, from))
        .child(label(words::FAULTS, faults))
        .slot(move || wrong.get().map(|why| html("p").class("warm").attr("role", "alert").text(&format!("{why}."))))
        .child(label(words::FOR, time))
        .when(move || !goes.get(), begin)
        .when(move || goes.get(), move || cancel_button(page));
    html("section")
        .class("hunt")
        .attr("aria-label", words::FIND)
        .child(html("h2").text(words::FIND))
        .child(html("p").text(words::ABOUT))
        .child(form)
        .child(outcome(page, Prey::Fall))
}

/// Ends the search that goes on.
pub fn cancel_button(page: Page) -> El {
    html("button").attr("type", "button").click(move || cancel(page)).text(words::CANCEL)
}

/// How the search for this stands, and what it came to.
pub fn outcome(page: Page, prey: Prey) -> El {
    let says = move || page.hunt.with(|hunt| if hunt.prey == prey { hunt.says() } else { String::new() });
    let found = Memo::new(move || {
        page.hunt.with(|hunt| match &hunt.stage {
            Stage::Found(found) if hunt.prey == prey => Some(found.clone()),
            _ => None,
        })
    });
    html("div")
        .class("why-row")
        .child(html("p").attr("role", "status").class("hunt-says").say(says))
        .slot(move || found.get().map(|found| open_button(page, found)))
}

fn open_button(page: Page, found: Finding) -> El {
    let open = move || {
        let view = View { at: Some(found.begins), ..View::default() };
        address::open_text(page, &found.scenario, view);
        page.tale.set(super::tale::Tale::Story);
        frame::soon(|| dom::focus("play"));
    };
    html("button").class("primary").attr("id", "hunt-open").click(open).text(words::OPEN)
}

fn find(page: Page, anywhere: bool, budget: String, milliseconds: u64) {
    let fell = page.with(|model| !model.playback.world().checker().violations().is_empty());
    if fell && !anywhere {
        return set(page, |hunt| *hunt = Hunt { stage: Stage::Failed(words::FELL_ALREADY.into()), ..Hunt::default() });
    }
    let scenario = page.with(|model| {
        let run = model.playback.run();
        let mut scenario = Scenario::clone(run.scenario());
        // What it still wants to do is not done any more.
        scenario.steps.truncate(run.steps_done());
        scenario
    });
    let at = page.now();
    let from = Some((scenario, (!anywhere).then_some(at)));
    begin(page, Order { prey: Prey::Fall, from, budget, milliseconds, histories: 0, seed: 0 });
}

/// So many random histories with all rules in force, and mostly such as nobody has looked at.
pub fn histories(page: Page, count: u64) {
    let budget = String::from(BUDGET);
    let mut seed = [0u8; 4];
    // Where there is no chance, the same ones are looked at each time.
    let _ = getrandom::fill(&mut seed);
    let seed = u32::from_le_bytes(seed);
    begin(page, Order { prey: Prey::Histories, from: None, budget, milliseconds: 600_000, histories: count, seed });
}

/// Ends what goes on.
pub fn cancel(page: Page) {
    end();
    set(page, |hunt| {
        if hunt.goes() {
            hunt.stage = Stage::Cancelled;
        }
    });
}

fn set(page: Page, change: impl FnOnce(&mut Hunt)) {
    page.hunt.update(change);
}

fn end() {
    if let Some(end) = END.take() {
        let _ = end.call0(&JsValue::NULL);
    }
}

fn begin(page: Page, order: Order) {
    end();
    set(page, |hunt| *hunt = Hunt { prey: order.prey, stage: Stage::Begins, tally: Tally::default() });
    let order = JsValue::from(written(&order));
    script::with("search/search.js", "raftSearch", move |script| match script {
        Some(script) => start(page, &script, &order),
        None => set(page, |hunt| hunt.stage = Stage::Failed(words::NO_SCRIPT.into())),
    });
}

/// An order as the script reads it.
fn written(order: &Order) -> Object {
    let object = Object::new();
    let set = |name: &str, value: JsValue| _ = Reflect::set(&object, &name.into(), &value);
    if let Some((scenario, at)) = &order.from {
        set("text", scenario::format(scenario).into());
        if let Some(at) = at {
            set("at", (at.0 as f64).into());
        }
    }
    set("budget", order.budget.as_str().into());
    set("seed", order.seed.into());
    set("milliseconds", (order.milliseconds as f64).into());
    set("histories", (order.histories as f64).into());
    object
}

fn start(page: Page, script: &Function, order: &JsValue) {
    // Meanwhile it may have been cancelled.
    if !page.hunt.with_untracked(Hunt::goes) {
        return;
    }
    let news = Closure::new(move |news: JsValue| hear(page, &news));
    let end = script.call2(&JsValue::NULL, order, news.as_ref());
    NEWS.set(Some(news));
    END.set(end.ok().and_then(|end| end.dyn_into().ok()));
}

fn hear(page: Page, news: &JsValue) {
    let field = |name: &str| Reflect::get(news, &name.into()).unwrap_or_default();
    let number = |name: &str| field(name).as_f64().unwrap_or_default() as u64;
    let text = |name: &str| field(name).as_string();
    let tally = Tally {
        runs: number("runs"),
        events: number("events"),
        worlds: number("worlds"),
        milliseconds: number("milliseconds"),
        worker: field("worker").is_truthy(),
    };
    let stage = match text("type").as_deref() {
        Some("looks") => Stage::Looks,
        Some("shortens") => Stage::Shortens,
        Some("done") => match text("scenario") {
            Some(scenario) => Stage::Found(Finding {
                scenario,
                promise: text("promise").unwrap_or_default(),
                begins: Time(number("begins")),
                steps: [number("foundSteps"), number("steps")],
                servers: number("servers"),
            }),
            None => Stage::None,
        },
        _ => Stage::Failed(text("what").unwrap_or_default()),
    };
    set(page, |hunt| {
        if !hunt.goes() {
            return;
        }
        if !matches!(stage, Stage::Failed(_)) {
            hunt.tally = tally;
        }
        hunt.stage = stage;
    });
    if page.hunt.with_untracked(|hunt| matches!(hunt.stage, Stage::Found(_))) {
        frame::soon(|| dom::focus("hunt-open"));
    }
}
