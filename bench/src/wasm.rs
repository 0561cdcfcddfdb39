//! The same work as WebAssembly: one function for node to call and to time.

use crate::ours::Ours;
use crate::{Cluster, replicate};

/// Replicates so many commands in batches, on a new cluster, and returns how many messages it took.
#[unsafe(no_mangle)]
pub extern "C" fn replicate_commands(commands: u32, batch: u32) -> u32 {
    let mut cluster = Ours::new(false);
    replicate(&mut cluster, u64::from(commands), batch.max(1) as usize);
    u32::try_from(cluster.traffic().messages).unwrap_or(u32::MAX)
}
