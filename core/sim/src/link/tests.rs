//! What a link survives, and what it is refused for.

use alloc::string::ToString;

use miniz_oxide::deflate::compress_to_vec;
use raft_core::{ServerId, Time};

use super::*;
use crate::scenario::{Problem, parse};

const TEXT: &str = "raft 1\ntitle A leader falls\nseed 7\nat 0ms timeout S1\nwhen leader\n  write x=1\n  note why?\n\
                    at 1234.567ms crash leader\n";

fn scenario() -> Scenario {
    parse(TEXT).expect("a scenario").scenario
}

fn view() -> View {
    View {
        at: Some(Time(1_234_567)),
        event: Some(42),
        digest: Some(0xfeed),
        seed: Some(9),
        servers: Some(7),
        select: Some(ServerId(3)),
        speed: Speed::new(1, 20),
        compare: Contrast::parse("replication.stop-and-wait.streaming.20"),
    }
}

/// A link as version 1 wrote it.
fn deflated(text: &[u8]) -> String {
    format!("#s1.{}", BASE64.encode(compress_to_vec(text, 10)))
}

/// Links of all forms that hold the scenario above.
fn links(view: &View) -> [String; 2] {
    [encode(&scenario(), view), deflated(scenario::format(&scenario()).as_bytes()) + &view.to_string()]
}

/// That a link gives the scenario above, with this view.
#[track_caller]
fn check_reads(link: &str, view: View) {
    match decode(link) {
        Ok(Link { source: Source::Scenario(read, lines), view: read_view }) => {
            assert_eq!((*read, read_view), (scenario(), view), "{link}");
            assert_eq!(lines, parse(TEXT).expect("a scenario").lines);
        }
        other => panic!("{other:?} of {link}"),
    }
}

#[track_caller]
fn check_refused(link: &str, error: LinkError) {
    assert_eq!(decode(link), Err(error), "{link}");
}

#[test]
fn a_link_reads_back() {
    assert_eq!(
        encode(&scenario(), &view()).split_once('&').map(|(_, view)| view),
        Some(
            "at=1234.567ms&event=42&seed=9&servers=7&select=S3&speed=1/20&compare=replication.stop-and-wait.streaming.20&digest=000000000000feed"
        ),
    );
    for view in [View::default(), view()] {
        let [link, old] = links(&view);
        for form in [&link, &old] {
            check_reads(form, view);
            let read = decode(form).expect("it was written so");
            assert_eq!(read.fragment(), link);
        }
    }
}

#[test]
fn a_link_survives_what_tools_do_to_it() {
    for (link, view) in [View::default(), view()].into_iter().flat_map(|view| links(&view).map(|link| (link, view))) {
        let payload = link.strip_prefix('#').expect("a fragment");
        check_reads(payload, view);
        check_reads(&format!("https://example.org/raft/?embed=1{link}"), view);
        check_reads(&format!("https://example.org/raft/%23{payload}"), view);
        #[rustfmt::skip]
        let ends = [".", ",", ";", ":", "!", "?", ")", ">", "\"", "'", "…", "”", ").", " ", "\n", "*", "]", "\u{200B}"];
        for end in ends {
            check_reads(&format!("{link}{end}"), view);
        }
        for (before, after) in [
            ("<", ">"),
            ("(", ")"),
            ("\"", "\""),
            (" ", " "),
            ("[run](https://example.org/", ") and so on"),
            ("<https://example.org/", "|run>"),
        ] {
            check_reads(&format!("{before}{link}{after}"), view);
        }
        let encoded: String = link.bytes().map(|byte| format!("%{byte:02x}")).collect();
        check_reads(&encoded, view);
        check_reads(&format!("https://example.org/{}", percent_encode(&link)), view);
        check_reads(&format!("https://example.org/#{}", percent_encode(payload)), view);
        check_reads(&link.replace('&', "&amp;"), view);
        for wrap in ["\n", "\r\n", "\n> ", " ", "=\n", "\u{200B}", "\u{AD}", "\t"] {
            let (head, tail) = link.split_at(30);
            check_reads(&format!("{head}{wrap}{tail}"), view);
        }
        let (head, parts) = link.split_once('&').map_or((link.as_str(), String::new()), |(a, b)| (a, format!("&{b}")));
        check_reads(&format!("{head}=={parts}"), view);
        check_reads(&format!("{}{parts}", head.replace('-', "+").replace('_', "/")), view);
        check_reads(&format!("{head}&utm_source=chat{parts}"), view);
    }
}

#[test]
fn a_cut_link_is_told_from_a_corrupt_one() {
    for link in links(&View::default()) {
        for end in 1..link.len() {
            let expected = if end == 1 { LinkError::Empty } else { LinkError::Cut };
            check_refused(&link[..end], expected);
        }
    }
    check_refused("#s1.!!!!", LinkError::Cut);
    check_refused("#s1.AAAA!AAA", LinkError::Corrupt);
    check_refused("#s1.____", LinkError::Corrupt);
    check_refused(&deflated(b"raft 1\n\xff"), LinkError::Corrupt);
    let error = parse("raft 1\nfoo").expect_err("no word of the language");
    check_refused(&deflated(b"raft 1\nfoo"), LinkError::Scenario(error));

    let link = encode(&scenario(), &view());
    for end in link.find('&').expect("a view")..link.len() {
        if let Err(error) = decode(&link[..end]) {
            assert!(matches!(error, LinkError::Cut | LinkError::View { .. }), "{error:?}");
        }
    }
    let view = |name: &str, found: &str| LinkError::View { name: name.into(), found: found.into() };
    check_refused("#demo=x&at=1.2", view("at", "1.2"));
    check_refused("#demo=x&digest=12", view("digest", "12"));
    check_refused("#demo=x&servers=16", view("servers", "16"));
    check_refused("#demo=x&speed=1/", view("speed", "1/"));
    check_refused("#demo=x&select=3", view("select", "3"));
    check_refused("#demo=x&compare=servers.3.4", view("compare", "servers.3.4"));
    check_refused("#demo=x&dig", LinkError::Cut);
}

