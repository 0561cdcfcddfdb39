//! `raftlab grade`: whether links solve an exercise, a verdict each.

use std::io::{BufWriter, Write, stdout};
use std::path::Path;

use raft_sim::exercise::{Exercise, Verdict};
use raft_sim::link::{View, encode};
use raft_sim::scenario::{MAX_TITLE, clean_text, parse};

use crate::Ending;
use crate::input::{load, read_bytes};

/// Bytes of a file of links.
const MOST_BYTES: usize = 32 * 1024 * 1024;
/// Links of all files together.
const MOST_LINKS: usize = 10_000;

/// What somebody handed in.
struct Submission {
    /// Of whom, as far as the file says it.
    name: Option<String>,
    link: String,
}

/// Judges every link, and prints a line for each.
pub fn grade(exercise: &str, links: &[String], csv: bool) -> Ending {
    let read = || -> Result<_, String> {
        let scenario = load(exercise)?.parsed.scenario;
        let of = Exercise::new(scenario).ok_or_else(|| format!("{exercise}: no exercise: it has no line `goal …`"))?;
        Ok((of, submissions(links)?))
    };
    let (exercise, submissions) = match read() {
        Ok(read) => read,
        Err(error) => {
            eprintln!("{error}");
            return Ending::Unreadable;
        }
    };
    match print(&exercise, &submissions, csv) {
        Ok(0) => Ending::Well,
        Ok(_) => Ending::Failed,
        Err(_) => Ending::Unreadable,
    }
}

/// Returns how many are not solved.
fn print(exercise: &Exercise, submissions: &[Submission], csv: bool) -> std::io::Result<usize> {
    let mut out = BufWriter::new(stdout().lock());
    let mut unsolved = 0;
    if csv {
        writeln!(out, "number,name,verdict,solved_at_us,reason")?;
    }
    for (submission, number) in submissions.iter().zip(1..) {
        let graded = exercise.grade(&submission.link);
        let (word, reason) = (graded.verdict.word(), graded.verdict.to_string());
        unsolved += usize::from(!graded.verdict.is_solved());
        let name = submission.name.clone().or(graded.author).unwrap_or_default();
        if csv {
            let at = match graded.verdict {
                Verdict::Solved(at) => at.0.to_string(),
                _ => String::new(),
            };
            writeln!(out, "{number},{},{word},{at},{}", cell(&name), cell(&reason))?;
        } else {
            let name = if name.is_empty() { String::new() } else { format!(" {name}:") };
            writeln!(out, "{word:<12}{number}:{name} {reason}")?;
        }
    }
    if !csv {
        writeln!(out, "{} of {} solved", submissions.len() - unsolved, submissions.len())?;
    }
    out.flush()?;
    Ok(unsolved)
}

/// A cell of a table that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
    if guard.is_empty() && !text.contains([',', '"', ';']) {
        return text.to_owned();
    }
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// The links among the arguments, and those in the files that they name.
fn submissions(arguments: &[String]) -> Result<Vec<Submission>, String> {
    let mut all = Vec::new();
    for argument in arguments {
        if argument != "-" && !Path::new(argument).is_file() {
            all.push(Submission { name: None, link: argument.clone() });
            continue;
        }
        let bytes = read_bytes(argument, MOST_BYTES).map_err(|error| format!("{argument}: {error}"))?;
        let text = String::from_utf8_lossy(&bytes);
        match parse(&text) {
            Ok(parsed) => {
                let link = encode(&parsed.scenario, &View::default());
                all.push(Submission { name: None, link });
            }
            Err(error) if text.starts_with("raft ") => return Err(format!("{argument}:{error}")),
            Err(_) => all.extend(text.lines().filter(|line| !line.trim().is_empty()).map(submission)),
        }
        if all.len() > MOST_LINKS {
            return Err(format!("{argument}: more than {MOST_LINKS} links, the most that are graded at once"));
        }
    }
    Ok(all)
}

/// A line of a file: a link, behind a name or not, as spreadsheets write them.
fn submission(line: &str) -> Submission {
    let line = line.trim().trim_end_matches(['"', ',', ';']);
    let split = line.rfind([',', ';', '\t', ' ']).filter(|_| !line.contains("#text="));
    let (name, link) = split.map_or(("", line), |at| (&line[..at], &line[at + 1..]));
    let name = clean_text(name.trim_matches(|c: char| c.is_whitespace() || [',', ';', '"'].contains(&c)), MAX_TITLE);
    Submission { name: Some(name).filter(|name| !name.is_empty()), link: link.trim_matches('"').to_owned() }
}
