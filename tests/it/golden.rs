//! Golden scripts: what a cluster does, one behaviour a file, as a person reads it.
//!
//! A script begins with `# §5.2: the sentence that it shows`. Then come blocks: commands, a line
//! `----`, and what came of them. The first block is the header of a scenario; the others hold
//! steps and actions of the scenario language, and a few commands of their own:
//!
//! - `state` shows every server, `inflight` every message on its way
//! - `show story`, `show details` (from the start) and `show everything` say how much is told
//!
//! `UPDATE=1 cargo test -p it golden` writes down what comes of the commands now; read that diff
//! as code. Every run is replayed from its own scenario text, and must break no promise.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use raft_core::{Entries, Message, Position, RoleName, Time};
use raft_sim::host::{Condition, Server};
use raft_sim::network::{Flight, Parcel, Reply};
use raft_sim::record::{Record, Trace, What};
use raft_sim::run::{PATIENCE, Run};
use raft_sim::scenario::{Action, Scenario, Step, Trigger, format, parse};
use raft_sim::timeline::Timeline;
use raft_sim::words::{Weight, line, message};
use raft_sim::world::World;

/// A script being carried out.
struct Stage {
    timeline: Timeline,
    /// The header of its scenario, to read further lines with the same names.
    header: String,
    least: Weight,
    told: usize,
    /// When the last step was done; `after` counts from there.
    since: Time,
}

impl Stage {
    fn new(header: &str) -> Stage {
        let header = format!("raft 1\n{header}\n");
        let scenario = parse(&header).unwrap_or_else(|error| panic!("the header: {error}")).scenario;
        Stage { timeline: Timeline::new(scenario), header, least: Weight::Detail, told: 0, since: Time::ZERO }
    }

    fn world(&self) -> &World {
        self.timeline.run().world()
    }

    /// Does one line, and says what came of it.
    fn command(&mut self, text: &str, out: &mut String) {
        match text {
            "state" => state(self.world(), out),
            "inflight" => in_flight(self.world(), out),
            "show story" => self.least = Weight::Story,
            "show details" => self.least = Weight::Detail,
            "show everything" => self.least = Weight::Routine,
            text => self.step(text, out),
        }
    }

    fn step(&mut self, text: &str, out: &mut String) {
        let starts = ["at ", "after ", "when "].iter().any(|word| text.starts_with(word));
        let line = if starts { String::from(text) } else { format!("after 0ms {text}") };
        let parsed = parse(&format!("{}{line}\n", self.header)).unwrap_or_else(|error| panic!("{text}: {error}"));
        let Step { trigger, actions } = parsed.scenario.steps[0].clone();
        self.wait(text, &trigger);
        for action in actions {
            if let Err(refused) = self.timeline.act(action) {
                self.tell(out);
                let _ = writeln!(out, "cannot be done: {refused}");
            }
        }
        self.since = self.timeline.now();
        self.tell(out);
    }

    fn wait(&mut self, text: &str, trigger: &Trigger) {
        match trigger {
            Trigger::At(time) => self.timeline.seek(*time),
            Trigger::After(Time::ZERO) => {}
            Trigger::After(time) => self.timeline.seek(self.since + *time),
            Trigger::When { predicate, within } => {
                let limit = self.since + within.unwrap_or(PATIENCE);
                while !self.world().holds(predicate) {
                    assert!(self.timeline.step() && self.timeline.now() <= limit, "{text}: it never holds");
                }
            }
        }
    }

    /// Tells what happened since the last time.
    fn tell(&mut self, out: &mut String) {
        for record in self.timeline.records_from(self.told) {
            tell(record, self.least, out);
        }
        self.told = self.timeline.place();
    }

    /// The run breaks nothing, and its own text leads to the same world.
    fn check(&mut self) {
        // A `when` may have stopped before all that is due at this instant.
        self.timeline.seek(self.timeline.now());
        let run = self.timeline.run();
        assert_eq!(run.failures(), [], "an expectation");
        assert_eq!(run.world().checker().violations(), [], "a promise of Raft");
        let text = format(self.timeline.scenario());
        let again: Scenario = parse(&text).expect("a scenario's own text").scenario;
        let mut trace = Trace::deaf();
        let mut fresh = Run::new(Arc::new(again), &mut trace);
        assert!(fresh.advance(self.timeline.now(), usize::MAX, &mut trace));
        assert_eq!(fresh.world().digest(), run.world().digest(), "replayed from\n{text}");
    }
}

fn tell(record: &Record, least: Weight, out: &mut String) {
    let line = line(record);
    if line.weight < least {
        return;
    }
    let inset = if line.weight == Weight::Story { "" } else { "  " };
    let section = line.section.map(|section| format!(" ({section})")).unwrap_or_default();
    let _ = writeln!(out, "{:>9}  {inset}{}{section}", record.at.to_string(), line.text);
    if let Some(why) = line.why {
        let _ = writeln!(out, "{:>9}  {inset}  {why}", "");
    }
}

