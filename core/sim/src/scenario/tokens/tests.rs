//! Of which class the words of a line are, and what may stand at a place.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::super::parse::PREDICATES;
use super::super::{complete, reference};
use super::*;

/// The words of a line, each with the first two letters of its class.
#[track_caller]
fn check_line(line: &str, classes: &str) {
    let said = |token: &Token| format!("{}:{}", &format!("{:?}", token.class)[..2], &line[token.at.clone()]);
    let all: Vec<String> = tokens(line).iter().map(said).collect();
    assert_eq!(all.join(" "), classes, "{line}");
}

#[test]
fn every_word_has_its_class() {
    check_line("raft 1", "St:raft Nu:1");
    check_line("title Who # wins?", "St:title Te:Who # wins?");
    check_line(
        "  set latency 10ms..20ms on S1->S2 # slow",
        "St:set Na:latency Nu:10ms..20ms Wo:on Se:S1->S2 Co:# slow",
    );
    check_line("set reads lease", "St:set Na:reads Wo:lease");
    check_line("bug commit-old-term", "St:bug Na:commit-old-term");
    check_line("bug no-such", "St:bug Va:no-such");
    check_line(
        "start S2 term 4 vote S1 log 1 2:x=1",
        "St:start Se:S2 Wo:term Nu:4 Wo:vote Se:S1 Wo:log Nu:1 Nu:2:x Si:= Nu:1",
    );
    check_line("at 5ms crash leader", "St:at Nu:5ms St:crash Wo:leader");
    check_line(
        "when S1 is leader and S2 x = y drop S1->S2 vote #2",
        "St:when Se:S1 Wo:is Wo:leader Wo:and Se:S2 Va:x Si:= Va:y St:drop Se:S1->S2 Wo:vote Nu:#2",
    );
    check_line(
        "when S1 write = 1 within 2s note It # did",
        "St:when Se:S1 Va:write Si:= Nu:1 Wo:within Nu:2s St:note Te:It # did",
    );
    check_line(
        "ask \"Who (if any)?\" S1 (S2 \"no one\")",
        "St:ask Te:\"Who (if any)?\" Se:S1 Si:( Se:S2 Te:\"no one\" Si:)",
    );
    check_line(
        "ask order \"Who?\" S1 {S1 is leader} (S2)",
        "St:ask Wo:order Te:\"Who?\" Se:S1 Si:{ Se:S1 Wo:is Wo:leader Si:} Si:( Se:S2 Si:)",
    );
    check_line("partition S1 S2|S3", "St:partition Se:S1 Se:S2 Si:| Se:S3");
    check_line("expect violated election-safety", "St:expect Wo:violated Na:election-safety");
    check_line("clock S1 x1.5", "St:clock Se:S1 Nu:x1.5");
    check_line("größer 1", "Va:größer Nu:1");
    check_line("   ", "");
    check_line("ask \"open", "St:ask Te:\"open");
}

#[test]
fn no_word_of_an_example_is_strange() {
    let (header, actions, predicates) = reference::examples();
    let predicates = predicates.iter().map(|example| format!("expect {example}"));
    for line in header.iter().chain(&actions).map(|line| line.to_string()).chain(predicates) {
        let all = tokens(&line);
        assert_eq!(all[0].class, Class::Statement, "{line}");
        let strange = |token: &&Token| {
            let text = &line[token.at.clone()];
            token.class == Class::Value && text.len() > 1 && !["abc", "pt-BR"].contains(&text)
        };
        assert_eq!(all.iter().find(strange).map(|token| &line[token.at.clone()]), None, "{line}");
    }
}

#[test]
fn any_bytes_have_tokens_in_order_and_on_letters() {
    let lines =
        ["ask \"é\" (é)é( ))(", "#", "\"", "drop all #x", "S1-S2-S3", "a=b=c|d>e", "note", "note \u{3000}é", "é#é é"];
    for line in lines {
        let mut end = 0;
        for token in tokens(line) {
            assert!(token.at.start >= end && token.at.end > token.at.start, "{line}");
            assert!(line.is_char_boundary(token.at.start) && line.is_char_boundary(token.at.end), "{line}");
            end = token.at.end;
        }
    }
}

// ---- What may stand at a place ---------------------------------------------------------------------

const STEPS: &str = "raft 1\nservers 3\nclients 2\nat 0ms timeout S1\n";

