//! Tables of texts: what reads back, what is refused and how.

extern crate std;

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use raft_core::{Index, Position, ServerId, Term, Time};

use super::settings::TABLE;
use super::*;
use crate::machine::{ClientId, Operation};

mod clients;
mod membership;
mod mistakes;
mod quiz;

const S1: Who = Who::Server(ServerId(1));
const S2: Who = Who::Server(ServerId(2));
const S3: Who = Who::Server(ServerId(3));

#[track_caller]
fn scenario(text: &str) -> Scenario {
    parse(text).unwrap_or_else(|error| panic!("{error}\n{text}")).scenario
}

/// The one action of a step, and that it is formatted as it was written.
#[track_caller]
fn check_action(text: &str, action: Action) {
    let scenario = scenario(&format!("raft 1\nclients 2\nat 0ms {text}\n"));
    assert_eq!(scenario.steps[0].actions, [action]);
    assert_eq!(format_action(&scenario.steps[0].actions[0]), text);
}

/// The same for a predicate.
#[track_caller]
fn check_predicate(text: &str, predicate: Predicate) {
    check_action(&format!("expect {text}"), Action::Expect { predicate: predicate.clone(), within: None });
    assert_eq!(format_predicate(&predicate), text);
}

/// A text that means the same as another, which is canonical.
#[track_caller]
fn check_canonical(text: &str, canonical: &str) {
    let scenario = scenario(text);
    assert_eq!(format(&scenario), canonical);
    assert_eq!(self::scenario(canonical), scenario);
}

/// A text that is refused.
#[track_caller]
fn check_refused(text: &str, message: &str) {
    match parse(text) {
        Ok(_) => panic!("read:\n{text}"),
        Err(error) => {
            assert_eq!(error.to_string(), message, "\n{text}");
            assert_eq!(mistakes(text).first(), Some(&error), "\n{text}");
        }
    }
}

/// An action that is refused; it stands on line 2 from column 8.
#[track_caller]
fn check_slip(action: &str, message: &str) {
    check_refused(&format!("raft 1\nat 0ms {action}\n"), message);
}

fn link(from: Who, to: Who) -> Option<(End, End)> {
    Some((End::Server(from), End::Server(to)))
}

fn set(key: &str, value: &str) -> Operation {
    Operation::Set { key: key.into(), value: value.into() }
}

#[test]
fn the_example_of_the_specification() {
    let text = "raft 1\n\
        title A leader counts only entries of its own term\n\
        about Figure 8 of the paper. Switch the rule off and watch entry 2 vanish.\n\
        servers 5\n\
        seed 7\n\
        set latency 10ms..20ms\n\
        \n\
        at 0ms timeout S1\n\
        when S1 is leader\n  \
          cut S1-S3\n  \
          write x=1\n\
        stop S1 has entry 2 on S2 only. Who can still win without it?\n\
        at 400ms crash S1   # the leader\n\
        after 50ms timeout S5\n\
        expect safe\n";
    let Parsed { scenario, lines } = parse(text).expect("it is right");
    assert_eq!(scenario.title, "A leader counts only entries of its own term");
    assert_eq!((scenario.seed, scenario.steps.len()), (7, 4));
    assert_eq!(scenario.steps[1].actions.len(), 3);
    assert_eq!((lines.trigger(1), lines.action(1, 0), lines.action(1, 2)), (9, 10, 12));
    assert_eq!((lines.trigger(9), lines.action(1, 9)), (0, 0));
    assert_eq!(
        format(&scenario),
        "raft 1\n\
        title A leader counts only entries of its own term\n\
        about Figure 8 of the paper. Switch the rule off and watch entry 2 vanish.\n\
        seed 7\n\
        set latency 10ms..20ms\n\
        at 0ms timeout S1\n\
        when S1 is leader\n  \
          cut S1-S3\n  \
          write x=1\n  \
          stop S1 has entry 2 on S2 only. Who can still win without it?\n\
        at 400ms crash S1\n\
        after 50ms\n  \
          timeout S5\n  \
          expect safe\n"
    );
}

#[test]
fn headers() {
    check_canonical("raft 1", "raft 1\n");
    check_canonical("\u{FEFF}# mine\r\n\r\nraft 1 # one\r\nservers S3 S1\r\n", "raft 1\nservers S1 S3\n");
    check_canonical("raft 1\nservers S1 S2 S3\nclients 1\nseed 1", "raft 1\nservers 3\n");
    check_canonical("raft 1\nset loss 5% on S6->S7\nservers 7\n", "raft 1\nservers 7\nset loss 5% on S6->S7\n");
    check_canonical(
        "raft 1\nlang pt-BR\nauthor  A.\tReader # 1 \nabout b\nabout a\ntitle  t\nseed 18446744073709551615\nclients 8",
        "raft 1\ntitle t\nabout b\nabout a\nauthor A. Reader # 1\nlang pt-BR\nclients 8\nseed 18446744073709551615\n",
    );
    check_canonical(
        "raft 1\nstart S2 log 1 1 2:x=1 4 vote S1 commit 2\nstart S3 term 4",
        "raft 1\nstart S2 term 4 vote S1 log 1 1 2:x=1 4 commit 2\nstart S3 term 4\n",
    );
    let start = &scenario("raft 1\nstart S2 term 7 vote none log 1 2:x=1").starts[0];
    let log = vec![(Term(1), None), (Term(2), Some(set("x", "1")))];
    assert_eq!(*start, Start { server: ServerId(2), term: Term(7), vote: None, log, commit: Index(0) });
}

