//! What is measured: three servers in one process, every entry applied on all three.
//!
//! Both cores get the same host: messages are handed over in memory, a write is answered as
//! durable at once, timers never fire, and applying an entry reads its bytes. See `docs/bench.md`.

#[cfg(feature = "sim")]
pub mod history;
pub mod ours;
#[cfg(feature = "peer")]
pub mod peer;
mod wasm;

/// How many bytes a command has.
pub const COMMAND: usize = 16;

/// The bytes of the command with a number; reading them gives the number back.
pub fn command(number: u64) -> [u8; COMMAND] {
    let mut bytes = [0; COMMAND];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    bytes
}

/// What applying a command does: a state machine that cannot be left out, and does next to nothing.
#[inline]
pub fn apply(sum: &mut u64, command: &[u8]) {
    if let Some(first) = command.first_chunk::<8>() {
        *sum = sum.wrapping_add(u64::from_le_bytes(*first));
    }
}

/// What crossed between the servers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Traffic {
    /// How many messages.
    pub messages: u64,
    /// Their size, encoded as protocol buffers.
    pub bytes: u64,
}

/// Three servers that have elected a leader.
pub trait Cluster {
    /// Replicates this many commands at once, and returns when the leader has applied them.
    fn commit(&mut self, batch: usize);

    /// Lets every server apply what is committed, and checks that all applied all commands.
    fn finish(&mut self);

    /// What has crossed between the servers since the start, if it was asked to be counted.
    fn traffic(&self) -> Traffic;
}

/// Replicates so many commands in batches.
pub fn replicate(cluster: &mut impl Cluster, commands: u64, batch: usize) {
    for _ in 0..commands / batch as u64 {
        cluster.commit(batch);
    }
    cluster.finish();
}
