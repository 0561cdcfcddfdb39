// Weighs the first load: every file that a first visit fetches, and the icon, as brotli sends it.
// When it is too much: `first-visit.txt` in the target folder says which functions it is made of.

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

import { launch, open } from "./lib/browser.mjs";
import { DIST, servePage } from "./lib/server.mjs";

const PROMISED = 160_000;

const browser = await launch();
const server = await servePage();
const fetched = new Set();
const { page, close } = await open(browser, server, {
  prepare: async (fresh) => fresh.on("request", (request) => fetched.add(request.url())),
});
// Whatever it fetches late is part of the first load, too.
await page.waitForLoadState("networkidle");
// A browser without a window fetches no icon; all others do.
for (const icon of await page.locator("link[rel~=icon]").all()) {
  fetched.add(await icon.evaluate((link) => link.href));
}
await close();
await browser.close();
await server.close();

const rows = [...fetched]
  .filter((url) => url.startsWith(server.url()))
  .map((url) => {
    const name = new URL(url).pathname.slice(new URL(server.url()).pathname.length);
    const file = join(DIST, name || "index.html");
    const packed = existsSync(`${file}.br`) ? `${file}.br` : file;
    return { name: name || "index.html", plain: statSync(file).size, sent: statSync(packed).size };
  })
  .sort((a, b) => b.sent - a.sent);
const sum = (key) => rows.reduce((total, row) => total + row[key], 0);

const columns = (plain, sent, name) =>
  console.log(`${String(plain).padStart(9)} ${String(sent).padStart(9)}  ${name}`);
columns("bytes", "brotli", "file");
for (const { name, plain, sent } of rows) columns(plain, sent, name);
columns(sum("plain"), sum("sent"), "first load");

if (rows.length === 0 || sum("sent") > PROMISED) {
  console.log(`more than the ${PROMISED} that are promised`);
  process.exitCode = 1;
}
