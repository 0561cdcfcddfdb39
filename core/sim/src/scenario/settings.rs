//! The settings: one table, from which the parser, the user's reference and the defaults come.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;
use core::ops::Range;

use raft_core::{ServerId, Time};

use super::ast::{Change, Network, Scope, Set};
use super::error::{ParseError, Problem};
use super::lex::{Line, Names, Result};

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
    /// `on` or `off`.
    Switch(fn(bool) -> Change),
    /// `auto` or `manual`.
    Network(fn(Network) -> Change),
    /// A number between two others.
    Count(u32, u32, fn(u32) -> Change),
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
        does: "How long a server waits for a leader before it stands for election; drawn anew each time.",
        section: "§5.2, §9.3",
    },
    Setting {
        name: "heartbeat",
        takes: Takes::Length(MILLISECOND, Change::Heartbeat),
        default: "50ms",
        scopes: Scopes::Servers,
        does: "How often a leader lets each follower know that it is there.",
        section: "§5.2",
    },
    Setting {
        name: "latency",
        takes: Takes::Span(Time::ZERO, Change::Latency),
        default: "10ms..20ms",
        scopes: Scopes::Links,
        does: "How long a message travels; drawn for each, so messages may overtake each other.",
        section: "§5.6",
    },
    Setting {
        name: "loss",
        takes: Takes::Percent(Change::Loss),
        default: "0%",
        scopes: Scopes::Links,
        does: "The share of messages that get lost.",
        section: "§5.5",
    },
    Setting {
        name: "duplicate",
        takes: Takes::Percent(Change::Duplicate),
        default: "0%",
        scopes: Scopes::Links,
        does: "The share of messages that arrive twice.",
        section: "§5.5",
    },
    Setting {
        name: "fsync",
        takes: Takes::Length(Time::ZERO, Change::Fsync),
        default: "0ms",
        scopes: Scopes::Servers,
        does: "How long a write to disk takes; what is not yet written is lost in a crash.",
        section: "§5.6",
    },
    Setting {
        name: "no-op",
        takes: Takes::Switch(Change::NoOp),
        default: "on",
        scopes: Scopes::AllOnly,
        does: "Whether a new leader opens its term with an empty entry.",
        section: "§8",
    },
    Setting {
        name: "pre-vote",
        takes: Takes::Switch(Change::PreVote),
        default: "off",
        scopes: Scopes::AllOnly,
        does: "Whether a server asks first if it would be elected, before it raises its term.",
        section: "thesis §9.6",
    },
    Setting {
        name: "check-quorum",
        takes: Takes::Switch(Change::CheckQuorum),
        default: "off",
        scopes: Scopes::AllOnly,
        does: "Whether a leader that a majority does not answer steps down, and servers that hear of a leader ignore candidates.",
        section: "thesis §4.2.3, §6.2",
    },
    Setting {
        name: "network",
        takes: Takes::Network(Change::Network),
        default: "auto",
        scopes: Scopes::AllOnly,
        does: "With `manual`, nothing between servers arrives until the scenario delivers it.",
        section: "",
    },
    Setting {
        name: "client-timeout",
        takes: Takes::Length(MILLISECOND, Change::ClientTimeout),
        default: "500ms",
        scopes: Scopes::AllOnly,
        does: "How long a client waits for an answer before it tries the next server.",
        section: "§8",
    },
    Setting {
        name: "batch",
        takes: Takes::Count(1, 10_000, Change::Batch),
        default: "64",
        scopes: Scopes::AllOnly,
        does: "How many entries one AppendEntries carries at most.",
        section: "§5.3",
    },
    Setting {
        name: "speed",
        takes: Takes::Speed(Change::Speed),
        default: "1/20",
        scopes: Scopes::AllOnly,
        does: "How fast the page plays: simulated time per real time. The run itself does not depend on it.",
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
            Takes::Network(_) => "`auto` or `manual`".to_string(),
            Takes::Count(least, most, _) => format!("{least} to {most}"),
            Takes::Speed(_) => "`1/1000` to `100`".to_string(),
        }
    }

    fn parse(self, line: &mut Line<'_>) -> Result<Change> {
        Ok(match self {
            Takes::Span(least, change) => change(line.span(least)?),
            Takes::Length(least, change) => change(line.time(least)?),
            Takes::Percent(change) => change(line.percent()?),
            Takes::Switch(change) => change(choice(line, "\"on\" or \"off\"", &[("on", true), ("off", false)])?),
            Takes::Network(change) => {
                let networks = [("auto", Network::Auto), ("manual", Network::Manual)];
                change(choice(line, "\"auto\" or \"manual\"", &networks)?)
            }
            Takes::Count(least, most, change) => {
                let count = line.number("a number", least.into(), most.into())?;
                change(u32::try_from(count).expect("no more than the bound"))
            }
            Takes::Speed(change) => change(line.speed()?),
        })
    }
}

