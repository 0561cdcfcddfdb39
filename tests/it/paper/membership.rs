//! Changing the cluster (§6, thesis §4): one test for each sentence that a test can hold.

use raft_core::*;

use super::bench::*;

pub fn ids(numbers: &[u32]) -> Vec<ServerId> {
    numbers.iter().copied().map(ServerId).collect()
}

/// These servers shall vote.
pub fn vote_by(voters: &[u32]) -> Change {
    Change::Become { voters: ids(voters), learners: Vec::new(), way: Way::Shortest }
}

pub fn plain(voters: &[u32]) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
    (voters.to_vec(), vec![], vec![])
}

fn joint(new: &[u32], old: &[u32]) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
    (new.to_vec(), old.to_vec(), vec![])
}

/// So many servers, and spares, of which S1 leads term 1 and has committed its first entry.
pub fn led(servers: u32, spares: &[u32]) -> Bench {
    let mut bench = Bench::new(servers).spare(spares);
    bench.elect(1, &(2..=servers).collect::<Vec<_>>());
    assert_eq!(bench.commit(1), 1);
    bench
}

/// Delivers to and fro between a leader and some others, with heartbeats, until all is said.
pub fn talk(bench: &mut Bench, group: &[u32]) {
    let leader = group[0];
    for _ in 0..3 {
        bench.settle_among(group);
        bench.beat(leader);
    }
    bench.settle_among(group);
}

/// A leader refuses a change, says why, and appends nothing.
#[track_caller]
pub fn refused(bench: &mut Bench, id: u32, change: Change, why: NoChange) {
    let before = bench.log(id);
    assert_eq!(bench.change(id, change), Answer::Refused(why));
    assert!(bench.notes(id).contains(&Note::RefusesChange { why }), "it says why");
    assert_eq!(bench.log(id), before, "nothing is appended");
}

/// §6: "It is not possible to atomically switch all of the servers at once": more than one voter
/// goes by way of joint consensus, one goes directly (thesis §4.1).
#[test]
fn more_than_one_voter_changes_by_joint_consensus() {
    for (voters, expected) in [
        (&[1, 2, 3, 4][..], plain(&[1, 2, 3, 4])),
        (&[1, 2], plain(&[1, 2])),
        (&[2, 3], plain(&[2, 3])),
        (&[1, 2, 4], joint(&[1, 2, 4], &[1, 2, 3])),
        (&[1, 4, 5], joint(&[1, 4, 5], &[1, 2, 3])),
        (&[1, 2, 3, 4, 5], joint(&[1, 2, 3, 4, 5], &[1, 2, 3])),
        (&[1], joint(&[1], &[1, 2, 3])),
    ] {
        let mut bench = led(3, &[4, 5]);
        assert_eq!(bench.change(1, vote_by(voters)), Answer::Appended(at(2, 1)));
        assert_eq!(bench.members(1), expected);
    }
}

/// Thesis §4.1: "servers use the latest configuration in their logs", regardless of whether it is committed.
#[test]
fn a_configuration_counts_from_the_moment_it_is_appended() {
    let mut bench = led(3, &[4]);
    bench.change(1, vote_by(&[1, 2, 3, 4]));
    assert_eq!((bench.commit(1), bench.members(1)), (1, plain(&[1, 2, 3, 4])));
    bench.settle_among(&[1, 2]);
    assert_eq!((bench.commit(1), bench.members(2)), (1, plain(&[1, 2, 3, 4])), "two of four are no majority");
    assert_eq!(bench.members(3), plain(&[1, 2, 3]));
    talk(&mut bench, &[1, 2, 4]);
    assert_eq!(bench.commit(1), 2);
}

/// §6: "Log entries are replicated to all servers in both configurations."
#[test]
fn entries_go_to_all_servers_of_both_configurations() {
    let mut bench = led(3, &[4, 5]);
    bench.change(1, vote_by(&[1, 4, 5]));
    talk(&mut bench, &[1, 4]);
    let to: Vec<u32> = bench.view(1).followers.iter().map(|progress| progress.server.0).collect();
    assert_eq!(to, [2, 3, 4, 5]);
    talk(&mut bench, &[1, 2, 3, 5]);
    for id in 1..=5 {
        assert_eq!(bench.log(id)[..2], [1, 1], "S{id}");
    }
}

