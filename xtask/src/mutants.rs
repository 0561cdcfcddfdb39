//! `cargo xtask mutants`: tests of the tests. cargo-mutants says what could be changed in the code that
//! has to be right; each change should make some test fail. See `docs/mutants.md`.
//!
//! cargo-mutants builds anew for each change, which takes hours here. So its list of changes is woven into a
//! copy of the tree that is built once; `--plain` hands the work to cargo-mutants itself.

mod judge;
mod weave;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use self::judge::{Fate, Step, judge};
use self::weave::{HOOK, Mutant, Woven, weave};
use crate::run::{Outcome, answer, cargo, command, root, run, said, target_dir};
use crate::tools;
use serde_json::Value;

/// What is changed: a package, its files, the root that the hook goes into, and which share must be caught.
struct Part {
    package: &'static str,
    files: &'static str,
    crate_root: &'static str,
    features: &'static [&'static str],
    /// Of a hundred viable mutants so many are caught at least, and there is a reason for each of the others.
    wanted: usize,
}

const PARTS: [Part; 4] = [
    Part {
        package: "raft-core",
        files: "core/raft/src/**/*.rs",
        crate_root: "core/raft/src/lib.rs",
        features: &[],
        wanted: 95,
    },
    Part {
        package: "raft-sim",
        files: "core/sim/src/checker.rs",
        crate_root: "core/sim/src/lib.rs",
        features: &["--features", "reference"],
        wanted: 95,
    },
    Part {
        package: "raft-sim",
        files: "core/sim/src/freshness.rs",
        crate_root: "core/sim/src/lib.rs",
        features: &["--features", "reference"],
        wanted: 95,
    },
    Part {
        package: "raft-sim",
        files: "core/sim/src/footing.rs",
        crate_root: "core/sim/src/lib.rs",
        features: &["--features", "reference"],
        wanted: 95,
    },
];

/// Survivors that are known, each with the reason why it is no fault of the tests.
const JUSTIFIED: &str = "docs/mutants.md";

/// How many seeds a mutant has to survive.
const SEEDS: &str = "300";

/// What is asked for on the command line.
struct Asked {
    /// Only mutants whose name contains one of these.
    names: Vec<String>,
    jobs: usize,
    seeds: String,
    /// Judge again what was judged before.
    afresh: bool,
}

/// Judges every mutant, and fails if too few are caught or one survives without a reason.
pub fn mutants(words: &[String]) -> Outcome {
    if let Some((first, rest)) = words.split_first()
        && first == "--plain"
    {
        return run(tools::cargo_mutants()?.arg("mutants").args(rest));
    }
    let asked = asked(words)?;
    let mut all = vec![];
    for part in &PARTS {
        all.extend(list(part)?);
    }
    let bench = Bench::new(&all)?;
    let fates = bench.judge_all(&all, &asked)?;
    report(&all, &fates)
}

fn asked(words: &[String]) -> Outcome<Asked> {
    let mut asked = Asked { names: vec![], jobs: 1, seeds: SEEDS.into(), afresh: false };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("`{word}` wants a value"));
        match word.as_str() {
            "--name" => asked.names.push(value()?.clone()),
            "--jobs" => asked.jobs = value()?.parse().map_err(|_| "`--jobs` wants a number")?,
            "--seeds" => asked.seeds = value()?.clone(),
            "--afresh" => asked.afresh = true,
            _ => {
                return Err(format!(
                    "`{word}` is not known: --name TEXT, --jobs N, --seeds N, --afresh, or --plain first"
                ));
            }
        }
    }
    Ok(asked)
}

