//! Whether some test fails under a mutant. The first failure is enough.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// What became of a mutant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fate {
    /// This test fails.
    Caught(String),
    /// The tests do not come to an end.
    Endless(String),
    /// Every test passes.
    Missed,
    /// It does not compile.
    Unviable,
    /// Not woven, so not judged.
    Left,
}

impl Fate {
    /// As it is written down: a word, and the test.
    pub fn words(&self) -> (&'static str, &str) {
        match self {
            Fate::Caught(test) => ("caught", test),
            Fate::Endless(test) => ("timeout", test),
            Fate::Missed => ("missed", "-"),
            Fate::Unviable => ("unviable", "-"),
            Fate::Left => ("left", "-"),
        }
    }

    pub fn of(word: &str, test: &str) -> Option<Fate> {
        let all = [Fate::Caught(test.into()), Fate::Endless(test.into()), Fate::Missed, Fate::Unviable, Fate::Left];
        all.into_iter().find(|fate| fate.words().0 == word)
    }
}

/// A program of tests with the words that choose some of them, and how long they may take.
pub struct Step {
    pub program: PathBuf,
    pub chosen: &'static [&'static str],
    pub limit: Duration,
}

/// Runs the steps in order until one fails. `mutant` 0 is the code as it is.
pub fn judge(steps: &[Step], mutant: usize, seeds: &str, folder: &Path) -> Fate {
    steps.iter().map(|step| one(step, mutant, seeds, folder)).find(|fate| *fate != Fate::Missed).unwrap_or(Fate::Missed)
}

fn one(step: &Step, mutant: usize, seeds: &str, folder: &Path) -> Fate {
    let mut tests = Command::new(&step.program)
        .args(step.chosen)
        // In order and one by one, so that the line that fails is the last one.
        .arg("--test-threads=1")
        .env("MUTANT", mutant.to_string())
        .env("SEEDS", seeds)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("what was just built runs");
    let printed = BufReader::new(tests.stdout.take().expect("it is piped"));
    let (said, lines) = channel();
    thread::spawn(move || {
        for line in printed.lines().map_while(Result::ok) {
            // Nobody listens any more once a test has failed.
            if said.send(line).is_err() {
                break;
            }
        }
    });
    let end = Instant::now() + step.limit;
    let mut last = String::from("the first test");
    let fate = loop {
        match lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.split(' ').next())
                    && !line.starts_with("test result")
                {
                    last = name.into();
                }
                if line == "running 0 tests" {
                    break Some(Fate::Caught("no test is chosen".into()));
                }
                if line.ends_with("FAILED") {
                    break Some(Fate::Caught(last.clone()));
                }
            }
            Err(RecvTimeoutError::Timeout) => break Some(Fate::Endless(format!("after {last}"))),
            Err(RecvTimeoutError::Disconnected) => break None,
        }
    };
    if fate.is_some() {
        // It may have ended by itself in between.
        let _ = tests.kill();
    }
    let status = tests.wait().expect("a child can be waited for");
    match fate {
        Some(fate) => fate,
        None if status.success() => Fate::Missed,
        // It came down as a whole: out of memory, out of stack.
        None => Fate::Caught(format!("after {last}")),
    }
}
