//! Two clusters that are apart in one setting: the same seed, the same deeds, the same load.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use crate::scenario::{Action, Change, ParseError, Replication, Scenario, Scope, Set, format, lex, parse};

/// A setting in which two clusters can be apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Knob {
    /// How entries are sent (§5.3, thesis §10.2.1).
    Replication,
    /// Whether a server asks before it stands (thesis §9.6).
    PreVote,
    /// Whether a leader that is not answered steps down (thesis §6.2).
    CheckQuorum,
    /// How many servers there are.
    Servers,
}

/// Two clusters, apart in one setting.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Contrast {
    /// In which.
    pub knob: Knob,
    /// Which of its values either cluster has, by their places.
    pub sides: [usize; 2],
    /// So many writes a second reach both, besides those of the run; nothing leaves the load as it is.
    pub load: Option<u32>,
}

/// A run without writes shows little of a protocol: this many a second then come in addition.
const LOAD: u32 = 20;
const MOST_LOAD: u32 = 100_000;

const SERVERS: [u32; 3] = [3, 5, 7];

impl Knob {
    /// All of them.
    pub const ALL: [Knob; 4] = [Knob::Replication, Knob::PreVote, Knob::CheckQuorum, Knob::Servers];

    /// Its word in the scenario language.
    pub fn word(self) -> &'static str {
        match self {
            Knob::Replication => "replication",
            Knob::PreVote => "pre-vote",
            Knob::CheckQuorum => "check-quorum",
            Knob::Servers => "servers",
        }
    }

    /// Its values, in the words of the language; a cluster has the first of them unless its scenario
    /// says otherwise, but for the number of servers.
    pub fn values(self) -> &'static [&'static str] {
        match self {
            Knob::Replication => &["stop-and-wait", "pipelined", "streaming"],
            Knob::PreVote | Knob::CheckQuorum => &["off", "on"],
            Knob::Servers => &["3", "5", "7"],
        }
    }

    /// The one with this word.
    pub fn find(word: &str) -> Option<Knob> {
        Knob::ALL.into_iter().find(|knob| knob.word() == word)
    }

    /// What a cluster has from the start; nothing, if it is none of the values.
    pub fn of(self, here: &Scenario) -> Option<usize> {
        if self == Knob::Servers {
            return SERVERS.iter().position(|count| here.servers == Scenario::first_servers(*count));
        }
        let value_of =
            |set: &Set| (0..self.values().len()).find(|value| self.change(*value).as_ref() == Some(&set.change));
        Some(here.settings.iter().rev().find_map(value_of).unwrap_or(0))
    }

    fn change(self, value: usize) -> Option<Change> {
        const WAYS: [Replication; 3] = [Replication::StopAndWait, Replication::Pipelined, Replication::Streaming];
        match self {
            Knob::Replication => Some(Change::Replication(WAYS[value])),
            Knob::PreVote => Some(Change::PreVote(value == 1)),
            Knob::CheckQuorum => Some(Change::CheckQuorum(value == 1)),
            Knob::Servers => None,
        }
    }

    fn turn(self, here: &mut Scenario, value: usize) {
        match self.change(value) {
            Some(change) => replace(&mut here.settings, change),
            None => here.servers = Scenario::first_servers(SERVERS[value]),
        }
    }
}

fn replace(settings: &mut Vec<Set>, change: Change) {
    settings.retain(|set| set.change.name() != change.name());
    settings.push(Set { change, on: Scope::All });
}

/// Whether anybody writes or reads in a run.
fn has_work(here: &Scenario) -> bool {
    let mut actions = here.steps.iter().flat_map(|step| &step.actions);
    let loaded = |set: &Set| matches!(set.change, Change::Load(rate) if rate > 0);
    here.settings.iter().any(loaded)
        || actions.any(|action| match action {
            Action::Request { .. } => true,
            Action::Set(set) => loaded(set),
            _ => false,
        })
}

impl Contrast {
    /// What a run has, beside the next value with which it makes sense.
    pub fn usual(knob: Knob, here: &Scenario) -> Contrast {
        let own = knob.of(here).unwrap_or(0);
        let load = (!has_work(here)).then_some(LOAD);
        let with = |other| Contrast { knob, sides: [own, other], load };
        let mut others = (0..own).rev().chain(own + 1..knob.values().len()).map(with);
        others.find(|contrast| contrast.scenarios(here).is_ok()).unwrap_or(with(own))
    }

