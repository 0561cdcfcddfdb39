//! Of which class each word of a line is: what an editor colours. A line needs no other line for it.

use alloc::vec::Vec;

use super::lex::{Line, Names, Word, named};
use super::parse::{ACTIONS, HEADER, ParseAction, TRIGGERS};
use super::words::{self, COMPARISONS, FIELDS, KINDS, RESERVED, STATES};
use crate::checker::Promise;

/// What a piece of a text is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Class {
    /// From `#` to the end of the line.
    Comment,
    /// A word that begins a statement, a trigger or an action.
    Statement,
    /// Another word of the language.
    Word,
    /// The name of a setting, a bug or a promise.
    Name,
    /// A server, a client, or a link between two of them.
    Server,
    /// A time, a share, a size, a term, a number.
    Number,
    /// Words for the reader.
    Text,
    /// A comparison, a bar, a parenthesis.
    Sign,
    /// Anything else: keys and values, and what is no word of the language.
    Value,
}

/// A piece of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Token {
    /// Where it stands, in bytes of the line.
    pub at: core::ops::Range<usize>,
    /// What it is.
    pub class: Class,
}

/// Statements of the header whose rest of the line is a text.
pub(super) const TEXTS: &[&str] = &["title", "about", "author"];

/// Words of the language besides those that begin a statement or a condition, or name a value.
pub(super) const SMALL: &[&str] = &[
    "to",
    "from",
    "by",
    "via",
    "on",
    "all",
    "majority",
    "none",
    "got",
    "no",
    "one",
    "joint",
    "quiet",
    "safe",
    "linearizable",
    "violated",
    "violation",
    "learners",
    "off",
    "unlimited",
];

/// Whether the rest of the line is a text for the reader.
pub(super) fn takes_text(statement: &str) -> bool {
    let of_action = |row: &&super::parse::Statement<ParseAction>| row.word == statement;
    let action = ACTIONS.iter().find(of_action);
    TEXTS.contains(&statement) || action.is_some_and(|row| matches!(row.parse, ParseAction::Text(..)))
}

/// Whether it picks messages, so that `#2` is no comment behind it.
pub(super) fn picks_messages(statement: &str) -> bool {
    ACTIONS.iter().any(|row| row.word == statement && matches!(row.parse, ParseAction::Select(_)))
}

/// The words of a line, in order; white space is between them.
pub fn tokens(line: &str) -> Vec<Token> {
    let nobody = Names::default();
    let mut reader = Reader { line: Line::new(line, 1, &nobody), text: line, head: "", last: "", all: Vec::new() };
    while reader.next() {}
    reader.all
}

