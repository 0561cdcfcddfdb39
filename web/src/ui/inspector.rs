//! The inspector: every field of the chosen server or message, and what can be done with it.

use raft_core::{Index, Message, RoleName, ServerId, State};
use raft_sim::fault::Pace;
use raft_sim::host::{Condition, Server};
use raft_sim::network::{Flight, Loss, Parcel, Reply};
use raft_sim::scenario::{Action, Who};
use raft_sim::why::Question;
use raft_sim::words::vote_refusal;

use super::el::{El, html};
use super::page::{Chosen, Page, capital, message_action};
use super::signal::Memo;
use super::why;
use crate::keys::{self, Command};
use crate::scene::{ServerScene, tint};
use crate::words;

/// The inspector.
pub fn inspector(page: Page) -> El {
    let card = html("div").class("inspect").when(
        move || page.chosen.get().is_none(),
        || {
            let words = "Click a server or a message, or press a digit: here is what it knows.";
            html("p").class("empty").text(words)
        },
    );
    message_card(page, server_card(page, card))
}

/// A field: its name, its value, and what it means.
#[derive(Clone, PartialEq)]
struct Fact {
    name: &'static str,
    value: String,
    why: &'static str,
}

fn fact(name: &'static str, value: impl Into<String>, why: &'static str) -> Fact {
    Fact { name, value: value.into(), why }
}

/// The facts, each a name and a value. The elements stay while the values change, so that what
/// the reader has selected stays selected.
fn facts_list(facts: Memo<Vec<Fact>>) -> El {
    let keys = move || (0..2 * facts.with(Vec::len) as u64).collect();
    html("dl").class("facts").each(keys, move |key| {
        let at = (key / 2) as usize;
        let part = move |of: fn(&Fact) -> String| facts.with(|facts| facts.get(at).map(of).unwrap_or_default());
        if key % 2 == 0 {
            return html("dt").say(move || part(|fact| fact.name.to_owned()));
        }
        html("dd")
            .say(move || part(|fact| if fact.why.is_empty() { fact.value.clone() } else { format!("{} ", fact.value) }))
            .when(
                move || facts.with(|facts| facts.get(at).is_some_and(|fact| !fact.why.is_empty())),
                move || html("span").class("why").say(move || part(|fact| fact.why.to_owned())),
            )
    })
}

/// What is shown while a server is chosen. It stays when another server is, and with it the focus.
fn server_card(page: Page, card: El) -> El {
    let chosen = Memo::new(move || match page.chosen.get() {
        Some(Chosen::Server(id)) => Some(id),
        _ => None,
    });
    let scene = Memo::new(move || {
        let id = chosen.get()?;
        page.picture.with(|picture| picture.server(id).cloned())
    });
    let facts = Memo::new(move || {
        page.moment.track();
        let Some(id) = chosen.get() else { return Vec::new() };
        page.with(|model| {
            let world = model.playback.world();
            world.server(id).map(|server| server_facts(server, world.now())).unwrap_or_default()
        })
    });
    let followers = Memo::new(move || {
        page.moment.track();
        let Some(id) = chosen.get() else { return Vec::new() };
        page.with(|model| model.playback.world().server(id).map(follower_rows).unwrap_or_default())
    });
    let store = Memo::new(move || {
        page.moment.track();
        let id = chosen.get()?;
        page.with(|model| {
            let store = model.playback.world().server(id).and_then(Server::store)?;
            let values: Vec<String> = store.iter().map(|(k, v)| format!("{k}={v}")).collect();
            let sessions: Vec<String> = store.sessions().map(words::session).collect();
            Some([values, sessions])
        })
    });
    let state = Memo::new(move || {
        let id = chosen.get()?;
        page.picture.with(|picture| picture.server(id).map(|s| (s.condition, s.role == RoleName::Leader)))
    });
    let values = move |which: usize| {
        let values = store.get().map(|store| store[which].join("  ")).unwrap_or_default();
        if values.is_empty() { "empty".to_owned() } else { values }
    };
    let known = move || store.with(|store| store.as_ref().is_some_and(|[_, sessions]| !sessions.is_empty()));
    let leading = move || !followers.with(Vec::is_empty);
    card.when(move || scene.with(Option::is_some), move || server_head(scene))
        .when(move || state.with(Option::is_some), move || server_actions(page, chosen, state))
        .when(move || chosen.with(Option::is_some), move || facts_list(facts))
        .when(leading, || html("h4").text("What it knows of the others"))
        .when(leading, move || follower_table(followers))
        .when(move || store.with(Option::is_some), || html("h4").text("State machine"))
        .when(move || store.with(Option::is_some), move || html("p").class("mono").say(move || values(0)))
        .when(known, || html("h4").text("Client sessions"))
        .when(known, move || html("p").class("mono").say(move || values(1)))
}

