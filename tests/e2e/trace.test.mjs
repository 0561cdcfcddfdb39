// A trace of another Raft in the page: read here, held to Raft's promises, walked through.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pages } from "./lib/browser.mjs";

const openPage = pages({ before, after });

const line = (server, event, fields) => JSON.stringify({ t: 1.5, server, event, ...fields });

/** So many events of five servers; on one line S2 votes a second time. */
function bigTrace(events, wrongAt) {
  const lines = [];
  let [term, index] = [0, 0];
  const say = (...one) => lines.push(line(...one));
  while (lines.length < events) {
    const leader = `S${(term % 5) + 1}`;
    term += 1;
    for (const n of [1, 2, 3, 4, 5]) say(`S${n}`, "vote", { term, for: leader });
    say(leader, "leader", { term });
    for (let n = 0; n < 200; n += 1) {
      index += 1;
      const entry = { index, term, value: `x=${index}` };
      for (const n of [1, 2, 3, 4, 5]) say(`S${n}`, "append", entry);
      for (const n of [1, 2, 3, 4, 5]) say(`S${n}`, "commit", { index });
    }
  }
  lines.length = events;
  const spoken = lines.slice(0, wrongAt).findLast((one) => one.includes('"leader"'));
  const { term: now, server } = JSON.parse(spoken);
  lines[wrongAt - 1] = line("S2", "vote", { term: now, for: server === "S4" ? "S5" : "S4" });
  return lines.join("\n");
}

async function openTraces(page) {
  await page.keyboard.press("o");
  await page.getByRole("button", { name: /your own Raft/ }).click();
  return page.getByRole("dialog", { name: "Another Raft's trace" });
}

/** The processor time in seconds that the page's tasks take from now on. */
async function processor(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const all = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value;
  };
  const before = await all();
  return async () => (await all()) - before;
}

test("a trace of 100,000 events is read while the page lives, and the planted double vote is found at its line", async (t) => {
  const page = await openPage(t, { fresh: true });
  const dialog = await openTraces(page);
  // From the disk: a file that the test hands over itself costs the page more time than reading it.
  const folder = mkdtempSync(join(tmpdir(), "raft-trace-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "run.jsonl");
  writeFileSync(file, bigTrace(100_000, 81_277));
  const began = Date.now();
  const spent = await processor(page);
  await dialog.getByLabel("Trace file").setInputFiles(file);
  const finding = dialog.getByRole("region", { name: "What Raft does not do" }).getByRole("button").first();
  await finding.waitFor();
  const seconds = (await spent()).toFixed(2);
  assert.ok(seconds < 2, `${seconds} s of processor time`);
  t.diagnostic(`100,000 events read in ${seconds} s of processor time; in all in ${Date.now() - began} ms`);
  assert.match(await finding.innerText(), /^line 81277: S2 voted twice in term \d+: for S\d, then for S\d \(see line \d+\)$/);
  await dialog.getByText("100000 events of 5 servers").waitFor();

  // It stands where it goes wrong, and every view shows that line.
  const place = dialog.getByRole("slider", { name: "Place in the trace" });
  assert.equal(await place.getAttribute("aria-valuetext"), "line 81277");
  const now = dialog.getByRole("list", { name: "What the lines say" }).locator("[aria-current=true]");
  assert.match(await now.innerText(), /81277\s+S2 votes for S\d in term/);
  const servers = dialog.getByRole("region", { name: "Servers at this line" }).getByRole("img");
  assert.match(await servers.getAttribute("aria-label"), /leader/);

  // To the very start by the keyboard: nobody leads.
  await place.focus();
  await page.keyboard.press("Home");
  assert.equal(await place.getAttribute("aria-valuetext"), "line 0");
  assert.doesNotMatch(await servers.getAttribute("aria-label"), /leader/);
  await dialog.getByRole("button", { name: "Next leader" }).click();
  assert.match(await servers.getAttribute("aria-label"), /leader/);
  await dialog.getByRole("button", { name: "Next finding" }).click();
  assert.equal(await place.getAttribute("aria-valuetext"), "line 81277");
});

test("this page's own run is a trace without a finding", async (t) => {
  const page = await openPage(t, { hash: "#demo=figure-7" });
  const dialog = await openTraces(page);
  await dialog.getByRole("button", { name: "Take this page's run" }).click();
  await dialog.getByText("Nothing that Raft forbids.").waitFor();
  await dialog.getByRole("img", { name: "Space-time diagram of the trace" }).waitFor();
});

test("what cannot be read is refused with its line, markup stays text, and the next trace is read", async (t) => {
  const page = await openPage(t);
  const dialog = await openTraces(page);
  await dialog.getByText("Or paste it").click();
  const area = dialog.getByRole("textbox", { name: "Or paste it" });
  const read = dialog.getByRole("button", { name: "Read it" });
  await area.fill(`${line("S1", "term", { term: 1 })}\n{"server":`);
  await read.click();
  await dialog.getByRole("alert").getByText("This trace cannot be read. 2: ").waitFor();
  const name = "<img src=x onerror=alert(1)>";
  await area.fill([line(name, "vote", { term: 1, for: name }), line(name, "leader", { term: 1 })].join("\n"));
  await read.click();
  await dialog.getByText("Nothing that Raft forbids.").waitFor();
  assert.equal(await page.locator("img[src=x]").count(), 0);
  await dialog.getByRole("list", { name: "What the lines say" }).getByText(`${name} leads term 1`).waitFor();
});