/// §6: "Agreement (for elections and entry commitment) requires separate majorities from both the
/// old and new configurations": commitment.
#[test]
fn joint_consensus_commits_only_with_both_majorities() {
    for (group, commits) in [(&[1, 4, 5][..], false), (&[1, 2, 3], false), (&[1, 2, 4], true), (&[1, 3, 5], true)] {
        let mut bench = led(3, &[4, 5]);
        bench.change(1, vote_by(&[1, 4, 5]));
        talk(&mut bench, group);
        assert_eq!(bench.commit(1) >= 2, commits, "with {group:?}");
        assert_eq!(bench.node(1).members().is_joint(), !commits, "with {group:?}");
    }
}

/// The same: elections.
#[test]
fn joint_consensus_elects_only_with_both_majorities() {
    for (group, elects) in [(&[1, 4, 5][..], false), (&[1, 2, 3], false), (&[1, 2, 4], true), (&[1, 3, 5], true)] {
        let mut bench = led(3, &[4, 5]);
        bench.change(1, vote_by(&[1, 4, 5]));
        // The joint configuration is in the leader's log alone; it comes back as a follower.
        bench.lose_all();
        bench.crash(1);
        bench.restart(1);
        bench.lose_all();
        bench.time_out(1);
        bench.settle_among(group);
        assert_eq!(bench.role(1) == RoleName::Leader, elects, "with {group:?}");
    }
}

/// §6: "Any server from either configuration may serve as leader."
#[test]
fn any_server_of_either_configuration_may_lead() {
    for id in 1..=5 {
        let mut bench = led(3, &[4, 5]);
        bench.change(1, Change::Become { voters: ids(&[1, 4, 5]), learners: vec![], way: Way::JointUntilLeave });
        talk(&mut bench, &[1, 2, 3, 4, 5]);
        bench.crash(1);
        bench.restart(1);
        bench.lose_all();
        bench.time_out(id);
        bench.settle();
        assert_eq!(bench.role(id), RoleName::Leader, "S{id}");
    }
}

/// §6: "Once C_old,new has been committed … it is now safe for the leader to create a log entry
/// describing C_new", and not before.
#[test]
fn joint_consensus_ends_of_its_own_accord_once_it_is_committed() {
    let mut bench = led(3, &[4, 5]);
    bench.change(1, vote_by(&[1, 4, 5]));
    talk(&mut bench, &[1, 2, 3]);
    assert_eq!((bench.members(1), bench.commit(1)), (joint(&[1, 4, 5], &[1, 2, 3]), 1));
    talk(&mut bench, &[1, 2, 4, 5]);
    assert_eq!((bench.members(1), bench.commit(1)), (plain(&[1, 4, 5]), 3));
    assert_eq!((bench.members(4), bench.members(5)), (plain(&[1, 4, 5]), plain(&[1, 4, 5])));
}

/// The same, where it was asked to last until it is told to end.
#[test]
fn joint_consensus_may_be_ended_by_hand() {
    let mut bench = led(3, &[4, 5]);
    bench.change(1, Change::Become { voters: ids(&[1, 4, 5]), learners: vec![], way: Way::JointUntilLeave });
    refused(&mut bench, 1, Change::Leave, NoChange::Pending { index: Index(2) });
    talk(&mut bench, &[1, 2, 3, 4, 5]);
    assert_eq!((bench.commit(1), bench.node(1).members().is_joint()), (2, true));
    bench.change(1, Change::Leave);
    assert_eq!(bench.members(1), plain(&[1, 4, 5]));
    refused(&mut bench, 1, Change::Leave, NoChange::NotJoint);
}

/// §6: "if the leader crashes, a new leader may be chosen under either C_old or C_old,new": whoever
/// leads in joint consensus ends it, also if it did not begin it.
#[test]
fn any_leader_ends_joint_consensus() {
    let mut bench = led(3, &[4, 5]);
    bench.change(1, vote_by(&[1, 4, 5]));
    // All have it, the leader does not know.
    let there = bench.take(|envelope| matches!(envelope.message, Message::AppendEntries { .. }));
    bench.deliver(there);
    let refusals = bench.take(|envelope| matches!(envelope.message, Message::AppendRefused { .. }));
    bench.deliver(refusals);
    let again = bench.take(|envelope| matches!(envelope.message, Message::AppendEntries { .. }));
    bench.deliver(again);
    bench.crash(1);
    bench.lose_all();
    for id in 2..=5 {
        assert_eq!(bench.members(id), joint(&[1, 4, 5], &[1, 2, 3]), "S{id}");
    }
    bench.time_out(2);
    talk(&mut bench, &[2, 3, 4, 5]);
    assert_eq!(bench.members(4), plain(&[1, 4, 5]));
    assert_eq!(bench.role(2), RoleName::Follower, "it is not of the new configuration");
}

