//! What stands over the picture, in links and embeds too: that rules of Raft are off, and which
//! promise fell, with the two facts that clash, or that the cluster stands still.

use super::el::{El, html};
use super::page::Page;
use super::rules;
use super::signal::Memo;
use crate::keys::Command;
use crate::lab::{Fall, Side};
use crate::linked::Fact;
use crate::quiz::Halt;
use crate::words;
use raft_sim::host::Server;
use raft_sim::liveness::{Standstill, Warning};
use raft_sim::why::Question;
use raft_sim::words::{standstill, title};

/// The banner of rules that are off, as long as one is.
pub fn rules_off(page: Page) -> impl Fn() -> Option<El> {
    let off = Memo::new(move || page.picture.with(|picture| picture.bugs.clone()));
    move || {
        off.with(|bugs| {
            bugs.first()
                .filter(|_| !page.figure.exam)
                .and_then(|_| words::rules_off(bugs))
                .map(|text| banner(page, &text))
        })
    }
}

fn banner(page: Page, text: &str) -> El {
    let all = html("button").click(move || rules::open(page)).text(words::lab::RULES);
    html("div")
        .class("rules-off")
        .attr("role", "note")
        .child(html("b").attr("aria-hidden", "true").text("⚠"))
        .child(html("span").text(text))
        .maybe((!page.embed).then_some(all))
}

/// What the cluster does not get on with, if it does not.
pub fn warning(page: Page) -> Memo<Option<Warning>> {
    Memo::new(move || {
        page.moment.track();
        if page.figure.exam { None } else { page.with(|model| model.playback.world().standstill()) }
    })
}

/// That it does not, and since when.
pub fn still(page: Page, still: Memo<Option<Warning>>) -> El {
    let says = move || still.with(|still| still.as_ref().map(standstill::warning).unwrap_or_default());
    let asks = move || _ = still.get_untracked().map(|warning| why(page, warning.what));
    let asks = page.figure.allows(Command::Why).then(|| html("button").click(asks).text(words::why::WHY));
    html("div").class("still").attr("role", "note").child(html("span").say(says)).maybe(asks)
}

fn why(page: Page, what: Standstill) {
    let commit = |id| page.with(|model| model.playback.world().server(id).map(Server::commit));
    let question = match what {
        Standstill::NoLeader => Question::NoLeader,
        Standstill::NoCommit { first, .. } => Question::NotCommitted(first),
        Standstill::LeftBehind { server, leader } => Question::NotKnown(server, commit(leader).unwrap_or_default()),
    };
    super::why::ask(page, question, None);
}

/// The card of the first promise that fell, as long as one has.
pub fn fallen(page: Page) -> impl Fn() -> Option<El> {
    let fall = Memo::new(move || page.picture.with(|picture| picture.broken.first().and_then(|_| first_fall(page))));
    move || fall.get().filter(|_| !page.figure.exam).map(|fall| card(page, fall))
}

fn first_fall(page: Page) -> Option<Fall> {
    page.with(|model| {
        let checker = model.playback.world().checker();
        let violation = checker.violations().first()?;
        Some(Fall::of(violation, checker.slips(), model.playback.all_records()))
    })
}

fn card(page: Page, fall: Fall) -> El {
    let name = title(fall.promise);
    let [first, second] = fall.sides;
    let sides =
        html("ul").class("facts-of").child(side(page, "", first)).child(side(page, words::lab::AND_YET, second));
    let waits = move || page.waits.with(|waits| *waits == Some(Halt::Fell));
    let go_on = move || html("button").class("primary").click(move || page.play()).text(words::quiz::GO_ON);
    let head = html("div").class("fall-head").child(html("b").text(&words::lab::fell(name))).when(waits, go_on);
    let gave_way = (!fall.before.is_empty()).then(|| {
        let all = fall.before.into_iter().map(|lapse| side(page, "", lapse));
        [html("p").text(words::lab::GAVE_WAY), html("ul").class("facts-of").children(all)]
    });
    let card = html("section").class("fall").attr("aria-label", words::lab::FELL).child(head).child(sides);
    card.children(gave_way.into_iter().flatten())
}

/// A fact: pressed, it leads to where it came from and stays lit.
fn side(page: Page, before: &str, side: Side) -> El {
    let Side { text, fact, since } = side;
    let before = html("span").class("yet").text(before).text(" ");
    let words = html("span").child(before).text(&text);
    let Some((at, event)) = since else {
        return html("li").child(words.class("plain"));
    };
    let go = move || {
        page.pause();
        page.seek_event(event);
        if page.focus.get_untracked().kept != fact {
            page.keep(fact);
        }
    };
    let button = html("button")
        .attr("data-fact", &Fact::Event(event).to_string())
        .click(go)
        .child(words)
        .child(html("time").text(&words::moment(at)));
    html("li").child(button)
}
