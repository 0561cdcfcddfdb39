//! The dialogs: share, scenarios, help. They are the browser's own, so that focus, Escape and
//! the rest of the page behave as everywhere.

use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use raft_core::Time;
use raft_sim::link::View;
use raft_sim::scenario::{self, MAX_BYTES};

use super::icons::CloseIcon;
use super::page::{Dialog, Page};
use super::{address, dom, frame};
use crate::keys::KEYS;
use crate::layout::Point;
use crate::scene::Shape;
use crate::{shelf, words};

/// The dialog that is open, if one is.
#[component]
pub fn Dialogs() -> impl IntoView {
    let page = expect_context::<Page>();
    move || {
        page.dialog.get().map(|dialog| match dialog {
            Dialog::Share => view! { <Share/> }.into_any(),
            Dialog::Scenarios => view! { <Scenarios/> }.into_any(),
            Dialog::Help => view! { <Help/> }.into_any(),
        })
    }
}

#[component]
fn Shell(title: &'static str, #[prop(optional)] fields: bool, children: Children) -> impl IntoView {
    let page = expect_context::<Page>();
    let dialog = NodeRef::<html::Dialog>::new();
    let before = StoredValue::new_local(dom::document().active_element());
    dialog.on_load(move |element| {
        let _ = element.show_modal();
    });
    let closed = move |_| {
        page.dialog.set(None);
        before.with_value(|before| {
            if let Some(element) = before {
                dom::focus_on(element);
            }
        });
    };
    let close = move || {
        if let Some(element) = dialog.get_untracked() {
            element.close();
        }
    };
    // A press on the backdrop is one on the dialog itself: its content covers all of it.
    let outside = move |event: leptos::ev::MouseEvent| {
        let on_itself = dialog.get_untracked().is_some_and(|element| {
            event.target().is_some_and(|target| target.dyn_ref::<leptos::web_sys::Element>() == Some(element.unchecked_ref()))
        });
        if on_itself {
            close();
        }
    };
    view! {
        <dialog node_ref=dialog aria-labelledby="dialog-title" on:close=closed on:click=outside>
            <div class="dialog-head">
                <h2 id="dialog-title">{title}</h2>
                <button class="quiet icon" aria-label="Close" on:click=move |_| close()><CloseIcon/></button>
            </div>
            <div class="dialog-body" tabindex="0" autofocus=!fields>{children()}</div>
        </dialog>
    }
}

/// Copies; where that is refused, the text is selected so that the reader can.
fn copy(id: &'static str, text: String, said: RwSignal<&'static str>) {
    let select = move || {
        if let Some(field) = dom::by_id(id) {
            let _ = field.focus();
            if let Some(input) = field.dyn_ref::<leptos::web_sys::HtmlInputElement>() {
                input.select();
            } else if let Some(area) = field.dyn_ref::<leptos::web_sys::HtmlTextAreaElement>() {
                area.select();
            }
        }
        said.set("Selected: press Ctrl+C");
    };
    // Without a secure context there is no clipboard at all, and its getter gives undefined.
    let clipboard = js_sys::Reflect::get(&dom::window().navigator(), &"clipboard".into()).unwrap_or_default();
    let Some(clipboard) = clipboard.dyn_ref::<leptos::web_sys::Clipboard>().cloned() else { return select() };
    leptos::task::spawn_local(async move {
        match wasm_bindgen_futures::JsFuture::from(clipboard.write_text(&text)).await {
            Ok(_) => {
                said.set("Copied");
                frame::later(2_000, move || {
                    let _ = said.try_set("");
                });
            }
            Err(_) => select(),
        }
    });
}

