//! What the picture shows, as plain data: made from a world, drawn by the page, tested natively.
//!
//! [`Picture`] is what changes with an event; components compare it and redraw what differs.
//! [`Motion`] is what changes with every frame; it goes to the screen without a detour.

use std::collections::HashSet;
use std::rc::Rc;

use raft_core::{Index, Membership, Message, Position, RoleName, ServerId, State, Term, Time, View};
use raft_sim::bugs::Bug;
use raft_sim::client::Verdict;
use raft_sim::fault::Pace;
use raft_sim::host::{Condition, Server};
use raft_sim::machine::{ClientId, Outcome, caption};
use raft_sim::network::{Flight, Parcel, Place, Reply};
use raft_sim::scenario::MessageKind;
use raft_sim::world::World;

use crate::layout::{CLIENT, Point, Ring, Stamp, Way};

/// What changes with an event.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Picture {
    /// The servers, in order.
    pub servers: Vec<ServerScene>,
    /// The clients, in order.
    pub clients: Vec<ClientScene>,
    /// Links that carry nothing.
    pub cuts: Vec<Cut>,
    /// Streams of entries that are open, from leader to follower.
    pub streams: Vec<(ServerId, ServerId)>,
    /// The two sets of servers that decide in joint consensus, the old one first (§6).
    pub joint: Option<(Vec<ServerId>, Vec<ServerId>)>,
    /// The leader with the highest term.
    pub leader: Option<ServerId>,
    /// Broken promises, in words.
    pub broken: Vec<String>,
    /// The rules of Raft that are off.
    pub bugs: Vec<Bug>,
}

/// A server as it is drawn.
#[derive(Clone, PartialEq, Debug)]
pub struct ServerScene {
    /// Which.
    pub id: ServerId,
    /// Its role; a crashed server has none that matters.
    pub role: RoleName,
    /// Whether it runs.
    pub condition: Condition,
    /// Its term.
    pub term: Term,
    /// A leader of an older term that has not heard of the newer one yet.
    pub outdated: bool,
    /// Its place in the cluster.
    pub seat: Seat,
    /// How fast its clock runs.
    pub pace: Pace,
    /// A candidate's votes, one a voter, in order; else empty.
    pub ballots: Vec<Ballot>,
}

/// A server's place in the configuration that the leader goes by (§6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seat {
    /// It votes.
    Voter,
    /// In joint consensus it votes in the old configuration only.
    Old,
    /// In joint consensus it votes in the new configuration only.
    New,
    /// In joint consensus it votes in both.
    Both,
    /// It gets entries and does not vote (thesis §4.2.1).
    Learner,
    /// It is not in the cluster.
    Outside,
}

impl Seat {
    fn of(id: ServerId, members: &Membership) -> Seat {
        match (members.voters.contains(&id), members.outgoing.contains(&id)) {
            (true, true) => Seat::Both,
            (true, false) if members.is_joint() => Seat::New,
            (true, false) => Seat::Voter,
            (false, true) => Seat::Old,
            (false, false) if members.listens(id) => Seat::Learner,
            (false, false) => Seat::Outside,
        }
    }
}

/// A vote, as the candidate's picture shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ballot {
    /// Counted.
    Have,
    /// Given, but not yet counted.
    Coming,
    /// Given to another candidate, or withheld by a server of a newer term.
    Against,
    /// Not given so far.
    Unknown,
}

/// A client as it is drawn.
#[derive(Clone, PartialEq, Debug)]
pub struct ClientScene {
    /// Which.
    pub id: ClientId,
    /// How its latest operation stands.
    pub state: Ask,
    /// That operation; empty before the first.
    pub text: String,
    /// The server it waits for.
    pub asks: Option<ServerId>,
}

/// How an operation stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ask {
    /// Nothing was asked.
    Idle,
    /// The client waits.
    Waiting,
    /// It took place.
    Done,
    /// It did not.
    Failed,
    /// Nobody told the client.
    Unknown,
}

/// A link that carries nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cut {
    /// From here.
    pub from: ServerId,
    /// To there.
    pub to: ServerId,
    /// Nor in the other direction.
    pub both: bool,
}

/// The logs, as far as they are shown.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Logs {
    /// The first index shown.
    pub first: u64,
    /// How many indexes are shown.
    pub columns: usize,
    /// The highest index that any server knows to be committed.
    pub commit: u64,
    /// The end of the longest log.
    pub last: u64,
    /// A row a server; whoever shows it keeps it without a copy.
    pub rows: Vec<Rc<Row>>,
}

