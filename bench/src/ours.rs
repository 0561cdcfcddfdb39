//! Three servers of our core.
//!
//! The host is a complete one for servers that live in memory: [`Node::log`] is the log's one
//! home, so a write is durable as soon as it is asked for and the host keeps no second copy. What
//! comes together is proposed together, and effects are taken as they come.

use core::ops::RangeInclusive;

use raft_core::{
    Answer, Batch, Command, Config, Durable, Effect, Election, Envelope, Index, Input, Membership, Message, Node,
    Payload, ProposalId, RoleName, Rules, ServerId, Sink, Timer, Token,
};

use crate::{Cluster, Traffic};

/// The cluster.
pub struct Ours {
    servers: [Server; 3],
    network: Network,
    spare: Vec<Envelope>,
    proposed: u64,
    sum: u64,
}

struct Server {
    node: Node,
    desk: Desk,
    applied: Index,
    sum: u64,
}

/// What a server wants done that is no message.
#[derive(Default)]
struct Desk {
    /// Which timers run; none ever fires, as no time passes.
    armed: [bool; Timer::ALL.len()],
    /// The last proposal that it took.
    accepted: Option<ProposalId>,
    /// The last write that is not yet said to be durable.
    persisted: Option<Token>,
    /// Up to where it wants the log applied.
    committed: Index,
}

/// What takes a server's effects as they come: messages go on their way, the rest lies on its desk.
struct Hands<'a> {
    desk: &'a mut Desk,
    network: &'a mut Network,
}

/// What was sent and is not received yet, in order.
#[derive(Default)]
struct Network {
    posted: Vec<Envelope>,
    counted: Option<Traffic>,
}

impl Ours {
    /// Three servers of which the first leads; `counted` also adds up what they send.
    pub fn new(counted: bool) -> Ours {
        let network = Network { counted: counted.then(Traffic::default), ..Network::default() };
        let servers = [1, 2, 3].map(Server::new);
        let mut ours = Ours { servers, network, spare: Vec::new(), proposed: 0, sum: 0 };
        ours.step(0, Input::TimerFired(Timer::Election));
        ours.settle();
        assert_eq!(ours.servers[0].node.view().role, RoleName::Leader);
        ours
    }

    fn next_command(&mut self) -> Command {
        self.proposed += 1;
        let command = crate::command(self.proposed);
        crate::apply(&mut self.sum, &command);
        command[..].into()
    }

    fn step(&mut self, place: usize, input: Input) {
        self.servers[place].step(input, &mut self.network);
    }

    /// Lets messages flow until there are none.
    fn settle(&mut self) {
        while !self.network.posted.is_empty() {
            // What is sent meanwhile comes after it.
            std::mem::swap(&mut self.spare, &mut self.network.posted);
            for envelope in self.spare.drain(..) {
                let server = &mut self.servers[envelope.to.0 as usize - 1];
                server.step(Input::Message(envelope), &mut self.network);
            }
        }
    }
}

impl Server {
    fn new(id: u32) -> Server {
        let (mut desk, mut network) = (Desk::default(), Network::default());
        let mut hands = Hands { desk: &mut desk, network: &mut network };
        let node = Node::start(ServerId(id), config(), disk(), Index(0), &mut hands);
        let mut server = Server { node, desk, applied: Index(0), sum: 0 };
        server.carry_out(&mut network);
        server
    }

    /// Something happens to it, and it does what comes of it.
    fn step(&mut self, input: Input, network: &mut Network) {
        self.node.step(input, &Rules::PAPER, &mut Hands { desk: &mut self.desk, network });
        self.carry_out(network);
    }

    fn carry_out(&mut self, network: &mut Network) {
        loop {
            if let Some(token) = self.desk.persisted.take() {
                self.node.step(Input::Persisted(token), &Rules::PAPER, &mut Hands { desk: &mut self.desk, network });
            } else if self.desk.committed > self.applied {
                let range = self.applied.next()..=self.desk.committed;
                self.applied = self.desk.committed;
                apply(&self.node, range, &mut self.sum);
                self.node.step(
                    Input::Applied(self.applied),
                    &Rules::PAPER,
                    &mut Hands { desk: &mut self.desk, network },
                );
            } else {
                return;
            }
        }
    }
}

