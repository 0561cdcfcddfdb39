//! The state of the page, and everything that can be done to it.
//!
//! What changes with every frame never becomes a signal: `show` makes a new scene,
//! paints the motion, and tells the signals only what differs.

use leptos::prelude::*;
use raft_core::{ServerId, Time};
use raft_sim::host::Condition;
use raft_sim::machine::{ClientId, Operation};
use raft_sim::scenario::{Action, Heal, Scenario, Select, Who};

use super::faults::Pop;
use super::paint::Painter;
use super::signal::RwSignal;
use super::tale::Tale;
use super::{dom, frame, protocol};
use crate::hint::{Tried, Try};
use crate::keys::Command;
use crate::layout::{Point, Ring};
use crate::playback::{Pace, Playback};
use crate::scene::{Motion, Picture};
use crate::shelf;

/// What is chosen, and shown in the inspector.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Chosen {
    /// A server.
    Server(ServerId),
    /// A message, by its number.
    Message(u64),
}

/// The dialogs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialog {
    /// Link, snippet and text.
    Share,
    /// The scenarios that come with the page.
    Scenarios,
    /// Signs and keys.
    Help,
}

/// The parts of a narrow page that share one place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tab {
    /// The logs.
    Logs,
    /// Story and inspector.
    Story,
    /// The scrub bar and the pace.
    Time,
}

/// Something to tell the reader, until it is dismissed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// What it is about.
    pub head: String,
    /// The details.
    pub text: String,
    /// The text that it is about.
    pub quote: String,
    /// Nothing went wrong.
    pub calm: bool,
}

/// A line of the story, in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoryLine {
    /// Its place among the records: what keys go by.
    pub place: usize,
    /// The event that it belongs to.
    pub event: u64,
    /// When.
    pub at: String,
    /// What.
    pub title: String,
    /// Details.
    pub detail: String,
    /// The section of the paper.
    pub section: Option<&'static str>,
    /// It matters.
    pub big: bool,
    /// The scenario itself speaks.
    pub note: bool,
}

/// The part of the story that is shown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Story {
    /// The lines.
    pub lines: Vec<StoryLine>,
    /// How many of them have happened.
    pub past: usize,
    /// Earlier lines that are not shown.
    pub earlier: usize,
}

/// Where a message can be reached.
#[derive(Clone, PartialEq, Debug)]
pub struct Target {
    /// The message.
    pub id: u64,
    /// What a screen reader says.
    pub name: String,
}

/// The part of the state that no component listens to.
pub struct Model {
    /// The run.
    pub playback: Playback,
    /// What moves, as last painted.
    pub motion: Motion,
    pub(super) painter: Painter,
    /// Counts values written by the button: x=1, x=2, ….
    written: u32,
    pub(super) story_shown: (usize, usize, bool, u64),
    pub(super) story_due: u64,
    /// Leftover of slow frames when motion is reduced.
    saved: u64,
    calm: bool,
    pub(super) moment_due: u64,
    /// A jump that takes more than one frame.
    jump: Option<Time>,
    /// The first scenario, and nobody has touched it.
    pub(super) untouched: bool,
    pub(super) announced: usize,
    pub(super) announce_due: u64,
}

/// The page.
#[derive(Clone, Copy)]
pub struct Page {
    pub(super) model: StoredValue<Model, LocalStorage>,
    /// What changes with an event.
    pub picture: RwSignal<Picture>,
    /// The servers and clients there are: changes with a load only.
    pub roster: RwSignal<(Vec<ServerId>, Vec<ClientId>)>,
    /// Where they stand.
    pub ring: RwSignal<Ring>,
    /// How many columns of logs fit.
    pub columns: RwSignal<usize>,
    /// Whether time runs.
    pub playing: RwSignal<bool>,
    /// How fast.
    pub pace: RwSignal<Pace>,
    /// What the scenario says while play waits for the reader.
    pub waits: RwSignal<Option<String>>,
    /// The scenario's title.
    pub title: RwSignal<String>,
    /// What the scenario is about.
    pub about: RwSignal<Vec<String>>,
    /// What is chosen.
    pub chosen: RwSignal<Option<Chosen>>,
    /// Whether its menu is open, and where.
    pub menu: RwSignal<Option<Point>>,
    /// The message under the pointer.
    pub hovered: RwSignal<Option<u64>>,
    /// The messages that can be reached.
    pub targets: RwSignal<Vec<Target>>,
    /// The story.
    pub story: RwSignal<Story>,
    /// Whether the story tells small steps too.
    pub every: RwSignal<bool>,
    /// Changes whenever the paint of the scrub bar does: its version, and the span it shows.
    pub paint: RwSignal<(u64, Time)>,
    /// Changes, at most ten times a second, as the present does.
    pub moment: RwSignal<(u64, Time)>,
    /// The open dialog.
    pub dialog: RwSignal<Option<Dialog>>,
    /// The open control.
    pub pop: RwSignal<Option<Pop>>,
    /// How many other futures there are.
    pub branches: RwSignal<usize>,
    /// Whether a narrow page shows its faults.
    pub sheet: RwSignal<bool>,
    /// Something to tell.
    pub notice: RwSignal<Option<Notice>>,
    /// What a screen reader is told.
    pub live: RwSignal<String>,
    /// The part a narrow page shows.
    pub tab: RwSignal<Tab>,
    /// Which reading of the run is in front.
    pub tale: RwSignal<Tale>,
    /// Whether the space-time diagram is shown.
    pub diagram: RwSignal<bool>,
    /// What the reader has tried.
    pub tried: RwSignal<Tried>,
    /// A figure in another page.
    pub embed: bool,
    /// Whether that figure still waits to be started.
    pub poster: RwSignal<bool>,
}

