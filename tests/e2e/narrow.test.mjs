// 320 px wide: whatever is open, no control is out of sight beyond the edge of something that scrolls sideways.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { pages } from "./lib/browser.mjs";
import { button, leader, pause, until } from "./lib/play.mjs";

const openPage = pages({ before, after });

const key = (name) => (page) => page.keyboard.press(name);
const tab = (name) => (page) => page.getByRole("tab", { name, exact: true }).first().click();
const inStory = (name) => async (page) => {
  await tab("Story")(page);
  await page.getByRole("tablist", { name: "Story, details or metrics" }).getByRole("tab", { name, exact: true }).click();
};

const OPENED = {
  "a first visit": async () => {},
  "the logs": tab("Logs"),
  "the story": inStory("Story"),
  "details of a server": async (page) => {
    await page.keyboard.press("1");
    await inStory("Details")(page);
  },
  "details of a link": async (page) => {
    await page.keyboard.press(",");
    await inStory("Details")(page);
  },
  "details of a client": async (page) => {
    await page.keyboard.press("0");
    await inStory("Details")(page);
  },
  metrics: inStory("Metrics"),
  "an answer": inStory("Why?"),
  "the rules": inStory("Rules"),
  "the run as text": inStory("Text"),
  time: tab("Time"),
  "the menu of a server": async (page) => {
    await page.keyboard.press("1");
    await page.keyboard.press("Enter");
    await button(page, "More …").click();
  },
  "the faults": (page) => page.locator(".faults-button").click(),
  "parting the network": key("x"),
  "going to an event": key("f"),
  "the lens of a majority": key("q"),
  "the lens of what is known": key("b"),
  "the lens of what is safe": key("g"),
  "the share dialog": key("s"),
  "the library": key("o"),
  "saved runs": key("'"),
  "the help": key("?"),
  comparing: key("r"),
};

describe("nothing scrolls sideways at 320 px but text and tables", () => {
  for (const [name, open] of Object.entries(OPENED)) {
    test(name, async (t) => {
      const page = await openPage(t, { viewport: { width: 320, height: 700 }, hash: "#demo=leader-crash&at=585ms" });
      await until(page, "the run", (now) => now.t > 0 && now.servers.length > 0);
      await pause(page);
      await open(page);
      await page.waitForTimeout(250);
      const found = await page.evaluate(() => {
        const controls = "button, a[href], input, select, textarea, [role=button], [role=tab], summary";
        const shown = (element) => element.getClientRects().length > 0;
        const scrolls = (element) =>
          ["auto", "scroll"].includes(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth + 1;
        const inner = [...document.querySelectorAll("body *")]
          .filter((element) => shown(element) && !element.matches("textarea, pre, table, .editor-box") && scrolls(element))
          .filter((element) => [...element.querySelectorAll(controls)].some((one) => shown(one) && !one.closest("table")))
          .map((element) => `${element.localName}.${element.className} scrolls`);
        // Nor is any cut off at the edge of the window.
        const beyond = [...document.querySelectorAll(controls)]
          .filter((one) => shown(one) && !one.closest("table, svg, .unseen") && getComputedStyle(one).opacity !== "0")
          .filter((one) => {
            const { left, right } = one.getBoundingClientRect();
            return right > innerWidth + 1 || left < -1;
          })
          .map((one) => `${one.localName} “${one.innerText || one.getAttribute("aria-label") || one.id}” is beyond the edge`);
        const wide = document.documentElement.scrollWidth - innerWidth;
        return [...inner, ...beyond, ...(wide > 0 ? [`the page is ${wide} px too wide`] : [])];
      });
      assert.deepEqual(found, []);
    });
  }
});
