//! The card under the ring while play waits: what the scenario says, or what it asks.

use raft_core::ServerId;

use super::el::{El, html};
use super::page::Page;
use super::signal::Memo;
use super::{otherwise, why};
use crate::keys::Command;
use crate::playback::Playback;
use crate::quiz::{Asked, Halt, Mark};
use crate::words::quiz as words;

/// What the scenario says or asks.
pub fn card(page: Page) -> El {
    let asked = Memo::new(move || {
        page.waits.with(|waits| match waits {
            Some(Halt::Asked(asked)) => Some(asked.clone()),
            _ => None,
        })
    });
    let said = move || {
        page.waits.with(|waits| match waits {
            Some(Halt::Said(text)) => text.clone(),
            Some(Halt::Asked(asked)) => asked.quiz.question.clone(),
            Some(Halt::Fell) | None => String::new(),
        })
    };
    let open = move || asked.with(|asked| asked.as_ref().is_some_and(|asked| !asked.given));
    let go_on = html("button")
        // To answer comes first.
        .follow("class", move || if open() { "quiet".into() } else { "primary".into() })
        .say(move || String::from(if open() { words::SKIP } else { words::GO_ON }))
        .click(move || page.play());
    let verdict = Memo::new(move || asked.with(|asked| asked.as_ref().and_then(Asked::verdict)));
    html("div")
        .class("stop-card")
        .child(html("span").attr("role", "status").attr("id", "stop-says").say(said))
        .when(move || asked.with(Option::is_some), move || answers(page, asked))
        .when(
            move || open() && asked.with(|asked| asked.as_ref().is_some_and(Asked::wants_all)),
            move || give(page, asked),
        )
        .child(html("span").class("verdict").attr("role", "status").say(move || verdict.get().unwrap_or_default()))
        .when(move || page.figure.allows(Command::Why) && missed(asked).is_some(), move || why_not(page, asked))
        .maybe((!page.figure.readonly).then(|| otherwise::offer(page, asked)))
        .child(go_on)
}

fn answers(page: Page, asked: Memo<Option<Asked>>) -> El {
    let count =
        move || (0..asked.with(|asked| asked.as_ref().map_or(0, |asked| asked.answers().len())) as u64).collect();
    let way = move || asked.with(|asked| asked.as_ref().map_or("", Asked::way).to_owned());
    html("span")
        .class("answers")
        .attr("role", "group")
        .attr("aria-labelledby", "stop-says")
        .attr("aria-describedby", "stop-how")
        .child(html("span").class("how").attr("id", "stop-how").say(way))
        .each(count, move |place| answer(page, asked, place as usize))
}

fn answer(page: Page, asked: Memo<Option<Asked>>, place: usize) -> El {
    let mark = move || asked.with(|asked| asked.as_ref().map_or(Mark::Open, |asked| asked.mark(place)));
    let text = move || {
        let text = asked.with(|asked| asked.as_ref().and_then(|asked| asked.answers().into_iter().nth(place)));
        [text.unwrap_or_default().as_str(), words::sign(mark())].concat()
    };
    let turn = move || asked.with(|asked| asked.as_ref().and_then(|asked| asked.turn(place)));
    html("button")
        .truth("data-right", move || mark() == Mark::Right)
        .truth("data-wrong", move || mark() == Mark::Wrong)
        .truth("aria-pressed", move || {
            asked.with(|asked| asked.as_ref().is_some_and(|asked| asked.picked.contains(&place)))
        })
        .flag("disabled", move || mark() != Mark::Open)
        .say(move || turn().map(words::turn).unwrap_or_default())
        .say(text)
        .click(move || page.answer(place))
}

/// Gives all that was chosen.
fn give(page: Page, asked: Memo<Option<Asked>>) -> El {
    html("button")
        .class("primary")
        .flag("disabled", move || asked.with(|asked| asked.as_ref().is_none_or(|asked| asked.picked.is_empty())))
        .text(words::GIVE)
        .click(move || page.change(Playback::give))
}

/// The server that was the wrong answer to who leads.
fn missed(asked: Memo<Option<Asked>>) -> Option<ServerId> {
    asked.with(|asked| asked.as_ref()?.not_leader())
}

/// A server that was the wrong answer: what it would take.
fn why_not(page: Page, asked: Memo<Option<Asked>>) -> El {
    html("button").say(move || missed(asked).map(words::why_not).unwrap_or_default()).click(move || {
        let missed = asked.with_untracked(|asked| asked.as_ref()?.not_leader());
        missed.into_iter().for_each(|id| why::ask_server(page, id));
    })
}

impl Page {
    /// The reader answers.
    pub fn answer(&self, place: usize) {
        self.change(|playback| playback.answer(place));
    }

    /// The reader answers by pointing at a server or an entry. Returns whether that is an answer now.
    pub fn answer_by(&self, name: &str) -> bool {
        let place = self.waits.with_untracked(|waits| match waits {
            Some(Halt::Asked(asked)) => asked.named(name),
            _ => None,
        });
        place.into_iter().for_each(|place| self.answer(place));
        place.is_some()
    }
}
