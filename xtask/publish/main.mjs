// Makes a built page ready for any static host: its policy, the headers that a host may send, and a
// page of its own for each scenario, with a picture, for those who meet its address in a chat, and the
// reference pages.
// Usage: node publish/main.mjs FOLDER [ADDRESS], where it will lie; without it addresses are relative, and
// there is nothing for oEmbed, which knows no relative ones

import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { launch, open } from "../../tests/e2e/lib/browser.mjs";
import { command } from "../../tests/e2e/lib/play.mjs";
import { servePage } from "../../tests/e2e/lib/server.mjs";
import { references } from "./docs.mjs";
import { escaped, pageOf } from "./html.mjs";

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

/** Name, title, what it is about, and a moment worth a picture: shortly after the last step. */
function read(file) {
  const text = readFileSync(join(scenarios, file), "utf8");
  const [, title] = /^title (.+)$/m.exec(text);
  const about = [...text.matchAll(/^about (.+)$/gm)].map(([, line]) => line);
  const times = [...text.matchAll(/^at ([\d.]+)(ms|s)\b/gm)].map(([, n, unit]) => n * (unit === "s" ? 1e6 : 1e3));
  const last = Math.min(Math.max(300_000, ...times), 20_000_000);
  return { name: basename(file, ".raft"), title, about, at: last + 30_000 };
}

/** A page for people and for programs that make a card of it. No script: whoever presses gets the run. */
function page({ name, title, about }, files) {
  const here = address && `${address}s/`;
  const figure = `${address || "../"}?embed=1#demo=${name}`;
  const card = {
    "og:type": "article",
    "og:site_name": "Raft Playground",
    "og:title": title,
    "og:description": about[0] ?? "",
    "og:image": `${here}${name}.png`,
    "og:image:width": "1200",
    "og:image:height": "630",
    ...(address && { "og:url": `${here}${name}.html` }),
  };
  const head = [
    `<meta name="description" content="${escaped(about[0] ?? title)}">`,
    '<meta name="twitter:card" content="summary_large_image">',
    ...Object.entries(card).map(([key, value]) => `<meta property="${key}" content="${escaped(value)}">`),
  ];
  const body = [
    `<h1>${escaped(title)}</h1>`,
    `<p><a class="card" href="../#demo=${name}"><img src="${name}.png" width="1200" height="630" alt="The ring of servers at a moment of this run"></a></p>`,
    ...about.map((line) => `<p>${escaped(line)}</p>`),
    `<p><a class="button primary" href="../#demo=${name}">Play it</a></p>`,
  ].join("\n");
  const discover = address
    ? [`<link rel="alternate" type="application/json+oembed" href="${here}${name}.json" title="${escaped(title)}">`]
    : [];
  return {
    html: pageOf({ title, head: [...head, ...discover], body, files }),
    oembed: {
      version: "1.0",
      type: "rich",
      provider_name: "Raft Playground",
      provider_url: address,
      title,
      thumbnail_url: `${here}${name}.png`,
      thumbnail_width: 1200,
      thumbnail_height: 630,
      width: 640,
      height: 475,
      html: `<iframe src="${escaped(figure)}" title="${escaped(title)}" width="640" height="475" loading="lazy" sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"></iframe>`,
    },
  };
}

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
const all = texts.sort().map(read);
mkdirSync(join(folder, "s"));
await pictures(all);
writeFileSync(join(folder, "card.png"), readFileSync(join(folder, "s", "leader-crash.png")));
const named = (pattern) => readdirSync(folder).find((name) => pattern.test(name));
const files = { styles: named(/^styles-.*\.css$/), icon: named(/^icon-.*\.svg$/) };
for (const scenario of all) {
  const { html, oembed } = page(scenario, files);
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
