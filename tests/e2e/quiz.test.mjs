// Questions to the reader: play waits for an answer, and the run goes on to show what is right.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { button, speed, state, until } from "./lib/play.mjs";

const openPage = pages({ before, after });

/** A shipped scenario plays to its first question. */
async function asked(t, demo, question) {
  const page = await openPage(t, { hash: `#demo=${demo}` });
  await speed(page, "1×");
  await page.getByRole("group", { name: question }).waitFor();
  assert.equal((await state(page)).playing, false);
  return page;
}

test("a wrong answer is told, with the right one, and play goes on", async (t) => {
  const page = await asked(t, "first-election", /How many votes/);
  const at = (await state(page)).t;
  await button(page, "Go on without an answer").waitFor();
  await page.getByRole("group", { name: /How many votes/ }).getByRole("button", { name: "2", exact: true }).click();
  await page.getByText("Not so. Right is: 3.").waitFor();
  const right = page.getByRole("group", { name: /How many votes/ }).getByRole("button", { name: "3 ✓" });
  assert.ok(await right.isDisabled());
  await button(page, "Go on").click();
  await until(page, "time goes on", (now) => now.playing && now.t > at);
  assert.equal(await page.getByText("Not so.").count(), 0);
});

/** What can be answered. */
const answers = (page, question) => page.getByRole("group", { name: question });
const answer = (page, question, name) => answers(page, question).getByRole("button", { name, exact: true });

test("all right ones are wanted: chosen by keyboard, by button and by digit, and taken back", async (t) => {
  const page = await asked(t, "figure-7", /Who refuses S1/);
  await page.getByText("Choose all that are right.").waitFor();
  const give = button(page, "That is my answer");
  assert.ok(await give.isDisabled());
  await answer(page, /Who refuses/, "S5").focus();
  await page.keyboard.press("Enter");
  // A server of the picture is chosen by its key, as ever, or by a click; a second time takes it back.
  await page.keyboard.press("2");
  await page.keyboard.press("4");
  await page.locator("#server-2").click();
  const pressed = async (name) => (await answer(page, /Who refuses/, name).getAttribute("aria-pressed")) === "true";
  assert.deepEqual(await Promise.all(["S2", "S3", "S4", "S5"].map(pressed)), [false, false, true, true]);
  assert.equal(await page.getByText("Right.", { exact: true }).count(), 0);
  await give.focus();
  await page.keyboard.press("Enter");
  await page.getByText("Right.", { exact: true }).waitFor();
  assert.equal(await button(page, /^Why not/).count(), 0);
  assert.equal(await button(page, "See how it could be").count(), 0);
});

test("an order is given by pressing one after the other, and told right in one order only", async (t) => {
  const question = /In which order/;
  const page = await asked(t, "write-and-commit", question);
  await page.getByText("Press them in the right order.").waitFor();
  const shown = ["S1 appends it", "S1 commits it", "S2 commits it", "S2 stores it"];
  assert.deepEqual(await answers(page, question).getByRole("button").allInnerTexts(), shown);
  await axe(page);
  for (const name of ["S1 appends it", "S2 stores it", "S1 commits it"]) {
    await answers(page, question).getByRole("button", { name }).focus();
    await page.keyboard.press("Enter");
  }
  await answer(page, question, "2. S2 stores it").waitFor();
  await answer(page, question, "S2 commits it").click();
  await page.getByText("Right.", { exact: true }).waitFor();

  const again = await asked(t, "write-and-commit", question);
  for (const name of shown) await answers(again, question).getByRole("button", { name }).click();
  await again.getByText("Not so. The order is: S1 appends it, S2 stores it, S1 commits it, S2 commits it.").waitFor();
});

test("an entry is chosen where it stands in a log, by the keyboard too", async (t) => {
  const question = /Which is the last entry/;
  const page = await asked(t, "figure-6", question);
  await page.locator("[data-fact='e8.3']").first().click();
  await page.getByText("Not so. Right is: 7@3.").waitFor();

  const other = await asked(t, "figure-6", question);
  await other.getByRole("group", { name: "Logs, a row a server" }).focus();
  await other.keyboard.press("ArrowLeft");
  await other.keyboard.press("Enter");
  await other.getByText("Right.", { exact: true }).waitFor();
});

test("where the run itself has the answer, play shows it", async (t) => {
  const page = await asked(t, "check-quorum", /Will S1 step down/);
  const at = (await state(page)).t;
  await page.getByRole("group", { name: /Will S1/ }).getByRole("button", { name: "No", exact: true }).click();
  await page.getByText(/Not so\. It came true at/).waitFor();
  const now = await state(page);
  assert.ok(now.t > at && !now.playing);
  assert.notEqual(now.servers.find(({ id }) => id === "S1").role, "leader");
});

test("a server that was the wrong answer: what would it take, and the future in which it is right", async (t) => {
  const page = await asked(t, "minority-leader-and-heal", /Who can be elected/);
  await answer(page, /Who can be/, "S2").click();
  await page.getByText("Not so. Right is: S3, S4, S5.").waitFor();
  await button(page, "Why not S2?").click();
  await button(page, "What would it take?").waitFor();
  await page.getByRole("combobox", { name: "Question" }).waitFor();
  await button(page, "See how it could be").click();
  await page.getByText(/^\d+ steps do it: /).first().waitFor();
  const now = await until(page, "S2 leads", ({ servers }) => servers.find(({ id }) => id === "S2").role === "leader");
  assert.equal(now.playing, false);
  await button(page, /other future/).click();
  await page.getByText("If: S2 is leader").first().waitFor();
});

test("what the run said otherwise: a future in which it does not come true", async (t) => {
  const page = await asked(t, "check-quorum", /Will S1 step down/);
  await answer(page, /Will S1/, "No").click();
  await page.getByText(/Not so\. It came true at/).waitFor();
  const { t: fell } = await state(page);
  await button(page, "See how it could be").click();
  await page.getByText("Never: not S1 is leader").first().waitFor();
  const now = await until(page, "it is past that moment", (now) => now.t > fell);
  assert.equal(now.servers.find(({ id }) => id === "S1").role, "leader");
});

test("a text that is written from right to left keeps that to itself, in a question and in a title", async (t) => {
  const lines = ["title \u05e9\u05dc\u05d5\u05dd (1)", "at 0ms ask \"\u05de\u05d9 (S1)?\" \"\u05d0 1\" (\"b 2\")"];
  const page = await openPage(t, { hash: `#text=${encodeURIComponent(["raft 1", ...lines, ""].join("\n"))}` });
  const group = page.getByRole("group", { name: /\u05de\u05d9/ });
  await group.waitFor();
  const kept = (locator) => locator.evaluate((element) => getComputedStyle(element).unicodeBidi);
  assert.equal(await kept(page.locator("body").getByText("\u05e9\u05dc\u05d5\u05dd (1)").first()), "plaintext");
  assert.equal(await kept(group.getByRole("button").first()), "plaintext");
  assert.equal(await kept(page.locator("#stop-says")), "plaintext");
});
