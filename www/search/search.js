// Searches beside the page: in a worker of its own; where workers are refused, as in a sandboxed
// frame, in slices between the page's frames. The page loads this script when a search is wanted,
// and the worker is the same script once more.

/** A worker tells of itself so often; beside the page a slice leaves time for a frame. In milliseconds. */
const TELL = 100;
const SLICE = 5;

/** A worker that has said nothing for so long is taken for refused: its script may be there late. */
const SILENT = 6_000;

const inWorker = typeof document === "undefined";

async function load() {
  const at = new URL("dist/searcher.js", import.meta.url);
  const { default: initialise, Search } = await import(at.href);
  await initialise({ module_or_path: new URL("searcher_bg.wasm", at) });
  return Search;
}

/** Searches as `order` says, in slices of about so many milliseconds, as long as it `goesOn`. */
async function search(order, tell, slice, rest, goesOn) {
  const Search = await load();
  const job = order.histories
    ? Search.histories(order.histories, order.seed)
    : Search.find(order.text, order.at, order.budget, order.seed);
  const began = performance.now();
  const counts = () => ({
    runs: job.runs(),
    events: job.events(),
    worlds: job.worlds(),
    milliseconds: performance.now() - began,
  });
  const found = () => ({
    scenario: job.scenario(),
    promise: job.promise(),
    begins: job.begins(),
    foundSteps: job.found_steps(),
    steps: job.steps(),
    servers: job.servers(),
  });
  let events = 500;
  while (goesOn()) {
    const from = performance.now();
    const stage = job.run(events);
    const took = performance.now() - from;
    // Slices as long as they may be, however fast the machine is.
    events = Math.max(50, Math.min(1_000_000, Math.round(events * Math.min(4, slice / Math.max(took, 0.1)))));
    const late = performance.now() - began > order.milliseconds;
    if (stage === 2 || late) {
      if (stage !== 2) job.settle();
      tell({ type: "done", late: late && stage === 0, ...counts(), ...found() });
      break;
    }
    tell({ type: stage === 0 ? "looks" : "shortens", ...counts() });
    await rest();
  }
  job.free();
}

const failed = (error) => ({ type: "failed", what: String(error?.message ?? error) });

/** Begins a search; what comes of it goes to `tell`. Gives what ends it. */
function begin(order, tell) {
  let goesOn = true;
  let worker;
  const beside = () => {
    worker?.terminate();
    worker = undefined;
    // A page that is not shown draws no frames, and goes on all the same.
    const frame = () =>
      new Promise((go) => {
        const late = setTimeout(go, 250);
        requestAnimationFrame(() => setTimeout(() => go(clearTimeout(late))));
      });
    const say = (what) => goesOn && tell({ ...what, worker: false });
    search(order, say, SLICE, frame, () => goesOn).catch((error) => say(failed(error)));
  };
  const inOwn = () => {
    worker = new Worker(import.meta.url, { type: "module" });
    const silent = setTimeout(beside, SILENT);
    worker.onmessage = ({ data }) => {
      clearTimeout(silent);
      if (goesOn && data.type !== "here") tell({ ...data, worker: true });
    };
    // Refused by a policy, or its script did not arrive: the page's own may.
    worker.onerror = (event) => {
      event.preventDefault();
      clearTimeout(silent);
      if (goesOn && worker) beside();
    };
    worker.postMessage(order);
  };
  try {
    inOwn();
  } catch {
    beside();
  }
  return () => {
    goesOn = false;
    worker?.terminate();
  };
}

if (inWorker) {
  postMessage({ type: "here" });
  onmessage = ({ data }) => {
    // Whoever has enough of it ends the worker: nothing needs to be heard in between.
    search(data, postMessage, TELL, async () => {}, () => true).catch((error) => postMessage(failed(error)));
  };
} else {
  globalThis.raftSearch = begin;
}
