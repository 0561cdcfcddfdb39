//! The words of the text of a run, where it is read and written.

/// The name of the panel.
pub const TEXT: &str = "Text";
/// What it is.
pub const ABOUT: &str =
    "This run as text. What you do in the page is written here, and what you write here is run, up to the same moment.";
/// The field.
pub const FIELD: &str = "Text of this run";
/// How the list of words goes.
pub const HOW: &str =
    "Words are offered as you type: ↑ ↓ choose, Enter or Tab takes, Escape closes, and then Tab leaves.";
/// The words that may stand there.
pub const OFFERS: &str = "What may stand here";
/// In order.
pub const FORMAT: &str = "Format";
/// Back.
pub const UNDO: &str = "Undo";
/// To the clipboard.
pub const COPY: &str = "Copy";
/// After that.
pub const COPIED: &str = "Copied";
/// As a link.
pub const LINK: &str = "Link";
/// To the clipboard.
pub const COPY_LINK: &str = "Copy the link";
/// It holds the text as it is.
pub const LINK_WITH: &str = "This link holds the text as it is, remarks (#) and all, and is long. The links of Share and runs that you save hold the run without its remarks.";
/// It does not.
pub const LINK_TOO_LONG: &str =
    "The remarks (#) of this text are too long for a link: it holds the run without them. A file holds all.";
/// There is nothing to leave out.
pub const LINK_PLAIN: &str = "A link holds the run, event for event, and not the empty lines and spaces of its text.";
/// In the share dialog.
pub const SHARED_WITHOUT: &str =
    "The text of this run has remarks (#) that this link leaves out. A link with them is in the panel Text.";
/// As a file.
pub const DOWNLOAD: &str = "Download .raft";
/// From a file.
pub const OPEN: &str = "Open a file";
/// To the moment of the line.
pub const GO: &str = "Go to this line";
/// All is well.
pub const SAME: &str = "The run is this text.";
/// It is not, yet.
pub const WRITING: &str = "…";
/// Something is wrong.
pub const WRONG: &str = "The run stays as it was until this is right:";
/// The step of that line does not come.
pub const NEVER: &str = "This line does not come in this run.";
/// A line of the header.
pub const HEADER: &str = "This line holds from the start.";
/// What is half written, while the run went on.
pub const APART: &str =
    "The run went on while this text was half written. Once the text is right, the run follows it again.";
/// Takes the run.
pub const TAKE_RUN: &str = "Take the run’s text";
/// What was typed on an earlier visit.
pub const KEPT: &str = "What you wrote before is kept, and is not this run.";
/// Takes it.
pub const TAKE_KEPT: &str = "Take it up";
/// Leaves it.
pub const DROP_KEPT: &str = "Forget it";
/// A file that is none.
pub const NO_FILE: &str = "This file cannot be opened here.";

/// Where something is wrong.
pub fn place(line: u32, column: u32) -> String {
    format!("Line {line}, column {column}")
}

/// What would be right.
pub fn instead(word: &str) -> String {
    format!("Write “{word}”")
}

/// Mistakes beside those that are told; nothing where there are none.
pub fn more(mistakes: usize) -> String {
    match mistakes {
        0 => String::new(),
        1 => "One more line is wrong.".into(),
        more => format!("{more} more lines are wrong."),
    }
}