#[test]
fn wrong_headers() {
    check_refused("", "1:1: a scenario starts with the line \"raft 1\"");
    check_refused("\n # nothing\n", "1:1: a scenario starts with the line \"raft 1\"");
    check_refused("title x\nraft 1", "1:1: a scenario starts with the line \"raft 1\", not with \"title\"");
    check_refused("raft", "1:5: the version, as in \"raft 1\", is missing");
    check_refused("raft 2", "1:6: this version of the playground reads \"raft 1\", not \"raft 2\"");
    check_refused("raft 1 2", "1:8: unexpected \"2\"");
    check_refused("raft 1\nraft 1", "2:1: the line \"raft\" is given twice");
    check_refused("raft 1\ntitle", "2:6: a text is missing");
    check_refused("raft 1\ntitle a\ntitle b", "3:1: the line \"title\" is given twice");
    check_refused("raft 1\nservers 3\nservers 3", "3:1: the line \"servers\" is given twice");
    check_refused("raft 1\nservers 16", "2:9: the number of servers is 1 to 15, not \"16\"");
    check_refused("raft 1\nservers 0", "2:9: the number of servers is 1 to 15, not \"0\"");
    check_refused("raft 1\nservers S1 S1", "2:12: the server \"S1\" is given twice");
    check_refused("raft 1\nservers S1 S100", "2:12: the number of a server is 1 to 99, not \"S100\"");
    check_refused("raft 1\nservers S0", "2:9: expected a server such as S1, found \"S0\"");
    check_refused("raft 1\nclients 9", "2:9: the number of clients is 1 to 8, not \"9\"");
    check_refused("raft 1\nseed -1", "2:6: expected a seed, found \"-1\"");
    check_refused(
        "raft 1\nseed 18446744073709551616",
        "2:6: a seed is 0 to 18446744073709551615, not \"18446744073709551616\"",
    );
    check_refused("raft 1\nsevers 3", "2:1: unknown word \"severs\"; did you mean \"servers\"?");
    check_refused("raft 1\nlang a_b", "2:6: expected the code of a language such as en or pt-BR, found \"a_b\"");
    check_refused("raft 1\ncrash S1", "2:1: \"crash\" needs a trigger before it, such as \"at 0ms\"");
    check_refused("raft 1\nat 0ms\ntitle x", "3:1: \"title\" belongs before the first step");
    check_refused("raft 1\nbug", "2:4: a bug such as commit-old-term is missing");
    check_refused(
        "raft 1\nbug commit-odd-term",
        "2:5: unknown bug \"commit-odd-term\"; did you mean \"commit-old-term\"?",
    );
    check_refused("raft 1\nbug double-vote\nbug double-vote", "3:5: the bug \"double-vote\" is given twice");
    let servers: String = (1..=16).map(|n| format!(" S{n}")).collect();
    check_refused(&format!("raft 1\nservers{servers}"), "2:60: too many servers; at most 15 are allowed");
}

#[test]
fn wrong_starts() {
    check_refused("raft 1\nstart S6", "2:7: there is no server \"S6\" in this scenario");
    check_refused("raft 1\nstart S1\nstart S1", "3:7: the start of \"S1\" is given twice");
    check_refused("raft 1\nstart S1 log 0", "2:14: a term is 1 to 1000000000000, not \"0\"");
    check_refused("raft 1\nstart S1 log 2 1", "2:16: term \"1\" is smaller than that of the entry before it");
    check_refused("raft 1\nstart S1 term 1 log 2", "2:7: term \"2\" is higher than the server's own");
    check_refused("raft 1\nstart S1 log 1 1 commit 3", "2:25: commit \"3\" is beyond the log, which ends at 2");
    check_refused("raft 1\nstart S1 term 1 term 2", "2:17: the word \"term\" is given twice");
    check_refused("raft 1\nstart S1 tern 1", "2:10: unknown word \"tern\"; did you mean \"term\"?");
    check_refused("raft 1\nstart S1 log 1:x", "2:17: a write such as 2:x=1 is missing");
    check_refused("raft 1\nstart S1 term 1000000000001", "2:15: a term is 0 to 1000000000000, not \"1000000000001\"");
    let entries = " 1".repeat(10_001);
    check_refused(&format!("raft 1\nstart S1 log{entries}"), "2:20014: too many entries; at most 10000 are allowed");
}

