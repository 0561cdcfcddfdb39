// The repository's reference pages as pages beside the playground: what whoever writes scenarios, embeds
// figures or reads traces looks up, in the version of the playground that it lies beside.

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import { escaped, pageOf } from "./html.mjs";

// Packages are those of the browser tests.
const require = createRequire(new URL("../../tests/e2e/package.json", import.meta.url));
const { Marked } = require("marked");

const docs = new URL("../../docs/", import.meta.url);

/** Those that a reader of the page may want, in this order; the others follow. */
const FIRST = ["first-minute", "scenario-language", "course", "exercises", "embed", "exports", "traces", "keys", "model"];

/** As headings are named in the addresses of repositories: `## The header` is `#the-header`. */
const anchor = (text) =>
  text.toLowerCase().replace(/<[^>]*>|&[a-z]+;/g, "").replace(/[^\p{L}\p{N} _-]/gu, "").trim().replaceAll(" ", "-");

/** Where a link of a page leads here; what lies elsewhere in the repository is named and not linked. */
function leads(href) {
  if (/^(https?:|#)/.test(href)) return href;
  const page = /^([\w-]+)\.md(#.*)?$/.exec(href);
  return page && `${page[1]}.html${page[2] ?? ""}`;
}

const marked = new Marked({
  renderer: {
    heading({ tokens, depth }) {
      const inner = this.parser.parseInline(tokens);
      return `<h${depth} id="${anchor(inner)}">${inner}</h${depth}>\n`;
    },
    link({ href, tokens }) {
      const inner = this.parser.parseInline(tokens);
      const to = leads(href);
      return to ? `<a href="${escaped(to)}">${inner}</a>` : inner;
    },
    // What is wide is moved sideways by itself, by keyboard, too; the page stays where it is.
    table({ header, rows }) {
      const row = (cells, tag) => `<tr>${cells.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join("")}</tr>\n`;
      const body = rows.map((cells) => row(cells, "td")).join("");
      return `<div class="wide" tabindex="0" role="group" aria-label="table"><table>\n<thead>${row(header, "th")}</thead>\n<tbody>${body}</tbody></table></div>\n`;
    },
    code: ({ text }) => `<pre tabindex="0" aria-label="code"><code>${escaped(text)}</code></pre>\n`,
    // Pictures lie elsewhere in the repository, and remarks are for who makes the tables.
    image: ({ text }) => escaped(text),
    html: () => "",
  },
});

/** The pages: name and markup. */
export function references(files) {
  const named = readdirSync(fileURLToPath(docs)).filter((file) => file.endsWith(".md")).map((file) => file.slice(0, -3));
  const names = [...FIRST.filter((name) => named.includes(name)), ...named.filter((name) => !FIRST.includes(name)).sort()];
  const read = names.map((name) => {
    const text = readFileSync(new URL(`${name}.md`, docs), "utf8");
    return { name, text, title: /^# (.+)$/m.exec(text)[1].replaceAll("`", "") };
  });
  const index = read.map(({ name, title }) => `<li><a href="${name}.html">${escaped(title)}</a></li>`).join("\n");
  const back = '<p><a href="index.html">All reference pages</a></p>';
  return [
    { name: "index", html: pageOf({ title: "Reference", body: `<h1>Reference</h1>\n<ul>\n${index}\n</ul>`, kind: "reference", files }) },
    ...read.map(({ name, text, title }) => ({
      name,
      html: pageOf({ title, body: `${back}\n${marked.parse(text)}`, kind: "reference", files }),
    })),
  ];
}
