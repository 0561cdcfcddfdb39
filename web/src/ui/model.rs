//! What is a model here and what is not: the text of `docs/model.md`, fetched when it is wanted, and
//! the search that a visitor can repeat.

use leptos::web_sys::Response;
use wasm_bindgen_futures::JsFuture;

use leptos::wasm_bindgen::JsCast;

use super::el::{El, html};
use super::page::Page;
use super::signal::{Memo, RwSignal};
use super::{dom, hunt};
use crate::hunt::{Hunt, Prey};
use crate::model::{Block, Span, read};
use crate::words::model as words;

/// So many random histories a visitor looks at.
const HISTORIES: u64 = 10_000;

/// The text as it came, or that it did not.
#[derive(Clone, PartialEq)]
enum Text {
    Coming,
    Here(String),
    Missing,
}

/// What the dialog is made of.
pub fn parts(page: Page) -> Vec<El> {
    let text = RwSignal::new(Text::Coming);
    leptos::task::spawn_local(async move {
        text.set(fetch().await.map_or(Text::Missing, Text::Here));
    });
    let body = move || {
        text.with(|text| match text {
            Text::Coming => html("p").attr("role", "status").text(words::COMING),
            Text::Missing => html("p").attr("role", "alert").text(words::MISSING),
            // In the language that it was written in: the one source is the repository's own page.
            Text::Here(text) => html("div").class("model").attr("lang", "en").children(read(text).iter().map(block)),
        })
    };
    vec![
        html("p").child(html("b").verbatim(concat!("raft-core ", env!("CARGO_PKG_VERSION")))).text(words::VERSION),
        html("div").slot(move || Some(body())),
        again(page),
    ]
}

/// Looks at random histories, here and now.
fn again(page: Page) -> El {
    let goes = Memo::new(move || page.hunt.with(|hunt| hunt.prey == Prey::Histories && hunt.goes()));
    let begin = move || {
        html("button").class("primary").click(move || hunt::histories(page, HISTORIES)).text(&words::look(HISTORIES))
    };
    let first = move || page.hunt.with(|hunt: &Hunt| hunt.prey != Prey::Histories);
    html("section")
        .class("hunt")
        .attr("aria-label", words::AGAIN)
        .child(html("h3").text(words::AGAIN))
        .when(first, || html("p").text(words::HOW))
        .child(hunt::outcome(page, Prey::Histories))
        .when(move || !goes.get(), begin)
        .when(move || goes.get(), move || hunt::cancel_button(page))
}

fn block(block: &Block) -> El {
    match block {
        Block::Heading(text) => html("h3").verbatim(text),
        Block::Text(spans) => html("p").children(spans.iter().map(span)),
        Block::List(items) => html("ul").children(items.iter().map(|item| html("li").children(item.iter().map(span)))),
    }
}

fn span(span: &Span) -> El {
    match span {
        Span::Plain(text) => html("span").verbatim(text),
        Span::Strong(text) => html("b").verbatim(text),
        Span::Code(text) => html("code").verbatim(text),
    }
}

async fn fetch() -> Option<String> {
    let answer: Response = JsFuture::from(dom::window().fetch_with_str("model.md")).await.ok()?.dyn_into().ok()?;
    let text = JsFuture::from(answer.ok().then(|| answer.text())?.ok()?).await.ok()?;
    text.as_string()
}
