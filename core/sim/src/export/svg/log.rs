//! The log matrix: a row a server, a column an index, the terms as colours and numbers.

use alloc::format;
use alloc::string::String;

use super::super::Excerpt;
use super::canvas::{self, COMMIT, Canvas, INK, LINE, SOFT};
use crate::machine::caption;
use raft_core::Index;

const CELL: i64 = 56;
const ROW: i64 = 52;
const LEFT: i64 = 150;
const TOP: i64 = 66;

/// So many columns are drawn: the latest.
const COLUMNS: u64 = 40;

/// The logs of all servers at the end of a stretch.
pub fn log(excerpt: &Excerpt) -> String {
    let servers = excerpt.world().servers();
    let last = servers.iter().map(|server| server.log().last_index().0).max().unwrap_or(0);
    let first = last.saturating_sub(COLUMNS - 1).max(1);
    let columns = (last + 1).saturating_sub(first) as i64;
    let (width, height) = (LEFT + CELL * columns.max(6) + 20, TOP + ROW * servers.len() as i64 + 30);
    let what = format!("logs at {}", canvas::clock(excerpt.to));
    let mut canvas = Canvas::new(width, height, &what, excerpt);
    canvas.bold((12, 22), &format!("{}: {what}", excerpt.title()));
    for index in first..=last {
        let x = LEFT + CELL * (index - first) as i64 + CELL / 2;
        canvas.text((x, TOP - 10), SOFT, " text-anchor=\"middle\"", &format!("{index}"));
    }
    for (server, row) in servers.iter().zip(0..) {
        let y = TOP + ROW * row;
        let (colour, word) = canvas::role(server.view().map(|view| view.role));
        canvas.bold((12, y + 20), &format!("{}", server.id));
        canvas.text((44, y + 20), colour, "", word);
        canvas.text(
            (12, y + 37),
            SOFT,
            " font-size=\"11\"",
            &format!("term {}, commit {}", server.term(), server.commit()),
        );
        for index in first..=server.log().last_index().0 {
            let x = LEFT + CELL * (index - first) as i64;
            cell(&mut canvas, (x, y), server, Index(index));
        }
    }
    let y = height - 12;
    canvas.text(
        (12, y),
        SOFT,
        " font-size=\"11\"",
        "The number is the entry's term; a full frame: known to be committed; dashed: not.",
    );
    canvas.done()
}

fn cell(canvas: &mut Canvas, (x, y): (i64, i64), server: &crate::host::Server, index: Index) {
    let committed = index <= server.commit();
    let frame = if committed { (COMMIT, "2", "") } else { (SOFT, "1", " stroke-dasharray=\"4 3\"") };
    let (term, words, fill) = match server.log().entry(index) {
        Some(entry) => (format!("{}", entry.term), caption(&entry.payload), canvas::fill(entry.term)),
        // It went into the snapshot.
        None => (String::from("…"), String::new(), LINE),
    };
    let (colour, wide, dashes) = frame;
    canvas.put(format_args!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\" fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"{wide}\"{dashes}/>\n",
        x + 2,
        y + 2,
        CELL - 4,
        ROW - 12
    ));
    canvas.text((x + CELL / 2, y + 19), INK, " text-anchor=\"middle\"", &term);
    let short: String = words.chars().take(8).collect();
    canvas.text((x + CELL / 2, y + 34), SOFT, " text-anchor=\"middle\" font-size=\"10\"", &short);
}
