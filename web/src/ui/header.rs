//! The line on top: what this is, what runs, whether all is well, and the way to give it away.

use super::el::{El, html, svg};
use super::page::{Dialog, Page};
use super::signal::Memo;
use crate::words;

/// The header.
pub fn header(page: Page) -> El {
    let title = move || {
        let title = page.title.get();
        if title.is_empty() { words::UNTITLED.to_owned() } else { title }
    };
    let count = move || {
        let n = page.roster.with(|(servers, _)| servers.len());
        format!("{n} server{}", if n == 1 { "" } else { "s" })
    };
    let broken = Memo::new(move || page.picture.with(|picture| picture.broken.clone()));
    let opens = move |class: &str, dialog: Dialog| {
        html("button").class(class).attr("aria-haspopup", "dialog").click(move || page.dialog.set(Some(dialog)))
    };
    html("header")
        .class("top")
        .child(brand())
        .child(
            html("div")
                .class("crumb")
                .child(html("span").attr("aria-hidden", "true").text("/"))
                .child(opens("quiet", Dialog::Scenarios).child(html("span").say(title)).child(arrow())),
        )
        .child(html("span").class("space"))
        .slot(move || Some(broken.with(|broken| promises(broken))))
        .child(html("span").class("chip servers-chip").say(count))
        .child(
            opens("quiet", Dialog::Help)
                .attr("aria-label", "Help: signs and keys")
                .child(html("span").class("help-word").text("Help "))
                .child(html("span").class("ref").text("?")),
        )
        .child(opens("primary", Dialog::Share).text("Share"))
}

fn brand() -> El {
    let circle =
        |class: &str, x: &str, y: &str, r: &str| svg("circle").class(class).attr("cx", x).attr("cy", y).attr("r", r);
    let sign = svg("svg")
        .attr("viewBox", "0 0 24 24")
        .attr("aria-hidden", "true")
        .child(circle("a", "12", "5", "3.6"))
        .child(circle("b", "5", "18", "3.2"))
        .child(circle("b", "19", "18", "3.2"));
    html("h1").class("brand").attr("aria-label", words::NAME).child(sign).child(html("b").text(words::NAME))
}

fn arrow() -> El {
    let line = svg("path")
        .attr("d", "M1 1l4 4 4-4")
        .attr("fill", "none")
        .attr("stroke", "currentColor")
        .attr("stroke-width", "1.5");
    svg("svg")
        .attr("viewBox", "0 0 10 6")
        .attr("width", "10")
        .attr("height", "6")
        .attr("aria-hidden", "true")
        .child(line)
}

/// The standing chip, which becomes a banner when a promise falls.
fn promises(broken: &[String]) -> El {
    let Some(first) = broken.first() else {
        return html("span")
            .class("chip ok")
            .attr("title", "Election Safety, Leader Append-Only, Log Matching, Leader Completeness, State Machine Safety: checked after every event")
            .text("✓")
            .child(html("span").class("promise-words").text("all promises hold"))
            .child(html("span").class("unseen").text("All of Raft’s promises hold so far"));
    };
    let more = broken.len() - 1;
    let words =
        if more == 0 { format!("✕ {first} is broken") } else { format!("✕ {first} is broken, and {more} more") };
    html("div").class("banner").attr("role", "alert").child(html("span").text(&words))
}
