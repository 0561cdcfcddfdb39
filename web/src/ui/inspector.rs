//! The inspector: every field of the chosen server or message, and what can be done with it.

use leptos::prelude::*;
use raft_core::{Index, Message, RoleName, ServerId};
use raft_sim::host::{Condition, Server};
use raft_sim::network::{Flight, Loss, Parcel, Reply};
use raft_sim::scenario::{Action, Who};

use super::page::{Chosen, Page, capital, message_action};
use crate::keys::{self, Command};
use crate::scene::tint;
use crate::words;

/// The inspector.
#[component]
pub fn Inspector() -> impl IntoView {
    let page = expect_context::<Page>();
    view! {
        <div class="inspect">
            {move || match page.chosen.get() {
                None => view! { <p class="empty">"Click a server or a message, or press a digit: here is what it knows."</p> }.into_any(),
                Some(Chosen::Server(id)) => view! { <ServerCard id/> }.into_any(),
                Some(Chosen::Message(id)) => view! { <MessageCard id/> }.into_any(),
            }}
        </div>
    }
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

#[component]
fn Facts(facts: Memo<Vec<Fact>>) -> impl IntoView {
    move || {
        let rows = facts.get().into_iter().map(|fact| {
            view! {
                <dt>{fact.name}</dt>
                <dd>{fact.value}{(!fact.why.is_empty()).then(|| view! { " " <span class="why">{fact.why}</span> })}</dd>
            }
        });
        view! { <dl class="facts">{rows.collect_view()}</dl> }
    }
}

#[component]
fn ServerCard(id: ServerId) -> impl IntoView {
    let page = expect_context::<Page>();
    let scene = Memo::new(move |_| page.picture.with(|picture| picture.server(id).cloned()));
    let facts = Memo::new(move |_| {
        page.moment.track();
        page.with(|model| {
            let world = model.playback.world();
            world.server(id).map(|server| server_facts(server, world.now())).unwrap_or_default()
        })
    });
    let followers = Memo::new(move |_| {
        page.moment.track();
        page.with(|model| model.playback.world().server(id).map(follower_rows).unwrap_or_default())
    });
    let store = Memo::new(move |_| {
        page.moment.track();
        page.with(|model| {
            let store = model.playback.world().server(id).and_then(Server::store);
            store.map(|store| store.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>())
        })
    });
    let head = move || {
        scene.get().map(|s| {
            view! {
                <h3>
                    {id.to_string()}
                    <span class="role-chip" data-role=words::role_class(s.role, s.condition)>{words::role(s.role, s.condition)}</span>
                    <span class=format!("term-chip bg{}", tint(s.term))>{format!("term {}", s.term)}</span>
                </h3>
            }
        })
    };
    view! {
        {head}
        <ServerActions id/>
        <Facts facts/>
        {move || (!followers.with(Vec::is_empty)).then(|| view! {
            <h4>"What it knows of the others"</h4>
            <table class="grid-table">
                <thead><tr><th scope="col">"server"</th><th scope="col">"nextIndex"</th><th scope="col">"matchIndex"</th><th scope="col">"unanswered"</th></tr></thead>
                <tbody>{followers.get().into_iter().map(|row| view! { <tr>{row.map(|cell| view! { <td>{cell}</td> })}</tr> }).collect_view()}</tbody>
            </table>
        })}
        {move || store.get().map(|values| view! {
            <h4>"State machine"</h4>
            <p class="mono">{if values.is_empty() { "empty".to_owned() } else { values.join("  ") }}</p>
        })}
    }
}

#[component]
fn ServerActions(id: ServerId) -> impl IntoView {
    let page = expect_context::<Page>();
    let state = Memo::new(move |_| {
        page.picture.with(|picture| picture.server(id).map(|s| (s.condition, s.role == RoleName::Leader)))
    });
    let button = move |words: &'static str, command: Command, act: Box<dyn Fn() + Send>| {
        view! { <button on:click=move |_| act()>{words}<kbd>{keys::shown(command)}</kbd></button> }
    };
    let crash = move || Box::new(move || page.crash_or_restart(id)) as Box<dyn Fn() + Send>;
    let pause = move || Box::new(move || page.pause_or_resume(id)) as Box<dyn Fn() + Send>;
    move || {
        let Some((condition, leads)) = state.get() else { return ().into_any() };
        let buttons = match condition {
            Condition::Down => button("Restart", Command::Crash, crash()).into_any(),
            Condition::Paused => {
                (button("Resume", Command::Pause, pause()), button("Crash", Command::Crash, crash())).into_any()
            }
            Condition::Up => (
                button("Crash", Command::Crash, crash()),
                button("Pause", Command::Pause, pause()),
                (!leads).then(|| {
                    let act = Box::new(move || _ = page.act(Action::Timeout(Who::Server(id))));
                    button("Time out", Command::Timeout, act)
                }),
                button("Write", Command::Write, Box::new(move || page.write_next(Some(id)))),
            )
                .into_any(),
        };
        view! { <div class="actions">{buttons}</div> }.into_any()
    }
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
        if view.role == RoleName::Candidate {
            facts.push(fact("votes", words::list(view.votes), "counted so far"));
        }
    } else {
        facts.push(fact("in memory", "nothing", "what is not on disk is lost in a crash"));
    }
    if let Some((since, due)) = server.election_timer() {
        let left = format!("{} of {}", words::length(due.since(now)), words::length(due.since(since)));
        facts.push(fact("election timer", left, "left"));
    }
    if let Some((_, due)) = server.heartbeat_timer().filter(|_| server.view().is_some_and(|v| v.role == RoleName::Leader)) {
        facts.push(fact("next heartbeat", format!("in {}", words::length(due.since(now))), ""));
    }
    facts
}

