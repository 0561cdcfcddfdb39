//! What a picture of a server shows.

use crate::ids::{Index, Position, ServerId, Term};
use crate::membership::Membership;
use crate::node::{Node, Role};
use crate::progress::Progress;
use crate::step::Timer;
use crate::stream::{Inflow, Stage};

/// The role of a server (§5.1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RoleName {
    /// Listens to a leader.
    Follower,
    /// Asks whether it would be elected (thesis §9.6).
    PreCandidate,
    /// Stands for election.
    Candidate,
    /// Leads its term.
    Leader,
}

/// A server at one moment.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The server.
    pub id: ServerId,
    /// Its role.
    pub role: RoleName,
    /// Its term.
    pub term: Term,
    /// Whom it voted for in this term.
    pub voted_for: Option<ServerId>,
    /// The leader of this term, if it knows one (itself, if it leads).
    pub leader: Option<ServerId>,
    /// Where its log ends.
    pub last: Position,
    /// Up to here its log is on disk.
    pub durable: Index,
    /// Up to here it knows entries to be committed.
    pub commit: Index,
    /// Up to here its state machine has applied them.
    pub applied: Index,
    /// It hears of its leader (thesis §4.2.3); only known where that matters.
    pub in_touch: bool,
    /// To whom a leader hands over.
    pub transfer: Option<ServerId>,
    /// A candidate's votes so far.
    pub votes: &'a [ServerId],
    /// A leader's knowledge of the others.
    pub followers: &'a [Progress],
    /// The configuration in force: the latest of the log (thesis §4.1).
    pub members: &'a Membership,
    /// Where that stands in the log; 0 for the one at the start.
    pub members_index: Index,
    /// The last entry that its snapshot includes (§7).
    pub snapshot: Position,
    /// Whom a leader takes in (thesis §4.2.1).
    pub joining: Option<ServerId>,
    /// How many reads wait for a leader's answer (thesis §6.4).
    pub reads: usize,
    /// Until this timer runs out a leader may answer reads at once (thesis §6.4.1).
    pub read_lease: Option<Timer>,
    /// Which stream a follower has open, and up to where it is verified.
    pub stream: Option<(u64, Index)>,
}

/// What can be known of a server at little cost: for who looks after every step.
#[derive(Clone, Copy, Debug)]
pub struct Brief {
    /// Its role.
    pub role: RoleName,
    /// Its term.
    pub term: Term,
    /// The leader of this term, if it knows one (itself, if it leads).
    pub leader: Option<ServerId>,
    /// Where its log ends.
    pub last: Position,
    /// Up to here it knows entries to be committed.
    pub commit: Index,
    /// Where the configuration in force stands in the log.
    pub members_index: Index,
}

impl Node {
    /// This server at this moment, in brief.
    #[inline]
    pub fn brief(&self) -> Brief {
        let leader = match &self.role {
            Role::Follower { leader, .. } => *leader,
            Role::Leader { .. } => Some(self.id),
            _ => None,
        };
        Brief {
            role: self.role(),
            term: self.term(),
            leader,
            last: self.log().last(),
            commit: self.commit,
            members_index: self.storage.memberships().latest_index(),
        }
    }

    /// Its role.
    #[inline]
    pub fn role(&self) -> RoleName {
        match self.role {
            Role::Follower { .. } => RoleName::Follower,
            Role::PreCandidate { .. } => RoleName::PreCandidate,
            Role::Candidate { .. } => RoleName::Candidate,
            Role::Leader { .. } => RoleName::Leader,
        }
    }

    /// This server at this moment.
    pub fn view(&self) -> View<'_> {
        self.view_in_place()
    }

    /// The same for who looks at little of it, often: what is not looked at costs nothing.
    #[inline(always)]
    pub fn view_in_place(&self) -> View<'_> {
        let (role, leader, votes, followers) = match &self.role {
            Role::Follower { leader, .. } => (RoleName::Follower, *leader, &[][..], &[][..]),
            Role::PreCandidate { votes } => (RoleName::PreCandidate, None, &votes[..], &[][..]),
            Role::Candidate { votes, .. } => (RoleName::Candidate, None, &votes[..], &[][..]),
            Role::Leader { followers, .. } => (RoleName::Leader, Some(self.id), &[][..], &followers[..]),
        };
        View {
            id: self.id,
            role,
            term: self.term(),
            voted_for: self.storage.voted_for(),
            leader,
            last: self.log().last(),
            durable: self.storage.durable(),
            commit: self.commit,
            applied: self.applied,
            in_touch: matches!(self.role, Role::Follower { in_touch: true, .. }),
            transfer: match self.role {
                Role::Leader { transfer, .. } => transfer,
                _ => None,
            },
            votes,
            followers,
            members: self.members(),
            members_index: self.storage.memberships().latest_index(),
            snapshot: self.storage.snapshot().last,
            joining: match &self.role {
                Role::Leader { joining, .. } => joining.map(|joining| joining.server),
                _ => None,
            },
            reads: match &self.role {
                Role::Leader { reads, .. } => reads.waiting(),
                _ => self.forwarded.len(),
            },
            read_lease: match &self.role {
                Role::Leader { reads, .. } => reads.lease(),
                _ => None,
            },
            stream: match self.role {
                Role::Follower { inflow: Inflow { stage: Stage::Open { epoch, verified, .. }, .. }, .. } => {
                    Some((epoch, verified))
                }
                _ => None,
            },
        }
    }
}