#[component]
fn Field(id: &'static str, label: &'static str, text: String, #[prop(optional)] rows: usize) -> impl IntoView {
    let said = RwSignal::new("");
    let whole = text.clone();
    let press = move |_| copy(id, whole.clone(), said);
    let label_id = format!("{id}-label");
    view! {
        <div class="field">
            <h3 id=label_id.clone()>{label}</h3>
            <div class="with">
                {if rows == 0 {
                    view! { <input id=id type="text" readonly autofocus aria-labelledby=label_id prop:value=text on:focus=select_all/> }.into_any()
                } else {
                    view! { <textarea id=id rows=rows readonly spellcheck="false" aria-labelledby=label_id prop:value=text></textarea> }.into_any()
                }}
                <button on:click=press>{move || if said.get() == "Copied" { "Copied" } else { "Copy" }}</button>
            </div>
            <small role="status">{move || said.get()}</small>
        </div>
    }
}

fn select_all(event: leptos::ev::FocusEvent) {
    event_target::<leptos::web_sys::HtmlInputElement>(&event).select();
}

#[component]
fn Share() -> impl IntoView {
    let page = expect_context::<Page>();
    page.pause();
    let link = page.link();
    let title = page.title.get_untracked();
    let name = if title.is_empty() { words::NAME.to_owned() } else { escape(&title) };
    let fragment = link.split_once('#').map_or("", |(_, fragment)| fragment);
    let snippet = format!(
        "<iframe src=\"{}?embed=1#{fragment}\" title=\"{name}\" width=\"640\" height=\"400\" loading=\"lazy\" sandbox=\"allow-scripts allow-popups\"></iframe>",
        dom::here(),
    );
    let text = page.with(|model| scenario::format(model.playback.scenario()));
    let now = words::moment(page.now());
    view! {
        <Shell title="Share this run" fields=true>
            <p>{format!("Whoever opens this link sees the same run, event for event, at {now}. Nothing is stored anywhere: the run is the link.")}</p>
            <Field id="share-link" label="Link" text=link/>
            <Field id="share-embed" label="Figure for a page" text=snippet rows=3/>
            <Field id="share-text" label="The same as text" text=text rows=7/>
        </Shell>
    }
}

/// A text inside of an attribute.
fn escape(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '"' => "&quot;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            c => c.to_string(),
        })
        .collect()
}

#[component]
fn Scenarios() -> impl IntoView {
    let page = expect_context::<Page>();
    let text = RwSignal::new(String::new());
    let close = move || page.dialog.set(None);
    let open = move |source: &str| {
        close();
        address::open_text(page, source, View::default());
    };
    let shelf = shelf::SHIPPED.iter().filter_map(|shipped| {
        let scenario = scenario::parse(shipped.text).ok()?.scenario;
        Some((shipped, scenario.title, scenario.about.into_iter().next().unwrap_or_default()))
    });
    let current = page.title.get_untracked();
    let items = shelf.map(move |(shipped, title, about)| {
        let here = title == current;
        view! {
            <button aria-current=here.to_string() on:click=move |_| open(shipped.text)><b>{title}</b><small>{about}</small></button>
        }
    });
    view! {
        <Shell title="Scenarios">
            <div class="shelf">
                <button on:click=move |_| { close(); page.load_first() }>
                    <b>{words::UNTITLED}</b><small>"Five servers that have just been switched on."</small>
                </button>
                {items.collect_view()}
            </div>
            <div class="with"><button on:click=move |_| { close(); new_seed(page) }>"Play this one with other dice"</button></div>
            <div class="field">
                <h3 id="paste-label">"Or paste a scenario, or a link"</h3>
                <textarea id="paste" rows="5" spellcheck="false" aria-labelledby="paste-label" maxlength=MAX_BYTES.to_string()
                    placeholder="raft 1\nat 500ms crash leader" prop:value=move || text.get()
                    on:input=move |event| text.set(event_target_value(&event))></textarea>
                <div class="with"><button class="primary" disabled=move || text.with(|text| text.trim().is_empty()) on:click=move |_| {
                    let given = text.get_untracked();
                    let opened = if given.trim_start().starts_with("raft") {
                        address::open_text(page, &given, View::default())
                    } else {
                        address::open(page, given.trim())
                    };
                    // What was typed stays, to be mended.
                    if opened { close() }
                }>"Open"</button></div>
                {move || page.notice.get().map(|notice| view! { <p class="warm" role="alert">{notice.head}" "{notice.text}</p> })}
            </div>
        </Shell>
    }
}

