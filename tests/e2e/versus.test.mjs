// Two clusters, apart in one setting: chosen on the page, played on one clock, measured, and given away as a link.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { button, leader, pause, state } from "./lib/play.mjs";

const openPage = pages({ before, after });

const dialogOf = (page) => page.getByRole("dialog", { name: "Compare two runs" });

/** The three cells of a row of what was measured. */
const measured = (dialog, name) =>
  dialog
    .getByRole("region", { name: "What was measured until then" })
    .getByRole("row", { name: new RegExp(`^${name}`) })
    .getByRole("cell")
    .allInnerTexts();

/** Waits until what is read is so. */
async function settled(page, what, read, holds) {
  const end = Date.now() + 30_000;
  for (;;) {
    const now = await read();
    if (holds(now)) return now;
    if (Date.now() > end) throw new Error(`not: ${what}; it is ${JSON.stringify(now)}`);
    await page.waitForTimeout(50);
  }
}

const WORK = "raft 1\nservers 3\nset latency 20ms\nset bandwidth 1MB/s\nset entry-size 16KiB\nset load 40/s\nset batch 1\n";

test("protocols are chosen, played on one clock and measured", async (t) => {
  const page = await openPage(t, { hash: `#text=${encodeURIComponent(WORK)}&at=0ms` });
  await button(page, "Protocol …").click();
  await button(page, "Compare protocols …").click();
  const dialog = dialogOf(page);
  assert.equal(await dialog.getByRole("combobox", { name: "What to compare" }).inputValue(), "replication");
  await dialog.getByRole("combobox", { name: "First" }).selectOption({ label: "several at a time (pipelined)" });
  await dialog.getByRole("combobox", { name: "Second" }).selectOption({ label: "on a stream (streaming)" });
  assert.equal(await dialog.getByRole("combobox", { name: "Writes" }).inputValue(), "", "the run has writes of its own");
  await dialog.getByRole("region", { name: "several at a time (pipelined)" }).waitFor();
  await dialog.getByRole("region", { name: "on a stream (streaming)" }).waitFor();
  await axe(page);
  const clock = dialog.getByRole("slider", { name: "Moment of both runs" });
  const now = async () => Number(await clock.inputValue());
  await dialog.getByRole("combobox", { name: "Speed of both" }).selectOption("10×");
  await dialog.getByRole("button", { name: "Play both" }).click();
  await settled(page, "time runs", now, (at) => at > 1_000);
  await dialog.getByRole("button", { name: "Pause both" }).click();
  await dialog.getByRole("button", { name: "Play both" }).waitFor();
  const still = await now();
  await page.waitForTimeout(300);
  assert.equal(await now(), still, "time stands still");
  await dialog.getByRole("button", { name: "The end" }).click();
  await settled(page, "the end", now, (at) => at >= 5_000);
  const [pipelined, streaming, apart] = await settled(
    page,
    "heartbeats of streams are on time",
    () => measured(dialog, "heartbeat on its way"),
    ([, second]) => /^(19|20|21) ms$/.test(second.trim()),
  );
  assert.notEqual(pipelined.trim(), streaming.trim());
  assert.match(apart, /^−\d+ %$/);
  const [first, second] = await measured(dialog, "entries committed");
  assert.ok(Number(first) > 20 && Number(second) > 20, `${first} and ${second} entries`);
  await axe(page);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.equal((await state(page)).t, 0, "the run itself stays where it was");
});

test("a link opens the same comparison at the same moment", async (t) => {
  const page = await openPage(t, { hash: `#text=${encodeURIComponent("raft 1\n")}&at=0ms` });
  await page.keyboard.press("r");
  const dialog = dialogOf(page);
  await dialog.getByRole("combobox", { name: "What to compare" }).selectOption("servers");
  await dialog.getByRole("combobox", { name: "First" }).selectOption({ label: "3 servers" });
  await dialog.getByRole("combobox", { name: "Second" }).selectOption({ label: "5 servers" });
  await dialog.getByRole("combobox", { name: "Writes" }).selectOption({ label: "100 in a second" });
  await dialog.getByRole("button", { name: "The end" }).click();
  const rows = () => measured(dialog, "messages");
  const here = await settled(page, "both are measured", rows, ([, , apart]) => /^\+[5-9]\d %$|^\+1\d\d %$/.test(apart));
  const link = await dialog.getByRole("textbox", { name: "Link to this comparison" }).inputValue();
  assert.match(link, /&compare=servers\.3\.5\.100$/);
  const other = await openPage(t, { hash: new URL(link).hash });
  const there = dialogOf(other);
  await there.getByRole("region", { name: "3 servers" }).waitFor();
  assert.equal(await there.getByRole("combobox", { name: "Writes" }).inputValue(), "100");
  await settled(other, "the same numbers", () => measured(there, "messages"), (row) => row.join() === here.join());
});

test("what makes no sense for one of the two is said", async (t) => {
  const text = "raft 1\nat 1s crash S5\nat 2s restart S5\n";
  const page = await openPage(t, { hash: `#text=${encodeURIComponent(text)}&at=0ms&compare=servers.3.5` });
  const dialog = dialogOf(page);
  await dialog.getByRole("alert").getByText(/cannot do what this run does: .*S5/).waitFor();
  await axe(page);
  await dialog.getByRole("combobox", { name: "First" }).selectOption({ label: "7 servers" });
  await dialog.getByRole("region", { name: "7 servers" }).waitFor();
  const odd = await openPage(t, { hash: "#demo=first-election&compare=colour.red.blue", wait: "[role=alert]" });
  await odd.getByRole("alert").getByText(/compare=colour\.red\.blue/).waitFor();
});

test("on a phone, dark, and in Chinese", async (t) => {
  const hash = "#demo=leader-crash&at=600ms&compare=pre-vote.off.on.20";
  const phone = await openPage(t, { hash, viewport: { width: 320, height: 640 }, colorScheme: "dark", touch: true });
  const dialog = dialogOf(phone);
  await dialog.getByRole("region", { name: "with PreVote" }).waitFor();
  const wide = await dialog.evaluate((element) => element.scrollWidth - element.clientWidth);
  assert.ok(wide <= 0, `${wide} px too wide`);
  await axe(phone);
  const chinese = await openPage(t, { hash, query: "?lang=zh" });
  await chinese.getByRole("dialog", { name: "比较两次运行" }).getByRole("button", { name: "播放两者" }).click();
  await pause(chinese);
  assert.ok(leader(await state(chinese)) !== null);
});
