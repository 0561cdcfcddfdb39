//! Whether a predicate of a scenario holds of a world, and what was found instead.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use raft_core::{Index, Position, RoleName, Rules, ServerId, Term};

use crate::checker::Promise;
use crate::client::{Client, Verdict};
use crate::host::{Condition, Server};
use crate::linearize;
use crate::machine::{ClientId, Outcome};
use crate::scenario::{Compare, Field, Got, On, Predicate, State, Who};
use crate::world::World;

impl World {
    /// Whether a predicate holds now.
    pub fn holds(&self, predicate: &Predicate) -> bool {
        match predicate {
            Predicate::And(parts) => parts.iter().all(|part| self.holds(part)),
            Predicate::Or(parts) => parts.iter().any(|part| self.holds(part)),
            Predicate::Not(inner) => !self.holds(inner),
            Predicate::Is(who, state) => self.whom(*who).is_some_and(|server| is(server, *state)),
            Predicate::SomeLeader => self.leaders() > 0,
            Predicate::NoLeader => self.leaders() == 0,
            Predicate::OneLeader => self.leaders() == 1,
            Predicate::LeaderIs(who) => self.leader().is_some_and(|leader| self.resolve(*who) == Ok(leader)),
            Predicate::Follows(who, leader) => self.whom(*who).and_then(|server| server.view()).is_some_and(|view| {
                view.role == RoleName::Follower && view.leader.is_some() && view.leader == self.resolve(*leader).ok()
            }),
            Predicate::Number { who, field, compare, value } => {
                self.whom(*who).is_some_and(|server| compare.holds(&number(server, *field), value))
            }
            Predicate::Vote(who, compare, vote) => self.whom(*who).is_some_and(|server| {
                compare.holds(&server.voted_for(), &vote.and_then(|vote| self.resolve(vote).ok()))
            }),
            Predicate::Log(who, compare, terms) => {
                self.whom(*who).is_some_and(|server| compare.holds(&terms_of(server), terms))
            }
            Predicate::Last(who, compare, last) => {
                self.whom(*who).is_some_and(|server| compare.holds(&server.log().last(), last))
            }
            Predicate::Config { who, compare, voters, outgoing } => self.config_of_is(*who, *compare, voters, outgoing),
            Predicate::Joint => self.leader().and_then(|id| self.server(id)).is_some_and(is_joint),
            Predicate::CommitOn { compare, index, on } => self.commit_on(*compare, *index, on),
            Predicate::Value { who, key, compare, value } => self.whom(*who).is_some_and(|server| {
                compare.holds(&server.store().and_then(|store| store.value(key)), &Some(&**value))
            }),
            Predicate::Got(client, got) => self.client(*client).is_some_and(|client| has_got(client, got)),
            Predicate::Quiet => self.flights().is_empty(),
            Predicate::Safe => self.checker.violations().is_empty(),
            Predicate::Linearizable => matches!(self.linearize(), linearize::Verdict::Linearizable(_)),
            Predicate::Violated(Promise::Linearizability) => matches!(self.linearize(), linearize::Verdict::Broken(_)),
            Predicate::Violated(promise) => self.checker.violations().iter().any(|v| v.promise() == *promise),
        }
    }

    fn whom(&self, who: Who) -> Option<&Server> {
        self.resolve(who).ok().and_then(|id| self.server(id))
    }