#[test]
#[rustfmt::skip]
fn triggers() {
    let when = |predicate, within| Trigger::When { predicate, within };
    for (text, trigger) in [
        ("at 0ms", Trigger::At(Time(0))),
        ("at 250us", Trigger::At(Time(250))),
        ("after 1.5s", Trigger::After(Time(1_500_000))),
        ("at 1234567us", Trigger::At(Time(1_234_567))),
        ("at 1234.56ms", Trigger::At(Time(1_234_560))),
        ("when leader", when(Predicate::SomeLeader, None)),
        ("when leader within 2s", when(Predicate::SomeLeader, Some(Time::seconds(2)))),
    ] {
        let alone = scenario(&format!("raft 1\n{text}\n"));
        assert_eq!(alone.steps, [Step { trigger: trigger.clone(), actions: vec![] }]);
        assert_eq!(format(&alone), format!("raft 1\n{text}\n"));
        let action = Action::Crash(S1);
        let followed = scenario(&format!("raft 1\n{text} crash S1\n"));
        assert_eq!(followed.steps, [Step { trigger, actions: vec![action] }]);
        assert_eq!(format_step(&followed.steps[0]), format!("{text} crash S1\n"));
    }
    check_canonical("raft 1\nat 1.000000s", "raft 1\nat 1s\n");
    check_canonical("raft 1\nat 0s heal", "raft 1\nat 0ms heal\n");
    check_canonical("raft 1\nat 0.0005s\n heal", "raft 1\nat 500us heal\n");
    // What ends a predicate is the action behind it.
    for predicate in [
        "leader", "S1 log = 1 1 2", "commit >= 4 on S1 S2", "S1 vote = none", "C1 got ok", "S1 log = none",
        "leader is S1", "leader is leader", "violated log-matching", "leader x = 1", "not quiet and safe",
    ] {
        for action in ["crash S1", "heartbeat leader", "write x=1", "stop now", "set loss 1%", "hold all", "settle"] {
            let text = format!("raft 1\nwhen {predicate} {action}\n");
            assert_eq!(format(&scenario(&text)), text);
        }
    }
}

#[test]
fn wrong_triggers() {
    check_refused(
        "raft 1\nat 10",
        "2:4: expected a time such as 250us, 20ms or 1.5s, found \"10\"; did you mean \"10ms\"?",
    );
    check_refused("raft 1\nat", "2:3: a time such as 20ms is missing");
    check_refused("raft 1\nat 1.5us", "2:4: \"1.5us\" is finer than a microsecond");
    check_refused("raft 1\nat 86401s", "2:4: a time from 0ms to 86400s is wanted here, not \"86401s\"");
    check_refused(
        "raft 1\nat 99999999999999999999999s",
        "2:4: a time from 0ms to 86400s is wanted here, not \"99999999999999999999999s\"",
    );
    for time in ["1.s", ".5s", "1.2.3s", "s", "1h", "-1ms", "1e3ms", "+1ms", "1 ms"] {
        let error = parse(&format!("raft 1\nat {time}")).expect_err("no time").to_string();
        assert!(error.starts_with("2:4: expected a time such as 250us"), "{error}");
    }
    check_refused("raft 1\nat 10ms\nat 5ms", "3:4: \"5ms\" is over before this step, which comes at 10ms or later");
    check_refused(
        "raft 1\nat 10ms\nwhen leader\nafter 2ms\nat 11ms",
        "5:4: \"11ms\" is over before this step, which comes at 12ms or later",
    );
    check_refused("raft 1\nat 86400s\nafter 1ms", "3:7: a time from 0ms to 86400s is wanted here, not \"1ms\"");
    check_refused("raft 1\nwen leader", "2:1: unknown word \"wen\"; did you mean \"when\"?");
    check_refused("raft 1\nwhen leader whithin 2s", "2:13: unknown action \"whithin\"");
    let steps = "after 1ms\n".repeat(2_001);
    check_refused(&format!("raft 1\n{steps}"), "2002:7: too many steps; at most 2000 are allowed");
    let actions = "heal\n".repeat(4_001);
    check_refused(&format!("raft 1\nat 0ms\n{actions}"), "4003:5: too many actions; at most 4000 are allowed");
}

#[test]
fn actions_on_servers() {
    check_action("timeout S1", Action::Timeout(S1));
    check_action("heartbeat leader", Action::Heartbeat(Who::Leader));
    check_action("crash follower", Action::Crash(Who::Follower));
    check_action("restart S1", Action::Restart(S1));
    check_action("pause S1", Action::Pause(S1));
    check_action("resume S1", Action::Resume(S1));
    check_action("isolate S1", Action::Isolate(S1));
    check_action("snapshot S1", Action::Snapshot(S1));
    check_action("transfer to S3", Action::Transfer { to: S3, via: None });
    check_action("transfer to S3 via S1", Action::Transfer { to: S3, via: Some(S1) });
    check_slip("transfer S3", "2:17: expected \"to\" and a server, found \"S3\"");
    check_slip("crsh S1", "2:8: unknown action \"crsh\"; did you mean \"crash\"?");
    check_slip("Crash S1", "2:8: unknown action \"Crash\"; did you mean \"crash\"?");
    check_slip("crash", "2:13: a server such as S1, \"leader\" or \"follower\" is missing");
    check_slip("crash S6", "2:14: there is no server \"S6\" in this scenario");
    check_slip("crash s1", "2:14: expected a server such as S1, \"leader\" or \"follower\", found \"s1\"");
    check_slip(
        "crash laeder",
        "2:14: expected a server such as S1, \"leader\" or \"follower\", found \"laeder\"; did you mean \"leader\"?",
    );
    check_slip("crash S1 S2", "2:17: unexpected \"S2\"");
    check_action("clock S1 x1.5", Action::Clock(S1, crate::fault::Pace::percent(150).expect("a pace")));
    check_action("wipe S1", Action::Wipe(S1));
    check_action("lose S2 last 2", Action::Lose { who: S2, last: 2 });
    check_action("forget-vote leader", Action::ForgetVote(Who::Leader));
    check_slip("clock S1 1.5", "2:17: expected a pace from x0.01 to x100, such as x1.5, found \"1.5\"");
    check_slip("clock S1 x0", "2:17: expected a pace from x0.01 to x100, such as x1.5, found \"x0\"");
    check_slip("lose S1 2", "2:16: expected \"last\" and a number of entries, found \"2\"");
    check_slip("lose S1 last 0", "2:21: a number of entries is 1 to 1000000, not \"0\"");
}

