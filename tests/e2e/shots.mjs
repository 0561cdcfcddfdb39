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

/**
 * A state: where the page is opened, what is done to it, and on which screens it exists (all,
 * if it does not say). Things are found by role and name, as a reader finds them.
 */
const STATES = {
  "first-visit": {},
  elected: { act: async (page) => (await elected(page), await page.waitForTimeout(600), await still(page)) },
  write: {
    screens: ["desktop", "phone"],
    act: async (page) => {
      await elected(page);
      await page.keyboard.press("w");
      await page.waitForTimeout(2_600);
      await still(page);
    },
  },
  crash: { hash: "#demo=leader-crash&at=585ms" },
  parted: { hash: "#demo=minority-leader-and-heal&at=395ms" },
  "figure-7": { hash: "#demo=figure-7&at=120ms" },
  "figure-8": { hash: "#demo=figure-8&at=330ms" },
  snapshot: { hash: "#demo=snapshot-laggard&at=715ms" },
  streaming: { hash: "#demo=streaming-heartbeats&at=2.950s" },
  joint: {
    hash: "#demo=joint-consensus&at=230ms",
    act: async (page, screen) => {
      if (screen === "embed") return;
      await page.keyboard.press("1");
      await page.keyboard.press("Escape");
    },
  },
  learner: { hash: "#demo=learner-promotion&at=600ms" },
  time: {
    screens: ["phone"],
    hash: "#demo=leader-crash&at=585ms",
    act: (page) => page.getByRole("tab", { name: "Time" }).click(),
  },
  metrics: {
    screens: ["desktop", "phone"],
    hash: "#demo=slow-follower&at=1.500s",
    act: async (page) => {
      if (await page.getByRole("tab", { name: "Time" }).isVisible()) await page.getByRole("tab", { name: "Story" }).first().click();
      await page.getByRole("tab", { name: "Metrics" }).click();
    },
  },
  "server-chosen": {
    screens: ["desktop", "phone"],
    hash: "#demo=leader-crash&at=585ms",
    act: async (page) => {
      await page.keyboard.press("4");
      await page.keyboard.press("Enter");
    },
  },
  share: {
    screens: ["desktop", "phone"],
    hash: "#demo=leader-crash&at=585ms",
    act: (page) => page.keyboard.press("s"),
  },
  compare: {
    screens: ["desktop", "phone"],
    hash: "#demo=streaming-heartbeats&at=2.950s&compare=replication.pipelined.streaming",
    act: (page) => page.getByRole("region", { name: "on a stream (streaming)" }).waitFor(),
  },
  projector: { screens: ["desktop"], query: "?theme=projector", hash: "#demo=leader-crash&at=585ms" },
  help: { screens: ["desktop", "phone"], act: (page) => page.keyboard.press("?") },
  scenarios: { screens: ["desktop", "phone"], act: (page) => page.keyboard.press("o") },
  "bad-link": {
    screens: ["desktop", "phone"],
    hash: `#text=${encodeURIComponent("raft 1\nat 0ms crsh S1\n")}`,
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
