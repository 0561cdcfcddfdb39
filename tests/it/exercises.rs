//! The exercises that ship, against solutions and what is handed in for one.
//!
//! `tests/exercises/NAME.txt` has two lines for each: the link, and what comes of it. `UPDATE=1`
//! writes the second anew. Links are of version 1 and never rewritten.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use raft_sim::dice::{Dice, Purpose};
use raft_sim::exercise::{Exercise, Verdict};
use raft_sim::link::{View, encode};
use raft_sim::scenario::{Scenario, parse};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn shipped() -> Vec<(String, Scenario)> {
    let files = fs::read_dir(root().join("www/scenarios/exercises")).expect("the exercises");
    let mut all: Vec<(String, Scenario)> = files
        .map(|file| file.expect("a file").path())
        .map(|file| {
            let text = fs::read_to_string(&file).expect("a text");
            let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, parse(&text).expect("a scenario").scenario)
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(all.len() >= 5, "exercises ship");
    all
}

fn exercise(name: &str) -> Exercise {
    let (_, scenario) = shipped().into_iter().find(|(of, _)| of == name).expect("it ships");
    Exercise::new(scenario).expect("it has a goal")
}

fn handed_in(name: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join(format!("tests/exercises/{name}.txt")))
        .unwrap_or_else(|error| panic!("{name} has no solution: {error}"));
    let lines: Vec<&str> = text.lines().collect();
    lines.chunks(2).map(|pair| (pair[0].to_owned(), pair.get(1).copied().unwrap_or_default().to_owned())).collect()
}

fn said(verdict: &Verdict) -> String {
    format!("{}: {verdict}", verdict.word())
}

#[test]
fn every_exercise_has_a_solution_and_is_not_solved_by_itself() {
    for (name, scenario) in shipped() {
        let link = encode(&scenario, &View::default());
        let exercise = Exercise::new(scenario).unwrap_or_else(|| panic!("{name} has no goal"));
        let verdict = exercise.grade(&link).verdict;
        assert!(matches!(verdict, Verdict::NotReached { .. }), "{name} without a deed: {}", said(&verdict));
        let solved = handed_in(&name).iter().any(|(link, _)| exercise.grade(link).verdict.is_solved());
        assert!(solved, "{name} has a solution");
    }
}

#[test]
fn what_is_handed_in_gets_its_verdict_and_its_reason() {
    for (name, scenario) in shipped() {
        let exercise = Exercise::new(scenario).expect("a goal");
        let mut anew = String::new();
        for (link, expected) in handed_in(&name) {
            let found = said(&exercise.grade(&link).verdict);
            writeln!(anew, "{link}\n{found}").unwrap();
            assert!(std::env::var_os("UPDATE").is_some() || found == expected, "{name}: {link}\n{found}");
        }
        if std::env::var_os("UPDATE").is_some() {
            fs::write(root().join(format!("tests/exercises/{name}.txt")), anew).expect("the verdicts");
        }
    }
}

/// A class and its noise: right ones, wrong ones, cut off ones and ones that were changed on their way.
#[test]
fn two_hundred_links_are_graded_in_ten_seconds_and_each_gets_a_reason() {
    let exercise = exercise("two-leaders");
    let all: Vec<String> = shipped().iter().flat_map(|(name, _)| handed_in(name)).map(|(link, _)| link).collect();
    let dice = Dice::new(1);
    let mut started = Duration::ZERO;
    let mut solved = 0;
    for nth in 0..200_u64 {
        let below = |what, most: usize| {
            (dice.roll(Purpose::Schedule, [what, 0], raft_core::Time::ZERO, nth) % most.max(1) as u64) as usize
        };
        let mut link = all[below(1, all.len())].clone().into_bytes();
        match nth % 4 {
            0 => link.truncate(below(2, link.len())),
            1 => {
                let place = below(3, link.len());
                link[place] = b'A' + below(4, 26) as u8;
            }
            2 => link.extend(b").\n> and more"),
            _ => {}
        }
        let link = String::from_utf8_lossy(&link).into_owned();
        let from = Instant::now();
        let verdict = exercise.grade(&link).verdict;
        started += from.elapsed();
        solved += usize::from(verdict.is_solved());
        assert!(!verdict.to_string().is_empty());
    }
    println!("200 links in {started:?}, {solved} of them solved");
    assert!(solved > 0, "some solve it");
    assert!(started < Duration::from_secs(10), "{started:?}");
}
