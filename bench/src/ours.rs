//! Three servers of our core.
//!
//! The host is a complete one for servers that live in memory: [`Node::log`] is the log's one
//! home, so a write is durable as soon as it is asked for and the host keeps no second copy. What
//! comes together is proposed together, and all that is in an inbox is stepped before the effects
//! are carried out.

use core::ops::RangeInclusive;

use raft_core::{
    Answer, Batch, Command, Config, Durable, Effect, Election, Envelope, Index, Input, Membership, Message, Node,
    Outbox, Payload, ProposalId, RoleName, Rules, ServerId, Timer,
};

use crate::{Cluster, Traffic};

struct Server {
    node: Node,
    inbox: Vec<Envelope>,
    /// Which timers run; none ever fires, as no time passes.
    armed: [bool; Timer::ALL.len()],
    applied: u64,
    sum: u64,
}

/// The cluster.
pub struct Ours {
    servers: [Server; 3],
    out: Outbox,
    spare: Vec<Envelope>,
    counted: Option<Traffic>,
    proposed: u64,
    /// The last proposal that the leader took.
    accepted: Option<ProposalId>,
    sum: u64,
}

impl Ours {
    /// Three servers of which the first leads; `counted` also adds up what they send.
    pub fn new(counted: bool) -> Ours {
        let mut out = Outbox::without_notes();
        let servers = [1, 2, 3].map(|id| Server {
            node: Node::start(ServerId(id), config(), disk(), Index(0), &mut out),
            inbox: Vec::new(),
            armed: [false; Timer::ALL.len()],
            applied: 0,
            sum: 0,
        });
        out.drain().for_each(drop);
        let counted = counted.then(Traffic::default);
        let mut ours = Ours { servers, out, spare: Vec::new(), counted, proposed: 0, accepted: None, sum: 0 };
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

    /// Lets messages flow until there are none.
    fn settle(&mut self) {
        loop {
            let mut busy = false;
            for place in 0..3 {
                busy |= self.turn(place);
            }
            if !busy {
                return;
            }
        }
    }

    /// A server takes what is in its inbox, and does what comes of it.
    fn turn(&mut self, place: usize) -> bool {
        if self.servers[place].inbox.is_empty() {
            return false;
        }
        let mut inbox = core::mem::replace(&mut self.servers[place].inbox, core::mem::take(&mut self.spare));
        for message in inbox.drain(..) {
            self.servers[place].node.step(Input::Message(message), &Rules::PAPER, &mut self.out);
        }
        self.spare = inbox;
        self.carry_out(place);
        true
    }

    /// Something happens to a server, and what it wants done is done.
    fn step(&mut self, place: usize, input: Input) {
        self.servers[place].node.step(input, &Rules::PAPER, &mut self.out);
        self.carry_out(place);
    }

    fn carry_out(&mut self, place: usize) {
        while !self.out.is_empty() {
            let (mut persisted, mut applied) = (None, None);
            for effect in self.out.drain() {
                match effect {
                    Effect::Send(envelope) => {
                        if let Some(traffic) = &mut self.counted {
                            traffic.messages += 1;
                            traffic.bytes += size(&envelope);
                        }
                        self.servers[envelope.to.0 as usize - 1].inbox.push(envelope);
                    }
                    Effect::Arm(timer, _) => self.servers[place].armed[timer as usize] = true,
                    Effect::Disarm(timer) => self.servers[place].armed[timer as usize] = false,
                    Effect::Persist(token, _) => persisted = Some(token),
                    Effect::Apply(range) => {
                        applied = Some(*range.end());
                        self.servers[place].apply(range);
                    }
                    Effect::Answer(id, Answer::Appended(_)) => self.accepted = Some(id),
                    Effect::Answer(..) => unreachable!("the first server leads"),
                    Effect::Read(..) | Effect::Restore(_) => unreachable!("nobody reads, nothing is compacted"),
                    Effect::Note(_) => unreachable!("nobody listens"),
                }
            }
            let node = &mut self.servers[place].node;
            if let Some(token) = persisted {
                node.step(Input::Persisted(token), &Rules::PAPER, &mut self.out);
            }
            if let Some(index) = applied {
                node.step(Input::Applied(index), &Rules::PAPER, &mut self.out);
            }
        }
    }
}

impl Server {
    fn apply(&mut self, range: RangeInclusive<Index>) {
        assert_eq!(range.start().0, self.applied + 1);
        self.applied = range.end().0;
        for entry in self.node.log().range(range) {
            if let Payload::Command(command) = &entry.payload {
                crate::apply(&mut self.sum, command.bytes());
            }
        }
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
        assert_eq!(self.accepted, Some(id));
        self.settle();
        debug_assert_eq!(self.servers[0].sum, self.sum);
    }

    fn finish(&mut self) {
        self.step(0, Input::TimerFired(Timer::Heartbeat));
        self.settle();
        for server in &self.servers {
            assert_eq!((server.applied, server.sum), (self.proposed + 1, self.sum));
        }
    }

    fn traffic(&self) -> Traffic {
        self.counted.unwrap_or_default()
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
