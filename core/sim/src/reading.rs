//! Reads that do not go through the log (thesis §6.4): what a server does with a client's read.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;

use raft_core::{Index, Input, ReadAnswer, ReadId, ReadMode, ServerId};

use crate::host::Server;
use crate::machine::{ClientId, Operation, Outcome, Request};
use crate::network::{Parcel, Place, Reply};
use crate::record::Trace;
use crate::scenario;
use crate::world::World;

/// The reads that a server has not answered yet.
pub(crate) type Reads = BTreeMap<ReadId, Reading>;

/// A client's read at a server.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Reading {
    pub(crate) client: ClientId,
    pub(crate) serial: u64,
    pub(crate) tries: u32,
    pub(crate) key: Arc<str>,
    /// It can be read when so much is applied; nothing as long as that is not known.
    pub(crate) from: Option<Index>,
}

impl World {
    /// How servers answer reads, as the core knows it.
    pub(crate) fn read_mode(&self) -> ReadMode {
        match self.settings.all().reads {
            scenario::Reads::Lease => ReadMode::Lease,
            scenario::Reads::Log | scenario::Reads::Index => ReadMode::Index,
        }
    }

    /// Whether reads are answered without an entry of the log.
    pub(crate) fn reads_apart(&self) -> bool {
        self.settings.all().reads != scenario::Reads::Log
    }

    /// Whether an operation is one that leaves no trace, and can be tried again for ever.
    pub(crate) fn leaves_no_trace(&self, operation: &Operation) -> bool {
        operation.is_read() && self.reads_apart()
    }

    /// A client's request arrives at a server: a read may go apart, all else goes through the log.
    pub(crate) fn request(&mut self, id: ServerId, client: ClientId, tries: u32, request: Request, trace: &mut Trace) {
        let serial = request.serial;
        match request.operation {
            Operation::Get { key } if self.reads_apart() => {
                self.read(id, Reading { client, serial, tries, key, from: None }, trace);
            }
            _ => self.propose(id, client, tries, request, trace),
        }
    }

    fn read(&mut self, id: ServerId, reading: Reading, trace: &mut Trace) {
        let Reading { client, serial, tries, .. } = reading;
        let read = ReadId(u64::from(client.0) << 56 | u64::from(tries) << 40 | serial);
        let Some(process) = self.server_mut(id).and_then(Server::process_mut) else { return };
        // A client waits for one thing at a time: what it asked for before it has given up.
        process.reads.retain(|_, other| other.client != client || other.serial >= serial);
        // A doubled request is asked once.
        if process.reads.insert(read, reading).is_none() {
            self.feed(id, Input::Read(read), trace);
        }
    }

    /// The core has found out how far a read must be applied, or that it cannot.
    pub(crate) fn read_found(&mut self, id: ServerId, read: ReadId, answer: ReadAnswer) {
        let Some(process) = self.server_mut(id).and_then(Server::process_mut) else { return };
        match answer {
            ReadAnswer::At(index) => {
                if let Some(reading) = process.reads.get_mut(&read) {
                    reading.from = Some(index);
                }
                self.answer_reads(id);
            }
            ReadAnswer::NotLeader(leader) => {
                let Some(Reading { client, serial, tries, .. }) = process.reads.remove(&read) else { return };
                let parcel = Parcel::Answer { serial, tries, reply: Reply::NotLeader(leader) };
                self.send(Place::Server(id), Place::Client(client), parcel);
            }
        }
    }

    /// Answers the reads that waited for what is applied now.
    pub(crate) fn answer_reads(&mut self, id: ServerId) {
        let now = self.now;
        while let Some(process) = self.server_mut(id).and_then(Server::process_mut) {
            let applied = process.applied;
            let ready = process.reads.iter().find(|(_, reading)| reading.from.is_some_and(|from| from <= applied));
            let Some(read) = ready.map(|(read, _)| *read) else { return };
            let Some(Reading { client, serial, tries, key, .. }) = process.reads.remove(&read) else { return };
            let value = process.store.values.get(&key).cloned();
            self.checker.read(now, id, applied, (client, serial, &key));
            let parcel = Parcel::Answer { serial, tries, reply: Reply::Outcome(Outcome::Value(value)) };
            self.send(Place::Server(id), Place::Client(client), parcel);
        }
    }
}
