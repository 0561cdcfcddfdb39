//! The tools that the page is built with: their versions, and how a machine gets them.
//!
//! A tool on the search path is used if its version is the right one. If it is missing, it is
//! installed where `cargo install` puts programs. If another version is there it is left alone,
//! and the right one goes into `target/tools`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Outcome, answer, cargo, command, find, root, run, target_dir, with_path};

/// A program that is built from the crates registry.
struct Tool {
    program: &'static str,
    package: &'static str,
    version: &'static str,
    /// What it wants before `--version`.
    subcommand: &'static [&'static str],
    options: &'static [&'static str],
}

/// Builds, watches and serves the page. 0.22 wants a newer compiler than ours.
const TRUNK: Tool = Tool {
    program: "trunk",
    package: "trunk",
    version: "0.21.14",
    subcommand: &[],
    options: &["--no-default-features", "--features", "rustls"],
};

/// Must be of the very version of the `wasm-bindgen` crate that the page links.
const WASM_BINDGEN: Tool =
    Tool { program: "wasm-bindgen", package: "wasm-bindgen-cli", version: "0.2.126", subcommand: &[], options: &[] };

/// Says what could be changed in the code, so that some test should fail.
const CARGO_MUTANTS: Tool = Tool {
    program: "cargo-mutants",
    package: "cargo-mutants",
    version: "27.1.0",
    subcommand: &["mutants"],
    options: &[],
};

/// Knows the licences and the origin of other people's code.
const CARGO_DENY: Tool =
    Tool { program: "cargo-deny", package: "cargo-deny", version: "0.20.2", subcommand: &["deny"], options: &[] };

/// Everything but the host that something here is built for.
const TARGETS: [&str; 2] = [PAGE_TARGET, BARE_TARGET];

/// What the page is built for.
pub const PAGE_TARGET: &str = "wasm32-unknown-unknown";

/// A machine without an operating system, which shows that the core needs none.
pub const BARE_TARGET: &str = "thumbv7em-none-eabihf";

/// The oldest Node.js that runs the browser tests and wasm-opt. The npm packages and their
/// versions are in `tests/e2e/package.json`.
const NODE_MAJOR: u32 = 20;

/// A quick build of a tool that runs for seconds: the default one takes many minutes.
const QUICK_BUILD: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
];

/// Makes sure that trunk and what it needs are there; the answer runs it.
pub fn trunk() -> Outcome<Command> {
    targets()?;
    let mut path = vec![];
    path.extend(provide(&TRUNK)?);
    path.extend(provide(&WASM_BINDGEN)?);
    path.push(npm_bin());
    let mut trunk = command(TRUNK.program);
    // The search path of the child decides which trunk is found.
    with_path(&mut trunk, &path).env("TRUNK_SKIP_VERSION_CHECK", "true");
    if env::var_os("NO_COLOR").is_some() {
        // Trunk takes nothing but a truth value here, everybody else takes anything.
        trunk.env("NO_COLOR", "true");
    }
    Ok(trunk)
}

/// Makes sure that the binding generator is there; the answer runs it.
pub fn wasm_bindgen() -> Outcome<Command> {
    let path: Vec<PathBuf> = provide(&WASM_BINDGEN)?.into_iter().collect();
    let mut program = command(WASM_BINDGEN.program);
    with_path(&mut program, &path);
    Ok(program)
}

/// Makes sure that cargo-mutants is there; the answer is a cargo that finds it.
pub fn cargo_mutants() -> Outcome<Command> {
    with_tool(&CARGO_MUTANTS)
}

/// Makes sure that cargo-deny is there; the answer is a cargo that finds it.
pub fn cargo_deny() -> Outcome<Command> {
    with_tool(&CARGO_DENY)
}

fn with_tool(tool: &Tool) -> Outcome<Command> {
    let path: Vec<PathBuf> = provide(tool)?.into_iter().collect();
    let mut cargo = cargo();
    with_path(&mut cargo, &path);
    Ok(cargo)
}

/// Adds the compiler's parts for our targets if they are missing.
pub fn targets() -> Outcome {
    let missing: Vec<_> = TARGETS.into_iter().filter(|name| !has(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let said = missing.join(" ");
    run(command("rustup").args(["target", "add"]).args(missing))
        .map_err(|why| format!("{why}\nthe compiler lacks {said}: install rustup (https://rustup.rs)"))
}

fn has(target: &str) -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    answer(command(rustc).args(["--print", "target-libdir", "--target", target]))
        .is_some_and(|dir| Path::new(dir.trim()).is_dir())
}

/// Adds the compiler's formatter and linter if they are missing.
pub fn components() -> Outcome {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if answer(cargo().args([subcommand, "--version"])).is_none() {
            run(command("rustup").args(["component", "add", component]))?;
        }
    }
    Ok(())
}

