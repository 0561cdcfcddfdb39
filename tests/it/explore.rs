//! The explorer: what it finds, how short it makes it, and that it finds nothing where nothing is wrong.

use std::sync::Arc;

use raft_core::Time;
use raft_sim::bugs::Bug;
use raft_sim::checker::Promise;
use raft_sim::explore::{Budget, Explorer, Goal, Minimiser, Start};
use raft_sim::record::Trace;
use raft_sim::run::Run;
use raft_sim::scenario::{Action, Predicate, Scenario, Who, format, parse};

/// More events than any of these searches should take.
const MOST_EVENTS: u64 = 20_000_000;

fn bug(name: &str) -> Bug {
    Bug::find(name).expect("a bug of the table")
}

/// The first of a few seeds that finds something.
fn search(start: &Start, budget: Budget) -> Minimiser {
    let each = MOST_EVENTS / 10;
    let found = (0..10).find_map(|seed| {
        let mut explorer = Explorer::new(start.clone(), budget, seed);
        explorer.run(each);
        explorer.minimiser()
    });
    found.expect("one of ten seeds finds it")
}

fn short(start: &Start, budget: Budget) -> Minimiser {
    let mut minimiser = search(start, budget);
    assert!(minimiser.run(MOST_EVENTS), "it ends");
    minimiser
}

/// What `raftlab check` does.
fn passes(scenario: &Scenario) -> bool {
    let mut run = Run::new(Arc::new(scenario.clone()), &mut Trace::deaf());
    run.finish(1_000_000, &mut Trace::deaf()) && run.failures().is_empty()
}

fn promises_broken(scenario: &Scenario) -> Vec<Promise> {
    let mut run = Run::new(Arc::new(scenario.clone()), &mut Trace::deaf());
    run.finish(1_000_000, &mut Trace::deaf());
    run.world().checker().violations().iter().map(|violation| violation.promise()).collect()
}

#[test]
fn it_finds_what_is_broken_and_hands_it_back_as_a_scenario() {
    for name in ["double-vote", "no-uptodate-check", "uptodate-by-length", "truncate-always", "commit-old-term"] {
        let minimiser = short(&Start::Anywhere(vec![bug(name)]), Budget::default());
        let scenario = minimiser.scenario();
        let text = format(&scenario);
        assert_eq!(parse(&text).expect("canonical text").scenario, scenario, "{name}");
        assert!(passes(&scenario), "{name}:\n{text}");
        assert!(
            text.contains(&format!("expect violated {}", minimiser.promise().expect("a promise").name())),
            "{text}"
        );
        assert!(text.contains("\ntitle ") && text.contains("\n  note "), "{text}");
        let right = Scenario { bugs: Vec::new(), ..scenario };
        assert_eq!(promises_broken(&right), [], "{name} without its bug:\n{text}");
    }
}

#[test]
fn no_single_op_can_be_left_out() {
    for name in ["no-prev-check", "uptodate-by-length", "joint-new-majority-only"] {
        let scenario = short(&Start::Anywhere(vec![bug(name)]), Budget::default()).scenario();
        let says = |action: &Action| matches!(action, Action::Note(_) | Action::Expect { .. });
        for step in 0..scenario.steps.len() {
            for action in 0..scenario.steps[step].actions.len() {
                let mut less = scenario.clone();
                if !says(&less.steps[step].actions.remove(action)) {
                    assert!(!passes(&less), "{name} without action {action} of step {step}:\n{}", format(&scenario));
                }
            }
        }
    }
}

/// Found among five servers, of which three are enough: who stood for two does it alone.
#[test]
fn what_three_servers_can_show_needs_no_five() {
    for (name, most) in [("commit-old-term", 25), ("no-uptodate-check", 5), ("truncate-always", 15), ("no-dedup", 5)] {
        let minimiser = short(&Start::Anywhere(vec![bug(name)]), Budget::default());
        let scenario = minimiser.scenario();
        assert!(scenario.servers.len() + scenario.spares.len() <= 3, "{name}:\n{}", format(&scenario));
        assert!(minimiser.ops().len() <= most, "{name}:\n{}", format(&scenario));
    }
}

#[test]
fn it_finds_nothing_where_nothing_is_wrong() {
    for seed in 0..12 {
        let mut explorer = Explorer::new(Start::Anywhere(Vec::new()), Budget::default(), seed);
        let progress = explorer.run(150_000);
        let text = explorer.minimiser().map(|mut minimiser| {
            minimiser.run(MOST_EVENTS);
            format(&minimiser.scenario())
        });
        assert!(!progress.found, "seed {seed}: {}", text.unwrap_or_default());
        assert!(progress.events >= 150_000 && progress.runs > 1_000, "{progress:?}");
    }
}

#[test]
fn a_seed_finds_the_same_in_slices_of_any_size() {
    let start = Start::Anywhere(vec![bug("uptodate-by-length")]);
    let outcome = |slice: u64| {
        let mut explorer = Explorer::new(start.clone(), Budget::default(), 3);
        while !explorer.run(slice).found && explorer.progress().events < MOST_EVENTS {}
        let mut minimiser = explorer.minimiser().expect("it is found");
        while !minimiser.run(slice) {}
        (explorer.progress(), format(&minimiser.scenario()))
    };
    assert_eq!(outcome(500), outcome(1_000_000));
}