impl Page {
    /// Whether there is such a server.
    pub fn roster_has(&self, id: ServerId) -> bool {
        self.with(|model| model.playback.world().server(id).is_some())
    }

    /// The page at its start, with the first scenario.
    pub fn new() -> Page {
        let embed = dom::query("embed").as_deref() == Some("1");
        let model = Model {
            playback: Playback::new(shelf::first()),
            motion: Motion::default(),
            painter: Painter::default(),
            written: 0,
            story_shown: (usize::MAX, 0, false, 0),
            story_due: 0,
            saved: 0,
            calm: dom::calm(),
            moment_due: 0,
            jump: None,
            untouched: true,
            announced: 0,
            announce_due: 0,
        };
        Page {
            model: StoredValue::new_local(model),
            picture: RwSignal::default(),
            roster: RwSignal::default(),
            ring: RwSignal::default(),
            columns: RwSignal::new(8),
            playing: RwSignal::new(false),
            pace: RwSignal::new(Pace::USUAL),
            waits: RwSignal::new(None),
            title: RwSignal::default(),
            about: RwSignal::default(),
            chosen: RwSignal::new(None),
            menu: RwSignal::new(None),
            hovered: RwSignal::new(None),
            targets: RwSignal::default(),
            story: RwSignal::default(),
            every: RwSignal::new(false),
            paint: RwSignal::new((0, Time::ZERO)),
            moment: RwSignal::new((0, Time::ZERO)),
            dialog: RwSignal::new(None),
            pop: RwSignal::new(None),
            branches: RwSignal::new(0),
            sheet: RwSignal::new(false),
            notice: RwSignal::new(None),
            live: RwSignal::default(),
            tab: RwSignal::new(Tab::Logs),
            tale: RwSignal::new(Tale::Story),
            diagram: RwSignal::new(!embed),
            tried: RwSignal::default(),
            embed,
            poster: RwSignal::new(embed),
        }
    }

    /// Reads the model.
    pub fn with<T>(&self, read: impl FnOnce(&Model) -> T) -> T {
        self.model.with_value(read)
    }

    /// Changes the run, then shows what became of it.
    fn change<T>(&self, change: impl FnOnce(&mut Playback) -> T) -> T {
        let mut change = Some(change);
        let mut result = None;
        self.model.update_value(|model| {
            model.jump = None;
            model.untouched = false;
            if let Some(change) = change.take() {
                result = Some(change(&mut model.playback));
            }
        });
        self.refresh(true);
        result.expect("a value is updated at once")
    }

    // ---- Loading ------------------------------------------------------------------------

    /// Starts a scenario, at a moment.
    pub fn load(&self, scenario: Scenario, at: Time, playing: bool) {
        self.title.set(scenario.title.clone());
        self.about.set(scenario.about.clone());
        self.chosen.set(None);
        self.menu.set(None);
        self.hovered.set(None);
        self.tale.update(Tale::leave_details);
        self.model.update_value(|model| {
            model.untouched = false;
            model.playback = Playback::new(scenario);
            model.painter.forget();
            model.written = 0;
            model.story_shown.0 = usize::MAX;
            model.announced = usize::MAX;
        });
        self.pace.set(self.with(|model| model.playback.pace));
        self.seek(at);
        if playing {
            self.play();
        }
    }

    /// The scenario of a first visit: runs, from shortly before the first election.
    pub fn load_first(&self) {
        let scenario = shelf::first();
        let start = first_campaign(&scenario).map_or(Time::ZERO, |at| at.since(Time::millis(20)));
        self.load(scenario, start, !self.embed);
        self.model.update_value(|model| model.untouched = true);
    }

