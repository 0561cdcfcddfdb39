// Questions to the reader: play waits for an answer, and the run goes on to show what is right.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { pages } from "./lib/browser.mjs";
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

test("by keyboard, and right", async (t) => {
  const page = await asked(t, "figure-7", /Who refuses S1/);
  await page.getByRole("button", { name: "S5", exact: true }).last().focus();
  await page.keyboard.press("Enter");
  await page.getByText("Right.", { exact: true }).waitFor();
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

test("a server that was the wrong answer: what would it take?", async (t) => {
  const page = await asked(t, "minority-leader-and-heal", /Who can be elected/);
  await page.getByRole("group", { name: /Who can be/ }).getByRole("button", { name: "S2", exact: true }).click();
  await page.getByText("Not so. Right is: S3, S4, S5.").waitFor();
  await button(page, "Why not S2?").click();
  await button(page, "What would it take?").waitFor();
  await page.getByRole("combobox", { name: "Question" }).waitFor();
});