/// A leader ends joint consensus once, however many entries it commits meanwhile.
#[test]
fn joint_consensus_ends_once() {
    let mut bench = led(3, &[4, 5]);
    bench.change(1, vote_by(&[1, 4, 5]));
    bench.propose(1, "a");
    bench.propose(1, "b");
    talk(&mut bench, &[1, 2, 3, 4, 5]);
    bench.propose(1, "c");
    talk(&mut bench, &[1, 2, 3, 4, 5]);
    let changes = bench.notes(1).into_iter().filter(|note| matches!(note, Note::ChangesMembers { .. }));
    assert_eq!(changes.count(), 2);
}

/// §6: a candidate of C_old cannot win once C_old,new is committed without it, nor C_new before.
#[test]
fn old_and_new_never_decide_apart() {
    let mut bench = led(3, &[4, 5]);
    bench.change(1, vote_by(&[1, 4, 5]));
    talk(&mut bench, &[1, 2, 4]);
    assert!(bench.commit(1) >= 2);
    // S3 knows of C_old alone, and asks those that are to go.
    bench.time_out(3);
    bench.settle_among(&[2, 3]);
    assert_eq!(bench.role(3), RoleName::Candidate, "S2 has a newer log");
    // S5 knows nothing at all.
    bench.time_out(5);
    assert_eq!(bench.role(5), RoleName::Follower);
}

/// §6: "the cluster leader may not be part of the new configuration. In this case, the leader steps
/// down … once it has committed the C_new log entry", and not before: "it does not count itself in majorities."
#[test]
fn a_leader_that_is_not_in_the_new_configuration_steps_down_once_that_is_committed() {
    let mut bench = led(3, &[]);
    bench.change(1, Change::Remove(s(1)));
    assert_eq!((bench.role(1), bench.members(1)), (RoleName::Leader, plain(&[2, 3])));
    bench.settle_among(&[1, 2]);
    assert_eq!((bench.role(1), bench.commit(1)), (RoleName::Leader, 1), "itself it does not count");
    talk(&mut bench, &[1, 2, 3]);
    assert_eq!((bench.role(1), bench.commit(1)), (RoleName::Follower, 2));
    assert!(bench.notes(1).contains(&Note::StepsDown { reason: StepDown::Removed, led: true }));
    assert_eq!((bench.commit(2), bench.commit(3)), (2, 2), "its last heartbeats say so");
}

/// §6: the same for a leader that becomes a learner.
#[test]
fn a_leader_that_is_to_listen_steps_down_too() {
    let mut bench = led(3, &[]);
    bench.change(1, Change::Become { voters: ids(&[2, 3]), learners: ids(&[1]), way: Way::Shortest });
    talk(&mut bench, &[1, 2, 3]);
    assert_eq!((bench.role(1), bench.commit(1)), (RoleName::Follower, 2));
    bench.elect(2, &[1, 3]);
    assert_eq!(bench.members(1), (vec![2, 3], vec![], vec![1]));
    assert_eq!(bench.view(1).leader, Some(s(2)));
}

/// §6: a removed server cannot be told to stand for election, and does not stand.
#[test]
fn a_removed_server_that_knows_of_it_never_stands() {
    let mut bench = led(3, &[]);
    bench.change(1, Change::Remove(s(1)));
    talk(&mut bench, &[1, 2, 3]);
    bench.notes(1);
    bench.time_out(1);
    assert_eq!((bench.role(1), bench.term(1), bench.post.len()), (RoleName::Follower, 1, 0));
    assert_eq!(bench.notes(1), [Note::DoesNotStand]);
    assert_eq!(bench.receive(1, 2, 1, Message::TimeoutNow), []);
    assert_eq!(bench.term(1), 1);
}

