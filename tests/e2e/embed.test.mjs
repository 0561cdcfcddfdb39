// Figures in other people's pages: `<raft-playground>`, frames, and what they cost the page around them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { after, before, describe, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { DIST, serveSite } from "./lib/server.mjs";

const openPage = pages({ before, after });

/** A course page with these figures in it, far from each other if asked. */
const course = (figures, head = "") => `<!doctype html><html lang="en"><meta charset="utf-8"><title>A course</title>
<meta name="viewport" content="width=device-width">
<style>body { margin: 16px; font: 16px sans-serif } .far { height: 3000px }</style>
${head}
<h1>A course</h1>
<p><label>A field <input id="field" autofocus></label></p>
${figures}`;

const script = () => `<script src="${openPage.server.url("embed/v1.js")}" async></script>`;

/** Opens a page of another site, served with these files beside it. */
async function openCourse(t, body, { files = {}, policy, ...options } = {}) {
  const site = await serveSite({ "/": body, ...files }, { policy });
  t.after(site.close);
  return openPage(t, { url: site.url(), wait: null, ...options });
}

/** The playing part inside of a component, once it is there. */
async function figureOf(page, selector = "raft-playground") {
  const frame = page.locator(selector).locator("iframe").contentFrame();
  await frame.locator("html[data-boot=ready]").waitFor({ state: "attached" });
  return frame;
}

/** Calls a method of a component. */
const call = async (page, selector, method, ...given) => {
  await page.waitForFunction(() => customElements.get("raft-playground"));
  return page.evaluate(([selector, method, given]) => document.querySelector(selector)[method](...given), [
    selector,
    method,
    given,
  ]);
};

test("embed/v1.js is at most 2 KB", () => {
  const packed = brotliCompressSync(readFileSync(join(DIST, "embed/v1.js"))).length;
  assert.ok(packed <= 2_000, `${packed} bytes`);
});

test("a plain page with five figures: each shows what its attributes say, and answers its methods", async (t) => {
  const figures = `
    <raft-playground id="a" scenario="leader-crash" title="A leader crashes"></raft-playground>
    <raft-playground id="b" src="run.raft" at="900ms" theme="dark" title="From a file"></raft-playground>
    <raft-playground id="c" link="https://elsewhere.example/#demo=figure-8&amp;at=300ms" height="300" title="From a link"></raft-playground>
    <raft-playground id="d" view="ring,logs,story,time,title" controls="all" title="Everything"></raft-playground>
    <raft-playground id="e" view="logs" controls="0" links="0" scenario="figure-7" title="Logs alone"></raft-playground>`;
  const page = await openCourse(t, course(figures, script()), {
    files: { "/run.raft": "raft 1\nservers 3\nseed 5\ntitle Three servers\nat 1s crash leader\n" },
    viewport: { width: 1000, height: 800 },
  });
  for (const id of ["a", "b", "c", "d", "e"]) {
    await page.locator(`#${id}`).scrollIntoViewIfNeeded();
    await figureOf(page, `#${id}`);
  }
  const a = await figureOf(page, "#a");
  await a.getByRole("button", { name: "Play: Leader crash" }).waitFor();
  const b = await call(page, "#b", "state");
  assert.deepEqual([b.t, b.servers.length, b.playing], [900_000, 3, false]);
  assert.equal((await call(page, "#c", "state")).t, 300_000);
  assert.equal((await page.locator("#c").boundingBox()).height, 300);
  const d = await figureOf(page, "#d");
  for (const name of ["Logs", "Time", "The cluster"]) await d.getByLabel(name, { exact: true }).first().waitFor();
  await d.getByRole("heading", { level: 1 }).waitFor();
  await d.getByRole("button", { name: /^Crash/ }).waitFor();
  const e = await figureOf(page, "#e");
  await e.getByLabel("Logs", { exact: true }).first().waitFor();
  assert.equal(await e.getByRole("button", { name: /play/i }).count(), 0);
  assert.equal(await e.getByRole("link").count(), 0);

  const before = await call(page, "#a", "state");
  assert.equal(await call(page, "#a", "step", 5), 5);
  assert.notEqual((await call(page, "#a", "state")).digest, before.digest);
  assert.equal((await call(page, "#a", "seek", 400_000)).t, 400_000);
  assert.equal((await call(page, "#a", "play")).playing, true);
  assert.equal((await call(page, "#a", "pause")).playing, false);
  assert.equal((await call(page, "#a", "load", "raft 1\nservers 7\n")).servers.length, 7);
  assert.equal((await call(page, "#a", "load", "#demo=figure-8")).servers.length, 5);
  await assert.rejects(call(page, "#a", "load", "raft 1\nat 0ms explode S1\n"), /explode/);

  // Whatever a run shows, the figure is laid out alike.
  const figure = await figureOf(page, "#a");
  const high = async () => (await figure.getByRole("group", { name: /^Cluster of/ }).boundingBox()).height;
  const usual = await high();
  await call(page, "#a", "load", "#demo=joint-consensus&at=230ms");
  await figure.getByRole("button", { name: /^S1 leader .*old \+ new/ }).waitFor();
  assert.equal(await high(), usual);
});

