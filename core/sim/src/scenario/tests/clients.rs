//! What clients ask, ask again, and were told.

use super::*;
use crate::checker::Promise;

#[test]
fn what_changes_a_key_without_setting_it() {
    let request = |operation, to, by| Action::Request { operation, to, by };
    let append = Operation::Append { key: "x".into(), value: "abc".into() };
    check_action("append x abc", request(append.clone(), None, None));
    check_action("append x abc to S1 by C2", request(append, Some(S1), Some(ClientId(2))));
    check_action("delete x to leader", request(Operation::Delete { key: "x".into() }, Some(Who::Leader), None));
    check_slip("append x", "2:16: a value such as 1 is missing");
    check_slip("delete", "2:14: a key such as x is missing");
}

#[test]
fn retries() {
    check_action("retry C2", Action::Retry(ClientId(2)));
    check_slip("retry", "2:13: a client such as C1 is missing");
    check_slip("retry S1", "2:14: expected a client such as C1, found \"S1\"");
}

#[test]
fn what_looks_back_is_judged_at_one_moment() {
    check_predicate("linearizable", Predicate::Linearizable);
    check_predicate("violated exactly-once", Predicate::Violated(Promise::ExactlyOnce));
    check_predicate("C2 got expired", Predicate::Got(ClientId(2), Got::Expired));
    let refused = "this is judged at one moment only: \"expect\" without \"within\"";
    check_slip("expect linearizable within 1s", &format!("2:15: {refused}"));
    check_slip("expect safe and not violated linearizability within 1s", &format!("2:15: {refused}"));
    check_refused("raft 1\nwhen quiet or linearizable", &format!("2:6: {refused}"));
}
