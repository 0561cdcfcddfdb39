//! The state of the page, and everything that can be done to it.
//!
//! What changes with every frame never becomes a signal: [`Page::refresh`] makes a new scene,
//! paints the motion, and tells the signals only what differs.

use leptos::prelude::*;
use raft_core::{Index, Message, ServerId, Time};
use raft_sim::host::Condition;
use raft_sim::machine::{ClientId, Operation};
use raft_sim::network::{Flight, Parcel};
use raft_sim::scenario::{Action, Heal, Scenario, Select, Who};
use raft_sim::words::{Weight, line};

use super::paint::{Painter, TARGETS, Tag};
use super::{dom, failure, frame, protocol};
use crate::hint::{Tried, Try};
use crate::keys::Command;
use crate::layout::{Point, Ring, logs};
use crate::playback::{Pace, Playback};
use crate::scene::{FlightScene, Motion, Picture, Shape};
use crate::{shelf, words};

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

/// The controls that open from the bar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pop {
    /// Write and read.
    Write,
    /// Partition.
    Partition,
    /// Latency, loss.
    Network,
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
    painter: Painter,
    /// Counts values written by the button: x=1, x=2, ….
    written: u32,
    story_shown: (usize, usize, bool, u64),
    story_due: u64,
    /// Leftover of slow frames when motion is reduced.
    saved: u64,
    calm: bool,
    moment_due: u64,
    /// A jump that takes more than one frame.
    jump: Option<Time>,
    announced: usize,
    announce_due: u64,
}

