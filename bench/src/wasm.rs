//! The same work as WebAssembly: one function for node to call and to time.

use crate::ours::Ours;
use crate::{Cluster, replicate};

/// Replicates so many commands in batches, on a new cluster, and returns how many messages it took.
#[unsafe(no_mangle)]
pub extern "C" fn replicate_commands(commands: u32, batch: u32) -> u32 {
    let mut cluster = Ours::new(false);
    replicate(&mut cluster, u64::from(commands), batch.max(1) as usize);
    u32::try_from(cluster.traffic().messages).unwrap_or(u32::MAX)
}

#[cfg(feature = "sim")]
mod history {
    use std::cell::RefCell;

    use raft_core::Time;
    use raft_sim::timeline::Timeline;

    use crate::history::{HISTORIES, HOUR, places};

    struct Seen {
        timeline: Timeline,
        places: Box<dyn Iterator<Item = Time>>,
    }

    thread_local! {
        static SEEN: RefCell<Option<Seen>> = const { RefCell::new(None) };
    }

    /// Runs a history through, and returns how many events it has; 0 if there is no such history.
    #[unsafe(no_mangle)]
    pub extern "C" fn history_play(number: u32) -> u32 {
        let Some(Ok(mut timeline)) = HISTORIES.get(number as usize).map(|history| history.timeline()) else { return 0 };
        timeline.seek(Time::seconds(HOUR));
        let events = timeline.events();
        SEEN.set(Some(Seen { places: Box::new(places(timeline.end())), timeline }));
        u32::try_from(events).unwrap_or(u32::MAX)
    }

    /// Goes to the next place in it.
    #[unsafe(no_mangle)]
    pub extern "C" fn history_seek() {
        SEEN.with_borrow_mut(|seen| {
            let Some(Seen { timeline, places }) = seen else { return };
            if let Some(place) = places.next() {
                timeline.seek(place);
            }
        });
    }
}