    /// Tells the reader that something is wrong.
    pub fn tell(&self, head: impl Into<String>, text: impl Into<String>, quote: impl Into<String>) {
        let notice = Notice { head: head.into(), text: text.into(), quote: quote.into(), calm: false };
        self.live.set(format!("{} {}", notice.head, notice.text));
        protocol::error(&notice);
        self.notice.set(Some(notice));
    }

    // ---- Time ---------------------------------------------------------------------------

    /// A frame: time runs on, if it runs.
    pub fn frame(&self, real: u64) {
        let moved = self.model.try_update_value(|model| {
            if let Some(to) = model.jump {
                if model.playback.seek(to) {
                    model.jump = None;
                }
                return true;
            }
            model.saved += real;
            // With less motion asked for, the picture changes in steps that an eye can rest on.
            if model.calm && model.saved < 500_000 {
                return false;
            }
            let real = std::mem::take(&mut model.saved);
            if model.calm { (0..5).any(|_| model.playback.tick(real / 5)) } else { model.playback.tick(real) }
        });
        if moved == Some(true) {
            self.refresh(false);
        }
    }

    /// Time runs.
    pub fn play(&self) {
        self.poster.set(false);
        self.menu.set(None);
        self.change(Playback::play);
    }

    /// Time stands still.
    pub fn pause(&self) {
        self.change(Playback::pause);
    }

    /// The one or the other.
    pub fn toggle(&self) {
        if self.playing.get_untracked() { self.pause() } else { self.play() }
    }

    /// To a moment.
    pub fn seek(&self, to: Time) {
        let there = self.change(|playback| playback.seek(to));
        if !there {
            self.model.update_value(|model| model.jump = Some(to));
        }
    }

    /// To where another future parts, and from there on along it.
    pub fn take_branch(&self, place: usize) {
        self.change(|playback| playback.take_branch(place));
        self.model.update_value(|model| model.story_shown.0 = usize::MAX);
        self.refresh(true);
    }

    /// Forgets another future.
    pub fn drop_branch(&self, place: usize) {
        self.change(|playback| playback.drop_branch(place));
    }

    /// To right after an event.
    pub fn seek_event(&self, event: u64) {
        self.change(|playback| playback.seek_event(event));
    }

    /// So many events forward, or back.
    pub fn step(&self, events: i64) -> u64 {
        self.poster.set(false);
        if events < 0 {
            self.tried.update(|tried| tried.back = true);
        }
        self.change(|playback| playback.step(events))
    }

    /// To the next line of the story.
    pub fn next_in_story(&self) {
        self.change(Playback::next_big);
    }

    /// Another pace.
    pub fn set_pace(&self, pace: Pace) {
        self.pace.set(pace);
        self.change(|playback| playback.pace = pace);
    }

    /// The present moment.
    pub fn now(&self) -> Time {
        self.with(|model| model.playback.now())
    }

    // ---- Deeds --------------------------------------------------------------------------