test("a component tells the page what happens by events", async (t) => {
  const page = await openCourse(t, course(`<raft-playground scenario="first-election"></raft-playground>`, script()));
  await page.evaluate(() => {
    window.told = [];
    const figure = document.querySelector("raft-playground");
    for (const type of ["ready", "state", "event", "resize"]) {
      figure.addEventListener(type, ({ detail }) => window.told.push(detail));
    }
  });
  await call(page, "raft-playground", "seek", 600_000);
  const told = (type) => page.waitForFunction((type) => window.told.some((one) => one.type === type), type);
  for (const type of ["ready", "resize", "state", "event"]) await told(type);
});

test("a figure far out of view hears its methods, too", async (t) => {
  const body = course(`<div class="far"></div><raft-playground scenario="leader-crash"></raft-playground>`, script());
  const page = await openCourse(t, body);
  assert.equal((await call(page, "raft-playground", "seek", 400_000)).t, 400_000);
  assert.equal(await page.evaluate(() => scrollY), 0);
});

test("attributes that change show another figure", async (t) => {
  const page = await openCourse(t, course(`<raft-playground scenario="first-election"></raft-playground>`, script()));
  await figureOf(page);
  await page.evaluate(() => document.querySelector("raft-playground").setAttribute("scenario", "figure-7"));
  const frame = await figureOf(page);
  await frame.getByRole("button", { name: /Figure 7/ }).waitFor();
  assert.equal(await page.locator("raft-playground").locator("iframe").count(), 1);
});

test("a picture stands for a figure until it is pressed", async (t) => {
  const picture = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='6'/>";
  const figure = `<raft-playground scenario="first-election" title="An election" picture="${picture}"></raft-playground>`;
  const page = await openCourse(t, course(figure, script()));
  const press = page.getByRole("button", { name: "Play: An election" });
  await press.waitFor();
  assert.equal(page.frames().length, 1, "nothing is loaded");
  await press.click();
  const frame = await figureOf(page);
  await frame.getByRole("button", { name: "Pause" }).waitFor();
});

