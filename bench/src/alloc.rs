//! An allocator that counts, so that "does not allocate" is a number.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The system's allocator, with counters beside it.
pub struct Counting;

static CALLS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);
static IN_USE: AtomicU64 = AtomicU64::new(0);
static MOST: AtomicU64 = AtomicU64::new(0);

/// Allocations so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Allocations {
    /// How many there were; growing one is another.
    pub calls: u64,
    /// How many bytes they were asked for.
    pub bytes: u64,
}

/// What was allocated since the program began.
pub fn so_far() -> Allocations {
    Allocations { calls: CALLS.load(Relaxed), bytes: BYTES.load(Relaxed) }
}

/// Bytes that are in use now.
pub fn in_use() -> u64 {
    IN_USE.load(Relaxed)
}

/// The most bytes that were in use at once.
pub fn most_in_use() -> u64 {
    MOST.load(Relaxed)
}

/// The most is what is in use now.
pub fn forget_most() {
    MOST.store(in_use(), Relaxed);
}

/// One thread measures, so a load and a store will do: a locked addition would cost whoever
/// allocates more than the counting is worth.
fn count(bytes: usize) {
    CALLS.store(CALLS.load(Relaxed) + 1, Relaxed);
    BYTES.store(BYTES.load(Relaxed) + bytes as u64, Relaxed);
    let used = IN_USE.load(Relaxed) + bytes as u64;
    IN_USE.store(used, Relaxed);
    if used > MOST.load(Relaxed) {
        MOST.store(used, Relaxed);
    }
}

fn uncount(bytes: usize) {
    IN_USE.store(IN_USE.load(Relaxed).wrapping_sub(bytes as u64), Relaxed);
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        uncount(layout.size());
        count(size);
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        uncount(layout.size());
        unsafe { System.dealloc(block, layout) }
    }
}
