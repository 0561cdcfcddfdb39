//! One server with its disk, and what one event does to it: the real core, run as a host runs it.

use std::collections::VecDeque;

use raft_core::{
    Batch, Command, Durable, Effect, Entry, Envelope, Index, Input, Log, Membership, Node, Outbox, ProposalId,
    RoleName, ServerId, Term, Timer, Token, Write,
};

use crate::bounds::{Bounds, Conduct};
use crate::wire;

/// A server that runs. One that is down and restarts later is one that restarts at once and hears
/// nothing for a while: messages need not arrive. So being down is no state.
#[derive(Clone, Debug)]
pub struct Server {
    /// The core.
    pub node: Node,
    /// What is on its disk.
    pub disk: Durable,
    /// What is on its way there, oldest first.
    pub unsynced: VecDeque<(Token, Write)>,
}

/// What may happen to a server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// A message arrives.
    Arrives(Envelope),
    /// Its election timeout elapses.
    TimesOut,
    /// It is time for heartbeats.
    Beats,
    /// A client asks it to write the command with this number.
    Writes(u8),
    /// The oldest write reaches its disk.
    Syncs,
    /// It crashes and restarts from its disk.
    Crashes,
}

/// What came of it, apart from what the server is now.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Outcome {
    /// What it sent.
    pub sent: Vec<Envelope>,
    /// It leads from now on.
    pub elected: bool,
    /// It led before, leads still, and its log does not begin with what it was.
    pub rewrote: bool,
    /// What it applied.
    pub applied: Vec<(Index, Entry)>,
}

/// A log as a list.
pub fn entries(log: &Log) -> Vec<Entry> {
    log.entries_from(Index(1), Batch { entries: usize::MAX, bytes: usize::MAX }).to_vec()
}

impl Server {
    /// A server of a new cluster.
    pub fn new(id: ServerId, bounds: &Bounds) -> Server {
        let disk = Durable::new(Membership::of(bounds.ids()));
        Server::from_disk(id, disk, bounds)
    }

    /// A server starts with what its disk holds, and nothing else.
    fn from_disk(id: ServerId, disk: Durable, bounds: &Bounds) -> Server {
        let mut nothing = Outbox::without_notes();
        let node = Node::start(id, bounds.config(), disk.clone(), Index(0), &mut nothing);
        Server { node, disk, unsynced: VecDeque::new() }
    }

    /// Its name.
    pub fn id(&self) -> ServerId {
        self.node.view().id
    }

    /// Its term.
    pub fn term(&self) -> Term {
        self.node.brief().term
    }

    /// Whether an event can happen now, as far as this server is concerned.
    pub fn may(&self, event: &Event, bounds: &Bounds) -> bool {
        let leads = self.node.role() == RoleName::Leader;
        match event {
            Event::Arrives(_) | Event::Crashes => true,
            Event::TimesOut => !leads && self.term().0 < bounds.terms,
            // A client that asks another server is sent away, and nothing comes of it.
            Event::Beats | Event::Writes(_) => leads,
            Event::Syncs => !self.unsynced.is_empty(),
        }
    }

    /// An event happens.
    pub fn after(&self, event: &Event, bounds: &Bounds, conduct: &Conduct) -> (Server, Outcome) {
        let mut after = self.clone();
        let mut outcome = Outcome::default();
        let input = match event {
            Event::Arrives(envelope) => Input::Message(envelope.clone()),
            Event::TimesOut => Input::TimerFired(Timer::Election),
            Event::Beats => Input::TimerFired(Timer::Heartbeat),
            Event::Writes(number) => Input::Propose(ProposalId(0), Command::from(&[b'a' + number][..])),
            Event::Syncs => {
                let (token, write) = after.unsynced.pop_front().expect("an enabled event");
                after.keep(write, conduct);
                Input::Persisted(token)
            }
            Event::Crashes => {
                let id = self.id();
                return (Server::from_disk(id, after.disk, bounds), outcome);
            }
        };
        after.run(input, bounds, conduct, &mut outcome);
        let led = self.node.role() == RoleName::Leader;
        let leads = after.node.role() == RoleName::Leader;
        let same = led && leads && self.term() == after.term();
        outcome.elected = leads && !same;
        outcome.rewrote = same && !entries(after.node.log()).starts_with(&entries(self.node.log()));
        outcome.sent.iter_mut().for_each(wire::normalise);
        outcome.sent.dedup();
        (after, outcome)
    }

