//! How the run that is shown stands to the goal of its exercise: judged by what grades its link.

use raft_core::Time;
use raft_sim::exercise::{Exercise, Verdict};
use raft_sim::scenario::{Scenario, format, parse};

use crate::shelf;
use crate::words::goal as words;

/// An exercise that is done, and what came of it so far.
#[derive(Debug)]
pub struct Quest {
    exercise: Exercise,
    judged: Scenario,
    verdict: Verdict,
}

/// What there is to say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// The last goal was reached at this time.
    Reached(Time),
    /// This is more than is allowed.
    Beyond(String),
}

impl Quest {
    /// The exercise that a run belongs to: one that ships, or else what the run itself begins with.
    /// `None` if nothing is asked.
    pub fn of(opened: &Scenario) -> Option<Quest> {
        let own = Exercise::new(opened.clone())?;
        let mut shipped =
            shelf::EXERCISES.iter().filter_map(|shipped| Exercise::new(parse(shipped.text).ok()?.scenario));
        let exercise = shipped.find(|exercise| exercise.scenario().title == opened.title).unwrap_or(own);
        Some(Quest { verdict: judge(&exercise, opened), exercise, judged: opened.clone() })
    }

    /// Whether it was this run that was judged: another one may have been opened after as many deeds.
    pub fn is_of(&self, run: &Scenario) -> bool {
        self.judged == *run
    }

    /// Judges the run after another deed. Returns `false` if it is of another exercise.
    pub fn look(&mut self, run: &Scenario) -> bool {
        if run.title != self.exercise.scenario().title {
            return false;
        }
        self.verdict = judge(&self.exercise, run);
        self.judged = run.clone();
        true
    }

    /// What there is to say at a moment.
    pub fn at(&self, now: Time) -> Option<Standing> {
        match &self.verdict {
            Verdict::Solved(at) if *at <= now => Some(Standing::Reached(*at)),
            Verdict::OverBudget { action, allowed, .. } => Some(Standing::Beyond(words::over(action, allowed))),
            Verdict::Forbidden { action, .. } => Some(Standing::Beyond(words::forbidden(action))),
            Verdict::Other(_) => Some(Standing::Beyond(words::OTHER.into())),
            _ => None,
        }
    }
}

/// Judges the text of a run, as its link carries it.
fn judge(exercise: &Exercise, run: &Scenario) -> Verdict {
    match parse(&format(run)) {
        Ok(parsed) => exercise.judge(&parsed.scenario, &parsed.lines),
        Err(_) => Verdict::Elsewhere,
    }
}

impl Standing {
    /// In words.
    pub fn says(&self) -> String {
        match self {
            Standing::Reached(at) => words::reached(*at),
            Standing::Beyond(what) => what.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use raft_core::ServerId;
    use raft_sim::scenario::{Action, Who};

    use super::*;
    use crate::playback::Playback;

    fn shipped(name: &str) -> Scenario {
        let found = shelf::EXERCISES.iter().find(|shipped| shipped.name == name).expect("an exercise");
        parse(found.text).expect("shipped").scenario
    }

    #[test]
    fn what_asks_for_nothing_is_no_quest() {
        assert!(Quest::of(&shelf::first()).is_none());
    }

    #[test]
    fn a_goal_is_reached_once_the_run_is_there_and_as_the_grader_says() {
        let mut playback = Playback::new(shipped("two-leaders"));
        let mut quest = Quest::of(playback.scenario()).expect("an exercise");
        assert!(playback.seek(Time::seconds(1)));
        assert_eq!(quest.at(playback.now()), None);
        let led = playback.world().leader().expect("a leader");
        let others = playback.world().servers().iter().map(|server| server.id).filter(|id| *id != led);
        let others: Vec<Who> = others.map(Who::Server).collect();
        playback.act(Action::Partition(vec![vec![Who::Server(led)], others])).expect("a deed");
        assert!(quest.look(playback.scenario()));
        assert_eq!(quest.at(playback.now()), None, "not yet");
        let end = Time::seconds(4);
        let Some(Standing::Reached(at)) = quest.at(end) else { panic!("{quest:?}") };
        assert!(at > playback.now() && at < end, "{at}");
        // Who opens the link of this solution is told the same.
        assert_eq!(Quest::of(playback.scenario()).expect("the exercise").at(end), Some(Standing::Reached(at)));
    }

    #[test]
    fn more_than_is_allowed_is_said_at_once() {
        let mut playback = Playback::new(shipped("two-leaders"));
        assert!(playback.seek(Time::seconds(1)));
        let mut quest = Quest::of(playback.scenario()).expect("an exercise");
        playback.act(Action::Crash(Who::Server(ServerId(1)))).expect("a deed");
        assert!(quest.look(playback.scenario()));
        let said = quest.at(playback.now()).expect("a word").says();
        assert_eq!(said, "crash S1: the exercise allows only 0 crashes.");
    }

    #[test]
    fn who_acts_before_the_steps_that_are_given_is_told() {
        let mut playback = Playback::new(shipped("two-leaders"));
        let mut quest = Quest::of(playback.scenario()).expect("an exercise");
        playback.act(Action::Crash(Who::Server(ServerId(1)))).expect("a deed");
        assert!(quest.look(playback.scenario()));
        assert_eq!(quest.at(playback.now()), Some(Standing::Beyond(words::OTHER.into())));
    }

    #[test]
    fn another_run_is_not_of_this_exercise() {
        let mut quest = Quest::of(&shipped("two-leaders")).expect("an exercise");
        assert!(!quest.look(&shipped("even-votes")));
    }
}
