// What the share dialog gives for other people's pages does there what it says.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { pages } from "./lib/browser.mjs";
import { button } from "./lib/play.mjs";
import { serveSite } from "./lib/server.mjs";

const openPage = pages({ before, after });

/** All snippets of a run, by the kind of page. */
async function snippets(t) {
  const page = await openPage(t, { hash: "#demo=leader-crash&at=900ms" });
  await button(page, "Share").click();
  const dialog = page.getByRole("dialog", { name: "Share this run" });
  const kinds = dialog.getByRole("combobox", { name: "Kind of page" });
  const texts = {};
  for (const kind of await kinds.getByRole("option").allInnerTexts()) {
    await kinds.selectOption(kind);
    texts[kind] = await dialog.getByRole("textbox", { name: "Figure for a page" }).inputValue();
  }
  return { texts, page, dialog };
}

/** The figure of a page that has one, standing at the moment of the link. */
async function figureIn(t, body, policy) {
  const head = `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>`;
  const site = await serveSite({ "/": head + body }, { policy });
  t.after(site.close);
  const page = await openPage(t, { url: site.url(), wait: null });
  const figure = page.locator("iframe").contentFrame();
  await figure.locator("html[data-boot=ready]").waitFor({ state: "attached" });
  await figure.getByRole("button", { name: "Play: Leader crash" }).waitFor();
  await figure.getByText("900.0 ms", { exact: true }).waitFor();
  return page;
}

test("each kind of page has its snippet, and those of HTML show the run", async (t) => {
  const { texts } = await snippets(t);
  assert.deepEqual(Object.keys(texts), [
    "Any page", "A page without scripts", "Markdown, with a picture", "mdBook", "Docusaurus", "MyST", "Quarto",
    "reveal.js", "Jupyter", "Moodle", "Canvas",
  ]);
  for (const kind of ["Any page", "A page without scripts", "mdBook", "Moodle", "Canvas"]) await figureIn(t, texts[kind]);
  // Quarto takes away the fence around it.
  await figureIn(t, texts.Quarto.replace(/^```.*$/gm, ""));
  // reveal.js gives a frame its address when its slide is near.
  await figureIn(t, texts["reveal.js"].replace("data-src=", "src="));
  // IPython makes a frame of the address and the size, as it stands in a notebook that was exported.
  const [, src, width, height] = /IFrame\("(.*?)", width="(.*?)", height=(\d+)\)/.exec(texts.Jupyter);
  await figureIn(t, `<iframe width="${width}" height="${height}" src="${src}" frameborder="0" allowfullscreen></iframe>`);
  // MDX reads attributes as JSX does: all of them are texts, but for the style.
  assert.match(texts.Docusaurus, /^<iframe( [a-z]+="[^"{}]*")+ style=\{\{width: "100%", border: 0\}\} \/>$/);
  assert.match(texts.MyST, /^```\{iframe\} \S+\n:width: 100%\n\nLeader crash\n```$/);
  assert.match(texts["Markdown, with a picture"], /^\[!\[Leader crash\]\(\S+\/s\/leader-crash\.png\)\]\(\S+#demo=leader-crash&at=900ms\)$/);
});

test("the QR code is there when it is asked for, and says when a run is too long for one", async (t) => {
  const { dialog, page } = await snippets(t);
  const press = dialog.getByRole("button", { name: "QR code" });
  assert.equal(await dialog.getByRole("img", { name: "QR code of the link" }).count(), 0);
  await press.click();
  const code = dialog.getByRole("img", { name: "QR code of the link" });
  await code.waitFor();
  const box = await code.boundingBox();
  assert.ok(box.width >= 200 && box.width === box.height);
  await press.click();
  await code.waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  const random = Array.from({ length: 1_000 }, (_, n) => `at ${n + 1}ms write k${(n * 7919) % 997}=${(n * 104729) % 99991}`);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate((text) => navigator.clipboard.writeText(text), `raft 1\n${random.join("\n")}\n`);
  await page.keyboard.press(":");
  await page.getByRole("textbox", { name: "Text of this run" }).press("Control+A");
  await page.keyboard.press("Control+V");
  await page.getByText("The run is this text.").waitFor();
  await button(page, "Share").click();
  await press.click();
  await dialog.getByText("too long for a QR code").waitFor();
});

test("a run that is nobody else's has a picture that its author lays beside the page", async (t) => {
  const page = await openPage(t, { hash: "#demo=leader-crash&at=900ms" });
  await page.keyboard.press("w");
  await button(page, "Share").click();
  const dialog = page.getByRole("dialog", { name: "Share this run" });
  await dialog.getByRole("combobox", { name: "Kind of page" }).selectOption("Markdown, with a picture");
  await dialog.getByText("lay ring.svg beside your page").waitFor();
  const text = await dialog.getByRole("textbox", { name: "Figure for a page" }).inputValue();
  assert.match(text, /^\[!\[Leader crash\]\(ring\.svg\)\]\(\S+#s2\.\S+\)$/);
});
