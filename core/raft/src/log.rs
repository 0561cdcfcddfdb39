//! Entries, and the log that holds them (§5.3).

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Deref;

use crate::ids::{Index, Position, Term};

/// The bytes of one command; shared, never copied, never looked into by the core.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Command(Arc<[u8]>);

impl Command {
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Command {
    fn from(bytes: Vec<u8>) -> Command {
        Command(bytes.into())
    }
}

impl From<&[u8]> for Command {
    fn from(bytes: &[u8]) -> Command {
        Command(bytes.into())
    }
}

/// What an entry holds.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Payload {
    /// Nothing: a leader opens its term with it, so that it can commit what came before (§8).
    Noop,
    /// A command for the state machine.
    Command(Command),
}

/// One entry of the log. Its index is its place.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Entry {
    /// The term in which a leader created it.
    pub term: Term,
    /// What it holds.
    pub payload: Payload,
}

/// A run of entries in a message or a write: shared, so that sending it again costs nothing.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Entries(Arc<[Entry]>);

impl Deref for Entries {
    type Target = [Entry];
    fn deref(&self) -> &[Entry] {
        &self.0
    }
}

impl FromIterator<Entry> for Entries {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Entries {
        Entries(entries.into_iter().collect())
    }
}

/// How many items share one allocation in [`Chunked`].
const CHUNK: usize = 64;

/// A growing list whose clones share all but their last few items, so that a snapshot of a
/// long run costs little. Only its end can change.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Chunked<T> {
    /// Every chunk but the last is full.
    chunks: Vec<Arc<Vec<T>>>,
}

impl<T> Default for Chunked<T> {
    fn default() -> Self {
        Chunked { chunks: Vec::new() }
    }
}

impl<T: Clone> Chunked<T> {
    /// How many items there are.
    pub fn len(&self) -> usize {
        self.chunks.last().map_or(0, |last| (self.chunks.len() - 1) * CHUNK + last.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// The item at a place, counted from 0.
    pub fn at(&self, place: usize) -> Option<&T> {
        self.chunks.get(place / CHUNK)?.get(place % CHUNK)
    }

    /// The item at a place, to be changed; its chunk is copied if it is shared.
    pub fn at_mut(&mut self, place: usize) -> Option<&mut T> {
        Arc::make_mut(self.chunks.get_mut(place / CHUNK)?).get_mut(place % CHUNK)
    }

    /// The last item.
    pub fn last(&self) -> Option<&T> {
        self.chunks.last()?.last()
    }

    /// Adds an item at the end.
    pub fn push(&mut self, item: T) {
        match self.chunks.last_mut() {
            Some(last) if last.len() < CHUNK => Arc::make_mut(last).push(item),
            _ => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(item);
                self.chunks.push(Arc::new(chunk));
            }
        }
    }

    /// Keeps the first `len` items.
    pub fn truncate(&mut self, len: usize) {
        if len >= self.len() {
            return;
        }
        self.chunks.truncate(len.div_ceil(CHUNK));
        if let Some(last) = self.chunks.last_mut() {
            let keep = len - (len - 1) / CHUNK * CHUNK;
            if last.len() > keep {
                Arc::make_mut(last).truncate(keep);
            }
        }
    }

    /// The items from a place on.
    pub fn iter_from(&self, place: usize) -> impl Iterator<Item = &T> {
        let skip = place % CHUNK;
        self.chunks.iter().skip(place / CHUNK).flat_map(|chunk| chunk.iter()).skip(skip)
    }

    /// All items.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.iter_from(0)
    }
}

/// The log of one server: entries from index 1 on (§5.3).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Log {
    entries: Chunked<Entry>,
}

impl Log {
    /// The index of the last entry, 0 if there is none.
    pub fn last_index(&self) -> Index {
        Index(self.entries.len() as u64)
    }

    /// Where the log ends. The last term comes from the last entry, never from the current term.
    pub fn last(&self) -> Position {
        Position { term: self.entries.last().map_or(Term(0), |e| e.term), index: self.last_index() }
    }

