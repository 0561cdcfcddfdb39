//! The header: who takes part, the settings from the start, the disks to start with.

use alloc::string::String;

use raft_core::{Index, ServerId, Term};

use super::super::ast::{Goal, Scenario, Start};
use super::super::error::{ParseError, Problem};
use super::super::lex::{Line, Names, Result, Word};
use super::super::settings::parse_set;
use super::super::{MAX_CLIENTS, MAX_GOALS, MAX_LOG, MAX_NUMBER, MAX_SERVERS, MAX_TEXT, MAX_TITLE, explained};
use super::{Parser, Statement, at_start, found, is_trigger, lines, predicate, within};
use crate::bugs::{Bug, TABLE};
use crate::explore::{Budget, budget};
use crate::machine::Operation;

type Parse = fn(&mut Parser, &mut Line<'_>) -> Result<()>;

/// Every statement of the header, in canonical order.
pub(in super::super) const HEADER: &[Statement<Parse>] = &[
    Statement {
        word: "raft",
        takes: explained("1"),
        does: explained("The version of the language; the first line of every scenario."),
        example: explained("raft 1"),
        parse: |parser, line| parser.once("raft", line, |_, line| line.count("a version").map(drop)),
    },
    Statement {
        word: "title",
        takes: explained("TEXT"),
        does: explained("One line that names the scenario."),
        example: explained("title A leader counts only entries of its own term"),
        parse: |parser, line| {
            parser.once("title", line, |scenario, line| {
                scenario.title = line.take_text(false, MAX_TITLE)?;
                Ok(())
            })
        },
    },
    Statement {
        word: "about",
        takes: explained("TEXT"),
        does: explained("What it shows; repeat it for more paragraphs."),
        example: explained("about Figure 8 of the paper."),
        parse: |parser, line| {
            parser.parsed.scenario.about.push(line.take_text(false, MAX_TEXT)?);
            Ok(())
        },
    },
    Statement {
        word: "author",
        takes: explained("TEXT"),
        does: explained("Who wrote it."),
        example: explained("author A. Reader"),
        parse: |parser, line| {
            parser.once("author", line, |scenario, line| {
                scenario.author = Some(line.take_text(false, MAX_TITLE)?);
                Ok(())
            })
        },
    },
    Statement {
        word: "lang",
        takes: explained("CODE"),
        does: explained("The language of its texts."),
        example: explained("lang pt-BR"),
        parse: |parser, line| parser.once("lang", line, lang),
    },
    Statement {
        word: "servers",
        takes: explained("N, or S1 S2 …"),
        does: explained("The servers that vote: named S1 to S99; 5 if not said. With learners and spares at most 15."),
        example: explained("servers 3"),
        parse: read_already,
    },
    Statement {
        word: "learners",
        takes: explained("S6 …"),
        does: explained("Servers that receive the log and do not vote."),
        example: explained("learners S6"),
        parse: read_already,
    },
    Statement {
        word: "spares",
        takes: explained("S7 …"),
        does: explained("Servers that run and are in no configuration until one is changed."),
        example: explained("spares S7 S8"),
        parse: read_already,
    },
    Statement {
        word: "clients",
        takes: explained("N"),
        does: explained("How many clients there are: 1 to 8, named C1 and up; 1 if not said."),
        example: explained("clients 2"),
        parse: |_, line| {
            line.take();
            Ok(())
        },
    },
    Statement {
        word: "seed",
        takes: explained("N"),
        does: explained("What all chance in the run depends on: any number of 64 bits; 1 if not said."),
        example: explained("seed 7"),
        parse: |parser, line| {
            parser.once("seed", line, |scenario, line| {
                scenario.seed = line.number("a seed", 0, u64::MAX)?;
                Ok(())
            })
        },
    },
    Statement {
        word: "set",
        takes: explained("NAME VALUE [on S1->S2, S1-S2 or S3]"),
        does: explained("A setting from the start; the last one counts."),
        example: explained("set latency 10ms..20ms"),
        parse: |parser, line| {
            let (set, back) = parse_set(line)?;
            parser.parsed.scenario.settings.extend([Some(set), back].into_iter().flatten());
            Ok(())
        },
    },
    Statement {
        word: "bug",
        takes: explained("NAME"),
        does: explained("A rule of Raft that servers do not keep in this run; each of docs/bugs.md at most once."),
        example: explained("bug commit-old-term"),
        parse: bug,
    },
    Statement {
        word: "start",
        takes: explained("S1 [term N] [vote S2] [log 1 1 2:x=1 …] [commit N]"),
        does: explained(
            "The disk that a server starts with: the term of each entry from index 1, and its write, if any. \
               Without `term`, it is that of the last entry.",
        ),
        example: explained("start S2 term 4 vote S1 log 1 1 2:x=1 4 commit 2"),
        parse: start,
    },
    Statement {
        word: "goal",
        takes: explained("PREDICATE [within TIME]"),
        does: explained(
            "Makes it an exercise: this shall come to hold. Repeat it for what shall hold after that; each has its \
               time, 60 simulated seconds if none is given.",
        ),
        example: explained("goal leader and not one leader within 5s"),
        parse: goal,
    },
    Statement {
        word: "allow",
        takes: explained("N crashes, N drops, …"),
        does: explained(
            "What may be done for it; of faults that are not named there may be none. As in `raftlab explore`: \
               crashes, pauses, drops, duplicates, partitions, clocks, losses; also changes, requests, steps.",
        ),
        example: explained("allow 1 partition, 2 drops"),
        parse: |parser, line| parser.once("allow", line, allow),
    },
];

fn goal(parser: &mut Parser, line: &mut Line<'_>) -> Result<()> {
    if parser.parsed.scenario.goals.len() == MAX_GOALS {
        return Err(line.error_at_start(Problem::TooMany("goals", MAX_GOALS)));
    }
    let predicate = predicate::parse_watched(line)?;
    let within = within(line)?;
    parser.parsed.scenario.goals.push(Goal { predicate, within });
    Ok(())
}

/// `2 crashes, 1 partition`; the commas may be left out.
fn allow(scenario: &mut Scenario, line: &mut Line<'_>) -> Result<()> {
    const WHAT: &str = "a number and what it limits, such as 2 crashes";
    let mut budget = Budget::faultless();
    loop {
        let count = line.number(WHAT, 0, budget::MOST)?;
        let word = line.want(WHAT)?;
        let kind = word.text.trim_end_matches(',');
        if !budget.limit(kind, count as u16) {
            return Err(found(kind, line.unknown(word, Problem::Unknown("word of a budget"), Budget::words())));
        }
        if line.peek().is_none() {
            scenario.allow = Some(budget);
            return Ok(());
        }
    }
}

fn bug(parser: &mut Parser, line: &mut Line<'_>) -> Result<()> {
    let word = line.want("a bug such as commit-old-term")?;
    let Some(bug) = Bug::find(word.text) else {
        return Err(line.unknown(word, Problem::Unknown("bug"), TABLE.iter().map(|row| row.name)));
    };
    let bugs = &mut parser.parsed.scenario.bugs;
    if bugs.contains(&bug) {
        return Err(line.error(word, Problem::Twice("the bug")));
    }
    bugs.push(bug);
    Ok(())
}

/// Who takes part is read before all else, see [`names`].
fn read_already(_: &mut Parser, line: &mut Line<'_>) -> Result<()> {
    while line.take().is_some() {}
    Ok(())
}

impl Parser {
    /// A statement that may be given once.
    fn once(
        &mut self,
        word: &'static str,
        line: &mut Line<'_>,
        parse: fn(&mut Scenario, &mut Line<'_>) -> Result<()>,
    ) -> Result<()> {
        if self.given.contains(&word) {
            return Err(line.error_at_start(Problem::Twice("the line")));
        }
        self.given.push(word);
        parse(&mut self.parsed.scenario, line)
    }
}

/// Checks the first line, and looks for the lines that say who takes part: the others may stand
/// before them.
pub(super) fn names(text: &str) -> Result<Names> {
    let nobody = Names::default();
    let (mut servers, mut clients) = (None, None);
    let mut opened = false;
    for mut line in lines(text, &nobody) {
        let Some(word) = line.take() else { continue };
        if !opened {
            opening(word, &mut line)?;
            opened = true;
        } else if is_trigger(word.text) {
            break;
        } else if word.text == "servers" {
            unless_given(&servers, word, &line)?;
            servers = Some(parse_servers(&mut line)?);
            line.end()?;
        } else if word.text == "clients" {
            unless_given(&clients, word, &line)?;
            let count = line.number("the number of clients", 1, MAX_CLIENTS.into())?;
            clients = Some(u32::try_from(count).expect("no more than the bound"));
            line.end()?;
        }
    }
    if !opened {
        return Err(at_start(Problem::Opening));
    }
    let usual = Scenario::default();
    let (servers, clients) = (servers.unwrap_or(usual.servers), clients.unwrap_or(usual.clients));
    let mut names = Names { servers, clients, ..Names::default() };
    let (mut learners, mut spares) = (None, None);
    for mut line in lines(text, &nobody) {
        let Some(word) = line.take() else { continue };
        match word.text {
            "learners" => {
                unless_given(&learners, word, &line)?;
                names.learners = others(&mut line, &names)?;
                learners = Some(());
            }
            "spares" => {
                unless_given(&spares, word, &line)?;
                names.spares = others(&mut line, &names)?;
                spares = Some(());
            }
            word if is_trigger(word) => break,
            _ => {}
        }
    }
    Ok(names)
}

/// Servers that are no voters: `S6 S7`.
fn others(line: &mut Line<'_>, known: &Names) -> Result<alloc::vec::Vec<ServerId>> {
    let mut more = alloc::vec::Vec::new();
    loop {
        let (word, server) = line.new_server()?;
        if more.contains(&server) || known.have(server) {
            return Err(line.error(word, Problem::Twice("the server")));
        }
        if known.count() + more.len() == MAX_SERVERS {
            return Err(line.error(word, Problem::TooMany("servers", MAX_SERVERS)));
        }
        more.push(server);
        if line.peek().is_none() {
            more.sort_unstable();
            return Ok(more);
        }
    }
}

fn opening(word: Word<'_>, line: &mut Line<'_>) -> Result<()> {
    if word.text != "raft" {
        return Err(line.error(word, Problem::Opening));
    }
    let version = line.want("the version, as in \"raft 1\",")?;
    if version.text != "1" {
        return Err(found(&alloc::format!("raft {}", version.text), line.error(version, Problem::Version)));
    }
    line.end()
}

fn unless_given<T>(value: &Option<T>, word: Word<'_>, line: &Line<'_>) -> Result<()> {
    if value.is_some() {
        return Err(line.error(word, Problem::Twice("the line")));
    }
    Ok(())
}

/// `5`, or `S1 S2 S4`.
fn parse_servers(line: &mut Line<'_>) -> Result<alloc::vec::Vec<ServerId>> {
    let most = MAX_SERVERS as u64;
    if line.peek().is_none_or(|word| !word.text.starts_with('S')) {
        let count = line.number("the number of servers", 1, most)?;
        return Ok(Scenario::first_servers(u32::try_from(count).expect("no more than the bound")));
    }
    let mut servers = alloc::vec::Vec::new();
    while line.peek().is_some() {
        let (word, server) = line.new_server()?;
        if servers.contains(&server) {
            return Err(line.error(word, Problem::Twice("the server")));
        }
        if servers.len() == MAX_SERVERS {
            return Err(line.error(word, Problem::TooMany("servers", MAX_SERVERS)));
        }
        servers.push(server);
    }
    servers.sort_unstable();
    Ok(servers)
}

fn lang(scenario: &mut Scenario, line: &mut Line<'_>) -> Result<()> {
    const WHAT: &str = "the code of a language such as en or pt-BR";
    let word = line.want(WHAT)?;
    let fits = word.text.len() <= 35 && word.text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !fits {
        return Err(line.error(word, Problem::Expected(WHAT)));
    }
    scenario.lang = Some(String::from(word.text));
    Ok(())
}

fn start(parser: &mut Parser, line: &mut Line<'_>) -> Result<()> {
    let here = line.peek();
    let server = line.server()?;
    if parser.parsed.scenario.starts.iter().any(|start| start.server == server) {
        let word = here.expect("a server was read there");
        return Err(line.error(word, Problem::Twice("the start of")));
    }
    let mut start = Start { server, term: Term(0), vote: None, log: alloc::vec::Vec::new(), commit: Index(0) };
    let (mut term, mut commit, mut given) = (None, None, alloc::vec::Vec::new());
    while let Some(word) = line.take() {
        if given.contains(&word.text) {
            return Err(line.error(word, Problem::Twice("the word")));
        }
        given.push(word.text);
        match word.text {
            "term" => term = Some(line.count("a term").map(Term)?),
            "vote" if line.take_if("none") => {}
            "vote" => start.vote = Some(line.server()?),
            "log" => log(parser, line, &mut start)?,
            "commit" => {
                let word = line.peek();
                commit = Some((word, line.count("an index")?));
            }
            _ => return Err(line.unknown(word, Problem::Unknown("word"), ["term", "vote", "log", "commit"])),
        }
    }
    let last = start.log.last().map_or(Term(0), |(term, _)| *term);
    start.term = term.unwrap_or(last);
    if start.term < last {
        let error = line.error(here.expect("a server was read there"), Problem::TermAbove);
        return Err(found(&alloc::format!("{last}"), error));
    }
    if let Some((Some(word), index)) = commit {
        if index > start.log.len() as u64 {
            return Err(line.error(word, Problem::CommitAbove(start.log.len())));
        }
        start.commit = Index(index);
    }
    parser.start(start);
    Ok(())
}

/// `1 1 2:x=1`, or nothing.
fn log(parser: &Parser, line: &mut Line<'_>, start: &mut Start) -> Result<()> {
    if line.take_if("none") {
        return Ok(());
    }
    let mut last = Term(1);
    while let Some(word) = line.peek().filter(|word| word.text.starts_with(|c: char| c.is_ascii_digit())) {
        line.take();
        if parser.log_entries + start.log.len() == MAX_LOG {
            return Err(line.error(word, Problem::TooMany("entries", MAX_LOG)));
        }
        let (number, key) = match word.text.split_once(':') {
            Some((number, key)) => (number, Some(key)),
            None => (word.text, None),
        };
        let term = Term(line.number_of(word, number, "a term", 1, MAX_NUMBER)?);
        if term < last {
            return Err(line.error(word, Problem::TermOrder));
        }
        last = term;
        let write = key.map(|key| write(line, word, key)).transpose()?;
        start.log.push((term, write));
    }
    Ok(())
}

fn write(line: &mut Line<'_>, word: Word<'_>, key: &str) -> core::result::Result<Operation, ParseError> {
    let key = line.key_of(word, key)?;
    if !line.take_if("=") {
        return Err(line.error_here(Problem::Expected("a write such as 2:x=1")));
    }
    Ok(Operation::Set { key, value: line.value()? })
}
