//! What the picture shows of logs.

use super::*;
use crate::playback::Playback;
use raft_sim::scenario::parse;

fn logs_of(text: &str, at: u64, columns: usize, from: Option<u64>) -> Logs {
    let mut playback = Playback::new(parse(text).expect("a scenario").scenario);
    while !playback.seek(Time::millis(at)) {}
    Logs::of(playback.world(), columns, from)
}

const STORY: &str = "raft 1\nservers 3\nset latency 10ms\nset fsync 2ms\nat 0ms timeout S1\nat 100ms write x=1\n";

fn states(row: &Row) -> Vec<CellState> {
    row.cells.iter().map(|cell| cell.state).collect()
}

#[test]
fn unsaved_stored_committed_and_applied_are_told_apart() {
    use CellState::{Committed, Stored, Unsaved};
    let story = |at| logs_of(STORY, at, 8, None).rows;
    let early = story(111);
    assert_eq!((states(&early[0]), early[0].applied), (vec![Committed, Unsaved], 1));
    assert_eq!(states(&story(113)[0]), [Committed, Stored]);
    let late = story(136);
    assert_eq!((states(&late[0]), late[0].applied), (vec![Committed, Committed], 2));
    assert_eq!(states(&late[1]), [Committed, Stored], "nobody has told S2");
}

#[test]
fn a_row_says_what_the_leader_sends_next_and_knows_to_agree() {
    let rows = logs_of(STORY, 113, 8, None).rows;
    assert_eq!((rows[0].next, rows[1].next.map(|(_, matched)| matched)), (None, Some(1)));
    assert_eq!(logs_of(STORY, 136, 8, None).rows[1].next, Some((3, 2)));
}

#[test]
fn what_a_snapshot_stands_for_is_one_block_however_long() {
    let text = "raft 1\nservers 1\nset snapshot-every 4\nset snapshot-margin 0\nset load 1000/s\n";
    let row = logs_of(text, 900, 40, Some(1)).rows.remove(0);
    let folded = row.folded.expect("a snapshot");
    assert!(folded.index.0 > 100, "{folded:?}");
    assert!(row.cells.len() < 40 && row.cells.iter().all(|cell| cell.index > folded.index.0));
}

#[test]
fn of_ten_thousand_entries_only_those_are_made_that_are_shown() {
    let mut playback = Playback::new(
        parse("raft 1\nservers 3\nset load 15000/s\nset replication pipelined\nat 0ms timeout S1\n")
            .expect("a scenario")
            .scenario,
    );
    while !playback.seek(Time::seconds(2)) {}
    let world = playback.world();
    let long = world.servers().iter().map(|server| server.log().last_index().0).max();
    assert!(long >= Some(10_000), "{long:?}");
    let begun = std::time::Instant::now();
    for from in (0..10_000).step_by(100) {
        let logs = Logs::of(world, 40, Some(from));
        assert_eq!(logs.first, from.max(1));
        assert!(logs.rows.iter().all(|row| row.cells.len() <= 40));
    }
    assert!(begun.elapsed().as_millis() < 1_000, "a hundred pictures take {:?}", begun.elapsed());
    assert!(Logs::of(world, 40, None).first > 9_000, "else the latest");
}

#[test]
fn what_piles_up_on_a_link_that_holds_it_is_drawn_once() {
    let text = "raft 1\nservers 3\nset latency 10ms\nset heartbeat 5ms\nat 0ms timeout S1\nat 100ms hold S1->S2\n";
    let motion_at = |at: u64| {
        let mut playback = Playback::new(parse(text).expect("a scenario").scenario);
        while !playback.seek(Time::millis(at)) {}
        let ring = Ring::fit(650.0, 450.0, 3, 1);
        Motion::of(playback.world(), &ring, Time::millis(300))
    };
    let few = motion_at(99);
    assert!(few.flights.len() > 3);
    assert_eq!(few.drawn().len(), few.flights.len(), "what moves is drawn, each");
    let many = motion_at(20_000);
    assert!(many.flights.len() > 3_000, "{}", many.flights.len());
    let drawn = many.drawn();
    assert!(drawn.len() < 40, "{}", drawn.len());
    for held in [true, false] {
        assert!(drawn.iter().any(|flight| flight.held == held));
    }
}
