//! `cargo xtask serve`: the page, rebuilt on every change, in the visitor's own browser.

use std::env;

use crate::run::{Outcome, run, target_dir};
use crate::{search, tools};

/// Builds the page and serves it on this machine until interrupted.
pub fn serve(arguments: &[String]) -> Outcome {
    let mut trunk = tools::trunk()?;
    search::build()?;
    // `dist` is for releases: what is being worked on goes elsewhere.
    trunk.arg("serve").arg("--dist").arg(target_dir().join("serve"));
    let asked_not_to = arguments.iter().any(|word| word == "--no-open");
    if !asked_not_to && a_browser_can_open() {
        trunk.arg("--open");
    }
    trunk.args(arguments.iter().filter(|word| *word != "--no-open"));
    run(&mut trunk)
}

/// False under continuous integration and on machines without a screen.
fn a_browser_can_open() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    let screen = !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY");
    screen && !set("CI")
}
