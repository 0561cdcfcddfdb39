// How much memory a page holds: the browser tells that of scripts, and hides that of WebAssembly.

/** To be called before the page is loaded: keeps hold of the memory of WebAssembly that it makes. */
export const weighed = (page) =>
  page.addInitScript(() => {
    for (const name of ["instantiate", "instantiateStreaming"]) {
      const real = WebAssembly[name];
      WebAssembly[name] = async (...given) => {
        const made = await real.apply(WebAssembly, given);
        const { exports } = made.instance ?? made;
        const memory = Object.values(exports).find((one) => one instanceof WebAssembly.Memory);
        if (memory) window.weighed ??= memory;
        return made;
      };
    }
  });

/** Megabytes of scripts, after a collection, and of WebAssembly. */
export async function weigh(page) {
  const tools = await page.context().newCDPSession(page);
  await tools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await tools.send("Runtime.getHeapUsage");
  const wasm = await page.evaluate(() => window.weighed?.buffer.byteLength ?? 0);
  await tools.detach();
  return { script: usedSize / 1e6, wasm: wasm / 1e6 };
}