#[test]
fn no_more_goes_wrong_than_the_budget_allows() {
    let start = Start::Anywhere(vec![bug("no-uptodate-check")]);
    for (text, most) in [("0 crashes", 0), ("1 crash, 2 drops", 1)] {
        let found = search(&start, Budget::parse(text).expect("a budget"));
        let crashes = found.ops().iter().filter(|op| matches!(op.action, Action::Crash(_))).count();
        let other =
            found.ops().iter().filter(|op| matches!(op.action, Action::Pause(_) | Action::Duplicate(_))).count();
        assert!(crashes <= most && other == 0, "{text}: {crashes} crashes, {other} others");
        assert!(found.ops().len() <= 100);
    }
}

/// 1. S1 leads term 1, and begins a second round of heartbeats.
/// 2. S2 gets the append of that round late, when it is in term 3, and refuses it; S1 leads term 3.
/// 3. S3 leads term 4, and a client is told that x=1 is done.
/// 4. S1 is asked to read: S2's refusal is no answer to its second round of term 3.
#[test]
fn what_it_found_in_this_core_stays_mended() {
    let text = "\
        raft 1\n\
        servers 3\n\
        spares S4\n\
        set network manual\n\
        set reads index\n\
        at 0ms\n\
          timeout S1\n\
          deliver S1->S2 vote\n\
          deliver S2->S1 vote-reply\n\
          deliver S1->S3 append\n\
        after 50ms\n\
          timeout S3\n\
          deliver S3->S2 vote\n\
          deliver S1->S2 append\n\
          deliver S2->S1 append-reply\n\
          timeout S1\n\
          settle S1 S3\n\
          timeout S2\n\
          settle S1 S2 S3\n\
          timeout S3\n\
          deliver S3->S2 vote\n\
          deliver S2->S3 vote-reply\n\
          write x=1 to S3\n\
          deliver S3->S2 append\n\
          deliver S2->S3 append-reply\n\
          deliver S3->S2 append\n\
          deliver S2->S3 append-reply\n\
          read x from S1\n\
          add S4 via S1\n\
        ";
    let scenario = parse(text).expect("a scenario").scenario;
    let mut run = Run::new(Arc::new(scenario), &mut Trace::deaf());
    assert!(run.finish(1_000, &mut Trace::deaf()) && run.failures().is_empty(), "{:?}", run.failures());
    assert_eq!(run.world().checker().violations(), []);
    assert_eq!(run.world().history().len(), 2, "it was written and asked");
}

#[test]
fn it_goes_on_from_the_end_of_a_scenario() {
    let text = "raft 1\nservers 3\nset network manual\nset election-timeout 5s..6s\nbug double-vote\n\
                at 0ms timeout S1\nat 10ms timeout S3\nafter 1ms deliver S1->S2 vote\n";
    let scenario = parse(text).expect("a scenario").scenario;
    let start = Start::end_of(scenario.clone(), 1_000).expect("it ends");
    let found = short(&start, Budget::default()).scenario();
    assert_eq!(found.steps[..3], scenario.steps[..]);
    assert_eq!((&found.settings, found.servers.len()), (&scenario.settings, 3), "the world is the one that was given");
    assert!(passes(&found), "{}", format(&found));
}

#[test]
fn it_finds_what_else_is_looked_for() {
    let scenario = parse("raft 1\nservers 3\nset network manual\n").expect("a scenario").scenario;
    let start = Start::end_of(scenario, 1_000).expect("it ends");
    let leads = Predicate::LeaderIs(Who::Server(raft_core::ServerId(2)));
    let mut explorer = Explorer::new(start, Budget::default(), 0).toward(Goal::Holds(leads.clone()));
    assert!(explorer.run(1_000_000).found);
    let mut minimiser = explorer.minimiser().expect("it is found");
    minimiser.run(MOST_EVENTS);
    let found = minimiser.scenario();
    assert!(passes(&found), "{}", format(&found));
    assert!(
        minimiser.ops().len() <= 3
            && found.steps.last().is_some_and(|step| step.trigger != raft_sim::scenario::Trigger::At(Time::seconds(1)))
    );
}

/// `cargo xtask explore-table` writes the table anew.
#[test]
fn the_table_in_the_docs_has_a_row_for_each_rule_whose_loss_breaks_a_promise() {
    let page = include_str!("../../docs/explore.md");
    let (_, rest) = page.split_once("<!-- table: explore -->\n").expect("where the table starts");
    let (table, _) = rest.split_once("\n<!-- end -->").expect("where it ends");
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| `")).collect();
    let named: Vec<&str> = rows.iter().filter_map(|row| row.split('`').nth(1)).collect();
    let breaking: Vec<&str> = Bug::all().filter(|bug| bug.row().breaks.is_some()).map(Bug::name).collect();
    assert_eq!(named, breaking);
    let found = rows.iter().filter(|row| !row.contains("| not found |")).count();
    assert_eq!(table.lines().last(), Some(&*format!("{found} of {} found.", rows.len())));
}
