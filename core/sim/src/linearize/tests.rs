//! Tables of histories, each with what must come of it.

use alloc::string::ToString;

use super::*;
use crate::dice::{Dice, Purpose};

/// `C1 x=1 0 10 done`: who, what, from, to and the answer; `-` for one that never came.
fn asked(line: &str) -> Asked {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (what, rest) = words[1..].split_at(words.len() - 4);
    let key = |key: &str| Arc::from(key);
    let operation = match what {
        ["read", k] => Operation::Get { key: key(k) },
        ["cas", k, expected, value] => {
            Operation::Cas { key: key(k), expected: (*expected).into(), value: (*value).into() }
        }
        ["append", k, value] => Operation::Append { key: key(k), value: (*value).into() },
        ["delete", k] => Operation::Delete { key: key(k) },
        [write] => {
            let (k, value) = write.split_once('=').expect("a write");
            Operation::Set { key: key(k), value: value.into() }
        }
        _ => panic!("{line}"),
    };
    let time = |text: &str| Time::millis(text.parse().expect("a time"));
    let outcome = match (rest[2], operation.is_read()) {
        ("done", _) => Outcome::Done,
        ("none", true) => Outcome::Value(None),
        (value, true) => Outcome::Value(Some(value.into())),
        ("none", false) => Outcome::Mismatch(None),
        (value, false) => Outcome::Mismatch(Some(value.into())),
    };
    Asked {
        client: words[0].strip_prefix('C').map(|n| ClientId(n.parse().expect("a number"))),
        operation,
        invoked: time(rest[0]),
        told: (rest[1] != "-").then(|| (time(rest[1]), outcome)),
    }
}

fn history(text: &str) -> Vec<Asked> {
    text.split(';').map(asked).collect()
}

/// Whether there is an order; the one that is found is one.
fn judged(history: &[Asked], most: usize) -> bool {
    match check(history, most) {
        Verdict::Linearizable(order) => {
            check_order(history, &order);
            true
        }
        verdict => {
            assert!(matches!(verdict, Verdict::Broken(_)));
            false
        }
    }
}

/// Carries out the order that was found: every answer is right, and nothing is out of its time.
#[track_caller]
fn check_order(history: &[Asked], order: &[usize]) {
    let mut values: BTreeMap<&Arc<str>, Option<Arc<str>>> = BTreeMap::new();
    for (n, place) in order.iter().enumerate() {
        let asked = &history[*place];
        let value = values.entry(asked.operation.key()).or_default();
        let (next, gives) = asked.operation.on(value.as_ref());
        *value = next;
        assert!(asked.told.as_ref().is_none_or(|(_, outcome)| *outcome == gives), "{asked}");
        for later in &order[n + 1..] {
            let later = &history[*later];
            let early = later.told.as_ref().is_some_and(|(at, _)| precedes(later, *at, asked));
            assert!(!early || later.operation.key() != asked.operation.key(), "{later} before {asked}");
        }
    }
    let missing = (0..history.len()).filter(|n| !order.contains(n)).find(|n| history[*n].told.is_some());
    assert_eq!(missing, None);
}

#[track_caller]
fn check_history(text: &str, linearizable: bool) {
    let history = history(text);
    let whole = check(&history, 10_000);
    let mut slices = Check::new(history.clone(), 10_000);
    let sliced = (0..10_000).find_map(|_| slices.go(100)).expect("it ends");
    assert_eq!(matches!(sliced, Verdict::Linearizable(_)), linearizable);
    if let Verdict::Linearizable(_) = sliced {
        assert_eq!(sliced, whole);
    }
    match whole {
        Verdict::Linearizable(order) => {
            assert!(linearizable, "{order:?}");
            check_order(&history, &order);
        }
        verdict => assert!(!linearizable, "{verdict}"),
    }
}

