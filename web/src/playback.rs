//! Playing a run: the present moment, the pace, and when to wait for the reader.

use std::collections::VecDeque;
use std::sync::Arc;

use raft_core::Time;
use raft_sim::bugs::Bug;
use raft_sim::checker::Violation;
use raft_sim::foretell::foretell;
use raft_sim::record::{Record, What};
use raft_sim::run::Run;
use raft_sim::scenario::{Action, Answers, Scenario, Speed};
use raft_sim::timeline::search::{Goal, Progress, Search};
use raft_sim::timeline::{Branch, Timeline, is_routine};
use raft_sim::words::{Weight, line};
use raft_sim::world::World;

use crate::chronicle::Chronicle;
use crate::quiz::{Asked, Halt};

/// So many events at most happen in one frame of a search or for one step: a huge scenario may be
/// slow, it cannot freeze the page.
pub const EVENTS_A_FRAME: usize = 4_000;

/// After so many events of a frame of play the clock is looked at: where a run has more of them than the
/// frame has time for, it runs slower than it should, and the picture still moves smoothly.
const EVENTS_A_LOOK: usize = 50;

/// So many events at most happen at once when the reader jumps.
pub const EVENTS_A_SEEK: usize = 8_000;

/// So many events at most are looked ahead for the answer of the run to a question.
const EVENTS_TOLD: usize = 100_000;

/// A frame that comes later than this was asleep; the run does not jump for it.
const LONGEST_FRAME: u64 = 100_000;

/// How fast simulated time runs: a fraction of real time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pace {
    /// Simulated microseconds …
    pub of: u64,
    /// … in so many real ones.
    pub in_: u64,
}

impl Pace {
    /// The paces to choose from, slow to fast.
    pub const ALL: [Pace; 15] = [
        Pace::slow(1_000),
        Pace::slow(500),
        Pace::slow(200),
        Pace::slow(100),
        Pace::slow(50),
        Pace::slow(20),
        Pace::slow(10),
        Pace::slow(5),
        Pace::slow(2),
        Pace::fast(1),
        Pace::fast(2),
        Pace::fast(5),
        Pace::fast(10),
        Pace::fast(50),
        Pace::fast(100),
    ];

    /// An eye can follow a message.
    pub const USUAL: Pace = Pace::slow(20);

    const fn slow(times: u64) -> Pace {
        Pace { of: 1, in_: times }
    }

    const fn fast(times: u64) -> Pace {
        Pace { of: times, in_: 1 }
    }

    /// `1/20`, `5×`.
    pub fn name(self) -> String {
        if self.in_ == 1 { format!("{}×", self.of) } else { format!("{}/{}", self.of, self.in_) }
    }

    /// The pace that a scenario asks for.
    pub fn of_scenario(speed: Speed) -> Pace {
        let asked = f64::from(speed.numerator()) / f64::from(speed.denominator().max(1));
        Pace::from_number(asked).unwrap_or(Pace::USUAL)
    }

    /// The pace of a number such as 0.05, within the bounds of those to choose from.
    pub fn from_number(value: f64) -> Option<Pace> {
        if !value.is_finite() || value <= 0.0 {
            return None;
        }
        let thousandths = (value.clamp(0.001, 100.0) * 1_000.0).round() as u64;
        let near = Pace::ALL.iter().find(|pace| pace.of * 1_000 == thousandths * pace.in_);
        Some(near.copied().unwrap_or(Pace { of: thousandths, in_: 1_000 }))
    }

    /// A message is on its way for a few frames only.
    pub fn is_fast(self) -> bool {
        self.of >= 5 * self.in_
    }

    /// This pace as a number.
    pub fn number(self) -> f64 {
        self.of as f64 / self.in_ as f64
    }

    /// The next faster (or slower) one to choose from.
    pub fn next(self, faster: bool) -> Pace {
        let all = Pace::ALL.iter().copied();
        let found = if faster {
            all.clone().find(|pace| pace.number() > self.number())
        } else {
            all.clone().rev().find(|pace| pace.number() < self.number())
        };
        found.unwrap_or(self)
    }
}

/// A run that is played.
pub struct Playback {
    timeline: Timeline,
    /// What was seen so far, the future that was left included.
    pub chronicle: Chronicle,
    /// Whether time runs.
    pub playing: bool,
    /// How fast.
    pub pace: Pace,
    /// What the last frame left over, in parts of a microsecond.
    carry: u64,
    /// Why play waits for the reader.
    pub waits: Option<Halt>,
    /// A question that the run is about to answer.
    answered: Option<Asked>,
    /// What else is said or asked at the same event.
    next: VecDeque<Halt>,
    /// What is looked for, as long as it is.
    search: Option<Search>,
    /// Counts loads and deeds of the reader: what changes the link.
    pub version: u64,
}

