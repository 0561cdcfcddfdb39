// Without a pointer: a run is led through an election, a write, a partition, its healing, a step back, another
// future, a comparison and a link, by keys alone; and what has the focus can be seen all the way.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { pages } from "./lib/browser.mjs";
import { leader, state, until } from "./lib/play.mjs";

const openPage = pages({ before, after });

/** What has the focus: its role, its name, and whether it shows. */
const focused = (page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    const label = at.labels?.[0]?.innerText;
    const name = at.getAttribute("aria-label") ?? label ?? at.innerText ?? "";
    const { outlineStyle, outlineWidth } = getComputedStyle(at);
    return { tag: at.localName, name: name.trim(), seen: outlineStyle !== "none" && outlineWidth !== "0px" };
  });

/** Presses Tab until something of this name has the focus. */
async function tabTo(page, name, { back = false } = {}) {
  const seen = [];
  for (let n = 0; n < 90; n += 1) {
    await page.keyboard.press(back ? "Shift+Tab" : "Tab");
    const now = await focused(page);
    seen.push(now.name);
    if (name.test(now.name)) {
      assert.ok(now.seen, `the focus on ${now.name} can be seen`);
      return now;
    }
  }
  throw new Error(`no Tab leads to ${name}, but to ${seen.join(" | ")}`);
}

test("elect, write, partition, heal, step back, branch, compare and share", { timeout: 180_000 }, async (t) => {
  const page = await openPage(t);
  const press = (key) => page.keyboard.press(key);

  // Elect: a server's timer fires before any other, because the reader says so.
  await press(" ");
  await until(page, "it stands still", (now) => !now.playing);
  await press("Home");
  await press("2");
  await press("t");
  await tabTo(page, /^Play$/);
  await press("Enter");
  const first = leader(await until(page, "S2 leads", (now) => leader(now)?.id === "S2"));

  // Write.
  await press("w");
  for (let n = 0; n < 4; n += 1) await press("+");
  await until(page, "the write is committed", ({ servers }) => servers.filter(({ commit }) => commit >= 2).length >= 3);

  // Partition: the control that X opens proposes the leader and one more on a side of their own.
  await press("x");
  const card = page.getByRole("dialog", { name: "Part the network" });
  await card.getByText(/S1.*S2 on the other/).waitFor();
  assert.match((await focused(page)).name, /^S1/, "the focus is in it");
  await tabTo(page, /^Part$/);
  await press("Enter");
  await card.waitFor({ state: "detached" });
  await until(page, "another leader", (now) => (leader(now)?.term ?? 0) > first.term);

  // Heal.
  await press("e");
  await until(page, "one leader", ({ servers }) => servers.filter(({ role }) => role === "leader").length === 1);
  await press("n");
  const here = await until(page, "it stands still", (now) => !now.playing);

  // Step back, and to the start of what was done.
  await press("ArrowLeft");
  await until(page, "a step back", (now) => now.digest !== here.digest);
  await press("f");
  const going = page.getByRole("dialog", { name: "Go to an event" });
  await going.getByRole("combobox", { name: "Kind of event" }).waitFor();
  await press("Escape");
  await press("[");
  await until(page, "the last election", (now) => now.t < here.t && Boolean(leader(now)));

  // Branch: what is done in the past begins another future.
  await press("c");
  await until(page, "somebody is down", ({ servers }) => servers.some(({ role }) => role === "down"));
  // Nobody had asked S2 to stand, either: that was the first other future.
  await page.getByRole("button", { name: "2 other futures" }).waitFor();

  // Compare the two futures.
  await press("r");
  const compare = page.getByRole("dialog", { name: "Compare two runs" });
  await compare.getByText(/^The same for \d+ events, until/).waitFor();
  await tabTo(page, /^What to compare/);
  await tabTo(page, /^Play both$/);
  await press("Enter");
  await compare.getByRole("button", { name: "Pause both" }).waitFor();
  await press(" ");
  await compare.getByRole("button", { name: "Play both" }).waitFor();
  await tabTo(page, /^The end$/);
  await press("Enter");
  await press("Escape");
  await compare.waitFor({ state: "detached" });

  // And back along the other future.
  await press("Shift+Tab");
  await tabTo(page, /^2 other futures$/);
  await press("Enter");
  await page.getByRole("dialog", { name: "Other futures" }).waitFor();
  await press("Escape");

  // Share.
  await press("s");
  const link = page.getByRole("textbox", { name: "Link" }).first();
  await link.waitFor();
  const shared = await link.inputValue();
  assert.match(shared, /#s2\./);
  await press("Escape");
  await link.waitFor({ state: "detached" });
  const done = await state(page);
  const other = await openPage(t, { hash: new URL(shared).hash });
  await until(other, "the same moment", (now) => now.digest === done.digest);
});
