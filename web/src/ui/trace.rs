//! A trace of another Raft, walked through: its servers, their logs, its lines and its space-time diagram at
//! any line of it, and what Raft does not do.

use std::cell::{Cell, RefCell};

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, Event, File, HtmlInputElement, MouseEvent};
use raft_core::Time;
use raft_sim::traces::{self, MOST_BYTES, Reading};
use wasm_bindgen_futures::JsFuture;

use super::compare::row_view;
use super::dialogs::Shell;
use super::el::{El, html, svg};
use super::frame;
use super::page::{Dialog, Page};
use super::paint::point_in;
use super::signal::RwSignal;
use crate::diagram::{Frame, window};
use crate::layout::{Ring, tenths, translate};
use crate::scene::Shape;
use crate::trace::{Said, Stand, Walk};
use crate::words;
use crate::words::trace as says;

/// It is read for so long at a time, in microseconds: a frame has room for it.
const SLICE: u64 = 10_000;
/// So many lines are read without looking at the clock.
const LINES: u64 = 100;
/// Of the page's own run so many events are taken.
const EVENTS: usize = 50_000;
/// So many lines are told before the present, and as many after it.
const AROUND: usize = 40;
/// So many entries of each log are shown.
const ENTRIES: u64 = 10;
/// So many findings are listed.
const FINDINGS: usize = 8;
/// So many steps stand in the diagram.
const WIDE: u64 = 120;
/// The size of the ring.
const RING: (f64, f64) = (300.0, 230.0);
/// The size of the diagram: it is as wide as there is room.
const LINE: f64 = 24.0;
const WIDTH: f64 = 900.0;

thread_local! {
    static WALK: RefCell<Option<Walk>> = const { RefCell::new(None) };
    /// Counts what is begun: only the last goes on.
    static ROUND: Cell<u32> = const { Cell::new(0) };
}

/// What opens the dialog. The press is still on its way through another one, so that this one comes after it.
pub fn button(page: Page) -> El {
    let open = move || page.dialog.set(Some(Dialog::Trace));
    html("button").click(move || frame::soon(open)).text(says::OPEN)
}

/// What is to be seen of the dialog.
#[derive(Clone, Copy)]
struct Desk {
    page: Page,
    /// Changes with the place in the trace.
    changed: RwSignal<u32>,
    /// Changes with the trace.
    there: RwSignal<u32>,
    /// How far reading is.
    reading: RwSignal<Option<u64>>,
    /// Why it cannot be read.
    wrong: RwSignal<String>,
}

/// The dialog.
pub fn trace(page: Page) -> Shell {
    page.pause();
    let desk = Desk {
        page,
        changed: RwSignal::new(0),
        there: RwSignal::new(0),
        reading: RwSignal::new(None),
        wrong: RwSignal::new(String::new()),
    };
    on_cleanup(|| {
        WALK.set(None);
        ROUND.set(ROUND.get().wrapping_add(1));
    });
    let progress = move || desk.reading.get().map(says::reading).unwrap_or_default();
    let body = html("div")
        .class("compare trace")
        .child(html("p").text(says::ABOUT))
        .child(source(desk))
        .child(html("p").attr("role", "status").say(progress))
        .child(html("p").class("warm").attr("role", "alert").say(move || desk.wrong.get()))
        .slot(move || {
            desk.there.track();
            WALK.with_borrow(|walk| walk.as_ref().is_some_and(|walk| !walk.is_empty())).then(|| walked(desk))
        });
    Shell { title: says::TITLE, fields: false, body: vec![body] }
}

impl Desk {
    /// Reads a trace, a slice a frame.
    fn begin(self, text: String) {
        self.wrong.set(String::new());
        WALK.set(None);
        self.there.update(|n| *n += 1);
        let round = ROUND.get().wrapping_add(1);
        ROUND.set(round);
        match Reading::new(text, None) {
            Ok(reading) => self.go_on(round, reading.to_replay()),
            Err(error) => self.refuse(&error.to_string()),
        }
    }

