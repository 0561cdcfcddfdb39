// The module comes in two files: what a first visit runs, and the rest. Nobody may notice.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { pages } from "./lib/browser.mjs";
import { button, until } from "./lib/play.mjs";

const REST = /_rest\.wasm$/;

const openPage = pages({ before, after }, { fresh: true });

/** Opens a page, and keeps what it fetched of the rest: by `fetch`, or waiting for it. */
async function openCounting(t, options = {}) {
  const fetched = [];
  const page = await openPage(t, {
    ...options,
    prepare: async (fresh) => {
      fresh.on("request", (request) => REST.test(request.url()) && fetched.push(request.resourceType()));
      await options.prepare?.(fresh);
    },
  });
  return { page, fetched };
}

/** Something that a first visit does not run; no hook of the tests may ask for the rest before. */
async function crashTheLeader(page) {
  await page.getByRole("button", { name: /^S\d leader/ }).waitFor();
  await button(page, /^Crash (the )?leader/).click();
  await until(page, "a server is down", ({ servers }) => servers.some(({ role }) => role === "down"));
}

describe("a first visit does without the rest", () => {
  const visits = {
    "at a desk": {},
    "on a phone": { viewport: { width: 390, height: 844 }, touch: true },
    "with less motion": { reducedMotion: "reduce" },
  };
  for (const [name, options] of Object.entries(visits)) {
    test(name, async (t) => {
      const { page, fetched } = await openCounting(t, options);
      await page.waitForTimeout(4_000);
      assert.deepEqual(fetched, []);
    });
  }
});

test("at the first sign of a reader the rest is fetched, once", async (t) => {
  const { page, fetched } = await openCounting(t);
  const arrived = page.waitForResponse(REST).then((response) => response.finished());
  await page.mouse.move(300, 300);
  await page.mouse.move(400, 300);
  await arrived;
  await crashTheLeader(page);
  assert.deepEqual(fetched, ["fetch"]);
});

test("a link brings the rest along, and so does a figure", async (t) => {
  for (const options of [{ hash: "#demo=leader-crash" }, { query: "?embed=1" }]) {
    const { fetched } = await openCounting(t, options);
    assert.deepEqual(fetched, ["fetch"]);
  }
});

test("what is done before the rest is there waits for it", async (t) => {
  const { page, fetched } = await openCounting(t, {
    allow: /ERR_FAILED/,
    prepare: (fresh) =>
      fresh.route(REST, (route) => (route.request().resourceType() === "fetch" ? route.abort() : route.continue())),
  });
  await crashTheLeader(page);
  assert.ok(fetched.includes("xhr"), "it was waited for");
});

test("when the rest does not come the page says so", async (t) => {
  const { page } = await openCounting(t, {
    allow: /ERR_FAILED|uncaught/,
    prepare: (fresh) => fresh.route(REST, (route) => route.abort()),
  });
  await button(page, /^Help|keys/i).click();
  const alert = page.getByRole("alert").filter({ hasText: "did not arrive" });
  await alert.getByRole("button", { name: "Try again" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("data-boot"), "stopped");
});
