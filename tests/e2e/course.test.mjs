// The library and the course: ten lessons from the first term to a broken promise, walked without a pointer; what is
// done is kept, and where nothing can be kept it all works the same; what is looked for is found.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { button, state, until } from "./lib/play.mjs";
import { serveHost } from "./lib/server.mjs";

const openPage = pages({ before, after });

const LESSONS = [
  "What is a term?",
  "First election",
  "The leader crashes",
  "Split vote",
  "A write, step by step",
  "A minority cannot decide",
  "The longer log does not win",
  "Logs that differ",
  "On a majority, and not committed",
  "Break it yourself",
];

const focused = (page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    return (at.getAttribute("aria-label") ?? at.innerText ?? "").trim();
  });

/** Presses Tab until something of this name has the focus. */
async function tabTo(page, name) {
  const seen = [];
  for (let n = 0; n < 90; n += 1) {
    const now = await focused(page);
    if (name.test(now)) return;
    seen.push(now.slice(0, 30));
    await page.keyboard.press("Tab");
  }
  throw new Error(`no Tab leads to ${name}, but to ${seen.join(" | ")}`);
}

async function press(page, name) {
  await tabTo(page, name);
  await page.keyboard.press("Enter");
}

const lesson = (page, number) =>
  page.getByRole("region", { name: new RegExp(`^Lesson ${number} of 10 ${LESSONS[number - 1].replace("?", "\\?")}`) });

/** Waits until play waits for the reader or the lesson is done; says which. */
async function waits(page, number) {
  const card = page.locator(".stop-card");
  const done = lesson(page, number).getByText("✓ done");
  const asks = page.getByRole("button", { name: "Go on without an answer" });
  await card.or(done).first().waitFor();
  // What was answered may still be on its way to what the run says.
  if (await done.count()) return "done";
  return (await asks.count()) ? "asks" : "says";
}

/** Answers what is asked, the last answer each time, until the lesson is done. */
async function walk(page, number) {
  for (let n = 0; n < 20; n += 1) {
    const what = await waits(page, number);
    if (what === "done") return;
    if (what === "asks") {
      // The focus is led to the question: the first answer is one Tab away.
      await page.waitForFunction(() => document.activeElement.matches(".stop-card .answers"));
      // An order takes all of them, any other question one.
      const ordered = await page.getByText("Press them in the right order.").count();
      const presses = ordered ? await page.locator(".stop-card .answers button").count() : 1;
      for (let n = 0; n < presses; n += 1) {
        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
      }
      if (await page.getByText("Choose all that are right.").count()) await press(page, /^That is my answer$/);
      await page.locator(".stop-card .answers button[aria-pressed=true]").or(lesson(page, number).getByText("✓ done")).first().waitFor();
      if (await lesson(page, number).getByText("✓ done").count()) return;
    }
    await press(page, /^Go on$/);
  }
  throw new Error(`lesson ${number} has no end`);
}

test("the whole course by keyboard, and it is kept", { timeout: 400_000 }, async (t) => {
  const page = await openPage(t);
  const keys = (text) => page.keyboard.press(text);
  await keys("o");
  await page.getByRole("dialog", { name: "Library" }).waitFor();
  await page.keyboard.down("Shift");
  await tabTo(page, /^Start the course$/);
  await page.keyboard.up("Shift");
  await keys("Enter");
  for (let number = 1; number <= 10; number += 1) {
    await lesson(page, number).waitFor();
    assert.equal(new URL(page.url()).hash, `#lesson=${number}`);
    await page.waitForFunction(() => document.activeElement.id === "lesson-begin");
    for (let n = 0; n < 5; n += 1) await keys("+");
    if (number < 10) {
      await keys("Enter");
      await walk(page, number);
      await press(page, /^Next lesson$/);
    }
  }
  // The last one is for the reader to break: two timers, one after the other.
  await keys("Enter");
  await page.locator(".stop-card").getByText(/Make two servers lead/).waitFor();
  for (const key of ["1", "t", "2", "t"]) await keys(key);
  await press(page, /^Play$/);
  await lesson(page, 10).getByText("✓ done").waitFor();
  await page.getByText("That was the last lesson.").waitFor();

  await page.reload();
  await page.waitForSelector("html[data-boot=ready]");
  await keys("o");
  await page.getByText("10 of 10 lessons done").waitFor();
  const done = page.getByRole("dialog").getByRole("button", { name: /^Split vote Two servers.*✓ done$/ });
  assert.equal(await done.count(), 1);
});

