//! How long an election takes: many runs of one setup that differ in their dice only, as thesis
//! Figure 6.14 has it. All servers have just heard from a leader, and then it is gone.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use alloc::{format, string::String, vec};

use raft_core::Time;

use crate::record::Trace;
use crate::run::Run;
use crate::scenario::{Action, Change, Network, Predicate, Scenario, Set, Step, Trigger, Who};

/// So many runs: seeds 1 and up.
pub const RUNS: u64 = 1_000;

/// Nobody waits for a leader any longer.
pub const PATIENCE: Time = Time::seconds(10);

/// A run of more events says nothing more.
const MOST_EVENTS: usize = 20_000;

/// What came of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Election {
    /// Its seed.
    pub seed: u64,
    /// When somebody led, if that was in time.
    pub took: Option<Time>,
    /// How many terms it took: more than one, and votes were split or came too late.
    pub terms: u64,
}

/// The runs, as far as they are carried out.
#[derive(Clone, Debug)]
pub struct Elections {
    setup: Scenario,
    present: Option<(u64, Run)>,
    spent: usize,
    found: Vec<Election>,
    deaf: Trace,
}

impl Elections {
    /// None of them is carried out yet.
    pub fn new(setup: Scenario) -> Elections {
        Elections { setup, present: None, spent: 0, found: Vec::new(), deaf: Trace::deaf() }
    }

    /// What came of each run so far, by seed.
    pub fn found(&self) -> &[Election] {
        &self.found
    }

    /// Carries on for so many events. Returns whether all runs are through.
    pub fn go(&mut self, events: usize) -> bool {
        for _ in 0..events {
            let seed = self.found.len() as u64 + 1;
            if seed > RUNS {
                return true;
            }
            let (before, run) = self.present.get_or_insert_with(|| {
                let run = Run::new(Arc::new(of_seed(&self.setup, seed)), &mut self.deaf);
                (term(&run), run)
            });
            let before = *before;
            let leads = run.world().leader().is_some() && run.steps_done() > 0;
            let more = !leads && self.spent < MOST_EVENTS && run.next_due().is_some_and(|due| due <= PATIENCE);
            if more {
                self.spent += 1;
                run.step(&mut self.deaf);
            } else {
                let took = leads.then(|| run.world().now());
                self.found.push(Election { seed, took, terms: term(run).saturating_sub(before) });
                self.present = None;
                self.spent = 0;
            }
        }
        self.found.len() as u64 >= RUNS
    }
}

fn term(run: &Run) -> u64 {
    run.world().servers().iter().map(|server| server.term().0).max().unwrap_or(0)
}

/// The setup of an election like those of a run: its servers, its rules, and the settings in force
/// once so many of its steps are done.
pub fn setup(scenario: &Scenario, done: usize) -> Scenario {
    let sets = scenario.steps.iter().take(done).flat_map(|step| &step.actions).filter_map(|action| match action {
        Action::Set(set) => Some(set),
        _ => None,
    });
    // The last one of each is what holds.
    let mut last: BTreeMap<(&str, _), &Set> = BTreeMap::new();
    for set in scenario.settings.iter().chain(sets) {
        last.insert((set.change.name(), set.on), set);
    }
    // Nobody is there to deliver messages, and writes change nothing of an election.
    let plain =
        |set: &&Set| !matches!(set.change, Change::Network(Network::Manual) | Change::Load(_) | Change::Speed(_));
    let heard = if loses_its_leader(scenario) { LOST } else { STARTED };
    Scenario {
        title: String::from("How long until somebody leads?"),
        about: vec![String::from(heard)],
        author: None,
        lang: None,
        settings: last.into_values().filter(plain).cloned().collect(),
        steps: steps(scenario),
        ..scenario.clone()
    }
}

const LOST: &str = "All servers have just heard from a leader, the first one, and it crashes: the others wait, \
    stand for election and vote (§5.2, §9.3).";
const STARTED: &str = "The servers start: they wait, stand for election and vote (§5.2).";

/// Without one of three or more there is still a majority.
fn loses_its_leader(scenario: &Scenario) -> bool {
    scenario.servers.len() > 2
}

