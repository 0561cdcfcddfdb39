// The page of a scenario beside the playground, for those who meet its address in a chat.

import { readFileSync } from "node:fs";
import { basename } from "node:path";

import { escaped, pageOf } from "./html.mjs";

/** Name, title, what it is about, and a moment worth a picture: shortly after the last step. */
export function readScenario(file) {
  const text = readFileSync(file, "utf8");
  const [, title] = /^title (.+)$/m.exec(text);
  const about = [...text.matchAll(/^about (.+)$/gm)].map(([, line]) => line);
  const times = [...text.matchAll(/^at ([\d.]+)(ms|s)\b/gm)].map(([, n, unit]) => n * (unit === "s" ? 1e6 : 1e3));
  const last = Math.min(Math.max(300_000, ...times), 20_000_000);
  return { name: basename(file, ".raft"), title, about, at: last + 30_000 };
}

/**
 * A page for people and for programs that make a card of it, and the answer for oEmbed. No script: whoever
 * presses gets the run.
 */
export function pageOfScenario({ name, title, about }, { address, files }) {
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
