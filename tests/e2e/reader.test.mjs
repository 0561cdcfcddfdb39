// Who hears the page: the ring in a few sentences, steps and play in one polite region, and all lines of the story.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { button, goTo, leader, pause, play, speed, state, until } from "./lib/play.mjs";

const openPage = pages({ before, after });

const RUN = (lines) => `#text=${encodeURIComponent(["raft 1", ...lines].join("\n") + "\n")}`;
const region = (page) => page.locator("[aria-live=polite]");

/** How the ring is described, as a screen reader has it. */
async function described(page) {
  const tools = await page.context().newCDPSession(page);
  const { nodes } = await tools.send("Accessibility.getFullAXTree");
  await tools.detach();
  const ring = nodes.find(({ name }) => /^Cluster of/.test(name?.value ?? ""));
  return ring?.description?.value ?? "";
}

/** Waits until the description is like this. */
async function describedAs(page, words) {
  let now = "";
  for (let n = 0; n < 60; n += 1) {
    now = await described(page);
    if (words.test(now)) return now;
    await page.waitForTimeout(50);
  }
  throw new Error(`not ${words}, but ${now}`);
}

test("the ring is described in sentences while time stands still, and they follow each step", async (t) => {
  const page = await openPage(t, { hash: `${RUN(["servers 5", "seed 3", "set latency 10ms", "at 0ms timeout S2"])}&at=100ms` });
  await describedAs(page, /^At 100\.0 ms\. S2 leads term 1\. .*Committed up to entry 1 of 1\./);
  await page.keyboard.press("w");
  await describedAs(page, /Committed up to entry 1 of 1\. (One message is|\d+ messages are) on (its|their) way\./);
  await page.keyboard.press("3");
  await page.keyboard.press("c");
  await describedAs(page, /Crashed: S3\./);
  await page.keyboard.press("1");
  await page.keyboard.press("i");
  const parted = await describedAs(page, /S1 is cut off\./);
  assert.match(parted, /hear each other\./);
  const before = await described(page);
  await page.keyboard.press("ArrowRight");
  await describedAs(page, new RegExp(`^(?!${before.replaceAll(/[.*+?^$()|[\]]/g, "\\$&")}$)`));
  await axe(page);
  await play(page);
  await until(page, "time runs", (now) => now.playing);
  assert.equal(await described(page), "", "while time runs it would be wrong before it is heard");
});

test("a step says what it did, and each step says something", async (t) => {
  const page = await openPage(t, { hash: `${RUN(["servers 3", "seed 3", "set latency 10ms"])}` });
  await pause(page);
  await page.evaluate(() => {
    window.said = [];
    new MutationObserver(() => window.said.push(document.querySelector("[aria-live=polite]").textContent)).observe(
      document.querySelector("[aria-live=polite]"),
      { childList: true, characterData: true, subtree: true },
    );
  });
  for (let n = 0; n < 30; n += 1) {
    await page.keyboard.press("ArrowRight");
    // Texts follow in the frame after.
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  }
  const said = await page.evaluate(() => window.said);
  assert.ok(said.some((line) => /stands for election in term 1/.test(line)), said.join("\n"));
  assert.ok(said.some((line) => /leads term 1/.test(line)), said.join("\n"));
  assert.ok(said.some((line) => /arrives\./.test(line)), "what is routine is said, too");
  assert.ok(said.length >= 20, `${said.length} of 30 steps`);
});

test("in play what happened meanwhile is counted, and does not vanish", async (t) => {
  const writes = Array.from({ length: 30 }, (_, n) => `at ${400 + n * 20}ms write x=${n}`);
  const page = await openPage(t, { hash: RUN(["servers 3", "seed 3", "set latency 1ms", ...writes]) });
  await speed(page, "1×");
  await play(page);
  await page.waitForFunction(() => / … and \d+ more$/.test(document.querySelector("[aria-live=polite]").textContent));
  assert.equal(await region(page).count(), 1);
});

test("the story has pages in both directions, and none of its lines is out of reach", async (t) => {
  const writes = Array.from({ length: 150 }, (_, n) => `at ${400 + n * 20}ms write x=${n}`);
  const page = await openPage(t, { hash: `${RUN(["servers 3", "seed 3", "set latency 1ms", ...writes])}&at=5s` });
  await pause(page);
  const story = page.getByRole("tabpanel").getByRole("list").first();
  const lines = () => story.locator(".line").count();
  const first = await lines();
  const earlier = button(page, "Earlier lines");
  await earlier.click();
  await page.waitForFunction((n) => document.querySelectorAll(".story .line").length > n, first);
  for (let n = 0; (await earlier.isVisible()) && n < 10; n += 1) {
    const before = await lines();
    await earlier.click();
    await page.waitForFunction((n) => document.querySelectorAll(".story .line").length > n, before);
  }
  await story.getByText(/stands for election in term 1/).first().waitFor();
  await axe(page);
  await goTo(page, 500_000);
  await button(page, "Later lines").or(story.getByText("x=149").first()).first().waitFor();
});

test("after a drag along the bar the story holds as much as after one press", async (t) => {
  const writes = Array.from({ length: 150 }, (_, n) => `at ${400 + n * 20}ms write x=${n}`);
  const page = await openPage(t, { hash: `${RUN(["servers 3", "seed 3", "set latency 1ms", ...writes])}&at=5s` });
  await pause(page);
  const lines = page.getByRole("tabpanel").getByRole("list").first().locator(".line");
  const many = () => lines.count();
  const bar = await page.getByRole("slider", { name: "Moment" }).boundingBox();
  const at = (share) => [bar.x + bar.width * share, bar.y + bar.height / 2];
  await page.mouse.move(...at(0.2));
  await page.mouse.down();
  for (let n = 1; n <= 20; n += 1) await page.mouse.move(...at(0.2 + n * 0.015));
  await page.mouse.up();
  await page.waitForFunction(() => document.querySelectorAll(".story .line").length >= 80);
  const [current, pane] = [await page.locator(".line.now").boundingBox(), await page.locator("#pane").boundingBox()];
  assert.ok(current.y >= pane.y && current.y + current.height <= pane.y + pane.height, JSON.stringify({ current, pane }));
  const dragged = await many();
  await page.waitForTimeout(400);
  await page.mouse.click(...at(0.5));
  await page.waitForFunction((many) => document.querySelectorAll(".story .line").length === many, dragged);
});

test("every step is every step: arrivals, writes to disks and heartbeats too", async (t) => {
  const page = await openPage(t, { hash: `${RUN(["servers 3", "seed 3", "set latency 10ms", "set fsync 1ms", "at 0ms timeout S1"])}&at=200ms` });
  await pause(page);
  await until(page, "a leader", (now) => leader(now)?.id === "S1");
  const story = page.getByRole("tabpanel").getByRole("list").first();
  assert.equal(await story.getByText(/arrives\.$/).count(), 0);
  await button(page, "Every step").click();
  await story.getByText(/arrives\.$/).first().waitFor();
  await story.getByText("S1's heartbeat timer fires.").first().waitFor();
  await story.getByText("S1's write is on disk.").first().waitFor();
  // Each event has its line, and a line leads to its event.
  const { t: now } = await state(page);
  await story.getByRole("button", { name: /arrives\.$/ }).first().click();
  await until(page, "an earlier moment", (there) => there.t < now);
  assert.match(await story.locator("[aria-current=step]").innerText(), /arrives\.|write is on disk|votes|timer/);
});
