//! Long histories to go about in: an hour of a cluster of five servers, about a million events.

use raft_core::Time;
use raft_sim::scenario::parse;
use raft_sim::timeline::Timeline;

/// How long they are.
pub const HOUR: u64 = 3_600;

/// One of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct History {
    /// What it is called.
    pub name: &'static str,
    /// Writes a second of the steady load.
    load: u32,
    /// Whether clients write, and servers crash, too.
    eventful: bool,
    /// Every so many entries a server takes a snapshot; 0 for never.
    snapshots: u32,
}

/// All that are measured.
pub const HISTORIES: [History; 3] = [
    History { name: "idle", load: 0, eventful: false, snapshots: 0 },
    History { name: "busy", load: 10, eventful: true, snapshots: 0 },
    History { name: "snapshots", load: 10, eventful: true, snapshots: 1_000 },
];

impl History {
    /// Its scenario: in a busy one somebody crashes every minute, and four clients write in turn.
    pub fn text(self) -> String {
        let mut text = String::from("raft 1\nservers 5\nclients 4\n");
        if self.load > 0 {
            text += &format!("set load {}/s\n", self.load);
        }
        if self.snapshots > 0 {
            text += &format!("set snapshot-every {}\n", self.snapshots);
        }
        if !self.eventful {
            return text;
        }
        for second in (5..HOUR).step_by(5) {
            match (second % 60, second / 60 % 5 + 1) {
                (30, server) => text += &format!("at {second}s crash S{server}\n"),
                (45, server) => text += &format!("at {second}s restart S{server}\n"),
                (_, client) => text += &format!("at {second}s write x{}={second} by C{}\n", second % 7, client.min(4)),
            }
        }
        text
    }

    /// Its timeline, at the start.
    pub fn timeline(self) -> Result<Timeline, String> {
        parse(&self.text()).map(|parsed| Timeline::new(parsed.scenario)).map_err(|error| error.to_string())
    }
}

/// Where to look next: times all over what was seen, the same ones in every round.
pub fn places(end: Time) -> impl Iterator<Item = Time> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    std::iter::repeat_with(move || {
        // Marsaglia's xorshift: any spread will do.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        Time(state % end.0.max(1))
    })
}
