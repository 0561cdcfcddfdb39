//! The text of a run, while somebody writes it: what of it stays when the run goes on otherwise, where
//! the present stands in it, what a key does to its list of words.

use std::ops::Range;
use std::sync::Arc;

use raft_core::Time;
use raft_sim::link::{MAX_LINK, View, encode_text};
use raft_sim::record::Trace;
use raft_sim::run::Run;
use raft_sim::scenario::{self, Class, ParseError, Parsed, Scenario, Token, Trigger, format_step, tokens};

use crate::shelf;

/// So many events at most are played to find out when a step comes.
const EVENTS_A_LINE: usize = 100_000;

/// What somebody writes, beside the run.
#[derive(Clone, Debug)]
pub struct Draft {
    /// As it stands in the field.
    pub text: String,
    /// What it says, or the mistakes in it.
    pub read: Result<Parsed, Vec<ParseError>>,
    /// The run, as it was last seen.
    of: Arc<Scenario>,
    /// The run went on otherwise while the text could not follow it.
    pub apart: bool,
}

impl Draft {
    /// The text of a run that came as this text, if it came as one.
    pub fn of(scenario: &Arc<Scenario>, came: Option<&str>) -> Draft {
        let text = text_of(scenario, came);
        Draft { read: read(&text), text, of: scenario.clone(), apart: false }
    }

    /// Somebody wrote.
    pub fn write(&mut self, text: String) {
        self.read = read(&text);
        self.text = text;
    }

    /// The mistakes in it.
    pub fn mistakes(&self) -> &[ParseError] {
        self.read.as_ref().err().map_or(&[], Vec::as_slice)
    }

    /// What the text says, if that is another run than the one that was last seen.
    pub fn news(&self) -> Option<&Scenario> {
        self.read.as_ref().ok().map(|parsed| &parsed.scenario).filter(|says| **says != *self.of)
    }

    /// The run is this one now. Where the text says the run, it goes on with it; what is half written stays as it
    /// is. Returns whether the text is another one.
    pub fn follow(&mut self, now: &Arc<Scenario>, came: Option<&str>) -> bool {
        if Arc::ptr_eq(&self.of, now) {
            return false;
        }
        let was = std::mem::replace(&mut self.of, now.clone());
        match &self.read {
            Ok(parsed) if parsed.scenario == **now => {
                self.apart = false;
                false
            }
            Ok(parsed) if parsed.scenario == *was => {
                let text = match parsed.scenario.title == now.title && !came.is_some_and(|text| says(text, now)) {
                    true => merged(&self.text, parsed, now),
                    false => text_of(now, came),
                };
                self.write(text);
                true
            }
            _ => {
                self.apart |= *was != **now;
                false
            }
        }
    }
}

fn read(text: &str) -> Result<Parsed, Vec<ParseError>> {
    scenario::parse(text).map_err(|_| scenario::mistakes(text))
}

/// Whether a text says this run.
fn says(text: &str, run: &Scenario) -> bool {
    scenario::parse(text).is_ok_and(|parsed| parsed.scenario == *run)
}

/// The text of a scenario that comes from elsewhere: as it came or was shipped, with its remarks, or canonical.
pub fn text_of(scenario: &Scenario, came: Option<&str>) -> String {
    if let Some(text) = came.filter(|text| says(text, scenario)) {
        return text.to_owned();
    }
    let title = ["title ", &scenario.title].concat();
    let all = shelf::SHIPPED.iter().chain(shelf::BROKEN).chain(shelf::EXERCISES);
    let named = all.filter(|shipped| shipped.text.lines().any(|line| line == title));
    let same = |text: &&str| says(text, scenario);
    named.map(|shipped| shipped.text).find(same).map_or_else(|| scenario::format(scenario), String::from)
}

