//! The settings: one table, from which the parser, the user's reference and the defaults come.
//! What is in force is in [`super::values`].

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use raft_core::{Backtrack, Time};

use super::ast::{Change, Network, Reads, Replication, Scope, Set};
use super::error::{ParseError, Problem};
use super::explained;
use super::lex::{Line, Result};

/// One row of the table of settings.
pub struct Setting {
    /// Its word.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// Its default, as text.
    pub default: &'static str,
    /// For what else than all it can be set.
    pub scopes: Scopes,
    /// What it does, in a sentence.
    pub does: &'static str,
    /// Where the paper speaks of it; may be empty.
    pub section: &'static str,
}

/// What a setting takes, and the change that this makes.
#[derive(Clone, Copy)]
pub enum Takes {
    /// A range of times, from so much up.
    Span(Time, fn(Range<Time>) -> Change),
    /// A time, from so much up.
    Length(Time, fn(Time) -> Change),
    /// A share in percent.
    Percent(fn(u32) -> Change),
    /// Writes a second, or `off`.
    Load(fn(u32) -> Change),
    /// `on` or `off`.
    Switch(fn(bool) -> Change),
    /// A number between two others.
    Count(u32, u32, fn(u32) -> Change),
    /// A number of bytes, at least so many.
    Bytes(u32, fn(u32) -> Change),
    /// Bytes a second, or `unlimited`.
    Rate(fn(u32) -> Change),
    /// One of these words.
    OneOf(&'static [(&'static str, Change)]),
    /// A ratio.
    Speed(fn(Speed) -> Change),
}

/// For what else than all a setting can be set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scopes {
    /// For nothing else.
    AllOnly,
    /// For a link.
    Links,
    /// For a server.
    Servers,
}

const MILLISECOND: Time = Time::millis(1);