/// Thesis §4.2.2: a server may stand although its newest configuration leaves it out, as long as
/// that is not committed: its log may be the only one that is good enough.
#[test]
fn who_is_left_out_of_an_uncommitted_configuration_may_still_lead() {
    let mut bench = led(3, &[]);
    bench.change(1, Change::Remove(s(1)));
    bench.crash(1);
    bench.restart(1);
    bench.lose_all();
    assert_eq!(bench.members(1), plain(&[2, 3]));
    bench.time_out(1);
    bench.settle();
    let votes = ids(&[2, 3]);
    assert!(bench.notes(1).contains(&Note::Leads { term: Term(2), votes }), "and not with its own");
    talk(&mut bench, &[1, 2, 3]);
    assert_eq!((bench.role(1), bench.members(2)), (RoleName::Follower, plain(&[2, 3])));
}

/// Thesis §4.2.2, the same after a restart: what is committed is not known then, so that any
/// configuration of the log may be the one in force, not only the first and the last.
#[test]
fn who_voted_in_between_stands_after_a_restart() {
    let mut bench = led(3, &[4]);
    bench.change(1, vote_by(&[1, 2, 3, 4]));
    talk(&mut bench, &[1, 2, 3, 4]);
    bench.elect(4, &[1, 2]);
    bench.change(4, Change::Remove(s(4)));
    bench.crash(4);
    bench.restart(4);
    bench.lose_all();
    assert_eq!(bench.members(4), plain(&[1, 2, 3]));
    bench.time_out(4);
    assert_eq!(bench.role(4), RoleName::Candidate);
}

/// Thesis §4.2.2: "a server that is not part of its own latest configuration … does not count its own vote".
#[test]
fn who_is_not_in_its_own_configuration_does_not_count_itself() {
    let mut bench = led(3, &[]);
    bench.change(1, Change::Remove(s(1)));
    bench.crash(1);
    bench.restart(1);
    bench.lose_all();
    bench.time_out(1);
    bench.settle_among(&[1, 2]);
    assert_eq!(bench.role(1), RoleName::Candidate);
}

/// Thesis §4.1: "servers must be able to fall back to the previous configuration": with the entry goes
/// what it said, by its place in the log.
#[test]
fn truncation_brings_the_configuration_before_back() {
    let mut bench = led(3, &[4, 5]);
    bench.change(1, vote_by(&[1, 4, 5]));
    bench.lose_all();
    bench.elect(2, &[3]);
    assert_eq!(bench.members(1), joint(&[1, 4, 5], &[1, 2, 3]));
    bench.notes(1);
    talk(&mut bench, &[2, 1, 3]);
    assert_eq!(bench.members(1), plain(&[1, 2, 3]));
    let back = Note::HasMembers { index: Index(0), membership: members(3).into() };
    assert!(bench.notes(1).contains(&back));
}

/// The same, where another configuration takes the place.
#[test]
fn another_configuration_at_the_same_index_takes_its_place() {
    let change = |voters: &[u32]| Payload::Membership(Membership::of(ids(voters)).into());
    let entry = |term, voters: &[u32]| Entry { term: Term(term), payload: change(voters) };
    let sent = |term, voters: &[u32]| Message::AppendEntries {
        previous: at(0, 0),
        entries: [entry(term, voters)].into_iter().collect(),
        commit: Index(0),
        round: 0,
    };
    let mut bench = Bench::plain(3);
    bench.receive(2, 1, 1, sent(1, &[1, 2]));
    assert_eq!(bench.members(2), plain(&[1, 2]));
    bench.notes(2);
    bench.receive(2, 3, 2, sent(2, &[2, 3]));
    assert_eq!(bench.members(2), plain(&[2, 3]));
    let now = Note::HasMembers { index: Index(1), membership: Membership::of(ids(&[2, 3])).into() };
    assert!(bench.notes(2).contains(&now), "that it changed is told, although the index is the same");
}

/// A configuration survives a crash: it is read back from the log.
#[test]
fn a_restarted_server_goes_by_the_configuration_of_its_log() {
    let mut bench = led(3, &[4, 5]);
    bench.change(1, vote_by(&[1, 4, 5]));
    bench.crash(1);
    bench.restart(1);
    assert_eq!(bench.members(1), joint(&[1, 4, 5], &[1, 2, 3]));
    assert!(bench.node(1).members().auto_leave, "and ends joint consensus if it leads");
}

