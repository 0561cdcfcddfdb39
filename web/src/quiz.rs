//! What play waits for: a word of the scenario, or an answer of the reader.

use raft_core::{ServerId, Time};
use raft_sim::foretell::Foretold;
use raft_sim::scenario::{Answer, Answers, Predicate, Quiz, State, Who};

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
    /// What the reader has chosen, by its place on the page, in the order in which it was.
    pub picked: Vec<usize>,
    /// Whether that is the answer: nothing more can be chosen.
    pub given: bool,
    /// What the run says, once play has come there.
    pub told: Option<Foretold>,
    /// After so many events it was answered.
    pub event: u64,
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

/// What would have to come about for a wrong answer to be right.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Otherwise {
    /// This.
    Holds(Predicate),
    /// That this does not come to hold until then.
    Never(Predicate, Time),
}

impl Asked {
    /// Not answered yet.
    pub fn new(quiz: Box<Quiz>) -> Asked {
        Asked { quiz, picked: Vec::new(), given: false, told: None, event: 0 }
    }

    /// Which of the listed answers stand on the page, in order. Those that want to be ordered stand there by
    /// the alphabet, or against it.
    fn shown(&self) -> Vec<usize> {
        let listed = self.quiz.answers.listed();
        let mut shown: Vec<usize> = (0..listed.len()).collect();
        if let Answers::Order(_) = &self.quiz.answers {
            shown.sort_by_key(|place| &listed[*place].text);
            if shown.is_sorted() {
                shown.reverse();
            }
        }
        shown
    }

    /// The answers as they stand on the page.
    pub fn answers(&self) -> Vec<String> {
        match &self.quiz.answers {
            Answers::Run(_) => vec![words::YES.to_owned(), words::NO.to_owned()],
            answers => self.shown().into_iter().map(|place| answers.listed()[place].text.clone()).collect(),
        }
    }

    /// Whether several answers are to be chosen.
    pub fn takes_several(&self) -> bool {
        matches!(self.quiz.answers, Answers::All(_) | Answers::Order(_))
    }

    /// Whether the reader says when that was all.
    pub fn wants_all(&self) -> bool {
        matches!(self.quiz.answers, Answers::All(_))
    }