/// Every setting, in the order of the reference.
pub const TABLE: &[Setting] = &[
    Setting {
        name: "election-timeout",
        takes: Takes::Span(MILLISECOND, Change::ElectionTimeout),
        default: "150ms..300ms",
        scopes: Scopes::Servers,
        does: explained("How long a server waits for a leader before it stands for election; drawn anew each time."),
        section: explained("§5.2, §9.3"),
    },
    Setting {
        name: "heartbeat",
        takes: Takes::Length(MILLISECOND, Change::Heartbeat),
        default: "50ms",
        scopes: Scopes::Servers,
        does: explained("How often a leader lets each follower know that it is there."),
        section: explained("§5.2"),
    },
    Setting {
        name: "latency",
        takes: Takes::Span(Time::ZERO, Change::Latency),
        default: "10ms..20ms",
        scopes: Scopes::Links,
        does: explained("How long a message travels; drawn for each, so messages may overtake each other."),
        section: explained("§5.6"),
    },
    Setting {
        name: "loss",
        takes: Takes::Percent(Change::Loss),
        default: "0%",
        scopes: Scopes::Links,
        does: explained("The share of messages that get lost."),
        section: explained("§5.5"),
    },
    Setting {
        name: "duplicate",
        takes: Takes::Percent(Change::Duplicate),
        default: "0%",
        scopes: Scopes::Links,
        does: explained("The share of messages that arrive twice."),
        section: explained("§5.5"),
    },
    Setting {
        name: "bandwidth",
        takes: Takes::Rate(Change::Bandwidth),
        default: "unlimited",
        scopes: Scopes::Links,
        does: explained(
            "How many bytes a second a link carries in one direction: one message after another, streams beside the rest.",
        ),
        section: "",
    },
    Setting {
        name: "load",
        takes: Takes::Load(Change::Load),
        default: "off",
        scopes: Scopes::AllOnly,
        does: explained("A steady load: so many writes a second reach the leader, besides those of the clients."),
        section: "",
    },
    Setting {
        name: "entry-size",
        takes: Takes::Bytes(0, Change::EntrySize),
        default: "0B",
        scopes: Scopes::AllOnly,
        does: explained("How many bytes a client's command counts at least, on links and in batches."),
        section: "",
    },
    Setting {
        name: "fsync",
        takes: Takes::Length(Time::ZERO, Change::Fsync),
        default: "0ms",
        scopes: Scopes::Servers,
        does: explained("How long a write to disk takes; what is not yet written is lost in a crash."),
        section: explained("§5.6"),
    },
    Setting {
        name: "no-op",
        takes: Takes::Switch(Change::NoOp),
        default: "on",
        scopes: Scopes::AllOnly,
        does: explained("Whether a new leader opens its term with an empty entry."),
        section: explained("§8"),
    },
    Setting {
        name: "pre-vote",
        takes: Takes::Switch(Change::PreVote),
        default: "off",
        scopes: Scopes::AllOnly,
        does: explained("Whether a server asks first if it would be elected, before it raises its term."),
        section: explained("thesis §9.6"),
    },
    Setting {
        name: "check-quorum",
        takes: Takes::Switch(Change::CheckQuorum),
        default: "off",
        scopes: Scopes::AllOnly,
        does: explained(
            "Whether a leader that a majority does not answer steps down, and servers that hear of a leader ignore candidates.",
        ),
        section: explained("thesis §4.2.3, §6.2"),
    },
    Setting {
        name: "network",
        takes: Takes::OneOf(&[("auto", Change::Network(Network::Auto)), ("manual", Change::Network(Network::Manual))]),
        default: "auto",
        scopes: Scopes::AllOnly,
        does: explained("With `manual`, nothing between servers arrives until the scenario delivers it."),
        section: "",
    },
    Setting {
        name: "client-timeout",
        takes: Takes::Length(MILLISECOND, Change::ClientTimeout),
        default: "500ms",
        scopes: Scopes::AllOnly,
        does: explained("How long a client waits for an answer before it tries the next server."),
        section: explained("§8"),
    },
    Setting {
        name: "batch",
        takes: Takes::Count(1, 10_000, Change::Batch),
        default: "64",
        scopes: Scopes::AllOnly,
        does: explained("How many entries one message carries at most."),
        section: explained("§5.3"),
    },
    Setting {
        name: "batch-bytes",
        takes: Takes::Bytes(1, Change::BatchBytes),
        default: "1MiB",
        scopes: Scopes::AllOnly,
        does: explained("How many bytes of commands one message carries at most; one entry always goes."),
        section: explained("§5.3"),
    },
    Setting {
        name: "replication",
        takes: Takes::OneOf(&[
            ("stop-and-wait", Change::Replication(Replication::StopAndWait)),
            ("pipelined", Change::Replication(Replication::Pipelined)),
            ("streaming", Change::Replication(Replication::Streaming)),
        ]),
        default: "stop-and-wait",
        scopes: Scopes::AllOnly,
        does: explained(
            "How a leader sends entries: one message at a time, several at a time, or on a stream apart from heartbeats.",
        ),
        section: explained("§5.3, thesis §10.2.1"),
    },
    Setting {
        name: "window",
        takes: Takes::Count(1, 10_000, Change::Window),
        default: "16",
        scopes: Scopes::AllOnly,
        does: explained(
            "How many messages with entries are on their way to a follower at most, pipelined or streaming.",
        ),
        section: explained("thesis §10.2.1"),
    },
    Setting {
        name: "window-bytes",
        takes: Takes::Bytes(1, Change::WindowBytes),
        default: "1MiB",
        scopes: Scopes::AllOnly,
        does: explained("How many bytes of commands are on their way to a follower before the leader waits."),
        section: explained("thesis §10.2.1"),
    },
    Setting {
        name: "adaptive-batch",
        takes: Takes::Switch(Change::AdaptiveBatch),
        default: "off",
        scopes: Scopes::AllOnly,
        does: explained(
            "Whether a message waits for more entries while others are on their way: the more of them, the more it carries.",
        ),
        section: explained("thesis §10.2.2"),
    },
    Setting {
        name: "backtrack",
        takes: Takes::OneOf(&[
            ("entry", Change::Backtrack(Backtrack::Entry)),
            ("term", Change::Backtrack(Backtrack::Term)),
        ]),
        default: "entry",
        scopes: Scopes::AllOnly,
        does: explained("How far a leader goes back when a follower refuses entries: one entry, or one term."),
        section: explained("§5.3"),
    },
    Setting {
        name: "eager-commit",
        takes: Takes::Switch(Change::EagerCommit),
        default: "off",
        scopes: Scopes::AllOnly,
        does: explained("Whether a leader tells at once what it has committed, or with its next message."),
        section: explained("§5.3"),
    },
    Setting {
        name: "sessions",
        takes: Takes::Switch(Change::Sessions),
        default: "on",
        scopes: Scopes::AllOnly,
        does: explained("Whether servers recognise a request that is asked again, and do it once only."),
        section: explained("§8, thesis §6.3"),
    },
    Setting {
        name: "sessions-kept",
        takes: Takes::Count(0, 1_000, Change::SessionsKept),
        default: "0",
        scopes: Scopes::AllOnly,
        does: explained(
            "Answers are remembered for so many clients, those that wrote last; a retry of another is refused. 0 is all.",
        ),
        section: explained("thesis §6.3"),
    },
    Setting {
        name: "snapshot-every",
        takes: Takes::Count(0, 1_000_000, Change::SnapshotEvery),
        default: "0",
        scopes: Scopes::Servers,
        does: explained("After so many applied entries a server takes a snapshot; 0 is never."),
        section: explained("§7"),
    },
    Setting {
        name: "snapshot-margin",
        takes: Takes::Count(0, 1_000_000, Change::SnapshotMargin),
        default: "0",
        scopes: Scopes::AllOnly,
        does: explained("So many entries before a snapshot are kept in the log, for slow followers."),
        section: explained("§7"),
    },
    Setting {
        name: "snapshot-piece",
        takes: Takes::Bytes(1, Change::SnapshotPiece),
        default: "64KiB",
        scopes: Scopes::AllOnly,
        does: explained("A snapshot is sent in pieces of so many bytes."),
        section: explained("§7"),
    },
    Setting {
        name: "reads",
        takes: Takes::OneOf(&[
            ("log", Change::Reads(Reads::Log)),
            ("index", Change::Reads(Reads::Index)),
            ("lease", Change::Reads(Reads::Lease)),
        ]),
        default: "log",
        scopes: Scopes::AllOnly,
        does: explained(
            "How reads are answered: by an entry of the log, by a round of heartbeats, or at once while the leader has a lease, which takes `check-quorum on`. With the last two a follower answers too, after it has asked the leader.",
        ),
        section: explained("§8, thesis §6.4"),
    },
    Setting {
        name: "clock-drift",
        takes: Takes::Percent(Change::ClockDrift),
        default: "0%",
        scopes: Scopes::AllOnly,
        does: explained(
            "How much slower a leader's clock may run than another server's: its lease is shorter than its shortest election timeout by so much. Servers with shorter ones than the leader's count as fast clocks.",
        ),
        section: explained("thesis §6.4.1"),
    },
    Setting {
        name: "speed",
        takes: Takes::Speed(Change::Speed),
        default: "1/20",
        scopes: Scopes::AllOnly,
        does: explained("How fast the page plays: simulated time per real time. The run itself does not depend on it."),
        section: "",
    },
];

