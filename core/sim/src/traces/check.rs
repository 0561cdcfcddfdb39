//! What the lines of a trace say together, held to what Raft promises.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use raft_core::{Command, Index, Log, Payload, Position, ServerId, Term, Time};

use super::{Change, Event, Format, MOST_AHEAD, MOST_FIRST, Names, Replay, Server, Step};
use crate::checker::{Checker, Clash, Promise, Violation};
use crate::words;

/// At most so many findings are kept: the first is what matters.
const MOST_FINDINGS: usize = 50;

/// What came of a trace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// How it is written.
    pub format: Format,
    /// How many lines it has.
    pub lines: u64,
    /// How many of them say nothing that is checked.
    pub passed: u64,
    /// How many things servers did.
    pub events: u64,
    /// How many servers there are.
    pub servers: usize,
    /// The highest term.
    pub term: u64,
    /// How many terms had a leader.
    pub leaders: usize,
    /// Up to here some server takes entries for committed.
    pub commit: u64,
    /// What is wrong, in the order of the lines.
    pub findings: Vec<Finding>,
    /// Whether there is more than that.
    pub more: bool,
}

/// Something that Raft does not do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// On which line it shows.
    pub line: u64,
    /// The line that it clashes with, if that is one.
    pub earlier: Option<u64>,
    /// What is broken.
    pub rule: Rule,
    /// What is the matter, in words, with the names of the trace.
    pub text: String,
}

/// What can be broken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    /// A promise between servers (Figure 3).
    Promise(Promise),
    /// A server votes at most once in a term (§5.2).
    OneVote,
    /// A server's term never goes back (§5.1).
    TermGrows,
    /// What is committed stays committed (§5.3).
    CommitGrows,
    /// Entries are stored one after another, and committed and applied only where they are stored (§5.3).
    NoGaps,
}

impl Rule {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Promise(promise) => promise.name(),
            Rule::OneVote => "one-vote",
            Rule::TermGrows => "term-grows",
            Rule::CommitGrows => "commit-grows",
            Rule::NoGaps => "no-gaps",
        }
    }

    /// Where the paper says so.
    pub fn section(self) -> &'static str {
        match self {
            Rule::Promise(_) => "Figure 3",
            Rule::OneVote => "§5.2",
            Rule::TermGrows => "§5.1",
            Rule::CommitGrows | Rule::NoGaps => "§5.3",
        }
    }
}

/// A finding before names are put in.
struct Raw {
    line: u64,
    earlier: Option<u64>,
    rule: Rule,
    what: What,
}

enum What {
    Votes(ServerId, Term, ServerId, ServerId),
    OldVote(ServerId, Term, Term),
    TermBack(ServerId, Term, Term),
    CommitBack(ServerId, Index, Index),
    Beyond(ServerId, &'static str, Index, Index),
    Skips(ServerId, Index, Index),
    Clash(Clash),
}

/// All that was said so far.
#[derive(Default)]
pub(super) struct Check {
    servers: BTreeMap<ServerId, Server>,
    /// Who voted for whom, and where it says so.
    votes: BTreeMap<(ServerId, Term), (ServerId, u64)>,
    checker: Checker,
    leaders: BTreeMap<Term, (ServerId, u64)>,
    /// Where an entry was stored first, and where it was committed.
    stored: BTreeMap<Position, u64>,
    committed: BTreeMap<Index, u64>,
    /// Whether logs may begin in their middle.
    midway: bool,
    /// Whether it is not told of all that happens to logs.
    blind: bool,
    /// How many broken promises of the checker were taken over.
    seen: usize,
    events: u64,
    found: Vec<Raw>,
    more: bool,
    /// Each change, for who wants to walk through them.
    replay: Option<Replay>,
}

impl Check {
    /// Writes every change down.
    pub(super) fn keep(&mut self) {
        self.replay = Some(Replay::default());
    }

