//! A list that is cut at its end (§5.3) and forgets its start (§7), and whose clones share all but its
//! last few items: what [`Chunked`](crate::Chunked) keeps its chunks in, so that a clone of a list of
//! many chunks costs little, too.

use alloc::sync::Arc;
use alloc::vec::Vec;

/// How many items share one allocation.
const GROUP: usize = 32;

/// The list.
#[derive(Clone, Debug)]
pub(crate) struct Grouped<T> {
    /// Full groups.
    sealed: Vec<Arc<[T]>>,
    /// The last items, fewer than [`GROUP`].
    open: Vec<T>,
    /// So many items at the front were taken away; they are fewer than a group.
    gone: usize,
}

impl<T> Default for Grouped<T> {
    fn default() -> Self {
        Grouped { sealed: Vec::new(), open: Vec::new(), gone: 0 }
    }
}

impl<T> Grouped<T> {
    pub(crate) fn len(&self) -> usize {
        self.sealed.len() * GROUP + self.open.len() - self.gone
    }

    pub(crate) fn get(&self, number: usize) -> Option<&T> {
        let place = number + self.gone;
        match self.sealed.get(place / GROUP) {
            Some(group) => group.get(place % GROUP),
            None => self.open.get(place - self.sealed.len() * GROUP),
        }
    }

    pub(crate) fn last(&self) -> Option<&T> {
        self.open.last().or_else(|| self.sealed.last()?.last())
    }

    /// How many items there are of which something is true; it is true of all before such an item too.
    pub(crate) fn partition_point(&self, before: impl Fn(&T) -> bool) -> usize {
        let inside = |items: &[T]| items.partition_point(&before);
        let place = match self.open.first() {
            Some(first) if before(first) => self.sealed.len() * GROUP + inside(&self.open),
            _ => {
                let next = self.sealed.partition_point(|group| group.first().is_some_and(&before));
                let Some(last) = next.checked_sub(1) else { return 0 };
                last * GROUP + inside(&self.sealed[last])
            }
        };
        place.saturating_sub(self.gone)
    }
}

impl<T: Clone> Grouped<T> {
    pub(crate) fn get_mut(&mut self, number: usize) -> Option<&mut T> {
        let place = number + self.gone;
        let sealed = self.sealed.len() * GROUP;
        match self.sealed.get_mut(place / GROUP) {
            Some(group) => Arc::make_mut(group).get_mut(place % GROUP),
            None => self.open.get_mut(place - sealed),
        }
    }

    pub(crate) fn push(&mut self, item: T) {
        self.open.push(item);
        if self.open.len() == GROUP {
            self.sealed.push(self.open.drain(..).collect());
        }
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        let end = (len + self.gone).min(self.sealed.len() * GROUP + self.open.len());
        match end.checked_sub(self.sealed.len() * GROUP) {
            Some(open) => self.open.truncate(open),
            None => {
                self.open = self.sealed[end / GROUP][..end % GROUP].to_vec();
                self.sealed.truncate(end / GROUP);
            }
        }
    }

    /// Takes away so many items at the front.
    pub(crate) fn forget(&mut self, items: usize) {
        self.gone += items.min(self.len());
        let whole = (self.gone / GROUP).min(self.sealed.len());
        self.sealed.drain(..whole);
        self.gone -= whole * GROUP;
        if self.sealed.is_empty() {
            self.open.drain(..self.gone);
            self.gone = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_list() {
        let mut plain: Vec<usize> = Vec::new();
        let mut list = Grouped::default();
        for n in 0..3_000 {
            if n % 97 == 0 {
                let keep = plain.len() - plain.len() * (n % 5) / 9;
                plain.truncate(keep);
                list.truncate(keep);
            }
            if n % 61 == 0 {
                let gone = plain.len() * (n % 3) / 17;
                plain.drain(..gone);
                list.forget(gone);
            }
            for m in 0..n % 7 {
                plain.push(n * 10 + m);
                list.push(n * 10 + m);
            }
            assert_eq!((list.len(), list.last()), (plain.len(), plain.last()));
            let place = plain.len() * (n % 13) / 12;
            assert_eq!(list.get(place), plain.get(place));
            let wanted = plain.get(place).copied().unwrap_or(usize::MAX);
            assert_eq!(list.partition_point(|item| *item <= wanted), plain.partition_point(|item| *item <= wanted));
            assert_eq!(list.get_mut(place), plain.get_mut(place));
        }
        assert!(plain.len() > 4 * GROUP);
    }
}