#[test]
fn actions_on_the_network() {
    let cut = |from, to, both| Action::Cut { from, to, both };
    check_action("cut S1->S2", cut(S1, S2, false));
    check_action("cut leader-S2", cut(Who::Leader, S2, true));
    check_action("heal", Action::Heal(Heal::All));
    check_action("heal S1->S2", Action::Heal(Heal::Link { from: S1, to: S2, both: false }));
    check_action("heal S1-S2", Action::Heal(Heal::Link { from: S1, to: S2, both: true }));
    check_action("partition S1 S2 | S3", Action::Partition(vec![vec![S1, S2], vec![S3]]));
    check_action("partition leader", Action::Partition(vec![vec![Who::Leader]]));
    check_canonical("raft 1\nat 0ms partition S1|S2|S3", "raft 1\nat 0ms partition S1 | S2 | S3\n");
    check_slip("cut S1", "2:12: expected a link such as S1->S2 or S1-S2, found \"S1\"");
    check_slip("cut S1->S1", "2:12: \"S1->S1\" is not a link between two servers, or a server and a client");
    check_slip("cut S1->S9", "2:12: there is no server \"S9\" in this scenario");
    check_slip("cut S1-S2-S3", "2:12: expected a link such as S1->S2 or S1-S2, found \"S1-S2-S3\"");
    check_slip("partition S1 S2 | S2 S3", "2:26: the server \"S2\" is given twice");
    check_slip("partition S1 S1", "2:21: the server \"S1\" is given twice");
    check_slip("partition S1 |", "2:22: a server such as S1, \"leader\" or \"follower\" is missing");
    check_slip("partition", "2:17: a server such as S1, \"leader\" or \"follower\" is missing");
}

#[test]
fn actions_on_messages() {
    use MessageKind::{Append, Request, VoteReply};
    let select = |link, kind, which| Select { link, kind, which };
    check_action("hold all", Action::Hold(select(None, None, Which::All)));
    check_action("drop all append", Action::Drop(select(None, Some(Append), Which::All)));
    check_action("hold S1->S2", Action::Hold(select(link(S1, S2), None, Which::Oldest)));
    check_action("release S1->S2 append", Action::Release(select(link(S1, S2), Some(Append), Which::Oldest)));
    check_action("deliver S1->S2 all", Action::Deliver(select(link(S1, S2), None, Which::All)));
    check_action("deliver S1->S2 append all", Action::Deliver(select(link(S1, S2), Some(Append), Which::All)));
    check_action(
        "drop S1->leader vote-reply #2",
        Action::Drop(select(link(S1, Who::Leader), Some(VoteReply), Which::Nth(2))),
    );
    check_action("duplicate S1->S2 #1", Action::Duplicate(select(link(S1, S2), None, Which::Nth(1))));
    let from_client = Some((End::Client(ClientId(2)), End::Server(S1)));
    check_action("drop C2->S1 request", Action::Drop(select(from_client, Some(Request), Which::Oldest)));
    check_action("settle", Action::Settle(vec![]));
    check_action("settle S1 S2", Action::Settle(vec![S1, S2]));
    check_canonical("raft 1\nat 0ms drop S1->S2 all all", "raft 1\nat 0ms drop S1->S2 all\n");
    check_canonical("raft 1\nat 0ms drop S1->S2 all #3", "raft 1\nat 0ms drop S1->S2 #3\n");
    check_canonical("raft 1\nat 0ms drop S1->S2 # oldest", "raft 1\nat 0ms drop S1->S2\n");
    check_canonical("raft 1\nat 0ms drop S1->S2 #3 # third", "raft 1\nat 0ms drop S1->S2 #3\n");
    check_slip("drop S1", "2:13: expected a link such as S1->S2, or \"all\", found \"S1\"");
    check_slip("drop S1-S2", "2:13: expected a link such as S1->S2, or \"all\", found \"S1-S2\"");
    check_slip("drop C1->C1", "2:13: \"C1->C1\" is not a link between two servers, or a server and a client");
    check_slip("drop C2->S1", "2:13: there is no client \"C2\" in this scenario; \"clients 2\" adds it");
    check_slip("drop S1->S2 apend", "2:20: unknown kind of message \"apend\"; did you mean \"append\"?");
    check_slip("drop S1->S2 #0", "2:20: the place of a message is 1 to 1000000, not \"#0\"");
    check_slip("drop S1->S2 append all #2", "2:31: unexpected \"#2\"");
    check_slip("settle S1 S1", "2:18: the server \"S1\" is given twice");
}

