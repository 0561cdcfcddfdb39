//! A trace of another Raft, as the page walks through it: what its servers were at a line of it, in the
//! shapes that the page draws its own runs from.

use std::collections::BTreeMap;

use raft_core::{Cause, Index, Note, RoleName, ServerId, StepDown, Term, Time};
use raft_sim::host::Condition;
use raft_sim::network::Place;
use raft_sim::record::{Record, What};
use raft_sim::traces::{Change, Finding, Replay, Report, Server, Step, value};

use crate::chronicle::Chronicle;
use crate::diagram::{Drawing, Frame};
use crate::layout::draw;
use crate::scene::{Cell, CellState, Row};

/// Where a reader is in a trace.
pub struct Walk {
    /// What is wrong with it, and how much there is of it.
    pub report: Report,
    replay: Replay,
    chronicle: Chronicle,
    /// The steps in which somebody begins to lead.
    crowned: Vec<usize>,
    /// So many steps are past.
    here: usize,
    /// The servers as they are after them.
    servers: BTreeMap<ServerId, Server>,
}

/// A server at a line of a trace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stand {
    /// Which.
    pub id: ServerId,
    /// What the trace calls it.
    pub name: String,
    /// Its role, as far as the trace tells.
    pub role: RoleName,
    /// Whether it runs.
    pub condition: Condition,
    /// Its term.
    pub term: Term,
}

/// A line of the trace that said something, in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// So many steps are past when it is.
    pub step: usize,
    /// Its line.
    pub line: u64,
    /// What it changed.
    pub words: String,
    /// It is the last that is past.
    pub now: bool,
    /// What Raft does not do shows here.
    pub wrong: bool,
}

impl Walk {
    /// Begins where the trace first goes wrong, else at its end.
    pub fn new(report: Report, replay: Replay) -> Walk {
        let (chronicle, crowned) = chronicle(&replay);
        let first = report.findings.first().map(|finding| replay.up_to(finding.line));
        let here = first.unwrap_or(replay.steps().len());
        let servers = replay.after(here);
        Walk { report, replay, chronicle, crowned, here, servers }
    }

    /// So many steps there are.
    pub fn len(&self) -> usize {
        self.replay.steps().len()
    }

    /// Whether the trace told nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// So many steps are past.
    pub fn here(&self) -> usize {
        self.here
    }

    /// The line that was read last.
    pub fn line(&self) -> u64 {
        self.here.checked_sub(1).map_or(0, |last| self.replay.steps()[last].line)
    }

    /// Goes to where so many steps are past.
    pub fn go(&mut self, step: usize) {
        self.here = step.min(self.len());
        self.servers = self.replay.after(self.here);
    }

    /// How many steps are past after a line.
    pub fn at_line(&self, line: u64) -> usize {
        self.replay.up_to(line)
    }

    /// Where somebody begins to lead next.
    pub fn next_leader(&self) -> Option<usize> {
        self.crowned.iter().copied().find(|step| *step > self.here)
    }

    /// Where something is wrong next.
    pub fn next_finding(&self) -> Option<usize> {
        self.report.findings.iter().map(|finding| self.at_line(finding.line)).find(|step| *step > self.here)
    }

    /// What is wrong at the line that was read last.
    pub fn wrong(&self) -> impl Iterator<Item = &Finding> {
        let line = self.line();
        self.report.findings.iter().filter(move |finding| finding.line == line)
    }

    /// The servers.
    pub fn stands(&self) -> Vec<Stand> {
        let led = |term: Term| self.servers.values().any(|other| other.leads == Some(term));
        let stand = |(id, server): (&ServerId, &Server)| {
            let stood = server.vote == Some(*id) && !server.is_new() && !led(server.term);
            let role = match () {
                () if server.is_leader() => RoleName::Leader,
                () if stood => RoleName::Candidate,
                () => RoleName::Follower,
            };
            let condition = if server.up { Condition::Up } else { Condition::Down };
            Stand { id: *id, name: self.replay.name(*id).to_owned(), role, condition, term: server.term }
        };
        self.servers.iter().map(stand).collect()
    }

