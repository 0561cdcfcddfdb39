//! Every reason that a server gives for a decision: it names the facts that decided.

use raft_core::*;

use super::bench::*;

/// The one decision among a server's notes that is meant.
#[track_caller]
fn the<T>(notes: Vec<Note>, pick: impl Fn(&Note) -> Option<T>) -> T {
    let mut picked: Vec<T> = notes.iter().filter_map(pick).collect();
    assert_eq!(picked.len(), 1, "one of them: {notes:?}");
    picked.remove(0)
}

/// §5.1, §5.2, §5.4.1: the three reasons to refuse a vote, and which goes first.
#[test]
fn why_a_vote_is_refused() {
    #[track_caller]
    fn check(voted_for: Option<u32>, term: u64, last: Position, reason: VoteRefusal) {
        let mut bench = Bench::plain(3).with(2, disk(3, voted_for, &[1, 3]));
        let answer = bench.receive(2, 1, term, vote_request(last));
        let term_now = term.max(3);
        assert_eq!(answer, [envelope(2, 1, term_now, Message::RequestVoteReply { refused: Some(reason) })]);
        let said = the(bench.notes(2), |note| match note {
            Note::RefusesVote { to, reason } => Some((*to, *reason)),
            _ => None,
        });
        assert_eq!(said, (s(1), reason));
    }
    let stale = VoteRefusal::StaleTerm { theirs: Term(2), ours: Term(3) };
    let behind = |theirs| VoteRefusal::LogBehind { theirs, ours: at(2, 3) };
    check(None, 2, at(9, 2), stale);
    check(Some(1), 2, at(9, 2), stale);
    check(Some(3), 3, at(2, 3), VoteRefusal::AlreadyVoted { to: s(3) });
    check(Some(3), 3, at(0, 0), VoteRefusal::AlreadyVoted { to: s(3) });
    check(Some(3), 4, at(1, 3), behind(at(1, 3)));
    check(None, 3, at(9, 2), behind(at(9, 2)));
}

/// The candidate hears the very reason.
#[test]
fn a_candidate_hears_why_it_was_refused() {
    let mut bench = Bench::plain(3).with(1, disk(3, None, &[1])).with(2, disk(3, None, &[1, 3]));
    bench.time_out(1);
    bench.settle();
    let heard = bench.notes(1).into_iter().find_map(|note| match note {
        Note::HearsRefusal { from: ServerId(2), reason } => Some(reason),
        _ => None,
    });
    assert_eq!(heard, Some(VoteRefusal::LogBehind { theirs: at(1, 1), ours: at(2, 3) }));
}

/// §5.1, §5.3: the three reasons to refuse entries.
#[test]
fn why_entries_are_refused() {
    #[track_caller]
    fn check(term: u64, previous: Position, reason: AppendRefusal) {
        let mut bench = Bench::plain(3).with(2, disk(3, None, &[1, 3]));
        bench.receive(2, 1, term, append(previous, &[3], 0));
        let said = the(bench.notes(2), |note| match note {
            Note::RefusesAppend { from, reason } => Some((*from, *reason)),
            _ => None,
        });
        assert_eq!(said, (s(1), reason));
    }
    check(2, at(0, 0), AppendRefusal::StaleTerm { theirs: Term(2), ours: Term(3) });
    check(3, at(4, 3), AppendRefusal::Missing { previous: at(4, 3), last: Index(2) });
    check(3, at(2, 2), AppendRefusal::Conflict { previous: at(2, 2), ours: Term(3) });
    check(5, at(2, 5), AppendRefusal::Conflict { previous: at(2, 5), ours: Term(3) });
}

