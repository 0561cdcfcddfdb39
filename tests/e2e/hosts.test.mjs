// Figures in what people teach with: a deck of slides and a notebook, as their own tools make them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { pages } from "./lib/browser.mjs";
import { button } from "./lib/play.mjs";
import { serveSite } from "./lib/server.mjs";

const openPage = pages({ before, after });
const here = (path) => readFileSync(new URL(path, import.meta.url), "utf8");

/** What the share dialog gives for this kind of page. */
async function snippet(t, kind) {
  const page = await openPage(t, { hash: "#demo=leader-crash&at=900ms" });
  await button(page, "Share").click();
  const dialog = page.getByRole("dialog", { name: "Share this run" });
  await dialog.getByRole("combobox", { name: "Kind of page" }).selectOption(kind);
  return dialog.getByRole("textbox", { name: "Figure for a page" }).inputValue();
}

async function openSite(t, files) {
  const site = await serveSite(files);
  t.after(site.close);
  return openPage(t, { url: site.url(), wait: null });
}

test("in a deck of reveal.js a figure comes with its slide, plays there, and leaves the keys to the deck", async (t) => {
  const figure = await snippet(t, "reveal.js");
  const reveal = (file) => here(`node_modules/reveal.js/dist/${file}`);
  const page = await openSite(t, {
    "/": `<!doctype html><html lang="en"><meta charset="utf-8"><title>Raft</title>
<link rel="stylesheet" href="reveal.css"><link rel="stylesheet" href="white.css">
<div class="reveal"><div class="slides">
<section><h2>Terms</h2></section><section><h2>A leader crashes</h2>${figure}</section><section><h2>Questions</h2></section>
</div></div>
<script src="reveal.js"></script><script>Reveal.initialize({ viewDistance: 1, transition: "none" });</script>`,
    "/reveal.js": reveal("reveal.js"),
    "/reveal.css": reveal("reveal.css"),
    "/white.css": reveal("theme/white.css").replace(/@import[^;]*;/g, ""),
  });
  await page.waitForFunction(() => globalThis.Reveal?.isReady());
  const frame = page.locator("iframe");
  assert.equal(await frame.getAttribute("src"), null, "not before its slide");
  await page.keyboard.press("ArrowRight");
  const shown = frame.contentFrame();
  await shown.getByText("900.0 ms", { exact: true }).waitFor();
  const at = () => page.evaluate(() => Reveal.getIndices().h);
  assert.equal(await at(), 1);
  // The figure took no focus: the next key is the deck's.
  await page.keyboard.press("ArrowLeft");
  assert.equal(await at(), 0);
  await page.keyboard.press("ArrowRight");
  await shown.getByRole("button", { name: /^Play/ }).first().click();
  await shown.getByRole("button", { name: "Pause" }).waitFor();
  const box = await frame.boundingBox();
  assert.ok(box.width > 500 && box.height > 250, `it has room: ${box.width} × ${box.height}`);
  // A press beside the figure gives the keys back.
  await page.mouse.click(8, 8);
  await page.keyboard.press("ArrowRight");
  assert.equal(await at(), 2);
});

test("a notebook that was exported shows its figure", async (t) => {
  const [, src, width, height] = /IFrame\("(.*?)", width="(.*?)", height=(\d+)\)/.exec(await snippet(t, "Jupyter"));
  const book = here("../embeds/hosts/jupyter.html").replaceAll("{SRC}", src.replaceAll("&", "&amp;"));
  assert.ok(book.includes(`width="${width}"`) && book.includes(`height="${height}"`), "the notebook is of today's snippet");
  const page = await openSite(t, { "/": `<!doctype html><html lang="en"><meta charset="utf-8"><title>Notebook</title>${book}` });
  await page.getByRole("heading", { name: "Leader election" }).waitFor();
  await page.locator("iframe").contentFrame().getByText("900.0 ms", { exact: true }).waitFor();
});

test("a chapter of an mdBook shows its figure, twice in the page that is the whole book", async (t) => {
  // mdBook reads the HTML in a chapter and writes it anew, the element in a paragraph of its own.
  const [, site, link, title] = /^<script src="(.*?)\/embed\/v1\.js" async><\/script>\n<raft-playground link="(.*?)" title="(.*?)"><\/raft-playground>$/
    .exec(await snippet(t, "mdBook"));
  const chapter = here("../embeds/hosts/mdbook.html").replaceAll("{SITE}", site).replaceAll("{LINK}", link);
  assert.ok(chapter.includes(`title="${title}"`), "the chapter is of today's snippet");
  const head = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Book</title>`;
  const page = await openSite(t, { "/": head + chapter, "/print.html": head + chapter + chapter });
  await page.getByRole("heading", { name: "Leader election" }).waitFor();
  await page.locator("iframe").contentFrame().getByText("900.0 ms", { exact: true }).waitFor();
  // All chapters in one page: the script is there as often as the figure.
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(new URL("print.html", page.url()).href);
  await page.locator("iframe").first().contentFrame().getByText("900.0 ms", { exact: true }).waitFor();
  await page.locator("raft-playground").nth(1).scrollIntoViewIfNeeded();
  await page.locator("iframe").nth(1).contentFrame().getByText("900.0 ms", { exact: true }).waitFor();
  assert.deepEqual(errors, []);
});
