//! The state of the page, and everything that can be done to it.
//!
//! What changes with every frame never becomes a signal: `show` makes a new scene,
//! paints the motion, and tells the signals only what differs.
//! What can be done is in the modules below: by time, by deed, by choice, by key.

mod choosing;
mod deeds;
mod keys;
mod time;

use raft_core::{ServerId, Time};
use raft_sim::machine::ClientId;
use raft_sim::scenario::Scenario;

pub use self::keys::message_action;
use super::faults::Pop;
use super::kept::Offer;
use super::own::Own;
use super::paint::Painter;
use super::signal::RwSignal;
use super::tale::Tale;
use super::why::Why;
use super::{dom, protocol};
use crate::by_hand::is_arranged;
use crate::course::Study;
use crate::figure::{Figure, Part};
use crate::hint::Tried;
use crate::hunt::Hunt;
use crate::layout::{Point, Ring};
use crate::lens::Lens;
use crate::linked::{Focus, Lit};
use crate::playback::{Pace, Playback};
use crate::quiz::Halt;
use crate::scene::{Logs, Motion, Picture};
use crate::shelf;

/// What is chosen, and shown in the inspector.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Chosen {
    /// A server.
    Server(ServerId),
    /// A message, by its number.
    Message(u64),
    /// A client.
    Client(ClientId),
    /// The link between two servers.
    Link(ServerId, ServerId),
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
    /// Two runs beside each other.
    Compare,
    /// A trace of another Raft.
    Trace,
    /// What is a model here, and what is not.
    Model,
    /// The runs that are kept.
    Kept,
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
    /// There are earlier lines that are not shown.
    pub earlier: bool,
    /// There are later ones.
    pub later: bool,
    /// So many more pages of it the reader has asked for.
    pub pages: usize,
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
    /// Where what is pointed at is to be seen.
    pub(super) lit: Lit,
    /// Whether a lens has marked the pictures.
    pub(super) lens: bool,
    /// Counts values written by the button: x=1, x=2, ….
    written: u32,
    pub(super) turn: super::show::Turns,
    pub(super) story_shown: (usize, usize, bool, u64),
    pub(super) story_due: u64,
    pub(super) story_brief: bool,
    pub(super) story_pages: usize,
    /// Real time for which the world is still to run on: of frames left out when motion is reduced, or that drew a rush.
    saved: u64,
    rush: time::Rush,
    pub(super) calm: bool,
    pub(super) moment_due: u64,
    pub(super) diagram_due: u64,
    /// A jump that takes more than one frame.
    jump: Option<Time>,
    /// Where to go after that.
    then: Option<Time>,
    /// The first scenario, and nobody has touched it.
    pub(super) untouched: bool,
    pub(super) announced: usize,
    pub(super) announce_due: u64,
}

/// The servers and clients there are.
pub type Roster = (Vec<ServerId>, Vec<ClientId>);

