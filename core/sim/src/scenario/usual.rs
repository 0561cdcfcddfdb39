//! The scenario that says nothing: what stands where a text leaves something out. Frozen for version 1.

use alloc::string::String;
use alloc::vec::Vec;

use raft_core::ServerId;

use super::ast::Scenario;

impl Default for Scenario {
    fn default() -> Self {
        Scenario {
            title: String::new(),
            about: Vec::new(),
            author: None,
            lang: None,
            servers: Scenario::first_servers(5),
            learners: Vec::new(),
            spares: Vec::new(),
            clients: 1,
            seed: 1,
            settings: Vec::new(),
            bugs: Vec::new(),
            starts: Vec::new(),
            goals: Vec::new(),
            allow: None,
            steps: Vec::new(),
        }
    }
}

impl Scenario {
    /// S1 to S`count`.
    pub fn first_servers(count: u32) -> Vec<ServerId> {
        (1..=count).map(ServerId).collect()
    }
}
