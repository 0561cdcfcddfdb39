//! The first course is whole, and a lesson is done when it should be.

use raft_core::ServerId;
use raft_sim::scenario::{Action, Who, parse};

use super::*;
use crate::playback::Playback;
use crate::translate::Table;

#[test]
fn the_first_course_has_ten_lessons_each_with_a_goal_and_something_to_do() {
    let course = Course::read(FIRST).expect("the first course");
    assert_eq!(course.lessons.len(), 10);
    for lesson in &course.lessons {
        assert!(!lesson.goal.is_empty() && !lesson.tasks.is_empty(), "{}", lesson.title);
        let text = shelf::find(&lesson.scenario).expect("on the shelf").text;
        let scenario = parse(text).expect("a scenario").scenario;
        assert!(questions(&scenario) > 0 || !scenario.goals.is_empty(), "{} is done by nothing", lesson.title);
    }
}

#[test]
fn a_course_that_is_wrong_says_where() {
    let wrong = |text| Course::read(text).expect_err("wrong");
    assert!(wrong("title A\n").starts_with("line 1"));
    assert!(wrong("course 1\ngoal To know\n").starts_with("line 2"));
    assert!(wrong("course 1\nlesson A\nscenario\n").starts_with("line 3"));
    assert!(wrong("course 1\nlesson A\nscenario no-such\n").contains("`A`"));
    assert!(wrong("course 1\n# nothing\n").contains("lessons"));
}

#[test]
fn a_link_names_a_lesson_whatever_stands_around_it() {
    for (link, lesson) in [
        ("#lesson=3", Some(3)),
        ("https://example.org/raft/#lesson=10).", Some(10)),
        ("#lesson=", None),
        ("#lesson=x", None),
        ("#demo=terms", None),
        ("#lesson=99999999999999999999999999", None),
    ] {
        assert_eq!(in_link(link), lesson, "{link}");
    }
}

#[test]
fn what_is_kept_is_read_again_and_nothing_else() {
    let mut done = Done::read(" terms  no-such figure-8 <b>");
    assert_eq!(done.write(), "figure-8 terms");
    let course = Course::first();
    assert_eq!((done.of(&course), done.next_of(&course)), (2, Some(1)));
    assert!(done.add("first-election") && !done.add("first-election"));
    assert_eq!(done.next_of(&course), Some(2));
}

fn shipped(name: &str) -> Scenario {
    parse(shelf::find(name).expect("on the shelf").text).expect("a scenario").scenario
}

#[test]
fn a_scenario_is_done_when_all_of_its_questions_are_answered() {
    let mut watch = Watch::of(shipped("terms"));
    let mut playback = Playback::new(shipped("terms"));
    playback.play();
    let mut asked = 0;
    let done = (0..200_000).any(|_| {
        if matches!(playback.waits, Some(Halt::Asked(_))) {
            asked += 1;
            playback.answer(1);
            let done = watch.sees(playback.waits.as_ref());
            playback.play();
            return done;
        }
        playback.tick(20_000, || true);
        false
    });
    assert!(done && asked == 2, "{asked}");
    assert!(!watch.looks(playback.run()), "it goes on after the last question");
}

#[test]
fn or_when_its_end_is_reached() {
    let mut watch = Watch::of(shipped("figure-8"));
    let mut playback = Playback::new(shipped("figure-8"));
    assert!(!watch.looks(playback.run()));
    playback.seek(raft_core::Time::seconds(2));
    assert!(watch.looks(playback.run()));
}

#[test]
fn an_exercise_is_done_when_its_goal_is_reached_within_what_it_allows() {
    let play = |crash: bool| {
        let mut watch = Watch::of(shipped("one-term-two-leaders"));
        let mut playback = Playback::new(shipped("one-term-two-leaders"));
        playback.seek(raft_core::Time::millis(2));
        assert!(!watch.looks(playback.run()));
        if crash {
            playback.act(Action::Crash(Who::Server(ServerId(3)))).expect("a deed");
            playback.act(Action::Restart(Who::Server(ServerId(3)))).expect("a deed");
        }
        for id in [1, 2] {
            playback.act(Action::Timeout(Who::Server(ServerId(id)))).expect("a deed");
        }
        playback.seek(raft_core::Time::millis(100));
        watch.looks(playback.run())
    };
    assert!(play(false));
    assert!(!play(true), "no crash is allowed there");
}

#[test]
fn the_first_course_is_there_in_chinese() {
    // As the page has it: its own words, and those of the scenarios that lessons are about.
    let both = [include_str!("../../../www/lang/zh-Hans.txt"), include_str!("../../../www/lang/zh-Hans.scenarios.txt")];
    let table = Table::read(&both.join("\n"), None).expect("the table");
    let course = Course::first();
    let mut texts = vec![course.title, course.about];
    for lesson in course.lessons {
        texts.extend([lesson.title, lesson.goal]);
        texts.extend(lesson.tasks);
    }
    let missing: Vec<&String> = texts.iter().filter(|text| table.say(text).is_none()).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
