//! What a server can know of the others. Nobody sees the whole: a server knows what messages that
//! were delivered to it have told, and what their senders had been told before they sent them
//! (happened-before, after Lamport). Read from the records of a run.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use raft_core::{Index, Position, RoleName, ServerId, Term, Time};

use crate::network::Place;
use crate::record::{Record, Trip, What};
use crate::scenario::MessageKind;

/// What one server can know of each of the others.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Knowledge {
    /// Whose knowledge.
    pub server: ServerId,
    /// Of whom, in order.
    pub others: Vec<Heard>,
}

/// What a server can know of another one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Heard {
    /// Of whom.
    pub server: ServerId,
    /// What it did up to here can have been told, by whatever way; nothing if no way led here.
    pub until: Option<Time>,
    /// What it said itself, last; nothing if it said nothing since this server (re)started.
    pub said: Option<Said>,
}

/// What a server was last told by another one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Said {
    /// When that was sent: it may be otherwise since.
    pub sent: Time,
    /// The sender's term.
    pub term: Term,
    /// The sender's role.
    pub role: RoleName,
    /// The sender's log was said to hold this position, the highest in that term; of term 0 where it
    /// is the receiver's own log that it agrees with up to there.
    pub log: Position,
    /// The entries from here up to `log` were sent along.
    pub first: Option<Index>,
}

/// So many records are looked at: what is older has been told anew long since.
const MOST: usize = 100_000;

impl Knowledge {
    /// What a server can know at a time, by the records up to then.
    pub fn of(server: ServerId, now: Time, servers: &[ServerId], records: &[Record]) -> Knowledge {
        // The latest moment of each place that is in the past of this one.
        let mut past = BTreeMap::from([(Place::Server(server), now)]);
        let mut said: BTreeMap<ServerId, Said> = BTreeMap::new();
        let mut remembers = true;
        for record in records.iter().rev().take(MOST) {
            match &record.what {
                What::Arrived(trip) => {
                    if past.get(&trip.to).is_some_and(|until| *until >= record.at) {
                        let sent = past.entry(trip.from).or_insert(trip.sent);
                        *sent = trip.sent.max(*sent);
                    }
                    if remembers && trip.to == Place::Server(server) {
                        hear(&mut said, trip);
                    }
                }
                // What was in memory is gone.
                What::Crashed(id, _) if *id == server => remembers = false,
                _ => {}
            }
        }
        let others = servers.iter().filter(|id| **id != server).map(|id| Heard {
            server: *id,
            until: past.get(&Place::Server(*id)).copied(),
            said: said.get(id).copied(),
        });
        Knowledge { server, others: others.collect() }
    }

    /// Whether this server can know what happened at another one, or itself, at a time.
    pub fn covers(&self, server: ServerId, at: Time) -> bool {
        server == self.server
            || (self.others.iter()).any(|heard| heard.server == server && heard.until.is_some_and(|until| at <= until))
    }
}

/// Takes in a message; those that were delivered later have been taken in.
fn hear(said: &mut BTreeMap<ServerId, Said>, trip: &Trip) {
    let (Place::Server(from), Some(role)) = (trip.from, role(trip.kind)) else { return };
    let (term, log) = (trip.gist.term(), trip.gist.last());
    let this = Said { sent: trip.sent, term, role, log, first: trip.gist.first() };
    let known = said.entry(from).or_insert(this);
    if (this.term, this.sent) > (known.term, known.sent) {
        *known = Said { log: known.log, first: known.first, ..this };
        if this.term > known.term {
            (known.log, known.first) = (this.log, this.first);
        }
    }
    // Within a term a log grows, as far as this one is told of it.
    if this.term == known.term && this.log.index > known.log.index {
        (known.log, known.first) = (this.log, this.first);
    }
}

