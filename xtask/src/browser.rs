//! What needs a real browser: its tests, the size of the first load, screenshots.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::dist;
use crate::run::{Outcome, answer, command, find, run, target_dir};
use crate::tools;

/// Names of Chromium on the search path, the freest first.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Runs every `*.test.mjs` of `tests/e2e` on the built page.
pub fn tests() -> Outcome {
    let mut node = node()?;
    node.args(["--test", "--test-reporter=spec"]).args(test_files()?);
    run(&mut node)
}

/// Weighs what the first visit fetches.
pub fn size() -> Outcome {
    run(node()?.arg("tests/e2e/size.mjs"))
}

/// Takes screenshots of all states, or of those named, of a fresh build.
pub fn shots(states: &[String]) -> Outcome {
    let mut node = node()?;
    dist::dist()?;
    let folder = target_dir().join("shots");
    run(node.arg("tests/e2e/shots.mjs").arg(format!("--out={}", folder.display())).args(states))
}

/// Node.js with its packages, told where the browser is.
pub fn node() -> Outcome<Command> {
    let mut node = tools::node()?;
    node.env("CHROMIUM", chromium()?);
    Ok(node)
}

fn test_files() -> Outcome<Vec<String>> {
    let entries = fs::read_dir(tools::e2e()).map_err(|error| format!("tests/e2e: {error}"))?;
    let mut files: Vec<_> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".test.mjs"))
        .map(|name| format!("tests/e2e/{name}"))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err("tests/e2e holds no tests".into());
    }
    Ok(files)
}

/// Finds Chromium, or installs it where that can be done without asking.
fn chromium() -> Outcome<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM").map(PathBuf::from) {
        return match named.is_file() {
            true => Ok(named),
            false => Err(format!("CHROMIUM={} is not a file", named.display())),
        };
    }
    if let Some(found) = installed() {
        return Ok(found);
    }
    if find("apt-get").is_some() && is_root() {
        let mut apt = command("apt-get");
        run(apt.args(["update", "--quiet"]))?;
        let mut apt = command("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive")
            .args(["install", "--yes", "--quiet", "--no-install-recommends"])
            // With a font of its own a bare machine can draw text.
            .args(["chromium", "fonts-dejavu-core"]);
        run(&mut apt)?;
    }
    installed().ok_or_else(|| {
        "the browser tests need Chromium: install `chromium` (Debian: `apt-get install chromium`; \
         elsewhere Chromium or Google Chrome), or set CHROMIUM to the path of its program"
            .into()
    })
}

fn installed() -> Option<PathBuf> {
    let places = [
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];
    NAMES.into_iter().find_map(find).or_else(|| places.map(PathBuf::from).into_iter().find(|p| p.is_file()))
}

fn is_root() -> bool {
    answer(command("id").arg("-u")).is_some_and(|id| id.trim() == "0")
}
