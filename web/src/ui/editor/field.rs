//! The field, and the layer of coloured lines that lies beneath its letters.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Reflect};
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{Element, Event, HtmlTextAreaElement, KeyboardEvent};
use raft_sim::scenario::{Class, MAX_BYTES, ParseError};

use super::super::dom;
use super::super::el::{El, html};
use super::super::signal::RwSignal;
use super::offers::{self, Offers};
use super::{Editor, seek_line};
use crate::editor::{bytes_before, difference, line_and_column, pieces, place_of, units_before};
use crate::words::editor as says;

/// So many texts that the page wrote over are kept.
const MAX_BEFORE: usize = 20;

/// The field's id.
pub const ID: &str = "editor-text";

/// The field and its lines.
#[derive(Clone)]
pub struct Field {
    area: El,
    lines: El,
    /// What scrolls.
    frame: El,
    drawn: Rc<RefCell<Drawn>>,
}

/// What the lines show.
#[derive(Default)]
struct Drawn {
    lines: Vec<String>,
    /// What is marked.
    wrong: Vec<ParseError>,
    /// The line at which the run stands, from 1.
    stands: u32,
    /// The texts that the page wrote over: the browser undoes none of its own writing.
    before: Vec<String>,
}

impl Field {
    /// An empty one.
    pub fn new() -> Field {
        let area = html("textarea").attr("id", ID).attr("spellcheck", "false").attr("dir", "ltr");
        Field {
            area,
            lines: html("div").class("editor-lines").attr("aria-hidden", "true").attr("dir", "ltr"),
            frame: html("div").class("editor-box"),
            drawn: Rc::default(),
        }
    }

    fn area(&self) -> HtmlTextAreaElement {
        self.area.as_node()
    }

    /// What stands in it.
    pub fn text(&self) -> String {
        self.area().value()
    }

    /// Shows another text, and keeps the one before for who wants it back.
    pub fn show(&self, text: &str) {
        let was = self.text();
        if !was.is_empty() && was != text {
            let before = &mut self.drawn.borrow_mut().before;
            if before.len() == MAX_BEFORE {
                before.remove(0);
            }
            before.push(was);
        }
        self.write(text);
    }

    /// The cursor stays where it was, if there is such a place.
    fn write(&self, text: &str) {
        let area = self.area();
        let at = number(&area, "selectionStart") as u32;
        area.set_value(text);
        self.select(at, at);
    }

    /// Where the cursor is, in bytes.
    pub fn cursor(&self) -> usize {
        bytes_before(&self.text(), number(&self.area(), "selectionStart") as usize)
    }

    /// Puts the cursor somewhere.
    pub fn set_cursor(&self, bytes: usize) {
        let at = units_before(&self.text(), bytes) as u32;
        self.select(at, at);
    }

    fn select(&self, from: u32, to: u32) {
        call(&self.area(), "setSelectionRange", &[from.into(), to.into()]);
    }

    /// To what is wrong, chosen as a whole.
    pub fn go_to(&self, wrong: &ParseError) {
        let text = self.text();
        let from = place_of(&text, wrong);
        let to = if text[from..].starts_with(&wrong.found) { from + wrong.found.len() } else { from };
        let _ = self.area().focus();
        let (from, to) = (units_before(&text, from) as u32, units_before(&text, to) as u32);
        self.select(from, to);
        self.reveal(wrong.line);
    }

    /// Writes as if somebody typed it, so that the browser can undo it. Returns whether it could.
    pub fn insert(&self, from: usize, to: usize, text: &str) -> bool {
        let whole = self.text();
        let _ = self.area().focus();
        self.select(units_before(&whole, from) as u32, units_before(&whole, to) as u32);
        if text.is_empty() { tell("delete", None) } else { tell("insertText", Some(text)) }
    }

    /// Takes back what was typed last. Where the browser knows of nothing, it is what the page wrote last: then
    /// the text is given.
    pub fn undo(&self) -> Option<String> {
        let was = self.text();
        let _ = self.area().focus();
        tell("undo", None);
        if self.text() != was {
            return None;
        }
        let before = self.drawn.borrow_mut().before.pop()?;
        self.write(&before);
        Some(before)
    }

