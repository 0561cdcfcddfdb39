//! The logs: a row a server, a column an index.

use raft_core::{Position, RoleName, ServerId};
use raft_sim::host::Condition;

use super::app::watch_size;
use super::cells::cells;
use super::el::{El, html, svg};
use super::page::{Chosen, Page};
use super::signal::Memo;
use super::{entries, why};
use crate::layout::logs::{CELL, COLUMN, GAP, LEFT, ROW, TOP};
use crate::linked::Fact;
use crate::scene::{CONFIGURATION, Cell, CellState, Logs, Row};
use crate::words;

/// The panel of the logs.
pub fn logs_panel(page: Page) -> El {
    // For the eye; who hears the page is told in words what each entry is.
    let signs = html("span").class("signs-of-logs").attr("aria-hidden", "true").children([
        sign("cell", "", "committed"),
        sign("cell stored", "", "stored"),
        sign("cell", "_", "applied"),
        sign("cell stored", "·", "no-op"),
    ]);
    let folded = move || page.logs.with(Logs::folded);
    let configured = move || page.logs.with(|logs| logs.any(|cell| cell.caption == CONFIGURATION));
    let head = html("div")
        .class("panel-head")
        .child(html("h2").text("Logs"))
        .child(html("span").class("space"))
        .when(move || page.logs.with(|logs| logs.columns as u64 <= logs.last), move || turn(page))
        .when(move || matches!(page.focus.get().kept, Some(Fact::Entry(_))), move || why::entry_button(page))
        .child(
            signs
                .when(configured, || sign("cell stored", "⚙", "configuration"))
                .when(folded, || sign("cell folded", "⬢", "in a snapshot")),
        );
    let area = html("div").class("matrix").child(matrix(page));
    watch_size(&area.as_node(), move |width, _| page.fit_logs(width));
    html("section").class("panel logs").attr("aria-label", "Logs").child(head).child(area)
}

/// A cell as the matrix draws it, and what it says.
fn sign(class: &str, mark: &str, word: &'static str) -> El {
    let frame = svg("rect").attr("x", "1").attr("y", "2").attr("width", "16").attr("height", "12").attr("rx", "3");
    let cell = svg("g").class(class).child(frame);
    let cell = match mark {
        "_" => cell.child(svg("path").class("applied").attr("d", "M2 16.5h14")),
        _ => cell.child(svg("text").class("cmd").attr("x", "9").attr("y", "12").text(mark)),
    };
    html("span").child(svg("svg").attr("viewBox", "0 0 18 18").child(cell)).child(html("span").text(word))
}

/// Where there is more than fits: back and forward through the logs.
fn turn(page: Page) -> El {
    let at = move |step: i64| {
        page.logs.with(|logs| {
            let tail = (logs.last + 2).saturating_sub(logs.columns as u64).max(1);
            let to = logs.first.saturating_add_signed(step * (logs.columns as i64 - 1)).clamp(1, tail);
            (to != logs.first).then_some(to)
        })
    };
    let button = move |name: &'static str, sign: &'static str, step: i64| {
        let button = html("button").class("quiet turn").attr("aria-label", name).text(sign);
        button.flag("disabled", move || at(step).is_none()).click(move || {
            if let Some(to) = at(step) {
                page.show_logs_from(to);
            }
        })
    };
    html("span")
        .class("turns")
        .child(entries::go_to(page))
        .child(button(words::EARLIER_ENTRIES, "‹", -1))
        .child(button(words::LATER_ENTRIES, "›", 1))
}

impl Page {
    /// Shows the logs from an index on; at the end they follow the latest entries again.
    pub fn show_logs_from(&self, first: u64) {
        let tail = self.logs.with_untracked(|logs| (logs.last + 2).saturating_sub(logs.columns as u64));
        self.logs_from.set(Some(first.max(1)).filter(|first| *first < tail));
        self.refresh(true);
    }
}

