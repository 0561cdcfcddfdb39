//! Why something is not so: no fact contradicts the world, and what it would take does it.

use raft_core::{Index, RoleName, ServerId, Time};
use raft_sim::dice::{Dice, Purpose};
use raft_sim::host::{Condition, Server};
use raft_sim::machine::ClientId;
use raft_sim::scenario::{Action, parse};
use raft_sim::timeline::Timeline;
use raft_sim::why::{ASKED, Answer, Cone, Counted, Fact, Found, Goal, Question, Search, Step, ask};
use raft_sim::words;
use raft_sim::world::World;

use crate::chaos;

/// All that can be asked of a world, about the end of its logs.
fn questions(world: &World) -> Vec<Question> {
    let last = world.servers().iter().map(|server| server.log().last_index().0).max().unwrap_or(0);
    let mut all = vec![Question::NoLeader];
    for server in world.servers() {
        all.push(Question::NotLeader(server.id));
        all.push(Question::NotKnown(server.id, Index(last.max(1))));
    }
    all.extend((last.saturating_sub(2).max(1)..=last + 1).map(|index| Question::NotCommitted(Index(index))));
    for client in world.clients() {
        all.push(Question::Waits(client.id, None));
        all.extend([1, 2, 9].map(|serial| Question::Waits(client.id, Some(serial))));
    }
    all
}

/// Random moments of random runs.
fn moments(seeds: u64, each: u64, mut look: impl FnMut(u64, &mut Timeline)) {
    let dice = Dice::new(7);
    for seed in 0..seeds {
        let mut timeline = Timeline::new(chaos::scenario(seed));
        let mut times: Vec<u64> =
            (0..each).map(|n| dice.roll(Purpose::Schedule, [seed, n], Time::ZERO, 0) % 20_000_000).collect();
        times.sort_unstable();
        for at in times {
            timeline.seek(Time(at));
            look(seed, &mut timeline);
        }
    }
}

#[test]
fn no_fact_contradicts_the_world() {
    moments(40, 5, |seed, timeline| {
        let world = timeline.run().world();
        for question in questions(world) {
            let answer = Answer::to(question, world, timeline.records());
            let at = world.now();
            assert!(!answer.reasons.is_empty(), "seed {seed} at {at}: {question} has no answer");
            assert_eq!(answer.so, !Goal::of(question, world).is_reached(world));
            for reason in &answer.reasons {
                assert!(holds(world, &reason.fact), "seed {seed} at {at}: {question}: {:?}", reason.fact);
                let (text, _) = words::why::fact(&reason.fact);
                assert!(text.ends_with('.') && !text.contains("  "), "{text}");
                if let Some(since) = reason.since {
                    assert!(since.at <= at && since.event <= world.events());
                    assert!(timeline.records().iter().any(|r| (r.event, r.at) == (since.event, since.at)));
                }
            }
        }
    });
}

