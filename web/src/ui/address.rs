//! What the address says: the link that is opened, and the link that is given away.

use std::sync::Arc;

use js_sys::{Function, Promise, Reflect, Uint8Array};
use leptos::task::spawn_local;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{Headers, RequestInit, Response};
use raft_core::Time;
use raft_sim::link::{self, LinkError, Source, View};
use raft_sim::scenario::{self, MAX_BYTES, Scenario};
use wasm_bindgen_futures::JsFuture;

use super::page::{Chosen, Notice, Page};
use super::{compare, course, dom, editor, el};
use crate::course::{Study, in_link};
use crate::playback::Pace;
use crate::shelf::Shipped;
use crate::{shelf, words};

/// So many events in at most leads a link that counts them: its number is a stranger's.
const EVENTS_A_LINK: u64 = 100_000;

/// The whole link to a moment of a run.
pub fn link_to(scenario: &Arc<Scenario>, now: Time, digest: Option<u64>) -> String {
    let view = View { at: Some(now), digest, ..View::default() };
    format!("{}{}", dom::here(), link::encode(scenario, &view))
}

/// Opens what the address says, and from now on whatever it comes to say.
pub fn follow(page: Page) {
    open_address(page, true);
    el::on_window("hashchange", move |_| open_address(page, false));
}

fn open_address(page: Page, first: bool) {
    let hash = dom::window().location().hash().unwrap_or_default();
    if hash.len() > 1 {
        page.load_first();
        page.pause();
        open(page, &hash);
    } else if first {
        page.load_first();
    }
}

/// Opens a link. Whatever is wrong with it is said, and the page stays as it is.
pub fn open(page: Page, text: &str) -> bool {
    if let Some(lesson) = in_link(text) {
        return course::open(page, lesson);
    }
    editor::came_by(text);
    match link::decode(text).and_then(|link| take(page, link)) {
        Ok(()) => true,
        Err(error) => {
            refuse(page, &error);
            false
        }
    }
}

fn take(page: Page, link: link::Link) -> Result<(), LinkError> {
    let moment = link.view.at.is_some() || link.view.event.is_some();
    match link.source {
        Source::Scenario(scenario, _) => show(page, *scenario, link.view, !moment),
        Source::Demo(name) => {
            let shipped = shelf::find(&name).ok_or(LinkError::Demo(name))?;
            let parsed = scenario::parse(shipped.text).map_err(LinkError::Scenario)?;
            show(page, parsed.scenario, link.view, !moment)?;
            page.study.set((!moment).then_some(Study { name: shipped.name, lesson: None }));
            Ok(())
        }
        Source::Src(address) => {
            let view = link.view;
            spawn_local(async move {
                match fetch(&address).await {
                    Ok(text) => {
                        open_text(page, &text, view);
                    }
                    Err(why) => page.tell("The file could not be opened.", why, address),
                }
            });
            Ok(())
        }
    }
}

/// Opens a scenario of the shelf.
pub fn open_shipped(page: Page, shipped: &Shipped) {
    if open_text(page, shipped.text, View::default()) {
        page.study.set(Some(Study { name: shipped.name, lesson: None }));
    }
}

/// Opens the text of a scenario.
pub fn open_text(page: Page, text: &str, view: View) -> bool {
    editor::came_as(text);
    let shown = scenario::parse(text)
        .map_err(LinkError::Scenario)
        .and_then(|parsed| show(page, parsed.scenario, view, view.at.is_none() && view.event.is_none()));
    match shown {
        Ok(()) => true,
        Err(LinkError::Scenario(error)) => {
            page.tell("This scenario cannot be read.", words::sentence(&error.to_string()), error.found);
            false
        }
        Err(error) => {
            refuse(page, &error);
            false
        }
    }
}

