//! What of the run is to be seen: makes the scene anew, paints the motion, and tells the signals
//! only what differs.

use raft_core::{Index, Message, ServerId, Time};
use raft_sim::network::{Flight, Parcel};
use raft_sim::words::{Weight, line};

use super::page::{Chosen, Model, Page, Target};
use super::paint::{TARGETS, Tag};
use super::signal::RwSignal;
use super::transcript::tell;
use super::{dom, failure, frame, protocol};
use crate::layout::{Ring, logs};
use crate::linked::Fact;
use crate::playback::Playback;
use crate::scene::{FlightScene, Logs, Motion, Picture, Shape};
use crate::words;

/// The story is told anew at most so often in real microseconds.
const STORY: u64 = 120_000;

impl Page {
    /// Shows the present. `now` asks for everything at once; while time runs, what is only read
    /// and not watched follows a few times a second.
    pub fn refresh(&self, now: bool) {
        if now {
            frame::wake();
        }
        let ring = self.ring.get_untracked();
        let (columns, from) = (self.columns.get_untracked(), self.logs_from.get_untracked());
        let (chosen, focus) = (self.chosen.get_untracked(), self.focus.get_untracked().shown());
        let real = frame::clock();
        let (every, diagram) = (self.every.get_untracked(), self.diagram.get_untracked());
        let lens = self.lens.with_untracked(Option::is_some);
        let played = self.playing.get_untracked();
        let (mut story, mut brief) = (None, false);
        let mut targets = Vec::new();
        let mut moment = None;
        let mut live = None;
        let shown = self.model.try_update_value(|model| {
            let playback = &model.playback;
            let world = playback.world();
            let longest = world.settings().all().election_timeout.end;
            model.motion = Motion::of(world, &ring, longest);
            // Play has come to its end: all is shown as it is.
            let now = now || played != playback.playing;
            let turn = if now { Turn::All } else { model.turn.next(model.motion.is_crowd(), world.events()) };
            let marked = lens || model.lens;
            let picture = (turn.of(Turn::Rest) || marked).then(|| Picture::of(world));
            let logs = (turn.of(Turn::Logs) || marked).then(|| Logs::of(world, columns, from));
            let servers: Vec<ServerId> = world.servers().iter().map(|server| server.id).collect();
            let tags = tags(model, chosen, focus);
            model.painter.motion(&model.motion, &ring, &tags, !model.playback.playing);
            let rest = turn.of(Turn::Rest);
            if rest {
                model.painter.timers(&model.motion, &servers);
                model.painter.say("clock", words::moment(model.playback.now()));
            }
            let playback = &model.playback;
            failure::all_is_well(playback.scenario(), playback.now());
            if now && !playback.branches().is_empty() {
                failure::others(playback.branches());
            }
            if !playback.playing {
                targets = reachable(model);
            }
            let place = playback.place();
            let told = playback.chronicle.current(place);
            let key = (if every { place } else { told }, playback.chronicle.told.len(), every, playback.version);
            if key != model.story_shown && (now || rest && real >= model.story_due) {
                model.story_shown = key;
                // Who drags along the bar is told what is in sight, and once it rests the rest.
                brief = !played && real < model.story_due + STORY / 2;
                model.story_brief = brief;
                model.story_due = real + STORY;
                if playback.playing {
                    model.story_pages = 0;
                }
                story = Some(tell(playback, every, model.story_pages, brief));
            }
            if now || rest && real >= model.moment_due {
                model.moment_due = real + 100_000;
                // The system may ask for less motion at any time.
                model.calm = dom::calm();
                moment = Some((playback.run().world().events(), playback.now()));
            }
            // What the reader did is told at once, and is not cut short; what happens by itself, now and then.
            let aloud = real >= model.announce_due || now && !playback.playing;
            if aloud && model.announced != told {
                model.announce_due = real + 1_500_000;
                let since = model.announced;
                model.announced = told;
                live = if since == usize::MAX { None } else { news(playback, since) };
            }
            let span = span(playback.end());
            let roster = (servers, world.clients().iter().map(|client| client.id).collect::<Vec<_>>());
            let branches = playback.branches().len();
            let state = (branches, playback.playing, playback.waits.clone(), playback.chronicle.version, span);
            if rest {
                super::timebar::paint(&mut model.painter, &model.playback, span, moment.is_some());
            }
            if diagram && turn.of(Turn::Diagram) {
                let aloud = now || real >= model.diagram_due;
                if aloud {
                    model.diagram_due = real + 100_000;
                }
                super::spacetime::paint(&mut model.painter, &model.playback, aloud);
            }
            if focus.is_some() || model.lit.fact.is_some() {
                super::linked::light(model, *self, moment.is_some());
            }
            if let Some(both) = picture.as_ref().zip(logs.as_ref()).filter(|_| marked) {
                super::lens::paint(model, *self, both, moment.is_some());
                model.lens = lens;
            }
            (picture, logs, roster, state)
        });
        let Some((picture, logs, roster, (branches, playing, waits, version, span))) = shown else { return };
        set_if_new(self.roster, roster);
        if let Some(picture) = picture {
            set_if_new(self.picture, picture);
        }
        if let Some(logs) = logs {
            set_if_new(self.logs, logs);
        }
        set_if_new(self.branches, branches);
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
        if brief {
            let page = *self;
            frame::later(2 * STORY / 1_000, move || page.tell_whole());
        }
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

/// What a frame draws besides the messages. Where much happens in each, the parts of the page take turns: no eye
/// sees the difference of two frames, and each has a third of the work.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Turn {
    #[default]
    All,
    /// The logs.
    Logs,
    /// The space-time diagram.
    Diagram,
    /// Roles and timers, the scrub bar, and what is only read.
    Rest,
}

impl Turn {
    /// Whether it is the turn of a part.
    fn of(self, part: Turn) -> bool {
        self == Turn::All || self == part
    }
}

/// Whose turn it is.
#[derive(Default)]
pub struct Turns {
    last: Turn,
    /// How many events led to it.
    events: u64,
}

/// So many events since the frame before are much.
const MUCH: u64 = 40;

impl Turns {
    fn next(&mut self, crowd: bool, events: u64) -> Turn {
        let much = crowd || events > self.events + MUCH;
        self.events = events;
        self.last = match self.last {
            _ if !much => Turn::All,
            Turn::Logs => Turn::Diagram,
            Turn::Diagram => Turn::Rest,
            _ => Turn::Logs,
        };
        self.last
    }
}

fn set_if_new<T: PartialEq + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}

