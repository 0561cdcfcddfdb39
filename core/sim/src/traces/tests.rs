//! Traces of every kind, right ones and wrong ones.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::*;
use crate::scenario::parse;

/// `term S1 1; vote S1 1 S1` as lines of JSON.
fn lines(short: &str) -> String {
    let mut out = String::new();
    for one in short.split(';').map(str::trim).filter(|one| !one.is_empty()) {
        let words: Vec<&str> = one.split(' ').collect();
        let fields: &[&str] = match words[0] {
            "term" | "leader" => &["term"],
            "vote" => &["term", "for"],
            "append" => &["index", "term", "value"],
            "snapshot" => &["index", "term"],
            "commit" | "truncate" | "apply" => &["index"],
            _ => &[],
        };
        out.push_str(&format!("{{\"t\":1.5,\"server\":\"{}\",\"event\":\"{}\"", words[1], words[0]));
        for (field, value) in fields.iter().zip(&words[2..]) {
            let quoted = matches!(*field, "for" | "value");
            let value = if quoted { format!("\"{value}\"") } else { value.to_string() };
            out.push_str(&format!(",\"{field}\":{value}"));
        }
        out.push_str("}\n");
    }
    out
}

#[track_caller]
fn findings(short: &str) -> Vec<String> {
    let report = check(&lines(short), None).unwrap_or_else(|error| panic!("{error}"));
    report.findings.iter().map(|found| format!("{}: {}: {}", found.line, found.rule.name(), found.text)).collect()
}

/// What is found: the beginning of each finding.
#[track_caller]
fn check_finds(short: &str, expected: &[&str]) {
    let found = findings(short);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}, not {expected}");
    }
}

#[test]
fn a_right_run_has_nothing_to_find() {
    check_finds(
        "term S1 1; vote S1 1 S1; vote S2 1 S1; leader S1 1; append S1 1 1 x; append S2 1 1 x; commit S1 1; commit S2 1; \
         restart S2; term S2 1; vote S3 2 S3; leader S3 2",
        &["12: leader-completeness: "],
    );
    check_finds("vote S1 1 S1; leader S1 1; append S1 1 1; append S2 1 1; commit S1 1; apply S1 1; commit S2 1", &[]);
}

#[test]
fn every_rule_is_broken_at_its_line() {
    check_finds(
        "vote S2 5 S1; term S1 5; vote S2 5 S3",
        &["3: one-vote: S2 voted twice in term 5: for S1, then for S3"],
    );
    check_finds("vote S2 5 S1; restart S2; vote S2 5 S3", &["3: one-vote: S2 voted twice in term 5"]);
    check_finds("term S2 5; vote S2 4 S3", &["2: one-vote: S2 votes in term 4, and is in term 5 already"]);
    check_finds("term S2 5; term S2 4", &["2: term-grows: S2 goes back from term 5 to term 4"]);
    check_finds("leader S1 3; leader S2 3", &["2: election-safety: "]);
    check_finds("append S1 1 1; commit S1 1; commit S1 0", &["3: commit-grows: S1 takes back"]);
    check_finds("append S1 1 1; commit S1 2", &["2: no-gaps: S1 commits entry 2, and its log ends at 1"]);
    check_finds("append S1 1 1; append S1 3 1", &["2: no-gaps: S1 goes from entry 1 to entry 3"]);
    check_finds("append S1 1 1 a; append S2 1 1 b", &["2: log-matching: "]);
    check_finds("append S1 1 1; append S1 2 2; append S2 1 2; append S2 2 2", &["4: log-matching: "]);
    check_finds("leader S1 1; append S1 1 1; truncate S1 1", &["3: leader-append-only: "]);
    check_finds("append S1 1 1; commit S1 1; append S2 1 2; commit S2 1", &["4: state-machine-safety: "]);
    check_finds("append S1 1 1; commit S1 1; leader S2 2", &["3: leader-completeness: "]);
}

