//! Three servers of our core.
//!
//! The host is a complete one for servers that live in memory: [`Node::log`] is the log's one
//! home, so a write is durable as soon as it is asked for and the host keeps no second copy.

use raft_core::{
    Answer, Batch, Config, Durable, Effect, Election, Envelope, Index, Input, Membership, Message, Node, Outbox,
    Payload, ProposalId, RoleName, Rules, ServerId, Timer, Token,
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
    accepted: u64,
    sum: u64,
}

/// What a step left to do at once.
#[derive(Default)]
struct Done {
    persisted: Option<Token>,
    applied: Option<Index>,
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
        let mut ours = Ours { servers, out, spare: Vec::new(), counted, proposed: 0, accepted: 0, sum: 0 };
        ours.step(0, Input::TimerFired(Timer::Election));
        ours.settle();
        assert_eq!(ours.servers[0].node.view().role, RoleName::Leader);
        ours
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

    /// A server takes what is in its inbox.
    fn turn(&mut self, place: usize) -> bool {
        if self.servers[place].inbox.is_empty() {
            return false;
        }
        let mut inbox = core::mem::replace(&mut self.servers[place].inbox, core::mem::take(&mut self.spare));
        for message in inbox.drain(..) {
            self.step(place, Input::Message(message));
        }
        self.spare = inbox;
        true
    }

    /// Something happens to a server, and what it wants done is done.
    fn step(&mut self, place: usize, input: Input) {
        self.servers[place].node.step(input, &Rules::PAPER, &mut self.out);
        loop {
            let done = self.carry_out(place);
            if let Some(token) = done.persisted {
                self.servers[place].node.step(Input::Persisted(token), &Rules::PAPER, &mut self.out);
            }
            if let Some(index) = done.applied {
                self.servers[place].node.step(Input::Applied(index), &Rules::PAPER, &mut self.out);
            }
            if self.out.is_empty() {
                return;
            }
        }
    }

    fn carry_out(&mut self, place: usize) -> Done {
        let mut done = Done::default();
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
                Effect::Persist(token, _) => done.persisted = Some(token),
                Effect::Apply(range) => {
                    let server = &mut self.servers[place];
                    for index in range.start().0..=range.end().0 {
                        server.applied = index;
                        if let Some(Payload::Command(command)) =
                            server.node.log().entry(Index(index)).map(|e| &e.payload)
                        {
                            crate::apply(&mut server.sum, command.bytes());
                        }
                    }
                    done.applied = Some(*range.end());
                }
                Effect::Answer(_, answer) => self.accepted += u64::from(matches!(answer, Answer::Appended(_))),
                Effect::Note(_) | Effect::Read(..) | Effect::Restore(_) => {}
            }
        }
        done
    }
}

impl Cluster for Ours {
    fn commit(&mut self, batch: usize) {
        for _ in 0..batch {
            self.proposed += 1;
            let command = crate::command(self.proposed);
            crate::apply(&mut self.sum, &command);
            self.step(0, Input::Propose(ProposalId(self.proposed), command[..].into()));
        }
        self.settle();
        debug_assert_eq!(self.servers[0].sum, self.sum);
    }

    fn finish(&mut self) {
        self.step(0, Input::TimerFired(Timer::Heartbeat));
        self.settle();
        assert_eq!(self.accepted, self.proposed);
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
        Message::AppendEntries { previous, entries, commit, .. } => {
            let entries = entries.iter().zip(previous.index.0 + 1..).map(|(entry, index)| {
                let inside = number(entry.term.0) + number(index) + data(&entry.payload);
                1 + varint(inside) + inside
            });
            number(previous.term.0) + number(previous.index.0) + number(commit.0) + entries.sum::<u64>()
        }
        Message::AppendAccepted { matched, .. } => number(matched.0),
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
