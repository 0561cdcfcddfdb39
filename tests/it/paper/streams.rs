//! Streams (§5.3 in two), and several messages on their way (thesis §10.2.1): what must hold.

use raft_core::*;

use super::bench::*;

const FLOW: Flow = Flow { messages: 3, bytes: 1_000, adaptive: false };

fn streaming(servers: u32) -> Bench {
    Bench::tuned(servers, |config| {
        config.replication = Replication::Streaming(FLOW);
        config.batch.entries = 1;
        config.no_op = false;
    })
}

fn pipelined(flow: Flow) -> Bench {
    let mut bench = Bench::tuned(2, |config| {
        config.replication = Replication::Pipelined(flow);
        config.batch = Batch { entries: 1, bytes: usize::MAX };
    });
    bench.elect(1, &[2]);
    bench.beat(1);
    bench.settle();
    bench
}

fn beat(commit: u64, sent: Option<u64>) -> Message {
    Message::Heartbeat { commit: Index(commit), sent: sent.map(Index), round: 0 }
}

fn verified(index: u64) -> Message {
    Message::HeartbeatReply { verified: Index(index), round: 0 }
}

fn flow(epoch: u64, previous: Position, terms: &[u64], commit: u64) -> Message {
    Message::StreamEntries { epoch, previous, entries: entries(terms), commit: Index(commit) }
}

fn ack(epoch: u64, matched: u64) -> Message {
    Message::StreamAck { epoch, matched: Index(matched) }
}

fn open(epoch: u64, last: Position) -> Message {
    Message::StreamOpen { epoch, last }
}

/// A heartbeat's acknowledgement is the index verified on this leader's stream in this term, 0
/// before the handshake, never the end of the log; its commit index is cut to that.
#[test]
fn a_heartbeat_proves_and_commits_nothing_that_its_stream_has_not_verified() {
    let mut bench = streaming(3).with(2, disk(1, None, &[1, 1, 1]));
    let answers = bench.receive(2, 1, 2, beat(3, None));
    assert_eq!(answers, [envelope(2, 1, 2, open(1, at(3, 1))), envelope(2, 1, 2, verified(0))]);
    assert_eq!(bench.commit(2), 0);
    bench.receive(2, 1, 2, flow(1, at(1, 1), &[], 0));
    assert_eq!(bench.receive(2, 1, 2, beat(3, Some(1))), [envelope(2, 1, 2, verified(1))]);
    assert_eq!(bench.commit(2), 1, "cut to what is verified");
}

/// A new leader's stream is a new one: what was verified on the old one proves nothing of its log.
#[test]
fn what_is_verified_is_forgotten_with_the_leader() {
    let mut bench = streaming(3).with(2, disk(1, None, &[1, 1, 1]));
    bench.receive(2, 1, 2, beat(0, None));
    bench.receive(2, 1, 2, flow(1, at(3, 1), &[2], 4));
    assert_eq!(bench.commit(2), 4);
    let answers = bench.receive(2, 3, 3, beat(4, None));
    assert_eq!(answers, [envelope(2, 3, 3, open(1, at(4, 2))), envelope(2, 3, 3, verified(0))]);
}

/// The handshake carries the term, and a conflicting tail is truncated.
#[test]
fn a_stream_begins_where_both_logs_agree_and_a_conflicting_tail_goes() {
    let mut bench = streaming(2).with(1, disk(3, None, &[1, 1, 3])).with(2, disk(2, None, &[1, 2, 2, 2]));
    bench.elect(1, &[2]);
    bench.settle();
    assert_eq!(bench.log(2), [1, 1, 3]);
    assert_eq!(bench.progress(1, 2).matched, Index(3));
}

/// Entries flow in order and none is awaited; acknowledgements are cumulative.
#[test]
fn entries_flow_without_awaiting_an_answer_and_one_answer_stands_for_all() {
    let mut bench = streaming(2);
    bench.elect(1, &[2]);
    bench.settle();
    (0..3).for_each(|_| bench.propose(1, "x"));
    let sent = bench.between(1, 2);
    assert_eq!(sent.len(), 3);
    bench.deliver(sent);
    let answers = bench.between(2, 1);
    bench.deliver(answers.into_iter().rev().take(1).collect());
    assert_eq!((bench.progress(1, 2).matched, bench.commit(1)), (Index(3), 3));
}

/// On a stream on which something is missing nothing is stored; the follower opens it anew.
#[test]
fn a_gap_breaks_the_stream_and_the_follower_opens_it_anew() {
    let mut bench = streaming(3);
    bench.receive(2, 1, 1, beat(0, None));
    assert_eq!(bench.receive(2, 1, 1, flow(1, at(0, 0), &[1], 0)), [envelope(2, 1, 1, ack(1, 1))]);
    assert_eq!(bench.receive(2, 1, 1, flow(1, at(2, 1), &[1], 0)), [envelope(2, 1, 1, open(2, at(1, 1)))]);
    assert_eq!(bench.log(2), [1]);
}