    /// The entry at an index.
    pub fn entry(&self, index: Index) -> Option<&Entry> {
        self.entries.at(usize::try_from(index.0).ok()?.checked_sub(1)?)
    }

    /// The term of the entry at an index; 0 at index 0, nothing beyond the end.
    pub fn term(&self, index: Index) -> Option<Term> {
        if index == Index(0) { Some(Term(0)) } else { self.entry(index).map(|e| e.term) }
    }

    /// The position at an index, if the log reaches it.
    pub fn position(&self, index: Index) -> Option<Position> {
        Some(Position { term: self.term(index)?, index })
    }

    /// Adds an entry at the end.
    pub fn append(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Removes the entry at `from` and all that follow it.
    pub fn truncate(&mut self, from: Index) {
        self.entries.truncate(from.previous().0 as usize);
    }

    /// At most `most` entries from an index on, shared.
    pub fn entries_from(&self, from: Index, most: usize) -> Entries {
        self.entries.iter_from(from.previous().0 as usize).take(most).cloned().collect()
    }

    /// All entries, from index 1 on.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncation_and_growth_agree_with_a_plain_list() {
        let mut plain: Vec<u32> = Vec::new();
        let mut list = Chunked::default();
        for n in 0..1_000u32 {
            if n % 7 == 0 {
                let keep = (n as usize * 13) % (plain.len() + 1);
                plain.truncate(keep);
                list.truncate(keep);
            }
            for m in 0..n % 41 {
                plain.push(n * 100 + m);
                list.push(n * 100 + m);
            }
            assert_eq!(list.len(), plain.len());
            assert_eq!(list.is_empty(), plain.is_empty());
            assert_eq!(list.last(), plain.last());
            let from = plain.len() / 3;
            assert!(list.iter_from(from).eq(plain[from..].iter()));
            assert_eq!(list.at(from), plain.get(from));
        }
    }

    #[test]
    fn equal_lists_hash_alike_whatever_their_history() {
        let mut a = Chunked::default();
        let mut b = Chunked::default();
        (0..200).for_each(|n| a.push(n));
        a.truncate(130);
        (0..130).for_each(|n| b.push(n));
        assert_eq!(a, b);
    }

    fn log(terms: &[u64]) -> Log {
        let mut log = Log::default();
        terms.iter().for_each(|term| log.append(Entry { term: Term(*term), payload: Payload::Noop }));
        log
    }

    #[test]
    fn a_log_counts_from_one_and_index_0_is_of_term_0() {
        let log = log(&[1, 3]);
        assert_eq!(
            [0, 1, 2, 3].map(|index| log.term(Index(index)).map(|term| term.0)),
            [Some(0), Some(1), Some(3), None]
        );
        assert!(log.entry(Index(0)).is_none() && log.entry(Index(3)).is_none());
        assert_eq!(log.last(), Position { term: Term(3), index: Index(2) });
        assert_eq!(Log::default().last(), Position::default());
        assert_eq!(log.position(Index(0)), Some(Position::default()));
        assert_eq!(log.position(Index(3)), None);
    }

    #[test]
    fn truncation_removes_an_entry_and_all_that_follow_it() {
        for (from, left) in [(1, 0), (2, 1), (3, 2), (4, 3), (9, 3)] {
            let mut log = log(&[1, 1, 2]);
            log.truncate(Index(from));
            assert_eq!(log.last_index(), Index(left), "from {from}");
        }
    }

    #[test]
    fn a_run_of_entries_is_no_longer_than_asked_for() {
        let log = log(&[1, 1, 2, 3]);
        let terms = |from, most| log.entries_from(Index(from), most).iter().map(|e| e.term.0).collect::<Vec<_>>();
        assert_eq!(terms(1, 9), [1, 1, 2, 3]);
        assert_eq!(terms(3, 1), [2]);
        assert_eq!(terms(3, 0), []);
        assert_eq!(terms(5, 9), []);
    }
}