    /// What was written down.
    pub(super) fn take_replay(&mut self) -> Option<Replay> {
        self.replay.take()
    }

    /// Whether nothing was said of a server's log yet.
    pub(super) fn is_new(&self, id: ServerId) -> bool {
        self.servers.get(&id).is_none_or(|server| server.log.last() == Position::default())
    }

    /// Whether nothing was said of any log yet.
    fn begins(&self) -> bool {
        self.stored.is_empty() && self.checker.stored_up_to() == Index(0)
    }

    /// A part of what happens is not told: votes, terms and leaders are watched from now on, logs are not.
    pub(super) fn look_away(&mut self) {
        if core::mem::replace(&mut self.blind, true) {
            return;
        }
        (self.checker, self.seen) = (Checker::default(), 0);
        for (term, (id, line)) in &self.leaders {
            self.checker.elected(Time(*line), *term, *id, &Log::default());
        }
    }

    /// A server did something, says this line.
    pub(super) fn take(&mut self, line: u64, id: ServerId, event: &Event<'_>) {
        let of_itself =
            matches!(event, Event::Term(_) | Event::Vote(..) | Event::Leads(_) | Event::Crash | Event::Restart);
        if self.blind && !of_itself {
            return;
        }
        self.events += 1;
        match event {
            Event::Term(term) => self.term(line, id, *term),
            Event::Vote(term, to) => self.vote(line, id, *term, *to),
            Event::Leads(term) => self.leads(line, id, *term),
            Event::Append(at, value) => self.append(line, id, *at, value),
            Event::Truncate(from) => self.truncate(line, id, *from),
            Event::Commit(index) => self.commit(line, id, *index),
            Event::Apply(index, term) => self.apply(line, id, *index, *term),
            Event::Snapshot(last) => self.snapshot(line, id, *last),
            Event::Crash => self.change(line, id, Change::Crashes),
            Event::Restart => self.change(line, id, Change::Restarts),
        }
        let broken: Vec<Violation> = self.checker.violations().get(self.seen..).unwrap_or_default().to_vec();
        self.seen += broken.len();
        for violation in broken {
            let earlier = self.earlier(&violation.clash);
            self.find(line, earlier, Rule::Promise(violation.promise()), What::Clash(violation.clash));
        }
    }

    fn server(&mut self, id: ServerId) -> &mut Server {
        self.servers.entry(id).or_default()
    }

    fn find(&mut self, line: u64, earlier: Option<u64>, rule: Rule, what: What) {
        if self.found.len() < MOST_FINDINGS {
            self.found.push(Raw { line, earlier: earlier.filter(|earlier| *earlier > 0), rule, what });
        } else {
            self.more = true;
        }
    }

    /// The line of the older one of two facts that clash.
    fn earlier(&self, clash: &Clash) -> Option<u64> {
        match clash {
            Clash::TwoLeaders { term, .. } => self.leaders.get(term).map(|(_, line)| *line),
            Clash::LogsDisagree { at, .. } => self.stored.get(at).copied(),
            Clash::LeaderLacks { entry, .. } => self.committed.get(&entry.index).copied(),
            Clash::AppliedDifferently { index, .. } => self.committed.get(index).copied(),
            _ => None,
        }
    }

    /// A server goes on, and that is written down.
    fn change(&mut self, line: u64, id: ServerId, change: Change) {
        if let Some(replay) = &mut self.replay {
            replay.write(Step { line, server: id, change: change.clone() }, &self.servers);
        }
        self.server(id).take(line, &change);
    }

    fn term(&mut self, line: u64, id: ServerId, term: Term) {
        let server = self.server(id);
        let (before, since) = (server.floor(), server.since);
        if term > before {
            self.change(line, id, Change::Term(term));
        } else if term < before {
            self.find(line, Some(since), Rule::TermGrows, What::TermBack(id, before, term));
        }
    }

