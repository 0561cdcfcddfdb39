//! Tables as such, and that the tables of the page are whole.

use std::collections::BTreeSet;
use std::sync::Arc;

use raft_core::ServerId;
use raft_sim::record::{Trace, What};
use raft_sim::run::Run;
use raft_sim::scenario::{Action, Scenario};
use raft_sim::timeline::is_routine;
use raft_sim::{scenario, words};

use super::*;
use crate::kept::{Book, BookError, Wrong};
use crate::keys::KEYS;
use crate::lens::{self, Known, Quorum};
use crate::playback::Playback;
use crate::scene::{Logs, Picture};
use crate::{detail, shelf, summary, why, words as page_words};

const TABLE: &str = "# A remark.\nCrash\n崩溃\n\n{s} leads term {n}.\n{s} 是任期 {n} 的领导者。\n\n{what}, because {why}.\n因为{why}，所以{what}。\n\nnobody leads\n无人领导\n\n{n} servers\n{n} {n|one:server|other:台服务器}\n\n{a} and {b}\n{a}和{b}\n\nit waits\n它在等\n";

fn table() -> Table {
    Table::read(TABLE, Some(|n| if n == 1 { "one" } else { "other" }.into())).expect("a table")
}

#[test]
fn sentences_gaps_and_what_stands_around_them() {
    let table = table();
    let say = |text| table.say(text);
    assert_eq!(say("Crash").as_deref(), Some("崩溃"));
    assert_eq!(say(" Crash ").as_deref(), Some(" 崩溃 "));
    assert_eq!(say("S3 leads term 4.").as_deref(), Some("S3 是任期 4 的领导者。"));
    assert_eq!(say("Nobody leads, because it waits.").as_deref(), Some("因为它在等，所以无人领导。"));
    assert_eq!(
        say("S1 leads term 1. S2 leads term 2.").as_deref(),
        Some("S1 是任期 1 的领导者。S2 是任期 2 的领导者。")
    );
    assert_eq!(say("S1 and nobody leads").as_deref(), Some("S1和无人领导"));
}

#[test]
fn what_is_not_in_the_table_is_left_alone() {
    for text in ["", "820.0", "S1", "x leads term 4.", "S3 leads term four.", "Something else"] {
        assert_eq!(table().say(text), None, "{text}");
    }
}

#[test]
fn plurals_are_those_of_the_language() {
    assert_eq!(table().say("1 servers").as_deref(), Some("1 server"));
    assert_eq!(table().say("5 servers").as_deref(), Some("5 台服务器"));
}

#[test]
fn a_table_that_is_wrong_says_where() {
    let wrong = |text| Table::read(text, None).expect_err("wrong");
    assert!(wrong("Crash\n").contains("missing: Crash"));
    assert!(wrong("Crash\n\n").starts_with("line 2"));
    assert!(wrong("{a} leads\n{b} 领导\n").starts_with("line 2"));
    assert!(wrong("Crash\n崩溃\n\nCrash\n崩溃\n").starts_with("line 5"));
}

fn chinese() -> Table {
    let page = include_str!("../../../www/lang/zh-Hans.txt");
    let scenarios = include_str!("../../../www/lang/zh-Hans.scenarios.txt");
    Table::read(&[page, scenarios].join("\n"), None).expect("the table")
}

/// What is left of English in a text; names of messages and what clients ask stay as they are.
fn english(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '=' | '_' | '-' | '.')));
    let foreign = |word: &&str| word.len() > 2 && word.chars().all(|c| c.is_ascii_alphabetic());
    words.filter(foreign).filter(|word| !KEPT_WORDS.contains(word)).collect()
}

/// Of the protocol, of what clients ask, and one value that they read.
const KEPT_WORDS: [&str; 16] = [
    "matchIndex",
    "nextIndex",
    "AppendEntries",
    "RequestVote",
    "RequestPreVote",
    "InstallSnapshot",
    "TimeoutNow",
    "PreVote",
    "CheckQuorum",
    "ReadIndex",
    "Raft",
    "read",
    "append",
    "cas",
    "delete",
    "abcc",
];

#[test]
fn every_line_of_the_story_of_every_shipped_scenario_is_there_in_chinese() {
    let table = chinese();
    let mut missing = BTreeSet::new();
    for shipped in shelf::SHIPPED.iter().chain(shelf::BROKEN) {
        let scenario = scenario::parse(shipped.text).expect("shipped").scenario;
        let mut trace = Trace::default();
        Run::new(Arc::new(scenario), &mut trace).finish(2_000_000, &mut trace);
        for record in trace.drain() {
            // What a scenario says is its own.
            let own = matches!(
                record.what,
                What::Says(_)
                    | What::Stops(_)
                    | What::Poses(_)
                    | What::Marks(_)
                    | What::Holds(_)
                    | What::Fails(_)
                    | What::Changed(_)
                    | What::HoldRule(_)
                    | What::Wants(..)
            );
            let line = words::line(&record);
            let texts = [Some(line.text), line.why];
            for text in texts.into_iter().flatten().filter(|_| !own) {
                ask(&table, text, &mut missing);
            }
        }
    }
    none(&missing);
}

