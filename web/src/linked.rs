//! One fact in three pictures and the story: what is pointed at in one of them, and where the same
//! is to be seen in the others. Plain data; the page lights it up.

use std::collections::BTreeMap;
use std::fmt;

use raft_core::{Index, Note, Payload, Position, ServerId, Term, Time};
use raft_sim::client::Call;
use raft_sim::machine::{ClientId, Operation, Request};
use raft_sim::network::{Parcel, Place};
use raft_sim::record::{Record, Trip, What};
use raft_sim::timeline::is_routine;
use raft_sim::world::World;

use crate::chronicle::Told;
use crate::diagram::{Frame, Line};
use crate::layout::Point;

/// Something of the run that can be pointed at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fact {
    /// A server.
    Server(ServerId),
    /// A client.
    Client(ClientId),
    /// A message, on its way or arrived, by its number.
    Message(u64),
    /// An entry, on whatever server it is.
    Entry(Position),
    /// An event of the run, by its number.
    Event(u64),
    /// What a client asked, by its number for it; asked again it is the same.
    Call(ClientId, u64),
}

/// As elements of the page carry it: `s1`, `c1`, `m17`, `e4.2` (index and term), `v812`,
/// `a1.3` (client and its number).
impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, number) = match self {
            Fact::Server(id) => ('s', id.0.into()),
            Fact::Client(id) => ('c', id.0.into()),
            Fact::Message(id) => ('m', *id),
            Fact::Entry(at) => return write!(f, "e{}.{}", at.index.0, at.term.0),
            Fact::Event(event) => ('v', *event),
            Fact::Call(client, serial) => return write!(f, "a{}.{serial}", client.0),
        };
        write!(f, "{sign}{number}")
    }
}

impl Fact {
    /// What an element carries.
    pub fn read(text: &str) -> Option<Fact> {
        let rest = text.get(1..)?;
        Some(match text.as_bytes()[0] {
            b's' => Fact::Server(ServerId(rest.parse().ok()?)),
            b'c' => Fact::Client(ClientId(rest.parse().ok()?)),
            b'm' => Fact::Message(rest.parse().ok()?),
            b'e' => {
                let (index, term) = rest.split_once('.')?;
                Fact::Entry(Position { term: Term(term.parse().ok()?), index: Index(index.parse().ok()?) })
            }
            b'v' => Fact::Event(rest.parse().ok()?),
            b'a' => {
                let (client, serial) = rest.split_once('.')?;
                Fact::Call(ClientId(client.parse().ok()?), serial.parse().ok()?)
            }
            _ => return None,
        })
    }

    /// Its kind, as styles know it.
    pub fn kind(self) -> &'static str {
        match self {
            Fact::Server(_) => "server",
            Fact::Client(_) => "client",
            Fact::Message(_) => "message",
            Fact::Entry(_) => "entry",
            Fact::Event(_) => "event",
            Fact::Call(..) => "call",
        }
    }
}

/// What is lit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Focus {
    /// What the pointer is at, or the keyboard.
    pub pointed: Option<Fact>,
    /// What was tapped or clicked, and stays lit.
    pub kept: Option<Fact>,
}

impl Focus {
    /// Only one fact at a time: what is pointed at, else what was kept.
    pub fn shown(self) -> Option<Fact> {
        self.pointed.or(self.kept)
    }
}

/// A message that has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Leg {
    /// The message.
    pub trip: Trip,
    /// When it ended.
    pub at: Time,
    /// It got lost.
    pub lost: bool,
}

/// Where a fact is to be seen.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Lit {
    /// The fact; nothing is lit without one.
    pub fact: Option<Fact>,
    /// Servers: nodes, rows and lines.
    pub servers: Vec<ServerId>,
    /// Clients: boxes and lines.
    pub clients: Vec<ClientId>,
    /// Messages on their way.
    pub messages: Vec<u64>,
    /// Messages that have ended.
    pub legs: Vec<Leg>,
    /// Cells of the logs, on whatever server.
    pub entries: Vec<Position>,
    /// Lines of the story, by their events, in order.
    pub events: Vec<u64>,
    /// What clients asked: bars in that diagram, and lines of their histories.
    pub calls: Vec<(ClientId, u64)>,
    /// Marks in the space-time diagram.
    pub marks: Vec<(Time, Place)>,
}

/// So far around the present records are searched, back and forward.
const BACK: usize = 20_000;
const FORWARD: usize = 4_000;

