// What stays: runs that a reader saves, where the last visit ended, and the page itself without a network.

import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { axe, launch, open, pages } from "./lib/browser.mjs";
import { button, goTo, openLink, pause, state, step, until } from "./lib/play.mjs";
import { DIST, serveHost, servePage } from "./lib/server.mjs";

const openPage = pages({ before, after }, { fresh: true });

const files = mkdtempSync(join(tmpdir(), "runs-"));
after(() => rmSync(files, { recursive: true }));

const dialog = (page) => page.getByRole("dialog", { name: "Saved runs" });

async function openSaved(page) {
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("'");
  await dialog(page).waitFor();
}

async function save(page, name) {
  await page.getByRole("textbox", { name: "Name of this run" }).fill(name);
  await button(page, "Save this run").click();
  await page.getByText("Saved.").waitFor();
}

const saved = (page) => dialog(page).locator(".kept-open bdi").allTextContents();

const stored = (page, name) => page.evaluate((name) => localStorage.getItem(`raft-playground.${name}`), name);

/** Gives the page a file, as a reader would choose one. From a disk: a large one takes no way through the test. */
async function giveFile(page, text) {
  const path = join(files, "runs.json");
  writeFileSync(path, text);
  await page.getByLabel("Take in a file").setInputFiles(path);
}

test("a run is saved, renamed, deleted, brought back, and opens at its moment", async (t) => {
  const page = await openPage(t, { hash: "#demo=leader-crash&at=800ms" });
  const { digest } = await state(page);
  await button(page, "Share").click();
  await button(page, "Keep it in this browser").click();
  await dialog(page).waitFor();
  await page.getByText("Nothing is saved yet.").waitFor();
  assert.equal(await page.getByRole("textbox", { name: "Name of this run" }).inputValue(), "Leader crash");
  await save(page, "for the lecture");
  await save(page, "spare <b>");
  assert.deepEqual(await saved(page), ["spare <b>", "for the lecture"]);
  await axe(page);
  await button(page, "Rename: for the lecture").click();
  await page.getByRole("textbox", { name: "New name" }).fill("Tuesday");
  await page.keyboard.press("Enter");
  await button(page, "Open").or(button(page, /^Tuesday/)).first().waitFor();
  assert.deepEqual(await saved(page), ["spare <b>", "Tuesday"]);
  await button(page, "Delete: spare <b>").click();
  await page.getByText("“spare <b>” is deleted.").waitFor();
  assert.deepEqual(await saved(page), ["Tuesday"]);
  await button(page, "Undo").click();
  assert.deepEqual(await saved(page), ["spare <b>", "Tuesday"]);
  await page.keyboard.press("Escape");

  // Another visit, with another run before it.
  await openLink(page, "#demo=split-vote");
  await page.reload();
  await page.locator("html[data-boot=ready]").waitFor({ state: "attached" });
  await page.keyboard.press("o");
  await button(page, "Saved runs").click();
  await button(page, /^Tuesday/).click();
  await until(page, "the saved moment", (now) => now.digest === digest && now.t === 800_000);
});

test("other futures are saved with their run, leave with the file, and are gone back to", async (t) => {
  const page = await openPage(t, { hash: "#demo=leader-crash&at=800ms" });
  const { digest: first } = await state(page);
  await goTo(page, 300_000);
  await button(page, "Crash leader").click();
  await button(page, "1 other future").click();
  await page.getByRole("textbox", { name: "Name of the future that is shown" }).fill("earlier");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  const { digest } = await state(page);
  await openSaved(page);
  await save(page, "two ways");
  await dialog(page).getByText("1 other future").waitFor();
  const link = page.getByRole("link", { name: "Save all as a file" });
  const [file] = await Promise.all([page.waitForEvent("download"), link.click()]);
  const text = readFileSync(await file.path(), "utf8");

  const other = await openPage(t);
  await pause(other);
  await openSaved(other);
  await giveFile(other, text);
  await other.getByText("New: 1. Here before: 0.").waitFor();
  await button(other, /^two ways/).click();
  await until(other, "the same moment", (now) => now.digest === digest);
  await button(other, "1 other future").click();
  assert.equal(await other.getByRole("textbox", { name: "Name of the future that is shown" }).inputValue(), "earlier");
  await other.locator(".future").getByRole("button", { name: /seen until 800\.0 ms/ }).click();
  await goTo(other, 800_000);
  await until(other, "the first future", (now) => now.digest === first);
  await button(other, "1 other future").click();
  await axe(other);
});

