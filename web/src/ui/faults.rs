//! Faults by hand: write, crash, part the network, change how it behaves.

use std::ops::Range;

use leptos::prelude::*;
use raft_core::{ServerId, Time};
use raft_sim::machine::Operation;
use raft_sim::scenario::{self, Action, Change, Network, Scope, Who};

use super::icons::CloseIcon;
use super::page::{Page, Pop};
use super::{dom, frame};

/// The buttons at the right end of the bar.
#[component]
pub fn Faults() -> impl IntoView {
    let page = expect_context::<Page>();
    let cut = Memo::new(move |_| page.picture.with(|picture| !picture.cuts.is_empty()));
    let leader = Memo::new(move |_| page.picture.with(|picture| picture.leader));
    view! {
        <div class="pops" class:open=move || page.sheet.get()>
            <button class="faults-button" aria-expanded=move || page.sheet.get().to_string()
                on:click=move |_| page.sheet.update(|open| *open = !*open)>"Act …"</button>
            <Opener pop=Pop::Write words="Write"/>
            <button class="fault" disabled=move || leader.get().is_none()
                on:click=move |_| { page.sheet.set(false); page.crash_leader() }>"Crash leader"</button>
            <Show when=move || cut.get() fallback=|| view! { <Opener pop=Pop::Partition words="Partition …"/> }>
                <Opener pop=Pop::Partition words="Partition …"/>
                <button class="fault" on:click=move |_| { page.sheet.set(false); page.heal() }>"Heal"</button>
            </Show>
            <Opener pop=Pop::Network words="Network …"/>
            {move || match page.pop.get() {
                None => ().into_any(),
                Some(Pop::Write) => view! { <WritePop/> }.into_any(),
                Some(Pop::Partition) => view! { <PartitionPop/> }.into_any(),
                Some(Pop::Network) => view! { <NetworkPop/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Opener(pop: Pop, words: &'static str) -> impl IntoView {
    let page = expect_context::<Page>();
    let open = move || page.pop.get() == Some(pop);
    let press = move |_| {
        page.sheet.set(false);
        page.pop.update(|now| *now = if *now == Some(pop) { None } else { Some(pop) });
        if page.pop.get_untracked().is_some() {
            enter();
        }
    };
    view! { <button class="fault" id=pop.button() aria-haspopup="dialog" aria-expanded=move || open().to_string() on:click=press>{words}</button> }
}

/// The focus goes into what was opened.
fn enter() {
    frame::soon(|| {
        if let Ok(Some(first)) = dom::document().query_selector(".pop .first") {
            dom::focus_on(&first);
        }
    });
}

#[component]
fn Frame(title: &'static str, pop: Pop, children: Children) -> impl IntoView {
    let page = expect_context::<Page>();
    let close = move || {
        page.pop.set(None);
        dom::focus(pop.button());
    };
    enter();
    view! {
        <div class="pop" role="dialog" aria-label=title on:keydown=move |event| {
            if event.key() == "Escape" {
                event.stop_propagation();
                close();
            }
        }>
            <h3>{title}<button class="quiet" aria-label="Close" on:click=move |_| close()><CloseIcon/></button></h3>
            {children()}
        </div>
    }
}

/// Reads `x=1`, `x`, `cas x 1 2`.
fn operation(text: &str) -> Option<Operation> {
    let fits = |word: &str| {
        !word.is_empty() && word.len() <= 64 && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
    };
    let (key, value) = text.split_once('=').map(|(key, value)| (key.trim(), value.trim()))?;
    (fits(key) && fits(value)).then(|| Operation::Set { key: key.into(), value: value.into() })
}

#[component]
fn WritePop() -> impl IntoView {
    let page = expect_context::<Page>();
    let text = RwSignal::new(format!("x={}", page.next_value()));
    let to = RwSignal::new(String::new());
    let wrong = RwSignal::new(false);
    let server = move || to.get_untracked().strip_prefix('S').and_then(|n| n.parse().ok()).map(ServerId);
    let write = move || match operation(&text.get_untracked()) {
        Some(operation) => {
            wrong.set(false);
            if page.request(operation, server()) {
                text.set(format!("x={}", page.next_value()));
            }
        }
        None => wrong.set(true),
    };
    let read = move || {
        let key = text.get_untracked().split('=').next().unwrap_or_default().trim().to_owned();
        match operation(&format!("{key}=1")) {
            Some(_) => {
                page.request(Operation::Get { key: key.as_str().into() }, server());
            }
            None => wrong.set(true),
        }
    };
    view! {
        <Frame title="Write" pop=Pop::Write>
            <p>"C1 asks; an entry is committed once a majority stores it."</p>
            <form class="row" on:submit=move |event| { event.prevent_default(); write() }>
                <input class="wide first mono" type="text" aria-label="Key and value" autocomplete="off" spellcheck="false" maxlength="64"
                    aria-invalid=move || wrong.get().to_string()
                    prop:value=move || text.get() on:input=move |event| text.set(event_target_value(&event))/>
                <button class="primary" type="submit">"Write"</button>
                <button type="button" on:click=move |_| read()>"Read"</button>
            </form>
            <label>"To "
                <select on:change=move |event| to.set(event_target_value(&event))>
                    <option value="">"whoever leads"</option>
                    {page.roster.get_untracked().0.into_iter().map(|id| view! { <option value=id.to_string()>{id.to_string()}</option> }).collect_view()}
                </select>
            </label>
            <Show when=move || wrong.get()><p class="warm" role="alert">"A key and a value are wanted, such as x=1: letters, digits, - _ and ."</p></Show>
        </Frame>
    }
}

#[component]
fn PartitionPop() -> impl IntoView {
    let page = expect_context::<Page>();
    let servers = page.roster.get_untracked().0;
    // What is chosen here: the servers of group B.
    let apart = RwSignal::new(minority(page, &servers));
    let all = StoredValue::new(servers.clone());
    let apply = move || {
        let (b, a): (Vec<ServerId>, Vec<ServerId>) =
            all.get_value().into_iter().partition(|id| apart.with_untracked(|apart| apart.contains(id)));
        let group = |ids: Vec<ServerId>| ids.into_iter().map(Who::Server).collect::<Vec<_>>();
        if !a.is_empty() && !b.is_empty() && page.act(Action::Partition(vec![group(a), group(b)])) {
            page.pop.set(None);
            dom::focus(Pop::Partition.button());
        }
    };
    let ready = move || {
        let b = apart.with(Vec::len);
        b > 0 && b < all.with_value(Vec::len)
    };
    let words = move || {
        let of = |in_b: bool| {
            let ids: Vec<ServerId> =
                all.get_value().into_iter().filter(|id| apart.with(|apart| apart.contains(id)) == in_b).collect();
            crate::words::list(&ids)
        };
        format!("{} on one side, {} on the other.", of(false), of(true))
    };
    let cut = page.picture.with_untracked(|picture| !picture.cuts.is_empty());
    view! {
        <Frame title="Part the network" pop=Pop::Partition>
            <p>"Choose who stands on the other side. Nothing passes between the two."</p>
            <div class="groups" role="group" aria-label="Sides">
                {servers.into_iter().enumerate().map(|(n, id)| {
                    let in_b = move || apart.with(|apart| apart.contains(&id));
                    view! {
                        <button class:first=n == 0 data-side=move || if in_b() { "b" } else { "a" } aria-pressed=move || in_b().to_string()
                            on:click=move |_| apart.update(|apart| if let Some(n) = apart.iter().position(|other| *other == id) { apart.remove(n); } else { apart.push(id) })>
                            {id.to_string()}<small>{move || if in_b() { "B" } else { "A" }}</small>
                        </button>
                    }
                }).collect_view()}
            </div>
            <p>{words}</p>
            <div class="row">
                <button class="primary" disabled=move || !ready() on:click=move |_| apply()>"Part"</button>
                {cut.then(|| view! { <button on:click=move |_| { page.heal(); page.pop.set(None) }>"Mend all links"</button> })}
            </div>
        </Frame>
    }
}

/// What is worth trying first: the leader with as many others as do not make a majority.
fn minority(page: Page, servers: &[ServerId]) -> Vec<ServerId> {
    let leader = page.picture.with_untracked(|picture| picture.leader);
    let size = servers.len().saturating_sub(1) / 2;
    let mut side: Vec<ServerId> = leader.into_iter().collect();
    side.extend(servers.iter().copied().filter(|id| Some(*id) != leader));
    side.truncate(size.max(1));
    side
}

#[component]
fn NetworkPop() -> impl IntoView {
    let page = expect_context::<Page>();
    let (latency, loss, twice, manual) = page.with(|model| {
        let all = model.playback.world().settings().all();
        (all.latency.clone(), all.loss_percent, all.duplicate_percent, all.network == Network::Manual)
    });
    let low = RwSignal::new(latency.start.0 / 1_000);
    let high = RwSignal::new(latency.end.0.saturating_sub(1).div_ceil(1_000).max(latency.start.0 / 1_000));
    let change = move |change: Change| _ = page.act(Action::Set(scenario::Set { change, on: Scope::All }));
    let set_latency = move || {
        let (low, high) = (low.get_untracked().clamp(0, 10_000), high.get_untracked().clamp(0, 10_000));
        let (low, high) = (low.min(high), low.max(high));
        change(Change::Latency(whole_milliseconds(low, high)));
    };
    let number = |event: &leptos::ev::Event| event_target_value(event).trim().parse::<u64>().ok();
    view! {
        <Frame title="The network from now on" pop=Pop::Network>
            <div class="row">
                <label>"Latency "<input class="first" type="number" min="0" max="10000" aria-label="Least latency in milliseconds" prop:value=move || low.get().to_string()
                    on:change=move |event| if let Some(n) = number(&event) { low.set(n); set_latency() }/></label>
                <label>"to "<input type="number" min="0" max="10000" aria-label="Greatest latency in milliseconds" prop:value=move || high.get().to_string()
                    on:change=move |event| if let Some(n) = number(&event) { high.set(n); set_latency() }/>" ms"</label>
            </div>
            <div class="row">
                <label>"Lost "<input type="number" min="0" max="100" aria-label="Share of messages lost, in percent" value=loss.to_string()
                    on:change=move |event| if let Some(n) = number(&event) { change(Change::Loss(n.min(100) as u32)) }/>" %"</label>
                <label>"Doubled "<input type="number" min="0" max="100" aria-label="Share of messages doubled, in percent" value=twice.to_string()
                    on:change=move |event| if let Some(n) = number(&event) { change(Change::Duplicate(n.min(100) as u32)) }/>" %"</label>
            </div>
            <div class="row">
                <label><input type="checkbox" checked=manual
                    on:change=move |event| change(Change::Network(if event_target_checked(&event) { Network::Manual } else { Network::Auto }))/>
                    "I am the network: nothing arrives until I say so"</label>
            </div>
        </Frame>
    }
}

/// Half-open, as settings have it: both ends can be drawn.
fn whole_milliseconds(low: u64, high: u64) -> Range<Time> {
    if low == high { Time::millis(low)..Time(low * 1_000 + 1) } else { Time::millis(low)..Time::millis(high) }
}
