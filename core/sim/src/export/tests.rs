//! What other tools are given, held to what they take.

use alloc::collections::BTreeMap;
use alloc::vec;

use super::*;
use crate::scenario::parse;

const STORY: &str = "raft 1\ntitle A <b>bold</b> \"title\"; with #5 & 100%\nservers 3\nset latency 10ms\n\
    at 0ms timeout S1\nat 100ms write x=1\nafter 5ms note a <script>alert(1)</script> & more; -- end\n\
    at 200ms isolate S1\nafter 100ms crash S1\nafter 300ms note over\n";

fn excerpt(text: &str) -> Excerpt {
    let scenario = parse(text).expect("a scenario").scenario;
    Excerpt::of(Arc::new(scenario), Time::ZERO, None, 1_000_000).expect("it ends")
}

#[test]
fn a_stretch_has_what_happened_in_it_and_the_world_at_its_end() {
    let scenario = Arc::new(parse(STORY).expect("a scenario").scenario);
    let part = Excerpt::of(scenario, Time::millis(50), Some(Time::millis(150)), 1_000_000).expect("it ends");
    assert!(part.records.iter().all(|record| (part.from..=part.to).contains(&record.at)));
    assert_eq!((part.to, part.world().now()), (Time::millis(150), Time::millis(150)));
    assert!(Excerpt::of(part.run.scenario().clone(), Time::ZERO, None, 3).is_none(), "too many events");
}

#[test]
fn mermaid_has_an_arrow_a_message_and_no_character_that_ends_one() {
    let text = mermaid(&excerpt(STORY), false);
    assert!(text.starts_with("sequenceDiagram\n    title A #60;b#62;bold"), "{text}");
    assert!(text.contains("\n    participant S1\n") && text.contains("\n    actor C1\n"));
    assert!(text.contains("\n    S1->>S2: vote request, term 1\n"), "{text}");
    assert!(text.contains("\n    C1->>S1: x=1\n"), "{text}");
    assert!(text.contains("S3-xS1: "), "what is lost is crossed: {text}");
    assert!(!text.contains("heartbeat") && mermaid(&excerpt(STORY), true).contains("heartbeat"));
    for line in text.lines().skip(1) {
        let plain = line.replace("#60;", "").replace("#62;", "").replace("#34;", "").replace("#38;", "");
        let plain = plain.replace("#59;", "").replace("#35;", "").replace("#37;", "");
        assert!(!plain.contains(['#', ';', '<', '>', '"']) || plain.contains("->>"), "{line}");
    }
}

#[test]
fn plantuml_begins_and_ends_and_has_no_markup_of_its_own() {
    let text = plantuml(&excerpt(STORY), false);
    assert!(text.starts_with("@startuml\ntitle A <U+003C>b<U+003E>bold") && text.ends_with("@enduml\n"), "{text}");
    assert!(text.contains("\nS1 -> S2 : vote request, term 1\n") && text.contains("S3 ->x S1 : "), "{text}");
    let starts = ["@startuml", "@enduml", "title ", "participant S", "actor C", "note over S", "note over C", "S", "C"];
    assert!(text.lines().all(|line| starts.iter().any(|start| line.starts_with(start))), "{text}");
    assert!(!text.contains("<script") && !text.contains("--"), "{text}");
}

/// Whose it is, its clock, and what happened: as [`clocks::PATTERN`] reads it.
fn read(text: &str) -> Vec<(&str, BTreeMap<&str, u64>, &str)> {
    let lines: Vec<&str> = text.lines().collect();
    lines
        .chunks(2)
        .map(|pair| {
            let (host, clock) = pair[0].split_once(' ').expect("a host and a clock");
            let clock = clock.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).expect("a clock");
            let parts = clock.split(", ").map(|part| part.split_once(':').expect("a name and a number"));
            let clock = parts.map(|(of, n)| (of.trim_matches('"'), n.parse().expect("a number"))).collect();
            (host, clock, pair[1])
        })
        .collect()
}

#[test]
fn every_clock_counts_its_own_events_and_knows_nothing_of_the_future() {
    for text in
        [STORY, "raft 1\nset latency 0ms\nset duplicate 50%\nat 0ms timeout S1\nat 1s write x=1\nat 2s note over\n"]
    {
        let log = shiviz(&excerpt(text));
        let (mut own, mut merged) = (BTreeMap::new(), 0);
        for (host, clock, event) in read(&log) {
            let count = own.entry(host).or_insert(0_u64);
            *count += 1;
            assert_eq!(clock[host], *count, "{host}: {event}");
            for (other, known) in clock.iter().filter(|(other, _)| **other != host) {
                merged += 1;
                assert!(own.get(other).is_some_and(|until| known <= until), "{host} knows {other}:{known} at {event}");
            }
        }
        assert!(merged > 10, "messages carry clocks");
    }
}