test("all saved runs leave as a file and come back from it", async (t) => {
  const page = await openPage(t, { hash: "#demo=figure-8&at=300ms" });
  await page.keyboard.press("Escape");
  await openSaved(page);
  for (const name of ["one", "二"]) await save(page, name);
  const link = page.getByRole("link", { name: "Save all as a file" });
  const [file] = await Promise.all([page.waitForEvent("download"), link.click()]);
  assert.equal(file.suggestedFilename(), "raft-playground-runs.json");
  const text = readFileSync(await file.path(), "utf8");
  assert.deepEqual(JSON.parse(text).runs.map(({ name }) => name), ["二", "one"]);

  const other = await openPage(t);
  await other.keyboard.press("Escape");
  await openSaved(other);
  await giveFile(other, text);
  await other.getByText("New: 2. Here before: 0.").waitFor();
  assert.deepEqual((await saved(other)).sort(), ["one", "二"]);
  await giveFile(other, text);
  await other.getByText("New: 0. Here before: 2.").waitFor();
  assert.equal((await saved(other)).length, 2);
});

test("what is done of the course leaves with the file, also alone, and joins what is done elsewhere", async (t) => {
  const done = (names) => (page) =>
    page.addInitScript((names) => localStorage.setItem("raft-playground.done", names), names);
  const page = await openPage(t, { prepare: done("figure-8 terms") });
  await page.keyboard.press("Escape");
  await openSaved(page);
  await page.getByText("Nothing is saved yet.").waitFor();
  const link = page.getByRole("link", { name: "Save all as a file" });
  const [file] = await Promise.all([page.waitForEvent("download"), link.click()]);
  const text = readFileSync(await file.path(), "utf8");
  assert.deepEqual(JSON.parse(text), { raftPlayground: 1, runs: [], done: ["figure-8", "terms"] });

  const other = await openPage(t, { prepare: done("split-vote") });
  await other.keyboard.press("Escape");
  await openSaved(other);
  await giveFile(other, text);
  await other.getByText("New: 0. Here before: 0. What was done in the library is marked.").waitFor();
  assert.equal(await stored(other, "done"), "figure-8 split-vote terms");
  await giveFile(other, JSON.stringify({ raftPlayground: 1, runs: [], done: ["no-such-thing"] }));
  await other.getByText("New: 0. Here before: 0.", { exact: true }).waitFor();
  assert.equal(await stored(other, "done"), "figure-8 split-vote terms");
});

describe("a stranger's file is refused whole, with what is wrong", () => {
  const file = (runs, version = 1) => JSON.stringify({ raftPlayground: version, runs });
  const run = { name: "a", at: 1, link: "#demo=figure-8" };
  for (const [name, text, says] of [
    ["no JSON", "<script>alert(1)</script>", "the file is no JSON from byte 0 on"],
    ["deep", "[".repeat(200_000), "the file is no JSON"],
    ["of something else", '{"runs": []}', "no saved runs of this playground"],
    ["of another version", file([run], 2), "no saved runs of this playground"],
    ["too large", " ".repeat(5_000_000), "more than 4 MiB"],
    ["too many runs", file(Array.from({ length: 201 }, () => run)), "201 runs"],
    ["a script for a link", file([run, { ...run, link: "javascript:alert(1)" }]), "the link of run 2"],
    ["a link cut off", file([run, { ...run, link: "#s1.AAAA" }]), "the link of run 2"],
    ["a name too long", file([{ ...run, name: "n".repeat(81) }]), "run 1 needs a name"],
    ["what is done is no list", JSON.stringify({ raftPlayground: 1, runs: [], done: {} }), "no list of names"],
    ["no time", file([{ ...run, at: "yesterday" }]), "run 1 needs the time"],
  ]) {
    test(name, async (t) => {
      const page = await openPage(t);
      await page.keyboard.press("Escape");
      await openSaved(page);
      await giveFile(page, text);
      await dialog(page).getByText(/^Nothing was taken in: /).waitFor();
      assert.match(await dialog(page).getByText(/^Nothing was taken in: /).textContent(), new RegExp(says));
      assert.equal(await stored(page, "saved"), null);
      await page.getByText("Nothing is saved yet.").waitFor();
    });
  }
});

test("a name with markup and signs that turn text is a name and nothing else", async (t) => {
  const page = await openPage(t);
  await page.keyboard.press("Escape");
  await openSaved(page);
  const name = "<img src=x onerror=alert(1)>\u202egnp";
  await giveFile(page, JSON.stringify({ raftPlayground: 1, runs: [{ name, at: 1, link: "#demo=figure-8" }] }));
  await page.getByText("New: 1.").waitFor();
  assert.deepEqual(await saved(page), ["<img src=x onerror=alert(1)> gnp"]);
});

