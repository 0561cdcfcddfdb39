//! One copy in memory of the entries that several servers, and their disks, have: a long run is kept
//! for many keyframes, and most of it is logs that agree.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use raft_core::{Entry, Index, ServerId};

use crate::host::Server;
use crate::world::World;

impl World {
    /// A server has applied these entries: from now on they will hardly change, and where another
    /// server has the same ones, both use the same memory.
    #[inline(never)]
    pub(crate) fn share_entries(&mut self, id: ServerId, applied: RangeInclusive<Index>) {
        let Some(process) = self.server(id).and_then(Server::process) else { return };
        let others = || self.servers().iter().filter(|server| server.id != id).filter_map(Server::process);
        let of_another = |first| others().find_map(|other| other.node.log().run_from(first));
        let ended = process.node.log().runs_ending_in(applied);
        let runs: Vec<(Index, Arc<[Entry]>)> = ended
            .map(|(first, own)| (first, of_another(first).filter(|other| *other == own).unwrap_or(own).clone()))
            .collect();
        if runs.is_empty() {
            return;
        }
        let Some(process) = self.server_mut(id).and_then(Server::process_mut) else { return };
        for (first, run) in &runs {
            process.node.share_log(*first, run);
            process.disk.durable.log.share(*first, run);
        }
    }
}
