//! A list that grows at its end, can be cut there (§5.3), and forgets its start (§7); clones share
//! most of it.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hash::{Hash, Hasher};
use core::ops::{Range, RangeInclusive};

use crate::grouped::Grouped;

/// How many items that came one by one share one allocation in [`Chunked`]; such a run ends at a
/// multiple of it, so that equal lists have equal runs, whatever came before.
const CHUNK: usize = 64;

/// A run of at least so many items that come together stays together, and is not copied.
const RUN: usize = 16;

/// A growing list whose clones share all but their last few items, so that a snapshot of a
/// long run costs little; runs of items are shared with whoever brought them. Items keep their
/// places: when the start is forgotten, the rest stays where it is.
#[derive(Debug)]
pub struct Chunked<T> {
    /// In order. A chunk ends where the next one begins, or the tail: what it holds beyond that
    /// was cut off.
    chunks: Grouped<Chunk<T>>,
    /// The place of the first item of the tail.
    tail_at: usize,
    /// The last items; fewer than [`CHUNK`].
    tail: Arc<Vec<T>>,
    /// The place of the first item that is not forgotten.
    start: usize,
}

#[derive(Debug)]
struct Chunk<T> {
    /// The place of its first item.
    at: usize,
    items: Arc<[T]>,
}

// Whatever the items are.
impl<T> Clone for Chunk<T> {
    fn clone(&self) -> Self {
        Chunk { at: self.at, items: self.items.clone() }
    }
}

impl<T: Clone> Clone for Chunked<T> {
    fn clone(&self) -> Self {
        let Chunked { chunks, tail_at, tail, start } = self;
        Chunked { chunks: chunks.clone(), tail_at: *tail_at, tail: tail.clone(), start: *start }
    }

    fn clone_from(&mut self, other: &Self) {
        self.chunks.clone_from(&other.chunks);
        (self.tail_at, self.start) = (other.tail_at, other.start);
        // Where there is memory of its own, to copy a few items now is cheaper than to share them now and to
        // copy them into new memory at the first change.
        match Arc::get_mut(&mut self.tail) {
            Some(tail) => tail.clone_from(&other.tail),
            None => self.tail = other.tail.clone(),
        }
    }
}

impl<T> Default for Chunked<T> {
    fn default() -> Self {
        Chunked::starting_at(0)
    }
}

impl<T> Chunked<T> {
    /// An empty list whose first item will have this place.
    pub fn starting_at(place: usize) -> Self {
        Chunked { chunks: Grouped::default(), tail_at: place, tail: Arc::default(), start: place }
    }

    /// The place of the first item.
    pub fn start(&self) -> usize {
        self.start
    }

    /// The place after the last item; how many items there are, if none was forgotten.
    pub fn end(&self) -> usize {
        self.tail_at + self.tail.len()
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
        if place < self.start {
            return None;
        }
        if let Some(inside) = place.checked_sub(self.tail_at) {
            return self.tail.get(inside);
        }
        let chunk = self.chunks.get(self.chunk_of(place))?;
        chunk.items.get(place - chunk.at)
    }

    /// The last item.
    #[inline]
    pub fn last(&self) -> Option<&T> {
        // It is asked for at every step, and nearly always it is in the tail.
        match self.tail.last() {
            Some(last) => Some(last),
            None => self.last_closed(),
        }
    }

    /// The last item, if the tail has none.
    #[inline(never)]
    fn last_closed(&self) -> Option<&T> {
        self.at(self.tail_at.checked_sub(1)?)
    }

    /// The items from a place on.
    pub fn iter_from(&self, place: usize) -> impl Iterator<Item = &T> {
        let place = place.max(self.start);
        let first = if place < self.tail_at { self.chunk_of(place) } else { self.chunks.len() };
        let head = self.chunk_from(first, place).unwrap_or_default();
        let middle = (first + 1..self.chunks.len()).flat_map(|number| self.chunk(number).unwrap_or_default());
        let tail = self.tail.get(place.saturating_sub(self.tail_at)..).unwrap_or_default();
        head.iter().chain(middle).chain(tail)
    }

    /// The items of a range of places, a piece at a time: as many as lie side by side.
    pub fn pieces(&self, places: Range<usize>) -> impl Iterator<Item = &[T]> {
        let mut next = places.start.max(self.start);
        core::iter::from_fn(move || {
            let side_by_side = match next.checked_sub(self.tail_at) {
                Some(inside) => self.tail.get(inside..)?,
                None => self.chunk_from(self.chunk_of(next), next)?,
            };
            let wanted = side_by_side.len().min(places.end.saturating_sub(next));
            next += wanted;
            (wanted > 0).then_some(&side_by_side[..wanted])
        })
    }

