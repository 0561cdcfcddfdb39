//! The share dialog: the run as a link, as a code for a telephone's eye, as a figure, as text.

use leptos::prelude::*;
use leptos::web_sys::Event;
use raft_core::Time;
use raft_sim::link::View;
use raft_sim::scenario;

use super::dialogs::{Shell, changing_field, field};
use super::el::{El, html, svg};
use super::exporting::exporting;
use super::page::Page;
use super::signal::RwSignal;
use super::{dom, editor, kept};
use crate::snippet::{Run, SNIPPETS};
use crate::words::editor::SHARED_WITHOUT;
use crate::{code, shelf, words};

/// The dialog.
pub fn share(page: Page) -> Shell {
    page.pause();
    let link = page.link();
    let title = page.title.get_untracked();
    let title = if title.is_empty() { words::NAME.to_owned() } else { title };
    let fragment = link.split_once('#').map_or("", |(_, fragment)| fragment).to_owned();
    let text = page.with(|model| scenario::format(model.playback.scenario()));
    let leaves = page.with(|model| editor::has_remarks_of(model.playback.scenario()));
    let shipped = page.with(|model| shelf::of(model.playback.scenario()));
    let at = page.now();
    let shipped = shipped
        .map(|shipped| (shipped.name, View { at: (at > Time::ZERO).then_some(at), ..View::default() }.to_string()));
    let now = words::moment(at);
    let says = format!(
        "Whoever opens this link sees the same run, event for event, at {now}. Nothing is stored anywhere: the run is the link."
    );
    Shell {
        title: "Share this run",
        fields: true,
        body: vec![
            html("p").text(&says),
            html("div").class("with").child(kept::opener(page, words::kept::KEEP)),
            field("share-link", "Link", link.clone(), 0).maybe(leaves.then(|| html("small").text(SHARED_WITHOUT))),
            qr(link),
            snippet(Run { page: dom::here(), fragment, title, shipped }),
            field("share-text", "The same as text", text, 7),
            exporting(page),
        ],
    }
}

/// The link as a code, when it is asked for.
fn qr(link: String) -> El {
    let open = RwSignal::new(false);
    let press = html("button")
        .truth("aria-expanded", move || open.get())
        .click(move || open.update(|open| *open = !*open))
        .text("QR code");
    let shown = move || match code::outline(&link) {
        Some((size, d)) => html("div").class("qr").child(
            svg("svg")
                .attr("viewBox", &format!("-4 -4 {0} {0}", size + 8))
                .attr("role", "img")
                .attr("aria-label", "QR code of the link")
                .attr("shape-rendering", "crispEdges")
                .child(svg("path").attr("d", &d)),
        ),
        None => html("p").class("empty").text("This link is too long for a QR code. Share it as text."),
    };
    html("div").class("field").child(html("div").class("with").child(press)).when(move || open.get(), shown)
}

/// What to paste into a page, for the kind of page that is chosen.
fn snippet(run: Run) -> El {
    let place = RwSignal::new(0_u64);
    let pick = move |event: Event| place.set(event_target_value(&event).parse().unwrap_or_default());
    let options = SNIPPETS.iter().enumerate().map(|(number, snippet)| {
        let option = html("option").attr("value", &number.to_string());
        if snippet.name { option.verbatim(snippet.place) } else { option.text(snippet.place) }
    });
    let choice = html("select").attr("aria-label", "Kind of page").on("change", pick).children(options);
    let chosen = move || SNIPPETS.get(place.get() as usize);
    let other = run.clone();
    let lacks = move || chosen().and_then(|snippet| snippet.lacks(&other)).map(words::export::lay_beside);
    let text = move || chosen().map(|snippet| snippet.of(&run)).unwrap_or_default();
    let note = html("small").attr("role", "status").say(move || lacks().unwrap_or_default());
    changing_field("share-embed", "Figure for a page", 3, Some(choice), text).child(note)
}
