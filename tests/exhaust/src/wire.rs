//! Messages, and which of them can never do anything again.

use raft_core::{Entries, Envelope, Index, Message, Position, RoleName, ServerId, Term, VoteRefusal};

use crate::server::Server;

/// What makes no difference to whom a message reaches is the same in all messages.
pub fn normalise(envelope: &mut Envelope) {
    match &mut envelope.message {
        // Rounds are counted for reads, of which there are none, and for messages that are long.
        Message::AppendEntries { round, .. } | Message::AppendAccepted { round, .. } => *round = 0,
        // Where an old leader should go on after a refusal, its own settings say: from the last index.
        Message::AppendRefused { hint, round, .. } => (*hint, *round) = Default::default(),
        // A refusal tells of its sender's term; the reason is for people, and so is who it is.
        Message::RequestVoteReply { refused: refused @ Some(_) } => {
            *refused = Some(VoteRefusal::AlreadyVoted { to: envelope.to });
            envelope.from = envelope.to;
        }
        _ => {}
    }
}

/// Whether a message can never change anything at this server again, nor be answered with something
/// that does. A term that is on a server's disk never falls, and a term that it led, or did not win, it
/// never leads later: it stands only in terms that are new to it, and asks for votes when they are on
/// disk (§5.2); so after a crash nothing is dead no longer.
///
/// This is about servers that keep the paper's rules. Of others it may be wrong, and then a message is
/// lost that could have arrived: less is found, and nothing that is found is less true.
pub fn is_dead(envelope: &Envelope, to: &Server) -> bool {
    let term = to.term();
    let role = to.node.role();
    match &envelope.message {
        // Whoever does not stand for election any more counts no votes, and no vote counts twice.
        Message::RequestVoteReply { refused: None } => {
            let counted = to.node.view().votes.contains(&envelope.from);
            envelope.term < term || envelope.term == term && (role != RoleName::Candidate || counted)
        }
        Message::RequestVoteReply { refused: Some(_) } => envelope.term <= to.disk.state.term,
        // What a follower has acknowledged it has acknowledged.
        Message::AppendAccepted { matched, .. } => {
            let known = matched_of(to, envelope.from).is_none_or(|known| known >= *matched);
            envelope.term < term || envelope.term == term && role != RoleName::Candidate && known
        }
        // Nobody goes back before what is acknowledged. A candidate may yet lead, and then take the
        // refusal of an older term's message for one of its own.
        Message::AppendRefused { previous, .. } => {
            let known = matched_of(to, envelope.from).is_none_or(|known| known >= *previous);
            envelope.term < term || envelope.term == term && role != RoleName::Candidate && known
        }
        _ => false,
    }
}

fn matched_of(leader: &Server, follower: ServerId) -> Option<Index> {
    leader.node.view().followers.iter().find(|progress| progress.server == follower).map(|progress| progress.matched)
}

/// Whether a request of an older term can do nothing more, by what its sender has become: all that
/// it is answered with is the news of a newer term, and its sender is in the last that there is; and
/// it is no leader there, nor will be one, that could mistake the refusal for one of its own.
pub fn is_dead_request(envelope: &Envelope, to: &Server, from: &Server, last: Term) -> bool {
    let old = envelope.term < to.disk.state.term && from.disk.state.term == last;
    match &envelope.message {
        Message::RequestVote { .. } => old,
        Message::AppendEntries { .. } => old && from.node.role() == RoleName::Follower,
        _ => false,
    }
}

/// What a request that has done its work at this server still stands for; nothing if it has work to do.
///
/// 1. *It is of an older term than the disk's.* It is refused whatever it carries, and the refusal says where it began.
/// 2. *Its entries are stored, what it commits is committed, and its sender knows or does not care any
///    more.* In this term that stays so: a follower removes nothing that its leader has (§5.3). Later it is of
///    an older term. If the server may yet crash it forgets what is committed, and may learn
///    it from this message again: that much of it is kept, as a heartbeat.
///
/// The heartbeat begins elsewhere than the message did, so that its refusal, in a later term, may name a
/// place that the true one would not: the search looks at a little more than there is, never at less.
pub fn remainder(envelope: &Envelope, to: &Server, from: &Server, may_crash: bool) -> Option<Vec<Envelope>> {
    let Message::AppendEntries { previous, entries, commit, round } = &envelope.message else { return None };
    let bare = |previous, commit| Envelope {
        message: Message::AppendEntries { previous, entries: Entries::default(), commit, round: *round },
        ..envelope.clone()
    };
    if envelope.term < to.disk.state.term {
        return Some(vec![bare(Position { term: Term(0), index: previous.index }, Index(0))]);
    }
    if envelope.term != to.disk.state.term || envelope.term != to.term() || to.node.role() != RoleName::Follower {
        return None;
    }
    let log = to.node.log();
    let stored = log.term(previous.index) == Some(previous.term)
        && entries.iter().zip(previous.index.0 + 1..).all(|(entry, index)| log.term(Index(index)) == Some(entry.term));
    let matched = Index(previous.index.0 + entries.len() as u64);
    let reply = Envelope {
        from: envelope.to,
        to: envelope.from,
        term: envelope.term,
        message: Message::AppendAccepted { matched, round: *round },
    };
    let commits = (*commit).min(matched);
    // What is not on disk yet a crash would forget, and the message could bring it back.
    let stored = stored && matched <= to.node.view().durable;
    if !stored || to.node.brief().commit < commits || !is_dead(&reply, from) {
        return None;
    }
    let again = log.position(commits).filter(|at| may_crash && at.index > Index(0));
    let mut rest: Vec<Envelope> = again.map(|at| bare(at, commits)).into_iter().collect();
    if again.is_none_or(|at| at != *previous) {
        rest.push(bare(*previous, Index(0)));
    }
    Some(rest)
}
