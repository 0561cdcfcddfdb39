//! The scenario language and links, against many made-up and mangled inputs: every one gives a
//! scenario or a typed error, quickly, and what is written reads back.

use std::fmt::Write;
use std::time::Duration;

use cpu_time::ThreadTime;
use raft_core::{ServerId, Time};
use raft_sim::compare::{Contrast, Knob};
use raft_sim::dice::{Dice, Purpose};
use raft_sim::link::{self, Link, LinkError, MAX_LINK, Source, View};
use raft_sim::scenario::{MAX_BYTES, Speed, format, parse, reference};

const INPUTS: u64 = 100_000;
const SLOWEST: Duration = Duration::from_millis(50);

/// Choices that depend on a seed and nothing else.
/// Dice by number: the same seed, the same numbers.
pub struct Chance {
    dice: Dice,
    nth: u64,
}

impl Chance {
    pub fn new(seed: u64) -> Self {
        Chance { dice: Dice::new(seed), nth: 0 }
    }

    pub fn number(&mut self) -> u64 {
        self.nth += 1;
        self.dice.roll(Purpose::Schedule, [0, 0], Time::ZERO, self.nth)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.number() % n.max(1) as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

// Scenarios, from every form that the language has.

/// A scenario of the language, not always one that makes sense.
fn any_scenario(chance: &mut Chance) -> String {
    let servers = 1 + chance.below(15);
    let mut text = String::from("raft 1\n");
    if chance.one_in(2) {
        writeln!(text, "title {}", any_text(chance)).unwrap();
    }
    if chance.one_in(3) {
        writeln!(text, "about {}\nabout {}", any_text(chance), any_text(chance)).unwrap();
    }
    if chance.one_in(4) {
        writeln!(text, "author {}\nlang {}", any_text(chance), chance.pick(&["en", "pt-BR", "zh-Hant"])).unwrap();
    }
    writeln!(text, "servers {servers}\nclients 3\nseed {}", chance.number()).unwrap();
    if chance.one_in(4) && servers <= 11 {
        text.push_str(chance.pick::<&str>(&["learners S20 S17\n", "spares S30\nlearners S21\n", "spares S99 S98\n"]));
    }
    for _ in 0..chance.below(4) {
        writeln!(text, "{}", any_set(chance, servers)).unwrap();
    }
    if chance.one_in(3) {
        text.push_str("start S1 term 9 vote S1 log 1 1 2:x=1 2 7:key-2=some.value commit 3\n");
    }
    if chance.one_in(4) {
        let (first, second) = (any_predicate(chance, servers), any_predicate(chance, servers));
        writeln!(text, "goal {first}{}\ngoal {second}", any_within(chance)).unwrap();
        const ALLOWED: [&str; 4] = ["0 crashes", "1 crash, 2 drops", "3 partitions 1 loss", "0 requests, 9 steps"];
        let allow = chance.pick(&ALLOWED);
        writeln!(text, "allow {allow}").unwrap();
    }
    let (mut at, steps) = (0, chance.below(30));
    for _ in 0..steps {
        at += chance.number() % 2_000_000;
        let trigger = match chance.below(4) {
            0 | 1 => format!("at {}", Time(at)),
            2 => {
                let after = chance.number() % 1_000_000;
                at += after;
                format!("after {}", Time(after))
            }
            _ => format!("when {}{}", any_predicate(chance, servers), any_within(chance)),
        };
        text.push_str(&trigger);
        for n in 0..chance.below(4) {
            let separator = if n == 0 && chance.one_in(2) { " " } else { "\n  " };
            write!(text, "{separator}{}", any_action(chance, servers)).unwrap();
        }
        text.push('\n');
    }
    text
}

fn any_text(chance: &mut Chance) -> &'static str {
    const TEXTS: [&str; 7] = ["A leader falls", "x # y", "größer — שלום 👩‍🔬", "#1", "S1 & S2 = 100%?", "a", "raft 1"];
    TEXTS[chance.below(TEXTS.len())]
}

fn any_server(chance: &mut Chance, servers: usize) -> String {
    format!("S{}", 1 + chance.below(servers))
}

fn any_who(chance: &mut Chance, servers: usize) -> String {
    match chance.below(6) {
        0 => "leader".into(),
        1 => "follower".into(),
        _ => any_server(chance, servers),
    }
}

fn any_link(chance: &mut Chance, servers: usize, arrow: &str) -> String {
    let from = any_who(chance, servers);
    let to = loop {
        // Of one server alone there is no link but to a part.
        let to = if chance.one_in(3) { "follower".into() } else { any_who(chance, servers) };
        if to != from {
            break to;
        }
    };
    format!("{from}{arrow}{to}")
}

fn any_messages(chance: &mut Chance, servers: usize) -> String {
    const KINDS: [&str; 8] =
        ["", " vote", " vote-reply", " append", " append-reply", " heartbeat", " request", " answer"];
    let kind = chance.pick(&KINDS);
    let link = match chance.below(4) {
        0 => return format!("all{kind}"),
        1 => format!("C{}->{}", 1 + chance.below(3), any_who(chance, servers)),
        _ => any_link(chance, servers, "->"),
    };
    match chance.below(3) {
        0 => format!("{link}{kind}"),
        1 => format!("{link}{kind} all"),
        _ => format!("{link}{kind} #{}", 1 + chance.below(9)),
    }
}

fn any_set(chance: &mut Chance, servers: usize) -> String {
    let (low, more) = (1_000 + chance.number() % 500_000, chance.number() % 500_000);
    let span = format!("{}..{}", Time(low), Time(low + more));
    let on_server = if chance.one_in(2) { format!(" on {}", any_server(chance, servers)) } else { String::new() };
    let on_link = if chance.one_in(2) && servers > 1 { " on S1->S2" } else { "" };
    match chance.below(10) {
        0 => format!("set election-timeout {span}{on_server}"),
        1 => format!("set heartbeat {}{on_server}", Time(low)),
        2 => format!("set latency {span}{on_link}"),
        3 => format!("set loss {}%{on_link}", chance.below(101)),
        4 => format!("set duplicate {}%{on_link}", chance.below(101)),
        5 => format!("set fsync {}{on_server}", Time(more)),
        6 => format!("set no-op {}", chance.pick(&["on", "off"])),
        7 => format!("set network {}", chance.pick(&["auto", "manual"])),
        8 => format!("set batch {}", 1 + chance.below(100)),
        _ => format!("set speed {}", chance.pick(&["1/20", "1/1000", "0.5", "100", "3"])),
    }
}

fn any_within(chance: &mut Chance) -> String {
    if chance.one_in(2) { format!(" within {}", Time(chance.number() % 60_000_000)) } else { String::new() }
}

fn any_action(chance: &mut Chance, servers: usize) -> String {
    const OF_A_SERVER: [&str; 9] =
        ["timeout", "heartbeat", "crash", "restart", "pause", "resume", "isolate", "wipe", "forget-vote"];
    const OF_MESSAGES: [&str; 5] = ["hold", "release", "deliver", "drop", "duplicate"];
    let who = any_who(chance, servers);
    match chance.below(20) {
        14 => {
            let via = if chance.one_in(2) { format!(" via {}", any_server(chance, servers)) } else { String::new() };
            format!("{} {who}{via}", chance.pick(&["add", "remove", "promote", "reconfigure"]))
        }
        15 => chance.pick(&["reconfigure S1 leader", "reconfigure leader learners S1 via S1"]).to_string(),
        16 => format!("lose {who} last {}", 1 + chance.below(9)),
        17 => format!("clock {who} {}", chance.pick(&["x1", "x1.5", "x0.01", "x0.25", "x100"])),
        0..=3 => format!("{} {who}", chance.pick(&OF_A_SERVER)),
        4 | 5 => format!("{} {}", chance.pick(&OF_MESSAGES), any_messages(chance, servers)),
        6 => {
            let arrow = *chance.pick(&["-", "->"]);
            format!("{} {}", chance.pick(&["cut", "heal"]), any_link(chance, servers, arrow))
        }
        7 => chance.pick(&["heal", "settle", "settle leader S1", "partition S1 | leader follower"]).to_string(),
        8 => any_set(chance, servers),
        9 => format!("write k{}=v{} to {who}", chance.below(5), chance.below(50)),
        10 => format!("read x from {who} by C2"),
        11 => format!("cas x {} {}", chance.below(5), chance.below(5)),
        18 => chance.pick(&["append x a by C2", "delete x to S1", "retry C2"]).to_string(),
        19 => any_question(chance, servers),
        12 => format!("{} {}", chance.pick(&["note", "stop", "mark"]), any_text(chance)),
        _ => format!("expect {}{}", any_predicate(chance, servers), any_within(chance)),
    }
}

fn any_question(chance: &mut Chance, servers: usize) -> String {
    let so = |chance: &mut Chance| format!("{{{}}}", any_predicate(chance, servers).replace("linearizable", "quiet"));
    match chance.below(4) {
        0 => format!("ask \"Who?\" S1 {} (all {} order)", so(chance), so(chance)),
        1 => format!("ask all \"Which?\" (1@1 \"2 {{\" {}) 3@2 ({})", so(chance), chance.below(9)),
        2 => String::from("ask order \"In which order?\" S2 order \"all (S1)\""),
        _ => format!("ask \"Will it?\" = {}", any_predicate(chance, servers).replace("linearizable", "quiet")),
    }
}

fn any_predicate(chance: &mut Chance, servers: usize) -> String {
    let mut text = any_condition(chance, servers);
    while chance.one_in(3) {
        let join = chance.pick(&["and", "or", "and not", "or not not"]);
        text = format!("{text} {join} {}", any_condition(chance, servers));
    }
    text
}

fn any_condition(chance: &mut Chance, servers: usize) -> String {
    let who = any_who(chance, servers);
    let compare = *chance.pick(&["=", "!=", "<", "<=", ">", ">="]);
    let equals = *chance.pick(&["=", "!="]);
    let n = chance.below(9);
    match chance.below(15) {
        13 => format!("{who} config {equals} S1 follower{}", chance.pick(&["", " + leader", " + S1 leader"])),
        14 => chance.pick(&["joint", "S1 is learner", "not joint"]).to_string(),
        0 => format!("{who} is {}", chance.pick(&["leader", "follower", "candidate", "down", "paused"])),
        1 => chance.pick(&["leader", "no leader", "one leader", "quiet", "safe", "leader is S1"]).to_string(),
        2 => format!("{who} follows {}", any_who(chance, servers)),
        3 => format!("{who} {} {compare} {n}", chance.pick(&["term", "commit", "applied"])),
        4 => format!("{who} vote {equals} {}", any_who(chance, servers)),
        5 => format!("{who} vote {equals} none"),
        6 => format!("{who} log {equals} {}", chance.pick(&["none", "1", "1 1 2 4"])),
        7 => format!("{who} last {compare} {n}@{n}"),
        8 => format!("commit {compare} {n} on {}", chance.pick(&["all", "majority", "leader S1"])),
        9 => format!("{who} x {equals} {n}"),
        10 => format!("C2 got {}", chance.pick(&["ok", "failed", "unknown", "expired", "17"])),
        11 => "violated election-safety".into(),
        _ => format!("{who} is {}", chance.pick(&["leader", "down"])),
    }
}

fn any_view(chance: &mut Chance) -> View {
    let mut maybe = |n: u64| chance.one_in(2).then(|| chance.number() % n);
    View {
        at: maybe(60_000_000).map(Time),
        event: maybe(5_000),
        digest: maybe(u64::MAX),
        seed: maybe(u64::MAX),
        servers: maybe(15).map(|n| 1 + n as u32),
        select: maybe(9).map(|n| ServerId(1 + n as u32)),
        speed: maybe(100).and_then(|n| Speed::new(1, 1 + n as u32)),
        compare: maybe(64).map(|n| {
            let knob = Knob::ALL[n as usize % Knob::ALL.len()];
            let value = |n: u64| n as usize % knob.values().len();
            Contrast { knob, sides: [value(n / 4), value(n / 8)], load: (n % 3 == 0).then_some(n as u32) }
        }),
    }
}

// What is written reads back.

#[test]
fn any_scenario_reads_back() {
    for seed in 0..5_000 {
        let text = any_scenario(&mut Chance::new(seed));
        let scenario = parse(&text).unwrap_or_else(|error| panic!("seed {seed}: {error}\n{text}")).scenario;
        let canonical = format(&scenario);
        let again = parse(&canonical).unwrap_or_else(|error| panic!("seed {seed}: {error}\n{canonical}"));
        assert_eq!(again.scenario, scenario, "seed {seed}\n{canonical}");
        assert_eq!(format(&again.scenario), canonical, "seed {seed}");
    }
}

#[test]
fn any_link_reads_back() {
    for seed in 0..500 {
        let mut chance = Chance::new(seed);
        let text = any_scenario(&mut chance);
        let (scenario, view) = (parse(&text).expect("it reads").scenario, any_view(&mut chance));
        let link = link::encode(&scenario, &view);
        let Link { source: Source::Scenario(read, _), view: read_view } = link::decode(&link).expect(&link) else {
            panic!("seed {seed}: another source");
        };
        assert_eq!((*read, read_view), (scenario, view), "seed {seed}");
    }
}

/// Forty actions at random microseconds and the view are a link that a chat takes: what a visitor
/// of the page does, and the most varied that one could do.
#[test]
fn forty_actions_are_a_short_link() {
    check_lengths("a visitor's", visitors_action);
    check_lengths("varied", varied_action);
}

/// The most varied that one could do.
pub fn varied_action(chance: &mut Chance) -> String {
    let server = any_server(chance, 5);
    match chance.below(14) {
        0 | 1 => format!("crash {server}"),
        2 | 3 => format!("restart {server}"),
        4 => format!("timeout {server}"),
        5 | 6 => format!("write x={}", chance.below(40)),
        7 => format!("write key{}=v{} to {server}", chance.below(3), chance.below(40)),
        8 => format!("partition S1 S{} | S3 S5", 2 + 2 * chance.below(2)),
        9 => chance.pick(&["heal", "isolate S2", "isolate leader"]).to_string(),
        10 => "cut S1-S2".to_string(),
        11 => format!("drop S1->{} append", chance.pick(&["S2", "S3", "S4", "S5"])),
        12 => format!("{} {server}", chance.pick(&["pause", "resume"])),
        _ => format!("hold S{}->S5", 1 + chance.below(4)),
    }
}

fn check_lengths(name: &str, action: fn(&mut Chance) -> String) {
    let mut lengths: Vec<usize> = (0..200).map(|seed| link_of_forty(&mut Chance::new(seed), action).len()).collect();
    lengths.sort_unstable();
    println!("links of 40 {name} actions: median {}, longest {}", lengths[100], lengths[199]);
    assert!(lengths[199] <= 700, "{name}: {}", lengths[199]);
}

fn link_of_forty(chance: &mut Chance, action: fn(&mut Chance) -> String) -> String {
    let mut text = format!("raft 1\nseed {}\n", chance.number() % 1_000_000);
    let mut at = 0;
    for _ in 0..40 {
        at += 1 + chance.number() % 1_000_000;
        writeln!(text, "at {} {}", Time(at), action(chance)).unwrap();
    }
    let view = View {
        at: Some(Time(at)),
        event: Some(1_500),
        digest: Some(chance.number()),
        select: Some(ServerId(3)),
        speed: Speed::new(1, 20),
        ..View::default()
    };
    link::encode(&parse(&text).expect("a scenario").scenario, &view)
}

/// What a visitor of the page does.
pub fn visitors_action(chance: &mut Chance) -> String {
    let server = any_server(chance, 5);
    match chance.below(6) {
        0 | 1 => format!("crash {server}"),
        2 | 3 => format!("restart {server}"),
        4 => format!("write x={}", chance.below(40)),
        _ => chance.pick(&["heal", "partition S1 S2 | S3 S4 S5", "timeout S2", "isolate S1"]).to_string(),
    }
}

// Random and mangled inputs.

/// What inputs are made from.
struct Seedlings {
    texts: Vec<String>,
    links: Vec<String>,
}

impl Seedlings {
    fn new() -> Self {
        let texts: Vec<String> = (0..200).map(|seed| any_scenario(&mut Chance::new(seed))).collect();
        let mut links: Vec<String> = texts
            .iter()
            .zip(0..)
            .map(|(text, seed)| {
                let scenario = parse(text).expect("it reads").scenario;
                link::encode(&scenario, &any_view(&mut Chance::new(seed)))
            })
            .take(60)
            .collect();
        links.extend(texts.iter().take(20).map(|text| link::encode_text(text, &View::default())));
        links.extend(crate::digests::golden_links("v1").into_iter().map(|(_, link)| link));
        links.extend(["#demo=figure-8&at=1.2s", "#src=https://example.org/a.raft?b=1&at=1s"].map(String::from));
        Seedlings { texts, links }
    }
}

/// One slip: of a finger, of a chat tool, or of someone with bad intentions.
fn mangle(chance: &mut Chance, text: &mut Vec<char>) {
    const PIECES: [&str; 24] = [
        "#",
        "&",
        "=",
        "%",
        "%2",
        "%25",
        "\n",
        "\r\n",
        " ",
        "\u{0}",
        "\u{202E}",
        "S1",
        "->",
        "not ",
        "s1.",
        "s2.",
        "at 1ms ",
        "99999999999999999999",
        "\u{FEFF}",
        "é",
        "👩‍🔬",
        "..",
        "&digest=",
        "A",
    ];
    let at = chance.below(text.len() + 1);
    let to = (at + chance.below(12)).min(text.len());
    match chance.below(8) {
        0 => text.truncate(at),
        1 => drop(text.drain(at..to)),
        2 => drop(text.splice(at..at, chance.pick(&PIECES).chars())),
        3 => drop(text.splice(at..to, chance.pick(&PIECES).chars())),
        4 => {
            let copy = text[at..to].to_vec();
            let place = chance.below(text.len() + 1);
            drop(text.splice(place..place, copy));
        }
        5 if at < text.len() => text[at] = char::from(32 + chance.below(95) as u8),
        6 if at < text.len() => text[at] = char::from_u32(chance.below(0x11_0000) as u32).unwrap_or('\u{FFFD}'),
        _ if at < text.len() => {
            let other = chance.below(text.len());
            text.swap(at, other);
        }
        _ => text.push('.'),
    }
}

fn mangled(chance: &mut Chance, of: &str) -> String {
    let mut text: Vec<char> = of.chars().collect();
    for _ in 0..1 + chance.below(3) * chance.below(2) {
        mangle(chance, &mut text);
    }
    text.into_iter().collect()
}

fn any_input(chance: &mut Chance, seedlings: &Seedlings) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    match chance.below(20) {
        0 => (0..chance.below(300)).map(|_| char::from(chance.below(128) as u8)).collect(),
        1 => (0..chance.below(100)).filter_map(|_| char::from_u32(chance.below(0x11_0000) as u32)).collect(),
        // Base64 of anything, now and then as long as a link may be.
        2 | 3 => {
            let length = if chance.one_in(20) { MAX_LINK - 4 } else { chance.below(400) };
            let payload: String = (0..length).map(|_| char::from(*chance.pick(ALPHABET))).collect();
            let form = if chance.one_in(2) { "#s1." } else { "#s2." };
            format!("{form}{payload}")
        }
        4 => {
            let words: Vec<&str> = seedlings.texts[chance.below(200)].split_whitespace().collect();
            let shuffled: Vec<&str> = (0..chance.below(60)).map(|_| *chance.pick(&words)).collect();
            format!("raft 1\nat 0ms {}", shuffled.join(if chance.one_in(2) { " " } else { "\n" }))
        }
        5..=9 => {
            let of = chance.below(seedlings.texts.len());
            mangled(chance, &seedlings.texts[of])
        }
        _ => {
            let of = chance.below(seedlings.links.len());
            mangled(chance, &seedlings.links[of])
        }
    }
}