/// Keeps a text that is not all there in another language.
fn ask(table: &Table, text: String, missing: &mut BTreeSet<String>) {
    let said = table.say(&text);
    if !english(said.as_ref().unwrap_or(&text)).is_empty() {
        missing.insert(format!("{text} -> {said:?}"));
    }
}

fn none(missing: &BTreeSet<String>) {
    let some: Vec<&str> = missing.iter().take(60).map(String::as_str).collect();
    assert!(missing.is_empty(), "{} texts:\n{}", missing.len(), some.join("\n"));
}

/// Names of messages' and servers' fields are those of the paper in every language.
fn is_name(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphabetic()) && text.bytes().any(|b| b.is_ascii_uppercase())
}

#[test]
fn what_can_be_asked_and_what_is_known_at_any_moment_is_there_in_chinese() {
    let table = chinese();
    let (mut missing, mut shapes) = (BTreeSet::new(), BTreeSet::new());
    for shipped in shelf::SHIPPED.iter().chain(shelf::BROKEN) {
        let mut playback = Playback::new(scenario::parse(shipped.text).expect("shipped").scenario);
        for _ in 0..12 {
            // Numbers pass through all rows: one text for each shape will do.
            let shape = |text: &str| text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect::<String>();
            for text in texts_of(&playback).into_iter().filter(|text| shapes.insert(shape(text))) {
                ask(&table, text, &mut missing);
            }
            if playback.step(67) == 0 {
                break;
            }
        }
    }
    none(&missing);
}

/// What inspector, ring and answers say of the present.
fn texts_of(playback: &Playback) -> Vec<String> {
    let world = playback.world();
    let mut texts = Vec::new();
    for server in world.servers() {
        texts.extend(fields(detail::of_server(server, world.now())));
        texts.extend(detail::followers(server).into_iter().flatten());
    }
    for flight in world.flights() {
        let (head, of_message) = detail::of_message(flight, world.now());
        texts.push(head);
        texts.extend(fields(of_message));
    }
    let (scene, logs) = (Picture::of(world), Logs::of(world, 12, None));
    for small in [true, false] {
        texts.extend(scene.servers.iter().map(|server| page_words::server_name(server, small)));
    }
    texts.extend(scene.clients.iter().map(page_words::client_name));
    texts.extend(summary::summary(&scene, &logs, world.now(), world.flights().iter().map(|flight| flight.kind())));
    if let Some(record) = playback.records().last().filter(|record| is_routine(&record.what)) {
        texts.push(page_words::and_more(&words::line(record).text, 3));
    }
    texts.extend(through_lenses(playback));
    texts.extend(world.standstill().map(|warning| raft_sim::words::standstill::warning(&warning)));
    for question in why::questions(world) {
        texts.push(page_words::why::of(question, true));
        texts.extend(why::Reply::to(question, None, playback).lines.into_iter().map(|line| line.text));
    }
    texts
}

/// What the lenses say: two servers and all, each entry, what each server can know.
fn through_lenses(playback: &Playback) -> Vec<String> {
    let world = playback.world();
    let all: Vec<ServerId> = world.servers().iter().map(|server| server.id).collect();
    let last = Logs::of(world, 12, None).last;
    let mut texts = Vec::new();
    let mut newest = None;
    for one in lens::safety(world, 1, last) {
        texts.push(page_words::lens::safety(&one));
        newest = Some(one.at);
    }
    for (chosen, entry) in
        [(&all[..2.min(all.len())], newest), (&all[..], newest), (&all[..1], None), (&all[..0], None)]
    {
        texts.extend(page_words::lens::quorum(&Quorum::of(world, chosen, entry)));
    }
    for id in &all {
        if let Some(known) = Known::of(world, *id, playback.records()) {
            texts.extend(page_words::lens::knowledge(&known, playback.now(), world.leader() == Some(*id)));
        }
    }
    texts
}

fn fields(fields: Vec<detail::Field>) -> impl Iterator<Item = String> {
    let name = |name: &'static str| Some(name).filter(|name| !is_name(name)).map(String::from);
    fields.into_iter().flat_map(move |field| [name(field.name), Some(field.value), Some(field.why.into())]).flatten()
}

