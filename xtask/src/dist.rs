//! `cargo xtask dist`: the folder to put on a web server, under any path.

use std::fs;
use std::path::PathBuf;

use crate::run::{Outcome, root, run};
use crate::tools;

/// Where the release goes.
pub fn folder() -> PathBuf {
    root().join("dist")
}

/// Builds the page small, and lays `.br` and `.gz` beside each file worth compressing.
pub fn dist() -> Outcome {
    // Node.js first: wasm-opt, which trunk calls, is one of its packages.
    let mut compress = tools::node()?;
    let mut trunk = tools::trunk()?;
    if folder().exists() {
        fs::remove_dir_all(folder()).map_err(|error| format!("dist: {error}"))?;
    }
    run(trunk.args(["build", "--release"]).arg("--dist").arg("dist"))?;
    run(compress.arg("xtask/compress.mjs").arg("dist"))
}
