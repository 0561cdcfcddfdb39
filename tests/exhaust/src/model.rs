//! A cluster, and the states that may follow a state.
//!
//! Messages are a set for each server: what was once sent may arrive at any time, before or after
//! anything else, as often as it likes, or never. So a network that loses, doubles, delays and reorders
//! messages is all in the choice of what arrives next.
//!
//! That makes the search much smaller than it looks, and nothing is lost by it. A state with the same servers
//! and more messages can do all that one with fewer can. Hence, unless [`Bounds::reduced`] is off:
//!
//! 1. **Answers come at once.** An arrival that leaves its server as it is and only has something sent (a
//!    second acknowledgement, a refusal), or a heartbeat that does, is no choice: it has always happened.
//! 2. **Dead messages are forgotten**: those that can never do anything again (see [`crate::wire`]).
//!
//! 3. **Of two states with the same servers and history, one of which has all messages of the other**, that
//!    one alone is looked at (see [`Model::covers`]).
//!
//! What makes no difference inside a server is left out always, since some of it counts without
//! bound: see [`Server::key`]. And the first to time out is always S1: until then the servers differ by
//! name alone.

use raft_core::{Entry, Envelope, RoleName, Term};
use raft_sim::checker::Promise;

use crate::bounds::{Bounds, Conduct};
use crate::intern::{Interned, Table};
use crate::promises::{History, logs_match};
use crate::server::{Event, Outcome, Server, entries};
use crate::wire;

/// The most servers that a state has room for.
pub const MOST: usize = 3;

/// A state of the cluster, by numbers that only its model can read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct State {
    /// For each server what it is, and what may arrive there.
    seats: [u32; MOST],
    history: u32,
}

impl State {
    /// All that tells it from others.
    pub fn numbers(&self) -> [u32; MOST + 1] {
        let mut all = [self.history; MOST + 1];
        all[..MOST].copy_from_slice(&self.seats);
        all
    }
}

/// An event at one of the servers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Step {
    server: u8,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum What {
    Arrives(u16),
    TimesOut,
    Beats,
    Writes(u8),
    Syncs,
    Crashes,
}

type Locals = [u32; MOST];
type Inboxes = [u32; MOST];

/// What is looked at often of a server.
#[derive(Clone, Copy, Debug)]
struct Facts {
    term: Term,
    /// The term on its disk.
    kept: Term,
    role: RoleName,
    log: u32,
    /// A leader's matchIndex of each server.
    matched: [u8; MOST],
}

impl Facts {
    fn of(server: &Server, log: u32) -> Facts {
        let mut matched = [0; MOST];
        for progress in server.node.view().followers {
            matched[place_of(progress.server)] = progress.matched.0 as u8;
        }
        Facts { term: server.term(), kept: server.disk.state.term, role: server.node.role(), log, matched }
    }

    /// What the use of a message depends on, of the server that sent it to this place.
    fn towards(&self, place: usize) -> u64 {
        self.kept.0 << 16 | self.term.0 << 10 | (self.role as u64) << 8 | u64::from(self.matched[place])
    }
}

/// What an event does to a server.
#[derive(Debug)]
struct Effect {
    local: u32,
    sent: Vec<(usize, u16)>,
    /// Only if a promise could be about it.
    outcome: Option<Outcome>,
}

/// What may happen at a seat.
#[derive(Clone, Debug, Default)]
struct Moves {
    /// The server becomes another, or its promises are at stake.
    turns: Vec<(What, u32)>,
    /// It stays as it is and something is sent.
    answers: Vec<(What, u32)>,
}

/// All that is known of a cluster within bounds.
pub struct Model {
    bounds: Bounds,
    conduct: Conduct,
    keys: Interned<String>,
    servers: Vec<Server>,
    facts: Vec<Facts>,
    logs: Interned<Vec<Entry>>,
    messages: Interned<Envelope>,
    inboxes: Interned<Vec<u16>>,
    seats: Interned<(u32, u32)>,
    histories: Interned<History>,
    effects: Vec<Effect>,
    known: Table<(u32, What), u32>,
    moves: Vec<Option<std::rc::Rc<Moves>>>,
    added: Table<(u32, u16), u32>,
    pruned: Table<(u32, u32, u64), u32>,
    including: Table<(u32, u32), bool>,
    /// Servers keep all rules of the paper.
    strict: bool,
    matching: Table<(u32, u32), bool>,
    judged: Table<(u32, u32), Result<u32, Promise>>,
}

