//! From a scenario to its one canonical text: a line a statement, defaults left out, a step's
//! only action on the trigger's line. Short words and few lines also make short links.

use alloc::string::{String, ToString};
use core::fmt::Write;

use raft_core::Time;

use super::ast::{
    Action, Compare, End, Goal, Got, Heal, MessageKind, On, Predicate, Reconfiguration, Scenario, Select, Start, Step,
    Trigger, Which, Who,
};
use super::lex::is_forbidden;
use super::words::{self, COMPARISONS, FIELDS, KINDS, STATES};
use super::{MAX_TEXT, MAX_TITLE};
use crate::checker::Promise;
use crate::machine::Operation;

/// The canonical text of a scenario: what [`parse`](super::parse()) reads back as the same scenario.
pub fn format(scenario: &Scenario) -> String {
    let mut out = String::from("raft 1\n");
    header(scenario, &mut out);
    for step in &scenario.steps {
        out.push_str(&format_step(step));
    }
    out
}

fn header(scenario: &Scenario, out: &mut String) {
    let usual = Scenario::default();
    if !scenario.title.is_empty() {
        line(out, format_args!("title {}", clean_text(&scenario.title, MAX_TITLE)));
    }
    for about in &scenario.about {
        line(out, format_args!("about {}", clean_text(about, MAX_TEXT)));
    }
    if let Some(author) = &scenario.author {
        line(out, format_args!("author {}", clean_text(author, MAX_TITLE)));
    }
    if let Some(lang) = &scenario.lang {
        line(out, format_args!("lang {lang}"));
    }
    if scenario.servers != usual.servers {
        let count = scenario.servers.len() as u32;
        if scenario.servers == Scenario::first_servers(count) {
            line(out, format_args!("servers {count}"));
        } else {
            line(out, format_args!("servers{}", Spaced(&scenario.servers)));
        }
    }
    for (word, others) in [("learners", &scenario.learners), ("spares", &scenario.spares)] {
        if !others.is_empty() {
            line(out, format_args!("{word}{}", Spaced(others)));
        }
    }
    if scenario.clients != usual.clients {
        line(out, format_args!("clients {}", scenario.clients));
    }
    if scenario.seed != usual.seed {
        line(out, format_args!("seed {}", scenario.seed));
    }
    for set in &scenario.settings {
        line(out, format_args!("set {set}"));
    }
    for bug in &scenario.bugs {
        line(out, format_args!("bug {}", bug.name()));
    }
    for start in &scenario.starts {
        self::start(start, out);
    }
    for Goal { predicate, within } in &scenario.goals {
        put(out, format_args!("goal {}", format_predicate(predicate)));
        if let Some(time) = within {
            put(out, format_args!(" within {time}"));
        }
        out.push('\n');
    }
    if let Some(budget) = &scenario.allow {
        line(out, format_args!("allow {}", budget.brief()));
    }
}

fn line(out: &mut String, text: core::fmt::Arguments<'_>) {
    writeln!(out, "{text}").expect("a string takes all");
}

fn start(start: &Start, out: &mut String) {
    put(out, format_args!("start {} term {}", start.server, start.term));
    if let Some(vote) = start.vote {
        put(out, format_args!(" vote {vote}"));
    }
    if !start.log.is_empty() {
        out.push_str(" log");
    }
    for (term, write) in &start.log {
        match write {
            Some(Operation::Set { key, value }) => put(out, format_args!(" {term}:{key}={value}")),
            // Reads and compare-and-sets change nothing that a disk could start with.
            _ => put(out, format_args!(" {term}")),
        }
    }
    if start.commit.0 > 0 {
        put(out, format_args!(" commit {}", start.commit));
    }
    out.push('\n');
}

fn put(out: &mut String, text: core::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a string takes all");
}

/// One step: its trigger and a single action on one line, more actions on lines of their own.
pub fn format_step(step: &Step) -> String {
    let mut out = match &step.trigger {
        Trigger::At(time) => alloc::format!("at {}", Moment(*time)),
        Trigger::After(time) => alloc::format!("after {}", Moment(*time)),
        Trigger::When { predicate, within } => {
            let mut out = alloc::format!("when {}", format_predicate(predicate));
            if let Some(time) = within {
                put(&mut out, format_args!(" within {time}"));
            }
            out
        }
    };
    if let [action] = step.actions.as_slice() {
        line(&mut out, format_args!(" {}", format_action(action)));
        return out;
    }
    out.push('\n');
    for action in &step.actions {
        line(&mut out, format_args!("  {}", format_action(action)));
    }
    out
}

/// A time that is given to the microsecond is written in microseconds: `1234567us` is shorter
/// than `1234.567ms`, and a recorded run has one on every line.
struct Moment(Time);

