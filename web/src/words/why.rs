//! The words of the panel that answers. Those of facts and steps are in `raft_sim::words::why`.

use raft_core::{Position, Time};
use raft_sim::why::Question;
use raft_sim::words::why::Said;

use super::{length, moment};

/// The name of the panel, and of what opens it.
pub const WHY: &str = "Why?";
/// The choice of a question.
pub const QUESTION: &str = "Question";
/// Looks for a way.
pub const TAKE: &str = "What would it take?";
/// While it is looked for.
pub const LOOKS: &str = "Looking for a way …";
/// Looks no further.
pub const STOP: &str = "Stop";
/// Does what was found.
pub const DO: &str = "Do it";
/// Asks the same of the present.
pub const AGAIN: &str = "Ask now";
/// When something else was done in between.
pub const PARTED: &str = "Something else has happened in between: ask again.";
/// When the way did not lead there.
pub const MISSED: &str = "It came out otherwise: look once more.";

/// The question, shortened where what it is about stands above.
pub fn of(question: Question, so: bool) -> String {
    match (question, so) {
        (Question::NotLeader(id), false) => format!("Why does {id} lead?"),
        (Question::NoLeader, false) => "Who leads?".into(),
        (Question::NotCommitted(index), false) => format!("Is entry {index} committed?"),
        (Question::NotKnown(id, index), false) => format!("Does {id} know that entry {index} is committed?"),
        (Question::Waits(id, Some(serial)), false) => format!("Why did {id} #{serial} wait?"),
        (Question::Waits(id, _), false) => format!("Does {id} wait?"),
        (question, true) => question.text(),
    }
}

/// The moment of an answer that is not the present any more.
pub fn asked(at: Time) -> String {
    format!("This is about {}.", moment(at))
}

/// Goes back there.
pub fn back(at: Time) -> String {
    format!("Back to {}", moment(at))
}

/// Which of two entries at one index is meant.
pub fn other_entry(meant: Position, entry: Position, committed: bool) -> Said {
    let (index, meant, entry) = (meant.index, meant.term, entry.term);
    let text = if committed {
        format!("Entry {index} of term {meant} is committed: that of term {entry} is overwritten.")
    } else {
        format!("Logs differ at entry {index}: this is about that of term {meant}, not that of term {entry}.")
    };
    (text, Some("§5.3"))
}

/// A step that lets time pass.
pub fn wait(from: Time, until: Time) -> String {
    format!("Wait {}: something gets onto a disk.", length(until.since(from)))
}

/// What a screen reader is told of a step that is done.
pub fn done(step: usize, of: usize, order: &str) -> String {
    format!("Step {step} of {of}: {order}")
}

/// Shows what led to an event, and what came of it.
pub const LED: &str = "What led here";

/// What is marked in the story.
pub fn led(past: usize, future: usize) -> String {
    format!("{past} events led to this one: a solid bar. {future} may have come of it: a dashed bar.")
}
