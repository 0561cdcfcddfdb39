// The page starts under the strictest policy and any path, and says why when it cannot.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { serveHost, servePage, STRICT_POLICY } from "./lib/server.mjs";

const openPage = pages({ before, after }, { fresh: true });

// `openPage` fails a test on what its name says is not there.
test("boots under a strict policy, with nothing on the console and nothing from elsewhere", async (t) => {
  const response = await fetch(openPage.server.url());
  assert.equal(response.headers.get("content-security-policy"), STRICT_POLICY);
  const page = await openPage(t);
  assert.equal(await page.title(), "Raft Playground");
  assert.equal(await page.locator("#boot").count(), 0, "the picture of the start is gone");
  assert.notEqual(await page.locator("#app").innerText(), "");
});

test("its style sheet is applied under that policy", async (t) => {
  const page = await openPage(t);
  const family = await page.evaluate(() => getComputedStyle(document.body).fontFamily);
  assert.match(family, /sans-serif/);
  const sheets = await page.evaluate(() => document.styleSheets.length);
  assert.ok(sheets > 0);
});

for (const prefix of ["/", "/a/deeper/path/"]) {
  test(`works under ${prefix}`, async (t) => {
    const server = await servePage({ prefix });
    t.after(server.close);
    const page = await openPage(t, { url: server.url() });
    assert.equal(await page.locator("html").getAttribute("data-boot"), "ready");
  });
}

test("runs in a sandboxed frame on another site", async (t) => {
  const host = await serveHost(openPage.server.url("?embed=1"));
  t.after(host.close);
  const page = await openPage(t, { url: host.url, wait: null });
  const frame = page.frameLocator("iframe");
  await frame.locator("html[data-boot=ready]").waitFor({ state: "attached" });
  assert.equal(await frame.locator("html").getAttribute("data-embed"), "");
  const family = await frame
    .locator("body")
    .evaluate((body) => getComputedStyle(body).fontFamily);
  assert.match(family, /sans-serif/, "the style sheet has arrived");
});

describe("when it cannot start it says why", () => {
  const cases = [
    {
      name: "no WebAssembly",
      state: "refused",
      says: /has no WebAssembly/,
      allow: /has no WebAssembly/,
      prepare: (page) => page.addInitScript(() => delete globalThis.WebAssembly),
    },
    {
      name: "WebAssembly from before 2022",
      state: "refused",
      says: /too old/,
      allow: /too old/,
      prepare: (page) =>
        page.addInitScript(() => {
          WebAssembly.validate = () => false;
        }),
    },
    {
      name: "a policy that forbids WebAssembly",
      state: "refused",
      says: /wasm-unsafe-eval/,
      allow: /wasm-unsafe-eval/,
      server: { policy: STRICT_POLICY.replace(" 'wasm-unsafe-eval'", "") },
    },
    {
      name: "a module that did not arrive",
      state: "failed",
      says: /did not arrive/,
      allow: /404|HTTP status/,
      server: { missing: (path) => path.endsWith(".wasm") },
    },
    {
      name: "glue that did not arrive",
      state: "failed",
      says: /did not arrive/,
      allow: /404|Failed to fetch/,
      server: { missing: (path) => /playground.*\.js$/.test(path) },
    },
  ];
  for (const { name, state, says, server: options, ...rest } of cases) {
    test(name, async (t) => {
      const server = options ? await servePage(options) : openPage.server;
      if (options) t.after(server.close);
      const page = await openPage(t, { url: server.url(), wait: "html", ...rest });
      const alert = page.getByRole("alert");
      await alert.waitFor();
      assert.match(await alert.innerText(), says);
      assert.equal(await page.locator("html").getAttribute("data-boot"), state);
      await alert.getByRole("button", { name: "Try again" }).waitFor();
      await axe(page);
    });
  }
});

test("when the module ends in a panic the page says so", async (t) => {
  const page = await openPage(t, { allow: /unreachable/ });
  await page.evaluate(() => {
    setTimeout(() => {
      throw new WebAssembly.RuntimeError("unreachable");
    });
  });
  const alert = page.getByRole("alert").filter({ hasText: "stopped" });
  await alert.getByRole("button", { name: "Try again" }).click();
  await page.locator("html[data-boot=ready]").waitFor({ state: "attached" });
  assert.equal(await alert.count(), 0);
});

test("what is preloaded is used: it comes once, in the very way that the page asks for it", async (t) => {
  const page = await openPage(t);
  const times = await page.evaluate(() =>
    [...document.querySelectorAll("link[rel=preload], link[rel=modulepreload]")].map(({ href }) => [
      href.split(".").at(-1),
      performance.getEntriesByName(href).length,
    ]),
  );
  assert.ok(times.some(([kind]) => kind === "wasm"), JSON.stringify(times));
  assert.deepEqual(times.filter(([, count]) => count !== 1), []);
});
