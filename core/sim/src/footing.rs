//! What the promises rest on: lemmas of their proofs, watched from outside the servers.
//!
//! Raft promises none of this to anybody who uses it, so it is no violation when one gives way. It says where
//! a promise that falls later began to fall: a server that voted twice comes before two leaders of one term.

use alloc::vec::Vec;

use raft_core::{Envelope, Index, Membership, Message, ServerId, Term, Time};

/// A lemma that gave way.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Slip {
    /// Seen at this time.
    pub at: Time,
    /// What gave way.
    pub what: Lapse,
}

/// What should not be, and is.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Lapse {
    /// A server's vote in a term counts for two candidates (§5.2).
    VotedTwice {
        /// The server.
        server: ServerId,
        /// The term.
        term: Term,
        /// Whom it voted for first.
        first: ServerId,
        /// Whom it voted for, too.
        second: ServerId,
    },
    /// A server votes, or acknowledges, in a lower term than it did before (§5.1).
    TermWentBack {
        /// The server.
        server: ServerId,
        /// The term in which it did before.
        from: Term,
        /// The term in which it does.
        to: Term,
    },
    /// A running server takes back that entries are committed (§5.3).
    CommitWentBack {
        /// The server.
        server: ServerId,
        /// Up to here it knew entries to be committed.
        from: Index,
        /// Up to here it does now.
        to: Index,
    },
    /// Of two configurations that were committed one after the other each has a majority without
    /// anybody of the other's (§6).
    Apart {
        /// Where the later one is in the log.
        index: Index,
        /// The voters of the earlier one.
        before: Vec<ServerId>,
        /// The voters of the later one.
        after: Vec<ServerId>,
    },
}

impl Lapse {
    /// The names of all, for programs.
    pub const NAMES: [&str; 4] = ["voted-twice", "term-went-back", "commit-went-back", "majorities-apart"];

    /// Its name, for programs.
    pub fn name(&self) -> &'static str {
        Lapse::NAMES[match self {
            Lapse::VotedTwice { .. } => 0,
            Lapse::TermWentBack { .. } => 1,
            Lapse::CommitWentBack { .. } => 2,
            Lapse::Apart { .. } => 3,
        }]
    }

    /// The server that did it, if it was one.
    pub fn server(&self) -> Option<ServerId> {
        match self {
            Lapse::VotedTwice { server, .. }
            | Lapse::TermWentBack { server, .. }
            | Lapse::CommitWentBack { server, .. } => Some(*server),
            Lapse::Apart { .. } => None,
        }
    }
}

/// At most so many are kept; the first are what matters.
const KEPT: usize = 8;

/// History variables that no server has. What a server claimed before others counts, for which it must be on
/// disk: of what was still on its way there a restart may know nothing.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Footing {
    /// In the order of servers.
    told: Vec<Told>,
    /// The latest configuration that was committed, if one was.
    members: Option<Membership>,
    slips: Vec<Slip>,
}

/// What a server told others.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Told {
    server: ServerId,
    /// The highest term in which it claimed something.
    term: Term,
    /// Whom it voted for in that term.
    voted: Option<ServerId>,
}

impl Footing {
    /// What gave way so far, in order.
    pub(crate) fn slips(&self) -> &[Slip] {
        &self.slips
    }

    /// Whether a message tells nothing new, as most do.
    pub(crate) fn knows(&self, envelope: &Envelope) -> bool {
        !claims(envelope)
            || !grants(envelope) && self.place(envelope.from).is_ok_and(|place| self.told[place].term == envelope.term)
    }

    /// A server claims something.
    pub(crate) fn tells(&mut self, now: Time, envelope: &Envelope) {
        let Envelope { from: server, term, to, .. } = *envelope;
        let told = self.told_by(server);
        if term < told.term {
            let from = told.term;
            return self.slip(now, Lapse::TermWentBack { server, from, to: term });
        }
        if term > told.term {
            (told.term, told.voted) = (term, None);
        }
        if grants(envelope) {
            self.votes(now, server, term, to);
        }
    }

    /// A server's vote counts for a candidate.
    pub(crate) fn votes(&mut self, now: Time, server: ServerId, term: Term, candidate: ServerId) {
        let told = self.told_by(server);
        match told.voted.filter(|_| told.term == term) {
            Some(first) if first != candidate => {
                self.slip(now, Lapse::VotedTwice { server, term, first, second: candidate });
            }
            _ => (told.term, told.voted) = (told.term.max(term), Some(candidate)),
        }
    }

