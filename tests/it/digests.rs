//! Same scenario, same digest: recorded once, compared in debug and release here, and in
//! wasm by the browser tests, which read the same file. Links of version 1 replay for ever.

use std::fs;
use std::path::{Path, PathBuf};

use raft_core::Time;
use raft_sim::link::{Source, View, decode, encode};
use raft_sim::scenario::{Scenario, parse};
use raft_sim::timeline::Timeline;

use crate::chaos;

fn folder(form: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("links").join(form)
}

/// The golden links of a form, by name.
pub fn golden_links(form: &str) -> Vec<(String, String)> {
    let files = fs::read_dir(folder(form)).expect("the golden links").map(|file| file.expect("a file").path());
    let mut links: Vec<(String, String)> = files
        .map(|file| {
            let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(&file).expect("a link"))
        })
        .collect();
    links.sort();
    links
}

fn updating() -> bool {
    std::env::var_os("UPDATE").is_some()
}

fn digest_at(scenario: &Scenario, at: Time) -> u64 {
    let mut timeline = Timeline::new(scenario.clone());
    timeline.seek(at);
    timeline.run().world().digest()
}

/// What the golden links are made of: every shipped scenario, and some made of chaos.
fn golden() -> Vec<(String, Scenario, Time)> {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/scenarios");
    let mut golden = Vec::new();
    let both = [scenarios.clone(), scenarios.join("bugs")].map(|folder| fs::read_dir(folder).expect("the scenarios"));
    let files = both.into_iter().flatten().map(|file| file.expect("a file").path());
    for file in files.filter(|file| file.is_file()) {
        let text = fs::read_to_string(&file).expect("a text");
        let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
        golden.push((name, parse(&text).expect("a scenario").scenario, Time::millis(1_234)));
    }
    golden.extend((0..4).map(|seed| (format!("chaos-{seed}"), chaos::scenario(seed), Time::seconds(12))));
    golden
}

/// Links are never rewritten once they are there: `UPDATE=1` only adds what is missing, in the form in which
/// links are written today.
#[test]
fn golden_links_replay_to_the_digest_that_they_carry() {
    for (name, scenario, at) in golden() {
        let file = folder("v2").join(format!("{name}.txt"));
        if !file.exists() && updating() {
            let view = View { at: Some(at), digest: Some(digest_at(&scenario, at)), ..View::default() };
            fs::write(&file, format!("{}\n", encode(&scenario, &view))).expect("a golden link");
        }
        assert!(file.exists(), "{name} has no golden link; UPDATE=1 adds it");
    }
    for (form, least) in [("v1", 97), ("v2", 97)] {
        let links = golden_links(form);
        for (name, link) in &links {
            assert!(link.starts_with(&format!("#s{}.", &form[1..])), "{form}/{name}");
            let link = decode(link).expect("a link that opens");
            let Source::Scenario(scenario, _) = link.source else { panic!("{form}/{name} holds no scenario") };
            let digest = digest_at(&scenario, link.view.at.expect("a moment"));
            assert_eq!(Some(digest), link.view.digest, "{form}/{name} replays to {digest:016x}");
        }
        println!("{} golden links of {form}", links.len());
        assert!(links.len() >= least, "golden links of {form} are gone");
    }
}

#[test]
fn dice_give_the_same_election_whatever_happened_before_it() {
    // One more write long before the crash changes neither who is elected nor when.
    let run = |seed: u64, write: &str| {
        let text = format!("raft 1\nseed {seed}\nat 1s {write}\nat 3s crash leader\n");
        let mut timeline = Timeline::new(parse(&text).expect("a scenario").scenario);
        timeline.seek(Time::seconds(3));
        let old = timeline.run().world().leader();
        while timeline.run().world().leader() == old || timeline.run().world().leader().is_none() {
            assert!(timeline.step() && timeline.now() < Time::seconds(30));
        }
        (timeline.run().world().leader(), timeline.now())
    };
    let same = (0..300).filter(|seed| run(*seed, "mark here") == run(*seed, "write x=1")).count();
    println!("{same} of 300 elections alike");
    assert!(same >= 295, "{same} of 300");
}
