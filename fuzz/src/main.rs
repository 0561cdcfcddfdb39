//! Looks for bytes that break an edge, on the stable toolchain: takes what is known (the shipped
//! scenarios, the golden links, the kept corpus), changes it, and goes on from what became of it when
//! that was new.
//!
//! `raft-fuzz [--seconds 60] [--seed 1] [TARGET…]`; the same seed tries the same in the same order.

use std::collections::HashSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use raft_fuzz::{TARGETS, Target};

/// Bytes of an input at most: a little more than the edges take.
const LONGEST: usize = 70_000;
/// What is worth going on from; older ones make room.
const KEPT: usize = 4_000;

/// Pieces that break things elsewhere.
const ODD: [&str; 24] = [
    "18446744073709551615",
    "18446744073709551616",
    "-1",
    "0",
    "4294967296",
    "1e308",
    "NaN",
    "99999999999999999999999ms",
    "0.0000000000001us",
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{feff}",
    "\0",
    "\r\n",
    "<script>alert(1)</script>",
    "%00",
    "%25%32%35",
    "&at=",
    "&digest=",
    "#s1.",
    "#text=",
    "#src=javascript:alert(1)",
    "\n\n\n",
];

struct Dice(u64);

impl Dice {
    /// SplitMix64.
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % below.max(1) as u64) as usize
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str, usual: u64| {
        words.iter().position(|word| word == name).map_or(Some(usual), |at| words.get(at + 1)?.parse().ok())
    };
    let (Some(seconds), Some(seed)) = (number("--seconds", 60), number("--seed", 1)) else {
        eprintln!("raft-fuzz [--seconds N] [--seed N] [TARGET…]");
        return ExitCode::from(2);
    };
    let named = |(name, _): &&Target| words.iter().any(|word| word == name);
    let any = TARGETS.iter().any(|target| named(&target));
    // What breaks is said below, with the bytes that did it.
    std::panic::set_hook(Box::new(|_| ()));
    let mut crashes = 0;
    for target in TARGETS.iter().filter(|target| !any || named(target)) {
        crashes += look(target, Duration::from_secs(seconds), seed);
    }
    if crashes == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs one target for so long. Returns how many inputs broke it.
fn look((name, check): &Target, lasts: Duration, seed: u64) -> usize {
    let mut dice = Dice(seed);
    let mut inputs = corpus(name);
    let known = inputs.len();
    let dictionary = dictionary(&inputs);
    let mut seen = HashSet::new();
    let mut broken = HashSet::new();
    let (mut tries, mut slowest) = (0_u64, Duration::ZERO);
    let begin = Instant::now();
    let mut next = inputs.clone().into_iter();
    while begin.elapsed() < lasts {
        // What is known takes turns with what is new, so that a short run sees both.
        let kept = if tries % 2 == 0 { next.next() } else { None };
        let input = kept.unwrap_or_else(|| changed(&inputs, &dictionary, &mut dice));
        let started = Instant::now();
        let found = catch_unwind(AssertUnwindSafe(|| check(&input)));
        tries += 1;
        let took = started.elapsed();
        if took > slowest {
            // Once more: the machine may have done something else meanwhile.
            let again = Instant::now();
            drop(catch_unwind(AssertUnwindSafe(|| check(&input))));
            slowest = slowest.max(took.min(again.elapsed()));
        }
        match found {
            Ok(what) => {
                if seen.insert(without_numbers(&what)) {
                    if inputs.len() >= KEPT {
                        inputs.swap_remove(known + dice.roll(KEPT - known));
                    }
                    inputs.push(input);
                }
            }
            Err(panic) => {
                let said = panic.downcast_ref::<String>().cloned();
                let said =
                    said.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default();
                if broken.insert(without_numbers(&said)) {
                    println!("{name}: {said}\n  by {}", keep(name, &input).display());
                }
            }
        }
    }
    println!(
        "{name}: {tries} inputs in {:.0} s, {} kinds of answers, slowest {} ms, {} crashes",
        begin.elapsed().as_secs_f64(),
        seen.len(),
        slowest.as_millis(),
        broken.len(),
    );
    broken.len()
}

/// Two answers that differ in numbers and names only are of one kind.
fn without_numbers(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_ascii_digit()).take(60).collect();
    text.split('"').step_by(2).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What is known: kept inputs of this target, shipped scenarios or golden links.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folders = match name {
        "link" => vec![root().join("tests/links/v1"), root().join("tests/links/v2")],
        "trace" => vec![],
        _ => ["", "bugs", "exercises"].map(|folder| root().join("www/scenarios").join(folder)).to_vec(),
    };
    let mut files: Vec<PathBuf> = folders
        .iter()
        .chain([&root().join("fuzz/corpus").join(name)])
        .flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten())
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files.iter().filter_map(|file| fs::read(file).ok()).collect()
}

/// The words of the corpus, and odd ones.
fn dictionary(inputs: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut words: Vec<Vec<u8>> =
        inputs.iter().flat_map(|input| input.split(u8::is_ascii_whitespace).map(<[u8]>::to_vec)).collect();
    words.sort();
    words.dedup();
    words.retain(|word| !word.is_empty() && word.len() < 40);
    words.extend(ODD.iter().map(|odd| odd.as_bytes().to_vec()));
    words
}

/// An input that nobody has tried: a known one, changed a few times.
fn changed(inputs: &[Vec<u8>], dictionary: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut input = inputs[dice.roll(inputs.len())].clone();
    for _ in 0..=dice.roll(5) {
        let at = dice.roll(input.len() + 1);
        let to = (at + 1 + dice.roll(30)).min(input.len());
        match dice.roll(9) {
            0 => input.insert(at, dice.roll(256) as u8),
            1 if at < input.len() => input[at] ^= 1 << dice.roll(8),
            2 => drop(input.drain(at..to.max(at))),
            3 | 4 => drop(input.splice(at..at, dictionary[dice.roll(dictionary.len())].iter().copied())),
            // A word for a word.
            5 | 6 => {
                let from = input[..at].iter().rposition(u8::is_ascii_whitespace).map_or(0, |place| place + 1);
                let until = input[at..].iter().position(u8::is_ascii_whitespace).map_or(input.len(), |more| at + more);
                drop(input.splice(from..until, dictionary[dice.roll(dictionary.len())].iter().copied()));
            }
            // A line of another one.
            7 => {
                let other = &inputs[dice.roll(inputs.len())];
                let lines: Vec<&[u8]> = other.split_inclusive(|&byte| byte == b'\n').collect();
                let start = input[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |place| place + 1);
                if let Some(line) = lines.get(dice.roll(lines.len())) {
                    drop(input.splice(start..start, line.iter().copied()));
                }
            }
            _ => {
                let piece = input[at..to.max(at)].to_vec();
                let times = [2, 3, 10, 300][dice.roll(4)];
                drop(input.splice(at..at, piece.repeat(times)));
            }
        }
    }
    input.truncate(LONGEST);
    input
}

/// Writes down what broke a target.
fn keep(name: &str, input: &[u8]) -> PathBuf {
    let folder = root().join("fuzz/crashes");
    let sum = input
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, &byte| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let file = folder.join(format!("{name}-{sum:016x}"));
    if fs::create_dir_all(&folder).and_then(|()| fs::write(&file, input)).is_err() {
        eprintln!("{} could not be written", file.display());
    }
    file
}
