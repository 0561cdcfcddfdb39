// The run for slides and other tools: what the share dialog gives opens in what it is for.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { axe, pages } from "./lib/browser.mjs";
import { button, pause, raftlab } from "./lib/play.mjs";

const openPage = pages({ before, after });

const RUN = { hash: "#demo=leader-crash&at=800ms" };

const choose = (page, format) =>
  page.getByRole("combobox", { name: "For slides and other tools" }).selectOption({ label: format });

const textOf = async (page, format) => {
  await choose(page, format);
  return page.getByRole("textbox", { name: format }).inputValue();
};

/** What a press on a link downloads: its name and its bytes. */
async function download(page, name) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

async function between(page, from, to) {
  for (const [name, value] of [["From (ms)", from], ["To (ms)", to]]) {
    await page.getByRole("textbox", { name }).fill(value);
    await page.getByRole("textbox", { name }).press("Tab");
  }
}

test("the share dialog gives what raftlab gives, and a file of it", async (t) => {
  const page = await openPage(t, RUN);
  await button(page, "Share").click();
  for (const [format, name, ...asked] of [
    ["space-time diagram, as SVG", "space-time.svg", "svg"],
    ["logs at the end, as SVG", "logs.svg", "svg", "--view", "log"],
    ["servers at the end, as SVG", "ring.svg", "svg", "--view", "ring"],
    ["what clients asked and were told, as SVG", "history.svg", "svg", "--view", "history"],
    ["measures until the end, as SVG", "metrics.svg", "svg", "--view", "metrics"],
    ["servers in motion, as SVG", "moving.svg", "svg", "--view", "moving"],
    ["sequence diagram for Mermaid", "run.mmd", "mermaid"],
    ["sequence diagram for PlantUML", "run.puml", "plantuml"],
    ["log with vector clocks for ShiViz", "run.log", "shiviz"],
    ["transcript in words", "run.txt", "transcript"],
    ["events and state, as JSON", "run.json", "json"],
    ["trace from the start, a line a change", "run.jsonl", "trace"],
  ]) {
    const text = await textOf(page, format);
    const printed = raftlab("export", "www/scenarios/leader-crash.raft", "--to", "800ms", "--as", ...asked);
    assert.equal(text.trim(), printed.trim(), format);
    const file = await download(page, "Save as a file");
    assert.equal(file.name, name);
    assert.equal(file.bytes.toString(), printed, format);
  }
  await axe(page);
});

test("each picture opens without a script, and stands still for who wants that", async (t) => {
  const page = await openPage(t, RUN);
  await button(page, "Share").click();
  for (const format of ["space-time diagram", "logs at the end", "servers at the end", "what clients asked and were told", "measures until the end", "servers in motion"]) {
    const text = await textOf(page, `${format}, as SVG`);
    for (const [reducedMotion, count] of [["no-preference", "infinite"], ["reduce", "1"]]) {
      const context = await openPage.browser.newContext({ javaScriptEnabled: false, reducedMotion });
      const picture = await context.newPage();
      await picture.goto(`data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`);
      assert.match(await picture.locator("svg").getAttribute("aria-label"), /^.*[Ll]eader.*: /);
      assert.equal(await picture.locator("parsererror, script").count(), 0);
      if (format === "servers in motion") {
        const dot = picture.locator(".m").first();
        assert.equal(await dot.evaluate((dot) => getComputedStyle(dot).animationIterationCount), count);
      }
      await context.close();
    }
  }
});

/** What Mermaid's own parser says of each text: the kind of the diagram, or what is wrong. */
async function parsed(texts) {
  const page = await openPage.browser.newPage();
  await page.addScriptTag({ path: fileURLToPath(new URL("node_modules/@mermaid-js/tiny/dist/mermaid.tiny.js", import.meta.url)) });
  const said = await page.evaluate(
    (texts) =>
      Promise.all(texts.map((text) => mermaid.parse(text).then(({ diagramType }) => diagramType, ({ message }) => message))),
    texts,
  );
  await page.close();
  return said;
}

test("Mermaid reads the diagram of every shipped scenario", async () => {
  const folders = ["", "bugs/", "exercises/"].map((folder) => `www/scenarios/${folder}`);
  const files = folders.flatMap((folder) =>
    readdirSync(new URL(`../../${folder}`, import.meta.url)).filter((file) => file.endsWith(".raft")).map((file) => folder + file));
  assert.ok(files.length > 90, `${files.length} scenarios`);
  const diagrams = files.map((file) => raftlab("export", file, "--to", "3s", "--as", "mermaid"));
  const wrong = (await parsed(diagrams)).flatMap((said, place) => (said === "sequence" ? [] : [`${files[place]}: ${said}`]));
  assert.deepEqual(wrong, []);
  const [said] = await parsed([diagrams[0].replace("->>", "->>:")]);
  assert.match(said, /Parse error/, "and it would say so if it could not");
});

test("ShiViz's expression matches all of a log", async (t) => {
  const page = await openPage(t, RUN);
  await button(page, "Share").click();
  const log = await textOf(page, "log with vector clocks for ShiViz");
  const [, pattern] = /```\n(\(\?<host>.*)\n```/.exec(readFileSync(new URL("../../docs/exports.md", import.meta.url), "utf8"));
  const events = [...log.matchAll(new RegExp(pattern, "g"))];
  assert.equal(events.map(([all]) => `${all}\n`).join(""), `${log.trimEnd()}\n`, "nothing lies between two events");
  assert.ok(events.length > 20 && events.every(({ groups }) => JSON.parse(groups.clock)[groups.host] > 0));
});

