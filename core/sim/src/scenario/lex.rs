//! One line, read word by word. A word ends at white space, at a comparison and at `|`; a
//! comment begins where a word would begin with `#`.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::RefCell;
use core::ops::Range;

use raft_core::{ServerId, Term, Time};

use super::ast::{Compare, End, Who};
use super::error::{ParseError, Problem};
use super::settings::Speed;
use super::words;
use super::{MAX_NUMBER, MAX_SERVER_NUMBER, MAX_TIME, MAX_WORD};
use crate::machine::ClientId;

/// What a number of bytes looks like.
const BYTES: &str = "a number of bytes such as 500B, 64KiB or 1MB";

/// The word that stands where somebody who writes has the cursor: no text of a scenario may hold it.
pub(super) const CURSOR: &str = "\u{1}";

/// Whom a scenario may name.
#[derive(Default)]
pub(super) struct Names {
    /// The voters.
    pub(super) servers: Vec<ServerId>,
    pub(super) learners: Vec<ServerId>,
    pub(super) spares: Vec<ServerId>,
    pub(super) clients: u32,
    /// What the parser looked for at the cursor, see [`Line::looks_for`].
    pub(super) looked_for: RefCell<Vec<String>>,
}

impl Names {
    /// Whether there is such a server, whatever its part.
    pub(super) fn have(&self, server: ServerId) -> bool {
        [&self.servers, &self.learners, &self.spares].into_iter().any(|all| all.contains(&server))
    }

    /// How many servers there are.
    pub(super) fn count(&self) -> usize {
        self.servers.len() + self.learners.len() + self.spares.len()
    }
}

/// A line and the place up to which it is read.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    text: &'a str,
    pub(super) number: u32,
    at: usize,
    pub(super) names: &'a Names,
}

/// A word, and where it begins (in bytes).
#[derive(Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

pub(super) type Result<T> = core::result::Result<T, ParseError>;

impl<'a> Line<'a> {
    pub(super) fn new(text: &'a str, number: u32, names: &'a Names) -> Self {
        Line { text, number, at: 0, names }
    }

    /// The same line, read from another place on.
    pub(super) fn from(&self, at: usize) -> Self {
        Line { at, ..*self }
    }