impl Model {
    /// A cluster that nothing has happened to yet.
    pub fn new(bounds: Bounds, conduct: Conduct) -> (Model, State) {
        assert!(bounds.servers as usize <= MOST, "a state has room for {MOST} servers");
        let mut model = Model {
            bounds,
            conduct,
            keys: Interned::default(),
            servers: Vec::new(),
            facts: Vec::new(),
            logs: Interned::default(),
            messages: Interned::default(),
            inboxes: Interned::default(),
            seats: Interned::default(),
            histories: Interned::default(),
            effects: Vec::new(),
            known: Table::default(),
            moves: Vec::new(),
            added: Table::default(),
            pruned: Table::default(),
            including: Table::default(),
            strict: conduct.is_paper,
            matching: Table::default(),
            judged: Table::default(),
        };
        let mut state = State { history: model.histories.number(History::default()), ..State::default() };
        let nothing = model.inboxes.number(Vec::new());
        for (place, id) in bounds.ids().enumerate() {
            let local = model.local(Server::new(id, &bounds));
            state.seats[place] = model.seats.number((local, nothing));
        }
        (model, state)
    }

    /// How many different servers, messages and histories have occurred.
    pub fn parts(&self) -> (usize, usize, usize) {
        (self.keys.len(), self.messages.len(), self.histories.len())
    }

    /// The servers and the history of a state, without its messages.
    pub fn without_messages(&self, state: State) -> (Vec<String>, History) {
        let (locals, _) = self.taken_apart(state);
        let all = (0..self.count()).map(|place| self.keys.of(locals[place]).clone());
        (all.collect(), self.histories.of(state.history).clone())
    }

    /// The servers and the history of a state by number, whatever messages there are.
    pub fn apart_from_messages(&self, state: State) -> [u32; MOST + 1] {
        let (locals, _) = self.taken_apart(state);
        let mut all = [state.history; MOST + 1];
        all[..MOST].copy_from_slice(&locals);
        all
    }

    /// Whether one of two states that agree in all but messages has every message of the other. Then whatever
    /// can happen in the other can happen in it, and leads to states of which this can be said again: a
    /// message is taken by nobody's choice, so one more keeps nothing from happening, and what
    /// comes at once ([`Model::settle`]), or is dead, depends on servers and adds to what was there.
    pub fn covers(&mut self, one: State, other: State) -> bool {
        let ((_, more), (_, fewer)) = (self.taken_apart(one), self.taken_apart(other));
        (0..self.count()).all(|place| self.includes(more[place], fewer[place]))
    }

    fn includes(&mut self, more: u32, fewer: u32) -> bool {
        let inboxes = &self.inboxes;
        more == fewer
            || inboxes.of(more).len() > inboxes.of(fewer).len()
                && *self.including.entry((more, fewer)).or_insert_with(|| {
                    let more = inboxes.of(more);
                    inboxes.of(fewer).iter().all(|message| more.binary_search(message).is_ok())
                })
    }

    /// An event in words.
    pub fn say(&self, step: Step) -> String {
        let name = step.server + 1;
        match step.what {
            What::Arrives(message) => {
                let Envelope { from, term, message, .. } = self.messages.of(u32::from(message));
                format!("S{name} receives from {from} of term {term}: {message:?}")
            }
            What::TimesOut => format!("S{name} times out"),
            What::Beats => format!("S{name} sends heartbeats"),
            What::Writes(number) => format!("S{name} is asked to write {:?}", char::from(b'a' + number)),
            What::Syncs => format!("S{name}'s disk writes"),
            What::Crashes => format!("S{name} crashes and restarts"),
        }
    }

    fn count(&self) -> usize {
        self.bounds.servers as usize
    }

    fn taken_apart(&self, state: State) -> (Locals, Inboxes) {
        let (mut locals, mut inboxes) = (Locals::default(), Inboxes::default());
        for place in 0..self.count() {
            (locals[place], inboxes[place]) = *self.seats.of(state.seats[place]);
        }
        (locals, inboxes)
    }

    fn local(&mut self, server: Server) -> u32 {
        let number = self.keys.number(server.key());
        if number as usize == self.servers.len() {
            let log = self.logs.number(entries(server.node.log()));
            self.facts.push(Facts::of(&server, log));
            self.servers.push(server);
        }
        number
    }

