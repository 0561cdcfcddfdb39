//! What keeps something from happening: the deed after which it does not come to hold.
//!
//! A run without its script is tried first; then one deed at the start of it, the mildest first. As
//! with a way ([`Search`](super::Search)), what is found has been done, to a copy of the world.

use alloc::vec::Vec;

use raft_core::Time;

use super::takes::{Found, Step, take};
use crate::host::Condition;
use crate::record::Trace;
use crate::scenario::{Action, Heal, Predicate, Who};
use crate::world::World;

/// So many events at most are looked at after one deed.
const MOST_EVENTS: usize = 20_000;

/// A search for such a deed, which can be carried on a little at a time.
#[derive(Clone, Debug)]
pub struct Averting {
    root: World,
    predicate: Predicate,
    until: Time,
    /// What is still to be tried, the last one next.
    left: Vec<Option<Step>>,
    /// What is tried, the world after it, and how many events it took so far.
    now: Option<(Option<Step>, World, usize)>,
    found: Found,
    trace: Trace,
}

impl Averting {
    /// From a world on, something shall not come to hold until a moment, that included.
    pub fn new(world: &World, predicate: Predicate, until: Time) -> Averting {
        let mut left: Vec<Option<Step>> = deeds(world).into_iter().map(|action| Some(Step::Do(action))).collect();
        left.insert(0, None);
        left.reverse();
        let (root, trace) = (world.clone(), Trace::deaf());
        Averting { root, predicate, until, left, now: None, found: Found::NotYet, trace }
    }

    /// The deed, with all the work that is allowed. A way of no steps: without its script it does not come.
    pub fn finish(mut self) -> Found {
        while self.advance(usize::MAX) == &Found::NotYet {}
        self.found
    }

    /// Looks at about so many more events.
    pub fn advance(&mut self, events: usize) -> &Found {
        for _ in 0..events {
            if self.found != Found::NotYet {
                break;
            }
            match self.now.take() {
                Some((step, world, count)) => self.look_on(step, world, count),
                None => match self.left.pop() {
                    Some(step) => self.begin(step),
                    None => self.found = Found::None { within: 1 },
                },
            }
        }
        &self.found
    }

    fn begin(&mut self, step: Option<Step>) {
        let mut world = self.root.clone();
        if step.as_ref().is_none_or(|step| take(&mut world, step, &mut self.trace)) {
            self.now = Some((step, world, 0));
        }
    }

    /// The next event; a deed that does not help is given up.
    fn look_on(&mut self, step: Option<Step>, mut world: World, count: usize) {
        if world.holds(&self.predicate) || count == MOST_EVENTS {
            return;
        }
        if world.next_due().is_none_or(|due| due > self.until) {
            self.found = Found::Way(step.into_iter().collect());
            return;
        }
        world.step(&mut self.trace);
        self.now = Some((step, world, count + 1));
    }
}

/// What can be done, the mildest first.
fn deeds(world: &World) -> Vec<Action> {
    let mut deeds = Vec::new();
    if !world.network.cuts.is_empty() {
        deeds.push(Action::Heal(Heal::All));
    }
    for server in world.servers() {
        match server.condition() {
            Condition::Down => deeds.push(Action::Restart(Who::Server(server.id))),
            Condition::Paused => deeds.push(Action::Resume(Who::Server(server.id))),
            Condition::Up => {}
        }
    }
    let picked = || world.flights().into_iter().filter_map(|flight| world.select(flight.id));
    deeds.extend(picked().map(Action::Deliver));
    deeds.extend(picked().map(Action::Drop));
    let up = world.servers().iter().filter(|server| server.condition() == Condition::Up);
    deeds.extend(up.map(|server| Action::Crash(Who::Server(server.id))));
    deeds
}

#[cfg(test)]
mod tests {
    use alloc::sync::Arc;

    use super::*;
    use crate::run::Run;
    use crate::scenario::parse;

    /// What keeps the condition of the question from coming to hold in the second after it.
    fn averted(text: &str) -> (World, Predicate, Found) {
        let scenario = Arc::new(parse(text).expect("a scenario").scenario);
        let quiz = scenario.steps.iter().flat_map(|step| &step.actions).find_map(|action| match action {
            Action::Ask(quiz) => Some(quiz.clone()),
            _ => None,
        });
        let Some(crate::scenario::Answers::Run(predicate)) = quiz.map(|quiz| quiz.answers) else {
            panic!("a question")
        };
        let mut run = Run::new(scenario, &mut Trace::deaf());
        while !run.is_over() {
            run.step(&mut Trace::deaf());
        }
        let world = run.world().clone();
        let found = Averting::new(&world, (*predicate).clone(), world.now() + Time::seconds(1)).finish();
        (world, *predicate, found)
    }

    #[test]
    fn a_leader_that_would_step_down_is_given_its_links_back() {
        let text = "raft 1\nservers 3\nset check-quorum on\nat 0ms timeout S1\nwhen S1 is leader\nisolate S1\n\
                    after 1ms ask \"Will S1 step down?\" = not S1 is leader\n";
        let (mut world, predicate, found) = averted(text);
        assert_eq!(found, Found::Way([Step::Do(Action::Heal(Heal::All))].into()));
        let until = world.now() + Time::seconds(1);
        world.act(&Action::Heal(Heal::All), &mut Trace::deaf()).expect("a deed");
        while world.next_due().is_some_and(|due| due <= until) {
            world.step(&mut Trace::deaf());
            assert!(!world.holds(&predicate));
        }
    }

    #[test]
    fn what_only_the_script_does_takes_no_deed_and_what_is_so_already_cannot_be_kept_away() {
        let ask = |what: &str| {
            averted(&alloc::format!("raft 1\nservers 3\nset network manual\nat 0ms ask \"Will it?\" = {what}\n")).2
        };
        assert_eq!(ask("S1 is leader"), Found::Way(Vec::new()));
        assert_eq!(ask("safe"), Found::None { within: 1 });
    }
}
