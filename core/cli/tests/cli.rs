//! The command line as a person meets it: what it prints, and how it exits.
#![allow(missing_docs)]

use std::io::Write;
use std::process::{Command, Stdio};

struct Answer {
    code: i32,
    out: String,
    err: String,
}

fn raftlab(arguments: &[&str], input: &str) -> Answer {
    let mut child = Command::new(env!("CARGO_BIN_EXE_raftlab"))
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("raftlab starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    Answer {
        code: output.status.code().expect("it exits by itself"),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

/// The scenarios that come with the page, those with a bug too.
fn shipped() -> Vec<String> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../");
    let of = |folder: &str| {
        let files = std::fs::read_dir(format!("{root}{folder}")).expect("the folder of scenarios");
        let names = files.map(|file| file.expect("a file").file_name().into_string().expect("a plain name"));
        names.filter(|name| name.ends_with(".raft")).map(|name| format!("{folder}/{name}")).collect::<Vec<_>>()
    };
    [of("www/scenarios"), of("www/scenarios/bugs"), of("www/scenarios/exercises")].concat()
}

fn file(name: &str) -> String {
    format!("www/scenarios/{name}.raft")
}

#[test]
fn check_passes_on_every_shipped_scenario_with_a_line_each() {
    let files = shipped();
    let mut arguments = vec!["check"];
    arguments.extend(files.iter().map(String::as_str));
    let answer = raftlab(&arguments, "");
    assert_eq!(answer.code, 0, "{}", answer.out);
    assert_eq!(answer.out.lines().filter(|line| line.starts_with("ok ")).count(), files.len());
    assert!(answer.out.ends_with(&format!("{} passed, 0 failed\n", files.len())));
}

#[test]
fn a_failed_expectation_names_the_line_and_what_was_found() {
    let answer = raftlab(&["check", "-"], "raft 1\nservers 3\n\nat 100ms expect S1 is leader\n");
    assert_eq!(answer.code, 1);
    assert!(answer.out.contains("-:4: expected S1 is leader; S1 is follower of term 0 (at 100ms)"), "{}", answer.out);
}

#[test]
fn a_step_that_cannot_be_done_fails_and_says_why() {
    let answer = raftlab(&["check", "-"], "raft 1\nat 10ms restart S1\n");
    assert_eq!(answer.code, 1);
    assert!(answer.out.contains("-:2: cannot be done: S1 is up already"), "{}", answer.out);
}

#[test]
fn a_when_that_never_comes_fails_in_its_time() {
    let answer = raftlab(&["check", "-"], "raft 1\nset loss 100%\nwhen leader within 3s\nnote never\n");
    assert_eq!(answer.code, 1);
    assert!(answer.out.contains("-:3: waited 3s for leader; nobody leads (at 3s)"), "{}", answer.out);
}

#[test]
fn unreadable_input_is_exit_code_2_and_names_place_and_word() {
    let answer = raftlab(&["check", "-"], "raft 1\nat 0ms crsh S1\n");
    assert_eq!(answer.code, 2);
    assert!(answer.out.contains(r#"-:2:8: unknown action "crsh"; did you mean "crash"?"#), "{}", answer.out);
    let answer = raftlab(&["check", "no-such-file.raft"], "");
    assert_eq!(answer.code, 2);
    assert!(answer.out.contains("no-such-file.raft"), "{}", answer.out);
    let answer = raftlab(&["frobnicate"], "");
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("unknown command `frobnicate`"), "{}", answer.err);
}

#[test]
fn format_is_canonical_and_link_and_text_are_inverse() {
    for file in shipped() {
        let canonical = raftlab(&["format", &file], "").out;
        assert_eq!(raftlab(&["format", "-"], &canonical).out, canonical);
        let link = raftlab(&["link", &file], "").out;
        assert!(link.starts_with("#s2."), "{link}");
        assert_eq!(raftlab(&["text", link.trim()], "").out, canonical);
    }
}

#[test]
fn run_tells_the_story_and_its_state() {
    let story = raftlab(&["run", &file("leader-crash")], "");
    assert_eq!(story.code, 0);
    assert!(story.out.contains("S3 crashes. Its term, its vote and its log are on disk."), "{}", story.out);
    assert!(!story.out.contains("heartbeat to S1 arrives"));
    assert!(raftlab(&["run", "--all", &file("leader-crash")], "").out.contains("heartbeat to S1 arrives"));
    let state = raftlab(&["run", "--state", "--until", "1s", &file("leader-crash")], "").out;
    let state: serde_json::Value = serde_json::from_str(&state).expect("JSON");
    assert_eq!(state["t"], 1_000_000);
    assert_eq!(state["servers"].as_array().map(Vec::len), Some(5));
    assert_eq!(state["servers"][2]["role"], "down");
    assert_eq!(state["violations"], serde_json::json!([]));
    assert_eq!(state["warning"], serde_json::Value::Null);
    assert!(state["inFlight"].is_u64() && state["digest"].is_string() && state["playing"] == false);
}

#[test]
fn a_link_with_a_moment_carries_the_digest_there() {
    let link = raftlab(&["link", "--at", "1s", &file("leader-crash")], "").out;
    let state = raftlab(&["run", "--state", link.trim()], "").out;
    let state: serde_json::Value = serde_json::from_str(&state).expect("JSON");
    assert_eq!(state["t"], 1_000_000);
    assert!(link.contains(state["digest"].as_str().expect("a digest")), "{link}");
}

#[test]
fn metrics_are_json_with_a_stable_order_and_exact_numbers() {
    let answer = raftlab(&["run", "-", "--metrics", "--until", "2s"], MEASURED);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let start = r#"{"from":0,"to":2000000,"campaigns":1,"elections":{"count":1,"min":"#;
    assert!(answer.out.starts_with(start), "{}", answer.out);
    let report: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
    // The no-op and two writes: out and back takes 10 ms each way, and nothing else takes time.
    assert_eq!(report["commits"]["count"], 3);
    assert_eq!((&report["commits"]["min"], &report["commits"]["max"]), (&20_000.into(), &20_000.into()));
    assert_eq!(report["answers"]["count"], 2);
    assert_eq!(report["servers"][2]["entries"], 3);
    assert_eq!(report["missedHeartbeats"], 0);
    let committed: u64 =
        report["series"].as_array().expect("a list").iter().filter_map(|c| c["committed"].as_u64()).sum();
    assert_eq!(committed, 3);
    let again = raftlab(&["run", "-", "--metrics", "--until", "2s"], MEASURED);
    assert_eq!(again.out, answer.out);
}

#[test]
fn a_cluster_that_stands_still_is_warned_of_once() {
    let slow = "raft 1\nservers 3\nset latency 400ms\nset election-timeout 150ms..300ms\n";
    let answer = raftlab(&["run", "-", "--until", "9s"], slow);
    let warnings: Vec<&str> = answer.out.lines().filter(|line| line.contains("warning: ")).collect();
    let [one] = warnings[..] else { panic!("{warnings:?}") };
    assert!(
        one.ends_with("Nobody leads since 0 ms, although S1, S2 and S3 are up and nothing keeps them apart."),
        "{one}"
    );
    let state: serde_json::Value =
        serde_json::from_str(&raftlab(&["run", "-", "--until", "9s", "--state"], slow).out).expect("JSON");
    let warning = &state["warning"];
    assert_eq!((&warning["what"], &warning["since"]), (&"no-leader".into(), &0.into()));
    assert_eq!(warning["connected"], serde_json::json!(["S1", "S2", "S3"]));
}

#[test]
fn metrics_can_be_of_a_part_of_a_run() {
    let answer = raftlab(&["run", "-", "--metrics", "--from", "1500ms", "--until", "3s"], MEASURED);
    let report: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
    assert_eq!((&report["from"], &report["to"]), (&1_500_000.into(), &3_000_000.into()));
    assert_eq!((&report["elections"]["count"], &report["commits"]["count"]), (&0.into(), &0.into()));
    assert_eq!(report["leaderless"], 0);
}

#[test]
fn at_15_000_writes_a_second_and_1_ms_links_99_of_100_commits_take_less_than_5_ms() {
    let scenario = "raft 1\nservers 5\nset latency 1ms\nset load 15000/s\nat 0ms timeout S1\n";
    let answer = raftlab(&["run", "-", "--metrics", "--from", "500ms", "--until", "1500ms"], scenario);
    let report: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
    assert_eq!((&report["loadTaken"], &report["loadRefused"]), (&15_000.into(), &0.into()));
    assert!(report["commits"]["p99"].as_u64().expect("a number") < 5_000, "{}", report["commits"]);
    assert!(report["commits"]["count"].as_u64().expect("a number") >= 14_900);
}

#[test]
fn explore_hands_back_a_scenario_that_check_passes() {
    let answer = raftlab(&["explore", "--bug", "no-uptodate-check", "--seeds", "0..20", "--jobs", "2"], "");
    assert_eq!(answer.code, 1, "{}{}", answer.out, answer.err);
    assert!(
        answer.out.contains("\nbug no-uptodate-check\n") && answer.out.contains("expect violated"),
        "{}",
        answer.out
    );
    let checked = raftlab(&["check", "-"], &answer.out);
    assert_eq!(checked.code, 0, "{}", checked.out);
}

#[test]
fn the_lowest_seed_that_finds_something_counts_however_many_threads_there_are() {
    let scenario = |jobs: &str| {
        let bug = ["explore", "--json", "--seeds", "0..40", "--each", "100k", "--bug", "commit-clamped-to-own-last"];
        let answer = raftlab(&[&bug[..], &["--jobs", jobs]].concat(), "");
        let report: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
        (report["found"]["seed"].clone(), report["found"]["scenario"].clone())
    };
    let one = scenario("1");
    assert!(one.0.is_u64(), "it is found");
    assert_eq!(one, scenario("3"));
}

#[test]
fn explore_says_that_there_is_none_and_what_it_took() {
    let answer = raftlab(&["explore", "--seeds", "3..5", "--each", "20k", "--budget", "1 crash"], "");
    assert_eq!(answer.code, 0, "{}", answer.out);
    assert!(answer.out.starts_with("none in ") && answer.out.contains(" events/s"), "{}", answer.out);
}

#[test]
fn with_every_rule_on_three_million_events_break_nothing() {
    let answer = raftlab(&["explore", "--events", "3M", "--jobs", "2"], "");
    assert_eq!(answer.code, 0, "{}{}", answer.out, answer.err);
    println!("{}", answer.out);
}

#[test]
fn a_time_box_ends_a_search_that_would_not_end() {
    for limit in ["--time", "--cpu"] {
        let answer = raftlab(&["explore", "--seeds", "0..1000000000", "--jobs", "2", limit, "50ms", "--json"], "");
        assert_eq!(answer.code, 0, "{limit}: {}{}", answer.out, answer.err);
        let report: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
        assert!(report["events"].as_u64().is_some_and(|events| events > 0), "{limit}: it has begun: {report}");
        assert!(report["found"].is_null() && report["seeds"].as_u64().is_some_and(|seeds| seeds < 1_000_000));
    }
}

#[test]
fn a_table_has_a_row_for_each_rule_and_says_how_many_were_found() {
    let answer = raftlab(&["explore", "--table", "--seeds", "0..1", "--each", "2k"], "");
    assert_eq!(answer.code, 0, "{}", answer.err);
    let rows: Vec<&str> = answer.out.lines().filter(|line| line.starts_with("| `")).collect();
    let found = rows.iter().filter(|row| !row.contains("| not found |")).count();
    assert_eq!(answer.out.lines().last(), Some(&*format!("{found} of {} found.", rows.len())), "{}", answer.out);
    assert!(found > 0 && found < rows.len() && answer.out.contains("\n| `double-vote` | election-safety | 0 |"));
}

#[test]
fn explore_goes_on_from_a_file_and_looks_for_what_is_wanted() {
    let wanted = ["explore", "--from", "-", "--goal", "S2 is leader and S2 term = 2", "--seeds", "0..4"];
    let answer = raftlab(&wanted, "raft 1\nservers 3\nset network manual\nat 0ms timeout S1\n");
    assert_eq!(answer.code, 1, "{}{}", answer.out, answer.err);
    assert!(answer.out.contains("\nat 0ms timeout S1\n"), "{}", answer.out);
    assert_eq!(raftlab(&["check", "-"], &answer.out).code, 0);
}

#[test]
fn explore_names_a_slip() {
    let slips: [(&[&str], &str); 7] = [
        (&["--bug", "no-such-bug"], "no-such-bug"),
        (&["--budget", "2 crushes"], "crushes"),
        (&["--seeds", "7..3"], "7..3"),
        (&["--events", "many"], "many"),
        (&["--goal", "S9 is leader"], "S9"),
        (&["--merge", "www/scenarios/figure-8.raft"], "figure-8.raft"),
        (&["--from", &file("bugs/commit-old-term")], "leader-completeness is broken before"),
    ];
    let leads = ["explore", "--from", &file("bugs/commit-old-term"), "--goal", "S1 is leader or S2 is leader"];
    assert_eq!(raftlab(&leads, "").code, 1, "something else may be looked for there");
    for (arguments, word) in slips {
        let answer = raftlab(&[&["explore"], arguments].concat(), "");
        assert_eq!(answer.code, 2, "{arguments:?}: {}", answer.out);
        assert!(answer.err.contains(word), "{arguments:?}: {}", answer.err);
    }
}

#[test]
fn results_of_several_machines_are_merged() {
    let folder = std::env::temp_dir().join(format!("raftlab-merge-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let part = |name: &str, seeds: &str, bug: &[&str]| {
        let common = ["explore", "--json", "--each", "50k", "--seeds", seeds];
        let answer = raftlab(&[&common[..], bug].concat(), "");
        let file = folder.join(name);
        std::fs::write(&file, &answer.out).expect("a file");
        (file.display().to_string(), serde_json::from_str::<serde_json::Value>(&answer.out).expect("JSON"))
    };
    let (none, first) = part("a.json", "0..2", &[]);
    let (some, second) = part("b.json", "2..30", &["--bug", "double-vote"]);
    let answer = raftlab(&["explore", "--merge", "--json", &none, &some], "");
    let merged: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
    let sum = |name: &str| first[name].as_u64().expect("a number") + second[name].as_u64().expect("a number");
    assert_eq!((answer.code, &merged["found"]), (1, &second["found"]));
    assert_eq!(
        [merged["events"].as_u64(), merged["seeds"].as_u64()].map(Option::unwrap_or_default),
        [sum("events"), sum("seeds")]
    );
    assert_eq!(raftlab(&["explore", "--merge", &none], "").code, 0);
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

/// Three servers whose messages take exactly 10 ms.
const MEASURED: &str = "raft 1\nservers 3\nset latency 10ms\nat 0ms timeout S1\nat 500ms write x=1\nat 1s write x=2\n";

/// S1's entry is on S2 too, but nobody has told it; then S1 crashes, and S3 stands.
const CRASHED: &str = "raft 1\nservers 3\nset network manual\nat 0ms\n  timeout S1\n  settle\n  write x=1\n  \
                       deliver S1->S2 append\nat 10ms\n  crash S1\n  timeout S3\n  deliver S3->S2 vote\n";

#[test]
fn why_gives_facts_with_their_events_and_what_it_would_take() {
    let answer = raftlab(&["why", "-", "why is nobody leader?"], CRASHED);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert_eq!(answer.out, NOBODY_LEADS);
}

const NOBODY_LEADS: &str = "\
Why is nobody leader? (at 10.000 ms)
  S1 is down.  (event 2, 10.000 ms)
  2 of 3 voters are up (S2 and S3); an election takes 2. · §5.2
  S3 stands for election in term 2. · §5.2  (event 2, 10.000 ms)
  It has the votes of 1 of 3 voters (S3) and needs 2. · §5.2
  S3's vote request to S1 is held.
  S2 refused S3: its log ends at 2@1, newer than S3's 1@1. · §5.4.1  (event 2, 10.000 ms)
  S2's election timer runs for 152.7 ms more, unless it hears of a leader. · §5.2
What would it take? 3 steps do it:
  1. S2's election timer fires.  [timeout S2]
  2. S2's vote request arrives at S3.  [deliver S2->S3 vote #1]
  3. S3's vote reply arrives at S2.  [deliver S3->S2 vote-reply #1]
";

#[test]
fn why_answers_in_json_at_a_moment() {
    let answer =
        raftlab(&["why", "-", "why", "is", "entry", "2", "not", "committed", "--at", "5ms", "--json"], CRASHED);
    let told: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
    assert_eq!((&told["so"], &told["at_us"]), (&true.into(), &5_000.into()));
    assert_eq!(told["takes"][0]["script"], "deliver S2->S1 append-reply #1");
    assert_eq!(told["reasons"][0]["section"], "§5.3");
}

#[test]
fn why_says_what_can_be_asked() {
    let answer = raftlab(&["why", "-", "why is it so"], CRASHED);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("why is entry 4 not committed?"), "{}", answer.err);
    assert!(raftlab(&["why", "-", "why is S7 not leader"], CRASHED).err.contains("there is no S7"));
}

const EXERCISE: &str = "www/scenarios/exercises/two-leaders.raft";

#[test]
fn grade_gives_every_link_a_verdict_and_a_reason() {
    let handed_in = handed_in();
    let links: Vec<&str> = handed_in.iter().map(|(link, _)| link.as_str()).collect();
    let answer = raftlab(&[&["grade", EXERCISE], &links[..]].concat(), "");
    assert_eq!((answer.code, answer.err.as_str()), (1, ""));
    let lines: Vec<&str> = answer.out.lines().collect();
    assert_eq!(lines.len(), links.len() + 1);
    for ((_, expected), line) in handed_in.iter().zip(&lines) {
        let (word, reason) = expected.split_once(": ").expect("a verdict and its reason");
        assert!(line.starts_with(word) && line.ends_with(reason), "{line}, not {expected}");
    }
    let solved = raftlab(&["grade", EXERCISE, links[0]], "");
    assert_eq!((solved.code, solved.out.lines().last()), (0, Some("1 of 1 solved")));
}

#[test]
fn grade_takes_a_class_from_a_file_and_writes_a_table() {
    let links: Vec<String> = handed_in().into_iter().map(|(link, _)| link).collect();
    let class =
        format!("Ada Example,{}\n\n=HYPERLINK(\"x\");{}\n{}\n\u{1b}[31m nonsense\n", links[0], links[0], links[2]);
    let answer = raftlab(&["grade", "--csv", EXERCISE, "-"], &class);
    let lines: Vec<&str> = answer.out.lines().collect();
    assert_eq!(lines[0], "number,name,verdict,solved_at_us,reason");
    assert!(lines[1].starts_with("1,Ada Example,solved,463895,at 463.895ms"), "{}", lines[1]);
    assert!(lines[2].starts_with("2,\"'=HYPERLINK(\"\"x\"\")\",solved,"), "{}", lines[2]);
    assert!(lines[3].starts_with("3,,other-run,,"), "{}", lines[3]);
    assert!(lines[4].starts_with("4,[31m,unreadable,,"), "{}", lines[4]);
    assert_eq!((answer.code, lines.len()), (1, 5));
}

#[test]
fn grade_wants_an_exercise_and_takes_a_text_as_a_solution() {
    let answer = raftlab(&["grade", "www/scenarios/figure-8.raft", "#s1.x"], "");
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("no exercise: it has no line `goal …`"), "{}", answer.err);
    let answer = raftlab(&["grade", EXERCISE, EXERCISE], "");
    assert!(answer.code == 1 && answer.out.starts_with("not-reached 1:"), "{}", answer.out);
}

/// What was handed in for an exercise, and what comes of it.
fn handed_in() -> Vec<(String, String)> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/exercises/two-leaders.txt");
    let text = std::fs::read_to_string(file).expect("the links");
    let lines: Vec<String> = text.lines().map(String::from).collect();
    lines.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect()
}

#[test]
fn export_writes_every_format_of_a_stretch() {
    let story = file("leader-crash");
    let export = |arguments: &[&str]| raftlab(&[&["export", &story], arguments].concat(), "");
    for (arguments, start, has) in [
        (&["--as", "mermaid"][..], "sequenceDiagram\n    title ", "->>"),
        (&["--as", "plantuml"], "@startuml\n", "@enduml"),
        (&["--as", "shiviz"], "S", "{\"S"),
        (&["--as", "transcript"], " ", "stands for election"),
        (&["--as", "trace"], "{\"t\":", "\"event\":\"leader\""),
        (&["--as", "svg"], "<svg xmlns=", "space-time diagram"),
        (&["--as", "svg", "--view", "log", "--to", "400ms"], "<svg xmlns=", "logs at 400 ms"),
        (&["--as", "svg", "--view", "ring", "--to", "400ms"], "<svg xmlns=", "the cluster at 400 ms"),
        (&["--as", "svg", "--view", "history"], "<svg xmlns=", ">done</text>"),
        (&["--as", "svg", "--view", "metrics"], "<svg xmlns=", ">entries committed</text>"),
        (&["--as", "svg", "--view", "moving", "--slower", "10"], "<svg xmlns=", "prefers-reduced-motion"),
    ] {
        let answer = export(arguments);
        assert_eq!((answer.code, answer.err.as_str()), (0, ""), "{arguments:?}");
        assert!(answer.out.starts_with(start) && answer.out.contains(has), "{arguments:?}: {:.300}", answer.out);
    }
    let folder = std::env::temp_dir().join(format!("raftlab-frames-{}", std::process::id()));
    let out = folder.display().to_string();
    let answer = export(&["--as", "frames", "--to", "40ms", "--slower", "8", "--out", &out]);
    assert_eq!((answer.code, answer.out.as_str()), (0, "5 pictures, each to be shown for 80 ms\n"), "{}", answer.err);
    assert!(
        (0..5)
            .all(|n| std::fs::read_to_string(folder.join(format!("{n:03}.svg"))).is_ok_and(|s| s.starts_with("<svg")))
    );
    std::fs::remove_dir_all(&folder).expect("it was made here");
    assert!(export(&["--as", "frames"]).err.contains("--out is missing"));
    let json: serde_json::Value =
        serde_json::from_str(&export(&["--as", "json", "--from", "100ms", "--to", "500ms"]).out).expect("JSON");
    assert_eq!(
        (&json["fromUs"], &json["toUs"], &json["state"]["t"]),
        (&100_000.into(), &500_000.into(), &500_000.into())
    );
    assert!(json["events"].as_array().is_some_and(|all| all.iter().all(|event| event["t"].as_u64() >= Some(100_000))));
    assert!(export(&[]).err.contains("--as is missing") && export(&["--as", "gif"]).err.contains("mermaid"));
    assert_eq!(export(&["--as", "svg", "--view", "x"]).code, 2);
}

#[test]
fn trace_finds_what_is_wrong_at_its_line() {
    let right = raftlab(&["export", &file("leader-crash"), "--as", "trace"], "").out;
    let answer = raftlab(&["trace", "-"], &right);
    assert_eq!(answer.code, 0, "{}", answer.out);
    assert!(answer.out.starts_with("nothing that Raft forbids: "), "{}", answer.out);
    let lines = right.lines().count();
    let planted = "{\"server\":\"S9\",\"event\":\"vote\",\"term\":5,\"for\":\"S1\"}\n\
                   {\"server\":\"S9\",\"event\":\"vote\",\"term\":5,\"for\":\"S2\"}\n";
    let answer = raftlab(&["trace", "-"], &format!("{right}{planted}"));
    let expected = format!(
        "-:{}: one-vote: S9 voted twice in term 5: for S1, then for S2 (see line {}) [§5.2]\n",
        lines + 2,
        lines + 1
    );
    assert!(answer.code == 1 && answer.out.starts_with(&expected), "{}", answer.out);
    let json: serde_json::Value =
        serde_json::from_str(&raftlab(&["trace", "-", "--json"], &format!("{right}{planted}")).out).expect("JSON");
    assert_eq!((&json["findings"][0]["line"], &json["format"]), (&(lines + 2).into(), &"jsonl".into()));
    for (text, word) in [("hello\n", "no known trace"), ("{\"server\"", "1: the line is cut off"), ("{]", "1: no JSON")]
    {
        let answer = raftlab(&["trace", "-"], text);
        assert!(answer.code == 2 && answer.err.contains(word), "{text}: {}", answer.err);
    }
    assert!(raftlab(&["trace", "-", "--format", "x"], "").err.contains("dslogs"));
}
