//! Dials with consequences: what a range of election timeouts does to elections, as a histogram of
//! many runs, and a plain warning where messages are too slow for it (§5.6, §9.3). Plain data.

use std::ops::Range;

use raft_core::Time;
use raft_sim::elections::Election;
use raft_sim::scenario::Settings;

/// So many bars; the last one is for all that took longer.
pub const BARS: usize = 12;

/// Of them, so many are for elections that succeed at once.
const AT_ONCE: u64 = 8;

/// What the times of a setup are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Timing {
    /// How long a server waits for a leader.
    pub timeout: Range<Time>,
    /// How long a message travels.
    pub latency: Range<Time>,
    /// How often a leader lets the others know that it is there.
    pub heartbeat: Time,
    /// How long a write to disk takes.
    pub fsync: Time,
}

impl Timing {
    /// Those in force for all.
    pub fn of(settings: &Settings) -> Timing {
        Timing {
            timeout: settings.election_timeout.clone(),
            latency: settings.latency.clone(),
            heartbeat: settings.heartbeat,
            fsync: settings.fsync,
        }
    }

    /// How long it takes at most to ask for a vote and to have it: a message there and one back, and
    /// on both sides a vote that goes to disk first.
    pub fn round_trip(&self) -> Time {
        Time(2 * (last(&self.latency) + self.fsync.0))
    }

    /// What is to be feared of it.
    pub fn warnings(&self) -> Vec<Warning> {
        let (round, least) = (self.round_trip(), self.timeout.start);
        let spread = self.timeout.end.since(self.timeout.start);
        let late = Time(self.heartbeat.0 + last(&self.latency));
        let mut all = Vec::new();
        if round >= least {
            all.push(Warning::TooSlow(round, least));
        } else if Time(round.0 * 3) > least {
            all.push(Warning::Near(round, least));
        }
        if late >= least {
            all.push(Warning::Heartbeats(late, least));
        }
        if spread <= round {
            all.push(Warning::Splits(spread, round));
        }
        all
    }
}

/// The longest that can be drawn of a half-open range.
fn last(span: &Range<Time>) -> u64 {
    span.end.0.saturating_sub(1).max(span.start.0)
}

/// Where the times of a setup do not go together, and the two times that do not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Warning {
    /// A candidate gives up before votes can have come back: round trip and shortest timeout.
    TooSlow(Time, Time),
    /// A candidate may give up before votes have come back: round trip and shortest timeout.
    Near(Time, Time),
    /// A follower stands although its leader is well: time between heartbeats, and shortest timeout.
    Heartbeats(Time, Time),
    /// Others stand before they hear of the first that does: spread of the timeouts, and round trip.
    Splits(Time, Time),
}

/// Where the bars stand: it depends on the settings alone, so that no bar moves while runs are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Scale {
    from: Time,
    step: Time,
}

impl Scale {
    /// From the shortest timeout on; elections that succeed at once fill two thirds of it.
    pub fn of(timing: &Timing) -> Scale {
        let end = last(&timing.timeout) + timing.round_trip().0;
        let step = round_up((end - timing.timeout.start.0).div_ceil(AT_ONCE).max(1_000));
        Scale { from: Time(timing.timeout.start.0 / step * step), step: Time(step) }
    }

    /// From where to where a bar goes; the last one has no end.
    pub fn span(&self, bar: usize) -> (Time, Option<Time>) {
        let edge = |n: usize| self.from + Time(self.step.0 * n as u64);
        (edge(bar), (bar + 1 < BARS).then(|| edge(bar + 1)))
    }

    fn bar(&self, took: Option<Time>) -> usize {
        took.map_or(BARS - 1, |took| ((took.since(self.from).0 / self.step.0) as usize).min(BARS - 1))
    }
}

/// The next of 1, 2, 5, 10, 20, 50, …: what is read easily.
fn round_up(least: u64) -> u64 {
    let power = 10u64.pow(least.max(1).ilog10());
    [1, 2, 5, 10].map(|n| n * power).into_iter().find(|step| *step >= least).unwrap_or(least)
}

/// A bar.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Bar {
    /// How many runs took so long.
    pub runs: usize,
    /// The first of them: this one is opened.
    pub first: Option<Election>,
}