    /// The next word, not taken; `None` at the end of the statement.
    pub(super) fn peek(&self) -> Option<Word<'a>> {
        self.here().filter(|word| !word.text.starts_with('#'))
    }

    /// The next word, be it a comment.
    pub(super) fn here(&self) -> Option<Word<'a>> {
        let rest = self.text[self.at..].trim_start();
        let at = self.text.len() - rest.len();
        (!rest.is_empty()).then(|| Word { text: &rest[..word_end(rest)], at })
    }

    pub(super) fn take(&mut self) -> Option<Word<'a>> {
        let word = self.peek()?;
        self.at = word.at + word.text.len();
        Some(word)
    }

    /// Takes the next word if it is this one.
    pub(super) fn take_if(&mut self, text: &str) -> bool {
        let Some(word) = self.peek() else { return false };
        self.looks_for(word.text, [text]);
        let here = word.text == text;
        if here {
            self.take();
        }
        here
    }

    pub(super) fn want(&mut self, what: &'static str) -> Result<Word<'a>> {
        self.take().ok_or_else(|| self.error_here(Problem::Expected(what)))
    }

    /// Takes `#2` if it is next: the one place where a `#` begins no comment.
    pub(super) fn take_nth(&mut self) -> Result<Option<(Word<'a>, u32)>> {
        let Some(word) = self.here() else { return Ok(None) };
        let Some(digits) = word.text.strip_prefix('#').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        else {
            return Ok(None);
        };
        self.at = word.at + word.text.len();
        match number(digits).and_then(|n| u32::try_from(n).ok()) {
            Some(nth @ 1..=1_000_000) => Ok(Some((word, nth))),
            _ => Err(self.error(word, Problem::Bounds("the place of a message", 1, 1_000_000))),
        }
    }

    /// Everything up to the end of the line, `#` included.
    pub(super) fn take_text(&mut self, may_be_empty: bool, most: usize) -> Result<String> {
        let rest = self.text[self.at..].trim();
        if rest.is_empty() && !may_be_empty {
            return Err(self.error_here(Problem::Expected("a text")));
        }
        if rest.chars().count() > most {
            return Err(self.error_here(Problem::TooLong(most)));
        }
        self.at = self.text.len();
        Ok(rest.replace('\t', " "))
    }

    /// Takes a text in quotation marks if one is next; it ends at the second mark.
    pub(super) fn take_quoted(&mut self, most: usize) -> Result<Option<String>> {
        let rest = self.text[self.at..].trim_start();
        let Some(inside) = rest.strip_prefix('"') else { return Ok(None) };
        let Some(length) = inside.find('"') else {
            return Err(self.error_here(Problem::Expected("a second quotation mark")));
        };
        let text = inside[..length].trim();
        if text.chars().count() > most {
            return Err(self.error_here(Problem::TooLong(most)));
        }
        self.at = self.text.len() - rest.len() + length + 2;
        Ok(Some(text.replace('\t', " ")))
    }

    /// Takes a sign if it is next.
    pub(super) fn take_sign(&mut self, sign: char) -> bool {
        let rest = self.text[self.at..].trim_start();
        let here = rest.starts_with(sign);
        if here {
            self.at = self.text.len() - rest.len() + sign.len_utf8();
        }
        here
    }

    /// Takes what stands between `{` and `}`, if that is next.
    pub(super) fn take_braced<T>(&mut self, read: impl FnOnce(&mut Line<'a>) -> Result<T>) -> Result<Option<T>> {
        if !self.take_sign('{') {
            return Ok(None);
        }
        let length = self.text[self.at..].find('}');
        let end = length.map_or(self.text.len(), |length| self.at + length);
        let mut inside = Line { text: &self.text[..end], ..*self };
        let inner = read(&mut inside)?;
        let rest = inside.here();
        match (rest, length) {
            (Some(word), Some(_)) => Err(inside.error(word, Problem::Leftover)),
            (_, None) => Err(inside.error_here(Problem::Expected("a closing \"}\" after the condition"))),
            (None, Some(_)) => {
                self.at = end + 1;
                Ok(Some(inner))
            }
        }
    }

    /// Takes the characters that are so.
    pub(super) fn take_run(&mut self, is: fn(char) -> bool) -> &'a str {
        let rest = self.text[self.at..].trim_start();
        let run = &rest[..rest.find(|c| !is(c)).unwrap_or(rest.len())];
        self.at = self.text.len() - rest.len() + run.len();
        run
    }

    /// These words would be right here: noted, if this is where the cursor stands.
    pub(super) fn looks_for<'w>(&self, text: &str, words: impl IntoIterator<Item = &'w str>) {
        if text == CURSOR {
            self.names.looked_for.borrow_mut().extend(words.into_iter().map(String::from));
        }
    }

    /// A server would be right here.
    pub(super) fn looks_for_server(&self, text: &str) {
        if text == CURSOR {
            let Names { servers, learners, spares, looked_for, .. } = self.names;
            looked_for.borrow_mut().extend([servers, learners, spares].into_iter().flatten().map(ToString::to_string));
        }
    }

    pub(super) fn end(&self) -> Result<()> {
        match self.peek() {
            Some(word) => Err(self.error(word, Problem::Leftover)),
            None => Ok(()),
        }
    }

    // What goes wrong.

    pub(super) fn error(&self, word: Word<'_>, problem: Problem) -> ParseError {
        let column = self.text[..word.at].chars().count() + 1;
        ParseError {
            line: self.number,
            column: u32::try_from(column).unwrap_or(u32::MAX),
            found: shown(word.text),
            problem,
            nearest: None,
        }
    }

    /// An error at the next word, or at the end of the statement.
    pub(super) fn error_here(&self, problem: Problem) -> ParseError {
        let end = Word { text: "", at: self.text[..self.at].trim_end().len() };
        self.error(self.peek().unwrap_or(end), problem)
    }

    /// An error at the first word of the line.
    pub(super) fn error_at_start(&self, problem: Problem) -> ParseError {
        Line { at: 0, ..*self }.error_here(problem)
    }

    /// An error that names the nearest of the words that would be right.
    pub(super) fn unknown<'w>(
        &self,
        word: Word<'_>,
        problem: Problem,
        candidates: impl IntoIterator<Item = &'w str>,
    ) -> ParseError {
        if word.text == CURSOR {
            self.looks_for(word.text, candidates);
            return self.error(word, problem);
        }
        let nearest = words::nearest(word.text, candidates).map(String::from);
        ParseError { nearest, ..self.error(word, problem) }
    }

    // The small words.

    pub(super) fn who(&mut self) -> Result<Who> {
        const WHAT: &str = "a server such as S1, \"leader\" or \"follower\"";
        let word = self.want(WHAT)?;
        self.who_of(word, word.text)?.ok_or_else(|| self.unknown(word, Problem::Expected(WHAT), ["leader", "follower"]))
    }

    /// Takes a server if one is next.
    pub(super) fn take_who(&mut self) -> Result<Option<Who>> {
        let Some(word) = self.peek() else { return Ok(None) };
        let who = self.who_of(word, word.text)?;
        if who.is_some() {
            self.take();
        }
        Ok(who)
    }

    fn who_of(&self, word: Word<'_>, text: &str) -> Result<Option<Who>> {
        self.looks_for_server(text);
        self.looks_for(text, ["leader", "follower"]);
        Ok(match text {
            "leader" => Some(Who::Leader),
            "follower" => Some(Who::Follower),
            _ => match named(text, 'S') {
                Some(server) => Some(Who::Server(self.known_server(word, text, ServerId(server))?)),
                None => None,
            },
        })
    }

    fn known_server(&self, word: Word<'_>, text: &str, server: ServerId) -> Result<ServerId> {
        if self.names.have(server) {
            return Ok(server);
        }
        Err(ParseError { found: shown(text), ..self.error(word, Problem::NoServer(server)) })
    }

    /// A server by name.
    pub(super) fn server(&mut self) -> Result<ServerId> {
        let (word, server) = self.new_server()?;
        self.known_server(word, word.text, server)
    }

    /// A server that the scenario need not have yet.
    pub(super) fn new_server(&mut self) -> Result<(Word<'a>, ServerId)> {
        let word = self.want("a server such as S1")?;
        self.looks_for_server(word.text);
        match named(word.text, 'S') {
            Some(1..=MAX_SERVER_NUMBER) => {}
            Some(_) => {
                return Err(self.error(word, Problem::Bounds("the number of a server", 1, MAX_SERVER_NUMBER.into())));
            }
            None => return Err(self.error(word, Problem::Expected("a server such as S1"))),
        }
        Ok((word, ServerId(named(word.text, 'S').expect("it is one"))))
    }

    pub(super) fn client(&mut self) -> Result<ClientId> {
        let word = self.want("a client such as C1")?;
        self.client_of(word, word.text)?.ok_or_else(|| self.error(word, Problem::Expected("a client such as C1")))
    }

    pub(super) fn client_of(&self, word: Word<'_>, text: &str) -> Result<Option<ClientId>> {
        if text == CURSOR {
            let all = (1..=self.names.clients).map(|client| ClientId(client).to_string());
            self.names.looked_for.borrow_mut().extend(all);
        }
        match named(text, 'C').map(ClientId) {
            Some(client) if (1..=self.names.clients).contains(&client.0) => Ok(Some(client)),
            Some(client) => Err(ParseError { found: shown(text), ..self.error(word, Problem::NoClient(client)) }),
            None => Ok(None),
        }
    }

    /// `S1->S2` gives false, `S1-S2` true for "both directions".
    pub(super) fn link(&mut self) -> Result<(Who, Who, bool)> {
        const WHAT: &str = "a link such as S1->S2 or S1-S2";
        let word = self.want(WHAT)?;
        self.looks_for_server(word.text);
        let (both, ends) = match word.text.split_once("->") {
            Some(ends) => (false, Some(ends)),
            None => (true, word.text.split_once('-')),
        };
        let Some((from, to)) = ends else { return Err(self.error(word, Problem::Expected(WHAT))) };
        match (self.who_of(word, from)?, self.who_of(word, to)?) {
            (Some(from), Some(to)) if from == to => Err(self.error(word, Problem::NoLink)),
            (Some(from), Some(to)) => Ok((from, to, both)),
            _ => Err(self.error(word, Problem::Expected(WHAT))),
        }
    }

    /// A link in one direction whose ends may be clients.
    pub(super) fn route(&mut self) -> Result<(End, End)> {
        const WHAT: &str = "a link such as S1->S2, or \"all\"";
        let word = self.want(WHAT)?;
        self.looks_for_server(word.text);
        let Some((from, to)) = word.text.split_once("->") else {
            return Err(self.error(word, Problem::Expected(WHAT)));
        };
        match (self.end_of(word, from)?, self.end_of(word, to)?) {
            (Some(End::Client(_)), Some(End::Client(_))) => Err(self.error(word, Problem::NoLink)),
            (Some(from), Some(to)) if from == to => Err(self.error(word, Problem::NoLink)),
            (Some(from), Some(to)) => Ok((from, to)),
            _ => Err(self.error(word, Problem::Expected(WHAT))),
        }
    }

    fn end_of(&self, word: Word<'_>, text: &str) -> Result<Option<End>> {
        Ok(match self.who_of(word, text)? {
            Some(who) => Some(End::Server(who)),
            None => self.client_of(word, text)?.map(End::Client),
        })
    }

    pub(super) fn number(&mut self, what: &'static str, least: u64, most: u64) -> Result<u64> {
        let word = self.want(what)?;
        self.number_of(word, word.text, what, least, most)
    }

    /// A term, index or count: large enough for all, and far from where adding one overflows.
    pub(super) fn count(&mut self, what: &'static str) -> Result<u64> {
        self.number(what, 0, MAX_NUMBER)
    }

    pub(super) fn number_of(
        &self,
        word: Word<'_>,
        text: &str,
        what: &'static str,
        least: u64,
        most: u64,
    ) -> Result<u64> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(self.error(word, Problem::Expected(what)));
        }
        match number(text) {
            Some(n) if (least..=most).contains(&n) => Ok(n),
            _ => Err(self.error(word, Problem::Bounds(what, least, most))),
        }
    }

    pub(super) fn term_of(&self, word: Word<'_>, text: &str) -> Result<Term> {
        self.number_of(word, text, "a term", 0, MAX_NUMBER).map(Term)
    }

    pub(super) fn time(&mut self, least: Time) -> Result<Time> {
        let word = self.want("a time such as 20ms")?;
        self.time_of(word, word.text, least)
    }

    fn time_of(&self, word: Word<'_>, text: &str, least: Time) -> Result<Time> {
        match time(text) {
            Ok(time) if (least..=MAX_TIME).contains(&time) => Ok(time),
            Ok(_) | Err(NoTime::TooLong) => Err(self.error(word, Problem::Times(least, MAX_TIME))),
            Err(NoTime::TooFine) => Err(self.error(word, Problem::TooFine)),
            Err(NoTime::Other) => {
                let nearest = number(text).map(|n| format!("{n}ms"));
                Err(ParseError { nearest, ..self.error(word, Problem::Expected("a time such as 250us, 20ms or 1.5s")) })
            }
        }
    }

    /// `10ms..20ms`, or one time, which makes a range of a microsecond.
    pub(super) fn span(&mut self, least: Time) -> Result<Range<Time>> {
        let word = self.want("a range of times such as 10ms..20ms")?;
        let (low, high) = word.text.split_once("..").unwrap_or((word.text, word.text));
        let (low, high) = (self.time_of(word, low, least)?, self.time_of(word, high, least)?);
        if high < low {
            return Err(self.error(word, Problem::Backwards));
        }
        Ok(low..high.max(low + Time(1)))
    }

    /// `64KiB`, `1MB`, `500B`; up to a gibibyte.
    pub(super) fn bytes(&mut self, least: u32) -> Result<u32> {
        let word = self.want(BYTES)?;
        self.bytes_of(word, word.text, least, BYTES)
    }

    /// `1MB/s`, or `unlimited`, which is 0.
    pub(super) fn rate(&mut self) -> Result<u32> {
        const WHAT: &str = "\"unlimited\" or bytes a second such as 64KiB/s or 1MB/s";
        let word = self.want(WHAT)?;
        match word.text.strip_suffix("/s") {
            Some(bytes) => self.bytes_of(word, bytes, 1, WHAT),
            None if word.text == "unlimited" => Ok(0),
            None => Err(self.unknown(word, Problem::Expected(WHAT), ["unlimited"])),
        }
    }

    /// `1000/s`, or `off`, which is 0.
    pub(super) fn load(&mut self) -> Result<u32> {
        const WHAT: &str = "\"off\" or writes a second such as 1000/s";
        let word = self.want(WHAT)?;
        match word.text.strip_suffix("/s") {
            Some(writes) => Ok(self.number_of(word, writes, WHAT, 1, 100_000)? as u32),
            None if word.text == "off" => Ok(0),
            None => Err(self.unknown(word, Problem::Expected(WHAT), ["off"])),
        }
    }

    fn bytes_of(&self, word: Word<'_>, text: &str, least: u32, what: &'static str) -> Result<u32> {
        let unit = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (amount, unit) = text.split_at(unit);
        let size = match unit {
            "B" => 1,
            "KB" => 1_000,
            "KiB" => 1 << 10,
            "MB" => 1_000_000,
            "MiB" => 1 << 20,
            _ => 0,
        };
        let Some(amount) = number(amount).filter(|_| size > 0) else {
            let nearest = number(word.text).map(|n| format!("{n}B"));
            return Err(ParseError { nearest, ..self.error(word, Problem::Expected(what)) });
        };
        let bytes = amount.checked_mul(size).and_then(|bytes| u32::try_from(bytes).ok());
        match bytes.filter(|bytes| (least..=1 << 30).contains(bytes)) {
            Some(bytes) => Ok(bytes),
            None => Err(self.error(word, Problem::Bounds("the number of bytes", least.into(), 1 << 30))),
        }
    }

    pub(super) fn percent(&mut self) -> Result<u32> {
        let word = self.want("a share such as 20%")?;
        let Some(digits) = word.text.strip_suffix('%') else {
            let nearest = number(word.text).filter(|n| *n <= 100).map(|n| format!("{n}%"));
            return Err(ParseError { nearest, ..self.error(word, Problem::Expected("a share such as 20%")) });
        };
        let percent = self.number_of(word, digits, "a share such as 20%", 0, 100)?;
        Ok(u32::try_from(percent).expect("at most 100"))
    }

    pub(super) fn speed(&mut self) -> Result<Speed> {
        let word = self.want("a speed such as 1/20")?;
        Speed::parse(word.text)
            .ok_or_else(|| self.error(word, Problem::Expected("a speed from 1/1000 to 100, such as 1/20")))
    }

    pub(super) fn compare(&mut self) -> Result<Compare> {
        const WHAT: &str = "a comparison: = != < <= > >=";
        let word = self.want(WHAT)?;
        self.looks_for(word.text, words::names(words::COMPARISONS));
        words::find(words::COMPARISONS, word.text).ok_or_else(|| self.error(word, Problem::Expected(WHAT)))
    }

    /// `=` or `!=`.
    pub(super) fn equals(&mut self) -> Result<Compare> {
        let word = self.want("= or !=")?;
        self.looks_for(word.text, ["=", "!="]);
        match words::find(words::COMPARISONS, word.text) {
            Some(compare @ (Compare::Eq | Compare::Ne)) => Ok(compare),
            _ => Err(self.error(word, Problem::Expected("= or !="))),
        }
    }

    pub(super) fn key(&mut self) -> Result<alloc::sync::Arc<str>> {
        let word = self.want("a key such as x")?;
        self.key_of(word, word.text)
    }

    pub(super) fn key_of(&self, word: Word<'_>, text: &str) -> Result<alloc::sync::Arc<str>> {
        if words::RESERVED.contains(&text) {
            return Err(self.error(word, Problem::Reserved));
        }
        let fits = text
            .chars()
            .enumerate()
            .all(|(n, c)| c.is_alphabetic() || c == '_' || n > 0 && (c.is_numeric() || c == '-' || c == '.'));
        if !fits || text.is_empty() || text.chars().count() > MAX_WORD {
            let what = "a key of at most 64 letters, digits, \"_\", \"-\" and \".\"";
            return Err(self.error(word, Problem::Expected(what)));
        }
        Ok(text.into())
    }

    pub(super) fn value(&mut self) -> Result<alloc::sync::Arc<str>> {
        let word = self.want("a value such as 1")?;
        let fits = !word.text.contains(['"', '#', '=', '<', '>', '(', ')', '|']);
        if !fits || word.text.chars().count() > MAX_WORD {
            return Err(self.error(word, Problem::Expected("a value of at most 64 characters, none of \"#=<>()|")));
        }
        Ok(word.text.into())
    }
}

