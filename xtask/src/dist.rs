//! `cargo xtask dist`: the folder to put on a web server, under any path.

use std::fs;
use std::path::PathBuf;

use crate::run::{Outcome, root, run, target_dir};
use crate::{browser, tools};

/// How the released module is compiled, whatever `RUSTFLAGS` says elsewhere.
const FLAGS: [&str; 2] = [
    // Functions that are called once stay functions: what a first visit does not run can be told
    // from what it runs. Small ones are inlined as ever.
    "-Cllvm-args=-inline-instr-cost=400",
    // The linker says what points to what, so that data goes where the code is that reads it.
    "-Clink-arg=--emit-relocs",
];

/// Where the release goes.
pub fn folder() -> PathBuf {
    root().join("dist")
}

/// Builds the page small, sets apart what a first visit does not run, and lays `.br` and `.gz`
/// beside each file worth compressing.
pub fn dist() -> Outcome {
    // Node.js first: wasm-opt, which trunk calls, is one of its packages.
    let (mut terse, mut compress) = (tools::node()?, tools::node()?);
    let mut trunk = tools::trunk()?;
    if folder().exists() {
        fs::remove_dir_all(folder()).map_err(|error| format!("dist: {error}"))?;
    }
    let mut split = browser::node()?;
    trunk.env_remove("RUSTFLAGS").env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", FLAGS.join(" "));
    run(trunk.args(["build", "--release"]).arg("--dist").arg("dist"))?;
    run(split.arg("xtask/split/main.mjs").arg("dist").arg(linked()).arg(target_dir().join("first-visit.txt")))?;
    run(terse.arg("xtask/terse.mjs").arg("dist"))?;
    run(compress.arg("xtask/compress.mjs").arg("dist"))
}

/// The module as the linker left it.
fn linked() -> PathBuf {
    target_dir().join(tools::PAGE_TARGET).join("wasm-release").join("playground.wasm")
}
