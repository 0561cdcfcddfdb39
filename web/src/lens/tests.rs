//! What the lenses say of small runs.

use super::*;
use crate::playback::Playback;
use raft_sim::scenario::parse;

fn at_time(text: &str, at: u64) -> Playback {
    let mut playback = Playback::new(parse(text).expect("a scenario").scenario);
    while !playback.seek(Time::millis(at)) {}
    playback
}

fn shelf(name: &str, at: u64) -> Playback {
    let text = crate::shelf::find(name).expect("on the shelf").text;
    let scenario = parse(text).expect("a scenario").scenario;
    let mut playback = Playback::new(scenario);
    while !playback.seek(Time::millis(at)) {}
    playback
}

fn ids(ids: &[u32]) -> Vec<ServerId> {
    ids.iter().copied().map(ServerId).collect()
}

const STORY: &str = "raft 1\nservers 5\nset latency 10ms\nat 0ms timeout S1\nat 100ms write x=1\n";

fn entry(index: u64, term: u64) -> Position {
    Position { term: Term(term), index: Index(index) }
}

#[test]
fn chosen_servers_decide_with_a_majority_and_share_somebody_with_any_other() {
    let playback = at_time(STORY, 190);
    let few = Quorum::of(playback.world(), &ids(&[2, 4]), None);
    assert!(!few.decides);
    assert_eq!(few.halves, [Half { side: Side::Only, have: 2, need: 3, of: 5 }]);
    let enough = Quorum::of(playback.world(), &ids(&[2, 4, 5]), None);
    assert!(enough.decides);
    let (term, whom, voters) = enough.ballot.clone().expect("S1 was elected");
    assert_eq!((term, whom), (Term(1), ServerId(1)));
    assert!(!enough.common(&voters).is_empty(), "two majorities share a server");
    assert_eq!(enough.entry.expect("an entry").0, entry(2, 1));
}

#[test]
fn in_joint_consensus_both_majorities_are_needed() {
    let playback = shelf("joint-consensus", 230);
    let members = members(playback.world(), playback.world().leader()).expect("a configuration");
    assert!(members.is_joint());
    let old = Quorum::of(playback.world(), &members.outgoing, None);
    assert_eq!(old.halves.len(), 2);
    assert!(!old.decides || old.halves.iter().all(|half| half.have >= half.need));
    let only_old: Vec<ServerId> = members.outgoing.iter().filter(|id| !members.voters.contains(id)).copied().collect();
    assert!(!Quorum::of(playback.world(), &only_old, None).decides);
    let all = members.all_voters();
    assert!(Quorum::of(playback.world(), &all, None).decides);
}

#[test]
fn an_entry_is_first_rare_then_safe_then_known_by_one_then_by_all() {
    let standing = |at: u64| {
        let playback = at_time(STORY, at);
        let all = safety(playback.world(), 2, 2);
        let one = all.into_iter().next().expect("the write");
        (one.standing, one.halves[0].have, one.known.len())
    };
    assert_eq!(standing(115), (Standing::Few, 1, 0));
    assert_eq!(standing(125), (Standing::Safe, 5, 0), "all have it, and nobody knows yet");
    assert_eq!(standing(135), (Standing::Committed, 5, 1));
    assert_eq!(standing(199).2, 5);
}

#[test]
fn a_majority_of_an_older_term_is_not_safe() {
    // Figure 8: an entry of term 2 on a majority by a leader of term 4, while S5 has one of term 3.
    let text = "raft 1\nservers 5\nstart S1 term 4 log 1 2\nstart S2 term 4 log 1 2\nstart S3 term 4 log 1 2\n\
                start S4 term 3 log 1\nstart S5 term 3 log 1 3\n";
    let playback = at_time(text, 0);
    let all = safety(playback.world(), 2, 2);
    let of = |term: u64| all.iter().find(|one| one.at.term == Term(term)).expect("an entry").standing;
    assert_eq!((of(2), of(3)), (Standing::OldTerm, Standing::Few));
    let first = safety(playback.world(), 1, 1);
    assert_eq!(first[0].standing, Standing::Safe, "whoever leads has what everybody has");
}

#[test]
fn a_leader_knows_what_was_acknowledged_and_a_follower_what_it_was_sent() {
    let playback = at_time(STORY, 125);
    let of = |id: u32| Known::of(playback.world(), ServerId(id), playback.records()).expect("a server");
    let (leader, follower) = (of(1), of(2));
    assert!(leader.knows_entry(ServerId(1), entry(2, 1)), "its own log");
    assert!(leader.knows_entry(ServerId(2), entry(1, 1)));
    assert!(!leader.knows_entry(ServerId(2), entry(2, 1)), "S2 has it, and its answer is on its way");
    assert_eq!(leader.beliefs[0].agrees, Index(1));
    assert!(follower.knows_entry(ServerId(1), entry(2, 1)), "the leader sent it");
    assert!(!follower.knows_entry(ServerId(3), entry(2, 1)), "nobody has told S2 of S3");
}
