//! A simulated world for [`raft_core`]: servers with disks and clocks, a network, clients,
//! scenarios, time travel. One run is a pure function of its [`scenario::Scenario`].
#![no_std]

extern crate alloc;

pub mod dice;
pub mod digest;
pub mod machine;
pub mod image;
pub mod scenario;
pub mod network;
pub mod host;
pub mod client;
mod freshness;
pub mod footing;
pub mod liveness;
pub mod checker;
pub mod bugs;
pub mod metrics;
mod load;
mod gist;
pub mod record;
mod queue;
pub mod world;
mod transit;
mod asking;
pub mod act;
mod compaction;
mod sharing;
pub mod fault;
pub mod linearize;
mod reading;
pub mod judge;
pub mod run;
pub mod timeline;
pub mod compare;
pub mod elections;
pub mod knowledge;
pub mod explore;
pub mod why;
pub mod state;
pub mod words;
pub mod link;
pub mod exercise;
pub mod lanes;
pub mod export;
pub mod traces;
pub mod foretell;