    fn client(&self, id: ClientId) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }

    fn leaders(&self) -> usize {
        self.servers.iter().filter(|server| is(server, State::Leader)).count()
    }

    fn commit_on(&self, compare: Compare, index: Index, on: &On) -> bool {
        let ok = |server: &Server| compare.holds(&server.commit(), &index);
        match on {
            On::All => self.servers.iter().filter(|server| self.cluster().contains(server.id)).all(ok),
            On::Majority => self.cluster().tally(&Rules::PAPER, |id| self.server(id).is_some_and(ok)).agreed,
            On::Servers(servers) => servers.iter().all(|who| self.whom(*who).is_some_and(ok)),
        }
    }

    fn config_of_is(&self, who: Who, compare: Compare, voters: &[Who], outgoing: &[Who]) -> bool {
        let resolved = |all: &[Who]| {
            let mut ids = all.iter().map(|who| self.resolve(*who)).collect::<Result<Vec<_>, _>>().ok()?;
            ids.sort_unstable();
            Some(ids)
        };
        let (Some(voters), Some(outgoing)) = (resolved(voters), resolved(outgoing)) else { return false };
        self.whom(who)
            .and_then(Server::view)
            .is_some_and(|view| compare.holds(&(&view.members.voters, &view.members.outgoing), &(&voters, &outgoing)))
    }

    /// What is the case where a predicate does not hold; for the person who expected it.
    pub fn found(&self, predicate: &Predicate) -> String {
        match predicate {
            Predicate::And(parts) => {
                let failed: Vec<String> = parts.iter().filter(|p| !self.holds(p)).map(|p| self.found(p)).collect();
                failed.join("; ")
            }
            Predicate::Or(parts) => parts.iter().map(|part| self.found(part)).collect::<Vec<_>>().join("; "),
            Predicate::Not(inner) => self.found(inner),
            Predicate::Is(who, _) | Predicate::Follows(who, _) => self.about(*who, standing),
            Predicate::SomeLeader | Predicate::NoLeader | Predicate::OneLeader | Predicate::LeaderIs(_) => {
                self.found_leaders()
            }
            Predicate::Number { who, field, .. } => self.about(*who, |server| match field {
                Field::Term => format!("has term {}", server.term()),
                Field::Commit => format!("has commit {}", server.commit()),
                Field::Applied => format!("has applied {}", server.applied()),
            }),
            Predicate::Vote(who, ..) => self.about(*who, |server| match server.voted_for() {
                Some(to) => format!("voted for {to}"),
                None => String::from("voted for none"),
            }),
            Predicate::Log(who, ..) => self.about(*who, |server| {
                let terms: Vec<String> = terms_of(server).iter().map(Term::to_string).collect();
                if terms.is_empty() { String::from("has log none") } else { format!("has log {}", terms.join(" ")) }
            }),
            Predicate::Last(who, ..) => self.about(*who, |server| match server.log().last() {
                last if last == Position::default() => String::from("has an empty log"),
                last => format!("has last {last}"),
            }),
            Predicate::Config { who, .. } => self.about(*who, configuration),
            Predicate::Joint => self.about(Who::Leader, configuration),
            Predicate::CommitOn { .. } => {
                let commits = self.servers.iter().map(|server| format!("{} {}", server.id, server.commit()));
                format!("commit is {}", commits.collect::<Vec<_>>().join(", "))
            }
            Predicate::Value { who, key, .. } => {
                self.about(*who, |server| match server.store().and_then(|s| s.value(key)) {
                    Some(value) => format!("has {key} = {value}"),
                    None => format!("has no {key}"),
                })
            }
            Predicate::Got(client, _) => self
                .client(*client)
                .map_or_else(|| format!("there is no {client}"), |known| format!("{client} got {}", got_words(known))),
            Predicate::Quiet => format!("{} messages are in flight", self.flights().len()),
            Predicate::Linearizable | Predicate::Violated(Promise::Linearizability) => self.linearize().to_string(),
            Predicate::Safe | Predicate::Violated(_) => match self.checker.violations() {
                [] => String::from("no promise is broken"),
                [first, ..] => format!("{} is violated at {}", first.promise().name(), first.at),
            },
        }
    }

    fn about(&self, who: Who, say: impl Fn(&Server) -> String) -> String {
        match self.resolve(who) {
            Err(error) => error.to_string(),
            Ok(id) => self.server(id).map_or_else(String::new, |server| format!("{id} {}", say(server))),
        }
    }

    fn found_leaders(&self) -> String {
        let leaders: Vec<ServerId> =
            self.servers.iter().filter(|server| is(server, State::Leader)).map(|server| server.id).collect();
        match leaders.as_slice() {
            [] => String::from("nobody leads"),
            [one] => format!("{one} leads"),
            several => {
                let names: Vec<String> = several.iter().map(ServerId::to_string).collect();
                format!("{} lead", names.join(" and "))
            }
        }
    }
}

