// Links and embeds: what one sees, a friend sees; strangers' links are answered with words.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";

import { pages } from "./lib/browser.mjs";
import { button, leader, pause, raftlab, state, step, until } from "./lib/play.mjs";
import { serveHost } from "./lib/server.mjs";

const openPage = pages({ before, after });

test("a link from the share dialog replays the run to the same moment", async (t) => {
  const page = await openPage(t);
  await until(page, "a leader", leader);
  await button(page, /^Crash (the )?leader/).click();
  await pause(page);
  await step(page, 30);
  const here = await state(page);
  await button(page, "Share").click();
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  assert.match(link, /#s2\./);
  const friend = await openPage(t, { url: link });
  assert.deepEqual({ ...(await state(friend)), playing: false }, { ...here, playing: false });
  // The command line sees the same.
  const printed = JSON.parse(raftlab("run", "--state", link));
  assert.equal(printed.digest, here.digest);
});

/** In one page: each address is typed over the one before, and nothing of that one may be left. */
async function typedOver(page, hash) {
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, hash);
}

test("golden links give the digest that they carry, in wasm as natively", async (t) => {
  const folder = fileURLToPath(new URL("../links", import.meta.url));
  const names = ["v1", "v2"].flatMap((form) => readdirSync(`${folder}/${form}`).map((name) => `${form}/${name}`));
  const page = await openPage(t);
  for (const name of names) {
    await t.test(name, async () => {
      const link = readFileSync(`${folder}/${name}`, "utf8").trim();
      await typedOver(page, link);
      const digest = /digest=([0-9a-f]{16})/.exec(link)[1];
      const { violations } = await until(page, "the digest", (now) => now.digest === digest);
      // A promise that broke is said, and nothing else.
      assert.equal(await page.getByRole("alert").count(), violations.length > 0 ? 1 : 0);
    });
  }
  // A page that opens with such a link is the same.
  const last = readFileSync(`${folder}/${names.at(-1)}`, "utf8").trim();
  assert.equal((await state(await openPage(t, { hash: last }))).digest, (await state(page)).digest);
});

test("shipped scenarios open by name", async (t) => {
  const folder = fileURLToPath(new URL("../../www/scenarios", import.meta.url));
  const page = await openPage(t);
  // Those that are broken on purpose lie in a folder of their own; their names are as short.
  for (const file of readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".raft"))) {
    await t.test(file, async () => {
      const printed = JSON.parse(raftlab("run", "--state", "--until", "300ms", `www/scenarios/${file}`));
      await typedOver(page, `#demo=${basename(file, ".raft")}&at=300ms`);
      await until(page, "the digest", (now) => now.t === 300_000 && now.digest === printed.digest);
    });
  }
});

describe("a bad link is answered with what is wrong, and the page goes on", () => {
  const cases = {
    "a word that is no action": { hash: `#text=${encodeURIComponent("raft 1\nat 0ms crsh S1\n")}`, says: /crsh/ },
    "cut off": { hash: "#s1.K0pMK1Ew5Cow", says: /cut off|changed/i },
    "cut off, of today": { hash: "#s2.Za2ibAU0WO9Aa", says: /cut off/i },
    "changed, of today": { hash: "#s2.Za2ibAU0WO9Aaah61WN56bUGtagqxf", says: /changed/i },
    "another version": { hash: "#s9.abcdef", says: /version/i },
    "no known form": { hash: "#hello", says: /hello/ },
    "an unknown scenario": { hash: "#demo=no-such", says: /no-such/ },
    "a script": { hash: "#demo=<img src=x onerror=alert(1)>", says: /./ },
  };
  for (const [name, { hash, says }] of Object.entries(cases)) {
    test(name, async (t) => {
      const page = await openPage(t, { hash });
      const notice = page.getByRole("alert");
      await notice.waitFor();
      assert.match(await notice.innerText(), says);
      await notice.getByRole("button").click();
      await notice.waitFor({ state: "detached" });
      if (!(await state(page)).playing) await page.keyboard.press(" ");
      await until(page, "a leader all the same", leader);
    });
  }
});

