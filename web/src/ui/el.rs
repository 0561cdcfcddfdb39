//! Elements: the page is made of plain DOM nodes that live in Leptos's reactive world.
//!
//! Signals, memos, effects and owners are Leptos's. Its views are not used: they give every
//! element a type of its own, and every type its own code, which for this page was two and a
//! half times the size that it may have. Here there is one type of element, and closures are
//! boxed where they enter, so that an attribute costs a call and nothing else.
//!
//! ```ignore
//! html("button").class("primary").say(move || label.get()).on("click", move |_| page.play())
//! ```

use std::rc::Rc;

use leptos::prelude::*;
use leptos::wasm_bindgen::prelude::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{self, Element, Event, KeyboardEvent};

use super::dom;
use super::own::Place;
use super::signal::Memo;
use super::tongue::{is_read, said};

/// An element, with all that hangs below it.
#[derive(Clone)]
pub struct El(Element);

const SVG: &str = "http://www.w3.org/2000/svg";

/// An element of a page.
pub fn html(tag: &'static str) -> El {
    El(dom::document().create_element(tag).expect("the name of an element"))
}

/// An element of a picture.
pub fn svg(tag: &'static str) -> El {
    El(dom::document().create_element_ns(Some(SVG), tag).expect("the name of an element"))
}

/// Does something whenever an event reaches the window, as long as the present owner is there.
pub fn on_window(event: &'static str, act: impl FnMut(Event) + 'static) {
    listen(&dom::window(), event, Box::new(act));
}

impl El {
    /// Its classes.
    pub fn class(self, names: &str) -> El {
        self.attr("class", names)
    }

    /// An attribute that stays as it is.
    pub fn attr(self, name: &'static str, value: &str) -> El {
        set(&self.0, name, Some(value));
        self
    }

