// Makes the first load small: what a first visit does not run becomes a file of its own, which
// boot.js fetches when somebody is there to use it.
// Usage: node main.mjs FOLDER RAW REPORT, a built page, its module as the linker wrote it, and where
// to write which functions a first visit enters, the largest first

import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { bare, functions } from "./module.mjs";
import { rewired, SHARED, split } from "./split.mjs";
import { entered, marked } from "./visits.mjs";

/** A script that the module calls, in the glue. */
const SCRIPT = /^( {8})(__wb\w+): function/gm;

/** Something of the module that the glue asks for. */
const ASKED = /\bwasm\.(\w+)/g;

const [folder, rawPath, reportPath] = process.argv.slice(2);
const read = (name) => Uint8Array.from(readFileSync(join(folder, name)));

const wasm = readdirSync(folder).find((name) => name.endsWith("_bg.wasm"));
const stem = wasm.slice(0, -"_bg.wasm".length);
const built = read(wasm);
const scripts = withoutStreams(readFileSync(join(folder, `${stem}.js`), "utf8"));
const short = shortNames(scripts);
const asked = askedFor(scripts);
const whole = rewired(bare(built), short, asked);

const keep = await visited();
report(keep);
const { first, rest, entries } = split(whole, Uint8Array.from(readFileSync(rawPath)), keep);
console.log(
  `A first visit enters ${keep.size} functions: ${first.length} bytes of ${whole.length}; ` +
    `${rest.length} bytes in ${entries} entries come later.`,
);

// The names say what is in the files: they may be kept for ever.
const glue = joined(renamed(scripts));
const hash = createHash("sha256").update(first).update(rest).update(glue).digest("hex").slice(0, 16);
const named = stem.replace(/[0-9a-f]+$/, hash);
renameSync(join(folder, `${stem}.js`), join(folder, `${named}.js`));
writeFileSync(join(folder, `${named}.js`), glue);
rmSync(join(folder, wasm));
writeFileSync(join(folder, `${named}_bg.wasm`), first);
writeFileSync(join(folder, `${named}_rest.wasm`), rest);
const index = readFileSync(join(folder, "index.html"), "utf8").replaceAll(stem, named);
writeFileSync(join(folder, "index.html"), changed(index, /data-wasm="(.*?)_bg\.wasm"/, '$& data-rest="$1_rest.wasm"'));

/** Visits a copy of the page that notes what it runs. */
async function visited() {
  const copy = mkdtempSync(join(tmpdir(), "first-visit-"));
  try {
    cpSync(folder, copy, { recursive: true });
    writeFileSync(join(copy, wasm), marked(whole));
    writeFileSync(join(copy, `${stem}.js`), renamed(scripts));
    return await entered(copy);
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** The glue without the classes of a library for streams of a server, which nobody here makes anything of. */
function withoutStreams(text) {
  const classes = /^export class IntoUnderlying\w+ \{[\s\S]*?^\}\n(?:if \(Symbol\.dispose\) .*\n)?/gm;
  const ends = /^const IntoUnderlying\w+Finalization = [\s\S]*?;\n/gm;
  return text.replace(classes, "").replace(ends, "");
}

/** Short names for the scripts that the module calls: theirs hold a hash, and stand in both files. */
function shortNames(text) {
  const names = [...text.matchAll(SCRIPT)].map(([, , name]) => name);
  if (names.length === 0) throw new Error("what the tools write has changed: the module calls no script");
  return new Map(names.map((name, n) => [name, `f${n.toString(36)}`]));
}

/** Short names for what the glue asks of the module; what it does not, is for nobody. */
function askedFor(text) {
  const names = new Set([...text.matchAll(ASKED)].map(([, name]) => name));
  return new Map([...names].map((name, n) => [name, `e${n.toString(36)}`]));
}

function renamed(text) {
  return text
    .replace(SCRIPT, (_, indent, name) => `${indent}${short.get(name)}: function`)
    .replace(ASKED, (_, name) => `wasm.${asked.get(name)}`);
}

/** What the first load is made of, for whoever wants it smaller. */
function report(entered) {
  const rows = functions(built).filter((_, n) => entered.has(String(n)));
  rows.sort((a, b) => b.size - a.size);
  const lines = rows.map(({ name, size }) => `${String(size).padStart(6)}  ${name.replace(/::h[0-9a-f]{16}$/, "")}\n`);
  writeFileSync(reportPath, lines.join(""));
}

/** The glue, which from now on lets the first call for the rest, and the rest call scripts. */
function joined(text) {
  // What the rest calls by its place in a list is handed to it by that number.
  const shared = `...Array.from({ length: wasm.${SHARED}.length }, (_, n) => wasm.${SHARED}.get(n))`;
  const load = `load: () => loadRest({ ...scripts, first: { ...wasm, ${shared} } })`;
  const imports = changed(text, /return (\{\s*__proto__: null,\s*"[^"]+": import0,\s*\});/, `const scripts = $1;\n    return { ...scripts, rest: { ${load} } };`);
  return `${imports}\nlet loadRest;\nexport const onRest = (load) => { loadRest = load; };\n`;
}

function changed(text, pattern, to) {
  if (!pattern.test(text)) throw new Error(`what the tools write has changed: ${pattern} is nowhere in it`);
  return text.replace(pattern, to);
}
