//! What an embedding page may ask, and what it may not.

use super::*;

fn message(fields: &[(&str, Field)]) -> impl Fn(&str) -> Field {
    let fields: Vec<(String, Field)> = fields.iter().map(|(name, field)| ((*name).to_owned(), field.clone())).collect();
    move |name| fields.iter().find(|(known, _)| known == name).map_or(Field::Missing, |(_, field)| field.clone())
}

fn asked(kind: &str, fields: &[(&str, Field)]) -> Result<Request, String> {
    read(kind, &message(fields))
}

#[test]
fn what_is_not_of_this_protocol_is_nobodys_question() {
    let text = |text: &str| Field::Text(text.to_owned());
    let kind = |version, kind| kind_of(&[("raftPlayground", version), ("type", kind)]);
    assert_eq!(kind(Field::Number(1.0), text("play")), Some("play".to_owned()));
    assert_eq!(kind(Field::Number(2.0), text("play")), None, "another version");
    assert_eq!(kind(text("1"), text("play")), None);
    assert_eq!(kind(Field::Number(1.0), Field::Other), None);
    for ours in OURS {
        assert_eq!(kind(Field::Number(1.0), text(ours)), None, "{ours} is what the figure says itself");
    }
}

fn kind_of(fields: &[(&str, Field)]) -> Option<String> {
    kind(&message(fields))
}

#[test]
fn numbers_are_taken_where_they_mean_something() {
    let step = |n| asked("step", &[("n", Field::Number(n))]);
    assert_eq!(asked("step", &[]), Ok(Request::Step(1)));
    assert_eq!(step(-3.0), Ok(Request::Step(-3)));
    assert_eq!(step(1e15), Ok(Request::Step(4_000)));
    for wrong in [0.5, f64::NAN, f64::INFINITY, 1e16] {
        assert_eq!(step(wrong), Err("step: n must be a whole number".into()));
    }
    let seek = |t| asked("seek", &[("t", Field::Number(t))]);
    assert_eq!(seek(9e15), Ok(Request::Seek(Time(9_000_000_000_000_000))));
    assert!(seek(-1.0).is_err() && seek(f64::NEG_INFINITY).is_err() && asked("seek", &[]).is_err());
    let speed = |value| asked("speed", &[("value", Field::Number(value))]);
    assert_eq!(speed(1.0), Ok(Request::Speed(Pace::from_number(1.0).expect("a pace"))));
    assert!(speed(0.0).is_err() && speed(f64::NAN).is_err());
    assert!(asked("speed", &[("value", Field::Text("1".into()))]).is_err());
}

#[test]
fn a_load_has_a_text_or_a_link() {
    let text = |text: &str| Field::Text(text.to_owned());
    assert_eq!(asked("load", &[("text", text("a")), ("link", text("b"))]), Ok(Request::LoadText("a".into())));
    assert_eq!(asked("load", &[("text", Field::Other), ("link", text("b"))]), Ok(Request::LoadLink("b".into())));
    assert_eq!(asked("load", &[]), Err("load: text or link is wanted".into()));
    assert_eq!(asked("load", &[("text", text(&"a".repeat(MAX_BYTES + 1)))]), Err("load: the text is too long".into()));
}

#[test]
fn what_is_unknown_is_named_and_not_repeated_at_length() {
    assert_eq!(asked("erase", &[]), Err("unknown command erase".into()));
    assert_eq!(asked(&"é".repeat(5_000), &[]).expect_err("unknown").chars().count(), "unknown command ".len() + 40);
}
