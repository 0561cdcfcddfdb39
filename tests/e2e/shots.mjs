// Screenshots of the main states, on the screens and in the colours that people use.
// Usage: node shots.mjs [--out=FOLDER] [STATE…]

import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { launch, open } from "./lib/browser.mjs";
import { button, command, leader, state, until } from "./lib/play.mjs";
import { servePage } from "./lib/server.mjs";

const elected = async (page) => {
  const play = button(page, /^Play/);
  if (!(await state(page)).playing && (await play.count()) > 0) await play.click();
  await until(page, "a leader", leader);
};
const still = (page) => command(page, "pause");

/** What a phone keeps behind a tab. */
const tab = async (page, name) => {
  const tab = page.getByRole("tab", { name, exact: true }).first();
  if (await tab.isVisible()) await tab.click();
};
/** What a phone keeps in a sheet. */
const sheet = async (page) => {
  const act = page.getByRole("button", { name: "Act …" });
  if (await act.isVisible()) await act.click();
};
/** Crashes in the past, and opens the list of what would have been. */
const otherFutures = async (page) => {
  await command(page, "pause");
  await command(page, "seek", { t: 700_000 });
  await page.keyboard.press("c");
  await command(page, "seek", { t: 1_400_000 });
  await sheet(page);
  await button(page, /other future/).click();
};
const text = (...lines) => `#text=${encodeURIComponent(["raft 1", ...lines, ""].join("\n"))}`;
const BOTH = ["desktop", "phone"];
const CRASH = "#demo=leader-crash&at=585ms";

/**
 * A state: where the page is opened, what is done to it, and on which screens it exists (all,
 * if it does not say). Things are found by role and name, as a reader finds them.
 */
