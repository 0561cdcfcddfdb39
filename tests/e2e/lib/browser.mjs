// A browser for the tests, and pages in it that tell on themselves: what lands on the console as
// an error, what is thrown and not caught, and what is fetched from elsewhere fails the test.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

import { servePage } from "./server.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const FLAGS = [
  // There is no other user to be protected from, and as root Chromium starts in no other way.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Nothing but this machine exists: a stray request fails at once, and is reported below.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

function executable() {
  const onPath = (name) =>
    (process.env.PATH ?? "")
      .split(delimiter)
      .map((folder) => join(folder, name))
      .find((path) => existsSync(path));
  const found = process.env.CHROMIUM ?? NAMES.map(onPath).find(Boolean);
  if (!found) throw new Error("no Chromium found: install it, or set CHROMIUM to its path");
  return found;
}

export const launch = () => chromium.launch({ executablePath: executable(), args: FLAGS });

/**
 * One browser and one server for all tests of a file. Call it once at the top, with `node:test`'s
 * hooks, and open pages with the function it returns:
 *
 *     const openPage = pages({ before, after });
 *     test("…", async (t) => { const page = await openPage(t, { hash: "#demo=figure-8" }); … });
 *
 * A page that one test is done with is emptied and given to the next: a new one takes both cores of a
 * small machine for a second. Where a first visit is what is tested, `pages(…, { fresh: true })`
 * forbids that.
 *
 * Options of `openPage`:
 * - `viewport`, `colorScheme` ("light" | "dark"), `reducedMotion` ("reduce");
 * - where: `path` and `query` below the server's prefix, and `hash`;
 * - `wait`: the selector that says the page is there, `null` for none;
 * - `allow`: a pattern of problems that this test provokes;
 * and, for a page that is nobody else's before and after,
 * - `fresh`: where more of the browser is changed than what a site stores;
 * - `url`, a whole address; `touch`; `context`: more options of playwright's `newContext`;
 * - `prepare(page)`: called before the page is loaded.
 */
export function pages({ before, after }, { fresh = false } = {}) {
  let browser;
  let server;
  const spare = [];
  before(async () => {
    [browser, server] = await Promise.all([launch(), servePage()]);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });
  const openPage = async (t, options = {}) => {
    const shares = !fresh && Object.keys(options).every((name) => SHARED.includes(name));
    const opened = await open(browser, server, options, shares ? spare.pop() : null);
    t.after(async () => {
      const found = await opened.problems();
      if (shares && (await isEmptied(opened.tab, server.origin))) spare.push(opened.tab);
      else await opened.close();
      assert.deepEqual(found, [], "the page had problems");
    });
    return opened.page;
  };
  // Known only once the hooks have run.
  return Object.defineProperties(openPage, {
    server: { get: () => server },
    browser: { get: () => browser },
  });
}

/** What can be asked of a page that was another test's. */
const SHARED = ["viewport", "colorScheme", "reducedMotion", "path", "query", "hash", "wait", "allow"];

/** Leaves a page as if nobody had been there; false where that cannot be said. */
async function isEmptied({ page, context }, origin) {
  if (page.isClosed()) return false;
  try {
    page.removeAllListeners();
    await page.goto("about:blank", { timeout: 5_000 });
    await Promise.all(context.pages().map((other) => other !== page && other.close()));
    const tools = await context.newCDPSession(page);
    await tools.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
    await tools.detach();
    await context.clearPermissions();
    await page.mouse.move(0, 0);
    return true;
  } catch {
    return false;
  }
}

/** Opens a page, or the `given` one anew, and collects its problems; `pages` does the rest for tests. */
export async function open(
  browser,
  server,
  {
    viewport = { width: 1280, height: 800 },
    colorScheme = "light",
    reducedMotion = "no-preference",
    touch = false,
    path = "",
    query = "",
    hash = "",
    url = server.url(`${path}${query}${hash}`),
    wait = "html[data-boot=ready]",
    allow = null,
    context: more = {},
    prepare = async () => {},
  } = {},
  given = null,
) {
  const looks = { colorScheme, reducedMotion };
  const tab = given ?? (await newTab(browser, { viewport, ...looks, hasTouch: touch, ...more }));
  const { page, context } = tab;
  if (given) await Promise.all([page.setViewportSize(viewport), page.emulateMedia(looks)]);
  const problems = collectProblems(page, [server.origin, new URL(url).origin]);
  try {
    await prepare(page);
    await page.goto(url);
    if (wait) await page.locator(wait).waitFor({ state: "attached" });
  } catch (error) {
    await context.close();
    const said = problems.length > 0 ? `\nThe page said:\n${problems.join("\n")}` : "";
    throw new Error(`${error.message}${said}`, { cause: error });
  }
  return {
    page,
    tab,
    problems: async () => problems.filter((problem) => !allow?.test(problem)),
    close: () => context.close(),
  };
}

/** A page in a context of its own; the two go on together. */
async function newTab(browser, options) {
  const context = await browser.newContext({ serviceWorkers: "block", ...options });
  context.setDefaultTimeout(15_000);
  return { page: await context.newPage(), context };
}

function collectProblems(page, origins) {
  const problems = [];
  page.on("console", (message) => {
    // Where workers of a site are refused, as for most tests, playwright says so.
    const refused = message.text() === "Service Worker registration blocked by Playwright";
    // On a busy machine a module may come late. That what is preloaded is used, boot.test.mjs asks for.
    const late = /was preloaded using link preload but not used within a few seconds/.test(message.text());
    if (["error", "warning"].includes(message.type()) && !refused && !late) {
      problems.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.stack ?? error}`));
  page.on("crash", () => problems.push("the page crashed"));
  page.on("request", (request) => {
    const url = new URL(request.url());
    const local = ["data:", "blob:", "about:"].includes(url.protocol);
    if (!local && !origins.includes(url.origin)) problems.push(`fetched from elsewhere: ${url}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
  });
  return problems;
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Fails on anything that axe finds, with targets of at least 24 px asked for, too. `frame` may be
 * a page or a frame. axe is put in by the debugger, which no policy of the page keeps out.
 */
export async function axe(frame, options = {}) {
  await frame.evaluate(AXE);
  // What is just appearing is pale for the moment.
  await frame.evaluate(() => {
    const ends = (animation) => animation.effect?.getComputedTiming().endTime !== Infinity;
    return Promise.all(document.getAnimations().filter(ends).map((animation) => animation.finished.catch(() => {})));
  });
  const violations = await frame.evaluate(async (given) => {
    const { violations: found } = await window.axe.run(document, {
      resultTypes: ["violations"],
      ...given,
      rules: { "target-size": { enabled: true }, ...given.rules },
    });
    return found.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`),
    }));
  }, options);
  assert.deepEqual(violations, [], "axe has nothing to say");
}