/// The text after the run went on otherwise than it says. What somebody wrote stays, remarks and all, up to
/// the first step that is another one.
pub fn merged(text: &str, was: &Parsed, now: &Scenario) -> String {
    let without_steps = |scenario: &Scenario| Scenario { steps: Vec::new(), ..scenario.clone() };
    let lines: Vec<&str> = text.lines().collect();
    let line_of = |step: usize| match was.lines.trigger(step) {
        0 => lines.len(),
        line => line as usize - 1,
    };
    let (before, after) = (&was.scenario.steps, &now.steps);
    let same = before.iter().zip(after).take_while(|(one, other)| one == other).count();
    let head = match without_steps(&was.scenario) == without_steps(now) {
        true => joined(&lines[..line_of(0)]),
        false => scenario::format(&without_steps(now)),
    };
    let kept = joined(&lines[line_of(0)..line_of(same)]);
    let new = after[same..].iter().map(format_step);
    let merged: String = [head, kept].into_iter().chain(new).collect();
    match scenario::parse(&merged) {
        Ok(parsed) if parsed.scenario == *now => merged,
        _ => scenario::format(now),
    }
}

fn joined(lines: &[&str]) -> String {
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}

/// Whether it holds remarks: the run knows nothing of them.
pub fn has_remarks(text: &str) -> bool {
    text.lines().any(|line| tokens(line).iter().any(|token| token.class == Class::Comment))
}

/// The fragment of a link to this text: as it is, for the sake of its remarks, or `None` where they are none or
/// too many for a link.
pub fn fragment_with_remarks(text: &str, view: &View) -> Option<String> {
    let fragment = has_remarks(text).then(|| encode_text(text, view))?;
    (fragment.len() < MAX_LINK).then_some(fragment)
}