impl Playback {
    /// At the start of a scenario, standing still.
    pub fn new(scenario: Scenario) -> Playback {
        let mut playback = Playback {
            timeline: Timeline::new(scenario),
            chronicle: Chronicle::default(),
            playing: false,
            pace: Pace::USUAL,
            carry: 0,
            waits: None,
            answered: None,
            next: VecDeque::new(),
            search: None,
            version: 0,
        };
        playback.pace = Pace::of_scenario(playback.world().settings().speed());
        playback.look();
        // What the scenario says or asks before anything happens.
        playback.halt_at_stop(0);
        playback
    }

    /// The present.
    pub fn world(&self) -> &World {
        self.timeline.run().world()
    }

    /// The present, with what the scenario still has to do.
    pub fn run(&self) -> &Run {
        self.timeline.run()
    }

    /// What a link carries.
    pub fn scenario(&self) -> &Arc<Scenario> {
        self.timeline.scenario()
    }

    /// The present moment.
    pub fn now(&self) -> Time {
        self.world().now()
    }

    /// The furthest moment that was ever reached.
    pub fn end(&self) -> Time {
        self.timeline.end().max(self.now())
    }

    /// How many records led to the present.
    pub fn place(&self) -> usize {
        self.timeline.place()
    }

    /// The records that led to the present, as far back as they are kept.
    pub fn records(&self) -> &[Record] {
        self.timeline.records()
    }

    /// The records that are known, also of what comes after the present.
    pub fn all_records(&self) -> &[Record] {
        self.timeline.all_records()
    }

    /// How many records came before those.
    pub fn first_record(&self) -> usize {
        self.timeline.first_record()
    }

    /// Lets time run for so many real microseconds, or less where the frame has no time left for it. Returns
    /// whether anything moved.
    pub fn tick(&mut self, real: u64, mut has_time: impl FnMut() -> bool) -> bool {
        if !self.playing {
            return false;
        }
        let real = real.min(LONGEST_FRAME);
        self.carry += real * self.pace.of;
        let step = self.carry / self.pace.in_;
        self.carry %= self.pace.in_;
        let (before, to) = (self.place(), self.now() + Time(step));
        // Not for ever, even where the clock stands still.
        for _ in 0..EVENTS_A_FRAME / EVENTS_A_LOOK {
            if self.timeline.approach(to, EVENTS_A_LOOK) || !has_time() {
                break;
            }
        }
        self.look();
        self.halt_at_stop(before);
        true
    }

    /// Waits for the reader if the scenario asked for it since `before`.
    fn halt_at_stop(&mut self, before: usize) {
        let new = self.timeline.records_from(before);
        let mut stops = new.iter().filter_map(|record| match &record.what {
            What::Stops(text) => Some((record.event, Halt::Said(text.clone()))),
            What::Poses(quiz) => Some((record.event, Halt::Asked(Asked::new(quiz.clone())))),
            What::Violates(violation) if self.is_first_fall(violation) => Some((record.event, Halt::Fell)),
            _ => None,
        });
        let first = stops.next();
        let first_at = first.as_ref().map_or(u64::MAX, |(event, _)| *event);
        let more = stops.take_while(|(at, _)| *at == first_at).map(|(_, halt)| halt);
        let mut halts: VecDeque<Halt> = first.map(|(_, halt)| halt).into_iter().chain(more).collect();
        let told = self.answered.as_ref().and_then(|asked| asked.told).map_or(u64::MAX, |told| told.event);
        let event = first_at.min(if told <= self.timeline.events() { told } else { u64::MAX });
        if event == u64::MAX {
            return;
        }
        if event == told {
            // What ended the wait is said after the answer.
            halts.retain(|_| first_at == event);
            self.answered.take().into_iter().for_each(|asked| halts.push_front(Halt::Asked(asked)));
        }
        // A fast play may have run past it, if only in time: at which moment it waits is no matter of frames.
        let at = new.iter().find(|record| record.event == event).map_or(self.now(), |record| record.at);
        if event < self.timeline.events() {
            self.timeline.seek_event(event);
        } else if at < self.now() {
            self.timeline.approach(at, EVENTS_A_SEEK);
        }
        self.playing = false;
        self.waits = halts.pop_front();
        self.next = halts;
    }

