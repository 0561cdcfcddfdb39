// Measures the page in Chromium and prints the figures beside what is promised; see docs/bench.md.
// Usage: node bench.mjs [--dist=FOLDER] [--seconds=N] [--minutes=N] [--seeks=N] [frames] [tasks] [seeks] [heap] [search]

import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { launch, open } from "./lib/browser.mjs";
import { weigh, weighed } from "./lib/memory.mjs";
import { command, state, until } from "./lib/play.mjs";
import { DIST, servePage } from "./lib/server.mjs";
import { frames, percentile, tasks, traced } from "./lib/trace.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A leader that sends without waiting: so many servers and writes a second make so many messages. */
const world = (servers, writes) => `raft 1
servers ${servers}
clients 2
seed 3
set latency 100ms
set replication pipelined
set window 256
set load ${writes}/s
set election-timeout 1s..2s
set heartbeat 300ms

at 0ms timeout S1
`;

const WORLDS = [
  { name: "9 servers, 200 messages", text: world(9, 125), messages: 190, promised: 8 },
  { name: "15 servers, 1,000 messages", text: world(15, 360), messages: 950, promised: 16 },
];

const FIRST = { name: "first visit", text: null };

const PARTS = { frames: frameCost, tasks: longTasks, seeks, heap, search };

const words = process.argv.slice(2);
const option = (name, usual) => words.find((word) => word.startsWith(`--${name}=`))?.split("=")[1] ?? usual;
const seconds = Number(option("seconds", 10));
const minutes = Number(option("minutes", 10));
const many = Number(option("seeks", 1_000));
const chosen = words.filter((word) => !word.startsWith("--"));
const unknown = chosen.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`no part ${unknown.join(", ")}; there are: ${Object.keys(PARTS).join(", ")}`);
  process.exit(2);
}

const server = await servePage({ root: resolve(option("dist", DIST)) });
for (const [name, part] of Object.entries(PARTS)) {
  if (chosen.length === 0 || chosen.includes(name)) await part();
}
await server.close();

/** Opens a world in a browser of its own, plays it up to a time and leaves it standing there. */
async function opened({ text }, { at, pace = 1 }, act) {
  const browser = await launch();
  const hash = text === null ? "" : `#text=${encodeURIComponent(text)}`;
  const { page, problems } = await open(browser, server, { hash, prepare: weighed });
  try {
    await page.locator("html[data-rest]").waitFor({ state: "attached", timeout: 30_000 }).catch(() => {});
    await command(page, "pause");
    if (at) await command(page, "seek", { t: at * 1_000_000 });
    if (at) await until(page, "the start", ({ t }) => t === at * 1_000_000, 60_000);
    await command(page, "speed", { value: pace });
    await act(page);
    const found = await problems();
    if (found.length > 0) throw new Error(found.join("\n"));
  } finally {
    await browser.close();
  }
}

/** Plays for so many seconds, with nobody asking the page anything meanwhile. */
async function played(page, length) {
  await command(page, "play");
  await page.waitForTimeout(500);
  const events = await traced(page, () => new Promise((done) => setTimeout(done, length * 1_000)));
  await command(page, "pause");
  return events;
}

/** Main-thread time of a frame. */
async function frameCost() {
  console.log("\nMain-thread time of a frame, milliseconds of processor time");
  row("world", "pace", "messages", "frames", "p50", "p95", "p99", "max", "promised p95", "where it goes, on average");
  for (const { messages, promised, ...place } of WORLDS) {
    for (const pace of [0.05, 1, 10]) {
      await opened(place, { at: 2, pace }, async (page) => {
        const { inFlight } = await state(page);
        if (inFlight < messages) throw new Error(`only ${inFlight} messages are on their way`);
        const all = frames(await played(page, seconds));
        const cpu = all.map((frame) => frame.cpu);
        const shown = [0.5, 0.95, 0.99, 1].map((share) => percentile(cpu, share).toFixed(1));
        row(place.name, pace, inFlight, all.length, ...shown, verdict(percentile(cpu, 0.95), promised), stages(all));
      });
    }
  }
}

function stages(all) {
  const sums = {};
  for (const frame of all) for (const [stage, cpu] of Object.entries(frame.stages)) sums[stage] = (sums[stage] ?? 0) + cpu;
  const shown = Object.entries(sums).sort((a, b) => b[1] - a[1]);
  return shown.map(([stage, cpu]) => `${stage} ${(cpu / all.length).toFixed(1)}`).join(", ");
}

