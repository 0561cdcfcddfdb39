//! Snapshots (§7): one test for each sentence that a test can hold.

use raft_core::*;

use super::bench::*;

/// S1 leads three servers in term 1 and has committed so many commands with S2; S3 has only the
/// first entry of the term.
fn led(commands: usize, tune: impl Fn(&mut Config)) -> Bench {
    let mut bench = Bench::tuned(3, |config| {
        config.snapshot_piece = 4;
        tune(config);
    });
    bench.elect(1, &[2, 3]);
    for n in 0..commands {
        bench.propose(1, &format!("x={n}"));
        bench.settle_among(&[1, 2]);
    }
    bench.lose_all();
    bench
}

fn compact(bench: &mut Bench, id: u32, index: u64, image: &[u8]) {
    bench.feed(id, Input::Compact(Index(index), Image::from(image)));
}

/// Up to where the log is gone, and up to where the snapshot goes.
fn gone(bench: &Bench, id: u32) -> (u64, u64) {
    (bench.node(id).log().base().index.0, bench.node(id).snapshot().last.index.0)
}

/// §7: "the entire current system state is written to a snapshot, then the entire log up to that
/// point is discarded", with "the index and term of the last entry" and the configuration.
#[test]
fn the_log_up_to_a_snapshot_is_discarded_and_its_last_position_is_kept() {
    let mut bench = led(3, |_| {});
    compact(&mut bench, 1, 3, b"image");
    assert_eq!(gone(&bench, 1), (3, 3));
    let node = bench.node(1);
    assert_eq!((node.log().term(Index(3)), node.log().term(Index(2))), (Some(Term(1)), None));
    assert_eq!(&node.snapshot().image[..], b"image");
    assert_eq!(*node.snapshot().membership, members(3));
    assert_eq!(bench.log(1), [1], "what follows it stays");
}

/// §7: only committed and applied entries give way; a snapshot never goes back.
#[test]
fn a_snapshot_holds_applied_entries_only_and_never_goes_back() {
    let mut bench = led(2, |_| {});
    bench.propose(1, "not committed");
    compact(&mut bench, 1, 4, b"too much");
    assert_eq!(gone(&bench, 1), (0, 0));
    compact(&mut bench, 1, 3, b"three");
    compact(&mut bench, 1, 2, b"two");
    compact(&mut bench, 1, 3, b"three again");
    assert_eq!(gone(&bench, 1), (3, 3));
    assert_eq!(&bench.node(1).snapshot().image[..], b"three");
}

/// A margin of the log is kept behind the snapshot for followers that are a little behind.
#[test]
fn a_margin_of_the_log_is_kept_for_slow_followers() {
    let mut bench = led(5, |config| config.keep_entries = 2);
    compact(&mut bench, 1, 6, b"image");
    assert_eq!(gone(&bench, 1), (4, 6));
    assert_eq!(bench.log(1), [1, 1]);
}

/// §7: "the leader must occasionally send snapshots to followers that lag behind", "in chunks".
#[test]
fn a_leader_sends_the_snapshot_in_pieces_to_who_lacks_what_is_gone() {
    let mut bench = led(3, |_| {});
    compact(&mut bench, 1, 4, b"0123456789");
    bench.beat(1);
    let mut pieces = Vec::new();
    // The probe of the follower's log comes first.
    for _ in 0..20 {
        let sent = bench.between(1, 3);
        for envelope in &sent {
            if let Message::InstallSnapshot { offset, of, piece, .. } = &envelope.message {
                pieces.push((*offset, *of, piece.len()));
            }
        }
        bench.deliver(sent);
        let answers = bench.between(3, 1);
        bench.deliver(answers);
    }
    assert_eq!(pieces, [(0, 10, 4), (4, 10, 4), (8, 10, 2)]);
    assert_eq!(gone(&bench, 3), (4, 4));
    assert_eq!(&bench.node(3).snapshot().image[..], b"0123456789");
    assert_eq!((bench.commit(3), bench.progress(1, 3).matched), (4, Index(4)));
}

