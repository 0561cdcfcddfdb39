//! What clients asked and were told: a row an operation, a bar for as long as it was open.

use alloc::format;
use alloc::string::{String, ToString};

use super::super::Excerpt;
use super::canvas::{self, COMMIT, Canvas, DANGER, INK, LINE, SOFT};
use crate::client::{Call, Verdict};
use crate::machine::{ClientId, Outcome};

const ROW: i64 = 24;
const LEFT: i64 = 190;
const WIDE: i64 = 520;
const TOP: i64 = 62;

/// So many operations of a client are drawn: the latest.
const MOST: usize = 60;

/// The operations of all clients in a stretch.
pub fn history(excerpt: &Excerpt) -> String {
    let within =
        |call: &&Call| call.invoked <= excerpt.to && call.result.as_ref().is_none_or(|(told, _)| *told >= excerpt.from);
    let clients = excerpt.world().clients().iter();
    let rows: alloc::vec::Vec<(ClientId, &Call)> =
        clients.flat_map(|client| client.latest(MOST).filter(within).map(|call| (client.id, call))).collect();
    let height = TOP + ROW * rows.len().max(1) as i64 + 34;
    let what = format!("what clients asked and were told until {}", canvas::clock(excerpt.to));
    let mut canvas = Canvas::new(LEFT + WIDE + 150, height, &what, excerpt);
    canvas.bold((12, 22), &format!("{}: {what}", excerpt.title()));
    let span = excerpt.to.since(excerpt.from).0.max(1);
    let at = |time: raft_core::Time| {
        let passed = u128::from(time.since(excerpt.from).0.min(span)) * WIDE as u128 / u128::from(span);
        LEFT + passed as i64
    };
    canvas.text((LEFT, TOP - 14), SOFT, "", &canvas::clock(excerpt.from));
    canvas.text((LEFT + WIDE, TOP - 14), SOFT, " text-anchor=\"end\"", &canvas::clock(excerpt.to));
    if rows.is_empty() {
        canvas.text((12, TOP + 16), SOFT, "", "Clients asked for nothing.");
    }
    for ((client, call), row) in rows.into_iter().zip(0..) {
        let y = TOP + ROW * row;
        let short: String = format!("#{} {}", call.serial, call.operation).chars().take(20).collect();
        canvas.line((12, y + ROW - 2), (LEFT + WIDE, y + ROW - 2), LINE, "");
        canvas.bold((12, y + 16), &client.to_string());
        canvas.text((44, y + 16), INK, "", &short);
        let (colour, dashes, told) = ending(call);
        let from = at(call.invoked);
        let to = call.result.as_ref().map_or(LEFT + WIDE, |(told, _)| at(*told));
        canvas.put(format_args!(
            "<rect x=\"{from}\" y=\"{}\" width=\"{}\" height=\"12\" rx=\"3\" fill=\"#ffffff\" stroke=\"{colour}\" stroke-width=\"2\"{dashes}/>\n",
            y + 5,
            (to - from).max(2)
        ));
        canvas.text((LEFT + WIDE + 10, y + 16), colour, "", &told);
    }
    let explained = "A full frame: done; dashed: nobody knows, or it still waits; a dotted one: refused.";
    canvas.text((12, height - 12), SOFT, " font-size=\"11\"", explained);
    canvas.done()
}

/// Colour, frame and word of how an operation ended.
fn ending(call: &Call) -> (&'static str, &'static str, String) {
    let (dashed, dotted) = (" stroke-dasharray=\"6 4\"", " stroke-dasharray=\"2 3\"");
    match call.result.as_ref().map(|(_, verdict)| verdict) {
        None => (SOFT, dashed, String::from("waits")),
        Some(Verdict::Ok(Outcome::Value(Some(value)))) => {
            (COMMIT, "", format!("got {value}").chars().take(18).collect())
        }
        Some(Verdict::Ok(Outcome::Value(None))) => (COMMIT, "", String::from("got no value")),
        Some(Verdict::Ok(Outcome::Done)) => (COMMIT, "", String::from("done")),
        Some(Verdict::Ok(Outcome::Mismatch(_)) | Verdict::Failed) => (DANGER, dotted, String::from("failed")),
        Some(Verdict::Ok(Outcome::Expired) | Verdict::Expired) => (DANGER, dotted, String::from("expired")),
        Some(Verdict::Unknown) => (SOFT, dashed, String::from("unknown")),
    }
}
