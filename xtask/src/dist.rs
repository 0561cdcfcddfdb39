//! `cargo xtask dist`: the folder to put on a web server, under any path.

use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::run::{Outcome, answer, command, root, run, target_dir};
use crate::{browser, search, tools};

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

/// Builds the page small, sets apart what a first visit does not run, gives each scenario and each reference a page, with
/// pictures, lists what the page needs without a network, and lays `.br` and `.gz` beside each file worth compressing.
pub fn dist() -> Outcome {
    // Node.js first: wasm-opt, which trunk calls, is one of its packages.
    let (mut terse, mut compress) = (tools::node()?, tools::node()?);
    let mut trunk = tools::trunk()?;
    if folder().exists() {
        fs::remove_dir_all(folder()).map_err(|error| format!("dist: {error}"))?;
    }
    let (mut split, mut publish, mut offline) = (browser::node()?, browser::node()?, browser::node()?);
    search::build()?;
    // A path may have a space: cargo takes the flags apart at this sign.
    trunk.env("CARGO_ENCODED_RUSTFLAGS", flags().join("\u{1f}"));
    run(trunk.args(["build", "--release"]).arg("--dist").arg("dist"))?;
    run(split.arg("xtask/split/main.mjs").arg("dist").arg(linked()).arg(target_dir().join("first-visit.txt")))?;
    run(terse.arg("xtask/terse.mjs").arg("dist"))?;
    // Where it will lie, for those who want whole addresses: cards of chats, oEmbed.
    let address = env::var("PLAYGROUND_URL").unwrap_or_default();
    run(publish.arg("xtask/publish/main.mjs").arg("dist").arg(address))?;
    run(offline.arg("xtask/offline.mjs").arg("dist"))?;
    run(compress.arg("xtask/compress.mjs").arg("dist"))
}

/// The flags of the released module. What a panic says of its place names the file in its crate,
/// wherever on this machine that lies: shorter, and the same from every machine.
fn flags() -> Vec<String> {
    FLAGS.iter().map(|flag| (*flag).to_owned()).chain(elsewhere_flags()).collect()
}

/// Those of them that any module has.
pub fn elsewhere_flags() -> Vec<String> {
    elsewhere().iter().map(|folder| format!("--remap-path-prefix={}=", folder.display())).collect()
}

/// The folders with sources that are not of this repository.
fn elsewhere() -> Vec<PathBuf> {
    let mut folders = vec![root().to_owned()];
    let sysroot = answer(command("rustc").args(["--print", "sysroot"]));
    folders.extend(sysroot.map(|path| Path::new(path.trim()).join("lib/rustlib/src/rust")));
    let cargo =
        env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let registries = cargo.and_then(|home| fs::read_dir(home.join("registry/src")).ok());
    folders.extend(registries.into_iter().flatten().flatten().map(|entry| entry.path()));
    folders
}

/// The module as the linker left it.
fn linked() -> PathBuf {
    target_dir().join(tools::PAGE_TARGET).join("wasm-release").join("playground.wasm")
}