/// A batch that comes twice, or late, changes nothing.
#[test]
fn a_batch_may_come_twice() {
    let mut bench = streaming(3);
    bench.receive(2, 1, 1, beat(0, None));
    for _ in 0..2 {
        bench.receive(2, 1, 1, flow(1, at(0, 0), &[1, 1], 0));
    }
    assert_eq!(bench.receive(2, 1, 1, flow(1, at(0, 0), &[1], 0)), [envelope(2, 1, 1, ack(1, 2))]);
    assert_eq!(bench.log(2), [1, 1]);
}

/// An acknowledgement on a stream claims what is durable, like any other (§5.1).
#[test]
fn a_stream_is_acknowledged_when_its_entries_are_durable() {
    let mut bench = streaming(3).slow(2);
    bench.receive(2, 1, 1, beat(0, None));
    bench.sync_all(2);
    bench.lose_all();
    bench.receive(2, 1, 1, flow(1, at(0, 0), &[1], 0));
    assert_eq!(bench.post, []);
    bench.sync_all(2);
    assert_eq!(bench.post, [envelope(2, 1, 1, ack(1, 1))]);
}

/// Thesis §10.2.1: a leader sends on without awaiting answers, as many messages as the window holds.
#[test]
fn the_window_bounds_what_is_on_its_way() {
    for (flow, messages) in [
        (FLOW, 3),
        (Flow { messages: 9, bytes: 20, ..FLOW }, 2),
        (Flow { messages: 9, bytes: 1, ..FLOW }, 1),
        (Flow { messages: 9, ..FLOW }, 6),
    ] {
        let mut bench = pipelined(flow);
        (0..6).for_each(|_| bench.propose(1, "ten bytes."));
        assert_eq!(bench.between(1, 2).len(), messages, "{flow:?}");
    }
}

