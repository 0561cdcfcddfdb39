//! The words of what a reader keeps in this browser.

use crate::kept::{MOST_RUNS, Merged};

/// The dialog.
pub const TITLE: &str = "Saved runs";
/// Opens it from where runs are given away.
pub const KEEP: &str = "Keep it in this browser";
/// What saving means.
pub const ABOUT: &str =
    "Runs are kept in this browser alone, each as its link, with its other futures. Nothing is sent anywhere.";
/// The field for a name.
pub const NAME: &str = "Name of this run";
/// Keeps the run that is shown.
pub const SAVE: &str = "Save this run";
/// The list.
pub const LIST: &str = "Saved here";
/// Nothing is kept.
pub const NONE: &str = "Nothing is saved yet.";
/// Names a run anew.
pub const RENAME: &str = "Rename";
/// The field for it.
pub const NEW_NAME: &str = "New name";
/// It is named.
pub const DONE: &str = "Done";
/// Forgets a run.
pub const DELETE: &str = "Delete";
/// Takes that back.
pub const UNDO: &str = "Undo";
/// All of it as a file.
pub const EXPORT: &str = "Save all as a file";
/// Such a file comes back.
pub const IMPORT: &str = "Take in a file";
/// The browser keeps nothing for this page.
pub const REFUSED: &str = "This browser keeps nothing for this page. What you save stays until the page is closed: save it as a file, or share the link.";
/// There is no room in its store.
pub const STORE_FULL: &str = "This browser has no more room for this page. What you save stays until the page is closed: save it as a file, or delete something.";
/// What lies there is no list.
pub const UNREADABLE: &str =
    "What was saved here cannot be read. It is left as it is, beside what you save from now on.";
/// A link may not be so long.
pub const TOO_LONG: &str = "This run is too long for a link. Share it as text.";
/// The file did not come.
pub const NO_FILE: &str = "The file cannot be read.";
/// The quiet offer at the start.
pub const CONTINUE: &str = "Continue where you left off?";
/// Takes it.
pub const GO_ON: &str = "Continue";
/// Another version is there.
pub const NEW_VERSION: &str = "A new version is here.";
/// What becomes of the run.
pub const STAYS: &str = "The run that is open comes back at this moment.";
/// Takes it.
pub const RELOAD: &str = "Reload for the new version";

/// There are as many as there may be.
pub fn full() -> String {
    format!("There are {MOST_RUNS} saved runs, and no more are kept. Delete one first.")
}

/// It is kept, without so many of its other futures.
pub fn saved(left: usize) -> String {
    match left {
        0 => "Saved.".into(),
        1 => "Saved, but for one other future: all are too long to be kept.".into(),
        left => format!("Saved, but for {left} other futures: all are too long to be kept."),
    }
}

/// One is gone.
pub fn deleted(name: &str) -> String {
    format!("“{name}” is deleted.")
}

/// What a file brought.
pub fn merged(merged: Merged, marked: bool) -> String {
    let Merged { new, known, left } = merged;
    let said = format!("New: {new}. Here before: {known}.");
    let said = if left == 0 { said } else { format!("{said} No room for {left}.") };
    if marked { format!("{said} What was done in the library is marked.") } else { said }
}

/// A file is refused.
pub fn refused(why: &str) -> String {
    format!("Nothing was taken in: {why}.")
}

/// A button of one run.
pub fn of(what: &str, name: &str) -> String {
    format!("{what}: {name}")
}

/// The moment of a run.
pub fn at(title: &str, moment: &str) -> String {
    format!("{title}, at {moment}")
}