    /// The words of its two values.
    pub fn words(&self) -> [&'static str; 2] {
        self.sides.map(|value| self.knob.values()[value])
    }

    /// The two runs. What a run does may make no sense for one of them: with three servers it cannot
    /// crash S5.
    pub fn scenarios(&self, here: &Scenario) -> Result<[Scenario; 2], Box<ParseError>> {
        let side = |value: usize| {
            let mut there = here.clone();
            self.knob.turn(&mut there, value);
            if let Some(rate) = self.load {
                replace(&mut there.settings, Change::Load(rate));
            }
            parse(&format(&there)).map(|parsed| parsed.scenario).map_err(Box::new)
        };
        let [first, second] = self.sides;
        Ok([side(first)?, side(second)?])
    }

    /// Reads what stands in a link: `replication.stop-and-wait.streaming.20`.
    pub fn parse(text: &str) -> Option<Contrast> {
        let mut words = text.split('.');
        let knob = Knob::find(words.next()?)?;
        let mut value = || {
            let word = words.next()?;
            knob.values().iter().position(|value| *value == word)
        };
        let sides = [value()?, value()?];
        let load = match words.next() {
            Some(rate) => Some(u32::try_from(lex::number(rate)?).ok().filter(|rate| *rate <= MOST_LOAD)?),
            None => None,
        };
        words.next().is_none().then_some(Contrast { knob, sides, load })
    }
}

/// As it stands in a link.
impl fmt::Display for Contrast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = self.words();
        write!(f, "{}.{first}.{second}", self.knob.word())?;
        self.load.map_or(Ok(()), |rate| write!(f, ".{rate}"))
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    fn scenario(text: &str) -> Scenario {
        parse(text).unwrap_or_else(|error| panic!("{error}")).scenario
    }

    #[track_caller]
    fn check_sides(contrast: &str, text: &str, sides: [&str; 2]) {
        let both = Contrast::parse(contrast).expect("a contrast").scenarios(&scenario(text)).expect("both make sense");
        for (side, expected) in both.iter().zip(sides) {
            assert_eq!(*side, scenario(expected));
        }
    }

    #[test]
    fn one_setting_is_apart_and_nothing_else() {
        check_sides(
            "replication.stop-and-wait.streaming",
            "raft 1\nseed 3\nset replication pipelined\nset batch 2\nat 1s crash S5\n",
            [
                "raft 1\nseed 3\nset batch 2\nset replication stop-and-wait\nat 1s crash S5\n",
                "raft 1\nseed 3\nset batch 2\nset replication streaming\nat 1s crash S5\n",
            ],
        );
        check_sides("servers.3.5.20", "raft 1\n", ["raft 1\nservers 3\nset load 20/s\n", "raft 1\nset load 20/s\n"]);
    }

    #[test]
    fn what_a_run_does_may_make_no_sense_with_fewer_servers() {
        let here = scenario("raft 1\nat 1s crash S5\n");
        assert!(Contrast::parse("servers.5.3").expect("a contrast").scenarios(&here).is_err());
        assert_eq!(Contrast::usual(Knob::Servers, &here).words(), ["5", "7"]);
        assert_eq!(Contrast::usual(Knob::Servers, &scenario("raft 1\n")).words(), ["5", "3"]);
    }

    #[test]
    fn it_begins_with_what_the_run_has_and_with_writes_if_it_has_none() {
        let usual = |text: &str, knob| Contrast::usual(knob, &scenario(text)).to_string();
        assert_eq!(
            usual("raft 1\nset replication pipelined\n", Knob::Replication),
            "replication.pipelined.stop-and-wait.20"
        );
        assert_eq!(usual("raft 1\nset pre-vote on\nat 1s write x=1\n", Knob::PreVote), "pre-vote.on.off");
        assert_eq!(usual("raft 1\nset load 5/s\n", Knob::CheckQuorum), "check-quorum.off.on");
    }

    #[test]
    fn it_stands_in_a_link() {
        for text in ["replication.stop-and-wait.streaming", "servers.3.5.100", "pre-vote.off.on"] {
            assert_eq!(Contrast::parse(text).map(|contrast| contrast.to_string()).as_deref(), Some(text));
        }
        for wrong in [
            "",
            "replication",
            "replication.streaming",
            "pre-vote.on.maybe",
            "servers.3.5.x",
            "servers.3.5.1.2",
            "servers.3.5.100001",
        ] {
            assert_eq!(Contrast::parse(wrong), None, "{wrong}");
        }
    }
}
