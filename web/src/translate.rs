//! What the page says, in another language: one table of sentences with gaps for each language,
//! read where text meets the page (`ui::tongue`). English is what stands in the code.
//!
//! ```text
//! # A remark.
//! {s} leads term {n}.
//! {s} 成为任期 {n} 的领导者。
//! ```
//!
//! A row is two lines, and an empty line ends it. A gap called `n` (or `n2`, …) holds a number, `s`
//! a server or a client, `w` a single word, `c` a word of a scenario, which stays, and any other whatever
//! comes, which is translated itself. `{n|one:…|other:…}` in a translation picks by the plural of the language.

use std::collections::HashMap;

/// The sentences of one language.
#[derive(Debug, Default)]
pub struct Table {
    exact: HashMap<String, String>,
    /// Those with gaps: the ones that say most come first.
    gapped: Vec<Row>,
    plural: Option<fn(u64) -> String>,
}

#[derive(Debug)]
struct Row {
    /// What stands before each gap.
    before: Vec<(String, Gap)>,
    /// What stands after the last.
    end: String,
    to: Vec<Part>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Gap {
    name: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Number,
    Name,
    Word,
    Code,
    Anything,
}

#[derive(PartialEq, Eq, Debug)]
enum Part {
    Text(String),
    Gap(usize),
    Plural(usize, Vec<(String, String)>),
}

/// A sentence within a sentence within …: no text of the page goes deeper.
const DEEPEST: usize = 8;

impl Table {
    /// Reads a table; what is wrong with it is said with its line.
    pub fn read(text: &str, plural: Option<fn(u64) -> String>) -> Result<Table, String> {
        let mut table = Table { plural, ..Table::default() };
        let mut from: Option<&str> = None;
        for (number, line) in text.lines().enumerate() {
            let wrong = |what: &str| Err(format!("line {}: {what}: {line}", number + 1));
            match (from, line) {
                (None, line) if line.is_empty() || line.starts_with("# ") => {}
                (None, line) => from = Some(line),
                (Some(_), "") => return wrong("a translation is missing above"),
                (Some(english), line) => {
                    if !table.add(english, line) {
                        return wrong("its gaps are not those of the line above, or stand there twice");
                    }
                    from = None;
                }
            }
        }
        if let Some(english) = from {
            return Err(format!("at the end: a translation is missing: {english}"));
        }
        // What has more words of its own says more precisely what is meant.
        table.gapped.sort_by_key(|row| std::cmp::Reverse(row.weight()));
        Ok(table)
    }

    fn add(&mut self, english: &str, words: &str) -> bool {
        let (before, end) = gaps(english);
        if before.is_empty() {
            return self.exact.insert(english.to_owned(), words.to_owned()).is_none();
        }
        let Some(to) = parts(words, &before) else { return false };
        self.gapped.push(Row { before, end, to });
        true
    }

    /// A text of the page in this language, if the table has all of it.
    pub fn say(&self, text: &str) -> Option<String> {
        let inside = text.trim();
        if !inside.chars().any(char::is_alphabetic) {
            return None;
        }
        let said = self.whole(inside, 0)?;
        let start = text.len() - text.trim_start().len();
        Some([&text[..start], &said, &text[start + inside.len()..]].concat())
    }

    fn whole(&self, text: &str, depth: usize) -> Option<String> {
        if depth > DEEPEST {
            return None;
        }
        self.one(text, depth).or_else(|| self.small(text, depth)).or_else(|| self.sentences(text, depth))
    }

    fn one(&self, text: &str, depth: usize) -> Option<String> {
        if let Some(words) = self.exact.get(text) {
            return Some(words.clone());
        }
        self.gapped.iter().find_map(|row| {
            let mut found = Vec::with_capacity(row.before.len());
            if row.fits(text, 0, &mut found) { self.fill(row, &found, depth) } else { None }
        })
    }

    /// The start of a sentence may be a capital where the table has none.
    fn small(&self, text: &str, depth: usize) -> Option<String> {
        let first = text.chars().next().filter(char::is_ascii_uppercase)?;
        self.one(&[first.to_ascii_lowercase().encode_utf8(&mut [0; 4]), &text[1..]].concat(), depth)
    }

    /// Sentences one after another, each of which is known.
    fn sentences(&self, text: &str, depth: usize) -> Option<String> {
        let ends = text.match_indices(['.', '?', '!', ':', ';']).map(|(at, _)| at + 1);
        let mut ends = ends.filter(|end| text[*end..].starts_with(' '));
        ends.find_map(|end| {
            let (first, rest) = (self.one(&text[..end], depth + 1)?, self.whole(text[end..].trim_start(), depth + 1)?);
            // Full-width signs bring their own room.
            let gap = if first.ends_with(|last: char| last.is_ascii()) { " " } else { "" };
            Some([&first, gap, &rest].concat())
        })
    }

