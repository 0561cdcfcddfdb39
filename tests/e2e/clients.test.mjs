// Clients: what each asked and was told, in the diagram and in words; what a server has still to
// apply; and whether one order explains all answers, with the picture of why.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { goesOn, pictures } from "./lib/pace.mjs";
import { pause, state } from "./lib/play.mjs";

const openPage = pages({ before, after });
const text = (lines, at) => `#text=${encodeURIComponent(lines.join("\n") + "\n")}&at=${at}`;

// C1 is told that x=1 is done; its x=2 goes to a leader that nobody hears.
const RUN = text(
  [
    "raft 1", "servers 3", "clients 2", "set latency 10ms", "set client-timeout 100ms", "at 0ms timeout S1",
    "at 100ms write x=1", "at 200ms isolate S1", "at 220ms write x=2 to S1", "at 700ms note the end",
  ],
  "680ms",
);
const choose = async (page, name) => {
  await page.getByRole("button", { name: new RegExp(`^${name} .*client`) }).click();
  await page.getByRole("heading", { name }).waitFor();
};
const drawn = (page, id) =>
  page.evaluate((id) => (document.getElementById(id)?.getAttribute("d") ?? "").split("M").length - 1, id);

test("a client that is chosen shows each operation, how it ended in words, and what it was told", async (t) => {
  const page = await openPage(t, { hash: RUN });
  await choose(page, "C1");
  await page.getByRole("button", { name: /x=1.*OK: done.*100\.0 ms/ }).waitFor();
  await page.getByRole("button", { name: /x=2.*UNKNOWN: it may have taken place/ }).waitFor();
  assert.equal((await state(page)).t > 0, true);
  assert.equal(await drawn(page, "call-ok"), 1);
  assert.equal(await drawn(page, "call-unknown"), 1);
  await axe(page);
});