    /// What is said of the text stays in view while somebody types, and so does the line with the cursor, if the
    /// one took the place of the other.
    pub fn keep_in_view(&self, said: &str) {
        if !self.is_typed_in() {
            return;
        }
        if let Some(said) = dom::by_id(said) {
            scroll_to(&said);
        }
        self.reveal(line_and_column(&self.text(), self.cursor()).0);
    }

    /// The line at which the run stands comes into view.
    pub fn reveal_present(&self) {
        let line = self.drawn.borrow().stands;
        self.reveal(line);
    }

    fn is_typed_in(&self) -> bool {
        dom::document().active_element().is_some_and(|active| active == *self.area.node())
    }

    // ---- The coloured lines ------------------------------------------------------------------------

    /// Draws the lines that are not drawn so yet.
    pub fn draw(&self, text: &str, wrong: &[ParseError]) {
        let mut drawn = self.drawn.borrow_mut();
        for old in std::mem::take(&mut drawn.wrong) {
            self.draw_again(&drawn.lines, old.line, None);
        }
        let new: Vec<&str> = text.split('\n').collect();
        let (start, end) = difference(&drawn.lines, &new);
        let node = self.lines.node();
        for n in (start..drawn.lines.len() - end).rev() {
            if let Some(old) = node.children().item(n as u32) {
                old.remove();
            }
        }
        let after = node.children().item(start as u32);
        for line in &new[start..new.len() - end] {
            let _ = node.insert_before(draw_line(line, None).node(), after.as_deref());
        }
        let changed = start..drawn.lines.len() - end;
        drawn.lines.splice(changed, new[start..new.len() - end].iter().map(|line| String::from(*line)));
        for mistake in wrong {
            self.draw_again(&drawn.lines, mistake.line, Some(mistake));
        }
        drawn.wrong = wrong.to_vec();
        let stands = drawn.stands;
        drop(drawn);
        self.stand(stands);
    }

    /// Draws a line once more, with what is wrong or without.
    fn draw_again(&self, lines: &[String], line: u32, wrong: Option<&ParseError>) {
        let place = line.saturating_sub(1);
        if let (Some(old), Some(line)) = (self.lines.node().children().item(place), lines.get(place as usize)) {
            let _ = self.lines.node().insert_before(draw_line(line, wrong).node(), Some(&old));
            old.remove();
        }
    }

    /// The run stands at this line, from 1; 0 is none.
    pub fn stand(&self, line: u32) {
        self.drawn.borrow_mut().stands = line;
        let marked = self.lines.node().query_selector(".here").ok().flatten();
        let here = line.checked_sub(1).and_then(|n| self.lines.node().children().item(n));
        if marked == here {
            return;
        }
        if let Some(marked) = marked {
            let _ = marked.class_list().remove_1("here");
        }
        if let Some(here) = here {
            let _ = here.class_list().add_1("here");
            if !self.is_typed_in() {
                self.reveal(line);
            }
        }
    }

    /// Scrolls a line into view, and nothing else of the page.
    fn reveal(&self, line: u32) {
        let Some(line) = line.checked_sub(1).and_then(|n| self.lines.node().children().item(n)) else { return };
        let frame = self.frame.node();
        let (top, height) = (number(&line, "offsetTop"), number(&line, "offsetHeight"));
        if top < frame.scroll_top() {
            frame.set_scroll_top(top);
        } else if top + height > frame.scroll_top() + frame.client_height() {
            frame.set_scroll_top(top + height - frame.client_height());
        }
    }

    /// Where the list of words goes: so far below the top of the box, and whether it goes above the line there.
    pub fn below(&self, line: u32) -> (i32, bool) {
        let Some(line) = line.checked_sub(1).and_then(|n| self.lines.node().children().item(n)) else {
            return (0, false);
        };
        let frame = self.frame.node();
        let top = number(&line, "offsetTop") - frame.scroll_top();
        let above = top > frame.client_height() / 2;
        if above { (frame.client_height() - top, true) } else { (top + number(&line, "offsetHeight"), false) }
    }
}

