//! The memory-copy floor: what cannot be left out, and nothing else.
//!
//! The leader writes an entry into its log; a message holds it once, for both followers; each
//! follower writes it into its log; all three read it. No term is compared, nothing is counted,
//! nobody answers: memory that is there already, moved by the machine's own copy.

use std::hint::black_box;

use raft_bench::COMMAND;

use crate::clock;
use crate::workload::Workload;

/// The least that a log has to hold of a command.
#[derive(Clone, Copy, Default)]
struct Plain {
    term: u64,
    command: [u8; COMMAND],
}

/// Logs go round in so many entries: larger than the caches next to the processor.
const ROUND: usize = 65_536;

/// Nanoseconds for each command of one round.
pub fn time(workload: Workload) -> f64 {
    let mut logs = vec![vec![Plain { term: 1, command: [1; COMMAND] }; ROUND]; 3];
    let mut message = vec![Plain::default(); workload.batch];
    let mut sums = [0; 3];
    let (mut number, mut place) = (0, 0);
    let start = clock::now();
    for _ in 0..workload.commands / workload.batch as u64 {
        let [leader, followers @ ..] = &mut logs[..] else { return 0.0 };
        let batch = place..place + workload.batch;
        for entry in &mut leader[batch.clone()] {
            number += 1;
            *entry = Plain { term: 1, command: raft_bench::command(number) };
        }
        black_box(&mut message).copy_from_slice(&leader[batch.clone()]);
        for follower in followers {
            follower[batch.clone()].copy_from_slice(black_box(&message));
        }
        for (log, sum) in black_box(&logs).iter().zip(&mut sums) {
            log[batch.clone()].iter().for_each(|entry| raft_bench::apply(sum, &entry.command));
        }
        place = if batch.end + workload.batch > ROUND { 0 } else { batch.end };
    }
    let took = (clock::now() - start).as_nanos() as f64;
    assert!(black_box(&logs)[2][0].term == 1 && black_box(sums)[0] == sums[2]);
    took / workload.commands as f64
}
