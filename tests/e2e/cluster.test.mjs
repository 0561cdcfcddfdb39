// Whatever a cluster can do is to be seen and done on the page: membership, streams, snapshots.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { pages } from "./lib/browser.mjs";
import { button, goTo, inWords, leader, scrubTo, speed, state, until } from "./lib/play.mjs";

const openPage = pages({ before, after });

const hasLeader = (now) => Boolean(leader(now));

/** Opens the menu of a server and leads on to what is rare. */
async function rare(page, id) {
  await page.keyboard.press(id.slice(1));
  await page.keyboard.press("Enter");
  // Until the focus is in it the menu is still being made.
  await page.locator(".menu .first:focus").waitFor();
  await page.getByRole("button", { name: "More …" }).click();
  return page.getByRole("dialog", { name: `What to do with ${id}` });
}

test("a server is removed and added again from its menu", async (t) => {
  // So that nobody who was removed takes the leader's place (thesis §4.2.3), nor comes back in a newer term.
  const text = encodeURIComponent("raft 1\nservers 5\nset check-quorum on\nset pre-vote on\n");
  const page = await openPage(t, { hash: `#text=${text}` });
  await speed(page, "1×");
  const first = leader(await until(page, "a leader", hasLeader));
  const other = first.id === "S1" ? "S2" : "S1";
  await (await rare(page, other)).getByRole("button", { name: "Remove from the cluster" }).click();
  await until(page, "four voters", (now) => leader(now)?.config.voters.length === 4);
  await page.getByRole("button", { name: new RegExp(`^${other} outside`) }).waitFor();
  await (await rare(page, other)).getByRole("button", { name: "Add to the cluster" }).click();
  const now = await until(page, "five voters", (now) => leader(now)?.config.voters.length === 5);
  assert.ok(leader(now).config.voters.includes(other));
  await page.getByRole("button", { name: new RegExp(`^${other} follower`) }).waitFor();
});

test("another server is let lead from its menu", async (t) => {
  const page = await openPage(t);
  const first = leader(await until(page, "a leader", hasLeader));
  const other = first.id === "S3" ? "S4" : "S3";
  await speed(page, "1×");
  await page.waitForTimeout(300);
  await (await rare(page, other)).getByRole("button", { name: "Let it lead" }).click();
  await until(page, "the other leads", (now) => leader(now)?.id === other);
});

test("in joint consensus every server says where it votes", async (t) => {
  const page = await openPage(t, { hash: "#demo=joint-consensus&at=230ms" });
  await page.getByText("Joint consensus: it takes a majority of the old S1, S2 and S3").waitFor();
  for (const [server, side] of [["S1", "old \\+ new"], ["S2", "old"], ["S4", "new"]]) {
    await page.getByRole("button", { name: new RegExp(`^${server} .*, ${side} voter(,|$)`) }).waitFor();
  }
});

test("a learner is told from a follower, and a stream from a link", async (t) => {
  const learner = await openPage(t, { hash: "#demo=learner-promotion&at=600ms" });
  await learner.getByRole("button", { name: /^S4 learner/ }).waitFor();
  await learner.getByText("configuration", { exact: true }).waitFor();
  const streams = await openPage(t, { hash: "#demo=streaming-heartbeats&at=2.950s" });
  await streams.getByRole("listitem").filter({ hasText: "open stream" }).waitFor();
  const snapshots = await openPage(t, { hash: "#demo=snapshot-laggard&at=715ms" });
  await snapshots.getByText("in a snapshot", { exact: true }).waitFor();
});

test("how servers replicate can be changed while they run", async (t) => {
  const page = await openPage(t);
  await until(page, "a leader", hasLeader);
  await button(page, /^Protocol/).click();
  const card = page.getByRole("dialog", { name: "The protocol from now on" });
  await card.getByLabel("Entries go").selectOption({ label: "on a stream (streaming)" });
  await card.getByLabel("PreVote: ask before standing").check();
  await card.getByRole("button", { name: "Close" }).click();
  await speed(page, "1×");
  await page.getByRole("listitem").filter({ hasText: "open stream" }).waitFor();
  await button(page, /^Protocol/).click();
  assert.ok(await card.getByLabel("PreVote: ask before standing").isChecked());
  assert.deepEqual((await state(page)).violations, []);
});

test("a wiped disk is empty, and what that breaks is said", async (t) => {
  const page = await openPage(t);
  await until(page, "a leader", hasLeader);
  const dialog = await rare(page, "S2");
  await dialog.getByRole("button", { name: "Crash, wipe its disk" }).click();
  const wiped = ({ id, up, log }) => id === "S2" && !up && log.length === 0;
  await until(page, "it is down", ({ servers }) => servers.some(wiped));
  await page.getByText("S2's disk is wiped.").first().waitFor();
});