    /// The ends of the logs, so many entries of each.
    pub fn rows(&self, columns: u64) -> Vec<Row> {
        let last = self.servers.values().map(|server| server.log.last_index().0).max().unwrap_or(0);
        let first = (last + 1).saturating_sub(columns).max(1);
        let row = |stand: Stand| {
            let server = &self.servers[&stand.id];
            let from = first.max(server.log.base().index.0 + 1);
            let entries = (from..=last).map_while(|index| server.log.entry(Index(index)).map(|entry| (index, entry)));
            let cells = entries.map(|(index, entry)| Cell {
                index,
                term: entry.term,
                caption: value(&entry.payload),
                state: if index <= server.commit.0 { CellState::Committed } else { CellState::Stored },
            });
            let folded = Some(server.log.base()).filter(|base| base.index.0 >= first);
            let (cells, applied) = (cells.collect(), server.applied.0);
            Row { id: stand.id, role: stand.role, condition: stand.condition, folded, cells, applied, next: None }
        };
        self.stands().into_iter().map(row).collect()
    }

    /// What lines around the present said.
    pub fn said(&self, around: usize) -> Vec<Said> {
        let from = self.here.saturating_sub(around);
        let to = (from + 2 * around).min(self.len());
        let said = |(place, step): (usize, &Step)| Said {
            step: place + 1,
            line: step.line,
            words: self.replay.said(step),
            now: place + 1 == self.here,
            wrong: self.report.findings.iter().any(|finding| finding.line == step.line),
        };
        (from..).zip(&self.replay.steps()[from..to]).map(said).collect()
    }

    /// The present as a space-time diagram: the steps stand where else the time does.
    pub fn diagram(&self, frame: &Frame) -> Drawing {
        let now = Time(self.here as u64);
        let mut drawing = Drawing::of_states(frame, &self.chronicle.lanes, &self.chronicle.reigns, now);
        // It would count steps as if they were microseconds.
        drawing.gaps.clear();
        let window = frame.window.start.0 as usize..(frame.window.end.0 as usize).min(self.here);
        for (place, step) in window.clone().zip(&self.replay.steps()[window]) {
            let Some(y) = frame.place(Place::Server(step.server)) else { continue };
            let x = frame.x(Time(place as u64 + 1));
            match step.change {
                Change::Votes(_, to) if to != step.server => {
                    if let Some(other) = frame.place(Place::Server(to)) {
                        draw(&mut drawing.arrows[1].0, &[("M", x), (" ", y), ("V", other)], "");
                        draw(&mut drawing.arrows[1].1, &[("M", x), (" ", other)], "h0");
                    }
                }
                Change::Stores(..) | Change::Snapshot(_) => {
                    draw(&mut drawing.arrows[2].1, &[("M", x), (" ", y)], "h0");
                }
                Change::Truncates(_) => draw(&mut drawing.lost, &[("M", x - 3.0), (" ", y - 3.0)], "l6 6m0 -6l-6 6"),
                _ => {}
            }
        }
        drawing
    }
}

/// Who led, stood and was down from which step to which, and where somebody begins to lead.
fn chronicle(replay: &Replay) -> (Chronicle, Vec<usize>) {
    let mut all = Chronicle::default();
    let mut crowned = Vec::new();
    let mut leads: BTreeMap<ServerId, Term> = BTreeMap::new();
    let mut records = Vec::new();
    for (step, past) in replay.steps().iter().zip(1usize..) {
        let id = step.server;
        let mut tell = |what: What| records.push(Record { at: Time(past as u64), event: past as u64, what });
        match &step.change {
            Change::Leads(term) => {
                leads.insert(id, *term);
                crowned.push(past);
                tell(What::Decided(id, Note::Leads { term: *term, votes: Vec::new() }));
            }
            Change::Term(term) => {
                let (led, reason) = (leads.remove(&id).is_some(), StepDown::HigherTerm { term: *term, from: id });
                tell(What::Decided(id, Note::StepsDown { reason, led }));
            }
            Change::Votes(term, to) if *to == id => {
                tell(What::Decided(id, Note::Campaigns { term: *term, cause: Cause::Timeout }));
            }
            Change::Crashes => {
                leads.remove(&id);
                tell(What::Crashed(id, 0));
            }
            Change::Restarts => {
                if leads.remove(&id).is_some() {
                    tell(What::Crashed(id, 0));
                }
                tell(What::Restarted(id));
            }
            _ => {}
        }
    }
    all.read(0, &records);
    (all, crowned)
}