/// Every server: a table.
fn state(world: &World, out: &mut String) {
    let logs: Vec<String> = world.servers().iter().map(log).collect();
    let wide = logs.iter().map(String::len).max().unwrap_or(0).max(3);
    let _ = writeln!(out, "      role       term  vote  {:wide$}  commit  applied", "log");
    for (server, log) in world.servers().iter().zip(logs) {
        let vote = server.voted_for().map_or_else(|| String::from("-"), |to| to.to_string());
        let _ = writeln!(
            out,
            "  {:<2}  {:<9}  {:<4}  {vote:<4}  {log:<wide$}  {:<6}  {}",
            server.id.to_string(),
            role(server),
            server.term().0,
            server.commit().0,
            server.applied().0,
        );
    }
}

fn log(server: &Server) -> String {
    let terms: Vec<String> = server.log().iter().map(|entry| entry.term.to_string()).collect();
    // What a snapshot stands for is gone from the log: `..3` are the entries up to 3.
    let base = server.log().base().index.0;
    let gone = (base > 0).then(|| format!("..{base}"));
    let all: Vec<String> = gone.into_iter().chain(terms).collect();
    if all.is_empty() { String::from("-") } else { all.join(" ") }
}

fn role(server: &Server) -> &'static str {
    match (server.condition(), server.view().map(|view| view.role)) {
        (Condition::Paused, _) => "paused",
        (_, Some(RoleName::Leader)) => "leader",
        (_, Some(RoleName::PreCandidate)) => "pre-cand.",
        (_, Some(RoleName::Candidate)) => "candidate",
        (_, Some(RoleName::Follower)) => "follower",
        (_, None) => "down",
    }
}

/// Every message on its way, a line each.
fn in_flight(world: &World, out: &mut String) {
    let flights = world.flights();
    if flights.is_empty() {
        let _ = writeln!(out, "  nothing");
    }
    for flight in flights {
        let lost = if flight.lost.is_some() { ", lost on the way" } else { "" };
        let _ = writeln!(out, "  {}: {}{lost}", message(&flight.trip()), content(flight));
    }
}

fn content(flight: &Flight) -> String {
    let envelope = match &flight.parcel {
        Parcel::Raft(envelope) => envelope,
        Parcel::Request { operation, .. } => return operation.to_string(),
        Parcel::Answer { reply: Reply::Outcome(outcome), .. } => return format!("{outcome:?}"),
        Parcel::Answer { reply: Reply::NotLeader(leader), .. } => {
            return leader.map_or_else(|| String::from("no leader"), |leader| format!("ask {leader}"));
        }
    };
    let term = envelope.term;
    match &envelope.message {
        Message::RequestVote { last, .. } => format!("term {term}, log {}", end(*last)),
        Message::RequestPreVote { next, last } => format!("would stand in term {next}, log {}", end(*last)),
        Message::PreVoteReply { refused: None, .. } => String::from("yes"),
        Message::PreVoteReply { refused: Some(_), .. } => String::from("no"),
        Message::TimeoutNow => format!("term {term}"),
        Message::RequestVoteReply { refused: None } => format!("term {term}, granted"),
        Message::RequestVoteReply { refused: Some(_) } => format!("term {term}, refused"),
        Message::AppendEntries { previous, entries, commit, .. } => {
            let after = if *previous == Position::default() { String::from("the start") } else { previous.to_string() };
            format!("term {term}, after {after}: {}, commit {commit}", terms(entries))
        }
        Message::AppendAccepted { matched, .. } => format!("term {term}, agrees up to {matched}"),
        Message::AppendRefused { previous, last, .. } => {
            format!("term {term}, not after {previous}, log ends at {last}")
        }
        Message::InstallSnapshot { last, offset, of, piece, .. } => {
            format!("term {term}, snapshot up to {last}, bytes {offset} to {} of {of}", offset + piece.len())
        }
        Message::PieceAccepted { last, received, .. } => {
            format!("term {term}, {received} bytes of the snapshot up to {last}")
        }
        Message::ReadIndex { .. } => format!("term {term}"),
        Message::ReadIndexReply { index: Some(index), .. } => format!("term {term}, apply up to {index}"),
        Message::ReadIndexReply { index: None, .. } => format!("term {term}, does not lead"),
        Message::Heartbeat { commit, .. } => format!("term {term}, commit {commit}"),
        Message::HeartbeatReply { verified, .. } => format!("term {term}, verified up to {verified}"),
        Message::StreamOpen { epoch, last } => format!("term {term}, stream {epoch}, log {}", end(*last)),
        Message::StreamReset { epoch, at } => format!("term {term}, not stream {epoch}, try after {at}"),
        Message::StreamEntries { epoch, previous, entries, commit } => {
            format!("term {term}, stream {epoch}, after {previous}: {}, commit {commit}", terms(entries))
        }
        Message::StreamAck { epoch, matched } => format!("term {term}, stream {epoch}, verified up to {matched}"),
    }
}