fn server_head(scene: Memo<Option<ServerScene>>) -> El {
    let part = move |of: fn(&ServerScene) -> String| scene.with(|scene| scene.as_ref().map(of).unwrap_or_default());
    let role = html("span")
        .class("role-chip")
        .follow("data-role", move || part(|s| words::role_class(s.role, s.condition).to_owned()))
        .say(move || part(|s| words::role(s.role, s.condition).to_owned()));
    let term = html("span")
        .follow("class", move || part(|s| format!("term-chip bg{}", tint(s.term))))
        .say(move || part(|s| format!("term {}", s.term)));
    html("h3").say(move || part(|s| s.id.to_string())).child(role).child(term)
}

fn follower_table(followers: Memo<Vec<[String; 4]>>) -> El {
    let names = ["server", "nextIndex", "matchIndex", "unanswered"];
    let head = html("tr").children(names.map(|name| html("th").attr("scope", "col").text(name)));
    let rows = move || (0..followers.with(Vec::len) as u64).collect();
    let cell = move |row: usize, column: usize| {
        followers.with(|rows| rows.get(row).map(|row| row[column].clone()).unwrap_or_default())
    };
    let body = html("tbody").each(rows, move |row| {
        html("tr").children((0..4).map(move |column| html("td").say(move || cell(row as usize, column))))
    });
    html("table").class("grid-table").child(html("thead").child(head)).child(body)
}

/// A button that says its words, its key, and does something.
fn deed(button: El, command: Command, act: Box<dyn Fn()>) -> El {
    button.click(act).child(html("kbd").text(keys::shown(command)))
}

fn server_actions(page: Page, chosen: Memo<Option<ServerId>>, state: Memo<Option<(Condition, bool)>>) -> El {
    let button = move |words: &'static str, command: Command, act: fn(Page, ServerId)| {
        let act = move || {
            if let Some(id) = chosen.get_untracked() {
                act(page, id);
            }
        };
        deed(html("button").text(words), command, Box::new(act))
    };
    let is = move |condition: Condition| state.get().is_some_and(|(now, _)| now == condition);
    html("div")
        .class("actions")
        .when(
            move || is(Condition::Down),
            move || button("Restart", Command::Crash, |page, id| page.crash_or_restart(id)),
        )
        .when(
            move || is(Condition::Paused),
            move || button("Resume", Command::Pause, |page, id| page.pause_or_resume(id)),
        )
        .when(
            move || is(Condition::Up) || is(Condition::Paused),
            move || button("Crash", Command::Crash, |page, id| page.crash_or_restart(id)),
        )
        .when(move || is(Condition::Up), move || button("Pause", Command::Pause, |page, id| page.pause_or_resume(id)))
        .when(
            move || state.get() == Some((Condition::Up, false)),
            move || button("Time out", Command::Timeout, |page, id| _ = page.act(Action::Timeout(Who::Server(id)))),
        )
        .child(why_button(page, chosen, state))
        .when(move || is(Condition::Up), move || button("Write", Command::Write, |page, id| page.write_next(Some(id))))
}

