//! Three ways to replicate, measured on one workload: stop-and-wait, pipelined, streaming.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use raft_core::Time;
use raft_sim::metrics::Report;
use raft_sim::record::Trace;
use raft_sim::run::Run;
use raft_sim::scenario::parse;

/// Eight clients that write, each ten times, 64 KiB an entry, over links of 20 ms and 1 MB/s.
fn workload(way: &str) -> String {
    let mut text = format!(
        "raft 1\nservers 3\nclients 8\nseed 7\nset latency 20ms\nset bandwidth 1MB/s\nset entry-size 64KiB\n\
         set batch 1\nset client-timeout 60s\nset replication {way}\nat 0ms timeout S1\nat 500ms mark load\n"
    );
    for n in 0..10 {
        for client in 1..=8 {
            writeln!(text, "write k{client}={n} to S1 by C{client}").unwrap();
        }
    }
    text
}

fn measured(way: &str) -> Report {
    let scenario = parse(&workload(way)).unwrap_or_else(|error| panic!("{error}")).scenario;
    let mut trace = Trace::deaf();
    let mut run = Run::new(Arc::new(scenario), &mut trace);
    assert!(run.advance(Time::seconds(5), usize::MAX, &mut trace));
    assert_eq!(run.world().checker().violations(), []);
    Report::of(run.world())
}

fn row(way: &str, report: &Report) -> String {
    let ms = |micros: u64| format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100);
    format!(
        "| {way} | {} | {} | {} | {} | {} | {} |",
        report.commits.count - 1,
        ms(report.commits.p50),
        ms(report.commits.p99),
        ms(report.heartbeat_ways.p99),
        report.missed_heartbeats,
        report.campaigns,
    )
}

#[test]
fn streams_keep_heartbeats_on_time_at_the_throughput_of_the_link() {
    let ways = ["stop-and-wait", "pipelined", "streaming"];
    let [stop, pipelined, streaming] = ways.map(measured);
    let rows = [row(ways[0], &stop), row(ways[1], &pipelined), row(ways[2], &streaming)];
    rows.iter().for_each(|row| println!("{row}"));
    assert_eq!(streaming.missed_heartbeats, 0);
    assert!(streaming.heartbeat_ways.p99 < 21_000, "a heartbeat is there after 20 ms and no later");
    assert!(pipelined.heartbeat_ways.p99 > 10 * streaming.heartbeat_ways.p99, "it waits behind the window");
    // 64 KiB and a header take 65.6 ms at 1 MB/s: 68 entries in 4.5 s are what the link carries.
    assert!(streaming.commits.count >= 64 && pipelined.commits.count >= 64);
    assert!(stop.commits.count * 3 < streaming.commits.count * 2, "a round trip more for each entry");
    assert_eq!(streaming.campaigns, 1, "nobody stands against a leader that is heard");
    compare_with_docs(&rows);
}

/// The figures stand in the docs; `UPDATE=1` writes down what is now.
fn compare_with_docs(rows: &[String]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/replication.md");
    let text = fs::read_to_string(&path).expect("the page");
    let is_row = |line: &&str| ["| stop", "| pipe", "| stream"].iter().any(|start| line.starts_with(start));
    let old: Vec<&str> = text.lines().filter(is_row).collect();
    if old == rows {
        return;
    }
    assert!(std::env::var_os("UPDATE").is_some(), "the figures are\n{}\nUPDATE=1 writes them down", rows.join("\n"));
    let mut rows = rows.iter();
    let new: Vec<&str> =
        text.lines().map(|line| if is_row(&line) { rows.next().map_or("", String::as_str) } else { line }).collect();
    fs::write(path, new.join("\n") + "\n").expect("the page can be written");
}
