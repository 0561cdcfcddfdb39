//! The logs: a row a server, a column an index.

use leptos::html;
use leptos::prelude::*;
use raft_core::{RoleName, ServerId};
use raft_sim::host::Condition;

use super::app::watch_size;
use super::page::{Chosen, Page};
use crate::layout::logs::{CELL, COLUMN, GAP, LEFT, ROW, TOP};
use crate::scene::{Cell, CellState, Row, tint};

/// The panel of the logs.
#[component]
pub fn LogsPanel() -> impl IntoView {
    let page = expect_context::<Page>();
    let area = NodeRef::<html::Div>::new();
    area.on_load(move |element| watch_size(&element, move |width, _| page.fit_logs(width)));
    let logs = Memo::new(move |_| page.picture.with(|picture| picture.logs.clone()));
    let rows = Memo::new(move |_| page.roster.get().0);
    let size = Memo::new(move |_| {
        let logs = logs.get();
        (LEFT + COLUMN * logs.columns as f64, TOP + ROW * logs.rows.len() as f64)
    });
    let columns = Memo::new(move |_| logs.with(|logs| (logs.first, logs.columns)));
    let frontier = move || {
        logs.with(|logs| {
            let shown = logs.commit >= logs.first && logs.commit < logs.first + logs.columns as u64;
            let x = LEFT + COLUMN * (logs.commit + 1).saturating_sub(logs.first) as f64 - GAP / 2.0;
            if shown { format!("M{x} {}V{}", TOP - 4.0, TOP + ROW * logs.rows.len() as f64) } else { String::new() }
        })
    };
    let empty = move || logs.with(|logs| logs.last == 0);
    view! {
        <section class="panel logs" aria-label="Logs">
            <div class="panel-head">
                <h2>"Logs"</h2>
                <span class="space"></span>
                <span class="ref">"solid = committed"</span>
                <span class="ref">"dashed = stored"</span>
                <span class="ref">"· = no-op"</span>
            </div>
            <div class="matrix" node_ref=area>
                <svg width=move || size.get().0.to_string() height=move || size.get().1.to_string()
                    viewBox=move || format!("0 0 {} {}", size.get().0, size.get().1) role="group" aria-label="Logs, a row a server">
                    {move || {
                        let (first, count) = columns.get();
                        (0..count).map(|n| {
                            let x = LEFT + COLUMN * n as f64 + (COLUMN - GAP) / 2.0;
                            view! { <text class="col" x=x y="11" aria-hidden="true">{first + n as u64}</text> }
                        }).collect_view()
                    }}
                    <For each=move || rows.get().into_iter().enumerate() key=|(_, id)| *id let((n, id))>
                        <LogRow n id/>
                    </For>
                    <path class="frontier" d=frontier aria-hidden="true"></path>
                    <Show when=empty>
                        <text class="what" x=LEFT y=TOP + 18.0>"empty: the first leader opens its term with a no-op"</text>
                    </Show>
                </svg>
            </div>
        </section>
    }
}

#[component]
fn LogRow(n: usize, id: ServerId) -> impl IntoView {
    let page = expect_context::<Page>();
    let row = Memo::new(move |_| page.picture.with(|picture| picture.logs.rows.iter().find(|row| row.id == id).cloned()));
    let first = Memo::new(move |_| page.picture.with(|picture| picture.logs.first));
    let name = move || row.with(|row| row.as_ref().map(row_name).unwrap_or_default());
    let down = move || row.with(|row| row.as_ref().is_some_and(|row| row.condition == Condition::Down));
    let note = move || row.with(|row| row.as_ref().map_or(("what", ""), note));
    let width = LEFT + COLUMN * 40.0;
    view! {
        <g class="row" class:gone=down class:selected=move || page.chosen.get() == Some(Chosen::Server(id))
            role="img" aria-label=name transform=format!("translate(0 {})", TOP + ROW * n as f64)
            on:click=move |_| page.choose(Chosen::Server(id), false)>
            <rect class="hit" x="-6" y="-3" width=width height=ROW - 1.0 rx="6"></rect>
            <text class="who" x="2" y="18">{id.to_string()}</text>
            <text class=move || note().0 x="28" y="18">{move || note().1}</text>
            {move || row.with(|row| {
                let first = first.get();
                row.as_ref().map(|row| {
                    let cells = row.cells.iter().map(|cell| cell_view(cell, first)).collect_view();
                    (cells, next_view(row, first))
                })
            })}
        </g>
    }
}

fn note(row: &Row) -> (&'static str, &'static str) {
    match (row.condition, row.role) {
        (Condition::Down, _) => ("what", "down"),
        (Condition::Paused, _) => ("what", "paused"),
        (_, RoleName::Leader) => ("what leads", "leads"),
        (_, RoleName::Candidate) => ("what stands", "stands"),
        _ => ("what", ""),
    }
}

fn cell_view(cell: &Cell, first: u64) -> impl IntoView + use<> {
    let x = LEFT + COLUMN * (cell.index - first) as f64;
    let wide = COLUMN - GAP;
    let class = match cell.state {
        CellState::Committed => "cell committed",
        CellState::Stored => "cell stored",
        CellState::Unsaved => "cell unsaved",
    };
    let caption: String = if cell.caption.chars().count() > 5 {
        cell.caption.chars().take(4).chain(['…']).collect()
    } else {
        cell.caption.clone()
    };
    view! {
        <g class=class transform=format!("translate({x} 0)")>
            <rect class=format!("t{}", tint(cell.term)) width=wide height=CELL rx="6"></rect>
            <text class="cmd" x="7" y="18">{caption}</text>
            <text class="num" x=wide - 5.0 y="18">{cell.term.0}</text>
        </g>
    }
}

/// What the leader will send next. Where the log ends there, an arrow stands in the free cell;
/// else a bracket opens before the entry that will be sent again.
fn next_view(row: &Row, first: u64) -> Option<impl IntoView + use<>> {
    let next = row.next?;
    let end = row.cells.last().map_or(first, |cell| cell.index + 1);
    if row.condition == Condition::Down && next >= end || next < first {
        return None;
    }
    let x = LEFT + COLUMN * (next - first) as f64;
    let free = next >= end;
    let d = if free { "M2 14h12m-5 -4l5 4l-5 4" } else { "M-3 1v25m0 -25h4m-4 25h4" };
    Some(view! {
        <g transform=format!("translate({x} 0)")>
            <path class="next" d=d></path>
            {free.then(|| view! { <text class="next-word" x="19" y="18">{format!("next {next}")}</text> })}
        </g>
    })
}

fn row_name(row: &Row) -> String {
    let committed = row.cells.iter().filter(|cell| cell.state == CellState::Committed).count();
    let all: Vec<String> = row.cells.iter().map(|cell| format!("{} of term {}", said(&cell.caption), cell.term)).collect();
    let state = note(row).1;
    let state = if state.is_empty() { String::new() } else { format!(", {state}") };
    if all.is_empty() {
        return format!("{}{state}: log empty", row.id);
    }
    format!("{}{state}: {}; {committed} of {} shown are committed", row.id, all.join(", "), all.len())
}

fn said(caption: &str) -> &str {
    if caption == "·" { "no-op" } else { caption }
}