/// How much time the scrub bar shows: a round number with room to the right of what was seen.
pub(super) fn span(end: Time) -> Time {
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

/// What is new in the story since the last announcement; of several lines the latest, and how many more.
fn news(playback: &Playback, since: usize) -> Option<String> {
    let past = playback.chronicle.current(playback.place());
    let told = playback.chronicle.told.get(if since < past { since } else { 0 }..past)?;
    let mut big = told.iter().rev().filter(|told| told.weight == Weight::Story);
    let newest = line(&big.next()?.record).text;
    Some(words::and_more(&newest, if since < past { big.count() } else { 0 }))
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
            let state = if scene.lost {
                ", lost"
            } else if scene.held {
                ", held"
            } else {
                ""
            };
            Some(Target {
                id: scene.id,
                name: format!(
                    "{}, from {} to {}{state}",
                    words::capital(words::kind(flight.kind())),
                    flight.from,
                    flight.to
                ),
            })
        })
        .collect()
}

/// The labels: the message pointed at, the one chosen, and one of those sent last.
fn tags(model: &Model, chosen: Option<Chosen>, focus: Option<Fact>) -> Vec<Tag> {
    let chosen = match chosen {
        Some(Chosen::Message(id)) => Some(id),
        _ => None,
    };
    let hovered = match focus {
        Some(Fact::Message(id)) => Some(id),
        _ => None,
    };
    // In a crowd it would be another one with every frame, and nobody could read it.
    let crowd = model.motion.is_crowd() && model.playback.playing;
    let newest = newest(&model.motion.flights).filter(|_| !crowd);
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
    let telling =
        |f: &&FlightScene| matches!(f.shape, Shape::Vote | Shape::Append | Shape::Snapshot | Shape::Request) && !f.lost;
    let last = flights.iter().rev().find(telling)?;
    flights
        .iter()
        .filter(telling)
        .find(|f| f.from == last.from && f.shape == last.shape && f.id + 16 > last.id)
        .map(|f| f.id)
}

/// What a label says of a message.
pub fn label(flight: &Flight) -> String {
    match &flight.parcel {
        Parcel::Raft(envelope) => match &envelope.message {
            Message::RequestPreVote { next, .. } => format!("would you vote for {}, term {next}?", envelope.from),
            Message::PreVoteReply { refused: None, .. } => "yes".into(),
            Message::PreVoteReply { refused: Some(_), .. } => "no".into(),
            Message::TimeoutNow => "stand for election".into(),
            Message::RequestVote { .. } => format!("vote for {}, term {}", envelope.from, envelope.term),
            Message::RequestVoteReply { refused: None } => "yes".into(),
            Message::RequestVoteReply { refused: Some(_) } => "no".into(),
            Message::AppendEntries { previous, entries, .. } | Message::StreamEntries { previous, entries, .. } => {
                let first = previous.index.0 + 1;
                match entries.len() {
                    0 => format!("heartbeat, term {}", envelope.term),
                    1 => format!("append {first}@{}", entries[0].term),
                    n => format!("append {first}–{}", first + n as u64 - 1),
                }
            }
            Message::AppendAccepted { matched: Index(0), .. } => "ok".into(),
            Message::AppendAccepted { matched, .. } | Message::StreamAck { matched, .. } => {
                format!("ok up to {matched}")
            }
            Message::AppendRefused { previous, .. } => format!("no entry {previous} like that"),
            Message::InstallSnapshot { last, .. } => format!("snapshot up to {last}"),
            Message::PieceAccepted { received, .. } => format!("{received} bytes"),
            Message::ReadIndex { .. } => "read up to where?".into(),
            Message::ReadIndexReply { index: Some(index), .. } => format!("read at {index}"),
            Message::ReadIndexReply { index: None, .. } => "not the leader".into(),
            Message::Heartbeat { .. } => format!("heartbeat, term {}", envelope.term),
            Message::HeartbeatReply { .. } => "ok".into(),
            Message::StreamOpen { last, .. } => format!("stream after {last}?"),
            Message::StreamReset { at, .. } => format!("try after {at}"),
        },
        Parcel::Request { operation, .. } => operation.to_string(),
        Parcel::Answer { reply, .. } => match reply {
            raft_sim::network::Reply::Outcome(_) => "done".into(),
            raft_sim::network::Reply::NotLeader(Some(leader)) => format!("ask {leader}"),
            raft_sim::network::Reply::NotLeader(None) => "not the leader".into(),
        },
    }
}
