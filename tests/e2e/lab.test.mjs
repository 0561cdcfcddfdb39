// The bug lab: rules with their switches, the banner that cannot be missed, and what clashes.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { button, goTo, pause, play, speed, state, until } from "./lib/play.mjs";
import { serveHost, servePage, STRICT_POLICY } from "./lib/server.mjs";

const openPage = pages({ before, after });

const panel = (page) => page.getByRole("tabpanel", { name: "Rules" });
const rules = (page) => panel(page).getByRole("switch");
const banner = (page) => page.getByRole("note").filter({ hasText: "of Raft" });
const fall = (page) => page.getByRole("region", { name: "The promise that fell" });
const search = (page, words) => panel(page).getByRole("searchbox").fill(words);
const ONE_VOTE = /votes for at most one candidate/;

test("rules by topic, all in force, found by words", async (t) => {
  const page = await openPage(t);
  await page.keyboard.press("!");
  assert.equal(await rules(page).count(), 45);
  assert.equal(await rules(page).filter({ checked: false }).count(), 45);
  for (const one of await rules(page).all()) assert.ok(await one.isChecked());
  await panel(page).getByText("All rules are kept.").waitFor();
  await panel(page).getByRole("region", { name: "Snapshots" }).waitFor();
  await search(page, "own term of nobody");
  assert.equal(await rules(page).count(), 0);
  await panel(page).getByText("No rule is about that.").waitFor();
  await search(page, "own term copies");
  assert.equal(await rules(page).count(), 1);
  await panel(page).getByText("Known from: logcabin#44, canonical/raft#220, async-raft#106").filter({ visible: true }).waitFor();
  await axe(page);
});

test("a rule that is off: a banner, here, in its link and in a figure, until it is on again", async (t) => {
  const page = await openPage(t);
  await until(page, "a leader", ({ servers }) => servers.some(({ role }) => role === "leader"));
  await pause(page);
  const before = await state(page);
  assert.equal(await banner(page).count(), 0);
  await page.getByRole("tab", { name: "Rules" }).click();
  await search(page, "at most one");
  const rule = rules(page).filter({ visible: true });
  await rule.press("Space");
  await banner(page).getByText(ONE_VOTE).waitFor();
  assert.equal(await rule.isChecked(), false);
  await panel(page).getByText("One rule is off.").waitFor();
  assert.equal((await state(page)).t, before.t, "at the same moment");
  await axe(page);

  await button(page, /^Share/).click();
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  await page.keyboard.press("Escape");
  const hash = link.slice(link.indexOf("#"));
  for (const query of ["", "?embed=1"]) {
    const friend = await openPage(t, { query, hash, viewport: { width: 640, height: 400 } });
    await banner(friend).getByText(ONE_VOTE).waitFor();
    const box = await banner(friend).boundingBox();
    assert.ok(box.y >= 0 && box.y + box.height <= 400, `in sight: ${JSON.stringify(box)}`);
  }

  await panel(page).getByRole("button", { name: "Keep all rules" }).click();
  await banner(page).waitFor({ state: "detached" });
  assert.deepEqual(await state(page), before, "the very same run again");
});

test("without a rule the same run stops where a promise falls, and says what clashes", async (t) => {
  // Nobody wins with all rules in force: two candidates of three, and the third votes once.
  const text = `raft 1
servers 3
set network manual
set election-timeout 5s..6s
at 0ms timeout S1
timeout S3
after 10ms
deliver S1->S2 vote
deliver S2->S1 vote-reply
after 10ms
deliver S3->S2 vote
deliver S2->S3 vote-reply
`;
  const viewport = { width: 1280, height: 1000 };
  const page = await openPage(t, { viewport, hash: `#text=${encodeURIComponent(text)}&at=500ms` });
  assert.deepEqual((await state(page)).violations, []);
  assert.equal(await fall(page).count(), 0);
  await page.keyboard.press("!");
  await search(page, "at most one");
  await rules(page).filter({ visible: true }).click();
  await fall(page).getByText(/Election Safety is broken/).waitFor();
  const { t: at, playing } = await state(page);
  assert.deepEqual([at, playing], [20_000, false], "it stands at that event");
  const facts = fall(page).getByRole("listitem").getByRole("button");
  assert.deepEqual(
    (await facts.allInnerTexts()).map((text) => text.split("\n")[0].trim()),
    ["S1 leads term 1.", "and yet S3 leads term 1, too.", "S2 votes for S1 and for S3 in term 1."],
  );
  await fall(page).getByText("What it rests on gave way before:").waitFor();
  await axe(page);
  // Each leads to where it came from, and back.
  const { digest } = await state(page);
  await facts.first().click();
  assert.notEqual((await state(page)).digest, digest);
  await fall(page).waitFor({ state: "detached" });
});