#[test]
fn a_finding_names_the_line_before_that_it_clashes_with() {
    let earlier = |short: &str| check(&lines(short), None).expect("a trace").findings[0].earlier;
    assert_eq!(earlier("vote S2 5 S1; term S1 5; vote S2 5 S3"), Some(1));
    assert_eq!(earlier("term S1 1; leader S1 3; leader S2 3"), Some(2));
    assert_eq!(earlier("append S1 1 1 a; append S2 1 1 b"), Some(1));
    assert_eq!(earlier("append S1 1 1; commit S1 1; leader S2 2"), Some(2));
}

#[test]
fn names_are_those_of_the_trace() {
    let found = findings("leader alpha 3; leader n1 3");
    assert!(found[0].contains("alpha") && found[0].contains("n1"), "{found:?}");
}

#[test]
fn a_trace_may_begin_in_the_middle_of_a_run() {
    check_finds("append S1 7 3 a; append S2 7 3 a; commit S1 7; commit S2 7", &[]);
    check_finds(
        "snapshot S1 6 2; append S1 7 3 a; commit S1 7; snapshot S2 6 2; append S2 7 4 b; commit S2 7",
        &["6: state-machine-safety: "],
    );
}

#[test]
fn what_cannot_be_read_is_refused_with_its_line() {
    let good = lines("term S1 1");
    for (bad, line, word) in [
        ("{\"server\":\"S1\"", 2, "cut off"),
        ("{\"server\":\"S1\"}", 2, "\"event\""),
        ("{\"server\":\"S1\",\"event\":\"vote\",\"term\":1}", 2, "\"for\""),
        ("{\"server\":\"S1\",\"event\":\"term\",\"term\":-1}", 2, "whole number"),
        ("{\"server\":\"S1\",\"event\":\"term\",\"term\":9999999999999999999}", 2, "more than"),
        ("nonsense", 2, "no JSON"),
        (&format!("{{\"a\":{}", "[".repeat(60_000)), 2, "no JSON"),
        (&"x".repeat(70_000), 2, "64 KiB"),
    ] {
        let error = check(&format!("{good}{bad}\n"), None).expect_err("it is refused");
        assert!(error.line == line && error.what.contains(word), "{error}, not {word}");
    }
    assert_eq!(check("", None).expect_err("nothing").line, 0);
    assert_eq!(check("hello\nworld\n", None).expect_err("no trace").line, 0);
    let crowd: String = (0..80).map(|n| lines(&format!("term S{n} 1"))).collect();
    assert_eq!(check(&crowd, None).expect_err("a crowd").line, MOST_SERVERS as u64 + 1);
}

#[test]
fn huge_indexes_are_gaps_and_no_work() {
    check_finds("append S1 1 1; append S1 999999999999 1", &["2: no-gaps: "]);
    check_finds("append S1 999999999999 1; snapshot S2 999999999999 1; commit S1 999999999999", &["1: no-gaps: "]);
}

const DSLOGS: &str = "\
000001 TIMR S0 Not Leader, checking election timeout
000008 TERM S1 Converting to Candidate, calling election T:1
000009 VOTE S3 Granting Vote to S1 at T1
000010 VOTE S4 Granting Vote to S1 at T1
000011 PERS S4 Saved State T:1 VF:1
000012 LEAD S1 Achieved Majority for T1 (3), converting to Leader
test_test.go: some other line
000020 VOTE S4 Granting Vote to S2 at T1
000021 LEAD S2 Achieved Majority for T1 (3), converting to Leader
";

#[test]
fn dslogs_of_the_labs_are_read() {
    let report = check(DSLOGS, None).expect("a trace");
    assert_eq!((report.format, report.servers, report.term), (Format::Dslogs, 5, 1));
    let found: Vec<String> = report.findings.iter().map(|found| format!("{}: {}", found.line, found.text)).collect();
    assert_eq!(found[0], "8: S4 voted twice in term 1: for S1, then for S2");
    assert_eq!(report.findings[1].line, 9);
    assert_eq!(report.findings.len(), 2, "{found:?}");
}

