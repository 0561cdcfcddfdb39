// The bug lab: rules with their switches, the banner that cannot be missed, and what clashes.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { button, command, state, until } from "./lib/play.mjs";

const openPage = pages({ before, after });

const panel = (page) => page.getByRole("tabpanel", { name: "Rules" });
const rules = (page) => panel(page).getByRole("switch");
const banner = (page) => page.getByRole("note").filter({ hasText: "of Raft" });
const fall = (page) => page.getByRole("region", { name: "The promise that fell" });
const search = (page, words) => panel(page).getByRole("searchbox").fill(words);
const ONE_VOTE = /votes for at most one candidate/;

test("rules by topic, all in force, found by words", async (t) => {
  const page = await openPage(t);
  await page.keyboard.press("!");
  assert.equal(await rules(page).count(), 45);
  assert.equal(await rules(page).filter({ checked: false }).count(), 45);
  for (const one of await rules(page).all()) assert.ok(await one.isChecked());
  await panel(page).getByText("All rules are kept.").waitFor();
  await panel(page).getByRole("region", { name: "Snapshots" }).waitFor();
  await search(page, "own term of nobody");
  assert.equal(await rules(page).count(), 0);
  await panel(page).getByText("No rule is about that.").waitFor();
  await search(page, "own term copies");
  assert.equal(await rules(page).count(), 1);
  await axe(page);
});

test("a rule that is off: a banner, here, in its link and in a figure, until it is on again", async (t) => {
  const page = await openPage(t);
  await until(page, "a leader", ({ servers }) => servers.some(({ role }) => role === "leader"));
  await command(page, "pause");
  const before = await state(page);
  assert.equal(await banner(page).count(), 0);
  await page.getByRole("tab", { name: "Rules" }).click();
  await search(page, "at most one");
  const rule = rules(page).filter({ visible: true });
  await rule.press("Space");
  await banner(page).getByText(ONE_VOTE).waitFor();
  assert.equal(await rule.isChecked(), false);
  await panel(page).getByText("One rule is off.").waitFor();
  assert.equal((await state(page)).t, before.t, "at the same moment");
  await axe(page);

  await button(page, /^Share/).click();
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  await page.keyboard.press("Escape");
  const hash = link.slice(link.indexOf("#"));
  for (const query of ["", "?embed=1"]) {
    const friend = await openPage(t, { query, hash, viewport: { width: 640, height: 400 } });
    await banner(friend).getByText(ONE_VOTE).waitFor();
    const box = await banner(friend).boundingBox();
    assert.ok(box.y >= 0 && box.y + box.height <= 400, `in sight: ${JSON.stringify(box)}`);
  }

  await panel(page).getByRole("button", { name: "Keep all rules" }).click();
  await banner(page).waitFor({ state: "detached" });
  assert.deepEqual(await state(page), before, "the very same run again");
});

test("without a rule the same run stops where a promise falls, and says what clashes", async (t) => {
  // Nobody wins with all rules in force: two candidates of three, and the third votes once.
  const text = `raft 1
servers 3
set network manual
set election-timeout 5s..6s
at 0ms timeout S1
timeout S3
after 10ms
deliver S1->S2 vote
deliver S2->S1 vote-reply
after 10ms
deliver S3->S2 vote
deliver S2->S3 vote-reply
`;
  const viewport = { width: 1280, height: 1000 };
  const page = await openPage(t, { viewport, hash: `#text=${encodeURIComponent(text)}&at=500ms` });
  assert.deepEqual((await state(page)).violations, []);
  assert.equal(await fall(page).count(), 0);
  await page.keyboard.press("!");
  await search(page, "at most one");
  await rules(page).filter({ visible: true }).click();
  await fall(page).getByText(/Election Safety is broken/).waitFor();
  const { t: at, playing } = await state(page);
  assert.deepEqual([at, playing], [20_000, false], "it stands at that event");
  const facts = fall(page).getByRole("button");
  assert.deepEqual(
    (await facts.allInnerTexts()).map((text) => text.split("\n")[0].trim()),
    ["S1 leads term 1.", "and yet S3 leads term 1, too."],
  );
  await axe(page);
  // Each leads to where it came from, and back.
  const { digest } = await state(page);
  await facts.first().click();
  assert.notEqual((await state(page)).digest, digest);
  await fall(page).waitFor({ state: "detached" });
});

test("a shipped scenario of a rule opens from the list, and play stops where its promise falls", async (t) => {
  const page = await openPage(t);
  await page.keyboard.press("!");
  await search(page, "own term copies");
  await panel(page).getByRole("button", { name: "Watch it fall" }).filter({ visible: true }).click();
  await banner(page).waitFor();
  for (let stops = 0; stops < 8 && !(await fall(page).count()); stops += 1) {
    await command(page, "speed", { value: 10 });
    await command(page, "play");
    await until(page, "it stops", ({ playing }) => !playing);
  }
  await fall(page).getByText(/Leader Completeness is broken/).waitFor();
});

for (const viewport of [{ width: 390, height: 844 }, { width: 320, height: 568 }]) {
  test(`at ${viewport.width} px nothing is wider than the page`, async (t) => {
    const page = await openPage(t, { viewport, hash: "#demo=double-vote&at=500ms" });
    await banner(page).getByRole("button", { name: "Rules" }).click();
    await rules(page).first().waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await axe(page);
  });
}
