//! What holds of a world: conditions joined by `not`, `and`, `or`, in this order of binding.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use raft_core::{Index, Position, Term};

use super::super::ast::{Compare, Got, On, Predicate, State, Who, all_of, any_of};
use super::super::error::Problem;
use super::super::lex::{Line, Result, Word};
use super::super::words::{self, COMPARISONS, FIELDS, STATES};
use super::super::{MAX_CONDITIONS, MAX_LOG, MAX_NUMBER};
use crate::checker::Promise;

/// Every form of a condition: how it reads, what it means, an example.
pub(in super::super) const PREDICATES: &[(&str, &str, &str)] = &[
    ("S1 is STATE", "What a server is at the moment.", "S1 is leader"),
    ("leader", "Some server leads.", "leader"),
    ("no leader", "None does.", "no leader"),
    ("one leader", "Exactly one does.", "one leader"),
    ("leader is S1", "That one does, with the highest term of all that do.", "leader is S1"),
    ("S1 follows S2", "It is a follower and takes the other for its leader.", "S2 follows S1"),
    ("S1 term = N", "Its current term.", "S1 term >= 3"),
    ("S1 commit = N", "Its commit index.", "S1 commit >= 4"),
    ("S1 applied = N", "The index up to which it has applied.", "S1 applied = 4"),
    ("S1 vote = S2 or none", "Whom it voted for in its current term.", "S1 vote = none"),
    ("S1 log = N N … or none", "The terms of its log from index 1.", "S1 log = 1 1 2"),
    ("S1 last = INDEX@TERM", "Its last entry, 0@0 of an empty log; the term compares first.", "S1 last >= 4@2"),
    ("S1 KEY = VALUE", "What its store holds.", "S1 x = 1"),
    (
        "S1 config = S1 S2 … [+ S3 S4 …]",
        "The voters by which it goes, and in joint consensus those of the old configuration.",
        "S1 config = S1 S2 + S2 S3",
    ),
    ("joint", "The leader goes by a joint configuration.", "joint"),
    (
        "commit = N on all, majority or S1 S2 …",
        "The commit index there; all and a majority of the leader's configuration.",
        "commit >= 4 on majority",
    ),
    ("C1 got ok, failed, unknown, expired or VALUE", "How a client's last operation ended.", "C1 got ok"),
    ("quiet", "Nothing is in flight.", "quiet"),
    ("safe", "No promise of Raft is violated so far.", "safe"),
    (
        "linearizable",
        "What clients were told fits one order of what they asked for; for `expect` without `within` only.",
        "linearizable",
    ),
    ("violated NAME", "That one is; `violation NAME` means the same.", "violated election-safety"),
];

/// Words that a condition can begin with, for the nearest to a slip.
const STARTS: &[&str] = &[
    "leader",
    "follower",
    "no",
    "one",
    "joint",
    "commit",
    "quiet",
    "safe",
    "linearizable",
    "violated",
    "violation",
    "not",
];

/// A predicate, in the normal form of [`Predicate`].
pub(super) fn parse(line: &mut Line<'_>) -> Result<Predicate> {
    let (mut choices, mut conditions, mut count) = (Vec::new(), Vec::new(), 0);
    loop {
        if count == MAX_CONDITIONS {
            return Err(line.error_here(Problem::TooMany("conditions", MAX_CONDITIONS)));
        }
        count += 1;
        conditions.push(literal(line)?);
        if line.take_if("and") {
            continue;
        }
        choices.push(all_of(core::mem::take(&mut conditions)));
        if !line.take_if("or") {
            return Ok(any_of(choices));
        }
    }
}

/// A predicate that is judged again after every event.
pub(super) fn parse_watched(line: &mut Line<'_>) -> Result<Predicate> {
    let start = *line;
    let predicate = parse(line)?;
    if predicate.looks_back() { Err(start.error_here(Problem::LooksBack)) } else { Ok(predicate) }
}

/// A condition; two `not` before it are none.
fn literal(line: &mut Line<'_>) -> Result<Predicate> {
    let mut negated = false;
    while line.take_if("not") {
        negated = !negated;
    }
    let condition = condition(line)?;
    Ok(if negated { Predicate::Not(Box::new(condition)) } else { condition })
}