/// Why it leads, or does not.
fn why_button(page: Page, chosen: Memo<Option<ServerId>>, state: Memo<Option<(Condition, bool)>>) -> El {
    let leads = move || state.get().is_some_and(|(_, leads)| leads);
    html("button")
        .say(move || chosen.get().map(|id| words::why::of(Question::NotLeader(id), !leads())).unwrap_or_default())
        .click(move || chosen.get_untracked().into_iter().for_each(|id| why::ask_server(page, id)))
}

fn server_facts(server: &Server, now: raft_core::Time) -> Vec<Fact> {
    let vote = server.voted_for().map_or("nobody".to_owned(), |to| to.to_string());
    let log = server.log().last();
    let mut facts = vec![
        fact("currentTerm", server.term().to_string(), "on disk"),
        fact("votedFor", vote, "in this term; on disk"),
        fact("last entry", if log.index == Index(0) { "none".to_owned() } else { log.to_string() }, "index @ term"),
    ];
    if let Some(view) = server.view() {
        facts.push(fact("on disk up to", view.durable.to_string(), ""));
        facts.push(fact("commitIndex", view.commit.to_string(), "known to be committed"));
        facts.push(fact("lastApplied", view.applied.to_string(), "carried out by the state machine"));
        facts.push(fact("leader", view.leader.map_or("unknown".to_owned(), |id| id.to_string()), "as far as it knows"));
        if matches!(view.role, RoleName::PreCandidate | RoleName::Candidate) {
            facts.push(fact("votes", words::list(view.votes), "counted so far"));
        }
    } else {
        facts.push(fact("in memory", "nothing", "what is not on disk is lost in a crash"));
    }
    if server.pace() != Pace::TRUE {
        facts.push(fact("clock", server.pace().to_string(), "its timers go by it"));
    }
    let pending = server.pending_reads();
    if pending > 0 {
        facts.push(fact("pending reads", pending.to_string(), "not answered yet"));
    }
    if let Some(due) = server.read_lease() {
        let left = format!("{} left", words::length(due.since(now)));
        facts.push(fact("read lease", left, "until then it need not ask before it reads"));
    }
    if let Some((since, due)) = server.election_timer() {
        let left = format!("{} of {}", words::length(due.since(now)), words::length(due.since(since)));
        facts.push(fact("election timer", left, "left"));
    }
    if let Some((_, due)) =
        server.heartbeat_timer().filter(|_| server.view().is_some_and(|v| v.role == RoleName::Leader))
    {
        facts.push(fact("next heartbeat", format!("in {}", words::length(due.since(now))), ""));
    }
    facts
}

fn follower_rows(server: &Server) -> Vec<[String; 4]> {
    let Some(view) = server.view() else { return Vec::new() };
    let rows = view.followers.iter().map(|p| {
        let open = match &p.state {
            State::Probe { in_flight: None } => "–".to_owned(),
            State::Probe { in_flight: Some(sent) } => format!("up to {}", sent.last),
            State::Replicate { window } => format!("{} on their way", window.messages()),
            State::Stream { window, .. } => format!("stream, {} on their way", window.messages()),
            State::Snapshot { snapshot, offset, .. } => {
                format!("snapshot up to {}, {offset} of {} bytes", snapshot.last.index, snapshot.image.len())
            }
        };
        [p.server.to_string(), p.next.to_string(), p.matched.to_string(), open]
    });
    rows.collect()
}