test("a shipped scenario of a rule opens from the list, and play stops where its promise falls", async (t) => {
  const page = await openPage(t);
  await page.keyboard.press("!");
  await search(page, "own term copies");
  await panel(page).getByRole("button", { name: "Watch it fall" }).filter({ visible: true }).click();
  await banner(page).waitFor();
  for (let stops = 0; stops < 8 && !(await fall(page).count()); stops += 1) {
    await speed(page, "10×");
    await play(page);
    await until(page, "it stops", ({ playing }) => !playing);
  }
  await fall(page).getByText(/Leader Completeness is broken/).waitFor();
});

test("a cluster that stands still is warned of, calmly, and says why when it is asked", async (t) => {
  const still = (page) => page.getByRole("note").filter({ hasText: "nothing keeps them apart" });
  const text = "raft 1\nservers 3\nset latency 400ms\n";
  const page = await openPage(t, { hash: `#text=${encodeURIComponent(text)}&at=20s` });
  await still(page).getByText(/^Nobody leads since 0 ms, although S1, S2 and S3 are up/).waitFor();
  const { warning, violations } = await state(page);
  assert.deepEqual([warning.what, warning.since, violations], ["no-leader", 0, []]);
  await axe(page);
  await still(page).getByRole("button", { name: "Why?" }).click();
  await page.getByRole("tabpanel").getByText(/stands for election in term/).first().waitFor();
  await goTo(page, 1_000_000);
  await still(page).waitFor({ state: "detached" });
});

for (const viewport of [{ width: 390, height: 844 }, { width: 320, height: 568 }]) {
  test(`at ${viewport.width} px nothing is wider than the page`, async (t) => {
    const page = await openPage(t, { viewport, hash: "#demo=double-vote&at=500ms" });
    await banner(page).getByRole("button", { name: "Rules" }).click();
    await rules(page).first().waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await axe(page);
  });
}

// ---- The search beside the page ------------------------------------------------------------------

const hunt = (page) => page.getByRole("region", { name: "Find a run that breaks a promise" });
const says = (page) => hunt(page).getByRole("status");
const OLD_TERM = `#text=${encodeURIComponent("raft 1\nseed 3\nbug commit-old-term\n")}`;

/** The counts in what a search says. */
function counts(text) {
  const [, runs, events, worlds, seconds] = /(\d+) runs, (\d+) events, (\d+) worlds, ([\d.]+) s/.exec(text) ?? [];
  return { runs: Number(runs), events: Number(events), worlds: Number(worlds), seconds: Number(seconds) };
}

/** How long frames take, while something goes on: the middle of all, and the longest, in milliseconds. */
const frames = (page, milliseconds) =>
  page.evaluate(
    (milliseconds) =>
      new Promise((done) => {
        const times = [];
        const next = (now) => {
          times.push(now);
          if (now - times[0] < milliseconds) return requestAnimationFrame(next);
          const lengths = times.slice(1).map((time, n) => time - times[n]).sort((a, b) => a - b);
          done({ count: lengths.length, middle: lengths[lengths.length >> 1], longest: lengths.at(-1) });
        };
        requestAnimationFrame(next);
      }),
    milliseconds,
  );

test("the old-term commit is found and made short, and opens as a scenario", async (t) => {
  const page = await openPage(t, { hash: OLD_TERM });
  await page.keyboard.press("!");
  await axe(page);
  await hunt(page).getByRole("button", { name: "Find it" }).click();
  const open = hunt(page).getByRole("button", { name: "Open it" });
  await open.waitFor({ timeout: 90_000 });
  const said = await says(page).innerText();
  assert.match(said, /^Leader Completeness falls: \d+ steps made \d+ on \d+ servers\./);
  const { events, seconds } = counts(said);
  t.diagnostic(`${said} That is ${Math.round(events / seconds)} events a second.`);
  // What is scrolled half under the search above it is no target just then.
  await page.locator(".hunt-form").evaluate((form) => form.scrollIntoView({ block: "center" }));
  await axe(page);
  await open.press("Enter");
  await page.getByText("Found: commit-old-term breaks Leader Completeness").first().waitFor();
  await banner(page).waitFor();
  await speed(page, "10×");
  for (let stops = 0; stops < 8 && !(await fall(page).count()); stops += 1) {
    await play(page);
    await until(page, "it stops", ({ playing }) => !playing);
  }
  await fall(page).getByText(/Leader Completeness is broken/).waitFor();
});

