//! The other futures of a run that is kept.

use std::sync::Arc;

use raft_core::Time;
use raft_sim::link::{self, MAX_LINK, Source, View};
use raft_sim::timeline::{Branch, MOST_BRANCHES};
use raft_sim::traces::value::Value;

use super::{clean, quote};

/// Bytes that a future takes in a text, beside its link: its name and what stands around it.
const AROUND: usize = 400;

/// A run that went on differently.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Future {
    /// What the reader calls it; empty if nothing.
    pub name: String,
    /// Where it parted, in microseconds.
    pub from: u64,
    /// Its link, at the moment up to which it was seen.
    pub link: String,
}

impl Future {
    /// As it is kept.
    pub fn of(branch: &Branch) -> Future {
        let view = View { at: Some(branch.end), ..View::default() };
        Future { name: clean(&branch.name), from: branch.from.0, link: link::encode(&branch.scenario, &view) }
    }

    /// As it is gone back to; none if its link opens no run of its own.
    pub fn branch(&self) -> Option<Branch> {
        let link = link::decode(&self.link).ok()?;
        let Source::Scenario(scenario, _) = link.source else { return None };
        let end = link.view.at.unwrap_or_default();
        Some(Branch { scenario: Arc::from(scenario), from: Time(self.from).min(end), end, name: self.name.clone() })
    }

    /// Its text: JSON.
    pub(super) fn write(&self, out: &mut String) {
        out.push_str("{\"name\": ");
        quote(out, &self.name);
        out.push_str(", \"from\": ");
        out.push_str(&self.from.to_string());
        out.push_str(", \"link\": ");
        quote(out, &self.link);
        out.push('}');
    }

    fn read(item: &Value<'_>) -> Option<Future> {
        let (Some(Value::Text(name)), Some(Value::Text(link))) = (item.field("name"), item.field("link")) else {
            return None;
        };
        let Some(Value::Number(from)) = item.field("from") else { return None };
        let future = Future { name: clean(name), from: u64::try_from(*from).ok()?, link: link.to_string() };
        future.branch().map(|_| future)
    }
}

/// Those that are kept beside a run with this link: all take no more room than one link may. The oldest without a
/// name go first, as on the page.
pub fn fitting(link: &str, mut futures: Vec<Future>) -> Vec<Future> {
    while !fit(link, &futures) {
        let oldest = futures.iter().position(|future| future.name.is_empty()).unwrap_or_default();
        futures.remove(oldest);
    }
    futures
}

fn fit(link: &str, futures: &[Future]) -> bool {
    let all: usize = futures.iter().map(|future| future.link.len() + AROUND).sum();
    futures.is_empty() || futures.len() <= MOST_BRANCHES && link.len() + all <= MAX_LINK
}

/// The futures in the text of a run with this link; the error says what is wrong with them.
pub(super) fn read(link: &str, item: Option<&Value<'_>>) -> Result<Vec<Future>, String> {
    let Some(item) = item else { return Ok(Vec::new()) };
    let Value::List(items) = item else { return Err("they are no list".into()) };
    let one =
        |(n, item)| Future::read(item).ok_or_else(|| format!("number {n} needs a name, a time and a link of a run"));
    let futures = (1..).zip(items).map(one).collect::<Result<Vec<_>, _>>()?;
    if fit(link, &futures) { Ok(futures) } else { Err("they are too many or too long".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use raft_sim::scenario;

    fn branch(name: &str, steps: usize) -> Branch {
        let notes: String = (0..steps).map(|n| format!("at {n}ms note {}\n", n * 7919 % 104_729)).collect();
        let scenario = scenario::parse(&format!("raft 1\n{notes}at 3s crash S1\n")).expect("a scenario").scenario;
        Branch { scenario: Arc::new(scenario), from: Time::seconds(3), end: Time::seconds(4), name: name.into() }
    }

    #[test]
    fn a_future_comes_back_as_it_was() {
        let branch = branch("what if", 2);
        let back = Future::of(&branch).branch().expect("a branch");
        assert_eq!(
            (back.scenario, back.from, back.end, back.name),
            (branch.scenario, branch.from, branch.end, branch.name)
        );
        // A stranger's time is no later than what was seen.
        let late = Future { from: u64::MAX, ..Future::of(&self::branch("", 0)) };
        assert_eq!(late.branch().map(|branch| branch.from), Some(Time::seconds(4)));
        let demo = Future { name: String::new(), from: 0, link: "#demo=figure-8".into() };
        assert!(demo.branch().is_none());
    }

    #[test]
    fn what_does_not_fit_goes_and_what_has_a_name_goes_last() {
        let all: Vec<Future> = ["a", "", "b", ""].iter().map(|name| Future::of(&branch(name, 9))).collect();
        let one = all[0].link.len() + AROUND;
        let rest: [(usize, &[&str]); 5] =
            [(4, &["a", "", "b", ""]), (3, &["a", "b", ""]), (2, &["a", "b"]), (1, &["b"]), (0, &[])];
        for (room, names) in rest {
            let left = fitting(&"#".repeat(MAX_LINK - room * one), all.clone());
            assert_eq!(left.iter().map(|future| &*future.name).collect::<Vec<_>>(), names);
        }
    }
}