test("what an operation waited for is told from its question on, each with its event", async (t) => {
  const page = await openPage(t, { hash: RUN });
  await choose(page, "C1");
  await page.getByRole("button", { name: "Why did x=1 wait?" }).click();
  const answer = page.locator(".why-body");
  await answer.getByText(/^C1 #1 waits no longer: after .* is told: x=1 is done/).waitFor();
  await answer.getByRole("button", { name: /S1 appends the command as entry 2@1/ }).click();
  assert.equal((await state(page)).t, 100_000 + 10_000, "the event is a press away");
  await axe(page);
});

test("by keyboard: the next client, and what it asked lights up in the diagram and the logs", async (t) => {
  const page = await openPage(t, { hash: RUN });
  await page.keyboard.press("0");
  await page.getByRole("heading", { name: "C1" }).waitFor();
  const line = page.getByRole("button", { name: /x=1.*OK: done/ });
  await line.focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Shift+Tab");
  assert.equal(await drawn(page, "lit-calls"), 1);
  assert.equal(await page.locator(".cell[data-lit]", { hasText: "x=1" }).count(), 3);
  assert.match(await page.locator("#lit-told").textContent(), /^C1 x=1 ✓ OK: done/);
  await page.keyboard.press("0");
  await page.getByRole("heading", { name: "C2" }).waitFor();
  await page.getByText("It has asked for nothing yet").waitFor();
});

test("a bar under the pointer says what it is, and lights up entry and story", async (t) => {
  const page = await openPage(t, { hash: RUN });
  await choose(page, "C2");
  await page.getByRole("tab", { name: "Story" }).last().click();
  const bar = await page.locator("#st-call-ok").evaluate((path) => {
    const [, x, y, to] = /M([\d.]+) ([\d.]+)H([\d.]+)/.exec(path.getAttribute("d"));
    const box = path.ownerSVGElement.getBoundingClientRect();
    return { x: box.x + (Number(x) + Number(to)) / 2, y: box.y + Number(y) };
  });
  await page.mouse.move(bar.x, bar.y);
  await page.mouse.move(bar.x + 1, bar.y);
  assert.match(await page.locator("#lit-told").textContent(), /^C1 x=1 ✓ OK: done/);
  assert.ok((await page.locator(".cell[data-lit]").count()) > 0);
  assert.ok((await page.locator(".line[data-lit]").count()) > 0);
});

test("a write that is not applied stands grey under the contents of the server", async (t) => {
  const page = await openPage(t, { hash: RUN });
  await page.keyboard.press("1");
  const pending = page.getByRole("list", { name: "In its log, not applied" });
  await pending.getByText("x=2").waitFor();
  await pending.getByText("stored, not known to be committed").waitFor();
  await page.keyboard.press("2");
  await pending.waitFor({ state: "detached" });
});

test("is it linearizable? yes, with a moment for each", async (t) => {
  const page = await openPage(t, { hash: RUN });
  await choose(page, "C1");
  await page.getByRole("button", { name: "Is this linearizable?" }).click();
  await page.getByText(/^Yes, until 680\.0 ms: one order explains all answers/).waitFor();
  const proof = page.getByRole("list", { name: "Is this linearizable?" });
  await proof.getByText(/done · 100\.0 ms – .* takes place at 100\.0 ms/).waitFor();
  await proof.getByText(/need not have taken place/).waitFor();
  assert.equal(await drawn(page, "call-moments"), 1);
  await axe(page);
  // Another moment: it is to be asked anew.
  await page.keyboard.press("Home");
  await proof.waitFor({ state: "detached" });
  assert.equal(await drawn(page, "call-moments"), 0);
});

test("is it linearizable? no: who clashes, and what would have been right", async (t) => {
  const page = await openPage(t, { hash: "#demo=read-without-quorum&at=9s" });
  await page.keyboard.press("0");
  await page.getByRole("button", { name: "Is this linearizable?" }).click();
  await page.getByText(/^No: until .* no order explains all answers.*would have been right/).waitFor();
  const proof = page.getByRole("list", { name: "Is this linearizable?" });
  assert.equal(await proof.getByText("no order is left").count(), 1);
  await axe(page);
});

test("a hard history does not hold up the page", async (t) => {
  // S1 does not know that it leads no more. Of twelve writes nobody can say whether they happened, and a read
  // of an old value has no place in any order of them: all orders would have to be tried.
  const writes = Array.from({ length: 12 }, (_, n) => `at ${290 + 90 * Math.floor(n / 6) + (n % 6)}ms write x=${n} to S1 by C${(n % 6) + 2}`);
  const page = await openPage(t, {
    hash: text(
      [
        "raft 1",
        "servers 3",
        "clients 8",
        "set client-timeout 80ms",
        "set election-timeout 5s..6s",
        "set reads index",
        "bug read-without-quorum",
        "at 0ms timeout S1",
        "at 35ms write x=old to S1 by C1",
        "at 130ms partition S1 | S2 S3",
        "at 140ms timeout S2",
        "at 200ms write x=new to S2 by C1",
        ...writes,
        "at 470ms read x from S1 by C8",
        "at 570ms note the end",
      ],
      "560ms",
    ),
  });
  assert.equal((await state(page)).t, 560_000);
  await page.keyboard.press("0");
  const seen = await pictures(page);
  await page.getByRole("button", { name: "Is this linearizable?" }).click();
  await page.getByRole("status").filter({ hasText: /^Open:/ }).waitFor();
  goesOn(t, await seen());
});

test("on a phone: a tap on a client shows its history at once", async (t) => {
  const page = await openPage(t, { hash: RUN, viewport: { width: 390, height: 844 }, touch: true });
  await page.getByRole("button", { name: /^C1 .*client/ }).tap();
  await page.getByRole("button", { name: /x=1.*OK: done/ }).waitFor();
  await pause(page);
  await page.getByRole("button", { name: "Is this linearizable?" }).tap();
  await page.getByText(/^Yes, until/).waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 390, `${wide}`);
});

test("of many clients as many have lines as there is room for, and who is chosen has one", async (t) => {
  const writes = Array.from({ length: 8 }, (_, n) => `at ${100 + 10 * n}ms write x=${n} by C${n + 1}`);
  const run = text(["raft 1", "servers 7", "clients 8", "at 0ms timeout S1", ...writes, "at 400ms note the end"], "390ms");
  const page = await openPage(t, { hash: run });
  const lines = async () => (await page.locator("#st .line-name").allTextContents()).filter((name) => name.startsWith("C"));
  const first = await lines();
  assert.ok(first.length >= 2 && first.length < 8 && first[0] === "C1", `${first}`);
  await page.getByText(new RegExp(`\\+${8 - first.length}$`)).waitFor();
  assert.equal(await drawn(page, "call-ok"), first.length);
  await choose(page, "C8");
  await page.waitForFunction(() => document.getElementById("st").textContent.includes("C8"));
  const last = await lines();
  assert.equal(last.length, first.length);
  assert.equal(last.at(-1), "C8");
});