test("a search can be cancelled, and the picture goes on meanwhile", async (t) => {
  const page = await openPage(t);
  await until(page, "a leader", ({ servers }) => servers.some(({ role }) => role === "leader"));
  await page.keyboard.press("!");
  await hunt(page).getByRole("combobox", { name: "From" }).selectOption("any small cluster");
  const idle = await frames(page, 2_000);
  await hunt(page).getByRole("button", { name: "Find it" }).click();
  await says(page).getByText(/^None yet in \d+ runs/).waitFor();
  const busy = await frames(page, 2_000);
  t.diagnostic(`frames: ${JSON.stringify(idle)} before, ${JSON.stringify(busy)} during`);
  // Where other programs use all processors there are fewer of both; a page that searched itself would have next to none.
  assert.ok(busy.count * 12 >= idle.count, `${busy.count} frames during the search, ${idle.count} before`);
  await hunt(page).getByRole("button", { name: "Cancel" }).click();
  await says(page).getByText(/^Cancelled\. None in \d+ runs/).waitFor();
  const ended = await says(page).innerText();
  await page.waitForTimeout(400);
  assert.equal(await says(page).innerText(), ended, "it has ended");
  await hunt(page).getByRole("button", { name: "Find it" }).waitFor();
});

test("from the moment that is shown: what was there stays, and the rest is found", async (t) => {
  const text = "raft 1\nservers 3\nseed 3\nbug no-uptodate-check\nat 400ms write x=1\n";
  const page = await openPage(t, { hash: `#text=${encodeURIComponent(text)}&at=1s` });
  await page.keyboard.press("!");
  await hunt(page).getByRole("combobox", { name: "From" }).selectOption("this moment of this run");
  await hunt(page).getByRole("textbox", { name: "With at most" }).fill("2 cats");
  await hunt(page).getByRole("alert").getByText(/cats/).waitFor();
  await hunt(page).getByRole("textbox", { name: "With at most" }).fill("3 crashes, 6 drops, 3 partitions");
  await hunt(page).getByRole("button", { name: "Find it" }).click();
  await hunt(page).getByRole("button", { name: "Open it" }).click({ timeout: 90_000 });
  await until(page, "where it parts", ({ t: at }) => at === 1_000_000);
  await button(page, /^Share/).click();
  assert.match(await page.getByRole("textbox", { name: "The same as text" }).inputValue(), /at 400ms write x=1\n/);
});

test("where there is no worker it works between frames", async (t) => {
  const page = await openPage(t, {
    hash: OLD_TERM.replace("commit-old-term", "double-vote"),
    prepare: (fresh) => fresh.addInitScript(() => delete globalThis.Worker),
  });
  await page.keyboard.press("!");
  await hunt(page).getByRole("button", { name: "Find it" }).click();
  await hunt(page).getByRole("button", { name: "Open it" }).waitFor({ timeout: 90_000 });
  assert.match(await says(page).innerText(), /^Election Safety falls/);
});

test("where a policy refuses workers, and in a sandboxed frame, too", async (t) => {
  const server = await servePage({ policy: STRICT_POLICY.replace("worker-src 'self'", "worker-src 'none'") });
  t.after(server.close);
  const hash = OLD_TERM.replace("commit-old-term", "double-vote");
  const page = await openPage(t, { url: server.url(hash), allow: /worker/i });
  const host = await serveHost(openPage.server.url(hash), { width: 1200, height: 760 });
  t.after(host.close);
  const outer = await openPage(t, { url: host.url, wait: null, allow: /worker/i });
  for (const place of [page, outer.frameLocator("iframe")]) {
    await place.getByRole("tab", { name: "Rules" }).click();
    await hunt(place).getByRole("button", { name: "Find it" }).click();
    await hunt(place).getByRole("button", { name: "Open it" }).waitFor({ timeout: 90_000 });
  }
});

test("a search whose script does not arrive says so", async (t) => {
  const server = await servePage({ missing: (path) => path.includes("/search/") });
  t.after(server.close);
  const page = await openPage(t, { url: server.url(OLD_TERM), allow: /404|Failed to load/ });
  await page.keyboard.press("!");
  await hunt(page).getByRole("button", { name: "Find it" }).click();
  await says(page).getByText(/did not arrive/).waitFor();
});

// ---- What is a model here --------------------------------------------------------------------------

test("what is simplified and what was checked, and ten thousand histories again", async (t) => {
  const page = await openPage(t);
  await page.keyboard.press("?");
  await page.getByRole("button", { name: /What is a model here/ }).click();
  const dialog = page.getByRole("dialog", { name: /What is a model here/ });
  for (const name of ["What is simplified", "What is implemented", "What is checked, and how much"]) {
    await dialog.getByRole("heading", { name }).waitFor();
  }
  await dialog.getByText(/raft-core \d+\.\d+\.\d+/).waitFor();
  await axe(page);
  const begin = dialog.getByRole("button", { name: "Run 10000 random histories" });
  await begin.click();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.getByText(/^Cancelled/).waitFor();
  await begin.click();
  const end = dialog.getByText(/^None in \d+ runs/);
  await end.waitFor({ timeout: 120_000 });
  const said = await end.innerText();
  t.diagnostic(said);
  const { runs, events } = counts(said);
  assert.ok(runs >= 10_000 && events > runs, said);
});