impl Takes {
    /// What the reference says that it takes.
    pub fn describe(self) -> String {
        match self {
            Takes::Span(least, _) => format!("time or range, from {least}"),
            Takes::Length(least, _) => format!("time, from {least}"),
            Takes::Percent(_) => "`0%` to `100%`".to_string(),
            Takes::Switch(_) => "`on` or `off`".to_string(),
            Takes::Count(least, most, _) => format!("{least} to {most}"),
            Takes::Bytes(least, _) => format!("bytes such as `64KiB`, from {}", Bytes(least)),
            Takes::Load(_) => "`off`, or writes a second such as `1000/s`, up to 100000/s".to_string(),
            Takes::Rate(_) => "`unlimited`, or bytes a second such as `1MB/s`".to_string(),
            Takes::OneOf(words) => listed(words.iter().map(|(word, _)| *word)),
            Takes::Speed(_) => "`1/1000` to `100`".to_string(),
        }
    }

    pub(super) fn parse(self, line: &mut Line<'_>) -> Result<Change> {
        Ok(match self {
            Takes::Span(least, change) => change(line.span(least)?),
            Takes::Length(least, change) => change(line.time(least)?),
            Takes::Percent(change) => change(line.percent()?),
            Takes::Switch(change) => change(choice(line, &[("on", true), ("off", false)])?),
            Takes::OneOf(words) => choice(line, words)?,
            Takes::Load(change) => change(line.load()?),
            Takes::Rate(change) => change(line.rate()?),
            Takes::Bytes(least, change) => change(line.bytes(least)?),
            Takes::Count(least, most, change) => {
                let count = line.number("a number", least.into(), most.into())?;
                change(u32::try_from(count).expect("no more than the bound"))
            }
            Takes::Speed(change) => change(line.speed()?),
        })
    }
}

fn choice<T: Clone>(line: &mut Line<'_>, words: &[(&'static str, T)]) -> Result<T> {
    let names = || words.iter().map(|(name, _)| *name);
    let Some(word) = line.take() else { return Err(line.error_here(Problem::OneOf(names().collect()))) };
    match words.iter().find(|(name, _)| *name == word.text) {
        Some((_, value)) => Ok(value.clone()),
        None => Err(line.unknown(word, Problem::OneOf(names().collect()), names())),
    }
}