#[test]
fn histories_that_one_order_explains() {
    for text in [
        "C1 read x 0 10 none",
        "C1 x=1 0 10 done; C2 read x 20 30 1",
        // Under way at the same time: either order will do.
        "C1 x=1 0 30 done; C2 read x 10 20 none",
        "C1 x=1 0 30 done; C2 read x 10 20 1",
        "C1 x=1 0 30 done; C2 x=2 0 30 done; C3 read x 40 50 1; C3 read x 60 70 1",
        // The figure of Herlihy and Wing that looks wrong and is right.
        "C1 x=0 0 10 done; C1 x=1 20 50 done; C2 read x 25 30 1; C3 read x 35 45 1; C2 x=0 55 70 done; C3 read x 75 80 0",
        // A write of the value that is there already, and is needed once more.
        "C1 x=1 0 10 done; C2 x=1 15 60 done; C3 x=2 20 30 done; C4 read x 40 50 1",
        // At one instant both may still have been under way.
        "C1 x=1 0 10 done; C2 read x 10 20 none",
        // Of unknown fate: it took place, late, or never.
        "C1 x=1 0 - -; C2 read x 20 30 1",
        "C1 x=1 0 - -; C2 read x 20 30 none; C2 read x 40 50 1",
        "C1 x=1 0 - -; C2 read x 20 30 none; C2 read x 40 50 none",
        "C1 x=1 0 - -; C1 x=2 20 30 done; C2 read x 40 50 1",
        "C1 append x a 0 - -; C1 append x a 5 - -; C2 read x 10 20 aa",
        "C1 cas x 1 2 0 - -; C2 x=1 20 30 done; C2 read x 40 50 2",
        // Compare-and-set, append, delete.
        "C1 cas x 1 2 0 10 none; C1 x=1 10 20 done; C1 cas x 1 2 20 30 done; C2 cas x 1 3 40 50 2",
        "C1 append x a 0 20 done; C2 append x b 10 30 done; C3 read x 40 50 ba",
        "C1 x=1 0 10 done; C2 delete x 20 40 done; C1 read x 30 35 none; C1 read x 50 60 none",
        // Keys do not depend on each other.
        "C1 x=1 0 10 done; C2 y=1 0 10 done; C1 read y 20 30 1; C2 read x 20 30 1",
    ] {
        check_history(text, true);
    }
}

#[test]
fn histories_that_no_order_explains() {
    for text in [
        "C1 read x 0 10 1",
        // A stale read.
        "C1 x=1 0 10 done; C2 read x 20 30 none",
        "C1 x=1 0 10 done; C1 x=2 20 30 done; C2 read x 40 50 1",
        // One client asks one thing after the other, also at one instant.
        "C1 x=1 0 10 done; C1 read x 10 20 none",
        // Back in time: a new value, then the old one.
        "C1 x=1 0 90 done; C2 read x 10 20 1; C3 read x 30 40 none",
        "C1 x=1 0 - -; C2 read x 10 20 1; C3 read x 30 40 none",
        // Of unknown fate, but not before it was asked for, and once.
        "C2 read x 0 10 1; C1 x=1 20 - -",
        "C1 append x a 0 - -; C2 read x 10 20 aa",
        "C1 append x a 0 10 done; C2 read x 20 30 aa",
        // A lost write.
        "C1 append x a 0 20 done; C2 append x b 10 30 done; C3 read x 40 50 b",
        // Two compare-and-sets from one value cannot both be done.
        "C1 x=1 0 10 done; C1 cas x 1 2 20 40 done; C2 cas x 1 3 20 40 done",
        "C1 x=1 0 10 done; C1 delete x 20 30 done; C2 read x 40 50 1",
        // Two readers that see two writes in two orders.
        "C1 x=1 0 90 done; C2 x=2 0 90 done; C3 read x 10 20 1; C3 read x 30 40 2; C4 read x 50 60 1; C5 read x 70 80 1",
    ] {
        check_history(text, false);
    }
}

#[test]
fn what_breaks_a_history_is_its_shortest_beginning_without_reads_that_do_not_matter() {
    let history = history(
        "C1 y=1 0 5 done; C1 read x 6 9 none; C1 x=1 10 20 done; C2 read x 25 29 1; C2 read x 30 40 none; \
         C1 x=3 50 60 done; C2 read x 70 80 3",
    );
    let verdict = check(&history, 1_000);
    assert_eq!(
        verdict.to_string(),
        "no order explains C1 x=1 from 10ms to 20ms: done; C2 read x from 30ms to 40ms: no value"
    );
}

