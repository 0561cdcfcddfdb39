//! `ask "QUESTION" S1 S2 (S3)`, `ask all "QUESTION" …`, `ask order "QUESTION" …` and `ask "QUESTION" = PREDICATE`.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::ast::Action;
use super::super::error::Problem;
use super::super::lex::{Line, Result};
use super::super::quiz::{Answer, Answers, Quiz, is_plain};
use super::super::{MAX_ANSWER, MAX_ANSWERS, MAX_TITLE};
use super::predicate;

/// What follows the word.
pub(super) fn ask(line: &mut Line<'_>) -> Result<Action> {
    let all = line.take_if("all");
    let order = !all && line.take_if("order");
    let question = match line.take_quoted(MAX_TITLE)? {
        Some(question) if !question.is_empty() => question,
        _ => return Err(line.error_here(Problem::Expected("a question in \"quotation marks\""))),
    };
    let answers = if order {
        Answers::Order(in_order(line)?)
    } else if all {
        Answers::All(choice(line)?)
    } else if line.take_if("=") {
        Answers::Run(Box::new(predicate::parse_watched(line)?))
    } else {
        Answers::Choice(choice(line)?)
    };
    Ok(Action::Ask(Box::new(Quiz { question, answers })))
}

/// Answers to choose from, the right ones in parentheses.
fn choice(line: &mut Line<'_>) -> Result<Vec<Answer>> {
    let mut answers: Vec<Answer> = Vec::new();
    let mut right = false;
    let first = *line;
    loop {
        if !right && line.take_sign('(') {
            right = true;
        } else if right && line.take_sign(')') {
            right = false;
        } else if !one_more(line, &mut answers, right)? {
            break;
        }
    }
    if right {
        return Err(line.error_here(Problem::Expected("a closing \")\" after the right answers")));
    }
    if answers.len() < 2 {
        return Err(line.error_here(Problem::Expected("a second answer")));
    }
    if !answers.iter().any(|answer| answer.right) {
        return Err(first.error_here(Problem::Expected("the right answers in parentheses")));
    }
    Ok(answers)
}

/// Answers that are all right, in this order.
fn in_order(line: &mut Line<'_>) -> Result<Vec<Answer>> {
    let mut answers: Vec<Answer> = Vec::new();
    loop {
        let here = *line;
        let marked = line.take_sign('(');
        if !marked && !one_more(line, &mut answers, true)? {
            break;
        }
        if marked || answers.iter().any(|answer| answer.so.is_some()) {
            return Err(here.error_here(Problem::Expected("answers in their right order, with no sign")));
        }
    }
    if answers.len() < 2 {
        return Err(line.error_here(Problem::Expected("a second answer")));
    }
    Ok(answers)
}

/// Adds the next answer, with what would make it right. Returns whether there is one.
fn one_more(line: &mut Line<'_>, answers: &mut Vec<Answer>, right: bool) -> Result<bool> {
    let here = *line;
    let Some(text) = answer(line)? else { return Ok(false) };
    if answers.iter().any(|answer| answer.text == text) {
        return Err(super::found(&text, here.error_here(Problem::Twice("the answer"))));
    }
    if answers.len() == MAX_ANSWERS {
        return Err(here.error_here(Problem::TooMany("answers", MAX_ANSWERS)));
    }
    let so = line.take_braced(|line| predicate::parse_watched(line).map(Box::new))?;
    answers.push(Answer { text, right, so });
    Ok(true)
}

/// The next answer; `None` at the end of the line.
fn answer(line: &mut Line<'_>) -> Result<Option<String>> {
    if let Some(quoted) = line.take_quoted(MAX_ANSWER)? {
        return if quoted.is_empty() { Err(line.error_here(Problem::Expected("an answer"))) } else { Ok(Some(quoted)) };
    }
    if line.peek().is_none() {
        return Ok(None);
    }
    match line.take_run(is_plain) {
        "" => Err(line.error_here(Problem::Expected("an answer: a word, or words in \"quotation marks\""))),
        word if word.chars().count() > MAX_ANSWER => Err(line.error_here(Problem::TooLong(MAX_ANSWER))),
        word => Ok(Some(word.into())),
    }
}
