// Logs that are long: to the first entry, to the last, to any one, and what a configuration names.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { pause, until } from "./lib/play.mjs";

const openPage = pages({ before, after });

const LONG = `#text=${encodeURIComponent("raft 1\nservers 3\nset latency 1ms\nset load 2000/s\nat 0ms timeout S1\n")}&at=5s`;
const live = (page, words) =>
  page.waitForFunction((words) => new RegExp(words).test(document.querySelector("[aria-live=polite]").textContent), words.source);

test("Home, End and a number lead to any of ten thousand entries", { timeout: 60_000 }, async (t) => {
  const page = await openPage(t, { hash: LONG });
  const now = await until(page, "a long log", ({ servers }) => servers[0].log.length > 5_000, 40_000);
  await pause(page);
  const last = now.servers[0].log.length;
  assert.ok(last > 5_000);
  const logs = page.getByRole("group", { name: "Logs, a row a server" });
  await logs.focus();
  await page.keyboard.press("Home");
  await live(page, /^Entry 1 of term 1/);
  await logs.getByText("1", { exact: true }).first().waitFor();
  await page.keyboard.press("ArrowRight");
  await live(page, /^Entry 2 of term 1/);
  await page.keyboard.press("End");
  await live(page, new RegExp(`^Entry ${last} of term 1`));
  const field = page.getByRole("spinbutton", { name: "Go to entry" });
  await field.fill("4321");
  await field.press("Enter");
  await live(page, /^Entry 4321 of term 1/);
  await logs.getByText("4321", { exact: true }).waitFor();
  assert.ok((await page.locator(".cell[data-lit]").count()) >= 1, "it is lit");
  await axe(page);
});

test("an entry that changes the cluster says whom it names", async (t) => {
  const page = await openPage(t, { hash: "#demo=joint-consensus&at=1s" });
  await pause(page);
  const logs = page.getByRole("group", { name: "Logs, a row a server" });
  await logs.focus();
  await page.keyboard.press("End");
  for (let n = 0; n < 12; n += 1) {
    const said = await page.locator("[aria-live=polite]").textContent();
    if (/configuration/.test(said)) return assert.match(said, /configuration, on .*\. It names S\d.* S\d/);
    await page.keyboard.press("ArrowLeft");
    await page.waitForTimeout(60);
  }
  throw new Error("no configuration among the entries");
});
