//! What a figure shows, what its keys do, and docs/embed.md from the tables.

use super::table::{COMMANDS, MESSAGES, OPTIONS, OURS, Row, SHOWN};
use super::*;
use crate::host::{self, Field};

fn figure(query: &str) -> Figure {
    let value = |name: &str| {
        query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (key == name).then(|| value.to_owned())
        })
    };
    Figure::read(value)
}

#[track_caller]
fn check(query: &str, view: &str, controls: &str) {
    let figure = figure(query);
    let has = CONTROLS.iter().filter(|(_, control)| figure.has(*control));
    assert_eq!(figure.view(), view, "{query}");
    assert_eq!(has.map(|(name, _)| *name).collect::<Vec<_>>().join(" "), controls, "{query}");
}

#[test]
fn a_query_says_what_is_shown() {
    let usual = "step play clock scrub";
    check("embed=1", "ring legend", usual);
    check("view=ring", "ring", usual);
    check("view=logs,ring", "ring logs", usual);
    check("view=ring+time", "ring time", usual);
    check("view=story,hologram", "story", usual);
    check("view=all&controls=all", "ring legend title logs story time", "step play clock scrub speed next faults");
    check("controls=0", "ring legend", "");
    check("controls=play", "ring legend", "play");
    check("controls=all&readonly", "ring legend", "step play clock scrub speed next");
    check("view=all&exam=1", "ring legend logs time", usual);
}

#[test]
fn switches_are_off_until_they_are_asked_for() {
    let plain = figure("embed=1");
    assert!(plain.links && plain.poster && !plain.readonly && !plain.exam);
    assert!(!figure("links=0").links && !figure("exam=1").links && figure("links=1").links);
    assert!(figure("readonly").readonly && !figure("readonly=0").readonly);
    assert!(!figure("poster=0").poster && !figure("view=logs").poster, "a poster lies over the ring");
    assert!(figure("links=0").has_bar() && !figure("links=0&controls=0").has_bar());
}

#[test]
fn what_a_figure_does_not_offer_no_key_does() {
    let allows = |query: &str, command| figure(query).allows(command);
    assert!(allows("", Command::Crash) && allows("", Command::Knowledge) && allows("", Command::Share));
    assert!(!allows("", Command::Why) && allows("view=ring,story", Command::Why), "an answer needs a place");
    assert!(!allows("readonly", Command::Crash) && !allows("readonly", Command::Scenarios));
    assert!(allows("readonly", Command::StepBack) && allows("readonly&view=story", Command::Why));
    assert!(
        !allows("exam&view=story", Command::Why)
            && !allows("exam", Command::Knowledge)
            && allows("exam", Command::Crash)
    );
    assert!(!allows("links=0", Command::Share) && allows("links=0", Command::Help));
    assert!(crate::keys::KEYS.iter().all(|key| Figure::WHOLE.allows(key.command)));
}

#[test]
fn a_figure_is_as_high_as_what_it_shows() {
    // What `<raft-playground>` begins with: www/embed/v1.js has the same numbers.
    assert_eq!(figure("").height(640), 640 * 62 / 100 + 78);
    assert!(figure("view=ring").height(640) < figure("").height(640));
    assert!(figure("view=all").height(640) > figure("view=all").height(720), "beside each other they need less");
    assert_eq!(figure("view=logs&controls=0&links=0").height(640), 290);
}

fn rows(head: &str, rows: impl Iterator<Item = Vec<String>>) -> String {
    let columns = head.matches('|').count() - 1;
    let rows = rows.map(|row| format!("| {} |\n", row.join(" | ")));
    format!("{head}\n{}|\n{}", "|---".repeat(columns), rows.collect::<String>())
}

fn named(row: &Row, mark: &str) -> Vec<String> {
    let name = format!("`{}{mark}`", row[0]);
    std::iter::once(name).chain(row[1..].iter().map(|&cell| cell.to_owned())).collect()
}

/// `UPDATE=1` rewrites the tables.
#[test]
fn the_page_about_embedding_says_what_the_tables_say() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/embed.md");
    let page = std::fs::read_to_string(file).expect("docs/embed.md");
    let plain = |of: &[Row]| of.iter().map(|row| named(row, "")).collect::<Vec<_>>();
    let tables = [
        ("options", rows("| Option | Values | Means | Without it |", plain(OPTIONS).into_iter())),
        ("shown", rows("| Attribute | Says | In the address of an iframe |", plain(SHOWN).into_iter())),
        ("ours", rows("| Attribute | Says | Means |", plain(OURS).into_iter())),
        ("commands", rows("| `type` | Fields | Does | Method |", plain(COMMANDS).into_iter())),
        ("messages", rows("| `type` | Fields | When |", plain(MESSAGES).into_iter())),
    ];
    let mut right = page.clone();
    for (name, table) in tables {
        let open = format!("<!-- table: {name} -->\n");
        let from = right.find(&open).expect("a place for the table") + open.len();
        let to = from + right[from..].find("<!-- end -->").expect("the end of the table");
        right.replace_range(from..to, &table);
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(file, right).expect("docs/embed.md is written");
    } else {
        assert!(page == right, "docs/embed.md is behind; UPDATE=1 rewrites its tables");
    }
}

#[test]
fn the_tables_name_what_there_is() {
    for command in COMMANDS {
        let answer = host::read(command[0], &|_| Field::Missing);
        assert!(!answer.is_err_and(|why| why.starts_with("unknown")), "{} is read", command[0]);
    }
    let said: Vec<&str> = MESSAGES.iter().map(|row| row[0]).collect();
    assert_eq!(said, host::OURS, "what goes out is no question");
    let options = |name: &str| OPTIONS.iter().find(|row| row[0] == name).expect("an option")[1];
    assert!(PARTS.iter().all(|(name, _)| options("view").contains(&format!("`{name}`"))));
    assert!(CONTROLS.iter().all(|(name, _)| options("controls").contains(&format!("`{name}`"))));
}
