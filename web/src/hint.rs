//! The one line under the ring: what to try next. It goes along with what the reader has done,
//! and falls silent when there is nothing left to suggest.

use raft_core::{RoleName, ServerId};
use raft_sim::host::Condition;

use crate::scene::{Ask, Picture};
use crate::words;

/// What the reader has tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tried {
    /// Crashed a leader.
    pub crash: bool,
    /// Wrote something.
    pub write: bool,
    /// Went back in time.
    pub back: bool,
    /// Opened a lesson.
    pub course: bool,
}

/// What the button in the line does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Try {
    /// Crash the leader.
    CrashLeader,
    /// Write a value.
    Write,
    /// One event back.
    StepBack,
    /// Restart a server.
    Restart(ServerId),
    /// Mend the network.
    Heal,
    /// Ask why nobody leads.
    Why,
    /// Start the course.
    Course,
    /// Open the share dialog.
    Share,
}

/// A line: what is seen, and what to try.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hint {
    /// What is seen.
    pub says: String,
    /// What to try.
    pub offer: Option<Try>,
}

/// What this is, what happens, what to do: read before anything was tried.
pub const START: &str = "Five servers keep copies of one log. One of them leads: it takes what clients write and sends it to the others; if it falls silent, they elect another. Break anything, stop time, go back.";

/// The line for a picture.
pub fn hint(picture: &Picture, tried: Tried) -> Hint {
    let up = picture.servers.iter().filter(|s| s.condition == Condition::Up).count();
    let down = picture.servers.iter().find(|s| s.condition == Condition::Down);
    let candidate = picture.servers.iter().find(|s| s.role == RoleName::Candidate && s.condition == Condition::Up);
    let line = |says: String, offer: Option<Try>| Hint { says, offer };
    if 2 * up <= picture.servers.len() {
        let offer = down.map(|server| Try::Restart(server.id));
        return line("Too few servers are up for a majority: nobody can win.".to_owned(), offer);
    }
    let Some(leader) = picture.leader else {
        return match candidate {
            Some(server) => {
                line(format!("{} stands for election in term {} and asks for votes.", server.id, server.term), None)
            }
            None if tried.crash => {
                line("No leader. Whose timer, the arc around it, runs out first?".to_owned(), Some(Try::Why))
            }
            None => line(
                "No leader yet. The first server whose timer, the arc around it, runs out stands for election."
                    .to_owned(),
                None,
            ),
        };
    };
    if let Some((old, new)) = &picture.joint {
        let says = format!(
            "Joint consensus: it takes a majority of the old {} and one of the new {}.",
            words::list(old),
            words::list(new)
        );
        return line(says, None);
    }
    let waiting = picture.clients.iter().any(|client| client.state == Ask::Waiting);
    match tried {
        Tried { crash: false, .. } => {
            line(format!("{leader} leads; its heartbeats reset the others’ timers."), Some(Try::CrashLeader))
        }
        Tried { write: false, .. } => {
            line(format!("{leader} leads now. Give it something to replicate."), Some(Try::Write))
        }
        _ if waiting && !picture.cuts.is_empty() => {
            line("An entry needs a majority, and some links are cut.".to_owned(), Some(Try::Heal))
        }
        _ if waiting => line("A dashed entry is stored. It turns solid once a majority has it.".to_owned(), None),
        Tried { back: false, .. } => line("Everything can be looked at again.".to_owned(), Some(Try::StepBack)),
        _ if !picture.cuts.is_empty() => line("Some links are cut.".to_owned(), Some(Try::Heal)),
        _ => match down {
            Some(server) => line(
                format!("{} is down. What does its log lack when it is back?", server.id),
                Some(Try::Restart(server.id)),
            ),
            None if !tried.course => line(words::library::OFFER.to_owned(), Some(Try::Course)),
            None => {
                line("Any server or message can be clicked. A link replays all of this.".to_owned(), Some(Try::Share))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use raft_core::Time;

    use super::*;
    use crate::playback::Playback;
    use crate::shelf;

    #[test]
    fn who_has_tried_everything_is_offered_the_course_and_then_to_share() {
        let mut playback = Playback::new(shelf::first());
        playback.seek(Time::seconds(1));
        let picture = Picture::of(playback.world());
        let offer = |tried: Tried| hint(&picture, tried).offer;
        let tried = Tried { crash: true, write: true, back: true, course: false };
        assert_eq!(offer(Tried::default()), Some(Try::CrashLeader));
        assert_eq!(offer(tried), Some(Try::Course));
        assert_eq!(offer(Tried { course: true, ..tried }), Some(Try::Share));
    }
}
