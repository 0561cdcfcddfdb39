//! Tables as such, and that the tables of the page are whole.

use std::sync::Arc;

use raft_sim::record::{Trace, What};
use raft_sim::run::Run;
use raft_sim::{scenario, words};

use super::*;
use crate::keys::KEYS;
use crate::shelf;

const TABLE: &str = "# A remark.\nCrash\n崩溃\n\n{s} leads term {n}.\n{s} 是任期 {n} 的领导者。\n\n{what}, because {why}.\n因为{why}，所以{what}。\n\nnobody leads\n无人领导\n\n{n} servers\n{n} {n|one:server|other:台服务器}\n\n{a} and {b}\n{a}和{b}\n\nit waits\n它在等\n";

fn table() -> Table {
    Table::read(TABLE, Some(|n| if n == 1 { "one" } else { "other" }.into())).expect("a table")
}

#[test]
fn sentences_gaps_and_what_stands_around_them() {
    let table = table();
    let say = |text| table.say(text);
    assert_eq!(say("Crash").as_deref(), Some("崩溃"));
    assert_eq!(say(" Crash ").as_deref(), Some(" 崩溃 "));
    assert_eq!(say("S3 leads term 4.").as_deref(), Some("S3 是任期 4 的领导者。"));
    assert_eq!(say("Nobody leads, because it waits.").as_deref(), Some("因为它在等，所以无人领导。"));
    assert_eq!(
        say("S1 leads term 1. S2 leads term 2.").as_deref(),
        Some("S1 是任期 1 的领导者。S2 是任期 2 的领导者。")
    );
    assert_eq!(say("S1 and nobody leads").as_deref(), Some("S1和无人领导"));
}

#[test]
fn what_is_not_in_the_table_is_left_alone() {
    for text in ["", "820.0", "S1", "x leads term 4.", "S3 leads term four.", "Something else"] {
        assert_eq!(table().say(text), None, "{text}");
    }
}

#[test]
fn plurals_are_those_of_the_language() {
    assert_eq!(table().say("1 servers").as_deref(), Some("1 server"));
    assert_eq!(table().say("5 servers").as_deref(), Some("5 台服务器"));
}

#[test]
fn a_table_that_is_wrong_says_where() {
    let wrong = |text| Table::read(text, None).expect_err("wrong");
    assert!(wrong("Crash\n").contains("missing: Crash"));
    assert!(wrong("Crash\n\n").starts_with("line 2"));
    assert!(wrong("{a} leads\n{b} 领导\n").starts_with("line 2"));
    assert!(wrong("Crash\n崩溃\n\nCrash\n崩溃\n").starts_with("line 5"));
}

fn chinese() -> Table {
    Table::read(include_str!("../../../www/lang/zh-Hans.txt"), None).expect("the table")
}

/// What is left of English in a text; names of messages and what clients ask stay as they are.
fn english(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '=' | '_' | '-' | '.')));
    let foreign = |word: &&str| word.len() > 2 && word.chars().all(|c| c.is_ascii_alphabetic());
    words.filter(foreign).filter(|word| !KEPT_WORDS.contains(word)).collect()
}

/// Of the protocol, of what clients ask, and one value that they read.
const KEPT_WORDS: [&str; 11] = [
    "AppendEntries",
    "RequestVote",
    "PreVote",
    "CheckQuorum",
    "ReadIndex",
    "Raft",
    "read",
    "append",
    "cas",
    "delete",
    "abcc",
];

#[test]
fn every_line_of_the_story_of_every_shipped_scenario_is_there_in_chinese() {
    let table = chinese();
    let mut missing = std::collections::BTreeSet::new();
    for shipped in shelf::SHIPPED.iter().chain(shelf::BROKEN) {
        let scenario = scenario::parse(shipped.text).expect("shipped").scenario;
        let mut trace = Trace::default();
        Run::new(Arc::new(scenario), &mut trace).finish(2_000_000, &mut trace);
        for record in trace.drain() {
            // What a scenario says is its own.
            let own = matches!(
                record.what,
                What::Says(_)
                    | What::Stops(_)
                    | What::Marks(_)
                    | What::Holds(_)
                    | What::Fails(_)
                    | What::Changed(_)
                    | What::HoldRule(_)
                    | What::Wants(..)
            );
            let line = words::line(&record);
            let texts = [Some(line.text), line.why];
            for text in texts.into_iter().flatten().filter(|_| !own) {
                let said = table.say(&text);
                if said.as_ref().is_none_or(|said| !english(said).is_empty()) {
                    missing.insert(format!("{text} -> {said:?}"));
                }
            }
        }
    }
    assert!(
        missing.is_empty(),
        "{} lines:\n{}",
        missing.len(),
        missing.into_iter().take(60).collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn every_key_is_explained_in_chinese() {
    let table = chinese();
    let missing: Vec<&str> = KEYS.iter().map(|key| key.words).filter(|words| table.say(words).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
