// The worker of this site: holds all files of one version, so that the page opens and plays without a
// network, and gives them out together, so that no two versions are mixed. Written by xtask/offline.mjs.

const VERSION = "{VERSION}";

/** What the page needs, each with its checksum: a copy that is half of another version is refused. */
const FILES = {FILES};

const scope = new URL(registration.scope);
const PREFIX = `raft-playground ${scope.pathname} `;
const NAME = PREFIX + VERSION;

const at = (file) => new URL(file, scope).href;

addEventListener("install", (event) => event.waitUntil(take()));

async function take() {
  const cache = await caches.open(NAME);
  const fetchOne = async ([file, integrity]) => {
    const answer = await fetch(new Request(at(file), { cache: "no-cache", integrity }));
    if (!answer.ok) throw new Error(`${answer.status}: ${file}`);
    await cache.put(at(file), answer);
  };
  try {
    await Promise.all(Object.entries(FILES).map(fetchOne));
  } catch (error) {
    await caches.delete(NAME);
    throw error;
  }
}

// The version before stays: another tab may still run it, and load a part of it late.
addEventListener("activate", (event) => event.waitUntil(tidy()));

async function tidy() {
  const ours = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
  await Promise.all(ours.slice(0, -1).map((name) => caches.delete(name)));
  await clients.claim();
}

addEventListener("message", ({ data }) => {
  if (data === "take over") skipWaiting();
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  const below = address.origin === scope.origin && address.pathname.startsWith(scope.pathname);
  if (request.method !== "GET" || !below) return;
  const path = address.pathname.slice(scope.pathname.length);
  const file = path === "" || path === "index.html" ? "./" : path;
  if (Object.hasOwn(FILES, file)) event.respondWith(kept(at(file), request));
  // A file whose name has its checksum, of the version before.
  else if (/^playground-/.test(path)) event.respondWith(kept(at(path), request));
});

async function kept(address, request) {
  const options = { ignoreVary: true };
  const cache = await caches.open(NAME);
  return (await cache.match(address, options)) ?? (await caches.match(address, options)) ?? fetch(request);
}