impl Logs {
    /// The logs of a world, so many columns of them: from an index on, else the latest.
    pub fn of(world: &World, columns: usize, from: Option<u64>) -> Logs {
        let leader = world.leader();
        let last = world.servers().iter().map(|server| server.log().last_index().0).max().unwrap_or(0);
        // One more than the longest log, where the next entry will be.
        let first = (last + 2).saturating_sub(columns as u64).min(from.unwrap_or(u64::MAX)).max(1);
        let knows = world.servers().iter().max_by_key(|server| server.commit());
        let commit = knows.map_or(0, |server| server.commit().0);
        let leads = leader.and_then(|id| world.server(id)).and_then(Server::view);
        let rows = world.servers().iter().map(|server| {
            let next = leads.as_ref().and_then(|view| view.followers.iter().find(|p| p.server == server.id));
            let next = next.map(|p| (p.next.0, p.matched.0));
            // A crashed server has forgotten what it knew to be committed; the picture has not.
            let committed = |index: u64, term: Term| {
                index <= server.commit().0
                    || (!server.is_up()
                        && index <= commit
                        && knows.is_some_and(|other| other.log().term(Index(index)) == Some(term)))
            };
            let durable = server.view().map_or(u64::MAX, |view| view.durable.0);
            let base = server.log().base();
            let folded = Some(base).filter(|base| base.index.0 >= first);
            let kept = (first.max(base.index.0 + 1)..first + columns as u64)
                .map_while(|index| server.log().entry(Index(index)).map(|entry| (index, entry)))
                .map(|(index, entry)| Cell {
                    index,
                    term: entry.term,
                    caption: caption(&entry.payload),
                    state: match () {
                        () if committed(index, entry.term) => CellState::Committed,
                        () if index <= durable => CellState::Stored,
                        () => CellState::Unsaved,
                    },
                });
            let cells = kept.collect();
            let role = server.view().map_or(RoleName::Follower, |view| view.role);
            let (condition, applied) = (server.condition(), server.applied().0);
            Rc::new(Row { id: server.id, role, condition, folded, cells, applied, next })
        });
        Logs { first, columns, commit, last, rows: rows.collect() }
    }

    /// Whether a snapshot stands for entries of those shown.
    pub fn folded(&self) -> bool {
        self.rows.iter().any(|row| row.folded.is_some())
    }

    /// Whether such an entry is among those shown.
    pub fn any(&self, is: impl Fn(&Cell) -> bool) -> bool {
        self.rows.iter().flat_map(|row| &row.cells).any(is)
    }
}

/// What a cell says of a configuration.
pub const CONFIGURATION: &str = "⚙";

/// The log of one server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Whose.
    pub id: ServerId,
    /// Its role.
    pub role: RoleName,
    /// Whether it runs.
    pub condition: Condition,
    /// The last entry that a snapshot stands for, if that is within what is shown (§7).
    pub folded: Option<Position>,
    /// The entries shown.
    pub cells: Vec<Cell>,
    /// Up to here they are applied.
    pub applied: u64,
    /// What the leader will send it next, and up to where it knows the log to agree with its own.
    pub next: Option<(u64, u64)>,
}

/// An entry of a log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    /// Where it stands.
    pub index: u64,
    /// Its term.
    pub term: Term,
    /// What it says.
    pub caption: String,
    /// How safe it is, as far as its server knows.
    pub state: CellState,
}

impl Cell {
    /// Which entry it is.
    pub fn position(&self) -> Position {
        Position { term: self.term, index: Index(self.index) }
    }
}

/// How safe an entry is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CellState {
    /// Known to be committed.
    Committed,
    /// On disk.
    Stored,
    /// On its way to disk.
    Unsaved,
}

/// What changes with every frame.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Motion {
    /// What is left of each server's election timer, in thousandths of the longest one: the
    /// shortest arc is the next to stand for election.
    pub timers: Vec<Option<u64>>,
    /// The messages on their way, in sending order.
    pub flights: Vec<FlightScene>,
}

/// A message as it is drawn.
#[derive(Clone, PartialEq, Debug)]
pub struct FlightScene {
    /// Which.
    pub id: u64,
    /// Its shape.
    pub shape: Shape,
    /// From.
    pub from: Place,
    /// To.
    pub to: Place,
    /// Where it is.
    pub at: Point,
    /// Where its trail starts.
    pub tail: Point,
    /// It says no.
    pub refuses: bool,
    /// It stands still.
    pub held: bool,
    /// It will not arrive.
    pub lost: bool,
}