/// The page.
#[derive(Clone, Copy)]
pub struct Page {
    model: StoredValue<Model, LocalStorage>,
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
    /// Whether a narrow page shows its faults.
    pub sheet: RwSignal<bool>,
    /// Something to tell.
    pub notice: RwSignal<Option<Notice>>,
    /// What a screen reader is told.
    pub live: RwSignal<String>,
    /// The part a narrow page shows.
    pub tab: RwSignal<Tab>,
    /// Whether the inspector is in front of the story.
    pub inspecting: RwSignal<bool>,
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
            sheet: RwSignal::new(false),
            notice: RwSignal::new(None),
            live: RwSignal::default(),
            tab: RwSignal::new(Tab::Logs),
            inspecting: RwSignal::new(false),
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
        self.inspecting.set(false);
        self.model.update_value(|model| {
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
            if model.calm {
                (0..5).any(|_| model.playback.tick(real / 5))
            } else {
                model.playback.tick(real)
            }
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
        self.inspecting.set(true);
        self.menu.set(if open && !self.poster.get_untracked() { self.whereabouts(chosen) } else { None });
        self.refresh(true);
    }

    /// Where the chosen thing is.
    pub fn whereabouts(&self, chosen: Chosen) -> Option<Point> {
        match chosen {
            Chosen::Server(id) => {
                let place = self.roster.with_untracked(|(servers, _)| servers.iter().position(|server| *server == id))?;
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
        self.inspecting.set(false);
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
            Command::Partition => self.pop.update(|pop| *pop = if *pop == Some(Pop::Partition) { None } else { Some(Pop::Partition) }),
            Command::Heal => self.heal(),
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

    // ---- Showing ------------------------------------------------------------------------

    /// Shows the present. `now` asks for everything at once; while time runs, what is only read
    /// and not watched follows a few times a second.
    pub fn refresh(&self, now: bool) {
        let ring = self.ring.get_untracked();
        let columns = self.columns.get_untracked();
        let (chosen, hovered) = (self.chosen.get_untracked(), self.hovered.get_untracked());
        let real = frame::clock();
        let every = self.every.get_untracked();
        let mut story = None;
        let mut targets = Vec::new();
        let mut moment = None;
        let mut live = None;
        let shown = self.model.try_update_value(|model| {
            let playback = &model.playback;
            let world = playback.world();
            let longest = world.settings().all().election_timeout.end;
            model.motion = Motion::of(world, &ring, longest);
            let picture = Picture::of(world, columns);
            let servers: Vec<ServerId> = picture.servers.iter().map(|server| server.id).collect();
            let tags = tags(model, chosen, hovered);
            model.painter.motion(&model.motion, &servers, &ring, &tags, !model.playback.playing);
            model.painter.say("clock", words::moment(model.playback.now()));
            let playback = &model.playback;
            failure::all_is_well(playback.scenario(), playback.now());
            if !playback.playing {
                targets = reachable(model);
            }
            let place = playback.place();
            let key = (playback.chronicle.current(place), playback.chronicle.told.len(), every, playback.version);
            if key != model.story_shown && (now || real >= model.story_due) {
                model.story_shown = key;
                model.story_due = real + 120_000;
                story = Some(tell(playback, every));
            }
            if now || real >= model.moment_due {
                model.moment_due = real + 100_000;
                moment = Some((playback.run().world().events(), playback.now()));
            }
            if real >= model.announce_due && model.announced != key.0 {
                model.announce_due = real + 1_500_000;
                let first_time = model.announced == usize::MAX;
                model.announced = key.0;
                live = newest_big(playback).filter(|_| !first_time);
            }
            let span = span(playback.end());
            let roster = (servers, world.clients().iter().map(|client| client.id).collect::<Vec<_>>());
            let state = (playback.playing, playback.waits.clone(), playback.chronicle.version, span);
            super::timebar::paint(&mut model.painter, &model.playback, span);
            (picture, roster, state)
        });
        let Some((picture, roster, (playing, waits, version, span))) = shown else { return };
        set_if_new(self.roster, roster);
        set_if_new(self.picture, picture);
        set_if_new(self.playing, playing);
        set_if_new(self.waits, waits);
        set_if_new(self.paint, (version, span));
        set_if_new(self.targets, targets);
        if let Some(story) = story {
            set_if_new(self.story, story);
        }
        if let Some(moment) = moment {
            set_if_new(self.moment, moment);
        }
        if let Some(live) = live {
            set_if_new(self.live, live);
        }
        protocol::tell(self, now);
    }

    /// Paints what moves once more: elements are there that were not.
    pub fn repaint(&self) {
        self.model.try_update_value(|model| model.painter.forget());
        self.refresh(true);
    }

    /// The picture's box has another size.
    pub fn fit(&self, width: f64, height: f64) {
        let (servers, clients) =
            self.with(|model| (model.playback.world().servers().len(), model.playback.world().clients().len()));
        let ring = Ring::fit(width, height, servers, clients);
        set_if_new(self.ring, ring);
        self.menu.set(None);
        self.refresh(true);
    }

    /// The logs' box has another width.
    pub fn fit_logs(&self, width: f64) {
        set_if_new(self.columns, logs::columns(width));
        self.refresh(true);
    }

    /// The link to this moment.
    pub fn link(&self) -> String {
        self.with(|model| {
            let playback = &model.playback;
            super::address::link_to(playback.scenario(), playback.now(), Some(playback.world().digest()))
        })
    }
}

impl Pop {
    /// The button that opens it.
    pub fn button(self) -> &'static str {
        match self {
            Pop::Write => "open-write",
            Pop::Partition => "open-partition",
            Pop::Network => "open-network",
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

fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}

/// A sentence begins with a capital; names of servers already do.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// How much time the scrub bar shows: a round number with room to the right of what was seen.
fn span(end: Time) -> Time {
    let need = (end.0 + end.0 / 50).max(500_000);
    let mut power = 100_000u64;
    loop {
        for factor in [1, 2, 3, 4, 5, 6, 8] {
            if power * factor >= need {
                return Time(power * factor);
            }
        }
        power = power.saturating_mul(10);
    }
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

fn newest_big(playback: &Playback) -> Option<String> {
    let past = playback.chronicle.current(playback.place());
    let told = playback.chronicle.told[..past].iter().rev().find(|told| told.weight == Weight::Story)?;
    Some(line(&told.record).text)
}

/// The lines before and after the present, as many as are worth having on the page.
fn tell(playback: &Playback, every: bool) -> Story {
    const BEFORE: usize = 120;
    const AFTER: usize = 40;
    let told = &playback.chronicle.told;
    let current = playback.chronicle.current(playback.place());
    let shown = |told: &&crate::chronicle::Told| every || told.weight == Weight::Story;
    let mut before: Vec<_> = told[..current].iter().rev().filter(shown).take(BEFORE + 1).collect();
    let earlier = usize::from(before.len() > BEFORE);
    before.truncate(BEFORE);
    before.reverse();
    let past = before.len();
    let after = told[current..].iter().filter(shown).take(AFTER);
    let lines = before.into_iter().chain(after).map(|told| {
        use raft_sim::record::What;
        let line = line(&told.record);
        StoryLine {
            place: told.place,
            event: told.record.event,
            at: words::stamp(told.record.at),
            title: line.text,
            detail: line.why.unwrap_or_default(),
            section: line.section,
            big: told.weight == Weight::Story,
            note: matches!(told.record.what, What::Says(_) | What::Stops(_) | What::Marks(_)),
        }
    });
    Story { lines: lines.collect(), past, earlier }
}

/// The messages that can be reached while time stands still.
fn reachable(model: &Model) -> Vec<Target> {
    let world = model.playback.world();
    let flights = world.flights();
    let of = |id: u64| flights.iter().find(|flight| flight.id == id);
    model
        .motion
        .flights
        .iter()
        .take(TARGETS)
        .filter_map(|scene| {
            let flight = of(scene.id)?;
            let state = if scene.lost { ", lost" } else if scene.held { ", held" } else { "" };
            Some(Target {
                id: scene.id,
                name: format!("{}, from {} to {}{state}", capital(words::kind(flight.kind())), flight.from, flight.to),
            })
        })
        .collect()
}

/// The labels: the message pointed at, the one chosen, and one of those sent last.
fn tags(model: &Model, chosen: Option<Chosen>, hovered: Option<u64>) -> Vec<Tag> {
    let chosen = match chosen {
        Some(Chosen::Message(id)) => Some(id),
        _ => None,
    };
    let newest = newest(&model.motion.flights);
    let mut ids: Vec<u64> = [hovered, chosen, newest].into_iter().flatten().collect();
    ids.dedup();
    let flights = model.playback.world().flights();
    ids.into_iter()
        .filter_map(|id| flights.iter().find(|flight| flight.id == id))
        .map(|flight| Tag { flight: flight.id, words: label(flight) })
        .collect()
}

/// Of the requests that are not routine, the first of those sent last: one label speaks for all.
fn newest(flights: &[FlightScene]) -> Option<u64> {
    let telling = |f: &&FlightScene| matches!(f.shape, Shape::Vote | Shape::Append | Shape::Request) && !f.lost;
    let last = flights.iter().rev().find(telling)?;
    flights.iter().filter(telling).find(|f| f.from == last.from && f.shape == last.shape && f.id + 16 > last.id).map(|f| f.id)
}

/// What a label says of a message.
pub fn label(flight: &Flight) -> String {
    match &flight.parcel {
        Parcel::Raft(envelope) => match &envelope.message {
            Message::RequestVote { .. } => format!("vote for {}, term {}", envelope.from, envelope.term),
            Message::RequestVoteReply { refused: None } => "yes".into(),
            Message::RequestVoteReply { refused: Some(_) } => "no".into(),
            Message::AppendEntries { previous, entries, .. } => {
                let first = previous.index.0 + 1;
                match entries.len() {
                    0 => format!("heartbeat, term {}", envelope.term),
                    1 => format!("append {first}@{}", entries[0].term),
                    n => format!("append {first}–{}", first + n as u64 - 1),
                }
            }
            Message::AppendAccepted { matched } if *matched == Index(0) => "ok".into(),
            Message::AppendAccepted { matched } => format!("ok up to {matched}"),
            Message::AppendRefused { previous, .. } => format!("no entry {previous} like that"),
        },
        Parcel::Request { operation, .. } => operation.to_string(),
        Parcel::Answer { reply, .. } => match reply {
            raft_sim::network::Reply::Outcome(_) => "done".into(),
            raft_sim::network::Reply::NotLeader(Some(leader)) => format!("ask {leader}"),
            raft_sim::network::Reply::NotLeader(None) => "not the leader".into(),
        },
    }
}
