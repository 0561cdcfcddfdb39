// Faults by hand: links cut by drawing across them, a link's two directions, what a server's disk does.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { goTo, state, until } from "./lib/play.mjs";

const openPage = pages({ before, after });
const text = (lines, at) => `#text=${encodeURIComponent(lines.join("\n") + "\n")}&at=${at}`;
const RUN = text(["raft 1", "servers 5", "set latency 10ms", "at 0ms timeout S1", "at 400ms note the end"], "300ms");

/** The text of the run, as whoever wants to share it gets it. */
async function scenario(page) {
  await page.keyboard.press("s");
  const field = page.getByRole("textbox", { name: "The same as text" });
  const text = await field.inputValue();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  return text;
}

const middle = async (page, name) => {
  const box = await page.getByRole("button", { name: new RegExp(`^${name} `) }).first().boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

async function drawLine(page, from, to) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  for (let n = 1; n <= 10; n += 1) {
    await page.mouse.move(from.x + ((to.x - from.x) * n) / 10, from.y + ((to.y - from.y) * n) / 10);
  }
}

test("a line drawn across the ring parts it, and says so while it is drawn", async (t) => {
  const page = await openPage(t, { hash: RUN });
  const [s1, s3, s4] = [await middle(page, "S1"), await middle(page, "S3"), await middle(page, "S4")];
  const y = (s1.y + s3.y) / 2 + 60;
  await drawLine(page, { x: s4.x - 110, y }, { x: s3.x + 110, y });
  assert.equal(await page.locator("#stroke-words").textContent(), "S1 S2 S5 | S3 S4");
  await page.mouse.up();
  assert.match(await scenario(page), /at 300ms partition S1 S2 S5 \| S3 S4/);
  assert.equal(await page.locator("#stroke-words").textContent(), "");
  await page.keyboard.press("e");
  assert.match(await scenario(page), /heal/);
});

test("a short line cuts the link that it goes through, and a click on a link chooses it", async (t) => {
  const page = await openPage(t, { hash: RUN });
  const [s3, s4] = [await middle(page, "S3"), await middle(page, "S4")];
  const x = (s3.x + s4.x) / 2;
  await drawLine(page, { x, y: s3.y - 16 }, { x, y: s3.y + 24 });
  await page.mouse.up();
  assert.match(await scenario(page), /cut S3-S4/);
  await page.mouse.click(x + 16, s3.y);
  await page.getByRole("heading", { name: "Link S3 – S4" }).waitFor();
  await page.getByRole("button", { name: "Mend both ways" }).click();
  assert.match(await scenario(page), /heal S3-S4/);
});

test("by finger: only once it is asked for", async (t) => {
  const page = await openPage(t, { hash: RUN, viewport: { width: 390, height: 844 }, touch: true });
  const action = () => page.locator("svg.ring").evaluate((ring) => getComputedStyle(ring).touchAction);
  assert.notEqual(await action(), "none");
  await page.getByRole("button", { name: "Act …" }).tap();
  await page.getByRole("button", { name: "Partition …" }).tap();
  await page.getByRole("button", { name: "Draw a line across the ring" }).tap();
  assert.equal(await action(), "none");
  await page.keyboard.press("Escape");
});

test("by keyboard: one direction of a link is cut, slowed down and held, and what is held is dropped", async (t) => {
  const page = await openPage(t, { hash: RUN });
  await page.keyboard.press("2");
  await page.keyboard.press(",");
  await page.getByRole("heading", { name: "Link S1 – S2" }).waitFor();
  const there = page.getByRole("group", { name: "From S1 to S2" });
  await there.getByRole("button", { name: "Hold all S1 → S2" }).press("Enter");
  await there.getByRole("button", { name: "Hold all S1 → S2", pressed: true }).waitFor();
  const back = page.getByRole("group", { name: "From S2 to S1" });
  await back.getByRole("button", { name: "Cut S2 → S1" }).press("Enter");
  await back.getByRole("button", { name: "Cut S2 → S1", pressed: true }).waitFor();
  const change = async (name, value) => {
    const field = page.getByRole("spinbutton", { name });
    await field.fill(value);
    await field.press("Tab");
  };
  await change(/^Greatest latency from S1 to S2/, "80");
  await change(/^Share of messages lost from S2 to S1/, "30");
  await change(/^Thousand bytes a second from S1 to S2/, "5");
  await axe(page);
  const run = await scenario(page);
  for (const line of [
    "hold S1->S2 all",
    "cut S2->S1",
    "set latency 10ms..80ms on S1->S2",
    "set loss 30% on S2->S1",
    "set bandwidth 5KB/s on S1->S2",
  ]) {
    assert.ok(run.includes(line), `${line} in\n${run}`);
  }
  await goTo(page, 380_000);
  const drop = page.getByRole("button", { name: /^Drop: .*S1 → S2$/ }).first();
  await drop.press("Enter");
  assert.match(await scenario(page), /drop S1->S2/);
  await page.keyboard.press(",");
  await page.getByRole("heading", { name: "Link S1 – S3" }).waitFor();
});

test("a server's disk becomes slow, and it is cut off in one direction", async (t) => {
  const page = await openPage(t, { hash: RUN });
  const choose = async (name) => {
    await page.keyboard.press("3");
    await page.keyboard.press("Enter");
    // The focus goes into a menu once that is drawn: a key before that would press what it leaves.
    const focused = page.locator(".menu .first:focus");
    await focused.waitFor();
    await page.getByRole("button", { name: "More …" }).press("Enter");
    await focused.and(page.getByRole("button", { name: "Its links …" })).waitFor();
    await page.getByRole("button", { name }).press("Enter");
  };
  await choose("Slow disk: 50 ms a write");
  assert.match(await scenario(page), /set fsync 50ms on S3/);
  await choose("Cut what it sends");
  const run = await scenario(page);
  for (const to of ["S1", "S2", "S4", "S5"]) assert.ok(run.includes(`cut S3->${to}`), run);
  assert.ok((await state(page)).t > 0);
});

test("what piles up on a link that holds it does not stop the page", async (t) => {
  const page = await openPage(t, {
    hash: text(["raft 1", "servers 3", "set latency 1ms", "set heartbeat 5ms", "at 0ms timeout S1", "at 100ms hold S1->S2"], "90s"),
  });
  await until(page, "a long time after", (now) => now.t === 90_000_000 && now.inFlight > 10_000, 60_000);
  // Frames go on, with all that is drawn.
  await page.keyboard.press("1");
  await page.keyboard.press("2");
  const begun = Date.now();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))));
  assert.ok(Date.now() - begun < 3_000, `two frames took ${Date.now() - begun} ms`);
  await page.keyboard.press("Escape");
  await page.keyboard.press(",");
  await page.getByText(/^and \d{5} more$/).waitFor();
  assert.equal(await page.locator(".on-link li").count(), 40);
});