/// The shapes of messages, one a kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// ▲ RequestVote.
    Vote,
    /// △ its reply.
    VoteReply,
    /// ■ AppendEntries.
    Append,
    /// □ its reply.
    AppendReply,
    /// ● AppendEntries without entries.
    Heartbeat,
    /// ○ the reply to a heartbeat that is apart from the log.
    HeartbeatReply,
    /// ⬢ a piece of a snapshot.
    Snapshot,
    /// ⬡ its reply.
    SnapshotReply,
    /// ◆ a client asks.
    Request,
    /// ◇ it is answered.
    Answer,
}

impl Shape {
    /// All shapes, in the order of the legend.
    pub const ALL: [Shape; 10] = [
        Shape::Vote,
        Shape::VoteReply,
        Shape::Append,
        Shape::AppendReply,
        Shape::Heartbeat,
        Shape::HeartbeatReply,
        Shape::Snapshot,
        Shape::SnapshotReply,
        Shape::Request,
        Shape::Answer,
    ];

    /// The shape of a kind.
    pub fn of(kind: MessageKind) -> Shape {
        match kind {
            // A question about a vote is drawn as one: what it asks stands on its label.
            MessageKind::PreVote | MessageKind::Vote | MessageKind::TimeoutNow => Shape::Vote,
            MessageKind::PreVoteReply | MessageKind::VoteReply => Shape::VoteReply,
            // Entries are entries, on a stream or not.
            MessageKind::Append | MessageKind::Stream => Shape::Append,
            MessageKind::AppendReply | MessageKind::StreamAck => Shape::AppendReply,
            MessageKind::Heartbeat => Shape::Heartbeat,
            MessageKind::HeartbeatReply => Shape::HeartbeatReply,
            MessageKind::Snapshot => Shape::Snapshot,
            MessageKind::SnapshotReply => Shape::SnapshotReply,
            // Somebody asks for something.
            MessageKind::Request | MessageKind::ReadIndex | MessageKind::StreamOpen => Shape::Request,
            MessageKind::Answer | MessageKind::ReadIndexReply => Shape::Answer,
        }
    }

    /// The name of its style.
    pub fn class(self) -> &'static str {
        match self {
            Shape::Vote => "k-vote",
            Shape::VoteReply => "k-vote-reply",
            Shape::Append => "k-append",
            Shape::AppendReply => "k-append-reply",
            Shape::Heartbeat => "k-heartbeat",
            Shape::HeartbeatReply => "k-heartbeat-reply",
            Shape::Snapshot => "k-snapshot",
            Shape::SnapshotReply => "k-snapshot-reply",
            Shape::Request => "k-client",
            Shape::Answer => "k-client-reply",
        }
    }

    /// Its outline, as SVG path data with half the size `r`.
    pub fn stamp(self, r: f64) -> Stamp {
        let at = |x: f64, y: f64| Point { x, y };
        match self {
            Shape::Vote | Shape::VoteReply => {
                let (w, h) = (r * 1.1, r * 1.1);
                Stamp::new(at(0.0, -h), &[("l", w), (" ", h * 1.9), ("h", -2.0 * w)], "z")
            }
            Shape::Append | Shape::AppendReply => {
                let (half, side) = (r * 0.92, r * 1.84);
                Stamp::new(at(-half, -half), &[("h", side), ("v", side), ("h", -side)], "z")
            }
            Shape::Heartbeat | Shape::HeartbeatReply => Stamp::circle(r * 0.9),
            Shape::Snapshot | Shape::SnapshotReply => {
                let (h, w) = (r * 0.6, r * 1.05);
                let right = [("l", w), (" ", h), ("v", 2.0 * h), ("l", -w), (" ", h)];
                let left = [("l", -w), (" ", -h), ("v", -2.0 * h)];
                Stamp::new(at(0.0, -2.0 * h), &[&right[..], &left].concat(), "z")
            }
            Shape::Request | Shape::Answer => {
                let r = r * 1.05;
                Stamp::new(at(0.0, -r), &[("l", r), (" ", r), ("l", -r), (" ", r), ("l", -r), (" ", -r)], "z")
            }
        }
    }

    /// Its outline around a point.
    pub fn outline(self, at: Point, r: f64, d: &mut String) {
        self.stamp(r).press(d, at);
    }
}

/// The style of a term's tint: six tints, then over again; the number beside it tells them apart.
pub fn tint(term: Term) -> u64 {
    if term.0 == 0 { 0 } else { (term.0 - 1) % 6 + 1 }
}

