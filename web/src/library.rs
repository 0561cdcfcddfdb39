//! The library: what the scenarios of the shelf are about, where the paper speaks of it, and how
//! they are found. Plain data; `ui::library` shows it.

use raft_sim::bugs::Bug;
use raft_sim::scenario::{self, Action, Scenario};

use crate::course::questions;
use crate::lab::TOPICS;
use crate::shelf::{self, Shipped};

/// What kind of scenario it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Raft as it is.
    Shown,
    /// It asks for something.
    Exercise,
    /// A rule is off.
    Broken,
}

/// A scenario of the shelf, as the library lists it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where it stands on the shelf.
    pub shipped: &'static Shipped,
    /// Its kind.
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// The first thing that it says of itself.
    pub about: String,
    /// What it is about.
    pub topic: &'static str,
    /// Where the paper or the dissertation speaks of it.
    pub sections: Vec<&'static str>,
    /// How many questions it asks.
    pub questions: usize,
    /// All of its texts, one after the other.
    texts: Vec<String>,
}

/// What is looked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    /// All of these words.
    pub words: String,
    /// This topic; empty is any.
    pub topic: String,
    /// This section, and those below it; empty is any.
    pub section: String,
}

const VOTES: &str = "Votes and elections";
const LOGS: &str = "Logs that agree";
const COMMIT: &str = "What is committed";
const DISK: &str = "What is on disk";
const MEMBERS: &str = "Changes of the cluster";
const SNAPSHOTS: &str = "Snapshots";
const CLIENTS: &str = "Clients and reads";
const NETWORK: &str = "Faults of the network";
const PACE: &str = "How entries travel";

/// What they can be about, in the order of a course.
pub const ABOUT: [&str; 9] = [VOTES, LOGS, COMMIT, NETWORK, CLIENTS, DISK, SNAPSHOTS, MEMBERS, PACE];

/// What each scenario and exercise is about, and its sections; of bugs their own table knows it.
const ROWS: &[(&str, &str, &str)] = &[
    ("terms", VOTES, "§5.1"),
    ("first-election", VOTES, "§5.2"),
    ("leader-crash", VOTES, "§5.2, §5.3"),
    ("split-vote", VOTES, "§5.2"),
    ("repeated-split", VOTES, "§5.2, §9.3"),
    ("write-and-commit", COMMIT, "§5.3"),
    ("minority-leader-and-heal", NETWORK, "§5.1, §5.3"),
    ("longer-log", VOTES, "§5.4.1"),
    ("figure-6", LOGS, "§5.3, Figure 6"),
    ("figure-7", LOGS, "§5.3, Figure 7"),
    ("figure-8", COMMIT, "§5.4.2, Figure 8"),
    ("deposed-leader-commits", COMMIT, "§5.4.1, §5.4.3"),
    ("delayed-append", LOGS, "§5.1, §5.3, Figure 2"),
    ("disruptive-server", VOTES, "§6, thesis §4.2.3"),
    ("removed-server", MEMBERS, "§6, thesis §4.2.3"),
    ("pre-vote", VOTES, "thesis §9.6"),
    ("pre-vote-alone", NETWORK, "thesis §6.2, thesis §9.6"),
    ("check-quorum", NETWORK, "thesis §6.2"),
    ("one-way-link", NETWORK, "thesis §6.2"),
    ("quorum-loss", NETWORK, "§5.2"),
    ("constrained-election", NETWORK, "§5.4.1"),
    ("chained", NETWORK, "§5.2, thesis §6.2, thesis §9.6"),
    ("two-servers", NETWORK, "§5.2"),
    ("even-sizes", NETWORK, "§5.2"),
    ("three-by-three", NETWORK, "§5.2"),
    ("transfer", VOTES, "thesis §3.10"),
    ("transfer-lagging", VOTES, "thesis §3.10"),
    ("pipelining", PACE, "thesis §10.2.1"),
    ("slow-follower", PACE, "§5.3, thesis §10.2.1"),
    ("streaming-heartbeats", PACE, "§5.3"),
    ("streaming-stuck", PACE, "§5.3"),
    ("snapshot-laggard", SNAPSHOTS, "§7"),
    ("snapshot-race", SNAPSHOTS, "§7"),
    ("joint-consensus", MEMBERS, "§6"),
    ("joint-crash", MEMBERS, "§6"),
    ("two-changes-at-once", MEMBERS, "thesis §4.1"),
    ("leader-leaves", MEMBERS, "§6, thesis §4.2.2"),
    ("learner-promotion", MEMBERS, "§6, thesis §4.2.1"),
    ("single-server-2015-fixed", MEMBERS, "thesis §4.1"),
    ("slow-disk", DISK, "§5.6, thesis §10.2.1"),
    ("lost-vote", DISK, "§5.1, §5.2"),
    ("lost-suffix", DISK, "§5.1, §5.3"),
    ("wiped-disk", DISK, "§5.1"),
    ("stale-read", CLIENTS, "§8, thesis §6.4"),
    ("read-index", CLIENTS, "§8, thesis §6.4"),
    ("duplicate-request", CLIENTS, "§8, thesis §6.3"),
    ("unknown-outcome", CLIENTS, "§8"),
    ("lease-clock-skew", CLIENTS, "§8, thesis §6.4.1"),
    ("two-leaders", NETWORK, "§5.1, §5.2"),
    ("even-votes", VOTES, "§5.2"),
    ("overwritten-entry", LOGS, "§5.3"),
    ("done-unknown", CLIENTS, "§8"),
    ("one-term-two-leaders", VOTES, "§5.2"),
    ("lost-write", VOTES, "§5.4.1"),
    ("counted-too-early", COMMIT, "§5.4.2, Figure 8"),
];

