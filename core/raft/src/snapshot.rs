//! Snapshots (§7): the state machine stands for the start of the log, which is then forgotten,
//! and is sent, piece by piece, to a follower that lacks entries that are gone.

use alloc::sync::Arc;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::Deref;

use crate::ids::{Index, Position, ServerId};
use crate::membership::Membership;
use crate::message::Message;
use crate::node::{Node, Role};
use crate::note::Note;
use crate::progress::{Progress, State};
use crate::rules::Rules;
use crate::step::{Effect, Sink};

/// What a state machine was at some point of the log, with all that Raft itself needs of the
/// entries that it stands for (§7).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Snapshot {
    /// The last entry that it includes.
    pub last: Position,
    /// The configuration at that entry.
    pub membership: Arc<Membership>,
    /// The image of the state machine, as the host made it.
    pub image: Image,
}

/// Bytes that are shared, or a piece of them.
#[derive(Clone, Default)]
pub struct Image {
    all: Arc<[u8]>,
    from: usize,
    to: usize,
}

impl Image {
    /// A piece: at most so many bytes from an offset on.
    pub fn piece(&self, offset: usize, most: usize) -> Image {
        let from = self.from + offset.min(self.len());
        Image { all: self.all.clone(), from, to: self.to.min(from.saturating_add(most)) }
    }
}

impl Deref for Image {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.all[self.from..self.to]
    }
}

impl From<&[u8]> for Image {
    fn from(bytes: &[u8]) -> Image {
        Image { all: bytes.into(), from: 0, to: bytes.len() }
    }
}

impl PartialEq for Image {
    fn eq(&self, other: &Image) -> bool {
        self[..] == other[..]
    }
}

impl Eq for Image {}

impl Hash for Image {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self[..].hash(state);
    }
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

/// A snapshot of which the first pieces have arrived.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Incoming {
    last: Position,
    bytes: alloc::vec::Vec<u8>,
}

/// One's own snapshots.
impl Node {
    /// The host hands over an image of its state machine at an applied index: from now on it
    /// stands for the log up to there, of which only a margin is kept (§7).
    pub(crate) fn compact(&mut self, index: Index, image: Image, out: &mut impl Sink) {
        let Some(last) = self.log().position(index.min(self.applied)) else { return };
        if last.index <= self.storage.snapshot().last.index || last.index != index {
            return;
        }
        let membership = self.storage.memberships().at(index).clone();
        let margin = Index(index.0.saturating_sub(self.config.keep_entries));
        let base = self.log().position(margin.max(self.log().base().index)).unwrap_or(last);
        out.note(|| Note::TakesSnapshot { last, base: base.index });
        self.storage.compact(Snapshot { last, membership, image }, base, out);
    }
}

/// The leader's side (InstallSnapshot RPC, Figure 13).
impl Node {
    /// Sends the next piece of the snapshot to a follower that lacks what is gone from the log.
    pub(crate) fn send_snapshot(&mut self, place: usize, out: &mut impl Sink) {
        let beat = self.beat();
        let Role::Leader { followers, .. } = &mut self.role else { return };
        let progress = &mut followers[place];
        let server = progress.server;
        // One that is under way goes on, though there may be a newer one: else a follower to which
        // a snapshot takes longer than the next one needs to be taken would never get any.
        let (snapshot, offset) = match &progress.state {
            State::Snapshot { snapshot, offset, .. } => (snapshot.clone(), *offset),
            _ => {
                let snapshot = self.storage.snapshot().clone();
                out.note(|| Note::SendsSnapshot { to: server, last: snapshot.last });
                (snapshot, 0)
            }
        };
        progress.state = State::Snapshot { snapshot: snapshot.clone(), offset, sent_in: beat };
        let piece = snapshot.image.piece(offset, self.config.snapshot_piece.max(1));
        let message = Message::InstallSnapshot {
            last: snapshot.last,
            membership: snapshot.membership,
            offset,
            of: snapshot.image.len(),
            piece,
        };
        self.send(server, message, out);
    }

