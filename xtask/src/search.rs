//! The explorer beside the page: a module of its own, compiled to be fast, in `www/search/dist`.

use std::fs;
use std::path::PathBuf;

use crate::run::{Outcome, cargo, root, run, target_dir};
use crate::{dist, tools};

/// Where its parts go; the page's build takes them along with the script that loads them.
fn folder() -> PathBuf {
    root().join("www").join("search").join("dist")
}

/// Builds it.
pub fn build() -> Outcome {
    tools::targets()?;
    let profile = "wasm-search";
    let mut compile = cargo();
    compile.env("CARGO_ENCODED_RUSTFLAGS", dist::elsewhere_flags().join("\u{1f}"));
    run(compile.args([
        "build",
        "--package",
        "raft-search",
        "--lib",
        "--target",
        tools::PAGE_TARGET,
        "--profile",
        profile,
    ]))?;
    let compiled = target_dir().join(tools::PAGE_TARGET).join(profile).join("raft_search.wasm");
    let made = target_dir().join("search");
    let mut bind = tools::wasm_bindgen()?;
    run(bind
        .arg(compiled)
        .args(["--target", "web", "--no-typescript", "--remove-name-section", "--remove-producers-section"])
        .args(["--out-name", "searcher", "--out-dir"])
        .arg(&made))?;
    fs::create_dir_all(folder()).map_err(|error| format!("www/search/dist: {error}"))?;
    for name in ["searcher.js", "searcher_bg.wasm"] {
        copy_if_new(&made.join(name), &folder().join(name))?;
    }
    Ok(())
}

/// A file that is as it was stays untouched: who watches it builds nothing anew.
fn copy_if_new(from: &PathBuf, to: &PathBuf) -> Outcome {
    let wrong = |error| format!("{}: {error}", to.display());
    let new = fs::read(from).map_err(wrong)?;
    if fs::read(to).is_ok_and(|old| old == new) {
        return Ok(());
    }
    fs::write(to, new).map_err(wrong)
}
