//! The command line: what it takes, and the help that says so.

use lexopt::prelude::*;
use raft_core::Time;
use raft_sim::bugs::Bug;
use raft_sim::explore::{Budget, PHASE};
use raft_sim::scenario::parse_time;

use crate::explore::Search;
use crate::export::Export;

/// What `raftlab --help` prints.
pub const HELP: &str = "\
raftlab: Raft scenarios from a terminal

  raftlab check FILE...       run scenarios and judge their expectations, a line each
  raftlab run FILE            tell what happens, a line an event
      --until TIME            go on to this time (such as 2s); otherwise to the last step
      --until-true PREDICATE  go on until this holds, 60s at most unless it says `within TIME`
      --all                   tell of every event, heartbeats and all
      --state                 print the state at the end as JSON instead
      --metrics               print what was measured as JSON instead
      --from TIME             measured from this time on; otherwise from the start
  raftlab explore             look for a schedule that breaks a promise
      --bug NAME              with this rule off (more than once: all of them)
      --from FILE             from the end of this scenario; otherwise in any small cluster
      --goal PREDICATE        look for this instead of a broken promise
      --budget TEXT           such as '2 crashes, 3 drops, 1 partition'
      --seeds A..B            these seeds, B not among them; otherwise from 0 on
      --each N                events that a seed may have, such as 500k; otherwise 60k
      --events N              events in all, such as 100M
      --time TIME             at most so long, such as 60s
      --cpu TIME              at most so long on a processor, each thread
      --jobs N                threads; otherwise one for each core
      --blind                 by luck alone, to compare with
      --json                  print the result as JSON
  raftlab explore --table     look for every bug in turn and print what each took as Markdown
  raftlab explore --merge FILE...
                              put such results together
  raftlab why FILE QUESTION   say why something is not so, and what it would take
      --at TIME               at this moment; otherwise after the last step
      --json                  print the answer as JSON
  raftlab grade EXERCISE LINK...
                              judge links as solutions of an exercise, a verdict each; a LINK may be
                              a file with a link a line, behind a name or not
      --csv                   as a table for a class
  raftlab export FILE         print a stretch of a run for other tools
      --as FORMAT             mermaid, plantuml, shiviz, transcript, json, trace, svg or frames
      --view VIEW             the picture: spacetime (if not said), log, ring, history, metrics or moving
      --out FOLDER            of frames: where their pictures are written
      --from TIME --to TIME   the stretch; otherwise all to the last step
      --all                   heartbeats and all
      --slower N              how much slower than the run a moving picture plays; otherwise 20
  raftlab trace FILE          hold a log of another implementation to what Raft promises
      --format NAME           jsonl, dslogs, etcd or maelstrom; otherwise what it looks like
      --json                  print what was found as JSON
  raftlab format FILE         print the one canonical text of a scenario
  raftlab link FILE           print the link that opens it in the playground
      --at TIME               opened at this moment
  raftlab text LINK           print the scenario that a link carries

QUESTION is one of: \"why is S3 not leader?\", \"why is nobody leader?\", \"why is entry 4 not
committed?\", \"why does S3 not know that entry 4 is committed?\", \"why does C1 #2 wait?\".
FILE is a *.raft text, a link, or - for standard input.
Exit codes: 0 all is well; 1 an expectation failed, a schedule was found, an exercise is not solved or
a trace is wrong; 2 the input cannot be read.
";

