//! Values of any type that live as long as the owner that was present at the start.
//!
//! Leptos keeps such values, too, if they may go to other threads. Those that may not it wraps in a check of
//! the thread they are on, and asking for that brings a second allocator into what a first visit loads.
//! Here is one thread; so Leptos keeps the number of a place, and the value lies beside it.

use std::any::Any;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;

use leptos::prelude::StoredValue;

thread_local! {
    static PLACES: RefCell<Places> = const { RefCell::new(Places { values: Vec::new(), free: Vec::new() }) };
}

struct Places {
    /// Each with how many there were before it at this place: who asks for one of them finds no other.
    values: Vec<(u32, Option<Rc<dyn Any>>)>,
    free: Vec<u32>,
}

/// Where a value lies.
#[derive(Clone, Copy)]
pub struct Place {
    at: u32,
    turn: u32,
}

/// Leptos drops this with its owner.
struct Lease(Place);

impl Place {
    /// A place that the present owner keeps.
    pub fn new(value: Rc<dyn Any>) -> Place {
        let place = PLACES.with_borrow_mut(|places| places.put(value));
        StoredValue::new(Lease(place));
        place
    }

    /// What lies there, unless the owner is gone.
    pub fn find<T: 'static>(self) -> Option<Rc<T>> {
        self.anything()?.downcast().ok()
    }

    fn anything(self) -> Option<Rc<dyn Any>> {
        PLACES.with_borrow(|places| {
            let (turn, value) = places.values.get(self.at as usize)?;
            value.clone().filter(|_| *turn == self.turn)
        })
    }
}

impl Places {
    fn put(&mut self, value: Rc<dyn Any>) -> Place {
        let at = self.free.pop().unwrap_or_else(|| {
            self.values.push((0, None));
            self.values.len() as u32 - 1
        });
        let (turn, place) = &mut self.values[at as usize];
        *place = Some(value);
        Place { at, turn: *turn }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let at = self.0.at;
        // What lay there may keep others: it goes when nobody looks.
        let value = PLACES.with_borrow_mut(|places| {
            let (turn, value) = &mut places.values[at as usize];
            *turn = turn.wrapping_add(1);
            places.free.push(at);
            value.take()
        });
        drop(value);
    }
}

/// A value that is read and changed, and tells nobody.
pub struct Own<T> {
    place: Place,
    of: PhantomData<fn() -> T>,
}

impl<T: 'static> Own<T> {
    /// A value that the present owner keeps.
    pub fn new(value: T) -> Own<T> {
        Own { place: Place::new(Rc::new(RefCell::new(value))), of: PhantomData }
    }

    fn cell(self) -> Option<Rc<RefCell<T>>> {
        self.place.find()
    }

    /// Reads it.
    pub fn with_value<U>(self, read: impl FnOnce(&T) -> U) -> U {
        let cell = self.cell().expect("a value is read while its owner is there");
        let value = cell.borrow();
        read(&value)
    }

    /// Changes it.
    pub fn update_value<U>(self, change: impl FnOnce(&mut T) -> U) -> U {
        self.try_update_value(change).expect("a value is changed while its owner is there")
    }

    /// Changes it, if its owner is still there.
    pub fn try_update_value<U>(self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        let cell = self.cell()?;
        let mut value = cell.borrow_mut();
        Some(change(&mut value))
    }
}

impl<T: Clone + 'static> Own<T> {
    /// The value.
    pub fn get_value(self) -> T {
        self.with_value(T::clone)
    }

    /// The value, if its owner is still there.
    pub fn try_get_value(self) -> Option<T> {
        self.cell().map(|cell| cell.borrow().clone())
    }
}

// By hand: a derive would want the same of `T`.
impl<T> Clone for Own<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Own<T> {}