fn matrix(page: Page) -> El {
    let logs = page.logs;
    let rows = Memo::new(move || page.roster.get().0);
    let size = Memo::new(move || {
        logs.with(|logs| (whole(LEFT + COLUMN * logs.columns as f64), whole(TOP + ROW * logs.rows.len() as f64)))
    });
    let columns = Memo::new(move || logs.with(|logs| (logs.first, logs.columns)));
    let frontier = move || {
        logs.with(|logs| {
            let shown = logs.commit >= logs.first && logs.commit < logs.first + logs.columns as u64;
            let x = LEFT + COLUMN * (logs.commit + 1).saturating_sub(logs.first) as f64 - GAP / 2.0;
            let (x, top, end) = (whole(x), whole(TOP - 4.0), whole(TOP + ROW * logs.rows.len() as f64));
            if shown { format!("M{x} {top}V{end}") } else { String::new() }
        })
    };
    let number = move |n: u64| {
        let x = LEFT + COLUMN * n as f64 + (COLUMN - GAP) / 2.0;
        let text = svg("text").class("col").attr("x", &whole(x)).attr("y", "11").attr("aria-hidden", "true");
        text.say(move || (columns.get().0 + n).to_string())
    };
    let ids = move || rows.with(|rows| rows.iter().map(|id| u64::from(id.0)).collect());
    let first = Memo::new(move || columns.get().0);
    let row = move |id: u64| {
        let id = ServerId(id as u32);
        let n = rows.with_untracked(|rows| rows.iter().position(|other| *other == id)).unwrap_or_default();
        log_row(page, n, id, first)
    };
    let empty = || {
        let text = svg("text").class("what").attr("x", &whole(LEFT)).attr("y", &whole(TOP + 18.0));
        text.text("empty until the first leader’s no-op")
    };
    svg("svg")
        .follow("width", move || size.get().0)
        .follow("height", move || size.get().1)
        .follow("viewBox", move || size.with(|(width, height)| format!("0 0 {width} {height}")))
        .attr("role", "group")
        .attr("tabindex", "0")
        .attr("aria-label", "Logs, a row a server")
        .each(move || (0..columns.get().1 as u64).collect(), number)
        .each(ids, row)
        .child(svg("path").class("frontier").follow("d", frontier).attr("aria-hidden", "true"))
        .when(move || logs.with(|logs| logs.last == 0), empty)
}

/// Whatever stands in the matrix stands at whole numbers.
pub(super) fn whole(x: f64) -> String {
    (x as i64).to_string()
}

fn log_row(page: Page, n: usize, id: ServerId, first: Memo<u64>) -> El {
    let row = Memo::new(move || page.logs.with(|logs| logs.rows.iter().find(|row| row.id == id).cloned()));
    let name = at_ease(page, row, |row| row.as_deref().map(row_name).unwrap_or_default());
    let class = move || {
        let down = row.with(|row| row.as_ref().is_some_and(|row| row.condition == Condition::Down));
        let selected = page.chosen.get() == Some(Chosen::Server(id));
        format!("row{}{}", if down { " gone" } else { "" }, if selected { " selected" } else { "" })
    };
    let note = move || row.with(|row| row.as_deref().map_or(("what", ""), note));
    let over =
        Memo::new(move || row.with(|row| row.as_ref().map(|row| Over::of(row, first.get())).unwrap_or_default()));
    let line = move |class: &str, d: fn(&Over) -> String| svg("path").class(class).follow("d", move || over.with(d));
    let place = move || over.with(|over| format!("translate({} 0)", over.word.0));
    let word = move || text("next-word", "0").follow("transform", place);
    let word = move || word().say(at_ease(page, over, |over| over.word.1.clone()));
    let in_snapshot =
        Memo::new(move || row.with(|row| row.as_ref().and_then(|row| row.folded)).map(|last| (last, first.get())));
    let hit = svg("rect")
        .class("hit")
        .attr("x", "-6")
        .attr("y", "-3")
        .attr("width", &whole(LEFT + COLUMN * 40.0))
        .attr("height", &whole(ROW - 1.0))
        .attr("rx", "6");
    svg("g")
        .follow("class", class)
        .attr("role", "img")
        .follow("aria-label", name)
        .attr("transform", &format!("translate(0 {})", whole(TOP + ROW * n as f64)))
        .attr("data-fact", &Fact::Server(id).to_string())
        .child(hit)
        .child(text("who", "2").text(&id.to_string()))
        .child(text("what", "28").follow("class", move || note().0.into()).say(move || note().1.into()))
        .child(cells(row, first))
        .child(line("applied", |over| over.applied.clone()))
        .slot(move || in_snapshot.get().map(|(last, first)| folded(last, first)))
        .child(line("next", |over| over.next.clone()))
        .when(move || over.with(|over| !over.word.1.is_empty()), word)
}

/// What is read and not watched: while time runs it is said anew a few times a second.
fn at_ease<T: 'static>(page: Page, of: Memo<T>, said: fn(&T) -> String) -> impl Fn() -> String {
    move || {
        if !page.playing.get() {
            return of.with(said);
        }
        page.moment.track();
        of.with_untracked(said)
    }
}

