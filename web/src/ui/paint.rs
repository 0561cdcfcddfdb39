//! What changes with every frame, written straight to the elements: signals would make each of
//! sixty frames a second a round through everything that listens.

use std::collections::HashMap;

use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, Text};
use raft_core::ServerId;

use super::dom;
use super::tongue::{is_read, said};
use crate::layout::{Point, Ring, circle, draw, tenths, translate};
use crate::scene::{FlightScene, Motion, Shape};

/// Elements by id, with what was last written to each of their attributes.
#[derive(Default)]
pub struct Painter {
    known: HashMap<String, Known>,
}

struct Known {
    /// `None` where there is no such element.
    element: Option<Element>,
    written: Vec<(&'static str, String)>,
}

impl Known {
    /// Whether an attribute has this value from now on, and had another one.
    fn differs(&mut self, name: &'static str, value: &str) -> bool {
        match self.written.iter_mut().find(|(known, _)| *known == name) {
            Some((_, before)) if before == value => false,
            Some((_, before)) => {
                value.clone_into(before);
                true
            }
            None => {
                self.written.push((name, value.to_owned()));
                true
            }
        }
    }
}

/// A label that goes along with a message.
pub struct Tag {
    /// The message.
    pub flight: u64,
    /// What it says.
    pub words: String,
}

/// At most so many messages can be reached by keyboard.
pub const TARGETS: usize = 60;

/// At most so many labels are shown.
pub const TAGS: usize = 3;

impl Painter {
    /// Forgets the elements: the page drew others.
    pub fn forget(&mut self) {
        self.known.clear();
    }

    fn find(&mut self, id: &str) -> &mut Known {
        let stale = match self.known.get(id) {
            Some(known) => known.element.as_ref().is_none_or(|element| !element.is_connected()),
            None => true,
        };
        if stale {
            let known = Known { element: dom::document().get_element_by_id(id), written: Vec::new() };
            self.known.insert(id.to_owned(), known);
        }
        self.known.get_mut(id).expect("it is there, or was just put there")
    }

    /// Writes an attribute, if it differs from what was written last.
    pub fn write(&mut self, id: &str, name: &'static str, value: String) {
        let known = self.find(id);
        if known.element.is_none() || !known.differs(name, &value) {
            return;
        }
        let Some(element) = &known.element else { return };
        match is_read(name) {
            true => dom::set(element, name, &said(&value)),
            false => dom::set(element, name, &value),
        }
    }

    /// Writes the text of an element. Its node stays: for a new one the element would be styled anew.
    pub fn say(&mut self, id: &str, text: String) {
        let known = self.find(id);
        if known.element.is_none() || !known.differs("#text", &text) {
            return;
        }
        let Some(element) = &known.element else { return };
        match element.first_child().and_then(|node| node.dyn_into::<Text>().ok()) {
            Some(node) => node.set_data(&said(&text)),
            None => element.set_text_content(Some(&said(&text))),
        }
    }

    /// Moves an element. A text that is moved so is not laid out anew, as it is for other coordinates.
    pub fn place(&mut self, id: &str, at: Point) {
        self.write(id, "transform", translate(at));
    }

    /// Timers.
    pub fn timers(&mut self, motion: &Motion, servers: &[ServerId]) {
        for (id, left) in servers.iter().zip(&motion.timers) {
            let (arc, left) = (format!("timer-{}", id.0), left.unwrap_or(0));
            // A dash of no length would still be drawn as a dot.
            self.write(&arc, "visibility", if left == 0 { "hidden" } else { "visible" }.to_owned());
            self.write(&arc, "stroke-dasharray", format!("{left} 2000"));
        }
    }

    /// Messages.
    pub fn motion(&mut self, motion: &Motion, ring: &Ring, tags: &[Tag], still: bool) {
        let r = ring.message;
        // In a crowd trails run into one another, and tell nothing.
        let trails = !motion.is_crowd();
        let drawn = motion.drawn();
        for shape in Shape::ALL {
            let (mut body, mut trail, stamp) = (String::new(), String::new(), shape.stamp(r));
            for flight in drawn.iter().filter(|flight| flight.shape == shape && !flight.lost) {
                stamp.press(&mut body, flight.at);
                let (tail, at) = (flight.tail, flight.at);
                if trails {
                    draw(&mut trail, &[("M", tail.x), (" ", tail.y), ("L", at.x), (" ", at.y)], "");
                }
            }
            self.write(&format!("body-{}", shape.class()), "d", body);
            self.write(&format!("trail-{}", shape.class()), "d", trail);
        }
        let held = signs(&drawn, |flight| flight.held && !flight.lost, |at, d| circle(d, at, r + 4.5));
        self.write("flights-held", "d", held);
        self.write("flights-lost", "d", signs(&drawn, |flight| flight.lost, |at, d| cross(at, r * 0.8, d)));
        let refuse = signs(&drawn, |flight| flight.refuses && !flight.lost, |at, d| cross(at, r * 0.42, d));
        self.write("flights-refuse", "d", refuse);
        // Only while time stands still do messages have targets of their own.
        for flight in motion.flights.iter().filter(|_| still).take(TARGETS) {
            let id = format!("flight-{}", flight.id);
            self.write(&id, "cx", tenths(flight.at.x));
            self.write(&id, "cy", tenths(flight.at.y));
        }
        self.tags(motion, ring, tags);
    }