impl Picture {
    /// The picture of a world.
    pub fn of(world: &World) -> Picture {
        let leader = world.leader();
        let newest = leader.and_then(|id| world.server(id)).map(Server::term);
        let members = members(world, leader);
        let joint = members.filter(|members| members.is_joint());
        Picture {
            servers: (world.servers().iter())
                .map(|server| {
                    server_scene(server, world, newest, members.map_or(Seat::Voter, |m| Seat::of(server.id, m)))
                })
                .collect(),
            clients: world.clients().iter().map(client_scene).collect(),
            cuts: cuts(world),
            streams: streams(world, leader),
            joint: joint.map(|members| (members.outgoing.clone(), members.voters.clone())),
            leader,
            broken: world.checker().violations().iter().map(|v| v.promise().name().replace('-', " ")).collect(),
            bugs: world.bugs().to_vec(),
        }
    }

    /// One server.
    pub fn server(&self, id: ServerId) -> Option<&ServerScene> {
        self.servers.iter().find(|server| server.id == id)
    }
}

/// The configuration that the leader goes by; without one, that of the longest log that runs.
pub fn members(world: &World, leader: Option<ServerId>) -> Option<&Membership> {
    let ahead = || world.servers().iter().filter_map(Server::view).max_by_key(|view| (view.last.term, view.last.index));
    let view = leader.and_then(|id| world.server(id)).and_then(Server::view).or_else(ahead)?;
    Some(view.members)
}

/// A stream is open when both its ends say so.
fn streams(world: &World, leader: Option<ServerId>) -> Vec<(ServerId, ServerId)> {
    let Some(view) = leader.and_then(|id| world.server(id)).and_then(Server::view) else { return Vec::new() };
    let follows = |id: ServerId| {
        let end: Option<View<'_>> = world.server(id).and_then(Server::view);
        end.is_some_and(|end| end.leader == Some(view.id) && end.stream.is_some())
    };
    let open = view.followers.iter().filter(|p| matches!(p.state, State::Stream { .. }) && follows(p.server));
    open.map(|p| (view.id, p.server)).collect()
}

fn server_scene(server: &Server, world: &World, newest: Option<Term>, seat: Seat) -> ServerScene {
    let view = server.view();
    let role = view.as_ref().map_or(RoleName::Follower, |view| view.role);
    let ballots = match &view {
        Some(view) if role == RoleName::Candidate => (view.members.all_voters().iter())
            .filter_map(|id| world.server(*id))
            .map(|voter| ballot(voter, server, view.votes))
            .collect(),
        // Who would vote for it is counted; nobody has voted.
        Some(view) if role == RoleName::PreCandidate => (view.members.all_voters().iter())
            .map(|id| if view.votes.contains(id) { Ballot::Have } else { Ballot::Unknown })
            .collect(),
        _ => Vec::new(),
    };
    ServerScene {
        id: server.id,
        role,
        condition: server.condition(),
        seat,
        pace: server.pace(),
        term: server.term(),
        outdated: role == RoleName::Leader && newest.is_some_and(|term| term > server.term()),
        ballots,
    }
}

/// How a voter stands to a candidate: what is counted the candidate knows, the rest we see.
fn ballot(voter: &Server, candidate: &Server, counted: &[ServerId]) -> Ballot {
    if counted.contains(&voter.id) {
        return Ballot::Have;
    }
    match voter.voted_for() {
        _ if voter.term() > candidate.term() => Ballot::Against,
        Some(other) if voter.term() == candidate.term() => {
            if other == candidate.id {
                Ballot::Coming
            } else {
                Ballot::Against
            }
        }
        _ => Ballot::Unknown,
    }
}

fn client_scene(client: &raft_sim::client::Client) -> ClientScene {
    let waits = client.waits_for();
    let (state, text) = match client.last_call() {
        None => (Ask::Idle, String::new()),
        Some(call) => {
            let asked = call.operation.to_string();
            match &call.result {
                None => (Ask::Waiting, format!("{asked} …")),
                Some((_, Verdict::Ok(outcome))) => (Ask::Done, outcome_text(&asked, outcome)),
                Some((_, Verdict::Failed)) => (Ask::Failed, format!("{asked} ✕")),
                Some((_, Verdict::Unknown)) => (Ask::Unknown, format!("{asked} ?")),
                Some((_, Verdict::Expired)) => (Ask::Unknown, format!("{asked}: expired ?")),
            }
        }
    };
    ClientScene { id: client.id, state, text, asks: waits.map(|attempt| attempt.asked) }
}

fn outcome_text(asked: &str, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done => format!("{asked} ✓"),
        Outcome::Value(Some(value)) => format!("{asked} → {value}"),
        Outcome::Value(None) => format!("{asked} → nothing"),
        Outcome::Mismatch(Some(found)) => format!("{asked}: is {found}"),
        Outcome::Mismatch(None) => format!("{asked}: not set"),
        Outcome::Expired => format!("{asked}: expired ?"),
    }
}

