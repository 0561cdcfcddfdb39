//! `ask`: what reads back, what is refused.

use super::super::*;
use super::{S3, check_action, check_slip};

#[test]
fn questions_to_the_reader() {
    let choice = |answers: &[(&str, bool)]| {
        let answer = |(text, right): &(&str, bool)| Answer { text: (*text).into(), right: *right };
        Answers::Choice(answers.iter().map(answer).collect())
    };
    let ask = |question: &str, answers| Action::Ask(Quiz { question: question.into(), answers }.into());
    check_action(
        "ask \"Who can win?\" S1 (S2 S3) S4",
        ask("Who can win?", choice(&[("S1", false), ("S2", true), ("S3", true), ("S4", false)])),
    );
    check_action(
        "ask \"In what order?\" (\"S1, then S2\") 2@1",
        ask("In what order?", choice(&[("S1, then S2", true), ("2@1", false)])),
    );
    let leads = Predicate::LeaderIs(S3);
    check_action("ask \"Will S3 lead?\" = leader is S3", ask("Will S3 lead?", Answers::Run(leads.into())));
    check_slip("ask S1", "2:12: expected a question in \"quotation marks\", found \"S1\"");
    check_slip("ask \"Who?", "2:12: expected a second quotation mark, found \"\"Who?\"");
    check_slip("ask \"Who?\" S1 S2", "2:19: expected the right answers in parentheses, found \"S1\"");
    check_slip("ask \"Who?\" (S1", "2:22: a closing \")\" after the right answers is missing");
    check_slip("ask \"Who?\" (S1)", "2:23: a second answer is missing");
    check_slip("ask \"Who?\" S1 (S1)", "2:23: the answer \"S1\" is given twice");
}
