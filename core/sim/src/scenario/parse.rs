//! From text to a scenario, in one pass over its lines after a look at whom it may name.

mod action;
mod ask;
mod header;
mod predicate;
mod complete;

use alloc::string::String;
use alloc::vec::Vec;

use raft_core::Time;

use super::ast::{Action, Predicate, Scenario, Start, Step, Trigger};
use super::error::{ParseError, Problem};
use super::lex::{Line, Names, Result, is_forbidden, shown};
use super::{MAX_ACTIONS, MAX_BYTES, MAX_STEPS, MAX_TIME, explained};

/// A scenario, and where its text says what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parsed {
    /// What the text says.
    pub scenario: Scenario,
    /// On which lines.
    pub lines: Lines,
}

/// The lines of a scenario's text on which its steps stand.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Lines {
    steps: Vec<(u32, Vec<u32>)>,
}

impl Lines {
    /// The line of a step's trigger, from 1; 0 if there is no such step.
    pub fn trigger(&self, step: usize) -> u32 {
        self.steps.get(step).map_or(0, |(line, _)| *line)
    }

    /// The line of an action, from 1; 0 if there is no such action.
    pub fn action(&self, step: usize, action: usize) -> u32 {
        self.steps.get(step).and_then(|(_, actions)| actions.get(action)).copied().unwrap_or(0)
    }
}

/// One statement that begins with a word of its own: how it reads, for the parser and the reference.
#[cfg_attr(not(any(test, feature = "reference")), expect(dead_code, reason = "only the reference reads it"))]
pub(super) struct Statement<P: 'static> {
    pub(super) word: &'static str,
    /// What follows the word.
    pub(super) takes: &'static str,
    pub(super) does: &'static str,
    pub(super) example: &'static str,
    pub(super) parse: P,
}

pub(super) use action::ACTIONS;
pub(super) use action::Parse as ParseAction;
pub use complete::{Help, Offer, complete};
pub(super) use header::HEADER;
pub(super) use predicate::PREDICATES;

