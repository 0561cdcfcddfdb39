//! `raftlab trace`: a log of another implementation, held to what Raft promises.

use std::io::{BufWriter, Write, stdout};

use raft_sim::traces::{self, Format, Report};
use serde_json::json;

use crate::Ending;
use crate::input::read_bytes;

/// Checks a trace and says what is wrong with it, a line each.
pub fn trace(file: &str, format: Option<&str>, json: bool) -> Ending {
    let report = match read(file, format) {
        Ok(report) => report,
        Err(error) => {
            eprintln!("{error}");
            return Ending::Unreadable;
        }
    };
    let printed = if json { print_json(&report) } else { print(file, &report) };
    match printed {
        Err(_) => Ending::Unreadable,
        Ok(()) if report.findings.is_empty() => Ending::Well,
        Ok(()) => Ending::Failed,
    }
}

fn read(file: &str, format: Option<&str>) -> Result<Report, String> {
    let format = format.map(|name| {
        let names = || Format::ALL.map(|(_, name)| name).join(", ");
        Format::find(name).ok_or_else(|| format!("--format {name}: there are {}", names()))
    });
    let bytes = read_bytes(file, traces::MOST_BYTES).map_err(|error| format!("{file}: {error}"))?;
    let text = String::from_utf8(bytes)
        .map_err(|error| format!("{file}: not UTF-8 text from byte {} on", error.utf8_error().valid_up_to()))?;
    traces::check(&text, format.transpose()?).map_err(|error| format!("{file}:{error}"))
}

fn print(file: &str, report: &Report) -> std::io::Result<()> {
    let mut out = BufWriter::new(stdout().lock());
    for found in &report.findings {
        let earlier = found.earlier.map(|line| format!(" (see line {line})")).unwrap_or_default();
        writeln!(
            out,
            "{file}:{}: {}: {}{earlier} [{}]",
            found.line,
            found.rule.name(),
            found.text,
            found.rule.section()
        )?;
    }
    let (count, more) = (report.findings.len(), if report.more { " or more" } else { "" });
    let verdict = if count == 0 { "nothing that Raft forbids".to_owned() } else { format!("{count}{more} found") };
    writeln!(
        out,
        "{verdict}: {} events of {} servers on {} lines ({}; {} lines passed over), {} terms led, commit {}",
        report.events,
        report.servers,
        report.lines,
        report.format.name(),
        report.passed,
        report.leaders,
        report.commit
    )?;
    out.flush()
}

fn print_json(report: &Report) -> std::io::Result<()> {
    let findings: Vec<_> = report
        .findings
        .iter()
        .map(|found| {
            json!({
                "line": found.line,
                "earlier": found.earlier,
                "rule": found.rule.name(),
                "section": found.rule.section(),
                "text": found.text,
            })
        })
        .collect();
    let report = json!({
        "format": report.format.name(),
        "lines": report.lines,
        "passedOver": report.passed,
        "events": report.events,
        "servers": report.servers,
        "term": report.term,
        "leaders": report.leaders,
        "commit": report.commit,
        "findings": findings,
        "more": report.more,
    });
    writeln!(stdout(), "{report}")
}