    /// The states that may follow, with the event that leads there; or the promise that it breaks.
    pub fn after(&mut self, state: State, each: &mut impl FnMut(Step, Result<State, Promise>)) {
        let (locals, inboxes) = self.taken_apart(state);
        let asleep = (0..self.count()).all(|place| self.facts[locals[place] as usize].term == Term(0));
        for place in 0..if asleep { 1 } else { self.count() } {
            let moves = self.moves_at(state.seats[place]);
            let answers = if self.bounds.reduced { &[][..] } else { &moves.answers[..] };
            for (what, effect) in moves.turns.iter().chain(answers) {
                let step = Step { server: place as u8, what: *what };
                each(step, self.take(&locals, &inboxes, state.history, place, *effect));
            }
            for (what, history) in self.bounded(state.history) {
                let local = locals[place];
                if let Some(effect) = self.effect(local, what)
                    && self.effects[effect as usize].local != local
                {
                    each(Step { server: place as u8, what }, self.take(&locals, &inboxes, history, place, effect));
                }
            }
        }
    }

    /// What may happen only so often, with the history in which it has once more.
    fn bounded(&mut self, history: u32) -> impl Iterator<Item = (What, u32)> + use<> {
        let now = self.histories.of(history).clone();
        let write = (now.writes < self.bounds.writes).then(|| {
            (What::Writes(now.writes), self.histories.number(History { writes: now.writes + 1, ..now.clone() }))
        });
        let crash = (now.crashes < self.bounds.crashes)
            .then(|| (What::Crashes, self.histories.number(History { crashes: now.crashes + 1, ..now })));
        write.into_iter().chain(crash)
    }

    fn take(
        &mut self,
        locals: &Locals,
        inboxes: &Inboxes,
        history: u32,
        place: usize,
        effect: u32,
    ) -> Result<State, Promise> {
        let (mut locals, mut inboxes) = (*locals, *inboxes);
        let before = self.facts[locals[place] as usize].log;
        locals[place] = self.effects[effect as usize].local;
        let log = self.facts[locals[place] as usize].log;
        if log != before {
            for other in (0..self.count()).filter(|other| *other != place) {
                let theirs = self.facts[locals[other] as usize].log;
                if !self.match_each_other(log, theirs) {
                    return Err(Promise::LogMatching);
                }
            }
        }
        let history = self.judge(history, effect)?;
        self.send(effect, &mut inboxes);
        if self.bounds.reduced {
            let may_crash = self.histories.of(history).crashes < self.bounds.crashes;
            self.settle(&locals, may_crash, &mut inboxes);
        }
        let mut state = State { history, ..State::default() };
        for place in 0..self.count() {
            state.seats[place] = self.seats.number((locals[place], inboxes[place]));
        }
        Ok(state)
    }

    fn match_each_other(&mut self, one: u32, other: u32) -> bool {
        let logs = &self.logs;
        *self.matching.entry((one, other)).or_insert_with(|| logs_match(logs.of(one), logs.of(other)))
    }

    fn judge(&mut self, history: u32, effect: u32) -> Result<u32, Promise> {
        let Effect { outcome: Some(outcome), local, .. } = &self.effects[effect as usize] else { return Ok(history) };
        if let Some(known) = self.judged.get(&(history, effect)) {
            return *known;
        }
        let after = self.histories.of(history).after(&self.servers[*local as usize], outcome);
        let after = after.map(|history| self.histories.number(history));
        self.judged.insert((history, effect), after);
        after
    }

    fn send(&mut self, effect: u32, inboxes: &mut Inboxes) {
        for place in 0..self.effects[effect as usize].sent.len() {
            let (to, message) = self.effects[effect as usize].sent[place];
            inboxes[to] = self.with(inboxes[to], message);
        }
    }

    fn with(&mut self, inbox: u32, message: u16) -> u32 {
        if let Some(known) = self.added.get(&(inbox, message)) {
            return *known;
        }
        let mut all = self.inboxes.of(inbox).clone();
        let sum = match all.binary_search(&message) {
            Ok(_) => inbox,
            Err(place) => {
                all.insert(place, message);
                self.inboxes.number(all)
            }
        };
        self.added.insert((inbox, message), sum);
        sum
    }

    /// Dead messages go and answers come, until nothing changes.
    fn settle(&mut self, locals: &Locals, may_crash: bool, inboxes: &mut Inboxes) {
        self.prune(locals, may_crash, inboxes);
        loop {
            let before = *inboxes;
            for place in 0..self.count() {
                let seat = self.seats.number((locals[place], inboxes[place]));
                let moves = self.moves_at(seat);
                moves.answers.iter().for_each(|(_, effect)| self.send(*effect, inboxes));
            }
            self.prune(locals, may_crash, inboxes);
            if *inboxes == before {
                return;
            }
        }
    }

