//! The same code as WebAssembly in node, beside itself as this machine's own.

use std::process::Command;

use raft_bench::history::HISTORIES;

use crate::compare::time;
use crate::stats::Spread;
use crate::travel::SEEKS;
use crate::workload::{Side, WORKLOADS};

/// Loads a module and prints the nanoseconds for each command, after a first round that is not counted.
const SCRIPT: &str = r"
const [file, commands, batch] = process.argv.slice(1);
const bytes = require('node:fs').readFileSync(file);
const { instance } = await WebAssembly.instantiate(bytes, {});
const run = () => {
  const start = process.cpuUsage();
  instance.exports.replicate_commands(+commands, +batch);
  return process.cpuUsage(start).user * 1000 / +commands;
};
run();
console.log(run());
";

/// Prints the table.
pub fn table(file: &str, rounds: usize) -> Result<(), String> {
    println!("ns for each committed entry, in node and natively, in turn; median (min … max)");
    for workload in WORKLOADS {
        let mut times = vec![];
        for _ in 0..rounds.min(7) {
            times.push((in_node(file, workload.commands, workload.batch)?, time(Side::Ours, workload)));
        }
        let wasm = Spread::of(times.iter().map(|(wasm, _)| *wasm));
        let native = Spread::of(times.iter().map(|(_, native)| *native));
        let ratio = Spread::of(times.iter().map(|(wasm, native)| wasm / native));
        println!(
            "{:10} wasm {:.0}   native {:.0}   {:.2} ({:.2} … {:.2})",
            workload.name, wasm.median, native.median, ratio.median, ratio.min, ratio.max
        );
    }
    Ok(())
}

/// Runs a history through, goes to places in it, and prints the columns of the table.
const TRAVELS: &str = r"
const [file, number, seeks] = process.argv.slice(1);
const { instance } = await WebAssembly.instantiate(require('node:fs').readFileSync(file), {});
const { history_play, history_seek, memory } = instance.exports;
const start = performance.now();
const events = history_play(+number);
const play = (performance.now() - start) / 1000;
const took = Array.from({ length: +seeks }, () => {
  const start = performance.now();
  history_seek();
  return performance.now() - start;
}).sort((a, b) => a - b);
const at = (share) => took[Math.min(took.length - 1, Math.floor(took.length * share))].toFixed(2).padStart(6) + ' ms';
const megabytes = (memory.buffer.byteLength / 1e6).toFixed(1);
console.log(String(events).padStart(9), play.toFixed(1).padStart(6) + ' s', at(0.5), at(0.99), at(1), megabytes.padStart(9));
";

/// Prints the table of histories.
pub fn histories(file: &str) -> Result<(), String> {
    println!("An hour of five servers as WebAssembly, built as the page is; memory is all that the module has");
    println!("{:10} {:>9} {:>8} {:>9} {:>9} {:>9} {:>9}", "", "events", "play", "seek p50", "p99", "max", "MB");
    for (number, history) in HISTORIES.iter().enumerate() {
        print!("{:10} {}", history.name, node(TRAVELS, file, &[number.to_string(), SEEKS.to_string()])?);
    }
    Ok(())
}

fn in_node(file: &str, commands: u64, batch: usize) -> Result<f64, String> {
    let printed = node(SCRIPT, file, &[commands.to_string(), batch.to_string()])?;
    printed.trim().parse().map_err(|_| printed)
}

/// What a script prints.
fn node(script: &str, file: &str, arguments: &[String]) -> Result<String, String> {
    let output = Command::new("node")
        .args(["--input-type=commonjs", "--eval", &format!("(async () => {{{script}}})()"), file])
        .args(arguments)
        .output()
        .map_err(|error| format!("node could not be run: {error}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}
