//! Texts with more than one mistake.

use super::*;

/// A text with several mistakes.
#[track_caller]
fn check_mistakes(text: &str, wanted: &[&str]) {
    let found: Vec<String> = mistakes(text).iter().map(ToString::to_string).collect();
    assert_eq!(found, wanted, "\n{text}");
    assert_eq!(parse(text).err().map(|error| error.to_string()).as_deref(), wanted.first().copied());
}

#[test]
fn each_line_with_a_mistake_is_told() {
    check_mistakes("raft 1\nat 0ms crash S1\n", &[]);
    check_mistakes(
        "raft 1\nsede 3\nset heartbeat soon\nat 5ms crsh S1\n  restart S1\nat 9ms crash S9\n",
        &[
            "2:1: unknown word \"sede\"; did you mean \"seed\"?",
            "3:15: expected a time such as 250us, 20ms or 1.5s, found \"soon\"",
            "4:8: unknown action \"crsh\"; did you mean \"crash\"?",
            "6:14: there is no server \"S9\" in this scenario",
        ],
    );
}

#[test]
fn what_follows_from_a_mistake_is_none() {
    // The actions belong to a step, although its trigger cannot be read.
    check_mistakes(
        "raft 1\nat once\n  crash S1\n  restart S1\n",
        &["2:4: expected a time such as 250us, 20ms or 1.5s, found \"once\""],
    );
    // One of the two times is wrong; those after it are not.
    check_mistakes(
        "raft 1\nat 5s crash S1\nat 600ms restart S1\nat 700ms crash S2\n",
        &["3:4: \"600ms\" is over before this step, which comes at 5s or later"],
    );
    // Every name depends on who takes part.
    check_mistakes("raft 1\nservers many\nat 0ms crsh S4\n", &["2:9: expected the number of servers, found \"many\""]);
    check_mistakes("at 0ms crsh S4\n", &["1:1: a scenario starts with the line \"raft 1\", not with \"at\""]);
}

#[test]
fn so_many_mistakes_are_told_and_no_more() {
    let text = ["raft 1\nat 0ms\n", &"  crsh S1\n".repeat(50)].concat();
    assert_eq!(mistakes(&text).len(), MAX_MISTAKES);
    let long = ["raft 1\nat 0ms\n", &"  crash S1\n".repeat(MAX_ACTIONS + 9)].concat();
    assert_eq!(mistakes(&long).len(), 1);
}
