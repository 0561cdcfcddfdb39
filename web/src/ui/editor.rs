//! The run as text, live both ways: what is done in the page is written here, and what is written here is
//! run. What is typed is kept before anything else is done with it, so that not even a panic loses it.

mod field;
mod offers;

use std::cell::RefCell;
use std::sync::Arc;

use leptos::prelude::untrack;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Event, HtmlElement, HtmlInputElement};
use raft_sim::link::View;
use raft_sim::scenario::{MAX_BYTES, ParseError, Scenario};
use wasm_bindgen_futures::JsFuture;

use self::field::Field;
use super::el::{El, html, react};
use super::own::Own;
use super::page::{Page, Tab};
use super::signal::RwSignal;
use super::tale::{Tale, from_the_top};
use super::{dialogs, dom, frame};
use crate::editor::{
    Draft, fragment_with_remarks, has_remarks, line_and_column, line_now, mended, step_of_line, tidied, time_of_step,
};
use crate::words::{self, editor as says};

/// A text rests so long before it is run, in milliseconds.
const REST: u64 = 250;

/// So many mistakes are told below the text.
const MISTAKES_TOLD: usize = 4;

/// The name under which what is typed is kept.
const KEPT: &str = "draft";

thread_local! {
    /// What is written, also while the panel is away.
    static DRAFT: RefCell<Option<Draft>> = const { RefCell::new(None) };
    /// The text as which a run came last, with the remarks that a run knows nothing of.
    static CAME: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A run comes as a text, now.
pub fn came_as(text: &str) {
    CAME.set(Some(text.to_owned()));
}

/// A link is opened: one that holds a text has remarks, too.
pub fn came_by(link: &str) {
    let text = link.split_once("#text=").and_then(|(_, rest)| rest.split('&').next());
    if let Some(text) =
        text.and_then(|text| field::call(&dom::window(), "decodeURIComponent", &[text.into()]).as_string())
    {
        CAME.set(Some(text));
    }
}

fn draft_of(now: &Arc<Scenario>) -> Draft {
    CAME.with_borrow(|came| Draft::of(now, came.as_deref()))
}

fn follows(draft: &mut Draft, now: &Arc<Scenario>) -> bool {
    CAME.with_borrow(|came| draft.follow(now, came.as_deref()))
}

/// Whether the run has remarks that a link leaves out.
pub fn has_remarks_of(run: &Arc<Scenario>) -> bool {
    let text = DRAFT.with_borrow_mut(|draft| {
        let draft = draft.as_mut()?;
        follows(draft, run);
        draft.news().is_none().then(|| draft.text.clone())
    });
    has_remarks(&text.unwrap_or_else(|| draft_of(run).text))
}

/// Shows the text; the same key leaves it again.
pub fn toggle(page: Page) {
    if page.tale.get_untracked() == Tale::Text {
        page.tale.set(Tale::Story);
        return dom::focus("tab-story");
    }
    page.tale.set(Tale::Text);
    page.tab.set(Tab::Story);
    shown();
    frame::soon(|| dom::focus(field::ID));
}

/// It is about to be there. On a narrow page it is further down, and wants the height.
pub fn shown() {
    from_the_top();
    frame::soon(|| {
        if let Some(tab) = dom::by_id("tab-text") {
            tab.scroll_into_view();
        }
    });
}

/// What the parts of the panel share.
#[derive(Clone, Copy)]
struct Editor {
    page: Page,
    field: Own<Field>,
    /// The mistakes in the text, once it rests.
    wrong: RwSignal<Vec<ParseError>>,
    /// Whether the text says another run than the one that is shown.
    writes: RwSignal<bool>,
    apart: RwSignal<bool>,
    /// What was typed on an earlier visit.
    kept: RwSignal<Option<String>>,
    /// Whether the link to the text is shown.
    links: RwSignal<bool>,
    /// Said beside the buttons.
    said: RwSignal<&'static str>,
    /// Counts what is typed: an older rest is none.
    turn: RwSignal<u64>,
}

/// The panel.
pub fn panel(page: Page) -> El {
    let first = DRAFT.with_borrow(Option::is_none);
    let now = page.with(|model| model.playback.scenario().clone());
    let mut draft = DRAFT.take().unwrap_or_else(|| draft_of(&now));
    follows(&mut draft, &now);
    let kept = dom::kept(KEPT).filter(|text| first && !text.is_empty() && *text != draft.text);
    let field = Field::new();
    let editor = Editor {
        page,
        field: Own::new(field.clone()),
        wrong: RwSignal::new(draft.mistakes().to_vec()),
        writes: RwSignal::new(draft.news().is_some()),
        apart: RwSignal::new(draft.apart),
        kept: RwSignal::new(kept),
        links: RwSignal::new(false),
        said: RwSignal::new(""),
        turn: RwSignal::new(0),
    };
    let text = draft.text.clone();
    DRAFT.set(Some(draft));
    field.show(&text);
    field.draw(&text, &editor.wrong.get_untracked());
    let view = html("div")
        .class("editor")
        .slot(move || editor.kept.get().map(|text| untrack(|| kept_card(editor, text))))
        .when(move || editor.apart.get(), move || apart_card(editor))
        .child(buttons(editor))
        .when(move || editor.links.get(), move || link_card(editor))
        .child(field::view(editor, &field))
        .child(state(editor))
        .child(html("p").class("editor-about").text(says::ABOUT));
    frame::soon(move || field.reveal_present());
    react(Box::new(move || {
        page.moment.track();
        page.title.track();
        page.paint.track();
        page.branches.track();
        untrack(|| follow(editor));
    }));
    view
}

/// What the run is now, and where it stands, in the text.
fn follow(editor: Editor) {
    let (now, done) = editor.page.with(|model| (model.playback.scenario().clone(), model.playback.run().steps_done()));
    let seen = DRAFT.with_borrow_mut(|draft| {
        let draft = draft.as_mut()?;
        let text = follows(draft, &now).then(|| draft.text.clone());
        let line = draft.read.as_ref().map_or(0, |parsed| line_now(parsed, done));
        Some((text, line, draft.apart, draft.news().is_some()))
    });
    let Some((text, line, apart, news)) = seen else { return };
    let Some(field) = editor.field.try_get_value() else { return };
    if let Some(text) = text {
        field.show(&text);
        field.draw(&text, &[]);
        editor.wrong.set(Vec::new());
    }
    set(editor.apart, apart);
    set(editor.writes, news);
    field.stand(line);
}

fn set<T: PartialEq + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}

