//! Ours beside the peer: time, traffic, allocations.

use raft_bench::command;
use raft_bench::peer::Style;
use raft_core::{Entries, Entry, Log, Payload, Term};

use crate::alloc;
use crate::clock;
use crate::floor;
use crate::stats::Spread;
use crate::workload::{Side, WORKLOADS, Workload};

/// How many rounds decide in which style the peer is fastest.
const TRIALS: usize = 5;

/// One workload, measured: medians of the rounds, and of the ratios of each round.
struct Measured {
    ours: Spread,
    /// With `batch_append`, and otherwise as it comes.
    peer: Spread,
    to_peer: Spread,
    /// In its fastest style.
    tuned: Spread,
    to_tuned: Spread,
}

/// Nanoseconds for each command of one round on a new cluster.
pub fn time(side: Side, workload: Workload) -> f64 {
    side.warm(workload, false, |cluster| {
        let start = clock::now();
        cluster.round(workload);
        (clock::now() - start).as_nanos() as f64 / workload.commands as f64
    })
}

/// The style in which the peer is fastest.
fn fastest(workload: Workload) -> Style {
    let mut times: Vec<(Style, Vec<f64>)> = Style::ALL.map(|style| (style, Vec::new())).into();
    for _ in 0..TRIALS {
        times.iter_mut().for_each(|(style, times)| times.push(time(Side::Peer(*style), workload)));
    }
    let medians = times.into_iter().map(|(style, times)| (style, Spread::of(times).median));
    medians.min_by(|a, b| a.1.total_cmp(&b.1)).expect("there are styles").0
}

/// Rounds of ours, the peer as it comes and the peer tuned, in turn.
fn measure(workload: Workload, tuned: Style, rounds: usize) -> Measured {
    let sides = [Side::Ours, Side::Peer(Style::PLAIN), Side::Peer(tuned)];
    let rounds: Vec<[f64; 3]> = (0..rounds).map(|_| sides.map(|side| time(side, workload))).collect();
    let spread = |number: fn(&[f64; 3]) -> f64| Spread::of(rounds.iter().map(number));
    Measured {
        ours: spread(|[ours, ..]| *ours),
        peer: spread(|[_, peer, _]| *peer),
        to_peer: spread(|[ours, peer, _]| ours / peer),
        tuned: spread(|[.., tuned]| *tuned),
        to_tuned: spread(|[ours, _, tuned]| ours / tuned),
    }
}

/// Prints one object a line.
pub fn json(rounds: usize) {
    for workload in WORKLOADS {
        let Measured { ours, peer, .. } = measure(workload, Style::PLAIN, rounds);
        let (ours, peer) = (ours.median, peer.median);
        println!(r#"{{"name":"{}","ours_ns":{ours:.1},"peer_ns":{peer:.1}}}"#, workload.name);
    }
}

/// Prints the tables.
pub fn tables(rounds: usize) {
    println!("ns for each committed entry, the whole cluster's work; {rounds} rounds in turn, median (min … max)\n");
    let heads = ["ours", "peer", "ours / peer", "peer tuned", "ours / peer tuned"];
    println!("{:10}{}", "", heads.map(|head| format!(" {head:>22}")).concat());
    let fastest = WORKLOADS.map(fastest);
    let floors = WORKLOADS.iter().zip(fastest).map(|(workload, style)| {
        let Measured { ours, peer, to_peer, tuned, to_tuned } = measure(*workload, style, rounds);
        let cells = [spread(ours, 0), spread(peer, 0), spread(to_peer, 3), spread(tuned, 0), spread(to_tuned, 3)];
        println!("{:10}{}", workload.name, cells.map(|cell| format!(" {cell:>22}")).concat());
        (ours.median, Spread::of((0..rounds).map(|_| floor::time(*workload))).median)
    });
    let floors: Vec<(f64, f64)> = floors.collect();
    println!("\nThe memory-copy floor, and how far ours is from it");
    for (workload, (ours, floor)) in WORKLOADS.iter().zip(floors) {
        println!("{:10} {floor:6.1} ns   {:.1} times", workload.name, ours / floor);
    }
    println!("\nFor each committed entry{:10} messages    bytes   allocations   bytes allocated", "");
    for (workload, tuned) in WORKLOADS.into_iter().zip(fastest) {
        counts(Side::Ours, workload);
        println!("{:10} {:22} {:32.3}", "", "  its logs growing", growth(workload));
        let styles = if tuned == Style::PLAIN { vec![tuned] } else { vec![Style::PLAIN, tuned] };
        styles.into_iter().for_each(|style| counts(Side::Peer(style), workload));
    }
}

/// How often three logs allocate for each command, when nothing is done but append to them.
fn growth(workload: Workload) -> f64 {
    let mut logs: [Log; 3] = Default::default();
    let entry = |number| Entry { term: Term(1), payload: Payload::Command(command(number)[..].into()) };
    let mut calls = 0;
    for batch in 0..workload.commands / workload.batch as u64 {
        let entries: Entries = (0..workload.batch as u64).map(|place| entry(batch + place)).collect();
        let before = alloc::so_far();
        logs.iter_mut().for_each(|log| log.append_all(&entries));
        calls += alloc::so_far().calls - before.calls;
    }
    calls as f64 / workload.commands as f64
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
    println!("{:10} {name:22} {messages:9.3} {bytes:8.1} {calls:13.3} {allocated:17.1}", workload.name);
}

fn spread(Spread { median, min, max }: Spread, digits: usize) -> String {
    format!("{median:.digits$} ({min:.digits$} … {max:.digits$})")
}
