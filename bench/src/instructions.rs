//! Instructions for each committed entry: the gauge that noise does not touch.
//!
//! This program runs itself under valgrind twice, with more commands the second time; what the
//! second run executes more, by what it commits more, is the cost of one entry. Building the
//! cluster and electing the leader cancel out.

use std::env::current_exe;
use std::process::Command;

use raft_bench::peer::Style;

use crate::workload::{Side, WORKLOADS, Workload};

/// A round in a run under valgrind; the longer run has two.
const COMMANDS: u64 = 8_192;

/// Prints the table.
pub fn table() -> Result<(), String> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        return Err("instructions are counted with valgrind, which is not there; \
                    install it (Debian, Ubuntu: `apt-get install valgrind`)"
            .into());
    }
    println!("Instructions for each committed entry, by cachegrind; ours / peer");
    println!("{:10} {:>8} {:>8} {:>7}", "", "ours", "peer", "ratio");
    for workload in WORKLOADS {
        let ours = each(Side::Ours, workload)?;
        let peers = Style::ALL.map(|style| each(Side::Peer(style), workload));
        let peers: Vec<f64> = peers.into_iter().collect::<Result<_, _>>()?;
        let peer = peers.into_iter().fold(f64::INFINITY, f64::min);
        println!("{:10} {ours:8.0} {peer:8.0} {:7.3}", workload.name, ours / peer);
    }
    Ok(())
}

fn each(side: Side, workload: Workload) -> Result<f64, String> {
    let [one, two] = [1, 2].map(|rounds| count(side, workload, rounds));
    Ok((two? - one?) as f64 / COMMANDS as f64)
}

fn count(side: Side, workload: Workload, rounds: u64) -> Result<u64, String> {
    let program = current_exe().map_err(|error| format!("this program has no path: {error}"))?;
    let output = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
        .arg(program)
        .args(["once", &side.name(), workload.name, &(rounds * COMMANDS).to_string()])
        .output()
        .map_err(|error| format!("valgrind could not be run: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let digits = said.lines().find_map(|line| line.split_once("refs:").filter(|(which, _)| which.contains(" I ")));
    let digits = digits.map(|(_, number)| number);
    let digits = digits.map(|text| text.chars().filter(char::is_ascii_digit).collect::<String>());
    digits.and_then(|digits| digits.parse().ok()).ok_or_else(|| format!("valgrind said:\n{said}"))
}
