// Static servers for the tests: the page under a sub-path with a strict policy, and elsewhere a
// page that embeds it. Both listen on this machine only, on a port that the system picks.

import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The release folder. */
export const DIST = fileURLToPath(new URL("../../../dist", import.meta.url));

/** The strictest policy that the page promises to work under. */
export const STRICT_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".raft": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/**
 * Serves a folder under `prefix`. `url(rest)` is the address of a file or query below it.
 * `missing` names files to answer with 404, as a broken upload would.
 */
export async function servePage({
  root = DIST,
  prefix = "/courses/raft/",
  policy = STRICT_POLICY,
  missing = () => false,
} = {}) {
  if (!existsSync(join(root, "index.html"))) {
    throw new Error(`${root} holds no page: build it with \`cargo xtask dist\``);
  }
  const server = await listen((request, response) => {
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (policy) response.setHeader("Content-Security-Policy", policy);
    const path = decodeURIComponent(new URL(request.url, "http://any").pathname);
    const name = path.endsWith("/") ? "index.html" : "";
    const file = normalize(join(root, path.slice(prefix.length), name));
    const inside = path.startsWith(prefix) && file.startsWith(root + sep);
    if (!inside || missing(path) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404, { "Content-Type": "text/plain" }).end("not found");
      return;
    }
    response.setHeader("Content-Type", TYPES[extname(file)] ?? "application/octet-stream");
    const packed = encoding(request, file);
    if (packed) response.setHeader("Content-Encoding", packed.name);
    response.writeHead(200);
    createReadStream(packed?.file ?? file).pipe(response);
  });
  return { ...server, url: (rest = "") => `${server.origin}${prefix}${rest}` };
}

/** The compressed file to send instead, if the client takes one. */
function encoding(request, file) {
  const accepted = (request.headers["accept-encoding"] ?? "").split(/\s*,\s*/);
  return [
    { name: "br", file: `${file}.br` },
    { name: "gzip", file: `${file}.gz` },
  ].find(({ name, file: packed }) => accepted.includes(name) && existsSync(packed));
}

/**
 * Serves a page of somebody else's, on another site, that embeds `url` in a frame. What the
 * frame says to its parent is kept in `messages`; `send(message)` answers it.
 */
export async function serveHost(url, { sandbox = "allow-scripts", width = 640, height = 400 } = {}) {
  const escaped = url.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const sandboxed = sandbox === null ? "" : ` sandbox="${sandbox}"`;
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>A course page</title>
<h1>A course page</h1>
<script>
  var messages = [];
  addEventListener("message", (event) => messages.push(event.data));
  var send = (message) => document.querySelector("iframe").contentWindow.postMessage(message, "*");
</script>
<iframe title="Raft Playground" src="${escaped}"${sandboxed} width="${width}" height="${height}"></iframe>`;
  const site = await serveSite({ "/": body });
  return { ...site, url: `${site.origin}/` };
}

/**
 * Serves pages of somebody else's on another site: texts by their path. `policy` is that of the site.
 */
export async function serveSite(files, { policy = null } = {}) {
  const server = await listen((request, response) => {
    const path = new URL(request.url, "http://any").pathname;
    // What a browser asks for besides is an icon: there is none.
    const found = path in files;
    if (policy) response.setHeader("Content-Security-Policy", policy);
    response.writeHead(found ? 200 : 204, { "Content-Type": TYPES[extname(path)] ?? TYPES[".html"] });
    response.end(found ? files[path] : "");
  });
  // Another host name, so that the browser takes it for another site and not just another port.
  const origin = server.origin.replace("127.0.0.1", "localhost");
  return { ...server, origin, url: (path = "/") => `${origin}${path}` };
}

async function listen(answer) {
  const server = createServer(answer);
  await new Promise((ready, failed) => {
    server.once("error", failed).listen(0, "127.0.0.1", ready);
  });
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      }),
  };
}