    /// A running server knows less to be committed than before.
    pub(crate) fn takes_back(&mut self, now: Time, server: ServerId, from: Index, to: Index) {
        self.slip(now, Lapse::CommitWentBack { server, from, to });
    }

    /// A configuration is committed. Before the first one, that of the start was.
    pub(crate) fn reconfigured(&mut self, now: Time, index: Index, start: &Membership, members: &Membership) {
        let before = self.members.as_ref().unwrap_or(start);
        if !share(before, members) {
            let (before, after) = (before.all_voters(), members.all_voters());
            self.slip(now, Lapse::Apart { index, before, after });
        }
        self.members = Some(members.clone());
    }

    fn place(&self, server: ServerId) -> Result<usize, usize> {
        self.told.binary_search_by_key(&server, |told| told.server)
    }

    fn told_by(&mut self, server: ServerId) -> &mut Told {
        let place = self.place(server).unwrap_or_else(|place| {
            self.told.insert(place, Told { server, term: Term(0), voted: None });
            place
        });
        &mut self.told[place]
    }

    /// Once of each kind and server.
    fn slip(&mut self, at: Time, what: Lapse) {
        let alike = |slip: &Slip| slip.what.name() == what.name() && slip.what.server() == what.server();
        if self.slips.len() < KEPT && !self.slips.iter().any(alike) {
            self.slips.push(Slip { at, what });
        }
    }
}

/// Whether a message may leave only when what it says is on disk (Figure 2). Refusals may go sooner, and so
/// may what changes nothing, as a PreVote.
fn claims(envelope: &Envelope) -> bool {
    matches!(envelope.message, Message::RequestVote { .. } | Message::AppendAccepted { .. }) || grants(envelope)
}

fn grants(envelope: &Envelope) -> bool {
    matches!(envelope.message, Message::RequestVoteReply { refused: None })
}

/// Whether whoever decides in one configuration shares a server with whoever decides in the other. In joint
/// consensus it is enough if that holds of one of the two sets of voters (§6).
fn share(one: &Membership, other: &Membership) -> bool {
    let sets = |members: &Membership| [members.voters.clone(), members.outgoing.clone()];
    let others = sets(other);
    sets(one).iter().any(|a| others.iter().any(|b| !a.is_empty() && !b.is_empty() && majorities_meet(a, b)))
}