fn choice<T: Copy>(line: &mut Line<'_>, what: &'static str, words: &[(&str, T)]) -> Result<T> {
    let word = line.want(what)?;
    match words.iter().find(|(name, _)| *name == word.text) {
        Some((_, value)) => Ok(*value),
        None => Err(line.unknown(word, Problem::Expected(what), words.iter().map(|(name, _)| *name))),
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
            Change::Speed(_) => "speed",
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
            Change::Loss(percent) | Change::Duplicate(percent) => write!(f, "{percent}%"),
            Change::NoOp(on) | Change::PreVote(on) | Change::CheckQuorum(on) => {
                f.write_str(if *on { "on" } else { "off" })
            }
            Change::Network(Network::Auto) => f.write_str("auto"),
            Change::Network(Network::Manual) => f.write_str("manual"),
            Change::Batch(count) => write!(f, "{count}"),
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
    numerator: u32,
    denominator: u32,
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

/// The value of every setting.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Settings {
    /// `election-timeout`
    pub election_timeout: Range<Time>,
    /// `heartbeat`
    pub heartbeat: Time,
    /// `latency`
    pub latency: Range<Time>,
    /// `loss`
    pub loss_percent: u32,
    /// `duplicate`
    pub duplicate_percent: u32,
    /// `fsync`
    pub fsync: Time,
    /// `no-op`
    pub no_op: bool,
    /// `pre-vote`
    pub pre_vote: bool,
    /// `check-quorum`
    pub check_quorum: bool,
    /// `network`
    pub network: Network,
    /// `client-timeout`
    pub client_timeout: Time,
    /// `batch`
    pub batch: u32,
    /// `speed`
    pub speed: Speed,
}

/// The defaults of the [`TABLE`].
impl Default for Settings {
    fn default() -> Self {
        let mut settings = Settings {
            election_timeout: Time::ZERO..Time::ZERO,
            heartbeat: Time::ZERO,
            latency: Time::ZERO..Time::ZERO,
            loss_percent: 0,
            duplicate_percent: 0,
            fsync: Time::ZERO,
            no_op: false,
            pre_vote: false,
            check_quorum: false,
            network: Network::Auto,
            client_timeout: Time::ZERO,
            batch: 0,
            speed: Speed { numerator: 1, denominator: 1 },
        };
        let names = Names::default();
        for setting in TABLE {
            let default = setting.takes.parse(&mut Line::new(setting.default, 1, &names));
            settings.apply(&default.expect("the table's defaults are values"));
        }
        settings
    }
}

impl Settings {
    /// Changes one.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::ElectionTimeout(span) => self.election_timeout = not_empty(span),
            Change::Heartbeat(time) => self.heartbeat = *time,
            Change::Latency(span) => self.latency = not_empty(span),
            Change::Loss(percent) => self.loss_percent = *percent,
            Change::Duplicate(percent) => self.duplicate_percent = *percent,
            Change::Fsync(time) => self.fsync = *time,
            Change::NoOp(on) => self.no_op = *on,
            Change::PreVote(on) => self.pre_vote = *on,
            Change::CheckQuorum(on) => self.check_quorum = *on,
            Change::Network(network) => self.network = *network,
            Change::ClientTimeout(time) => self.client_timeout = *time,
            Change::Batch(count) => self.batch = *count,
            Change::Speed(speed) => self.speed = *speed,
        }
    }

    /// The change that would set the named setting to its present value, for menus and dialogs.
    pub fn current(&self, name: &str) -> Option<Change> {
        Some(match name {
            "election-timeout" => Change::ElectionTimeout(self.election_timeout.clone()),
            "heartbeat" => Change::Heartbeat(self.heartbeat),
            "latency" => Change::Latency(self.latency.clone()),
            "loss" => Change::Loss(self.loss_percent),
            "duplicate" => Change::Duplicate(self.duplicate_percent),
            "fsync" => Change::Fsync(self.fsync),
            "no-op" => Change::NoOp(self.no_op),
            "pre-vote" => Change::PreVote(self.pre_vote),
            "check-quorum" => Change::CheckQuorum(self.check_quorum),
            "network" => Change::Network(self.network),
            "client-timeout" => Change::ClientTimeout(self.client_timeout),
            "batch" => Change::Batch(self.batch),
            "speed" => Change::Speed(self.speed),
            _ => return None,
        })
    }
}