/// What is offered where the cursor stands, `|` in the text.
#[track_caller]
fn check_offers(text: &str, offers: &str) {
    let text = format!("{STEPS}{text}");
    let at = text.find('¦').expect("a cursor");
    let help = complete(&text.replace('¦', ""), at);
    let words: Vec<String> = help.offers.into_iter().map(|offer| offer.word).collect();
    let hint = help.hint.map_or(String::new(), |hint| format!(" <{hint}>"));
    assert_eq!(words.join(" ") + &hint, offers, "{text}");
}

#[test]
fn what_the_parser_looks_for_is_offered() {
    check_offers("cr¦", "crash");
    check_offers("crash ¦", "leader follower S1 S2 S3");
    check_offers("crash S¦", "S1 S2 S3");
    check_offers("at 5ms re¦", "reconfigure remove restart resume release read retry");
    check_offers("at ¦", " <a time such as 250us, 20ms or 1.5s>");
    check_offers("when S1 i¦", "is");
    check_offers("when S1 is ¦", "leader follower pre-candidate candidate learner down paused");
    check_offers("when leader a¦", "applied and add append ask");
    check_offers("cut S1->¦", "leader follower S1 S2 S3");
    check_offers("cut S1-S¦", "S1 S2 S3");
    check_offers("drop S1->S2 vo¦", "vote vote-reply");
    check_offers("drop S1->S2 vote¦", "vote vote-reply");
    check_offers("set rep¦", "replication");
    check_offers("set replication ¦", "stop-and-wait pipelined streaming");
    check_offers("set latency ¦", "10ms..20ms <a time such as 250us, 20ms or 1.5s>");
    check_offers("set loss 5% o¦", "on");
    check_offers("write x=1 ¦", "to from by");
    check_offers("write x=1 by ¦", "C1 C2");
    check_offers("expect violated el¦", "election-safety");
    check_offers("expect commit >= 4 on ¦", "all majority leader follower S1 S2 S3");
    check_offers("expect S1 term ¦", "= != < <= > >=");
    check_offers("expect C1 got u¦", "unknown");
    check_offers("note cr¦", "");
    check_offers("crash S1 # cr¦", "");
    // Lines that are wrong do not matter.
    check_offers("frobnicate\nheal S¦", "S1 S2 S3");
}

#[test]
fn each_offer_says_what_it_does_and_what_it_takes_the_place_of() {
    let header = "raft 1\ntitle A\nservers 3\nb\n";
    let help = complete(header, header.len() - 1);
    assert_eq!(help.offers.iter().map(|offer| offer.word.as_str()).collect::<Vec<_>>(), ["bug"]);
    assert_eq!(&header[help.word], "b");
    // What may be given once is given already.
    assert!(complete("raft 1\ntitle A\nti", 17).offers.is_empty());
    assert_eq!(complete("", 0).offers[0].word, "raft 1");
    let help = complete("raft 1\nset heartb on", 17);
    assert_eq!((&"raft 1\nset heartb on"[help.word], help.offers[0].word.as_str()), ("heartb", "heartbeat"));
    assert!(help.offers[0].means.starts_with("How often a leader"));
    let bug = complete("raft 1\nbug double", 17);
    assert!(bug.offers[0].means.starts_with("A server votes for at most one"));
    let kind = complete("raft 1\nat 1ms drop all heartbeat", 32);
    assert_eq!(kind.offers[0].means, "AppendEntries without entries");
}

#[test]
fn at_any_place_of_any_text_something_is_said_and_nothing_stops() {
    let text = format!("{STEPS}ask \"é?\" S1 (S2)\nexpect S1 config = S1 + S2 and é = ü\nset é\u{1} on S1-é->");
    for at in 0..=text.len() + 3 {
        let help = complete(&text, at);
        assert!(text.get(help.word.clone()).is_some(), "{at}");
    }
}

#[test]
fn texts_are_those_that_the_reference_says() {
    for row in HEADER {
        assert_eq!(takes_text(row.word), row.takes == "TEXT", "{}", row.word);
    }
    for row in ACTIONS {
        let text = ["TEXT", "[TEXT]", "NAME"].contains(&row.takes);
        assert_eq!(takes_text(row.word), text, "{}", row.word);
    }
    // Words of conditions are words of the language.
    for (form, ..) in PREDICATES {
        let plain = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase());
        for word in form.replace(',', "").split_whitespace().filter(plain) {
            assert!(is_word(word), "{word} of {form}");
        }
    }
}
