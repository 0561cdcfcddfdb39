//! Of a wrong answer: the future in which it is right. It is looked for from where it was asked, then played as
//! another future with a name of its own.

use std::cell::RefCell;

use raft_sim::scenario::Action;
use raft_sim::why::{Averting, Found, Goal, Search, Step};
use raft_sim::words::why::found as found_words;
use raft_sim::world::World;

use super::el::{El, html};
use super::page::{Notice, Page};
use super::signal::{Memo, RwSignal};
use super::{dom, frame};
use crate::quiz::{Asked, Otherwise};
use crate::why::steps;
use crate::words::{quiz as words, why as why_words};

/// A step can be seen before the next one comes.
const STEP: u64 = 600;

/// How it stands with the other future.
#[derive(Clone, PartialEq, Debug)]
enum Stage {
    Idle,
    Looks,
    None(String),
}

/// What is looked for: a way to something, or what keeps something away.
enum Looked {
    Way(Box<Search>),
    Deed(Box<Averting>),
}

impl Looked {
    fn new(what: Otherwise, world: &World) -> Looked {
        match what {
            Otherwise::Holds(predicate) => Looked::Way(Box::new(Search::new(Goal::Holds(predicate.into()), world))),
            Otherwise::Never(predicate, until) => Looked::Deed(Box::new(Averting::new(world, predicate, until))),
        }
    }

    /// Looks on, a little.
    fn advance(&mut self) -> Found {
        match self {
            Looked::Way(search) => search.advance(1).clone(),
            Looked::Deed(averting) => averting.advance(20).clone(),
        }
    }
}

thread_local! {
    static LOOKED: RefCell<Option<Looked>> = const { RefCell::new(None) };
}

/// The button under a wrong answer, and what comes of it.
pub fn offer(page: Page, asked: Memo<Option<Asked>>) -> El {
    let stage = RwSignal::new(Stage::Idle);
    let what = Memo::new(move || asked.with(|asked| Some((asked.as_ref()?.otherwise()?, asked.as_ref()?.event))));
    html("span").class("otherwise").slot(move || {
        let (what, event) = what.get()?;
        Some(match stage.get() {
            Stage::Idle => html("button").text(words::HOW).click(move || look(page, stage, what.clone(), event)),
            Stage::Looks => status(why_words::LOOKS),
            Stage::None(said) => status(&said),
        })
    })
}

/// What is said in place of the button has the focus that the button had.
fn status(text: &str) -> El {
    frame::soon(|| dom::focus("otherwise"));
    html("span").attr("role", "status").attr("id", "otherwise").attr("tabindex", "-1").text(text)
}

/// Looks for it from where it was asked, a little with each frame. The card stays as it is meanwhile.
fn look(page: Page, stage: RwSignal<Stage>, what: Otherwise, event: u64) {
    page.pause();
    let world = page.with(|model| model.playback.world_at(event));
    LOOKED.set(Some(Looked::new(what.clone(), &world)));
    stage.set(Stage::Looks);
    let version = page.with(|model| model.playback.version);
    frame::soon(move || look_on(page, stage, what, event, version));
}

fn look_on(page: Page, stage: RwSignal<Stage>, what: Otherwise, event: u64, version: u64) {
    let gone = page.with(|model| model.playback.version != version) || page.waits.with_untracked(Option::is_none);
    if gone {
        return LOOKED.set(None);
    }
    let found = LOOKED.with_borrow_mut(|looked| {
        let looked = looked.as_mut()?;
        Some(frame::work(|| looked.advance(), |found| *found == Found::NotYet))
    });
    match found {
        Some(Found::NotYet) => frame::soon(move || look_on(page, stage, what, event, version)),
        Some(Found::Way(way)) if !way.is_empty() || matches!(what, Otherwise::Never(..)) => {
            LOOKED.set(None);
            show(page, &what, event, way);
        }
        found => {
            LOOKED.set(None);
            stage.set(Stage::None(found.as_ref().map(found_words).unwrap_or_default()));
        }
    }
}

/// Begins the other future where it was asked, and says what makes it so.
fn show(page: Page, what: &Otherwise, event: u64, way: Vec<Step>) {
    page.seek_event(event);
    let name = match what {
        Otherwise::Holds(predicate) => words::branch(predicate, false),
        Otherwise::Never(predicate, _) => words::branch(predicate, true),
    };
    let text = page.with(|model| match way.as_slice() {
        [] => words::UNSCRIPTED.to_owned(),
        way => [found_words(&Found::Way(way.to_vec())), steps(way, model.playback.world()).join(" ")].join(" "),
    });
    // The note begins it, also where the first step is to wait.
    if !page.act(Action::Note(name.clone())) {
        return;
    }
    page.rename(None, &name);
    page.live.set(format!("{name}. {text}"));
    page.notice.set(Some(Notice { head: name, text, quote: String::new(), calm: true }));
    frame::soon(|| {
        if let Ok(Some(button)) = dom::document().query_selector(".notice button") {
            dom::focus_on(&button);
        }
    });
    let version = page.with(|model| model.playback.version);
    let goes_on = matches!(what, Otherwise::Never(..));
    frame::later(STEP, move || step(page, way, 0, version, goes_on));
}

/// The steps one after another, as long as nobody does anything else.
fn step(page: Page, way: Vec<Step>, n: usize, version: u64, goes_on: bool) {
    if page.with(|model| model.playback.version != version) {
        return;
    }
    match way.get(n) {
        Some(step) => {
            if !page.take(step) {
                return;
            }
        }
        // What is due at this instant still happens; what shall not come about has to be waited for.
        None if goes_on => return page.play(),
        None => return page.seek(page.now()),
    }
    let version = page.with(|model| model.playback.version);
    frame::later(STEP, move || step(page, way, n + 1, version, goes_on));
}