    fn go_on(self, round: u32, mut reading: Reading<String>) {
        let until = frame::clock() + SLICE;
        loop {
            match reading.go_on(LINES) {
                Err(error) => return self.refuse(&error.to_string()),
                Ok(true) => break,
                Ok(false) if frame::clock() > until => {
                    self.reading.set(Some(reading.progress()));
                    return frame::later(0, move || {
                        if ROUND.get() == round {
                            self.go_on(round, reading);
                        }
                    });
                }
                Ok(false) => {}
            }
        }
        self.reading.set(None);
        match reading.end() {
            Ok((report, replay)) => WALK.set(Some(Walk::new(report, replay))),
            Err(error) => return self.refuse(&error.to_string()),
        }
        self.there.update(|n| *n += 1);
    }

    fn refuse(self, why: &str) {
        self.reading.set(None);
        self.wrong.set(format!("{} {why}", says::UNREADABLE));
    }

    fn read<T>(self, of: impl FnOnce(&Walk) -> T) -> Option<T> {
        self.changed.track();
        WALK.with_borrow(|walk| walk.as_ref().map(of))
    }

    fn seek(self, step: Option<usize>) {
        let Some(step) = step else { return };
        WALK.with_borrow_mut(|walk| walk.iter_mut().for_each(|walk| walk.go(step)));
        self.changed.update(|n| *n = n.wrapping_add(1));
    }

    /// Where to go from here.
    fn to(self, of: impl Fn(&Walk) -> Option<usize> + Copy + 'static) -> impl Fn() + Copy + 'static {
        move || self.seek(untrack(|| self.read(of)).flatten())
    }
}

// ---- Where a trace comes from ----------------------------------------------------------------

fn source(desk: Desk) -> El {
    let pasted = RwSignal::new(String::new());
    let take = move |event: Event| {
        let input: HtmlInputElement = event_target(&event);
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            take_file(desk, file);
        }
    };
    let this_run = move || {
        let (scenario, now) = desk.page.with(|model| (model.playback.scenario().clone(), model.playback.now()));
        desk.begin(traces::write(scenario, Some(now), EVENTS));
    };
    let file = html("input").attr("type", "file").attr("id", "trace-file").on("change", take);
    let area = html("textarea")
        .attr("id", "trace-text")
        .attr("rows", "3")
        .attr("spellcheck", "false")
        .attr("aria-labelledby", "trace-text-label")
        .attr("placeholder", "{\"server\":\"S2\",\"event\":\"vote\",\"term\":5,\"for\":\"S1\"}")
        .on("input", move |event| pasted.set(event_target_value(&event)));
    let read = html("button")
        .flag("disabled", move || pasted.with(|text| text.trim().is_empty()))
        .click(move || desk.begin(pasted.get_untracked()))
        .text(says::READ);
    let paste = html("details")
        .child(html("summary").attr("id", "trace-text-label").text(says::PASTE))
        .child(html("div").class("field").child(area).child(html("div").class("with").child(read)));
    html("div")
        .class("trace-source")
        .child(html("label").child(html("span").text(says::FILE)).text(" ").child(file))
        .child(html("button").click(this_run).text(says::THIS_RUN))
        .child(paste)
}

fn take_file(desk: Desk, file: File) {
    if file.size() > MOST_BYTES as f64 {
        return desk.refuse(&says::too_large(MOST_BYTES));
    }
    leptos::task::spawn_local(async move {
        match JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()) {
            Some(text) => desk.begin(text),
            None => desk.refuse(""),
        }
    });
}

// ---- What is in it ---------------------------------------------------------------------------

fn walked(desk: Desk) -> El {
    let verdict =
        untrack(|| desk.read(|walk| (says::size(&walk.report), walk.report.findings.len(), walk.report.more)));
    let (size, count, more) = verdict.unwrap_or_default();
    let verdict = if count == 0 { says::NOTHING.to_owned() } else { says::found(count, more) };
    html("div")
        .class("compare-both")
        .child(
            html("p")
                .attr("role", "status")
                .child(html("b").class(if count == 0 { "" } else { "warm" }).text(&verdict))
                .text(" ")
                .child(html("span").text(&size)),
        )
        .maybe((count > 0).then(|| findings(desk)))
        .child(place(desk))
        .child(
            html("div")
                .class("trace-views")
                .child(titled(says::SERVERS, html("div").slot(move || desk.read(|walk| ring(&walk.stands())))))
                .child(titled(says::LOGS, html("div").slot(move || desk.read(logs))))
                .child(titled(says::LINES, html("div").slot(move || desk.read(|walk| lines(desk, walk.said(AROUND)))))),
        )
        .child(html("div").slot(move || desk.read(|walk| diagram(desk, walk))))
}

