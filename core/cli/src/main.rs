//! `raftlab`: scenarios from a terminal and in CI.
//!
//! Exit codes: 0 all is well, 1 an expectation failed, 2 the input cannot be read.

mod arguments;
mod check;
mod convert;
mod explore;
mod explored;
mod export;
mod grade;
mod input;
mod run;
mod table;
mod trace;
mod why;

use std::process::ExitCode;

use arguments::Command;

/// The explorer makes and drops two messages for each event or so.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How a command ended.
pub enum Ending {
    /// All is well.
    Well,
    /// An expectation failed.
    Failed,
    /// The input cannot be read.
    Unreadable,
}

fn main() -> ExitCode {
    let ending = match arguments::read() {
        Ok(Command::Help) => {
            print!("{}", arguments::HELP);
            Ending::Well
        }
        Ok(Command::Version) => {
            println!("raftlab {}", env!("CARGO_PKG_VERSION"));
            Ending::Well
        }
        Ok(Command::Check { files }) => check::check(&files),
        Ok(Command::Run { file, until, until_true, state, all }) => {
            run::run(&file, until, until_true.as_deref(), state, all)
        }
        Ok(Command::Metrics { file, from, until }) => run::metrics(&file, from, until),
        Ok(Command::Why { file, question, at, json }) => why::why(&file, &question, at, json),
        Ok(Command::Grade { exercise, links, csv }) => grade::grade(&exercise, &links, csv),
        Ok(Command::Export(wanted)) => export::export(&wanted),
        Ok(Command::Trace { file, format, json }) => trace::trace(&file, format.as_deref(), json),
        Ok(Command::Format { file }) => convert::format(&file),
        Ok(Command::Link { file, at }) => convert::link(&file, at),
        Ok(Command::Text { link }) => convert::text(&link),
        Ok(Command::Explore { search, json }) => explore::explore(&search, json),
        Ok(Command::Table { search }) => table::table(&search),
        Ok(Command::Merge { files, json }) => explored::merge(&files, json),
        Err(error) => {
            eprintln!("raftlab: {error}\n\n{}", arguments::HELP);
            Ending::Unreadable
        }
    };
    match ending {
        Ending::Well => ExitCode::SUCCESS,
        Ending::Failed => ExitCode::from(1),
        Ending::Unreadable => ExitCode::from(2),
    }
}