/// Where the word at the start of `rest` ends.
fn word_end(rest: &str) -> usize {
    for operator in ["!=", "<=", ">=", "=", "<", ">", "|"] {
        if rest.starts_with(operator) {
            return operator.len();
        }
    }
    let mut before = ' ';
    for (n, c) in rest.char_indices() {
        let ends = match c {
            '=' | '<' | '|' => true,
            // Not the arrow of `S1->S2`.
            '>' => before != '-',
            '!' => rest[n + 1..].starts_with('='),
            _ => c.is_whitespace(),
        };
        if ends {
            return n;
        }
        before = c;
    }
    rest.len()
}

/// The number of `S3` or `C2`.
pub(crate) fn named(text: &str, letter: char) -> Option<u32> {
    let digits = text.strip_prefix(letter)?;
    let plain = !digits.is_empty() && digits.len() <= 9 && !digits.starts_with('0');
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
    plain.then(|| digits.parse().ok()).flatten()
}

/// Decimal digits and nothing else.
pub(crate) fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Why a word is no time.
#[derive(Debug)]
pub(crate) enum NoTime {
    TooFine,
    TooLong,
    Other,
}

/// `250us`, `20ms`, `1.5s`.
pub(crate) fn time(text: &str) -> core::result::Result<Time, NoTime> {
    let unit = text.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or(NoTime::Other)?;
    let (amount, unit) = text.split_at(unit);
    let decimals = match unit {
        "us" => 0,
        "ms" => 3,
        "s" => 6,
        _ => return Err(NoTime::Other),
    };
    let (whole, part) = match amount.split_once('.') {
        Some((_, "")) => return Err(NoTime::Other),
        Some((whole, part)) => (whole, part.trim_end_matches('0')),
        None => (amount, ""),
    };
    if whole.is_empty() || part.contains('.') {
        return Err(NoTime::Other);
    }
    if part.len() > decimals {
        return Err(NoTime::TooFine);
    }
    let scale = |n: u64, places: usize| n.checked_mul(10u64.pow(places as u32));
    let whole = number(whole).and_then(|n| scale(n, decimals)).ok_or(NoTime::TooLong)?;
    let part =
        if part.is_empty() { 0 } else { number(part).and_then(|n| scale(n, decimals - part.len())).unwrap_or(0) };
    whole.checked_add(part).filter(|us| *us <= MAX_TIME.0).map(Time).ok_or(NoTime::TooLong)
}

/// Characters that no text may hold: those that control a terminal, and those that reorder or
/// hide what stands around them. A tab is white space. The joiners U+200C and U+200D stay, as
/// Persian and emoji need them.
pub(crate) fn is_forbidden(c: char) -> bool {
    c.is_control() && c != '\t'
        || matches!(c,
            '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// Letters of Hebrew, Arabic and the like.
pub(super) fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// A piece of a stranger's text for a message: cut to 60 characters, without invisible ones.
pub(crate) fn shown(text: &str) -> String {
    let visible = |c: &char| !is_forbidden(*c) && *c != '\t';
    if text.chars().nth(60).is_none() && text.chars().all(|c| visible(&c)) {
        return text.to_string();
    }
    let mut short: String = text.chars().filter(visible).take(59).collect();
    short.push('…');
    short
}
