//! What comes from strangers: their bytes at our edges.

use crate::run::{Outcome, cargo, run, target_dir};

/// Where cargo finds the crate.
pub const MANIFEST: &str = "fuzz/Cargo.toml";

/// `cargo xtask fuzz`: strange texts, links, traces and messages, on the stable toolchain; see fuzz/src/main.rs.
pub fn fuzz(words: &[String]) -> Outcome {
    let mut fuzz = cargo();
    fuzz.args(["run", "--quiet", "--release", "--locked", "--manifest-path", MANIFEST, "--target-dir"])
        .arg(target_dir().join("fuzz"))
        .args(["--bin", "raft-fuzz", "--"]);
    run(fuzz.args(words))
}

/// Two seconds for each target: what anybody's next change breaks at once.
pub fn tests() -> Outcome {
    fuzz(&["--seconds".into(), "2".into()])
}
