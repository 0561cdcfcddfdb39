//! Runs that a reader keeps in this browser: plain data, and its text. Where it is stored is `ui::kept`'s.
//!
//! The text is also the file in which all of it leaves this browser and comes back, or comes from a
//! stranger: it is capped, and read whole or refused whole, with the place and what is wrong there.

mod future;

use core::fmt;

use raft_sim::link::{self, MAX_LINK};
use raft_sim::traces::value::Value;

use crate::course::Done;
use crate::shelf;

pub use self::future::{Future, fitting};

/// So many runs are kept.
pub const MOST_RUNS: usize = 200;
/// Characters of a name.
pub const LONGEST_NAME: usize = 80;
/// Bytes of a file.
pub const MOST_BYTES: usize = 4 * 1024 * 1024;

const _: () = assert!((MAX_LINK + 1_000) * MOST_RUNS < MOST_BYTES, "all runs fit into a file");

/// A run that is kept: its link is all of it, but for what else might have been.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// What the reader calls it.
    pub name: String,
    /// When it was kept, in milliseconds since 1970.
    pub at: u64,
    /// The part of its link from `#` on.
    pub link: String,
    /// What the reader calls the future that is shown; empty if nothing.
    pub future: String,
    /// The other futures, as many as [`fitting`] leaves.
    pub futures: Vec<Future>,
}

/// All of them, the latest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Book {
    /// The runs.
    pub runs: Vec<Kept>,
    /// What of the shelf is done: in a file only. In the browser it lies apart, with what made it so.
    pub done: Done,
}

/// There are as many as there may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Full;

/// What came of taking in the runs of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Merged {
    /// They are new here.
    pub new: usize,
    /// They were here before.
    pub known: usize,
    /// There is no room for them.
    pub left: usize,
}

/// Why a file is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BookError {
    /// It has more bytes than a file may have.
    TooLarge,
    /// It is no JSON from this byte on.
    NotJson(usize),
    /// It is JSON of something else.
    NotOurs,
    /// It has more runs than there may be.
    TooMany(usize),
    /// This run, counted from 1, lacks something.
    Run(usize, Wrong),
    /// What is done is no list of names.
    Done,
}

/// What is wrong with a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// It has no name, or one that is too long.
    Name,
    /// It has no time.
    Time,
    /// It has no link, or one that opens nothing.
    Link(String),
    /// Its other futures cannot be gone back to.
    Futures(String),
}

impl fmt::Display for BookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BookError::TooLarge => write!(f, "the file has more than {} MiB", MOST_BYTES / 1024 / 1024),
            BookError::NotJson(at) => write!(f, "the file is no JSON from byte {at} on"),
            BookError::NotOurs => f.write_str("the file holds no saved runs of this playground"),
            BookError::TooMany(count) => write!(f, "the file has {count} runs, and {MOST_RUNS} are the most"),
            BookError::Done => f.write_str("what is done is no list of names"),
            BookError::Run(n, Wrong::Name) => write!(f, "run {n} needs a name of at most {LONGEST_NAME} characters"),
            BookError::Run(n, Wrong::Time) => write!(f, "run {n} needs the time at which it was saved"),
            BookError::Run(n, Wrong::Link(why)) => write!(f, "the link of run {n} cannot be opened: {why}"),
            BookError::Run(n, Wrong::Futures(why)) => write!(f, "the other futures of run {n} cannot be read: {why}"),
        }
    }
}

