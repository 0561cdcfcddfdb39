//! What of a text stays, where the present stands in it, and the places of letters.

use raft_sim::scenario::{Action, Who, parse};

use super::*;
use crate::playback::Playback;

const TEXT: &str = "raft 1\n# Mine.\nservers 3\n\nat 0ms timeout S1 # go\nwhen S1 is leader\n  write x=1\n  # later\nafter 5ms crash S1\n";

fn read(text: &str) -> Parsed {
    parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn a_deed_in_the_page_is_a_line_behind_what_was_written() {
    let parsed = read(TEXT);
    let mut playback = Playback::new(parsed.scenario.clone());
    playback.seek(Time::seconds(1));
    playback.act(Action::Restart(Who::Server(raft_core::ServerId(1)))).expect("it is down");
    let text = merged(TEXT, &parsed, playback.scenario());
    assert_eq!(text, [TEXT, "at 1s restart S1\n"].concat());
    // In the past, what came after it is no part of this run any more; remarks before it are.
    playback.seek(Time::millis(1));
    playback.act(Action::Pause(Who::Server(raft_core::ServerId(2)))).expect("it runs");
    let text = merged(&text, &read(&text), playback.scenario());
    assert_eq!(text, "raft 1\n# Mine.\nservers 3\n\nat 0ms timeout S1 # go\nat 1ms pause S2\n");
}

#[test]
fn another_header_leaves_the_steps_as_they_were_written() {
    let parsed = read(TEXT);
    let now = Scenario { seed: 9, ..parsed.scenario.clone() };
    let text = merged(TEXT, &parsed, &now);
    assert!(text.starts_with("raft 1\nservers 3\nseed 9\n") && text.contains("  # later\n"), "{text}");
    let other = read("raft 1\nservers 5\nat 3ms crash S4\n").scenario;
    assert_eq!(merged(TEXT, &parsed, &other), scenario::format(&other));
}

#[test]
fn order_leaves_remarks_and_the_meaning() {
    let untidy = "raft 1\n\n\n  seed 3\n# why\nat 0ms\ncrash S1\n      pause S2  # x\n";
    let parsed = read(untidy);
    let text = tidied(untidy, &parsed);
    assert_eq!(text, "raft 1\n\nseed 3\n# why\nat 0ms\n  crash S1\n  pause S2  # x\n");
    assert_eq!(read(&text).scenario, parsed.scenario);
    let plain = "raft 1\nat 0ms\n  crash S1\n";
    assert_eq!(tidied(plain, &read(plain)), "raft 1\nat 0ms crash S1\n");
}

#[test]
fn what_is_shipped_comes_as_it_was_written() {
    for shipped in shelf::SHIPPED.iter().chain(shelf::EXERCISES) {
        assert_eq!(text_of(&read(shipped.text).scenario, None), shipped.text, "{}", shipped.name);
    }
    let other = Scenario { seed: 77, ..read(shelf::SHIPPED[0].text).scenario };
    assert_eq!(text_of(&other, None), scenario::format(&other));
}

#[test]
fn the_line_of_the_present_and_the_time_of_a_line() {
    let parsed = read(TEXT);
    assert_eq!([0, 1, 2, 3].map(|done| line_now(&parsed, done)), [0, 5, 6, 9]);
    assert_eq!(
        [1, 4, 5, 7, 9, 99].map(|line| step_of_line(&parsed, line)),
        [None, None, Some(0), Some(1), Some(2), Some(2)]
    );
    assert_eq!(time_of_step(&parsed.scenario, 0), Some(Time::ZERO));
    let elected = time_of_step(&parsed.scenario, 1).expect("it is elected");
    assert!(elected > Time::millis(10) && elected < Time::millis(60), "{elected}");
    assert_eq!(time_of_step(&parsed.scenario, 2), Some(elected + Time::millis(5)));
    let never = read("raft 1\nwhen S1 is down within 1s note no\n").scenario;
    assert_eq!(time_of_step(&never, 0), None);
}

#[track_caller]
fn check_pieces(line: &str, wrong: &str) {
    let text = format!("raft 1\nat 0ms\n{line}\n");
    let error = parse(&text).err();
    let all = pieces(line, error.as_ref());
    let whole: String = all.iter().map(|(at, ..)| &line[at.clone()]).collect();
    assert_eq!(whole, line);
    let marked: String = all.iter().filter(|(.., wrong)| *wrong).map(|(at, ..)| &line[at.clone()]).collect();
    assert_eq!(marked, wrong, "{error:?}");
}

#[test]
fn what_is_wrong_is_marked_and_nothing_else() {
    check_pieces("  crash S1 # yes", "");
    check_pieces("  crsh S1", "crsh");
    check_pieces("crash", "crash");
    check_pieces("crash S9", "S9");
    check_pieces("cut S1->S9", "S9");
    check_pieces("note größer, é", "");
    check_pieces("write größer=é=", "=");
    check_pieces("partition S1 | ", "|");
}

#[test]
fn lines_that_stay_are_not_drawn_again() {
    let old = ["a", "b", "c", "d"].map(String::from);
    assert_eq!(difference(&old, &["a", "b", "x", "d"]), (2, 1));
    assert_eq!(difference(&old, &["a", "b", "c", "d"]), (4, 0));
    assert_eq!(difference(&old, &["a", "d"]), (1, 1));
    assert_eq!(difference(&old, &["a", "b", "b", "c", "d"]), (2, 2));
    assert_eq!(difference(&[], &["a"]), (0, 0));
}

#[test]
fn places_are_told_in_bytes_letters_and_halves() {
    let text = "é👩x\nyz";
    assert_eq!([0, 1, 3, 4, 5, 99].map(|units| bytes_before(text, units)), [0, 2, 6, 7, 8, 10]);
    for at in [0, 2, 6, 7, 8, 10] {
        assert_eq!(bytes_before(text, units_before(text, at)), at);
    }
    assert_eq!(line_and_column(text, 7), (1, 3));
    assert_eq!(line_and_column(text, 9), (2, 1));
    let wrong = "raft 1\nat 0ms crsh S1\n";
    let error = parse(wrong).expect_err("a slip");
    assert_eq!(place_of(wrong, &error), 14);
    assert_eq!(mended(wrong, &error), Some((14..18, "crash".to_owned())));
    let end = "raft 1\nat 0ms cut S1->S9\n";
    assert_eq!(place_of(end, &parse(end).expect_err("there is no S9")), end.len() - 3);
}

#[test]
fn a_draft_follows_the_run_and_what_is_half_written_stays() {
    let parsed = read(TEXT);
    let mut playback = Playback::new(parsed.scenario.clone());
    let mut draft = Draft::of(playback.scenario(), None);
    draft.write(TEXT.to_owned());
    assert!(draft.news().is_none() && !draft.follow(&playback.scenario().clone(), None));
    playback.seek(Time::seconds(1));
    playback.act(Action::Restart(Who::Server(raft_core::ServerId(1)))).expect("it is down");
    assert!(draft.follow(playback.scenario(), None));
    assert_eq!(draft.text, [TEXT, "at 1s restart S1\n"].concat());

    let half = [&draft.text, "at 2s cra"].concat();
    draft.write(half.clone());
    playback.act(Action::Pause(Who::Server(raft_core::ServerId(2)))).expect("it runs");
    assert!(!draft.follow(playback.scenario(), None) && draft.apart);
    assert_eq!(draft.text, half);
    draft.write([&half, "sh S1"].concat());
    let news = draft.news().expect("another run").clone();
    playback.replace(news);
    assert!(!draft.follow(playback.scenario(), None) && !draft.apart);
    assert_eq!(playback.now(), Time::seconds(1));
}

#[test]
fn remarks_come_with_the_text_and_go_with_a_link() {
    let run = Arc::new(read(TEXT).scenario);
    assert!(has_remarks(TEXT) && !has_remarks(&scenario::format(&run)));
    let mut draft = Draft::of(&run, Some(TEXT));
    assert_eq!(draft.text, TEXT);
    // Another run that came as a text, be it of the same name.
    let other = "raft 1\nservers 4 # as many\n";
    assert!(draft.follow(&Arc::new(read(other).scenario), Some(other)));
    assert_eq!(draft.text, other);
    assert_eq!(text_of(&run, Some(other)), scenario::format(&run), "it came as another one");

    let view = View { at: Some(Time::millis(3)), ..View::default() };
    let fragment = fragment_with_remarks(TEXT, &view).expect("there are remarks");
    let link = raft_sim::link::decode(&fragment).expect("it is a link");
    assert_eq!(link.view.at, view.at);
    assert!(matches!(link.source, raft_sim::link::Source::Scenario(says, _) if *says == *run));
    assert_eq!(fragment_with_remarks(&scenario::format(&run), &view), None);
    let long = [TEXT, &"# and so on\n".repeat(2_000)].concat();
    assert_eq!(fragment_with_remarks(&long, &view), None);
}
