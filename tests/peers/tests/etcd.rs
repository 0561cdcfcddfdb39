//! etcd's interaction scripts on our core: how far it goes the same way.
//!
//! The scripts are not part of this tree. `ETCD_ORACLE` names their folder; without it, they are
//! looked for beside the tree.

use std::env;
use std::path::{Path, PathBuf};

use peers::ours::Ours;
use peers::replay::{Level, Outcome, replay};
use peers::script::scripts;

/// How far each script is known to go the same way, and what stands in the way of more.
const RECORDED: &[(&str, Level, &str)] = &[
    ("async_storage_writes", Level::A, ""),
    ("campaign", Level::A, ""),
    ("confchange_v1_add_single", Level::B, ON_APPEND),
    ("confchange_v2_add_double_implicit", Level::B, ON_APPEND),
    ("confchange_v2_add_single_auto", Level::B, ON_APPEND),
    ("confchange_v2_add_single_explicit", Level::B, ON_APPEND),
    ("confchange_v2_replace_leader", Level::B, ON_APPEND),
    ("heartbeat_resp_recovers_from_probing", Level::A, ""),
    ("prevote", Level::A, ""),
    ("probe_and_replicate", Level::A, ""),
    ("replicate_pause", Level::A, ""),
    ("single_node", Level::A, ""),
    ("snapshot_succeed_via_app_resp", Level::B, SOONER),
];

const ON_APPEND: &str = "a configuration counts when it is appended here (§6), when it is applied there";
const SOONER: &str = "a heartbeat to a server whose entries are gone brings the snapshot here, its answer does there";

fn folder() -> PathBuf {
    match env::var_os("ETCD_ORACLE") {
        Some(folder) => folder.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/oracle/etcd"),
    }
}

#[test]
fn etcds_scripts_go_the_way_that_is_recorded() {
    let folder = folder();
    if !folder.is_dir() {
        eprintln!("etcd's scripts are not here, so nothing is replayed; ETCD_ORACLE names their folder");
        return;
    }
    let scripts = scripts(&folder).expect("a folder of scripts");
    let (mut worse, mut levels) = (vec![], vec![]);
    for script in &scripts {
        let outcome = replay(script, &mut Ours::default());
        let recorded = RECORDED.iter().find(|(name, ..)| *name == script.name);
        levels.push(outcome.level);
        let why = recorded.map_or("", |(_, _, why)| why);
        eprintln!("{}", line(&script.name, &outcome, why));
        if env::var_os("DETAILS").is_some() || recorded.is_some_and(|(_, level, _)| outcome.level > *level) {
            eprint!("{}", outcome.details);
        }
        if recorded.is_some_and(|(_, level, _)| outcome.level > *level) {
            worse.push(&script.name);
        }
    }
    eprintln!("{}", summary(&levels));
    assert!(worse.is_empty(), "these went better before: {worse:?}");
}

fn summary(levels: &[Level]) -> String {
    let count = |level| levels.iter().filter(|found| **found == level).count();
    format!("{} scripts: {} at A, {} at B, {} at C", levels.len(), count(Level::A), count(Level::B), count(Level::C))
}

fn line(name: &str, outcome: &Outcome, why: &str) -> String {
    let Outcome { level, commands, different, fields, unknown, .. } = outcome;
    let mut line = format!("{level:?} {name}: {commands} commands");
    if *different > 0 {
        let fields: Vec<String> = fields.iter().map(|field| field.to_string()).collect();
        line += &format!(", {different} differ in {}", fields.join(", "));
    }
    if !unknown.is_empty() {
        line += &format!(", unknown: {unknown:?}");
    }
    if !why.is_empty() {
        line += &format!(" ({why})");
    }
    line
}
