// Going about in time: to events of a kind, until a condition holds, along other futures, and two
// runs beside each other; and what a long run costs.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { weigh, weighed } from "./lib/memory.mjs";
import {
  button,
  goTo,
  inWords,
  leader,
  pause,
  play,
  playUntil,
  scrubTo,
  speed,
  state,
  until,
} from "./lib/play.mjs";

const openPage = pages({ before, after });

const CRASH = "#demo=leader-crash&at=0ms";

test("next and previous events of a kind, by button and by key", async (t) => {
  const page = await openPage(t, { hash: CRASH });
  await pause(page);
  await button(page, "Go to …").click();
  const card = page.getByRole("dialog", { name: "Go to an event" });
  await card.getByRole("combobox", { name: "Kind of event" }).selectOption({ label: "a leader is elected" });
  await card.getByRole("button", { name: "Next ›" }).click();
  await card.getByText(/^At .*: a leader is elected\.$/).waitFor();
  const first = await state(page);
  assert.ok(leader(first), "somebody leads");
  await card.getByRole("button", { name: "Next ›" }).click();
  const second = await until(page, "the next election", (now) => now.t > first.t);
  assert.notEqual(leader(second).id, leader(first).id);
  await card.getByRole("button", { name: "Close" }).click();
  await page.keyboard.press("[");
  await until(page, "the first election", (now) => now.t === first.t && now.digest === first.digest);
  await page.keyboard.press("]");
  await until(page, "the second election", (now) => now.digest === second.digest);
});

test("a moment is written down as the clock shows it or the language does; another text is refused", async (t) => {
  const page = await openPage(t, { hash: CRASH });
  await page.keyboard.press("f");
  const card = page.getByRole("dialog", { name: "Go to an event" });
  const field = card.getByRole("textbox", { name: "Go to this moment" });
  for (const [text, at] of [["1.5s", 1_500_000], ["820.3 ms", 820_300], ["0ms", 0], ["250us", 250]]) {
    await field.fill(text);
    await card.getByRole("button", { name: "Go there" }).click();
    await until(page, text, (now) => now.t === at && !now.playing);
  }
  for (const text of ["soon", "12", "25000000s", "<b>"]) {
    await field.fill(text);
    await field.press("Enter");
    await card.getByText(`“${text}” is no moment: write a number and its unit`).waitFor();
    assert.equal(await field.getAttribute("aria-invalid"), "true");
  }
  await axe(page);
  assert.equal((await state(page)).t, 250, "it stays where it was");
  // Where the way is long it is said, and can be ended.
  await field.fill("20000s");
  await field.press("Enter");
  await card.getByText(/^Looking for: 20000\.000 s … /).waitFor();
  await card.getByRole("button", { name: "Cancel" }).click();
  const stopped = (await state(page)).t;
  await page.waitForTimeout(300);
  assert.equal((await state(page)).t, stopped);
});

test("until a condition holds; a slip is shown at its word; what does not happen is said", async (t) => {
  const page = await openPage(t, { hash: CRASH });
  await pause(page);
  await page.keyboard.press("f");
  const card = page.getByRole("dialog", { name: "Go to an event" });
  const field = card.getByRole("combobox", { name: "Run until this holds" });
  await field.fill("S1 is ledaer");
  await field.press("Enter");
  await card.getByRole("alert").getByText('did you mean "leader"?').waitFor();
  const selected = await field.evaluate((input) => input.value.slice(input.selectionStart, input.selectionEnd));
  assert.equal(selected, "ledaer");
  await axe(page);
  await field.fill("commit >= 1 on all");
  await field.press("Enter");
  await card.getByText(/^At .*: commit >= 1 on all\.$/).waitFor();
  const there = await state(page);
  assert.ok(there.servers.every((server) => server.commit >= 1));
  await field.fill("violated election-safety within 5s");
  await field.press("Enter");
  await card.getByText(/did not happen within 5\.0 s/).waitFor();
  assert.equal((await state(page)).t, there.t + 5_000_000);
  await card.getByRole("combobox", { name: "At most so much simulated time" }).selectOption({ label: "1 hour" });
  await field.fill("violated election-safety");
  await field.press("Enter");
  await card.getByRole("button", { name: "Cancel" }).click();
  const stopped = (await state(page)).t;
  await page.waitForTimeout(300);
  assert.equal((await state(page)).t, stopped);
});