/// Reads an input as a text and as a link, and says how that ended.
fn read(input: &str) -> &'static str {
    let text = parse(input);
    if let Err(error) = &text {
        assert!(error.found.chars().count() <= 60 && error.line > 0 && error.column > 0, "{error}");
        assert!(!error.to_string().contains(['\n', '\u{202E}']), "{error}");
    }
    let link = link::decode(input);
    if let Err(error) = &link {
        assert!(!error.to_string().contains(['\n', '\u{202E}']), "{error}");
    }
    match link {
        _ if text.is_ok() => "a text",
        Ok(_) => "a run",
        Err(LinkError::Cut) => "cut",
        Err(LinkError::Corrupt) => "corrupt",
        Err(LinkError::TooBig | LinkError::TooLong) => "too big",
        Err(LinkError::Scenario(_)) => "no scenario",
        Err(_) => "no link",
    }
}

/// Reads it, and tells how long that kept a processor busy: what else the machine does is not counted. A virtual
/// machine that stands still books that as work, but not each time: what is slow is read again, and the least counts.
fn timed(input: &str) -> (&'static str, Duration) {
    let mut least = Duration::MAX;
    loop {
        let start = ThreadTime::now();
        let end = read(input);
        let time = start.elapsed();
        if time <= SLOWEST || time >= least {
            return (end, time.min(least));
        }
        least = time;
    }
}

