//! Rules other than the paper's (§5): a broken rule breaks what it decides, and nothing beside it.

use raft_core::*;

use super::bench::*;

/// §5.2: where messages are counted instead of voters, a doubled vote is one more, and it still takes
/// as many as a majority.
#[test]
fn a_doubled_vote_that_counts_is_one_vote_more() {
    let mut bench = Bench::plain(7).under(Rules { counts_vote: |_| true, ..Rules::PAPER });
    bench.time_out(1);
    for (votes, role) in [(2, RoleName::Candidate), (3, RoleName::Candidate), (4, RoleName::Leader)] {
        bench.receive(1, 2, 1, vote());
        assert_eq!(bench.role(1), role, "with {votes} votes");
    }
}

/// Figure 2, "Reinitialized after election": where what matched is kept, it is kept of each follower.
#[test]
fn what_matched_in_an_earlier_term_is_kept_of_each_follower() {
    for (match_outlives, kept) in [(Rules::PAPER.match_outlives, [0, 0, 0]), (|matched| matched, [2, 1, 0])] {
        let mut bench = Bench::new(4).under(Rules { match_outlives, ..Rules::PAPER });
        bench.elect(1, &[2, 3]);
        bench.propose(1, "x");
        bench.settle_among(&[1, 2]);
        bench.receive(1, 4, 2, vote_request(at(0, 0)));
        assert_eq!(bench.role(1), RoleName::Follower);
        bench.time_out(1);
        bench.receive(1, 2, 3, vote());
        bench.receive(1, 4, 3, vote());
        assert_eq!([2, 3, 4].map(|id| bench.progress(1, id).matched.0), kept);
    }
}

/// §5.1: "If a server receives a request with a stale term number, it rejects the request", whichever
/// request of a leader it is; where the rule is broken it says nothing.
#[test]
fn a_leader_of_an_older_term_is_answered_unless_the_rule_is_broken() {
    let requests = || {
        let beat = Message::Heartbeat { commit: Index(0), sent: None, round: 0 };
        let piece = Image::from(&b"i"[..]);
        let snapshot =
            Message::InstallSnapshot { last: at(1, 1), membership: members(3).into(), offset: 0, of: 1, piece };
        [heartbeat(at(0, 0), 0), beat, snapshot]
    };
    let broken = Rules { answers_old_leader: |_, _| false, ..Rules::PAPER };
    for (rules, answers) in [(Rules::PAPER, 1), (broken, 0)] {
        let mut bench = Bench::plain(3).with(2, disk(3, None, &[1])).under(rules);
        for request in requests() {
            let said = format!("{request:?}");
            let sent = bench.receive(2, 1, 2, request);
            assert_eq!(sent.len(), answers, "{said}");
            assert!(sent.iter().all(|sent| sent.term == Term(3) && sent.to == s(1)));
        }
    }
}