    /// Gives the core an input, carries out what it wants, and gives it what follows from that.
    fn run(&mut self, input: Input, bounds: &Bounds, conduct: &Conduct, outcome: &mut Outcome) {
        let mut inputs = VecDeque::from([input]);
        let mut out = Outbox::without_notes();
        while let Some(input) = inputs.pop_front() {
            self.node.step(input, &conduct.rules, &mut out);
            let leads = self.node.role() == RoleName::Leader;
            for effect in out.drain() {
                match effect {
                    Effect::Send(envelope) => outcome.sent.push(envelope),
                    Effect::Persist(token, write) => {
                        let early = (conduct.speaks_early)(&write, leads);
                        if early || !bounds.slow_disk {
                            inputs.push_back(Input::Persisted(token));
                        }
                        match bounds.slow_disk {
                            true => self.unsynced.push_back((token, write)),
                            false => self.keep(write, conduct),
                        }
                    }
                    Effect::Apply(range) => {
                        let log = entries(self.node.log());
                        let all = range.start().0..=range.end().0;
                        outcome.applied.extend(all.map(|n| (Index(n), log[n as usize - 1].clone())));
                        inputs.push_back(Input::Applied(*range.end()));
                    }
                    // Timers are events that may happen at any time, and clients are told nothing here.
                    Effect::Arm(..) | Effect::Disarm(_) | Effect::Answer(..) => {}
                    Effect::Restore(_) | Effect::Read(..) | Effect::Note(_) => {}
                }
            }
        }
    }

    fn keep(&mut self, write: Write, conduct: &Conduct) {
        match write {
            Write::State(state) => self.disk.write(&Write::State((conduct.keeps)(state))),
            other => self.disk.write(&other),
        }
    }

    /// Everything that may ever make a difference, as text: two servers with the same are one.
    ///
    /// It is what the core says of itself, whole, so that a field that is added to it counts; but for
    /// 1. the settings, which all have in common;
    /// 2. counts of rounds and heartbeats (`round`, `beat`, `beats`, `answered`): nobody reads here, and a
    ///    short message goes again with every heartbeat whatever they are;
    /// 3. `active`, which CheckQuorum alone looks at, and `told`, which eager commits do: both are off;
    /// 4. whom a follower follows, which clients alone are told;
    /// 5. how many writes there were: of their numbers only the order matters, and of those that are
    ///    on disk nothing;
    /// 6. how often, and in which order, the same messages wait for the same write;
    /// 7. whether a leader awaits an answer (`in_flight`): it sends what it would have sent at its next heartbeat,
    ///    short as messages are here, and that may be at once.
    pub fn key(&self) -> String {
        let text = format!("{:?}", self.node);
        let start = text.find("storage:").expect("a server has a storage");
        let id = self.id();
        let base = number_after(&text, " persisted: Token(").unwrap_or(0);
        let mut key = format!("{id} ");
        scrub(&text[start..], base, &mut key);
        key = withheld_once(key);
        let state = self.disk.state;
        key.push_str(&format!(" disk {} {:?} {:?}", state.term, state.voted_for, entries(&self.disk.log)));
        self.unsynced.iter().for_each(|(_, write)| key.push_str(&format!(" {write:?}")));
        key
    }
}

fn number_after(text: &str, label: &str) -> Option<u64> {
    let rest = &text[text.find(label)? + label.len()..];
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

/// What stands before a value that makes no difference, and what that value ends with.
const SCRUBBED: [(&str, &[char]); 7] = [
    (" round: ", &[',', ' ']),
    (" beat: ", &[',', ' ']),
    (" beats: [", &[']']),
    (" answered: ", &[',', ' ']),
    (" active: ", &[',', ' ']),
    (" told: ", &[',', ' ']),
    (" leader: ", &[',', ' ']),
];

/// Each message that waits for a write, once.
fn withheld_once(key: String) -> String {
    const LABEL: &str = "withheld: [";
    let start = key.find(LABEL).expect("a storage withholds messages") + LABEL.len();
    let end = start + key[start..].find(']').expect("a list ends");
    let mut all: Vec<&str> = key[start..end].split("(Token(").map(|one| one.trim_end_matches(", ")).collect();
    all.sort_unstable();
    all.dedup();
    format!("{}{}{}", &key[..start], all.join("|"), &key[end..])
}

const TOKEN: &str = "Token(";
const IN_FLIGHT: &str = " in_flight: ";

fn scrub(mut text: &str, base: u64, key: &mut String) {
    'next: while !text.is_empty() {
        for (label, ends) in SCRUBBED {
            if let Some(rest) = text.strip_prefix(label) {
                text = &rest[rest.find(ends).unwrap_or(rest.len())..];
                continue 'next;
            }
        }
        if let Some(rest) = text.strip_prefix(IN_FLIGHT) {
            let end = if rest.starts_with("None") { Some("None".len()) } else { rest.find("})").map(|end| end + 2) };
            text = &rest[end.expect("a message in flight ends")..];
            continue;
        }
        if let Some(rest) = text.strip_prefix(TOKEN) {
            let token = number_after(text, TOKEN).expect("a token is a number");
            key.push_str(&format!("Token({}", token.saturating_sub(base)));
            text = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            continue;
        }
        let step = text[1..].find([' ', 'T']).map_or(text.len(), |place| place + 1);
        key.push_str(&text[..step]);
        text = &text[step..];
    }
}
