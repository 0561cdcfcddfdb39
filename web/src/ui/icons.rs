//! The signs on the buttons.

use super::el::{El, svg};

fn icon(sign: El) -> El {
    svg("svg").attr("viewBox", "0 0 16 16").attr("aria-hidden", "true").child(sign)
}

fn full(d: &str) -> El {
    icon(svg("path").attr("d", d))
}

/// Play.
pub fn play_icon() -> El {
    full("M4 2.2v11.6a.6.6 0 0 0 .9.5l9.4-5.8a.6.6 0 0 0 0-1L4.9 1.7a.6.6 0 0 0-.9.5z")
}

/// Pause.
pub fn pause_icon() -> El {
    full("M3.5 2h3v12h-3zM9.5 2h3v12h-3z")
}

/// One step back.
pub fn back_icon() -> El {
    full("M12.5 2v12h-2V2zM8.5 2.9v10.2L1.5 8z")
}

/// One step forward.
pub fn forward_icon() -> El {
    full("M3.5 2v12h2V2zM7.5 2.9v10.2l7-5.1z")
}

/// Close.
pub fn close_icon() -> El {
    let sign = svg("path")
        .attr("d", "M2.5 2.5l11 11m0-11l-11 11")
        .attr("fill", "none")
        .attr("stroke", "currentColor")
        .attr("stroke-width", "1.8")
        .attr("stroke-linecap", "round");
    icon(sign).attr("width", "12").attr("height", "12")
}

/// A way that forks.
pub fn fork_icon() -> El {
    let sign = svg("path")
        .attr("d", "M4 15V1m0 9c0-5 8-3 8-9")
        .attr("fill", "none")
        .attr("stroke", "currentColor")
        .attr("stroke-width", "2");
    icon(sign)
}
