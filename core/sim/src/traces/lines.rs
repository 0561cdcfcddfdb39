//! Our own format: an object of JSON a line, `{"server":"S2","event":"vote","term":5,"for":"S1"}`.

use alloc::format;

use raft_core::{Index, Position, Term};

use super::value::Value;
use super::{Event, Reader, TraceError};

/// Reads a line.
pub(super) fn read(line: &str, reader: &mut Reader) -> Result<(), TraceError> {
    let line = line.trim();
    if line.is_empty() {
        return Ok(());
    }
    let value = Value::read(line).map_err(|at| match at {
        at if at >= line.len() => reader.error("the line is cut off: an object of JSON was expected"),
        at => reader.error(format!("no JSON from byte {} on", at + 1)),
    })?;
    let text = |name: &str| value.field(name).and_then(Value::text);
    let (Some(server), Some(event)) = (text("server"), text("event")) else {
        return Err(reader.error("the fields \"server\" and \"event\" are wanted"));
    };
    let id = reader.server(&server)?;
    let number = |name: &str, reader: &Reader| match value.field(name).map(Value::count) {
        Some(Some(number)) => reader.number(name, number).map(Some),
        Some(None) => Err(reader.error(format!("\"{name}\" is no whole number from 0 on"))),
        None => Ok(None),
    };
    let wanted = |name: &str, reader: &Reader| {
        number(name, reader)?.ok_or_else(|| reader.error(format!("\"{event}\" wants the field \"{name}\"")))
    };
    let event = match &*event {
        "term" | "follower" | "candidate" => Event::Term(Term(wanted("term", reader)?)),
        "vote" => {
            let to = text("for").ok_or_else(|| reader.error("\"vote\" wants the field \"for\""))?;
            Event::Vote(Term(wanted("term", reader)?), reader.server(&to)?)
        }
        "leader" => Event::Leads(Some(Term(wanted("term", reader)?))),
        "append" | "snapshot" => {
            let (term, index) = (Term(wanted("term", reader)?), Index(wanted("index", reader)?));
            let at = Position { term, index };
            if &*event == "snapshot" {
                Event::Snapshot(at)
            } else {
                let value = text("value").unwrap_or_default();
                reader.did(id, &Event::Append(at, &value));
                return Ok(());
            }
        }
        "truncate" => Event::Truncate(Index(wanted("index", reader)?)),
        "commit" => Event::Commit(Index(wanted("index", reader)?)),
        "apply" => Event::Apply(Index(wanted("index", reader)?), number("term", reader)?.map(Term)),
        "crash" => Event::Crash,
        "restart" => Event::Restart,
        _ => {
            reader.passed += 1;
            return Ok(());
        }
    };
    reader.did(id, &event);
    Ok(())
}
