//! Clients (§8, thesis §6.3): one test for each sentence that a test can hold, each a scenario.

use std::sync::Arc;

use raft_sim::record::Trace;
use raft_sim::run::Run;
use raft_sim::scenario::parse;
use raft_sim::world::World;

/// Runs a scenario of three servers, led by S1 from the start; what it expects holds.
#[track_caller]
fn run(steps: &str) -> World {
    let header = "raft 1\nservers 3\nclients 4\nseed 2\nset latency 10ms\nset client-timeout 100ms\n";
    let text = format!("{header}at 0ms timeout S1\nwhen S1 is leader\nafter 50ms mark ready\n{steps}");
    let scenario = parse(&text).unwrap_or_else(|error| panic!("{error}")).scenario;
    let mut trace = Trace::deaf();
    let mut run = Run::new(Arc::new(scenario), &mut trace);
    assert!(run.finish(1_000_000, &mut trace));
    assert_eq!(run.failures(), []);
    assert!(run.is_over());
    run.world().clone()
}

/// S1 carries out C1's request, and crashes before it answers.
const COMMITS_AND_CRASHES: &str = "append x a\nhold S1->C1\nwhen S1 x = a\ncrash S1\ndrop S1->C1 all\n";

/// §8: "if the leader crashes after committing the log entry but before responding to the client,
/// the client will retry the command with a new leader, causing it to be executed a second time."
#[test]
fn without_sessions_a_command_is_executed_a_second_time() {
    let rest = "when C1 got ok within 5s\nafter 100ms expect leader x = aa\n\
                expect violated exactly-once\nread x by C2\nwhen C2 got aa\nexpect not linearizable";
    run(&format!("set sessions off\n{COMMITS_AND_CRASHES}{rest}"));
}

/// §8: "If it receives a command whose serial number has already been executed, it responds
/// immediately without re-executing the request."
#[test]
fn a_command_whose_serial_number_was_executed_is_not_executed_again() {
    let rest = "when C1 got ok within 5s\nafter 100ms expect leader x = a and safe\n\
                read x by C2\nwhen C2 got a\nexpect linearizable";
    run(&format!("{COMMITS_AND_CRASHES}{rest}"));
}

/// §8: "the state machine tracks the latest serial number processed for each client, along with the
/// associated response": a compare-and-set that was done is told as done, though it would fail now.
#[test]
fn the_first_response_is_told_again() {
    run("write x=1\nwhen C1 got ok\ncas x 1 2\nwhen C1 got ok\nwrite x=3 by C2\nwhen C2 got ok\n\
         retry C1\nwhen C1 got ok or C1 got failed\nexpect C1 got ok and leader x = 3 and safe and linearizable");
}

/// Thesis §6.3: serial numbers of a session go up, so a late copy of an older request is recognised.
#[test]
fn a_copy_that_comes_after_a_newer_request_is_not_executed() {
    let world = run("write x=1\nduplicate C1->S1 request\nhold C1->S1 request #2\nwhen C1 got ok\n\
                     write x=2\nwhen C1 got ok\nrelease C1->S1 request all\n\
                     after 200ms expect S1 x = 2 and S1 last = 4@1 and safe and linearizable");
    let asked: Vec<u64> = world.clients()[0].history().map(|call| call.serial).collect();
    assert_eq!(asked, [1, 2]);
}

/// Thesis §6.3: "servers must agree on when to expire a client's session": what is kept is decided
/// by the log, also where the setting changes while servers are behind.
#[test]
fn all_servers_forget_the_same_sessions() {
    let world =
        run("isolate S3\nset sessions-kept 2\nwrite a=1 by C1\nwhen C1 got ok\nwrite b=1 by C2\nwhen C2 got ok\n\
                     write c=1 by C3\nwhen C3 got ok\nset sessions-kept 1\nwrite d=1 by C4\nwhen C4 got ok\n\
                     set sessions-kept 0\nwrite e=1 by C2\nwhen C2 got ok\nheal\nwhen S3 e = 1 within 5s\n\
                     retry C1\nwhen C1 got expired\nretry C3\nwhen C3 got expired\nretry C4\nwhen C4 got ok\n\
                     after 1s mark all have heard");
    let kept = |server: &raft_sim::host::Server| -> Vec<(u32, u64, bool)> {
        let store = server.store().expect("it is up");
        store.sessions().map(|(client, serial, answer)| (client.0, serial, answer.is_some())).collect()
    };
    for server in world.servers() {
        assert_eq!(kept(server), [(1, 1, false), (2, 2, true), (3, 1, false), (4, 1, true)], "{}", server.id);
    }
}

/// Thesis §6.3, §8: a refusal is final for the copy that was refused, and for no other.
#[test]
fn a_client_takes_for_failed_only_what_never_can_take_place() {
    // The first copy waits, the second finds that S1 leads no longer.
    run("isolate S1\nwrite x=1 to S2\nwhen C1 got failed\nheal\n\
         write x=2 to S2\nduplicate C1->S2 request\nhold C1->S2 request #2\nwhen C1 got unknown or C1 got failed\n\
         expect C1 got unknown\ntimeout S2\nwhen S2 is leader within 2s\nrelease C1->S2 request all\n\
         when S2 x = 2 within 2s\nread x by C2\nwhen C2 got 2\nexpect linearizable");
}

/// Thesis §6.3: a client may ask again as often as it likes, also while it waits.
#[test]
fn many_retries_are_one_request() {
    let retries = "retry C1\n".repeat(20);
    run(&format!(
        "append x a\n{retries}when C1 got ok\n{retries}when C1 got ok\nafter 200ms expect S1 x = a and safe\n\
                  read x by C2\nwhen C2 got a\nexpect linearizable"
    ));
}