#[test]
fn actions_of_clients() {
    let request = |operation, to, by| Action::Request { operation, to, by };
    check_action("write x=1", request(set("x", "1"), None, None));
    check_action("write x=1 to S1 by C2", request(set("x", "1"), Some(S1), Some(ClientId(2))));
    check_action("write größe=groß! by C1", request(set("größe", "groß!"), None, Some(ClientId(1))));
    check_action("read x from leader", request(Operation::Get { key: "x".into() }, Some(Who::Leader), None));
    let cas = Operation::Cas { key: "x".into(), expected: "1".into(), value: "2".into() };
    check_action("cas x 1 2", request(cas.clone(), None, None));
    check_action("cas x 1 2 to S3", request(cas, Some(S3), None));
    check_canonical("raft 1\nat 0ms write x = 1 by C1 to S2", "raft 1\nat 0ms write x=1 to S2 by C1\n");
    check_canonical("raft 1\nat 0ms read x to S2", "raft 1\nat 0ms read x from S2\n");
    check_slip("write x", "2:15: a write such as x=1 is missing");
    check_slip("write x=", "2:16: a value such as 1 is missing");
    check_slip("write x==", "2:16: expected a value of at most 64 characters, none of \"#=<>()|, found \"=\"");
    check_slip("write term=1", "2:14: \"term\" is a word of the language; another key is needed");
    check_slip("write 1=1", "2:14: expected a key of at most 64 letters, digits, \"_\", \"-\" and \".\", found \"1\"");
    check_slip("write x=1 by C2", "2:21: there is no client \"C2\" in this scenario; \"clients 2\" adds it");
    check_slip("write x=1 by C1 by C1", "2:24: the word \"by\" is given twice");
    check_slip("write x=1 too S1", "2:18: unexpected \"too\"; did you mean \"to\"?");
    check_slip("write x=1 via S1", "2:18: unexpected \"via\"");
    let long = "v".repeat(65);
    let error = parse(&format!("raft 1\nat 0ms write x={long}")).expect_err("too long");
    assert_eq!(error.found.chars().count(), 60);
}

#[test]
fn texts() {
    check_action("note a # b", Action::Note("a # b".into()));
    check_action("stop", Action::Stop(String::new()));
    check_action("stop who wins?", Action::Stop("who wins?".into()));
    check_action("mark the split", Action::Mark("the split".into()));
    check_action("note שלום 👩‍🔬", Action::Note("שלום 👩‍🔬".into()));
    check_canonical("raft 1\nat 0ms note \t a\tb  c \t", "raft 1\nat 0ms note a b  c\n");
    check_slip("note", "2:12: a text is missing");
    check_slip("mark", "2:12: a text is missing");
    check_slip("note a\u{202E}b", "2:14: the character U+202E is not allowed");
    check_slip("note a\u{1b}[2J", "2:14: the character U+001B is not allowed");
    check_refused("raft 1\n# \u{2066}", "2:3: the character U+2066 is not allowed");
    check_refused("raft 1\rat 0ms", "1:7: the character U+000D is not allowed");
    let note = "n".repeat(2_001);
    check_slip(&format!("note {note}"), "2:13: this text has more than 2000 characters");
    check_refused(&format!("raft 1\ntitle {}", &note[..281]), "2:7: this text has more than 280 characters");
    check_action(&format!("note {}", &note[..2_000]), Action::Note(note[..2_000].into()));
    let big = "#".repeat(MAX_BYTES);
    check_refused(&format!("raft 1\n{big}"), "1:1: a scenario has at most 64 KiB");
    assert_eq!(clean_text(" a\nb\u{202E}c\t ", 280), "a b c");
    assert_eq!(clean_text("abc d", 4), "abc");
}

#[test]
fn errors_isolate_what_they_quote() {
    check_slip("שלום S1", "2:8: unknown action \"\u{2068}שלום\u{2069}\"");
    let error = parse(&format!("raft 1\nat 0ms {}", "x".repeat(60_000))).expect_err("no word");
    assert_eq!(error.found.chars().count(), 60);
    assert!(error.found.ends_with('…'));
}

#[test]
fn settings_of_the_language() {
    let all = |change| Set { change, on: Scope::All };
    for (text, set) in [
        ("election-timeout 150ms..300ms", all(Change::ElectionTimeout(Time::millis_range(150, 300)))),
        ("latency 20ms", all(Change::Latency(Time(20_000)..Time(20_001)))),
        ("latency 0ms", all(Change::Latency(Time(0)..Time(1)))),
        ("heartbeat 50ms", all(Change::Heartbeat(Time::millis(50)))),
        ("loss 20%", all(Change::Loss(20))),
        ("duplicate 100%", all(Change::Duplicate(100))),
        ("fsync 2.5ms on S3", Set { change: Change::Fsync(Time(2_500)), on: Scope::Server(ServerId(3)) }),
        ("no-op off", all(Change::NoOp(false))),
        ("network manual", all(Change::Network(Network::Manual))),
        ("client-timeout 1s", all(Change::ClientTimeout(Time::seconds(1)))),
        ("batch 1", all(Change::Batch(1))),
        ("speed 1/20", all(Change::Speed(Speed::new(1, 20).expect("in bounds")))),
        ("loss 5% on S1->S2", Set { change: Change::Loss(5), on: Scope::Link { from: ServerId(1), to: ServerId(2) } }),
    ] {
        check_action(&format!("set {text}"), Action::Set(set.clone()));
        assert_eq!(scenario(&format!("raft 1\nset {text}")).settings, [set]);
    }
    check_canonical("raft 1\nset speed 0.5\nset speed 2/4", "raft 1\nset speed 1/2\nset speed 1/2\n");
    check_canonical("raft 1\nset latency 5ms..5ms", "raft 1\nset latency 5ms\n");
    check_canonical("raft 1\nset loss 1% on S1-S2", "raft 1\nset loss 1% on S1->S2\nset loss 1% on S2->S1\n");
    check_canonical(
        "raft 1\nat 0ms set loss 1% on S1-S2",
        "raft 1\nat 0ms\n  set loss 1% on S1->S2\n  set loss 1% on S2->S1\n",
    );
}