#[test]
fn every_input_gives_a_run_or_a_typed_error() {
    let seedlings = Seedlings::new();
    let mut slowest = Duration::ZERO;
    let mut ends = std::collections::BTreeMap::<&str, u32>::new();
    for seed in 0..INPUTS {
        let input = any_input(&mut Chance::new(seed), &seedlings);
        let (end, time) = timed(&input);
        *ends.entry(end).or_default() += 1;
        slowest = slowest.max(time);
        assert!(time <= SLOWEST, "input {seed} takes {time:?}");
    }
    println!("{INPUTS} inputs, slowest {slowest:?}: {ends:?}");
    for end in ["a text", "a run", "cut", "corrupt", "no scenario", "no link"] {
        assert!(ends.get(end).is_some_and(|count| *count >= 1_000), "too few inputs end as {end}: {ends:?}");
    }
}

/// Texts and links as large as they may be, made of what costs most to read.
#[test]
fn the_largest_inputs_are_read_quickly() {
    let lines = [
        "\n",
        "#\n",
        "at 0ms\n",
        "heal\n",
        "expect safe\n",
        "note x\n",
        "about x\n",
        "set loss 1%\n",
        "at 0ms expect not not not not safe or safe and safe\n",
        "at 0ms partition S1 | S2 S3 | S4 | S5 leader\n",
    ];
    let words = ["S1 ", "not ", "1 ", "safe and ", "x", "=", "|", "#", "\"", "é", "%25", "-", "->", "1:x=1 "];
    let starts = ["raft 1\n", "raft 1\nat 0ms\n"];
    let of_words = [
        "raft 1\nat 0ms expect ",
        "raft 1\nstart S1 log ",
        "raft 1\nat 0ms expect S1 log = ",
        "raft 1\ntitle ",
        "raft ",
    ];
    let fill = |start: &str, of: &str| format!("{start}{}", of.repeat((MAX_BYTES - start.len()) / of.len()));
    let texts = starts
        .iter()
        .flat_map(|start| lines.iter().map(move |line| fill(start, line)))
        .chain(of_words.iter().flat_map(|start| words.iter().map(move |word| fill(start, word))));
    let mut slowest = Duration::ZERO;
    for text in texts {
        let fits: String = text.chars().take(MAX_LINK / 2).collect();
        let in_link = link::encode_text(&fits, &View::default());
        for input in [text.as_str(), &fits, &format!("#text={fits}"), &in_link] {
            let (_, time) = timed(input);
            slowest = slowest.max(time);
            assert!(time <= SLOWEST, "{time:?}: {}", &input[..60]);
        }
    }
    println!("largest inputs: slowest {slowest:?}");
}

