//! The keys: one table, from which handlers, the help dialog and the tests are made.

/// What a key does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Command {
    /// Play or pause.
    Play,
    /// One event forward.
    StepForward,
    /// One event back.
    StepBack,
    /// To the next line of the story.
    NextInStory,
    /// Open what goes to an event of a kind, or runs until something holds.
    GoTo,
    /// To the next event of the kind chosen there.
    FindNext,
    /// To the one before.
    FindPrevious,
    /// Show or hide the space-time diagram.
    Diagram,
    /// Less time in that diagram.
    ZoomIn,
    /// More time in it.
    ZoomOut,
    /// Earlier times in it.
    Earlier,
    /// Later times in it.
    Later,
    /// Ask why about what is chosen, or about what goes on.
    Why,
    /// The rules with their switches.
    Rules,
    /// The run as text, to be read and written.
    Text,
    /// Look through a lens, or through none.
    Lens,
    /// What chosen servers can decide.
    Quorum,
    /// What a server can know.
    Knowledge,
    /// How safe the entries are.
    Commit,
    /// To the start.
    Start,
    /// To the furthest moment reached.
    End,
    /// A faster pace.
    Faster,
    /// A slower pace.
    Slower,
    /// The server at this place of the ring, from 1.
    Server(usize),
    /// The next message on its way.
    Message,
    /// The next client, and what it asked.
    Client,
    /// The next link between two servers.
    Link,
    /// Crash or restart the chosen server, the leader if none is chosen.
    Crash,
    /// Pause or resume the chosen server.
    Pause,
    /// The chosen server's election timer fires.
    Timeout,
    /// Write the next value.
    Write,
    /// Drop the chosen message.
    Drop,
    /// Hold the chosen message, or let it go.
    Hold,
    /// Double the chosen message.
    Duplicate,
    /// Deliver the chosen message now.
    Deliver,
    /// Cut all links of the chosen server.
    Isolate,
    /// Open the partition control.
    Partition,
    /// Mend every link.
    Heal,
    /// Two runs beside each other.
    Compare,
    /// Open the share dialog.
    Share,
    /// Open the list of scenarios.
    Scenarios,
    /// Open the runs that are kept.
    Kept,
    /// To the next section of a lecture, and hold there.
    NextSection,
    /// To the one before.
    PreviousSection,
    /// For an audience, or for oneself again.
    Present,
    /// The whole screen, or not.
    FullScreen,
    /// Open the help.
    Help,
    /// Close what is open; else choose nothing.
    Close,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The names of the keys, as `KeyboardEvent.key` gives them.
    pub keys: &'static [&'static str],
    /// As the help shows them.
    pub shown: &'static [&'static str],
    /// What it does; for the digits the first of them.
    pub command: Command,
    /// In words.
    pub words: &'static str,
}

const fn key(
    keys: &'static [&'static str],
    shown: &'static [&'static str],
    command: Command,
    words: &'static str,
) -> Key {
    Key { keys, shown, command, words }
}

