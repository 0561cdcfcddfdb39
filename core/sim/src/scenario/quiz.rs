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
    /// `S1 S2 (S3 S4)`: those to choose from, in this order; one of the right ones is enough.
    Choice(Vec<Answer>),
    /// `ask all "…" S1 (S2 S3)`: all right ones are wanted, and no other.
    All(Vec<Answer>),
    /// `ask order "…" S2 S1 S3`: in this order.
    Order(Vec<Answer>),
    /// `= PREDICATE`: yes or no. The run says: yes if it comes to hold before the next stop or question,
    /// or the end of the script.
    Run(Box<Predicate>),
}

/// One answer to choose.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Answer {
    /// A server, a number, an order, or words.
    pub text: String,
    /// Whether it is right: those in parentheses are, and all that only want an order.
    pub right: bool,
    /// `{S2 is leader}`: what would have to hold for it to be right.
    pub so: Option<Box<Predicate>>,
}

impl Answers {
    /// The answers that the scenario words itself.
    pub fn listed(&self) -> &[Answer] {
        match self {
            Answers::Choice(answers) | Answers::All(answers) | Answers::Order(answers) => answers,
            Answers::Run(_) => &[],
        }
    }
}

/// Whether an answer stands without quotation marks.
pub(super) fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '@' | '.' | '-' | '_' | '%' | '+' | '/' | ':' | ',' | '\'')
}

impl fmt::Display for Quiz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.answers {
            Answers::All(_) => f.write_str("all ")?,
            Answers::Order(_) => f.write_str("order ")?,
            Answers::Choice(_) | Answers::Run(_) => {}
        }
        write!(f, "\"{}\"", quotable(&self.question, MAX_TITLE))?;
        if let Answers::Run(predicate) = &self.answers {
            return write!(f, " = {}", format_predicate(predicate));
        }
        let marks = !matches!(self.answers, Answers::Order(_));
        let mut inside = false;
        for answer in self.answers.listed() {
            let right = answer.right && marks;
            if inside && !right {
                f.write_str(")")?;
            }
            f.write_str(if right && !inside { " (" } else { " " })?;
            inside = right;
            let text = quotable(&answer.text, MAX_ANSWER);
            if !text.is_empty() && text.chars().all(is_plain) {
                f.write_str(&text)?;
            } else {
                write!(f, "\"{text}\"")?;
            }
            if let Some(so) = answer.so.as_ref().filter(|_| marks) {
                write!(f, " {{{}}}", format_predicate(so))?;
            }
        }
        if inside { f.write_str(")") } else { Ok(()) }
    }
}

/// A text as it can stand between quotation marks.
fn quotable(text: &str, most: usize) -> String {
    clean_text(&text.replace('"', "”"), most)
}
