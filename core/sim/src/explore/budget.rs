//! How much may go wrong in one schedule: "2 crashes, 3 drops, 1 partition".
//!
//! That messages are late, overtake each other and that timers fire early is no fault: Raft promises
//! nothing of time. What a disk forgets is one that Raft does not promise to survive, so nothing of
//! that kind happens unless a budget names it.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::scenario::{Action, number};

/// A kind of thing that a budget limits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// `crash`
    Crash,
    /// `pause`
    Pause,
    /// A message is lost.
    Drop,
    /// A message arrives twice.
    Duplicate,
    /// `partition`, `isolate`, `cut`
    Partition,
    /// A clock runs fast or slow.
    Clock,
    /// Somebody wants other servers, or another leader.
    Change,
    /// A client asks.
    Request,
    /// `wipe`, `lose`, `forget-vote`: more than Raft survives.
    Loss,
    /// Anything at all: the length of the schedule.
    Step,
}

/// Each kind: one of it, many of it, and how often it may be if nothing is said.
const KINDS: [(&str, &str, u16); 10] = [
    ("crash", "crashes", 3),
    ("pause", "pauses", 1),
    ("drop", "drops", 6),
    ("duplicate", "duplicates", 3),
    ("partition", "partitions", 3),
    ("clock", "clocks", 2),
    ("change", "changes", 4),
    ("request", "requests", 12),
    ("loss", "losses", 0),
    ("step", "steps", 100),
];

/// These are no faults; they keep what they may be by default if a budget does not name them.
const NO_FAULTS: [Fault; 3] = [Fault::Change, Fault::Request, Fault::Step];

/// At most so many of anything.
pub const MOST: u64 = 1_000;

/// What is left to spend.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Budget([u16; KINDS.len()]);

impl Default for Budget {
    fn default() -> Budget {
        Budget(KINDS.map(|(_, _, usual)| usual))
    }
}

impl Budget {
    /// Reads `2 crashes, 3 drops`; of faults that are not named there are none. The error says what
    /// would be right.
    pub fn parse(text: &str) -> Result<Budget, String> {
        let mut budget = Budget::faultless();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (count, word) = part.split_once(' ').ok_or_else(|| format!("`{part}` is no number of faults"))?;
            let count =
                number(count).filter(|n| *n <= MOST).ok_or_else(|| format!("`{count}` is no number up to {MOST}"))?;
            if !budget.limit(word.trim(), count as u16) {
                let words = KINDS.map(|(_, many, _)| many).join(", ");
                return Err(format!("`{}` is nothing that a budget limits; there are {words}", word.trim()));
            }
        }
        Ok(budget)
    }

    /// Nothing may go wrong, and what is no fault may be as often as by default.
    pub fn faultless() -> Budget {
        let mut budget = Budget([0; KINDS.len()]);
        for kind in NO_FAULTS {
            budget.0[kind as usize] = KINDS[kind as usize].2;
        }
        budget
    }

    /// Limits what a word such as `crashes` stands for; `false` if it stands for nothing.
    pub fn limit(&mut self, word: &str, count: u16) -> bool {
        let place = KINDS.iter().position(|(one, many, _)| [*one, *many].contains(&word));
        place.map(|place| self.0[place] = count).is_some()
    }

    /// The words for what a budget limits.
    pub fn words() -> impl Iterator<Item = &'static str> {
        KINDS.iter().map(|(_, many, _)| *many)
    }

    /// As short as it reads back as the same: `2 crashes, 0 requests`.
    pub fn brief(&self) -> String {
        let usual = Budget::faultless();
        let said = (0..KINDS.len()).filter(|place| self.0[*place] != usual.0[*place]);
        let parts: Vec<String> = said.map(|place| counted(place, self.0[place])).collect();
        if parts.is_empty() { counted(Fault::Crash as usize, 0) } else { parts.join(", ") }
    }

    /// How often it may still be.
    pub fn left(&self, kind: Fault) -> u16 {
        self.0[kind as usize]
    }

    /// Whether an action may be; if so, it is spent.
    pub fn spend(&mut self, action: &Action) -> bool {
        let kind = Fault::of(action);
        let fits = self.left(Fault::Step) > 0 && kind.is_none_or(|kind| self.left(kind) > 0);
        if fits {
            self.0[Fault::Step as usize] -= 1;
            if let Some(kind) = kind {
                self.0[kind as usize] -= 1;
            }
        }
        fits
    }
}

/// `1 crash`, `2 crashes`
fn counted(place: usize, count: u16) -> String {
    let (one, many, _) = KINDS[place];
    format!("{count} {}", if count == 1 { one } else { many })
}

impl Fault {
    /// So many of them, in words.
    pub fn counted(self, count: u16) -> String {
        counted(self as usize, count)
    }

    /// What an action is; nothing if it is free.
    pub fn of(action: &Action) -> Option<Fault> {
        match action {
            Action::Crash(_) => Some(Fault::Crash),
            Action::Pause(_) => Some(Fault::Pause),
            Action::Drop(_) => Some(Fault::Drop),
            Action::Duplicate(_) => Some(Fault::Duplicate),
            Action::Partition(_) | Action::Isolate(_) | Action::Cut { .. } => Some(Fault::Partition),
            Action::Clock(..) => Some(Fault::Clock),
            Action::Reconfigure { .. } | Action::Transfer { .. } => Some(Fault::Change),
            Action::Request { .. } | Action::Retry(_) => Some(Fault::Request),
            Action::Wipe(_) | Action::Lose { .. } | Action::ForgetVote(_) => Some(Fault::Loss),
            _ => None,
        }
    }
}

/// `2 crashes, 3 drops, 80 steps`
impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = (0..KINDS.len()).filter(|place| self.0[*place] > 0);
        for (nth, place) in named.enumerate() {
            let comma = if nth == 0 { "" } else { ", " };
            write!(f, "{comma}{}", counted(place, self.0[place]))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_reads_what_it_prints() {
        let budget = Budget::parse("2 crashes, 3 drops, 1 partition").expect("a budget");
        assert_eq!(Budget::parse(&alloc::string::ToString::to_string(&budget)), Ok(budget));
        assert_eq!(
            [Fault::Crash, Fault::Drop, Fault::Partition, Fault::Pause].map(|kind| budget.left(kind)),
            [2, 3, 1, 0]
        );
        assert!(budget.left(Fault::Step) > 0, "what is no fault need not be named");
    }

    #[test]
    fn the_brief_form_reads_back_too() {
        for text in ["0 crashes", "2 crashes, 1 partition", "0 requests", "1 loss, 7 steps", ""] {
            let budget = Budget::parse(text).expect("a budget");
            assert_eq!(Budget::parse(&budget.brief()), Ok(budget), "{text}");
        }
    }

    #[test]
    fn a_slip_is_named() {
        for (text, word) in
            [("2 crushes", "crushes"), ("many crashes", "many"), ("crashes", "crashes"), ("9999 drops", "9999")]
        {
            assert!(Budget::parse(text).expect_err("a slip").contains(word), "{text}");
        }
    }
}