/// A text of what cargo and cargo-mutants print; empty if it is none.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A line or a column.
fn whole(value: &Value) -> usize {
    value.as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or_default()
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// All mutants of a part, in the order of its files.
fn list(part: &Part) -> Outcome<Vec<Mutant>> {
    let mut list = tools::cargo_mutants()?;
    // The configuration names files of its own, which would be added.
    list.args(["mutants", "--no-config", "--list", "--json", "--package", part.package, "--file", part.files]);
    let said = said(&list);
    println!("$ {said}");
    let printed = answer(&mut list).ok_or(format!("`{said}` failed"))?;
    let json: Vec<Value> =
        serde_json::from_str(&printed).map_err(|error| format!("`{said}` printed what is not JSON: {error}"))?;
    Ok(json.iter().map(Mutant::of).collect())
}

/// The copy of the tree with all mutants in it.
struct Bench {
    steps: Vec<Step>,
    tree: PathBuf,
    /// The files that change, as they were when this began.
    sources: BTreeMap<String, String>,
    unviable: BTreeSet<usize>,
    left: BTreeSet<usize>,
}

impl Bench {
    fn new(all: &[Mutant]) -> Outcome<Bench> {
        let tree = target_dir().join("mutants").join("tree");
        let none = BTreeSet::new();
        let mut sources = BTreeMap::new();
        for file in all.iter().map(|mutant| &*mutant.file).chain(PARTS.iter().map(|part| part.crate_root)) {
            if !sources.contains_key(file) {
                sources.insert(file.to_owned(), read(&root().join(file))?);
            }
        }
        copy(&tree, |file| sources.contains_key(file))?;
        let mut bench = Bench { steps: vec![], tree, sources, unviable: none.clone(), left: none };
        bench.unviable.extend((1..).zip(all).filter(|(_, mutant)| mutant.wants_std()).map(|(number, _)| number));
        // The compiler does not say all at once.
        loop {
            let lines = bench.weave(all)?;
            let wrong = bench.wrong(&lines)?;
            if wrong.is_empty() {
                break;
            }
            println!("{} do not compile", wrong.len());
            bench.unviable.extend(wrong);
        }
        bench.programs()?;
        Ok(bench)
    }

    /// Writes the files with their mutants; the answer says which lines are whose.
    fn weave(&mut self, all: &[Mutant]) -> Outcome<BTreeMap<String, Woven>> {
        let mut files: BTreeMap<&str, Vec<(usize, &Mutant)>> = BTreeMap::new();
        for (number, mutant) in (1..).zip(all) {
            let file = files.entry(&mutant.file).or_default();
            if !self.unviable.contains(&number) {
                file.push((number, mutant));
            }
        }
        let mut all = BTreeMap::new();
        for (file, mutants) in files {
            let woven = weave(&self.sources[file], &mutants);
            write(&self.tree.join(file), &woven.text)?;
            self.left.extend(&woven.left);
            all.insert(file.to_owned(), woven);
        }
        for part in &PARTS {
            write(&self.tree.join(part.crate_root), &format!("{}{HOOK}", self.sources[part.crate_root]))?;
        }
        Ok(all)
    }

    /// The mutants that the compiler refuses.
    fn wrong(&self, lines: &BTreeMap<String, Woven>) -> Outcome<BTreeSet<usize>> {
        let mut wrong = BTreeSet::new();
        for part in &PARTS {
            // With the features that the tests want, so that they find it built.
            let printed = self.cargo(&[&["build", "--package", part.package], part.features].concat())?;
            for message in printed.iter().filter(|line| line["message"]["level"] == "error") {
                let mut found = false;
                let spans = items(&message["message"]["spans"]);
                for span in spans {
                    let line = whole(&span["line_start"]);
                    let woven = lines.get(text(&span["file_name"])).map_or(&[][..], |woven| &woven.lines);
                    for (_, number) in woven.iter().filter(|(lines, _)| lines.contains(&line)) {
                        found |= span["is_primary"] == true;
                        wrong.insert(*number);
                    }
                }
                // The last one only counts the others.
                if !found && !spans.is_empty() {
                    return Err(format!("not a mutant's error:\n{}", text(&message["message"]["rendered"])));
                }
            }
            if !wrong.is_empty() {
                break;
            }
        }
        Ok(wrong)
    }

    /// Builds the tests, and measures how long they take while nothing is changed.
    fn programs(&mut self) -> Outcome {
        let packages = ["--package", "raft-core", "--package", "raft-sim", "--package", "it"];
        let printed = self.cargo(&[&["test", "--no-run", "--lib", "--test", "it"], &packages[..]].concat())?;
        let program = |name: &str, kind: &str| {
            let named = |line: &&Value| {
                let kinds = items(&line["target"]["kind"]);
                line["target"]["name"] == name && kinds.iter().any(|of| of == kind)
            };
            let mut paths = printed.iter().filter(named).map(|line| text(&line["executable"]));
            // A library that is not a test is named as well.
            paths.find(|path| !path.is_empty()).map(PathBuf::from).ok_or(format!("the tests of {name} were not built"))
        };
        let (core, sim, it) = (program("raft_core", "lib")?, program("raft_sim", "lib")?, program("it", "test")?);
        // What costs least per mutant caught comes first.
        let chosen: [(&PathBuf, &[&str]); 7] = [
            (&it, &["paper::"]),
            (&core, &[]),
            (&sim, &["checker::", "footing::", "freshness::", "sharing::"]),
            (&it, &["golden::golden"]),
            (&it, &["bugs::", "properties::", "three_ways::"]),
            (&it, &["seeds::"]),
            (&it, &["digests::", "time_travel::"]),
        ];
        for (program, chosen) in chosen {
            let limit = Duration::from_secs(3600);
            let step = Step { program: program.clone(), chosen, limit };
            let (begin, fate) =
                (Instant::now(), judge(std::slice::from_ref(&step), 0, SEEDS, &self.tree.join("tests")));
            if fate != Fate::Missed {
                return Err(format!("the tests fail without any mutant: {fate:?}"));
            }
            println!("{chosen:?}: {:.1} s without a mutant", begin.elapsed().as_secs_f32());
            self.steps.push(Step { limit: begin.elapsed() * 10 + Duration::from_secs(20), ..step });
        }
        Ok(())
    }

    /// What cargo prints, a value a line, in the copy.
    fn cargo(&self, words: &[&str]) -> Outcome<Vec<Value>> {
        let mut cargo = cargo();
        cargo.args(words).args(["--quiet", "--profile", "mutants", "--message-format=json", "--target-dir"]);
        cargo.arg(target_dir().join("mutants").join("built")).current_dir(&self.tree);
        println!("$ {}", said(&cargo));
        let output = cargo.output().map_err(|error| format!("cargo could not be run: {error}"))?;
        Ok(String::from_utf8_lossy(&output.stdout).lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }

    /// Judges all that were asked for; what was judged before is kept in a file.
    fn judge_all(&self, all: &[Mutant], asked: &Asked) -> Outcome<Vec<Option<Fate>>> {
        let path = target_dir().join("mutants").join("outcomes.txt");
        if asked.afresh {
            // There may be none.
            let _ = fs::remove_file(&path);
        }
        let mut known: BTreeMap<String, Fate> = BTreeMap::new();
        for line in fs::read_to_string(&path).unwrap_or_default().lines() {
            if let [word, test, name] = line.splitn(3, '\t').collect::<Vec<_>>()[..]
                && let Some(fate) = Fate::of(word, test)
            {
                known.insert(name.into(), fate);
            }
        }
        let wanted =
            |mutant: &Mutant| asked.names.is_empty() || asked.names.iter().any(|name| mutant.name.contains(name));
        let fates: Mutex<Vec<Option<Fate>>> =
            Mutex::new(all.iter().map(|mutant| known.get(&mutant.name).cloned()).collect());
        let file = OpenOptions::new().create(true).append(true).open(&path).map_err(|error| format!("{error}"))?;
        let (file, next): (Mutex<File>, AtomicUsize) = (Mutex::new(file), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..asked.jobs.max(1) {
                scope.spawn(|| {
                    while let Some(mutant) =
                        all.get(next.load(Ordering::Relaxed)).map(|_| next.fetch_add(1, Ordering::Relaxed))
                    {
                        if mutant >= all.len()
                            || !wanted(&all[mutant])
                            || fates.lock().expect("no panic")[mutant].is_some()
                        {
                            continue;
                        }
                        let number = mutant + 1;
                        let fate = if self.unviable.contains(&number) {
                            Fate::Unviable
                        } else if self.left.contains(&number) {
                            Fate::Left
                        } else {
                            judge(&self.steps, number, &asked.seeds, &self.tree.join("tests"))
                        };
                        let (word, test) = fate.words();
                        let line = format!("{word}\t{test}\t{}", all[mutant].name);
                        if fate == Fate::Missed {
                            println!("{line}");
                        }
                        writeln!(file.lock().expect("no panic"), "{line}").expect("the outcome is written down");
                        fates.lock().expect("no panic")[mutant] = Some(fate);
                    }
                });
            }
        });
        Ok(fates.into_inner().expect("no panic"))
    }
}

/// Copies what git knows of the tree, or would, but for the files that are woven.
fn copy(tree: &Path, woven: impl Fn(&str) -> bool) -> Outcome {
    let mut git = command("git");
    let files = answer(git.args(["ls-files", "--cached", "--others", "--exclude-standard"]));
    for file in files.ok_or("`git ls-files` failed: this needs the repository")?.lines() {
        let (from, to) = (root().join(file), tree.join(file));
        // Deleted, and git does not know yet; or a link to a folder.
        if !from.is_file() || woven(file) {
            continue;
        }
        let bytes = fs::read(&from).map_err(|error| format!("{file}: {error}"))?;
        if fs::read(&to).is_ok_and(|there| there == bytes) {
            continue;
        }
        fs::create_dir_all(to.parent().expect("a file is in a folder")).map_err(|error| format!("{file}: {error}"))?;
        fs::write(&to, bytes).map_err(|error| format!("{file}: {error}"))?;
    }
    Ok(())
}

fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Leaves a file alone that is as it should be, so that nothing is built again for it.
fn write(path: &Path, text: &str) -> Outcome {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    let failed = |error| format!("{}: {error}", path.display());
    fs::create_dir_all(path.parent().expect("a file is in a folder")).map_err(failed)?;
    fs::write(path, text).map_err(failed)
}

/// The figures of each part, and what survives without a reason in the documents.
fn report(all: &[Mutant], fates: &[Option<Fate>]) -> Outcome {
    let justified = read(&root().join(JUSTIFIED))?;
    let mut wrong = vec![];
    for part in &PARTS {
        let folder = part.files.split("**").next().expect("a part");
        let mut count: BTreeMap<&str, usize> = BTreeMap::new();
        for (mutant, fate) in all.iter().zip(fates).filter(|(mutant, _)| mutant.file.starts_with(folder)) {
            let word = fate.as_ref().map_or("not judged", |fate| fate.words().0);
            *count.entry(word).or_default() += 1;
            if word == "missed" && !justified.contains(&format!("`{}`", mutant.what())) {
                wrong.push(format!("survives, and {JUSTIFIED} does not say why: {}", mutant.name));
            }
        }
        let of = |word| count.get(word).copied().unwrap_or(0);
        let (caught, missed) = (of("caught") + of("timeout"), of("missed"));
        println!(
            "{}: {count:?}, {:.1} % of viable ones caught",
            part.files,
            caught as f64 * 100.0 / (caught + missed).max(1) as f64
        );
        if caught * 100 < (caught + missed) * part.wanted {
            wrong.push(format!("{}: less than {} % are caught", part.files, part.wanted));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}