/// And so does one that a snapshot stands for, as it was at that place (§7).
#[test]
fn a_snapshot_holds_the_configuration_at_its_last_entry() {
    let mut bench = led(3, &[4]);
    bench.change(1, vote_by(&[1, 2, 3, 4]));
    talk(&mut bench, &[1, 2, 3, 4]);
    bench.change(1, vote_by(&[1, 2, 3]));
    bench.feed(1, Input::Compact(Index(2), Image::default()));
    assert_eq!(bench.members(1), plain(&[1, 2, 3]), "a later one is in the log");
    assert_eq!(*bench.node(1).snapshot().membership, members(4));
    bench.crash(1);
    bench.restart(1);
    assert_eq!(bench.members(1), plain(&[1, 2, 3]));
}

/// Thesis §4.1: "a leader … will not begin" another change until the last one is committed.
#[test]
fn one_change_at_a_time() {
    let mut bench = led(3, &[4, 5]);
    bench.change(1, vote_by(&[1, 2, 3, 4]));
    refused(&mut bench, 1, vote_by(&[1, 2, 3, 4, 5]), NoChange::Pending { index: Index(2) });
    refused(&mut bench, 1, Change::Remove(s(2)), NoChange::Pending { index: Index(2) });
    refused(&mut bench, 1, Change::Add(s(5)), NoChange::Pending { index: Index(2) });
    talk(&mut bench, &[1, 2, 3, 4]);
    assert_eq!(bench.change(1, Change::Remove(s(2))), Answer::Appended(at(3, 1)));
}

/// §6: the same in joint consensus, committed or not.
#[test]
fn joint_consensus_must_end_before_the_next_change() {
    let mut bench = led(3, &[4, 5]);
    bench.change(1, Change::Become { voters: ids(&[1, 4, 5]), learners: vec![], way: Way::JointUntilLeave });
    for _ in 0..2 {
        refused(&mut bench, 1, vote_by(&[1, 4]), NoChange::Joint);
        refused(&mut bench, 1, Change::Add(s(2)), NoChange::Joint);
        refused(&mut bench, 1, Change::Remove(s(4)), NoChange::Joint);
        talk(&mut bench, &[1, 2, 3, 4, 5]);
    }
}

/// The fix of 2015: no change before an entry of the leader's own term is committed.
#[test]
fn a_new_leader_changes_nothing_before_it_has_committed_in_its_own_term() {
    let mut bench = led(3, &[4]);
    bench.time_out(2);
    let asked = bench.between(2, 3);
    bench.deliver(asked);
    let granted = bench.between(3, 2);
    bench.deliver(granted);
    // It leads; its no-op is on its own disk alone.
    bench.lose_all();
    assert_eq!((bench.role(2), bench.term(2)), (RoleName::Leader, 2));
    refused(&mut bench, 2, vote_by(&[1, 2, 3, 4]), NoChange::TooEarly { term: Term(2) });
    refused(&mut bench, 2, Change::Remove(s(1)), NoChange::TooEarly { term: Term(2) });
    talk(&mut bench, &[2, 3]);
    assert_eq!(bench.change(2, Change::Remove(s(1))), Answer::Appended(at(3, 2)));
}

/// raft-dev, 2015: two changes of one server each, by two leaders, must not both decide. S1 adds S5
/// and is alone with it; S2 may not remove S1 before its own term is in force among a majority.
#[test]
fn the_bug_of_2015_needs_what_is_forbidden() {
    let mut bench = led(4, &[5]);
    bench.change(1, vote_by(&[1, 2, 3, 4, 5]));
    bench.settle_among(&[1, 5]);
    bench.time_out(2);
    let votes = bench.take(|envelope| [2, 3, 4].contains(&envelope.to.0) && envelope.from == s(2));
    bench.deliver(votes);
    let granted = bench.take(|envelope| envelope.to == s(2));
    bench.deliver(granted);
    bench.lose_all();
    assert_eq!(bench.role(2), RoleName::Leader);
    refused(&mut bench, 2, Change::Remove(s(1)), NoChange::TooEarly { term: Term(2) });
    // So it first commits among three of four, and S1 can win with S4 and S5 no more.
    talk(&mut bench, &[2, 3, 4]);
    bench.crash(1);
    bench.restart(1);
    bench.lose_all();
    (0..3).for_each(|_| bench.time_out(1));
    bench.settle_among(&[1, 4, 5]);
    assert_ne!(bench.role(1), RoleName::Leader, "S4 knows better");
}

