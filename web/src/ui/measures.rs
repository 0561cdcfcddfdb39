//! What was measured until the moment that is shown: the numbers of `raftlab run --metrics`, as
//! small charts. Each says in words what it shows; `docs/metrics.md` says what each number means.

use raft_core::Time;
use raft_sim::metrics::{ColumnReport, Report, Shape};

use super::el::{El, html, svg};
use super::page::Page;
use super::signal::Memo;
use super::tale::from_the_top;
use crate::chart::{self, BINS, STEP, TALL};
use crate::words;

/// A number of each part of the run.
type Gauge = fn(&ColumnReport) -> u64;

/// The numbers of all parts.
type Values = Box<dyn Fn(&Report) -> Vec<u64>>;

/// The panel.
pub fn measures(page: Page) -> El {
    let report = Memo::new(move || {
        page.moment.track();
        page.with(|model| Report::of(model.playback.world()))
    });
    from_the_top();
    let until = move || report.with(|report| format!("Until {}, in simulated time.", time(report.to)));
    html("div")
        .class("measures")
        .child(html("p").class("until").say(until))
        .child(charts(report))
        .child(followers(report))
        .child(messages(report))
}

fn charts(report: Memo<Report>) -> El {
    html("div")
        .class("charts")
        .child(latency(report, "Commit latency", "write", |report| &report.commits))
        .child(latency(report, "Election time", "election", |report| &report.elections))
        .child(leaderless(report))
        .child(gauge(report, "Commits in a second", |part| part.committed.into(), Reading::Rate))
        .child(gauge(report, "Messages in a second", |part| part.messages.into(), Reading::Rate))
        .child(gauge(report, "Bytes in a second", |part| part.traffic, Reading::Bytes))
        .child(gauge(report, "Messages on their way", |part| part.in_flight.into(), Reading::Now))
        .child(gauge(report, "Longest queue of a link", |part| part.queue, Reading::Time))
        .child(gauge(report, "Writes before the disks", |part| sum(&part.writes), Reading::Now))
        .child(gauge(report, "Before paused servers", |part| sum(&part.inbox), Reading::Now))
        .child(gauge(report, "Operations clients wait for", |part| part.wishes.into(), Reading::Now))
}

fn sum(of: &[u32]) -> u64 {
    of.iter().copied().map(u64::from).sum()
}

fn time(micros: u64) -> String {
    words::length(Time(micros))
}

/// A chart with its name, what it says in words, and the ends of its axis.
fn figure(
    name: &'static str,
    says: impl Fn() -> String + 'static,
    picture: El,
    ends: [Box<dyn Fn() -> String>; 2],
) -> El {
    let says = Memo::new(says);
    let label = move || says.with(|says| format!("{name}: {says}"));
    let end = |text: Box<dyn Fn() -> String>| html("span").say(text);
    html("figure")
        .class("chart")
        .child(html("figcaption").child(html("b").text(name)).child(html("span").say(move || says.get())))
        .child(picture.attr("role", "img").follow("aria-label", label).attr("preserveAspectRatio", "none"))
        .child(html("div").class("ends").attr("aria-hidden", "true").children(ends.map(end)))
}

fn drawing(width: impl Fn() -> u64 + 'static) -> El {
    svg("svg").follow("viewBox", move || format!("0 0 {} {TALL}", width()))
}

/// A histogram, with lines where half of it and 99 of 100 end.
fn latency(report: Memo<Report>, name: &'static str, what: &'static str, shape: fn(&Report) -> &Shape) -> El {
    let says = move || {
        report.with(|report| {
            let shape = shape(report);
            if shape.count == 0 {
                return "none yet".into();
            }
            let (p50, p99, most) = (time(shape.p50), time(shape.p99), time(shape.max));
            let s = if shape.count == 1 { "" } else { "s" };
            format!("p50 {p50}, p99 {p99}, longest {most}, {} {what}{s}", chart::number(shape.count))
        })
    };
    let bars = move || report.with(|report| chart::columns(&chart::bins(shape(report))));
    let line = move |of: fn(&Shape) -> u64| {
        report.with(|report| {
            let shape = shape(report);
            if shape.count == 0 { String::new() } else { chart::line(of(shape), chart::reach(shape)) }
        })
    };
    let picture = drawing(|| BINS as u64 * STEP)
        .child(svg("path").class("bars commits").follow("d", bars))
        .child(svg("path").class("half").follow("d", move || line(|shape| shape.p50)))
        .child(svg("path").class("most").follow("d", move || line(|shape| shape.p99)));
    let reach = move || report.with(|report| time(chart::reach(shape(report))));
    figure(name, says, picture, [Box::new(|| "0".into()), Box::new(reach)])
}

/// When nobody led.
fn leaderless(report: Memo<Report>) -> El {
    const WIDE: u64 = 400;
    let says = move || {
        report.with(|report| {
            let (all, spans) = (report.to.saturating_sub(report.from).max(1), report.leaderless_spans.len());
            let share = report.leaderless * 100 / all;
            let times = if spans == 1 { "once".to_owned() } else { format!("{spans} times") };
            match spans {
                0 => "never".into(),
                _ => format!("{} in all, {share} % of the time, {times}", time(report.leaderless)),
            }
        })
    };
    let gaps = move || report.with(|report| chart::spans(&report.leaderless_spans, report.from, report.to, WIDE));
    let picture = drawing(|| WIDE)
        .child(svg("path").class("ground").attr("d", &chart::spans(&[(0, 1)], 0, 1, WIDE)))
        .child(svg("path").class("gaps").follow("d", gaps));
    figure("Time without a leader", says, picture, axis(report))
}