/// `on` or `off`; `a`, `b` or `c`.
fn listed(words: impl Iterator<Item = &'static str>) -> String {
    let words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

/// A number of bytes, in the largest unit that divides it: `64KiB`, `1500B`.
#[derive(Clone, Copy)]
pub(crate) struct Bytes(pub(crate) u32);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(1 << 20, "MiB"), (1_000_000, "MB"), (1 << 10, "KiB"), (1_000, "KB"), (1, "B")];
        let fits = units.into_iter().find(|(size, _)| self.0 >= *size && self.0.is_multiple_of(*size));
        let (size, unit) = fits.unwrap_or((1, "B"));
        write!(f, "{}{unit}", self.0 / size)
    }
}

impl Scopes {
    /// How the reference and errors say it.
    pub fn describe(self) -> &'static str {
        match self {
            Scopes::AllOnly => "for all",
            Scopes::Links => "for all, or on a link such as S1->S2",
            Scopes::Servers => "for all, or on a server such as S3",
        }
    }
}

/// What stands after `set`: `NAME VALUE [on S1->S2 | on S1-S2 | on S3]`. Both directions of a
/// link are two changes.
pub(super) fn parse_set(line: &mut Line<'_>) -> Result<(Set, Option<Set>)> {
    let word = line.want("a setting such as latency")?;
    let Some(setting) = TABLE.iter().find(|setting| setting.name == word.text) else {
        return Err(line.unknown(word, Problem::Unknown("setting"), TABLE.iter().map(|setting| setting.name)));
    };
    line.looks_for(line.peek().map_or("", |word| word.text), [setting.default]);
    let change = setting.takes.parse(line)?;
    if !line.take_if("on") {
        return Ok((Set { change, on: Scope::All }, None));
    }
    let word = line.peek();
    let refused = |line: &Line<'_>| -> ParseError {
        let problem = Problem::NoScope(setting.scopes.describe());
        word.map_or_else(|| line.error_here(problem.clone()), |word| line.error(word, problem.clone()))
    };
    let is_link = word.is_some_and(|word| word.text.contains('-'));
    if !is_link {
        let server = line.server()?;
        return match setting.scopes {
            Scopes::Servers => Ok((Set { change, on: Scope::Server(server) }, None)),
            _ => Err(refused(line)),
        };
    }
    if setting.scopes != Scopes::Links {
        return Err(refused(line));
    }
    let (from, to, both) = line.link()?;
    match (from, to) {
        (super::Who::Server(from), super::Who::Server(to)) => {
            let back = both.then(|| Set { change: change.clone(), on: Scope::Link { from: to, to: from } });
            Ok((Set { change, on: Scope::Link { from, to } }, back))
        }
        _ => Err(refused(line)),
    }
}

impl Change {
    /// The word of the setting that it changes.
    pub fn name(&self) -> &'static str {
        match self {
            Change::ElectionTimeout(_) => "election-timeout",
            Change::Heartbeat(_) => "heartbeat",
            Change::Latency(_) => "latency",
            Change::Loss(_) => "loss",
            Change::Duplicate(_) => "duplicate",
            Change::Fsync(_) => "fsync",
            Change::NoOp(_) => "no-op",
            Change::PreVote(_) => "pre-vote",
            Change::CheckQuorum(_) => "check-quorum",
            Change::Network(_) => "network",
            Change::ClientTimeout(_) => "client-timeout",
            Change::Batch(_) => "batch",
            Change::BatchBytes(_) => "batch-bytes",
            Change::Bandwidth(_) => "bandwidth",
            Change::Load(_) => "load",
            Change::EntrySize(_) => "entry-size",
            Change::Replication(_) => "replication",
            Change::Window(_) => "window",
            Change::WindowBytes(_) => "window-bytes",
            Change::AdaptiveBatch(_) => "adaptive-batch",
            Change::Backtrack(_) => "backtrack",
            Change::EagerCommit(_) => "eager-commit",
            Change::Sessions(_) => "sessions",
            Change::SessionsKept(_) => "sessions-kept",
            Change::SnapshotEvery(_) => "snapshot-every",
            Change::SnapshotMargin(_) => "snapshot-margin",
            Change::SnapshotPiece(_) => "snapshot-piece",
            Change::Reads(_) => "reads",
            Change::ClockDrift(_) => "clock-drift",
            Change::Speed(_) => "speed",
        }
    }

    /// The word of its value, where the table lists them.
    fn word(&self) -> &'static str {
        match self.setting().takes {
            Takes::OneOf(words) => words.iter().find(|(_, change)| change == self).map_or("", |(word, _)| word),
            _ => "",
        }
    }

    /// The row of the table.
    pub fn setting(&self) -> &'static Setting {
        TABLE.iter().find(|setting| setting.name == self.name()).expect("every change is in the table")
    }
}