    fn vote(&mut self, line: u64, id: ServerId, term: Term, to: ServerId) {
        let now = self.server(id).floor();
        if term < now {
            let since = self.server(id).since;
            self.find(line, Some(since), Rule::OneVote, What::OldVote(id, term, now));
        } else {
            self.term(line, id, term);
        }
        match self.votes.get(&(id, term)) {
            Some((first, earlier)) if *first != to => {
                let (first, earlier) = (*first, *earlier);
                self.find(line, Some(earlier), Rule::OneVote, What::Votes(id, term, first, to));
                self.change(line, id, Change::Votes(term, to));
            }
            Some(_) => {}
            None => {
                self.votes.insert((id, term), (to, line));
                self.change(line, id, Change::Votes(term, to));
            }
        }
    }

    fn leads(&mut self, line: u64, id: ServerId, term: Option<Term>) {
        let term = term.unwrap_or(self.server(id).term);
        self.term(line, id, term);
        if self.server(id).leads == Some(term) {
            return;
        }
        self.change(line, id, Change::Leads(term));
        let log = if self.blind { Log::default() } else { self.server(id).log.clone() };
        self.checker.elected(Time(line), term, id, &log);
        self.leaders.entry(term).or_insert((id, line));
    }

    fn append(&mut self, line: u64, id: ServerId, at: Position, value: &str) {
        // A trace may begin in the middle of a run, and of some servers later than of others.
        let most = if self.begins() { MOST_FIRST } else { self.checker.stored_up_to().0 + 1 };
        let midway = self.begins() || self.midway;
        let log = &self.server(id).log;
        let last = log.last();
        if last == Position::default() && (2..=most).contains(&at.index.0) && midway {
            self.checker.begin_after(at.index.previous());
            self.midway = true;
        } else if at.index.0 > last.index.0 + 1 || at.index.0 == 0 {
            self.find(line, None, Rule::NoGaps, What::Skips(id, last.index, at.index));
            return;
        } else if at.index <= log.base().index || log.term(at.index) == Some(at.term) {
            return;
        } else if at.index <= last.index {
            self.truncate(line, id, at.index);
        }
        let payload = match value {
            "" => Payload::Noop,
            value => Payload::Command(Command::from(value.as_bytes().to_vec())),
        };
        self.change(line, id, Change::Stores(at, payload.clone()));
        let previous = self.server(id).log.term(at.index.previous()).unwrap_or_default();
        // Where a log begins without a snapshot, nobody knows the term before.
        if previous != Term(0) || at.index == Index(1) {
            self.checker.stored(Time(line), id, at, previous, &payload);
        }
        self.stored.entry(at).or_insert(line);
    }

    fn truncate(&mut self, line: u64, id: ServerId, from: Index) {
        let server = self.server(id);
        let from = from.max(server.log.base().index.next());
        if from > server.log.last_index() {
            return;
        }
        let leads = server.is_leader();
        self.change(line, id, Change::Truncates(from));
        if leads {
            self.checker.rewritten(Time(line), id, from);
        }
    }

    fn commit(&mut self, line: u64, id: ServerId, index: Index) {
        let known = !self.stored.is_empty();
        let server = self.server(id);
        let (before, since, last) = (server.commit, server.commit_since, server.log.last_index());
        if index < before {
            return self.find(line, Some(since), Rule::CommitGrows, What::CommitBack(id, before, index));
        }
        if index > last && known {
            return self.find(line, None, Rule::NoGaps, What::Beyond(id, "commits", index, last));
        }
        if index == before || !known {
            return;
        }
        self.change(line, id, Change::Commits(index));
        let server = self.server(id);
        let (term, log) = (server.term, server.log.clone());
        for n in before.0.max(log.base().index.0) + 1..=index.0 {
            let at = Index(n);
            if self.checker.committed() == Index(0) {
                self.checker.begin_after(at.previous());
            }
            if let Some(entry) = log.entry(at).filter(|_| at <= self.checker.committed().next()) {
                self.checker.applied(Time(line), id, term, at, entry);
                self.committed.entry(at).or_insert(line);
            }
        }
    }

