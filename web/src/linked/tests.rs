//! What lights up, in small runs whose every message is known.

use super::*;
use crate::playback::Playback;
use raft_sim::scenario::parse;

const STORY: &str = "raft 1\nservers 3\nclients 1\nset latency 10ms\nat 0ms timeout S1\nat 100ms write x=1\n";

fn at_time(text: &str, at: u64) -> Playback {
    let mut playback = Playback::new(parse(text).expect("a scenario").scenario);
    while !playback.seek(Time::millis(at)) {}
    playback
}

fn lit(playback: &Playback, fact: Fact) -> Lit {
    Lit::of(fact, playback.world(), playback.records(), playback.records().len())
}

fn entry(index: u64, term: u64) -> Position {
    Position { term: Term(term), index: Index(index) }
}

fn told(playback: &Playback, lit: &Lit) -> Vec<String> {
    let told = playback.chronicle.told.iter().filter(|told| lit.has(Fact::Event(told.record.event)));
    told.map(|told| raft_sim::words::line(&told.record).text).collect()
}

#[test]
fn what_an_element_carries_is_read_back() {
    for fact in [
        Fact::Server(ServerId(3)),
        Fact::Client(ClientId(1)),
        Fact::Message(1_234),
        Fact::Entry(entry(7, 2)),
        Fact::Event(812),
        Fact::Call(ClientId(2), 31),
    ] {
        assert_eq!(Fact::read(&fact.to_string()), Some(fact));
    }
    for odd in ["", "s", "x1", "e4", "e4.", "é1", "m-1", "a1", "a.1"] {
        assert_eq!(Fact::read(odd), None, "{odd}");
    }
}

#[test]
fn one_fact_is_shown_at_a_time() {
    let (one, other) = (Some(Fact::Event(1)), Some(Fact::Event(2)));
    assert_eq!(Focus { pointed: one, kept: other }.shown(), one);
    assert_eq!(Focus { pointed: None, kept: other }.shown(), other);
}