fn titled(title: &str, what: El) -> El {
    html("section").attr("aria-label", title).child(html("h3").text(title)).child(what)
}

fn findings(desk: Desk) -> El {
    let all = untrack(|| {
        desk.read(|walk| {
            let all = walk.report.findings.iter().take(FINDINGS);
            let item = all.map(|finding| {
                let name = format!("{} · {}", finding.rule.name().replace('-', " "), finding.rule.section());
                (name, says::finding(finding), walk.at_line(finding.line))
            });
            item.collect::<Vec<_>>()
        })
    });
    let item = |(rule, text, step): (String, String, usize)| {
        let go = html("button").class("quiet").click(move || desk.seek(Some(step))).text(&text);
        html("li").child(html("b").class("warm").text(&rule)).text(" ").child(go)
    };
    titled(says::FINDINGS, html("ul").class("trace-findings").children(all.unwrap_or_default().into_iter().map(item)))
}

fn place(desk: Desk) -> El {
    let here = move || desk.read(Walk::here).unwrap_or_default();
    let line = move || says::line(desk.read(Walk::line).unwrap_or_default());
    let len = untrack(|| desk.read(Walk::len)).unwrap_or_default();
    let slide = move |event: Event| desk.seek(event_target_value(&event).parse().ok());
    let slider = html("input")
        .attr("type", "range")
        .attr("min", "0")
        .attr("max", &len.to_string())
        .attr("aria-label", says::PLACE)
        .follow("aria-valuetext", line)
        .prop("value", move || here().to_string().into())
        .on("input", slide);
    let sign = |name: &str, sign: &str| html("button").class("quiet icon").attr("aria-label", name).text(sign);
    html("div")
        .class("compare-time")
        .child(sign(says::TO_START, "⇤").click(desk.to(|_| Some(0))))
        .child(sign(says::BACK, "‹").click(desk.to(|walk| walk.here().checked_sub(1))))
        .child(slider)
        .child(sign(says::ON, "›").click(desk.to(|walk| Some(walk.here() + 1))))
        .child(sign(says::TO_END, "⇥").click(desk.to(|walk| Some(walk.len()))))
        .child(html("span").class("mono").say(line))
        .child(
            html("button")
                .flag("disabled", move || desk.read(Walk::next_leader).flatten().is_none())
                .click(desk.to(Walk::next_leader))
                .text(says::NEXT_LEADER),
        )
        .child(
            html("button")
                .flag("disabled", move || desk.read(Walk::next_finding).flatten().is_none())
                .click(desk.to(Walk::next_finding))
                .text(says::NEXT_FINDING),
        )
}

fn ring(stands: &[Stand]) -> El {
    let places = Ring::fit(RING.0, RING.1, stands.len(), 0);
    let server = |(stand, at): (&Stand, &crate::layout::Point)| {
        let r = tenths(places.server);
        let role = words::role_class(stand.role, stand.condition);
        let circle = |class: &str, r: &str| svg("circle").class(class).attr("r", r);
        let halo = (role == "leader").then(|| circle("halo", &tenths(places.server + 5.0)).attr("stroke-width", "1.6"));
        let rim = matches!(role, "leader" | "candidate").then(|| circle("rim", &r));
        let text = |y: &str, size: &str| {
            svg("text").attr("y", y).attr("text-anchor", "middle").attr("font-size", size).attr("fill", "currentColor")
        };
        let name: String = stand.name.chars().take(8).collect();
        svg("g")
            .class("server")
            .attr("data-role", role)
            .attr("transform", &translate(*at))
            .maybe(halo)
            .child(circle("face", &r))
            .maybe(rim)
            .child(text("0", "12").attr("font-weight", "650").verbatim(&name))
            .child(text("13", "10").text(&format!("T{}", stand.term)))
    };
    let said: Vec<String> = stands
        .iter()
        .map(|stand| format!("{} {} T{}", stand.name, words::role(stand.role, stand.condition), stand.term))
        .collect();
    svg("svg")
        .class("trace-ring")
        .attr("viewBox", &format!("0 0 {} {}", RING.0, RING.1))
        .attr("role", "img")
        .attr("aria-label", &said.join(", "))
        .children(stands.iter().zip(&places.servers).map(server))
}

