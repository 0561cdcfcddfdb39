//! What all pictures are drawn on: elements one after another, every text escaped.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt::Write;

use raft_core::{RoleName, Term, Time};

use super::super::Excerpt;
use crate::scenario::MessageKind;
use crate::words::{Weight, line};

/// Ink, and what stands back.
pub(super) const INK: &str = "#1c1e23";
pub(super) const SOFT: &str = "#5a5f6b";
pub(super) const LINE: &str = "#d8d4cb";
pub(super) const LEADER: &str = "#d55e00";
pub(super) const CANDIDATE: &str = "#b07800";
pub(super) const FOLLOWER: &str = "#0072b2";
pub(super) const DOWN: &str = "#8a8d94";
pub(super) const DANGER: &str = "#b3261e";
pub(super) const COMMIT: &str = "#00805d";

/// All colours of a ring on white: a film of it needs no others, and what lies between each and white.
pub const COLOURS: [&str; 11] =
    [INK, SOFT, LEADER, CANDIDATE, FOLLOWER, DOWN, DANGER, COMMIT, "#a3568c", "#3a7fae", "#ffffff"];

/// So many lines of the story stand in a description.
const TOLD: usize = 40;

/// A picture that is being drawn.
pub(super) struct Canvas(String);

impl Canvas {
    /// An empty one, of this size, about this stretch.
    pub(super) fn new(width: i64, height: i64, what: &str, excerpt: &Excerpt) -> Canvas {
        let mut out = Canvas(String::new());
        let head = format!("{}: {what}", excerpt.title());
        out.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" role=\"img\" aria-label=\"{}\" font-family=\"system-ui, sans-serif\" font-size=\"13\">\n",
            escaped(&head)
        ));
        out.put(format_args!("<title>{}</title>\n<desc>{}</desc>\n", escaped(&head), escaped(&story(excerpt))));
        out.put(format_args!("<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n"));
        out
    }

    pub(super) fn put(&mut self, text: core::fmt::Arguments<'_>) {
        self.0.write_fmt(text).expect("a string takes all");
    }

    /// A line; `more` are further attributes.
    pub(super) fn line(&mut self, from: (i64, i64), to: (i64, i64), colour: &str, more: &str) {
        let ((x1, y1), (x2, y2)) = (from, to);
        self.put(format_args!("<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" stroke=\"{colour}\"{more}/>\n"));
    }

    /// A text; `more` are further attributes.
    pub(super) fn text(&mut self, (x, y): (i64, i64), colour: &str, more: &str, text: &str) {
        self.put(format_args!("<text x=\"{x}\" y=\"{y}\" fill=\"{colour}\"{more}>{}</text>\n", escaped(text)));
    }

    /// A cross, for what is lost or crashes.
    /// A heading or a name.
    pub(super) fn bold(&mut self, at: (i64, i64), text: &str) {
        self.text(at, INK, " font-weight=\"bold\"", text);
    }

    pub(super) fn cross(&mut self, (x, y): (i64, i64), colour: &str) {
        self.put(format_args!(
            "<path d=\"M{} {}l8 8m0 -8l-8 8\" stroke=\"{colour}\" stroke-width=\"2\" fill=\"none\"/>\n",
            x - 4,
            y - 4
        ));
    }

    pub(super) fn done(mut self) -> String {
        self.0.push_str("</svg>\n");
        self.0
    }
}

/// The story of a stretch, for who cannot see the picture.
fn story(excerpt: &Excerpt) -> String {
    let mut out = format!("From {} to {}.", excerpt.from, excerpt.to);
    let told = excerpt.records.iter().map(|record| (record.at, line(record)));
    for (at, told) in told.filter(|(_, told)| told.weight == Weight::Story).take(TOLD) {
        out.push_str(&format!(" {at}: {}", told.text));
    }
    out
}

/// A text in a document of XML, on one line.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// The colour of a kind of message.
pub(super) fn colour(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::PreVote | MessageKind::PreVoteReply | MessageKind::Vote | MessageKind::VoteReply => "#a3568c",
        MessageKind::TimeoutNow => LEADER,
        MessageKind::Heartbeat | MessageKind::HeartbeatReply => "#3a7fae",
        MessageKind::Request | MessageKind::Answer => SOFT,
        _ => COMMIT,
    }
}

/// Answers are drawn thinner than what they answer.
pub(super) fn is_answer(kind: MessageKind) -> bool {
    matches!(
        kind,
        MessageKind::PreVoteReply
            | MessageKind::VoteReply
            | MessageKind::AppendReply
            | MessageKind::HeartbeatReply
            | MessageKind::SnapshotReply
            | MessageKind::ReadIndexReply
            | MessageKind::StreamAck
            | MessageKind::Answer
    )
}

/// Neighbouring terms differ, as on the page.
pub(super) fn fill(term: Term) -> &'static str {
    const FILLS: [&str; 6] = ["#cfe3f3", "#f6dfc4", "#d3ecdf", "#ecd6e6", "#f5efb8", "#dcdcf2"];
    FILLS[(term.0.saturating_sub(1) % 6) as usize]
}

/// The colour and the word of a role.
pub(super) fn role(role: Option<RoleName>) -> (&'static str, &'static str) {
    match role {
        None => (DOWN, "down"),
        Some(RoleName::Leader) => (LEADER, "leader"),
        Some(RoleName::Candidate) => (CANDIDATE, "candidate"),
        Some(RoleName::PreCandidate) => (CANDIDATE, "asks first"),
        Some(RoleName::Follower) => (FOLLOWER, "follower"),
    }
}

/// `1250.5 ms`
pub(super) fn clock(at: Time) -> String {
    let (whole, part) = (at.0 / 1_000, at.0 % 1_000 / 100);
    if part == 0 { format!("{whole} ms") } else { format!("{} ms", [whole.to_string(), part.to_string()].join(".")) }
}