/// The value as text: `10ms..20ms`, `20%`, `on`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::ElectionTimeout(span) | Change::Latency(span) if span.end <= span.start + Time(1) => {
                write!(f, "{}", span.start)
            }
            Change::ElectionTimeout(span) | Change::Latency(span) => write!(f, "{}..{}", span.start, span.end),
            Change::Heartbeat(time) | Change::Fsync(time) | Change::ClientTimeout(time) => write!(f, "{time}"),
            Change::Loss(percent) | Change::Duplicate(percent) | Change::ClockDrift(percent) => write!(f, "{percent}%"),
            Change::NoOp(on)
            | Change::PreVote(on)
            | Change::CheckQuorum(on)
            | Change::AdaptiveBatch(on)
            | Change::Sessions(on)
            | Change::EagerCommit(on) => f.write_str(if *on { "on" } else { "off" }),
            Change::Network(_) | Change::Replication(_) | Change::Backtrack(_) | Change::Reads(_) => {
                f.write_str(self.word())
            }
            Change::Batch(count)
            | Change::Window(count)
            | Change::SessionsKept(count)
            | Change::SnapshotEvery(count)
            | Change::SnapshotMargin(count) => write!(f, "{count}"),
            Change::Load(0) => f.write_str("off"),
            Change::Load(rate) => write!(f, "{rate}/s"),
            Change::Bandwidth(0) => f.write_str("unlimited"),
            Change::Bandwidth(rate) => write!(f, "{}/s", Bytes(*rate)),
            Change::BatchBytes(bytes)
            | Change::WindowBytes(bytes)
            | Change::SnapshotPiece(bytes)
            | Change::EntrySize(bytes) => write!(f, "{}", Bytes(*bytes)),
            Change::Speed(speed) => write!(f, "{speed}"),
        }
    }
}

/// `latency 20ms on S1->S2`
impl fmt::Display for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.change.name(), self.change)?;
        match self.on {
            Scope::All => Ok(()),
            Scope::Link { from, to } => write!(f, " on {from}->{to}"),
            Scope::Server(server) => write!(f, " on {server}"),
        }
    }
}

/// How fast the page plays, simulated time per real time, as a reduced ratio.
///
/// ```
/// use raft_sim::scenario::Speed;
/// assert_eq!(Speed::parse("0.05"), Speed::new(1, 20));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Speed {
    pub(super) numerator: u32,
    pub(super) denominator: u32,
}

impl Speed {
    /// A ratio; `None` outside 1/1000 to 100, or if a part is above a million.
    pub fn new(numerator: u32, denominator: u32) -> Option<Speed> {
        let (n, d) = (u64::from(numerator), u64::from(denominator));
        let fits = n > 0 && d > 0 && n.max(d) <= 1_000_000 && n * 1_000 >= d && n <= d * 100;
        let divisor = gcd(numerator, denominator);
        fits.then(|| Speed { numerator: numerator / divisor, denominator: denominator / divisor })
    }

    /// The simulated part.
    pub fn numerator(self) -> u32 {
        self.numerator
    }

    /// The real part.
    pub fn denominator(self) -> u32 {
        self.denominator
    }

    /// `1/20`, `2` or `0.5` (at most three decimals).
    pub fn parse(text: &str) -> Option<Speed> {
        let small = |text: &str| super::lex::number(text).and_then(|n| u32::try_from(n).ok());
        if let Some((numerator, denominator)) = text.split_once('/') {
            return Speed::new(small(numerator)?, small(denominator)?);
        }
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let scale = 10u32.pow(u32::try_from(part.len()).ok().filter(|places| *places <= 3)?);
        Speed::new(small(whole)?.checked_mul(scale)?.checked_add(small(part)?)?, scale)
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.denominator {
            1 => write!(f, "{}", self.numerator),
            denominator => write!(f, "{}/{denominator}", self.numerator),
        }
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a.max(1) } else { gcd(b, a % b) }
}