/// §5.3, §5.4.2: why an entry is not committed yet.
#[test]
fn why_an_entry_is_not_committed_yet() {
    #[track_caller]
    fn check(acks: &[(u32, u64)], why: Option<(Position, NotYet)>) {
        let mut bench = Bench::plain(5).with(1, disk(1, None, &[1, 1]));
        bench.elect(1, &[2, 3]);
        // S2 and S3 were heard in the election, so both match up to 2: a majority, reached right then.
        assert_eq!(last(&mut bench), Some((at(2, 1), NotYet::OldTerm { entry: Term(1), current: Term(2) })));
        bench.propose(1, "x");
        for (follower, matched) in acks {
            bench.notes(1);
            bench.receive(1, *follower, 2, accepted(*matched));
        }
        assert_eq!(last(&mut bench), why, "{acks:?}");
    }
    fn last(bench: &mut Bench) -> Option<(Position, NotYet)> {
        bench.notes(1).into_iter().rev().find_map(|note| match note {
            Note::NotCommitted { at, why } => Some((at, why)),
            _ => None,
        })
    }
    // More copies than a majority say nothing new.
    check(&[(4, 1)], None);
    check(&[(4, 2)], None);
    check(&[(4, 3)], Some((at(3, 2), NotYet::TooFewCopies { have: 2, need: 3 })));
    check(&[(4, 3), (5, 2)], None);
    check(&[(4, 3), (5, 3)], None);
    check(&[(4, 3), (4, 3)], None);
}

/// §5.1, §5.2: why a leader or a candidate becomes a follower; a follower only adopts the term.
#[test]
fn why_a_server_steps_down() {
    let down = |note: &Note| match note {
        Note::StepsDown { reason, led } => Some((*reason, *led)),
        _ => None,
    };
    let newer = StepDown::HigherTerm { term: Term(9), from: s(3) };
    let mut leader = Bench::plain(3);
    leader.elect(1, &[2]);
    leader.receive(1, 3, 9, accepted(0));
    assert_eq!(the(leader.notes(1), down), (newer, true));
    let mut candidate = Bench::plain(3);
    candidate.time_out(1);
    candidate.receive(1, 3, 9, accepted(0));
    assert_eq!(the(candidate.notes(1), down), (newer, false));
    let mut loser = Bench::plain(3);
    loser.time_out(1);
    loser.receive(1, 3, 1, heartbeat(at(0, 0), 0));
    assert_eq!(the(loser.notes(1), down), (StepDown::LostTo { leader: s(3) }, false));
    let mut follower = Bench::plain(3);
    follower.receive(1, 3, 9, accepted(0));
    let notes = follower.notes(1);
    assert!(notes.contains(&Note::AdoptsTerm { term: Term(9), from: s(3) }), "{notes:?}");
    assert!(!notes.iter().any(|note| down(note).is_some()), "{notes:?}");
}

/// Notes cost nothing when nobody listens: the same steps, the same effects, without them.
#[test]
fn a_run_without_notes_is_the_same_run() {
    let mut start = disk(1, None, &[1]);
    start.snapshot = Durable::new(members(3)).snapshot;
    let config = Config::default();
    let (mut loud, mut quiet) = (Outbox::default(), Outbox::without_notes());
    let mut one = Node::start(s(1), config.clone(), start.clone(), Index(0), &mut loud);
    let mut other = Node::start(s(1), config, start, Index(0), &mut quiet);
    let inputs = [
        Input::TimerFired(Timer::Election),
        Input::Persisted(Token(1)),
        Input::Message(envelope(2, 1, 2, vote())),
        Input::Propose(ProposalId(1), command("x")),
        Input::Persisted(Token(3)),
        Input::Message(envelope(2, 1, 2, accepted(3))),
        Input::Message(envelope(3, 1, 5, append(at(1, 1), &[5], 2))),
    ];
    for input in inputs {
        one.step(input.clone(), &Rules::PAPER, &mut loud);
        other.step(input, &Rules::PAPER, &mut quiet);
    }
    let (loud, quiet): (Vec<Effect>, Vec<Effect>) = (loud.drain().collect(), quiet.drain().collect());
    assert!(loud.iter().any(|effect| matches!(effect, Effect::Note(_))));
    let without: Vec<Effect> = loud.into_iter().filter(|effect| !matches!(effect, Effect::Note(_))).collect();
    assert_eq!(without, quiet);
    assert_eq!(one, other);
}
