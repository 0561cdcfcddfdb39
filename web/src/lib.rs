//! The page of the Raft Playground.
//!
//! What it shows is plain data, made and tested without a browser; `ui` draws it.
//!
//! - [`layout`]: where things stand.
//! - [`scene`]: what the picture shows.
//! - [`chronicle`]: what was seen so far: story and scrub bar.
//! - [`diagram`], [`lanes`]: the space-time diagram, and what lasts along its lines.
//! - [`events`]: marks on those lines.
//! - [`clients`]: what clients asked and were told, and whether one order explains it.
//! - [`linked`]: the same fact in all pictures.
//! - [`lens`]: ways to look at one moment.
//! - [`detail`]: the fields of a server or a message.
//! - [`quiz`]: why play waits: a word of the scenario, or a question.
//! - [`why`]: what can be asked of a moment, and the answer.
//! - [`lab`]: the rules with their switches, and what clashes when a promise falls.
//! - [`hunt`]: a search beside the page.
//! - [`model`]: the page on what is a model here.
//! - [`kept`]: the runs that a reader keeps in this browser.
//! - [`by_hand`]: what whoever wrote a scenario arranged, and its sections.
//! - [`editor`]: the text of a run, while somebody writes it.
//! - [`apart`]: who is apart from whom; [`peek`]: a moment in small, at the pointer on the scrub bar.
//! - [`zoom`]: how much of the run the diagram shows.
//! - [`playback`]: the present moment and the pace.
//! - [`futures`]: what else became of it, as a tree.
//! - [`hint`]: what to try next.
//! - [`chart`]: the shapes of small charts.
//! - [`versus`]: numbers of two runs beside each other.
//! - [`shelf`]: the scenarios that come with the page; [`library`]: how they are found.
//! - [`course`]: lessons in an order, and how far a reader is.
//! - [`figure`], [`host`]: the page in somebody else's page, and what that one may ask.
//! - [`snippet`], [`code`]: a run for other people's pages, and for a telephone's eye.
//! - [`keys`], [`words`]: the one table of keys, and the words.
//! - [`translate`]: the words in another language.

pub mod layout;
pub mod scene;
pub mod summary;
pub mod chronicle;
pub mod cut;
pub mod dial;
pub mod apart;
pub mod peek;
pub mod diagram;
pub mod events;
pub use raft_sim::lanes;
pub mod clients;
pub mod linked;
pub mod lens;
pub mod detail;
pub mod quiz;
pub mod why;
pub mod kept;
pub mod by_hand;
pub mod lab;
pub mod goal;
pub mod hunt;
pub mod model;
pub mod trace;
pub mod editor;
pub mod zoom;
pub mod playback;
pub mod hint;
pub mod chart;
pub mod versus;
pub mod shelf;
pub mod library;
pub mod course;
pub mod snippet;
pub mod code;
pub mod figure;
pub mod futures;
pub mod host;
pub mod keys;
pub mod translate;
pub mod words;

#[cfg(target_arch = "wasm32")]
pub mod ui;
