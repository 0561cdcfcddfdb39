//! `cargo xtask`: what a contributor types. Standard library only, so that it builds in a
//! second and sets up the rest: a fresh machine needs `rustup` and nothing else to see the page.

mod bench;
mod browser;
mod deny;
mod dist;
mod edges;
mod exhaust;
mod explore;
mod mutants;
mod peers;
mod run;
mod search;
mod serve;
mod test;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask COMMAND

  serve [--no-open] [TRUNK OPTION…]   build the page and open it, rebuilding on change
  test [--built] [PART…]              check everything, or the named parts, in order
  dist                                build the release folder `dist` (in Chromium it sees what comes first)
  shots [STATE…]                      screenshots of the main states into target/shots
  bench [--json] [PART…]              measurements: core, simulated, instructions, history, wasm
  bench page [--built] [PART…]        measurements in Chromium: frames, tasks, seeks, heap, search
  exhaustive [all | OPTION…]          explore small clusters completely; see docs/exhaustive.md
  explore-table [OPTION…]             look for every bug and write what it took into docs/explore.md
  explore-table blind [EVENTS]        the hard ones, by guidance and by luck, side by side
  mutants [--name TEXT…] [--jobs N]   change the core in a thousand ways: each time some test should fail
  fuzz [--seconds N] [TARGET…]        strange bytes at the edges: text, link, run, trace, message
  deny [CHECK…]                       licences, versions and sources of dependencies (advisories need a network)

Tools that are missing are installed; see xtask/src/tools.rs for their versions.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((command, rest)) = arguments.split_first() else {
        println!("{USAGE}\n\nParts of `test`:\n{}", test::parts());
        return ExitCode::from(2);
    };
    let outcome = match command.as_str() {
        "serve" => serve::serve(rest),
        "test" => test::test(rest),
        "dist" => dist::dist(),
        "shots" => browser::shots(rest),
        "bench" => bench::bench(rest),
        "exhaustive" => exhaust::exhaustive(rest),
        "explore-table" => explore::table(rest),
        "mutants" => mutants::mutants(rest),
        "fuzz" => edges::fuzz(rest),
        "deny" => deny::deny(rest),
        "help" | "--help" | "-h" => {
            println!("{USAGE}\n\nParts of `test`:\n{}", test::parts());
            Ok(())
        }
        other => Err(format!("there is no command `{other}`\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\nxtask: {why}");
            ExitCode::FAILURE
        }
    }
}
