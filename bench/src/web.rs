//! The same code as WebAssembly in node, beside itself as this machine's own.

use std::process::Command;

use crate::compare::time;
use crate::stats::Spread;
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

fn in_node(file: &str, commands: u64, batch: usize) -> Result<f64, String> {
    let output = Command::new("node")
        .args(["--input-type=commonjs", "--eval", &format!("(async () => {{{SCRIPT}}})()"), file])
        .args([commands.to_string(), batch.to_string()])
        .output()
        .map_err(|error| format!("node could not be run: {error}"))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    printed.trim().parse().map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())
}
