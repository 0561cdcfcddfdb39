//! Servers on a workbench: no time and no chance; the test moves every message, fires every
//! timer and says when a slow disk is done.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use raft_core::*;

/// A server by its number.
pub fn s(number: u32) -> ServerId {
    ServerId(number)
}

/// A position, index first as it prints: `at(4, 2)` is `4@2`.
pub fn at(index: u64, term: u64) -> Position {
    Position { term: Term(term), index: Index(index) }
}

/// Entries of these terms, each with a command.
pub fn entries(terms: &[u64]) -> Entries {
    terms.iter().map(|term| entry(*term)).collect()
}

/// One entry with a command.
pub fn entry(term: u64) -> Entry {
    Entry { term: Term(term), payload: Payload::Command(command("made up")) }
}

/// A command.
pub fn command(text: &str) -> Command {
    Command::from(text.as_bytes())
}

/// A vote request of a candidate whose log ends there.
pub fn vote_request(last: Position) -> Message {
    Message::RequestVote { last, transfer: false }
}

/// A granted vote.
pub fn vote() -> Message {
    Message::RequestVoteReply { refused: None }
}

/// AppendEntries with entries of these terms.
pub fn append(previous: Position, terms: &[u64], commit: u64) -> Message {
    Message::AppendEntries { previous, entries: entries(terms), commit: Index(commit), round: 0 }
}

/// AppendEntries without any.
pub fn heartbeat(previous: Position, commit: u64) -> Message {
    append(previous, &[], commit)
}

/// The acknowledgement of a log up to there.
pub fn accepted(matched: u64) -> Message {
    Message::AppendAccepted { matched: Index(matched), round: 0 }
}

/// A refusal of what follows `previous`, by a follower whose log ends at `last`.
pub fn refused(previous: u64, last: u64) -> Message {
    Message::AppendRefused { previous: Index(previous), last: Index(last), hint: Position::default(), round: 0 }
}

/// The servers from S1 on.
pub fn members(servers: u32) -> Membership {
    Membership::of((1..=servers).map(ServerId))
}

/// A message without its count of rounds and its hint: most sentences of the paper speak of neither.
fn bare(mut message: Message) -> Message {
    match &mut message {
        Message::AppendEntries { round, .. } | Message::AppendAccepted { round, .. } => *round = 0,
        Message::AppendRefused { round, hint, .. } => (*round, *hint) = (0, Position::default()),
        _ => {}
    }
    message
}

/// A disk with a term, a vote and a log of these terms.
pub fn disk(term: u64, voted_for: Option<u32>, log: &[u64]) -> Durable {
    let mut disk =
        Durable { state: HardState { term: Term(term), voted_for: voted_for.map(ServerId) }, ..Durable::default() };
    log.iter().for_each(|term| disk.log.append(entry(*term)));
    disk
}

/// A server with its disk and timers.
pub struct Seat {
    node: Option<Node>,
    pub disk: Durable,
    slow: bool,
    /// Written, but not on disk yet.
    pub unsynced: VecDeque<(Token, Write)>,
    /// Every write in the order in which it was issued.
    pub writes: Vec<(Token, Write)>,
    pub timers: BTreeMap<Timer, Range<Time>>,
    /// How often the election timer was started.
    pub election_starts: usize,
    pub applied: Vec<Index>,
    pub answers: Vec<Answer>,
    /// The reads that it has answered, in order.
    pub reads: Vec<(u64, ReadAnswer)>,
    pub notes: Vec<Note>,
}

/// The servers, and what is on its way between them.
pub struct Bench {
    pub seats: BTreeMap<ServerId, Seat>,
    config: Config,
    /// Who the servers are at the start.
    members: Membership,
    /// Servers that know of no configuration.
    spares: Vec<u32>,
    /// Messages keep their count of rounds, and their hints.
    rounds: bool,
    /// What all go by.
    rules: Rules,
    /// Sent and not arrived, in sending order.
    pub post: Vec<Envelope>,
}

impl Bench {
    /// So many servers with empty disks that answer at once.
    pub fn new(servers: u32) -> Bench {
        Bench::tuned(servers, |_| {})
    }

    /// The same with another configuration.
    pub fn tuned(servers: u32, tune: impl Fn(&mut Config)) -> Bench {
        let mut config = Config::default();
        tune(&mut config);
        let mut bench = Bench {
            seats: BTreeMap::new(),
            config,
            members: members(servers),
            spares: Vec::new(),
            rounds: false,
            rules: Rules::PAPER,
            post: Vec::new(),
        };
        (1..=servers).for_each(|id| bench.boot(id, Durable::default()));
        bench
    }

    /// Without no-ops: what stands in a log is what the test put there.
    pub fn plain(servers: u32) -> Bench {
        Bench::tuned(servers, |config| config.no_op = false)
    }

    /// Messages keep their count of rounds, which reads live on.
    pub fn with_rounds(mut self) -> Bench {
        self.rounds = true;
        self
    }

