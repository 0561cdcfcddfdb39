//! What whoever wrote a scenario arranged by hand: when timers fire and messages arrive, and where the
//! sections of a lecture begin.

use raft_sim::run::Run;
use raft_sim::scenario::{Action, Scenario};

/// Whether a step says when a timer fires or how long a message takes, so that not all is left to chance.
pub fn is_arranged(scenario: &Scenario) -> bool {
    scenario.steps.iter().flat_map(|step| &step.actions).any(|action| {
        matches!(
            action,
            Action::Timeout(_)
                | Action::Heartbeat(_)
                | Action::Hold(_)
                | Action::Release(_)
                | Action::Deliver(_)
                | Action::Settle(_)
                | Action::Clock(..)
        )
    })
}

/// Whether a section may begin after the present moment.
pub fn sections_ahead(run: &Run) -> bool {
    let steps = run.scenario().steps.get(run.steps_done()..).unwrap_or_default();
    steps.iter().flat_map(|step| &step.actions).any(|action| matches!(action, Action::Mark(_)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use raft_core::Time;
    use raft_sim::record::Trace;
    use raft_sim::scenario::parse;

    use super::*;
    use crate::shelf;

    #[test]
    fn a_timer_that_is_fired_and_a_message_that_is_held_are_arranged_and_faults_are_not() {
        let arranged = |steps: &str| is_arranged(&parse(&format!("raft 1\n{steps}\n")).expect("a scenario").scenario);
        for steps in ["at 1ms timeout S1", "at 1ms hold S1->S2", "at 1ms clock S1 x2", "at 1ms settle"] {
            assert!(arranged(steps), "{steps}");
        }
        for steps in ["at 1ms crash leader", "at 1ms write x=1\nat 2ms isolate S1\nat 3ms mark later", "at 1ms heal"] {
            assert!(!arranged(steps), "{steps}");
        }
        assert!(!is_arranged(&shelf::first()));
    }

    #[test]
    fn sections_are_ahead_until_the_last_has_begun() {
        let scenario = parse("raft 1\nat 10ms mark one\nat 20ms mark two\nat 30ms crash S1\n").expect("a scenario");
        let mut run = Run::new(Arc::new(scenario.scenario), &mut Trace::new());
        for (ms, ahead) in [(5, true), (15, true), (25, false)] {
            run.advance(Time::millis(ms), 10_000, &mut Trace::new());
            assert_eq!(sections_ahead(&run), ahead, "at {ms} ms");
        }
    }
}