/** The longest tasks in thirty seconds of fast play. */
async function longTasks() {
  console.log("\nTasks of the main thread in 30 s of play at 10×, milliseconds of processor time");
  row("world", "tasks", "p99", "max", "over 50 ms", "promised none");
  for (const place of [FIRST, ...WORLDS]) {
    await opened(place, { at: 2, pace: 10 }, async (page) => {
      const all = tasks(await played(page, 30)).map(({ cpu }) => cpu);
      const long = all.filter((cpu) => cpu > 50).length;
      row(place.name, all.length, percentile(all, 0.99).toFixed(1), percentile(all, 1).toFixed(1), long, verdict(long, 0));
    });
  }
}

/** An hour of five servers: writes every 5 s beside a steady load, and a crash every minute. */
function hour() {
  const lines = ["raft 1", "servers 5", "clients 4", "set load 10/s"];
  for (let second = 5; second < 3_600; second += 5) {
    const who = (Math.floor(second / 60) % 5) + 1;
    if (second % 60 === 30) lines.push(`at ${second}s crash S${who}`);
    else if (second % 60 === 45) lines.push(`at ${second}s restart S${who}`);
    else lines.push(`at ${second}s write x${second % 7}=${second} by C${Math.min(who, 4)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Jumps all over an hour of a million events. */
async function seeks() {
  console.log("\nSeeks in an hour of a million events, milliseconds of processor time");
  row("", "seeks", "p50", "p99", "max", "promised p99");
  await opened({ text: null }, {}, async (page) => {
    const end = 3_600_000_000;
    await command(page, "load", { text: hour() });
    await command(page, "pause");
    const began = Date.now();
    await command(page, "seek", { t: end });
    await until(page, "the end of the hour", ({ t }) => t === end, 600_000);
    console.log(`  the hour was seen after ${((Date.now() - began) / 1_000).toFixed(1)} s`);
    console.log(`  all of WebAssembly's memory is ${(await weigh(page)).wasm.toFixed(0)} MB; promised for the history 64 MB`);
    let random = 0x9e3779b9;
    const next = () => {
      random ^= random << 13;
      random ^= random >>> 17;
      random ^= random << 5;
      return (random >>> 0) / 2 ** 32;
    };
    const shares = Array.from({ length: many }, next);
    // As somebody does who drags along the bar; in the page itself, so that nothing but the seeks is
    // measured; each has its frame to be drawn in.
    const jump = (shares) =>
      page.evaluate(async (shares) => {
        const bar = document.querySelector("#scrub");
        const { left, top, width } = bar.getBoundingClientRect();
        const point = (type, clientX) => bar.dispatchEvent(new PointerEvent(type, { clientX, clientY: top + 4, bubbles: true }));
        point("pointerdown", left);
        for (const share of shares) {
          point("pointermove", left + share * width);
          await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
        }
        point("pointerup", left);
      }, shares);
    await jump(shares.slice(0, 20));
    const events = await traced(page, () => jump(shares));
    // What the seek does, and the elements that follow from it, is one task; drawing is another.
    const handled = tasks(events).filter(({ frames, stages }) => !frames && stages.script > 0.5).map(({ cpu }) => cpu);
    const shown = [0.5, 0.99, 1].map((share) => percentile(handled, share).toFixed(1));
    row("the seek, and all that is shown of it made anew", handled.length, ...shown, verdict(percentile(handled, 0.99), 33));
    const all = frames(events).map(({ cpu }) => cpu);
    const whole = [0.5, 0.99, 1].map((share) => percentile(all, share).toFixed(1));
    row("with style, layout and paint", all.length, ...whole, "");
  });
}

/** The heap in so many minutes of play: worlds beside each other, as nothing of it is timed. */
async function heap() {
  console.log(`\nHeap in ${minutes} minutes of play, MB after a collection (scripts + wasm memory)`);
  row("world", "pace", "after each minute", "nodes", "promised 100 MB");
  await Promise.all([[FIRST, 1], [FIRST, 10], [WORLDS[0], 1]].map(([place, pace]) => opened(place, { at: 1, pace }, async (page) => {
    await command(page, "play");
    const samples = [];
    for (let minute = 0; minute <= minutes; minute += 1) {
      if (minute > 0) await new Promise((done) => setTimeout(done, 60_000));
      samples.push(await weigh(page));
    }
    const { t } = await state(page);
    const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
    const said = samples.map(({ script, wasm }) => `${script.toFixed(1)}+${wasm.toFixed(1)}`).join(" ");
    const most = Math.max(...samples.map(({ script, wasm }) => script + wasm));
    row(place.name, `${pace}: ${(t / 1e6).toFixed(0)} s of the run`, said, nodes, verdict(most, 100));
  })));
}

