// "Why?": a question, facts that lead to their events, what it would take, and doing it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { goesOn, pictures } from "./lib/pace.mjs";
import { button, leader, play, state, until } from "./lib/play.mjs";

const openPage = pages({ before, after });

const CRASH = "#demo=leader-crash&at=585ms";
const panel = (page) => page.getByRole("tabpanel", { name: "Why?" });
const question = (page) => panel(page).getByRole("combobox", { name: "Question" });
const asks = (page) => question(page).evaluate((select) => select.selectedOptions[0].textContent);
const facts = (page) => panel(page).getByRole("listitem").allTextContents();

test("why is S2 not leader, after a crash: facts, each a way to its event, and back", async (t) => {
  const page = await openPage(t, { hash: CRASH });
  await page.keyboard.press("2");
  await page.getByRole("button", { name: "Why is S2 not leader?" }).click();
  assert.equal(await asks(page), "Why is S2 not leader?");
  const lines = await facts(page);
  assert.ok(lines.length >= 2, lines.join("; "));
  assert.ok(lines.some((line) => /§/.test(line)), lines.join("; "));
  await axe(page);
  const before = await state(page);
  await panel(page).getByRole("list").getByRole("button").last().click();
  assert.ok((await state(page)).t < before.t, "to an earlier event");
  assert.deepEqual(await facts(page), lines, "the answer stays");
  await panel(page).getByRole("button", { name: /^Back to 585/ }).click();
  assert.equal((await state(page)).t, before.t);
  await page.keyboard.press("Escape");
  await panel(page).waitFor({ state: "detached" });
});

test("what would it take: steps, done one by one, and S2 leads", async (t) => {
  const page = await openPage(t, { hash: CRASH });
  const before = await state(page);
  assert.notEqual(leader(before)?.id, "S2");
  await page.keyboard.press("2");
  await page.keyboard.press("/");
  await panel(page).getByRole("button", { name: "What would it take?" }).click();
  const act = panel(page).getByRole("button", { name: "Do it" });
  await act.waitFor();
  const steps = await panel(page).locator("ol.steps").getByRole("listitem").allTextContents();
  assert.match(steps[0], /S2's election timer fires/);
  await axe(page);
  await act.press("Enter");
  const now = await until(page, "S2 leads", (now) => leader(now)?.id === "S2");
  assert.equal(now.t, before.t, "without time going on");
  await panel(page).getByText("S2 does lead.").waitFor();
  // What was done is part of the run and of its link.
  await button(page, /^Share/).click();
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  const again = await openPage(t, { hash: link.slice(link.indexOf("#")) });
  assert.equal(leader(await until(again, "S2 leads there too", leader)).id, "S2");
});

test("why is the entry of an old term not committed, in figure 8", async (t) => {
  // (c): S1 leads term 4, and its entry of term 2 is on a majority.
  const page = await openPage(t, { hash: "#demo=figure-8" });
  for (let n = 0; n < 60; n++) {
    const now = await state(page);
    if (now.servers.filter(({ log }) => log[1]?.term === 2 || log[1] === 2).length >= 3) break;
    await page.keyboard.press("n");
  }
  await page.locator(".cell", { has: page.locator(".num:text-is('2')") }).first().click();
  await page.getByRole("button", { name: "Why is entry 2 not committed?" }).click();
  assert.equal(await asks(page), "Why is entry 2 not committed?");
  const lines = await facts(page);
  assert.ok(lines.some((line) => /§5\.4\.2/.test(line)), lines.join("; "));
  await page.locator(".cell", { has: page.locator(".num:text-is('3')") }).first().click();
  await page.getByRole("button", { name: "Why is entry 2 not committed?" }).click();
  await panel(page).getByText(/Logs differ at entry 2: this is about that of term 2, not that of term 3/).waitFor();
});

test("what led to an event: its past and future in the story and in the diagram", async (t) => {
  const page = await openPage(t, { hash: CRASH });
  await page.getByRole("button", { name: /S4 leads term 2/ }).first().click();
  await page.getByRole("button", { name: "What led here" }).click();
  await page.getByText(/events led to this one: a solid bar/).first().waitFor();
  const marked = (how) => page.locator(`.line[data-cone=${how}]`);
  assert.ok((await marked("past").count()) >= 2, "what led to it");
  assert.match(await marked("here").first().textContent(), /S4/);
  assert.ok((await page.locator("#cone-past").getAttribute("d")).length > 10, "the messages that carried it");
  // Lines of what is still to come are pale on purpose.
  await axe(page, { rules: { "color-contrast": { enabled: false } } });
  await page.keyboard.press("Escape");
  assert.equal(await marked("past").count(), 0);
});

test("the page goes on while a way is looked for", async (t) => {
  const text = "raft 1\nservers 9\nclients 2\nset latency 20ms\nat 0ms timeout S1\nat 100ms write x=1\nat 200ms crash S1\nat 210ms partition S2 S3 S4 | S5 S6 S7 | S8 S9\n";
  const page = await openPage(t, { hash: `#text=${encodeURIComponent(text)}&at=220ms` });
  await page.keyboard.press("9");
  await page.keyboard.press("/");
  const seen = await pictures(page);
  await panel(page).getByRole("button", { name: "What would it take?" }).click();
  await panel(page).getByText(/steps do it|No way of/).waitFor();
  goesOn(t, await seen());
});

test("why is nobody leader, from the tab; another question from the list", async (t) => {
  const page = await openPage(t, { hash: "#demo=figure-8&at=330ms" });
  await page.getByRole("tab", { name: "Why?" }).click();
  const all = await question(page).locator("option").allTextContents();
  assert.ok(all.length > 3 && all.some((text) => /not leader/.test(text)), all.join("; "));
  await question(page).selectOption({ label: all.at(-1) });
  assert.equal(await asks(page), all.at(-1));
  await page.getByRole("tab", { name: "Metrics" }).click();
  await panel(page).waitFor({ state: "detached" });
});

test("a client that waits, and a search that is stopped by closing", async (t) => {
  const text = "raft 1\nservers 5\nclients 1\nset latency 10ms\nat 0ms timeout S1\nat 100ms isolate S1\nat 110ms write x=1 to S1\n";
  const page = await openPage(t, { hash: `#text=${encodeURIComponent(text)}&at=140ms` });
  await page.keyboard.press("/");
  assert.equal(await asks(page), "Why does C1 wait?");
  await panel(page).getByRole("button", { name: "What would it take?" }).click();
  await page.keyboard.press("Escape");
  await panel(page).waitFor({ state: "detached" });
  await play(page);
  await until(page, "time goes on", (now) => now.t > 150_000);
});