/// A message with a whole snapshot.
fn whole(last: Position, image: &[u8]) -> Message {
    let piece = Image::from(image);
    Message::InstallSnapshot { last, membership: members(3).into(), offset: 0, of: piece.len(), piece }
}

/// §7: "If instead the follower receives a snapshot that describes a prefix of its log, then log
/// entries covered by the snapshot are deleted but entries following the snapshot are still valid
/// and must be retained."
#[test]
fn entries_that_follow_the_snapshot_are_retained() {
    let mut bench = Bench::plain(3).with(2, disk(3, None, &[1, 2, 3, 3]));
    let answer = bench.receive(2, 1, 3, whole(at(2, 2), b"i"));
    assert_eq!((gone(&bench, 2), bench.log(2)), ((2, 2), vec![3, 3]));
    assert_eq!(answer, [envelope(2, 1, 3, accepted(2))]);
}

/// §7: "the follower discards its entire log; it is all superseded by the snapshot".
#[test]
fn a_log_that_does_not_hold_the_snapshots_last_entry_is_discarded() {
    for log in [&[][..], &[1], &[1, 1, 1, 1]] {
        let mut bench = Bench::plain(3).with(2, disk(3, None, log));
        bench.receive(2, 1, 3, whole(at(2, 2), b"i"));
        assert_eq!((gone(&bench, 2), bench.log(2)), ((2, 2), vec![]), "{log:?}");
        assert_eq!(bench.view(2).last, at(2, 2));
    }
}

/// §7: what is committed stays: a snapshot that holds no more is ignored, and answered with what is.
#[test]
fn a_snapshot_that_is_no_news_is_ignored() {
    let mut bench = Bench::plain(3).with(2, disk(3, None, &[1, 2, 3, 3]));
    bench.receive(2, 1, 3, heartbeat(at(4, 3), 3));
    let answer = bench.receive(2, 1, 3, whole(at(3, 3), b"i"));
    assert_eq!((gone(&bench, 2), bench.log(2)), ((0, 0), vec![1, 2, 3, 3]));
    assert_eq!(answer, [envelope(2, 1, 3, accepted(3))]);
}

/// Figure 13, 1: "Reply immediately if term < currentTerm."
#[test]
fn a_snapshot_of_an_older_term_is_refused() {
    let mut bench = Bench::plain(3).with(2, disk(3, None, &[1]));
    let answer = bench.receive(2, 1, 2, whole(at(9, 2), b"i"));
    assert!(matches!(&answer[..], [Envelope { term: Term(3), message: Message::AppendRefused { .. }, .. }]));
    assert_eq!(gone(&bench, 2), (0, 0));
}

/// §7, §5.1: a snapshot is acknowledged when it is on disk, and a crash before loses all of it.
#[test]
fn a_snapshot_is_acknowledged_when_it_is_durable() {
    let mut bench = Bench::plain(3).with(2, disk(3, None, &[1])).slow(2);
    assert_eq!(bench.receive(2, 1, 3, whole(at(2, 2), b"i")), []);
    let mut other = Bench::plain(3).with(2, disk(3, None, &[1])).slow(2);
    other.receive(2, 1, 3, whole(at(2, 2), b"i"));
    other.crash(2);
    other.restart(2);
    assert_eq!((gone(&other, 2), other.log(2)), ((0, 0), vec![1]));
    bench.sync_all(2);
    assert_eq!(bench.between(2, 1), [envelope(2, 1, 3, accepted(2))]);
    bench.crash(2);
    bench.restart(2);
    assert_eq!((gone(&bench, 2), bench.commit(2), bench.view(2).applied), ((2, 2), 2, Index(2)));
}

/// Entries that a snapshot stands for may come again, late: they are known to agree.
#[test]
fn entries_that_are_gone_are_accepted_again() {
    let mut bench = Bench::plain(3).with(2, disk(3, None, &[1]));
    bench.receive(2, 1, 3, whole(at(3, 2), b"i"));
    let answer = bench.receive(2, 1, 3, append(at(1, 1), &[2, 2, 3], 3));
    assert_eq!(answer, [envelope(2, 1, 3, accepted(4))]);
    assert_eq!(bench.log(2), [3]);
}

