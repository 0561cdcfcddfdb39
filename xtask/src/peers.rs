//! Other people's tests of Raft, on our core. The crate `tests/peers` is a workspace of its own, so
//! that what it needs is downloaded and built for this part only; see `docs/peers.md`.

use crate::run::{Outcome, cargo, run, target_dir};

/// Where cargo finds the crate.
pub const MANIFEST: &str = "tests/peers/Cargo.toml";

/// Runs them; what they print is the result, so it is shown.
pub fn tests() -> Outcome {
    // A folder of its own among what is built: its dependencies are not those of the workspace.
    let built = target_dir().join("peers");
    let here = |verb: &str| {
        let mut cargo = cargo();
        cargo.args([verb, "--quiet", "--manifest-path", MANIFEST, "--target-dir"]).arg(&built);
        cargo
    };
    run(here("clippy").args(["--all-targets", "--", "--deny", "warnings"]))?;
    run(here("test").args(["--no-fail-fast", "--", "--nocapture", "--test-threads=1"]))
}