/// The text in order. Where there are remarks, only white space is mended, so that they stay.
pub fn tidied(text: &str, parsed: &Parsed) -> String {
    if !has_remarks(text) {
        return scenario::format(&parsed.scenario);
    }
    let triggers: Vec<u32> = (0..parsed.scenario.steps.len()).map(|step| parsed.lines.trigger(step)).collect();
    let first = triggers.first().copied().unwrap_or(u32::MAX);
    let mut out = String::new();
    let mut empty = 0;
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim();
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty > 1 {
            continue;
        }
        if number > first && !triggers.contains(&number) && !line.is_empty() {
            out.push_str("  ");
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

// ---- Where the present stands ------------------------------------------------------------------

/// The line whose step came last, from 1; 0 before the first.
pub fn line_now(parsed: &Parsed, steps_done: usize) -> u32 {
    match steps_done {
        0 => 0,
        done => parsed.lines.trigger(done - 1),
    }
}

/// The step to which a line belongs; `None` in the header.
pub fn step_of_line(parsed: &Parsed, line: u32) -> Option<usize> {
    let steps = 0..parsed.scenario.steps.len();
    steps.take_while(|step| parsed.lines.trigger(*step) <= line).last()
}

/// When a step comes; `None` if it does not, or not soon enough to be found at once.
pub fn time_of_step(scenario: &Scenario, step: usize) -> Option<Time> {
    if let Trigger::At(time) = scenario.steps.get(step)?.trigger {
        return Some(time);
    }
    let mut trace = Trace::deaf();
    let mut run = Run::new(Arc::new(scenario.clone()), &mut trace);
    for _ in 0..EVENTS_A_LINE {
        if run.steps_done() > step {
            return Some(run.world().now());
        }
        if run.is_halted() || !run.step(&mut trace) {
            return None;
        }
    }
    None
}

// ---- The lines as they are drawn ---------------------------------------------------------------

/// A piece of a line: where, the class of the words, and whether something is wrong there.
pub type Piece = (Range<usize>, Option<Class>, bool);

/// A line in pieces that follow each other without a gap. What is wrong with it is at a column, from 1.
pub fn pieces(line: &str, wrong: Option<&ParseError>) -> Vec<Piece> {
    let wrong = wrong.map(|error| wrong_range(line, error));
    let mut pieces = Vec::new();
    let mut at = 0;
    for Token { at: word, class } in tokens(line) {
        if word.start > at {
            cut(&mut pieces, at..word.start, None, wrong.as_ref());
        }
        at = word.end;
        cut(&mut pieces, word, Some(class), wrong.as_ref());
    }
    if at < line.len() {
        cut(&mut pieces, at..line.len(), None, wrong.as_ref());
    }
    pieces
}

/// Adds a piece, in two or three if a part of it is wrong.
fn cut(pieces: &mut Vec<Piece>, at: Range<usize>, class: Option<Class>, wrong: Option<&Range<usize>>) {
    let Some(wrong) = wrong else { return pieces.push((at, class, false)) };
    let start = wrong.start.clamp(at.start, at.end);
    let end = wrong.end.clamp(start, at.end);
    for (from, to, is_wrong) in [(at.start, start, false), (start, end, true), (end, at.end, false)] {
        if from < to {
            pieces.push((from..to, class, is_wrong));
        }
    }
}

/// What of a line is wrong, in bytes; of what is missing at its end, the last word.
fn wrong_range(line: &str, error: &ParseError) -> Range<usize> {
    let column = error.column.saturating_sub(1) as usize;
    let start = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    if start >= line.trim_end().len() {
        let words = line.trim_end();
        return words.rfind(char::is_whitespace).map_or(0, |at| at + 1)..words.len();
    }
    match part_at(line, start, &error.found).filter(|_| !error.found.is_empty()) {
        Some(part) => part..part + error.found.len(),
        None => start..start + word_at(line, start).len().max(1),
    }
}

/// Where what is wrong begins in the word here: it may be one end of `S1->S9`.
fn part_at(line: &str, start: usize, wrong: &str) -> Option<usize> {
    let part = line[start..].find(wrong).filter(|part| *part <= word_at(line, start).len())?;
    Some(start + part)
}

fn word_at(line: &str, start: usize) -> &str {
    line[start..].split(char::is_whitespace).next().unwrap_or_default()
}

/// The lines that differ: so many are the same at the start and at the end.
pub fn difference(old: &[String], new: &[&str]) -> (usize, usize) {
    let start = old.iter().zip(new).take_while(|(old, new)| old == *new).count();
    let most = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(old, new)| old == *new).count();
    (start, end)
}

// ---- Places ------------------------------------------------------------------------------------

/// A place of the browser, which counts in halves of wide letters, in bytes.
pub fn bytes_before(text: &str, units: usize) -> usize {
    let mut seen = 0;
    for (at, c) in text.char_indices() {
        if seen >= units {
            return at;
        }
        seen += c.len_utf16();
    }
    text.len()
}

/// A place in bytes as the browser counts.
pub fn units_before(text: &str, bytes: usize) -> usize {
    text.char_indices().take_while(|(at, _)| *at < bytes).map(|(_, c)| c.len_utf16()).sum()
}

/// Line, from 1, and letters before it there, of a place in bytes.
pub fn line_and_column(text: &str, bytes: usize) -> (u32, usize) {
    let before = &text[..bytes.min(text.len())];
    let line = before.rsplit('\n').next().unwrap_or_default();
    (1 + before.matches('\n').count() as u32, line.chars().count())
}

/// Where something is wrong, in bytes of the text.
pub fn place_of(text: &str, error: &ParseError) -> usize {
    let mut lines = text.split_inclusive('\n');
    let before: usize = lines.by_ref().take(error.line.saturating_sub(1) as usize).map(str::len).sum();
    let line = lines.next().unwrap_or_default().trim_end_matches('\n');
    let column = error.column.saturating_sub(1) as usize;
    let at = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    before + part_at(line, at, &error.found).unwrap_or(at)
}

/// The text with the word that is wrong replaced by the nearest right one.
pub fn mended(text: &str, error: &ParseError) -> Option<(Range<usize>, String)> {
    let nearest = error.nearest.as_ref()?;
    let start = place_of(text, error);
    text[start..].starts_with(&error.found).then(|| (start..start + error.found.len(), nearest.clone()))
}

#[cfg(test)]
mod tests;
