//! What `raftlab run` prints: a line a record.

use alloc::format;
use alloc::string::String;

use raft_core::Time;

use super::Excerpt;
use crate::record::Record;
use crate::words::{Weight, line};

/// The records of a stretch in words, with the heartbeats and all if asked.
pub fn transcript(excerpt: &Excerpt, all: bool) -> String {
    excerpt.records.iter().filter_map(|record| transcript_line(record, all)).collect()
}

/// A record in words, with the end of its line; `None` of what is left out.
pub fn transcript_line(record: &Record, all: bool) -> Option<String> {
    let line = line(record);
    if line.weight == Weight::Routine && !all {
        return None;
    }
    let section = line.section.map(|section| format!(" [{section}]")).unwrap_or_default();
    let why = line.why.map(|why| format!(" {why}")).unwrap_or_default();
    Some(format!("{:>12}  {}{why}{section}\n", millis(record.at), line.text))
}

/// Milliseconds with all their decimals, so that columns line up.
pub fn millis(time: Time) -> String {
    format!("{}.{:03} ms", time.0 / 1_000, time.0 % 1_000)
}
