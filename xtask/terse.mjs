// Takes out of scripts and styles what only people read: comments on lines of their own, and the
// space before each line. Names stay, so an error on the page still says where it is.
// Usage: node terse.mjs FOLDER

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];

for (const name of readdirSync(folder).filter((file) => /\.(js|css)$/.test(file))) {
  const path = join(folder, name);
  const text = readFileSync(path, "utf8");
  const terse = text
    .replace(/^\s*\/\*[^]*?\*\/\s*$/gm, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/^\s+/gm, "");
  const open = terse.split("\n").find((line) => line.split("`").length % 2 === 0);
  if (open) throw new Error(`${name} has a text over several lines, in which space counts: ${open}`);
  writeFileSync(path, terse);
}
