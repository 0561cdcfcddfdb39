//! The table of features names only what there is, and leaves nothing out.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use raft_sim::scenario::settings::TABLE;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn rows() -> Vec<Vec<String>> {
    let text = fs::read_to_string(root().join("docs/features.md")).expect("the table");
    let lines = text.lines().filter(|line| line.starts_with("| ")).skip(1);
    lines.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// The words of a cell.
fn words(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(", ").filter(|word| *word != "–")
}

fn named(column: usize) -> BTreeSet<String> {
    rows().iter().flat_map(|row| words(&row[column]).map(String::from).collect::<Vec<_>>()).collect()
}

fn stems(folder: &str, ending: &str) -> BTreeSet<String> {
    let files = fs::read_dir(root().join(folder)).expect("the folder");
    let names = files.map(|file| file.expect("a file").file_name().into_string().expect("a plain name"));
    names.filter_map(|name| name.strip_suffix(ending).map(String::from)).collect()
}

#[test]
fn every_row_names_what_exists() {
    let notes = fs::read_to_string(root().join("core/raft/src/note.rs")).expect("the notes");
    let settings: BTreeSet<String> = TABLE.iter().map(|setting| setting.name.to_owned()).collect();
    for row in rows() {
        let [feature, section, module, setting, note, script, scenario] = &row[..] else { panic!("{row:?}") };
        assert!(section.contains('§'), "{feature} names no section");
        let path = root().join(format!("core/raft/src/{module}.rs"));
        assert!(path.exists(), "{feature}: {}", path.display());
        for name in words(setting) {
            assert!(settings.contains(name), "{feature}: the setting {name}");
        }
        for name in words(note) {
            let found = [format!("    {name} {{\n"), format!("    {name},\n")].iter().any(|line| notes.contains(line));
            assert!(found, "{feature}: the note {name}");
        }
        for name in words(script) {
            assert!(stems("tests/scripts", ".txt").contains(name), "{feature}: the script {name}");
        }
        for name in words(scenario) {
            assert!(stems("www/scenarios", ".raft").contains(name), "{feature}: the scenario {name}");
        }
    }
}

#[test]
fn no_setting_and_no_scenario_is_left_out() {
    // How fast the page plays is no feature of Raft.
    let known = named(3);
    let missing: Vec<&str> =
        TABLE.iter().map(|setting| setting.name).filter(|name| *name != "speed" && !known.contains(*name)).collect();
    assert!(missing.is_empty(), "settings: {missing:?}");
    let missing: Vec<String> = stems("www/scenarios", ".raft").difference(&named(6)).cloned().collect();
    assert!(missing.is_empty(), "scenarios: {missing:?}");
}
