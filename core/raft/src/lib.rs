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
//! 2. [`log`]: entries and the log that holds them (§5.3); `chunked` is the list underneath.
//! 3. [`membership`]: who votes and who listens (§6).
//! 4. [`message`]: what servers say to each other (Figure 2, Figure 13).
//! 5. [`step`]: the contract, inputs and effects.
//! 6. [`rules`]: the few small rules on which Raft's promises rest, one function each;
//!    [`quorum`]: what counts as agreement (§5.2, §6).
//! 7. [`node`]: a server; rules for all servers, terms and roles (§5.1).
//! 8. `election`: how a leader is chosen (§5.2) and who may be (§5.4.1).
//!    `prevote` (thesis §9.6), `lease` (thesis §4.2.3, §6.2) and `transfer` (thesis §3.10) keep a
//!    good leader in place, or hand over from it.
//! 9. `replication`: how the log spreads (§5.3) and when an entry is committed (§5.4.2);
//!    [`progress`]: what a leader knows of one follower, and how much is on its way to it
//!    (thesis §10.2.1); `stream`: entries on a stream of their own, apart from heartbeats.
//! 10. [`durable`]: what must be on disk before it is spoken of (§5.1, Figure 2 "persistent state").
//! 11. [`snapshot`]: the start of the log gives way to an image of the state machine (§7).
//! 12. [`reconfiguration`]: how the cluster changes while it runs (§6, thesis §4).
//! 13. `read`: up-to-date reads that need no entry in the log (§8, thesis §6.4).
//! 14. [`note`]: every decision, with its reason, for people who watch.
//!
//! ```
//! use raft_core::*;
//!
//! // A cluster of one elects itself as soon as its vote is on disk.
//! let me = ServerId(1);
//! let mut out = Outbox::default();
//! let disk = Durable::new(Membership::of([me]));
//! let mut node = Node::start(me, Config::default(), disk, Index(0), &mut out);
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

mod fields;
pub mod ids;
pub mod chunked;
mod grouped;
pub mod log;
pub mod membership;
pub mod message;
pub mod step;
pub mod rules;
pub mod quorum;
pub mod node;
mod election;
mod prevote;
mod lease;
mod transfer;
mod replication;
pub mod progress;
mod stream;
pub mod durable;
pub mod snapshot;
pub mod reconfiguration;
mod read;
pub mod note;
mod view;

pub use chunked::Chunked;
pub use durable::{Durable, HardState, Token, Write};
pub use ids::{Index, Position, ServerId, Term, Time};
pub use log::{Batch, Command, Entries, Entry, Log, Payload};
pub use membership::Membership;
pub use message::{Envelope, Kind, Message};
pub use node::{Backtrack, Config, Election, Flow, Node, ReadMode, Replication};
pub use note::{AppendRefusal, Cause, Confirmed, NoChange, NotYet, Note, StepDown, VoteRefusal};
pub use progress::{Progress, Sent, State, Window};
pub use quorum::Tally;
pub use reconfiguration::{Change, Way};
pub use rules::Rules;
pub use snapshot::{Image, Snapshot};
pub use step::{Answer, Effect, Input, Outbox, ProposalId, ReadAnswer, ReadId, Sink, Timer};
pub use view::{Brief, RoleName, View};