/// So many of each are lit at most: more than that says nothing.
const MOST: usize = 300;

impl Lit {
    /// Where a fact is to be seen; of `records`, which may go on after the present, the first
    /// `place` have happened.
    pub fn of(fact: Fact, world: &World, records: &[Record], place: usize) -> Lit {
        let mut lit = Lit { fact: Some(fact), ..Lit::default() };
        let asked = match fact {
            Fact::Server(id) => return lit.server(id, records, place),
            Fact::Client(id) => {
                lit.clients.push(id);
                None
            }
            Fact::Entry(at) => {
                lit.entries.push(at);
                let holds = world.servers().iter().filter(|server| server.log().holds(at));
                lit.servers.extend(holds.map(|server| server.id));
                let asked = asked(world, at);
                lit.clients.extend(asked.as_ref().map(|(client, ..)| *client));
                lit.calls.extend(asked.as_ref().map(|(client, serial, _)| (*client, *serial)));
                asked
            }
            Fact::Call(client, serial) => {
                lit.clients.push(client);
                lit.calls.push((client, serial));
                lit.entries = entries_of(world, client, serial);
                let called = world.clients().iter().find(|other| other.id == client);
                let operation = called.and_then(|called| Some(called.calls(serial).next()?.operation.clone()));
                operation.map(|operation| (client, serial, operation))
            }
            Fact::Message(_) | Fact::Event(_) => None,
        };
        for flight in world.flights() {
            let trip = flight.trip();
            if let Parcel::Request { serial, .. } | Parcel::Answer { serial, .. } = &flight.parcel
                && fact == Fact::Message(trip.id)
            {
                let client = [flight.from, flight.to].into_iter().find_map(client_at);
                lit.calls.extend(client.map(|client| (client, *serial)));
            }
            let asks = match &flight.parcel {
                Parcel::Request { serial, .. } | Parcel::Answer { serial, .. } => {
                    asked.as_ref().is_some_and(|(client, number, _)| {
                        number == serial && [flight.from, flight.to].contains(&Place::Client(*client))
                    })
                }
                Parcel::Raft(_) => false,
            };
            if asks || is_told_by(fact, world, &trip) {
                lit.messages.push(trip.id);
                lit.message(fact, world, &trip);
            }
        }
        lit.records(fact, world, &asked, records, place);
        lit.tidy();
        lit
    }

    /// Whether an element that carries this is lit.
    pub fn has(&self, fact: Fact) -> bool {
        match fact {
            Fact::Server(id) => self.servers.contains(&id),
            Fact::Client(id) => self.clients.contains(&id),
            Fact::Message(id) => self.messages.contains(&id),
            Fact::Entry(at) => self.entries.contains(&at),
            Fact::Event(event) => self.events.binary_search(&event).is_ok(),
            Fact::Call(client, serial) => self.calls.contains(&(client, serial)),
        }
    }

    fn server(mut self, id: ServerId, records: &[Record], place: usize) -> Lit {
        self.servers.push(id);
        let of = around(records, place).filter(|record| subject(&record.what) == Some(Place::Server(id)));
        self.events.extend(of.filter(|record| !is_routine(&record.what)).map(|record| record.event));
        self.tidy();
        self
    }

    /// Takes in a message that has to do with the fact.
    fn message(&mut self, fact: Fact, world: &World, trip: &Trip) {
        if !matches!(fact, Fact::Message(_) | Fact::Event(_)) {
            return;
        }
        self.ends([trip.from, trip.to]);
        let gist = trip.gist;
        let first = gist.first().map_or(u64::MAX, |first| first.0);
        let sender = world.servers().iter().find(|server| server.log().holds(gist.last()));
        let carried = Index::all(Index(first.max(gist.last().index.0.saturating_sub(MOST as u64)))..=gist.last().index);
        self.entries.extend(carried.filter_map(|index| sender?.log().position(index)));
        if gist.first().is_some() && sender.is_none() {
            self.entries.push(gist.last());
        }
    }

    fn ends(&mut self, places: impl IntoIterator<Item = Place>) {
        for place in places {
            match place {
                Place::Server(id) => self.servers.push(id),
                Place::Client(id) => self.clients.push(id),
            }
        }
    }

