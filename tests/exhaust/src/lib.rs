//! Small clusters of the real core, explored completely: every order in which messages arrive, again
//! and again or never, timers fire, clients write and servers crash, up to bounds; see
//! `docs/exhaustive.md`.
//!
//! 1. [`intern`]: everything that occurs is kept once and named by a number.
//! 2. [`bounds`]: how far the search goes, and the rules that servers keep.
//! 3. [`server`]: one server with its disk, and what one event does to it.
//! 4. [`wire`]: messages, and which of them can never do anything again.
//! 5. [`promises`]: what must hold, with the history that it takes to say so (Figure 3).
//! 6. [`model`]: a cluster, and the states that may follow a state.
//! 7. [`search`]: all of them, breadth first.
//! 8. [`table`]: the searches that are recorded.

pub mod intern;
pub mod bounds;
pub mod server;
pub mod wire;
pub mod promises;
pub mod model;
pub mod search;
pub mod table;