/// A piece out of place changes nothing; the answer says how much is there.
#[test]
fn a_piece_out_of_place_is_asked_for_again() {
    let mut bench = Bench::plain(3).with(2, disk(3, None, &[1]));
    let piece = |offset: usize, bytes: &[u8]| Message::InstallSnapshot {
        last: at(3, 2),
        membership: members(3).into(),
        offset,
        of: 6,
        piece: Image::from(bytes),
    };
    let has = |received| Message::PieceAccepted { last: at(3, 2), offset: 3, received };
    assert_eq!(bench.receive(2, 1, 3, piece(3, b"def")), [envelope(2, 1, 3, has(0))]);
    bench.receive(2, 1, 3, piece(0, b"abc"));
    bench.receive(2, 1, 3, piece(0, b"abc"));
    assert_eq!(bench.receive(2, 1, 3, piece(3, b"def")), [envelope(2, 1, 3, accepted(3))]);
    assert_eq!(&bench.node(2).snapshot().image[..], b"abcdef");
}

/// §7: a snapshot holds "the latest configuration in the snapshot as of last included index": both
/// sets of voters and who listens, whatever the server was before.
#[test]
fn a_snapshot_brings_every_part_of_a_configuration() {
    let ids = |numbers: &[u32]| numbers.iter().copied().map(ServerId).collect::<Vec<_>>();
    for (voters, outgoing, learners) in [
        (&[1, 2, 3][..], &[][..], &[][..]),
        (&[1, 3, 4], &[], &[2]),
        (&[1, 4], &[1, 2, 3], &[3]),
        (&[1, 3, 4], &[1, 2, 3], &[2, 5]),
    ] {
        let membership =
            Membership { voters: ids(voters), outgoing: ids(outgoing), learners: ids(learners), auto_leave: true };
        let mut bench = Bench::plain(3).with(2, disk(3, None, &[1]));
        let piece = Image::from(&b"i"[..]);
        let message = Message::InstallSnapshot {
            last: at(4, 2),
            membership: membership.clone().into(),
            offset: 0,
            of: piece.len(),
            piece,
        };
        bench.receive(2, 1, 3, message);
        assert_eq!(*bench.node(2).members(), membership);
        bench.crash(2);
        bench.restart(2);
        assert_eq!(*bench.node(2).members(), membership, "after a restart");
        bench.time_out(2);
        let stands = bench.role(2) == RoleName::Candidate;
        assert_eq!(stands, membership.votes(s(2)), "as {membership:?}");
    }
}

/// A learner that lacks what is gone from the log catches up by the snapshot.
#[test]
fn a_learner_catches_up_by_a_snapshot() {
    let mut bench = Bench::new(3).spare(&[4]);
    bench.elect(1, &[2, 3]);
    bench.propose(1, "x");
    bench.settle();
    compact(&mut bench, 1, 2, b"image");
    assert_eq!(gone(&bench, 1), (2, 2));
    let voters = [1, 2, 3].map(s).to_vec();
    bench.change(1, Change::Become { voters, learners: vec![s(4)], way: Way::Shortest });
    for _ in 0..4 {
        bench.settle();
        bench.beat(1);
    }
    bench.settle();
    assert_eq!((gone(&bench, 4), bench.log(4), bench.commit(4)), ((2, 2), vec![1], 3));
    assert!(bench.node(4).members().listens(s(4)));
}

