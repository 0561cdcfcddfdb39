//! That a search learns from what it saw.

use super::*;
use alloc::vec;

#[test]
fn a_search_sees_more_and_more() {
    let mut explorer = Explorer::new(Start::Anywhere(vec![]), Budget::default(), 1);
    let first = explorer.run(1_000);
    let later = explorer.run(50_000);

    assert!(first.states > 10 && later.states > first.states && later.ways > first.ways, "{first:?} {later:?}");
}
