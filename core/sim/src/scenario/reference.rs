//! The tables of the user's reference, made from the tables that the parser reads.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::parse::{ACTIONS, HEADER, PREDICATES, Statement, TRIGGERS};
use super::settings::TABLE;
use super::words::{KINDS, RESERVED, STATES};
use super::*;
use crate::checker::Promise;

/// Every table as Markdown, by the name that stands in the reference where it belongs.
pub fn tables() -> Vec<(&'static str, String)> {
    [
        ("header", statements(HEADER)),
        ("triggers", statements(TRIGGERS)),
        ("actions", statements(ACTIONS)),
        ("kinds", rows(["Kind", "Message"], KINDS.iter().map(|(_, name, means)| [code(name), (*means).into()]))),
        ("predicates", predicates()),
        ("states", rows(["State", "Meaning"], STATES.iter().map(|(_, name, means)| [code(name), (*means).into()]))),
        ("promises", rows(["Name"], Promise::ALL.iter().map(|(_, name)| [code(name)]))),
        ("settings", settings()),
        ("caps", caps()),
        ("reserved", list(RESERVED)),
    ]
    .into()
}

/// What every word does, a line each, for who offers words to somebody who writes. Of words that are in two
/// tables the action comes first.
pub fn explained() -> String {
    let statements = words_of(ACTIONS).chain(words_of(TRIGGERS)).chain(words_of(HEADER)).map(|row| ("action", row));
    let settings = TABLE.iter().map(|row| ("setting", (row.name, row.does)));
    let kinds = KINDS.iter().map(|(_, name, means)| ("kind", (*name, *means)));
    let states = STATES.iter().map(|(_, name, means)| ("state", (*name, *means)));
    let all = statements.chain(settings).chain(kinds).chain(states);
    all.map(|(table, (word, means))| format!("{table} {word}: {means}\n")).collect()
}

fn words_of<P>(table: &'static [Statement<P>]) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.iter().map(|row| (row.word, row.does))
}

/// An example of every statement, a whole line each: header, steps' triggers, actions.
pub fn examples() -> (Vec<&'static str>, Vec<&'static str>, Vec<&'static str>) {
    let of_predicates = PREDICATES.iter().map(|(_, _, example)| *example).collect();
    let actions = TRIGGERS.iter().map(|s| s.example).chain(ACTIONS.iter().map(|s| s.example)).collect();
    (HEADER.iter().map(|s| s.example).collect(), actions, of_predicates)
}

fn statements<P>(table: &[Statement<P>]) -> String {
    let row = |s: &Statement<P>| [code(&format!("{} {}", s.word, s.takes)), s.does.into(), code(s.example)];
    rows(["Statement", "Meaning", "Example"], table.iter().map(row))
}

fn predicates() -> String {
    let row = |(form, means, example): &(&str, &str, &str)| [code(form), (*means).into(), code(example)];
    rows(["Condition", "Meaning", "Example"], PREDICATES.iter().map(row))
}

fn settings() -> String {
    let row = |s: &settings::Setting| {
        [code(s.name), s.takes.describe(), code(s.default), s.scopes.describe().into(), s.does.into(), s.section.into()]
    };
    rows(["Setting", "Value", "Default", "Can be set", "Meaning", "Paper"], TABLE.iter().map(row))
}

fn caps() -> String {
    let caps = [
        ("Text of a scenario", format!("{} KiB", MAX_BYTES / 1024)),
        ("Servers", format!("{MAX_SERVERS}")),
        ("Clients", format!("{MAX_CLIENTS}")),
        ("Steps", format!("{MAX_STEPS}")),
        ("Actions", format!("{MAX_ACTIONS}")),
        ("Goals", format!("{MAX_GOALS}")),
        ("Conditions of one predicate", format!("{MAX_CONDITIONS}")),
        ("Entries of all logs to start with", format!("{MAX_LOG}")),
        ("Characters of a title, an author or a mark", format!("{MAX_TITLE}")),
        ("Characters of another text", format!("{MAX_TEXT}")),
        ("Characters of a key or a value", format!("{MAX_WORD}")),
        ("Terms, indexes and counts", format!("{MAX_NUMBER}")),
        ("Simulated time", format!("{} hours", MAX_TIME.0 / Time::seconds(3_600).0)),
    ];
    rows(["What", "At most"], caps.into_iter().map(|(what, most)| [what.into(), most]))
}

fn rows<const N: usize>(head: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut out = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(N));
    for row in rows {
        out.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    out
}

fn list(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| code(word)).collect();
    format!("{}.\n", words.join(", "))
}

/// Code in a cell, where a bar would end the cell.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}