/// What is shown while a message is chosen.
fn message_card(page: Page, card: El) -> El {
    let chosen = Memo::new(move || match page.chosen.get() {
        Some(Chosen::Message(id)) => Some(id),
        _ => None,
    });
    let facts = Memo::new(move || {
        page.moment.track();
        let id = chosen.get()?;
        page.with(|model| {
            let world = model.playback.world();
            let flights = world.flights();
            flights.iter().find(|flight| flight.id == id).map(|flight| message_facts(flight, world.now()))
        })
    });
    let there = Memo::new(move || facts.with(Option::is_some));
    let listed = Memo::new(move || facts.get().map(|(_, facts)| facts).unwrap_or_default());
    let state = Memo::new(move || {
        page.moment.track();
        let id = chosen.get()?;
        page.with(|model| model.motion.flights.iter().find(|f| f.id == id).map(|f| (f.held, f.lost)))
    });
    let head = move || facts.get().map(|(head, _)| head).unwrap_or_default();
    card.when(
        move || chosen.with(Option::is_some) && !there.get(),
        || {
            let words = "This message is not on its way any more. Step back to see it again.";
            html("p").class("empty").text(words)
        },
    )
    .when(move || there.get(), move || html("h3").say(head))
    .when(move || there.get() && matches!(state.get(), Some((_, false))), move || message_actions(page, chosen, state))
    .when(move || there.get(), move || facts_list(listed))
}

fn message_actions(page: Page, chosen: Memo<Option<u64>>, state: Memo<Option<(bool, bool)>>) -> El {
    let button = move |button: El, command: Command| {
        let act = move || {
            if let Some(id) = chosen.get_untracked() {
                page.act_on_message(id, message_action(command, page.is_held(id)));
            }
        };
        deed(button, command, Box::new(act))
    };
    let held = move || state.get().is_some_and(|(held, _)| held);
    let hold = html("button").say(move || String::from(if held() { "Let it go" } else { "Hold" }));
    html("div")
        .class("actions")
        .child(button(html("button").text("Drop"), Command::Drop))
        .child(button(hold, Command::Hold))
        .child(button(html("button").text("Arrive now"), Command::Deliver))
        .child(button(html("button").text("Double"), Command::Duplicate))
}

fn message_facts(flight: &Flight, now: raft_core::Time) -> (String, Vec<Fact>) {
    let head = format!("{} {} → {}", capital(words::kind(flight.kind())), flight.from, flight.to);
    let mut facts = vec![fact("sent", words::moment(flight.sent), "")];
    let fate = match (flight.lost, flight.held) {
        (Some(Loss::Chance), _) => ("never", "the network loses it"),
        (Some(Loss::Cut), _) => ("never", "the link is cut"),
        (Some(Loss::Down), _) => ("never", "the receiver is down"),
        (Some(Loss::Dropped), _) => ("never", "it was dropped"),
        (None, Some(_)) => ("when it is let go", "held"),
        (None, None) => ("", ""),
    };
    if fate.0.is_empty() {
        facts.push(fact("arrives", format!("in {}", words::length(flight.due.since(now))), ""));
    } else {
        facts.push(fact("arrives", fate.0, fate.1));
    }
    facts.push(fact("size", format!("{} bytes", flight.parcel.size()), "about"));
    match &flight.parcel {
        Parcel::Raft(envelope) => {
            facts.push(fact("term", envelope.term.to_string(), "the sender’s"));
            raft_facts(&envelope.message, envelope.from, &mut facts);
        }
        Parcel::Request { serial, operation, .. } => {
            facts.push(fact("asks", operation.to_string(), ""));
            facts.push(fact("serial number", serial.to_string(), "a retry has the same"));
        }
        Parcel::Answer { reply, .. } => facts.push(match reply {
            Reply::Outcome(outcome) => fact("answers", words::outcome(outcome), "applied"),
            Reply::NotLeader(Some(leader)) => fact("answers", format!("ask {leader}"), "it does not lead"),
            Reply::NotLeader(None) => fact("answers", "not the leader", "and it knows none"),
        }),
    }
    (head, facts)
}

