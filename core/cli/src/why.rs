//! `raftlab why`: why something is not so at a moment of a run, and what it would take.

use std::io::{Write, stdout};

use raft_core::Time;
use raft_sim::export::millis;
use raft_sim::scenario::format_action;
use raft_sim::timeline::Timeline;
use raft_sim::why::{Answer, Found, Goal, Search, Step, ask};
use raft_sim::words::why as words;
use raft_sim::world::World;
use serde_json::{Value, json};

use crate::Ending;
use crate::check::MOST_EVENTS;
use crate::input::load;
use crate::run::for_steps;

/// Answers a question about a scenario, at a moment or else after its last step.
pub fn why(file: &str, question: &str, at: Option<Time>, json: bool) -> Ending {
    let loaded = match load(file) {
        Ok(loaded) => loaded,
        Err(error) => {
            eprintln!("{error}");
            return Ending::Unreadable;
        }
    };
    let mut timeline = Timeline::new(loaded.parsed.scenario);
    match at.or(loaded.view.at) {
        Some(time) => _ = timeline.approach(time, MOST_EVENTS),
        None => for_steps(&mut timeline),
    }
    let world = timeline.run().world();
    let question = match ask(question, world) {
        Ok(question) => question,
        Err(error) => {
            eprintln!("raftlab: {error}");
            return Ending::Unreadable;
        }
    };
    let answer = Answer::to(question, world, timeline.records());
    let found = Search::new(Goal::of(question, world), world).finish();
    let printed = if json {
        writeln!(stdout(), "{}", as_json(&answer, &found, world))
    } else {
        write!(stdout(), "{}", as_text(&answer, &found, world))
    };
    if printed.is_ok() { Ending::Well } else { Ending::Unreadable }
}

fn as_text(answer: &Answer, found: &Found, world: &World) -> String {
    let mut text = format!("{} (at {})\n", answer.question, millis(world.now()));
    if let Some(premise) = words::premise(answer.question, answer.so) {
        text.push_str(&format!("  {premise}\n"));
    }
    for reason in &answer.reasons {
        let (sentence, section) = words::fact(&reason.fact);
        let section = section.map(|section| format!(" · {section}")).unwrap_or_default();
        let since = reason.since.map(|since| format!("  (event {}, {})", since.event, millis(since.at)));
        text.push_str(&format!("  {sentence}{section}{}\n", since.unwrap_or_default()));
    }
    if answer.so {
        text.push_str(&format!("What would it take? {}\n", words::found(found)));
        for (number, step) in way(found).iter().enumerate() {
            text.push_str(&format!("  {}. {}  [{}]\n", number + 1, words::step(world, step), script(step)));
        }
    }
    text
}

fn way(found: &Found) -> &[Step] {
    match found {
        Found::Way(steps) => steps,
        _ => &[],
    }
}

/// The step as a scenario has it.
fn script(step: &Step) -> String {
    match step {
        Step::Do(action) => format_action(action),
        Step::Wait(until) => format!("at {until}"),
    }
}

fn as_json(answer: &Answer, found: &Found, world: &World) -> Value {
    let reasons = answer.reasons.iter().map(|reason| {
        let (text, section) = words::fact(&reason.fact);
        let (event, at) = (reason.since.map(|since| since.event), reason.since.map(|since| since.at.0));
        json!({ "text": text, "section": section, "event": event, "at_us": at })
    });
    let steps = way(found).iter();
    let steps = steps.map(|step| json!({ "text": words::step(world, step), "script": script(step) }));
    json!({
        "question": answer.question.text(),
        "at_us": world.now().0,
        "so": answer.so,
        "reasons": reasons.collect::<Vec<_>>(),
        "found": matches!(found, Found::Way(_)),
        "takes": steps.collect::<Vec<_>>(),
    })
}
