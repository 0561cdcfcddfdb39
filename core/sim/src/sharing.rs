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

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use raft_core::Time;

    use super::*;
    use crate::scenario::parse;
    use crate::timeline::Timeline;

    #[test]
    fn what_all_have_applied_lies_in_memory_once() {
        let text = "raft 1\nservers 3\nseed 4\nset load 100/s\nat 3s crash S3\nat 4s restart S3\n";
        let mut run = Timeline::new(parse(text).expect("a scenario").scenario);
        run.seek(Time::seconds(6));
        let servers = run.run().world().servers();
        let logs = servers.iter().flat_map(|server| {
            let process = server.process().expect("all are up");
            [process.node.log(), &process.disk.durable.log]
        });
        let runs: Vec<Vec<_>> = logs
            .map(|log| {
                log.runs_ending_in(Index(64)..=Index(256)).map(|(first, run)| (first, Arc::as_ptr(run))).collect()
            })
            .collect();
        assert!(runs[0].len() >= 4, "{runs:?}");
        assert!(runs.iter().all(|of| *of == runs[0]), "{runs:?}");
    }
}