#[test]
fn wrong_settings() {
    check_slip("set latncy 1ms", "2:12: unknown setting \"latncy\"; did you mean \"latency\"?");
    check_slip("set", "2:11: a setting such as latency is missing");
    check_slip("set latency", "2:19: a range of times such as 10ms..20ms is missing");
    check_slip("set latency 20ms..10ms", "2:20: the range \"20ms..10ms\" does not go from low to high");
    check_slip("set election-timeout 0ms..1ms", "2:29: a time from 1ms to 86400s is wanted here, not \"0ms..1ms\"");
    check_slip("set heartbeat 0ms", "2:22: a time from 1ms to 86400s is wanted here, not \"0ms\"");
    check_slip("set loss 20", "2:17: expected a share such as 20%, found \"20\"; did you mean \"20%\"?");
    check_slip("set loss 101%", "2:17: a share such as 20% is 0 to 100, not \"101%\"");
    check_slip("set no-op of", "2:18: expected \"on\" or \"off\", found \"of\"; did you mean \"off\"?");
    check_slip("set batch 0", "2:18: a number is 1 to 10000, not \"0\"");
    check_slip("set speed 101", "2:18: expected a speed from 1/1000 to 100, such as 1/20, found \"101\"");
    check_slip("set speed 1/0", "2:18: expected a speed from 1/1000 to 100, such as 1/20, found \"1/0\"");
    check_slip("set batch 1 on S1", "2:23: this setting cannot be set on \"S1\", only for all");
    check_slip(
        "set loss 1% on S1",
        "2:23: this setting cannot be set on \"S1\", only for all, or on a link such as S1->S2",
    );
    check_slip(
        "set fsync 1ms on S1->S2",
        "2:25: this setting cannot be set on \"S1->S2\", only for all, or on a server such as S3",
    );
    check_slip(
        "set loss 1% on leader->S2",
        "2:23: this setting cannot be set on \"leader->S2\", only for all, or on a link such as S1->S2",
    );
    check_slip(
        "set replication fast",
        "2:24: expected \"stop-and-wait\", \"pipelined\" or \"streaming\", found \"fast\"",
    );
    check_slip("set load 100", "2:17: expected \"off\" or writes a second such as 1000/s, found \"100\"");
    check_slip(
        "set bandwidth 1MB",
        "2:22: expected \"unlimited\" or bytes a second such as 64KiB/s or 1MB/s, found \"1MB\"",
    );
    check_slip("set backtrack", "2:21: \"entry\" or \"term\" is missing");
    check_slip(
        "set window-bytes 64",
        "2:25: expected a number of bytes such as 500B, 64KiB or 1MB, found \"64\"; did you mean \"64B\"?",
    );
    check_slip("set window-bytes 2000MiB", "2:25: the number of bytes is 1 to 1073741824, not \"2000MiB\"");
    check_slip("set loss 1% on", "2:22: a server such as S1 is missing");
    check_slip("set reads 1", "2:18: expected \"log\", \"index\" or \"lease\", found \"1\"");
}

#[test]
fn settings_in_force() {
    let defaults = Settings::default();
    assert_eq!(defaults.election_timeout, Time::millis_range(150, 300));
    assert_eq!((defaults.heartbeat, defaults.client_timeout), (Time::millis(50), Time::millis(500)));
    assert_eq!(defaults.latency, Time::millis_range(10, 20));
    assert_eq!((defaults.loss_percent, defaults.duplicate_percent, defaults.fsync), (0, 0, Time::ZERO));
    assert_eq!((defaults.no_op, defaults.network, defaults.batch), (true, Network::Auto, 64));
    assert_eq!(Some(defaults.speed), Speed::new(1, 20));
    for setting in TABLE {
        let current = defaults.current(setting.name).expect("every setting has a value");
        assert_eq!(current.to_string(), setting.default);
        assert_eq!(current.setting().name, setting.name);
    }

    let (s1, s2, s3) = (ServerId(1), ServerId(2), ServerId(3));
    let text = "raft 1\nset loss 5% on S1->S2\nset loss 1%\nset latency 7ms on S2-S1\nset heartbeat 9ms on S3\n\
                set fsync 1ms\nset election-timeout 1s on S3";
    let scoped = Scoped::new(&scenario(text).settings);
    assert_eq!([(s1, s2), (s2, s1), (s1, s3)].map(|(a, b)| scoped.loss_percent(a, b)), [5, 1, 1]);
    assert_eq!(scoped.latency(s1, s2), Time(7_000)..Time(7_001));
    assert_eq!(scoped.latency(s1, s2), scoped.latency(s2, s1));
    assert_eq!(scoped.latency(s1, s3), Time::millis_range(10, 20));
    assert_eq!((scoped.heartbeat(s3), scoped.heartbeat(s1)), (Time::millis(9), Time::millis(50)));
    assert_eq!((scoped.fsync(s3), scoped.duplicate_percent(s1, s2)), (Time::millis(1), 0));
    assert_eq!(scoped.election_timeout(s3), Time::seconds(1)..Time(1_000_001));
    assert_eq!(scoped.election_timeout(s1), defaults.election_timeout);
    assert_eq!(*scoped.all(), Settings { loss_percent: 1, fsync: Time::millis(1), ..defaults });
    // A range that code made empty can still be drawn from.
    let mut settings = Settings::default();
    settings.apply(&Change::Latency(Time(5)..Time(5)));
    assert_eq!(settings.latency, Time(5)..Time(6));
}

