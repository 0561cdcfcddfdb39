//! Which bounds are searched, and what is said of each.

use crate::bounds::Bounds;
use crate::search::{End, Report};

/// Searches that end within a minute, all of them together.
pub const SHORT: &[Bounds] = &[
    Bounds::of(2, 2, 2, 1),
    Bounds { slow_disk: true, ..Bounds::of(2, 2, 1, 1) },
    Bounds::of(3, 1, 1, 0),
    Bounds::of(3, 2, 0, 1),
    Bounds::of(3, 2, 1, 0),
    Bounds { no_op: false, ..Bounds::of(3, 2, 2, 1) },
];

/// Searches that take minutes.
pub const LONG: &[Bounds] = &[Bounds::of(3, 2, 1, 1), Bounds::of(3, 2, 2, 0), Bounds::of(3, 2, 2, 1)];

/// Disks that take their time.
const SLOW: Bounds = Bounds { slow_disk: true, ..Bounds::of(3, 2, 0, 1) };

/// Bugs of the lab, with bounds in which each breaks something.
pub const BUGS: &[(&str, Bounds)] = &[
    ("double-vote", Bounds::of(3, 2, 1, 1)),
    ("vote-not-persisted", Bounds::of(3, 2, 1, 1)),
    ("term-not-persisted", Bounds::of(3, 2, 1, 1)),
    ("truncate-always", Bounds::of(3, 2, 1, 1)),
    ("no-uptodate-check", Bounds::of(3, 2, 1, 1)),
    ("uptodate-by-length", Bounds::of(3, 3, 1, 0)),
    ("send-before-fsync", SLOW),
    ("ack-before-fsync", SLOW),
    ("self-ack-before-fsync", SLOW),
];

/// The head of the table for servers that keep the rules.
pub fn paper_head() -> &'static str {
    "| Servers | Terms | Writes | Crashes | Settings | Result | States | Events | Depth | Time |\n\
     |---|---|---|---|---|---|---|---|---|---|\n"
}

/// Its row for a search.
pub fn paper_row(bounds: &Bounds, report: &Report) -> String {
    let Bounds { servers, terms, writes, crashes, .. } = bounds;
    let result = match &report.end {
        End::Complete => "complete, no violation".into(),
        End::Broken(promise, _) => format!("breaks {}", promise.name()),
        End::TooMany => "too many states".into(),
    };
    format!(
        "| {servers} | {terms} | {writes} | {crashes} | {} | {result} | {} | {} | {} | {:.1} s |",
        settings(bounds),
        grouped(report.states as u64),
        grouped(report.events),
        report.depth,
        report.took.as_secs_f64(),
    )
}

/// The head of the table of bugs.
pub fn bugs_head() -> &'static str {
    "| Bug | Terms | Writes | Crashes | Settings | Breaks | Events to it | States looked at | Time |\n\
     |---|---|---|---|---|---|---|---|---|\n"
}

/// Its row for a bug.
pub fn bug_row(name: &str, bounds: &Bounds, report: &Report) -> String {
    let Bounds { terms, writes, crashes, .. } = bounds;
    let (breaks, steps) = match &report.end {
        End::Broken(promise, steps) => (promise.name(), steps.len().to_string()),
        _ => ("nothing", "none".into()),
    };
    format!(
        "| `{name}` | {terms} | {writes} | {crashes} | {} | {breaks} | {steps} | {} | {:.1} s |",
        settings(bounds),
        grouped(report.states as u64),
        report.took.as_secs_f64(),
    )
}

fn settings(bounds: &Bounds) -> String {
    let all = [
        bounds.slow_disk.then(|| "slow disk".to_string()),
        (!bounds.no_op).then(|| "no no-op".to_string()),
        (bounds.batch == 1).then(|| "batch 1".to_string()),
        (!bounds.reduced).then(|| "plain".to_string()),
    ];
    all.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let comma = |(place, digit)| match (digits.len() - place) % 3 {
        0 if place > 0 => format!(",{digit}"),
        _ => format!("{digit}"),
    };
    digits.chars().enumerate().map(comma).collect()
}