/// The table.
pub const KEYS: [Key; 48] = [
    key(&[" "], &["Space"], Command::Play, "play or pause"),
    key(&["ArrowRight"], &["→"], Command::StepForward, "one event forward"),
    key(&["ArrowLeft"], &["←"], Command::StepBack, "one event back"),
    key(&["n"], &["N"], Command::NextInStory, "to the next line of the story"),
    key(&["f"], &["F"], Command::GoTo, "go to an event, or run until something holds"),
    key(&["]"], &["]"], Command::FindNext, "to the next event of that kind"),
    key(&["["], &["["], Command::FindPrevious, "to the one before it"),
    key(&["y"], &["Y"], Command::Diagram, "show or hide the space-time diagram"),
    key(&["z"], &["Z"], Command::ZoomIn, "less time in that diagram"),
    key(&["v"], &["V"], Command::ZoomOut, "more time in that diagram"),
    key(&["j"], &["J"], Command::Earlier, "earlier times in that diagram"),
    key(&["k"], &["K"], Command::Later, "later times in that diagram"),
    key(&["/"], &["/"], Command::Why, "why? (of what is chosen, else of what goes on)"),
    key(&["!"], &["!"], Command::Rules, "the rules of Raft: switch one off"),
    key(&[":"], &[":"], Command::Text, "the run as text, to be read and written"),
    key(&["l"], &["L"], Command::Lens, "look through a lens, or through none"),
    key(&["q"], &["Q"], Command::Quorum, "lens: are these servers a majority?"),
    key(&["b"], &["B"], Command::Knowledge, "lens: what can a server know?"),
    key(&["g"], &["G"], Command::Commit, "lens: how safe is each entry?"),
    key(&["Home"], &["Home"], Command::Start, "to the start"),
    key(&["End"], &["End"], Command::End, "to the latest moment"),
    key(&["+", "="], &["+"], Command::Faster, "faster"),
    key(&["-"], &["−"], Command::Slower, "slower"),
    key(&["1", "2", "3", "4", "5", "6", "7", "8", "9"], &["1", "…", "9"], Command::Server(1), "choose a server"),
    key(&["m"], &["M"], Command::Message, "choose the next message"),
    key(&["0"], &["0"], Command::Client, "choose the next client: its requests, and whether one order explains all"),
    key(&[","], &[","], Command::Link, "choose the next link (of the server): cut, slow down, hold"),
    key(&["c"], &["C"], Command::Crash, "crash or restart it (the leader, if none is chosen)"),
    key(&["p"], &["P"], Command::Pause, "pause or resume the server"),
    key(&["t"], &["T"], Command::Timeout, "its election timer fires now"),
    key(&["w"], &["W"], Command::Write, "write the next value"),
    key(&["d"], &["D"], Command::Drop, "drop the message"),
    key(&["h"], &["H"], Command::Hold, "hold the message, or let it go"),
    key(&["u"], &["U"], Command::Duplicate, "double the message"),
    key(&["a"], &["A"], Command::Deliver, "the message arrives now"),
    key(&["i"], &["I"], Command::Isolate, "cut all links of the server"),
    key(&["x"], &["X"], Command::Partition, "part the network"),
    key(&["e"], &["E"], Command::Heal, "mend every link"),
    key(&["r"], &["R"], Command::Compare, "compare with another run"),
    key(&["s"], &["S"], Command::Share, "share this moment"),
    key(&["o"], &["O"], Command::Scenarios, "open the library of scenarios"),
    key(&["'"], &["'"], Command::Kept, "saved runs"),
    key(&["PageDown"], &["Page ↓"], Command::NextSection, "present: to the next section (a clicker’s key)"),
    key(&["PageUp"], &["Page ↑"], Command::PreviousSection, "present: to the section before (a clicker’s key)"),
    key(&[";"], &[";"], Command::Present, "present: large, the whole screen, nothing for you alone"),
    key(&["."], &["."], Command::FullScreen, "the whole screen"),
    key(&["?"], &["?"], Command::Help, "signs and keys"),
    key(&["Escape"], &["Esc"], Command::Close, "close, choose nothing"),
];

/// What a key does, by its `KeyboardEvent.key`.
pub fn command(pressed: &str) -> Option<Command> {
    let lower = pressed.to_ascii_lowercase();
    KEYS.iter().find_map(|key| {
        let place = key.keys.iter().position(|name| *name == pressed || **name == *lower)?;
        Some(if let Command::Server(first) = key.command { Command::Server(first + place) } else { key.command })
    })
}

/// Whether it is a letter, a digit, a sign or the space bar: what somebody types, or says, without meaning a key.
pub fn is_character(pressed: &str) -> bool {
    pressed.chars().count() == 1
}

/// The key of a command, as a button shows it.
pub fn shown(command: Command) -> &'static str {
    KEYS.iter().find(|key| key.command == command).map_or("", |key| key.shown[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_does_two_things() {
        let mut all: Vec<&str> = KEYS.iter().flat_map(|key| key.keys).copied().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn a_key_works_with_caps_lock_too_and_digits_count() {
        assert_eq!(command("C"), Some(Command::Crash));
        assert_eq!(command("4"), Some(Command::Server(4)));
        assert_eq!(command("ArrowLeft"), Some(Command::StepBack));
        assert_eq!(command("F1"), None);
        assert_eq!(shown(Command::Help), "?");
    }

    #[test]
    fn keys_with_a_name_are_no_characters() {
        assert!([" ", "w", "→", "?"].into_iter().all(is_character));
        assert!(!["ArrowLeft", "Home", "PageDown", "Escape"].into_iter().any(is_character));
    }

    /// `UPDATE=1` rewrites the table.
    #[test]
    fn the_page_about_keys_says_what_the_table_says() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/keys.md");
        let page = std::fs::read_to_string(file).expect("docs/keys.md");
        let row = |key: &Key| {
            let shown: Vec<_> = key.shown.iter().map(|shown| format!("<kbd>{shown}</kbd>")).collect();
            let off = if is_character(key.keys[0]) { "yes" } else { "" };
            format!("| {} | `{}` | {} | {off} |\n", shown.join(" "), key.keys.join("` `"), key.words)
        };
        let head = "| Key | `KeyboardEvent.key` | Does | Can be switched off |\n|---|---|---|---|\n";
        let table = head.to_owned() + &KEYS.iter().map(row).collect::<String>();
        let open = "<!-- table: keys -->\n";
        let from = page.find(open).expect("a place for the table") + open.len();
        let to = from + page[from..].find("<!-- end -->").expect("the end of the table");
        let mut right = page.clone();
        right.replace_range(from..to, &table);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(file, right).expect("docs/keys.md is written");
        } else {
            assert!(page == right, "docs/keys.md is behind; UPDATE=1 rewrites its table");
        }
    }
}