/// The page.
#[derive(Clone, Copy)]
pub struct Page {
    pub(super) model: Own<Model>,
    /// What changes with an event.
    pub picture: RwSignal<Picture>,
    /// The logs, as far as they are shown.
    pub logs: RwSignal<Logs>,
    /// The servers and clients there are: changes with a load only.
    pub roster: RwSignal<Roster>,
    /// Where they stand.
    pub ring: RwSignal<Ring>,
    /// How many columns of logs fit.
    pub columns: RwSignal<usize>,
    /// The first index of the logs shown, where that is not to follow the latest.
    pub logs_from: RwSignal<Option<u64>>,
    /// Whether time runs.
    pub playing: RwSignal<bool>,
    /// How fast.
    pub pace: RwSignal<Pace>,
    /// Why play waits for the reader.
    pub waits: RwSignal<Option<Halt>>,
    /// The scenario's title.
    pub title: RwSignal<String>,
    /// What the scenario is about.
    pub about: RwSignal<Vec<String>>,
    /// What is chosen.
    pub chosen: RwSignal<Option<Chosen>>,
    /// Whether its menu is open, and where.
    pub menu: RwSignal<Option<Point>>,
    /// The lens that the reader looks through.
    pub lens: RwSignal<Option<Lens>>,
    /// What is asked, and the answer.
    pub why: RwSignal<Option<Why>>,
    /// A search beside the page.
    pub hunt: RwSignal<Hunt>,
    /// The event whose past and future are shown.
    pub led: RwSignal<Option<u64>>,
    /// What is pointed at, and what was kept: the same is lit in every picture.
    pub focus: RwSignal<Focus>,
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
    /// Something to offer.
    pub offer: RwSignal<Option<Offer>>,
    /// Whether somebody arranged by hand when things happen.
    pub by_hand: RwSignal<bool>,
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
    /// Changes with the language: all words are written anew.
    pub language: RwSignal<u32>,
    /// What of the shelf is open.
    pub study: RwSignal<Option<Study>>,
    /// What the reader has tried.
    pub tried: RwSignal<Tried>,
    /// A figure in another page.
    pub embed: bool,
    /// What of it is to be seen, and what may be done.
    pub figure: Figure,
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
        let figure = if embed { Figure::read(dom::query) } else { Figure::WHOLE };
        let model = Model {
            playback: Playback::new(shelf::first()),
            motion: Motion::default(),
            painter: Painter::default(),
            lit: Lit::default(),
            lens: false,
            written: 0,
            turn: Default::default(),
            story_shown: (usize::MAX, 0, false, 0),
            story_due: 0,
            story_brief: false,
            story_pages: 0,
            saved: 0,
            rush: Default::default(),
            calm: dom::calm(),
            moment_due: 0,
            diagram_due: 0,
            jump: None,
            then: None,
            untouched: true,
            announced: 0,
            announce_due: 0,
        };
        Page {
            model: Own::new(model),
            picture: RwSignal::default(),
            logs: RwSignal::default(),
            roster: RwSignal::default(),
            ring: RwSignal::default(),
            columns: RwSignal::new(8),
            logs_from: RwSignal::new(None),
            playing: RwSignal::new(false),
            pace: RwSignal::new(Pace::USUAL),
            waits: RwSignal::new(None),
            title: RwSignal::default(),
            about: RwSignal::default(),
            chosen: RwSignal::new(None),
            menu: RwSignal::new(None),
            lens: RwSignal::new(None),
            why: RwSignal::default(),
            hunt: RwSignal::default(),
            led: RwSignal::default(),
            focus: RwSignal::default(),
            targets: RwSignal::default(),
            story: RwSignal::default(),
            every: RwSignal::new(false),
            paint: RwSignal::new((0, Time::ZERO)),
            moment: RwSignal::new((0, Time::ZERO)),
            dialog: RwSignal::new(None),
            pop: RwSignal::new(None),
            branches: RwSignal::new(0),
            sheet: RwSignal::new(false),
            offer: RwSignal::new(None),
            by_hand: RwSignal::new(false),
            notice: RwSignal::new(None),
            live: RwSignal::default(),
            tab: RwSignal::new(Tab::Logs),
            tale: RwSignal::new(Tale::Story),
            diagram: RwSignal::new(figure.shows(Part::Time)),
            language: RwSignal::new(0),
            study: RwSignal::new(None),
            tried: RwSignal::default(),
            embed,
            figure,
            poster: RwSignal::new(figure.poster),
        }
    }

    /// Reads the model.
    pub fn with<T>(&self, read: impl FnOnce(&Model) -> T) -> T {
        self.model.with_value(read)
    }

    /// Changes the run, then shows what became of it.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Playback) -> T) -> T {
        let mut change = Some(change);
        let mut result = None;
        self.model.update_value(|model| {
            if model.under_way() {
                model.stay();
            }
            model.untouched = false;
            model.announce_due = 0;
            if let Some(change) = change.take() {
                result = Some(change(&mut model.playback));
            }
        });
        self.refresh(true);
        result.expect("a value is updated at once")
    }

    /// Starts a scenario, at a moment.
    pub fn load(&self, scenario: Scenario, at: Time, playing: bool) {
        self.title.set(scenario.title.clone());
        self.about.set(scenario.about.clone());
        self.by_hand.set(is_arranged(&scenario));
        self.study.set(None);
        self.forget_choices();
        self.model.update_value(|model| {
            model.untouched = false;
            model.playback = Playback::new(scenario);
            model.painter.forget();
            model.written = 0;
            model.story_shown.0 = usize::MAX;
            model.story_pages = 0;
            model.announced = usize::MAX;
        });
        self.pace.set(self.with(|model| model.playback.pace));
        if at > Time::ZERO {
            self.seek(at);
        } else {
            // Where it begins with a word to the reader, play waits from the start.
            self.refresh(true);
        }
        if playing && self.with(|model| model.playback.waits.is_none()) {
            self.play();
        }
    }

    /// What was chosen may not be there any more.
    fn forget_choices(&self) {
        self.chosen.set(None);
        self.menu.set(None);
        self.focus.set(Focus::default());
        self.logs_from.set(None);
        self.lens.set(None);
        self.why.set(None);
        self.led.set(None);
        self.tale.update(Tale::leave_details);
    }

    /// The scenario of a first visit: runs, from shortly before the first election.
    pub fn load_first(&self) {
        let scenario = shelf::first();
        let start = first_campaign(&scenario).map_or(Time::ZERO, |at| at.since(Time::millis(5)));
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