    /// An attribute that follows what it is made of; `None` takes it away.
    pub fn bind(self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> El {
        bind(self.0.clone(), name, Box::new(value));
        self
    }

    /// An attribute that is there, always.
    pub fn follow(self, name: &'static str, value: impl Fn() -> String + 'static) -> El {
        self.bind(name, move || Some(value()))
    }

    /// An attribute without a value that is there or not, such as `hidden`.
    pub fn flag(self, name: &'static str, on: impl Fn() -> bool + 'static) -> El {
        self.bind(name, move || on().then(String::new))
    }

    /// An attribute that says `true` or `false`, such as `aria-pressed`.
    pub fn truth(self, name: &'static str, on: impl Fn() -> bool + 'static) -> El {
        self.bind(name, move || Some(String::from(if on() { "true" } else { "false" })))
    }

    /// A property of the node, such as `value`.
    pub fn prop(self, name: &'static str, value: impl Fn() -> JsValue + 'static) -> El {
        let element = self.0.clone();
        react(Box::new(move || {
            let _ = js_sys::Reflect::set(&element, &JsValue::from_str(name), &value());
        }));
        self
    }

    /// A custom property of its style.
    pub fn style(self, name: &'static str, value: impl Fn() -> String + 'static) -> El {
        style(self.0.clone(), name, Box::new(value));
        self
    }

    /// A text that stays as it is.
    pub fn text(self, text: &str) -> El {
        self.add(dom::document().create_text_node(&said(text)).as_ref());
        self
    }

    /// A text that is not the page's, and so is in no table: names, code, what somebody wrote.
    pub fn verbatim(self, text: &str) -> El {
        self.add(dom::document().create_text_node(text).as_ref());
        self
    }

    /// A text that follows what it is made of.
    pub fn say(self, text: impl Fn() -> String + 'static) -> El {
        say(&self.0, Box::new(text));
        self
    }

    /// An element below it.
    pub fn child(self, child: El) -> El {
        self.add(child.0.as_ref());
        self
    }

    /// An element below it, if there is one.
    pub fn maybe(self, child: Option<El>) -> El {
        self.children(child)
    }

    /// Elements below it.
    pub fn children(self, children: impl IntoIterator<Item = El>) -> El {
        for child in children {
            self.add(child.0.as_ref());
        }
        self
    }

    /// A place for an element that is made anew whenever what it is made of changes.
    pub fn slot(self, view: impl Fn() -> Option<El> + 'static) -> El {
        slot(&self.0, Box::new(view));
        self
    }

    /// A place for an element that is there while something holds.
    pub fn when(self, holds: impl Fn() -> bool + 'static, view: impl Fn() -> El + 'static) -> El {
        let holds = Memo::new(holds);
        self.slot(move || holds.get().then(&view))
    }

    /// An element for each of these, kept as long as its key is there.
    pub fn each(self, keys: impl Fn() -> Vec<u64> + 'static, view: impl Fn(u64) -> El + 'static) -> El {
        each(&self.0, Box::new(keys), Box::new(view));
        self
    }

    /// Does something whenever an event reaches it.
    pub fn on(self, event: &'static str, act: impl FnMut(Event) + 'static) -> El {
        listen(&self.0, event, Box::new(act));
        self
    }

    /// Does something when it is clicked.
    pub fn click(self, mut act: impl FnMut() + 'static) -> El {
        self.on("click", move |_| act())
    }

    /// Does something when Enter is pressed in it.
    pub fn on_enter(self, mut act: impl FnMut() + 'static) -> El {
        self.on("keydown", move |event| {
            if event.unchecked_ref::<KeyboardEvent>().key() == "Enter" {
                event.prevent_default();
                act();
            }
        })
    }

    /// The node itself.
    pub fn node(&self) -> &Element {
        &self.0
    }

    /// The node as what it is.
    pub fn as_node<T: JsCast>(&self) -> T {
        self.0.clone().unchecked_into()
    }

    fn add(&self, node: &web_sys::Node) {
        let _ = self.0.append_child(node);
    }
}

fn set(element: &Element, name: &str, value: Option<&str>) {
    let _ = match value {
        Some(value) if is_read(name) => element.set_attribute(name, &said(value)),
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

/// Runs now, and again whenever a signal changes that it read, until its owner goes.
pub fn react(mut run: Box<dyn FnMut()>) {
    keep(RenderEffect::new(move |_| run()));
}

/// Keeps something as long as the present owner.
fn keep<T: 'static>(what: T) {
    Place::new(Rc::new(what));
}

fn bind(element: Element, name: &'static str, value: Box<dyn Fn() -> Option<String>>) {
    let mut before: Option<Option<String>> = None;
    react(Box::new(move || {
        let value = value();
        if before.as_ref() != Some(&value) {
            set(&element, name, value.as_deref());
            before = Some(value);
        }
    }));
}

fn style(element: Element, name: &'static str, value: Box<dyn Fn() -> String>) {
    let style = element.unchecked_into::<web_sys::HtmlElement>().style();
    react(Box::new(move || {
        let _ = style.set_property(name, &value());
    }));
}

fn say(element: &Element, text: Box<dyn Fn() -> String>) {
    let node = dom::document().create_text_node("");
    let _ = element.append_child(&node);
    let mut before = String::new();
    react(Box::new(move || {
        let text = text();
        if text != before {
            node.set_data(&said(&text));
            before = text;
        }
    }));
}

/// A node that shows nothing and marks a place among its siblings.
fn marker(parent: &Element) -> web_sys::Comment {
    let marker = dom::document().create_comment("");
    let _ = parent.append_child(&marker);
    marker
}

fn insert(element: &Element, before: &web_sys::Node) {
    if let Some(parent) = before.parent_node() {
        let _ = parent.insert_before(element, Some(before));
    }
}

fn slot(parent: &Element, view: Box<dyn Fn() -> Option<El>>) {
    let place = marker(parent);
    let outer = Owner::current().unwrap_or_default();
    let mut shown: Option<(Owner, El)> = None;
    react(Box::new(move || {
        // What is made of the old element goes after it: to be removed may still be an event.
        if let Some((owner, El(old))) = shown.take() {
            old.remove();
            owner.cleanup();
        }
        let owner = outer.with(Owner::new);
        shown = owner.with(&view).map(|new| {
            insert(&new.0, &place);
            (owner, new)
        });
    }));
}

fn each(parent: &Element, keys: Box<dyn Fn() -> Vec<u64>>, view: Box<dyn Fn(u64) -> El>) {
    let place = marker(parent);
    let outer = Owner::current().unwrap_or_default();
    let mut shown: Vec<(u64, Owner, El)> = Vec::new();
    react(Box::new(move || {
        let keys = keys();
        if shown.iter().map(|(key, ..)| *key).eq(keys.iter().copied()) {
            return;
        }
        let mut old = core::mem::take(&mut shown);
        for key in keys {
            let kept = old.iter().position(|(known, ..)| *known == key).map(|at| old.remove(at));
            // What an element is made of must not make the whole list anew.
            let item = kept.unwrap_or_else(|| {
                let owner = outer.with(Owner::new);
                let element = owner.with(|| untrack(|| view(key)));
                (key, owner, element)
            });
            shown.push(item);
        }
        for (_, owner, El(element)) in old {
            element.remove();
            owner.cleanup();
        }
        // Only what is not in its place is moved: what stays keeps the focus.
        let mut next: web_sys::Node = place.clone().into();
        for (.., El(element)) in shown.iter().rev() {
            if element.next_sibling().as_ref() != Some(&next) {
                insert(element, &next);
            }
            next = element.clone().into();
        }
    }));
}

fn listen(target: &web_sys::EventTarget, event: &'static str, act: Box<dyn FnMut(Event)>) {
    let act = Closure::wrap(act);
    let _ = target.add_event_listener_with_callback(event, act.as_ref().unchecked_ref());
    keep(act);
}
