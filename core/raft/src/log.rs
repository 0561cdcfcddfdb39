//! Entries, and the log that holds them (§5.3), of which a snapshot may have taken the start (§7).

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::{Deref, RangeInclusive};

use crate::chunked::Chunked;
use crate::ids::{Index, Position, Term};
use crate::membership::Membership;

/// Commands up to this length are kept where they stand; longer ones are shared.
const SHORT: usize = 16;

/// The bytes of one command; never looked into by the core, and cheap to clone.
#[derive(Clone)]
pub struct Command(Bytes);

#[derive(Clone)]
enum Bytes {
    Short {
        len: u8,
        bytes: Aligned,
    },
    Long(Arc<[u8]>),
    /// The start of something longer.
    Start {
        of: u32,
        bytes: Arc<[u8]>,
    },
}

#[derive(Clone, Copy)]
#[repr(align(8))]
struct Aligned([u8; SHORT]);

impl Command {
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        match &self.0 {
            Bytes::Short { len, bytes } => &bytes.0[..usize::from(*len)],
            Bytes::Long(bytes) | Bytes::Start { bytes, .. } => bytes,
        }
    }

    /// A command that counts as so many bytes, of which only the first are kept: for simulations
    /// in which the length matters and the rest does not.
    pub fn standing_for(bytes: &[u8], len: u32) -> Command {
        match bytes.len() < len as usize {
            true => Command(Bytes::Start { of: len, bytes: bytes.into() }),
            false => Command::from(bytes),
        }
    }

    /// How many bytes it has, or stands for.
    pub fn len(&self) -> usize {
        match &self.0 {
            Bytes::Start { of, .. } => *of as usize,
            _ => self.bytes().len(),
        }
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl From<&[u8]> for Command {
    fn from(from: &[u8]) -> Command {
        if from.len() > SHORT {
            return Command(Bytes::Long(from.into()));
        }
        let mut bytes = [0; SHORT];
        bytes[..from.len()].copy_from_slice(from);
        Command(Bytes::Short { len: from.len() as u8, bytes: Aligned(bytes) })
    }
}

impl From<Vec<u8>> for Command {
    fn from(bytes: Vec<u8>) -> Command {
        Command::from(&bytes[..])
    }
}

impl PartialEq for Command {
    fn eq(&self, other: &Command) -> bool {
        self.bytes() == other.bytes() && self.len() == other.len()
    }
}

impl Eq for Command {}

impl PartialOrd for Command {
    fn partial_cmp(&self, other: &Command) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Command {
    fn cmp(&self, other: &Command) -> Ordering {
        self.bytes().cmp(other.bytes()).then(self.len().cmp(&other.len()))
    }
}

impl Hash for Command {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes().hash(state);
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes().fmt(f)
    }
}

/// What an entry holds.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Payload {
    /// Nothing: a leader opens its term with it, so that it can commit what came before (§8).
    Noop,
    /// A command for the state machine.
    Command(Command),
    /// Who votes and who listens from here on (§6).
    Membership(Arc<Membership>),
}

impl Payload {
    /// How many bytes a command has; 0 for the rest.
    pub fn len(&self) -> usize {
        match self {
            Payload::Command(command) => command.len(),
            Payload::Noop | Payload::Membership(_) => 0,
        }
    }

    /// Whether it carries no command, or an empty one.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One entry of the log. Its index is its place.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Entry {
    /// The term in which a leader created it.
    pub term: Term,
    /// What it holds.
    pub payload: Payload,
}

/// A run of entries in a message or a write: shared, so that sending it again costs nothing,
/// and a single one needs no memory of its own.
#[derive(Clone, Default)]
pub struct Entries(Run);

#[derive(Clone, Default)]
enum Run {
    #[default]
    None,
    One(Entry),
    Many(Arc<[Entry]>),
}