#[test]
fn predicates() {
    use Predicate as P;
    check_predicate("S1 is leader", P::Is(S1, State::Leader));
    check_predicate("follower is paused", P::Is(Who::Follower, State::Paused));
    check_predicate("leader is down", P::Is(Who::Leader, State::Down));
    check_predicate("leader is follower", P::Is(Who::Leader, State::Follower));
    check_predicate("leader", P::SomeLeader);
    check_predicate("no leader", P::NoLeader);
    check_predicate("one leader", P::OneLeader);
    check_predicate("leader is S2", P::LeaderIs(S2));
    check_predicate("S1 follows leader", P::Follows(S1, Who::Leader));
    let number = |who, field, compare, value| P::Number { who, field, compare, value };
    check_predicate("S1 term = 3", number(S1, Field::Term, Compare::Eq, 3));
    check_predicate("leader commit >= 4", number(Who::Leader, Field::Commit, Compare::Ge, 4));
    check_predicate("S1 applied != 4", number(S1, Field::Applied, Compare::Ne, 4));
    check_predicate("S1 term < 3", number(S1, Field::Term, Compare::Lt, 3));
    check_predicate("S1 vote = S2", P::Vote(S1, Compare::Eq, Some(S2)));
    check_predicate("S1 vote != none", P::Vote(S1, Compare::Ne, None));
    check_predicate("S1 log = 1 1 2", P::Log(S1, Compare::Eq, vec![Term(1), Term(1), Term(2)]));
    check_predicate("S1 log != none", P::Log(S1, Compare::Ne, vec![]));
    let last = Position { term: Term(2), index: Index(4) };
    check_predicate("S1 last <= 4@2", P::Last(S1, Compare::Le, last));
    let commit = |on| P::CommitOn { compare: Compare::Gt, index: Index(4), on };
    check_predicate("commit > 4 on all", commit(On::All));
    check_predicate("commit > 4 on majority", commit(On::Majority));
    check_predicate("commit > 4 on S1 leader", commit(On::Servers(vec![S1, Who::Leader])));
    let value = P::Value { who: S1, key: "x".into(), compare: Compare::Eq, value: "1".into() };
    check_predicate("S1 x = 1", value);
    check_predicate("C1 got ok", P::Got(ClientId(1), Got::Ok));
    check_predicate("C2 got failed", P::Got(ClientId(2), Got::Failed));
    check_predicate("C1 got unknown", P::Got(ClientId(1), Got::Unknown));
    check_predicate("C1 got 17", P::Got(ClientId(1), Got::Value("17".into())));
    check_predicate("quiet", P::Quiet);
    check_predicate("safe", P::Safe);
    check_predicate("violated log-matching", P::Violated(crate::checker::Promise::LogMatching));
    check_canonical("raft 1\nat 0ms expect violation log-matching", "raft 1\nat 0ms expect violated log-matching\n");
    check_canonical("raft 1\nat 0ms expect S1 x=1 and S1 term>=2", "raft 1\nat 0ms expect S1 x = 1 and S1 term >= 2\n");
    check_action("expect safe within 2s", Action::Expect { predicate: P::Safe, within: Some(Time::seconds(2)) });
}

#[test]
fn joined_predicates() {
    use Predicate as P;
    let not = |predicate| P::Not(Box::new(predicate));
    check_predicate("quiet and safe", P::And(vec![P::Quiet, P::Safe]));
    check_predicate(
        "quiet or safe and not leader or no leader",
        P::Or(vec![P::Quiet, P::And(vec![P::Safe, not(P::SomeLeader)]), P::NoLeader]),
    );
    check_canonical("raft 1\nat 0ms expect not not not safe", "raft 1\nat 0ms expect not safe\n");
    // Code can join more than text can say; it is written out.
    let choice = P::Quiet.or(P::Safe);
    assert_eq!(format_predicate(&choice.clone().and(P::SomeLeader)), "quiet and leader or safe and leader");
    assert_eq!(format_predicate(&not(choice)), "not quiet and not safe");
    assert_eq!(format_predicate(&not(P::And(vec![P::Quiet, not(P::Safe)]))), "not quiet or safe");
    assert_eq!(format_predicate(&P::And(vec![])), "quiet or not quiet");
    assert_eq!(format_predicate(&P::Or(vec![])), "quiet and not quiet");
    let many = " and safe".repeat(64);
    check_slip(&format!("expect safe{many}"), "2:591: too many conditions; at most 64 are allowed");
}

