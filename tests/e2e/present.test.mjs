// For an audience: sections under a clicker's keys, the whole screen, and nothing that is for one reader alone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { button, play, state, until } from "./lib/play.mjs";

const openPage = pages({ before, after });

const SECTIONS = `raft 1
title A lecture
at 200ms mark one
at 900ms mark two
at 1s crash leader
at 1.5s mark three
`;
const LECTURE = `#text=${encodeURIComponent(SECTIONS)}`;

const at = (page, what, t) => until(page, what, (now) => now.t === t && !now.playing);

test("a clicker's keys go from section to section, and hold there", async (t) => {
  const page = await openPage(t, { hash: LECTURE });
  await play(page);
  for (const [n, t] of [200_000, 900_000, 1_500_000].entries()) {
    await page.keyboard.press("PageDown");
    await at(page, `section ${n + 1}`, t);
  }
  await page.keyboard.press("PageDown");
  await page.getByText("No section begins after this moment.").waitFor();
  assert.equal((await state(page)).t, 1_500_000);
  await button(page, "Dismiss").click();
  for (const t of [900_000, 200_000, 0]) {
    await page.keyboard.press("PageUp");
    await at(page, "the section before", t);
  }
  await page.waitForTimeout(300);
  assert.equal((await state(page)).t, 0, "time stands still");
});

test("sections are among what one can go to", async (t) => {
  const page = await openPage(t, { hash: LECTURE });
  await page.keyboard.press("f");
  await page.getByRole("combobox", { name: "Kind of event" }).selectOption({ label: "a section begins" });
  await button(page, /^Next ›/).click();
  await at(page, "the first section", 200_000);
});

const root = (page) =>
  page.evaluate(() => {
    const { theme, present } = document.documentElement.dataset;
    return { theme, present, full: document.fullscreenElement !== null };
  });

const rootIs = (page, expected) =>
  page.waitForFunction(
    ([theme, present, full]) => {
      const { dataset } = document.documentElement;
      const now = [dataset.theme ?? null, dataset.present ?? null, document.fullscreenElement !== null];
      return JSON.stringify(now) === JSON.stringify([theme, present, full]);
    },
    expected,
  );

test("Present is large, fills the screen and shows no hand; once more, and all is as before", async (t) => {
  const page = await openPage(t, { hash: "#demo=figure-8&at=200ms" });
  const hand = page.getByText("arranged by hand");
  await hand.waitFor();
  await axe(page);
  await page.keyboard.press(";");
  await rootIs(page, ["projector", "", true]);
  await hand.waitFor({ state: "hidden" });
  await axe(page);
  await page.keyboard.press(";");
  await rootIs(page, [null, null, false]);
  await hand.waitFor();
  assert.deepEqual(await root(page), { theme: undefined, present: undefined, full: false });
});

test("Present and the whole screen are in the help, too", async (t) => {
  const page = await openPage(t, { query: "?theme=dark" });
  const press = async (name) => {
    await page.keyboard.press("?");
    await page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
  };
  await press("Full screen");
  await rootIs(page, ["dark", null, true]);
  await page.keyboard.press(".");
  await rootIs(page, ["dark", null, false]);
  await press("Present");
  await rootIs(page, ["projector", "", true]);
  await press("Present");
  await rootIs(page, ["dark", null, false]);
});

test("where the browser gives no full screen, that is said, and presenting goes on without", async (t) => {
  const prepare = (page) => page.addInitScript(() => (Element.prototype.requestFullscreen = undefined));
  const page = await openPage(t, { prepare });
  await page.keyboard.press(".");
  await page.getByText("This browser gives the page no full screen.").waitFor();
  await button(page, "Dismiss").click();
  await page.keyboard.press(";");
  await rootIs(page, ["projector", "", false]);
  assert.equal(await page.getByRole("alert").count(), 0);
});

test("a run that is left to chance shows no hand, and neither does a figure", async (t) => {
  const page = await openPage(t);
  await until(page, "time runs", (now) => now.t > 200_000);
  assert.equal(await page.getByText("arranged by hand").count(), 0);
  const figure = await openPage(t, { query: "?embed=1", hash: "#demo=figure-8" });
  assert.equal(await figure.getByText("arranged by hand").isVisible(), false);
});