// The reference.

/// `UPDATE=1` rewrites the tables.
#[test]
fn the_reference_shows_the_tables_that_the_parser_reads() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/scenario-language.md");
    let page = std::fs::read_to_string(&path).expect("the reference is there");
    let mut right = page.clone();
    for (name, table) in reference::tables() {
        let start = format!("<!-- table: {name} -->\n");
        let from = right.find(&start).unwrap_or_else(|| panic!("no place for the table {name}")) + start.len();
        let to = from + right[from..].find("<!-- end -->").expect("every table ends");
        right.replace_range(from..to, &table);
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, right).expect("the reference can be written");
    } else {
        assert!(page == right, "docs/scenario-language.md is behind; UPDATE=1 rewrites its tables");
    }
    let example = page.split("```").nth(1).expect("it opens with an example");
    parse(example).unwrap_or_else(|error| panic!("the example of the reference: {error}"));
}

/// `UPDATE=1` writes it anew.
#[test]
fn the_grammar_for_other_editors_is_that_of_the_tables() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/grammar/raft.tmLanguage.json");
    let right = raft_sim::scenario::grammar::textmate();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, right).expect("the grammar can be written");
    } else {
        let there = std::fs::read_to_string(&path).expect("the grammar is there");
        assert!(there == right, "docs/grammar/raft.tmLanguage.json is behind; UPDATE=1 writes it anew");
    }
}

/// `UPDATE=1` writes it anew.
#[test]
fn what_a_word_does_is_told_as_the_tables_say() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/sim/src/scenario/parse/explained.txt");
    let right = raft_sim::scenario::reference::explained();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, right).expect("the words can be written");
    } else {
        let there = std::fs::read_to_string(&path).expect("the words are there");
        assert!(there == right, "core/sim/src/scenario/parse/explained.txt is behind; UPDATE=1 writes it anew");
    }
}