/// What is to be done.
pub enum Command {
    /// Print the help.
    Help,
    /// Print the version.
    Version,
    /// Judge scenarios.
    Check {
        /// Which.
        files: Vec<String>,
    },
    /// Tell what happens.
    Run {
        /// In which scenario.
        file: String,
        /// Until when.
        until: Option<Time>,
        /// Until this condition holds.
        until_true: Option<String>,
        /// As the JSON of the state at the end.
        state: bool,
        /// Every event.
        all: bool,
    },
    /// Print what is measured.
    Metrics {
        /// In which scenario.
        file: String,
        /// From when on.
        from: Time,
        /// Until when.
        until: Option<Time>,
    },
    /// Look for a broken promise.
    Explore {
        /// What, and how long.
        search: Box<Search>,
        /// As JSON.
        json: bool,
    },
    /// Look for every bug.
    Table {
        /// How, and how long each.
        search: Box<Search>,
    },
    /// Put results together.
    Merge {
        /// Which.
        files: Vec<String>,
        /// As JSON.
        json: bool,
    },
    /// Say why something is not so.
    Why {
        /// In which scenario.
        file: String,
        /// What is not so.
        question: String,
        /// At which moment.
        at: Option<Time>,
        /// As JSON.
        json: bool,
    },
    /// Judge solutions of an exercise.
    Grade {
        /// Which.
        exercise: String,
        /// The links, or files of links.
        links: Vec<String>,
        /// As a table.
        csv: bool,
    },
    /// Print a stretch of a run for other tools.
    Export(Box<Export>),
    /// Check a trace.
    Trace {
        /// Which.
        file: String,
        /// How it is written.
        format: Option<String>,
        /// As JSON.
        json: bool,
    },
    /// Print the canonical text.
    Format {
        /// Of which scenario.
        file: String,
    },
    /// Print the link.
    Link {
        /// To which scenario.
        file: String,
        /// At which moment.
        at: Option<Time>,
    },
    /// Print the scenario of a link.
    Text {
        /// The link.
        link: String,
    },
}

/// Reads the command line.
pub fn read() -> Result<Command, lexopt::Error> {
    let mut parser = lexopt::Parser::from_env();
    let (mut words, mut until, mut at, mut state, mut all) = (Vec::new(), None, None, false, false);
    let (mut metrics, mut from, mut until_true, mut json, mut csv) = (false, Time::ZERO, None, false, false);
    let (mut kind, mut view, mut to, mut slower, mut format, mut out) = (None, None, None, 20, None, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help),
            Short('V') | Long("version") => return Ok(Command::Version),
            Long("until") => until = Some(time(parser.value()?.string()?)?),
            Long("until-true") => until_true = Some(parser.value()?.string()?),
            Long("at") => at = Some(time(parser.value()?.string()?)?),
            Long("state") => state = true,
            Long("metrics") => metrics = true,
            Long("from") => from = time(parser.value()?.string()?)?,
            Long("all") => all = true,
            Long("json") => json = true,
            Long("csv") => csv = true,
            Long("as") => kind = Some(parser.value()?.string()?),
            Long("view") => view = Some(parser.value()?.string()?),
            Long("to") => to = Some(time(parser.value()?.string()?)?),
            Long("slower") => slower = count(&parser.value()?.string()?)?.clamp(1, 10_000),
            Long("format") => format = Some(parser.value()?.string()?),
            Long("out") => out = Some(parser.value()?.string()?),
            Value(word) if words.is_empty() && word == "explore" => return explore(&mut parser),
            Value(word) => words.push(word.string()?),
            _ => return Err(argument.unexpected()),
        }
    }
    let mut words = words.into_iter();
    let command = words.next().unwrap_or_default();
    let mut one = || words.next().ok_or_else(|| lexopt::Error::from(format!("`{command}` wants a file or a link")));
    Ok(match command.as_str() {
        "" | "help" => Command::Help,
        "check" => Command::Check { files: std::iter::once(one()?).chain(words).collect() },
        "run" if metrics => Command::Metrics { file: one()?, from, until },
        "run" => Command::Run { file: one()?, until, until_true, state, all },
        "why" => {
            let file = one()?;
            let question = words.collect::<Vec<_>>().join(" ");
            Command::Why { file, question, at, json }
        }
        "grade" => {
            let exercise = one()?;
            Command::Grade { exercise, links: std::iter::once(one()?).chain(words).collect(), csv }
        }
        "trace" => Command::Trace { file: one()?, format, json },
        "export" => {
            let (file, format, view) = (one()?, kind.unwrap_or_default(), view.unwrap_or_else(|| "spacetime".into()));
            Command::Export(Box::new(Export { file, format, view, from, to: to.or(at), all, slower, out }))
        }
        "format" => Command::Format { file: one()? },
        "link" => Command::Link { file: one()?, at },
        "text" => Command::Text { link: one()? },
        other => {
            return Err(format!(
                "unknown command `{other}`; there are check, run, explore, why, grade, export, trace, format, link and text"
            )
            .into());
        }
    })
}

