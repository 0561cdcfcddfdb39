// Timeouts and what follows from them: two dials, a thousand runs, and bars that open them.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { leader, state } from "./lib/play.mjs";

const openPage = pages({ before, after });
const RUN = `#text=${encodeURIComponent("raft 1\nservers 5\nset latency 10ms\nat 400ms note the end\n")}&at=300ms`;

const dials = async (page) => {
  await page.getByRole("button", { name: "Protocol …" }).click();
  await page.getByRole("button", { name: /^Timeouts, and what follows/ }).click();
  return page.getByRole("dialog", { name: "Timeouts, and what follows from them" });
};
const counted = (card) => card.getByRole("status").filter({ hasText: /In half of 1000 runs/ }).waitFor();
const bars = (card) =>
  card
    .getByRole("group", { name: "Runs by election time" })
    .getByRole("button")
    .evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));

test("a thousand runs are counted, the same each time, and none of them holds up the page", async (t) => {
  const page = await openPage(t, { hash: RUN });
  // What it says on its way, once for each slice of the work.
  await page.evaluate(() => {
    window.counts = new Set();
    const note = () => window.counts.add(/\d+ of 1000 runs counted/.exec(document.body.textContent)?.[0]);
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  const card = await dials(page);
  await counted(card);
  const told = await page.evaluate(() => window.counts.size);
  t.diagnostic(`${told} counts on the way`);
  assert.ok(told >= 5, `${told} counts on the way`);
  const names = await bars(card);
  const runs = names.map((name) => Number(/: (\d+) runs/.exec(name)[1]));
  assert.equal(names.length, 12);
  assert.equal(runs.reduce((sum, n) => sum + n, 0), 1_000);
  await axe(page);
  await page.keyboard.press("Escape");
  await card.waitFor({ state: "detached" });
  const again = await dials(page);
  await counted(again);
  assert.deepEqual(await bars(again), names);
});

test("by keyboard: a thumb moves, the runs are counted anew, a warning says what is wrong, and it is put to use", async (t) => {
  const page = await openPage(t, { hash: RUN });
  const card = await dials(page);
  await counted(card);
  assert.equal(await card.getByRole("listitem").count(), 0);
  const before = await bars(card);
  const least = card.getByRole("slider", { name: "Election timeout, at least" });
  await least.focus();
  for (let n = 0; n < 3; n += 1) await page.keyboard.press("PageDown");
  await card.getByText(/A heartbeat may come|round trip takes up to/).first().waitFor();
  await counted(card);
  assert.notDeepEqual(await bars(card), before);
  await axe(page);
  // A thumb pushes the other before it.
  const most = card.getByRole("slider", { name: "Election timeout, at most" });
  await most.focus();
  await page.keyboard.press("Home");
  assert.equal(await least.inputValue(), await most.inputValue());
  await card.getByRole("button", { name: "Use these from now on" }).press("Enter");
  await card.getByRole("button", { name: "These are in use" }).waitFor();
});

test("a bar opens the run that it counted", async (t) => {
  const page = await openPage(t, { hash: RUN });
  const card = await dials(page);
  await counted(card);
  const bar = card.getByRole("group", { name: "Runs by election time" }).getByRole("button").nth(1);
  const [, from, to, seed] = /^(\d+) ms to (\d+) ms: .* seed (\d+)$/.exec(await bar.getAttribute("aria-label"));
  await bar.click();
  await page.getByText(`How long until somebody leads? Seed ${seed}`).first().waitFor();
  const now = await state(page);
  assert.ok(leader(now));
  assert.ok(now.t >= Number(from) * 1_000 && now.t < Number(to) * 1_000, `${now.t} ${from} ${to}`);
});
