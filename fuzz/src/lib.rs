//! What strangers' bytes may do, and what must hold whatever they are. Each target gives back what
//! became of the bytes, in a few words: what is new is worth going on from.

use std::sync::Arc;

use raft_core::Time;
use raft_sim::link::{self, Link, Source, View};
use raft_sim::record::Trace;
use raft_sim::run::Run;
use raft_sim::scenario::{self, Scenario};
use raft_sim::traces;
use raft_sim::words;
use raft_web::host::{self, Field, Request};
use raft_web::playback::Playback;
use serde_json::Value;

/// A target: its name, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]) -> String);

/// All of them.
pub const TARGETS: [Target; 5] = [("text", text), ("link", link), ("run", run), ("trace", trace), ("message", message)];

/// A text is read whole or refused whole; what was read is written and read again to the same.
pub fn text(bytes: &[u8]) -> String {
    let Ok(text) = core::str::from_utf8(bytes) else { return "no text".into() };
    match scenario::parse(text) {
        Ok(parsed) => {
            again(&parsed.scenario);
            format!("{} servers, {} steps", parsed.scenario.servers.len(), parsed.scenario.steps.len().min(8))
        }
        Err(error) => {
            let said = error.to_string();
            assert!(said.len() < 2_000, "an error of {} bytes", said.len());
            let mistakes = scenario::mistakes(text);
            assert_eq!(mistakes.first(), Some(&error), "the first mistake is the error");
            assert!(mistakes.len() <= scenario::MAX_MISTAKES);
            said
        }
    }
}

fn again(read: &Scenario) {
    let written = scenario::format(read);
    let second = scenario::parse(&written).expect("what was written can be read").scenario;
    assert_eq!(scenario::format(&second), written, "to write is to write the same");
}

/// A link is opened or refused; what a link holds can be given away again.
pub fn link(bytes: &[u8]) -> String {
    let Ok(text) = core::str::from_utf8(bytes) else { return "no text".into() };
    match link::decode(text) {
        Ok(Link { source: Source::Scenario(read, _), view }) => {
            let view = View { at: view.at, ..View::default() };
            let given = link::encode(&read, &view);
            if given.len() <= link::MAX_LINK {
                let opened = link::decode(&given).expect("what was given away can be opened");
                assert!(matches!(opened.source, Source::Scenario(same, _) if *same == *read), "and is the same");
            }
            "a scenario".into()
        }
        Ok(Link { source: Source::Demo(_), .. }) => "a name".into(),
        Ok(Link { source: Source::Src(address), .. }) => {
            assert!(address.len() <= link::MAX_SRC, "a long address");
            // As a browser reads it: what stands before the first colon is a scheme if it looks like one.
            let plain: String = address.chars().filter(|c| *c > ' ').collect();
            let scheme = plain.split_once(':').map_or("", |(scheme, _)| scheme);
            let is_one = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
            assert!(!is_one || scheme.eq_ignore_ascii_case("https"), "a scheme that is not https");
            "an address".into()
        }
        Err(error) => error.to_string(),
    }
}

/// How many events a scenario of strangers may take here, and for how long it lasts.
const EVENTS: usize = 2_000;
const LASTS: Time = Time::seconds(60);

/// Whatever can be read can be run: no assert of the core or the simulator falls, broken rules or not.
pub fn run(bytes: &[u8]) -> String {
    let Ok(text) = core::str::from_utf8(bytes) else { return "no text".into() };
    let Ok(parsed) = scenario::parse(text) else { return "no scenario".into() };
    let mut trace = Trace::new();
    let mut run = Run::new(Arc::new(parsed.scenario), &mut trace);
    let through = run.advance(LASTS, EVENTS, &mut trace);
    // The digest reads all that can be seen of a world, and the story says all that happened.
    let world = run.world();
    world.digest();
    for record in trace.drain() {
        words::line(&record);
    }
    let terms = world.servers().iter().filter_map(|server| server.view()).map(|view| view.term.0).max();
    format!(
        "{through} {} {} {} terms {} broken {}",
        run.is_over(),
        "s".repeat(run.steps_done().min(12)),
        "f".repeat(run.failures().len().min(3)),
        "t".repeat(terms.unwrap_or_default().min(9) as usize),
        "b".repeat(world.checker().violations().len().min(3)),
    )
}