#[test]
fn wrong_predicates() {
    check_slip("expect", "2:14: a condition such as \"S1 is leader\" is missing");
    check_slip(
        "expect qiet",
        "2:15: expected a condition such as \"S1 is leader\", found \"qiet\"; did you mean \"quiet\"?",
    );
    check_slip("expect safe and", "2:23: a condition such as \"S1 is leader\" is missing");
    check_slip("expect safe foo", "2:20: unexpected \"foo\"");
    check_slip("expect S9 is leader", "2:15: there is no server \"S9\" in this scenario");
    check_slip(
        "expect S1 is leeder",
        "2:21: expected \"leader\", \"follower\", \"candidate\", \"learner\", \"down\" or \"paused\", found \"leeder\"; did you mean \"leader\"?",
    );
    check_slip(
        "expect jiont",
        "2:15: expected a condition such as \"S1 is leader\", found \"jiont\"; did you mean \"joint\"?",
    );
    check_slip("expect S1 config S1", "2:25: expected = or !=, found \"S1\"");
    check_slip(
        "expect S1 config = S1 + none",
        "2:32: expected a server such as S1, \"leader\" or \"follower\", found \"none\"",
    );
    check_slip("expect S1 config = S1 S1", "2:30: the server \"S1\" is given twice");
    check_slip("expect S1 term 3", "2:23: expected a comparison: = != < <= > >=, found \"3\"");
    check_slip("expect S1 vote < S2", "2:23: expected = or !=, found \"<\"");
    check_slip("expect S1 x >= 2", "2:20: expected = or !=, found \">=\"");
    check_slip("expect S1 last = 4", "2:25: expected an index and its term such as 4@2, found \"4\"");
    check_slip("expect commit >= 4", "2:26: \"on all\", \"on majority\" or \"on S1 S2\" is missing");
    check_slip("expect commit >= 4 on S1 S1", "2:33: the server \"S1\" is given twice");
    check_slip("expect C1 gat ok", "2:18: expected \"got\", found \"gat\"; did you mean \"got\"?");
    check_slip("expect C3 got ok", "2:15: there is no client \"C3\" in this scenario; \"clients 3\" adds it");
    check_slip(
        "expect violated log-maching",
        "2:24: expected the name of a promise such as election-safety, found \"log-maching\"; did you mean \"log-matching\"?",
    );
    check_slip(
        "expect S1 term = 99999999999999999999",
        "2:25: a number is 0 to 1000000000000, not \"99999999999999999999\"",
    );
}

#[test]
fn examples_of_the_reference_read_back() {
    let (headers, statements, predicates) = reference::examples();
    for header in headers.iter().skip(1) {
        scenario(&format!("raft 1\n{header}"));
    }
    for statement in statements {
        let text = format!("raft 1\nat 0ms\n{statement}\n");
        assert!(format(&scenario(&text)).contains(statement), "{statement} is canonical");
    }
    for predicate in predicates {
        let text = format!("raft 1\nat 0ms expect {predicate}\n");
        assert_eq!(format(&scenario(&text)), text);
    }
}

#[test]
fn every_comparison_holds_as_it_says() {
    use Compare::{Eq, Ge, Gt, Le, Lt, Ne};
    let holding = |a: u32, b: u32| [Eq, Ne, Lt, Le, Gt, Ge].into_iter().filter(move |c| c.holds(&a, &b));
    assert_eq!(holding(1, 1).collect::<Vec<_>>(), [Eq, Le, Ge]);
    assert_eq!(holding(1, 2).collect::<Vec<_>>(), [Ne, Lt, Le]);
    assert_eq!(holding(2, 1).collect::<Vec<_>>(), [Ne, Gt, Ge]);
}

/// The worst texts that fit are read in time that grows with their length only.
#[test]
fn large_texts_are_read_quickly() {
    let fill = |line: &str| format!("raft 1\nat 0ms\n{}", line.repeat((MAX_BYTES - 14) / line.len()));
    let long_word = format!("raft 1\nat 0ms {}", "x".repeat(MAX_BYTES - 14));
    let nots = format!("raft 1\nat 0ms expect {}safe", "not ".repeat(16_000));
    let logs = format!("raft 1\nat 0ms expect S1 log ={}", " 1".repeat(30_000));
    let blank = format!("raft 1\nat 0ms{}crash S1", " ".repeat(MAX_BYTES - 21));
    let notes = format!("raft 1\n{}", "after 1ms note nn\n".repeat(2_000));
    for text in [fill("expect safe\n"), fill("\n"), fill("# c\n"), long_word, nots, logs, blank, notes] {
        assert!(text.len() <= MAX_BYTES);
        let quickest = (0..3)
            .map(|_| {
                let start = std::time::Instant::now();
                let _ = parse(&text);
                start.elapsed()
            })
            .min();
        assert!(quickest < Some(std::time::Duration::from_millis(50)), "{quickest:?}: {}", &text[..40]);
    }
}
