//! Faults of disks and clocks: what Raft does not promise to survive, and a clock that is off.
//!
//! What is on a disk is looked at when a server starts. So whoever loses something crashes first,
//! if it runs, and stays down until it is restarted: the fault is what the restart finds.

use alloc::vec::Vec;
use core::fmt;

use raft_core::{Durable, Index, Log, Membership, ServerId, Time, Timer};

use crate::act::ActError;
use crate::host::{Armed, Host, Server};
use crate::record::{Trace, What};
use crate::scenario::Who;
use crate::world::{Event, World};

/// How fast a clock runs, in percent of true time: with 150 it measures 300 ms in 200 ms.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Pace(u32);

impl Pace {
    /// A clock that is right.
    pub const TRUE: Pace = Pace(100);

    /// A pace of 1% to 10,000%.
    pub fn percent(percent: u32) -> Option<Pace> {
        (1..=10_000).contains(&percent).then_some(Pace(percent))
    }

    /// In percent of true time.
    pub fn as_percent(self) -> u32 {
        self.0
    }

    /// `x1.5`: at most two decimals.
    pub fn parse(text: &str) -> Option<Pace> {
        let (whole, part) = text.strip_prefix('x').map(|text| text.split_once('.').unwrap_or((text, "0")))?;
        let digits = |text: &str| crate::scenario::number(text).and_then(|n| u32::try_from(n).ok());
        let hundredths = match part.len() {
            1 => digits(part)? * 10,
            2 => digits(part)?,
            _ => return None,
        };
        Pace::percent(digits(whole)?.checked_mul(100)?.checked_add(hundredths)?)
    }

    /// How much true time passes while this clock measures a length of time.
    pub(crate) fn lasts(self, measured: Time) -> Time {
        Pace::TRUE.instead_of(self, measured)
    }

    /// What is left of a length of time if a clock of another pace measured it before.
    fn instead_of(self, before: Pace, length: Time) -> Time {
        Time(length.0.saturating_mul(self.0.into()) / u64::from(before.0))
    }
}

/// `x1.5`
impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 100, self.0 % 100) {
            (whole, 0) => write!(f, "x{whole}"),
            (whole, part) if part % 10 == 0 => write!(f, "x{whole}.{}", part / 10),
            (whole, part) => write!(f, "x{whole}.{part:02}"),
        }
    }
}

/// Disks.
impl World {
    /// `wipe S1`: its disk is as it was when the server was new.
    pub(crate) fn wipe(&mut self, who: Who, trace: &mut Trace) -> Result<(), ActError> {
        let id = self.resolve(who)?;
        self.stop(id, trace)?;
        // Who is not in the first configuration knew of none.
        let first = self.members_at_start();
        let members = if first.contains(id) { first.clone() } else { Membership::default() };
        self.on_disk(id, |disk| *disk = Durable::new(members));
        self.write(&mut trace.pages, || What::Wiped(id));
        Ok(())
    }

    /// `lose S1 last 2`: the last entries of its log are gone.
    pub(crate) fn lose(&mut self, who: Who, count: u32, trace: &mut Trace) -> Result<(), ActError> {
        let id = self.resolve(who)?;
        let span = |log: &Log| {
            let (base, last) = (log.base().index, log.last_index());
            let first = Index(last.0.saturating_sub(count.into()).max(base.0)).next();
            (first <= last).then_some((first, last))
        };
        let (first, last) =
            self.server(id).and_then(|server| span(&server.disk().log)).ok_or(ActError::NothingToLose(id))?;
        self.stop(id, trace)?;
        self.on_disk(id, |disk| disk.log.truncate(first));
        self.write(&mut trace.pages, || What::LostEntries { server: id, first, last });
        Ok(())
    }

    /// `forget-vote S1`: it knows its term still, and not that it has voted in it.
    pub(crate) fn forget_vote(&mut self, who: Who, trace: &mut Trace) -> Result<(), ActError> {
        let id = self.resolve(who)?;
        let state = self.server(id).map(|server| server.disk().state).unwrap_or_default();
        let Some(vote) = state.voted_for else { return Err(ActError::NoVote(id)) };
        self.stop(id, trace)?;
        self.on_disk(id, |disk| disk.state.voted_for = None);
        self.write(&mut trace.pages, || What::ForgotVote { server: id, vote, term: state.term });
        Ok(())
    }

    /// Who runs crashes.
    fn stop(&mut self, id: ServerId, trace: &mut Trace) -> Result<(), ActError> {
        if self.server(id).is_some_and(Server::is_up) { self.crash(Who::Server(id), trace) } else { Ok(()) }
    }

    fn on_disk(&mut self, id: ServerId, change: impl FnOnce(&mut Durable)) {
        if let Some(Server { host: Host::Down(disk), .. }) = self.server_mut(id) {
            change(disk);
        }
    }
}

/// Clocks.
impl World {
    /// `clock S1 x1.5`: also what its timers have still to wait is measured by the new pace.
    pub(crate) fn clock(&mut self, who: Who, pace: Pace, trace: &mut Trace) -> Result<(), ActError> {
        let id = self.resolve(who)?;
        let now = self.now;
        let Some(server) = self.server_mut(id) else { return Err(ActError::NoServer(id)) };
        let before = core::mem::replace(&mut server.pace, pace);
        let armed: Vec<(Timer, Armed)> = match server.process_mut() {
            Some(process) => {
                Timer::ALL.iter().filter_map(|timer| process.timers.of(*timer).map(|armed| (*timer, armed))).collect()
            }
            None => Vec::new(),
        };
        for (timer, armed) in armed {
            // One that fired already waits at its paused server.
            if self.queue.remove(&(armed.due, armed.key)).is_none() {
                continue;
            }
            let since = Time(now.0.saturating_sub(before.instead_of(pace, now.since(armed.since)).0));
            let due = now + before.instead_of(pace, armed.due.since(now));
            let key = self.schedule(due, Event::Timer(id, timer));
            if let Some(process) = self.server_mut(id).and_then(Server::process_mut) {
                *process.timers.of(timer) = Some(Armed { since, due, key });
            }
        }
        self.write(&mut trace.pages, || What::ClockRuns(id, pace));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_pace_reads_back_and_stays_in_its_bounds() {
        for text in ["x1", "x1.5", "x0.01", "x100", "x0.25", "x2.05"] {
            assert_eq!(Pace::parse(text).expect("a pace").to_string(), text);
        }
        assert_eq!(Pace::parse("x1.50"), Pace::percent(150));
        for text in ["1.5", "x", "x0", "x0.001", "x100.01", "x-1", "x1.", "x.5", "x1.5.5", "x99999999999"] {
            assert_eq!(Pace::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_fast_clock_measures_a_length_in_less_true_time() {
        let (fast, slow) = (Pace(150), Pace(50));
        assert_eq!(fast.lasts(Time::millis(300)), Time::millis(200));
        assert_eq!(slow.lasts(Time::millis(300)), Time::millis(600));
        // 100 ms of true time were left of a right clock; one that runs at half the pace needs 200.
        assert_eq!(Pace::TRUE.instead_of(slow, Time::millis(100)), Time::millis(200));
        assert_eq!(slow.instead_of(fast, Time::millis(300)), Time::millis(100));
    }
}
