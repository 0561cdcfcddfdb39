//! What comes from strangers: their bytes at our edges, and their code in our dependencies.

use crate::run::{Outcome, answer, cargo, run, target_dir};

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

/// `cargo xtask deny`: licences, doubled versions and sources of all dependencies, as deny.toml allows
/// them, without a network. With `advisories` also what is known against them, which is fetched.
pub fn deny(words: &[String]) -> Outcome {
    if answer(cargo().args(["deny", "--version"])).is_none() {
        return Err("cargo-deny is not there: `cargo install --locked cargo-deny`".into());
    }
    let mut deny = cargo();
    deny.arg("deny");
    if words.is_empty() {
        deny.args(["--offline", "check", "licenses", "bans", "sources"]);
    } else {
        deny.arg("check").args(words);
    }
    run(&mut deny)
}