/// Installs a tool unless it is there. The answer is the directory to search first, if any.
fn provide(tool: &Tool) -> Outcome<Option<PathBuf>> {
    let ours = target_dir().join("tools").join(format!("{}-{}", tool.package, tool.version));
    let bin = ours.join("bin");
    let right = Some(tool.version);
    if version_of(tool, &bin.join(tool.program)).as_deref() == right {
        return Ok(Some(bin));
    }
    let installed = find(tool.program).map(|path| version_of(tool, &path));
    match installed {
        Some(found) if found.as_deref() == right => Ok(None),
        Some(found) => {
            let found = found.unwrap_or_else(|| "of unknown version".into());
            println!("{} {found} stays; {} is needed and goes into target/tools", tool.program, tool.version);
            install(tool, Some(&ours)).map(|()| Some(bin))
        }
        None => install(tool, None).map(|()| Some(cargo_bin())),
    }
}

fn install(tool: &Tool, root: Option<&Path>) -> Outcome {
    println!("Installing {} {}: a few minutes, once.", tool.package, tool.version);
    let building = target_dir().join("tools").join("build");
    let mut install = cargo();
    install
        .args(["install", "--locked", tool.package, "--version"])
        .arg(tool.version)
        .args(tool.options)
        .envs(QUICK_BUILD)
        // Kept until it is done, so that an interrupted installation goes on where it stopped.
        .env("CARGO_TARGET_DIR", &building);
    if let Some(root) = root {
        install.arg("--root").arg(root);
    }
    run(&mut install)?;
    // Only a matter of space: what was needed is installed.
    let _ = fs::remove_dir_all(building);
    Ok(())
}

/// Where `cargo install` puts programs.
fn cargo_bin() -> PathBuf {
    let home = || env::home_dir().map(|home| home.join(".cargo"));
    env::var_os("CARGO_INSTALL_ROOT")
        .or_else(|| env::var_os("CARGO_HOME"))
        .map(PathBuf::from)
        .or_else(home)
        .unwrap_or_default()
        .join("bin")
}

fn version_of(tool: &Tool, program: &Path) -> Option<String> {
    answer(command(program).args(tool.subcommand).arg("--version")).and_then(|line| version_in(&line))
}

fn version(program: &Path) -> Option<String> {
    answer(command(program).arg("--version")).and_then(|line| version_in(&line))
}

/// The version in a line such as `trunk 0.21.14` or `v20.20.2`.
fn version_in(line: &str) -> Option<String> {
    line.split_whitespace()
        .map(|word| word.trim_start_matches('v'))
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))
        .map(str::to_owned)
}

/// Where the browser tests and their npm packages are.
pub fn e2e() -> PathBuf {
    root().join("tests").join("e2e")
}

fn npm_bin() -> PathBuf {
    e2e().join("node_modules").join(".bin")
}

/// A command that runs a script in Node.js, once its packages are installed.
pub fn node() -> Outcome<Command> {
    let wanted = format!("install Node.js {NODE_MAJOR} or later with npm (https://nodejs.org)");
    let Some(node) = find("node") else {
        return Err(format!("`node` is not on the search path: {wanted}"));
    };
    let found = version(&node).unwrap_or_default();
    let major = found.split('.').next().and_then(|text| text.parse().ok());
    if major.is_none_or(|major: u32| major < NODE_MAJOR) {
        return Err(format!("node {found} is too old: {wanted}"));
    }
    npm_packages().map_err(|why| format!("{why}\n{wanted}"))?;
    Ok(command(node))
}

/// Installs what the lock file says, unless that very lock file is what is installed.
fn npm_packages() -> Outcome {
    let lock = e2e().join("package-lock.json");
    let stamp = e2e().join("node_modules").join(".installed-lock.json");
    let wanted = fs::read(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let quiet = ["--ignore-scripts", "--no-audit", "--no-fund"];
    run(command(npm).current_dir(e2e()).arg("ci").args(quiet))?;
    fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> String {
        fs::read_to_string(root().join(name)).expect("the file is part of the repository")
    }

    #[test]
    fn a_version_is_found_in_what_a_tool_prints() {
        #[track_caller]
        fn check(line: &str, version: Option<&str>) {
            assert_eq!(version_in(line).as_deref(), version, "{line}");
        }
        check("trunk 0.21.14\n", Some("0.21.14"));
        check("wasm-bindgen 0.2.126 (abcdef012)", Some("0.2.126"));
        check("v20.20.2", Some("20.20.2"));
        check("", None);
        check("no version here", None);
    }

    #[test]
    fn the_binding_generator_has_the_version_of_the_crate_that_the_page_links() {
        let lock = file("Cargo.lock");
        let linked = lock
            .split("[[package]]")
            .find(|package| package.contains("name = \"wasm-bindgen\"\n"))
            .expect("the page links wasm-bindgen");
        let wanted = format!("version = \"{}\"", WASM_BINDGEN.version);
        assert!(linked.contains(&wanted), "{wanted} wanted in {linked}");
    }

    #[test]
    fn the_toolchain_file_names_the_targets() {
        let toolchain = file("rust-toolchain.toml");
        for target in TARGETS {
            assert!(toolchain.contains(target), "{target}");
        }
    }
}