    /// The reader answers what is asked. Where the run itself has the answer, it goes on to there.
    pub fn answer(&mut self, place: usize) {
        let Some(Halt::Asked(asked)) = &mut self.waits else { return };
        if !asked.given {
            asked.pick(place);
            self.answered_now();
        }
    }

    /// That was all that the reader answers.
    pub fn give(&mut self) {
        let Some(Halt::Asked(asked)) = &mut self.waits else { return };
        if !asked.given {
            asked.give();
            self.answered_now();
        }
    }

    fn answered_now(&mut self) {
        let events = self.timeline.events();
        let Some(Halt::Asked(asked)) = &mut self.waits else { return };
        if !asked.given {
            return;
        }
        asked.event = events;
        if let Answers::Run(predicate) = &asked.quiz.answers {
            asked.told = foretell(self.timeline.run(), predicate, EVENTS_TOLD);
            if asked.told.is_some_and(|told| told.event > events) {
                let asked = asked.clone();
                self.play();
                self.answered = Some(asked);
            }
        }
    }

    /// The world after so many events of this run; the present stays.
    pub fn world_at(&self, event: u64) -> World {
        let mut timeline = self.timeline.clone();
        timeline.seek_event(event);
        timeline.run().world().clone()
    }

    /// Whether no promise fell before: only the first fall makes play wait.
    fn is_first_fall(&self, violation: &Violation) -> bool {
        self.world().checker().violations().first() == Some(violation)
    }

    /// Time runs from now on.
    pub fn play(&mut self) {
        self.waits = self.next.pop_front();
        self.playing = self.waits.is_none();
        self.carry = 0;
    }

    /// The reader goes elsewhere.
    fn forget_stop(&mut self) {
        (self.waits, self.answered) = (None, None);
        self.next.clear();
    }

    /// Time stands still.
    pub fn pause(&mut self) {
        self.playing = false;
    }

    /// To a moment, back or forward, without waiting at any stop. A far future may take several
    /// frames: returns whether it is there.
    pub fn seek(&mut self, to: Time) -> bool {
        self.forget_stop();
        let there = self.timeline.approach(to, EVENTS_A_SEEK);
        self.look();
        there
    }

    /// So many events forward, or back if negative, standing still. Returns how many it were.
    pub fn step(&mut self, events: i64) -> u64 {
        self.playing = false;
        if events < 0 {
            self.forget_stop();
        }
        self.waits = None;
        let before = self.place();
        let mut done = 0;
        for _ in 0..events.unsigned_abs().min(EVENTS_A_FRAME as u64) {
            let moved = if events < 0 { self.timeline.back() } else { self.timeline.step() };
            if !moved {
                break;
            }
            done += 1;
        }
        self.look();
        if events > 0 {
            self.halt_at_stop(before);
        }
        done
    }

    /// Goes on until something worth telling happens, at most so far.
    pub fn next_big(&mut self) -> bool {
        self.playing = false;
        self.waits = None;
        let limit = self.now() + Time::seconds(10);
        for _ in 0..EVENTS_A_FRAME {
            let before = self.place();
            if self.now() >= limit || !self.timeline.step() {
                break;
            }
            let new = self.timeline.records_from(before);
            if new.iter().any(|record| !is_routine(&record.what) && line(record).weight == Weight::Story) {
                self.look();
                self.halt_at_stop(before);
                return true;
            }
        }
        self.look();
        false
    }

    /// Does something now. In the past this starts another future; the old one is kept as a branch.
    pub fn act(&mut self, action: Action) -> Result<(), String> {
        let now = self.now();
        self.timeline.act(action).map_err(|error| error.to_string())?;
        // What the run was about to say is another run's.
        self.answered = None;
        self.next.clear();
        let before = self.records().partition_point(|record| record.at < now);
        self.chronicle.cut(self.timeline.first_record() + before, now);
        self.look();
        self.version += 1;
        Ok(())
    }

    /// Another run in place of this one, from its start to the present. Returns whether it is there: a long way
    /// takes several frames.
    pub fn replace(&mut self, scenario: Scenario) -> bool {
        let now = self.now();
        self.timeline.begin_anew(scenario);
        self.chronicle = Chronicle::default();
        self.version += 1;
        self.forget_stop();
        let there = self.timeline.approach(now, EVENTS_A_SEEK);
        self.look();
        there
    }