fn end(last: Position) -> String {
    if last == Position::default() { String::from("empty") } else { format!("ends at {last}") }
}

fn terms(entries: &Entries) -> String {
    let terms: Vec<String> = entries.iter().map(|entry| entry.term.to_string()).collect();
    match terms.as_slice() {
        [] => String::from("nothing"),
        [one] => format!("an entry of term {one}"),
        terms => format!("entries of terms {}", terms.join(" ")),
    }
}

/// Carries out a script: its text with the outputs as they are now, and all that happened.
fn carry_out(script: &str) -> (String, Vec<Record>) {
    let (title, rest) = script.split_once('\n').expect("a first line");
    assert!(
        ["# §", "# thesis §", "# Figure"].iter().any(|source| title.starts_with(source)),
        "the first line names the section and the sentence: {title}"
    );
    let mut out = format!("{title}\n");
    let mut stage: Option<Stage> = None;
    for commands in blocks(rest) {
        let _ = write!(out, "\n{commands}\n----\n");
        let commands: Vec<&str> = commands.lines().map(str::trim).filter(|line| !line.starts_with('#')).collect();
        match &mut stage {
            None => {
                let stage = stage.insert(Stage::new(&commands.join("\n")));
                stage.tell(&mut out);
            }
            Some(stage) => commands.iter().for_each(|command| stage.command(command, &mut out)),
        }
    }
    let mut stage = stage.expect("a first block");
    stage.check();
    (out, stage.timeline.records().to_vec())
}

/// The commands of each block; outputs end at the next empty line.
fn blocks(text: &str) -> Vec<&str> {
    let parts = text.split("\n\n").map(|part| part.trim_matches('\n')).filter(|part| !part.is_empty());
    parts.map(|part| part.split("----").next().unwrap_or_default().trim_end()).collect()
}

fn scripts() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("the folder of scripts").map(|file| file.expect("a file").path()).collect();
    files.sort();
    files.into_iter().map(|file| (file.clone(), fs::read_to_string(&file).expect("a script"))).collect()
}

#[test]
fn golden_scripts_come_out_as_written_down() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut differ = Vec::new();
    for (file, script) in scripts() {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        println!("{name}");
        let (now, _) = carry_out(&script);
        if now == script {
            continue;
        }
        if update {
            fs::write(&file, &now).expect("the script is written");
            continue;
        }
        let (place, (was, is)) = (script.lines().chain([""]).zip(now.lines().chain([""])).enumerate())
            .find(|(_, (was, is))| was != is)
            .unwrap_or_default();
        differ.push(format!("{name}:{}: was\n  {was}\nnow is\n  {is}", place + 1));
    }
    assert!(differ.is_empty(), "{}\nUPDATE=1 writes down what is now", differ.join("\n"));
}

/// The kinds of records, notes and reasons that occur in the scripts: `Decided`,
/// `RefusesVote`, `RefusesVote/LogBehind`.
pub fn seen() -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    for record in scripts().iter().flat_map(|(_, script)| carry_out(script).1) {
        seen.insert(first_word(&format!("{:?}", record.what)));
        if let What::Decided(_, note) = &record.what {
            let note = format!("{note:?}");
            let name = first_word(&note);
            for inner in note.split(": ").skip(1).map(first_word).filter(|word| !word.is_empty()) {
                seen.insert(format!("{name}/{inner}"));
            }
            seen.insert(name);
        }
    }
    seen
}

/// The name of a variant at the start of its debug output.
fn first_word(debug: &str) -> String {
    let word: String = debug.chars().take_while(|c| c.is_ascii_alphabetic()).collect();
    if word.starts_with(|c: char| c.is_ascii_uppercase()) { word } else { String::new() }
}

/// A script's steps are a scenario's, so that a person can open it on the page.
#[test]
fn a_script_is_a_scenario() {
    let mut stage = Stage::new("servers 3\nset network manual");
    let mut out = String::new();
    ["timeout S1", "settle", "after 5ms crash S1"].iter().for_each(|command| stage.command(command, &mut out));
    assert_eq!(stage.timeline.scenario().steps.len(), 3);
    assert!(matches!(stage.timeline.scenario().steps[2].actions[..], [Action::Crash(_)]));
    stage.check();
}
