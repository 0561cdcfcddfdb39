//! How long links are: what somebody clicked together and explained fits where people put links.
//!
//! The captions that are measured are those of shipped scenarios, and none that the form `s2.` knows: of a
//! scenario of which four words in a row stand in the text that it learned from, no caption counts.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use raft_core::Time;
use raft_sim::link::{View, decode, encode};
use raft_sim::scenario::parse;

use crate::language::{Chance, varied_action, visitors_action};

/// Words in a row that no text has by chance.
const TELLING: usize = 4;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn runs_of_words(line: &str) -> Vec<Vec<String>> {
    let letters = |c: char| c.is_alphanumeric() || c == '\'';
    let words: Vec<String> = line.split(|c| !letters(c)).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    words.windows(TELLING).map(<[String]>::to_vec).collect()
}

/// What a line says to a reader.
fn prose(line: &str) -> Option<&str> {
    let (verb, text) = line.trim().split_once(' ')?;
    ["title", "about", "note", "stop", "ask"].contains(&verb).then_some(text)
}

/// Captions of shipped scenarios of which the form knows nothing.
fn unknown_captions() -> Vec<String> {
    let known = fs::read_to_string(root().join("core/sim/src/link/short/known.txt")).expect("what the form knows");
    let known: HashSet<Vec<String>> = known.lines().filter_map(prose).flat_map(runs_of_words).collect();
    let mut files: Vec<PathBuf> = ["", "bugs", "exercises"]
        .iter()
        .flat_map(|folder| fs::read_dir(root().join("www/scenarios").join(folder)).expect("the scenarios"))
        .map(|file| file.expect("a file").path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    let (mut captions, mut scenarios) = (Vec::new(), 0);
    for file in &files {
        let text = fs::read_to_string(file).expect("a text");
        if text.lines().filter_map(prose).flat_map(runs_of_words).any(|run| known.contains(&run)) {
            continue;
        }
        let before = captions.len();
        captions.extend(text.lines().filter_map(|line| line.trim().strip_prefix("note ")).map(String::from));
        scenarios += usize::from(captions.len() > before);
    }
    let letters = captions.iter().map(|caption| caption.chars().count()).sum::<usize>() / captions.len().max(1);
    println!("{} captions of {scenarios} scenarios, {letters} letters each", captions.len());
    assert!(captions.len() >= 60 && letters >= 70, "enough to tell, and as long as captions are");
    captions
}

/// Forty actions at random microseconds, every fourth with a caption, all of them different.
fn run_with(chance: &mut Chance, captions: &[String], action: fn(&mut Chance) -> String) -> (String, String) {
    let mut left: Vec<&String> = captions.iter().collect();
    let (mut text, mut at) = (String::from("raft 1\n"), 0);
    for n in 0..40 {
        at += 1 + chance.number() % 1_000_000;
        writeln!(text, "at {} {}", Time(at), action(chance)).expect("a string takes all");
        if n % 4 == 3 {
            let caption = left.swap_remove(chance.below(left.len()));
            writeln!(text, "note {caption}").expect("a string takes all");
        }
    }
    // As the Share button gives it.
    let view = View { at: Some(Time(at)), digest: Some(chance.number()), ..View::default() };
    let link = encode(&parse(&text).expect("a scenario").scenario, &view);
    (link, text)
}

/// What is promised. Half of all such links have far fewer, and the longest of hundreds no more.
const PROMISED: usize = 700;

#[test]
fn forty_actions_with_ten_captions_are_a_short_link() {
    let captions = unknown_captions();
    type Act = fn(&mut Chance) -> String;
    for (name, action) in [("visitor's", visitors_action as Act), ("varied", varied_action)] {
        let mut lengths: Vec<(usize, usize)> = (0..400)
            .map(|seed| run_with(&mut Chance::new(seed), &captions, action))
            .map(|(link, text)| (link.len(), text.len()))
            .collect();
        lengths.sort_unstable();
        let (median, longest) = (lengths[200], lengths[399]);
        println!("40 {name} actions and 10 captions: (link, text) {median:?} in the median, {longest:?} at most");
        assert!(median.0 <= PROMISED - 100 && longest.0 <= PROMISED, "{name}: {median:?}, {longest:?}");
    }
}

/// Every letter of such a link is one that no tool changes: they are the unreserved ones, and `&` and `=`
/// of the view.
#[test]
fn letters_of_a_link_are_safe() {
    let (link, _) = run_with(&mut Chance::new(1), &vec!["A caption, with \"marks\" & 漢字.".into(); 10], varied_action);
    assert!(link.starts_with("#s2."), "{link}");
    let safe = |c: char| c.is_ascii_alphanumeric() || "-_.&=".contains(c);
    assert!(link[1..].chars().all(safe), "{link}");
    assert!(decode(&link).is_ok());
}

/// As many clicks as a scenario may have still are a link.
#[test]
fn two_thousand_clicks_are_a_link() {
    let chance = &mut Chance::new(7);
    let (mut text, mut at) = (String::from("raft 1\n"), 0);
    for _ in 0..2_000 {
        at += 1 + chance.number() % 1_000_000;
        writeln!(text, "at {} {}", Time(at), visitors_action(chance)).expect("a string takes all");
    }
    let scenario = parse(&text).expect("a scenario").scenario;
    let link = encode(&scenario, &View::default());
    println!("2,000 clicks: {} letters", link.len());
    assert!(link.len() <= 12_000 && decode(&link).is_ok());
}