#[cfg(test)]
mod tests {
    use raft_sim::traces::Reading;

    use super::*;

    const TRACE: &str = r#"{"server":"a1","event":"vote","term":1,"for":"a1"}
{"server":"b2","event":"vote","term":1,"for":"a1"}
{"server":"a1","event":"leader","term":1}
{"server":"a1","event":"append","index":1,"term":1,"value":"x=1"}
{"server":"b2","event":"append","index":1,"term":1,"value":"x=1"}
{"server":"a1","event":"commit","index":1}
{"server":"a1","event":"crash"}
{"server":"b2","event":"vote","term":2,"for":"b2"}
{"server":"b2","event":"vote","term":2,"for":"a1"}
"#;

    fn walk(text: &str) -> Walk {
        let mut reading = Reading::new(text, None).expect("a trace").to_replay();
        while !reading.go_on(100).expect("lines") {}
        let (report, replay) = reading.end().expect("an end");
        Walk::new(report, replay)
    }

    #[test]
    fn it_begins_where_the_trace_goes_wrong() {
        let mut walk = walk(TRACE);
        assert_eq!((walk.line(), walk.here()), (9, walk.len()));
        assert_eq!(walk.wrong().count(), 1);
        let stands = walk.stands();
        assert_eq!(stands[0].condition, Condition::Down);
        assert_eq!((stands[1].role, stands[1].term), (RoleName::Candidate, Term(2)));
        walk.go(walk.at_line(6));
        let roles: Vec<RoleName> = walk.stands().iter().map(|stand| stand.role).collect();
        assert_eq!(roles, [RoleName::Leader, RoleName::Follower]);
        assert_eq!(walk.next_finding(), Some(walk.len()));
        walk.go(0);
        assert_eq!((walk.line(), walk.next_leader()), (0, Some(walk.at_line(3))));
    }

    #[test]
    fn logs_are_drawn_as_those_of_the_page() {
        let mut walk = walk(TRACE);
        walk.go(walk.at_line(6));
        let states: Vec<_> =
            walk.rows(8).iter().map(|row| (row.cells[0].caption.clone(), row.cells[0].state)).collect();
        assert_eq!(states, [("x=1".to_owned(), CellState::Committed), ("x=1".to_owned(), CellState::Stored)]);
    }

    #[test]
    fn the_lines_around_the_present_are_told_and_the_wrong_one_is_marked() {
        let walk = walk(TRACE);
        let said = walk.said(2);
        assert_eq!(said.len(), 2);
        let last = said.last().expect("a line");
        assert!(last.now && last.wrong && last.line == 9, "{last:?}");
        assert_eq!(last.words, "b2 votes for a1 in term 2");
    }

    #[test]
    fn who_leads_and_who_votes_stands_in_the_diagram() {
        let walk = walk(TRACE);
        let ids = [ServerId(1), ServerId(2)];
        let frame = Frame::new(Time(0)..Time(walk.len() as u64), &ids, &[], 800.0, 80.0);
        let drawing = walk.diagram(&frame);
        assert!(!drawing.leads.is_empty() && !drawing.crashes.is_empty() && !drawing.stands.is_empty());
        assert_eq!(drawing.arrows[1].0.matches('M').count(), 2, "one vote right, one wrong");
    }
}
