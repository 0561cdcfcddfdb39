//! Questions to the reader: `ask "QUESTION" …`.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::ast::Predicate;
use super::format::{clean_text, format_predicate};
use super::{MAX_ANSWER, MAX_TITLE};

/// A question to the reader, who answers before play goes on.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Quiz {
    /// What is asked.
    pub question: String,
    /// What can be answered, and what is right.
    pub answers: Answers,
}

/// The answers to a question.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Answers {
    /// `S1 S2 (S3 S4)`: those to choose from, in this order.
    Choice(Vec<Answer>),
    /// `= PREDICATE`: yes or no. The run says: yes if it comes to hold before the next stop or question,
    /// or the end of the script.
    Run(Box<Predicate>),
}

/// One answer to choose.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Answer {
    /// A server, a number, an order, or words.
    pub text: String,
    /// Whether it is right: those in parentheses are.
    pub right: bool,
}

/// Whether an answer stands without quotation marks.
pub(super) fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '@' | '.' | '-' | '_' | '%' | '+' | '/' | ':' | ',' | '\'')
}

impl fmt::Display for Quiz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", quotable(&self.question, MAX_TITLE))?;
        let answers = match &self.answers {
            Answers::Run(predicate) => return write!(f, " = {}", format_predicate(predicate)),
            Answers::Choice(answers) => answers,
        };
        let mut inside = false;
        for answer in answers {
            if inside && !answer.right {
                f.write_str(")")?;
            }
            f.write_str(if answer.right && !inside { " (" } else { " " })?;
            inside = answer.right;
            let text = quotable(&answer.text, MAX_ANSWER);
            if !text.is_empty() && text.chars().all(is_plain) {
                f.write_str(&text)?;
            } else {
                write!(f, "\"{text}\"")?;
            }
        }
        if inside { f.write_str(")") } else { Ok(()) }
    }
}

/// A text as it can stand between quotation marks.
fn quotable(text: &str, most: usize) -> String {
    clean_text(&text.replace('"', "”"), most)
}
