//! The same schedule on two cores: where do they differ, and why?

use std::collections::BTreeSet;
use std::fmt::Write;

use raft_core::Rules;

use crate::cluster::Cluster;
use crate::ours::Ours;
use crate::peer::Peer;
use crate::replay::tell;
use crate::rule::Rule;
use crate::schedule::{Event, Schedule, begin, happen};
use crate::state::{Configuration, Field, Role, Server, What, differences};

/// How a schedule went on the two cores.
pub struct Run {
    /// Why they differed, as long as that could be told.
    pub rules: BTreeSet<Rule>,
    /// After how many events they parted for good, for one of these reasons.
    pub parted: Option<usize>,
    /// Where they differed for no reason that has a name.
    pub unnamed: Option<String>,
    /// How often they were compared.
    pub compared: usize,
}

/// Runs a schedule on both cores, ours by these rules.
pub fn run(schedule: &Schedule, rules: Rules, mut watch: impl FnMut(usize, &Event, &[Server], &[Server])) -> Run {
    let (mut ours, mut peer) = (Ours::with(rules), Peer::default());
    begin(schedule, &mut ours);
    begin(schedule, &mut peer);
    let mut run = Run { rules: BTreeSet::new(), parted: None, unnamed: None, compared: 0 };
    // Reasons that were seen since both were last the same.
    let mut seen = BTreeSet::new();
    for (number, event) in schedule.events.iter().enumerate() {
        happen(event, &mut ours);
        happen(event, &mut peer);
        let (here, there) = (ours.servers(), peer.servers());
        watch(number, event, &here, &there);
        let (rules, left) = explain(&here, &there);
        seen.extend(rules.iter().copied().chain(ours.met()).chain(peer.met()));
        if *event != Event::Settle {
            continue;
        }
        run.compared += 1;
        run.rules.extend(rules.iter().copied());
        if left.is_empty() && !rules.iter().any(|rule| rule.parts()) {
            seen.retain(|rule: &Rule| rule.lasts());
            seen.extend(rules);
            continue;
        }
        run.parted = Some(number);
        run.rules.extend(seen.iter().copied().filter(|rule| rule.leads_elsewhere()));
        if !left.is_empty() && !seen.iter().any(|rule| rule.leads_elsewhere()) {
            let mut text = String::new();
            tell(&mut text, "", &left, &here, &there);
            run.unnamed = Some(text);
        }
        break;
    }
    run
}

/// Names what two clusters differ in as far as the states alone show why; hands back the rest.
fn explain(here: &[Server], there: &[Server]) -> (BTreeSet<Rule>, Vec<(Field, u64)>) {
    let (mut rules, mut left) = (BTreeSet::new(), vec![]);
    for (field, id) in differences(here, there) {
        let place = here.iter().position(|server| server.id == id);
        let nobody_leads = !here.iter().any(|server| server.role == Role::Leader);
        let rule = place.and_then(|place| name(field, &here[place], &there[place], nobody_leads));
        match rule {
            Some(rule) => {
                rules.insert(rule);
            }
            None => left.push((field, id)),
        }
    }
    (rules, left)
}

fn name(field: Field, ours: &Server, there: &Server, nobody_leads: bool) -> Option<Rule> {
    match field {
        Field::Configuration if ours.committed.as_ref() == Some(&there.configuration) => Some(Rule::OnAppend),
        Field::Role => match (ours.role, there.role) {
            (Role::Candidate | Role::PreCandidate, Role::Follower) if ours.term == there.term => {
                Some(Rule::LostElection)
            }
            (Role::Follower, Role::Leader) if is_out(ours.id, &ours.configuration) => Some(Rule::LeaderLeaves),
            _ => None,
        },
        Field::Commit if nobody_leads && there.commit > ours.commit && there.commit <= ours.last() => {
            Some(Rule::CommitWithVotes)
        }
        Field::Log if differ_in_changes_of_nothing(ours, there) => Some(Rule::NoChange),
        _ => None,
    }
}

fn is_out(id: u64, configuration: &Configuration) -> bool {
    !configuration.voters.contains(&id) && configuration.outgoing.is_empty()
}

fn differ_in_changes_of_nothing(ours: &Server, there: &Server) -> bool {
    let nothing = What::Data(String::new());
    let from = ours.first.max(there.first);
    let entries = |server: &Server| server.log[(from - server.first).min(server.log.len() as u64) as usize..].to_vec();
    let (ours, there) = (entries(ours), entries(there));
    ours.len() == there.len()
        && ours
            .iter()
            .zip(&there)
            .all(|(a, b)| a == b || a.term == b.term && a.what == nothing && b.what == What::Change)
}

/// Prints a schedule, and where the two cores differ on their way.
pub fn trace(schedule: &Schedule) -> String {
    let mut text = format!("{:?}, {} more\n", schedule.start, schedule.spare);
    let mut last = vec![];
    run(schedule, Rules::PAPER, |number, event, here, there| {
        let _ = writeln!(text, "{number} {event:?}");
        let found = differences(here, there);
        if !found.is_empty() && found != last {
            tell(&mut text, "", &found, here, there);
        }
        last = found;
    });
    text
}
