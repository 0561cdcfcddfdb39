//! The tree itself: what a reader may rely on in every file.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::golden;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the root of the tree")
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file under a folder with one of these endings: its path from the root, and its text.
fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            let name = entry.file_name().expect("a name").to_string_lossy().into_owned();
            if entry.is_dir() {
                // What tools make is not ours.
                if !["target", "dist", "node_modules", ".git"].contains(&name.as_str()) {
                    folders.push(entry);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                let path = entry.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned();
                found.push((path, fs::read_to_string(&entry).expect("a text")));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} has files with {endings:?}");
    found
}

/// The lines of code of a file, with their numbers: no comments, nothing of its tests.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().zip(1..).map(|(line, number)| (number, line.trim()));
    lines.take_while(|(_, line)| *line != "#[cfg(test)]").filter(|(_, line)| !line.starts_with("//"))
}

fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

/// Files of the two crates that may know no clock, no chance and no world outside.
fn core() -> Vec<(String, String)> {
    let mut all = files("core/raft/src", &[".rs"]);
    all.extend(files("core/sim/src", &[".rs"]));
    all.retain(|(path, _)| !is_test(path));
    all
}

#[track_caller]
fn nothing(found: Vec<String>) {
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn every_source_file_opens_with_a_module_doc() {
    let all = ["core", "web", "tests", "xtask", "bench"].iter().flat_map(|folder| files(folder, &[".rs"]));
    nothing(all.filter(|(_, text)| !text.starts_with("//! ")).map(|(path, _)| path).collect());
}

/// What implements the paper says which part of it; the contract, the notes, the picture and copying do not.
#[test]
fn every_file_of_the_protocol_names_its_sections() {
    let without = ["fields.rs", "step.rs", "note.rs", "rules.rs", "view.rs"];
    let mut found = Vec::new();
    for (path, text) in files("core/raft/src", &[".rs"]) {
        let doc: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
        if !doc.contains('§') && !doc.contains("Figure") && !without.iter().any(|file| path.ends_with(file)) {
            found.push(path);
        }
    }
    nothing(found);
}

#[test]
fn the_core_knows_no_clock_no_chance_no_float_and_no_std() {
    let forbidden = [
        "std::",
        "HashMap",
        "HashSet",
        "RandomState",
        "Instant",
        "SystemTime",
        "getrandom",
        "thread_rng",
        "println!",
        "f32",
        "f64",
    ];
    let mut found = Vec::new();
    for (path, text) in core() {
        for (number, line) in code(&text) {
            let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
            for word in forbidden {
                let there = if word.ends_with([':', '!']) { line.contains(word) } else { words.contains(&word) };
                if there {
                    found.push(format!("{path}:{number}: {word}"));
                }
            }
        }
    }
    for crate_root in ["core/raft/src/lib.rs", "core/sim/src/lib.rs"] {
        assert!(text(crate_root).contains("#![no_std]"), "{crate_root}");
    }
    nothing(found);
}

/// An `expect` states what cannot be otherwise; an `unwrap` says nothing.
#[test]
fn nothing_is_unwrapped_outside_tests() {
    let mut found = Vec::new();
    for (path, text) in ["core", "web", "xtask", "bench"].iter().flat_map(|folder| files(folder, &[".rs"])) {
        if !is_test(&path) {
            let lines = code(&text).filter(|(_, line)| line.contains(".unwrap()"));
            found.extend(lines.map(|(number, line)| format!("{path}:{number}: {line}")));
        }
    }
    nothing(found);
}

#[test]
fn no_file_has_more_than_700_lines() {
    let long = files(".", &[".rs", ".css", ".js", ".mjs"]).into_iter().filter_map(|(path, text)| {
        let lines = text.lines().count();
        (lines > 700).then(|| format!("{path}: {lines} lines"))
    });
    nothing(long.collect());
}

#[test]
fn no_file_speaks_of_a_machine_or_is_left_unfinished() {
    let forbidden = ["/work/", "/root/", "/home/", "TODO", "FIXME", "dbg!("];
    let mut found = Vec::new();
    for (path, text) in files(".", &[".rs", ".css", ".js", ".mjs", ".toml", ".md", ".html", ".raft", ".txt"]) {
        if path != "tests/it/tidy.rs" {
            let words = forbidden.iter().filter(|word| text.contains(**word));
            found.extend(words.map(|word| format!("{path}: {word}")));
        }
    }
    nothing(found);
}

#[test]
fn every_package_has_the_licence_of_the_workspace() {
    assert!(text("Cargo.toml").contains("license = \"MIT OR Apache-2.0\""));
    assert!(text("LICENSE-MIT").contains("Permission is hereby granted"));
    assert!(text("LICENSE-APACHE").contains("Apache License"));
    let packages = files(".", &["Cargo.toml"]).into_iter().filter(|(_, text)| text.contains("[package]"));
    nothing(packages.filter(|(_, text)| !text.contains("license.workspace = true")).map(|(path, _)| path).collect());
}

/// The lines of one section of a `Cargo.toml`.
fn section(manifest: &str, name: &str) -> Vec<String> {
    let lines = text(manifest).lines().map(String::from).collect::<Vec<_>>();
    let inside = lines.iter().skip_while(|line| **line != format!("[{name}]")).skip(1);
    inside.take_while(|line| !line.starts_with('[')).filter(|line| !line.is_empty()).cloned().collect()
}

/// `raft-core <- raft-sim <- everything else`, and the core needs nobody.
#[test]
fn dependencies_run_one_way() {
    assert_eq!(section("core/raft/Cargo.toml", "dependencies"), ["serde = { workspace = true, optional = true }"]);
    let sim = section("core/sim/Cargo.toml", "dependencies");
    let names: Vec<&str> = sim.iter().filter_map(|line| line.split([' ', '.']).next()).collect();
    assert_eq!(names, ["raft-core", "miniz_oxide", "base64", "serde"]);
    for (path, text) in core() {
        for web in ["wasm_bindgen", "web_sys", "js_sys", "leptos"] {
            assert!(!text.contains(web), "{path} knows of {web}");
        }
    }
}

/// The tool and the crate of wasm-bindgen must be one version: it is named for each in one place,
/// and these agree with what is locked.
#[test]
fn versions_of_tools_are_named_once_and_agree() {
    let lock = text("Cargo.lock");
    let package = lock.split("[[package]]").find(|package| package.contains("name = \"wasm-bindgen\"\n"));
    let locked = package.and_then(|package| package.split("version = \"").nth(1)?.split('"').next());
    let locked = locked.expect("the page links wasm-bindgen");
    assert!(text("Cargo.toml").contains(&format!("wasm-bindgen = \"={locked}\"")), "the crate is pinned to {locked}");
    assert!(text("xtask/src/tools.rs").contains(&format!("version: \"{locked}\"")), "the tool has {locked}");
    let elsewhere = files(".", &[".toml", ".mjs", ".md", ".html", "run"]).into_iter();
    let elsewhere = elsewhere.filter(|(path, text)| path != "Cargo.toml" && text.contains(locked));
    nothing(elsewhere.map(|(path, _)| path).collect());
    let rust =
        text("Cargo.toml").split("rust-version = \"").nth(1).expect("a version").split('"').next().map(String::from);
    let channel = text("rust-toolchain.toml");
    assert!(channel.contains(&format!("channel = \"{}", rust.expect("a version"))), "one version of Rust");
}

/// A scenario that nobody can find is not shipped.
#[test]
fn every_shipped_scenario_is_on_the_shelf() {
    let shelf = text("web/src/shelf.rs");
    let scenarios = files("www/scenarios", &[".raft"]).into_iter();
    nothing(scenarios.filter(|(path, _)| !shelf.contains(path.as_str())).map(|(path, _)| path).collect());
}

/// Who reads along is asked something, too. Where a rule is off, the scenario also says what the rule is,
/// and the timeline where it is broken.
#[test]
fn every_shipped_scenario_asks_its_reader() {
    let mut missing = Vec::new();
    for (path, text) in files("www/scenarios", &[".raft"]) {
        let wanted: &[&str] = match path.matches('/').count() {
            2 => &["ask"],
            _ if path.starts_with("www/scenarios/bugs/") => &["about", "ask", "mark"],
            _ => &[],
        };
        let lacks = wanted.iter().filter(|word| !text.contains(&format!("\n{word} ")));
        missing.extend(lacks.map(|word| format!("{path}: {word}")));
    }
    nothing(missing);
}

/// The variants of an enum, from its source.
fn variants(path: &str, name: &str) -> Vec<String> {
    let source = text(path);
    let body = source.split(&format!("pub enum {name} {{\n")).nth(1).expect("the enum");
    let body = body.split("\n}\n").next().expect("its end");
    let own = body.lines().filter(|line| line.starts_with("    ") && !line.starts_with("     "));
    let names = own.map(|line| line.trim_start().chars().take_while(|c| c.is_ascii_alphanumeric()).collect::<String>());
    let names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
    assert!(names.len() > 1, "{name} has variants");
    names
}

/// Every decision, with every reason that there is for it, and everything else that a transcript
/// can tell, is told in some golden script, and so was read by a person.
#[test]
fn everything_that_can_be_told_is_told_in_a_golden_script() {
    let note = |name| variants("core/raft/src/note.rs", name);
    let mut wanted: BTreeSet<String> = note("Note").into_iter().collect();
    for (decision, reasons) in [
        ("RefusesVote", "VoteRefusal"),
        ("WouldNotVote", "VoteRefusal"),
        ("Campaigns", "Cause"),
        ("HearsRefusal", "VoteRefusal"),
        ("RefusesAppend", "AppendRefusal"),
        ("StepsDown", "StepDown"),
        ("NotCommitted", "NotYet"),
        ("RefusesChange", "NoChange"),
    ] {
        wanted.extend(note(reasons).into_iter().map(|reason| format!("{decision}/{reason}")));
    }
    wanted.extend(variants("core/sim/src/record.rs", "What"));
    // A refusal for a stale term makes the candidate adopt the newer one, before it hears of it.
    wanted.remove("HearsRefusal/StaleTerm");
    // Who hears of a leader does not look at a request for a vote, and so does not refuse it; who
    // would vote gives nothing away.
    wanted.remove("RefusesVote/HearsLeader");
    wanted.remove("WouldNotVote/AlreadyVoted");
    // The language knows joint consensus only as one that ends of its own accord.
    wanted.remove("RefusesChange/NotJoint");
    // Raft as it is breaks no promise, and a script that fails is no golden one.
    wanted.remove("Violates");
    wanted.remove("Fails");
    let seen = golden::seen();
    nothing(wanted.into_iter().filter(|name| !seen.contains(name)).collect());
}