    /// The same run with these rules off and all others kept: anew from its start to the present, or
    /// to where a promise falls on the way. Returns whether it is there: a long way takes several frames.
    pub fn switch_rules(&mut self, bugs: Vec<Bug>) -> bool {
        let there = self.replace(Scenario { bugs, ..Scenario::clone(self.scenario()) });
        let falls = |record: &&Record| matches!(record.what, What::Violates(_));
        let fall = self.records().iter().find(falls).map(|record| record.event);
        if let Some(event) = fall {
            self.timeline.seek_event(event);
            self.playing = false;
            self.waits = Some(Halt::Fell);
            return true;
        }
        there
    }

    /// The futures that were left, oldest first.
    pub fn branches(&self) -> &[Branch] {
        self.timeline.branches()
    }

    /// Takes up another future, from its start; the present one is kept in its place. Returns how far it
    /// was seen, and where it parts: to go to, one after the other.
    pub fn take_branch(&mut self, place: usize) -> Option<(Time, Time)> {
        let ways = self.timeline.switch(place)?;
        self.chronicle = Chronicle::default();
        self.playing = false;
        self.forget_stop();
        self.version += 1;
        self.look();
        Some(ways)
    }

    /// Gives another future a name, or this one.
    pub fn rename(&mut self, place: Option<usize>, name: &str) {
        self.timeline.rename(place, name);
    }

    /// What this future is called.
    pub fn name(&self) -> &str {
        self.timeline.name()
    }

    /// Begins to look for something; [`Playback::search_on`] goes on with it.
    pub fn look_for(&mut self, goal: Goal, within: Time) {
        self.pause();
        self.forget_stop();
        self.search = Some(Search::new(&self.timeline, goal, within));
    }

    /// Whether anything is looked for.
    pub fn searches(&self) -> bool {
        self.search.is_some()
    }

    /// Looks on for what is looked for. Returns how that ended, if it did.
    pub fn search_on(&mut self) -> Option<Progress> {
        let progress = self.search.as_mut()?.go_on(&mut self.timeline, EVENTS_A_FRAME);
        self.look();
        if progress == Progress::Open {
            return None;
        }
        self.search = None;
        Some(progress)
    }

    /// Looks no further.
    pub fn give_up(&mut self) {
        self.search = None;
    }

    /// Forgets another future, and gives it to who may want it back.
    pub fn drop_branch(&mut self, place: usize) -> Option<Branch> {
        self.timeline.drop_branch(place)
    }

    /// Takes back one that was forgotten.
    pub fn put_branch(&mut self, place: usize, branch: Branch) {
        self.timeline.put_branch(place, branch);
    }

    /// Takes note of what is new.
    fn look(&mut self) {
        self.chronicle.read(self.timeline.first_record(), self.timeline.all_records());
    }

    /// To right after an event.
    pub fn seek_event(&mut self, event: u64) {
        self.playing = false;
        self.forget_stop();
        self.timeline.seek_event(event);
        self.look();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use raft_sim::scenario::parse;

    #[test]
    fn a_frame_of_a_crowded_run_has_no_more_events_than_it_has_time_for() {
        let text = "raft 1\nservers 9\nset load 5000/s\nset speed 100\nat 0ms timeout S1\n";
        let mut playback = Playback::new(parse(text).expect("a scenario").scenario);
        playback.seek(Time::seconds(1));
        playback.play();
        let (events, now) = (playback.world().events(), playback.now());
        let mut looks = 0;
        let has_time = || {
            looks += 1;
            looks < 20
        };
        assert!(playback.tick(16_667, has_time));
        let (events, passed) = (playback.world().events() - events, playback.now().since(now));
        assert_eq!(events, 20 * EVENTS_A_LOOK as u64);
        assert!(passed > Time::ZERO && passed < Time::micros(1_666_700), "{passed:?}");
    }

    #[test]
    fn a_stop_is_at_its_moment_however_long_frames_are() {
        let text = "raft 1\nservers 3\nat 0ms timeout S1\nat 57ms stop Look.\nat 1s write x=1\n";
        let waits_at = |frame| {
            let mut playback = Playback::new(parse(text).expect("a scenario").scenario);
            playback.pace = Pace::from_number(10.0).expect("a pace");
            playback.play();
            while playback.tick(frame, || true) {}
            assert!(playback.waits.is_some());
            playback.now()
        };
        for frame in [700, 1_000, 16_667, 33_333] {
            assert_eq!(waits_at(frame), Time::millis(57), "frames of {frame} µs");
        }
    }
}
