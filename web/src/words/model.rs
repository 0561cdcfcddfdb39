//! The words around the page on what is a model here.

/// Its title, and the button that opens it.
pub const TITLE: &str = "What is a model here, and what is not";
/// The text is on its way.
pub const COMING: &str = "The text is on its way.";
/// The text did not arrive.
pub const MISSING: &str = "The text did not arrive. It is docs/model.md in the repository.";
/// After the name and version of the core.
pub const VERSION: &str = " runs in this page, compiled to WebAssembly.";
/// The name of what a visitor can repeat.
pub const AGAIN: &str = "Look again, in this browser";
/// What that is.
pub const HOW: &str =
    "Random histories of small clusters with all rules in force, checked after every event. None may break a promise.";

/// Begins it.
pub fn look(count: u64) -> String {
    format!("Run {count} random histories")
}
