// A mistake of the page's own: what happened is said, and nothing that was done or typed is lost.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { button, leader, pause, scrubTo, state, until } from "./lib/play.mjs";

const openPage = pages({ before, after }, { fresh: true });
const PANIC = /panicked|unreachable|RuntimeError/;

/** From now on no picture can be made: what wants one ends in a panic of the module. */
const breakPictures = (page) =>
  page.evaluate(() => {
    Document.prototype.createElementNS = () => {
      throw new Error("broken on purpose");
    };
  });

test("a panic shows what happened, leads back to the last good moment, and keeps the other futures and what was typed", async (t) => {
  const page = await openPage(t, { hash: "#demo=leader-crash&at=585ms", allow: PANIC });
  await pause(page);
  const first = await until(page, "the moment of the link", (now) => now.t === 585_000);
  await scrubTo(page, 0.4);
  await until(page, "a leader", leader);
  await button(page, /^Crash (the )?leader/).click();
  await button(page, "1 other future").waitFor();
  await button(page, "1 other future").click();
  const futures = page.getByRole("dialog", { name: "Other futures" });
  const name = futures.getByRole("textbox", { name: /^Name of: / });
  await name.fill("as it was");
  await name.press("Enter");
  await page.keyboard.press("Escape");
  await page.keyboard.press("f");
  const until_ = page.getByRole("combobox", { name: "Run until this holds" });
  await until_.fill("S2 is leader and comm");
  const good = await state(page);
  await breakPictures(page);
  // Something with a sign of its own is opened.
  await button(page, /^Help/).dispatchEvent("click");
  const card = page.getByRole("alert").filter({ hasText: "The playground stopped" });
  await card.waitFor();
  assert.equal(await page.getByRole("alert").filter({ hasText: "stopped" }).count(), 1, "it is said once");
  assert.match(await card.innerText(), /the name of an element/);
  assert.equal(await card.getByRole("textbox", { name: /holds|condition|until/i }).inputValue(), "S2 is leader and comm");
  await axe(page);

  const popup = page.waitForEvent("popup");
  await card.getByRole("link", { name: "Open the last good moment" }).click();
  const there = await popup;
  await there.locator("html[data-boot=ready]").waitFor({ state: "attached" });
  const again = await until(there, "the last good moment", (now) => now.t === good.t);
  assert.equal(again.digest, good.digest);
  const link = await card.getByRole("link", { name: "as it was" }).getAttribute("href");
  const other = await openPage(t, { hash: new URL(link).hash });
  const then = await until(other, "the other future", (now) => now.t === 585_000);
  assert.equal(then.digest, first.digest);
});
