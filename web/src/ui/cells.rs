//! The cells of a row of the logs. There are as many elements as cells are shown: one that has gone out
//! of sight is used again for the next entry, so that logs which run by do not make the page anew.

use std::collections::VecDeque;
use std::rc::Rc;

use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, Text};
use raft_core::Term;

use super::dom;
use super::el::{El, react, svg};
use super::logs::{text, whole};
use super::signal::Memo;
use super::tongue::said;
use crate::layout::logs::{CELL, COLUMN, GAP, LEFT};
use crate::linked::Fact;
use crate::scene::{Cell, CellState, Row, tint};
use crate::words;

/// The cells stand at the places of their indexes, counted from a multiple of this: when the logs move
/// on, only what is around them moves. Large numbers lose their precision on the way to the screen.
const STRETCH: u64 = 256;

/// The cells of a row whose first column is that of an index.
pub fn cells(row: Memo<Option<Rc<Row>>>, first: Memo<u64>) -> El {
    let group = svg("g");
    let mut shown = Shown { group: group.node().clone(), moved: i64::MIN, cells: VecDeque::new(), spare: Vec::new() };
    react(Box::new(move || {
        let first = first.get();
        row.with(|row| shown.show(row.as_ref().map_or(&[], |row| &row.cells), first));
    }));
    group
}

struct Shown {
    group: Element,
    moved: i64,
    /// Those that are shown, by their indexes, without a gap.
    cells: VecDeque<View>,
    spare: Vec<View>,
}

/// The elements of a cell, and what they say.
struct View {
    whole: Element,
    plate: Element,
    command: Text,
    term: Text,
    cell: Cell,
    base: u64,
}

impl Shown {
    fn show(&mut self, cells: &[Cell], first: u64) {
        let base = first - first % STRETCH;
        let moved = LEFT as i64 - COLUMN as i64 * (first - base) as i64;
        if self.moved != moved {
            self.moved = moved;
            dom::set(&self.group, "transform", &format!("translate({moved} 0)"));
        }
        let (from, to) = match cells {
            [one, .., last] => (one.index, last.index),
            [one] => (one.index, one.index),
            [] => (1, 0),
        };
        while self.cells.front().is_some_and(|view| view.cell.index < from) {
            self.spare.extend(self.cells.pop_front());
        }
        while self.cells.back().is_some_and(|view| view.cell.index > to) {
            self.spare.extend(self.cells.pop_back());
        }
        // Whatever is left is among those to be shown.
        let left = self.cells.front().map(|view| view.cell.index);
        let (before, rest) = cells.split_at(left.map_or(0, |left| (left - from) as usize));
        let (known, after) = rest.split_at(self.cells.len());
        for (view, cell) in self.cells.iter_mut().zip(known) {
            view.say(cell, base);
        }
        for cell in before.iter().rev() {
            let view = self.view(cell, base);
            self.cells.push_front(view);
        }
        for cell in after {
            let view = self.view(cell, base);
            self.cells.push_back(view);
        }
        for view in &self.spare {
            view.whole.remove();
        }
    }

    /// A cell in an element that is free, or in a new one.
    fn view(&mut self, cell: &Cell, base: u64) -> View {
        let mut view = self.spare.pop().unwrap_or_else(View::new);
        if !view.whole.is_connected() {
            let _ = self.group.append_child(&view.whole);
        }
        view.say(cell, base);
        view
    }
}

impl View {
    fn new() -> View {
        let wide = whole(COLUMN - GAP);
        let plate = svg("rect").attr("width", &wide).attr("height", &whole(CELL)).attr("rx", "6");
        let (command, term) = (text("cmd", "7").text(""), text("num", &whole(COLUMN - GAP - 5.0)).text(""));
        let words = |of: &El| of.node().first_child().expect("it was given a text").unchecked_into();
        View {
            plate: plate.node().clone(),
            command: words(&command),
            term: words(&term),
            whole: svg("g").child(plate).child(command).child(term).node().clone(),
            // Nothing that is shown is like this: there is no index 0.
            cell: Cell { index: 0, term: Term(0), caption: String::new(), state: CellState::Unsaved },
            base: 0,
        }
    }

    /// Writes what differs.
    fn say(&mut self, cell: &Cell, base: u64) {
        let new = self.cell.index == 0;
        if (self.cell.index, self.base) != (cell.index, base) {
            self.base = base;
            let place = COLUMN as i64 * (cell.index as i64 - base as i64);
            dom::set(&self.whole, "transform", &format!("translate({place} 0)"));
        }
        if self.cell.position() != cell.position() {
            dom::set(&self.whole, "data-fact", &Fact::Entry(cell.position()).to_string());
        }
        if new || self.cell.state != cell.state {
            let class = match cell.state {
                CellState::Committed => "cell committed",
                CellState::Stored => "cell stored",
                CellState::Unsaved => "cell unsaved",
            };
            dom::set(&self.whole, "class", class);
        }
        if new || self.cell.term != cell.term {
            dom::set(&self.plate, "class", &format!("t{}", tint(cell.term)));
            self.term.set_data(&cell.term.0.to_string());
        }
        if self.cell.caption != cell.caption {
            self.command.set_data(&said(&words::in_a_cell(&cell.caption)));
        }
        self.cell.clone_from(cell);
    }
}