#[test]
fn an_entry_lights_its_cells_its_messages_its_lines_and_its_client() {
    let playback = at_time(STORY, 115);
    let lit = lit(&playback, Fact::Entry(entry(2, 1)));
    assert_eq!(lit.entries, [entry(2, 1)]);
    assert_eq!(lit.servers, [ServerId(1)], "only the leader holds it so far");
    assert_eq!(lit.clients, [ClientId(1)]);
    let flights = playback.world().flights();
    let carry: Vec<_> = flights.iter().filter(|f| f.trip().gist.carries(Index(2))).map(|f| f.id).collect();
    assert!(carry.len() == 2 && lit.messages == carry, "{:?}", lit.messages);
    let lines = told(&playback, &lit);
    assert!(lines.iter().any(|line| line.contains("x=1")), "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("leads")), "{lines:?}");
}

#[test]
fn an_entry_of_another_term_at_the_same_index_is_another_fact() {
    let playback = at_time(STORY, 190);
    let lit = lit(&playback, Fact::Entry(entry(2, 7)));
    assert_eq!((lit.servers.len(), lit.clients.len(), lit.legs.len()), (0, 0, 0));
}

#[test]
fn what_was_committed_and_applied_is_told_of_the_entry() {
    let playback = at_time(STORY, 190);
    let lit = lit(&playback, Fact::Entry(entry(2, 1)));
    assert_eq!(lit.servers.len(), 3);
    assert!(lit.legs.iter().any(|leg| leg.trip.to == Place::Server(ServerId(2))));
    let committed = playback.records().iter().find_map(|record| match &record.what {
        What::Decided(_, Note::Commits { index: Index(2), .. }) => Some(record.event),
        _ => None,
    });
    assert!(lit.has(Fact::Event(committed.expect("it commits"))));
}

#[test]
fn a_message_lights_its_arrow_its_ends_its_entries_and_what_came_of_it() {
    let playback = at_time(STORY, 125);
    let append = playback.records().iter().find_map(|record| match &record.what {
        What::Arrived(trip) if trip.gist.carries(Index(2)) => Some((*trip, record.event)),
        _ => None,
    });
    let (trip, event) = append.expect("an append arrived");
    let lit = lit(&playback, Fact::Message(trip.id));
    assert_eq!(lit.legs.iter().map(|leg| leg.trip.id).collect::<Vec<_>>(), [trip.id]);
    assert_eq!(lit.entries, [entry(2, 1)]);
    let Place::Server(to) = trip.to else { panic!("to a server") };
    assert_eq!(lit.servers, [ServerId(1), to]);
    assert!(lit.has(Fact::Event(event)) && lit.messages.is_empty());
}

#[test]
fn a_message_on_its_way_lights_itself_and_what_its_sender_did() {
    let playback = at_time(STORY, 5);
    let first = playback.world().flights()[0].trip();
    let lit = lit(&playback, Fact::Message(first.id));
    assert_eq!(lit.messages, [first.id]);
    assert!(lit.legs.is_empty());
    assert!(
        told(&playback, &lit).iter().any(|line| line.contains("stands for election")),
        "{:?}",
        told(&playback, &lit)
    );
}

#[test]
fn an_event_lights_who_did_it_its_message_its_mark_and_its_entries() {
    let playback = at_time(STORY, 125);
    let stored = playback
        .records()
        .iter()
        .find(|record| matches!(&record.what, What::Decided(_, Note::Stores { first: Index(2), .. })));
    let stored = stored.expect("a follower stores it");
    let lit = lit(&playback, Fact::Event(stored.event));
    assert_eq!(lit.entries, [entry(2, 1)]);
    assert!(!lit.legs.is_empty() && !lit.marks.is_empty() && lit.has(Fact::Event(stored.event)));
}

#[test]
fn a_line_that_has_not_happened_lights_no_mark() {
    let mut playback = at_time(STORY, 190);
    while !playback.seek(Time::millis(50)) {}
    let later = playback.chronicle.told.last().expect("a line").record.event;
    let mut seen = at_time(STORY, 190);
    let all = seen.records().to_vec();
    while !seen.seek(Time::millis(50)) {}
    let lit = Lit::of(Fact::Event(later), playback.world(), &all, playback.records().len());
    assert!(lit.marks.is_empty() && lit.legs.is_empty() && lit.has(Fact::Event(later)));
}

#[test]
fn the_diagram_finds_marks_arrows_and_lines_under_a_pointer() {
    let playback = at_time(STORY, 190);
    let world = playback.world();
    let servers: Vec<_> = world.servers().iter().map(|server| server.id).collect();
    let frame = Frame::new(Time::ZERO..Time::millis(200), &servers, &[ClientId(1)], 1_018.0, 160.0);
    let find = |x: f64, y: f64| at(Point { x, y }, &frame, world, playback.records(), &playback.chronicle.told);
    let line = |n: usize| frame.lines[n].1;
    let wins =
        playback.chronicle.told.iter().find(|told| matches!(told.record.what, What::Decided(_, Note::Leads { .. })));
    let wins = &wins.expect("S1 leads").record;
    assert_eq!(find(frame.x(wins.at), line(0)), Some(Fact::Event(wins.event)));
    let vote = playback.records().iter().find_map(|record| match &record.what {
        What::Arrived(trip) => Some((*trip, record.at)),
        _ => None,
    });
    let (trip, at) = vote.expect("a vote is asked for");
    let (from, to) = frame.arrow(&trip, at, crate::diagram::Share::All).expect("it is shown");
    let Some(Fact::Message(_)) = find((from.x + to.x) / 2.0, (from.y + to.y) / 2.0) else { panic!("an arrow") };
    assert_eq!(find(frame.x(Time::millis(60)), line(2) + 3.0), Some(Fact::Server(ServerId(3))));
    assert_eq!(find(frame.x(Time::millis(60)), line(3) + 3.0), Some(Fact::Client(ClientId(1))));
}

#[test]
fn what_a_client_asked_lights_its_entry_its_messages_and_its_lines() {
    let playback = at_time(STORY, 200);
    let call = Fact::Call(ClientId(1), 1);
    let lit = lit(&playback, call);
    assert_eq!((&lit.entries[..], &lit.clients[..]), (&[entry(2, 1)][..], &[ClientId(1)][..]));
    let told = told(&playback, &lit);
    let has = |words: &str| told.iter().any(|line| line.contains(words));
    assert!(has("C1 asks") && has("S1 commits"), "{told:?}");
    assert!(lit.legs.len() >= 2, "the question and the answer: {:?}", lit.legs);
    // The other way round: its entry lights the bar.
    assert!(super::Lit::of(Fact::Entry(entry(2, 1)), playback.world(), playback.records(), 0).has(call));
}

#[test]
fn a_bar_in_the_diagram_is_what_was_asked() {
    let playback = at_time(STORY, 200);
    let world = playback.world();
    let servers: Vec<_> = world.servers().iter().map(|server| server.id).collect();
    let frame = Frame::new(Time::ZERO..Time::millis(500), &servers, &[ClientId(1)], 1_000.0, 100.0);
    let (_, y) = frame.lines[3];
    let found = |at: u64| {
        let point = Point { x: frame.x(Time::millis(at)), y };
        super::at(point, &frame, world, playback.records(), &playback.chronicle.told)
    };
    assert_eq!(found(120), Some(Fact::Call(ClientId(1), 1)));
    assert_eq!(found(300), Some(Fact::Client(ClientId(1))));
}