fn follower_rows(server: &Server) -> Vec<[String; 4]> {
    let Some(view) = server.view() else { return Vec::new() };
    let rows = view.followers.iter().map(|p| {
        let open = p.in_flight.map_or("–".to_owned(), |last| format!("up to {last}"));
        [p.server.to_string(), p.next.to_string(), p.matched.to_string(), open]
    });
    rows.collect()
}

#[component]
fn MessageCard(id: u64) -> impl IntoView {
    let page = expect_context::<Page>();
    let facts = Memo::new(move |_| {
        page.moment.track();
        page.with(|model| {
            let world = model.playback.world();
            let flights = world.flights();
            flights.iter().find(|flight| flight.id == id).map(|flight| message_facts(flight, world.now()))
        })
    });
    let there = Memo::new(move |_| facts.with(Option::is_some));
    let listed = Memo::new(move |_| facts.get().map(|(_, facts)| facts).unwrap_or_default());
    let state = Memo::new(move |_| {
        page.moment.track();
        page.with(|model| model.motion.flights.iter().find(|f| f.id == id).map(|f| (f.held, f.lost)))
    });
    let act = move |words: &'static str, command: Command| {
        view! {
            <button on:click=move |_| page.act_on_message(id, message_action(command, page.is_held(id)))>
                {words}<kbd>{keys::shown(command)}</kbd>
            </button>
        }
    };
    view! {
        <Show when=move || there.get() fallback=|| view! { <p class="empty">"This message is not on its way any more. Step back to see it again."</p> }>
            <h3>{move || facts.get().map(|(head, _)| head)}</h3>
            {move || match state.get() {
                Some((held, false)) => view! {
                    <div class="actions">
                        {act("Drop", Command::Drop)}
                        {act(if held { "Let it go" } else { "Hold" }, Command::Hold)}
                        {act("Arrive now", Command::Deliver)}
                        {act("Double", Command::Duplicate)}
                    </div>
                }.into_any(),
                _ => ().into_any(),
            }}
            <Facts facts=listed/>
        </Show>
    }
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
    match &flight.parcel {
        Parcel::Raft(envelope) => {
            facts.push(fact("term", envelope.term.to_string(), "the sender’s"));
            raft_facts(&envelope.message, &mut facts);
        }
        Parcel::Request { serial, operation } => {
            facts.push(fact("asks", operation.to_string(), ""));
            facts.push(fact("serial number", serial.to_string(), "a retry has the same"));
        }
        Parcel::Answer { reply, .. } => facts.push(match reply {
            Reply::Outcome(outcome) => fact("answers", format!("{outcome:?}").to_lowercase(), "applied"),
            Reply::NotLeader(Some(leader)) => fact("answers", format!("ask {leader}"), "it does not lead"),
            Reply::NotLeader(None) => fact("answers", "not the leader", "and it knows none"),
        }),
    }
    (head, facts)
}

fn raft_facts(message: &Message, facts: &mut Vec<Fact>) {
    match message {
        Message::RequestVote { last } => {
            facts.push(fact("last entry", last.to_string(), "voters refuse a log that is behind theirs"));
        }
        Message::RequestVoteReply { refused: None } => facts.push(fact("voteGranted", "yes", "")),
        Message::RequestVoteReply { refused: Some(reason) } => {
            facts.push(fact("voteGranted", "no", ""));
            facts.push(fact("because", words::vote_refusal(reason), ""));
        }
        Message::AppendEntries { previous, entries, commit } => {
            facts.push(fact("previous entry", previous.to_string(), "must be in the follower’s log"));
            let said: Vec<String> =
                entries.iter().take(6).map(|e| format!("{}@{}", raft_sim::machine::caption(&e.payload), e.term)).collect();
            let more = entries.len().saturating_sub(6);
            let listed = match (entries.len(), more) {
                (0, _) => "none: a heartbeat".to_owned(),
                (_, 0) => said.join(", "),
                _ => format!("{} and {more} more", said.join(", ")),
            };
            facts.push(fact("entries", listed, ""));
            facts.push(fact("leaderCommit", commit.to_string(), ""));
        }
        Message::AppendAccepted { matched } => {
            facts.push(fact("success", "yes", ""));
            facts.push(fact("agrees up to", matched.to_string(), "and is on disk up to there"));
        }
        Message::AppendRefused { previous, last } => {
            facts.push(fact("success", "no", ""));
            facts.push(fact("does not have", format!("entry {previous} like that"), ""));
            facts.push(fact("its log ends at", last.to_string(), ""));
        }
    }
}
