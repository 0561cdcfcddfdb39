//! What an exercise is held to, verdict by verdict.

use alloc::format;

use super::*;
use crate::link::{View, encode};
use crate::scenario::parse;

const EXERCISE: &str = "raft 1\ntitle Two leaders\nservers 3\nseed 3\nset latency 10ms\n\
    goal leader and not one leader within 5s\nallow 1 partition\n\nat 0ms timeout S1\nwhen S1 is leader\n";

#[track_caller]
fn verdict_of(text: &str) -> Verdict {
    let exercise = Exercise::new(parse(EXERCISE).expect("an exercise").scenario).expect("a goal");
    let solution = parse(text).expect("a scenario").scenario;
    exercise.grade(&encode(&solution, &View::default())).verdict
}

/// The exercise with steps after its own.
#[track_caller]
fn check_steps(steps: &str, expected: &str) {
    let verdict = verdict_of(&format!("{EXERCISE}{steps}"));
    assert_eq!(format!("{}: {verdict}", verdict.word()), expected);
}

/// The exercise with a line changed.
#[track_caller]
fn check_changed(line: &str, to: &str, expected: &str) {
    assert!(EXERCISE.contains(line));
    let verdict = verdict_of(&format!("{}isolate S1\n", EXERCISE.replace(line, to)));
    assert_eq!(format!("{}: {verdict}", verdict.word()), expected);
}

#[test]
fn a_solution_is_the_exercise_with_steps_after_its_own() {
    let verdict = verdict_of(&format!("{EXERCISE}isolate S1\n"));
    assert_eq!(
        verdict,
        Verdict::Other(Difference::Step("when S1 is leader".into())),
        "a step of the exercise has one more"
    );
    assert!(verdict_of(&format!("{EXERCISE}after 0ms isolate S1\nnote Look.\nset speed 1\n")).is_solved());
}

#[test]
fn texts_are_free() {
    let solution = EXERCISE.replace("title Two leaders", "title Mine\nauthor Ada\nabout How I did it.");
    let exercise = Exercise::new(parse(EXERCISE).expect("an exercise").scenario).expect("a goal");
    let solution = parse(&format!("{solution}after 0ms isolate S1\n")).expect("a scenario").scenario;
    let graded = exercise.grade(&encode(&solution, &View::default()));
    assert_eq!(graded.author.as_deref(), Some("Ada"));
    assert!(graded.verdict.is_solved());
}

#[test]
fn what_is_not_allowed_is_named() {
    check_steps(
        "after 0ms isolate S1\nafter 1ms isolate S2\n",
        "over-budget: line 11: `isolate S2` is more than the 1 partition allowed",
    );
    check_steps("after 0ms crash S1\n", "over-budget: line 10: `crash S1` is more than the 0 crashes allowed");
    check_steps(
        "after 0ms set loss 100%\n",
        "forbidden: line 10: `set loss 100%`; settings stay as the exercise has them",
    );
    check_steps("after 0ms wipe S1\n", "over-budget: line 10: `wipe S1` is more than the 0 losses allowed");
}

#[test]
fn what_does_not_come_to_hold_is_named() {
    check_steps("", "not-reached: `leader and not one leader`, does not hold by 5.02s: S1 leads");
    check_steps(
        "after 0ms restart S1\n",
        "not-reached: `leader and not one leader`, does not hold by 5.02s: S1 leads; a step failed: cannot be done: \
         S1 is up already",
    );
}

#[test]
fn another_run_is_told_from_the_exercise() {
    let missing = |line| format!("other-run: the exercise's line `{line}` is missing");
    check_changed("seed 3", "seed 4", &missing("seed 3"));
    check_changed("servers 3", "servers 4", &missing("servers 3"));
    check_changed("set latency 10ms", "set latency 11ms", &missing("set latency 10ms"));
    check_changed("allow 1 partition\n", "", &missing("allow 1 partition"));
    check_changed(" within 5s", "", &missing("goal leader and not one leader within 5s"));
    check_changed("seed 3", "seed 3\nbug double-vote", "other-run: `bug double-vote` is not in the exercise");
    let step = "other-run: the exercise's step `at 0ms timeout S1` is missing or changed; act after it";
    check_changed("timeout S1", "timeout S2", step);
}

#[test]
fn what_a_link_changes_of_its_run_counts() {
    let exercise = Exercise::new(parse(EXERCISE).expect("an exercise").scenario).expect("a goal");
    let solution = parse(&format!("{EXERCISE}after 0ms isolate S1\n")).expect("a scenario").scenario;
    let graded = |view| exercise.grade(&encode(&solution, &view)).verdict;
    assert!(graded(View { seed: Some(3), at: Some(Time::millis(7)), ..View::default() }).is_solved());
    let other = graded(View { seed: Some(4), ..View::default() });
    assert_eq!(other, Verdict::Other(Difference::Added("seed 4".into())));
    assert_eq!(
        graded(View { servers: Some(5), ..View::default() }),
        Verdict::Other(Difference::Added("servers 5".into()))
    );
}

#[test]
fn what_is_no_solution_at_all_has_a_reason_too() {
    let exercise = Exercise::new(parse(EXERCISE).expect("an exercise").scenario).expect("a goal");
    let link = encode(&parse(EXERCISE).expect("an exercise").scenario, &View::default());
    let word = |link: &str| exercise.grade(link).verdict.word();
    assert_eq!(word("#demo=two-leaders"), "other-run");
    assert_eq!(word("#src=https://example.org/x.raft"), "other-run");
    for link in
        ["", "#", "nonsense", &link[..link.len() / 2], "#s9.abc", "#s1.%%%", "\u{202E}#s1.x", &"A".repeat(1 << 20)]
    {
        assert_eq!(word(link), "unreadable", "{link:.20}");
    }
}

#[test]
fn goals_come_one_after_another() {
    let text = "raft 1\nservers 3\ngoal S1 term = 2\ngoal S1 term = 1 within 1s\n";
    let exercise = Exercise::new(parse(text).expect("an exercise").scenario).expect("goals");
    let solution = parse(&format!("{text}at 0ms timeout S1\nat 5ms timeout S1\n")).expect("a scenario");
    let verdict = exercise.judge(&solution.scenario, &solution.lines);
    assert!(matches!(verdict, Verdict::NotReached { goal: 2, of: 2, .. }), "term 1 was before: {verdict}");
}