impl Editor {
    fn field(&self) -> Field {
        self.field.get_value()
    }

    fn is_wrong(&self) -> bool {
        self.wrong.with(|wrong| !wrong.is_empty())
    }

    /// Somebody typed.
    fn typed(self, text: String) {
        dom::keep(KEPT, &text);
        let known = self.wrong.get_untracked();
        let still = DRAFT.with_borrow_mut(|draft| {
            let Some(draft) = draft.as_mut() else { return Vec::new() };
            draft.write(text.clone());
            // What is mended is so at once; what is half a word is not yet a mistake.
            draft.mistakes().iter().filter(|mistake| was_there(mistake, &known)).cloned().collect()
        });
        self.field().draw(&text, &still);
        set(self.wrong, still);
        set(self.writes, true);
        self.turn.update(|turn| *turn += 1);
        let turn = self.turn.get_untracked();
        let page = self.page;
        frame::later(REST, move || {
            if self.field.try_get_value().is_none() {
                // The panel was left: the text is run all the same.
                return run(page);
            }
            if self.turn.get_untracked() == turn {
                self.rest();
            }
        });
    }

    /// The text rests: it is run, or what is wrong is said.
    fn rest(self) {
        let wrong = DRAFT.with_borrow(|draft| draft.as_ref().map_or(Vec::new(), |draft| draft.mistakes().to_vec()));
        let field = self.field();
        field.draw(&field.text(), &wrong);
        if let Some((first, more)) = wrong.split_first() {
            self.page.live.set([told(first), says::more(more.len())].join(" ").trim_end().to_owned());
        }
        set(self.wrong, wrong);
        run(self.page);
        follow(self);
        frame::soon(move || {
            if let Some(field) = self.field.try_get_value() {
                field.keep_in_view("editor-state");
            }
        });
    }

    /// Puts a text in place of another, so that the browser can undo it.
    fn put(self, from: usize, to: usize, text: &str) {
        if self.field().insert(from, to, text) {
            return;
        }
        let field = self.field();
        let mut whole = field.text();
        whole.replace_range(from..to, text);
        field.show(&whole);
        self.typed(whole);
    }
}

/// Whether a mistake is one of those that were known, on whichever line it stands by now.
fn was_there(mistake: &ParseError, known: &[ParseError]) -> bool {
    known.iter().any(|other| ParseError { line: mistake.line, ..other.clone() } == *mistake)
}

