//! The futures of a run as a tree: which of them parted from which, and when.
//!
//! Futures are alike until the first step that differs. So the tree is in the scenarios themselves, and stays
//! right whichever of them is shown, named or forgotten.

use raft_core::Time;
use raft_sim::scenario::{Scenario, Step, Trigger};

/// A future in its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
    /// Which of the others it is; none is the one that is shown.
    pub place: Option<usize>,
    /// When it parts from the one that it hangs on.
    pub from: Option<Time>,
    /// Those that part from it, oldest first.
    pub branches: Vec<Node>,
}

/// The tree, with the future that is shown at its root.
pub fn tree(here: &Scenario, others: &[&Scenario]) -> Node {
    let steps = |place: Option<usize>| -> &[Step] { place.map_or(&here.steps, |n| &others[n].steps) };
    let mut on: Vec<(Option<usize>, Option<Time>)> = Vec::new();
    for n in 0..others.len() {
        // Where two are as near, the one that is shown.
        let mut best = (None, shared(steps(Some(n)), steps(None)));
        for older in 0..n {
            let alike = shared(steps(Some(n)), steps(Some(older)));
            if alike > best.1 {
                best = (Some(older), alike);
            }
        }
        on.push((best.0, parting(steps(Some(n)), steps(best.0), best.1)));
    }
    node(None, None, &on)
}

fn node(place: Option<usize>, from: Option<Time>, on: &[(Option<usize>, Option<Time>)]) -> Node {
    let hangs = on.iter().enumerate().filter(|(_, (parent, _))| *parent == place);
    Node { place, from, branches: hangs.map(|(n, (_, from))| node(Some(n), *from, on)).collect() }
}

/// So many steps they have in common.
pub fn shared(a: &[Step], b: &[Step]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// When the first is done that only one of them does. What a hand did has its time.
fn parting(a: &[Step], b: &[Step], shared: usize) -> Option<Time> {
    let at = |steps: &[Step]| match steps.get(shared)?.trigger {
        Trigger::At(time) => Some(time),
        _ => None,
    };
    at(a).into_iter().chain(at(b)).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use raft_sim::scenario::parse;

    fn run(steps: &str) -> Scenario {
        parse(&format!("raft 1\nservers 3\n{steps}")).expect("a scenario").scenario
    }

    #[test]
    fn a_future_hangs_on_the_one_that_it_is_like_for_longest() {
        let here = run("at 1s crash S1\n");
        let plain = run("");
        let write = run("at 1s crash S1\nat 2s write x=1\n");
        let more = run("at 1s crash S1\nat 2s write x=1\nat 3s crash S2\n");
        let root = tree(&here, &[&plain, &write, &more]);
        let leaf = |n, from, branches| Node { place: Some(n), from: Some(Time::seconds(from)), branches };
        let branches = vec![leaf(0, 1, vec![]), leaf(1, 2, vec![leaf(2, 3, vec![])])];
        assert_eq!(root, Node { place: None, from: None, branches });
        // The same futures, seen from another one.
        let root = tree(&more, &[&plain, &here, &write]);
        let branches = vec![leaf(0, 1, vec![]), leaf(1, 2, vec![]), leaf(2, 3, vec![])];
        assert_eq!(root.branches, branches, "all of them parted from it, each at its time");
    }

    #[test]
    fn where_one_of_two_waits_for_something_the_other_has_the_time() {
        let here = run("at 1s crash S1\nat 1.5s write y=1\n");
        let there = run("at 1s crash S1\nwhen leader within 2s write x=1\n");
        assert_eq!(tree(&here, &[&there]).branches[0].from, Some(Time::micros(1_500_000)));
    }
}