    /// A follower has the snapshot up to an offset.
    pub(crate) fn receive_piece_accepted(
        &mut self,
        from: ServerId,
        of: Position,
        at: usize,
        received: usize,
        out: &mut impl Sink,
    ) {
        let Some(place) = self.place_of(from) else { return out.note(|| Note::IgnoresLate { from }) };
        let Role::Leader { followers, .. } = &mut self.role else { return };
        match &mut followers[place].state {
            State::Snapshot { snapshot, offset, .. } if snapshot.last == of && at == *offset && received != at => {
                *offset = received;
                self.send_snapshot(place, out);
            }
            _ => out.note(|| Note::IgnoresLate { from }),
        }
    }
}

impl Progress {
    /// Whether a piece of a snapshot was sent long enough ago to be lost.
    pub(crate) fn piece_is_lost(&self, beat: u64) -> bool {
        matches!(self.state, State::Snapshot { sent_in, .. } if sent_in + 1 < beat)
    }
}

/// The follower's side (InstallSnapshot RPC, Figure 13).
impl Node {
    #[expect(clippy::too_many_arguments, reason = "the fields of one message")]
    pub(crate) fn receive_piece(
        &mut self,
        from: ServerId,
        last: Position,
        membership: Arc<Membership>,
        offset: usize,
        of: usize,
        piece: &Image,
        rules: &Rules,
        out: &mut impl Sink,
    ) {
        if self.leads() {
            return out.note(|| Note::IgnoresLate { from });
        }
        self.recognise(from, rules, out);
        if !(rules.snapshot_is_news)(last.index, self.commit) {
            // All of it is here, and more may be: that is what the leader has to know (§7).
            out.note(|| Note::IgnoresSnapshot { last, commit: self.commit });
            let reply = self.envelope(from, Message::AppendAccepted { matched: self.commit, round: 0 });
            return self.storage.send_when_durable(reply, out);
        }
        let incoming = match self.incoming.take() {
            Some(incoming) if incoming.last == last => incoming,
            _ => Incoming { last, bytes: alloc::vec::Vec::new() },
        };
        let incoming = self.incoming.insert(incoming);
        if offset == incoming.bytes.len() {
            incoming.bytes.extend_from_slice(piece);
        }
        let received = incoming.bytes.len();
        if received < of {
            return self.send(from, Message::PieceAccepted { last, offset, received }, out);
        }
        let image = Image::from(&incoming.bytes[..]);
        self.incoming = None;
        self.install(Snapshot { last, membership, image }, rules, out);
        let reply = self.envelope(from, Message::AppendAccepted { matched: last.index, round: 0 });
        self.storage.send_when_durable(reply, out);
    }

    /// The snapshot stands for the log up to its last entry. What follows that very entry is
    /// kept; a log that does not have it is gone as a whole (§7).
    fn install(&mut self, snapshot: Snapshot, rules: &Rules, out: &mut impl Sink) {
        let last = snapshot.last;
        let base = (rules.snapshot_base)(last, self.log().term(last.index));
        let kept = self.log().holds(base);
        out.note(|| Note::InstallsSnapshot { last, kept });
        let before = self.storage.memberships().latest().clone();
        self.storage.compact(snapshot.clone(), base, out);
        self.commit = self.commit.max(last.index);
        self.applied = self.applied.max(last.index);
        out.push(Effect::Restore(snapshot));
        self.close_stream(out);
        self.note_members(&before, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chunked::tests::fed;

    #[test]
    fn images_are_told_apart_by_their_bytes() {
        let [image, other] = [&b"0123"[..], b"0124"].map(Image::from);
        let [a, b] = [image.piece(1, 2), other.piece(1, 2)];
        assert!(image != other && a == b && fed(&a) == fed(&b) && fed(&image) != fed(&other));
        assert_eq!((&a[..], alloc::format!("{a:?}")), (&b"12"[..], "2 bytes".into()));
    }
}