impl Sink for Hands<'_> {
    #[inline(always)]
    fn push(&mut self, effect: Effect) {
        match effect {
            Effect::Send(envelope) => self.network.send(envelope),
            Effect::Arm(timer, _range) => self.desk.armed[timer as usize] = true,
            Effect::Disarm(timer) => self.desk.armed[timer as usize] = false,
            Effect::Persist(token, _write) => self.desk.persisted = Some(token),
            Effect::Apply(range) => {
                assert_eq!(range.start().0, self.desk.committed.0 + 1);
                self.desk.committed = *range.end();
            }
            Effect::Answer(id, Answer::Appended(_)) => self.desk.accepted = Some(id),
            Effect::Answer(..) => unreachable!("the first server leads"),
            Effect::Read(..) | Effect::Restore(_) => unreachable!("nobody reads, nothing is compacted"),
            Effect::Note(_) => unreachable!("nobody listens"),
        }
    }

    fn is_deaf(&self) -> bool {
        true
    }
}

fn apply(node: &Node, range: RangeInclusive<Index>, sum: &mut u64) {
    for entries in node.log().pieces(range) {
        for entry in entries {
            if let Payload::Command(command) = &entry.payload {
                crate::apply(sum, command.bytes());
            }
        }
    }
}

impl Network {
    fn send(&mut self, envelope: Envelope) {
        if let Some(traffic) = &mut self.counted {
            traffic.messages += 1;
            traffic.bytes += size(&envelope);
        }
        self.posted.push(envelope);
    }
}

impl Cluster for Ours {
    fn commit(&mut self, batch: usize) {
        let id = ProposalId(self.proposed + 1);
        let input = match batch {
            1 => Input::Propose(id, self.next_command()),
            _ => Input::ProposeBatch(id, (0..batch).map(|_| self.next_command()).collect()),
        };
        self.step(0, input);
        assert_eq!(self.servers[0].desk.accepted, Some(id));
        self.settle();
        debug_assert_eq!(self.servers[0].sum, self.sum);
    }

    fn finish(&mut self) {
        self.step(0, Input::TimerFired(Timer::Heartbeat));
        self.settle();
        for server in &self.servers {
            assert_eq!((server.applied.0, server.sum), (self.proposed + 1, self.sum));
        }
    }

    fn traffic(&self) -> Traffic {
        self.network.counted.unwrap_or_default()
    }
}

fn config() -> Config {
    Config {
        election: Election::PreVote,
        check_quorum: true,
        batch: Batch { entries: 1024, bytes: usize::MAX },
        ..Config::default()
    }
}

fn disk() -> Durable {
    Durable::new(Membership::of([1, 2, 3].map(ServerId)))
}

/// The size of a message as a protocol buffer of the shape that raft-rs gives its own: every
/// field that is not zero is a tag and a variable-length number, texts and entries have lengths.
fn size(envelope: &Envelope) -> u64 {
    let Envelope { from, to, term, message } = envelope;
    // Type, sender, receiver and term.
    let head = 2 + number(u64::from(from.0)) + number(u64::from(to.0)) + number(term.0);
    head + match message {
        Message::AppendEntries { previous, entries, commit, round } => {
            let entries = entries.iter().zip(previous.index.0 + 1..).map(|(entry, index)| {
                let inside = number(entry.term.0) + number(index) + data(&entry.payload);
                1 + varint(inside) + inside
            });
            number(previous.term.0)
                + number(previous.index.0)
                + number(commit.0)
                + number(*round)
                + entries.sum::<u64>()
        }
        Message::AppendAccepted { matched, round } => number(matched.0) + number(*round),
        _ => 0,
    }
}

fn data(payload: &Payload) -> u64 {
    match payload {
        Payload::Command(command) => 1 + varint(command.bytes().len() as u64) + command.bytes().len() as u64,
        _ => 0,
    }
}

fn number(value: u64) -> u64 {
    if value == 0 { 0 } else { 1 + varint(value) }
}

fn varint(value: u64) -> u64 {
    u64::from((64 - (value | 1).leading_zeros()).div_ceil(7))
}