test("the space-time diagram follows the moment, leads to another one, and can be hidden", async (t) => {
  const page = await openPage(t, { hash: "#demo=leader-crash&at=585ms" });
  const diagram = page.getByRole("img", { name: /^Space-time diagram from 0.0 ms .*S4 leads/ });
  await diagram.waitFor();
  await diagram.getByText("no leader, 186 ms").waitFor();
  const { width, height } = await diagram.boundingBox();
  await diagram.click({ position: { x: width / 2, y: height / 3 } });
  const { t: now, servers } = await state(page);
  assert.ok(Math.abs(now - 300_000) < 20_000, `${now} µs is the middle`);
  assert.ok(servers.every(({ role }) => role !== "down"), "S3 has not crashed yet");
  await page.getByRole("img", { name: /^Space-time diagram .*S3 leads/ }).waitFor();
  await page.keyboard.press("y");
  await page.getByRole("img", { name: /^Space-time/ }).waitFor({ state: "detached" });
  await page.keyboard.press("y");
  await diagram.or(page.getByRole("img", { name: /^Space-time/ })).waitFor();
});

test("what was done in the past leaves the other future, and it can be gone back to", async (t) => {
  const page = await openPage(t, { hash: "#demo=leader-crash&at=585ms" });
  const before = await state(page);
  const parted = await scrubTo(page, 0.5);
  assert.ok(parted < 585_000, `${parted} µs is in the past`);
  await page.keyboard.press("w");
  await button(page, "1 other future").click();
  const list = page.getByRole("dialog", { name: "Other futures" });
  await list.getByRole("button", { name: new RegExp(`from ${inWords(parted)}, seen until`) }).click();
  await until(page, "the place where they part", ({ t }) => t === parted);
  // Along the way that was seen the end is where it was.
  await page.keyboard.press("End");
  await until(page, "the end", ({ t }) => t >= 585_000);
  assert.equal((await state(page)).digest, before.digest);
  await button(page, "1 other future").click();
  await list.getByRole("button", { name: /^write x=1/ }).click();
  await goTo(page, 400_000);
  assert.notEqual((await state(page)).digest, before.digest);
  await button(page, "1 other future").click();
  const forget = list.getByRole("button", { name: /^Forget/ });
  const forgotten = (await forget.getAttribute("aria-label")).replace("Forget: ", "");
  await forget.click();
  await button(page, "1 other future").waitFor({ state: "detached" });
  // What was thrown away by a slip comes back.
  await list.getByText(`“${forgotten}” is forgotten.`).waitFor();
  await page.waitForFunction(() => document.activeElement?.textContent === "Undo");
  await page.keyboard.press("Enter");
  await button(page, "1 other future").waitFor();
  await forget.click();
  await button(page, "1 other future").waitFor({ state: "detached" });
});

test("the word under a name stays inside its circle, and off its cross", async (t) => {
  const words = {
    "split-vote&at=165ms": /candidate/,
    "leader-crash&at=585ms": /crashed/,
    "read-without-quorum&at=9s": /old [Ll]/,
  };
  for (const viewport of [{ width: 1280, height: 800 }, { width: 390, height: 844 }]) {
    for (const [at, word] of Object.entries(words)) {
      const page = await openPage(t, { hash: `#demo=${at}`, viewport });
      const name = `${at}, ${viewport.width} px`;
      await page.locator(".server .role").filter({ hasText: word }).first().waitFor({ timeout: 5_000 });
      const out = await page.locator(".server").evaluateAll((servers) => servers.flatMap((server) => {
        const [role, face, cross] = [".role", ".face", ".cross"].map((what) => server.querySelector(what)?.getBoundingClientRect());
        const middle = { x: face.left + face.width / 2, y: face.top + face.height / 2 };
        // At the height of small letters: where the letters are, not the line that they stand on.
        const low = role.top + role.height * 0.6 - middle.y;
        const room = Math.sqrt((face.width / 2 - 2) ** 2 - low ** 2);
        const inside = Math.max(middle.x - role.left, role.right - middle.x) <= room + 1;
        const free = !cross || cross.top >= role.bottom - role.height * 0.25;
        return inside && free ? [] : [`${server.id}: ${role.width} px, ${room * 2} px there`];
      }));
      assert.deepEqual(out, [], name);
    }
  }
});

test("Figure 7: the logs of all seven servers are in view", async (t) => {
  const page = await openPage(t, { hash: "#demo=figure-7&at=120ms" });
  const logs = page.getByRole("region", { name: "Logs" });
  const last = logs.getByRole("img", { name: /^S7/ });
  await last.waitFor();
  const [panel, row] = [await logs.boundingBox(), await last.locator(".who").boundingBox()];
  assert.ok(row.y + row.height <= panel.y + panel.height, JSON.stringify({ panel, row }));
});
