//! A run of ours as a trace: what servers have, line by line, as it changes from event to event. A step of
//! a script is one event with all its actions: what changes back within it is not told.

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use raft_core::{Index, Log, RoleName, ServerId, Term, Time};

use crate::host::{Condition, Server};
use crate::machine::caption;
use crate::record::Trace;
use crate::run::Run;
use crate::scenario::Scenario;

/// What was last written of a server.
struct Known {
    up: bool,
    term: Term,
    vote: Option<ServerId>,
    leads: bool,
    log: Log,
    commit: Index,
}

/// The trace of a scenario up to a time, or else to its last step, and of at most so many events.
pub fn write(scenario: Arc<Scenario>, until: Option<Time>, budget: usize) -> String {
    let mut trace = Trace::deaf();
    let mut run = Run::new(scenario, &mut trace);
    let mut out = String::new();
    let mut known: Vec<Known> = run.world().servers().iter().map(Known::nothing).collect();
    for _ in 0..budget {
        for (server, known) in run.world().servers().iter().zip(&mut known) {
            known.tell(run.world().now(), server, &mut out);
        }
        let over = match until {
            Some(until) => run.next_due().is_none_or(|due| due > until),
            None => run.is_over(),
        };
        if over || !run.step(&mut trace) {
            break;
        }
    }
    out
}

impl Known {
    fn nothing(_: &Server) -> Known {
        let (term, log) = (Term(0), Log::default());
        Known { up: true, term, vote: None, leads: false, log, commit: Index(0) }
    }

    /// Writes what is new.
    fn tell(&mut self, at: Time, server: &Server, out: &mut String) {
        let mut say = |event: &str, fields: &str| {
            let t = format!("{}.{:03}", at.0 / 1_000, at.0 % 1_000);
            out.push_str(&format!("{{\"t\":{t},\"server\":\"{}\",\"event\":\"{event}\"{fields}}}\n", server.id));
        };
        let up = server.condition() != Condition::Down;
        // It crashed and restarted at one instant.
        if up && self.up && server.commit() < self.commit {
            say("restart", "");
            (self.leads, self.commit) = (false, Index(0));
        }
        if up != self.up {
            say(if up { "restart" } else { "crash" }, "");
            (self.up, self.leads, self.commit) = (up, false, Index(0));
        }
        if !up {
            return;
        }
        let (term, vote) = (server.term(), server.voted_for());
        if term != self.term {
            say("term", &format!(",\"term\":{term}"));
            (self.term, self.vote, self.leads) = (term, None, false);
        }
        if let Some(to) = vote.filter(|_| vote != self.vote) {
            say("vote", &format!(",\"term\":{term},\"for\":\"{to}\""));
        }
        self.vote = vote;
        let leads = server.view().is_some_and(|view| view.role == RoleName::Leader);
        if leads && !self.leads {
            // Before the entry that opens its term.
            say("leader", &format!(",\"term\":{term}"));
        }
        self.leads = leads;
        self.tell_log(server, &mut say);
        let commit = server.commit();
        if commit != self.commit {
            say("commit", &format!(",\"index\":{commit}"));
        }
        self.commit = commit;
    }

    fn tell_log(&mut self, server: &Server, say: &mut impl FnMut(&str, &str)) {
        let (old, log) = (&self.log, server.log());
        if old.last() == log.last() && old.base() == log.base() {
            return;
        }
        if log.base() != old.base() {
            let base = log.base();
            say("snapshot", &format!(",\"index\":{},\"term\":{}", base.index, base.term));
        }
        // Where both agree: further back they do, too (§5.3).
        let mut same = old.last_index().min(log.last_index());
        while same > log.base().index && same > old.base().index && old.term(same) != log.term(same) {
            same = same.previous();
        }
        if old.last_index() > same {
            say("truncate", &format!(",\"index\":{}", same.next()));
        }
        for n in same.max(log.base().index).0 + 1..=log.last_index().0 {
            let Some(entry) = log.entry(Index(n)) else { continue };
            let value = caption(&entry.payload).replace(['"', '\\'], "?");
            say("append", &format!(",\"index\":{n},\"term\":{},\"value\":\"{value}\"", entry.term));
        }
        self.log = log.clone();
    }
}
