//! What the checker makes of facts that no run of a correct cluster shows it (Figure 3).

use alloc::vec;

use raft_core::Command;

use super::*;
use crate::machine::{Operation, Sessions};

fn entry(term: u64, bytes: &[u8]) -> Entry {
    Entry { term: Term(term), payload: Payload::Command(Command::from(bytes)) }
}

fn log(terms: &[u64]) -> Log {
    let mut log = Log::default();
    terms.iter().for_each(|term| log.append(entry(*term, b"x")));
    log
}

fn at(index: u64, term: u64) -> Position {
    Position { term: Term(term), index: Index(index) }
}

/// A checker that has seen entries of these terms applied, in the term that comes with each.
fn applied(entries: &[(u64, u64)]) -> Checker {
    let mut checker = Checker::default();
    for ((term, committed_in), index) in entries.iter().zip(1..) {
        checker.applied(Time::ZERO, ServerId(1), Term(*committed_in), Index(index), &entry(*term, b"x"));
    }
    checker
}

fn promises(checker: &Checker) -> Vec<Promise> {
    checker.violations().iter().map(Violation::promise).collect()
}

/// §5.2: at most one leader in a term; the same one may be seen twice.
#[test]
fn a_leader_that_is_seen_twice_is_one() {
    let mut checker = Checker::default();
    for (leader, broken) in [(1, vec![]), (1, vec![]), (2, vec![Promise::ElectionSafety])] {
        checker.elected(Time::ZERO, Term(1), ServerId(leader), &log(&[]));
        assert_eq!(promises(&checker), broken);
    }
}

#[test]
fn a_leader_that_rewrites_its_log_breaks_its_promise() {
    let mut checker = Checker::default();
    checker.rewritten(Time::ZERO, ServerId(1), Index(2));
    assert_eq!(promises(&checker), [Promise::LeaderAppendOnly]);
}

/// §5.4: "all leaders for higher-numbered terms", also those that were elected before an old leader
/// got to know that it had committed.
#[test]
fn a_leader_that_was_elected_before_must_have_what_is_committed_in_an_older_term() {
    #[track_caller]
    fn check(leader: u64, log: &Log, committed_in: u64, lacks: bool) {
        let mut checker = Checker::default();
        checker.elected(Time::ZERO, Term(leader), ServerId(2), log);
        checker.applied(Time::ZERO, ServerId(1), Term(committed_in), Index(1), &entry(2, b"x"));
        assert_eq!(promises(&checker) == [Promise::LeaderCompleteness], lacks);
        assert_eq!(promises(&checker).is_empty(), !lacks);
    }
    check(3, &log(&[2]), 2, false);
    check(3, &log(&[1]), 2, true);
    check(3, &log(&[]), 2, true);
    check(3, &log(&[]), 3, false);
    check(2, &log(&[]), 3, false);
    // What its snapshot stands for it has, and the last of it is compared.
    let mut compacted = log(&[2, 2]);
    compacted.compact(at(2, 2));
    check(3, &compacted, 2, false);
    let mut compacted = log(&[1]);
    compacted.compact(at(1, 1));
    check(3, &compacted, 2, true);
}

#[test]
fn what_was_given_at_the_start_has_no_client() {
    let mut checker = Checker::default();
    for (client, index) in [(None, 1), (Some(ClientId(1)), 2)] {
        let operation = Operation::Get { key: "x".into() };
        let request = Request { client, serial: 1, operation, sessions: Sessions::All };
        let payload = Payload::Command(request.encode(0));
        checker.stored(Time::ZERO, ServerId(1), at(index, 1), Term(1), &payload);
    }
    checker.stored(Time::ZERO, ServerId(1), at(3, 1), Term(1), &Payload::Noop);
    assert_eq!(checker.given().map(|request| request.client).collect::<Vec<_>>(), [None]);
    assert_eq!(checker.stored_up_to(), Index(3));
}

