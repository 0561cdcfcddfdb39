//! Raft, retold in code, in the order in which the paper tells it.
//!
//! The core is a pure state machine. A host feeds it [`Input`]s (a message arrived, a timer
//! fired, a write is durable, a client proposes) and carries out the [`Effect`]s that come
//! back (send, arm a timer, write to disk, apply, answer). It knows no clock, no randomness
//! and no input or output, so the same inputs always give the same run.
//!
//! Read it like the paper (extended version, sections as `§`):
//!
//! 1. [`ids`]: servers, terms, indexes, positions (§5.1).
//! 2. [`log`]: entries and the log that holds them (§5.3).
//! 3. [`message`]: what servers say to each other (Figure 2).
//! 4. [`step`]: the contract, inputs and effects.
//! 5. [`rules`]: the few small rules on which Raft's promises rest, one function each.
//! 6. [`node`]: a server; rules for all servers, terms and roles (§5.1).
//! 7. `election`: how a leader is chosen (§5.2) and who may be (§5.4.1).
//!    `prevote` (thesis §9.6), `lease` (thesis §4.2.3, §6.2) and `transfer` (thesis §3.10) keep a
//!    good leader in place, or hand over from it.
//! 8. `replication`: how the log spreads (§5.3) and when an entry is committed (§5.4.2).
//! 9. [`progress`]: what a leader knows of one follower.
//! 10. [`durable`]: what must be on disk before it is spoken of (§5.1, Figure 2 "persistent state").
//! 11. [`note`]: every decision, with its reason, for people who watch.
//!
//! ```
//! use raft_core::*;
//!
//! // A cluster of one elects itself as soon as its vote is on disk.
//! let me = ServerId(1);
//! let mut out = Outbox::default();
//! let mut node = Node::start(me, Config::new([me]), Durable::default(), Index(0), &mut out);
//! node.step(Input::TimerFired(Timer::Election), &Rules::PAPER, &mut out);
//! assert_eq!(node.view().role, RoleName::Candidate);
//! for token in out.drain().filter_map(|effect| match effect {
//!     Effect::Persist(token, _) => Some(token),
//!     _ => None,
//! }).collect::<Vec<_>>() {
//!     node.step(Input::Persisted(token), &Rules::PAPER, &mut out);
//! }
//! assert_eq!(node.view().role, RoleName::Leader);
//! ```
#![no_std]

extern crate alloc;

pub mod ids;
pub mod log;
pub mod message;
pub mod step;
pub mod rules;
pub mod node;
mod election;
mod prevote;
mod lease;
mod transfer;
mod replication;
pub mod progress;
pub mod durable;
pub mod note;
mod view;

pub use durable::{Durable, HardState, Token, Write};
pub use ids::{Index, Position, ServerId, Term, Time};
pub use log::{Chunked, Command, Entries, Entry, Log, Payload};
pub use message::{Envelope, Kind, Message};
pub use node::{Config, Election, Node, Replication};
pub use note::{AppendRefusal, Cause, NotYet, Note, StepDown, VoteRefusal};
pub use progress::Progress;
pub use rules::Rules;
pub use step::{Answer, Effect, Input, Outbox, ProposalId, Timer};
pub use view::{RoleName, View};
