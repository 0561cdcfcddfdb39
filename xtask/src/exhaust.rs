//! Small clusters of the core, explored completely. The crate `tests/exhaust` is a workspace of its own,
//! always optimised; see `docs/exhaustive.md`.

use std::process::Command;

use crate::run::{Outcome, cargo, run, target_dir};

/// Where cargo finds the crate.
pub const MANIFEST: &str = "tests/exhaust/Cargo.toml";

fn here(verb: &str) -> Command {
    let mut cargo = cargo();
    cargo.args([verb, "--quiet", "--manifest-path", MANIFEST, "--target-dir"]).arg(target_dir().join("exhaust"));
    cargo
}

/// `cargo xtask exhaustive`: prints the tables.
pub fn exhaustive(words: &[String]) -> Outcome {
    run(here("run").args(["--release", "--"]).args(words))
}

/// The bounds that take seconds, and the bugs; what they print is the result, so it is shown.
pub fn tests() -> Outcome {
    run(here("clippy").args(["--all-targets", "--", "--deny", "warnings"]))?;
    run(here("test").args(["--release", "--", "--nocapture", "--test-threads=1"]))
}
