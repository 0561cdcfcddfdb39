//! What has to hold in every state, in bounds that take seconds; `docs/exhaustive.md` has larger ones.

use std::collections::HashSet;

use exhaust::bounds::{Bounds, Conduct};
use exhaust::search::{End, search, visit};
use exhaust::table::{BUGS, SHORT, bug_row, paper_row};

const MOST: usize = 10_000_000;

/// The docs have this row, but for how long it took: the promise that breaks, states, events and depth.
#[track_caller]
fn is_in_the_docs(row: &str) {
    println!("{row}");
    let (counted, _time) = row.trim_end_matches(" |").rsplit_once('|').expect("columns");
    let docs = include_str!("../../../docs/exhaustive.md");
    assert!(docs.lines().any(|line| line.starts_with(counted)), "docs/exhaustive.md lacks {counted}");
}

#[test]
fn nothing_breaks_in_any_state() {
    for bounds in SHORT {
        let report = search(*bounds, Conduct::PAPER, MOST);
        assert_eq!(report.end, End::Complete, "{bounds:?}");
        is_in_the_docs(&paper_row(bounds, &report));
    }
}

#[test]
fn every_chosen_bug_breaks_a_promise() {
    for (name, bounds) in BUGS {
        let report = search(*bounds, Conduct::with(name).expect("a bug of the lab"), MOST);
        assert!(matches!(report.end, End::Broken(..)), "{name}");
        is_in_the_docs(&bug_row(name, bounds, &report));
    }
}

/// What servers become, with their history, in all states.
fn servers(bounds: Bounds) -> HashSet<String> {
    let mut all = HashSet::new();
    let report = visit(bounds, Conduct::PAPER, MOST, |model, state| {
        all.insert(format!("{:?}", model.without_messages(state)));
    });
    assert_eq!(report.end, End::Complete);
    println!("{bounds:?}: {} states, {} without messages", report.states, all.len());
    all
}

/// Messages that are left out take nothing away from what servers become.
#[test]
fn a_reduced_search_sees_what_a_plain_one_does() {
    for bounds in [Bounds::of(2, 2, 1, 1), Bounds::of(3, 1, 0, 0), Bounds { slow_disk: true, ..Bounds::of(2, 1, 1, 1) }]
    {
        let (plain, reduced) = (servers(Bounds { reduced: false, ..bounds }), servers(bounds));
        assert!(plain.is_subset(&reduced), "{bounds:?}");
        // On a slow disk a heartbeat that stands for a request (see `wire::remainder`) may wait for it.
        assert!(bounds.slow_disk || plain == reduced, "{bounds:?}");
    }
}
