//! What play waits for: a word of the scenario, or an answer of the reader.

use raft_sim::foretell::Foretold;
use raft_sim::scenario::{Answers, Quiz};

use crate::words::quiz as words;

/// Why play waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Halt {
    /// The scenario says something.
    Said(String),
    /// A promise falls: the card of it says which.
    Fell,
    /// The scenario asks something.
    Asked(Asked),
}

/// A question, and how far it is answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// The question.
    pub quiz: Box<Quiz>,
    /// The answer of the reader, by its place.
    pub chosen: Option<usize>,
    /// What the run says, once play has come there.
    pub told: Option<Foretold>,
}

/// How an answer stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// It can be chosen.
    Open,
    /// It is right, and was chosen or not.
    Right,
    /// It was chosen, and is not right.
    Wrong,
    /// Neither.
    Other,
}

impl Asked {
    /// Not answered yet.
    pub fn new(quiz: Box<Quiz>) -> Asked {
        Asked { quiz, chosen: None, told: None }
    }

    /// The answers, in order.
    pub fn answers(&self) -> Vec<String> {
        match &self.quiz.answers {
            Answers::Choice(answers) => answers.iter().map(|answer| answer.text.clone()).collect(),
            Answers::Run(_) => vec![words::YES.to_owned(), words::NO.to_owned()],
        }
    }

    /// Whether the words of the answers are the scenario's own.
    pub fn is_own(&self) -> bool {
        matches!(self.quiz.answers, Answers::Choice(_))
    }

    /// Whether the answer at a place is right, if that is known.
    fn is_right(&self, place: usize) -> Option<bool> {
        match &self.quiz.answers {
            Answers::Choice(answers) => answers.get(place).map(|answer| answer.right),
            Answers::Run(_) => self.told.map(|told| told.yes == (place == 0)),
        }
    }

    /// How the answer at a place stands.
    pub fn mark(&self, place: usize) -> Mark {
        match (self.chosen, self.is_right(place)) {
            (None, _) => Mark::Open,
            (Some(_), Some(true)) => Mark::Right,
            (Some(chosen), Some(false)) if chosen == place => Mark::Wrong,
            _ => Mark::Other,
        }
    }

    /// What is said of the answer, once it is known.
    pub fn verdict(&self) -> Option<String> {
        let right = self.is_right(self.chosen?)?;
        let verdict = if right { words::RIGHT } else { words::WRONG };
        Some(match (&self.quiz.answers, self.told) {
            (Answers::Choice(_), _) if right => verdict.to_owned(),
            (Answers::Choice(answers), _) => {
                let all = answers.iter().filter(|answer| answer.right).map(|answer| answer.text.as_str());
                format!("{verdict} {}", words::right_is(all))
            }
            (Answers::Run(_), Some(told)) => format!("{verdict} {}", words::foretold(told.yes, told.at)),
            (Answers::Run(_), None) => verdict.to_owned(),
        })
    }

    /// The wrong answer that was given, if it is one of the scenario's words.
    pub fn missed(&self) -> Option<&str> {
        let Answers::Choice(answers) = &self.quiz.answers else { return None };
        answers.get(self.chosen?).filter(|answer| !answer.right).map(|answer| answer.text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use raft_core::Time;
    use raft_sim::scenario::{Action, parse};

    use super::*;
    use crate::playback::Playback;

    fn asked(ask: &str) -> Asked {
        let scenario = parse(&format!("raft 1\nat 0ms {ask}\n")).expect("a scenario").scenario;
        match &scenario.steps[0].actions[0] {
            Action::Ask(quiz) => Asked::new(quiz.clone()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_choice_is_right_or_wrong_at_once() {
        let mut asked = asked("ask \"Who can win?\" S1 (S2 S3)");
        assert_eq!(asked.answers(), ["S1", "S2", "S3"]);
        assert_eq!((asked.mark(0), asked.verdict()), (Mark::Open, None));
        asked.chosen = Some(0);
        assert_eq!([0, 1, 2].map(|n| asked.mark(n)), [Mark::Wrong, Mark::Right, Mark::Right]);
        assert_eq!(asked.verdict().as_deref(), Some("Not so. Right is: S2, S3."));
        assert_eq!(asked.missed(), Some("S1"));
        asked.chosen = Some(2);
        assert_eq!(asked.verdict().as_deref(), Some("Right."));
        assert_eq!(asked.missed(), None);
    }

    #[test]
    fn the_run_tells_when_it_has_come_there() {
        let mut asked = asked("ask \"Will there be a leader?\" = leader");
        asked.chosen = Some(1);
        assert_eq!((asked.mark(0), asked.verdict()), (Mark::Other, None));
        asked.told = Some(Foretold { yes: true, at: Time::millis(512), event: 9 });
        assert_eq!([0, 1].map(|n| asked.mark(n)), [Mark::Right, Mark::Wrong]);
        assert_eq!(asked.verdict().as_deref(), Some("Not so. It came true at 512.0 ms."));
    }

    /// A run that plays until it waits, at one second a frame of 10 ms.
    fn played(text: &str) -> Playback {
        let mut playback = Playback::new(parse(text).expect("a scenario").scenario);
        playback.play();
        until_it_waits(&mut playback);
        playback
    }

    fn until_it_waits(playback: &mut Playback) {
        for _ in 0..10_000 {
            if playback.waits.is_some() {
                return;
            }
            playback.tick(10_000);
        }
        panic!("it does not wait");
    }

    #[test]
    fn play_goes_on_to_where_the_run_has_the_answer_and_then_to_what_the_scenario_says() {
        let text = "raft 1\nset speed 1\nat 0ms ask \"Is there a leader by then?\" = leader\nat 20ms stop So.\n";
        let mut playback = played(text);
        assert!(matches!(&playback.waits, Some(Halt::Asked(asked)) if asked.chosen.is_none()));
        playback.answer(5);
        playback.answer(0);
        assert!(playback.playing && playback.waits.is_none());
        until_it_waits(&mut playback);
        let Some(Halt::Asked(asked)) = &playback.waits else { panic!("{:?}", playback.waits) };
        assert_eq!(asked.verdict().as_deref(), Some("Not so. It did not come true by 20.0 ms."));
        assert_eq!((playback.now(), playback.playing), (Time::millis(20), false));
        playback.play();
        assert_eq!(playback.waits, Some(Halt::Said("So.".into())));
        playback.play();
        assert!(playback.playing && playback.waits.is_none());
    }

    #[test]
    fn a_deed_of_the_reader_makes_it_another_run() {
        let mut playback =
            played("raft 1\nset speed 1\nat 0ms ask \"Is there a leader by then?\" = leader\nat 900ms stop So.\n");
        playback.answer(0);
        playback.act(Action::Crash(raft_sim::scenario::Who::Follower)).expect("a deed");
        playback.play();
        for _ in 0..200 {
            playback.tick(10_000);
        }
        assert!(playback.now() > Time::seconds(1) && playback.waits.is_none());
    }
}
