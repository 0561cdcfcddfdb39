// Lays `.br` and `.gz` beside every file of a folder that gets smaller by it.
// Usage: node compress.mjs FOLDER

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = process.argv[2];
const worth = /\.(html|css|js|mjs|wasm|svg|json|raft|txt|webmanifest)$/;

const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });

for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !worth.test(entry.name)) continue;
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const bytes = readFileSync(path);
  for (const [suffix, packed] of [
    [".br", brotli(bytes)],
    [".gz", gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION })],
  ]) {
    if (packed.length < bytes.length) writeFileSync(path + suffix, packed);
  }
}
