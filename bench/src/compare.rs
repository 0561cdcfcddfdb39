//! Ours beside the peer: time, traffic, allocations.

use std::time::Instant;

use raft_bench::peer::Style;

use crate::alloc;
use crate::floor;
use crate::stats::Spread;
use crate::workload::{Side, WORKLOADS, Workload};

/// How many rounds decide which style is the peer's fastest.
const TRIALS: usize = 5;

/// One workload, measured.
struct Measured {
    ours: Spread,
    peer: Spread,
    /// Ours by the peer's, round by round.
    ratio: Spread,
}

/// Nanoseconds for each command of one round on a new cluster.
pub fn time(side: Side, workload: Workload) -> f64 {
    side.warm(workload, false, |cluster| {
        let start = Instant::now();
        cluster.round(workload);
        start.elapsed().as_nanos() as f64 / workload.commands as f64
    })
}

/// The peer's times in each style, the fastest first.
fn styles(workload: Workload) -> Vec<(Style, Spread)> {
    let mut times: Vec<(Style, Vec<f64>)> = Style::ALL.map(|style| (style, Vec::new())).into();
    for _ in 0..TRIALS {
        times.iter_mut().for_each(|(style, times)| times.push(time(Side::Peer(*style), workload)));
    }
    let mut styles: Vec<_> = times.into_iter().map(|(style, times)| (style, Spread::of(times))).collect();
    styles.sort_by(|a, b| a.1.median.total_cmp(&b.1.median));
    styles
}

/// Rounds of ours and the peer's in turn, the peer in its fastest style.
fn measure(workload: Workload, style: Style, rounds: usize) -> Measured {
    let rounds: Vec<(f64, f64)> =
        (0..rounds).map(|_| (time(Side::Ours, workload), time(Side::Peer(style), workload))).collect();
    Measured {
        ours: Spread::of(rounds.iter().map(|(ours, _)| *ours)),
        peer: Spread::of(rounds.iter().map(|(_, peer)| *peer)),
        ratio: Spread::of(rounds.iter().map(|(ours, peer)| ours / peer)),
    }
}

/// Prints one object a line.
pub fn json(rounds: usize) {
    for workload in WORKLOADS {
        let fastest = styles(workload)[0].0;
        let Measured { ours, peer, .. } = measure(workload, fastest, rounds);
        let (ours, peer) = (ours.median, peer.median);
        println!(r#"{{"name":"{}","ours_ns":{ours:.1},"peer_ns":{peer:.1}}}"#, workload.name);
    }
}

/// Prints the tables.
pub fn tables(rounds: usize) {
    println!("ns for each committed entry, the whole cluster's work; {rounds} rounds in turn, median (min … max)\n");
    println!("{:10} {:>22} {:>22} {:>22} {:>7} {:>9}", "", "ours", "peer", "ours / peer", "floor", "to floor");
    let mut all_styles = vec![];
    for workload in WORKLOADS {
        let styles = styles(workload);
        let Measured { ours, peer, ratio, .. } = measure(workload, styles[0].0, rounds);
        let floor = Spread::of((0..rounds).map(|_| floor::time(workload))).median;
        println!(
            "{:10} {:>22} {:>22} {:>22} {:>7} {:>9}",
            workload.name,
            spread(ours, 0),
            spread(peer, 0),
            spread(ratio, 3),
            format!("{floor:.1}"),
            format!("{:.1}×", ours.median / floor),
        );
        all_styles.push((workload, styles));
    }
    println!("\nThe peer in each style, median ns; the fastest is what ours is measured against.");
    for (workload, styles) in all_styles {
        let cells: Vec<_> = styles.iter().map(|(style, time)| format!("{} {:.0}", style.name(), time.median)).collect();
        println!("{:10} {}", workload.name, cells.join("   "));
    }
    println!("\nFor each committed entry{:20} messages    bytes   allocations   bytes allocated", "");
    for workload in WORKLOADS {
        let sides = [Side::Ours, Side::Peer(Style::PLAIN), Side::Peer(Style::LEAN)];
        sides.iter().for_each(|side| counts(*side, workload));
    }
}

fn counts(side: Side, workload: Workload) {
    let each = |total: u64| total as f64 / workload.commands as f64;
    let traffic = side.warm(workload, true, |cluster| {
        let before = cluster.traffic();
        cluster.round(workload);
        let after = cluster.traffic();
        (each(after.messages - before.messages), each(after.bytes - before.bytes))
    });
    let allocated = side.warm(workload, false, |cluster| {
        let before = alloc::so_far();
        cluster.round(workload);
        let after = alloc::so_far();
        (each(after.calls - before.calls), each(after.bytes - before.bytes))
    });
    let (messages, bytes) = traffic;
    let (calls, allocated) = allocated;
    let name = side.name();
    println!("{:10} {name:32} {messages:9.3} {bytes:8.1} {calls:13.3} {allocated:17.1}", workload.name);
}

fn spread(Spread { median, min, max }: Spread, digits: usize) -> String {
    format!("{median:.digits$} ({min:.digits$} … {max:.digits$})")
}
