//! A moment of a run in a few sentences, for who does not see the ring.

use raft_core::{RoleName, ServerId, Time};
use raft_sim::host::Condition;
use raft_sim::scenario::MessageKind;

use crate::scene::{Logs, Picture, ServerScene};
use crate::words;

/// What the ring shows: the time, who leads, who is away, how far the log is committed, what is on its way.
/// Sentence by sentence, as they are translated.
pub fn summary(picture: &Picture, logs: &Logs, now: Time, flights: impl Iterator<Item = MessageKind>) -> Vec<String> {
    let mut says = vec![format!("At {}.", words::moment(now))];
    let leader = picture.leader.and_then(|id| picture.server(id));
    says.push(match leader {
        Some(leader) => format!("{} leads term {}.", leader.id, leader.term),
        None => format!("Nobody leads; the highest term is {}.", newest_term(picture)),
    });
    let of = |is: &dyn Fn(&ServerScene) -> bool| {
        picture.servers.iter().filter(|server| is(server)).map(|server| server.id).collect::<Vec<_>>()
    };
    let stands = |s: &ServerScene| s.condition == Condition::Up && s.role == RoleName::Candidate;
    for (head, those) in [
        ("Candidates", of(&stands)),
        ("Crashed", of(&|s| s.condition == Condition::Down)),
        ("Paused", of(&|s| s.condition == Condition::Paused)),
    ] {
        if !those.is_empty() {
            says.push(format!("{head}: {}.", words::list(&those)));
        }
    }
    let sides = sides(picture);
    match (sides.len(), picture.cuts.len()) {
        (0 | 1, 0) => {}
        (0 | 1, 1) => says.push("One link is cut.".into()),
        (0 | 1, cuts) => says.push(format!("{cuts} links are cut.")),
        _ => says.extend(sides.iter().map(|side| match side.as_slice() {
            [alone] => format!("{alone} is cut off."),
            side => format!("{} hear each other.", words::list(side)),
        })),
    }
    says.push(match logs.last {
        0 => "The logs are empty.".into(),
        last => format!("Committed up to entry {} of {last}.", logs.commit),
    });
    says.extend(on_their_way(flights));
    says
}

fn newest_term(picture: &Picture) -> u64 {
    picture.servers.iter().map(|server| server.term.0).max().unwrap_or_default()
}

/// The sets of servers between which nothing passes, in either direction.
fn sides(picture: &Picture) -> Vec<Vec<ServerId>> {
    let cut = |a: ServerId, b: ServerId| {
        picture.cuts.iter().any(|cut| cut.both && [(a, b), (b, a)].contains(&(cut.from, cut.to)))
    };
    let mut sides: Vec<Vec<ServerId>> = Vec::new();
    for server in &picture.servers {
        let hears = |side: &Vec<ServerId>| side.iter().any(|other| !cut(server.id, *other));
        let (mut own, apart): (Vec<_>, Vec<_>) = sides.into_iter().partition(hears);
        own.push(vec![server.id]);
        let mut own = own.concat();
        own.sort_unstable();
        sides = apart;
        sides.push(own);
    }
    sides.sort_unstable();
    sides
}

/// How many messages of which kind.
fn on_their_way(flights: impl Iterator<Item = MessageKind>) -> Vec<String> {
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for name in flights.map(words::kind) {
        match kinds.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => kinds.push((name, 1)),
        }
    }
    let all: usize = kinds.iter().map(|(_, count)| count).sum();
    let head = match all {
        0 => "No message is on its way.".into(),
        1 => "One message is on its way.".into(),
        _ => format!("{all} messages are on their way."),
    };
    let each = kinds.iter().map(|(name, count)| format!("{count} × {name}."));
    std::iter::once(head).chain(each).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playback::Playback;
    use raft_sim::scenario;

    fn at(text: &str, to: Time) -> String {
        let mut playback = Playback::new(scenario::parse(text).expect("a scenario").scenario);
        playback.seek(to);
        let world = playback.world();
        summary(
            &Picture::of(world),
            &Logs::of(world, 8, None),
            world.now(),
            world.flights().iter().map(|flight| flight.kind()),
        )
        .join(" ")
    }

    #[test]
    fn it_says_who_leads_who_is_away_and_what_is_on_its_way() {
        let text = "raft 1\nservers 5\nseed 3\nat 1ms timeout S2\nat 300ms crash S1\nat 300ms pause S3\n";
        assert_eq!(
            at(text, Time::millis(1)),
            "At 1.0 ms. Nobody leads; the highest term is 1. Candidates: S2. The logs are empty. 4 messages are on their way. 4 × RequestVote."
        );
        let later = at(text, Time::millis(300));
        assert!(
            later.starts_with("At 300.0 ms. S2 leads term 1. Crashed: S1. Paused: S3. Committed up to entry 1 of 1.")
        );
    }

    #[test]
    fn it_says_which_servers_hear_each_other() {
        let text = "raft 1\nservers 5\nseed 3\nat 1ms partition S1 S2 | S3 S4 | S5\n";
        let says = at(text, Time::millis(1));
        assert!(says.contains("S1 and S2 hear each other. S3 and S4 hear each other. S5 is cut off."), "{says}");
        assert!(at("raft 1\nservers 3\nat 1ms cut S1-S2\n", Time::millis(1)).contains("One link is cut."));
    }

    #[test]
    fn messages_are_counted_by_kind() {
        use MessageKind::{Append, Vote};
        assert_eq!(on_their_way([Vote].into_iter()), ["One message is on its way.", "1 × RequestVote."]);
        assert_eq!(
            on_their_way([Vote, Append, Vote].into_iter()),
            ["3 messages are on their way.", "2 × RequestVote.", "1 × AppendEntries."]
        );
    }
}