    /// Forgets what is dead, and of what has done its work all but what may have work again.
    fn prune(&mut self, locals: &Locals, may_crash: bool, inboxes: &mut Inboxes) {
        for place in 0..self.count() {
            let (local, inbox) = (locals[place], inboxes[place]);
            let mut context = u64::from(may_crash);
            for other in (0..self.count()).filter(|other| *other != place) {
                context = context << 24 | self.facts[locals[other] as usize].towards(place);
            }
            let key = (inbox, local, context);
            inboxes[place] = match self.pruned.get(&key) {
                Some(known) => *known,
                None => {
                    let rest = self.pruned_inbox(locals, may_crash, place, inbox);
                    self.pruned.insert(key, rest);
                    rest
                }
            };
        }
    }

    fn pruned_inbox(&mut self, locals: &Locals, may_crash: bool, place: usize, inbox: u32) -> u32 {
        let last = Term(self.bounds.terms);
        let to = &self.servers[locals[place] as usize];
        let mut rest = Vec::new();
        for message in self.inboxes.of(inbox) {
            let envelope = self.messages.of(u32::from(*message)).clone();
            let from = &self.servers[locals[place_of(envelope.from)] as usize];
            if wire::is_dead(&envelope, to) || wire::is_dead_request(&envelope, to, from, last) {
                continue;
            }
            match wire::remainder(&envelope, to, from, may_crash).filter(|_| self.strict) {
                Some(remainder) => rest.extend(remainder),
                None => rest.push(envelope),
            }
        }
        let number = |envelope| u16::try_from(self.messages.number(envelope)).expect("few messages");
        let mut rest: Vec<u16> = rest.into_iter().map(number).collect();
        rest.sort_unstable();
        rest.dedup();
        self.inboxes.number(rest)
    }

    fn moves_at(&mut self, seat: u32) -> std::rc::Rc<Moves> {
        if let Some(Some(known)) = self.moves.get(seat as usize) {
            return known.clone();
        }
        let (local, inbox) = *self.seats.of(seat);
        let arrivals: Vec<What> = self.inboxes.of(inbox).iter().map(|message| What::Arrives(*message)).collect();
        let mut moves = Moves::default();
        for what in arrivals.into_iter().chain([What::TimesOut, What::Beats, What::Syncs]) {
            let Some(number) = self.effect(local, what) else { continue };
            let effect = &self.effects[number as usize];
            match effect.local == local && effect.outcome.is_none() {
                false => moves.turns.push((what, number)),
                true if effect.sent.is_empty() => {}
                true => moves.answers.push((what, number)),
            }
        }
        let moves = std::rc::Rc::new(moves);
        if self.moves.len() <= seat as usize {
            self.moves.resize(seat as usize + 1, None);
        }
        self.moves[seat as usize] = Some(moves.clone());
        moves
    }

    /// What an event does to a server, worked out by the core once; nothing if it cannot happen.
    fn effect(&mut self, local: u32, what: What) -> Option<u32> {
        if let Some(known) = self.known.get(&(local, what)) {
            return Some(*known).filter(|known| *known != u32::MAX);
        }
        let event = match what {
            What::Arrives(message) => Event::Arrives(self.messages.of(u32::from(message)).clone()),
            What::TimesOut => Event::TimesOut,
            What::Beats => Event::Beats,
            What::Writes(number) => Event::Writes(number),
            What::Syncs => Event::Syncs,
            What::Crashes => Event::Crashes,
        };
        let server = &self.servers[local as usize];
        if !server.may(&event, &self.bounds) {
            self.known.insert((local, what), u32::MAX);
            return None;
        }
        let (after, mut outcome) = server.after(&event, &self.bounds, &self.conduct);
        let sent = std::mem::take(&mut outcome.sent);
        let sent = sent.into_iter().map(|envelope| {
            let to = place_of(envelope.to);
            (to, u16::try_from(self.messages.number(envelope)).expect("few messages"))
        });
        let sent = sent.collect();
        let local_after = self.local(after);
        let outcome = (outcome != Outcome::default()).then_some(outcome);
        let number = self.effects.len() as u32;
        self.effects.push(Effect { local: local_after, sent, outcome });
        self.known.insert((local, what), number);
        Some(number)
    }
}

fn place_of(id: raft_core::ServerId) -> usize {
    id.0 as usize - 1
}