fn logs(walk: &Walk) -> El {
    let stands = walk.stands();
    let rows = walk.rows(ENTRIES);
    html("ul").children(rows.iter().zip(&stands).map(|(row, stand)| row_view(row, &stand.name, stand.term.0, &[])))
}

fn lines(desk: Desk, said: Vec<Said>) -> El {
    let list =
        html("ol").class("trace-lines").attr("tabindex", "0").attr("role", "list").attr("aria-label", says::LINES);
    let mut current = None;
    let items: Vec<El> = said
        .into_iter()
        .map(|said| {
            let step = said.step;
            let words = html("button")
                .class(if said.wrong { "quiet wrong" } else { "quiet" })
                .attr("aria-current", if said.now { "true" } else { "false" })
                .click(move || desk.seek(Some(step)))
                .child(html("small").class("mono").verbatim(&said.line.to_string()))
                .text(" ")
                .text(&said.words);
            let item = html("li").child(words);
            if said.now {
                current = Some(item.as_node::<Element>());
            }
            item
        })
        .collect();
    let list = list.children(items);
    let area: Element = list.as_node();
    frame::soon(move || {
        // Only the list moves: the dialog stays where the reader has it.
        if let Some(current) = current {
            let (item, all) = (current.get_bounding_client_rect(), area.get_bounding_client_rect());
            let middle = item.top() - all.top() - (all.height() - item.height()) / 2.0;
            area.set_scroll_top(area.scroll_top() + middle as i32);
        }
    });
    list
}

fn diagram(desk: Desk, walk: &Walk) -> El {
    let stands = walk.stands();
    let ids: Vec<_> = stands.iter().map(|stand| stand.id).collect();
    let height = LINE * ids.len() as f64 + 8.0;
    let shown = window(Time(walk.here() as u64), Time(walk.len() as u64), Time(WIDE));
    let frame = Frame::new(shown, &ids, &[], WIDTH, height);
    let all = walk.diagram(&frame);
    let now = frame.x(Time(walk.here() as u64));
    let path = |class: &str, d: &str| svg("path").class(class).attr("d", d);
    let names = frame.lines.iter().zip(&stands).map(|((_, y), stand)| {
        let name: String = stand.name.chars().take(5).collect();
        svg("text").class("line-name").attr("x", "16").attr("y", &tenths(y + 4.0)).verbatim(&name)
    });
    let arrows = Shape::ALL.iter().zip(&all.arrows).flat_map(|(shape, (arrows, ends))| {
        let name = shape.class();
        [path(&format!("arrow {name}"), arrows), path(&format!("spot {name}"), ends)]
    });
    let to = frame.clone();
    let go = move |event: Event| {
        let svg: Element = event.current_target().map(JsCast::unchecked_into).expect("a listener has a target");
        let mouse: &MouseEvent = event.unchecked_ref();
        let at = point_in(&svg, mouse.client_x(), mouse.client_y());
        if at.x >= to.across.start {
            desk.seek(Some(to.time(at.x).0 as usize));
        }
    };
    let drawn = svg("svg")
        .attr("viewBox", &format!("0 0 {WIDTH} {height}"))
        .attr("role", "img")
        .attr("aria-label", says::SPACE_TIME)
        .on("click", go)
        .child(path("empty-time", &all.empty))
        .child(path("line", &all.lines))
        .child(path("silent", &all.silent))
        .child(path("stands-line", &all.stands))
        .child(path("leads-line", &all.leads))
        .children(arrows)
        .child(path("lost", &all.lost))
        .child(path("crashed", &all.crashes))
        .children(names)
        .child(path("hand", &format!("M{} 0V{}", tenths(now), tenths(height))));
    html("div").class("space-time trace-time").child(drawn)
}