    /// All items.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.iter_from(self.start)
    }

    /// The items of one chunk that count, if that chunk begins at this place.
    pub fn run_at(&self, place: usize) -> Option<&Arc<[T]>> {
        if place >= self.tail_at || place < self.start {
            return None;
        }
        let number = self.chunk_of(place);
        let chunk = self.chunks.get(number)?;
        (chunk.at == place && self.chunk(number)?.len() == chunk.items.len()).then_some(&chunk.items)
    }

    /// The place after the last item that lies in a run; what follows may move yet.
    pub fn closed(&self) -> usize {
        self.tail_at
    }

    /// The runs that share an allocation and end at one of these places, each with the place of its
    /// first item.
    pub fn runs_ending_in(&self, ends: RangeInclusive<usize>) -> impl Iterator<Item = (usize, &Arc<[T]>)> {
        let first = self.chunk_of(ends.start().saturating_sub(1));
        let chunks = (first..self.chunks.len()).filter_map(|number| self.chunks.get(number));
        let runs = chunks.filter_map(|chunk| Some((chunk.at, self.run_at(chunk.at)?)));
        let (start, last) = ends.into_inner();
        let end = |(at, run): &(usize, &Arc<[T]>)| at + run.len();
        runs.skip_while(move |run| end(run) < start).take_while(move |run| end(run) <= last)
    }

    /// Forgets the items before a place.
    pub fn forget(&mut self, before: usize) {
        let end = self.end();
        self.start = self.start.max(before.min(end));
        if self.start == end {
            *self = Chunked::starting_at(end);
            return;
        }
        let whole = if self.start < self.tail_at { self.chunk_of(self.start) } else { self.chunks.len() };
        self.chunks.forget(whole);
    }

    /// The number of the chunk in which a place lies that is neither forgotten nor in the tail.
    fn chunk_of(&self, place: usize) -> usize {
        let number = match self.chunks.last() {
            // Most of what is looked for came lately.
            Some(last) if last.at <= place => self.chunks.len(),
            _ => self.chunks.partition_point(|chunk| chunk.at <= place),
        };
        number.saturating_sub(1)
    }

    /// What a chunk holds up to where the next one begins.
    fn chunk(&self, number: usize) -> Option<&[T]> {
        let chunk = self.chunks.get(number)?;
        let end = self.chunks.get(number + 1).map_or(self.tail_at, |next| next.at);
        chunk.items.get(..end - chunk.at)
    }

    /// What a chunk holds from a place in it on.
    fn chunk_from(&self, number: usize, place: usize) -> Option<&[T]> {
        self.chunk(number)?.get(place - self.chunks.get(number)?.at..)
    }
}

impl<T: Clone> Chunked<T> {
    /// The item at a place, to be changed; its chunk is copied if it is shared.
    pub fn at_mut(&mut self, place: usize) -> Option<&mut T> {
        if place < self.start {
            return None;
        }
        if let Some(inside) = place.checked_sub(self.tail_at) {
            return Arc::make_mut(&mut self.tail).get_mut(inside);
        }
        let number = self.chunk_of(place);
        let chunk = self.chunks.get_mut(number)?;
        Arc::make_mut(&mut chunk.items).get_mut(place - chunk.at)
    }

    /// Adds an item at the end.
    pub fn push(&mut self, item: T) {
        let tail = Arc::make_mut(&mut self.tail);
        tail.push(item);
        if (self.tail_at + tail.len()).is_multiple_of(CHUNK) {
            self.close_tail();
        }
    }

    /// Adds a copy of some items at the end.
    pub fn push_all(&mut self, mut items: &[T]) {
        while !items.is_empty() {
            let tail = Arc::make_mut(&mut self.tail);
            let end = self.tail_at + tail.len();
            let (fit, rest) = items.split_at(items.len().min(CHUNK - end % CHUNK));
            tail.extend_from_slice(fit);
            if (end + fit.len()).is_multiple_of(CHUNK) {
                self.close_tail();
            }
            items = rest;
        }
    }

    /// Adds a run of items at the end; a long one is not copied.
    pub fn push_run(&mut self, run: &Arc<[T]>) {
        if run.len() < RUN {
            return self.push_all(run);
        }
        self.close_tail();
        self.chunks.push(Chunk { at: self.tail_at, items: run.clone() });
        self.tail_at += run.len();
    }

    /// Makes a chunk of the tail.
    fn close_tail(&mut self) {
        if !self.tail.is_empty() {
            let items: Arc<[T]> = Arc::make_mut(&mut self.tail).drain(..).collect();
            let at = self.tail_at;
            self.tail_at += items.len();
            self.chunks.push(Chunk { at, items });
        }
    }

    /// Uses the allocation of an equal run for the one that begins at a place: the list stays as it is.
    pub fn share(&mut self, place: usize, run: &Arc<[T]>)
    where
        T: PartialEq,
    {
        if self.run_at(place).is_some_and(|own| !Arc::ptr_eq(own, run) && own == run)
            && let Some(chunk) = self.chunks.get_mut(self.chunk_of(place))
        {
            chunk.items = run.clone();
        }
    }