/// The same scenario from its start with a seed that nobody has seen. The only place of the
/// project that draws real randomness.
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

#[component]
fn Help() -> impl IntoView {
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
        (Shape::Request, "a client asks, and hollow its answer"),
    ];
    view! {
        <Shell title="Signs and keys">
            <h3>"Signs"</h3>
            <ul class="signs">
                {signs.map(|(sign, text)| view! { <li>{server_sign(sign)}{text}</li> })}
                {messages.map(|(shape, text)| view! { <li>{message_sign(shape)}{text}</li> })}
                <li>
                    <svg viewBox="0 0 30 30" aria-hidden="true"><circle class="held" cx="15" cy="15" r="10"></circle><path class="lost" d="M11 11l8 8m0 -8l-8 8"></path></svg>
                    "a dashed circle holds a message; a red cross: it will not arrive"
                </li>
                <li>
                    <svg viewBox="0 0 30 30" aria-hidden="true"><rect class="t2" x="2" y="6" width="26" height="18" rx="5" stroke="var(--commit)" stroke-width="1.6"></rect></svg>
                    "an entry: tint and number are its term; solid is committed, dashed is stored"
                </li>
            </ul>
            <h3>"Keys"</h3>
            <dl class="keys">
                {KEYS.map(|key| view! {
                    <div><dt>{key.shown.iter().map(|shown| view! { <kbd>{*shown}</kbd>" " }).collect_view()}</dt><dd>{key.words}</dd></div>
                })}
            </dl>
            <p>"Everything that moves is at its place in simulated time: pause, step back, and it is there again. What you do in the past starts another future."</p>
        </Shell>
    }
}

#[derive(Clone, Copy)]
enum ServerSign {
    Leader,
    Candidate,
    Follower,
    Down,
}

fn server_sign(sign: ServerSign) -> impl IntoView {
    let (role, letter) = match sign {
        ServerSign::Leader => ("leader", "L"),
        ServerSign::Candidate => ("candidate", "C"),
        ServerSign::Follower => ("follower", "F"),
        ServerSign::Down => ("down", "×"),
    };
    view! {
        <svg viewBox="-15 -15 30 30" aria-hidden="true" class="ring-sign">
            <g class="server" data-role=role>
                {matches!(sign, ServerSign::Leader).then(|| view! { <circle class="halo" r="13.5" stroke-width="1.2"></circle> })}
                <circle class="face" r="10"></circle>
                {matches!(sign, ServerSign::Leader | ServerSign::Candidate).then(|| view! { <circle class="rim" r="10"></circle> })}
                {matches!(sign, ServerSign::Follower).then(|| view! { <circle class="timer" r="10" pathLength="1000" stroke-dasharray="620 2000" transform="rotate(-90)"></circle> })}
                <text y="4" text-anchor="middle" font-size="10">{letter}</text>
            </g>
        </svg>
    }
}

fn message_sign(shape: Shape) -> impl IntoView {
    let mut d = String::new();
    shape.outline(Point { x: 9.0, y: 15.0 }, 6.0, &mut d);
    let reply = match shape {
        Shape::Vote => Some(Shape::VoteReply),
        Shape::Append => Some(Shape::AppendReply),
        Shape::Request => Some(Shape::Answer),
        _ => None,
    };
    let mut hollow = String::new();
    if let Some(reply) = reply {
        reply.outline(Point { x: 24.0, y: 15.0 }, 6.0, &mut hollow);
    }
    view! {
        <svg viewBox="0 0 30 30" aria-hidden="true">
            <path class=format!("body {}", shape.class()) d=d></path>
            {reply.map(|reply| view! { <path class=format!("body {}", reply.class()) d=hollow></path> })}
        </svg>
    }
}