impl core::fmt::Display for Moment {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        if self.0.0.is_multiple_of(10) { write!(f, "{}", self.0) } else { write!(f, "{}us", self.0.0) }
    }
}

/// One action, as its line says it.
pub fn format_action(action: &Action) -> String {
    use alloc::format as f;
    match action {
        Action::Timeout(who) => f!("timeout {who}"),
        Action::Heartbeat(who) => f!("heartbeat {who}"),
        Action::Snapshot(who) => f!("snapshot {who}"),
        Action::Transfer { to, via: None } => f!("transfer to {to}"),
        Action::Transfer { to, via: Some(via) } => f!("transfer to {to} via {via}"),
        Action::Reconfigure { change, via } => {
            let mut out = match change {
                Reconfiguration::Become { voters, learners } if learners.is_empty() => {
                    f!("reconfigure{}", Spaced(voters))
                }
                Reconfiguration::Become { voters, learners } => {
                    f!("reconfigure{} learners{}", Spaced(voters), Spaced(learners))
                }
                Reconfiguration::Add(who) => f!("add {who}"),
                Reconfiguration::Remove(who) => f!("remove {who}"),
                Reconfiguration::Promote(who) => f!("promote {who}"),
            };
            if let Some(via) = via {
                put(&mut out, format_args!(" via {via}"));
            }
            out
        }
        Action::Crash(who) => f!("crash {who}"),
        Action::Restart(who) => f!("restart {who}"),
        Action::Pause(who) => f!("pause {who}"),
        Action::Resume(who) => f!("resume {who}"),
        Action::Clock(who, pace) => f!("clock {who} {pace}"),
        Action::Wipe(who) => f!("wipe {who}"),
        Action::Lose { who, last } => f!("lose {who} last {last}"),
        Action::ForgetVote(who) => f!("forget-vote {who}"),
        Action::Cut { from, to, both } => f!("cut {}", link(*from, *to, *both)),
        Action::Heal(Heal::All) => String::from("heal"),
        Action::Heal(Heal::Link { from, to, both }) => f!("heal {}", link(*from, *to, *both)),
        Action::Partition(groups) => {
            let mut out = String::from("partition");
            for (n, group) in groups.iter().enumerate() {
                put(&mut out, format_args!("{}{}", if n > 0 { " |" } else { "" }, Spaced(group)));
            }
            out
        }
        Action::Isolate(who) => f!("isolate {who}"),
        Action::Set(set) => f!("set {set}"),
        Action::Hold(select) => f!("hold {select}"),
        Action::Release(select) => f!("release {select}"),
        Action::Deliver(select) => f!("deliver {select}"),
        Action::Drop(select) => f!("drop {select}"),
        Action::Duplicate(select) => f!("duplicate {select}"),
        Action::Settle(servers) => f!("settle{}", Spaced(servers)),
        Action::Request { operation, to, by } => {
            let (word, preposition) = match operation {
                Operation::Set { .. } => ("write ", "to"),
                Operation::Get { .. } => ("", "from"),
                Operation::Cas { .. } | Operation::Append { .. } | Operation::Delete { .. } => ("", "to"),
            };
            let mut out = f!("{word}{operation}");
            if let Some(to) = to {
                put(&mut out, format_args!(" {preposition} {to}"));
            }
            if let Some(by) = by {
                put(&mut out, format_args!(" by {by}"));
            }
            out
        }
        Action::Retry(client) => f!("retry {client}"),
        Action::Note(text) => f!("note {}", clean_text(text, MAX_TEXT)),
        Action::Stop(text) => f!("stop {}", clean_text(text, MAX_TEXT)).trim_end().to_string(),
        Action::Ask(quiz) => f!("ask {quiz}"),
        Action::Mark(name) => f!("mark {}", clean_text(name, MAX_TITLE)),
        Action::Expect { predicate, within: None } => f!("expect {}", format_predicate(predicate)),
        Action::Expect { predicate, within: Some(time) } => {
            f!("expect {} within {time}", format_predicate(predicate))
        }
    }
}

fn link(from: Who, to: Who, both: bool) -> String {
    alloc::format!("{from}{}{to}", if both { "-" } else { "->" })
}

/// One predicate. What is not in normal form is brought into it first, as there are no parentheses.
pub fn format_predicate(predicate: &Predicate) -> String {
    let mut out = String::new();
    joined(&predicate.normal(), &mut out);
    out
}

fn joined(predicate: &Predicate, out: &mut String) {
    let (parts, by) = match predicate {
        Predicate::And(parts) => (parts, " and "),
        Predicate::Or(parts) => (parts, " or "),
        Predicate::Not(inner) => {
            out.push_str("not ");
            return joined(inner, out);
        }
        condition => return out.push_str(&self::condition(condition)),
    };
    for (n, part) in parts.iter().enumerate() {
        out.push_str(if n > 0 { by } else { "" });
        joined(part, out);
    }
}