/// All bars.
pub fn bars(scale: Scale, found: &[Election]) -> [Bar; BARS] {
    let mut bars = [Bar::default(); BARS];
    for election in found {
        let bar = &mut bars[scale.bar(election.took)];
        bar.runs += 1;
        bar.first = bar.first.or(Some(*election));
    }
    bars
}

/// What the runs say together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Summary {
    /// How many there are.
    pub runs: usize,
    /// Half of them took no longer.
    pub half: Option<Time>,
    /// 99 of 100 took no longer.
    pub most: Option<Time>,
    /// So many took more than one term.
    pub again: usize,
    /// So many elected nobody in time.
    pub never: usize,
}

/// What the runs say together.
pub fn summary(found: &[Election]) -> Summary {
    let mut times: Vec<Option<Time>> = found.iter().map(|election| election.took).collect();
    // Who is never elected takes longer than all others.
    times.sort_by_key(|took| took.unwrap_or(Time(u64::MAX)));
    let at = |percent: usize| times.get((times.len() * percent).div_ceil(100).saturating_sub(1)).copied().flatten();
    Summary {
        runs: found.len(),
        half: at(50),
        most: at(99),
        again: found.iter().filter(|election| election.took.is_some() && election.terms > 1).count(),
        never: found.iter().filter(|election| election.took.is_none()).count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timing(timeout: Range<u64>, latency: Range<u64>) -> Timing {
        let span = |ms: Range<u64>| Time::millis(ms.start)..Time::millis(ms.end);
        Timing { timeout: span(timeout), latency: span(latency), ..Timing::of(&Settings::default()) }
    }

    fn election(seed: u64, took: Option<u64>, terms: u64) -> Election {
        Election { seed, took: took.map(Time::millis), terms }
    }

    #[test]
    fn bars_begin_with_the_shortest_timeout_and_the_last_has_no_end() {
        let scale = Scale::of(&timing(150..300, 10..20));
        assert_eq!(scale.span(0), (Time::millis(150), Some(Time::millis(200))));
        assert_eq!(scale.span(BARS - 1), (Time::millis(700), None));
        let found =
            [election(1, Some(170), 1), election(2, Some(199), 1), election(3, Some(400), 2), election(4, None, 9)];
        let bars = bars(scale, &found);
        assert_eq!((bars[0].runs, bars[0].first.map(|first| first.seed)), (2, Some(1)));
        assert_eq!((bars[5].runs, bars[BARS - 1].first.map(|first| first.seed)), (1, Some(4)));
    }

    #[test]
    fn any_times_have_a_scale() {
        for (timeout, latency) in
            [(1..1, 0..0), (1..2, 0..10_000), (0..1_000_000, 0..1), (86_000_000..86_000_001, 5..6)]
        {
            let scale = Scale::of(&timing(timeout, latency));
            assert!(scale.step >= Time::millis(1));
            assert_eq!(scale.bar(Some(Time::ZERO)), 0);
        }
    }

    #[track_caller]
    fn check_warnings(timeout: Range<u64>, latency: Range<u64>, expected: &[&str]) {
        let name = |warning: Warning| match warning {
            Warning::TooSlow(..) => "slow",
            Warning::Near(..) => "near",
            Warning::Heartbeats(..) => "heartbeats",
            Warning::Splits(..) => "splits",
        };
        let found: Vec<_> = timing(timeout, latency).warnings().into_iter().map(name).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn who_is_too_slow_is_told() {
        check_warnings(150..300, 10..20, &[]);
        check_warnings(150..300, 10..40, &["near"]);
        check_warnings(150..300, 10..110, &["slow", "heartbeats", "splits"]);
        check_warnings(150..160, 10..20, &["splits"]);
        check_warnings(58..300, 1..9, &["heartbeats"]);
    }

    #[test]
    fn a_summary_counts_who_never_leads_as_the_longest() {
        let found: Vec<_> = (1..=99).map(|n| election(n, Some(n), 1)).chain([election(100, None, 4)]).collect();
        let all = summary(&found);
        assert_eq!((all.half, all.most, all.never), (Some(Time::millis(50)), Some(Time::millis(99)), 1));
        assert_eq!(summary(&found[..1]).most, Some(Time::millis(1)));
        assert_eq!(summary(&[]).half, None);
        assert_eq!(summary(&[election(1, Some(9), 2)]).again, 1);
    }
}