test("what other frames of the page say is passed over: commands to a figure, answers to a component", async (t) => {
  const command = (target) => `${target}.postMessage({ raftPlayground: 1, channel: "x", type: "seek", t: 5, id: 1 }, "*");`;
  const answer = (id) => `parent.postMessage({ raftPlayground: 1, type: "reply", id: ${id}, ok: true, value: { t: -1 } }, "*");`;
  const resize = `parent.postMessage({ raftPlayground: 1, type: "resize", height: 9 }, "*");`;
  const nested = `<!doctype html><title>nested</title><script>onmessage = () => { ${command("top.frames[0]")} }</script>`;
  const sibling = `<!doctype html><title>sibling</title><iframe src="nested.html"></iframe><script>onmessage = () => {
    ${command("parent.frames[0]")}
    frames[0].postMessage("go", "*");
    ${resize}
    for (let id = 0; id < 50; id++) ${answer("id")}
  }</script>`;
  const figure = openPage.server.url("?embed=1#demo=leader-crash&at=300ms");
  const body = `<iframe id="figure" src="${figure}" width="500" height="400"></iframe><iframe id="sibling" src="sibling.html"></iframe>
    <raft-playground scenario="leader-crash" at="400ms"></raft-playground>`;
  const files = { "/sibling.html": sibling, "/nested.html": nested };
  const page = await openCourse(t, course(body, script()), { files });
  await page.locator("#figure").contentFrame().locator("html[data-boot=ready]").waitFor({ state: "attached" });
  await page.locator("#sibling").contentFrame().locator("iframe").contentFrame().locator("script").waitFor({ state: "attached" });
  await figureOf(page);
  const high = () => page.locator("raft-playground").evaluate((figure) => figure.getBoundingClientRect().height);
  const before = await high();
  // It waits for an answer while the sibling forges all that could be it.
  const told = await page.evaluate(async () => {
    const answer = document.querySelector("raft-playground").state();
    document.querySelector("#sibling").contentWindow.postMessage("go", "*");
    return (await answer).t;
  });
  assert.equal(told, 400_000);
  // What the page itself asks comes after what the others said, and is answered.
  const ask = () =>
    page.evaluate(
      () =>
        new Promise((done) => {
          const figure = document.querySelector("#figure").contentWindow;
          addEventListener("message", ({ source, data }) => source === figure && data.id === "mine" && done(data.value.t));
          figure.postMessage({ raftPlayground: 1, channel: "mine", type: "get-state", id: "mine" }, "*");
        }),
    );
  assert.equal(await ask(), 300_000);
  await page.waitForTimeout(100);
  assert.equal(await ask(), 300_000);
  assert.equal(await high(), before);
});

describe("what the page around it keeps", () => {
  test("ten figures out of view load nothing, run no timers and need no time", async (t) => {
    const figures = `<div class="far"></div>${`<raft-playground scenario="leader-crash"></raft-playground>`.repeat(10)}`;
    const page = await openCourse(t, course(figures, script()), { prepare: countWork });
    await page.waitForFunction(() => customElements.get("raft-playground"));
    const share = await busy(page);
    assert.equal(page.frames().length, 1);
    assert.equal(await page.evaluate(() => window.asked), 0, "no frame and no timer was asked for");
    assert.ok(share < 0.01, `${(share * 100).toFixed(2)} % of a core`);
    t.diagnostic(`${(share * 100).toFixed(3)} % of a core`);
  });

  test("figures that were played and scrolled away rest, and go on when they are back", async (t) => {
    const figures = `${`<raft-playground scenario="leader-crash" links="0"></raft-playground>`.repeat(2)}<div class="far"></div>`;
    const page = await openCourse(t, course(figures, script()), {
      viewport: { width: 700, height: 800 },
      prepare: countWork,
    });
    const asked = () => Promise.all(page.frames().slice(1).map((frame) => frame.evaluate(() => window.asked)));
    for (const place of [0, 1]) {
      await page.locator("raft-playground").nth(place).evaluate((figure) => figure.play());
    }
    const ran = async () => (await asked()).reduce((sum, count) => sum + count, 0);
    const start = await ran();
    assert.ok(await grows(page, ran, start), "they play");
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await settles(page, ran);
    const away = await ran();
    const share = await busy(page);
    assert.ok(share < 0.01, `${(share * 100).toFixed(2)} % of a core`);
    assert.equal(await ran(), away, "out of view, neither frames nor timers are asked for");
    await page.evaluate(() => scrollTo(0, 0));
    assert.ok(await grows(page, ran, away), "they go on");
    // One that stands still wants no frames either, in view or not.
    for (const place of [0, 1]) {
      await page.locator("raft-playground").nth(place).evaluate((figure) => figure.pause());
    }
    await settles(page, ran);
  });

  test("focus and scroll stay where they were", async (t) => {
    const figures = `<raft-playground scenario="leader-crash"></raft-playground><div class="far"></div>`;
    const page = await openCourse(t, course(figures, script()));
    await page.locator("#field").focus();
    await page.evaluate(() => scrollTo(0, 40));
    const here = () => page.evaluate(() => [document.activeElement.id, scrollY]);
    await figureOf(page);
    assert.deepEqual(await here(), ["field", 40]);
    for (const [method, ...given] of [["play"], ["pause"], ["step", 3], ["seek", 500_000], ["load", "#demo=figure-8"]]) {
      await call(page, "raft-playground", method, ...given);
      assert.deepEqual(await here(), ["field", 40], method);
    }
  });

  test("a wheel over a figure scrolls the page", async (t) => {
    const all = `view="ring,logs,time" controls="all" poster="0"`;
    for (const given of ["", all]) {
      const figures = `<raft-playground scenario="leader-crash" ${given}></raft-playground><div class="far"></div>`;
      const page = await openCourse(t, course(figures, script()));
      await figureOf(page);
      const box = await page.locator("raft-playground").boundingBox();
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.wheel(0, 200);
      await page.waitForFunction(() => scrollY > 50);
    }
  });

  test("it works under a policy that allows its file and its frame", async (t) => {
    const origin = openPage.server.origin;
    const policy = `default-src 'none'; script-src ${origin}; frame-src ${origin}`;
    const plain = course(`<raft-playground scenario="leader-crash"></raft-playground>`, script());
    const page = await openCourse(t, plain.replace(/<style>.*<\/style>/, ""), { policy });
    await figureOf(page);
    const box = await page.locator("raft-playground").boundingBox();
    assert.ok(box.width > 600 && box.height > 300);
  });
});

