//! The command line: what it takes, and the help that says so.

use lexopt::prelude::*;
use raft_core::Time;
use raft_sim::scenario::parse_time;

/// What `raftlab --help` prints.
pub const HELP: &str = "\
raftlab: Raft scenarios from a terminal

  raftlab check FILE...       run scenarios and judge their expectations, a line each
  raftlab run FILE            tell what happens, a line an event
      --until TIME            go on to this time (such as 2s); otherwise to the last step
      --all                   tell of every event, heartbeats and all
      --state                 print the state at the end as JSON instead
      --metrics               print what was measured as JSON instead
      --from TIME             measured from this time on; otherwise from the start
  raftlab format FILE         print the one canonical text of a scenario
  raftlab link FILE           print the link that opens it in the playground
      --at TIME               opened at this moment
  raftlab text LINK           print the scenario that a link carries

FILE is a *.raft text, a link, or - for standard input.
Exit codes: 0 all is well, 1 an expectation failed, 2 the input cannot be read.
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
    let (mut metrics, mut from) = (false, Time::ZERO);
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help),
            Short('V') | Long("version") => return Ok(Command::Version),
            Long("until") => until = Some(time(parser.value()?.string()?)?),
            Long("at") => at = Some(time(parser.value()?.string()?)?),
            Long("state") => state = true,
            Long("metrics") => metrics = true,
            Long("from") => from = time(parser.value()?.string()?)?,
            Long("all") => all = true,
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
        "run" => Command::Run { file: one()?, until, state, all },
        "format" => Command::Format { file: one()? },
        "link" => Command::Link { file: one()?, at },
        "text" => Command::Text { link: one()? },
        other => return Err(format!("unknown command `{other}`; there are check, run, format, link and text").into()),
    })
}

fn time(text: String) -> Result<Time, lexopt::Error> {
    parse_time(&text).ok_or_else(|| format!("`{text}` is no time; write 250us, 20ms or 1.5s").into())
}
