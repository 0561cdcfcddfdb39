//! What was measured until the end of a stretch: times of elections, commits and answers as numbers, and how
//! things went over time as columns.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use raft_core::Time;

use super::super::Excerpt;
use super::canvas::{self, Canvas, FOLLOWER, INK, LINE, SOFT};
use crate::metrics::{ColumnReport, Report, Shape};

const WIDE: i64 = 620;
const LEFT: i64 = 150;
const TALL: i64 = 44;
const TOP: i64 = 66;
const ROW: i64 = 22;

/// The name of a chart, and what is drawn of each part.
type Chart = (&'static str, fn(&ColumnReport) -> u64);

/// The numbers and the charts.
pub fn metrics(excerpt: &Excerpt) -> String {
    let report = Report::of(excerpt.world());
    let charts: [Chart; 5] = [
        ("entries committed", |column| column.committed.into()),
        ("messages sent", |column| column.messages.into()),
        ("bytes sent", |column| column.traffic),
        ("on their way", |column| column.in_flight.into()),
        ("most entries behind", |column| column.lag.iter().copied().max().unwrap_or(0).into()),
    ];
    let shapes = [
        ("elections", &report.elections),
        ("commits", &report.commits),
        ("answers", &report.answers),
        ("silences", &report.silences),
    ];
    let below = TOP + ROW * shapes.len() as i64 + 34;
    let height = below + (TALL + 16) * charts.len() as i64 + 24;
    let (from, to) = (Time(report.from), Time(report.to));
    let what = format!("measured from {} to {}", canvas::clock(from), canvas::clock(to));
    let mut canvas = Canvas::new(LEFT + WIDE + 90, height, &what, excerpt);
    canvas.bold((12, 22), &format!("{}: {what}", excerpt.title()));
    for (name, x) in ["how many", "half at most", "90% at most", "longest"].into_iter().zip(0..) {
        canvas.text((LEFT + 150 * x, TOP - 16), SOFT, "", name);
    }
    for ((name, shape), row) in shapes.into_iter().zip(0..) {
        numbers(&mut canvas, TOP + ROW * row, name, shape);
    }
    for ((name, read), place) in charts.into_iter().zip(0..) {
        let values: Vec<u64> = report.series.iter().map(read).collect();
        chart(&mut canvas, below + (TALL + 16) * place, name, &values);
    }
    let line = format!(
        "Each column stands for {}. Campaigns: {}. Without a leader: {}.",
        canvas::clock(Time(report.width)),
        report.campaigns,
        canvas::clock(Time(report.leaderless))
    );
    canvas.text((12, height - 12), SOFT, " font-size=\"11\"", &line);
    canvas.done()
}

fn numbers(canvas: &mut Canvas, y: i64, name: &str, shape: &Shape) {
    canvas.text((12, y), INK, "", name);
    let none = || String::from("–");
    let time = |time: u64| if shape.count == 0 { none() } else { canvas::clock(Time(time)) };
    let all = [format!("{}", shape.count), time(shape.p50), time(shape.p90), time(shape.max)];
    for (text, x) in all.iter().zip(0..) {
        canvas.text((LEFT + 150 * x, y), INK, "", text);
    }
}

fn chart(canvas: &mut Canvas, y: i64, name: &str, values: &[u64]) {
    let most = values.iter().copied().max().unwrap_or(0);
    canvas.text((12, y + TALL - 4), INK, "", name);
    canvas.line((LEFT, y + TALL), (LEFT + WIDE, y + TALL), LINE, "");
    canvas.text((LEFT + WIDE + 8, y + 12), SOFT, "", &format!("{most}"));
    let mut path = String::new();
    let step = (WIDE / values.len().max(1) as i64).clamp(1, 12);
    for (value, place) in values.iter().zip(0..).filter(|(value, _)| **value > 0) {
        // What is not nothing can be seen.
        let tall = (u128::from(*value) * TALL as u128 / u128::from(most)).max(2);
        let wide = (step - 1).max(1);
        path.push_str(&format!("M{} {}v-{tall}h{wide}v{tall}z", LEFT + step * place, y + TALL));
    }
    canvas.put(format_args!("<path d=\"{path}\" fill=\"{FOLLOWER}\"/>\n"));
}
