//! Small runs in which it is known what each client must be told.

use super::*;
use crate::playback::Playback;
use raft_core::ServerId;
use raft_sim::scenario::parse;
use raft_sim::world::World;

fn at(text: &str, at: u64) -> Playback {
    let mut playback = Playback::new(parse(text).expect("a scenario").scenario);
    while !playback.seek(Time::millis(at)) {}
    playback
}

fn proof(world: &World) -> Proof {
    let mut check = Check::new(world.history(), MOST_WORK);
    let verdict = loop {
        if let Some(verdict) = check.go(SLICE) {
            break verdict;
        }
    };
    prove(&check, &verdict, world.now())
}

const STORY: &str = "raft 1\nservers 3\nclients 2\nset latency 10ms\nset client-timeout 100ms\nat 0ms timeout S1\n\
    at 100ms write x=1\nat 200ms isolate S1\nat 250ms write x=2 to S1\n";

#[test]
fn a_history_tells_what_was_asked_how_often_and_what_came_of_it() {
    let playback = at(STORY, 800);
    let (deeds, earlier) = history(&playback.world().clients()[0]);
    let short: Vec<_> = deeds.iter().map(|deed| (deed.asked.as_str(), deed.end, deed.told.clone())).collect();
    assert_eq!(short[0], ("x=1", End::Ok, Some(Outcome::Done)));
    assert_eq!((short[1].0, short[1].2.clone(), earlier), ("x=2", None, 0));
    assert_eq!((deeds[0].from, deeds[0].tries, deeds[1].serial), (Time::millis(100), 1, 2));
}

#[test]
fn what_is_not_applied_is_pending_until_it_is() {
    let stages = |ms: u64, id: u32| {
        let playback = at(STORY, ms);
        let server = playback.world().server(ServerId(id)).expect("there").clone();
        let all = contents(&server).expect("it runs");
        (all.values, all.pending.into_iter().map(|one| (one.words, one.stage)).collect::<Vec<_>>())
    };
    assert_eq!(stages(115, 1), (vec![], vec![("x=1".into(), Stage::Stored)]));
    assert_eq!(stages(190, 1), (vec!["x=1".into()], vec![]));
    // S1 is alone now: the write stays pending there, and nobody else has it.
    assert_eq!(stages(300, 1), (vec!["x=1".into()], vec![("x=2".into(), Stage::Stored)]));
    assert_eq!(stages(300, 2).1, []);
}

#[test]
fn an_order_gives_each_a_moment_between_question_and_answer() {
    let playback = at(STORY, 800);
    let proof = proof(playback.world());
    assert_eq!((proof.answer, proof.all), (Answer::Yes, 2));
    assert_eq!(proof.steps[0].place, Place::At(Time::millis(100)));
    assert_eq!(proof.steps[1].place, Place::Never, "x=2 was never told of");
    assert_eq!(proof.points, [(ClientId(1), Time::millis(100))]);
}

#[test]
fn every_shipped_run_has_moments_that_are_in_order() {
    for shipped in crate::shelf::SHIPPED {
        let playback = at(shipped.text, 4_000);
        let history = playback.world().history();
        let proof = proof(playback.world());
        let whole = matches!(playback.world().linearize(), Verdict::Linearizable(_));
        assert_eq!(proof.answer == Answer::Yes, whole, "{}", shipped.name);
        let moments: Vec<Time> = proof.steps.iter().filter_map(super::at).collect();
        assert!(moments.is_sorted(), "{}", shipped.name);
        for step in &proof.steps {
            if let (Place::At(at), Some((told, _))) = (step.place, &step.told) {
                assert!(step.from <= at && at <= *told, "{}: {step:?}", shipped.name);
            }
        }
        assert!(proof.steps.len() <= history.len());
    }
}

#[test]
fn where_no_order_is_left_the_one_that_clashes_is_named_and_what_it_could_have_been_told() {
    let stale = crate::shelf::BROKEN.iter().find(|one| one.name.contains("read-without-quorum")).expect("shipped");
    let playback = at(stale.text, 10_000);
    let proof = proof(playback.world());
    assert_eq!(proof.answer, Answer::No);
    let clash: Vec<&Step> = proof.steps.iter().filter(|step| step.place == Place::Clashes).collect();
    assert_eq!(clash.len(), 1);
    assert!(clash[0].asked.starts_with("read x"), "{clash:?}");
    assert_eq!(proof.instead.len(), 1, "{:?}", proof.instead);
    assert!(proof.points.is_empty());
}

#[test]
fn bars_begin_and_end_with_signs_and_retries_stand_above_them() {
    let text = "raft 1\nservers 3\nclients 1\nset latency 10ms\nset client-timeout 100ms\nat 0ms timeout S1\n\
        at 100ms write x=1 to S2\nat 300ms isolate S1\nat 350ms write x=2 to S1\n";
    let playback = at(text, 700);
    let world = playback.world();
    let servers: Vec<_> = world.servers().iter().map(|server| server.id).collect();
    let frame = Frame::new(Time::ZERO..Time::seconds(1), &servers, &[ClientId(1)], 1_000.0, 100.0);
    let signs = signs(&frame, world.clients(), playback.records(), world.now());
    let count = |path: &str| path.matches('M').count();
    let calls = world.clients()[0].history().count();
    let ended = world.clients()[0].history().filter(|call| call.result.is_some()).count();
    assert_eq!(count(&signs.ends), calls + ended);
    assert_eq!(count(&signs.ok) + count(&signs.failed) + count(&signs.unknown), ended);
    let tries: u32 = world.clients()[0].history().map(|call| call.tries - 1).sum();
    assert_eq!(count(&signs.retries), tries as usize);
    assert_eq!(count(&diamonds(&frame, &[(ClientId(1), Time::millis(120))])), 1);
}