fn condition(line: &mut Line<'_>) -> Result<Predicate> {
    const WHAT: &str = "a condition such as \"S1 is leader\"";
    let start = *line;
    let word = line.want(WHAT)?;
    match word.text {
        "no" => leader_word(line).map(|()| Predicate::NoLeader),
        "one" => leader_word(line).map(|()| Predicate::OneLeader),
        "joint" => Ok(Predicate::Joint),
        "quiet" => Ok(Predicate::Quiet),
        "safe" => Ok(Predicate::Safe),
        "linearizable" => Ok(Predicate::Linearizable),
        "violated" | "violation" => violated(line),
        "commit" => commit_on(line),
        "leader" if !goes_on(line) => Ok(Predicate::SomeLeader),
        "leader" if leader_is_server(line) => {
            line.take();
            Ok(Predicate::LeaderIs(line.who()?))
        }
        _ => {
            if let Some(client) = line.client_of(word, word.text)? {
                return got(line).map(|got| Predicate::Got(client, got));
            }
            *line = start;
            match line.take_who()? {
                Some(who) => of_server(line, who),
                None => Err(line.unknown(word, Problem::Expected(WHAT), STARTS.iter().copied())),
            }
        }
    }
}

/// Whether the words after `leader` say something of it, rather than begin an action.
fn goes_on(line: &Line<'_>) -> bool {
    let mut line = *line;
    let Some(word) = line.take() else { return false };
    line.looks_for(word.text, words::RESERVED.iter().copied().take(9));
    let joins = ["and", "or", "not", "within"].contains(&word.text);
    let compared = line.peek().is_some_and(|word| words::find(COMPARISONS, word.text).is_some());
    !joins && (compared || words::RESERVED.contains(&word.text))
}

/// Whether `is S1` comes next, and not `is down`.
fn leader_is_server(line: &Line<'_>) -> bool {
    let mut line = *line;
    let is = line.take_if("is");
    let Some(word) = line.peek().filter(|_| is) else { return false };
    line.looks_for_server(word.text);
    word.text.starts_with('S')
}

fn leader_word(line: &mut Line<'_>) -> Result<()> {
    let word = line.want("\"leader\"")?;
    match word.text {
        "leader" => Ok(()),
        _ => Err(line.unknown(word, Problem::Expected("\"leader\""), ["leader"])),
    }
}

fn of_server(line: &mut Line<'_>, who: Who) -> Result<Predicate> {
    const WHAT: &str =
        "\"is\", \"follows\", \"term\", \"vote\", \"log\", \"last\", \"commit\", \"applied\", \"config\" or a key";
    let word = line.want(WHAT)?;
    if let Some(field) = words::find(FIELDS, word.text) {
        let (compare, value) = (line.compare()?, line.count("a number")?);
        return Ok(Predicate::Number { who, field, compare, value });
    }
    match word.text {
        "is" => state(line).map(|state| Predicate::Is(who, state)),
        "follows" => line.who().map(|leader| Predicate::Follows(who, leader)),
        "vote" => {
            let compare = line.equals()?;
            let vote = if line.take_if("none") { None } else { Some(line.who()?) };
            Ok(Predicate::Vote(who, compare, vote))
        }
        "log" => {
            let compare = line.equals()?;
            terms(line).map(|terms| Predicate::Log(who, compare, terms))
        }
        "last" => {
            let compare = line.compare()?;
            position(line).map(|position| Predicate::Last(who, compare, position))
        }
        "config" => {
            let compare = line.equals()?;
            let voters = servers(line)?;
            let outgoing = if line.take_if("+") { servers(line)? } else { Vec::new() };
            Ok(Predicate::Config { who, compare, voters, outgoing })
        }
        _ if line.peek().is_some_and(|next| words::find(COMPARISONS, next.text).is_some()) => value(line, who, word),
        _ => Err(line.unknown(word, Problem::Expected(WHAT), words::RESERVED.iter().copied().take(9))),
    }
}