/// Runs what is written, if it is another run.
fn run(page: Page) {
    let news = DRAFT.with_borrow(|draft| draft.as_ref().and_then(|draft| draft.news().cloned()));
    if let Some(scenario) = news {
        page.rewrite(scenario);
    }
}

// ---- What stands around the text -----------------------------------------------------------------

fn buttons(editor: Editor) -> El {
    let button = |words: &'static str, act: fn(Editor)| html("button").click(move || act(editor)).text(words);
    let copied = move || if editor.said.get() == says::COPIED { says::COPIED } else { says::COPY };
    let copy = html("button").click(move || dialogs::copy(field::ID, editor.field().text(), editor.said));
    let file = html("input")
        .attr("type", "file")
        .attr("accept", ".raft,text/plain")
        .on("change", move |event| open(editor, &event));
    html("div")
        .class("actions editor-bar")
        .child(button(says::GO, go_to_line))
        .child(button(says::FORMAT, in_order).flag("disabled", move || editor.is_wrong()))
        .child(button(says::UNDO, undo))
        .child(copy.say(move || copied().into()))
        .maybe(editor.page.figure.links.then(|| link_button(editor)))
        .child(button(says::DOWNLOAD, |editor| download(&editor.field().text())))
        .child(html("label").class("button").child(file).text(says::OPEN))
}

/// Whether the run is the text, or what keeps it from that.
fn state(editor: Editor) -> El {
    let fine = move || String::from(if editor.writes.get() { says::WRITING } else { says::SAME });
    let unseen = move || editor.is_wrong().then(|| "unseen".into());
    html("div")
        .class("editor-state")
        .attr("id", "editor-state")
        .when(move || !editor.is_wrong(), move || html("p").class("fine").say(fine))
        .slot(move || editor.is_wrong().then(|| untrack(|| mistakes(editor))))
        .child(html("p").attr("role", "status").say(move || match editor.said.get() {
            says::COPIED => String::new(),
            said => said.into(),
        }))
        // Where something is wrong, its place is wanted for that.
        .child(html("small").bind("class", unseen).text(says::HOW))
}

/// The first mistakes, each with its place and what would be right; all of them are marked in the text.
fn mistakes(editor: Editor) -> El {
    let all = editor.wrong.get();
    let more = all.len().saturating_sub(MISTAKES_TOLD);
    let told = all.iter().take(MISTAKES_TOLD).map(|wrong| mistake(editor, wrong));
    html("div")
        .child(html("p").text(says::WRONG))
        .child(html("ul").children(told))
        .maybe((more > 0).then(|| html("p").text(&says::more(more))))
}

fn mistake(editor: Editor, wrong: &ParseError) -> El {
    let (shown, nearest) = (wrong.clone(), wrong.clone());
    let show = html("button")
        .class("quiet")
        .click(move || editor.field().go_to(&shown))
        .text(&says::place(wrong.line, wrong.column));
    let mend = move |word: &str| {
        let nearest = nearest.clone();
        let act = move || {
            if let Some((at, word)) = mended(&editor.field().text(), &nearest) {
                editor.put(at.start, at.end, &word);
            }
        };
        html("button").click(act).text(&says::instead(word))
    };
    html("li").child(show).child(html("span").text(&what(wrong))).maybe(wrong.nearest.as_deref().map(mend))
}

/// What is wrong, without its place.
fn what(wrong: &ParseError) -> String {
    let said = wrong.to_string();
    let said = words::capital(said.splitn(3, ':').nth(2).unwrap_or_default().trim());
    if said.ends_with('?') { said } else { [&said, "."].concat() }
}

fn told(wrong: &ParseError) -> String {
    format!("{}: {}", says::place(wrong.line, wrong.column), what(wrong))
}

fn link_button(editor: Editor) -> El {
    html("button")
        .flag("disabled", move || editor.is_wrong())
        .truth("aria-expanded", move || editor.links.get())
        .click(move || editor.links.update(|open| *open = !*open))
        .text(says::LINK)
}

