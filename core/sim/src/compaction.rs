//! Snapshots at a server (§7): when its state machine is written down, and when it is read back.

use raft_core::{Image, Index, Input, ServerId, Snapshot};

use crate::act::ActError;
use crate::host::Server;
use crate::machine::Store;
use crate::record::Trace;
use crate::scenario::Who;
use crate::world::World;

impl World {
    /// `snapshot S1`.
    pub(crate) fn snapshot(&mut self, who: Who, trace: &mut Trace) -> Result<(), ActError> {
        let id = self.up(who)?;
        let Some((index, image)) = self.image_after(id, 1) else { return Err(ActError::NothingToKeep(id)) };
        self.feed(id, Input::Compact(index, image), trace);
        Ok(())
    }

    /// What a server has to write down once it has applied so much: only what the settings want.
    pub(crate) fn due_snapshot(&self, id: ServerId, applied: Index) -> Option<Input> {
        let every = u64::from(self.settings.snapshot_every(id));
        let last = self.server(id)?.view()?.snapshot.index;
        if every == 0 || applied.0 < last.0 + every {
            return None;
        }
        let store = self.server(id)?.store()?;
        Some(Input::Compact(applied, self.image_of(store)))
    }

    /// The state machine of a server that has applied at least so many entries since its last snapshot.
    fn image_after(&self, id: ServerId, entries: u64) -> Option<(Index, Image)> {
        let server = self.server(id)?;
        let view = server.view()?;
        (view.applied.0 >= view.snapshot.index.0 + entries).then_some(())?;
        Some((view.applied, self.image_of(server.store()?)))
    }

    /// What a snapshot holds of a store: all of it.
    fn image_of(&self, store: &Store) -> Image {
        (self.setup.in_force.habits.writes_down)(store).image()
    }

    /// A server's store becomes what a snapshot holds.
    pub(crate) fn restore(&mut self, id: ServerId, snapshot: &Snapshot) {
        let Some(process) = self.server_mut(id).and_then(Server::process_mut) else { return };
        process.store = Store::from_image(&snapshot.image).unwrap_or_default();
        // Whether what these clients asked for is in the snapshot, this server cannot tell.
        process.waiting.retain(|index, _| *index > snapshot.last.index);
        process.applied = snapshot.last.index;
        self.answer_reads(id);
    }
}
