// By hand, as a person would: a server is paused, its clock runs otherwise, its disk loses an entry, and the network
// of all is slow and loses messages.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { pages } from "./lib/browser.mjs";
import { button, leader, scrubTo, state, until } from "./lib/play.mjs";

const openPage = pages({ before, after });

const RUN = `#text=${encodeURIComponent("raft 1\nservers 5\nset latency 10ms\nat 0ms timeout S1\nat 100ms write x=1\n")}&at=300ms`;

/** The text of the run, as whoever wants to share it gets it. */
async function scenario(page) {
  await button(page, "Share").click();
  const field = page.getByRole("textbox", { name: "The same as text" });
  const text = await field.inputValue();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  return text;
}

/** Clicks a server, and what is in its menu. */
async function choose(page, id, ...names) {
  await button(page, new RegExp(`^${id} `)).click();
  const menu = page.getByRole("dialog", { name: `What to do with ${id}` });
  for (const name of names) await menu.getByRole("button", { name }).click();
  return menu;
}
const of = (id, holds) => (now) => holds(now.servers.find((server) => server.id === id));

test("a server is paused and goes on", async (t) => {
  const page = await openPage(t, { hash: RUN });
  await choose(page, "S1", /^Pause/);
  await button(page, /^S1 paused/).waitFor();
  await button(page, /^Play$/).click();
  await until(page, "another leader", (now) => now.servers.some(({ id, role }) => id !== "S1" && role === "leader"));
  await choose(page, "S1", /^Resume/);
  await until(page, "it hears of the other", of("S1", ({ role }) => role === "follower"));
  assert.match(await scenario(page), /pause S1[\s\S]*resume S1/);
});

test("a clock runs as fast as one says", async (t) => {
  const page = await openPage(t, { hash: RUN });
  const menu = await choose(page, "S3", "More …");
  const field = menu.getByRole("spinbutton", { name: "Clock rate" });
  assert.equal(await field.inputValue(), "1");
  await field.fill("0.25");
  await field.press("Enter");
  await menu.waitFor({ state: "detached" });
  assert.match(await scenario(page), /clock S3 x0\.25/);
  await button(page, /^S3 .*clock x0\.25/).waitFor();
  const again = await choose(page, "S3", "More …");
  assert.equal(await again.getByRole("spinbutton", { name: "Clock rate" }).inputValue(), "0.25");
  await again.getByRole("button", { name: "Set its clock right" }).click();
  assert.match(await scenario(page), /clock S3 x1\b/);
});

test("a disk loses its last entry", async (t) => {
  const page = await openPage(t, { hash: RUN });
  const before = (await state(page)).servers.find(({ id }) => id === "S4").log.length;
  await choose(page, "S4", "More …", "Crash, lose last entry");
  await until(page, "it is down, and shorter", of("S4", ({ up, log }) => !up && log.length === before - 1));
  // Stepping back gives it back.
  await button(page, "Step back").click();
  await until(page, "as it was", of("S4", ({ log }) => log.length === before));
});

test("the network of all: what a link carries, and what gets lost", async (t) => {
  const page = await openPage(t, { hash: RUN });
  await button(page, /^Network/).click();
  const card = page.getByRole("dialog", { name: "The network from now on" });
  const lost = card.getByRole("spinbutton", { name: "Share of messages lost, in percent" });
  await lost.fill("100");
  await lost.press("Tab");
  const carried = card.getByRole("spinbutton", { name: /^Thousand bytes a second/ });
  await carried.fill("8");
  await carried.press("Tab");
  await page.keyboard.press("Escape");
  const text = await scenario(page);
  assert.match(text, /set loss 100%/);
  assert.match(text, /set bandwidth 8/);
  await button(page, /^Play$/).click();
  // Nobody hears of the leader any more.
  await until(page, "somebody stands", (now) => now.servers.some(({ role }) => role === "candidate"));
  await button(page, /^Pause$/).click();
  await scrubTo(page, 0.1);
  await until(page, "before that all was well", (now) => Boolean(leader(now)));
});