#[test]
fn every_key_is_explained_in_chinese() {
    let table = chinese();
    let missing: Vec<&str> = KEYS.iter().map(|key| key.words).filter(|words| table.say(words).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// What a scenario says in words of its own.
fn own_texts(scenario: &Scenario) -> Vec<String> {
    let mut texts = vec![scenario.title.clone()];
    texts.extend(scenario.about.iter().cloned());
    for action in scenario.steps.iter().flat_map(|step| &step.actions) {
        match action {
            Action::Note(text) | Action::Stop(text) | Action::Mark(text) => texts.push(text.clone()),
            Action::Ask(quiz) => {
                texts.push(quiz.question.clone());
                texts.extend(quiz.answers.listed().iter().map(|answer| answer.text.clone()));
            }
            _ => {}
        }
    }
    texts
}

/// Rows that are missing stand in the message as they can be put into `www/lang/zh-Hans.scenarios.txt`.
#[test]
fn every_shipped_scenario_speaks_chinese() {
    let table = chinese();
    let mut missing = String::new();
    for shipped in shelf::SHIPPED.iter().chain(shelf::BROKEN).chain(shelf::EXERCISES) {
        let scenario = scenario::parse(shipped.text).expect("shipped").scenario;
        let mut rows = own_texts(&scenario);
        rows.retain(|text| !english(text).is_empty() && table.say(text).is_none_or(|said| said == *text));
        rows.dedup();
        if !rows.is_empty() {
            missing += &format!("\n# ---- {} ----\n\n{}\n?\n", shipped.name, rows.join("\n?\n\n"));
        }
    }
    assert!(missing.is_empty(), "no Chinese for these:\n{missing}");
}

#[test]
fn every_card_of_the_start_is_there_in_chinese() {
    let table = chinese();
    let boot = include_str!("../../../www/boot.js");
    // What a card says stands in the table as a line of its own: no more is known before the page runs.
    for text in [
        "The playground cannot run here",
        "The playground did not start",
        "The playground stopped",
        "What the browser says",
        "Try again",
        "It ran into a mistake of its own.",
        "Loading it again starts from the address above.",
    ] {
        assert!(boot.contains(text), "{text}");
        assert!(table.exact.contains_key(text), "{text}");
    }
}

#[test]
fn what_each_word_of_the_language_does_is_there_in_chinese() {
    let table = chinese();
    let lines =
        ["", "set ", "bug ", "at 0ms\n", "at 0ms drop all ", "at 0ms expect ", "at 0ms expect S1 is ", "when S1 "];
    let mut missing = BTreeSet::new();
    let mut count = 0;
    for line in lines {
        let text = ["raft 1\n", line].concat();
        for offer in scenario::complete(&text, text.len()).offers {
            count += 1;
            if table.say(offer.means).is_none() && !offer.means.is_empty() {
                missing.insert(offer.means.to_owned());
            }
        }
    }
    assert!(count > 170, "{count}");
    none(&missing);
}

#[test]
fn words_of_a_scenario_stay_what_they_are() {
    let table = chinese();
    for (text, word) in [("Unknown action \"crsh\"; did you mean \"crash\"?", "crash"), ("Write “leader”", "leader")]
    {
        let said = table.say(text).expect("it is in the table");
        assert!(said.contains(word) && said != text, "{said}");
    }
}

#[test]
fn why_a_file_of_saved_runs_is_refused_is_said_in_chinese() {
    let table = chinese();
    let mut missing = BTreeSet::new();
    let file = |run: &str| Book::read(&format!("{{\"raftPlayground\": 1, \"runs\": [{run}]}}"));
    let with =
        |futures: &str| file(&format!(r##"{{"name": "a", "at": 1, "link": "#demo=terms", "futures": {futures}}}"##));
    let given = [Book::read("{}"), file("7"), file(r##"{"name": "a"}"##), with("7"), with("[7]")];
    let refused = given.into_iter().map(|read| read.expect_err("a file that is wrong"));
    let others = [BookError::TooMany(201), BookError::Done];
    let crowd = BookError::Run(2, Wrong::Futures("they are too many or too long".into()));
    for why in refused.chain(others).chain([crowd]) {
        ask(&table, page_words::kept::refused(&why.to_string()), &mut missing);
    }
    for left in [0, 1, 2] {
        ask(&table, page_words::kept::saved(left), &mut missing);
    }
    none(&missing);
    // What is called the same in Chinese.
    let says = |why: BookError| table.say(&page_words::kept::refused(&why.to_string()));
    assert_eq!(says(BookError::TooLarge).as_deref(), Some("未导入任何内容：文件超过 4 MiB。"));
    assert_eq!(says(BookError::NotJson(7)).as_deref(), Some("未导入任何内容：文件从第 7 字节起不是 JSON。"));
}
