//! What the store makes of commands, and how these are written down.

use alloc::vec;

use super::*;

fn request(client: u32, serial: u64, operation: Operation, sessions: Sessions) -> Request {
    Request { client: Some(ClientId(client)), serial, operation, sessions }
}

fn append(value: &str) -> Operation {
    Operation::Append { key: "x".into(), value: value.into() }
}

#[track_caller]
fn check_operation(operation: Operation, before: Option<&str>, after: Option<&str>, gives: Outcome) {
    let (value, outcome) = operation.on(before.map(Arc::from).as_ref());
    assert_eq!((value.as_deref(), outcome), (after, gives), "{operation} on {before:?}");
}

#[test]
fn what_operations_make_of_a_value() {
    let key: Arc<str> = "x".into();
    let cas = Operation::Cas { key: key.clone(), expected: "1".into(), value: "2".into() };
    let one: Arc<str> = "1".into();
    check_operation(Operation::Set { key: key.clone(), value: "2".into() }, Some("1"), Some("2"), Outcome::Done);
    check_operation(Operation::Get { key: key.clone() }, None, None, Outcome::Value(None));
    check_operation(Operation::Get { key: key.clone() }, Some("1"), Some("1"), Outcome::Value(Some(one)));
    check_operation(cas.clone(), Some("1"), Some("2"), Outcome::Done);
    check_operation(cas.clone(), Some("3"), Some("3"), Outcome::Mismatch(Some("3".into())));
    check_operation(cas, None, None, Outcome::Mismatch(None));
    check_operation(append("b"), Some("a"), Some("ab"), Outcome::Done);
    check_operation(append("b"), None, Some("b"), Outcome::Done);
    check_operation(Operation::Delete { key: key.clone() }, Some("1"), None, Outcome::Done);
    check_operation(Operation::Delete { key }, None, None, Outcome::Done);
}

#[test]
fn commands_read_back() {
    let key: Arc<str> = "x".into();
    let operations = vec![
        Operation::Set { key: key.clone(), value: "é".into() },
        Operation::Get { key: key.clone() },
        Operation::Cas { key: key.clone(), expected: "1".into(), value: "2".into() },
        append("abc"),
        Operation::Delete { key },
    ];
    for operation in operations {
        for sessions in [Sessions::All, Sessions::Latest(1), Sessions::Latest(1_000), Sessions::Off] {
            let request = request(8, 1 << 39, operation.clone(), sessions);
            assert_eq!(Request::decode(&request.encode(0)), Some(request));
        }
    }
}

/// Says for each command, in the order of the log, whether it was done and what was told.
fn applied(store: &mut Store, requests: &[Request]) -> Vec<(bool, Outcome)> {
    let apply = |(request, n)| {
        let Applied { outcome, done } = store.apply(Index(n), request);
        (done, outcome)
    };
    requests.iter().zip(1..).map(apply).collect()
}

#[test]
fn a_retry_gets_the_first_answer_and_is_not_done_again() {
    let cas = Operation::Cas { key: "x".into(), expected: "a".into(), value: "b".into() };
    let mut store = Store::default();
    let cas = request(1, 2, cas, Sessions::All);
    let told = applied(&mut store, &[request(1, 1, append("a"), Sessions::All), cas.clone(), cas]);
    assert_eq!(told, [(true, Outcome::Done), (true, Outcome::Done), (false, Outcome::Done)]);
    assert_eq!(store.value("x"), Some("b"));
}

#[test]
fn without_sessions_a_retry_is_done_again() {
    let mut store = Store::default();
    let append = request(1, 1, append("a"), Sessions::Off);
    assert_eq!(applied(&mut store, &[append.clone(), append]), [(true, Outcome::Done), (true, Outcome::Done)]);
    assert_eq!(store.value("x"), Some("aa"));
}

/// 1. C1 and C2 write; two sessions are kept.
/// 2. C1 asks again, so that C2's session is the one used longest ago.
/// 3. C3 writes, and C2's answer is forgotten.
/// 4. C2's retry is refused, and what C2 asks next is done.
#[test]
fn the_session_used_longest_ago_expires_and_its_retry_is_refused() {
    let mut store = Store::default();
    let ask = |client, serial| request(client, serial, append("a"), Sessions::Latest(2));
    let told = applied(&mut store, &[ask(1, 1), ask(2, 1), ask(1, 1), ask(3, 1), ask(2, 1), ask(1, 1), ask(2, 2)]);
    let (done, again) = ((true, Outcome::Done), (false, Outcome::Done));
    let expired = (false, Outcome::Expired);
    assert_eq!(told, [done.clone(), done.clone(), again.clone(), done.clone(), expired, again, done]);
    assert_eq!(store.value("x"), Some("aaaa"));
}

#[test]
fn clones_share_their_memory_until_one_changes() {
    let mut store = Store::default();
    store.apply(Index(1), &request(1, 1, append("a"), Sessions::All));
    let mut other = store.clone();
    assert!(Arc::ptr_eq(&store.values, &other.values) && Arc::ptr_eq(&store.sessions, &other.sessions));
    other.apply(Index(2), &request(1, 2, Operation::Get { key: "x".into() }, Sessions::All));
    assert!(Arc::ptr_eq(&store.values, &other.values));
}
