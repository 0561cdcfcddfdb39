//! `cargo xtask exhaustive`: the tables of `docs/exhaustive.md`, worked out anew.
//!
//! Without a word: what ends within a minute, then each bug. `all`: what takes long, too.
//! `servers=3 terms=2 writes=1 crashes=1` and so on: one search, with the events that break a promise.

use std::process::ExitCode;

use exhaust::bounds::{Bounds, Conduct};
use exhaust::search::{End, Report, search};
use exhaust::table::{BUGS, LONG, SHORT, bug_row, bugs_head, paper_head, paper_row};

/// About so many states have room in four gigabytes.
const MOST: usize = 100_000_000;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let right = match words.first().map(String::as_str) {
        None => table(SHORT),
        Some("all") => table(&[SHORT, LONG].concat()),
        Some(_) => match one(&words) {
            Ok(right) => right,
            Err(word) => {
                eprintln!(
                    "`{word}` is none of all, servers=N terms=N writes=N crashes=N batch=N slow-disk no-noop plain bug=NAME"
                );
                return ExitCode::from(2);
            }
        },
    };
    if right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn table(bounds: &[Bounds]) -> bool {
    let mut right = true;
    print!("{}", paper_head());
    for bounds in bounds {
        let report = search(*bounds, Conduct::PAPER, MOST);
        right &= report.end == End::Complete;
        println!("{}", paper_row(bounds, &report));
    }
    print!("\n{}", bugs_head());
    for (name, bounds) in BUGS {
        let report = search(*bounds, Conduct::with(name).expect("a bug of the lab"), MOST);
        right &= matches!(report.end, End::Broken(..));
        println!("{}", bug_row(name, bounds, &report));
    }
    right
}

fn one(words: &[String]) -> Result<bool, String> {
    let (mut bounds, mut conduct) = (Bounds::of(3, 2, 1, 0), Conduct::PAPER);
    for word in words {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        let number = value.parse::<u8>();
        match (name, number) {
            ("servers", Ok(number @ 1..=3)) => bounds.servers = number.into(),
            ("terms", Ok(number @ 1..=30)) => bounds.terms = number.into(),
            ("writes", Ok(number @ ..=26)) => bounds.writes = number,
            ("crashes", Ok(number)) => bounds.crashes = number,
            ("batch", Ok(number @ 1..)) => bounds.batch = number.into(),
            ("slow-disk", _) => bounds.slow_disk = true,
            ("no-noop", _) => bounds.no_op = false,
            ("plain", _) => bounds.reduced = false,
            ("bug", _) => conduct = Conduct::with(value).ok_or(word.clone())?,
            _ => return Err(word.clone()),
        }
    }
    let report = search(bounds, conduct, MOST);
    println!("{}{}", paper_head(), paper_row(&bounds, &report));
    let Report { end, .. } = report;
    if let End::Broken(promise, steps) = &end {
        println!("\n{} is broken:", promise.name());
        steps.iter().zip(1..).for_each(|(step, number)| println!("{number}. {step}"));
    }
    Ok(end == End::Complete)
}
