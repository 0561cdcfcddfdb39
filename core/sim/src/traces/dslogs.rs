//! `008256 VOTE S3 Granting Vote to S1 at T1`: when, a topic of four letters, the server, free words.
//! What the words say is known where they follow the examples of the course; all else is passed over.

use raft_core::{Index, ServerId, Term};

use super::{Event, Reader, TraceError};

/// Topic, server and words of a line, if it is one.
pub(super) fn split(line: &str) -> Option<(&str, &str, &str)> {
    let (time, rest) = line.trim().split_once(' ')?;
    let (topic, rest) = rest.trim_start().split_once(' ')?;
    let (server, words) = rest.trim_start().split_once(' ').unwrap_or((rest, ""));
    let topical = topic.len() == 4 && topic.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let timed = !time.is_empty() && time.bytes().all(|byte| byte.is_ascii_digit());
    (timed && topical && numbered(server, 'S').is_some()).then_some((topic, server, words))
}

/// `S3` or `T5`, `T:5`, with what may stand around it.
fn numbered(word: &str, letter: char) -> Option<u64> {
    let word = word.trim_matches(|c: char| "()[],;.:".contains(c)).strip_prefix(letter)?;
    let digits = word.trim_start_matches([':', '=']);
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok()
}

/// Reads a line.
pub(super) fn read(line: &str, reader: &mut Reader) -> Result<(), TraceError> {
    let Some((topic, server, words)) = split(line) else {
        reader.passed += 1;
        return Ok(());
    };
    let id = reader.server(server)?;
    let lower = words.to_ascii_lowercase();
    let has = |word: &str| lower.contains(word);
    let last = |letter| words.split_whitespace().filter_map(|word| numbered(word, letter)).next_back();
    let term = last('T').map(|term| reader.number("term", term)).transpose()?.map(Term);
    // "Converting to Follower T4 -> T5" is in term 5, "Lower term, rejecting (T4 < T5)" in neither.
    let event = match (topic, term) {
        ("VOTE", Some(term)) if has("granting vote") || has("voted for") || has("votes for") => {
            let to = words.split_whitespace().find(|word| numbered(word, 'S').is_some());
            let to = to.map_or(server, |word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()));
            let to: ServerId = reader.server(to)?;
            Some(Event::Vote(term, to))
        }
        ("PERS", Some(term)) if has("saved state") => saved(words, id, term, reader)?,
        ("LEAD", Some(term))
            if has("leader") && (has("converting") || has("becom") || has("became") || has("majority")) =>
        {
            Some(Event::Leads(Some(term)))
        }
        ("TERM", Some(term)) if has("converting") || has("updat") || has("becom") || has("->") => {
            Some(Event::Term(term))
        }
        ("TIMR" | "VOTE", Some(term))
            if has("converting to candidate") || has("calling election") || has("starting election") =>
        {
            Some(Event::Term(term))
        }
        ("INFO", _) if has("crash") || has("restart") => Some(Event::Restart),
        ("CMIT", _) if has("ci:") || has("commit") => {
            let index = words.split_whitespace().find_map(|word| word.strip_prefix("CI:").and_then(|n| n.parse().ok()));
            index.map(|index| Event::Commit(Index(index)))
        }
        _ => None,
    };
    match event {
        Some(event) => reader.did(id, &event),
        None => reader.passed += 1,
    }
    Ok(())
}

/// `Saved State T:1 VF:1`: the term, and for whom it voted; -1 is nobody.
fn saved<'a>(words: &str, id: ServerId, term: Term, reader: &mut Reader) -> Result<Option<Event<'a>>, TraceError> {
    let vote = words.split_whitespace().find_map(|word| word.strip_prefix("VF:"));
    match vote.filter(|vote| vote.bytes().all(|byte| byte.is_ascii_digit())) {
        Some(vote) => {
            let to = reader.server(&alloc::format!("S{vote}"))?;
            reader.did(id, &Event::Term(term));
            Ok(Some(Event::Vote(term, to)))
        }
        None => Ok(Some(Event::Term(term))),
    }
}
