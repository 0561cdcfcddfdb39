// What strangers send: texts, links and messages that break pages elsewhere.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { pages } from "./lib/browser.mjs";
import { command, state } from "./lib/play.mjs";

const openPage = pages({ before, after });

/** Texts that would run, or turn the page around them, if they were anything but text. */
const TEXTS = [
  `<img src=x onerror="window.hit=1">`,
  `<svg onload=window.hit=1>`,
  `"><script>window.hit=1</script>`,
  `javascript:window.hit=1`,
  `{{constructor.constructor('window.hit=1')()}}`,
  `</style></title></textarea><iframe srcdoc="<script>parent.hit=1</script>">`,
  `\u202eright to left\u202c \u2066isolated \u2067never closed`,
  `Z\u0351\u0343\u0360\u0341a${"\u0301".repeat(200)}lgo`,
  `${"W".repeat(900)}`,
  `\ufeff\u200b\u2028line\u2029paragraph`,
];

test("texts of strangers are shown as texts, wherever they stand", async (t) => {
  for (const text of TEXTS) {
    const scenario = `raft 1\ntitle ${text}\nabout ${text}\nat 1ms note ${text}\nat 2ms stop ${text}\n`;
    const page = await openPage(t, { hash: `#text=${encodeURIComponent(scenario)}&at=10ms`, allow: /./ });
    assert.equal(await page.evaluate(() => window.hit), undefined, text);
    assert.equal(await page.locator("iframe, img, script:not([data-wasm])").count(), 0, text);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${text.slice(0, 40)} makes the page ${wide} pixels too wide`);
    await page.context().close();
  }
});

describe("links of strangers are opened or refused, and the page answers afterwards", () => {
  const many = (text, count) => Array.from({ length: count }, (_, n) => text.replaceAll("N", n + 1)).join("\n");
  const text = (lines) => `#text=${encodeURIComponent(`raft 1\n${lines}\n`)}`;
  const cases = {
    "numbers beyond all bounds": text("seed 99999999999999999999999\nservers 4294967297"),
    "a time beyond all bounds": text("at 18446744073709551616s crash S1"),
    "a moment beyond all bounds": "#demo=leader-crash&at=99999999999999999999s",
    "a number of events beyond all bounds": "#demo=leader-crash&event=18446744073709551615",
    "as many servers as may be": text("servers 9\nclients 9\nset latency 0s..1us\nset load 100000/s"),
    "a thousand steps at once": text(many("at 1ms write kN=N", 400)),
    "timers that never rest": text("set election-timeout 1us..2us\nset heartbeat 1us"),
    "a bomb": `#s1.${"A".repeat(16_000)}`,
    "letters without a sum": `#s2.${"A".repeat(16_000)}`,
    "percent signs": `#text=${"%25".repeat(3_000)}`,
    "broken percent signs": "#text=%E0%A4%A&at=%",
    "nothing but brackets": `#${"[".repeat(5_000)}`,
    "a script as a file": "#src=javascript:window.hit=1",
    "a file with a name and a password": "#src=https://user:secret@host.example/a.raft",
    "half a character": "#text=%ED%A0%80",
  };
  for (const [name, hash] of Object.entries(cases)) {
    test(name, async (t) => {
      const page = await openPage(t, { hash, allow: /./ });
      const started = Date.now();
      await state(page);
      assert.equal((await command(page, "load", { link: "#demo=leader-crash" })).ok, true);
      assert.equal((await command(page, "seek", { t: 300_000 })).value.t, 300_000);
      assert.equal(await page.evaluate(() => window.hit), undefined);
      t.diagnostic(`answers within ${Date.now() - started} ms`);
    });
  }
});

test("a thousand messages without sense change nothing", async (t) => {
  const page = await openPage(t, { hash: "#demo=leader-crash&at=300ms" });
  const before = await state(page);
  await page.evaluate(() => {
    const values = [null, undefined, 0, -0, NaN, Infinity, 1e308, -1, "", "play", "\u202e", [], {}, [[]], true, new Date(0), new Map([["a", 1]])];
    values.push(new ArrayBuffer(8), new Uint8Array(3), 10n ** 30n, "x".repeat(100_000), { toString: "no" });
    const loop = {};
    loop.loop = loop;
    values.push(loop);
    let seed = 1;
    const roll = (n) => (seed = (seed * 48271) % 2147483647) % n;
    const any = () => values[roll(values.length)];
    const types = ["seek", "step", "speed", "load", "dance", "__proto__", "constructor", "reply", "ready", any()];
    for (let n = 0; n < 1_000; n++) {
      const type = types[roll(types.length)];
      const odd = { raftPlayground: 1, channel: any(), type, id: any() };
      // Values that would be commands are left out: this is about those that are none.
      if (type === "seek") odd.t = ["soon", -1, 0.5, NaN, {}, null, 1e300][roll(7)];
      if (type === "step") odd.n = ["one", 0.5, NaN, {}, null, Infinity][roll(6)];
      if (type === "speed") odd.value = ["fast", -1, 0, NaN, {}, null, Infinity][roll(7)];
      if (type === "load") odd.text = [7, {}, "x".repeat(70_000), "raft 2", "\0", null][roll(6)];
      try {
        postMessage(roll(4) === 0 ? any() : odd, "*");
      } catch {
        // What cannot be sent cannot arrive.
      }
    }
  });
  assert.deepEqual(await state(page), before);
});