    fn records(&mut self, fact: Fact, world: &World, asked: &Asked, records: &[Record], place: usize) {
        let mut commits = BTreeMap::new();
        // The message that the present event began with, and that which is pointed at.
        let mut came: Option<(u64, Trip)> = None;
        let mut sent: Option<Trip> = match fact {
            Fact::Message(id) => world.flights().iter().find(|flight| flight.id == id).map(|flight| flight.trip()),
            _ => None,
        };
        let times = times(fact, world);
        let of_call = self.entries.clone();
        for record in around(records, place) {
            let happened = records.get(place).is_none_or(|next| record.event < next.event);
            if let What::Arrived(trip) | What::Lost(trip, _) | What::Waits(trip) = &record.what {
                let lost = matches!(record.what, What::Lost(..));
                let of_times = times.iter().any(|(from, to)| *from <= trip.sent && record.at <= *to);
                let concerns = is_told_by(fact, world, trip)
                    || fact == Fact::Event(record.event)
                    || (of_times && [trip.from, trip.to].into_iter().find_map(client_at) == of_client(fact));
                if concerns && happened {
                    self.legs.push(Leg { trip: *trip, at: record.at, lost });
                    self.message(fact, world, trip);
                }
                if fact == Fact::Message(trip.id) {
                    sent = Some(*trip);
                    self.events.push(record.event);
                }
                came = Some((record.event, *trip));
                if !lost {
                    continue;
                }
            }
            let trip = came.filter(|(event, _)| *event == record.event).map(|(_, trip)| trip);
            let span = Span::of(record, trip, &mut commits);
            let concerns = match fact {
                Fact::Event(event) => event == record.event,
                Fact::Message(id) => trip.is_some_and(|trip| trip.id == id),
                Fact::Entry(at) => span.is_some_and(|span| span.has(world, at)) || is_asked(record, asked),
                Fact::Client(id) => subject(&record.what) == Some(Place::Client(id)),
                Fact::Call(..) => {
                    let now = times.iter().any(|(from, to)| *from <= record.at && record.at <= *to);
                    (now && is_asked(record, asked))
                        || span.is_some_and(|span| of_call.iter().any(|at| span.has(world, *at)))
                }
                Fact::Server(_) => false,
            };
            if !concerns || is_routine(&record.what) {
                continue;
            }
            self.events.push(record.event);
            if matches!(fact, Fact::Event(_)) {
                self.calls.extend(call_of(world, record));
                self.ends(subject(&record.what));
                self.entries.extend(span.iter().flat_map(|span| span.entries(world)).take(MOST));
            }
            if happened {
                self.marks.extend(subject(&record.what).map(|place| (record.at, place)));
            }
        }
        // What its sender said of it: what happened there at that instant.
        if let Some(trip) = sent {
            let there = |record: &&Record| record.at == trip.sent && subject(&record.what) == Some(trip.from);
            let told = around(records, place).filter(there).filter(|record| !is_routine(&record.what));
            self.events.extend(told.map(|record| record.event));
        }
    }

    fn tidy(&mut self) {
        fn one_each<T: Ord + Copy>(all: &mut Vec<T>) {
            all.sort_unstable();
            all.dedup();
        }
        one_each(&mut self.servers);
        one_each(&mut self.clients);
        one_each(&mut self.messages);
        one_each(&mut self.entries);
        one_each(&mut self.events);
        one_each(&mut self.calls);
        self.marks.dedup();
        self.marks.drain(..self.marks.len().saturating_sub(MOST));
        self.legs.drain(..self.legs.len().saturating_sub(MOST));
    }
}

/// The client that asked for an entry, its number for it, and what it asked.
type Asked = Option<(ClientId, u64, Operation)>;

fn asked(world: &World, at: Position) -> Asked {
    let server = world.servers().iter().find(|server| server.log().holds(at))?;
    let Payload::Command(command) = &server.log().entry(at.index)?.payload else { return None };
    let request = Request::decode(command)?;
    Some((request.client?, request.serial, request.operation))
}

fn is_asked(record: &Record, asked: &Asked) -> bool {
    match &record.what {
        What::Asks { client, operation, .. } | What::Ended { client, operation, .. } => {
            asked.as_ref().is_some_and(|(who, _, what)| who == client && what == operation)
        }
        _ => false,
    }
}

/// The records around the present.
fn around(records: &[Record], place: usize) -> impl Iterator<Item = &Record> {
    let (from, to) = (place.saturating_sub(BACK), (place + FORWARD).min(records.len()));
    records[from.min(to)..to].iter()
}

