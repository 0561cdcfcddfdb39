//! Signals and memos of any type, each made of Leptos's of one type.
//!
//! Leptos compiles its signals and memos anew for every type of value: a sixth of what a first
//! visit loads. Here Leptos keeps who listens to what, when something is to be computed anew, and
//! how long all of it lives; the value lies beside it, and only who reads it knows its type.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;

use leptos::prelude::{Get, GetUntracked, Notify, Track, Trigger};

use super::own::Place;

/// A value that tells who reads it that it has changed.
pub struct RwSignal<T> {
    place: Place,
    changes: Trigger,
    of: PhantomData<fn() -> T>,
}

/// A value that is computed from others, anew when one of them changes; it tells who reads it only
/// if that makes a difference.
pub struct Memo<T> {
    place: Place,
    version: leptos::prelude::Memo<u32>,
    of: PhantomData<fn() -> T>,
}

impl<T: 'static> RwSignal<T> {
    /// A signal that the present owner keeps.
    pub fn new(value: T) -> RwSignal<T> {
        RwSignal { place: Place::new(Rc::new(RefCell::new(value))), changes: Trigger::new(), of: PhantomData }
    }

    /// Reads the value, and listens from now on.
    pub fn with<U>(self, read: impl FnOnce(&T) -> U) -> U {
        self.track();
        self.with_untracked(read)
    }

    /// Reads the value as it is now.
    pub fn with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> U {
        let cell: Rc<RefCell<T>> = self.place.find().expect("a signal is read while its owner is there");
        let value = cell.borrow();
        read(&value)
    }

    /// Changes the value. Nothing is left to be changed when the owner is gone.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        if let Some(cell) = self.place.find::<RefCell<T>>() {
            change(&mut cell.borrow_mut());
            self.changes.notify();
        }
    }

    /// Sets the value.
    pub fn set(self, value: T) {
        self.update(|old| *old = value);
    }

    /// Listens from now on.
    pub fn track(self) {
        self.changes.track();
    }
}

impl<T: Clone + 'static> RwSignal<T> {
    /// The value, listening from now on.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// The value as it is now.
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}

impl<T: Default + 'static> Default for RwSignal<T> {
    fn default() -> Self {
        RwSignal::new(T::default())
    }
}

impl<T: PartialEq + 'static> Memo<T> {
    /// A memo that the present owner keeps.
    pub fn new(compute: impl Fn() -> T + 'static) -> Memo<T> {
        let cell: Rc<RefCell<Option<T>>> = Rc::default();
        let place = Place::new(cell.clone());
        let renew = move || {
            let new = Some(compute());
            let differs = *cell.borrow() != new;
            if differs {
                *cell.borrow_mut() = new;
            }
            differs
        };
        Memo { place, version: version(Rc::new(renew)), of: PhantomData }
    }
}

impl<T: 'static> Memo<T> {
    /// Reads the value, and listens from now on.
    pub fn with<U>(self, read: impl FnOnce(&T) -> U) -> U {
        self.version.get();
        self.read(read)
    }

    /// Reads the value as it is now.
    pub fn with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> U {
        self.version.get_untracked();
        self.read(read)
    }
    fn read<U>(self, read: impl FnOnce(&T) -> U) -> U {
        let cell: Rc<RefCell<Option<T>>> = self.place.find().expect("a memo is read while its owner is there");
        let value = cell.borrow();
        read(value.as_ref().expect("its version was asked for, so it is computed"))
    }
}

impl<T: Clone + 'static> Memo<T> {
    /// The value, listening from now on.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// The value as it is now.
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}

/// Counts how often something came out different.
fn version(renew: Rc<dyn Fn() -> bool>) -> leptos::prelude::Memo<u32> {
    let renew = Place::new(Rc::new(renew));
    leptos::prelude::Memo::new(move |before: Option<&u32>| {
        let differs = (renew.find::<Rc<dyn Fn() -> bool>>().expect("a memo is computed while its owner is there"))();
        before.map_or(0, |before| before.wrapping_add(u32::from(differs)))
    })
}

// By hand: a derive would want the same of `T`.
impl<T> Clone for RwSignal<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for RwSignal<T> {}
impl<T> Clone for Memo<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Memo<T> {}