#[test]
fn what_is_no_link() {
    for nothing in ["", "#", " \n", "https://example.org/", "https://example.org/#"] {
        check_refused(nothing, LinkError::Empty);
    }
    check_refused("#foo", LinkError::Unknown("foo".into()));
    check_refused("#s3.AAAA", LinkError::Version("s3.".into()));
    check_refused("s12.AAAA", LinkError::Version("s12.".into()));
    check_refused(&"x".repeat(MAX_LINK + 1), LinkError::TooLong);
    check_refused(&deflated(&[b'\n'; MAX_BYTES + 1]), LinkError::TooBig);
    check_refused(&deflated(&alloc::vec![b'\n'; 8 << 20]), LinkError::TooBig);
    let empty = parse("").expect_err("nothing");
    assert_eq!(empty.problem, Problem::Opening);
    check_refused(&deflated(&[b'\n'; MAX_BYTES]), LinkError::Scenario(empty));
}

#[test]
fn demos() {
    let demo = |name: &str, view| Ok(Link { source: Source::Demo(name.into()), view });
    let later = View { at: Some(Time(1_200_000)), seed: Some(7), servers: Some(5), ..View::default() };
    assert_eq!(decode("#demo=figure-8"), demo("figure-8", View::default()));
    assert_eq!(decode("https://example.org/#demo=figure-8&at=1.2s&seed=7&servers=5."), demo("figure-8", later));
    assert_eq!(decode("%23demo%3Dfigure-8%26at%3D1.2s%26seed%3D7%26servers%3D5"), demo("figure-8", later));
    check_refused("#demo=", LinkError::Cut);
    check_refused("#demo=../x", LinkError::Demo("../x".into()));
    assert_eq!(demo("a", later).map(|link| link.fragment()), Ok("#demo=a&at=1.2s&seed=7&servers=5".to_string()));
}

#[test]
fn files_elsewhere() {
    let at = View { at: Some(Time::seconds(1)), ..View::default() };
    for (link, address, view) in [
        ("#src=https://example.org/a.raft", "https://example.org/a.raft", View::default()),
        ("#src=https://example.org/a.raft&at=1s", "https://example.org/a.raft", at),
        ("#src=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1%26at%3D2&at=1s", "https://example.org/a?b=1&at=2", at),
        ("#src=https://example.org/a?b=1&c=2&at=1s.", "https://example.org/a?b=1&c=2", at),
        ("%23src%3Dhttps%253A%252F%252Fexample.org%252Fa.raft", "https://example.org/a.raft", View::default()),
        ("#src=scenarios/a.raft", "scenarios/a.raft", View::default()),
        ("#src=/scenarios/a.raft", "/scenarios/a.raft", View::default()),
    ] {
        let read = Link { source: Source::Src(address.into()), view };
        assert_eq!(decode(link).as_ref(), Ok(&read), "{link}");
        assert_eq!(decode(&read.fragment()), Ok(read));
    }
    for (address, bad) in [
        ("http://example.org/a", BadSrc::Scheme),
        ("//example.org/a", BadSrc::Scheme),
        ("/\\example.org/a", BadSrc::Character),
        ("https:/\\example.org/a", BadSrc::Character),
        ("https:example.org", BadSrc::Scheme),
        ("https:///example.org", BadSrc::Scheme),
        ("javascript:alert(1)", BadSrc::Scheme),
        ("data:text/plain,raft", BadSrc::Scheme),
        ("blob:https://example.org/1", BadSrc::Scheme),
        ("https://me:secret@example.org/a", BadSrc::Credentials),
        ("https://me@example.org/a", BadSrc::Credentials),
        ("h\tttps://example.org/a", BadSrc::Character),
        ("https://exämple.org/a", BadSrc::Character),
        ("", BadSrc::Scheme),
    ] {
        assert_eq!(check_src(address), Err(bad), "{address}");
        check_refused(&format!("#src={}", percent_encode(address)), LinkError::Src(bad));
    }
    assert_eq!(check_src("https://example.org/@me"), Ok(()));
    assert_eq!(check_src(&format!("/{}", "a".repeat(MAX_SRC))), Err(BadSrc::TooLong));
}

#[test]
fn texts_made_by_hand() {
    for view in [View::default(), view()] {
        let link = encode_text(TEXT, &view);
        check_reads(&link, view);
        check_reads(&format!("https://example.org/{link}"), view);
        check_reads(&percent_encode(&link), view);
        check_reads(&format!("#text={TEXT}{view}"), view);
        check_reads(&link.replace("%0A", "%0D%0A"), view);
    }
    // A text may end in what would be punctuation behind another link, and hold an `&`.
    let link = decode("#text=raft%201%0Atitle%20you & me?").expect("a scenario");
    let Source::Scenario(scenario, _) = link.source else { panic!("not from elsewhere") };
    assert_eq!(scenario.title, "you & me?");
    check_refused("#text=raft%202", LinkError::Scenario(parse("raft 2").expect_err("a later version")));
}
