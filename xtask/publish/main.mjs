// Makes a built page ready for any static host: its policy, the headers that a host may send, and a
// page of its own for each scenario, with a picture, for those who meet its address in a chat, and the
// reference pages.
// Usage: node publish/main.mjs FOLDER [ADDRESS], where it will lie; without it addresses are relative, and
// there is nothing for oEmbed, which knows no relative ones

import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { launch, open } from "../../tests/e2e/lib/browser.mjs";
import { command } from "../../tests/e2e/lib/play.mjs";
import { servePage } from "../../tests/e2e/lib/server.mjs";
import { references } from "./docs.mjs";
import { escaped, pageOf } from "./html.mjs";
import { pageOfScenario, readScenario } from "./scenario.mjs";

const [folder, given = ""] = process.argv.slice(2);
const address = given === "" || given.endsWith("/") ? given : `${given}/`;
const scenarios = fileURLToPath(new URL("../../www/scenarios", import.meta.url));

/** What the page may do. Files that a link names come by https from anywhere; nothing else does. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self' https:",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const write = (name, text) => writeFileSync(join(folder, name), text);

/** Pictures of all scenarios, each at its moment, and one for the page itself. */
async function pictures(all) {
  const [browser, server] = await Promise.all([launch(), servePage({ root: resolve(folder) })]);
  const query = "?embed=1&view=ring,legend&controls=0&links=0&poster=0&theme=light";
  const { page, close } = await open(browser, server, {
    query,
    hash: "#demo=first-election",
    viewport: { width: 600, height: 315 },
    reducedMotion: "reduce",
    context: { deviceScaleFactor: 2 },
  });
  for (const { name, at } of all) {
    await command(page, "load", { link: `#demo=${name}` });
    await command(page, "seek", { t: at });
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    await page.screenshot({ path: join(folder, "s", `${name}.png`) });
  }
  await close();
  await browser.close();
  await server.close();
}

const texts = readdirSync(scenarios, { recursive: true }).filter((file) => file.endsWith(".raft"));
const all = texts.sort().map((file) => readScenario(join(scenarios, file)));
mkdirSync(join(folder, "s"));
await pictures(all);
writeFileSync(join(folder, "card.png"), readFileSync(join(folder, "s", "leader-crash.png")));
const named = (pattern) => readdirSync(folder).find((name) => pattern.test(name));
const files = { styles: named(/^styles-.*\.css$/), icon: named(/^icon-.*\.svg$/) };
for (const scenario of all) {
  const { html, oembed } = pageOfScenario(scenario, { address, files });
  write(`s/${scenario.name}.html`, html);
  if (address) write(`s/${scenario.name}.json`, `${JSON.stringify(oembed)}\n`);
}
const list = all.map(({ name, title }) => `<li><a href="${name}.html">${escaped(title)}</a></li>`).join("\n");
write("s/index.html", pageOf({ title: "Scenarios", body: `<h1>Scenarios</h1>\n<ul>\n${list}\n</ul>`, files }));
copyFileSync(fileURLToPath(new URL("../../www/pages.css", import.meta.url)), join(folder, "pages.css"));
mkdirSync(join(folder, "docs"));
for (const { name, html } of references(files)) write(`docs/${name}.html`, html);

// The page says its policy itself: many a host sends no headers.
const index = readFileSync(join(folder, "index.html"), "utf8");
const head = '<meta charset="utf-8">';
if (!index.includes(head)) throw new Error("index.html has no place for its policy");
const own = `${head}<meta http-equiv="Content-Security-Policy" content="${POLICY}">`;
const image = `<meta property="og:image" content="${address}card.png">`;
// And where what can be looked up lies: a draft has no such pages.
write("index.html", index.replace(head, own).replace("<html ", '<html data-docs="docs/" ').replace('<meta name="twitter:card"', `${image}$&`));

// In the words of Netlify and Cloudflare Pages; publish/Caddyfile says the same.
write(
  "_headers",
  `/*
  Content-Security-Policy: ${POLICY}
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin
/playground-*
  Cache-Control: public, max-age=31536000, immutable
/styles-*
  Cache-Control: public, max-age=31536000, immutable
/sw.js
  Cache-Control: no-cache
`,
);
