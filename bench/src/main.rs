//! `raft-bench`: what `cargo xtask bench` builds and runs.

mod alloc;
mod clock;
mod compare;
mod floor;
mod instructions;
mod simulated;
mod stats;
mod travel;
mod web;
mod workload;

use std::process::ExitCode;

use workload::{Side, WORKLOADS, Workload};

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

const USAGE: &str = "\
raft-bench [--json] [--rounds N] [PART…]

  core          our core beside raft-rs: time, messages, bytes, allocations; --json: times alone
  instructions  instructions for each entry, counted by valgrind
  simulated     commits a second of wall time, in simulated worlds
  history       seeks in an hour of a million events, and its memory
  history wasm FILE  the same as WebAssembly in node
  wasm FILE     our core as WebAssembly in node, beside itself as it is here

Without a part: core and simulated.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match carry_out(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out(arguments: &[String]) -> Result<(), String> {
    let (mut rounds, mut json, mut parts) = (21, false, vec![]);
    let mut words = arguments.iter().map(String::as_str);
    while let Some(word) = words.next() {
        match word {
            "--json" => json = true,
            "--rounds" => {
                let number = words.next().and_then(|word| word.parse().ok()).filter(|rounds| *rounds > 0);
                rounds = number.ok_or("--rounds wants a number from 1")?;
            }
            // `--instructions` and `instructions` are the same part.
            _ => parts.push(word.trim_start_matches("--")),
        }
    }
    match parts[..] {
        [] => {
            compare::tables(rounds);
            println!();
            simulated::table()
        }
        ["core"] => {
            let print = if json { compare::json } else { compare::tables };
            print(rounds);
            Ok(())
        }
        ["instructions"] => instructions::table(),
        ["simulated"] => simulated::table(),
        ["history"] => travel::table(),
        ["history", "wasm", file] => web::histories(file),
        ["wasm", file] => web::table(file, rounds),
        ["once", side, workload, commands] => once(side, workload, commands),
        _ => Err(USAGE.into()),
    }
}

/// One side, one workload, nothing else: for valgrind and for profilers.
fn once(side: &str, workload: &str, commands: &str) -> Result<(), String> {
    let side = Side::named(side).ok_or("there is no such side")?;
    let workload = WORKLOADS.into_iter().find(|known| known.name == workload).ok_or("there is no such workload")?;
    let commands = commands.parse().map_err(|_| "how many commands?")?;
    side.warm(workload, false, |cluster| cluster.round(Workload { commands, ..workload }));
    Ok(())
}
