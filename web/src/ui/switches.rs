//! How the servers work from now on: the switches of the protocol.

use leptos::prelude::*;
use raft_core::Time;
use raft_sim::scenario::{Change, Reads, Replication};

use super::compare;
use super::el::{El, html};
use super::faults::{Pop, number, pop_card, row};
use super::page::Page;
use crate::words::compare::OPEN_PROTOCOLS;
use crate::words::dial as say;

/// The card with the switches.
pub fn protocol_pop(page: Page) -> El {
    let all = page.with(|model| model.playback.world().settings().all().clone());
    let change = move |change: Change| _ = page.set(change);
    let switch = move |words: &str, section: &str, on: bool, make: fn(bool) -> Change| {
        let set = move |event| change(make(event_target_checked(&event)));
        let field = html("input").attr("type", "checkbox").flag("checked", move || on).on("change", set);
        let section = html("span").class("ref").text(section);
        row().class("row line").child(html("label").child(field).text(words)).child(section)
    };
    let choice = move |words: &str, now: Change, all: &'static [(&'static str, Change)]| {
        let set = move |event| {
            let name = event_target_value(&event);
            if let Some((_, wanted)) = all.iter().find(|(word, _)| *word == name) {
                change(wanted.clone());
            }
        };
        let options = all.iter().map(|(word, change)| {
            let chosen = *change == now;
            html("option").attr("value", word).flag("selected", move || chosen).text(word)
        });
        (words.to_owned(), html("select").on("change", set).children(options))
    };
    let label = |(words, field): (String, El)| row().child(html("label").text(&words).child(field));
    let (words, field) = choice("Entries go ", Change::Replication(all.replication), REPLICATION);
    let replication = label((words, field.class("first")));
    let reads = label(choice("Reads go ", Change::Reads(all.reads), READS));
    let snapshots = number("1000000", "Entries between two snapshots; 0 is never", move |n| {
        change(Change::SnapshotEvery(n.min(1_000_000) as u32));
    });
    let disk = number("10000", "Milliseconds that a write to disk takes", move |n| {
        change(Change::Fsync(Time::millis(n.min(10_000))));
    });
    let snapshots = snapshots.attr("value", &all.snapshot_every.to_string());
    let disk = disk.attr("value", &(all.fsync.0 / 1_000).to_string());
    let timing =
        html("button").attr("aria-haspopup", "dialog").click(move || page.pop.set(Some(Pop::Timing))).text(say::OPEN);
    pop_card(page, "The protocol from now on", Pop::Protocol)
        .child(row().child(timing))
        .child(replication)
        .child(reads)
        .child(switch("PreVote: ask before standing", "thesis §9.6", all.pre_vote, Change::PreVote))
        .child(switch("CheckQuorum: lead if answered", "thesis §6.2", all.check_quorum, Change::CheckQuorum))
        .child(row().child(html("label").text("Snapshot every ").child(snapshots).text(" entries")))
        .child(row().child(html("label").text("A write to disk takes ").child(disk).text(" ms")))
        .child(row().child(html("button").click(move || compare::protocols(page, None)).text(OPEN_PROTOCOLS)))
}

const REPLICATION: &[(&str, Change)] = &[
    ("one message at a time", Change::Replication(Replication::StopAndWait)),
    ("several at a time (pipelined)", Change::Replication(Replication::Pipelined)),
    ("on a stream (streaming)", Change::Replication(Replication::Streaming)),
];

const READS: &[(&str, Change)] = &[
    ("through the log", Change::Reads(Reads::Log)),
    ("after heartbeats (ReadIndex)", Change::Reads(Reads::Index)),
    ("at once, under a lease", Change::Reads(Reads::Lease)),
];
