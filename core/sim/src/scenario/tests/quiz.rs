//! `ask`: what reads back, what is refused.

use alloc::vec::Vec;

use super::super::*;
use super::{S1, S2, S3, check_action, check_slip};

#[test]
fn questions_to_the_reader() {
    let choice = |answers: &[(&str, bool)]| {
        let answer = |(text, right): &(&str, bool)| Answer { text: (*text).into(), right: *right, so: None };
        answers.iter().map(answer).collect::<Vec<_>>()
    };
    let ask = |question: &str, answers| Action::Ask(Quiz { question: question.into(), answers }.into());
    check_action(
        "ask \"Who can win?\" S1 (S2 S3) S4",
        ask("Who can win?", Answers::Choice(choice(&[("S1", false), ("S2", true), ("S3", true), ("S4", false)]))),
    );
    check_action(
        "ask \"In what order?\" (\"S1, then S2\") 2@1",
        ask("In what order?", Answers::Choice(choice(&[("S1, then S2", true), ("2@1", false)]))),
    );
    check_action(
        "ask all \"Which are committed?\" 1@1 (2@1 3@2)",
        ask("Which are committed?", Answers::All(choice(&[("1@1", false), ("2@1", true), ("3@2", true)]))),
    );
    check_action(
        "ask order \"Who comes first?\" S2 \"the client\" S1",
        ask("Who comes first?", Answers::Order(choice(&[("S2", true), ("the client", true), ("S1", true)]))),
    );
    let mut so = choice(&[("S1", false), ("S3", false), ("order", true)]);
    so[0].so = Some(Predicate::Is(S1, State::Down).or(Predicate::Is(S2, State::Leader)).into());
    so[2].so = Some(Predicate::Quiet.into());
    check_action("ask \"Who?\" S1 {S1 is down or S2 is leader} S3 (order {quiet})", ask("Who?", Answers::Choice(so)));
    let leads = Predicate::LeaderIs(S3);
    check_action("ask \"Will S3 lead?\" = leader is S3", ask("Will S3 lead?", Answers::Run(leads.into())));
    check_slip("ask S1", "2:12: expected a question in \"quotation marks\", found \"S1\"");
    check_slip("ask \"Who?", "2:12: expected a second quotation mark, found \"\"Who?\"");
    check_slip("ask \"Who?\" S1 S2", "2:19: expected the right answers in parentheses, found \"S1\"");
    check_slip("ask \"Who?\" (S1", "2:22: a closing \")\" after the right answers is missing");
    check_slip("ask \"Who?\" (S1)", "2:23: a second answer is missing");
    check_slip(
        "ask \"Who?\" S1 {S1 is leader (S2)",
        "2:36: expected a closing \"}\" after the condition, found \"(S2)\"",
    );
    check_slip("ask \"Who?\" S1 {S1 is leader", "2:35: a closing \"}\" after the condition is missing");
    check_slip("ask \"Who?\" S1 {S1 is leader now} (S2)", "2:36: unexpected \"now\"");
    check_slip("ask \"Who?\" S1 {S1 is leader # } (S2)", "2:36: unexpected \"#\"");
    check_slip(
        "ask \"Who?\" S1 {linearizable} (S2)",
        "2:23: this is judged at one moment only: \"expect\" without \"within\"",
    );
    check_slip(
        "ask order \"Who?\" S1 (S2)",
        "2:28: expected answers in their right order, with no sign, found \"(S2)\"",
    );
    check_slip(
        "ask order \"Who?\" S1 {leader} S2",
        "2:25: expected answers in their right order, with no sign, found \"S1\"",
    );
    check_slip("ask order \"Who?\" S1", "2:27: a second answer is missing");
    check_slip(
        "ask all \"Who?\" = leader",
        "2:23: expected an answer: a word, or words in \"quotation marks\", found \"=\"",
    );
    check_slip("ask all \"Who?\" S1 S2", "2:23: expected the right answers in parentheses, found \"S1\"");
    check_slip("ask most \"Who?\" S1 (S2)", "2:12: expected a question in \"quotation marks\", found \"most\"");
    check_slip("ask \"Who?\" S1 (S1)", "2:23: the answer \"S1\" is given twice");
}
