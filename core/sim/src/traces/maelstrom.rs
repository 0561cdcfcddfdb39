//! Messages between nodes as Maelstrom has them: `src`, `dest`, `body`. What a message claims of its
//! sender is taken for what the sender did: a granted vote, a term, that it leads.

use raft_core::{ServerId, Term};

use super::value::Value;
use super::{Event, Reader, TraceError};

/// Reads a line.
pub(super) fn read(line: &str, reader: &mut Reader) -> Result<(), TraceError> {
    let Some(start) = line.find('{') else {
        reader.passed += 1;
        return Ok(());
    };
    let value = match Value::read(line[start..].trim_end()) {
        Ok(value) => value,
        Err(at) if start == 0 => {
            return Err(reader.error(alloc::format!("neither JSON nor EDN from byte {} on", at + 1)));
        }
        // Other lines of a log may have braces too.
        Err(_) => {
            reader.passed += 1;
            return Ok(());
        }
    };
    // A journal wraps a message in what happened to it.
    let message = value.field("message").unwrap_or(&value);
    let text = |name: &str| message.field(name).and_then(Value::text);
    let (Some(from), Some(to), Some(body)) = (text("src"), text("dest"), message.field("body")) else {
        reader.passed += 1;
        return Ok(());
    };
    // Sent and received, it is one message.
    if value.field("type").and_then(Value::text).is_some_and(|kind| kind == "recv") {
        reader.passed += 1;
        return Ok(());
    }
    let kind = body.field("type").and_then(Value::text).unwrap_or_default();
    let Some(term) = body.field("term").and_then(Value::count) else {
        reader.passed += 1;
        return Ok(());
    };
    let term = Term(reader.number("term", term)?);
    let granted = body.field("vote_granted") == Some(&Value::Truth(true));
    match &*kind {
        "request_vote" | "append_entries" | "request_vote_res" | "append_entries_res" => {}
        _ => {
            reader.passed += 1;
            return Ok(());
        }
    }
    let id: ServerId = reader.server(&from)?;
    reader.did(id, &Event::Term(term));
    match &*kind {
        "request_vote" => reader.did(id, &Event::Vote(term, id)),
        "request_vote_res" if granted => {
            let to = reader.server(&to)?;
            reader.did(id, &Event::Vote(term, to));
        }
        "append_entries" => reader.did(id, &Event::Leads(Some(term))),
        _ => {}
    }
    Ok(())
}
