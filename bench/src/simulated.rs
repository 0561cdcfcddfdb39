//! How fast the simulator is: commits of simulated worlds for each second of this machine.

use std::sync::Arc;
use std::time::{Duration, Instant};

use raft_sim::record::Trace;
use raft_sim::run::Run;
use raft_sim::scenario::parse;

/// How leaders replicate, as lines of a scenario's header.
const MODES: [(&str, &str); 3] = [
    ("stop-and-wait", "set replication stop-and-wait"),
    ("pipelined", "set replication pipelined"),
    ("streaming", "set replication streaming"),
];

/// How long messages travel.
const LINKS: [&str; 2] = ["1ms", "20ms"];

/// Three servers, and clients that write one value after another.
const CLIENTS: u32 = 8;
const WRITES: u32 = 2_000;

/// Worlds are run again and again for so long.
const SPAN: Duration = Duration::from_secs(1);

/// What came of running a world again and again.
#[derive(Default)]
struct Outcome {
    commits: u64,
    events: u64,
    simulated: Duration,
    took: Duration,
}

/// Prints the table.
pub fn table() -> Result<(), String> {
    println!("Simulated worlds of three servers, and {CLIENTS} clients that write without a pause");
    println!(
        "{:14} {:>5} {:>25} {:>24} {:>31}",
        "", "link", "commits a second of wall", "events a second of wall", "commits a simulated second"
    );
    for (mode, settings) in MODES {
        for link in LINKS {
            let Outcome { commits, events, simulated, took } = run(settings, link)?;
            let [commits, events] = [commits as f64, events as f64];
            let [simulated, took] = [simulated.as_secs_f64(), took.as_secs_f64()];
            println!("{mode:14} {link:>5} {:25.0} {:24.0} {:31.0}", commits / took, events / took, commits / simulated);
        }
    }
    Ok(())
}

fn run(settings: &str, link: &str) -> Result<Outcome, String> {
    let scenario = Arc::new(parse(&scenario(settings, link)).map_err(|error| error.to_string())?.scenario);
    let mut outcome = Outcome::default();
    let start = Instant::now();
    while outcome.took < SPAN {
        let mut trace = Trace::deaf();
        let mut run = Run::new(scenario.clone(), &mut trace);
        while !run.is_over() && run.step(&mut trace) {}
        let world = run.world();
        outcome.commits += world.servers().iter().map(|server| server.commit().0).max().unwrap_or(0);
        outcome.events += world.events();
        outcome.simulated += Duration::from_micros(world.now().0);
        outcome.took = start.elapsed();
    }
    Ok(outcome)
}

fn scenario(settings: &str, link: &str) -> String {
    let mut text = format!(
        "raft 1\nservers 3\nclients {CLIENTS}\nset latency {link}\nset pre-vote on\nset check-quorum on\n{settings}\n\
         at 0ms timeout S1\nwhen S1 is leader\n"
    );
    for write in 0..WRITES {
        let client = write % CLIENTS + 1;
        text += &format!("write x{client}={write} by C{client}\n");
    }
    text += &format!("when S1 commit >= {}\n", WRITES + 1);
    text
}