/// What who sends such a message is.
fn role(kind: MessageKind) -> Option<RoleName> {
    Some(match kind {
        MessageKind::PreVote => RoleName::PreCandidate,
        MessageKind::Vote => RoleName::Candidate,
        MessageKind::Append
        | MessageKind::Heartbeat
        | MessageKind::Snapshot
        | MessageKind::Stream
        | MessageKind::TimeoutNow
        | MessageKind::ReadIndexReply => RoleName::Leader,
        MessageKind::PreVoteReply
        | MessageKind::VoteReply
        | MessageKind::AppendReply
        | MessageKind::SnapshotReply
        | MessageKind::HeartbeatReply
        | MessageKind::StreamOpen
        | MessageKind::StreamAck
        | MessageKind::ReadIndex => RoleName::Follower,
        MessageKind::Request | MessageKind::Answer => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Trace;
    use crate::run::Run;
    use crate::scenario::parse;
    use alloc::sync::Arc;

    const S: [ServerId; 4] = [ServerId(0), ServerId(1), ServerId(2), ServerId(3)];

    fn arrives(from: usize, to: usize, sent: u64, at: u64) -> Record {
        let (from, to) = (Place::Server(S[from]), Place::Server(S[to]));
        let kind = MessageKind::Heartbeat;
        let trip = Trip { id: at, from, to, kind, sent: Time::millis(sent), gist: Default::default() };
        Record { at: Time::millis(at), event: at, what: What::Arrived(trip) }
    }

    fn until(knowledge: &Knowledge) -> Vec<Option<u64>> {
        knowledge.others.iter().map(|heard| heard.until.map(|at| at.0 / 1_000)).collect()
    }

    #[test]
    fn what_was_told_is_told_on_and_what_came_after_is_not() {
        let records = [arrives(1, 2, 10, 20), arrives(2, 3, 25, 40), arrives(1, 2, 30, 50)];
        let of = |n: usize, at| Knowledge::of(S[n], Time::millis(at), &S[1..], &records);
        assert_eq!(until(&of(3, 60)), [Some(10), Some(25)], "S2 had heard of S1 at 10 when it spoke at 25");
        assert_eq!(until(&of(2, 60)), [Some(30), None]);
        assert_eq!(until(&of(1, 60)), [None, None], "nobody has told S1 anything");
        assert!(of(3, 60).covers(S[1], Time::millis(10)) && !of(3, 60).covers(S[1], Time::millis(11)));
        assert!(of(3, 60).covers(S[3], Time::millis(59)));
    }

    #[test]
    fn a_message_that_arrives_late_tells_nothing_newer() {
        let records = [arrives(1, 2, 30, 35), arrives(1, 2, 10, 50)];
        let knowledge = Knowledge::of(S[2], Time::millis(60), &S[1..], &records);
        assert_eq!(until(&knowledge), [Some(30), None]);
        assert_eq!(knowledge.others[0].said.expect("it spoke").sent, Time::millis(30));
    }

    fn run(text: &str, to: u64) -> (Vec<Record>, Run) {
        let mut trace = Trace::new();
        let mut run = Run::new(Arc::new(parse(text).expect("a scenario").scenario), &mut trace);
        while !run.advance(Time::millis(to), 1_000, &mut trace) {}
        (trace.drain().collect(), run)
    }

    const STORY: &str = "raft 1\nservers 3\nset latency 10ms\nat 0ms timeout S1\nat 100ms write x=1\n";

    #[test]
    fn a_leader_is_told_how_far_the_others_are_and_they_who_leads() {
        let (records, run) = run(STORY, 165);
        let world = run.world();
        let of = |n: usize| Knowledge::of(S[n], world.now(), &S[1..], &records).others;
        let leader = of(1);
        assert!(leader.iter().all(|heard| heard.said.expect("they answered").role == RoleName::Follower));
        assert_eq!(leader[0].said.expect("it answered").log.index, Index(2));
        let told = of(2)[0].said.expect("the leader spoke");
        assert_eq!((told.role, told.term, told.log), (RoleName::Leader, Term(1), world.servers()[0].log().last()));
        assert_eq!(of(2)[1].said, None, "followers do not speak to each other");
        assert!(of(2)[1].until.is_some(), "but the leader had heard of it");
    }

    #[test]
    fn a_crash_forgets_what_was_said() {
        let story = [STORY, "at 150ms crash S2\nat 151ms restart S2\n"].concat();
        let (records, run) = run(&story, 152);
        let knowledge = Knowledge::of(S[2], run.world().now(), &S[1..], &records);
        assert!(knowledge.others.iter().all(|heard| heard.said.is_none()));
    }
}
