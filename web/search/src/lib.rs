//! The explorer beside the page: in a worker, or in slices where workers are refused.
//!
//! [`Job`] is a search in slices of events; `web` is what `www/search/search.js` calls of it.

pub mod job;
#[cfg(target_arch = "wasm32")]
mod web;

pub use job::Job;
