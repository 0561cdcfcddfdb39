//! What the whole has to show: seeds, time travel, the paper's sentences, golden scripts, links.
#![allow(clippy::unwrap_used, missing_docs)]

mod bugs;
mod chaos;
mod paper;
mod digests;
mod exercises;
mod explore;
mod features;
mod golden;
mod language;
mod liveness;
mod properties;
mod seeds;
mod short_links;
mod tidy;
mod contrast;
mod three_ways;
mod time_travel;
mod traces;
mod searches;
mod why;
