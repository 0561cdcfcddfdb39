//! `cargo xtask deny`: licences, doubled versions and sources of all dependencies, as deny.toml allows them. With
//! `advisories` also what is known against them, which is fetched from another place than the crates.

use crate::run::{Outcome, run};
use crate::test::APART;
use crate::tools;

/// The workspace's manifest, beside those that are apart.
const WORKSPACE: &str = "Cargo.toml";

pub fn deny(checks: &[String]) -> Outcome {
    let mut all = Ok(());
    // Each is looked at before any fails, so that one report shows everything.
    for manifest in std::iter::once(WORKSPACE).chain(APART) {
        let mut deny = tools::cargo_deny()?;
        // What is allowed and not used in one of them is used in another.
        deny.args(["deny", "--manifest-path", manifest, "--config", "deny.toml", "check"]).args([
            "--allow",
            "license-not-encountered",
            "--allow",
            "license-exception-not-encountered",
        ]);
        if checks.is_empty() {
            deny.args(["licenses", "bans", "sources"]);
        }
        all = all.and(run(deny.args(checks)));
    }
    all
}
