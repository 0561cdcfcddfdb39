//! What to paste into other people's pages so that a run stands there: one table.

/// A run, as a snippet needs it.
#[derive(Clone, Debug)]
pub struct Run {
    /// The address of the page, without query and fragment.
    pub page: String,
    /// What stands behind the `#` of its link.
    pub fragment: String,
    /// Its title.
    pub title: String,
    /// The shipped scenario that it is, unchanged, and the moment as its link says it: that one has a picture.
    pub shipped: Option<(&'static str, String)>,
}

/// A kind of page, and what to paste there.
pub struct Snippet {
    /// What the page is made with; a name is said as it is.
    pub place: &'static str,
    /// Whether the place is the name of something, the same in each language.
    pub name: bool,
    text: fn(&Run) -> String,
}

/// Height of a figure that is 640 pixels wide: the ring, its signs, the bar.
const HEIGHT: u32 = 475;

const MARKDOWN: &str = "Markdown, with a picture";

/// The picture of a run that is its author's, as the page saves it.
const PICTURE: &str = "ring.svg";

/// The kinds of pages.
pub const SNIPPETS: [Snippet; 11] = [
    words("Any page", component),
    words("A page without scripts", frame),
    words(MARKDOWN, picture),
    name("mdBook", component),
    name("Docusaurus", |run| format!("<iframe {} style={{{{width: \"100%\", border: 0}}}} />", attributes(run))),
    name("MyST", |run| format!("```{{iframe}} {}\n:width: 100%\n\n{}\n```", run.figure(), plain(&run.title))),
    name("Quarto", |run| format!("```{{=html}}\n{}\n```", component(run))),
    // A slide loads what it shows when it is near.
    name("reveal.js", |run| format!("<section>\n  <iframe {} style=\"width: 100%\"></iframe>\n</section>", lazy(run))),
    name("Jupyter", |run| {
        format!("from IPython.display import IFrame\nIFrame(\"{}\", width=\"100%\", height={HEIGHT})", run.figure())
    }),
    name("Moodle", frame),
    // What Canvas keeps of a frame; how high it is the figure tells Canvas by itself.
    name("Canvas", |run| {
        let (src, title) = (escaped(&run.figure()), escaped(&run.title));
        format!("<iframe src=\"{src}\" title=\"{title}\" width=\"100%\" height=\"{HEIGHT}\" loading=\"lazy\"></iframe>")
    }),
];

const fn words(place: &'static str, text: fn(&Run) -> String) -> Snippet {
    Snippet { place, name: false, text }
}

const fn name(place: &'static str, text: fn(&Run) -> String) -> Snippet {
    Snippet { place, name: true, text }
}

impl Snippet {
    /// What to paste for this run.
    pub fn of(&self, run: &Run) -> String {
        (self.text)(run)
    }

    /// What its author has to lay beside the page: a picture of a run that has none yet.
    pub fn lacks(&self, run: &Run) -> Option<&'static str> {
        (self.place == MARKDOWN && run.shipped.is_none()).then_some(PICTURE)
    }
}

impl Run {
    /// The address of the run as a figure.
    pub fn figure(&self) -> String {
        format!("{}?embed=1#{}", self.page, self.fragment)
    }

    /// The folder that the page lies in.
    fn folder(&self) -> &str {
        self.page.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

fn component(run: &Run) -> String {
    format!(
        "<script src=\"{}/embed/v1.js\" async></script>\n<raft-playground link=\"#{}\" title=\"{}\"></raft-playground>",
        escaped(run.folder()),
        escaped(&run.fragment),
        escaped(&run.title),
    )
}

fn frame(run: &Run) -> String {
    format!("<iframe {} style=\"width: 100%; border: 0\"></iframe>", attributes(run))
}

fn picture(run: &Run) -> String {
    let title = plain(&run.title);
    match &run.shipped {
        Some((name, at)) => format!("[![{title}]({}/s/{name}.png)]({}#demo={name}{at})", run.folder(), run.page),
        None => format!("[![{title}]({PICTURE})]({}#{})", run.page, run.fragment),
    }
}

fn attributes(run: &Run) -> String {
    format!("src=\"{}\" loading=\"lazy\" {}", escaped(&run.figure()), rest(run))
}

fn lazy(run: &Run) -> String {
    format!("data-src=\"{}\" {}", escaped(&run.figure()), rest(run))
}

fn rest(run: &Run) -> String {
    format!(
        "title=\"{}\" width=\"640\" height=\"{HEIGHT}\" sandbox=\"allow-scripts allow-popups allow-popups-to-escape-sandbox\"",
        escaped(&run.title),
    )
}

/// A text inside of an attribute. Braces are escaped, too: in MDX they begin an expression.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '{' => out.push_str("&#123;"),
            '}' => out.push_str("&#125;"),
            c => out.push(c),
        }
    }
    out
}

/// A text inside of Markdown: nothing in it is a sign of its own.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii_punctuation() && !matches!(c, '.' | ',' | ':' | '\'' | '-' | '?' | '/' | ';' | '"') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests;
