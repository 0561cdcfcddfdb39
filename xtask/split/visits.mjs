// What a first visit runs: the functions that are entered before a reader does more than look.

import { binaryen, open as openModule } from "./binaryen.mjs";
import { launch, open } from "../../tests/e2e/lib/browser.mjs";
import { servePage } from "../../tests/e2e/lib/server.mjs";

/** Visits that differ in what they run. */
const VISITS = [
  {},
  { viewport: { width: 1920, height: 1080 }, colorScheme: "dark" },
  { viewport: { width: 390, height: 844 }, touch: true },
  { viewport: { width: 320, height: 568 }, touch: true, reducedMotion: "reduce" },
  { reducedMotion: "reduce" },
];

/** Long enough for an election, the story of it, and heartbeats after it. */
const LASTS = 8_000;

/** A global of each function says that it was entered. */
const MARK = "entered-";

/** Moves the pointer across the page: the first sign of a reader must not have to wait. */
async function sweep(page) {
  const { width, height } = page.viewportSize();
  await page.mouse.move(0, 0);
  await page.mouse.move(width - 1, height - 1, { steps: 40 });
  await page.mouse.move(0, height - 1);
  await page.mouse.move(width - 1, 0, { steps: 40 });
}

/** The module with marks in it. */
export function marked(bytes) {
  const module = openModule(bytes);
  for (const { name, results, body } of module.own()) {
    const mark = MARK + name;
    module.addGlobal(mark, binaryen.i32, true, module.i32.const(0));
    module.addGlobalExport(mark, mark);
    const noted = module.global.set(mark, module.i32.const(1));
    binaryen.Function.setBody(module.getFunction(name), module.block(null, [noted, body], results));
  }
  return module.emitBinary();
}

/** The names of all functions that the visits enter, on a page whose module is `marked`. */
export async function entered(folder) {
  const [browser, server] = await Promise.all([launch(), servePage({ root: folder })]);
  const visit = async (options) => {
    const { page, problems, close } = await open(browser, server, { ...options, prepare: watched });
    await page.waitForTimeout(LASTS);
    if (!options.touch) await sweep(page);
    const marks = await page.evaluate(
      (mark) => Object.keys(window.instance.exports).filter((name) => name.startsWith(mark) && window.instance.exports[name].value),
      MARK,
    );
    const found = await problems();
    if (found.length > 0) throw new Error(`a first visit had problems:\n${found.join("\n")}`);
    await close();
    return marks.map((name) => name.slice(MARK.length));
  };
  try {
    return new Set((await Promise.all(VISITS.map(visit))).flat());
  } finally {
    await browser.close();
    await server.close();
  }
}

const watched = (page) =>
  page.addInitScript(() => {
    // It is in one piece and says so; on a first visit the rest is not here yet.
    new MutationObserver(() => delete document.documentElement.dataset.rest).observe(document, {
      attributeFilter: ["data-rest"],
      subtree: true,
    });
    const original = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...given) => {
      const result = await original.apply(WebAssembly, given);
      window.instance = result.instance;
      return result;
    };
  });
