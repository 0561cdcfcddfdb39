//! Draws the page and takes what the reader does. The only part that knows a browser.
//!
//! - [`page`]: the state of the page, and everything that can be done to it.
//! - [`frame`]: the one place with animation frames and timers.
//! - [`signal`]: signals and memos.
//! - [`show`]: what of it is to be seen.
//! - [`paint`]: what changes with every frame, written straight to the elements.
//! - [`app`] and the components it is made of.
//! - [`figure`]: the page in another page.
//! - [`address`]: what the address says; [`protocol`]: what the embedding page says.
//! - [`tongue`]: the language of all texts.
//! - [`failure`]: the end, if it comes.

mod address;
mod app;
mod branches;
mod cells;
mod clients;
mod cone;
mod course;
mod dial;
mod dialogs;
mod dom;
mod editor;
mod el;
mod entries;
mod exporting;
mod failure;
mod fall;
mod faults;
mod figure;
mod film;
mod frame;
mod compare;
mod goal;
mod going;
mod header;
mod hunt;
mod icons;
mod inspector;
mod kept;
mod lens;
mod library;
mod link;
mod linked;
mod logs;
mod measures;
mod menu;
mod model;
mod otherwise;
mod own;
mod page;
mod paint;
mod peek;
mod present;
mod protocol;
mod quiz;
mod ring;
mod rules;
mod scissors;
mod script;
mod share;
mod shortcuts;
mod show;
mod signal;
mod spacetime;
mod story;
mod summary;
mod switches;
mod tale;
mod timebar;
mod tongue;
mod trace;
mod transcript;
mod transport;
mod why;
mod zoom;

/// Mounts the page.
pub fn start() {
    failure::watch();
    tongue::begin();
    let Some(root) = dom::by_id("app") else { return };
    leptos::mount::mount_to(root, app::app).forget();
}
