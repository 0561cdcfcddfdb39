// What the main thread of a page does, in processor time: other programs on the machine slow the
// wall clock, not this one.

/** The stages of a frame, by the events of Chromium's traces. The first that is around counts. */
const STAGES = {
  FunctionCall: "script",
  EvaluateScript: "script",
  RunMicrotasks: "script",
  FireAnimationFrame: "script",
  EventDispatch: "script",
  HandlePostMessage: "script",
  TimerFire: "script",
  MinorGC: "collect",
  MajorGC: "collect",
  "V8.GCScavenger": "collect",
  "BlinkGC.AtomicPhase": "collect",
  UpdateLayoutTree: "style",
  RecalcStyle: "style",
  Layout: "layout",
  PrePaint: "paint",
  Paint: "paint",
  Layerize: "paint",
  Commit: "commit",
};

const CATEGORIES = [
  "toplevel",
  "devtools.timeline",
  "disabled-by-default-devtools.timeline",
  "blink.user_timing",
  "__metadata",
];

/** Runs `act` and gives the trace events of the page's main thread meanwhile, by their start. */
export async function traced(page, act, categories = CATEGORIES) {
  const browser = await page.context().browser().newBrowserCDPSession();
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send("Page.getFrameTree");
  const events = [];
  browser.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  const done = new Promise((resolve) => browser.once("Tracing.tracingComplete", resolve));
  await browser.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { recordMode: "recordAsMuchAsPossible", traceBufferSizeInKb: 400_000, includedCategories: categories },
  });
  try {
    await act();
  } finally {
    await browser.send("Tracing.end");
    await done;
    await browser.detach();
    await session.detach();
  }
  return ofMainThread(events, frameTree.frame.id);
}

/** The thread that runs this page: the one whose events name its frame, or the busiest renderer. */
function ofMainThread(events, frame) {
  const mains = events
    .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
    .map(({ pid, tid }) => `${pid} ${tid}`);
  const names = ({ args }) =>
    args?.data?.frame === frame || args?.beginData?.frame === frame || args?.frame === frame;
  const own = new Map();
  for (const event of events) {
    const thread = `${event.pid} ${event.tid}`;
    if (mains.includes(thread) && names(event)) own.set(thread, (own.get(thread) ?? 0) + 1);
  }
  const [thread] = [...own].sort((a, b) => b[1] - a[1])[0] ?? [];
  if (!thread) throw new Error("the trace shows no thread of this page");
  return events
    .filter(({ ph, pid, tid, tdur }) => ph === "X" && tdur !== undefined && `${pid} ${tid}` === thread)
    .sort((a, b) => a.ts - b.ts || b.dur - a.dur);
}

/** The tasks of a thread: those that stand in no other. Milliseconds of processor time each. */
export function tasks(events) {
  const found = [];
  let end = -Infinity;
  for (const event of events) {
    if (!event.name.endsWith("RunTask") || event.ts < end) continue;
    end = event.ts + event.dur;
    found.push({ start: event.ts, end, cpu: event.tdur / 1_000, stages: {}, frames: false });
  }
  let at = 0;
  // What stands in another of a stage belongs to that one less its own time: style in a script is style.
  const open = [];
  for (const event of events) {
    while (at < found.length && found[at].end <= event.ts) at += 1;
    const task = found[at];
    if (!task || event.ts < task.start) continue;
    if (event.name === "FireAnimationFrame") task.frames = true;
    const stage = STAGES[event.name];
    if (!stage) continue;
    while (open.length > 0 && open.at(-1).end <= event.ts) open.pop();
    const cpu = event.tdur / 1_000;
    task.stages[stage] = (task.stages[stage] ?? 0) + cpu;
    const around = open.at(-1);
    if (around) task.stages[around.stage] -= cpu;
    open.push({ end: event.ts + event.dur, stage });
  }
  return found;
}

/** The frames: from one frame of the page's to the next, all that the thread did. */
export function frames(events) {
  const all = [];
  for (const task of tasks(events)) {
    if (task.frames) all.push({ cpu: 0, stages: {} });
    const frame = all.at(-1);
    if (!frame) continue;
    frame.cpu += task.cpu;
    for (const [stage, cpu] of Object.entries(task.stages)) frame.stages[stage] = (frame.stages[stage] ?? 0) + cpu;
  }
  // The first began before the trace, the last is not whole.
  return all.slice(1, -1);
}

/** The value below which such a share of them is. */
export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(Math.ceil(sorted.length * share) - 1, 0)] ?? NaN;
}
