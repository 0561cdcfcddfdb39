//! One server of a trace: what its lines tell of it, and how that changes.

use raft_core::{Index, Log, Payload, Position, ServerId, Term};

/// One server, as far as its lines tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Server {
    /// Whether it runs.
    pub up: bool,
    /// The last term that it was heard of in.
    pub term: Term,
    /// Whom it voted for in that term.
    pub vote: Option<ServerId>,
    /// The term that it leads.
    pub leads: Option<Term>,
    /// Its log.
    pub log: Log,
    /// Up to here it takes entries for committed.
    pub commit: Index,
    /// Up to here it applied them.
    pub applied: Index,
    /// Where it said of its term, and of what is committed.
    pub(super) since: u64,
    pub(super) commit_since: u64,
    /// It starts again, and what it says next was on its disk.
    pub(super) anew: bool,
}

/// What a line changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// It is in this term.
    Term(Term),
    /// It voted in a term.
    Votes(Term, ServerId),
    /// It leads a term.
    Leads(Term),
    /// It stored an entry; another one there is gone, and all after it.
    Stores(Position, Payload),
    /// The entries from here on are gone.
    Truncates(Index),
    /// It takes entries up to here for committed.
    Commits(Index),
    /// It applied entries up to here.
    Applies(Index),
    /// A snapshot stands for its log up to here.
    Snapshot(Position),
    /// It stopped.
    Crashes,
    /// It starts again.
    Restarts,
}

impl Default for Server {
    fn default() -> Server {
        let none = Index(0);
        Server {
            up: true,
            term: Term(0),
            vote: None,
            leads: None,
            log: Log::default(),
            commit: none,
            applied: none,
            since: 0,
            commit_since: 0,
            anew: true,
        }
    }
}

impl Server {
    /// The term below which it may not be any more.
    pub(super) fn floor(&self) -> Term {
        if self.anew { Term(0) } else { self.term }
    }

    /// Whether it started again and has said nothing of its term since.
    pub fn is_new(&self) -> bool {
        self.anew
    }

    /// Whether it leads the term that it is in.
    pub fn is_leader(&self) -> bool {
        self.leads == Some(self.term)
    }

    /// Goes on by what a line says.
    pub(super) fn take(&mut self, line: u64, change: &Change) {
        self.up = !matches!(change, Change::Crashes);
        match change {
            Change::Term(term) => {
                if *term != self.term {
                    self.vote = None;
                }
                (self.term, self.since, self.leads, self.anew) = (*term, line, None, false);
            }
            Change::Votes(term, to) => {
                if *term == self.term {
                    self.vote = self.vote.or(Some(*to));
                }
            }
            Change::Leads(term) => self.leads = Some(*term),
            Change::Stores(at, payload) => {
                if self.log.last() == Position::default() && at.index.0 > 1 {
                    // A trace may begin in the middle of a run.
                    let before = at.index.previous();
                    self.log = Log::after(Position { term: Term(0), index: before });
                    (self.commit, self.applied) = (before, before);
                } else if at.index <= self.log.last_index() {
                    self.log.truncate(at.index);
                }
                self.log.append(raft_core::Entry { term: at.term, payload: payload.clone() });
            }
            Change::Truncates(from) => self.log.truncate(*from),
            Change::Commits(index) => (self.commit, self.commit_since) = (*index, line),
            Change::Applies(index) => self.applied = self.applied.max(*index),
            Change::Snapshot(last) => {
                if self.log.holds(*last) {
                    self.log.compact(*last);
                } else {
                    self.log = Log::after(*last);
                }
                if self.commit < last.index {
                    (self.commit, self.commit_since) = (last.index, line);
                }
                self.applied = self.applied.max(last.index);
            }
            Change::Crashes | Change::Restarts => {
                self.commit = self.log.base().index;
                (self.applied, self.commit_since) = (self.commit, 0);
                (self.leads, self.anew, self.since) = (None, true, 0);
            }
        }
    }
}
