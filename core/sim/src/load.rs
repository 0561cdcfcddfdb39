//! A steady load (`set load 1000/s`): many clients, none of which is shown, write so often.
//!
//! Each write is handed to whoever leads, at its due time, without crossing a link: what is
//! measured is the cluster. It is one entry, `load=1`, `load=2`, …, and no client waits for it.
//! The story leaves out what happens to single entries meanwhile.

use raft_core::{Input, Note, ProposalId, Time};

use crate::host::Condition;
use crate::machine::{Operation, Request, Sessions};
use crate::record::{Trace, What};
use crate::scenario::MessageKind;
use crate::world::{Event, World};

/// A leader with so many entries that are not committed takes no more of the load.
const MOST_OPEN: u64 = 4_096;

/// The proposal of every write of the load: nobody waits for its answer.
pub(crate) const PROPOSAL: ProposalId = ProposalId(u64::MAX);

/// The load's place in time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Load {
    /// Writes a second.
    rate: u32,
    since: Time,
    /// Writes since then.
    nth: u64,
    /// Writes in all.
    serial: u64,
    /// The next one among the events.
    next: Option<(Time, u64)>,
}

impl World {
    /// The load is what the settings want.
    pub(crate) fn set_load(&mut self) {
        let rate = self.settings.all().load;
        if rate == self.load.rate {
            return;
        }
        if let Some(next) = self.load.next.take() {
            self.queue.remove(&next);
        }
        self.load = Load { rate, since: self.now, nth: 0, ..self.load };
        self.next_load();
    }

    /// Exactly as many writes as the rate says: the nth is due after n / rate seconds, rounded down.
    fn next_load(&mut self) {
        self.load.nth += 1;
        let after = (self.load.nth * 1_000_000).checked_div(self.load.rate.into());
        self.load.next = after.map(|micros| {
            let due = self.load.since + Time(micros);
            (due, self.schedule(due, Event::Load))
        });
    }

    /// One write of the load.
    pub(crate) fn load_writes(&mut self, trace: &mut Trace) {
        self.next_load();
        let leader = self.leader().and_then(|id| self.server(id));
        let takes = leader.filter(|server| {
            let open = server.view().map_or(0, |view| view.last.index.0 - view.commit.0);
            server.condition() == Condition::Up && open < MOST_OPEN
        });
        let Some(id) = takes.map(|server| server.id) else { return self.metrics.loaded(false) };
        self.load.serial += 1;
        let value = alloc::format!("{}", self.load.serial).as_str().into();
        let operation = Operation::Set { key: "load".into(), value };
        let command = Request { client: None, serial: 0, sessions: Sessions::All, operation }
            .encode(self.settings.all().entry_size);
        self.feed(id, Input::Propose(PROPOSAL, command), trace);
    }
}

impl What {
    /// Whether it is one of the many things that happen to every entry.
    pub(crate) fn is_of_an_entry(&self) -> bool {
        match self {
            What::Decided(_, note) => matches!(
                note,
                Note::AppendsCommand { .. }
                    | Note::Stores { .. }
                    | Note::Matches { .. }
                    | Note::Commits { .. }
                    | Note::LearnsCommit { .. }
                    | Note::NotCommitted { .. }
            ),
            What::Arrived(trip) => matches!(
                trip.kind,
                MessageKind::Append | MessageKind::AppendReply | MessageKind::Stream | MessageKind::StreamAck
            ),
            What::Applied { .. } | What::Synced(_) => true,
            _ => false,
        }
    }
}