/// Many writers at once and an answer that cannot be: every order is tried, or the check gives up.
#[test]
fn the_work_is_bounded() {
    let mut text = String::from("C1 read x 2000 2010 never");
    for n in 0..24 {
        text.push_str(&format!("; C{} append x {n} 0 - -", n + 2));
    }
    assert_eq!(check(&history(&text), MOST_WORK), Verdict::GaveUp);
    assert_eq!(check(&history(&text), MOST_WORK).to_string(), "too many orders to try them all");
}

/// A long history of a few clients takes about as many states as it has operations.
#[test]
fn long_histories_are_quick() {
    let mut all = Vec::new();
    for n in 0..5_000u64 {
        let at = n * 10;
        all.push(asked(&format!("C1 x={n} {at} {} done", at + 9)));
        all.push(asked(&format!("C2 read x {} {} {n}", at + 5, at + 12)));
        all.push(asked(&format!("C3 read x {} {} {n}", at + 1, at + 8)));
    }
    let Verdict::Linearizable(order) = check(&all, 20_000) else { panic!("it is") };
    assert_eq!(order.len(), all.len());
}

/// Every history of three operations on one key, against trying all orders.
#[test]
fn it_agrees_with_trying_every_order() {
    let operations = ["x=1", "read x", "cas x 1 2", "append x 1"];
    let answers = ["done", "none", "1"];
    let times = ["0 10", "5 15", "20 30", "0 -", "12 -"];
    let mut all = Vec::new();
    for operation in operations {
        for answer in answers {
            for time in times {
                all.push(format!("{operation} {time} {answer}"));
            }
        }
    }
    let (mut linearizable, mut broken) = (0, 0);
    for a in &all {
        for b in &all {
            for c in &all {
                let history = [asked(&format!("C1 {a}")), asked(&format!("C2 {b}")), asked(&format!("C3 {c}"))];
                let found = judged(&history, 1_000);
                assert_eq!(found, some_order(&history, &mut Vec::new(), None), "{a}; {b}; {c}");
                if found { linearizable += 1 } else { broken += 1 }
            }
        }
    }
    assert!(linearizable > 10_000 && broken > 10_000, "{linearizable} and {broken}");
}

/// Longer histories, drawn at random, against trying all orders.
#[test]
fn it_agrees_with_trying_every_order_of_more() {
    let dice = Dice::new(1);
    let mut nth = 0;
    let mut below = |n: u64| {
        nth += 1;
        dice.roll(Purpose::Schedule, [0, 0], Time::ZERO, nth) % n
    };
    let (mut linearizable, mut broken) = (0, 0);
    for _ in 0..20_000 {
        let mut history = Vec::new();
        for client in 1..=7 {
            let operation =
                ["x=1", "x=2", "read x", "read x", "cas x 1 2", "append x 1", "delete x"][below(7) as usize];
            let mut answer = ["done", "done", "none", "1", "2"][below(5) as usize];
            if !operation.starts_with("cas") && !operation.starts_with("read") {
                answer = "done";
            }
            let from = below(8) * 10;
            let to = if below(5) == 0 { String::from("-") } else { (from + 5 + below(4) * 10).to_string() };
            history.push(asked(&format!("C{client} {operation} {from} {to} {answer}")));
        }
        let found = judged(&history, 10_000);
        assert_eq!(found, some_order(&history, &mut Vec::new(), None), "{history:?}");
        if found { linearizable += 1 } else { broken += 1 }
    }
    assert!(linearizable > 1_000 && broken > 1_000, "{linearizable} and {broken}");
}

/// The definition: some order of some of them, with all that were answered.
fn some_order(history: &[Asked], order: &mut Vec<usize>, value: Option<Arc<str>>) -> bool {
    let left: Vec<usize> = (0..history.len()).filter(|n| !order.contains(n)).collect();
    if left.iter().all(|n| history[*n].told.is_none()) {
        return true;
    }
    left.iter().any(|n| {
        let asked = &history[*n];
        let late = |m: &usize| history[*m].told.as_ref().is_some_and(|(at, _)| *at < asked.invoked);
        let (next, gives) = asked.operation.on(value.as_ref());
        let right = asked.told.as_ref().is_none_or(|(_, outcome)| *outcome == gives);
        if !right || left.iter().any(late) {
            return false;
        }
        order.push(*n);
        let found = some_order(history, order, next);
        order.pop();
        found
    })
}