test("a lesson has an address, and the way back leads to the one before", async (t) => {
  const page = await openPage(t, { hash: "#lesson=3" });
  await lesson(page, 3).waitFor();
  assert.equal((await state(page)).playing, false);
  await button(page, "Next lesson").click();
  await lesson(page, 4).waitFor();
  await page.goBack();
  await lesson(page, 3).waitFor();
  await button(page, "Leave the course").click();
  await lesson(page, 3).waitFor({ state: "detached" });
});

test("a lesson that there is not is refused in words", async (t) => {
  const page = await openPage(t, { hash: "#lesson=11" });
  await page.getByRole("alert").getByText("The course has 10 lessons.").waitFor();
});

test("in a sandboxed frame, where nothing can be kept", async (t) => {
  const host = await serveHost(openPage.server.url("#lesson=1"), { width: 1000, height: 800 });
  t.after(() => host.close());
  const page = await openPage(t, { url: host.url, wait: null });
  const frame = page.frameLocator("iframe");
  await frame.getByRole("button", { name: "Begin" }).click();
  await frame.getByRole("button", { name: "Next lesson" }).click();
  await frame.getByRole("region", { name: /^Lesson 2 of 10/ }).waitFor();
  await frame.getByRole("combobox", { name: /speed/i }).selectOption("5×");
  await frame.getByRole("button", { name: "Begin" }).click();
  await frame.getByRole("group", { name: /How many votes/ }).getByRole("button", { name: "3", exact: true }).click();
  await frame.getByRole("region", { name: /^Lesson 2 of 10/ }).getByText("✓ done").waitFor();
  await frame.getByRole("button", { name: "First election" }).click();
  await frame.getByText("1 of 10 lessons done").waitFor();
});

describe("the library", () => {
  const library = async (t, options) => {
    const page = await openPage(t, options);
    await page.keyboard.press("o");
    await page.getByRole("dialog", { name: "Library" }).waitFor();
    return page;
  };

  test("words, topic and section narrow it down", async (t) => {
    const page = await library(t);
    const status = page.getByRole("dialog").getByRole("status").first();
    await page.getByRole("searchbox", { name: "Search titles and texts" }).fill("cloudflare");
    await page.getByText("1 scenario", { exact: true }).waitFor();
    await page.getByRole("searchbox").fill("");
    await page.getByRole("combobox", { name: "Topic" }).selectOption("Snapshots");
    await page.getByRole("combobox", { name: "Section" }).selectOption("§7");
    await page.getByRole("button", { name: /^A snapshot for a server that was away/ }).waitFor();
    assert.match(await status.innerText(), /^\d scenarios$/);
    await page.getByRole("searchbox").fill("nothing of the kind");
    await page.getByText("Nothing in the library is about that.").waitFor();
  });

  test("with the arrow keys, and Enter opens", async (t) => {
    const page = await library(t);
    await page.keyboard.type("figure 8");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    assert.match(await focused(page), /^Figure 8/);
    await page.keyboard.press("Enter");
    await until(page, "it plays", (now) => now.playing);
    await page.getByRole("banner").getByText(/^Figure 8/).waitFor();
  });

  test("Enter in the search opens the first that is found", async (t) => {
    const page = await library(t);
    await page.keyboard.type("wiped disk");
    await page.keyboard.press("Enter");
    await page.getByRole("banner").getByText(/^A wiped disk/).waitFor();
  });

  for (const colorScheme of ["light", "dark"]) {
    test(`axe is silent, ${colorScheme}`, async (t) => {
      const page = await library(t, { colorScheme, viewport: { width: 1280, height: 1100 } });
      await page.getByText("All lessons").click();
      await axe(page);
      await button(page, /^1 What is a term/).click();
      await lesson(page, 1).waitFor();
      await axe(page);
    });
  }

  test("no sideways scrolling on a narrow page", async (t) => {
    const page = await library(t, { viewport: { width: 320, height: 700 } });
    const over = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok((await over()) <= 0);
    await button(page, "Start the course").click();
    await lesson(page, 1).waitFor();
    assert.ok((await over()) <= 0);
  });
});
