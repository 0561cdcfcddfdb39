// The metrics are those of the command line, and follow the moment that is shown.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { pages } from "./lib/browser.mjs";
import { goTo, leader, pause, raftlab, state, until } from "./lib/play.mjs";

const openPage = pages({ before, after });

const LOAD = "raft 1\nservers 5\nset latency 1ms\nset load 15000/s\nset snapshot-every 2000\nat 0ms timeout S1\n";

test("the panel shows what the command line measures, and follows the moment", async (t) => {
  const page = await openPage(t, { hash: "#demo=leader-crash&at=585ms" });
  await page.getByRole("tab", { name: "Metrics" }).click();
  await page.getByText("Until 585 ms, in simulated time.").waitFor();
  const elections = page.getByRole("img", { name: /^Election time: .* 2 elections$/ });
  await elections.waitFor();
  const measured = JSON.parse(raftlab("run", "--metrics", "--until", "585ms", "www/scenarios/leader-crash.raft"));
  assert.equal(measured.elections.count, 2);
  await page.getByRole("img", { name: /^Time without a leader: .*2 times$/ }).waitFor();
  assert.equal(measured.leaderlessSpans.length, 2);
  await page.getByRole("table", { name: "What each server got" }).getByRole("rowheader", { name: "S5" }).waitFor();
  await goTo(page, 300_000);
  await page.getByRole("img", { name: /^Election time: .* 1 election$/ }).waitFor();
});

test("its figures are those of the command line", async (t) => {
  const page = await openPage(t, { hash: "#demo=slow-follower&at=760ms" });
  await page.getByRole("tab", { name: "Metrics" }).click();
  const { commits, elections } = JSON.parse(raftlab("run", "--metrics", "--until", "760ms", "www/scenarios/slow-follower.raft"));
  const told = ({ p50, p99, max, count }, what) =>
    `p50 ${p50 / 1_000} ms, p99 ${p99 / 1_000} ms, longest ${max / 1_000} ms, ${count} ${what}`;
  await page.getByRole("img", { name: `Commit latency: ${told(commits, "writes")}`, exact: true }).waitFor();
  await page.getByRole("img", { name: `Election time: ${told(elections, "election")}`, exact: true }).waitFor();
});

test("fifteen thousand writes a second: the page keeps up with real time", async (t) => {
  const page = await openPage(t, { hash: `#text=${encodeURIComponent(LOAD)}` });
  await until(page, "a leader", (now) => Boolean(leader(now)));
  await pause(page);
  const from = (await state(page)).t;
  const start = Date.now();
  await goTo(page, from + 2_000_000);
  const took = Date.now() - start;
  t.diagnostic(`2,000 ms of simulated time with 30,000 writes took ${took} ms`);
  // The machine that tests may be busy with something else: what is looked for is a slip of a magnitude.
  assert.ok(took < 10_000, `${took} ms`);
});
