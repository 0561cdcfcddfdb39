//! `cargo xtask test`: everything that has to hold, in order, with one summary at the end.

use std::time::{Duration, Instant};

use crate::run::{Outcome, answer, cargo, run};
use crate::tools::{BARE_TARGET, PAGE_TARGET};
use crate::{bench, browser, dist, edges, exhaust, peers, tools};

/// One thing to check, under the name that runs it alone.
struct Part {
    name: &'static str,
    about: &'static str,
    /// Works on the folder `dist`.
    needs_dist: bool,
    run: fn() -> Outcome,
}

/// Cheap ones first: what is wrong is said early.
const PARTS: [Part; 10] = [
    part("format", "the code is formatted", format),
    part("lint", "clippy has nothing to say", lint),
    part("native", "tests on this machine", native),
    part("peers", "other people's tests, and another core beside ours", peers::tests),
    part("exhaust", "small clusters, explored completely", exhaust::tests),
    part("edges", "strange bytes, a few seconds at each edge", edges::tests),
    part("core", "the core needs no std and no other crate", core),
    part(DIST, "the release folder builds", dist::dist),
    on_dist("browser", "tests in Chromium", browser::tests),
    on_dist("size", "the first load is small", browser::size),
];

const DIST: &str = "dist";

/// The manifests of what is no member of the workspace: what they depend on stays out of it.
pub const APART: [&str; 4] = [bench::MANIFEST, peers::MANIFEST, exhaust::MANIFEST, edges::MANIFEST];

const fn part(name: &'static str, about: &'static str, run: fn() -> Outcome) -> Part {
    let needs_dist = false;
    Part { name, about, needs_dist, run }
}

const fn on_dist(name: &'static str, about: &'static str, run: fn() -> Outcome) -> Part {
    let needs_dist = true;
    Part { needs_dist, ..part(name, about, run) }
}

/// What became of a part.
struct Report {
    part: &'static Part,
    took: Duration,
    outcome: Outcome,
}

/// The names of the parts and what they check, a line each.
pub fn parts() -> String {
    let line = |part: &Part| format!("  {:8} {}", part.name, part.about);
    PARTS.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Runs the named parts, or all of them; the later ones also after an earlier one failed.
pub fn test(arguments: &[String]) -> Outcome {
    let built = arguments.iter().any(|word| word == "--built");
    let chosen = choose(arguments, built)?;
    let mut reports: Vec<Report> = vec![];
    for part in chosen {
        println!("\n━━ {}: {}", part.name, part.about);
        let started = Instant::now();
        let dist_failed = reports.iter().any(|report| report.part.name == DIST && report.outcome.is_err());
        let outcome = match part.needs_dist && dist_failed {
            true => Err("not run: there is nothing to test".into()),
            false => (part.run)(),
        };
        if let Err(why) = &outcome {
            println!("{why}");
        }
        reports.push(Report { part, took: started.elapsed(), outcome });
    }
    summarise(&reports)
}

/// The parts to run, in the order of the table. What works on `dist` brings `dist` along,
/// unless the caller says that it is `--built`.
fn choose(arguments: &[String], built: bool) -> Outcome<Vec<&'static Part>> {
    let names: Vec<_> = arguments.iter().filter(|word| *word != "--built").collect();
    let named = |part: &Part| names.iter().any(|name| *name == part.name);
    if let Some(unknown) = names.iter().find(|name| !PARTS.iter().any(|part| part.name == name.as_str())) {
        return Err(format!("there is no part `{unknown}`; these are:\n{}", parts()));
    }
    let dist_needed = PARTS.iter().any(|part| part.needs_dist && named(part));
    let chosen = |part: &&Part| match part.name {
        DIST if built => named(part),
        DIST => names.is_empty() || named(part) || dist_needed,
        _ => names.is_empty() || named(part),
    };
    Ok(PARTS.iter().filter(chosen).collect())
}

fn summarise(reports: &[Report]) -> Outcome {
    println!("\n━━ summary");
    for Report { part, took, outcome } in reports {
        let (mark, why) = match outcome {
            Ok(()) => ("ok    ", part.about),
            Err(why) => ("FAILED", why.lines().next().unwrap_or_default()),
        };
        println!("{mark} {:8} {:6.1} s  {why}", part.name, took.as_secs_f64());
    }
    let failed: Vec<_> =
        reports.iter().filter(|report| report.outcome.is_err()).map(|report| report.part.name).collect();
    if failed.is_empty() {
        return Ok(());
    }
    Err(format!("{} failed; run it alone with `cargo xtask test {}`", failed.join(", "), failed.join(" ")))
}

fn format() -> Outcome {
    tools::components()?;
    let all = run(cargo().args(["fmt", "--all", "--check"]));
    let apart = |manifest| run(cargo().args(["fmt", "--manifest-path", manifest, "--check"]));
    APART.into_iter().map(apart).fold(all, Outcome::and)
}

/// Everything that builds here, and the page once more as what it becomes in a browser.
fn lint() -> Outcome {
    tools::components()?;
    tools::targets()?;
    let deny = ["--", "--deny", "warnings"];
    let here = run(cargo().args(["clippy", "--workspace", "--all-targets"]).args(deny));
    let page = run(cargo()
        .args(["clippy", "--package", "raft-web", "--package", "raft-search", "--target", PAGE_TARGET])
        .args(deny));
    // Both are run before either fails, so that one report shows everything.
    here.and(page)
}

/// Everything here, and the digests once more as released code computes them.
fn native() -> Outcome {
    let debug = run(cargo().args(["test", "--workspace", "--no-fail-fast"]));
    let released = run(cargo().args(["test", "--profile", "released", "--package", "it", "--", "digests"]));
    debug.and(released)
}

fn core() -> Outcome {
    tools::targets()?;
    let package = ["--package", "raft-core"];
    run(cargo().arg("build").args(package).args(["--target", BARE_TARGET]))?;
    let tree = answer(cargo().arg("tree").args(package).args(["--edges", "normal"]))
        .ok_or("`cargo tree --package raft-core` failed")?;
    println!("$ cargo tree --package raft-core --edges normal\n{tree}");
    match tree.trim().lines().count() {
        1 => Ok(()),
        lines => Err(format!("raft-core depends on {} crates", lines - 1)),
    }
}