    /// What the reader has to know of how to answer.
    pub fn way(&self) -> &'static str {
        match self.quiz.answers {
            _ if self.given => "",
            Answers::All(_) => words::ALL,
            Answers::Order(_) => words::ORDER,
            Answers::Choice(_) | Answers::Run(_) => "",
        }
    }

    /// Chooses an answer; where several are wanted, a second time takes it back.
    pub fn pick(&mut self, place: usize) {
        let count = self.answers().len();
        if self.given || place >= count {
            return;
        }
        match self.picked.iter().position(|picked| *picked == place) {
            Some(at) => _ = self.picked.remove(at),
            None => self.picked.push(place),
        }
        self.given = match self.quiz.answers {
            Answers::Choice(_) | Answers::Run(_) => true,
            Answers::All(_) => false,
            Answers::Order(_) => self.picked.len() == count,
        };
    }

    /// That was all.
    pub fn give(&mut self) {
        self.given |= self.wants_all() && !self.picked.is_empty();
    }

    /// The answer that is a server or an entry that the reader pointed at.
    pub fn named(&self, name: &str) -> Option<usize> {
        self.answers().iter().position(|answer| answer == name).filter(|_| !self.given)
    }

    /// Which of several it was, counted from 1.
    pub fn turn(&self, place: usize) -> Option<usize> {
        let at = self.picked.iter().position(|picked| *picked == place)?;
        matches!(self.quiz.answers, Answers::Order(_)).then_some(at + 1)
    }

    /// Whether the answer at a place is right, if that is known.
    fn is_right(&self, place: usize) -> Option<bool> {
        match &self.quiz.answers {
            Answers::Choice(answers) | Answers::All(answers) => answers.get(place).map(|answer| answer.right),
            Answers::Order(_) => Some(self.shown().get(place).copied() == self.turn(place).map(|turn| turn - 1)),
            Answers::Run(_) => self.told.map(|told| told.yes == (place == 0)),
        }
    }

    /// How the answer at a place stands.
    pub fn mark(&self, place: usize) -> Mark {
        match self.is_right(place) {
            _ if !self.given => Mark::Open,
            Some(true) => Mark::Right,
            Some(false) if self.picked.contains(&place) => Mark::Wrong,
            _ => Mark::Other,
        }
    }

    /// Whether the whole answer is right, if that is known.
    fn is_all_right(&self) -> Option<bool> {
        let listed = self.quiz.answers.listed();
        let mut right = true;
        for place in &self.picked {
            right &= self.is_right(*place)?;
        }
        let wanted = if self.wants_all() { listed.iter().filter(|answer| answer.right).count() } else { 1 };
        Some(right && self.picked.len() >= wanted)
    }

    /// What is said of the answer, once it is known.
    pub fn verdict(&self) -> Option<String> {
        let right = self.is_all_right().filter(|_| self.given)?;
        let verdict = if right { words::RIGHT } else { words::WRONG };
        let right_ones = self.quiz.answers.listed().iter().filter(|answer| answer.right);
        let mut right_ones = right_ones.map(|answer| answer.text.as_str());
        Some(match (&self.quiz.answers, self.told) {
            (Answers::Run(_), Some(told)) => format!("{verdict} {}", words::foretold(told.yes, told.at)),
            _ if right => verdict.to_owned(),
            (Answers::Order(_), _) => format!("{verdict} {}", words::order_is(&mut right_ones)),
            (Answers::Run(_), None) => verdict.to_owned(),
            _ => format!("{verdict} {}", words::right_is(&mut right_ones)),
        })
    }

    /// The wrong answer that was given, if it is one of the scenario's.
    fn missed(&self) -> Option<&Answer> {
        let (Answers::Choice(answers) | Answers::All(answers)) = &self.quiz.answers else { return None };
        let wrong = self.picked.iter().filter_map(|place| answers.get(*place)).find(|answer| !answer.right);
        wrong.filter(|_| self.given)
    }

    /// The server that was said to lead, and does not.
    pub fn not_leader(&self) -> Option<ServerId> {
        match self.missed()?.so.as_deref()? {
            Predicate::Is(Who::Server(id), State::Leader) | Predicate::LeaderIs(Who::Server(id)) => Some(*id),
            _ => None,
        }
    }

    /// What would have to come about for the wrong answer to be right, where that can be looked for.
    pub fn otherwise(&self) -> Option<Otherwise> {
        if let Answers::Run(predicate) = &self.quiz.answers {
            let told = self.told.filter(|told| self.picked.first() == Some(&usize::from(told.yes)))?;
            let predicate = Predicate::clone(predicate);
            return Some(if told.yes { Otherwise::Never(predicate, told.at) } else { Otherwise::Holds(predicate) });
        }
        self.missed()?.so.as_deref().cloned().map(Otherwise::Holds)
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
        let mut other = asked.clone();
        asked.pick(0);
        assert_eq!([0, 1, 2].map(|n| asked.mark(n)), [Mark::Wrong, Mark::Right, Mark::Right]);
        assert_eq!(asked.verdict().as_deref(), Some("Not so. Right is: S2, S3."));
        other.pick(2);
        assert_eq!(other.verdict().as_deref(), Some("Right."));
        assert_eq!((asked.not_leader(), asked.otherwise(), other.otherwise()), (None, None, None));
    }

    #[test]
    fn the_run_tells_when_it_has_come_there() {
        let mut asked = asked("ask \"Will there be a leader?\" = leader");
        asked.pick(1);
        assert_eq!((asked.mark(0), asked.verdict()), (Mark::Other, None));
        asked.told = Some(Foretold { yes: true, at: Time::millis(512), event: 9 });
        assert_eq!([0, 1].map(|n| asked.mark(n)), [Mark::Right, Mark::Wrong]);
        assert_eq!(asked.verdict().as_deref(), Some("Not so. It came true at 512.0 ms."));
        assert_eq!(asked.otherwise(), Some(Otherwise::Never(Predicate::SomeLeader, Time::millis(512))));
        asked.told = Some(Foretold { yes: false, at: Time::millis(512), event: 9 });
        assert_eq!(
            (asked.verdict().as_deref(), asked.otherwise()),
            (Some("Right. It did not come true by 512.0 ms."), None)
        );
        asked.picked = vec![0];
        assert_eq!(asked.otherwise(), Some(Otherwise::Holds(Predicate::SomeLeader)));
    }

    #[test]
    fn what_would_make_a_wrong_answer_right_is_known_where_the_scenario_says_it() {
        let mut asked = asked("ask \"Who can win?\" S1 {leader is S1} S2 {S2 is down} (S3 {S3 is leader})");
        let mut other = asked.clone();
        asked.pick(0);
        assert_eq!(asked.not_leader(), Some(ServerId(1)));
        assert_eq!(asked.otherwise(), Some(Otherwise::Holds(Predicate::LeaderIs(Who::Server(ServerId(1))))));
        other.pick(1);
        assert_eq!(other.not_leader(), None);
        let down = Predicate::Is(Who::Server(ServerId(2)), State::Down);
        assert_eq!(other.otherwise(), Some(Otherwise::Holds(down)));
    }

    #[test]
    fn all_right_ones_are_wanted_and_no_other() {
        let asked = asked("ask all \"Which are committed?\" 1@1 (2@1 3@1) 4@2");
        let said = |places: &[usize]| {
            let mut asked = asked.clone();
            asked.give();
            assert!(!asked.given);
            places.iter().for_each(|place| asked.pick(*place));
            assert_eq!(asked.verdict(), None);
            asked.give();
            asked.pick(3);
            ([0, 1, 2, 3].map(|n| asked.mark(n)), asked.verdict().expect("a verdict"))
        };
        let (right, wrong, other) = (Mark::Right, Mark::Wrong, Mark::Other);
        assert_eq!(said(&[2, 1]), ([other, right, right, other], "Right.".to_owned()));
        assert_eq!(said(&[2, 3, 1, 3]).1, "Right.");
        assert_eq!(said(&[1]), ([other, right, right, other], "Not so. Right is: 2@1, 3@1.".to_owned()));
        assert_eq!(said(&[0, 1, 2]), ([wrong, right, right, other], "Not so. Right is: 2@1, 3@1.".to_owned()));
        assert_eq!((asked.named("3@1"), asked.named("S1")), (Some(2), None));
    }

    #[test]
    fn an_order_stands_there_in_another_and_is_right_in_one_only() {
        let check = |ask: &str, shown: &[&str], right: &[usize]| {
            let mut asked = asked(ask);
            assert_eq!(asked.answers(), shown);
            let mut wrong = asked.clone();
            right.iter().for_each(|place| asked.pick(*place));
            assert_eq!((asked.verdict().as_deref(), asked.turn(right[0])), (Some("Right."), Some(1)));
            right.iter().rev().for_each(|place| wrong.pick(*place));
            assert_eq!(wrong.verdict().as_deref(), Some("Not so. The order is: S2, S3, S1."));
            assert_eq!([0, 1, 2].map(|n| wrong.mark(n)).iter().filter(|mark| **mark == Mark::Right).count(), 1);
        };
        check("ask order \"Who comes first?\" S2 S3 S1", &["S1", "S2", "S3"], &[1, 2, 0]);
        let mut asked = asked("ask order \"Who comes first?\" S1 S2");
        assert_eq!(asked.answers(), ["S2", "S1"]);
        asked.pick(1);
        asked.pick(1);
        asked.pick(0);
        assert_eq!((asked.given, asked.turn(0), asked.turn(1)), (false, Some(1), None));
        asked.pick(1);
        assert_eq!(asked.verdict().as_deref(), Some("Not so. The order is: S1, S2."));
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
            playback.tick(10_000, || true);
        }
        panic!("it does not wait");
    }

    #[test]
    fn play_goes_on_to_where_the_run_has_the_answer_and_then_to_what_the_scenario_says() {
        let text = "raft 1\nset speed 1\nat 0ms ask \"Is there a leader by then?\" = leader\nat 20ms stop So.\n";
        let mut playback = played(text);
        assert!(matches!(&playback.waits, Some(Halt::Asked(asked)) if !asked.given));
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
            playback.tick(10_000, || true);
        }
        assert!(playback.now() > Time::seconds(1) && playback.waits.is_none());
    }
}