fn holds(world: &World, fact: &Fact) -> bool {
    let server = |id: &ServerId| world.server(*id).expect("a server");
    let view = |id: &ServerId| server(id).view().expect("it is up");
    let under_way = |id: u64| world.flights().into_iter().find(|flight| flight.id == id).cloned();
    match fact {
        Fact::Leads { server, term } => (view(server).role, view(server).term) == (RoleName::Leader, *term),
        Fact::NobodyLeads => world.leader().is_none(),
        Fact::Down(id) => server(id).condition() == Condition::Down,
        Fact::Paused(id) => server(id).condition() == Condition::Paused,
        Fact::NoVoter { server, .. } => !view(server).members.votes(*server),
        Fact::Follows { server, leader, term } => (view(server).leader, view(server).term) == (Some(*leader), *term),
        Fact::TimerRuns { server: id, left } => server(id).election_timer().expect("it runs").1 == world.now() + *left,
        Fact::Stands { server, term } => (view(server).role, view(server).term) == (RoleName::Candidate, *term),
        Fact::AsksFirst { server, .. } => view(server).role == RoleName::PreCandidate,
        Fact::Count { what, have, need, voters, .. } => {
            let up = |id: &ServerId| server(id).condition() == Condition::Up;
            let all = have.iter().all(|id| match what {
                Counted::Up => up(id),
                Counted::InReach(from) => up(id) && !world.is_cut(*from, *id) && !world.is_cut(*id, *from),
                Counted::LogsBehind(of) => server(of).log().last() >= server(id).log().last(),
                Counted::Copies(index) => server(id).log().last_index() >= *index,
                Counted::Votes | Counted::WouldVote => true,
            });
            all && *need == voters.len() / 2 + 1
        }
        Fact::WouldRefuse { voter, candidate, ours, theirs } => {
            ours > theirs && server(voter).log().last() == *ours && server(candidate).log().last() == *theirs
        }
        // What a server that grants its vote compared, it compared before what has happened since.
        Fact::Granted { theirs, ours, .. } => theirs.term > ours.term || theirs >= ours,
        Fact::UnderWay { trip, left } => {
            under_way(trip.id).is_some_and(|f| f.held.is_none() && f.lost.is_none() && f.due == world.now() + *left)
        }
        Fact::Held(trip) => under_way(trip.id).is_some_and(|flight| flight.held.is_some()),
        Fact::Cut { from, to } => world.is_cut(*from, *to),
        Fact::HandsOver { from, to } => view(from).transfer == Some(*to),
        Fact::NoEntry { index, .. } => world.servers().iter().all(|server| server.log().last_index() < *index),
        Fact::LogEnds { server: id, last, index } => server(id).log().last() == *last && last.index < *index,
        Fact::OtherEntry { server: id, has, .. } => server(id).log().holds(*has),
        Fact::OldTerm { at, leader, current } => at.term < *current && view(leader).term == *current,
        Fact::Matches { leader, follower, matched } => {
            view(leader).followers.iter().find(|f| f.server == *follower).is_none_or(|f| f.matched == *matched)
        }
        Fact::KnowsCommitted { server: id, commit } | Fact::Commit { server: id, commit } => {
            server(id).commit() == *commit
        }
        Fact::WaitsForEntry { index, applied, .. } | Fact::ReadAt { index, applied, .. } => applied < index,
        _ => true,
    }
}

/// Does a way as the page does.
fn walk(timeline: &mut Timeline, way: &[Step]) {
    if way.first().is_some_and(Step::is_wait) {
        timeline.act(Action::Note("what it takes".into())).expect("a note can always be made");
    }
    for step in way {
        match step {
            Step::Do(action) => timeline.act(action.clone()).expect("it can be done"),
            Step::Wait(until) => timeline.seek(*until),
        }
    }
    timeline.seek(timeline.now());
}

#[test]
fn what_it_would_take_does_it() {
    let (mut ways, mut none) = (0, 0);
    moments(30, 2, |seed, timeline| {
        let world = timeline.run().world().clone();
        for question in questions(&world).into_iter().step_by(5) {
            let goal = Goal::of(question, &world);
            let mut search = Search::new(goal.clone(), &world);
            match search.advance(600).clone() {
                Found::Way(way) => {
                    ways += 1;
                    let mut future = timeline.clone();
                    walk(&mut future, &way);
                    let now = future.now();
                    assert!(
                        goal.is_reached(future.run().world()),
                        "seed {seed} at {}: {question} {way:?} {now}",
                        world.now()
                    );
                }
                Found::None { .. } | Found::NotYet => none += 1,
            }
        }
    });
    assert!(ways > 100 && ways > none, "{ways} found, {none} not");
}

#[test]
fn what_would_make_a_wrong_answer_right_makes_it_right() {
    let text = "raft 1\nservers 5\nset network manual\nat 0ms timeout S1\n  settle\n  partition S1 S2 | S3 S4 S5\n";
    for (predicate, most) in [
        ("S2 is leader", 8),
        ("S4 is leader and S1 is follower", 8),
        ("S3 vote = S5 or S4 vote = S5", 4),
        ("S2 term = 3", 2),
        ("commit >= 1 on S1", 8),
        ("quiet", 16),
    ] {
        let mut timeline = at(text, 1);
        let step = parse(&format!("raft 1\nservers 5\nwhen {predicate} note x\n")).expect(predicate).scenario;
        let raft_sim::scenario::Trigger::When { predicate: wanted, .. } = &step.steps[0].trigger else { panic!() };
        let goal = Goal::Holds(Box::new(wanted.clone()));
        let Found::Way(way) = Search::new(goal.clone(), timeline.run().world()).finish() else { panic!("{predicate}") };
        assert!(way.len() <= most, "{predicate}: {way:?}");
        walk(&mut timeline, &way);
        assert!(goal.is_reached(timeline.run().world()), "{predicate}: {way:?}");
    }
}

