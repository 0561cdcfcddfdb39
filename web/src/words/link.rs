//! The words about a link between two servers.

use raft_core::ServerId;
use raft_sim::network::Flight;

use super::kind;

/// How fast a server's clock runs; a word of its menu.
pub const CLOCK_RATE: &str = "Clock rate";

/// Both directions at once.
pub const CUT_BOTH: &str = "Cut both ways";
/// The same undone.
pub const MEND_BOTH: &str = "Mend both ways";
/// Above the messages.
pub const ON_IT: &str = "On their way";
/// Where there are none.
pub const NOTHING: &str = "No message is on this link. One that is held waits here until you let it go or drop it.";
/// It waits.
pub const HELD: &str = "held";
/// It does not.
pub const MOVES: &str = "moves";
/// Of a bandwidth.
pub const RATE: &str = " kB/s (0: no limit)";

/// The name of a field: of all links.
pub const BANDWIDTH: &str = "Thousand bytes a second on each link; 0 is no limit";
/// How to come to a single link.
pub const ONE_LINK: &str = "For one link, in one direction: click on its line, or press the comma key.";
/// The button.
pub const DRAW: &str = "Draw a line across the ring";
/// How that is done.
pub const HOW_TO_DRAW: &str = "The line cuts the links that it crosses. With a mouse, draw at any time; \
    by finger, press this first.";
/// In the menu of a server.
pub const NEXT: &str = "Its links …";

/// Its name.
pub fn name(a: ServerId, b: ServerId) -> String {
    format!("Link {a} – {b}")
}

/// A direction.
pub fn way(from: ServerId, to: ServerId) -> String {
    format!("From {from} to {to}")
}

/// Nothing passes any more.
pub fn cut(from: ServerId, to: ServerId) -> String {
    format!("Cut {from} → {to}")
}

/// What is sent from now on waits.
pub fn hold(from: ServerId, to: ServerId) -> String {
    format!("Hold all {from} → {to}")
}

/// The name of a field.
pub fn least(from: ServerId, to: ServerId) -> String {
    format!("Least latency from {from} to {to}, in milliseconds")
}

/// The name of a field.
pub fn most(from: ServerId, to: ServerId) -> String {
    format!("Greatest latency from {from} to {to}, in milliseconds")
}

/// The name of a field.
pub fn loss(from: ServerId, to: ServerId) -> String {
    format!("Share of messages lost from {from} to {to}, in percent")
}

/// The name of a field.
pub fn bandwidth(from: ServerId, to: ServerId) -> String {
    format!("Thousand bytes a second from {from} to {to}; 0 is no limit")
}

/// A message on it.
pub fn message(flight: &Flight) -> String {
    format!("{}, {} → {}", kind(flight.kind()), flight.from, flight.to)
}

/// What a button does to a message.
pub fn deed(words: &str, message: &str) -> String {
    format!("{words}: {message}")
}

/// While a line is drawn: who is on which side.
pub fn groups(groups: &[Vec<ServerId>]) -> String {
    let side = |group: &Vec<ServerId>| group.iter().map(ServerId::to_string).collect::<Vec<_>>().join(" ");
    groups.iter().map(side).collect::<Vec<_>>().join(" | ")
}

/// While it goes through some links only.
pub fn links(links: &[(ServerId, ServerId)]) -> String {
    links.iter().map(|(a, b)| format!("{a}–{b}")).collect::<Vec<_>>().join(", ")
}