    /// Does something to the run, now.
    pub fn act(&self, action: Action) -> bool {
        match self.change(|playback| playback.act(action)) {
            Ok(()) => true,
            Err(why) => {
                self.notice.set(Some(Notice {
                    head: "That cannot be done now.".into(),
                    text: format!("{}.", capital(&why)),
                    quote: String::new(),
                    calm: true,
                }));
                false
            }
        }
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

    // ---- Choosing -----------------------------------------------------------------------

    /// Chooses a server or a message, and opens its menu if asked.
    pub fn choose(&self, chosen: Chosen, open: bool) {
        if let Chosen::Message(_) = chosen {
            // A moving target is no target.
            self.pause();
        }
        self.chosen.set(Some(chosen));
        self.tale.set(Tale::Details);
        self.menu.set(if open && !self.poster.get_untracked() { self.whereabouts(chosen) } else { None });
        self.refresh(true);
    }

    /// Where the chosen thing is.
    pub fn whereabouts(&self, chosen: Chosen) -> Option<Point> {
        match chosen {
            Chosen::Server(id) => {
                let place =
                    self.roster.with_untracked(|(servers, _)| servers.iter().position(|server| *server == id))?;
                self.ring.with_untracked(|ring| ring.servers.get(place).copied())
            }
            Chosen::Message(id) => self.with(|model| model.motion.flights.iter().find(|f| f.id == id).map(|f| f.at)),
        }
    }

    /// Closes the menu; the focus goes back to what it belongs to.
    pub fn close_menu(&self) {
        if self.menu.get_untracked().is_some() {
            self.menu.set(None);
            match self.chosen.get_untracked() {
                Some(Chosen::Server(id)) => dom::focus(&format!("server-{}", id.0)),
                Some(Chosen::Message(id)) => dom::focus(&format!("flight-{id}")),
                None => {}
            }
        }
    }

    /// Chooses nothing.
    pub fn choose_nothing(&self) {
        self.chosen.set(None);
        self.tale.update(Tale::leave_details);
        self.menu.set(None);
        self.refresh(true);
    }

    /// The message after the chosen one.
    fn choose_next_message(&self) {
        self.pause();
        let chosen = match self.chosen.get_untracked() {
            Some(Chosen::Message(id)) => id,
            _ => 0,
        };
        let next = self.with(|model| {
            let mut ids = model.motion.flights.iter().filter(|f| !f.lost).map(|f| f.id);
            ids.clone().find(|id| *id > chosen).or_else(|| ids.next())
        });
        if let Some(id) = next {
            self.choose(Chosen::Message(id), false);
            frame::soon(move || dom::focus(&format!("flight-{id}")));
        }
    }

    // ---- Keys ---------------------------------------------------------------------------

    /// Does what a key says. Returns whether it said anything here.
    pub fn command(&self, command: Command) -> bool {
        let server = match self.chosen.get_untracked() {
            Some(Chosen::Server(id)) => Some(id),
            _ => None,
        };
        let message = match self.chosen.get_untracked() {
            Some(Chosen::Message(id)) => Some(id),
            _ => None,
        };
        match command {
            Command::Play => self.toggle(),
            Command::StepForward => _ = self.step(1),
            Command::StepBack => _ = self.step(-1),
            Command::NextInStory => self.next_in_story(),
            Command::Diagram => self.diagram.update(|shown| *shown = !*shown),
            Command::Start => self.seek(Time::ZERO),
            Command::End => self.seek(self.with(|model| model.playback.end())),
            Command::Faster => self.set_pace(self.pace.get_untracked().next(true)),
            Command::Slower => self.set_pace(self.pace.get_untracked().next(false)),
            Command::Server(place) => {
                let id = self.roster.with_untracked(|(servers, _)| servers.get(place - 1).copied());
                let Some(id) = id else { return false };
                self.choose(Chosen::Server(id), false);
                dom::focus(&format!("server-{}", id.0));
            }
            Command::Message => self.choose_next_message(),
            Command::Crash => match server {
                Some(id) => self.crash_or_restart(id),
                None => self.crash_leader(),
            },
            Command::Pause => match server {
                Some(id) => self.pause_or_resume(id),
                None => return false,
            },
            Command::Timeout => match server {
                Some(id) => _ = self.act(Action::Timeout(Who::Server(id))),
                None => return false,
            },
            Command::Write => self.write_next(server),
            Command::Drop | Command::Hold | Command::Duplicate | Command::Deliver => {
                let Some(id) = message else { return false };
                self.act_on_message(id, message_action(command, self.is_held(id)));
            }
            Command::Partition => {
                self.pop.update(|pop| *pop = if *pop == Some(Pop::Partition) { None } else { Some(Pop::Partition) })
            }
            Command::Heal => self.heal(),
            Command::Isolate => {
                let Some(id) = server else { return false };
                self.act(Action::Isolate(Who::Server(id)));
            }
            Command::Share => self.dialog.set(Some(Dialog::Share)),
            Command::Scenarios => self.dialog.set(Some(Dialog::Scenarios)),
            Command::Help => self.dialog.set(Some(Dialog::Help)),
            Command::Close => self.close_one(),
        }
        true
    }

    /// Closes the innermost thing that is open.
    fn close_one(&self) {
        if self.notice.get_untracked().is_some() {
            self.notice.set(None);
        } else if let Some(pop) = self.pop.get_untracked() {
            self.pop.set(None);
            dom::focus(pop.button());
        } else if self.sheet.get_untracked() {
            self.sheet.set(false);
        } else if self.menu.get_untracked().is_some() {
            self.close_menu();
        } else {
            self.choose_nothing();
        }
    }
}

/// The action of a message key.
pub fn message_action(command: Command, held: bool) -> fn(Select) -> Action {
    match command {
        Command::Drop => Action::Drop,
        Command::Duplicate => Action::Duplicate,
        Command::Hold if held => Action::Release,
        Command::Hold => Action::Hold,
        _ => Action::Deliver,
    }
}

/// A sentence begins with a capital; names of servers already do.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// When the first server stands for election, if that is soon.
fn first_campaign(scenario: &Scenario) -> Option<Time> {
    let mut playback = Playback::new(scenario.clone());
    for _ in 0..200 {
        if playback.chronicle.marks.iter().any(|mark| mark.sign == crate::chronicle::Sign::Stands) {
            return Some(playback.now());
        }
        if playback.step(1) == 0 {
            return None;
        }
    }
    None
}