/// §7: a snapshot stands for a committed entry, and all that stand for the same one are alike.
#[test]
fn snapshots_of_one_entry_are_alike_and_it_is_committed() {
    #[track_caller]
    fn check(last: Position, image: u64, broken: &[Promise]) {
        let mut checker = applied(&[(1, 1), (1, 1)]);
        checker.imaged(Time::ZERO, ServerId(1), at(2, 1), 7);
        checker.imaged(Time::ZERO, ServerId(2), last, image);
        assert_eq!(promises(&checker), broken, "{last}, {image}");
    }
    check(at(2, 1), 7, &[]);
    check(at(1, 1), 8, &[]);
    check(at(2, 1), 8, &[Promise::StateMachineSafety]);
    check(at(2, 2), 7, &[Promise::StateMachineSafety]);
    check(at(3, 1), 7, &[Promise::StateMachineSafety]);
}

#[test]
fn the_latest_snapshots_are_remembered() {
    let mut checker = applied(&vec![(1, 1); 2 * KEPT_IMAGES]);
    (1..=2 * KEPT_IMAGES as u64).for_each(|index| checker.imaged(Time::ZERO, ServerId(1), at(index, 1), index));
    assert_eq!((checker.images.len(), promises(&checker)), (KEPT_IMAGES, vec![]));
    assert_eq!(checker.images.first_key_value(), Some((&Index(KEPT_IMAGES as u64 + 1), &(KEPT_IMAGES as u64 + 1))));
}

/// Whoever begins in the middle knows nothing of what was before, and keeps what it knows.
#[test]
fn a_watch_that_begins_late_takes_what_is_before_for_committed() {
    let mut checker = Checker::default();
    checker.begin_after(Index(5));
    assert_eq!((checker.committed(), checker.stored_up_to()), (Index(5), Index(5)));
    checker.applied(Time::ZERO, ServerId(1), Term(1), Index(6), &entry(1, b"x"));
    checker.stored(Time::ZERO, ServerId(1), at(7, 1), Term(1), &Payload::Noop);
    checker.begin_after(Index(9));
    assert_eq!((checker.committed(), checker.stored_up_to()), (Index(6), Index(7)));
}

#[test]
fn what_no_disk_holds_is_forgotten() {
    let mut checker = applied(&[(1, 1), (1, 1), (1, 1)]);
    checker.stored(Time::ZERO, ServerId(1), at(3, 1), Term(1), &Payload::Noop);
    checker.forget(Index(3));
    assert_eq!((checker.committed.start(), checker.created.start(), checker.committed()), (2, 2, Index(3)));
}

/// A server that comes back with less than all others have applies again what nobody can look up any more.
#[test]
fn what_is_forgotten_is_not_committed_anew() {
    let mut checker = applied(&[(1, 1), (1, 1), (1, 1)]);
    checker.forget(Index(3));
    checker.applied(Time::ZERO, ServerId(2), Term(1), Index(1), &entry(1, b"x"));
    assert_eq!((checker.committed(), promises(&checker)), (Index(3), vec![]));
}

#[test]
fn a_violation_is_kept_once_and_not_without_end() {
    let mut checker = Checker::default();
    let of = |index| Clash::LeaderRewrites { leader: ServerId(1), from: Index(index) };
    (0..2).for_each(|at| checker.violate(Time(at), of(1)));
    assert_eq!(checker.violations(), [Violation { at: Time(0), clash: of(1) }]);
    (0..2 * KEPT_VIOLATIONS as u64).for_each(|index| checker.violate(Time(9), of(index)));
    assert_eq!(checker.violations().len(), KEPT_VIOLATIONS);
}

/// What the promises rest on is no promise.
#[test]
fn what_is_taken_back_is_told_and_breaks_nothing_yet() {
    let mut checker = applied(&[(1, 1), (1, 1)]);
    checker.takes_back(Time::ZERO, ServerId(2), Index(2), Index(1));
    assert_eq!(checker.slips().len(), 1);
    assert_eq!(promises(&checker), []);
}

/// §6: whoever is first to apply a configuration says what it comes after; the others say nothing new.
#[test]
fn a_configuration_is_looked_at_when_it_is_committed_and_not_again() {
    let (start, other) = (Membership::of(vec![ServerId(1)]), Membership::of(vec![ServerId(2)]));
    for (index, apart) in [(1, 0), (2, 0), (3, 1)] {
        let mut checker = applied(&[(1, 1), (1, 1)]);
        checker.reconfigured(Time::ZERO, Index(index), &start, &other);
        assert_eq!(checker.slips().len(), apart, "at {index}");
    }
}
