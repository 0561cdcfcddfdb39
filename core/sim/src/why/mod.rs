//! Why something is not so: a chain of facts, each with the event that made it so; and what it
//! would take to make it so.
//!
//! Facts are found in the world as it stands and in the records of the run that led to it; their
//! words stand with all others in [`crate::words::why`].

mod ask;
mod averted;
pub(crate) mod causes;
mod commit;
mod fact;
mod goal;
mod leader;
mod past;
mod request;
mod takes;

use alloc::vec::Vec;

use raft_core::{Index, ServerId};

pub use self::ask::{ASKED, AskError, ask};
pub use self::averted::Averting;
pub use self::causes::Cone;
pub use self::fact::{Counted, Fact, Reason, Since};
pub use self::goal::Goal;
use self::past::Past;
pub use self::takes::{Found, Search, Step};
use crate::machine::ClientId;
use crate::record::Record;
use crate::world::World;

/// What can be asked of a moment of a run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Question {
    /// Why is this server not leader?
    NotLeader(ServerId),
    /// Why is nobody leader?
    NoLeader,
    /// Why is the entry at this index not committed?
    NotCommitted(Index),
    /// Why does this server not know that the entry is committed?
    NotKnown(ServerId, Index),
    /// Why does this client wait? Of the operation with this number, or of the one it is at.
    Waits(ClientId, Option<u64>),
}

/// What there is to say to a question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// What was asked.
    pub question: Question,
    /// Whether it is as the question has it.
    pub so: bool,
    /// The facts, the nearest first.
    pub reasons: Vec<Reason>,
}

impl Answer {
    /// The answer to a question, in a world to which these records led.
    pub fn to(question: Question, world: &World, records: &[Record]) -> Answer {
        let past = Past { world, records };
        let so = !Goal::of(question, world).is_reached(world);
        let mut reasons = match question {
            Question::NotLeader(id) => past.not_leader(id),
            Question::NoLeader => past.no_leader(),
            Question::NotCommitted(index) => past.not_committed(index),
            Question::NotKnown(id, index) => past.not_known(id, index),
            Question::Waits(client, serial) => past.waits(client, serial),
        };
        let mut place = 0;
        while place < reasons.len() {
            let again = reasons[..place].iter().any(|other| other.fact == reasons[place].fact);
            if again {
                reasons.remove(place);
            } else {
                place += 1;
            }
        }
        Answer { question, so, reasons }
    }
}