impl Deref for Entries {
    type Target = [Entry];
    fn deref(&self) -> &[Entry] {
        match &self.0 {
            Run::None => &[],
            Run::One(entry) => core::slice::from_ref(entry),
            Run::Many(entries) => entries,
        }
    }
}

impl From<Entry> for Entries {
    fn from(entry: Entry) -> Entries {
        Entries(Run::One(entry))
    }
}

impl From<Arc<[Entry]>> for Entries {
    fn from(run: Arc<[Entry]>) -> Entries {
        Entries(Run::Many(run))
    }
}

impl FromIterator<Entry> for Entries {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Entries {
        let mut entries = entries.into_iter();
        match entries.size_hint() {
            (_, Some(0)) => Entries::default(),
            (_, Some(1)) => entries.next().map(Entries::from).unwrap_or_default(),
            _ => Entries(Run::Many(entries.collect())),
        }
    }
}

impl PartialEq for Entries {
    fn eq(&self, other: &Entries) -> bool {
        self[..] == other[..]
    }
}

impl Eq for Entries {}

impl Hash for Entries {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self[..].hash(state);
    }
}

impl fmt::Debug for Entries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self[..].fmt(f)
    }
}

/// How much may go into one message: a count and bytes of commands; one entry always may.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Batch {
    /// At most so many entries.
    pub entries: usize,
    /// At most so many bytes of commands.
    pub bytes: usize,
}

/// The log of one server: the entries after a snapshot's last, or from index 1 on (§5.3, §7).
#[derive(PartialEq, Eq, Hash, Debug, Default)]
pub struct Log {
    /// The last entry that is gone: its term is still known, for the consistency check (§7).
    base: Position,
    /// The entry with index `i` has the place `i - 1`.
    entries: Chunked<Entry>,
}

crate::clone_by_field!(Log { base, entries });

impl Log {
    /// An empty log whose first entry will follow this position (§7).
    pub fn after(base: Position) -> Log {
        Log { base, entries: Chunked::starting_at(base.index.0 as usize) }
    }

    /// The last position that is not in the log any more; 0 if all is there.
    pub fn base(&self) -> Position {
        self.base
    }

    /// The index of the last entry, 0 if there never was one.
    pub fn last_index(&self) -> Index {
        Index(self.entries.end() as u64)
    }

    /// Where the log ends. The last term comes from the last entry, never from the current term.
    #[inline]
    pub fn last(&self) -> Position {
        self.entries.last().map_or(self.base, |entry| Position { term: entry.term, index: self.last_index() })
    }

    /// The entry at an index, if the log still has it.
    pub fn entry(&self, index: Index) -> Option<&Entry> {
        self.entries.at(usize::try_from(index.0).ok()?.checked_sub(1)?)
    }

    /// The term of the entry at an index; 0 at index 0, nothing beyond the end or before the base.
    pub fn term(&self, index: Index) -> Option<Term> {
        if index == self.base.index { Some(self.base.term) } else { self.entry(index).map(|e| e.term) }
    }

    /// The position at an index, if the log knows its term.
    pub fn position(&self, index: Index) -> Option<Position> {
        Some(Position { term: self.term(index)?, index })
    }

    /// Whether the log knows this very position.
    pub fn holds(&self, position: Position) -> bool {
        self.term(position.index) == Some(position.term)
    }

    /// The last position up to an index whose entry is not newer than a term: a place that may
    /// agree with another log that has an entry of that term there (§5.3, one step a term).
    pub fn last_not_newer(&self, index: Index, term: Term) -> Position {
        let mut index = index.min(self.last_index());
        // At its base the log ends, whatever its term.
        while self.term(index).is_some_and(|own| own > term) {
            index = index.previous();
        }
        self.position(index).unwrap_or(self.base)
    }