/// Somebody's log is read and judged, or refused with its line; what was read can be walked through,
/// and comes out the same however it was cut up for reading.
pub fn trace(bytes: &[u8]) -> String {
    let Ok(text) = core::str::from_utf8(bytes) else { return "no text".into() };
    let whole = traces::check(text, None);
    let pieces = || {
        let mut reading = traces::Reading::new(text, None)?.to_replay();
        while !reading.go_on(3)? {}
        reading.end()
    };
    match (whole, pieces()) {
        (Ok(report), Ok((same, replay))) => {
            assert_eq!(report.findings, same.findings, "it is judged alike");
            for (steps, step) in replay.steps().iter().enumerate() {
                replay.said(step);
                if steps % 97 == 0 {
                    replay.after(steps);
                }
            }
            replay.after(replay.steps().len());
            let rules: Vec<&str> = report.findings.iter().map(|found| found.rule.name()).collect();
            format!("{} {} {}", report.format.name(), "s".repeat(report.servers.min(9)), rules.join(" "))
        }
        (Err(error), Err(same)) => {
            assert_eq!(error, same, "it is refused alike");
            assert!(error.what.len() < 2_000, "an error of {} bytes", error.what.len());
            error.to_string()
        }
        (whole, pieces) => panic!("read as a whole {}, in pieces {}", whole.is_ok(), pieces.is_ok()),
    }
}

/// A page full of messages does to a figure what its reader could, or gets an answer that says what is wrong.
/// One message a line, as JSON; what is no JSON is a text where a message should be.
pub fn message(bytes: &[u8]) -> String {
    let Ok(text) = core::str::from_utf8(bytes) else { return "no text".into() };
    let mut playback = Playback::new(scenario::parse(SMALL).expect("a scenario").scenario);
    let mut answers = Vec::new();
    for line in text.lines().take(MESSAGES) {
        let said = serde_json::from_str::<Value>(line).unwrap_or(Value::String(line.to_owned()));
        let field = |name: &str| match said.get(name) {
            None => Field::Missing,
            Some(Value::Number(number)) => number.as_f64().map_or(Field::Other, Field::Number),
            Some(Value::String(text)) => Field::Text(text.clone()),
            Some(_) => Field::Other,
        };
        let Some(kind) = host::kind(&field) else { continue };
        let answer = match host::read(&kind, &field) {
            Ok(request) => obey(&mut playback, request),
            Err(why) => {
                assert!(why.chars().count() < 100, "an error of {} letters", why.chars().count());
                why
            }
        };
        answers.push(answer);
        // A frame between two messages: what was asked for goes on.
        playback.tick(FRAME, || true);
        playback.world().digest();
    }
    answers.truncate(3);
    answers.join(", ")
}

/// What the messages are about.
const SMALL: &str = "raft 1\nservers 3\nseed 1\n\nat 1s write x=1\nat 2s crash leader\n";
/// So many messages are read of an input.
const MESSAGES: usize = 12;
/// Microseconds of a frame.
const FRAME: u64 = 16_667;

/// What the page does with it (`ui::protocol`), without its pictures.
fn obey(playback: &mut Playback, request: Request) -> String {
    match request {
        Request::LoadText(text) => match scenario::parse(&text) {
            Ok(parsed) => *playback = Playback::new(parsed.scenario),
            Err(error) => return error.to_string(),
        },
        Request::LoadLink(link) => match link::decode(&link) {
            Ok(Link { source: Source::Scenario(scenario, _), .. }) => *playback = Playback::new(*scenario),
            Ok(_) => return "elsewhere".into(),
            Err(error) => return error.to_string(),
        },
        Request::Play => playback.play(),
        Request::Pause => playback.pause(),
        Request::Step(events) => return format!("step {}", playback.step(events).min(1)),
        Request::Seek(to) => return format!("seek {}", playback.seek(to)),
        Request::Speed(pace) => playback.pace = pace,
        Request::State => {}
    }
    "done".into()
}