/// Whether a message has to do with a fact.
fn is_told_by(fact: Fact, world: &World, trip: &Trip) -> bool {
    match fact {
        Fact::Message(id) => trip.id == id,
        Fact::Entry(at) => trip.gist.carries(at.index) && agrees(world, trip.gist.last(), at),
        Fact::Client(id) => [trip.from, trip.to].contains(&Place::Client(id)),
        Fact::Server(_) | Fact::Event(_) | Fact::Call(..) => false,
    }
}

fn client_at(place: Place) -> Option<ClientId> {
    match place {
        Place::Client(id) => Some(id),
        Place::Server(_) => None,
    }
}

fn of_client(fact: Fact) -> Option<ClientId> {
    match fact {
        Fact::Call(client, _) => Some(client),
        _ => None,
    }
}

/// From when to when a client waited for what it asked.
fn times(fact: Fact, world: &World) -> Vec<(Time, Time)> {
    let Fact::Call(id, serial) = fact else { return Vec::new() };
    let client = world.clients().iter().find(|client| client.id == id);
    let calls = client.into_iter().flat_map(|client| client.calls(serial)).take(MOST);
    calls.map(|call| (call.invoked, call.result.as_ref().map_or(Time(u64::MAX), |(at, _)| *at))).collect()
}

/// The request that a record of a client is about.
fn call_of(world: &World, record: &Record) -> Option<(ClientId, u64)> {
    let Some(Place::Client(id)) = subject(&record.what) else { return None };
    let client = world.clients().iter().find(|client| client.id == id)?;
    Some((id, client.call_at(record.at)?.serial))
}

/// The entries that one request became, in whatever log: asked again it may stand there twice.
fn entries_of(world: &World, client: ClientId, serial: u64) -> Vec<Position> {
    /// So far from its end a log is searched.
    const DEEP: u64 = 1_000;
    let mut found = Vec::new();
    for log in world.servers().iter().map(|server| server.log()) {
        let last = log.last_index();
        let first = Index(last.0.saturating_sub(DEEP)).max(log.base().index).next();
        found.extend(Index::all(first..=last).filter_map(|index| {
            let entry = log.entry(index)?;
            let Payload::Command(command) = &entry.payload else { return None };
            let request = Request::decode(command)?;
            let its = request.client == Some(client) && request.serial == serial;
            its.then_some(Position { term: entry.term, index })
        }));
    }
    found
}

/// Whether the log that holds `last` holds an entry below it: by Log Matching any log tells (§5.3).
fn agrees(world: &World, last: Position, at: Position) -> bool {
    if at.index == last.index {
        return at.term == last.term;
    }
    let log = world.servers().iter().map(|server| server.log()).find(|log| log.holds(last));
    at.term <= last.term && log.and_then(|log| log.term(at.index)).is_none_or(|term| term == at.term)
}

/// Whom a record is about.
pub fn subject(what: &What) -> Option<Place> {
    Some(match what {
        What::Decided(id, _)
        | What::Heartbeats(id)
        | What::Synced(id)
        | What::Crashed(id, _)
        | What::Restarted(id)
        | What::Paused(id)
        | What::Resumed(id)
        | What::Wiped(id)
        | What::ClockRuns(id, _)
        | What::Wants(id, _)
        | What::Applied { server: id, .. }
        | What::LostEntries { server: id, .. }
        | What::ForgotVote { server: id, .. } => Place::Server(*id),
        What::Arrived(trip) | What::Lost(trip, _) | What::Waits(trip) => trip.to,
        What::Held(trip) | What::Released(trip) | What::Duplicated(trip) => trip.from,
        What::Asks { client, .. } | What::Ended { client, .. } => Place::Client(*client),
        _ => return None,
    })
}

/// Entries that a record is about: of one server's log, from one index to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Span {
    whose: ServerId,
    first: Index,
    last: Index,
    /// The last of them was then of this term; else it is as the log has it.
    term: Option<Term>,
}

