// Everybody: the keyboard is enough, axe has nothing to say, and no width needs sideways scrolling.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { button, leader, pause, speed, state, until } from "./lib/play.mjs";

const openPage = pages({ before, after });

test("elect, write, partition, heal, step back and share, by keyboard only", async (t) => {
  const page = await openPage(t);
  const press = (key) => page.keyboard.press(key);
  const first = leader(await until(page, "a leader", leader));
  await press("w");
  for (let n = 0; n < 4; n++) await press("+");
  await until(page, "the write", ({ servers }) => servers.filter(({ commit }) => commit >= 2).length >= 3);
  await press(first.id.slice(1));
  await press("i");
  const second = leader(await until(page, "another leader", (now) => (leader(now)?.term ?? 0) > first.term));
  assert.notEqual(second.id, first.id);
  await press("e");
  await until(page, "one leader", ({ servers }) => servers.filter(({ role }) => role === "leader").length === 1);
  const playing = (await state(page)).playing;
  for (let n = 0; playing && n < 60; n++) {
    const name = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
    if (name === "Pause") break;
    await press("Tab");
  }
  if (playing) await press(" ");
  const here = await until(page, "it stands still", (now) => !now.playing);
  await press("ArrowLeft");
  await until(page, "a step back", (now) => now.digest !== here.digest);
  await press("s");
  const link = page.getByRole("textbox", { name: "Link" });
  await link.waitFor();
  assert.match(await link.inputValue(), /#s2\./);
  await press("Escape");
  await link.waitFor({ state: "detached" });
});

test("every control can be reached with Tab, and shows where the focus is", async (t) => {
  const page = await openPage(t);
  await pause(page);
  const seen = new Set();
  for (let n = 0; n < 60; n++) {
    await page.keyboard.press("Tab");
    seen.add(
      await page.evaluate(() => {
        const at = document.activeElement;
        return at.getAttribute("aria-label") ?? at.innerText?.trim() ?? at.tagName;
      }),
    );
  }
  for (const name of [/^Share$/, /^Play$/, /^Step back$/, /^Step forward$/, /^Write/, /^Partition/, /^S1 /]) {
    assert.ok([...seen].some((label) => name.test(label)), `${name} among ${[...seen].join(" | ")}`);
  }
});

test("a server's actions open with Enter and close with Escape", async (t) => {
  const page = await openPage(t);
  await until(page, "a leader", leader);
  await page.getByRole("button", { name: /^S2 / }).focus();
  await page.keyboard.press("Enter");
  await button(page, /^Crash/).waitFor();
  await page.keyboard.press("Escape");
});

const STATES = {
  "first visit": { act: async () => {} },
  "a leader": { act: (page) => until(page, "a leader", leader) },
  "a crash": {
    act: async (page) => {
      await until(page, "a leader", leader);
      await button(page, /^Crash (the )?leader/).click();
    },
  },
  "a server chosen": {
    act: async (page) => {
      await until(page, "a leader", leader);
      await page.keyboard.press("2");
    },
  },
  "the share dialog": { act: (page) => button(page, "Share").click() },
  // Where a dialog covers the page, time is stopped before it.
  "the help": { act: async (page) => (await pause(page), page.keyboard.press("?")) },
  "the scenarios": { act: async (page) => (await pause(page), page.keyboard.press("o")) },
  "a scenario half way": { options: { hash: "#demo=minority-leader-and-heal&at=500ms" }, act: async () => {} },
  "a bad link": { options: { hash: "#s1.!!!" }, act: (page) => page.getByRole("alert").waitFor() },
  embed: { options: { query: "?embed=1" }, act: async () => {} },
};

for (const colorScheme of ["light", "dark"]) {
  describe(`axe is silent, ${colorScheme}`, () => {
    for (const [name, { options, act }] of Object.entries(STATES)) {
      test(name, async (t) => {
        const page = await openPage(t, { colorScheme, ...options });
        await act(page);
        await pause(page);
        await page.waitForTimeout(200);
        await axe(page);
      });
    }
    test("on a phone", async (t) => {
      const page = await openPage(t, { colorScheme, viewport: { width: 390, height: 844 } });
      await pause(page);
      await axe(page);
    });
  });
}

for (const width of [320, 390, 768]) {
  test(`no sideways scrolling at ${width} px`, async (t) => {
    const page = await openPage(t, { viewport: { width, height: 700 } });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${over} px too wide`);
  });
}

test("forced colours and a phone by touch", async (t) => {
  const page = await openPage(t, {
    touch: true,
    viewport: { width: 390, height: 844 },
    context: { forcedColors: "active", isMobile: true },
  });
  const at = await until(page, "a leader", leader);
  await page.getByRole("button", { name: new RegExp(`^${leader(at).id} leader`) }).tap();
  await button(page, /^Crash/).waitFor();
});

test("the story tells a screen reader what is new, in one polite region", async (t) => {
  const page = await openPage(t);
  await until(page, "a leader", leader);
  const live = page.locator("[aria-live=polite]");
  assert.equal(await live.count(), 1);
  await speed(page, "1/20");
  // All that it says, with the time: what is said and overwritten before a voice begins is not heard.
  await live.evaluate((live) => {
    window.said = [];
    const note = () => said.push({ at: performance.now(), text: live.textContent });
    new MutationObserver(note).observe(live, { characterData: true, childList: true, subtree: true });
  });
  await button(page, /^Crash (the )?leader/).click();
  await page.waitForFunction(() => said.some(({ text }) => /crash/.test(text)));
  // The picture is arranged anew: no reason to talk into it.
  await page.setViewportSize({ width: 1100, height: 700 });
  await page.waitForTimeout(2_500);
  const said = await page.evaluate(() => window.said);
  const crash = said.findIndex(({ text }) => /crash/.test(text));
  const next = said[crash + 1];
  assert.ok(!next || next.at - said[crash].at > 1_400, `spoken into: ${JSON.stringify(said)}`);
});