test("text of a scenario is shown as text", async (t) => {
  const text = "raft 1\ntitle <b>bold</b><script>window.hit=1</script>\nat 0ms note <img src=x onerror=window.hit=1>\n";
  const page = await openPage(t, { hash: `#text=${encodeURIComponent(text)}&at=10ms` });
  await page.getByText("<img src=x onerror=window.hit=1>").first().waitFor();
  assert.equal(await page.evaluate(() => window.hit), undefined);
});

describe("in a sandboxed frame on another site", () => {
  const ask = async (page, type, more = {}) => {
    const id = `ask-${Math.random()}`;
    await page.evaluate(([message]) => window.send(message), [{ raftPlayground: 1, channel: "a", type, id, ...more }]);
    const answer = await page.waitForFunction((id) => window.messages.find((m) => m.type === "reply" && m.id === id), id);
    return answer.jsonValue();
  };

  test("stands still until it is pressed, then plays", async (t) => {
    const host = await serveHost(openPage.server.url("?embed=1#demo=first-election"));
    t.after(host.close);
    const page = await openPage(t, { url: host.url, wait: null });
    const frame = page.frameLocator("iframe");
    await frame.locator("html[data-boot=ready]").waitFor({ state: "attached" });
    await page.waitForFunction(() => window.messages.some((m) => m.raftPlayground === 1 && m.type === "ready"));
    const before = await ask(page, "get-state");
    await page.waitForTimeout(400);
    const later = await ask(page, "get-state");
    assert.deepEqual(later.value, before.value, "nothing moves by itself");
    assert.equal(before.value.playing, false);
    await frame.getByRole("button", { name: /play/i }).first().click();
    await page.waitForTimeout(300);
    const playing = await ask(page, "get-state");
    assert.ok(playing.value.playing && playing.value.t > before.value.t);
    const focused = await page.evaluate(() => document.activeElement.tagName);
    assert.ok(["IFRAME", "BODY"].includes(focused));
  });

  test("answers the embed protocol, version 1", async (t) => {
    const host = await serveHost(openPage.server.url("?embed=1&channel=a"));
    t.after(host.close);
    const page = await openPage(t, { url: host.url, wait: null });
    await page.waitForFunction(() => window.messages.some((m) => m.type === "ready" && m.channel === "a"));
    const loaded = await ask(page, "load", { text: "raft 1\nservers 3\nseed 5\nat 1s crash leader\n" });
    assert.equal(loaded.ok, true);
    const sought = await ask(page, "seek", { t: 900_000 });
    assert.equal(sought.value.t, 900_000);
    assert.equal(sought.value.servers.length, 3);
    assert.deepEqual(Object.keys(sought.value).sort(), ["digest", "inFlight", "playing", "servers", "t", "violations", "warning"]);
    assert.deepEqual(Object.keys(sought.value.servers[0]).sort(), [
      "applied", "clock", "commit", "config", "id", "log", "role", "term", "up", "vote",
    ]);
    await ask(page, "step", { n: 3 });
    await ask(page, "step", { n: -3 });
    assert.equal((await ask(page, "speed", { value: 1 })).ok, true);
    assert.equal((await ask(page, "play")).value.playing, true);
    assert.equal((await ask(page, "pause")).value.playing, false);
    await page.waitForFunction(() => window.messages.some((m) => m.type === "state"));
    for (const [type, more] of [
      ["load", { text: "raft 1\nat 0ms explode S1\n" }],
      ["load", { link: "#s1.%%%" }],
      ["load", {}],
      ["seek", { t: "soon" }],
      ["seek", { t: -1 }],
      ["speed", { value: Infinity }],
      ["step", { n: 0.5 }],
      ["dance", {}],
    ]) {
      const refused = await ask(page, type, more);
      assert.equal(refused.ok, false, type);
      assert.ok(refused.error.length > 0);
    }
    // What has another shape is passed over in silence, and nothing breaks.
    for (const odd of [null, 7, "play", {}, { raftPlayground: 2, type: "play" }, { raftPlayground: 1, type: 5 }]) {
      await page.evaluate(([odd]) => window.send(odd), [odd]);
    }
    assert.equal((await ask(page, "get-state")).ok, true);
  });
});
