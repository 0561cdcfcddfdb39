//! What an embedding page may ask of the figure: a message of a stranger, read before anything is done.
//!
//! docs/embed.md has the table of commands; `ui::protocol` hears the messages and does what is asked.

use raft_core::Time;
use raft_sim::scenario::MAX_BYTES;

use crate::playback::Pace;

#[cfg(test)]
mod tests;

/// A field of a message, as far as anything here is made of one.
#[derive(Clone, PartialEq, Debug)]
pub enum Field {
    /// It is not there.
    Missing,
    /// A number: all that JavaScript calls so.
    Number(f64),
    /// A text.
    Text(String),
    /// Anything else.
    Other,
}

/// What is asked.
#[derive(Clone, PartialEq, Debug)]
pub enum Request {
    /// To open the text of a scenario.
    LoadText(String),
    /// To open a link.
    LoadLink(String),
    /// To let the run go on.
    Play,
    /// To stop.
    Pause,
    /// To go so many events forward, or back.
    Step(i64),
    /// To go to a moment.
    Seek(Time),
    /// To change the pace.
    Speed(Pace),
    /// What state the run is in.
    State,
}

/// The messages that only ever go out.
pub const OURS: [&str; 6] = ["ready", "reply", "state", "event", "resize", "error"];

/// So many events a message may step at most.
const MOST_STEPS: f64 = 4_000.0;

/// Whether a message is meant for the figure at all: of this protocol, of its first version, and a
/// question. Returns its type.
pub fn kind(field: &dyn Fn(&str) -> Field) -> Option<String> {
    if field("raftPlayground") != Field::Number(1.0) {
        return None;
    }
    match field("type") {
        Field::Text(kind) if !OURS.contains(&kind.as_str()) => Some(kind),
        _ => None,
    }
}

/// What a message asks for, or what is wrong with it.
pub fn read(kind: &str, field: &dyn Fn(&str) -> Field) -> Result<Request, String> {
    match kind {
        "load" => load(field),
        "play" => Ok(Request::Play),
        "pause" => Ok(Request::Pause),
        "step" => match field("n") {
            Field::Missing => Ok(Request::Step(1)),
            n => {
                let n = whole(&n).ok_or("step: n must be a whole number")?;
                Ok(Request::Step(n.clamp(-MOST_STEPS, MOST_STEPS) as i64))
            }
        },
        "seek" => {
            let t = whole(&field("t")).filter(|t| *t >= 0.0).ok_or("seek: t must be whole microseconds, 0 or more")?;
            Ok(Request::Seek(Time(t as u64)))
        }
        "speed" => {
            let pace = if let Field::Number(value) = field("value") { Pace::from_number(value) } else { None };
            Ok(Request::Speed(pace.ok_or("speed: value must be a positive number, such as 0.05")?))
        }
        "get-state" => Ok(Request::State),
        other => Err(format!("unknown command {other:.40}")),
    }
}

fn load(field: &dyn Fn(&str) -> Field) -> Result<Request, String> {
    match (field("text"), field("link")) {
        (Field::Text(text), _) if text.len() > MAX_BYTES => Err("load: the text is too long".into()),
        (Field::Text(text), _) => Ok(Request::LoadText(text)),
        (_, Field::Text(link)) => Ok(Request::LoadLink(link)),
        _ => Err("load: text or link is wanted".into()),
    }
}

/// The whole numbers that JavaScript's numbers tell apart.
fn whole(field: &Field) -> Option<f64> {
    match *field {
        Field::Number(n) if n.is_finite() && n.fract() == 0.0 && n.abs() <= 9e15 => Some(n),
        _ => None,
    }
}