/// A text of a row.
pub(super) fn text(class: &str, x: &str) -> El {
    svg("text").class(class).attr("x", x).attr("y", "18")
}

fn note(row: &Row) -> (&'static str, &'static str) {
    match (row.condition, row.role) {
        (Condition::Down, _) => ("what", "down"),
        (Condition::Paused, _) => ("what", "paused"),
        (_, RoleName::Leader) => ("what leads", "leads"),
        (_, RoleName::PreCandidate) => ("what stands", "asks"),
        (_, RoleName::Candidate) => ("what stands", "stands"),
        _ => ("what", ""),
    }
}

/// What lies over the cells of a row: how far it is applied, and what the leader knows of it.
#[derive(Clone, PartialEq, Default)]
struct Over {
    applied: String,
    next: String,
    /// What is sent next, in words, and where they stand.
    word: (i64, String),
}

impl Over {
    fn of(row: &Row, first: u64) -> Over {
        let from = row.cells.first().map_or(first, |cell| cell.index);
        let until = row.cells.last().map_or(0, |cell| cell.index).min(row.applied);
        let mut over = Over::default();
        if until >= from {
            over.applied = format!("M{} 29H{}", x_of(from, first) + 3, x_of(until + 1, first) - 9);
        }
        let end = end_of(row, first);
        let Some((next, matched)) = row.next.filter(|(next, _)| row.condition != Condition::Down || *next < end) else {
            return over;
        };
        // What the leader will send next: an arrow in the free cell where the log ends, else a bracket that
        // opens before the entry that will be sent again. One closes after the last that agrees.
        let (free, shown, x) = (next >= end, next >= first, x_of(next, first));
        if matched >= first {
            over.next = format!("M{} 1v25m0 -25h-4m4 25h-4", x_of(matched + 1, first) - 3);
        }
        match (shown, free) {
            (true, true) => over.next.push_str(&format!("M{} 14h12m-5 -4l5 4l-5 4", x + 2)),
            (true, false) => over.next.push_str(&format!("M{} 1v25m0 -25h4m-4 25h4", x - 3)),
            _ => {}
        }
        if free && shown {
            over.word = (x + 19, words::next(next));
        }
        over
    }
}

/// The index after the last entry.
fn end_of(row: &Row, first: u64) -> u64 {
    let last = row.cells.last().map(|cell| cell.index).max(row.folded.map(|last| last.index.0));
    last.map_or(first, |last| last + 1)
}

/// Where a column stands.
fn x_of(index: u64, first: u64) -> i64 {
    LEFT as i64 + COLUMN as i64 * (index as i64 - first as i64)
}

/// What a snapshot stands for, as one however much it is (§7).
fn folded(last: Position, first: u64) -> El {
    let columns = last.index.0 + 1 - first;
    let wide = COLUMN * columns as f64 - GAP;
    let words = if columns > 1 { format!("⬢ 1–{}", last.index) } else { "⬢".to_owned() };
    let edge = format!("M{} -1V{}", whole(wide + GAP / 2.0), whole(CELL + 1.0));
    svg("g")
        .class("cell folded")
        .attr("data-fact", &Fact::Entry(last).to_string())
        .attr("transform", &format!("translate({} 0)", whole(LEFT)))
        .child(svg("rect").attr("width", &whole(wide)).attr("height", &whole(CELL)).attr("rx", "6"))
        .child(text("cmd", "7").text(&words))
        .child(text("num", &whole(wide - 5.0)).text(&last.term.to_string()))
        .child(svg("path").class("edge").attr("d", &edge))
}

fn row_name(row: &Row) -> String {
    let mut name = row.id.to_string();
    let mut add = |sign: &str, words: &str| {
        if !words.is_empty() {
            name.push_str(sign);
            name.push_str(words);
        }
    };
    add(", ", note(row).1);
    if let Some(last) = row.folded {
        add(", ", &words::folded(last.index));
    }
    if row.cells.is_empty() {
        add(": ", words::EMPTY_LOG);
        return name;
    }
    for (n, cell) in row.cells.iter().enumerate() {
        add(if n == 0 { ": " } else { ", " }, &entry_name(cell));
    }
    let committed = row.cells.iter().filter(|cell| cell.state == CellState::Committed).count();
    add("; ", &words::known_of(committed, row.cells.len(), row.applied));
    if let Some((next, matched)) = row.next {
        add(", ", &words::led(next, matched));
    }
    name
}

fn entry_name(cell: &Cell) -> String {
    format!("{} of term {}", words::said(&cell.caption), cell.term)
}