const STATES = {
  "first-visit": {},
  playing: {
    act: async (page) => {
      await elected(page);
      await page.keyboard.press("w");
      await until(page, "it is on its way", ({ inFlight }) => inFlight > 2);
    },
  },
  candidate: { hash: "#demo=split-vote&at=165ms" },
  parted: { hash: "#demo=minority-leader-and-heal&at=395ms" },
  crash: { hash: CRASH },
  "figure-7": { hash: "#demo=figure-7&at=120ms" },
  "figure-8": { hash: "#demo=figure-8&at=330ms" },
  "long-logs": {
    screens: BOTH,
    hash: `${text("servers 5", "seed 3", "set load 60/s", "at 1s crash S2", "at 1.8s restart S2")}&at=2s`,
  },
  snapshot: { hash: "#demo=snapshot-laggard&at=715ms" },
  streaming: { hash: "#demo=streaming-heartbeats&at=2.950s" },
  joint: {
    hash: "#demo=joint-consensus&at=230ms",
    act: async (page, { screen }) => {
      if (screen === "embed") return;
      await page.keyboard.press("1");
      await page.keyboard.press("Escape");
    },
  },
  learner: { hash: "#demo=learner-promotion&at=600ms" },
  "space-time": { screens: BOTH, hash: CRASH, act: (page) => tab(page, "Time") },
  why: {
    screens: BOTH,
    hash: CRASH,
    act: async (page) => {
      await page.keyboard.press("2");
      await page.keyboard.press("/");
      await page.getByRole("button", { name: "What would it take?" }).click();
      await page.getByRole("button", { name: "Do it" }).waitFor();
    },
  },
  "lens-quorum": {
    screens: BOTH,
    hash: CRASH,
    act: async (page) => {
      for (const key of ["q", "2", "4"]) await page.keyboard.press(key);
    },
  },
  "lens-knowledge": { screens: BOTH, hash: "#demo=minority-leader-and-heal&at=395ms", act: (page) => page.keyboard.press("b") },
  "lens-commit": { screens: BOTH, hash: "#demo=figure-8&at=330ms", act: (page) => page.keyboard.press("g") },
  branches: {
    screens: BOTH,
    hash: "#demo=first-election&at=900ms",
    act: otherFutures,
  },
  "branches-compared": {
    screens: BOTH,
    hash: "#demo=first-election&at=900ms",
    act: async (page) => {
      await otherFutures(page);
      await page.getByRole("button", { name: /^Compare with/ }).click();
      await page.getByText(/^The same for/).waitFor();
    },
  },
  clients: {
    screens: BOTH,
    hash: "#demo=read-without-quorum&at=9s",
    act: async (page) => {
      await page.keyboard.press("0");
      await page.getByRole("button", { name: "Is this linearizable?" }).click();
      await page.getByText(/^No: until/).waitFor();
    },
  },
  "link-card": {
    screens: BOTH,
    hash: CRASH,
    act: async (page) => {
      await page.keyboard.press(",");
      await page.getByRole("heading", { name: /^Link S/ }).waitFor();
    },
  },
  faults: { screens: BOTH, hash: CRASH, act: async (page) => (await sheet(page), await button(page, "Network …").click()) },
  dial: {
    screens: BOTH,
    hash: CRASH,
    act: async (page) => {
      await sheet(page);
      await button(page, "Protocol …").click();
      await button(page, /^Timeouts, and what follows/).click();
      await page.getByRole("status").filter({ hasText: /In half of 1000 runs/ }).waitFor();
    },
  },
  compare: {
    screens: BOTH,
    hash: "#demo=streaming-heartbeats&at=2.950s&compare=replication.pipelined.streaming",
    act: (page) => page.getByRole("region", { name: "on a stream (streaming)" }).waitFor(),
  },
  metrics: {
    screens: BOTH,
    hash: "#demo=slow-follower&at=1.500s",
    act: async (page) => {
      if (await page.getByRole("tab", { name: "Time" }).isVisible()) await page.getByRole("tab", { name: "Story" }).first().click();
      await page.getByRole("tab", { name: "Metrics" }).click();
    },
  },
  rules: { screens: BOTH, hash: CRASH, act: (page) => page.keyboard.press("!") },
  violation: {
    screens: BOTH,
    hash: "#demo=commit-old-term",
    act: async (page) => {
      const fall = page.getByRole("region", { name: "The promise that fell" });
      for (let stops = 0; stops < 8 && !(await fall.count()); stops += 1) {
        await command(page, "speed", { value: 10 });
        await command(page, "play");
        await until(page, "it stops", ({ playing }) => !playing);
      }
      await fall.waitFor();
      await page.keyboard.press("!");
    },
  },
  question: {
    screens: BOTH,
    hash: "#demo=first-election",
    act: async (page) => {
      await command(page, "speed", { value: 10 });
      await until(page, "it asks", ({ playing }) => !playing);
    },
  },
  "server-chosen": {
    screens: BOTH,
    hash: CRASH,
    act: async (page) => {
      await page.keyboard.press("4");
      await page.keyboard.press("Enter");
    },
  },
  share: { screens: BOTH, hash: CRASH, act: (page) => page.keyboard.press("s") },
  help: { screens: BOTH, act: (page) => page.keyboard.press("?") },
  scenarios: { screens: BOTH, act: (page) => page.keyboard.press("o") },
  exercise: {
    screens: BOTH,
    hash: "#demo=two-leaders",
    act: async (page) => {
      const at = async (t) => {
        await command(page, "pause");
        await command(page, "seek", { t });
        return until(page, "the moment", (now) => now.t === t);
      };
      await at(1_000_000);
      await page.keyboard.press("x");
      await page.getByRole("button", { name: "Part", exact: true }).click();
      await at(4_000_000);
      await page.getByText(/^The goal is reached/).first().waitFor();
    },
  },
  chinese: {
    screens: BOTH,
    hash: CRASH,
    query: "?lang=zh-Hans",
  },
  "chinese-scenarios": {
    screens: BOTH,
    query: "?lang=zh-Hans",
    act: (page) => page.keyboard.press("o"),
  },
  projector: { screens: ["desktop"], query: "?theme=projector", hash: CRASH },
  "projector-figure-8": { screens: ["desktop"], query: "?theme=projector", hash: "#demo=figure-8&at=330ms" },
  "projector-why": {
    screens: ["desktop"],
    query: "?theme=projector",
    hash: CRASH,
    act: async (page) => {
      await page.keyboard.press("2");
      await page.keyboard.press("/");
    },
  },
  "bad-link": {
    screens: BOTH,
    hash: text("at 0ms crsh S1"),
    act: (page) => page.getByRole("alert").waitFor(),
  },
  "cannot-run": {
    allow: /has no WebAssembly/,
    wait: "[role=alert]",
    prepare: (page) => page.addInitScript(() => delete globalThis.WebAssembly),
  },
};

const SCREENS = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, touch: true, context: { deviceScaleFactor: 2 } },
  embed: { viewport: { width: 640, height: 400 }, query: "?embed=1" },
};

const words = process.argv.slice(2);
const out = words.find((word) => word.startsWith("--out="))?.slice(6) ?? "target/shots";
const named = words.filter((word) => !word.startsWith("--"));
const unknown = named.filter((name) => !(name in STATES));
if (unknown.length > 0) {
  console.error(`no state ${unknown.join(", ")}; there are: ${Object.keys(STATES).join(", ")}`);
  process.exit(2);
}

mkdirSync(out, { recursive: true });
const browser = await launch();
const server = await servePage();
for (const [state, { act, screens = Object.keys(SCREENS), query = "", ...where }] of Object.entries(STATES)) {
  if (named.length > 0 && !named.includes(state)) continue;
  for (const screen of screens) {
    for (const colorScheme of ["light", "dark"]) {
      const joined = [SCREENS[screen].query, query.replace("?", "&")].filter(Boolean).join("");
      const { page, problems, close } = await open(browser, server, {
        ...SCREENS[screen],
        ...where,
        query: joined.replace(/^&/, "?"),
        colorScheme,
      });
      await act?.(page, { screen, colorScheme });
      // What opens fades in.
      await page.waitForTimeout(300);
      const file = join(out, `${state}-${screen}-${colorScheme}.png`);
      await page.screenshot({ path: file });
      console.log(file);
      for (const problem of await problems()) {
        console.error(`  ${problem}`);
        process.exitCode = 1;
      }
      await close();
    }
  }
}
await browser.close();
await server.close();