describe("what a figure lets its reader do", () => {
  const frame = (query, hash = "#demo=leader-crash&at=900ms") =>
    `<iframe title="A figure" width="900" height="500" sandbox="allow-scripts allow-popups" src="${openPage.server
      .url(`?embed=1&${query}${hash}`)
      .replaceAll("&", "&amp;")}"></iframe>`;
  const openFrame = async (t, query, hash) => {
    const page = await openCourse(t, course(frame(query, hash)));
    const figure = page.frameLocator("iframe");
    await figure.locator("html[data-boot=ready]").waitFor({ state: "attached" });
    return { page, figure };
  };

  test("by itself: play, step, a menu on each server, a link to the page", async (t) => {
    const { figure } = await openFrame(t, "poster=0");
    await figure.getByRole("link", { name: "Open in the playground" }).waitFor();
    await figure.getByRole("button", { name: /^S1/ }).click();
    await figure.getByRole("button", { name: /^Crash|^Restart/ }).first().waitFor();
  });

  test("links=0: no way out", async (t) => {
    const { page, figure } = await openFrame(t, "links=0&poster=0");
    assert.equal(await figure.getByRole("link").count(), 0);
    await figure.getByRole("button", { name: "Step forward" }).click();
    for (const key of ["s", "o", "u"]) await page.keyboard.press(key);
    assert.equal(await figure.getByRole("dialog", { name: /Share|Scenarios/ }).count(), 0);
  });

  test("readonly: time moves, the run stays", async (t) => {
    const { page, figure } = await openFrame(t, "readonly=1&poster=0&controls=all&view=ring,logs,story");
    const link = async () => {
      const out = figure.getByRole("link", { name: "Open in the playground" });
      await out.hover();
      return await out.getAttribute("href");
    };
    await figure.getByRole("button", { name: "Step forward" }).click();
    await figure.getByRole("button", { name: "Step back" }).click();
    const before = await link();
    assert.match(before, /#s2\./);
    await figure.getByRole("button", { name: /^S1/ }).click();
    for (const key of ["c", "w", "p", "i", "t", "h"]) await page.keyboard.press(key);
    assert.equal(await link(), before);
    assert.equal(await figure.getByRole("button", { name: /^(Crash|Write|Time out)( |$)/ }).count(), 0);
  });

  test("exam: nothing tells or explains", async (t) => {
    const { page, figure } = await openFrame(t, "exam=1&view=all&controls=all", "#demo=double-vote");
    await figure.getByRole("button", { name: "Play: Raft Playground" }).click();
    await figure.getByRole("button", { name: "Pause" }).click();
    await page.keyboard.press("/");
    await figure.getByRole("button", { name: /^S1/ }).click();
    await figure.getByRole("dialog", { name: "What to do with S1" }).waitFor();
    assert.equal(await figure.getByRole("button", { name: /why/i }).count(), 0);
    const text = await figure.locator("body").innerText();
    assert.doesNotMatch(text, /vote twice|double vote|rule/i);
    assert.equal(await figure.getByRole("tab", { name: /Why|Story/ }).count(), 0);
    assert.equal(await figure.getByRole("link").count(), 0);
  });

  test("axe has nothing to say, with all of it shown", async (t) => {
    for (const query of ["view=all&controls=all&poster=0", "controls=0", "view=logs&links=0"]) {
      const page = await openPage(t, { query: `?embed=1&${query}`, hash: "#demo=leader-crash&at=900ms" });
      await axe(page);
    }
  });
});

test("hosts that know nothing of the protocol hear its height in their own words", async (t) => {
  const source = openPage.server.url("?embed=1#demo=leader-crash");
  const body = course(
    `<iframe title="A figure" width="640" height="400" sandbox="allow-scripts" src="${source}"></iframe>`,
    `<script>var messages = []; addEventListener("message", ({ data }) => messages.push(data))</script>`,
  );
  const page = await openCourse(t, body);
  const heights = await page.waitForFunction(() => {
    const texts = messages.filter((one) => typeof one === "string").map((one) => JSON.parse(one));
    const canvas = texts.find((one) => one.subject === "lti.frameResize");
    const embedly = texts.find((one) => one.context === "iframe.resize");
    const own = messages.find((one) => one.type === "resize");
    return own && canvas && embedly && [own.height, canvas.height, embedly.height, embedly.src];
  });
  const [own, canvas, embedly, src] = await heights.jsonValue();
  assert.deepEqual([canvas, embedly, src], [own, own, source]);
  assert.equal(own, Math.floor(640 * 0.62) + 78);
});

/**
 * What part of a core the page and all its frames take over a second and a half: the least of a few
 * times, as what loading left over, garbage for one, is cleared away at times of its own.
 */
async function busy(page) {
  const session = await page.context().browser().newBrowserCDPSession();
  const time = async () => {
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    return processInfo.filter(({ type }) => type === "renderer").reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  };
  let least = Infinity;
  for (let n = 0; n < 6 && least > 0.005; n++) {
    const [from, start] = [await time(), Date.now()];
    await page.waitForTimeout(1_500);
    least = Math.min(least, ((await time()) - from) / ((Date.now() - start) / 1_000));
  }
  await session.detach();
  return least;
}

/** Counts the frames and timers that each page asks for. */
function countWork(page) {
  return page.addInitScript(() => {
    window.asked = 0;
    for (const name of ["requestAnimationFrame", "setTimeout", "setInterval"]) {
      const request = window[name].bind(window);
      window[name] = (...given) => {
        window.asked += 1;
        return request(...given);
      };
    }
  });
}

/** Waits until a number stays the same for half a second. */
async function settles(page, read) {
  const end = Date.now() + 15_000;
  for (let last = await read(); ; ) {
    await page.waitForTimeout(500);
    const now = await read();
    if (now === last) return;
    assert.ok(Date.now() < end, `it does not come to rest: ${last}, ${now}`);
    last = now;
  }
}

/** Waits until a number is well above what it was. */
async function grows(page, read, from) {
  const end = Date.now() + 10_000;
  while (Date.now() < end) {
    if ((await read()) > from + 5) return true;
    await page.waitForTimeout(50);
  }
  return false;
}