fn condition(predicate: &Predicate) -> String {
    use alloc::format as f;
    let compared = |compare: &Compare| words::name(COMPARISONS, *compare);
    match predicate {
        Predicate::And(_) | Predicate::Or(_) | Predicate::Not(_) => format_predicate(predicate),
        Predicate::Is(who, state) => f!("{who} is {}", words::name(STATES, *state)),
        Predicate::SomeLeader => String::from("leader"),
        Predicate::NoLeader => String::from("no leader"),
        Predicate::OneLeader => String::from("one leader"),
        Predicate::LeaderIs(who) => f!("leader is {who}"),
        Predicate::Follows(who, leader) => f!("{who} follows {leader}"),
        Predicate::Number { who, field, compare, value } => {
            f!("{who} {} {} {value}", words::name(FIELDS, *field), compared(compare))
        }
        Predicate::Vote(who, compare, Some(vote)) => f!("{who} vote {} {vote}", compared(compare)),
        Predicate::Vote(who, compare, None) => f!("{who} vote {} none", compared(compare)),
        Predicate::Log(who, compare, terms) if terms.is_empty() => f!("{who} log {} none", compared(compare)),
        Predicate::Log(who, compare, terms) => f!("{who} log {}{}", compared(compare), Spaced(terms)),
        Predicate::Last(who, compare, position) => f!("{who} last {} {position}", compared(compare)),
        Predicate::Config { who, compare, voters, outgoing } => {
            let mut out = f!("{who} config {}{}", compared(compare), Spaced(voters));
            if !outgoing.is_empty() {
                put(&mut out, format_args!(" +{}", Spaced(outgoing)));
            }
            out
        }
        Predicate::Joint => String::from("joint"),
        Predicate::CommitOn { compare, index, on } => {
            let compare = compared(compare);
            match on {
                On::All => f!("commit {compare} {index} on all"),
                On::Majority => f!("commit {compare} {index} on majority"),
                On::Servers(servers) => f!("commit {compare} {index} on{}", Spaced(servers)),
            }
        }
        Predicate::Value { who, key, compare, value } => f!("{who} {key} {} {value}", compared(compare)),
        Predicate::Got(client, Got::Ok) => f!("{client} got ok"),
        Predicate::Got(client, Got::Failed) => f!("{client} got failed"),
        Predicate::Got(client, Got::Expired) => f!("{client} got expired"),
        Predicate::Got(client, Got::Unknown) => f!("{client} got unknown"),
        Predicate::Got(client, Got::Value(value)) => f!("{client} got {value}"),
        Predicate::Quiet => String::from("quiet"),
        Predicate::Safe => String::from("safe"),
        Predicate::Linearizable => String::from("linearizable"),
        Predicate::Violated(promise) => {
            let row = Promise::ALL.iter().find(|(of, _)| of == promise).expect("all of them are there");
            f!("violated {}", row.1)
        }
    }
}

impl core::fmt::Display for Who {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Who::Server(server) => write!(f, "{server}"),
            Who::Leader => f.write_str("leader"),
            Who::Follower => f.write_str("follower"),
        }
    }
}

impl core::fmt::Display for End {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            End::Server(who) => write!(f, "{who}"),
            End::Client(client) => write!(f, "{client}"),
        }
    }
}

/// The word for it: `append-reply`.
impl MessageKind {
    /// All kinds.
    pub fn all() -> impl Iterator<Item = MessageKind> {
        KINDS.iter().map(|(kind, _, _)| *kind)
    }
}

impl core::fmt::Display for MessageKind {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(words::name(KINDS, *self))
    }
}

/// `all append`, `S1->S2 append #2`
impl core::fmt::Display for Select {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.link {
            Some((from, to)) => write!(f, "{from}->{to}")?,
            None => f.write_str("all")?,
        }
        if let Some(kind) = self.kind {
            write!(f, " {kind}")?;
        }
        match (self.which, self.link) {
            (Which::Oldest, _) | (_, None) => Ok(()),
            (Which::All, _) => f.write_str(" all"),
            (Which::Nth(n), _) => write!(f, " #{n}"),
        }
    }
}

/// Each with a space before it.
struct Spaced<'a, T>(&'a [T]);

impl<T: core::fmt::Display> core::fmt::Display for Spaced<'_, T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.iter().try_for_each(|item| write!(f, " {item}"))
    }
}

/// A text that a scenario may hold: on one line, without characters that control, hide or
/// reorder, and no longer than `most` characters.
pub fn clean_text(text: &str, most: usize) -> String {
    let spaced: String = text.chars().map(|c| if is_forbidden(c) || c == '\t' { ' ' } else { c }).collect();
    let short: String = spaced.trim().chars().take(most).collect();
    short.trim_end().to_string()
}