fn at(text: &str, time: u64) -> Timeline {
    let mut timeline = Timeline::new(parse(text).expect("a scenario").scenario);
    timeline.seek(Time::millis(time));
    timeline
}

fn told(timeline: &Timeline, question: &str) -> Vec<String> {
    let world = timeline.run().world();
    let question = ask(question, world).expect("a question");
    let answer = Answer::to(question, world, timeline.records());
    let said = answer.reasons.iter().map(|reason| {
        let (text, section) = words::why::fact(&reason.fact);
        section.map_or(text.clone(), |section| format!("{text} · {section}"))
    });
    said.collect()
}

const MANUAL: &str = "raft 1\nservers 3\nset network manual\nat 0ms\n  timeout S1\n  settle\n  write x=1\n  deliver S1->S2 append\n  deliver S2->S1 append-reply\n";

#[test]
fn a_refusal_is_told_with_the_two_values_and_the_section() {
    let story = [MANUAL, "at 10ms\n  crash S1\n  timeout S3\n  deliver S3->S2 vote\n"].concat();
    let told = told(&at(&story, 10), "Why is S3 not leader?");
    assert!(
        told.iter().any(|line| line == "S2 refused S3: its log ends at 2@1, newer than S3's 1@1. · §5.4.1"),
        "{told:#?}"
    );
}

#[test]
fn an_entry_of_an_older_term_is_not_counted() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../www/scenarios/figure-8.raft"))
        .expect("a shipped scenario");
    let mut timeline = Timeline::new(parse(&text).expect("a scenario").scenario);
    let mut seen = false;
    while timeline.step() && !seen && timeline.now() < Time::seconds(3) {
        let world = timeline.run().world();
        let answer = Answer::to(Question::NotCommitted(Index(2)), world, timeline.records());
        seen = answer.reasons.iter().any(|reason| matches!(reason.fact, Fact::OldTerm { .. }));
    }
    assert!(seen, "Figure 8 is about it (§5.4.2)");
}

#[test]
fn joint_consensus_is_counted_in_both_configurations() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../www/scenarios/joint-consensus.raft"))
        .expect("a shipped scenario");
    let mut timeline = Timeline::new(parse(&text).expect("a scenario").scenario);
    let is_joint =
        |server: &Server| server.view().is_some_and(|view| view.role == RoleName::Leader && view.members.is_joint());
    while timeline.step() {
        let world = timeline.run().world();
        let Some(leader) = world.servers().iter().find(|server| is_joint(server)) else { continue };
        let next = leader.view().expect("it leads").members_index;
        if leader.commit() >= next {
            continue;
        }
        let answer = Answer::to(Question::NotCommitted(next), world, timeline.records());
        let counts = answer.reasons.iter().filter(|reason| matches!(reason.fact, Fact::Count { .. })).count();
        assert_eq!(counts, 2, "{answer:?}");
        return;
    }
    panic!("the scenario goes through joint consensus");
}

#[test]
fn the_shortest_way_to_lead_is_a_timeout_and_a_vote() {
    let timeline = at("raft 1\nservers 3\nset network manual\n", 0);
    let Found::Way(way) = Search::new(Goal::Leads(ServerId(2)), timeline.run().world()).finish() else {
        panic!("there is a way")
    };
    let words: Vec<String> = way.iter().map(|step| words::why::step(timeline.run().world(), step)).collect();
    assert_eq!(words.len(), 3, "{words:?}");
    assert_eq!(words[0], "S2's election timer fires.");
    assert!(words[1].starts_with("S2's vote request arrives at S"), "{words:?}");
    assert!(words[2].ends_with("vote reply arrives at S2."), "{words:?}");
}