    /// Adds an entry at the end.
    pub fn append(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Adds entries at the end; many of them are not copied, but shared with the message or write.
    pub fn append_all(&mut self, entries: &Entries) {
        match &entries.0 {
            Run::None => {}
            Run::One(entry) => self.entries.push_all(core::slice::from_ref(entry)),
            Run::Many(run) => self.entries.push_run(run),
        }
    }

    /// Removes the entry at `from` and all that follow it.
    pub fn truncate(&mut self, from: Index) {
        self.entries.truncate(from.previous().0 as usize);
    }

    /// Forgets the entries up to a position: those after it stay if it is in the log, else none (§7).
    pub fn compact(&mut self, base: Position) {
        if self.holds(base) {
            self.entries.forget(base.index.0 as usize);
            self.base = base;
        } else {
            *self = Log::after(base);
        }
    }

    /// The last entry that lies in a run: see [`Log::runs_ending_in`].
    pub fn closed(&self) -> Index {
        Index(self.entries.closed() as u64)
    }

    /// The runs of entries that lie side by side and end at one of these indexes, each with its first
    /// index: what [`Log::share`] of an equal log can use.
    pub fn runs_ending_in(&self, last: RangeInclusive<Index>) -> impl Iterator<Item = (Index, &Arc<[Entry]>)> {
        let ends = last.start().0 as usize..=last.end().0 as usize;
        self.entries.runs_ending_in(ends).map(|(place, run)| (Index(place as u64 + 1), run))
    }

    /// Uses the memory of an equal run of entries for the one that begins at `first`; nothing else
    /// changes. Hosts of several servers keep one copy of what all have.
    pub fn share(&mut self, first: Index, run: &Arc<[Entry]>) {
        self.entries.share(first.previous().0 as usize, run);
    }

    /// The run of entries that begins at `first` and lies side by side, if there is one.
    pub fn run_from(&self, first: Index) -> Option<&Arc<[Entry]>> {
        self.entries.run_at(first.previous().0 as usize)
    }

    /// The entries from an index on that go into one message, shared.
    pub fn entries_from(&self, from: Index, batch: Batch) -> Entries {
        let place = from.previous().0 as usize;
        if from >= self.last_index() {
            return match self.entry(from) {
                Some(entry) => Entries(Run::One(entry.clone())),
                None => Entries::default(),
            };
        }
        if let Some(run) = self.whole_run(place, batch) {
            return run.clone().into();
        }
        let mut bytes = 0;
        let entries = self.entries.iter_from(place).take(batch.entries.max(1));
        let fits = entries.enumerate().take_while(|(place, entry)| {
            bytes += entry.payload.len();
            *place == 0 || bytes <= batch.bytes
        });
        fits.map(|(_, entry)| entry.clone()).collect()
    }

    /// What a message would hold that begins at a place, if it came together and was kept together.
    fn whole_run(&self, place: usize, batch: Batch) -> Option<&Arc<[Entry]>> {
        let run = self.entries.run_at(place)?;
        let ends = run.len() == batch.entries || (run.len() < batch.entries && place + run.len() == self.entries.end());
        let fits = || batch.bytes == usize::MAX || run.iter().map(|e| e.payload.len()).sum::<usize>() <= batch.bytes;
        (ends && fits()).then_some(run)
    }

    /// The entries of a range of indexes, in order, a piece at a time: as many as lie side by side.
    pub fn pieces(&self, range: RangeInclusive<Index>) -> impl Iterator<Item = &[Entry]> {
        self.entries.pieces(range.start().previous().0 as usize..range.end().0 as usize)
    }

    /// All entries that are there, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// The indexes of the entries that are there.
    pub fn indexes(&self) -> RangeInclusive<Index> {
        self.base.index.next()..=self.last_index()
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use alloc::vec;

    fn log(terms: &[u64]) -> Log {
        let mut log = Log::default();
        terms.iter().for_each(|term| log.append(Entry { term: Term(*term), payload: Payload::Noop }));
        log
    }

    fn at(index: u64, term: u64) -> Position {
        Position { term: Term(term), index: Index(index) }
    }

    #[test]
    fn a_log_counts_from_one_and_index_0_is_of_term_0() {
        let log = log(&[1, 3]);
        assert_eq!(
            [0, 1, 2, 3].map(|index| log.term(Index(index)).map(|term| term.0)),
            [Some(0), Some(1), Some(3), None]
        );
        assert!(log.entry(Index(0)).is_none() && log.entry(Index(3)).is_none());
        assert_eq!(log.last(), at(2, 3));
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
        let terms = |from, entries| {
            let batch = Batch { entries, bytes: usize::MAX };
            log.entries_from(Index(from), batch).iter().map(|e| e.term.0).collect::<Vec<_>>()
        };
        assert_eq!(terms(1, 9), [1, 1, 2, 3]);
        assert_eq!(terms(3, 1), [2]);
        assert_eq!(terms(1, 3), [1, 1, 2]);
        assert_eq!(terms(5, 9), []);
    }

    #[test]
    fn a_run_of_entries_has_no_more_bytes_than_asked_for_but_one_entry_always() {
        let mut log = Log::default();
        for size in [10, 20, 30] {
            log.append(Entry { term: Term(1), payload: Payload::Command(Command::from(alloc::vec![7; size])) });
        }
        let count = |from, bytes| log.entries_from(Index(from), Batch { entries: 9, bytes }).len();
        assert_eq!([count(1, 5), count(1, 29), count(1, 30), count(1, 60), count(3, 1)], [1, 1, 2, 3, 1]);
    }

    #[test]
    fn a_compacted_log_knows_the_term_at_its_base_and_nothing_before() {
        let mut log = log(&[1, 1, 2, 3]);
        log.compact(at(3, 2));
        assert_eq!([1, 2, 3, 4].map(|index| log.term(Index(index)).map(|term| term.0)), [None, None, Some(2), Some(3)]);
        assert_eq!((log.base(), log.last(), log.iter().count()), (at(3, 2), at(4, 3), 1));
        log.truncate(Index(4));
        assert_eq!(log.last(), at(3, 2));
        log.append(Entry { term: Term(5), payload: Payload::Noop });
        assert_eq!(log.last(), at(4, 5));
    }

    #[test]
    fn compaction_to_a_position_that_the_log_does_not_hold_leaves_nothing() {
        for base in [at(9, 3), at(2, 2)] {
            let mut log = log(&[1, 1, 2, 3]);
            log.compact(base);
            assert_eq!((log.last(), log.iter().count()), (base, 0));
        }
    }

    #[test]
    fn the_search_for_agreement_skips_newer_terms() {
        let log = log(&[1, 1, 4, 4, 6]);
        let find = |index, term| log.last_not_newer(Index(index), Term(term));
        assert_eq!([find(9, 9), find(5, 5), find(4, 3), find(2, 0)], [at(5, 6), at(4, 4), at(2, 1), at(0, 0)]);
        let mut log = log;
        log.compact(at(3, 4));
        let find = |index, term| log.last_not_newer(Index(index), Term(term));
        assert_eq!([find(5, 5), find(5, 4), find(5, 3), find(2, 9)], [at(4, 4), at(4, 4), at(3, 4), at(3, 4)]);
    }

    #[test]
    fn short_and_long_commands_read_back_as_they_were() {
        for len in [0, 1, SHORT - 1, SHORT, SHORT + 1, 500] {
            let bytes: Vec<u8> = (0..len).map(|n| n as u8).collect();
            assert_eq!(Command::from(bytes.clone()).bytes(), &bytes[..]);
        }
        let fat = Command::standing_for(b"x=1", 65_536);
        assert_eq!((fat.bytes(), fat.len()), (&b"x=1"[..], 65_536));
        assert_eq!(Command::standing_for(b"x=1", 2), Command::from(&b"x=1"[..]));
        assert!(size_of::<Entry>() <= 32, "an entry is half a cache line");
    }

    fn fed(value: &impl Hash) -> u64 {
        let mut hasher = std::hash::DefaultHasher::new();
        value.hash(&mut hasher);
        hasher.finish()
    }

    fn command(bytes: &[u8]) -> Entry {
        Entry { term: Term(1), payload: Payload::Command(Command::from(bytes)) }
    }

    #[test]
    fn commands_are_told_apart_by_bytes_and_by_length() {
        let [a, b, fat] = [Command::from(&b"a"[..]), Command::from(&b"b"[..]), Command::standing_for(b"a", 9)];
        assert!(a == Command::standing_for(b"a", 1) && a != b && a != fat);
        assert!(a < b && b > fat && a < fat && fed(&a) != fed(&b) && fed(&a) == fed(&Command::standing_for(b"a", 1)));
        assert_eq!(a.partial_cmp(&b), Some(Ordering::Less));
        assert_eq!(alloc::format!("{a:?}"), "[97]");
        assert!(Command::from(&[][..]).is_empty() && !a.is_empty() && !fat.is_empty());
        assert!(Payload::Noop.is_empty() && !Payload::Command(a).is_empty());
    }

    #[test]
    fn short_commands_need_no_memory_of_their_own() {
        assert!(matches!(Command::from(&[7; SHORT][..]).0, Bytes::Short { .. }));
        assert!(matches!(Command::from(&[7; SHORT + 1][..]).0, Bytes::Long(_)));
        assert!(matches!(Command::standing_for(b"x=1", 3).0, Bytes::Short { .. }));
    }

    #[test]
    fn runs_of_entries_are_told_apart_by_their_entries() {
        let [none, one, other] = [vec![], vec![command(b"a")], vec![command(b"b")]].map(Entries::from_iter);
        let many: Arc<[Entry]> = vec![command(b"a"), command(b"b")].into();
        let many = Entries::from(many);
        assert!(one == Entries::from(command(b"a")) && one != other && one != many && one != none);
        assert!(fed(&one) != fed(&other) && fed(&one) == fed(&Entries::from(command(b"a"))));
        assert_eq!((none.len(), one.len(), many.len()), (0, 1, 2));
        assert_eq!(alloc::format!("{one:?}"), alloc::format!("{:?}", [command(b"a")]));
        assert!(matches!((none.0, one.0, many.0), (Run::None, Run::One(_), Run::Many(_))));
    }

    /// Entries that came together go on together: nothing is copied, whatever they are sent in.
    #[test]
    fn entries_that_came_together_are_sent_on_as_they_are() {
        let run: Arc<[Entry]> = (0..20).map(|_| command(b"12345")).collect();
        let mut log = log(&[1]);
        log.append_all(&Entries::from(run.clone()));
        #[track_caller]
        fn check(log: &Log, from: u64, (entries, bytes): (usize, usize), run: Option<&Arc<[Entry]>>, len: usize) {
            let sent = log.entries_from(Index(from), Batch { entries, bytes });
            assert_eq!(sent.len(), len);
            let shared = matches!((&sent.0, run), (Run::Many(sent), Some(run)) if Arc::ptr_eq(sent, run));
            assert_eq!(shared, run.is_some());
        }
        check(&log, 2, (20, usize::MAX), Some(&run), 20);
        check(&log, 2, (64, usize::MAX), Some(&run), 20);
        check(&log, 2, (64, 100), Some(&run), 20);
        check(&log, 2, (64, 99), None, 19);
        check(&log, 2, (19, usize::MAX), None, 19);
        check(&log, 1, (64, usize::MAX), None, 21);
        // A run that others follow goes alone only if the message is full with it.
        log.append(command(b"x"));
        check(&log, 2, (20, usize::MAX), Some(&run), 20);
        check(&log, 2, (64, usize::MAX), None, 21);
        check(&log, 2, (20, 99), None, 19);
    }
}