/// A name as it may be kept: on one line, without signs that turn the text around it, and not too long.
pub fn clean(name: &str) -> String {
    let plain = |c: char| {
        !c.is_control() && !matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    let name: String = name.chars().map(|c| if plain(c) { c } else { ' ' }).collect();
    name.trim().chars().take(LONGEST_NAME).collect::<String>().trim_end().to_owned()
}

impl Book {
    /// Keeps a run. One of the same link and name is there once.
    pub fn keep(&mut self, run: Kept) -> Result<(), Full> {
        self.runs.retain(|known| (&known.link, &known.name) != (&run.link, &run.name));
        if self.runs.len() >= MOST_RUNS {
            return Err(Full);
        }
        self.runs.insert(0, run);
        Ok(())
    }

    /// Takes in what a file has.
    pub fn merge(&mut self, file: Book) -> Merged {
        let mut merged = Merged::default();
        for run in file.runs {
            if self.runs.iter().any(|known| (&known.link, &known.name) == (&run.link, &run.name)) {
                merged.known += 1;
            } else if self.runs.len() >= MOST_RUNS {
                merged.left += 1;
            } else {
                self.runs.push(run);
                merged.new += 1;
            }
        }
        self.runs.sort_by_key(|run| core::cmp::Reverse(run.at));
        self.done.join(&file.done);
        merged
    }

    /// Its text: JSON, a line a run.
    pub fn text(&self) -> String {
        let mut out = String::from("{\"raftPlayground\": 1, \"runs\": [");
        for (n, run) in self.runs.iter().enumerate() {
            out.push_str(if n == 0 { "\n" } else { ",\n" });
            out.push_str("{\"name\": ");
            quote(&mut out, &run.name);
            out.push_str(", \"at\": ");
            out.push_str(&run.at.to_string());
            out.push_str(", \"link\": ");
            quote(&mut out, &run.link);
            if !run.future.is_empty() {
                out.push_str(", \"future\": ");
                quote(&mut out, &run.future);
            }
            for (n, future) in run.futures.iter().enumerate() {
                out.push_str(if n == 0 { ", \"futures\": [" } else { ", " });
                future.write(&mut out);
            }
            out.push_str(if run.futures.is_empty() { "}" } else { "]}" });
        }
        out.push_str("\n]");
        let done = self.done.write();
        for (n, name) in done.split_whitespace().enumerate() {
            out.push_str(if n == 0 { ",\n\"done\": [" } else { ", " });
            quote(&mut out, name);
        }
        out.push_str(if done.is_empty() { "}\n" } else { "]}\n" });
        out
    }

    /// Reads such a text. Every link in it is one that opens.
    pub fn read(text: &str) -> Result<Book, BookError> {
        if text.len() > MOST_BYTES {
            return Err(BookError::TooLarge);
        }
        let value = Value::read(text).map_err(BookError::NotJson)?;
        let (Some(1), Some(Value::List(items))) =
            (value.field("raftPlayground").and_then(Value::count), value.field("runs"))
        else {
            return Err(BookError::NotOurs);
        };
        if items.len() > MOST_RUNS {
            return Err(BookError::TooMany(items.len()));
        }
        let read = |(n, item): (usize, &Value<'_>)| run(item).map_err(|wrong| BookError::Run(n + 1, wrong));
        let runs = items.iter().enumerate().map(read).collect::<Result<_, _>>()?;
        Ok(Book { runs, done: done(value.field("done"))? })
    }
}

/// What is done, if the file says so: names of nothing are left out.
fn done(item: Option<&Value<'_>>) -> Result<Done, BookError> {
    let Some(item) = item else { return Ok(Done::default()) };
    let Value::List(names) = item else { return Err(BookError::Done) };
    let mut all = Done::default();
    for name in names {
        let Value::Text(name) = name else { return Err(BookError::Done) };
        if shelf::find(name).is_some() {
            all.add(name);
        }
    }
    Ok(all)
}

fn run(item: &Value<'_>) -> Result<Kept, Wrong> {
    let text = |name: &str| match item.field(name) {
        Some(Value::Text(text)) => Some(text.as_ref()),
        _ => None,
    };
    let given = text("name").ok_or(Wrong::Name)?;
    let name = clean(given);
    if name.is_empty() || given.chars().count() > LONGEST_NAME {
        return Err(Wrong::Name);
    }
    // No clock of a reader is past the year 9999.
    let at = match item.field("at") {
        Some(Value::Number(at)) => u64::try_from(*at).ok().filter(|at| *at < 253_402_300_800_000).ok_or(Wrong::Time)?,
        _ => return Err(Wrong::Time),
    };
    let link = text("link").unwrap_or_default();
    if !link.starts_with('#') {
        return Err(Wrong::Link("it begins with #".into()));
    }
    link::decode(link).map_err(|error| Wrong::Link(error.to_string()))?;
    let futures = future::read(link, item.field("futures")).map_err(Wrong::Futures)?;
    let future = text("future").map(clean).unwrap_or_default();
    Ok(Kept { name, at, link: link.to_owned(), future, futures })
}

/// A text as JSON has it.
fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(name: &str, at: u64) -> Kept {
        let link = "#demo=figure-8&at=300ms".into();
        Kept { name: name.into(), at, link, future: String::new(), futures: Vec::new() }
    }

    /// A future that crashes another server.
    fn future(name: &str, server: u32) -> Future {
        let text = format!("raft 1\nat 5ms crash S{server}\n");
        let scenario = raft_sim::scenario::parse(&text).expect("a scenario").scenario;
        Future { name: name.into(), from: 5_000, link: link::encode(&scenario, &link::View::default()) }
    }

    fn book(names: &[&str]) -> Book {
        Book { runs: names.iter().zip(1..).map(|(name, at)| kept(name, at)).collect(), ..Book::default() }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for names in [&[][..], &["one"], &["a \"quoted\" \\ name", "二", "<b>bold</b>", "emoji 🗳️"]] {
            let book = book(names);
            assert_eq!(Book::read(&book.text()), Ok(book));
        }
    }

    #[test]
    fn other_futures_go_along() {
        for names in [&["what \"if\""][..], &["", "b"]] {
            let futures = names.iter().zip(1..).map(|(name, server)| future(name, server)).collect();
            let mut book = book(&["a", "b"]);
            book.runs[1] = Kept { future: "the first".into(), futures, ..book.runs[1].clone() };
            assert_eq!(Book::read(&book.text()), Ok(book));
        }
    }

    #[test]
    fn the_latest_comes_first_and_the_same_once() {
        let mut book = Book::default();
        for (name, at) in [("a", 1), ("b", 2), ("a", 3)] {
            book.keep(kept(name, at)).expect("there is room");
        }
        assert_eq!(book.runs, [kept("a", 3), kept("b", 2)]);
        let merged = book.merge(Book { runs: vec![kept("b", 9), kept("c", 2)], ..Book::default() });
        assert_eq!((merged, book.runs.len()), (Merged { new: 1, known: 1, left: 0 }, 3));
    }

    #[test]
    fn what_is_done_goes_along_and_is_joined() {
        let done = |names: &str| Book { done: Done::read(names), ..book(&["one"]) };
        assert_eq!(Book::read(&done("terms figure-8").text()), Ok(done("terms figure-8")));
        let file = r#"{"raftPlayground": 1, "runs": [], "done": ["figure-8", "nothing", "a b"]}"#;
        let file = Book::read(file).expect("a file");
        assert_eq!((file.done.write().as_str(), file.runs.len()), ("figure-8", 0));
        let mut here = done("terms");
        here.merge(file);
        assert_eq!(here.done.write(), "figure-8 terms");
        check_refused(r#"{"raftPlayground": 1, "runs": [], "done": "terms"}"#, "what is done is no list of names");
        check_refused(r#"{"raftPlayground": 1, "runs": [], "done": [1]}"#, "what is done is no list of names");
    }

    #[test]
    fn there_are_so_many_at_most() {
        let mut book = Book::default();
        for n in 0..MOST_RUNS as u64 {
            assert_eq!(book.keep(kept(&n.to_string(), n)), Ok(()));
        }
        assert_eq!(book.keep(kept("one more", 0)), Err(Full));
        assert_eq!(book.keep(kept("7", 1_000)), Ok(()), "it was there");
        let merged = book.merge(Book { runs: vec![kept("one more", 0)], ..Book::default() });
        assert_eq!(merged, Merged { new: 0, known: 0, left: 1 });
        assert!(book.text().len() < MOST_BYTES);
    }

    #[test]
    fn names_are_short_plain_lines() {
        assert_eq!(clean("  a\u{202e}b\nc\u{0} "), "a b c");
        assert_eq!(clean(&"x".repeat(200)).len(), LONGEST_NAME);
    }

    #[track_caller]
    fn check_refused(text: &str, expected: &str) {
        assert_eq!(Book::read(text).map_err(|error| error.to_string()), Err(expected.into()), "{text:.100}");
    }

    #[test]
    fn a_strangers_file_is_refused_whole_with_its_place() {
        let file = |runs: &str| format!("{{\"raftPlayground\": 1, \"runs\": [{runs}]}}");
        let good = r##"{"name": "a", "at": 1, "link": "#demo=figure-8"}"##;
        assert_eq!(Book::read(&file(good)).map(|book| book.runs.len()), Ok(1));
        check_refused("", "the file is no JSON from byte 0 on");
        check_refused("{\"raftPlayground\": 1, \"runs\": [", "the file is no JSON from byte 31 on");
        check_refused(&"[".repeat(100_000), "the file is no JSON from byte 17 on");
        check_refused("{\"runs\": []}", "the file holds no saved runs of this playground");
        check_refused("{\"raftPlayground\": 2, \"runs\": []}", "the file holds no saved runs of this playground");
        check_refused("{\"raftPlayground\": 1, \"runs\": {}}", "the file holds no saved runs of this playground");
        check_refused(&" ".repeat(MOST_BYTES + 1), "the file has more than 4 MiB");
        check_refused(&file(&vec![good; 201].join(",")), "the file has 201 runs, and 200 are the most");
        let wrong = |more: &str| file(&format!("{good}, {more}"));
        check_refused(&wrong("7"), "run 2 needs a name of at most 80 characters");
        check_refused(
            &wrong(&format!(r##"{{"name": "{}", "at": 1, "link": "#"}}"##, "n".repeat(81))),
            "run 2 needs a name of at most 80 characters",
        );
        check_refused(
            &wrong(r##"{"name": "b", "at": -1, "link": "#"}"##),
            "run 2 needs the time at which it was saved",
        );
        check_refused(
            &wrong(r##"{"name": "b", "at": 99999999999999999, "link": "#"}"##),
            "run 2 needs the time at which it was saved",
        );
        check_refused(
            &wrong(r##"{"name": "b", "at": 1, "link": "javascript:alert(1)"}"##),
            "the link of run 2 cannot be opened: it begins with #",
        );
        let futures = |futures: &str| {
            wrong(&format!(r##"{{"name": "b", "at": 1, "link": "#demo=terms", "futures": {futures}}}"##))
        };
        check_refused(&futures("7"), "the other futures of run 2 cannot be read: they are no list");
        let needs = "the other futures of run 2 cannot be read: number 1 needs a name, a time and a link of a run";
        check_refused(&futures("[7]"), needs);
        check_refused(&futures(r##"[{"name": "", "from": -1, "link": "#demo=terms"}]"##), needs);
        check_refused(&futures(r##"[{"name": "", "from": 1, "link": "#demo=terms"}]"##), needs);
        let mut one = String::new();
        future("", 1).write(&mut one);
        assert!(Book::read(&futures(&format!("[{one}]"))).is_ok());
        check_refused(
            &futures(&format!("[{}]", vec![one; 17].join(","))),
            "the other futures of run 2 cannot be read: they are too many or too long",
        );
        let long = wrong(&format!(r##"{{"name": "b", "at": 1, "link": "#s1.{}"}}"##, "A".repeat(MAX_LINK)));
        check_refused(&long, "the link of run 2 cannot be opened: the link has more than 16 KiB");
    }
}
