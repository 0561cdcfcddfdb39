// The scrub bar and the lines of time say what was there, before anybody goes: a card at the pointer, marks of
// events, and who was apart from whom.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { button, pause, state, until } from "./lib/play.mjs";

const openPage = pages({ before, after });

const STORY = [
  "raft 1",
  "servers 5",
  "set latency 10ms",
  "at 0ms timeout S1",
  "at 100ms crash S5",
  "at 150ms pause S4",
  "at 200ms partition S1 S2 | S3 S4 S5",
  "at 400ms heal",
  "",
].join("\n");
const hash = `#text=${encodeURIComponent(STORY)}&at=450ms`;

const bar = (page) => page.getByRole("slider", { name: "Moment" });

/** The place of a moment on the bar, whose span is told by its greatest value. */
async function place(page, ms) {
  const { x, y, width, height } = await bar(page).boundingBox();
  const span = Number(await bar(page).getAttribute("aria-valuemax"));
  return { x: x + 34 + (width - 68) * (ms / span), y: y + height / 4 };
}

const card = (page) => page.locator("#peek");

test("a pointer on the bar is shown what was there, and the run stays where it is", async (t) => {
  const page = await openPage(t, { hash });
  await pause(page);
  const { x, y } = await place(page, 300);
  await page.mouse.move(x, y);
  await card(page).getByText("T1 · S1 leads").waitFor();
  for (const line of ["down: S5", "paused: S4", "S1 S2 | S3 S4 S5"]) await card(page).getByText(line).waitFor();
  await card(page).getByText("The network is partitioned: S1 and S2 | S3, S4 and S5.").waitFor();
  assert.equal((await state(page)).t, 450_000);
  const late = await place(page, 490);
  await page.mouse.move(late.x, late.y);
  await card(page).getByText("not played yet").waitFor();
  await page.mouse.move(x, y - 300);
  await card(page).waitFor({ state: "detached" });
});

test("a finger is shown it while it drags", async (t) => {
  const page = await openPage(t, { hash, viewport: { width: 390, height: 844 }, touch: true });
  await pause(page);
  await page.getByRole("tab", { name: "Time", exact: true }).click();
  const touch = (type, at) => bar(page).dispatchEvent(type, { pointerType: "touch", pointerId: 7, clientX: at.x, clientY: at.y, button: 0 });
  const [from, to] = [await place(page, 50), await place(page, 300)];
  await touch("pointermove", from);
  assert.equal(await card(page).count(), 0, "it only passes over the bar");
  await touch("pointerdown", from);
  await touch("pointermove", to);
  await card(page).getByText("down: S5").waitFor();
  const { x, width } = await card(page).boundingBox();
  assert.ok(x >= 0 && x + width <= 390, "it is within the page");
  await touch("pointerup", to);
  await card(page).waitFor({ state: "detached" });
});

test("by keys the bar says it as its value, and Escape takes the card away", async (t) => {
  const page = await openPage(t, { hash });
  await pause(page);
  await bar(page).focus();
  await page.keyboard.press("PageDown");
  const value = /^\d+\.\d ms: T1 · S1 leads; down: S5; paused: S4; S1 S2 \| S3 S4 S5; /;
  await page.waitForFunction(() => document.getElementById("peek"));
  assert.ok((await state(page)).t < 450_000);
  while ((await state(page)).t > 390_000) await page.keyboard.press("PageDown");
  await until(page, "the parted time", (now) => now.t < 400_000);
  await assert.doesNotReject(page.waitForFunction((value) => new RegExp(value).test(document.querySelector("[role=slider]").ariaValueText), value.source));
  // Lines of the story that are yet to come are pale.
  await axe(page, { rules: { "color-contrast": { enabled: false } } });
  await page.keyboard.press("Escape");
  await card(page).waitFor({ state: "detached" });
  await bar(page).blur();
  await page.waitForFunction(() => /^\d+\.\d ms$/.test(document.querySelector("[role=slider]").ariaValueText));
});

test("a cut is a stretch of the bar and of the lines, which says who was apart", async (t) => {
  const page = await openPage(t, { hash });
  await pause(page);
  await page.mouse.move(400, 300);
  const lines = page.getByRole("img", { name: /^Space-time diagram/ });
  await lines.getByText("S1 S2 | S3 S4 S5").waitFor();
  const drawn = (id) => page.waitForFunction((id) => (document.getElementById(id)?.getAttribute("d") ?? "") !== "", id);
  for (const id of ["scrub-parted", "event-stands", "event-leads", "event-commits", "event-pauses"]) await drawn(id);
});

test("what the marks mean stands among the signs", async (t) => {
  const page = await openPage(t);
  await pause(page);
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Signs and keys" });
  await help.getByRole("heading", { name: "Signs on the lines of time" }).waitFor();
  await help.getByText("its election timer ran out").waitFor();
  await button(page, "Close").click();
});