    /// All go by other rules than the paper's.
    pub fn under(mut self, rules: Rules) -> Bench {
        self.rules = rules;
        self
    }

    /// Another server starts from this disk instead.
    pub fn with(mut self, id: u32, disk: Durable) -> Bench {
        self.boot(id, disk);
        self
    }

    /// Servers with empty disks that are in nobody's configuration.
    pub fn spare(mut self, ids: &[u32]) -> Bench {
        self.spares.extend(ids);
        ids.iter().for_each(|id| self.boot(*id, Durable::default()));
        self
    }

    /// From now on this server's writes wait for [`Bench::sync`].
    pub fn slow(mut self, id: u32) -> Bench {
        self.seat_mut(id).slow = true;
        self
    }

    fn boot(&mut self, id: u32, mut disk: Durable) {
        if disk.snapshot.membership.voters.is_empty() && !self.spares.contains(&id) {
            disk.snapshot.membership = Arc::new(self.members.clone());
        }
        let mut out = Outbox::default();
        let node = Node::start(s(id), self.config.clone(), disk.clone(), Index(0), &mut out);
        let slow = self.seats.get(&s(id)).is_some_and(|seat| seat.slow);
        let seat = Seat {
            node: Some(node),
            disk,
            slow,
            unsynced: VecDeque::new(),
            writes: Vec::new(),
            timers: BTreeMap::new(),
            election_starts: 0,
            applied: Vec::new(),
            answers: Vec::new(),
            reads: Vec::new(),
            notes: Vec::new(),
        };
        self.seats.insert(s(id), seat);
        self.carry_out(id, out);
    }

    pub fn seat(&self, id: u32) -> &Seat {
        &self.seats[&s(id)]
    }

    pub fn seat_mut(&mut self, id: u32) -> &mut Seat {
        self.seats.get_mut(&s(id)).expect("the server is on the bench")
    }

    pub fn node(&self, id: u32) -> &Node {
        self.seat(id).node.as_ref().expect("the server is up")
    }

    pub fn view(&self, id: u32) -> View<'_> {
        self.node(id).view()
    }

    pub fn role(&self, id: u32) -> RoleName {
        self.view(id).role
    }

    pub fn term(&self, id: u32) -> u64 {
        self.view(id).term.0
    }

    pub fn commit(&self, id: u32) -> u64 {
        self.view(id).commit.0
    }

    /// The terms of its log.
    pub fn log(&self, id: u32) -> Vec<u64> {
        self.node(id).log().iter().map(|entry| entry.term.0).collect()
    }

    /// What a leader knows of a follower.
    pub fn progress(&self, leader: u32, follower: u32) -> Progress {
        let view = self.view(leader);
        view.followers.iter().find(|progress| progress.server == s(follower)).expect("it leads that server").clone()
    }

    /// Takes its decisions since the last time.
    pub fn notes(&mut self, id: u32) -> Vec<Note> {
        std::mem::take(&mut self.seat_mut(id).notes)
    }
}

/// What happens to a server.
impl Bench {
    /// Gives a server an input and carries out what it wants done. A server that is down hears nothing.
    pub fn feed(&mut self, id: u32, input: Input) {
        let (mut out, rules) = (Outbox::default(), self.rules);
        let Some(node) = &mut self.seat_mut(id).node else { return };
        node.step(input, &rules, &mut out);
        self.carry_out(id, out);
    }

    fn carry_out(&mut self, id: u32, mut out: Outbox) {
        let mut inputs = Vec::new();
        let mut sent = Vec::new();
        let seat = self.seats.get_mut(&s(id)).expect("the server is on the bench");
        for effect in out.drain() {
            match effect {
                Effect::Send(envelope) if self.rounds => sent.push(envelope),
                Effect::Send(envelope) => sent.push(Envelope { message: bare(envelope.message), ..envelope }),
                Effect::Arm(timer, range) => {
                    seat.election_starts += usize::from(timer == Timer::Election);
                    seat.timers.insert(timer, range);
                }
                Effect::Disarm(timer) => {
                    seat.timers.remove(&timer);
                }
                Effect::Persist(token, write) => {
                    seat.writes.push((token, write.clone()));
                    if seat.slow {
                        seat.unsynced.push_back((token, write));
                    } else {
                        seat.disk.write(&write);
                        inputs.push(Input::Persisted(token));
                    }
                }
                Effect::Apply(range) => {
                    seat.applied.extend(Index::all(range.clone()));
                    inputs.push(Input::Applied(*range.end()));
                }
                Effect::Restore(_) => {}
                Effect::Read(ReadId(read), answer) => seat.reads.push((read, answer)),
                Effect::Answer(_, answer) => seat.answers.push(answer),
                Effect::Note(note) => seat.notes.push(note),
            }
        }
        self.post.extend(sent);
        inputs.into_iter().for_each(|input| self.feed(id, input));
    }

    /// The election timer fires.
    pub fn time_out(&mut self, id: u32) {
        self.feed(id, Input::TimerFired(Timer::Election));
    }

