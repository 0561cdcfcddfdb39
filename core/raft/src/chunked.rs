//! A list that grows at its end, can be cut there (§5.3), and forgets its start (§7); clones share
//! most of it.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hash::{Hash, Hasher};

/// How many items share one allocation in [`Chunked`].
const CHUNK: usize = 64;

/// A growing list whose clones share all but their last few items, so that a snapshot of a
/// long run costs little. Items keep their places: when the start is forgotten, the rest stays
/// where it is.
#[derive(Clone, Debug)]
pub struct Chunked<T> {
    /// Every chunk but the last is full, and none is empty.
    chunks: Vec<Arc<Vec<T>>>,
    /// The place of the first item of the first chunk.
    origin: usize,
    /// The place of the first item that is not forgotten.
    start: usize,
}

impl<T> Default for Chunked<T> {
    fn default() -> Self {
        Chunked::starting_at(0)
    }
}

impl<T> Chunked<T> {
    /// An empty list whose first item will have this place.
    pub fn starting_at(place: usize) -> Self {
        Chunked { chunks: Vec::new(), origin: place, start: place }
    }

    /// The place of the first item.
    pub fn start(&self) -> usize {
        self.start
    }

    /// The place after the last item; how many items there are, if none was forgotten.
    pub fn end(&self) -> usize {
        self.chunks.last().map_or(self.origin, |last| self.origin + (self.chunks.len() - 1) * CHUNK + last.len())
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.end() - self.start
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at a place.
    pub fn at(&self, place: usize) -> Option<&T> {
        let inside = place.checked_sub(self.origin).filter(|_| place >= self.start)?;
        self.chunks.get(inside / CHUNK)?.get(inside % CHUNK)
    }

    /// The last item.
    pub fn last(&self) -> Option<&T> {
        self.at(self.end().checked_sub(1)?)
    }

    /// The items from a place on.
    pub fn iter_from(&self, place: usize) -> impl Iterator<Item = &T> {
        let inside = place.max(self.start) - self.origin;
        let (first, skip) = (inside / CHUNK, inside % CHUNK);
        let chunks = self.chunks.get(first..).unwrap_or_default();
        let head = chunks.first().and_then(|chunk| chunk.get(skip..)).unwrap_or_default();
        head.iter().chain(chunks.iter().skip(1).flat_map(|chunk| chunk.iter()))
    }

    /// All items.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.iter_from(self.start)
    }

    /// Forgets the items before a place.
    pub fn forget(&mut self, before: usize) {
        let end = self.end();
        self.start = self.start.max(before.min(end));
        if self.start == end {
            *self = Chunked::starting_at(end);
            return;
        }
        let whole = (self.start - self.origin) / CHUNK;
        self.chunks.drain(..whole);
        self.origin += whole * CHUNK;
    }
}

impl<T: Clone> Chunked<T> {
    /// The item at a place, to be changed; its chunk is copied if it is shared.
    pub fn at_mut(&mut self, place: usize) -> Option<&mut T> {
        let inside = place.checked_sub(self.origin).filter(|_| place >= self.start)?;
        Arc::make_mut(self.chunks.get_mut(inside / CHUNK)?).get_mut(inside % CHUNK)
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

    /// Removes the items from a place on.
    pub fn truncate(&mut self, end: usize) {
        if end >= self.end() {
            return;
        }
        if end <= self.start {
            *self = Chunked::starting_at(self.start);
            return;
        }
        let keep = end - self.origin;
        self.chunks.truncate(keep.div_ceil(CHUNK));
        if let Some(last) = self.chunks.last_mut() {
            let keep = keep - (keep - 1) / CHUNK * CHUNK;
            if last.len() > keep {
                Arc::make_mut(last).truncate(keep);
            }
        }
    }
}

// What a list holds counts, not how it came to hold it.
impl<T: PartialEq> PartialEq for Chunked<T> {
    fn eq(&self, other: &Self) -> bool {
        self.start == other.start && self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl<T: Eq> Eq for Chunked<T> {}

impl<T: Hash> Hash for Chunked<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.start.hash(state);
        self.len().hash(state);
        self.iter().for_each(|item| item.hash(state));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growing_cutting_and_forgetting_agree_with_a_plain_list() {
        let mut plain: Vec<u32> = Vec::new();
        let mut list = Chunked::starting_at(7);
        let mut start = 7;
        for n in 0..1_000u32 {
            if n % 7 == 0 {
                let keep = (n as usize * 13) % (plain.len() + 1);
                plain.truncate(keep);
                list.truncate(start + keep);
            }
            for m in 0..n % 41 {
                plain.push(n * 100 + m);
                list.push(n * 100 + m);
            }
            if n % 11 == 0 {
                let gone = (n as usize * 5) % (plain.len() + 1);
                plain.drain(..gone);
                start += gone;
                list.forget(start);
            }
            assert_eq!((list.start(), list.end(), list.len()), (start, start + plain.len(), plain.len()));
            assert_eq!(list.is_empty(), plain.is_empty());
            assert_eq!(list.last(), plain.last());
            let from = plain.len() / 3;
            assert!(list.iter_from(start + from).eq(plain[from..].iter()));
            assert_eq!(list.at(start + from), plain.get(from));
            assert_eq!(list.at(start.wrapping_sub(1)), None);
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
        a.forget(70);
        assert_ne!(a, b);
        let mut c = Chunked::starting_at(70);
        (70..130).for_each(|n| c.push(n));
        assert_eq!(a, c);
    }
}
