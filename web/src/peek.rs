//! What a place of the scrub bar holds, before anybody goes there: who led, who was down or cut off, and
//! what had happened last. Read from what was seen of the run; nothing is replayed.

use raft_core::{ServerId, Term, Time};
use raft_sim::words::{Weight, line};

use crate::apart;
use crate::chronicle::Chronicle;
use crate::lanes::{Cuts, State, Stretch};
use crate::layout::{Point, circle, draw, on_circle};
use crate::playback::Playback;
use crate::words;

/// The middle and the half width of the little ring.
const MIDDLE: f64 = 38.0;

/// How large a server is on it.
const SERVER: f64 = 8.0;

/// A moment of the run, in small.
#[derive(Clone, PartialEq, Debug)]
pub struct Peek {
    /// When.
    pub at: Time,
    /// Whether the run has been there.
    pub seen: bool,
    /// Who leads, in which term.
    pub leads: Option<(ServerId, Term)>,
    /// What each server is, if not a follower that runs.
    pub servers: Vec<(ServerId, Option<State>)>,
    /// What is cut.
    pub cuts: Cuts,
    /// The last line of the story until then.
    pub last: Option<String>,
}

impl Peek {
    /// The moment at a place of the bar.
    pub fn of(playback: &Playback, at: Time) -> Peek {
        let servers: Vec<ServerId> = playback.world().servers().iter().map(|server| server.id).collect();
        let seen = at <= playback.end();
        if seen { Peek::seen(&playback.chronicle, &servers, at) } else { Peek::blank(at) }
    }

    /// A moment that nobody knows of.
    fn blank(at: Time) -> Peek {
        Peek { at, seen: false, leads: None, servers: Vec::new(), cuts: Vec::new(), last: None }
    }

    fn seen(chronicle: &Chronicle, servers: &[ServerId], at: Time) -> Peek {
        let lanes = &chronicle.lanes;
        let begun = &lanes.states[..lanes.states.partition_point(|one| one.from <= at)];
        let state = |id: ServerId| {
            let mut latest = begun.iter().rev();
            latest.find(|one| one.what.0 == id && lasts(one, at)).map(|one| one.what.1)
        };
        let reign = chronicle.reigns.iter().rfind(|reign| reign.from <= at);
        let told = &chronicle.told[..chronicle.told.partition_point(|told| told.record.at <= at)];
        let last = told.iter().rev().find(|told| told.weight == Weight::Story);
        let cut = lanes.parted.iter().rev().find(|one| lasts(one, at));
        Peek {
            at,
            seen: true,
            leads: reign.filter(|reign| reign.to.is_none_or(|to| to > at)).map(|reign| (reign.leader, reign.term)),
            servers: servers.iter().map(|id| (*id, state(*id))).collect(),
            cuts: cut.map(|cut| cut.what.clone()).unwrap_or_default(),
            last: last.map(|told| line(&told.record).text),
        }
    }

    /// What is said of it, a line each: who leads, who stands, who does not run, who is apart.
    pub fn lines(&self) -> Vec<String> {
        if !self.seen {
            return vec!["not played yet".into()];
        }
        let leads = match self.leads {
            Some((leader, term)) => format!("T{term} · {leader} leads"),
            None => "no leader".into(),
        };
        let states = [(State::Stands, "candidate"), (State::Down, "down"), (State::Paused, "paused")];
        let states = states.into_iter().filter_map(|(state, name)| {
            let who: Vec<ServerId> = self.in_state(state).collect();
            (!who.is_empty()).then(|| format!("{name}: {}", words::list(&who)))
        });
        let ids: Vec<ServerId> = self.servers.iter().map(|(id, _)| *id).collect();
        let apart = (!self.cuts.is_empty()).then(|| apart::words(&self.cuts, &ids));
        core::iter::once(leads).chain(states).chain(apart).collect()
    }

    /// All of it in a sentence, for a screen reader.
    pub fn said(&self) -> String {
        let mut all = self.lines();
        all.extend(self.last.clone());
        format!("{}: {}", words::moment(self.at), all.join("; "))
    }

    fn in_state(&self, wanted: State) -> impl Iterator<Item = ServerId> {
        self.servers.iter().filter(move |(_, state)| *state == Some(wanted)).map(|(id, _)| *id)
    }