impl Span {
    /// `trip` is the message that the record's event began with; `commits` what each server knew
    /// to be committed.
    fn of(record: &Record, trip: Option<Trip>, commits: &mut BTreeMap<ServerId, Index>) -> Option<Span> {
        let (whose, first, last, term) = match &record.what {
            What::Decided(id, note) => match note {
                Note::AppendsCommand { at }
                | Note::AppendsNoop { at }
                | Note::ChangesMembers { at, .. }
                | Note::NotCommitted { at, .. } => (*id, at.index, at.index, Some(at.term)),
                Note::Stores { first, last } => {
                    let sent = trip.map(|trip| trip.gist.last()).filter(|sent| sent.index == *last);
                    (*id, *first, *last, sent.map(|sent| sent.term))
                }
                Note::Truncates { from, last, .. } if from.index == *last => (*id, *last, *last, Some(from.term)),
                Note::Truncates { from, last, .. } => (*id, from.index, *last, None),
                Note::Commits { index, .. } | Note::LearnsCommit { index } => {
                    let before = commits.insert(*id, *index).unwrap_or(index.previous());
                    (*id, before.next(), *index, None)
                }
                Note::Matches { matched, .. } => (*id, *matched, *matched, None),
                _ => return None,
            },
            What::Applied { server, first, last } | What::LostEntries { server, first, last } => {
                (*server, *first, *last, None)
            }
            What::Restarted(id) => {
                commits.insert(*id, Index(0));
                return None;
            }
            _ => return None,
        };
        Some(Span { whose, first, last, term })
    }

    fn has(self, world: &World, at: Position) -> bool {
        if at.index < self.first || at.index > self.last {
            return false;
        }
        match self.term {
            Some(term) => agrees(world, Position { term, index: self.last }, at),
            // What is not there any more may have been any.
            None => self.log_term(world, at.index).is_none_or(|term| term == at.term),
        }
    }

    fn log_term(self, world: &World, index: Index) -> Option<Term> {
        world.server(self.whose)?.log().term(index)
    }

    fn entries(self, world: &World) -> impl Iterator<Item = Position> {
        let last = self.term.map(|term| Position { term, index: self.last });
        let rest = Index::all(self.first..=self.last).filter(move |index| last.is_none() || *index != self.last);
        let rest = rest.filter_map(move |index| Some(Position { term: self.log_term(world, index)?, index }));
        rest.chain(last)
    }
}

/// How near a pointer has to be to an arrow, a mark or a line of the space-time diagram.
const REACH: f64 = 7.0;

/// How near to a bar: within its own height.
const BAR: f64 = 4.0;

/// What of the space-time diagram is at a point: a bar, else a mark, else an arrow, else a line.
pub fn at(point: Point, frame: &Frame, world: &World, records: &[Record], told: &[Told]) -> Option<Fact> {
    if let Some((Line::Client(id), _)) = frame.lines.iter().find(|(_, y)| (y - point.y).abs() <= BAR)
        && frame.time(point.x) <= world.now()
        && let Some(call) = call_near(world, *id, frame, point.x)
    {
        return Some(Fact::Call(*id, call.serial));
    }
    let near = |place: Place, at: Time| {
        let mark = Point { x: frame.x(at), y: frame.place(place)? };
        Some(mark.distance(point)).filter(|distance| *distance <= REACH)
    };
    let shown = |at: Time| frame.window.start <= at && at <= world.now();
    let marks = told.iter().rev().take_while(|told| told.record.at >= frame.window.start);
    let marks = marks.filter(|told| shown(told.record.at) && told.weight == raft_sim::words::Weight::Story);
    let marks = marks.filter_map(|told| Some((near(subject(&told.record.what)?, told.record.at)?, told.record.event)));
    if let Some((_, event)) = marks.min_by(|a, b| a.0.total_cmp(&b.0)) {
        return Some(Fact::Event(event));
    }
    let arrows = frame.legs(world, records).0.into_iter().filter_map(|(trip, at, share)| {
        let (from, to) = frame.arrow(&trip, at, share)?;
        Some((point.off(from, to), trip.id)).filter(|(distance, _)| *distance <= REACH)
    });
    if let Some((_, id)) = arrows.min_by(|a, b| a.0.total_cmp(&b.0)) {
        return Some(Fact::Message(id));
    }
    let line = frame.lines.iter().find(|(_, y)| (y - point.y).abs() <= REACH)?;
    Some(match line.0 {
        Line::Server(id) => Fact::Server(id),
        Line::Client(id) => Fact::Client(id),
    })
}

/// What a client waited for there, or just before.
fn call_near<'w>(world: &'w World, id: ClientId, frame: &Frame, x: f64) -> Option<&'w Call> {
    let client = world.clients().iter().find(|client| client.id == id)?;
    let at = |x: f64| client.call_at(frame.time(x));
    at(x).or_else(|| at(x - BAR)).or_else(|| at(x + BAR))
}

#[cfg(test)]
mod tests;