    /// What is applied is committed, and applied in the order of the log.
    fn apply(&mut self, line: u64, id: ServerId, index: Index, term: Option<Term>) {
        let known = !self.stored.is_empty();
        let server = self.server(id);
        let (before, last, own) = (server.applied, server.log.last_index(), server.log.term(index));
        if known && index > last {
            return self.find(line, None, Rule::NoGaps, What::Beyond(id, "applies", index, last));
        }
        if before > Index(0) && index > before.next() {
            self.find(line, None, Rule::NoGaps, What::Skips(id, before, index));
        }
        if index > before {
            self.change(line, id, Change::Applies(index));
        }
        if let (Some(term), Some(own)) = (term, own)
            && term != own
        {
            let clash = Clash::AppliedDifferently { index, server: id, first: own, second: term };
            self.find(line, None, Rule::Promise(Promise::StateMachineSafety), What::Clash(clash));
        }
        if known && index > self.server(id).commit {
            self.commit(line, id, index);
        }
    }

    fn snapshot(&mut self, line: u64, id: ServerId, last: Position) {
        let begins = self.begins();
        let most = if begins { MOST_FIRST } else { self.checker.stored_up_to().0 + MOST_AHEAD };
        if last.index <= self.server(id).log.base().index || last.index.0 > most {
            return;
        }
        self.change(line, id, Change::Snapshot(last));
        if begins {
            self.checker.begin_after(last.index);
            self.midway = true;
        }
    }

    pub(super) fn report(self, format: Format, names: &Names, lines: u64, passed: u64) -> Report {
        let finding =
            |raw: &Raw| Finding { line: raw.line, earlier: raw.earlier, rule: raw.rule, text: said(&raw.what, names) };
        Report {
            format,
            lines,
            passed,
            events: self.events,
            servers: names.count(),
            term: self.servers.values().map(|server| server.term.0).max().unwrap_or(0),
            leaders: self.leaders.len(),
            // Who crashed has forgotten it; it was committed all the same.
            commit: self.servers.values().map(|server| server.commit).fold(self.checker.committed(), Index::max).0,
            findings: self.found.iter().map(finding).collect(),
            more: self.more,
        }
    }
}

fn said(what: &What, names: &Names) -> String {
    let name = |id: &ServerId| names.name(*id).to_string();
    match what {
        What::Votes(id, term, first, second) => {
            format!("{} voted twice in term {term}: for {}, then for {}", name(id), name(first), name(second))
        }
        What::OldVote(id, term, now) => format!("{} votes in term {term}, and is in term {now} already", name(id)),
        What::TermBack(id, before, now) => format!("{} goes back from term {before} to term {now}", name(id)),
        What::CommitBack(id, before, now) => {
            format!("{} takes back what it took for committed: from index {before} to {now}", name(id))
        }
        What::Beyond(id, does, index, last) => format!("{} {does} entry {index}, and its log ends at {last}", name(id)),
        What::Skips(id, before, index) => format!("{} goes from entry {before} to entry {index}", name(id)),
        What::Clash(clash) => renamed(&words::clash(clash), names),
    }
}

/// With the names that the trace uses.
fn renamed(text: &str, names: &Names) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(place) = rest.find('S') {
        let digits = rest[place + 1..].bytes().take_while(u8::is_ascii_digit).count();
        let (before, word) = (&rest[..place], &rest[place + 1..place + 1 + digits]);
        let starts = !before.ends_with(|c: char| c.is_alphanumeric());
        out.push_str(before);
        match word.parse().ok().filter(|_| starts).map(ServerId) {
            Some(id) => out.push_str(names.name(id)),
            None => out.push_str(&rest[place..place + 1 + digits]),
        }
        rest = &rest[place + 1 + digits..];
    }
    out.push_str(rest);
    out
}