fn cuts(world: &World) -> Vec<Cut> {
    let ids: Vec<ServerId> = world.servers().iter().map(|server| server.id).collect();
    let mut cuts = Vec::new();
    for (n, a) in ids.iter().enumerate() {
        for b in &ids[n + 1..] {
            match (world.is_cut(*a, *b), world.is_cut(*b, *a)) {
                (true, both) => cuts.push(Cut { from: *a, to: *b, both }),
                (false, true) => cuts.push(Cut { from: *b, to: *a, both: false }),
                (false, false) => {}
            }
        }
    }
    cuts
}

/// More messages than this are a crowd: nobody follows a single one.
const CROWD: usize = 120;

/// More than this are a throng: what moves in one runs into another.
const THRONG: usize = 2_000;

/// Messages that are less pixels apart stand on one another.
const APART: f64 = 2.0;

/// How long a message's trail is, in pixels.
const TRAIL: f64 = 46.0;

impl Motion {
    /// What moves in a world, on a ring. `longest` is the longest election timeout in force.
    pub fn of(world: &World, ring: &Ring, longest: Time) -> Motion {
        let now = world.now();
        let timers = world.servers().iter().map(|server| {
            let (_, due) = server.election_timer()?;
            let left = due.since(now).0.saturating_mul(1_000) / longest.0.max(1);
            (server.condition() != Condition::Down).then_some(left.min(1_000))
        });
        let flights = world.flights().into_iter().filter_map(|flight| flight_scene(flight, world, ring, now));
        Motion { timers: timers.collect(), flights: flights.collect() }
    }

    /// Whether there are so many messages that nobody follows a single one.
    pub fn is_crowd(&self) -> bool {
        self.flights.len() > CROWD
    }

    /// The messages that are drawn. Of those that look alike and stand on one another it is one: on a link that holds
    /// what is sent they pile up by the thousand, and each would cost the browser the same.
    pub fn drawn(&self) -> Vec<&FlightScene> {
        let throng = self.flights.len() > THRONG;
        let mut taken = HashSet::new();
        let place = |at: f64| (at / APART) as i32;
        let is_new = |flight: &&FlightScene| {
            let FlightScene { shape, at, refuses, held, lost, .. } = **flight;
            // What moves is apart from what else moves, unless there are very many.
            !(held || throng) || taken.insert((shape as u8, refuses, held, lost, place(at.x), place(at.y)))
        };
        self.flights.iter().filter(is_new).collect()
    }

    /// The message nearest to a point, not farther than `reach`.
    pub fn nearest(&self, point: Point, reach: f64) -> Option<&FlightScene> {
        self.flights
            .iter()
            .map(|flight| (flight.at.distance(point), flight))
            .filter(|(distance, _)| *distance <= reach)
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, flight)| flight)
    }
}

fn flight_scene(flight: &Flight, world: &World, ring: &Ring, now: Time) -> Option<FlightScene> {
    let (from, gap_from) = place(flight.from, world, ring)?;
    let (to, gap_to) = place(flight.to, world, ring)?;
    let way = Way::between(from, to, gap_from + 6.0, gap_to + 9.0);
    let progress = flight.progress(now);
    Some(FlightScene {
        id: flight.id,
        shape: Shape::of(flight.kind()),
        from: flight.from,
        to: flight.to,
        at: way.at(progress),
        tail: way.behind(progress, TRAIL),
        refuses: refuses(&flight.parcel),
        held: flight.held.is_some(),
        lost: flight.lost.is_some(),
    })
}

/// Where an end of a link stands, and how far its edge is from there.
fn place(place: Place, world: &World, ring: &Ring) -> Option<(Point, f64)> {
    match place {
        Place::Server(id) => {
            let n = world.servers().iter().position(|server| server.id == id)?;
            Some((*ring.servers.get(n)?, ring.server))
        }
        Place::Client(id) => {
            let n = world.clients().iter().position(|client| client.id == id)?;
            Some((*ring.clients.get(n)?, CLIENT.1 / 2.0))
        }
    }
}

fn refuses(parcel: &Parcel) -> bool {
    match parcel {
        Parcel::Raft(envelope) => {
            matches!(
                envelope.message,
                Message::RequestVoteReply { refused: Some(_) }
                    | Message::PreVoteReply { refused: Some(_), .. }
                    | Message::AppendRefused { .. }
            )
        }
        Parcel::Request { .. } => false,
        Parcel::Answer { reply, .. } => matches!(reply, Reply::NotLeader(_)),
    }
}

#[cfg(test)]
mod tests;