fn show(page: Page, mut scenario: Scenario, view: View, playing: bool) -> Result<(), LinkError> {
    if let Some(seed) = view.seed {
        scenario.seed = seed;
    }
    if let Some(count) = view.servers {
        // Steps may name servers that are not there any more.
        scenario.servers = Scenario::first_servers(count);
        let text = scenario::format(&scenario);
        scenario = scenario::parse(&text).map_err(LinkError::Scenario)?.scenario;
    }
    page.load(scenario, view.at.unwrap_or(Time::ZERO), playing && !page.embed);
    if let Some(event) = view.event {
        page.seek_event(event.min(EVENTS_A_LINK));
    }
    if let Some(speed) = view.speed {
        page.set_pace(Pace::of_scenario(speed));
    }
    if let Some(id) = view.select
        && page.roster_has(id)
    {
        page.choose(Chosen::Server(id), false);
    }
    if let Some(contrast) = view.compare
        && !page.embed
    {
        compare::protocols(page, Some(contrast));
    }
    page.notice.set(None);
    let digest = page.with(|model| model.playback.world().digest());
    if view.digest.is_some_and(|expected| expected != digest) {
        page.notice.set(Some(Notice {
            head: "This run looks different here.".into(),
            text: "The link was made by another version of the playground; the same steps lead to another state in this one.".into(),
            quote: String::new(),
            calm: true,
        }));
    }
    Ok(())
}

fn refuse(page: Page, error: &LinkError) {
    let quote = match error {
        LinkError::Scenario(error) => error.found.clone(),
        LinkError::Unknown(found) | LinkError::Version(found) | LinkError::Demo(found) => found.clone(),
        LinkError::View { name, found } => format!("{name}={found}"),
        _ => String::new(),
    };
    page.tell("This link could not be opened.", words::sentence(&error.to_string()), quote);
}

/// Fetches a file: no credentials, at most 64 KiB.
async fn fetch(address: &str) -> Result<String, String> {
    let said =
        |error: JsValue| error.dyn_ref::<js_sys::Error>().map_or_else(String::new, |e| String::from(e.message()));
    let init = RequestInit::new();
    let _ = Reflect::set(&init, &"credentials".into(), &"omit".into());
    let response = JsFuture::from(dom::window().fetch_with_str_and_init(address, &init))
        .await
        .map_err(|error| format!("It did not arrive: {}", said(error)))?;
    let response: Response = response.dyn_into().map_err(|_| "It did not arrive.".to_owned())?;
    if !response.ok() {
        return Err(format!("The server there answers {}.", response.status()));
    }
    let too_big = || format!("It has more than {} KiB.", MAX_BYTES / 1024);
    let headers: Headers = response.headers();
    let told = headers.get("content-length").ok().flatten().and_then(|length| length.parse::<usize>().ok());
    if told.is_some_and(|length| length > MAX_BYTES) {
        return Err(too_big());
    }
    let bytes = read(&response).await.map_err(said)?.ok_or_else(too_big)?;
    String::from_utf8(bytes).map_err(|_| "It is not UTF-8 text.".to_owned())
}

/// Reads a body piece by piece, so that an endless one ends here; `None` if it is too big.
async fn read(response: &Response) -> Result<Option<Vec<u8>>, JsValue> {
    let body = Reflect::get(response, &"body".into())?;
    let get_reader: Function = Reflect::get(&body, &"getReader".into())?.dyn_into()?;
    let reader = get_reader.call0(&body)?;
    let read: Function = Reflect::get(&reader, &"read".into())?.dyn_into()?;
    let mut bytes = Vec::new();
    loop {
        let promise: Promise = read.call0(&reader)?.dyn_into()?;
        let piece = JsFuture::from(promise).await?;
        if Reflect::get(&piece, &"done".into())?.is_truthy() {
            return Ok(Some(bytes));
        }
        let value: Uint8Array = Reflect::get(&piece, &"value".into())?.dyn_into()?;
        if bytes.len() + value.length() as usize > MAX_BYTES {
            let cancel: Function = Reflect::get(&reader, &"cancel".into())?.dyn_into()?;
            let _ = cancel.call0(&reader);
            return Ok(None);
        }
        bytes.extend(value.to_vec());
    }
}