#[test]
fn what_was_sent_is_known_where_it_arrives() {
    let log = shiviz(&excerpt("raft 1\nservers 2\nset latency 10ms\nat 0ms timeout S1\nat 11ms note over\n"));
    let events = read(&log);
    let sent = events.iter().find(|(host, _, event)| *host == "S1" && event.starts_with("sends vote")).expect("sent");
    let arrived = events.iter().find(|(host, _, event)| *host == "S2" && event.ends_with("arrives.")).expect("arrived");
    assert_eq!(arrived.1["S1"], sent.1["S1"]);
}

/// Every element is closed in its order, and nothing is left over.
#[track_caller]
fn check_well_formed(text: &str) {
    let mut open = vec![];
    for piece in text.split('<').skip(1) {
        let (tag, rest) = piece.split_once('>').expect("a tag ends");
        assert!(!rest.contains('>'), "{piece}");
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{piece}"),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split(' ').next().expect("a name")),
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn pictures_are_well_formed_and_hold_no_script_and_no_address() {
    let excerpt = excerpt(STORY);
    for picture in
        [space_time, log, ring, history, metrics].map(|draw| draw(&excerpt)).into_iter().chain([moving(&excerpt, 20)])
    {
        check_well_formed(&picture);
        assert!(picture.starts_with("<svg xmlns=") && picture.contains("<title>A &lt;b&gt;bold&lt;/b&gt; &quot;title"));
        assert!(!picture.contains("<script") && !picture.contains("href") && !picture.contains("url("), "{picture}");
        assert_eq!(picture.matches("http").count(), 1, "the name of the format only");
    }
}

#[test]
fn a_moving_picture_stands_still_for_who_wants_that() {
    let picture = moving(&excerpt(STORY), 20);
    let (before, style) = picture.split_once("<style>").expect("a style");
    assert!(style.starts_with("@media (prefers-reduced-motion: no-preference)"));
    assert!(before.contains("opacity=\"1\""), "somebody is down at the end");
    assert_eq!(before.matches("animation-name").count(), style.matches("@keyframes").count());
}

#[test]
fn huge_runs_give_bounded_texts() {
    let busy = "raft 1\nset heartbeat 1ms\nset latency 1ms\nat 0ms timeout S1\nat 2s note over\n";
    let excerpt = excerpt(busy);
    assert!(mermaid(&excerpt, true).len() < 50_000);
    assert!(mermaid(&excerpt, true).trim_end().ends_with(" more"));
    assert!(plantuml(&excerpt, true).len() < 1_100_000);
    assert!(space_time(&excerpt).len() < 2_000_000);
}

#[test]
fn a_film_shows_what_the_ring_shows_at_each_of_its_moments() {
    let scenario = Arc::new(parse(STORY).expect("a scenario").scenario);
    let at = |ms| Excerpt::of(scenario.clone(), Time::millis(ms), Some(Time::millis(ms)), 1_000_000).expect("it ends");
    // 100 ms, 8 times as slow, are 800 ms: ten pictures of 80 ms, and the last.
    let mut reel = Reel::new(scenario.clone(), Time::millis(100), Time::millis(200), 8, 1_000_000);
    assert_eq!(reel.frames, 11);
    let pictures: Vec<String> = core::iter::from_fn(|| reel.next_frame()).collect();
    assert_eq!(pictures.len(), 11);
    let drawn = |text: &str| text.split("<rect").skip(1).map(String::from).collect::<Vec<_>>();
    for (picture, ms) in [(&pictures[0], 100), (&pictures[5], 150), (&pictures[10], 200)] {
        assert_eq!(drawn(picture), drawn(&ring(&at(ms))), "at {ms} ms");
        let colours =
            picture.split("=\"#").skip(1).map(|rest| ["#", &rest[..rest.find('"').expect("an end")]].concat());
        let known = |colour: &String| colour == "#fff" || COLOURS.contains(&colour.as_str());
        assert!(colours.clone().all(|colour| known(&colour)), "{:?}", colours.collect::<Vec<_>>());
    }
}

#[test]
fn a_film_has_so_many_pictures_at_most_and_ends_where_a_run_takes_too_long() {
    let scenario = Arc::new(parse(STORY).expect("a scenario").scenario);
    let long = Reel::new(scenario.clone(), Time::ZERO, Time::millis(3_600_000), 20, 1_000);
    assert_eq!(long.frames, MOST_FRAMES);
    let mut none = Reel::new(scenario, Time::millis(500), Time::millis(400), 20, 3);
    assert_eq!(
        (none.frames, none.next_frame()),
        (2, None),
        "the end comes before the start, and takes too many events"
    );
}