    fn tags(&mut self, motion: &Motion, ring: &Ring, tags: &[Tag]) {
        for n in 0..TAGS {
            let id = format!("tag-{n}");
            let shown = tags.get(n).and_then(|tag| Some((tag, motion.flights.iter().find(|f| f.id == tag.flight)?)));
            let Some((tag, flight)) = shown else {
                self.write(&id, "visibility", "hidden".to_owned());
                continue;
            };
            let width = 12.0 + text_width(&tag.words);
            let at = beside(flight, width, ring);
            self.write(&id, "visibility", "visible".to_owned());
            self.place(&id, at);
            self.write(&format!("tag-box-{n}"), "width", tenths(width));
            self.say(&format!("tag-text-{n}"), tag.words.clone());
        }
    }
}

/// Beside a message, on its right if there is room: not beyond the edge, and over no server.
fn beside(flight: &FlightScene, width: f64, ring: &Ring) -> Point {
    let y = (flight.at.y - TAG / 2.0).clamp(2.0, (ring.height - TAG - 2.0).max(2.0));
    let away = ring.message + 7.0;
    let (right, left) = (flight.at.x + away, flight.at.x - away - width);
    let free = |x: f64| {
        let covers = |server: &Point| {
            let to = (server.x - server.x.clamp(x, x + width), server.y - server.y.clamp(y, y + TAG));
            to.0 * to.0 + to.1 * to.1 < ring.server * ring.server
        };
        !ring.servers.iter().any(covers)
    };
    let beyond = right + width > ring.width - 4.0;
    let x = if beyond || !free(right) && left >= 4.0 && free(left) { left } else { right };
    Point { x: x.max(4.0), y }
}

/// The height of a label.
const TAG: f64 = 18.0;

/// At least as wide as the text of a label in the fonts that pages have: 11 px type; measuring would
/// force a layout each frame.
fn text_width(text: &str) -> f64 {
    let wide = |c| match c {
        'i' | 'l' | 't' | '.' | ' ' | ',' => 4.0,
        '@' | 'm' | 'w' | '⋯'.. => 11.0,
        _ => 6.9,
    };
    text.chars().map(wide).sum()
}

fn signs(drawn: &[&FlightScene], which: impl Fn(&FlightScene) -> bool, sign: impl Fn(Point, &mut String)) -> String {
    let mut d = String::new();
    drawn.iter().filter(|flight| which(flight)).for_each(|flight| sign(flight.at, &mut d));
    d
}

fn cross(at: Point, r: f64, d: &mut String) {
    let side = 2.0 * r;
    draw(
        d,
        &[("M", at.x - r), (" ", at.y - r), ("l", side), (" ", side), ("m0 ", -side), ("l", -side), (" ", side)],
        "",
    );
}

/// Where an element lies in the window. To ask lays out what changed since: who is asked often, asks once.
#[derive(Clone, Copy)]
pub struct Place {
    left: f64,
    top: f64,
    /// On a projector all is drawn larger than it is.
    larger: f64,
}

impl Place {
    /// Where it lies now.
    pub fn of(element: &Element) -> Place {
        let rect = element.get_bounding_client_rect();
        let larger = rect.width() / f64::from(element.client_width()).max(1.0);
        Place { left: rect.left(), top: rect.top(), larger: if larger > 1.05 { larger } else { 1.0 } }
    }

    /// A point of the window, in the units of the element.
    pub fn point(self, client_x: i32, client_y: i32) -> Point {
        let inside = |client: i32, edge: f64| (f64::from(client) - edge) / self.larger;
        Point { x: inside(client_x, self.left), y: inside(client_y, self.top) }
    }
}

/// Where a pointer is, in the units of an SVG that fills its box.
pub fn point_in(svg: &Element, client_x: i32, client_y: i32) -> Point {
    Place::of(svg).point(client_x, client_y)
}