/** A browser that refuses: `localStorage` throws, or is always full. */
const refusing = (how) => async (page) =>
  page.addInitScript((how) => {
    const refuse = () => {
      throw new DOMException("refused", how === "full" ? "QuotaExceededError" : "SecurityError");
    };
    if (how === "full") Storage.prototype.setItem = refuse;
    else Object.defineProperty(window, "localStorage", { get: refuse });
  }, how);

for (const [how, says] of [
  ["none", /^This browser keeps nothing for this page\./],
  ["full", /^This browser has no more room for this page\./],
]) {
  test(`where storage is refused (${how}), that is said, and nothing is lost while the page is open`, async (t) => {
    const page = await openPage(t, { prepare: refusing(how) });
    await page.keyboard.press("Escape");
    await openSaved(page);
    if (how === "none") await dialog(page).getByText(says).waitFor();
    await page.getByRole("textbox", { name: "Name of this run" }).fill("kept by the page");
    await button(page, "Save this run").click();
    await dialog(page).getByText(says).waitFor();
    assert.deepEqual(await saved(page), ["kept by the page"]);
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "detached" });
    await openSaved(page);
    assert.deepEqual(await saved(page), ["kept by the page"]);
    const link = page.getByRole("link", { name: "Save all as a file" });
    const [file] = await Promise.all([page.waitForEvent("download"), link.click()]);
    assert.equal(JSON.parse(readFileSync(await file.path(), "utf8")).runs.length, 1);
  });
}

test("what lies in the store and cannot be read is not written over", async (t) => {
  const prepare = (page) => page.addInitScript(() => {
    if (!localStorage.getItem("raft-playground.saved.unread")) localStorage.setItem("raft-playground.saved", "{broken");
  });
  const page = await openPage(t, { prepare });
  await page.keyboard.press("Escape");
  await openSaved(page);
  await dialog(page).getByText(/^What was saved here cannot be read\./).waitFor();
  await save(page, "new");
  assert.equal(await stored(page, "saved.unread"), "{broken");
  assert.equal(JSON.parse(await stored(page, "saved")).runs.length, 1);
});

/** Leaves the page and comes again without a link. */
async function comeAgain(page) {
  await page.goto("about:blank");
  await page.goto(openPage.server.url());
  await page.locator("html[data-boot=ready]").waitFor({ state: "attached" });
}

test("who comes again is quietly asked whether to go on, and may say no", async (t) => {
  const page = await openPage(t);
  await page.keyboard.press("c");
  await pause(page);
  const { digest, t: at } = await state(page);
  await comeAgain(page);
  const offer = page.getByText("Continue where you left off?");
  await offer.waitFor();
  assert.notEqual((await state(page)).digest, digest, "nothing opens by itself");
  await axe(page);
  await button(page, "Dismiss").click();
  await offer.waitFor({ state: "detached" });
  await comeAgain(page);
  await button(page, "Continue").click();
  await until(page, "the moment of before", (now) => now.digest === digest && now.t === at);
  await offer.waitFor({ state: "detached" });
});

test("nobody is asked on a first visit, with a link, or in a figure", async (t) => {
  const page = await openPage(t);
  await page.keyboard.press("c");
  for (const rest of ["#demo=figure-8", "?embed=1"]) {
    await page.goto("about:blank");
    await page.goto(openPage.server.url(rest));
    await page.locator("html[data-boot=ready]").waitFor({ state: "attached" });
    assert.notEqual(await stored(page, "last"), null);
    assert.equal(await page.getByText("Continue where you left off?").count(), 0, rest);
  }
  const first = await openPage(t);
  assert.equal(await first.getByText("Continue where you left off?").count(), 0);
});

test("in a sandboxed figure of another site nothing is stored, offered or registered", async (t) => {
  const host = await serveHost(openPage.server.url("?embed=1#demo=leader-crash"));
  t.after(host.close);
  const page = await openPage(t, { url: host.url, wait: null, context: { serviceWorkers: "allow" } });
  const figure = page.frameLocator("iframe");
  await figure.locator("html[data-boot=ready]").waitFor({ state: "attached" });
  await button(figure, "Play").click();
  await page.keyboard.press("'");
  assert.equal(await figure.getByRole("dialog").count(), 0);
  assert.equal(page.context().serviceWorkers().length, 0);
});