const ETCD: &str = "\
add-nodes 3 voters=(1,2,3) index=4
----
INFO newRaft 1 [peers: [1,2,3], term: 0, commit: 4, applied: 4, lastindex: 4, lastterm: 1]
INFO newRaft 2 [peers: [1,2,3], term: 0, commit: 4, applied: 4, lastindex: 4, lastterm: 1]

campaign 1
----
INFO 1 became candidate at term 2

stabilize
----
> 1 handling Ready
  Ready MustSync=true:
  Lead:0 State:StateCandidate
  HardState Term:2 Vote:1 Commit:4
  Messages:
  1->2 MsgVote Term:2 Log:1/4
> 2 handling Ready
  Ready MustSync=true:
  HardState Term:2 Vote:1 Commit:4
  Messages:
  2->1 MsgVoteResp Term:2 Log:0/0
> 1 handling Ready
  Ready MustSync=true:
  Lead:1 State:StateLeader
  HardState Term:2 Vote:1 Commit:5
  Entries:
  2/5 EntryNormal \"\"
  CommittedEntries:
  2/5 EntryNormal \"\"
  Messages:
  1->2 MsgApp Term:2 Log:1/4 Commit:4 Entries:[2/5 EntryNormal \"\"]
> 2 handling Ready
  Ready MustSync=true:
  HardState Term:2 Vote:3 Commit:5
  Entries:
  2/5 EntryNormal \"other\"
";

#[test]
fn interaction_tests_of_etcd_are_read() {
    let report = check(ETCD, None).expect("a trace");
    assert_eq!((report.format, report.term, report.leaders, report.commit), (Format::Etcd, 2, 1, 5));
    let found: Vec<String> =
        report.findings.iter().map(|found| format!("{}: {}", found.line, found.rule.name())).collect();
    assert_eq!(found, ["35: one-vote", "37: log-matching", "37: state-machine-safety"]);
}

#[test]
fn what_a_test_of_etcd_does_in_silence_is_not_held_against_it() {
    let silent = ETCD.replace("campaign 1\n", "log-level none\n");
    let report = check(&silent, None).expect("a trace");
    let found: Vec<&str> = report.findings.iter().map(|found| found.rule.name()).collect();
    assert_eq!(found, ["one-vote"], "logs are not judged by half of what happens to them");
}

#[test]
fn messages_of_maelstrom_are_read_as_json_and_as_edn() {
    let json = "{\"src\":\"n1\",\"dest\":\"n2\",\"body\":{\"type\":\"request_vote\",\"term\":1,\"candidate_id\":\"n1\"}}\n\
        {\"src\":\"c1\",\"dest\":\"n1\",\"body\":{\"type\":\"write\",\"key\":1,\"value\":2}}\n\
        {\"src\":\"n2\",\"dest\":\"n1\",\"body\":{\"type\":\"request_vote_res\",\"term\":1,\"vote_granted\":true}}\n\
        {\"src\":\"n2\",\"dest\":\"n3\",\"body\":{\"type\":\"request_vote_res\",\"term\":1,\"vote_granted\":true}}\n";
    let edn = ":net {:time 12, :type :send, :message #msg{:id 1, :src \"n1\", :dest \"n2\", :body {:type \"append_entries\", :term 3}}}\n\
        {:time 13, :type :send, :message {:id 1, :src \"n2\", :dest \"n1\", :body {:type \"append_entries\" :term 3}}}\n";
    for (text, line, rule) in
        [(json, 4, Rule::OneVote), (edn, 2, Rule::Promise(crate::checker::Promise::ElectionSafety))]
    {
        let report = check(text, Some(Format::Maelstrom)).expect("a trace");
        assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
        assert_eq!((report.findings[0].line, report.findings[0].rule), (line, rule));
        assert_eq!(Format::of(text), Some(Format::Maelstrom));
    }
}

#[test]
fn a_run_of_ours_is_a_trace_without_a_finding_and_one_with_a_bug_is_not() {
    let story = "raft 1\nset latency 10ms\nset snapshot-every 5\nat 0ms timeout S1\nat 100ms write x=1\nat 200ms crash S1\n\
        at 600ms write x=2\nat 1s restart S1\nat 2s note over\n";
    let scenario = Arc::new(parse(story).expect("a scenario").scenario);
    let text = write(scenario, None, 1_000_000);
    let report = check(&text, None).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(report.findings, [], "{text}");
    assert!(report.leaders >= 2 && report.commit >= 3, "{report:?}");
    let twice = "raft 1\nservers 3\nbug double-vote\nat 0ms\ntimeout S1\ntimeout S3\nat 500ms note over\n";
    let report =
        check(&write(Arc::new(parse(twice).expect("a scenario").scenario), None, 10_000), None).expect("a trace");
    let rules: Vec<&str> = report.findings.iter().map(|found| found.rule.name()).collect();
    assert!(rules.contains(&"one-vote") && rules.contains(&"election-safety"), "{rules:?}");
}

#[test]
fn a_trace_is_walked_through_from_anywhere_to_anywhere() {
    let mut short = String::new();
    for n in 1..=400 {
        let term = 1 + n / 50;
        short.push_str(&format!("term S1 {term}; vote S1 {term} S1; leader S1 {term}; append S1 {n} {term} v{n}; "));
        short.push_str(&format!("append S2 {n} {term} v{n}; commit S1 {n}; "));
        if n % 100 == 0 {
            short.push_str(&format!("crash S1; restart S1; snapshot S2 {} {}; ", n - 10, 1 + (n - 10) / 50));
        }
    }
    let text = lines(&short);
    let read = |text: String| {
        let mut reading = Reading::new(text, None).expect("a trace").to_replay();
        while !reading.go_on(7).expect("lines") {}
        reading.end().expect("an end")
    };
    let (report, whole) = read(text.clone());
    assert!(report.findings.is_empty() && whole.steps().len() > 1_200, "{}", whole.steps().len());
    for lines in [0, 1, 2, 50, 999, 1_500, report.lines / 2, report.lines] {
        let part: String = text.split_inclusive('\n').take(lines as usize).collect();
        let stood = whole.after(whole.up_to(lines));
        assert_eq!(stood.len(), report.servers);
        // Nothing at all looks like no format.
        let expected = if lines == 0 { BTreeMap::new() } else { read(part).1.after(usize::MAX) };
        for (id, server) in &stood {
            assert_eq!(server, expected.get(id).unwrap_or(&Server::default()), "{id} after {lines} lines");
        }
    }
}

#[test]
fn what_a_line_changed_is_said_by_the_names_of_the_trace() {
    let text = "{\"server\":\"ann\",\"event\":\"vote\",\"term\":1,\"for\":\"bob\"}\n\
                {\"server\":\"bob\",\"event\":\"append\",\"index\":1,\"term\":1,\"value\":\"x=1\"}\n";
    let mut reading = Reading::new(text, None).expect("a trace").to_replay();
    assert_eq!(reading.go_on(1), Ok(false));
    assert!(reading.progress() > 300 && reading.go_on(5) == Ok(true));
    let (_, replay) = reading.end().expect("an end");
    let said: Vec<String> = replay.steps().iter().map(|step| replay.said(step)).collect();
    assert_eq!(said, ["ann is in term 1", "ann votes for bob in term 1", "bob stores x=1 at 1@1"]);
}

#[test]
fn a_name_that_turns_what_stands_around_it_loses_the_signs_that_do() {
    let text = findings("vote \u{202e}left\u{2066} 1 S2; vote \u{202e}left\u{2066} 1 S3").join("\n");
    assert!(text.contains("left voted twice in term 1"), "{text:?}");
    assert!(!text.chars().any(crate::scenario::lex::is_forbidden), "{text:?}");
}
