//! Scenarios from files, links and standard input; all come from strangers.

use std::fs::File;
use std::io::Read;

use raft_sim::link::{self, Source, View};
use raft_sim::scenario::{MAX_BYTES, MAX_MISTAKES, Parsed, mistakes, parse};

/// A scenario that was read.
pub struct Loaded {
    /// It, and where its steps stand in the text.
    pub parsed: Parsed,
    /// The moment that a link is about.
    pub view: View,
}

/// Reads a scenario. The error has a line for each mistake: its place, the offending text and what would be right.
pub fn load(file: &str) -> Result<Loaded, String> {
    if is_link(file) {
        return load_link(file);
    }
    let text = read(file).map_err(|error| format!("{file}: {error}"))?;
    if is_link(text.trim()) {
        return load_link(text.trim());
    }
    match parse(&text) {
        Ok(parsed) => Ok(Loaded { parsed, view: View::default() }),
        Err(_) => {
            let mistakes = mistakes(&text);
            let mut said: Vec<_> = mistakes.iter().map(|mistake| format!("{file}:{mistake}")).collect();
            if mistakes.len() == MAX_MISTAKES {
                said.push(format!("{file}: these are the first {MAX_MISTAKES} mistakes"));
            }
            Err(said.join("\n"))
        }
    }
}

fn is_link(text: &str) -> bool {
    ["#s2.", "#s1.", "#text=", "#demo="].iter().any(|form| text.contains(form))
        || ["s2.", "s1."].iter().any(|form| text.starts_with(form))
}

fn load_link(text: &str) -> Result<Loaded, String> {
    let link = link::decode(text).map_err(|error| format!("link: {error}"))?;
    match link.source {
        Source::Scenario(scenario, lines) => {
            Ok(Loaded { parsed: Parsed { scenario: *scenario, lines }, view: link.view })
        }
        Source::Demo(name) => {
            Err(format!("link: `{name}` ships with the page; give the file www/scenarios/{name}.raft"))
        }
        Source::Src(address) => Err(format!("link: it names a file elsewhere; download {address} first")),
    }
}

/// The text of a file, as long as a scenario may be twice over: it holds one, and more.
pub fn read_text(file: &str) -> Result<String, String> {
    read_up_to(file, 4 * MAX_BYTES).map_err(|error| format!("{file}: {error}"))
}

fn read(file: &str) -> Result<String, String> {
    read_up_to(file, MAX_BYTES)
}

fn read_up_to(file: &str, most: usize) -> Result<String, String> {
    String::from_utf8(read_bytes(file, most)?)
        .map_err(|error| format!("not UTF-8 text from byte {} on", error.utf8_error().valid_up_to()))
}

/// At most so much is read of anything that might have no end.
pub fn read_bytes(file: &str, most: usize) -> Result<Vec<u8>, String> {
    let source: Box<dyn Read> = if file == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(File::open(file).map_err(|error| error.to_string())?)
    };
    let mut bytes = Vec::new();
    source.take(most as u64 + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() > most {
        return Err(format!("longer than {} KiB, the most that is read", most / 1024));
    }
    Ok(bytes)
}
