//! What may stand at a place of a text that is being written.
//!
//! The parser itself is asked: it reads the line up to there with a word behind it that is none, and
//! whatever it looks for at that word is what would be right. So there is no second grammar.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::lex::{CURSOR, Line, Names, named};
use super::{ACTIONS, HEADER, PREDICATES, ParseAction, Parser, Statement, TRIGGERS, header, is_trigger};
use crate::bugs;
use crate::checker::Promise;
use crate::words::title;

/// What may stand at a place.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Help {
    /// The word there, in bytes of the text: what is chosen comes in place of it. Empty between words.
    pub word: core::ops::Range<usize>,
    /// Words that go on from what stands before the cursor, those of the language before names.
    pub offers: Vec<Offer>,
    /// What is wanted there that is no word to choose, such as a time.
    pub hint: Option<String>,
}

/// A word that would be right.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
    /// The word.
    pub word: String,
    /// What it does, in a sentence; may be empty.
    pub means: &'static str,
}

/// What may stand where the cursor is, `at` so many bytes. Other lines may be wrong.
pub fn complete(text: &str, at: usize) -> Help {
    let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let from = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let until = at + text[at..].find('\n').unwrap_or(text.len() - at);
    let before = &text[from..at];
    let start = word_start(before);
    let typed = &before[start..];
    let word = from + start..at + text[at..until].find(ends_word).unwrap_or(until - at);
    let names = names_around(text, from, until);
    let place = Place { above: &text[..from], before: &before[..start], names: &names };
    let hint = place.ask();
    let looked_for = names.looked_for.take();
    // Where there is a choice, it says what is wanted.
    let hint = hint.filter(|_| looked_for.len() <= 1);
    let mut offers: Vec<Offer> = Vec::new();
    for word in looked_for {
        let goes_on = word.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed));
        if goes_on && !offers.iter().any(|offer| offer.word == word) {
            let means = place.means(&word);
            offers.push(Offer { word, means });
        }
    }
    // What is there already stands first: to take it changes nothing.
    offers.sort_by_key(|offer| (offer.word != typed, named(&offer.word, 'S').is_some()));
    Help { word, offers, hint }
}

/// Who takes part, as far as can be seen: the line that is being written, and then any other, may be wrong.
fn names_around(text: &str, from: usize, until: usize) -> Names {
    let usual = super::Scenario::default();
    let usual = || Names { servers: usual.servers.clone(), clients: usual.clients, ..Names::default() };
    let rest = || format!("{}{}", &text[..from], &text[until..]);
    header::names(text).or_else(|_| header::names(&rest())).unwrap_or_else(|_| usual())
}

fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, '=' | '<' | '>' | '!' | '|' | '(' | ')' | '{' | '}' | ',')
}

/// Where the word begins that ends here. The end of a link is a word of its own: `S1->`, `S1-`.
fn word_start(before: &str) -> usize {
    let start = before.rfind(ends_word).map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
    let word = &before[start..];
    let is_end = |text: &str| matches!(text, "leader" | "follower") || named(text, 'S').is_some();
    match word.split_once('-') {
        Some((end, _)) if is_end(end) => start + end.len() + 1,
        _ => start,
    }
}

/// Where somebody writes.
struct Place<'a> {
    /// The lines before.
    above: &'a str,
    /// The line up to the word.
    before: &'a str,
    names: &'a Names,
}

