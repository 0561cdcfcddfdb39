//! What a search found: to be read, as JSON, and several put together.

use serde_json::{Value, json};

use crate::Ending;

/// The outcome of a search.
pub struct Report {
    /// The first seed, and how many were begun.
    pub seeds: [u64; 2],
    /// Schedules tried.
    pub runs: u64,
    /// Events in them.
    pub events: u64,
    /// Worlds that they began in.
    pub worlds: u64,
    /// The most decisions in a row seen in one world.
    pub ways: u64,
    /// The most abstract states seen in one world.
    pub states: u64,
    /// How long it took, in milliseconds, with making short what was found.
    pub millis: u64,
    /// For how long all threads together were on a processor to search, in milliseconds.
    pub busy: u64,
    /// And for all of it, with making short.
    pub cpu: u64,
    /// What was found.
    pub found: Option<Outcome>,
}

/// A schedule that breaks something.
pub struct Outcome {
    /// By which seed.
    pub seed: u64,
    /// The promise, unless something else was looked for.
    pub promise: Option<String>,
    /// How long it was at first.
    pub found_ops: u64,
    /// How long it is now.
    pub ops: u64,
    /// How many servers it takes.
    pub servers: u64,
    /// How many schedules were tried to make it short.
    pub tests: u64,
    /// Its text.
    pub scenario: String,
}

impl Report {
    /// Exit code 1 says that something was found.
    pub fn ending(&self) -> Ending {
        if self.found.is_some() { Ending::Failed } else { Ending::Well }
    }

    /// Events in a second of one processor.
    pub fn speed(&self) -> u64 {
        self.events * 1_000 / self.busy.max(1)
    }

    /// For how long processors were busy with it, in seconds with a tenth.
    pub fn cpu_seconds(&self) -> String {
        tenths(self.cpu)
    }

    /// The scenario, with what it took as comments; or that there is none.
    pub fn print(&self) {
        let Report { runs, events, worlds, ways, states, .. } = self;
        let effort = format!(
            "{runs} runs, {events} events, {worlds} worlds, {} s, {} s of processor time, {} events/s; \
             at most {ways} ways and {states} states seen in a world",
            tenths(self.millis),
            self.cpu_seconds(),
            self.speed()
        );
        match &self.found {
            None => println!("none in {effort}"),
            Some(found) => {
                let Outcome { seed, found_ops, ops, servers, tests, scenario, .. } = found;
                let what = found.promise.as_deref().unwrap_or("the goal");
                println!("# {what}: found by seed {seed} in {effort}");
                println!("# {found_ops} ops made {ops} on {servers} servers by {tests} tries");
                print!("{scenario}");
            }
        }
    }

    /// For programs, and to be merged.
    pub fn json(&self) -> Value {
        let found = self.found.as_ref().map(|found| {
            let Outcome { seed, promise, found_ops, ops, servers, tests, scenario } = found;
            json!({
                "seed": seed, "promise": promise, "found_ops": found_ops, "ops": ops, "servers": servers,
                "tests": tests, "scenario": scenario,
            })
        });
        let Report { seeds: [first, count], runs, events, worlds, ways, states, millis, busy, cpu, .. } = self;
        json!({
            "first_seed": first, "seeds": count, "runs": runs, "events": events, "worlds": worlds, "ways": ways,
            "states": states, "millis": millis, "busy_millis": busy, "cpu_millis": cpu, "found": found,
        })
    }

    fn of(json: &Value) -> Option<Report> {
        let number = |of: &Value, name: &str| of.get(name).and_then(Value::as_u64);
        let word = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).map(str::to_owned);
        let found = match json.get("found")? {
            Value::Null => None,
            found => Some(Outcome {
                seed: number(found, "seed")?,
                promise: word(found, "promise"),
                found_ops: number(found, "found_ops")?,
                ops: number(found, "ops")?,
                servers: number(found, "servers")?,
                tests: number(found, "tests")?,
                scenario: word(found, "scenario")?,
            }),
        };
        Some(Report {
            seeds: [number(json, "first_seed")?, number(json, "seeds")?],
            runs: number(json, "runs")?,
            events: number(json, "events")?,
            worlds: number(json, "worlds")?,
            ways: number(json, "ways")?,
            states: number(json, "states")?,
            millis: number(json, "millis")?,
            busy: number(json, "busy_millis")?,
            cpu: number(json, "cpu_millis")?,
            found,
        })
    }

    /// Both together: the lower seed's find counts, and time is the longer one.
    fn and(self, other: Report) -> Report {
        let found = match (self.found, other.found) {
            (Some(one), Some(two)) => Some(if two.seed < one.seed { two } else { one }),
            (one, two) => one.or(two),
        };
        Report {
            seeds: [self.seeds[0].min(other.seeds[0]), self.seeds[1].saturating_add(other.seeds[1])],
            runs: self.runs.saturating_add(other.runs),
            events: self.events.saturating_add(other.events),
            worlds: self.worlds.saturating_add(other.worlds),
            ways: self.ways.max(other.ways),
            states: self.states.max(other.states),
            millis: self.millis.max(other.millis),
            busy: self.busy.saturating_add(other.busy),
            cpu: self.cpu.saturating_add(other.cpu),
            found,
        }
    }
}

/// `12.3`
fn tenths(millis: u64) -> String {
    format!("{}.{}", millis / 1_000, millis % 1_000 / 100)
}

/// Puts the results of several machines together.
pub fn merge(files: &[String], json: bool) -> Ending {
    let read = |file: &String| -> Result<Report, String> {
        let text = crate::input::read_text(file)?;
        let value: Value = serde_json::from_str(&text).map_err(|error| format!("{file}: {error}"))?;
        Report::of(&value).ok_or_else(|| format!("{file}: this is not what `raftlab explore --json` prints"))
    };
    let reports: Result<Vec<Report>, String> = files.iter().map(read).collect();
    match reports.map(|all| all.into_iter().reduce(Report::and)) {
        Ok(Some(report)) => {
            if json {
                println!("{}", report.json());
            } else {
                report.print();
            }
            report.ending()
        }
        Ok(None) => {
            eprintln!("--merge wants files that `raftlab explore --json` printed");
            Ending::Unreadable
        }
        Err(error) => {
            eprintln!("{error}");
            Ending::Unreadable
        }
    }
}