fn is(server: &Server, state: State) -> bool {
    let role = server.view().map(|view| view.role);
    match state {
        State::Leader => role == Some(RoleName::Leader),
        State::Follower => role == Some(RoleName::Follower),
        State::PreCandidate => role == Some(RoleName::PreCandidate),
        State::Candidate => role == Some(RoleName::Candidate),
        State::Learner => server.view().is_some_and(|view| view.members.listens(view.id)),
        State::Down => server.condition() == Condition::Down,
        State::Paused => server.condition() == Condition::Paused,
    }
}

fn is_joint(server: &Server) -> bool {
    server.view().is_some_and(|view| view.members.is_joint())
}

fn configuration(server: &Server) -> String {
    let Some(view) = server.view() else { return String::from("is down") };
    let names = |all: &[ServerId]| all.iter().map(ServerId::to_string).collect::<Vec<_>>().join(" ");
    let old = if view.members.is_joint() { format!(" + {}", names(&view.members.outgoing)) } else { String::new() };
    match view.members.voters.as_slice() {
        [] => String::from("has no configuration"),
        voters => format!("has config {}{old}", names(voters)),
    }
}

fn standing(server: &Server) -> String {
    let Some(view) = server.view() else { return String::from("is down") };
    let role = match (view.role, view.leader) {
        (RoleName::Leader, _) => String::from("is leader"),
        (RoleName::PreCandidate, _) => String::from("is pre-candidate"),
        (RoleName::Candidate, _) => String::from("is candidate"),
        (RoleName::Follower, Some(leader)) => format!("follows {leader}"),
        (RoleName::Follower, None) => String::from("is follower"),
    };
    let listens = if view.members.listens(view.id) { ", a learner" } else { "" };
    let paused = if server.condition() == Condition::Paused { " and paused" } else { "" };
    format!("{role} of term {}{listens}{paused}", view.term)
}

fn number(server: &Server, field: Field) -> u64 {
    match field {
        Field::Term => server.term().0,
        Field::Commit => server.commit().0,
        Field::Applied => server.applied().0,
    }
}

fn terms_of(server: &Server) -> Vec<Term> {
    server.log().iter().map(|entry| entry.term).collect()
}

fn has_got(client: &Client, got: &Got) -> bool {
    let Some((_, verdict)) = client.last_call().and_then(|call| call.result.as_ref()) else { return false };
    match (got, verdict) {
        (Got::Ok, Verdict::Ok(Outcome::Done | Outcome::Value(_))) => true,
        (Got::Failed, Verdict::Failed | Verdict::Ok(Outcome::Mismatch(_))) | (Got::Unknown, Verdict::Unknown) => true,
        (Got::Expired, Verdict::Expired) => true,
        (Got::Value(expected), Verdict::Ok(Outcome::Value(value))) => value.as_ref() == Some(expected),
        _ => false,
    }
}

fn got_words(client: &Client) -> String {
    match client.last_call().map(|call| &call.result) {
        None => String::from("nothing: it asked for nothing"),
        Some(None) => String::from("nothing yet"),
        Some(Some((_, verdict))) => match verdict {
            Verdict::Ok(Outcome::Done) => String::from("ok"),
            Verdict::Ok(Outcome::Value(Some(value))) => value.to_string(),
            Verdict::Ok(Outcome::Value(None)) => String::from("no value"),
            Verdict::Ok(Outcome::Mismatch(_)) | Verdict::Failed => String::from("failed"),
            Verdict::Unknown => String::from("unknown"),
            Verdict::Expired | Verdict::Ok(Outcome::Expired) => String::from("expired"),
        },
    }
}
