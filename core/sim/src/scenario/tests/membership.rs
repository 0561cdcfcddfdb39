//! Changing the cluster: learners and spares, actions, predicates.

use super::*;

#[test]
fn learners_and_spares_are_servers_too() {
    let read = scenario("raft 1\nspares S9 S7\nservers 3\nlearners S5\nat 0ms crash S7\n");
    assert_eq!(read.servers, Scenario::first_servers(3));
    assert_eq!((read.learners, read.spares), (vec![ServerId(5)], vec![ServerId(7), ServerId(9)]));
    check_canonical("raft 1\nspares S9 S7\nservers 3\nlearners S5\n", "raft 1\nservers 3\nlearners S5\nspares S7 S9\n");
    check_canonical("raft 1\nlearners S6\n", "raft 1\nlearners S6\n");
    check_refused("raft 1\nlearners S5", "2:10: the server \"S5\" is given twice");
    check_refused("raft 1\nlearners S6 S6", "2:13: the server \"S6\" is given twice");
    check_refused("raft 1\nspares S6\nlearners S7\nspares S8", "4:1: the line \"spares\" is given twice");
    check_refused("raft 1\nlearners S6\nspares S7 S6", "3:11: the server \"S6\" is given twice");
    check_refused("raft 1\nspares", "2:7: a server such as S1 is missing");
    check_refused("raft 1\nspares 2", "2:8: expected a server such as S1, found \"2\"");
    check_refused("raft 1\nservers 14\nspares S20 S21", "3:12: too many servers; at most 15 are allowed");
    check_refused("raft 1\nat 0ms crash S1\nspares S7", "3:1: \"spares\" belongs before the first step");
}

#[test]
fn changes_of_the_cluster() {
    let change = |change, via| Action::Reconfigure { change, via };
    let to = |voters: &[Who], learners: &[Who]| Reconfiguration::Become {
        voters: voters.to_vec(),
        learners: learners.to_vec(),
    };
    check_action("reconfigure S1 S2", change(to(&[S1, S2], &[]), None));
    check_action("reconfigure S1 leader learners S3 via S2", change(to(&[S1, Who::Leader], &[S3]), Some(S2)));
    check_action("add S1", change(Reconfiguration::Add(S1), None));
    check_action("add S1 via follower", change(Reconfiguration::Add(S1), Some(Who::Follower)));
    check_action("remove leader", change(Reconfiguration::Remove(Who::Leader), None));
    check_action("promote S3 via S1", change(Reconfiguration::Promote(S3), Some(S1)));
    check_slip("reconfigure", "2:19: a server such as S1, \"leader\" or \"follower\" is missing");
    check_slip("reconfigure S1 S1", "2:23: the server \"S1\" is given twice");
    check_slip("reconfigure S1 learners", "2:31: a server such as S1, \"leader\" or \"follower\" is missing");
    check_slip("reconfigure S1 learners S2 S1", "2:23: the server \"S1\" is given twice");
    check_slip("add S6", "2:12: there is no server \"S6\" in this scenario");
    check_slip("add S1 to S2", "2:15: unexpected \"to\"");
    check_slip("promote S1 via", "2:22: a server such as S1, \"leader\" or \"follower\" is missing");
    check_slip("ad S1", "2:8: unknown action \"ad\"; did you mean \"add\"?");
}

#[test]
fn configurations_are_predicates() {
    let config = |compare, voters: &[Who], outgoing: &[Who]| Predicate::Config {
        who: S1,
        compare,
        voters: voters.to_vec(),
        outgoing: outgoing.to_vec(),
    };
    check_predicate("S1 config = S1 S2", config(Compare::Eq, &[S1, S2], &[]));
    check_predicate("S1 config != S1 + S2 S3", config(Compare::Ne, &[S1], &[S2, S3]));
    check_predicate("joint", Predicate::Joint);
    check_predicate("S1 is learner", Predicate::Is(S1, State::Learner));
}
