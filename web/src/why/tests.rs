//! What is asked, and what is answered, at moments of small runs.

use super::*;
use raft_core::Term;
use raft_sim::machine::ClientId;
use raft_sim::scenario::parse;
use raft_sim::why::{Found, Search};

fn at_time(text: &str, at: u64) -> Playback {
    let mut playback = Playback::new(parse(text).expect("a scenario").scenario);
    while !playback.seek(Time::millis(at)) {}
    playback
}

fn shelf(name: &str, at: u64) -> Playback {
    at_time(crate::shelf::find(name).expect("on the shelf").text, at)
}

fn entry(index: u64, term: u64) -> Position {
    Position { term: Term(term), index: Index(index) }
}

const STORY: &str = "raft 1\nservers 3\nclients 1\nset latency 10ms\nat 0ms timeout S1\nat 100ms write x=1\n";

#[test]
fn what_is_lit_is_asked_about_then_what_is_chosen_then_what_goes_on() {
    let (s2, c1) = (ServerId(2), ClientId(1));
    let playback = at_time(STORY, 5);
    let ask = |lit, chosen| about(lit, chosen, playback.world());
    assert_eq!(ask(None, None), Question::NoLeader);
    assert_eq!(ask(None, Some(s2)), Question::NotLeader(s2));
    assert_eq!(ask(Some(Fact::Client(c1)), Some(s2)), Question::Waits(c1, None));
    assert_eq!(ask(Some(Fact::Entry(entry(2, 1))), None), Question::NotCommitted(Index(2)));
    let playback = at_time(STORY, 115);
    assert_eq!(about(None, None, playback.world()), Question::Waits(c1, None));
    let all = questions(playback.world());
    assert!(all.contains(&Question::NotCommitted(Index(2))) && !all.contains(&Question::NoLeader), "{all:?}");
    assert!(!all.contains(&Question::NotLeader(ServerId(1))), "it leads");
}

#[test]
fn of_a_committed_entry_it_is_asked_who_does_not_know() {
    let playback = at_time(STORY, 135);
    let s2 = ServerId(2);
    assert_eq!(about_entry(entry(2, 1), playback.world()), Question::NotKnown(s2, Index(2)));
    let later = at_time(STORY, 400);
    assert_eq!(about_entry(entry(2, 1), later.world()), Question::NotCommitted(Index(2)));
    let reply = Reply::to(Question::NotCommitted(Index(2)), None, &later);
    assert!(!reply.so);
    assert_eq!(reply.lines[0].text, "Entry 2 is committed.");
    assert_eq!(reply.others[0], Question::NotCommitted(Index(2)), "what was asked can be chosen, too");
}

#[test]
fn an_answer_knows_its_moment_and_links_its_facts() {
    let mut playback = shelf("leader-crash", 585);
    let s3 = ServerId(3);
    let reply = Reply::to(Question::NotLeader(s3), None, &playback);
    assert!(reply.so && reply.is_of(&playback));
    assert!(reply.lines.iter().any(|line| line.since.is_some()), "{:?}", reply.lines);
    playback.step(1);
    assert!(!reply.is_of(&playback));
    playback.seek_event(reply.events);
    playback.seek(reply.at);
    assert!(reply.is_of(&playback));
}

#[test]
fn where_logs_differ_the_answer_says_which_entry_it_is_about() {
    let playback = shelf("figure-8", 330);
    let world = playback.world();
    let held = |index| world.servers().iter().filter_map(move |server| server.log().position(index));
    let (index, mut all) = (1..6)
        .map(|n| (Index(n), held(Index(n)).collect::<Vec<_>>()))
        .find(|(_, all)| all.iter().any(|at| *at != all[0]))
        .expect("two entries at one index");
    all.sort();
    all.dedup();
    let question = Question::NotCommitted(index);
    let said: Vec<_> = all.iter().map(|at| Reply::to(question, Some(*at), &playback)).collect();
    let plain = Reply::to(question, None, &playback);
    assert_eq!(said.iter().filter(|reply| reply.lines.len() > plain.lines.len()).count(), all.len() - 1);
}

#[test]
fn steps_are_orders_and_a_wait_counts_from_the_one_before() {
    let playback = shelf("leader-crash", 585);
    let goal = Goal::of(Question::NotLeader(ServerId(2)), playback.world());
    let Found::Way(way) = Search::new(goal, playback.world()).finish() else { panic!("a way") };
    let told = steps(&way, playback.world());
    assert_eq!(told.len(), way.len());
    assert_eq!(told[0], "S2's election timer fires.");
    let now = playback.now();
    let waits = [Step::Wait(now + Time::millis(2)), Step::Wait(now + Time::millis(5))];
    let told = steps(&waits, playback.world());
    assert!(told[0].contains("2.0 ms") && told[1].contains("3.0 ms"), "{told:?}");
}