/// The link to the text as it is now, and what of it the link leaves out.
fn link_card(editor: Editor) -> El {
    let page = editor.page;
    let text = editor.field().text();
    let view = page.with(|model| {
        let playback = &model.playback;
        View { at: Some(playback.now()), digest: Some(playback.world().digest()), ..View::default() }
    });
    let whole = fragment_with_remarks(&text, &view).map(|fragment| [dom::here(), fragment].concat());
    let carries = match &whole {
        Some(_) => says::LINK_WITH,
        None if has_remarks(&text) => says::LINK_TOO_LONG,
        None => says::LINK_PLAIN,
    };
    let link = whole.unwrap_or_else(|| page.link());
    let said = RwSignal::new("");
    let shown = html("input")
        .attr("type", "text")
        .attr("id", "editor-link")
        .attr("readonly", "")
        .attr("value", &link)
        .attr("aria-label", says::LINK);
    let copy = html("button").click(move || dialogs::copy("editor-link", link.clone(), said)).text(says::COPY_LINK);
    html("div")
        .class("editor-card")
        .child(html("div").class("with").child(shown).child(copy))
        .child(html("small").text(carries))
        .child(html("small").attr("role", "status").say(move || said.get().to_owned()))
}

fn apart_card(editor: Editor) -> El {
    let take = move || {
        let now = editor.page.with(|model| model.playback.scenario().clone());
        let field = editor.field();
        let draft = draft_of(&now);
        editor.put(0, field.text().len(), &draft.text.clone());
        DRAFT.set(Some(draft));
        editor.rest();
    };
    html("div")
        .class("editor-card")
        .attr("role", "status")
        .child(html("p").text(says::APART))
        .child(html("button").click(take).text(says::TAKE_RUN))
}

fn kept_card(editor: Editor, text: String) -> El {
    let take = move || {
        editor.kept.set(None);
        editor.put(0, editor.field().text().len(), &text);
    };
    let forget = move || {
        dom::keep(KEPT, "");
        editor.kept.set(None);
        dom::focus(field::ID);
    };
    html("div").class("editor-card").attr("role", "status").child(html("p").text(says::KEPT)).child(
        html("div")
            .class("actions")
            .child(html("button").click(take).text(says::TAKE_KEPT))
            .child(html("button").click(forget).text(says::DROP_KEPT)),
    )
}

// ---- What the buttons do ---------------------------------------------------------------------------

/// Takes back what was done last, here or in the page.
fn undo(editor: Editor) {
    if let Some(text) = editor.field().undo() {
        editor.typed(text);
    }
}

/// To the moment of the line with the cursor.
fn go_to_line(editor: Editor) {
    let field = editor.field();
    let (line, _) = line_and_column(&field.text(), field.cursor());
    seek_line(editor, line);
}

/// To the moment at which a line's step comes.
fn seek_line(editor: Editor, line: u32) {
    let step = DRAFT.with_borrow(|draft| {
        let parsed = draft.as_ref()?.read.as_ref().ok()?;
        Some((step_of_line(parsed, line)?, parsed.scenario.clone()))
    });
    let Some((step, scenario)) = step else { return editor.said.set(says::HEADER) };
    match time_of_step(&scenario, step) {
        Some(time) => {
            editor.said.set("");
            editor.page.pause();
            editor.page.seek(time);
        }
        None => editor.said.set(says::NEVER),
    }
}

fn in_order(editor: Editor) {
    let field = editor.field();
    let text = field.text();
    let tidy = DRAFT.with_borrow(|draft| {
        let parsed = draft.as_ref()?.read.as_ref().ok()?;
        Some(tidied(&text, parsed)).filter(|tidy| *tidy != text)
    });
    let Some(tidy) = tidy else { return };
    let (line, _) = line_and_column(&text, field.cursor());
    editor.put(0, text.len(), &tidy);
    let lines = tidy.split_inclusive('\n').take(line.saturating_sub(1) as usize);
    field.set_cursor(lines.map(str::len).sum());
}

/// Saves it. A sandboxed frame may refuse; the text is there to be copied.
fn download(text: &str) {
    let address = format!("data:text/plain;charset=utf-8,{}", js_sys::encode_uri_component(text));
    html("a").attr("href", &address).attr("download", "scenario.raft").as_node::<HtmlElement>().click();
}

fn open(editor: Editor, event: &Event) {
    let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
    let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
    input.set_value("");
    if file.size() > MAX_BYTES as f64 {
        return editor.said.set(says::NO_FILE);
    }
    leptos::task::spawn_local(async move {
        match JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()) {
            Some(text) => {
                let text = text.replace("\r\n", "\n");
                editor.said.set("");
                editor.put(0, editor.field().text().len(), &text);
            }
            None => editor.said.set(says::NO_FILE),
        }
    });
}