/// §5.3 where the log begins with a snapshot: its last entry is compared like any other, and what
/// lies before is not touched.
#[test]
fn entries_that_reach_behind_the_snapshot_leave_it_alone() {
    let mut bench = Bench::plain(3).with(2, disk(3, None, &[1, 2]));
    bench.receive(2, 1, 3, whole(at(2, 2), b"i"));
    let refused = bench.receive(2, 1, 3, append(at(2, 1), &[3], 0));
    assert!(matches!(&refused[..], [Envelope { message: Message::AppendRefused { .. }, .. }]));
    assert_eq!(bench.log(2), [0; 0]);
    assert_eq!(bench.receive(2, 1, 3, append(at(1, 1), &[1, 3], 0)), [envelope(2, 1, 3, accepted(3))]);
    assert_eq!((gone(&bench, 2), bench.log(2)), ((2, 2), vec![3]));
}

/// S1 sends its snapshot of ten bytes to S3; the first piece of four is on its way.
fn sending() -> Bench {
    let mut bench = led(3, |_| {});
    compact(&mut bench, 1, 4, b"0123456789");
    bench.beat(1);
    for _ in 0..4 {
        let probe = bench.between(1, 3);
        if probe.iter().any(|envelope| matches!(envelope.message, Message::InstallSnapshot { .. })) {
            bench.lose_all();
            return bench;
        }
        bench.deliver(probe);
        let answer = bench.between(3, 1);
        bench.deliver(answer);
    }
    panic!("no snapshot is sent");
}

/// The places of the pieces in these messages.
fn pieces(sent: &[Envelope]) -> Vec<usize> {
    let place = |envelope: &Envelope| match envelope.message {
        Message::InstallSnapshot { offset, .. } => Some(offset),
        _ => None,
    };
    sent.iter().filter_map(place).collect()
}

/// Figure 13: the next piece follows the answer to the last one, and no older or other answer.
#[test]
fn only_the_answer_to_the_last_piece_asks_for_the_next() {
    let mut bench = sending();
    let mut answer = |last, offset, received| {
        let sent = bench.receive(1, 3, 1, Message::PieceAccepted { last, offset, received });
        pieces(&sent)
    };
    assert_eq!(answer(at(3, 1), 0, 4), [], "of another snapshot");
    assert_eq!(answer(at(4, 1), 8, 4), [], "of another piece");
    assert_eq!(answer(at(4, 1), 0, 0), [], "nothing has arrived");
    assert_eq!(answer(at(4, 1), 0, 4), [4]);
    assert_eq!(answer(at(4, 1), 0, 4), [], "it came twice");
}

/// Figure 13, and §5.3 "retries indefinitely": a piece that is lost is sent again, later than by the next heartbeat.
#[test]
fn a_lost_piece_is_sent_again() {
    let mut bench = sending();
    let again: Vec<usize> = (0..4)
        .map(|_| {
            bench.beat(1);
            pieces(&std::mem::take(&mut bench.post)).len()
        })
        .collect();
    assert_eq!(again, [0, 1, 0, 1]);
}

/// Figure 13: pieces of two snapshots are not put together.
#[test]
fn another_snapshot_begins_anew() {
    let mut bench = Bench::plain(3);
    let mut receive = |last, offset, bytes: &[u8]| {
        let piece = Image::from(bytes);
        let message = Message::InstallSnapshot { last, membership: members(3).into(), offset, of: 8, piece };
        bench.receive(2, 1, 1, message)
    };
    let so_far = |last, received| [envelope(2, 1, 1, Message::PieceAccepted { last, offset: 0, received })];
    assert_eq!(receive(at(2, 1), 0, b"abcd"), so_far(at(2, 1), 4));
    assert_eq!(receive(at(3, 1), 0, b"01234"), so_far(at(3, 1), 5));
    assert_eq!(receive(at(3, 1), 5, b"567"), [envelope(2, 1, 1, accepted(3))]);
    assert_eq!(&bench.node(2).snapshot().image[..], b"01234567");
}

/// Figure 13: what a piece takes on its way is what it holds, not what the snapshot does.
#[test]
fn a_piece_is_as_large_as_what_it_holds() {
    let size = |bytes: &[u8]| whole(at(2, 2), bytes).size();
    assert_eq!(size(b"0123456789") - size(b""), 10);
}
