//! `cargo xtask explore-table`: what it takes to find each bug, measured and written into docs/explore.md.

use std::fs;

use serde_json::Value;

use crate::run::{cargo, root};

const PAGE: &str = "docs/explore.md";
const END: &str = "<!-- end -->";

/// Rules whose loss shows only after much has come together.
const HARD: [&str; 8] = [
    "commit-old-term",
    "nack-sets-match",
    "match-kept-across-terms",
    "stream-ack-unverified",
    "stream-no-handshake-check",
    "conf-before-current-term-commit",
    "old-snapshot-installed",
    "lease-not-checked",
];

/// Searches for each bug for up to a minute with two threads, unless other options are given.
pub fn table(options: &[String]) -> Result<(), String> {
    if let [word, events @ ..] = options
        && word == "blind"
    {
        return blind(events.first().map_or("12M", String::as_str));
    }
    let mut command = cargo();
    command.args(["run", "--quiet", "--release", "--package", "raftlab", "--", "explore", "--table"]);
    match options {
        [] => command.args(["--time", "60s", "--jobs", "2"]),
        options => command.args(options),
    };
    let output = command.output().map_err(|error| format!("cargo: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    put("explore", &String::from_utf8_lossy(&output.stdout))
}

/// The hard ones by guidance and by luck, each with so many events. On one thread, so that it is the same everywhere.
fn blind(events: &str) -> Result<(), String> {
    let mut rows =
        String::from("| bug | by guidance: runs | events | by luck: runs | events |\n|---|--:|--:|--:|--:|\n");
    let (mut guided, mut lucky) = (0, 0);
    for bug in HARD {
        let (with, without) = (search(bug, &["--events", events])?, search(bug, &["--events", events, "--blind"])?);
        guided += u32::from(!with["found"].is_null());
        lucky += u32::from(!without["found"].is_null());
        let row = format!("| `{bug}` | {} | {} |\n", cells(&with), cells(&without));
        print!("{row}");
        rows += &row;
    }
    put("blind", &format!("{rows}\nOf {} {guided} are found by guidance and {lucky} by luck.\n", HARD.len()))
}

fn search(bug: &str, options: &[&str]) -> Result<Value, String> {
    let mut command = cargo();
    command.args(["run", "--quiet", "--release", "--package", "raftlab", "--", "explore", "--json", "--jobs", "1"]);
    let output = command.args(["--bug", bug]).args(options).output().map_err(|error| format!("cargo: {error}"))?;
    serde_json::from_slice(&output.stdout).map_err(|error| format!("{bug}: {error}"))
}

fn cells(report: &Value) -> String {
    let not = if report["found"].is_null() { "not in " } else { "" };
    format!("{not}{} | {not}{}", report["runs"], report["events"])
}

/// Writes a table into the page.
fn put(name: &str, rows: &str) -> Result<(), String> {
    let start = format!("<!-- table: {name} -->\n");
    let file = root().join(PAGE);
    let page = fs::read_to_string(&file).map_err(|error| format!("{PAGE}: {error}"))?;
    let (before, rest) = page.split_once(&start).ok_or(format!("{PAGE} has no {start}"))?;
    let (_, after) = rest.split_once(END).ok_or(format!("{PAGE} has no {END}"))?;
    fs::write(&file, format!("{before}{start}{rows}{END}{after}")).map_err(|error| format!("{PAGE}: {error}"))?;
    println!("{rows}");
    Ok(())
}
