// One fact, lit in every picture: what is pointed at in the ring, the logs, the space-time diagram or
// the story lights up in the other three; by pointer, by keyboard and by touch, still and playing.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { pages } from "./lib/browser.mjs";
import { pause, play, state } from "./lib/play.mjs";

const openPage = pages({ before, after });

// S3 leads, and a write of C1 is on its way to the others.
const WRITE = `#text=${encodeURIComponent(
  "raft 1\nservers 3\nclients 1\nset latency 10ms\nat 0ms timeout S1\nat 100ms write x=1\nat 400ms write y=2\n",
)}&at=115ms`;

/** What is lit, by what it shows. */
const lit = (page) =>
  page.evaluate(() => {
    const drawn = (id) => (document.getElementById(id)?.getAttribute("d") ?? "").split("M").length - 1;
    const names = (selector) => [...document.querySelectorAll(`${selector}[data-lit]`)];
    return {
      cells: names(".cell").map((cell) => cell.closest(".row").querySelector(".who").textContent + " " + cell.querySelector(".cmd").textContent),
      servers: names(".server").map((server) => server.querySelector(".name").textContent.trim()),
      rows: names(".row").map((row) => row.querySelector(".who").textContent),
      clients: names(".client").length,
      lines: names(".line").map((line) => line.querySelector("b").textContent),
      flights: drawn("lit-flights"),
      ways: drawn("lit-ways"),
      arrows: drawn("lit-arrows"),
      marks: drawn("lit-marks"),
      spans: drawn("lit-lines"),
    };
  });

/** The pointer goes to the middle of an element. */
const pointAt = async (page, locator) => {
  await locator.scrollIntoViewIfNeeded();
  const box = await locator.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
};
const entry = (page, caption) => page.locator(".cell", { hasText: caption }).first();
const away = (page) => page.mouse.move(3, 3);

test("an entry lights up as cells, messages, arrows, lines of the story and its client", async (t) => {
  const page = await openPage(t, { hash: WRITE });
  await pointAt(page, entry(page, "x=1"));
  const now = await lit(page);
  assert.deepEqual(now.cells, ["S1 x=1"]);
  assert.equal(now.flights, 2, "to both followers");
  assert.ok(now.arrows >= 2 && now.marks >= 1);
  assert.equal(now.clients, 1);
  assert.ok(now.lines.some((line) => /x=1/.test(line)), now.lines.join("; "));
  await away(page);
  const none = await lit(page);
  assert.deepEqual([none.cells, none.lines, none.flights, none.arrows], [[], [], 0, 0]);
});

test("a server lights up as node, row and line", async (t) => {
  const page = await openPage(t, { hash: WRITE });
  await pointAt(page, page.getByRole("button", { name: /^S2 follower/ }));
  const now = await lit(page);
  assert.deepEqual([now.servers, now.rows, now.spans], [["S2"], ["S2"], 1]);
  await away(page);
  await pointAt(page, page.locator("#st .line-name", { hasText: "S3" }));
  assert.deepEqual((await lit(page)).servers, ["S3"]);
});

test("a message lights up as its sign, its arrow, its entries and its lines, from ring and diagram", async (t) => {
  const page = await openPage(t, { hash: WRITE });
  const message = page.getByRole("button", { name: /^AppendEntries, from S1 to S2/ });
  await pointAt(page, message);
  const now = await lit(page);
  assert.deepEqual([now.flights, now.arrows, now.servers], [1, 1, ["S1", "S2"]]);
  assert.deepEqual(now.cells, ["S1 x=1"]);
  // The same from the keyboard.
  await away(page);
  await message.focus();
  assert.deepEqual((await lit(page)).flights, 1);
  // One that has arrived: its arrow in the diagram, its way across the ring.
  const box = await page.locator("#st").boundingBox();
  const at = await page.locator("#st-at-k-append-reply, #st-at-k-vote-reply").first().evaluate((path) => /M([\d.]+) ([\d.]+)/.exec(path.getAttribute("d") ?? "")?.slice(1).map(Number));
  await page.mouse.move(box.x + at[0] - 4, box.y + at[1] + 3);
  const there = await lit(page);
  assert.ok(there.arrows === 1 || there.marks >= 1, JSON.stringify(there));
});

test("a line of the story lights up what it tells, by pointer and by keyboard", async (t) => {
  const page = await openPage(t, { hash: WRITE });
  const line = page.getByRole("button", { name: /S1 leads term 1/ }).first();
  await pointAt(page, line);
  const now = await lit(page);
  assert.ok(now.servers.includes("S1") && now.marks >= 1 && now.arrows >= 1, JSON.stringify(now));
  await away(page);
  await page.keyboard.press("Tab");
  await line.focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Shift+Tab");
  assert.ok((await lit(page)).servers.includes("S1"));
});

test("arrow keys go from entry to entry, and what is at them is said", async (t) => {
  const page = await openPage(t, { hash: WRITE });
  const logs = page.getByRole("group", { name: "Logs, a row a server" });
  await page.getByRole("tab", { name: "Story" }).last().focus();
  await logs.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowRight");
  assert.deepEqual((await lit(page)).cells, ["S1 x=1"]);
  await page.getByText("Entry 2 of term 1, x=1, on S1").waitFor({ state: "attached" });
  const before = (await state(page)).t;
  await page.keyboard.press("ArrowLeft");
  assert.deepEqual((await lit(page)).cells.length, 3, "the no-op is on all");
  assert.equal((await state(page)).t, before, "time stands still");
});

test("what is clicked stays lit while time runs, until Escape", async (t) => {
  const page = await openPage(t, { hash: WRITE });
  await entry(page, "x=1").click();
  await away(page);
  await play(page);
  await page.waitForFunction(() => document.querySelectorAll(".cell[data-lit]").length === 3);
  // No frame is drawn in which it is dark.
  const dark = await page.evaluate(
    () =>
      new Promise((seen) => {
        let frames = 0;
        let dark = 0;
        const look = () => {
          if (document.querySelectorAll(".cell[data-lit]").length !== 3) dark += 1;
          frames += 1;
          if (frames === 60) seen(dark);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
  );
  assert.equal(dark, 0);
  await pause(page);
  await page.keyboard.press("Escape");
  assert.deepEqual((await lit(page)).cells, []);
});

test("a tap lights up, and the page still scrolls", async (t) => {
  const page = await openPage(t, { hash: WRITE, viewport: { width: 390, height: 844 }, touch: true });
  await entry(page, "x=1").tap();
  assert.equal((await lit(page)).flights, 2);
  await page.getByRole("tab", { name: "Story" }).first().tap();
  assert.ok((await lit(page)).lines.length > 0, "it stays lit in the story");
});
