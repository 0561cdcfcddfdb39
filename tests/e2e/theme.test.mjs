// Themes: as the system has it, light, dark, and for the far end of a room; kept, or asked for in the address.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { button, leader, pause, state, until } from "./lib/play.mjs";

const openPage = pages({ before, after });

const paper = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const LIGHT = "rgb(251, 250, 247)";
const DARK = "rgb(21, 23, 28)";
const WHITE = "rgb(255, 255, 255)";

const choose = async (page, theme) => {
  await page.keyboard.press("?");
  await page.getByRole("combobox", { name: "Theme" }).selectOption(theme);
  await page.keyboard.press("Escape");
};

test("a theme is chosen in the help, at once, and kept for the next visit", async (t) => {
  const page = await openPage(t);
  await pause(page);
  assert.equal(await paper(page), LIGHT);
  await choose(page, "dark");
  assert.equal(await paper(page), DARK);
  await page.reload();
  await button(page, "Share").waitFor();
  assert.equal(await paper(page), DARK);
  await choose(page, "system");
  assert.equal(await paper(page), LIGHT);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await paper(page), DARK);
  await choose(page, "light");
  assert.equal(await paper(page), LIGHT);
});

test("the address wins over what was kept", async (t) => {
  const page = await openPage(t, {
    query: "?theme=light",
    colorScheme: "dark",
    prepare: (fresh) => fresh.addInitScript(() => localStorage.setItem("raft-playground.theme", "projector")),
  });
  assert.equal(await paper(page), LIGHT);
  const odd = await openPage(t, { query: "?theme=plaid" });
  assert.equal(await paper(odd), LIGHT);
});

test("storage that is refused keeps nothing, and breaks nothing", async (t) => {
  const refuse = () =>
    Object.defineProperty(window, "localStorage", {
      get: () => {
        throw new DOMException("refused", "SecurityError");
      },
    });
  const page = await openPage(t, { prepare: (fresh) => fresh.addInitScript(refuse) });
  await choose(page, "dark");
  assert.equal(await paper(page), DARK);
  await page.reload();
  await button(page, "Share").waitFor();
  assert.equal(await paper(page), LIGHT);
});

test("a projector: black on white, larger, also under a dark system, and what is pressed is what is shown", async (t) => {
  const page = await openPage(t, { query: "?theme=projector", colorScheme: "dark" });
  await until(page, "a leader", leader);
  await pause(page);
  assert.equal(await paper(page), WHITE);
  const usual = await openPage(t);
  const width = async (of) => (await of.getByRole("button", { name: "Share" }).boundingBox()).width;
  assert.ok((await width(page)) > 1.15 * (await width(usual)), "type is larger");
  const over = await page.evaluate(() => {
    const root = document.documentElement;
    return [root.scrollWidth - innerWidth, root.scrollHeight - innerHeight];
  });
  assert.ok(over[0] <= 0 && over[1] <= 0, `${over} px too much`);
  await axe(page);
  // A press on the scrub bar moves its hand there.
  const bar = await page.getByRole("slider", { name: "Moment" }).boundingBox();
  const x = bar.x + bar.width * 0.7;
  await page.mouse.click(x, bar.y + bar.height / 2);
  const knob = await page.locator("#scrub .knob").boundingBox();
  assert.ok(Math.abs(knob.x + knob.width / 2 - x) < 4, "the hand is where it was pressed");
  // A server that is pressed is the one that is chosen.
  const server = page.getByRole("button", { name: /^S2 / }).first();
  const box = await server.boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.getByRole("heading", { name: /^S2/ }).first().waitFor();
});

test("forced colours go before any theme, and a narrow projector has no sideways scrolling", async (t) => {
  for (const theme of ["dark", "projector"]) {
    const page = await openPage(t, { query: `?theme=${theme}`, context: { forcedColors: "active" } });
    const before = await paper(page);
    assert.notEqual(before, theme === "dark" ? DARK : LIGHT);
    const plain = await openPage(t, { context: { forcedColors: "active" } });
    assert.equal(before, await paper(plain), theme);
  }
  const narrow = await openPage(t, { query: "?theme=projector", viewport: { width: 320, height: 568 } });
  const over = await narrow.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(over <= 0, `${over} px too wide`);
});
