//! The language as a TextMate grammar, for other people's editors and pages, made from the tables that
//! the parser reads.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::parse::{ACTIONS, HEADER, TRIGGERS};
use super::settings::{TABLE, Takes};
use super::tokens::{SMALL, TEXTS, picks_messages, takes_text};
use super::words::{FIELDS, KINDS, RESERVED, STATES};
use crate::bugs;
use crate::checker::Promise;
use crate::explore::Budget;

/// The name of the language in a grammar.
pub const SCOPE: &str = "source.raft-scenario";

/// `raft.tmLanguage.json`. Its expressions are read alike by Oniguruma and JavaScript.
pub fn textmate() -> String {
    let words_of = |all: &mut dyn Iterator<Item = &'static str>| any_of(all.collect());
    let headers = words_of(&mut HEADER.iter().map(|row| row.word).filter(|word| !TEXTS.contains(word)));
    let triggers = words_of(&mut TRIGGERS.iter().map(|row| row.word));
    let speaks = |word: &&str| takes_text(word);
    let says = words_of(&mut ACTIONS.iter().map(|row| row.word).filter(speaks));
    let actions = words_of(&mut ACTIONS.iter().map(|row| row.word).filter(|word| !speaks(word)));
    let picks = words_of(&mut ACTIONS.iter().map(|row| row.word).filter(|word| picks_messages(word)));
    let kinds = words_of(&mut KINDS.iter().map(|(_, name, _)| *name));
    let settings = words_of(&mut TABLE.iter().map(|row| row.name));
    let bugs = words_of(&mut bugs::TABLE.iter().map(|row| row.name));
    let promises = words_of(&mut Promise::ALL.iter().map(|(_, name)| *name));
    let choices = TABLE.iter().flat_map(|row| match row.takes {
        Takes::OneOf(words) => words.iter().map(|(word, _)| *word).collect(),
        Takes::Switch(_) => alloc::vec!["on", "off"],
        _ => Vec::new(),
    });
    let small = SMALL.iter().copied().chain(RESERVED.iter().copied());
    let values = STATES.iter().map(|(_, name, _)| *name).chain(FIELDS.iter().map(|(_, name, _)| *name));
    let told = ["ok", "failed", "unknown", "expired", "order"].into_iter();
    let words = words_of(&mut small.chain(values).chain(told).chain(choices).chain(Budget::words()));
    let texts = any_of(TEXTS.to_vec());
    let rules = [
        rule("comment.line.number-sign", r"(?<!\S)#(?!\d).*$"),
        captures(&format!(r"^\s*({texts})(?=\s|$)(.*)$"), &["keyword.control", "string.unquoted"]),
        captures(&format!(r"(?<!\S)({says})(?=\s|$)(.*)$"), &["keyword.control", "string.unquoted"]),
        rule("string.quoted.double", "\"[^\"]*\""),
        captures(&format!(r"(?<!\S)(set)\s+({settings})(?!\S)"), &["keyword.control", "variable.parameter"]),
        captures(&format!(r"(?<!\S)(bug)\s+({bugs})(?!\S)"), &["keyword.control", "entity.name.type"]),
        captures(&format!(r"(?<!\S)(violated|violation)\s+({promises})(?!\S)"), &["keyword.other", "entity.name.type"]),
        captures(
            &format!(r"(?<!\S)({picks})\s+(all|\S+->\S+)\s+({kinds})(?!\S)"),
            &["keyword.control", "variable.other", "keyword.other"],
        ),
        captures(&format!(r"^\s*({headers}|{triggers})(?!\S)"), &["keyword.control"]),
        captures(&format!(r"(?<!\S)({actions})(?!\S)(?!\s*(?:!=|[<>]?=|[<>]))"), &["keyword.control"]),
        rule(
            "variable.other",
            r"(?<![\w-])(?:[SC][1-9]\d*|leader|follower)(?:->?(?:[SC][1-9]\d*|leader|follower))(?![\w-])",
        ),
        rule("variable.other", r"(?<![\w-])[SC][1-9]\d*(?![\w-])"),
        rule("keyword.operator", r"!=|<=|>=|=|<|(?<!-)>|\||(?<!\S)\+(?!\S)"),
        rule("keyword.other", &format!(r"(?<![^\s({{])(?:{words})(?![^\s,)}}])")),
        rule("constant.numeric", r"(?<![^\s=({])[#x]?\d[\w.%@/:]*"),
    ];
    format!(
        "{{\n  \"name\": \"Raft scenario\",\n  \"scopeName\": \"{SCOPE}\",\n  \"fileTypes\": [\"raft\"],\n  \"patterns\": [\n{}\n  ]\n}}\n",
        rules.join(",\n")
    )
}

/// One of these words, the longest first, so that none hides another.
fn any_of(mut words: Vec<&'static str>) -> String {
    words.sort_unstable_by_key(|word| (core::cmp::Reverse(word.len()), *word));
    words.dedup();
    words.join("|")
}

fn rule(name: &str, matches: &str) -> String {
    format!("    {{ \"name\": \"{name}.raft-scenario\", \"match\": {} }}", quoted(matches))
}

fn captures(matches: &str, names: &[&str]) -> String {
    let names = names.iter().zip(1..).map(|(name, n)| format!("\"{n}\": {{ \"name\": \"{name}.raft-scenario\" }}"));
    let names = names.collect::<Vec<_>>().join(", ");
    format!("    {{ \"match\": {}, \"captures\": {{ {names} }} }}", quoted(matches))
}

/// As JSON writes it.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    ["\"", &escaped, "\""].concat().to_owned()
}
