//! The line on top: what this is, what runs, whether all is well, and the way to give it away.

use leptos::prelude::*;

use super::page::{Dialog, Page};
use crate::words;

/// The header.
#[component]
pub fn Header() -> impl IntoView {
    let page = expect_context::<Page>();
    let title = move || {
        let title = page.title.get();
        if title.is_empty() { words::UNTITLED.to_owned() } else { title }
    };
    let count = move || {
        let n = page.roster.with(|(servers, _)| servers.len());
        format!("{n} server{}", if n == 1 { "" } else { "s" })
    };
    view! {
        <header class="top">
            <h1 class="brand">
                <svg viewBox="0 0 24 24" aria-hidden="true">
                    <circle class="a" cx="12" cy="5" r="3.6"/>
                    <circle class="b" cx="5" cy="18" r="3.2"/>
                    <circle class="b" cx="19" cy="18" r="3.2"/>
                </svg>
                <b>{words::NAME}</b>
            </h1>
            <div class="crumb">
                <span aria-hidden="true">"/"</span>
                <button class="quiet" aria-haspopup="dialog" on:click=move |_| page.dialog.set(Some(Dialog::Scenarios))>
                    <span>{title}</span>
                    <svg viewBox="0 0 10 6" width="10" height="6" aria-hidden="true">
                        <path d="M1 1l4 4 4-4" fill="none" stroke="currentColor" stroke-width="1.5"/>
                    </svg>
                </button>
            </div>
            <span class="space"></span>
            <Promises/>
            <span class="chip servers-chip">{count}</span>
            <button class="quiet" aria-haspopup="dialog" aria-label="Help: signs and keys" on:click=move |_| page.dialog.set(Some(Dialog::Help))>
                <span class="help-word">"Help "</span><span class="ref">"?"</span>
            </button>
            <button class="primary" aria-haspopup="dialog" on:click=move |_| page.dialog.set(Some(Dialog::Share))>"Share"</button>
        </header>
    }
}

/// The standing chip, which becomes a banner when a promise falls.
#[component]
fn Promises() -> impl IntoView {
    let page = expect_context::<Page>();
    let broken = Memo::new(move |_| page.picture.with(|picture| picture.broken.clone()));
    move || {
        let broken = broken.get();
        match broken.first() {
            None => view! {
                <span class="chip ok" title="Election Safety, Leader Append-Only, Log Matching, Leader Completeness, State Machine Safety: checked after every event">
                    "✓" <span class="promise-words">"all promises hold"</span>
                    <span class="unseen">"All of Raft’s promises hold so far"</span>
                </span>
            }
            .into_any(),
            Some(first) => {
                let more = broken.len() - 1;
                let words = if more == 0 { format!("✕ {first} is broken") } else { format!("✕ {first} is broken, and {more} more") };
                view! { <div class="banner" role="alert"><span>{words}</span></div> }.into_any()
            }
        }
    }
}