    /// The ring at that moment, as path data.
    pub fn picture(&self) -> Picture {
        let mut picture = Picture::default();
        let all = self.servers.len();
        let r = if all > 9 { SERVER * 0.6 } else { SERVER };
        let far = MIDDLE - SERVER - 4.0;
        let places: Vec<(ServerId, Option<State>, Point)> = (self.servers.iter().enumerate())
            .map(|(n, (id, state))| {
                let place = on_circle(n, all);
                (*id, *state, Point { x: MIDDLE + place.x * far, y: MIDDLE + place.y * far })
            })
            .collect();
        for (n, (a, _, from)) in places.iter().enumerate() {
            for (b, _, to) in &places[n + 1..] {
                let path = match (self.cuts.contains(&(*a, *b)), self.cuts.contains(&(*b, *a))) {
                    (false, false) => &mut picture.links,
                    (true, true) => continue,
                    _ => &mut picture.one_way,
                };
                draw(path, &[("M", from.x), (" ", from.y), ("L", to.x), (" ", to.y)], "");
            }
        }
        for (id, state, at) in places {
            circle(picture.of(state), at, r);
            match state {
                Some(State::Leads) => circle(&mut picture.crown, at, r + 2.6),
                Some(State::Down) => {
                    draw(&mut picture.signs, &[("M", at.x - 4.0), (" ", at.y - 4.0)], "l8 8m0 -8l-8 8");
                }
                Some(State::Paused) => draw(&mut picture.signs, &[("M", at.x - 2.5), (" ", at.y - 4.0)], "v8m5 0v-8"),
                _ => {}
            }
            let named = all <= 9 && !matches!(state, Some(State::Down | State::Paused));
            if named {
                picture.names.push((at.plus(0.0, 3.5), id));
            }
        }
        picture
    }
}

/// The little ring, as path data.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Picture {
    /// Who reaches whom.
    pub links: String,
    /// Who reaches whom in one direction only.
    pub one_way: String,
    /// Followers.
    pub follows: String,
    /// Leaders.
    pub leads: String,
    /// Around them.
    pub crown: String,
    /// Candidates.
    pub stands: String,
    /// Who does not run.
    pub still: String,
    /// Crosses on those that are down, bars on those that are paused.
    pub signs: String,
    /// The names of those that run.
    pub names: Vec<(Point, ServerId)>,
}

impl Picture {
    fn of(&mut self, state: Option<State>) -> &mut String {
        match state {
            None => &mut self.follows,
            Some(State::Leads) => &mut self.leads,
            Some(State::Stands) => &mut self.stands,
            Some(State::Down | State::Paused) => &mut self.still,
        }
    }
}

fn lasts<T>(one: &Stretch<T>, at: Time) -> bool {
    one.from <= at && one.to.is_none_or(|to| to > at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use raft_sim::scenario::parse;

    const STORY: &str = "raft 1\nservers 5\nset latency 10ms\nat 0ms timeout S1\nat 100ms crash S5\n\
        at 150ms pause S4\nat 200ms partition S1 S2 | S3 S4 S5\nat 300ms heal\nat 350ms crash S1\n";

    fn peek(at: u64) -> Peek {
        let mut playback = Playback::new(parse(STORY).expect("a scenario").scenario);
        while !playback.seek(Time::millis(400)) {}
        Peek::of(&playback, Time::millis(at))
    }

    #[test]
    fn a_place_on_the_bar_says_who_leads_who_does_not_run_and_who_is_apart() {
        assert_eq!(peek(5).lines(), ["no leader", "candidate: S1"]);
        assert_eq!(peek(60).lines(), ["T1 · S1 leads"]);
        assert_eq!(peek(250).lines(), ["T1 · S1 leads", "down: S5", "paused: S4", "S1 S2 | S3 S4 S5"]);
        assert_eq!(peek(250).last.as_deref(), Some("The network is partitioned: S1 and S2 | S3, S4 and S5."));
        assert_eq!(peek(320).lines(), ["T1 · S1 leads", "down: S5", "paused: S4"]);
        assert_eq!(peek(360).lines(), ["no leader", "down: S1 and S5", "paused: S4"]);
        assert_eq!(peek(401).lines(), ["not played yet"]);
        assert_eq!(peek(60).said(), "60.0 ms: T1 · S1 leads; S1 commits up to entry 1: it is on 3 of 5 servers.");
    }

    #[test]
    fn its_picture_has_a_shape_for_each_state_and_no_line_between_the_sides() {
        let (whole, parted) = (peek(60).picture(), peek(250).picture());
        assert_eq!((whole.links.matches('M').count(), parted.links.matches('M').count()), (10, 4));
        assert!(whole.signs.is_empty() && !whole.crown.is_empty());
        assert_eq!((parted.signs.matches('M').count(), parted.names.len()), (2, 3));
    }
}
