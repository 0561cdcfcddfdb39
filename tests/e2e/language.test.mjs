// Another language: chosen by the address, by the reader or by the browser; nothing of the run is lost.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { pages } from "./lib/browser.mjs";
import { leader, state, until } from "./lib/play.mjs";

const openPage = pages({ before, after });

/** What stays as it is in every language: names of messages and fields, what clients ask, keys. */
const KEPT =
  /^(Raft|[A-Z]?[a-z]+[A-Z]\w*|English|Esc|Home|End|Space|iframe|log|thesis|Figure|read|streaming|max|min)$/;

/** The words that a reader sees or is read, and that are not in the table. */
const english = (page) =>
  page.evaluate((kept) => {
    const texts = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const { parentElement, data } = walk.currentNode;
      if (!parentElement.closest("code, pre, kbd, [lang]:not(html), textarea, .about")) texts.push(data);
    }
    for (const name of ["aria-label", "title", "placeholder", "aria-valuetext"]) {
      for (const element of document.querySelectorAll(`[${name}]`)) texts.push(element.getAttribute(name));
    }
    const words = texts.flatMap((text) => text.match(/[A-Za-z]{3,}/g) ?? []);
    return [...new Set(words)].filter((word) => !new RegExp(kept).test(word));
  }, KEPT.source);

test("a first visit in Chinese: all that is seen and read out", async (t) => {
  const page = await openPage(t, { query: "?lang=zh" });
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-Hans");
  await page.getByRole("button", { name: "分享" }).waitFor();
  await until(page, "a leader", (now) => Boolean(leader(now)));
  await page.getByRole("button", { name: "暂停" }).click();
  assert.deepEqual(await english(page), []);
  await page.keyboard.press("1");
  await page.getByRole("tab", { name: "详情" }).waitFor();
  assert.deepEqual(await english(page), []);
  await page.getByRole("tab", { name: "指标" }).click();
  assert.deepEqual(await english(page), []);
  for (const key of ["m", "?", "x"]) {
    await page.keyboard.press(key);
    assert.deepEqual(await english(page), [], `after ${key}`);
    await page.keyboard.press("Escape");
  }
  // At other moments there is other news, and other messages fly.
  for (let moment = 0; moment < 12; moment += 1) {
    for (let n = 0; n < 11; n += 1) await page.keyboard.press("ArrowRight");
    for (const tab of ["详情", "指标", "为什么？"]) {
      await page.getByRole("tab", { name: tab }).click();
      assert.deepEqual(await english(page), [], `${tab}, moment ${moment}`);
    }
    await page.keyboard.press("m");
    assert.deepEqual(await english(page), [], `a message at moment ${moment}`);
    await page.keyboard.press("Escape");
  }
});

test("the language is chosen in the help, at once, and what was done stays", async (t) => {
  const page = await openPage(t, { hash: "#demo=leader-crash&at=585ms" });
  const before = await state(page);
  await page.keyboard.press("?");
  await page.getByRole("combobox", { name: "Language" }).selectOption("zh-Hans");
  await page.getByRole("heading", { name: "图例与按键" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "下一件事" }).waitFor();
  const now = await state(page);
  assert.deepEqual([now.t, now.digest], [before.t, before.digest]);
  await page.keyboard.press("ArrowRight");
  await page.reload();
  await page.getByRole("button", { name: "分享" }).waitFor();
  await page.keyboard.press("?");
  await page.getByRole("combobox", { name: "语言" }).selectOption("en");
  await page.getByRole("heading", { name: "Signs and keys" }).waitFor();
});

test("a browser that is set to Chinese gets it unasked, and an unknown language gets English", async (t) => {
  const chinese = await openPage(t, { context: { locale: "zh-CN" } });
  await chinese.getByRole("button", { name: "分享" }).waitFor();
  const other = await openPage(t, { query: "?lang=tlh" });
  await other.getByRole("button", { name: "Share" }).waitFor();
  assert.equal(await other.locator("html").getAttribute("lang"), "en");
});

test("from right to left, in a language that is made up: all texts pass the table, and the page turns round", async (t) => {
  for (const viewport of [{ width: 1280, height: 800 }, { width: 320, height: 568 }]) {
    const page = await openPage(t, { query: "?lang=ar-XB", viewport });
    assert.equal(await page.locator("html").getAttribute("dir"), "rtl");
    await until(page, "a leader", (now) => Boolean(leader(now)));
    const plain = await page.evaluate(() => {
      const found = [];
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        const { parentElement, data } = walk.currentNode;
        if (/[A-Za-z]/.test(data) && !data.includes("⟦") && !parentElement.closest("[lang]:not(html), textarea")) found.push(data);
      }
      return found;
    });
    assert.deepEqual(plain, []);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} px too wide`);
  }
});
