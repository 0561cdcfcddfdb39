//! etcd's interaction scripts, as they were recorded: a command and the states after it, a line each.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::cluster::{Change, Start, Step, Transition};
use crate::state::{Configuration, Entry, Role, Server, What};

/// A script.
pub struct Script {
    /// Its name, without ending.
    pub name: String,
    /// What is done, in order.
    pub lines: Vec<Line>,
}

/// A command, and what the servers are after it.
pub struct Line {
    /// Where it stands in etcd's sources, and how it reads.
    pub place: String,
    /// What is to be done.
    pub command: Command,
    /// The servers after it.
    pub servers: Vec<Server>,
}

/// What is to be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Servers are started.
    Start(u64, Start),
    /// A server's election timeout elapses.
    Campaign(u64),
    /// A client proposes something to a server.
    Propose(u64, String),
    /// Somebody proposes another configuration to a server.
    Change(u64, Change),
    /// What these servers want done is done.
    Ready(Vec<u64>),
    /// Their oldest writes are on disk.
    Write(Vec<u64>),
    /// Their oldest committed entries are applied.
    Apply(Vec<u64>),
    /// All messages to these servers, of one kind or of all, arrive or are lost.
    Deliver(Vec<(u64, bool)>, Option<String>),
    /// Everything among these servers is done; all servers, if none is named.
    Stabilize(Vec<u64>),
    /// So many ticks pass for a server.
    Tick(u64, u64),
    /// A server's election timeouts take so many ticks.
    ElectionTimeout(u64, u64),
    /// A server's log is cut.
    Compact(u64, u64),
    /// Leadership shall go from one to another.
    Transfer(u64, u64),
    /// A leader sends its snapshot to another.
    SendSnapshot(u64, u64),
    /// A server hears that another did not get a message.
    Unreachable(u64, u64),
    /// Nothing is done: it prints.
    Nothing,
    /// This driver knows no such thing.
    Unknown(String),
}

/// The scripts of a folder, by name.
pub fn scripts(folder: &Path) -> Result<Vec<Script>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "jsonl"));
    paths.sort();
    paths.iter().map(|path| script(path)).collect()
}

fn script(path: &Path) -> Result<Script, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let line = |(text, number): (&str, usize)| {
        let raw: RawLine = serde_json::from_str(text).map_err(|error| format!("{name}, line {number}: {error}"))?;
        raw.line().map_err(|error| format!("{name}, line {number}: {error}"))
    };
    let lines = text.lines().zip(1..).filter(|(text, _)| !text.trim().is_empty()).map(line);
    Ok(Script { lines: lines.collect::<Result<_, _>>()?, name })
}

#[derive(Deserialize)]
struct RawLine {
    #[serde(default)]
    pos: String,
    cmd: String,
    args: Option<Vec<String>>,
    input: Option<String>,
    nodes: Option<Vec<RawServer>>,
}

#[derive(Deserialize)]
struct RawServer {
    id: u64,
    role: String,
    term: u64,
    vote: u64,
    commit: u64,
    voters: Option<Vec<Option<Vec<u64>>>>,
    learners: Option<Vec<u64>>,
    learners_next: Option<Vec<u64>>,
    #[serde(default)]
    auto_leave: bool,
    first: u64,
    log: Option<Vec<RawEntry>>,
}

#[derive(Deserialize)]
struct RawEntry {
    t: u64,
    k: String,
    #[serde(default)]
    d: String,
}

impl RawLine {
    fn line(self) -> Result<Line, String> {
        let args = self.args.unwrap_or_default();
        let input = self.input.unwrap_or_default();
        let place = format!("{} {} {} {}", self.pos, self.cmd, args.join(" "), input.trim());
        let command = command(&self.cmd, &Arguments(&args), input.trim())?;
        let servers = self.nodes.unwrap_or_default().into_iter().map(RawServer::server);
        Ok(Line { place: place.trim().into(), command, servers: servers.collect::<Result<_, _>>()? })
    }
}

impl RawServer {
    fn server(self) -> Result<Server, String> {
        let role = match self.role.trim_start_matches("State") {
            "Follower" => Role::Follower,
            "PreCandidate" => Role::PreCandidate,
            "Candidate" => Role::Candidate,
            "Leader" => Role::Leader,
            other => return Err(format!("there is no role `{other}`")),
        };
        let mut voters = self.voters.unwrap_or_default().into_iter();
        let mut half = || voters.next().flatten().unwrap_or_default().into_iter().collect();
        let configuration = Configuration {
            voters: half(),
            outgoing: half(),
            learners: self.learners.unwrap_or_default().into_iter().collect(),
            learners_next: self.learners_next.unwrap_or_default().into_iter().collect(),
            auto_leave: self.auto_leave,
        };
        let entry = |entry: RawEntry| Entry {
            term: entry.t,
            what: if entry.k == "Normal" { What::Data(entry.d) } else { What::Change },
        };
        Ok(Server {
            id: self.id,
            role,
            term: self.term,
            vote: self.vote,
            commit: self.commit,
            first: self.first,
            log: self.log.unwrap_or_default().into_iter().map(entry).collect(),
            configuration,
            committed: None,
        })
    }
}