test("a stretch is chosen by its times, and what is no stretch is said to be none", async (t) => {
  const page = await openPage(t, RUN);
  await button(page, "Share").click();
  await between(page, "100", "250.5");
  const text = await textOf(page, "sequence diagram for PlantUML");
  const asked = ["--from", "100ms", "--to", "250.5ms", "--as", "plantuml"];
  assert.equal(text.trim(), raftlab("export", "www/scenarios/leader-crash.raft", ...asked).trim());
  await between(page, "300", "250");
  await page.getByText("the end comes after the start").waitFor();
  await between(page, "x", "250");
  await page.getByText("Times are milliseconds").waitFor();
  await between(page, "", "");
  assert.ok((await page.getByRole("textbox", { name: "sequence diagram for PlantUML" }).inputValue()).length > text.length);
});

test("a picture becomes a PNG of twice its size", async (t) => {
  const page = await openPage(t, RUN);
  await button(page, "Share").click();
  await choose(page, "servers at the end, as SVG");
  await button(page, "Make a PNG").click();
  const { name, bytes } = await download(page, "Save the PNG");
  assert.equal(name, "ring.png");
  assert.equal(bytes.toString("latin1", 1, 4), "PNG");
  assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [1280, 1040]);
  const { colours } = await decoded(page, bytes, "image/png");
  assert.ok(colours > 20, "there is something to see");
});

/** What the browser makes of a picture: its pictures, their times, and how many colours the last one has. */
const decoded = (page, bytes, type) =>
  page.evaluate(
    async ([text, type]) => {
      const data = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
      const decoder = new ImageDecoder({ data, type });
      await decoder.tracks.ready;
      await decoder.completed;
      const { frameCount, repetitionCount } = decoder.tracks.selectedTrack;
      const frames = [];
      for (let frameIndex = 0; frameIndex < frameCount; frameIndex++) {
        frames.push((await decoder.decode({ frameIndex })).image);
      }
      const pixels = frames.map((frame) => {
        const { displayWidth: width, displayHeight: height } = frame;
        const context = new OffscreenCanvas(width, height).getContext("2d");
        context.drawImage(frame, 0, 0);
        return new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
      });
      const differ = pixels.slice(1).filter((now, n) => now.some((pixel, at) => pixel !== pixels[n][at])).length;
      const { displayWidth: width, displayHeight: height } = frames[0];
      const durations = [...new Set(frames.map((frame) => frame.duration))];
      return { frameCount, repetitionCount, width, height, durations, differ, colours: new Set(pixels.at(-1)).size };
    },
    [bytes.toString("base64"), type],
  );

test("a stretch becomes a GIF that the browser plays, with as many pictures as it says", async (t) => {
  const page = await openPage(t, RUN);
  await button(page, "Share").click();
  await between(page, "100", "140");
  await choose(page, "servers in motion, as GIF");
  await button(page, "Make the GIF").click();
  const link = page.getByRole("link", { name: "Save as a file" });
  await link.waitFor({ timeout: 60_000 });
  await page.getByText(/^11 pictures, \d+ KB$/).waitFor();
  const { name, bytes } = await download(page, "Save as a file");
  assert.equal(name, "moving.gif");
  assert.ok(bytes.length < 400_000, `${bytes.length} bytes`);
  const film = await decoded(page, bytes, "image/gif");
  assert.deepEqual([film.frameCount, film.width, film.height, film.durations], [11, 640, 520, [80_000]]);
  assert.equal(film.repetitionCount, Infinity);
  assert.equal(film.differ, 10, "each picture differs from the one before: its clock does");
});

test("a long film says how far it is, and is given up at a press", async (t) => {
  const page = await openPage(t, RUN);
  await button(page, "Share").click();
  await choose(page, "servers in motion, as GIF");
  await button(page, "Make the GIF").click();
  await page.getByText(/^[1-9]\d* of 201 pictures$/).waitFor({ timeout: 60_000 });
  await page.getByRole("progressbar").waitFor();
  await button(page, "Cancel").click();
  await page.getByText("Cancelled.").waitFor();
  assert.equal(await page.getByRole("link", { name: "Save as a file" }).count(), 0);
  assert.equal(await button(page, "Make the GIF").isEnabled(), true);
});

test("on paper are the ring, the logs and the story, black on white", async (t) => {
  const page = await openPage(t, { ...RUN, colorScheme: "dark" });
  await pause(page);
  // A press brings the rest of the page, and its styles.
  await page.keyboard.press("Escape");
  await page.locator("html[data-rest=here]").waitFor();
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const seen of [".ring", ".matrix", ".story"]) {
    assert.equal(await page.locator(seen).first().isVisible(), true, seen);
  }
  for (const gone of ["Play", "Share", "Step back"]) {
    assert.equal(await page.getByRole("button", { name: gone }).count(), 0, gone);
  }
  const colours = await page.evaluate(() => {
    const style = getComputedStyle(document.body);
    return [style.color, style.backgroundColor];
  });
  assert.deepEqual(colours, ["rgb(0, 0, 0)", "rgba(0, 0, 0, 0)"]);
  const pdf = await page.pdf({ format: "A4" });
  assert.ok(pdf.length > 10_000);
});
