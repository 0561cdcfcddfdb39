//! Traces of other implementations: large ones, ours as if they were others', and hostile ones.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use raft_core::Time;
use raft_sim::dice::{Dice, Purpose};
use raft_sim::export::PATTERN;
use raft_sim::scenario::parse;
use raft_sim::traces::{Format, Rule, check, write};

use crate::chaos;

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A right run of five servers with so many lines, a leader every thousand entries or so.
fn long(lines: usize) -> String {
    let mut out = String::new();
    let (mut count, mut term, mut index) = (0, 0, 0);
    while count < lines {
        if index % 1_000 == 0 {
            term += 1;
            let leader = 1 + term % 5;
            for server in 1..=5 {
                writeln!(out, "{{\"t\":{count}.5,\"server\":\"S{server}\",\"event\":\"vote\",\"term\":{term},\"for\":\"S{leader}\"}}")
                    .unwrap();
            }
            writeln!(out, "{{\"t\":{count},\"server\":\"S{leader}\",\"event\":\"leader\",\"term\":{term}}}").unwrap();
            count += 6;
        }
        index += 1;
        for server in 1..=5 {
            let value = format!("x={index}");
            writeln!(
                out,
                "{{\"t\":{count},\"server\":\"S{server}\",\"event\":\"append\",\"index\":{index},\"term\":{term},\"value\":\"{value}\"}}"
            )
            .unwrap();
        }
        for server in 1..=5 {
            writeln!(out, "{{\"t\":{count},\"server\":\"S{server}\",\"event\":\"commit\",\"index\":{index}}}").unwrap();
        }
        count += 10;
    }
    out
}

#[test]
fn a_hundred_thousand_events_are_checked_in_two_seconds() {
    let text = long(100_000);
    let started = Instant::now();
    let report = check(&text, None).unwrap_or_else(|error| panic!("{error}"));
    let took = started.elapsed();
    println!("{} events in {took:?}", report.events);
    assert!(report.events >= 100_000 && report.findings.is_empty(), "{:?}", report.findings);
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn a_planted_second_vote_is_found_at_its_line() {
    let text = long(20_000);
    let mut lines: Vec<&str> = text.lines().collect();
    let second = "{\"server\":\"S2\",\"event\":\"vote\",\"term\":2,\"for\":\"S5\"}";
    let own = lines
        .iter()
        .position(|line| line.contains("\"server\":\"S2\",\"event\":\"vote\",\"term\":2,"))
        .expect("a vote");
    let place = own + 812;
    lines.insert(place, second);
    let report = check(&lines.join("\n"), None).expect("a trace");
    let found: Vec<_> = report.findings.iter().map(|found| (found.line, found.earlier, found.rule)).collect();
    assert_eq!(found, [(place as u64 + 1, Some(own as u64 + 1), Rule::OneVote)]);
    assert_eq!(report.findings[0].text, "S2 voted twice in term 2: for S3, then for S5");
}

#[test]
fn what_runs_right_is_a_trace_in_which_nothing_is_found() {
    let mut all: Vec<(String, raft_sim::scenario::Scenario, Option<Time>)> = Vec::new();
    for file in
        fs::read_dir(root().join("www/scenarios")).expect("the scenarios").map(|file| file.expect("a file").path())
    {
        if file.is_file() {
            let name = file.display().to_string();
            // What a disk forgets breaks the promises, and shall.
            if !name.contains("lost-") && !name.contains("wiped-") {
                let text = fs::read_to_string(&file).expect("a text");
                all.push((name, parse(&text).expect("a scenario").scenario, None));
            }
        }
    }
    all.extend((0..30).map(|seed| (format!("chaos {seed}"), chaos::scenario(seed), Some(Time::seconds(10)))));
    for (name, scenario, until) in all {
        let text = write(Arc::new(scenario), until, 1_000_000);
        let report = check(&text, Some(Format::Lines)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(report.findings.is_empty(), "{name}: {:?}", report.findings);
    }
}

/// A disk that forgets its vote is a second vote in the trace.
#[test]
fn a_lost_vote_is_a_second_vote() {
    let text = fs::read_to_string(root().join("www/scenarios/lost-vote.raft")).expect("a text");
    let trace = write(Arc::new(parse(&text).expect("a scenario").scenario), None, 1_000_000);
    let report = check(&trace, None).expect("a trace");
    assert_eq!(report.findings[0].text, "S2 voted twice in term 2: for S1, then for S3");
}

/// Where the simulator sees two leaders or logs that disagree, the trace shows it too.
#[test]
fn what_a_bug_breaks_is_found_in_its_trace() {
    for (bug, rule) in [
        ("double-vote", "election-safety"),
        ("vote-not-persisted", "election-safety"),
        ("no-uptodate-check", "leader-completeness"),
        ("no-prev-check", "log-matching"),
    ] {
        let text = fs::read_to_string(root().join(format!("www/scenarios/bugs/{bug}.raft"))).expect("a text");
        let trace = write(Arc::new(parse(&text).expect("a scenario").scenario), None, 1_000_000);
        let report = check(&trace, None).unwrap_or_else(|error| panic!("{bug}: {error}"));
        let found: Vec<&str> = report.findings.iter().map(|found| found.rule.name()).collect();
        assert!(found.contains(&rule), "{bug}: {found:?}");
    }
}

/// Whatever is done to a trace, it is checked or refused, and quickly.
#[test]
fn mangled_traces_are_checked_or_refused() {
    let dice = Dice::new(9);
    let kinds = [
        long(60),
        "000008 VOTE S1 Granting Vote to S3 at T1\n000009 LEAD S1 Achieved Majority for T1 (3), converting to Leader\n"
            .repeat(9),
        "> 1 handling Ready\n  HardState Term:2 Vote:1 Commit:5\n  Entries:\n  2/5 EntryNormal \"x\"\n  Messages:\n"
            .repeat(9),
        "{:src \"n1\", :dest \"n2\", :body {:type \"append_entries\", :term 3, :entries [{:op 1}]}}\n".repeat(9),
    ];
    for nth in 0..4_000_u64 {
        let below = |what, most: usize| {
            (dice.roll(Purpose::Schedule, [what, 0], Time::ZERO, nth) % most.max(1) as u64) as usize
        };
        let mut bytes = kinds[below(0, kinds.len())].clone().into_bytes();
        for n in 0..1 + below(1, 6) as u64 {
            let place = below(2 + n, bytes.len());
            match below(20 + n, 4) {
                0 => bytes[place] = below(30 + n, 256) as u8,
                1 => bytes.truncate(place),
                2 => drop(bytes.splice(place..place, *b"99999999999")),
                _ => drop(bytes.splice(place..(place + 5).min(bytes.len()), *b"{[\"\\u")),
            }
            if bytes.is_empty() {
                break;
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        for (format, _) in Format::ALL {
            let started = Instant::now();
            if let Err(error) = check(&text, Some(format)) {
                assert!(!error.what.is_empty());
            }
            assert!(started.elapsed() < Duration::from_secs(1), "{text}");
        }
    }
}

#[test]
fn the_docs_have_the_expression_that_reads_the_clocks() {
    let docs = fs::read_to_string(root().join("docs/exports.md")).expect("the docs");
    assert!(docs.contains(PATTERN));
}
