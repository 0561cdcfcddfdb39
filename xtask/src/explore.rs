//! `cargo xtask explore-table`: what it takes to find each bug, measured and written into docs/explore.md.

use std::fs;

use crate::run::{cargo, root};

const PAGE: &str = "docs/explore.md";
const START: &str = "<!-- table: explore -->\n";
const END: &str = "<!-- end -->";

/// Searches for each bug for up to a minute with two threads, unless other options are given.
pub fn table(options: &[String]) -> Result<(), String> {
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
    let rows = String::from_utf8_lossy(&output.stdout).into_owned();
    let file = root().join(PAGE);
    let page = fs::read_to_string(&file).map_err(|error| format!("{PAGE}: {error}"))?;
    let (before, rest) = page.split_once(START).ok_or(format!("{PAGE} has no {START}"))?;
    let (_, after) = rest.split_once(END).ok_or(format!("{PAGE} has no {END}"))?;
    fs::write(&file, format!("{before}{START}{rows}{END}{after}")).map_err(|error| format!("{PAGE}: {error}"))?;
    println!("{rows}");
    Ok(())
}