impl Place<'_> {
    /// Lets the parser look for something here. Returns what it says is wanted.
    fn ask(&self) -> Option<String> {
        let first_words = || self.above.lines().filter_map(|line| line.split_whitespace().next());
        let in_steps = first_words().any(is_trigger);
        let probe = format!("{}{CURSOR}", self.before);
        let mut line = Line::new(&probe, 1, self.names);
        let here = line;
        let first = line.take()?;
        if first.text == CURSOR {
            if !first_words().any(|first| !first.starts_with('#')) {
                line.looks_for(CURSOR, ["raft 1"]);
                return None;
            }
            // What may be given once is not offered again.
            let again = ["set", "bug", "about", "start", "goal"];
            let fits = |word: &&str| *word != "raft" && (again.contains(word) || !first_words().any(|it| it == *word));
            if in_steps {
                line.looks_for(CURSOR, names(ACTIONS));
            } else {
                line.looks_for(CURSOR, names(HEADER).filter(fits));
            }
            line.looks_for(CURSOR, names(TRIGGERS));
            return None;
        }
        let result = if let Some(trigger) = TRIGGERS.iter().find(|trigger| trigger.word == first.text) {
            (trigger.parse)(&mut line).and_then(|_| match line.take() {
                Some(word) if word.text == CURSOR => {
                    line.looks_for(CURSOR, names(ACTIONS));
                    Ok(())
                }
                Some(word) => action(word.text, &mut line),
                None => Ok(()),
            })
        } else if in_steps {
            action(first.text, &mut line)
        } else {
            let statement = HEADER.iter().find(|statement| statement.word == first.text)?;
            (statement.parse)(&mut Parser::new(self.names), &mut line)
        };
        let error = result.err()?;
        let column = self.before.chars().count() + 1;
        let is_here = error.column as usize == column && here.number == error.line;
        error.wanted().filter(|_| is_here).map(String::from)
    }

    /// What a word that is offered here does.
    fn means(&self, word: &str) -> &'static str {
        let mut words = self.before.split_whitespace();
        let first = words.next().unwrap_or_default();
        let last = words.next_back().unwrap_or(first);
        let of_setting = || explained("setting", word);
        let of_bug = || bugs::TABLE.iter().find(|row| row.name == word).map(|row| row.rule);
        let of_promise = || Promise::ALL.iter().find(|(_, name)| *name == word).map(|(promise, _)| title(*promise));
        let of_action = || explained("action", word);
        let of_kind = || explained("kind", word);
        let of_state = || explained("state", word);
        let of_condition = || {
            let begins = |form: &str| form.split([' ', ',']).next() == Some(word);
            let follows = |form: &str| form.split_whitespace().nth(1) == Some(word);
            let row = PREDICATES.iter().find(|(form, ..)| begins(form));
            row.or_else(|| PREDICATES.iter().find(|(form, ..)| follows(form))).map(|(_, means, _)| *means)
        };
        let of_ask = |word: &str| match word {
            "all" => Some("All right answers are wanted, and no other."),
            "order" => Some("The answers are wanted in the right order."),
            _ => None,
        };
        let found = match (first, last) {
            ("", _) => of_action(),
            (_, "set") => of_setting(),
            (_, "bug") => of_bug(),
            (_, "is") => of_state(),
            (_, "violated" | "violation") => of_promise(),
            _ if self.picks_messages() => of_kind(),
            ("at" | "after", _) => of_action(),
            ("when", _) => of_action().or_else(of_condition),
            ("goal", _) | (_, "expect" | "and" | "or" | "not") => of_condition(),
            ("ask", _) if self.before.ends_with(['{', '=']) => of_condition(),
            ("ask", "ask") => of_ask(word),
            _ => None,
        };
        found.unwrap_or_default()
    }

    /// Whether the statement here is about messages on their way.
    fn picks_messages(&self) -> bool {
        let mut words = self.before.split_whitespace().rev();
        words.any(|word| ACTIONS.iter().any(|row| row.word == word && matches!(row.parse, ParseAction::Select(_))))
    }
}

fn action(word: &str, line: &mut Line<'_>) -> super::Result<()> {
    match ACTIONS.iter().find(|statement| statement.word == word) {
        Some(statement) => statement.parse.run(line).and_then(|_| line.end()),
        None => Ok(()),
    }
}

fn names<P>(table: &'static [Statement<P>]) -> impl Iterator<Item = &'static str> {
    table.iter().map(|statement| statement.word)
}

/// What a word does, by the table it is of. The tables themselves leave it out in what a page loads first.
fn explained(table: &str, word: &str) -> Option<&'static str> {
    let of_table = |line: &'static str| line.strip_prefix(table)?.strip_prefix(' ');
    EXPLAINED.lines().filter_map(of_table).find_map(|line| line.strip_prefix(word)?.strip_prefix(": "))
}

/// Made from the parser's tables: [`reference::explained`](crate::scenario::reference::explained).
const EXPLAINED: &str = include_str!("explained.txt");
