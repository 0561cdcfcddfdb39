// The table of keys: each row is pressed and something answers, and keys of one character can be switched off.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { button, leader, state, until } from "./lib/play.mjs";

const openPage = pages({ before, after });

/** The rows of docs/keys.md, which is made from the table of the page. */
const KEYS = readFileSync(new URL("../../docs/keys.md", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| <kbd>"))
  .map((line) => {
    const [, names, does, off] = line.split(" | ");
    return { names: [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name), does, character: off.startsWith("yes") };
  });

/** S1 leads, and a request is on its way. */
const RUN = `#text=${encodeURIComponent("raft 1\nservers 5\nset latency 10ms\nat 0ms timeout S1\nat 2300ms write x=1\n")}&at=2.305s`;

/** What anybody could notice: the state of the run, what is read on the page, and what stands on it. */
const seen = async (page) => {
  const { events, ...run } = await state(page);
  const parts = await page.evaluate(() => [
    document.fullscreenElement?.localName ?? "",
    [...document.documentElement.attributes].map(({ name, value }) => `${name}=${value}`).join(),
    document.activeElement?.id ?? "",
    document.querySelector(".space-time")?.innerHTML ?? "",
  ]);
  return JSON.stringify([run, parts, await page.locator("body").ariaSnapshot()]);
};

const press = (key) => (page) => page.keyboard.press(key);
const all = (...acts) => async (page) => {
  for (const act of acts) await act(page);
};
const election = all(press("f"), async (page) => {
  await page.getByRole("dialog", { name: "Go to an event" }).waitFor();
  await page.keyboard.press("Escape");
});

/** What comes before some of them: a server, a message, a cut, a kind of event, a lecture, something open. */
const FIRST = {
  "[": election,
  "]": all(press("Home"), election),
  w: press("Home"),
  p: press("1"),
  t: press("2"),
  i: press("1"),
  d: press("m"),
  h: press("m"),
  u: press("m"),
  a: press("m"),
  e: all(press("1"), press("i")),
  v: press("z"),
  k: all(press("j"), press("j")),
  End: press("Home"),
  Home: press("n"),
  Escape: all(press("1"), press("Enter")),
};

describe("each key of the table does something", () => {
  test("the table is there", () => {
    assert.ok(KEYS.length >= 48, `${KEYS.length} rows`);
    assert.ok(KEYS.every(({ names, does }) => names.length > 0 && does));
  });
  for (const { names, does } of KEYS) {
    test(`${names[0] === " " ? "Space" : names[0]}: ${does}`, async (t) => {
      const page = await openPage(t, { hash: RUN });
      await until(page, "a leader that stands still", (now) => leader(now) && !now.playing);
      await FIRST[names[0]]?.(page);
      await page.waitForTimeout(150);
      const before = await seen(page);
      await page.keyboard.press(names[0]);
      for (let n = 0; (await seen(page)) === before; n += 1) {
        assert.ok(n < 60, `nothing answers to ${names[0]}`);
        await page.waitForTimeout(50);
      }
    });
  }
});

test("keys of one character can be switched off, and the choice stays", async (t) => {
  const page = await openPage(t);
  await until(page, "a leader", leader);
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Signs and keys" });
  await help.getByRole("checkbox", { name: "Single-key shortcuts" }).uncheck();
  await axe(page);
  await page.keyboard.press("Escape");
  await help.waitFor({ state: "detached" });
  const quiet = async () => {
    await button(page, /^(Pause|Play)$/).waitFor();
    const playing = await button(page, "Pause").isVisible();
    if (playing) await button(page, "Pause").click();
    await page.locator("body").evaluate(() => document.activeElement.blur());
    const before = await until(page, "it stands still", (now) => !now.playing);
    for (const key of ["w", "c", "?", "/", "1", " ", "s", ";"]) await page.keyboard.press(key);
    const now = await state(page);
    assert.deepEqual([now.digest, now.playing], [before.digest, false]);
    assert.equal(await page.getByRole("dialog").count(), 0);
    await page.keyboard.press("ArrowLeft");
    await until(page, "keys with a name stay", ({ digest }) => digest !== before.digest);
  };
  await quiet();
  // What buttons show of their keys goes, too.
  await button(page, /^S2 /).click();
  const crash = button(page, /^Crash/);
  await crash.waitFor();
  assert.equal(await crash.locator("kbd:visible").count(), 0);
  await page.keyboard.press("Escape");

  await page.reload();
  await page.locator("html[data-boot=ready]").waitFor({ state: "attached" });
  await until(page, "a leader", leader);
  await quiet();

  // The way back needs no key of one character.
  await button(page, "Help: signs and keys").click();
  await page.getByRole("checkbox", { name: "Single-key shortcuts" }).check();
  await page.keyboard.press("Escape");
  const here = await state(page);
  await page.keyboard.press("w");
  await until(page, "keys are heard again", ({ digest }) => digest !== here.digest);
});
