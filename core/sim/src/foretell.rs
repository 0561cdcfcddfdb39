//! What a run itself answers: `ask "QUESTION" = PREDICATE`.

use raft_core::Time;

use crate::record::{Trace, What};
use crate::run::Run;
use crate::scenario::Predicate;

/// The answer of a run, and when it is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Foretold {
    /// Whether it came to hold.
    pub yes: bool,
    /// When it did, or until when it did not.
    pub at: Time,
    /// After so many events of the run.
    pub event: u64,
}

/// Whether a condition comes to hold before the next stop or question, or the end of the script, in at most
/// so many events; `None` if that is not known by then.
pub fn foretell(run: &Run, predicate: &Predicate, budget: usize) -> Option<Foretold> {
    let (mut run, mut trace) = (run.clone(), Trace::new());
    for _ in 0..budget {
        let yes = run.world().holds(predicate);
        let told = trace.drain().any(|record| matches!(record.what, What::Stops(_) | What::Poses(_)));
        if yes || told || run.is_over() {
            return Some(Foretold { yes, at: run.world().now(), event: run.world().events() });
        }
        if !run.step(&mut trace) {
            return Some(Foretold { yes, at: run.world().now(), event: run.world().events() });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use alloc::sync::Arc;

    use super::*;
    use crate::scenario::{Action, Answers, parse};

    /// What the run says to its first question.
    fn told(text: &str) -> Option<Foretold> {
        let scenario = Arc::new(parse(text).expect("a scenario").scenario);
        let mut run = Run::new(scenario.clone(), &mut Trace::deaf());
        let mut actions = scenario.steps.iter().flat_map(|step| &step.actions);
        let predicate = actions.find_map(|action| match action {
            Action::Ask(quiz) => match &quiz.answers {
                Answers::Run(predicate) => Some(predicate),
                _ => None,
            },
            _ => None,
        });
        while run.steps_done() == 0 {
            run.step(&mut Trace::deaf());
        }
        foretell(&run, predicate.expect("a question"), 10_000)
    }

    #[test]
    fn the_run_answers_until_the_next_stop() {
        let text = |more: &str| alloc::format!("raft 1\nat 0ms ask \"Will there be one?\" = leader\n{more}");
        let early = told(&text("at 20ms stop Not yet.\nat 3s expect leader\n")).expect("an answer");
        assert_eq!((early.yes, early.at), (false, Time::millis(20)));
        let late = told(&text("at 3s expect leader\n")).expect("an answer");
        assert!(late.yes && late.at > Time::millis(150));
        let over = told(&text("")).expect("an answer");
        assert_eq!((over.yes, over.at), (false, Time::ZERO));
    }
}