type ParseTrigger = fn(&mut Line<'_>) -> Result<Trigger>;

/// Every trigger.
pub(super) const TRIGGERS: &[Statement<ParseTrigger>] = &[
    Statement {
        word: "at",
        takes: explained("TIME"),
        does: explained("At this time since the start, which no step before may be past."),
        example: explained("at 20ms"),
        parse: |line| line.time(Time::ZERO).map(Trigger::At),
    },
    Statement {
        word: "after",
        takes: explained("TIME"),
        does: explained("This long after the step before."),
        example: explained("after 1.5s"),
        parse: |line| line.time(Time::ZERO).map(Trigger::After),
    },
    Statement {
        word: "when",
        takes: explained("PREDICATE [within TIME]"),
        does: explained(
            "As soon as it holds; a failure if it does not within that time, 60 simulated seconds if none is given.",
        ),
        example: explained("when S1 is leader within 2s"),
        parse: |line| {
            let predicate = predicate::parse_watched(line)?;
            Ok(Trigger::When { predicate, within: within(line)? })
        },
    },
];

/// Whether a line that begins with this word begins a step.
fn is_trigger(word: &str) -> bool {
    TRIGGERS.iter().any(|trigger| trigger.word == word)
}

/// So many mistakes of one text are told at most.
pub const MAX_MISTAKES: usize = 20;

/// Reads a scenario. Anything wrong is refused whole: the first thing that is, with its place.
pub fn parse(text: &str) -> core::result::Result<Parsed, ParseError> {
    let (text, names) = opened(text)?;
    let mut parser = Parser::new(&names);
    for line in lines(text, &names) {
        parser.statement(line)?;
    }
    Ok(parser.parsed)
}

/// Everything wrong with a text, a mistake for each line: the first is that of [`parse`]. What follows only from a
/// mistake further up is none. Nothing more is told than who takes part wrongly, as every name depends on that.
pub fn mistakes(text: &str) -> Vec<ParseError> {
    let (text, names) = match opened(text) {
        Ok(opened) => opened,
        Err(mistake) => return Vec::from([mistake]),
    };
    let mut parser = Parser::new(&names);
    let mut mistakes = Vec::new();
    for line in lines(text, &names) {
        let Err(mistake) = parser.statement(line) else { continue };
        match mistake.problem {
            // Which of the two times is wrong nobody knows.
            Problem::Over(_) => parser.earliest = Time::ZERO,
            _ => parser.pass_over(line),
        }
        // What is too much stays so to the end.
        let is_full = matches!(mistake.problem, Problem::TooMany(..));
        mistakes.push(mistake);
        if is_full || mistakes.len() == MAX_MISTAKES {
            break;
        }
    }
    mistakes
}

/// A text that can be read line by line, and whom it may name.
fn opened(text: &str) -> Result<(&str, Names)> {
    if text.len() > MAX_BYTES {
        return Err(at_start(Problem::TooBig));
    }
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    check_characters(text)?;
    Ok((text, header::names(text)?))
}

/// Reads a condition that a run may be watched for, and `within TIME` behind it, with the names that a
/// scenario has. The columns of an error are those of this text.
pub fn parse_condition(text: &str, scenario: &Scenario) -> core::result::Result<(Predicate, Option<Time>), ParseError> {
    check_characters(text)?;
    let Scenario { servers, learners, spares, clients, .. } = scenario.clone();
    let names = Names { servers, learners, spares, clients, ..Names::default() };
    let mut line = Line::new(text, 1, &names);
    let predicate = predicate::parse_watched(&mut line)?;
    let within = within(&mut line)?;
    line.end()?;
    Ok((predicate, within))
}

fn lines<'a>(text: &'a str, names: &'a Names) -> impl Iterator<Item = Line<'a>> {
    text.lines().zip(1..).map(|(text, number)| Line::new(text, number, names))
}

fn at_start(problem: Problem) -> ParseError {
    ParseError { line: 1, column: 1, found: String::new(), problem, nearest: None }
}

fn check_characters(text: &str) -> Result<()> {
    for (line, number) in text.lines().zip(1..) {
        if let Some((column, c)) = line.chars().zip(1..).find(|(c, _)| is_forbidden(*c)).map(|(c, n)| (n, c)) {
            return Err(ParseError { line: number, column, ..at_start(Problem::Forbidden(c)) });
        }
    }
    Ok(())
}

/// `within TIME`, if it is there.
fn within(line: &mut Line<'_>) -> Result<Option<Time>> {
    line.take_if("within").then(|| line.time(Time::ZERO)).transpose()
}

/// What is read so far.
pub(super) struct Parser {
    parsed: Parsed,
    /// Words of the header that were given and may be given once.
    given: Vec<&'static str>,
    actions: usize,
    log_entries: usize,
    /// The least time at which the last step can come.
    earliest: Time,
}

impl Parser {
    fn new(names: &Names) -> Self {
        let Names { servers, learners, spares, clients, .. } = names;
        let (servers, learners, spares) = (servers.clone(), learners.clone(), spares.clone());
        let scenario = Scenario { servers, learners, spares, clients: *clients, ..Scenario::default() };
        let parsed = Parsed { scenario, lines: Lines::default() };
        Parser { parsed, given: Vec::new(), actions: 0, log_entries: 0, earliest: Time::ZERO }
    }

    fn statement(&mut self, mut line: Line<'_>) -> Result<()> {
        let Some(word) = line.take() else { return Ok(()) };
        if let Some(trigger) = TRIGGERS.iter().find(|trigger| trigger.word == word.text) {
            let start = line;
            let trigger = (trigger.parse)(&mut line)?;
            return self.step(trigger, start, line);
        }
        let header = HEADER.iter().find(|statement| statement.word == word.text);
        let action = ACTIONS.iter().find(|statement| statement.word == word.text);
        if self.parsed.scenario.steps.is_empty() {
            match (header, action) {
                (Some(statement), _) => (statement.parse)(self, &mut line)?,
                (None, Some(_)) => return Err(line.error(word, Problem::BeforeSteps)),
                (None, None) => {
                    let words = HEADER.iter().map(|s| s.word).chain(TRIGGERS.iter().map(|s| s.word));
                    return Err(line.unknown(word, Problem::Unknown("word"), words));
                }
            }
            return line.end();
        }
        match (action, header) {
            (Some(statement), _) => self.action(statement, line),
            (None, Some(_)) => Err(line.error(word, Problem::AfterHeader)),
            (None, None) => {
                let words = ACTIONS.iter().map(|s| s.word).chain(TRIGGERS.iter().map(|s| s.word));
                Err(line.unknown(word, Problem::Unknown("action"), words))
            }
        }
    }

    /// Goes on behind a line with a mistake. A trigger begins a step all the same, for the actions below it.
    fn pass_over(&mut self, mut line: Line<'_>) {
        let begins = line.take().is_some_and(|word| is_trigger(word.text));
        if begins && self.parsed.scenario.steps.is_empty() {
            self.begin(Trigger::At(self.earliest), line.number);
        }
    }

    /// A trigger, and the action that may stand behind it.
    fn step(&mut self, trigger: Trigger, start: Line<'_>, mut line: Line<'_>) -> Result<()> {
        if self.parsed.scenario.steps.len() == MAX_STEPS {
            return Err(start.error_here(Problem::TooMany("steps", MAX_STEPS)));
        }
        self.earliest = match trigger {
            Trigger::At(time) if time < self.earliest => {
                return Err(start.error_here(Problem::Over(self.earliest)));
            }
            Trigger::At(time) => time,
            Trigger::After(time) => self.earliest + time,
            Trigger::When { .. } => self.earliest,
        };
        if self.earliest > MAX_TIME {
            return Err(start.error_here(Problem::Times(Time::ZERO, MAX_TIME)));
        }
        self.begin(trigger, line.number);
        let Some(word) = line.take() else { return Ok(()) };
        match ACTIONS.iter().find(|statement| statement.word == word.text) {
            Some(statement) => self.action(statement, line),
            None => Err(line.unknown(word, Problem::Unknown("action"), ACTIONS.iter().map(|s| s.word))),
        }
    }

    fn begin(&mut self, trigger: Trigger, line: u32) {
        self.parsed.scenario.steps.push(Step { trigger, actions: Vec::new() });
        self.parsed.lines.steps.push((line, Vec::new()));
    }

    fn action(&mut self, statement: &Statement<action::Parse>, mut line: Line<'_>) -> Result<()> {
        let (action, second) = statement.parse.run(&mut line)?;
        line.end()?;
        for action in [Some(action), second].into_iter().flatten() {
            if self.actions == MAX_ACTIONS {
                return Err(line.error_here(Problem::TooMany("actions", MAX_ACTIONS)));
            }
            self.actions += 1;
            self.push(action, line.number);
        }
        Ok(())
    }

    fn push(&mut self, action: Action, line: u32) {
        let step = self.parsed.scenario.steps.last_mut().expect("actions come after a trigger");
        step.actions.push(action);
        let (_, lines) = self.parsed.lines.steps.last_mut().expect("every step has its lines");
        lines.push(line);
    }

    fn start(&mut self, start: Start) {
        self.log_entries += start.log.len();
        self.parsed.scenario.starts.push(start);
    }
}

/// For messages about a word that is no whole token.
fn found(text: &str, error: ParseError) -> ParseError {
    ParseError { found: shown(text), ..error }
}