/// A range that something can be drawn from.
fn not_empty(span: &Range<Time>) -> Range<Time> {
    span.start..span.end.max(span.start + Time(1))
}

/// The settings in force: for all, and what links and servers have of their own. What is set for
/// a link or a server goes before what is set for all, whichever came first.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Scoped {
    all: Settings,
    links: BTreeMap<(ServerId, ServerId), LinkOverride>,
    servers: BTreeMap<ServerId, ServerOverride>,
}

/// What one direction of a link has of its own.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct LinkOverride {
    latency: Option<Range<Time>>,
    loss_percent: Option<u32>,
    duplicate_percent: Option<u32>,
}

/// What a server has of its own.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct ServerOverride {
    election_timeout: Option<Range<Time>>,
    heartbeat: Option<Time>,
    fsync: Option<Time>,
}

impl Scoped {
    /// The defaults with these changes.
    pub fn new(sets: &[Set]) -> Scoped {
        let mut scoped = Scoped::default();
        sets.iter().for_each(|set| scoped.apply(set));
        scoped
    }

    /// Changes one. A setting that cannot be set for a link or a server stays as it is.
    pub fn apply(&mut self, set: &Set) {
        match set.on {
            Scope::All => self.all.apply(&set.change),
            Scope::Link { from, to } => {
                let link = self.links.entry((from, to)).or_default();
                match &set.change {
                    Change::Latency(span) => link.latency = Some(not_empty(span)),
                    Change::Loss(percent) => link.loss_percent = Some(*percent),
                    Change::Duplicate(percent) => link.duplicate_percent = Some(*percent),
                    _ => {}
                }
            }
            Scope::Server(server) => {
                let server = self.servers.entry(server).or_default();
                match &set.change {
                    Change::ElectionTimeout(span) => server.election_timeout = Some(not_empty(span)),
                    Change::Heartbeat(time) => server.heartbeat = Some(*time),
                    Change::Fsync(time) => server.fsync = Some(*time),
                    _ => {}
                }
            }
        }
    }

    /// What is set for all.
    pub fn all(&self) -> &Settings {
        &self.all
    }

    /// How long a message from one server to another travels.
    pub fn latency(&self, from: ServerId, to: ServerId) -> Range<Time> {
        let own = self.links.get(&(from, to)).and_then(|link| link.latency.clone());
        own.unwrap_or_else(|| self.all.latency.clone())
    }

    /// The share of messages from one server to another that get lost.
    pub fn loss_percent(&self, from: ServerId, to: ServerId) -> u32 {
        self.links.get(&(from, to)).and_then(|link| link.loss_percent).unwrap_or(self.all.loss_percent)
    }

    /// The share of messages from one server to another that arrive twice.
    pub fn duplicate_percent(&self, from: ServerId, to: ServerId) -> u32 {
        self.links.get(&(from, to)).and_then(|link| link.duplicate_percent).unwrap_or(self.all.duplicate_percent)
    }

    /// How long a server waits for a leader.
    pub fn election_timeout(&self, server: ServerId) -> Range<Time> {
        let own = self.servers.get(&server).and_then(|server| server.election_timeout.clone());
        own.unwrap_or_else(|| self.all.election_timeout.clone())
    }

    /// How often a server that leads lets the others know.
    pub fn heartbeat(&self, server: ServerId) -> Time {
        self.servers.get(&server).and_then(|server| server.heartbeat).unwrap_or(self.all.heartbeat)
    }

    /// How long a server's write to disk takes.
    pub fn fsync(&self, server: ServerId) -> Time {
        self.servers.get(&server).and_then(|server| server.fsync).unwrap_or(self.all.fsync)
    }

    /// Whether a leader opens its term with an empty entry.
    pub fn no_op(&self) -> bool {
        self.all.no_op
    }

    /// Who moves messages between servers.
    pub fn network(&self) -> Network {
        self.all.network
    }

    /// How long a client waits for an answer.
    pub fn client_timeout(&self) -> Time {
        self.all.client_timeout
    }

    /// How many entries one AppendEntries carries at most.
    pub fn batch(&self) -> u32 {
        self.all.batch
    }

    /// How fast the page plays.
    pub fn speed(&self) -> Speed {
        self.all.speed
    }
}