test("another future is named, gone back to, and compared with", async (t) => {
  const page = await openPage(t, { hash: "#demo=first-election&at=900ms" });
  await pause(page);
  const before = await state(page);
  assert.ok(leader(before), "somebody leads");
  const parted = await scrubTo(page, 0.7);
  assert.ok(parted > 300_000 && parted < 900_000, `${parted} µs is in the past`);
  await button(page, "Crash leader").click();
  await speed(page, "1×");
  await playUntil(page, parted + 500_000);
  await button(page, /other future/).click();
  const card = page.getByRole("dialog", { name: "Other futures" });
  const name = card.getByRole("textbox", { name: /^Name of: / });
  await name.fill("nobody crashes");
  await name.press("Enter");
  await axe(page);
  await card.getByRole("button", { name: /^Compare with/ }).click();
  const dialog = page.getByRole("dialog", { name: "Compare two runs" });
  await dialog.getByText(new RegExp(`^The same for \\d+ events, until ${inWords(parted)}`)).waitFor();
  await dialog.getByRole("region", { name: "Other future: nobody crashes" }).waitFor();
  await dialog.getByRole("rowheader", { name: "Cluster leader" }).waitFor();
  await axe(page);
  await dialog.getByRole("combobox", { name: "What to compare" }).selectOption({ label: "PreVote" });
  await dialog.getByRole("region", { name: "with PreVote" }).waitFor();
  await page.keyboard.press("Escape");
  await button(page, /other future/).click();
  await card.getByRole("button", { name: /^nothing was done|seen until/ }).first().click();
  const taken = await until(page, "the old future", (now) => now.t === parted);
  assert.equal(leader(taken).id, leader(before).id);
});

/** In what share of forty frames, each of 16 ms by the page's stopped clock, the messages were drawn elsewhere. */
async function moved(page) {
  const paths = page.locator("svg.ring path.body");
  const where = () => paths.evaluateAll((all) => all.map((path) => path.getAttribute("d")).join());
  let [changes, before] = [0, await where()];
  for (let frame = 0; frame < 40; frame += 1) {
    await page.clock.runFor(16);
    const now = await where();
    if (now !== before) changes += 1;
    before = now;
  }
  return changes / 40;
}

test("a rush happens in one frame and is drawn in the next; what an eye can follow is drawn in each", async (t) => {
  const header = ["raft 1", "servers 9", "clients 2", "set latency 100ms", "set election-timeout 1s..2s"];
  const load = ["set heartbeat 300ms", "set replication pipelined", "set window 256", "set load 110/s"];
  const text = [...header, ...load, "at 0ms timeout S1", ""].join("\n");
  const prepare = (page) => page.clock.install();
  const page = await openPage(t, { hash: `#text=${encodeURIComponent(text)}`, prepare });
  await speed(page, "1×");
  await playUntil(page, 2_000_000);
  await play(page);
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1_000);
  const slowly = await moved(page);
  await speed(page, "10×");
  const fast = await moved(page);
  t.diagnostic(`drawn anew in ${(slowly * 100).toFixed()} % of the frames at 1×, ${(fast * 100).toFixed()} % at 10×`);
  assert.ok(slowly > 0.9, `at 1× in ${slowly}`);
  assert.ok(fast > 0.3 && fast < 0.7, `at 10× in ${fast}`);
});

// The full size, an hour of a million events, is `cargo xtask bench history`. Here it is enough that
// nothing slips by a magnitude, on a machine that may be doing other things.
test("a long run stays small, and any moment of it is near", { timeout: 300_000 }, async (t) => {
  const text = "raft 1\nservers 5\nset load 10/s\nset speed 100\nat 30s crash S1\nat 45s restart S1\n";
  const page = await openPage(t, { hash: `#text=${encodeURIComponent(text)}`, prepare: weighed });
  await pause(page);
  const minutes = 20;
  const sizes = [];
  for (let minute = 1; minute <= minutes; minute += 1) {
    await goTo(page, minute * 60_000_000);
    if (minute % 5 === 0) sizes.push(await weigh(page));
  }
  const shown = (of) => sizes.map((size) => size[of].toFixed(1)).join(", ");
  t.diagnostic(`after 5, 10, 15, 20 minutes: script ${shown("script")} MB, WebAssembly ${shown("wasm")} MB`);
  const [first, last] = [sizes[0], sizes.at(-1)];
  assert.ok(first.wasm > 0, "the memory of WebAssembly is weighed");
  assert.ok(last.script + last.wasm < 100, "it is small");
  assert.ok(last.script < first.script + 10, "what the script holds is flat");
  assert.ok(last.wasm < 2 * first.wasm, "four times the run does not take twice the memory");
  const took = [];
  await button(page, "Go to …").click();
  for (let n = 1; n <= 40; n += 1) {
    const to = ((n * 7_919) % (minutes * 60_000)) * 1_000;
    const start = Date.now();
    await goTo(page, to);
    took.push(Date.now() - start);
  }
  took.sort((a, b) => a - b);
  t.diagnostic(`a seek and the state, over messages: median ${took[20]} ms, longest ${took.at(-1)} ms`);
  assert.ok(took[20] < 500, `${took[20]} ms`);
});
