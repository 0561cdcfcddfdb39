// Lenses, the logs of ten thousand entries, and zoom and pan of the space-time diagram.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { button, goTo, state, until } from "./lib/play.mjs";

const openPage = pages({ before, after });

const WRITE = `#text=${encodeURIComponent(
  "raft 1\nservers 5\nclients 1\nset latency 10ms\nat 0ms timeout S1\nat 100ms write x=1\n",
)}&at=125ms`;

const lens = (page) => page.getByRole("region", { name: "Lenses" });
const says = (page) => lens(page).getByRole("listitem").allTextContents();
const server = (page, id) => page.getByRole("button", { name: new RegExp(`^${id} .*(leader|follower|candidate)`) });

test("quorum: servers are chosen by click and by key, and it says whether they decide", async (t) => {
  const page = await openPage(t, { hash: WRITE });
  await button(page, "Lens").click();
  await lens(page).getByRole("button", { name: /^Quorum/ }).click();
  await server(page, "S2").click();
  await server(page, "S4").click();
  assert.match((await says(page))[0], /S2 and S4: no majority \(2 of 5, 3 needed\)/);
  await page.keyboard.press("5");
  const lines = await says(page);
  assert.match(lines[0], /^✓ S2, S4 and S5: a majority \(3 of 5/);
  assert.match(lines[1], /voted for S1 in term 1/);
  assert.match(lines[2], /Entry 2 of term 1 is on S1, S2, S3, S4 and S5/);
  assert.equal(await page.locator(".server[data-mark=picked]").count(), 3);
  assert.equal(await page.getByRole("dialog").count(), 0, "no menu opens");
  await page.keyboard.press("5");
  assert.match((await says(page))[0], /no majority/);
  await axe(page);
  await page.keyboard.press("q");
  await lens(page).waitFor({ state: "detached" });
  assert.equal(await page.locator("[data-mark=picked]").count(), 0);
});

test("quorum: in joint consensus both configurations are counted", async (t) => {
  const page = await openPage(t, { hash: "#demo=joint-consensus&at=230ms" });
  for (const key of ["q", "2", "3"]) await page.keyboard.press(key);
  assert.match((await says(page))[0], /^✕ S2 and S3: not a majority of both configurations \(C_old 2 of 3, 2 needed, C_new 0 of 3/);
  for (const key of ["4", "5"]) await page.keyboard.press(key);
  assert.match((await says(page))[0], /^✓ .* a majority of both configurations/);
});

test("knowledge: what a server has not been told is grey, and what it believes is said", async (t) => {
  const page = await openPage(t, { hash: WRITE });
  await page.keyboard.press("b");
  // The leader: all have the write, and it cannot know yet.
  assert.match((await says(page))[0], /What S1 can know/);
  assert.match((await says(page))[1], /S2: follower of term 1.*matchIndex 1, nextIndex 2/);
  const grey = (id) =>
    page.locator(".row", { has: page.locator(`.who:text-is("${id}")`) }).locator(".cell[data-mark=unknown]").count();
  assert.deepEqual([await grey("S1"), await grey("S2")], [0, 1]);
  // S3 was sent both entries by S1, and was told of no other log.
  await server(page, "S3").click();
  assert.match((await says(page))[0], /What S3 can know/);
  assert.deepEqual([await grey("S1"), await grey("S2"), await grey("S3")], [0, 2, 0]);
  assert.ok((await page.locator("#lens-fog").getAttribute("d")).length > 0, "the rest of the diagram lies in the dark");
  const dark = page.locator(".line[data-mark=unknown]", { hasText: "S2 stores entry 2" });
  await dark.waitFor({ state: "attached" });
  // It follows time: the heartbeat that tells S3 of the commit.
  await goTo(page, 190_000);
  await page.getByText(/S1: leader of term 1/).waitFor();
});

test("commit: each entry is on so many, safe or not, and known by whom", async (t) => {
  const page = await openPage(t, { hash: WRITE });
  await page.keyboard.press("g");
  assert.match((await says(page))[0], /^2 x=1 \(term 1\): on 5 of 5 · ✓ safe, and nobody knows yet/);
  await goTo(page, 135_000);
  await page.getByText(/on 5 of 5 · ✓ safe · known committed by S1$/).waitFor();
  await page.getByText("5/5✓").first().waitFor({ state: "attached" });
  // Figure 8: a majority is not enough.
  await page.keyboard.press("g");
  const text = "raft 1\nservers 5\nstart S1 term 4 log 1 2\nstart S2 term 4 log 1 2\nstart S3 term 4 log 1 2\nstart S4 term 3 log 1\nstart S5 term 3 log 1 3\n";
  const figure = await openPage(t, { hash: `#text=${encodeURIComponent(text)}` });
  await figure.keyboard.press("g");
  await figure.getByText(/\(term 2\): on 3 of 5 · ✕ not safe: a majority has it/).waitFor();
});

test("the keys of the lenses stand in the help", async (t) => {
  const page = await openPage(t);
  await page.keyboard.press("?");
  await page.getByRole("dialog").getByText("lens: are these servers a majority?").waitFor();
});

test("ten thousand entries stay quick, and all of them can be reached", async (t) => {
  const text = "raft 1\nservers 5\nset latency 1ms\nset replication pipelined\nset load 15000/s\nat 0ms timeout S1\n";
  const page = await openPage(t, { hash: `#text=${encodeURIComponent(text)}&at=1.2s` });
  const end = await until(page, "there", (now) => now.t >= 1_200_000, 30_000);
  assert.ok(Math.max(...end.servers.map(({ log }) => log.length)) >= 10_000);
  assert.ok((await page.locator(".cell").count()) <= 5 * 40, "only what is shown is drawn");
  // A frame while nothing but the pointer moves.
  const took = await page.evaluate(async () => {
    const frames = [];
    for (let n = 0; n < 20; n++) {
      const begun = performance.now();
      const cell = document.querySelectorAll(".cell")[n % document.querySelectorAll(".cell").length].getBoundingClientRect();
      document.elementFromPoint(cell.x + 5, cell.y + 5).dispatchEvent(
        new PointerEvent("pointermove", { bubbles: true, pointerType: "mouse", clientX: cell.x + 5, clientY: cell.y + 5 }),
      );
      frames.push(performance.now() - begun);
      await new Promise(requestAnimationFrame);
    }
    return frames.sort((a, b) => a - b)[10];
  });
  t.diagnostic(`pointing at an entry: ${took.toFixed(1)} ms at the median`);
  assert.ok(took < 33, `${took} ms`);
  const first = () => page.locator(".matrix .col").first().textContent().then(Number);
  const latest = await first();
  await button(page, "Earlier entries").click();
  assert.ok((await first()) < latest);
  await button(page, "Later entries").click();
  assert.equal(await first(), latest);
});

test("zoom and pan: by key, by button, by dragging; a wheel alone scrolls the page", async (t) => {
  const page = await openPage(t, { hash: "#demo=snapshot-laggard&at=700ms" });
  const diagram = page.locator("#st");
  const shown = async () => {
    const [, from, to] = /from ([\d.]+) ms to ([\d.]+) ms/.exec(await diagram.getAttribute("aria-label"));
    return [Number(from), Number(to)];
  };
  const wide = ([from, to]) => to - from;
  const all = await shown();
  for (let n = 0; n < 2; n++) await page.keyboard.press("z");
  const near = await shown();
  assert.ok(wide(near) < wide(all), `${near}`);
  await page.keyboard.press("j");
  const early = await shown();
  assert.ok(early[0] < near[0] && wide(early) === wide(near));
  await page.keyboard.press("k");
  assert.deepEqual(await shown(), near);
  // Dragging to the right shows what was before.
  const box = await diagram.boundingBox();
  const before = (await state(page)).t;
  await page.mouse.move(box.x + 300, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + 500, box.y + 60, { steps: 5 });
  await page.mouse.up();
  const dragged = await shown();
  assert.ok(dragged[0] < near[0]);
  assert.equal((await state(page)).t, before, "a drag is no click");
  await page.mouse.wheel(0, 200);
  assert.deepEqual(await shown(), dragged, "a wheel alone is the page's");
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -130);
  await page.keyboard.up("Control");
  await page.waitForFunction((old) => document.getElementById("st").getAttribute("aria-label") !== old, await diagram.getAttribute("aria-label")).catch(() => {});
  assert.ok(wide(await shown()) < wide(dragged));
  await diagram.hover();
  await button(page, "Show more time").click();
  // What is lost is crossed, and cut links shade the time.
  for (let n = 0; n < 5; n++) await page.keyboard.press("v");
  assert.deepEqual(await shown(), all);
  for (const sign of ["#st-lost", "#st-parted"]) assert.ok((await page.locator(sign).getAttribute("d")).length > 0, sign);
});

test("what is not shown is not painted: the diagram on a phone", async (t) => {
  const page = await openPage(t, { hash: "#demo=leader-crash&at=585ms", viewport: { width: 390, height: 844 }, touch: true });
  const arrows = () => page.locator("#st-k-heartbeat").getAttribute("d");
  assert.equal((await arrows()) ?? "", "");
  await page.getByRole("tab", { name: "Time" }).tap();
  await page.waitForFunction(() => document.getElementById("st-k-heartbeat").getAttribute("d")?.length > 0);
});