struct Arguments<'a>(&'a [String]);

impl Arguments<'_> {
    /// The value of `name=value`, without parentheses.
    fn value(&self, name: &str) -> Option<&str> {
        let value = self.0.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='))?;
        Some(value.trim_matches(['(', ')']))
    }

    fn is(&self, name: &str) -> bool {
        self.value(name) == Some("true")
    }

    fn list(&self, name: &str) -> Result<Vec<u64>, String> {
        let words = self.value(name).unwrap_or_default();
        words.split([',', ' ']).filter(|word| !word.is_empty()).map(number).collect()
    }

    /// The words that are no `name=value`.
    fn plain(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str).filter(|word| !word.contains('='))
    }

    fn numbers(&self) -> Result<Vec<u64>, String> {
        self.plain().map(number).collect()
    }

    fn number(&self, place: usize) -> Result<u64, String> {
        number(self.plain().nth(place).ok_or("an argument is missing")?)
    }

    fn named(&self, name: &str) -> Result<u64, String> {
        number(self.value(name).ok_or(format!("`{name}=` is missing"))?)
    }
}

fn number(word: &str) -> Result<u64, String> {
    word.parse().map_err(|_| format!("`{word}` is no number"))
}

fn command(name: &str, args: &Arguments, input: &str) -> Result<Command, String> {
    let ids = || args.numbers();
    Ok(match name {
        "log-level" | "raft-log" | "raft-state" | "status" => Command::Nothing,
        "add-nodes" => {
            let start = Start {
                voters: args.list("voters")?,
                learners: args.list("learners")?,
                index: args.value("index").map_or(Ok(0), number)?,
                asynchronous: args.is("async-storage-writes"),
                pre_vote: args.is("prevote"),
                check_quorum: args.is("checkquorum"),
                in_flight: args.value("inflight").map_or(Ok(0), number)? as usize,
            };
            Command::Start(args.number(0)?, start)
        }
        "campaign" => Command::Campaign(args.number(0)?),
        "propose" => Command::Propose(args.number(0)?, args.0.get(1).cloned().unwrap_or_default()),
        "propose-conf-change" => Command::Change(args.number(0)?, change(args, input)?),
        "process-ready" => Command::Ready(ids()?),
        "process-append-thread" => Command::Write(ids()?),
        "process-apply-thread" => Command::Apply(ids()?),
        "deliver-msgs" => {
            let arrive = ids()?.into_iter().map(|id| (id, true));
            let lost = args.list("drop")?.into_iter().map(|id| (id, false));
            Command::Deliver(arrive.chain(lost).collect(), args.value("type").map(Into::into))
        }
        "stabilize" => Command::Stabilize(ids()?),
        "tick-heartbeat" => Command::Tick(args.number(0)?, 1),
        "tick-election" => Command::Tick(args.number(0)?, 3),
        "set-randomized-election-timeout" => Command::ElectionTimeout(args.number(0)?, args.named("timeout")?),
        "compact" => Command::Compact(args.number(0)?, args.number(1)?),
        "transfer-leadership" => Command::Transfer(args.named("from")?, args.named("to")?),
        "send-snapshot" => Command::SendSnapshot(args.number(0)?, args.number(1)?),
        "report-unreachable" => Command::Unreachable(args.number(0)?, args.number(1)?),
        other => Command::Unknown(other.into()),
    })
}

fn change(args: &Arguments, input: &str) -> Result<Change, String> {
    let transition = match args.value("transition") {
        None | Some("auto") => Transition::Auto,
        Some("implicit") => Transition::Implicit,
        Some("explicit") => Transition::Explicit,
        Some(other) => return Err(format!("there is no transition `{other}`")),
    };
    let step = |word: &str| {
        let (kind, id) = word.split_at_checked(1).ok_or("an empty step")?;
        let kind = match kind {
            "v" => Step::Voter,
            "l" => Step::Learner,
            "r" => Step::Remove,
            "u" => Step::Update,
            _ => return Err(format!("there is no step `{word}`")),
        };
        Ok((kind, number(id)?))
    };
    let steps = input.split_whitespace().map(step).collect::<Result<_, String>>()?;
    Ok(Change { steps, transition, version_1: args.is("v1") })
}
