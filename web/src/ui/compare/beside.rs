//! What two runs look like beside each other: where they part, their numbers, their servers.

use raft_sim::compare::{Difference, Measure, Owner, differences};
use raft_sim::words::line;
use raft_sim::world::World;

use super::super::el::{El, html, svg};
use super::super::signal::Memo;
use super::{Compared, Desk};
use crate::scene::{Cell, CellState, Logs, Row, tint};
use crate::words::compare as says;
use crate::{versus, words};

/// So many entries of a log are shown: the last ones.
const COLUMNS: usize = 12;

/// Where they part; said once, not with every moment.
pub fn parting(desk: Desk) -> El {
    let said = Memo::new(move || {
        desk.read(|Compared { names, pair, .. }| {
            let Some(parting) = pair.parting() else {
                return (says::same(pair.same(), &words::moment(pair.now())), Vec::new());
            };
            let first = names.iter().zip(&parting.first).map(|(name, record)| {
                let words = record.as_ref().map_or_else(|| says::SILENT.into(), |record| line(record).text);
                (name.clone(), words)
            });
            (says::parts(parting.same, &words::moment(parting.at)), first.collect())
        })
    });
    html("div").attr("role", "status").slot(move || {
        let (head, first) = said.get()?;
        let item = |(name, words): &(String, String)| html("li").child(html("b").text(name)).text(": ").text(words);
        Some(html("div").child(html("p").text(&head)).child(html("ul").children(first.iter().map(item))))
    })
}

/// What was measured of both, and how far apart it is.
pub fn numbers(desk: Desk) -> El {
    let values = move |measure: Measure| {
        desk.read(|compared| compared.worlds().map(|world| measure.of(world))).unwrap_or_default()
    };
    let name = move |side: usize| move || desk.read(|compared| compared.names[side].clone()).unwrap_or_default();
    let head = |text: El| text.attr("scope", "col");
    let heads = html("tr")
        .child(html("td"))
        .child(head(html("th").say(name(0))))
        .child(head(html("th").say(name(1))))
        .child(head(html("th").text(says::APART)));
    let row = |measure: Measure| {
        let cell = |side: usize| {
            let bar = svg("svg")
                .class("spark")
                .attr("viewBox", "0 0 100 8")
                .attr("preserveAspectRatio", "none")
                .attr("aria-hidden", "true")
                .child(svg("path").class("bars").follow("d", move || versus::bars(values(measure))[side].clone()));
            html("td").say(move || versus::shown(measure.unit(), values(measure)[side])).child(bar)
        };
        html("tr")
            .child(html("th").attr("scope", "row").text(says::measure(measure)))
            .child(cell(0))
            .child(cell(1))
            .child(html("td").say(move || versus::apart(measure.unit(), values(measure))))
    };
    let body = html("tbody").children(Measure::ALL.map(row));
    titled(says::NUMBERS, html("table").class("grid-table versus").child(html("thead").child(heads)).child(body))
}

/// The servers of both, and all that differs.
pub fn panes(compared: &Compared) -> El {
    let [first, second] = compared.worlds();
    let found = differences(first, second);
    let panes = compared.names.iter().zip([first, second]).map(|(name, world)| pane(name, world, &found));
    html("div")
        .child(html("div").class("compare-panes").children(panes))
        .child(titled(says::DIFFERENCES, table(&compared.names, &found)))
}

fn titled(title: &str, table: El) -> El {
    // Where it is wider than the page, it is moved by the arrow keys.
    let scroll = html("div").class("scroll").attr("tabindex", "0").attr("role", "group").attr("aria-label", title);
    html("section").attr("aria-label", title).child(html("h3").text(title)).child(scroll.child(table))
}

fn pane(name: &str, world: &World, found: &[Difference]) -> El {
    let logs = Logs::of(world, COLUMNS, None);
    let rows = logs.rows.iter().map(|row| {
        let of = Some(Owner::Server(row.id));
        let apart = found.iter().filter(|difference| difference.of == of);
        let apart: Vec<&str> = apart.map(|difference| says::aspect(difference.aspect)).collect();
        let term = world.server(row.id).map_or(0, |server| server.term().0);
        row_view(row, &row.id.to_string(), term, &apart)
    });
    html("section").attr("aria-label", name).child(html("h3").text(name)).child(html("ul").children(rows))
}

/// The role of a server and the end of its log, in a line.
pub fn row_view(row: &Row, name: &str, term: u64, apart: &[&str]) -> El {
    let cell = |cell: &Cell| {
        let class = match cell.state {
            CellState::Committed => format!("entry t{}", tint(cell.term)),
            _ => format!("entry open t{}", tint(cell.term)),
        };
        let term = html("small").text(&cell.term.to_string());
        html("span")
            .class(&class)
            .attr("title", &format!("{}@{}", cell.index, cell.term))
            .text(&cell.caption)
            .child(term)
    };
    let role = words::role(row.role, row.condition);
    let differs = (!apart.is_empty()).then(|| html("small").class("differs").text(&says::differs(apart)));
    html("li")
        .class(if apart.is_empty() { "" } else { "apart" })
        .child(html("b").verbatim(name))
        .child(html("small").text(&format!("{role} · T{term}")))
        .child(html("span").class("entries").children(row.cells.iter().map(cell)))
        .maybe(differs)
}

fn table(names: &[String; 2], found: &[Difference]) -> El {
    if found.is_empty() {
        return html("p").text(says::NONE);
    }
    let heads = names.iter().map(|name| html("th").attr("scope", "col").text(name));
    let row = |difference: &Difference| {
        let head = format!("{} {}", says::owner(difference.of), says::aspect(difference.aspect));
        let head = html("th").attr("scope", "row").text(&head);
        html("tr").child(head).children(difference.values.iter().map(|value| html("td").text(value)))
    };
    let head = html("thead").child(html("tr").child(html("td")).children(heads));
    html("table").class("grid-table").child(head).child(html("tbody").children(found.iter().map(row)))
}