describe("without a network", { skip: !existsSync(join(DIST, "sw.js")) && "a draft has no worker" }, () => {
  let browser;
  let folder;
  let server;
  before(async () => {
    // A folder of its own, for a new version to be put there.
    folder = mkdtempSync(join(tmpdir(), "playground-"));
    cpSync(DIST, folder, { recursive: true });
    [browser, server] = await Promise.all([launch(), servePage({ root: folder })]);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  const ALLOW = { context: { serviceWorkers: "allow" } };
  const ready = (page) => page.locator("html[data-boot=ready]").waitFor({ state: "attached" });
  const controlled = (page) => page.waitForFunction(() => navigator.serviceWorker.controller !== null);

  test("the page opens and plays, scenarios, searches and films included", async (t) => {
    const { page, problems, close } = await open(browser, server, ALLOW);
    t.after(close);
    await page.keyboard.press("Escape");
    await controlled(page);
    await page.context().setOffline(true);
    await page.goto("about:blank");
    await page.goto(server.url("?lang=zh#demo=figure-8"));
    await ready(page);
    await page.getByRole("button", { name: "播放" }).waitFor();
    await page.goto("about:blank");
    await page.goto(server.url());
    await ready(page);
    await until(page, "time runs", (now) => now.t > 300_000);
    await button(page, /^Crash (the )?leader/).click();
    await pause(page);
    await button(page, "Share").click();
    await page.getByRole("combobox", { name: "For slides and other tools" }).selectOption({ label: "servers at the end, as SVG" });
    await button(page, "Make a PNG").click();
    await page.getByRole("link", { name: "Save the PNG" }).waitFor();
    assert.deepEqual(await problems(), []);
  });

  /** Another file in the place of one, also of its packed copies. */
  function put(name, text) {
    writeFileSync(join(folder, name), text);
    for (const packed of [".br", ".gz"]) rmSync(join(folder, name + packed), { force: true });
  }

  test("a new version waits until the reader wants it, and the run stays", async (t) => {
    const { page, problems, close } = await open(browser, server, ALLOW);
    t.after(close);
    await page.keyboard.press("Escape");
    await controlled(page);
    await pause(page);
    await step(page, 40);
    const here = await state(page);
    // Another version is put up: one file and its checksum differ.
    put("sw.js", readFileSync(join(folder, "sw.js"), "utf8").replace(/VERSION = "/, 'VERSION = "next-'));
    await page.evaluate(() => navigator.serviceWorker.getRegistration().then((registration) => registration.update()));
    await page.getByText("A new version is here.").waitFor();
    assert.equal((await state(page)).digest, here.digest, "what runs goes on");
    await Promise.all([page.waitForEvent("load"), button(page, "Reload for the new version").click()]);
    await ready(page);
    const now = await until(page, "the same moment", (now) => now.digest === here.digest);
    assert.equal(now.t, here.t);
    const names = await page.evaluate(() => caches.keys());
    assert.ok(names.some((name) => / next-/.test(name)), names.join());
    assert.deepEqual(await problems(), []);
  });

  test("a version that is half there is not taken", async (t) => {
    put("film.js", "// of another version\n");
    const { page, close } = await open(browser, server, ALLOW);
    t.after(close);
    await page.keyboard.press("Escape");
    // As the page does it; what is asked for twice is tried once, or once more.
    await page.evaluate(async () => {
      const { installing: worker } = await navigator.serviceWorker.register("sw.js", { updateViaCache: "none" });
      if (worker === null || worker.state === "redundant") return;
      await new Promise((over) => worker.addEventListener("statechange", () => worker.state === "redundant" && over()));
    });
    const gone = async () =>
      (await navigator.serviceWorker.getRegistration()) === undefined && (await caches.keys()).length === 0;
    await page.waitForFunction(gone);
    await until(page, "the page plays all the same", (now) => now.t > 0);
  });

  test("it can be installed", async (t) => {
    const { page, close } = await open(browser, server);
    t.after(close);
    const session = await page.context().newCDPSession(page);
    const { errors, data } = await session.send("Page.getAppManifest");
    assert.deepEqual(errors, []);
    const { name, display, icons, start_url: start } = JSON.parse(data);
    assert.deepEqual([name, display, start], ["Raft Playground", "standalone", "./"]);
    for (const { src, sizes } of icons) {
      const file = readFileSync(join(folder, src));
      assert.equal(`${file.readUInt32BE(16)}x${file.readUInt32BE(20)}`, sizes);
    }
  });
});
