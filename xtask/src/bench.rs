//! `cargo xtask bench`: our core beside another one. The crate `bench` is a workspace of its own,
//! so that what it needs is downloaded and built for this command only; and the page in Chromium. See
//! `docs/bench.md`.

use std::path::PathBuf;

use crate::run::{Outcome, cargo, command, run, said, target_dir};
use crate::tools::{self, PAGE_TARGET};
use crate::{browser, dist};

/// Where cargo finds the benchmark.
pub const MANIFEST: &str = "bench/Cargo.toml";

/// Builds what is wanted and runs it. Nothing of this is printed to where the results go.
pub fn bench(arguments: &[String]) -> Outcome {
    if let Some((first, rest)) = arguments.split_first()
        && first == "page"
    {
        return page(rest);
    }
    build(&["--release", "--bin", "raft-bench"])?;
    let mut words = arguments.to_vec();
    if words.iter().any(|word| word.trim_start_matches("--") == "wasm") {
        tools::targets()?;
        // Histories are measured as the page is built, the core as the rest of the benchmark is.
        let history = words.iter().any(|word| word.trim_start_matches("--") == "history");
        let (profile, features) = if history { ("page", "sim") } else { ("release", "") };
        let wanted = ["--no-default-features", "--features", features, "--profile", profile, "--target", PAGE_TARGET];
        build(&[&["--lib"], &wanted[..]].concat())?;
        let module = built().join(PAGE_TARGET).join(profile).join("raft_bench.wasm");
        words.push(module.to_string_lossy().into_owned());
    }
    let program = built().join("release").join(format!("raft-bench{}", std::env::consts::EXE_SUFFIX));
    let status = command(program).args(words).status().map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err("the benchmark failed".into()) }
}

/// Measures the page in Chromium: as a release, built now unless `--built` says that it is there.
fn page(arguments: &[String]) -> Outcome {
    let (built, parts): (Vec<_>, Vec<_>) = arguments.iter().partition(|word| *word == "--built");
    let mut node = browser::node()?;
    if built.is_empty() {
        dist::dist()?;
    }
    run(node.arg("tests/e2e/bench.mjs").args(parts))
}

fn build(what: &[&str]) -> Outcome {
    let mut build = cargo();
    build.args(["build", "--quiet", "--manifest-path", MANIFEST, "--target-dir"]);
    build.arg(built()).args(what);
    eprintln!("$ {}", said(&build));
    match build.status() {
        Ok(status) if status.success() => Ok(()),
        _ => Err("the benchmark does not build".into()),
    }
}

/// A folder of its own among what is built: its dependencies are not those of the workspace.
fn built() -> PathBuf {
    target_dir().join("bench")
}
