// Makes a built page one that can be installed and opens without a network: the worker with its list of
// files, the manifest, and icons. Comes after everything that changes a file, and before compression.
// Usage: node offline.mjs FOLDER

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

import { launch } from "../tests/e2e/lib/browser.mjs";

const folder = process.argv[2];

/** What is not the page: pages of scenarios with their pictures, what other people's pages load, packed copies. */
const ELSEWHERE = /^(s\/|embed\/|sw\.js$|_headers$|card\.png$)|\.(br|gz)$|\.d\.ts$|(^|\/)(package\.json|\.gitignore)$/;

/** Squares for home screens. Of a maskable one, any shape of four fifths of its width may be cut out. */
const ICONS = [
  { file: "icon-192.png", size: 192, share: 0.86, purpose: "any" },
  { file: "icon-512.png", size: 512, share: 0.86, purpose: "any" },
  { file: "icon-maskable-512.png", size: 512, share: 0.6, purpose: "maskable" },
];

async function icons() {
  const svg = readFileSync(fileURLToPath(new URL("../www/icon.svg", import.meta.url)), "utf8");
  const browser = await launch();
  for (const { file, size, share } of ICONS) {
    const page = await browser.newPage({ viewport: { width: size, height: size }, colorScheme: "light" });
    const inner = Math.round(size * share);
    const picture = svg.replace("<svg ", `<svg width="${inner}" height="${inner}" `);
    await page.setContent(`<body style="margin:0;height:100vh;display:grid;place-items:center;background:#fbfaf7">${picture}`);
    await page.screenshot({ path: join(folder, file) });
    await page.close();
  }
  await browser.close();
}

function manifest() {
  const text = JSON.stringify(
    {
      name: "Raft Playground",
      short_name: "Raft",
      description: "A real Raft in your browser: watch servers elect a leader, crash it, step back in time.",
      id: "./",
      start_url: "./",
      scope: "./",
      display: "standalone",
      background_color: "#fbfaf7",
      theme_color: "#ffffff",
      icons: ICONS.map(({ file, size, purpose }) => ({ src: file, sizes: `${size}x${size}`, type: "image/png", purpose })),
    },
    null,
    1,
  );
  writeFileSync(join(folder, "manifest.webmanifest"), `${text}\n`);
}

/** The page names its manifest, and `boot.js` finds what keeps it. */
function link() {
  const path = join(folder, "index.html");
  const text = readFileSync(path, "utf8");
  if (text.includes("data-offline")) return;
  const linked = text
    .replace("</head>", '<link rel="manifest" href="manifest.webmanifest"></head>')
    .replace("data-wasm=", 'data-offline="./offline.js" data-wasm=');
  if (!linked.includes("manifest") || !linked.includes("data-offline")) throw new Error("index.html is not as expected");
  writeFileSync(path, linked);
}

function worker() {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join("/"))
    .filter((file) => !ELSEWHERE.test(file))
    .sort();
  const sum = (file) => `sha256-${createHash("sha256").update(readFileSync(join(folder, file))).digest("base64")}`;
  // Hosts give the page as the folder; some lead away from its name.
  const list = Object.fromEntries(files.map((file) => [file === "index.html" ? "./" : file, sum(file)]));
  const text = JSON.stringify(list, null, 1);
  const version = createHash("sha256").update(text).digest("hex").slice(0, 16);
  const template = readFileSync(fileURLToPath(new URL("sw.js", import.meta.url)), "utf8");
  writeFileSync(join(folder, "sw.js"), template.replace("{VERSION}", version).replace("{FILES}", () => text));
  console.log(`offline: version ${version}, ${files.length} files`);
}

await icons();
manifest();
link();
worker();