struct Reader<'a> {
    line: Line<'a>,
    text: &'a str,
    /// The statement that is being read.
    head: &'a str,
    /// The word before.
    last: &'a str,
    all: Vec<Token>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> bool {
        let Some(word) = self.line.here() else { return false };
        let end = self.text.trim_end().len();
        if word.text.starts_with('#') && !(picks_messages(self.head) && starts_as_number(&word.text[1..])) {
            self.put(word.at, end, Class::Comment);
            return false;
        }
        if word.text.starts_with('"') {
            let inside = word.at + 1;
            let close = self.text[inside..].find('"').map_or(end, |at| inside + at + 1);
            self.put(word.at, close, Class::Text);
            return self.go_on(close);
        }
        let signs: &[char] = if self.head == "ask" { &['(', ')', '{', '}'] } else { &['(', ')'] };
        if word.text.starts_with(signs) {
            self.put(word.at, word.at + 1, Class::Sign);
            return self.go_on(word.at + 1);
        }
        // Answers to a question stand in parentheses, what would make them right in braces.
        let close = word.text.find([')', '{', '}']).filter(|_| self.head == "ask").unwrap_or(word.text.len());
        let word = Word { text: &word.text[..close], at: word.at };
        let stop = word.at + close;
        let class = self.class(word);
        self.put(word.at, stop, class);
        if class == Class::Statement {
            self.head = word.text;
            if takes_text(word.text) {
                let from = stop + (self.text[stop..].len() - self.text[stop..].trim_start().len());
                if from < end {
                    self.put(from, end, Class::Text);
                }
                return false;
            }
        }
        self.last = word.text;
        self.go_on(stop)
    }

    fn put(&mut self, from: usize, to: usize, class: Class) {
        self.all.push(Token { at: from..to, class });
    }

    fn go_on(&mut self, at: usize) -> bool {
        self.line = self.line.from(at);
        true
    }

    fn class(&self, word: Word<'_>) -> Class {
        let text = word.text;
        match text {
            _ if self.all.is_empty() => match is_statement(text) {
                true => Class::Statement,
                false => Class::Value,
            },
            "|" | "+" => Class::Sign,
            _ if words::find(COMPARISONS, text).is_some() => Class::Sign,
            _ if self.is_action(word) => Class::Statement,
            _ if self.is_name(text) => Class::Name,
            _ if is_ends(text) => Class::Server,
            _ if is_number(text) => Class::Number,
            _ if self.head == "clock" && text.strip_prefix('x').is_some_and(is_number) => Class::Number,
            _ if self.expects_value() && !self.compares_word() => Class::Value,
            _ if is_word(text) || self.last == "ask" && text == "order" => Class::Word,
            _ if picks_messages(self.head) && words::find(KINDS, text).is_some() => Class::Word,
            _ if self.is_choice(text) || self.head == "allow" => Class::Word,
            _ => Class::Value,
        }
    }

    /// Whether it is the action of a step, behind the trigger on the same line.
    fn is_action(&self, word: Word<'_>) -> bool {
        let after = self.line.from(word.at + word.text.len()).peek();
        let is_key = after.is_some_and(|next| words::find(COMPARISONS, next.text).is_some());
        TRIGGERS.iter().any(|row| row.word == self.head)
            && ACTIONS.iter().any(|row| row.word == word.text)
            && !self.expects_value()
            && !is_key
    }

    /// Whether the value of a comparison is next.
    fn expects_value(&self) -> bool {
        words::find(COMPARISONS, self.last).is_some()
    }

    /// Whether what stands before the `=` takes a word of the language behind it.
    fn compares_word(&self) -> bool {
        let before = self.all.len().checked_sub(2).and_then(|place| self.all.get(place));
        before.is_some_and(|token| token.class != Class::Value)
    }

    fn is_name(&self, text: &str) -> bool {
        match self.last {
            "set" => super::settings::TABLE.iter().any(|row| row.name == text),
            "bug" => crate::bugs::Bug::find(text).is_some(),
            "violated" | "violation" => Promise::ALL.iter().any(|(_, name)| *name == text),
            _ => false,
        }
    }

    fn is_choice(&self, text: &str) -> bool {
        use super::settings::{TABLE, Takes};
        let row = TABLE.iter().find(|row| row.name == self.last);
        row.is_some_and(|row| match row.takes {
            Takes::Switch(_) => matches!(text, "on" | "off"),
            Takes::OneOf(words) => words.iter().any(|(word, _)| *word == text),
            _ => false,
        })
    }
}

fn is_statement(text: &str) -> bool {
    HEADER.iter().any(|row| row.word == text)
        || TRIGGERS.iter().any(|row| row.word == text)
        || ACTIONS.iter().any(|row| row.word == text)
}

fn starts_as_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// A number as a term, a time, a size, a share, a place in a log.
fn is_number(text: &str) -> bool {
    starts_as_number(text) || text.strip_prefix('#').is_some_and(starts_as_number)
}

/// A server or a client, or a link: `S1`, `C2`, `S1->S2`, `leader-S3`.
fn is_ends(text: &str) -> bool {
    let is_one = |text: &str| named(text, 'S').is_some() || named(text, 'C').is_some();
    let is_end = |text: &str| is_one(text) || matches!(text, "leader" | "follower");
    let ends = text.split_once("->").or_else(|| text.split_once('-'));
    is_one(text) || ends.is_some_and(|(from, to)| is_end(from) && is_end(to))
}

/// A word that means something in a condition, or joins what a statement takes.
fn is_word(text: &str) -> bool {
    RESERVED.contains(&text)
        || SMALL.contains(&text)
        || words::find(STATES, text).is_some()
        || words::find(FIELDS, text).is_some()
        || matches!(text, "ok" | "failed" | "unknown" | "expired")
}

#[cfg(test)]
mod tests;
