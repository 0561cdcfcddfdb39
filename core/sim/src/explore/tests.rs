//! That a search learns from what it saw.

use super::setup::anywhere;
use super::*;
use crate::record::Trace;
use crate::world::World;
use alloc::vec;
use alloc::vec::Vec;

#[test]
fn a_search_sees_more_and_more() {
    let mut explorer = Explorer::new(Start::Anywhere(vec![]), Budget::default(), 1);
    let first = explorer.run(1_000);
    let later = explorer.run(50_000);

    assert!(first.states > 10 && later.states > first.states && later.ways > first.ways, "{first:?} {later:?}");
}

/// Whatever was there before, and servers that are up, paused and down.
#[test]
fn a_world_in_the_memory_of_another_is_that_world() {
    let mut chance = Chance::new(5);
    let mut trace = Trace::deaf();
    let mut worlds: Vec<World> = Vec::new();
    for _ in 0..40 {
        let scenario = anywhere(&[], &mut chance);
        let mut world = World::new(&scenario, &mut trace);
        for _ in 0..60 {
            let (who, at) = (chance.below(5) + 1, world.servers().len() as u64);
            let _ = world.act(&draw::fault(&mut chance, at, &["x1"], &mut draw::Idle::default()), &mut trace);
            let _ = world.act(&draw::request(&mut chance, who), &mut trace);
            while world.events() % 20 < 19 && world.step(&mut trace) {}
        }
        worlds.push(world);
    }
    let mut place = worlds[0].clone();
    for world in worlds.iter().chain(worlds.iter().rev()) {
        place.clone_from(world);
        assert_eq!(place, *world);
        let (mut one, mut other) = (place.clone(), world.clone());
        (0..50).for_each(|_| assert_eq!(one.step(&mut trace), other.step(&mut trace)));
        assert_eq!(one, other);
    }
}
