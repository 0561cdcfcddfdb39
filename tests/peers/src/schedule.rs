//! Random schedules: what happens to a cluster, in words that fit any core.

use crate::cluster::{Change, Cluster, Start, Step, Transition};

/// Something that happens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// A server's election timeout elapses.
    Campaign(u64),
    /// A client proposes something to a server that leads.
    Propose(u64, String),
    /// All that is on its way from one to another arrives.
    Arrive(u64, u64),
    /// It arrives, the last first.
    ArriveReversed(u64, u64),
    /// It is lost.
    Lose(u64, u64),
    /// A leader sends heartbeats.
    Heartbeat(u64),
    /// A server crashes and comes back.
    Crash(u64),
    /// A leader shall hand over to another.
    Transfer(u64, u64),
    /// It gives that up.
    AbortTransfer(u64),
    /// A server has not heard of its leader for long enough to vote for another.
    Lapse(u64),
    /// A leader looks whether a majority answers it.
    CheckQuorum(u64),
    /// Somebody proposes another configuration to a server that leads.
    Change(u64, Change),
    /// A server's log is cut up to what is applied.
    Compact(u64),
    /// Everything that is on its way arrives, heartbeats are sent and answered, nothing is lost.
    Settle,
}

/// A cluster and what happens to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Schedule {
    /// What it was made from.
    pub seed: u64,
    /// The servers of the cluster at its start.
    pub start: Start,
    /// So many more are there to be taken in.
    pub spare: u64,
    /// What happens.
    pub events: Vec<Event>,
}

/// Numbers that look random and are the same for the same seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.roll() % most
    }

    fn one_of(&mut self, ids: &[u64]) -> u64 {
        ids[self.below(ids.len() as u64) as usize]
    }
}

impl Schedule {
    /// The schedule of a seed.
    pub fn random(seed: u64) -> Schedule {
        let mut dice = Dice(seed);
        let voters = if dice.below(3) == 0 { 5 } else { 3 };
        // PreVote without CheckQuorum takes no notice of a living leader there (thesis §9.6 does).
        let settings = dice.below(3);
        let start = Start {
            voters: (1..=voters).collect(),
            index: 2,
            pre_vote: settings == 2,
            check_quorum: settings > 0,
            ..Start::default()
        };
        let changes = dice.below(3) == 0;
        let spare = if changes { 2 } else { 0 };
        let all: Vec<u64> = (1..=voters + spare).collect();
        let mut events = vec![Event::Campaign(dice.one_of(&all)), Event::Settle];
        for _ in 0..3 + dice.below(4) {
            for _ in 0..2 + dice.below(14) {
                let event = event(&mut dice, &all, events.len(), changes);
                events.push(event);
            }
            events.push(Event::Settle);
        }
        Schedule { seed, start, spare, events }
    }
}

fn event(dice: &mut Dice, all: &[u64], number: usize, changes: bool) -> Event {
    let (a, b) = (dice.one_of(all), dice.one_of(all));
    match dice.below(100) {
        0..8 => Event::Campaign(a),
        8..28 => Event::Propose(a, format!("e{number}")),
        28..62 => Event::Arrive(a, b),
        62..66 => Event::ArriveReversed(a, b),
        66..76 => Event::Lose(a, b),
        76..84 => Event::Heartbeat(a),
        84..87 => Event::Crash(a),
        87..89 => Event::Transfer(a, b),
        89..90 => Event::AbortTransfer(a),
        90..93 => Event::Lapse(a),
        93..94 => Event::CheckQuorum(a),
        94..97 => Event::Compact(a),
        _ if changes => Event::Change(a, change(dice, all)),
        _ => Event::Propose(a, format!("e{number}")),
    }
}

fn change(dice: &mut Dice, all: &[u64]) -> Change {
    let mut step = || {
        let step = [Step::Voter, Step::Voter, Step::Learner, Step::Remove][dice.below(4) as usize];
        (step, dice.one_of(all))
    };
    let mut steps = vec![step(), step()];
    steps.truncate([0, 1, 1, 1, 2, 2][dice.below(6) as usize]);
    let transition = [Transition::Auto, Transition::Auto, Transition::Implicit, Transition::Explicit];
    Change { steps, transition: transition[dice.below(4) as usize], version_1: false }
}

/// Makes something happen, and lets every server do what it wants done.
pub fn happen(event: &Event, cluster: &mut impl Cluster) {
    match event {
        Event::Campaign(id) => cluster.campaign(*id),
        Event::Propose(id, data) => cluster.propose(*id, data),
        Event::Arrive(from, to) | Event::Lose(from, to) | Event::ArriveReversed(from, to) => {
            let routes = cluster.network();
            let meant = |place: &usize| (routes[*place].from, routes[*place].to) == (*from, *to);
            let places: Vec<usize> = (0..routes.len()).filter(meant).collect();
            let arrives = !matches!(event, Event::Lose(..));
            if matches!(event, Event::ArriveReversed(..)) {
                places.iter().rev().for_each(|place| cluster.take(*place, arrives));
            } else {
                places.iter().enumerate().for_each(|(gone, place)| cluster.take(place - gone, arrives));
            }
        }
        Event::Heartbeat(id) => cluster.heartbeat(*id),
        Event::Crash(id) => cluster.crash(*id),
        Event::Transfer(from, to) => cluster.transfer(*from, *to),
        Event::AbortTransfer(id) => cluster.abort_transfer(*id),
        Event::Lapse(id) => cluster.lapse(*id),
        Event::CheckQuorum(id) => cluster.check_quorum(*id),
        Event::Change(id, change) => cluster.change(*id, change),
        Event::Compact(id) => cluster.compact(*id, u64::MAX),
        Event::Settle => settle(cluster),
    }
    cluster.catch_up();
}

/// So many rounds of heartbeats find out whatever was lost.
const ROUNDS: usize = 6;

fn settle(cluster: &mut impl Cluster) {
    let all: Vec<u64> = (1..=cluster.count()).collect();
    cluster.stabilize(&all);
    all.iter().for_each(|id| cluster.abort_transfer(*id));
    for _ in 0..ROUNDS {
        all.iter().for_each(|id| cluster.heartbeat(*id));
        cluster.stabilize(&all);
    }
}

/// Starts a cluster.
pub fn begin(schedule: &Schedule, cluster: &mut impl Cluster) {
    schedule.start.voters.iter().for_each(|_| cluster.start(&schedule.start));
    let spare = Start { voters: vec![], index: 0, ..schedule.start.clone() };
    (0..schedule.spare).for_each(|_| cluster.start(&spare));
}