fn raft_facts(message: &Message, from: ServerId, facts: &mut Vec<Fact>) {
    match message {
        Message::RequestPreVote { next, last } => {
            facts.push(fact("nextTerm", next.to_string(), "the term that it would stand in"));
            facts.push(fact("lastLog", last.to_string(), "index @ term"));
        }
        Message::PreVoteReply { refused: None, .. } => facts.push(fact("wouldVote", "yes", "")),
        Message::PreVoteReply { refused: Some(reason), .. } => {
            facts.push(fact("wouldVote", "no", ""));
            let (why, section) = vote_refusal(from, reason);
            facts.push(fact("because", why, section));
        }
        Message::TimeoutNow => facts.push(fact("asks", "stand for election at once", "")),
        Message::RequestVote { last, .. } => {
            facts.push(fact("last entry", last.to_string(), "voters refuse a log that is behind theirs"));
        }
        Message::RequestVoteReply { refused: None } => facts.push(fact("voteGranted", "yes", "")),
        Message::RequestVoteReply { refused: Some(reason) } => {
            facts.push(fact("voteGranted", "no", ""));
            let (why, section) = vote_refusal(from, reason);
            facts.push(fact("because", why, section));
        }
        Message::AppendEntries { previous, entries, commit, .. }
        | Message::StreamEntries { previous, entries, commit, .. } => {
            facts.push(fact("previous entry", previous.to_string(), "must be in the follower’s log"));
            let said: Vec<String> = entries
                .iter()
                .take(6)
                .map(|e| format!("{}@{}", raft_sim::machine::caption(&e.payload), e.term))
                .collect();
            let more = entries.len().saturating_sub(6);
            let listed = match (entries.len(), more) {
                (0, _) => "none: a heartbeat".to_owned(),
                (_, 0) => said.join(", "),
                _ => format!("{} and {more} more", said.join(", ")),
            };
            facts.push(fact("entries", listed, ""));
            facts.push(fact("leaderCommit", commit.to_string(), ""));
        }
        Message::AppendAccepted { matched, .. } | Message::StreamAck { matched, .. } => {
            facts.push(fact("success", "yes", ""));
            facts.push(fact("agrees up to", matched.to_string(), "and is on disk up to there"));
        }
        Message::AppendRefused { previous, last, .. } => {
            facts.push(fact("success", "no", ""));
            facts.push(fact("does not have", format!("entry {previous} like that"), ""));
            facts.push(fact("its log ends at", last.to_string(), ""));
        }
        Message::InstallSnapshot { last, offset, of, piece, .. } => {
            facts.push(fact("lastIncluded", last.to_string(), "index @ term"));
            facts.push(fact("piece", format!("bytes {offset} to {} of {of}", offset + piece.len()), ""));
        }
        Message::PieceAccepted { last, received, .. } => {
            facts.push(fact("lastIncluded", last.to_string(), "index @ term"));
            facts.push(fact("has", format!("{received} bytes"), "of the snapshot"));
        }
        Message::ReadIndex { .. } => facts.push(fact("asks", "how far to apply before a read", "")),
        Message::ReadIndexReply { index: Some(index), .. } => {
            facts.push(fact("readIndex", index.to_string(), "apply up to there, then read"));
        }
        Message::ReadIndexReply { index: None, .. } => facts.push(fact("readIndex", "none", "it does not lead")),
        Message::Heartbeat { commit, sent, .. } => {
            facts.push(fact("commit", commit.to_string(), "cut to what is verified on the stream"));
            facts.push(fact(
                "sent",
                sent.map_or("no stream".into(), |sent| sent.to_string()),
                "the last entry put on the stream",
            ));
        }
        Message::HeartbeatReply { verified, .. } => {
            facts.push(fact("verified", verified.to_string(), "on this leader’s stream in this term"));
        }
        Message::StreamOpen { epoch, last } => {
            facts.push(fact("stream", epoch.to_string(), "the follower’s count in this term"));
            facts.push(fact("begin after", last.to_string(), "index @ term"));
        }
        Message::StreamReset { at, .. } => facts.push(fact("try after", at.to_string(), "index @ term")),
    }
}