/// What a chart over time says in words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// How many in a second.
    Rate,
    /// How many bytes in a second.
    Bytes,
    /// How many stand there now.
    Now,
    /// How long it takes now.
    Time,
}

impl Reading {
    fn of(self, n: u64) -> String {
        match self {
            Reading::Rate | Reading::Now => chart::number(n),
            Reading::Bytes => chart::bytes(n),
            Reading::Time if n == 0 => "0".into(),
            Reading::Time => time(n),
        }
    }

    fn says(self, values: &[u64], report: &Report) -> String {
        let now = values.last().copied().unwrap_or_default();
        let most = values.iter().copied().max().unwrap_or_default();
        match self {
            Reading::Now | Reading::Time => format!("now {}, most {}", self.of(now), self.of(most)),
            Reading::Rate | Reading::Bytes => {
                let sum: u128 = values.iter().copied().map(u128::from).sum();
                let all = u128::from(report.to.saturating_sub(report.from).max(1));
                let mean = u64::try_from(sum * 1_000_000 / all).unwrap_or(u64::MAX);
                let most = u64::try_from(u128::from(most) * 1_000_000 / u128::from(report.width.max(1)));
                format!("mean {}, most {}", self.of(mean), self.of(most.unwrap_or(u64::MAX)))
            }
        }
    }
}

/// Columns over time.
fn gauge(report: Memo<Report>, name: &'static str, of: Gauge, reading: Reading) -> El {
    let values = move |report: &Report| report.series.iter().map(of).collect::<Vec<u64>>();
    let says = move || report.with(|report| reading.says(&values(report), report));
    figure(name, says, over_time(report, Box::new(values)), axis(report))
}

fn over_time(report: Memo<Report>, values: Values) -> El {
    let bars = move || report.with(|report| chart::columns(&values(report)));
    let wide = move || report.with(|report| chart::wide(report.series.len()));
    drawing(wide).child(svg("path").class("bars").follow("d", bars))
}

/// A chart over time begins with the run, and its last column ends with the present one.
fn axis(report: Memo<Report>) -> [Box<dyn Fn() -> String>; 2] {
    let end = move || report.with(|report| time(report.to));
    [
        Box::new(move || report.with(|report| if report.from == 0 { "0".into() } else { time(report.from) })),
        Box::new(end),
    ]
}

/// A table; its rows come and go with what is measured.
fn table(name: &str, heads: &[&str], rows: impl Fn() -> u64 + 'static, row: impl Fn(usize) -> El + 'static) -> El {
    let head = html("tr").children(heads.iter().map(|head| html("th").attr("scope", "col").text(head)));
    let body = html("tbody").each(move || (0..rows()).collect(), move |n| row(n as usize));
    html("div")
        .child(html("h4").text(name))
        .child(html("table").class("grid-table").attr("aria-label", name).child(html("thead").child(head)).child(body))
}

fn followers(report: Memo<Report>) -> El {
    let row = move |n: usize| {
        let server = move |read: fn(&raft_sim::metrics::ServerReport) -> String| {
            move || report.with(|report| report.servers.get(n).map(read).unwrap_or_default())
        };
        let cell = move |read| html("td").say(server(read));
        let entries = move |report: &Report| {
            report.series.iter().map(|part| part.entries.get(n).copied().unwrap_or_default().into()).collect()
        };
        let lag = move |report: &Report| {
            report.series.iter().map(|part| part.lag.get(n).copied().unwrap_or_default().into()).collect()
        };
        let spark = move |values: Values| {
            over_time(report, values).class("spark").attr("preserveAspectRatio", "none").attr("aria-hidden", "true")
        };
        html("tr")
            .child(html("th").attr("scope", "row").say(server(|server| server.id.clone())))
            .child(cell(|server| chart::number(server.entries_per_second)).child(spark(Box::new(entries))))
            .child(cell(|server| chart::bytes(server.bytes_per_second)))
            .child(cell(|server| format!("{}, most {}", server.lag, server.most_lag)).child(spark(Box::new(lag))))
            .child(cell(|server| server.missed_heartbeats.to_string()))
    };
    let heads = ["", "Entries/s", "Bytes/s", "Lag", "Missed beats"];
    table("What each server got", &heads, move || report.with(|report| report.servers.len() as u64), row)
}

fn messages(report: Memo<Report>) -> El {
    let row = move |n: usize| {
        let kind = move |read: fn(&raft_sim::metrics::MessageReport) -> String| {
            move || report.with(|report| report.messages.get(n).map(read).unwrap_or_default())
        };
        let cell = move |read| html("td").say(kind(read));
        let share = move || {
            report.with(|report| {
                let most = report.messages.iter().map(|kind| kind.bytes).max().unwrap_or_default().max(1);
                let bytes = report.messages.get(n).map_or(0, |kind| kind.bytes);
                format!("M0 0h{}v8H0z", bytes * 100 / most)
            })
        };
        let bar = svg("svg")
            .class("spark")
            .attr("viewBox", "0 0 100 8")
            .attr("preserveAspectRatio", "none")
            .attr("aria-hidden", "true")
            .child(svg("path").class("bars").follow("d", share));
        html("tr")
            .child(html("th").attr("scope", "row").say(kind(|kind| kind.kind.clone())))
            .child(cell(|kind| chart::number(kind.sent)))
            .child(cell(|kind| chart::bytes(kind.bytes)).child(bar))
            .child(cell(|kind| kind.lost.to_string()))
    };
    let heads = ["", "Sent", "Bytes", "Lost"];
    table("Messages by kind", &heads, move || report.with(|report| report.messages.len() as u64), row)
}