/// Everything on the shelf, in its order.
pub fn entries() -> Vec<Entry> {
    let of = |list: &'static [Shipped], kind: Kind| list.iter().filter_map(move |shipped| entry(shipped, kind));
    of(shelf::SHIPPED, Kind::Shown)
        .chain(of(shelf::EXERCISES, Kind::Exercise))
        .chain(of(shelf::BROKEN, Kind::Broken))
        .collect()
}

fn entry(shipped: &'static Shipped, kind: Kind) -> Option<Entry> {
    let scenario = scenario::parse(shipped.text).ok()?.scenario;
    let (topic, sections) = place(shipped.name)?;
    let questions = questions(&scenario);
    let texts = texts(&scenario);
    let about = scenario.about.into_iter().next().unwrap_or_default();
    let sections = sections.split(", ").collect();
    Some(Entry { shipped, kind, title: scenario.title, about, topic, sections, questions, texts })
}

/// Topic and sections of a scenario.
fn place(name: &str) -> Option<(&'static str, &'static str)> {
    if let Some((_, topic, sections)) = ROWS.iter().find(|(of, ..)| *of == name) {
        return Some((topic, sections));
    }
    let (topic, _) = TOPICS.iter().find(|(_, names)| names.contains(&name))?;
    Some((topic, Bug::find(name)?.row().section))
}

/// What a scenario says to its reader.
fn texts(scenario: &Scenario) -> Vec<String> {
    let mut texts = vec![scenario.title.clone()];
    texts.extend(scenario.about.iter().cloned());
    for action in scenario.steps.iter().flat_map(|step| &step.actions) {
        match action {
            Action::Note(text) | Action::Stop(text) => texts.push(text.clone()),
            Action::Ask(quiz) => texts.push(quiz.question.clone()),
            _ => {}
        }
    }
    texts
}

/// The sections of all of them: those of the paper, of the dissertation, and figures, each in order.
pub fn sections(entries: &[Entry]) -> Vec<&'static str> {
    let mut all: Vec<&str> = entries.iter().flat_map(|entry| entry.sections.iter().copied()).collect();
    all.sort_by_key(|section| order(section));
    all.dedup();
    all
}

fn order(section: &str) -> (usize, Vec<u32>) {
    let group = ["§", "thesis §", "Figure "].iter().position(|start| section.starts_with(start)).unwrap_or(3);
    let numbers = section.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok());
    (group, numbers.collect())
}

