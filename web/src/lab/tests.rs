//! That no rule is missing, and that what falls says what clashed.

use std::collections::BTreeSet;

use raft_sim::scenario;

use super::*;
use crate::playback::Playback;
use crate::shelf;

#[test]
fn every_rule_has_one_topic() {
    let listed: Vec<Bug> = (0..TOPICS.len()).flat_map(rules_of).collect();
    let all: BTreeSet<Bug> = Bug::all().collect();
    assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), all);
    assert_eq!(listed.len(), all.len(), "one is there twice");
    assert_eq!(TOPICS.iter().map(|(_, names)| names.len()).sum::<usize>(), all.len(), "a name is no rule's");
}

#[test]
fn rules_are_found_by_words_of_all_that_is_said_of_them() {
    #[track_caller]
    fn check(search: &str, names: &[&str]) {
        let said = |text: &str| if text == "Snapshots" { "快照".to_owned() } else { text.to_owned() };
        let of = |topic: usize| rules_of(topic).map(move |bug| (topic, bug));
        let found =
            (0..TOPICS.len()).flat_map(of).filter(|(topic, bug)| is_found(*bug, TOPICS[*topic].0, search, said));
        assert_eq!(found.map(|(_, bug)| bug.name()).collect::<Vec<_>>(), names, "{search}");
    }
    check("Own TERM copies", &["commit-old-term"]);
    check("logcabin", &["commit-old-term"]);
    check("§7", &["old-snapshot-installed", "snapshot-keeps-conflict"]);
    check("快照", &["old-snapshot-installed", "snapshot-without-sessions", "snapshot-keeps-conflict"]);
    check("exactly once falls", &["snapshot-without-sessions", "no-dedup"]);
    check("nothing like that", &[]);
}

#[test]
fn a_switch_is_pressed_twice_to_no_effect() {
    let all: Vec<Bug> = Bug::all().take(3).collect();
    let off = switched(&all[..1], all[2]);
    assert_eq!(off, [all[0], all[2]]);
    assert_eq!(switched(&off, all[2]), [all[0]]);
}

/// Plays to where a promise falls.
fn fallen(name: &str) -> Playback {
    let text = shelf::find(name).expect("shipped").text;
    let mut playback = Playback::new(scenario::parse(text).expect("shipped").scenario);
    for _ in 0..3_000 {
        if !playback.world().checker().violations().is_empty() || playback.step(1) == 0 {
            break;
        }
    }
    playback
}

#[test]
fn every_fall_of_a_shipped_scenario_says_where_its_facts_came_from() {
    for shipped in shelf::BROKEN {
        let breaks = Bug::find(shipped.name).expect("a bug of that name").row().breaks;
        if breaks.is_none() {
            continue;
        }
        let playback = fallen(shipped.name);
        let violations = playback.world().checker().violations();
        assert_eq!(violations.first().map(Violation::promise), breaks, "{}", shipped.name);
        let Some(violation) = violations.first() else { continue };
        let fall = Fall::of(violation, playback.world().checker().slips(), playback.all_records());
        let [first, second] = &fall.sides;
        assert!(first.text != second.text, "{}", shipped.name);
        let latest = fall.sides.iter().filter_map(|side| side.since).map(|(_, event)| event).max();
        assert_eq!(latest, Some(playback.world().events()), "{}: {fall:?}", shipped.name);
    }
}

#[test]
fn the_two_facts_are_those_of_the_paper() {
    let sides = |name| {
        let playback = fallen(name);
        let violation = playback.world().checker().violations().first().expect("it falls").clone();
        Fall::of(&violation, &[], playback.all_records()).sides.map(|side| side.text)
    };
    assert_eq!(sides("double-vote"), ["S1 leads term 1.", "S3 leads term 1, too."]);
}

#[test]
fn what_a_promise_rests_on_is_said_to_have_given_way_before_with_its_event() {
    #[track_caller]
    fn check(name: &str, texts: &[&str]) {
        let playback = fallen(name);
        let checker = playback.world().checker();
        let fall = Fall::of(&checker.violations()[0], checker.slips(), playback.all_records());
        assert_eq!(fall.before.iter().map(|side| &side.text).collect::<Vec<_>>(), texts, "{name}");
        assert!(fall.before.iter().all(|side| side.since.is_some()), "{name}: {fall:?}");
    }
    check("double-vote", &["S2 votes for S1 and for S3 in term 1."]);
    check("commit-old-term", &[]);
}

#[test]
fn other_rules_from_the_start_lead_to_the_same_moment_or_to_where_a_promise_falls() {
    let text = shelf::find("double-vote").expect("shipped").text;
    let scenario = scenario::parse(text).expect("shipped").scenario;
    let off = scenario.bugs.clone();
    let mut playback = Playback::new(raft_sim::scenario::Scenario { bugs: Vec::new(), ..scenario });
    playback.seek(Time::seconds(1));
    let right = playback.world().digest();
    let end = playback.now();

    assert!(playback.switch_rules(off.clone()));
    assert_eq!(playback.world().bugs(), off);
    let violations = playback.world().checker().violations();
    assert_eq!(violations.first().map(|violation| violation.at), Some(playback.now()));
    assert!(playback.now() < end && !playback.playing && playback.waits.is_some());

    playback.seek(end);
    assert!(playback.switch_rules(Vec::new()));
    assert_eq!((playback.now(), playback.world().digest()), (end, right));
    assert!(playback.waits.is_none());
}

#[test]
fn every_rule_and_every_fall_is_there_in_chinese() {
    let table = crate::translate::Table::read(include_str!("../../../www/lang/zh-Hans.txt"), None).expect("the table");
    let mut texts: Vec<String> = TOPICS.iter().map(|(name, _)| (*name).to_owned()).collect();
    for bug in Bug::all() {
        texts.extend([bug.row().rule.to_owned(), bug.row().instead.to_owned(), falls(bug)]);
        texts.extend(crate::words::rules_off(&[bug]));
    }
    for shipped in shelf::BROKEN {
        let playback = fallen(shipped.name);
        let checker = playback.world().checker();
        let fall = checker.violations().first();
        let fall = fall.map(|violation| Fall::of(violation, checker.slips(), playback.all_records()));
        texts.extend(fall.into_iter().flat_map(|fall| fall.sides.into_iter().chain(fall.before)).map(|side| side.text));
    }
    let english = |text: &str| {
        text.split(|c: char| !c.is_ascii_alphabetic())
            .any(|word| word.len() > 3 && !["Raft", "thesis", "Figure"].contains(&word))
    };
    texts.retain(|text| table.say(text).is_none_or(|said| english(&said)));
    assert!(texts.is_empty(), "{texts:#?}");
}