fn draw_line(line: &str, wrong: Option<&ParseError>) -> El {
    let row = html("div").class(if wrong.is_some() { "ed-line bad" } else { "ed-line" });
    row.children(pieces(line, wrong).into_iter().map(|(at, class, wrong)| {
        let name = class.map_or("", class_name);
        let names = if wrong { [name, " wrong"].concat() } else { name.into() };
        html("span").class(&names).verbatim(&line[at])
    }))
}

/// Scrolls as little as it takes.
pub(super) fn scroll_to(element: &Element) {
    let how = Object::new();
    let _ = Reflect::set(&how, &"block".into(), &"nearest".into());
    call(element, "scrollIntoView", &[how.into()]);
}

/// A part of something of the browser, by its name: a call of its own for each would be a part of the first load.
pub(super) fn of(what: &JsValue, name: &str) -> JsValue {
    Reflect::get(what, &name.into()).unwrap_or_default()
}

fn number(what: &JsValue, name: &str) -> i32 {
    of(what, name).as_f64().map_or(0, |number| number as i32)
}

/// What something of the browser does, by its name; nothing where it is refused.
pub(super) fn call(what: &JsValue, name: &str, with: &[JsValue]) -> JsValue {
    let with: Array = with.iter().collect();
    let done = of(what, name).dyn_ref::<Function>().map(|function| function.apply(what, &with));
    done.and_then(Result::ok).unwrap_or_default()
}

fn class_name(class: Class) -> &'static str {
    match class {
        Class::Comment => "k-comment",
        Class::Statement => "k-statement",
        Class::Word => "k-word",
        Class::Name => "k-name",
        Class::Server => "k-server",
        Class::Number => "k-number",
        Class::Text => "k-text",
        Class::Sign => "k-sign",
        Class::Value => "k-value",
    }
}

/// Tells the browser's own editing what to do.
fn tell(what: &str, text: Option<&str>) -> bool {
    let text = text.map_or(JsValue::UNDEFINED, JsValue::from_str);
    call(&dom::document(), "execCommand", &[what.into(), JsValue::FALSE, text]).is_truthy()
}

// ---- The view ----------------------------------------------------------------------------------------

/// The box: numbers, coloured lines, the field above them, and the list of words.
pub(super) fn view(editor: Editor, field: &Field) -> El {
    let list = offers::new();
    let area = field
        .area
        .clone()
        .attr("aria-label", says::FIELD)
        .attr("autocapitalize", "off")
        .attr("autocomplete", "off")
        .attr("maxlength", &MAX_BYTES.to_string())
        .attr("aria-autocomplete", "list")
        .truth("aria-invalid", move || editor.is_wrong())
        .attr("aria-describedby", "editor-state")
        .bind("aria-controls", move || list.with(Offers::is_open).then(|| offers::ID.into()))
        .bind("aria-activedescendant", move || list.with(Offers::active_id))
        .on("input", move |event| typed(editor, list, &event))
        .on("keydown", move |event| offers::key(editor, list, event.unchecked_ref::<KeyboardEvent>()))
        .on("click", move |_| offers::close(list))
        .on("blur", move |_| offers::close(list));
    let gutter = move |event: Event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let line = target.and_then(|target| target.closest(".ed-line").ok().flatten());
        let Some(line) = line else { return };
        let all = editor.field().lines.node().children();
        let place = (0..all.length()).find(|n| all.item(*n).is_some_and(|other| other == line));
        seek_line(editor, place.map_or(0, |place| place + 1));
    };
    let lines = field.lines.clone().on("click", gutter);
    let frame = field.frame.clone().on("scroll", move |_| offers::close(list));
    html("div")
        .class("editor-frame")
        .child(frame.child(html("div").class("editor-paper").child(lines).child(area)))
        .slot(move || list.with(Offers::is_shown).then(|| offers::view(editor, list)))
}

fn typed(editor: Editor, list: RwSignal<Offers>, event: &Event) {
    let field = editor.field();
    let text = field.text();
    let kind = of(event, "inputType").as_string();
    let by_hand = matches!(kind.as_deref(), Some("insertText" | "deleteContentBackward" | "insertCompositionText"));
    editor.typed(text.clone());
    if by_hand { offers::look(editor, list, &text, false) } else { offers::close(list) }
}
