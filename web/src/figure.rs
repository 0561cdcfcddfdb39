//! The page as a figure in somebody else's page: what of it is to be seen, and what may be done.
//!
//! Its options are the query of an iframe and the attributes of `<raft-playground>`
//! (`www/embed/v1.js`): one [`table`] for both, and for docs/embed.md.

use crate::keys::Command;

#[cfg(test)]
mod table;

/// What can be seen of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Servers and messages.
    Ring,
    /// The signs of messages.
    Legend,
    /// The scenario's title.
    Title,
    /// The logs.
    Logs,
    /// Story, details, metrics, answers.
    Story,
    /// The space-time diagram above a whole scrub bar.
    Time,
}

/// What the bar can have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Control {
    /// A step back, a step forward.
    Step,
    /// Play and pause.
    Play,
    /// What time it is.
    Clock,
    /// The slim scrub bar.
    Scrub,
    /// How fast.
    Speed,
    /// To the next line of the story.
    Next,
    /// Write, crash, part the network, and what else can be done to a run.
    Faults,
}

/// Names of the query, and what they stand for.
pub const PARTS: [(&str, Part); 6] = [
    ("ring", Part::Ring),
    ("legend", Part::Legend),
    ("title", Part::Title),
    ("logs", Part::Logs),
    ("story", Part::Story),
    ("time", Part::Time),
];

/// Names of the query, and what they stand for.
pub const CONTROLS: [(&str, Control); 7] = [
    ("step", Control::Step),
    ("play", Control::Play),
    ("clock", Control::Clock),
    ("scrub", Control::Scrub),
    ("speed", Control::Speed),
    ("next", Control::Next),
    ("faults", Control::Faults),
];

/// How the page stands in another one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Figure {
    /// One bit a [`Part`].
    parts: u8,
    /// One bit a [`Control`].
    controls: u8,
    /// Whether a way leads to the whole page.
    pub links: bool,
    /// Whether the reader moves in time and changes nothing.
    pub readonly: bool,
    /// Whether what tells or explains the run stays hidden, so that it can be asked about.
    pub exam: bool,
    /// Whether it waits behind a poster.
    pub poster: bool,
}

impl Figure {
    /// The page by itself: all there is.
    pub const WHOLE: Figure =
        Figure { parts: u8::MAX, controls: u8::MAX, links: true, readonly: false, exam: false, poster: false };

    /// The figure that a query asks for. What it does not know it passes over: it may be of a later version.
    pub fn read(value: impl Fn(&str) -> Option<String>) -> Figure {
        let on = |name| value(name).is_some_and(|value| value != "0");
        let off = |name| value(name).is_some_and(|value| value == "0");
        let (readonly, exam) = (on("readonly"), on("exam"));
        let mut figure = Figure {
            parts: bits(value("view"), "ring,legend", &PARTS.map(|(name, part)| (name, part as u8))),
            controls: bits(
                value("controls"),
                "step,play,clock,scrub",
                &CONTROLS.map(|(name, control)| (name, control as u8)),
            ),
            links: !exam && !off("links"),
            readonly,
            exam,
            poster: !off("poster"),
        };
        if exam {
            figure.parts &= !(1 << Part::Title as u8 | 1 << Part::Story as u8);
        }
        if readonly {
            figure.controls &= !(1 << Control::Faults as u8);
        }
        // A poster lies over the ring.
        figure.poster &= figure.shows(Part::Ring);
        figure
    }

    /// Whether it shows this.
    pub fn shows(self, part: Part) -> bool {
        self.parts & 1 << part as u8 != 0
    }

    /// Whether its bar has this.
    pub fn has(self, control: Control) -> bool {
        self.controls & 1 << control as u8 != 0
    }

    /// Whether its bar has anything at all.
    pub fn has_bar(self) -> bool {
        self.links || self.controls != 0
    }

    /// Whether a key does something here.
    pub fn allows(self, command: Command) -> bool {
        use Command::{
            Commit, Crash, Deliver, Drop, Duplicate, Heal, Hold, Isolate, Kept, Knowledge, Lens, Partition, Pause,
            Present, Quorum, Rules, Scenarios, Share, Text, Timeout, Why, Write,
        };
        match command {
            Share => self.links,
            // What is kept is kept by the page, and the page it is in has its own way to be shown.
            Kept | Present => self == Figure::WHOLE,
            Scenarios => self.links && !self.readonly,
            Rules | Text => !self.exam && !self.readonly,
            // The answer stands where the story does, which an exam does not show.
            Why => self.shows(Part::Story),
            Lens | Quorum | Knowledge | Commit => !self.exam,
            Crash | Pause | Timeout | Write | Drop | Hold | Duplicate | Deliver | Isolate | Partition | Heal => {
                !self.readonly
            }
            _ => true,
        }
    }

    /// Its parts by name, for the stylesheet.
    pub fn view(self) -> String {
        let shown = PARTS.iter().filter(|(_, part)| self.shows(*part));
        shown.map(|(name, _)| *name).collect::<Vec<_>>().join(" ")
    }

    /// How high it would like to be at this width.
    pub fn height(self, width: i32) -> i32 {
        let shows = |part, height| if self.shows(part) { height } else { 0 };
        let side = shows(Part::Logs, 290) + shows(Part::Story, 260);
        let beside = width >= WIDE && side > 0 && self.shows(Part::Ring);
        let ring = shows(Part::Ring, (if beside { width / 2 } else { width }) * 62 / 100) + shows(Part::Legend, 30);
        let middle = if beside { ring.max(side) } else { ring + side };
        let bar = if self.has_bar() { 48 } else { 0 };
        shows(Part::Title, 40) + middle + shows(Part::Time, 220) + bar
    }
}

/// From this width on the logs stand beside the ring; later.css says the same.
const WIDE: i32 = 700;

fn bits(asked: Option<String>, usual: &str, names: &[(&str, u8)]) -> u8 {
    let asked = asked.unwrap_or_else(|| usual.to_owned());
    if asked == "all" {
        return u8::MAX;
    }
    asked
        .split([',', ' ', '+'])
        .fold(0, |bits, word| names.iter().find(|(name, _)| *name == word).map_or(bits, |(_, place)| bits | 1 << place))
}

#[cfg(test)]
mod tests;