    /// The translation with what the gaps hold. Where a row has no words of its own, as `{a}: {b}`,
    /// it says something only if it can say all that it holds.
    fn fill(&self, row: &Row, found: &[&str], depth: usize) -> Option<String> {
        let glue = row.is_glue();
        let word = |place: usize| match row.before[place].1.kind {
            Kind::Anything | Kind::Word => {
                let said = self.whole(found[place], depth + 1);
                said.or_else(|| (!glue || !has_words(found[place])).then(|| found[place].to_owned()))
            }
            Kind::Number | Kind::Name | Kind::Code => Some(found[place].to_owned()),
        };
        let say = |part: &Part| match part {
            Part::Text(text) => Some(text.clone()),
            Part::Gap(place) => word(*place),
            Part::Plural(place, forms) => {
                let number = found[*place].parse().unwrap_or(0);
                let form = self.plural.map_or_else(|| "other".to_owned(), |plural| plural(number));
                let chosen = forms.iter().find(|(name, _)| *name == form).or(forms.last());
                chosen.map(|(_, words)| words.clone())
            }
        };
        row.to.iter().map(say).collect()
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.exact.len() + self.gapped.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Row {
    fn is_glue(&self) -> bool {
        !has_words(&self.end) && !self.before.iter().any(|(text, _)| has_words(text))
    }

    fn weight(&self) -> usize {
        let kinds = self.before.iter().filter(|(_, gap)| gap.kind != Kind::Anything).count();
        (self.before.iter().map(|(text, _)| text.len()).sum::<usize>() + self.end.len()) * 4 + kinds
    }

    /// Whether a text is this one, from a gap on; what its gaps hold goes into `found`.
    fn fits<'a>(&self, text: &'a str, place: usize, found: &mut Vec<&'a str>) -> bool {
        let Some((before, gap)) = self.before.get(place) else { return text == self.end };
        let Some(rest) = text.strip_prefix(before.as_str()) else { return false };
        let after = self.before.get(place + 1).map_or(self.end.as_str(), |(text, _)| text);
        let ends: Vec<usize> = match (after, place + 1 == self.before.len()) {
            ("", true) => vec![rest.len()],
            ("", false) => rest.char_indices().map(|(at, _)| at).skip(1).collect(),
            (after, _) => rest.match_indices(after).map(|(at, _)| at).collect(),
        };
        for end in ends.into_iter().filter(|end| gap.kind.holds(&rest[..*end])) {
            found.truncate(place);
            found.push(&rest[..end]);
            if self.fits(&rest[end..], place + 1, found) {
                return true;
            }
        }
        false
    }
}

impl Kind {
    fn of(name: &str) -> Kind {
        match name.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "n" => Kind::Number,
            "s" => Kind::Name,
            "w" => Kind::Word,
            "c" => Kind::Code,
            _ => Kind::Anything,
        }
    }

    fn holds(self, text: &str) -> bool {
        match self {
            Kind::Number => {
                text.starts_with(|c: char| c.is_ascii_digit())
                    && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' '))
            }
            Kind::Name => {
                text.strip_prefix(['S', 'C']).is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
            }
            Kind::Word | Kind::Code => !text.is_empty() && !text.contains(' '),
            Kind::Anything => !text.is_empty(),
        }
    }
}

/// Whether there is a word in a text: names of servers, units and signs are none.
fn has_words(text: &str) -> bool {
    text.split(|c: char| !c.is_alphabetic()).any(|word| word.chars().nth(2).is_some())
}

/// The gaps of a sentence, each with the words before it, and the words after the last.
fn gaps(text: &str) -> (Vec<(String, Gap)>, String) {
    let (mut before, mut rest) = (Vec::new(), text);
    while let Some((words, more)) = rest.split_once('{')
        && let Some((name, after)) = more.split_once('}')
    {
        before.push((words.to_owned(), Gap { name: name.to_owned(), kind: Kind::of(name) }));
        rest = after;
    }
    (before, rest.to_owned())
}

fn parts(words: &str, known: &[(String, Gap)]) -> Option<Vec<Part>> {
    let place = |name: &str| known.iter().position(|(_, gap)| gap.name == name);
    let (before, end) = gaps(words);
    let mut parts = Vec::new();
    for (text, gap) in before {
        parts.push(Part::Text(text));
        parts.push(match gap.name.split_once('|') {
            None => Part::Gap(place(&gap.name)?),
            Some((name, forms)) => {
                let form = |form: &str| form.split_once(':').map(|(name, words)| (name.to_owned(), words.to_owned()));
                Part::Plural(place(name)?, forms.split('|').map(form).collect::<Option<_>>()?)
            }
        });
    }
    parts.push(Part::Text(end));
    Some(parts)
}

/// Any text in a language that nobody speaks and that runs from right to left: it shows what does
/// not go through the table, and what does not turn round with the page.
pub fn mirrored(text: &str) -> String {
    if !text.chars().any(char::is_alphabetic) {
        return text.to_owned();
    }
    ["\u{202e}⟦", text, "⟧\u{202c}"].concat()
}

#[cfg(test)]
mod tests;