fn value(line: &mut Line<'_>, who: Who, word: Word<'_>) -> Result<Predicate> {
    let key = line.key_of(word, word.text)?;
    let compare = line.equals()?;
    Ok(Predicate::Value { who, key, compare, value: line.value()? })
}

fn state(line: &mut Line<'_>) -> Result<State> {
    const WHAT: &str = "\"leader\", \"follower\", \"candidate\", \"learner\", \"down\" or \"paused\"";
    let word = line.want(WHAT)?;
    words::find(STATES, word.text).ok_or_else(|| line.unknown(word, Problem::Expected(WHAT), words::names(STATES)))
}

/// `1 1 2`, or `none`.
fn terms(line: &mut Line<'_>) -> Result<Vec<Term>> {
    if line.take_if("none") {
        return Ok(Vec::new());
    }
    let word = line.want("the terms of a log, or \"none\"")?;
    let mut terms = vec![line.term_of(word, word.text)?];
    while let Some(word) = line.peek().filter(|word| word.text.starts_with(|c: char| c.is_ascii_digit())) {
        line.take();
        if terms.len() == MAX_LOG {
            return Err(line.error(word, Problem::TooMany("entries", MAX_LOG)));
        }
        terms.push(line.term_of(word, word.text)?);
    }
    Ok(terms)
}

/// `4@2`: index 4, term 2.
fn position(line: &mut Line<'_>) -> Result<Position> {
    const WHAT: &str = "an index and its term such as 4@2";
    let word = line.want(WHAT)?;
    let Some((index, term)) = word.text.split_once('@') else {
        return Err(line.error(word, Problem::Expected(WHAT)));
    };
    let index = line.number_of(word, index, WHAT, 0, MAX_NUMBER)?;
    Ok(Position { term: line.term_of(word, term)?, index: Index(index) })
}

fn commit_on(line: &mut Line<'_>) -> Result<Predicate> {
    let compare: Compare = line.compare()?;
    let index = Index(line.count("an index")?);
    if !line.take_if("on") {
        return Err(line.error_here(Problem::Expected("\"on all\", \"on majority\" or \"on S1 S2\"")));
    }
    let word = line.peek().map(|word| word.text);
    line.looks_for(word.unwrap_or_default(), ["all", "majority"]);
    let on = match word {
        Some("all") => On::All,
        Some("majority") => On::Majority,
        _ => return Ok(Predicate::CommitOn { compare, index, on: On::Servers(servers(line)?) }),
    };
    line.take();
    Ok(Predicate::CommitOn { compare, index, on })
}

/// One server or more, none of them twice.
pub(super) fn servers(line: &mut Line<'_>) -> Result<Vec<Who>> {
    let mut servers = vec![line.who()?];
    while let Some(word) = line.peek() {
        let Some(who) = line.take_who()? else { break };
        if servers.contains(&who) {
            return Err(line.error(word, Problem::Twice("the server")));
        }
        servers.push(who);
    }
    Ok(servers)
}

fn got(line: &mut Line<'_>) -> Result<Got> {
    let word = line.want("\"got\"")?;
    if word.text != "got" {
        return Err(line.unknown(word, Problem::Expected("\"got\""), ["got"]));
    }
    line.looks_for(line.peek().map_or("", |word| word.text), ["ok", "failed", "unknown", "expired"]);
    Ok(match line.value()? {
        value if &*value == "ok" => Got::Ok,
        value if &*value == "failed" => Got::Failed,
        value if &*value == "unknown" => Got::Unknown,
        value if &*value == "expired" => Got::Expired,
        value => Got::Value(value),
    })
}

fn violated(line: &mut Line<'_>) -> Result<Predicate> {
    const WHAT: &str = "the name of a promise such as election-safety";
    let word = line.want(WHAT)?;
    match Promise::ALL.iter().find(|(_, name)| *name == word.text) {
        Some((promise, _)) => Ok(Predicate::Violated(*promise)),
        None => Err(line.unknown(word, Problem::Expected(WHAT), Promise::ALL.iter().map(|(_, name)| *name))),
    }
}