/**
 * The search in its worker: how fast it is, and whether the page goes on with its frames meanwhile. The same
 * machine runs it natively in turns with that: what either does in a second is the machine's and the hour's.
 */
async function search() {
  console.log("\nThe search beside the page, while the first visit plays");
  row("what", "runs", "events", "seconds", "events a second", "promised at least");
  await opened(FIRST, {}, async (page) => {
    await command(page, "play");
    const before = await drawn(page);
    await page.keyboard.press("?");
    await page.getByRole("button", { name: /What is a model here/ }).click();
    const dialog = page.getByRole("dialog", { name: /What is a model here/ });
    await dialog.getByRole("button", { name: "Run 10000 random histories" }).click();
    await dialog.getByText(/^None yet in \d+ runs/).waitFor();
    const during = await drawn(page);
    const end = dialog.getByText(/^None in \d+ runs/);
    await end.waitFor({ timeout: 600_000 });
    const [, runs, events, took] = /(\d+) runs, (\d+) events, \d+ worlds, ([\d.]+) s/.exec(await end.innerText());
    const speed = Math.round(events / took);
    row("10,000 random histories", runs, events, took, speed, `500000: ${speed >= 500_000 ? "yes" : "LESS"}`);
    row(`${before.toFixed(1)} frames a second before, ${during.toFixed(1)} during`);
    await command(page, "pause");
    const speeds = { native: [], first: [], later: [] };
    for (let n = 0; n < 3; n += 1) {
      const { events, busy_millis } = JSON.parse(await raftlab("explore", "--events", "2M", "--jobs", "1", "--json"));
      speeds.native.push((1_000 * events) / busy_millis);
      const { first, later } = await beside(page, 40_000);
      speeds.first.push(first);
      speeds.later.push(later);
    }
    const [native, first, later] = Object.values(speeds).map((all) => all.sort((a, b) => a - b)[1]);
    const share = `half of what it does natively: ${later >= native / 2 ? "yes" : "LESS"}`;
    row("medians of three turns, events a second: natively", Math.round(native));
    row("in a worker, the first 10,000 runs", Math.round(first), `${(first / native).toFixed(2)} of it`);
    row("in a worker, 30,000 runs after them", Math.round(later), `${(later / native).toFixed(2)} of it`, share);
  });
}

/** So many random histories in a worker: events a second in the first quarter, which is compiled meanwhile, and then. */
function beside(page, histories) {
  return page.evaluate(
    (histories) =>
      new Promise((done, fail) => {
        let quarter;
        globalThis.raftSearch({ histories, seed: 1, milliseconds: 600_000 }, (told) => {
          if (told.type === "failed" || !told.worker) return fail(new Error(told.what ?? "there is no worker"));
          if (told.runs >= histories / 4) quarter ??= told;
          if (told.type !== "done") return;
          const speed = (events, milliseconds) => (1_000 * events) / milliseconds;
          done({
            first: speed(quarter.events, quarter.milliseconds),
            later: speed(told.events - quarter.events, told.milliseconds - quarter.milliseconds),
          });
        });
      }),
    histories,
  );
}

/** What the released command line prints, while this goes on listening to the browser. */
async function raftlab(...words) {
  const cargo = ["run", "--quiet", "--release", "--package", "raftlab", "--", ...words];
  return (await promisify(execFile)("cargo", cargo, { cwd: ROOT, maxBuffer: 1 << 26 })).stdout;
}

/** Frames a second, for three seconds. */
function drawn(page) {
  return page.evaluate(
    () =>
      new Promise((done) => {
        let [count, first] = [0, null];
        const next = (now) => {
          first ??= now;
          if (now - first >= 3_000) return done((1_000 * count) / (now - first));
          count += 1;
          requestAnimationFrame(next);
        };
        requestAnimationFrame(next);
      }),
  );
}

function verdict(value, promised) {
  const figure = Number.isInteger(value) ? value : value.toFixed(1);
  return value <= promised ? `${figure} of ${promised}` : `${figure} of ${promised}: MORE`;
}

function row(...cells) {
  console.log(`  ${cells.join(" | ")}`);
}