/// Whether every majority of one set has a server of every majority of the other.
fn majorities_meet(one: &[ServerId], other: &[ServerId]) -> bool {
    let common = one.iter().filter(|id| other.contains(id)).count();
    // Who wants to avoid the other takes as many as can be from where the other is not.
    let needs = |all: usize| (all / 2 + 1).saturating_sub(all - common);
    needs(one.len()) + needs(other.len()) > common
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ids: &str) -> Vec<ServerId> {
        ids.bytes().map(|id| ServerId(u32::from(id - b'0'))).collect()
    }

    fn joint(voters: &str, outgoing: &str) -> Membership {
        Membership { outgoing: set(outgoing), ..Membership::of(set(voters)) }
    }

    #[test]
    fn majorities_meet_if_they_must() {
        #[track_caller]
        fn check(one: &str, other: &str, meet: bool) {
            assert_eq!(majorities_meet(&set(one), &set(other)), meet, "{one} and {other}");
            assert_eq!(majorities_meet(&set(other), &set(one)), meet, "{other} and {one}");
        }
        check("123", "123", true);
        check("1", "1", true);
        check("123", "1234", true);
        check("1234", "2345", true);
        check("12", "13", true);
        check("12", "34", false);
        check("123", "345", false);
        check("123", "234", false);
        check("1234", "123", true);
        check("12345", "123", false);
    }

    #[test]
    fn joint_consensus_bridges_what_does_not_meet() {
        let (old, both, new) = (joint("123", ""), joint("456", "123"), joint("456", ""));
        assert!(share(&old, &both) && share(&both, &new) && share(&both, &old));
        assert!(!share(&old, &new));
    }

    #[track_caller]
    fn check(happens: impl FnOnce(&mut Footing), names: &[&str]) {
        let mut footing = Footing::default();
        happens(&mut footing);
        assert_eq!(footing.slips().iter().map(|slip| slip.what.name()).collect::<Vec<_>>(), names);
    }

    fn says(from: u32, to: u32, term: u64, refused: bool) -> Envelope {
        let why = raft_core::VoteRefusal::AlreadyVoted { to: ServerId(9) };
        let message = Message::RequestVoteReply { refused: refused.then_some(why) };
        Envelope { from: ServerId(from), to: ServerId(to), term: Term(term), message }
    }

    #[test]
    fn a_vote_is_for_one_candidate_in_a_term() {
        check(
            |footing| [says(1, 2, 3, false), says(1, 2, 3, false)].iter().for_each(|e| footing.tells(Time(1), e)),
            &[],
        );
        check(
            |footing| [says(1, 2, 3, false), says(1, 3, 3, true)].iter().for_each(|e| footing.tells(Time(1), e)),
            &[],
        );
        check(
            |footing| [says(1, 2, 3, false), says(1, 3, 4, false)].iter().for_each(|e| footing.tells(Time(1), e)),
            &[],
        );
        let twice = [says(1, 2, 3, false), says(1, 3, 3, false), says(1, 2, 3, false)];
        check(|footing| twice.iter().for_each(|e| footing.tells(Time(1), e)), &["voted-twice"]);
        check(
            |footing| {
                footing.tells(Time(1), &says(1, 2, 3, false));
                footing.votes(Time(2), ServerId(1), Term(3), ServerId(1));
            },
            &["voted-twice"],
        );
    }

    #[test]
    fn each_kind_is_kept_once_for_each_server_and_so_many_in_all() {
        let mut footing = Footing::default();
        for server in [1, 1, 2, 2].into_iter().chain(3..=12) {
            footing.takes_back(Time(1), ServerId(server), Index(4), Index(3));
        }
        footing.tells(Time(2), &says(1, 2, 3, false));
        let servers: Vec<_> = footing.slips().iter().filter_map(|slip| slip.what.server()).collect();
        assert_eq!(servers, (1..=8).map(ServerId).collect::<Vec<_>>());
        // Another kind of the same server is another.
        let mut footing = Footing::default();
        footing.takes_back(Time(1), ServerId(1), Index(4), Index(3));
        footing.tells(Time(1), &says(1, 2, 3, false));
        footing.tells(Time(1), &says(1, 2, 2, false));
        assert_eq!(footing.slips().len(), 2);
    }

    fn asks(from: u32, term: u64) -> Envelope {
        let last = raft_core::Position::default();
        let message = Message::RequestVote { last, transfer: false };
        Envelope { from: ServerId(from), to: ServerId(9), term: Term(term), message }
    }

    fn acknowledges(from: u32, term: u64) -> Envelope {
        let message = Message::AppendAccepted { matched: Index(1), round: 0 };
        Envelope { from: ServerId(from), to: ServerId(9), term: Term(term), message }
    }

    #[test]
    fn terms_and_what_is_committed_do_not_go_back() {
        let tells = |all: Vec<Envelope>, names: &[&str]| {
            check(
                |footing| {
                    for envelope in &all {
                        if !footing.knows(envelope) {
                            footing.tells(Time(1), envelope);
                        }
                    }
                },
                names,
            );
        };
        tells([asks(1, 3), acknowledges(1, 2), asks(1, 1), asks(2, 1)].into(), &["term-went-back"]);
        tells([acknowledges(1, 3), says(1, 2, 2, false)].into(), &["term-went-back"]);
        tells([acknowledges(1, 3), says(1, 2, 2, true)].into(), &[]);
        tells([says(1, 2, 3, true), asks(1, 2)].into(), &[]);
        check(|footing| footing.takes_back(Time(1), ServerId(1), Index(4), Index(3)), &["commit-went-back"]);
    }

    #[test]
    fn what_tells_nothing_new_is_known() {
        let mut footing = Footing::default();
        assert!(!footing.knows(&asks(1, 1)));
        footing.tells(Time(1), &asks(1, 1));
        assert!(footing.knows(&acknowledges(1, 1)) && footing.knows(&says(1, 3, 2, true)));
        assert!(!footing.knows(&says(1, 3, 1, false)) && !footing.knows(&asks(1, 2)) && !footing.knows(&asks(1, 0)));
    }

    #[test]
    fn committed_configurations_share_somebody_who_decides() {
        let start = joint("123", "");
        let go = |steps: &[Membership], names: &[&str]| {
            check(
                |footing| steps.iter().for_each(|members| footing.reconfigured(Time(1), Index(2), &start, members)),
                names,
            );
        };
        go(&[joint("1234", ""), joint("234", "")], &[]);
        go(&[joint("456", "123"), joint("456", "")], &[]);
        go(&[joint("456", "")], &["majorities-apart"]);
        go(&[joint("1234", ""), joint("45", "")], &["majorities-apart"]);
    }
}