#[test]
fn an_election_of_nine_is_found_within_the_bound() {
    let timeline = at("raft 1\nservers 9\nset network manual\n", 0);
    let found = Search::new(Goal::Leads(ServerId(9)), timeline.run().world()).finish();
    assert!(matches!(&found, Found::Way(way) if way.len() == 9), "{found:?}");
}

#[test]
fn where_a_majority_is_gone_for_good_there_is_a_way_by_restarts() {
    let story = [MANUAL, "at 10ms\n  crash S1\n  crash S2\n"].concat();
    let timeline = at(&story, 10);
    let told = told(&timeline, "why is nobody leader");
    assert!(told.iter().any(|line| line.contains("1 of 3 voters are up (S3); an election takes 2")), "{told:#?}");
    let Found::Way(way) = Search::new(Goal::SomeLeader, timeline.run().world()).finish() else { panic!("a way") };
    assert!(way.iter().any(|step| matches!(step, Step::Do(Action::Restart(_)))), "{way:?}");
}

#[test]
fn a_client_waits_for_its_entry_and_that_for_copies() {
    let story = "raft 1\nservers 3\nset network manual\nat 0ms\n  timeout S1\n  settle\n  write x=1\n";
    let timeline = at(story, 0);
    let told = told(&timeline, "why does C1 #1 wait?");
    assert!(told.iter().any(|line| line.starts_with("S1 answers when it has applied entry 2")), "{told:#?}");
    assert!(
        told.iter().any(|line| line.contains("1 of 3 voters are known to store entry 2 (S1); 2 must. · §5.3")),
        "{told:#?}"
    );
    let way = Search::new(Goal::Answered(ClientId(1), Some(1)), timeline.run().world()).finish();
    assert!(matches!(&way, Found::Way(way) if way.len() == 2), "{way:?}");
}

#[test]
fn what_a_request_waited_for_is_told_when_it_has_ended() {
    let story = "raft 1\nservers 3\nset reads index\nat 0ms timeout S1\nat 100ms write x=1\nat 200ms read x\n";
    let timeline = at(story, 400);
    let write = told(&timeline, "why does C1 #1 wait?");
    let read = told(&timeline, "why does C1 #2 wait?");
    for (told, steps) in [
        (&write, ["C1 asks S1: x=1.", "S1 appends the command as entry 2@1.", "S1 commits up to entry 2"].as_slice()),
        (&read, &["C1 asks S1: read x.", "S1 will answer a read", "a majority has answered"]),
    ] {
        assert!(told[0].contains("waits no longer: after"), "{told:#?}");
        let mut rest = told.iter();
        for step in steps {
            assert!(rest.any(|line| line.contains(step)), "{step}, in this order: {told:#?}");
        }
    }
}

#[test]
fn every_form_of_a_question_is_read_and_said_alike() {
    let timeline = at(MANUAL, 0);
    let world = timeline.run().world();
    for form in ASKED {
        let question = ask(form, world).expect("a form that the help names");
        assert_eq!(ask(&question.text(), world), Ok(question));
        assert_eq!(question.text().to_lowercase(), form.to_lowercase());
    }
    let refused = |text: &str| ask(text, world).expect_err(text).to_string();
    assert_eq!(refused("why is S9 not leader"), "there is no S9");
    assert_eq!(refused("why does C9 wait"), "there is no C9");
    assert_eq!(refused("why is entry 0 not committed"), "entries are counted from 1");
    assert!(refused("why is the sky blue").starts_with("`why is the sky blue` is no question that has an answer here"));
}

#[test]
fn the_past_of_an_election_holds_its_votes_and_the_future_its_appends() {
    let timeline = at("raft 1\nservers 3\nset latency 10ms\nat 0ms timeout S1\n", 45);
    let records = timeline.records();
    let of = |word: &str| {
        let told = records.iter().find(|record| words::line(record).text.contains(word)).expect("it happened");
        told.event
    };
    let cone = Cone::of(of("S1 leads"), records);
    assert!(cone.past.contains(&of("S1's election timer runs out")));
    assert!(cone.future.contains(&of("S2 stores")), "{cone:?}");
    assert!(!cone.past.is_empty() && cone.past.iter().all(|event| *event <= of("S1 leads")));
    assert!(!cone.messages.is_empty());
}
