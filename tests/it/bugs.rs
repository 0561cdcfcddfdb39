//! Each bug has a scenario that breaks exactly the promise that the table names, and nothing
//! without the bug.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use raft_sim::bugs::{Bug, reference};
use raft_sim::checker::Promise;
use raft_sim::link::{Source, View, decode, encode};
use raft_sim::record::Trace;
use raft_sim::run::Run;
use raft_sim::scenario::{Scenario, parse};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn shipped(bug: Bug) -> Scenario {
    let file = root().join(format!("www/scenarios/bugs/{}.raft", bug.name()));
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", bug.name()));
    parse(&text).unwrap_or_else(|error| panic!("{}: {error}", bug.name())).scenario
}

fn run(scenario: Scenario) -> Run {
    let mut trace = Trace::deaf();
    let mut run = Run::new(Arc::new(scenario), &mut trace);
    assert!(run.finish(1_000_000, &mut trace), "a script that ends");
    run
}

fn broken(run: &Run) -> BTreeSet<Promise> {
    run.world().checker().violations().iter().map(|violation| violation.promise()).collect()
}

#[test]
fn every_bug_breaks_exactly_the_promise_that_the_table_names() {
    let mut wrong = Vec::new();
    for bug in Bug::all() {
        let scenario = shipped(bug);
        assert_eq!(scenario.bugs, [bug], "{} switches on itself alone", bug.name());
        let run = run(scenario);
        let what: Vec<_> = run.failures().iter().map(|failure| (failure.at, &failure.what)).collect();
        if broken(&run) != BTreeSet::from_iter(bug.row().breaks) || !what.is_empty() {
            wrong.push(format!("{}: {:?}, {what:?}", bug.name(), broken(&run)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A bug that takes a step of a proof away is seen at that step, before a promise falls.
#[test]
fn what_the_promises_rest_on_gives_way_first() {
    #[track_caller]
    fn check(name: &str, lapses: &[&str]) {
        let run = run(shipped(Bug::find(name).expect("a bug of that name")));
        let checker = run.world().checker();
        let names: BTreeSet<_> = checker.slips().iter().map(|slip| slip.what.name()).collect();
        assert_eq!(names, BTreeSet::from_iter(lapses.iter().copied()), "{name}: {:?}", checker.slips());
        let first = checker.slips().iter().map(|slip| slip.at).min();
        assert!(first <= checker.violations().first().map(|violation| violation.at), "{name}");
    }
    check("double-vote", &["voted-twice"]);
    check("vote-reset-same-term", &["voted-twice"]);
    check("vote-not-persisted", &["voted-twice"]);
    check("send-before-fsync", &["voted-twice"]);
    check("term-not-persisted", &["voted-twice"]);
    check("direct-config-jump", &["majorities-apart"]);
}

#[test]
fn without_its_bug_the_same_scenario_breaks_nothing() {
    for bug in Bug::all() {
        let run = run(Scenario { bugs: Vec::new(), ..shipped(bug) });
        assert_eq!(broken(&run), BTreeSet::new(), "{}", bug.name());
        assert_eq!(run.world().checker().slips(), [], "{}", bug.name());
        let (done, all) = (run.steps_done(), run.scenario().steps.len());
        assert!(!run.is_halted(), "{} stops at step {done} of {all}: {:?}", bug.name(), run.failures());
        assert!(!run.failures().is_empty(), "{}: it expects what the bug does", bug.name());
    }
}

#[test]
fn a_link_carries_the_bug_and_its_digest_knows_it() {
    for bug in Bug::all() {
        let scenario = shipped(bug);
        let link = decode(&encode(&scenario, &View::default())).expect("a link that opens");
        let Source::Scenario(again, _) = link.source else { panic!("{} has no scenario", bug.name()) };
        assert_eq!(again.bugs, [bug]);
        let start = |scenario: Scenario| Run::new(Arc::new(scenario), &mut Trace::deaf()).world().digest();
        assert_ne!(start(*again), start(Scenario { bugs: Vec::new(), ..scenario }), "{}", bug.name());
    }
}

#[test]
fn no_scenario_is_without_its_bug() {
    for file in fs::read_dir(root().join("www/scenarios/bugs")).expect("the folder") {
        let name = file.expect("a file").file_name().into_string().expect("a plain name");
        let bug = name.strip_suffix(".raft").and_then(Bug::find);
        assert!(bug.is_some(), "{name} is no bug of the table");
    }
}

/// `UPDATE=1` rewrites the table.
#[test]
fn the_table_in_the_docs_is_the_one_in_the_code() {
    let file = root().join("docs/bugs.md");
    let page = fs::read_to_string(&file).expect("docs/bugs.md");
    let (start, end) = ("<!-- table: bugs -->\n", "<!-- end -->");
    let (before, rest) = page.split_once(start).expect("where the table starts");
    let (_, after) = rest.split_once(end).expect("where it ends");
    let right = format!("{before}{start}{}{end}{after}", reference());
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, right).expect("docs/bugs.md");
    } else {
        assert!(page == right, "docs/bugs.md is behind; UPDATE=1 rewrites its table");
    }
}
