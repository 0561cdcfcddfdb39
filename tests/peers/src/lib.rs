//! Other people's tests of Raft, on our core: etcd's interaction scripts, a differential test
//! against another core, and the tables that ship inside that core's sources; see `docs/peers.md`.

pub mod state;
pub mod cluster;
pub mod ours;
pub mod script;
pub mod replay;
pub mod rule;
pub mod peer;
pub mod schedule;
pub mod versus;
pub mod tables;