impl Wanted {
    /// Which of these are looked for, by what they say in English and in the reader's language.
    pub fn found(&self, all: &[Entry], said: impl Fn(&str) -> String) -> Vec<bool> {
        let wanted = phrases(&self.words.to_lowercase());
        let has = |entry: &Entry| {
            let there = entry.says(&said).to_lowercase();
            wanted.iter().all(|phrase| there.contains(phrase))
        };
        all.iter().map(|entry| self.fits(entry) && (wanted.is_empty() || has(entry))).collect()
    }

    /// Whether it is of the topic and the section.
    fn fits(&self, entry: &Entry) -> bool {
        let below = |section: &&str| {
            section.strip_prefix(self.section.as_str()).is_some_and(|more| more.is_empty() || more.starts_with('.'))
        };
        (self.topic.is_empty() || self.topic == entry.topic)
            && (self.section.is_empty() || entry.sections.iter().any(below))
    }
}

/// Words one by one; but a number belongs to the word before it, as in Figure 8.
fn phrases(words: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        match all.last_mut() {
            Some(before) if word.bytes().all(|b| b.is_ascii_digit()) => *before = [before, " ", word].concat(),
            _ => all.push(word.to_owned()),
        }
    }
    all
}

impl Entry {
    /// All that is said in it and of it.
    fn says(&self, said: impl Fn(&str) -> String) -> String {
        let mut all = vec![self.shipped.name.to_owned(), self.sections.join(" ")];
        for text in self.texts.iter().map(String::as_str).chain([self.topic]) {
            all.extend([text.to_owned(), said(text)]);
        }
        all.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_of_the_shelf_has_its_topic_and_sections() {
        let all = entries();
        assert_eq!(all.len(), shelf::SHIPPED.len() + shelf::EXERCISES.len() + shelf::BROKEN.len());
        for entry in &all {
            assert!(ABOUT.contains(&entry.topic), "{}: {}", entry.shipped.name, entry.topic);
            for section in &entry.sections {
                assert!(order(section).0 < 3 && !order(section).1.is_empty(), "{}: {section}", entry.shipped.name);
            }
            assert_eq!(entry.questions > 0, entry.kind != Kind::Exercise, "{}", entry.shipped.name);
        }
        for (name, ..) in ROWS {
            assert!(shelf::find(name).is_some(), "{name} is not on the shelf");
            assert_eq!(ROWS.iter().filter(|(other, ..)| other == name).count(), 1, "{name}");
        }
        for topic in ABOUT {
            assert!(all.iter().any(|entry| entry.topic == topic), "{topic} is of nothing");
        }
    }

    #[track_caller]
    fn found(wanted: &Wanted) -> Vec<&'static str> {
        let all = entries();
        let found = wanted.found(&all, str::to_owned);
        all.iter().zip(found).filter(|(_, found)| *found).map(|(entry, _)| entry.shipped.name).collect()
    }

    #[test]
    fn words_topic_and_section_narrow_it_down() {
        let words = |words: &str| Wanted { words: words.into(), ..Wanted::default() };
        assert_eq!(found(&Wanted::default()).len(), entries().len());
        assert_eq!(found(&words("cloudflare")), ["quorum-loss"]);
        assert_eq!(found(&words("LONGER log win")), ["longer-log", "uptodate-by-length"]);
        assert_eq!(found(&words("no such thing here")), [""; 0]);
        assert_eq!(found(&words(" Figure  7 ")), ["figure-7"], "a number belongs to its word");
        let topic = Wanted { topic: SNAPSHOTS.into(), ..words("hexagon") };
        assert_eq!(found(&topic), ["snapshot-laggard"]);
        let section = |section: &str| Wanted { section: section.into(), ..Wanted::default() };
        assert!(found(&section("§5.4")).contains(&"figure-8"), "what is below a section belongs to it");
        assert!(!found(&section("§5.4.1")).contains(&"figure-8"));
        assert!(!found(&section("§6")).contains(&"check-quorum"), "the dissertation is another book");
    }

    #[test]
    fn sections_stand_in_the_order_of_the_paper() {
        let all = sections(&entries());
        let at = |section: &str| all.iter().position(|other| *other == section).expect("a section");
        assert!(at("§5.2") < at("§5.4.1") && at("§5.4.1") < at("§5.4.2") && at("§5.4.2") < at("§7"));
        assert!(at("§8") < at("thesis §4.1") && at("thesis §9.6") < at("thesis §10.2.1"));
    }
}