/// Thesis §10.2.2: the more messages are on their way, the more entries a further one carries.
#[test]
fn batches_grow_under_load() {
    let mut bench = Bench::tuned(2, |config| {
        config.replication = Replication::Pipelined(Flow { messages: 99, bytes: usize::MAX, adaptive: true });
    });
    bench.elect(1, &[2]);
    bench.beat(1);
    bench.settle();
    (0..10).for_each(|_| bench.propose(1, "x"));
    let sizes: Vec<usize> = (bench.between(1, 2).iter())
        .map(|envelope| match &envelope.message {
            Message::AppendEntries { entries, .. } => entries.len(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(sizes, [1, 1, 2, 3]);
}

/// Until a follower has answered, one message is on its way to it: the leader does not know where
/// the logs agree.
#[test]
fn before_logs_are_known_to_agree_one_message_is_on_its_way() {
    let mut bench = Bench::tuned(2, |config| config.replication = Replication::Pipelined(FLOW));
    bench.time_out(1);
    let ask = bench.between(1, 2);
    bench.deliver(ask);
    let vote = bench.between(2, 1);
    bench.deliver(vote);
    (0..3).for_each(|_| bench.propose(1, "x"));
    assert_eq!(bench.between(1, 2).len(), 1);
}

/// Thesis §10.2.1: the leader goes on from what it has sent once it knows where the logs agree, and
/// waits for an answer while it does not.
#[test]
fn the_next_index_runs_ahead_only_once_logs_are_known_to_agree() {
    let mut bench = pipelined(FLOW);
    let next = bench.progress(1, 2).next;
    bench.propose(1, "x");
    assert_eq!(bench.progress(1, 2).next, next.next());
    let mut bench = Bench::tuned(2, |config| config.replication = Replication::Pipelined(FLOW));
    bench.time_out(1);
    bench.lose_all();
    bench.receive(1, 2, 1, vote());
    let next = bench.progress(1, 2).next;
    bench.propose(1, "x");
    assert_eq!(bench.progress(1, 2).next, next);
}

/// A leader answers who opens a stream where the logs do not agree: with a place at which they may, or
/// with the snapshot where that is gone (§7).
#[test]
fn a_stream_that_cannot_begin_there_is_sent_back_or_gets_the_snapshot() {
    #[track_caller]
    fn check(log: &[u64], base: Option<Position>, last: Position, proposed: Option<Position>) {
        let mut start = disk(5, None, log);
        if let Some(base) = base {
            start.snapshot = Snapshot { last: base, membership: members(2).into(), image: Image::from(&b"i"[..]) };
            start.log.compact(base);
        }
        let mut bench = streaming(2).with(1, start);
        bench.elect(1, &[2]);
        let sent = bench.receive(1, 2, 6, open(7, last));
        match proposed {
            Some(at) => assert_eq!(sent, [envelope(1, 2, 6, Message::StreamReset { epoch: 7, at })]),
            None => {
                assert!(matches!(&sent[..], [Envelope { message: Message::InstallSnapshot { .. }, .. }]), "{sent:?}")
            }
        }
    }
    check(&[1, 1, 3], None, at(2, 2), Some(at(2, 1)));
    check(&[1, 1, 3], None, at(5, 1), Some(at(2, 1)));
    check(&[1, 1, 3], None, at(5, 4), Some(at(3, 3)));
    check(&[1, 1, 1, 3], Some(at(3, 1)), at(1, 1), None);
    check(&[1, 1, 3, 3], Some(at(3, 3)), at(5, 2), None);
    check(&[1, 1, 3, 3], Some(at(3, 3)), at(3, 2), None);
}

/// A follower that asks again does not make the leader begin the snapshot again, unless a piece is lost.
#[test]
fn a_snapshot_that_is_on_its_way_goes_on() {
    let mut start = disk(5, None, &[1, 1, 1]);
    start.snapshot = Snapshot { last: at(2, 1), membership: members(3).into(), image: Image::from(&b"image"[..]) };
    start.log.compact(at(2, 1));
    let mut bench = streaming(3).with(1, start);
    bench.elect(1, &[3]);
    let pieces = |sent: Vec<Envelope>| {
        sent.iter().filter(|sent| matches!(sent.message, Message::InstallSnapshot { .. })).count()
    };
    assert_eq!(pieces(bench.receive(1, 2, 6, open(1, at(0, 0)))), 1);
    assert_eq!(pieces(bench.receive(1, 2, 6, open(2, at(0, 0)))), 0, "it is on its way");
    bench.beat(1);
    assert_eq!(pieces(bench.between(1, 2)), 0, "and may still be");
    bench.beat(1);
    assert_eq!(pieces(bench.between(1, 2)), 1, "now it is lost");
    assert_eq!(pieces(bench.receive(1, 2, 6, open(3, at(0, 0)))), 0, "it is on its way again");
}

/// Whoever waits in vain asks again, each time after twice as long, and sooner once entries come.
#[test]
fn a_stuck_stream_is_opened_anew_after_twice_as_long() {
    let mut bench = streaming(3);
    let timeout = Config::default().election_timeout.start.0;
    bench.receive(2, 1, 1, beat(0, None));
    let patience = |bench: &Bench| bench.seat(2).timers[&Timer::Stream].start.0 / timeout;
    assert_eq!(patience(&bench), 1);
    for (epoch, expected) in [(2, 2), (3, 4), (4, 8)] {
        bench.lose_all();
        bench.feed(2, Input::TimerFired(Timer::Stream));
        assert_eq!((patience(&bench), bench.post.clone()), (expected, vec![envelope(2, 1, 1, open(epoch, at(0, 0)))]));
    }
    // A batch without entries is no news, and one with news halves it.
    bench.receive(2, 1, 1, flow(4, at(0, 0), &[], 0));
    bench.receive(2, 1, 1, flow(4, at(2, 1), &[], 0));
    assert_eq!(patience(&bench), 8);
    bench.receive(2, 1, 1, flow(5, at(0, 0), &[1], 0));
    bench.receive(2, 1, 1, flow(5, at(2, 1), &[], 0));
    assert_eq!(patience(&bench), 4);
}

/// What comes late on an older stream is as good as any if it follows what is there, and says nothing if not.
#[test]
fn a_batch_of_an_older_stream_is_taken_if_it_follows() {
    let mut bench = streaming(3);
    bench.receive(2, 1, 1, beat(0, None));
    bench.feed(2, Input::TimerFired(Timer::Stream));
    assert_eq!(bench.receive(2, 1, 1, flow(1, at(0, 0), &[1], 0)), [envelope(2, 1, 1, ack(2, 1))]);
    assert_eq!(bench.receive(2, 1, 1, flow(1, at(5, 1), &[1], 0)), []);
    assert_eq!(bench.log(2), [1]);
}

/// §7: after a snapshot what is verified on a stream has to be found out anew.
#[test]
fn a_snapshot_closes_the_stream() {
    let mut bench = streaming(3);
    bench.receive(2, 1, 1, beat(0, None));
    bench.receive(2, 1, 1, flow(1, at(0, 0), &[1], 0));
    assert_eq!(bench.view(2).stream, Some((1, Index(1))));
    let piece = Image::from(&b"i"[..]);
    bench.receive(
        2,
        1,
        1,
        Message::InstallSnapshot { last: at(4, 1), membership: members(3).into(), offset: 0, of: 1, piece },
    );
    assert_eq!((bench.view(2).stream, bench.seat(2).timers.contains_key(&Timer::Stream)), (None, false));
    let answers = bench.receive(2, 1, 1, beat(4, None));
    assert!(answers.contains(&envelope(2, 1, 1, open(1, at(4, 1)))), "{answers:?}");
}