/// Every majority of the old and every majority of the new overlap if one server changes (thesis §4.1, Figure 4.3).
#[test]
fn majorities_overlap_if_one_server_is_added_or_removed() {
    let agrees = |members: &Membership, set: u32| members.tally(&Rules::PAPER, |id| set & (1 << id.0) != 0).agreed;
    for size in 1..=6 {
        let (small, large) = (members(size), members(size + 1));
        for one in 0..1u32 << 8 {
            for other in 0..1u32 << 8 {
                let apart = one & other == 0;
                assert!(!(apart && agrees(&small, one) && agrees(&large, other)), "{size}: {one:b} {other:b}");
            }
        }
    }
}

/// A cluster without voters could never change again.
#[test]
fn somebody_must_vote() {
    let mut bench = led(1, &[]);
    refused(&mut bench, 1, Change::Remove(s(1)), NoChange::NobodyVotes);
    refused(&mut bench, 1, vote_by(&[]), NoChange::NobodyVotes);
}

/// Nothing is appended where nothing would change.
#[test]
fn what_is_so_already_is_not_changed() {
    let mut bench = led(3, &[4]);
    refused(&mut bench, 1, vote_by(&[3, 2, 1]), NoChange::Same);
    refused(&mut bench, 1, Change::Add(s(2)), NoChange::Same);
    refused(&mut bench, 1, Change::Remove(s(4)), NoChange::Same);
}

/// §6, Figure 13: only a leader changes the cluster; the others send on.
#[test]
fn only_a_leader_changes_the_cluster() {
    let mut bench = led(3, &[4]);
    assert_eq!(bench.change(2, vote_by(&[1, 2, 3, 4])), Answer::NotLeader(Some(s(1))));
    assert_eq!(bench.change(4, vote_by(&[1, 2, 3, 4])), Answer::NotLeader(None));
    bench.feed(1, Input::Transfer(s(2)));
    assert_eq!(bench.change(1, vote_by(&[1, 2, 3, 4])), Answer::HandingOver(s(2)));
}

/// A server that knows of no configuration is silent: it neither stands nor commits.
#[test]
fn who_knows_of_no_configuration_does_not_stand() {
    let mut bench = led(3, &[4]);
    bench.time_out(4);
    assert_eq!((bench.term(4), bench.post.len()), (0, 0));
    assert_eq!(bench.notes(4), [Note::DoesNotStand]);
}

/// etcd: a smaller cluster may have committed what a larger one had not.
#[test]
fn a_removal_may_commit_what_waited() {
    let mut bench = led(4, &[]);
    bench.propose(1, "a");
    bench.settle_among(&[1, 2]);
    assert_eq!(bench.commit(1), 1, "two of four");
    bench.change(1, Change::Remove(s(4)));
    assert_eq!(bench.commit(1), 2, "two of three");
}

/// A reply that comes after its sender was removed counts for nothing.
#[test]
fn a_removed_servers_reply_counts_for_nothing() {
    let mut bench = led(3, &[]);
    bench.change(1, Change::Remove(s(3)));
    bench.lose_all();
    bench.notes(1);
    bench.receive(1, 3, 1, accepted(2));
    assert_eq!(bench.commit(1), 1, "one of two, whatever S3 says");
    bench.receive(1, 2, 1, accepted(2));
    bench.notes(1);
    bench.receive(1, 3, 1, accepted(2));
    assert_eq!((bench.commit(1), bench.notes(1)), (2, vec![Note::IgnoresLate { from: s(3) }]));
}

/// Who is removed gets the entry that removes it, and learns that it is committed: then it does not
/// stand for election (§6; etcd: a progress goes when the change is applied).
#[test]
fn who_is_removed_learns_of_it() {
    let mut bench = led(3, &[]);
    bench.change(1, Change::Remove(s(3)));
    // S3's answer comes first, and does not count.
    talk(&mut bench, &[1, 3]);
    assert_eq!((bench.commit(1), bench.log(3).len()), (1, 2));
    talk(&mut bench, &[1, 2, 3]);
    assert_eq!((bench.commit(1), bench.commit(3)), (2, 2));
    assert!(!bench.view(1).followers.iter().any(|progress| progress.server == s(3)));
    bench.time_out(3);
    assert_eq!((bench.role(3), bench.term(3)), (RoleName::Follower, 1));
}