fn explore(parser: &mut lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut search = Search {
        bugs: Vec::new(),
        from: None,
        seeds: 0..u64::MAX,
        each: PHASE,
        budget: Budget::default(),
        goal: None,
        blind: false,
        time: None,
        cpu: None,
        events: None,
        jobs: std::thread::available_parallelism().map_or(1, usize::from),
    };
    let (mut json, mut merge, mut table, mut files) = (false, false, false, Vec::new());
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help),
            Long("bug") => {
                let name = parser.value()?.string()?;
                search
                    .bugs
                    .push(Bug::find(&name).ok_or_else(|| format!("there is no bug `{name}`; see docs/bugs.md"))?);
            }
            Long("from") => search.from = Some(parser.value()?.string()?),
            Long("goal") => search.goal = Some(parser.value()?.string()?),
            Long("budget") => search.budget = Budget::parse(&parser.value()?.string()?)?,
            Long("seeds") => search.seeds = seeds(&parser.value()?.string()?)?,
            Long("each") => search.each = count(&parser.value()?.string()?)?,
            Long("events") => search.events = Some(count(&parser.value()?.string()?)?),
            Long("time") => search.time = Some(duration(parser.value()?.string()?)?),
            Long("cpu") => search.cpu = Some(duration(parser.value()?.string()?)?),
            Long("jobs") => search.jobs = count(&parser.value()?.string()?)?.clamp(1, 1_024) as usize,
            Long("blind") => search.blind = true,
            Long("json") => json = true,
            Long("merge") => merge = true,
            Long("table") => table = true,
            Value(file) if merge => files.push(file.string()?),
            _ => return Err(argument.unexpected()),
        }
    }
    if merge {
        return Ok(Command::Merge { files, json });
    }
    if search.seeds.end == u64::MAX && search.time.or(search.cpu).is_none() && search.events.is_none() {
        search.time = Some(std::time::Duration::from_secs(60));
    }
    if table {
        return Ok(Command::Table { search: Box::new(search) });
    }
    Ok(Command::Explore { search: Box::new(search), json })
}

/// `3..7`
fn seeds(text: &str) -> Result<std::ops::Range<u64>, lexopt::Error> {
    let ends = text.split_once("..").and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    let seeds = ends.filter(|seeds: &std::ops::Range<u64>| !seeds.is_empty());
    seeds.ok_or_else(|| format!("`{text}` are no seeds; write 0..100, 100 not among them").into())
}

/// `500`, `500k`, `100M`
fn count(text: &str) -> Result<u64, lexopt::Error> {
    let (digits, times) = match text.strip_suffix(['k', 'M', 'G']) {
        Some(digits) if text.ends_with('k') => (digits, 1_000),
        Some(digits) if text.ends_with('M') => (digits, 1_000_000),
        Some(digits) => (digits, 1_000_000_000),
        None => (text, 1),
    };
    let count = digits.parse::<u64>().ok().and_then(|count| count.checked_mul(times));
    count.ok_or_else(|| format!("`{text}` is no count; write 500, 500k or 100M").into())
}

fn duration(text: String) -> Result<std::time::Duration, lexopt::Error> {
    Ok(std::time::Duration::from_micros(time(text)?.0))
}

fn time(text: String) -> Result<Time, lexopt::Error> {
    parse_time(&text).ok_or_else(|| format!("`{text}` is no time; write 250us, 20ms or 1.5s").into())
}