    /// The heartbeat timer fires.
    pub fn beat(&mut self, id: u32) {
        self.feed(id, Input::TimerFired(Timer::Heartbeat));
    }

    /// A client proposes a command.
    pub fn propose(&mut self, id: u32, text: &str) {
        self.feed(id, Input::Propose(ProposalId(1), command(text)));
    }

    /// A client wants to read; returns the answers to its server's reads so far.
    pub fn read(&mut self, id: u32, read: u64) -> Vec<(u64, ReadAnswer)> {
        self.feed(id, Input::Read(ReadId(read)));
        self.seat(id).reads.clone()
    }

    /// Other settings, for all.
    pub fn configure(&mut self, tune: impl Fn(&mut Config)) {
        tune(&mut self.config);
        let ids: Vec<ServerId> = self.seats.keys().copied().collect();
        for id in ids {
            let (mut out, config) = (Outbox::default(), self.config.clone());
            if let Some(node) = &mut self.seat_mut(id.0).node {
                node.configure(config, &mut out);
            }
            self.carry_out(id.0, out);
        }
    }

    /// Somebody wants other servers to make up the cluster; returns the answer.
    pub fn change(&mut self, id: u32, change: Change) -> Answer {
        self.feed(id, Input::Reconfigure(ProposalId(2), change));
        *self.seat(id).answers.last().expect("it answers")
    }

    /// The configuration that a server goes by: voters, those of the old one, learners.
    pub fn members(&self, id: u32) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
        let members = self.node(id).members();
        let numbers = |all: &[ServerId]| all.iter().map(|id| id.0).collect();
        (numbers(&members.voters), numbers(&members.outgoing), numbers(&members.learners))
    }

    /// A message arrives out of thin air; what it makes the server send is returned, not posted.
    pub fn receive(&mut self, to: u32, from: u32, term: u64, message: Message) -> Vec<Envelope> {
        let before = std::mem::take(&mut self.post);
        self.feed(to, Input::Message(Envelope { from: s(from), to: s(to), term: Term(term), message }));
        std::mem::replace(&mut self.post, before)
    }

    /// The oldest write of a slow disk is done. Returns whether there was one.
    pub fn sync(&mut self, id: u32) -> bool {
        let seat = self.seat_mut(id);
        let Some((token, write)) = seat.unsynced.pop_front() else { return false };
        seat.disk.write(&write);
        self.feed(id, Input::Persisted(token));
        true
    }

    /// All writes of a slow disk are done.
    pub fn sync_all(&mut self, id: u32) {
        while self.sync(id) {}
    }

    /// It stops; memory and unfinished writes are gone.
    pub fn crash(&mut self, id: u32) {
        let seat = self.seat_mut(id);
        seat.node = None;
        seat.unsynced.clear();
        seat.timers.clear();
    }

    /// It starts again from its disk.
    pub fn restart(&mut self, id: u32) {
        let disk = self.seat(id).disk.clone();
        self.boot(id, disk);
    }
}

/// The network.
impl Bench {
    /// Takes the messages on their way that fit.
    pub fn take(&mut self, fits: impl Fn(&Envelope) -> bool) -> Vec<Envelope> {
        let (taken, rest) = std::mem::take(&mut self.post).into_iter().partition(fits);
        self.post = rest;
        taken
    }

    /// Takes all that is on its way from one server to another.
    pub fn between(&mut self, from: u32, to: u32) -> Vec<Envelope> {
        self.take(|envelope| envelope.from == s(from) && envelope.to == s(to))
    }

    /// All that is on its way is lost.
    pub fn lose_all(&mut self) {
        self.post.clear();
    }

    pub fn deliver(&mut self, envelopes: Vec<Envelope>) {
        for envelope in envelopes {
            self.feed(envelope.to.0, Input::Message(envelope));
        }
    }

    /// Delivers among these servers until nothing is on its way there; the rest is lost.
    pub fn settle_among(&mut self, group: &[u32]) {
        for _ in 0..1_000 {
            let next = self.take(|e| group.contains(&e.from.0) && group.contains(&e.to.0));
            if next.is_empty() {
                return self.lose_all();
            }
            self.deliver(next);
        }
        panic!("the servers never rest");
    }

    /// Delivers until nothing is on its way.
    pub fn settle(&mut self) {
        let all: Vec<u32> = self.seats.keys().map(|id| id.0).collect();
        self.settle_among(&all);
    }

    /// A server wins an election with the votes of these, and is heard by them.
    #[track_caller]
    pub fn elect(&mut self, id: u32, voters: &[u32]) {
        self.time_out(id);
        self.settle_among(&[&[id], voters].concat());
        assert_eq!(self.role(id), RoleName::Leader, "S{id} wins");
    }
}

/// A message as (from, to, term, message), to compare.
pub fn envelope(from: u32, to: u32, term: u64, message: Message) -> Envelope {
    Envelope { from: s(from), to: s(to), term: Term(term), message }
}