    /// Removes the items from a place on.
    pub fn truncate(&mut self, end: usize) {
        if end >= self.end() {
            return;
        }
        let end = end.max(self.start);
        if let Some(keep) = end.checked_sub(self.tail_at) {
            return Arc::make_mut(&mut self.tail).truncate(keep);
        }
        self.tail = Arc::default();
        self.tail_at = end;
        let keep = self.chunks.partition_point(|chunk| chunk.at < end);
        self.chunks.truncate(keep);
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
pub(crate) mod tests {
    extern crate std;

    use super::*;

    /// What a hasher makes of it.
    pub(crate) fn fed(value: &impl Hash) -> u64 {
        let mut hasher = std::hash::DefaultHasher::new();
        value.hash(&mut hasher);
        hasher.finish()
    }

    /// Into memory of its own, and into memory that another shares.
    #[test]
    fn a_copy_in_the_place_of_another_list_is_the_list_and_no_part_of_it() {
        let (mut list, mut copy) = (Chunked::starting_at(3), Chunked::default());
        for n in 0..500u32 {
            list.push(n);
            if n % 90 == 17 {
                list.forget(list.end().saturating_sub(40));
                list.truncate(list.end().saturating_sub(5));
            }
            let held = (n % 3 == 0).then(|| copy.clone());
            let before: Vec<u32> = copy.iter().copied().collect();
            copy.clone_from(&list);
            assert_eq!(copy, list);
            assert!(held.is_none_or(|held| held.iter().copied().eq(before)));
            copy.push(n);
            assert_eq!(copy.len(), list.len() + 1);
        }
    }

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
            if n % 5 == 0 {
                let run: Arc<[u32]> = (0..n % 37).collect();
                plain.extend(run.iter());
                list.push_run(&run);
                let shared = list.run_at(list.end() - run.len());
                assert_eq!(shared.is_some_and(|shared| Arc::ptr_eq(shared, &run)), run.len() >= RUN);
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
            assert_eq!(list.clone().at_mut(start + from).copied(), plain.get(from).copied());
            let to = plain.len() - from / 2;
            assert_eq!(list.pieces(start + from..start + to).collect::<Vec<_>>().concat(), plain[from..to]);
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
        assert_eq!((&a, fed(&a)), (&b, fed(&b)));
        *b.at_mut(9).expect("it is there") = 0;
        assert!(a != b && fed(&a) != fed(&b));
        b.truncate(9);
        assert_ne!(a, b);
        a.forget(70);
        assert_ne!(
            a,
            (0..130).fold(Chunked::default(), |mut all, n| {
                all.push(n);
                all
            })
        );
        let mut c = Chunked::starting_at(70);
        (70..130).for_each(|n| c.push(n));
        assert_eq!((&a, fed(&a)), (&c, fed(&c)));
    }

    /// Few items lie in a tail of their own; many share an allocation, and none is kept for nothing.
    #[test]
    fn items_lie_in_as_few_chunks_as_can_be() {
        let of = |list: &Chunked<u32>| (list.chunks.len(), list.tail.len());
        let mut list = Chunked::default();
        (0..10).for_each(|n| list.push(n));
        assert_eq!(of(&list), (0, 10));
        list.push_all(&[7; 100]);
        assert_eq!(of(&list), (1, 46));
        list.forget(64);
        assert_eq!(of(&list), (0, 46));
        let run: Arc<[u32]> = (0..20).collect();
        let mut list = Chunked::default();
        list.push_run(&run);
        list.push_run(&run);
        list.truncate(20);
        assert_eq!(of(&list), (1, 0));
    }

    #[test]
    fn equal_runs_can_share_what_they_lie_in() {
        let mut list = Chunked::default();
        let short: Arc<[u32]> = (0..20).collect();
        list.push_run(&short);
        (20..200).for_each(|n| list.push(n));
        let mut twin = Chunked::default();
        twin.push_all(&(0..30).collect::<Vec<_>>());
        twin.truncate(20);
        twin.push_all(&(20..199).collect::<Vec<_>>());
        twin.push(7);
        let ends =
            |list: &Chunked<u32>| list.runs_ending_in(64..=192).map(|(at, run)| at + run.len()).collect::<Vec<_>>();
        assert_eq!((ends(&list), ends(&twin)), ([64, 128, 192].into(), [64, 128, 192].into()));
        assert_eq!((twin.closed(), Chunked::<u32>::default().closed(), list.end()), (192, 0, 200));
        let before = twin.clone();
        for (place, run) in list.runs_ending_in(0..=usize::MAX) {
            twin.share(place, run);
        }
        assert_eq!(twin, before);
        let shared = [64, 128].map(|place| list.run_at(place).zip(twin.run_at(place)).map(|(a, b)| Arc::ptr_eq(a, b)));
        assert_eq!(shared, [Some(true); 2]);
        let other: Arc<[u32]> = [1; 64].into();
        twin.share(64, &other);
        assert_eq!(twin, before);
    }

    #[test]
    fn a_run_of_which_the_start_is_forgotten_is_none() {
        let run: Arc<[u32]> = (0..20).collect();
        let mut list = Chunked::default();
        list.push_run(&run);
        list.push(1);
        assert_eq!([0, 5, 20].map(|place| list.run_at(place).is_some()), [true, false, false]);
        list.forget(5);
        assert_eq!([0, 5].map(|place| list.run_at(place).is_some()), [false, false]);
    }
}