/// Handing over to somebody who is to go is given up (etcd: transfer to a demoted node).
#[test]
fn who_is_to_go_is_not_handed_over_to() {
    let mut bench = led(3, &[4, 5]);
    bench.change(1, vote_by(&[1, 4, 5]));
    bench.settle_among(&[1, 4, 5]);
    // S2 is still a voter of the old configuration, and behind.
    bench.feed(1, Input::Transfer(s(2)));
    assert_eq!(bench.view(1).transfer, Some(s(2)));
    talk(&mut bench, &[1, 3, 4, 5]);
    assert_eq!((bench.members(1), bench.view(1).transfer), (plain(&[1, 4, 5]), None));
    assert!(bench.notes(1).contains(&Note::GivesUpTransfer { to: s(2) }));
}

/// A round of heartbeats that one server answered is not credited to another, although an
/// acknowledgement that ends joint consensus moves their places (thesis §6.4).
#[test]
fn an_answer_that_changes_the_cluster_counts_for_its_sender() {
    let mut bench = led(3, &[4, 5]);
    bench.change(1, vote_by(&[1, 4, 5]));
    bench.settle_among(&[1, 4, 5]);
    // The old majority is made by S3, whose answer ends joint consensus; S2 and S3 go.
    let before: Vec<u64> = [4, 5].iter().map(|id| bench.progress(1, *id).answered).collect();
    let reply = Message::AppendAccepted { matched: Index(2), round: 99 };
    bench.receive(1, 3, 1, reply);
    assert_eq!(bench.members(1), plain(&[1, 4, 5]));
    let after: Vec<u64> = [4, 5].iter().map(|id| bench.progress(1, *id).answered).collect();
    assert_eq!(before, after);
}

/// Thesis §4.2.3: a removed server that does not know of it cannot unseat a leader whom the others hear.
#[test]
fn a_removed_server_does_not_disrupt() {
    let mut bench = Bench::tuned(3, |config| config.check_quorum = true);
    bench.elect(1, &[2, 3]);
    bench.change(1, Change::Remove(s(3)));
    talk(&mut bench, &[1, 2]);
    assert_eq!((bench.commit(1), bench.members(3)), (2, plain(&[1, 2, 3])), "it was not told");
    for _ in 0..3 {
        bench.time_out(3);
        bench.settle();
    }
    assert_eq!((bench.role(1), bench.term(1), bench.term(2)), (RoleName::Leader, 1, 1));
}

/// A new voter is not missed before it had time to answer (etcd: `AddNodeCheckQuorum`).
#[test]
fn adding_a_server_does_not_unseat_the_leader() {
    let mut bench = Bench::tuned(1, |config| config.check_quorum = true).spare(&[2]);
    bench.elect(1, &[]);
    bench.change(1, vote_by(&[1, 2]));
    bench.feed(1, Input::TimerFired(Timer::Quorum));
    assert_eq!(bench.role(1), RoleName::Leader);
    bench.feed(1, Input::TimerFired(Timer::Quorum));
    assert_eq!(bench.role(1), RoleName::Follower, "but then it is");
}

/// §6: from three servers to three others, with writes all the way, one step at a time.
#[test]
fn a_whole_cluster_can_be_replaced() {
    let mut bench = led(3, &[4, 5, 6]);
    bench.change(1, Change::Become { voters: ids(&[1, 2, 3]), learners: ids(&[4, 5, 6]), way: Way::Shortest });
    talk(&mut bench, &[1, 2, 3, 4, 5, 6]);
    bench.change(1, vote_by(&[4, 5, 6]));
    bench.propose(1, "a");
    talk(&mut bench, &[1, 2, 3, 4, 5, 6]);
    assert_eq!(bench.role(1), RoleName::Follower);
    bench.elect(4, &[5, 6]);
    bench.propose(4, "b");
    talk(&mut bench, &[4, 5, 6]);
    for id in 4..=6 {
        assert_eq!((bench.members(id), bench.commit(id)), (plain(&[4, 5, 6]), 7), "S{id}");
    }
}
