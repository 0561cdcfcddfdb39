// What lies in the release folder beside the page: its policy, a page for each scenario, and what
// somebody wrote when version 1 came out.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { DIST, serveSite } from "./lib/server.mjs";
import { pageOfScenario, readScenario } from "../../xtask/publish/scenario.mjs";

const openPage = pages({ before, after });
const root = fileURLToPath(new URL("../..", import.meta.url));

test("the page says its policy itself, and the hosts' files say the same", async (t) => {
  const headers = readFileSync(join(DIST, "_headers"), "utf8");
  const policy = /Content-Security-Policy: (.*)/.exec(headers)[1];
  const page = await openPage(t);
  const said = await page.locator("meta[http-equiv=Content-Security-Policy]").getAttribute("content");
  assert.equal(said, policy);
  const caddy = readFileSync(join(root, "publish/Caddyfile"), "utf8");
  for (const [, name, value] of headers.matchAll(/^ {2}([\w-]+): (.*)$/gm)) {
    assert.ok(caddy.includes(`${name} "${value}"`) || caddy.includes(`${name} ${value}`), `Caddyfile: ${name}: ${value}`);
  }
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|script-src[^;]*(http|\*)/);
});

test("each shipped scenario has a page with title, description and picture, which leads to the run", async (t) => {
  const folder = join(root, "www/scenarios");
  const files = ["", "bugs", "exercises"].flatMap((part) => readdirSync(join(folder, part)).map((file) => join(folder, part, file)));
  for (const file of files.filter((file) => file.endsWith(".raft"))) {
    const name = basename(file, ".raft");
    const html = readFileSync(join(DIST, "s", `${name}.html`), "utf8");
    for (const part of ["og:title", "og:description", "og:image"]) assert.ok(html.includes(`"${part}"`), `${name}: ${part}`);
    assert.ok(existsSync(join(DIST, "s", `${name}.png`)), name);
    assert.ok(html.includes(`href="../#demo=${name}"`), name);
  }
  const page = await openPage(t, { path: "s/figure-8.html", wait: "h1" });
  await axe(page);
  await page.getByRole("link", { name: "Play it" }).click();
  await page.locator("html[data-boot=ready]").waitFor({ state: "attached" });
  await page.getByText("Figure 8").first().waitFor();
});

test("where the address is known, a page is found by oEmbed and its answer shows the run", async (t) => {
  const address = "https://raft.example/play/";
  const scenario = readScenario(join(root, "www/scenarios/figure-8.raft"));
  const files = { styles: "styles.css", icon: "icon.svg" };
  const { html, oembed } = pageOfScenario(scenario, { address, files });
  const answer = `${address}s/figure-8.json`;
  assert.ok(html.includes(`<link rel="alternate" type="application/json+oembed" href="${answer}" title="${scenario.title}">`));
  assert.ok(html.includes(`"og:url" content="${address}s/figure-8.html"`));
  // What https://oembed.com asks of a rich answer.
  const { version, type, title, width, height, thumbnail_url: picture } = oembed;
  assert.deepEqual([version, type, title, width, height], ["1.0", "rich", scenario.title, 640, 475]);
  assert.equal(picture, `${address}s/figure-8.png`);
  // Its frame, where this playground lies.
  assert.ok(oembed.html.includes(`src="${address}?embed=1#demo=figure-8"`), oembed.html);
  const frame = oembed.html.replace(address, openPage.server.url(""));
  const site = await serveSite({ "/": `<!doctype html><html lang="en"><meta charset="utf-8"><title>A chat</title>${frame}` });
  t.after(site.close);
  const page = await openPage(t, { url: site.url(), wait: null });
  await page.locator("iframe").contentFrame().getByRole("button", { name: `Play: ${scenario.title}` }).waitFor();
  // Without an address there is none: oEmbed knows no relative ones.
  assert.doesNotMatch(pageOfScenario(scenario, { address: "", files }).html, /oembed/);
});

test("the reference pages lie beside the playground, and lead to each other", async (t) => {
  const names = readdirSync(join(root, "docs")).filter((file) => file.endsWith(".md")).map((file) => basename(file, ".md"));
  for (const name of names) {
    const html = readFileSync(join(DIST, "docs", `${name}.html`), "utf8");
    assert.doesNotMatch(html, /<script|<!-- table/, name);
    for (const [, to, place] of html.matchAll(/href="([\w-]+)\.html(?:#([^"]*))?"/g)) {
      const there = readFileSync(join(DIST, "docs", `${to}.html`), "utf8");
      assert.ok(!place || there.includes(` id="${place}"`), `${name} leads to ${to}#${place}`);
    }
  }
  const start = await openPage(t);
  await start.keyboard.press("?");
  const [page] = await Promise.all([
    start.context().waitForEvent("page"),
    start.getByRole("link", { name: "Reference pages" }).click(),
  ]);
  await page.getByRole("link", { name: "The scenario language, version 1" }).click();
  await page.getByRole("heading", { name: "The scenario language, version 1" }).waitFor();
  await axe(page);
  await page.setViewportSize({ width: 320, height: 640 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is cut off at 320 px");
  await page.getByRole("link", { name: "All reference pages" }).click();
  await page.getByRole("heading", { name: "Reference" }).waitFor();
});

test("a page that embedded version 1 goes on working", async (t) => {
  const text = readFileSync(join(root, "tests/embeds/v1/course.html"), "utf8");
  const site = await serveSite({ "/": text.replaceAll("{PLAYGROUND}", openPage.server.url()) });
  t.after(site.close);
  const page = await openPage(t, { url: site.url(), wait: null });
  await page.waitForFunction(() => customElements.get("raft-playground"));
  const ask = (id) => page.evaluate((id) => document.querySelector(id).state(), id);
  const byName = await ask("#scenario");
  assert.equal(byName.t, 300_000);
  const link = await page.locator("#link").getAttribute("link");
  assert.equal((await ask("#link")).digest, /digest=([0-9a-f]{16})/.exec(link)[1]);
  assert.equal((await ask("#parts")).servers.length, 5);
  const parts = page.locator("#parts").locator("iframe").contentFrame();
  for (const name of ["Step back", "Play", "Step forward", "Next in story", "Crash leader"]) {
    await parts.getByRole("button", { name, exact: true }).waitFor();
  }
  assert.equal((await ask("#quiet")).servers.length, 5);
  await page.waitForFunction(() => heard.some((one) => one.raftPlayground === 1 && one.type === "ready" && one.channel === "a"));
  await page.evaluate(() => tell({ raftPlayground: 1, channel: "a", type: "get-state", id: 7 }));
  const reply = await page.waitForFunction(() => heard.find((one) => one.type === "reply" && one.id === 7));
  assert.deepEqual((await reply.jsonValue()).value, byName, "a frame and a component show the same run");
});
