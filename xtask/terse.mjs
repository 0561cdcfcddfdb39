// Takes out of scripts and styles what only people read: comments, space, and in scripts the names
// that nothing outside of them uses.
// Usage: node terse.mjs FOLDER

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

// Packages are those of the browser tests.
const require = createRequire(new URL("../tests/e2e/package.json", import.meta.url));
const { minify } = require("terser");

const folder = process.argv[2];

for (const name of readdirSync(folder, { recursive: true }).filter((file) => /\.(js|css)$/.test(file))) {
  const path = join(folder, name);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, name.endsWith(".js") ? await script(text) : styles(text));
}

async function script(text) {
  const { code } = await minify(text, { module: true, compress: { passes: 2 } });
  return code;
}

function styles(text) {
  return text.replace(/^\s*\/\*[^]*?\*\/\s*$/gm, "").replace(/^\s+/gm, "");
}
