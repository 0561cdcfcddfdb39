//! A course: lessons in an order, each around a scenario of the shelf, and how far a reader is. Its
//! text is a file of lines (docs/course.md), so that who teaches can read and change it.

use std::collections::BTreeSet;

use raft_sim::exercise::{Exercise, Verdict};
use raft_sim::scenario::{self, Action, Scenario};

use crate::quiz::{Asked, Halt};
use crate::shelf;

/// The course that comes with the page.
pub const FIRST: &str = include_str!("../../www/course/first.txt");

/// Lessons, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Course {
    /// Its name.
    pub title: String,
    /// What it is.
    pub about: String,
    /// The lessons.
    pub lessons: Vec<Lesson>,
}

/// One of them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lesson {
    /// Its name.
    pub title: String,
    /// What one knows after it.
    pub goal: String,
    /// The scenario of the shelf.
    pub scenario: String,
    /// What to do, step by step.
    pub tasks: Vec<String>,
}

impl Course {
    /// Reads a course; what is wrong is said with its line.
    pub fn read(text: &str) -> Result<Course, String> {
        let mut course = Course::default();
        let mut begun = false;
        for (line, number) in text.lines().map(str::trim).zip(1..) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            let rest = rest.trim();
            let wrong = |why: &str| Err(format!("line {number}: {why}: {line}"));
            if rest.is_empty() {
                return wrong("nothing is said after the first word");
            }
            match (word, course.lessons.last_mut()) {
                ("course", _) if !begun && rest == "1" => begun = true,
                _ if !begun => return wrong("a course begins with `course 1`"),
                ("title", None) => course.title = rest.into(),
                ("about", None) => course.about = rest.into(),
                ("lesson", _) => course.lessons.push(Lesson { title: rest.into(), ..Lesson::default() }),
                ("goal", Some(lesson)) => lesson.goal = rest.into(),
                ("scenario", Some(lesson)) => lesson.scenario = rest.into(),
                ("do", Some(lesson)) => lesson.tasks.push(rest.into()),
                _ => return wrong("no such word here"),
            }
        }
        match course.lessons.iter().find(|lesson| shelf::find(&lesson.scenario).is_none()) {
            Some(lesson) => Err(format!("lesson `{}` has no scenario that there is", lesson.title)),
            None if course.lessons.is_empty() => Err("a course has lessons".into()),
            None => Ok(course),
        }
    }

    /// The first course.
    pub fn first() -> Course {
        Course::read(FIRST).unwrap_or_default()
    }
}

/// What of the shelf is open, and as which lesson, from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Study {
    /// Its name.
    pub name: &'static str,
    /// The lesson.
    pub lesson: Option<usize>,
}

/// Which lesson a link names, from 1: `#lesson=3`, whatever a chat tool put behind it.
pub fn in_link(link: &str) -> Option<usize> {
    let (_, after) = link.split_once("#lesson=")?;
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// What of the shelf a reader has done: names with spaces between, as they are kept.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Done(BTreeSet<String>);

impl Done {
    /// What was kept; names of nothing are left out.
    pub fn read(kept: &str) -> Done {
        Done(kept.split_whitespace().filter(|name| shelf::find(name).is_some()).map(String::from).collect())
    }

    /// As it is kept.
    pub fn write(&self) -> String {
        self.0.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// Whether this one is done.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// It is done now. Returns whether that is new.
    pub fn add(&mut self, name: &str) -> bool {
        self.0.insert(name.to_owned())
    }

    /// What another browser knows to be done is done here, too. Returns whether any of it is new.
    pub fn join(&mut self, other: &Done) -> bool {
        let before = self.0.len();
        self.0.extend(other.0.iter().cloned());
        self.0.len() > before
    }

    /// The lesson to go on with, from 0: the first that is not done. `None` if all are.
    pub fn next_of(&self, course: &Course) -> Option<usize> {
        course.lessons.iter().position(|lesson| !self.has(&lesson.scenario))
    }

    /// How many lessons are done.
    pub fn of(&self, course: &Course) -> usize {
        course.lessons.iter().filter(|lesson| self.has(&lesson.scenario)).count()
    }
}

/// What is watched of a run until it is done: its questions answered, its end reached, or, where it
/// has one, its goal.
#[derive(Clone, Debug)]
pub struct Watch {
    questions: usize,
    answered: BTreeSet<String>,
    exercise: Option<Exercise>,
    reached: usize,
    /// How many steps the run had that was judged last.
    judged: usize,
}

impl Watch {
    /// Of a scenario of the shelf.
    pub fn of(scenario: Scenario) -> Watch {
        let questions = questions(&scenario);
        Watch { questions, answered: BTreeSet::new(), exercise: Exercise::new(scenario), reached: 0, judged: 0 }
    }

    /// Why play waits now. Returns whether that makes it done.
    pub fn sees(&mut self, halt: Option<&Halt>) -> bool {
        if let Some(Halt::Asked(Asked { quiz, given: true, .. })) = halt {
            self.answered.insert(quiz.question.clone());
        }
        self.exercise.is_none() && self.questions > 0 && self.answered.len() >= self.questions
    }

    /// The run as it is now. Returns whether that makes it done.
    pub fn looks(&mut self, run: &raft_sim::run::Run) -> bool {
        let Some(exercise) = &self.exercise else { return run.is_over() };
        while let Some(goal) = exercise.scenario().goals.get(self.reached) {
            if !run.world().holds(&goal.predicate) {
                return false;
            }
            self.reached += 1;
        }
        // What was seen on the way is judged as a whole, as a teacher would, and once for each deed.
        let steps = run.scenario().steps.len();
        if self.judged == steps {
            return false;
        }
        self.judged = steps;
        let text = scenario::format(run.scenario());
        scenario::parse(&text)
            .is_ok_and(|parsed| matches!(exercise.judge(&parsed.scenario, &parsed.lines), Verdict::Solved(_)))
    }
}

/// How many questions a scenario asks.
pub fn questions(scenario: &Scenario) -> usize {
    let actions = scenario.steps.iter().flat_map(|step| &step.actions);
    actions.filter(|action| matches!(action, Action::Ask(_))).count()
}

#[cfg(test)]
mod tests;