fn steps(scenario: &Scenario) -> Vec<Step> {
    let gone = scenario.servers.first().filter(|_| loses_its_leader(scenario));
    let gone = gone.map(|id| Action::Crash(Who::Server(*id)));
    let gone = Step { trigger: Trigger::At(Time::ZERO), actions: gone.into_iter().collect() };
    let leads = Trigger::When { predicate: Predicate::SomeLeader, within: Some(PATIENCE) };
    let leads = Step { trigger: leads, actions: vec![Action::Mark("a leader".into())] };
    vec![gone, leads]
}

/// The same setup with a setting of its own.
pub fn with(mut setup: Scenario, change: Change) -> Scenario {
    let set = Set { change, on: crate::scenario::Scope::All };
    setup.settings.retain(|old| (old.change.name(), old.on) != (set.change.name(), set.on));
    setup.settings.push(set);
    setup
}

/// One run of a setup, to be opened and looked at.
pub fn of_seed(setup: &Scenario, seed: u64) -> Scenario {
    Scenario { seed, title: format!("{} Seed {seed}", setup.title), ..setup.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{format as written, parse};

    fn all(text: &str) -> Elections {
        let scenario = parse(text).expect("a scenario").scenario;
        let mut elections = Elections::new(setup(&scenario, scenario.steps.len()));
        while !elections.go(1_000) {}
        elections
    }

    fn times(elections: &Elections) -> Vec<Time> {
        elections.found().iter().filter_map(|election| election.took).collect()
    }

    #[test]
    fn every_run_elects_and_no_sooner_than_a_timeout_and_a_round_trip() {
        let elections = all("raft 1\nset latency 10ms\n");
        let times = times(&elections);
        assert_eq!(times.len() as u64, RUNS);
        assert!(times.iter().all(|took| *took >= Time::millis(150 + 20)), "{:?}", times.iter().min());
        let at_once = elections.found().iter().filter(|election| election.terms == 1).count();
        assert!((600..1_000).contains(&at_once), "{at_once}");
    }

    #[test]
    fn a_run_that_is_opened_is_the_one_that_was_counted() {
        let scenario = parse("raft 1\nservers 3\nset loss 10%\n").expect("a scenario").scenario;
        let setup = setup(&scenario, 0);
        let mut elections = Elections::new(setup.clone());
        while elections.found().len() < 20 {
            elections.go(64);
        }
        for found in elections.found() {
            let text = written(&of_seed(&setup, found.seed));
            let mut trace = Trace::deaf();
            let mut run = Run::new(Arc::new(parse(&text).expect("its own text").scenario), &mut trace);
            run.finish(100_000, &mut trace);
            assert_eq!(Some(run.world().now()), found.took);
        }
    }

    #[test]
    fn it_does_not_depend_on_the_slices() {
        let scenario = parse("raft 1\nset election-timeout 100ms..120ms\n").expect("a scenario").scenario;
        let found = |slice| {
            let mut elections = Elections::new(setup(&scenario, 0));
            while elections.found().len() < 50 {
                elections.go(slice);
            }
            elections.found()[..50].to_vec()
        };
        assert_eq!(found(1), found(977));
    }

    #[test]
    fn a_narrow_range_of_timeouts_splits_votes() {
        let terms = |text| all(text).found().iter().map(|election| election.terms).sum::<u64>();
        let wide = terms("raft 1\nset election-timeout 150ms..300ms\n");
        let narrow = terms("raft 1\nset election-timeout 150ms..155ms\n");
        assert!(narrow > 2 * wide, "{narrow} {wide}");
    }

    #[test]
    fn the_settings_are_those_in_force() {
        let text =
            "raft 1\nset latency 5ms\nat 1ms set latency 7ms\nat 2ms set network manual\nat 3ms set latency 9ms\n";
        let scenario = parse(text).expect("a scenario").scenario;
        let texts = |done| setup(&scenario, done).settings.iter().map(|set| format!("{set}")).collect::<Vec<_>>();
        assert_eq!(texts(0), ["latency 5ms"]);
        assert_eq!(texts(2), ["latency 7ms"]);
        assert_eq!(texts(3), ["latency 9ms"]);
        let changed = with(setup(&scenario, 3), Change::Latency(Time::millis_range(1, 2)));
        assert_eq!(changed.settings.len(), 1);
    }

    #[test]
    fn who_cannot_elect_gives_up_in_time() {
        let elections = all("raft 1\nservers 3\nset loss 100%\nset election-timeout 1s..2s\n");
        assert!(times(&elections).is_empty());
        assert!(elections.found().iter().all(|election| election.terms > 1));
    }
}
