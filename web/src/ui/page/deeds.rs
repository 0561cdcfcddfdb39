//! What a reader does to the run: faults, requests, messages.

use raft_core::{ServerId, Time};
use raft_sim::bugs::Bug;
use raft_sim::host::Condition;
use raft_sim::machine::Operation;
use raft_sim::scenario::{self, Action, Change, Heal, Scenario, Scope, Select, Who};
use raft_sim::why::{Question, Step};

use super::super::{course, frame, why};
use super::{Dialog, Notice, Page};
use crate::by_hand::is_arranged;
use crate::hint::Try;
use crate::playback::{Pace, Playback};
use crate::words;

impl Page {
    /// Does something to the run, now.
    pub fn act(&self, action: Action) -> bool {
        if self.figure.readonly {
            return false;
        }
        match self.change(|playback| playback.act(action)) {
            Ok(()) => true,
            Err(why) => {
                self.notice.set(Some(Notice {
                    head: "That cannot be done now.".into(),
                    text: words::sentence(&why),
                    quote: String::new(),
                    calm: true,
                }));
                false
            }
        }
    }

    /// Takes one step of a way that was found. Returns whether it could be taken.
    pub fn take(&self, step: &Step) -> bool {
        match step {
            Step::Do(action) => self.act(action.clone()),
            Step::Wait(until) => {
                self.seek(*until);
                true
            }
        }
    }

    /// Changes a setting of the whole cluster, now.
    pub fn set(&self, change: Change) -> bool {
        self.act(Action::Set(scenario::Set { change, on: Scope::All }))
    }

    /// Does what the line under the ring offers.
    pub fn take_offer(&self, offer: Try) {
        match offer {
            Try::CrashLeader => self.crash_leader(),
            Try::Write => self.write_next(None),
            Try::StepBack => {
                self.step(-1);
            }
            Try::Restart(id) => {
                self.act(Action::Restart(Who::Server(id)));
            }
            Try::Heal => self.heal(),
            Try::Why => why::ask(*self, Question::NoLeader, None),
            Try::Course => course::resume(*self),
            Try::Share => self.dialog.set(Some(Dialog::Share)),
        }
    }

    /// Crashes the leader.
    pub fn crash_leader(&self) {
        if self.act(Action::Crash(Who::Leader)) {
            self.tried.update(|tried| tried.crash = true);
        }
    }

    /// Crashes a server, or restarts it.
    pub fn crash_or_restart(&self, id: ServerId) {
        let Some(condition) = self.condition(id) else { return };
        if condition == Condition::Down {
            self.act(Action::Restart(Who::Server(id)));
        } else {
            let led = self.picture.with_untracked(|picture| picture.leader == Some(id));
            if self.act(Action::Crash(Who::Server(id))) && led {
                self.tried.update(|tried| tried.crash = true);
            }
        }
    }

    /// Pauses a server, or lets it go on.
    pub fn pause_or_resume(&self, id: ServerId) {
        let who = Who::Server(id);
        match self.condition(id) {
            Some(Condition::Paused) => self.act(Action::Resume(who)),
            Some(Condition::Up) => self.act(Action::Pause(who)),
            _ => false,
        };
    }

    /// Whether a server runs.
    pub fn condition(&self, id: ServerId) -> Option<Condition> {
        self.with(|model| model.playback.world().server(id).map(|server| server.condition()))
    }

    /// What the write button writes next.
    pub fn next_value(&self) -> u32 {
        self.with(|model| model.written + 1)
    }

    /// Writes the next value, to one server or to whoever leads.
    pub fn write_next(&self, to: Option<ServerId>) {
        let value = self.next_value().to_string();
        let operation = Operation::Set { key: "x".into(), value: value.as_str().into() };
        self.request(operation, to);
    }

    /// A client asks for something.
    pub fn request(&self, operation: Operation, to: Option<ServerId>) -> bool {
        let writes = matches!(operation, Operation::Set { .. });
        let done = self.act(Action::Request { operation, to: to.map(Who::Server), by: None });
        if done && writes {
            self.model.update_value(|model| model.written += 1);
            self.tried.update(|tried| tried.write = true);
        }
        done
    }

    /// The same run with these rules off: to the present moment, or to where a promise falls.
    pub fn switch_rules(&self, off: Vec<Bug>) {
        let now = self.now();
        let there = self.change(|playback| playback.switch_rules(off));
        self.begin_again(now, there);
    }

    /// Another run in place of this one, from its start to the present: what the text says.
    pub fn rewrite(&self, scenario: Scenario) {
        if self.figure.readonly {
            return;
        }
        let was = self.with(|model| model.playback.scenario().clone());
        let who = |of: &Scenario| (of.servers.clone(), of.learners.clone(), of.spares.clone(), of.clients);
        if who(&was) != who(&scenario) {
            self.forget_choices();
        }
        self.title.set(scenario.title.clone());
        self.about.set(scenario.about.clone());
        self.by_hand.set(is_arranged(&scenario));
        let now = self.now();
        let there = self.change(|playback| {
            let pace = |playback: &Playback| Pace::of_scenario(playback.world().settings().speed());
            let before = pace(playback);
            let there = playback.replace(scenario);
            if pace(playback) != before {
                playback.pace = pace(playback);
            }
            there
        });
        self.pace.set(self.with(|model| model.playback.pace));
        self.begin_again(now, there);
        // Other servers have elements of their own.
        let page = *self;
        frame::soon(move || page.repaint());
    }

    /// The run began anew, and may still be on its way to the present.
    fn begin_again(&self, now: Time, there: bool) {
        self.model.update_value(|model| {
            model.jump = Some(now).filter(|_| !there);
            model.painter.forget();
            model.story_shown.0 = usize::MAX;
        });
        self.refresh(true);
    }

    /// Mends every link.
    pub fn heal(&self) {
        self.act(Action::Heal(Heal::All));
    }

    /// Does something to a message on its way.
    pub fn act_on_message(&self, id: u64, action: fn(Select) -> Action) {
        let select = self.with(|model| model.playback.world().select(id));
        if let Some(select) = select {
            self.act(action(select));
        }
    }

    /// Whether a message is held.
    pub fn is_held(&self, id: u64) -> bool {
        self.with(|model| model.motion.flights.iter().any(|flight| flight.id == id && flight.held))
    }
}
